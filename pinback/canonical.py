"""Canonical JSON (RFC 8785) for the values that Pinback writes, and the hashes made from it.

Only strings, booleans, null, integers within the exact range of a double, and arrays and objects of
these are accepted: our registers and records hold nothing else, so number formatting (RFC 8785
§3.2.2.3) never comes into it. Property names are sorted by UTF-16 code units (§3.2.3).

This module imports ``errors`` only and does no I/O.
"""

from __future__ import annotations

import binascii
import hashlib
import json

import orjson

from pinback.errors import ProofError
from pinback.limits import MAX_INTEGER


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 form of *value* as UTF-8.

    Raises:
        ProofError: a float, an integer beyond 2**53 - 1, a key that is not text, or a lone surrogate.
    """
    if _is_plain(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
        except TypeError:
            pass  # what is wrong is said below
    try:
        return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProofError("a text holds half of a surrogate pair, which no canonical form has; retype it") from error


def _is_plain(value: object) -> bool:
    """Tell whether a value holds nothing but text, integers and lists and objects of these, all names in ASCII.

    Its canonical form is that of a fast library then: names in ASCII are sorted alike by bytes and by UTF-16 units.
    """
    waiting = [value]
    for item in waiting:
        kind = type(item)
        if kind is dict:
            members: dict[object, object] = item  # type: ignore[assignment]
            for name in members:
                if type(name) is not str or not name.isascii():
                    return False
            waiting += members.values()
        elif kind is list:
            items: list[object] = item  # type: ignore[assignment]
            waiting += items
        elif not (kind is str or kind is int or kind is bool or item is None):
            return False
    return True


def _ordered(value: object) -> object:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ProofError(f"the number {value} is too large to be written exactly; use text")
        return value
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ProofError("a property name is not text; only text can name a property")
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16_units)}
    raise ProofError(f"a value of kind {type(value).__name__} has no canonical form here; write it as text")


def _utf16_units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def sha256_name(data: bytes) -> str:
    """Return ``sha256:`` and 64 lower-case hex digits, the way registers name bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return base64url_signs(data).decode("ascii")


def base64url_signs(data: bytes) -> bytes:
    """Return the same as ASCII."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_OF_URLS)


def base64url_bytes(text: str | bytes) -> bytes:
    """Return the bytes of unpadded base64url *text*; other spellings of the same bytes are refused.

    Raises:
        ProofError: a sign outside the alphabet, padding, or unused bits that are not zero.
    """
    try:
        signs = text.encode("ascii") if isinstance(text, str) else text
        data = binascii.a2b_base64(signs.translate(_STANDARD) + b"=" * (-len(signs) % 4), strict_mode=True)
    except (ValueError, UnicodeEncodeError) as error:
        raise ProofError("a base64url value is damaged; fetch the document again") from error
    # The alphabet was looked at; bits without a meaning can stand in the last sign alone.
    end = len(data) % 3 or 3
    last = base64url_signs(data[-end:])
    if len(signs) != (len(data) * 4 + 2) // 3 or not signs.endswith(last):
        raise ProofError("a base64url value is not in its one right spelling; fetch the document again")
    return data


_STANDARD = bytes.maketrans(b"-_+/", b"+/\0\0")
"""The alphabet of the decoder; the signs that stand for others in base64url are none of it."""
_OF_URLS = bytes.maketrans(b"+/", b"-_")
