"""Canonical N-Quads of a JSON-LD document, or a plain refusal where something in it would not be covered.

JSON-LD drops without a word what no context defines, what is relative, and what is null; the signature
would then say nothing about it. Here each of these stops the work. Canonicalisation is RDFC-1.0 by PyLD
(its URDNA2015, equal for SHA-256 but for control characters, which are refused).

Specifications: JSON-LD 1.1 API; RDF Dataset Canonicalization 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from pinback.contexts import UnknownContext, load
from pinback.errors import ProofError, quoted

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANK = "_:"


def canonical_quads(document: dict[str, Any], further: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> bytes:
    """Return the RDFC-1.0 form of *document* as UTF-8, lines sorted by code point, each ending in LF.

    Args:
        document: JSON-LD.
        further: context documents by address, beside those that are known; for published test vectors.

    Raises:
        ProofError: a context is unknown, or a term, language map, relative address, null or control
            character would not be covered by a signature. The message names it.
    """
    # Imported here because PyLD takes 44 ms and most commands never canonicalise.
    from pyld import jsonld

    _refuse_lost_values(document, "")
    dropped: list[str] = []
    options = {"documentLoader": partial(_load, further), "processingMode": "json-ld-1.1"}
    try:
        expanded = jsonld.expand(document, options, on_property_dropped=lambda term: dropped.append(str(term)))
        if dropped:
            raise ProofError(
                f"no context defines {quoted(sorted(dropped)[0])}, so no signature would cover it; leave it out"
            )
        for fault in _uncovered(expanded):
            raise ProofError(fault)
        quads: str = jsonld.normalize(expanded, {"algorithm": "URDNA2015", "format": "application/n-quads"})
    except jsonld.JsonLdError as error:
        raise _plain(error) from error
    except RecursionError as error:
        raise ProofError("the document is nested too deeply; it is not a badge") from error
    return quads.encode("utf-8")


def _load(further: Mapping[str, dict[str, Any]], url: str, options: object = None) -> dict[str, object]:
    if url in further:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": further[url]}
    # NOTE: without the tag "static" PyLD reads and hashes each context again for every document.
    return {**load(url, options), "tag": "static"}


def _plain(error: Exception) -> ProofError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UnknownContext):
            return cause
        cause = cause.__cause__ or cause.__context__
    code = getattr(error, "code", None) or "it breaks a rule of the format"
    return ProofError(f"the document cannot be read as JSON-LD ({code}); compare it with the standard's examples")


def _refuse_lost_values(value: object, place: str) -> None:
    if value is None:
        raise ProofError(f"{place or 'the document'} is null, which no signature covers; leave it out")
    if isinstance(value, str) and _CONTROLS.search(value):
        raise ProofError(f"{place} holds a control character; verifiers disagree about those, so delete it")
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                continue
            _refuse_lost_values(item, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for item in value:
            _refuse_lost_values(item, place)


def _uncovered(node: object) -> Iterator[str]:
    """Yield a sentence for each relative address and language tag in an expanded document."""
    if isinstance(node, list):
        for item in node:
            yield from _uncovered(item)
        return
    if not isinstance(node, dict):
        return
    if "@language" in node:
        yield f"a text carries the language {quoted(str(node['@language']))}; signed documents take one plain text"
    for key in ("@id", "@type"):
        values = node.get(key, [])
        for value in values if isinstance(values, list) else [values]:
            if (
                not value.startswith(_BLANK)
                and not _ABSOLUTE.fullmatch(value)
                and not ("@value" in node and value == "@json")
            ):
                yield f"{quoted(value)} is not a whole address or defined type, so no signature would cover it; write it whole"
    for key, item in node.items():
        if key not in ("@id", "@type", "@value"):
            yield from _uncovered(item)
