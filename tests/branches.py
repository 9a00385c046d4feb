"""``python -m tests.branches``: say which lines and branches of the code that everything rests on no test has met.

It reads what ``python -m pytest --cov`` has noted. Proofs, register, guard, seal and verify must be met whole; what may be missing
of all others together, pytest has judged itself (``fail_under`` in ``pyproject.toml``).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ("proofs/*", "register/*", "guard.py", "deployed.py", "seal/*", "verify/*")
"""What must be met whole: a badge is as good as this code."""


def run() -> int:
    """Print what no test has met, and return the exit code."""
    measured = Coverage(config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    missed = 0
    for part in WHOLE:
        said = io.StringIO()
        try:
            percent = measured.report(include=[f"{ROOT}/pinback/{part}"], skip_covered=True, file=said)
        except NoDataError:
            print("nothing is noted; run python -m pytest --cov first")
            return 2
        if percent < 100:
            missed += 1
            print(said.getvalue())
        print(f"pinback/{part}: {percent:.2f} %")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(run())
