"""The chunks of a PNG file, walked within limits (W3C PNG Third Edition, §5 Datastream structure).

It checks the frame: signature, lengths, CRCs, IHDR first, IEND last and nothing after it. It neither inflates
anything nor knows what the ancillary chunks mean.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from pinback.errors import PictureError
from pinback.limits import MAX_PNG_BYTES, MAX_PNG_CHUNKS, MAX_PNG_SIDE

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


SAVE_PNG_AGAIN = "open it in a picture editor and save it again as PNG"

# Allowed bit depths for each colour type (§11.2.1 IHDR), and the number of samples in a pixel.
_BIT_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class Chunk(NamedTuple):
    """One chunk, by its place in the file.

    Attributes:
        kind: four ASCII letters.
        start: where the four length bytes begin.
        end: one past the CRC.
    """

    kind: bytes
    start: int
    end: int

    def body(self, data: bytes) -> memoryview:
        """Return the chunk's data without its length, type and CRC, not copied."""
        return memoryview(data)[self.start + 8 : self.end - 4]


class Header(NamedTuple):
    """What IHDR says. ``interlaced`` means Adam7."""

    width: int
    height: int
    bit_depth: int
    colour_type: int
    interlaced: bool

    @property
    def bits_per_pixel(self) -> int:
        """Samples in a pixel times their depth."""
        return _SAMPLES[self.colour_type] * self.bit_depth


def make_chunk(kind: bytes, body: bytes) -> bytes:
    """Return one whole chunk: length, type, data, CRC-32 over type and data."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def read_chunks(data: bytes) -> list[Chunk]:
    """Return all chunks in file order; the first is IHDR with sound values, the last IEND.

    Raises:
        PictureError: the frame is broken or a limit is passed.
    """
    if len(data) > MAX_PNG_BYTES:
        raise PictureError(f"the PNG has {len(data)} bytes, the limit is {MAX_PNG_BYTES}", "make it smaller")
    if not data.startswith(PNG_SIGNATURE):
        raise PictureError("this is not a PNG file", SAVE_PNG_AGAIN)
    view = memoryview(data)
    chunks: list[Chunk] = []
    place = len(PNG_SIGNATURE)
    while place < len(data):
        if chunks and chunks[-1].kind == b"IEND":
            raise PictureError("the PNG holds data after its end", SAVE_PNG_AGAIN)
        chunk = _chunk_at(view, place)
        if (chunk.kind == b"IHDR") != (not chunks):
            raise PictureError("the PNG must have its IHDR chunk once, at the start", SAVE_PNG_AGAIN)
        chunks.append(chunk)
        if len(chunks) > MAX_PNG_CHUNKS:
            raise PictureError(f"the PNG has more than {MAX_PNG_CHUNKS} chunks", SAVE_PNG_AGAIN)
        place = chunk.end
    if not chunks or chunks[-1].kind != b"IEND" or len(chunks[-1].body(data)):
        raise PictureError("the PNG is cut off: it does not end with an empty IEND chunk", SAVE_PNG_AGAIN)
    read_header(data, chunks)
    return chunks


def _chunk_at(view: memoryview, place: int) -> Chunk:
    """Return the chunk that begins at *place*, its letters and CRC checked."""
    header = bytes(view[place : place + 8])
    end = place + 12 + int.from_bytes(header[:4], "big")
    if len(header) < 8 or end > len(view):
        raise PictureError("the PNG ends in the middle of a chunk", SAVE_PNG_AGAIN)
    kind = header[4:]
    if not (kind.isalpha() and kind.isascii()):
        raise PictureError("the PNG has a chunk whose type is not four letters", SAVE_PNG_AGAIN)
    (crc,) = struct.unpack_from(">I", view, end - 4)
    if zlib.crc32(view[place + 4 : end - 4]) != crc:
        raise PictureError(f"the checksum of the PNG's {kind.decode()} chunk is wrong", SAVE_PNG_AGAIN)
    return Chunk(kind, place, end)


def read_header(data: bytes, chunks: list[Chunk]) -> Header:
    """Return IHDR, its values checked against §11.2.1 and our size limit."""
    body = chunks[0].body(data)
    if len(body) != 13:
        raise PictureError("the PNG's IHDR chunk does not have 13 bytes", SAVE_PNG_AGAIN)
    width, height, depth, colour, compression, filters, interlace = struct.unpack(">IIBBBBB", body)
    if not (0 < width <= MAX_PNG_SIDE and 0 < height <= MAX_PNG_SIDE):
        raise PictureError(
            f"the PNG is {width} × {height} pixels, each side may have 1 to {MAX_PNG_SIDE}", "make it smaller"
        )
    if depth not in _BIT_DEPTHS.get(colour, ()):
        raise PictureError(f"the PNG has colour type {colour} with bit depth {depth}, no such kind", SAVE_PNG_AGAIN)
    if compression or filters or interlace > 1:
        raise PictureError(
            "the PNG names a compression, filter or interlace method that does not exist", SAVE_PNG_AGAIN
        )
    return Header(width, height, depth, colour, bool(interlace))
