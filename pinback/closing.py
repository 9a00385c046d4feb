"""An issuer ends: nothing is awarded, withdrawn or erased afterwards, and what was awarded stays checkable.

What it means is said in words before anything is done. The writing is that of a sealing, so a run that dies is taken
back by the next one and closed again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pinback import sealing
from pinback.assemble.awards import waiting_awards
from pinback.assemble.sealed import Sealed
from pinback.errors import ContentError, UsageError
from pinback.keys import demonstration
from pinback.locks import changing
from pinback.model import Club, Issuer
from pinback.pages.language import PLAIN
from pinback.proofs.keys import Signer
from pinback.register import Register
from pinback.seal.close import prepare_closing, statement_words
from pinback.seal.signing_keys import keys_of
from pinback.seal.store import Store


def words(club: Club, issuer: Issuer, sealed: Sealed) -> list[str]:
    """Return what closing means, one sentence or a few a line, for the person who decides."""
    register, name = sealed.register, issuer.name.in_language(club.site.language)
    living = sum(id_ not in register.revoked and not register.is_dead(id_) for id_ in register.awards)
    lines = [
        f"{name} ends. This cannot be taken back.",
        "",
        "What stays:",
        f"- Awards that are not withdrawn ({living} now) stay genuine, as long as the site can be read or somebody has the archive.",
        "",
        "What can never be done again:",
        "- Award, correct, withdraw, suspend or restore anything.",
        "- Erase a person from what is signed. Erase first: pinback erase, then pinback seal.",
        "- Move the site to another address. Move first: pinback move.",
    ]
    if register.suspended:
        number = len(register.suspended)
        lines.append(f"- End a suspension ({number} now): it stays for ever. Restore or withdraw those awards first.")
    if dead := sum(register.is_dead(id_) for id_ in register.awards):
        lines.append(
            f"- Sign again what stolen keys signed ({dead} now): nobody believes it, for ever. First: pinback reseal."
        )
    return [
        *lines,
        "",
        "What to do afterwards:",
        "- Build and publish once more, and keep the site and its address as long as you can.",
        "- Keep the archive (pinback archive) in more than one place: with it the badges can be checked without the site.",
        "- Destroy the code and its sheets. Whoever has one, and keys.age from the repository, can still make badges with an old "
        "date, and nobody can revoke these keys any more.",
    ]


def close(
    root: Path,
    slug: str,
    now: Callable[[], datetime],
    ask: Callable[[list[str]], None],
    signer: Callable[[Issuer, Store, Register], Signer],
) -> Issuer:
    """End an issuer.

    1. Read and check; nothing may wait. 2. Say what it means, and ask. 3. Open the keys. 4. Make, sign, read back and
    verify. 5. Write sealed files, then the register.

    Args:
        root: the club's folder.
        slug: the issuer.
        now: the clock, read once.
        ask: takes the words; raises what stops the run.
        signer: opens the keys of the issuer.

    Raises:
        UsageError: it cannot be closed, or not yet.
    """
    with changing(root, "close"):
        # 1.
        checked, steps, _ = sealing.planned(root, slug)
        issuer = checked.club.issuers[slug]
        if slug not in checked.sealed:
            raise UsageError(f"issuers/{slug} has no keys, so it has awarded nothing; delete its folder")
        sealed = checked.sealed[slug]
        register, store = sealed.register, sealed.store
        name = issuer.name.in_language(checked.club.site.language)
        if register.statement:
            raise UsageError(f"{name} has closed already; what it published is kept by: pinback archive")
        if register.demonstration:
            raise UsageError(f"{name} is the demonstration, which does not end; close an issuer of your own")
        waiting = [
            award for award in waiting_awards(checked.club, checked.sealed) if _is_of(checked.club, award.badge, slug)
        ]
        if waiting or any(step.plan.changes or step.plan.groups.waiting for step in steps):
            raise UsageError(
                f"{name} has records that wait for the next sealing; seal them (pinback seal) or take them back, then close"
            )
        at = now().replace(microsecond=0)
        if late := list(sealing.slow_clock(register, at)):
            raise ContentError(late)
        # 2.
        ask(words(checked.club, issuer, sealed))
        # 3.
        keys = keys_of(register, signer(issuer, store, register))
        demonstration.refuse(issuer.did, register.demonstration, (keys.ed25519.id, keys.rsa.id, keys.log.id))
        # 4.
        prepared = prepare_closing(
            checked.club,
            issuer,
            register,
            keys,
            at,
            lambda badge, version: store.version_files(register, badge, version),
            statement_words(checked.club, issuer, PLAIN.day(at.date())),
        )
        # 5.
        sealing.carry_out(root, store, register, prepared)
    return issuer


def _is_of(club: Club, badge: str, slug: str) -> bool:
    return club.badges[badge].issuer == slug
