"""One fault, the run after it, and the verdict."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from faults.scenarios import SCENARIOS, Before, Scenario, faults_of_the_end, followed
from faults.tracing import GROWING, Call, CannotTrace, Ended, calls_of, faulted

FAULTS = ("EIO", "ENOSPC", "KILL")


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
        return [(call, fault) for call in self.calls for fault in FAULTS if fault != "ENOSPC" or call.name in GROWING]


def warm() -> None:
    """Import what a command imports only when it needs it, so that the calls of imports are never counted."""
    import segno

    with tempfile.TemporaryDirectory() as other:
        SCENARIOS["seal with an erasure"].prepare(Path(other) / "club")
        segno.make("0")


def prepared(name: str, parent: Path) -> Prepared:
    """Make the club of a scenario in a folder of its own below *parent*, and count the calls of its command."""
    scenario = SCENARIOS[name]
    folder = parent / re.sub(r"\W+", "-", name)
    before = scenario.prepare(folder)
    calls: list[Call] = []
    # A first run may also import, and write what was compiled: the calls are counted when two runs agree.
    for _ in range(4):
        counted = calls
        with tempfile.TemporaryDirectory() as other:
            root = _copied(folder, Path(other))
            ended, calls = calls_of(scenario.act(root, before.code, before), root)
        if ended.code != 0:
            raise CannotTrace(f"{name} fails without any fault: {ended.said}")
        if [(call.name, call.number, call.place) for call in calls] == [
            (call.name, call.number, call.place) for call in counted
        ]:
            return Prepared(name, folder, before, tuple(calls))
    raise CannotTrace(f"{name} makes other calls each time")


def _copied(folder: Path, parent: Path) -> Path:
    root = parent / "club"
    shutil.copytree(folder, root)
    return root


def tried(club: Prepared, call: Call, fault: str) -> list[str]:
    """Return what is wrong after a fault at a call and the runs that follow it."""
    scenario = SCENARIOS[club.name]
    with tempfile.TemporaryDirectory() as other:
        root = _copied(club.folder, Path(other))
        first = faulted(scenario.act(root, club.before.code, club.before), root, call, fault)
        wrong = [] if fault == "KILL" else _faults_of_the_words(scenario, first, call, root)
        more, codes = followed(scenario, root, club.before, first)
        return [*wrong, *more, *faults_of_the_end(scenario, root, club.before, codes)]


def _faults_of_the_words(scenario: Scenario, first: Ended, call: Call, root: Path) -> list[str]:
    """Return what is wrong with what a steward is told. A fault that kept nothing from being done need not be told."""
    wrong = []
    if "Traceback" in first.said or first.code == 70:
        wrong.append(f"traceback: {first.said.strip()[-400:]}")
    elif first.code == 0:
        wrong += [f"nothing was told, but: {path}" for path in root.rglob(".*.new")]
    else:
        path = Path(call.path)
        name = path.name[1:-4] if path.name.startswith(".") and path.name.endswith(".new") else path.name
        # Of what a rename or a folder's sync is about, the message names the file or the folder.
        named = [part for part in (name, path.parent.name) if part]
        if not any(part in first.said for part in named) and path.name not in ("club", "", "."):
            wrong.append(f"the message does not name {call.path}: {first.said.strip()[-300:]}")
    return wrong
