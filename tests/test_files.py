"""The door to files: whole or not at all, never through links, one writer at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from pinback.errors import UsageError
from pinback.files import (
    FileProblem,
    append_file,
    locked,
    read_regular,
    remove_empty_folders,
    remove_tree,
    write_file,
)
from pinback.leaks import LeakProblem

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
def test_removing_never_follows_links(tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"")
    tree = tmp_path / "tree" / "deep"
    tree.mkdir(parents=True)
    (tree / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "tree")
    assert not (tmp_path / "tree").exists()
    assert (tmp_path / "kept" / "file").exists()


def test_empty_folders_go_and_full_ones_stay(tmp_path: Path):
    (tmp_path / "top" / "a" / "b").mkdir(parents=True)
    (tmp_path / "top" / "c").mkdir()
    (tmp_path / "top" / "c" / "file").write_bytes(b"")
    remove_empty_folders(tmp_path / "top")
    assert [path.name for path in (tmp_path / "top").iterdir()] == ["c"]


def test_second_run_says_who_is_first_and_a_killed_one_leaves_no_lock(tmp_path: Path):
    lock = tmp_path / "lock"
    script = (
        "import sys, os; from pathlib import Path; from pinback.files import locked\n"
        "with locked(Path(sys.argv[1]), 'seal'):\n"
        "    print('held', flush=True); sys.stdin.read(1); os._exit(9)\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", script, str(lock)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdin and first.stdout
    with first, first.stdin, first.stdout:
        assert first.stdout.readline() == b"held\n"
        before = time.monotonic()
        with pytest.raises(UsageError) as refused, locked(lock, "build", wait=0.1):
            pass
        assert time.monotonic() - before < 5
        assert str(refused.value) == (
            f"another run is at work here (seal, process {first.pid}); wait until it is done and try again"
        )
        first.stdin.write(b"x")
        first.stdin.flush()
        assert first.wait(10) == 9
    with locked(lock, "build", wait=0.1):
        assert lock.read_bytes() == f"build, process {os.getpid()}\n".encode()
