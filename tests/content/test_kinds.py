"""Kinds of value: what each takes, keeps and refuses."""

from __future__ import annotations

from datetime import date

import pytest

from pinback.content import fields, kinds
from pinback.content.kinds import Day, Flag, Line, ListOf, Local, Number, OneOf, Prose, Web, is_empty
from pinback.content.nodes import Problems, Text, parse
from pinback.model import LocalText


def read(kind: kinds.Kind, written: str) -> tuple[object, list[str]]:
    """Return value and messages of a field that is written as in a file."""
    problems = Problems("a.yaml")
    node = parse(f"field: {written}\n", problems)
    assert problems.found == []
    value = kind.read("field", node.get("field"), problems)  # type: ignore[union-attr]
    return value, [f"{problem.what}; {problem.cure}" for problem in problems.found]


def value(kind: kinds.Kind, written: str) -> object:
    found, messages = read(kind, written)
    assert messages == []
    assert found is not None
    return found


def refused(kind: kinds.Kind, written: str) -> str:
    found, messages = read(kind, written)
    assert found is None
    (message,) = messages
    return message


# Days.


@pytest.mark.parametrize("written", ["2026-05-17", '"2026-05-17"', " 2026-05-17  # Sunday", "'2026-05-17 '"])
def test_day_is_read_as_typed(written: str):
    assert value(Day(), written) == date(2026, 5, 17)


@pytest.mark.parametrize("written", ["1900-01-01", "2999-12-31", "2024-02-29"])
def test_first_and_last_day_are_taken(written: str):
    assert value(Day(), written) == date.fromisoformat(written)


@pytest.mark.parametrize("written", ["1899-12-31", "3000-01-01"])
def test_day_beyond_the_first_and_last_is_refused(written: str):
    assert "lies in the year" in refused(Day(), written)


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("2026-5-1", 'write it "2026-05-01"'),
        ("2026/05/01", 'write it "2026-05-01"'),
        ("2026.5.1", 'write it "2026-05-01"'),
        ("2026-05-01T09:00:00Z", 'write it "2026-05-01"'),
        ("17.05.2026", 'write it "2026-05-17"'),
        ("5/17/2026", 'write it "2026-05-17"'),
        ("5.5.2026", 'write it "2026-05-05"'),
        # Nobody can tell the day or there is none: no guess.
        ("03/04/2026", 'write it year-month-day, like "2026-05-17"'),
        ("2026/13/45", 'write it year-month-day, like "2026-05-17"'),
        ("31.02.2026", 'write it year-month-day, like "2026-05-17"'),
        ("17.5.26", 'write it year-month-day, like "2026-05-17"'),
        ("20260517", 'write it year-month-day, like "2026-05-17"'),
        ("May 2026", 'write it year-month-day, like "2026-05-17"'),
        ("２０２６-05-17", 'write it year-month-day, like "2026-05-17"'),
        ("2026-W20-7", 'write it year-month-day, like "2026-05-17"'),
    ],
)
def test_day_in_another_form_is_refused_with_the_day_that_can_only_be_meant(written: str, cure: str):
    assert refused(Day(), written).endswith(f"; {cure}")


def test_day_that_is_not_in_the_calendar_is_refused():
    assert "no calendar" in refused(Day(), "2026-02-29")


# Flags and numbers.


def test_flags_are_two_words():
    assert value(Flag(), "true") is True
    assert value(Flag(), "'false'") is False


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("yes", 'write "true"'),
        ("No", 'write "false"'),
        ("on", 'write "true"'),
        ("off", 'write "false"'),
        ("True", 'write "true"'),
        ("FALSE", 'write "false"'),
        ("1", 'write "true" or "false"'),
        ("~", 'write "true" or "false"'),
    ],
)
def test_other_words_for_true_and_false_are_refused(written: str, cure: str):
    assert refused(Flag(), written).endswith(f"; {cure}")


@pytest.mark.parametrize("written", ["0", "7", "2.5", "0.0001", "999999999", "999999999.9999"])
def test_number_is_kept_as_typed(written: str):
    assert value(Number(), written) == written


