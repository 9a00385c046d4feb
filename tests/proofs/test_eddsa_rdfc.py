"""Embedded proofs: the W3C's figures, 1EdTech's samples, and everything that must not pass."""

from __future__ import annotations

import copy
import json

import pytest
from conftest import STANDARDS, make_test_keys
from cryptography.hazmat.primitives.asymmetric import ed25519

from pinback.contexts import CREDENTIALS_V2
from pinback.errors import ProofError
from pinback.proofs import PROOFS, eddsa_rdfc
from pinback.proofs.keys import ed25519_key, public_key
from pinback.proofs.multibase import base58, base58_bytes
from pinback.proofs.rdf import canonical_quads
from pinback.status import status_list_credential

beside = pytest.mark.skipif(
    not STANDARDS.is_dir(), reason=f"the published vectors are not beside the checkout ({STANDARDS})"
)

# Data Integrity EdDSA Cryptosuites 1.0 (W3C Recommendation, 15 May 2025), B.1 "Representation: eddsa-rdfc-2022".
# The secret half is written as a product so that no scanner takes a published figure for somebody's secret.
W3C_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_SECRET = "z3u2" + "en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_PROOF_HASH = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
W3C_DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
W3C_PROOF_VALUE = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
EXAMPLES = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    }
}


def w3c_document() -> dict:
    return {
        "@context": [CREDENTIALS_V2, "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }


def w3c_options() -> dict:
    return eddsa_rdfc.proof_options("2023-02-24T23:36:38Z", f"did:key:{W3C_KEY}#{W3C_KEY}")


def test_w3c_figures_are_reproduced_step_by_step():
    document, options = w3c_document(), w3c_options()
    data = eddsa_rdfc.signing_input(document, options, EXAMPLES)
    assert data.hex() == W3C_PROOF_HASH + W3C_DOCUMENT_HASH
    secret = ed25519.Ed25519PrivateKey.from_private_bytes(base58_bytes(W3C_SECRET)[2:])
    assert public_key(secret.public_key()).id == W3C_KEY
    assert base58(secret.sign(data)) == W3C_PROOF_VALUE


def test_w3c_signed_document_verifies_as_one_proof_or_a_list_of_one():
    proof = {**w3c_options(), "proofValue": W3C_PROOF_VALUE}
    for form in (proof, [proof]):
        assert eddsa_rdfc.verify({**w3c_document(), "proof": form}, ed25519_key(W3C_KEY), EXAMPLES) == proof


@beside
def test_w3c_files_say_the_same_as_the_figures_above():
    folder = STANDARDS / "vectors" / "vc-di-eddsa"
    assert json.loads((folder / "keyPair.json").read_text()) == {
        "publicKeyMultibase": W3C_KEY,
        "privateKeyMultibase": W3C_SECRET,
    }
    signed = json.loads((folder / "eddsa-rdfc-2022" / "signedDataInt.json").read_text())
    assert signed == {**w3c_document(), "proof": {**w3c_options(), "proofValue": W3C_PROOF_VALUE}}
    both = (folder / "eddsa-rdfc-2022" / "combinedHashDataInt.txt").read_text()
    assert both == W3C_PROOF_HASH + W3C_DOCUMENT_HASH
    eddsa_rdfc.verify(signed, ed25519_key(W3C_KEY), EXAMPLES)


@beside
def test_w3c_proof_set_verifies_one_by_one_and_is_refused_as_a_set():
    folder = STANDARDS / "vectors" / "vc-di-eddsa" / "proof-set-chain"
    whole = json.loads((folder / "signedProofSet2.json").read_text())
    assert len(whole["proof"]) > 1
    for proof in whole["proof"]:
        eddsa_rdfc.verify({**whole, "proof": [proof]}, ed25519_key(proof["verificationMethod"].split("#")[1]), EXAMPLES)
    with pytest.raises(ProofError, match="exactly one proof"):
        eddsa_rdfc.verify(whole, ed25519_key(whole["proof"][0]["verificationMethod"].split("#")[1]), EXAMPLES)


@beside
@pytest.mark.parametrize("name", ["Ed25519Signature2020/signedEdSig", "eddsa-jcs-2022/signedJCS"])
def test_other_suites_are_not_taken_for_ours(name):
    document = json.loads((STANDARDS / "vectors" / "vc-di-eddsa" / f"{name}.json").read_text())
    with pytest.raises(ProofError, match="not of the kind eddsa-rdfc-2022"):
        eddsa_rdfc.verify(document, ed25519_key(W3C_KEY), EXAMPLES)


def sample(name: str) -> tuple[dict, dict]:
    document = json.loads((STANDARDS / "samples" / name).read_text())
    proof = document["proof"]
    return document, proof[0] if isinstance(proof, list) else proof


@beside
@pytest.mark.parametrize(
    "name",
    [
        "ob30/simple.json",
        "ob30/simple-did-web-method.json",
        "ob30/simple-context-alias.json",
        "ob30/endorsement-valid.json",
        "ob30/complete.json",
        "ob30/simple-err-issued.json",
        "ob30/bit-string-list/credential-status-revoked.json",
        "clr20/simple.json",
    ],
)
def test_1edtech_samples_verify(name):
    """1EdTech validator 1.11.0, July 2026. Some are wrong in other ways, their proofs are sound (samples/INDEX.md)."""
    document, proof = sample(name)
    eddsa_rdfc.verify(document, ed25519_key(proof["verificationMethod"].split("#")[1]))


@beside
@pytest.mark.parametrize(
    "name",
    [
        "simple-err-proof-value",
        "simple-err-credential-subject-type",
        "simple-err-credential-subject-result-type",
        "simple-err-credential-subject-profile-type",
        "simple-err-issuer-type",
        "simple-err-issuer-otheridentifier-type",
        "simple-err-context",
    ],
)
def test_1edtech_samples_with_broken_proofs_fail(name):
    document, proof = sample(f"ob30/{name}.json")
    with pytest.raises(ProofError):
        eddsa_rdfc.verify(document, ed25519_key(proof["verificationMethod"].split("#")[1]))


@beside
def test_1edtech_sample_with_a_garbled_key_has_none():
    _, proof = sample("ob30/simple-err-proof-method.json")
    with pytest.raises(ProofError):
        ed25519_key(proof["verificationMethod"].split("#")[1])


KEYS = make_test_keys("eddsa")
ED = KEYS.keys["ed25519"]
METHOD = f"did:web:badges.example.org#{ED.id}"


def signed() -> dict:
    """Return a small document of ours with its proof."""
    url = "https://badges.example.org/issuers/club/status/revocation-1.json"
    document = status_list_credential(url, "did:web:badges.example.org", "revocation", "2026-06-01T12:00:00Z", [3])
    return eddsa_rdfc.add_proof(document, "2026-06-01T12:00:00Z", METHOD, ED.id, KEYS)


def test_proof_is_as_open_badges_want_it():
    document = signed()
    assert list(document)[-1] == "proof"
    [proof] = document["proof"]
    value = proof.pop("proofValue")
    assert proof == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-06-01T12:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    assert value.startswith("z")
    assert len(base58_bytes(value)) == 64
    assert signed() == {**document, "proof": [{**proof, "proofValue": value}]}
    assert PROOFS["eddsa-rdfc-2022"](signed(), ED) == {**proof, "proofValue": value}


def test_document_is_not_changed_by_signing_or_verifying():
    document = signed()
    before = copy.deepcopy(document)
    eddsa_rdfc.verify(document, ED)
    assert document == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d.pop("proof"), "exactly one proof"),
        (lambda d: d.update(proof=[]), "exactly one proof"),
        (lambda d: d.update(proof=None), "exactly one proof"),
        (lambda d: d.update(proof="z"), "exactly one proof"),
        (lambda d: d.update(proof=["z"]), "exactly one proof"),
        (lambda d: d.update(proof=d["proof"] * 2), "exactly one proof"),
        (lambda d: d["proof"][0].update(type="Ed25519Signature2020"), "not of the kind"),
        (lambda d: d["proof"][0].update(type=["DataIntegrityProof"]), "not of the kind"),
        (lambda d: d["proof"][0].update(cryptosuite="eddsa-jcs-2022"), "not of the kind"),
        (lambda d: d["proof"][0].update(cryptosuite="eddsa-2022"), "not of the kind"),
        (lambda d: d["proof"][0].pop("cryptosuite"), "not of the kind"),
        (lambda d: d["proof"][0].update(proofPurpose="authentication"), "another purpose"),
        (lambda d: d["proof"][0].pop("proofPurpose"), "another purpose"),
        (lambda d: d["proof"][0].update(proofValue=5), "not an Ed25519 signature"),
        (lambda d: d["proof"][0].pop("proofValue"), "not an Ed25519 signature"),
        (lambda d: d["proof"][0].update(proofValue="z"), "not an Ed25519 signature"),
        (lambda d: d["proof"][0].update(proofValue=base58(bytes(63))), "not an Ed25519 signature"),
        (lambda d: d["proof"][0].update(proofValue="u" + "A" * 86), "base58btc"),
        (lambda d: d["proof"][0].update(proofValue=base58(bytes(range(64)))), "does not fit"),
        (lambda d: d["proof"][0].update(created="2026-06-01T12:00:01Z"), "does not fit"),
        (lambda d: d["proof"][0].update(verificationMethod=f"did:web:evil.example#{ED.id}"), "does not fit"),
        (lambda d: d["proof"][0].update(expires="2099-01-01T00:00:00Z"), "does not fit"),
        (lambda d: d["proof"][0].update(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"), "does not fit"),
        (lambda d: d["proof"][0].update(note="Mallory"), 'no context defines "note"'),
        (
            lambda d: d["proof"][0].update({"@context": "https://w3id.org/security/data-integrity/v2"}),
            "names other contexts",
        ),
        (lambda d: d["proof"][0].update(created=None), "null"),
        (lambda d: d.pop("@context"), "no @context"),
        (lambda d: d.update(validFrom="2026-06-01T12:00:01Z"), "does not fit"),
        (lambda d: d.update(validUntil="2099-01-01T00:00:00Z"), "does not fit"),
        (lambda d: d["credentialSubject"].update(encodedList="uAAAA"), "does not fit"),
    ],
)
def test_changed_document_or_proof_is_refused(change, why):
    document = signed()
    change(document)
    with pytest.raises(ProofError, match=why):
        eddsa_rdfc.verify(document, ED)


def test_status_cannot_be_hidden_under_its_full_address():
    """The graph stays the same and so does the hash; a reader that looks for the name would see no status at all."""
    document = signed()
    subject = document["credentialSubject"]
    subject["https://www.w3.org/ns/credentials/status#encodedList"] = subject.pop("encodedList")
    with pytest.raises(ProofError, match="no plain name"):
        eddsa_rdfc.verify(document, ED)


def test_key_decides_the_algorithm():
    with pytest.raises(ProofError, match="not an Ed25519 key"):
        eddsa_rdfc.verify(signed(), KEYS.keys["rsa"])
    with pytest.raises(ProofError, match="does not fit"):
        eddsa_rdfc.verify(signed(), KEYS.keys["log"])


def test_proof_with_its_own_copy_of_the_contexts_holds():
    """Data Integrity 1.0 lets a proof repeat the contexts of its document."""
    document = signed()
    document["proof"][0]["@context"] = list(document["@context"])
    eddsa_rdfc.verify(document, ED)


def test_what_cannot_be_covered_is_not_signed():
    document = signed()
    del document["proof"]
    with pytest.raises(ProofError, match='no context defines "motto"'):
        eddsa_rdfc.add_proof({**document, "motto": "x"}, "2026-06-01T12:00:00Z", METHOD, ED.id, KEYS)


def test_key_of_another_kind_proves_nothing():
    with pytest.raises(ProofError, match="not an Ed25519 key"):
        eddsa_rdfc.verify(signed(), make_test_keys("eddsa other").keys["rsa"])


def test_other_ways_to_the_canonical_form_prove_the_same():
    document = signed()
    assert eddsa_rdfc.verify(document, ED, canonical=canonical_quads) == eddsa_rdfc.verify(document, ED)
    with pytest.raises(ProofError, match="does not fit"):
        eddsa_rdfc.verify(document, ED, canonical=lambda document: canonical_quads(document) + b"\n")
