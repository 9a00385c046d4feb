"""Staged files: nobody sees them before all are synced, and what fails leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from faults.tracing import Call, calls_of, missing

from pinback.files import FileProblem
from pinback.seal import staging
from pinback.seal.staging import Staging

WHY = missing()
traceable = pytest.mark.skipif(bool(WHY), reason=WHY or "traced")


def names(top: Path) -> list[str]:
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*"))


def staged(top: Path, count: int) -> list[str]:
    wanted = [f"awards/{number}/{name}" for number in range(count) for name in ("one", "two")]
    with Staging(top) as stage:
        stage.expect(wanted)
        for name in wanted:
            stage.write(name, name.encode())
        assert not [name for name in names(top) if name in wanted]
        stage.place(wanted)
    return wanted


@pytest.mark.parametrize("count", [1, staging.FEW])
def test_files_get_their_names_with_their_bytes(count: int, tmp_path: Path) -> None:
    wanted = staged(tmp_path / "sealed", count)
    for name in wanted:
        assert (tmp_path / "sealed" / name).read_text() == name
    assert not list(tmp_path.rglob(".*"))


def steps(action, root: Path) -> list[Call]:
    (root / "club").mkdir()
    ended, calls = calls_of(action, root)
    assert ended.code == 0, ended.said
    return [call for call in calls if call.name in ("write", "fsync", "syncfs", "rename", "mkdir")]


@traceable
def test_few_are_synced_one_by_one_before_any_has_its_name(tmp_path: Path) -> None:
    calls = [(call.name, call.path) for call in steps(lambda: staged(tmp_path / "club/sealed", 2), tmp_path)]
    files = [f"club/sealed/awards/{number}/{name}" for number in range(2) for name in ("one", "two")]
    hidden = [f"{folder}/.{name}.new" for folder, name in (file.rsplit("/", 1) for file in files)]
    first, last = calls.index(("rename", files[0])), calls.index(("rename", files[-1]))
    written = max(place for place, (name, _) in enumerate(calls) if name == "write")
    assert {path for name, path in calls[written + 1 : first] if name == "fsync"} == set(hidden)
    assert [path for name, path in calls[first : last + 1] if name == "rename"] == files
    assert [path for name, path in calls[last + 1 :] if name == "fsync"] == [
        *("club/sealed/awards/1", "club/sealed/awards/0", "club/sealed/awards", "club/sealed", "club")
    ]


@traceable
def test_many_are_synced_in_one_go_before_any_has_its_name_and_once_more_after(tmp_path: Path) -> None:
    calls = [call.name for call in steps(lambda: staged(tmp_path / "club/sealed", staging.FEW), tmp_path)]
    first, last = calls.index("rename"), len(calls) - 1 - calls[::-1].index("rename")
    assert calls.count("rename") == last + 1 - first == 2 * staging.FEW
    assert [name for name in calls if name == "syncfs"] == ["syncfs", "syncfs"]
    assert calls[first - 1] == calls[last + 1] == "syncfs"
    assert "write" not in calls[first - 1 :]


def staged_folders(top: Path, count: int) -> list[str]:
    wanted = [f"awards/{number}" for number in range(count)]
    with Staging(top) as stage:
        stage.expect_folders(wanted)
        for name in wanted:
            stage.write_folder(name, {own: f"{name}/{own}".encode() for own in ("one", "two")})
        assert not [name for name in names(top) if name.startswith(tuple(f"{folder}/one" for folder in wanted))]
        stage.expect(["status"])
        stage.write("status", b"list")
        stage.place(["status"], wanted, ("one", "two"))
    return wanted


@pytest.mark.parametrize("count", [1, staging.FEW])
def test_folders_get_their_names_with_all_their_files(count: int, tmp_path: Path) -> None:
    for name in staged_folders(tmp_path / "sealed", count):
        for own in ("one", "two"):
            assert (tmp_path / "sealed" / name / own).read_text() == f"{name}/{own}"
    assert (tmp_path / "sealed/status").read_bytes() == b"list"
    assert not list(tmp_path.rglob(".*"))


@traceable
def test_folder_and_its_files_are_synced_before_it_has_its_name(tmp_path: Path) -> None:
    calls = [(call.name, call.path) for call in steps(lambda: staged_folders(tmp_path / "club/sealed", 1), tmp_path)]
    hidden = "club/sealed/awards/.0.new"
    named = calls.index(("rename", "club/sealed/awards/0"))
    written = max(place for place, (name, _) in enumerate(calls) if name == "write")
    assert {path for name, path in calls[written + 1 : named] if name == "fsync"} == {
        *(f"{hidden}/one", f"{hidden}/two", hidden, "club/sealed/.status.new")
    }
    assert [path for name, path in calls if name == "rename"] == ["club/sealed/awards/0", "club/sealed/status"]
    assert [path for name, path in calls[named + 2 :] if name == "fsync"] == [
        *("club/sealed/awards/0", "club/sealed/awards", "club/sealed", "club")
    ]


def test_folder_that_is_there_takes_the_files(tmp_path: Path) -> None:
    (tmp_path / "sealed/awards/0").mkdir(parents=True)
    (tmp_path / "sealed/awards/0/.DS_Store").write_bytes(b"")
    staged_folders(tmp_path / "sealed", 1)
    assert names(tmp_path / "sealed/awards") == ["0", "0/.DS_Store", "0/one", "0/two"]


def test_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "sealed/awards").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "sealed/awards/0").symlink_to(tmp_path / "other")
    with pytest.raises(FileProblem, match="awards/0: cannot be written"):
        staged_folders(tmp_path / "sealed", 1)
    assert names(tmp_path / "other") == []
    assert not list(tmp_path.rglob("*.new"))


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "sealed/awards/.0.new").mkdir(parents=True)
    with pytest.raises(FileProblem, match="awards/0: the folder cannot be made"):
        staged_folders(tmp_path / "sealed", 1)


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "sealed/awards/old").mkdir(parents=True)
    (tmp_path / "sealed/awards/old/file").write_bytes(b"old")
    before = names(tmp_path)
    with pytest.raises(KeyboardInterrupt), Staging(tmp_path / "sealed") as stage:
        stage.expect(["awards/a/one", "awards/a/two", "awards/old/file"])
        stage.write("awards/a/one", b"1")
        stage.write("awards/old/file", b"new")
        stage.expect_folders(["awards/b", "awards/c"])
        stage.write_folder("awards/b", {"one": b"1"})
        raise KeyboardInterrupt
    assert names(tmp_path) == before
    assert (tmp_path / "sealed/awards/old/file").read_bytes() == b"old"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever may do everything meets no refusal"
)
def test_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir(mode=0o500)
    with pytest.raises(FileProblem, match="sealed"), Staging(tmp_path / "sealed") as stage:
        stage.write("one", b"1")


def test_link_in_the_place_of_a_temporary_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir()
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "sealed/.one.new").symlink_to(tmp_path / "other")
    with pytest.raises(FileProblem, match="one: cannot be written"), Staging(tmp_path / "sealed") as stage:
        stage.expect(["one"])
        stage.write("one", b"1")
    assert (tmp_path / "other").read_bytes() == b"other"
