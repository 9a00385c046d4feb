"""Where icon and words of a design lie: as large as the shape has room for them.

Pure reckoning with the measures of ``designs.json``; ``page_scripts/source/design/layout.js`` reckons the same in the same order, so
that a page shows what is published. y goes downwards, in the drawing's 512 units.

1. The ribbon takes its place, and stars take theirs at the top; the rest of the shape's height is for icon and words.
2. Words stand at the bottom of it, at the largest size at which the shape is wide enough for each line: in the fewest lines,
   unless one line more makes them a quarter larger.
3. The icon takes what is left above, and what then is still left is spread, so that all of it looks centred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from pinback.dataclass import dataclass
from pinback.designs.table import ICONS, MEASURES, Design

MIDDLE: float = MEASURES["size"] / 2
_WORTH_A_LINE = 1.25
_MOST_PIECES = 6
"""Words that are set in several lines; more stay in one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the layout has to know of a line of words, in em."""

    width: float
    top: float
    bottom: float


Measure = Callable[[str], Measured]


@dataclass(frozen=True, slots=True)
class Words:
    """Words that have a place.

    Attributes:
        lines: the text of each line.
        size: units an em.
        baselines: y of each line.
    """

    lines: tuple[str, ...]
    size: float
    baselines: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class IconPlace:
    """Where an icon goes: units for one of the icon's 24, and where its middle lies."""

    scale: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A design whose parts have places; None for a part that it has not, or that does not fit.

    Attributes:
        stars: y of the middle of the stars, or 0.
        ribbon: y of the ribbon's upper edge, or 0.
    """

    icon: IconPlace | None
    text: Words | None
    ribbon_words: Words | None
    stars: float
    ribbon: float


def laid_out(design: Design, measure: Measure) -> Layout:
    """Return where everything lies; ``text`` or ``ribbon_words`` is None where those words do not fit."""
    shape = MEASURES["shapes"][design.shape]
    # 1.
    top, bottom = float(shape["top"]), float(shape["bottom"])
    ribbon = float(shape["ribbon"]) if design.ribbon else 0.0
    if design.ribbon:
        bottom = ribbon - MEASURES["gap_above_ribbon"]
    stars = 0.0
    if design.level:
        level = MEASURES["level"]
        stars = top + level["size"] / 2
        top += level["size"] + level["below"]
    # 2.
    text = _best(design, measure, shape["sides"], top, bottom) if design.text else None
    # 3.
    place = None
    if design.icon:
        text_top = bottom
        if text is not None:
            text_top = text.baselines[0] - _above(measure(text.lines[0])) * text.size - MEASURES["icon"]["gap"]
        scale, wide_top, spare = _icon_scale(design, shape["sides"], top, text_top)
        if text is not None:
            # Half of what is left goes above the icon, a part between, the rest below the words.
            lift = spare * 0.3
            text = Words(text.lines, text.size, tuple(y - lift for y in text.baselines))
            wide_top = top + spare * 0.5
        place = _icon_place(design.icon, scale, wide_top)
    elif text is not None:
        spare = text.baselines[0] - _above(measure(text.lines[0])) * text.size - top
        text = Words(text.lines, text.size, tuple(y - spare / 2 for y in text.baselines))
    return Layout(place, text, _on_ribbon(design.ribbon, measure, ribbon), stars, ribbon)


def _above(line: Measured) -> float:
    """Return how far a line reaches above its baseline, in em; at least to the height of capitals, so that sizes look alike."""
    capital: float = MEASURES["text"]["cap"]
    return max(capital, line.top)


def half_width(sides: Sequence[Sequence[float]], y: float) -> float:
    """Return how far the room of a shape reaches to each side of its middle."""
    if y <= sides[0][0]:
        return sides[0][1]
    for (above, wide), (below, wide_below) in pairwise(sides):
        if y <= below:
            return wide + (wide_below - wide) * (y - above) / (below - above)
    return sides[-1][1]


def _partitions(words: Sequence[str], count: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways to put words into this many lines."""
    for cuts in combinations(range(1, len(words)), count - 1):
        ends = (0, *cuts, len(words))
        yield tuple(" ".join(words[start:end]) for start, end in pairwise(ends))


