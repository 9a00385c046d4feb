"""The colours of a theme from the one colour of a club.

A club names one colour. From it come the theme's colours of links, buttons and edges and a tint of the stage, for light and
for dark screens, so that they can be read whatever the colour is: text has a contrast of at least 4.5 : 1 on every ground on
which it stands (WCAG 2.2, 1.4.3), edges and the ring of the focus one of 3 : 1 (1.4.11).

Buttons are filled with the club's colour itself, as their ink is chosen to fit. Text and edges are that colour too where it
can be read, else the nearest one that can: its lightness is moved in OKLCH by the least step that serves. In that
space (Björn Ottosson, "A perceptual color space for image processing", 2020) a colour keeps its hue to the eye when it
gets lighter or darker; in HSL a yellow turns green on its way and equal steps look unequal. Where sRGB has no colour as
strong as that, the strength is lowered and hue and lightness stay.

What this module does not do: look at a style sheet. The grounds below are those of ``theme/style.css``; a test compares them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

TEXT = 4.5
"""Least contrast of text with what lies under it (WCAG 2.2, 1.4.3)."""
EDGE = 3.0
"""Least contrast of borders and focus rings (WCAG 2.2, 1.4.11)."""
_STEP = 0.001
_HOVER = 0.09
"""How far OKLCH's lightness goes when the mouse is over a link or button: seen, and no other colour."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a theme has under its text on one kind of screen.

    Attributes:
        dark: whether text on it is light.
        stage: behind the first thing on a page, as it is without a club's colour.
        others: every other ground on which a link can stand.
    """

    dark: bool
    stage: str
    others: tuple[str, ...]


LIGHT = Ground(False, "#f3eee2", ("#fbfaf7", "#ffffff", "#e5f4ea", "#fdeaea", "#fff3dc"))
DARK = Ground(True, "#1e2125", ("#15171a", "#1d2024", "#12301f", "#3a1715", "#38290b"))
_EPSILON = 1e-6
_TINT = {False: 0.022, True: 0.02}
"""OKLCH's chroma of the stage: a breath of the colour."""


@dataclass(frozen=True, slots=True)
class Accents:
    """The colours that follow from a club's, on one kind of screen, each ``#rrggbb``.

    Attributes:
        text: of links, marks and edges.
        text_hover: of the same under the mouse.
        fill: of buttons: the club's colour itself.
        fill_hover: of the same under the mouse.
        ink: of text on both fills.
        stage: behind the first thing on a page.
    """

    text: str
    text_hover: str
    fill: str
    fill_hover: str
    ink: str
    stage: str


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def accents(colour: str, ground: Ground) -> Accents:
    """Return the colours that follow from a club's on one kind of screen.

    1. The stage gets the club's hue and no less contrast with all text than the theme's own stage.
    2. Text is the club's colour, made darker (on dark screens lighter) until it can be read on every ground.
    3. Buttons are filled with the club's colour; ink on them is white or black.

    Args:
        colour: ``#rrggbb``.
        ground: that of the theme.
    """
    lightness, chroma, hue = to_oklch(colour)
    away = 1 if ground.dark else -1  # the direction in which text gets easier to read
    # 1.
    stage_lightness = to_oklch(ground.stage)[0]
    bound = luminance(ground.stage)

    def as_readable(tint: str) -> bool:
        return luminance(tint) <= bound if ground.dark else luminance(tint) >= bound

    stage = _moved((stage_lightness, min(chroma, _TINT[ground.dark]), hue), -away, as_readable)
    # 2.
    grounds = (stage, *ground.others)
    text = colour if _reads(colour, grounds) else _moved((lightness, chroma, hue), away, lambda to: _reads(to, grounds))
    text_hover = _shifted(text, away)
    # 3.
    ink = "#ffffff" if contrast(colour, "#ffffff") >= TEXT else "#000000"
    outwards = -1 if ink == "#ffffff" else 1
    # A colour that is almost white or black already cannot go further from its ink, but has room towards it.
    fill_hover = _shifted(colour, outwards if _EPSILON < lightness + outwards * _HOVER < 1 - _EPSILON else -outwards)
    if contrast(fill_hover, ink) < TEXT:
        fill_hover = colour
    return Accents(text, text_hover, colour, fill_hover, ink, stage)


def moved(colour: str) -> str:
    """Return the colour that text has on light screens instead of the club's, or "" where that one serves."""
    text = accents(colour, LIGHT).text
    return text if text != colour else ""


def style_sheet(colour: str) -> bytes:
    """Return ``assets/colours.css``, which is loaded after the theme's own style sheet.

    Args:
        colour: the club's, ``#rrggbb`` in small letters.
    """
    light, dark = accents(colour, LIGHT), accents(colour, DARK)
    # On paper the stage stays white, as the theme has it; links and buttons are those of light screens.
    return (
        f"/* Made by Pinback from the colour {colour} of site.yaml: text 4.5:1, edges 3:1. */\n"
        f":root {{\n{_declarations(light)}}}\n"
        f"@media screen {{\n:root {{\n  --stage: {light.stage};\n}}\n}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n"
        f":root {{\n{_declarations(dark)}  --stage: {dark.stage};\n}}\n}}\n"
    ).encode("ascii")


def _declarations(accents: Accents) -> str:
    pairs = [
        ("--acc", accents.text),
        ("--acc-strong", accents.text_hover),
        ("--fill", accents.fill),
        ("--fill-strong", accents.fill_hover),
        ("--on-fill", accents.ink),
    ]
    return "".join(f"  {name}: {value};\n" for name, value in pairs)


def _reads(text: str, grounds: Iterable[str]) -> bool:
    return all(contrast(text, ground) >= TEXT for ground in grounds)


def _moved(wanted: tuple[float, float, float], step: int, serves: Callable[[str], bool]) -> str:
    """Return the first colour that *serves* when the lightness goes in the direction of *step* (1 or -1)."""
    lightness, chroma, hue = wanted
    for count in range(round(1 / _STEP) + 1):
        found = from_oklch(min(1.0, max(0.0, lightness + step * count * _STEP)), chroma, hue)
        if serves(found):
            return found
    return "#ffffff" if step > 0 else "#000000"


def _shifted(colour: str, step: int) -> str:
    lightness, chroma, hue = to_oklch(colour)
    return from_oklch(min(1.0, max(0.0, lightness + step * _HOVER)), chroma, hue)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Return lightness (0 to 1), chroma (0 to about 0.33) and hue (radians) of ``#rrggbb``."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return ``#rrggbb``; where sRGB has no such colour, one of the same lightness and hue with less chroma."""
    found = _from_oklch(lightness, chroma, hue)
    low = 0.0
    if not _inside(found):
        high = chroma
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if _inside(_from_oklch(lightness, middle, hue)) else (low, middle)
        found = _from_oklch(lightness, low, hue)
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, part)))):02x}" for part in found)


def _from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Return linear red, green and blue, which lie outside of 0 to 1 where sRGB has no such colour."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _inside(linear: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in linear)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _encoded(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
