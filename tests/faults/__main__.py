"""``python -m tests.faults``: every command that writes (but ``serve``, which builds as ``build`` does), disturbed in every way that we know.

    calls      EIO, a full disk and death at every system call by which a command changes the club's folder (the default)
    anywhere   the same at some call of each process, where many awards need several
    kill       a signal at moments nobody chose; --times, --whom all|parent|worker, --signal KILL|INT|TERM
    disk       a disk that is full at twenty sizes, and at some numbers of files
    read-only  each folder and some files read-only, or refused to a user without rights
    clock      the clock at 1970, 2038, 2100, running backwards; not for the scenarios in ``foretold.py``
    together   two commands at once, each pair
    remembered what a build left for the next one is damaged, exchanged, hostile; inputs change without looking changed

For each trial a fresh copy of the club is made, the command runs into the fault, then the same command runs undisturbed, and
everything must be in order: no traceback, a message that names the path, the old site or the new one (or a switch that the
next run finishes), nothing lost of records, register and sealed files; where a command makes the same files in each run, each is the old or the new one, and in the
end they are those of an undisturbed run. A complete run takes from minutes to hours, in which it
says what it found; the suite takes a sample of it. ``--command`` is a command's first word, ``--scenario`` one scenario's name.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from faults import clocks, mounts, remembered, together
from faults.building import LARGE
from faults.foretold import FORETOLD
from faults.harness import (
    ANYWHERE,
    EVERY,
    FAULTS,
    OTHERS,
    SCENARIOS,
    Prepared,
    prepared,
    tried,
    tried_anywhere,
    uncounted,
    warm,
)
from faults.moments import WHOM, disturbed, length
from faults.scenarios import Before
from faults.tracing import CannotTrace, missing

Job = tuple[str, Callable[..., list[str]], tuple[object, ...]]
"""A heading, a trial, and what it takes."""
BUILDS = ("clean build", "build over a site")
FORETOLD_NAMES = frozenset(one.name for one in FORETOLD)
_MODES = ("calls", "anywhere", "kill", "disk", "read-only", "clock", "together", "remembered")


def _one(work: Callable[..., list[str]], *given: object) -> list[str]:
    try:
        return work(*given)
    except (CannotTrace, mounts.CannotMount, AssertionError) as error:
        return [f"the trial itself: {error}"]
    except Exception as error:
        return [f"the verdict stumbled: {type(error).__name__}: {error}"]


def _killed(club: Prepared, share: float, whole: float, whom: str, sign: signal.Signals) -> list[str]:
    trial = disturbed(club, share, whole, whom, sign)
    return ["*" + ((trial.state or "stopped") if trial.ended.code else "ended before"), *trial.wrong]


def run() -> int:
    """Run what was asked for, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mode", nargs="?", choices=_MODES, default="calls")
    parser.add_argument("--scenario", action="append", choices=sorted(EVERY), help="this one alone; may be repeated")
    parser.add_argument("--command", action="append", help="scenarios of this command alone, such as build or seal")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th trial alone")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once")
    parser.add_argument("--fault", action="append", choices=(*FAULTS, *OTHERS), help="calls: this fault alone")
    parser.add_argument(
        "--times",
        type=int,
        default=500,
        metavar="N",
        help="how many moments of each command; anywhere: how many of each scenario",
    )
    parser.add_argument("--whom", choices=WHOM, default="all", help="kill: who gets the signal")
    parser.add_argument("--signal", choices=("KILL", "INT", "TERM", "HUP"), default="KILL", help="kill: which")
    parser.add_argument("--sizes", type=int, default=20, metavar="N", help="disk: how many sizes")
    parser.add_argument("--seed", type=int, default=0, help="of what is random")
    asked = parser.parse_args()
    why = (
        missing()
        if asked.mode in ("calls", "anywhere")
        else mounts.missing()
        if asked.mode in ("disk", "read-only")
        else ""
    )
    if why:
        print(why, file=sys.stderr)
        return 2
    warm()
    names = _default(asked.mode)
    if asked.mode == "together":
        if asked.scenario or asked.command:
            parser.error("together tries all pairs of commands; --every N tries some")
    elif asked.scenario:
        names = asked.scenario
    if asked.command:
        names = [name for name in EVERY if _command_of(name) in asked.command]
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory(prefix="faults-") as parent:
        print(f"{'scenario':26}{'trial':32}{'tried':>7}{'failures':>10}")
        for name in names:
            jobs = list(_jobs(asked, name, Path(parent), names))[:: asked.every]
            # A pool of its own for each scenario: what one has changed in a process is not met by the next.
            with ProcessPoolExecutor(asked.jobs, get_context("fork")) as pool:
                running = [pool.submit(_one, work, *given) for _, work, given in jobs]
                wrong: list[str] = []
                tries, bad, states = Counter(heading for heading, _, _ in jobs), Counter(), Counter()
                for (heading, _, given), done in zip(jobs, running, strict=True):
                    said = done.result()
                    states.update(one[1:] for one in said if one.startswith("*"))
                    if faults := [one for one in said if not one.startswith("*")]:
                        bad[heading] += 1
                        shown = " ".join(str(one) for one in given if not isinstance(one, Prepared | Before | Path))
                        wrong += [f"  {heading} {shown}: {one}" for one in faults]
            for heading in sorted(tries):
                print(f"{name:26}{heading:32}{tries[heading]:7}{bad[heading]:10}", flush=True)
            if states:
                print("  " + ", ".join(f"{state}: {count}" for state, count in sorted(states.items())), flush=True)
            print(*wrong, sep="\n", end="\n" if wrong else "", flush=True)
            passed, failed = passed + len(jobs) - bad.total(), failed + bad.total()
    print(f"{passed:,} passed, {failed:,} failed")
    return 1 if failed else 0


