"""The steward's private list, as spreadsheets leave it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_deployed import git

from pinback import who_is_who
from pinback.errors import UsageError
from pinback.files import FileProblem
from pinback.who_is_who import Row

LISTS = {
    "as written": '\ufeffname,badge,issued_on,handle,link\r\nZoë,Knots,2026-05-17,a,L1\r\n"B, C",Knots,2026-05-17,b,L2\r\n',
    "semicolons": "name;badge;issued_on;handle;link\nZoë;Knots;17.5.26;a;L1\nB, C;Knots;;b;L2",
    "tabs and a column more": "Name\tnote\tbadge\tissued_on\thandle\tlink\nZoë\tx\tK\t\ta\tL1\nB, C\t\tK\t\tb\tL2\n",
    "line end in a cell": 'name,badge,issued_on,handle,link\nZoë,"a\nb",,a,L1\n"B, C",K,,b,L2\n',
}


@pytest.mark.parametrize("name", LISTS)
def test_row_goes_and_the_others_stay_as_they_are(name: str, tmp_path: Path):
    path = tmp_path / who_is_who.FILE
    path.write_bytes(LISTS[name].encode())
    assert [(row.name, row.handle, row.link) for row in who_is_who.rows(tmp_path)] == [
        ("Zoë", "a", "L1"),
        ("B, C", "b", "L2"),
    ]
    assert who_is_who.forget(tmp_path, lambda row: row.handle == "a") == 1
    left = path.read_bytes().decode()
    assert "Zoë" not in left
    assert [row.name for row in who_is_who.rows(tmp_path)] == ["B, C"]
    assert who_is_who.forget(tmp_path, lambda row: True) == 1
    assert not path.exists()


def test_note_can_be_taken_back_and_follows_the_delimiter(tmp_path: Path):
    path = tmp_path / who_is_who.FILE
    take_back = who_is_who.note(tmp_path, Row("A", "K", "2026-05-17", "a", "L"))
    take_back()
    assert not path.exists()
    path.write_bytes(LISTS["semicolons"].encode())
    take_back = who_is_who.note(tmp_path, Row("=D", "K", "2026-05-17", "d", "L3"))
    assert [(row.name, row.handle) for row in who_is_who.rows(tmp_path)][-1] == ("=D", "d")
    assert path.stat().st_mode & 0o077 == 0
    take_back()
    assert path.read_bytes() == LISTS["semicolons"].encode()


@pytest.mark.parametrize("name", LISTS)
def test_older_list_gets_the_column_of_contacts_with_the_first_contact(name: str, tmp_path: Path):
    """Columns of other programs and rows that are there stay as they are, and the new row stands under the right names."""
    path = tmp_path / who_is_who.FILE
    path.write_bytes(LISTS[name].encode())
    who_is_who.note(tmp_path, Row("A", "K", "2026-05-17", "a-1", "L0"))
    assert b"contact" not in path.read_bytes()
    before = path.read_bytes().decode().splitlines(keepends=True)
    take_back = who_is_who.note_all(
        tmp_path, [Row("C", "K", "2026-05-17", "c", "L3", "+44 1"), Row("D", "K", "2026-05-17", "d", "L4")]
    )
    after = path.read_bytes().decode().splitlines(keepends=True)
    assert after[1 : len(before)] == before[1:]
    assert [(row.name, row.link, row.contact) for row in who_is_who.rows(tmp_path)] == [
        ("Zoë", "L1", ""),
        ("B, C", "L2", ""),
        ("A", "L0", ""),
        ("C", "L3", "+44 1"),
        ("D", "L4", ""),
    ]
    take_back()
    assert path.read_bytes().decode().splitlines(keepends=True) == before


def test_columns_in_another_order_are_written_in_that_order(tmp_path: Path):
    path = tmp_path / who_is_who.FILE
    path.write_bytes(b"link;contact;Name;handle;issued_on;badge\nL1;;A;a;;K\n")
    who_is_who.note(tmp_path, Row("B", "K", "2026-05-17", "b", "L2", "b@example.org"))
    assert path.read_bytes().splitlines()[-1] == b"L2;b@example.org;B;b;2026-05-17;K"


@pytest.mark.parametrize("sign", ["\u2028", "\x0b", "\x85"])
def test_signs_that_end_lines_elsewhere_end_no_row(sign: str, tmp_path: Path) -> None:
    text = f"name,contact,link\r\nAnn,tall{sign}red,L1\r\nBo,b{sign},L2\r\n"
    (tmp_path / who_is_who.FILE).write_bytes(text.encode())
    assert [row.link for row in who_is_who.rows(tmp_path)] == ["L1", "L2"]
    assert who_is_who.forget(tmp_path, lambda row: row.link == "L1") == 1
    assert (tmp_path / who_is_who.FILE).read_bytes().decode() == f"name,contact,link\r\nBo,b{sign},L2\r\n"


def test_list_that_an_old_spreadsheet_saved_is_read_and_rows_go_from_it(tmp_path: Path) -> None:
    kept = "name;badge;issued_on;handle;link;contact\r\nZoë Ångström;knots;2026-05-17;otter-7;https://x.example/;\r\n"
    (tmp_path / who_is_who.FILE).write_bytes(
        (kept + "Ada;knots;2026-05-17;wren-3;https://y.example/;\r\n").encode("cp1252")
    )
    assert [row.name for row in who_is_who.rows(tmp_path)] == ["Zoë Ångström", "Ada"]
    assert who_is_who.forget(tmp_path, lambda row: row.handle == "wren-3") == 1
    assert (tmp_path / who_is_who.FILE).read_bytes() == kept.encode("cp1252")


def test_quotation_mark_without_end_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / who_is_who.FILE).write_text(f'name,badge\nAda,knots\n"{"x" * 200_000}\n', encoding="utf-8")
    with pytest.raises(FileProblem, match=r"who-is-who\.csv:3: this row cannot be read"):
        who_is_who.rows(tmp_path)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_list_that_git_does_not_ignore_is_not_written(tmp_path: Path):
    """Whoever takes the line out of .gitignore would else publish every name with the steward's next commit."""
    git(tmp_path, "init")
    with pytest.raises(UsageError, match=r"who-is-who\.csv lies in the club's folder and git does not ignore it"):
        who_is_who.note(tmp_path, Row("A", "K", "2026-05-17", "a", "L"))
    assert not (tmp_path / who_is_who.FILE).exists()
    (tmp_path / ".gitignore").write_bytes(b"/who-is-who.csv\n")
    who_is_who.note(tmp_path, Row("A", "K", "2026-05-17", "a", "L"))
    assert [row.name for row in who_is_who.rows(tmp_path)] == ["A"]
