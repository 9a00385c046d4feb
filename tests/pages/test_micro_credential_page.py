"""A micro-credential on the page of the badge and on that of an award: everything that was written, as it was signed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ClubFolder
from every_page import MICRO_AWARD, MICRO_CREDENTIAL

CRITERIA = "Plan and lead **six lessons**."
SAID = (
    *("Plans a lesson for beginners of any age.", "Keeps a group of six boats safe, and says *when* not to sail."),
    *("50 hours (notional), 2 ECTS", "European Qualifications Framework (EQF), level 4", "short cycle"),
    *(
        "Two lessons watched by an examiner",
        "On the water and in the club house",
        "Examiners of the union visit each year",
    ),
    *("First aid, not older than two years", "Two examiners; identity card shown", "Half of the coaching licence"),
    *("https://union.example.org/coaching", "United Kingdom"),
)
"""What stands in the fields, and how a reader reads it."""


@pytest.fixture(scope="module")
def coached(tmp_path_factory: pytest.TempPathFactory) -> ClubFolder:
    """A club with one sealed micro-credential, built."""
    club = ClubFolder(tmp_path_factory.mktemp("micro") / "club").site().issuer(more="address: {country: GB}\n")
    fields = "type: MicroCredential\nresults:\n  - {id: grade, name: Grade, type: LetterGrade, allowed: [A, B, C]}\n"
    club.badge("coach", fields + MICRO_CREDENTIAL, CRITERIA).keys().award("one", MICRO_AWARD, "coach")
    club.seal()
    club.build()
    return club


def page(club: ClubFolder, pattern: str) -> str:
    (found,) = Path(club.root / "site").glob(pattern)
    return found.read_text(encoding="utf-8")


def block(html: str) -> str:
    found = re.search(r'<section class="micro[^"]*">.*?</section>', html, re.DOTALL)
    assert found
    return found.group()


def test_badge_page_says_every_field(coached: ClubFolder) -> None:
    html = page(coached, "badges/coach/index.html")
    for words in SAID:
        assert words in block(html), words
    assert block(html).count("<dt") == 11
    assert "Learning outcomes" not in html.replace(block(html), "")


def test_award_page_says_what_was_signed_and_keeps_saying_it(coached: ClubFolder, tmp_path: Path) -> None:
    html = page(coached, "awards/*/index.html")
    for words in SAID:
        assert words in block(html), words
    criteria = html[html.index('<section class="criteria">') : html.index('<section class="micro')]
    assert "<strong>six lessons</strong>" in criteria
    assert "Skills it shows" not in html  # the level stands in the block
    assert re.search(r"Grade</dt><dd[^>]*>A</dd>", html)
    today = ClubFolder(tmp_path / "club")
    shutil.copytree(coached.root, today.root)
    today.write("badges/coach/badge.md", today.read("badges/coach/badge.md").replace("hours: 50", "hours: 60"))
    today.build()
    assert "50 hours" in block(page(today, "awards/*/index.html"))
    assert "60 hours" in block(page(today, "badges/coach/index.html"))


def test_search_engines_read_level_workload_and_outcomes(coached: ClubFolder) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(coached, "badges/coach/index.html"))
    assert found
    said = json.loads(found[1])
    assert said["credentialCategory"] == "Micro credential"
    assert [level["name"] for level in said["educationalLevel"]] == ["EQF level 4", "QF-EHEA, short cycle"]
    assert said["educationalLevel"][0]["inDefinedTermSet"] == "European Qualifications Framework"
    assert said["timeRequired"] == "PT50H"
    assert said["competencyRequired"][0] == SAID[0]


def test_other_badges_have_no_such_block(sealed_club: ClubFolder) -> None:
    sealed_club.build()
    assert "Micro-credential" not in page(sealed_club, "badges/knots/index.html")