@pytest.mark.parametrize(
    "written", ["01", "-1", "+1", "2,5", "1e3", ".5", "5.", "1000000000", "1.00001", "٣", "0x1", "1_0"]
)
def test_number_that_readers_could_take_differently_is_refused(written: str):
    assert "is not a number as needed here" in refused(Number(), written)


# Texts.


def test_line_ends_at_its_limit():
    assert value(Line(300), "x" * 300) == "x" * 300
    assert refused(Line(300), "x" * 301) == '"field" has 301 characters; shorten it to 300 characters'


def test_characters_are_counted_not_bytes():
    assert value(Line(3), "🏅🏅🏅") == "🏅🏅🏅"


def test_prose_ends_at_its_limit():
    assert value(Prose(), "x" * 20_000) == "x" * 20_000
    assert refused(Prose(), "x" * 20_001) == '"field" has 20,001 characters; shorten it to 20,000 characters'


@pytest.mark.parametrize("written", ['"a\\nb"', '"a\\rb"', '"a\\u2028b"', '"a\\Pb"'])
def test_line_has_no_line_ends_inside(written: str):
    assert refused(Line(), written) == '"field" runs over several lines; write it on one line'


def test_blanks_around_a_text_do_not_count():
    assert value(Line(), '"  Knots \\n"') == "Knots"


@pytest.mark.parametrize("kind", [Line(), Prose(), Day(), Flag(), Number(), OneOf(("a",)), Web(), kinds.SLUG_KIND])
def test_list_or_fields_for_one_value_are_refused(kind: kinds.Kind):
    assert refused(kind, "[a]") == '"field" holds a list; write one value, like "field: …"'
    assert refused(kind, "{a: b}") == '"field" holds a set of fields; write one value, like "field: …"'


# Language maps.


def test_one_text_has_no_language():
    assert value(Local(Line()), "Knots") == LocalText((("", "Knots"),))


def test_language_map_keeps_languages_in_order_without_empty_ones():
    written = "{en: Knots, cy: Clymau, de: '', zh-Hant: 結, en-GB: Knots, es-419: Nudos}"
    assert value(Local(Line()), written) == LocalText(
        (("en", "Knots"), ("cy", "Clymau"), ("zh-Hant", "結"), ("en-GB", "Knots"), ("es-419", "Nudos"))
    )


@pytest.mark.parametrize("language", ["EN", "english", "e", "en_GB", "en-gb", "zh-hant", "x-klingon", "'no '", "i-x"])
def test_wrong_language_code_is_refused(language: str):
    assert "is not a language code" in refused(Local(Line()), f"{{{language}: Knots}}")


def test_norwegian_is_a_language_and_not_false():
    assert value(Local(Line()), "{no: Knuter}") == LocalText((("no", "Knuter"),))


def test_text_in_a_language_follows_the_rule_of_its_kind():
    assert refused(Local(Line(3)), "{en: Knots}") == '"field: en" has 5 characters; shorten it to 3 characters'


def test_list_of_texts_is_no_language_map():
    assert refused(Local(Line()), "[Knots]").startswith('"field" holds a list; write one text')


# Web addresses.


@pytest.mark.parametrize(
    "url",
    [
        "https://club.example.org",
        "https://club.example.org/",
        "https://club.example.org:8443/a/b?c=d&e=%C3%A9#f",
        "https://a.b.c.example/~x/(y)/;z='1'",
        "https://xn--nxasmq6b.example/",
        "https://CLUB.example.org/",
    ],
)
def test_web_address_is_taken(url: str):
    assert value(Web(), f'"{url}"') == url


