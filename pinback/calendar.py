"""A calendar of what expires, for the steward to subscribe to: one day-long event a badge and day, without people.

Specification: RFC 5545 (iCalendar), §3.1 content lines, §3.6.1 events, §3.3.11 text. Nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from operator import attrgetter

from pinback.dataclass import dataclass
from pinback.errors import printable

_FOLD = 75
"""Octets of a content line without its line end (RFC 5545 §3.1)."""


@dataclass(frozen=True, slots=True, order=True)
class Expiry:
    """The last day on which awards of a badge are valid. ``url`` is the badge's page; neither people nor counts."""

    day: date
    badge: str
    title: str
    url: str


def ics(name: str, host: str, stamp: datetime, expiries: Iterable[Expiry]) -> bytes:
    """Return an iCalendar file; equal entries count once, and the order is that of day and badge.

    Args:
        name: what calendar programs show for it.
        host: makes the identifiers unique in the world; the host of the club's site.
        stamp: an aware moment, for ``DTSTAMP``; it is no part of what an event says.
        expiries: what expires.
    """
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pinback//Pinback//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    # Lines that are joined at the end would take several times as much memory.
    written = BytesIO()
    written.writelines(map(_folded, head))
    stamped = _folded(f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    # NOTE: a large club has thousands of events, made anew with each award.
    for one in sorted(set(expiries), key=attrgetter("day", "badge", "title", "url")):
        day, days = _day(one.day)
        uid = _folded(f"UID:{day}-{one.badge}@{host}")
        written.writelines((b"BEGIN:VEVENT\r\n", uid, stamped, days, _said(one.title, one.url), b"END:VEVENT\r\n"))
    written.write(_folded("END:VCALENDAR"))
    return written.getvalue()


@lru_cache(maxsize=4096)
def _day(day: date) -> tuple[str, bytes]:
    """Return a day as identifiers have it, and the lines that say when its event is."""
    first, after = (one.isoformat().replace("-", "") for one in (day, day + timedelta(days=1)))
    return day.isoformat(), f"DTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{after}\r\n".encode("ascii")


@lru_cache(maxsize=1024)
def _said(title: str, url: str) -> bytes:
    """Return the lines that are the same in all events of a badge."""
    lines = (f"SUMMARY:{_text(f'Last valid day: {title}')}", f"URL:{url}", "TRANSP:TRANSPARENT")
    return b"".join(map(_folded, lines))


@lru_cache(maxsize=1024)
def _text(value: str) -> str:
    """Return *value* as TEXT (RFC 5545 §3.3.11), on one line."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "".join(printable(sign) for sign in escaped.replace("\r\n", "\n").replace("\n", "\\n"))


def _folded(line: str) -> bytes:
    """Return a content line with its line ends; a sign of several octets is never cut in two."""
    if len(line) <= _FOLD and line.isascii():
        return line.encode("ascii") + b"\r\n"
    parts, part = [], b""
    for sign in line:
        octets = sign.encode("utf-8")
        if len(part) + len(octets) > _FOLD:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
