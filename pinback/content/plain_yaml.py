"""YAML of the plainest kind, read line by line: as Pinback writes records, and as most people do.

The parser of PyYAML makes an event with two marks of each value, which takes longer than all else that is done with a record. What is
written plainly needs none of that: ``name: value`` on one line, lists and sets of fields by indents of spaces, quotes and
brackets that close on their line. Here a tree comes back only where there can be no doubt, and it is the very tree that ``nodes``
builds from the parser's events, places included. For anything else, and for every mistake, there is none, and the parser has the word.
"""

from __future__ import annotations

import re
import unicodedata

from pinback.content.tree import Items, Mapping, Node, Text
from pinback.limits import MAX_TEXT, MAX_YAML_FIELDS, MAX_YAML_NODES

_STRANGE = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
)
"""Signs that are refused, at which YAML may begin a line, or that somebody has to look at; a tab among them."""
_DEEPEST = 8
"""Sets and lists within each other that are read here; no field needs as many."""
_LONGEST_NAME = 60
"""Signs of a field's name that is read here."""
_LONGEST_LINE = MAX_TEXT // 4
"""Signs of a line that is read here; composing letters can make a text three times as long."""

# NOTE: every repetition is possessive, or in an atomic group, so that no text can make these expressions try one way after the other.
_QUOTED = r'"((?>(?:[^"\\\r\n]++|\\[\\"nt])*))"'
_SINGLY_QUOTED = r"'((?>(?:[^'\r\n]++|'')*))'"
_WORDS = r"([^\W_](?>(?:[^\s:]++|:(?=[^\s:])|\ ++(?=[^\s:\#]))*))"
_LINE = re.compile(
    rf"""
    (\ *+)
    (?:
      (?>(-\ )?)
      (?>(?:([a-zA-Z_][a-zA-Z0-9_-]{{0,{_LONGEST_NAME}}}):(?=[\ \r\n]|\Z))?)
      \ *+(?>(?:{_QUOTED}|{_SINGLY_QUOTED}|{_WORDS}|([\[{{][^\r\n]*[\]}}]))?)
      \ *+
    |
      \#[^\r\n]*+
    )
    (?:\r?\n|\Z)
    """,
    re.VERBOSE,
)
"""A line: indent, hyphen, name, and a value in one of four forms."""
_PIECE = re.compile(
    rf"""
    ([\[{{]*+)
    (?>(?:(?:"([^"\\\r\n]{{1,{_LONGEST_NAME}}})"|([a-zA-Z_][a-zA-Z0-9_-]{{0,{_LONGEST_NAME}}})):\ )?)
    (?:{_QUOTED}|([^\W_][\w.$/%+-]*+))
    ([\]}}]*+)
    (?:,\ |\Z)
    """,
    re.VERBOSE,
)
"""A piece of what stands between brackets: what is opened, a name, a value in one of two forms, what is closed."""
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "t": "\t"}


class _Doubt(Exception):
    """This is for the parser."""


def plain_tree(text: str, first_line: int) -> Node | None:
    """Return the tree of a text that is written plainly, or None.

    Args:
        text: YAML.
        first_line: the line of the file on which *text* begins.
    """
    # What can be printed is none of these signs, and that is found out in a third of the time.
    if not text.replace("\n", "").isprintable() and _STRANGE.search(text):
        return None
    try:
        return _read(text, first_line)
    except _Doubt:
        return None


class _Open:
    """A list or a set of fields that is still being read, by indents or between brackets."""

    __slots__ = ("column", "entries", "index", "key", "line", "names", "values")

    def __init__(self, column: int, line: int, index: int, is_list: bool) -> None:
        self.column, self.line, self.index = column, line, index
        self.key: Text | None = None
        self.entries: list[tuple[Text, Node]] = []
        self.names: set[str] = set()
        self.values: list[Node] | None = [] if is_list else None

    def name(self, key: Text) -> None:
        """Take the name of the next field."""
        # NOTE: a field without a value, one that stands twice, and "<<" are told in their own words.
        if self.key is not None or self.values is not None or key.value in self.names or key.value == "<<":
            raise _Doubt
        self.names.add(key.value)
        self.key = key

    def add(self, node: Node) -> None:
        """Take an entry, or the value of the field that was named last."""
        if self.key is not None:
            self.entries.append((self.key, node))
            self.key = None
        elif self.values is not None:
            self.values.append(node)
        else:
            raise _Doubt

    def closed(self, flow_end: int = -1) -> Node:
        """Return the whole; *flow_end* is the offset behind its bracket."""
        flow = flow_end >= 0
        if self.values is not None:
            end = flow_end if flow else self.values[-1].end
            return Items(tuple(self.values), self.line, flow, end)
        if self.key is not None or not 0 < len(self.entries) <= MAX_YAML_FIELDS:
            raise _Doubt
        key, last = self.entries[0][0], self.entries[-1][1]
        column = self.column if not flow else self.column + key.index - self.index
        return Mapping(
            tuple(self.entries), key.line, key.index, column, flow, self.index, flow_end if flow else last.end
        )


