"""Ten thousand random edits of register and sealed files: none passes the guard."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from edits import EDITS, try_edits


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_none_of_ten_thousand_edits_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried = try_edits(tmp_path, 10_000)
    assert set(tried) == {how.__name__ for how in EDITS}
    with capsys.disabled():
        print(f"{tried.total():,} edits of {len(tried)} kinds, none passed")
