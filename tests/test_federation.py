"""What a parent body does about its groups: files, states, and the lines by which a group links back."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from conftest import AT, ClubFolder

from pinback import federation
from pinback.content.fields import ISSUER
from pinback.content.nodes import Problems, parse
from pinback.errors import ContentError, UsageError
from pinback.federation import Named

NAMED = Named("River: Rowing", "did:web:riverside.example", "https://riverside.example/issuers/riverside/issuer.json")
FILE = "issuers/club/groups/riverside.yaml"


def added(folder: ClubFolder, name: str = "riverside") -> str:
    _, parent = federation.checked_parent(folder.root, "")
    return federation.add(folder.root, parent, name, NAMED, date(2026, 5, 1), "River: a member\nsince 1953.")


def state(folder: ClubFolder) -> list[str]:
    checked, parent = federation.checked_parent(folder.root, "")
    return [one.state for one in federation.states(checked, parent)]


def ended(folder: ClubFolder, on: date = date(2026, 6, 5)) -> None:
    checked, parent = federation.checked_parent(folder.root, "")
    federation.end(folder.root, checked, parent, "riverside", on)


def test_a_group_waits_is_endorsed_ends_and_has_ended(club: ClubFolder) -> None:
    club.keys()
    assert added(club) == FILE
    assert club.read(FILE).startswith("# yaml-language-server: $schema=../../../.schemas/group.json\n")
    assert state(club) == ["waits"]
    club.seal()
    assert state(club) == ["endorsed"]
    ended(club)
    assert club.read(FILE).endswith("\nended: 2026-06-05\n")
    assert state(club) == ["ends"]
    club.seal(AT + timedelta(days=9))
    assert state(club) == ["ended"]


def test_a_group_that_was_never_endorsed_cannot_end(club: ClubFolder) -> None:
    words = rf"{FILE}: the endorsement was never signed, so there is nothing to end; delete the file"
    added(club)
    with pytest.raises(UsageError, match=words):
        ended(club)
    club.keys()
    with pytest.raises(UsageError, match=words):
        ended(club)
    assert state(club) == ["waits"]


def test_a_file_without_a_last_line_end_and_with_crlf_can_be_ended(club: ClubFolder) -> None:
    added(club.keys())
    club.write(FILE, club.read(FILE).rstrip("\n").replace("\n", "\r\n"))
    club.seal()
    ended(club)
    assert (club.root / FILE).read_bytes().endswith(b"\r\nended: 2026-06-05\r\n")
    assert state(club) == ["ends"]


def test_a_file_in_braces_is_left_as_it_is(club: ClubFolder) -> None:
    club.keys().write(
        FILE,
        '{name: A, did: "did:web:a.example", profile: "https://a.example/issuers/a/issuer.json", since: 2026-05-01, text: A}\n',
    )
    club.seal()
    before = club.read(FILE)
    with pytest.raises(ContentError, match="no tool can add to it safely"):
        ended(club)
    assert club.read(FILE) == before


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda club: added(club, "River Side"), "cannot be an address"),
        (lambda club: (added(club), added(club)), "there is such a group already"),
        (ended, 'there is no group "riverside"; known: none'),
        (lambda club: (added(club), ended(club, date(2026, 4, 1))), "it cannot end before that"),
        (lambda club: federation.checked_parent(club.root, "x"), 'there is no issuer "x"'),
    ],
)
def test_what_cannot_be_done_is_said(club: ClubFolder, act, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        act(club.keys())


def test_a_value_that_no_file_can_hold_writes_nothing(club: ClubFolder) -> None:
    _, parent = federation.checked_parent(club.keys().root, "")
    with pytest.raises(UsageError, match="did"):
        federation.add(club.root, parent, "x", Named("X", "x", "https://x.example/"), date(2026, 5, 1), "X.")
    assert not (club.root / "issuers/club/groups").exists()


def test_the_index_of_a_site_names_a_group(sealed_club: ClubFolder) -> None:
    index = (sealed_club.build() / "index.json").read_bytes()
    profile = "https://badges.example.org/issuers/club/issuer.json"
    assert federation.from_index(index) == Named("Test club", "did:web:badges.example.org", profile)
    assert federation.from_index(index, "club").profile == profile
    with pytest.raises(UsageError, match="the site has these issuers: club; choose one with --issuer-there"):
        federation.from_index(index, "other")
    for bad in (b"", b"[]", b'{"issuers":[1]}', json.dumps({"issuers": []}).encode()):
        with pytest.raises(UsageError, match=r"index\.json|these issuers: none"):
            federation.from_index(bad)


def test_the_lines_that_link_back_are_what_an_issuer_may_say(club: ClubFolder) -> None:
    added(club.keys())
    checked, parent = federation.checked_parent(club.root, "")
    text = federation.back_link(checked.club, parent, "riverside")
    problems = Problems("issuer.yaml")
    tree = parse(text, problems)
    assert tree is not None
    ISSUER.values(tree, problems)  # type: ignore[arg-type]
    assert [one.what for one in problems.found if "is missing" not in one.what] == []
    assert "https://badges.example.org/issuers/club/groups/riverside/credential.json" in text
