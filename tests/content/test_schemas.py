"""The schemas for editors say what ``check`` says, as far as a schema can; where they cannot, the reason has a name here."""

from __future__ import annotations

import contextlib
import json
import math
import re
import shutil
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml_types
from conftest import ROOT
from every_page import MICRO_CREDENTIAL
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pinback import scaffold
from pinback.content import fields, schema_kinds
from pinback.content.designs import DesignColour, IconName
from pinback.content.fields import Table
from pinback.content.kinds import (
    Colour,
    Day,
    Duration,
    Either,
    Flag,
    Kind,
    Line,
    ListOf,
    Local,
    Number,
    OneOf,
    Pattern,
    Prose,
    Web,
    is_empty,
)
from pinback.content.nodes import BLANK, Problems, Text, front_matter, parse
from pinback.content.schemas import editor_line, schema_files

CLUBS = ROOT / "tests" / "clubs_invalid"
SCHEMAS = {
    name.removeprefix(".schemas/").removesuffix(".json"): json.loads(data) for name, data in schema_files().items()
}


def kind_of_file(path: str) -> str:
    """Return which schema belongs to a file of a club, or ""."""
    if path == "site_src/site.yaml":
        return "site"
    for name, pattern in {
        "issuer": "issuers/[^/]+/issuer.yaml",
        "group": "issuers/[^/]+/groups/[^/]+.yaml",
        "badge": "badges/[^/]+/badge.md",
        "award": "badges/[^/]+/awards/[^/]+.ya?ml",
        "person": "site_src/people/[^/]+.md",
        "page": "site_src/[^/]+.md",
    }.items():
        if re.fullmatch(pattern, path):
            return name
    return ""


def read(text: str, name: str) -> object:
    """Return what an editor reads in a file; a file that is no YAML at all is not asked about."""
    problems = Problems("")
    if name in ("badge", "person", "page"):
        # The reader counts signs from the beginning of the fields.
        source, (tree, _, _) = text.partition("\n")[2], front_matter(text, problems)
    else:
        source, tree = text, parse(text, problems)
    return None if problems.found else yaml_types.value(tree, source)


def faults(name: str, value: object) -> list[str]:
    return [error.message for error in Draft7Validator(SCHEMAS[name]).iter_errors(value)]


