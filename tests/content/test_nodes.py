"""The tree of texts, lists and mappings: what was typed, where, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from pinback import limits
from pinback.content import nodes
from pinback.content.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_TEXT,
    Items,
    Mapping,
    Problems,
    Text,
    decode,
    front_matter,
    parse,
)


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both parsers that PyYAML has."""
    if not hasattr(yaml, request.param):
        pytest.skip("this PyYAML was built without its C parser")
    monkeypatch.setattr(nodes, "_PARSER", getattr(yaml, request.param))
    yield request.param


def tree(text: str) -> nodes.Node | None:
    problems = Problems("a.yaml")
    node = parse(text, problems)
    assert problems.found == []
    return node


def faults(text: str, first_line: int = 1) -> list[tuple[int, str]]:
    problems = Problems("a.yaml")
    assert parse(text, problems, first_line) is None
    return [(problem.line, problem.what) for problem in problems.found]


def decoded(data: bytes) -> tuple[str | None, list[tuple[int, str]]]:
    problems = Problems("a.yaml")
    text = decode(data, problems)
    return text, [(problem.line, problem.what) for problem in problems.found]


# What was typed stays what was typed.


@pytest.mark.parametrize(
    "typed",
    [
        "no",
        "yes",
        "on",
        "off",
        "true",
        "~",
        "null",
        "NULL",
        "0123",
        "0x1F",
        "1e3",
        ".5",
        "1_000",
        "12:30",
        "2026-05-01",
        "2026-05-01T10:00:00Z",
        "=",
        ".inf",
        "-0",
        "+441234",
        "0o17",
    ],
)
def test_scalar_stays_the_text_that_was_typed(typed: str):
    assert tree(f"field: {typed}\n") == Mapping(((Text("field", 1), Text(typed, 1)),), 1, 0)


def test_name_of_a_field_stays_text_too():
    node = tree("no: a\n0123: b\n~: c\n")
    assert isinstance(node, Mapping)
    assert [key.value for key, _ in node.entries] == ["no", "0123", "~"]


def test_empty_value_is_empty_text():
    node = tree("a:\nb: ''\nc: ~\n")
    assert isinstance(node, Mapping)
    assert [value for _, value in node.entries] == [Text("", 1), Text("", 2), Text("~", 3)]


def test_text_without_anything_is_no_tree():
    assert tree("") is None
    assert tree("# only a comment\n\n") is None


def test_block_texts_keep_their_lines():
    node = tree("a: |\n  one\n\n  two\nb: >\n  folded\n  line\n")
    assert isinstance(node, Mapping)
    assert node.get("a") == Text("one\n\ntwo\n", 1)
    assert node.get("b") == Text("folded line\n", 5)
    assert node.get("c") is None


def test_lists_and_mappings_know_their_lines():
    node = tree("a:\n  - x\n  - {y: z}\nb: [p,\n  q]\n")
    assert node == Mapping(
        (
            (Text("a", 1), Items((Text("x", 2), Mapping(((Text("y", 3), Text("z", 3)),), 3, 14, 5, True)), 2)),
            (Text("b", 4), Items((Text("p", 4), Text("q", 5)), 4)),
        ),
        1,
        0,
    )


# Marks: an award id is written at the index of the first key, so it must be right to the character.

