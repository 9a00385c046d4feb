"""The command that imports a roster."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import click

from pinback import importing, who_is_who
from pinback.cli.options import Day, club_folder, now, one_at_a_time
from pinback.cli.terminal import asking, bar, counted, say, show
from pinback.content.records import unknown
from pinback.errors import UsageError, printable, quoted
from pinback.importing import ClubNow, Plan
from pinback.roster.columns import Column
from pinback.roster.messages import Table
from pinback.roster.reading import Asked, Roster
from pinback.roster.rules import ADAPTER_NAMES, FIELDS, LIMITS
from pinback.roster.table import read_table
from pinback.roster.texts import folded

_OPTIONS = {
    "no_badge": "--badge NAME chooses one badge for all rows",
    "no_badge_here": "--badge NAME chooses one badge for all rows",
    "no_day": "--on DAY chooses one day for all rows",
    "no_day_here": "--on DAY chooses one day for all rows",
    "no_header": '--column "Header=field" says what a column is',
    "no_name_column": '--column "Header=name" says which column is the name',
    "column_twice": '--column "Header=field" says what a column is, --column "Header=" that it is not used',
    "not_from": "--from auto lets the kind of file be found by itself",
}
"""What of this command helps against a fault."""
_ORDERS = {"day": "day-first", "month": "month-first"}


@click.command("import")
@click.argument("roster", required=False, default="-", type=click.Path(path_type=Path))
@click.option("--badge", default="", help="The badge of all rows that name none.")
@click.option("--on", type=Day(), help="The day of all rows that name none.")
@click.option(
    "--dates",
    type=click.Choice(tuple(_ORDERS.values())),
    help="How days like 3/4/2026 are meant where the column does not tell.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What a column is; without FIELD it is not used. Remembered for the next time. May be given several times.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(("auto", *ADAPTER_NAMES)),
    default="auto",
    show_default=True,
    help="The kind of export.",
)
@click.option(
    "--hash-emails", is_flag=True, help="Also write the salted hash of adults' e-mail addresses into their records."
)
@click.option("--minor", is_flag=True, help="Everybody in it is under age.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and stop.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@club_folder
@one_at_a_time("import")
def import_command(
    roster: Path,
    badge: str,
    on: date | None,
    dates: str | None,
    columns: tuple[str, ...],
    source: str,
    hash_emails: bool,
    minor: bool,
    dry_run: bool,
    yes: bool,
    root: Path,
) -> None:
    """Award a whole roster: a sheet (CSV, TSV, XLSX) or a list of names; without ROSTER, or with -, what is pasted.

    Shows how it is read, every fault by row and column, and what would be written; nothing is written while there is a fault. Run
    again, it writes what is missing and nothing else. Names, e-mail addresses and links go into who-is-who.csv alone, which stays on
    this computer; a birth date only decides who is under age.

    Fields for --column: name, first_name, last_name, badge, issued_on, valid_until, contact, minor, born, guardian_consent, public,
    language, evidence, handle, role, credits, term, license_number, narrative, activity_start, activity_end, completed.
    """
    today = now().date()
    if on and on > today + timedelta(days=1):
        raise UsageError(f'"--on" lies in the future (found "{on}"); correct the day')
    club = importing.club_now(root)
    if badge and badge not in club.club.badges:
        raise UsageError("; ".join(unknown("a badge", badge, list(club.club.badges))))
    chosen = _chosen(columns)
    table = read_table(_source(root, roster))
    known = importing.asked(club, today)
    wanted = replace(
        known,
        badge=badge,
        on=on,
        day_order=dates or "",
        columns={**known.columns, **chosen},
        source=source,
        hash_emails=hash_emails,
        all_minors=minor,
    )
    planned = _settled(club, table, wanted)
    _refuse_unknown_headers(planned.roster.columns, chosen)
    _show(planned)
    if dry_run:
        return
    if planned.records:
        asking(f"Write {counted(len(planned.records), 'record')}", yes)([])
        for file in importing.write(club, planned, bar("writing")):
            show(file)
        say(_next(planned))
    if chosen:
        importing.remember(root, chosen)


def _chosen(columns: tuple[str, ...]) -> dict[str, str]:
    """Return names of columns to fields, as given on the command line."""
    found = {}
    for column in columns:
        header, sign, field = column.rpartition("=")
        if not sign or not header.strip():
            raise UsageError(f'--column {quoted(column)} names no field; write it like --column "Full name=name"')
        field = field.strip()
        if field and field not in FIELDS:
            raise UsageError("; ".join(unknown("a field", field, FIELDS)))
        found[header.strip()] = field
    return found


def _refuse_unknown_headers(columns: tuple[Column, ...], chosen: dict[str, str]) -> None:
    there = {folded(one.header) for one in columns}
    for header in chosen:
        if folded(header) not in there:
            shown = ", ".join(quoted(one.header) for one in columns)
            raise UsageError(f"no column is called {quoted(header)}; it has {shown}")


def _source(root: Path, roster: Path) -> bytes:
    if str(roster) != "-":
        return importing.read_source(root, roster)
    if sys.stdin.isatty():
        say(
            "Paste the names, one a line, or a table with its header. End with Enter and Ctrl-D (Windows: Ctrl-Z, Enter)."
        )
    return sys.stdin.buffer.read(LIMITS.bytes + 1)


def _settled(club: ClubNow, table: Table, wanted: Asked) -> Plan:
    """Return the plan, after questions at a terminal for what the sheet does not say.

    Ends the command where there is a fault, or a question that nobody can be asked.
    """
    while True:
        planned = importing.plan(club, table, wanted)
        roster = planned.roster
        missing = {one.key for one in roster.faults} & {"no_badge", "no_day"}
        may_ask = sys.stdin.isatty()
        if may_ask and missing and all(one.key in missing for one in roster.faults):
            wanted = _asked_for(club, wanted, missing)
        elif may_ask and roster.questions and not roster.faults:
            wanted = replace(wanted, day_order=_asked_order(roster))
        elif roster.faults or roster.questions:
            _show_faults(roster)
            sys.exit(1)
        else:
            return planned


def _asked_for(club: ClubNow, wanted: Asked, missing: set[str]) -> Asked:
    if "no_badge" in missing:
        badge = click.prompt("The badge of all rows", type=click.Choice(sorted(club.club.badges)), err=True)
        wanted = replace(wanted, badge=badge)
    if "no_day" in missing:
        day = click.prompt("The day of all rows", default=wanted.today.isoformat(), type=Day(), err=True)
        wanted = replace(wanted, on=day)
    return wanted


def _asked_order(roster: Roster) -> str:
    question = roster.questions[0]
    say(f"{printable(str(question.said))}.")
    return _ORDERS[click.prompt("What comes first", type=click.Choice(tuple(_ORDERS)), err=True)]


def _show_faults(roster: Roster) -> None:
    _show_reading(roster)
    say()
    for fault in roster.faults:
        say(printable(str(fault)))
    for question in roster.questions:
        say(f"{printable(str(question.said))}: --dates day-first or --dates month-first")
    for line in dict.fromkeys(_OPTIONS[one.key] for one in roster.faults if one.key in _OPTIONS):
        say(f"({line})")
    count = len(roster.faults) + len(roster.questions)
    say(f"\n{counted(count, 'fault')}; nothing was written.")


def _show_reading(roster: Roster) -> None:
    for note in roster.notes:
        say(f"note: {printable(str(note))}")
    width = max((len(quoted(one.header)) for one in roster.columns), default=0)
    for one in roster.columns:
        say(f"  {quoted(one.header):{width}}  {one.field or 'not used'}")


def _show(planned: Plan) -> None:
    """Say how the roster was read and what would be written."""
    roster = planned.roster
    _show_reading(roster)
    say()
    for badge, count in planned.by_badge().items():
        say(f"  {badge}: {counted(count, 'award')}")
    if planned.new:
        new = planned.people - planned.known
        minors = len({one.award.person for one in planned.new if one.award.minor})
        say(
            f"{counted(planned.people, 'person', 'people')}: {new:,} new, {planned.known:,} known, {minors:,} under age."
        )
    if planned.lost:
        say(f"{counted(len(planned.lost), 'record')} of an import that was not finished.")
    if planned.already:
        say(f"{counted(planned.already, 'award is', 'awards are')} there already.")
    if not planned.records:
        say("Nothing to write.")


def _next(planned: Plan) -> str:
    links = len(planned.rows) + len(planned.lost)
    kept = f"{counted(links, 'private link stands', 'private links stand')} in {who_is_who.FILE}, which stays on this computer.\n"
    return f"\n{kept if links else ''}Commit the new files, then: pinback seal"
