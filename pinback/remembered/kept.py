"""The files below ``.pinback/cache``: JSON behind one line with its digest, read back only if both are sound.

They are never synced: what a power cut leaves of one is not sound, and is read as nothing. So is whatever somebody else has put there.
Nothing is remembered in an automatic run (``CI``), whose folder is fresh and may come from a stranger.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

FOLDER = (".pinback", "cache")
_MAX = 1 << 30
_KIND = b"pinback remembers 1 "


def cache_folder(root: Path) -> Path:
    """Return the folder in which things are remembered."""
    return root.joinpath(*FOLDER)


def may_remember(root: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether things are remembered here.

    They are not where the file system does not say when a file was last changed in any way (Windows has no such time), in
    automatic runs, and where a link stands in the place of the folder.
    """
    if os.name != "posix" or environment.get("CI"):
        return False
    folder = cache_folder(root)
    return not (folder.is_symlink() or folder.parent.is_symlink())


def recall(root: Path, name: str) -> Any:  # noqa: ANN401 - JSON
    """Return what was kept under *name*, or None where there is nothing sound."""
    try:
        handle = os.open(cache_folder(root) / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as stream:
            if os.fstat(handle).st_size > _MAX:
                return None
            first, data = stream.readline(100), stream.read()
        if first != _heading(data):
            return None
        return orjson.loads(data)
    except (OSError, ValueError):
        return None


def keep(root: Path, name: str, value: object) -> bool:
    """Keep *value* (JSON) under *name*; return whether that could be done. What cannot be kept is not."""
    # Imported here: a run that changes nothing writes nothing.
    from pinback.files import FileProblem, make_folder, take_name, write_temporary

    path = cache_folder(root) / name
    try:
        data = orjson.dumps(value)
        make_folder(path.parent)
        write_temporary(str(path), _heading(data) + data)
        take_name(str(path))
    except (FileProblem, OSError, TypeError, ValueError):
        return False
    return True


def _heading(data: bytes) -> bytes:
    return _KIND + blake2b(data, digest_size=16).hexdigest().encode("ascii") + b"\n"


def present(root: Path) -> int:
    """Return what time it is for the file system of the cache folder (ns since 1970), or 0 where that cannot be found out.

    It is the time that a file has which is written now, so it is compared with the times of other files and no clock is read.
    """
    from pinback.files import FileProblem, make_folder, take_name, write_temporary

    path = cache_folder(root) / "now"
    try:
        make_folder(path.parent)
        write_temporary(str(path), b"")
        take_name(str(path))
        return path.lstat().st_ctime_ns
    except (FileProblem, OSError):
        return 0
