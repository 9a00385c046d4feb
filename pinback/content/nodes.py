"""YAML as a tree of texts, lists and mappings, each with its line; nothing is guessed about types.

``no``, ``0123`` and ``2026-05-01`` stay the text that was typed; a field's own rule converts it later
(``fields``). Aliases, anchors, tags, merge keys, equal keys, several documents in a file, control
characters and reordering signs are refused here, with their lines. PyYAML's C parser is used where it
is present. Specification: YAML 1.1 as PyYAML parses it, without its type resolution.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from pinback.content.plain_yaml import plain_tree
from pinback.content.tree import Items, Mapping, Node, Text
from pinback.dataclass import dataclass
from pinback.errors import Problem, quoted
from pinback.leaks import leak_in
from pinback.limits import MAX_PROBLEMS, MAX_TEXT, MAX_YAML_FIELDS
from pinback.limits import MAX_YAML_DEPTH as MAX_DEPTH
from pinback.limits import MAX_YAML_NODES as MAX_NODES

if TYPE_CHECKING:
    # What is plainly written is read without PyYAML, which takes longer to load than a hundred such files.
    import yaml

__all__ = (
    "BLANK",
    "Items",
    "Mapping",
    "Node",
    "Problems",
    "Text",
    "decode",
    "front_matter",
    "markdown_text",
    "parse",
    "parsed",
)

BLANK = " \t\r\n"
"""White space around a value, which does not count; other spaces are signs like any other."""

_PARSER: Any = None
"""One of PyYAML's loaders; None for that in C where it is present."""

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters (PyLD writes them unescaped, so signatures would not hold elsewhere), signs that
reorder a line, and code points that XML cannot carry."""
_BREAK = re.compile(r"\r\n|\r|\n")
"""Ends of lines as editors count them."""
_YAML_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""Signs at which YAML begins a line, and not every editor does."""
_LINE_MARK = re.compile("(?:\\A|[\n\r\x85\u2028\u2029])(\ufeff)")
"""A byte order mark where a line begins: one of PyYAML's parsers drops it, the other takes it for text."""


@dataclass(slots=True)
class Problems:
    """Collects the problems of one file under its name.

    Attributes:
        file: path relative to the club's folder.
        found: what was found so far, shared between files when given.
    """

    file: str
    found: list[Problem] = field(default_factory=list)
    _told: int = field(default=0, repr=False, compare=False)

    def add(self, line: int, what: str, cure: str) -> None:
        """Note one problem; of a file that has very many, the first ones."""
        self._told += 1
        if self._told <= MAX_PROBLEMS:
            self.found.append(Problem(self.file, line, what, cure))
        elif self._told == MAX_PROBLEMS + 1:
            what = f"this file has more than {MAX_PROBLEMS:,} faults, the others are not told"
            self.found.append(Problem(self.file, 0, what, "mend these first, or look whether this is the right file"))


def decode(data: bytes, problems: Problems) -> str | None:
    """Return the text of a file without byte order mark, or None when it is not usable UTF-8 (the problem is noted)."""
    try:
        text = data.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(
            line if b"\x00" not in data else 0,
            "this file is not UTF-8 text",
            'open it in a text editor and save it again with the encoding "UTF-8"',
        )
        return None
    if "\x00" in text:
        problems.add(0, "this file is not plain text", 'save it in a text editor with the encoding "UTF-8"')
        return None
    clean, line, counted = True, 1, 0
    for found in _FORBIDDEN.finditer(text):
        breaks = len(_BREAK.findall(text, counted, found.start()))
        if clean or breaks:
            line += breaks
            before = text[max(0, found.start() - 20) : found.start()]
            problems.add(line, *_in_sight(found.group(), _BREAK.split(before)[-1].lstrip()))
        clean, counted = False, found.start()
    if what := leak_in(data):
        # Nothing that holds it would be written; here it can be said where it stands.
        line = next((number for number, one in enumerate(_BREAK.split(text), 1) if leak_in(one.encode("utf-8"))), 0)
        cure = "delete it; whoever can read this file has it, so if it is real, make new keys"
        problems.add(line, f"{what} stands here", cure)
    return text if clean else None


def _in_sight(sign: str, before: str) -> tuple[str, str]:
    """Say where a sign stands that no editor shows."""
    place = f"after {quoted(before)}" if before else "at its beginning"
    return f"an invisible control character (U+{ord(sign):04X}) stands on this line {place}", (
        "delete the words around it and type them again; pasting brings it back"
    )


