"""Awards on pages: sealed, erased, waiting.

What an award page shows comes from the signed credential and the frozen BadgeClass, so that it says what
was true on the day; only the name in the open and what became of the award come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinback import addresses
from pinback.model import Badge
from pinback.pages.badges import alt_text, words
from pinback.pages.language import Language, marked
from pinback.pages.markdown import to_html
from pinback.pages.shared import Pages

REASONS = {
    "mistake": marked("It was awarded by mistake."),
    "replaced": marked("It was replaced by another award."),
    "no-longer-met": marked("What it asks for is no longer met."),
    "holders-wish": marked("The holder asked for it."),
}


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
    language: Language,
) -> dict[str, Any]:
    """Return what an award page shows.

    Args:
        credential: the signed credential.
        badge_class: the frozen BadgeClass of its day.
        fate: what became of it.
        markdown: Markdown to HTML, for criteria (kept by the caller, so that it is done once a version).
        language: of the page.
    """
    subject = credential["credentialSubject"]
    achievement = subject["achievement"]
    described = {entry["id"]: entry for entry in achievement.get("resultDescription", ())}
    return {
        "badge_name": badge_class["name"],
        "badge_description": badge_class["description"],
        "alt": achievement["image"].get("caption")
        or language.text("Picture of the badge %(name)s", name=badge_class["name"]),
        "name": fate.name,
        "named": any(entry["identityType"] == "name" and entry["hashed"] for entry in subject.get("identifier", ())),
        "awarded_on": _date_of(credential["awardedDate"]),
        "awarded_text": language.day(_date_of(credential["awardedDate"])),
        "valid_until": _date_of(credential["validUntil"]) if "validUntil" in credential else None,
        "valid_text": language.day(_date_of(credential["validUntil"])) if "validUntil" in credential else "",
        "criteria": markdown(badge_class["criteria"]["narrative"]),
        "language": achievement["inLanguage"],
        "alignment": [_skill(entry) for entry in achievement.get("alignment", ())],
        "tags": achievement.get("tag", ()),
        "narrative": to_html(subject["narrative"], 3, None).html if "narrative" in subject else "",
        "evidence": [_evidence(entry) for entry in credential.get("evidence", ())],
        "results": [
            {
                "name": described[entry["resultDescription"]]["name"],
                "value": entry.get("value") or language.text(words(entry.get("status", ""))),
            }
            for entry in subject.get("result", ())
        ],
        "facts": _facts(subject, language),
        "issuer_name": credential["issuer"]["name"],
        "withdrawn": None
        if fate.withdrawn is None
        else {
            "day": fate.withdrawn[1],
            "on": language.day(fate.withdrawn[1]),
            "why": language.text(REASONS[fate.withdrawn[0]]),
        },
        "suspended": None if fate.suspended is None else {"day": fate.suspended, "since": language.day(fate.suspended)},
        "dead": fate.dead,
        "replaced_by": fate.replaced_by,
        "corrects": fate.corrects,
        "renewed_by": fate.renewed_by,
        "renews": fate.renews,
        "key": credential["proof"][0]["verificationMethod"],
        "created": credential["proof"][0]["created"],
    }


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


def _facts(subject: Mapping[str, Any], language: Language) -> Sequence[tuple[str, str]]:
    facts = []
    if "activityStartDate" in subject and "activityEndDate" in subject:
        start, end = _date_of(subject["activityStartDate"]), _date_of(subject["activityEndDate"])
        span = language.text("%(first)s to %(last)s", first=language.day(start), last=language.day(end))
        facts.append((language.text("Activity"), span))
    elif "activityStartDate" in subject or "activityEndDate" in subject:
        only = subject.get("activityStartDate") or subject["activityEndDate"]
        facts.append((language.text("Activity"), language.day(_date_of(only))))
    labels = (
        ("role", language.text("Role")),
        ("term", language.text("Term")),
        ("licenseNumber", language.text("Licence number")),
    )
    for member, label in labels:
        if member in subject:
            facts.append((label, subject[member]))
    if "creditsEarned" in subject:
        facts.append((language.text("Credits"), f"{subject['creditsEarned']:g}"))
    return facts


def award_page(
    pages: Pages,
    path: str,
    award: Mapping[str, Any],
    issuer: Mapping[str, Any],
    badge_path: str,
    card: str,
    files: Mapping[str, str],
) -> bytes:
    """Return the page of a sealed award.

    Args:
        pages: of one language.
        path: of the page as if the site had one language.
        award: see ``award_values``.
        issuer: values of its issuer.
        badge_path: of the badge's page.
        card: path of the badge's preview card.
        files: paths by name.
    """
    say, name = pages.language.text, award["issuer_name"]
    description = say("Awarded by %(issuer)s on %(day)s", issuer=name, day=award["awarded_text"])
    if award["withdrawn"]:
        description = say("Withdrawn by %(issuer)s on %(day)s", issuer=name, day=award["withdrawn"]["on"])
    elif award["suspended"]:
        description = say("Suspended by %(issuer)s since %(day)s", issuer=name, day=award["suspended"]["since"])
    elif award["dead"]:
        description = say("Signed with a stolen key; do not believe this award")
    values = {"award": award, "issuer": issuer, "badge_path": badge_path, "card": card, "files": files}
    return pages.page("award.html", path, award["badge_name"], description, values, noindex=True)


def erased_page(pages: Pages, path: str, issuer: Mapping[str, Any]) -> bytes:
    """Return the page that stays of an erased award."""
    title, description = pages.language.text("Withdrawn"), pages.language.text("This award was withdrawn")
    return pages.page("erased.html", path, title, description, {"issuer": issuer}, noindex=True)


def waiting_page(pages: Pages, path: str, badge: Badge, issuer: Mapping[str, Any], picture: str, issued: date) -> bytes:
    """Return the page of an award that is not sealed yet; it exists in previews only."""
    title = badge.name.in_language(badge.language)
    values = {
        "badge_name": title,
        "alt": alt_text(badge, pages.language),
        "issuer": issuer,
        "picture": picture,
        "issued": issued,
        "issued_text": pages.language.day(issued),
        "badge_path": addresses.badge_page(badge.slug),
    }
    description = pages.language.text("This award is not issued yet")
    return pages.page("waiting.html", path, title, description, values, noindex=True)
