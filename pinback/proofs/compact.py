"""Compact JWS of others with RS256, ES256 or EdDSA (RFC 7515 §3.1 and §5.2, RFC 7518 §3, RFC 8037 §3).

The header names an algorithm, which must be the one of the key; it never brings a key, an address or a choice. What it
says must be understood or the token is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from pinback.canonical import base64url_bytes
from pinback.dataclass import dataclass
from pinback.errors import ProofError, quoted
from pinback.limits import MAX_TOKEN
from pinback.proofs.foreign_keys import ALGORITHMS, ForeignKey
from pinback.proofs.keys import RSA, Claim, PublicKey


@dataclass(frozen=True, slots=True)
class Token:
    """The parts of a compact JWS, decoded; ``header`` and ``payload`` are still JSON bytes."""

    header: bytes
    payload: bytes
    signature: bytes
    signed: bytes


def token_parts(text: str) -> Token:
    """Take a compact JWS apart.

    Raises:
        ProofError: not one, too long, or a part in another spelling than its one right one.
    """
    if len(text) > MAX_TOKEN or text.count(".") != 2:
        raise ProofError("this is not a compact signature; fetch the document again")
    header, payload, signature = (base64url_bytes(part) for part in text.split("."))
    return Token(header, payload, signature, text.rpartition(".")[0].encode("ascii"))


def claim_of(token: bytes, key: PublicKey) -> tuple[Claim, Mapping[str, Any], bytes]:
    """Return what a compact JWS of our own claims with an RSA key, header and payload: all that ``jws.verify_rs256`` does but the check of the
    signature, for those who check many one after the other.

    Raises:
        ProofError: whatever the signature, it does not hold.
    """
    if len(token) > MAX_TOKEN or token.count(b".") != 2:
        raise ProofError("this is not a compact signature; fetch the document again")
    signed, _, signature = token.rpartition(b".")
    head, _, payload = signed.partition(b".")
    header = _own_header(head)
    if header["alg"] != "RS256" or key.type != RSA:
        raise ProofError("the key is not an RSA key; RS256 needs one")
    return Claim(key, base64url_bytes(signature), signed), header, base64url_bytes(payload)


@lru_cache(maxsize=64)  # the same in all tokens of one sealing
def _own_header(text: bytes) -> Mapping[str, Any]:
    header: dict[str, Any] = orjson.loads(base64url_bytes(text))
    refuse_header(header)
    return header


def refuse_header(header: dict[str, Any]) -> None:
    """Stop at a header that names no signature, asks for what is not done here, or says where to find a key.

    Raises:
        ProofError: it does.
    """
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS.values():
        raise ProofError(f"the algorithm {quoted(str(algorithm))} proves nothing here; RS256, ES256 and EdDSA do")
    for name in ("crit", "b64", "jku", "x5u", "x5c", "zip", "enc"):
        if name in header:
            raise ProofError(f"the signature's head says {quoted(name)}, which is not followed; it proves nothing so")


def verify_token(token: Token, header: dict[str, Any], key: ForeignKey) -> None:
    """Check a token with *key*.

    Raises:
        ProofError: the header names another algorithm than the key's, or the signature does not hold.
    """
    if header.get("alg") != key.algorithm:
        raise ProofError(f"the signature says {quoted(str(header.get('alg')))}, but its key signs {key.algorithm}")
    key.verify(token.signature, token.signed)
