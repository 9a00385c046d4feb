"""Pictures that the tests of images draw for themselves."""

from __future__ import annotations

import base64
import io
import struct
import zlib

from PIL import Image

SVG_START = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
SHAPE = '<rect width="9" height="9"/>'


def png(width=8, height=6, mode="RGBA", **options) -> bytes:
    """Return a PNG with a gradient in it."""
    image = Image.new("RGB", (width, height))
    image.putdata([((x * 31) % 256, (y * 17) % 256, (x * y) % 256) for y in range(height) for x in range(width)])
    return saved(image.convert(mode), **options)


def saved(image: Image.Image, kind="PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width=8, height=6, **options) -> bytes:
    return saved(Image.linear_gradient("L").resize((width, height)).convert("RGB"), "JPEG", **options)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return (type, body) of each chunk; written apart from the code under test."""
    found, place = [], 8
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        found.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


def joined(parts) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in parts)


def raw_png(width, height, pixels: bytes, depth=8, colour=0, interlace=0, *, between=()) -> bytes:
    """Return a PNG of given pixel data (rows with filter bytes, not compressed)."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return joined([(b"IHDR", header), *between, (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")])


def with_chunks(data: bytes, *extra, before=b"IDAT") -> bytes:
    """Return the PNG with more chunks in front of the first one of a type."""
    parts = chunks(data)
    place = next(i for i, (kind, _) in enumerate(parts) if kind == before)
    return joined([*parts[:place], *extra, *parts[place:]])


def idat(data: bytes) -> bytes:
    return b"".join(body for kind, body in chunks(data) if kind == b"IDAT")


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


def svg(body: str, attributes='viewBox="0 0 10 10"') -> bytes:
    return f"{SVG_START}{attributes}>{body}</svg>".encode()


def embedded(data: bytes, kind="png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
