"""The steward's private list, as spreadsheets leave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinback import who_is_who
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
