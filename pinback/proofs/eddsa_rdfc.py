"""Embedded proofs: DataIntegrityProof with the cryptosuite eddsa-rdfc-2022.

Specification: Data Integrity EdDSA Cryptosuites 1.0, §3.2. What is signed are 64 bytes: SHA-256 of the
canonical proof options, then SHA-256 of the canonical document without its proof.
"""

from __future__ import annotations

import hashlib
from typing import Any

from pinback.errors import ProofError
from pinback.proofs.keys import PublicKey, Signer
from pinback.proofs.multibase import base58, base58_bytes
from pinback.proofs.rdf import canonical_quads

SUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"


def proof_options(created: str, verification_method: str) -> dict[str, Any]:
    """Return the proof without its value.

    Args:
        created: ``YYYY-MM-DDThh:mm:ssZ``.
        verification_method: absolute DID URL of the key.
    """
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
    }


def signing_input(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    """Return the 64 bytes that are signed: hash of the options, hash of the document (§3.2.4 and §3.2.5)."""
    with_context = {"@context": document["@context"], **options}
    return hashlib.sha256(canonical_quads(with_context)).digest() + hashlib.sha256(canonical_quads(document)).digest()


def add_proof(
    document: dict[str, Any], created: str, verification_method: str, key_id: str, signer: Signer
) -> dict[str, Any]:
    """Return *document* with a proof as its last member, a list of one (OB 3.0 wants lists)."""
    options = proof_options(created, verification_method)
    signature = signer.sign(key_id, signing_input(document, options))
    return {**document, "proof": [{**options, "proofValue": base58(signature)}]}


def verify(document: dict[str, Any], key: PublicKey) -> dict[str, Any]:
    """Check the one proof of *document* with *key* and return the proof.

    The caller decides whether the key is the issuer's. Everything in the document is covered, or the
    proof is refused (``rdf``).

    Raises:
        ProofError: no proof, more than one, another suite or purpose, or it does not hold.
    """
    proofs = document.get("proof")
    if isinstance(proofs, dict):
        proofs = [proofs]
    if not isinstance(proofs, list) or len(proofs) != 1 or not isinstance(proofs[0], dict):
        raise ProofError("the document does not carry exactly one proof; fetch it again")
    proof = proofs[0]
    if (proof.get("type"), proof.get("cryptosuite")) != ("DataIntegrityProof", SUITE):
        raise ProofError(f"the proof is not of the kind {SUITE}; it cannot be checked here")
    if proof.get("proofPurpose") != PURPOSE:
        raise ProofError("the proof was made for another purpose; it says nothing about this document")
    value = proof.get("proofValue")
    signature = base58_bytes(value) if isinstance(value, str) else b""
    if len(signature) != 64:
        raise ProofError("the proof's value is not an Ed25519 signature; fetch the document again")
    unsigned = {name: member for name, member in document.items() if name != "proof"}
    options = {name: member for name, member in proof.items() if name not in ("proofValue", "@context")}
    key.verify(signature, signing_input(unsigned, options))
    return proof
