"""Make a stranger's JPEG safe, for photographs inside an SVG (ITU-T T.81, Annex B: Compressed data formats).

The coded pixels are copied, not coded anew. What describes the photograph rather than draws it goes: Exif (which may
hold a place and a name), XMP, colour profiles, thumbnails, comments, and anything after the end of the image.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from PIL import Image

from pinback.errors import PictureError
from pinback.limits import MAX_JPEG_SIDE, MAX_PICTURE_PARTS

_SAVE_AGAIN = "open it in a picture editor and save it again as JPEG"
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
# JFIF (APP0) and Adobe (APP14) say how the numbers become colours; the other APPn segments and COM are dropped.
HEADS = frozenset({0xE0, 0xEE})
_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_ORIENTATION = 0x0112
"""The Exif tag that turns the picture; 1 is upright."""


def clean_jpeg(data: bytes) -> bytes:
    """Return the same photograph with nothing in it but the photograph. Cleaning twice changes nothing more.

    Raises:
        PictureError: it cannot be decoded, is too large, or is only upright by a note in its Exif data.
    """
    _decode(data, check_orientation=True)
    kept = (
        plain_head(code, segment) if code in HEADS else segment
        for code, segment in segments(data)
        if code not in _DROPPED
    )
    cleaned = b"\xff\xd8" + b"".join(kept) + b"\xff\xd9"
    _decode(cleaned, check_orientation=False)
    return cleaned


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels."""
    return _decode(data, check_orientation=False)


def _decode(data: bytes, *, check_orientation: bool) -> tuple[int, int]:
    """Decode the photograph to see that it is sound and within limits; return its size."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if max(image.size) > MAX_JPEG_SIDE:
                width, height = image.size
                raise PictureError(
                    f"a JPEG is {width} × {height} pixels, each side may have {MAX_JPEG_SIDE}", "make it smaller"
                )
            if check_orientation and image.getexif().get(_ORIENTATION, 1) != 1:
                raise PictureError("a JPEG is stored turned, with a note to turn it back", "turn it upright and save")
            image.load()
            return image.size
    except PictureError:
        raise
    except Exception as error:  # Pillow promises no single exception for broken files: OSError, ValueError, SyntaxError
        raise PictureError("a JPEG cannot be read", _SAVE_AGAIN) from error


def plain_head(code: int, segment: bytes) -> bytes:
    """Return a segment of ``HEADS`` with what its format says and nothing more: JFIF 1.02 without the small picture, which may show what
    was cut off the large one, or Adobe's twelve bytes; b"" for any other, such as JFIF's extension, which is a small picture."""
    if code == 0xE0 and segment[4:9] == b"JFIF\0" and len(segment) >= 18:
        body = segment[4:16] + b"\0\0"
    elif code == 0xEE and segment[4:9] == b"Adobe" and len(segment) >= 16:
        body = segment[4:16]
    else:
        return b""
    return bytes((0xFF, code, 0, len(body) + 2)) + body


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments between start and end of image, each with its marker's code, coded pixels included (§B.1.1).

    Raises:
        PictureError: it is cut off or broken.
    """
    place, left = 2, MAX_PICTURE_PARTS
    while True:
        marker = data[place + 1 : place + 2]
        if data[place : place + 1] != b"\xff" or not marker:
            raise PictureError("a JPEG is cut off or broken", _SAVE_AGAIN)
        code = marker[0]
        if code == _END:
            return
        if code == 0xFF:  # a fill byte before a marker
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        end = place + 2 + length
        if length < 2 or end > len(data) or code in (_START, 0x00, 0x01):
            raise PictureError("a JPEG is cut off or broken", _SAVE_AGAIN)
        left -= 1
        if left < 0:
            raise PictureError(f"a JPEG has more than {MAX_PICTURE_PARTS:,} segments", _SAVE_AGAIN)
        if code == _SCAN:
            end = _end_of_scan(data, end)
        yield code, data[place:end]
        place = end


def _end_of_scan(data: bytes, place: int) -> int:
    """Return where the next marker stands, past stuffed bytes (FF 00) and restart markers (FF D0 to FF D7)."""
    found = _NEXT_MARKER.search(data, place)
    if found is None:
        raise PictureError("a JPEG is cut off", _SAVE_AGAIN)
    return found.start()
