"""``python -m pinback`` and the command ``pinback``."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from pinback.cli.main import run
from pinback.ending import end


def main() -> NoReturn:
    """Run the command line, and end the process.

    Python would take all records apart first, one by one, as long as some commands take.
    """
    if hasattr(signal, "SIGCHLD"):
        # Whoever started us may let the system forget how a child ended, and then a git that failed looks like one that did not.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = ended()
    end()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        sys.exit(code)  # Python has words for an output that cannot be written
    os._exit(code)


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