@pytest.mark.parametrize(
    "url",
    [
        "http://club.example.org/",
        "HTTPS://club.example.org/",
        "https:/club.example.org/",
        "https://",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://user@club.example.org/",
        "https://user:pass@club.example.org/",
        "https://club.example.org:0/",
        "https://club.example.org:99999/",
        "https://club.example.org/ö",
        "https://clüb.example.org/",
        "https://club.example.org/a b",
        "https://club.example.org/%zz",
        "https://club.example.org/<x>",
        "https://club..example.org/",
        "https://-club.example.org/",
        "https://club.example.org\\\\@evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//club.example.org/",
        "club",
        "mailto:badges@club.example.org",
    ],
)
def test_other_addresses_are_refused(url: str):
    assert refused(Web(), f'"{url}"').startswith('"field" is not an https address (found "')


def test_address_ends_at_its_limit():
    start = "https://club.example.org/"
    assert value(Web(), start + "x" * (2000 - len(start)))
    assert "is not an https address" in refused(Web(), start + "x" * (2001 - len(start)))


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("http://club.example.org/", "use the https address; badges link to it for years"),
        ("club.example.org/log", 'write it whole, "https://club.example.org/log"'),
        (
            "https://club.example.org/a b",
            "an address cannot hold a space; open the page and copy its address from the browser",
        ),
        (
            "https://club.example.org/ö",
            'an address cannot hold "ö"; open the page and copy its address from the browser',
        ),
        ("see the book", 'write it whole, like "https://club.example.org/"'),
    ],
)
def test_cure_of_an_address_leads_to_one_that_is_taken(written: str, cure: str):
    assert refused(Web(), written).endswith(f"; {cure}")


def test_contact_may_be_mail_and_says_how():
    assert value(Web(mailto=True), "mailto:badges@club.example.org") == "mailto:badges@club.example.org"
    assert refused(Web(mailto=True), "badges@club.example.org").endswith('; write "mailto:badges@club.example.org"')
    assert refused(Web(mailto=True), "mailto:zoë@club.example.org")
    assert refused(Web(mailto=True), "mailto:a@b.example?bcc=c@d.example")


# Fixed forms.


@pytest.mark.parametrize("slug", ["a", "7", "otter-7", "a-b-c", "x" * 64])
def test_slug_is_taken(slug: str):
    assert value(kinds.SLUG_KIND, slug) == slug


@pytest.mark.parametrize("slug", ["Otter", "otter_7", "-a", "a-", "a--b", "é", "a.b", "../a", "a/b", "x" * 65, "٣"])
def test_other_names_are_no_slugs(slug: str):
    assert refused(kinds.SLUG_KIND, f'"{slug}"').startswith('"field" is not made of small letters')


@pytest.mark.parametrize(
    "did", ["did:web:club.github.io", "did:web:club.github.io:badges", "did:web:a.example%3A8443:x_y:Z.1"]
)
def test_did_is_taken(did: str):
    assert value(kinds.DID, f'"{did}"') == did


@pytest.mark.parametrize(
    "did",
    [
        "did:key:z6Mk",
        "did:web:localhost",
        "did:web:a..example",
        "did:web:-a.example",
        "did:web:A.example",
        "did:web:a.example:",
        "did:web:a.example:..:x",
        "did:web:a.example:.",
        "did:web:a.example/x",
        "did:web:a.example:x%2Fy",
        "https://a.example",
    ],
)
def test_did_that_leads_elsewhere_is_refused(did: str):
    assert "is not a did:web name" in refused(kinds.DID, f'"{did}"')


@pytest.mark.parametrize("written", ["zoe@mail.example.org", "zoe smith zoe@mail.example.org"])
@pytest.mark.parametrize("kind", [kinds.HASH, kinds.SALT, kinds.SLUG_KIND])
def test_address_of_a_holder_is_never_printed(kind: kinds.Kind, written: str):
    assert "zoe" not in refused(kind, written)


def test_hash_and_salt_have_their_form():
    assert value(kinds.HASH, "sha256$" + "0a" * 32)
    assert refused(kinds.HASH, "sha256$" + "0A" * 32)
    assert refused(kinds.HASH, "md5$" + "0a" * 16)
    assert value(kinds.SALT, "0" * 16)
    assert value(kinds.SALT, "0" * 128)
    assert refused(kinds.SALT, "0" * 15)
    assert refused(kinds.SALT, "0" * 129)


