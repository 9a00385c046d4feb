"""Run a function in a forked process within limits, and say how it ended.

The parent has everything imported, so that a trial costs a fork and what it does. Memory is counted beyond what the
parent holds, because that is what an input is to blame for.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass

SECONDS = 5.0
"""CPU time that one input may take."""
MEGABYTES = 512
"""Memory that one input may take beyond what the program needs anyway."""
_MEGABYTE = 1024 * 1024
_STUMBLED = 97
"""Exit code of a child whose function raised."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a trial ended.

    Attributes:
        code: exit code, or minus the number of the signal that ended it.
        out: what it printed.
        err: what it said on the way, with the traceback where there was one.
        seconds: CPU time.
        megabytes: memory at most, beyond the parent's.
    """

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float

    def broken(self) -> str:
        """Say which promise every program makes is broken, or return ""."""
        if self.code == _STUMBLED or "Traceback (most recent call last)" in self.err:
            return "traceback: " + self.err.strip().rpartition("\n")[2][:200]
        if self.code in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL):
            return f"took more than {SECONDS:g} s (or all memory), stopped by signal {-self.code}"
        if self.code < 0:
            return f"ended by signal {-self.code}"
        if self.seconds > SECONDS:
            return f"took {self.seconds:.1f} s"
        if self.megabytes > MEGABYTES:
            return f"took {self.megabytes:.0f} MB"
        return ""


def _memory_now() -> int:
    with open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[0]) * resource.getpagesize()


def _peak(text: str) -> int:
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM:")), 0)


NOBODY = 65_534 if os.geteuid() == 0 else None
"""Who runs the trials where the superuser, who may read everything, started them."""


def bounded(
    action: Callable[[], int], seconds: float = SECONDS, megabytes: int = MEGABYTES, user: int | None = None
) -> Ended:
    """Return how *action*, which returns an exit code, ended in a process of its own.

    A trial is stopped at twelve times *seconds* of wall time, so that one which waits for a device ends too.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as peak:
        child = os.fork()
        if child == 0:
            code = _STUMBLED
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                with open(os.devnull, "rb") as nothing:
                    os.dup2(nothing.fileno(), 0)
                for number in (signal.SIGALRM, signal.SIGXCPU):
                    signal.signal(number, signal.SIG_DFL)
                limit = _memory_now() + megabytes * _MEGABYTE
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
                resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                signal.alarm(int(seconds * 12) + 1)
                if user is not None:
                    os.setgroups([])
                    os.setgid(user)
                    os.setuid(user)
                code = action()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            except BaseException:
                with contextlib.suppress(BaseException):
                    os.write(2, traceback.format_exc()[-20_000:].encode("utf-8", "backslashreplace"))
            finally:
                with contextlib.suppress(BaseException), open("/proc/self/status", "rb") as status:
                    os.write(peak.fileno(), status.read())
                os._exit(code & 0xFF)
        _, status, used = os.wait4(child, 0)
        before = _peak_of_parent()
        peak.seek(0)
        most = _peak(peak.read().decode("ascii", "replace")) or used.ru_maxrss
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read(20 * _MEGABYTE).decode("utf-8", "backslashreplace"))
        return Ended(
            os.waitstatus_to_exitcode(status),
            *texts,
            used.ru_utime + used.ru_stime,
            max(0.0, (most - before) / 1024),
        )


def _peak_of_parent() -> int:
    with open("/proc/self/status", encoding="utf-8") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("VmRSS:"))
