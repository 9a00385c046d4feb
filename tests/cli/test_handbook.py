"""The handbook and the other pages say what there is: commands, fields, addresses, links, pictures, words on pages."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from conftest import ROOT
from PIL import Image

from pinback import addresses, pipeline, scaffold, starting
from pinback.cli.main import pinback
from pinback.content.fields import TABLES, Table
from pinback.content.kinds import Either, ListOf
from pinback.content.nodes import Mapping, Problems, parse

sys.path.insert(0, str(ROOT / "tests" / "pages"))

import catalogues
from prose import Found, Prose, arguments

HANDBOOK = ROOT / "docs" / "handbook"
CHAPTERS = [Prose(path) for path in sorted(HANDBOOK.glob("*.md"))]
PAGES = [*(Prose(path) for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))), *CHAPTERS]
NO_STEPS = {"README.md", "never.md"}
"""Chapters that are read, not done."""
WORDS = {
    *("main", "deployed", "seal", "preview", "badges", "club"),  # names at the host, and of folders
    *("name", "badge", "issued_on", "handle", "link", "contact"),  # columns of the private list
    *("mistake", "replaced", "no-longer-met", "holders-wish"),  # reasons
    *("true", "false", "private", "public", "en", "pl"),
    "PINBACK_CODE",
    *("pinback", "python", "python3"),
}
"""What stands in code in the handbook and is a word by itself: no field, no file, no command, no address."""
HANDLE = re.compile(r"[a-z]+-\d+")
BATCH = {"awards"}
"""Keys of records that hold no value of an award."""
MOST_BYTES = 60_000
MOST_BYTES_TOGETHER = 1_000_000


def name_of(page: Prose) -> str:
    return page.path.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)
each_chapter = pytest.mark.parametrize("page", CHAPTERS, ids=name_of)


# Commands.


def named_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that the words name, and what stands behind its name."""
    command: click.Command = pinback
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            raise AssertionError(f'there is no command "{rest[0]}"')
        command = command.commands[rest.pop(0)]
    return command, rest


def options_of(command: click.Command) -> dict[str, click.Option]:
    """Return the options of a command by each of their spellings."""
    return {
        spelling: option
        for option in command.params
        if isinstance(option, click.Option)
        for spelling in (*option.opts, *option.secondary_opts)
    }


def refuse_wrong_words(command: click.Command, rest: list[str]) -> None:
    """Fail where an option is none of the command, a value none of its choices, or an argument one too many."""
    options = options_of(command)
    given = 0
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            given += 1
            continue
        if word in ("-h", "--help", "--version"):
            continue
        spelling, equals, value = word.partition("=")
        assert spelling in options, f"{command.name} has no option {spelling}"
        option = options[spelling]
        if option.is_flag:
            continue
        if not equals:
            # A sentence that speaks of an option may leave its value out.
            value = rest.pop(0) if rest else ""
        if value and isinstance(option.type, click.Choice):
            assert value in option.type.choices, f"{spelling} of {command.name} has no choice {value}"
    places = [argument.nargs for argument in command.params if isinstance(argument, click.Argument)]
    assert -1 in places or given <= sum(places), f"{command.name} takes {sum(places)} words, not {given}"


@each_page
def test_every_command_and_option_that_a_page_names_exists(page: Prose) -> None:
    faults = []
    for found in page.commands():
        try:
            refuse_wrong_words(*named_command(arguments(found.text)))
        except AssertionError as fault:
            faults.append(f"{found}: {fault}")
    assert not faults, "\n".join(faults)


def commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name)


@each_chapter
def test_options_that_stand_alone_are_options_of_some_command(page: Prose) -> None:
    known = {option for names in commands(pinback) for option in options_of(named_command(list(names))[0])}
    assert not [
        found
        for found in page.code()
        if found.text.startswith("--") and found.text.split()[0].split("=")[0] not in known
    ]


def test_every_command_is_explained_on_some_page_beside_its_help() -> None:
    typed = [arguments(found.text) for page in PAGES for found in page.commands()]
    missing = [
        " ".join(names) for names in commands(pinback) if not any(tuple(one[: len(names)]) == names for one in typed)
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("pinback awrd knots", 'there is no command "awrd"'),
        ("pinback key forget", 'there is no command "forget"'),
        ("pinback award knots --nmae Zoë", "award has no option --nmae"),
        ("pinback revoke ID --reason tired", "--reason of revoke has no choice tired"),
        ("pinback links otter-7 wren-2", "links takes 1 words, not 2"),
    ],
)
def test_a_command_that_does_not_exist_is_found(typed: str, fault: str) -> None:
    with pytest.raises(AssertionError) as found:
        refuse_wrong_words(*named_command(arguments(typed)))
    assert str(found.value).startswith(fault)


