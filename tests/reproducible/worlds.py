"""Everything around a run that must not matter, changed at once."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
"""Debian's package libfaketime, where it is there: another time of day for the whole process."""
CANARY = "kanarie"
"""Stands in every name and value of a world; no output may hold it."""


PARTS = ("site_src", "issuers", "badges")
"""Of a club's folder; the example lies in this checkout, beside all else."""


@dataclass(frozen=True, slots=True)
class World:
    """One environment.

    Attributes:
        name: for messages.
        folder: of the club, below the place of the trial.
        variables: of the environment.
        flags: of the interpreter.
        umask: octal.
        cores: how many may be used; 0 for all.
        order: in which files are made and folders list them; "" for the system's.
        times: of the files, in seconds since 1970; none for those of the copy.
        warm: whether another state was built there before.
        python: the interpreter.
    """

    name: str
    folder: str = "club"
    variables: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    umask: str = "022"
    cores: int = 1
    order: str = ""
    times: tuple[int, ...] = ()
    warm: bool = False
    python: str = sys.executable


PLAIN = World("plain", variables={"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"})
_FOLDERS = (
    f"a b/{CANARY} 日本/Ünïcode/club",
    f"{CANARY}/x" * 12,
    f'{CANARY}-%2F%20&amp;<b>/it\'s "quoted"',
    f"-{CANARY}/--out",
    f"{CANARY}/$(touch x)/`y`/*",
)
_ZONES = ("Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", f"XXX+23:59:59{CANARY}", "Europe/Istanbul")
_LOCALES = ("tr_TR.UTF-8", "ar_EG.UTF-8", "C", "POSIX", "de_DE.ISO-8859-1", f"{CANARY}.UTF-8", "ja_JP.eucJP")
_FLAGS = ((), ("-O",), ("-OO",), ("-X", "utf8=0"), ("-X", "dev"), ("-X", "utf8=0", "-O"), ("-B", "-S"), ("-I",))
_DAYS = ("@1970-01-02 00:00:00", "@2038-01-20 00:00:00", "@2100-02-28 23:59:59", "@2026-03-29 01:59:59", "")


def world(number: int, python: str = sys.executable) -> World:
    """Return the n-th world, in which nothing is as in ``PLAIN``; each part goes through all that it can be."""
    chance = random.Random(number)
    variables = {
        "HOME": f"/nonexistent/{CANARY}{number}",
        "USER": CANARY,
        "LOGNAME": CANARY,
        "HOSTNAME": CANARY,
        "TZ": _ZONES[number % len(_ZONES)],
        "LC_ALL": _LOCALES[number % len(_LOCALES)],
        "LANG": _LOCALES[(number + 1) % len(_LOCALES)],
        "LANGUAGE": "tr:ar",
        "PYTHONHASHSEED": str(chance.randrange(1, 2**32)),
        "COLUMNS": str(20 + number),
        "SOURCE_DATE_EPOCH": str(chance.randrange(2**31)),
        "CI": "true",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": "/tmp",
        **{f"{CANARY.upper()}_{place}": f"{CANARY}{chance.random()}" for place in range(100)},
    }
    if (day := _DAYS[number % len(_DAYS)]) and LIBRARY.exists():
        variables |= {"FAKETIME": day, "LD_PRELOAD": str(LIBRARY), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    flags = _FLAGS[number % len(_FLAGS)]
    # Without UTF-8 in any way, a command refuses arguments in other letters, in words.
    folders = [folder for folder in _FOLDERS if folder.isascii() or "utf8=0" not in flags]
    return World(
        f"world {number} ({variables['LC_ALL']}, {variables['TZ']}, {' '.join(flags)})",
        folders[number % len(folders)],
        variables,
        tuple(flag for flag in flags if flag != "-S"),  # without site-packages there is nothing to run
        ("077", "000", "027", "002")[number % 4],
        0,
        f"order {number}",
        tuple(chance.randrange(2**31) for _ in range(10)),
        number % 2 == 0,
        python,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """What a run made: files by path, each with its mode; what it said."""

    files: dict[str, bytes]
    modes: dict[str, int]
    said: str


def made_in(one: World, club: Path, place: Path, seal: bool) -> Made:
    """Copy a club into a world, seal and build it there, and return what it made.

    Raises:
        AssertionError: it fails.
    """
    root, site = place / "in" / one.folder, place / "out" / one.folder / "site"
    _copied(club, root, one)
    words = [one.python, *one.flags, str(CHILD), str(root), str(site), "--umask", one.umask]
    words += ["--cores", str(one.cores)] if one.cores else []
    words += ["--shuffle", one.order] if one.order else []
    if one.warm:
        # Another state was built here before: a page has changed since, and one has gone.
        page = root / "site_src/index.md"
        kept = page.read_bytes() if page.exists() else None
        page.write_bytes(b"---\ntitle: Earlier\n---\n\nBefore.\n")
        (root / "site_src/gone-since.md").write_bytes(b"---\ntitle: Gone\n---\n\nBefore.\n")
        _run(one, [*words, "--seal"] if seal else words, place)
        (root / "site_src/gone-since.md").unlink()
        page.unlink() if kept is None else page.write_bytes(kept)
    elif seal:
        words.append("--seal")
    said = _run(one, words, place)
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    modes = {path.relative_to(site).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in site.rglob("*")}
    found = {f"site/{name}": path.read_bytes() for name, path in files.items()}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith((".pinback/", ".site.")):
            found[f"club/{name}"] = path.read_bytes()
    return Made(found, modes, said)


def _run(one: World, words: list[str], place: Path) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPYCACHEPREFIX", "LD_LIBRARY_PATH") if name in os.environ}
    where = {"cwd": place / "in"} if one.order else {}
    done = subprocess.run(words, env={**kept, **one.variables}, capture_output=True, check=False, **where)  # type: ignore[call-overload]
    said: str = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, f"{one.name}: {said}"
    return said


def _copied(club: Path, root: Path, one: World) -> None:
    """Copy a club: files one by one, in an order of the world's own, with its times."""
    files = sorted(path for part in PARTS for path in (club / part).rglob("*") if path.is_file())
    chance = random.Random(one.order)
    if one.order:
        chance.shuffle(files)
    for path in files:
        target = root / path.relative_to(club)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        if one.times:
            time = chance.choice(one.times)
            os.utime(target, (time, time))


def differences(plain: Made, other: World, found: Made) -> list[str]:
    """Return what is not the same."""
    wrong = [
        f"{other.name}: {name}: {_how(plain.files.get(name), found.files.get(name))}"
        for name in sorted(plain.files.keys() | found.files.keys())
        if plain.files.get(name) != found.files.get(name)
    ]
    mask = int(other.umask, 8)
    for name, mode in found.modes.items():
        wanted = (0o666 if f"site/{name}" in found.files else 0o777) & ~mask
        if mode != wanted:
            wrong.append(f"{other.name}: {name} has the mode {mode:o}, and the umask {mask:o} leaves {wanted:o}")
    canary = CANARY.encode()
    wrong += [
        f"{other.name}: {name} knows where it was made" for name, data in found.files.items() if canary in data.lower()
    ]
    return wrong


def _how(one: bytes | None, other: bytes | None) -> str:
    if one is None or other is None:
        return "is there in one of them alone"
    place = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"differs at byte {place}: {one[place - 20 : place + 30]!r} / {other[place - 20 : place + 30]!r}"
