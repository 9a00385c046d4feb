"""The skeleton of a shape: the library's answer for one document, with gaps for the strings of the others.

A **shape** is a document's JSON with its strings taken out; names, ``type``, ``@context``, numbers and booleans stay.
For a new shape the library canonicalises the document itself, and the document with a sentinel in each string's place.
Where a sentinel stands in that answer, wholly an IRI or wholly a literal, the string of every other document of the
shape belongs. All that could make another document different is looked at before, or sends it to the library:

1. A document that ``rdf.canonical_quads`` refuses has a shape that is refused (null, names, empty lists, numbers), or a
   string that no place takes: escapes but five, DEL, or what does not fit an IRI's place. It goes there and is refused there.
2. An IRI's place takes whole ASCII addresses of schemes that no context gives a meaning. Terms, short forms, relative
   addresses and blank nodes go to the library.
3. A string may not decide what others mean: none is a type, a datatype, a language, or part of a longer literal.
4. Lines are sorted again and made a set; statements depend on values, and two may become one.
5. One blank node has one name. More are named by their first-degree hashes; two equal ones go to the library.

Strings are compared and filled in as they stand in JSON: quotation marks, backslashes, LF, CR and TAB are escaped there as in
canonical N-Quads, and what is not is refused. UTF-8 sorts as code points do. JSON-LD is the library's work alone.

Specifications: RDF Dataset Canonicalization 1.0, §4.4, §4.6 and "Canonical form of N-Quads"; docs/decisions/0026.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import orjson

from pinback.contexts import context_document
from pinback.dataclass import dataclass
from pinback.proofs.rdf import canonical_quads

Strings = list[bytes]
"""Every string of a document in the order of its JSON text, names too, without quotation marks and with JSON's escapes, but
for the two that have stand-ins."""

_ESCAPES = (b"\\u", b"\\b", b"\\f")
"""Written otherwise in N-Quads, or refused. (A backslash before such a letter looks the same; the library tells them apart.)"""
_MORE = re.compile(rb"\\[^nrt]")
"""What has to be looked at is behind a backslash, and no end of a line or TAB."""
_DEL = b"\x7f"
_BACKSLASH, _QUOTE = b"\x01", b"\x02"
"""Stand for an escaped backslash and quotation mark, so that JSON can be cut at all others; it never holds these bytes itself."""
_SCHEMES = ("http", "https", "urn", "did", "mailto", "tel")
_IRIS = re.compile(rb"(?:(?:https?://|urn:|did:|mailto:|tel:)[!#-;=?-\[\]_a-z~]+\n)*")
_GAP = b"\x00"
"""Stands for a gap; no statement holds this byte."""
_MARK = b"https://sentinel.invalid/"
_SENTINEL = re.compile(rb"https://sentinel\.invalid/([0-9]+)e")
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_QUAD = re.compile(
    rb'(<[^>]*>|_:c14n\d+) (<[^>]*>) (<[^>]*>|_:c14n\d+|("(?:[^"\\]|\\.)*")(\^\^<[^>]*>)?)(?: (<[^>]*>|_:c14n\d+))? \.'
)


class NoSkeleton(Exception):
    """Why a shape is left to the library."""


def pieces_of(document: dict[str, Any]) -> list[bytes] | None:
    """Return the JSON of a document cut at its strings: what stands between them, and they (``Strings``), by turns.

    None where it holds what has no place in a skeleton.
    """
    try:
        text = orjson.dumps(document)
    except TypeError:
        return None
    if _DEL in text:
        return None
    if b"\\" not in text or not _MORE.search(text):
        return text.split(b'"')
    if any(escape in text for escape in _ESCAPES):
        return None
    return text.replace(b"\\\\", _BACKSLASH).replace(b'\\"', _QUOTE).split(b'"')


def _as_json(text: bytes) -> bytes:
    """Return text with the escapes that ``Strings`` have stand-ins for."""
    return text.replace(_QUOTE, b'\\"').replace(_BACKSLASH, b"\\\\")


@dataclass(frozen=True, slots=True)
class _Lines:
    """N-Quads with gaps: the bytes before, between and behind these, and the places in ``Strings`` of what fills them.

    Labels of blank nodes stand behind the strings, in the order of their sentinel names.
    """

    pieces: tuple[bytes, ...]
    places: tuple[int, ...]

    def filled(self, values: Strings) -> list[bytes]:
        # NOTE: formatting (%b) takes three times as long as joining.
        parts = [b""] * (2 * len(self.places) + 1)
        parts[::2] = self.pieces
        parts[1::2] = [values[place] for place in self.places]
        text = b"".join(parts)
        return (_as_json(text) if _BACKSLASH in text or _QUOTE in text else text).split(b"\n") if text else []

    def parted(self) -> tuple[tuple[bytes, ...], _Lines]:
        """Return the lines without a gap, and the others."""
        lines = _GAP.join(self.pieces).split(b"\n")
        others = b"\n".join([line for line in lines if _GAP in line])
        return tuple([line for line in lines if _GAP not in line]), _Lines(tuple(others.split(_GAP)), self.places)


@dataclass(frozen=True, slots=True)
class _Node:
    """A blank node: the statements that name it, and the places in ``Strings`` of what else they say.

    In the statements these are numbered anew, in this order, and labels stand behind them.
    """

    lines: _Lines
    own: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What the documents of one shape have in common.

    Attributes:
        fixed: the statements without a gap.
        lines: all others.
        iris: places of the strings that are IRIs.
        nodes: the blank nodes.
    """

    fixed: tuple[bytes, ...]
    lines: _Lines
    iris: tuple[int, ...]
    nodes: tuple[_Node, ...]

    def statements(self, strings: Strings) -> list[bytes] | None:
        """Return what the document with these strings says, in no order, some perhaps twice; None where the library has to say.

        Blank nodes have their canonical names.
        """
        if not _are_iris([strings[place] for place in self.iris]):
            return None
        labels = self._labels(strings)
        return None if labels is None else [*self.fixed, *self.lines.filled(strings + labels)]

    def _labels(self, strings: Strings) -> Strings | None:
        """Return the names of the blank nodes (§4.4.3, step 4 and 5); None where two have the same hash."""
        if len(self.nodes) < 2:
            return [b"c14n0"] * len(self.nodes)
        hashes = [
            _first_degree_hash(node.lines, number, len(self.nodes), tuple([strings[place] for place in node.own]))
            for number, node in enumerate(self.nodes)
        ]
        if len(set(hashes)) < len(hashes):
            return None
        rank = {value: place for place, value in enumerate(sorted(hashes))}
        return [b"c14n%d" % rank[value] for value in hashes]


