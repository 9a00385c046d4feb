"""Awards on pages: sealed, erased, waiting.

What an award page shows comes from the signed credential and the frozen BadgeClass, so that it says what
was true on the day; only the name in the open and what became of the award come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pinback import addresses, micro_credential
from pinback.dataclass import dataclass
from pinback.model import Badge
from pinback.pages import passing_on
from pinback.pages.badges import alt_text, micro_credential_rows, words
from pinback.pages.language import Language, marked
from pinback.pages.markdown import to_html
from pinback.pages.qr import qr_code
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
        minor: whether the holder is under age, so that nothing invites to pass the page on to other sites.
        witnessed: which witness saw it in the issuer's log first, and on which day; None while none did.
    """

    name: str = ""
    withdrawn: tuple[str, date] | None = None
    suspended: date | None = None
    dead: bool = False
    replaced_by: str = ""
    corrects: str = ""
    renewed_by: str = ""
    renews: str = ""
    minor: bool = False
    witnessed: tuple[str, date] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What the page's script checks the award with.

    Attributes:
        token: the credential as VC-JWT.
        keys: the issuer's RSA key that signed it, as JWK, by the id that the token names.
    """

    token: str
    keys: Mapping[str, Mapping[str, str]]


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
    return {
        **edition_values(credential, badge_class, markdown, language),
        **own_values(credential, fate, language),
    }


def edition_values(
    credential: Mapping[str, Any],
    badge_class: Mapping[str, Any],
    markdown: Callable[[str], str],
    language: Language,
) -> dict[str, Any]:
    """Return what an award page shows of the badge: a function of ``achievement`` and ``issuer`` of the credential, and of the
    arguments beside it (see ``award_values``)."""
    achievement = credential["credentialSubject"]["achievement"]
    criteria: str = badge_class["criteria"]["narrative"]
    micro: tuple[micro_credential.Row, ...] = ()
    if achievement.get("achievementType") == micro_credential.TYPE:
        criteria, micro = micro_credential.split(criteria, achievement["inLanguage"])
    address = credential["issuer"].get("address", {})
    return {
        "badge_name": badge_class["name"],
        "badge_description": badge_class["description"],
        "alt": achievement["image"].get("caption")
        or language.text("Picture of the badge %(name)s", name=badge_class["name"]),
        "criteria": markdown(criteria),
        "micro_credential": micro_credential_rows(micro),
        "country": language.country(address["addressCountryCode"]) if address else "",
        "language": achievement["inLanguage"],
        "alignment": [
            _skill(entry)
            for entry in achievement.get("alignment", ())
            # The level stands among what the micro-credential says.
            if not (micro and entry.get("targetType") in micro_credential.LEVEL_TYPES)
        ],
        "tags": achievement.get("tag", ()),
        "issuer_name": credential["issuer"]["name"],
        "issuer_did": credential["issuer"]["id"],
    }


def own_values(credential: Mapping[str, Any], fate: Fate, language: Language) -> dict[str, Any]:
    """Return what an award page shows of the one award."""
    subject = credential["credentialSubject"]
    described = {entry["id"]: entry for entry in subject["achievement"].get("resultDescription", ())}
    names = [entry for entry in subject.get("identifier", ()) if entry["identityType"] == "name"]
    awarded = _date_of(credential["awardedDate"])
    valid_until = _date_of(credential["validUntil"]) if "validUntil" in credential else None
    return {
        "number": credential["id"].split("/")[-2],
        "credential_id": credential["id"],
        "name": fate.name,
        "name_signed": any(not entry["hashed"] and entry["identityHash"] == fate.name for entry in names),
        "minor": fate.minor,
        "named": any(entry["hashed"] for entry in names),
        "awarded_on": awarded,
        "awarded_text": language.day(awarded),
        "valid_until": valid_until,
        "valid_text": language.day(valid_until) if valid_until else "",
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
        "logged": _logged(fate, language),
    }


def _logged(fate: Fate, language: Language) -> str:
    """Say what the log shows of an award that is in it."""
    if fate.witnessed is None:
        return language.text("Signed and logged. No witness has seen it yet.")
    name, day = fate.witnessed
    return language.text("Signed, logged and witnessed by %(name)s on %(day)s.", name=name, day=language.day(day))


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


_FACTS = (("role", marked("Role")), ("term", marked("Term")), ("licenseNumber", marked("Licence number")))


def _facts(subject: Mapping[str, Any], language: Language) -> Sequence[tuple[str, str]]:
    facts = []
    if "activityStartDate" in subject and "activityEndDate" in subject:
        start, end = _date_of(subject["activityStartDate"]), _date_of(subject["activityEndDate"])
        span = language.text("%(first)s to %(last)s", first=language.day(start), last=language.day(end))
        facts.append((language.text("Activity"), span))
    elif "activityStartDate" in subject or "activityEndDate" in subject:
        only = subject.get("activityStartDate") or subject["activityEndDate"]
        facts.append((language.text("Activity"), language.day(_date_of(only))))
    for member, label in _FACTS:
        if member in subject:
            facts.append((language.text(label), subject[member]))
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
    proof: Proof,
    record: tuple[str, int] | None = None,
    qr: Mapping[str, str] | None = None,
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
        proof: what the page's script checks the award with.
        record: file and column of its record, where anybody can read the club's files at their host.
        qr: the code of the page's address, where it is made already.
    """
    values, title, description = award_page_values(
        pages, path, award, issuer, badge_path, card, files, proof, record, qr
    )
    return pages.page("award.html", path, title, description, values, noindex=True)


