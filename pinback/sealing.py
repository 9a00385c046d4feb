"""Seal what waits: read and check, plan, show, open the keys, sign, write (TRUST §3).

Whoever seals gives the clock, and a function that opens keys. What signs is loaded where something is signed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pinback import pipeline
from pinback import register as registers
from pinback.dataclass import dataclass
from pinback.errors import ContentError, PictureError, Problem, SigningError
from pinback.files import read_regular, remove_temporaries
from pinback.keys import demonstration
from pinback.limits import MAX_PICTURE
from pinback.locks import lock_path, locked
from pinback.model import Badge, Club, Issuer
from pinback.pipeline import Checked
from pinback.register import Register, RegisterKey
from pinback.remembered.looks import Unsure
from pinback.remembered.memory import Memory
from pinback.seal.plan import BadgePictures, Plan, make_plan, too_early
from pinback.seal.store import Store

if TYPE_CHECKING:
    from pinback.proofs.keys import Signer
    from pinback.seal.make import Prepared
    from pinback.seal.signing_keys import Keys
    from pinback.seal.staging import Staging


@dataclass(frozen=True, slots=True)
class Step:
    """One issuer's part of a sealing, before it is signed.

    Attributes:
        begins: whether it begins the register with the keys that lie there.
    """

    plan: Plan
    store: Store
    register: Register
    tidied: tuple[str, ...]
    begins: bool = False

    def words(self, club: Club) -> list[str]:
        """Return what will be done as sentences, one a line."""
        lines = [f"taken back from an interrupted sealing: {name}" for name in self.tidied]
        if self.begins:
            name, file = self.plan.issuer.name.in_language(club.site.language), self.store.shown(self.store.keys_path)
            lines.append(f"{name} will begin its register, with the keys in {file}")
        return lines if self.plan.empty else [*lines, *self.plan.words(club)]


@dataclass(frozen=True, slots=True)
class SealedNow:
    """What a sealing did.

    Attributes:
        changes: what else became of sealed awards, a few words each, with the id.
        begun: whether the register was begun.
    """

    issuer: str
    awards: int
    versions: int
    revocations: int
    changes: tuple[str, ...] = ()
    begun: bool = False


def planned(
    root: Path, only: str = "", tidy: bool = True, memory: Memory | None = None
) -> tuple[Checked, list[Step], list[str]]:
    """Return what a sealing would do, after taking back what an interrupted one left.

    Args:
        root: the club's folder.
        only: one issuer's slug, or "" for all.
        tidy: whether to take back; a dry run writes nothing.
        memory: as for ``check``; looked at after nothing was to be taken back.

    Returns:
        The club, a step for each issuer with something to seal, and the issuers that have badges or groups but no keys.
    """
    # Imported here and below: what seals is not loaded where a site is built.
    from pinback.seal import begin

    read = None
    if tidy and memory:
        # What waits for the look comes behind what need not, and what is wrong is told in its turn.
        with contextlib.suppress(ContentError, SigningError):
            read = pipeline.read_checked(root, pipeline.loaded_registers(root, memory), memory=memory)
    if taken_back := tidied(root, memory) if tidy else []:
        # What was taken back is otherwise than it looked before.
        memory, read = None, None
    checked = pipeline.check(root, memory=memory, read=read)
    if only:
        pipeline.issuer_named(checked.club, only)
    steps, keyless = [], []
    for issuer in checked.club.issuers.values():
        if only and issuer.slug != only:
            continue
        own = [badge for badge in checked.club.badges.values() if badge.issuer == issuer.slug]
        sealed = checked.sealed.get(issuer.slug)
        store = sealed.store if sealed else Store(root, issuer.slug)
        if sealed is None and begin.waits(store):
            unbegun = begin.unbegun(checked.club, issuer, store)
            steps.append(Step(_plan(checked, issuer, store, unbegun), store, unbegun, tuple(taken_back), begins=True))
        elif sealed is None:
            keyless += [issuer.slug] if own or issuer.groups else []
        elif not sealed.register.statement:  # after_closing has told whatever the records of a closed one ask for
            plan = _plan(checked, issuer, store, sealed.register)
            steps += [] if plan.empty else [Step(plan, store, sealed.register, tuple(taken_back))]
    return checked, steps, keyless


def _plan(checked: Checked, issuer: Issuer, store: Store, register: Register) -> Plan:
    return make_plan(checked.club, issuer, register, store, lambda badge: _badge_pictures(checked, badge))


def unbegun(checked: Checked) -> list[str]:
    """Return the issuers whose keys lie there and whose register the next sealing begins."""
    from pinback.seal import begin

    return [slug for slug in checked.club.issuers if begin.waits(Store(checked.root, slug))]


def tidied(root: Path, memory: Memory | None = None) -> list[str]:
    """Finish or take back what interrupted sealings and changes of keys left; only for whoever holds the lock."""
    from pinback.seal.exchange import settled
    from pinback.seal.write import tidy_up

    done: list[str] = []
    folder = root / "issuers"
    if any(path for kind in ("sealing", "keys") for path in (root / ".pinback").glob(f"{kind}-*.json")):
        memory = None  # a note of an interrupted run: what is carried out now is not what was looked at
    for path in sorted(folder.glob("*/register.jsonl")):
        store = Store(root, path.parent.name, memory)
        register = store.load()
        if register is not None and (changed := settled(store, register)):
            done += changed
            register = store.load()
        if register is not None:
            done += tidy_up(store, register)
    for place in (root, root / ".pinback", *_written_folders(root)):
        done += [path.relative_to(root).as_posix() for path in remove_temporaries(place)]
    return done


def _written_folders(root: Path) -> Iterator[Path]:
    """Yield the folders in which records, registers and keys lie."""
    for pattern in (
        "issuers/*/",
        "issuers/*/keys/",
        "issuers/*/groups/",
        "badges/*/",
        "badges/*/awards/",
        "site_src/people/",
        "site_src/people/*/",
    ):
        yield from sorted(root.glob(pattern))


def _badge_pictures(checked: Checked, badge: Badge) -> BadgePictures:
    def png() -> bytes:
        from pinback.images.design import design_png
        from pinback.images.pictures import as_png

        try:
            if badge.design:
                return design_png(checked.pictures.badges[badge.picture])
            return as_png(read_regular(checked.root / badge.picture, MAX_PICTURE), badge.picture)
        except PictureError as error:
            raise ContentError([Problem(badge.picture, 0, error.what, error.cure)]) from error

    return BadgePictures(checked.pictures.badges[badge.picture], png)


def seal(
    root: Path,
    now: Callable[[], datetime],
    show: Callable[[str], None],
    signer: Callable[[Issuer, Store, Register], Signer],
    only: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    dry_run: bool = False,
    online: Callable[[str, Register, RegisterKey], bool] = lambda issuer, register, key: False,
    or_wait: bool = False,
    codes: Callable[[str], Iterable[str]] = lambda issuer: (),
    remembered: Callable[[str], bool] = lambda file: False,
    samples: bool = False,
    memory: Callable[[], Memory | None] = lambda: None,
    alone: bool = False,
) -> list[SealedNow]:
    """Sign what is waiting, once, and remember it.

    1. Read and check everything against register and checkpoints. 2. Show in words what will be signed.
    3. Open all keys. 4. Make, sign, read back and verify, all in memory. 5. Write ids into records, then sealed
    files, then status lists. 6. Append the register lines.

    Args:
        root: the club's folder.
        now: the clock, read once.
        show: takes each line of words.
        signer: opens the keys of an issuer (``seal.opening``), or anything else that signs for it.
        only: one issuer's slug, or "" for all.
        progress: called with awards done and all awards of the step.
        dry_run: stop after step 2.
        online: tells whether the site that is online shows a key of an issuer's register already. It is asked of keys
            that came later than the register; such a key signs awards only once everybody can look it up (TRUST §4).
        or_wait: leave an issuer out whose new keys are not online, and say so.
        codes: open the keys with which the register of an issuer begins, where it has none yet.
        remembered: tells whether git remembers a file (by its path); a register that it remembers is never begun anew.
        samples: let the library judge one award in a hundred too (0026).
        memory: gives what earlier runs have read and proved; asked while nobody else seals.
        alone: whether whoever calls holds the lock (``lock_path``) already.

    Returns:
        What was done for each issuer; in a dry run, what would be done.
    """
    with contextlib.nullcontext() if alone else locked(lock_path(root), "seal"):
        try:
            checked, steps, keyless = planned(root, only, not dry_run, memory())
        except Unsure:
            checked, steps, keyless = planned(root, only, not dry_run)
        at = now().replace(microsecond=0)
        problems = [
            problem
            for step in steps
            for problem in (
                *_lost_register(step, remembered),
                *too_early(step.plan, at),
                *pipeline.unwritten(tuple(new.badge for new in step.plan.versions)),
                *slow_clock(step.register, at),
            )
        ]
        if problems:
            raise ContentError(problems)
        for slug in keyless:
            has = "badges" if any(badge.issuer == slug for badge in checked.club.badges.values()) else "groups"
            show(f"issuers/{slug} has {has} but no keys; make them with: pinback key new {slug}")
        for step in steps:
            for line in step.words(checked.club):
                show(line)
        if dry_run:
            return [_in_figures(step) for step in steps]
        # All keys are open before anything is written, so that one wrong code does not leave half a sealing.
        opened = [_opened(step, signer, codes) for step in steps]
        ready = []
        for step, keys in zip(steps, opened, strict=True):
            if not (unseen := _unseen_key(step, keys, online)):
                ready.append((step, keys))
            elif or_wait:
                show(f"{unseen}; the awards wait for the next run")
            else:
                raise SigningError(f"{unseen}; {_PUBLISH_FIRST}")
        return [_seal_step(root, checked, step, at, keys, progress, samples) for step, keys in ready]


def _lost_register(step: Step, remembered: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield a problem where a register would begin anew."""
    file = step.store.shown(step.store.register_path)
    if step.begins and remembered(file):
        what = "the register is missing, and git remembers one"
        yield Problem(file, 0, what, "restore it from git; a register is begun once")


