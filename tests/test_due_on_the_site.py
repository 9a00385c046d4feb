"""The calendar on the site: what expires, from signed credentials, without people and linked from no page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from conftest import AT, ClubFolder
from icalendar import Calendar

DUE = "issuers/club/due.ics"


def days(site: Path) -> list[date]:
    calendar = Calendar.from_ical((site / DUE).read_bytes())
    return sorted(event["DTSTART"].dt for event in calendar.walk("VEVENT"))


def id_of(club: ClubFolder, record: str) -> str:
    found = re.search("^id: (.*)$", club.read(f"badges/knots/awards/{record}.yaml"), re.MULTILINE)
    assert found
    return found[1]


def test_living_awards_that_none_continues_are_in_it(club: ClubFolder) -> None:
    club.keys()
    for record, last in (("a", "2027-01-01"), ("b", "2027-02-02"), ("c", "2027-03-03"), ("d", "2027-04-04")):
        club.award(record, f"issued_on: 2026-05-17\nhandle: {record}-1\nvalid_until: {last}\n")
    club.award("for-ever", "issued_on: 2026-05-17\nhandle: e-1\n")
    club.seal()
    assert days(club.build()) == [date(2027, 1, 1), date(2027, 2, 2), date(2027, 3, 3), date(2027, 4, 4)]
    file = "badges/knots/awards/a.yaml"
    club.write(file, club.read(file) + "revoked: {on: 2026-06-01, reason: mistake}\n")
    club.award("b2", f"issued_on: 2026-06-01\nhandle: b-1\nvalid_until: 2029-02-02\nrenews: {id_of(club, 'b')}\n")
    club.write("badges/knots/awards/c.yaml", f"id: {id_of(club, 'c')}\nerased: true\n")
    assert date(2027, 2, 2) in days(club.build()), "a renewal that waits continues nothing yet"
    club.seal(AT + timedelta(days=1))
    site = club.build()
    assert days(site) == [date(2027, 4, 4), date(2029, 2, 2)]
    text = (site / DUE).read_text(encoding="utf-8")
    assert "DTSTAMP:20260602T120000Z" in text
    assert "a-1" not in text
    assert id_of(club, "d") not in text
    assert not [path for path in site.rglob("*.html") if b"due.ics" in path.read_bytes()]


def test_nothing_expires_and_there_is_no_calendar(club: ClubFolder) -> None:
    club.keys().award("a", "issued_on: 2026-05-17\nhandle: a-1\n").seal()
    assert not (club.build() / DUE).exists()
