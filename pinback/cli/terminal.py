"""How the command line speaks: problems, progress, questions, codes.

Results go to standard output, everything said on the way to standard error. Progress is shown on a
terminal and not in a pipe.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

import click

from pinback.errors import Problem, SigningError, UsageError, printable

_LEFT_TO_RIGHT = "\u200e"
"""Our own mark, which keeps a cell's name from being shown turned round."""
CODE_VARIABLE = "PINBACK_CODE"


def _wipe(variable: str) -> None:
    """Overwrite a variable's value in the block that the process was started with (Linux shows it in ``/proc``).

    Taking it out of the environment leaves those bytes where they are. Where the block cannot be reached, they stay.
    """
    prefix = f"{variable}=".encode("ascii")
    import ctypes  # here, because nearly every run has no code in its environment

    with contextlib.suppress(Exception):
        block = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), "environ")
        number = 0
        while address := block[number]:
            entry = ctypes.string_at(address)
            if entry.startswith(prefix):
                ctypes.memset(address + len(prefix), 0, len(entry) - len(prefix))
            number += 1


class Secrets:
    """The codes that came with the environment; taken out of it when the command starts."""

    def __init__(self) -> None:
        self._text = ""

    def take(self) -> None:
        """Read the variable and remove it, so that no child process and no report can show it."""
        self._text = os.environ.get(CODE_VARIABLE, "")
        if self._text:
            _wipe(CODE_VARIABLE)
        os.environ.pop(CODE_VARIABLE, None)

    def codes(self, issuer: str) -> Iterator[str]:
        """Yield codes to try for an issuer (its folder's name): those of the environment, else one that is typed now.

        Raises:
            SigningError: none was given and nobody can be asked, or three were typed in vain.
        """
        # Imported here: most commands ask for no code.
        from pinback.keys.code import typed_code, typed_codes

        if self._text.strip():
            yield from typed_codes(self._text)
            return
        if not sys.stdin.isatty():
            raise SigningError(f"no code was given; type it at a terminal, or set {CODE_VARIABLE}")
        for _ in range(3):
            try:
                code = typed_code(click.prompt(f"Code of {issuer}", hide_input=True, err=True))
            except UnicodeDecodeError:
                say("what was typed is not UTF-8 text; a code has 27 letters and digits, nothing else")
                continue
            except SigningError as error:
                say(str(error))
                continue
            yield code
            # Whoever goes on asking could not open the keys with it.
            say(
                f"this code opens no keys of {issuer} that can be used for this; it may be from before a change of keys, so look for the newest sheet"
            )
        raise SigningError("no code was accepted; compare it with the sheet")


def say(text: str = "") -> None:
    """Say something on the way (standard error)."""
    click.echo(plain(text), err=True)


def show(text: str) -> None:
    """Print a result, like the name of a file (standard output)."""
    click.echo(plain(text))


def plain(text: str) -> str:
    """Return lines whose signs neither move the cursor nor reorder a line; a name that a stranger gave, or that was pasted, may hold such signs."""
    lines = (_LEFT_TO_RIGHT.join(map(printable, line.split(_LEFT_TO_RIGHT))) for line in text.expandtabs(4).split("\n"))
    return "\n".join(lines)


def show_problems(problems: Iterable[Problem], form: str) -> None:
    """Show problems one a line, as JSON, or as annotations where GitHub runs us."""
    problems = sorted(problems)
    if form == "json":
        import json  # here, because people read text

        click.echo(
            json.dumps(
                [
                    {
                        "file": one.file,
                        "line": one.line,
                        "what": one.what,
                        "cure": one.cure,
                        "warning": one.warning,
                        **({"paste": one.paste} if one.paste else {}),
                    }
                    for one in problems
                ]
            )
        )
        return
    for one in problems:
        say(str(one))
        for line in one.paste.splitlines():
            say(f"    {printable(line)}")
        if os.environ.get("GITHUB_ACTIONS") == "true":
            level = "warning" if one.warning else "error"
            place = f"file={_property(one.file)}" + (f",line={one.line}" if one.line else "")
            click.echo(f"::{level} {place}::{_data(f'{one.what}; {one.cure}')}")


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def bar(label: str) -> Callable[[int, int], None]:
    """Return a function that draws a bar with a count and a rate on a terminal: called with done and total.

    Time is counted from its making, or from a call with nothing done.
    """
    if not sys.stderr.isatty():
        return lambda done, total: None
    begun = time.monotonic()

    def draw(done: int, total: int) -> None:
        nonlocal begun
        if not done:
            begun = time.monotonic()
        width = 30
        full = width * done // max(1, total)
        rate = done / max(0.001, time.monotonic() - begun)
        # The rate has fewer digits at times; what stood behind it before is wiped.
        text = f"{label} [{'█' * full}{'·' * (width - full)}] {done:,} of {total:,}, {rate:,.0f} a second"
        click.echo(f"\r{text}\x1b[K", err=True, nl=done == total)

    return draw


def print_or_stop(text: str) -> None:
    """Print to standard output and make sure that it left.

    Raises:
        SigningError: it did not, so what was shown must not be relied on.
    """
    if sys.stdout is None:
        raise SigningError("the sheet could not be printed (standard output is closed); no keys were made")
    try:
        click.echo(text)
        sys.stdout.flush()
    except (OSError, UnicodeError) as error:
        _let_go(sys.stdout)
        why = "this terminal cannot show it, set it to UTF-8" if isinstance(error, UnicodeError) else str(error)
        raise SigningError(f"the sheet could not be printed ({why}); no keys were made") from error


def unwritable() -> str:
    """Return which of our two outputs cannot be written, and why, or ""; it leads nowhere from then on."""
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        try:
            if stream is not None:
                stream.write("\n")
                stream.flush()
        except OSError as error:
            _let_go(stream)
            return f"{name} cannot be written ({error.strerror})"
    return ""


def say_if_possible(text: str) -> None:
    """Say something where standard error may be as unwritable as the rest; it leads nowhere then."""
    try:
        say(text)
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """Let an output lead nowhere: what is left in its buffer must not be tried again when the process ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def asking(what: str, yes: bool) -> Callable[[list[str]], None]:
    """Return a function that shows words and asks whether to go on; with *yes* it shows them and goes on."""

    def ask(words: list[str]) -> None:
        for line in words:
            say(line)
        say()
        if not yes and not sys.stdin.isatty():
            raise UsageError(f"nobody can be asked whether to {what.lower()}; add --yes")
        if not yes:
            click.confirm(what, abort=True, err=True)

    return ask


def expect_much() -> None:
    """Let Python look for unused objects in circles less often: a club's records are many objects, and none is unused."""
    gc.set_threshold(200_000, 50, 1_000)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
