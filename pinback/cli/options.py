"""What every command shares: the club's folder, the clock, the codes that came with the environment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from pinback.cli.terminal import Secrets
from pinback.errors import UsageError
from pinback.locks import changing

P = ParamSpec("P")
secrets = Secrets()
_LAST_YEAR = 9000
"""Days and weeks are added to the present, and the calendar ends with the year 9999."""

club_folder = click.option(
    "-C",
    "--club",
    "root",
    default=".",
    type=click.Path(path_type=Path, resolve_path=True),
    help="The club's folder; otherwise this one.",
)


def one_at_a_time(purpose: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Let one command at a time change the records of a club, from before it reads them until it has written them.

    Args:
        purpose: the command's name, for whoever has to wait.
    """

    def around(command: Callable[P, None]) -> Callable[P, None]:
        @wraps(command)
        def alone(*arguments: P.args, **options: P.kwargs) -> None:
            root = options["root"]
            assert isinstance(root, Path)
            with changing(root, purpose):
                command(*arguments, **options)

        return alone

    return around


def now() -> datetime:
    """Return the present moment; the one place where the clock is read.

    Raises:
        UsageError: the clock is beyond all days that can be counted with.
    """
    moment = datetime.now(UTC)
    if moment.year > _LAST_YEAR:
        raise UsageError(f"the clock of this computer says {moment:%Y-%m-%d}; set it")
    return moment


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


class HolderName(click.ParamType[str]):
    """A holder's name, by the same rule as in lists of people: a name with a sign that no page shows would be signed for nothing."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name that was typed, on one line; "" for none."""
        # Imported here: what reads lists of people takes its time to load.
        from pinback.roster.messages import sentence
        from pinback.roster.texts import stripped
        from pinback.roster.values import name_of

        text = str(value)
        if not stripped(text):
            return ""
        read = name_of(text)
        if read.fault:
            option = param.opts[-1] if param else self.name
            raise UsageError(
                f'"{option}": {sentence(read.fault, read.values)}; type the holder\'s name alone, as it is to be shown'
            )
        return str(read.value)
