"""The first sheet of an .xlsx workbook as a table of cells (ECMA-376-1, SpreadsheetML), within limits.

Mirrors ``page_scripts/source/roster/workbook.js``. Own, and not openpyxl, so that page and command read a workbook alike: the text of one
sheet is a flat list of tags, read by the XML reader that we have for strangers' files. Days become ``yyyy-mm-dd``, all other cells what
is stored for them. Formulas, formats and macros are not looked at.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import field
from datetime import date, timedelta
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pinback.dataclass import dataclass
from pinback.limits import MAX_WORKBOOK_ELEMENTS
from pinback.roster.messages import Fault, Note, Table, refused
from pinback.roster.rules import LIMITS

_DAY_FORMATS = frozenset((14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58))
"""Formats of whole days that have a number and no text (ECMA-376-1, 18.8.30)."""
_NO_PART_OF_A_DAY = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_MEANT = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_DAY = 2_958_465
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_PIECE = 4 * 1024 * 1024
_LONGEST_FORMAT = 255
"""Characters of a format, as in Excel's own limits; open brackets without an end are looked through again and again."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, LookupError, ValueError, EOFError)
_REFUSED = (NotImplementedError, RuntimeError, OSError, UnicodeError, OverflowError)


class _TooManyRows(Exception):
    """The sheet has more rows than are read."""


def read_workbook(data: bytes) -> Table:
    """Return the first sheet that is shown."""
    try:
        parts = _Parts(zipfile.ZipFile(io.BytesIO(data)))
        if _BOOK not in parts.names:
            return refused("not_xlsx")
        book = _workbook(parts)
        strings = _strings(parts, book.strings) if book.strings in parts.names else []
        days = _day_styles(parts, book.styles) if book.styles in parts.names else []
        rows, faults = _Sheet(strings, days, book.shift).read(parts, book.sheet)
    except _TooManyRows:
        return refused("too_many_rows", limit=f"{LIMITS.rows:,}")
    except (*_DAMAGED, *_REFUSED):
        return refused("bad_xlsx")
    notes = [Note("note_workbook", {"sheet": f'"{book.name}"'})]
    if book.others:
        notes.append(Note("note_other_sheets", {"sheets": ", ".join(f'"{name}"' for name in book.others)}))
    return Table(rows, tuple(notes), tuple(faults))


class _InPieces(io.BytesIO):
    """Bytes that are read in large pieces: the parser begins a tag or comment anew with each piece until it is whole."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(_PIECE)


class _Parts:
    """The parts of a workbook, unpacked to no more than the limit together, so that a small file cannot fill the memory."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = set(archive.namelist())
        self._left = LIMITS.unpacked
        self._elements = MAX_WORKBOOK_ELEMENTS

    def tags(self, name: str) -> Iterator[tuple[str, Element, str]]:
        """Yield ``start`` or ``end``, the element and its name without namespace, in the order of the part."""
        # NOTE: zipfile unpacks bzip2 and LZMA without a bound; no program that makes workbooks uses them.
        if self._archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError
        with self._archive.open(name) as stream:
            data = stream.read(self._left + 1)
        self._left -= len(data)
        # Counted before the parser, which makes all elements of a piece before it gives the first.
        self._elements -= data.count(b"<") - data.count(b"</")
        if self._left < 0 or self._elements < 0:
            raise ValueError
        for event, element in iterparse(_InPieces(data), events=("start", "end"), forbid_dtd=True):
            yield event, element, element.tag.rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class _Workbook:
    name: str
    sheet: str
    others: list[str]
    strings: str
    styles: str
    shift: int


