"""What all files of a site are made from: the checked club, what is sealed, pictures, and the pages of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from pinback import addresses, statistics
from pinback.addresses import Addresses
from pinback.assemble.pictures import Pictures
from pinback.assemble.sealed import Sealed
from pinback.files import FileProblem, read_regular
from pinback.model import Badge, Club, Issuer, SavedBadge
from pinback.pages.award_shapes import Shown
from pinback.pages.awards import edition_values
from pinback.pages.badges import BadgeCard, badge_card, criteria_html
from pinback.pages.bound_awards import AwardPages
from pinback.pages.issuers import issuer_values
from pinback.pages.shared import Pages
from pinback.pages.theme import club_theme
from pinback.register import text_moment
from pinback.seal.plan import current_version, edition_versions
from pinback.statistics import Cell, Table

if TYPE_CHECKING:
    # What draws is loaded where something is drawn.
    from pinback.certificates import Printer

Output = tuple[str, bytes]


_MOST_SHOWN = 2_000
"""Badge versions by language whose values on award pages are kept."""
_PUBLISH = ".github/workflows/publish.yml"


def _seals_at_host(root: Path) -> bool:
    """Tell whether the club's workflow signs in an environment of the host, so that somebody approves there."""
    try:
        return b"environment: seal" in read_regular(root / _PUBLISH)
    except FileProblem:
        return False


_NOTHING: Mapping[str, Sequence[SavedBadge]] = MappingProxyType({})


