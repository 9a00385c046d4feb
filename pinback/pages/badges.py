"""Badges on pages: cards in lists, the page of a badge, the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pinback import addresses, micro_credential
from pinback.dataclass import dataclass
from pinback.model import Badge, Duration, Issuer, ResultDescription
from pinback.pages.language import Language
from pinback.pages.markdown import to_html
from pinback.pages.schema_org import badge_credential
from pinback.pages.shared import Pages
from pinback.statistics import Cell


@dataclass(frozen=True, slots=True)
class BadgeCard:
    """A badge in a list.

    Attributes:
        url: published address of its page in the first language, by which ``index.json`` knows it.
        issuer: name.
        issuer_slug: of the issuer.
        category: the heading under which it stands in the catalogue, or "".
        category_language: the language of that heading.
    """

    name: str
    description: str
    alt: str
    path: str
    picture: str
    tags: tuple[str, ...]
    issuer: str
    language: str
    url: str
    issuer_slug: str
    category: str
    category_language: str


@dataclass(frozen=True, slots=True)
class BadgeVersion:
    """A frozen version of a badge, as its documents say it.

    Attributes:
        id: eight hexadecimal digits.
        since: the day from which it was used.
        criteria: Markdown.
        current: whether it says what the badge says now.
    """

    id: str
    since: date
    criteria: str
    current: bool


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Badges under one heading.

    Attributes:
        id: of the heading, for links within the page.
        name: the heading.
        language: of the heading.
        issuer: values of the issuer that the heading names, or nothing where it is a category.
        cards: the badges.
    """

    id: str
    name: str
    language: str
    issuer: Mapping[str, Any] | None
    cards: Sequence[BadgeCard]


def alt_text(badge: Badge, language: Language) -> str:
    """Return what stands for the picture."""
    name = badge.name.in_language(badge.language)
    return badge.alt.in_language(badge.language) or language.text("Picture of the badge %(name)s", name=name)


def badge_card(badge: Badge, issuer: Issuer, picture: str, url: str, language: Language) -> BadgeCard:
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
        url=url,
        issuer_slug=issuer.slug,
        category=badge.category.in_language(language.tag),
        category_language=badge.category.language_of(language.tag) or badge.own_language,
    )


def groups_of(cards: Sequence[BadgeCard], issuers: Sequence[Mapping[str, Any]], language: Language) -> list[CardGroup]:
    """Return cards by category, in the order of its name; where no badge has one, by issuer.

    Args:
        cards: in the order in which they stay.
        issuers: values of the issuers, in the order of their headings.
        language: of the page.
    """
    if any(card.category for card in cards):
        names = sorted({card.category for card in cards}, key=lambda name: (not name, name.casefold(), name))
        by_category = [(name, [card for card in cards if card.category == name]) for name in names]
        other = language.text("Other badges")
        return [
            CardGroup(
                f"group-{number}",
                name or other,
                found[0].category_language if name else language.interface,
                None,
                found,
            )
            for number, (name, found) in enumerate(by_category, 1)
        ]
    by_issuer = [(issuer, [card for card in cards if card.issuer_slug == issuer["slug"]]) for issuer in issuers]
    return [
        CardGroup(f"group-{number}", issuer["name"], language.tag, issuer, found)
        for number, (issuer, found) in enumerate(by_issuer, 1)
        if found
    ]


def criteria_html(markdown: str) -> str:
    """Return criteria as HTML below a second-level heading."""
    return to_html(markdown, 3, None).html


def micro_credential_rows(rows: Sequence[micro_credential.Row]) -> list[dict[str, Any]]:
    """Return the rows of a micro-credential for a page: a label, and one text in HTML, or several as a list."""
    return [{"label": row.label, "texts": [to_html(text, 4, None).html for text in row.texts]} for row in rows]


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


def validity(duration: Duration | None, language: Language) -> str:
    """Return how long an award of a badge is valid, in words."""
    if duration is None:
        return language.text("It does not run out.")
    count = duration.count
    match duration.unit:
        case "day":
            return language.plural("For %(count)s day from the award.", "For %(count)s days from the award.", count)
        case "week":
            return language.plural("For %(count)s week from the award.", "For %(count)s weeks from the award.", count)
        case "month":
            return language.plural("For %(count)s month from the award.", "For %(count)s months from the award.", count)
        case _:
            return language.plural("For %(count)s year from the award.", "For %(count)s years from the award.", count)


