"""Make a stranger's PNG safe, put documents into a PNG, and read them back.

Nothing here decodes pixels: cleaning and baking copy the IDAT bytes as they are. What Pinback draws itself is written by
``plain_png`` and ``palette_png``.

Baking follows Open Badges 2.0 (Baking Specification, PNGs) and Open Badges 3.0 (PNGs: Baking): one uncompressed iTXt
chunk for each keyword. One file may hold an OB 2.0 and an OB 3.0 document, as their keywords differ.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache

from pinback.errors import PictureError
from pinback.images.png_chunks import PNG_SIGNATURE, SAVE_PNG_AGAIN, Chunk, Header, make_chunk, read_chunks, read_header
from pinback.images.png_pixels import check_pixels
from pinback.limits import MAX_BAKED_BYTES, MAX_PNG_BYTES

OB2_KEYWORD = "openbadges"
OB3_KEYWORD = "openbadgecredential"
CLR_KEYWORD = "clrcredential"
KEYWORDS = (OB2_KEYWORD, OB3_KEYWORD, CLR_KEYWORD)


_TEXT_KINDS = (b"tEXt", b"zTXt", b"iTXt")
# Chunks that say how the pixels look, and the lengths they may have, by colour type where that matters (§11.3).
_LOOK_LENGTHS: dict[bytes, Callable[[Header], tuple[int, ...]]] = {
    b"gAMA": lambda header: (4,),
    b"cHRM": lambda header: (32,),
    b"sRGB": lambda header: (1,),
    b"pHYs": lambda header: (9,),
    b"sBIT": lambda header: ({0: 1, 2: 3, 3: 3, 4: 2, 6: 4}[header.colour_type],),
    b"bKGD": lambda header: ({0: 2, 2: 6, 3: 1, 4: 2, 6: 6}[header.colour_type],),
}


def png_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG whose chunks are sound."""
    header = read_header(data, read_chunks(data))
    return header.width, header.height


def clean_png(data: bytes) -> bytes:
    """Return the same picture with nothing in it but the picture.

    Texts, Exif (which may hold a place), colour profiles, animation and unknown chunks are dropped. Cleaning twice
    changes nothing more.

    Raises:
        PictureError: the file is broken, too large, or holds other pixels than its header says.
    """
    chunks = read_chunks(data)
    header = read_header(data, chunks)
    kept = _kept_chunks(data, chunks, header)
    check_pixels(header, (chunk.body(data) for chunk in kept if chunk.kind == b"IDAT"))
    return PNG_SIGNATURE + b"".join(data[chunk.start : chunk.end] for chunk in kept)


def _kept_chunks(data: bytes, chunks: list[Chunk], header: Header) -> list[Chunk]:
    """Return the chunks that may stay, in file order, their order and number checked (§5.6)."""
    kept: list[Chunk] = []
    seen: dict[bytes, int] = {}
    for before, chunk in zip([None, *chunks], chunks, strict=False):
        kind = chunk.kind
        length = chunk.end - chunk.start - 12
        if kind == b"PLTE":
            _check_palette(seen, length, header)
        elif kind == b"tRNS":
            _check_transparency(seen, length, header)
        elif kind == b"IDAT":
            if kind in seen and before is not None and before.kind != kind:
                raise PictureError("the PNG's pixel data are not in one run", SAVE_PNG_AGAIN)
            if header.colour_type == 3 and b"PLTE" not in seen:
                raise PictureError("the PNG has no palette, but its pixels need one", SAVE_PNG_AGAIN)
        elif kind in _LOOK_LENGTHS:
            # Readers ignore such a chunk when it is out of place or odd, so it is dropped rather than refused.
            if kind in seen or b"IDAT" in seen or length not in _LOOK_LENGTHS[kind](header):
                continue
        elif kind not in (b"IHDR", b"IEND"):
            if kind[:1].isupper():
                raise PictureError(f"the PNG needs the unknown chunk {kind.decode()} to be shown", SAVE_PNG_AGAIN)
            continue
        seen[kind] = length
        kept.append(chunk)
    return kept


