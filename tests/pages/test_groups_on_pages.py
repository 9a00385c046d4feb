"""Groups and parent bodies on an issuer's page."""

from __future__ import annotations

from datetime import timedelta

from conftest import AT, ClubFolder

GROUP = (
    "name: Rowers <b>&\ndid: did:web:rowers.example\nprofile: https://rowers.example/issuers/rowers/issuer.json\n"
    "since: 2026-05-01\ntext: A member club.\n"
)
FILE = "issuers/club/groups/rowers.yaml"
LINK = 'href="groups/rowers/credential.json"'


def issuer_page(folder: ClubFolder) -> str:
    return (folder.build() / "issuers/club/index.html").read_text(encoding="utf-8")


def test_a_group_is_shown_while_its_endorsement_stands(club: ClubFolder) -> None:
    club.keys().write(FILE, GROUP)
    assert LINK not in issuer_page(club)
    club.seal()
    text = issuer_page(club)
    assert LINK in text
    assert "<bdi>Rowers &lt;b&gt;&amp;</bdi>" in text
    club.write(FILE, GROUP + "ended: 2026-06-02\n")
    club.seal(AT + timedelta(days=9))
    assert LINK not in issuer_page(club)


def test_a_parent_is_named_with_its_endorsement_and_what_that_is_worth(club: ClubFolder) -> None:
    credential = "https://federation.example/issuers/federation/groups/club/credential.json"
    parent = f"member_of:\n  - name: Federation\n    did: did:web:federation.example\n    credential: {credential}\n"
    club.issuer(more=parent)
    text = issuer_page(club)
    assert f'href="{credential}"' in text
    assert "did:web:federation.example" in text
    assert "Whether they say so too stands in what they signed: a checker compares both." in text
