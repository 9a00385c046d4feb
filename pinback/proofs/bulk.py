"""Canonical N-Quads in bulk: by skeletons (``skeleton``), with the library as judge.

The library answers for the first document of each shape, for those that a skeleton does not take, and for those that the
caller wants judged; where both answer, the answers are compared. Answers and refusals are always those of
``rdf.canonical_quads``. docs/decisions/0026 says why that is so, and where skeletons are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from pinback.errors import ProofError
from pinback.proofs.rdf import canonical_quads
from pinback.proofs.skeleton import NoSkeleton, Skeleton, Strings, compiled, kept_strings, pieces_of

MOST_SHAPES = 1_024
"""Shapes that are remembered at once; a club has some dozens."""


@dataclass(slots=True)
class _Shape:
    """A shape that was met: its skeleton, if it has one, and whether the library has agreed with it."""

    skeleton: Skeleton | None
    agreed: bool = False


_Alike = tuple[Callable[[Strings], object], dict[object, _Shape]]
"""Takes what belongs to the shape from a document's strings, and finds the shape by it."""


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
        self._met: dict[tuple[bytes, ...], dict[tuple[bool, ...], _Alike]] = {}
        self._count = 0

    def canonical_quads(self, document: dict[str, Any], judge: bool = False) -> bytes:
        """Return the RDFC-1.0 form of *document* as UTF-8, lines sorted by code point, each ending in LF.

        Args:
            document: JSON-LD.
            judge: let the library say it too, and compare.

        Raises:
            ProofError: as ``rdf.canonical_quads``, or the library says something else.
        """
        pieces = pieces_of(document)
        if pieces is None:
            return canonical_quads(document, self._further)
        frame, strings = tuple(pieces[::2]), pieces[1::2]
        shape = self._shape(frame, strings)
        quads = shape.skeleton.filled(strings) if shape and shape.skeleton else None
        if quads and shape and shape.agreed and not judge:
            return quads
        told = canonical_quads(document, self._further)
        if shape is None:
            shape = self._learned(document, frame, strings)
            quads = shape.skeleton.filled(strings) if shape.skeleton else None
        if quads == told:
            shape.agreed = True
        elif quads and shape.agreed:
            raise ProofError("two ways to read this document do not agree; this is our mistake, please report it")
        elif quads:
            shape.skeleton = None
        return told

    def _shape(self, frame: tuple[bytes, ...], strings: Strings) -> _Shape | None:
        alike = self._met.get(frame)
        if alike:
            for fixed, shapes in alike.values():
                if shape := shapes.get(fixed(strings)):
                    return shape
        return None

    def _learned(self, document: dict[str, Any], frame: tuple[bytes, ...], strings: Strings) -> _Shape:
        """Remember the shape of a document that the library did not refuse."""
        if self._count >= MOST_SHAPES:
            self._met.clear()
            self._count = 0
        kept = tuple(kept_strings(document))
        try:
            shape = _Shape(compiled(document, frame, strings, kept, self._further))
        except (NoSkeleton, ProofError, ValueError):
            shape = _Shape(None)
        # NOTE: places of names follow from the frame, so where all that is kept is equal, what is kept is the same.
        fixed = itemgetter(*(place for place, keep in enumerate(kept) if keep))
        _, shapes = self._met.setdefault(frame, {}).setdefault(kept, (fixed, {}))
        shapes[fixed(strings)] = shape
        self._count += 1
        return shape
