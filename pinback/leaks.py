"""Nothing that is written may hold a private key or a club's code: one scan, used by every writer.

Known secrets are remembered when a bundle is made or opened (``remember``) and looked for in every
usual spelling. Without any, the scan still knows the shapes of private keys and of a code.

This module imports ``errors`` only. State: the secrets of this process, in memory, never shown.
"""

from __future__ import annotations

import base64
import contextlib
import re
import sys
from collections.abc import Mapping
from functools import cache

from pinback.errors import SigningError

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32 alphabet."""
_CHECK_SIGNS = CODE_SIGNS + "*~$=U"
_CODE = re.compile(
    rb"(?<![0-9A-Za-z-])(?:[0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{3}(?![0-9A-Za-z-])", re.IGNORECASE
)
_GROUPS = re.compile(rb"-(?:[0-9A-Za-z]{4}-){5}")
"""What stands in every code, found much faster."""
_SHAPES = (
    (b"PRIVATE KEY-----", re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key in PEM form"),
    (b"", re.compile(rb'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"'), "a private key in JWK form"),
    # NOTE: a whole word of that length. One signature in two hundred thousand begins with "z3u2" too, and is longer.
    # The look back comes second because a search for plain letters is fast.
    (
        b"",
        re.compile(rb"z3u2(?<![\w-]z3u2)[1-9A-HJ-NP-Za-km-z]{42,45}(?![\w-])"),
        "a private key in multibase form",
    ),
    (b"AGE-SECRET-KEY-1", re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{20,}"), "an age identity"),
)
"""Long letters that stand in every key of a form, and are found faster than it (short ones are not, its own search begins with them); the
form; its name."""
_raw: dict[bytes, int] = {}
"""Key bytes, with the highest byte of each: no text in UTF-8 has one above 244, and what lacks one byte of a secret is looked at no further."""
_spelled: set[bytes] = set()
_codes: set[bytes] = set()
_short: set[bytes] = set()
"""Those of ``_spelled`` in which no sample of a text need lie."""
_samples: set[int] = set()
"""Every eight bytes of the others, folded, as numbers."""
_EVERY = 3
"""One of so many groups of eight bytes of a text is looked up among the samples."""
_AT_ONCE = 1 << 16
"""So many of them at a time."""
_SPACE = b" \t\r\n:"
"""Left out before spelled secrets are looked for: base64 is broken into lines, hex into pairs with colons."""


_AS_BASE64 = bytes.maketrans(b"-_", b"+/")
"""The other spelling of base64, so that each secret is looked for in one."""
_AS_CODE = bytes(range(256)).upper()
"""Capital letters, as codes are remembered."""
_FOLDED_AWAY = _SPACE + b"-_+/"
"""What no folded text has: capital letters, and nothing that any of the searches leaves out or spells in two ways. What holds a secret holds it
folded too, so a text that does not is looked at once."""


class LeakProblem(SigningError):
    """A file that was about to be written holds a secret."""


def check_sign(body: str) -> str:
    """Return Crockford's check sign (modulo 37) of base32 signs without hyphens."""
    number = 0
    for sign in body:
        number = number * 32 + CODE_SIGNS.index(sign)
    return _CHECK_SIGNS[number % 37]


def remember(material: bytes) -> None:
    """Look for *material* (raw key bytes) in everything written from now on: raw, in hex, and in base64."""
    if len(material) < 16:
        return
    _raw[material] = max(material)
    spelled = {material.hex().encode(), material.hex().upper().encode()}
    for offset in range(3):
        # base64 of the material at each alignment; the outer signs depend on its neighbours.
        text = base64.b64encode(b"\0" * offset + material)
        spelled.add(text[4 if offset else 0 : len(text) - 4])
    for secret in spelled - _spelled:
        folded = _folded(secret)
        if len(folded) < 8 * _EVERY + 7:
            _short.add(secret)
        else:
            _samples.update(int.from_bytes(folded[at : at + 8], sys.byteorder) for at in range(len(folded) - 7))
    _spelled.update(spelled)


