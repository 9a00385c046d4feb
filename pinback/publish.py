"""Put finished files into the site's folder: stage what changed, then switch.

1. Every file is compared with what lies in the site; what differs is written beside the site, at ``.<site>.next``, by one process or by several.
2. When everything is there, a journal says what is moved in and what is removed.
3. The journal is carried out by renames; a folder that the site does not have yet is moved as a whole. A run that dies here is
   finished by the next one.

Where there is no site yet, the staged folder becomes the site by one rename, and no journal is needed. Files whose bytes
are equal are left alone. The folder of a site carries a mark, so that nobody's documents are replaced by mistake.
``.git`` at its top is left alone: the site may be a clone or worktree of the branch that the host shows. While
anything is written, the kernel's lock keeps a second run away.

Most files of a large club are those of awards, in folders that belong to one award each. Whoever makes those files looks at their folders too
(``Stage.own``), in any process, so that this one knows of such a folder only that it is owned; all other paths are compared here.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import field
from pathlib import Path

from pinback.canonical import canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import PublishError
from pinback.files import EXACT, FileProblem, closed, make_folder, read_regular, remove_tree, write_file
from pinback.leaks import refuse_leak
from pinback.locks import locked

MARK = ".nojekyll"
MARK_TEXT = b"Made by pinback. The files in this folder are replaced at every build.\n"
"""GitHub Pages looks for the file's name; its content says that the folder is ours to replace."""
GIT = ".git"
"""A folder, or in a worktree a file, at the top of the site; it belongs to git."""
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | EXACT
_READ = os.O_RDONLY | EXACT


@dataclass(frozen=True, slots=True)
class Published:
    """What a build did.

    Attributes:
        files: of the site.
        written: how many of them were.
        removed: how many files were.
        size: bytes of all its files.
        touched: paths of all files and folders that were moved into the site or removed; None where the site is new as a whole.
    """

    files: int
    written: int
    removed: int
    size: int = 0
    touched: tuple[str, ...] | None = ()


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


@dataclass(frozen=True, slots=True)
class Owned:
    """Folders of a site that belong to one part each, and are looked at by it.

    Attributes:
        tops: the folders that they lie in, like ``awards`` and ``de/awards``.
        names: theirs, the same in each of *tops*; letters and digits that every file system keeps apart.
    """

    tops: tuple[str, ...] = ()
    names: Collection[str] = frozenset()


_NONE_OWNED = Owned()


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
                    status = self._write(path, data, told)
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
            if _is_inside(path) and self._is_plain(path, parents):
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
            status = self._write(path, data, told or known is not None)
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
                files, folders = _tree(self.site, path)
                below += [*files, *folders]
        return below

    def _is_plain(self, path: str, parents: dict[str, bool]) -> bool:
        """Tell whether no folder above a path is a link; what lies behind one is not of the site."""
        folder = path.rpartition("/")[0]
        if folder not in parents:
            parents[folder] = not any(os.path.islink(f"{self.site}/{above}") for above in (folder, *_folders(folder)))
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

    def _write(self, path: str, data: bytes, told: bool) -> os.stat_result | None:
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


def publish(site: Path, outputs: Iterable[tuple[str, bytes]]) -> Published:
    """Make *site* hold exactly *outputs*.

    Args:
        site: the folder of the site.
        outputs: path relative to the site, with ``/``, and bytes; each path once.

    Raises:
        PublishError: the folder is not ours, two outputs have one path, or the disk refuses.
    """
    return publish_parts(site, lambda stage: (stage.place([output])[0] for output in outputs))


def publish_parts(site: Path, make: Callable[[Stage], Iterable[Placed]], owned: Owned = _NONE_OWNED) -> Published:
    """Make *site* hold exactly what *make* stages.

    Args:
        site: the folder of the site.
        make: stages every file of the site, and tells of each part what became of it. The stage may be used by other processes.
        owned: folders whose content the parts have looked at themselves.

    Raises:
        PublishError: the folder is not ours, two parts have one path, or the disk refuses.
    """
    staging = _staging(site)
    with _in_words(site):
        # Before anything is made, so that a refused run leaves nothing; a switch cut short may lack the mark still.
        _refuse_other_than_folder(site)
        if not _is_interrupted(staging):
            _refuse_foreign(site)
        make_folder(site.parent)
        with _locked(site):
            _finish(site, staging)
            _refuse_foreign(site)
            return _publish(site, staging, make, owned)


def finish_interrupted(site: Path) -> None:
    """Complete the switch of a run that died in it, so that the site is whole whatever becomes of this run.

    Where no switch was begun, nothing is done and nothing is made.

    Raises:
        PublishError: the journal is none of ours, or the disk refuses.
    """
    staging = _staging(site)
    with _in_words(site):
        if _is_interrupted(staging):
            _refuse_other_than_folder(site)
            with _locked(site):
                _finish(site, staging)


