"""Makes the virtual environments of the foreign verifiers, once, below `.cache/` of this checkout.

    python = ready("openbadges")        # or "openbadgeslib"
    subprocess.run([python, "check_openbadges.py", …])

A folder is named after the verifier and a digest of its requirements, its recipe and this Python's version, so a
changed pin makes a new one. A virtual environment cannot be moved after it was made: it is built in place, and a
marker file, written last, says that it is whole; without the marker the next call begins again. Two processes that
ask at the same time wait for each other. Needs a package index once; afterwards nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[2] / ".cache"
MARKER = "ready"
LAST_LINES = 15

# What pip is told, step by step; the requirements file is added to the last one. openbadges has parts that exist as
# source of 2017 only: they build with this setuptools (on Python 3.11 to 3.13), not with every later one, so it goes
# in first and pip may not fetch its own.
RECIPES = {
    "openbadges": (("--no-deps", "setuptools==75.8.2"), ("--no-deps", "--no-build-isolation", "-r")),
    "openbadgeslib": (("--no-deps", "--only-binary", ":all:", "-r"),),
}


class VenvError(Exception):
    """A virtual environment could not be made; the text ends with pip's last lines."""


def ready(name: str) -> Path:
    """Returns the Python of the virtual environment of one verifier, making it when it is not there.

    Args:
        name: a key of `RECIPES`.

    Raises:
        VenvError: when a step fails, with the last lines it printed.
    """
    folder = CACHE / f"foreign-{name}-{_digest(name)}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (folder / MARKER).is_file():
        return python
    CACHE.mkdir(exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        if not (folder / MARKER).is_file():
            if folder.exists():
                shutil.rmtree(folder)
            _build(name, folder, python)
            (folder / MARKER).write_text("", "utf-8")
    return python


def requirements(name: str) -> Path:
    """Returns the file of exact pins of one verifier."""
    return HERE / f"requirements-{name}.txt"


def _digest(name: str) -> str:
    parts = (requirements(name).read_text("utf-8"), repr(RECIPES[name]), platform.python_implementation(), sys.version)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _build(name: str, folder: Path, python: Path) -> None:
    _run(name, sys.executable, "-m", "venv", str(folder))
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
    *before, last = RECIPES[name]
    for step in (*before, (*last, str(requirements(name)))):
        _run(name, *pip, *step)


def _run(name: str, *command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
        shown = " ".join(command[1:])
        raise VenvError(f"the virtual environment of {name} could not be made; python {shown} said:\n{last}")


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Holds `lock` for one process at a time; the system lets go of it when the process dies."""
    with lock.open("w") as file:
        try:
            import fcntl
        except ImportError:  # Windows: two test runs at the same time are then the caller's care
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    for wanted in sys.argv[1:] or RECIPES:
        print(ready(wanted))
