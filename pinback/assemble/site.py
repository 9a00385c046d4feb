"""The whole site of a club, file by file (see the package)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pinback import addresses, calendar, verify_page
from pinback.addresses import Addresses
from pinback.assemble.checking import sample_award, site_data
from pinback.assemble.issuers import Sealed, did_documents, issuer_documents, key_values
from pinback.files import read_regular
from pinback.formats import ob2
from pinback.images.png import OB2_KEYWORD, OB3_KEYWORD, bake_png
from pinback.images.svg import bake_svg
from pinback.model import Award, Badge, Club, Issuer
from pinback.outputs import json_bytes, xml_text
from pinback.pages.render import STYLE_PATH, Pages
from pinback.pages.theme import STYLE, Theme
from pinback.pages.views import BadgeCard, Fate, award_values, badge_card, criteria_html, issuer_values
from pinback.publish import MARK, MARK_TEXT
from pinback.register import Erased, Register, SealedAward, text_moment
from pinback.seal.plan import current_version

Output = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Pictures:
    """Cleaned pictures by path in the club's folder: badges as SVG, logos as they are."""

    badges: dict[str, bytes]
    logos: dict[str, bytes]


class Assembly:
    """The site of one club."""

    def __init__(self, root: Path, club: Club, sealed: dict[str, Sealed], pictures: Pictures, preview: bool) -> None:
        """Bind everything that the files are made from.

        Args:
            root: the club's folder, for static files and its own theme.
            club: the checked club.
            sealed: by issuer, for those that have a register.
            pictures: cleaned pictures.
            preview: whether waiting awards get a page that says so.
        """
        own_theme = root / "theme"
        self.root, self.club, self.sealed, self.pictures, self.preview = root, club, sealed, pictures, preview
        self.where = Addresses(club.site.base_url)
        self.theme = Theme(own_theme if own_theme.is_dir() or own_theme.is_symlink() else None)
        self.pages = Pages(self.theme, club.site, club.pages)
        self.criteria = lru_cache(maxsize=256)(criteria_html)
        self.language = club.site.language
        self.awards = {award.id: award for award in club.awards if award.id}
        self.renewals = {award.renews: award.id for award in club.awards if award.renews}
        self.versions: dict[str, str] = {}
        self._frozen: dict[tuple[str, str, str], dict[str, bytes]] = {}

    def outputs(self, base_url: str = "") -> Iterator[Output]:
        """Yield every file of the site; *base_url* is the address that it is made for, where that is an older one."""
        base_url = base_url or self.club.site.base_url
        yield from self.furniture(base_url)
        yield from self.did_documents(base_url)
        for issuer in self.club.issuers.values():
            yield from self.issuer(issuer)
        for badge in self.club.badges.values():
            yield from self.badge(badge)
        for sealed in self.sealed.values():
            expiries: list[calendar.Expiry] = []
            for known in sealed.register.awards.values():
                for path, data in self.award(sealed, known):
                    yield path, data
                    if path.endswith("/credential.json"):
                        expiries += self.expiry(sealed.register, known, json.loads(data))
            for gone in sealed.register.erased.values():
                yield from self.erased(sealed, gone)
            if expiries:
                yield addresses.calendar(sealed.store.issuer), self.due(sealed, expiries)
        if self.preview:
            yield from self.waiting()

    # Pages and files of the site as a whole.

    def furniture(self, base_url: str) -> Iterator[Output]:
        """Yield home, catalogue, own pages, theme, static files and indexes of the site at *base_url*."""
        site = self.club.site
        cards = [self.card(badge) for badge in self.club.badges.values()]
        issuers = [self.issuer_values(issuer) for issuer in self.club.issuers.values()]
        welcome = next((page.markdown for page in self.club.pages if page.slug == "index"), "")
        yield addresses.HOME, self.pages.home(welcome, cards, issuers)
        groups = [
            (
                self.issuer_values(issuer),
                [self.card(badge) for badge in self.club.badges.values() if badge.issuer == slug],
            )
            for slug, issuer in self.club.issuers.items()
        ]
        yield addresses.CATALOGUE, self.pages.catalogue([group for group in groups if group[1]])
        for page in self.club.pages:
            if page.slug != "index":
                yield addresses.page(page.slug), self.pages.own(page)
        yield from self.verify()
        yield addresses.NOT_FOUND, self.pages.not_found()
        yield STYLE_PATH, self.theme.asset(STYLE)
        for file in self.club.static:
            yield file.target, self.static(file.source)
        yield addresses.INDEX, self.index_bytes()
        yield addresses.SITEMAP, self.sitemap()
        # NOTE: award pages carry noindex, which a crawler only reads where robots.txt lets it in.
        yield (
            addresses.ROBOTS,
            f"User-agent: *\nAllow: /\nSitemap: {site.base_url}{addresses.SITEMAP}\n".encode("ascii"),
        )
        yield addresses.HEADERS, HEADERS
        if redirects := self.redirects(Addresses(base_url).base_path):
            yield addresses.REDIRECTS, redirects
        yield MARK, MARK_TEXT

    def verify(self) -> Iterator[Output]:
        """Yield the page that checks badges, and its script with the licences of what others wrote of it."""
        issuers = [
            (self.club.issuers[slug], sealed, self.logo_path(self.club.issuers[slug]))
            for slug, sealed in self.sealed.items()
        ]
        versions = [
            self.frozen(sealed, badge.slug, version)["badge.json"]
            for badge in self.club.badges.values()
            if (sealed := self.sealed.get(badge.issuer))
            for version in sealed.register.versions_of(badge.slug)
        ]
        data = site_data(issuers, self.language, self.club.site.base_url, versions, self.sample())
        text, digest = verify_page.block(data)
        as_of = datetime.fromisoformat(data["as_of"]) if data["as_of"] else None
        values = [self.issuer_values(issuer) for issuer, _, _ in issuers]
        yield addresses.VERIFY, self.pages.verify(text, digest, as_of, values, bool(data["samples"]))
        yield addresses.VERIFY_SCRIPT, verify_page.script()
        yield addresses.VERIFY_LICENSES, verify_page.licenses()

    def sample(self) -> bytes:
        """Return a credential of the club's own to try, or nothing."""
        for sealed in self.sealed.values():
            if id_ := sample_award(sealed.register, self.awards):
                return sealed.store.award_files(sealed.register.awards[id_])["credential.json"]
        return b""

    def static(self, source: str) -> bytes:
        """Return a static file; pictures were cleaned when they were checked."""
        return self.pictures.logos.get(source) or read_regular(self.root / source)

    def index_bytes(self) -> bytes:
        """Return ``index.json`` as published."""
        return json_bytes(self.index())

    def index(self) -> dict[str, Any]:
        """Return ``index.json``: issuers and badges for programs; awards are listed nowhere."""
        return {
            "title": self.club.site.title.in_language(self.language),
            "url": self.club.site.base_url,
            "issuers": [
                {
                    "name": issuer.name.in_language(self.language),
                    "url": self.where.url(addresses.issuer_page(issuer.slug)),
                    "did": issuer.did,
                    "profile": self.where.url(addresses.profile(issuer.slug, self.newest_profile(issuer.slug))),
                }
                for issuer in self.club.issuers.values()
            ],
            "badges": [
                {
                    "name": badge.name.in_language(badge.language),
                    "description": badge.description.in_language(badge.language),
                    "url": self.where.url(addresses.badge_page(badge.slug)),
                    "image": self.where.url(self.picture_path(badge)),
                    "issuer": self.where.url(addresses.issuer_page(badge.issuer)),
                    "tags": list(badge.tags),
                    "language": badge.language,
                }
                for badge in self.club.badges.values()
            ],
        }

    def newest_profile(self, issuer: str) -> int:
        """Return the number of the profile that new awards name."""
        return self.sealed[issuer].register.profiles[-1].number if issuer in self.sealed else 1

    def sitemap(self) -> bytes:
        """Return the sitemap: pages that want to be found, so no awards."""
        paths = [addresses.HOME, addresses.CATALOGUE, addresses.VERIFY]
        paths += [addresses.page(page.slug) for page in self.club.pages if page.slug != "index"]
        paths += [addresses.badge_page(slug) for slug in self.club.badges]
        paths += [addresses.issuer_page(slug) for slug in self.club.issuers]
        entries = "".join(f"<url><loc>{xml_text(self.where.url(path))}</loc></url>\n" for path in paths)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        return f"{head}{entries}</urlset>\n".encode()

    def redirects(self, base: str) -> bytes:
        """Return the rules by which hosts that can (Netlify) answer 410 Gone at the addresses of erased awards.

        Args:
            base: the path part of the site's address.
        """
        gone = [id_ for sealed in self.sealed.values() for id_ in sealed.register.erased]
        return "".join(f"{base}awards/{id_}/* {base}{addresses.award_page(id_)} 410!\n" for id_ in sorted(gone)).encode(
            "ascii"
        )

    def did_documents(self, base_url: str) -> Iterator[Output]:
        """Yield the DID documents of all issuers that lie on the site at *base_url*."""
        for slug, sealed in self.sealed.items():
            yield from did_documents(slug, sealed.register, base_url).items()

    # Issuers.

    def issuer(self, issuer: Issuer) -> Iterator[Output]:
        """Yield an issuer's page and documents."""
        logo = self.logo_path(issuer)
        if logo:
            yield logo, self.pictures.logos[f"issuers/{issuer.slug}/{issuer.logo}"]
        sealed = self.sealed.get(issuer.slug)
        keys: list[dict[str, str]] = []
        if sealed is not None:
            yield from issuer_documents(issuer, sealed, self.language, logo)
            keys = key_values(sealed.register)
        cards = [self.card(badge) for badge in self.club.badges.values() if badge.issuer == issuer.slug]
        parent = self.club.issuers.get(issuer.parent)
        relations = {
            "parent": self.issuer_values(parent) if parent else None,
            "children": [
                self.issuer_values(other) for other in self.club.issuers.values() if other.parent == issuer.slug
            ],
        }
        yield (
            addresses.issuer_page(issuer.slug),
            self.pages.issuer(issuer, self.issuer_values(issuer), cards, keys, relations),
        )

    def issuer_values(self, issuer: Issuer) -> dict[str, Any]:
        """Return an issuer for a page."""
        sealed = self.sealed.get(issuer.slug)
        return issuer_values(issuer, self.language, self.logo_path(issuer)) | {
            "demonstration": sealed is not None and sealed.register.demonstration,
            "closed": sealed is not None and bool(sealed.register.statement),
        }

    def logo_path(self, issuer: Issuer) -> str:
        """Return the path of an issuer's logo, or ""."""
        return addresses.issuer_file(issuer.slug, "logo" + Path(issuer.logo).suffix) if issuer.logo else ""

    # Badges.

    def badge(self, badge: Badge) -> Iterator[Output]:
        """Yield a badge's page, its frozen versions, and the current BadgeClass."""
        sealed = self.sealed.get(badge.issuer)
        versions = sealed.register.versions_of(badge.slug) if sealed else {}
        files: dict[str, str] = {}
        current = b""
        for version in versions:
            assert sealed is not None
            for name, data in self.frozen(sealed, badge.slug, version).items():
                files[name] = addresses.frozen(badge.slug, version, name)
                yield files[name], data
                if name == "badge.json" and version == self.shown_version(badge):
                    current = data
        if versions:
            files = {name: addresses.frozen(badge.slug, self.shown_version(badge), name) for name in files}
            files["badge.json"] = addresses.current_badge_class(badge.slug)
            yield files["badge.json"], current
        picture = self.picture_path(badge)
        if not versions:
            yield picture, self.pictures.badges[badge.picture]
        issuer = self.issuer_values(self.club.issuers[badge.issuer])
        yield addresses.badge_page(badge.slug), self.pages.badge(badge, issuer, picture, files, self.count(badge))

    def frozen(self, sealed: Sealed, badge: str, version: str) -> dict[str, bytes]:
        """Return the files of a badge version, read and checked once however many awards show it."""
        key = (sealed.store.issuer, badge, version)
        if key not in self._frozen:
            self._frozen[key] = sealed.store.version_files(sealed.register, badge, version)
        return self._frozen[key]

    def picture_path(self, badge: Badge) -> str:
        """Return the path of the badge's SVG: that of the version that is shown, or its own before the first."""
        version = self.shown_version(badge)
        return addresses.frozen(badge.slug, version, "image.svg") if version else f"assets/badges/{badge.slug}.svg"

    def shown_version(self, badge: Badge) -> str:
        """Return the frozen version that says what the badge says now, else the newest, or "" before the first."""
        if badge.slug not in self.versions:
            sealed = self.sealed.get(badge.issuer)
            known = list(sealed.register.versions_of(badge.slug)) if sealed else []
            svg = self.pictures.badges[badge.picture]
            same = current_version(sealed.store, sealed.register, badge, self.where, svg) if sealed else ""
            self.versions[badge.slug] = same or (known[-1] if known else "")
        return self.versions[badge.slug]

    def card(self, badge: Badge) -> BadgeCard:
        """Return a badge for a list."""
        return badge_card(badge, self.club.issuers[badge.issuer], self.picture_path(badge), self.language)

    def count(self, badge: Badge) -> int:
        """Return how many awards of a badge are published, not withdrawn, and not signed by a revoked key."""
        return sum(
            known.badge == badge.slug and id_ not in sealed.register.revoked and not sealed.register.is_dead(id_)
            for sealed in self.sealed.values()
            for id_, known in sealed.register.awards.items()
        )

    # Awards.

    def award(self, sealed: Sealed, known: SealedAward) -> Iterator[Output]:
        """Yield the six files and the page of one sealed award."""
        documents = sealed.store.award_files(known)
        frozen = self.frozen(sealed, known.badge, known.version)
        register = sealed.register
        withdrawal = register.revoked.get(known.id)
        if withdrawal or known.id in register.suspended or register.is_dead(known.id):
            code = withdrawal.code if withdrawal else ""
            documents["assertion.json"] = json_bytes(
                ob2.revoked_assertion(json.loads(documents["assertion.json"]), code)
            )
        texts = {name: data.decode("utf-8") for name, data in documents.items()}
        baked_png = bake_png(
            frozen["image.png"], {OB2_KEYWORD: texts["assertion.json"], OB3_KEYWORD: texts["credential.json"]}
        )
        baked_svg = bake_svg(frozen["image.svg"], texts["assertion.jws.txt"], texts["credential.json"])
        files = {**documents, "badge.png": baked_png, "badge.svg": baked_svg}
        for name, data in files.items():
            yield addresses.award_file(known.id, name), data
        values = award_values(
            json.loads(texts["credential.json"]),
            json.loads(frozen["badge.json"]),
            self.fate(register, known.id),
            self.criteria,
        )
        paths = {name: addresses.award_file(known.id, name) for name in files}
        paths["picture"] = addresses.frozen(known.badge, known.version, "image.svg")
        issuer = self.issuer_values(self.club.issuers[self.club.badges[known.badge].issuer])
        page = addresses.award_page(known.id)
        yield page, self.pages.award(page, values, issuer, addresses.badge_page(known.badge), paths)

    def expiry(self, register: Register, known: SealedAward, credential: dict[str, Any]) -> Iterator[calendar.Expiry]:
        """Yield when an award expires, by its signed credential, while it lives and no sealed one continues it."""
        renewal = self.renewals.get(known.id, "")
        continued = renewal in register.awards and renewal not in register.revoked
        if known.id not in register.revoked and not continued and "validUntil" in credential:
            badge = self.club.badges[known.badge]
            day = text_moment(credential["validUntil"]).date()
            page = self.where.url(addresses.badge_page(known.badge))
            yield calendar.Expiry(day, known.badge, badge.name.in_language(self.language), page)

    def due(self, sealed: Sealed, expiries: list[calendar.Expiry]) -> bytes:
        """Return the calendar of what an issuer's awards expire; its time is that of the register's last line."""
        name = self.club.issuers[sealed.store.issuer].name.in_language(self.language)
        stamp = text_moment(sealed.register.lines[-1]["at"])
        return calendar.ics(name, self.where.host, stamp, expiries)

    def fate(self, register: Register, id_: str) -> Fate:
        """Return what became of an award, from register and record; a record that asks for erasure says nothing."""
        record, withdrawal = self.awards.get(id_), register.revoked.get(id_)
        withdrawn = None
        if withdrawal:
            asked = record.revoked if record else None
            withdrawn = (withdrawal.code, asked.on if asked else withdrawal.at.date())
        paused = register.suspended.get(id_)
        return Fate(
            name=record.name if record and record.public else "",
            withdrawn=withdrawn,
            suspended=(record.suspended if record and record.suspended else paused.date()) if paused else None,
            dead=register.is_dead(id_),
            replaced_by=self.page_of(register, register.superseded.get(id_, "")),
            corrects=self.page_of(register, record.supersedes if record else ""),
            renewed_by=self.page_of(register, self.renewals.get(id_, "")),
            renews=self.page_of(register, record.renews if record else ""),
        )

    def page_of(self, register: Register, id_: str) -> str:
        """Return the path of another award's page, or "" where it has none."""
        return addresses.award_page(id_) if id_ in register.awards else ""

    def erased(self, sealed: Sealed, gone: Erased) -> Iterator[Output]:
        """Yield the page that stays of an erased award, and the word for readers of OB 2.0; both say nothing else."""
        register, path = sealed.register, addresses.award_page(gone.id)
        yield path, self.pages.erased(path, self.issuer_values(self.club.issuers[sealed.store.issuer]))
        where = Addresses(register.place_of(register.list_places[gone.list]).base_url)
        yield addresses.award_file(gone.id, "assertion.json"), json_bytes(ob2.erased_assertion(where, gone.id))

    def waiting(self) -> Iterator[Output]:
        """Yield a page for each award that is not sealed yet."""
        for number, award in enumerate(waiting_awards(self.club, self.sealed)):
            badge = self.club.badges[award.badge]
            path = addresses.award_page(award.id or f"not-issued-{number + 1}")
            issuer = self.issuer_values(self.club.issuers[badge.issuer])
            yield (
                path,
                self.pages.waiting_award(path, badge, issuer, self.picture_path(badge), award.issued_on),
            )


HEADERS = b"""/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  X-Frame-Options: DENY
/*.json
  Access-Control-Allow-Origin: *
/awards/*.json
  Content-Type: application/ld+json
/badges/*.json
  Content-Type: application/ld+json
/issuers/*.json
  Content-Type: application/ld+json
/issuers/*/log/checkpoint
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/*.txt
  Content-Type: text/plain; charset=utf-8
  Access-Control-Allow-Origin: *
/*.png
  Access-Control-Allow-Origin: *
/*.svg
  Access-Control-Allow-Origin: *
"""
"""Headers for Netlify and Cloudflare Pages; GitHub Pages sends its own and ignores the file."""


def waiting_awards(club: Club, sealed: dict[str, Sealed]) -> list[Award]:
    """Return the awards that no register knows yet."""
    known = {id_ for one in sealed.values() for id_ in one.register.awards}
    return [award for award in club.awards if award.id not in known]
