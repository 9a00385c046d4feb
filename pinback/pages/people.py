"""The page of a holder who wants one: badges by category and day, their own words, badges from elsewhere.

It shows what the award pages show, taken from what was signed; the name on top is what the holder wants to be called.
Nothing here leads to the page, and search engines are asked to stay away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from pinback import addresses
from pinback.dataclass import dataclass
from pinback.model import Person, SavedBadge
from pinback.pages.awards import REASONS, Fate
from pinback.pages.language import Language
from pinback.pages.markdown import to_html
from pinback.pages.passing_on import letter
from pinback.pages.qr import qr_code
from pinback.pages.shared import Pages

SCRIPT = "person.js"
NOT_SHOWN = frozenset({"replaced", "holders-wish"})
"""Withdrawals of which a holder's page does not speak: another award stands in its place, or the holder asked for it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One award of a holder.

    Attributes:
        id: of the award.
        badge: slug of the badge.
        name, alt, language: of the badge on that day.
        category: what it belongs to, in the language of the page; or "".
        picture: path of the SVG.
        issuer: the issuer's name of that day.
        awarded_on, valid_until: days; the last may be missing.
        fate: what became of it.
        credential: the id of the signed credential.
        identities: the IdentityObjects of type name that were signed.
        key: by the name that the JWT's head gives it, the issuer's public key as JWK; empty where nobody may believe it.
        did: the issuer's name for verifiers, as signed.
        token: path of its VC-JWT, for the page's script.
    """

    id: str
    badge: str
    name: str
    alt: str
    language: str
    category: str
    picture: str
    issuer: str
    awarded_on: date
    valid_until: date | None
    fate: Fate
    credential: str
    did: str
    token: str
    identities: Sequence[Mapping[str, Any]] = field(repr=False)
    key: Mapping[str, Mapping[str, str]] = field(repr=False)

    @property
    def counts(self) -> bool:
        """Whether it is neither withdrawn nor suspended nor signed with a stolen key."""
        return not (self.fate.withdrawn or self.fate.suspended or self.fate.dead)

    @property
    def path(self) -> str:
        """Path of its page."""
        return addresses.award_page(self.id)

    @property
    def hides_a_name(self) -> bool:
        """Whether a link can carry the name that was signed."""
        return any(entry.get("hashed") is True for entry in self.identities)


def person_values(
    person: Person,
    held: Iterable[Held],
    elsewhere: Iterable[tuple[SavedBadge, str]],
    demonstration: bool,
    pages: Pages,
) -> dict[str, Any]:
    """Return what the page of a holder shows.

    Args:
        person: the holder.
        held: all awards of the holder.
        elsewhere: badges of other issuers, each with the path of its picture or "".
        demonstration: whether anyone can open the keys of one of the issuers.
        pages: of one language.
    """
    newest = sorted(held, key=lambda one: (one.awarded_on, one.id), reverse=True)
    living = [one for one in newest if one.counts]
    words = person.language or pages.site.language
    issuers = list(dict.fromkeys(one.issuer for one in living))
    link = pages.place(addresses.person_page(person.handle)).link
    return {
        "name": person.name,
        "handle": person.handle,
        "words": to_html(person.words, 2, link).html if person.words.strip() else "",
        "language": words,
        "groups": _groups(living, pages.language),
        "count": len({one.badge for one in living}),
        "issuers": issuers,
        "issuers_text": pages.language.listed(issuers),
        "past": [_past(one, pages.language) for one in newest if _is_told(one)],
        "elsewhere": [_from_elsewhere(badge, picture, pages.language) for badge, picture in elsewhere],
        "archive": addresses.person_archive(person.handle),
        "demonstration": demonstration,
        "can_name": any(one.hides_a_name for one in living),
    }


def _is_told(one: Held) -> bool:
    return not one.counts and not (one.fate.withdrawn and one.fate.withdrawn[0] in NOT_SHOWN)


def _groups(living: Sequence[Held], language: Language) -> list[dict[str, Any]]:
    """Return the badges under their categories: one card a badge, what has the newest award first, no category last."""
    by_badge: dict[str, list[Held]] = {}
    for one in living:
        by_badge.setdefault(one.badge, []).append(one)
    groups: dict[str, list[dict[str, Any]]] = {}
    for awards in by_badge.values():
        groups.setdefault(awards[0].category, []).append(_card(awards, language))
    ordered = sorted(groups, key=lambda name: not name)
    return [{"name": name, "cards": groups[name]} for name in ordered]


def _card(awards: Sequence[Held], language: Language) -> dict[str, Any]:
    """Return a badge of a holder: the newest award, and the earlier ones of the same badge."""
    first, *earlier = awards
    return {
        **_dated(first, language),
        "name": first.name,
        "alt": first.alt,
        "language": first.language,
        "picture": first.picture,
        "issuer": first.issuer,
        "holder": first.fate.name,
        "earlier": [_dated(one, language) for one in earlier],
    }


def _dated(one: Held, language: Language) -> dict[str, Any]:
    return {
        "id": one.id,
        "path": one.path,
        "awarded_on": one.awarded_on,
        "awarded_text": language.day(one.awarded_on),
        "valid_until": one.valid_until,
        "valid_text": language.day(one.valid_until) if one.valid_until else "",
    }


def _past(one: Held, language: Language) -> dict[str, Any]:
    """Return an award that does not count, with the reason as a sentence."""
    say, fate = language.text, one.fate
    if fate.withdrawn:
        why = say("Withdrawn on %(day)s.", day=language.day(fate.withdrawn[1]))
        why = f"{why} {say(REASONS[fate.withdrawn[0]])}"
    elif fate.suspended:
        why = say("Suspended since %(day)s.", day=language.day(fate.suspended))
    else:
        why = say("It was signed with a key that was stolen.")
    return {**_dated(one, language), "name": one.name, "language": one.language, "why": why}


def _from_elsewhere(badge: SavedBadge, picture: str, language: Language) -> dict[str, Any]:
    return {
        "name": badge.name,
        "issuer": badge.issuer or badge.site,
        "site": badge.site,
        "url": badge.url,
        "picture": picture,
        "awarded_on": badge.awarded_on,
        "awarded_text": language.day(badge.awarded_on) if badge.awarded_on else "",
        "valid_until": badge.valid_until,
        "valid_text": language.day(badge.valid_until) if badge.valid_until else "",
        "sentence": language.text(badge.sentence),
        "named": badge.named,
        "saved_on": badge.saved_at.date(),
        "saved_text": language.day(badge.saved_at.date()),
        "note": badge.note,
    }


def script_data(address: str, held: Iterable[Held]) -> dict[str, Any]:
    """Return what the page's script finds: the address, each award that counts with what was signed of names, the keys."""
    living = [one for one in held if one.counts]
    return {
        "address": address,
        "awards": {
            one.id: {"issuer": one.did, "credential": one.credential, "identifier": list(one.identities)}
            for one in sorted(living, key=lambda one: one.id)
        },
        "keys": {name: dict(jwk) for one in living for name, jwk in sorted(one.key.items())},
    }


def person_page(pages: Pages, person: Person, values: Mapping[str, Any], held: Sequence[Held], contact: str) -> bytes:
    """Return the page of a holder.

    Args:
        pages: of one language.
        person: the holder.
        values: see ``person_values``.
        held: all awards of the holder.
        contact: of the issuer who answers for the site: ``mailto:`` or https.
    """
    path, say = addresses.person_page(person.handle), pages.language.text
    place = pages.place(path)
    address = place.url(path)
    data = script_data(address, held)
    for one in held:
        if one.id in data["awards"]:
            data["awards"][one.id]["jwt"] = place.link(one.token)
    filled = {
        "person": values,
        "data": data,
        "script": addresses.page_script(SCRIPT),
        "qr": qr_code(address),
        "removal": letter(
            contact, say("Please remove my page"), say("Please remove this page: %(address)s", address=address)
        ),
        "contact_text": contact.removeprefix("mailto:").removeprefix("https://").rstrip("/"),
    }
    description = say("Badges of %(name)s", name=person.name)
    return pages.page("person.html", path, person.name, description, filled, noindex=True)
