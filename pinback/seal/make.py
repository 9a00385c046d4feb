"""Documents and signatures of one sealing, made in memory, read back and verified before anything is written.

The per-award part (``sealed_documents``) is a function of its arguments alone. Signatures are Ed25519 and
RS256, which repeat; what is random (ids, subjects, positions) is drawn before.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.canonical import sha256_name
from pinback.errors import ProofError, SigningError
from pinback.formats import FORMATS, did, ob2
from pinback.formats.parts import Sealing, moment
from pinback.log import Checkpoint, Frontier, signed_note
from pinback.model import Award, Club, Issuer
from pinback.outputs import json_bytes
from pinback.proofs import eddsa_rdfc, jws
from pinback.proofs.keys import PublicKey, Signer, checked
from pinback.register import Register, complete, leaf_of, now_text, record_hash
from pinback.seal.plan import Plan
from pinback.status import LIST_LENGTH, set_indexes, status_list_credential

_ID_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"


def new_award_id() -> str:
    """Draw an award id: 16 characters of lower-case base32, 80 random bits."""
    return "".join(secrets.choice(_ID_SIGNS) for _ in range(16))


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys that a sealing signs with, and the one call behind which the private ones stand."""

    ed25519: PublicKey
    rsa: PublicKey
    log: PublicKey
    signer: Signer


