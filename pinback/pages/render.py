"""One function a page: values from ``views`` into a template of the theme, bytes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.model import Badge, Issuer, Page, Site
from pinback.pages.markdown import to_html
from pinback.pages.theme import Theme
from pinback.pages.views import BadgeCard, Where, alt_text, common, criteria_html, day_text, result_range, words

STYLE_PATH = "assets/style.css"


class Pages:
    """The pages of one site.

    Attributes:
        navigation: title and path of the club's own pages, shown on every page.
    """

    def __init__(self, theme: Theme, site: Site, own_pages: Sequence[Page]) -> None:
        """Bind theme and site."""
        self.theme = theme
        self.site = site
        self.where = Addresses(site.base_url)
        self.navigation = [(page.title, addresses.page(page.slug)) for page in own_pages if page.slug != "index"]

    def _page(
        self,
        template: str,
        path: str,
        title: str,
        description: str,
        values: Mapping[str, Any],
        noindex: bool = False,
        absolute: bool = False,
    ) -> bytes:
        where = Where(path, self.where, absolute)
        shared = common(self.site, where, title, description, noindex)
        shared["navigation"] = self.navigation
        shared["style"] = STYLE_PATH
        return self.theme.render(template, {**shared, **values})

    def home(self, welcome: str, cards: Sequence[BadgeCard], issuers: Sequence[Mapping[str, Any]]) -> bytes:
        """Return the home page."""
        where = Where(addresses.HOME, self.where)
        title = self.site.title.in_language(self.site.language)
        description = self.site.description.in_language(self.site.language)
        values = {"welcome": to_html(welcome, 2, where.link).html, "cards": cards, "issuers": issuers}
        return self._page("home.html", addresses.HOME, title, description, values)

    def catalogue(self, groups: Sequence[tuple[Mapping[str, Any], Sequence[BadgeCard]]]) -> bytes:
        """Return the catalogue: badges under their issuers."""
        count = sum(len(cards) for _, cards in groups)
        description = f"All {count} badges and what they ask for"
        return self._page(
            "catalogue.html", addresses.CATALOGUE, "Badges", description, {"groups": groups, "count": count}
        )

    def badge(
        self, badge: Badge, issuer: Mapping[str, Any], picture: str, files: Mapping[str, str], count: int
    ) -> bytes:
        """Return a badge's page.

        Args:
            badge: as its source reads now.
            issuer: values of its issuer.
            picture: path of the SVG.
            files: paths of ``badge.json``, ``image.svg`` and ``image.png`` of the newest frozen version, or empty.
            count: how many were awarded and not withdrawn.
        """
        language = badge.language
        name, description = badge.name.in_language(language), badge.description.in_language(language)
        values = {
            "badge": {
                "name": name,
                "description": description,
                "alt": alt_text(badge),
                "type": words(badge.type),
                "criteria": criteria_html(badge.criteria),
                "tags": badge.tags,
                "alignment": badge.alignment,
                "results": [{"name": result.name, "range": result_range(result)} for result in badge.results],
                "credits": badge.credits,
                "language": language,
            },
            "issuer": issuer,
            "picture": picture,
            "files": files,
            "count": count,
        }
        path = addresses.badge_page(badge.slug)
        return self._page("badge.html", path, name, description, values)

    def award(
        self, path: str, award: Mapping[str, Any], issuer: Mapping[str, Any], badge_path: str, files: Mapping[str, str]
    ) -> bytes:
        """Return the page of a sealed award. *files* are paths by name."""
        title = award["badge_name"]
        description = f"Awarded by {award['issuer_name']} on {award['awarded_text']}"
        if award["withdrawn"]:
            description = f"Withdrawn by {award['issuer_name']} on {award['withdrawn']['on']}"
        elif award["suspended"]:
            description = f"Suspended by {award['issuer_name']} since {award['suspended']['since']}"
        elif award["dead"]:
            description = "Signed with a stolen key; do not believe this award"
        values = {"award": award, "issuer": issuer, "badge_path": badge_path, "files": files}
        return self._page("award.html", path, title, description, values, noindex=True)

    def erased(self, path: str, issuer: Mapping[str, Any]) -> bytes:
        """Return the page that stays of an erased award."""
        return self._page(
            "erased.html", path, "Withdrawn", "This award was withdrawn", {"issuer": issuer}, noindex=True
        )

    def forward(self, path: str, old: Addresses) -> bytes:
        """Return the page at an old address that sends people to the same page of the site as it is now.

        Args:
            path: of the page; 404, which answers for pages that nobody knows, sends to the home page.
            old: the addresses of the site that it lies on.
        """
        lost = path == addresses.NOT_FOUND
        title = "This page has moved"
        values = common(self.site, Where(path, old, absolute=lost), title, title, noindex=True)
        values |= {
            "canonical": self.where.url(addresses.HOME if lost else path),
            "navigation": self.navigation,
            "style": STYLE_PATH,
            "forward_script": addresses.FORWARD_SCRIPT,
        }
        return self.theme.render("forward.html", values)

    def waiting_award(self, path: str, badge: Badge, issuer: Mapping[str, Any], picture: str, issued: date) -> bytes:
        """Return the page of an award that is not sealed yet; it exists in previews only."""
        title = badge.name.in_language(badge.language)
        values = {
            "badge_name": title,
            "alt": alt_text(badge),
            "issuer": issuer,
            "picture": picture,
            "issued": issued,
            "issued_text": day_text(issued),
            "badge_path": addresses.badge_page(badge.slug),
        }
        return self._page("waiting.html", path, title, "This award is not issued yet", values, noindex=True)

    def issuer(
        self,
        issuer: Issuer,
        values: Mapping[str, Any],
        cards: Sequence[BadgeCard],
        keys: Sequence[Mapping[str, str]],
        relations: Mapping[str, Any],
    ) -> bytes:
        """Return an issuer's page."""
        name = values["name"]
        filled = {"issuer": values, "cards": cards, "keys": keys, **relations}
        return self._page(
            "issuer.html", addresses.issuer_page(issuer.slug), name, values["description"] or name, filled
        )

    def verify(
        self, data: str, data_sha256: str, as_of: datetime | None, issuers: Sequence[Any], samples: bool
    ) -> bytes:
        """Return the page that checks badges.

        Args:
            data: JSON that can stand in a ``<script>``.
            data_sha256: its SHA-256, base64url.
            as_of: moment of the newest line of the registers, or None.
            issuers: values of those whose keys and lists are in the data.
            samples: whether there is a badge to try.
        """
        values = {
            "script": addresses.VERIFY_SCRIPT,
            "data": data,
            "data_sha256": data_sha256,
            "as_of": f"{as_of:%Y-%m-%dT%H:%M:%SZ}" if as_of else "",
            "as_of_text": f"{day_text(as_of.date())}, {as_of:%H:%M} UTC" if as_of else "",
            "issuers": issuers,
            "samples": samples,
        }
        description = "Check a badge of any issuer: is it genuine, is it in force, and whose is it?"
        return self._page("verify.html", addresses.VERIFY, "Check a badge", description, values)

    def own(self, page: Page) -> bytes:
        """Return one of the club's own pages."""
        path = addresses.page(page.slug)
        content = to_html(page.markdown, 2, Where(path, self.where).link).html
        return self._page("page.html", path, page.title, page.title, {"content": content})

    def not_found(self) -> bytes:
        """Return the page 404."""
        return self._page("404.html", addresses.NOT_FOUND, "Page not found", "There is no such page", {}, True, True)