def _check_palette(seen: Mapping[bytes, int], length: int, header: Header) -> None:
    """Check PLTE (§11.2.2): once, before the pixels, whole entries, not more than the bit depth can name."""
    most = 3 << header.bit_depth if header.colour_type == 3 else 3 * 256
    if header.colour_type in (0, 4) or length % 3 or not 0 < length <= most:
        raise PictureError("the PNG has a palette that does not fit its pixels", SAVE_PNG_AGAIN)
    if seen.keys() & {b"PLTE", b"IDAT", b"tRNS", b"bKGD"}:
        raise PictureError("the PNG's palette is in the wrong place", SAVE_PNG_AGAIN)


def _check_transparency(seen: Mapping[bytes, int], length: int, header: Header) -> None:
    """Check tRNS (§11.3.1.1): once, before the pixels, of the right length."""
    entries = seen.get(b"PLTE", 0) // 3
    lengths = {0: range(2, 3), 2: range(6, 7), 3: range(1, entries + 1)}.get(header.colour_type, range(0))
    if length not in lengths or seen.keys() & {b"tRNS", b"IDAT"}:
        raise PictureError("the PNG's transparency does not fit its pixels", SAVE_PNG_AGAIN)


def plain_png(width: int, height: int, pixels: bytes) -> bytes:
    """Return a PNG of pixels as they are, without filters (§9.2, type 0).

    Args:
        width: in pixels.
        height: in pixels.
        pixels: red, green and blue of each in one byte, row by row from the top.
    """
    stride = 3 * width
    rows = b"".join([b"\0" + pixels[start : start + stride] for start in range(0, stride * height, stride)])
    return _drawn(width, height, 2, b"", zlib.compress(rows, 6))


def palette_png(width: int, height: int, rows: bytes, palette: bytes) -> bytes:
    """Return a PNG of pixels that are numbers of colours (§11.2.2), without filters.

    Args:
        width: in pixels.
        height: in pixels.
        rows: the number of each pixel's colour in one byte, row by row from the top, each with a null in front: its filter (§9.2, type 0).
        palette: red, green and blue of each colour, one byte each; at most 256 colours.
    """
    # The harder levels of compression make it a fifth smaller in twice the time.
    return _drawn(width, height, 3, make_chunk(b"PLTE", palette), zlib.compress(rows, 1))


def _drawn(width: int, height: int, colour_type: int, palette: bytes, data: bytes) -> bytes:
    header = make_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0))
    return b"".join((PNG_SIGNATURE, header, palette, make_chunk(b"IDAT", data), make_chunk(b"IEND", b"")))


def bake_png(data: bytes, texts: Mapping[str, str | bytes]) -> bytes:
    """Return the PNG with one document for each keyword, right after IHDR, in the order given.

    Chunks that already carry one of these keywords are taken out first. All other bytes stay as they are.

    Args:
        data: a PNG, as from clean_png.
        texts: keyword (one of KEYWORDS) to document: JSON or a compact JWS, as text or as its bytes in UTF-8.
    """
    before, after = _around(data, tuple(texts))
    parts = [before]
    for keyword, text in texts.items():
        head, checksum = _head(keyword)
        body = _checked(text)
        length = len(head) - 4 + len(body)
        parts += (length.to_bytes(4, "big"), head, body, zlib.crc32(body, checksum).to_bytes(4, "big"))
    parts.append(after)
    result = b"".join(parts)
    if len(result) > MAX_PNG_BYTES:
        raise PictureError(f"with its documents the PNG would have {len(result)} bytes", "use a smaller picture")
    return result


