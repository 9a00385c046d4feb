"""The first sheet of an .xlsx workbook as a table of cells (ECMA-376-1, SpreadsheetML), within limits.

Mirrors ``page_scripts/source/roster/workbook.js``. Own, and not openpyxl, so that page and command read a workbook alike: the text of one
sheet is a flat list of tags. They are read by Expat itself, which no document type may reach: defusedxml's reader is Python, and takes ten
seconds for a sheet of a million cells. Days become ``yyyy-mm-dd``, all other cells what is stored for them. Formulas, formats and macros
are not looked at.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from xml.parsers.expat import ExpatError, ParserCreate

from pinback.dataclass import dataclass
from pinback.roster.messages import Fault, Note, Table, refused
from pinback.roster.rules import LIMITS

# Python 3.13 and later say so on the terminal, and read on; what it unpacks to is bounded here.
warnings.filterwarnings("ignore", "Overlapped entries", UserWarning)
_DAY_FORMATS = frozenset((14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58))
"""Formats of whole days that have a number and no text (ECMA-376-1, 18.8.30)."""
_NO_PART_OF_A_DAY = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_MEANT = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_DAY = 2_958_465
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_PIECE = 1024 * 1024
_LONGEST_FORMAT = 255
"""Characters of a format, as in Excel's own limits; open brackets without an end are looked through again and again."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, ExpatError, LookupError, ValueError, EOFError)
_REFUSED = (NotImplementedError, RuntimeError, OSError, UnicodeError, OverflowError)


class _TooMany(Exception):
    """The sheet has more than is read: the limit's name."""


def read_workbook(data: bytes) -> Table:
    """Return the first sheet that is shown."""
    try:
        parts = _Parts(zipfile.ZipFile(io.BytesIO(data)))
        if _BOOK not in parts.names:
            return refused("not_xlsx")
        book = _workbook(parts)
        strings, styles = _Strings(), _Styles()
        for name, reader in ((book.strings, strings), (book.styles, styles)):
            if name in parts.names:
                parts.read(name, reader)
        sheet = _Sheet(strings.found, styles.found, book.shift)
        parts.read(book.sheet, sheet)
    except _TooMany as error:
        return refused(f"too_many_{error}", limit=f"{getattr(LIMITS, str(error)):,}")
    except (*_DAMAGED, *_REFUSED):
        return refused("bad_xlsx")
    notes = [Note("note_workbook", {"sheet": f'"{book.name}"'})]
    if book.others:
        notes.append(Note("note_other_sheets", {"sheets": ", ".join(f'"{name}"' for name in book.others)}))
    return Table(sheet.rows, tuple(notes), tuple(sheet.faults))


class _OwnNames(dict[str, str]):
    """Names of elements as the parser tells them, and without their prefix."""

    def __missing__(self, name: str) -> str:
        self[name] = own = name.rpartition("}")[2]
        return own


class _Reader:
    """Takes the tags and texts of a part, one after the other; an empty element has two tags.

    Names are the parser's (``names`` has them without their prefix); so are those of attributes with a namespace, which begin with that and ``}``.
    """

    def __init__(self) -> None:
        self.names = _OwnNames()
        self._size = 0

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        """Take a tag that begins an element."""

    def closes(self, name: str) -> None:
        """Take a tag that ends an element."""

    def says(self, text: str) -> None:
        """Take a text, or a piece of a long one."""

    def _count(self, text: str) -> None:
        """Count the characters that were taken; a sheet has no more of them than a file that is no workbook."""
        self._size += len(text)
        if self._size > LIMITS.bytes:
            raise ValueError


class _Parts:
    """The parts of a workbook, unpacked to no more than the limit together, so that a small file cannot fill the memory."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = set(archive.namelist())
        self._left, self._tags_left = LIMITS.unpacked, LIMITS.tags

    def read(self, name: str, reader: _Reader) -> None:
        """Let *reader* take a part."""
        # NOTE: zipfile unpacks bzip2 and LZMA without a bound; no program that makes workbooks uses them.
        if self._archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError
        parser = ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = reader.opens, reader.closes
        parser.CharacterDataHandler = reader.says
        parser.StartDoctypeDeclHandler = _refuse
        read, piece = 0, b"\0"
        with self._archive.open(name) as stream:
            while piece:
                piece = stream.read(min(_PIECE, self._left + 1))
                read += len(piece)
                self._left -= len(piece)
                self._tags_left -= piece.count(b"<") + piece.count(b"/>")
                if min(self._left, self._tags_left) < 0:
                    raise ValueError
                parser.Parse(piece, not piece)
                # The parser begins a tag or comment anew with each piece until it is whole.
                if read - parser.CurrentByteIndex > LIMITS.bytes:
                    raise ValueError


def _refuse(*of_the_document_type: object) -> None:
    """Stop at a document type, whose entities could say anything of any length."""
    raise ValueError


@dataclass(frozen=True, slots=True)
class _Workbook:
    name: str
    sheet: str
    others: list[str]
    strings: str
    styles: str
    shift: int


def _attribute(attributes: Mapping[str, str], name: str) -> str:
    """Return an attribute, whatever its namespace, or ""."""
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == name), "")


class _Book(_Reader):
    """Name, relation and whether it is hidden of each sheet; how far days are shifted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.shift = 0

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        name = self.names[name]
        if name == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            hidden = "hidden" in _attribute(attributes, "state").lower()
            self.sheets.append((attributes.get("name", ""), identity, hidden))
        elif name == "workbookPr" and _attribute(attributes, "date1904") in ("1", "true"):
            self.shift = 1462


