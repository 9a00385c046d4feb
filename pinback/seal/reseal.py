"""Signing again, after a theft, what the stolen key had signed honestly before (TRUST §4).

An award is signed again exactly where somebody else can show that its line stood in the register before the
key was stolen. Its documents keep their ids, dates and words; the proofs are new, and the signed OB 2.0 Assertion names a
badge version whose issuer has the new key. All other awards of the stolen key stay dead.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pinback import addresses
from pinback.canonical import sha256_name
from pinback.dataclass import dataclass
from pinback.formats import did, ob2
from pinback.proofs import jws
from pinback.register import Register, SealedAward, text_moment
from pinback.seal.documents import signed_text, signed_whole
from pinback.seal.make import Draft, Frozen, Prepared
from pinback.seal.plan import stale_lists
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store


@dataclass(frozen=True, slots=True)
class Salvage:
    """Which awards of revoked keys are signed again, and which stay dead; ids in the order of the register."""

    again: tuple[str, ...]
    dead: tuple[str, ...]
    lists: tuple[tuple[str, int], ...]

    @property
    def empty(self) -> bool:
        """Whether nothing has to be signed."""
        return not (self.again or self.lists)


def theft(register: Register) -> datetime | None:
    """Return the earliest moment as of which a key was revoked, or None."""
    return min((key.revoked for key in register.keyring if key.revoked), default=None)


def salvage(register: Register, store: Store, shown: int) -> Salvage:
    """Return what can be saved.

    Args:
        register: the issuer's register.
        store: its sealed files.
        shown: number of lines of the state from before the theft that somebody else can show.
    """
    stolen = theft(register)
    end = max(
        (
            number
            for number, line in enumerate(register.lines[:shown], 1)
            if line["event"] == "checkpoint" and stolen and text_moment(line["at"]) < stolen
        ),
        default=0,
    )
    again: list[str] = []
    dead: list[str] = []
    for known in register.awards.values():
        if any(register.keyring.keys[key].revoked for key in known.keys):
            (again if known.line <= end else dead).append(known.id)
    return Salvage(tuple(again), tuple(dead), tuple(stale_lists(store, register)))


def prepare_reseal(
    register: Register,
    store: Store,
    issuer: str,
    plan: Salvage,
    keys: Keys,
    at: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Prepared:
    """Make, sign, read back and verify new proofs for what can be saved.

    Raises:
        ProofError: something could not be signed; nothing was written.
    """

    def frozen(badge: str, version: str) -> dict[str, bytes]:
        return store.version_files(register, badge, version)

    draft = Draft(register, issuer, keys, at, frozen)
    for done, id_ in enumerate(plan.again, 1):
        known = register.awards[id_]
        version = _version(draft, known, frozen)
        documents = _documents(register, store, known, version, draft)
        draft.files |= {f"awards/{id_}/{name}": data for name, data in documents.items()}
        draft.note(
            "reseal",
            id=id_,
            version=version,
            keys=[keys.ed25519.id, keys.rsa.id],
            files={name: sha256_name(data) for name, data in documents.items()},
        )
        progress(done)
    draft.status_lists({list_: register.set_indexes(*list_) for list_ in plan.lists})
    draft.checkpoint()
    return Prepared({}, draft.files, draft.rows, versions=draft.versions)


def _version(draft: Draft, known: SealedAward, frozen: Frozen) -> str:
    """Return the version that says what the award's version says, with the new key's profile as issuer."""
    files = frozen(known.badge, known.version)
    bare = ob2.without_version(json.loads(files["badge.json"])) | {"issuer": draft.where.url(draft.profile.profile)}
    return draft.version(known.badge, bare, files["image.svg"], lambda: files["image.png"])


def _documents(register: Register, store: Store, known: SealedAward, version: str, draft: Draft) -> dict[str, bytes]:
    old, keys = store.award_files(known), draft.keys
    issuer = register.place_of(known.place).did
    unsigned: dict[str, Any] = json.loads(old["credential.json"])
    del unsigned["proof"]
    claims = {**_payload(old["credential.jwt.txt"]), "iat": int(text_moment(draft.stamp).timestamp())}
    badge = draft.where.url(addresses.frozen(known.badge, version, "badge.json"))
    creator = draft.where.url(draft.profile.key)
    assertion = ob2.resigned_assertion(_payload(old["assertion.jws.txt"]), badge, creator)
    header = {"typ": "JWT", "kid": did.key_url(issuer, keys.rsa.id)}
    return {
        "assertion.json": old["assertion.json"],
        "assertion.jws.txt": signed_text(assertion, {"typ": "JWT"}, keys),
        "credential.json": signed_whole(unsigned, issuer, draft.stamp, keys),
        "credential.jwt.txt": signed_text(claims, header, keys),
    }


def _payload(token: bytes) -> dict[str, Any]:
    """Return the payload of one of our own tokens; its bytes were compared with the register's digest."""
    payload: dict[str, Any] = json.loads(jws.payload_of(token.decode("ascii")))
    return payload
