"""Looks at folders: which of them are otherwise than before, by one process or two."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

import orjson
import pytest

from pinback.remembered import looks
from pinback.remembered.looks import Filled, FilledFolders, FirstAhead, Look, Unsure, again, look_at, remembered_look
from pinback.remembered.marks import ABSENT, NO_MARK

LATER = sys.maxsize
TOPS = ("a", "b", "missing")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for number in range(40):
        folder = tmp_path / "a/awards" / f"award-{number:02}"
        folder.mkdir(parents=True)
        for name in ("one.json", "two.json"):
            (folder / name).write_text(f"{number}")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/Zoë ☂.yaml").write_text("x")
    return tmp_path


def mark_of(look: Look, path: str) -> bytes:
    """Return the mark of one folder, or ``NO_MARK``."""
    parent, _, name = path.rpartition("/")
    for group in look.groups:
        for above, wanted in ((parent, name), (path, ".")):
            if group.parent == above and wanted in group.names:
                return group.mark(group.names.index(wanted))
    return NO_MARK


def through_json(look: Look) -> Look:
    found = remembered_look(look.base, orjson.loads(orjson.dumps(look.as_json())), look.tops, look.leave_out)
    assert found is not None
    return found


def look(tree: Path) -> Look:
    return through_json(look_at(str(tree), TOPS, LATER))


def test_same_tree_looks_the_same(tree: Path) -> None:
    first = look(tree)
    second, changed = again(first, LATER)
    assert (second, changed) == (first, [])
    assert first == look_at(str(tree), TOPS, LATER)
    assert first.sure


def test_two_processes_see_what_one_sees(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = look(tree)
    (tree / "a/awards/award-31/two.json").write_text("other")
    alone = again(first, LATER)
    monkeypatch.setattr(looks, "_FEW", 1)
    monkeypatch.setattr(looks, "_PIECE", 3)
    assert again(first, LATER) == alone
    assert alone[1] == ["a/awards/award-31"]
    monkeypatch.setattr(looks, "_MANY", 3)
    assert look_at(str(tree), TOPS, LATER) == alone[0]
    assert [FirstAhead(str(tree), TOPS, LATER).result(number) for number in (0, 1)] == [(alone[0], []), (None, [""])]


def filled(tree: Path) -> tuple[FilledFolders, ...]:
    """Return the marks of the folders of awards, as two that have just written one half of them each know them."""
    found, known = Filled(), list[FilledFolders]()
    folders = sorted((tree / "a/awards").iterdir())
    for half in (folders[1::2], folders[::2]):
        for folder in half:
            found.add(str(tree), {one.relative_to(tree).as_posix(): one.stat() for one in folder.iterdir()})
        known += found.taken()
    assert (len(known), found.taken()) == (2, ())
    return tuple(known)


def test_folders_that_were_just_filled_are_not_looked_at(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, known = look_at(str(tree), TOPS, LATER), filled(tree)
    looked_at: list[str] = []
    mark_now = looks.mark_now

    def noted(place: str, files: tuple[str, ...], before: int) -> bytes:
        looked_at.append(place.removeprefix(f"{tree}/"))
        return mark_now(place, files, before)

    monkeypatch.setattr(looks, "mark_now", noted)
    assert look_at(str(tree), TOPS, LATER, (), known) == whole
    assert sorted(looked_at) == ["a", "a/awards", "b", "missing"]


def test_what_became_otherwise_behind_a_folder_that_was_filled_is_seen(tree: Path) -> None:
    known = filled(tree)
    (tree / "a/awards/award-07/two.json").write_text("other")
    (tree / "a/awards/stranger").mkdir()
    look = through_json(look_at(str(tree), TOPS, LATER, (), known))
    assert mark_of(look, "a/awards/stranger") != NO_MARK
    assert again(look, LATER)[1] == ["a/awards/award-07"]
    shutil.rmtree(tree / "a/awards/award-08")
    assert again(look, LATER)[1] == ["a/awards", "a/awards/award-07", "a/awards/award-08"]


def test_what_a_process_that_was_ended_has_written_counts_for_nothing() -> None:
    names = [("a/x", ("one", "two")), ("a/y", ("one", "two")), ("a", ())]
    whole = looks._as_lines(names)
    assert looks._from_lines(whole) == dict(names)
    assert [looks._from_lines(whole[:length]) for length in range(len(whole))] == [{}] * len(whole)


def test_link_is_not_judged_by_several_processes(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "a/link").symlink_to("nowhere")
    for many in (3, 1_000):
        monkeypatch.setattr(looks, "_MANY", many)
        with pytest.raises(Unsure):
            FirstAhead(str(tree), TOPS, LATER).result(0)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda tree: (tree / "a/awards/award-07/one.json").write_text("7b"), ["a/awards/award-07"]),
        (lambda tree: (tree / "a/awards/award-07/three.json").write_text(""), ["a/awards/award-07"]),
        (lambda tree: (tree / "a/awards/award-07/one.json").unlink(), ["a/awards/award-07"]),
        (lambda tree: (tree / "a/awards/new").mkdir(), ["a/awards", "a/awards/new"]),
        (
            lambda tree: (tree / "a/awards/new/deep").mkdir(parents=True),
            ["a/awards", "a/awards/new", "a/awards/new/deep"],
        ),
        (lambda tree: (tree / "b/Zoë ☂.yaml").rename(tree / "b/Zoe.yaml"), ["b"]),
        (lambda tree: (tree / "missing").mkdir(), ["missing"]),
        (lambda tree: (tree / "missing").write_text(""), ["missing"]),
    ],
    ids=["written", "new file", "gone file", "new folder", "deep folder", "other name", "new top", "file as top"],
)
def test_changed_folder_is_named_and_looked_at_anew(tree: Path, change: object, where: list[str]) -> None:
    first = look(tree)
    change(tree)  # type: ignore[operator]
    second, changed = again(first, LATER)
    assert sorted(changed) == where
    assert second == look_at(str(tree), TOPS, LATER)
    assert again(through_json(second), LATER)[1] == []


def test_folders_that_are_gone_are_forgotten_with_all_below(tree: Path) -> None:
    first = look(tree)
    for path in sorted((tree / "a").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (tree / "a").rmdir()
    second, _ = again(first, LATER)
    assert second == look_at(str(tree), TOPS, LATER)
    assert {group.parent or group.names[0] for group in second.groups} <= {"a", "b", "missing"}
    assert mark_of(second, "a") == ABSENT


def test_what_was_changed_just_now_has_no_mark(tree: Path) -> None:
    seen = (tree / "a/awards/award-03/one.json").stat().st_ctime_ns
    first = look_at(str(tree), TOPS, seen)
    assert mark_of(first, "a/awards/award-03") == NO_MARK
    assert not first.sure
    assert "a/awards/award-03" in again(first, LATER)[1]
    assert "a/awards/award-03" in again(first, seen)[1]


def test_marks_are_found_by_path(tree: Path) -> None:
    first = look(tree)
    marks = first.marks_below("a/awards")
    assert len(marks) == 40
    assert marks["award-05"] == mark_of(first, "a/awards/award-05")
    assert len(set(marks.values())) == 40
    assert mark_of(first, "nowhere") == NO_MARK


def test_links_and_strange_names_are_not_judged(tree: Path) -> None:
    first = look(tree)
    (tree / "b/link").symlink_to(tree / "a")
    with pytest.raises(Unsure):
        look_at(str(tree), TOPS, LATER)
    with pytest.raises(Unsure):
        again(first, LATER)
    (tree / "b/link").unlink()
    (tree / "b/two\nlines").write_text("")
    with pytest.raises(Unsure):
        look_at(str(tree), TOPS, LATER)


def test_name_that_is_no_text_is_not_judged(tree: Path) -> None:
    try:
        (tree / "b" / os.fsdecode(b"\xff\xfe")).write_text("")
    except OSError:
        return  # a file system that has names of text alone
    with pytest.raises(Unsure):
        look_at(str(tree), TOPS, LATER)


def test_folder_whose_closing_fails_is_looked_at_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network drive may say only then that something is wrong; nothing was written there."""
    for name in ("a", "b"):
        (tmp_path / "top" / name).mkdir(parents=True)
        (tmp_path / "top" / name / "file").write_bytes(b"x")
    seen = look_at(str(tmp_path), ("top",), 2**62)
    close = os.close

    def refuses(handle: int) -> None:
        close(handle)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "close", refuses)
    again = look_at(str(tmp_path), ("top",), 2**62)
    monkeypatch.undo()
    assert again.as_json() == seen.as_json()
