"""The notation of our context tables, and the JSON-LD context made from one.

A table is text, one row a term, its columns parted by blanks:

    term  IRI  [type]  [container]

    Achievement           ob:
      tag                 schema:keywords  @set
      creditsAvailable    ob:              xs:float

* Rows set in further belong to the term above them: they become that term's own ``@context``.
* A prefix of ``Table.prefixes`` is replaced by what it stands for; any other stays as written, being a prefix
  that the context declares itself. After a bare prefix the term's own name is meant: ``tag  schema:`` is
  ``schema:tag``.
* ``=`` before the IRI: the definition is that string, not an object with ``@id``.
* ``-`` in the type column: no type, not even ``Table.default_type``.
* A row that starts with ``#`` is a remark.

Older texts of a context are the newer table with rows laid over it: a row replaces the one it meets,
``term  -`` takes it away, and a term standing alone only opens the place for the rows below it.

Not a JSON-LD processor: only what the published contexts use can be written.
JSON-LD 1.1, "Context Definitions" and "Expanded Term Definition".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from pinback.dataclass import dataclass

CONTAINERS = frozenset({"@set", "@list", "@graph"})

Head = Mapping[str, object]
"""The members a context begins with, before its terms."""

BARE: Head = {}
NAMED: Head = {"id": "@id", "type": "@type"}
PROTECTED: Head = {"@protected": True, **NAMED}


@dataclass(slots=True)
class _Entry:
    """A row's columns after the term, and the rows that belong to it."""

    columns: tuple[str, ...] = ()
    inside: dict[str, _Entry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A context as a table of terms.

    Attributes:
        layers: the table's text, then the rows laid over it, in this order.
        prefixes: what is written in place of a prefix, which is named without its colon.
        outer: how the context itself begins.
        inner: how the contexts inside it begin.
        default_type: type of a property (a term with a small first letter, defined by an object) for which
            the row names neither type nor container; empty for none.
    """

    layers: tuple[str, ...]
    prefixes: Mapping[str, str]
    outer: Head = field(default_factory=lambda: PROTECTED)
    inner: Head = field(default_factory=lambda: PROTECTED)
    default_type: str = ""

    def document(self) -> dict[str, object]:
        """Return the whole context document, ``{"@context": …}``, made anew."""
        return {"@context": self._context(_entries(self.layers), self.outer)}

    def _context(self, entries: Mapping[str, _Entry], head: Head) -> dict[str, object]:
        return {**head, **{term: self._definition(term, entry) for term, entry in entries.items()}}

    def _definition(self, term: str, entry: _Entry) -> object:
        iri, *rest = entry.columns
        if iri == "=":
            return self._iri(rest[0], term)
        if not rest and self.default_type and term[0].islower():
            rest = [self.default_type]
        definition: dict[str, object] = {"@id": self._iri(iri, term)}
        for word in rest:
            if word != "-":
                definition["@container" if word in CONTAINERS else "@type"] = self._iri(word, term)
        if entry.inside:
            definition["@context"] = self._context(entry.inside, self.inner)
        return definition

    def _iri(self, word: str, term: str) -> str:
        prefix, colon, name = word.partition(":")
        if not colon:
            return word
        return self.prefixes.get(prefix, prefix + colon) + (name or term)


def _entries(layers: tuple[str, ...]) -> dict[str, _Entry]:
    """Return the rows of all *layers* as a tree, each layer laid over those before it."""
    top: dict[str, _Entry] = {}
    for layer in layers:
        places = [(-1, top)]
        for line in layer.splitlines():
            term, *columns = line.split() or ["#"]
            if term == "#":
                continue
            depth = len(line) - len(line.lstrip())
            while places[-1][0] >= depth:
                places.pop()
            place = places[-1][1]
            if columns == ["-"]:
                del place[term]
                continue
            entry = place.setdefault(term, _Entry())
            entry.columns = tuple(columns) or entry.columns
            places.append((depth, entry.inside))
    return top