BEFORE = {
    "nothing": "",
    "comment": "# a comment\n",
    "emoji": "# 🏅🛶 sculls 👩‍👩‍👧 and é decomposed e\u0301\n",
    "crlf": "# one\r\n# two\r\n\r\n",
    "mac line ends": "# one\r# two\r",
    "line separator": "# one\u2028# two\n",
    "next line": "# one\x85# two\n",
    "many astral signs": "# " + "𝄞" * 5000 + "\n",
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("spaces", [0, 3])
def test_first_key_is_found_to_the_character(before: str, spaces: int):
    text = f"{before}{' ' * spaces}handle: otter-7\n"
    node = tree(text)
    assert isinstance(node, Mapping)
    assert text[node.index :] == "handle: otter-7\n"
    assert node.column == spaces
    assert node.entries[0][1].index == len(text) - len("otter-7\n")  # type: ignore[union-attr]


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_line_is_the_one_that_an_editor_shows(before: str):
    text = f"{before}a: 1\nb: [1,\n  {{c: 2}}]\n"
    node = tree(text)
    first = len(text[: text.index("a: 1")].replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert isinstance(node, Mapping)
    assert node.line == first
    assert [key.line for key, _ in node.entries] == [first, first + 1]
    assert faults(f"{before}a: 1\nb: 2\nb: 3\n") == [
        (first + 2, f'"b" stands here a second time, first on line {first + 1}')
    ]
    assert faults(f"{before}a: 1\nb: c: d\n")[0][0] == first + 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_awards_of_a_batch_are_found_to_the_character(newline: str):
    text = newline.join(
        ["# 🏅", "awards:", '  - "handle": a', "  -   handle: b", "  - {handle: c}", "  -", "    handle: d", ""]
    )
    node = tree(text)
    assert isinstance(node, Mapping)
    awards = node.get("awards")
    assert isinstance(awards, Items)
    starts = [text[item.index :][:10].split(newline)[0] for item in awards.values if isinstance(item, Mapping)]
    assert [start.strip("\"'")[:6] for start in starts] == ["handle"] * 4
    assert [(item.line, item.column, item.flow) for item in awards.values if isinstance(item, Mapping)] == [
        (3, 4, False),
        (4, 6, False),
        (5, 5, True),
        (7, 4, False),
    ]


@pytest.mark.parametrize("marks", [1, 2])
def test_byte_order_mark_is_no_part_of_the_text(marks: int):
    text, found = decoded(b"\xef\xbb\xbf" * marks + "handle: Zoë\n".encode())
    assert (text, found) == ("handle: Zoë\n", [])
    assert text is not None
    node = tree(text)
    assert isinstance(node, Mapping)
    assert (node.index, node.column, node.line) == (0, 0, 1)


def test_byte_order_mark_inside_is_refused_where_parsers_differ():
    assert faults("a: 1\n\ufeffb: 2\n") == [
        (2, "an invisible control character (U+FEFF) stands on this line at its beginning")
    ]
    assert tree("a: b\ufeffc\n") == Mapping(((Text("a", 1), Text("b\ufeffc", 1)),), 1, 0)


# What is refused.


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: *x\n", 2, 'the star in "*x"'),
        ("a: 1\n*x : b\n", 2, 'the star in "*x"'),
        ("a: &x 1\nb: 2\n", 1, 'the sign & in "&x"'),
        ("- a\n- &x {b: c}\n", 2, 'the sign & in "&x"'),
        (
            "a: 1\nb: !python/object/apply:os.system [id]\n",
            2,
            'the exclamation mark in "!python/object/apply:os.system"',
        ),
        ("a: !!binary aGk=\n", 1, 'the exclamation mark in "!!binary"'),
        ("a: !<tag:yaml.org,2002:str> b\n", 1, 'the exclamation mark in "!!str"'),
        ("a: 1\n<<: {b: c}\n", 2, '"<<" is not a field'),
        ('"<<": {b: c}\n', 1, '"<<" is not a field'),
        ("? [a]\n: b\n", 1, "a bracket stands where a field's name belongs"),
        ("? {a: b}\n: c\n", 1, "a bracket stands where a field's name belongs"),
        ("a: 1\n---\nb: 2\n", 2, 'a line "---" begins a second part of this file'),
        ('a: "\\0"\n', 1, "a code for the control character U+0000 stands in this value"),
        ('a: "x\\e[31m"\n', 1, "a code for the control character U+001B stands in this value"),
        ('a: "\\u202e"\n', 1, "a code for the control character U+202E stands in this value"),
        ('"\\a": 1\n', 1, "a code for the control character U+0007 stands in this value"),
    ],
)
def test_what_yaml_can_do_and_records_need_not_is_refused(text: str, line: int, words: str):
    ((found_line, what),) = faults(text)
    assert found_line == line
    assert what.startswith(words)


def test_equal_keys_are_told_each_with_its_line():
    assert faults("a: 1\nb: 2\na: 3\n'a': 4\nc: {d: 1, d: 2}\n") == [
        (3, '"a" stands here a second time, first on line 1'),
        (4, '"a" stands here a second time, first on line 1'),
        (5, '"d" stands here a second time, first on line 5'),
    ]


def test_equal_keys_in_different_mappings_are_fine():
    assert tree("- {a: 1}\n- {a: 2}\n") is not None


def test_half_of_a_surrogate_pair_is_refused():
    ((line, _),) = faults('a: "\\ud800"\n')
    assert line == 1


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x9f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufffe", "\uffff"]
)
def test_sign_that_nobody_sees_is_refused_with_its_line(sign: str):
    text, found = decoded(f"a: 1\r\nb: two {sign} three\n".encode())
    assert text is None
    if sign == "\x00":
        assert found == [(0, "this file is not plain text")]
    else:
        assert found == [(2, f'an invisible control character (U+{ord(sign):04X}) stands on this line after "b: two "')]


