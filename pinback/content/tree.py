"""The tree that YAML is read into: texts, lists and mappings, each with its line; nothing is guessed about types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(slots=True, unsafe_hash=True)
class Text:
    """A scalar as it was typed, with the character offsets of its first sign and behind its last, or -1; never changed."""

    # NOTE: there is one for each value of a club, and one that is frozen takes twice as long to make.
    value: str
    line: int
    index: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``flow`` where written as ``[…]``; ``end`` is the character offset behind its last sign, or -1."""

    values: tuple[Node, ...]
    line: int
    flow: bool = field(default=False, compare=False)
    end: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with the place of its first key, where a further field can be written in.

    Attributes:
        entries: key and value in the order of the file.
        line: of the first key, from 1.
        index: character offset of the first key in the text, or -1 for an empty mapping.
        column: of the first key, from 0.
        flow: written as ``{…}``.
        start: character offset of its first sign, for ``{…}`` the bracket; or -1.
        end: character offset behind its last sign; or -1.
    """

    entries: tuple[tuple[Text, Node], ...]
    line: int
    index: int = -1
    column: int = 0
    flow: bool = False
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)

    def get(self, name: str) -> Node | None:
        """Return the value under *name*, or None."""
        return next((value for key, value in self.entries if key.value == name), None)


Node: TypeAlias = Text | Items | Mapping
