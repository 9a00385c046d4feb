"""What all pages of one language share: theme, words, navigation, the values that every template has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.model import Page, Site
from pinback.pages.language import Language
from pinback.pages.place import Where
from pinback.pages.theme import Theme

STYLE_PATH = "assets/style.css"


class Pages:
    """The pages of one site in one language.

    Attributes:
        language: theirs.
        folder: below which they lie: "" for the first language of the site.
        others: language and folder of all languages of the site, this one among them.
        navigation: title, path and language of the club's own pages, shown on every page.
        feed: path of the feed of badges, or "" where there is none.
    """

    def __init__(self, theme: Theme, site: Site, own_pages: Sequence[Page], tag: str, feed: str = "") -> None:
        """Bind theme, site and one of its languages."""
        self.theme = theme
        self.site = site
        self.feed = feed
        self.where = Addresses(site.base_url)
        self.language: Language = theme.language(tag)
        self.folder = addresses.language_folder(tag, site.language)
        self.others = [
            (theme.language(other), addresses.language_folder(other, site.language)) for other in site.languages
        ]
        own = [(page.in_language(tag), page.slug) for page in own_pages if page.slug != "index"]
        self.navigation = [(page.title, addresses.page(slug), page.language) for page, slug in own]

    @property
    def tag(self) -> str:
        """The language, in which texts by authors are shown where they have it."""
        return self.language.tag

    def place(self, path: str, absolute: bool = False) -> Where:
        """Return the place of a page, from which it links."""
        return Where(path, self.where, self.folder, absolute)

    def common(self, where: Where, title: str, description: str, noindex: bool = False) -> dict[str, Any]:
        """Return the values that every template has."""
        site_title = self.site.title.in_language(self.tag)
        return {
            "site": {
                "title": site_title,
                "description": self.site.description.in_language(self.tag),
                "url": self.site.base_url,
            },
            "language": self.language.interface,
            "direction": self.language.direction,
            "author_language": self.site.title.language_of(self.tag) or self.site.language,
            "title": title,
            "document_title": title if title == site_title else f"{title} · {site_title}",
            "description": description,
            "canonical": where.url(where.path),
            "noindex": noindex,
            "home": addresses.HOME,
            "catalogue": addresses.CATALOGUE if self.site.base_url else "",
            "verify": addresses.VERIFY,
            "admin": addresses.ADMIN,
            "link": where.link,
            "url": where.url,
            "editions": self._editions(where),
            "navigation": self.navigation,
            "style": STYLE_PATH,
            "colours": addresses.COLOURS if self.site.colour else "",
            "feed": self.feed,
        }

    def _editions(self, where: Where) -> list[dict[str, Any]]:
        """Return the same page in every language of the site, where there are several."""
        if len(self.others) < 2 or where.absolute:
            return []
        paths = [(language, addresses.page_in(folder, where.path)) for language, folder in self.others]
        return [
            {
                "language": language.tag,
                "name": language.name,
                "link": where.root_link(path),
                "url": where.root_url(path),
                "here": path == where.own_path,
            }
            for language, path in paths
        ]

    def page(
        self,
        template: str,
        path: str,
        title: str,
        description: str,
        values: Mapping[str, Any],
        noindex: bool = False,
        absolute: bool = False,
    ) -> bytes:
        """Return a page.

        Args:
            template: name in the theme.
            path: of the page as if the site had one language.
            title: of the page, without the site's.
            description: one sentence about it.
            values: those that this template has beside the common ones.
            noindex: whether search engines are asked to stay away.
            absolute: whether its links begin at the root of the host.
        """
        shared = self.common(self.place(path, absolute), title, description, noindex)
        return self.theme.render(template, {**shared, **values}, self.language)