# Fields.


def tables(table: Table) -> Iterator[Table]:
    """Yield a table and those inside it."""
    yield table
    for field in table.fields:
        kind = field.kind
        while isinstance(kind, (ListOf, Either)):
            kind = kind.kind if isinstance(kind, ListOf) else kind.long
        if isinstance(kind, Table):
            yield from tables(kind)


FIELDS = {name for table in TABLES.values() for one in tables(table) for name in one.names}


@each_chapter
def test_every_field_that_a_chapter_names_exists(page: Prose) -> None:
    named = [(found, key) for found in page.code() for key in re.findall(r"^([a-z][a-z_-]*):(?: |$)", found.text)]
    assert not [str(found) for found, key in named if key not in FIELDS | BATCH]


@each_chapter
def test_code_in_a_sentence_is_something_that_there_is(page: Prose) -> None:
    """A single word in code is a field or one of few others; a misspelt one is found here."""
    words = [found for found in page.code() if re.fullmatch(r"[A-Za-z_][\w-]*", found.text)]
    known = FIELDS | BATCH | WORDS
    assert not [str(found) for found in words if found.text not in known and not HANDLE.fullmatch(found.text)]


def faults_of(text: str, table: Table) -> list[str]:
    """Return what is wrong with a piece of YAML by a table; required fields may stand elsewhere in the file."""
    problems = Problems("piece")
    tree = parse(text, problems)
    if not isinstance(tree, Mapping):
        return [str(problem) for problem in problems.found] or ["this is no set of fields"]
    listed = tree.get("awards") if table is TABLES["badges/<badge>/awards/*.yaml"] else None
    parts = [
        Mapping(tuple(entry for entry in tree.entries if entry[0].value not in BATCH), tree.line),
        *(one for one in getattr(listed, "values", ()) if isinstance(one, Mapping)),
    ]
    for part in parts:
        table.values(part, problems)
    return [str(problem) for problem in problems.found if '" is missing' not in str(problem)]


@each_page
def test_every_piece_of_yaml_is_read_without_a_fault(page: Prose) -> None:
    for block in page.blocks():
        if block.language == "yaml":
            text = block.text.replace("---\n", "")
            tried = {file: faults_of(text, table) for file, table in TABLES.items()}
            assert [] in tried.values(), f"{block.file}:{block.line}: {tried}"


def test_files_that_the_handbook_shows_make_a_club_without_a_fault(tmp_path: Path) -> None:
    """Messages send to these examples, so they are right together."""
    text = (HANDBOOK / "by-hand.md").read_text(encoding="utf-8")
    shown = re.findall(r"^### `([^`]+)`$.*?^```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(shown) == 4
    for name, content in shown:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    checked = pipeline.check(tmp_path)
    assert checked.warnings == ()
    assert [len(checked.club.badges), len(checked.club.awards)] == [1, 2]


# Addresses and links.

OWN_PAGES = {
    value.removesuffix(addresses.HOME)
    for value in vars(addresses).values()
    if isinstance(value, str) and value.endswith("/" + addresses.HOME)
}


@each_page
def test_every_page_of_a_site_that_is_named_exists(page: Prose) -> None:
    named = [found for found in page.code() if re.fullmatch(r"/[a-z][a-z/-]*/", found.text)]
    assert not [str(found) for found in named if found.text.lstrip("/") not in OWN_PAGES]


@pytest.mark.parametrize(
    "page", [*PAGES, *(Prose(path) for path in sorted((ROOT / "docs/decisions").glob("*.md")))], ids=name_of
)
def test_every_link_leads_to_a_file_and_a_heading_that_there_are(page: Prose) -> None:
    faults = []
    for found in page.links():
        path, _, anchor = found.text.partition("#")
        if ":" in path:
            continue
        target = (page.path.parent / path).resolve() if path else page.path
        if not target.exists() or (anchor and anchor not in Prose(target).anchors()):
            faults.append(str(found))
    assert faults == []


# Words on pages.


GAP = re.compile(r"%\(\w+\)[sd]")
FEWEST_SIGNS = 12
"""Signs that a sentence with a gap has around it, so that it does not fit everything."""


@pytest.fixture(scope="module")
def interface() -> list[re.Pattern[str]]:
    """Every English sentence of the pages; where it has a gap, any words stand there."""
    sentences: set[str] = set()
    for message in catalogues.messages():
        if message.id:
            sentences.update(message.id if isinstance(message.id, (list, tuple)) else (message.id,))
    return [
        re.compile(".+".join(re.escape(part) for part in GAP.split(one)))
        for one in sentences
        if not GAP.search(one) or len(GAP.sub("", one)) >= FEWEST_SIGNS
    ]


def not_on_a_page(page: Prose, interface: list[re.Pattern[str]]) -> list[Found]:
    return [found for found in page.bold() if not any(one.fullmatch(found.text) for one in interface)]


@each_chapter
def test_bold_words_stand_on_a_page_of_ours(page: Prose, interface: list[re.Pattern[str]]) -> None:
    missing = [str(found) for found in not_on_a_page(page, interface)]
    assert not missing, "\n".join(missing)


# Pictures.

PICTURES = sorted((HANDBOOK / "pictures").iterdir())
MAKER = ROOT / "tests/foreign/node/handbook_pictures.mjs"
SHORTEST_WORDS = 40
"""Signs of the words in place of a picture, at least: they say what stands in it."""
MOST_PIXELS = 1_000


@each_chapter
def test_every_picture_of_a_chapter_exists_and_is_said_in_words(page: Prose) -> None:
    for found, words in page.pictures():
        assert (page.path.parent / found.text).is_file(), found
        assert len(words) >= SHORTEST_WORDS, f"{found}: {words}"


def test_every_picture_is_shown_once_and_has_its_place_in_the_maker() -> None:
    shown = sorted(found.text for page in CHAPTERS for found, _ in page.pictures())
    made = re.findall(r"^  '([a-z-]+)': \{", MAKER.read_text(encoding="utf-8"), re.MULTILINE)
    assert shown == [f"pictures/{path.name}" for path in PICTURES]
    assert sorted(made) == [path.stem for path in PICTURES], "renew with: python tests/foreign/handbook_pictures.py"


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES}
    assert not {name: size for name, size in sizes.items() if size > MOST_BYTES}
    assert 0 < sum(sizes.values()) <= MOST_BYTES_TOGETHER
    for path in PICTURES:
        with Image.open(path) as picture:
            assert picture.format == "PNG" and picture.width <= MOST_PIXELS and picture.mode == "P", path.name