def discard_staged(site: Path) -> None:
    """Remove what a run that was refused has staged; what the disk does not remove now, the next build does."""
    staging = _staging(site)
    if os.path.lexists(staging) and not _is_interrupted(staging):
        with contextlib.suppress(PublishError, FileProblem), _locked(site):
            _tidy(staging)


def _staging(site: Path) -> Path:
    return site.with_name(f".{site.name}.next")


def _locked(site: Path) -> contextlib.AbstractContextManager[None]:
    return locked(site.with_name(f".{site.name}.lock"), "build", linked=True)


@contextlib.contextmanager
def _in_words(site: Path) -> Iterator[None]:
    """Turn what the disk says into a PublishError."""
    try:
        yield
    except OSError as error:
        path = error.filename or site
        begun = _is_interrupted(_staging(site))
        now = (
            "the new site is half in its place, the next build finishes it" if begun else "the site is as it was before"
        )
        raise PublishError(f"{path}: cannot be written ({error.strerror}); {now}") from error
    except FileProblem as error:
        raise PublishError(str(error)) from error


def _is_interrupted(staging: Path) -> bool:
    return not staging.is_symlink() and os.path.lexists(staging / "journal.json")


def _refuse_other_than_folder(site: Path) -> None:
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise PublishError(f"{site}: this is not a folder; choose another one with --out")


def _refuse_foreign(site: Path) -> None:
    if _is_empty(site):
        return
    mark = site / MARK
    if not (mark.is_file() and mark.stat().st_size == len(MARK_TEXT) and mark.read_bytes() == MARK_TEXT):
        raise PublishError(
            f"{site}: files lie here that pinback did not make; choose an empty folder with --out, or empty it"
        )


def _is_empty(site: Path) -> bool:
    """Tell whether there is nothing in the site's folder but what belongs to git, or no folder."""
    if not site.exists():
        return True
    with os.scandir(site) as entries:
        return all(entry.name == GIT for entry in entries)


def _publish(site: Path, staging: Path, make: Callable[[Stage], Iterable[Placed]], owned: Owned) -> Published:
    if os.path.lexists(staging):
        remove_tree(staging)
    fresh = _is_empty(site)
    stage = Stage(str(site), str(staging / "files"), fresh, _behind_links(site, owned.tops))
    claims = _Claims(owned)
    files, size, written = 0, 0, 0
    moves: list[str] = []
    stale: list[str] = []
    for placed in make(stage):
        for path in placed.paths:
            claims.add(path)
        if placed.clash:
            raise PublishError(f"{placed.clash}: no address can be page and folder at once; rename one of them")
        files += placed.files
        size += placed.size
        written += placed.written
        moves += placed.moves
        stale += placed.stale
    if not site.exists() and written:
        # All that there is lies in the stage: it becomes the site.
        os.rename(stage.folder, site)
        _tidy(staging)
        return Published(files, written, 0, size, None)
    removed = len(stale)
    if fresh:
        moves = sorted(os.listdir(stage.folder)) if written else []
    else:
        try:
            other, folders = _tree(str(site), "", claims.expected, owned)
        except RecursionError as error:
            deep = f"{site}: folders stand within one another here, a thousand deep; empty the folder and build again"
            raise PublishError(deep) from error
        removed = sum(not os.path.isdir(site / path) or os.path.islink(site / path) for path in stale) + len(other)
        stale += [*other, *folders]
    if moves or stale:
        write_file(staging / "journal.json", canonical_bytes({"write": moves, "remove": stale}))
        _finish(site, staging)
    return Published(files, written, removed, size, None if fresh else (*moves, *stale))


def _behind_links(site: Path, tops: Iterable[str]) -> tuple[str, ...]:
    """Return those of *tops* that cannot be looked into without following a link."""
    return tuple(top for top in tops if any(os.path.islink(site / above) for above in (top, *_folders(top))))


class _Claims:
    """The paths of a site, by what the least careful file system takes them for: case and composition ignored.

    Attributes:
        files: path by key.
        folders: by the key of each folder, the first path that lies in it.
        expected: the paths as they are.
    """

    def __init__(self, owned: Owned) -> None:
        self.files: dict[str, str] = {}
        self.folders: dict[str, str] = {}
        self.expected: set[str] = set()
        self.owned = owned
        for top in owned.tops:
            self._note_folders(_key(f"{top}/x"), f"{top}/")

    def add(self, path: str) -> None:
        """Note a path; two that some file system could not hold side by side are refused."""
        refuse_outside(path)
        key = _key(path)
        other = self.files.get(key)
        if other == path:
            raise PublishError(f"{path}: two parts of the club want this address; rename one of them")
        if other is not None:
            raise PublishError(f"{path}, {other}: many computers take these addresses for one; rename one of them")
        if self._is_owned(key):
            raise PublishError(f"{path}: two parts of the club want this address; rename one of them")
        other = self.folders.get(key) or self._file_above(key)
        if other is not None:
            raise PublishError(f"{path}, {other}: no address can be page and folder at once; rename one of them")
        self.files[key] = path
        self.expected.add(path)
        self._note_folders(key, path)

    def _is_owned(self, key: str) -> bool:
        """Tell whether a path lies in a folder of a part of its own, or has the name of one."""
        for top in self.owned.tops:
            if key.startswith(f"{_key(top)}/") and key[len(_key(top)) + 1 :].partition("/")[0] in self.owned.names:
                return True
        return False

    def _file_above(self, key: str) -> str | None:
        return next((self.files[folder] for folder in _folders(key) if folder in self.files), None)

    def _note_folders(self, key: str, path: str) -> None:
        for folder in _folders(key):
            if folder in self.folders:
                break  # and so are those above it
            self.folders[folder] = path


