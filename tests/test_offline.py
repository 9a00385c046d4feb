"""Checking, sealing and building in a process that has no network at all (a network namespace of its own, Linux)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TEST_CODE
from faults.scenarios import _first

ALONE = ("unshare", "--map-root-user", "--net")
ASKS = "import socket; socket.create_connection(('127.0.0.1', 9), 5)"


def alone(*words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python where no interface is up, not even the one to this machine itself."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PINBACK_CODE": code}
    variables.pop("CI", None)
    return subprocess.run(
        [*ALONE, sys.executable, *words], env=variables, capture_output=True, text=True, check=False, timeout=120
    )


def _why_not() -> str:
    if not shutil.which("unshare"):
        return "unshare is missing (Linux: util-linux)"
    done = alone("-c", "print('there')")
    return "" if done.stdout == "there\n" else f"no network of our own may be made here: {done.stderr.strip()}"


WHY = _why_not()


@pytest.mark.skipif(bool(WHY), reason=WHY or "permitted")
def test_club_is_checked_sealed_and_built_without_a_network(tmp_path: Path) -> None:
    assert "Network is unreachable" in alone("-c", ASKS).stderr
    root = tmp_path / "club"
    _first(root)
    for words in (("check",), ("seal",), ("check",), ("build",)):
        done = alone("-m", "pinback", *words, "-C", str(root), code=TEST_CODE if words == ("seal",) else "")
        assert done.returncode == 0, done.stderr
    assert len(list((root / "site/awards").iterdir())) == 3
