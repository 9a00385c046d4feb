"""Embedded proofs of others: what was signed, by suite, and whether a key's signature of it holds.

The document is taken as it was before any proof was added (proof sets; chains are not known here).

Specifications: Data Integrity 1.0; EdDSA Cryptosuites 1.0 §3.2, §3.3 and Ed25519Signature2020 (there, §A);
ECDSA Cryptosuites 1.0 §3.2 with P-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pinback.errors import ProofError, quoted
from pinback.proofs.eddsa_rdfc import signing_input
from pinback.proofs.foreign_keys import P256, ForeignKey
from pinback.proofs.jcs import jcs_bytes
from pinback.proofs.keys import ED25519
from pinback.proofs.multibase import base58_bytes
from pinback.proofs.rdf import canonical_quads

Contexts = Mapping[str, dict[str, Any]]
_NONE: Contexts = MappingProxyType({})


class UnknownSuite(ProofError):
    """The proof is of a kind that is not known here."""


def _rdfc(document: dict[str, Any], proof: dict[str, Any], further: Contexts) -> bytes:
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise ProofError("the proof names other contexts than its document; fetch the document again")
    options = _without(proof, "proofValue", "@context")
    if further:
        return signing_input(document, options, further)
    options_hash = _hash_of_options(json.dumps({"@context": document.get("@context"), **options}))
    return options_hash + hashlib.sha256(canonical_quads(document)).digest()


@lru_cache(maxsize=1_024)
def _hash_of_options(text: str) -> bytes:
    """Return the hash of a proof's options, given as JSON; badges of one sealing share them."""
    return hashlib.sha256(canonical_quads(json.loads(text))).digest()


def _jcs(document: dict[str, Any], proof: dict[str, Any], further: Contexts) -> bytes:
    if "@context" in proof and _list(proof["@context"]) != _list(document.get("@context")):
        # The standard lets a document name further contexts than its proof; those would be covered by nothing.
        raise ProofError("the proof names other contexts than its document; fetch the document again")
    if "@context" in proof:
        document = {**document, "@context": proof["@context"]}
    hashes = (hashlib.sha256(jcs_bytes(value)).digest() for value in (_without(proof, "proofValue"), document))
    return b"".join(hashes)


def _without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: member for name, member in value.items() if name not in names}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


SUITES: Mapping[str, tuple[str, Callable[[dict[str, Any], dict[str, Any], Contexts], bytes]]] = {
    "eddsa-rdfc-2022": (ED25519, _rdfc),
    "eddsa-jcs-2022": (ED25519, _jcs),
    "ecdsa-rdfc-2019": (P256, _rdfc),
    "Ed25519Signature2020": (ED25519, _rdfc),
}
"""Suite to the kind of key that it needs, and what is signed."""


def suite_of(proof: dict[str, Any]) -> str:
    """Return the name of a proof's suite.

    Raises:
        UnknownSuite: none of ``SUITES``.
    """
    name = proof.get("cryptosuite") if proof.get("type") == "DataIntegrityProof" else proof.get("type")
    if not isinstance(name, str) or name not in SUITES or (name == "Ed25519Signature2020") != (proof["type"] == name):
        raise UnknownSuite(f"the signature is of the kind {quoted(str(name))}, which is not known here")
    return name


def signed_bytes(document: dict[str, Any], proof: dict[str, Any], further: Contexts = _NONE) -> bytes:
    """Return the 64 bytes that a proof of *document* signs.

    Args:
        document: with or without its proofs, which are left out.
        proof: one of them.
        further: contexts beside the known ones; for published test vectors.

    Raises:
        ProofError: a member would not be covered by the signature, a context or the suite is unknown.
    """
    _, prepared = SUITES[suite_of(proof)]
    return prepared(_without(document, "proof"), proof, further)


def verify_signed(proof: dict[str, Any], signed: bytes, key: ForeignKey) -> None:
    """Check the value of a proof over ``signed_bytes`` with *key*.

    Raises:
        ProofError: another kind of key than the suite needs, or it does not hold.
    """
    kind, _ = SUITES[suite_of(proof)]
    if key.kind != kind:
        raise ProofError(f"the key is not of the kind {kind} that this signature needs")
    value = proof.get("proofValue")
    signature = base58_bytes(value) if isinstance(value, str) else b""
    if len(signature) != 64:
        raise ProofError("the signature does not have the length of its kind; fetch the document again")
    key.verify(signature, signed)
