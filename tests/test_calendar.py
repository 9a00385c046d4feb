"""The calendar of what expires, read by code that did not make it (PyPI ``icalendar``)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from pinback.calendar import Expiry, ics

STAMP = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TITLES = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


def test_bytes_are_what_they_were():
    one = Expiry(date(2028, 5, 17), "knots", "Knots; one, two", "https://badges.example.org/badges/knots/")
    assert ics("Test badges", "badges.example.org", STAMP, [one, one]).decode() == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Pinback//Pinback//EN\r\nCALSCALE:GREGORIAN\r\n"
        "X-WR-CALNAME:Test badges\r\nBEGIN:VEVENT\r\nUID:2028-05-17-knots@badges.example.org\r\n"
        "DTSTAMP:20260601T120000Z\r\nDTSTART;VALUE=DATE:20280517\r\nDTEND;VALUE=DATE:20280518\r\n"
        "SUMMARY:Last valid day: Knots\\; one\\, two\r\nURL:https://badges.example.org/badges/knots/\r\n"
        "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@given(TITLES, st.lists(st.tuples(st.dates(date(1900, 1, 1), date(2999, 12, 31)), TITLES), max_size=3))
def test_another_reader_understands_it(name: str, expiries: list[tuple[date, str]]):
    wanted = [Expiry(day, f"badge-{n}", title, f"https://x.example/{n}/") for n, (day, title) in enumerate(expiries)]
    data = ics(name, "x.example", STAMP, reversed(wanted))
    assert data == ics(name, "x.example", STAMP, wanted)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    data.decode("utf-8")
    read = icalendar.Calendar.from_ical(data)
    events = list(read.walk("VEVENT"))
    assert [event["DTSTART"].dt for event in events] == [one.day for one in sorted(wanted)]
    assert all(event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1) for event in events)
    assert all(event["DTSTAMP"].dt == STAMP for event in events)
    assert len({str(event["UID"]) for event in events}) == len(events)
    for event, one in zip(events, sorted(wanted), strict=True):
        if one.title.isprintable():
            assert str(event["SUMMARY"]) == f"Last valid day: {one.title}"
