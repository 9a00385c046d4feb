"""What the reader of rosters says of sheets, as people make them and as nobody would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from sheets import made, planted, written

from pinback.content.kinds import is_slug, is_web_address
from pinback.roster.people import Known
from pinback.roster.reading import Asked, Roster, read_roster
from pinback.roster.rules import LIMITS, MESSAGES
from pinback.roster.table import cells, read_table
from pinback.roster.texts import control
from pinback.roster.values import BadgeNames

BADGES = (BadgeNames("knots", ("Knots", "Węzły"), ("en", "pl")), BadgeNames("safe-coxing", ("Safe coxing",), ("en",)))
CLUB = Asked(BADGES, ("en", "pl"), date(2026, 12, 1))
DAY = date(2026, 5, 17)


def read(sheet: bytes | str, **asked: Any) -> Roster:
    return read_roster(read_table(sheet), replace(CLUB, **asked))


def rows(sheet: bytes | str, **asked: Any) -> list[tuple[str, str, date]]:
    roster = read(sheet, **asked)
    assert not roster.faults and not roster.questions, [str(one) for one in roster.faults]
    return [(one.name, one.badge, one.issued_on) for one in roster.awards]


def said(sheet: bytes | str, **asked: Any) -> list[str]:
    return [str(one) for one in read(sheet, **asked).faults]


def _as_python(asked: dict[str, Any]) -> Asked:
    badges = [BadgeNames(one["slug"], tuple(one["names"]), tuple(one.get("languages", ()))) for one in asked["badges"]]
    on = date.fromisoformat(asked["on"]) if asked["on"] else None
    known = [Known(**one) for one in asked["known"]]
    return Asked(
        badges,
        asked["languages"],
        date(2026, 12, 1),
        known,
        asked["badge"],
        on,
        asked["columns"],
        asked["dayOrder"],
        asked["from"],
        asked["hashEmails"],
        asked["allMinors"],
    )


@settings(max_examples=400, deadline=None)
@given(made())
def test_whatever_is_read_is_an_award_or_has_a_fault_that_names_its_row(
    case: tuple[bytes | str, dict[str, Any]],
) -> None:
    source, asked = case
    table = read_table(source)
    roster = read_roster(table, _as_python(asked))
    for fault in roster.faults:
        assert str(fault) and "%(" not in str(fault)
        assert fault.row <= len(table.rows)
        if fault.column:
            assert fault.row and f'row {fault.row}, column "' in str(fault)
    for award in roster.awards:
        assert 0 < award.row <= len(table.rows) and not control(award.name) and len(award.name) <= 200
        assert is_slug(award.badge) and (not award.handle or is_slug(award.handle))
        assert award.issued_on <= date(2026, 12, 2)
        assert all(map(is_web_address, award.evidence))
        assert not (award.minor and award.email)
        assert not (award.minor and award.public and award.guardian_consent is None)
    numbers = [award.row for award in roster.awards]
    assert numbers == sorted(set(numbers))


@settings(max_examples=200, deadline=None)
@given(made())
def test_rows_of_a_sheet_are_awards_faults_or_left_out_and_none_is_lost(
    case: tuple[bytes | str, dict[str, Any]],
) -> None:
    source, asked = case
    table = read_table(source)
    roster = read_roster(table, _as_python(asked))
    if roster.questions or not roster.columns or any(not fault.row or not fault.column for fault in roster.faults):
        return
    filled = sum(any(cell.strip(" \t\n\r\v\f\u200b\xa0\ufeff\u3000\u2028") for cell in row) for row in table.rows)
    told = {fault.row for fault in roster.faults} | {award.row for award in roster.awards}
    assert len(told) + roster.left_out <= filled <= len(told) + roster.left_out + 10


def test_every_sheet_written_by_hand_is_read_without_a_gap_in_its_words() -> None:
    keys = set()
    for source, asked in written():
        roster = read_roster(read_table(source), _as_python(asked))
        keys |= {fault.key for fault in roster.faults} | {question.said.key for question in roster.questions}
        texts = [*map(str, roster.faults), *map(str, roster.notes), *(str(one.said) for one in roster.questions)]
        assert texts or roster.awards
        assert not any("%(" in text or "None" in text for text in texts)
    faults = {key.removesuffix("_cure") for key in MESSAGES if key.endswith("_cure")} - {"unknown_badge_near"}
    assert faults - keys == {"too_large"}
    (fault,) = read_table(b" " * 20_000_001).faults
    assert (
        str(fault)
        == "the file has 20,000,001 bytes; at most 20,000,000 are read; keep the rows alone, or split it in two"
    )


def test_row_without_end_is_read_no_further() -> None:
    rows, faults, _ = cells(f"Name,Date\n{',' * 100_000}\nZoë,2026-05-17\n", ",")
    assert ([len(row) for row in rows], [fault.row for fault in faults]) == ([2, 10 * LIMITS.columns + 1], [2])
    rows, faults, _ = cells(f"{',' * 300}\nZoë,2026-05-17\n", ",")
    assert ([len(row) for row in rows], [fault.row for fault in faults]) == ([301, 2], [1])


def test_cell_with_more_quotation_marks_than_characters_is_not_read_on() -> None:
    most = LIMITS.cell - 1
    (row,), faults, _ = cells('"' + '""' * most + '"', "")
    assert (row, faults) == (['"' * most], [])
    assert [fault.key for fault in cells('"' + '""' * (most + 1) + '"', "")[1]] == ["open_quote", "cell_too_long"]


def test_table_may_have_so_many_cells_and_no_more() -> None:
    line, lines = ",".join(["A"] * LIMITS.columns) + "\n", LIMITS.cells // LIMITS.columns
    assert len(cells(line * lines, ",")[0]) == lines
    assert [str(fault) for fault in cells(line * lines + "A\n", ",")[1]] == [
        "there are more than 2,000,000 cells; delete the columns that are not needed, or split the sheet into several"
    ]


@pytest.mark.parametrize("count", [500, 501])
def test_so_many_faults_are_told_and_no_more(count: int) -> None:
    faults = read("Name,Date,Until\n" + "A,x,y\n" * count, badge="knots").faults
    if count == 500:
        assert len(faults) == LIMITS.faults == 1_000 and {fault.key for fault in faults} == {"bad_date"}
    else:
        assert len(faults) == LIMITS.faults + 1
        assert str(faults[0]) == (
            "there are more than 1,000 faults, and the others are not told; look first whether each column is what its heading says"
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_sign_and_line_end_gives_the_same(encoding: str, sign: str, end: str) -> None:
    lines = [
        ["Name", "Badge", "Date", "Evidence"],
        ["Zoë Ångström", "knots", "17.5.2026", ""],
        ["José, jun.", '"Safe coxing"', "18.5.2026", ""],
    ]
    lines[2][0] = f'"{lines[2][0]}"'
    text = end.join(sign.join(line) for line in lines)
    assert rows(text.encode(encoding)) == [
        ("Zoë Ångström", "knots", DAY),
        ("José, jun.", "safe-coxing", date(2026, 5, 18)),
    ]


def test_names_one_a_line_are_a_roster() -> None:
    roster = read("Zoë Ångström\n\nÖmer, jun.\n  Ada  Lovelace\t\n", badge="knots", on=DAY)
    assert [one.name for one in roster.awards] == ["Zoë Ångström", "Ömer, jun.", "Ada Lovelace"]
    assert [str(note) for note in roster.notes] == [
        "there is no header row; each line is taken as a name",
        "blank rows are passed over: 2",
        "cells with blanks around their text: 1, the first in row 4; the blanks are left out",
    ]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Vorname;Name", "Zoë Ångström"),
        ("Vorname;Nachname", "Zoë Ångström"),
        ("Prénom;Nom", "Zoë Ångström"),
        ("Nombre;Apellidos", "Zoë Ångström"),
        ("Imię;Nazwisko", "Zoë Ångström"),
        ("Enw cyntaf;Cyfenw", "Zoë Ångström"),
        ("الاسم الأول;اسم العائلة", "Zoë Ångström"),
        ("Name;Full name", "Ångström"),
        ("FIRST_NAME;Last-Name:", "Zoë Ångström"),
    ],
)
def test_names_are_joined_as_the_columns_beside_them_say(header: str, name: str) -> None:
    assert [one.name for one in read(f"{header}\nZoë;Ångström\n", badge="knots", on=DAY).awards] == [name]


@pytest.mark.parametrize(("order", "day"), [("day-first", date(2026, 4, 3)), ("month-first", date(2026, 3, 4))])
def test_order_of_day_and_month_is_asked_where_nothing_decides_it(order: str, day: date) -> None:
    sheet = "Name,Date\nZoë,3/4/2026\nAda,5/5/2026\n"
    (question,) = read(sheet, badge="knots").questions
    assert (question.column, question.row, question.examples) == ("Date", 2, ("3/4/2026",))
    assert [one.issued_on for one in read(sheet, badge="knots", day_order=order).awards] == [day, date(2026, 5, 5)]


def test_one_value_decides_the_whole_column() -> None:
    assert rows("Name,Date\nZoë,3/4/2026\nAda,25/4/2026\n", badge="knots")[0][2] == date(2026, 4, 3)
    assert rows("Name,Date\nZoë,3/4/2026\nAda,4/25/2026\n", badge="knots")[0][2] == date(2026, 3, 4)


def test_values_that_contradict_one_another_are_a_fault_that_names_both_rows() -> None:
    (fault,) = said("Name,Date\nZoë,25/4/2026\nAda,4/25/2026\n", badge="knots")
    assert fault == (
        'row 3, column "Date": the month comes first here, and the day comes first in row 2 (found "4/25/2026"); '
        "write every day of this column like 2026-05-17"
    )


def test_birth_date_and_address_stand_in_no_message() -> None:
    sheet = "Name,Badge,Date,Born,E-mail\nZoë,knots,2026-05-17,31.2.2012,zoe@@secret.example.org\nAda,knots,2026-05-17,2012,\n"
    text = "\n".join(said(sheet))
    assert text.count("\n") == 2
    assert "2012" not in text and "secret" not in text


@pytest.mark.parametrize(("born", "minor"), [("2008-05-17", False), ("2008-05-18", True), ("2008-02-29", False)])
def test_who_is_under_18_on_the_day_is_a_minor(born: str, minor: bool) -> None:
    (award,) = read(f"Name,Badge,Date,Born,Minor\nZoë,knots,2026-05-17,{born},no\n").awards
    assert award.minor is minor


def test_two_people_of_one_name_are_told_apart_by_contact_or_handle() -> None:
    sheet = "Name,Badge,Date,E-mail,Handle\nAda,knots,2026-05-17,a@x.org,\nAda,knots,2026-05-17,b@x.org,\nAda,knots,2026-05-17,,ada-3\n"
    assert len({one.person for one in read(sheet).awards}) == 3
    (fault,) = said("Name,Badge,Date\nAda,knots,2026-05-17\nADA,Węzły,17.5.2026\n")
    assert fault.startswith(
        'row 3, column "Name": the same person, badge and day stand in row 2; delete one of the two rows;'
    )


def test_columns_that_nobody_knows_are_told_and_not_used() -> None:
    roster = read("Name,Badge,Date,Shoe size\nZoë,knots,2026-05-17,38\n")
    assert 'columns not used: "Shoe size"' in [str(note) for note in roster.notes]


def test_export_of_moodle_leaves_out_who_did_not_complete() -> None:
    sheet = (
        "ID,Name,Email address,Essay,Essay - Completion date,Course complete\n"
        '7,Zoë Ångström,zoe@example.org,Completed,"17/05/26, 10:33","17/05/26, 10:33"\n'
        "8,Ada Bell,ada@example.org,Not completed,,\n"
    )
    roster = read(sheet, badge="knots")
    assert [(one.name, one.issued_on, one.contact) for one in roster.awards] == [
        ("Zoë Ångström", DAY, "zoe@example.org")
    ]
    assert roster.left_out == 1
    assert "not completed and left out: 1 (rows 3)" in [str(note) for note in roster.notes]


def test_export_of_google_forms_says_that_points_are_not_looked_at() -> None:
    sheet = "Timestamp,Email Address,Score,Your name\n2026/05/17 10:33:02 AM GMT+2,zoe@example.org,8 / 10,Zoë\n"
    roster = read(sheet, badge="knots", columns={"Your name": "name"})
    assert [(one.name, one.issued_on) for one in roster.awards] == [("Zoë", DAY)]
    assert any('"Score" is not used: everybody in the sheet is awarded' in str(note) for note in roster.notes)


def test_known_people_keep_their_handles_and_known_awards_are_there_already() -> None:
    known = [Known("zoë  ångström", "", "Węzły", "17.05.26", "otter-7", "https://x/#n=Z&k=1")]
    first, second = read(
        "Name,Badge,Date\nZoë Ångström,knots,2026-05-17\nZoë Ångström,knots,2026-05-18\n", known=known
    ).awards
    assert (first.handle, first.already, first.link) == ("otter-7", True, known[0].link)
    assert (second.handle, second.already) == ("otter-7", False)


def test_planted_faults_are_all_named_and_mended_ones_all_awarded() -> None:
    broken, mended = planted(200)
    assert [fault.row for fault in read(broken).faults] == [18, 43, 100, 151]
    assert len(rows(mended)) == 200


def test_who_has_the_badge_from_another_day_is_told() -> None:
    known = (Known("Zoë O'Neil", "", "knots", "2026-05-17", "otter-7"),)
    asked = Asked(
        badges=(BadgeNames("knots", ("Knots",)),), languages=("en",), known=known, badge="knots", today=date(2026, 6, 1)
    )
    roster = read_roster(read_table("Name,Date\nZoë O’Neil,2026-05-24\nAda Bell,2026-05-24\n"), asked)
    assert [(award.handle, award.already) for award in roster.awards] == [("otter-7", False), ("", False)]
    assert "has this badge already, from another day: 1 (rows 2); " in str(roster.notes[-1])


def test_a_line_of_a_table_is_no_name() -> None:
    asked = Asked(
        badges=(BadgeNames("knots", ("Knots",)),),
        languages=("en",),
        badge="knots",
        on=date(2026, 5, 17),
        today=date(2026, 6, 1),
    )
    (fault,) = read_roster(read_table("Hans Meier 3.2.2014\nAda Bell\n"), asked).faults
    assert 'more than a name stands in it (found "Hans Meier 3.2.2014"); write one name a line' in str(fault)
