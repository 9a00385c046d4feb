"""Open Badges 3.0 documents (1EdTech, Open Badges v3.0; Verifiable Credentials Data Model 2.0).

OpenBadgeCredential with AchievementSubject, Achievement and Profile, and the claims of the same credential
as VC-JWT. Members with a multiplicity of many are lists even with one value (OB 3.0, "Serialization"). Every
node has an id where the standard lets it have one, so that canonicalisation needs few blank nodes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pinback import addresses, contexts, micro_credential
from pinback.addresses import Addresses
from pinback.formats.parts import Sealing, moment, start_of
from pinback.model import Alignment, Award, Badge, Evidence, Issuer, Result, ResultDescription

CONTEXTS = (contexts.CREDENTIALS_V2, contexts.OB3, contexts.OB3_EXTENSIONS)
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_SCHEMA = {"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}


_MOST_SHARED = 1_024
"""So many editions of badges are kept at once with what their credentials have in common."""
_shared: dict[tuple[int, int, int, str, str], tuple[Sealing, dict[str, Any], dict[str, Any]]] = {}
"""What is the same in all credentials of a badge version, by the identity of what it is made from: an award for which it
was made (as long as it is kept, nothing else gets the identity of what it names), the Profile, the Achievement."""


def _in_common(sealing: Sealing) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return Profile and Achievement; credentials share them, so nobody may change them."""
    badge, issuer, parent, where = sealing.badge, sealing.issuer, sealing.parent, sealing.addresses
    name = id(badge), id(issuer), id(parent), where.base_url, sealing.version
    found = _shared.get(name)
    if found is None:
        if len(_shared) >= _MOST_SHARED:
            _shared.clear()
        issued = profile(issuer, badge.language, where, parent)
        found = _shared[name] = sealing, issued, achievement(badge, where, sealing.version)
    return found[1:]


def credential(sealing: Sealing) -> dict[str, Any]:
    """Return the credential without its proof; others of the same badge version share parts of it."""
    award, badge, where = sealing.award, sealing.badge, sealing.addresses
    issuer, earned = _in_common(sealing)
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": where.url(addresses.award_file(award.id, "credential.json")),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge.name.in_language(badge.language),
        "issuer": issuer,
        "validFrom": sealing.valid_from.text,
        "awardedDate": sealing.valid_from.text,
    }
    if end := sealing.valid_until:
        document["validUntil"] = end.text
    document["image"] = _image(where.url(addresses.award_file(award.id, "badge.png")), badge)
    document["credentialSubject"] = _subject(sealing, earned)
    if evidence := award.evidence:
        page = where.url(addresses.award_page(award.id))
        document["evidence"] = [_evidence(entry, f"{page}#evidence-{n}") for n, entry in enumerate(evidence, 1)]
    document["credentialSchema"] = [_SCHEMA]
    list_url = where.url(addresses.status_list(sealing.issuer.slug, "revocation", sealing.status_list))
    document["credentialStatus"] = {
        "id": f"{list_url}#{sealing.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(sealing.status_index),
        "statusListCredential": list_url,
    }
    return document


def claims_of(document: dict[str, Any], sealing: Sealing) -> dict[str, Any]:
    """Return the payload of the VC-JWT of a credential: its own members and the registered claims (OB 3.0, "JSON Web Token Proof
    Format"; no ``vc`` member, VC-JOSE-COSE §3.1).

    Args:
        document: the credential of *sealing*; its members are shared.
        sealing: all else that the claims say.
    """
    claims: dict[str, Any] = {
        "iss": sealing.issuer.did,
        "jti": document["id"],
        "sub": sealing.subject,
        "nbf": sealing.valid_from.seconds,
        "iat": int(sealing.at.timestamp()),
    }
    if end := sealing.valid_until:
        claims["exp"] = end.seconds
    return {**document, **claims}


def profile(issuer: Issuer, language: str, where: Addresses, parent: Issuer | None) -> dict[str, Any]:
    """Return the Profile whose id is the issuer's DID."""
    document: dict[str, Any] = {
        "id": issuer.did,
        "type": ["Profile"],
        "name": issuer.name.in_language(language),
        "url": issuer.url,
        "email": issuer.email,
    }
    if description := issuer.description.in_language(language):
        document["description"] = description
    if issuer.telephone:
        document["phone"] = issuer.telephone
    if issuer.address:
        address = {"id": f"{where.url(addresses.issuer_page(issuer.slug))}#address", "type": ["Address"]}
        members = (
            ("addressCountryCode", issuer.address.country),
            ("addressRegion", issuer.address.region),
            ("addressLocality", issuer.address.locality),
        )
        document["address"] = address | {name: value for name, value in members if value}
    if parent:
        document["parentOrg"] = {
            "id": parent.did,
            "type": ["Profile"],
            "name": parent.name.in_language(language),
            "url": parent.url,
        }
    return document


def _image(url: str, badge: Badge) -> dict[str, str]:
    image = {"id": url, "type": "Image"}
    if caption := badge.alt.in_language(badge.language):
        image["caption"] = caption
    return image