@pytest.mark.parametrize(
    "sign", ["\t", "\n", "\r\n", "\x85", "\u200d", "\u200e", "\u2028", "🏅", "e\u0301", "\U0010fffd"]
)
def test_sign_that_writing_needs_is_kept(sign: str):
    text = f"a{sign}b"
    assert decoded(text.encode()) == (text, [])


def test_control_characters_are_told_once_a_line():
    text, found = decoded(b"\x01\x02\x03\nfine\n\x04x\x05\n")
    assert text is None
    assert [line for line, _ in found] == [1, 3]


def test_a_megabyte_of_control_characters_is_one_problem():
    assert len(decoded(b"\x01" * 1_000_000)[1]) == 1


def test_bytes_that_are_no_utf8_name_their_line():
    assert decoded(b"a: 1\nb: Zo\xeb\n") == (None, [(2, "this file is not UTF-8 text")])
    assert decoded("a: 1\n".encode("utf-16")) == (None, [(0, "this file is not UTF-8 text")])
    assert decoded(b"\xed\xa0\x80") == (None, [(1, "this file is not UTF-8 text")])


# Limits: each at the limit and one beyond.


def test_nesting_ends_at_the_limit():
    assert tree("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    assert faults("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == [
        (1, f"more than {MAX_DEPTH} brackets or indents stand inside one another")
    ]


def test_a_line_of_opening_brackets_does_not_hang():
    assert faults("[" * 100_000)
    assert faults("{a: " * 100_000)


def test_number_of_values_ends_at_the_limit():
    values = MAX_NODES - 2  # the list's beginning and end count too
    assert tree("- a\n" * values) is not None
    assert faults("- a\n" * (values + 1)) == [(values + 2, f"the file holds more than {MAX_NODES:,} values")]


def test_length_of_a_value_ends_at_the_limit():
    assert tree(f"a: {'x' * MAX_TEXT}\n") is not None
    assert faults(f"a: {'x' * (MAX_TEXT + 1)}\n") == [
        (1, "this value has 64,001 characters, at most 64,000 are allowed")
    ]


def test_set_of_all_its_fields_is_read_and_one_more_is_told():
    node = tree("".join(f"a{n}: b\n" for n in range(limits.MAX_YAML_FIELDS)))
    assert isinstance(node, Mapping)
    assert len(node.entries) == limits.MAX_YAML_FIELDS
    (told,) = faults("".join(f"a{n}: b\n" for n in range(20_000)))
    assert told == (limits.MAX_YAML_FIELDS + 1, "more than 1,000 fields stand in one set")


def test_twenty_thousand_equal_fields_are_told_up_to_the_limit():
    told = faults("a: b\n" * 20_000)
    assert len(told) == limits.MAX_PROBLEMS + 1
    assert told[-1] == (0, "this file has more than 1,000 faults, the others are not told")


# Front matter.


def split(text: str) -> tuple[nodes.Node | None, str, int, list[tuple[int, str]]]:
    problems = Problems("a.md")
    node, body, line = front_matter(text, problems)
    return node, body, line, [(problem.line, problem.what) for problem in problems.found]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_front_matter_is_parted_from_the_body(newline: str):
    text = newline.join(["---", "title: A", "---", "", "Words.", "", "---", "", "More.", ""])
    node, body, line, found = split(text)
    assert found == []
    assert node == Mapping(((Text("title", 2), Text("A", 2)),), 2, 0)
    assert body == "Words.\n\n---\n\nMore."
    assert line == 5


def test_lines_of_front_matter_are_those_of_the_file():
    assert split("---\na: 1\na: 2\n---\n")[3] == [(3, '"a" stands here a second time, first on line 2')]
    assert split("---\na: 1\n\tb: 2\n---\n")[3] == [(3, "a tab stands where spaces are needed")]


def test_blanks_after_the_three_hyphens_do_no_harm():
    assert split("--- \na: 1\n---  \nWords.\n")[1:] == ("Words.", 4, [])


@pytest.mark.parametrize(
    "text", ["", "\n", "# Title\n", " ---\na: 1\n---\n", "----\na: 1\n---\n", "\n---\na: 1\n---\n"]
)
def test_file_that_does_not_begin_with_three_hyphens_has_no_front_matter(text: str):
    assert split(text)[3] == [(1, "no front matter found")]


@pytest.mark.parametrize("text", ["---", "---\na: 1\n", "---\na: 1\n ---\n", "---\na: 1\n----\n"])
def test_front_matter_without_end_is_told(text: str):
    assert split(text)[3] == [(1, "the front matter has no end")]
