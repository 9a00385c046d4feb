"""A command in a child process under strace: which calls change the club's folder, and the same with a fault at one of them.

The child is forked with everything imported and waits until strace is attached, so that the calls of Python's own
start are neither counted nor hit, and the n-th call of a name is the same one in every run.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    *("?open", "?creat", "openat", "write", "pwrite64", "?mkdir", "mkdirat", "?rename", "?renameat", "renameat2"),
    *("?link", "linkat", "?unlink", "unlinkat", "?rmdir", "fsync", "fdatasync", "ftruncate", "close"),
    *("?chmod", "fchmod", "fchmodat", "syncfs", "?truncate", "?symlink", "symlinkat", "writev", "pwritev"),
    *("?sendfile", "copy_file_range", "fallocate", "utimensat"),
)
"""What strace watches; a question mark stands before calls that some machines do not have."""
GROWING = frozenset(
    ("open", "creat", "openat", "write", "pwrite64", "mkdir", "mkdirat", "rename", "renameat", "renameat2")
) | {
    *("fsync", "fdatasync", "syncfs", "link", "linkat", "symlink", "symlinkat"),
    *("writev", "pwritev", "sendfile", "copy_file_range", "fallocate"),
}
"""Calls that a full disk can stop."""
_LINE = re.compile(r"^(?P<pid>\d+) +(?P<call>\w+)\((?P<rest>.*)$")
_DESCRIPTOR = re.compile(r"^(\d+)<([^>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OPENED = re.compile(r"= (\d+)<")
_DRAWN = re.compile(r"\b(?:[a-z2-7]{16}|[0-9a-f]{16}|[0-9a-f]{8})\b|(?<=\d\d-\d\d-)[a-z2-7]{4}(?=\.yaml)")


@dataclass(frozen=True, slots=True)
class Call:
    """The n-th call (from 1) of a name since the command began, and what it touches, relative to the club's folder."""

    name: str
    number: int
    path: str

    @property
    def place(self) -> str:
        """The path without what is drawn anew in each run: ids of awards."""
        return _DRAWN.sub("*", self.path)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: the signal that killed it), and all that it said."""

    code: int
    said: str


def missing() -> str:
    """Return why nothing can be traced here, or ""."""
    if not sys.platform.startswith("linux") or not shutil.which("strace"):
        return "strace is missing (Linux: apt-get install strace)"
    try:
        traced(lambda: print("said"), [])
    except CannotTrace as error:
        return f"strace may not trace here: {error}"
    return ""


class CannotTrace(Exception):
    """strace did not attach."""


def run(action: Callable[[], object]) -> Ended:
    """Run *action* in a child process that nothing disturbs."""
    with tempfile.TemporaryFile() as out:
        child = os.fork()
        if child == 0:
            _be_the_child(action, out.fileno())
        return _ended(child, out)


def traced(action: Callable[[], object], options: list[str], follow: bool = True) -> tuple[Ended, list[str]]:
    """Run *action* in a child process under strace with *options*; return its end, and the lines of strace.

    Each line begins with the number of a process; where strace does not *follow* threads and further processes, that of the child.
    """
    with tempfile.TemporaryFile() as out, tempfile.NamedTemporaryFile("r", errors="replace") as log:
        here, there = socket.socketpair()
        child = os.fork()
        if child == 0:
            here.close()
            _be_the_child(action, out.fileno(), there)
        there.close()
        try:
            here.recv(1)  # before that strace may be refused
            following = ["-f"] if follow else []
            command = ["strace", *following, "-y", "-s", "1", "-o", log.name, *options, "-p", str(child)]
            strace = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            assert strace.stderr
            first = strace.stderr.readline()
            if "attached" not in first:
                strace.communicate()
                raise CannotTrace(first.strip() or "it said nothing")
            here.send(b"g")
        finally:
            here.close()
            ended = _ended(child, out)
        strace.communicate()
        lines = log.read().splitlines()
        return ended, lines if follow else [f"{child} {line}" for line in lines]


def _be_the_child(action: Callable[[], object], out: int, parent: socket.socket | None = None) -> None:
    code = 99
    try:
        if parent:
            be_dumpable()
            _let_be_traced()
            parent.send(b"r")
            if not parent.recv(1):
                os._exit(98)
            parent.close()
        # Collected garbage closes what it held, the library's sockets among it, at a call that nobody can foresee.
        gc.disable()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, out), (2, out)):
            os.dup2(source, target)
        os.close(nothing)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.stdout = os.fdopen(1, "w", closefd=False, encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", 1, closefd=False, encoding="utf-8")
        os.environ.pop("CI", None)
        try:
            action()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
    except KeyboardInterrupt as error:
        # Before the command has begun and after its end it met us, and not the command.
        code = 1
        if any("/pinback/" in frame.filename for frame in traceback.extract_tb(error.__traceback__)):
            traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    finally:
        # What is noted of the lines that were met is written at the end; an interruption then would leave a second pytest.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os._exit(code)


def be_dumpable() -> None:
    """Take back that no image of this process is to be written, as every process with a code has it: no user but root may trace
    such a one, or give it users of its own.
    """
    ctypes.CDLL(None).prctl(4, ctypes.c_ulong(1), 0, 0, 0)


def _let_be_traced() -> None:
    """Let a process that is no ancestor of ours attach, where the system restricts that (Yama)."""
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)


def _ended(child: int, out: object) -> Ended:
    _, status = os.waitpid(child, 0)
    out.seek(0)  # type: ignore[attr-defined]
    said: bytes = out.read()  # type: ignore[attr-defined]
    return Ended(os.waitstatus_to_exitcode(status), said.decode("utf-8", "replace"))


def calls_of(action: Callable[[], object], root: Path) -> tuple[Ended, list[Call]]:
    """Run *action* once, undisturbed, and return each call by which it changed something below *root* or synced it."""
    ended, lines = traced(action, ["-e", "trace=" + ",".join(CALLS)])
    numbers: dict[str, int] = {}
    found: list[Call] = []
    opened: dict[str, tuple[int, Call, bool]] = {}
    main = lines[0].split()[0] if lines else ""
    for line in lines:
        parts = _LINE.match(line)
        if not parts or parts["pid"] != main:
            continue
        name, rest = parts["call"], parts["rest"]
        numbers[name] = numbers.get(name, 0) + 1
        handle = _DESCRIPTOR.match(rest)
        path = handle[2] if handle else next((one for one in reversed(_QUOTED.findall(rest))), "")
        if path != str(root) and not path.startswith(f"{root}/"):
            continue
        call = Call(name, numbers[name], os.path.relpath(path, root))
        if name in ("open", "openat", "creat"):
            writes = any(flag in rest for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
            if writes:
                found.append(call)
            if number := _OPENED.search(rest):
                opened[number[1]] = (len(found), call, writes)
        elif name == "close":
            assert handle
            _, _, writes = opened.pop(handle[1], (0, call, False))
            if writes:
                found.append(call)
        else:
            if name in ("fsync", "fdatasync") and handle and handle[1] in opened:
                place, opening, writes = opened[handle[1]]
                if not writes:  # a folder that is opened in order to be synced
                    found.insert(place, opening)
                    opened[handle[1]] = (place, opening, True)
            found.append(call)
    return ended, found


def faulted(action: Callable[[], object], root: Path, call: Call, fault: str) -> Ended:
    """Run *action* with a fault at one call: EIO, ENOSPC, or KILL (the process dies in place of the call).

    Raises:
        CannotTrace: the fault hit another place than the call of the first run.
    """
    how = "signal=KILL" if fault == "KILL" else f"error={fault}"
    options = ["-e", f"trace={call.name}", "-e", f"inject={call.name}:{how}:when={call.number}"]
    # Threads and processes are counted each by itself: Git's, or the thread that speaks to it, would fail or die too.
    ended, lines = traced(action, options, follow=False)
    own = [line for line in lines if (parts := _LINE.match(line)) and parts["call"] == call.name]
    hit = own[call.number - 1] if len(own) >= call.number else ""
    if call.place.removeprefix(".") not in _DRAWN.sub("*", hit) or str(root) not in hit:
        raise CannotTrace(f"call {call.number} of {call.name} was to touch {call.path}, and is: {hit}")
    if fault == "KILL" and ended.code != -9:
        raise CannotTrace(f"the command was to be killed at {hit}, and ended with {ended.code}")
    return ended
