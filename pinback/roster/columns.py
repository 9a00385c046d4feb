"""Which column means what, by its name. Mirrors ``page_scripts/source/roster/columns.js``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pinback.dataclass import dataclass
from pinback.roster.messages import Fault, Note
from pinback.roster.rules import ADAPTER_NAMES, ADAPTERS, COLUMNS, FIELDS, LIMITS, Adapter
from pinback.roster.texts import folded, header_key, letter, listed, one_line, quoted, stripped

_KINDS = {"full_name": "name", "email": "contact", "phone": "contact"}
"""Kinds of names and contacts that are told apart by the columns beside them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        header: its name, or its letter where it has none.
        field: what it means, "" where it is not used.
        kind: the field before names and contacts are told apart.
        chosen: whether a person said what it means.
    """

    header: str
    field: str = ""
    kind: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, the number of the first row below them, and what is to be said of them."""

    columns: tuple[Column, ...]
    first: int
    notes: tuple[Note, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_columns(rows: Sequence[Sequence[str]], chosen: Mapping[str, str], source: str) -> Header:
    """Find the header and what its columns mean.

    Args:
        rows: of ``read_table``.
        chosen: names of columns to fields; "" for one that is not used.
        source: ``moodle``, ``google-forms``, or ``auto``.
    """
    by_hand = {folded(header): field for header, field in chosen.items()}
    filled = [place for place, row in enumerate(rows) if any(map(stripped, row))]
    if not filled:
        return Header((), 1, faults=(Fault(0, "", "empty"),))
    place = _header_place(rows, filled, by_hand)
    if place is None:
        return _without_header(rows, filled)
    above = [one + 1 for one in filled if one < place]
    notes = [Note("note_above", {"rows": listed(above)})] if above else []
    width = max((number + 1 for number, cell in enumerate(rows[place]) if stripped(cell)), default=0)
    headers = [one_line(cell) or letter(number) for number, cell in enumerate(rows[place][:width])]
    kinds, said, faults, score = _adapted(headers, by_hand, source)
    columns = _meanings(kinds)
    notes += said
    unused = [quoted(one.header) for one in columns if not one.field and not (score and score.header == one.header)]
    if unused:
        notes.append(Note("note_unused", {"columns": ", ".join(unused)}))
    return Header(columns, place + 2, tuple(notes), (*faults, *_twice(columns, place + 1)))


def _header_place(rows: Sequence[Sequence[str]], filled: list[int], by_hand: Mapping[str, str]) -> int | None:
    """Return the place of the header: the row of the first ten with most known names, two at least unless it is the first."""
    best, most = None, 0
    marks = frozenset().union(*(one.mark for one in ADAPTERS))
    for number, place in enumerate(filled[: LIMITS.header_within]):
        keys = [(header_key(cell), folded(cell)) for cell in rows[place]]
        known = sum(key in COLUMNS or key in marks or plain in by_hand for key, plain in keys)
        if known > most and (known > 1 or number == 0):
            best, most = place, known
    return best


def _without_header(rows: Sequence[Sequence[str]], filled: list[int]) -> Header:
    """Take a table of one column for a list of names; of more, nobody knows what they mean."""
    if not any(stripped(cell) for place in filled for cell in rows[place][1:]):
        return Header((Column("A", "name", "name"),), 1, (Note("note_list"),))
    cells = [cell for cell in rows[filled[0]] if stripped(cell)][:6]
    found = ", ".join(map(quoted, cells))
    return Header((), 1, faults=(Fault(filled[0] + 1, "", "no_header", {"found": found}),))


def _adapted(
    headers: list[str], by_hand: Mapping[str, str], source: str
) -> tuple[list[Column], list[Note], list[Fault], Column | None]:
    """Give each column its kind: as chosen by hand, by the kind of export, or by its name; and find a column of points."""
    keys = [header_key(header) for header in headers]
    program = next(
        (one for one in ADAPTERS if (not one.mark.isdisjoint(keys) if source == "auto" else one.name == source)), None
    )
    notes, faults = [], []
    if program and not program.mark.isdisjoint(keys):
        notes.append(Note("note_from", {"program": ADAPTER_NAMES[program.name]}))
    elif program:
        values = {"program": ADAPTER_NAMES[program.name], "column": quoted(program.example)}
        faults.append(Fault(0, "", "not_from", values))
    columns = [_kind(header, key, by_hand, program) for header, key in zip(headers, keys, strict=True)]
    score = None
    if program:
        pairs = list(zip(columns, keys, strict=True))
        score = next((one for one, key in pairs if not one.kind and key in program.score), None)
        marked = next((one for one, key in pairs if key in program.mark), None)
        if score:
            notes.append(Note("note_score", {"column": quoted(score.header)}))
        if marked and marked.kind == program.field:
            # An export's own mark says when it was completed; another column that is called like a day would say it twice.
            columns = [
                replace(one, kind="") if one is not marked and not one.chosen and one.kind == marked.kind else one
                for one in columns
            ]
    return columns, notes, faults, score


def _kind(header: str, key: str, by_hand: Mapping[str, str], program: Adapter | None) -> Column:
    if folded(header) in by_hand:
        return Column(header, kind=by_hand[folded(header)], chosen=True)
    if program and key in program.mark:
        return Column(header, kind=program.field)
    return Column(header, kind="" if program and key in program.unused else COLUMNS.get(key, ""))


def _meanings(columns: list[Column]) -> tuple[Column, ...]:
    """Turn kinds into fields.

    "Name" beside a first name is the last name, as in German sheets, and beside a last name the first name, as in Spanish ones; a full
    name makes both needless.
    """
    kinds = {one.kind for one in columns}
    turned = "name"
    if "full_name" in kinds:
        turned = ""
    elif "first_name" in kinds and "last_name" not in kinds:
        turned = "last_name"
    elif "last_name" in kinds and "first_name" not in kinds:
        turned = "first_name"
    needless = "full_name" in kinds or ("name" in kinds and turned == "name")
    found = []
    for one in columns:
        field = _KINDS.get(one.kind, one.kind)
        if one.kind == "name":
            field = turned
        elif one.kind in ("first_name", "last_name") and needless:
            field = ""
        found.append(replace(one, field=field if field in FIELDS else ""))
    return tuple(found)


def _twice(columns: tuple[Column, ...], row: int) -> list[Fault]:
    """Return a fault for each field that two columns mean; an e-mail address and a telephone number may stand side by side."""
    seen: dict[str, str] = {}
    faults = []
    for one in columns:
        key = one.kind if one.field == "contact" else one.field
        if one.field and key in seen:
            values = {"one": quoted(seen[key]), "other": quoted(one.header), "field": one.field}
            faults.append(Fault(row, "", "column_twice", values))
        elif one.field:
            seen[key] = one.header
    return faults
