"""``python -m tests.fuzz``: hostile input for hours, by command; the suite takes a sample of it.

    python -m tests.fuzz --list
    python -m tests.fuzz --target yaml --target svg --minutes 10
    python -m tests.fuzz --minutes 60                     all targets in turn
    python -m tests.fuzz --target svg --engine atheris    guided by coverage; needs the extra "fuzz"
    python -m tests.fuzz clubs --only "link out"          every trick whose name holds these words
    python -m tests.fuzz values                           every hostile value in every field
    python -m tests.fuzz shapes                           every field misspelt, left out, of another kind
    python -m tests.fuzz sample --every 60 --seed 7       some of both, as the suite does
    python -m tests.fuzz --target yaml --again FILE       what was found, once more

Each input runs in a process of its own group with 512 MB and 5 s. What is found lies below ``.cache/fuzz`` as files, one an input; the
exit code is 1 then.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_TESTS = Path(__file__).resolve().parent.parent
for _folder in (_TESTS / "verify", _TESTS, _TESTS.parent):
    sys.path.insert(0, str(_folder))


def _watched() -> contextlib.AbstractContextManager[object]:
    """Let atheris see what runs in the package, which it can only while that is imported."""
    if "atheris" not in sys.argv:
        return contextlib.nullcontext()
    import atheris

    watching: contextlib.AbstractContextManager[object] = atheris.instrument_imports(include=["pinback"])
    return watching


with _watched():
    from fuzz.bounded import bounded
    from fuzz.mutate import mutated
    from fuzz.targets import TARGETS, Broken, Target, clean_up

FOUND = _TESTS.parent / ".cache" / "fuzz"
_AT_ONCE = 100
"""Inputs of one process; where one of them breaks a promise, each is tried alone."""


def fault_of(target: Target, data: bytes) -> str:
    """Return which promise breaks when a target reads *data*, or ""."""

    def read() -> int:
        try:
            target.read(data)
        except Broken as broken:
            print(f"broken: {broken}")
            return 3
        return 0

    ended = bounded(read)
    return ended.broken() or (ended.out.strip()[:500] if ended.code else "")


def _all_sound(target: Target, inputs: list[bytes]) -> bool:
    """Tell whether a target reads all inputs, in one process, with every promise kept and time to spare."""

    def read() -> int:
        for data in inputs:
            began = time.process_time()
            try:
                target.read(data)
            except Broken:
                return 3
            if time.process_time() - began > 4:
                return 3
        return 0

    ended = bounded(read, 120)
    return ended.code == 0 and not ended.err and ended.megabytes < 400


def hunt(target: Target, seconds: float, seed: int) -> list[tuple[str, bytes]]:
    """Try changed inputs for some seconds; return each new kind of fault with the input that shows it."""
    seeds = target.seeds()
    found: dict[str, tuple[str, bytes]] = {}
    source = random.Random(f"{target.name} {seed}")
    waiting = list(seeds)
    tried = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end or waiting:
        inputs = waiting[:_AT_ONCE] or [mutated(source.choice(seeds), seeds, source) for _ in range(_AT_ONCE)]
        waiting = waiting[_AT_ONCE:]
        tried += len(inputs)
        if _all_sound(target, inputs):
            continue
        for data in inputs:
            if fault := fault_of(target, data):
                found.setdefault(re.sub(r"[0-9]+|'[^']*'|\"[^\"]*\"", "…", fault)[:80], (fault, data))
    print(f"{target.name:36} {tried:>8} inputs {len(found):>4} findings", flush=True)
    return list(found.values())


def _kept(target: Target, found: list[tuple[str, bytes]]) -> None:
    for fault, data in found:
        FOUND.mkdir(parents=True, exist_ok=True)
        path = FOUND / f"{re.sub(r'[^a-z0-9]+', '-', target.name)}-{hashlib.sha256(data).hexdigest()[:10]}"
        path.write_bytes(data)
        print(f"  {path}: {fault}", flush=True)


def _with_atheris(target: Target, minutes: float) -> int:
    """Let libFuzzer choose the inputs; it ends at the first finding."""
    import atheris

    corpus = FOUND / f"corpus-{re.sub(r'[^a-z0-9]+', '-', target.name)}"
    corpus.mkdir(parents=True, exist_ok=True)
    for data in target.seeds():
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={int(minutes * 60)}",
            "-timeout=5",
            "-rss_limit_mb=1024",
            "-max_len=65536",
            f"-artifact_prefix={FOUND}/",
        ],
        target.read,
    )
    atheris.Fuzz()
    return 0


def run() -> int:
    """Do what was asked for and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", nargs="?", choices=("readers", "clubs", "values", "shapes", "sample"), default="readers"
    )
    parser.add_argument("--list", action="store_true", help="the names of all targets")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), metavar="NAME", help="may be repeated")
    parser.add_argument("--minutes", type=float, default=1.0, help="of all targets together")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same seed gives the same inputs")
    parser.add_argument("--engine", choices=("changes", "atheris"), default="changes")
    parser.add_argument("--only", default="", metavar="WORDS", help="clubs or values whose name holds these words")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th club or value alone")
    parser.add_argument("--again", type=Path, metavar="FILE", help="one input once more")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(TARGETS))
        return 0
    if asked.what != "readers":
        return _whole_clubs(asked.what, asked.only, asked.every, asked.seed)
    targets = [TARGETS[name] for name in asked.target or TARGETS]
    try:
        if asked.again:
            faults = [fault_of(target, asked.again.read_bytes()) for target in targets]
            print("\n".join(fault or "sound" for fault in faults))
            return int(any(faults))
        if asked.engine == "atheris":
            return _with_atheris(targets[0], asked.minutes)
        print(f"seed {asked.seed}")
        bad = False
        for target in targets:
            found = hunt(target, asked.minutes * 60 / len(targets), asked.seed)
            _kept(target, found)
            bad |= bool(found)
        return int(bad)
    finally:
        clean_up()


def _whole_clubs(what: str, only: str, every: int, seed: int) -> int:
    from fuzz.clubs import PAYLOADS, TRICKS
    from fuzz.trials import Template, payload_faults, removed, shape_faults, trick_faults

    folder = Path(tempfile.mkdtemp(prefix="pinback-fuzz-"))
    bad = 0
    try:
        template = Template(folder)
        tables: dict[str, Callable[[str], list[str]]] = {
            "clubs": lambda name: trick_faults(template, name),
            "values": lambda name: payload_faults(folder, PAYLOADS[name]),
        }
        for table, names in (("clubs", TRICKS), ("values", PAYLOADS)):
            if what not in (table, "sample"):
                continue
            each = every if what == table or table == "clubs" else max(1, every // 2)
            chosen = [name for name in names if only in name][seed % each :: each]
            for name in chosen:
                found = tables[table](name)
                bad += bool(found)
                for fault in found:
                    print(f"{name!r}: {fault}", flush=True)
            print(f"{len(chosen)} {table} tried")
        if what in ("shapes", "sample"):
            tried, found = shape_faults(folder, every, seed)
            bad += len(found)
            print(*found, f"{tried} shapes tried", sep="\n")
    finally:
        removed(folder)
    return int(bad > 0)


if __name__ == "__main__":
    os.environ.pop("GITHUB_ACTIONS", None)
    sys.exit(run())
