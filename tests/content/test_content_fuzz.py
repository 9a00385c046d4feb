"""Whatever stands in a file, reading ends with a club or with problems that name a file: never with a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinback.content import nodes
from pinback.content.awards import award_entries
from pinback.content.edit import with_ids
from pinback.content.nodes import Items, Mapping, Node, Problems, Text, decode, front_matter, parse
from pinback.content.read import read_club
from pinback.errors import ContentError

BASE = Path(__file__).resolve().parent.parent / "clubs_invalid" / "_base"
FILES = sorted(str(path.relative_to(BASE)) for path in BASE.rglob("*") if path.suffix in (".yaml", ".md"))
bounded = settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

PIECES = [
    *"abz019 :-#,[]{}&*!|>%@`'\"\\?~=<.\t\n\r\x00\x07\x85\u2028\u202e\ufeff\ufffe🏅é\u0301",
    "\n", "\n", "\n  ", "\n  - ", ": ", "---\n", "...\n", "\r\n", "<<: ", "*a ", "&a ", "!!str ", "!x ", "%YAML 1.1\n",
    "issued_on: 2026-05-17\n", "handle: otter-7\n", "awards:\n  - ", "id:\n", "id: ''\n", "{a: b}", "[a, b]", "|\n  ",
    '"\\u0000"', '"\\ud800"', "evidence: ", "results: [{result: speed, value: 9}]\n", "public: true\n", "name: {en: x}\n",
]  # fmt: skip
"""What YAML and our records are made of."""
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
changes = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.one_of(st.sampled_from(PIECES), st.text(max_size=5))),
    min_size=1,
    max_size=4,
)


def mutated(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Return *text* with some places overwritten."""
    for place, length, piece in edits:
        start = place % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    return text


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both parsers that PyYAML has."""
    if not hasattr(yaml, request.param):
        pytest.skip("this PyYAML was built without its C parser")
    monkeypatch.setattr(nodes, "_PARSER", getattr(yaml, request.param))
    yield request.param


def everything(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from everything(value)
    elif isinstance(node, Items):
        for value in node.values:
            yield from everything(value)


@bounded
@given(text=texts)
def test_any_text_becomes_a_tree_or_problems_on_its_own_lines(parser: str, text: str):
    problems = Problems("a.yaml")
    clean = decode(text.encode("utf-8", "surrogatepass"), problems)
    last = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    node = None if clean is None else parse(clean, problems)
    assert node is None or not problems.found
    assert all(problem.file == "a.yaml" and 0 <= problem.line <= last for problem in problems.found)
    assert all(problem.what and problem.cure for problem in problems.found)
    for found in everything(node) if node else ():
        assert 1 <= found.line <= last
        if isinstance(found, Mapping) and found.entries and clean is not None:
            assert found.index == found.entries[0][0].index
            begins = found.entries[0][0].value.split()[:1]
            assert clean[found.index :].startswith(("'", '"', *begins))


@bounded
@given(text=texts)
def test_both_parsers_read_the_same(text: str):
    """A record must say the same on a computer without the C parser; ``test_mistakes`` compares the words."""
    if not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML was built without its C parser")
    clean = decode(text.encode("utf-8", "surrogatepass"), Problems("a.yaml"))
    if clean is None:
        return
    read = []
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nodes, "_PARSER", loader)
            read.append(parse(clean, Problems("a.yaml")))
    fast, slow = read
    if fast is not None and slow is not None:
        assert fast == slow


@bounded
@given(text=texts, before=st.sampled_from(["", "---\n", "---\ntitle: A\n---\n"]))
def test_any_text_is_parted_into_fields_and_body(text: str, before: str):
    problems = Problems("a.md")
    clean = decode((before + text).encode("utf-8", "surrogatepass"), problems)
    if clean is None:
        assert problems.found
        return
    _, body, line = front_matter(clean, problems)
    assert body in clean.replace("\r\n", "\n") or "\r" in clean
    assert 1 <= line <= clean.count("\n") + 2


@bounded
@given(edits=changes)
@pytest.mark.parametrize("file", FILES)
def test_change_of_one_file_gives_a_club_or_problems_with_files(
    file: str, tmp_path: Path, edits: list[tuple[int, int, str]]
):
    root = tmp_path / "club"
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    text = mutated((BASE / file).read_text("utf-8"), edits)
    (root / file).write_bytes(text.encode("utf-8", "surrogatepass"))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    try:
        club, warnings = read_club(root)
    except ContentError as error:
        assert any(not problem.warning for problem in error.problems)
        for problem in error.problems:
            assert problem.file.startswith(("site_src/", "issuers/", "badges/"))
            assert problem.line >= 0
            assert str(problem).isprintable()
    else:
        assert warnings == ()
        for award in club.awards:
            assert all(isinstance(value, (str, list, dict)) for value in award.typed.values())
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


@bounded
@given(edits=changes)
def test_file_of_any_bytes_gives_a_club_or_problems(tmp_path: Path, edits: list[tuple[int, int, str]]):
    root = tmp_path / "club"
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    data = mutated((BASE / FILES[0]).read_text("utf-8"), edits).encode("utf-16", "surrogatepass")
    (root / FILES[0]).write_bytes(data[: sum(place for place, _, _ in edits) % (len(data) + 1)])
    try:
        read_club(root)
    except ContentError as error:
        assert all(problem.file for problem in error.problems)


RECORDS = [
    "issued_on: 2026-05-17\nhandle: otter-7   # 🏅\n",
    "# x\r\nissued_on: 2026-05-17\r\nid:\r\nawards: \r\n  - handle: a\r\n    id: ''  # c\r\n  - {handle: b, id: }\r\n",
    "awards:\n  -\n    # one\n    handle: a\n    narrative: |\n      id:\n  - {role: 'é\u2028', handle: b}\n  - 'id': \"\"\n    role: x\n",
]


@bounded
@given(record=st.sampled_from(RECORDS), edits=changes)
def test_ids_are_written_right_or_not_at_all(record: str, edits: list[tuple[int, int, str]]):
    problems = Problems("a.yaml")
    text = decode(mutated(record, edits).encode("utf-8", "surrogatepass"), problems)
    tree = None if text is None else parse(text, problems)
    entries = list(award_entries(tree, problems))
    if text is None or problems.found:
        return
    ids = {
        line: "abcdefgh234567ab"
        for _, line, own in entries
        if not isinstance(own.get("id"), Text) or not own.get("id").value.strip()
    }  # type: ignore[union-attr]
    try:
        after = with_ids(text, ids, "a.yaml")
    except ContentError:
        return
    again = list(award_entries(parse(after, problems), problems))
    assert problems.found == []
    assert len(again) == len(entries)
    for (_, line, own), (_, _, now) in zip(entries, again, strict=True):
        expected = Text("abcdefgh234567ab", 0) if line in ids else own.get("id")
        written = now.get("id")
        assert isinstance(written, Text)
        assert isinstance(expected, Text)
        assert written.value == expected.value
        kept = [(key.value, value.value) for key, value in own.entries if key.value != "id" and isinstance(value, Text)]
        assert [
            (key.value, value.value) for key, value in now.entries if key.value != "id" and isinstance(value, Text)
        ] == kept