def award_page_values(
    pages: Pages,
    path: str,
    award: Mapping[str, Any],
    issuer: Mapping[str, Any],
    badge_path: str,
    card: str,
    files: Mapping[str, str],
    proof: Proof,
    record: tuple[str, int] | None,
    qr: Mapping[str, str] | None,
) -> tuple[dict[str, Any], str, str]:
    """Return the values of the page of a sealed award, its title, and its description (see ``award_page``).

    NOTE: marks go through here in place of texts (``bound_awards``): they are put together, written in other ways sign by sign,
    and asked whether they are there; whatever else is done with a value belongs into ``award_values``.
    """
    say, name = pages.language.text, award["issuer_name"]
    description = say("Awarded by %(issuer)s on %(day)s", issuer=name, day=award["awarded_text"])
    if award["withdrawn"]:
        description = say("Withdrawn by %(issuer)s on %(day)s", issuer=name, day=award["withdrawn"]["on"])
    elif award["suspended"]:
        description = say("Suspended by %(issuer)s since %(day)s", issuer=name, day=award["suspended"]["since"])
    elif award["dead"]:
        description = say("Signed with a stolen key; do not believe this award")
    where = pages.place(path)
    address = where.url(path)
    values = {
        "award": award,
        "issuer": issuer,
        "badge_path": badge_path,
        "card": card,
        "files": files,
        "record": record,
        "script": addresses.page_script("award.js"),
        "script_data": _script_data(award, issuer, address, proof, pages.language),
        "qr": qr or qr_code(address),
        **_passing_on(award, issuer, address, where.url(files["badge.png"]), pages.language),
    }
    return values, award["badge_name"], description


def _passing_on(
    award: Mapping[str, Any], issuer: Mapping[str, Any], address: str, picture: str, language: Language
) -> dict[str, Any]:
    """Return links and codes by which the page at *address* is passed on, printed, and answered."""
    say, badge, name = language.text, award["badge_name"], award["issuer_name"]
    title = say("%(badge)s, awarded by %(issuer)s", badge=badge, issuer=name)
    return {
        "share": passing_on.share_links(address, title, language),
        "linkedin": passing_on.linkedin_form(
            badge,
            name,
            award["awarded_on"],
            award["valid_until"],
            award["number"],
            address,
            language,
            (award["awarded_text"], award["valid_text"]),
        ),
        "embed": passing_on.embed_code(address, picture, title),
        "download": f"{issuer['slug']}-{award['number']}.png",
        "report": passing_on.letter(
            issuer["contact"],
            say("A mistake in an award: %(badge)s", badge=badge),
            say("I think that something is wrong on this page:") + f"\n{address}\n\n",
        ),
        "removal": passing_on.letter(
            issuer["contact"],
            say("Please remove an award: %(badge)s", badge=badge),
            say("This is my badge. Please remove me from this page:") + f"\n{address}\n\n",
        ),
    }


def _script_data(
    award: Mapping[str, Any], issuer: Mapping[str, Any], address: str, proof: Proof, language: Language
) -> dict[str, Any]:
    """Return what the page's script needs: what was signed, what the page shows, and what there is to say."""
    say, name, did = language.text, award["issuer_name"], award["issuer_did"]
    state = "withdrawn" if award["withdrawn"] else "suspended" if award["suspended"] else "in-force"
    # What a stolen key signed is not even looked at, so that no name can be shown by it.
    checked = {"state": "dead"} if award["dead"] else {"state": state, "jwt": proof.token, "keys": proof.keys}
    return {
        **checked,
        "issuer": did,
        "address": address,
        "demonstration": issuer["demonstration"],
        "shown": {
            "badge": award["badge_name"],
            "description": award["badge_description"],
            "issuer-name": name,
            "issuer": did,
            "awarded": award["awarded_on"].isoformat(),
            "valid-until": award["valid_until"].isoformat() if award["valid_until"] else "",
            "credential": award["credential_id"],
        },
        "words": {
            "checked": say("Signature checked in this browser just now."),
            "signedBy": say("Signed by %(issuer)s (%(did)s), and unchanged since.", issuer=name, did=did),
            "cannotCheck": say("The signature was not checked: this browser cannot do so on this page."),
            "early": say("By this computer’s clock its first day has not come, so the signature was not looked at."),
            "expired": say("Expired on %(day)s.", day=award["valid_text"]),
            "mismatch": say("This page does not match what was signed."),
            "mismatchWhat": say("Do not rely on it. Ask %(issuer)s.", issuer=name),
            "nameSigned": say("This is the name that %(issuer)s signed. It came with your link.", issuer=name),
            "nameNotSigned": say("The name in this link is not the one that was signed, so it is not shown."),
            "nameNotChecked": say("The name in this link cannot be checked here, so it is not shown."),
            "copied": say("Copied"),
            "notCopied": say("This browser does not let the page copy. The text is marked: copy it yourself."),
        },
    }


def erased_page(pages: Pages, path: str, issuer: Mapping[str, Any]) -> bytes:
    """Return the page that stays of an erased award."""
    title, description = pages.language.text("Withdrawn"), pages.language.text("This award was withdrawn")
    return pages.page("erased.html", path, title, description, {"issuer": issuer}, noindex=True)


def waiting_page(pages: Pages, path: str, badge: Badge, issuer: Mapping[str, Any], picture: str, issued: date) -> bytes:
    """Return the page of an award that is not sealed yet; it exists in previews only."""
    title = badge.name.in_language(badge.language)
    values = {
        "badge_name": title,
        "badge_language": badge.language,
        "alt": alt_text(badge, pages.language),
        "issuer": issuer,
        "picture": picture,
        "issued": issued,
        "issued_text": pages.language.day(issued),
        "badge_path": addresses.badge_page(badge.slug),
    }
    description = pages.language.text("This award is not issued yet")
    return pages.page("waiting.html", path, title, description, values, noindex=True)