def _read(text: str, line: int) -> Node | None:
    """Return the tree of a text of lines, the first of which is *line*."""
    at, size, opened, nodes, match = 0, len(text), list[_Open](), 0, _LINE.match
    while at < size:
        found = match(text, at)
        if found is None or found.end() - at > _LONGEST_LINE:
            raise _Doubt
        indent, dash, name, quoted, single, words, flow = found.groups()
        column = len(indent)
        if dash is not None:
            _entry(opened, column, line, at + column)
            if name is not None:
                opened.append(_Open(column + 2, line, at + column + 2, False))
        elif name is not None and (not opened or opened[-1].column != column or opened[-1].values is not None):
            _field(opened, column, line, at + column)
        node: Node | None = None
        if words is not None:
            start, end = found.span(6)
            node = Text(_composed(words), line, start, end)
        elif quoted is not None:
            start, end = found.span(4)
            node = Text(_meant(quoted), line, start - 1, end + 1)
        elif flow is not None:
            start, end = found.span(7)
            node, more = _flow(text, start, end, line, at, _DEEPEST - len(opened))
            nodes += more
        elif single is not None:
            start, end = found.span(5)
            node = Text(_composed(single.replace("''", "'")), line, start - 1, end + 1)
        if name is not None:
            start = found.start(3)
            opened[-1].name(Text(name, line, start, start + len(name)))
        elif (node is None) is (dash is not None):
            raise _Doubt
        if node is not None:
            opened[-1].add(node)
        nodes, at, line = nodes + 4, found.end(), line + 1
    if not opened or nodes > MAX_YAML_NODES or len(opened) > _DEEPEST:
        raise _Doubt
    while len(opened) > 1:
        _close(opened)
    return opened[0].closed()


def _composed(text: str) -> str:
    """Return a text in NFC, because a file from another computer may spell the same letter in two signs."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _meant(quoted: str) -> str:
    """Return what a text between double quotes means."""
    return _composed(_ESCAPE.sub(lambda found: _ESCAPES[found[1]], quoted) if "\\" in quoted else quoted)


def _close(opened: list[_Open]) -> None:
    """End the innermost list or set of fields."""
    done = opened.pop().closed()
    if not opened:
        raise _Doubt
    opened[-1].add(done)


def _field(opened: list[_Open], column: int, line: int, index: int) -> None:
    """Make the set of fields the innermost one to which a field in this column belongs."""
    while opened and (top := opened[-1]).column >= column and (top.column > column or top.values is not None):
        _close(opened)
    if not opened or (opened[-1].column < column and opened[-1].key is not None and len(opened) < _DEEPEST):
        opened.append(_Open(column, line, index, False))
    elif opened[-1].column != column:
        raise _Doubt


def _entry(opened: list[_Open], column: int, line: int, index: int) -> None:
    """Make the list the innermost one to which a hyphen in this column belongs."""
    while opened and opened[-1].column > column:
        _close(opened)
    if not opened or len(opened) >= _DEEPEST:
        raise _Doubt
    top = opened[-1]
    if top.values is None and top.key is not None:
        opened.append(_Open(column, line, index, True))
    elif top.values is None or top.column != column:
        raise _Doubt


def _flow(text: str, at: int, end: int, line: int, line_start: int, depth: int) -> tuple[Node, int]:
    """Return what stands between brackets on one line, and how many values and ends there are in it at most."""
    opened, nodes, match = list[_Open](), 0, _PIECE.match
    while at < end:
        found = match(text, at, end)
        if found is None:
            raise _Doubt
        opens, quoted_name, name, quoted, words, closes = found.groups()
        for bracket in opens:
            opened.append(_Open(at - line_start, line, at, bracket == "["))
            at += 1
        if not 0 < len(opened) <= depth:
            raise _Doubt
        top = opened[-1]
        if quoted_name is not None:
            start, stop = found.span(2)
            top.name(Text(_composed(quoted_name), line, start - 1, stop + 1))
        elif name is not None:
            start, stop = found.span(3)
            top.name(Text(name, line, start, stop))
        if quoted is not None:
            start, stop = found.span(4)
            top.add(Text(_meant(quoted), line, start - 1, stop + 1))
        else:
            start, stop = found.span(5)
            top.add(Text(_composed(words), line, start, stop))
        nodes += 2 + 2 * len(opens)
        at = found.start(6)
        for bracket in closes:
            at += 1
            if (bracket == "]") is (opened[-1].values is None):
                raise _Doubt
            done = opened.pop().closed(at)
            if opened:
                opened[-1].add(done)
            elif at == end:
                return done, nodes
            else:
                raise _Doubt
        at = found.end()
    raise _Doubt
