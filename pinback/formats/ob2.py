"""Open Badges 2.0 documents (1EdTech, Open Badges v2.0, April 2018).

Profile, BadgeClass, hosted and signed Assertion, CryptographicKey, RevocationList. Every id is the
address of the very file. All pure functions from the model to plain documents in a fixed member order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from pinback import addresses, contexts, micro_credential
from pinback.addresses import Addresses, ProfileFiles
from pinback.canonical import canonical_bytes, sha256_name
from pinback.formats.parts import Sealing
from pinback.model import Alignment, Badge, Evidence, Issuer

_PROFILE = re.compile(r"issuers/[^/]+/issuer(?:-[0-9]+)?\.json$")
"""What follows the address of the site in the address of a profile."""


def profile(
    issuer: Issuer,
    language: str,
    where: Addresses,
    files: ProfileFiles,
    prefixes: Sequence[str],
    logo: str,
    with_key: bool = True,
) -> dict[str, Any]:
    """Return a Profile of an issuer.

    Args:
        issuer: the issuer.
        language: language of the texts.
        where: addresses of the site.
        files: where it lies, with the key of signed Assertions and the RevocationList.
        prefixes: the address prefixes that hosted ids may have. On a shared host the default (the whole
            origin) would let neighbours forge, so they are always given.
        logo: path of the logo, or "".
        with_key: false where the key was revoked, so that nothing of it is believed.
    """
    document: dict[str, Any] = {
        "@context": contexts.OB2,
        "type": "Issuer",
        "id": where.url(files.profile),
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
    if with_key:
        document["publicKey"] = where.url(files.key)
    document["verification"] = {
        "type": "VerificationObject",
        # NOTE: openbadges 1.1.2 reads one text, not a list; the standard allows both.
        "startsWith": prefixes[0] if len(prefixes) == 1 else list(prefixes),
    }
    document["revocationList"] = where.url(files.revocations)
    if issuer.member_of:
        # NOTE: not "endorsement": readers of OB 2.0 fetch what stands there with every badge, so a parent's site that is
        # down or lost would spoil the group's own badges (docs/decisions/0033). The context has the prefix "schema".
        document["schema:memberOf"] = [
            {"id": parent.did, "type": "schema:Organization", "name": parent.name} for parent in issuer.member_of
        ]
        document["schema:subjectOf"] = [
            {"id": address}
            for parent in issuer.member_of
            for address in (parent.credential, parent.endorsement)
            if address
        ]
    return document


def key_document(where: Addresses, files: ProfileFiles, pem: str) -> dict[str, Any]:
    """Return the CryptographicKey whose owner is the issuer's profile (the link that verifiers follow back)."""
    return {
        "@context": contexts.OB2,
        "type": "CryptographicKey",
        "id": where.url(files.key),
        "owner": where.url(files.profile),
        "publicKeyPem": pem,
    }


def badge_class(badge: Badge, where: Addresses, profile_path: str) -> dict[str, Any]:
    """Return the BadgeClass as this edition of the badge reads now, still without ``id`` and ``image`` (``at_version``
    adds them). Only the address of its criteria tells of which language it is."""
    document: dict[str, Any] = {
        "@context": contexts.OB2,
        "type": "BadgeClass",
        "name": badge.name.in_language(badge.language),
        "description": badge.description.in_language(badge.language),
        "criteria": {"id": where.url(addresses.edition_page(badge)), "narrative": micro_credential.narrative(badge)},
        "issuer": where.url(profile_path),
    }
    if alignments := micro_credential.alignments(badge):
        document["alignment"] = [_alignment(entry) for entry in alignments]
    if badge.tags:
        document["tags"] = list(badge.tags)
    return document


def badge_version(bare: Mapping[str, Any], svg: bytes, png: bytes) -> str:
    """Return the eight hex digits that name a version of a badge (TRUST §2; the bytes: docs/format.md).

    Args:
        bare: the BadgeClass without ``id`` and ``image``.
        svg: the picture.
        png: the same as pixels.
    """
    pictures = f"\n{sha256_name(svg)}\n{sha256_name(png)}\n".encode("ascii")
    return sha256(canonical_bytes(dict(bare)) + pictures).hexdigest()[:8]


def at_version(bare: Mapping[str, Any], slug: str, where: Addresses, version: str) -> dict[str, Any]:
    """Return the BadgeClass of a frozen version, with the addresses of itself and its picture."""
    document: dict[str, Any] = {}
    for name, value in bare.items():
        if name == "name":
            document["id"] = where.url(addresses.frozen(slug, version, "badge.json"))
        document[name] = value
        if name == "description":
            document["image"] = where.url(addresses.frozen(slug, version, "image.png"))
    return document


