"""The JSON-LD contexts known at run time, each by its published URL. The network is never opened.

VC 1.1 and 2.0, DID 1.0 and Ed25519Signature2020 come from the files PyLD brings along; all others are made from
the project's own tables (term, IRI, type, container), whose notation ``table`` explains. Each is equal, as JSON
data, to the published document; the tests hold the digests.

Here are no terms of our own and no JSON-LD processing: that is ``proofs``' work, by PyLD.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from pinback.contexts import clr, openbadges2, openbadges3, openbadges3_older, security
from pinback.contexts.table import Table
from pinback.errors import ProofError, quoted

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
DID = "https://www.w3.org/ns/did/v1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"

OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB3_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
OB2 = "https://w3id.org/openbadges/v2"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
MULTIKEY = "https://w3id.org/security/multikey/v1"
JWK = "https://w3id.org/security/jwk/v1"
CID = "https://www.w3.org/ns/cid/v1"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"

DATA_INTEGRITY_V1 = "https://w3id.org/security/data-integrity/v1"
STATUS_LIST = "https://www.w3.org/ns/credentials/status/v1"
OB3_0_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
OB3_0_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
CLR_UNNUMBERED = "https://purl.imsglobal.org/spec/clr/v2p0/context.json"
OB3_UNNUMBERED = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"

_FROM_PYLD = {
    CREDENTIALS_V2: "credentials-v2.jsonld",
    CREDENTIALS_V1: "credentials-v1.jsonld",
    DID: "did-v1.jsonld",
    ED25519_2020: "security-ed25519-2020-v1.jsonld",
}
"""Names of files that PyLD brings, in its folder ``documentloader/frozen/bundled``."""

_FROM_TABLES: Mapping[str, Table] = MappingProxyType(
    {
        OB3: openbadges3.CONTEXT_3_0_3,
        OB3_EXTENSIONS: openbadges3.EXTENSIONS,
        OB2: openbadges2.OPEN_BADGES_2,
        CLR: clr.CONTEXT_2_0_1,
        MULTIKEY: security.MULTIKEY,
        JWK: security.JSON_WEB_KEY,
        CID: security.CONTROLLED_IDENTIFIER,
        DATA_INTEGRITY_V2: security.DATA_INTEGRITY_V2,
        # To read what others made, not to write:
        DATA_INTEGRITY_V1: security.DATA_INTEGRITY_V1,
        STATUS_LIST: security.STATUS_LIST,
        OB3_0_2: openbadges3_older.CONTEXT_3_0_2,
        OB3_0_1: openbadges3_older.CONTEXT_3_0_1,
        OB3_UNNUMBERED: openbadges3_older.UNNUMBERED,
        CLR_UNNUMBERED: clr.UNNUMBERED,
    }
)

KNOWN: frozenset[str] = frozenset(_FROM_PYLD) | frozenset(_FROM_TABLES)
"""Every URL that ``context_document`` and ``load`` answer. Compared letter by letter."""


class UnknownContext(ProofError):
    """A document names a context that is not among ``KNOWN``; ``url`` is the one it names."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            f"the JSON-LD context {quoted(url, limit=300)} is not among those known here, and none is fetched from "
            "the network; use the contexts that the badge standards name"
        )


@cache
def context_document(url: str) -> dict[str, object]:
    """Return the whole document ``{"@context": …}`` published at *url*.

    It is made at the first call and shared by all later ones: read it, do not change it.

    Raises:
        UnknownContext: *url* is not in ``KNOWN``.
    """
    if url in _FROM_TABLES:
        return _FROM_TABLES[url].document()
    if url in _FROM_PYLD:
        return _bundled(url)
    raise UnknownContext(url)


def load(url: str, options: object = None) -> dict[str, object]:
    """Return the document at *url* in the shape PyLD asks of its ``documentLoader``.

    Args:
        url: absolute, as the JSON-LD document has it.
        options: PyLD hands its own; nothing here depends on them.

    Raises:
        UnknownContext: *url* is not in ``KNOWN``. PyLD wraps it in its own ``JsonLdError``, as ``__cause__``.
    """
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": context_document(url),
    }


def _bundled(url: str) -> dict[str, object]:
    """Return the document at *url* from the files in PyLD's package."""
    # Read without PyLD, which takes 44 ms to load: each build shows these documents to the page that checks badges, and expands none.
    spec = find_spec("pyld")
    assert spec is not None and spec.origin is not None
    file = Path(spec.origin).parent / "documentloader/frozen/bundled" / _FROM_PYLD[url]
    try:
        document: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:  # another version may keep them elsewhere
        from pyld import FrozenDocumentLoader

        document = FrozenDocumentLoader()(url, {})["document"]
    return document
