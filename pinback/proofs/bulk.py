"""Canonical N-Quads in bulk: by skeletons (``skeleton``), with the library as judge.

The library answers for the first document of each shape, for those that a skeleton does not take, and for those that the
caller wants judged; where both answer, the answers are compared. Answers and refusals are always those of
``rdf.canonical_quads``. docs/decisions/0026 says why that is so, and where skeletons are not used.

Lists of objects (evidence) come in so many combinations that nearly each award would have a shape of its own. So a document
is **taken apart** (``parts_of``), and each part has a shape. What the parts say together is what the document says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import eq, itemgetter
from types import MappingProxyType
from typing import Any

from pinback.dataclass import dataclass
from pinback.errors import ProofError
from pinback.proofs.rdf import canonical_quads
from pinback.proofs.skeleton import NoSkeleton, Skeleton, Strings, compiled, kept_strings, pieces_of

MOST_SHAPES = 1_024
"""Shapes that are remembered at once; a club has some dozens."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document, or all of it, and its JSON cut at its strings (``pieces_of``).

    Attributes:
        document: the part.
        frame: what stands between its strings, joined by quotation marks.
        strings: its strings.
    """

    document: dict[str, Any]
    frame: bytes
    strings: Strings


@dataclass(slots=True)
class _Shape:
    """A shape that was met: its skeleton, if it has one, and whether the library has agreed with it."""

    skeleton: Skeleton | None
    agreed: bool = False


_Alike = tuple[Callable[[Strings], object], dict[object, _Shape]]
"""Takes what belongs to the shape from a document's strings, and finds the shape by it."""


