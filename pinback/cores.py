"""Work for all cores: the same results in the same order as from one process.

Processes are forked, so that what they need (opened keys among it) is in their memory already and passes through no pipe,
file or argument; results come back. Where a system cannot fork safely there is one process.

A process that is forked dies with the one that it came from, however that ended: it holds keys, and the lock.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from pinback.ending import end
from pinback.errors import CutShort

if TYPE_CHECKING:
    # What begins processes takes longer to load than some hundred awards take; only who begins some waits for it.
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

J = TypeVar("J")
T = TypeVar("T")
_CHUNK = 100
"""Pieces of work that are done at once: some tenths of a second."""
_AHEAD = 4
"""Pieces that wait for each process, so that none is idle and few results lie in memory."""
_HELD = 1_000
"""Results at most that lie in memory because an earlier one is not there yet."""
_work: Callable[[Any], Any] | None = None
"""What this forked process is for."""


def processes_for(count: int, few: int) -> int:
    """Return how many processes are worth it for *count* pieces of work of which *few* are work for one.

    A process with threads is not forked (a lock that another thread holds would stay locked), and none on macOS, whose
    libraries do not bear it.
    """
    processes = min(_cores(), count // few)
    return processes if processes > 1 and _may_fork() and can_share() else 1


def may_fork() -> bool:
    """Tell whether another process may be forked, and there is a core for it; see ``processes_for``."""
    return _may_fork() and _cores() > 1


def _may_fork() -> bool:
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_share() -> bool:
    """Tell whether processes can be forked and wait for each other here: some systems have no semaphores, or no room for one."""
    from multiprocessing import get_context

    try:
        get_context("fork").Lock()
    except (ImportError, NotImplementedError, OSError, ValueError):
        return False
    return True


def in_order(work: Callable[[int], T], count: int, processes: int, progress: Callable[[int], None]) -> list[T]:
    """Return the results of *work* for 0, 1, 2 … up to *count*, in this order.

    Args:
        work: one piece; what it raises ends all.
        count: how many there are.
        processes: how many work at once; with one, it is this one.
        progress: called with the number of pieces done.
    """
    if processes > 1:
        return _in_processes(work, count, processes, progress)
    results = []
    for place in range(count):
        results.append(work(place))
        progress(place + 1)
    return results


def _in_processes(work: Callable[[int], T], count: int, processes: int, progress: Callable[[int], None]) -> list[T]:
    from concurrent.futures import as_completed

    size = max(1, min(_CHUNK, count // (4 * processes)))
    with _forked(work, processes) as pool:
        running: list[Future[list[T]]] = [
            pool.submit(_chunk, start, min(start + size, count)) for start in range(0, count, size)
        ]
        done = 0
        for future in as_completed(running):
            done += len(future.result())
            progress(done)
        return [result for future in running for result in future.result()]


def each(work: Callable[[J], T], jobs: Iterable[J], processes: int) -> Iterator[T]:
    """Yield the results of *work* for each of *jobs*, in their order, without keeping them.

    Args:
        work: one job; what it raises ends all.
        jobs: large enough that their passing through a pipe costs nothing: some tenths of a second each.
        processes: how many work at once; with one, it is this one.
    """
    if processes > 1:
        with _forked(work, processes) as pool:
            yield from through(pool, _piece, jobs, processes)
    else:
        yield from map(work, jobs)


def through(pool: Executor, work: Callable[[J], T], jobs: Iterable[J], workers: int) -> Iterator[T]:
    """Yield the results of *work* from an executor of any kind, in the order of *jobs*, without keeping more than have to wait.

    Args:
        pool: does the work; what it cannot pickle stays here.
        work: one job; what it raises ends all.
        jobs: taken as there is room for them.
        workers: how many work at once.
    """
    from concurrent.futures import FIRST_COMPLETED, wait

    left = iter(jobs)
    running: deque[Future[T]] = deque()
    try:
        while True:
            # One that takes long keeps its own result back, and not the others from working.
            busy = [future for future in running if not future.done()]
            room = min(_AHEAD * workers - len(busy), _HELD - len(running))
            new = [pool.submit(work, job) for job in islice(left, max(0, room))]
            running.extend(new)
            if not running:
                return
            if running[0].done():
                yield running.popleft().result()
            else:
                # Those that were done meanwhile make room as well: whoever waited for the rest alone might wait for ever.
                wait([*busy, *new], return_when=FIRST_COMPLETED)
    finally:
        for future in running:
            future.cancel()


@contextmanager
def _forked(work: Callable[[Any], Any], processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that know *work*; they end with the block.

    Raises:
        CutShort: one of them was ended from outside.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    guard, alive = os.pipe()
    pool = ProcessPoolExecutor(processes, get_context("fork"), _begin, (work, guard, alive))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise CutShort(
            "a part of this run was ended from outside (is there enough memory?); run the command again"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        os.close(guard)
        os.close(alive)


def _begin(work: Callable[[Any], Any], guard: int, alive: int) -> None:
    """Prepare a forked process: Ctrl-C is for the one that it came from, and without that it ends."""
    from multiprocessing.util import Finalize

    global _work
    _work = work
    gc.freeze()  # what is inherited is not looked through again and again, which would also copy it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(alive)
    Finalize(None, end, exitpriority=0)
    threading.Thread(target=_die_with, args=(guard,), daemon=True).start()


def _die_with(guard: int) -> None:
    """Wait until nobody holds the other end of a pipe, and die then."""
    os.read(guard, 1)
    os._exit(1)


def _chunk(start: int, end: int) -> list[Any]:
    assert _work is not None
    return [_work(place) for place in range(start, end)]


def _piece(job: Any) -> Any:  # noqa: ANN401 - whatever the work is about
    assert _work is not None
    return _work(job)