def parse(text: str, problems: Problems, first_line: int = 1) -> Node | None:
    """Return the one document in *text* as a tree, or None when there is none or it has problems.

    Args:
        text: YAML.
        problems: receives every fault.
        first_line: the line of the file on which *text* begins.
    """
    if (plain := plain_tree(text, first_line)) is not None:
        return plain
    return parsed(text, problems, first_line)


def parsed(text: str, problems: Problems, first_line: int = 1) -> Node | None:
    """Do what ``parse`` does by PyYAML's parser, however plainly *text* is written."""
    import yaml

    from pinback.content.plain_words import in_plain_words

    if found := _LINE_MARK.search(text):
        line = first_line + len(_BREAK.findall(text, 0, found.start(1)))
        problems.add(line, *_in_sight("\ufeff", ""))
        return None
    lines = _Lines(text, first_line)
    try:
        return _Builder(problems, lines).tree(text)
    except _Abandoned:
        return None
    except yaml.MarkedYAMLError as error:
        fault = in_plain_words(text, error)
        problems.add(first_line + len(_BREAK.findall(text, 0, fault.index)), fault.what, fault.cure)
    except yaml.YAMLError:
        problems.add(first_line, "a sign stands in this file that YAML does not allow", "delete what was pasted last")
    return None


class _Mark(Protocol):
    """A place in the text, from either of PyYAML's parsers: line from 0, characters before it."""

    @property
    def line(self) -> int: ...
    @property
    def index(self) -> int: ...


class _Lines:
    """From a mark of the parser to the line that an editor shows."""

    def __init__(self, text: str, first: int) -> None:
        self.first, self.last = first, first + len(_BREAK.findall(text))
        # NOTE: YAML 1.1 also begins a line at U+0085, U+2028 and U+2029, which a pasted text may hold.
        self.breaks = [found.end() for found in _BREAK.finditer(text)] if _YAML_BREAK.search(text) else None

    def at(self, mark: _Mark | None) -> int:
        """Return the line of the file on which *mark* lies."""
        if mark is None:
            return self.first
        if self.breaks is not None:
            return self.first + bisect_right(self.breaks, mark.index)
        # NOTE: the C parser counts the end of a text without a line end as one more line.
        return min(self.first + mark.line, self.last)


class _Abandoned(Exception):
    pass


