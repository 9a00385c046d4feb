"""Step 1: what is in this file? From bytes to the badge documents in them, whatever the file is called.

Pictures are unbaked, PDFs searched, pages looked through for their badge. Nothing is judged here but whether there is
something to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from pinback.dataclass import dataclass
from pinback.errors import PictureError
from pinback.images.png import unbake_png
from pinback.images.png_chunks import PNG_SIGNATURE
from pinback.images.svg import unbake_svg
from pinback.verify import limits
from pinback.verify.pdf_reading import attachments, is_pdf
from pinback.verify.urls import joined
from pinback.verify.verdict import Finding, Verdict, forged, unknown

_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_HREF = re.compile(rb"""<(?:a|link)\s[^<>]*?\bhref\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_BADGE_WORDS = (b"openbadges", b"/credentials/", b"purl.imsglobal.org", b"Assertion", b"VerifiableCredential")
_LINKED = ("credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt")
"""Names of the badge files that an award page links to, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document in a file.

    Attributes:
        data: JSON, a compact JWS, or an address (old hosted badges), as bytes.
        form: ``json``, ``jws`` or ``address``.
        place: where it was, as a person says it: ``a JSON document``.
        keyword: the baking keyword, or "".
    """

    data: bytes
    form: str
    place: str
    keyword: str = ""


def no_badge(reason: str) -> Finding:
    """Return the finding "no badge in this file"."""
    return Finding(Verdict.NO_BADGE, reason)


def is_zip(data: bytes) -> bool:
    """Say whether this is a ZIP."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def documents_in(data: bytes) -> tuple[Found, ...]:
    """Return the documents in a file that is no ZIP; at least one.

    Raises:
        Finding: there is none, or the file cannot be read.
    """
    if not data.strip():
        raise no_badge("the file is empty")
    if len(data) > limits.MAX_FILE:
        raise unknown(f"the file has more than {limits.MAX_FILE:,} bytes, which are not read")
    if data.startswith(PNG_SIGNATURE[:4]):
        return _baked(data, "PNG")
    if is_pdf(data):
        return tuple(_attached(data))
    text = _body(data)
    if text.startswith(b"{"):
        return (_as_json(text, "a JSON document"),)
    if _JWS.fullmatch(text):
        return (Found(text, "jws", "a signed text (JWT)"),)
    if re.fullmatch(rb"eyJ[A-Za-z0-9_.~-]+", text) and b"~" in text:
        raise unknown("this signed text shows parts of itself only (SD-JWT), which is not read here")
    if re.match(rb"<(?:\?xml|!--|!DOCTYPE\s+svg|svg|\w+:svg)", text, re.IGNORECASE) and not is_page(data):
        return _baked(text, "SVG")
    if is_page(data):
        raise no_badge("this is a web page, not a badge; give the page's address instead")
    if data.startswith((b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\0\0\0")):
        raise no_badge("this picture is not a PNG or SVG, which alone can carry a badge")
    raise no_badge("this is neither a picture with a badge nor a badge document")


def _body(data: bytes) -> bytes:
    """Return a document's bytes without a byte order mark, and without blanks at both ends."""
    return data.removeprefix(b"\xef\xbb\xbf").strip()


def is_page(data: bytes) -> bool:
    """Say whether this is an HTML page."""
    return re.search(rb"<(?:!doctype\s+html|html)[\s>]", data[:1024], re.IGNORECASE) is not None


def _as_json(text: bytes, place: str, keyword: str = "") -> Found:
    return Found(text, "json", place, keyword)


def looks_like_badge(data: bytes) -> bool:
    """Say whether a broken JSON text was once a badge."""
    return any(word in data for word in _BADGE_WORDS)


def _baked(data: bytes, kind: str) -> tuple[Found, ...]:
    """Return the documents in a picture."""
    try:
        texts = unbake_png(data) if kind == "PNG" else unbake_svg(data)
    except PictureError as error:
        if re.search(rb"openbadge|clrcredential", data):
            verdict = forged if "two" in error.what else unknown
            raise verdict(f"the {kind} carries a badge that cannot be read: {error.what}") from error
        raise no_badge(f"{error.what}") from error
    if not texts:
        raise no_badge(
            f"there is no badge in this {kind}; a chat app or a screenshot may have removed it, so ask for the link"
        )
    return tuple(
        _text(
            _body(text.encode("utf-8")),
            f"{'an' if kind == 'SVG' else 'a'} {kind} with a badge in it",
            key,
        )
        for key, text in texts.items()
    )


def _text(text: bytes, place: str, keyword: str = "") -> Found:
    if text.startswith(b"{"):
        return _as_json(text, place, keyword)
    if _JWS.fullmatch(text):
        return Found(text, "jws", place, keyword)
    if text.startswith((b"https://", b"http://")):
        return Found(text, "address", place, keyword)
    raise forged(f"what lies in {place} is neither a badge nor its address")


def _attached(data: bytes) -> Iterator[Found]:
    number = 0
    for body in attachments(data):
        inner = body.strip()
        if body.startswith(PNG_SIGNATURE):
            try:
                found = list(_baked(body, "PNG"))
            except Finding as finding:
                if finding.verdict is Verdict.NO_BADGE:
                    continue
                raise
        elif inner.startswith(b"{") and looks_like_badge(inner):
            found = [_as_json(inner, "an attachment of the PDF")]
        elif _JWS.fullmatch(inner) and inner.startswith(b"eyJ"):
            found = [Found(inner, "jws", "an attachment of the PDF")]
        elif inner.startswith(b"<") and b"openbadges" in inner:
            found = list(_baked(inner, "SVG"))
        else:
            continue
        number += len(found)
        if number > limits.MAX_DOCUMENTS:
            raise unknown(f"the PDF has more than {limits.MAX_DOCUMENTS} attachments")
        yield from found
    if not number:
        raise no_badge("no badge is attached to this PDF; ask for the badge itself or its link")


def badge_links(page: bytes, url: str) -> list[str]:
    """Return the addresses of the badge files that an award page links to, the most telling first.

    Only files of the page's own host, under the page's own address, count.
    """
    base = url if url.endswith("/") else url.rpartition("/")[0] + "/"
    here = links_in(page, url)
    linked = [link for link in here if link.startswith(base) and link.startswith("https://")]
    return [base + name for name in _LINKED if base + name in linked]


def links_in(page: bytes, url: str) -> frozenset[str]:
    """Return the addresses that a page links to, absolute and without fragments."""
    found = _HREF.findall(page)[: limits.MAX_NODES]
    return frozenset(joined(url, unescape(link.decode("utf-8", "replace"))) for link in found)
