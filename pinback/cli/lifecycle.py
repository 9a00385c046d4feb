"""The commands by which awards are withdrawn, suspended, corrected, renewed and forgotten, and the list of what expires.

Each edits records alone, and the next sealing carries it out.
"""

from __future__ import annotations

import csv
import io
import sys
from datetime import date, timedelta
from pathlib import Path

import click

from pinback import calendar, lifecycle, pipeline, who_is_who
from pinback.addresses import Addresses, badge_page
from pinback.assemble.awards import signed_ends
from pinback.cli.options import Day, HolderName, club_folder, now, one_at_a_time
from pinback.cli.terminal import counted, say, show
from pinback.content.fields import REASONS
from pinback.errors import UsageError, quoted
from pinback.lifecycle import NewRecord
from pinback.seal.make import new_award_id

_NEXT = "Next: pinback seal, then pinback build."


def _today(chosen: date | None) -> date:
    """Return the day that was chosen, or today; east of Greenwich it may be tomorrow already."""
    present = now().date()
    if chosen and chosen > present + timedelta(days=1):
        raise UsageError(f'"--on" lies in the future (found "{chosen}"); correct the day')
    return chosen or present


@click.command()
@click.argument("award_id", metavar="ID")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Why; it is public.")
@click.option("--on", "on", type=Day(), help="The day of the withdrawal; otherwise today.")
@club_folder
@one_at_a_time("revoke")
def revoke(award_id: str, reason: str, on: date | None, root: Path) -> None:
    """Withdraw award ID for ever, with the next sealing."""
    show(lifecycle.revoke(root, award_id, reason, _today(on), pipeline.sealed_ids(root)))
    say(f"The record asks for the withdrawal of {award_id}, reason {reason}. {_NEXT}")


@click.command()
@click.argument("award_id", metavar="ID")
@click.option("--on", "on", type=Day(), help="The day from which it is suspended; otherwise today.")
@club_folder
@one_at_a_time("suspend")
def suspend(award_id: str, on: date | None, root: Path) -> None:
    """Suspend award ID with the next sealing, until pinback restore."""
    show(lifecycle.suspend(root, award_id, _today(on), pipeline.sealed_ids(root)))
    say(f"The record asks for the suspension of {award_id}. {_NEXT}")


@click.command()
@click.argument("award_id", metavar="ID")
@club_folder
@one_at_a_time("restore")
def restore(award_id: str, root: Path) -> None:
    """Take the suspension of award ID back, with the next sealing."""
    show(lifecycle.restore(root, award_id, pipeline.sealed_ids(root)))
    say(f"The suspension of {award_id} is taken out of the record. {_NEXT}")


@click.command()
@click.argument("award_id", metavar="ID")
@click.option(
    "--name",
    type=HolderName(),
    default="",
    help="The holder's name for a new private link; otherwise from your own list.",
)
@club_folder
@one_at_a_time("supersede")
def supersede(award_id: str, name: str, root: Path) -> None:
    """Write a complete new record that corrects award ID.

    The next sealing signs it and withdraws the old award as replaced; the two point at each other.
    """
    sealed = pipeline.sealed_ids(root)
    made = lifecycle.supersede(root, award_id, new_award_id(), name, sealed)
    _made(
        made,
        award_id,
        f"It says what {award_id} says. Open it, correct what was wrong, then pinback seal and pinback build.",
    )


@click.command()
@click.argument("award_id", metavar="ID")
@click.option("--on", "on", type=Day(), help="The day of the renewal; otherwise today.")
@click.option("--until", type=Day(), help="The last valid day; otherwise it is valid as long as before.")
@click.option(
    "--name",
    type=HolderName(),
    default="",
    help="The holder's name for a new private link; otherwise from your own list.",
)
@club_folder
@one_at_a_time("renew")
def renew(award_id: str, on: date | None, until: date | None, name: str, root: Path) -> None:
    """Write the record of an award that continues award ID.

    Nothing happens to the earlier one; the two point at each other. Evidence and results are not taken over.
    """
    sealed = pipeline.sealed_ids(root)
    made = lifecycle.renew(root, award_id, new_award_id(), _today(on), until, sealed, name)
    _made(made, award_id, f"It continues {award_id}. Add the evidence of this time, if there is any. {_NEXT}")