def test_picture_of_a_recovery_sheet_is_called_a_demonstration() -> None:
    text = (HANDBOOK / "first-badge.md").read_text(encoding="utf-8")
    _, _, behind = text.partition("pictures/recovery-sheet.png)")
    assert "demonstration" in behind[:80]


# Shape.


def test_contents_name_every_chapter() -> None:
    contents = {found.text for found in Prose(HANDBOOK / "README.md").links()}
    assert {page.path.name for page in CHAPTERS} - {"README.md"} <= contents


@each_chapter
def test_chapter_says_first_for_whom_it_is_and_what_comes_of_it(page: Prose) -> None:
    title, _, first = page.text.partition("\n\n")
    assert title.startswith("# ") and "\n" not in title
    first = first.partition("\n\n")[0]
    assert first.startswith("*For ") and first.endswith("*") and "At the end " in " ".join(first.split())


@pytest.mark.parametrize("page", [page for page in CHAPTERS if page.path.name not in NO_STEPS], ids=name_of)
def test_chapter_goes_step_by_step_and_ends_with_what_can_go_wrong(page: Prose) -> None:
    assert len(re.findall(r"^\d+\. ", page.text, re.MULTILINE)) >= 3
    assert re.findall(r"^## (.+)$", page.text, re.MULTILINE)[-1] == "If it goes wrong"


@each_chapter
def test_steps_are_counted_without_a_gap(page: Prose) -> None:
    """Below a new heading they begin again with 1 or go on."""
    at, heading = 0, True
    for line in page.text.splitlines():
        heading = heading or line.startswith("#")
        if found := re.match(r"(\d+)\. ", line):
            assert int(found[1]) in ((at + 1, 1) if heading else (at + 1,)), f"{page.file}: {line}"
            at, heading = int(found[1]), False


@each_chapter
def test_chapter_says_nothing_of_this_machine(page: Prose) -> None:
    assert not re.search(r"/tmp/|/home/|/work/|localhost|127\.0\.0\.1", page.text)


def test_readme_of_a_new_club_leads_to_the_handbook() -> None:
    assert "docs/handbook" in scaffold.README
    assert "docs/handbook" in starting.TEMPLATE_README


def test_a_word_that_is_mistyped_is_found(interface: list[re.Pattern[str]]) -> None:
    page = Prose(HANDBOOK / "sample.md", "Press **Dowload badge**, see **Download badge**.\n")
    assert not_on_a_page(page, interface) == [Found("docs/handbook/sample.md", 1, "Dowload badge")]
