"""Sign the same credentials again, embedded proof alone, and print how long it took.

    python -m benchmarks.proofs CREDENTIALS OPEN_KEYS            pinback's own code
    python benchmarks/proofs.py CREDENTIALS                      in the environment of openbadgeslib: that one's

CREDENTIALS is a folder of signed documents, whose proofs are taken off first. What is measured is the loop over documents that
are in memory already; one process, one core. The same in Node: tests/foreign/node/issue_credentials.mjs.

Pinback's own code is that by which ``pinback seal`` makes an embedded proof (``seal.documents.proved``): skeletons with the library as
judge. No skeleton is there when the clock starts, so loading the library and its contexts, and making and judging skeletons, is a
part of what is measured, and the library judges the first credential of each badge as it does in a sealing. What a sealing does
besides, such as reading back, is not; ``@digitalbazaar/vc`` does not either.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CREATED = "2026-03-01T00:00:00Z"


def unsigned(folder: Path) -> list[dict[str, Any]]:
    """Return the documents of a folder without their proofs, in the order of names."""
    documents = [json.loads(path.read_bytes()) for path in sorted(folder.iterdir())]
    for document in documents:
        document.pop("proof", None)
    return documents


def _ours(opened: Path) -> Callable[[dict[str, Any]], object]:
    from pinback.keys import bundle
    from pinback.seal.documents import form_of, unproved

    keys = bundle._bundle_in(opened.read_bytes().partition(b"\n")[2])
    key = keys.keys["ed25519"]
    judged: set[str] = set()

    def sign(document: dict[str, Any]) -> object:
        badge = document["credentialSubject"]["achievement"]["id"]
        judge = badge not in judged
        judged.add(badge)
        unsigned = unproved(document, "did:web:club.example.org", CREATED, key, form_of(document, judge))
        return unsigned.with_signature(keys.sign(key.id, unsigned.to_sign))

    return sign


def _openbadgeslib() -> Callable[[dict[str, Any]], object]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from openbadgeslib.ob3.ldp import add_data_integrity_proof

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return lambda document: add_data_integrity_proof(document, pem, "did:web:club.example.org#key")


def main() -> None:
    documents = unsigned(Path(sys.argv[1]))
    sign = _ours(Path(sys.argv[2])) if len(sys.argv) > 2 else _openbadgeslib()
    started, before = time.perf_counter(), time.process_time()
    for document in documents:
        sign(document)
    seconds, cpu = time.perf_counter() - started, time.process_time() - before
    print(json.dumps({"count": len(documents), "seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main()
