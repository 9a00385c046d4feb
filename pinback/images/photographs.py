"""Take out of a club's photographs what describes them rather than draws them: JPEG, WebP and GIF files that pages show as they are.

A telephone writes the place, the day and its owner's name into a photograph, and a picture editor the address of whoever edited it. Coded pixels
are copied; nothing is decoded, so this says nothing about whether a picture can be shown. What says how the pixels look stays: colour profiles,
and which way up a JPEG is. Formats: ITU-T T.81 Annex B and Exif 2.3 §4.5.4, the WebP container (RFC 9649 §2), GIF89a §15 to §27.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator

from pinback.errors import PictureError
from pinback.images.jpeg import HEADS, plain_head, segments
from pinback.limits import MAX_PICTURE_PARTS

_SAVE_AGAIN = "open it in a picture editor and save it again"
_EXIF = b"Exif\0\0"
_PROFILE = b"ICC_PROFILE\0"
_ORIENTATION = 0x0112
_DESCRIBED = 0x0C
"""Flags of a WebP that say that it holds Exif and XMP."""
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""The only additions to a GIF that change what is seen: how often it moves."""
_MOST_DIRECTORIES = 64


def clean_photograph(data: bytes, name: str) -> bytes:
    """Return a photograph without what describes it; doing so twice changes nothing more.

    Args:
        data: the file.
        name: its name, whose ending in small letters says what it should be; files of other kinds are given back as they are.

    Raises:
        PictureError: it is of another kind than its name says, or cut off.
    """
    kind = name.rpartition(".")[2]
    for endings, start, what, clean in _KINDS:
        if kind not in endings:
            continue
        if not re.match(start, data, re.DOTALL):
            raise PictureError(
                f"the file is no {what}, and its name says otherwise", "give it the ending of what it is"
            )
        return clean(data)
    return data


def _as_it_is(data: bytes) -> bytes:
    return data


def _jpeg(data: bytes) -> bytes:
    kept = []
    for code, segment in segments(data):
        if code == 0xE1:
            if segment[4:10] == _EXIF and (turned := _orientation(segment[10:])) not in (0, 1):
                kept.append(_only_turned(turned))
        elif code in HEADS:
            kept.append(plain_head(code, segment))
        elif not (0xE0 <= code <= 0xEF or code == 0xFE) or _is_profile(code, segment):
            kept.append(segment)
    return b"\xff\xd8" + b"".join(kept) + b"\xff\xd9"


def _is_profile(code: int, segment: bytes) -> bool:
    return code == 0xE2 and segment[4:16] == _PROFILE


def _orientation(tiff: bytes) -> int:
    """Return which way up the pixels are by an Exif block (1 to 8), or 0 where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 0
    (place,) = struct.unpack_from(f"{order}I", tiff, 4)
    entries = struct.unpack_from(f"{order}H", tiff, place)[0] if place + 2 <= len(tiff) else 0
    for number in range(min(entries, _MOST_DIRECTORIES)):
        at = place + 2 + 12 * number
        if at + 12 > len(tiff):
            break
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, at)
        if (tag, kind, count) == (_ORIENTATION, 3, 1):
            return value if value in range(1, 9) else 0
    return 0


def _only_turned(orientation: int) -> bytes:
    """Return an Exif segment that says which way up the picture is and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = _EXIF + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _webp(data: bytes) -> bytes:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise PictureError("the WebP is cut off", _SAVE_AGAIN)
    kept, place, left = [], 12, MAX_PICTURE_PARTS
    while place < end:
        left -= 1
        if left < 0:
            raise PictureError(f"the WebP has more than {MAX_PICTURE_PARTS:,} chunks", _SAVE_AGAIN)
        kind, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        after = place + 8 + length + length % 2
        if place + 8 > end or place + 8 + length > end:
            raise PictureError("the WebP ends in the middle of a chunk", _SAVE_AGAIN)
        body = data[place + 8 : place + 8 + length]
        if kind == b"VP8X" and body:
            body = bytes([body[0] & ~_DESCRIBED]) + body[1:]
        if kind in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            kept.append(kind + length.to_bytes(4, "little") + body + b"\0" * (length % 2))
        place = after
    inside = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(inside).to_bytes(4, "little") + inside


def _gif(data: bytes) -> bytes:
    return b"".join(_gif_parts(_Reader(data)))


class _Reader:
    """Reads a GIF part by part."""

    def __init__(self, data: bytes) -> None:
        self._stream, self._left = io.BytesIO(data), MAX_PICTURE_PARTS

    def read(self, count: int) -> bytes:
        found = self._stream.read(count)
        if len(found) < count:
            raise PictureError("the GIF is cut off", _SAVE_AGAIN)
        return found

    def begin(self) -> bytes:
        """Return the byte that begins a part: its kind, or the length of a block."""
        self._left -= 1
        if self._left < 0:
            raise PictureError(f"the GIF has more than {MAX_PICTURE_PARTS:,} blocks", _SAVE_AGAIN)
        return self.read(1)

    def colours(self, flags: int) -> bytes:
        """Return a table of colours, or nothing where the flags say that there is none."""
        return self.read(3 << (flags & 7) + 1) if flags & 0x80 else b""

    def blocks(self) -> Iterator[bytes]:
        """Yield blocks with their length in front, the empty one that ends them included."""
        while (length := self.begin()) != b"\0":
            yield length + self.read(length[0])
        yield length


def _gif_parts(reader: _Reader) -> Iterator[bytes]:
    """Yield the parts of a GIF that may stay, the trailer last."""
    screen = reader.read(13)
    yield screen + reader.colours(screen[10])
    while True:
        kind = reader.begin()
        if kind == b";":
            yield kind
            return
        if kind == b",":
            image = reader.read(9)
            yield kind + image + reader.colours(image[8]) + reader.read(1) + b"".join(reader.blocks())
        elif kind == b"!":
            label = reader.read(1)
            blocks = list(reader.blocks())
            if label == b"\xf9" or (label == b"\xff" and blocks[0][1:] in _LOOPS):
                yield kind + label + b"".join(blocks)
        else:
            raise PictureError("the GIF is broken", _SAVE_AGAIN)


_KINDS: tuple[tuple[tuple[str, ...], bytes, str, Callable[[bytes], bytes]], ...] = (
    (("jpg", "jpeg"), rb"\xff\xd8\xff", "JPEG", _jpeg),
    (("webp",), rb"RIFF....WEBP", "WebP", _webp),
    (("gif",), rb"GIF8[79]a", "GIF", _gif),
    (("pdf",), rb".{0,1024}%PDF-", "PDF", _as_it_is),
)
"""Endings, with what such a file begins, the kind's name, and what takes the descriptions out."""
