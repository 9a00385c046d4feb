"""A badge's two pictures from the one that the club gives: SVG and PNG, both cleaned.

From an SVG the PNG is drawn; around a PNG the SVG is put. Formats are told apart by the first bytes, so
that a wrong ending is named.
"""

from __future__ import annotations

from pinback.errors import PictureError
from pinback.images.clean_svg import clean_svg, svg_around_png
from pinback.images.draw import draw_png, fit_png
from pinback.images.png import clean_png

_PNG = b"\x89PNG\r\n\x1a\n"


def _is_png(data: bytes, name: str) -> bool:
    png = data.startswith(_PNG)
    if png != name.endswith(".png"):
        raise PictureError(
            f"the file is {'a PNG' if png else 'no PNG'}, and its name says otherwise",
            "give it the ending of what it is",
        )
    return png


def cleaned(data: bytes, name: str) -> bytes:
    """Return a picture in its own format, cleaned."""
    return clean_png(data) if _is_png(data, name) else clean_svg(data)


def as_svg(data: bytes, name: str) -> bytes:
    """Return the SVG of a badge."""
    return svg_around_png(fit_png(clean_png(data))) if _is_png(data, name) else clean_svg(data)


def as_png(data: bytes, name: str) -> bytes:
    """Return the square PNG of a badge; drawing an SVG needs libcairo."""
    return fit_png(clean_png(data)) if _is_png(data, name) else draw_png(clean_svg(data))
