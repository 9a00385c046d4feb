"""What is written plainly is read without the parser, and to the same tree: texts, lines and places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinback.content.nodes import Items, Mapping, Node, Problems, Text, parse, parsed
from pinback.content.plain_yaml import _STRANGE, plain_tree
from pinback.limits import MAX_TEXT, MAX_YAML_FIELDS

HASH = "sha256$" + "9f" * 32
PLAIN = [
    f"issued_on: 2026-05-17\nid: abcdefgh234567ab\nhandle: otter-7\nnamed: {HASH}\n",
    "# two awards\nissued_on: 2026-05-17\n\nawards:\n  - handle: otter-7\n    name: \"Zoë 'Z' Å\"\n  - handle: heron-2\n",
    'awards:\n- handle: a\n  evidence: [{"url": "https://a.example.org/1?q=2#x", "name": "a, b: c"}, {name: d}]\n- handle: b\n',
    "evidence:\n  - https://a.example.org/1\n  - 'it''s'\n  - \"two\\nlines \\\"here\\\" \\\\\"\n",
    "revoked:\n  on: 2026-05-17\n  reason: mistake\nhandle: a b  c:d e#f\n",
    "revoked: {on: 2026-05-17, reason: mistake}\ntags: [a, b, 1.5]\n",
    "handle: a   \nnote: ''\nlast: \"\"",
    "handle: a\r\nname: e\u0301 \u212b\r\n",
    "a:\n  - b\n  - c: d\n    e: [[f], [g, {h: i}]]\n",
]
DOUBTFUL = [
    "",
    "# nothing\n",
    "handle:\n",
    "handle: a\nhandle: b\n",
    'set: {"a": "b", "a": "c"}\n',
    "handle: a # remark\n",
    "handle: a: b\n",
    "handle: a\n  b: c\n",
    "handle: a\n b\n",
    "handle: &a b\n",
    "handle: *a\n",
    "handle: !b c\n",
    "<<: a\n",
    'set: {"<<": "a"}\n',
    "handle: |\n  a\n",
    'handle: "\\u00e9"\n',
    "handle: \ta\n",
    "handle: a\u2028b\n",
    "handle: a\u0085",
    "\ufeffhandle: a\n",
    "handle: a\rname: b\n",
    "--- \nhandle: a\n",
    "handle: [a, b\n",
    "handle: [a, b}\n",
    "handle: [a]]\n",
    "handle: [a: b]\n",
    "handle: {a}\n",
    "handle: []\n",
    "handle: {}\n",
    "- a\n",
    "  - a\n - b\n",
    "a:\n  - b\n c: d\n",
    "a: b\n- c\n",
    "a:\n  b: [c, [d, [e, [f, [g, [h, [i, [j]]]]]]]]\n",
    f"a: {'b' * (MAX_TEXT + 1)}\n",
    "".join(f"a{number}: b\n" for number in range(MAX_YAML_FIELDS + 1)),
    "a:\n" + "  - b\n" * 30_000,
]
PIECES = [line for text in (*PLAIN, *DOUBTFUL[:-3]) for line in text.splitlines(keepends=True)]
SIGNS = " \n:-#\"'[]{},\\ab7é\u00a0\u3000\r\t&*!|>%@`?~.=<\u2028\u212b\u0301"


def places(node: Node | None) -> object:
    """Return a tree with all that two trees may differ in, places included."""
    if isinstance(node, Text):
        return node.value, node.line, node.index, node.end
    if isinstance(node, Items):
        return [places(one) for one in node.values], node.line, node.flow, node.end
    if isinstance(node, Mapping):
        entries = [(places(key), places(value)) for key, value in node.entries]
        return entries, node.line, node.index, node.column, node.flow, node.start, node.end
    return node


def same_as_the_parser(text: str) -> bool:
    """Tell whether *text* was read plainly; then it is what the parser reads, and nothing is wrong with it."""
    plain = plain_tree(text, 3)
    if plain is None:
        return False
    problems = Problems("file.yaml")
    assert places(plain) == places(parsed(text, problems, 3))
    assert problems.found == []
    return True


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_written_plainly_is_read_as_the_parser_reads_it(text: str) -> None:
    assert same_as_the_parser(text)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_anything_else_is_left_to_the_parser(text: str) -> None:
    assert plain_tree(text, 1) is None


def test_no_sign_that_can_be_printed_is_strange() -> None:
    signs = "".join(sign for sign in map(chr, range(0x110000)) if sign.isprintable())
    assert len(signs) > 100_000
    assert not _STRANGE.search(signs)


@pytest.mark.parametrize("text", [*PLAIN, *DOUBTFUL])
def test_both_ways_end_in_the_same_tree_and_the_same_problems(text: str) -> None:
    ours, theirs = Problems("file.yaml"), Problems("file.yaml")
    assert places(parse(text, ours)) == places(parsed(text, theirs))
    assert ours.found == theirs.found


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.data())
@settings(max_examples=400, deadline=None)
def test_no_mixture_of_lines_and_signs_is_read_in_another_way(text: str, data: st.DataObject) -> None:
    same_as_the_parser(text)
    at = data.draw(st.integers(0, len(text)))
    sign = data.draw(st.sampled_from(SIGNS))
    same_as_the_parser(text[:at] + sign + text[at:])
    same_as_the_parser(text[:at] + sign + text[at + 1 :])
    same_as_the_parser(text[:at] + text[at + 1 :])