class _Relations(_Reader):
    """The parts that relations lead to, and those of strings and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}
        self.strings, self.styles = "xl/sharedStrings.xml", "xl/styles.xml"

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        if self.names[name] == "Relationship":
            target, kind = attributes.get("Target", ""), attributes.get("Type", "")
            path = target[1:] if target.startswith("/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = path
            if kind.endswith("/sharedStrings"):
                self.strings = path
            elif kind.endswith("/styles"):
                self.styles = path


def _workbook(parts: _Parts) -> _Workbook:
    book, relations = _Book(), _Relations()
    parts.read(_BOOK, book)
    first = next((one for one in book.sheets if not one[2]), book.sheets[0])
    parts.read(_RELATIONS, relations)
    others = [one[0] for one in book.sheets if one is not first]
    sheet = relations.targets[first[1]]
    return _Workbook(first[0], sheet, others, relations.strings, relations.styles, book.shift)


def _meant(text: str) -> str:
    """Return text as Excel means it: ``_x000D_`` stands for a character."""
    return _MEANT.sub(lambda found: chr(int(found[1], 16)), text)


class _Strings(_Reader):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._text: list[str] = []
        self._within = self._phonetic = False

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        name = self.names[name]
        self._within = self._within or name == "t"
        self._phonetic = self._phonetic or name == "rPh"

    def closes(self, name: str) -> None:
        name = self.names[name]
        if name == "t":
            self._within = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            text = "".join(self._text)
            self._text.clear()
            self._count(text)
            self.found.append(_meant(text))

    def says(self, text: str) -> None:
        if self._within and not self._phonetic:
            self._text.append(text)


class _Styles(_Reader):
    """Style by style, whether it shows a day."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[bool] = []
        self._own: dict[str, bool] = {}
        self._within = False

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        name = self.names[name]
        if name == "numFmt":
            code = _NO_PART_OF_A_DAY.sub("", attributes.get("formatCode", "")[:_LONGEST_FORMAT])
            self._own[attributes.get("numFmtId", "")] = bool(re.search("[yd]", code, re.IGNORECASE))
        elif name == "cellXfs":
            self._within = True
        elif name == "xf" and self._within:
            number = attributes.get("numFmtId", "")
            self.found.append(self._own.get(number, number.isdigit() and int(number) in _DAY_FORMATS))

    def closes(self, name: str) -> None:
        if self.names[name] == "cellXfs":
            self._within = False


class _Sheet(_Reader):
    """The cells of a sheet."""

    def __init__(self, strings: list[str], days: list[bool], shift: int) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.faults: list[Fault] = []
        self._strings, self._days, self._shift = strings, days, shift
        self._cells = 0
        self._cell: dict[str, str] = {}
        self._text: list[str] = []
        self._within = False

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        name = self.names[name]
        if name == "c":
            self._cell = attributes
            self._text.clear()
        elif name == "v" or name == "t":
            self._within = True
        elif name == "row":
            self._row(attributes.get("r", ""))

    def closes(self, name: str) -> None:
        name = self.names[name]
        if name == "v" or name == "t":
            self._within = False
        elif name == "c":
            self._take(self._cell, "".join(self._text))

    def says(self, text: str) -> None:
        if self._within:
            self._text.append(text)

    def _row(self, reference: str) -> None:
        number = int(reference or len(self.rows) + 1)
        if number <= len(self.rows):
            raise ValueError
        if number > LIMITS.rows:
            raise _TooMany("rows")
        self.rows += [[] for _ in range(number - len(self.rows))]

    def _take(self, attributes: Mapping[str, str], text: str) -> None:
        row = self.rows[-1]
        column = _column(attributes.get("r", ""), len(row))
        if not text:
            return
        if column >= LIMITS.columns:
            self._fault("too_many_columns", column + 1, LIMITS.columns)
            return
        self._count(text)
        before = len(row)
        row += [""] * (column + 1 - before)
        row[column] = value = self._value(attributes, text)
        self._count(value)  # many cells may name one long text
        if len(value) > LIMITS.cell:
            self._fault("cell_too_long", len(value), LIMITS.cell)
        self._cells += len(row) - before
        if self._cells > LIMITS.cells:
            raise _TooMany("cells")

    def _fault(self, key: str, count: int, limit: int) -> None:
        self.faults.append(Fault(len(self.rows), "", key, {"count": f"{count:,}", "limit": f"{limit:,}"}))

    def _value(self, attributes: Mapping[str, str], text: str) -> str:
        kind = attributes.get("t", "")
        if kind == "s":
            number = int(text)
            return self._strings[number] if 0 <= number < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        if kind in ("inlineStr", "str", "e"):
            return _meant(text)
        if kind == "d":
            return text[:10]
        style = int(attributes.get("s", "") or 0)
        is_day = 0 <= style < len(self._days) and self._days[style]
        return _day(text, self._shift) if is_day else _plain_number(text)


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
