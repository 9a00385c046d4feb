"""The pages where stewards award and change badges: what they know, and what they do not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from conftest import ClubFolder
from test_site_pages import Page

AWARD = "admin/award/index.html"
CHANGE = "admin/change/index.html"


def data_of(club: ClubFolder, path: str = AWARD) -> dict[str, Any]:
    """Build, and return what a page gives to its script."""
    return json.loads(_data_text((club.build() / path).read_text(encoding="utf-8")))


def _data_text(text: str) -> str:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def two_languages(sealed_club: ClubFolder) -> ClubFolder:
    """The sealed club with a second language and a badge that is written in both."""
    sealed_club.site(languages="[en, de]", source="https://github.com/club/badges")
    sealed_club.badge("splices", "language: de\n")
    text = sealed_club.read("badges/splices/badge.md").replace("name: Knots", "name: {de: Spleiße, en: Splices}")
    sealed_club.write("badges/splices/badge.md", text.replace("Ties knots that hold.", "{de: Spleißt., en: Splices.}"))
    sealed_club.write("badges/splices/criteria.en.md", "Splice a rope.\n")
    return sealed_club


def test_award_page_knows_badges_by_all_their_names(two_languages: ClubFolder) -> None:
    data = data_of(two_languages)
    splices = next(badge for badge in data["badges"] if badge["slug"] == "splices")
    assert splices["names"] == ["Spleiße", "Splices"]
    assert splices["title"] == {"en": "Splices", "de": "Spleiße"}
    assert (splices["language"], sorted(splices["languages"])) == ("de", ["de", "en"])
    assert (data["base_url"], data["source"]) == ("https://badges.example.org/", "https://github.com/club/badges")
    assert data["languages"] == ["en", "de"]


def test_award_page_knows_no_award(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    ids = [path.name for path in (site / "awards").iterdir()]
    assert len(ids) == 3
    for path in (AWARD, CHANGE):
        text = (site / path).read_text(encoding="utf-8")
        assert not [id_ for id_ in ids if id_ in text]
        assert "heron-2" not in text


def test_letters_speak_every_language_of_the_club(two_languages: ClubFolder) -> None:
    letters = data_of(two_languages)["mail"]
    assert set(letters) == {"en", "de"}
    for words in letters.values():
        assert words["direction"] == "ltr"
        for name in ("message", "openMessage"):
            assert set(re.findall(r"%\((\w+)\)s", words[name])) == {"name", "club", "badge", "day", "link"}


def test_every_gap_of_a_sentence_is_left_for_the_script(sealed_club: ClubFolder) -> None:
    for path in (AWARD, CHANGE):
        words = data_of(sealed_club, path)["words"]
        sentences = [text for text in words.values() if isinstance(text, str)]
        assert len(sentences) > 30
        assert not [text for text in sentences if "%" in text and not re.search(r"%\(\w+\)s", text)]


def test_issuer_without_keys_is_named_with_what_to_do_first(club: ClubFolder) -> None:
    site = club.build()
    text = (site / AWARD).read_text(encoding="utf-8")
    assert json.loads(_data_text(text))["issuers"]["club"]["ready"] is False
    assert "First the keys." in text
    # Keys that were made in the browser lie there before the first sealing begins the register.
    club.write("issuers/club/keys.age", "age-encryption.org/v1\n")
    text = (club.build() / AWARD).read_text(encoding="utf-8")
    assert json.loads(_data_text(text))["issuers"]["club"]["ready"] is True
    assert "First the keys." not in text


def test_badge_of_an_issuer_that_has_ended_cannot_be_chosen(sealed_club: ClubFolder) -> None:
    sealed_club.close()
    data = data_of(sealed_club)
    assert (data["badges"], data["issuers"]) == ([], {})


def test_award_says_where_its_record_lies_when_strangers_can_read_it(sealed_club: ClubFolder) -> None:
    def places() -> set[tuple[str, str]]:
        site = sealed_club.build()
        pages = [Page(path.read_text(encoding="utf-8")) for path in (site / "awards").rglob("index.html")]
        metas = [meta for page in pages for meta in page.metas if meta.get("name") == "pinback-record"]
        return {(meta["content"], meta["data-column"]) for meta in metas}

    assert places() == set()
    sealed_club.site(source="https://github.com/club/badges")
    single, batch = "badges/knots/awards/2026-05-17-otter.yaml", "badges/knots/awards/2026-05-18-course.yaml"
    assert places() == {(single, "0"), (batch, "4")}
    sealed_club.site(source="https://github.com/club/badges", repository="private")
    assert places() == set()


def test_record_between_brackets_is_said_to_have_no_column(sealed_club: ClubFolder) -> None:
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    lines = sealed_club.read(file).splitlines()
    sealed_club.write(file, "{" + ", ".join(lines) + "}\n")
    sealed_club.site(source="https://github.com/club/badges")
    text = "".join(path.read_text(encoding="utf-8") for path in (sealed_club.build() / "awards").rglob("index.html"))
    assert f'content="{file}" data-column="-1"' in text


def test_change_page_finds_the_page_of_an_award_in_its_own_language(two_languages: ClubFolder) -> None:
    english, german = data_of(two_languages, CHANGE), data_of(two_languages, f"de/{CHANGE}")
    assert english["page"] == "../../awards/aaaaaaaaaaaaaaaa/index.html"
    assert german["page"] == "../../awards/aaaaaaaaaaaaaaaa/index.html"
