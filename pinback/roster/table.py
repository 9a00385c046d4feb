"""A file or pasted text as a table of cells: encoding, sign between cells, quotation marks, ends of lines.

By RFC 4180 and what spreadsheet programs write. Mirrors ``page_scripts/source/roster/table.js``; the module ``csv`` reads damaged
files in other ways than any browser could, so the few rules are written out in both. What the cells mean is not known here.
"""

from __future__ import annotations

import re

from pinback.roster.messages import Fault, Note, Table, refused
from pinback.roster.rules import COLUMNS, DELIMITERS, LIMITS, WINDOWS_1252
from pinback.roster.texts import header_key, stripped
from pinback.roster.workbook import read_workbook

_SAMPLE = 200
"""Rows that are looked at to find the sign between cells."""
_ENDLESS = 10
"""A row with so many times the columns that there may be is read no further, and nothing behind it."""
_ENDINGS = {"\r\n": "note_crlf", "\r": "note_cr"}
_OF_WINDOWS = {0x80 + place: sign for place, sign in enumerate(WINDOWS_1252)}


def read_table(source: bytes | str) -> Table:
    """Read a file's bytes, or a text that was pasted."""
    if isinstance(source, str):
        return _read_text(source.removeprefix("\ufeff"), [])
    if len(source) > LIMITS.bytes:
        return refused("too_large", count=f"{len(source):,}", limit=f"{LIMITS.bytes:,}")
    if source.startswith(b"PK\x03\x04"):
        return read_workbook(source)
    if source.startswith(b"\xd0\xcf\x11\xe0"):
        return refused("old_excel")
    if source.startswith(b"%PDF"):
        return refused("not_text")
    try:
        text, note = _decoded(source)
    except UnicodeDecodeError:
        return refused("not_text")
    return refused("not_text") if "\0" in text else _read_text(text, [note])


def _decoded(data: bytes) -> tuple[str, Note]:
    """Return the text, and the note that names its encoding.

    Raises:
        UnicodeDecodeError: it says or shows an encoding that it does not keep.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8"), Note("note_encoding", {"encoding": "UTF-8"})
    if wide := _wide_kind(data):
        return data.decode(wide).removeprefix("\ufeff"), Note("note_encoding", {"encoding": "UTF-16"})
    try:
        return data.decode("utf-8"), Note("note_encoding", {"encoding": "UTF-8"})
    except UnicodeDecodeError:
        # NOTE: Python's cp1252 refuses five bytes that browsers read as control characters.
        text = data.decode("latin-1").translate(_OF_WINDOWS)
        return text, Note("note_guessed", {"encoding": "Windows-1252"})


def _wide_kind(data: bytes) -> str:
    """Tell UTF-16 by its mark, or by the zeros that stand in every other byte of Latin text."""
    if data.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if data.startswith(b"\xfe\xff"):
        return "utf-16-be"
    sample = data[:2000]
    zeros = [sample[start::2].count(0) for start in (0, 1)]
    if len(data) % 2 or max(zeros) * 5 <= len(sample):
        return ""
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _read_text(text: str, notes: list[Note]) -> Table:
    delimiter = _delimiter(text)
    rows, faults, endings = cells(text, delimiter)
    name = next((name for name, sign in DELIMITERS if sign == delimiter), "")
    ending = "note_mixed" if len(endings) > 1 else _ENDINGS.get(next(iter(endings), ""), "")
    said = [Note(key) for key in (name and f"note_{name}", ending) if key]
    return Table(rows, (*notes, *said), tuple(faults))


def _delimiter(text: str) -> str:
    """Return the sign between cells, or "" where each line is one cell: the one under which most columns are known."""
    best, most = "", (-1, 0, 0)
    for _, sign in DELIMITERS:
        rows = [row for row in cells(text, sign, _SAMPLE)[0] if any(map(stripped, row))]
        heads = ([cell for cell in row if len(cell) <= LIMITS.cell] for row in rows[: LIMITS.header_within])
        counts = [sum(header_key(cell) in COLUMNS for cell in row) for row in heads]
        known = max(counts, default=0)
        width = len(rows[counts.index(known)]) if rows else 1
        even = sum(len(row) == width for row in rows) >= len(rows) * 0.8
        score = (known, 1, width) if known > 1 else (min(known, 1), int(even), width)
        if score > most:
            best, most = (sign if width > 1 else ""), score
    return best


def cells(text: str, delimiter: str, most: int | None = None) -> tuple[list[list[str]], list[Fault], set[str]]:
    """Return the rows of a text, up to *most*, with faults and the ends of lines that were met."""
    plain = re.compile(rf"[^\r\n{delimiter}]*")
    rows: list[list[str]] = []
    faults: list[Fault] = []
    endings: set[str] = set()
    row: list[str] = []
    place = count = 0
    while place < len(text) or row:
        inner = ""
        if text[place : place + 1] == '"':
            found = _in_quotes(text, place)
            if found is None:
                faults.append(Fault(len(rows) + 1, "", "open_quote"))
            else:
                inner, place = found
        match = plain.match(text, place)
        value = inner + (match.group() if match else "")
        place = match.end() if match else place
        if len(value) > LIMITS.cell:
            faults.append(_too_much(len(rows) + 1, "cell_too_long", len(value), LIMITS.cell))
        row.append(value)
        goes_on = bool(delimiter) and text.startswith(delimiter, place)
        if goes_on and len(row) <= _ENDLESS * LIMITS.columns:
            place += 1
            continue
        if len(row) > LIMITS.columns:
            faults.append(_too_much(len(rows) + 1, "too_many_columns", len(row), LIMITS.columns))
        rows.append(row)
        count += len(row)
        row = []
        if goes_on:
            break
        if place < len(text):
            ending = "\r\n" if text.startswith("\r\n", place) else text[place]
            endings.add(ending)
            place += len(ending)
        for key, there, limit in (("rows", len(rows), LIMITS.rows), ("cells", count, LIMITS.cells)):
            if there > limit:
                return [], [Fault(0, "", f"too_many_{key}", {"limit": f"{limit:,}"})], endings
        if len(rows) == most:
            break
    return rows, faults, endings


def _too_much(row: int, key: str, count: int, limit: int) -> Fault:
    return Fault(row, "", key, {"count": f"{count:,}", "limit": f"{limit:,}"})


def _in_quotes(text: str, start: int) -> tuple[str, int] | None:
    """Return what stands in the quotation marks that open at *start*, and the place behind; None where they never close, or as if so: where
    more of them stand within than a cell has characters."""
    end = start + 1
    for _ in range(LIMITS.cell):
        end = text.find('"', end)
        if end < 0:
            return None
        if text[end + 1 : end + 2] != '"':
            inner = text[start + 1 : end].replace('""', '"').replace("\r\n", "\n").replace("\r", "\n")
            return inner, end + 1
        end += 2
    return None
