"""Faults and notes as they are found, and their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from pinback.dataclass import dataclass
from pinback.roster.rules import MESSAGES
from pinback.roster.texts import quoted


@dataclass(frozen=True, slots=True)
class Found:
    """A value that is shown as ``(found "…")``, or not at all where it is ""."""

    text: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """People between whom nobody can choose: a handle, or the row of one who has none yet."""

    people: tuple[str | int, ...]


Value = str | int | Found | OneOf


@dataclass(frozen=True, slots=True)
class Note:
    """How something was read."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return sentence(self.key, self.values)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place.

    Attributes:
        row: as the spreadsheet numbers it, from 1; 0 where it is no row's.
        column: its name, or "" where it is no column's.
        key: of the sentence.
        values: for its gaps.
        cure: the key of a cure of its own, or "".
    """

    row: int
    column: str
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    cure: str = ""

    @property
    def what(self) -> str:
        """What is wrong, lower-case start, no full stop."""
        return sentence(self.key, self.values)

    @property
    def help(self) -> str:
        """What to do about it."""
        return sentence(self.cure or f"{self.key}_cure", self.values)

    def __str__(self) -> str:
        place = _place(self.row, self.column)
        return f"{place}: {self.what}; {self.help}" if place else f"{self.what}; {self.help}"


def sentence(key: str, values: Mapping[str, Value]) -> str:
    """Return a sentence with its gaps filled."""
    return MESSAGES[key] % {name: _shown(value) for name, value in values.items()}


def _shown(value: Value) -> str:
    if isinstance(value, Found):
        return sentence("found", {"value": quoted(value.text)}) if value.text else ""
    if isinstance(value, OneOf):
        return ", ".join(_place(one, "") if isinstance(one, int) else one for one in value.people)
    return str(value)


def _place(row: int, column: str) -> str:
    kind = "_".join(["place", *(["row"] if row else []), *(["column"] if column else [])])
    return sentence(kind, {"row": row, "column": quoted(column)}) if row or column else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, row by row as spreadsheets number them; how they were read; why they cannot be."""

    rows: Sequence[Sequence[str]]
    notes: tuple[Note, ...] = ()
    faults: tuple[Fault, ...] = ()


def refused(key: str, **values: Value) -> Table:
    """Return a table that holds one fault alone."""
    return Table((), (), (Fault(0, "", key, values),))
