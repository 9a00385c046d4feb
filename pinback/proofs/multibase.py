"""Multibase base58btc, and Multikey prefixes for Ed25519 (Controlled Identifiers 1.0, §2.2.2 and §2.4)."""

from __future__ import annotations

from pinback.errors import ProofError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE = {sign: number for number, sign in enumerate(_ALPHABET)}
_CHUNK = 10
"""So many signs at a time are worked on as one small number: their power of 58 fits a machine word, and large ones are dear."""
_BASE = 58**_CHUNK
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_PAIR = len(_PAIRS)
ED25519_PUBLIC = b"\xed\x01"
"""Multicodec prefix of an Ed25519 public key."""


def base58(data: bytes) -> str:
    """Return ``z`` and the base58btc form of *data*."""
    number = int.from_bytes(data, "big")
    signs = []
    while number:
        number, rest = divmod(number, _BASE)
        for _ in range(_CHUNK // 2):
            rest, value = divmod(rest, _PAIR)
            signs.append(_PAIRS[value])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(signs)).lstrip("1")


def base58_bytes(text: str, limit: int = 128) -> bytes:
    """Return the bytes of a multibase text that starts with ``z``.

    Args:
        text: multibase.
        limit: the longest text that is read, in characters (the work grows with its square).

    Raises:
        ProofError: another base, a sign outside the alphabet, or too long.
    """
    if not text.startswith("z") or len(text) > limit:
        raise ProofError("a value is not base58btc in multibase; fetch the document again")
    number = 0
    try:
        for start in range(1, len(text), _CHUNK):
            part, signs = 0, text[start : start + _CHUNK]
            for sign in signs:
                part = part * 58 + _VALUE[sign]
            number = number * 58 ** len(signs) + part
    except KeyError as error:
        raise ProofError("a base58btc value holds a sign outside its alphabet; fetch the document again") from error
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def ed25519_multikey(raw: bytes) -> str:
    """Return the Multikey form (``z6Mk…``) of 32 raw bytes of an Ed25519 public key."""
    return base58(ED25519_PUBLIC + raw)


def ed25519_raw(multikey: str) -> bytes:
    """Return the 32 raw bytes of an Ed25519 Multikey.

    Raises:
        ProofError: not an Ed25519 key.
    """
    data = base58_bytes(multikey)
    if len(data) != 34 or not data.startswith(ED25519_PUBLIC):
        raise ProofError("a key is not an Ed25519 Multikey; only those sign with eddsa-rdfc-2022")
    return data[2:]
