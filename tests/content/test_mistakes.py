"""One folder a mistake: what a volunteer gets to read, word for word.

Each folder of ``tests/clubs_invalid`` is laid over ``_base``, a sound club; ``expected.txt`` holds everything
that is said. Wrong links are made here, since a folder with links does not survive every checkout.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pinback import pipeline
from pinback.content import nodes
from pinback.errors import ContentError

CLUBS = Path(__file__).resolve().parent.parent / "clubs_invalid"
MISTAKES = sorted(path.name for path in CLUBS.iterdir() if path.is_dir() and path.name != "_base")


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both parsers that PyYAML has; the words must not depend on the machine."""
    if not hasattr(yaml, request.param):
        pytest.skip("this PyYAML was built without its C parser")
    monkeypatch.setattr(nodes, "_PARSER", getattr(yaml, request.param))
    yield request.param


def base_club(tmp_path: Path) -> Path:
    root = tmp_path / "club"
    shutil.copytree(CLUBS / "_base", root)
    return root


def said(root: Path) -> str:
    with pytest.raises(ContentError) as raised:
        pipeline.check(root)
    return str(raised.value) + "\n"


def test_the_base_of_all_mistakes_is_sound(tmp_path: Path, parser: str):
    checked = pipeline.check(base_club(tmp_path))
    assert len(checked.club.awards) == 2
    assert checked.warnings == ()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told_with_line_and_cure(mistake: str, tmp_path: Path, parser: str):
    root = base_club(tmp_path)
    shutil.copytree(CLUBS / mistake, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    assert said(root) == (CLUBS / mistake / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_message_has_the_shape_of_the_house_style(mistake: str):
    """``file:line: what is wrong; what to do``: lower-case start, no full stop, no name of a class."""
    lines = (CLUBS / mistake / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines), key=lines.index)
    assert lines
    for line in lines:
        place, _, message = line.partition(": ")
        what, _, cure = message.partition("; ")
        assert place.partition(":")[0].startswith(("site_src/", "issuers/", "badges/"))
        assert what[0] in '"' or what[0].islower()
        assert len(cure) > 8
        assert not cure.endswith(".")
        assert not any(word in line for word in ("Error", "None", "object", "scalar", "mapping", "invalid"))


LINKS = {
    "badges/bends": ("folder", "replace it by the folder itself, links are not followed", "this is a link"),
    "badges/knots/awards": ("folder", "replace it by the folder itself, links are not followed", "this is a link"),
    "issuers": ("folder", "replace it by the folder itself, links are not followed", "this is a link"),
    "site_src": ("folder", "replace it by the folder itself, links are not followed", "this is a link"),
    "site_src/people": ("folder", "replace it by the folder itself, links are not followed", "this is a link"),
    "site_src/static": ("folder", "replace it by the folder itself, links are not followed", "this is a link"),
    "site_src/static/more": (
        "folder",
        "replace it by the file itself, links are not followed",
        "this is not a plain file",
    ),
    "site_src/static/a.txt": (
        "file",
        "replace it by the file itself, links are not followed",
        "this is not a plain file",
    ),
    "badges/knots/badge.md": (
        "file",
        "replace it by the file itself, links are not followed",
        "this is not a plain file",
    ),
    "badges/knots/badge.svg": (
        "file",
        "replace it by the file itself, links are not followed",
        "this is not a plain file",
    ),
    "badges/knots/awards/new.yaml": (
        "file",
        "replace it by the file itself, links are not followed",
        "this is not a plain file",
    ),
    "site_src/site.yaml": ("file", "replace it by the file itself, links are not followed", "this is not a plain file"),
}


@pytest.mark.parametrize("place", LINKS)
def test_link_in_the_place_of_files_is_refused(place: str, tmp_path: Path):
    """A pull request of a stranger must not make a run read what lies elsewhere on the machine."""
    root = base_club(tmp_path)
    kind, cure, what = LINKS[place]
    outside = tmp_path / "outside"
    taken = root / place
    if taken.exists():
        taken.rename(outside)
    elif kind == "folder":
        outside.mkdir()
        (outside / "secret.yaml").write_text("handle: not-ours\n")
    else:
        outside.write_text("issued_on: 2026-05-01\nhandle: not-ours\n")
    taken.parent.mkdir(parents=True, exist_ok=True)
    try:
        taken.symlink_to(outside, target_is_directory=kind == "folder")
    except OSError:
        pytest.skip("this account may not make links")
    assert f"{place}: {what}; {cure}\n" in said(root)
    assert "not-ours" not in said(root)


def test_files_that_systems_leave_behind_are_passed_over(tmp_path: Path):
    root = base_club(tmp_path)
    for hidden in (".DS_Store", "badges/.DS_Store", "badges/knots/awards/._a.yaml", "site_src/static/.gitkeep"):
        (root / hidden).parent.mkdir(parents=True, exist_ok=True)
        (root / hidden).write_bytes(b"\x00")
    (root / "badges/README.md").write_text("Our badges.\n")
    assert len(pipeline.check(root).club.awards) == 2
