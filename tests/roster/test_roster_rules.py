"""The one table of rules: its names mean one thing each, and every month of the CLDR is read."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from renew_months import LANGUAGES
from renew_months import table as months_of_the_cldr

from pinback.page_scripts import roster_rules
from pinback.roster.dates import Parts, day_of, day_parts
from pinback.roster.reading import RosterAward
from pinback.roster.rules import ADAPTERS, COLUMNS, DAYS, FIELDS, MESSAGES, MONTHS, NO, YES
from pinback.roster.texts import header_key, plain_word

RULES = json.loads(roster_rules())


def test_no_column_name_means_two_fields() -> None:
    seen: dict[str, str] = {}
    for field, by_language in RULES["columns"].items():
        for names in by_language.values():
            for name in names.split("|"):
                assert name and header_key(name), (field, names)
                assert seen.setdefault(header_key(name), field) == field, name


def test_every_field_has_names_in_every_language() -> None:
    assert all(set(by_language) == set(LANGUAGES) for by_language in RULES["columns"].values())


def test_fields_are_those_that_awards_have() -> None:
    kinds = {"full_name": "name", "email": "contact", "phone": "contact"}
    assert {kinds.get(field, field) for field in COLUMNS.values()} == set(FIELDS)
    only_read = {"first_name", "last_name", "born", "completed"}
    assert set(FIELDS) - only_read <= set(RosterAward.__dataclass_fields__)
    assert set(DAYS) <= set(FIELDS)
    assert all(adapter.field in FIELDS for adapter in ADAPTERS)


def test_no_word_means_yes_and_no() -> None:
    assert not YES & NO


def test_every_fault_has_a_cure_and_every_cure_a_fault() -> None:
    cures = {key.removesuffix("_cure") for key in MESSAGES if key.endswith("_cure")}
    plain = {
        key
        for key in MESSAGES
        if not key.endswith("_cure") and not key.startswith(("note_", "place_")) and key != "found"
    }
    assert cures - {"unknown_badge_near"} == plain


def test_sentences_begin_small_and_end_without_a_full_stop() -> None:
    for key, text in MESSAGES.items():
        assert text == text.strip() or key == "found"
        assert not text.endswith(".") and not re.match(r"[A-Z]", text), key
        assert key.startswith("note_") or key.endswith("_cure") or ";" not in text, key


def test_months_are_those_of_the_cldr() -> None:
    """The table is made once; a newer CLDR may spell more, and every spelling in it must mean the same month."""
    for language, months in months_of_the_cldr().items():
        for number, names in enumerate(months, 1):
            for name in names.split("|"):
                assert MONTHS.get(plain_word(name), number) == number, (language, name)
        assert len(RULES["months"][language]) == 12 and all(RULES["months"][language])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["long", "full", "medium"])
def test_day_as_the_cldr_writes_it_is_read(language: str, form: str) -> None:
    for day in (date(2026, month, 9 + month) for month in range(1, 13)):
        text = format_date(day, form, Locale.parse(language))
        parts = day_parts(text)
        assert isinstance(parts, Parts), text
        order = "month" if language == "en" else "day"
        assert day_of(parts, order, 2099) == day, text
