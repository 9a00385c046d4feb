"""Files of one sealing that are written now and get their names later, all together.

1. Each is written under a temporary name as soon as it is made, by whichever process made it. 2. When all are there they are
synced, all of them. 3. They get their names, in the order in which they were announced. 4. The names are synced. With this
thousands of files survive a power cut as surely as one, for the price of a few; no name stands for half a file at any moment.

Until step 3 nothing of it can be seen but names that begin with a dot and end in ``.new``: a sealing that fails removes
them, and of one that dies the next run does (``write.tidy_up``).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from pinback.files import make_folder, sync_all, sync_each, take_name, temporary, write_temporary

FEW = 256
"""So many files are synced one by one; beyond it the whole file system is, which also waits for what others write."""


class Staging:
    """A staging below a folder that is there; leave the block with an error, and what was staged goes."""

    def __init__(self, top: Path) -> None:
        """Begin a staging.

        Args:
            top: the folder that paths are relative to.
        """
        self.top = top
        self._expected: list[Path] = []
        self._handle = -1

    def __enter__(self) -> Staging:
        make_folder(self.top, lasting=True)
        if os.name == "posix":
            self._handle = os.open(self.top, os.O_RDONLY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        if error is not None:
            self._discard()

    def expect(self, names: Iterable[str]) -> None:
        """Announce files that this process or one forked from it will write."""
        self._expected += [self.top / name for name in names]

    def write(self, name: str, data: bytes) -> None:
        """Write a file that was announced, under its temporary name."""
        path = self.top / name
        if not path.parent.is_dir():
            make_folder(path.parent)
        write_temporary(path, data)

    def place(self, names: Iterable[str]) -> None:
        """Sync everything that was announced, and give it its names in this order."""
        paths = [self.top / name for name in names]
        assert set(paths) == set(self._expected)
        folders = {folder for path in paths for folder in self._folders(path)}
        self._sync([temporary(path) for path in paths], folders)
        for path in paths:
            take_name(path)
        self._sync(sorted(folders), folders)

    def _folders(self, path: Path) -> Iterable[Path]:
        """Yield the folder of a file and those above it, up to the one that *top* lies in."""
        while path != self.top.parent:
            path = path.parent
            yield path

    def _sync(self, paths: list[Path], folders: set[Path]) -> None:
        one_disk = self._handle >= 0 and len({folder.stat().st_dev for folder in folders}) == 1
        if len(paths) <= FEW or not one_disk or not sync_all(self._handle, self.top):
            sync_each(paths)

    def _discard(self) -> None:
        for path in self._expected:
            with contextlib.suppress(OSError):
                temporary(path).unlink(missing_ok=True)
        for folder in sorted({folder for path in self._expected for folder in self._folders(path)}, reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()