def _opened(
    step: Step, signer: Callable[[Issuer, Store, Register], Signer], codes: Callable[[str], Iterable[str]]
) -> Keys:
    """Return the keys that sign a step; those that begin a register are named nowhere yet."""
    from pinback.seal import begin
    from pinback.seal.signing_keys import Keys, keys_of

    issuer = step.plan.issuer
    if not step.begins:
        return keys_of(step.register, signer(issuer, step.store, step.register))
    keys = begin.first_keys(step.store, issuer, codes(issuer.slug))
    return Keys(keys.keys["ed25519"], keys.keys["rsa"], keys.keys["log"], keys)


def _in_figures(step: Step) -> SealedNow:
    plan = step.plan
    changes, versions = tuple(plan.other_changes()), len(plan.versions)
    return SealedNow(plan.issuer.slug, len(plan.awards), versions, len(plan.revocations), changes, step.begins)


_PUBLISH_FIRST = (
    "publish first: commit and push, let the site be built and deployed, then run pinback seal again (if the site that is "
    "online shows the key already, say so with --published, or let it be looked up with --deployed and the site's address)"
)


def _unseen_key(step: Step, keys: Keys, online: Callable[[str, Register, RegisterKey], bool]) -> str:
    """Return words about a key that would sign awards before anybody can look it up, or ""."""
    for key in () if step.begins else (keys.ed25519, keys.rsa, keys.log):
        known = step.register.keyring.keys[key.id]
        signs = step.plan.awards or step.plan.groups.endorsed
        if signs and known.line and not online(step.plan.issuer.slug, step.register, known):
            return (
                f"{step.register.file}:{known.line + 1}: the key {known.id} is new, and nothing shows that it is online"
            )
    return ""


