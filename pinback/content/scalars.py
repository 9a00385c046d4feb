"""What every kind of value shares, and the plain ones: text, one of a list of words, a number, a flag, a colour.

A kind turns a node of the tree (``nodes``) into a checked value, or notes a problem and returns None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from pinback.content.nodes import BLANK, Items, Node, Problems, Text
from pinback.dataclass import dataclass
from pinback.errors import quoted


def _near(word: str, known: Sequence[str]) -> list[str]:
    """Return the nearest of the known words, if one is near."""
    from difflib import get_close_matches  # here, because only who has mistyped something waits for it

    return get_close_matches(word, known, n=1, cutoff=0.6)


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """Return the known word that is most like *word*, or "" where none is near."""
    near = _near(word.casefold(), known)
    return near[0] if near else ""


def did_you_mean(word: str, known: list[str] | tuple[str, ...]) -> str:
    """Return ``did you mean "x"?`` for the nearest known word, or "" where none is near."""
    near = nearest(word, known)
    return f"did you mean {quoted(near)}?" if near else ""


class Kind(Protocol):
    """A kind of value."""

    @property
    def example(self) -> str:
        """A value of this kind, for messages."""

    def read(self, name: str, node: Node, problems: Problems) -> Any:  # noqa: ANN401 - a kind decides its type
        """Return the checked value, or None after noting what is wrong."""


def text_of(name: str, node: Node, problems: Problems) -> str | None:
    """Return the text of a scalar without white space around it, or note that a list or mapping stands there."""
    if isinstance(node, Text):
        return node.value.strip(BLANK)
    what = "a list" if isinstance(node, Items) else "a set of fields"
    problems.add(node.line, f'"{name}" holds {what}', f'write one value, like "{name}: …"')
    return None


def is_empty(node: Node) -> bool:
    """Tell whether an editor left this field empty; it then counts as absent.

    A form may leave all fields of a mapping empty; of a list, only one without entries counts.
    """
    if isinstance(node, Text):
        return not node.value.strip(BLANK)
    if isinstance(node, Items):
        return not node.values
    return all(is_empty(value) for _, value in node.entries)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    limit: int = 300
    example: str = "some words"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if "\n" in value or "\r" in value or "\u2028" in value or "\u2029" in value:
            problems.add(node.line, f'"{name}" runs over several lines', "write it on one line")
        elif len(value) > self.limit:
            problems.add(
                node.line, f'"{name}" has {len(value):,} characters', f"shorten it to {self.limit:,} characters"
            )
        else:
            return value
        return None


@dataclass(frozen=True, slots=True)
class Prose:
    """Text of any number of lines, Markdown where the field says so."""

    limit: int = 20_000
    example: str = "some words"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if len(value) > self.limit:
            problems.add(
                node.line, f'"{name}" has {len(value):,} characters', f"shorten it to {self.limit:,} characters"
            )
            return None
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``, and nothing else."""

    example: str = "true"

    def read(self, name: str, node: Node, problems: Problems) -> bool | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if value in ("true", "false"):
            return value == "true"
        cure = {"yes": 'write "true"', "on": 'write "true"', "no": 'write "false"', "off": 'write "false"'}
        folded = value.casefold()
        problems.add(
            node.line,
            f'"{name}" is neither true nor false (found {quoted(value)})',
            f'write "{folded}"' if folded in ("true", "false") else cure.get(folded, 'write "true" or "false"'),
        )
        return None


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of sRGB, ``#rrggbb``; the sign ``#`` may be left out, because YAML takes it for a remark without quotes."""

    example: str = '"#0b5c8a"'

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        digits = value.removeprefix("#").lower()
        if re.fullmatch(r"[0-9a-f]{6}", digits):
            return f"#{digits}"
        short = re.fullmatch(r"[0-9a-f]{3}", digits)
        cure = (
            f'write it "#{"".join(sign * 2 for sign in digits)}"'
            if short
            else f"write # and six signs of 0-9 and a-f in quotes, like {self.example}"
        )
        problems.add(node.line, f'"{name}" is not a colour as needed here (found {quoted(value)})', cure)
        return None


@dataclass(frozen=True, slots=True)
class Number:
    """Digits with at most one point, kept as typed; small enough that every reader has the same number."""

    example: str = "1.5"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if re.fullmatch(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?", value):
            return value
        problems.add(
            node.line,
            f'"{name}" is not a number as needed here (found {quoted(value)})',
            'write digits, with a point for parts, like "2.5"',
        )
        return None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a list of words; ``ext:Word`` as well where a standard leaves its list open."""

    words: tuple[str, ...]
    open: bool = False

    @property
    def example(self) -> str:
        """The first word."""
        return self.words[0]

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if value in self.words or (self.open and re.fullmatch(r"ext:[A-Za-z0-9.:_-]{1,80}", value)):
            return value
        near = _near(value, self.words) or [word for word in self.words if word.casefold() == value.casefold()]
        shown = ", ".join(self.words[:8]) + (", …" if len(self.words) > 8 else "")
        cure = (
            f"did you mean {quoted(near[0])}?"
            if near
            else f"use one of {shown}" + (', or "ext:" and an own word' if self.open else "")
        )
        problems.add(node.line, f'{quoted(value)} is not a value of "{name}"', cure)
        return None
