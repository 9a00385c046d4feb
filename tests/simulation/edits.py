"""Random edits of register and sealed files, of which none may pass the guard.

Whoever edits here has every file and no key: numbers, leaves and digests are made anew by half of the edits. Each is
judged by what ``check --against`` asks of registers and sealed files; one in a hundred by the whole of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from steps import endorse_a_group, erase, rotate_keys, seal_an_award, suspend, withdraw
from world import World

from pinback import against, guard
from pinback.canonical import sha256_name
from pinback.errors import ContentError, ProofError
from pinback.register import complete, is_erased, line_bytes, parse

REGISTER = "register.jsonl"
WHOLE = 100
"""Each edit of this many is judged by the whole of ``check --against``."""
Files = dict[str, bytes]
"""What lies in an issuer's folder, by path."""
Edit = Callable[[Files, Random], None]
EDITS: list[Edit] = []


def edit(how: Edit) -> Edit:
    EDITS.append(how)
    return how


def _sealed(files: Files, random: Random, end: str = "") -> str:
    return random.choice([name for name in sorted(files) if name != REGISTER and name.endswith(end)])


def _any(files: Files, random: Random) -> str:
    return REGISTER if random.random() < 0.5 else _sealed(files, random)


def _lines(files: Files) -> list[bytes]:
    return files[REGISTER].splitlines(keepends=True)


def _other(value: object, random: Random) -> object:
    """Return another value of the same kind, or of another."""
    if isinstance(value, bool) or value is None:
        return random.choice([not value, 1, "true"])
    if isinstance(value, int):
        return random.choice([value + 1, value - 1, value ^ 4096, -value - 1, str(value), float(value)])
    if isinstance(value, str):
        place = random.randrange(len(value) + 1)
        flipped = value.swapcase()
        return random.choice(
            [value[:place] + random.choice("a0-é") + value[place:], value[:-1], flipped, "", 1, [value]]
        )
    if isinstance(value, list):
        return random.choice([[], value * 2, value[::-1], value[:-1]])
    if isinstance(value, dict):
        name = random.choice(sorted(value)) if value else ""
        kept = {key: inner for key, inner in value.items() if key != name}
        return random.choice(
            [kept, kept | {f"{name}x": value.get(name)}, value | {name: _other(value.get(name), random)}]
        )
    return "other"


def _changed(document: dict, random: Random) -> dict:
    """Return a document with one value changed, deep inside as well."""
    name = random.choice(sorted(document))
    value = document[name]
    inner = (
        _changed(value, random)
        if isinstance(value, dict) and value and random.random() < 0.7
        else _other(value, random)
    )
    return document | {name: inner}


def _remade(lines: list[dict]) -> bytes:
    """Return lines with numbers and leaves made anew, as anyone can."""
    done = []
    for number, line in enumerate(lines):
        fresh = line | {"n": number}
        try:
            if "leaf" in fresh and not is_erased(fresh):
                fresh = complete({name: value for name, value in fresh.items() if name != "leaf"})
        except (ProofError, KeyError):
            pass  # A line that no register can hold; it is written as it is.
        done.append(_line_bytes(fresh))
    return b"".join(done)


def _line_bytes(line: dict) -> bytes:
    try:
        return line_bytes(line)
    except ProofError:
        return json.dumps(line).encode() + b"\n"


def _objects(files: Files) -> list[dict]:
    return [json.loads(line) for line in _lines(files)]


@edit
def flip_a_bit(files: Files, random: Random) -> None:
    name = _any(files, random)
    data = bytearray(files[name])
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    files[name] = bytes(data)


@edit
def replace_bytes(files: Files, random: Random) -> None:
    name = _any(files, random)
    data, place = files[name], random.randrange(len(files[name]))
    files[name] = data[:place] + random.randbytes(random.randrange(1, 9)) + data[place + random.randrange(9) :]


@edit
def cut_a_file(files: Files, random: Random) -> None:
    name = _any(files, random)
    files[name] = files[name][: random.randrange(len(files[name]))]


@edit
def add_to_a_file(files: Files, random: Random) -> None:
    name = _any(files, random)
    files[name] += random.choice([b"\n", b" ", b"{}\n", random.randbytes(5), files[name][-40:]])


@edit
def delete_a_file(files: Files, random: Random) -> None:
    del files[_any(files, random)]


@edit
def copy_a_file_over_another(files: Files, random: Random) -> None:
    files[_sealed(files, random)] = files[_sealed(files, random)]


@edit
def add_a_file(files: Files, random: Random) -> None:
    name = _sealed(files, random)
    files[name + random.choice([".bak", "x", ".json"])] = files[name]


@edit
def exchange_two_files(files: Files, random: Random) -> None:
    one, two = _sealed(files, random), _sealed(files, random)
    files[one], files[two] = files[two], files[one]


@edit
def change_a_value_of_a_document(files: Files, random: Random) -> None:
    name = _sealed(files, random, ".json")
    files[name] = json.dumps(_changed(json.loads(files[name]), random), separators=(",", ":")).encode()


@edit
def change_a_value_of_a_document_and_its_digest(files: Files, random: Random) -> None:
    name = _sealed(files, random, ".json")
    old = sha256_name(files[name]).encode()
    files[name] = json.dumps(_changed(json.loads(files[name]), random), separators=(",", ":")).encode()
    files[REGISTER] = files[REGISTER].replace(old, sha256_name(files[name]).encode())
    files[REGISTER] = _remade(_objects(files))


