"""What every command shares: the club's folder, the clock, the codes that came with the environment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from pinback.cli.terminal import Secrets
from pinback.errors import UsageError

secrets = Secrets()

club_folder = click.option(
    "-C",
    "--club",
    "root",
    default=".",
    type=click.Path(path_type=Path, resolve_path=True),
    help="The club's folder; otherwise this one.",
)


def now() -> datetime:
    """Return the present moment; the one place where the clock is read."""
    return datetime.now(UTC)


class Day(click.ParamType[date]):
    """A day, by the same rule as in records; messages name the option."""

    name = "DAY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that was typed."""
        # Imported here: reading a club's files takes its time to load, and most commands have no day.
        from pinback.content import kinds
        from pinback.content.nodes import Problems, Text

        problems = Problems("")
        name = param.opts[-1] if param else self.name
        day = kinds.Day().read(name, Text(str(value), 1), problems)
        if day is None:
            raise UsageError(f"{problems.found[0].what}; {problems.found[0].cure}")
        return day
