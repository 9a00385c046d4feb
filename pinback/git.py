"""The one door to git. It is asked, never told: nothing here changes a repository.

Git runs no hook, filter, pager or other program for this and asks no network; settings and variables of the
environment that could make it do so are left out. A repository is believed no further than that it is one: what git
answers, how long it takes and how much memory has limits.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pinback.errors import UsageError, printable, quoted
from pinback.limits import GIT_QUICK_SECONDS, GIT_SECONDS, MAX_GIT_ANSWER, MAX_GIT_MEMORY

_SETTINGS = (
    *("--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false"),
    *("-c", "log.showSignature=false", "-c", "log.mailmap=false", "-c", "protocol.allow=never"),
    *("-c", "core.attributesFile=/dev/null"),
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    # Nothing is fetched: not by a git that knows this, and not by an older one, whatever the repository allows.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # Parents that only this computer knows of.
    "GIT_GRAFT_FILE": os.devnull,
}
_QUICK = frozenset({"rev-parse", "check-ignore", "for-each-ref", "remote", "ls-files"})
"""Questions that any repository answers at once: one that does not has a pipe or a device in it."""
_LOOK = 0.2
"""Seconds between looks at whether it works."""
_SAID = 64 * 1024
"""Bytes of complaints that are looked at."""
_TRUSTING = re.compile(rb"^\t(git config --global --add safe\.directory .+)$", re.MULTILINE)
"""What git says is to be done where a repository belongs to another user."""
_IGNORED = "check-ignore"
_LITERAL = "--literal-pathspecs"
"""Paths are names and no patterns."""


def commit_id(root: Path, ref: str) -> str:
    """Return the id of a commit, or "" where git knows none."""
    if ref.startswith("-") or "\0" in ref or prefix(root) is None:
        return ""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    found = git_bytes(root, *words, may_fail=True).strip()
    return found.decode("ascii") if re.fullmatch(rb"[0-9a-f]{40,64}", found) else ""


def prefix(root: Path) -> str | None:
    """Return where *root* lies in its repository, with ``/`` at the end; None outside of one."""
    try:
        # As the disk's own names, which need not be UTF-8 and may end with any sign.
        return os.fsdecode(git_bytes(root, "rev-parse", "--show-prefix").removesuffix(b"\n"))
    except NoRepository:
        return None


class NoRepository(UsageError):
    """Git is not there, or the folder is not its."""


def git_bytes(root: Path, *words: str, given: bytes = b"", may_fail: bool = False, limit: int | None = None) -> bytes:
    """Return what git answers.

    Args:
        root: the folder in which it is asked.
        words: command and options; nothing that a stranger can choose stands here but after ``--end-of-options``.
        given: standard input.
        may_fail: whether "no" is an answer: then b"".
        limit: bytes of an answer that are taken; otherwise ``MAX_GIT_ANSWER``.
    """
    program = _program(root)
    if program is None:
        raise NoRepository("git is not installed here; install it, or name a folder or an address")
    try:
        process = subprocess.Popen(
            [program, *_SETTINGS, *(() if words[0] == _IGNORED else (_LITERAL,)), *words],
            cwd=root,
            env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise UsageError(f"git cannot be asked in {root} ({error.strerror}); check the folder") from error
    seconds = GIT_QUICK_SECONDS if words[0] in _QUICK else GIT_SECONDS
    most = MAX_GIT_ANSWER if limit is None else limit
    answer, complaints, late = _heard(process, given, seconds, most)
    if late:
        raise UsageError(
            f"git did not answer within {late:g} seconds; try git fsck, and look for pipes among the files"
        )
    if len(answer) > most:
        raise UsageError("git has more to say of this than any club needs; name another commit")
    if process.returncode == 0:
        return answer
    said = _reason(complaints) or f"nothing, it ended with {process.returncode}"
    if said.startswith("fatal: not a git repository"):
        raise NoRepository(f"{root} is no git repository; name a folder or an address")
    if trusting := _TRUSTING.search(complaints):
        way = printable(trusting[1].decode("utf-8", "replace"))
        raise UsageError(f"git does not trust this folder, which belongs to another user; if you do, type: {way}")
    if may_fail and process.returncode in (1, 128):
        return b""
    if "out of memory" in said.lower():
        raise UsageError(f"git needs more memory for this than any club does ({said}); name another commit")
    raise UsageError(f"git says: {said}; put that right and try again")


def _program(root: Path) -> str | None:
    """Return where git is installed; a program in the club's folder, or in whichever folder one happens to be, is not it."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        # With its folder the name is looked up there alone; by itself Windows would look here first.
        sound = Path(folder).is_absolute() and not Path(folder).resolve().is_relative_to(root)
        if sound and (found := shutil.which(str(Path(folder) / "git"))):
            return found
    return None


