"""Compact JWS with RS256: signed OB 2.0 Assertions, and OB 3.0 credentials as VC-JWT.

Signing is written out (RFC 7515 §3.1, RFC 7518 §3.3) over the exact payload bytes; verifying is
PyJWT's, so that the two do not share a mistake. RS256 gives the same bytes each time.
"""

from __future__ import annotations

from typing import Any

import orjson

from pinback.canonical import base64url, base64url_bytes
from pinback.errors import ProofError
from pinback.limits import MAX_TOKEN
from pinback.proofs.keys import PublicKey, Signer


def sign_rs256(payload: bytes, header: dict[str, str], key_id: str, signer: Signer) -> str:
    """Return the compact JWS of *payload*; *header* without ``alg``, which is put first."""
    encoded = base64url(orjson.dumps({"alg": "RS256", **header}))
    signing_input = f"{encoded}.{base64url(payload)}"
    return f"{signing_input}.{base64url(signer.sign(key_id, signing_input.encode('ascii')))}"


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
