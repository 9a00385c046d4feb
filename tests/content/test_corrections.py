"""Awards that correct, continue and replace others: what is allowed, and what reading makes of it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from conftest import ClubFolder
from hypothesis import given
from hypothesis import strategies as st

from pinback.content.corrections import MOST_GUESSES, first_of_each
from pinback.content.read import read_club
from pinback.errors import ContentError
from pinback.model import Club, Duration
from pinback.register import record_hash

A, B, C = "abcdefgh234567ab", "bcdefghi234567bc", "cdefghij234567cd"
NAMED = "named: sha256$" + "a" * 64 + "\n"
EMAIL = "email:\n  hash: sha256$" + "b" * 64 + "\n  salt: " + "8b" * 16 + "\n"
AWARD = f"issued_on: 2026-05-17\nhandle: otter-7\n{NAMED}{EMAIL}"


def read(club: ClubFolder) -> Club:
    return read_club(club.root)[0]


def test_a_correction_keeps_holder_day_name_and_address(club: ClubFolder):
    club.award("old", f"id: {A}\n{AWARD}").award("new", f"id: {B}\nsupersedes: {A}\n{AWARD}")
    club.award("newer", f"supersedes: {B}\n{AWARD}")  # its id is written by the next sealing
    assert sorted(award.supersedes for award in read(club).awards) == ["", A, B]


def test_the_old_record_may_say_it_alone(club: ClubFolder):
    club.award("old", f"id: {A}\nsuperseded_by: {B}\n{AWARD}").award("new", f"id: {B}\n{AWARD}")
    assert [award.superseded_by for award in read(club).awards] == ["", B]


def test_both_records_may_say_it(club: ClubFolder):
    club.award("old", f"id: {A}\nsuperseded_by: {B}\n{AWARD}").award("new", f"id: {B}\nsupersedes: {A}\n{AWARD}")
    assert len(read(club).awards) == 2


def test_a_third_award_with_the_same_name_is_told(club: ClubFolder):
    club.award("old", f"id: {A}\n{AWARD}").award("new", f"id: {B}\nsupersedes: {A}\n{AWARD}")
    club.award("third", f"id: {C}\n{AWARD}")
    with pytest.raises(ContentError) as raised:
        read(club)
    assert sum('the same "named" stands' in str(problem) for problem in raised.value.problems) == 1
    assert sum("has this badge of 2026-05-17 already" in str(problem) for problem in raised.value.problems) == 1


def test_a_renewal_keeps_the_name_and_not_the_day(club: ClubFolder):
    club.award("old", f"id: {A}\n{AWARD}")
    club.award("new", f"id: {B}\nrenews: {A}\n{AWARD.replace('2026', '2028')}")
    assert [award.renews for award in read(club).awards] == [A, ""]
    club.award("new", f"id: {B}\nrenews: {A}\n{AWARD}")
    with pytest.raises(ContentError, match="has this badge of 2026-05-17 already"):
        read(club)


def _ids(count: int) -> list[str]:
    return [f"{number:016d}".translate(str.maketrans("0123456789", "abcdefghij")) for number in range(count)]


def test_a_line_of_thousands_of_corrections_has_one_first_award(club: ClubFolder):
    """Walked through from each of them, it took the third power of its length."""
    ids = _ids(4_000)
    line = "".join(f"  - handle: otter-7\n    id: {new}\n    supersedes: {old}\n" for old, new in pairwise(ids))
    club.award("a", f"issued_on: 2026-05-17\nawards:\n  - handle: otter-7\n    id: {ids[0]}\n{line}")
    found = read(club)
    assert set(first_of_each(found, with_renewals=False).values()) == {ids[0]}
    assert len(found.awards) == len(ids)


def test_same_holder_thousands_of_times_is_told_each_time(club: ClubFolder):
    club.award("a", "issued_on: 2026-05-17\nawards:\n" + "  - handle: otter-7\n" * 4_000)
    with pytest.raises(ContentError) as raised:
        read(club)
    assert len(raised.value.problems) == 3_999


def test_near_names_are_looked_for_a_few_times(club: ClubFolder):
    known, *unknown = _ids(MOST_GUESSES + 21)
    lines = "".join(f"  - handle: h-{at}\n    supersedes: {one[:-1]}b\n" for at, one in enumerate(unknown))
    club.award("a", f"issued_on: 2026-05-17\nawards:\n  - handle: h\n    id: {known}\n{lines}")
    with pytest.raises(ContentError) as raised:
        read(club)
    told = [one.cure for one in raised.value.problems if "no award of this club" in one.what]
    guessed = [cure.startswith("did you mean") for cure in told]
    assert len(guessed) > MOST_GUESSES
    assert guessed == [True] * MOST_GUESSES + [False] * (len(guessed) - MOST_GUESSES)


def test_an_erased_award_is_no_award(club: ClubFolder):
    club.award("course", f"issued_on: 2026-05-17\nawards:\n  - handle: otter-7\n  - id: {B}\n    erased: true\n")
    club.award("erased", f"id: {A}\nerased: true\n")
    found = read(club)
    assert [award.handle for award in found.awards] == ["otter-7"]
    assert [(erased.id, erased.badge, str(erased.origin)) for erased in found.erasures] == [
        (B, "knots", "badges/knots/awards/course.yaml:4"),
        (A, "knots", "badges/knots/awards/erased.yaml:1"),
    ]


def test_what_a_sealed_award_names_may_be_erased_later(club: ClubFolder):
    club.award("erased", f"id: {A}\nerased: true\n").award("new", f"id: {B}\nsupersedes: {A}\n{AWARD}")
    assert read_club(club.root, {B})[0].awards[0].supersedes == A
    with pytest.raises(ContentError, match="was erased"):
        read(club)


def test_life_cycle_fields_are_not_in_the_record_hash(club: ClubFolder):
    club.award("old", f"id: {A}\n{AWARD}")
    before = record_hash(read(club).awards[0].typed)
    club.award("old", f"id: {A}\nsuspended: {{on: 2026-06-01}}\nsuperseded_by: {B}\n{AWARD}")
    club.award("new", f"id: {B}\n{AWARD}")
    award = read(club).awards[1]
    assert (award.suspended, record_hash(award.typed)) == (date(2026, 6, 1), before)


def test_what_the_documents_say_is_in_the_record_hash(club: ClubFolder):
    club.award("old", f"id: {A}\n{AWARD}").award("new", f"id: {B}\nsupersedes: {A}\nvalid_for: 2 years\n{AWARD}")
    typed = read(club).awards[0].typed
    assert (typed["supersedes"], typed["valid_for"]) == (A, "2 years")


def test_the_badge_says_how_long_its_awards_are_valid_that_do_not(club: ClubFolder):
    club.badge(fields="valid_for: 18 months\n")
    club.award("a", "issued_on: 2026-08-31\nhandle: a\n")
    club.award("b", "issued_on: 2026-08-31\nhandle: b\nvalid_for: 6 weeks\n")
    club.award("c", "issued_on: 2026-08-31\nhandle: c\nvalid_until: 2026-09-01\n")
    awards = read(club).awards
    assert [award.valid_until for award in awards] == [date(2028, 2, 29), date(2026, 10, 12), date(2026, 9, 1)]
    assert "valid_for" not in awards[0].typed


LAST_DAYS = [
    ("2026-05-17", Duration(2, "year"), "2028-05-17"),
    ("2028-02-29", Duration(1, "year"), "2029-02-28"),
    ("2028-02-29", Duration(4, "year"), "2032-02-29"),
    ("2026-01-31", Duration(1, "month"), "2026-02-28"),
    ("2026-12-31", Duration(2, "month"), "2027-02-28"),
    ("2026-11-30", Duration(1, "month"), "2026-12-30"),
    ("2026-05-17", Duration(18, "month"), "2027-11-17"),
    ("2026-05-17", Duration(6, "week"), "2026-06-28"),
    ("2026-05-17", Duration(90, "day"), "2026-08-15"),
]


@pytest.mark.parametrize(("issued_on", "duration", "last"), LAST_DAYS)
def test_last_valid_day(issued_on: str, duration: Duration, last: str):
    assert duration.last_day(date.fromisoformat(issued_on)).isoformat() == last


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.integers(1, 1200))
def test_months_keep_the_day_or_end_with_the_month(day: date, count: int):
    last = Duration(count, "month").last_day(day)
    assert (last.year - day.year) * 12 + last.month - day.month == count
    assert last.day <= day.day
    assert last.day == day.day or Duration(1, "day").last_day(last).day == 1


def test_durations_are_shown_as_they_are_typed():
    assert [str(Duration(1, "year")), str(Duration(18, "month"))] == ["1 year", "18 months"]
