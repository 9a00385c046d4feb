"""Lines that are packed come back byte for byte, whatever they are."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from register_lines import DIGEST, FILE, T0, T1, T2, award, badge, checkpoint, data_of, issuer, numbered, revoke, status

from pinback.canonical import canonical_bytes
from pinback.errors import ContentError
from pinback.register import Register, Rows, erased, line_bytes, packed, parse, register_from, state_of, written

IDS = ("aaaabbbbccccdddd", "aaaabbbbccccddde", "aaaabbbbccccdddf")
LINES = (
    issuer(),
    checkpoint(T0),
    badge(),
    *(award(id=id_, index=index, record="sha256:" + f"{index:064x}") for index, id_ in enumerate(IDS, 5)),
    status(),
    checkpoint(T1),
    revoke(),
    status(at=T2),
    award(id="aaaabbbbccccdddg", at=T2, index=100_000, badge="knots"),
    checkpoint(T2),
)


def raw_lines() -> list[bytes]:
    return [line_bytes(line) for line in numbered(*LINES)]


def packed_rows(lines: list[bytes]) -> Rows:
    rows = Rows(lines)
    rows.pack()
    return rows


def test_lines_come_back_as_they_were_written() -> None:
    lines = raw_lines()
    for rows in (Rows(lines), packed_rows(lines)):
        assert list(rows) == lines
        assert rows[3:-1] == lines[3:-1]
        assert rows[-1] == lines[-1]
        assert len(rows) == len(lines)
        for outside in (len(lines), -len(lines) - 1):
            with pytest.raises(IndexError):
                rows[outside]


def test_lines_of_awards_take_a_third_of_their_bytes() -> None:
    lines = [line_bytes(line) for line in numbered(*(award(index=index) for index in range(1_000)))]
    rows = packed_rows(lines)
    assert list(rows) == lines
    assert len(rows._rows) * 3 < sum(map(len, lines))
    assert not rows._odd


def test_lines_are_packed_while_more_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "LOOSE", 4)
    lines = raw_lines()
    rows = Rows()
    for number, line in enumerate(lines, 1):
        rows.append(line)
        assert list(rows) == lines[:number]
        assert len(rows._loose) < 4


AWARD = line_bytes(numbered(award())[0])
TWISTS = (
    *({"n": n} for n in (0, 999_999_999, 1_000_000_000, 10**14, -1, "1")),
    *({"index": index} for index in (0, 131_072, 10**9, 2**53 - 1, None)),
    *({"list": list_} for list_ in (10**9, 10**12, 0)),
    *({"id": id_} for id_ in ("", "short", "aaaabbbbcccc%d%b", "AAAABBBBCCCCDDDD")),
    *({"badge": name} for name in ("%", "%b", "%%", "ö", 'a"b', "")),
    {"record": DIGEST.upper()},
    {"leaf": "A" * 42 + "B="},
    {"leaf": "A" * 43},
    {"more": 1},
    {"event": "reseal"},
)


@pytest.mark.parametrize("twist", TWISTS, ids=str)
def test_line_of_another_form_comes_back_as_it_is(twist: dict[str, object]) -> None:
    line = canonical_bytes(numbered(award())[0] | twist) + b"\n"
    assert list(packed_rows([AWARD, line, AWARD])) == [AWARD, line, AWARD]


def test_line_of_an_erased_award_comes_back() -> None:
    line = line_bytes(erased(numbered(award())[0]))
    assert list(packed_rows([line, AWARD, line])) == [line, AWARD, line]


@given(st.lists(st.tuples(st.integers(0, len(AWARD)), st.integers(0, 3), st.binary(max_size=3)), max_size=3))
@example([(len(AWARD) - 1, 1, b"")])
@example([(7, 4, b"0000")])
def test_whatever_stands_in_a_line_comes_back(changes: list[tuple[int, int, bytes]]) -> None:
    line = AWARD
    for at, taken, put in changes:
        line = line[:at] + put + line[at + taken :]
    assert list(packed_rows([line, AWARD, line])) == [line, AWARD, line]


# Registers.


def said(register: Register) -> tuple[object, ...]:
    """Return what a register says through its lines."""
    awards, lines = register.awards, register.lines
    return (
        state_of(register),
        list(lines),
        [lines.raw(number) for number in range(len(lines))],
        dict(awards),
        {id_: awards.raw(id_) for id_ in awards},
        {key: list(ids) for key, ids in awards.by_version().items()},
        [awards.says(id_, "knots", DIGEST) for id_ in awards],
        lines.last_at,
    )


@pytest.fixture
def _packing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have registers packed that have no more than a line."""
    monkeypatch.setattr(written, "LOOSE", 1)


def test_packed_register_says_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_of(*LINES)
    plain = parse(data, FILE)
    monkeypatch.setattr(written, "LOOSE", 1)
    register = parse(data, FILE)
    assert register.lines._data == b""
    assert said(register) == said(plain)
    assert register.lines.are(data)
    assert not register.lines.are(data[:-1])
    assert not register.lines.are(data[:-2] + b" \n")
    for size in range(len(data) + 1):
        assert register.lines.digest(size) == hashlib.sha256(data[:size]).hexdigest() == plain.lines.digest(size)
    for lines in (register.lines, plain.lines):
        for size in (-1, len(data) + 1):
            with pytest.raises(ValueError, match="more bytes"):
                lines.digest(size)


@pytest.mark.usefixtures("_packing")
def test_packed_register_goes_on_from_its_state() -> None:
    data, first = data_of(*LINES), data_of(*LINES[:8])
    known = register_from(state_of(parse(first, FILE)), data, FILE)
    register = parse(data, FILE, known)
    assert said(register) == said(parse(data, FILE))
    assert register.lines._digests[len(first)] == hashlib.sha256(first).hexdigest()


@pytest.mark.usefixtures("_packing")
def test_torn_register_is_packed_up_to_its_last_checkpoint() -> None:
    data = data_of(*LINES)
    register = parse(data + b'{"at":"20', FILE)
    assert (register.torn, register.length) == (9, len(data))
    assert register.lines.are(data + b'{"at":"20')
    assert not register.lines.are(data)
    assert register.lines.digest(len(data)) == hashlib.sha256(data).hexdigest()
    assert register.lines.digest(len(data) + 9) == hashlib.sha256(data + b'{"at":"20').hexdigest()
    with pytest.raises(ValueError, match="more bytes"):
        register.lines.digest(len(data) + 1)


@pytest.mark.usefixtures("_packing")
def test_lines_are_added_to_a_packed_register() -> None:
    before, after = numbered(*LINES)[:8], numbered(*LINES)[8:]
    register = parse(data_of(*LINES[:8]), FILE)
    for number, line in enumerate(after, len(before) + 1):
        register.add(line, number)
    assert list(register.lines) == numbered(*LINES)
    assert register.lines.raw(len(before)) == line_bytes(after[0])
    register.lines.pack()
    assert list(register.lines) == numbered(*LINES)


@pytest.mark.usefixtures("_packing")
def test_damaged_line_is_told_as_ever() -> None:
    with pytest.raises(ContentError, match="this line was changed"):
        parse(data_of(*LINES).replace(b'"index":6', b'"index":8'), FILE)
    assert json.loads(parse(data_of(*LINES), FILE).lines.raw(4))["index"] == 6
