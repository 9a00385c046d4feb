"""What a micro-credential says: signed in places that every reader knows, read back for pages, stable for ever."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich_award import BADGE_IN_TWO_LANGUAGES, BARE_BADGE, PLAIN, RICH_BADGE, WHERE

from pinback import micro_credential
from pinback.formats import ob2, ob3
from pinback.micro_credential.words import SECTION_WORDS
from pinback.model import LocalText, MicroCredential


def text(words: str) -> LocalText:
    return LocalText((("", words),))


FULL = MicroCredential(
    learning_outcomes=(text("Ties six knots."), text("Says *when* <not> to tie [any].")),
    hours="40",
    ects="1.5",
    eqf="4",
    cycle="short",
    assessment=text("A test & a talk"),
    participation=text("On site"),
    quality_assurance=text("Examiners visit"),
    prerequisites=text("Can swim"),
    supervision=text("Two examiners"),
    stackability=text("Half of the licence"),
    information="https://club.example.org/more?a=b&c=d",
)
BADGE = replace(BARE_BADGE, type="MicroCredential", micro_credential=FULL)


def test_the_signed_section_is_as_it_was_when_it_was_first_signed() -> None:
    """A changed word would be a new version of every micro-credential of every club: words are added, never changed."""
    sections = "\n\n".join(micro_credential.section(replace(BADGE, language=tag)) for tag in sorted(SECTION_WORDS))
    assert micro_credential.section(BADGE) == (
        "## Micro-credential\n\n"
        "**Learning outcomes:**\n\n- Ties six knots.\n- Says \\*when\\* &lt;not> to tie \\[any\\].\n\n"
        "**Workload:** 40 hours (notional), 1.5 ECTS\n\n"
        "**Level:** European Qualifications Framework (EQF), level 4; "
        "European Higher Education Area (QF-EHEA): short cycle\n\n"
        "**Assessment:** A test &amp; a talk\n\n**Form of participation:** On site\n\n"
        "**Quality assurance:** Examiners visit\n\n**Prerequisites:** Can swim\n\n"
        "**Supervision and identity check during the assessment:** Two examiners\n\n"
        "**Builds up to other qualifications:** Half of the licence\n\n"
        "**Further information:** <https://club.example.org/more?a=b&c=d>"
    )
    assert (
        sha256(sections.encode("utf-8")).hexdigest()
        == "236a25774d28855e989ac9defbf4d30a3be7bf255a46abb8c92085d1a47f93ee"
    )


@pytest.mark.parametrize("tag", SECTION_WORDS)
def test_section_has_all_its_words_in_each_language_of_the_interface(tag: str) -> None:
    assert set(SECTION_WORDS[tag]) == set(SECTION_WORDS["en"])
    assert all(SECTION_WORDS[tag].values())
    assert not any("*" in words or ":" in words or "\n" in words for words in SECTION_WORDS[tag].values())


def test_other_badges_are_signed_as_before() -> None:
    for badge in (BARE_BADGE, RICH_BADGE):
        assert ob2.badge_class(badge, WHERE, "issuers/club/issuer.json")["criteria"]["narrative"] == badge.criteria
        assert ob3.achievement(badge, WHERE, "0123abcd")["criteria"]["narrative"] == badge.criteria
        assert micro_credential.alignments(badge) == badge.alignment
        assert micro_credential.rows(badge) == ()


def test_level_workload_and_section_reach_both_formats() -> None:
    achievement = ob3.achievement(BADGE, WHERE, "0123abcd")
    badge_class = ob2.badge_class(BADGE, WHERE, "issuers/club/issuer.json")
    assert achievement["achievementType"] == "MicroCredential"
    assert achievement["creditsAvailable"] == 1.5
    assert achievement["alignment"][0] == {
        "type": ["Alignment"],
        "targetName": "EQF level 4",
        "targetUrl": "http://data.europa.eu/snb/eqf/4",
        "targetFramework": "European Qualifications Framework",
        "targetCode": "4",
        "targetType": "ext:EQF",
    }
    assert achievement["alignment"][1]["targetType"] == "ext:QF-EHEA"
    assert [entry["targetName"] for entry in badge_class["alignment"]] == ["EQF level 4", "QF-EHEA, short cycle"]
    narrative = f"Tie six knots.\n\n{micro_credential.section(BADGE)}"
    assert achievement["criteria"]["narrative"] == badge_class["criteria"]["narrative"] == narrative


def test_own_credits_are_signed_where_no_ects_are_named() -> None:
    badge = replace(BADGE, credits="3", micro_credential=replace(FULL, ects=""))
    assert ob3.achievement(badge, WHERE, "0123abcd")["creditsAvailable"] == 3
    assert "**Workload:** 40 hours (notional)\n" in micro_credential.section(badge)


def test_no_level_is_said_and_aligned_with_nothing() -> None:
    badge = replace(BADGE, micro_credential=replace(FULL, eqf="", cycle=""))
    assert "**Level:** no level of a qualifications framework applies" in micro_credential.section(badge)
    assert micro_credential.alignments(badge) == ()


def test_each_edition_has_the_section_in_its_own_language_and_what_is_not_translated_in_that_of_the_badge() -> None:
    micro = replace(
        FULL,
        assessment=LocalText((("en", "A test"), ("pl", "Sprawdzian"))),
        prerequisites=LocalText((("en", "Swims"),)),
    )
    badge = replace(BADGE_IN_TWO_LANGUAGES, type="MicroCredential", micro_credential=micro)
    polish = micro_credential.narrative(badge.edition("pl"))
    assert polish.startswith("Zawiąż sześć.\n\n## Mikropoświadczenie\n\n**Efekty uczenia się:**")
    assert "**Sprawdzenie:** Sprawdzian" in polish
    assert "**Wymagania wstępne:** Swims" in polish


def test_language_without_own_words_has_the_english_ones() -> None:
    assert micro_credential.section(replace(BADGE, language="cy")).startswith("## Micro-credential\n")
    assert micro_credential.section(replace(BADGE, language="de-AT")).startswith("## Microcredential\n")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40), min_size=1, max_size=4
    ),
    st.sampled_from(sorted(SECTION_WORDS)),
    st.sampled_from(
        ["Tie six.", "## Micro-credential\n\nOurs.", "Tie.\n\n**Level:** high\n\n## Micro-credential\n\n**A:** b"]
    ),
)
def test_what_was_put_behind_the_criteria_is_found_again(outcomes: list[str], language: str, criteria: str) -> None:
    micro = replace(
        FULL, learning_outcomes=tuple(text(words.strip() or "x") for words in outcomes), prerequisites=PLAIN
    )
    badge = replace(BADGE, criteria=criteria, language=language, micro_credential=micro)
    before, rows = micro_credential.split(micro_credential.narrative(badge), language)
    assert before == criteria
    assert rows == micro_credential.rows(badge)
    assert len(rows) == 9
    assert len(rows[0].texts) == len(outcomes)


def test_criteria_without_the_section_are_left_as_they_are() -> None:
    for criteria in ("Tie six.", "## Micro-credential\n\nOurs.", "Tie.\n\n## Micro-credential\n\nOurs alone."):
        assert micro_credential.split(criteria, "en") == (criteria, ())
