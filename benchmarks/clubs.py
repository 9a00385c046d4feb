"""The clubs that are measured: made and sealed once below the cache folder, then copied to where a run works.

A kept club is named after seed, size and the generator's own text, so that another generator makes new ones. Sealed files
never change, so they serve every later version of Pinback.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import measure
from benchmarks.club import write_club

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("club.py", "words.py", "keys.py")


def environment(cache: Path) -> dict[str, str]:
    """Return the variables of every measured process: this checkout first, compiled files kept apart from it."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PINBACK_CODE")
    }
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache / "compiled")}


PYTHON = (sys.executable, "-P")


def pinback(*arguments: str) -> tuple[str, ...]:
    """Return the command line of a fresh ``pinback``."""
    return (*PYTHON, "-m", "pinback", *arguments)


def pinback_with_open_key(keys: Path, *arguments: str) -> tuple[str, ...]:
    """Return the command line of a fresh ``pinback`` that need not decrypt its keys."""
    return (*PYTHON, "-m", "benchmarks.open_key", str(keys), *arguments)


@dataclass(frozen=True, slots=True)
class Kept:
    """A club of one size in the cache.

    Attributes:
        waiting: its folder with keys, before anything was sealed.
        sealed: the same with everything sealed; one in a hundred withdrawn.
        keys: the opened keys of both.
    """

    seed: str
    awards: int
    waiting: Path
    sealed: Path
    keys: Path


def kept_club(cache: Path, seed: str, awards: int, say: Callable[[str], None]) -> Kept:
    """Return the club of this seed and size, made and sealed if it is not there yet."""
    digest = hashlib.sha256(repr((seed, awards)).encode())
    for name in SOURCES:
        digest.update((ROOT / "benchmarks" / name).read_bytes())
    folder = cache / "clubs" / f"{awards}-{digest.hexdigest()[:12]}"
    kept = Kept(seed, awards, folder / "waiting", folder / "sealed", folder / "keys")
    if (folder / "ready").exists():
        return kept
    say(f"making and sealing a club of {awards:,} awards in {folder}, once")
    shutil.rmtree(folder, ignore_errors=True)
    kept.waiting.mkdir(parents=True)
    write_club(kept.waiting, seed, awards)
    variables = environment(cache)
    measure.run((*PYTHON, "-m", "benchmarks.keys", str(kept.waiting), str(kept.keys)), ROOT, variables)
    shutil.rmtree(kept.waiting / ".pinback", ignore_errors=True)
    shutil.copytree(kept.waiting, kept.sealed)
    seal = pinback_with_open_key(kept.keys, "seal")
    measure.run(seal, kept.sealed, variables)
    write_club(kept.sealed, seed, awards, withdrawn=True)
    measure.run(seal, kept.sealed, variables)
    shutil.rmtree(kept.sealed / ".pinback", ignore_errors=True)
    (folder / "ready").touch()
    return kept
