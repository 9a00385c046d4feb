"""The code: 128 random bits that open a club's keys, in a form that can be read aloud and typed.

Crockford's base32 (26 signs) and his check sign modulo 37, in groups of four. Codes whose check sign would
be one of ``*~$=U`` are drawn again, so that a code is letters and digits only (that costs a fifth of a bit).
"""

from __future__ import annotations

import re
import secrets

from pinback.errors import SigningError
from pinback.leaks import CODE_SIGNS, check_sign, remember_code

BITS = 128
_BODY = 26
_GROUP = 4
_BETWEEN = re.compile("[\\s\u2010-\u2015\u2212-]+")
"""White space, hyphen, and the dashes that word processors put in its place."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Draw a code, like ``7K2M-…-Q4H``; it is remembered so that no file can ever hold it."""
    while True:
        number = secrets.randbits(BITS)
        body = "".join(CODE_SIGNS[number >> shift & 31] for shift in range(5 * (_BODY - 1), -1, -5))
        if check_sign(body) in CODE_SIGNS:
            code = _grouped(body + check_sign(body))
            remember_code(code)
            return code


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


def typed_codes(text: str) -> list[str]:
    """Return the codes in a text that may hold several, with anything between them or within them that people type.

    Raises:
        SigningError: one of them cannot be a code.
    """
    signs = _BETWEEN.sub("", text)
    size = _BODY + 1
    if len(signs) % size:
        return [typed_code(part) for part in text.split()]
    return [typed_code(signs[start : start + size]) for start in range(0, len(signs), size)]


def typed_code(text: str) -> str:
    """Return the code that somebody typed: small letters, spaces, any dashes, and O, I, L for 0, 1, 1 are understood.

    Raises:
        SigningError: it cannot be a code; the message does not repeat it.
    """
    signs = _BETWEEN.sub("", text).upper().translate(_MISREAD)
    if len(signs) != _BODY + 1:
        raise SigningError(
            f"a code has {_BODY + 1} letters and digits, this one has {len(signs)}; compare it with the sheet"
        )
    if any(sign not in CODE_SIGNS for sign in signs):
        raise SigningError("a code holds letters (but no U) and digits only; compare it with the sheet")
    if check_sign(signs[:-1]) != signs[-1]:
        raise SigningError("the code has a mistake in it, its last sign does not fit; compare it with the sheet")
    code = _grouped(signs)
    remember_code(code)
    return code