@edit
def swap_two_lines(files: Files, random: Random) -> None:
    lines = _lines(files)
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    files[REGISTER] = b"".join(lines)


@edit
def delete_a_line(files: Files, random: Random) -> None:
    lines = _lines(files)
    del lines[random.randrange(len(lines))]
    files[REGISTER] = b"".join(lines)


@edit
def repeat_a_line(files: Files, random: Random) -> None:
    lines = _lines(files)
    lines.insert(random.randrange(len(lines) + 1), random.choice(lines))
    files[REGISTER] = b"".join(lines)


@edit
def move_a_line_and_number_anew(files: Files, random: Random) -> None:
    lines = _objects(files)
    line = lines.pop(random.randrange(len(lines)))
    if random.random() < 0.6:
        lines.insert(random.randrange(len(lines) + 1), line)
    files[REGISTER] = _remade(lines)


@edit
def change_a_value_of_a_line(files: Files, random: Random) -> None:
    lines = _objects(files)
    place = random.randrange(len(lines))
    lines[place] = _changed(lines[place], random)
    files[REGISTER] = b"".join(_line_bytes(line) for line in lines)


@edit
def change_a_value_of_a_line_and_its_leaf(files: Files, random: Random) -> None:
    lines = _objects(files)
    place = random.randrange(len(lines))
    lines[place] = _changed(lines[place], random)
    files[REGISTER] = _remade(lines)


@edit
def empty_a_line(files: Files, random: Random) -> None:
    lines = _objects(files)
    place = random.randrange(len(lines))
    keep = ("n", "event", "at", "id", "list", "index", "leaf")
    lines[place] = {name: value for name, value in lines[place].items() if name in keep}
    files[REGISTER] = b"".join(line_bytes(line) for line in lines)


@edit
def cut_at_a_checkpoint(files: Files, random: Random) -> None:
    lines = _lines(files)
    ends = [number for number, line in enumerate(lines, 1) if b'"checkpoint"' in line][:-1]
    files[REGISTER] = b"".join(lines[: random.choice(ends)])


@edit
def cut_at_a_checkpoint_with_what_came_later(files: Files, random: Random) -> None:
    """A consistent older state, but for lists that were signed anew since."""
    cut_at_a_checkpoint(files, random)
    try:
        register = parse(files[REGISTER], REGISTER)
    except ContentError:
        return
    known = {f"sealed/awards/{award}/" for award in register.awards}
    known |= {f"sealed/badges/{slug}/{version}/" for slug, of in register.versions.items() for version in of}
    known |= {f"sealed/groups/{group}/" for group in register.groups}
    known |= {f"sealed/status/{purpose}-{number}.json" for purpose, number in register.status}
    for name in [name for name in files if name != REGISTER and not name.startswith(tuple(known))]:
        del files[name]


class Bench:
    """A club whose files are edited, judged and put back."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, Random(7))
        for step in (
            seal_an_award,
            endorse_a_group,
            withdraw,
            rotate_keys,
            seal_an_award,
            suspend,
            erase,
            seal_an_award,
        ):
            assert step(self.world), step.__name__
            self.world.commit()
            self.world.deploy()
        self.earlier = self.world.deployed()
        self.store = self.world.store
        paths = [self.store.register_path, *self.store.files()]
        self.good = {path.relative_to(self.store.folder).as_posix(): path.read_bytes() for path in paths}
        self.register = self.world.register
        assert self.passes(whole=True)
        assert self.passes(whole=False)

    def put(self, files: Files) -> list[str]:
        """Bring the folder from the good state to *files*, and return what differs."""
        changed = [name for name in {*files, *self.good} if files.get(name) != self.good.get(name)]
        for name in changed:
            self._write(name, files.get(name))
        return changed

    def put_back(self, names: list[str]) -> None:
        for name in names:
            self._write(name, self.good.get(name))

    def _write(self, name: str, data: bytes | None) -> None:
        path = self.store.folder / name
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)

    def passes(self, whole: bool, register_changed: bool = True) -> bool:
        try:
            if whole:
                against.check(self.world.root, self.earlier)
                return True
            register = self.store.load() if register_changed else self.register
        except ContentError:
            return False
        if register is None or register.torn or self.store.problems(register):
            return False
        return not list(guard.compare(self.earlier.registers, {}, "deployed", {"club": register}))


def try_edits(folder: Path, number: int, seed: int = 0) -> Counter[str]:
    """Make so many random edits, and return how many of each kind; none may pass.

    Raises:
        AssertionError: one did; kind and seed are told.
    """
    bench, tried = Bench(folder), Counter()
    attempt = seed * 1_000_000
    while tried.total() < number:
        attempt += 1
        random = Random(attempt)
        how = random.choice(EDITS)
        files = dict(bench.good)
        how(files, random)
        changed = bench.put(files)
        if not changed:
            continue
        whole = tried.total() % WHOLE == 0
        assert not bench.passes(whole, REGISTER in changed), f"{how.__name__} passes (seed {attempt}): {changed}"
        bench.put_back(changed)
        tried[how.__name__] += 1
    assert bench.passes(whole=True)
    return tried
