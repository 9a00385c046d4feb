"""The fonts that words in pictures are drawn with: those that come with Pinback, and those of a club's own.

Never a font of the computer: the same words give the same outlines everywhere. HarfBuzz alone reads the files, as it is made for
fonts of strangers (it checks each table before it trusts it, and bounds its work); everything it says no to, and whatever would
grow without end, becomes one ``FontError`` that names the file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import uharfbuzz as hb
from fontTools import unicodedata as scripts
from fontTools.pens.recordingPen import RecordingPen

from pinback.dataclass import dataclass
from pinback.errors import PictureError
from pinback.limits import MAX_STROKE_LENGTH, MAX_STROKES

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
BOLD = ("NotoSans-Bold.ttf", "NotoSansArabic-Bold.ttf", "NotoSansHebrew-Bold.ttf")
REGULAR = ("NotoSans-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf")

ENDINGS = (".ttf", ".otf")
_REGULAR_WEIGHT, _BOLD_WEIGHT = 400, 700
"""As in CSS Fonts Level 4, "font-weight"."""
_SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true")
_UNITS = range(16, 16385)
"""Units in an em that OpenType allows (OpenType 1.9, "head")."""
_CURE = "take another font file, or save it again in a font editor"


_FONTS_OF = {
    **dict.fromkeys(("Hani", "Bopo"), "Noto Sans SC (Chinese), Noto Sans JP (Japanese) or Noto Sans KR (Korean)"),
    **dict.fromkeys(("Hira", "Kana"), "Noto Sans JP"),
    "Hang": "Noto Sans KR",
    **dict.fromkeys(("Zyyy", "Zinh", "Zzzz"), "a font with it, like Noto Sans Symbols 2 or Noto Emoji,"),
    **dict.fromkeys(("Latn", "Grek", "Cyrl"), "a font that has it"),
    "Arab": "Noto Sans Arabic",
}
"""Fonts by script, where "Noto Sans" and the script's name would be none."""


script_of = lru_cache(maxsize=4096)(scripts.script)
"""Return the script of a character (ISO 15924); kept, as words are asked for theirs again and again while they are set."""


class FontError(PictureError):
    """A font file cannot be used.

    Attributes:
        file: the name it was given, such as ``theme/fonts/club.ttf``.
    """

    def __init__(self, file: str, what: str, cure: str = _CURE) -> None:
        super().__init__(what, cure)
        self.file = file

    def __reduce__(self) -> tuple[type[FontError], tuple[str, ...]]:
        """Come from another process whole."""
        return type(self), (self.file, self.what, self.cure)


class Font:
    """One font file.

    Attributes:
        name: for messages.
        units: how many font units an em has.
        shaper: what HarfBuzz shapes and draws with, scaled to font units.
    """

    def __init__(self, name: str, data: bytes, weight: int = 0) -> None:
        """Read a font.

        Args:
            name: for messages.
            data: the file.
            weight: that a variable font is set to, 1 to 1000; 0 leaves it as it is. Others have one weight.

        Raises:
            FontError: it is none, or has no letters.
        """
        self.name = name
        if data[:4] not in _SIGNATURES:
            raise FontError(name, "this is no TrueType or OpenType font", "put a .ttf or .otf file there")
        try:
            face = hb.Face(hb.Blob(data))
            self.units: int = face.upem
            self.shaper = hb.Font(face)
            if weight and face.has_var_data:
                self.shaper.set_variations({"wght": weight})
            self._letters = frozenset(face.unicodes)
        except Exception as error:  # HarfBuzz promises no single exception for what it cannot read
            raise FontError(name, f"the font cannot be read ({type(error).__name__})") from error
        if self.units not in _UNITS or face.glyph_count == 0 or not self._letters:
            raise FontError(name, "the font has no letters")
        self._outlines: dict[int, RecordingPen] = {}
        self._identity = (name, weight, sha256(data).digest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Font) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    def covers(self, cluster: str) -> bool:
        """Tell whether every letter of a grapheme cluster has an outline here, composed or apart."""
        return all(map(self._draws, cluster)) or all(map(self._draws, unicodedata.normalize("NFD", cluster)))

    def _draws(self, letter: str) -> bool:
        """Tell whether there is something to see, for a letter that wants to be seen: colour fonts may have no outlines."""
        if is_ignorable(letter):
            return True
        if ord(letter) not in self._letters:
            return False
        glyph = self.shaper.get_nominal_glyph(ord(letter))
        return bool(glyph) and (letter.isspace() or bool(self.outline(glyph).value))

    def outline(self, glyph: int) -> RecordingPen:
        """Return the outline of a glyph in font units, y upwards.

        Raises:
            FontError: it cannot be drawn, or has more or longer strokes than a letter can have.
        """
        if glyph not in self._outlines:
            pen = RecordingPen()
            try:
                self.shaper.draw_glyph_with_pen(glyph, pen)
            except Exception as error:
                raise FontError(self.name, f"a letter cannot be drawn ({type(error).__name__})") from error
            if len(pen.value) > MAX_STROKES:
                raise FontError(self.name, f"a letter has {len(pen.value)} strokes, at most {MAX_STROKES} are drawn")
            points = [(0.0, 0.0), *(point for _, given in pen.value for point in given)]
            length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(points)) / self.units
            if length > MAX_STROKE_LENGTH:
                raise FontError(
                    self.name,
                    f"the strokes of a letter are {length:.0f} em long, at most {MAX_STROKE_LENGTH} are drawn",
                )
            self._outlines[glyph] = pen
        return self._outlines[glyph]


