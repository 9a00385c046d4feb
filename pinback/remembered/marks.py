"""The mark of a folder: a digest by which it is known whether anything of it or of its files was changed.

Of each folder and each file in it there are five figures: when it was written, when anything of it was last changed, its size, its
number and its kind. A digest over those of one folder with its files is its *mark*. Two equal marks mean: the same names, and not one
of them written, replaced, or given other rights meanwhile. The second time (``st_ctime``) cannot be set by any program, so a
copy that keeps its old date (``cp -p``, ``touch -r``) is noticed too.

A file that was changed just before it was looked at may be changed again within the same tick of the clock, and look the same
(git calls this "racy"). So a mark counts for nothing unless everything in it is older than the moment given with it.

Nothing here reads a file, and links are not looked behind.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter

MARK = 16
"""Bytes of a mark."""
NO_MARK = bytes(MARK)
"""In place of the mark of a folder that was changed too recently, or cannot be looked at."""
ABSENT = b"not there".ljust(MARK, b".")
"""The mark of a folder that is not there."""
LINK = 0o120000
KIND = 0o170000
"""Of a file's mode, what says its kind; and what it is of a link."""


def joined(parent: str, name: str) -> str:
    """Return the path of a name in a folder, "." being the top."""
    if name in (".", ""):
        return parent
    return f"{parent}/{name}" if parent else name


def is_unmarked(marks: bytes) -> bool:
    """Tell whether one of several marks, one after another, counts for nothing."""
    return NO_MARK in marks and any(marks[at : at + MARK] == NO_MARK for at in range(0, len(marks), MARK))


def mark_now(place: str, files: tuple[str, ...], before: int) -> bytes:
    """Return the mark of one folder as it is now, with these of its files alone."""
    return _marks_of((place,), files, before)


def marks_in(parent: str, names: Iterable[str], files: tuple[str, ...], before: int) -> bytes:
    """Return the marks of folders beside each other that hold files of the same names, one after another."""
    try:
        # The system finds a short path below an open folder faster than the whole one each time.
        handle = os.open(parent, getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0))
    except (OSError, ValueError):
        return b"".join([mark_now(joined(parent, name), files, before) for name in names])
    try:
        return _marks_of(names, files, before, handle)
    finally:
        with contextlib.suppress(OSError):  # nothing was written
            os.close(handle)


def _marks_of(places: Iterable[str], files: tuple[str, ...], before: int, handle: int | None = None) -> bytes:
    """Return the marks of folders that hold files of the same names, one after another; paths are relative to *handle*."""
    stat, said, made = os.stat, figures_of, mark_of
    ends = ["", *[f"/{name}" for name in files]]
    found = []
    for place in places:
        figures: list[int] = []
        try:
            for end in ends:
                seen = said(stat(place + end, dir_fd=handle, follow_symlinks=False))
                if seen[1] >= before or seen[4] & KIND == LINK:
                    figures = []
                    break
                figures += seen
            if not figures:
                found.append(NO_MARK)
                continue
            found.append(made(files, figures))
        except (FileNotFoundError, NotADirectoryError):
            found.append(NO_MARK if _is_there(place, handle) else ABSENT)
        except (OSError, struct.error, ValueError):
            found.append(NO_MARK)
    return b"".join(found)


figures_of: Callable[[os.stat_result], tuple[int, ...]] = attrgetter(
    "st_mtime_ns", "st_ctime_ns", "st_size", "st_ino", "st_mode"
)
"""What of a file or folder goes into a mark."""


@lru_cache(maxsize=64)
def _begun(files: tuple[str, ...]) -> tuple[blake2b, Callable[..., bytes]]:
    """Return what the marks of all folders with files of these names begin with, and what packs their figures."""
    begins = blake2b("\n".join(files).encode("utf-8", "surrogateescape"), digest_size=MARK)
    return begins, struct.Struct(f"<{5 * (1 + len(files))}Q").pack


def mark_of(files: tuple[str, ...], figures: Iterable[int]) -> bytes:
    """Return the mark of a folder with files of these names, by five figures of itself and of each of them.

    Raises:
        struct.error: a figure is none that a file system gives.
    """
    begins, pack = _begun(files)
    mark = begins.copy()
    mark.update(pack(*figures))
    return mark.digest()


def _is_there(place: str, handle: int | None) -> bool:
    try:
        os.stat(place, dir_fd=handle, follow_symlinks=False)
    except (OSError, ValueError):
        return False
    return True
