"""Days and lengths of time, and what is meant by those that are written in another way."""

from __future__ import annotations

import re
from datetime import date

from pinback import model
from pinback.content.nodes import Node, Problems
from pinback.content.scalars import text_of
from pinback.dataclass import dataclass
from pinback.errors import quoted


@dataclass(frozen=True, slots=True)
class Day:
    """A day, written year-month-day."""

    example: str = "2026-05-17"

    def read(self, name: str, node: Node, problems: Problems) -> date | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                problems.add(
                    node.line, f'"{name}" is a day that no calendar has (found {quoted(value)})', "correct month or day"
                )
                return None
            if 1900 <= day.year <= 2999:
                return day
            problems.add(node.line, f'"{name}" lies in the year {day.year} (found {quoted(value)})', "correct the year")
            return None
        near = _nearest_day(value)
        cure = f'write it "{near}"' if near else f'write it year-month-day, like "{self.example}"'
        problems.add(node.line, f'"{name}" is not a date as needed here (found {quoted(value)})', cure)
        return None


def _nearest_day(value: str) -> str:
    """Return the day that can only be meant by *value*, or ""."""
    if found := re.match(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])", value):
        year, month, day = found[1], int(found[3]), int(found[4])
    elif found := re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", value):
        first, second, year = int(found[1]), int(found[3]), found[4]
        month, day = (first, second) if second > 12 else (second, first)
        if first <= 12 and second <= 12 and first != second:
            return ""  # the third of April to some, the fourth of March to others
    else:
        return ""
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return ""


_UNITS = {
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "week"),
    **dict.fromkeys(("m", "mo", "mon", "mth", "mths", "month", "months"), "month"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "year"),
}
"""The unit that is meant by a word."""
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LONGEST = {"day": 36_500, "week": 5_200, "month": 1_200, "year": 100}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: a whole number and days, weeks, months or years."""

    example: str = "2 years"

    def read(self, name: str, node: Node, problems: Problems) -> model.Duration | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if found := re.fullmatch(r"([1-9][0-9]{0,5}) (day|week|month|year)s?", value):
            duration = model.Duration(int(found[1]), found[2])
            if duration.count <= _LONGEST[duration.unit]:
                return duration
            problems.add(
                node.line,
                f'"{name}" is longer than a hundred years (found {quoted(value)})',
                "correct it; an award that stays valid needs no such field",
            )
            return None
        near = _nearest_duration(value)
        if near:
            cure = f'write it "{near}"'
        elif re.fullmatch(r"[0-9]+", value):
            cure = f'write days, weeks, months or years behind the number, like "{value.lstrip("0") or 2} years"'
        elif re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", value):
            cure = f'write a last day as "valid_until: {value}", or a length here, like "{self.example}"'
        else:
            cure = f'write a number and days, weeks, months or years, like "{self.example}"'
        problems.add(node.line, f'"{name}" is not a length of time as needed here (found {quoted(value)})', cure)
        return None


def _nearest_duration(value: str) -> str:
    """Return the length of time that can only be meant by *value*, or ""."""
    found = re.fullmatch(r"(?:p(?=[0-9]))?([0-9]{1,5}(?:[.,][0-9])?|[a-z]+)[ \t_-]*([a-z]+)\.?", value.casefold())
    if not found:
        return ""
    unit = _UNITS.get(found[2], "")
    digits = found[1].replace(",", ".")
    count = float(digits) if digits[0].isdigit() else float(_COUNTS.index(digits) if digits in _COUNTS else 0)
    if unit == "year" and count != int(count):
        unit, count = "month", count * 12
    if not unit or count < 1 or count != int(count):
        return ""
    return str(model.Duration(int(count), unit))
