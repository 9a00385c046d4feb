"""The whole site of a club, file by file (see the package)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from pinback import addresses, calendar, page_scripts, verify_page
from pinback.addresses import Addresses
from pinback.assemble.admin import admin_files
from pinback.assemble.awards import award_files, due, erased_files, expiry, in_force, waiting_files
from pinback.assemble.badges import badge_files, feed
from pinback.assemble.checking import sample_award, site_data
from pinback.assemble.indexes import HEADERS, index_bytes, redirects, robots, search_index, sitemap
from pinback.assemble.issuer_pages import issuer_files
from pinback.assemble.issuers import did_documents
from pinback.assemble.material import Material, Output
from pinback.assemble.papers import certificate, make_ready
from pinback.assemble.people import person_files
from pinback.pages.badges import catalogue_page
from pinback.pages.checking import verify_page as check_page
from pinback.pages.colour import style_sheet
from pinback.pages.gallery import gallery_page
from pinback.pages.own import home_page, not_found_page, own_page
from pinback.pages.shared import STYLE_PATH
from pinback.pages.theme import STYLE
from pinback.publish import MARK, MARK_TEXT


def site_files(material: Material, preview: bool = False, base_url: str = "") -> Iterator[Output]:
    """Yield every file of the site.

    Args:
        material: what it is made from.
        preview: whether waiting awards get a page that says so.
        base_url: the address that it is made for, where that is an older one.
    """
    base_url = base_url or material.club.site.base_url
    if material.club.site.certificates:
        make_ready(material)
    yield from _furniture(material, base_url)
    for slug, sealed in material.sealed.items():
        yield from did_documents(slug, sealed.register, base_url).items()
    for badge in material.club.badges.values():
        yield from badge_files(material, badge)
    for sealed in material.sealed.values():
        expiries: list[calendar.Expiry] = []
        for known in sealed.register.awards.values():
            for path, data in award_files(material, sealed, known):
                yield path, data
                if path.endswith("/credential.json"):
                    expiries += expiry(material, sealed.register, known, json.loads(data))
            if material.club.site.certificates and in_force(sealed.register, known.id):
                yield addresses.award_file(known.id, addresses.CERTIFICATE), certificate(material, sealed, known)
        for gone in sealed.register.erased.values():
            yield from erased_files(material, sealed, gone)
        if expiries:
            yield addresses.calendar(sealed.store.issuer), due(material, sealed, expiries)
    for issuer in material.club.issuers.values():
        yield from issuer_files(material, issuer)
    for person in material.club.people.values():
        yield from person_files(material, person)
    if preview:
        yield from waiting_files(material)
        yield from _gallery(material)


def _furniture(material: Material, base_url: str) -> Iterator[Output]:
    """Yield home, catalogue, own pages, theme, static files and indexes of the site at *base_url*."""
    club = material.club
    welcome = next((page for page in club.pages if page.slug == "index"), None)
    for pages in material.faces:
        cards = [material.card(badge, pages) for badge in club.badges.values()]
        issuers = {slug: material.issuer_values(issuer, pages) for slug, issuer in club.issuers.items()}

        def at(path: str, folder: str = pages.folder) -> str:
            return addresses.page_in(folder, path)

        yield at(addresses.HOME), home_page(pages, welcome, cards, list(issuers.values()))
        yield at(addresses.CATALOGUE), catalogue_page(pages, cards, list(issuers.values()))
        for page in club.pages:
            if page.slug != "index":
                yield at(addresses.page(page.slug)), own_page(pages, page)
    yield from _verify(material)
    yield from admin_files(material)
    yield addresses.NOT_FOUND, not_found_page(material.faces[0])
    yield STYLE_PATH, material.theme.asset(STYLE)
    for name in page_scripts.NAMES:
        yield addresses.page_script(name), page_scripts.script(name)
    yield addresses.PAGE_SCRIPT_LICENSES, page_scripts.licenses()
    for file in club.static:
        yield file.target, material.static(file.source)
    if club.site.colour:
        yield addresses.COLOURS, style_sheet(club.site.colour)
    if material.faces[0].feed:
        yield addresses.FEED, feed(material)
    yield addresses.INDEX, index_bytes(material)
    yield addresses.SEARCH_INDEX, search_index(material)
    yield addresses.SITEMAP, sitemap(material)
    yield addresses.ROBOTS, robots(material)
    yield addresses.HEADERS, HEADERS
    if rules := redirects(material, Addresses(base_url).base_path):
        yield addresses.REDIRECTS, rules
    yield MARK, MARK_TEXT


def _verify(material: Material) -> Iterator[Output]:
    """Yield the page that checks badges, and its script with the licences of what others wrote of it."""
    club = material.club
    known = [(club.issuers[slug], sealed) for slug, sealed in material.sealed.items()]
    versions = [
        material.frozen(sealed, badge.slug, version)["badge.json"]
        for badge in club.badges.values()
        if (sealed := material.sealed.get(badge.issuer))
        for version in sealed.register.versions_of(badge.slug)
    ]
    issuers = [(issuer, sealed, material.logo_path(issuer)) for issuer, sealed in known]
    data = site_data(issuers, material.language, club.site.base_url, versions, _sample(material))
    text, digest = verify_page.block(data)
    as_of = datetime.fromisoformat(data["as_of"]) if data["as_of"] else None
    for pages in material.faces:
        values = [material.issuer_values(issuer, pages) for issuer, _ in known]
        page = check_page(pages, text, digest, as_of, values, bool(data["samples"]))
        yield addresses.page_in(pages.folder, addresses.VERIFY), page
    yield addresses.VERIFY_SCRIPT, verify_page.script()
    yield addresses.VERIFY_LICENSES, verify_page.licenses()


def _gallery(material: Material) -> Iterator[Output]:
    """Yield the page that shows every piece of the theme, for the person who changes it."""
    for pages in material.faces:
        cards = [material.card(badge, pages) for badge in material.club.badges.values()]
        issuers = [material.issuer_values(issuer, pages) for issuer in material.club.issuers.values()]
        yield addresses.page_in(pages.folder, addresses.GALLERY), gallery_page(pages, cards, issuers)
    yield addresses.GALLERY_STYLE, material.theme.asset("gallery.css")


def _sample(material: Material) -> bytes:
    """Return a credential of the club's own to try, or nothing."""
    for sealed in material.sealed.values():
        if id_ := sample_award(sealed.register, material.awards):
            return sealed.store.award_files(sealed.register.awards[id_])["credential.json"]
    return b""
