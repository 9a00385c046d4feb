"""Days as people write them. Mirrors ``page_scripts/source/roster/dates.js``.

Read are 2026-05-17, 17.5.2026, 17/5/2026, 5/17/2026, 17 May 2026, May 17, 2026, 17. Mai 2026, 2026年5月17日 and their kin, with names of months
in eleven languages and digits of Arabic and Persian; a time behind a day and a day of the week before it do not count. Which of day and
month comes first where the sign between them does not tell is decided for a whole column.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from pinback.dataclass import dataclass
from pinback.roster.rules import FILLERS, MONTHS, WEEKDAYS
from pinback.roster.texts import latin_digits, one_line, plain_word

_BIDI = re.compile("[\u200e\u200f\u061c]")
_TIME = re.compile(
    r"(?:,? |T)[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?: ?(?:Z|(?:GMT|UTC)?(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?))?\Z"
)
_YEAR_FIRST = re.compile(r"([0-9]{4}) ?[-./] ?([0-9]{1,2}) ?[-./] ?([0-9]{1,2})\.?")
_SIGNS = re.compile("([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日号號일]?([^0-9]*)")
_TOGETHER = re.compile("((?:19|2[0-9])[0-9]{2})([0-9]{2})([0-9]{2})")
_NUMBERS = re.compile(r"([0-9]{1,2}) ?([-./]) ?([0-9]{1,2}) ?([-./]) ?([0-9]{4}|[0-9]{2})\.?")
_BETWEEN = frozenset(" .,،'’/()-")


@dataclass(frozen=True, slots=True)
class Parts:
    """The numbers of a day as typed.

    Attributes:
        year: of four digits, or of two where ``short``.
        month: 0 where the order is open.
        day: 0 where the order is open.
        first: the first of day and month where their order is open.
        second: the second.
        short: the year had two digits.
        open: nothing tells the year from the day.
    """

    year: int
    month: int = 0
    day: int = 0
    first: int = -1
    second: int = -1
    short: bool = False
    open: bool = False

    @property
    def needs_order(self) -> bool:
        """Whether day and month are told apart by the column alone."""
        return self.first >= 0


def day_parts(text: str) -> Parts | None:
    """Read the text of a cell; None where it is no day."""
    plain = _TIME.sub("", one_line(latin_digits(_BIDI.sub("", text)))).strip()
    signs = _SIGNS.fullmatch(plain)
    found = _YEAR_FIRST.fullmatch(plain) or _TOGETHER.fullmatch(plain)
    found = found or (signs if signs and _are_weekdays(signs[4]) else None)
    if found:
        return Parts(int(found[1]), int(found[2]), int(found[3]))
    numbers = _NUMBERS.fullmatch(_behind_day_of_week(plain))
    if not numbers:
        return _with_name(plain)
    first, sign, second, other, year = numbers.groups()
    if sign != other:
        return None
    short = len(year) == 2
    if sign == ".":
        return Parts(int(year), int(second), int(first), short=short)
    return Parts(int(year), first=int(first), second=int(second), short=short, open=short and sign == "-")


def _is(sign: str, kinds: str) -> bool:
    return unicodedata.category(sign)[0] in kinds


def _words(text: str) -> list[str]:
    """Return the words (a letter and what follows of letters and marks, without accents) and the numbers of a text."""
    found: list[str] = []
    kind = ""
    for sign in text:
        now = ""
        if "0" <= sign <= "9":
            now = "digit"
        elif _is(sign, "L") or (_is(sign, "M") and kind == "word"):
            now = "word"
        if now and now == kind:
            found[-1] += sign
        elif now:
            found.append(sign)
        kind = now
    return [plain_word(word) for word in found]


def _is_plain(text: str) -> bool:
    """Say whether nothing stands in a text that no day is written with."""
    return all("0" <= sign <= "9" or _is(sign, "LM") or sign in _BETWEEN for sign in text)


def _are_weekdays(text: str) -> bool:
    return _is_plain(text) and all(word in WEEKDAYS for word in _words(text))


def _behind_day_of_week(plain: str) -> str:
    """Return a text without the day of the week before its first digit: ``Sun, 17/5/2026``."""
    digit = re.search("[0-9]", plain)
    return plain[digit.start() :] if digit and _are_weekdays(plain[: digit.start()]) else plain


def _with_name(plain: str) -> Parts | None:
    """Read a day whose month is a word."""
    if not _is_plain(plain):
        return None
    words = _words(plain)
    numbers = [word for word in words if word[0].isdigit()]
    months = [word for word in words if word in MONTHS]
    if len(months) > 1:
        months = [word for word in months if word not in WEEKDAYS]
    if len(months) != 1 or len(numbers) != 2:
        return None
    if any(word not in MONTHS and word not in WEEKDAYS | FILLERS and not word[0].isdigit() for word in words):
        return None
    one, other = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else numbers
    if len(one) > 2 or len(other) not in (2, 4):
        return None
    return Parts(int(other), MONTHS[months[0]], int(one), short=len(other) == 2)


def order_of(parts: Parts) -> str:
    """Say which must come first in a pair of numbers, "day" or "month"; "same" or "" where both can, "none" where neither."""
    day_first, month_first = parts.second <= 12, parts.first <= 12
    if day_first and month_first:
        return "same" if parts.first == parts.second else ""
    return "day" if day_first else "month" if month_first else "none"


def day_of(parts: Parts, order: str, latest: int) -> date | tuple[str, int]:
    """Make a day of its parts, or return the key of a fault and the year.

    Args:
        parts: of ``day_parts``.
        order: "day" or "month", what comes first in the column.
        latest: the latest year that a year of two digits can mean.
    """
    month, day = parts.month, parts.day
    if parts.needs_order:
        month, day = (parts.first, parts.second) if order == "month" else (parts.second, parts.first)
    if parts.open:
        return "two_digits", 0
    year = 100 * ((latest - parts.year) // 100) + parts.year if parts.short else parts.year
    if not 1900 <= year <= 2999:
        return "bad_year", year
    try:
        return date(year, month, day)
    except ValueError:
        return "no_such_day", year


def day_after(day: date) -> date:
    """Return the day after."""
    return day + timedelta(days=1)


def is_under_age(born: date, day: date) -> bool:
    """Say whether somebody born on one day is under 18 on the other."""
    return (born.year + 18, born.month, born.day) > (day.year, day.month, day.day)
