"""One field or one award is written or taken out, and every other character stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pinback.content import nodes
from pinback.content.awards import award_entries
from pinback.content.edit import rewrite, with_field, with_value, without_award, without_field
from pinback.content.nodes import Mapping, Node, Problems, Text, parse
from pinback.errors import ContentError

A, B, C = "abcdefgh234567ab", "bcdefghi234567bc", "cdefghij234567cd"
SUSPENDED = "{on: 2026-06-01}"


def awards_in(text: str) -> list[Mapping]:
    problems = Problems("a.yaml")
    found = [own for _, _, own in award_entries(parse(text, problems), problems)]
    assert problems.found == []
    return found


def said(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {key.value: said(value) for key, value in node.entries}
    return node.value if isinstance(node, Text) else [said(value) for value in node.values] if node else None


PUT_IN = {
    "one award": (f"id: {A}\nhandle: a\n", f"id: {A}\nsuspended: {SUSPENDED}\nhandle: a\n"),
    "comment behind the id": (
        f"id: {A}   # mine\nhandle: a\n",
        f"id: {A}   # mine\nsuspended: {SUSPENDED}\nhandle: a\n",
    ),
    "no line end": (f"handle: a\nid: {A}", f"handle: a\nid: {A}\nsuspended: {SUSPENDED}"),
    "windows line ends": (f"id: {A}\r\nhandle: a\r\n", f"id: {A}\r\nsuspended: {SUSPENDED}\r\nhandle: a\r\n"),
    "batch": (
        f"issued_on: 2026-05-17\nawards:\n  - handle: a\n    id: '{A}'\n  - id: {B}\n",
        f"issued_on: 2026-05-17\nawards:\n  - handle: a\n    id: '{A}'\n    suspended: {SUSPENDED}\n  - id: {B}\n",
    ),
    "brackets": (
        f"awards: [\n  {{id: {A}, handle: a}},  # one\n  {{id: {B}}}]\n",
        f"awards: [\n  {{id: {A}, suspended: {SUSPENDED}, handle: a}},  # one\n  {{id: {B}}}]\n",
    ),
    "field that an editor left empty": (
        f"id: {A}\nsuspended:\nhandle: a\n",
        f"id: {A}\nsuspended: {SUSPENDED}\nhandle: a\n",
    ),
    "empty set of fields from a form": (
        f"id: {A}\nhandle: a\nsuspended:\n  on: ''\n",
        f"id: {A}\nsuspended: {SUSPENDED}\nhandle: a\n",
    ),
    "id behind a block text": (
        f"narrative: |+\n  id: x\n\nid: {A}\n",
        f"narrative: |+\n  id: x\n\nid: {A}\nsuspended: {SUSPENDED}\n",
    ),
}
TAKEN_OUT = {
    "between two": (f"id: {A}\nsuspended: {SUSPENDED}\nhandle: a\n", f"id: {A}\nhandle: a\n"),
    "first, with a comment of its own": (f"suspended: {SUSPENDED} # why\n# me\nid: {A}\n", f"# me\nid: {A}\n"),
    "last": (f"id: {A}\nsuspended: {SUSPENDED}\n", f"id: {A}\n"),
    "last without line end": (f"id: {A}\nsuspended: {SUSPENDED}", f"id: {A}"),
    "last without line end on windows": (f"id: {A}\r\nsuspended: {SUSPENDED}", f"id: {A}"),
    "over several lines": (
        f"id: {A}\nsuspended:\n  # since when\n  on: 2026-06-01   # a Monday\n# about the handle\nhandle: a\n",
        f"id: {A}\n# about the handle\nhandle: a\n",
    ),
    "block text": (f"id: {A}\nsuspended: |\n  x\n\n  # y\n\n# z\nhandle: a\n", f"id: {A}\n\n# z\nhandle: a\n"),
    "behind the hyphen": (
        f"awards:\n  - suspended: {SUSPENDED}\n    id: {A}\n  - id: {B}\n",
        f"awards:\n  - id: {A}\n  - id: {B}\n",
    ),
    "behind the hyphen with a comment below": (
        f"awards:\n  - suspended: {SUSPENDED}\n    # mine\n    id: {A}\n",
        f"awards:\n  -     # mine\n    id: {A}\n",
    ),
    "last of a batch entry": (
        f"awards:\n- id: {A}\n  suspended: {SUSPENDED}\n- id: {B}\n",
        f"awards:\n- id: {A}\n- id: {B}\n",
    ),
    "first in brackets": (f"{{suspended: {SUSPENDED}, id: {A}}}\n", f"{{id: {A}}}\n"),
    "last in brackets": (f"{{id: {A} , suspended: {SUSPENDED} }}\n", f"{{id: {A} }}\n"),
    "last in brackets with a comma behind": (f"{{id: {A}, suspended: {SUSPENDED},}}\n", f"{{id: {A},}}\n"),
    "list": (f"id: {A}\nsuspended:\n- a\n- b # c\nhandle: a\n", f"id: {A}\nhandle: a\n"),
    "empty": (f"id: {A}\nsuspended:   # later\nhandle: a\n", f"id: {A}\nhandle: a\n"),
}
GONE = {
    "first": (f"x: 1\nawards:\n  - id: {A}\n    handle: a\n  - id: {B}\n", f"x: 1\nawards:\n  - id: {B}\n"),
    "last": (f"awards:\n- id: {B}\n- id: {A}\n  role: |\n    x\n\nterm: y\n", f"awards:\n- id: {B}\n\nterm: y\n"),
    "with comments of its own": (
        f"awards:\n  # above\n  - id: {A} # hers\n    # inside\n    handle: a\n    # below\n  # between\n  - id: {B}\n",
        f"awards:\n  # above\n  # between\n  - id: {B}\n",
    ),
    "hyphen alone": (f"awards:\n  -\n    # first\n    id: {A}\n  -\n    id: {B}\n", f"awards:\n  -\n    id: {B}\n"),
    "windows line ends": (f"awards:\r\n- id: {A}\r\n- id: {B}\r\n", f"awards:\r\n- id: {B}\r\n"),
    "no line end": (f"awards:\n- id: {B}\n- id: {A}", f"awards:\n- id: {B}\n"),
    "brackets around one": (f"awards:\n- {{id: {A}, role: '- id'}}\n- id: {B}\n", f"awards:\n- id: {B}\n"),
    "brackets around all": (f"awards: [{{id: {A}}}, {{id: {B}}}]\n", f"awards: [{{id: {B}}}]\n"),
    "brackets around all, the last": (f"awards: [{{id: {B}}}, {{id: {A}}},]\n", f"awards: [{{id: {B}}},]\n"),
    "file of one": (f"id: {A}\nhandle: a\n", ""),
    "batch of one": (f"role: Cox\nawards:\n- id: {A}\n", ""),
}


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_PARSER", getattr(yaml, request.param))


@pytest.mark.parametrize("name", PUT_IN)
def test_field_is_put_in_behind_the_id(name: str, parser: None):
    before, after = PUT_IN[name]
    assert with_field(before, A, "suspended", SUSPENDED, "a.yaml") == after


@pytest.mark.parametrize("name", TAKEN_OUT)
def test_field_is_taken_out_with_all_its_lines(name: str, parser: None):
    before, after = TAKEN_OUT[name]
    assert without_field(before, A, "suspended", "a.yaml") == after


@pytest.mark.parametrize("name", GONE)
def test_award_is_taken_out(name: str, parser: None):
    before, after = (text.replace("x: 1\n", "role: x\n") for text in GONE[name])
    assert without_award(before, A, "a.yaml") == after


REFUSED = [
    (without_field, f"{{id: {A}, # mine\n suspended: x}}\n", "suspended"),
    (without_field, f"id: {A}\n? suspended\n: x\n", "suspended"),
    (without_field, f"id: {A}\n", "id"),
    (without_field, f"id: {A}\nhandle: a\n", "suspended"),
    (with_field, f"id: {A}\nsuspended: {SUSPENDED}\n", "suspended"),
    (with_field, f"? id\n: {A}\n? handle\n: a\n", "suspended"),
]


@pytest.mark.parametrize(("edit", "text", "field"), REFUSED)
def test_what_cannot_be_changed_safely_is_told_with_a_cure(edit: object, text: str, field: str):
    arguments = (text, A, field, SUSPENDED, "a.yaml") if edit is with_field else (text, A, field, "a.yaml")
    with pytest.raises(
        ContentError, match=f"the award {A} is written so that no tool can .* one field a line, without"
    ):
        edit(*arguments)  # type: ignore[operator]


def test_comment_between_brackets_stops_the_removal_of_an_award():
    with pytest.raises(ContentError, match="no tool can change it safely"):
        without_award(f"awards: [{{id: {A}}}, # hers\n {{id: {B}}}]\n", A, "a.yaml")


def test_award_that_stands_here_twice_or_not_is_told():
    for text in (f"id: {B}\n", f"awards:\n- id: {A}\n- id: {A}\n"):
        with pytest.raises(ContentError, match="does not stand here once"):
            without_award(text, A, "a.yaml")


def test_file_keeps_its_byte_order_mark_and_goes_when_it_is_empty(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + f"id: {A}\r\n".encode())
    rewrite(tmp_path, "a.yaml", lambda text: with_field(text, A, "role", "Cox", "a.yaml"))
    assert path.read_bytes() == b"\xef\xbb\xbf" + f"id: {A}\r\nrole: Cox\r\n".encode()
    rewrite(tmp_path, "a.yaml", lambda text: without_award(text, A, "a.yaml"))
    assert list(tmp_path.iterdir()) == []


# Records as they come.

COMMENTS = st.sampled_from(["", "", "   # hers", " #", "\t# 🏅 two: [words]"])
VALUES = st.sampled_from(
    [
        "plain",
        "'single: ''quoted'' # none'",
        '"double \\" {x"',
        "🏅 é e\u0301",
        "2026-05-01",
        "|\n{i}  id: x\n{i}  - role: y",
        ">-\n{i}  folded\n\n{i}  text",
        "|+\n{i}  kept\n",
        "{{url: 'https://x.example/', name: a}}",
        "[a, {{b: c}}]",
        "\n{i}  - a\n{i}  # in the list\n{i}  - b: c\n{i}    d: e",
        "\n{i}  on: 2026-06-01\n{i}  reason: mistake",
        "plain text\n{i}  over two lines",
        "",
    ]
)
NAMES = ("role", "narrative", "evidence", "term", "revoked", "handle")
LINES = st.sampled_from(["", "", "", "\n", "{i}# between\n", "{i}    # deeper\n", "# at the margin\n"])


@st.composite
def block_award(draw: st.DrawFn, award_id: str, indent: str, first: str) -> str:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    fields = [f"id: {award_id}", *(f"{name}: {draw(VALUES)}" for name in names)]
    fields = draw(st.permutations(fields))
    parts = []
    for number, field in enumerate(fields):
        several = "\n" in field
        parts.append(draw(LINES) if number else "")
        parts.append((first if number == 0 else "{i}") + field + ("" if several else draw(COMMENTS)) + "\n")
    return "".join(parts).replace("{{", "{").replace("}}", "}").replace("{i}", indent)


@st.composite
def record(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        text = draw(st.sampled_from(["", "# a course\n\n", "---\n"])) + draw(block_award(A, "", ""))
    else:
        margin = draw(st.sampled_from(["", "  "]))
        wide = draw(st.sampled_from(["- ", "-   ", f"-\n{margin}  "]))
        indent = margin + " " * (len(wide) if "\n" not in wide else 2)
        flow = st.sampled_from([f"{margin}- {{id: %s}}\n", f"{margin}- {{ role: 'a, b', id: \"%s\", term: x }} # c\n"])
        entries = []
        for award_id in draw(st.permutations([A, B, C]))[: draw(st.integers(1, 3))]:
            brackets = draw(st.integers(0, 4)) == 0
            entries.append(draw(flow) % award_id if brackets else draw(block_award(award_id, indent, margin + wide)))
            entries.append(draw(LINES).replace("{i}", margin))
        text = "issued_on: 2026-05-17 # all\nawards:\n" + "".join(entries) + draw(st.sampled_from(["", "badge: x\n"]))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text.rstrip("\r\n") if draw(st.booleans()) else text


def ids_of(text: str) -> list[str]:
    return [one["id"] for one in map(said, awards_in(text)) if isinstance(one, dict)]


def cut_from(before: str, after: str) -> bool:
    """Whether *after* is *before* without one stretch of it."""
    gone = len(before) - len(after)
    return gone >= 0 and any(before[:place] + before[place + gone :] == after for place in range(len(after) + 1))


@settings(max_examples=100, deadline=None)
@given(record(), st.data())
def test_field_put_in_and_taken_out_leaves_the_file_as_it_was(text: str, data: st.DataObject):
    award_id = data.draw(st.sampled_from(ids_of(text)))
    edited = with_field(text, award_id, "suspended", SUSPENDED, "a.yaml")
    assert cut_from(edited, text)
    own = {one["id"]: one for one in map(said, awards_in(edited)) if isinstance(one, dict)}
    assert own[award_id]["suspended"] == {"on": "2026-06-01"}
    assert without_field(edited, award_id, "suspended", "a.yaml") == text


@settings(max_examples=100, deadline=None)
@given(record(), st.data())
def test_field_that_goes_takes_nothing_along(text: str, data: st.DataObject):
    before = {one["id"]: one for one in map(said, awards_in(text)) if isinstance(one, dict)}
    award_id = data.draw(st.sampled_from(sorted(before)))
    names = sorted(set(before[award_id]) - {"id"})
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    try:
        edited = without_field(text, award_id, name, "a.yaml")
    except ContentError:
        assert "|+" in text  # the blank lines behind the field would become part of the text before it
        return
    assert cut_from(text, edited)
    del before[award_id][name]
    assert {one["id"]: one for one in map(said, awards_in(edited)) if isinstance(one, dict)} == before
    assert text.count("#") - edited.count("#") <= 3


@settings(max_examples=100, deadline=None)
@given(record(), st.data())
def test_award_that_goes_takes_no_other_along(text: str, data: st.DataObject):
    before = {one["id"]: one for one in map(said, awards_in(text)) if isinstance(one, dict)}
    award_id = data.draw(st.sampled_from(sorted(before)))
    try:
        edited = without_award(text, award_id, "a.yaml")
    except ContentError:
        assert "|+" in text
        return
    del before[award_id]
    if not before:
        assert edited == ""
        return
    assert cut_from(text, edited)
    assert award_id not in edited
    assert {one["id"]: one for one in map(said, awards_in(edited)) if isinstance(one, dict)} == before


# One value of a file of fields.


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("base_url: https://a.example/\ntitle: T\n", "base_url: https://b.example/\ntitle: T\n"),
        (
            "title: T\r\nbase_url:  'https://a.example/'  # ours\r\n",
            "title: T\r\nbase_url:  'https://b.example/'  # ours\r\n",
        ),
        ('"base_url": "https://a.example/"', '"base_url": "https://b.example/"'),
        ("{title: T, base_url: https://a.example/ }", "{title: T, base_url: https://b.example/ }"),
        (
            "# base_url: x\nbase_url:\n  https://a.example/\n\nt: base_url\n",
            "# base_url: x\nbase_url:\n  https://b.example/\n\nt: base_url\n",
        ),
    ],
)
def test_one_value_changes_and_every_other_sign_stays(before: str, after: str) -> None:
    assert with_value(before, "base_url", "https://b.example/", "site.yaml") == after


@pytest.mark.parametrize(
    "text", ["title: T\n", "base_url: [https://a.example/]\n", "- base_url\n", "base_url: {a: b}\n"]
)
def test_value_that_is_not_there_is_not_written(text: str) -> None:
    with pytest.raises(ContentError, match="the field base_url is written so that no tool can change it safely"):
        with_value(text, "base_url", "https://b.example/", "site.yaml")
