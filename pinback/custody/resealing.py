"""After a theft: the awards that the stolen keys had honestly signed are signed again (TRUST §4).

What can be saved, and the new proofs, are decided and made in ``seal.reseal``; here they are shown in words and carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from pinback import lifecycle, sealing
from pinback.custody.known import loaded
from pinback.errors import ContentError, SigningError, UsageError
from pinback.locks import lock_path, locked
from pinback.proofs.keys import Signer
from pinback.register import Register, now_text
from pinback.seal.reseal import Earlier, Salvage, prepare_reseal, salvage, stolen_as_of
from pinback.seal.signing_keys import keys_of
from pinback.seal.store import Store

_AT_ONCE = 500
"""Awards that are signed again in one sealing. Its note holds their earlier documents, twenty kilobytes of each."""


def reseal(
    root: Path,
    slug: str,
    at: datetime,
    signer: Callable[[Store, Register], Signer],
    shown: Callable[[Register, datetime], int],
    show: Callable[[str], None],
    progress: Callable[[int, int], None] = lambda done, total: None,
    dry_run: bool = False,
    earlier: Earlier = lambda file: (),
    at_once: int = _AT_ONCE,
) -> Salvage:
    """Sign again what revoked keys had honestly signed, and only that; the rest is listed and stays dead.

    Args:
        root: the club's folder.
        slug: the issuer.
        at: the moment of the new lines.
        signer: opens the keys that the club goes on with.
        shown: returns how many lines the state had that somebody else can show from before a moment.
        show: takes each line of words, before anything is signed.
        progress: called with awards done and all awards.
        dry_run: stop after the words.
        earlier: finds documents that were overwritten after a theft.
        at_once: how many awards make one sealing.

    Raises:
        UsageError: no key was revoked.
    """
    with locked(lock_path(root), "reseal"):
        store, register = loaded(root, slug)
        if not register.keyring.any_revoked:
            raise UsageError(f"issuers/{slug}: no key was revoked, so nothing has to be signed again")
        if register.last_at and at < register.last_at:
            raise SigningError(
                f"{register.file}: the clock here runs behind the last line; set the clock of this computer"
            )
        plan = salvage(register, store, partial(shown, register), earlier)
        known_as = _known_as(root, register)
        for id_ in plan.again:
            show(f"  {known_as[id_]} is signed again: it stood in the register before the theft")
        for id_ in plan.dead:
            stolen = stolen_as_of(register, register.awards[id_].keys)
            before = f"nobody can show it from before {now_text(stolen)}" if stolen else ""
            show(f"  {known_as[id_]} stays dead: {before}")
        for purpose, number in plan.lists:
            show(f"  the {purpose} list {number} is signed again")
        if dry_run or plan.empty:
            return plan
        keys = keys_of(register, signer(store, register))
        done, total = 0, len(plan.again)
        for part in plan.parts(at_once):
            prepared = prepare_reseal(register, store, slug, part, keys, at, partial(_further, progress, done, total))
            sealing.carry_out(root, store, register, prepared)
            done += len(part.again)
            if done < total:
                store, register = loaded(root, slug)
    return plan


def _further(progress: Callable[[int, int], None], before: int, total: int, number: int) -> None:
    progress(before + number, total)


def _known_as(root: Path, register: Register) -> dict[str, str]:
    """Return what people know each award by: badge, day and handle, as its record says, beside the id.

    A record that cannot be read keeps nobody from signing again; its badge is known from the register.
    """
    words = {award.id: f"award {award.id} of badges/{award.badge}" for award in register.awards.values()}
    try:
        records = lifecycle.places(root)
    except ContentError:
        return words
    for place in records:
        if place.id in words and not place.erased:
            said = [place.text("issued_on"), place.text("handle") or "without a handle"]
            words[place.id] += f" ({', '.join(part for part in said if part)})"
    return words
