"""``python -m tests.reproducible``: the example and a made club, in many worlds, compared with a plain one byte by byte.

In each world everything is changed at once: path, home, user, time zone, locale, encoding, hash seed, umask, order and times of
files, number of cores, the system's clock (with libfaketime), optimisation, a hundred variables, what was built there before. The made club is
sealed there too, with fixed keys, moment and random values. ``--python`` names other interpreters, which only build.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conftest import ROOT, ClubFolder

from benchmarks.club import write_club
from pinback.files import remove_tree
from reproducible.worlds import PLAIN, Made, World, differences, made_in, world


def made_club(folder: Path, awards: int) -> Path:
    """Write a club with keys whose awards wait for their sealing."""
    write_club(folder, "reproducible", awards)
    ClubFolder(folder).keys("club")
    return folder


def _compared(plain: Made, club: Path, seal: bool, one: World, place: Path) -> list[str]:
    try:
        return differences(plain, one, made_in(one, club, place, seal))
    except AssertionError as error:
        return [str(error)]
    finally:
        remove_tree(place)


def run() -> int:
    """Run what was asked for, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.reproducible", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=20, metavar="N", help="how many")
    parser.add_argument("--awards", type=int, default=300, metavar="N", help="of the made club")
    parser.add_argument("--python", action="append", default=[], help="another interpreter; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once")
    asked = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="reproducible-") as parent, ThreadPoolExecutor(asked.jobs) as pool:
        club = made_club(Path(parent) / "made", asked.awards)
        for name, folder, seal in (("the example", ROOT, False), ("a made club", club, True)):
            plain = made_in(PLAIN, folder, Path(parent) / "plain" / name, seal)
            others = [world(number) for number in range(1, asked.worlds + 1)]
            others += [] if seal else [world(number, python) for number, python in enumerate(asked.python, 1)]
            places = [Path(parent) / f"{name} {number}" for number in range(len(others))]
            compared = partial(_compared, plain, folder, seal)
            for one, wrong in zip(others, pool.map(compared, others, places), strict=True):
                print(f"{name}: {one.name}: {len(plain.files):,} files, {len(wrong)} differences", flush=True)
                print(*wrong[:10], sep="\n", end="\n" if wrong else "", flush=True)
                passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed:,} passed, {failed:,} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run())
