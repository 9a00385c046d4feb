"""The page of a log: what it says first, what it never says, and the drawing of how the log grew."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder

from pinback.pages.log import POINTS_DRAWN, Step, answers, drawing
from pinback.pages.theme import club_theme

LANGUAGES = ("en", "pl", "fr", "de", "es", "ar", "zh")
PAGE = "issuers/club/log/index.html"
OVERCLAIMED = re.compile(
    "block-?chain|tamper|permanent|immutable|unveränderlich|inalterable|infalsifiable|niezmienn|区块链|防篡改|永久|غير قابل",
    re.IGNORECASE,
)
"""Words for more than a log gives."""


def page(site: Path, folder: str = "") -> str:
    return unescape((site / folder / PAGE).read_text(encoding="utf-8"))


def test_what_it_lacks_without_a_witness_is_said_first(sealed_club: ClubFolder) -> None:
    text = page(sealed_club.build())
    first = text.index("Nobody but the issuer has signed this log.")
    assert "<h2>" in text[:first]
    assert text[:first].count("<h2>") == 1
    assert first < text.index("What it is") < text.index("Its newest checkpoint")


def test_it_shows_the_newest_checkpoint_as_it_lies_in_the_log(sealed_club: ClubFolder) -> None:
    sealed_club.award("late", "issued_on: 2026-06-02\nhandle: stoat-4\n").seal(AT + timedelta(days=9))
    site = sealed_club.build()
    text = page(site)
    note = (site / "issuers/club/log/checkpoint").read_text(encoding="utf-8")
    assert f">{note}</pre>" in text
    assert text.count("<tr><th scope") == 1 + len(list((site / "issuers/club/log/checkpoints").iterdir()))
    data = json.loads(re.findall(r'id="page-data">(.*?)</script>', (site / PAGE).read_text("utf-8"))[0])
    assert data["origin"] == note.partition("\n")[0]
    assert data["folder"] == "./"
    assert [sorted(key) for key in data["keys"]] == [["key"]]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_it_claims_no_more_than_it_gives_in_any_language(tag: str, sealed_club: ClubFolder) -> None:
    sealed_club.site(languages=f"[en, {tag}]" if tag != "en" else "[en]")
    text = page(sealed_club.build(), "" if tag == "en" else tag)
    assert not OVERCLAIMED.search(re.sub(r"<[^>]+>", " ", text))
    said = answers(club_theme(ROOT).language(tag))
    assert len({short for short, _ in said.values()}) >= len(said) - 1  # two good answers share their first words
    if tag != "en":
        english = answers(club_theme(ROOT).language("en"))
        assert not [word for word in said if said[word][0] == english[word][0]]


def test_pages_of_issuer_and_award_lead_to_it(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    for path in (site / "issuers/club/index.html", next((site / "awards").glob("*/index.html"))):
        link = re.findall(r'href="([^"]*log/index\.html)"', path.read_text(encoding="utf-8"))
        assert (path.parent / link[0]).resolve() == (site / PAGE).resolve()


def steps(*sizes: int) -> list[Step]:
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    return [Step(size, begun + timedelta(days=day), "") for day, size in enumerate(sizes)]


def heights(path: str) -> list[int]:
    return [160 - int(found) for found in re.findall(r"V([0-9]+)", path)[:-1]]


def test_the_drawing_never_falls_and_ends_at_the_top() -> None:
    assert heights(drawing(steps(1, 5, 20))) == [8, 40, 160]
    many = heights(drawing(steps(*range(1, 2_000))))
    assert many == sorted(many)
    assert many[-1] == 160
    assert len(many) <= POINTS_DRAWN + 1


def test_two_sealings_in_one_second_are_one_step() -> None:
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    assert heights(drawing([Step(size, begun, "") for size in (1, 2, 3)])) == [160]
