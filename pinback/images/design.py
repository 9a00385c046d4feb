"""Draw a design: shape, icon, words as outlines, ribbon, stars; as SVG, and as PNG with resvg.

The SVG comes out as ``clean_svg`` leaves it, byte for byte, and the same on every machine: all numbers are rounded to hundredths in
the same way, and words are outlines of the fonts that come along. ``page_scripts/source/design/`` draws the same in a browser. The
PNG is drawn by resvg out of a wheel and is the same wherever the same version of it runs (docs/decisions/0021).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from pinback.designs import Design
from pinback.designs.table import ICONS, MEASURES
from pinback.designs.tones import Tones, tones
from pinback.images import bidi
from pinback.images.design_layout import IconPlace, Measured, Words, laid_out
from pinback.images.fonts import Fonts, clusters
from pinback.images.lettering import Line, MissingLetter, drawable, shaped
from pinback.images.raster import svg_to_png

PIXELS = 512


def design_svg(design: Design, letters: Fonts) -> bytes:
    """Return the drawing, cleaned.

    Raises:
        ValueError: its words do not fit (``letters_that_fit``).
        FontError: a font of the club's own cannot be used.
    """
    colours = tones(design.colour)
    layout = laid_out(design, lambda text: _measured(text, letters))
    if (design.text and layout.text is None) or (design.ribbon and layout.ribbon_words is None):
        raise ValueError("the words do not fit; ask letters_that_fit first")
    parts = [*_shape(design, colours), *_stars(design.level, layout.stars, colours.ink)]
    if layout.icon:
        parts += _icon(design.icon, layout.icon, colours.ink)
    parts += _words(layout.text, letters, colours.ink)
    if design.ribbon:
        parts += _ribbon(layout.ribbon, colours)
        parts += _words(layout.ribbon_words, letters, colours.ribbon_ink)
    size = MEASURES["size"]
    return f'<svg viewBox="0 0 {size} {size}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'.encode("ascii")


def design_png(svg: bytes) -> bytes:
    """Return a drawing of ``design_svg`` as pixels, 512 × 512."""
    return svg_to_png(svg.decode("ascii"), PIXELS, PIXELS, ours=True)


# What cannot be drawn.


def missing_letters(text: str, letters: Fonts) -> tuple[MissingLetter, ...]:
    """Return the letters that no font has."""
    return drawable(text, letters.bold)[1]


def letters_that_fit(design: Design, part: str, letters: Fonts) -> int | None:
    """Return how many letters of ``text`` or ``ribbon`` can be read at 64 pixels, or None where all of them can.

    Letters are counted as a reader counts them, the spaces between words too.
    """
    words = getattr(design, part)
    if not words or _fits(design, part, words, letters):
        return None
    parts = clusters(words)
    fitting = (count for count in range(len(parts) - 1, 0, -1) if _fits(design, part, "".join(parts[:count]), letters))
    return next(fitting, 0)


def _fits(design: Design, part: str, words: str, letters: Fonts) -> bool:
    changed = replace(design, text=words.strip()) if part == "text" else replace(design, ribbon=words.strip())
    layout = laid_out(changed, lambda text: _measured(text, letters))
    return (layout.text if part == "text" else layout.ribbon_words) is not None


# Words.


@lru_cache(maxsize=1024)
def _line(text: str, letters: Fonts) -> Line:
    """Return one line of words, shaped by no rules of a single language, so that one design is one picture everywhere."""
    base = bidi.base_level(text, 0)
    return shaped(text, letters.bold, bidi.line_levels(text, bidi.levels(text, base), base), ligatures=False)


def _measured(text: str, letters: Fonts) -> Measured:
    line = _line(drawable(text, letters.bold)[0], letters)
    return Measured(line.width, line.top, line.bottom)


def _words(words: Words | None, letters: Fonts, ink: str) -> Iterator[str]:
    if words is None:
        return
    drawn = []
    for text, baseline in zip(words.lines, words.baselines, strict=True):
        line = _line(text, letters)
        left = MEASURES["size"] / 2 - line.width * words.size / 2
        for glyph in line.glyphs:
            scale = words.size / glyph.font.units
            x, y = left + glyph.x * words.size, baseline - glyph.y * words.size
            for name, points in glyph.font.outline(glyph.number).value:
                drawn.append(
                    _COMMANDS[name]
                    + " ".join(f"{number(x + px * scale)} {number(y - py * scale)}" for px, py in points)
                )
    yield f'<path d="{"".join(drawn)}" fill="{ink}"/>'


_COMMANDS = {"moveTo": "M", "lineTo": "L", "qCurveTo": "Q", "curveTo": "C", "closePath": "Z", "endPath": "Z"}


def number(value: float) -> str:
    """Return a number with at most two decimals, halves rounded away from zero: so that a browser can do the same."""
    hundredths = int(abs(value) * 100 + 0.5)
    sign = "-" if value < 0 and hundredths else ""
    whole, rest = divmod(hundredths, 100)
    return f"{sign}{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")


# Shape, icon, ribbon, stars.


def _shape(design: Design, colours: Tones) -> Iterator[str]:
    path = MEASURES["shapes"][design.shape]["path"]
    # A path with broad strokes, one over the other: rim and edge follow every shape, with round corners.
    yield f'<linearGradient id="field" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="{colours.light}"/><stop offset="1" stop-color="{colours.field}"/></linearGradient>'
    for tone, width in MEASURES["layers"]:
        fill = "url(#field)" if tone == "field" else getattr(colours, tone)
        yield f'<path d="{path}" fill="{fill}" stroke="{fill}" stroke-linejoin="round" stroke-width="{width}"/>'


def _icon(icon: str, place: IconPlace, ink: str) -> Iterator[str]:
    drawn = ICONS[icon]
    to = f'transform="translate({number(place.x)} {number(place.y)}) scale({number(place.scale)})"'
    if "f" in drawn:
        yield f'<path d="{drawn["f"]}" fill="{ink}" {to}/>'
    yield (
        f'<path d="{drawn["d"]}" fill="none" stroke="{ink}" stroke-linecap="round" stroke-linejoin="round" '
        f'stroke-width="2" {to}/>'
    )


def _stars(level: int, y: float, ink: str) -> Iterator[str]:
    rules = MEASURES["level"]
    step = rules["size"] + rules["space"]
    for place in range(level):
        x = MEASURES["size"] / 2 + (place - (level - 1) / 2) * step
        yield f'<path d="{rules["path"]}" fill="{ink}" transform="translate({number(x)} {number(y)})"/>'


def _ribbon(top: float, colours: Tones) -> Iterator[str]:
    rules = MEASURES["ribbon"]
    left, right, high, fall, tail = (rules[name] for name in ("left", "right", "height", "fall", "tail"))
    bottom, below = top + high, top + high + fall
    for outer, inner, notch in (
        (left - tail, left + rules["reach"] - tail, left - tail + rules["notch"]),
        (right + tail, right - rules["reach"] + tail, right + tail - rules["notch"]),
    ):
        d = _polygon(
            (inner, top + fall), (outer, top + fall), (notch, (top + fall + below) / 2), (outer, below), (inner, below)
        )
        yield _outlined(d, colours.fold, colours.rim)
    for edge, inner in ((left, left + rules["reach"] - tail), (right, right - rules["reach"] + tail)):
        yield _outlined(_polygon((edge, bottom), (inner, bottom), (inner, below)), colours.rim, colours.rim)
    yield _outlined(_polygon((left, top), (right, top), (right, bottom), (left, bottom)), colours.ribbon, colours.rim)


def _polygon(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "z"


def _outlined(d: str, fill: str, stroke: str) -> str:
    return f'<path d="{d}" fill="{fill}" stroke="{stroke}" stroke-linejoin="round" stroke-width="7"/>'
