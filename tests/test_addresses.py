"""Every published address, as a literal: a published URL is a promise (DESIGN §3). Never change a line here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich_award import BARE_BADGE

from pinback import addresses
from pinback.addresses import Addresses

AWARD, BADGE, ISSUER, VERSION, KEY = (
    "aaaabbbbccccdddd",
    "knots",
    "club",
    "0123abcd",
    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
)

GOLDEN = {
    "https://club.github.io/badges/": addresses.HOME,
    "https://club.github.io/badges/badges/": addresses.CATALOGUE,
    "https://club.github.io/badges/verify/": addresses.VERIFY,
    "https://club.github.io/badges/assets/verify.js": addresses.VERIFY_SCRIPT,
    "https://club.github.io/badges/assets/vouching.js": addresses.VOUCHING_SCRIPT,
    "https://club.github.io/badges/assets/verify-licenses.txt": addresses.VERIFY_LICENSES,
    "https://club.github.io/badges/assets/award.js": addresses.page_script("award.js"),
    "https://club.github.io/badges/assets/page-script-licenses.txt": addresses.PAGE_SCRIPT_LICENSES,
    "https://club.github.io/badges/about/": addresses.page("about"),
    "https://club.github.io/badges/index.json": addresses.INDEX,
    "https://club.github.io/badges/assets/index.js": addresses.SEARCH_INDEX,
    "https://club.github.io/badges/assets/catalogue.js": addresses.CATALOGUE_SCRIPT,
    "https://club.github.io/badges/assets/colours.css": addresses.COLOURS,
    "https://club.github.io/badges/feed.xml": addresses.FEED,
    "https://club.github.io/badges/sitemap.xml": addresses.SITEMAP,
    "https://club.github.io/badges/robots.txt": addresses.ROBOTS,
    "https://club.github.io/badges/404.html": addresses.NOT_FOUND,
    "https://club.github.io/badges/_headers": addresses.HEADERS,
    "https://club.github.io/badges/.nojekyll": addresses.NO_JEKYLL,
    "https://club.github.io/badges/badges/knots/": addresses.badge_page(BADGE),
    "https://club.github.io/badges/badges/knots/badge.json": addresses.current_badge_class(BADGE),
    "https://club.github.io/badges/badges/knots/0123abcd/badge.json": addresses.frozen(BADGE, VERSION, "badge.json"),
    "https://club.github.io/badges/badges/knots/0123abcd/image.svg": addresses.frozen(BADGE, VERSION, "image.svg"),
    "https://club.github.io/badges/badges/knots/0123abcd/image.png": addresses.frozen(BADGE, VERSION, "image.png"),
    "https://club.github.io/badges/badges/knots/card.png": addresses.card(BADGE),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/": addresses.award_page(AWARD),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/assertion.json": addresses.award_file(
        AWARD, "assertion.json"
    ),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/assertion.jws.txt": addresses.award_file(
        AWARD, "assertion.jws.txt"
    ),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/credential.json": addresses.award_file(
        AWARD, "credential.json"
    ),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/credential.jwt.txt": addresses.award_file(
        AWARD, "credential.jwt.txt"
    ),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/badge.png": addresses.award_file(AWARD, "badge.png"),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/badge.svg": addresses.award_file(AWARD, "badge.svg"),
    "https://club.github.io/badges/awards/aaaabbbbccccdddd/certificate.pdf": addresses.award_file(
        AWARD, addresses.CERTIFICATE
    ),
    "https://club.github.io/badges/people/otter-7/badges.pdf": addresses.person_sheet("otter-7"),
    "https://club.github.io/badges/people/otter-7/": addresses.person_page("otter-7"),
    "https://club.github.io/badges/people/otter-7/aaaabbbbccccdddd.jwt.txt": addresses.person_token("otter-7", AWARD),
    "https://club.github.io/badges/people/otter-7/badges.zip": addresses.person_archive("otter-7"),
    "https://club.github.io/badges/people/otter-7/elsewhere-0123abcd.png": addresses.person_picture(
        "otter-7", "0123abcd", "png"
    ),
    "https://club.github.io/badges/issuers/club/": addresses.issuer_page(ISSUER),
    "https://club.github.io/badges/issuers/club/log/": addresses.log_page(ISSUER),
    "https://club.github.io/badges/issuers/club/statistics/": addresses.statistics_page(ISSUER),
    "https://club.github.io/badges/issuers/club/statistics.csv": addresses.statistics_csv(ISSUER),
    "https://club.github.io/badges/issuers/club/issuer.json": addresses.issuer_file(ISSUER, "issuer.json"),
    "https://club.github.io/badges/issuers/club/revoked.json": addresses.issuer_file(ISSUER, "revoked.json"),
    "https://club.github.io/badges/issuers/club/keys/NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs.json": addresses.key_document(
        ISSUER, KEY
    ),
    "https://club.github.io/badges/issuers/club/status/revocation-1.json": addresses.status_list(
        ISSUER, "revocation", 1
    ),
    "https://club.github.io/badges/issuers/club/groups/riverside/credential.json": addresses.group_file(
        ISSUER, "riverside", "credential.json"
    ),
    "https://club.github.io/badges/issuers/club/status/revocation-12.json": addresses.status_list(
        ISSUER, "revocation", 12
    ),
}


@pytest.mark.parametrize("url", GOLDEN)
def test_address_is_as_it_was_published(url):
    assert Addresses("https://club.github.io/badges/").url(GOLDEN[url]) == url


def test_names_of_sealed_and_frozen_files_stay():
    assert addresses.ENDORSEMENT_FORMS == ("credential.json", "endorsement.json", "endorsement.jws.txt")
    assert addresses.SEALED_FORMS == ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt")
    assert addresses.FROZEN_FORMS == ("badge.json", "image.svg", "image.png")


EDITIONS = {
    "https://club.github.io/badges/badges/knots/": ("en", "en", "en"),
    "https://club.github.io/badges/pl/badges/knots/": ("en", "en", "pl"),
    "https://club.github.io/badges/zh-hant/badges/knots/": ("en", "en", "zh-Hant"),
    "https://club.github.io/badges/badges/knots/#en": ("en", "pl", "en"),
    "https://club.github.io/badges/badges/knots/#zh-hant": ("zh-Hant", "pl", "zh-Hant"),
    "https://club.github.io/badges/ar/badges/knots/": ("en", "pl", "ar"),
}
"""First language of the site, own language of the badge, language of the edition."""


@pytest.mark.parametrize("url", EDITIONS)
def test_edition_of_a_badge_has_an_address_of_its_own(url):
    first, own, language = EDITIONS[url]
    badge = replace(BARE_BADGE, site_language=first, language=own)
    edition = badge if language == own else replace(badge, language=language, own=badge)
    assert Addresses("https://club.github.io/badges/").url(addresses.edition_page(edition)) == url


def test_badge_in_a_language_that_is_not_the_sites_first_keeps_the_plain_address():
    badge = replace(BARE_BADGE, site_language="en", language="pl")
    assert addresses.edition_page(badge) == addresses.badge_page("knots")


DIDS = {
    "did:web:badges.example.org": "https://badges.example.org/.well-known/did.json",
    "did:web:club.github.io": "https://club.github.io/.well-known/did.json",
    "did:web:club.github.io:badges": "https://club.github.io/badges/did.json",
    "did:web:badges.example.org:issuers:federation": "https://badges.example.org/issuers/federation/did.json",
    "did:web:club.github.io:badges:issuers:federation": "https://club.github.io/badges/issuers/federation/did.json",
    "did:web:badges.example.org%3A3000": "https://badges.example.org:3000/.well-known/did.json",
    "did:web:badges.example.org%3A3000:a:b": "https://badges.example.org:3000/a/b/did.json",
}
"""did:web Method Specification, "Read (Resolve)"."""


@pytest.mark.parametrize("did", DIDS)
def test_did_is_read_where_did_web_says(did):
    assert addresses.did_document_url(did) == DIDS[did]


@pytest.mark.parametrize(
    ("base_url", "issuer", "did", "path"),
    [
        ("https://badges.example.org/", "", "did:web:badges.example.org", ".well-known/did.json"),
        ("https://club.github.io/badges/", "", "did:web:club.github.io:badges", "did.json"),
        ("https://badges.example.org/", "fed", "did:web:badges.example.org:issuers:fed", "issuers/fed/did.json"),
        ("https://club.github.io/badges/", "fed", "did:web:club.github.io:badges:issuers:fed", "issuers/fed/did.json"),
        ("https://badges.example.org:3000/x/", "", "did:web:badges.example.org%3A3000:x", "did.json"),
        ("https://badges.example.org:3000/", "", "did:web:badges.example.org%3A3000", ".well-known/did.json"),
    ],
)
def test_did_of_a_site_has_its_document_on_the_site(base_url, issuer, did, path):
    assert addresses.did_for(base_url, issuer) == did
    assert Addresses(base_url).did_document(did) == path


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        ("https://club.github.io/badges/", "did:web:club.github.io"),
        ("https://club.github.io/badges/", "did:web:club.github.io:badges-of-others"),
        ("https://badges.example.org/", "did:web:other.example.org"),
    ],
)
def test_did_that_is_read_elsewhere_has_no_document_on_the_site(base_url, did):
    assert Addresses(base_url).did_document(did) is None


def test_origin_of_a_log_is_its_address_without_scheme():
    assert addresses.log_origin("https://club.github.io/badges/", "club") == "club.github.io/badges/issuers/club/log"


def test_named_link_has_one_spelling():
    url = "https://badges.example.org/awards/aaaabbbbccccdddd/"
    assert (
        addresses.named_link(url, "Zoë Ångström & Co/~1.", "c2VjcmV0LXNlY3JldC0xMg")
        == "https://badges.example.org/awards/aaaabbbbccccdddd/#n=Zo%C3%AB%20%C3%85ngstr%C3%B6m%20%26%20Co%2F~1.&k=c2VjcmV0LXNlY3JldC0xMg"
    )


@pytest.mark.parametrize(
    ("base_url", "path", "host"),
    [("https://a.example/", "/", "a.example"), ("https://a.example:81/x/y/", "/x/y/", "a.example:81")],
)
def test_parts_of_a_base_url(base_url, path, host):
    assert (Addresses(base_url).base_path, Addresses(base_url).host) == (path, host)
