"""The one door to git. It is asked, never told: nothing here changes a repository.

Git runs no hook, filter, pager or other program for this and asks no network; settings and variables of the
environment that could make it do so are left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pinback.errors import UsageError, printable, quoted
from pinback.limits import GIT_SECONDS

_SETTINGS = (
    *("--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false"),
    *("-c", "log.showSignature=false", "-c", "protocol.allow=never"),
)
_IGNORED = "check-ignore"
_LITERAL = "--literal-pathspecs"
"""Paths are names and no patterns."""


def commit_id(root: Path, ref: str) -> str:
    """Return the id of a commit, or "" where git knows none."""
    if ref.startswith("-") or "\0" in ref or prefix(root) is None:
        return ""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return git_bytes(root, *words, may_fail=True).decode("ascii").strip()


def prefix(root: Path) -> str | None:
    """Return where *root* lies in its repository, with ``/`` at the end; None outside of one."""
    try:
        # As the disk's own names, which need not be UTF-8 and may end with any sign.
        return os.fsdecode(git_bytes(root, "rev-parse", "--show-prefix").removesuffix(b"\n"))
    except NoRepository:
        return None


class NoRepository(UsageError):
    """Git is not there, or the folder is not its."""


def git_bytes(root: Path, *words: str, given: bytes = b"", may_fail: bool = False) -> bytes:
    """Return what git answers.

    Args:
        root: the folder in which it is asked.
        words: command and options; nothing that a stranger can choose stands here but after ``--end-of-options``.
        given: standard input.
        may_fail: whether "no" is an answer: then b"".
    """
    program = shutil.which("git")
    if program is None:
        raise NoRepository("git is not installed here; install it, or name a folder or an address")
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            [program, *_SETTINGS, *(() if words[0] == _IGNORED else (_LITERAL,)), *words],
            cwd=root,
            env=around | quiet,
            input=given,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git did not answer within {GIT_SECONDS:g} seconds; try git fsck") from error
    except OSError as error:
        raise UsageError(f"git cannot be asked in {root} ({error.strerror}); check the folder") from error
    if done.returncode == 0:
        return done.stdout
    said = printable(done.stderr.decode("utf-8", "replace").strip().partition("\n")[0])
    if "not a git repository" in said:
        raise NoRepository(f"{root} is no git repository; name a folder or an address")
    if may_fail and done.returncode in (1, 128):
        return b""
    raise UsageError(f"git says: {said}; put that right and try again")


def ignores(root: Path, path: str) -> bool:
    """Tell whether git ignores a path in *root*, which need not be there; one that ends with ``/`` is a folder."""
    # NOTE: this command knows no literal paths, and at the beginning of one alone a sign means anything.
    return bool(git_bytes(root, _IGNORED, "--end-of-options", f"./{path}", may_fail=True))


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