def _key(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in, innermost first."""
    folder, slash, _ = path.rpartition("/")
    while slash:
        yield folder
        folder, slash, _ = folder.rpartition("/")


def refuse_outside(path: str) -> None:
    """Stop before anything is written outside the site, or into what belongs to git.

    Raises:
        PublishError: *path* names no file inside the site that is ours to write.
    """
    if not _is_inside(path):
        raise PublishError(f"{path}: this is no path inside the site; please report this")


def _is_inside(path: str) -> bool:
    """Whether *path* names a file inside the site that is ours to write."""
    parts = path.split("/")
    return (
        not any(sign in path for sign in "\\\0")
        and not any(part in ("", ".", "..") for part in parts)
        and _key(parts[0]) != GIT
    )


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


def _tree(
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


def _finish(site: Path, staging: Path) -> None:
    """Carry out the journal of this run or of one that died; without a journal nothing was decided."""
    if not _is_interrupted(staging):
        return
    journal = staging / "journal.json"
    moves, removals = _steps(journal)
    # NOTE: where a file takes a folder's name, that name stands in both; once the file is there, it must stay.
    arrived = {path for path in moves if not os.path.lexists(f"{staging}/files/{path}")}
    removals = [path for path in removals if path not in arrived]
    _remove(str(site), removals)
    ready: set[str] = set()
    for path in moves:
        source, target = f"{staging}/files/{path}", f"{site}/{path}"
        if os.path.exists(source):
            _make_way(str(site), path, ready)
            os.replace(source, target)
    _remove_empty_above(str(site), removals)
    journal.unlink()
    _tidy(staging)


def _tidy(staging: Path) -> None:
    """Remove what is empty and of no use since the site is in its place; what the disk refuses now, the next build removes."""
    with contextlib.suppress(OSError):
        remove_tree(staging)


def _remove(site: str, paths: Iterable[str]) -> None:
    """Remove files, links, and folders that are empty by then; what lies behind a link is not of the site."""
    linked: dict[str, bool] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in linked:
            linked[folder] = any(os.path.islink(f"{site}/{above}") for above in (folder, *_folders(folder)) if above)
        if linked[folder]:
            continue
        target = f"{site}/{path}"
        try:
            if stat.S_ISDIR(os.lstat(target).st_mode):
                _remove_if_empty(target)
            else:
                os.unlink(target)
        except (FileNotFoundError, NotADirectoryError):
            continue


def _remove_if_empty(folder: str) -> bool:
    with os.scandir(folder) as entries:
        if next(entries, None) is not None:
            return False
    os.rmdir(folder)
    return True


def _remove_empty_above(site: str, paths: Iterable[str]) -> None:
    """Remove the folders that are empty since *paths* are gone."""
    for folder in {path.rpartition("/")[0] for path in paths} - {""}:
        for above in (folder, *_folders(folder)):
            target = f"{site}/{above}"
            if os.path.islink(target) or not os.path.isdir(target) or not _remove_if_empty(target):
                break


def _steps(journal: Path) -> tuple[list[str], list[str]]:
    """Return what a journal has moved in and removed.

    One may have come with a stranger's pull request, so it is believed no further than the site reaches.
    """
    try:
        steps = json.loads(read_regular(journal))
        moves, removals = [str(path) for path in steps["write"]], [str(path) for path in steps["remove"]]
        if all(_is_inside(path) and os.fsencode(path) for path in (*moves, *removals)):  # "\ud800" names no file
            return moves, removals
    except (FileProblem, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise PublishError(f"{journal}: no build of pinback left this; delete the folder {journal.parent} and build again")


def _make_way(site: str, path: str, ready: set[str]) -> None:
    """Make the folders of *path*; a file where a folder belongs, or the reverse, is removed.

    Args:
        site: its folder.
        path: what is moved there.
        ready: folders that were made ready before.
    """
    folder = path.rpartition("/")[0]
    if folder not in ready:
        for above in reversed([folder, *_folders(folder)]):
            target = f"{site}/{above}"
            if above and (os.path.islink(target) or os.path.isfile(target)):
                os.unlink(target)
        make_folder(Path(f"{site}/{folder}"))
        ready.add(folder)
    target = f"{site}/{path}"
    if os.path.isdir(target) and not os.path.islink(target):
        remove_tree(Path(target))
