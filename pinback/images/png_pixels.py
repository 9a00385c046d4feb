"""Check the pixel data of a PNG without keeping them (W3C PNG Third Edition, §7 to §10).

The data must inflate to exactly the rows that IHDR promises, each row with a filter that exists. Inflating is bounded,
so that a small file cannot fill the memory. Palette indices are not checked: a decoder shows an index that is too
high as it likes, which is ugly but harmless.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pinback.errors import PictureError
from pinback.images.png_chunks import SAVE_PNG_AGAIN, Header

_STEP = 64 * 1024
"""Most bytes inflated at a time."""
_LAST_FILTER = 4
"""Filters 0 to 4 exist: None, Sub, Up, Average, Paeth (§9.2)."""
# Adam7: first column, first row, column step, row step of the seven passes (§8.2).
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def check_pixels(header: Header, pieces: Iterable[memoryview]) -> None:
    """Check the bodies of all IDAT chunks, given in file order.

    Raises:
        PictureError: too few or too many bytes, a filter that does not exist, or broken zlib data.
    """
    passes = _passes(header)
    expected = sum(rows * stride for rows, stride in passes)
    row_starts = _row_starts(passes)
    next_row = next(row_starts)
    seen = 0
    for inflated in _inflate(pieces):
        end = seen + len(inflated)
        if end > expected:
            raise PictureError("the PNG holds more pixel data than its size allows", SAVE_PNG_AGAIN)
        while next_row < end:
            if inflated[next_row - seen] > _LAST_FILTER:
                raise PictureError("the PNG's pixel data are broken: a row has an unknown filter", SAVE_PNG_AGAIN)
            next_row = next(row_starts, expected)
        seen = end
    if seen < expected:
        raise PictureError("the PNG is cut off: it holds fewer pixels than its size says", SAVE_PNG_AGAIN)


def _passes(header: Header) -> list[tuple[int, int]]:
    """Return (rows, bytes in a row with its filter byte) of each pass that has pixels."""
    sizes = [(header.width, header.height)]
    if header.interlaced:
        sizes = [(-((x - header.width) // dx), -((y - header.height) // dy)) for x, y, dx, dy in _ADAM7]
    return [(rows, 1 + (columns * header.bits_per_pixel + 7) // 8) for columns, rows in sizes if columns and rows]


def _row_starts(passes: list[tuple[int, int]]) -> Iterator[int]:
    """Yield where each row's filter byte lies in the inflated data."""
    place = 0
    for rows, stride in passes:
        yield from range(place, place + rows * stride, stride)
        place += rows * stride


def _inflate(pieces: Iterable[memoryview]) -> Iterator[bytes]:
    """Yield the inflated data in small steps; the zlib stream must end with the last piece."""
    inflater = zlib.decompressobj()
    try:
        for piece in pieces:
            rest: bytes | memoryview = piece
            # A full step may leave inflated bytes waiting inside zlib although no input is left.
            full = False
            while rest or full:
                inflated = inflater.decompress(rest, _STEP)
                yield inflated
                rest, full = inflater.unconsumed_tail, len(inflated) == _STEP
            if inflater.unused_data:
                raise PictureError("the PNG holds data after its pixels", SAVE_PNG_AGAIN)
    except zlib.error as error:
        raise PictureError("the PNG's pixel data are broken", SAVE_PNG_AGAIN) from error
    if not inflater.eof:
        raise PictureError("the PNG's pixel data are cut off", SAVE_PNG_AGAIN)
