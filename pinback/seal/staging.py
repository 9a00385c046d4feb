"""Files of one sealing that are written now and get their names later, all together.

1. Each is written under a temporary name as soon as it is made, by whichever process made it. 2. When all are there they are
synced, all of them. 3. They get their names, in the order in which they were announced. 4. The names are synced. With this
thousands of files survive a power cut as surely as one, for the price of a few; no name stands for half a file at any moment.

A folder that is new as a whole, as that of an award is, has the temporary name itself, and the files in it have their own:
then one name is given where there were as many as files.

Until step 3 nothing of it can be seen but names that begin with a dot and end in ``.new``: a sealing that fails removes
them, and of one that dies the next run does (``write.tidy_up``).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from types import TracebackType

from pinback.files import (
    closed,
    make_folder,
    remove_tree,
    sync_all,
    sync_each,
    take_folder_name,
    take_name,
    temporary,
    write_temporary,
    write_temporary_folder,
)

FEW = 128
"""So many files are synced one by one; beyond it the whole file system is, which also waits for what others write."""


class Staging:
    """A staging below a folder, which is made; where the block ends with an error, what was staged goes."""

    def __init__(self, top: Path) -> None:
        """Begin a staging.

        Args:
            top: the folder that paths are relative to.
        """
        self._top = os.fspath(top)
        self._expected: list[str] = []
        self._new_folders: list[str] = []
        self._handle = -1
        self._made = ""

    def __enter__(self) -> Staging:
        make_folder(Path(self._top), lasting=True)
        if os.name == "posix":  # pragma: no branch - Windows opens no folders
            self._handle = os.open(self._top, os.O_RDONLY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle >= 0:  # pragma: no branch - there is none on Windows alone
            closed(self._handle)
        if error is not None:
            self._discard()

    def expect(self, names: Iterable[str]) -> None:
        """Announce files that this process or one forked from it will write; names are relative, with ``/``."""
        self._expected += names

    def write(self, name: str, data: bytes) -> None:
        """Write a file that was announced, under its temporary name."""
        path = self._path(name)
        folder = os.path.dirname(path)
        if folder != self._made:
            make_folder(Path(folder))
            self._made = folder
        write_temporary(path, data)

    def expect_folders(self, names: Iterable[str]) -> None:
        """Announce folders that this process or one forked from it will make and fill; they are not there yet."""
        self._new_folders += names

    def write_folder(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a folder that was announced, under its temporary name.

        Args:
            name: of the folder.
            files: bytes by name within it.
        """
        path = self._path(name)
        above = os.path.dirname(path)
        if above != self._made:
            make_folder(Path(above))
            self._made = above
        write_temporary_folder(path, files)

    def place(self, names: Iterable[str], folders: Iterable[str] = (), within: Iterable[str] = ()) -> None:
        """Sync everything that was announced, and give it its names in this order, folders first.

        Args:
            names: of files.
            folders: names of folders.
            within: the names of the files in each of these folders.
        """
        # NOTE: full paths are made one by one: those of all files of 100,000 awards take a hundred megabytes.
        files, new, own = tuple(names), tuple(folders), tuple(within)
        hidden = (temporary(self._path(name)) for name in new)
        inner = (f"{temporary(self._path(name))}{os.sep}{file}" for name in new for file in own)
        above = self._folders((*files, *new))
        staged = chain(inner, (temporary(self._path(name)) for name in files))
        self._sync(len(new) * (len(own) + 1) + len(files), staged, hidden)
        for name in new:
            take_folder_name(self._path(name))
        for name in files:
            take_name(self._path(name))
        # A folder that was there already has new names in it.
        self._sync(len(new) + len(above), (), chain(map(self._path, new), above))

    def _path(self, name: str) -> str:
        return f"{self._top}{os.sep}{name.replace('/', os.sep)}"

    def _folders(self, names: Iterable[str]) -> list[str]:
        """Return the folders that these lie in and those above them, up to the one that the top lies in; the innermost first."""
        found = {self._top, os.path.dirname(self._top)}
        waiting = {self._path(folder) for folder in {name.rpartition("/")[0] for name in names} - {""}}
        while waiting := waiting - found:
            found |= waiting
            waiting = {os.path.dirname(folder) for folder in waiting}
        return sorted(found, reverse=True)

    def _sync(self, count: int, paths: Iterable[str], folders: Iterable[str]) -> None:
        """Sync files and folders, *count* together."""
        if count <= FEW or self._handle < 0 or not sync_all(self._handle, self._top):
            sync_each(paths, folders)

    def _discard(self) -> None:
        for name in self._expected:
            with contextlib.suppress(OSError):
                os.unlink(temporary(self._path(name)))
        for name in self._new_folders:
            with contextlib.suppress(OSError):
                remove_tree(Path(temporary(self._path(name))))
        for folder in self._folders((*self._expected, *self._new_folders)):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
