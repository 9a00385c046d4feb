"""The command line: the table of commands, and how each way to end becomes an exit code.

A command's module is loaded when it is called, so that none waits for what another one needs.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, MutableMapping
from importlib import import_module
from itertools import pairwise

import click

from pinback import __version__
from pinback.cli.options import secrets
from pinback.cli.terminal import say, say_if_possible, show_problems, unwritable
from pinback.errors import ContentError, PinbackError, Problem, printable
from pinback.files import FileProblem, fill_closed_ends

_PLACES = {
    "init": "making:init",
    "template": "making:template",
    "new": "making:new",
    "award": "making:award",
    "check": "checking:check",
    "seal": "sealing:seal",
    "build": "building:build",
    "serve": "serving:serve_command",
    "doctor": "doctor:doctor",
    "federation": "federation:federation",
    "schemas": "schemas:schemas",
    "key": "keys:key",
    "reseal": "keys:reseal",
    "log": "log:log",
    "revoke": "lifecycle:revoke",
    "suspend": "lifecycle:suspend",
    "restore": "lifecycle:restore",
    "supersede": "lifecycle:supersede",
    "renew": "lifecycle:renew",
    "erase": "lifecycle:erase",
    "due": "lifecycle:due",
    "move": "moving:move",
    "close": "moving:close",
    "archive": "moving:archive",
    "certificate": "paper:certificate",
    "links": "people:links_command",
    "save-badge": "people:save_badge",
    "import": "roster:import_command",
    "verify": "verify:verify",
}
"""Module below ``pinback.cli`` and name there of each command."""


class _Commands(MutableMapping[str, click.Command]):
    """The commands by name, each loaded when it is asked for."""

    def __init__(self) -> None:
        self._places: dict[str, str | click.Command] = dict(_PLACES)

    def __getitem__(self, name: str) -> click.Command:
        found = self._places[name]
        if isinstance(found, str):
            module, _, attribute = found.partition(":")
            found = self._places[name] = getattr(import_module(f"pinback.cli.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._places[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


_LONGEST_PATH = 500
"""Characters of a path that are shown."""
_LONGEST_LINE = 1_200
"""Characters of one line of a message."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, commands=_Commands())
@click.version_option(__version__, prog_name="pinback")
def pinback() -> None:
    """Publish Open Badges from a folder of Markdown and YAML, as static files that anyone can check."""


def _summarise(problems: Iterable[Problem], others: str) -> None:
    """Say what is wrong on the host's own page of the run."""
    # Imported here: only a run that fails at a host needs it.
    from pinback.cli.summary import add_summary

    add_summary(problems, others, os.environ)


def _shown(path: str | bytes) -> str:
    """Return a path for one line: the ends of one that is longer than anybody reads."""
    text = printable(os.fsdecode(path))
    return text if len(text) <= _LONGEST_PATH else f"{text[: _LONGEST_PATH // 2]}…{text[-_LONGEST_PATH // 2 :]}"


def _short(text: str) -> str:
    """Return a message without the middle of a line that is longer than anybody reads, as what was typed or pasted may be."""
    half = _LONGEST_LINE // 2
    lines = text.split("\n")
    return "\n".join(line if len(line) <= _LONGEST_LINE else f"{line[:half]}…{line[-half:]}" for line in lines)


def _hold_secret(arguments: list[str]) -> bool:
    """Tell whether a code stands among the arguments, which a message would repeat."""
    from pinback.leaks import leak_in  # here, because arguments hardly ever look like one

    return bool(leak_in("\n".join(arguments).encode()))


def run(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit code (DESIGN §9)."""
    fill_closed_ends()
    secrets.take()
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        "".join(arguments).encode("utf-8")
    except UnicodeEncodeError:
        say("pinback: an argument is not UTF-8 text; set the terminal to UTF-8 and type it again")
        return 2
    if any(argument.count("-") > 5 for argument in arguments) and _hold_secret(arguments):
        say(
            "pinback: a code was typed as an argument, so the shell's history and other programs know it; it is asked for, or taken "
            "from PINBACK_CODE. Exchange the keys: pinback key rotate"
        )
        return 2
    try:
        os.getcwd()  # noqa: PTH109 - no path is made of it
    except OSError as error:
        say(
            f"pinback: the folder that the terminal is in cannot be used ({error.strerror}); go to one that is there: cd"
        )
        return 2
    json_asked = "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
    form = "json" if json_asked else "text"
    try:
        pinback.main(args=arguments, prog_name="pinback", standalone_mode=False)
    except ContentError as error:
        show_problems(error.problems, form)
        _summarise(error.problems, "")
        return error.exit_code
    except OSError as error:
        # Whatever lies in a folder that strangers change; what has no file's name is an output, or a mistake of ours.
        if isinstance(error, BrokenPipeError):
            raise
        if error.filename is None:
            if not (what := unwritable()):
                raise
            say_if_possible(
                f"pinback: {what}; what is done is done, so send the output elsewhere and look at the folder"
            )
            return 1
        what = f"cannot be read or written ({error.strerror}); check the disk, and who may read and write there"
        say(f"pinback: {_shown(error.filename)}: {what}")
        _summarise((), f"{_shown(error.filename)}: {what}")
        return 1
    except PinbackError as error:
        place = f"{error.path}: " if isinstance(error, FileProblem) and error.path else ""
        say(_short(f"pinback: {place}{error}" if "\n" not in str(error) else str(error)))
        _summarise((), str(error))
        return error.exit_code
    except MemoryError:
        say("pinback: there is not enough memory; end other programs, or take a machine with more")
        return 1
    except click.exceptions.Abort:
        say("stopped; nothing was changed by what was not finished")
        return 1
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say(_short(shown.getvalue().rstrip("\n")))
        return 2
    except SystemExit as error:
        return int(error.code or 0)
    except KeyboardInterrupt:
        return 1
    return 0
