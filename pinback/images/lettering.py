"""Words as outlines: what a picture shows of a text, without a font being there when it is looked at.

HarfBuzz shapes one run at a time: letters of one font, one script and one direction. So a text goes through these steps:

1. letters that no font has are taken out and named (``drawable``);
2. levels of direction by the Unicode Bidirectional Algorithm (``bidi``), for the paragraph as a whole;
3. lines (``typesetting``);
4. runs by font, script and level, each shaped, set side by side in visual order (``shaped``).

Widths and places are in em, y upwards.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import uharfbuzz as hb

from pinback.dataclass import dataclass
from pinback.images import bidi
from pinback.images.fonts import Font, FontError, clusters, font_for, script_of
from pinback.limits import MAX_GLYPH_GROWTH

_BOUND_SPACES = "\u00a0\u202f\u2007"
"""Spaces at which no line ends."""
_JOINERS = "\u200c\u200d"
"""What says whether its neighbours join, and cannot be seen itself."""
_APART = ("Latn", "Grek", "Cyrl", "Zyyy")
"""Scripts whose letters need not join to be read."""
_SHARED = ("Zyyy", "Zinh", "Zzzz")
"""Scripts of characters that take the script of their neighbours (Unicode Standard Annex #24)."""


@dataclass(frozen=True, slots=True)
class MissingLetter:
    """A letter that no font has."""

    letter: str
    """As a reader sees it: one grapheme cluster."""

    @property
    def codes(self) -> str:
        """Its characters by number, like ``U+7D50``."""
        return " ".join(f"U+{ord(character):04X}" for character in self.letter)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of a line and where it stands, in em from the line's left end and its baseline."""

    font: Font
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line, shaped; all measures in em."""

    glyphs: tuple[Glyph, ...]
    width: float
    top: float
    """How far its ink reaches above the baseline."""
    bottom: float
    """How far its ink reaches below the baseline; positive."""


def drawable(text: str, fonts: Sequence[Font]) -> tuple[str, tuple[MissingLetter, ...]]:
    """Return what of a text can be drawn, composed (NFC) with single spaces, and the letters that no font has.

    A word that lacks a letter is left out, as it would read wrong; of emoji and other signs only the sign.
    """
    kept: list[str] = []
    missing: dict[str, None] = {}
    for word in _plain(text).split(" "):
        parts = clusters(word)
        lost = [part for part in parts if font_for(part, fonts) is None]
        missing |= dict.fromkeys(lost)
        if any(unicodedata.category(part[0])[0] in "LMN" for part in lost):
            continue
        kept.append("".join(part for part in parts if part not in lost))
    return " ".join(word for word in kept if word), tuple(map(MissingLetter, missing))


def _plain(text: str) -> str:
    """Return a text as one composed paragraph, without what cannot be seen but joiners."""
    seen = []
    for letter in text:
        kind = unicodedata.category(letter)
        if letter in _BOUND_SPACES:
            seen.append("\u00a0")
        elif kind[0] == "Z" or kind == "Cc":
            seen.append(" ")
        elif kind not in ("Cf", "Cs") or letter in _JOINERS:
            seen.append(letter)
    return " ".join(word for word in unicodedata.normalize("NFC", "".join(seen)).split(" ") if word)


# One line.


def shaped(text: str, fonts: Sequence[Font], levels: Sequence[int], language: str = "", ligatures: bool = True) -> Line:
    """Return one line, set.

    Args:
        text: as from ``drawable``.
        fonts: in the order in which they are asked for a letter.
        levels: of direction, one a character.
        language: its tag, for letters that differ by language.
        ligatures: whether Latin, Greek and Cyrillic letters may join for beauty, as in "fi"; where a script needs it they always do.

    Raises:
        FontError: a font makes of it what no font should.
    """
    runs = _runs(text, fonts, levels)
    glyphs: list[Glyph] = []
    right = top = bottom = 0.0
    for place in bidi.visual_order([levels[start] for start, _, _, _ in runs]):
        start, end, font, script = runs[place]
        made, width, reach = _shape(text, start, end, font, script, levels[start] % 2 == 1, language, ligatures)
        glyphs += (Glyph(font, glyph.number, right + glyph.x, glyph.y) for glyph in made)
        right, top, bottom = right + width, max(top, reach[0]), max(bottom, reach[1])
    return Line(tuple(glyphs), right, top, bottom)


def _runs(text: str, fonts: Sequence[Font], levels: Sequence[int]) -> list[tuple[int, int, Font, str]]:
    """Return start, end, font and script of each run, in the order of the text."""
    runs: list[tuple[int, int, Font, str]] = []
    place = 0
    font: Font | None = None
    scripts = _scripts(text)
    for cluster in _set_by_one_font(text, fonts):
        start, place = place, place + len(cluster)
        shared = script_of(cluster[0]) in _SHARED
        font = font_for(cluster, fonts, font if shared else None)
        if font is None:
            raise ValueError(f"{MissingLetter(cluster).codes} is in no font; take it out with drawable")
        last = runs[-1] if runs else None
        if last and last[2] is font and last[3] == scripts[start] and levels[last[0]] == levels[start]:
            runs[-1] = (last[0], place, font, last[3])
        else:
            runs.append((start, place, font, scripts[start]))
    return runs


def _set_by_one_font(text: str, fonts: Sequence[Font]) -> Iterator[str]:
    """Yield grapheme clusters, and in parts those that no single font has whole: they came together as letters were left out."""
    for cluster in clusters(text):
        yield from [cluster] if font_for(cluster, fonts) else cluster


def _scripts(text: str) -> list[str]:
    """Return the script of each character; signs that many scripts use take that of what stands before, or else after."""
    found = [script_of(letter) for letter in text]
    known = next((script for script in found if script not in _SHARED), "Zyyy")
    for place, script in enumerate(found):
        known = script if script not in _SHARED else known
        found[place] = known
    return found


def _shape(
    text: str, start: int, end: int, font: Font, script: str, leftwards: bool, language: str, ligatures: bool
) -> tuple[list[Glyph], float, tuple[float, float]]:
    """Return the glyphs of a run from left to right, its width, and how far its ink reaches up and down."""
    buffer = hb.Buffer()
    # The whole line goes in, so that HarfBuzz sees what a letter joins to beyond the run.
    buffer.add_str(text, start, end - start)
    buffer.direction = "rtl" if leftwards else "ltr"
    buffer.script = script
    if language:
        buffer.language = language
    try:
        hb.shape(font.shaper, buffer, None if ligatures or script not in _APART else {"liga": False})
    except Exception as error:
        raise FontError(font.name, f"the font cannot set words ({type(error).__name__})") from error
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    if len(infos) > MAX_GLYPH_GROWTH * (end - start) + MAX_GLYPH_GROWTH or any(info.codepoint == 0 for info in infos):
        raise FontError(font.name, "the font makes of words what they do not say")
    made: list[Glyph] = []
    x = top = bottom = 0.0
    for info, position in zip(infos, positions, strict=True):
        glyph = Glyph(font, info.codepoint, (x + position.x_offset) / font.units, position.y_offset / font.units)
        made.append(glyph)
        x += position.x_advance
        if extents := font.shaper.get_glyph_extents(info.codepoint):
            top = max(top, glyph.y + extents.y_bearing / font.units)
            bottom = max(bottom, -(glyph.y + (extents.y_bearing + extents.height) / font.units))
    return made, x / font.units, (top, bottom)
