"""The issuer's DID document: which keys sign for it. A function of the register's keys.

Specifications: DID Core 1.0; did:web; Controlled Identifiers 1.0 §2.2 (Multikey, JsonWebKey). Ids are
absolute and ``assertionMethod`` is a list of texts: verifiers compare them letter by letter (FACTS 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinback import contexts


def key_url(did: str, key_id: str) -> str:
    """Return the absolute DID URL of a key: the fragment is the key's own name."""
    return f"{did}#{key_id}"


def did_document(did: str, multikeys: Sequence[str], jwks: Sequence[dict[str, str]], profile: str) -> dict[str, Any]:
    """Return the DID document.

    Args:
        did: did:web.
        multikeys: Ed25519 keys as Multikey text.
        jwks: RSA keys as public JWKs with ``kid``.
        profile: address of the OB 2.0 profile of the same issuer.
    """
    methods: list[dict[str, Any]] = [
        {"id": key_url(did, key), "type": "Multikey", "controller": did, "publicKeyMultibase": key} for key in multikeys
    ]
    methods += [
        {"id": key_url(did, jwk["kid"]), "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk} for jwk in jwks
    ]
    return {
        "@context": [contexts.DID, contexts.MULTIKEY, contexts.JWK],
        "id": did,
        "alsoKnownAs": [profile],
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
