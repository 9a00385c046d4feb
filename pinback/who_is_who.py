"""The steward's private list of names and links, ``who-is-who.csv`` beside the club; git ignores it.

A spreadsheet may have saved it: with a semicolon or a tab between cells, a column more, columns in another order, or without the byte
order mark. Rows that stay are kept byte for byte. Lists from before there was a column "contact" get it with the first contact.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pinback.dataclass import dataclass
from pinback.files import FileProblem, read_regular, remove_file, write_file
from pinback.git import refuse_published

if TYPE_CHECKING:
    import _csv

FILE = "who-is-who.csv"
_COLUMNS = ("name", "badge", "issued_on", "handle", "link", "contact")
_AWARD = re.compile(r"/awards/([a-z2-7]{16})/#n=")
_BOM = "\ufeff"
_HALVES = re.compile("[\ud800-\udfff]")
"""Bytes that are no UTF-8, as ``surrogateescape`` keeps them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One holder's award: name, badge as people call it, day, handle, private link, and an e-mail address or telephone number."""

    name: str
    badge: str
    issued_on: str
    handle: str
    link: str
    contact: str = ""

    @property
    def name_in_link(self) -> str:
        """The name exactly as the link carries it; a spreadsheet may have changed the cell."""
        _, _, fragment = self.link.partition("#n=")
        return unquote(fragment.partition("&")[0])

    @property
    def award(self) -> str:
        """The id of the award that the link opens, or ""."""
        found = _AWARD.search(self.link)
        return found.group(1) if found else ""

    @property
    def secret(self) -> str:
        """The secret in the link, or ""."""
        return self.link.partition("&k=")[2]


def note(root: Path, row: Row) -> Callable[[], None]:
    """Append a row, and return what takes it back."""
    return note_all(root, [row])


def note_all(root: Path, new: Sequence[Row]) -> Callable[[], None]:
    """Append rows in one write, and return what takes them back.

    A new list begins with a byte order mark, which spreadsheets need.

    Raises:
        UsageError: git does not ignore the list; nothing was written.
    """
    path = root / FILE
    before = read_regular(path) if path.exists() else None
    if not new:
        return lambda: None
    refuse_published(root, path)
    text = (before or b"").decode("utf-8", "surrogateescape")
    if not text.strip(_BOM + "\r\n"):
        text = _BOM + ",".join(_COLUMNS) + "\r\n"
    elif any(row.contact for row in new):
        text = _with_contact(text)
    if not text.endswith("\n"):
        text += "\r\n"
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=_delimiter(text))
    columns = _header(text)[0]
    order = columns if "link" in columns else _COLUMNS
    for row in new:
        values = {**_cells_of(row), "name": _cell(row.name), "badge": _cell(row.badge), "contact": _cell(row.contact)}
        writer.writerow([values.get(name, "") for name in order])
    _write(path, (text + stream.getvalue()).encode("utf-8", "surrogateescape"))
    return lambda: remove_file(path) if before is None else _write(path, before)


def _cells_of(row: Row) -> dict[str, str]:
    """Return the cells of a row by column."""
    return {name: getattr(row, name) for name in _COLUMNS}


def _with_contact(text: str) -> str:
    """Add the column "contact" to the first row where it is missing."""
    columns, end = _header(text)
    if "contact" in columns or "link" not in columns:
        return text
    lines = _lines(text)
    last = lines[end - 1]
    written = last.rstrip("\r\n")
    lines[end - 1] = f"{written}{_delimiter(text)}contact{last[len(written) :] or chr(10)}"
    return "".join(lines)


def _header(text: str) -> tuple[list[str], int]:
    """Return the names of the columns, and how many lines they take."""
    reader = csv.reader(_lines(text.removeprefix(_BOM)), delimiter=_delimiter(text))
    return [cell.strip().casefold() for cell in next(_cells(reader), [])], reader.line_num


def rows(root: Path) -> list[Row]:
    """Return the rows of the list; none where there is no list."""
    return [row for row, _ in _rows(_text(root))]


def of_link(root: Path, link_hash: str) -> Row | None:
    """Return the row whose link has this hash (``sha256$…``), or None."""
    return next(
        (row for row in rows(root) if link_hash == "sha256$" + sha256(row.link.encode("utf-8")).hexdigest()), None
    )


def forget(root: Path, is_theirs: Callable[[Row], bool]) -> int:
    """Remove the rows that *is_theirs* names, and return how many; a list without rows goes as a whole."""
    found = list(_rows(text := _text(root)))
    gone = [lines for row, lines in found if is_theirs(row)]
    if gone and len(gone) == len(found):
        remove_file(root / FILE)
    elif gone:
        kept = _lines(text)
        for first, last in reversed(gone):
            del kept[first:last]
        _write(root / FILE, "".join(kept).encode("utf-8", "surrogateescape"))
    return len(gone)


def _text(root: Path) -> str:
    path = root / FILE
    return read_regular(path).decode("utf-8", "surrogateescape") if path.exists() else ""


def _delimiter(text: str) -> str:
    head = text.lstrip(_BOM).partition("\n")[0]
    return max(",;\t", key=head.count) if head else ","


def _lines(text: str) -> list[str]:
    """Return lines with their ends, as spreadsheets have them: other signs that Unicode calls ends of lines stand within cells."""
    return list(io.StringIO(text, newline=""))


def _rows(text: str) -> Iterator[tuple[Row, tuple[int, int]]]:
    """Yield each row with the lines that it takes, from and up to, counted from 0."""
    reader = csv.reader(_lines(text.removeprefix(_BOM)), delimiter=_delimiter(text))
    columns: list[str] = []
    first = 0
    for cells in _cells(reader):
        if not columns:
            columns = [cell.strip().casefold() for cell in cells]
        elif any(cells):
            by_name = dict(zip(columns, cells, strict=False))
            name, badge, day, handle, link, contact = (_words(by_name.get(name, "")).strip() for name in _COLUMNS)
            row = Row(_plain(name), badge, day, handle, link, _plain(contact))
            yield row, (first, reader.line_num)
        first = reader.line_num


def _cells(reader: _csv.Reader) -> Iterator[list[str]]:
    """Yield the cells of each row.

    Raises:
        FileProblem: a cell is far too long, as where a quotation mark has no end.
    """
    try:
        yield from reader
    except csv.Error as error:
        raise FileProblem(
            f"{FILE}:{reader.line_num}: this row cannot be read ({error}); look for a quotation mark that has no end"
        ) from error


def _words(cell: str) -> str:
    """Return a cell as text; what is not UTF-8 was saved by a spreadsheet of an older time, in the code page of the West."""
    if cell.isascii() or not _HALVES.search(cell):
        return cell
    return cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _write(path: Path, data: bytes) -> None:
    """Write the private list so that nobody else on this computer reads it."""
    write_file(path, data, 0o600)


def _cell(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _plain(cell: str) -> str:
    """Take back what ``_cell`` does."""
    return cell.removeprefix("'")
