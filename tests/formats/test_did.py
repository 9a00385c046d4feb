"""DID documents: which keys sign for an issuer, where its DID is resolved."""

from __future__ import annotations

import pytest
import rich_award as rich

from pinback.addresses import did_document_url
from pinback.formats.did import Method, did_document, key_url

ED, RSA = rich.KEYS.ed25519, rich.KEYS.rsa

PLACES = [
    ("did:web:badges.example.org", "https://badges.example.org/.well-known/did.json"),
    ("did:web:club.github.io", "https://club.github.io/.well-known/did.json"),
    ("did:web:club.github.io:badges", "https://club.github.io/badges/did.json"),
    ("did:web:club.github.io:badges:issuers:federation", "https://club.github.io/badges/issuers/federation/did.json"),
    ("did:web:localhost%3A8443:badges", "https://localhost:8443/badges/did.json"),
]


@pytest.mark.parametrize(("did", "place"), PLACES)
def test_document_is_as_resolvers_and_the_1edtech_validator_want_it(did, place):
    """Absolute ids, assertionMethod a list of texts, fragments that name the keys (FACTS 3.2 and 6)."""
    profile = "https://badges.example.org/issuers/club/issuer.json"
    assert did_document(did, [Method(ED.id), Method(jwk=RSA.jwk)], [profile]) == {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": did,
        "alsoKnownAs": [profile],
        "verificationMethod": [
            {"id": f"{did}#{ED.id}", "type": "Multikey", "controller": did, "publicKeyMultibase": ED.id},
            {"id": f"{did}#{RSA.id}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": RSA.jwk},
        ],
        "assertionMethod": [f"{did}#{ED.id}", f"{did}#{RSA.id}"],
    }
    assert did_document_url(did) == place


def test_several_keys_stay_in_order():
    log = rich.KEYS.log
    document = did_document(
        "did:web:x.example", [Method(ED.id), Method(log.id), Method(jwk=RSA.jwk)], ["https://x.example/issuer.json"]
    )
    assert document["assertionMethod"] == [key_url("did:web:x.example", key) for key in (ED.id, log.id, RSA.id)]
    assert [method["id"] for method in document["verificationMethod"]] == document["assertionMethod"]


def test_document_holds_no_private_member():
    document = did_document(
        "did:web:x.example", [Method(ED.id), Method(jwk=RSA.jwk)], ["https://x.example/issuer.json"]
    )
    assert set(document["verificationMethod"][1]["publicKeyJwk"]) == {"kty", "n", "e", "alg", "kid"}


def test_revoked_key_keeps_its_entry_and_signs_nothing():
    keys = [Method(ED.id, revoked="2026-06-01T12:00:00Z"), Method(rich.KEYS.log.id), Method(jwk=RSA.jwk)]
    document = did_document("did:web:x.example", keys, ["https://x.example/issuer.json"])
    assert document["verificationMethod"][0] == {
        "id": f"did:web:x.example#{ED.id}",
        "type": "Multikey",
        "controller": "did:web:x.example",
        "publicKeyMultibase": ED.id,
        "revoked": "2026-06-01T12:00:00Z",
    }
    assert document["assertionMethod"] == [f"did:web:x.example#{key}" for key in (rich.KEYS.log.id, RSA.id)]