@click.command()
@click.argument("award_ids", metavar="[ID]...", nargs=-1)
@click.option("--handle", default="", help="Every award of this holder.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@club_folder
@one_at_a_time("erase")
def erase(award_ids: tuple[str, ...], handle: str, yes: bool, root: Path) -> None:
    """Forget awards and their holder: records, the holder's page, rows of your own list.

    A bare page that says "withdrawn" stays. What cannot be reached from here is listed at the end.
    """
    if not award_ids and not handle:
        raise UsageError("name the awards by their ids, or the holder with --handle")
    sealed = pipeline.sealed_ids(root)
    found = lifecycle.to_erase(root, award_ids, handle)
    if not found:
        say(
            f"No award of this club has the handle {quoted(handle)}. If it was erased before, nothing is left to do; "
            'otherwise compare it with the records, where it stands after "handle:".'
        )
        return
    say("To be erased, which nothing can take back:")
    for place in found:
        say(f"  award {place.id} at {place.file}:{place.line}")
    if not yes and not sys.stdin.isatty():
        raise UsageError("nobody can be asked whether to erase them; add --yes")
    if not yes:
        click.confirm("Erase", abort=True, err=True)
    done = lifecycle.erase(root, award_ids, handle, sealed)
    for line in done.changed:
        show(line)
    say(f"\n{_NEXT} The sealing removes the signed documents and all but a bare line of the register.")
    say("\nWhat cannot be reached from here:")
    for line in done.beyond:
        say(f"- {line}")


@click.command()
@click.option("--within", default=90, show_default=True, type=click.IntRange(0, 36_500), help="Days from today.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "ics"]),
    default="text",
    help="For people, for spreadsheets, or for calendars (badges and days alone).",
)
@club_folder
def due(within: int, form: str, root: Path) -> None:
    """List the awards that expire soon: by day, badge and handle, never by name."""
    checked = pipeline.check(root)
    club, moment = checked.club, now()
    found = lifecycle.due(club, moment.date(), within, signed_ends(club, checked.sealed))
    titles = {slug: badge.name.in_language(club.site.language) for slug, badge in club.badges.items()}
    if form == "ics":
        where = Addresses(club.site.base_url)
        expiries = [
            calendar.Expiry(end, award.badge, titles[award.badge], where.url(badge_page(award.badge)))
            for end, award in found
        ]
        title = club.site.title.in_language(club.site.language)
        click.echo(calendar.ics(title, where.host, moment, expiries), nl=False)
    elif form == "csv":
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(("valid_until", "badge", "handle", "id"))
        writer.writerows((end, award.badge, award.handle, award.id) for end, award in found)
        click.echo(stream.getvalue().encode(), nl=False)
    else:
        for end, award in found:
            click.echo(f"{end}  {titles[award.badge]}  {award.handle or '-'}  {award.id or '(waits for seal)'}")
        say(f"{counted(len(found), 'award expires', 'awards expire')} in the next {counted(within, 'day')}.")
        if found:
            say("pinback renew ID continues one.")


def _made(made: NewRecord, award_id: str, words: str) -> None:
    show(made.file)
    if made.link:
        say(f"\nThe holder's new private link, also in {who_is_who.FILE} (keep that file to yourself, git ignores it):")
        say(made.link.link)
    if made.nameless:
        say(
            f"It has no private link, because {who_is_who.FILE} does not have the name of {award_id}. To give it one: delete "
            f'{made.file}, and type the command again with --name "THE NAME".'
        )
    say(words)
