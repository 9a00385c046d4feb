"""A folder of badges on all cores, where nothing is asked of the network.

Each process asks the same saved copies; answers are the same, and in the same order, as one after the other.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pinback.cores import can_share, each
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import OfflineDoor, Opener, SnapshotDoor
from pinback.verify.report import Report

WORTH_IT = 64
"""Files below which starting processes takes longer than it saves."""
_AT_ONCE = 16
Judge = Callable[[str, Asker, Question, bool], Report]


def judged_files(names: Sequence[str], judge: Judge, asker: Asker, question: Question, offline: bool) -> list[Report]:
    """Return a report for each file, in order.

    Args:
        names: paths.
        judge: judges one file; a function of a module, as it goes to other processes.
        asker: the network. The real one is asked by one process alone, which counts its requests.
        question: what is asked.
        offline: archives answer addresses from themselves.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    # NOTE: a forked process has one thread; where there are more, locks of the others would stay locked in it.
    splits = (
        sys.platform == "linux"
        and threading.active_count() == 1
        and cores > 1
        and len(names) >= WORTH_IT
        and can_share()
    )
    if not splits or not isinstance(asker.door, OfflineDoor | SnapshotDoor):
        return [judge(name, asker, question, offline) for name in names]
    pieces = [names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE)]
    work = partial(_piece, judge, asker.door, asker.given, question, offline)
    return [report for reports in each(work, pieces, min(cores, 16)) for report in reports]


_askers: dict[int, Asker] = {}


def _piece(
    judge: Judge,
    door: Opener,
    given: Mapping[str, dict[str, Any]],
    question: Question,
    offline: bool,
    names: Sequence[str],
) -> list[Report]:
    """Judge some files in this process, which remembers what was answered from piece to piece."""
    asker = _askers.setdefault(os.getpid(), Asker(door, given))
    return [judge(name, asker, question, offline) for name in names]