def parts_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a document: one without its lists of objects, and for each of these objects one that has the
    document's contexts, id and type and this object alone.

    A document without such lists, or without a text as id, is its only part.

    JSON-LD expands each object of a list by itself, in the contexts that hold for all members of what it stands in; RDF is
    a set of statements, those about the object and the one that joins it to the id. So the statements of the document
    are those of its parts together, if no part but the first has a blank node: those are named by what all parts say, and
    stand for the places of an ordered list.
    """
    lists = {name: value for name, value in document.items() if isinstance(value, list) and _are_objects(value)}
    if not lists or not isinstance(document.get("id"), str) or "@context" not in document:
        yield document
        return
    yield {name: value for name, value in document.items() if name not in lists}
    head: dict[str, Any] = {
        name: document[name] for name in ("@context", "id", "type") if name in document and name not in lists
    }
    for name, objects in lists.items():
        for value in objects:
            yield {**head, name: [value]}


def _are_objects(values: list[object]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


class Skeletons:
    """A canonicaliser with a memory of shapes. Answers and refusals are those of ``rdf.canonical_quads``.

    Two of them share nothing, so that what one makes another can check.
    """

    def __init__(self, further: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> None:
        """Begin without shapes.

        Args:
            further: contexts beside the known ones (``rdf.canonical_quads``).
        """
        self._further = further
        self._met: dict[bytes, dict[tuple[bool, ...], _Alike]] = {}
        self._count = 0

    def canonical_quads(self, document: dict[str, Any], judge: bool = False, parts: list[Part] | None = None) -> bytes:
        """Return the RDFC-1.0 form of *document* as UTF-8, lines sorted by code point, each ending in LF.

        Args:
            document: JSON-LD.
            judge: let the library say it too, and compare.
            parts: what ``cut`` makes of *document*, or of one with the same JSON, where that is known already.

        Raises:
            ProofError: as ``rdf.canonical_quads``, or the library says something else.
        """
        parts, shapes = self._known(document, parts)
        quads = _filled(parts, shapes)
        if quads and not judge and all(shape.agreed for shape in shapes if shape):
            return quads
        told = canonical_quads(document, self._further)
        self._compare(document, parts, shapes, told)
        return told

    def known_form(self, document: dict[str, Any]) -> bytes | None:
        """Return what skeletons say of a document, judged or not, if those of all its parts are known and take it."""
        return _filled(*self._known(document))

    def _compare(
        self, document: dict[str, Any], parts: list[Part], shapes: Sequence[_Shape | None], told: bytes
    ) -> None:
        """Learn the shapes of a document that the library did not refuse, and compare what they say with its answer.

        Raises:
            ProofError: another answer, by skeletons that were right before.
        """
        met = [shape or self._learned(part) for part, shape in zip(parts, shapes, strict=True)]
        if _inseparable(met):
            parts = _pieces([document])
            met = [self._shape(part) or self._learned(part) for part in parts]
        quads = _filled(parts, met)
        if quads == told:
            for shape in met:
                shape.agreed = True
        elif quads and all(shape.agreed for shape in met):
            raise ProofError("two ways to read this document do not agree; this is our mistake, please report it")
        elif quads:
            for shape in met:
                if not shape.agreed:
                    shape.skeleton = None

    def _known(
        self, document: dict[str, Any], parts: list[Part] | None = None
    ) -> tuple[list[Part], list[_Shape | None]]:
        """Return a document in parts, and the shapes of these that were met; whole, if they are known to be inseparable."""
        parts = cut(document) if parts is None else parts
        shapes = [self._shape(part) for part in parts]
        if _inseparable(shapes):
            parts = _pieces([document])
            shapes = [self._shape(part) for part in parts]
        return parts, shapes

    def _shape(self, part: Part) -> _Shape | None:
        alike = self._met.get(part.frame)
        if alike:
            for fixed, shapes in alike.values():
                if shape := shapes.get(fixed(part.strings)):
                    return shape
        return None

    def _learned(self, part: Part) -> _Shape:
        """Remember the shape of a part of a document that the library did not refuse."""
        if self._count >= MOST_SHAPES:
            self._met.clear()
            self._count = 0
        kept = tuple(kept_strings(part.document))
        try:
            frame = tuple(part.frame.split(b'"'))
            shape = _Shape(compiled(part.document, frame, part.strings, kept, self._further))
        except (NoSkeleton, ProofError, ValueError):
            shape = _Shape(None)
        # NOTE: places of names follow from the frame, so where all that is kept is equal, what is kept is the same.
        fixed = itemgetter(*(place for place, keep in enumerate(kept) if keep))
        _, shapes = self._met.setdefault(part.frame, {}).setdefault(kept, (fixed, {}))
        shapes[fixed(part.strings)] = shape
        self._count += 1
        return shape


def cut(document: dict[str, Any]) -> list[Part]:
    """Return a document in parts, cut at their strings; none, where it holds what has no place in a skeleton."""
    return _pieces(parts_of(document))


def _pieces(documents: Iterable[dict[str, Any]]) -> list[Part]:
    """Return documents with their JSON cut at its strings; none, where one holds what has no place in a skeleton."""
    parts = []
    for document in documents:
        pieces = pieces_of(document)
        if pieces is None:
            return []
        parts.append(Part(document, b'"'.join(pieces[::2]), pieces[1::2]))
    return parts


def _inseparable(shapes: Sequence[_Shape | None]) -> bool:
    """Tell whether one of several parts has no skeleton, or one but the first a blank node."""
    return len(shapes) > 1 and any(
        shape and (not shape.skeleton or (place and shape.skeleton.nodes)) for place, shape in enumerate(shapes)
    )


def _filled(parts: Sequence[Part], shapes: Sequence[_Shape | None]) -> bytes | None:
    """Return the canonical N-Quads of a document by the skeletons of its parts; None where the library has to say."""
    lines: list[bytes] = []
    for part, shape in zip(parts, shapes, strict=True):
        statements = shape.skeleton.statements(part.strings) if shape and shape.skeleton else None
        if statements is None:
            return None
        lines += statements
    # NOTE: a skeleton's statements come in the library's order, and what is nearly in order is sorted in a moment; a set is in
    # none, and to find out by one that all differ takes longer than to compare neighbours.
    lines.sort()
    if any(map(eq, lines, islice(lines, 1, None))):
        lines = list(dict.fromkeys(lines))
    return b"\n".join([*lines, b""]) if lines else None
