"""Pictures inside an SVG: only embedded ones (``data:`` URLs, RFC 2397), only PNG and JPEG, cleaned."""

from __future__ import annotations

import base64
import binascii
import re

from pinback.errors import PictureError, quoted
from pinback.images.jpeg import clean_jpeg, jpeg_size
from pinback.images.png import clean_png, png_size

_DATA_URL = re.compile(r"\s*data:image/(png|jpeg|jpg)\s*;\s*base64\s*,", re.IGNORECASE)


def clean_embedded(href: str) -> tuple[str, int]:
    """Return the href of an <image> with its picture cleaned, and width times height in pixels.

    Raises:
        PictureError: an address, another format, or a picture that cannot be used.
    """
    start = _DATA_URL.match(href)
    if start is None:
        raise PictureError(f"the SVG's <image> shows {quoted(href)}", "embed the picture, as PNG or JPEG")
    try:
        data = base64.b64decode("".join(href[start.end() :].split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("the SVG's embedded picture is not sound base64", "embed it again") from error
    if start.group(1).lower() == "png":
        kind, data = "png", clean_png(data)
        width, height = png_size(data)
    else:
        kind, data = "jpeg", clean_jpeg(data)
        width, height = jpeg_size(data)
    coded = base64.b64encode(data).decode("ascii")
    return f"data:image/{kind};base64,{coded}", width * height
