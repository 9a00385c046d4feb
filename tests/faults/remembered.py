"""What lies beside a site and below ``.pinback/`` is damaged, exchanged or hostile: the next build is as a clean one.

Nothing here knows what is remembered, or in which files. What another program or an earlier run left there may be anything.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from faults.building import build, tree
from faults.harness import Prepared, copied
from faults.scenarios import command
from faults.tracing import run

Damage = Callable[[Path, random.Random], None]


def _cut(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))] if data else b"x")


def _flipped(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(3 if data else 0):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def _digits(path: Path, chance: random.Random) -> None:
    """Change digits: sizes, times and hashes stay what they are by their form."""
    data = bytearray(path.read_bytes())
    places = [place for place, sign in enumerate(data) if 0x30 <= sign <= 0x39]
    for place in chance.sample(places, min(len(places), 5)):
        data[place] = 0x30 + chance.randrange(10)
    path.write_bytes(data)


def _shuffled(path: Path, chance: random.Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    chance.shuffle(lines)
    path.write_bytes(b"".join(lines))


def _text(text: bytes) -> Damage:
    return lambda path, chance: path.write_bytes(text) and None


def _linked(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path, chance: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _huge(path: Path, chance: random.Random) -> None:
    with path.open("r+b") as stream:
        stream.truncate(1 << 34)  # a hole: nothing is written


DAMAGES: dict[str, Damage] = {
    "empty": _text(b""),
    "cut": _cut,
    "bits": _flipped,
    "digits": _digits,
    "lines": _shuffled,
    "text": _text(b"nonsense\n"),
    "null": _text(b"null"),
    "list": _text(b"[[[[1]]]]"),
    "deep": _text(b"[" * 200_000),
    "object": _text(b'{"version":1,"files":{"../../etc/passwd":[1,2]},"write":["../x"],"remove":["../../y"]}'),
    "link": _linked,
    "folder": _folder,
    "pipe": _pipe,
    "huge": _huge,
}


def kept(root: Path) -> list[str]:
    """Return every file that is remembered or staged, locks aside."""
    found = [path for path in (root / ".pinback").rglob("*") if path.is_file()]
    found += [path for top in root.glob(".site.*") for path in (top, *top.rglob("*")) if path.is_file()]
    return sorted(
        path.relative_to(root).as_posix()
        for path in found
        if not path.name.endswith("lock") and "preview" not in path.parts
    )


def trials(club: Prepared) -> Iterator[tuple[str, str]]:
    """Yield each kept file with each damage."""
    with tempfile.TemporaryDirectory() as other:
        root = _warm(club, Path(other))
        for name in kept(root):
            for damage in DAMAGES:
                yield name, damage


def _warm(club: Prepared, parent: Path) -> Path:
    root = copied(club.folder, parent)
    ended = run(build(root, "", club.before))
    assert ended.code == 0, ended.said
    return root


def damaged(club: Prepared, name: str, damage: str, seed: int) -> list[str]:
    """Build, damage one kept file, change an input, and build again; return what is wrong."""
    chance = random.Random(f"{name} {damage} {seed}")
    with tempfile.TemporaryDirectory() as other:
        root = _warm(club, Path(other))
        if not (root / name).is_file():
            return []
        DAMAGES[damage](root / name, chance)
        wrong = []
        ended = run(build(root, "", club.before))
        if ended.code != 0:
            wrong.append(f"the build ended with {ended.code}: {ended.said.strip()[-300:]}")
        if tree(root / "site") != club.before.new:
            wrong.append("the site is not as in a clean build")
        checked = run(command(root, [], "check"))
        if checked.code != 0:
            wrong.append(f"check ended with {checked.code}: {checked.said.strip()[-300:]}")
        return wrong


# Inputs that change without looking changed.


def unseen_change(club: Prepared, how: str) -> list[str]:
    """Build, change a page by as many bytes as it has, in a way that *how* names, and build again; return what is wrong."""
    with tempfile.TemporaryDirectory() as other:
        root = _warm(club, Path(other))
        page = root / "badges/knots/badge.md"
        status, before = page.stat(), page.read_bytes()
        after = before.replace(b"Tie six knots.", b"Tie ten knots.")
        assert after != before and len(after) == len(before)
        if how == "renamed over":
            new = page.with_name("new.md")
            new.write_bytes(after)
            os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
            new.replace(page)
        else:
            page.write_bytes(after)
            time = status.st_mtime_ns if how == "same time" else 0 if how == "1970" else status.st_mtime_ns - 10**12
            os.utime(page, ns=(time, time))
        expected = Path(other) / "expected"
        shutil.copytree(root, expected, ignore=shutil.ignore_patterns(".pinback", "site", ".site.*"))
        clean, ended = run(command(expected, [], "build")), run(build(root, "", club.before))
        if clean.code or ended.code:
            # The text of a sealed badge makes another version of it, which both must say in the same words.
            one, other_words = (one.said.replace(str(at), "") for one, at in ((clean, expected), (ended, root)))
            return [] if one == other_words else [f"warm and cold builds differ: {one[-200:]} / {other_words[-200:]}"]
        return [] if tree(root / "site") == tree(expected / "site") else ["the change is not in the site"]


HOW = ("same time", "renamed over", "1970", "older")