def remember_code(code: str) -> None:
    """Look for *code* in everything written from now on: small letters, no hyphens or spaces for them count too."""
    _dump_nothing()
    data = code.encode("ascii")
    remember(data)
    _codes.add(data.replace(b"-", b""))


@cache
def _dump_nothing() -> None:
    """See to it that the system writes no image of this process's memory anywhere, should it crash or be stopped by Ctrl-\\.

    Such a file (``core``) would hold code and keys, in the club's folder mostly. Where the system has no such switch, it is left.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # here, because Windows has none, and most commands know no secret

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(Exception):
        import ctypes

        # A program that collects such images is asked whatever the limit; a process that cannot be dumped is left alone.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


_PR_SET_DUMPABLE = 4


def leak_in(data: bytes) -> str:
    """Say what secret *data* holds, or return ""."""
    for part, shape, what in _SHAPES:
        if part in data and shape.search(data):
            return what
    for found in _CODE.finditer(data) if _GROUPS.search(data) else ():
        body = found.group().replace(b"-", b"").decode("ascii").upper()
        if check_sign(body[:-1]) == body[-1]:
            return "a club's code"
    if not (_raw or _spelled or _codes):
        return ""
    folded = _folded(data)
    spelled = _spelled if _may_hold(folded) else _short
    codes = [code for code in _codes if code in folded]
    for secrets, text in (
        ([secret for secret, highest in _raw.items() if highest in data], data),
        (spelled, data.translate(_AS_BASE64, _SPACE) if spelled else b""),
        (codes, data.translate(_AS_CODE, _SPACE + b"-") if codes else b""),
    ):
        for secret in secrets:
            if secret in text:
                return "a private key or the code of this club"
    return ""


def _folded(text: bytes) -> bytes:
    return text.translate(_AS_CODE, _FOLDED_AWAY)


def knows_secrets() -> bool:
    """Tell whether any secret is looked for by what it is, and not by its form alone."""
    return bool(_raw or _spelled or _codes)


_FIRM = re.compile(rb'[^\w\s":-]')
"""A byte that is in no form of a secret: these are of letters, digits, underscores, hyphens, quotation marks, colons and white space."""


_LAST_FIRM = re.compile(rb'.*[^\w\s":-]', re.DOTALL)


def without_middle(text: bytes) -> bytes:
    """Return what is left to be looked through of a text that was looked through by itself, once it stands within a longer one.

    The text is cut behind its first byte that is in no form of a secret, and before its last one: what looks like a secret and
    touches what stands before or behind the text ends there at the latest. It says nothing about secrets that are known
    (``knows_secrets``).
    """
    first, last = _FIRM.search(text), _LAST_FIRM.match(text)
    return text[: first.end()] + text[last.end() - 1 :] if first and last and last.end() > first.end() else text


def _may_hold(text: bytes) -> bool:
    """Tell whether a folded text can hold a long spelled secret: then one of its samples is eight bytes of it."""
    numbers = memoryview(text)[: len(text) & -8].cast("Q")[::_EVERY]
    # NOTE: as a list, numbers take four times as much memory as their text.
    return not all(_samples.isdisjoint(numbers[at : at + _AT_ONCE].tolist()) for at in range(0, len(numbers), _AT_ONCE))


def refuse_leaks(files: Mapping[str, bytes]) -> None:
    """Stop before one of several small files with a secret is written; they are looked through together.

    Args:
        files: bytes by the names that messages show.

    Raises:
        LeakProblem: one holds a secret.
    """
    # NOTE: with a byte between them that no form of a secret in letters has. Whatever stands in one of them stands here.
    if leak_in(b"\0".join(files.values())):
        for name, data in files.items():
            refuse_leak(name, data)


def refuse_leak(name: str, data: bytes) -> None:
    """Stop before a secret is written.

    Raises:
        LeakProblem: *data* holds one; nothing was written.
    """
    if what := leak_in(data):
        raise LeakProblem(
            f"{name}: {what} would be written here; remove it from the text, and if it was shared, make new keys"
        )
