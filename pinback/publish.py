"""Put a finished site in its place: stage what changed, then switch by a journal of renames (DESIGN §7).

Beside ``site/`` lies ``.site.next/`` while a build runs: changed files under ``files/`` and, once all of them
are there, ``journal.json``. A run that dies before the journal leaves the old site whole; one that dies
after it is finished by the next run. Files whose bytes are equal are not touched, so that hosts upload
little and nothing is deleted only to be written again. What is no longer part of the site is removed.

No file of a site is worth a sync of its own: a clean build makes it again. The journal alone is synced.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pinback.canonical import canonical_bytes
from pinback.errors import PublishError
from pinback.files import EXACT, FileProblem, locked, make_folder, remove_empty_folders, remove_tree, write_file
from pinback.leaks import refuse_leak

MARK = ".nojekyll"
MARK_TEXT = b"Made by pinback. The files in this folder are replaced at every build.\n"
"""GitHub Pages looks for the file's name; its content says that the folder is ours to replace."""


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
    staging = site.with_name(f".{site.name}.next")
    try:
        make_folder(site.parent)
        with locked(site.with_name(f".{site.name}.lock"), "build"):
            _finish(site, staging)
            _refuse_foreign(site)
            return _publish(site, staging, outputs)
    except OSError as error:
        path = error.filename or site
        raise PublishError(f"{path}: cannot be written ({error.strerror}); the site is as it was before") from error
    except FileProblem as error:
        raise PublishError(str(error)) from error


def _refuse_foreign(site: Path) -> None:
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise PublishError(f"{site}: this is not a folder; choose another one with --out")
    if not site.exists() or not any(site.iterdir()):
        return
    mark = site / MARK
    if not mark.is_file() or mark.read_bytes() != MARK_TEXT:
        raise PublishError(
            f"{site}: files lie here that pinback did not make; choose an empty folder with --out, or empty it"
        )


def _publish(site: Path, staging: Path, outputs: Iterable[tuple[str, bytes]]) -> Published:
    if staging.exists():
        remove_tree(staging)
    expected: dict[str, str] = {}
    changed: list[str] = []
    for path, data in outputs:
        _claim(path, expected)
        if _is_same(site / path, data):
            continue
        refuse_leak(path, data)
        _write(staging / "files" / path, data)
        changed.append(path)
    stale = [path for path in _present(site) if path not in expected]
    if not changed and not stale:
        remove_empty_folders(site)
        return Published(len(expected), 0, 0)
    write_file(staging / "journal.json", canonical_bytes({"write": changed, "remove": stale}))
    _finish(site, staging)
    return Published(len(expected), len(changed), len(stale))


def _claim(path: str, expected: dict[str, str]) -> None:
    """Note a path; two outputs that some file system would take for one are refused."""
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise PublishError(f"{path}: this is no path inside the site; please report this")
    if path in expected:
        raise PublishError(f"{path}: two parts of the club want this address; rename one of them")
    expected[path] = path


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
    """Yield the path of everything in the site that is not a folder."""
    for folder, folders, names in os.walk(site):
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*names, *links]):
            yield Path(folder, name).relative_to(site).as_posix()


def _finish(site: Path, staging: Path) -> None:
    """Carry out the journal of this run or of one that died; without a journal nothing was decided."""
    journal = staging / "journal.json"
    if not journal.exists():
        return
    steps = json.loads(journal.read_bytes())
    for path in steps["remove"]:
        if (site / path).is_symlink() or (site / path).is_file():
            (site / path).unlink()
    remove_empty_folders(site)
    for path in steps["write"]:
        source = staging / "files" / path
        if source.exists():
            _make_way(site, path)
            os.replace(source, site / path)
    journal.unlink()
    remove_tree(staging)


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
