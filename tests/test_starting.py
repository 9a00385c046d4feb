"""A folder that comes from the template: when it counts as not set up, the site that it gives, and the template itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder

from pinback import __version__, first_files, scaffold, starting
from pinback.content.kinds import RESERVED
from pinback.errors import UsageError
from pinback.keys import sheet
from pinback.pages.admin.start import INDEX, TITLE, WORDS


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with its site."""
    root = tmp_path_factory.mktemp("built") / "template"
    starting.make_template(root)
    starting.build(root, root / "site")
    return root


def pinback(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pinback", *words, "-C", str(root)],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_until_site_yaml_is_there_a_folder_from_the_template_is_not_set_up(tmp_path: Path) -> None:
    root = tmp_path / "club"
    starting.make_template(root)
    club = ClubFolder(root)
    assert starting.is_not_set_up(root)
    club.issuer()
    club.write("issuers/club/keys.age", "encrypted")
    club.write("site_src/index.md", "We row.\n")
    assert starting.is_not_set_up(root)
    club.site()
    assert not starting.is_not_set_up(root)


def test_a_club_that_lost_its_site_yaml_is_no_new_one(tmp_path: Path) -> None:
    for number, file in enumerate(
        ("badges/knots/badge.md", "issuers/club/register.jsonl", "issuers/club/sealed/status/revocation-1.json")
    ):
        root = tmp_path / str(number)
        starting.make_template(root)
        ClubFolder(root).write(file, "x\n")
        assert not starting.is_not_set_up(root)


def test_any_other_folder_is_no_club(tmp_path: Path) -> None:
    club = ClubFolder(tmp_path / "club")
    club.write(".github/workflows/publish.yml", "name: Somebody else's\n")
    assert not starting.is_not_set_up(club.root) and not starting.is_not_set_up(tmp_path)
    assert "this is not a club's folder" in pinback(club.root, "check").stderr


def test_commands_say_in_one_line_where_the_club_is_set_up(tmp_path: Path) -> None:
    root = tmp_path / "club"
    starting.make_template(root)
    line = "This club is not set up yet; open the page admin/start/ of its site, which the workflow Publish makes.\n"
    for words, wanted in (
        (["check"], line),
        (["seal", "--dry-run"], f"Nothing to seal. {line}"),
        (["seal"], f"Nothing to seal. {line}"),
    ):
        done = pinback(root, *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, wanted, "")
    done = pinback(root, "build")
    assert done.returncode == 0 and done.stderr == line
    assert (root / "site/admin/start/index.html").exists()


def test_the_site_speaks_every_language_and_names_no_address(built: Path) -> None:
    site = built / "site"
    catalogues = sorted(path.stem for path in (ROOT / "theme/locale").glob("*.po"))
    assert catalogues == sorted(
        path.name for path in site.iterdir() if (path / "admin").is_dir() and path.name != "admin"
    )
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'rel="canonical"' not in text and "og:url" not in text
        for link in re.findall(r'(?:href|src)="([^"#:]+)"', text):
            target = site / link.lstrip("/") if page.name == "404.html" else page.parent / link
            assert target.exists(), f"{page.relative_to(site)} leads to {link}"
        if page.name != "404.html":
            assert 'content="noindex"' in text or page.parent.name == "verify"
    home = (site / "index.html").read_text(encoding="utf-8")
    assert 'href="admin/start/index.html"' in home


def test_the_same_folder_gives_the_same_site(built: Path) -> None:
    before = {path: path.read_bytes() for path in (built / "site").rglob("*") if path.is_file()}
    published = starting.build(built, built / "site")
    assert published.written == 0 and published.files == len(before)


def data_of(page: Path) -> dict:
    found = re.search(
        r'<script type="application/json" id="page-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S
    )
    assert found
    return json.loads(found[1])


def test_the_page_has_the_texts_and_words_of_the_program(built: Path) -> None:
    assert (TITLE, INDEX) == (first_files.TITLE, first_files.INDEX)
    assert (WORDS["sheetTitle"], WORDS["sheetOpens"], WORDS["sheetKeep"], WORDS["sheetLost"], WORDS["sheetStolen"]) == (
        sheet.TITLE,
        sheet.OPENS,
        sheet.KEEP,
        sheet.LOST,
        sheet.STOLEN,
    )
    data = data_of(built / "site/admin/start/index.html")
    assert data["files"]["site"] == first_files.SITE and data["files"]["issuer"] == first_files.ISSUER
    assert data["root"] == "../../" and data_of(built / "site/pl/admin/start/index.html")["root"] == "../../../"
    assert set(data["texts"]) == {"en", *(path.stem for path in (ROOT / "theme/locale").glob("*.po"))}
    source = (ROOT / "pinback/page_scripts/source/start/answers.js").read_text(encoding="utf-8")
    assert all(f"'{name}'" in source for name in RESERVED if not name.startswith(("com", "lpt")) or name[-1].isalpha())


def test_a_club_that_is_set_up_is_told_so_and_its_keys_are_named(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    text = (site / "admin/start/index.html").read_text(encoding="utf-8")
    assert "This club is set up." in text and 'id="questions"' not in text and 'id="recovery-sheet"' not in text
    data = data_of(site / "admin/start/index.html")
    assert data["keys"] == {sealed_club.signers["club"].name.id: "active"} and "files" not in data


def test_template_wants_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="this is no empty folder; choose another name"):
        starting.make_template(tmp_path)
    (tmp_path / "git/.git").mkdir(parents=True)
    assert starting.make_template(tmp_path / "git")


def test_template_that_was_cut_off_is_finished_by_the_next_run(tmp_path: Path) -> None:
    files = starting.make_template(tmp_path)
    whole = {name: (tmp_path / name).read_bytes() for name in files}
    (tmp_path / files[-1]).rename((tmp_path / files[-1]).with_name(f".{Path(files[-1]).name}.new"))
    (tmp_path / files[3]).unlink()
    assert starting.make_template(tmp_path) == files
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(files)
    assert {name: (tmp_path / name).read_bytes() for name in files} == whole
    (tmp_path / "photos").mkdir()
    with pytest.raises(UsageError, match="this is no empty folder; choose another name"):
        starting.make_template(tmp_path)


def test_template_takes_the_wheel_of_this_version_alone(tmp_path: Path) -> None:
    wheel = tmp_path / f"pinback-{__version__}-py3-none-any.whl"
    wheel.write_bytes(b"PK\x05\x06" + bytes(18))
    files = starting.make_template(tmp_path / "one", wheel)
    assert f".github/{wheel.name}" in files
    assert (tmp_path / "one/.github" / wheel.name).read_bytes() == wheel.read_bytes()
    other = wheel.rename(tmp_path / "pinback-0.0.1-py3-none-any.whl")
    with pytest.raises(UsageError, match="this is not the wheel of this version"):
        starting.make_template(tmp_path / "two", other)
    assert not (tmp_path / "two").exists()


def test_readme_of_the_template_names_what_is_there(built: Path) -> None:
    text = (built / "README.md").read_text(encoding="utf-8")
    publish = (built / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    assert "environment: seal" in publish and "`seal`" in text
    assert "PINBACK_CODE" in publish and "`PINBACK_CODE`" in text
    assert "\nname: Publish\n" in publish and "*Publish*" in text
    assert "four files" in text and len(scaffold.club_files(scaffold.Answers(**first_files.EXAMPLES))) + 1 == 4
