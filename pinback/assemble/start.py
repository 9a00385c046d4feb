"""The site of a folder in which no club was set up yet: the page that does it, the page that checks badges, and what leads there.

It is made of no fact about anybody: no name, no address, no key. The words are there in every language that has a catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pinback import addresses, page_scripts, verify_page
from pinback.assemble.checking import site_data
from pinback.assemble.indexes import HEADERS
from pinback.assemble.material import Output
from pinback.model import LocalText, Origin, Site
from pinback.pages.admin.home import admin_page
from pinback.pages.admin.start import setup_home_page, start_page
from pinback.pages.checking import verify_page as check_page
from pinback.pages.language import ENGLISH, marked
from pinback.pages.own import not_found_page
from pinback.pages.shared import STYLE_PATH, Pages
from pinback.pages.theme import STYLE, Theme, club_theme
from pinback.publish import MARK, MARK_TEXT

TITLE = marked("A new badge site")


def start_files(root: Path) -> Iterator[Output]:
    """Yield every file of the site.

    Args:
        root: the folder, for a theme of its own.
    """
    theme = club_theme(root)
    languages = {tag: theme.language(tag) for tag in theme.tags()}
    site = _nobodys(theme)
    text, digest = verify_page.block(site_data([], ENGLISH, "", [], b""))
    for tag in site.languages:
        pages = Pages(theme, site, (), tag)
        for path, page in (
            (addresses.HOME, setup_home_page(pages)),
            (addresses.ADMIN, admin_page(pages, set_up=False)),
            (addresses.ADMIN_START, start_page(pages, languages, None)),
            (addresses.VERIFY, check_page(pages, text, digest, None, [], False)),
        ):
            yield addresses.page_in(pages.folder, path), page
    yield addresses.NOT_FOUND, not_found_page(Pages(theme, site, (), ENGLISH))
    yield STYLE_PATH, theme.asset(STYLE)
    yield addresses.ADMIN_STYLE, theme.asset("admin.css")
    yield addresses.page_script("admin-start.js"), page_scripts.script("admin-start.js")
    yield addresses.PAGE_SCRIPT_LICENSES, page_scripts.licenses()
    yield addresses.VERIFY_SCRIPT, verify_page.script()
    yield addresses.VOUCHING_SCRIPT, verify_page.second_script()
    yield addresses.VERIFY_LICENSES, verify_page.licenses()
    yield addresses.ROBOTS, b"User-agent: *\nDisallow: /\n"
    yield addresses.HEADERS, HEADERS
    yield MARK, MARK_TEXT


def _nobodys(theme: Theme) -> Site:
    """Return a site without an address and an issuer, in every language that has words."""
    title = LocalText(tuple((tag, theme.language(tag).text(TITLE)) for tag in theme.tags()))
    return Site(
        title=title,
        base_url="",
        languages=theme.tags(),
        default_issuer="",
        public_repository=True,
        description=LocalText(()),
        source="",
        colour="",
        certificates=False,
        paper="a4",
        origin=Origin(""),
    )
