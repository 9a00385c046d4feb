"""A badge's two pictures from the one that the club gives: SVG and PNG, both cleaned.

From an SVG the PNG is drawn; around a PNG the SVG is put. Formats are told apart by the first bytes, so
that a wrong ending is named.
"""

from __future__ import annotations

import base64
import io
import re

from pinback.errors import PictureError
from pinback.images.clean_svg import clean_svg, svg_around_png
from pinback.images.draw import draw_png, fit_png
from pinback.images.png import clean_png

_FRAMED = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=]+)")
_OTHERS = ((b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"RIFF", "WebP"), (b"BM", "BMP"), (b"%PDF", "PDF"))
_PNG = b"\x89PNG\r\n\x1a\n"


def _is_png(data: bytes, name: str) -> bool:
    for signature, kind in _OTHERS:
        if data.startswith(signature):
            raise PictureError(f"this is a {kind} picture, whatever its name says", "save it as PNG or SVG")
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


def same_picture(one: bytes, other: bytes) -> bool:
    """Tell whether two cleaned SVGs show the same: equal bytes, or a frame around PNGs of equal pixels.

    Another version of the libraries may pack the same pixels into other bytes.
    """
    if one == other:
        return True
    pictures = [_FRAMED.findall(svg) for svg in (one, other)]
    frames = {_FRAMED.sub(b"", svg) for svg in (one, other)}
    if len(frames) != 1 or [len(found) for found in pictures] != [1, 1]:
        return False
    from PIL import Image

    first, second = (Image.open(io.BytesIO(base64.b64decode(found[0]))).convert("RGBA") for found in pictures)
    return first.size == second.size and first.tobytes() == second.tobytes()
