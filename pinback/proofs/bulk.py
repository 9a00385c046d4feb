"""Canonical N-Quads in bulk: by skeletons (``skeleton``), with the library as judge.

The library answers for the first document of each shape, for those that a skeleton does not take, and for those that the
caller wants judged; where both answer, the answers are compared. Answers and refusals are always those of
``rdf.canonical_quads``. docs/decisions/0026 says why that is so, and where skeletons are not used.

Lists of objects (evidence) come in so many combinations that nearly each award would have a shape of its own. So a document
is **taken apart** (``parts_of``), and each part has a shape. What the parts say together is what the document says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from pinback.dataclass import dataclass
from pinback.errors import ProofError
from pinback.proofs.rdf import canonical_quads
from pinback.proofs.skeleton import (
    NoSkeleton,
    Skeleton,
    Strings,
    compiled,
    kept_strings,
    pieces_of,
)

MOST_SHAPES = 1_024
"""Shapes that are remembered at once; a club has some dozens."""
_ALIKE = frozenset(("credentialSchema",))
"""Lists of objects that are the same in most documents; they stay where they are."""


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


class Form(NamedTuple):
    """The canonical form of a document.

    Attributes:
        quads: N-Quads in UTF-8.
        skeletons: what was filled in with the strings of its parts; none where the library has said it.
    """

    quads: bytes
    skeletons: tuple[Skeleton | None, ...] = ()


NO_FORM = Form(b"")
"""Where nobody has found one yet."""


@dataclass(slots=True)
class _Shape:
    """A shape that was met: its skeleton, if it has one, and whether the library has agreed with it."""

    skeleton: Skeleton | None
    agreed: bool = False


class _Known:
    """Shapes by what belongs to them: the frame, and some of the strings."""

    def __init__(self, most: int) -> None:
        """Begin without any.

        Args:
            most: so many are remembered at once.
        """
        self._most, self._count = most, 0
        self._found: dict[bytes, dict[tuple[bool, ...], tuple[Callable[[Strings], object], dict[object, _Shape]]]] = {}

    def find(self, frame: bytes, strings: Strings) -> _Shape | None:
        """Return what is known of a document cut so."""
        alike = self._found.get(frame)
        if alike:
            for fixed, shapes in alike.values():
                if (found := shapes.get(fixed(strings))) is not None:
                    return found
        return None

    def add(self, frame: bytes, strings: Strings, kept: tuple[bool, ...], value: _Shape) -> None:
        """Remember something of all documents that have this frame, and these strings where *kept* says so."""
        if self._count >= self._most:
            self._found.clear()
            self._count = 0
        # NOTE: places of names follow from the frame, so where all that is kept is equal, what is kept is the same.
        places = [place for place, keep in enumerate(kept) if keep]
        fixed: Callable[[Strings], object] = itemgetter(*places) if places else len
        _, shapes = self._found.setdefault(frame, {}).setdefault(kept, (fixed, {}))
        shapes[fixed(strings)] = value
        self._count += 1


def parts_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a document: one without its lists of objects, and for each of these objects one that has the
    document's contexts, id and type and this object alone.

    A document without such lists, or without a text as id, is its only part.

    JSON-LD expands each object of a list by itself, in the contexts that hold for all members of what it stands in; RDF is
    a set of statements, those about the object and the one that joins it to the id. So the statements of the document
    are those of its parts together, if no part but the first has a blank node: those are named by what all parts say, and
    stand for the places of an ordered list.
    """
    lists = {
        name: value
        for name, value in document.items()
        if isinstance(value, list) and _are_objects(value) and name not in _ALIKE
    }
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
        self._shapes = _Known(MOST_SHAPES)

    def canonical_quads(self, document: dict[str, Any], judge: bool = False, parts: list[Part] | None = None) -> bytes:
        """Return the RDFC-1.0 form of *document* as UTF-8, lines sorted by code point, each ending in LF.

        Args:
            document: JSON-LD.
            judge: let the library say it too, and compare.
            parts: what ``cut`` makes of *document*, or of one with the same JSON, where that is known already.

        Raises:
            ProofError: as ``rdf.canonical_quads``, or the library says something else.
        """
        return self.form(document, judge, parts).quads

    def form(
        self, document: dict[str, Any], judge: bool = False, parts: list[Part] | None = None, before: Form = NO_FORM
    ) -> Form:
        """Return the same as ``canonical_quads``, and where it came from.

        Args:
            document: JSON-LD.
            judge: let the library say it too, and compare.
            parts: as there.
            before: what others have found for these very *parts*. Where their skeletons say what those here say, the form is the same one, and is
                not filled in anew.
        """
        parts, shapes = self._known(document, parts)
        skeletons = _skeletons(shapes)
        agreed = all(shape.agreed for shape in shapes if shape)
        if agreed and not judge and before.skeletons and skeletons == before.skeletons:
            return before
        quads = _filled(parts, skeletons)
        sure = quads is not None and agreed
        if quads and sure and not judge:
            return Form(quads, skeletons)
        told = canonical_quads(document, self._further)
        if sure and quads != told:
            raise ProofError(_DISAGREE)
        self._compare(document, parts, told)
        return Form(told)

    def known_form(self, document: dict[str, Any]) -> bytes | None:
        """Return what skeletons say of a document, judged or not, if those of all its parts are known and take it."""
        parts, shapes = self._known(document)
        return _filled(parts, _skeletons(shapes))

    def _compare(self, document: dict[str, Any], parts: list[Part], told: bytes) -> None:
        """Learn the shapes of a document that the library did not refuse, and compare what they say with its answer.

        Raises:
            ProofError: another answer, by skeletons that were right before.
        """
        met = [self._shape(part) or self._learned(part) for part in parts]
        if _inseparable(met):
            parts = _pieces([document])
            met = [self._shape(part) or self._learned(part) for part in parts]
        quads = _filled(parts, _skeletons(met))
        if quads == told:
            for shape in met:
                shape.agreed = True
        elif quads and all(shape.agreed for shape in met):
            raise ProofError(_DISAGREE)
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
        return self._shapes.find(part.frame, part.strings)

    def _learned(self, part: Part) -> _Shape:
        """Remember the shape of a part of a document that the library did not refuse."""
        kept = tuple(kept_strings(part.document))
        try:
            frame = tuple(part.frame.split(b'"'))
            shape = _Shape(compiled(part.document, frame, part.strings, kept, self._further))
        except (NoSkeleton, ProofError, ValueError):
            shape = _Shape(None)
        self._shapes.add(part.frame, part.strings, kept, shape)
        return shape


_DISAGREE = "two ways to read this document do not agree; this is our mistake, please report it"


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


def _skeletons(shapes: Sequence[_Shape | None]) -> tuple[Skeleton | None, ...]:
    return tuple([shape.skeleton if shape else None for shape in shapes])


def _filled(parts: Sequence[Part], skeletons: Sequence[Skeleton | None]) -> bytes | None:
    """Return the canonical N-Quads of a document by the skeletons of its parts; None where the library has to say."""
    lines: list[bytes] = []
    for part, skeleton in zip(parts, skeletons, strict=True):
        statements = skeleton.statements(part.strings) if skeleton else None
        if statements is None:
            return None
        lines += statements
    # NOTE: a skeleton's statements come in the library's order, and what is nearly in order is sorted in a moment; a set is in none.
    lines.sort()
    return b"\n".join([*dict.fromkeys(lines), b""]) if lines else None
