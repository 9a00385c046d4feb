"""Run processes and measure them: seconds, processor seconds, and the most memory that any one process held.

Contenders take turns: each round runs every one of them once, so that what else the machine does meanwhile meets all of
them. Each measured thing is one or more fresh processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement.

    Attributes:
        seconds: from start to end of the process, as a clock on the wall shows them; or what the process itself says.
        cpu: processor seconds of it and of its children, user and system.
        peak: the most memory that any one of these processes held, in MiB (resident set, shared pages counted in each).
        said: its standard output.
    """

    seconds: float
    cpu: float
    peak: float
    said: str = ""

    def __add__(self, other: Run) -> Run:
        return Run(
            self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak), self.said + other.said
        )


class Failed(Exception):
    """A measured command ended otherwise than it should; a time of it would mean nothing."""


def run(command: Sequence[str], folder: Path, environment: dict[str, str], own_clock: bool = False) -> Run:
    """Run a command and measure it.

    Args:
        command: program and arguments.
        folder: where it runs.
        environment: all of its variables.
        own_clock: whether the seconds are those that it prints, as JSON with ``seconds`` and ``cpu``, because its start is no
            part of what is asked.

    Raises:
        Failed: it did not end with 0.

    NOTE: Linux counts the memory of the process that starts another one as that one's own peak, so the measuring process
    must stay smaller than what it measures: it imports neither pinback nor anything large.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=complaints)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()  # the run is ended, by Ctrl-C for one; nothing goes on without it
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said, complaint = (_text_of(stream) for stream in (out, complaints))
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{said[-500:]}\n{complaint[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    if own_clock:
        told = json.loads(said)
        seconds, cpu = float(told["seconds"]), float(told["cpu"])
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Run(seconds, cpu, peak, said)


def _text_of(stream: BinaryIO) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Contender:
    """One thing that is measured in every round.

    Attributes:
        name: of the row.
        measure: runs it; gets the number of the round. What it does before it calls ``run`` is not measured.
        per: the number of pieces by which its seconds are divided where the row is of one piece, otherwise 1.
        most: it runs in this many rounds at most; for those that take minutes.
    """

    name: str
    measure: Callable[[int], Run]
    per: int = 1
    most: int = 1_000_000


@dataclass(slots=True)
class Measured:
    """The runs of one contender, in the order of rounds."""

    runs: list[Run] = field(default_factory=list)
    per: int = 1

    @property
    def seconds(self) -> float:
        """Median seconds of one piece."""
        return median(run.seconds for run in self.runs) / self.per

    @property
    def cpu(self) -> float:
        """Median processor seconds of one piece."""
        return median(run.cpu for run in self.runs) / self.per

    @property
    def peak(self) -> float:
        """The most memory in any run, MiB."""
        return max(run.peak for run in self.runs)

    @property
    def spread(self) -> tuple[float, float]:
        """Fewest and most seconds of one piece."""
        return min(run.seconds for run in self.runs) / self.per, max(run.seconds for run in self.runs) / self.per


def in_rounds(contenders: Iterable[Contender], count: int, say: Callable[[str], None]) -> dict[str, Measured]:
    """Run all contenders *count* times, taking turns, and return what was measured by name."""
    contenders = list(contenders)
    found = {one.name: Measured(per=one.per) for one in contenders}
    for number in range(count):
        for one in contenders:
            if number < one.most:
                done = one.measure(number)
                found[one.name].runs.append(done)
                say(f"round {number + 1}: {one.name}: {done.seconds:.3f} s, {done.cpu:.3f} s cpu, {done.peak:.0f} MiB")
    return found
