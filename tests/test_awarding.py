"""New records: what is drawn, what is hashed, and that what is written can be read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from hashlib import sha256
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinback import awarding
from pinback.addresses import Addresses
from pinback.awarding import NewAward, email_hash, identity_hash, new_handle, new_named_link, record_text, yaml_text
from pinback.content import awards
from pinback.content.nodes import Problems, Text, parse
from pinback.errors import UsageError
from pinback.model import Award

WHERE = Addresses("https://badges.example.org/")
ID = "abcdefgh234567ab"


def award_of(text: str) -> Award:
    """Return the award of a record that must be sound, in a public repository."""
    problems = Problems("a.yaml")
    awards.warn_of_addresses(text, problems)
    ((node, line, own),) = list(awards.award_entries(parse(text, problems), problems))
    award = awards.award("knots", node, line, own, None, True, problems)
    assert problems.found == []
    assert award is not None
    return award


# Handles.


def test_handles_are_animals_with_numbers():
    handles = {new_handle(()) for _ in range(200)}
    assert all(re.fullmatch(r"[a-z]+-[1-9][0-9]{0,2}", handle) for handle in handles)
    assert len(handles) > 150


def test_handle_that_somebody_has_is_never_drawn():
    taken = {f"{animal}-{number}" for animal in awarding.ANIMALS for number in range(1, 1000)}
    free = taken - {"otter-7"}
    assert new_handle(free) not in free
    drawn = new_handle(taken)
    assert drawn not in taken
    assert re.fullmatch(r"[a-z]+-[0-9]+", drawn)


def test_animals_are_listed_once_and_can_stand_in_addresses():
    assert len(set(awarding.ANIMALS)) == len(awarding.ANIMALS)
    assert all(re.fullmatch("[a-z]+", animal) for animal in awarding.ANIMALS)


# Hashes: figures made with sha256sum (GNU coreutils 9), 2026-06.


def test_identity_hash_is_sha256_of_name_and_secret():
    figure = "sha256$c997fefab3269fd6044dab8a853d4d05d28a5f082d9dd0bd04322708bb476cbd"
    assert identity_hash("Zoë Ångström", "abc") == figure
    assert identity_hash("Zoe\u0308 A\u030angstro\u0308m", "abc") == figure


@pytest.mark.parametrize("typed", ["ada@example.org", " Ada@Example.ORG\n"])
def test_email_hash_is_sha256_of_address_and_salt(typed: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(awarding.secrets, "token_hex", lambda size: "00112233445566778899aabbccddeeff"[: 2 * size])
    assert email_hash(typed) == (
        "sha256$c6e170fb83319363a6bdc1c057bad6e22df3046d6e909c2ae8f499ab6cf31556",
        "00112233445566778899aabbccddeeff",
    )


def test_salt_is_new_every_time():
    assert email_hash("ada@example.org") != email_hash("ada@example.org")


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "ada@", "ada@localhost", "a b@example.org", "ada@example.org, b@example.org", "zoë@example.org"],
)
def test_what_is_no_address_is_refused_without_repeating_it(typed: str):
    with pytest.raises(UsageError) as raised:
        email_hash(typed)
    assert str(raised.value) == "this is not an e-mail address; write it like someone@club.example.org"


def test_named_link_carries_name_and_secret_behind_the_number_sign():
    made = new_named_link(WHERE, ID, "Zoe\u0308 Ångström & Co")
    address, _, private = made.link.partition("#")
    assert address == f"https://badges.example.org/awards/{ID}/"
    name, secret = re.fullmatch(r"n=([^&]+)&k=([A-Za-z0-9_-]{22})", private).groups()  # type: ignore[union-attr]
    assert unquote(name) == "Zoë Ångström & Co"
    assert made.named == "sha256$" + sha256(f"Zoë Ångström & Co{secret}".encode()).hexdigest()
    assert made.link_hash == "sha256$" + sha256(made.link.encode("ascii")).hexdigest()
    assert made.link.isascii()


def test_secret_of_a_named_link_is_new_every_time():
    assert len({new_named_link(WHERE, ID, "Zoë").link for _ in range(50)}) == 50


# Records.


def test_record_with_everything_is_read_as_it_was_meant():
    made = new_named_link(WHERE, ID, "Zoë")
    new = NewAward(
        ID,
        "otter-7",
        date(2026, 5, 17),
        date(2028, 5, 17),
        "Zoë",
        email="Ada@example.org",
        evidence=("https://club.example.org/log/5", "https://club.example.org/a:", "https://club.example.org/#b"),
    )
    award = award_of(record_text(new, made))
    assert (award.id, award.handle, award.named, award.link) == (ID, "otter-7", made.named, made.link_hash)
    assert (award.issued_on, award.valid_until) == (date(2026, 5, 17), date(2028, 5, 17))
    assert tuple(entry.url for entry in award.evidence) == new.evidence
    assert award.email is not None
    assert award.email.hash == "sha256$" + sha256(f"ada@example.org{award.email.salt}".encode()).hexdigest()
    assert award.name == ""


def test_record_of_a_named_link_holds_neither_name_nor_secret():
    made = new_named_link(WHERE, ID, "Zoë Ångström")
    text = record_text(NewAward(ID, "otter-7", date(2026, 5, 17), name="Zoë Ångström", public=True), made)
    assert "Zo" not in text
    assert made.link.rpartition("k=")[2] not in text


def test_record_of_a_minor_says_so_and_shows_no_name():
    award = award_of(record_text(NewAward(ID, "otter-7", date(2026, 5, 17), name="Zoë", minor=True), None))
    assert award.minor
    assert award.name == ""


@pytest.mark.parametrize(
    "name", ["Zoë Ångström", "no", "0123", "2026-05-17", "A: B", "# 1", "*star", "O'Neil", '"Bob"', "a\\b", "{x}"]
)
def test_name_in_the_open_is_read_as_it_was_typed(name: str):
    award = award_of(record_text(NewAward(ID, "otter-7", date(2026, 5, 17), name=name, public=True), None))
    assert (award.name, award.public) == (name, True)


@pytest.mark.parametrize("url", ["http://club.example.org/", "https://club", "https://a.example/\nrevoked: x"])
def test_evidence_that_is_no_https_address_is_refused(url: str):
    with pytest.raises(UsageError, match="evidence is an https address"):
        record_text(NewAward(ID, "otter-7", date(2026, 5, 17), evidence=(url,)), None)


# Texts.


def read_back(text: str) -> str:
    problems = Problems("a.yaml")
    node = parse(f"before: x\nfield: {yaml_text(text)}\nafter: y\n", problems)
    assert problems.found == []
    names = [key.value for key, _ in node.entries]  # type: ignore[union-attr]
    assert names == ["before", "field", "after"]
    value = node.get("field")  # type: ignore[union-attr]
    assert isinstance(value, Text)
    return value.value


printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=60)
marks = st.lists(
    st.sampled_from([*"ab: -#,[]{}&*!|>%@`'\"\\?~=<.", "---", "...", "<<", ": ", " #", "🏅", "\u0301"]), max_size=12
)


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(st.one_of(printable, marks.map("".join)))
@example("")
@example(" ")
@example("---")
@example("...")
@example("\u00a0a\u00a0")
@example("x" * 20_000)
@example("'" * 100 + '"' * 100)
def test_any_printable_text_comes_back(text: str):
    assert read_back(text) == unicodedata.normalize("NFC", text)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(st.text(st.sampled_from("a \t\n\r\x85\u2028\u2029\u200d\xad:#-"), max_size=20))
@example("a\nrevoked: {on: 2026-01-01, reason: mistake}")
def test_line_ends_and_blanks_come_back_and_never_begin_a_field(text: str):
    assert read_back(text) == text


@pytest.mark.parametrize("text", ["Knots", "Zoë Ångström", "no", "0123", "2026-05-17", "a, b (c)", "🏅"])
def test_plain_text_stays_plain_for_the_person_who_edits_it(text: str):
    assert yaml_text(text) == text
