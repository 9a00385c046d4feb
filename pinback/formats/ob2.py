"""Open Badges 2.0 documents (1EdTech, Open Badges v2.0, April 2018).

Profile, BadgeClass, hosted and signed Assertion, CryptographicKey, RevocationList. Every id is the
address of the very file. All pure functions from the model to plain documents in a fixed member order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from pinback import addresses, contexts
from pinback.addresses import Addresses
from pinback.canonical import canonical_bytes, sha256_name
from pinback.formats.parts import Sealing, moment
from pinback.model import Alignment, Badge, Evidence, Issuer


def profile_path(issuer: str) -> str:
    """Path of the issuer's first profile document."""
    return addresses.issuer_file(issuer, "issuer.json")


def profile(
    issuer: Issuer, language: str, where: Addresses, rsa_key: str, prefixes: Sequence[str], logo: str
) -> dict[str, Any]:
    """Return the Profile of an issuer.

    Args:
        issuer: the issuer.
        language: language of the texts.
        where: addresses of the site.
        rsa_key: thumbprint of the key of signed Assertions.
        prefixes: the address prefixes that hosted ids may have. On a shared host the default (the whole
            origin) would let neighbours forge, so they are always given.
        logo: path of the logo, or "".
    """
    document: dict[str, Any] = {
        "@context": contexts.OB2,
        "type": "Issuer",
        "id": where.url(profile_path(issuer.slug)),
        "name": issuer.name.in_language(language),
        "url": issuer.url,
        "email": issuer.email,
    }
    if description := issuer.description.in_language(language):
        document["description"] = description
    if issuer.telephone:
        document["telephone"] = issuer.telephone
    if logo:
        document["image"] = where.url(logo)
    document["publicKey"] = where.url(addresses.key_document(issuer.slug, rsa_key))
    document["verification"] = {
        "type": "VerificationObject",
        # NOTE: openbadges 1.1.2 reads one text, not a list; the standard allows both.
        "startsWith": prefixes[0] if len(prefixes) == 1 else list(prefixes),
    }
    document["revocationList"] = where.url(addresses.issuer_file(issuer.slug, "revoked.json"))
    return document


def key_document(issuer: str, where: Addresses, rsa_key: str, pem: str) -> dict[str, Any]:
    """Return the CryptographicKey whose owner is the issuer's profile (the link that verifiers follow back)."""
    return {
        "@context": contexts.OB2,
        "type": "CryptographicKey",
        "id": where.url(addresses.key_document(issuer, rsa_key)),
        "owner": where.url(profile_path(issuer)),
        "publicKeyPem": pem,
    }


def badge_class(badge: Badge, where: Addresses, version: str) -> dict[str, Any]:
    """Return the BadgeClass of one frozen version. With ``version=""``, without ``id`` and ``image``."""
    document: dict[str, Any] = {"@context": contexts.OB2, "type": "BadgeClass"}
    if version:
        document["id"] = where.url(addresses.frozen(badge.slug, version, "badge.json"))
    document["name"] = badge.name.in_language(badge.language)
    document["description"] = badge.description.in_language(badge.language)
    if version:
        document["image"] = where.url(addresses.frozen(badge.slug, version, "image.png"))
    document["criteria"] = {
        "id": where.url(addresses.badge_page(badge.slug)),
        "narrative": badge.criteria,
    }
    document["issuer"] = where.url(profile_path(badge.issuer))
    if badge.alignment:
        document["alignment"] = [_alignment(entry) for entry in badge.alignment]
    if badge.tags:
        document["tags"] = list(badge.tags)
    return document


def badge_version(badge: Badge, where: Addresses, svg: bytes, png: bytes) -> str:
    """Return the eight hex digits that name a version of a badge (TRUST §2; the bytes: docs/format.md)."""
    text = canonical_bytes(badge_class(badge, where, ""))
    pictures = f"\n{sha256_name(svg)}\n{sha256_name(png)}\n".encode("ascii")
    return sha256(text + pictures).hexdigest()[:8]


def _alignment(entry: Alignment) -> dict[str, str]:
    document = {"type": "AlignmentObject", "targetName": entry.name, "targetUrl": entry.url}
    for name, value in (
        ("targetDescription", entry.description),
        ("targetFramework", entry.framework),
        ("targetCode", entry.code),
    ):
        if value:
            document[name] = value
    return document


def hosted_assertion(sealing: Sealing) -> dict[str, Any]:
    """Return the hosted Assertion, whose proof is the place where it lies."""
    path = addresses.award_file(sealing.award.id, "assertion.json")
    return _assertion(sealing, path, {"type": "HostedBadge"})


def signed_assertion(sealing: Sealing) -> dict[str, Any]:
    """Return the Assertion that becomes the payload of a JWS."""
    path = addresses.award_file(sealing.award.id, "assertion.jws.txt")
    key = addresses.key_document(sealing.issuer.slug, sealing.rsa_key)
    return _assertion(sealing, path, {"type": "SignedBadge", "creator": sealing.addresses.url(key)})


def _assertion(sealing: Sealing, path: str, verification: dict[str, str]) -> dict[str, Any]:
    award, where = sealing.award, sealing.addresses
    document: dict[str, Any] = {
        "@context": contexts.OB2,
        "type": "Assertion",
        "id": where.url(path),
        "recipient": _recipient(sealing),
        "badge": where.url(addresses.frozen(sealing.badge.slug, sealing.version, "badge.json")),
        "image": where.url(addresses.award_file(award.id, "badge.png")),
        "verification": verification,
        "issuedOn": moment(sealing.valid_from),
    }
    if sealing.valid_until:
        document["expires"] = moment(sealing.valid_until)
    if award.narrative:
        document["narrative"] = award.narrative
    if award.evidence:
        document["evidence"] = [_evidence(entry) for entry in award.evidence]
    return document


def _recipient(sealing: Sealing) -> dict[str, Any]:
    """Return the IdentityObject: e-mail hash, hash of the named link, or hash of the subject's random id."""
    award = sealing.award
    if award.email:
        return {"type": "email", "hashed": True, "salt": award.email.salt, "identity": award.email.hash}
    identity = award.link or "sha256$" + sha256(sealing.subject.encode("ascii")).hexdigest()
    return {"type": "url", "hashed": True, "identity": identity}


def _evidence(entry: Evidence) -> dict[str, str]:
    document = {"type": "Evidence"}
    for name, value in (
        ("id", entry.url),
        ("name", entry.name),
        ("description", entry.description),
        ("narrative", entry.narrative),
        ("genre", entry.genre),
        ("audience", entry.audience),
    ):
        if value:
            document[name] = value
    return document


def revoked_assertion(sealed: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return the hosted Assertion of a withdrawn award: the sealed one and two members more.

    It keeps all members, because validators call a body of ``id`` and ``revoked`` alone malformed.
    """
    return {**sealed, "revoked": True, "revocationReason": reason}


def revocation_list(issuer: str, where: Addresses, revoked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the RevocationList: both ids of each withdrawn award, so never exactly one entry (which
    openbadges 1.1.2 overlooks).

    Args:
        issuer: slug.
        where: addresses of the site.
        revoked: pairs of award id and reason code.
    """
    entries = [
        {"id": where.url(addresses.award_file(award, name)), "revocationReason": reason}
        for award, reason in revoked
        for name in ("assertion.json", "assertion.jws.txt")
    ]
    return {
        "@context": contexts.OB2,
        "type": "RevocationList",
        "id": where.url(addresses.issuer_file(issuer, "revoked.json")),
        "issuer": where.url(profile_path(issuer)),
        "revokedAssertions": entries,
    }
