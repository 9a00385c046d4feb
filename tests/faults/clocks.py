"""Clocks that are wrong: in 1970, past 2038, in 2100, running backwards during a run and between runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conftest import ROOT

from faults.building import tree
from faults.harness import EVERY, Prepared, copied
from faults.mounts import faults_of_words
from faults.scenarios import Action, GivenClock, verdict
from faults.tracing import run

DAYS = {
    "1970": datetime(1970, 1, 1, tzinfo=UTC),
    "2038": datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    "2100": datetime(2100, 2, 28, 23, 59, 59, tzinfo=UTC),
    "9999": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
}
LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
"""Debian's package libfaketime: what a process sees of time."""
SYSTEM = {"1970": "@1970-01-02 00:00:00", "2038": "@2038-01-20 00:00:00", "2100": "@2100-01-01 00:00:00"}
BACKWARDS = "@2038-01-20 00:00:00 x-50"


def _backwards(action: Action) -> Action:
    """Run a command whose clock goes back by an hour each time it is read."""

    def at_that_time() -> None:
        GivenClock.step = timedelta(hours=-1)
        action()

    return at_that_time


def wrong_day(club: Prepared, day: str) -> list[str]:
    """Run the command with the clock at a wrong day, or running backwards, then at the right one; return what is wrong.

    What is refused changes nothing. A sealing in the future is one: later runs with the right clock refuse until that day,
    and say so; then the command is run at that day again.
    """
    scenario, before = EVERY[club.name], club.before
    with tempfile.TemporaryDirectory() as other:
        root = copied(club.folder, Path(other))
        was = tree(root)
        if day == "backwards":
            moment = before.moment + timedelta(hours=3)
            first = run(_backwards(scenario.act(root, before.code, replace(before, moment=moment))))
        else:
            moment = DAYS[day]
            first = run(scenario.act(root, before.code, replace(before, moment=moment)))
        wrong = faults_of_words(first)
        if first.code != 0 and _without_locks(tree(root)) != _without_locks(was):
            wrong.append("it was refused, and something was changed all the same")
        # What reads no clock works at the end of time too; nothing can be signed there.
        signed = first.code == 0 and day != "9999"
        later = replace(before, moment=max(before.moment, moment)) if signed else before
        return [*wrong, *verdict(scenario, root, later, first)]


def _without_locks(files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out locks, and what a run that only looks may remember."""
    return {name: data for name, data in files.items() if not name.endswith("lock") and ".pinback/cache/" not in name}


def faked(root: Path, out: Path, time: str) -> subprocess.CompletedProcess[str]:
    """Build in a process that is told another time by the system, and not ours alone."""
    words = [sys.executable, "-m", "pinback", "build", "-C", str(root), "--out", str(out)]
    told = {"FAKETIME": time, "LD_PRELOAD": str(LIBRARY), "PYTHONPATH": str(ROOT), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    if time == BACKWARDS:
        # The library turns a pause round too, so that it never ends; what remembers a build makes one.
        told["CI"] = "1"
    return subprocess.run(words, env={**os.environ, **told}, capture_output=True, text=True, check=False)


def build_at(club: Prepared, times: tuple[str, ...]) -> list[str]:
    """Build one after the other at the times that the system tells; each must be as a clean build."""
    wrong = []
    with tempfile.TemporaryDirectory() as other:
        root = copied(club.folder, Path(other))
        for time in times:
            for path in (root / "site_src").rglob("*"):
                os.utime(path, (0, 0) if "1970" in time else (2**31, 2**31))
            done = faked(root, root / "site", time)
            if done.returncode != 0 or tree(root / "site") != club.before.new:
                wrong.append(
                    f"{time}: the build ({done.returncode}) is not as a clean one: {done.stderr.strip()[-300:]}"
                )
    return wrong