# Words of a list.


def test_word_is_taken_as_the_standard_spells_it():
    kind = OneOf(fields.ACHIEVEMENT_TYPES, open=True)
    assert value(kind, "Competency") == "Competency"
    assert value(kind, "ext:RowingGrade") == "ext:RowingGrade"
    assert refused(kind, "competency").endswith('; did you mean "Competency"?')
    assert refused(kind, "CERTIFICATE").endswith('; did you mean "Certificate"?')
    assert refused(kind, '"ext:"')
    assert refused(kind, "zzz").endswith('…, or "ext:" and an own word')


# Lists.


def test_list_ends_at_its_limit():
    entries = [f"a{number}" for number in range(201)]
    assert value(ListOf(Line()), f"[{', '.join(entries[:200])}]") == tuple(entries[:200])
    assert refused(ListOf(Line()), f"[{', '.join(entries)}]") == '"field" has 201 entries; keep at most 200'


def test_every_fault_of_a_list_is_told():
    assert [message.partition(";")[0] for message in read(ListOf(Line(3)), "[abcd, '', ab, ab, abcde]")[1]] == [
        '"field" has 4 characters',
        '"field" has an empty entry',
        '"field" has "ab" twice',
        '"field" has 5 characters',
    ]


def test_single_value_is_a_list_of_one_where_that_is_allowed():
    assert value(ListOf(Line(), single=True), "a") == ("a",)
    assert refused(ListOf(Line()), "a").startswith('"field" is not a list; write it like "field: [some words]"')


# Empty fields.


@pytest.mark.parametrize("written", ["", "''", '""', '"  "', "[]", "{}", "{a: }", "{a: '', b: {c: []}}"])
def test_field_that_an_editor_left_empty_is_empty(written: str):
    node = parse(f"field: {written}\n", Problems("a.yaml"))
    assert is_empty(node.get("field"))  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["~", "null", "no", "0", "['']", "[a]", "{a: b}", "{a: '', b: ~}"])
def test_other_values_are_not_empty(written: str):
    node = parse(f"field: {written}\n", Problems("a.yaml"))
    assert not is_empty(node.get("field"))  # type: ignore[union-attr]


# Every field of the table.


def all_tables() -> list[fields.Table]:
    found: list[fields.Table] = []

    def add(kind: object) -> None:
        if isinstance(kind, fields.Table) and kind not in found:
            found.append(kind)
            for field in kind.fields:
                add(field.kind)
        for inner in ("kind", "short", "long"):
            if not isinstance(kind, fields.Table) and hasattr(kind, inner):
                add(getattr(kind, inner))

    for table in fields.TABLES.values():
        add(table)
    return found


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.subject)
def test_mistyped_name_of_every_field_is_recognised(table: fields.Table):
    for field in table.fields:
        typed = field.name[:-1] + ("x" if len(field.name) < 4 else "")
        if typed in table.names:
            continue
        problems = Problems("a.yaml")
        node = parse(f"{typed}x: a\n" if len(field.name) >= 4 else f"{field.name}s: a\n", problems)
        table.values(node, problems)  # type: ignore[arg-type]
        first = problems.found[0]
        assert "is not a field of" in first.what
        assert first.cure == f'did you mean "{field.name}"?'


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.subject)
def test_mistyped_field_is_not_told_as_missing_too(table: fields.Table):
    for field in table.fields:
        if field.required and len(field.name) > 4:
            problems = Problems("a.yaml")
            others = "".join(f"{other.name}: a\n" for other in table.fields if other.required and other != field)
            table.values(parse(f"{field.name}z: a\n{others}", problems), problems)  # type: ignore[arg-type]
            assert [problem.what for problem in problems.found if "is missing" in problem.what] == []
            assert f'"{field.name}z" is not a field of {table.subject}' in [problem.what for problem in problems.found]


def test_text_knows_nothing_of_its_place_when_it_is_compared():
    assert Text("a", 1, 5) == Text("a", 1)
    assert hash(Text("a", 1, 5)) == hash(Text("a", 1))