@lru_cache(maxsize=256)
def _around(data: bytes, keywords: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return what stands before and after documents that are put in; kept, as all awards of a badge have one picture."""
    chunks = read_chunks(data)
    others = [
        data[chunk.start : chunk.end]
        for chunk in chunks[1:]
        if chunk.kind not in _TEXT_KINDS or _keyword(chunk.body(data)) not in keywords
    ]
    return data[: chunks[0].end], b"".join(others)


@lru_cache(maxsize=len(KEYWORDS))
def _head(keyword: str) -> tuple[bytes, int]:
    """Return what stands in an iTXt chunk before the text, and its CRC-32.

    It is the type, the keyword, null, compression flag and method 0, empty language and translated keyword (§11.3.3.4).
    """
    if keyword not in KEYWORDS:
        raise ValueError(f"{keyword} is not a keyword of baked badges")
    head = b"iTXt" + keyword.encode("ascii") + b"\0\0\0\0\0"
    return head, zlib.crc32(head)


def _checked(text: str | bytes) -> bytes:
    """Return a document's bytes, if a picture can hold them."""
    body = text.encode("utf-8") if isinstance(text, str) else text
    if b"\0" in body:
        raise PictureError("a PNG text cannot hold a null character", "remove it from the document")
    if len(body) > MAX_BAKED_BYTES:
        raise PictureError(f"the document has {len(body)} bytes, a picture may hold {MAX_BAKED_BYTES}", "shorten it")
    return body


def unbake_png(data: bytes) -> dict[str, str]:
    """Return the documents in a PNG: keyword to text, in file order; empty where there is none.

    Also reads the forms that others bake: compressed iTXt, and tEXt and zTXt (Latin-1).

    Raises:
        PictureError: the PNG is broken, a document cannot be read or is too long, or a keyword occurs twice.
    """
    found: dict[str, str] = {}
    for chunk in read_chunks(data):
        keyword = _keyword(chunk.body(data)) if chunk.kind in _TEXT_KINDS else ""
        if keyword not in KEYWORDS:
            continue
        if keyword in found:
            raise PictureError(f"the PNG holds two documents with the keyword {keyword}", "ask for the original file")
        found[keyword] = _text(chunk.kind, bytes(chunk.body(data))[len(keyword) + 1 :])
    return found


def _keyword(body: memoryview) -> str:
    """Return the keyword that a text chunk begins with: 1 to 79 bytes of Latin-1, then a null (§11.3.3.2)."""
    keyword, null, _ = bytes(body[:80]).partition(b"\0")
    return keyword.decode("latin-1") if null else ""


def _text(kind: bytes, rest: bytes) -> str:
    """Return the text of a text chunk from what follows its keyword and null."""
    unreadable = PictureError("a document in the PNG cannot be read", "ask for the original file")
    if kind == b"tEXt":
        return _bounded(rest, compressed=False).decode("latin-1")
    if kind == b"zTXt":
        if rest[:1] != b"\0":
            raise unreadable
        return _bounded(rest[1:], compressed=True).decode("latin-1")
    # The bytes are: compression flag, compression method, language tag, null, translated keyword, null, text.
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3 or rest[0] > 1 or rest[1] != 0:
        raise unreadable
    try:
        return _bounded(parts[2], compressed=rest[0] == 1).decode("utf-8")
    except UnicodeDecodeError as error:
        raise unreadable from error


def _bounded(text: bytes, *, compressed: bool) -> bytes:
    """Return the text, inflated where needed, never more than MAX_BAKED_BYTES."""
    whole = True
    if compressed:
        inflater = zlib.decompressobj()
        try:
            text = inflater.decompress(text, MAX_BAKED_BYTES + 1)
        except zlib.error as error:
            raise PictureError("a document in the PNG cannot be inflated", "ask for the original file") from error
        whole = inflater.eof
    if len(text) > MAX_BAKED_BYTES:
        raise PictureError(f"a document in the PNG has more than {MAX_BAKED_BYTES} bytes", "ask for the original file")
    if not whole:
        raise PictureError("a document in the PNG is cut off", "ask for the original file")
    return text