def slow_clock(register: Register, at: datetime) -> Iterator[Problem]:
    """Yield a problem where the clock lies before the register's last line."""
    last = register.last_at
    if last is not None and at < last:
        yield Problem(
            register.file,
            len(register.lines),
            f"the last sealing is from {registers.now_text(last)}, and the clock here says {registers.now_text(at)}",
            "set the clock of this computer",
        )


def _seal_step(
    root: Path,
    checked: Checked,
    step: Step,
    at: datetime,
    keys: Keys,
    progress: Callable[[int, int], None],
    samples: bool,
) -> SealedNow:
    from pinback.seal.make import prepare
    from pinback.seal.staging import Staging

    if step.begins:
        step = _begun(checked, step, at, keys)
    plan, store, register = step.plan, step.store, step.register
    if plan.empty:
        return _in_figures(step)
    demonstration.refuse(plan.issuer.did, register.demonstration, (keys.ed25519.id, keys.rsa.id, keys.log.id))
    total = len(plan.awards)
    if total:
        progress(0, total)
    with Staging(store.sealed) as staging:
        prepared = prepare(
            checked.club,
            plan,
            register,
            keys,
            at,
            lambda badge, version: store.version_files(register, badge, version),
            lambda done: progress(done, total),
            staging,
            samples,
        )
        carry_out(root, store, register, prepared, staging)
    return replace(_in_figures(step), versions=prepared.versions)


def _begun(checked: Checked, step: Step, at: datetime, keys: Keys) -> Step:
    """Begin the register, and return the step as it is with it."""
    from pinback.seal import begin

    issuer, store = step.plan.issuer, step.store
    begin.begin(store, checked.club, issuer, keys, at)
    register = store.load()
    if register is None:
        raise SigningError(f"{step.register.file}: the register was written and is gone; look who removes files here")
    return replace(step, plan=_plan(checked, issuer, store, register), register=register)


def carry_out(root: Path, store: Store, register: Register, prepared: Prepared, staging: Staging | None = None) -> None:
    """Write a prepared sealing: note, ids in records, sealed files, register (TRUST §3).

    Args:
        root: the club's folder.
        store: the issuer's files.
        register: as it was read.
        prepared: the sealing.
        staging: what is staged of it; where there is none, all its files are in memory.
    """
    from pinback.content.edit import write_ids
    from pinback.seal.staging import Staging
    from pinback.seal.write import announce, append_lines, write_sealed

    announce(store, register, prepared)
    write_ids(root, prepared.ids)
    with contextlib.nullcontext(staging) if staging else Staging(store.sealed) as staged:
        write_sealed(store, prepared, staged)
    append_lines(store, register, prepared)
