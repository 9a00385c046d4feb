"""What an award's page says in each state, and what it offers, as far as Python decides it (the script is tried in a browser)."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
from conftest import ClubFolder

from pinback.pages import passing_on
from pinback.pages.language import PLAIN
from pinback.pages.qr import qr_code

ADDRESS = "https://badges.example.org/awards/aaaabbbbccccdddd/"
SOCIAL = ("linkedin.com", "facebook.com", "bsky.app", "joinmastodon.org", "wa.me", "t.me", "x.com")


def page_of(site: Path, id_: str) -> str:
    """Return the page of an award."""
    return (site / "awards" / id_ / "index.html").read_text(encoding="utf-8")


def text_of_badge(site: Path) -> str:
    """Return the page of the badge."""
    return (site / "badges" / "knots" / "index.html").read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, object]:
    """Return what the page's script finds."""
    found = re.search(r'id="page-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


@pytest.fixture
def awarded(club: ClubFolder) -> ClubFolder:
    """A club with an award of each kind of holder; ids say which."""
    club.keys()
    one = "issued_on: 2026-05-17\n"
    club.award("plain", f"id: {'a' * 16}\n{one}handle: otter-1\n")
    club.award("young", f"id: {'b' * 16}\n{one}handle: otter-2\nminor: true\n")
    club.award("public", f"id: {'c' * 16}\n{one}handle: otter-3\nname: Ada Example\npublic: true\n")
    signed = "name: Ada Example\npublic: true\nsigned_name: true\n"
    club.award("signed", f"id: {'d' * 16}\n{one}handle: otter-4\n{signed}")
    club.award("named", f"id: {'e' * 16}\n{one}handle: otter-5\nnamed: sha256${'0' * 64}\nvalid_until: 2030-05-17\n")
    club.seal()
    return club


def test_each_holder_has_a_sentence_of_an_own(awarded: ClubFolder) -> None:
    site = awarded.build()
    said = {
        "a": "The issuer has published no name with this award.",
        "b": "The issuer shows no name of a young holder.",
        "c": "The holder wants the name shown here. It is not part of what was signed.",
        "d": "The name is part of what was signed.",
        "e": "The holder can give you a link that carries the name.",
    }
    for letter, sentence in said.items():
        text = page_of(site, letter * 16)
        assert [other for other in said.values() if other in text] == [sentence]
        assert ("Ada Example" in text) == (letter in "cd")
        assert ("name withheld" in text) == (letter not in "cd")


def test_page_of_a_young_holder_leads_to_no_social_site(awarded: ClubFolder) -> None:
    site = awarded.build()
    young, other = page_of(site, "b" * 16), page_of(site, "a" * 16)
    assert not [host for host in SOCIAL if host in young]
    assert "Please add no name when you pass this page on." in young
    assert "mailto:?subject=" in young
    assert all(host in other for host in SOCIAL)


def test_script_finds_what_was_signed_and_the_one_key(awarded: ClubFolder) -> None:
    site = awarded.build()
    data = data_of(page_of(site, "e" * 16))
    assert data["jwt"] == (site / "awards" / ("e" * 16) / "credential.jwt.txt").read_text(encoding="ascii")
    did = json.loads((site / ".well-known/did.json").read_bytes())
    known = {entry["id"]: entry["publicKeyJwk"] for entry in did["verificationMethod"] if "publicKeyJwk" in entry}
    assert data["keys"] == {id_: {name: jwk[name] for name in ("kty", "n", "e")} for id_, jwk in known.items()}
    assert data["state"] == "in-force"
    assert data["shown"] == {
        "badge": "Knots",
        "description": "Ties knots that hold.",
        "issuer-name": "Test club",
        "issuer": "did:web:badges.example.org",
        "awarded": "2026-05-17",
        "valid-until": "2030-05-17",
        "credential": f"https://badges.example.org/awards/{'e' * 16}/credential.json",
    }


def test_withdrawn_award_is_passed_on_by_nothing(awarded: ClubFolder) -> None:
    for name, line in (
        ("plain", "revoked: {on: 2026-05-19, reason: mistake}"),
        ("named", "suspended: {on: 2026-05-19}"),
    ):
        file = f"badges/knots/awards/{name}.yaml"
        awarded.write(file, awarded.read(file) + line + "\n")
    awarded.seal()
    site = awarded.build()
    for letter, state, sentence in (("a", "withdrawn", "Withdrawn on"), ("e", "suspended", "Suspended since")):
        text = page_of(site, letter * 16)
        assert data_of(text)["state"] == state
        assert sentence in text
        assert not [
            word for word in ("data-passing-on", "popover", "download=", "linkedin", "og:image") if word in text
        ]


def test_corrected_award_leads_to_the_correction_and_promises_no_name_there(awarded: ClubFolder) -> None:
    awarded.award("new", f"id: {'f' * 16}\nissued_on: 2026-05-17\nhandle: otter-5\nsupersedes: {'e' * 16}\n")
    awarded.seal()
    text = page_of(awarded.build(), "e" * 16)
    assert f'href="../{"f" * 16}/index.html">Open the award that replaces it</a>' in text
    assert "may show none there" in text


def test_few_awards_are_not_counted(awarded: ClubFolder) -> None:
    assert "Awarded 5 times so far." in text_of_badge(awarded.build())
    file = "badges/knots/awards/public.yaml"
    awarded.write(file, awarded.read(file) + "revoked: {on: 2026-05-19, reason: mistake}\n")
    awarded.seal()
    assert "Fewer than five people hold it." in text_of_badge(awarded.build())


def test_page_of_an_award_stays_as_it_is_when_others_are_made(awarded: ClubFolder) -> None:
    before = page_of(awarded.build(), "a" * 16)
    awarded.award("later", f"id: {'f' * 16}\nissued_on: 2026-05-18\nhandle: otter-6\n")
    awarded.seal()
    site = awarded.build()
    assert "Awarded 6 times so far." in text_of_badge(site)
    assert page_of(site, "a" * 16) == before


def test_share_links_carry_the_address_as_javascript_spells_it() -> None:
    spelled = "https%3A%2F%2Fbadges.example.org%2Fawards%2Faaaabbbbccccdddd%2F"
    links = passing_on.share_links(ADDRESS, "Knots & “Sails”, awarded by Łódź", PLAIN)
    assert links[0]["name"] == "E-mail"
    assert len({urlsplit(link["url"]).netloc for link in links}) == len(links) == 8
    for link in links:
        assert link["url"].count(spelled) == 1
        assert link["url"].isascii()
        assert " " not in link["url"]
        assert "+" not in link["url"]


def test_form_of_linkedin_and_what_to_copy_say_the_same() -> None:
    form = passing_on.linkedin_form(
        "Knots & Sails", "Łódź Club", date(2026, 5, 17), date(2028, 2, 1), "aaaabbbbccccdddd", ADDRESS, PLAIN
    )
    assert parse_qs(urlsplit(form["url"]).query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Knots & Sails"],
        "organizationName": ["Łódź Club"],
        "issueYear": ["2026"],
        "issueMonth": ["5"],
        "expirationYear": ["2028"],
        "expirationMonth": ["2"],
        "certId": ["aaaabbbbccccdddd"],
        "certUrl": [ADDRESS],
    }
    assert {field["id"]: field["value"] for field in form["fields"]} == {
        "name": "Knots & Sails",
        "organisation": "Łódź Club",
        "issued": "17 May 2026",
        "expires": "1 February 2028",
        "number": "aaaabbbbccccdddd",
        "address": ADDRESS,
    }
    endless = passing_on.linkedin_form("Knots", "Club", date(2026, 5, 17), None, "aaaabbbbccccdddd", ADDRESS, PLAIN)
    assert "expiration" not in endless["url"]
    assert "expires" not in {field["id"] for field in endless["fields"]}


def test_letter_names_page_and_subject_and_a_form_stays_as_it_is() -> None:
    link = passing_on.letter("mailto:badges@club.example.org", "A & B?", f"Here:\n{ADDRESS}\n")
    assert unquote(link) == f"mailto:badges@club.example.org?subject=A & B?&body=Here:\r\n{ADDRESS}\r\n"
    assert link.count("&") == 1
    for form in ("https://club.example.org/ask", "mailto:badges@club.example.org?subject=Badges"):
        assert passing_on.letter(form, "A", "B") == form


def test_embed_code_is_one_harmless_element() -> None:
    code = passing_on.embed_code(ADDRESS, f"{ADDRESS}badge.png", 'Knots "<b>" & more')
    assert 'alt="Knots &quot;&lt;b&gt;&quot; &amp; more"' in code
    assert unescape(code).count(ADDRESS) == 2


def test_qr_code_is_the_matrix_drawn_as_lines() -> None:
    code = qr_code(ADDRESS)
    matrix = segno.make(ADDRESS, error="m", micro=False, boost_error=False).matrix
    side = len(matrix)
    drawn = [[0] * side for _ in range(side)]
    for x, y, length in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)", code["path"])):
        for place in range(x, x + length):
            assert not drawn[y][place]
            drawn[y][place] = 1
    assert drawn == [list(row) for row in matrix]
    assert code["box"] == f"-4 -4 {side + 8} {side + 8}"
    assert len(code["path"]) < 3_000
