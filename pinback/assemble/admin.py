"""The pages for stewards (``pages/admin``), in each language of the site."""

from __future__ import annotations

from collections.abc import Iterator

from pinback import addresses
from pinback.assemble.material import Material, Output
from pinback.pages.admin.home import admin_page
from pinback.pages.admin.start import start_page
from pinback.pages.shared import Pages


def admin_files(material: Material) -> Iterator[Output]:
    """Yield the pages for stewards and their style sheet."""
    for pages in material.faces:
        for path, page in _pages(material, pages):
            yield addresses.page_in(pages.folder, path), page
    yield addresses.ADMIN_STYLE, material.theme.asset("admin.css")


def _pages(material: Material, pages: Pages) -> Iterator[Output]:
    languages = {tag: material.theme.language(tag) for tag in material.theme.tags()}
    yield addresses.ADMIN, admin_page(pages)
    yield addresses.ADMIN_START, start_page(pages, languages, _keys(material))


def _keys(material: Material) -> dict[str, str]:
    """Return what became of each key whose name stands on a sheet, by id."""
    return {
        key.id: "revoked" if key.revoked else "retired" if key.retired else "active"
        for sealed in material.sealed.values()
        for key in sealed.register.keyring.of("ed25519", "recovery")
    }
