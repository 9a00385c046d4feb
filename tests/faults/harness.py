"""One fault, the run after it, and the verdict."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faults.building import BUILDS, LARGE, litter
from faults.custody import CUSTODY
from faults.foretold import FORETOLD
from faults.groups import GROUPS
from faults.records import RECORDS
from faults.scenarios import SCENARIOS as SIGNING
from faults.scenarios import Before, Scenario, verdict
from faults.tracing import GROWING, Call, CannotTrace, Ended, calls_of, faulted, traced
from pinback.remembered.memory import FINE

SCENARIOS: dict[str, Scenario] = SIGNING | {one.name: one for one in (*BUILDS, *RECORDS, *GROUPS, *CUSTODY, *FORETOLD)}
"""What is small enough to be tried at every call."""
EVERY = SCENARIOS | {one.name: one for one in LARGE}
FAULTS = ("EIO", "ENOSPC", "KILL")
OTHERS = ("EDQUOT", "EROFS", "EACCES")
"""Errors that are answered as EIO is; tried when asked for."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario's club, ready to be copied, and every call at which something can go wrong."""

    name: str
    folder: Path
    before: Before
    calls: tuple[Call, ...]

    @property
    def trials(self) -> list[tuple[Call, str]]:
        """Every fault at every call; a full disk only where a call needs room."""
        return self.trials_of(FAULTS)

    def trials_of(self, faults: Sequence[str]) -> list[tuple[Call, str]]:
        """Each of these faults at every call where it can be."""
        return [
            (call, fault)
            for call in self.calls
            for fault in faults
            if fault not in ("ENOSPC", "EDQUOT") or call.name in GROWING
        ]


def warm() -> None:
    """Import what a command imports only when it needs it, so that the calls of imports are never counted."""
    import segno

    with tempfile.TemporaryDirectory() as other:
        SCENARIOS["seal with an erasure"].prepare(Path(other) / "club")
        segno.make("0")


def prepared(name: str, parent: Path) -> Prepared:
    """Make the club of a scenario in a folder of its own below *parent*, and count the calls of its command."""
    scenario, (folder, before) = EVERY[name], made(name, parent)
    calls: list[Call] = []
    # A first run may also import, and write what was compiled: the calls are counted when two runs agree.
    for _ in range(6):
        counted = calls
        with tempfile.TemporaryDirectory() as other:
            root = copied(folder, Path(other))
            ended, calls = calls_of(scenario.act(root, before.code, before), root)
        if ended.code != 0:
            raise CannotTrace(f"{name} fails without any fault: {ended.said}")
        if [(call.name, call.number, call.place) for call in calls] == [
            (call.name, call.number, call.place) for call in counted
        ]:
            return Prepared(name, folder, before, tuple(calls))
    raise CannotTrace(f"{name} makes other calls each time")


def made(name: str, parent: Path) -> tuple[Path, Before]:
    """Make the club of a scenario in a folder of its own below *parent*."""
    folder = parent / re.sub(r"\W+", "-", name)
    return folder, EVERY[name].prepare(folder)


def uncounted(name: str, parent: Path) -> Prepared:
    """The same for trials that choose no call."""
    return Prepared(name, *made(name, parent), ())


def copied(folder: Path, parent: Path) -> Path:
    """Copy a club, and wait until its files are old enough to be trusted: only then does each run remember the same."""
    root = parent / "club"
    shutil.copytree(folder, root, symlinks=True)
    time.sleep(2 * FINE / 1e9)
    return root


def tried(club: Prepared, call: Call, fault: str) -> list[str]:
    """Return what is wrong after a fault at a call and the runs that follow it."""
    scenario = EVERY[club.name]
    with tempfile.TemporaryDirectory() as other:
        root = copied(club.folder, Path(other))
        for left in range(5, -1, -1):
            try:
                first = faulted(scenario.act(root, club.before.code, club.before), root, call, fault)
                break
            except CannotTrace:
                # Git and its pipes make a call more or less at times, so another one was hit.
                if not left:
                    raise
                shutil.rmtree(root)
                copied(club.folder, Path(other))
        wrong = [] if fault == "KILL" else _faults_of_the_words(scenario, first, call, root)
        return [*wrong, *verdict(scenario, root, club.before, first)]


ANYWHERE = ("openat", "write", "mkdir", "rename", "close", "unlink")
"""Calls at which the processes of one run are disturbed, whichever of them comes to it."""


def tried_anywhere(club: Prepared, name: str, number: int, fault: str) -> list[str]:
    """Return what is wrong after a fault at the n-th call of a name in each process of a run, whatever that touches."""
    scenario = EVERY[club.name]
    with tempfile.TemporaryDirectory() as other:
        root = copied(club.folder, Path(other))
        how = "signal=KILL" if fault == "KILL" else f"error={fault}"
        options = ["-e", f"trace={name}", "-e", f"inject={name}:{how}:when={number}"]
        first, lines = traced(scenario.act(root, club.before.code, club.before), options)
        # A pipe between our processes or a file of Python's may be hit too; of that no message can speak.
        hit = [line for line in lines if "(INJECTED)" in line]
        wrong = []
        if all(str(root) in line for line in hit) and ("Traceback" in first.said or first.code == 70):
            wrong.append(f"traceback: {first.said.strip()[-400:]}")
        return [*wrong, *verdict(scenario, root, club.before, first)]


def _faults_of_the_words(scenario: Scenario, first: Ended, call: Call, root: Path) -> list[str]:
    """Return what is wrong with what a steward is told. A fault that kept nothing from being done need not be told."""
    wrong = []
    if "Traceback" in first.said or first.code == 70:
        wrong.append(f"traceback: {first.said.strip()[-400:]}")
    elif first.code == 0:
        wrong += [f"nothing was told, but: {path}" for path in litter(root)]
    else:
        path = Path(call.path)
        name = path.name[1:-4] if path.name.startswith(".") and path.name.endswith(".new") else path.name
        # Of what a rename or a folder's sync is about, the message names the file or the folder.
        named = [part for part in (name, path.parent.name) if part]
        if not any(part in first.said for part in named) and path.name not in ("club", "", "."):
            wrong.append(f"the message does not name {call.path}: {first.said.strip()[-300:]}")
    return wrong