def achievement(badge: Badge, where: Addresses, version: str) -> dict[str, Any]:
    """Return the Achievement; its id is the address of the badge's page in the language of this edition.

    Each edition is an Achievement of its own. A badge with one edition has no ``related``.
    """
    page = where.url(addresses.edition_page(badge))
    document: dict[str, Any] = {
        "id": page,
        "type": ["Achievement"],
        "achievementType": badge.type,
        "name": badge.name.in_language(badge.language),
        "description": badge.description.in_language(badge.language),
        "criteria": {"id": _part(page, "criteria"), "narrative": micro_credential.narrative(badge)},
        "image": _image(where.url(addresses.frozen(badge.slug, version, "image.png")), badge),
        "inLanguage": badge.language,
    }
    if badge.tags:
        document["tag"] = list(badge.tags)
    if alignments := micro_credential.alignments(badge):
        document["alignment"] = [_alignment(entry) for entry in alignments]
    if badge.results:
        document["resultDescription"] = [_result_description(entry, page) for entry in badge.results]
    if credits := micro_credential.credits_of(badge):
        document["creditsAvailable"] = _number(credits)
    if badge.field_of_study:
        document["fieldOfStudy"] = badge.field_of_study
    if others := [badge.edition(tag) for tag in badge.editions if tag != badge.language]:
        document["related"] = [_related(other, where) for other in others]
    return document


def _related(edition: Badge, where: Addresses) -> dict[str, Any]:
    """Return the pointer to the same badge in another language (OB 3.0, Related)."""
    url = where.url(addresses.edition_page(edition))
    return {"id": url, "type": ["Related"], "inLanguage": edition.language}


def _part(page: str, name: str) -> str:
    """Return the id of a part of an Achievement: a fragment, or a longer one where the Achievement's id has one already."""
    return f"{page}-{name}" if "#" in page else f"{page}#{name}"


def _alignment(entry: Alignment) -> dict[str, Any]:
    document: dict[str, Any] = {"type": ["Alignment"], "targetName": entry.name, "targetUrl": entry.url}
    members = (
        ("targetDescription", entry.description),
        ("targetFramework", entry.framework),
        ("targetCode", entry.code),
        ("targetType", entry.type),
    )
    return document | {name: value for name, value in members if value}


def _result_description(entry: ResultDescription, page: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": _part(page, f"result-{entry.id}"),
        "type": ["ResultDescription"],
        "name": entry.name,
        "resultType": entry.type,
    }
    if entry.allowed:
        document["allowedValue"] = list(entry.allowed)
    members = (("requiredValue", entry.required), ("valueMin", entry.min), ("valueMax", entry.max))
    return document | {name: value for name, value in members if value}


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _subject(sealing: Sealing, earned: dict[str, Any]) -> dict[str, Any]:
    award, badge = sealing.award, sealing.badge
    document: dict[str, Any] = {"id": sealing.subject, "type": ["AchievementSubject"]}
    if identifiers := _identifiers(award):
        document["identifier"] = identifiers
    document["achievement"] = earned
    if award.activity_start:
        document["activityStartDate"] = start_of(award.activity_start)
    if award.activity_end:
        document["activityEndDate"] = start_of(award.activity_end)
    if award.credits:
        document["creditsEarned"] = _number(award.credits)
    members = (
        ("licenseNumber", award.license_number),
        ("narrative", award.narrative),
        ("role", award.role),
        ("term", award.term),
    )
    document |= {name: value for name, value in members if value}
    if award.results:
        page = sealing.addresses.url(addresses.edition_page(badge))
        document["result"] = [_result(entry, page) for entry in award.results]
    return document


def _identifiers(award: Award) -> list[dict[str, Any]]:
    """Return IdentityObjects: the named link's hash (whose salt nobody publishes), the e-mail hash, a name in the open."""
    found: list[dict[str, Any]] = []
    if award.named:
        found.append(_identity("name", True, award.named))
    if email := award.email:
        found.append({**_identity("emailAddress", True, email.hash), "salt": email.salt})
    if award.signed_name:
        found.append(_identity("name", False, award.name))
    return found


def _identity(kind: str, hashed: bool, value: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "identityType": kind, "hashed": hashed, "identityHash": value}


def _result(entry: Result, page: str) -> dict[str, Any]:
    document: dict[str, Any] = {"type": ["Result"], "resultDescription": _part(page, f"result-{entry.result}")}
    members = (("value", entry.value), ("status", entry.status))
    return document | {name: value for name, value in members if value}


def _evidence(entry: Evidence, fallback_id: str) -> dict[str, Any]:
    document: dict[str, Any] = {"id": entry.url or fallback_id, "type": ["Evidence"]}
    members = (
        ("name", entry.name),
        ("description", entry.description),
        ("narrative", entry.narrative),
        ("genre", entry.genre),
        ("audience", entry.audience),
    )
    return document | {name: value for name, value in members if value}


def closing_statement(issuer: Issuer, language: str, where: Addresses, at: datetime, words: str) -> dict[str, Any]:
    """Return the final statement of an issuer that ends, without its proof: an EndorsementCredential about itself.

    The issuer is named by its DID alone: a Profile beside a subject of the same id would be one node in RDF, whose
    words could be moved from one to the other under the same signature.

    Args:
        issuer: the issuer.
        language: of the texts.
        where: addresses of the site.
        at: the moment of the closing.
        words: what it says.
    """
    return {
        "@context": list(CONTEXTS),
        "id": where.url(addresses.closing(issuer.slug)),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": f"{issuer.name.in_language(language)}: final statement",
        "issuer": issuer.did,
        "validFrom": moment(at),
        "awardedDate": moment(at),
        "credentialSubject": {"id": issuer.did, "type": ["EndorsementSubject"], "endorsementComment": words},
    }