def _command_of(name: str) -> str:
    return "build" if "build" in name else name.split()[0]


def _default(mode: str) -> list[str]:
    if mode == "together":
        return ["pairs"]
    if mode == "anywhere":
        return [one.name for one in LARGE]
    if mode == "remembered":
        return ["build over a site"]
    if mode == "clock":  # what the others leave is foretold for one moment alone
        return [name for name in SCENARIOS if name not in FORETOLD_NAMES]
    return list(EVERY if mode == "kill" else SCENARIOS)


def _jobs(asked: argparse.Namespace, name: str, parent: Path, names: list[str]) -> Iterator[Job]:
    """Yield the trials of a scenario."""
    if asked.mode == "together":
        folder = parent / "together"
        before: Before = together.club_for_all(folder)
        chance = random.Random(asked.seed)
        for number in range(3):
            for pair in together.PAIRS:
                delay = 0.0 if number == 0 else chance.uniform(0, 0.4)
                yield " + ".join(pair), together.at_once, (folder, before, pair, delay)
        return
    club = (prepared if asked.mode == "calls" else uncounted)(name, parent)
    if asked.mode == "calls":
        for call, fault in club.trials_of(asked.fault or FAULTS):
            yield f"{call.name}", tried, (club, call, fault)
    elif asked.mode == "anywhere":
        chance = random.Random(asked.seed)
        for _ in range(asked.times):
            call, fault = chance.choice(ANYWHERE), chance.choice(asked.fault or FAULTS)
            yield f"{fault} at {call}", tried_anywhere, (club, call, int(10 ** chance.uniform(0, 3)), fault)
    elif asked.mode == "kill":
        sign, chance, whole = signal.Signals[f"SIG{asked.signal}"], random.Random(f"{name} {asked.seed}"), length(club)
        of_a_kind = [one for one in names if _command_of(one) == _command_of(name)]
        for _ in range(-(-asked.times // len(of_a_kind))):
            yield f"{asked.signal} to {asked.whom}", _killed, (club, chance.random(), whole, asked.whom, sign)
    elif asked.mode == "disk":
        for room in mounts.rooms(club, asked.sizes):
            yield "full disk" if room.size else "no more files", mounts.on_a_full_disk, (club, room)
    elif asked.mode == "read-only":
        for place in mounts.places(club):
            yield "read-only", mounts.read_only, (club, place)
        for place in (one for one in mounts.UNREADABLE if (club.folder / one).exists()):
            for mode in (0o000, 0o500 if (club.folder / place).is_dir() else 0o400):
                yield "without rights", mounts.without_rights, (club, place, mode)
        if name in BUILDS:
            yield "a read-only club", mounts.build_elsewhere, (club,)
    elif asked.mode == "clock":
        for day in (*clocks.DAYS, "backwards"):
            yield "clock", clocks.wrong_day, (club, day)
        if name in BUILDS and clocks.LIBRARY.exists():
            yield "the system's clock", clocks.build_at, (club, tuple(clocks.SYSTEM.values()))
            yield "the system's clock", clocks.build_at, (club, (clocks.BACKWARDS, clocks.BACKWARDS))
    else:
        for file, damage in remembered.trials(club):
            yield damage, remembered.damaged, (club, file, damage, asked.seed)
        for how in remembered.HOW:
            yield "unseen change", remembered.unseen_change, (club, how)


if __name__ == "__main__":
    sys.exit(run())
