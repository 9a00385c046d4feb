"""The issuer's DID document: which keys sign for it. A function of the register's keys.

Specifications: DID Core 1.0; did:web; Controlled Identifiers 1.0 §2.2 (Multikey, JsonWebKey). Ids are
absolute and ``assertionMethod`` is a list of texts: verifiers compare them letter by letter (FACTS 3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pinback import contexts
from pinback.dataclass import dataclass


def key_url(did: str, key_id: str) -> str:
    """Return the absolute DID URL of a key: the fragment is the key's own name."""
    return f"{did}#{key_id}"


@dataclass(frozen=True, slots=True)
class Method:
    """A key for the document: Ed25519 as Multikey text, or RSA as a public JWK with ``kid``.

    Attributes:
        multikey: the key's own name, or "" for RSA.
        jwk: the key, or None for Ed25519.
        revoked: the moment from which nothing of it is believed, or "" while it is sound.
    """

    multikey: str = ""
    jwk: Mapping[str, str] | None = None
    revoked: str = ""


def did_document(did: str, keys: Iterable[Method], profiles: Iterable[str]) -> dict[str, Any]:
    """Return the DID document.

    A retired key stays a method for assertions for ever, since what it signed stays genuine; a revoked one keeps its
    entry with the moment and signs nothing any more (Controlled Identifiers 1.0, "revoked"; TRUST §4).

    Args:
        did: did:web.
        keys: every key that ever signed documents, oldest first.
        profiles: addresses of the OB 2.0 profiles of the same issuer.
    """
    methods: list[dict[str, Any]] = []
    sound: list[str] = []
    for key in keys:
        own: dict[str, Any]
        if key.jwk is None:
            kind, own, name = "Multikey", {"publicKeyMultibase": key.multikey}, key.multikey
        else:
            kind, own, name = "JsonWebKey", {"publicKeyJwk": dict(key.jwk)}, key.jwk["kid"]
        method: dict[str, Any] = {"id": key_url(did, name), "type": kind, "controller": did, **own}
        if key.revoked:
            method["revoked"] = key.revoked
        else:
            sound.append(method["id"])
        methods.append(method)
    return {
        "@context": [contexts.DID, contexts.MULTIKEY, contexts.JWK],
        "id": did,
        "alsoKnownAs": list(profiles),
        "verificationMethod": methods,
        "assertionMethod": sound,
    }
