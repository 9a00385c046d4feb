"""YAML as a tree of texts, lists and mappings, each with its line; nothing is guessed about types.

``no``, ``0123`` and ``2026-05-01`` stay the text that was typed; a field's own rule converts it later
(``fields``). Aliases, anchors, tags, merge keys, equal keys, several documents in a file, control
characters and reordering signs are refused here, with their lines. PyYAML's C parser is used where it
is present. Specification: YAML 1.1 as PyYAML parses it, without its type resolution.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from pinback.errors import Problem, quoted

MAX_RECORD = 1_000_000
"""Bytes of one YAML file."""
MAX_MARKDOWN = 512_000
"""Bytes of one Markdown file with its front matter."""
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_TEXT = 64_000
"""Characters of one value."""

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters (PyLD writes them unescaped, so signatures would not hold elsewhere), signs that
reorder a line, and code points that XML cannot carry."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was typed."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with the place of its first key, where a further field can be written in.

    Attributes:
        entries: key and value in the order of the file.
        line: of the first key, from 1.
        index: character offset of the first key in the text, or -1 for an empty mapping.
        column: of the first key, from 0.
        flow: written as ``{…}``.
    """

    entries: tuple[tuple[Text, Node], ...]
    line: int
    index: int = -1
    column: int = 0
    flow: bool = False

    def get(self, name: str) -> Node | None:
        """Return the value under *name*, or None."""
        return next((value for key, value in self.entries if key.value == name), None)


Node: TypeAlias = Text | Items | Mapping


@dataclass(slots=True)
class Problems:
    """Collects the problems of one file under its name.

    Attributes:
        file: path relative to the club's folder.
        found: what was found so far, shared between files when given.
    """

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, what: str, cure: str) -> None:
        """Note one problem."""
        self.found.append(Problem(self.file, line, what, cure))

    def warn(self, line: int, what: str, cure: str) -> None:
        """Note one warning."""
        self.found.append(Problem(self.file, line, what, cure, warning=True))


