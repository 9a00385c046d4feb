"""How long ``pinback import`` takes for a large roster, into an empty club and beside as many awards again.

    python benchmarks/import_roster.py [--count 10000]

All times are of whole processes, start included.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conftest import ClubFolder  # noqa: E402


def roster(folder: Path, name: str, count: int) -> Path:
    """Write a sheet of that many people, with days of a year and addresses."""
    first = date(2025, 1, 1)
    rows = [
        f"Zoë Ångström {name} {number};{(first + timedelta(number % 365)).strftime('%d.%m.%Y')};{name}{number}@example.org"
        for number in range(count)
    ]
    path = folder / f"{name}.csv"
    path.write_text("\r\n".join(["Name;Datum;E-Mail", *rows]), encoding="utf-8")
    return path


def measured(what: str, root: Path, *words: str) -> None:
    """Run a command in the club, and print how long it took."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "pinback", *words], cwd=root, capture_output=True, check=True)
    print(f"{what}: {time.monotonic() - started:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        club = ClubFolder(folder / "club").site().issuer().badge().keys()
        words = ("--badge", "knots", "--yes")
        first, second = roster(folder, "first", count), roster(folder, "second", count)
        measured(f"{count:,} rows into an empty club", club.root, "import", str(first), *words)
        measured(f"{count:,} rows beside {count:,} awards", club.root, "import", str(second), *words)
        measured("the same again, nothing to write", club.root, "import", str(second), *words)


if __name__ == "__main__":
    main()
