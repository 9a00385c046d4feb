"""Workbooks, written by a library that is not ours, and damaged ones."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from fuzz.bounded import bounded
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import workbook

from pinback.roster import workbook as workbook_reading
from pinback.roster.rules import LIMITS
from pinback.roster.table import read_table
from pinback.roster.workbook import _InPieces

HEADER = [("A1", 't="s"', "<v>0</v>")]


def written(rows: list[list[object]], **formats: str) -> bytes:
    """Return the workbook that openpyxl writes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Camp"
    for row in rows:
        sheet.append(row)
    for place, number_format in formats.items():
        sheet[place].number_format = number_format
    book.create_sheet("Notes")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_cells_are_what_a_person_sees() -> None:
    day = date(2026, 5, 17)
    data = written(
        [
            ["Name", "Date"],
            ["Zoë <&> 李", day],
            [441234567890, datetime(2026, 5, 17, 10, 30)],
            [True, 2.5],
            [],
            ["x", None, day],
        ],
        B2="DD/MM/YYYY",
        C6="[$-407]d. mmmm yyyy;@",
    )
    table = read_table(data)
    assert [str(note) for note in table.notes] == [
        'read from the workbook\'s sheet "Camp"',
        'other sheets of the workbook are not read: "Notes"',
    ]
    assert [list(row) for row in table.rows] == [
        ["Name", "Date"],
        ["Zoë <&> 李", "2026-05-17"],
        ["441234567890", "2026-05-17"],
        ["TRUE", "2.5"],
        [],
        ["x", "", "2026-05-17"],
    ]


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1900, 3, 1), date(2999, 12, 31)))
def test_every_day_is_the_one_that_was_written(day: date) -> None:
    assert read_table(written([[day]])).rows[0] == [day.isoformat()]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20),
        min_size=1,
        max_size=5,
    )
)
def test_every_text_is_the_one_that_was_written(texts: list[str]) -> None:
    plain = [
        text
        for text in texts
        if not text.startswith("=") and "\ufffe" not in text and "\uffff" not in text and "_x" not in text
    ]
    if plain:
        assert read_table(written([list(plain)])).rows[0] == plain


def test_part_that_unpacks_to_more_than_is_read_is_refused_without_filling_the_memory() -> None:
    bomb = b" " * (LIMITS.unpacked + 1)
    stream = io.BytesIO(workbook([HEADER]))
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, "xl/worksheets/sheet1.xml": bomb}.items():
            archive.writestr(name, data)
    assert len(stream.getvalue()) < 1_000_000
    assert [fault.key for fault in read_table(stream.getvalue()).faults] == ["bad_xlsx"]


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_workbook_that_is_packed_as_no_program_packs_it_is_refused(kind: int) -> None:
    """The module zipfile unpacks these without a bound: two kilobytes would become a gigabyte."""
    with zipfile.ZipFile(io.BytesIO(workbook([HEADER]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert [fault.key for fault in read_table(stream.getvalue()).faults] == ["bad_xlsx"]


def _with_part(name: str, text: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook([HEADER]))) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in {**parts, name: text}.items():
            archive.writestr(one, data)
    return stream.getvalue()


def test_long_comment_is_not_begun_anew_with_each_piece_that_is_read() -> None:
    """With the pieces that ElementTree reads by itself, a comment of 25 MB took twelve seconds, and one of 200 MB a quarter of an hour."""
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(workbook([HEADER]))) as archive:
        sheet = archive.read(part).decode("utf-8")
    told = read_table(_with_part(part, sheet.replace("<sheetData", f"<!--{'x' * 25_000_000}--><sheetData", 1)))
    assert told.rows == [["Name"]]
    pieces = _InPieces(b"x" * 25_000_000)
    assert sum(1 for _ in iter(lambda: pieces.read(16 * 1024), b"")) < 10


@pytest.mark.parametrize("encoding", ["x-unknown", "zlib", "idna"])
def test_workbook_in_an_unknown_encoding_is_refused(encoding: str) -> None:
    book = _with_part("xl/workbook.xml", f'<?xml version="1.0" encoding="{encoding}"?><workbook/>')
    assert [fault.key for fault in read_table(book).faults] == ["bad_xlsx"]


@pytest.mark.parametrize("sign", ["[", "&quot;["])
def test_format_without_end_takes_no_time(sign: str) -> None:
    """It was looked through for half an hour."""
    styles = f'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="{sign * 300_000}"/></numFmts></styleSheet>'
    ended = bounded(lambda: len(read_table(_with_part("xl/styles.xml", styles)).faults))
    assert (ended.code, ended.broken()) == (0, "")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_workbook_is_refused_in_words(data: st.DataObject) -> None:
    whole = bytearray(workbook([HEADER, [("A2", 't="s"', "<v>3</v>")]]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    table = read_table(bytes(whole[: data.draw(st.integers(4, len(whole)))]))
    assert all(str(fault) for fault in table.faults)


@pytest.mark.parametrize("name", ["no.txt", "content.xml"])
def test_other_zip_is_told(name: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    (fault,) = read_table(stream.getvalue()).faults
    assert str(fault) == "this is a ZIP file and no workbook that can be read; save the sheet as .xlsx or CSV"


def test_workbook_has_as_many_elements_as_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """``MAX_WORKBOOK_ELEMENTS``: a row of twenty million empty cells is a few kilobytes in a file."""
    data = written([["name"], ["Anna"]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [
            name for name in archive.namelist() if re.search(r"workbook\.xml|sheet1\.xml$|sharedStrings|styles", name)
        ]
        elements = sum(archive.read(name).count(b"<") - archive.read(name).count(b"</") for name in names)
    monkeypatch.setattr(workbook_reading, "MAX_WORKBOOK_ELEMENTS", elements)
    assert list(read_table(data).faults) == []
    monkeypatch.setattr(workbook_reading, "MAX_WORKBOOK_ELEMENTS", elements - 1)
    assert [fault.key for fault in read_table(data).faults] == ["bad_xlsx"]
