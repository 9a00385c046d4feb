"""The documents of one issuer: what its register says of keys, addresses and lists, in the standards' forms.

DID documents, OB 2.0 profiles and keys are functions of the register and of ``issuer.yaml`` alone (TRUST §4). Each
document says the address under which it came to be; after a move the older ones lie at the same paths of the
new site, byte for byte, so that an old address that only redirects still answers right.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.assemble.sealed import Sealed
from pinback.cosigning import POLICY
from pinback.formats import did, endorsements, ob2
from pinback.model import Issuer
from pinback.outputs import json_bytes
from pinback.proofs.keys import PublicKey, checked
from pinback.register import Endorsed, Register, RegisterKey, now_text
from pinback.seal.profiles import files_of
from pinback.tlog.auditing import KEYS
from pinback.tlog.tiles import CHECKPOINT


def public(key: RegisterKey) -> PublicKey:
    """Return a key of a register as one that can verify."""
    return checked(key.id, key.type, key.public)


def issuer_documents(
    issuer: Issuer,
    sealed: Sealed,
    language: str,
    logo: str,
    only: Collection[str] | None = None,
    log: bool = True,
) -> Iterator[tuple[str, bytes]]:
    """Yield OB 2.0 profiles, keys and RevocationLists, the sealed status lists, checkpoint and final statement.

    Args:
        issuer: the issuer.
        sealed: what it has sealed.
        language: of the texts.
        logo: path of the logo, or "".
        only: the awards that RevocationLists may name; otherwise all that are withdrawn.
        log: whether the files of the log are among them.
    """
    register, store = sealed.register, sealed.store
    for profile in register.profiles:
        place = register.place_of(profile.place)
        where, files = Addresses(place.base_url), files_of(register, issuer.slug, profile)
        key = register.keyring.keys[profile.key]
        sound = key.revoked is None
        yield (
            files.profile,
            json_bytes(ob2.profile(issuer, language, where, files, [place.base_url], logo, with_key=sound)),
        )
        if sound:
            yield files.key, json_bytes(ob2.key_document(where, files, public(key).pem))
        withdrawn = (one for one in _withdrawn(register) if only is None or one[1] in only)
        gone = _ended_endorsements(register, issuer.slug) if only is None else ()
        yield files.revocations, json_bytes(ob2.revocation_list(where, files, withdrawn, gone))
    if only is None:
        yield from _endorsements(issuer.slug, sealed)
    for purpose, number in register.status:
        yield addresses.status_list(issuer.slug, purpose, number), store.status_file(register, purpose, number)
    if log:
        yield from log_documents(issuer.slug, sealed, whole=only is None)
    if register.statement:
        yield addresses.closing(issuer.slug), store.read(store.closing_path, register.statement)


def log_documents(issuer: str, sealed: Sealed, whole: bool = True) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an issuer's log, and the checkpoints of others that it has signed.

    Args:
        issuer: slug.
        sealed: what it has sealed.
        whole: also what shows how the log grew, and not only what a proof is checked with.
    """
    for path, data in sealed.log.files():
        if whole or path in (CHECKPOINT, KEYS):
            yield addresses.log_file(issuer, path), data
    if sealed.witnessed.policy:
        yield addresses.log_file(issuer, POLICY), sealed.witnessed.policy
    for origin_hash, note in sealed.witnessed.given.items() if whole else ():
        yield addresses.cosigned_checkpoint(issuer, origin_hash), note


def award_proofs(sealed: Sealed, id_: str) -> Iterator[tuple[str, bytes]]:
    """Yield the proofs that an award is in the log: of the documents that are published, and of those signed before them."""
    made = sealed.log.award_proofs(id_)
    for place, (frozen, witnessed) in enumerate(made, 1):
        # The published documents are those of the last signing; earlier ones are numbered from 1.
        earlier = 0 if place == len(made) else place
        yield addresses.log_proof(id_, earlier), frozen
        if witnessed is not None:
            yield addresses.witnessed_proof(id_, earlier), witnessed


def _withdrawn(register: Register) -> Iterator[tuple[Addresses, str, str]]:
    """Yield every award that must not count: where its ids lie, its id, and the reason where there is one."""
    any_dead = register.keyring.any_revoked  # asked once, and not for each award
    for id_ in register.awards:
        if id_ in register.revoked:
            yield _under(register, register.awards[id_].place), id_, register.revoked[id_].code
        elif id_ in register.suspended or (any_dead and register.is_dead(id_)):
            yield _under(register, register.awards[id_].place), id_, ""
    for gone in register.erased.values():
        yield _under(register, register.list_places[gone.list]), gone.id, ""


def _endorsements(issuer: str, sealed: Sealed) -> Iterator[tuple[str, bytes]]:
    """Yield the documents of every endorsement; the hosted one of a group that is none any more says so."""
    for known in sealed.register.groups.values():
        for name, data in sealed.store.group_files(known).items():
            if name == "endorsement.json" and _has_ended(sealed.register, known):
                data = json_bytes(endorsements.ended(json.loads(data)))
            yield addresses.group_file(issuer, known.group, name), data


def _ended_endorsements(register: Register, issuer: str) -> Iterator[str]:
    """Yield the OB 2.0 ids of endorsements that do not count any more."""
    for known in register.groups.values():
        if _has_ended(register, known):
            for name in ("endorsement.json", "endorsement.jws.txt"):
                yield _under(register, known.place).url(addresses.group_file(issuer, known.group, name))


def _has_ended(register: Register, known: Endorsed) -> bool:
    return known.ended is not None or register.is_void(known.group)


def _under(register: Register, place: int) -> Addresses:
    return Addresses(register.place_of(place).base_url)


def did_documents(issuer: str, register: Register, base_url: str) -> dict[str, bytes]:
    """Return the DID documents of an issuer that lie on the site at *base_url*, by path.

    A DID that resolves on this site has its place there. One of an older address lies where it lay, unless that
    path is taken; where the older address redirects here, resolvers find it.
    """
    found: dict[str, bytes] = {}
    where = Addresses(base_url)
    names = {place.did: Addresses(place.base_url) for place in reversed(register.places)}
    here = [name for name in names if where.did_document(name) is not None]
    for name in (*here, *(name for name in reversed(names) if name not in here)):
        path = where.did_document(name) or names[name].did_document(name)
        if path is not None:
            found.setdefault(path, json_bytes(_did_document(issuer, register, name)))
    return found


def _did_document(issuer: str, register: Register, name: str) -> dict[str, Any]:
    methods = []
    for key in register.keyring.of("ed25519", "rsa"):
        revoked = now_text(key.revoked) if key.revoked else ""
        if key.role == "ed25519":
            methods.append(did.Method(key.id, revoked=revoked))
        else:
            methods.append(did.Method(jwk=public(key).jwk, revoked=revoked))
    profiles = [
        Addresses(register.place_of(profile.place).base_url).url(addresses.profile(issuer, profile.number))
        for profile in register.profiles
    ]
    return did.did_document(name, methods, profiles)
