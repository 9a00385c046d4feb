"""What this program publishes is genuine for its own checker, which shares no code with the part that made it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder

from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import SnapshotDoor
from pinback.verify.inputs import judge_input
from pinback.verify.report import Report
from pinback.verify.verdict import Verdict

DID = "did:web:badges.example.org"


def saved(club: ClubFolder) -> Asker:
    """Return the built site as if it lay at its address."""
    site = club.build()
    folder = club.root / "saved"
    folder.mkdir()
    site.rename(folder / "badges.example.org")
    return Asker(SnapshotDoor(folder))


def judged(asker: Asker, name: str, **more: object) -> Report:
    return judge_input(name, asker, Question(AT + timedelta(days=1), **more))  # type: ignore[arg-type]


@pytest.fixture
def award(sealed_club: ClubFolder) -> tuple[Asker, Path]:
    asker = saved(sealed_club)
    return asker, sorted((sealed_club.root / "saved" / "badges.example.org" / "awards").iterdir())[0]


@pytest.mark.parametrize(
    "name",
    ["credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt", "badge.png", "badge.svg"],
)
def test_every_published_file_is_genuine_and_trusted_by_the_clubs_did(award: tuple[Asker, Path], name: str) -> None:
    asker, folder = award
    if not (folder / name).exists():
        pytest.skip("without libcairo badges have no SVG")
    report = judged(asker, str(folder / name), trust=(DID,))
    assert report.ok, report.sentence
    assert report.facts["badge"] == "Knots"


def test_award_page_leads_to_its_badge(award: tuple[Asker, Path]) -> None:
    asker, folder = award
    assert judged(asker, f"https://badges.example.org/awards/{folder.name}/").ok


@pytest.mark.parametrize(
    ("line", "verdict", "suspended"),
    [
        ("revoked: {on: 2026-06-02, reason: mistake}", Verdict.WITHDRAWN, False),
        ("suspended: {on: 2026-06-02}", Verdict.WITHDRAWN, True),
    ],
)
def test_withdrawn_or_suspended_award_is_told_as_such_in_all_its_forms(
    sealed_club: ClubFolder, line: str, verdict: Verdict, suspended: bool
) -> None:
    record = "badges/knots/awards/2026-05-17-otter.yaml"
    text = sealed_club.read(record)
    sealed_club.write(record, f"{text}{line}\n")
    sealed_club.seal(datetime(2026, 6, 2, 12, 0, 0, tzinfo=UTC))
    asker = saved(sealed_club)
    award_id = next(words.partition(":")[2].strip() for words in text.splitlines() if words.startswith("id:"))
    folder = sealed_club.root / "saved" / "badges.example.org" / "awards" / award_id
    for name in ("credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt", "badge.png"):
        report = judge_input(str(folder / name), asker, Question(datetime(2026, 6, 3, tzinfo=UTC)))
        assert report.verdict is verdict, f"{name}: {report.sentence}"
        if name.startswith("credential"):
            assert report.suspended is suspended, f"{name}: {report.sentence}"


@pytest.mark.parametrize("line", ["", "suspended: {on: 2026-06-02}"])
def test_award_beside_a_suspended_one_or_restored_is_genuine(sealed_club: ClubFolder, line: str) -> None:
    record = "badges/knots/awards/2026-05-17-otter.yaml"
    text = sealed_club.read(record)
    sealed_club.write(record, f"{text}suspended: {{on: 2026-06-02}}\n")
    sealed_club.seal(datetime(2026, 6, 2, 12, 0, 0, tzinfo=UTC))
    if not line:
        sealed_club.write(record, text)
        sealed_club.seal(datetime(2026, 6, 3, 12, 0, 0, tzinfo=UTC))
    asker = saved(sealed_club)
    folder = sealed_club.root / "saved" / "badges.example.org" / "awards"
    reports = [
        judge_input(str(path / "credential.json"), asker, Question(datetime(2026, 6, 4, tzinfo=UTC)))
        for path in sorted(folder.iterdir())
    ]
    assert sum(report.ok for report in reports) == len(reports) - bool(line)
