"""The Atom feed of badges, as RFC 4287 wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from conftest import ClubFolder

from pinback.pages.feed import Entry, atom

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HOSTILE = '</title><script>alert(1)</script> & "x" ]]> \x01\x0b'


def _children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return element.findall(ATOM + name)


def _text(element: ElementTree.Element, name: str) -> str:
    """The text of the one child of that name."""
    (found,) = _children(element, name)
    return found.text or ""


def _assert_valid(feed: ElementTree.Element) -> None:
    """What RFC 4287 §4.1.1 and §4.1.2 require of a feed and its entries."""
    assert feed.tag == ATOM + "feed"
    for element in (feed, *_children(feed, "entry")):
        for name in ("id", "title", "updated"):
            assert _text(element, name)
        assert urlsplit(_text(element, "id")).scheme == "https"
        for name in ("updated", "published"):
            for found in _children(element, name):
                assert datetime.fromisoformat(found.text or "").tzinfo
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in _children(element, "link")
            if link.get("rel") == "alternate"
        ]
        assert alternates
        assert len(alternates) == len(set(alternates))  # one of each type and language at most
        assert all(link.get("href") for link in _children(element, "link"))
        assert len(_children(element, "summary")) <= 1
        assert all(category.get("term") for category in _children(element, "category"))
    ids = [_text(entry, "id") for entry in _children(feed, "entry")]
    assert len(ids) == len(set(ids))
    # An author for the feed, or for each entry (§4.1.1).
    assert _children(feed, "author") or all(
        _text(_children(entry, "author")[0], "name") for entry in _children(feed, "entry")
    )


ENTRY = Entry(
    url="https://badges.example.org/badges/knots/",
    name="Knots",
    description="Ties knots that hold.",
    language="en",
    tags=("rope", "węzły"),
    picture="https://badges.example.org/badges/knots/0123abcd/image.png",
    picture_size=1234,
    issuer="Rowing Club",
    issuer_url="https://badges.example.org/issuers/club/",
    published=datetime(2026, 5, 1, 12, tzinfo=UTC),
    updated=datetime(2026, 5, 2, 12, tzinfo=UTC),
)


def _feed(*entries: Entry, title: str = "Club badges", subtitle: str = "") -> ElementTree.Element:
    data = atom(
        title, subtitle, "en", "https://badges.example.org/badges/", "https://badges.example.org/feed.xml", entries
    )
    return ElementTree.fromstring(data)


def test_feed_has_what_the_standard_requires():
    feed = _feed(ENTRY)
    _assert_valid(feed)
    (entry,) = _children(feed, "entry")
    assert _text(entry, "id") == ENTRY.url
    assert _text(entry, "summary") == ENTRY.description
    assert entry.get(LANG) == "en"
    assert [category.get("term") for category in _children(entry, "category")] == ["rope", "węzły"]
    assert _text(feed, "updated") == "2026-05-02T12:00:00Z"


def test_newest_badge_stands_first_and_dates_the_feed():
    later = replace(ENTRY, url="https://badges.example.org/badges/a/", updated=ENTRY.updated + timedelta(days=3))
    twin = replace(ENTRY, url="https://badges.example.org/badges/z/")
    for entries in ((ENTRY, later, twin), (twin, later, ENTRY)):
        feed = _feed(*entries)
        _assert_valid(feed)
        names = [_text(entry, "id").split("/")[-2] for entry in _children(feed, "entry")]
        assert names == ["a", "knots", "z"]
        assert _text(feed, "updated") == "2026-05-05T12:00:00Z"


def test_hostile_words_stay_words():
    hostile = replace(ENTRY, name=HOSTILE, description=HOSTILE, issuer=HOSTILE, tags=(HOSTILE,))
    feed = _feed(hostile, title=HOSTILE, subtitle=HOSTILE)
    _assert_valid(feed)
    said = HOSTILE.rstrip("\x01\x0b").rstrip()
    assert _text(feed, "title").strip() == said
    assert _text(_children(feed, "entry")[0], "summary").strip() == said


def test_feed_of_a_site_lists_badges_and_no_awards(sealed_club: ClubFolder) -> None:
    sealed_club.badge("never-awarded")
    site = sealed_club.build()
    data = (site / "feed.xml").read_bytes()
    feed = ElementTree.fromstring(data)
    _assert_valid(feed)
    entries = _children(feed, "entry")
    assert [_text(entry, "id") for entry in entries] == [f"{sealed_club.base_url}badges/knots/"]
    assert b"/awards/" not in data
    (enclosure,) = [link for link in _children(entries[0], "link") if link.get("rel") == "enclosure"]
    picture = site / enclosure.attrib["href"].removeprefix(sealed_club.base_url)
    assert picture.stat().st_size == int(enclosure.attrib["length"])
    page = (site / "badges/index.html").read_text(encoding="utf-8")
    assert '<link rel="alternate" type="application/atom+xml" href="../feed.xml"' in page


def test_feed_changes_only_with_a_sealing(sealed_club: ClubFolder) -> None:
    before = (sealed_club.build() / "feed.xml").read_bytes()
    text = sealed_club.read("badges/knots/badge.md")
    sealed_club.write("badges/knots/badge.md", text.replace("Ties knots that hold.", "Ties better knots."))
    assert (sealed_club.build() / "feed.xml").read_bytes() == before


def test_club_that_has_sealed_nothing_has_no_feed(club: ClubFolder) -> None:
    site = club.build()
    assert not (site / "feed.xml").exists()
    assert "atom+xml" not in (site / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["title", "id", "updated"])
def test_check_of_this_test_notices_what_is_missing(name: str) -> None:
    feed = _feed(ENTRY)
    feed.remove(_children(feed, name)[0])
    with pytest.raises(ValueError, match="not enough values"):
        _assert_valid(feed)
