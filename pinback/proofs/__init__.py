"""Signatures over JSON, and their verification. Knows JSON, bytes and keys, not badges.

``multibase`` spells keys and signatures, ``keys`` public keys and the one call behind which private keys
stand, ``rdf`` canonical N-Quads, ``eddsa_rdfc`` embedded proofs, ``jws`` compact signatures. The table
``PROOFS`` names what is here by the standards' identifiers.

To read what others signed: ``foreign_keys`` their keys in all spellings, ``embedded`` four suites of embedded proofs
(``SUITES``), ``compact`` RS256, ES256 and EdDSA (``ALGORITHMS``), ``jcs`` RFC 8785 with fractions.

Every verification here is written against the specification of the proof and used by ``seal`` on its own
results before anything is written, as it is by the checker on the documents of others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinback.proofs import eddsa_rdfc, jws

PROOFS: dict[str, Callable[..., Any]] = {
    "eddsa-rdfc-2022": eddsa_rdfc.verify,
    "RS256": jws.verify_rs256,
}
