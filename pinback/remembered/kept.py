"""The files below ``.pinback/cache``: JSON behind one line with its digest, read back only if both are sound.

They are never synced: what a power cut leaves of one is not sound, and is read as nothing. So is whatever somebody else has put there:
the digests are keyed with figures of a file that this computer made (``witness``: its number and the nanosecond of its last
change) and of this program. A stranger who puts such files into a repository knows neither, because both are new wherever it is
checked out. Nothing is remembered in an automatic run (``CI``), whose folder is fresh anyhow.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from pinback import __version__

FOLDER = (".pinback", "cache")
_MAX = 1 << 30
_KIND = b"pinback remembers 1 "
_WITNESS = "witness"
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Never through a link, and never waiting for somebody to write into a pipe."""


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
        handle = os.open(cache_folder(root) / name, _READ)
        with os.fdopen(handle, "rb") as stream:
            seen = os.fstat(handle)
            if not stat.S_ISREG(seen.st_mode) or seen.st_size > _MAX:
                return None
            first, data = stream.readline(100), stream.read()
        if first != _heading(data, _key(root)):
            return None
        return orjson.loads(data)
    except (OSError, ValueError):
        return None


def keep(root: Path, name: str, value: object) -> bool:
    """Keep *value* (JSON) under *name*; return whether that could be done. What cannot be kept is not."""
    # Imported here: a run that changes nothing writes nothing.
    from pinback.files import FileProblem, make_folder, take_name, temporary, write_temporary

    path = cache_folder(root) / name
    try:
        data = orjson.dumps(value)
        make_folder(path.parent)
        if not (cache_folder(root) / _WITNESS).exists():
            write_temporary(str(cache_folder(root) / _WITNESS), b"")
            take_name(str(cache_folder(root) / _WITNESS))
        write_temporary(str(path), _heading(data, _key(root)) + data)
        take_name(str(path))
    except (FileProblem, OSError, TypeError, ValueError):
        with contextlib.suppress(OSError):
            os.unlink(temporary(str(path)))
        return False
    return True


def _key(root: Path) -> bytes:
    """Return what nobody else can know: the figures of the witness, and this program."""
    seen = os.lstat(cache_folder(root) / _WITNESS)
    figures = (seen.st_ctime_ns, seen.st_mtime_ns, seen.st_ino, seen.st_size, seen.st_mode, program())
    return blake2b(repr(figures).encode("ascii")).digest()


def _heading(data: bytes, key: bytes) -> bytes:
    return _KIND + blake2b(data, digest_size=32, key=key).hexdigest().encode("ascii") + b"\n"


@cache
def program() -> str:
    """Return a digest of what makes a site: this program's files, its theme, Python, and the installed packages."""
    package = Path(__file__).parent.parent
    places = [package] if (package / "theme").is_dir() else [package, package.parent / "theme"]
    parts: list[object] = [__version__, sys.version, sys.prefix, os.environ.get("PYTHONPATH", "")]
    for place in places:
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                seen = os.lstat(f"{folder}/{name}")
                parts.append((name, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino))
    for folder in sys.path:
        if folder.endswith("-packages") and Path(folder).is_dir():
            parts.append((folder, sorted(name for name in os.listdir(folder) if name.endswith("-info"))))
    return blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def present(root: Path) -> int:
    """Return what time it is for the file system of the cache folder (ns since 1970), or 0 where that cannot be found out.

    The same 0 where the time of a file's last change is one that any program can set, as on exFAT: nothing is to be believed by it.

    It is the time that a file has which is written now, so it is compared with the times of other files and no clock is read.
    """
    from pinback.files import FileProblem, make_folder, take_name, write_temporary

    path = cache_folder(root) / "now"
    try:
        make_folder(path.parent)
        write_temporary(str(path), b"")
        take_name(str(path))
        os.utime(path, ns=(0, 0))
        seen = os.lstat(path)
        return 0 if seen.st_ctime_ns == seen.st_mtime_ns else seen.st_ctime_ns
    except (FileProblem, OSError):
        return 0
