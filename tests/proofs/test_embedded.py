"""Proofs of others: the W3C's figures for each suite, and what must not pass."""

from __future__ import annotations

import json

import pytest
from conftest import STANDARDS, make_test_keys

from pinback.errors import ProofError
from pinback.proofs import eddsa_rdfc
from pinback.proofs.embedded import SUITES, UnknownSuite, signed_bytes, suite_of, verify_signed
from pinback.proofs.foreign_keys import from_multikey
from pinback.proofs.multibase import base58

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
FURTHER = {EXAMPLES: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}}
ED25519 = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
P256 = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP"
DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"

# The values of Data Integrity EdDSA Cryptosuites 1.0, appendix B, and Data Integrity ECDSA Cryptosuites 1.0, appendix A
# (W3C Recommendations of 15 May 2025; github w3c/vc-di-eddsa and w3c/vc-di-ecdsa, TestVectors).
FIGURES = {
    "eddsa-rdfc-2022": (
        ED25519,
        "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
        "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0" + DOCUMENT_HASH,
    ),
    "eddsa-jcs-2022": (
        ED25519,
        "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
        "",
    ),
    "ecdsa-rdfc-2019": (
        P256,
        "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
        "3a8a522f689025727fb9d1f0fa99a618da023e8494ac74f51015d009d35abc2e" + DOCUMENT_HASH,
    ),
    "Ed25519Signature2020": (
        ED25519,
        "z57Mm1vboMtZiCyJ4aReZsv8co4Re64Y8GEjL1ZARzMbXZgkARFLqFs1P345NpPGG2hgCrS4nNdvJhpwnrNyG3kEF",
        "",
    ),
}


def vector(suite: str) -> tuple[dict, dict]:
    """Return the W3C's example document and its proof."""
    key, value, _ = FIGURES[suite]
    contexts = [V2, EXAMPLES]
    if suite == "Ed25519Signature2020":
        contexts.append("https://w3id.org/security/suites/ed25519-2020/v1")
    document = {
        "@context": contexts,
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }
    method = f"did:key:{key}#{key}"
    kind = {"type": suite} if suite == "Ed25519Signature2020" else {"type": "DataIntegrityProof", "cryptosuite": suite}
    proof = {**kind, "created": "2023-02-24T23:36:38Z", "verificationMethod": method, "proofPurpose": "assertionMethod"}
    if suite == "eddsa-jcs-2022":
        proof["@context"] = contexts
    return document, {**proof, "proofValue": value}


@pytest.mark.parametrize("suite", SUITES)
def test_w3c_example_holds(suite: str) -> None:
    document, proof = vector(suite)
    key, _, both_hashes = FIGURES[suite]
    signed = signed_bytes(document, proof, FURTHER)
    assert not both_hashes or signed.hex() == both_hashes
    verify_signed(proof, signed, from_multikey(key))


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("member", ["name", "validFrom", "id"])
def test_changed_example_does_not_hold(suite: str, member: str) -> None:
    document, proof = vector(suite)
    document[member] = document[member].replace("2", "3").replace("A", "B")
    with pytest.raises(ProofError, match="does not fit"):
        verify_signed(proof, signed_bytes(document, proof, FURTHER), from_multikey(FIGURES[suite][0]))


@pytest.mark.parametrize("suite", SUITES)
def test_changed_proof_does_not_hold(suite: str) -> None:
    document, proof = vector(suite)
    proof["created"] = "2023-02-24T23:36:39Z"
    with pytest.raises(ProofError, match="does not fit"):
        verify_signed(proof, signed_bytes(document, proof, FURTHER), from_multikey(FIGURES[suite][0]))


@pytest.mark.parametrize("suite", SUITES)
def test_key_of_another_kind_is_refused(suite: str) -> None:
    document, proof = vector(suite)
    other = P256 if FIGURES[suite][0] == ED25519 else ED25519
    with pytest.raises(ProofError, match="not of the kind"):
        verify_signed(proof, signed_bytes(document, proof, FURTHER), from_multikey(other))


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"type": "DataIntegrityProof"},
        {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"},
        {"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"},
        {"type": "eddsa-rdfc-2022"},
        {"type": "JsonWebSignature2020"},
        {"type": ["DataIntegrityProof"], "cryptosuite": "eddsa-rdfc-2022"},
        {"type": "DataIntegrityProof", "cryptosuite": ["eddsa-rdfc-2022"]},
    ],
)
def test_unknown_suite_is_told_as_such(proof: dict) -> None:
    with pytest.raises(UnknownSuite):
        suite_of(proof)


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_proof_that_names_other_contexts_is_refused(suite: str) -> None:
    document, proof = vector(suite)
    with pytest.raises(ProofError, match="other contexts"):
        signed_bytes(document, {**proof, "@context": [V2]}, FURTHER)


@pytest.mark.skipif(not STANDARDS.is_dir(), reason="the published vectors are not beside the checkout")
def test_w3c_proof_set_holds_proof_by_proof() -> None:
    text = (STANDARDS / "vectors/vc-di-eddsa/proof-set-chain/signedProofSet2.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert len(document["proof"]) > 1
    for proof in document["proof"]:
        key = from_multikey(proof["verificationMethod"].partition("#")[2])
        verify_signed(proof, signed_bytes(document, proof, FURTHER), key)


def own() -> tuple[dict, dict]:
    """Return a document of ours and its proof, in which all contexts are known."""
    document = {"@context": [V2], "id": "urn:x", "type": ["VerifiableCredential"], "name": "Knots"}
    keys = make_test_keys("embedded")
    method = f"did:web:x.example.org#{keys.keys['ed25519'].id}"
    done = eddsa_rdfc.add_proof(document, "2026-05-17T00:00:00Z", method, keys.keys["ed25519"].id, keys)
    return done, done["proof"][0]


def test_known_contexts_need_no_further_ones() -> None:
    document, proof = own()
    key = from_multikey(proof["verificationMethod"].partition("#")[2])
    for _ in range(2):
        verify_signed(proof, signed_bytes(document, proof), key)
    with pytest.raises(ProofError, match="does not fit"):
        verify_signed(proof, signed_bytes({**document, "name": "Hitches"}, proof), key)


@pytest.mark.parametrize("value", [None, 5, "", "z", "z11", base58(bytes(63)), base58(bytes(65))])
def test_value_that_is_no_signature_is_refused(value: object) -> None:
    document, proof = own()
    key = from_multikey(proof["verificationMethod"].partition("#")[2])
    with pytest.raises(ProofError):
        verify_signed({**proof, "proofValue": value}, signed_bytes(document, proof), key)


def test_proof_without_contexts_of_its_own_covers_those_of_the_document() -> None:
    document, proof = vector("eddsa-jcs-2022")
    bare = {name: value for name, value in proof.items() if name != "@context"}
    assert signed_bytes(document, bare) != signed_bytes(document, proof)
    assert signed_bytes(document, bare)[32:] == signed_bytes(document, proof)[32:]