def held_values(awarded: Cell, language: Language) -> dict[str, Any]:
    """Return how often a badge was awarded, as a page may say it."""
    number = awarded.number
    sentence = ""
    if number:
        sentence = language.plural("Awarded %(count)s time so far.", "Awarded %(count)s times so far.", number)
    elif awarded.few:
        sentence = language.text("Fewer than five people hold it.")
    elif number is None:
        sentence = language.text("The number of awards is not shown, as it would give away smaller ones.")
    else:
        sentence = language.text("Not awarded to anybody yet.")
    return {"number": number, "few": awarded.few, "sentence": sentence}


def catalogue_page(pages: Pages, cards: Sequence[BadgeCard], issuers: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the catalogue: badges by category, and what the search needs.

    Args:
        pages: of one language.
        cards: all badges.
        issuers: values of all issuers.
    """
    count, say = len(cards), pages.language.text
    title = say("Badges")
    description = pages.language.plural(
        "%(count)s badge and what it asks for", "All %(count)s badges and what they ask for", count
    )
    awarding = {card.issuer_slug for card in cards}
    values = {
        "groups": groups_of(cards, issuers, pages.language),
        "count": count,
        "issuers": [issuer for issuer in issuers if issuer["slug"] in awarding],
        "script": addresses.CATALOGUE_SCRIPT,
        "page_data": {
            "index": pages.place(addresses.CATALOGUE).link(addresses.SEARCH_INDEX),
            "words": {
                "found": say("Badges found: %(count)s of %(all)s"),
                "cannotSearch": say("The search cannot be loaded. All badges stand below."),
            },
        },
    }
    return pages.page("catalogue.html", addresses.CATALOGUE, title, description, values)


@dataclass(frozen=True, slots=True)
class BadgeHistory:
    """What is known of a badge beside its source.

    Attributes:
        awarded: how often it was awarded, as may be shown.
        versions: frozen versions, newest first.
        statistics: path of the page with the numbers of its issuer, or "".
        files: paths of ``badge.json``, ``image.svg`` and ``image.png`` of the shown frozen version, or empty.
    """

    awarded: Cell
    versions: Sequence[BadgeVersion]
    statistics: str
    files: Mapping[str, str]


def badge_page(pages: Pages, badge: Badge, issuer: Mapping[str, Any], picture: str, history: BadgeHistory) -> bytes:
    """Return a badge's page.

    Args:
        pages: of one language.
        badge: as its source reads now, in the edition of that language where there is one.
        issuer: values of its issuer.
        picture: path of the SVG.
        history: its versions and awards.
    """
    written, language = badge.language, pages.language
    name, description = badge.name.in_language(written), badge.description.in_language(written)
    where = pages.place(addresses.badge_page(badge.slug))
    kind, files = language.text(words(badge.type)), history.files
    addressed = {
        **issuer,
        "page_url": where.url(issuer["page"]),
        "logo_url": where.url(issuer["logo"]) if issuer["logo"] else "",
    }
    values = {
        "badge": {
            "name": name,
            "description": description,
            "alt": alt_text(badge, language),
            "type": kind,
            "category": badge.category.in_language(pages.tag),
            "category_language": badge.category.language_of(pages.tag) or badge.own_language,
            "criteria": criteria_html(badge.criteria),
            "tags": badge.tags,
            "alignment": badge.alignment,
            "results": [{"name": result.name, "range": result_range(result, language)} for result in badge.results],
            "credits": badge.credits,
            "micro_credential": micro_credential_rows(micro_credential.rows(badge)),
            "language": written,
            "validity": validity(badge.valid_for, language),
        },
        "issuer": issuer,
        "picture": picture,
        "card": addresses.card(badge.slug),
        "files": files,
        "achievement": pages.where.url(addresses.edition_page(badge)),
        # Where the id of this edition is a place on its page, that place is there.
        "anchor": addresses.edition_page(badge).partition("#")[2],
        "held": held_values(history.awarded, language),
        "versions": [
            {
                "id": version.id,
                "since": version.since,
                "since_text": language.day(version.since),
                "criteria": criteria_html(version.criteria),
                "current": version.current,
            }
            for version in history.versions
        ],
        "statistics": history.statistics,
        "schema": badge_credential(
            badge, kind, where.url(where.path), where.url(files.get("image.png", picture)), addressed
        ),
    }
    return pages.page("badge.html", addresses.badge_page(badge.slug), name, description, values)
