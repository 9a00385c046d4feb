"""Texts, badges and pages in several languages: what is shown where, and in which language it really is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich_award import BARE_BADGE

from pinback.model import Criteria, LocalText, Origin, nearest_tag


@pytest.mark.parametrize(
    ("language", "written", "found"),
    [
        ("pl", ["en", "pl"], "pl"),
        ("pt-BR", ["en", "pt"], "pt"),
        ("pt", ["en", "pt-BR", "pt-PT"], "pt-BR"),
        ("zh-Hant", ["zh-Hans", "en"], "zh-Hans"),
        ("pl", ["en", "cy"], "en"),
        ("pl", [""], ""),
        ("", ["en", "pl"], "en"),
        ("pl", ["en", ""], ""),
        ("pl", [], ""),
    ],
)
def test_nearest_language_is_the_same_then_its_kin_then_none_then_the_first(language, written, found):
    assert nearest_tag(language, written) == found


def test_text_says_in_which_language_it_really_is():
    text = LocalText((("en", "Knots"), ("pl", "Węzły")))
    assert (text.in_language("pl"), text.language_of("pl")) == ("Węzły", "pl")
    assert (text.in_language("ar"), text.language_of("ar")) == ("Knots", "en")
    plain = LocalText((("", "Knots"),))
    assert (plain.in_language("ar"), plain.language_of("ar")) == ("Knots", "")
    assert (LocalText(()).in_language("en"), LocalText(()).language_of("en")) == ("", "")


def both(first: str, second: str) -> LocalText:
    return LocalText((("en", first), ("pl", second)))


BADGE = replace(
    BARE_BADGE,
    name=both("Knots", "Węzły"),
    description=both("Ties knots.", "Wiąże węzły."),
    alt=both("A knot", "Węzeł"),
    translations=(Criteria("pl", "Zawiąż sześć.", 1, Origin("badges/knots/criteria.pl.md")),),
)


def test_edition_is_the_badge_as_written_in_that_language():
    edition = BADGE.edition("pl")
    assert (edition.language, edition.criteria, edition.own) == ("pl", "Zawiąż sześć.", BADGE)
    assert edition.alt.in_language(edition.language) == "Węzeł"
    assert (edition.own_language, BADGE.own_language) == ("en", "en")
    assert edition.editions == BADGE.editions == ("en", "pl")


def test_badge_is_its_own_edition_and_the_way_back():
    assert BADGE.edition("en") is BADGE
    assert BADGE.edition("ar") is BADGE
    assert BADGE.edition("pl").edition("en") is BADGE
    assert BADGE.edition("pl").edition("ar") is BADGE
    assert BADGE.edition("pl").edition("pl") == BADGE.edition("pl")


@pytest.mark.parametrize(
    "gap",
    [
        {"name": LocalText((("", "Knots"),))},
        {"description": LocalText((("en", "Ties knots."),))},
        {"translations": ()},
    ],
)
def test_badge_that_is_not_written_whole_has_no_edition(gap):
    badge = replace(BADGE, **gap)
    assert badge.editions == ("en",)
    assert badge.edition("pl") is badge


def test_alt_that_is_missing_stays_in_the_badges_own_language():
    badge = replace(BADGE, alt=LocalText((("ar", "عُقدة"), ("en", "A knot"))))
    edition = badge.edition("pl")
    assert (edition.alt.in_language("pl"), edition.alt.language_of("pl")) == ("A knot", "en")
