"""Issuers on pages: in lists, and the page of an issuer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinback import addresses
from pinback.model import Issuer
from pinback.pages.badges import BadgeCard
from pinback.pages.language import Language
from pinback.pages.shared import Pages


def issuer_values(issuer: Issuer, language: Language, logo: str) -> dict[str, Any]:
    """Return an issuer for a page."""
    return {
        "name": issuer.name.in_language(language.tag),
        "description": issuer.description.in_language(language.tag),
        "url": issuer.url,
        "host": issuer.url.removeprefix("https://").rstrip("/"),
        "contact": issuer.contact,
        "contact_text": issuer.contact.removeprefix("mailto:").removeprefix("https://").rstrip("/"),
        "did": issuer.did,
        "logo": logo,
        "page": addresses.issuer_page(issuer.slug),
        "slug": issuer.slug,
    }


def issuer_page(
    pages: Pages,
    values: Mapping[str, Any],
    cards: Sequence[BadgeCard],
    keys: Sequence[Mapping[str, str]],
    relations: Mapping[str, Any],
) -> bytes:
    """Return an issuer's page.

    Args:
        pages: of one language.
        values: of the issuer.
        cards: its badges.
        keys: values of its signing keys.
        relations: ``parent`` and ``children``.
    """
    filled = {"issuer": values, "cards": cards, "keys": keys, **relations}
    path = addresses.issuer_page(values["slug"])
    return pages.page("issuer.html", path, values["name"], values["description"] or values["name"], filled)