def decode(data: bytes, problems: Problems) -> str | None:
    """Return the text of a file, or None when it is not usable UTF-8 (the problem is noted)."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(line, "this line is not UTF-8 text", 'save the file with the encoding "UTF-8"')
        return None
    clean = True
    for found in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        problems.add(line, f"a control character U+{ord(found.group()):04X} stands here", "delete it")
        clean = False
    return text if clean else None


def parse(text: str, problems: Problems, first_line: int = 1) -> Node | None:
    """Return the one document in *text* as a tree, or None when there is none or it has problems.

    Args:
        text: YAML.
        problems: receives every fault.
        first_line: the line of the file on which *text* begins.
    """
    try:
        return _Builder(problems, first_line - 1).tree(text)
    except _Abandoned:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        problems.add(line, *_in_plain_words(error.problem or ""))
    except yaml.YAMLError:
        problems.add(
            first_line,
            "this cannot be read as YAML",
            "check the signs in this file against the example in the handbook",
        )
    return None


def _in_plain_words(problem: str) -> tuple[str, str]:
    if "mapping values are not allowed" in problem:
        return "a second colon stands here", 'put the whole value between quotes, like name: "Knots: the basics"'
    if "cannot start any token" in problem and "\\t" in problem:
        return "a tab stands where spaces are needed", "indent with spaces"
    if "expected <block end>" in problem or "expected the node content" in problem:
        return "the indentation does not fit the lines above", "align this line with the fields it belongs to"
    if "end of stream" in problem or "unexpected end" in problem:
        return "a quotation mark or bracket is never closed", "close it"
    if "could not find expected ':'" in problem:
        return "a colon is missing after the field's name", 'write it as "name: value"'
    if "undefined alias" in problem:
        return "a star or ampersand starts this value", "put the value between quotes"
    return (
        f"this cannot be read as YAML ({problem})",
        "check the indentation, colons and quotes here and on the line above",
    )


class _Abandoned(Exception):
    pass


class _Builder:
    """Builds the tree from parser events, so that depth and size are bounded before anything recurses."""

    def __init__(self, problems: Problems, offset: int) -> None:
        self.problems = problems
        self.offset = offset
        self.nodes = 0

    def tree(self, text: str) -> Node | None:
        """Return the only document of *text*."""
        roots: list[Node] = []
        stack: list[_Open] = []
        faults = len(self.problems.found)
        for event in yaml.parse(text, Loader=_PARSER):
            if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            line = (event.start_mark.line if event.start_mark else 0) + 1 + self.offset
            if isinstance(event, yaml.DocumentStartEvent):
                if roots:
                    self._abandon(line, 'a second document starts here with "---"', "keep one document in a file")
                continue
            self._count(line, len(stack))
            if isinstance(event, yaml.AliasEvent):
                self._abandon(
                    line,
                    f'"*{event.anchor}" repeats a value from elsewhere',
                    "write the value out, or put it between quotes",
                )
            if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                self._place(stack.pop().closed(), stack, roots)
                continue
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_decorations(event, line)
                self._place(self._text(event, line), stack, roots, event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._refuse_decorations(event, line)
                stack.append(_Open(isinstance(event, yaml.MappingStartEvent), line, bool(event.flow_style)))
        return roots[0] if roots and len(self.problems.found) == faults else None

    def _abandon(self, line: int, what: str, cure: str) -> None:
        self.problems.add(line, what, cure)
        raise _Abandoned

    def _count(self, line: int, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._abandon(line, f"the file holds more than {MAX_NODES:,} values", "split it into several files")
        if depth > MAX_DEPTH:
            self._abandon(line, f"lists and mappings are nested more than {MAX_DEPTH} deep", "write it flatter")

    def _refuse_decorations(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            self.problems.add(
                line, f'"&{event.anchor}" names a value for repetition', "leave it out, or put the value between quotes"
            )
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self.problems.add(
                line, f"the tag {quoted(tag)} stands before this value", "leave it out, or put the value between quotes"
            )

    def _text(self, event: yaml.ScalarEvent, line: int) -> Text:
        value: str = event.value
        if len(value) > MAX_TEXT:
            self.problems.add(
                line, f"this value has {len(value):,} characters, at most {MAX_TEXT:,} are allowed", "shorten it"
            )
        elif found := _FORBIDDEN.search(value):
            self.problems.add(line, f"a control character U+{ord(found.group()):04X} is written here", "delete it")
        return Text(value, line)

    def _place(self, node: Node, stack: list[_Open], roots: list[Node], event: yaml.ScalarEvent | None = None) -> None:
        if not stack:
            roots.append(node)
            return
        top = stack[-1]
        if not top.is_mapping or top.key is not None:
            top.add(node)
        elif not isinstance(node, Text) or event is None:
            self._abandon(
                node.line, "a list or mapping stands where a field's name belongs", 'write it as "name: value"'
            )
        elif node.value == "<<":
            self._abandon(node.line, '"<<" merges another mapping', "write the fields out")
        else:
            for earlier, _ in top.entries:
                if earlier.value == node.value:
                    self.problems.add(
                        node.line,
                        f"{quoted(node.value)} stands here a second time, first on line {earlier.line}",
                        "keep one of the two",
                    )
            mark = event.start_mark
            if top.index < 0 and mark is not None:
                top.index, top.column, top.first = mark.index, mark.column, node.line
            top.key = node


class _Open:
    """A list or mapping that is still being read."""

    __slots__ = ("column", "entries", "first", "flow", "index", "is_mapping", "key", "line", "values")

    def __init__(self, is_mapping: bool, line: int, flow: bool) -> None:
        self.is_mapping, self.line, self.flow = is_mapping, line, flow
        self.key: Text | None = None
        self.entries: list[tuple[Text, Node]] = []
        self.values: list[Node] = []
        self.index, self.column, self.first = -1, 0, line

    def add(self, node: Node) -> None:
        if not self.is_mapping:
            self.values.append(node)
        elif self.key is not None:
            self.entries.append((self.key, node))
            self.key = None

    def closed(self) -> Node:
        if self.is_mapping:
            return Mapping(tuple(self.entries), self.first, self.index, self.column, self.flow)
        return Items(tuple(self.values), self.line)


def front_matter(text: str, problems: Problems) -> tuple[Node | None, str, int]:
    """Split a Markdown file into its fields and its body.

    Returns:
        The tree of the fields (None where there are none or they have problems), the body without
        blank lines around it, and the line on which the body begins.
    """
    lines = text.split("\n")
    if lines[0].rstrip("\r ") != "---":
        problems.add(1, "no front matter found", 'start the file with a line "---", the fields, and "---" again')
        return None, text, 1
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip("\r ") == "---"), None)
    if end is None:
        problems.add(1, "the front matter has no end", 'put a line "---" after the last field')
        return None, "", 1
    body = "\n".join(line.rstrip("\r") for line in lines[end + 1 :]).strip("\n")
    return parse("\n".join(lines[1:end]) + "\n", problems, first_line=2), body, end + 2