def _best(
    design: Design, measure: Measure, sides: Sequence[Sequence[float]], top: float, bottom: float
) -> Words | None:
    """Return the words at the bottom of the room, or None where they do not fit at the smallest size."""
    rules = MEASURES["text"]
    largest = rules["largest"] if design.icon else rules["alone"]
    most = rules["lines"] if design.icon else rules["lines_alone"]
    words = design.text.split(" ")
    best: Words | None = None
    for count in range(1, min(most, len(words)) + 1 if len(words) <= _MOST_PIECES else 2):
        for lines in _partitions(words, count):
            found = _largest(lines, [measure(line) for line in lines], sides, top, bottom, largest, bool(design.icon))
            if found and (best is None or _is_better(found, best)):
                best = found
    return best


def _is_better(found: Words, best: Words) -> bool:
    return found.size > best.size * (_WORTH_A_LINE if len(found.lines) > len(best.lines) else 1)


def _largest(
    lines: tuple[str, ...],
    measured: Sequence[Measured],
    sides: Sequence[Sequence[float]],
    top: float,
    bottom: float,
    largest: int,
    below_icon: bool,
) -> Words | None:
    rules, icon = MEASURES["text"], MEASURES["icon"]
    distance = max((one.bottom + other.top + rules["air"] for one, other in pairwise(measured)), default=0.0)
    distance = max(rules["leading"], distance)
    for size in range(largest, rules["smallest"] - 1, -2):
        kept = 0.0
        if below_icon:
            kept = icon["gap"] + (icon["good"] if size > rules["modest"] else icon["smallest"])
        # Letters that hang down count by half: they are few, and words look too high otherwise.
        last = bottom - max(0.0, measured[-1].bottom) * size / 2
        high = _above(measured[0]) * size + distance * size * (len(lines) - 1)
        # Round shapes are wider further up, so the words go there as far as the icon can spare the room.
        while last - high >= top + kept:
            baselines = tuple(last - distance * size * (len(lines) - 1 - place) for place in range(len(lines)))
            if all(
                line.width * size <= 2 * min(half_width(sides, y - rules["cap"] * size), half_width(sides, y))
                for line, y in zip(measured, baselines, strict=True)
            ):
                return Words(lines, size, baselines)
            last -= 4
    return None


def _icon_scale(
    design: Design, sides: Sequence[Sequence[float]], top: float, bottom: float
) -> tuple[float, float, float]:
    """Return the icon's scale, the y of its upper end, and how much height is left."""
    rules = MEASURES["icon"]
    left, up, right, down = ICONS[design.icon]["ink"]
    wide, high = right - left, down - up
    largest = rules["largest"] if design.text or design.ribbon else rules["alone"]
    side = largest
    while True:
        scale = min(side / max(wide, high), rules["unit"])
        tall = high * scale
        spare = bottom - top - tall
        y = top + spare / 2
        # Corners of icons are mostly empty, so a fifth of the height counts for nothing.
        room = min(half_width(sides, y + tall / 5), half_width(sides, y + tall * 4 / 5))
        if (spare >= 0 and wide * scale <= 2 * room) or side <= 40:
            return scale, y, max(0.0, spare)
        side -= 2


def _icon_place(icon: str, scale: float, top: float) -> IconPlace:
    """Return where the icon's middle to the eye lies; upwards and downwards the box of its ink decides."""
    _, up, _, down = ICONS[icon]["ink"]
    x, y = ICONS[icon]["middle"]
    # The eye's middle may be higher or lower than the box's; by half of that the icon is moved.
    return IconPlace(scale, MIDDLE - x * scale, top - up * scale + ((up + down) / 2 - y) * scale / 2)


def _on_ribbon(text: str, measure: Measure, top: float) -> Words | None:
    if not text:
        return None
    rules = MEASURES["ribbon"]
    line = measure(text)
    for size in range(rules["largest"], rules["smallest"] - 1, -1):
        if line.width * size <= rules["room"]:
            high = max(MEASURES["text"]["cap"], line.top)
            low = max(0.0, line.bottom - 0.25)
            return Words((text,), size, (top + rules["height"] / 2 + (high - low) * size / 2,))
    return None
