"""One run in a world of its own: ``python child.py CLUB SITE [--seal] [--shuffle SEED]``; what it needs else is in the environment.

Folders list their files in an order that *SEED* decides. A sealing draws its random values from one seed, and its clock stands
at one moment, so that two of them can be compared; the keys are the ones of the tests.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class _Shuffled:
    """What ``os.scandir`` gives, in another order."""

    def __init__(self, entries: list[os.DirEntry[str]]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._entries

    def __next__(self) -> os.DirEntry[str]:
        return next(self._entries)

    def __enter__(self) -> _Shuffled:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def shuffle_folders(seed: str) -> None:
    """Let every folder list what is in it in an order that no file system would choose."""
    scandir, listdir = os.scandir, os.listdir
    chance = random.Random(seed)

    def shuffled_scandir(path: object = ".") -> _Shuffled:
        with scandir(path) as found:  # type: ignore[call-overload]
            entries = list(found)
        chance.shuffle(entries)
        return _Shuffled(entries)

    def shuffled_listdir(path: object = ".") -> list[str]:
        names = listdir(path)  # type: ignore[call-overload]
        chance.shuffle(names)
        return names

    os.scandir, os.listdir = shuffled_scandir, shuffled_listdir  # type: ignore[assignment]


def draw_from(seed: str) -> None:
    """Let whatever is drawn at random come from a seed."""
    chance = random.Random(seed)
    secrets.choice = chance.choice  # type: ignore[assignment]
    secrets.randbelow = chance.randrange  # type: ignore[assignment]
    secrets.randbits = chance.getrandbits
    secrets.token_bytes = lambda size=32: chance.randbytes(size or 32)  # type: ignore[assignment,misc]
    secrets.token_hex = lambda size=32: chance.randbytes(size or 32).hex()  # type: ignore[assignment,misc]
    uuid.uuid4 = lambda: uuid.UUID(int=chance.getrandbits(128), version=4)


def sealed(root: Path) -> None:
    """Seal what waits with the keys of the tests at their moment."""
    sys.path[:0] = [str(CHECKOUT / "tests")]
    from conftest import AT, make_test_keys

    from pinback import sealing

    keys = make_test_keys("test")
    sealing.seal(root, lambda: AT, lambda line: None, lambda issuer, store, register: keys)


def run() -> int:
    """Seal where that is asked, and build by the command line; return its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("club", type=Path)
    parser.add_argument("site", type=Path)
    parser.add_argument("--seal", action="store_true")
    parser.add_argument("--shuffle", default="")
    parser.add_argument("--umask", default="022")
    parser.add_argument("--cores", type=int, default=0)
    asked = parser.parse_args()
    os.umask(int(asked.umask, 8))
    if asked.cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.cores])
    if asked.shuffle:
        shuffle_folders(asked.shuffle)
    sys.path[:0] = [str(CHECKOUT)]
    if asked.seal:
        draw_from("one seed for all")
        sealed(asked.club.absolute())
    from pinback.cli.main import run as command

    return command(["build", "-C", str(asked.club), "--out", str(asked.site.absolute())])


if __name__ == "__main__":
    sys.exit(run())
