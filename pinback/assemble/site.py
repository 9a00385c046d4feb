"""The whole site of a club, file by file, and in which parts it can be made (see the package)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from pinback import addresses, calendar, page_scripts, verify_page
from pinback.addresses import Addresses
from pinback.assemble.awards import award_files, due, erased_files, expires, expiries_on, in_force, waiting_files
from pinback.assemble.badges import badge_files, feed
from pinback.assemble.checking import sample_award, site_data
from pinback.assemble.indexes import HEADERS, index_bytes, redirects, robots, search_index, sitemap
from pinback.assemble.issuer_pages import issuer_files, log_files, statistics_files
from pinback.assemble.issuers import did_documents
from pinback.assemble.material import Material, Output
from pinback.assemble.people import person_files
from pinback.assemble.sealed import Sealed
from pinback.dataclass import dataclass
from pinback.pages.badges import catalogue_page
from pinback.pages.checking import verify_page as check_page
from pinback.pages.colour import style_sheet
from pinback.pages.own import home_page, not_found_page, own_page
from pinback.pages.shared import STYLE_PATH
from pinback.pages.theme import STYLE
from pinback.publish import MARK, MARK_TEXT

AT_ONCE = 200
"""Awards that one process makes at a time: about a tenth of a second of work, and little to tell about it."""
"""As many are remembered as one piece at most, and a part has about as many."""
_OF_AWARDS = ("awards", "erased")


@dataclass(frozen=True, slots=True)
class Piece:
    """Awards of a part that are remembered together: those of one badge version, which have neighbours for ever.

    Attributes:
        name: of the piece among those of its kind and issuer.
        badge: whose awards they are, or "" for erased ones.
        version: of the badge, likewise.
        ids: of the awards, in the order of sealing.
    """

    name: str
    badge: str
    version: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a site that is made in one go, whoever makes it, and in any order.

    Attributes:
        kind: "pages" (of the site itself), "verify" (the page that checks), "static" (redirects and the club's own files), "badges", "cards" (their
            preview cards), "issuer" (its page and documents), "log", "statistics", "people", "awards", "erased" or "preview".
        issuer: whose, by the folder's name; "" where the part is of no issuer.
        names: badges or handles.
        pieces: of awards, where it has them.
    """

    kind: str
    issuer: str = ""
    names: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def awards(self) -> int:
        """How many awards it has."""
        return sum(len(piece.ids) for piece in self.pieces)


def site_parts(material: Material, preview: bool = False) -> Iterator[Part]:
    """Yield the parts of a site; ``calendars`` is what else there is, once all awards are made.

    Awards stand by badge and version, so that what the pages of one badge have in common is made once by each process.

    Args:
        material: what it is made from.
        preview: whether waiting awards get a page that says so.
    """
    return gathered(smallest_parts(material, preview))


def smallest_parts(material: Material, preview: bool = False) -> Iterator[Part]:
    """Yield the same parts, but those of awards with one piece each."""
    yield Part("pages")
    yield Part("verify")
    yield Part("static")
    for kind, names in (("cards", material.club.badges), ("badges", material.club.badges)):
        yield from (Part(kind, "", (name,)) for name in names)
    for slug in material.club.issuers:
        yield Part("issuer", slug)
        if slug in material.sealed:
            yield Part("log", slug)
        if material.statistics_path(slug):
            yield Part("statistics", slug)
    yield from (Part("people", "", (handle,)) for handle in material.club.people)
    for slug, sealed in material.sealed.items():
        versions = sealed.register.awards.by_version()
        for badge, version in sorted(versions):
            for piece in _cut(f"{badge}/{version}/", badge, version, versions[badge, version]):
                yield Part("awards", slug, (), (piece,))
        for piece in _cut("", "", "", sealed.register.erased):
            yield Part("erased", slug, (), (piece,))
    if preview:
        yield Part("preview")


