"""What lies below ``.pinback/cache`` and is no plain file is nothing, and is never waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pinback.files import FileProblem, temporary, write_temporary
from pinback.remembered.kept import cache_folder, keep, present, recall

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")


def test_a_pipe_in_the_place_of_what_was_kept_is_nothing(tmp_path: Path) -> None:
    assert keep(tmp_path, "a.json", [1])
    assert recall(tmp_path, "a.json") == [1]
    path = cache_folder(tmp_path) / "a.json"
    path.unlink()
    os.mkfifo(path)
    assert recall(tmp_path, "a.json") is None
    assert keep(tmp_path, "a.json", [2])
    assert recall(tmp_path, "a.json") == [2]


def test_a_pipe_in_the_place_of_what_is_written_is_refused(tmp_path: Path) -> None:
    os.mkfifo(temporary(str(tmp_path / "a.json")))
    with pytest.raises(FileProblem, match="cannot be written"):
        write_temporary(str(tmp_path / "a.json"), b"x")


def test_disk_with_one_time_that_any_program_can_set_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert present(tmp_path)
    lstat = os.lstat

    def as_on_exfat(path: Path) -> os.stat_result:
        seen = lstat(path)
        times = {"st_atime_ns": seen.st_atime_ns, "st_mtime_ns": seen.st_mtime_ns, "st_ctime_ns": seen.st_mtime_ns}
        return os.stat_result((*seen[:9], int(seen.st_mtime)), times)

    monkeypatch.setattr(os, "lstat", as_on_exfat)
    assert present(tmp_path) == 0
