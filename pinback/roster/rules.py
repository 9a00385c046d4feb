"""The one table of rules for rosters, which the page of the browser reads too: ``page_scripts/source/roster/rules.json``.

It lies there because the scripts of pages are bundled in a copy of that folder. Names of months come from the CLDR
(``tests/roster/renew_months.py``).
"""

from __future__ import annotations

import json
import re
from typing import Any

from pinback.dataclass import dataclass
from pinback.page_scripts import roster_rules
from pinback.roster.texts import header_key, plain_word, word_key

_RULES: dict[str, Any] = json.loads(roster_rules())


def _split(words: str) -> list[str]:
    return [word for word in words.split("|") if word]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: bytes of a file and of a workbook unpacked; rows, columns; characters of cells and texts."""

    bytes: int
    unpacked: int
    tags: int
    rows: int
    columns: int
    cells: int
    cell: int
    name: int
    line: int
    narrative: int
    evidence: int
    examples: int
    header_within: int
    faults: int


@dataclass(frozen=True, slots=True)
class Adapter:
    """One kind of export.

    Attributes:
        name: as the option names it.
        field: what the column means that marks it.
        example: the English name of that column.
        mark: names of that column, as ``header_key`` makes them.
        unused: names of columns that mean nothing to us.
        score: names of the column of points, which is not used either, and said aloud.
    """

    name: str
    field: str
    example: str
    mark: frozenset[str]
    unused: frozenset[str]
    score: frozenset[str]


def _keys(words: str) -> frozenset[str]:
    return frozenset(header_key(word) for word in _split(words))


LIMITS = Limits(**_RULES["limits"])
DELIMITERS: list[tuple[str, str]] = [(name, sign) for name, sign in _RULES["delimiters"]]
WINDOWS_1252: str = _RULES["windows_1252"]
FIELDS: list[str] = _RULES["fields"]
DAYS: list[str] = _RULES["days"]
LINES: list[str] = _RULES["lines"]
PRIVATE = frozenset(_RULES["private"])
ADAPTER_NAMES: dict[str, str] = _RULES["adapter_names"]
MESSAGES: dict[str, str] = _RULES["messages"]
"""Every sentence by its key, with gaps like ``%(name)s``; ``…_cure`` is what to do about it."""

WEB_ADDRESS = re.compile(_RULES["web_address"])
EMAIL = re.compile(_RULES["email"])
HANDLE = re.compile(_RULES["handle"])
NUMBER = re.compile(_RULES["number"])

COLUMNS = {
    header_key(name): field
    for field, by_language in _RULES["columns"].items()
    for names in by_language.values()
    for name in _split(names)
}
"""Names of columns to the field that they mean; ``full_name``, ``email`` and ``phone`` are kinds of name and contact."""
ADAPTERS = [
    Adapter(
        name,
        one["field"],
        _split(one["mark"])[0],
        _keys(one["mark"]),
        _keys(one["unused"]),
        _keys(one.get("score", "")),
    )
    for name, one in _RULES["adapters"].items()
]
YES = frozenset(word_key(word) for word in _split(_RULES["yes"]))
NO = frozenset(word_key(word) for word in _split(_RULES["no"]))
LANGUAGE_NAMES = {word_key(name): tag for tag, names in _RULES["language_names"].items() for name in _split(names)}
MONTHS = {
    plain_word(name): number
    for months in _RULES["months"].values()
    for number, names in enumerate(months, 1)
    for name in _split(names)
}
FILLERS = frozenset(plain_word(word) for word in _split(_RULES["date_fillers"]))
WEEKDAYS = frozenset(plain_word(word) for words in _RULES["weekdays"].values() for word in _split(words))
"""Words of the names of days of the week."""