def files(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield path, schema and text of every file of a club that has one and is UTF-8."""
    for path in sorted(path for folder in ("site_src", "issuers", "badges") for path in (root / folder).rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and (kind := kind_of_file(name)):
            with contextlib.suppress(UnicodeDecodeError):
                yield name, kind, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_one_of_the_draft_that_editors_read(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("root", [ROOT, CLUBS / "_base"], ids=["example", "base"])
def test_every_record_of_a_sound_club_passes(root: Path) -> None:
    asked = 0
    for file, name, text in files(root):
        if name == "page" and not text.startswith("---"):
            continue
        assert faults(name, read(text, name)) == [], file
        asked += 1
    assert asked >= 5


UNSEEN_BY_REASON = {
    "it lies between files, or between awards": """
        award-in-unwritten-language award-twice child-named-elsewhere did-elsewhere did-where-the-site-has-a-page duplicate-award-id
        erased-and-still-there erased-twice group-endorsed-twice group-never-signed-and-ended group-that-is-the-issuer
        member-of-itself mistyped-person named-twice parent-is-itself renews-unknown-award
        result-not-a-number result-of-badge-without-results result-out-of-range salt-twice
        superseded-by-disagrees superseded-by-of-another-correction superseded-by-one-for-two
        superseded-by-unknown-award superseded-twice supersedes-award-of-another-issuer
        supersedes-erased-award supersedes-in-a-ring supersedes-itself supersedes-mistyped-award
        supersedes-unknown-award two-issuers-one-did unknown-issuer unknown-parent unknown-result
    """,
    "it lies in names of files and folders": """
        bad-slug badge-in-wrong-folder group-with-bad-name design-beside-picture elsewhere-not-saved missing-picture page-in-first-language
        page-in-unknown-language page-named-as-language page-translates-nothing reserved-name
    """,
    "it lies between two fields or entries": """
        design-and-picture elsewhere-named-twice evidence-twice group-ended-before-it-began language-map-without-language link-without-id link-without-named
        micro-credential-level-none-and-cycle micro-credential-not-in-language-of-badge
        micro-credential-with-credits-twice minor-full-name minor-with-email minor-with-signed-name
        minor-without-consent name-without-public public-without-name result-described-twice
        result-without-value revoked-before-issued shared-field-does-not-fit-one signed-name-in-secret
        supersedes-beside-renews suspended-before-issued suspended-beside-revoked
        valid-for-shared-and-valid-until valid-until-and-valid-for valid-until-before-issued
    """,
    "it lies in Markdown": """
        how-we-award-with-bad-link link-in-criteria link-in-holders-words link-to-nothing narrative-with-bad-link no-criteria
    """,
    "the address or folder of a site is made from it, for which more rules hold": """
        base-url-with-capitals base-url-with-query language-that-windows-keeps
    """,
    "how a design looks is worked out": """
        design-in-polish-without-alt design-of-nothing design-without-room design-too-long design-with-letters-of-no-font
        design-with-unreadable-colour
    """,
    "it lies in how the YAML is written": """
        awards-on-one-line colour-as-remark plain-address
    """,
}
UNSEEN = {mistake: reason for reason, mistakes in UNSEEN_BY_REASON.items() for mistake in mistakes.split()}
"""Mistakes in fields that no schema can see, each with its reason."""


def seen(mistake: str) -> bool | None:
    """Tell whether a schema refuses a file of which the mistake is told; None where there is no such file to be read."""
    told = {line.partition(":")[0] for line in (CLUBS / mistake / "expected.txt").read_text("utf-8").splitlines()}
    read_files = [(name, read(text, name)) for file, name, text in files(CLUBS / mistake) if file in told]
    asked = [bool(faults(name, value)) for name, value in read_files if value is not None]
    return any(asked) if asked else None


@pytest.mark.parametrize("mistake", sorted(path.name for path in CLUBS.iterdir() if path.name != "_base"))
def test_every_mistake_that_a_schema_can_see_is_refused(mistake: str) -> None:
    assert seen(mistake) in ((False, None) if mistake in UNSEEN else (True, None)), UNSEEN.get(mistake, "")


def test_every_mistake_that_is_excepted_is_one() -> None:
    assert set(UNSEEN) <= {path.name for path in CLUBS.iterdir()}
    assert all(seen(mistake) is False for mistake in UNSEEN)


# One value of each kind: the kind accepts what the schema accepts.


def kinds_in(table: Table) -> Iterator[Kind]:
    for field in table.fields:
        yield from parts(field.kind)


def parts(kind: Kind) -> Iterator[Kind]:
    """Yield the kinds of single values that a kind is made of."""
    if isinstance(kind, Table):
        yield from kinds_in(kind)
    elif isinstance(kind, (ListOf, Local)):
        yield from parts(kind.kind)
    elif isinstance(kind, Either):
        yield from parts(kind.short)
        yield from parts(kind.long)
    else:
        yield kind


KINDS = list(dict.fromkeys(kind for table in fields.TABLES.values() for kind in kinds_in(table)))

LINES = {
    Line: ["", "two\nlines", "one line\n", "a\u2028b", "x" * 301, "42", "true", "-1"],
    Prose: ["two\nlines", "x" * 20_001, "0123"],
    Web: [
        *(
            "https://a.bc",
            "https://a.bc:443/x",
            "https://a.bc:0/",
            "https://a.bc:65536/",
            "https://a.bc:/",
            "http://a.bc",
        ),
        *(
            "https://A.bC/%zz",
            "https://a.bc/%41?x=[1]#y",
            "https://u@a.bc/",
            "https://a.bc?x@y",
            "https://a.b/",
            "https://a",
        ),
        *(
            "mailto:a@b.cd",
            "https://-a.bc/",
            "https://a.bc\\x",
            "https://[::1]/",
            "https://a.bc/ü",
            "https://a.bc/" + "x" * 2000,
        ),
    ],
    Day: [
        "2026-05-17",
        "2026-02-29",
        "2024-02-29",
        "2026-02-30",
        "2026-13-01",
        "1899-12-31",
        "3000-01-01",
        "17.5.2026",
        "2026",
    ],
    Duration: [
        "2 years",
        "100 years",
        "101 years",
        "1 day",
        "36500 days",
        "36501 days",
        "5200 weeks",
        "1201 months",
        "2",
        "P2Y",
    ],
    Flag: ["true", "false", "yes", "no", "1", "True"],
    Colour: ["#0b5c8a", "0B5C8A", "123456", "1234567", "12", "#fff", "red", "12e456"],
    Number: ["0", "2.5", "2,5", "-1", "1000000000", "999999999.9999", "1.23456", "07", "1e3", ".5"],
    DesignColour: ["forest", "Forest", "#1d6847", "1D6847", "#808080", "red ish", "#fff", "123456"],
    IconName: ["tent", "Tent", "no-such-icon", "boat"],
    OneOf: ["Badge", "badge", "ext:Own", "ext:", "a4", "mistake", "Other"],
    Pattern: [
        *(
            "otter-7",
            "7",
            "007",
            "-7",
            "Otter",
            "a--b",
            "x" * 65,
            "en",
            "no",
            "zh-Hant-TW",
            "EN",
            "a@b.cd",
            "ü@b.cd",
            "a@b",
        ),
        *(
            "+441234567890",
            "441234567890",
            "GB",
            "NO",
            "gb",
            "badge.svg",
            "badge.gif",
            "first-aid.zip",
            "2222222222222222",
        ),
        *(
            "abcdefgh234567ab",
            "sha256$" + "0" * 64,
            "0" * 32,
            "did:web:club.example.org:x",
            "did:key:z6",
            "1e5",
            "true",
            "0x1f",
        ),
    ],
}
"""Values on both sides of each edge."""


def texts_of(kind: Kind) -> st.SearchStrategy[str]:
    near = [st.sampled_from(LINES[type(kind)]), st.text(st.sampled_from(string.printable), max_size=20)]
    if isinstance(kind, Pattern):
        near.append(st.from_regex(kind.regex, fullmatch=True))
    if isinstance(kind, OneOf):
        near.append(st.sampled_from(kind.words))
    return st.one_of(*near)


def accepted(kind: Kind, text: str) -> bool:
    problems = Problems("")
    return kind.read("field", Text(text, 1), problems) is not None and not problems.found


def excepted(kind: Kind, text: str, value: object) -> str:
    """Name the reason for which kind and schema may differ about *text*, which an editor takes for *value*; or ""."""
    if text.strip(BLANK) != text:
        return "blanks around a value in quotes do not count"
    if value is None:
        return "null is a word to Pinback and nothing to an editor"
    if isinstance(value, bool) and text not in ("true", "false"):
        return "true in capitals is true to an editor and a word to Pinback"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "an editor judges a number by its value, and Pinback by its digits"
    if isinstance(kind, DesignColour) and re.fullmatch("#?[0-9a-fA-F]{6}", text):
        return "whether words can be read on a colour is worked out"
    if isinstance(kind, (DesignColour, IconName)) and (text != text.casefold() or re.search(r"[\s_]", text)):
        return "names of a design may have capitals and blanks, and an editor offers the plain ones"
    if isinstance(kind, Day) and text.endswith("-02-29"):
        return "the 29th of February is a day of some years"
    return ""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{type(kind).__name__} {kind.example[:30]}")
@given(data=st.data())
def test_kind_accepts_what_its_schema_accepts(kind: Kind, data: st.DataObject) -> None:
    text = data.draw(texts_of(kind))
    if is_empty(Text(text, 1)):
        return
    schema = Draft7Validator(schema_kinds.schema_of(kind, required=data.draw(st.booleans())))
    for value in (text, yaml_types.scalar(text)):
        if not excepted(kind, text, value if not isinstance(value, float) or math.isfinite(value) else 0.5):
            assert schema.is_valid(value) == accepted(kind, text), (text, value)
        elif accepted(kind, text) and not isinstance(kind, (Colour, DesignColour, IconName)):
            # An exception never refuses in the editor what Pinback takes, but where blanks or null stand for themselves,
            # in colours that read as numbers (12e456), and in names of a design.
            assert schema.is_valid(value) or text.strip(BLANK) != text or value is None, (text, value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{type(kind).__name__} {kind.example[:30]}")
def test_example_of_each_kind_is_one(kind: Kind) -> None:
    said = kind.example.strip('"')
    if accepted(kind, said):
        assert Draft7Validator(schema_kinds.schema_of(kind, required=True)).is_valid(said)
    else:
        assert not said.isascii() or "seal draws" in said, said


def test_a_field_left_empty_counts_as_absent_and_a_needed_one_as_missing() -> None:
    record = {"issued_on": "2026-05-17", "handle": None, "evidence": None, "email": None, "minor": None, "role": ""}
    assert faults("award", record) == []
    assert faults("award", {**record, "issued_on": None})
    assert faults("award", {"handle": "otter-7"})
    assert faults("page", {"title": None})


def test_award_alone_batch_and_erased_award_are_told_apart() -> None:
    assert (
        faults(
            "award", {"issued_on": "2026-05-17", "awards": [{"handle": "otter-7"}, {"id": "a" * 16, "erased": True}]}
        )
        == []
    )
    assert faults("award", {"awards": [{"handle": "otter-7", "issued_on": "2026-05-17"}]}) == []
    assert faults("award", {"awards": [{"handle": "otter-7"}]})
    assert faults("award", {"issued_on": "2026-05-17", "handle": "otter-7", "awards": [{"role": "Cox"}]})
    assert faults("award", {"issued_on": "2026-05-17", "awards": []})
    assert faults("award", {"id": "a" * 16, "erased": True, "handle": "otter-7"})
    assert faults("award", {"erased": True})
    assert faults("award", {"id": "a" * 16, "erased": True}) == []


def test_micro_credential_goes_with_its_type() -> None:
    badge = {"name": "Coach", "description": "Coaches."}
    micro = read(f"---\n{MICRO_CREDENTIAL}---\n", "badge")
    assert isinstance(micro, dict)
    assert faults("badge", {**badge, "type": "MicroCredential", **micro}) == []
    assert faults("badge", {**badge, "type": "MicroCredential"})
    assert faults("badge", {**badge, "type": "Course", **micro})
    assert faults("badge", {**badge, **micro})
    for names in (("learning_outcomes",), ("hours", "ects"), ("level", "cycle"), ("assessment",), ("participation",)):
        some = {name: value for name, value in micro["micro_credential"].items() if name not in names}
        assert faults("badge", {**badge, "type": "MicroCredential", "micro_credential": some}), names


# The line by which editors find them, and the files.


def test_editor_line_leads_from_each_file_to_its_schema() -> None:
    for file, name in {
        "site_src/site.yaml": "site",
        "issuers/club/issuer.yaml": "issuer",
        "issuers/club/groups/rowers.yaml": "group",
        "badges/knots/awards/2026-05-17-otter-7.yaml": "award",
    }.items():
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)\n", editor_line(file))
        assert found
        assert (Path("/club", file).parent / found[1]).resolve() == Path(f"/club/.schemas/{name}.json")
    assert editor_line("badges/knots/badge.md") == editor_line("README.md") == ""


def test_every_yaml_file_that_a_new_club_has_begins_with_its_line(tmp_path: Path) -> None:
    answers = scaffold.Answers("Chess", "https://c.example.org/b/", "https://c.example.org/", "a@c.example.org")
    scaffold.init(tmp_path / "club", answers)
    for path in (tmp_path / "club").rglob("*.yaml"):
        file = path.relative_to(tmp_path / "club").as_posix()
        assert path.read_text(encoding="utf-8").startswith(editor_line(file))
        assert editor_line(file)
    for file, data in schema_files().items():
        assert (tmp_path / "club" / file).read_bytes() == data


def test_schemas_are_written_again_where_they_differ(tmp_path: Path) -> None:
    root = tmp_path / "club"
    shutil.copytree(CLUBS / "_base", root)
    assert scaffold.write_schemas(root) == list(schema_files())
    assert scaffold.write_schemas(root) == []
    (root / ".schemas/page.json").write_text("{}", encoding="utf-8")
    assert scaffold.write_schemas(root) == [".schemas/page.json"]