def keys_of(register: Register, signer: Signer) -> Keys:
    """Return the keys that the register names; *signer* must hold them."""
    public = {role: checked(key["id"], key["type"], key["public"]) for role, key in register.keys.items()}
    return Keys(public["ed25519"], public["rsa"], public["log"], signer)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sealing that is complete in memory.

    Attributes:
        ids: new award ids, by file and line of the award.
        files: bytes by path below ``sealed/``, in the order in which they are to be written.
        lines: complete register lines, the checkpoint last.
    """

    ids: Mapping[tuple[str, int], str]
    files: Mapping[str, bytes]
    lines: tuple[dict[str, Any], ...]


def prepare(
    club: Club,
    plan: Plan,
    register: Register,
    keys: Keys,
    at: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Prepared:
    """Make, sign, read back and verify everything that *plan* asks for.

    Raises:
        ProofError: something could not be signed as the standards need it; nothing was written.
    """
    where = Addresses(club.site.base_url)
    files: dict[str, bytes] = {}
    lines: list[dict[str, Any]] = []
    current = dict(plan.current)
    stamp = now_text(at)

    def note(event: str, **fields: object) -> None:
        lines.append(complete({"n": len(register.lines) + len(lines), "event": event, "at": stamp, **fields}))

    # 1. Badge versions, so that awards can name them.
    for new in plan.versions:
        png = new.pictures.png()
        version = ob2.badge_version(new.badge, where, new.pictures.svg, png)
        frozen = {
            "badge.json": json_bytes(ob2.badge_class(new.badge, where, version)),
            "image.svg": new.pictures.svg,
            "image.png": png,
        }
        current[new.badge.slug] = version
        files |= {f"badges/{new.badge.slug}/{version}/{name}": data for name, data in frozen.items()}
        note(
            "badge",
            badge=new.badge.slug,
            version=version,
            files={name: sha256_name(data) for name, data in frozen.items()},
        )

    # 2. Awards.
    positions = _Positions(register)
    ids: dict[tuple[str, int], str] = {}
    for done, award in enumerate(plan.awards, 1):
        if not award.id:
            award = replace(award, id=new_award_id())
            ids[award.origin.file, award.origin.line] = award.id
        number, index = positions.draw()
        sealing = _sealing(club, plan.issuer, award, where, current[award.badge], number, index, keys, at)
        documents = sealed_documents(sealing, keys)
        files |= {f"awards/{award.id}/{name}": data for name, data in documents.items()}
        note(
            "award",
            id=award.id,
            badge=award.badge,
            version=sealing.version,
            list=number,
            index=index,
            record=record_hash(award.typed),
            keys=[keys.ed25519.id, keys.rsa.id],
            files={name: sha256_name(data) for name, data in documents.items()},
        )
        progress(done)

    # 3. Withdrawals, and every status list that changes or is new.
    for award in plan.revocations:
        assert award.revoked is not None
        note("revoke", id=award.id, code=award.revoked.reason)
    known = {number for _, number in register.status}
    withdrawn = {award.id: register.awards[award.id] for award in plan.revocations}
    changed = {sealed.list for sealed in withdrawn.values()} | (positions.opened - known)
    for number in sorted(changed):
        bits = register.revoked_indexes(number) + [
            sealed.index for sealed in withdrawn.values() if sealed.list == number
        ]
        data = _status_list(where, plan.issuer, number, bits, keys, stamp)
        files[f"status/revocation-{number}.json"] = data
        note("status", list=number, purpose="revocation", file=sha256_name(data))

    lines.append(checkpoint_line(register, lines, keys, stamp))
    return Prepared(ids, files, tuple(lines))


def checkpoint_line(register: Register, lines: list[dict[str, Any]], keys: Keys, stamp: str) -> dict[str, Any]:
    """Return the checkpoint over all lines of the register and the new *lines*."""
    tree = Frontier([*register.leaves, *(leaf_of(line) for line in lines)])
    note = signed_note(Checkpoint(register.origin, tree.size, tree.root()), keys.log, keys.signer)
    return {"n": len(register.lines) + len(lines), "event": "checkpoint", "at": stamp, "note": note}


def first_lines(
    club: Club, issuer: Issuer, keys: Keys, at: datetime, demonstration: bool = False
) -> list[dict[str, Any]]:
    """Return line 0 of a new register, which makes DID and ``base_url`` facts, and its checkpoint."""
    register = Register(f"issuers/{issuer.slug}/register.jsonl")
    register.origin = addresses.log_origin(club.site.base_url, issuer.slug)
    roles = {"ed25519": keys.ed25519, "rsa": keys.rsa, "log": keys.log}
    line: dict[str, Any] = {
        "n": 0,
        "event": "issuer",
        "at": now_text(at),
        "did": issuer.did,
        "base_url": club.site.base_url,
        "log": register.origin,
        "keys": {role: {"id": key.id, "type": key.type, "public": key.public} for role, key in roles.items()},
    }
    if demonstration:
        line["demonstration"] = True
    lines = [complete(line)]
    return [*lines, checkpoint_line(register, lines, keys, now_text(at))]


class _Positions:
    """Draws positions in status lists: at random, never one twice, a new list when one is full."""

    def __init__(self, register: Register) -> None:
        self.number = max(register.used, default=1)
        self.used = register.used_indexes(self.number)
        self.opened = {1, self.number}

    def draw(self) -> tuple[int, int]:
        if len(self.used) >= LIST_LENGTH:
            self.number += 1
            self.used = set()
            self.opened.add(self.number)
        index = secrets.randbelow(LIST_LENGTH)
        while index in self.used:
            index = secrets.randbelow(LIST_LENGTH)
        self.used.add(index)
        return self.number, index


def _sealing(
    club: Club,
    issuer: Issuer,
    award: Award,
    where: Addresses,
    version: str,
    number: int,
    index: int,
    keys: Keys,
    at: datetime,
) -> Sealing:
    return Sealing(
        award=award,
        badge=club.badges[award.badge],
        issuer=issuer,
        parent=club.issuers.get(issuer.parent),
        addresses=where,
        subject=f"urn:uuid:{uuid.uuid4()}",
        version=version,
        status_list=number,
        status_index=index,
        ed25519_key=keys.ed25519.id,
        rsa_key=keys.rsa.id,
        at=at,
    )


def sealed_documents(sealing: Sealing, keys: Keys) -> dict[str, bytes]:
    """Return the four documents of an award as published, each read back and verified.

    Raises:
        ProofError: a document cannot be signed so that all of it is covered; names file and line.
    """
    try:
        documents = {name: make(sealing) for name, make in FORMATS.items()}
        method = did.key_url(sealing.issuer.did, keys.ed25519.id)
        signed = eddsa_rdfc.add_proof(
            documents["credential.json"], moment(sealing.at), method, keys.ed25519.id, keys.signer
        )
        jwt_header = {"typ": "JWT", "kid": did.key_url(sealing.issuer.did, keys.rsa.id)}
        claims = json_bytes(documents["credential.jwt.txt"])
        payload = json_bytes(documents["assertion.jws.txt"])
        sealed = {
            "assertion.json": json_bytes(documents["assertion.json"]),
            "assertion.jws.txt": jws.sign_rs256(payload, {"typ": "JWT"}, keys.rsa.id, keys.signer).encode("ascii"),
            "credential.json": json_bytes(signed),
            "credential.jwt.txt": jws.sign_rs256(claims, jwt_header, keys.rsa.id, keys.signer).encode("ascii"),
        }
        _read_back(sealed, documents, keys)
    except ProofError as error:
        raise ProofError(f"{sealing.award.origin}: {error}") from error
    return sealed


def _read_back(sealed: Mapping[str, bytes], documents: Mapping[str, dict[str, Any]], keys: Keys) -> None:
    """Read the finished bytes as a stranger would, and compare what they prove with what was meant."""
    credential = json.loads(sealed["credential.json"])
    eddsa_rdfc.verify(credential, keys.ed25519)
    del credential["proof"]
    found = {
        "assertion.json": json.loads(sealed["assertion.json"]),
        "credential.json": credential,
    }
    for name in ("assertion.jws.txt", "credential.jwt.txt"):
        _, payload = jws.verify_rs256(sealed[name].decode("ascii"), keys.rsa)
        found[name] = json.loads(payload)
    for name, document in documents.items():
        if found[name] != document:
            raise SigningError(
                f"{name} reads back as something else than was signed; this is our mistake, please report it"
            )


def _status_list(where: Addresses, issuer: Issuer, number: int, bits: list[int], keys: Keys, stamp: str) -> bytes:
    url = where.url(addresses.status_list(issuer.slug, "revocation", number))
    document = status_list_credential(url, issuer.did, "revocation", stamp, bits)
    method = did.key_url(issuer.did, keys.ed25519.id)
    data = json_bytes(eddsa_rdfc.add_proof(document, stamp, method, keys.ed25519.id, keys.signer))
    read = json.loads(data)
    eddsa_rdfc.verify(read, keys.ed25519)
    if set_indexes(read["credentialSubject"]["encodedList"]) != frozenset(bits):
        raise SigningError(
            "a status list reads back as something else than was signed; this is our mistake, please report it"
        )
    return data
