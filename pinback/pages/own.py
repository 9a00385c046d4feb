"""The first page, the club's own pages, the page of an address that does not exist, and the page of one that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.model import Page
from pinback.pages.badges import BadgeCard
from pinback.pages.markdown import to_html
from pinback.pages.place import Where
from pinback.pages.shared import Pages


def home_page(
    pages: Pages, welcome: Page | None, cards: Sequence[BadgeCard], issuers: Sequence[Mapping[str, Any]]
) -> bytes:
    """Return the first page; *welcome* is the club's own page "index"."""
    title = pages.site.title.in_language(pages.tag)
    description = pages.site.description.in_language(pages.tag)
    words = welcome.in_language(pages.tag) if welcome else None
    values = {
        "welcome": to_html(words.markdown, 2, pages.place(addresses.HOME).link).html if words else "",
        "welcome_language": words.language if words else pages.tag,
        "cards": cards,
        "issuers": issuers,
    }
    return pages.page("home.html", addresses.HOME, title, description, values)


def own_page(pages: Pages, page: Page) -> bytes:
    """Return one of the club's own pages."""
    path = addresses.page(page.slug)
    words = page.in_language(pages.tag)
    content = to_html(words.markdown, 2, pages.place(path).link).html
    values = {"content": content, "content_language": words.language}
    return pages.page("page.html", path, words.title, words.title, values)


def not_found_page(pages: Pages) -> bytes:
    """Return the page 404."""
    title, description = pages.language.text("Page not found"), pages.language.text("There is no such page")
    return pages.page("404.html", addresses.NOT_FOUND, title, description, {}, noindex=True, absolute=True)


def forward_page(pages: Pages, path: str, old: Addresses) -> bytes:
    """Return the page at an old address that sends people to the same page of the site as it is now.

    Args:
        pages: of the language of the page.
        path: of the page as if the site had one language; 404, which answers for pages that nobody knows, sends to
            the first page.
        old: the addresses of the site that it lies on.
    """
    lost = path == addresses.NOT_FOUND
    title = pages.language.text("This page has moved")
    now = pages.place(addresses.HOME if lost else path)
    values: dict[str, Any] = pages.common(Where(path, old, pages.folder, absolute=lost), title, title, noindex=True)
    values |= {"canonical": now.url(now.path), "forward_script": addresses.FORWARD_SCRIPT}
    return pages.theme.render("forward.html", values, pages.language)
