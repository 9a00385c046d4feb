"""The tables of designs: what shapes, colours and icons there are, and the measures that a drawing is made by.

The drawing has 512 units on each side. Whoever changes a measure or an icon changes pictures that clubs have published: each badge
of such a design gets a new version then, which is why the drawings are held by a test.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pinback.dataclass import dataclass

_FOLDER = Path(__file__).resolve().parent
FILES = ("designs.json", "icons.json", "letters.json")
"""The tables, as the page gets them too."""


@cache
def table(name: str) -> Any:  # noqa: ANN401 - JSON
    """Return one of ``FILES``, parsed. It is shared: nobody changes it."""
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))


def licenses() -> bytes:
    """Return the licences of the icons, which have to come along with them."""
    return (_FOLDER / "icon-licenses.txt").read_bytes()


MEASURES: dict[str, Any] = table("designs.json")
"""Shapes, colours, measures and starters."""
ICONS: dict[str, dict[str, Any]] = table("icons.json")["icons"]
"""By name: ``d`` and perhaps ``f``, paths of strokes and fills on a grid of 24 units; ``ink``, left, top, right and bottom of what is
seen; ``middle``, its middle to the eye; ``says``, for alt texts; ``find``, words to find it by."""
GROUPS: list[dict[str, Any]] = table("icons.json")["groups"]
"""``name`` and ``icons``, for pages."""
SHAPES = tuple(MEASURES["shapes"])
COLOURS: dict[str, dict[str, str]] = MEASURES["colours"]
"""By name: ``field``, ``#rrggbb``; ``ribbon``, the name of a ribbon; ``says``, for alt texts."""
MEANT: dict[str, str] = MEASURES["meant"]
"""Which colour is meant by words that name none."""
STARTERS: dict[str, dict[str, Any]] = MEASURES["starters"]
MAX_LEVEL: int = MEASURES["level"]["most"]
MAX_WORDS = 60
"""Most characters of text and ribbon; what fits is found by setting them."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a picture is to show.

    Attributes:
        shape: one of ``SHAPES``.
        colour: a name of ``COLOURS``, or ``#rrggbb`` in small letters.
        icon: a name of ``ICONS``, or "".
        text: the words below the icon, or "".
        ribbon: the words on the ribbon, or "" for none.
        level: how many stars stand at the top.
    """

    shape: str
    colour: str
    icon: str = ""
    text: str = ""
    ribbon: str = ""
    level: int = 0
