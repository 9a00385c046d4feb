"""The commands about logs: compare one with what was saved, watch it, sign it as a witness, collect such signatures."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pinback import scaffold, watching
from pinback.cli.keys import signer_of
from pinback.cli.online import live, sending
from pinback.cli.options import club_folder, now
from pinback.cli.terminal import counted, say
from pinback.errors import PinbackError, ProofError, UsageError, printable
from pinback.tlog.notes import NoteKey, read_key
from pinback.watching import Collected, Log

INCOMPLETE = 1
"""Exit code where not every witness could be asked."""


class _Key(click.ParamType[NoteKey]):
    """A log's key as it publishes it."""

    name = "KEY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> NoteKey:
        if isinstance(value, NoteKey):
            return value
        try:
            return read_key(str(value))
        except ProofError as error:
            raise UsageError(f"--key: {error}") from error


_key = click.option("--key", type=_Key(), help="The log's key (a line of its keys.txt), as the club told it to you.")
_issuer = click.argument("issuer", required=False)


@click.group("log")
def log() -> None:
    """Watch the log of awards: yours, or that of another club."""


@log.command("check")
@click.argument("where", default=".", metavar="[LOG]")
@click.option(
    "--against", required=True, metavar="OLD", help="What was saved: a checkpoint, a folder, an address, a commit."
)
@_key
@club_folder
def check(where: str, against: str, key: NoteKey | None, root: Path) -> None:
    """Prove that a log still holds all that it held once: nothing removed, changed or moved.

    LOG is an https address (of a log or a site), a built site or a club's folder; otherwise this one. Ends with 0 if it
    holds, with 4 if it does not.
    """
    get = live()
    keys = [key] if key else []
    for one in watching.check(watching.logs_at(where, root, get), watching.saved(against, root, get), keys):
        size = one.seen.checkpoint.size
        before = " and ".join(str(number) for number in one.sizes)
        click.echo(
            printable(f"{one.log.name}: its {counted(size, 'entry', 'entries')} continue the {before} of {against}; ")
            + "nothing was removed or changed."
        )


@log.command("monitor")
@click.argument("where", metavar="LOG")
@click.option("--state", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Keeps what was seen.")
@_key
@club_folder
def monitor(where: str, state: Path, key: NoteKey | None, root: Path) -> None:
    """Look at a log and compare it with the last look; made for a schedule.

    Says one sentence. Ends with 0 if the log is whole and continues what was seen, with 4 if it does not, with 1 if it
    cannot be asked.
    """
    one = _one(watching.logs_at(where, root, live()), where)
    seen, before = watching.monitor(one, state, key)
    size = counted(seen.checkpoint.size, "entry", "entries")
    if before is None:
        say(f"The log's key is {seen.key.text}; compare it with what the club tells you on another way.")
        click.echo(printable(f"{one.name}: {size}, seen for the first time; the next look is compared with this one."))
    elif before.size == seen.checkpoint.size:
        click.echo(printable(f"{one.name}: the same {size} as at the last look."))
    else:
        click.echo(printable(f"{one.name}: {size}; the {before.size} of the last look are all there, unchanged."))


def _one(logs: list[Log], where: str) -> Log:
    if len(logs) != 1:
        names = ", ".join(printable(one.name) for one in logs)
        raise UsageError(f"{printable(where)} has several logs; name one of them: {names}")
    return logs[0]


@log.command("cosign")
@click.argument("where", metavar="LOG")
@_issuer
@_key
@click.option("--signer", "command", metavar="COMMAND", help="A program that holds the keys, in place of a code.")
@club_folder
def cosign(where: str, issuer: str | None, key: NoteKey | None, command: str | None, root: Path) -> None:
    """Sign the newest checkpoint of another club's log, as its witness.

    First the log is checked, all of it, and compared with what you signed before. The signed checkpoint lies in your
    club's folder and is published with your site, where the other club collects it.
    """
    slug = issuer or scaffold.issuer_of(root)
    one = _one(watching.logs_at(where, root, live()), where)
    done = watching.cosign(root, slug, one, signer_of(slug, command), int(now().timestamp()), key)
    click.echo(done.path.relative_to(root).as_posix())
    size = counted(done.seen.checkpoint.size, "entry", "entries")
    if done.before is None:
        say(f"This was the first time: {size} were signed, under the log's key {done.seen.key.text}")
        say("Compare that key with what the other club tells you on another way.")
        say(
            f"The other club writes this line into its issuers/…/witnesses.txt, with a name and the address of your site:\n"
            f"witness NAME {done.key.text} https://…/issuers/{slug}/witness"
        )
    else:
        say(f"{size} were signed; the {done.before} of the last time are all there, unchanged.")
    say("Commit, build and deploy.")


@log.command("collect")
@_issuer
@click.option(
    "--submit", is_flag=True, help="Send the newest checkpoint to witnesses that take it (C2SP tlog-witness)."
)
@club_folder
def collect(issuer: str | None, submit: bool, root: Path) -> None:
    """Collect what your witnesses have signed; they are named in issuers/ISSUER/witnesses.txt.

    Run it before a deploy. Without a witness your log shows that awards were changed only to those who kept an earlier copy.
    """
    slug = issuer or scaffold.issuer_of(root)
    answers = watching.submit(root, slug, sending()) if submit else watching.collect(root, slug, live())
    failed = False
    for answer in answers:
        if isinstance(answer, PinbackError):
            say(printable(str(answer)))
            failed = True
            continue
        _told(answer, root)
    if failed:
        sys.exit(INCOMPLETE)


def _told(answer: Collected, root: Path) -> None:
    name, size = answer.witness.name, counted(answer.size, "entry", "entries")
    if answer.path is not None:
        click.echo(answer.path.relative_to(root).as_posix())
        say(f"{name} has signed the checkpoint over {size}.")
    elif answer.size:
        say(f"{name} has signed the checkpoint over {size}, as you know.")
    else:
        say(f"{name} has not signed this log yet.")
