"""How long drawing one element takes, as a number that is the same on every machine.

One unit is about a tenth of a millisecond with CairoSVG 2.9 and libcairo 1.16.0 at 512 pixels. The figures were measured
with drawings made to be slow; ordinary drawings come out too dear rather than too cheap, which still leaves them far
below the limit. A time limit would be simpler, but the same files would then pass on one machine and fail on another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

OWN_REFERENCE = 40
"""What clipping, masking or filling one element with a gradient or pattern costs besides drawing what it names."""

_OWN_OPACITY = 40
"""What an element costs that is drawn aside and laid upon the rest; resvg does that with single shapes too, and needs longest."""
_OPAQUE = ("1", "1.0", "100%")
"""As drawing programs write it at every element."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LENGTHS = ("width", "height", "r", "rx", "ry", "x1", "y1", "x2", "y2")

_CHARACTERS_PER_UNIT = 5
_ELEMENTS_SEARCHED_PER_UNIT = 2_000
_PIXELS_PER_UNIT = 4_096
_DASHES_PER_UNIT = 10_000
# libcairo compares the edges of a path with one another, so the time grows with the square of their number.
_FILLED_VERTICES = 300
_STROKED_VERTICES = 80


class Traits(NamedTuple):
    """What is true of the whole drawing, as properties pass from one element to another in many ways.

    Attributes:
        elements: how many the file holds.
        stroked: whether anything has a stroke or a clip path.
        dash: shortest pattern of dashes in the drawing, in its units; 0 where there are none.
    """

    elements: int
    stroked: bool
    dash: float


def traits_of(root: Element) -> Traits:
    """Return the traits of a cleaned drawing."""
    elements = list(root.iter())
    stroked = any(e.tag == "clipPath" or e.get("stroke", "none") != "none" for e in elements)
    dashes = [_dash_length(e.get("stroke-dasharray", "none")) for e in elements]
    return Traits(len(elements), stroked, min((dash for dash in dashes if dash), default=0.0))


def own_cost(element: Element, traits: Traits, pixels: Mapping[Element, int]) -> int:
    """Return the cost of an element itself, without what it holds or refers to.

    Args:
        element: of a cleaned drawing.
        traits: of the drawing.
        pixels: width times height of each embedded picture.
    """
    cost = 1 + pixels.get(element, 0) // _PIXELS_PER_UNIT
    cost += (len(element.text or "") + len(element.tail or "")) // _CHARACTERS_PER_UNIT
    if element.tag == "use":
        # CairoSVG looks through the whole file for the target.
        cost += traits.elements // _ELEMENTS_SEARCHED_PER_UNIT
    if element.get("opacity", "1") not in _OPAQUE:
        cost += _OWN_OPACITY
    cost += (vertices(element) // (_STROKED_VERTICES if traits.stroked else _FILLED_VERTICES)) ** 2
    if traits.dash:
        cost += int(min(_length(element) / traits.dash / _DASHES_PER_UNIT, 1e12))
    return cost


def vertices(element: Element) -> int:
    """Return an upper bound of the vertices of a shape: half its numbers, four for plain shapes."""
    return 4 + sum(1 for _ in _NUMBER.finditer(element.get("d", "") + element.get("points", ""))) // 2


def _length(element: Element) -> float:
    """Return an upper bound of the length of an outline: for each number the way round a circle of that radius."""
    along = sum(
        abs(float(number)) for number in _NUMBER.findall(element.get("d", "") + " " + element.get("points", ""))
    )
    for name in _LENGTHS:
        value = element.get(name, "")
        # A unit makes a length at most 96 times as long, and a percentage is of at most a million.
        factor = 1e4 if "%" in value else 1.0 if _NUMBER.fullmatch(value) else 96.0
        along += factor * sum(abs(float(number)) for number in _NUMBER.findall(value))
    return 7 * along


def _dash_length(value: str) -> float:
    """Return the length of a pattern of dashes, 0 where the line is not dashed; a relative unit counts as tiny."""
    relative = re.search(r"%|e[mx]|ch|v", value) is not None
    length = sum(abs(float(number)) for number in _NUMBER.findall(value))
    return min(length, 1e9) * (1e-6 if relative else 1.0)


_TRANSFORM = re.compile(r"\b(scale|matrix)\s*\(([^)]*)\)")
_MULTIPLYING = re.compile(
    r"""<\w+\b[^>]*\sviewBox=|objectBoundingBox|skew|\d[eE]-|\.0000|font-size="[^"]*(?:e[mx]|ch|v[a-z]|%)"""
)
"""What may be divided by nearly nothing, or multiplied at each level."""
_NO_LENGTHS = re.compile(r'#[0-9A-Fa-f]+|"data:[^"]*"')
_MOST_PIXELS = 1e7
"""As many as the largest number makes of a drawing of 64 units."""


def is_plain(svg: bytes, pixels: int) -> bool:
    """Tell whether nothing in a cleaned drawing can become so large that libcairo has to divide it into very many pieces.

    NOTE: a circle of 1e20 pixels takes it a second, and one of 1e40 takes it for ever. Numbers have a limit, but transforms within each other multiply.
    Counted is what all transforms of the drawing together enlarge, whether they stand within each other or not.

    Args:
        svg: from clean_svg.
        pixels: width and height of the picture.
    """
    text = _NO_LENGTHS.sub("", svg.decode("utf-8"))
    if _MULTIPLYING.search(text, text.index(">")):  # behind the first element, which has a viewBox
        return False
    size = max(map(abs, map(float, _NUMBER.findall(text))), default=0.0)
    for function, inside in _TRANSFORM.findall(text):
        a, b, c, d, *_ = [*(abs(float(number)) for number in _NUMBER.findall(inside)), 0.0, 0.0, 0.0, 0.0]
        size *= max(1.0, a + b, a + c, b + d, c + d) if function == "matrix" else max(1.0, a, b)
    _, _, width, height = map(float, text.partition('viewBox="')[2].partition('"')[0].split())
    return size * pixels / min(width, height) <= _MOST_PIXELS
