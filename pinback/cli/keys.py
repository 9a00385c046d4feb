"""The commands ``key …`` and ``reseal``: read options, call ``custody``, and say what comes next."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from pinback import against, custody, deployed, scaffold, watching
from pinback.cli.online import live
from pinback.cli.options import club_folder, now, secrets
from pinback.cli.signers import signer_of
from pinback.cli.terminal import asking, bar, counted, print_or_stop, say
from pinback.errors import UsageError
from pinback.git import earlier_contents
from pinback.keys.bundle import RECOVERY
from pinback.keys.sheet import recovery_sheet
from pinback.register import Register, RegisterKey, now_text

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
        text = recovery_sheet(
            sheet.issuer, sheet.did, sheet.site, sheet.code, sheet.keys.name, day, sheet.file, only, ink=paper
        )
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
_yes = click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
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
    known_keys = custody.states(root, slug)
    click.echo(f"The keys of {custody.owner(root, slug)}:")
    for known in known_keys:
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
@_yes
@club_folder
def key_rotate(issuer: str | None, only: tuple[str, ...], yes: bool, root: Path) -> None:
    """Put new keys in the place of those that the code opens, and print a new sheet with a new code.

    The old keys are retired: what they signed stays genuine. With the code of the recovery key all keys of the
    club are exchanged, those of every steward, so that lost or stolen ones can be replaced; it says which, and asks.
    """
    _refuse_automatic()
    slug = issuer or scaffold.issuer_of(root)
    at = now().replace(microsecond=0)
    ask = asking("Exchange all keys", yes)
    old, files = custody.rotate(root, slug, at, _show(at.date().isoformat()), _codes, only, ask)
    _made(files)
    say("Publish the site now (build and deploy); only then may the new keys seal.")
    if any(known.role == "ed25519" for known in old):
        say("If the old keys were stolen, revoke them before you publish, with the moment of the theft (in UTC):")
        for name in custody.sets(root, slug, old):
            say(f"  pinback key revoke {name} --as-of YEAR-MM-DDThh:mm:00Z" + (f" --issuer {slug}" if issuer else ""))
    say("A code that lies in the settings of the repository's host has to be exchanged there too.")


@key.command("retire")
@_keys
@_of
@_alone
@_yes
@club_folder
def key_retire(keys: tuple[str, ...], issuer: str, alone: bool, yes: bool, root: Path) -> None:
    """Retire keys, such as those of a steward who leaves: they sign nothing more, and what they signed stays genuine.

    KEY is the beginning of a key's name in pinback key list. The keys that came with it are retired too.
    Where no recovery key would be left, it asks first.
    """
    if not keys:
        raise UsageError("name a key; pinback key list shows them")
    slug = issuer or scaffold.issuer_of(root)
    ask = asking("Retire it", yes)
    for known in custody.retire(root, slug, keys, now().replace(microsecond=0), _codes, alone, ask):
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

    def tell(brought: list[RegisterKey]) -> None:
        say("These keys came since then, by stolen ones. If none of you made them, the thief did: revoke them too.")
        for known in brought:
            say(f"  {known.id}, {USES[known.role]}, since {now_text(known.added)}")

    done = custody.revoke(root, slug, keys, moment, now().replace(microsecond=0), _codes, alone, tell)
    if RECOVERY in {known.role for known in done} and not any(
        known.role == RECOVERY and known.active for known in custody.states(root, slug)
    ):
        say(
            "No recovery key is left; delete issuers/…/keys/recovery.age, then make another one: pinback key new --recovery"
        )
    for known in done:
        click.echo(f"revoked as of {now_text(moment)}: {known.id}")
    say(
        "Commit, build and deploy now. Then sign again what was honestly signed before: pinback reseal, and deploy again."
    )


@click.command("reseal")
@_issuer
@click.option(
    "--seen",
    metavar="REF|URL|DIR",
    help="What somebody else can show from before the last theft: a commit, a folder, or the site; otherwise the "
    "newest pushed commit that is older.",
)
@click.option("--signer", "command", metavar="COMMAND", help="A program that holds the keys, in place of a code.")
@click.option("--dry-run", is_flag=True, help="Say what would be signed again, and stop.")
@club_folder
def reseal(issuer: str | None, seen: str | None, command: str | None, dry_run: bool, root: Path) -> None:
    """Sign again, after a theft, what the stolen keys had honestly signed before; all else stays dead and is listed.

    First pinback key rotate, pinback key revoke, and publish. An award counts as honest where its line stood in a
    register that somebody else can show from before the theft, or under a checkpoint that a witness had signed by then.
    """
    slug = issuer or scaffold.issuer_of(root)

    def shown(register: Register, stolen: datetime) -> int:
        witnessed, by = watching.witnessed_before(root, slug, register, stolen.timestamp())
        if witnessed:
            say(
                f"The witness {by} had signed the first {counted(witnessed, 'line')} of the register before {now_text(stolen)}."
            )
        # NOTE: a state that is named shows what was there before the last theft; an earlier thief may stand in it.
        last = stolen == max(custody.thefts(register))
        source = (seen if last else None) or deployed.pushed_before(root, stolen, register.file)
        if source is None and (witnessed or not last):
            return witnessed
        if source is None:
            raise UsageError(
                f"nothing here was pushed before {now_text(stolen)}; name a commit, a copy of the folder or a site from "
                "before the theft: --seen"
            )
        say(f"What {source} shows from before {now_text(stolen)}:")
        return max(witnessed, against.lines_shown(deployed.earlier(source, root, live()), slug, register))

    done = custody.reseal(
        root,
        slug,
        now().replace(microsecond=0),
        signer_of(slug, command),
        shown,
        say,
        bar("signing"),
        dry_run,
        lambda name: earlier_contents(root, name),
    )
    if done.empty:
        click.echo("Nothing to sign again.")
    elif not dry_run:
        click.echo(f"{slug}: signed again {counted(len(done.again), 'award')}, {counted(len(done.lists), 'list')}.")
        say("Commit, build and deploy.")


@key.command("restore")
@_issuer
@club_folder
def key_restore(issuer: str | None, root: Path) -> None:
    """Try a code from the sheet: say what it opens and whether it can sign; look for lost keys in git's history."""
    slug = issuer or scaffold.issuer_of(root)
    file, roles, found = custody.restore(root, slug, _codes, lambda name: earlier_contents(root, name))
    if found:
        click.echo(f"{file}: the file was missing or another one; it was found in git's history and put back.")
    click.echo(f"{file}: the code opens these keys, and they sign ({', '.join(roles)}).")
