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

from collections.abc import Iterable

from pinback.colours import TEXT, contrast, from_oklch, luminance, moved_in_lightness, to_oklch
from pinback.dataclass import dataclass

EDGE = 3.0
"""Least contrast of borders and focus rings (WCAG 2.2, 1.4.11)."""
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

    stage = moved_in_lightness((stage_lightness, min(chroma, _TINT[ground.dark]), hue), -away, as_readable)
    # 2.
    grounds = (stage, *ground.others)
    text = (
        colour
        if _reads(colour, grounds)
        else moved_in_lightness((lightness, chroma, hue), away, lambda to: _reads(to, grounds))
    )
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


def _shifted(colour: str, step: int) -> str:
    lightness, chroma, hue = to_oklch(colour)
    return from_oklch(min(1.0, max(0.0, lightness + step * _HOVER)), chroma, hue)
