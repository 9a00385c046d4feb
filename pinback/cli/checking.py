"""The command ``check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pinback import against, deployed, pipeline, sealing, starting
from pinback.cli.online import live
from pinback.cli.options import club_folder
from pinback.cli.terminal import bar, counted, show_problems
from pinback.errors import ContentError, UsageError, printable
from pinback.git import commit_of, git_text
from pinback.locks import reading
from pinback.pages.theme import club_theme
from pinback.sealing_diff import DIFF, HEADS, RECORDS, left_out, sealing_faults

_form = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people, or for programs."
)


@click.command()
@click.option("--strict", is_flag=True, help="Warnings count as problems.")
@click.option(
    "--against",
    "source",
    metavar="REF|URL|DIR",
    help="Also compare with what was published: a commit, the site's address, or a folder. "
    "Nothing of it may have changed or vanished.",
)
@click.option(
    "--all-signatures", is_flag=True, help="With --against: prove every signature, not those alone that came since."
)
@click.option(
    "--outside", is_flag=True, help="With --against: the change comes from somebody who is no steward of the club."
)
@click.option(
    "--sealing-only", metavar="REF", help="Say instead whether the commits since REF hold a sealing and nothing else."
)
@_form
@club_folder
def check(
    strict: bool,
    source: str | None,
    all_signatures: bool,
    outside: bool,
    sealing_only: str | None,
    form: str,
    root: Path,
) -> None:
    """Find every mistake in the club's files; nothing is written."""
    if (all_signatures or outside) and source is None:
        raise UsageError("--all-signatures and --outside belong to --against; add it")
    if sealing_only is not None:
        commits = (commit_of(root, sealing_only), commit_of(root, "HEAD"))
        diff = git_text(root, *HEADS, *commits) + git_text(root, *DIFF, *commits, "--", RECORDS)
        ignored = git_text(
            root, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", "issuers", RECORDS
        )
        if faults := [*sealing_faults(diff), *left_out(ignored.split("\0"))]:
            raise ContentError(faults)
        return
    if starting.is_not_set_up(root):
        if source is not None:
            against.nothing_lost(root, deployed.earlier(source, root, live()), outside)
        click.echo(starting.words())
        return
    judged = None
    earlier = None if source is None else deployed.earlier(source, root, live())
    with reading(root, make=False):
        if earlier is None:
            checked = pipeline.check(root)
        else:
            judged = against.check(root, earlier, all_signatures, outside, bar("signatures"))
            checked = judged.checked
        club_theme(root).check()
    show_problems(checked.warnings, form)
    if strict and checked.warnings:
        sys.exit(1)
    if form == "text":
        club = checked.club
        waiting = pipeline.waiting(checked)
        text = f"{counted(len(club.badges), 'badge')}, {counted(len(club.awards), 'award')}: no problems."
        click.echo(text + (f" {counted(waiting, 'award waits', 'awards wait')} for pinback seal." if waiting else ""))
        for slug in sealing.unbegun(checked):
            click.echo(f"The keys of issuers/{slug} are there; the next pinback seal begins its register with them.")
        if judged:
            since = f"{counted(judged.lines, 'line stands', 'lines stand')} as in {printable(source or '')}"
            click.echo(f"{since}, {counted(judged.signed, 'signed thing was', 'signed things were')} proved.")