def _heard(process: subprocess.Popen[bytes], given: bytes, seconds: float, limit: int) -> tuple[bytes, bytes, float]:
    """Return what a started git answers, cut off soon after *limit* bytes, what it complains of, and the seconds that were too many, or 0."""
    assert process.stdin and process.stdout and process.stderr
    _bounded(process.pid)
    late: list[float] = []
    ended = threading.Event()
    complaints = bytearray()

    def hurry() -> None:
        """Stop a git that takes too long, or that waits for something, like a pipe in a file's place."""
        begun = stirred = time.monotonic()
        before = _doing(process.pid)
        while not ended.wait(min(seconds, _LOOK)):
            now = time.monotonic()
            doing = _doing(process.pid)
            if doing != before or not doing.startswith("S"):
                before, stirred = doing, now
            if now - begun >= seconds or now - stirred >= GIT_QUICK_SECONDS:
                late.append(seconds if now - begun >= seconds else GIT_QUICK_SECONDS)
                process.kill()
                return

    def ask(stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError), stream:
            stream.write(given)

    def listen(stream: IO[bytes]) -> None:
        while part := stream.read1(_SAID):  # type: ignore[attr-defined]
            complaints.extend(part[: _SAID - len(complaints)])

    beside = [
        threading.Thread(target=hurry),
        threading.Thread(target=ask, args=[process.stdin]),
        threading.Thread(target=listen, args=[process.stderr]),
    ]
    with process:
        for thread in beside:
            thread.start()
        try:
            answer = bytearray()
            while len(answer) <= limit and (part := process.stdout.read1(1 << 20)):  # type: ignore[attr-defined]
                answer += part
            if len(answer) > limit:
                process.kill()
            process.wait()
        finally:
            process.kill()
            ended.set()
            # All of them: a process with other threads cannot be forked safely.
            for thread in beside:
                thread.join()
    return bytes(answer), bytes(complaints), sum(late)


def _doing(pid: int) -> str:
    """Return a process's state, by a letter (``S`` waits for something other than the disk), and the time that it has worked; "" where Linux does not say."""
    try:
        state, *facts = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except (OSError, ValueError):
        return ""
    return " ".join((state, *facts[10:12]))


def _bounded(pid: int) -> None:
    """Let git have no more memory than it needs for a club, where the system can say so (Linux)."""
    try:
        from resource import RLIMIT_DATA, prlimit
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):  # it ended already, or has less as it is
        prlimit(pid, RLIMIT_DATA, (MAX_GIT_MEMORY, MAX_GIT_MEMORY))


def _reason(complaints: bytes) -> str:
    """Return the line that says why git gave up, not one that it said on the way."""
    lines = complaints.decode("utf-8", "replace").strip().split("\n")
    return printable(next((line for line in lines if line.startswith("fatal:")), lines[0]))


def ignores(root: Path, path: str) -> bool:
    """Tell whether git ignores a path in *root*, which need not be there; one that ends with ``/`` is a folder."""
    # NOTE: this command knows no literal paths, and at the beginning of one alone a sign means anything.
    return bool(git_bytes(root, _IGNORED, "--end-of-options", f"./{path}", may_fail=True))


def refuse_published(root: Path, path: Path) -> None:
    """Refuse a private file in the club's folder that git does not ignore: the next commit would publish it.

    Args:
        root: the club's folder.
        path: where the file lies, or will lie.

    Raises:
        UsageError: it is such a file.
    """
    root, path = root.resolve(), path.resolve()
    if root not in path.parents or prefix(root) is None:
        return
    name = path.relative_to(root).as_posix()
    if not ignores(root, name):
        raise UsageError(
            f"{name} lies in the club's folder and git does not ignore it, so the next commit would publish the names in it; "
            f'move it elsewhere, or add the line "/{name}" to .gitignore'
        )


def git_text(root: Path, *words: str) -> str:
    """Return what git answers (see ``git_bytes``); bytes that are not UTF-8 are replaced."""
    return git_bytes(root, *words).decode("utf-8", "replace")


def commit_of(root: Path, name: str) -> str:
    """Return the commit that a name means.

    Raises:
        UsageError: it means none.
    """
    if found := commit_id(root, name):
        return found
    raise UsageError(f"{quoted(name)} is no commit here; git log lists them")


def earlier_contents(root: Path, file: str) -> Iterator[bytes]:
    """Yield what a file held in each commit that changed it, newest first; nothing where no git remembers.

    Args:
        root: the club's folder, anywhere in a repository.
        file: path relative to it.
    """
    if prefix(root) is None:
        return
    for commit in git_text(root, "log", "--format=%H", "--", file).split():
        if data := git_bytes(root, "show", f"{commit}:./{file}", may_fail=True):
            yield data
