"""A sample of what ``python -m tests.faults`` tries beside faults at single calls: disks, rights, clocks, others, what was remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ClubFolder

from faults import clocks, mounts, remembered, together
from faults.harness import uncounted, warm
from faults.scenarios import command
from faults.tracing import run

WHY = mounts.missing()
mounting = pytest.mark.skipif(bool(WHY), reason=WHY or "permitted")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm()


@mounting
@pytest.mark.parametrize("name", ["clean build", "first seal", "import"])
def test_full_disk_is_named_and_harms_nothing(name: str, tmp_path: Path) -> None:
    club = uncounted(name, tmp_path)
    rooms = mounts.rooms(club, 5)
    assert mounts.on_a_full_disk(club, rooms[2]) == []


@mounting
@pytest.mark.parametrize(
    ("name", "place"),
    [("build over a site", "site"), ("first seal", "issuers/club"), ("import", "badges/knots/awards"), ("erase", ".")],
)
def test_read_only_folder_is_named_and_harms_nothing(name: str, place: str, tmp_path: Path) -> None:
    assert mounts.read_only(uncounted(name, tmp_path), place) == []


@mounting
def test_site_may_be_a_disk_of_its_own(tmp_path: Path) -> None:
    assert mounts.build_onto_a_disk(uncounted("build over a site", tmp_path)) == []


@mounting
def test_read_only_club_is_built_elsewhere(tmp_path: Path) -> None:
    assert mounts.build_elsewhere(uncounted("build over a site", tmp_path)) == []


@mounting
@pytest.mark.parametrize(
    ("name", "place"), [("erase", "issuers"), ("erase", "badges/knots"), ("import", "who-is-who.csv")]
)
def test_what_may_not_be_read_is_never_taken_for_missing(name: str, place: str, tmp_path: Path) -> None:
    assert mounts.without_rights(uncounted(name, tmp_path), place, 0) == []


@pytest.mark.parametrize(
    ("name", "day"), [("first seal", "1970"), ("seal with withdrawals", "2100"), ("erase", "backwards")]
)
def test_wrong_clock_harms_nothing(name: str, day: str, tmp_path: Path) -> None:
    assert clocks.wrong_day(uncounted(name, tmp_path), day) == []


@pytest.mark.parametrize("pair", [("import", "import"), ("build", "seal"), ("award", "erase")])
def test_two_commands_at_once_lose_nothing(pair: tuple[str, str], tmp_path: Path) -> None:
    before = together.club_for_all(tmp_path / "club")
    assert together.at_once(tmp_path / "club", before, pair, 0.05) == []


def test_what_was_remembered_may_be_anything(tmp_path: Path) -> None:
    club = uncounted("clean build", tmp_path)
    trials = list(remembered.trials(club))
    for name, damage in trials[:: max(1, len(trials) // 4)]:
        assert remembered.damaged(club, name, damage, 0) == [], f"{damage}: {name}"
    assert remembered.unseen_change(club, "same time") == []


@pytest.mark.parametrize(
    ("place", "arguments"),
    [
        ("site_src/static/more", ["check"]),
        ("site_src/static/more", ["build"]),
        ("../old/issuers/club", ["check", "--against", "../old"]),
        ("../old/issuers", ["check", "--against", "../old"]),
    ],
)
def test_folder_that_may_not_be_looked_at_is_not_taken_for_an_empty_one(
    place: str, arguments: list[str], sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_club.write("site_src/static/more/map.txt", "here")
    sealed_club.build()
    shutil.copytree(sealed_club.root, sealed_club.root.parent / "old")
    monkeypatch.chdir(sealed_club.root)
    folder = sealed_club.root / place
    folder.chmod(0)
    try:
        ended = run(mounts.without_power(command(sealed_club.root, [], *arguments)))
    finally:
        folder.chmod(0o755)
    assert ended.code == 1 and Path(place).name in ended.said and "Permission denied" in ended.said
    assert (sealed_club.root / "site/static/more/map.txt").exists()
