"""The files of awards: sealed, erased, and waiting ones in previews."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

import orjson

from pinback import addresses, calendar
from pinback.addresses import Addresses
from pinback.assemble.issuers import award_proofs
from pinback.assemble.material import Material, Output
from pinback.assemble.sealed import Sealed
from pinback.formats import ob2
from pinback.images.png import OB2_KEYWORD, OB3_KEYWORD, bake_png
from pinback.images.svg import bake_svg
from pinback.model import Award, Club
from pinback.outputs import json_bytes
from pinback.pages.award_shapes import Page
from pinback.pages.awards import Fate, Proof, erased_page, own_values, waiting_page
from pinback.proofs.keys import checked
from pinback.register import Erased, Register, SealedAward, text_moment
from pinback.seal.plan import edition_of


def award_documents(
    material: Material, sealed: Sealed, known: SealedAward, signed: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the files of a sealed award that lie on the site, by name: documents and baked pictures, six or those of the lean set.

    Args:
        material: of the club.
        sealed: what the issuer has sealed.
        known: the award.
        signed: its four documents as they were sealed.
    """
    documents = dict(signed)
    frozen = material.frozen(sealed, known.badge, known.version)
    register = sealed.register
    withdrawal = register.revoked.get(known.id)
    if withdrawal or known.id in register.suspended or register.is_dead(known.id):
        code = withdrawal.code if withdrawal else ""
        documents["assertion.json"] = json_bytes(ob2.revoked_assertion(json.loads(documents["assertion.json"]), code))
    baked = {OB2_KEYWORD: documents["assertion.json"], OB3_KEYWORD: documents["credential.json"]}
    documents["badge.png"] = bake_png(material.award_png(sealed, known.badge, known.version), baked)
    if material.club.site.is_lean(known.at):
        return {name: data for name, data in documents.items() if name not in addresses.LEFT_OUT}
    svg = bake_svg(frozen["image.svg"], documents["assertion.jws.txt"], documents["credential.json"])
    return {**documents, "badge.svg": svg}


def award_files(material: Material, sealed: Sealed, known: SealedAward) -> Iterator[Output]:
    """Yield the files of a sealed award, and its page in each language.

    They depend on: the award's line and its keys in the register, and what became of it and of the awards that it names there
    (``fate_of``); the sealed files of its badge version; its record (name in the open, age, days, which award it renews or
    corrects, and its place where that is shown); the issuer's file and logo; the site,
    its languages and own pages; the theme and this program. On nothing else, nor on which awards were made before.
    """
    signed = sealed.store.award_files(known)
    files = award_documents(material, sealed, known, signed)
    for name, data in files.items():
        yield addresses.award_file(known.id, name), data
    yield from award_proofs(sealed, known.id)
    credential = orjson.loads(files["credential.json"])
    register = sealed.register
    fate = fate_of(material, register, known.id, _witnessed(sealed, known.id))
    token = signed["credential.jwt.txt"]
    key, jwk = _key_of(register, token)
    proof = Proof(token.decode("ascii"), {key: jwk})
    certificate = material.club.site.certificates and in_force(register, known.id)
    record, path = record_place(material, known.id), addresses.award_page(known.id)
    lean = material.club.site.is_lean(known.at)
    for pages, made in zip(material.faces, material.award_pages, strict=True):
        shown = material.shown(sealed, known.badge, known.version, credential, pages)
        own = own_values(credential, fate, pages.language)
        page = Page(known.id, own, proof, key, certificate, record, lean)
        yield addresses.page_in(pages.folder, path), made.page(shown, page)


def _witnessed(sealed: Sealed, id_: str) -> tuple[str, date] | None:
    """Return which witness saw the documents of an award first, and on which day."""
    found = sealed.log.witnessed(sealed.log.entries_of(id_)[-1])
    return (found[1].by, found[1].at.date()) if found else None


def record_place(material: Material, id_: str) -> tuple[str, int] | None:
    """Return file and column of an award's record, for the page where stewards change awards; None where strangers cannot
    read the club's files at their host, so that a site never says more than the repository does."""
    site, record = material.club.site, material.awards.get(id_)
    return (record.origin.file, record.column) if record and site.source and site.public_repository else None


def in_force(register: Register, id_: str) -> bool:
    """Say whether an award is sealed, and neither withdrawn, suspended, nor signed with a stolen key."""
    gone = id_ in register.revoked or id_ in register.suspended or register.is_dead(id_)
    return id_ in register.awards and not gone


def fate_of(material: Material, register: Register, id_: str, witnessed: tuple[str, date] | None = None) -> Fate:
    """Return what became of an award, from register and record; a record that asks for erasure says nothing."""
    record, withdrawal = material.awards.get(id_), register.revoked.get(id_)
    withdrawn = None
    if withdrawal:
        asked = record.revoked if record else None
        withdrawn = (withdrawal.code, asked.on if asked else withdrawal.at.date())
    paused = register.suspended.get(id_)
    return Fate(
        name=record.name if record and record.public else "",
        withdrawn=withdrawn,
        suspended=(record.suspended if record and record.suspended else paused.date()) if paused else None,
        dead=register.is_dead(id_),
        replaced_by=_page_of(register, register.superseded.get(id_, "")),
        corrects=_page_of(register, record.supersedes if record else ""),
        renewed_by=_page_of(register, material.renewals.get(id_, "")),
        renews=_page_of(register, record.renews if record else ""),
        minor=bool(record and record.minor),
        witnessed=witnessed,
    )


