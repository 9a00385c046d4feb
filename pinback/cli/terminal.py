"""How the command line speaks: problems, progress, questions, codes.

Results go to standard output, everything said on the way to standard error. Progress is shown on a
terminal and not in a pipe.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator

import click

from pinback.errors import Problem, SigningError, UsageError, printable
from pinback.keys.code import typed_code, typed_codes
from pinback.model import Issuer

CODE_VARIABLE = "PINBACK_CODE"


class Secrets:
    """The codes that came with the environment; taken out of it when the command starts."""

    def __init__(self) -> None:
        self._text = ""

    def take(self) -> None:
        """Read the variable and remove it, so that no child process and no report can show it."""
        self._text = os.environ.pop(CODE_VARIABLE, "")

    def codes(self, issuer: Issuer) -> Iterator[str]:
        """Yield codes to try for an issuer: those of the environment, else one that is typed now.

        Raises:
            SigningError: none was given and nobody can be asked.
        """
        if self._text.strip():
            yield from typed_codes(self._text)
            return
        if not sys.stdin.isatty():
            raise SigningError(f"no code was given; type it at a terminal, or set {CODE_VARIABLE}")
        for _ in range(3):
            text = click.prompt(f"Code of {issuer.slug}", hide_input=True, err=True)
            try:
                yield typed_code(text)
            except SigningError as error:
                say(str(error))


def say(text: str = "") -> None:
    """Say something on the way (standard error)."""
    click.echo(text, err=True)


def show_problems(problems: Iterable[Problem], form: str) -> None:
    """Show problems one a line, as JSON, or as annotations where GitHub runs us."""
    problems = sorted(problems)
    if form == "json":
        click.echo(
            json.dumps(
                [
                    {"file": one.file, "line": one.line, "what": one.what, "cure": one.cure, "warning": one.warning}
                    for one in problems
                ],
                ensure_ascii=False,
            )
        )
        return
    for one in problems:
        say(str(one))
        if os.environ.get("GITHUB_ACTIONS") == "true":
            level = "warning" if one.warning else "error"
            place = f"file={_property(one.file)}" + (f",line={one.line}" if one.line else "")
            click.echo(f"::{level} {place}::{_data(f'{one.what}; {one.cure}')}")


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def bar(label: str) -> Callable[[int, int], None]:
    """Return a function that draws a bar on a terminal: called with done and total."""
    if not sys.stderr.isatty():
        return lambda done, total: None

    def draw(done: int, total: int) -> None:
        width = 30
        full = width * done // max(1, total)
        click.echo(f"\r{label} [{'█' * full}{'·' * (width - full)}] {done:,} of {total:,}", err=True, nl=done == total)

    return draw


def answer(given: str | None, question: str, example: str) -> str:
    """Return the answer to a question of ``init``: an option, or what is typed now.

    Raises:
        UsageError: neither was given.
    """
    if given is not None:
        return given.strip()
    if not sys.stdin.isatty():
        raise UsageError(f"{question} is missing; give it as an option (pinback init --help lists them)")
    return str(click.prompt(f"{question} (like {example})", err=True)).strip()


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
