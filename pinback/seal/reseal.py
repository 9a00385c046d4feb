"""Signing again, after a theft, what the stolen key had signed honestly before (TRUST §4).

An award is signed again exactly where somebody else can show that its line stood in the register before the
key was stolen. Its documents keep their ids, dates and words; the proofs are new, and the signed OB 2.0 Assertion names a
badge version whose issuer has the new key. All other awards of the stolen key stay dead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from itertools import chain
from typing import Any

from pinback import addresses
from pinback.canonical import sha256_name
from pinback.dataclass import dataclass
from pinback.files import read_regular
from pinback.formats import did, ob2
from pinback.proofs import jws
from pinback.register import Register, SealedAward, text_moment
from pinback.seal.documents import signed_text, signed_whole
from pinback.seal.make import Draft, Frozen, Prepared
from pinback.seal.plan import stale_lists
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store

Earlier = Callable[[str], Iterable[bytes]]
"""Returns what a file of the club (by its path) held before, newest first."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """Which awards of revoked keys are signed again, and which stay dead; ids in the order of the register.

    Attributes:
        documents: of awards that are signed again, those that lie there no more: what signed them last came after the theft.
    """

    again: tuple[str, ...]
    dead: tuple[str, ...]
    lists: tuple[tuple[str, int], ...]
    documents: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing has to be signed."""
        return not (self.again or self.lists)

    def parts(self, size: int) -> list[Salvage]:
        """Return the same in parts of so many awards, the lists in the first."""
        awards = [self.again[start : start + size] for start in range(0, len(self.again), size)] or [()]
        return [replace(self, again=part, lists=() if number else self.lists) for number, part in enumerate(awards)]


def stolen_as_of(register: Register, keys: Iterable[str]) -> datetime | None:
    """Return the earliest moment as of which one of these keys was revoked, or None."""
    moments = [register.keyring.keys[key].revoked for key in keys]
    return min((moment for moment in moments if moment), default=None)


def thefts(register: Register) -> list[datetime]:
    """Return the moments as of which keys of dead awards were revoked, in order."""
    dead = (known for known in register.awards.values() if register.is_dead(known.id))
    return sorted({moment for known in dead if (moment := stolen_as_of(register, known.keys))})


def salvage(
    register: Register, store: Store, shown: Callable[[datetime], int], earlier: Earlier = lambda file: ()
) -> Salvage:
    """Return what can be saved: awards with a line that signs them and stood there before its own keys were stolen.

    Mostly it is the newest one. Where that came later, whoever had the keys may have written it, and what it signs is not
    believed: the documents of the line before it count.

    Args:
        register: the issuer's register.
        store: its sealed files.
        shown: returns how many lines the state had that somebody else can show from before a theft; asked once of each.
        earlier: finds documents that lie there no more.
    """
    again: list[str] = []
    dead: list[str] = []
    documents: dict[str, Mapping[str, bytes]] = {}
    ends: dict[datetime, int] = {}

    def stood_before(line: Mapping[str, Any]) -> bool:
        stolen = stolen_as_of(register, line["keys"])
        if stolen is not None and stolen not in ends:
            ends[stolen] = _shown_end(register, stolen, shown(stolen))
        return stolen is None or line["n"] < ends[stolen]

    signing: dict[str, list[int]] = {id_: [] for id_ in register.awards if register.is_dead(id_)}
    for number, line in register.lines.numbered("reseal"):
        if line["id"] in signing:
            signing[line["id"]].append(number - 1)
    for id_, later in signing.items():
        numbers = [register.awards[id_].line - 1, *later]
        sound = next((number for number in reversed(numbers) if stood_before(register.lines[number])), None)
        is_saved = sound is not None
        if sound is not None and sound != numbers[-1]:
            documents[id_] = _found(store, id_, register.lines[sound]["files"], earlier)
            is_saved = bool(documents[id_])
        (again if is_saved else dead).append(id_)
    return Salvage(tuple(again), tuple(dead), tuple(stale_lists(store, register)), documents)


def _shown_end(register: Register, stolen: datetime, shown: int) -> int:
    """Return how many of the first *shown* lines stand under a checkpoint from before a theft."""
    checkpoints = (line for line in register.lines[:shown] if line["event"] == "checkpoint")
    return max((line["n"] + 1 for line in checkpoints if text_moment(line["at"]) < stolen), default=0)


def _found(store: Store, award: str, files: Mapping[str, str], earlier: Earlier) -> dict[str, bytes]:
    """Return the documents of an award with these digests, from before; none where one is not found."""
    found = {}
    for name, digest in files.items():
        path = store.award_path(award, name)
        there = [read_regular(path)] if path.exists() else []
        data = next((one for one in chain(there, earlier(store.shown(path))) if sha256_name(one) == digest), None)
        if data is None:
            return {}
        found[name] = data
    return found


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
        old = plan.documents.get(id_) or store.award_files(known)
        documents = _documents(register, old, known, version, draft)
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


def _documents(
    register: Register, old: Mapping[str, bytes], known: SealedAward, version: str, draft: Draft
) -> dict[str, bytes]:
    keys = draft.keys
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
