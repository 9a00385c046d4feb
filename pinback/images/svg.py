"""Put documents into an SVG, and read them back (Open Badges 2.0 and 3.0, SVGs: Baking).

A baked SVG of ours begins:

    <svg … xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">
    <openbadges:assertion xmlns:openbadges="http://openbadges.org" verify="JWS"/>
    <openbadges:credential><![CDATA[JSON]]></openbadges:credential>

(without the line breaks). Both standards want the prefix ``openbadges`` on <svg> and their own element first; one file
cannot obey both. We decided:

- OB 3.0 has the declaration on <svg>: it is the newer standard, and without an OB 2.0 document the file then obeys it
  to the letter.
- OB 2.0 comes first and declares the prefix on itself: its readers are old, and some look for the tag name
  ``openbadges:assertion`` as text (``openbadges_bakery``), which this satisfies as well as a reader with namespaces.
- Of OB 2.0 we bake the signed form: ``verify`` holds the JWS and the body is empty. The 1EdTech validator takes any
  ``verify`` for a token, so a hosted assertion with its address there could not be read by it.
- The CDATA section holds exactly the bytes of the JSON: that validator reads the first piece of text that is not blank.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from pinback.errors import PictureError
from pinback.images.png import CLR_KEYWORD, OB2_KEYWORD, OB3_KEYWORD
from pinback.images.svg_reading import read_svg
from pinback.limits import MAX_BAKED_BYTES, MAX_BAKED_SVG_BYTES

OB2_NAMESPACE = "http://openbadges.org"
OB3_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
CLR_NAMESPACE = "https://purl.imsglobal.org/clr/v2p0"


_ROOT_TAG = re.compile(rb"""<svg(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*>""")
_IN_JWS = bytes(sign for sign in range(128) if chr(sign).isalnum()) + b"_-"
# XML 1.0 §2.2 has no place for these characters, and §2.11 turns a carriage return into a line feed.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_XML = bytes(byte for byte in range(0x20, 0x100) if byte not in (0xED, 0xEF))
"""Bytes of UTF-8 in none of those characters, or behind the first byte of one alone."""

_KEYWORDS = {
    f"{{{OB2_NAMESPACE}}}assertion": OB2_KEYWORD,
    f"{{{OB3_NAMESPACE}}}credential": OB3_KEYWORD,
    f"{{{CLR_NAMESPACE}}}credential": CLR_KEYWORD,
}


def bake_svg(svg: bytes, jws: str | bytes | None, credential: str | bytes) -> bytes:
    """Return the drawing with its documents right after the opening <svg> tag; all other bytes stay as they are.

    Args:
        svg: from clean_svg.
        jws: the OB 2.0 assertion as a compact JWS, or None to leave OB 2.0 out.
        credential: the OB 3.0 credential with its proof, as JSON, text or its bytes in UTF-8; it may not hold "]]>" (write
            ``]]\\u003e``).
    """
    before, after = _around(svg)
    text, body = _both(credential)
    # Most documents have none of the bytes by which such a character begins, and that is seen sooner.
    if b"]]>" in body or (body.translate(None, _IN_XML) and _NOT_IN_XML.search(text)):
        raise PictureError(
            'the credential holds "]]>" or a character that an SVG cannot carry',
            "remove it from the texts of the badge",
        )
    token = jws.encode("utf-8") if isinstance(jws, str) else jws
    if token is not None and not _is_jws(token):
        raise ValueError("not a compact JWS")
    if len(body) > MAX_BAKED_BYTES or len(token or b"") > MAX_BAKED_BYTES:
        raise PictureError(f"a document has more than {MAX_BAKED_BYTES} bytes, too many for a picture", "shorten it")
    signed = b"" if token is None else b'%s%s"/>' % (_ASSERTION, token)
    return b"".join((before, signed, b"<openbadges:credential><![CDATA[", body, b"]]></openbadges:credential>", after))


_ASSERTION = f'<openbadges:assertion xmlns:openbadges="{OB2_NAMESPACE}" verify="'.encode("ascii")


@lru_cache(maxsize=256)
def _around(svg: bytes) -> tuple[bytes, bytes]:
    """Return what stands before and after documents that are put in; kept, as all awards of a badge have one drawing."""
    tag = _ROOT_TAG.match(svg)
    if tag is None or b"xmlns:openbadges" in tag.group():
        raise PictureError("this is not an SVG that can carry a badge", "use a drawing without a badge in it")
    return svg[: tag.end() - 1] + f' xmlns:openbadges="{OB3_NAMESPACE}">'.encode("ascii"), svg[tag.end() :]


def _both(document: str | bytes) -> tuple[str, bytes]:
    """Return a document as text and as bytes; a half of a pair, which XML has no place for, is still in both."""
    if isinstance(document, bytes):
        return document.decode("utf-8"), document
    return document, document.encode("utf-8", "surrogatepass")


def _is_jws(token: bytes) -> bool:
    """Tell whether this is a compact JWS: three parts in base64url, a point between each."""
    return token.translate(None, _IN_JWS) == b".." and all(token.split(b"."))


def unbake_svg(data: bytes) -> dict[str, str]:
    """Return the documents in an SVG: keyword, as in a PNG, to text, in file order; empty where there is none.

    The text is JSON as it stands in the file, or a compact JWS; for an old hosted OB 2.0 badge it may be an address.

    Raises:
        PictureError: not sound XML, past a limit, an empty document, or two documents of one kind.
    """
    found: dict[str, str] = {}
    for element in read_svg(data, MAX_BAKED_SVG_BYTES).iter():
        keyword = _KEYWORDS.get(str(element.tag))
        if keyword is None:
            continue
        if keyword in found:
            raise PictureError(f"the SVG holds two {keyword} documents", "ask for the original file")
        found[keyword] = _document(element)
    return found


def _document(element: Element) -> str:
    """Return the text of an assertion or credential element.

    A token in ``verify`` counts before the body, as in the 1EdTech validator; an address there (OB 2.0, hosted) only
    where the body is empty.
    """
    verify = element.get("verify", "").strip()
    body = "".join(element.itertext())
    text = body if body.strip() and (not verify or "://" in verify) else verify
    if not text:
        raise PictureError("the SVG holds an empty badge document", "ask for the original file")
    if len(text.encode("utf-8")) > MAX_BAKED_BYTES:
        raise PictureError(f"a document in the SVG has more than {MAX_BAKED_BYTES} bytes", "ask for the original file")
    return text if text.lstrip().startswith("{") else text.strip()
