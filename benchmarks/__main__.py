"""The one command: make the clubs, take turns, print ratios, write RESULTS.md.

python -m benchmarks                                     about half an hour on two cores
python -m benchmarks --awards 1000 --rounds 3            a first look, some minutes
python -m benchmarks --only seal --only build            these alone
python -m benchmarks --large 100000                      also the large club: some five minutes a round, and 15 GB of memory
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks import peers, table
from benchmarks.clubs import ROOT, kept_club
from benchmarks.contenders import Generators, Issuers, Own
from benchmarks.measure import Contender, Failed, Measured, in_rounds

GROUPS = {
    "seal": {"seal"},
    "build": {"clean build"},
    "same": {"clean build", "nothing changed"},
    "new": {"clean build", "one new award"},
    "text": {"clean build", "one badge's text"},
    "theme": {"clean build", "the theme"},
}
PEERS = ("hugo", "eleventy", "vc", "openbadgeslib")
LARGE = {"clean build", "nothing changed", "one new award", "seal"}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--awards", type=int, default=table.MAIN, help="size of the club (10000)")
    parser.add_argument("--large", type=int, default=0, metavar="AWARDS", help="also measure a club of this size")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which everything takes turns (5)")
    parser.add_argument(
        "--large-rounds", type=int, default=3, help="of these, rounds in which the large club takes part (3)"
    )
    parser.add_argument("--seed", default="1", help="another seed makes another club")
    parser.add_argument(
        "--only", action="append", choices=[*GROUPS, *PEERS], help="measure this; may be given several times"
    )
    parser.add_argument(
        "--cache", type=Path, default=ROOT / ".cache" / "benchmarks", help="where clubs and programs are kept"
    )
    parser.add_argument(
        "--work", type=Path, default=Path("/dev/shm"), help="a folder in memory in which to work (/dev/shm)"
    )
    parser.add_argument(
        "--results", type=Path, metavar="FILE", help="write the results there, as RESULTS.md is written"
    )
    return parser.parse_args()


def main() -> None:
    """Read the options, measure, print, write."""
    given = _arguments()
    given.cache = given.cache.resolve()
    given.cache.mkdir(parents=True, exist_ok=True)
    if not given.work.is_dir():
        _say(f"{given.work} is not there: working on the disk, whose times say little")
        given.work = Path(tempfile.gettempdir())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that the folder in memory is emptied then too
    work = Path(tempfile.mkdtemp(prefix="pinback-benchmarks-", dir=given.work))
    try:
        contenders = list(_contenders(given, work))
        before = os.getloadavg()
        found = in_rounds(contenders, given.rounds, _say)
    except Failed as error:
        sys.exit(str(error))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    text = _report(given, found, before)
    print(text)
    if given.results:
        given.results.write_text(text, encoding="utf-8")
        _say(f"written to {given.results}")


def _contenders(given: argparse.Namespace, work: Path) -> Iterator[Contender]:
    """Yield everything that is measured, each club and site made before."""
    only = set(given.only or [*GROUPS, *PEERS])
    wanted = set().union(*(GROUPS[name] for name in only if name in GROUPS))
    kept = kept_club(given.cache, given.seed, given.awards, _say)
    if wanted:
        own = Own(kept, work, given.cache)
        own.stand_ready()
        yield from own.contenders(wanted)
    generators, issuers = Generators(given.seed, given.awards, work, given.cache), Issuers(kept, work, given.cache)
    if only & {"vc", "openbadgeslib"}:
        yield from issuers.pinback()
    for name, make in _peers(generators, issuers).items():
        if name in only:
            yield from _unless_missing(make)
    if given.large:
        large = Own(kept_club(given.cache, given.seed, given.large, _say), work, given.cache)
        large.stand_ready()
        for one in large.contenders(wanted & LARGE):
            yield Contender(one.name, one.measure, one.per, given.large_rounds)


def _peers(generators: Generators, issuers: Issuers) -> dict[str, Callable[[], Iterable[Contender]]]:
    return {
        "hugo": generators.hugo,
        "eleventy": generators.eleventy,
        "vc": issuers.vc,
        "openbadgeslib": issuers.openbadgeslib,
    }


def _unless_missing(make: Callable[[], Iterable[Contender]]) -> Iterator[Contender]:
    try:
        yield from make()
    except peers.Missing as error:
        _say(f"left out: {error}")


def _report(given: argparse.Namespace, found: dict[str, Measured], before: tuple[float, float, float]) -> str:
    load = f"Load of the machine before and after: {before[0]:.1f}, {os.getloadavg()[0]:.1f}."
    quiet = "" if before[0] < 1 else " Other programs were at work; trust the ratios of cpu time more."
    command = " ".join(["python -m benchmarks", *_without_paths(sys.argv[1:])])
    how = f"`{command}`, working in {given.work}. {load}{quiet}"
    day = datetime.now(UTC).date().isoformat()
    large = given.large or table.LARGE
    return table.results(found, given.awards, large, day, how, {**table.machine(), **_versions(found)})


def _without_paths(arguments: list[str]) -> list[str]:
    """Return the options that say what is measured; where it was kept is nobody's business."""
    kept, skip = [], False
    for word in arguments:
        if not skip and not word.startswith(("--cache", "--work", "--results")):
            kept.append(word)
        skip = word in ("--cache", "--work", "--results")
    return kept


def _versions(found: dict[str, Measured]) -> dict[str, str]:
    """Return the versions of what took part."""
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    )
    pinback = f"{_version('pinback')}, commit {commit.stdout.strip()}" if not commit.returncode else _version("pinback")
    libraries = ", ".join(f"{name} {_version(name)}" for name in ("cryptography", "PyLD", "orjson", "PyYAML", "Jinja2"))
    versions = {"Pinback": pinback, "its libraries": libraries}
    if any("hugo" in name for name in found):
        versions["Hugo"] = peers.HUGO
    if any("eleventy" in name or "vc" in name for name in found):
        versions["Node"] = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, check=False
        ).stdout.strip()
    return versions | peers.versions(found)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