class _Builder:
    """Builds the tree from parser events, so that depth and size are bounded before anything recurses."""

    def __init__(self, problems: Problems, lines: _Lines) -> None:
        self.problems = problems
        self.lines = lines
        self.nodes = 0

    def tree(self, text: str) -> Node | None:
        """Return the only document of *text*."""
        import yaml

        roots: list[Node] = []
        stack: list[_Open] = []
        faults = len(self.problems.found)
        for event in yaml.parse(text, Loader=_PARSER or getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            line = self.lines.at(event.start_mark)
            if isinstance(event, yaml.DocumentStartEvent):
                if roots:
                    self._abandon(
                        line,
                        'a line "---" begins a second part of this file',
                        "delete the line, or put what follows into a file of its own",
                    )
                continue
            self._count(line, len(stack))
            if isinstance(event, yaml.AliasEvent):
                self._abandon(
                    line,
                    f"the star in {quoted(f'*{event.anchor}')} asks for a value from elsewhere",
                    f'write that value out; if the star belongs to the text, put quotes around it, like "*{event.anchor}"',
                )
            if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                self._place(stack.pop().closed(event), stack, roots)
                continue
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_decorations(event, line)
                self._place(self._text(event, line, text), stack, roots, event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._refuse_decorations(event, line)
                start = event.start_mark.index if event.start_mark else -1
                stack.append(_Open(isinstance(event, yaml.MappingStartEvent), line, bool(event.flow_style), start))
        return roots[0] if roots and len(self.problems.found) == faults else None

    def _abandon(self, line: int, what: str, cure: str) -> None:
        self.problems.add(line, what, cure)
        raise _Abandoned

    def _count(self, line: int, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._abandon(line, f"the file holds more than {MAX_NODES:,} values", "split it into several files")
        if depth > MAX_DEPTH:
            self._abandon(
                line,
                f"more than {MAX_DEPTH} brackets or indents stand inside one another",
                "no field needs that; delete it",
            )

    def _refuse_decorations(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            self.problems.add(
                line,
                f"the sign & in {quoted(f'&{event.anchor}')} gives this value a name, which is not allowed here",
                f'delete it; if it belongs to the text, put quotes around the text, like "&{event.anchor} …"',
            )
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            shown = tag if tag.startswith("!") else "!!" + tag.rpartition(":")[2]
            self.problems.add(
                line,
                f"the exclamation mark in {quoted(shown)} begins a tag, which is not allowed here",
                f'delete {quoted(shown)}; if it belongs to the text, put quotes around the text, like "{shown} …"',
            )

    def _text(self, event: yaml.ScalarEvent, line: int, text: str) -> Text:
        # NFC, because a file from another computer may spell the same letter in two signs.
        value = unicodedata.normalize("NFC", event.value)
        if len(value) > MAX_TEXT:
            self.problems.add(
                line, f"this value has {len(value):,} characters, at most {MAX_TEXT:,} are allowed", "shorten it"
            )
        elif found := _FORBIDDEN.search(value):
            self.problems.add(
                line, f"a code for the control character U+{ord(found.group()):04X} stands in this value", "delete it"
            )
        start = event.start_mark.index if event.start_mark else -1
        end = event.end_mark.index if event.end_mark else -1
        if event.style in ("|", ">"):  # the parser counts the blank lines behind it as well
            end = start + len(text[start:end].rstrip())
        return Text(value, line, start, end)

    def _place(self, node: Node, stack: list[_Open], roots: list[Node], event: yaml.ScalarEvent | None = None) -> None:
        if not stack:
            roots.append(node)
            return
        top = stack[-1]
        if not top.is_mapping or top.key is not None:
            top.add(node)
        elif not isinstance(node, Text) or event is None:
            self._abandon(
                node.line, "a bracket stands where a field's name belongs", 'write the field as "name: value"'
            )
        elif node.value == "<<":
            self._abandon(node.line, '"<<" is not a field', "delete it and write out the fields that it stands for")
        else:
            first = top.names.setdefault(node.value, node)
            if first is not node:
                self.problems.add(
                    node.line,
                    f"{quoted(node.value)} stands here a second time, first on line {first.line}",
                    "keep one of the two",
                )
            if len(top.names) > MAX_YAML_FIELDS:
                self._abandon(
                    node.line,
                    f"more than {MAX_YAML_FIELDS:,} fields stand in one set",
                    "no file needs that; look whether this is the right one",
                )
            mark = event.start_mark
            if top.index < 0 and mark is not None:
                top.index, top.column, top.first = mark.index, mark.column, node.line
            top.key = node


class _Open:
    """A list or mapping that is still being read."""

    __slots__ = ("column", "entries", "first", "flow", "index", "is_mapping", "key", "line", "names", "start", "values")

    def __init__(self, is_mapping: bool, line: int, flow: bool, start: int) -> None:
        self.is_mapping, self.line, self.flow, self.start = is_mapping, line, flow, start
        self.key: Text | None = None
        self.entries: list[tuple[Text, Node]] = []
        self.names: dict[str, Text] = {}
        self.values: list[Node] = []
        self.index, self.column, self.first = -1, 0, line

    def add(self, node: Node) -> None:
        if not self.is_mapping:
            self.values.append(node)
        elif self.key is not None:
            self.entries.append((self.key, node))
            self.key = None

    def closed(self, event: yaml.Event) -> Node:
        # NOTE: a list or mapping without brackets ends where its last value ends; the parser is further by then.
        last = self.entries[-1][1] if self.entries else self.values[-1] if self.values else None
        mark = event.end_mark
        end = last.end if last is not None and not self.flow else mark.index if mark is not None else -1
        if self.is_mapping:
            return Mapping(tuple(self.entries), self.first, self.index, self.column, self.flow, self.start, end)
        return Items(tuple(self.values), self.line, self.flow, end)


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
    below = lines[end + 1 :]
    first = end + 2 + next((number for number, line in enumerate(below) if line.rstrip("\r")), 0)
    return parse("\n".join(lines[1:end]) + "\n", problems, first_line=2), markdown_text(below), first


def markdown_text(lines: list[str]) -> str:
    """Return lines of Markdown as one text in NFC, without blank lines around it."""
    return unicodedata.normalize("NFC", "\n".join(line.rstrip("\r") for line in lines).strip("\n"))
