"""One writer at a time, many readers, and no lock outside the club's folder."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder

from pinback.cli.main import run
from pinback.errors import UsageError
from pinback.files import FileProblem
from pinback.locks import locked

posix = pytest.mark.skipif(os.name != "posix", reason="links, modes and pipes of POSIX")


def test_second_run_says_who_is_first_and_a_killed_one_leaves_no_lock(tmp_path: Path):
    lock = tmp_path / "lock"
    script = (
        "import sys, os; from pathlib import Path; from pinback.locks import locked\n"
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


@posix
def test_lock_on_a_broken_disk_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(*arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "ftruncate", fails)
    with pytest.raises(FileProblem, match=r"lock: cannot be written"), locked(tmp_path / "lock", "test"):
        pass


def test_lock_of_a_club_is_not_made_behind_a_link(sealed_club: ClubFolder, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    shutil.rmtree(sealed_club.root / ".pinback", ignore_errors=True)
    (sealed_club.root / ".pinback").symlink_to(tmp_path / "outside")
    (sealed_club.root / ".schemas").symlink_to(tmp_path / "outside")
    for words in (
        ["award", "knots", "--name", "Anna"],
        ["seal"],
        ["key", "list"],
        ["key", "rotate", "--yes"],
        ["serve", "--port", "0"],
        ["schemas"],
        ["build", "--out", ".pinback/site"],
        ["build"],
        ["check"],
    ):
        free = words in (["key", "list"], ["build"], ["check"])
        assert (run([*words, "-C", str(sealed_club.root)]) == 0) is free, words
    assert os.listdir(tmp_path / "outside") == []


def test_lock_of_a_site_may_be_made_behind_a_link_that_somebody_names(sealed_club: ClubFolder, tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "here").symlink_to("sites")
    assert run(["build", "--out", str(tmp_path / "here/mine"), "-C", str(sealed_club.root)]) == 0
    assert (tmp_path / "sites/mine/index.html").is_file()