def without_version(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the BadgeClass of a frozen version without the addresses that ``at_version`` gave it."""
    return {name: value for name, value in frozen.items() if name not in ("id", "image")}


def without_addresses(document: Mapping[str, Any], bases: Iterable[str] = ()) -> dict[str, Any]:
    """Return what a BadgeClass says about its badge, whatever key, address or version it was published with (see ``page_of``)."""
    said = {name: value for name, value in document.items() if name not in ("id", "image", "issuer")}
    return {**said, "criteria": said["criteria"]["narrative"], "page": page_of(document, bases)}


def page_of(document: Mapping[str, Any], bases: Iterable[str] = ()) -> str:
    """Return the path of the page that a BadgeClass names for its criteria, below the address of its place, with the fragment.

    It is the same for all versions of one edition (``addresses.edition_page`` without ``index.html``).

    Args:
        document: the BadgeClass.
        bases: addresses of all places of the issuer. What is signed again after a move names the page at the place that was left,
            and the profile at the present one.
    """
    page: str = document["criteria"]["id"]
    for base in (_PROFILE.sub("", document["issuer"]), *sorted(bases, key=len, reverse=True)):
        if page.startswith(base):
            return page.removeprefix(base)
    return page


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


def signed_from(hosted: dict[str, Any], sealing: Sealing) -> dict[str, Any]:
    """Return the Assertion that becomes the payload of a JWS: all as in the hosted one, but where it lies and what proves it.

    Args:
        hosted: the hosted Assertion of *sealing*; its members are shared.
        sealing: whose they are.
    """
    path = addresses.award_file(sealing.award.id, "assertion.jws.txt")
    creator = sealing.addresses.url(sealing.files.key)
    return {
        **hosted,
        "id": sealing.addresses.url(path),
        "verification": {"type": "SignedBadge", "creator": creator},
    }


def hosted_assertion(sealing: Sealing) -> dict[str, Any]:
    """Return the hosted Assertion, whose proof is the place where it lies."""
    award, where = sealing.award, sealing.addresses
    document: dict[str, Any] = {
        "@context": contexts.OB2,
        "type": "Assertion",
        "id": where.url(addresses.award_file(award.id, "assertion.json")),
        "recipient": _recipient(sealing),
        "badge": where.url(addresses.frozen(sealing.badge.slug, sealing.version, "badge.json")),
        "image": where.url(addresses.award_file(award.id, "badge.png")),
        "verification": {"type": "HostedBadge"},
        "issuedOn": sealing.valid_from.text,
    }
    if end := sealing.valid_until:
        document["expires"] = end.text
    if narrative := award.narrative:
        document["narrative"] = narrative
    if evidence := award.evidence:
        document["evidence"] = [_evidence(entry) for entry in evidence]
    return document


def _recipient(sealing: Sealing) -> dict[str, Any]:
    """Return the IdentityObject: e-mail hash, hash of the named link, or hash of the subject's random id."""
    award = sealing.award
    if email := award.email:
        return {"type": "email", "hashed": True, "salt": email.salt, "identity": email.hash}
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


def resigned_assertion(signed: Mapping[str, Any], badge: str, creator: str) -> dict[str, Any]:
    """Return the payload of a signed Assertion for another key: all as it was, but who signs and where that key belongs.

    Args:
        signed: the payload as it was signed first.
        badge: address of the BadgeClass whose issuer has the new key.
        creator: address of the new key's document.
    """
    return {**signed, "badge": badge, "verification": {**signed["verification"], "creator": creator}}


def revoked_assertion(sealed: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """Return the hosted Assertion of a withdrawn or suspended award: the sealed one and what became of it.

    It keeps all members, because validators call a body of ``id`` and ``revoked`` alone malformed. Open Badges 2.0
    knows no suspension, so while one lasts the Assertion is told as revoked, without a reason.
    """
    return {**sealed, "revoked": True} | ({"revocationReason": reason} if reason else {})


def erased_assertion(where: Addresses, award: str) -> dict[str, Any]:
    """Return what stays of the hosted Assertion of an erased award (OB 2.0, "Revoked": an id and the word).

    Args:
        where: the addresses under which it was sealed.
        award: its id.
    """
    url = where.url(addresses.award_file(award, "assertion.json"))
    return {"@context": contexts.OB2, "type": "Assertion", "id": url, "revoked": True}


def revocation_list(
    where: Addresses,
    files: ProfileFiles,
    revoked: Iterable[tuple[Addresses, str, str]],
    endorsements: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the RevocationList: both ids of each withdrawn award, so never exactly one entry (which
    openbadges 1.1.2 overlooks).

    Args:
        where: addresses of the site.
        files: where the list and the profile lie.
        revoked: for each award the addresses under which it was sealed, its id, and the reason code or "".
        endorsements: addresses of Endorsements that do not count any more.
    """
    entries = [
        {"id": under.url(addresses.award_file(award, name))} | ({"revocationReason": reason} if reason else {})
        for under, award, reason in revoked
        for name in ("assertion.json", "assertion.jws.txt")
    ]
    entries += [{"id": url} for url in endorsements]
    return {
        "@context": contexts.OB2,
        "type": "RevocationList",
        "id": where.url(files.revocations),
        "issuer": where.url(files.profile),
        "revokedAssertions": entries,
    }
