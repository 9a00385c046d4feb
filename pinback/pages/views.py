"""The values that templates show: plain names, finished texts, links from the page they stand on.

What an award page shows comes from the signed credential and the frozen BadgeClass, so that it says what
was true on the day; only the name in the open and the withdrawal come from elsewhere.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.model import Badge, Issuer, ResultDescription, Site
from pinback.pages.markdown import to_html

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
RTL = frozenset(["ar", "arc", "ckb", "dv", "fa", "ha", "he", "khw", "ks", "ku", "ps", "sd", "ug", "ur", "yi"])
REASONS = {
    "mistake": "It was awarded by mistake.",
    "replaced": "It was replaced by another award.",
    "no-longer-met": "What it asks for is no longer met.",
    "holders-wish": "The holder asked for it.",
}


def day_text(day: date) -> str:
    """Return a day in words, like 17 May 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def relative(page: str, path: str) -> str:
    """Return the link from one page's path to another path of the site.

    Folders' pages are named whole (``…/index.html``), so that a site also works when it is opened from a
    disk; canonical addresses leave that out.
    """
    return posixpath.relpath(path, posixpath.dirname(page) or ".")


@dataclass(frozen=True, slots=True)
class Where:
    """A page's own place, from which it links."""

    path: str
    site: Addresses
    absolute: bool = False

    def link(self, path: str) -> str:
        """Return the link to a path of the site. The page 404 is shown at any depth, so its links are absolute."""
        if path.endswith("/"):
            path += "index.html"
        return self.site.base_path + path if self.absolute else relative(self.path, path)

    def url(self, path: str) -> str:
        """Return the published address of a path."""
        return self.site.url(path)


def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr``."""
    return "rtl" if language.split("-")[0] in RTL else "ltr"


def common(site: Site, where: Where, title: str, description: str, noindex: bool = False) -> dict[str, Any]:
    """Return the values that every template has."""
    site_title = site.title.in_language(site.language)
    return {
        "site": {"title": site_title, "description": site.description.in_language(site.language), "url": site.base_url},
        "language": site.language,
        "direction": direction(site.language),
        "title": title,
        "document_title": title if title == site_title else f"{title} · {site_title}",
        "description": description,
        "canonical": where.url(where.path),
        "noindex": noindex,
        "home": addresses.HOME,
        "catalogue": addresses.CATALOGUE,
        "verify": addresses.VERIFY,
        "link": where.link,
        "url": where.url,
    }


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


def alt_text(badge: Badge) -> str:
    """Return what stands for the picture."""
    return badge.alt.in_language(badge.language) or f"Picture of the badge {badge.name.in_language(badge.language)}"


def badge_card(badge: Badge, issuer: Issuer, picture: str, language: str) -> BadgeCard:
    """Return a badge for a list."""
    return BadgeCard(
        name=badge.name.in_language(badge.language),
        description=badge.description.in_language(badge.language),
        alt=alt_text(badge),
        path=addresses.badge_page(badge.slug),
        picture=picture,
        tags=badge.tags,
        issuer=issuer.name.in_language(language),
        language=badge.language,
    )


def issuer_values(issuer: Issuer, language: str, logo: str) -> dict[str, Any]:
    """Return an issuer for a page."""
    return {
        "name": issuer.name.in_language(language),
        "description": issuer.description.in_language(language),
        "url": issuer.url,
        "host": issuer.url.removeprefix("https://").rstrip("/"),
        "contact": issuer.contact,
        "contact_text": issuer.contact.removeprefix("mailto:").removeprefix("https://").rstrip("/"),
        "did": issuer.did,
        "logo": logo,
        "page": addresses.issuer_page(issuer.slug),
        "slug": issuer.slug,
    }


def criteria_html(markdown: str) -> str:
    """Return criteria as HTML below a second-level heading."""
    return to_html(markdown, 3, None).html


def _date_of(text: str) -> date:
    return date.fromisoformat(text[:10])


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an award, beside what was signed.

    Attributes:
        name: the holder's name in the open, or "".
        withdrawn: reason code and day, or None.
        suspended: since when, or None.
        dead: its signatures are by a key that was stolen and revoked.
        replaced_by: path of the page of the award that corrects it, or "".
        corrects: path of the page of the award that it corrects, or "".
        renewed_by: path of the page of the award that continues it, or "".
        renews: path of the page of the award that it continues, or "".
    """

    name: str = ""
    withdrawn: tuple[str, date] | None = None
    suspended: date | None = None
    dead: bool = False
    replaced_by: str = ""
    corrects: str = ""
    renewed_by: str = ""
    renews: str = ""


