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

from pinback.verify import limits
from pinback.verify.verdict import unknown

_STREAM = re.compile(rb">>\s*stream\r?\n")
_NAME = re.compile(rb"/([A-Za-z0-9#]+)")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})\b(?!\s+\d+\s+R)")
_MAX_HEAD = 8_192
"""Bytes of the dictionary before a stream."""
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
    inflated = 0
    for number, found in enumerate(_STREAM.finditer(data)):
        if number >= limits.MAX_PDF_STREAMS:
            raise unknown(f"the PDF has more than {limits.MAX_PDF_STREAMS:,} parts")
        head = _head(data, found.start())
        names = set(_NAME.findall(head))
        if names & _PASSED_OVER:
            continue
        body = _body(data, found.end(), head)
        filters = names & {
            b"FlateDecode",
            b"Fl",
            b"ASCIIHexDecode",
            b"ASCII85Decode",
            b"LZWDecode",
            b"RunLengthDecode",
            b"DCTDecode",
        }
        attached = b"EmbeddedFile" in names
        if filters - {b"FlateDecode", b"Fl"}:
            if attached:
                raise unknown(
                    "the PDF packs its attachment in a way that is not read here; ask for the attachment itself"
                )
            continue
        if filters:
            body = _inflated(body, limits.MAX_PDF_INFLATED - inflated)
            inflated += len(body)
        start = body.lstrip()[:3]
        if attached or start[:1] == b"{" or start == b"eyJ":
            yield body


def _head(data: bytes, end: int) -> bytes:
    """Return the dictionary that ends at *end*, from the ``obj`` before it."""
    start = max(0, end - _MAX_HEAD)
    last = data.rfind(b"obj", start, end)
    return data[last + 3 if last >= 0 else start : end + 2]


def _body(data: bytes, start: int, head: bytes) -> bytes:
    """Return a stream's bytes by its length, or up to the word that ends it."""
    if said := _LENGTH.search(head):
        end = start + int(said.group(1))
        if data[end : end + 20].lstrip().startswith(b"endstream"):
            return data[start:end]
    end = data.find(b"endstream", start)
    return data[start : end if end >= 0 else len(data)]


def _inflated(body: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(body, max(1, room + 1))
    except zlib.error:
        return b""
    if len(found) > room:
        raise unknown(f"the PDF's parts have more than {limits.MAX_PDF_INFLATED:,} bytes unpacked")
    return found
