"""The paths of a site: which are ours to write, and which cannot stand side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

from pinback.dataclass import dataclass
from pinback.errors import PublishError

GIT = ".git"
"""A folder, or in a worktree a file, at the top of the site; it belongs to git."""


@dataclass(frozen=True, slots=True)
class Owned:
    """Folders of a site that belong to one part each, and are looked at by it.

    Attributes:
        tops: the folders that they lie in, like ``awards`` and ``de/awards``.
        names: theirs, the same in each of *tops*; letters and digits that every file system keeps apart.
    """

    tops: tuple[str, ...] = ()
    names: Collection[str] = frozenset()


class Claims:
    """The paths of a site, by what the least careful file system takes them for: case and composition ignored (``folded``).

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
            self._note_folders(folded(f"{top}/x"), f"{top}/")

    def add(self, path: str) -> None:
        """Note a path; two that some file system could not hold side by side are refused."""
        refuse_outside(path)
        key = folded(path)
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
            if key.startswith(f"{folded(top)}/") and key[len(folded(top)) + 1 :].partition("/")[0] in self.owned.names:
                return True
        return False

    def _file_above(self, key: str) -> str | None:
        return next((self.files[folder] for folder in folders_above(key) if folder in self.files), None)

    def _note_folders(self, key: str, path: str) -> None:
        for folder in folders_above(key):
            if folder in self.folders:
                break  # and so are those above it
            self.folders[folder] = path


def refuse_outside(path: str) -> None:
    """Stop before anything is written outside the site, or into what belongs to git.

    Raises:
        PublishError: *path* names no file inside the site that is ours to write.
    """
    if not is_inside(path):
        raise PublishError(f"{path}: this is no path inside the site; please report this")


def is_inside(path: str) -> bool:
    """Whether *path* names a file inside the site that is ours to write."""
    parts = path.split("/")
    return (
        not any(sign in path for sign in "\\\0")
        and not any(part in ("", ".", "..") for part in parts)
        and folded(parts[0]) != GIT
    )


def folders_above(path: str) -> Iterator[str]:
    """Yield the folders that *path* lies in, innermost first."""
    folder, slash, _ = path.rpartition("/")
    while slash:
        yield folder
        folder, slash, _ = folder.rpartition("/")


def folded(path: str) -> str:
    """Return what is the same for all spellings of a path that some computer takes for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
