"""The one door to files that are written: whole or not at all.

Every file of a club that outlives a run (records, register, sealed files, keys) is written through
``write_file`` or ``append_file``; a power cut leaves the old bytes or the new ones. The site itself is
written by ``publish``, which stages and switches and needs no sync.

What is written is scanned for secrets first (``leaks``). Reading is plain ``Path.read_bytes`` behind the size limits here.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from pinback.errors import PinbackError
from pinback.leaks import refuse_leak, refuse_leaks
from pinback.limits import MAX_FILE

EXACT = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
"""Bytes as they are (Windows would change line ends), and never through a link that somebody planted."""
_LINES = 1_000
"""So many lines are scanned for secrets and appended to a file at a time."""


class FileProblem(PinbackError):
    """A file could not be read or written. The message names the cure, and the path where *path* is not given.

    Attributes:
        path: the file, where whoever shows the message still has to name it; else None.
    """

    exit_code = 1

    def __init__(self, message: str, path: Path | str | None = None) -> None:
        super().__init__(message)
        self.path = path


def fill_closed_ends() -> None:
    """Let closed input and outputs lead nowhere: the next file to be opened would get their number, and what is said its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    # NOTE: whoever prints a code asks whether there is a standard output, so that one alone stays missing.
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same


def read_regular(path: Path | str, limit: int = MAX_FILE) -> bytes:
    """Return the bytes of a regular file of at most *limit* bytes.

    Links, devices, pipes and folders are refused without being opened, so that a file from a
    stranger's pull request can neither point outside the club's folder nor hang the run.

    Raises:
        FileProblem: not a regular file, too large, or not readable.
    """
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            raise FileProblem("this is not a plain file; replace it by the file itself, links are not followed", path)
        if status.st_size > limit:
            raise FileProblem(
                f"the file has {status.st_size:,} bytes, at most {limit:,} are read; make it smaller", path
            )
        # NOTE: without the layers of Python's own streams, which take longer than the system for a small file; and no more is
        # asked for, since Python sets aside as much memory as it is asked to read.
        handle = os.open(path, os.O_RDONLY | EXACT)
        try:
            # A file that gives all that it had a moment ago, and had more been there one byte more, is at its end.
            data = os.read(handle, status.st_size + 1)
            while len(data) < status.st_size and (more := os.read(handle, status.st_size + 1 - len(data))):
                data += more
        finally:
            os.close(handle)
        if len(data) > status.st_size:
            raise FileProblem("the file grew while it was read; try again when nothing writes to it", path)
        return data
    except OSError as error:
        what = f"cannot be read ({error.strerror}); check that it is there and may be read"
        raise FileProblem(what, path) from error


def is_there(path: Path) -> bool:
    """Tell whether something has this name; ``Path.exists`` says no of what it may not look at.

    Raises:
        FileProblem: it cannot be told.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise FileProblem(f"{path}: {_may_not_look(error)}") from error
    return True


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder by name, none where it is not there; ``Path.glob`` finds none where it may not look.

    Raises:
        FileProblem: it may not be looked at.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise FileProblem(f"{folder}: {_may_not_look(error)}") from error


def refuse_unless_missing(error: OSError) -> None:
    """Raise what ``os.walk`` met unless a folder is not there: it passes over what it may not look at, as if there were nothing."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def _may_not_look(error: OSError) -> str:
    return f"cannot be looked at ({error.strerror}); check who may read there"


def refuse_linked(root: Path, path: Path) -> None:
    """Refuse to write *path* where a folder between the club's and it is a link, which may lead anywhere.

    Args:
        root: the club's folder, which may be a link itself.
        path: what is to be written; nothing is asked where it lies elsewhere.

    Raises:
        FileProblem: one is.
    """
    if path.is_relative_to(root):
        for folder in path.parents[: len(path.relative_to(root).parts) - 1]:
            if folder.is_symlink():
                raise linked_folder(folder)


