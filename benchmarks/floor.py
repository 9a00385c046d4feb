"""The least that each piece of work can take: the same reads, parses, signatures and writes with no program around them.

    python -m benchmarks.floor seal|build|same|new CLUB --keys OPEN_KEYS --out FOLDER [--processes N]

CLUB is sealed and built; it says how many files of which sizes there are. What is written are bytes of these sizes without
meaning. Prints one JSON object: the seconds of the work alone (``seal``, ``build``: the process is started and
the sizes are known before), and the seconds of its parts. For ``same`` and ``new`` the whole process is the floor, its
start and imports too, so whoever runs it takes the time.

- ``seal``: two RS256 and one Ed25519 signature an award, its four files; badge versions, status lists, register.
- ``build``: every record, badge, register and sealed file read, records parsed by libyaml, documents hashed and parsed by orjson;
  every file of the site written.
- ``same``: a stat of every input, compared with what was remembered (one JSON file).
- ``new``: the same, then the signatures of one award and of the checkpoint, its sealed files and those in the site, the
  badge's page, the register's line, what is remembered.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SITE = "site"
INPUTS = ("site_src", "issuers", "badges", "theme")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", choices=["seal", "build", "same", "new", "remember"])
    parser.add_argument("club", type=Path)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    work = {"seal": _seal, "build": _build, "same": _same, "new": _new, "remember": _remember}[given.work]
    print(json.dumps(work(given)))


# What there is.


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            else:
                yield entry


def _sizes(folder: Path) -> list[tuple[str, int]]:
    """Return path relative to *folder* and size of every file below it, one folder after another."""
    start = len(str(folder)) + 1
    return sorted((entry.path[start:], entry.stat().st_size) for entry in _walk(str(folder)))


def _bytes_of(size: int) -> bytes:
    """Return bytes without meaning; pictures and signatures do not repeat either."""
    return hashlib.shake_128(b"floor").digest(size)


# Keys, as they are when a code has opened them.


def _signers(opened: Path) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    plain = json.loads(opened.read_bytes().partition(b"\n")[2])

    def key(role: str) -> object:
        return load_der_private_key(base64.b64decode(plain[role]), None, unsafe_skip_rsa_key_validation=True)

    rsa_key, ed_key = key("rsa"), key("ed25519")
    assert isinstance(rsa_key, rsa.RSAPrivateKey)
    assert isinstance(ed_key, ed25519.Ed25519PrivateKey)
    scheme, digest = padding.PKCS1v15(), hashes.SHA256()
    rsa_key.sign(b"", scheme, digest)  # OpenSSL prepares the key at its first signature
    return lambda data: rsa_key.sign(data, scheme, digest), ed_key.sign


# Work that is cut into parts for several processes.


def _in_processes(parts: list[list[tuple[str, int]]], do: Callable[[list[tuple[str, int]]], None]) -> None:
    """Do each part in a process of its own; all but the first are forked from this one."""
    children = []
    for part in parts[1:]:
        child = os.fork()
        if not child:
            do(part)
            os._exit(0)
        children.append(child)
    do(parts[0])
    for child in children:
        if os.waitpid(child, 0)[1]:
            raise SystemExit("a process of the floor failed")


class _Clock:
    """Seconds and processor seconds, children included, since it was made."""

    def __init__(self) -> None:
        self.started, self.before = time.perf_counter(), os.times()

    def told(self, **more: float) -> dict[str, float]:
        seconds, now = time.perf_counter() - self.started, os.times()
        return {"seconds": seconds, "cpu": sum(now[:4]) - sum(self.before[:4]), **more}


def _parts(files: list[tuple[str, int]], count: int) -> list[list[tuple[str, int]]]:
    """Cut files into *count* parts that keep those of one folder together as well as can be."""
    size = -(-len(files) // count)
    return [files[start : start + size] for start in range(0, len(files), size)] or [[]]


def _write(out: str, files: list[tuple[str, int]], source: memoryview) -> None:
    """Write files of these sizes; a folder is made when its first file comes."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    known = "\0"  # no folder is called so
    for name, size in files:
        folder = name.rpartition("/")[0]
        if folder != known:
            os.makedirs(f"{out}/{folder}", exist_ok=True)  # noqa: PTH103 - the dearer Path is no part of a floor
            known = folder
        handle = os.open(f"{out}/{name}", flags, 0o644)
        os.write(handle, source[:size])
        os.close(handle)


