"""``python -m pinback`` and the command ``pinback``."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from pinback.cli.main import run


def main() -> NoReturn:
    """Run the command line, and end the process.

    Python would take all records apart first, one by one, as long as some commands take.
    """
    fill_closed_ends()
    code = ended()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        sys.exit(code)  # Python has words for an output that cannot be written
    os._exit(code)


def fill_closed_ends() -> None:
    """Let closed input and outputs lead nowhere: the next file to be opened would get their number, and what is said its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    # NOTE: whoever prints a code asks whether there is a standard output, so that one alone stays missing.
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same


def ended() -> int:
    """Run the command line, and return its exit code; a mistake of ours is shown whole, with what to do."""
    try:
        code = run(sys.argv[1:])
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    except Exception:
        import traceback  # here, because it takes as long to load as all else that a short command needs

        traceback.print_exc()
        print(
            "pinback: this is a mistake in pinback itself, not in your files; please report the lines above",
            file=sys.stderr,
        )
        code = 70
    return code


if __name__ == "__main__":
    main()
