"""The colours of a drawing out of the one colour of a design.

They are mixed in whole numbers, so that Python and a browser come to the same. Words and icon are light or dark, whichever can be read
better; every colour that may lie under them counts.
"""

from __future__ import annotations

from pinback.colours import TEXT, contrast, moved_in_lightness, to_oklch
from pinback.dataclass import dataclass
from pinback.designs.table import COLOURS, MEASURES


@dataclass(frozen=True, slots=True)
class Tones:
    """Colours of a drawing, each ``#rrggbb``.

    Attributes:
        field: of the shape.
        light: of its upper end.
        rim: around it.
        edge: between rim and field.
        ink: of icon and words.
        ribbon: of the ribbon.
        fold: of its folded ends.
        ribbon_ink: of the words on it.
    """

    field: str
    light: str
    rim: str
    edge: str
    ink: str
    ribbon: str
    fold: str
    ribbon_ink: str


def mixed(colour: str, other: str, percent: int) -> str:
    """Return a colour with *percent* of black (``black``) or white in it."""
    to = 0 if other == "black" else 255
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{(part * (100 - percent) + to * percent + 50) // 100:02x}" for part in parts)


def tones(colour: str) -> Tones:
    """Return the colours of a drawing.

    Args:
        colour: a name of the table, or ``#rrggbb`` in small letters.
    """
    named = COLOURS.get(colour)
    field = named["field"] if named else colour
    made = {name: mixed(field, *how) for name, how in MEASURES["tones"].items()}
    light_ink = MEASURES["ink"]["light"]
    ink = max((light_ink, made["dark"]), key=lambda one: min(contrast(one, field), contrast(one, made["light"])))
    first, second = MEASURES["ribbon_of_others"]
    ribbon = MEASURES["ribbons"][named["ribbon"] if named else (first if ink == light_ink else second)]
    dark = mixed(ribbon, *MEASURES["tones"]["dark"])
    ribbon_ink = max((light_ink, dark), key=lambda one: contrast(one, ribbon))
    fold = mixed(ribbon, *MEASURES["tones"]["fold"])
    return Tones(field, made["light"], made["rim"], light_ink, ink, ribbon, fold, ribbon_ink)


def readability(colour: str) -> float:
    """Return the contrast of icon and words with what lies under them, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    made = tones(colour)
    return min(contrast(made.ink, made.field), contrast(made.ink, made.light), contrast(made.ribbon_ink, made.ribbon))


def nearest_readable(colour: str) -> str:
    """Return ``#rrggbb``: the colour nearest to this one, of the same hue, on which words can be read."""
    lightness, chroma, hue = to_oklch(colour)
    found = (
        moved_in_lightness((lightness, chroma, hue), step, lambda one: readability(one) >= TEXT) for step in (-1, 1)
    )
    return min(found, key=lambda one: abs(to_oklch(one)[0] - lightness))
