"""The commands ``key …`` and ``reseal``: read options, call ``custody``, and say what comes next."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from pinback import custody, scaffold
from pinback.cli.git import earlier_contents
from pinback.cli.options import club_folder, now, secrets
from pinback.cli.terminal import print_or_stop, say
from pinback.errors import UsageError
from pinback.keys.bundle import RECOVERY
from pinback.keys.sheet import recovery_sheet
from pinback.register import RegisterKey, now_text

USES = {
    "ed25519": "signs documents and key events",
    "rsa": "signs documents for older readers",
    "log": "signs checkpoints",
    "recovery": "recovery: signs key events alone",
}


@click.group()
def key() -> None:
    """Make and keep the keys."""


def _refuse_automatic() -> None:
    if os.environ.get("CI"):
        raise UsageError("this is an automatic run (CI is set), whose log would keep the code; make keys at home")


def _show(day: str) -> custody.Show:
    """Return what prints a recovery sheet: in ink for a printer, in light on a terminal."""

    def show(sheet: custody.Sheet) -> None:
        paper = sys.stdout is None or not sys.stdout.isatty()
        only = "recovery" if RECOVERY in sheet.keys.keys else ""
        text = recovery_sheet(sheet.issuer, sheet.did, sheet.code, sheet.keys.name, day, sheet.file, only, ink=paper)
        print_or_stop(text)

    return show


def _codes(slug: str) -> Iterator[str]:
    return secrets.codes(slug)


def _made(files: list[str]) -> None:
    say("Print or copy what stands above now: a code is shown this one time and is in no file.")
    say(f"{' and '.join(files)} were written; commit them.")


_issuer = click.argument("issuer", required=False)
_keys = click.argument("keys", nargs=-1, metavar="KEY...")
_of = click.option("--issuer", default="", help="Whose key; a club that has one issuer alone need not say.")
_alone = click.option("--alone", is_flag=True, help="These keys alone, not those that came with them.")


@key.command("new")
@_issuer
@click.option("--steward", default="", metavar="NAME", help="Add keys of one more steward, in keys/NAME.age.")
@click.option("--recovery", is_flag=True, help="Make a recovery key, to be kept by somebody else.")
@click.option("--demonstration", is_flag=True, hidden=True)
@club_folder
def key_new(issuer: str | None, steward: str, recovery: bool, demonstration: bool, root: Path) -> None:
    """Make the keys of ISSUER, once, and print the recovery sheet with the code that opens them.

    ISSUER is the name of its folder in issuers/; a club that has one issuer alone need not name it. With --steward
    or --recovery, keys are added to those that there are; the code of the present ones is asked for.
    """
    _refuse_automatic()
    if steward and recovery:
        raise UsageError("--steward and --recovery make different keys; give one of the two")
    slug = issuer or scaffold.issuer_of(root)
    at = now().replace(microsecond=0)
    show = _show(at.date().isoformat())
    if steward == RECOVERY:
        raise UsageError('"recovery" is the name of the recovery key; for that one use --recovery')
    if steward or (recovery and custody.has_keys(root, slug)):
        _made(custody.new_steward(root, slug, steward or RECOVERY, at, show, _codes))
        say("Publish the site now (build and deploy); keys may sign only after a site has shown them.")
    else:
        _made(custody.new_keys(root, slug, at, show, recovery, demonstration))


@key.command("list")
@_issuer
@club_folder
def key_list(issuer: str | None, root: Path) -> None:
    """Show every key that ISSUER ever had, newest first: its name, what it signs, what became of it."""
    slug = issuer or scaffold.issuer_of(root)
    for known in custody.states(root, slug):
        click.echo(f"{known.id}\n    {USES[known.role]}; {_state(known)}")


def _state(known: RegisterKey) -> str:
    since = f"since {known.added:%Y-%m-%d}"
    if known.revoked:
        return f"{since}, revoked as of {now_text(known.revoked)}: believe nothing that it signed"
    if known.retired:
        return f"{since}, retired on {known.retired:%Y-%m-%d}: what it signed stays genuine"
    return f"{since}, active"


@key.command("rotate")
@_issuer
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(["ed25519", "rsa", "log"]),
    help="Exchange this key alone; may be given twice.",
)
@club_folder
def key_rotate(issuer: str | None, only: tuple[str, ...], root: Path) -> None:
    """Put new keys in the place of those that the code opens, and print a new sheet with a new code.

    The old keys are retired: what they signed stays genuine. With the code of the recovery key all keys of the
    club are exchanged, so that lost or stolen ones can be replaced.
    """
    _refuse_automatic()
    slug = issuer or scaffold.issuer_of(root)
    at = now().replace(microsecond=0)
    old, files = custody.rotate(root, slug, at, _show(at.date().isoformat()), _codes, only)
    _made(files)
    say("Publish the site now (build and deploy); only then may the new keys seal.")
    if first := next((known for known in old if known.role == "ed25519"), None):
        say("If the old keys were stolen, revoke them next, with the moment of the theft:")
        say(f"  pinback key revoke {first.id} --as-of 2026-05-17T18:30:00Z" + (f" --issuer {slug}" if issuer else ""))
    say("A code that lies in the settings of the repository's host has to be exchanged there too.")


@key.command("retire")
@_keys
@_of
@_alone
@club_folder
def key_retire(keys: tuple[str, ...], issuer: str, alone: bool, root: Path) -> None:
    """Retire keys, such as those of a steward who leaves: they sign nothing more, and what they signed stays genuine.

    KEY is the beginning of a key's name in pinback key list. The keys that came with it are retired too.
    """
    if not keys:
        raise UsageError("name a key; pinback key list shows them")
    slug = issuer or scaffold.issuer_of(root)
    for known in custody.retire(root, slug, keys, now().replace(microsecond=0), _codes, alone):
        click.echo(f"retired: {known.id}")
    say("Delete their bundle (issuers/…/keys/NAME.age) and their sheet, commit, build and deploy.")


@key.command("revoke")
@_keys
@click.option("--as-of", required=True, metavar="MOMENT", help="When they were stolen, like 2026-05-17T18:30:00Z.")
@_of
@_alone
@club_folder
def key_revoke(keys: tuple[str, ...], as_of: str, issuer: str, alone: bool, root: Path) -> None:
    """Revoke stolen keys: from now on nothing that they signed is believed, by nobody.

    KEY is the beginning of a key's name in pinback key list. The keys that came with it are revoked too. The keys that
    the club goes on with have to be there already: after a theft first pinback key rotate, then this, then publish,
    then pinback reseal, then publish again.
    """
    if not keys:
        raise UsageError("name a key; pinback key list shows them")
    slug = issuer or scaffold.issuer_of(root)
    moment: datetime = custody.moment_of(as_of)
    done = custody.revoke(root, slug, keys, moment, now().replace(microsecond=0), _codes, alone)
    for known in done:
        click.echo(f"revoked as of {now_text(moment)}: {known.id}")
    say(
        "Commit, build and deploy now. Then sign again what was honestly signed before: pinback reseal, and deploy again."
    )


@key.command("restore")
@_issuer
@club_folder
def key_restore(issuer: str | None, root: Path) -> None:
    """Try a code from the sheet: say what it opens and whether it can sign; look for lost keys in git's history."""
    slug = issuer or scaffold.issuer_of(root)
    file, roles = custody.restore(root, slug, _codes, lambda name: earlier_contents(root, name))
    click.echo(f"{file}: the code opens these keys, and they sign ({', '.join(roles)}).")
