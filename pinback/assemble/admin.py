"""The pages for stewards (``pages/admin``), in each language of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pinback import addresses
from pinback.assemble.admin_award import awarding_page, roster_words
from pinback.assemble.material import Material, Output
from pinback.designs.table import licenses
from pinback.pages.admin.change import change_page
from pinback.pages.admin.design import design_page, design_tables
from pinback.pages.admin.home import admin_page
from pinback.pages.admin.start import start_page
from pinback.pages.shared import Pages


def admin_files(material: Material) -> Iterator[Output]:
    """Yield the pages for stewards, their style sheet, and the tables of designs."""
    for pages in material.faces:
        for path, page in _pages(material, pages):
            yield addresses.page_in(pages.folder, path), page
    yield addresses.ADMIN_STYLE, material.theme.asset("admin.css")
    yield addresses.DESIGN_TABLES, design_tables()
    yield addresses.DESIGN_LICENSES, licenses()


def _start(material: Material, pages: Pages) -> bytes:
    languages = {tag: material.theme.language(tag) for tag in material.theme.tags()}
    return start_page(pages, languages, _keys(material))


_PAGES: dict[str, Callable[[Material, Pages], bytes]] = {
    addresses.ADMIN_DESIGN: lambda material, pages: design_page(pages),
    addresses.ADMIN_AWARD: awarding_page,
    addresses.ADMIN_CHANGE: lambda material, pages: change_page(pages, roster_words(pages)),
    addresses.ADMIN_START: _start,
}
"""Path and maker of each page for stewards beside the first."""


def _pages(material: Material, pages: Pages) -> Iterator[Output]:
    yield addresses.ADMIN, admin_page(pages)
    for path, make in _PAGES.items():
        yield path, make(material, pages)


def _keys(material: Material) -> dict[str, str]:
    """Return what became of each key whose name stands on a sheet, by id."""
    return {
        key.id: "revoked" if key.revoked else "retired" if key.retired else "active"
        for sealed in material.sealed.values()
        for key in sealed.register.keyring.of("ed25519", "recovery")
    }
