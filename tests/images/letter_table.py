"""Makes the letters that the page of designs draws with: outlines, widths and kerning of Latin, Greek and Cyrillic.

    python -m tests.images.letter_table > pinback/designs/letters.json

Everything in it is what HarfBuzz says of the shipped bold font. ``kern`` has a class for each letter as the left and as
the right one of a pair, and a value for each pair of classes, in font units.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from functools import cache

import uharfbuzz as hb
from fontTools.unicodedata import script as script_of

from pinback.images.fonts import shipped

RANGES = (
    (0x20, 0x7E),
    (0xA1, 0x17F),
    (0x18F, 0x18F),
    (0x192, 0x192),
    (0x1A0, 0x1A1),
    (0x1AF, 0x1B0),
    (0x1CD, 0x1D4),
    (0x1E6, 0x1E7),
    (0x1EA, 0x1EB),
    (0x218, 0x21B),
    (0x259, 0x259),
    (0x384, 0x3CE),
    (0x400, 0x4FF),
    (0x1E80, 0x1E85),
    (0x1E9E, 0x1E9E),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
)
SCRIPTS = ("Latn", "Grek", "Cyrl")
SHARED = "Zyyy"


def characters() -> list[str]:
    """Return the letters of the table: those of the ranges that are single, composed, and in the font."""
    font = shipped().bold[0]
    return [
        letter
        for first, last in RANGES
        for letter in map(chr, range(first, last + 1))
        if font.covers(letter)
        and unicodedata.normalize("NFC", letter) == letter
        and unicodedata.category(letter)[0] not in "MC"
        and script_of(letter) in (*SCRIPTS, SHARED)
    ]


def _shaped(text: str, script: str) -> tuple[list[int], list[tuple[int, int, int]]]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script = "ltr", script
    hb.shape(shipped().bold[0].shaper, buffer, {"liga": False})
    return (
        [info.codepoint for info in buffer.glyph_infos],
        [(place.x_advance, place.x_offset, place.y_offset) for place in buffer.glyph_positions],
    )


@cache
def _single(letter: str, script: str) -> tuple[int, int]:
    glyphs, places = _shaped(letter, script)
    assert len(glyphs) == 1 and places[0][1:] == (0, 0), letter
    return glyphs[0], places[0][0]


def _path(glyph: int) -> str:
    """Return an outline in font units: M, L, Q and Z. Where curves meet between two points of the font there are halves."""
    names = {"moveTo": "M", "lineTo": "L", "qCurveTo": "Q", "closePath": "Z"}
    drawn = shipped().bold[0].outline(glyph).value
    return "".join(names[name] + " ".join(f"{x:g} {y:g}" for x, y in points) for name, points in drawn)


def letter_table() -> str:
    """Return the table as JSON, one letter a line."""
    font = shipped().bold[0]
    letters = characters()
    entries, rows = {}, {}
    for letter in letters:
        own = script_of(letter)
        script = own if own != SHARED else "Latn"
        glyph, advance = _single(letter, script)
        extents = font.shaper.get_glyph_extents(glyph)
        top, bottom = (extents.y_bearing, extents.y_bearing + extents.height) if extents else (0, 0)
        entries[letter] = [advance, top, bottom, SCRIPTS.index(own) if own in SCRIPTS else -1, _path(glyph)]
        if own == SHARED:
            assert {_single(letter, other) for other in (*SCRIPTS, SHARED)} == {(glyph, advance)}, letter
    for left in letters:
        rows[left] = tuple(_kern(left, right) for right in letters)
    kinds = sorted(set(rows.values()))
    columns = list(zip(*kinds, strict=True))
    column_kinds = sorted(set(columns))
    values = [[column[place] for column in column_kinds] for place in range(len(kinds))]
    for place, letter in enumerate(letters):
        entries[letter][4:4] = [kinds.index(rows[letter]), column_kinds.index(columns[place])]
    lines = [f"{json.dumps(letter)}: {json.dumps(entry, separators=(',', ':'))}" for letter, entry in entries.items()]
    head = f'"units": {font.units},\n"kern": {json.dumps(values, separators=(",", ":"))}'
    return "{" + head + ',\n"letters": {\n' + ",\n".join(lines) + "\n}}\n"


def _kern(left: str, right: str) -> int:
    """Return by how much two letters stand nearer or further than by their widths."""
    own = {script for script in (script_of(left), script_of(right)) if script != SHARED}
    if len(own) > 1:
        return 0
    found = set()
    for script in own or {*SCRIPTS, SHARED}:
        glyphs, places = _shaped(left + right, script)
        (first, wide), (second, wide_too) = _single(left, script), _single(right, script)
        assert glyphs == [first, second], left + right
        assert places[0][1:] == (0, 0) and places[1] == (wide_too, 0, 0), left + right
        found.add(places[0][0] - wide)
    assert len(found) == 1, left + right
    return found.pop()


if __name__ == "__main__":
    sys.stdout.write(letter_table())
