"""Bring what is ready into a site: a journal says what is moved in and what is removed, and is carried out by renames."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from pinback.errors import PublishError
from pinback.files import FileProblem, make_folder, read_regular, remove_tree, temporary
from pinback.publish.paths import folded, folders_above, is_inside


def is_interrupted(staging: Path) -> bool:
    """Tell whether a run died in its switch."""
    return not staging.is_symlink() and os.path.lexists(staging / "journal.json")


def finish(site: Path, staging: Path) -> None:
    """Carry out the journal of this run or of one that died; without a journal nothing was decided."""
    if not is_interrupted(staging):
        return
    journal = staging / "journal.json"
    moves, removals = _steps(journal)
    # NOTE: where a file takes a folder's name, that name stands in both; once the file is there, it must stay.
    # The same for another spelling of it, which many computers take for one with it; elsewhere the next comparison removes that.
    arrived = {folded(path) for path in moves if not os.path.lexists(f"{staging}/files/{path}")}
    removals = [path for path in removals if folded(path) not in arrived]
    _remove(str(site), removals)
    ready: set[str] = set()
    for path in moves:
        source, target = f"{staging}/files/{path}", f"{site}/{path}"
        if os.path.exists(source):
            _make_way(str(site), path, ready)
            _move(source, target)
    _remove_empty_above(str(site), removals)
    journal.unlink()
    tidy(staging)


def _move(source: str, target: str) -> None:
    """Give what is staged its place in the site; on another disk, and for a folder of a lower layer, by a copy beside that place."""
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = temporary(target)
        remove_tree(Path(copy))  # of a run that died
        if os.path.isdir(source):
            for folder, _, names in os.walk(source):
                below = copy + folder[len(source) :]
                os.mkdir(below)
                for name in names:
                    shutil.copyfile(f"{folder}/{name}", f"{below}/{name}")
        else:
            shutil.copyfile(source, copy)
        os.replace(copy, target)
        remove_tree(Path(source))


def tidy(staging: Path) -> None:
    """Remove what is empty and of no use since the site is in its place; what the disk refuses now, the next build removes."""
    with contextlib.suppress(OSError):
        remove_tree(staging)


def _remove(site: str, paths: Iterable[str]) -> None:
    """Remove files, links, and folders that are empty by then; what lies behind a link is not of the site."""
    linked: dict[str, bool] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in linked:
            linked[folder] = any(
                os.path.islink(f"{site}/{above}") for above in (folder, *folders_above(folder)) if above
            )
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
        for above in (folder, *folders_above(folder)):
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
        if all(is_inside(path) and os.fsencode(path) for path in (*moves, *removals)):  # "\ud800" names no file
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
        for above in reversed([folder, *folders_above(folder)]):
            target = f"{site}/{above}"
            if above and (os.path.islink(target) or os.path.isfile(target)):
                os.unlink(target)
        make_folder(Path(f"{site}/{folder}"))
        ready.add(folder)
    target = f"{site}/{path}"
    if os.path.isdir(target) and not os.path.islink(target):
        remove_tree(Path(target))
