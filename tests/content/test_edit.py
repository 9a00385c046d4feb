"""Ids are written into records, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinback.content.awards import award_entries
from pinback.content.edit import with_ids, write_ids
from pinback.content.nodes import Items, Mapping, Node, Problems, Text, decode, parse
from pinback.errors import ContentError

IDS = [f"{'abcdefghijklmnop'[number] * 14}{number // 6 + 2}{number % 6 + 2}" for number in range(16)]


def lines_of(text: str) -> list[int]:
    problems = Problems("a.yaml")
    lines = [line for _, line, _ in award_entries(parse(text, problems), problems)]
    assert problems.found == []
    return lines


def edited(text: str) -> str:
    """Write an id into every award of *text*."""
    return with_ids(text, dict(zip(lines_of(text), IDS, strict=False)), "a.yaml")


def ids_in(text: str) -> list[str]:
    problems = Problems("a.yaml")
    found = [own.get("id") for _, _, own in award_entries(parse(text, problems), problems)]
    return [node.value if isinstance(node, Text) else "" for node in found]


def said(node: Node | None) -> object:
    """Return what a tree says, without lines and without ids."""
    if isinstance(node, Mapping):
        return [(key.value, said(value)) for key, value in node.entries if key.value != "id"]
    if isinstance(node, Items):
        return [said(value) for value in node.values]
    return node.value if node else None


A, B, C = IDS[:3]
LINE = "# yaml-language-server: $schema=../../../.schemas/award.json\n"
"""By which editors find the schema of a record."""
EDITS = {
    "one award below the editor's line": (f"{LINE}issued_on: 2026-05-17\n", f"{LINE}id: {A}\nissued_on: 2026-05-17\n"),
    "batch below the editor's line": (
        f"{LINE}issued_on: 2026-05-17\nawards:\n  - handle: a\n  - handle: b\n",
        f"{LINE}issued_on: 2026-05-17\nawards:\n  - id: {A}\n    handle: a\n  - id: {B}\n    handle: b\n",
    ),
    "one award": ("issued_on: 2026-05-17\nhandle: otter-7\n", f"id: {A}\nissued_on: 2026-05-17\nhandle: otter-7\n"),
    "comments before and behind": (
        "# Spring course\n\nhandle: otter-7   # ask her\n# end\n",
        f"# Spring course\n\nid: {A}\nhandle: otter-7   # ask her\n# end\n",
    ),
    "batch": (
        "issued_on: 2026-05-17\nawards:\n  - handle: a   # first\n  - handle: b\n    role: Cox\nterm: Spring\n",
        f"issued_on: 2026-05-17\nawards:\n  - id: {A}\n    handle: a   # first\n  - id: {B}\n    handle: b\n    role: Cox\nterm: Spring\n",
    ),
    "hyphen alone on its line": (
        "awards:\n  -\n    # first\n    handle: a\n  -\n\n    handle: b\n",
        f"awards:\n  -\n    # first\n    id: {A}\n    handle: a\n  -\n\n    id: {B}\n    handle: b\n",
    ),
    "list at the margin and wide hyphens": (
        "awards:\n- handle: a\n-   handle: b\n    \n",
        f"awards:\n- id: {A}\n  handle: a\n-   id: {B}\n    handle: b\n    \n",
    ),
    "windows line ends": (
        "# x\r\nawards:\r\n  - handle: a\r\n    role: Cox\r\n",
        f"# x\r\nawards:\r\n  - id: {A}\r\n    handle: a\r\n    role: Cox\r\n",
    ),
    "no line end at the end": ("handle: a", f"id: {A}\nhandle: a"),
    "quoted names": ("\"handle\": a\n'role': b\n", f"id: {A}\n\"handle\": a\n'role': b\n"),
    "emoji": (
        "# 🏅 𝄞 👩‍👩‍👧\nnarrative: '🛶 é e\u0301'\nawards:\n  - {handle: a, narrative: 🏅}\n  - narrative: 🏅 🏅\n",
        f"# 🏅 𝄞 👩‍👩‍👧\nnarrative: '🛶 é e\u0301'\nawards:\n  - {{id: {A}, handle: a, narrative: 🏅}}\n  - id: {B}\n    narrative: 🏅 🏅\n",
    ),
    "line separator": ("narrative: 'a\u2028b\x85c'\nhandle: a\n", f"id: {A}\nnarrative: 'a\u2028b\x85c'\nhandle: a\n"),
    "flow style": ("{handle: a, role: Cox}\n", f"{{id: {A}, handle: a, role: Cox}}\n"),
    "flow style over lines": (
        "awards: [\n  {handle: a},  # one\n  { handle: b,\n    role: Cox },\n]\n",
        f"awards: [\n  {{id: {A}, handle: a}},  # one\n  {{ id: {B}, handle: b,\n    role: Cox }},\n]\n",
    ),
    "document marks": ("---\nhandle: a\n...\n", f"---\nid: {A}\nhandle: a\n...\n"),
    "block texts": (
        "narrative: |\n  id:\n  - id: x\nawards:\n  - handle: a\n    narrative: >-\n      id: none\n",
        f"narrative: |\n  id:\n  - id: x\nawards:\n  - id: {A}\n    handle: a\n    narrative: >-\n      id: none\n",
    ),
    "empty id": ("handle: a\nid:\nrole: Cox\n", f"handle: a\nid: {A}\nrole: Cox\n"),
    "empty id at the end": ("handle: a\nid:", f"handle: a\nid: {A}"),
    "empty id with blanks": ("id:   \nhandle: a\n", f"id: {A}\nhandle: a\n"),
    "empty id with windows line ends": ("handle: a\r\nid: \r\nrole: b\r\n", f"handle: a\r\nid: {A}\r\nrole: b\r\n"),
    "empty id with old mac line ends": ("handle: a\rid:\rrole: b\r", f"handle: a\rid: {A}\rrole: b\r"),
    "empty id in quotes": ('id: ""\nhandle: a\n', f"id: {A}\nhandle: a\n"),
    "empty id in single quotes with a comment": ("id: ''   # later\nhandle: a\n", f"id: {A}   # later\nhandle: a\n"),
    "empty id with a comment": ("id:  # written by seal\nhandle: a\n", f"id: {A}  # written by seal\nhandle: a\n"),
    "empty id under a quoted name": ('"id": ""\nhandle: a\n', f'"id": {A}\nhandle: a\n'),
    "empty id with a blank before the colon": ("id : \nhandle: a\n", f"id : {A}\nhandle: a\n"),
    "empty id in flow style": ("{handle: a, id: , role: b}\n", f"{{handle: a, id: {A}, role: b}}\n"),
    "empty id last in flow style": ("{handle: a, id: ''}\n", f"{{handle: a, id: {A}}}\n"),
    "empty id behind other ids": (
        "{narrative: 'my id: x', role: 'id:', id: ''}\n",
        f"{{narrative: 'my id: x', role: 'id:', id: {A}}}\n",
    ),
    "empty id after a line separator": ("narrative: 'a\x85\x85b'\nid:\n", f"narrative: 'a\x85\x85b'\nid: {A}\n"),
    "some of each": (
        "awards:\n  - handle: a\n    id:\n  - id: ''\n    handle: b\n  - handle: c\n",
        f"awards:\n  - handle: a\n    id: {A}\n  - id: {B}\n    handle: b\n  - id: {C}\n    handle: c\n",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_id_is_written_and_every_other_character_stays(name: str):
    before, after = EDITS[name]
    assert edited(before) == after


@pytest.mark.parametrize("name", EDITS)
def test_record_says_the_same_after_the_ids_are_written(name: str):
    before, after = EDITS[name]
    assert said(parse(after, Problems("a.yaml"))) == said(parse(before, Problems("a.yaml")))
    assert ids_in(after) == IDS[: len(lines_of(before))]


@pytest.mark.parametrize("name", EDITS)
def test_award_keeps_its_line_or_begins_where_its_id_was_put(name: str):
    before, after = EDITS[name]
    shifts = [new - old for old, new in zip(lines_of(before), lines_of(after), strict=True)]
    assert all(0 <= shift <= len(lines_of(before)) for shift in shifts)


@pytest.mark.parametrize("name", EDITS)
def test_second_run_has_nothing_to_write(name: str):
    after = EDITS[name][1]
    assert with_ids(after, {}, "a.yaml") == after


def test_only_the_awards_that_are_named_get_an_id():
    text = "awards:\n  - handle: a\n  - handle: b\n  - handle: c\n"
    assert with_ids(text, {3: B}, "a.yaml") == f"awards:\n  - handle: a\n  - id: {B}\n    handle: b\n  - handle: c\n"


REFUSED = {
    "two awards on one line": ("awards: [{handle: a}, {handle: b}]\n", {1: A}),
    "award that has an id already": (f"id: {B}\nhandle: a\n", {1: A}),
    "award that is not there": ("handle: a\n", {7: A}),
    "explicit key": ("? handle\n: a\n", {1: A}),
    "empty block text for an id": ("id: |\nhandle: a\n", {1: A}),
    "id without a colon": ("{id, handle: a}\n", {1: A}),
    "text that cannot be read": ("handle: a: b\n", {1: A}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_cannot_be_edited_safely_is_left_alone(name: str):
    text, ids = REFUSED[name]
    with pytest.raises(ContentError, match="the award ids cannot be written into this file; write each award on lines"):
        with_ids(text, ids, "a.yaml")


def test_cure_for_brackets_helps():
    with pytest.raises(ContentError):
        edited("awards: [{handle: a}, {handle: b}]\n")
    assert ids_in(edited("awards:\n  - handle: a\n  - handle: b\n")) == [A, B]


def test_a_thousand_awards_get_their_ids_and_a_thousand_lines_more():
    text = "issued_on: 2026-05-17\nawards:\n" + "".join(f"  - handle: otter-{n}  # {n}\n" for n in range(1000))
    ids = {line: f"{line:016}".translate(str.maketrans("0123456789", "abcdefghij")) for line in lines_of(text)}
    after = with_ids(text, ids, "a.yaml")
    assert ids_in(after) == list(ids.values())
    assert len(after.splitlines()) == 2002
    without = after.replace("    handle:", "  - handle:")
    assert "".join(line for line in without.splitlines(keepends=True) if "id: " not in line) == text


def test_files_are_written_whole_with_their_byte_order_mark(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfhandle: a\r\n")
    (tmp_path / "b.yaml").write_bytes("awards:\n  - handle: Zoë\n  - handle: c\n".encode())
    (tmp_path / "c.yaml").write_bytes(b"handle: c\n")
    write_ids(tmp_path, {("a.yaml", 1): A, ("b.yaml", 2): B, ("b.yaml", 3): C})
    assert (tmp_path / "a.yaml").read_bytes() == b"\xef\xbb\xbf" + f"id: {A}\r\nhandle: a\r\n".encode()
    assert (tmp_path / "b.yaml").read_text("utf-8") == (
        f"awards:\n  - id: {B}\n    handle: Zoë\n  - id: {C}\n    handle: c\n"
    )
    assert (tmp_path / "c.yaml").read_bytes() == b"handle: c\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml", "c.yaml"]


def test_text_after_the_byte_order_mark_is_what_is_edited(tmp_path: Path):
    text = decode(b"\xef\xbb\xbfhandle: a\n", Problems("a.yaml"))
    assert text is not None
    assert edited(text) == f"id: {A}\nhandle: a\n"
