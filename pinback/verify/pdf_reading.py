"""The files attached to a PDF, found without trusting its index.

A PDF keeps each attachment as a stream of type EmbeddedFile, which cannot lie inside another stream. So the whole file
is walked from front to back for streams, and what an index hides or an update left behind is seen as well. Plain and
Flate streams are read; scripts, actions and pages are not looked at.

ISO 32000-1 §7.3.8 (streams), §7.11.4 (embedded file streams).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from pinback.limits import MAX_PDF_HEAD
from pinback.verify import limits
from pinback.verify.verdict import unknown

_STREAM = re.compile(rb">>\s*stream\r?\n")
_NAME = re.compile(rb"/([A-Za-z0-9#]+)")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})\b(?!\s+\d+\s+R)")
_FLATE = frozenset({b"FlateDecode", b"Fl"})
_OTHER_FILTERS = frozenset(
    {
        b"ASCIIHexDecode",
        b"ASCII85Decode",
        b"LZWDecode",
        b"RunLengthDecode",
        b"DCTDecode",
        b"JPXDecode",
        b"CCITTFaxDecode",
    }
)
_PIECE = 16_384
"""Bytes that are unpacked at once."""
_PASSED_OVER = frozenset({b"Image", b"Form", b"ObjStm", b"XRef", b"Metadata"})


def is_pdf(data: bytes) -> bool:
    """Say whether this is a PDF: its mark stands within the first kilobyte."""
    return b"%PDF-" in data[:1024]


def attachments(data: bytes) -> Iterator[bytes]:
    """Yield what is attached: every stream that says so, and every other one that looks like a badge.

    Raises:
        Finding: encrypted, or past a limit.
    """
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", data):
        raise unknown("the PDF is encrypted; save it without a password")
    read = 0
    ends = -1
    for number, found in enumerate(_STREAM.finditer(data)):
        if number >= limits.MAX_PDF_STREAMS:
            raise unknown(f"the PDF has more than {limits.MAX_PDF_STREAMS:,} parts")
        head = _head(data, found.start())
        names = set(_NAME.findall(head))
        if names & _PASSED_OVER:
            continue
        attached = b"EmbeddedFile" in names
        if names & _OTHER_FILTERS:
            if attached:
                raise unknown("the PDF packs its attachment in a way that is not read here; ask for the attachment")
            continue
        if ends < found.end() and (ends := data.find(b"endstream", found.end())) < 0:
            break
        packed = _body(data, found.end(), ends, head)
        body = _inflated(packed, limits.MAX_PDF_INFLATED - read) if names & _FLATE else bytes(packed)
        read += len(body)
        if read > limits.MAX_PDF_INFLATED:
            raise unknown(f"the PDF's parts have more than {limits.MAX_PDF_INFLATED:,} bytes unpacked")
        start = body[:100].lstrip()[:3]
        if attached or start[:1] == b"{" or start == b"eyJ":
            yield body


def _head(data: bytes, end: int) -> bytes:
    """Return the dictionary that ends at *end*, from the ``obj`` before it."""
    start = max(0, end - MAX_PDF_HEAD)
    last = data.rfind(b"obj", start, end)
    return data[last + 3 if last >= 0 else start : end + 2]


def _body(data: bytes, start: int, end: int, head: bytes) -> memoryview:
    """Return a stream's bytes by its length where that fits, else up to the next word that ends one, at *end*."""
    view = memoryview(data)
    if said := _LENGTH.search(head):
        told = start + int(said.group(1))
        if data[told : told + 20].lstrip().startswith(b"endstream"):
            return view[start:told]
    return view[start:end]


def _inflated(body: memoryview, room: int) -> bytes:
    """Return a stream unpacked, up to one byte more than there is room for; b"" for one that is damaged.

    NOTE: a stream whose end is missing reaches up to the next one's, and thousands of them may reach to the same: what
    is not read of a body is not copied either, and zlib copies what it is given and does not need.
    """
    unpacker = zlib.decompressobj()
    found = bytearray()
    try:
        for start in range(0, len(body), _PIECE):
            found += unpacker.decompress(body[start : start + _PIECE], room + 1 - len(found))
            if unpacker.eof or len(found) > room:
                break
    except zlib.error:
        return b""
    return bytes(found)