def linked_folder(folder: Path) -> FileProblem:
    """Return what is wrong with a folder that is a link."""
    return FileProblem(f"{folder}: this folder is a link; replace it by the folder itself, links are not followed")


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* survive a power cut (POSIX; elsewhere the system decides)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write *data* to *path* by temporary name, sync and rename; folders are made as needed.

    Args:
        path: the file.
        data: the whole of it.
        mode: who may read it, less what the system takes away (umask).
    """
    refuse_leak(str(path), data)
    make_folder(path.parent, lasting=True)
    # A rename would put the file in the place of a device or a pipe, which are no files to be replaced.
    with contextlib.suppress(OSError):
        there = path.lstat().st_mode
        if not (stat.S_ISREG(there) or stat.S_ISLNK(there) or stat.S_ISDIR(there)):
            raise FileProblem(f"{path}: cannot be written (this is no plain file); choose another name")
    written = path.with_name(f".{path.name}.new")
    try:
        written.unlink(missing_ok=True)
        handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL | EXACT, mode)
        try:
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(written, path)
    except BaseException as error:  # Ctrl-C too: it may hold a person's name
        with contextlib.suppress(OSError):
            written.unlink()
        if not isinstance(error, OSError):
            raise
        raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed in it") from error
    _confirm(path)


def temporary(path: str) -> str:
    """Return the name that a file has until it is whole and synced."""
    folder, name = os.path.split(path)
    return f"{folder}{os.sep}.{name}.new"


def replace_cache(path: Path, *parts: bytes) -> None:
    """Write what a later run may do without: whole, but not synced, and nothing is said where the disk refuses.

    Args:
        path: below the club's ``.pinback/cache``, or beside our own modules.
        parts: all of it in order, each scanned for secrets by itself.
    """
    for part in parts:
        refuse_leak(str(path), part)
    written = path.with_name(f".{path.name}.new")
    with contextlib.suppress(OSError, FileProblem):
        make_folder(path.parent)
        written.unlink(missing_ok=True)
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL | EXACT, 0o644), "wb") as stream:
            stream.writelines(parts)
        os.replace(written, path)


def write_temporary(path: str, data: bytes, mode: int = 0o644) -> None:
    """Write *data* under the temporary name of *path*, in a folder that is there; nothing is synced yet.

    Args:
        path: the file.
        data: the whole of it.
        mode: who may read it, less what the system takes away (umask).

    Raises:
        FileProblem: it cannot be written.
    """
    refuse_leak(path, data)
    try:
        # A pipe that lies there is refused instead of waited for.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | EXACT | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(temporary(path), flags, mode)
        try:
            _write_all(handle, data)
        finally:
            os.close(handle)
    except OSError as error:
        raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed in it") from error


def write_temporary_folder(path: str, files: Mapping[str, bytes]) -> None:
    """Write a folder that is new under the temporary name of *path*, in one that is there; nothing is synced yet.

    Args:
        path: the folder.
        files: small files: bytes by name within it.

    Raises:
        FileProblem: it cannot be written.
    """
    refuse_leaks({f"{path}{os.sep}{name}": data for name, data in files.items()})
    hidden = temporary(path)
    try:
        os.mkdir(hidden)  # noqa: PTH102 - done thousands of times, and a Path takes longer than the system
    except OSError as error:
        raise FileProblem(f"{path}: the folder cannot be made ({error.strerror}); check what stands there") from error
    for name, data in files.items():
        try:
            handle = os.open(f"{hidden}{os.sep}{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | EXACT, 0o644)
            try:
                _write_all(handle, data)
            finally:
                os.close(handle)
        except OSError as error:
            raise FileProblem(
                f"{path}{os.sep}{name}: cannot be written ({error.strerror}); nothing was changed in it"
            ) from error


def take_name(path: str, at: str = "") -> None:
    """Give a written and synced temporary file its name; the name itself is not synced yet.

    Args:
        path: the file.
        at: where it lies, if not under its temporary name.

    Raises:
        FileProblem: the system refused it.
    """
    try:
        os.replace(at or temporary(path), path)
    except OSError as error:
        raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed in it") from error


def take_folder_name(path: str) -> None:
    """Give a folder that was written under its temporary name, and synced, its own; the name itself is not synced yet.

    Where a folder of that name is there already, the files are moved into it.

    Raises:
        FileProblem: the system refused it.
    """
    hidden = temporary(path)
    try:
        os.replace(hidden, path)
    except OSError as error:
        if not Path(path).is_dir() or Path(path).is_symlink():
            raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed in it") from error
        for name in sorted(os.listdir(hidden)):
            take_name(f"{path}{os.sep}{name}", at=f"{hidden}{os.sep}{name}")
        Path(hidden).rmdir()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder that is new: with all its files, or not at all; those above it are made as needed.

    Args:
        folder: the folder.
        files: small files: bytes by name within it.

    Raises:
        FileProblem: it cannot be written.
    """
    make_folder(folder.parent, lasting=True)
    hidden = Path(temporary(str(folder)))
    try:
        with removing(hidden):
            remove_tree(hidden)  # of a run that was killed
        write_temporary_folder(str(folder), files)
        sync_each((str(hidden / name) for name in files), [str(hidden)])
        take_folder_name(str(folder))
    except FileProblem:
        with contextlib.suppress(OSError):
            remove_tree(hidden)
        raise
    _confirm(folder)


