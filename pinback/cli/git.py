"""Git, as the commands that look at a repository ask it. Nothing is changed there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from pinback.errors import UsageError, quoted


def git_text(folder: Path, *words: str) -> str:
    """Return what git answers in a folder; bytes that are not UTF-8 are replaced (see ``git_bytes``)."""
    return git_bytes(folder, *words).decode("utf-8", "replace")


def git_bytes(folder: Path, *words: str) -> bytes:
    """Return what git answers in a folder.

    Raises:
        UsageError: there is no git, no repository, or git refuses.
    """
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True, timeout=120)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"{folder}: git refuses ({said[-1] if said else error.returncode}); check what was named"
        ) from error
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"{folder}: git did not answer; install git, and use a clone") from error
    return done.stdout


def commit_of(folder: Path, name: str) -> str:
    """Return the commit that a name means.

    Raises:
        UsageError: it means none.
    """
    try:
        return git_text(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
    except UsageError as error:
        raise UsageError(f"{quoted(name)} is no commit here; git log lists them") from error


def earlier_contents(folder: Path, file: str) -> Iterator[bytes]:
    """Yield what a file held in each commit that changed it, newest first; nothing where no git remembers.

    Args:
        folder: the club's folder, anywhere in a repository.
        file: path relative to it.
    """
    try:
        commits = git_text(folder, "log", "--format=%H", "--", file).split()
    except UsageError:
        return
    for commit in commits:
        try:
            yield git_bytes(folder, "show", f"{commit}:./{file}")
        except UsageError:
            continue  # this commit removed it