def _key_of(register: Register, token: bytes) -> tuple[str, Mapping[str, str]]:
    """Return the name by which a VC-JWT's head calls its key, a DID, ``#`` and the key's own id, and the key as JWK."""
    name = _named_key(token.partition(b".")[0])
    key = register.keyring.keys[name.partition("#")[2]]
    return name, _members(key.id, key.type, key.public)


@lru_cache(maxsize=64)
def _members(id_: str, type_: str, public: str) -> Mapping[str, str]:
    """Return a key of a register as JWK; few keys sign many awards."""
    jwk = checked(id_, type_, public).jwk
    return {member: jwk[member] for member in ("kty", "n", "e")}


@lru_cache(maxsize=64)
def _named_key(head: bytes) -> str:
    """Return the key that the head of a token names; the heads of all that one key signed are the same."""
    name: str = orjson.loads(b64decode(head + b"=" * (-len(head) % 4), altchars=b"-_"))["kid"]
    return name


def _page_of(register: Register, id_: str) -> str:
    """Return the path of another award's page, or "" where it has none."""
    return addresses.award_page(id_) if id_ in register.awards else ""


def erased_document(sealed: Sealed, gone: Erased) -> Output:
    """Return what stays of an erased award for readers of OB 2.0: that it is revoked, and nothing else."""
    register = sealed.register
    where = Addresses(register.place_of(register.list_places[gone.list]).base_url)
    return addresses.award_file(gone.id, "assertion.json"), json_bytes(ob2.erased_assertion(where, gone.id))


def erased_files(material: Material, sealed: Sealed, gone: Erased) -> Iterator[Output]:
    """Yield the page that stays of an erased award, in each language, and the document beside it."""
    path = addresses.award_page(gone.id)
    for pages in material.faces:
        issuer = material.issuer_values(material.club.issuers[sealed.store.issuer], pages)
        yield addresses.page_in(pages.folder, path), erased_page(pages, path, issuer)
    yield erased_document(sealed, gone)


def waiting_files(material: Material) -> Iterator[Output]:
    """Yield a page, in each language, for each award that is not sealed yet."""
    for number, award in enumerate(waiting_awards(material.club, material.sealed)):
        badge = edition_of(material.club, award)
        path = addresses.award_page(award.id or f"not-issued-{number + 1}")
        picture = material.picture_path(badge)
        for pages in material.faces:
            issuer = material.issuer_values(material.club.issuers[badge.issuer], pages)
            page = waiting_page(pages, path, badge, issuer, picture, award.issued_on)
            yield addresses.page_in(pages.folder, path), page


def waiting_awards(club: Club, sealed: dict[str, Sealed]) -> list[Award]:
    """Return the awards that no register knows yet."""
    known = {id_ for one in sealed.values() for id_ in one.register.awards}
    return [award for award in club.awards if award.id not in known]


# The calendar of what expires.


def signed_ends(club: Club, sealed: Mapping[str, Sealed]) -> dict[str, date | None]:
    """Return the last valid day of each sealed award whose record names none: what was signed stays when the badge changes."""
    ends: dict[str, date | None] = {}
    for award in club.awards:
        one = sealed.get(club.badges[award.badge].issuer)
        if one is None or award.id not in one.register.awards or {"valid_until", "valid_for"} & award.typed.keys():
            continue
        known = one.register.awards[award.id]
        path = one.store.award_path(known.id, "credential.json")
        credential = orjson.loads(one.store.read(path, known.files["credential.json"]))
        ends[known.id] = text_moment(credential["validUntil"]).date() if "validUntil" in credential else None
    return ends


def expires(material: Material, register: Register, id_: str, until: str) -> str:
    """Return the day on which an award expires (ISO 8601), while it lives and no sealed one continues it; otherwise "".

    Args:
        material: of the club.
        register: that has the award.
        id_: of the award.
        until: ``validUntil`` of its signed credential.
    """
    renewal = material.renewals.get(id_, "")
    continued = renewal in register.awards and renewal not in register.revoked
    return "" if id_ in register.revoked or continued else text_moment(until).date().isoformat()


def expiries_on(material: Material, badge: str, days: Iterable[str]) -> frozenset[calendar.Expiry]:
    """Return the entries of the calendar for awards of a badge that expire on some days (ISO 8601)."""
    title = material.club.badges[badge].name.in_language(material.language)
    url = material.where.url(addresses.badge_page(badge))
    return frozenset([calendar.Expiry(date.fromisoformat(day), badge, title, url) for day in days])


def due(material: Material, sealed: Sealed, expiries: list[calendar.Expiry]) -> bytes:
    """Return the calendar of what an issuer's awards expire; its time is that of the register's last line."""
    name = material.club.issuers[sealed.store.issuer].name.in_language(material.language)
    stamp = text_moment(sealed.register.lines[-1]["at"])
    return calendar.ics(name, material.where.host, stamp, expiries)
