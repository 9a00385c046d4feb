"""Workbooks, written by a library that is not ours, and damaged ones."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from fuzz.bounded import SECONDS, bounded
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import workbook

from pinback.roster.rules import LIMITS
from pinback.roster.table import read_table

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


@pytest.mark.parametrize("length, keys", [(15_000_000, []), (150_000_000, ["bad_xlsx"])])
def test_comment_without_end_is_read_no_further(length: int, keys: list[str]) -> None:
    """The parser begins it anew with each piece: one of 200 MB took a quarter of an hour."""
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(workbook([HEADER]))) as archive:
        sheet = archive.read(part).decode("utf-8")
    book = _with_part(part, sheet.replace("<sheetData", f"<!--{('x' * 999 + '<') * (length // 1_000)}--><sheetData", 1))
    ended = bounded(lambda: int([fault.key for fault in read_table(book).faults] != keys))
    assert (ended.code, ended.broken()) == (0, "")


def _sheet_of(row: str, rows: int, strings: str = "") -> bytes:
    """Return a workbook with a sheet of equal rows."""
    parts = {"xl__worksheets__sheet1_xml": f"<worksheet><sheetData>{row * rows}</sheetData></worksheet>"}
    return workbook([], **parts, **({"xl__sharedStrings_xml": strings} if strings else {}))


def test_sheet_may_have_so_many_cells_and_no_more() -> None:
    row, rows = f"<row>{'<c><v>1</v></c>' * 199}<c r='GR1'><v>1</v></c></row>", 5
    limits = replace(LIMITS, cells=200 * rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pinback.roster.workbook.LIMITS", limits)
        assert [len(one) for one in read_table(_sheet_of(row, rows)).rows] == [200] * rows
        assert [str(fault) for fault in read_table(_sheet_of(row, rows + 1)).faults] == [
            "there are more than 1,000 cells; delete the columns that are not needed, or split the sheet into several"
        ]


@pytest.mark.parametrize(
    "row, strings",
    [
        (f"<row>{'<c/>' * 200}</row>", ""),
        (f"<row>{'<c><v>1</v></c>' * 200}</row>", ""),
        ("<row><c t='s'><v>0</v></c></row>", f"<sst><si><t>{'long ' * 4_000}</t></si></sst>"),
        ("<row/>", f"<sst>{'<si/>' * 10_000_000}</sst>"),
        ("<row/>", "<sst>" + f"<si><t>{'_x0041_' * 2_000}</t></si>" * 10_000 + "</sst>"),
    ],
    ids=["empty cells", "cells", "one long text in many cells", "empty texts", "texts"],
)
def test_small_workbook_that_says_much_is_read_no_further(row: str, strings: str) -> None:
    """Some hundred kilobytes, packed; they took half a minute to several minutes."""
    book = _sheet_of(row, 100_000, strings)
    assert len(book) < 1_000_000
    # Whoever counts lines, as a report of coverage does, takes his time as well.
    counted = sys.gettrace() is not None
    ended = bounded(
        lambda: int([fault.key for fault in read_table(book).faults] != ["bad_xlsx"]), SECONDS * (5 if counted else 1)
    )
    assert ended.code == 0
    assert counted or ended.broken() == ""


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