def sync_each(paths: Iterable[str], folders: Iterable[str]) -> None:
    """Make the bytes of files, and the names in folders, survive a power cut, one by one.

    Raises:
        FileProblem: the disk does not confirm one of them.
    """
    names = [(path, os.O_RDONLY) for path in folders] if os.name == "posix" else []
    for path, flags in (*((path, os.O_RDWR) for path in paths), *names):
        try:
            handle = os.open(path, flags | EXACT)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise FileProblem(
                f"{path}: was written, but the disk does not confirm it ({error.strerror}); check the disk, and try again"
            ) from error


def sync_all(handle: int, folder: str) -> bool:
    """Make everything in the file system of an open folder survive a power cut, in one go; return whether that can be done here.

    Args:
        handle: the folder, opened before anything was written: what failed since then is told.
        folder: the same, for messages.
    """
    if not _can_sync_all():
        return False
    import ctypes  # here, because only a sealing needs it

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syncfs(handle) == 0:
        return True
    error = ctypes.get_errno()
    if error in (errno.ENOSYS, errno.EPERM):
        return False
    raise FileProblem(
        f"{folder}: was written to, but the disk does not confirm it ({os.strerror(error)}); check the disk, and try again"
    )


def _can_sync_all() -> bool:
    """Tell whether syncfs(2) is there and tells of what could not be written, as it does since Linux 5.8."""
    release = re.match(r"(\d+)\.(\d+)", os.uname().release) if sys.platform == "linux" else None
    return release is not None and (int(release[1]), int(release[2])) >= (5, 8)


def is_temporary(name: str) -> bool:
    """Tell whether a file's name is one that ``write_file`` gives away for a moment."""
    return name.startswith(".") and name.endswith(".new") and len(name) > len("..new")


def remove_temporaries(folder: Path) -> list[Path]:
    """Remove what a killed ``write_file`` left in *folder*, and return it; only for whoever holds the lock."""
    if folder.is_symlink() or not folder.is_dir():
        return []
    found = sorted(path for path in folder.iterdir() if is_temporary(path.name) and not path.is_dir())
    for path in found:
        remove_file(path)
    return found


def _confirm(path: Path) -> None:
    """Make the name of a written file survive a power cut.

    NOTE: the file has its new bytes by now, so a failure must not say that nothing was changed.
    """
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise FileProblem(
            f"{path}: was written, but the disk does not confirm it ({error.strerror}); check the disk, and try again"
        ) from error


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a stream for a file that is too large for memory; it gets its name when the block has ended well.

    What is written is not scanned: whoever writes hands every part to ``refuse_leak``.

    Raises:
        FileProblem: it cannot be written; what had this name before is whole.
    """
    make_folder(path.parent)
    written = path.with_name(f".{path.name}.new")
    mine = False
    try:
        written.unlink(missing_ok=True)
        handle = os.open(written, os.O_RDWR | os.O_CREAT | os.O_EXCL | EXACT, 0o644)
        with os.fdopen(handle, "w+b") as stream:
            try:
                yield stream
                stream.flush()
                os.fsync(handle)
            finally:
                # Another run that writes the same file has taken ours for that of a dead one, and its own is not whole yet.
                mine = _is_called(handle, written)
        if not mine:
            raise FileProblem(f"{path}: another run writes this file; wait until it is done and try again")
        os.replace(written, path)
        mine = False
    except OSError as error:
        raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed in it") from error
    finally:
        if mine:
            with contextlib.suppress(OSError):
                written.unlink()
    _confirm(path)


def _is_called(handle: int, path: Path) -> bool:
    """Tell whether an open file still has this name."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except OSError:
        return False


