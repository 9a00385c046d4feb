"""A sample of the complete run (``python -m tests.reproducible``): a made club, sealed and built in two worlds."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import ROOT, ClubFolder
from simulation.world import git

from benchmarks.club import write_club
from reproducible.worlds import PLAIN, differences, made_in, world


def test_same_bytes_wherever_a_club_is_sealed_and_built(tmp_path: Path) -> None:
    club = tmp_path / "club"
    write_club(club, "reproducible", 20)
    ClubFolder(club).keys()
    plain = made_in(PLAIN, club, tmp_path / "plain", seal=True)
    assert sum(name.endswith("credential.json") for name in plain.files) == 2 * 20
    other = world(18)
    assert other.warm and other.umask != PLAIN.umask
    assert differences(plain, other, made_in(other, club, tmp_path / "other", seal=True)) == []


def test_checkout_as_on_windows_has_the_bytes_of_this_one(tmp_path: Path) -> None:
    """Git makes CR LF of line ends there; style sheets and scripts are published as they lie in the checkout."""
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(ROOT / ".gitattributes", first)
    for part in ("theme", "site_src"):
        shutil.copytree(ROOT / part, first / part)
    git(first, "init", "-q")
    git(first, "add", "--all")
    git(first, "commit", "-q", "-m", "first")
    git(tmp_path, "clone", "-q", "-c", "core.autocrlf=true", "first", "second")
    files = [*(first / "theme").rglob("*.css"), first / "site_src/site.yaml"]
    assert len(files) > 1
    for path in files:
        assert (tmp_path / "second" / path.relative_to(first)).read_bytes() == path.read_bytes()
