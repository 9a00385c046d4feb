"""The kinds of value that a field can have: how each is read from text, and how a mistake is put into words.

``fields`` says which field has which kind. The plain kinds stand in ``scalars``, ``patterns`` and ``times``; here are those
that are made of others, and all names in one place. Nothing here reads files or knows a standard.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinback.content.nodes import Items, Mapping, Node, Problems, Text
from pinback.content.patterns import (
    AWARD_ID,
    AWARD_ID_KIND,
    COUNTRY,
    DID,
    EMAIL,
    FILE_NAME,
    HASH,
    LANGUAGE,
    OTHER_AWARD,
    PHONE,
    RESERVED,
    SALT,
    SAVED_COPY,
    SLUG,
    SLUG_KIND,
    Pattern,
    Web,
    is_email,
    is_language,
    is_slug,
    is_web_address,
)
from pinback.content.scalars import (
    Colour,
    Flag,
    Kind,
    Line,
    Number,
    OneOf,
    Prose,
    did_you_mean,
    is_empty,
    nearest,
    text_of,
)
from pinback.content.times import Day, Duration
from pinback.dataclass import dataclass
from pinback.errors import quoted
from pinback.limits import MAX_SLUG
from pinback.model import LocalText

__all__ = (
    "AWARD_ID",
    "AWARD_ID_KIND",
    "COUNTRY",
    "DID",
    "EMAIL",
    "FILE_NAME",
    "HASH",
    "LANGUAGE",
    "MAX_SLUG",
    "OTHER_AWARD",
    "PHONE",
    "RESERVED",
    "SALT",
    "SAVED_COPY",
    "SLUG",
    "SLUG_KIND",
    "Colour",
    "Day",
    "Duration",
    "Either",
    "Flag",
    "Kind",
    "Line",
    "ListOf",
    "Local",
    "Number",
    "OneOf",
    "Pattern",
    "Prose",
    "Web",
    "did_you_mean",
    "is_email",
    "is_empty",
    "is_language",
    "is_slug",
    "is_web_address",
    "nearest",
    "text_of",
)


@dataclass(frozen=True, slots=True)
class Local:
    """One text, or a mapping from language to text."""

    kind: Line | Prose
    example: str = "some words"

    def read(self, name: str, node: Node, problems: Problems) -> LocalText | None:
        if isinstance(node, Items):
            problems.add(
                node.line,
                f'"{name}" holds a list',
                f'write one text, or one a language like "{name}: {{en: …, cy: …}}"',
            )
            return None
        if isinstance(node, Text):
            value = self.kind.read(name, node, problems)
            return None if value is None else LocalText((("", value),))
        versions = []
        for key, value_node in node.entries:
            if not is_language(key.value):
                problems.add(
                    key.line,
                    f"{quoted(key.value)} is not a language code",
                    f'write one like "en", "cy" or "zh-Hant" before each text, or only the text after "{name}:"',
                )
            elif not is_empty(value_node) and (value := self.kind.read(f"{name}: {key.value}", value_node, problems)):
                versions.append((key.value, value))
        return LocalText(tuple(versions)) if versions else None


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a single value counts as a list of one where ``single`` says so."""

    kind: Kind
    limit: int = 200
    single: bool = False

    @property
    def example(self) -> str:
        """A list with the example of its kind."""
        return f"[{self.kind.example}]"

    def read(self, name: str, node: Node, problems: Problems) -> tuple[Any, ...] | None:
        if not isinstance(node, Items):
            if self.single:
                value = self.kind.read(name, node, problems)
                return None if value is None else (value,)
            problems.add(
                node.line,
                f'"{name}" is not a list',
                f'write it like "{name}: {self.example}", or one a line after a hyphen',
            )
            return None
        if len(node.values) > self.limit:
            problems.add(node.line, f'"{name}" has {len(node.values)} entries', f"keep at most {self.limit}")
            return None
        values = []
        for item in node.values:
            if is_empty(item):
                problems.add(item.line, f'"{name}" has an empty entry', "fill it in or delete it")
            elif (value := self.kind.read(name, item, problems)) is not None:
                if value in values:
                    # NOTE: what is signed is a set, so a second copy would not be covered.
                    shown = quoted(value) if isinstance(value, str) else "the same entry"
                    problems.add(item.line, f'"{name}" has {shown} twice', "delete one of the two")
                values.append(value)
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Either:
    """Short form (one text) or long form (a mapping)."""

    short: Kind
    long: Kind
    make: Callable[[Any], Any]

    @property
    def example(self) -> str:
        """The example of the short form."""
        return self.short.example

    def read(self, name: str, node: Node, problems: Problems) -> Any:  # noqa: ANN401 - a kind decides its type
        if isinstance(node, Mapping):
            return self.long.read(name, node, problems)
        value = self.short.read(name, node, problems)
        return None if value is None else self.make(value)
