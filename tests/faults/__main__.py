"""``python -m tests.faults``: every command that changes registers, disturbed at every call by which it does so.

For each scenario, each call and each fault (EIO, ENOSPC, the process killed) a fresh copy of the club is made, the
command runs into the fault, then the same command runs undisturbed, and everything must be in order. That takes some
minutes; the suite takes a sample of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from faults.harness import Prepared, prepared, tried, warm
from faults.scenarios import SCENARIOS
from faults.tracing import Call, CannotTrace, missing


def _one(club: Prepared, call: Call, fault: str) -> list[str]:
    try:
        return tried(club, call, fault)
    except (CannotTrace, AssertionError) as error:
        return [f"the trial itself: {error}"]
    except Exception as error:
        return [f"the verdict stumbled: {type(error).__name__}: {error}"]


def run() -> int:
    """Run what was asked for, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--scenario", action="append", choices=sorted(SCENARIOS), help="this one alone; may be repeated"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th fault alone")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once")
    asked = parser.parse_args()
    if why := missing():
        print(why, file=sys.stderr)
        return 2
    warm()
    passed, failed = 0, 0
    with (
        tempfile.TemporaryDirectory(prefix="faults-") as parent,
        ProcessPoolExecutor(asked.jobs, get_context("fork")) as pool,
    ):
        print(f"{'scenario':26}{'call':12}{'calls':>7}{'faults tried':>14}{'failures':>10}")
        for name in asked.scenario or SCENARIOS:
            club = prepared(name, Path(parent))
            trials = club.trials[:: asked.every]
            running = [pool.submit(_one, club, call, fault) for call, fault in trials]
            wrong: list[str] = []
            bad: Counter[str] = Counter()
            for (call, fault), done in zip(trials, running, strict=True):
                if faults := done.result():
                    bad[call.name] += 1
                    wrong += [f"  {fault} at {call.name} {call.number} ({call.path}): {one}" for one in faults]
            tries = Counter(call.name for call, _ in trials)
            calls = Counter(call.name for call in club.calls)
            for call_name in sorted(tries):
                counts = f"{calls[call_name]:7}{tries[call_name]:14}{bad[call_name]:10}"
                print(f"{name:26}{call_name:12}{counts}", flush=True)
            print(*wrong, sep="\n", end="\n" if wrong else "", flush=True)
            passed, failed = passed + len(trials) - bad.total(), failed + bad.total()
    print(f"{passed:,} passed, {failed:,} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run())
