"""A site is whole or the old one is: staging, journal, switch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import fill_with_deep_folders

from pinback.errors import PublishError, SigningError
from pinback.files import remove_tree
from pinback.publish import MARK, MARK_TEXT, finish_interrupted, publish, publish_parts
from pinback.publish.paths import Owned
from pinback.publish.stage import Placed, Stage

FIRST = [("index.html", b"one"), ("a/b.html", b"two"), (MARK, MARK_TEXT)]


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A published site."""
    publish(tmp_path / "site", FIRST)
    return tmp_path / "site"


def test_site_holds_exactly_the_outputs(site: Path) -> None:
    assert tree(site) == dict(FIRST)


def test_equal_files_are_not_written_again(site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    done = publish(site, FIRST)
    assert (done.files, done.written, done.removed) == (3, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_changed_files_are_written_and_stale_ones_removed(site: Path) -> None:
    done = publish(site, [("index.html", b"new"), ("c/d.html", b"more"), (MARK, MARK_TEXT)])
    assert (done.files, done.written, done.removed) == (3, 2, 1)
    assert tree(site) == {"index.html": b"new", "c/d.html": b"more", MARK: MARK_TEXT}
    assert not (site / "a").exists()


def test_file_and_folder_can_change_places(site: Path) -> None:
    publish(site, [("index.html/x", b"1"), ("a", b"2"), (MARK, MARK_TEXT)])
    assert tree(site) == {"index.html/x": b"1", "a": b"2", MARK: MARK_TEXT}
    publish(site, FIRST)
    assert tree(site) == dict(FIRST)


def test_two_outputs_of_one_path_are_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"x\.html: two parts of the club want this address"):
        publish(tmp_path / "site", [("x.html", b"1"), ("x.html", b"2")])
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("badges/Knots.html", "badges/knots.html", "take these addresses for one"),
        ("Badges/x.html", "badges/X.html", "take these addresses for one"),
        ("caf\u00e9.html", "cafe\u0301.html", "take these addresses for one"),
        ("stra\u00dfe.html", "STRASSE.html", "take these addresses for one"),
        ("a", "a/b", "page and folder at once"),
        ("a/b/c/d.html", "A/b", "page and folder at once"),
    ],
)
def test_two_outputs_that_some_disk_takes_for_one_are_named(tmp_path: Path, one: str, other: str, why: str) -> None:
    for first, second in ((one, other), (other, one)):
        with pytest.raises(PublishError, match=why) as caught:
            publish(tmp_path / "site", [(first, b"1"), (second, b"2")])
        assert str(caught.value).startswith(f"{second}, {first}: ")
    assert not (tmp_path / "site").exists()


ID = "a" * 16


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (f"awards/{ID}/note.txt", "two parts of the club want this address"),
        (f"AWARDS/{ID.upper()}/note.txt", "two parts of the club want this address"),
        (f"de/awards/{ID}", "two parts of the club want this address"),
        ("awards", "page and folder at once"),
        ("Awards", "page and folder at once"),
        ("de", "page and folder at once"),
    ],
)
@pytest.mark.parametrize("fresh", [True, False])
def test_output_in_the_way_of_owned_folders_is_named(tmp_path: Path, path: str, why: str, fresh: bool) -> None:
    owned = Owned(("awards", "de/awards"), frozenset([ID]))

    def make(stage: Stage) -> Iterator[Placed]:
        found = stage.look([f"awards/{ID}", f"de/awards/{ID}"])
        yield stage.own(found, [(f"awards/{ID}/x", b"1"), (f"de/awards/{ID}/x", b"2")])[0]
        yield stage.place([(MARK, MARK_TEXT)])[0]

    site = tmp_path / "site"
    if not fresh:
        publish_parts(site, make, owned)
    with pytest.raises(PublishError, match=why):
        publish_parts(site, lambda stage: [*make(stage), stage.place([(path, b"3")])[0]], owned)
    assert site.exists() is not fresh


def test_names_that_merely_begin_alike_stand_side_by_side(tmp_path: Path) -> None:
    files = {"a/b.html": b"1", "a.html": b"2", "a/b/c.html": b"3", "ab": b"4", MARK: MARK_TEXT}
    publish(tmp_path / "site", files.items())
    assert tree(tmp_path / "site") == files


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", "a/../b", "a\\b", "./x", ".git", ".git/config", ".GIT/config"])
def test_path_out_of_the_site_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(PublishError, match="no path inside the site"):
        publish(tmp_path / "site", [(path, b"1")])


def test_failing_build_leaves_the_old_site_whole(site: Path) -> None:
    def outputs():
        yield "index.html", b"half"
        raise PublishError("the templates broke; mend them")

    with pytest.raises(PublishError, match="templates broke"):
        publish(site, outputs())
    assert tree(site) == dict(FIRST)
    publish(site, FIRST)
    assert not site.with_name(".site.next").exists()