def _are_iris(strings: Strings) -> bool:
    """Tell whether each of these strings may stand in the place of an IRI."""
    return bool(_IRIS.fullmatch(b"\n".join([*strings, b""])))


@lru_cache(maxsize=4_096)  # what is said of most nodes is the same in many documents
def _first_degree_hash(lines: _Lines, number: int, count: int, own: tuple[bytes, ...]) -> str:
    """Return the hash of a blank node: of the statements that name it, it being "a" and any other "z" (§4.6)."""
    # Two strings may be equal, and so two statements one; two statements about other nodes stay two.
    told_apart = lines.filled([*own, *(b"%d" % other for other in range(count))])
    said = lines.filled([*own, *(b"a" if other == number else b"z" for other in range(count))])
    once = sorted(dict(zip(told_apart, said, strict=True)).values())
    return hashlib.sha256(b"".join([line + b"\n" for line in once])).hexdigest()


def kept_strings(value: object, keep: bool = False) -> Iterator[bool]:
    """Yield for each string of a document, in the order of its JSON, whether it belongs to the shape.

    Args:
        value: the document.
        keep: whether all of it does.
    """
    if isinstance(value, dict):
        for name, member in value.items():
            yield True
            yield from kept_strings(member, keep or name in ("type", "@context"))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from kept_strings(item, keep)
    elif isinstance(value, str):
        yield keep


