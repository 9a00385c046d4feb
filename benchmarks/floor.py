"""The least that sealing and building can take: the same reads, parses, signatures and writes with no program around them.

    python -m benchmarks.floor seal|build CLUB --out FOLDER [--keys OPEN_KEYS] [--processes N]

CLUB is sealed and built; it says how many files of which sizes there are. What is written are bytes of these sizes without
meaning. Prints one JSON object with the seconds of the work alone: when its clock starts, the process stands and knows the sizes.
Where the start is a part of the work: ``floor_start``.

- ``seal``: two RS256 and one Ed25519 signature an award, its four files; badge versions, status lists, register.
- ``build``: every record, badge, register and sealed file read, records parsed by libyaml, documents hashed and parsed by orjson;
  every file of the site written.
- ``sizes``: none of these; writes paths and sizes of the site's files to FOLDER, which is a file then.
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

from benchmarks.floor_start import INPUTS

SITE = "site"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("work", choices=["seal", "build", "sizes"])
    parser.add_argument("club", type=Path)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--sizes", type=Path, help="what 'sizes' has written, where the site is not there")
    given = parser.parse_args()
    if given.work == "sizes":
        given.out.write_text(json.dumps(_sizes(given.club / SITE)), encoding="utf-8")
    else:
        print(json.dumps((_seal if given.work == "seal" else _build)(given)))


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

    site = json.loads(given.sizes.read_bytes()) if given.sizes else _sizes(given.club / SITE)
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


if __name__ == "__main__":
    main()
