"""Words set in several lines: as large as they fit into the room there is.

1. Lines at the largest size at which all of them fit; the shortest lines that need no more of them, so that they look even.
2. At the smallest size words are broken between letters.
3. What does not fit even so is cut off, with "…" behind the last whole word.

Widths and places of a line are in em until the size is known, y upwards.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from pinback.dataclass import dataclass
from pinback.images import bidi
from pinback.images.fonts import Font, clusters, script_of
from pinback.images.lettering import Line, shaped
from pinback.limits import MAX_LETTERS

_LEADING = 1.14
"""Least distance of two baselines, in em."""
_AIR = 0.1
"""Least space between what hangs down from a line and what stands up from the next, in em."""
_RATHER_WHOLE = 0.7
"""Down to this part of the largest size no line ends behind a hyphen."""
_WORTH_A_LINE = 0.78
"""Down to this part of its size a text gets smaller to stand in two lines, not three."""
_ELLIPSIS = "…"
_MOST_OF_A_WORD = 14
"""Letters that are given up at most so that a text is cut off behind a word."""
_UNSPACED = ("Hani", "Hira", "Kana", "Bopo", "Yiii")
"""Scripts in which a line may end after any letter."""
_NEVER_FIRST = "ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻ゝゞヽヾ〜゠"
"""Japanese letters that go with the one before (JIS X 4051, "line start prohibition"); closing signs are known by their kind."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text, set."""

    lines: tuple[Line, ...]
    size: float
    """Pixels an em."""
    baselines: tuple[float, ...]
    """Where each baseline lies below the first, in pixels."""
    cut: bool = False
    """Whether its end is missing."""

    @property
    def width(self) -> float:
        """Width of the longest line, in pixels."""
        return max((line.width for line in self.lines), default=0.0) * self.size

    @property
    def top(self) -> float:
        """How far the ink reaches above the first baseline, in pixels."""
        return self.lines[0].top * self.size if self.lines else 0.0

    @property
    def bottom(self) -> float:
        """How far the ink reaches below the first baseline, in pixels."""
        return self.baselines[-1] + self.lines[-1].bottom * self.size if self.lines else 0.0


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A text that can be cut into lines."""

    text: str
    levels: Sequence[int]
    base: int
    fonts: Sequence[Font]
    language: str

    def line(self, start: int, end: int) -> Line:
        """Return a part of the text as a line of its own, without the spaces around it."""
        while start < end and self.text[start] == " ":
            start += 1
        while start < end and self.text[end - 1] == " ":
            end -= 1
        part = self.text[start:end]
        levels = bidi.line_levels(part, self.levels[start:end], self.base)
        return shaped(part, self.fonts, levels, self.language)


_Piece: TypeAlias = tuple[int, int, float, float]
"""Start and end of what a line may not be broken within, its width with the spaces behind it, and without, in em."""
_Fitted: TypeAlias = tuple[tuple[Line, ...], float, tuple[float, ...]]
"""Lines, size, baselines."""


def _paragraph(text: str, fonts: Sequence[Font], rightwards: bool, language: str) -> _Paragraph:
    base = bidi.base_level(text, int(not rightwards))
    return _Paragraph(text, bidi.levels(text, base), base, fonts, language)


def set_words(
    text: str,
    fonts: Sequence[Font],
    width: float,
    height: float,
    largest: int,
    smallest: int,
    most_lines: int,
    direction: str = "ltr",
    language: str = "",
) -> Lettering:
    """Return a text in as many lines as it needs, at the largest size at which it fits.

    Args:
        text: as from ``drawable``.
        fonts: in the order in which they are asked for a letter.
        width: of the space, in pixels.
        height: of the space, from the top of the first line's ink to the bottom of the last one's, in pixels.
        largest: size to begin with, pixels an em.
        smallest: size at which words are rather broken and the end cut off.
        most_lines: how many there may be.
        direction: ``ltr`` or ``rtl``, for a text whose letters have none.
        language: tag of the text.

    Raises:
        FontError: a font of the club's own cannot be used.
    """
    parts = clusters(text)
    cut = len(parts) > MAX_LETTERS
    if cut:
        text = _ended(parts[:MAX_LETTERS])
    if not text:
        return Lettering((), largest, ())
    paragraph = _paragraph(text, fonts, direction != "rtl", language)
    pieces = _measured(paragraph, _pieces(text))
    whole = _measured(paragraph, _pieces(text, hyphens=False))
    for size in range(largest, smallest - 1, -2):
        # A name with a hyphen is rather set smaller than torn there, until it gets much smaller.
        for parted in (whole, pieces) if size < _RATHER_WHOLE * largest else (whole,):
            if found := _fitted(paragraph, parted, size, width, height, most_lines):
                return Lettering(*(_two_lines(paragraph, parted, found, width, height) or found), cut)

    def at_smallest(words: str) -> _Fitted | None:
        part = _paragraph(words, fonts, direction != "rtl", language)
        broken = _measured(part, _broken(part, _pieces(words), width / smallest))
        return _fitted(part, broken, smallest, width, height, most_lines)

    if found := at_smallest(text):
        return Lettering(*found, cut)
    parts = clusters(text)
    fits = _largest(len(parts), lambda count: at_smallest(_ended(parts[:count])) is not None)
    at_word = "".join(parts[:fits]).rfind(" ", -_MOST_OF_A_WORD)
    found = (at_smallest(text[:at_word] + _ELLIPSIS) if at_word > 0 else None) or at_smallest(_ended(parts[:fits]))
    return Lettering(*found, True) if found else Lettering((), smallest, (), True)


def _ended(parts: Sequence[str]) -> str:
    return "".join(parts).rstrip() + _ELLIPSIS


def _two_lines(
    paragraph: _Paragraph, pieces: Sequence[_Piece], found: _Fitted, width: float, height: float
) -> _Fitted | None:
    """Return what fits in two lines without getting much smaller, where there are three; or None."""
    lines, size, _ = found
    if len(lines) == 3:
        for smaller in range(int(size), int(size * _WORTH_A_LINE), -2):
            if better := _fitted(paragraph, pieces, smaller, width, height, 2):
                return better
    return None


def _largest(most: int, holds: Callable[[int], bool]) -> int:
    """Return the largest number under *most* for which something holds that holds for all smaller ones."""
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _pieces(text: str, hyphens: bool = True) -> list[tuple[int, int]]:
    """Return what a line may not be broken within, with the spaces behind it, as start and end.

    Args:
        text: the text.
        hyphens: whether a line may end behind a hyphen or stroke within a word.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(1, len(text)):
        if _may_break(text, place, hyphens):
            found.append((start, place))
            start = place
    return [*found, (start, len(text))]


