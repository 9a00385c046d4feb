"""Badges on pages: cards in lists, the page of a badge, the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinback import addresses
from pinback.model import Badge, Issuer, ResultDescription
from pinback.pages.language import Language
from pinback.pages.markdown import to_html
from pinback.pages.shared import Pages


@dataclass(frozen=True, slots=True)
class BadgeCard:
    """A badge in a list."""

    name: str
    description: str
    alt: str
    path: str
    picture: str
    tags: tuple[str, ...]
    issuer: str
    language: str


def alt_text(badge: Badge, language: Language) -> str:
    """Return what stands for the picture."""
    name = badge.name.in_language(badge.language)
    return badge.alt.in_language(badge.language) or language.text("Picture of the badge %(name)s", name=name)


def badge_card(badge: Badge, issuer: Issuer, picture: str, language: Language) -> BadgeCard:
    """Return a badge for a list."""
    return BadgeCard(
        name=badge.name.in_language(badge.language),
        description=badge.description.in_language(badge.language),
        alt=alt_text(badge, language),
        path=addresses.badge_page(badge.slug),
        picture=picture,
        tags=badge.tags,
        issuer=issuer.name.in_language(language.tag),
        language=badge.language,
    )


def criteria_html(markdown: str) -> str:
    """Return criteria as HTML below a second-level heading."""
    return to_html(markdown, 3, None).html


def words(name: str) -> str:
    """Return a standard's joined word as people write it: ``CommunityService`` is "Community service"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("ext:"))
    return spaced[:1] + spaced[1:].lower()


def result_range(described: ResultDescription, language: Language) -> str:
    """Return which values a result can have, and which one is needed, in words."""
    parts = []
    if described.allowed:
        parts.append(language.text("One of: %(values)s.", values=", ".join(described.allowed)))
    elif described.min and described.max:
        parts.append(language.text("%(lowest)s to %(highest)s.", lowest=described.min, highest=described.max))
    elif described.min:
        parts.append(language.text("From %(lowest)s.", lowest=described.min))
    elif described.max:
        parts.append(language.text("Up to %(highest)s.", highest=described.max))
    elif not described.required:
        parts.append(language.text("Done or not."))
    if described.required:
        parts.append(language.text("Needed: %(value)s.", value=described.required))
    return " ".join(parts)


def catalogue_page(pages: Pages, groups: Sequence[tuple[Mapping[str, Any], Sequence[BadgeCard]]]) -> bytes:
    """Return the catalogue: badges under their issuers."""
    count = sum(len(cards) for _, cards in groups)
    title = pages.language.text("Badges")
    description = pages.language.plural(
        "%(count)s badge and what it asks for", "All %(count)s badges and what they ask for", count
    )
    values = {"groups": groups, "count": count}
    return pages.page("catalogue.html", addresses.CATALOGUE, title, description, values)


def badge_page(
    pages: Pages, badge: Badge, issuer: Mapping[str, Any], picture: str, files: Mapping[str, str], count: int
) -> bytes:
    """Return a badge's page.

    Args:
        pages: of one language.
        badge: as its source reads now, in the edition of that language where there is one.
        issuer: values of its issuer.
        picture: path of the SVG.
        files: paths of ``badge.json``, ``image.svg`` and ``image.png`` of the newest frozen version, or empty.
        count: how many were awarded and not withdrawn.
    """
    written, language = badge.language, pages.language
    name, description = badge.name.in_language(written), badge.description.in_language(written)
    values = {
        "badge": {
            "name": name,
            "description": description,
            "alt": alt_text(badge, language),
            "type": language.text(words(badge.type)),
            "criteria": criteria_html(badge.criteria),
            "tags": badge.tags,
            "alignment": badge.alignment,
            "results": [{"name": result.name, "range": result_range(result, language)} for result in badge.results],
            "credits": badge.credits,
            "language": written,
        },
        "issuer": issuer,
        "picture": picture,
        "card": addresses.card(badge.slug),
        "files": files,
        "count": count,
    }
    return pages.page("badge.html", addresses.badge_page(badge.slug), name, description, values)