def test_folder_with_somebody_elses_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(PublishError, match="files lie here that pinback did not make"):
        publish(folder, FIRST)
    assert tree(folder) == {"thesis.txt": b"years of work"}
    assert os.listdir(tmp_path) == ["documents"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_git_at_the_top_of_the_site_is_left_alone(tmp_path: Path, kind: str) -> None:
    """The site may be a worktree of the branch that the host shows; git's empty folders count too."""
    site = tmp_path / "site"
    if kind == "folder":
        (site / ".git/refs/tags").mkdir(parents=True)
        (site / ".git/HEAD").write_bytes(b"ref: refs/heads/gh-pages")
    else:
        site.mkdir()
        (site / ".git").write_bytes(b"gitdir: ../.git/worktrees/site")
    kept = tree(site)
    for outputs in (FIRST, FIRST, [(MARK, MARK_TEXT), ("new/.git", b"below the top it is a file like any other")]):
        publish(site, outputs)
        assert tree(site) == dict(outputs) | kept
        assert kind == "file" or (site / ".git/refs/tags").is_dir()
    assert publish(site, outputs).removed == 0


def test_git_does_not_make_somebody_elses_files_ours(tmp_path: Path) -> None:
    (tmp_path / "site/.git").mkdir(parents=True)
    (tmp_path / "site/thesis.txt").write_text("years of work")
    with pytest.raises(PublishError, match="files lie here that pinback did not make"):
        publish(tmp_path / "site", FIRST)


def interrupted(site: Path, journal: object, files: dict[str, bytes]) -> None:
    """Leave what a run leaves that dies right after its journal."""
    staging = site.with_name(".site.next")
    for path, data in files.items():
        (staging / "files" / path).parent.mkdir(parents=True, exist_ok=True)
        (staging / "files" / path).write_bytes(data)
    staging.mkdir(exist_ok=True)
    (staging / "journal.json").write_text(json.dumps(journal))


def test_interrupted_switch_is_finished_without_a_build(site: Path) -> None:
    interrupted(site, {"write": ["index.html"], "remove": ["a/b.html"]}, {"index.html": b"new"})
    finish_interrupted(site)
    assert tree(site) == {"index.html": b"new", MARK: MARK_TEXT}
    assert sorted(os.listdir(site.parent)) == [".site.lock", "site"]


def test_file_that_took_the_name_of_a_folder_stays_when_a_switch_is_finished(site: Path) -> None:
    interrupted(site, {"write": ["a", "index.html"], "remove": ["a/b.html", "a"]}, {"index.html": b"new"})
    (site / "a/b.html").unlink()
    (site / "a").rmdir()
    (site / "a").write_bytes(b"a file now")  # the run that died had come so far
    finish_interrupted(site)
    assert tree(site) == {"a": b"a file now", "index.html": b"new", MARK: MARK_TEXT}


def test_file_that_took_another_spelling_of_its_name_stays_when_a_switch_is_finished(site: Path) -> None:
    """On a disk that keeps no case apart, "Map.txt" is removed by removing "map.txt"."""
    (site / "map.txt").write_bytes(b"here already")
    interrupted(site, {"write": ["Map.txt"], "remove": ["map.txt"]}, {})
    finish_interrupted(site)
    assert (site / "map.txt").read_bytes() == b"here already"


def test_file_that_stands_under_another_spelling_of_its_name_is_moved_in_again(site: Path) -> None:
    """It may be the same file, which goes when the other name is removed."""
    publish(site, [*FIRST, ("static/map.txt", b"m")])
    (site / "static/Map.txt").write_bytes(b"m")
    done = publish(site, [*FIRST, ("static/Map.txt", b"m")])
    assert (done.written, done.removed) == (1, 1) and set(done.touched or ()) == {"static/Map.txt", "static/map.txt"}
    assert sorted(os.listdir(site / "static")) == ["Map.txt"]


def test_switch_that_died_before_the_mark_was_there_is_finished_by_the_next_build(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_bytes(b"one")
    interrupted(site, {"write": ["index.html", MARK], "remove": []}, {MARK: MARK_TEXT})
    publish(site, FIRST)
    assert tree(site) == dict(FIRST)


def test_first_switch_of_all_is_finished_though_there_is_no_site_yet(tmp_path: Path) -> None:
    interrupted(tmp_path / "site", {"write": [MARK], "remove": []}, {MARK: MARK_TEXT})
    finish_interrupted(tmp_path / "site")
    assert tree(tmp_path / "site") == {MARK: MARK_TEXT}


def test_without_a_journal_nothing_is_finished_and_nothing_made(tmp_path: Path) -> None:
    finish_interrupted(tmp_path / "no/site")
    assert os.listdir(tmp_path) == []
    (tmp_path / ".site.next/files").mkdir(parents=True)
    finish_interrupted(tmp_path / "site")
    assert os.listdir(tmp_path) == [".site.next"]


@pytest.mark.parametrize(
    "journal",
    [
        {"write": [], "remove": ["../precious"]},
        {"write": ["../precious"], "remove": []},
        {"write": [".git/hooks/post-commit"], "remove": []},
        {"write": [], "remove": ["a\0b"]},
        {"write": [], "remove": ["\ud800"]},
        {"write": []},
        [],
        None,
    ],
)
def test_journal_that_somebody_planted_reaches_nothing_outside(site: Path, journal: object) -> None:
    """A pull request can bring such a folder along."""
    precious = site.with_name("precious")
    precious.write_bytes(b"keep")
    interrupted(site, journal, {"x": b"bad"})
    site.with_name(".site.next").joinpath("precious").write_bytes(b"bad")
    for run in (lambda: finish_interrupted(site), lambda: publish(site, FIRST)):
        with pytest.raises(PublishError, match="no build of pinback left this; delete the folder"):
            run()
    assert precious.read_bytes() == b"keep"
    assert tree(site) == dict(FIRST)


def test_planted_link_does_not_lead_a_journal_outside(site: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_bytes(b"keep")
    shutil.rmtree(site / "a")
    (site / "a").symlink_to(outside)
    interrupted(site, {"write": [], "remove": ["a/precious"]}, {})
    finish_interrupted(site)
    assert (outside / "precious").read_bytes() == b"keep"


def test_link_in_place_of_the_site_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    with pytest.raises(PublishError, match="not a folder"):
        publish(tmp_path / "site", FIRST)


def test_link_inside_the_site_is_replaced_not_followed(site: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    outside.write_bytes(b"keep")
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(outside)
    publish(site, [*FIRST, ("new.html", b"x")])
    assert outside.read_bytes() == b"keep"
    assert tree(site)["index.html"] == b"one"
    assert not (site / "index.html").is_symlink()


def test_secret_in_an_output_stops_the_build(site: Path) -> None:
    with pytest.raises(SigningError, match="a private key in PEM form"):
        publish(site, [*FIRST, ("static/notes.txt", b"-----BEGIN PRIVATE KEY-----\nabc")])
    assert tree(site) == dict(FIRST)


KILLER = """
import os, sys
from pathlib import Path
from pinback.publish import MARK, MARK_TEXT, publish_parts
from pinback.publish.paths import Owned
countdown = int(sys.argv[2])
def dying(event, args):
    global countdown
    if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "open"):
        countdown -= 1
        if countdown == 0:
            os._exit(9)
sys.addaudithook(dying)
def make(stage):
    found = stage.look(["awards/x"])
    yield stage.own(found, [("awards/x/index.html", b"one"), ("awards/x/badge.svg", b"two")])[0]
    yield stage.place([("index.html", b"new"), ("c/d.html", b"more"), ("c/e.html", b"most"), (MARK, MARK_TEXT)])[0]
publish_parts(Path(sys.argv[1]), make, Owned(("awards",), frozenset("x")))
print("finished")
"""


@pytest.mark.parametrize("before", ["a site", "no folder", "an empty folder", "git alone"])
def test_run_killed_at_any_step_leaves_the_old_site_or_is_finished_by_the_next(tmp_path: Path, before: str) -> None:
    """The process ends itself at the first, second, … file operation, until a run gets through."""
    kept = {".git": b"gitdir: ../x"} if before == "git alone" else {}
    old = dict(FIRST) | {"awards/x/index.html": b"earlier", "awards/y/index.html": b"gone"}
    if before != "a site":
        old = kept
    new = {"index.html": b"new", "c/d.html": b"more", "c/e.html": b"most", MARK: MARK_TEXT} | kept
    new |= {"awards/x/index.html": b"one", "awards/x/badge.svg": b"two"}
    finished = False
    step = 0
    while not finished:
        step += 1
        assert step < 400
        site = tmp_path / str(step) / "site"
        if before == "a site":
            publish(site, old.items())
        elif before != "no folder":
            site.mkdir(parents=True)
            for name, data in kept.items():
                (site / name).write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-c", KILLER, str(site), str(step)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        finished = "finished" in done.stdout
        assert finished or done.returncode == 9, done.stderr
        if not finished and not (site.with_name(".site.next") / "journal.json").exists():
            assert tree(site) in (old, new)
        publish(site, [(path, data) for path, data in new.items() if path != ".git"])
        assert tree(site) == new
        assert sorted(os.listdir(site.parent)) == [".site.lock", "site"]
    assert step > 10


def test_folder_whose_mark_is_far_too_large_is_not_ours(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    with (site / MARK).open("wb") as mark:
        mark.truncate(1 << 40)
    with pytest.raises(PublishError):
        publish(site, FIRST)


def test_folders_a_thousand_deep_in_a_site_are_told(site: Path) -> None:
    fill_with_deep_folders(site)
    try:
        with pytest.raises(PublishError, match=r"site: folders stand within one another here, a thousand deep; empty"):
            publish(site, FIRST)
    finally:
        remove_tree(site)