def _cut(name: str, badge: str, version: str, ids: Iterable[str]) -> Iterator[Piece]:
    """Yield pieces in the order of sealing: a new award changes the last of them."""
    left, number = iter(ids), 0
    while taken := tuple(islice(left, AT_ONCE)):
        yield Piece(f"{name}{number}", badge, version, taken)
        number += 1


def gathered(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts with small ones of awards put together, so that there are few of them."""
    held: Part | None = None
    for part in parts:
        if held is not None:
            if (held.kind, held.issuer) == (part.kind, part.issuer) and held.awards + part.awards <= AT_ONCE:
                held = Part(held.kind, held.issuer, (), held.pieces + part.pieces)
                continue
            yield held
            held = None
        if part.kind in _OF_AWARDS:
            held = part
        else:
            yield part
    if held is not None:
        yield held


def part_files(material: Material, part: Part, base_url: str = "") -> Iterator[Output]:
    """Yield the files of a part.

    Args:
        material: what they are made from.
        part: one of ``site_parts``.
        base_url: the address that the site is made for, where that is an older one.
    """
    club, base_url = material.club, base_url or material.club.site.base_url
    if part.kind == "pages":
        yield from _pages(material)
    elif part.kind == "verify":
        yield from _verify(material)
    elif part.kind == "static":
        yield from _static(material, base_url)
    elif part.kind == "cards":
        # Imported here and below: a build that has little to make shall not wait for what draws, and for pages that it leaves alone.
        from pinback.assemble.cards import badge_card_png

        for slug in part.names:
            yield addresses.card(slug), badge_card_png(material, club.badges[slug])
    elif part.kind == "badges":
        for slug in part.names:
            yield from badge_files(material, club.badges[slug])
    elif part.kind == "issuer":
        if sealed := material.sealed.get(part.issuer):
            yield from did_documents(part.issuer, sealed.register, base_url).items()
        yield from issuer_files(material, club.issuers[part.issuer])
    elif part.kind == "log":
        yield from log_files(material, club.issuers[part.issuer])
    elif part.kind == "statistics":
        yield from statistics_files(material, club.issuers[part.issuer])
    elif part.kind == "people":
        for handle in part.names:
            yield from person_files(material, club.people[handle])
    elif part.kind == "preview":
        yield from waiting_files(material)
        yield from _gallery(material)
    else:
        for id_ in (id_ for piece in part.pieces for id_ in piece.ids):
            yield from files_of_award(material, material.sealed[part.issuer], id_)


def files_of_award(material: Material, sealed: Sealed, id_: str) -> Iterator[Output]:
    """Yield everything that lies in the folders of an award (``award_folders``), sealed or erased."""
    register = sealed.register
    if id_ in register.erased:
        yield from erased_files(material, sealed, register.erased[id_])
        return
    known = register.awards[id_]
    for path, data in award_files(material, sealed, known):
        if material.theme.has_own_templates and path.endswith(".html"):
            # One page in many is rendered by its template; the others are filled in, and are looked at here.
            material.theme.refuse_unsafe("award.html", data.decode("utf-8"))
        yield path, data
    if material.club.site.certificates and in_force(register, id_):
        # Imported here, as wherever paper is made: most clubs want none, and what draws it takes its time to load.
        from pinback.assemble.papers import certificate

        yield addresses.award_file(id_, addresses.CERTIFICATE), certificate(material, sealed, known)


def award_folders(material: Material, id_: str) -> tuple[str, ...]:
    """Return the folders in which the files of an award lie and no others: one for each language of the site."""
    path = addresses.award_page(id_)
    return tuple(dict.fromkeys(addresses.page_in(pages.folder, path).rpartition("/")[0] for pages in material.faces))


def calendars(material: Material, expiries: Mapping[str, Iterable[calendar.Expiry]]) -> Iterator[Output]:
    """Yield the calendar of each issuer whose awards expire.

    Args:
        material: of the club.
        expiries: of its awards, by issuer.
    """
    for slug, found in expiries.items():
        if due_days := list(found):
            yield addresses.calendar(slug), due(material, material.sealed[slug], due_days)


def site_files(material: Material, preview: bool = False, base_url: str = "") -> Iterator[Output]:
    """Yield every file of the site, from this process alone.

    Args:
        material: what it is made from.
        preview: whether waiting awards get a page that says so.
        base_url: the address that it is made for, where that is an older one.
    """
    if material.club.site.certificates:
        from pinback.assemble.papers import make_ready

        make_ready(material)
    expiries: dict[str, set[calendar.Expiry]] = {slug: set() for slug in material.sealed}
    for part in site_parts(material, preview):
        for path, data in part_files(material, part, base_url):
            yield path, data
            if part.kind == "awards" and path.endswith("/credential.json"):
                register = material.sealed[part.issuer].register
                known = register.awards[path.split("/")[-2]]
                until = json.loads(data).get("validUntil")
                if until and (day := expires(material, register, known.id, until)):
                    expiries[part.issuer] |= expiries_on(material, known.badge, (day,))
    yield from calendars(material, expiries)


def _pages(material: Material) -> Iterator[Output]:
    """Yield home, catalogue, own pages, those for stewards, theme and indexes.

    They depend on no award but for this: whether an issuer has awarded at all, and whether it has numbers to show.
    """
    from pinback.assemble.admin import admin_files

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
    yield from admin_files(material)
    yield addresses.NOT_FOUND, not_found_page(material.faces[0])
    yield STYLE_PATH, material.theme.asset(STYLE)
    for name in page_scripts.NAMES:
        yield addresses.page_script(name), page_scripts.script(name)
    yield addresses.PAGE_SCRIPT_LICENSES, page_scripts.licenses()
    if club.site.colour:
        yield addresses.COLOURS, style_sheet(club.site.colour)
    if material.faces[0].feed:
        yield addresses.FEED, feed(material)
    yield addresses.INDEX, index_bytes(material)
    yield addresses.SEARCH_INDEX, search_index(material)
    yield addresses.SITEMAP, sitemap(material)
    yield addresses.ROBOTS, robots(material)
    yield addresses.HEADERS, HEADERS
    yield MARK, MARK_TEXT


def _static(material: Material, base_url: str) -> Iterator[Output]:
    """Yield redirects of erased awards for the site at *base_url*, and the club's static files."""
    if rules := redirects(material, Addresses(base_url).base_path):
        yield addresses.REDIRECTS, rules
    for file in material.club.static:
        yield file.target, material.static(file.source)


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
    yield addresses.VOUCHING_SCRIPT, verify_page.second_script()
    yield addresses.VERIFY_LICENSES, verify_page.licenses()


def _gallery(material: Material) -> Iterator[Output]:
    """Yield the page that shows every piece of the theme, for the person who changes it."""
    from pinback.pages.gallery import gallery_page

    for pages in material.faces:
        cards = [material.card(badge, pages) for badge in material.club.badges.values()]
        issuers = [material.issuer_values(issuer, pages) for issuer in material.club.issuers.values()]
        yield addresses.page_in(pages.folder, addresses.GALLERY), gallery_page(pages, cards, issuers)
    yield addresses.GALLERY_STYLE, material.theme.asset("gallery.css")


def _sample(material: Material) -> bytes:
    """Return a credential of the club's own to try, or nothing."""
    issuer, id_ = sample(material)
    if not id_:
        return b""
    sealed = material.sealed[issuer]
    return sealed.store.award_files(sealed.register.awards[id_])["credential.json"]


def sample(material: Material) -> tuple[str, str]:
    """Return issuer and id of an award to try, or "" for both."""
    for slug, sealed in material.sealed.items():
        if id_ := sample_award(sealed.register, material.awards):
            return slug, id_
    return "", ""
