"""Documents of the standards, made from the checked model by pure functions.

``ob2`` Open Badges 2.0, ``ob3`` Open Badges 3.0, ``did`` the issuer's DID document. The standards' own
spelling (``issuedOn``, ``validFrom``, ``@context``) appears here and nowhere else.
"""

from __future__ import annotations

from typing import Any

from pinback.formats import ob2, ob3
from pinback.formats.parts import Sealing


def documents_of(sealing: Sealing) -> dict[str, dict[str, Any]]:
    """Return the documents of an award by the names of its sealed files, still without a proof; what two of them share is made once."""
    assertion, credential = ob2.hosted_assertion(sealing), ob3.credential(sealing)
    return {
        "assertion.json": assertion,
        "assertion.jws.txt": ob2.signed_from(assertion, sealing),
        "credential.json": credential,
        "credential.jwt.txt": ob3.claims_of(credential, sealing),
    }
