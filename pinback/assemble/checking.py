"""What the page ``/verify/`` knows without the network: this site's own issuers, as of the newest line of their registers.

Keys, profiles, status lists and badge versions: they grow with badges and withdrawals, never with awards. Each document
stands under the address by which badges name it, which after a move may be an older one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pinback import addresses
from pinback.assemble.issuers import did_documents, issuer_documents
from pinback.assemble.sealed import Sealed
from pinback.model import Award, Issuer
from pinback.register import Register

_KINDS = frozenset({"Issuer", "CryptographicKey", "RevocationList", "VerifiableCredential"})


def site_data(
    issuers: Iterable[tuple[Issuer, Sealed, str]],
    language: str,
    base_url: str,
    badge_classes: Iterable[bytes],
    sample: bytes,
) -> dict[str, Any]:
    """Return the data of the page.

    Args:
        issuers: those that have a register, with the path of the logo or "".
        language: of the site.
        base_url: of the site.
        badge_classes: every frozen version of every badge.
        sample: a credential of the club's own to try, or nothing.
    """
    answers: dict[str, str | int] = {}
    named = []
    times = []
    for issuer, sealed, logo in issuers:
        named.append({"name": issuer.name.in_language(language), "did": issuer.did})
        times.append(str(sealed.register.lines[-1]["at"]))
        answers.update(_answers(issuer, sealed, logo, language, base_url))
    for data in badge_classes:
        answers[json.loads(data)["id"]] = data.decode("utf-8")
    return {
        "as_of": max(times, default=""),
        "issuers": named,
        "answers": dict(sorted(answers.items())),
        "samples": {"good": sample.decode("utf-8"), "changed": _changed(sample)} if sample else {},
    }


def _answers(
    issuer: Issuer, sealed: Sealed, logo: str, language: str, base_url: str
) -> Iterator[tuple[str, str | int]]:
    for data in did_documents(issuer.slug, sealed.register, base_url).values():
        yield addresses.did_document_url(json.loads(data)["id"]), data.decode("utf-8")
    listed: set[str] = set()
    for path, data in issuer_documents(issuer, sealed, language, logo, log=False):
        if not path.endswith(".json"):
            continue
        document = json.loads(data)
        types = document.get("type")
        if not _KINDS & set(types if isinstance(types, list) else [types]):
            continue
        listed.add(document["id"])
        yield document["id"], data.decode("utf-8")
    for url in sorted(listed):
        beside = url.replace("/status/revocation-", "/status/suspension-")
        if beside not in listed:
            yield beside, 404


def sample_award(register: Register, records: Mapping[str, Award]) -> str:
    """Return the id of an award that says least of a person, is in force and has no end; "" where there is none."""
    gone = register.revoked.keys() | register.suspended.keys() | register.erased.keys()
    for id_ in sorted(register.awards):
        record = records.get(id_)
        if id_ in gone or register.is_dead(id_) or record is None:
            continue
        if not (record.public or record.signed_name or record.valid_until or record.narrative or record.evidence):
            return id_
    return ""


def _changed(credential: bytes) -> str:
    """Return a credential with one letter of the badge's name changed after signing."""
    text = credential.decode("utf-8")
    name = json.loads(text)["credentialSubject"]["achievement"]["name"]
    place = text.rindex('"name":' + json.dumps(name, ensure_ascii=False)) + len('"name":"')
    return text[:place] + ("X" if text[place] != "X" else "Y") + text[place + 1 :]
