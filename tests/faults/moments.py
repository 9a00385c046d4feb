"""Commands that end at a moment nobody chose: a signal at any time of the run, to all of its processes or to some."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
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
        moment: seconds after the start of the run.
        ended: how the run ended.
        state: which state it left, in words, where the scenario knows some.
        wrong: what is wrong.
    """

    moment: float
    ended: Ended
    state: str
    wrong: tuple[str, ...]


def ended_by(action: Action, moment: float, whom: str, sign: signal.Signals) -> Ended:
    """Run a command and send a signal at a moment, in seconds after its start; return how it ended."""
    with tempfile.TemporaryFile() as out:
        child = os.fork()
        if child == 0:
            os.setsid()
            # Who began this may have let its children ignore them.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for ending in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, signal.SIG_DFL)
            _be_the_child(action, out.fileno(), -1)
        time.sleep(moment)
        with contextlib.suppress(ProcessLookupError):
            if whom == "all":
                os.killpg(child, sign)
            else:
                os.kill(_one_of(child) if whom == "worker" else child, sign)
        return _ended(child, out)


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
            start = time.monotonic()
            ended = ended_by(EVERY[club.name].act(root, club.before.code, club.before), 0, "worker", signal.SIGCONT)
            longest = max(longest, time.monotonic() - start)
            assert ended.code == 0, ended.said
    return longest


def disturbed(club: Prepared, moment: float, whom: str, sign: signal.Signals) -> Trial:
    """Try one moment on a copy of the club, and judge what follows."""
    scenario = EVERY[club.name]
    with tempfile.TemporaryDirectory() as other:
        root = copied(club.folder, Path(other))
        first = ended_by(scenario.act(root, club.before.code, club.before), moment, whom, sign)
        wrong = []
        if "Traceback" in first.said or first.code == 70:
            wrong.append(f"traceback: {first.said.strip()[-400:]}")
        # What only the first process had to die for may go on for a moment: the next run has to wait for it.
        left = scenario.state(root, club.before) if whom == "all" else ""
        return Trial(moment, first, left, (*wrong, *verdict(scenario, root, club.before, first)))
