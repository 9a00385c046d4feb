"""``python -m pinback`` and the command ``pinback``."""

from __future__ import annotations

import gc
import sys

from pinback.cli.main import run


def main() -> None:
    """Run the command line; a mistake of ours is shown whole, with what to do."""
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
    gc.freeze()  # Python would look through all records once more for unused objects, when all are about to go
    sys.exit(code)


if __name__ == "__main__":
    main()
