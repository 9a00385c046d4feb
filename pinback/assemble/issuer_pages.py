"""The files of one issuer: its page in each language, its logo and its documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinback import addresses
from pinback.assemble.issuers import issuer_documents, log_documents
from pinback.assemble.log_pages import log_pages
from pinback.assemble.material import Material, Output
from pinback.model import Issuer
from pinback.pages.badges import groups_of
from pinback.pages.issuers import fingerprint, issuer_page, statistics_page
from pinback.pages.language import Language
from pinback.pages.markdown import to_html
from pinback.pages.shared import Pages
from pinback.register import Register
from pinback.statistics import csv_bytes


def issuer_files(material: Material, issuer: Issuer) -> Iterator[Output]:
    """Yield the files of an issuer but those of its log and its numbers."""
    logo = material.logo_path(issuer)
    if logo:
        yield logo, material.pictures.logos[f"issuers/{issuer.slug}/{issuer.logo}"]
    sealed = material.sealed.get(issuer.slug)
    if sealed is not None:
        yield from issuer_documents(issuer, sealed, material.language, logo, log=False)
    for pages in material.faces:
        values = material.issuer_values(issuer, pages)
        groups = groups_of(material.cards_of(issuer.slug, pages), [values], pages.language)
        keys = key_values(sealed.register, pages.language) if sealed is not None else []
        path = addresses.page_in(pages.folder, addresses.issuer_page(issuer.slug))
        yield path, issuer_page(pages, values, groups, keys, _about(material, issuer, pages))


def log_files(material: Material, issuer: Issuer) -> Iterator[Output]:
    """Yield the files of an issuer's log, and its page in each language."""
    sealed = material.sealed[issuer.slug]
    yield from log_documents(issuer.slug, sealed)
    yield from log_pages(material, issuer, sealed)


def _about(material: Material, issuer: Issuer, pages: Pages) -> dict[str, Any]:
    """Return what an issuer's page says beside its keys and badges."""
    everyone, sealed = material.club.issuers, material.sealed.get(issuer.slug)
    parent = everyone.get(issuer.parent)
    children = [other for other in everyone.values() if other.parent == issuer.slug]
    where = pages.place(addresses.issuer_page(issuer.slug))
    return {
        "parent": material.issuer_values(parent, pages) if parent else None,
        "children": [material.issuer_values(other, pages) for other in children],
        "how_we_award": to_html(issuer.how_we_award.in_language(pages.tag), 3, where.link).html,
        "how_we_award_language": issuer.how_we_award.language_of(pages.tag) or pages.site.language,
        "vouched_by": [{"name": one.name, "url": one.url, "text": one.text} for one in issuer.vouched_by],
        "member_of": [{"name": one.name, "did": one.did, "credential": one.credential} for one in issuer.member_of],
        "groups_endorsed": _groups(issuer, sealed.register) if sealed is not None else [],
        "statistics": material.statistics_path(issuer.slug),
        "closing": addresses.closing(issuer.slug) if sealed is not None and sealed.register.statement else "",
    }


def _groups(issuer: Issuer, register: Register) -> list[dict[str, str]]:
    """Return the groups whose endorsement stands."""
    return [
        {
            "name": group.name,
            "did": group.did,
            "credential": addresses.group_file(issuer.slug, group.slug, "credential.json"),
        }
        for group in issuer.groups
        if (known := register.groups.get(group.slug)) and known.ended is None and not register.is_void(group.slug)
    ]


def statistics_files(material: Material, issuer: Issuer) -> Iterator[Output]:
    """Yield the numbers of an issuer: a page in each language, and one file for spreadsheets."""
    table = material.tables[issuer.slug]
    badges = [material.club.badges.get(slug) for slug in table.badges]
    for pages in material.faces:
        names = [
            (edition.name.in_language(edition.language), edition.language) if edition else (slug, pages.tag)
            for slug, badge in zip(table.badges, badges, strict=True)
            for edition in [badge.edition(pages.tag) if badge else None]
        ]
        path = addresses.page_in(pages.folder, addresses.statistics_page(issuer.slug))
        yield path, statistics_page(pages, material.issuer_values(issuer, pages), table, names)
    plain = [
        badge.name.in_language(badge.language) if badge else slug
        for slug, badge in zip(table.badges, badges, strict=True)
    ]
    yield addresses.statistics_csv(issuer.slug), csv_bytes(table, plain)


def key_values(register: Register, language: Language) -> list[dict[str, Any]]:
    """Return the signing keys for the issuer's page, newest first: use, type, id, and what became of them."""
    say = language.text
    uses = {
        "ed25519": say("signed documents and status lists"),
        "rsa": say("signed documents for older readers"),
    }
    found = []
    for key in reversed(register.keyring.of("ed25519", "rsa")):
        added = language.day(key.added.date())
        state = say("since %(day)s", day=added)
        if key.revoked:
            day = language.day(key.revoked.date())
            state = say("revoked as of %(day)s: believe nothing that it signed", day=day)
        elif key.retired:
            last = language.day(key.retired.date())
            state = say("%(first)s to %(last)s; what it signed stays genuine", first=added, last=last)
        kind = "Ed25519" if key.role == "ed25519" else "RSA-2048"
        groups = fingerprint(key.id)
        found.append({"use": uses[key.role], "type": kind, "id": key.id, "groups": groups, "state": state})
    return found
