"""Make files of a site ready beside it: compare them with what lies there, and write those that differ."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Container, Iterable
from dataclasses import field
from pathlib import Path

from pinback.dataclass import dataclass
from pinback.files import EXACT, closed
from pinback.leaks import refuse_leak
from pinback.publish.paths import GIT, Owned, folders_above, is_inside, refuse_outside

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | EXACT
_READ = os.O_RDONLY | EXACT


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of the files of one part of a site.

    Attributes:
        files: how many there are.
        size: bytes of all.
        written: how many were staged.
        moves: paths to be moved from the stage into the site; empty where there is no site yet.
        stale: what lies in folders that the part owns and is none of its files.
        paths: of the files, but for those in owned folders.
        clash: a file that could not be staged because another part's file stands in its way, or "".
    """

    files: int = 0
    size: int = 0
    written: int = 0
    moves: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    clash: str = ""


@dataclass(slots=True)
class Found:
    """What lies in the folders of one part.

    Attributes:
        files: status by path.
        others: paths of folders, links and other things.
        new: folders of the part that are not there.
    """

    files: dict[str, os.stat_result] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the files of a site are made ready; any process that sees the folders can use it.

    Attributes:
        site: the folder of the site.
        folder: what is to be moved there.
        fresh: whether there is no file in the site yet, so that nothing is compared.
        linked: folders of owned ones that lie behind a link, so that nothing in them is of the site.
    """

    site: str
    folder: str
    fresh: bool
    linked: tuple[str, ...] = ()

    def place(
        self, outputs: Iterable[tuple[str, bytes]], told: bool = True
    ) -> tuple[Placed, dict[str, os.stat_result]]:
        """Stage what differs of files that lie anywhere.

        Args:
            outputs: the files.
            told: whether it is asked how the files stand.

        Returns:
            What became of them, and how each file stands in the site or in the stage, where that is asked.
        """
        size, moves, clash = 0, [], ""
        stand: dict[str, os.stat_result] = {}
        paths: list[str] = []
        parents: dict[str, bool] = {}
        for path, data in outputs:
            refuse_outside(path)
            size += len(data)
            paths.append(path)
            status = None if self.fresh or not self._is_plain(path, parents) else _same(f"{self.site}/{path}", data)
            if status is None:
                refuse_leak(path, data)
                try:
                    status = self.write(path, data, told)
                except (FileExistsError, NotADirectoryError, IsADirectoryError):
                    clash = path
                    continue
                moves.append(path)
            if status is not None:
                stand[path] = status
        moved = () if self.fresh else tuple(moves)
        return Placed(len(paths), size, len(moves), moved, (), tuple(paths), clash), stand

    def standing(self, paths: Iterable[str]) -> dict[str, os.stat_result]:
        """Return how those of some files stand that lie in the site."""
        found: dict[str, os.stat_result] = {}
        parents: dict[str, bool] = {}
        for path in () if self.fresh else paths:
            if is_inside(path) and self._is_plain(path, parents):
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    status = os.lstat(f"{self.site}/{path}")
                    if stat.S_ISREG(status.st_mode):
                        found[path] = status
        return found

    def look(self, folders: Iterable[str]) -> Found:
        """Return what lies in folders that one part owns."""
        found = Found()
        files, others, new = found.files, found.others, found.new
        for folder in folders:
            if self.fresh or folder.rpartition("/")[0] in self.linked:
                new.append(folder)
                continue
            place = f"{self.site}/{folder}"
            try:
                if not stat.S_ISDIR(os.lstat(place).st_mode):
                    others.append(folder)
                    new.append(folder)
                    continue
                with os.scandir(place) as entries:
                    for entry in entries:
                        if entry.is_file(follow_symlinks=False):
                            files[f"{folder}/{entry.name}"] = entry.stat(follow_symlinks=False)
                        else:
                            others.append(f"{folder}/{entry.name}")
            except (FileNotFoundError, NotADirectoryError):
                new.append(folder)
        return found

    def own(
        self,
        found: Found,
        outputs: Iterable[tuple[str, bytes]],
        searched: Container[str] = (),
        told: bool = True,
    ) -> tuple[Placed, dict[str, os.stat_result]]:
        """Stage what differs of the files of one part, which lie in folders of its own.

        Args:
            found: what lies there (``look``).
            outputs: the files, all directly in those folders.
            searched: names of files whose bytes were looked through for secrets before.
            told: whether it is asked how the files stand.

        Returns:
            What became of them, and how each file stands in the site or in the stage, where that is asked.
        """
        size, files, moves, stand = 0, 0, [], {}
        new, before = found.new, found.files
        for folder in new:
            self._make(f"{self.folder}/{folder}")
        for path, data in outputs:
            files += 1
            size += len(data)
            known = before.get(path) if before else None
            if known is not None and known.st_size == len(data) and _read(f"{self.site}/{path}") == data:
                stand[path] = known
                continue
            if path[path.rindex("/") + 1 :] not in searched:
                refuse_leak(path, data)
            status = self.write(path, data, told or known is not None)
            if status is not None:
                stand[path] = status
            moves.append(path)
        written = len(moves)
        if self.fresh:
            moves = []
        elif new:
            # A folder is moved as a whole where the site has none: one rename in place of seven.
            made = {path.rpartition("/")[0] for path in moves}
            moves = [path for path in moves if path.rpartition("/")[0] not in new]
            moves += [folder for folder in new if folder in made]
        stale = [path for path in before if path not in stand] + self._below(found.others)
        return Placed(files, size, written, tuple(moves), tuple(stale)), stand

    def _below(self, others: Iterable[str]) -> list[str]:
        """Return links and the like, and folders with all that is in them."""
        below: list[str] = []
        for path in others:
            below.append(path)
            if stat.S_ISDIR(os.lstat(f"{self.site}/{path}").st_mode):
                files, folders = tree_below(self.site, path)
                below += [*files, *folders]
        return below

    def _is_plain(self, path: str, parents: dict[str, bool]) -> bool:
        """Tell whether no folder above a path is a link; what lies behind one is not of the site."""
        folder = path.rpartition("/")[0]
        if folder not in parents:
            parents[folder] = not any(
                os.path.islink(f"{self.site}/{above}") for above in (folder, *folders_above(folder))
            )
        return parents[folder]

    @staticmethod
    def _make(folder: str) -> None:
        """Make a folder, and those above it, where they are not there."""
        try:
            os.mkdir(folder)
        except FileExistsError:
            pass
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)

    def write(self, path: str, data: bytes, told: bool = True) -> os.stat_result | None:
        """Write a file into the stage, and return how it stands there, where that is asked."""
        target = f"{self.folder}/{path}"
        try:
            handle = os.open(target, _WRITE, 0o666)
        except FileNotFoundError:
            self._make(target.rpartition("/")[0])
            handle = os.open(target, _WRITE, 0o666)
        try:
            written = os.write(handle, data)
            while written < len(data):
                written += os.write(handle, memoryview(data)[written:])
            status = os.fstat(handle) if told else None
        except OSError as error:
            closed(handle)
            raise OSError(error.errno, error.strerror, target) from error
        try:
            os.close(handle)
        except OSError as error:  # some disks say only here that they are full
            raise OSError(error.errno, error.strerror, target) from error
        return status


def behind_links(site: Path, tops: Iterable[str]) -> tuple[str, ...]:
    """Return those of *tops* that cannot be looked into without following a link."""
    return tuple(top for top in tops if any(os.path.islink(site / above) for above in (top, *folders_above(top))))


def _same(path: str, data: bytes) -> os.stat_result | None:
    """Return the status of a file that has these bytes already, else None."""
    try:
        status = os.lstat(path)
        same = stat.S_ISREG(status.st_mode) and status.st_size == len(data) and _read(path) == data
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    return status if same else None


def _read(path: str) -> bytes:
    handle = os.open(path, _READ)
    with os.fdopen(handle, "rb", buffering=0) as stream:
        return stream.readall()


def tree_below(
    site: str, top: str, expected: Collection[str] = frozenset(), owned: Owned | None = None
) -> tuple[list[str], list[str]]:
    """Return what lies below *top* in the site and is not expected: files and links; and folders without any file.

    Both in a fixed order, folders after those inside them. What belongs to git, and what *owned* names, is left out.
    """
    strange: list[str] = []
    empty: list[str] = []

    def walk(folder: str) -> bool:
        """Return whether any file that stays lies below."""
        kept = False
        names = owned.names if owned and folder in owned.tops else ()
        with os.scandir(f"{site}/{folder}" if folder else site) as entries:
            others = []  # what is owned, a hundred thousand folders maybe, is neither held nor put in order
            for entry in entries:
                if entry.name in names:
                    kept = True
                else:
                    others.append(entry)
            for entry in sorted(others, key=lambda one: one.name):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if path == GIT:
                    kept = True
                elif entry.is_dir(follow_symlinks=False):
                    kept |= walk(path)
                elif path in expected:
                    kept = True
                else:
                    strange.append(path)
        if not kept and folder:
            empty.append(folder)
        return kept

    walk(top)
    return strange, empty
