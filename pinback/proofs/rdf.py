"""Canonical N-Quads of a JSON-LD document, or a plain refusal where something in it would not be covered.

JSON-LD drops without a word what no context defines, what is relative, null or empty; the signature would
then say nothing about it. It also lets one statement be spelled in many ways: a context written into the
document, a keyword or a whole address as the name of a member. Whoever holds a signed document could so
hide its status from readers that look for ``credentialStatus``, and the signature would still fit. Here each
of these stops the work: members bear the plain names that the known contexts define, and nothing is lost.

Not covered by any RDF proof: the order of lists that are sets, a value that stands twice in one, and numbers or
booleans written as text. Canonicalisation is RDFC-1.0 by PyLD (its URDNA2015, equal for SHA-256 but for
control characters, which are refused).

Specifications: JSON-LD 1.1 API; RDF Dataset Canonicalization 1.0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from types import MappingProxyType
from typing import Any

import orjson

from pinback.contexts import UnknownContext, load
from pinback.errors import ProofError, quoted
from pinback.limits import MAX_INTEGER
from pinback.loading import inner, later

_ABSOLUTE = re.compile('(?!x-no-base:)[A-Za-z][A-Za-z0-9+.-]*:[^\\s\ufeff<>"{}|\\\\^`\x00-\x20]*')
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALVES = re.compile("[\ud800-\udfff]")
_BEYOND = tuple(range(0xF0, 0xF5))
"""The first byte of a sign beyond U+FFFF in UTF-8."""
_HIGH = (0xEE, 0xEF)
"""The first byte of a sign from U+E000 to U+FFFF."""
_IDS = re.compile(rb'"id":"([^"]*)')
_BLANK = "_:"
_NO_BASE = "x-no-base:/"
"""NOTE: without a base PyLD (3.3) puts http://example.org/base/ before relative addresses and undefined types, and so
signs what no other canonicaliser reads. Under this base, which nobody has, they can be told and refused."""


def canonical_quads(document: dict[str, Any], further: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> bytes:
    """Return the RDFC-1.0 form of *document* as UTF-8, lines sorted by code point, each ending in LF.

    Args:
        document: JSON-LD.
        further: context documents by address, beside those that are known; for published test vectors.

    Raises:
        ProofError: a context is unknown or none, or a member would not be covered by a signature, or not
            under the name by which it is read. The message names it.
    """
    jsonld = _library()

    dropped: list[str] = []
    options = {"documentLoader": partial(_load, further), "processingMode": "json-ld-1.1", "base": _NO_BASE}
    try:
        if "@context" not in document:
            raise ProofError("the document has no @context, so its members mean nothing; fetch it again")
        _refuse_lost_values(document, "")
        kind = jsonld.JsonLdProcessor if further else _expanding()
        expanded = kind(on_property_dropped=lambda term: dropped.append(str(term))).expand(document, options)
        if dropped:
            raise ProofError(
                f"no context defines {quoted(sorted(dropped)[0])}, so no signature would cover it; leave it out"
            )
        for fault in _uncovered(expanded):
            raise ProofError(fault)
        quads: str = _expanded().normalize(expanded, {"algorithm": "URDNA2015", "format": "application/n-quads"})
    except jsonld.JsonLdError as error:
        raise _plain(error) from error
    except RecursionError as error:
        raise ProofError("the document is nested too deeply; it is not a badge") from error
    return quads.encode("utf-8")


@cache
def _library() -> Any:  # noqa: ANN401 - PyLD has no types
    """Return PyLD's processor; loaded here, because it takes its time and most commands never canonicalise.

    Its loaders of documents stay away: none may ever ask for one.
    """
    import_module("lxml")
    later("lxml.html", "asyncio")
    return inner("pyld.jsonld")


MOST_SCOPED = 1_000
"""Scoped contexts that are remembered at once; our documents have a dozen."""


@cache
def _expanding() -> Any:  # noqa: ANN401 - PyLD has no types
    """Return PyLD's kind of processor with a memory for contexts that hold for things of one type.

    PyLD (3.3) keeps contexts that were read, but reads those again at every thing: three fifths of its time. What one
    means depends on the context that held before it, which has a name of its own (``_uuid``), and on its text. Contexts
    come from our own tables alone, so the memory keeps few and no stranger's.
    """
    processor: Any = _library().JsonLdProcessor

    known: dict[tuple[str, int], tuple[Any, Any]] = {}

    class Expanding(processor):  # type: ignore[misc]
        def _process_context(self, before: Any, local: Any, options: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401
            if more or named != {"propagate": False} or "_uuid" not in before:
                return super()._process_context(before, local, options, *more, **named)
            name = before["_uuid"], id(local)
            found = known.get(name)
            if found is None:
                if len(known) >= MOST_SCOPED:
                    known.clear()
                # The text is kept, so that no other one gets its place in memory.
                found = known[name] = super()._process_context(before, local, options, **named), local
            return found[0]

    return Expanding


@cache
def _expanded() -> Any:  # noqa: ANN401 - PyLD has no types
    """Return PyLD's processor for documents that are expanded already; it would expand them once more (a third of the time)."""
    processor: Any = _library().JsonLdProcessor

    class Expanded(processor):  # type: ignore[misc]
        def expand(self, input_: object, options: object) -> object:
            return input_

    return Expanded()


