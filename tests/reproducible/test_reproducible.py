"""A sample of the complete run (``python -m tests.reproducible``): a made club, sealed and built in two worlds."""

from __future__ import annotations

from pathlib import Path

from conftest import ClubFolder

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
