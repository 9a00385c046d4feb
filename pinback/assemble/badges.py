"""The files of one badge: its page in each language, its frozen versions, and the current BadgeClass."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pinback import addresses
from pinback.assemble.material import Material, Output
from pinback.model import Badge
from pinback.pages.badges import BadgeHistory, BadgeVersion, badge_page
from pinback.pages.feed import Entry, atom
from pinback.seal.plan import edition_versions


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
    """Yield the documents of a badge, and its page in each language."""
    yield from badge_documents(material, badge)
    picture, awarded = material.picture_path(badge), material.awarded(badge)
    for pages in material.faces:
        edition = badge.edition(pages.tag)
        history = BadgeHistory(
            awarded,
            badge_versions(material, edition),
            material.statistics_path(badge.issuer),
            _files(material, edition),
        )
        issuer = material.issuer_values(material.club.issuers[badge.issuer], pages)
        path = addresses.page_in(pages.folder, addresses.badge_page(badge.slug))
        yield path, badge_page(pages, edition, issuer, picture, history)


def _files(material: Material, badge: Badge) -> dict[str, str]:
    """Return the paths of the files of the shown version of an edition; of the badge itself where it has none yet."""
    shown = badge if badge.own is None or material.shown_version(badge) else badge.own
    version = material.shown_version(shown)
    if not version:
        return {}
    files = {name: addresses.frozen(badge.slug, version, name) for name in ("image.svg", "image.png")}
    document = addresses.frozen(badge.slug, version, "badge.json")
    return files | {"badge.json": document if shown.own else addresses.current_badge_class(badge.slug)}


def badge_versions(material: Material, badge: Badge) -> list[BadgeVersion]:
    """Return the frozen versions of an edition of a badge, newest first."""
    sealed = material.sealed.get(badge.issuer)
    if sealed is None:
        return []
    now, moments = material.current_version(badge), material.frozen_at(badge)
    found = []
    for version in edition_versions(sealed.store, sealed.register, badge, material.where):
        moment = moments[version]
        document = json.loads(material.frozen(sealed, badge.slug, version)["badge.json"])
        found.append(BadgeVersion(version, moment.date(), document["criteria"]["narrative"], version == now))
    return found[::-1]


def feed(material: Material) -> bytes:
    """Return the Atom feed of all badges that have a frozen version; there is one at least."""
    site, where = material.club.site, material.where
    entries = [entry for badge in material.club.badges.values() for entry in _entry(material, badge)]
    return atom(
        site.title.in_language(material.language),
        site.description.in_language(material.language),
        material.language,
        where.url(addresses.CATALOGUE),
        where.url(addresses.FEED),
        entries,
    )


def _entry(material: Material, badge: Badge) -> Iterator[Entry]:
    """Yield a badge for the feed, as its shown version says it; nothing before the first one."""
    version = material.shown_version(badge)
    if not version:
        return
    sealed, issuer = material.sealed[badge.issuer], material.club.issuers[badge.issuer]
    files = material.frozen(sealed, badge.slug, version)
    document = json.loads(files["badge.json"])
    moments = material.frozen_at(badge)
    yield Entry(
        url=material.where.url(addresses.badge_page(badge.slug)),
        name=document["name"],
        description=document["description"],
        language=document.get("@language", badge.language),
        tags=tuple(document.get("tags", ())),
        picture=material.where.url(addresses.frozen(badge.slug, version, "image.png")),
        picture_size=len(files["image.png"]),
        issuer=issuer.name.in_language(material.language),
        issuer_url=material.where.url(addresses.issuer_page(issuer.slug)),
        published=min(moments.values()),
        updated=moments[version],
    )
