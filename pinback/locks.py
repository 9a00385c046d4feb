"""One writer at a time: locks of the kernel on files, and the one that lies in a club's folder.

A lock goes with the process that holds it, so a killed run never leaves one behind.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pinback.errors import UsageError, printable
from pinback.files import EXACT, FileProblem, closed, linked_folder, make_folder


@contextlib.contextmanager
def locked(path: Path, purpose: str, wait: float = 10.0, linked: bool = False) -> Iterator[None]:
    """Hold the kernel's lock on *path* while the block runs.

    A second run waits up to *wait* seconds and then says who is first.

    Args:
        path: its file, which is made.
        purpose: the command, for whoever has to wait.
        wait: seconds.
        linked: whether its folder may be a link, as one that somebody names may be and one of the club's may not.

    Raises:
        UsageError: another run holds the lock.
        FileProblem: the file cannot be made.
    """
    if not linked and path.parent.is_symlink():
        raise linked_folder(path.parent)
    make_folder(path.parent, lasting=True)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | EXACT, 0o644)
    except OSError as error:
        raise FileProblem(
            f"{path}: cannot be opened ({error.strerror}); check what stands there, and who may write there"
        ) from error
    try:
        _wait_for_lock(handle, wait, exclusive=True)
        try:
            os.ftruncate(handle, 0)
            os.write(handle, f"{purpose}, process {os.getpid()}\n".encode("ascii"))
        except OSError as error:
            raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed") from error
        yield
    finally:
        closed(handle)


@contextlib.contextmanager
def shared(path: Path, make: bool = True, wait: float = 10.0) -> Iterator[None]:
    """Hold the kernel's lock on *path* for reading while the block runs: beside other readers, never beside ``locked``.

    Reading must work where nothing can be written, so where the file cannot be made there is no lock, and nobody else
    who could write. The same where it is not to be made (*make*) and nobody has written yet.

    Raises:
        UsageError: another run writes here and does not end within *wait* seconds.
    """
    handle = -1
    try:
        if not path.parent.is_symlink():
            handle = _opened_to_share(path, make)
        if handle >= 0:
            _wait_for_lock(handle, wait, exclusive=False)
        yield
    finally:
        if handle >= 0:
            closed(handle)


def _opened_to_share(path: Path, make: bool) -> int:
    """Open the file of a lock, which is made where that can and shall be; return -1 where there is none."""
    if make:
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
    for flags in (os.O_RDWR | os.O_CREAT if make else os.O_RDWR, os.O_RDONLY):
        with contextlib.suppress(OSError):
            return os.open(path, flags | EXACT | getattr(os, "O_NONBLOCK", 0), 0o644)
    return -1


def _wait_for_lock(handle: int, wait: float, exclusive: bool) -> None:
    deadline = time.monotonic() + wait
    while not _try_lock(handle, exclusive):
        if time.monotonic() >= deadline:
            raise UsageError(f"another run is at work here ({_holder(handle)}); wait until it is done and try again")
        time.sleep(0.05)


def _holder(handle: int) -> str:
    """Say who holds a lock that was refused, as well as can be known."""
    if _try_lock(handle, exclusive=False):
        return "it reads"
    written = os.pread(handle, 80, 0).decode("ascii", "replace").strip() if hasattr(os, "pread") else ""
    return printable(written) or "unknown"


def _try_lock(handle: int, exclusive: bool = True) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows has no fcntl, and its locks know no readers
        import msvcrt

        try:
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lock_path(root: Path) -> Path:
    """Where the lock lies that lets one run at a time change a club's records and registers."""
    return root / ".pinback" / "lock"


def changing(root: Path, purpose: str) -> contextlib.AbstractContextManager[None]:
    """Hold that lock, for whoever reads records in order to write some; a folder without a club is left alone.

    Args:
        root: the club's folder.
        purpose: the command, for whoever has to wait.

    Raises:
        UsageError: another run is at work.
    """
    return locked(lock_path(root), purpose) if (root / "site_src").is_dir() else contextlib.nullcontext()


def reading(root: Path, make: bool = True) -> contextlib.AbstractContextManager[None]:
    """Keep others from changing a club while it is read, which would be of two minds; readers do not wait for each other.

    Args:
        root: the club's folder.
        make: whether the file of the lock is made where it is not there; a look writes nothing.

    Raises:
        UsageError: another run is changing it.
    """
    return shared(lock_path(root), make) if (root / "site_src").is_dir() else contextlib.nullcontext()
