"""Compact JWS with RS256: signed OB 2.0 Assertions, and OB 3.0 credentials as VC-JWT.

Signing is written out (RFC 7515 §3.1, RFC 7518 §3.3) over the exact payload bytes; verifying is
PyJWT's, so that the two do not share a mistake. RS256 gives the same bytes each time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from pinback.canonical import base64url_bytes, base64url_signs
from pinback.errors import ProofError
from pinback.limits import MAX_TOKEN
from pinback.proofs.keys import PublicKey, Signer


def sign_rs256(payload: bytes, header: dict[str, str], key_id: str, signer: Signer) -> str:
    """Return the compact JWS of *payload*; *header* without ``alg``, which is put first."""
    signed = signing_input(payload, header)
    return with_signature(signed, signer.sign(key_id, signed)).decode("ascii")


def signing_input(payload: bytes, header: dict[str, str]) -> bytes:
    """Return the text that ``sign_rs256`` signs (RFC 7515 §5.1), for those who sign many one after the other."""
    return b"%b.%b" % (_encoded(tuple(header.items())), base64url_signs(payload))


@lru_cache(maxsize=64)  # the same in all tokens of one sealing
def _encoded(header: tuple[tuple[str, str], ...]) -> bytes:
    return base64url_signs(orjson.dumps({"alg": "RS256", **dict(header)}))


def with_signature(signed: bytes, signature: bytes) -> bytes:
    """Return the compact JWS of a text that was signed (``signing_input``), in ASCII."""
    return b"%b.%b" % (signed, base64url_signs(signature))


def verify_rs256(token: str, key: PublicKey) -> tuple[dict[str, Any], bytes]:
    """Check a compact JWS with *key* and return its header and payload bytes.

    The algorithm is RS256 whatever the header says; the header never brings a key.

    Raises:
        ProofError: damaged, another algorithm, unknown critical headers, or it does not hold.
    """
    # Imported here because PyJWT is needed for verifying alone.
    import jwt
    from jwt.api_jws import PyJWS

    public = key.rsa
    if len(token) > MAX_TOKEN or token.count(".") != 2:
        raise ProofError("this is not a compact JWS; fetch the document again")
    for part in token.split("."):
        base64url_bytes(part)
    try:
        decoded = PyJWS().decode_complete(token, public, algorithms=["RS256"])
    except jwt.PyJWTError as error:
        raise ProofError("the signature does not fit; the text or the key is another one") from error
    return decoded["header"], decoded["payload"]


def payload_of(token: str) -> bytes:
    """Return the payload bytes of a compact JWS whose bytes are known to be right; nothing is checked.

    Raises:
        ProofError: not a compact JWS.
    """
    parts = token.split(".")
    if len(token) > MAX_TOKEN or len(parts) != 3:
        raise ProofError("this is not a compact JWS; fetch the document again")
    return base64url_bytes(parts[1])
