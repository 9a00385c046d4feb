"""The sheet of paper: true advice, and a QR that is drawn for where it goes."""

from __future__ import annotations

import pytest
import segno
from conftest import TEST_CODE, make_test_keys

from pinback.keys.sheet import recovery_sheet

KEY = make_test_keys("bundle").keys["ed25519"]
SITE = "https://badges.example.org/"
FILE = "issuers/riverside/keys.age"
DRAWN = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def sheet(ink: bool) -> str:
    return recovery_sheet(
        "Riverside Rowing Club", "did:web:badges.example.org", SITE, TEST_CODE, KEY, "2026-06-01", FILE, ink=ink
    )


def drawing(ink: bool) -> list[str]:
    """Return the lines of the QR: all after the last words."""
    lines = sheet(ink).split("\n")
    words = max(number for number, line in enumerate(lines) if any(sign.isalnum() for sign in line))
    return lines[words + 2 : -2]


def modules(lines: list[str]) -> list[list[int]]:
    """Return what is printed, a row a module: 1 where there is ink or light."""
    rows = []
    for line in lines:
        rows += [[DRAWN[sign][0] for sign in line], [DRAWN[sign][1] for sign in line]]
    return rows


@pytest.mark.parametrize("ink", [True, False])
def test_qr_is_the_matrix_of_the_code_with_its_quiet_zone(ink: bool):
    wanted = [list(row) for row in segno.make(TEST_CODE, error="m", micro=False).matrix_iter(border=4)]
    found = modules(drawing(ink))
    if not ink:
        found = [[1 - module for module in row] for row in found]
    assert found[: len(wanted)] == wanted
    assert len(found) - len(wanted) <= 1


def test_ink_ends_in_rows_without_ink():
    assert set(modules(drawing(True))[-4:][0]) == {0}


@pytest.mark.parametrize("ink", [True, False])
def test_sheet_advises_what_can_be_done(ink: bool):
    text = " ".join(sheet(ink).split())
    assert max(len(line) for line in sheet(ink).split("\n")) <= 72
    assert "another copy still opens the keys" in text
    assert "otherwise nothing new can be signed" in text
    assert FILE in text
    assert f"Site {SITE} Issuer did:web:badges.example.org" in text
    assert "make new keys at once (pinback key rotate), then revoke these" in text


def test_sheet_of_the_recovery_key_says_what_it_is_for():
    text = recovery_sheet(
        "Club", "did:web:x.example", SITE, TEST_CODE, KEY, "2026-06-01", "keys/recovery.age", "recovery"
    )
    words = " ".join(text.split())
    assert text.split("\n")[1] == "SHEET OF THE RECOVERY KEY   Club"
    assert "When to use it: only where the codes of all other sheets are lost" in words
    assert "It retires the keys of every steward" in words
    assert "the other sheets go on as before" in words
    assert "delete the file keys/recovery.age, then pinback key new --recovery, then retire this one" in words
    assert "otherwise nothing new can be signed" not in words
    assert "never type it into a web page. Site" in words
    assert "It signs no badges." in words
    assert "can exchange the club's keys" in words
