"""A stranger's picture, small and harmless: an SVG written anew from what may stay, or a PNG of few pixels.

What cannot be made so is left out; the page then shows a neutral picture.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from pinback.errors import PictureError
from pinback.images.clean_svg import clean_svg
from pinback.images.draw import shrunk_png
from pinback.images.png import clean_png
from pinback.images.png_chunks import PNG_SIGNATURE
from pinback.limits import MAX_COPIED_PICTURE as MAX_PICTURE

_SIDES = (256, 192, 128, 96, 64)
_DATA = re.compile(r"data:image/(?:png|svg\+xml)(?:;charset=utf-8)?(;base64)?,(.*)", re.IGNORECASE | re.DOTALL)


def small(data: bytes) -> bytes:
    """Return a picture as small as a page shows it, or nothing where it cannot be used."""
    try:
        if not data.startswith(PNG_SIGNATURE):
            drawn = clean_svg(data)
            return drawn if len(drawn) <= MAX_PICTURE else b""
        cleaned = clean_png(data)
        sides = (shrunk_png(cleaned, pixels) for pixels in _SIDES)
        return next((made for made in sides if len(made) <= MAX_PICTURE), b"")
    except PictureError:
        return b""


def harmless(data: bytes) -> bytes:
    """Return a picture of a saved copy as it can be published; nothing stays nothing.

    Raises:
        PictureError: it holds what no picture of ours may hold.
    """
    if not data:
        return b""
    return clean_png(data) if data.startswith(PNG_SIGNATURE) else clean_svg(data)


def embedded(address: str) -> bytes:
    """Return the picture that a ``data:`` address holds, or nothing."""
    found = _DATA.fullmatch(address)
    if found is None:
        return b""
    try:
        return base64.b64decode(found.group(2), validate=True) if found.group(1) else unquote_to_bytes(found.group(2))
    except (binascii.Error, ValueError):
        return b""