def _may_break(text: str, place: int, hyphens: bool) -> bool:
    before, after = text[place - 1], text[place]
    if before == " ":
        return after not in "–—-/+&"
    if after == " " or unicodedata.category(after) in ("Pe", "Pf", "Po", "Mn", "Mc", "Me"):
        return False
    if before in "-–—/":
        return hyphens and place > 1 and text[place - 2].isalpha() and after.isalpha()
    if not _is_unspaced(before) or unicodedata.category(before) == "Ps" or after in _NEVER_FIRST:
        return False
    return _is_unspaced(after) or after.isalnum()


def _is_unspaced(letter: str) -> bool:
    """Tell whether a letter, or a sign as wide as one, is of a script without spaces between words."""
    script = script_of(letter)
    return script in _UNSPACED or (script == "Zyyy" and unicodedata.east_asian_width(letter) in "WF")


def _broken(paragraph: _Paragraph, pieces: Sequence[tuple[int, int]], room: float) -> list[tuple[int, int]]:
    """Return the pieces, those that are wider than *room* (in em) broken between letters."""
    found: list[tuple[int, int]] = []
    for start, end in pieces:
        while start < end:
            ends = [start]
            for cluster in clusters(paragraph.text[start:end]):
                ends.append(ends[-1] + len(cluster))
            count = len(ends) - 1
            if paragraph.line(start, end).width > room:
                first = start
                count = max(1, _largest(count, lambda number: paragraph.line(first, ends[number]).width <= room))  # noqa: B023 (called at once)
            found.append((start, ends[count]))
            start = ends[count]
    return found


def _measured(paragraph: _Paragraph, pieces: Sequence[tuple[int, int]]) -> list[_Piece]:
    """Return start, end, width with the spaces behind it, and width without, in em."""
    space = shaped(" ", paragraph.fonts, [0]).width
    found = []
    for start, end in pieces:
        width = paragraph.line(start, end).width
        spaces = end - start - len(paragraph.text[start:end].rstrip(" "))
        found.append((start, end, width + spaces * space, width))
    return found


def _fitted(
    paragraph: _Paragraph,
    pieces: Sequence[_Piece],
    size: int,
    width: float,
    height: float,
    most_lines: int,
) -> _Fitted | None:
    """Return lines, size and baselines, or None where the text does not fit at this size."""
    room = width / size
    cuts = _cuts(pieces, room)
    if cuts is None or len(cuts) > most_lines:
        return None
    # The narrowest lines that need no more of them; in 24 steps that is exact to the pixel.
    low = 0.0
    for _ in range(24):
        middle = (low + room) / 2
        narrower = _cuts(pieces, middle)
        if narrower is not None and len(narrower) <= len(cuts):
            room, cuts = middle, narrower
        else:
            low = middle
    lines = tuple(paragraph.line(start, end) for start, end in cuts)
    # One distance for all lines, so that a single high mark does not make them uneven.
    distance = max((above.bottom + below.top + _AIR for above, below in pairwise(lines)), default=0.0)
    baselines = [number * size * max(_LEADING, distance) for number in range(len(lines))]
    tall = lines[0].top * size + baselines[-1] + lines[-1].bottom * size
    if tall > height or any(line.width * size > width + 0.5 for line in lines):
        return None
    return lines, size, tuple(baselines)


def _cuts(pieces: Sequence[_Piece], room: float) -> list[tuple[int, int]] | None:
    """Return start and end of each line, each filled as far as it goes, or None where a piece is wider than *room*."""
    found: list[tuple[int, int]] = []
    filled = 0.0
    for start, end, wide, bare in pieces:
        if bare > room:
            return None
        if found and filled + bare <= room:
            found[-1] = (found[-1][0], end)
            filled += wide
        else:
            found.append((start, end))
            filled = wide
    return found