def award_values(
    credential: Mapping[str, Any],
    badge_class: Mapping[str, Any],
    fate: Fate,
    markdown: Callable[[str], str],
) -> dict[str, Any]:
    """Return what an award page shows.

    Args:
        credential: the signed credential.
        badge_class: the frozen BadgeClass of its day.
        fate: what became of it.
        markdown: Markdown to HTML, for criteria (kept by the caller, so that it is done once a version).
    """
    subject = credential["credentialSubject"]
    achievement = subject["achievement"]
    described = {entry["id"]: entry for entry in achievement.get("resultDescription", ())}
    return {
        "badge_name": badge_class["name"],
        "badge_description": badge_class["description"],
        "alt": achievement["image"].get("caption") or f"Picture of the badge {badge_class['name']}",
        "name": fate.name,
        "named": any(entry["identityType"] == "name" and entry["hashed"] for entry in subject.get("identifier", ())),
        "awarded_on": _date_of(credential["awardedDate"]),
        "awarded_text": day_text(_date_of(credential["awardedDate"])),
        "valid_until": _date_of(credential["validUntil"]) if "validUntil" in credential else None,
        "valid_text": day_text(_date_of(credential["validUntil"])) if "validUntil" in credential else "",
        "criteria": markdown(badge_class["criteria"]["narrative"]),
        "language": achievement["inLanguage"],
        "alignment": [_skill(entry) for entry in achievement.get("alignment", ())],
        "tags": achievement.get("tag", ()),
        "narrative": to_html(subject["narrative"], 3, None).html if "narrative" in subject else "",
        "evidence": [_evidence(entry) for entry in credential.get("evidence", ())],
        "results": [
            {
                "name": described[entry["resultDescription"]]["name"],
                "value": entry.get("value") or words(entry.get("status", "")),
            }
            for entry in subject.get("result", ())
        ],
        "facts": _facts(subject),
        "issuer_name": credential["issuer"]["name"],
        "withdrawn": None
        if fate.withdrawn is None
        else {"day": fate.withdrawn[1], "on": day_text(fate.withdrawn[1]), "why": REASONS[fate.withdrawn[0]]},
        "suspended": None if fate.suspended is None else {"day": fate.suspended, "since": day_text(fate.suspended)},
        "dead": fate.dead,
        "replaced_by": fate.replaced_by,
        "corrects": fate.corrects,
        "renewed_by": fate.renewed_by,
        "renews": fate.renews,
        "key": credential["proof"][0]["verificationMethod"],
        "created": credential["proof"][0]["created"],
    }


def words(name: str) -> str:
    """Return a standard's joined word as people write it: ``CommunityService`` is "Community service"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("ext:"))
    return spaced[:1] + spaced[1:].lower()


def result_range(described: ResultDescription) -> str:
    """Return which values a result can have, and which one is needed, in words."""
    parts = []
    if described.allowed:
        parts.append(f"One of {', '.join(described.allowed)}.")
    elif described.min and described.max:
        parts.append(f"{described.min} to {described.max}.")
    elif described.min or described.max:
        parts.append(f"From {described.min}." if described.min else f"Up to {described.max}.")
    elif not described.required:
        parts.append("Done or not.")
    if described.required:
        parts.append(f"Needed: {described.required}.")
    return " ".join(parts)


def _skill(entry: Mapping[str, str]) -> dict[str, str]:
    names = (("name", "targetName"), ("url", "targetUrl"), ("framework", "targetFramework"), ("code", "targetCode"))
    return {ours: entry.get(theirs, "") for ours, theirs in (*names, ("description", "targetDescription"))}


def _evidence(entry: Mapping[str, str]) -> dict[str, str]:
    own_id = "/#evidence-" in entry["id"]
    return {
        "url": "" if own_id else entry["id"],
        "name": entry.get("name") or ("" if own_id else entry["id"].removeprefix("https://")),
        "description": entry.get("description", ""),
        "narrative": to_html(entry["narrative"], 4, None).html if "narrative" in entry else "",
        "genre": entry.get("genre", ""),
    }


def _facts(subject: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    facts = []
    if "activityStartDate" in subject and "activityEndDate" in subject:
        start, end = _date_of(subject["activityStartDate"]), _date_of(subject["activityEndDate"])
        facts.append(("Activity", f"{day_text(start)} to {day_text(end)}"))
    elif "activityStartDate" in subject or "activityEndDate" in subject:
        only = subject.get("activityStartDate") or subject["activityEndDate"]
        facts.append(("Activity", day_text(_date_of(only))))
    for member, label in (("role", "Role"), ("term", "Term"), ("licenseNumber", "Licence number")):
        if member in subject:
            facts.append((label, subject[member]))
    if "creditsEarned" in subject:
        facts.append(("Credits", f"{subject['creditsEarned']:g}"))
    return facts