def append_file(path: Path, data: bytes | Sequence[bytes]) -> None:
    """Append *data* to *path* in one go and sync it; on failure the old length is restored.

    Args:
        path: the file.
        data: bytes, or lines; some of these together are scanned for secrets and written, so that no copy of all lies in memory.
    """
    for part in _parts(data):
        refuse_leak(str(path), part)
    make_folder(path.parent, lasting=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | EXACT, 0o644)
    except OSError as error:
        raise FileProblem(f"{path}: cannot be written ({error.strerror}); nothing was changed in it") from error
    try:
        before = os.fstat(handle).st_size
        try:
            for part in _parts(data):
                _write_all(handle, part)
            os.fsync(handle)
        except OSError as error:
            raise FileProblem(f"{path}: cannot be written ({error.strerror}); {_taken_back(handle, before)}") from error
    finally:
        closed(handle)
    _confirm(path)


def _parts(data: bytes | Sequence[bytes]) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    for start in range(0, len(data), _LINES):
        yield b"".join(data[start : start + _LINES])


def _taken_back(handle: int, length: int) -> str:
    """Cut a file back to *length*, and say how it stands."""
    try:
        os.ftruncate(handle, length)
        os.fsync(handle)
    except OSError:
        return "part of it may stand there; check the disk, and try again"
    return "nothing was changed in it"


def closed(handle: int) -> None:
    """Close what was only read, or whose bytes are synced or of no weight: what the system says about it then changes nothing."""
    with contextlib.suppress(OSError):
        os.close(handle)


def replace_file(source: Path, target: Path) -> None:
    """Give a written file its final name, for good; what had that name before is gone."""
    try:
        os.replace(source, target)
    except OSError as error:
        raise FileProblem(f"{target}: cannot be written ({error.strerror}); nothing was changed in it") from error
    _confirm(target)
    if source.parent != target.parent:
        _confirm(source)


def cut_file(path: Path, length: int) -> None:
    """Cut a file to *length* bytes, for good."""
    try:
        handle = os.open(path, os.O_WRONLY | EXACT)
        try:
            os.ftruncate(handle, length)
            os.fsync(handle)
        finally:
            closed(handle)
    except OSError as error:
        raise FileProblem(f"{path}: cannot be written ({error.strerror}); check who may write there") from error


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def make_folder(folder: Path, lasting: bool = False) -> None:
    """Make *folder* and its parents; a name that is taken by something else is refused.

    Args:
        folder: the folder.
        lasting: make the names of new folders survive a power cut.
    """
    made = [folder]
    try:
        while not made[-1].exists() and made[-1].parent != made[-1]:
            made.append(made[-1].parent)
        folder.mkdir(parents=True, exist_ok=True)
        for above in reversed(made[1:] if lasting else ()):
            sync_folder(above)
    except OSError as error:
        raise FileProblem(f"{folder}: the folder cannot be made ({error.strerror}); check what stands there") from error


def remove_file(path: Path) -> None:
    """Remove a file, so that it stays away after a power cut too; one that is gone already is fine."""
    with removing(path):
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)


@contextlib.contextmanager
def removing(path: Path) -> Iterator[None]:
    """Say in words what of *path* could not be removed in the block.

    Raises:
        FileProblem: the system refused it.
    """
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise FileProblem(f"{where}: cannot be removed ({error.strerror}); check who may write there") from error


def remove_tree(folder: Path) -> None:
    """Remove *folder* and what is in it; links in it are removed, never followed."""
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    # NOTE: no recursion, which ends a thousand levels down; a folder is come back to when those in it are gone.
    waiting = [str(folder)]
    while waiting:
        below = len(waiting)
        with os.scandir(waiting[-1]) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    os.unlink(entry.path)
        if len(waiting) == below:
            Path(waiting.pop()).rmdir()


def remove_empty_folders(top: Path) -> None:
    """Remove every empty folder below *top*, innermost first; *top* itself stays."""
    for folder, _, _ in os.walk(top, topdown=False):
        if folder != str(top) and not os.listdir(folder):
            Path(folder).rmdir()
