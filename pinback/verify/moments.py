"""Moments as badges write them, and as the checker says them (XML Schema 1.1, dateTimeStamp; ISO 8601)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from pinback.errors import quoted
from pinback.verify.verdict import forged

_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:([Zz])|([+-])(\d\d):?(\d\d))", re.ASCII
)


def moment(value: object, what: str) -> datetime:
    """Return a moment with its zone.

    Args:
        value: from a document.
        what: how a message names it.

    Raises:
        Finding: forged, as no issuer's program writes it.
    """
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise forged(f"{what} is {quoted(str(value))}, which is not a moment with date, time and zone")
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = found.groups()
    try:
        zone = UTC if zulu else timezone((-1 if sign == "-" else 1) * timedelta(hours=int(hours), minutes=int(minutes)))
        micro = int((fraction or "0").ljust(6, "0")[:6])
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micro, zone).astimezone(
            UTC
        )
    except (ValueError, OverflowError) as error:
        raise forged(f"{what} is {quoted(str(value))}, which no calendar has") from error


def day(value: datetime) -> str:
    """Return the day of a moment in UTC, as people read it."""
    return value.date().isoformat()
