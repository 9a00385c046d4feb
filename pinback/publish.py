"""Put a finished site in its place: stage what changed, then switch by a journal of renames (DESIGN §7).

Beside ``site/`` lies ``.site.next/`` while a build runs: changed files under ``files/`` and, once all of them
are there, ``journal.json``. A run that dies before the journal leaves the old site whole; one that dies
after it is finished by the next run. Files whose bytes are equal are not touched, so that hosts upload
little and nothing is deleted only to be written again. What is no longer part of the site is removed.

No file of a site is worth a sync of its own: a clean build makes it again. The journal alone is synced.

A ``.git`` at the top of the site is left alone: the folder may be a worktree of the branch that a host shows.
"""

from __future__ import annotations

import contextlib
import json
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pinback.canonical import canonical_bytes
from pinback.errors import PublishError
from pinback.files import (
    EXACT,
    FileProblem,
    locked,
    make_folder,
    read_regular,
    remove_empty_folders,
    remove_tree,
    write_file,
)
from pinback.leaks import refuse_leak

MARK = ".nojekyll"
MARK_TEXT = b"Made by pinback. The files in this folder are replaced at every build.\n"
"""GitHub Pages looks for the file's name; its content says that the folder is ours to replace."""
GIT = ".git"
"""A folder, or in a worktree a file, at the top of the site; it belongs to git."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a build did: files of the site, files written, files removed."""

    files: int
    written: int
    removed: int


def publish(site: Path, outputs: Iterable[tuple[str, bytes]]) -> Published:
    """Make *site* hold exactly *outputs*.

    Args:
        site: the folder of the site.
        outputs: path relative to the site, with ``/``, and bytes; each path once.

    Raises:
        PublishError: the folder is not ours, two outputs have one path, or the disk refuses.
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
            return _publish(site, staging, outputs)


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


def _staging(site: Path) -> Path:
    return site.with_name(f".{site.name}.next")


def _locked(site: Path) -> contextlib.AbstractContextManager[None]:
    return locked(site.with_name(f".{site.name}.lock"), "build")


@contextlib.contextmanager
def _in_words(site: Path) -> Iterator[None]:
    """Turn what the disk says into a PublishError."""
    try:
        yield
    except OSError as error:
        path = error.filename or site
        raise PublishError(f"{path}: cannot be written ({error.strerror}); the site is as it was before") from error
    except FileProblem as error:
        raise PublishError(str(error)) from error


def _is_interrupted(staging: Path) -> bool:
    return not staging.is_symlink() and os.path.lexists(staging / "journal.json")


def _refuse_other_than_folder(site: Path) -> None:
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise PublishError(f"{site}: this is not a folder; choose another one with --out")


def _refuse_foreign(site: Path) -> None:
    if not site.exists() or all(entry.name == GIT for entry in site.iterdir()):
        return
    mark = site / MARK
    if not (mark.is_file() and mark.stat().st_size == len(MARK_TEXT) and mark.read_bytes() == MARK_TEXT):
        raise PublishError(
            f"{site}: files lie here that pinback did not make; choose an empty folder with --out, or empty it"
        )


def _publish(site: Path, staging: Path, outputs: Iterable[tuple[str, bytes]]) -> Published:
    if os.path.lexists(staging):
        remove_tree(staging)
    claims = _Claims()
    changed: list[str] = []
    for path, data in outputs:
        claims.add(path)
        if _is_same(site / path, data):
            continue
        refuse_leak(path, data)
        _write(staging / "files" / path, data)
        changed.append(path)
    expected = set(claims.files.values())
    stale = [path for path in _present(site) if path not in expected]
    if not changed and not stale:
        _remove_empty_folders(site)
        return Published(len(expected), 0, 0)
    write_file(staging / "journal.json", canonical_bytes({"write": changed, "remove": stale}))
    _finish(site, staging)
    return Published(len(expected), len(changed), len(stale))


@dataclass(frozen=True, slots=True)
class _Claims:
    """The paths of a site, by what the least careful file system takes them for: case and composition ignored.

    Attributes:
        files: path by key.
        folders: by the key of each folder, the first path that lies in it.
    """

    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)

    def add(self, path: str) -> None:
        """Note a path; two that some file system could not hold side by side are refused."""
        if not _is_inside(path):
            raise PublishError(f"{path}: this is no path inside the site; please report this")
        key = _key(path)
        other = self.files.get(key)
        if other == path:
            raise PublishError(f"{path}: two parts of the club want this address; rename one of them")
        if other is not None:
            raise PublishError(f"{path}, {other}: many computers take these addresses for one; rename one of them")
        other = self.folders.get(key) or self._file_above(key)
        if other is not None:
            raise PublishError(f"{path}, {other}: no address can be page and folder at once; rename one of them")
        self.files[key] = path
        self._note_folders(key, path)

    def _file_above(self, key: str) -> str | None:
        return next((self.files[folder] for folder in _folders(key) if folder in self.files), None)

    def _note_folders(self, key: str, path: str) -> None:
        for folder in _folders(key):
            if folder in self.folders:
                break  # and so are those above it
            self.folders[folder] = path


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in, innermost first."""
    folder, slash, _ = path.rpartition("/")
    while slash:
        yield folder
        folder, slash, _ = folder.rpartition("/")


