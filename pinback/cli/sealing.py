"""The command ``seal``.

What seals is loaded while another process looks at what has changed.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pinback.cli.options import club_folder, now
from pinback.cli.terminal import bar, counted, expect_much, say
from pinback.errors import UsageError
from pinback.first_files import SITE_FILE
from pinback.locks import changing
from pinback.remembered.memory import memory_of

if TYPE_CHECKING:
    from pinback.deployed import Earlier
    from pinback.register import Register, RegisterKey

NOTHING = "Nothing to seal."


@click.command()
@click.option("--issuer", default="", help="Seal for this issuer alone.")
@click.option("--dry-run", is_flag=True, help="Say what would be signed, and stop.")
@click.option("--undo", is_flag=True, help="Take back what was sealed and neither deployed nor pushed.")
@click.option(
    "--deployed",
    "source",
    metavar="REF|URL|DIR",
    help="Where it shows what is online: a commit, the site's address, or a folder; otherwise the branch "
    "deployed of a remote, or the one that this branch follows.",
)
@click.option("--published", is_flag=True, help="The site that is online shows the new keys already.")
@click.option("--or-wait", is_flag=True, help="If it does not, leave the awards for the next run.")
@click.option("--signer", "command", metavar="COMMAND", help="A program that holds the keys, in place of a code.")
@club_folder
def seal(
    issuer: str,
    dry_run: bool,
    undo: bool,
    source: str | None,
    published: bool,
    or_wait: bool,
    command: str | None,
    root: Path,
) -> None:
    """Sign what is new, once and for ever. Asks for the code, or takes it from PINBACK_CODE.

    A new key signs awards only once the site that is online shows it.
    """
    if undo:
        if dry_run or published or or_wait or command:
            raise UsageError("--undo goes with --issuer and --deployed alone; leave the others out")
        _undo(issuer, source, root)
        return
    if not (root / SITE_FILE).exists() and _is_start(root):
        return

    def online(slug: str, register: Register, key: RegisterKey) -> bool:
        # Imported here: it is asked of new keys alone, and looks into the past of the club, or at its site.
        from pinback import against, deployed

        place = source or deployed.default_source(root)
        return published or (place is not None and against.shows(_seen(root, place), slug, register, key))

    expect_much()
    with changing(root, "seal"):
        memory = memory_of(root)
        # Imported here: the look goes on meanwhile.
        from pinback import sealing
        from pinback.cli.signers import first_codes, signer_of

        def is_remembered(file: str) -> bool:
            # Imported here: it is asked where a register begins.
            from pinback.git import earlier_contents

            return any(True for _ in earlier_contents(root, file))

        done = sealing.seal(
            root,
            now,
            say,
            lambda maker, store, register: signer_of(maker.slug, command)(store, register),
            issuer,
            bar("signing"),
            dry_run,
            online,
            or_wait,
            lambda slug: first_codes(slug, command),
            is_remembered,
            samples="CI" in os.environ,
            memory=lambda: memory,
            alone=True,
        )
    if not done:
        click.echo(NOTHING)
    if dry_run:
        return
    for one in done:
        if one.begun:
            click.echo(f"{one.issuer}: began the register with the keys in keys.age.")
        parts = [
            counted(one.awards, "award"),
            counted(one.versions, "badge version"),
            counted(one.revocations, "withdrawal"),
            *one.changes,
        ]
        if told := [part for part in parts if not part.startswith("0 ")]:
            click.echo(f"{one.issuer}: sealed {', '.join(told)}.")
    if done:
        say("Commit the changes (records, register, sealed files) and push them, or build the site and upload it.")


def _is_start(root: Path) -> bool:
    """Say that the club is not set up yet, and return whether it is so."""
    from pinback import starting

    if not starting.is_not_set_up(root):
        return False
    click.echo(f"{NOTHING} {starting.words()}")
    return True


@cache
def _seen(root: Path, place: str) -> Earlier:
    """Return what a place shows of the club, looked up once."""
    from pinback import deployed
    from pinback.cli.online import live

    return deployed.earlier(place, root, live())


def _undo(issuer: str, source: str | None, root: Path) -> None:
    from pinback import against, deployed

    states = deployed.common_states(root, source)
    if not states:
        raise UsageError(
            "nothing here says what was deployed or pushed; name it: --deployed HEAD~1 (the commit before this one), "
            "or --deployed and a copy of the folder"
        )
    done = against.undo(root, states, issuer)
    for one in done:
        click.echo(f"{one.issuer}: as in {one.state} again; {one.words()} wait again.")
        if deployed.is_committed(root, one.issuer, one.state):
            say(
                f"The sealing is in commits that nobody has. So that they are never pushed: git reset --soft {one.state}, "
                "then git add --all and git commit; then git pull --no-rebase and pinback seal."
            )
    if not done:
        click.echo("Nothing to undo.")