def refuse_shared_ids(document: dict[str, Any], text: bytes = b"") -> None:
    """Stop where two objects of a document to be signed have one id.

    RDF makes one node of them: what the one says could then be moved to the other, and the signature would
    still hold.

    Args:
        document: what is to be signed.
        text: its JSON (orjson's), where that was made already.

    Raises:
        ProofError: two objects have one id; it names the id.
    """
    try:
        # Every id is among these, up to its first quotation mark, perhaps with ends of other names and texts: if these differ, ids do.
        ids = _IDS.findall(text or orjson.dumps(document))
    except TypeError:
        ids = [b"", b""]  # not for this library; looked at below
    if len(set(ids)) == len(ids):
        return
    seen: set[str] = set()
    waiting: list[object] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += [item for key, item in value.items() if key != "@context"]
            name = value.get("id")
            if isinstance(name, str) and name in seen:
                raise ProofError(
                    f"{quoted(name)} is the address of two things in this document; give one another address"
                )
            if isinstance(name, str):
                seen.add(name)


def refuse_disputed_order(quads: bytes) -> None:
    """Stop where canonicalisers in the wild sort the lines differently, so that a signature would hold in one half.

    RDFC-1.0 §4.4.3 sorts by code point; rdf-canonize (JavaScript) sorts by UTF-16 unit. They part where two
    lines first differ at a sign beyond U+FFFF, such as an emoji, against one from U+E000 to U+FFFF.

    Raises:
        ProofError: they would part here.
    """
    if quads.isascii() or not (_holds_any(quads, _BEYOND) and _holds_any(quads, _HIGH)):
        return
    lines = quads.decode("utf-8").split("\n")[:-1]
    if lines != sorted(lines, key=lambda line: line.encode("utf-16-be")):
        raise ProofError(
            "two texts differ in an emoji and a sign such as a full-width letter, which verifiers sort differently; change one"
        )


def _holds_any(text: bytes, values: Iterable[int]) -> bool:
    """Tell whether a text holds one of these bytes; looking for each takes a tenth of the time of taking all others out."""
    return any(map(text.__contains__, values))


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
    if isinstance(value, str) and _HALVES.search(value):
        raise ProofError(f"{place} holds half of a surrogate pair, which no signature covers; retype it")
    if isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) <= MAX_INTEGER):
        raise ProofError(f"{place} is a number that verifiers round differently; write a smaller one")
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                _refuse_inline_contexts(item)
                continue
            if key.startswith("@") or ":" in key:
                raise ProofError(
                    f"{quoted(key)} is no plain name, so readers that look for names would overlook it; use the standard's name"
                )
            _refuse_lost_values(item, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        if not value:
            raise ProofError(f"{place} is an empty list, which no signature covers; leave it out")
        for item in value:
            _refuse_lost_values(item, place)


def _refuse_inline_contexts(context: object) -> None:
    entries = context if isinstance(context, list) else [context]
    if not entries or not all(isinstance(entry, str) for entry in entries):
        raise ProofError(
            "a context is written into the document, so its members could mean anything; name published contexts by address"
        )


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
            whole = value.startswith(_BLANK) or _ABSOLUTE.fullmatch(value)
            if not whole and not ("@value" in node and value == "@json"):
                found = quoted(value.removeprefix(_NO_BASE))
                yield f"{found} is not a whole address or defined type, so no signature would cover it; write it whole"
    for key, item in node.items():
        if key not in ("@id", "@type", "@value"):
            yield from _uncovered(item)