def compiled(
    document: dict[str, Any],
    frame: tuple[bytes, ...],
    strings: Strings,
    kept: tuple[bool, ...],
    further: Mapping[str, dict[str, Any]],
) -> Skeleton:
    """Return the skeleton of a document's shape.

    Raises:
        NoSkeleton: the shape is one for the library.
        ProofError: the library refuses the document with sentinels.
    """
    if len(kept) != len(strings):
        raise NoSkeleton("the document is not read as its JSON is")
    for url in set(_contexts(document)):
        if url in further:
            _refuse_schemes(further[url])
        else:
            _look_through(url)
    filled = [
        string if keep else b"%b%de" % (_MARK, n) for n, (string, keep) in enumerate(zip(strings, kept, strict=True))
    ]
    text = frame[0] + b"".join(b'"%b"%b' % pair for pair in zip(filled, frame[1:], strict=True))
    quads = [_quad(line) for line in canonical_quads(json.loads(_as_json(text)), further).split(b"\n")[:-1]]
    found = [gap for quad in quads for gap in quad if isinstance(gap, tuple)]
    iris = {place for kind, place in found if kind == "iri"}
    literals = [place for kind, place in found if kind == "literal"]
    slots = sorted(place for place, keep in enumerate(kept) if not keep)
    if sorted([*iris, *literals]) != slots:
        raise NoSkeleton("a string is not wholly one IRI or one literal")
    nodes = sorted({place for kind, place in found if kind == "node"})
    of_nodes = tuple([_node([quad for quad in quads if ("node", node) in quad]) for node in nodes])
    fixed, lines = _lines(quads, range(len(strings))).parted()
    return Skeleton(fixed, lines, tuple(sorted(iris)), of_nodes)


Gap = tuple[str, int]


def _quad(line: bytes) -> list[bytes | Gap]:
    """Return a statement of the library's answer in parts: bytes, and gaps (kind and number)."""
    parts = _QUAD.fullmatch(line)
    if not parts:
        raise NoSkeleton("a statement is written in a way that is not known here")
    subject, predicate, value, literal, datatype, graph = parts.groups()
    is_type = predicate == _TYPE
    if is_type and _MARK in value:
        raise NoSkeleton("a string decides the type of a thing")
    quad: list[bytes | Gap] = [*_term(subject), b" ", *_term(predicate, False), b" "]
    quad += [*_term(literal), *_term(datatype or b"", False)] if literal else _term(value)
    return [*quad, *([b" ", *_term(graph)] if graph else []), b" ."]


def _term(term: bytes, may_vary: bool = True) -> list[bytes | Gap]:
    if term.startswith(b"_:c14n"):
        return [b"_:", ("node", int(term[6:]))]
    found = _SENTINEL.fullmatch(term, 1, len(term) - 1) if may_vary else None
    if found:
        return [term[:1], ("iri" if term[:1] == b"<" else "literal", int(found[1])), term[-1:]]
    if _MARK in term:
        raise NoSkeleton("a string is part of something longer, or decides what others mean")
    return [term]


def _node(quads: list[list[bytes | Gap]]) -> _Node:
    own = sorted({part[1] for quad in quads for part in quad if isinstance(part, tuple) and part[0] != "node"})
    return _Node(_lines(quads, own), tuple(own))


def _lines(quads: list[list[bytes | Gap]], strings: Sequence[int]) -> _Lines:
    """Return statements with gaps for these strings, numbered in their order, and for labels behind them."""
    text = b"\n".join(b"".join(_GAP if isinstance(part, tuple) else part for part in quad) for quad in quads)
    numbers = {place: number for number, place in enumerate(strings)}
    gaps = [part for quad in quads for part in quad if isinstance(part, tuple)]
    places = tuple(place + len(strings) if kind == "node" else numbers[place] for kind, place in gaps)
    return _Lines(tuple(text.split(_GAP)), places)


def _contexts(value: object) -> Iterator[str]:
    """Yield the address of every context that a document names, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _contexts(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "@context":
                yield from member if isinstance(member, list) else [member]
            else:
                yield from _contexts(member)


@cache
def _look_through(url: str) -> None:
    """Stop at a context of those that are known, as ``_refuse_schemes`` does; one that passes is not looked through again."""
    _refuse_schemes(context_document(url))


def _refuse_schemes(value: object) -> None:
    """Stop where a context gives a meaning to what an IRI's place takes: a scheme as prefix, an address as term.

    Contexts that name others are not followed.
    """
    if isinstance(value, list):
        for item in value:
            _refuse_schemes(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name in _SCHEMES or ":" in name or (name in ("@context", "@import") and isinstance(member, str)):
                raise NoSkeleton("a context gives a scheme a meaning of its own")
            _refuse_schemes(member)
