"""What the page where badges are awarded knows: badges, who may award them, and the words for earners in every language."""

from __future__ import annotations

import json
from functools import cache

from pinback import page_scripts
from pinback.assemble.material import Material
from pinback.awarding import ANIMALS
from pinback.pages.admin.award import award_page, badge_data, issuer_data, letter_words
from pinback.pages.shared import Pages


def awarding_page(material: Material, pages: Pages) -> bytes:
    """Return the page, with the badges of issuers that have not ended."""
    club = material.club
    closed = {slug for slug, sealed in material.sealed.items() if sealed.register.statement}
    badges = [badge_data(badge, club.site) for badge in club.badges.values() if badge.issuer not in closed]
    issuers = {
        slug: issuer_data(issuer, club.site, _has_keys(material, slug), _has_awarded(material, slug))
        for slug, issuer in club.issuers.items()
        if slug in {badge["issuer"] for badge in badges}
    }
    letters = {face.tag: letter_words(face.language) for face in material.faces}
    return award_page(pages, badges, issuers, letters, ANIMALS, roster_words(pages))


def roster_words(pages: Pages) -> dict[str, str]:
    """Return what can be said about a list of people, by key, in the language of the page."""
    return {key: pages.language.text(message) for key, message in _roster_messages().items()}


@cache
def _roster_messages() -> dict[str, str]:
    """Return what can be said about a list of people, in English, by key."""
    messages: dict[str, str] = json.loads(page_scripts.roster_rules())["messages"]
    return messages


def _has_keys(material: Material, issuer: str) -> bool:
    """Say whether an issuer has a register, or at least the keys with which the next sealing begins it."""
    return issuer in material.sealed or (material.root / "issuers" / issuer / "keys.age").is_file()


def _has_awarded(material: Material, issuer: str) -> bool:
    sealed = material.sealed.get(issuer)
    return sealed is not None and bool(sealed.register.awards)