def _is_inside(path: str) -> bool:
    """Whether *path* names a file inside the site that is ours to write."""
    parts = path.split("/")
    return "\\" not in path and not any(part in ("", ".", "..") for part in parts) and _key(parts[0]) != GIT


def _is_same(path: Path, data: bytes) -> bool:
    try:
        status = path.lstat()
        return status.st_size == len(data) and not path.is_symlink() and path.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | EXACT, 0o666)
    except FileNotFoundError:
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | EXACT, 0o666)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)


def _present(site: Path) -> Iterable[str]:
    """Yield the path of everything in the site that is not a folder, without what belongs to git."""
    for folder, folders, names in os.walk(site):
        if Path(folder) == site:
            folders[:] = [name for name in folders if name != GIT]
            names = [name for name in names if name != GIT]
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*names, *links]):
            yield Path(folder, name).relative_to(site).as_posix()


def _remove_empty_folders(site: Path) -> None:
    """Remove every empty folder of the site; git keeps empty ones of its own."""
    if not site.is_dir():
        return
    for folder in [Path(entry.path) for entry in os.scandir(site) if entry.is_dir(follow_symlinks=False)]:
        if folder.name != GIT:
            remove_empty_folders(folder)
            if not os.listdir(folder):
                folder.rmdir()


def _finish(site: Path, staging: Path) -> None:
    """Carry out the journal of this run or of one that died; without a journal nothing was decided."""
    if not _is_interrupted(staging):
        return
    journal = staging / "journal.json"
    writes, removals = _steps(journal)
    for path in removals:
        if not _is_behind_link(site, path) and ((site / path).is_symlink() or (site / path).is_file()):
            (site / path).unlink()
    _remove_empty_folders(site)
    for path in writes:
        source = staging / "files" / path
        if source.exists():
            _make_way(site, path)
            os.replace(source, site / path)
    journal.unlink()
    remove_tree(staging)


def _steps(journal: Path) -> tuple[list[str], list[str]]:
    """Return what a journal has written and removed.

    One may have come with a stranger's pull request, so it is believed no further than the site reaches.
    """
    try:
        steps = json.loads(read_regular(journal))
        writes, removals = [str(path) for path in steps["write"]], [str(path) for path in steps["remove"]]
        if all(_is_inside(path) for path in (*writes, *removals)):
            return writes, removals
    except (FileProblem, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise PublishError(f"{journal}: no build of pinback left this; delete the folder {journal.parent} and build again")


def _is_behind_link(site: Path, path: str) -> bool:
    return any((site / folder).is_symlink() for folder in _folders(path))


def _make_way(site: Path, path: str) -> None:
    """Make the folders of *path*; a file where a folder belongs, or the reverse, is removed."""
    target = site / path
    for parent in reversed(target.relative_to(site).parents):
        folder = site / parent
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
    make_folder(target.parent)
    if target.is_dir() and not target.is_symlink():
        remove_tree(target)