def _attribute(element: Element, name: str) -> str:
    """Return an attribute, whatever its namespace, or ""."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _workbook(parts: _Parts) -> _Workbook:
    sheets: list[tuple[str, str, bool]] = []
    shift = 0
    for event, element, name in parts.tags(_BOOK):
        if event == "start" and name == "sheet":
            identity = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            hidden = "hidden" in _attribute(element, "state").lower()
            sheets.append((element.get("name", ""), identity, hidden))
        elif event == "start" and name == "workbookPr" and _attribute(element, "date1904") in ("1", "true"):
            shift = 1462
    first = next((one for one in sheets if not one[2]), sheets[0])
    targets = {}
    strings, styles = "xl/sharedStrings.xml", "xl/styles.xml"
    for event, element, name in parts.tags(_RELATIONS):
        if event == "start" and name == "Relationship":
            target, kind = element.get("Target", ""), element.get("Type", "")
            path = target[1:] if target.startswith("/") else f"xl/{target}"
            targets[element.get("Id", "")] = path
            strings = path if kind.endswith("/sharedStrings") else strings
            styles = path if kind.endswith("/styles") else styles
    others = [one[0] for one in sheets if one is not first]
    return _Workbook(first[0], targets[first[1]], others, strings, styles, shift)


def _meant(text: str) -> str:
    """Return text as Excel means it: ``_x000D_`` stands for a character."""
    return _MEANT.sub(lambda found: chr(int(found[1], 16)), text)


def _strings(parts: _Parts, part: str) -> list[str]:
    found = []
    text, phonetic = "", False
    for event, element, name in parts.tags(part):
        if name == "rPh":
            phonetic = event == "start"
        elif event == "end" and name == "t" and not phonetic:
            text += element.text or ""
        elif event == "end" and name == "si":
            found.append(_meant(text))
            text = ""
            element.clear()
    return found


def _day_styles(parts: _Parts, part: str) -> list[bool]:
    """Return, style by style, whether it shows a day."""
    own: dict[str, bool] = {}
    found = []
    within = False
    for event, element, name in parts.tags(part):
        if name == "numFmt" and event == "start":
            code = _NO_PART_OF_A_DAY.sub("", element.get("formatCode", "")[:_LONGEST_FORMAT])
            own[element.get("numFmtId", "")] = bool(re.search("[yd]", code, re.IGNORECASE))
        elif name == "cellXfs":
            within = event == "start"
        elif name == "xf" and event == "start" and within:
            number = element.get("numFmtId", "")
            found.append(own.get(number, number.isdigit() and int(number) in _DAY_FORMATS))
    return found


@dataclass(slots=True)
class _Sheet:
    """Reads the cells of a sheet."""

    strings: list[str]
    days: list[bool]
    shift: int
    rows: list[list[str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def read(self, parts: _Parts, part: str) -> tuple[list[list[str]], list[Fault]]:
        text = ""
        for event, element, name in parts.tags(part):
            if name == "row" and event == "start":
                self._row(element.get("r", ""))
            elif name == "c" and event == "start":
                text = ""
            elif name in ("v", "t") and event == "end":
                text += element.text or ""
            elif name == "c":
                self._cell(element, text)
            elif name == "row":
                element.clear()
        return self.rows, self.faults

    def _row(self, reference: str) -> None:
        number = int(reference or len(self.rows) + 1)
        if number <= len(self.rows):
            raise ValueError
        if number > LIMITS.rows:
            raise _TooManyRows
        self.rows += [[] for _ in range(number - len(self.rows))]

    def _cell(self, element: Element, text: str) -> None:
        row = self.rows[-1]
        column = _column(element.get("r", ""), len(row))
        if not text:
            return
        if column >= LIMITS.columns:
            self._fault("too_many_columns", column + 1, LIMITS.columns)
            return
        row += [""] * (column + 1 - len(row))
        row[column] = self._value(element, text)
        if len(row[column]) > LIMITS.cell:
            self._fault("cell_too_long", len(row[column]), LIMITS.cell)

    def _fault(self, key: str, count: int, limit: int) -> None:
        self.faults.append(Fault(len(self.rows), "", key, {"count": f"{count:,}", "limit": f"{limit:,}"}))

    def _value(self, element: Element, text: str) -> str:
        kind = element.get("t", "")
        if kind == "s":
            number = int(text)
            return self.strings[number] if 0 <= number < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        if kind in ("inlineStr", "str", "e"):
            return _meant(text)
        if kind == "d":
            return text[:10]
        style = int(element.get("s", "") or 0)
        is_day = 0 <= style < len(self.days) and self.days[style]
        return _day(text, self.shift) if is_day else _plain_number(text)


def _column(reference: str, otherwise: int) -> int:
    """Return the number of a column, from 0, of a reference like ``C7``."""
    found = re.match("[A-Z]{1,3}", reference)
    number = 0
    for sign in found.group() if found else "":
        number = number * 26 + ord(sign) - 64
    return number - 1 if found else otherwise


def _day(text: str, shift: int) -> str:
    """Return the day of a serial number: day 1 is 1 January 1900, and a 29 February 1900 is counted that never was."""
    try:
        serial = int(float(text) // 1) + shift
    except (ValueError, OverflowError):
        return text
    if not 1 <= serial <= _LAST_DAY or serial == 60:
        return text
    return (date(1899, 12, 30 if serial > 60 else 31) + timedelta(days=serial)).isoformat()


def _plain_number(text: str) -> str:
    """Return a number as people write it: 4.41234567890E11 is 441234567890."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number == number and abs(number) < 2**53 and number.is_integer() else text
