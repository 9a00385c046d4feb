"""Work on several cores: the same results, and no process that outlives the one that it works for."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from pinback.cores import each, in_order, processes_for
from pinback.errors import ContentError, CutShort, Problem

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


def nothing(done: int) -> None:
    """Show no progress."""


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 7, 250])
def test_results_are_the_same_in_the_same_order(processes: int, count: int) -> None:
    told: list[int] = []
    assert in_order(lambda place: place * place, count, processes, told.append) == [n * n for n in range(count)]
    assert told == sorted(told)
    assert told[-1:] == ([count] if count else [])


def test_work_is_done_elsewhere_by_several() -> None:
    def slow(place: int) -> int:
        time.sleep(0.02)
        return os.getpid()

    processes = set(in_order(slow, 40, 2, nothing))
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_a_long_job_does_not_keep_the_others_from_being_done() -> None:
    """The first waits until the last is done, which comes long after what is handed out ahead."""
    reading, writing = os.pipe()

    def work(job: int) -> int:
        if job == 0:
            assert os.read(reading, 1) == b"."
        elif job == 99:
            os.write(writing, b".")
        return job * job

    assert list(each(work, range(100), 2)) == [job * job for job in range(100)]
    os.close(reading)
    os.close(writing)


def test_system_without_semaphores_has_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    several = processes_for(1_000, 1)
    monkeypatch.setitem(sys.modules, "multiprocessing.synchronize", None)
    assert processes_for(1_000, 1) == 1
    monkeypatch.undo()
    assert processes_for(1_000, 1) == several


def test_what_goes_wrong_is_told_as_from_one_process() -> None:
    problem = Problem("badges/knots/badge.svg", 3, "it is wrong", "mend it")

    def work(place: int) -> int:
        if place == 30:
            raise ContentError([problem])
        return place

    with pytest.raises(ContentError) as told:
        in_order(work, 100, 2, nothing)
    assert told.value.problems == (problem,)


def test_process_that_is_killed_is_told() -> None:
    def work(place: int) -> None:
        if place == 30:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(CutShort, match=r"was ended from outside .*; run the command again"):
        in_order(work, 100, 2, nothing)


def test_interruption_ends_it() -> None:
    started: list[int] = []

    def interrupted(done: int) -> None:
        started.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_order(lambda place: place, 1000, 2, interrupted)
    assert len(started) == 1


def test_processes_die_with_the_one_that_was_killed() -> None:
    """They hold keys and the lock; a run that is killed must leave neither."""
    reading, writing = os.pipe()
    run = os.fork()
    if run == 0:
        os.close(reading)

        def endless(place: int) -> None:
            os.write(writing, b"%d\n" % os.getpid())
            time.sleep(60)

        try:
            in_order(endless, 20, 2, nothing)
        finally:
            os._exit(0)
    os.close(writing)
    found = b""
    while found.count(b"\n") < 2:
        found += os.read(reading, 100)
    os.kill(run, signal.SIGKILL)
    os.waitpid(run, 0)
    # The pipe ends when its last writer is gone.
    os.set_blocking(reading, True)
    assert os.read(reading, 100) == b""
    os.close(reading)


def test_process_with_threads_is_not_forked() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    assert processes_for(10_000, 1) == 1
    stop.set()
    other.join()
