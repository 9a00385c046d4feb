"""The files of one badge: its page in each language, its frozen versions, and the current BadgeClass."""

from __future__ import annotations

from collections.abc import Iterator

from pinback import addresses
from pinback.assemble.cards import badge_card_png
from pinback.assemble.material import Material, Output
from pinback.model import Badge
from pinback.pages.badges import badge_page


def badge_documents(material: Material, badge: Badge) -> Iterator[Output]:
    """Yield the frozen versions of a badge and the current BadgeClass; before the first version its picture alone."""
    sealed = material.sealed.get(badge.issuer)
    versions = sealed.register.versions_of(badge.slug) if sealed else {}
    for version in versions:
        assert sealed is not None
        for name, data in material.frozen(sealed, badge.slug, version).items():
            yield addresses.frozen(badge.slug, version, name), data
            if name == "badge.json" and version == material.shown_version(badge):
                yield addresses.current_badge_class(badge.slug), data
    if not versions:
        yield material.picture_path(badge), material.pictures.badges[badge.picture]


def badge_files(material: Material, badge: Badge) -> Iterator[Output]:
    """Yield the documents of a badge, its preview card, and its page in each language."""
    yield from badge_documents(material, badge)
    yield addresses.card(badge.slug), badge_card_png(material, badge)
    version = material.shown_version(badge)
    names = ("image.svg", "image.png") if version else ()
    files = {name: addresses.frozen(badge.slug, version, name) for name in names}
    if version:
        files["badge.json"] = addresses.current_badge_class(badge.slug)
    picture, count = material.picture_path(badge), material.count(badge)
    for pages in material.faces:
        issuer = material.issuer_values(material.club.issuers[badge.issuer], pages)
        path = addresses.page_in(pages.folder, addresses.badge_page(badge.slug))
        yield path, badge_page(pages, badge, issuer, picture, files, count)
