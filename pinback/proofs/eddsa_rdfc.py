"""Embedded proofs: DataIntegrityProof with the cryptosuite eddsa-rdfc-2022.

Specification: Data Integrity EdDSA Cryptosuites 1.0, §3.2. What is signed are 64 bytes: SHA-256 of the
canonical proof options, then SHA-256 of the canonical document without its proof.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from pinback.errors import ProofError
from pinback.proofs.keys import ED25519, Claim, PublicKey, Signer
from pinback.proofs.multibase import base58, base58_bytes
from pinback.proofs.rdf import canonical_quads, refuse_disputed_order, refuse_shared_ids

SUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
_NONE: Mapping[str, dict[str, Any]] = MappingProxyType({})

Canonical = Callable[[dict[str, Any]], bytes]
"""``rdf.canonical_quads``, or a way to the same answer (``skeleton``)."""


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


def signing_input(
    document: dict[str, Any], options: dict[str, Any], further: Mapping[str, dict[str, Any]] = _NONE
) -> bytes:
    """Return the 64 bytes that are signed: hash of the options, hash of the document (§3.2.4 and §3.2.5).

    Args:
        document: without its proof.
        options: the proof without its value.
        further: contexts beside the known ones (``rdf.canonical_quads``).
    """
    quads = canonical_quads(document, further)
    with_context = {"@context": document["@context"], **options}
    return hashlib.sha256(canonical_quads(with_context, further)).digest() + hashlib.sha256(quads).digest()


def _signed_bytes(quads: bytes, document: dict[str, Any], options: dict[str, Any]) -> bytes:
    """Return what ``signing_input`` returns, from a document's canonical form; options are the same for many documents."""
    with_context = {"@context": document["@context"], **options}
    return _hash_of_options(orjson.dumps(with_context)) + hashlib.sha256(quads).digest()


@lru_cache(maxsize=1_024)
def _hash_of_options(text: bytes) -> bytes:
    """Return the hash of a proof's options with their contexts, given as JSON."""
    return hashlib.sha256(canonical_quads(json.loads(text))).digest()


def add_proof(
    document: dict[str, Any],
    created: str,
    verification_method: str,
    key_id: str,
    signer: Signer,
    canonical: Canonical = canonical_quads,
    text: bytes = b"",
) -> dict[str, Any]:
    """Return *document* with a proof as its last member, a list of one (OB 3.0 wants lists).

    Args:
        document: without its proof.
        created: ``YYYY-MM-DDThh:mm:ssZ``.
        verification_method: absolute DID URL of the key.
        key_id: the key's id, by which *signer* knows it.
        signer: holds the private key.
        canonical: makes canonical N-Quads.
        text: the document as JSON (orjson's), where that was made already.

    Raises:
        ProofError: a member would not be covered, verifiers would put the lines in different orders, or two
            members have one id.
    """
    unsigned = unsigned_proof(document, created, verification_method, canonical, text)
    return unsigned.with_signature(signer.sign(key_id, unsigned.to_sign))


class Unsigned(NamedTuple):
    """A document whose proof lacks its signature.

    Attributes:
        document: without its proof.
        options: the proof without its value.
        to_sign: the 64 bytes.
    """

    document: dict[str, Any]
    options: dict[str, Any]
    to_sign: bytes

    def with_signature(self, signature: bytes) -> dict[str, Any]:
        """Return the document with its proof."""
        return {**self.document, **self.proof(signature)}

    def proof(self, signature: bytes) -> dict[str, Any]:
        """Return the member that it lacks."""
        return {"proof": [{**self.options, "proofValue": base58(signature)}]}


def unsigned_proof(
    document: dict[str, Any],
    created: str,
    verification_method: str,
    canonical: Canonical = canonical_quads,
    text: bytes = b"",
) -> Unsigned:
    """Return all that ``add_proof`` makes but the signature, for those who sign many one after the other; what is given, and what is refused, is
    as there."""
    options = proof_options(created, verification_method)
    quads = canonical(document)
    refuse_disputed_order(quads)
    refuse_shared_ids(document, text)
    return Unsigned(document, options, _signed_bytes(quads, document, options))


def verify(
    document: dict[str, Any],
    key: PublicKey,
    further: Mapping[str, dict[str, Any]] = _NONE,
    canonical: Canonical | None = None,
) -> dict[str, Any]:
    """Check the one proof of *document* with *key* and return the proof.

    The caller decides whether the key is the issuer's, and whether the contexts are those of the standard
    that the document claims. Every member is covered, or the proof is refused (``rdf``).

    Args:
        document: with its proof.
        key: the key that made it.
        further: contexts beside the known ones (``rdf.canonical_quads``).
        canonical: makes canonical N-Quads, for documents of our own; the library where it is left out.

    Raises:
        ProofError: no proof, more than one, another suite or purpose, or it does not hold.
    """
    claim, proof = claim_of(document, key, further, canonical)
    claim.check()
    return proof


def claim_of(
    document: dict[str, Any],
    key: PublicKey,
    further: Mapping[str, dict[str, Any]] = _NONE,
    canonical: Canonical | None = None,
) -> tuple[Claim, dict[str, Any]]:
    """Return what a document claims, and its proof: all that ``verify`` does but the check of the signature, for those who check many one after
    the other; what is given, and what is refused, is as there."""
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
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise ProofError("the proof names other contexts than its document; fetch the document again")
    if key.type != ED25519:
        raise ProofError(f"the key is not an Ed25519 key; {SUITE} needs one")
    value = proof.get("proofValue")
    signature = base58_bytes(value) if isinstance(value, str) else b""
    if len(signature) != 64:
        raise ProofError("the proof's value is not an Ed25519 signature; fetch the document again")
    unsigned = {name: member for name, member in document.items() if name != "proof"}
    options = {name: member for name, member in proof.items() if name not in ("proofValue", "@context")}
    if canonical:
        signed = _signed_bytes(canonical(unsigned), unsigned, options)
    else:
        signed = signing_input(unsigned, options, further)
    return Claim(key, signature, signed), proof
