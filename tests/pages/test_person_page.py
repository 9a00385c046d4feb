"""The page of a holder: what it shows and what it keeps to itself, how it comes and how it goes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder
from test_site_pages import HOSTILE, LOADING, Page

sys.path.insert(0, str(ROOT / "tests/foreign"))

import people

from pinback import archiving, pipeline

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
PATH = "people/otter-7/index.html"
MOST = 150_000
"""Bytes of a page with everything that it loads, unpacked."""


@pytest.fixture
def club(club: ClubFolder) -> ClubFolder:
    """A holder with a page: a badge that was renewed, one that has an end, one withdrawn."""
    club.badge("bends").badge("splices").keys()
    first = people.known(1, "Zoë Ångström")
    club.award("first", people.record(first, "otter-7", "2024-05-17", "valid_until: 2026-05-17\n"))
    club.award("again", "issued_on: 2026-05-17\nhandle: otter-7\nvalid_until: 2028-05-17\n")
    club.award("bends", "issued_on: 2025-01-02\nhandle: otter-7\n", "bends")
    club.award("splices", "issued_on: 2025-02-03\nhandle: otter-7\n", "splices")
    club.award("other", "issued_on: 2025-02-03\nhandle: heron-2\n", "splices")
    club.seal()
    return person(club)


def person(club: ClubFolder, fields: str = "", words: str = "I like **bowlines**.") -> ClubFolder:
    club.write("site_src/people/otter-7.md", f"---\nname: Zoë\npublic: true\n{fields}---\n\n{words}\n")
    return club


def page_of(club: ClubFolder, path: str = PATH) -> str:
    return (club.build() / path).read_text(encoding="utf-8")


def data_of(text: str) -> dict[str, object]:
    data: dict[str, object] = json.loads(
        text.partition('<script type="application/json" id="page-data">')[2].partition("</script>")[0]
    )
    return data


def in_order(text: str, *parts: str) -> None:
    places = [text.index(part) for part in parts]
    assert places == sorted(places), dict(zip(parts, places, strict=True))


def told(club: ClubFolder, name: str, line: str, badge: str = "splices") -> str:
    """Add a line to a record, seal, and return the page."""
    file = f"badges/{badge}/awards/{name}.yaml"
    club.write(file, club.read(file) + f"{line}\n")
    club.seal(AT + timedelta(days=2))
    return page_of(club)


# What it shows.


def test_badges_stand_newest_first_one_card_a_badge_with_earlier_awards_on_it(club: ClubFolder) -> None:
    text = page_of(club)
    in_order(text, "17 May 2026", "Valid until", "17 May 2028", "Earlier award", "17 May 2024", "3 February 2025")
    in_order(text, "3 February 2025", "2 January 2025")
    assert text.count('class="card"') == 3
    assert "3 badges, awarded by <bdi>Test club</bdi>." in text
    assert "<h1><bdi>Zoë</bdi></h1>" in text


def test_each_badge_leads_to_its_award_and_the_picture_is_that_of_its_day(club: ClubFolder) -> None:
    page = Page(page_of(club))
    awards = {values["data-award"]: address for _, _, address, values in page.links if "data-award" in values}
    assert len(awards) == 4
    for id_, address in awards.items():
        assert address == f"../../awards/{id_}/index.html"
    pictures = [image for image in page.images if image.get("loading") == "lazy"]
    assert len({image["src"] for image in pictures}) == 3
    assert all((club.root / "site/people/otter-7" / image["src"]).resolve().is_file() for image in page.images)


def test_own_words_are_converted_and_sanitised(club: ClubFolder) -> None:
    words = f"I like **bowlines**. {HOSTILE}\n\n## Me\n\n[About](about/) <b onclick=x>b</b>"
    club.write("site_src/about.md", "---\ntitle: About\n---\n\nWe.\n")
    text = page_of(person(club, "language: pl\n", words))
    assert '<div class="wrap person-words prose" lang="pl" dir="auto">' in text
    assert "<strong>bowlines</strong>" in text
    assert '<a href="../../about/index.html"' in text
    page = Page(text)
    assert page.tags.count("script") == 2
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "49" not in text.partition("person-words")[2].partition("</div>")[0]


def test_hostile_name_stays_a_name(club: ClubFolder) -> None:
    quoted = '"' + HOSTILE.replace('"', '\\"') + '"'
    club.write("site_src/people/otter-7.md", f"---\nname: {quoted}\npublic: true\n---\n")
    page = Page(page_of(club))
    assert page.tags.count("script") == 2
    assert not [name for name in page.attributes if name.startswith("on")]


def test_page_without_words_has_no_empty_place_for_them(club: ClubFolder) -> None:
    assert "person-words" not in page_of(person(club, words=""))


def test_badge_that_is_no_longer_met_stands_last_and_quietly(club: ClubFolder) -> None:
    text = told(club, "splices", "revoked: {on: 2026-06-02, reason: no-longer-met}")
    assert text.count('class="card"') == 2
    in_order(text, "2 January 2025", "No longer counts", "3 February 2025", "Withdrawn on 2 June 2026.")
    assert "What it asks for is no longer met." in text
    assert "2 badges, awarded by" in text


def test_suspended_badge_stands_last_until_it_is_restored(club: ClubFolder) -> None:
    before = club.read("badges/splices/awards/splices.yaml")
    text = told(club, "splices", "suspended: {on: 2026-06-02}")
    in_order(text, "2 January 2025", "No longer counts", "Suspended since 2 June 2026.")
    club.write("badges/splices/awards/splices.yaml", before)
    club.seal(AT + timedelta(days=3))
    assert "No longer counts" not in page_of(club)


@pytest.mark.parametrize("reason", ["replaced", "holders-wish"])
def test_badge_that_was_replaced_or_given_back_is_not_spoken_of(club: ClubFolder, reason: str) -> None:
    text = told(club, "splices", f"revoked: {{on: 2026-06-02, reason: {reason}}}")
    assert "No longer counts" not in text
    assert "3 February 2025" not in text


def test_page_has_a_qr_code_of_its_address_for_paper(club: ClubFolder) -> None:
    text = page_of(club)
    assert '<svg id="qr" class="qr" role="img"' in text
    assert '<p class="paper wrap"><bdi dir="ltr">https://badges.example.org/people/otter-7/</bdi></p>' in text


def test_letter_that_asks_for_removal_names_the_page(club: ClubFolder) -> None:
    page = Page(page_of(club))
    letters = [address for _, _, address, _ in page.links if address.startswith("mailto:")]
    assert letters == [
        "mailto:badges@club.example.org?subject=Please%20remove%20my%20page"
        "&body=Please%20remove%20this%20page%3A%20https%3A%2F%2Fbadges.example.org%2Fpeople%2Fotter-7%2F"
    ]


def test_form_for_the_one_link_is_there_only_where_a_link_can_carry_a_name(club: ClubFolder) -> None:
    assert 'id="one-link-form"' in page_of(club)
    file = "badges/knots/awards/first.yaml"
    club.write(file, club.read(file) + "revoked: {on: 2026-06-02, reason: mistake}\n")
    club.seal(AT + timedelta(days=2))
    assert 'id="one-link-form"' not in page_of(club)


def test_page_lies_in_every_language_of_the_site(club: ClubFolder) -> None:
    club.site(languages="[en, pl]")
    site = club.build()
    for folder, other in (("", "../../pl/people/otter-7/index.html"), ("pl/", "../../../people/otter-7/index.html")):
        page = Page((site / folder / PATH).read_text(encoding="utf-8"))
        assert other in [address for _, _, address, _ in page.links]
    assert not (site / "pl/people/otter-7/badges.zip").exists()
    polish = data_of((site / "pl" / PATH).read_text(encoding="utf-8"))
    assert polish["address"] == "https://badges.example.org/pl/people/otter-7/"


# What the script finds.


def test_script_gets_what_was_signed_of_names_and_the_keys_and_nothing_else(club: ClubFolder) -> None:
    data = data_of(page_of(club))
    assert set(data) == {"address", "awards", "keys", "words"}
    first = people.known(1, "Zoë Ångström")
    assert isinstance(data["awards"], dict)
    award = data["awards"][first.id]
    assert set(award) == {"issuer", "credential", "identifier", "jwt"}
    assert award["credential"] == f"https://badges.example.org/awards/{first.id}/credential.json"
    assert award["jwt"] == f"../../awards/{first.id}/credential.jwt.txt"
    assert (club.root / "site/people/otter-7" / award["jwt"]).resolve().is_file()
    assert isinstance(data["keys"], dict)
    (name,) = data["keys"]
    assert name.startswith("did:web:badges.example.org#")
    assert set(data["keys"][name]) == {"kty", "n", "e"}


def test_page_runs_its_one_script_and_asks_its_own_site_alone(club: ClubFolder) -> None:
    page = Page(page_of(club))
    policies = [meta["content"] for meta in page.metas if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [POLICY]
    scripts = [address for tag, _, address, _ in page.links if tag == "script"]
    assert scripts == ["../../assets/person.js"]


# What it keeps to itself.


def test_nothing_leads_to_the_page_and_search_engines_are_asked_to_stay_away(club: ClubFolder) -> None:
    site = club.build()
    assert {"name": "robots", "content": "noindex"} in Page((site / PATH).read_text(encoding="utf-8")).metas
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        # The pages for stewards name a folder and a sample handle in their advice, and no holder.
        if path.is_file() and not name.startswith(("people/", "admin/", "assets/admin-")):
            assert b"people/" not in path.read_bytes(), name
            assert b"otter-7" not in path.read_bytes(), name


def test_page_says_nothing_of_other_holders(club: ClubFolder) -> None:
    site = club.build()
    text = (site / PATH).read_text(encoding="utf-8")
    other = club.read("badges/splices/awards/other.yaml").splitlines()[0].partition(": ")[2]
    assert other not in text
    assert other.encode() not in (site / "people/otter-7/badges.zip").read_bytes()
    assert b"Zo\xc3\xab" not in (site / "people/otter-7/badges.zip").read_bytes()


# How it comes and goes.


@pytest.mark.parametrize(
    "change",
    [
        lambda club: (club.root / "site_src/people/otter-7.md").unlink(),
        lambda club: club.write("site_src/people/otter-7.md", "---\nname: Zoë\npublic: false\n---\n"),
    ],
    ids=["the file is gone", "the holder no longer wants it"],
)
def test_page_vanishes_with_the_next_build(club: ClubFolder, change: Callable[[ClubFolder], object]) -> None:
    assert (club.build() / PATH).exists()
    change(club)
    assert not (club.build() / "people").exists()


def test_holder_without_a_sealed_award_has_no_page_yet(club: ClubFolder) -> None:
    club.award("waits", "issued_on: 2026-05-30\nhandle: newt-1\n", "bends")
    club.write("site_src/people/newt-1.md", "---\nname: Nel\npublic: true\n---\n")
    assert not (club.build(preview=True) / "people/newt-1").exists()


# The archive.


def test_archive_is_that_of_the_command_and_the_same_every_time(club: ClubFolder, tmp_path: Path) -> None:
    made = (club.build() / "people/otter-7/badges.zip").read_bytes()
    archiving.archive(club.root, tmp_path / "mine.zip", "otter-7")
    assert made == (tmp_path / "mine.zip").read_bytes()
    pipeline.build(club.root, tmp_path / "again")
    assert made == (tmp_path / "again/people/otter-7/badges.zip").read_bytes()


# Weight.


def test_page_with_twenty_badges_is_light(tmp_path: Path) -> None:
    people.main(tmp_path / "people")
    site = tmp_path / "people/site"
    path = site / "people/wren-9/index.html"
    page = Page(path.read_text(encoding="utf-8"))
    assert page.tags.count("li") >= 20
    loaded = {
        (path.parent / address).resolve()
        for tag, attribute, address, values in page.links
        if (tag, attribute) in LOADING and values.get("rel") not in ("canonical", "alternate", "icon")
    }
    assert sum(file.stat().st_size for file in {path, *loaded}) < MOST
