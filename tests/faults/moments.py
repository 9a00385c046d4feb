"""Commands that end at a moment nobody chose: a signal at any time of the run, to all of its processes or to some."""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faults.harness import EVERY, Prepared, copied
from faults.scenarios import Action, verdict
from faults.tracing import Ended, _be_the_child, _ended

WHOM = ("all", "parent", "worker")
"""Who gets the signal: every process of the run (a power cut, a closed terminal), the first one alone, or one that it made."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What happened in one trial.

    Attributes:
        moment: seconds after the start of the run, as it was at last tried.
        ended: how the run ended.
        state: which state it left, in words, where the scenario knows some.
        wrong: what is wrong.
    """

    moment: float
    ended: Ended
    state: str
    wrong: tuple[str, ...]


def ended_by(action: Action, moment: float, whom: str, sign: signal.Signals) -> tuple[Ended, float]:
    """Run a command and send a signal at a moment, in seconds after its start; return how and after how long it ended."""
    with tempfile.TemporaryFile() as out:
        # The other end closes with the last process of the run.
        runs, running = os.pipe()
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            # Who began this may have let its children ignore them.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for ending in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, signal.SIG_DFL)
            _be_the_child(action, out.fileno())
        # The child does so too: whichever comes first.
        os.setpgid(child, child)
        os.close(running)
        with _at_once():
            select.select([runs], [], [], moment)
            took = time.monotonic() - start
            with contextlib.suppress(ProcessLookupError):
                if whom == "all":
                    os.killpg(child, sign)
                else:
                    os.kill(_one_of(child) if whom == "worker" else child, sign)
        os.close(runs)
        return _ended(child, out), took


@contextlib.contextmanager
def _at_once() -> Iterator[None]:
    """Let whoever waits here have a core at the very moment, where the system permits: a short command is over before its turn."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except (AttributeError, OSError):
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def _one_of(child: int) -> int:
    """Return a process that *child* has made, any of them; itself where there is none."""
    try:
        made = Path(f"/proc/{child}/task/{child}/children").read_text(encoding="ascii").split()
    except OSError:
        made = []
    return int(random.choice(made)) if made else child


def length(club: Prepared) -> float:
    """Return how many seconds the command takes when nothing disturbs it: the longest of three runs."""
    longest = 0.0
    for _ in range(3):
        with tempfile.TemporaryDirectory() as other:
            root = copied(club.folder, Path(other))
            ended, took = ended_by(
                EVERY[club.name].act(root, club.before.code, club.before), 600, "all", signal.SIGCONT
            )
            longest = max(longest, took)
            assert ended.code == 0, ended.said
    return longest


def disturbed(club: Prepared, share: float, whole: float, whom: str, sign: signal.Signals) -> Trial:
    """Try one moment, a share of the time that the *whole* run takes, on a copy of the club, and judge what follows.

    The machine may be busier at one time than at another: a run that ends before its moment is begun anew, and the
    moment is the same share of the time that this one took.
    """
    scenario = EVERY[club.name]
    while True:
        with tempfile.TemporaryDirectory() as other:
            root = copied(club.folder, Path(other))
            moment = share * whole
            first, whole = ended_by(scenario.act(root, club.before.code, club.before), moment, whom, sign)
            if first.code == 0 and whole < moment:
                continue
            wrong = []
            if "Traceback" in first.said or first.code == 70:
                wrong.append(f"traceback: {first.said.strip()[-400:]}")
            # What only the first process had to die for may go on for a moment: the next run has to wait for it.
            left = scenario.state(root, club.before) if whom == "all" else ""
            return Trial(moment, first, left, (*wrong, *verdict(scenario, root, club.before, first)))
