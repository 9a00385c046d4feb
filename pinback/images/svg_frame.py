"""The viewBox of an SVG: read it, or work it out from width and height (SVG 1.1 §7.7 and §7.10)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from pinback.errors import PictureError, quoted
from pinback.limits import MAX_SVG_NUMBER

# One CSS inch is 96 pixels, and a unit of a drawing without viewBox is one pixel.
_PIXELS_IN = {"": 1.0, "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0}
_LENGTH = re.compile(r"\+?(\d+\.?\d*|\.\d+)\s*(px|in|cm|mm|pt|pc|)", re.ASCII)


def checked_view_box(attributes: Mapping[str, str]) -> str:
    """Return the viewBox of a root element with these attributes: four numbers with single blanks between them."""
    box = attributes.get("viewBox")
    if box is None:
        lengths = [_LENGTH.fullmatch(attributes.get(side, "").strip()) for side in ("width", "height")]
        sides = [float(length.group(1)) * _PIXELS_IN[length.group(2)] for length in lengths if length]
        if len(sides) != 2:
            raise PictureError("the SVG has neither a viewBox nor a width and height", "add a viewBox to its <svg>")
        box = "0 0 " + " ".join(f"{side:.4f}".rstrip("0").rstrip(".") for side in sides)
    _, _, width, height = view_box_numbers(box)
    if width <= 0 or height <= 0:
        raise PictureError(f"the SVG's size is {width:g} × {height:g}", "give it a width and height above 0")
    return " ".join(box.replace(",", " ").split())


def view_box_numbers(box: str) -> tuple[float, float, float, float]:
    """Return x, y, width and height of a viewBox, in the drawing's own units."""
    try:
        x, y, width, height = map(float, box.replace(",", " ").split())
    except ValueError as error:
        raise PictureError(f"the SVG's viewBox is {quoted(box)}", "give it four numbers: x y width height") from error
    if not all(math.isfinite(number) and abs(number) <= MAX_SVG_NUMBER for number in (x, y, width, height)):
        raise PictureError(f"the SVG's viewBox is {quoted(box)}", f"use numbers up to {MAX_SVG_NUMBER:.0f}")
    return x, y, width, height