@dataclass(frozen=True, slots=True)
class Fonts:
    """Fonts in the order in which they are asked for a letter; the club's own fill what ours lack."""

    bold: tuple[Font, ...]
    regular: tuple[Font, ...]


@cache
def shipped() -> Fonts:
    """Return the fonts that come with Pinback."""
    return Fonts(*(tuple(Font(name, (FOLDER / name).read_bytes()) for name in names) for names in (BOLD, REGULAR)))


def with_own(files: Mapping[str, bytes]) -> Fonts:
    """Return the shipped fonts and a club's own behind them.

    Args:
        files: bytes by name, such as ``theme/fonts/club.ttf``; a name with "bold" or "black" in it goes first for bold words.

    Raises:
        FontError: one of them cannot be used.
    """

    def heavy(name: str) -> bool:
        return any(word in name.lower() for word in ("bold", "black"))

    names = sorted(files)
    # NOTE: many fonts of today are variable, and as they are some of them have the thinnest weight.
    bold = [Font(name, files[name], _BOLD_WEIGHT) for name in sorted(names, key=lambda name: not heavy(name))]
    regular = [Font(name, files[name], _REGULAR_WEIGHT) for name in sorted(names, key=heavy)]
    return Fonts((*shipped().bold, *bold), (*shipped().regular, *regular))


def is_ignorable(letter: str) -> bool:
    """Tell whether a character only says how its neighbours are shown: joiners, variation selectors."""
    return (
        unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
    )


def clusters(text: str) -> list[str]:
    """Return what a reader takes for single letters: a base with its marks, an emoji with all its parts.

    NOTE: Unicode Standard Annex #29 for composed text (NFC), without the rules for Hangul in parts and Indic conjuncts: those
    are never broken apart by a choice of font, as one font has the whole script.
    """
    found: list[str] = []
    for letter in text:
        if found and _belongs(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _belongs(before: str, letter: str) -> bool:
    if unicodedata.category(letter)[0] == "M" or is_ignorable(letter) or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return True
    if _is_flag_half(letter):
        return len(before) == 1 and _is_flag_half(before)
    return before.endswith("\u200d") and unicodedata.category(letter) == "So"


def _is_flag_half(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def font_with(letter: str) -> str:
    """Return the name of a free font that has a letter, as its makers call it."""
    script = script_of(letter[0])
    if script in _FONTS_OF:
        return _FONTS_OF[script]
    return f"Noto Sans {scripts.script_name(script)}"


def font_for(cluster: str, fonts: Sequence[Font], rather: Font | None = None) -> Font | None:
    """Return the first font that has a grapheme cluster, or None; *rather* is asked before the others."""
    ordered: Iterable[Font] = fonts if rather is None else (rather, *fonts)
    return next((font for font in ordered if font.covers(cluster)), None)
