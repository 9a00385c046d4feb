"""Colours as the eye has them: contrast (WCAG 2.2), and lightness, strength and hue apart (OKLCH).

OKLCH: Björn Ottosson, "A perceptual color space for image processing", 2020. A colour keeps its hue to the eye there when it gets
lighter or darker. This room knows no pages and no pictures; both use it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

TEXT = 4.5
"""Least contrast of text with what lies under it (WCAG 2.2, 1.4.3)."""
_STEP = 0.001


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def moved_in_lightness(wanted: tuple[float, float, float], step: int, serves: Callable[[str], bool]) -> str:
    """Return ``#rrggbb``: the first colour that *serves* when the lightness goes in the direction of *step* (1 or -1)."""
    lightness, chroma, hue = wanted
    for count in range(round(1 / _STEP) + 1):
        found = from_oklch(min(1.0, max(0.0, lightness + step * count * _STEP)), chroma, hue)
        if serves(found):
            return found
    return "#ffffff" if step > 0 else "#000000"


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
