"""The door to files: whole or not at all, never through links."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from pinback.files import (
    FileProblem,
    append_file,
    read_regular,
    remove_empty_folders,
    remove_temporaries,
    remove_tree,
    write_file,
    write_folder,
    written_whole,
)
from pinback.leaks import LeakProblem
from pinback.locks import locked

posix = pytest.mark.skipif(os.name != "posix", reason="links, modes and pipes of POSIX")


def test_file_is_written_whole_with_its_folders(tmp_path: Path):
    write_file(tmp_path / "a" / "b" / "file", b"old")
    write_file(tmp_path / "a" / "b" / "file", b"one\r\ntwo\n\0")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"one\r\ntwo\n\0"
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["file"]


def test_leftover_of_a_dead_run_is_written_over(tmp_path: Path):
    (tmp_path / ".file.new").write_bytes(b"half")
    write_file(tmp_path / "file", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_folder_is_written_whole_or_not_at_all(tmp_path: Path):
    (tmp_path / "badges/.oars.new").mkdir(parents=True)
    (tmp_path / "badges/.oars.new/half.md").write_bytes(b"hal")
    write_folder(tmp_path / "badges/oars", {"badge.md": b"whole"})
    assert [path.name for path in (tmp_path / "badges").iterdir()] == ["oars"]
    assert [path.read_bytes() for path in (tmp_path / "badges/oars").iterdir()] == [b"whole"]
    with pytest.raises(FileProblem, match=r"knots.+cannot be written"):
        write_folder(tmp_path / "badges/knots", {"badge.md": b"whole", "no/such.md": b"folder"})
    assert [path.name for path in (tmp_path / "badges").iterdir()] == ["oars"]


def test_two_runs_that_write_one_large_file_leave_it_whole(tmp_path: Path):
    with (
        pytest.raises(FileProblem, match=r"zip: another run writes this file"),
        written_whole(tmp_path / "zip") as first,
    ):
        first.write(b"half")
        with written_whole(tmp_path / "zip") as second:
            second.write(b"whole")
    assert (tmp_path / "zip").read_bytes() == b"whole"
    with pytest.raises(FileProblem, match=r"another run"), written_whole(tmp_path / "zip"):
        (tmp_path / ".zip.new").unlink()
        (tmp_path / ".zip.new").write_bytes(b"of another run")
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"of another run", b"whole"]


@posix
def test_interrupted_writing_leaves_the_old_file_alone(tmp_path: Path):
    """Ctrl-C reaches a process that waits for its disk."""
    (tmp_path / "list").write_bytes(b"old")
    script = (
        "import os, signal, sys; from pathlib import Path; from pinback import files\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "files.write_file(Path(sys.argv[1]), b'new')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "list")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "KeyboardInterrupt" in done.stderr
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("list", b"old")]


@posix
def test_planted_link_is_never_written_through(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    club = tmp_path / "club"
    club.mkdir()
    (club / ".record.yaml.new").symlink_to(outside)
    write_file(club / "record.yaml", b"theirs")
    (club / "lock").symlink_to(outside)
    with pytest.raises(FileProblem), locked(club / "lock", "test"):
        pass
    (club / "register.jsonl").symlink_to(outside)
    with pytest.raises(FileProblem):
        append_file(club / "register.jsonl", b"theirs")
    assert outside.read_bytes() == b"mine"
    assert not (club / "record.yaml").is_symlink()


@pytest.mark.parametrize("write", [write_file, append_file])
def test_secret_stops_the_writing(tmp_path: Path, write):
    (tmp_path / "file").write_bytes(b"before")
    with pytest.raises(LeakProblem) as refused:
        write(tmp_path / "file", b"-----BEGIN PRIVATE KEY-----\n")
    assert "a private key in PEM form would be written here" in str(refused.value)
    assert (tmp_path / "file").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_place_that_is_taken_is_named_and_nothing_stays(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(FileProblem, match="the folder cannot be made"):
        write_file(tmp_path / "file" / "below", b"x")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_file(tmp_path / "folder", b"x")
    with pytest.raises(FileProblem, match="cannot be written"):
        append_file(tmp_path / "folder", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_append_to_a_full_disk_is_reported():
    with pytest.raises(FileProblem, match="No space left"):
        append_file(Path("/dev/full"), b"x")


@posix
def test_append_that_fails_half_way_restores_the_old_length(tmp_path: Path):
    """A limit on the size of files stands for the full disk: the first bytes go in, the rest does not."""
    file = tmp_path / "register.jsonl"
    file.write_bytes(b"o" * 1000)
    script = (
        "import resource, signal, sys; from pathlib import Path; from pinback.files import append_file, FileProblem\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))\n"
        "try: append_file(Path(sys.argv[1]), b'n' * 900)\n"
        "except FileProblem as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "cannot be written (File too large); nothing was changed in it" in done.stdout
    assert file.read_bytes() == b"o" * 1000


@posix
def test_only_plain_files_of_bounded_size_are_read(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "file", 5) == b"12345"
    for name, why in (
        ("link", "not a plain file"),
        ("pipe", "not a plain file"),
        (".", "not a plain file"),
        ("none", "cannot be read"),
    ):
        with pytest.raises(FileProblem, match=why):
            read_regular(tmp_path / name)
    with pytest.raises(FileProblem, match="has 5 bytes, at most 4 are read"):
        read_regular(tmp_path / "file", 4)


@posix
def test_folders_thousands_deep_are_removed(tmp_path: Path):
    """A repository may bring them along: as deep as the system takes a path."""
    top = tmp_path / "top"
    depth = (4_000 - len(str(top))) // 2
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove_tree(top)
    assert not top.exists()


@posix
def test_removing_never_follows_links(tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"")
    tree = tmp_path / "tree" / "deep"
    tree.mkdir(parents=True)
    (tree / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()
    assert (tmp_path / "kept" / "file").exists()


@posix
def test_leftovers_of_killed_runs_go_and_nothing_else(tmp_path: Path):
    for name in (".a.yaml.new", ".b.new"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / ".link.new").symlink_to(tmp_path / "kept.new")
    (tmp_path / ".folder.new").mkdir()
    for name in ("kept.new", ".kept", "..new", ".new"):
        (tmp_path / name).write_bytes(b"mine")
    assert [path.name for path in remove_temporaries(tmp_path)] == [".a.yaml.new", ".b.new", ".link.new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["..new", ".folder.new", ".kept", ".new", "kept.new"]
    assert remove_temporaries(tmp_path / "none") == []


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch):
    """Let calls of the system fail: those whose name is in the set that this returns."""
    failing: set[str] = set()

    def around(name: str):
        call = getattr(os, name)

        def perhaps(*arguments, **named):
            if name in failing:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return call(*arguments, **named)

        monkeypatch.setattr(os, name, perhaps)

    for name in ("fsync", "close", "ftruncate", "rmdir", "unlink"):
        around(name)
    return failing


def said_by(action) -> str:
    with pytest.raises(FileProblem) as refused:
        action()
    return str(refused.value)


@posix
def test_disk_that_does_not_confirm_a_name_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The rename has happened by then, so "nothing was changed" would be untrue."""
    path = tmp_path / "file"
    sync = os.fsync

    def files_alone(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(handle)

    monkeypatch.setattr(os, "fsync", files_alone)
    for write in (write_file, append_file):
        assert said_by(lambda write=write: write(path, b"new")) == (
            f"{path}: was written, but the disk does not confirm it ({os.strerror(errno.EIO)}); "
            "check the disk, and try again"
        )
    assert path.read_bytes() == b"newnew"


@posix
def test_append_that_fails_says_what_stands_there(tmp_path: Path, disk: set[str]):
    path = tmp_path / "register"
    path.write_bytes(b"old\n")
    disk.add("fsync")
    # The sync after cutting back fails too, so nobody knows what the disk holds.
    assert said_by(lambda: append_file(path, b"new\n")).endswith(
        "; part of it may stand there; check the disk, and try again"
    )
    disk.add("ftruncate")
    assert "part of it may stand there" in said_by(lambda: append_file(path, b"new\n"))


@posix
def test_append_that_is_synced_has_happened_whatever_close_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "register"
    path.write_bytes(b"old\n")
    close = os.close

    def of_the_file(handle: int) -> None:
        regular = stat.S_ISREG(os.fstat(handle).st_mode)
        close(handle)
        if regular:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "close", of_the_file)
    append_file(path, b"new\n")
    with locked(tmp_path / "lock", "test"):
        pass
    assert path.read_bytes() == b"old\nnew\n"


@posix
def test_names_of_new_folders_are_synced_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced = []
    sync = os.fsync

    def seen(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        sync(handle)

    monkeypatch.setattr(os, "fsync", seen)
    write_file(tmp_path / "a" / "b" / "file", b"x")
    folders = (tmp_path, tmp_path / "a", tmp_path / "a" / "b")
    assert {folder.stat().st_ino for folder in folders} <= set(synced)


def test_empty_folders_go_and_full_ones_stay(tmp_path: Path):
    (tmp_path / "top" / "a" / "b").mkdir(parents=True)
    (tmp_path / "top" / "c").mkdir()
    (tmp_path / "top" / "c" / "file").write_bytes(b"")
    remove_empty_folders(tmp_path / "top")
    assert [path.name for path in (tmp_path / "top").iterdir()] == ["c"]


@posix
def test_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    """Nor is a device: ``--out /dev/full`` would put a file in its place."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileProblem, match=r"pipe: cannot be written \(this is no plain file\); choose another name"):
        write_file(tmp_path / "pipe", b"x")
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)
    assert list(tmp_path.iterdir()) == [tmp_path / "pipe"]