class Material:
    """What the rooms of this package share.

    Attributes:
        faces: the pages in each language of the site, the first one's first.
        awards: the records by id.
        renewals: id of the award that continues another, by that other's id.
        criteria: Markdown of criteria to HTML, once for each text.
        award_pages: what makes the pages of awards, for each of the faces.
        printers: what draws PDF, by style sheet; made when the first is drawn.
        missing_letters: letters of PDF that no font has, as other processes and earlier builds have found out.
    """

    def __init__(
        self,
        root: Path,
        club: Club,
        sealed: dict[str, Sealed],
        pictures: Pictures,
        elsewhere: Mapping[str, Sequence[SavedBadge]] = _NOTHING,
    ) -> None:
        """Bind everything.

        Args:
            root: the club's folder, for static files and its own theme.
            club: the checked club.
            sealed: what each issuer has sealed.
            pictures: cleaned.
            elsewhere: badges of other issuers, by the holder's handle.
        """
        self.elsewhere = elsewhere
        self.root, self.club, self.sealed, self.pictures = root, club, sealed, pictures
        self.where = Addresses(club.site.base_url)
        self.theme = club_theme(root)
        feed = addresses.FEED if any(one.register.versions for one in sealed.values()) else ""
        at_host = _seals_at_host(root)
        self.faces = tuple(Pages(self.theme, club.site, club.pages, tag, feed, at_host) for tag in club.site.languages)
        self.criteria = lru_cache(maxsize=256)(criteria_html)
        self.awards = {award.id: award for award in club.awards if award.id}
        self.renewals = {award.renews: award.id for award in club.awards if award.renews}
        self._shown: dict[tuple[str, str], str] = {}
        self._current: dict[tuple[str, str], str] = {}
        count = sum(len(one.register.awards) for one in sealed.values())
        self.award_pages = tuple(AwardPages(pages, count) for pages in self.faces)
        self._award_values: dict[tuple[str, str, str, bytes, str], Shown] = {}
        self.printers: dict[str, Printer] = {}
        self.missing_letters: set[str] = set()
        self._frozen_at: dict[str, dict[str, dict[str, datetime]]] = {}
        self._frozen: dict[tuple[str, str, str], dict[str, bytes]] = {}
        self._lean: dict[tuple[str, str, str], bytes] = {}

    @cached_property
    def held(self) -> dict[str, list[str]]:
        """Ids of awards by the holder's handle, in the order of the records."""
        found: dict[str, list[str]] = {}
        for award in self.awards.values():
            found.setdefault(award.handle, []).append(award.id)
        return found

    @property
    def language(self) -> str:
        """The first language of the site, in which files speak that lie once."""
        return self.club.site.language

    def issuer_values(self, issuer: Issuer, pages: Pages) -> dict[str, Any]:
        """Return an issuer for a page."""
        sealed = self.sealed.get(issuer.slug)
        return issuer_values(issuer, pages.language, self.logo_path(issuer)) | {
            "demonstration": sealed is not None and sealed.register.demonstration,
            "closed": sealed is not None and bool(sealed.register.statement),
            "log": addresses.log_page(issuer.slug) if sealed is not None else "",
            "language": issuer.description.language_of(pages.tag) or self.language,
        }

    def logo_path(self, issuer: Issuer) -> str:
        """Return the path of an issuer's logo, or ""."""
        return addresses.issuer_file(issuer.slug, "logo" + Path(issuer.logo).suffix) if issuer.logo else ""

    def card(self, badge: Badge, pages: Pages) -> BadgeCard:
        """Return a badge for a list, in the edition of the page's language where there is one."""
        url = self.where.url(addresses.badge_page(badge.slug))
        edition, issuer = badge.edition(pages.tag), self.club.issuers[badge.issuer]
        return badge_card(edition, issuer, self.picture_path(badge), url, pages.language)

    def cards_of(self, issuer: str, pages: Pages) -> list[BadgeCard]:
        """Return the badges of an issuer for a list."""
        return [self.card(badge, pages) for badge in self.club.badges.values() if badge.issuer == issuer]

    def frozen(self, sealed: Sealed, badge: str, version: str) -> dict[str, bytes]:
        """Return the files of a badge version, read and checked once however many awards show it."""
        key = (sealed.store.issuer, badge, version)
        if key not in self._frozen:
            self._frozen[key] = sealed.store.version_files(sealed.register, badge, version)
        return self._frozen[key]

    def award_png(self, sealed: Sealed, badge: str, version: str) -> bytes:
        """Return the picture that documents of awards are baked into: the frozen one, or the smaller one of the lean set."""
        png = self.frozen(sealed, badge, version)["image.png"]
        if self.club.site.lean_since is None:
            return png
        key = (sealed.store.issuer, badge, version)
        if key not in self._lean:
            from pinback.images.draw import lean_png  # here, because only few clubs have a lean set of files

            self._lean[key] = lean_png(png)
        return self._lean[key]

    def shown(self, sealed: Sealed, badge: str, version: str, credential: Mapping[str, Any], pages: Pages) -> Shown:
        """Return what the awards of a badge version share on pages of a language, made once for all that say the same of it.

        Args:
            sealed: what the issuer has sealed.
            badge: slug.
            version: of the badge.
            credential: of one of the awards, as signed.
            pages: of the language.
        """
        said = orjson.dumps((credential["credentialSubject"]["achievement"], credential["issuer"]))
        key = (sealed.store.issuer, badge, version, said, pages.tag)
        if key not in self._award_values:
            if len(self._award_values) >= _MOST_SHOWN:
                self._award_values.clear()
            badge_class = orjson.loads(self.frozen(sealed, badge, version)["badge.json"])
            values = edition_values(credential, badge_class, self.criteria, pages.language)
            issuer = self.issuer_values(self.club.issuers[sealed.store.issuer], pages)
            self._award_values[key] = Shown(values, issuer, badge, version)
        return self._award_values[key]

    def picture_path(self, badge: Badge) -> str:
        """Return the path of the badge's SVG: that of the version that is shown, or its own before the first."""
        own = badge.own or badge
        version = self.shown_version(own)
        return addresses.frozen(own.slug, version, "image.svg") if version else f"assets/badges/{own.slug}.svg"

    def shown_version(self, badge: Badge) -> str:
        """Return the frozen version that says what this edition of a badge says now, else its newest, or "" before the
        first."""
        key = (badge.slug, badge.language)
        if key not in self._shown:
            sealed = self.sealed.get(badge.issuer)
            known = edition_versions(sealed.store, sealed.register, badge, self.where) if sealed else []
            self._shown[key] = self.current_version(badge) or (known[-1] if known else "")
        return self._shown[key]

    def current_version(self, badge: Badge) -> str:
        """Return the frozen version that says what this edition of a badge says now, or "" where none does."""
        key = (badge.slug, badge.language)
        if key not in self._current:
            sealed = self.sealed.get(badge.issuer)
            svg = self.pictures.badges[badge.picture]
            same = current_version(sealed.store, sealed.register, badge, self.where, svg) if sealed else ""
            self._current[key] = same
        return self._current[key]

    def frozen_at(self, badge: Badge) -> dict[str, datetime]:
        """Return when each frozen version of this edition of a badge was sealed, oldest first."""
        sealed = self.sealed.get(badge.issuer)
        if sealed is None:
            return {}
        of_edition = set(edition_versions(sealed.store, sealed.register, badge, self.where))
        moments = self.moments(sealed).get(badge.slug, {})
        return {version: moment for version, moment in moments.items() if version in of_edition}

    def moments(self, sealed: Sealed) -> dict[str, dict[str, datetime]]:
        """Return when each version of each badge was frozen, oldest first; the register is gone through once."""
        if sealed.store.issuer not in self._frozen_at:
            found: dict[str, dict[str, datetime]] = {}
            for _, line in sealed.register.lines.numbered("badge"):
                found.setdefault(line["badge"], {})[line["version"]] = text_moment(line["at"])
            self._frozen_at[sealed.store.issuer] = found
        return self._frozen_at[sealed.store.issuer]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The numbers of each issuer that has sealed, as they may be shown: the one source of numbers of awards."""
        return {slug: self._table(slug, sealed) for slug, sealed in self.sealed.items()}

    def _table(self, issuer: str, sealed: Sealed) -> Table:
        register = sealed.register
        badges = [badge.slug for badge in self.club.badges.values() if badge.issuer == issuer]
        any_dead = register.keyring.any_revoked  # asked once, and not for each award
        live = [
            (badge, id_)
            for (badge, _), ids in register.awards.by_version().items()
            for id_ in ids
            if id_ not in register.revoked and not (any_dead and register.is_dead(id_))
        ]
        # A badge without a source any more keeps its row, as its awards stand.
        badges += sorted({badge for badge, _ in live} - set(badges))
        records = self.awards
        return statistics.table(
            badges,
            [
                (badge, (records[id_].issued_on if id_ in records else register.awards[id_].at).year)
                for badge, id_ in live
            ],
        )

    def awarded(self, badge: Badge) -> Cell:
        """Return how many awards of a badge are published, not withdrawn, and not signed by a revoked key, as may be shown."""
        table = self.tables.get(badge.issuer)
        return table.of(badge.slug) if table else Cell(statistics.Shown.NUMBER, 0)

    def statistics_path(self, issuer: str) -> str:
        """Return the path of the page with the numbers of an issuer, or "" where nothing was awarded yet."""
        table = self.tables.get(issuer)
        return addresses.statistics_page(issuer) if table and table.years else ""

    def static(self, source: str) -> bytes:
        """Return a static file as it is published; drawings were cleaned when they were checked."""
        from pinback.images.photographs import clean_photograph  # here, because few clubs have a file that needs it

        return self.pictures.logos.get(source) or clean_photograph(read_regular(self.root / source), source.lower())
