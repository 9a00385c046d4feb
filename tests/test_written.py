"""The lines of a register as they are kept: bytes, ends and events, and what is read from them when it is asked for."""

from __future__ import annotations

import hashlib
from array import array

import pytest
from register_lines import FILE, data_of
from test_register import GOOD

from pinback.register import line_bytes, parse
from pinback.register.written import Lines, Positions

DATA = data_of(*GOOD)
RAW = DATA.splitlines(keepends=True)


def test_lines_are_those_of_the_file_in_every_way_of_asking():
    lines = parse(DATA, FILE).lines
    written = [line_bytes(line) for line in lines]
    assert written == RAW == [lines.raw(number) for number in range(len(lines))]
    assert [lines[number - len(lines)] for number in range(len(lines))] == list(lines) == lines[:]
    assert lines[2:8:3] == [lines[2], lines[5]] and lines[-2:] == [lines[8], lines[9]]
    assert lines == list(lines) and lines != lines[:-1] and lines != tuple(lines)
    for beyond in (len(lines), -len(lines) - 1):
        with pytest.raises(IndexError):
            lines[beyond]
    assert [number for number, line in lines.numbered("award", "revoke")] == [4, 5, 8]


@pytest.mark.parametrize("number", [7, 10])
def test_line_that_stands_in_no_file_yet_follows_those_that_do(number: int):
    lines = parse(data_of(*GOOD[:number]), FILE).lines
    more = {**lines[-1], "n": number}
    lines.append(more)
    lines.append({**more, "n": number + 1}, b"as it will be written")
    assert [lines.raw(place) for place in range(number + 2)] == [
        *RAW[:number],
        line_bytes(more),
        b"as it will be written",
    ]
    assert lines[number] == more and lines[number + 1]["n"] == number + 1 and len(lines) == number + 2


def test_lines_before_a_place_in_the_file_are_counted_and_digested():
    lines = parse(DATA, FILE).lines
    ends = [sum(map(len, RAW[:number])) for number in range(len(RAW) + 1)]
    assert list(lines.ends) == ends
    for number, end in enumerate(ends):
        assert lines.count(end) == number
        assert lines.digest(end) == hashlib.sha256(DATA[:end]).hexdigest()
        assert lines.count(end + 1) == number
    assert lines.count(ends[3] - 1) == 2
    for size in (-1, len(DATA) + 1):
        with pytest.raises(ValueError, match="more bytes than there are"):
            lines.digest(size)


def test_lines_that_were_read_before_are_the_same_and_need_as_many_ends_as_events():
    lines = parse(DATA, FILE).lines
    again = Lines.as_read(DATA, lines.ends, list(lines.events))
    assert again == lines and again.last_at == lines.last_at == lines[-1]["at"]
    assert Lines.as_read(b"", array("Q", [0]), []).last_at == ""
    for events in (lines.events[:-1], [*lines.events, "award"]):
        with pytest.raises(ValueError, match="as many ends as events"):
            Lines.as_read(DATA, lines.ends, list(events))


def test_positions_are_a_set_of_numbers():
    positions = Positions([3, 9, 3, 131_071])
    assert (sorted(positions), len(positions)) == ([3, 9, 131_071], 3)
    assert repr(positions) == "Positions([3, 9, 131071])"
    assert [number for number in (-1, 0, 2, 3, 8, 9, 10, 131_071, 131_072, "3") if number in positions] == [
        3,
        9,
        131_071,
    ]
    positions.add(9)
    positions.add(16)
    positions.discard(3)
    positions.discard(4)
    positions.discard(500_000)
    assert (list(positions), len(positions)) == ([9, 16, 131_071], 3)
    assert (list(Positions()), len(Positions())) == ([], 0)
    assert positions == {9, 16, 131_071}
