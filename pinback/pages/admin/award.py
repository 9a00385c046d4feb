"""The page where a steward awards a badge to one person or to a whole list.

It knows the club's badges and never its awards. What it makes (records, the private list, messages, cards) is made by its
script in the browser; its policy lets it ask nobody anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinback import addresses
from pinback.model import Badge, Issuer, Site
from pinback.pages.language import Language
from pinback.pages.shared import Pages

SCRIPT = "admin-award.js"


def badge_data(badge: Badge, site: Site) -> dict[str, Any]:
    """Return a badge for the script: by which names a list may call it, and what it is called in each language.

    Args:
        badge: in its own language.
        site: whose languages count.
    """
    editions = {tag: badge.edition(tag) for tag in site.languages}
    return {
        "slug": badge.slug,
        "issuer": badge.issuer,
        "name": badge.name.in_language(site.language),
        "names": sorted({text for _, text in badge.name.versions}),
        "title": {tag: edition.name.in_language(edition.language) for tag, edition in editions.items()},
        "language": badge.language,
        "languages": list(badge.editions),
    }


def issuer_data(issuer: Issuer, site: Site, ready: bool) -> dict[str, Any]:
    """Return an issuer for the script.

    Args:
        issuer: who awards.
        site: whose languages count.
        ready: whether it has keys, which settle the address of its awards.
    """
    return {"name": {tag: issuer.name.in_language(tag) for tag in site.languages}, "ready": ready}


def letter_words(language: Language) -> dict[str, str]:
    """Return the words to earners in one language; the gaps are filled by the script."""
    say = language.text
    return {
        "direction": language.direction,
        "subject": say("Your badge: %(badge)s"),
        "message": say(
            "Hello %(name)s,\n\n%(club)s has awarded you the badge “%(badge)s” (%(day)s).\n\nThis link shows it with your "
            "name. It is yours alone, without it nobody learns your name:\n%(link)s\n\nKeep this message. Whoever gets the "
            "link from you can check the badge.\n"
        ),
        "openMessage": say(
            "Hello %(name)s,\n\n%(club)s has awarded you the badge “%(badge)s” (%(day)s):\n%(link)s\n\nKeep this message. "
            "Whoever gets the link from you can check the badge.\n"
        ),
        "scan": say("Scan it to open your badge with your name. Keep this card."),
    }


def award_page(
    pages: Pages,
    badges: Sequence[Mapping[str, Any]],
    issuers: Mapping[str, Mapping[str, Any]],
    letters: Mapping[str, Mapping[str, str]],
    animals: Sequence[str],
    rules: Mapping[str, str],
) -> bytes:
    """Return the page.

    Args:
        pages: of one language.
        badges: those that can be awarded, see ``badge_data``.
        issuers: by slug, see ``issuer_data``.
        letters: by language, see ``letter_words``.
        animals: what handles are made of.
        rules: what can be said about a list of people, by key, in the language of the page.
    """
    text = pages.language.text
    data = {
        "base_url": pages.site.base_url,
        "source": pages.site.source,
        "languages": list(pages.site.languages),
        "badges": list(badges),
        "issuers": dict(issuers),
        "mail": dict(letters),
        "animals": list(animals),
        "rules": dict(rules),
    }
    values = {
        "admin_style": addresses.ADMIN_STYLE,
        "script": addresses.page_script(SCRIPT),
        "start": addresses.ADMIN_START,
        "badges": [(badge["slug"], badge["title"][pages.tag]) for badge in badges],
        "waiting": [one["name"][pages.tag] for one in issuers.values() if not one["ready"]],
        "data": data,
    }
    title = text("Award a badge")
    return pages.page("admin-award.html", addresses.ADMIN_AWARD, title, title, values, noindex=True)