def _seal(given: argparse.Namespace) -> dict[str, float]:
    files = _sizes(given.club / "issuers/club/sealed")
    register = (given.club / "issuers/club/register.jsonl").stat().st_size
    rs256, ed25519 = _signers(given.keys)
    source = memoryview(_bytes_of(max(register, *(size for _, size in files))))
    out = str(given.out)

    def sign(part: list[tuple[str, int]]) -> None:
        for name, size in part:
            if name.endswith(".txt"):
                rs256(bytes(source[: size * 3 // 4]))
            elif name.endswith("credential.json") or name.startswith("status/"):
                ed25519(bytes(source[:64]))

    def work(part: list[tuple[str, int]]) -> None:
        sign(part)
        _write(out, part, source)

    clock = _Clock()
    _in_processes(_parts(files, given.processes), work)
    ed25519(b"checkpoint")
    _write(out, [("register.jsonl", register)], source)
    return clock.told(files=len(files))


def _build(given: argparse.Namespace) -> dict[str, float]:
    import orjson
    import yaml

    site = _sizes(given.club / SITE)
    root = str(given.club)
    inputs = [
        (f"{top}/{name}", size)
        for top in INPUTS
        if (given.club / top).is_dir()
        for name, size in _sizes(given.club / top)
    ]
    source = memoryview(_bytes_of(max(size for _, size in site)))
    out = str(given.out)

    def read(part: list[tuple[str, int]]) -> None:
        for name, size in part:
            handle = os.open(f"{root}/{name}", os.O_RDONLY)
            data = os.read(handle, size)
            os.close(handle)
            if name.endswith(".yaml"):
                yaml.load(data, yaml.CSafeLoader)
            elif "/sealed/" in name:
                hashlib.sha256(data).digest()
                if name.endswith(".json"):
                    orjson.loads(data)
            elif name.endswith(".jsonl"):
                for line in data.splitlines():
                    orjson.loads(line)

    # Each process gets a share of both; the order of files is that of folders, so shares are equal in kind.
    count = given.processes
    clock = _Clock()
    _in_processes(_parts(inputs, count), read)
    _in_processes(_parts(site, count), lambda part: _write(out, part, source))
    return clock.told(files=len(site))


# Work of which the process's own start is a part.


def _stats(club: Path) -> dict[str, list[int]]:
    found = {}
    for top in INPUTS:
        if (club / top).is_dir():
            for entry in _walk(f"{club}/{top}"):
                status = entry.stat(follow_symlinks=False)
                found[entry.path] = [status.st_mtime_ns, status.st_size]
    return found


def _remember(given: argparse.Namespace) -> dict[str, float]:
    """Write what ``same`` and ``new`` compare with; no part of any measurement."""
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "remembered.json").write_text(json.dumps(_stats(given.club)), encoding="utf-8")
    return {"seconds": 0.0}


def _compared(given: argparse.Namespace) -> tuple[dict[str, list[int]], list[str]]:
    """Return what is remembered, and the inputs that are otherwise or new."""
    import orjson

    remembered = orjson.loads((given.out / "remembered.json").read_bytes())
    return remembered, [name for name, status in _stats(given.club).items() if remembered.get(name) != status]


def _same(given: argparse.Namespace) -> dict[str, float]:
    _, changed = _compared(given)
    return {"changed": len(changed)}


def _new(given: argparse.Namespace) -> dict[str, float]:
    import orjson

    remembered, _ = _compared(given)
    rs256, ed25519 = _signers(given.keys)
    known = given.club / "issuers/club/sealed/awards"
    award = next(iter(sorted(os.listdir(known))))
    sealed, shown = _sizes(known / award), _sizes(given.club / SITE / "awards" / award)
    page = (given.club / SITE / "badges" / os.listdir(given.club / "badges")[0] / "index.html").stat().st_size
    source = memoryview(_bytes_of(max(size for _, size in (*sealed, *shown, ("", page)))))
    for _, size in sealed[-2:]:
        rs256(bytes(source[:size]))
    ed25519(bytes(source[:64]))
    ed25519(b"checkpoint")
    out = given.out / "written" / str(time.time_ns())
    _write(
        str(out),
        [
            *((f"sealed/{name}", size) for name, size in sealed),
            *((f"site/{name}", size) for name, size in shown),
            ("page", page),
            ("register", 900),
        ],
        source,
    )
    (given.out / "remembered.json").write_bytes(orjson.dumps(remembered))
    return {"files": len(sealed) + len(shown) + 3}


if __name__ == "__main__":
    main()
