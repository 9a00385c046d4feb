"""A calendar of what expires, for the steward to subscribe to: one day-long event a badge and day, without people.

Specification: RFC 5545 (iCalendar), §3.1 content lines, §3.6.1 events, §3.3.11 text. Nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

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
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pinback//Pinback//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
    )
    stamped = f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    # A large issuer has thirty thousand events, and as lines they would take ten times as much memory as in the file.
    parts = [_lines(head)]
    for one in sorted(set(expiries)):
        event = (
            "BEGIN:VEVENT",
            f"UID:{one.day}-{one.badge}@{host}",
            stamped,
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(f'Last valid day: {one.title}')}",
            f"URL:{one.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        )
        parts.append(_lines(event))
    return b"".join([*parts, _lines(("END:VCALENDAR",))])


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join([_folded(line) for line in lines])


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
