"""``pinback verify``: options in, one answer out. Nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from pinback.cli.options import now
from pinback.cli.terminal import bar
from pinback.errors import UsageError
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import Door, OfflineDoor, Opener, SnapshotDoor
from pinback.verify.inputs import judge_input, read_trust
from pinback.verify.logged import read_witnesses
from pinback.verify.membership import memberships
from pinback.verify.moments import moment
from pinback.verify.recipients import read_link
from pinback.verify.report import Report, as_csv, as_json, as_table, as_text
from pinback.verify.verdict import Finding

SAYS_NO = 4
"""Exit code where verification does not say yes."""


class _Moment(click.ParamType[datetime]):
    """A moment with its zone, or a day: its first second in UTC."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            return moment(f"{text}T00:00:00Z" if len(text) == 10 else text, "--now")
        except Finding as finding:
            raise UsageError(f"{finding.reason}; write it like 2026-11-22T12:00:00Z") from finding


@click.command("verify")
@click.argument("what", nargs=-1, required=True, metavar="FILE|URL|FOLDER...")
@click.option("--trust", multiple=True, metavar="DID|URL|FILE", help="An issuer whom you trust, or a file of them.")
@click.option("--recipient", default="", metavar="TEXT", help="For whom it should be: an e-mail address or id.")
@click.option("--named", default="", metavar="LINK", help="The holder's named link; the name is checked here.")
@click.option(
    "--witness",
    multiple=True,
    metavar="KEY|FILE",
    help="The key of a witness whom you know, or a file of them (C2SP tlog-policy).",
)
@click.option("--offline", is_flag=True, help="Ask nothing of the network; archives answer from themselves.")
@click.option(
    "--snapshot",
    type=click.Path(exists=True, path_type=Path),
    metavar="DIR|MAP.tsv",
    help="Answer addresses from saved copies and nothing else.",
)
@click.option("--now", "at", type=_Moment(), metavar="TIME", help="Check as of this moment; otherwise now.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    help="For people, for a spreadsheet, or for programs.",
)
def verify(
    what: tuple[str, ...],
    trust: tuple[str, ...],
    recipient: str,
    named: str,
    witness: tuple[str, ...],
    offline: bool,
    snapshot: Path | None,
    at: datetime | None,
    form: str,
) -> None:
    """Check badges of any issuer: genuine, in force, whose, for whom?

    Open Badges 2.0 and 3.0, other credentials and learner records, as JSON, JWT, PNG, SVG, PDF or ZIP, or the address of
    an award's page. Ends with 0 only if everything is genuine, in force and, with --trust, trusted; with 4 otherwise.
    """
    trusted, given = read_trust(trust)
    link = read_link(named) if named else None
    question = Question(at or now().astimezone(UTC), trusted, recipient, link, read_witnesses(witness))
    asker = Asker(_door(offline, snapshot), given)
    draw = bar("checking")
    reports = []
    for number, name in enumerate(what, 1):
        reports.append(judge_input(name, asker, question, offline and snapshot is None))
        draw(number, len(what))
    for report in _badges(reports):
        report.member_of = memberships(report, asker, question)
    click.echo(_shown(reports, form).rstrip("\n"))
    sys.exit(0 if all(report.ok for report in reports) else SAYS_NO)


def _badges(reports: Iterable[Report]) -> Iterator[Report]:
    """Yield the reports on badges, those in folders and ZIPs one by one."""
    for report in reports:
        yield from [report] if report.whole else _badges(report.parts)


def _door(offline: bool, snapshot: Path | None) -> Opener:
    if snapshot is not None:
        return SnapshotDoor(snapshot)
    return OfflineDoor() if offline else Door()


def _shown(reports: list[Report], form: str) -> str:
    if form == "json":
        return as_json(reports)
    if form == "csv":
        return as_csv(reports)
    if len(reports) == 1 and reports[0].whole:
        return as_text(reports[0])
    # What holds for a whole ZIP, such as from when its lists are, stands below its table.
    said = [f"{report.source}: {report.sentence}" for report in reports if not report.whole]
    return "\n".join([as_table(reports), *said])
