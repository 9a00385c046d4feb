"""What is measured, and how the club stands before each: one method a thing, all of one size share one club.

The order within a round matters: "nothing changed" follows the clean build, and each later change is built upon the one
before it. One award is added in every round, so the club grows by as many awards as there are rounds.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.club import award_of, badge_slugs, badge_text, one_more
from benchmarks.clubs import PYTHON, ROOT, Kept, environment, pinback, pinback_with_open_key
from benchmarks.measure import Contender, Failed, Run, run

CREDENTIALS = 5000
"""How many credentials Pinback and ``@digitalbazaar/vc`` sign for the comparison."""
FEW_CREDENTIALS = 100
"""How many openbadgeslib signs, which takes a hundred times as long."""
CHANGED_BADGE = badge_slugs()[-1]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Own:
    """Pinback at work on one club, and the floors of that work."""

    def __init__(self, kept: Kept, work: Path, cache: Path) -> None:
        self.kept, self.work = kept, work / str(kept.awards)
        self.club, self.fresh, self.out = self.work / "club", self.work / "fresh", self.work / "out"
        self.sizes = self.work / "sizes.json"
        self.environment = environment(cache)
        self.added = 0

    def stand_ready(self) -> None:
        """Copy the sealed club to where it is measured, compile the program's files by a first build, and note the sizes of its site."""
        shutil.copytree(self.kept.sealed, self.club)
        self._build()
        # By another process: what this one holds counts as the memory of whatever it begins.
        self._run((*PYTHON, "-m", "benchmarks.floor", "sizes", str(self.club), "--out", str(self.sizes)), ROOT)

    def _run(self, command: tuple[str, ...], folder: Path | None = None, own_clock: bool = False) -> Run:
        return run(command, folder or self.club, self.environment, own_clock)

    def _floor_start(self, work: str, *more: str) -> Run:
        if work == "remember":
            shutil.rmtree(self.out, ignore_errors=True)
            self.out.mkdir()
        script = str(ROOT / "benchmarks" / "floor_start.py")
        return self._run((*PYTHON, script, work, str(self.club), str(self.out), *more), ROOT)

    def _floor(self, work: str, *more: str) -> Run:
        command = (*PYTHON, "-m", "benchmarks.floor", work, str(self.club), "--out", str(self.out), *more)
        return self._run(command, ROOT, own_clock=True)

    # Sealing.

    def seal(self, number: int) -> Run:
        """Seal everything, with the key open."""
        shutil.rmtree(self.fresh, ignore_errors=True)
        shutil.copytree(self.kept.waiting, self.fresh)
        done = self._run(pinback_with_open_key(self.kept.keys, "seal"), self.fresh)
        if f"sealed {self.kept.awards:,} awards" not in done.said:
            raise Failed(f"seal did not seal {self.kept.awards:,} awards: {done.said}")
        shutil.rmtree(self.fresh)
        return done

    def seal_floor(self, number: int) -> Run:
        """Make as many signatures and files, on all cores."""
        return self._seal_floor(cores())

    def seal_floor_on_one(self, number: int) -> Run:
        """Make as many signatures and files, one after the other."""
        return self._seal_floor(1)

    def _seal_floor(self, processes: int) -> Run:
        shutil.rmtree(self.out, ignore_errors=True)
        return self._floor("seal", "--keys", str(self.kept.keys), "--processes", str(processes))

    # Building.

    def clean_build(self, number: int) -> Run:
        """Build with no site, nothing remembered, no theme of the club's own, and each badge as it was sealed.

        Otherwise the one new award of the next round would be sealed with a new version of a badge, whose picture is drawn.
        """
        self._unbuild()
        changed = f"badges/{CHANGED_BADGE}/badge.md"
        shutil.copyfile(self.kept.sealed / changed, self.club / changed)
        return self._build()

    def _unbuild(self) -> None:
        for name in ("site", ".pinback", ".site.next", "theme"):
            shutil.rmtree(self.club / name, ignore_errors=True)

    def _build(self, *, idle: bool = False) -> Run:
        done = self._run(pinback("build"))
        found = re.search(r"([\d,]+) files?, ([\d,]+) written", done.said)
        if found is None or (found[2] == "0") is not idle:
            raise Failed(f"a build wrote otherwise than it should: {done.said}")
        return done

    def build_floor(self, number: int) -> Run:
        """Read, parse and write as much, on all cores; the site of the round before goes first, as memory may not hold both."""
        self._unbuild()
        shutil.rmtree(self.out, ignore_errors=True)
        done = self._floor("build", "--sizes", str(self.sizes), "--processes", str(cores()))
        shutil.rmtree(self.out)
        return done

    def nothing_changed(self, number: int) -> Run:
        """Build once more; it must write nothing."""
        return self._build(idle=True)

    def nothing_floor(self, number: int) -> Run:
        """Start, and look at every input."""
        self._floor_start("remember")
        return self._floor_start("same")

    def one_award(self, number: int) -> Run:
        """Write one record; seal it with the key open, and build: two processes, both measured."""
        self.added += 1
        name, data = one_more(self.kept.seed, self.kept.awards + self.added)
        if name.split("/")[1] == CHANGED_BADGE:
            return self.one_award(number)
        (self.club / name).write_bytes(data)
        return self._run(pinback_with_open_key(self.kept.keys, "seal")) + self._build()

    def one_award_floor(self, number: int) -> Run:
        """Start once, look at every input, make the signatures and files of one award."""
        self._floor_start("remember")
        return self._floor_start("new", str(self.kept.keys))

    def badge_text(self, number: int) -> Run:
        """Change the criteria of one badge, and build."""
        more = f" The list of those who may look was renewed {number + 1} times."
        (self.club / "badges" / CHANGED_BADGE / "badge.md").write_bytes(badge_text(CHANGED_BADGE, more))
        return self._build()

    def theme(self, number: int) -> Run:
        """Change what all pages share, and build."""
        text = (ROOT / "theme" / "base.html").read_text(encoding="utf-8")
        own = self.club / "theme" / "base.html"
        own.parent.mkdir(exist_ok=True)
        changed = text.replace("</body>", f"<!-- look {number + 1} --></body>")
        if changed == text:
            raise Failed("theme/base.html has no </body> any more; the benchmark cannot change it")
        own.write_text(changed, encoding="utf-8")
        return self._build()

    def contenders(self, wanted: set[str]) -> Iterator[Contender]:
        """Yield what is measured, in the order in which the club must go through it."""
        table = {
            "seal": self.seal,
            "floor of seal": self.seal_floor,
            "floor of seal, one core": self.seal_floor_on_one,
            "floor of clean build": self.build_floor,
            "clean build": self.clean_build,
            "nothing changed": self.nothing_changed,
            "floor of nothing changed": self.nothing_floor,
            "one new award": self.one_award,
            "floor of one new award": self.one_award_floor,
            "one badge's text": self.badge_text,
            "the theme": self.theme,
        }
        for name, measure in table.items():
            if name.removeprefix("floor of ").removesuffix(", one core") in wanted:
                yield Contender(f"{self.kept.awards} {name}", measure)


class Generators:
    """Hugo and Eleventy on as many Markdown pages."""

    def __init__(self, seed: str, awards: int, work: Path, cache: Path) -> None:
        self.seed, self.awards, self.work, self.cache = seed, awards, work / "generators", cache
        self.environment = dict(os.environ)

    def hugo(self) -> Iterator[Contender]:
        """Yield Hugo's clean build, and its build after one new page."""
        program, site = peers.hugo(self.cache), self.work / "hugo"
        peers.write_site(site, peers.hugo_site(self.seed, self.awards))
        out, own = site / "public", self.work / "hugo-cache"
        command = (str(program), "--quiet", "--cacheDir", str(own), "--destination", str(out))

        def clean(number: int) -> Run:
            for folder in (out, own, site / "resources"):
                shutil.rmtree(folder, ignore_errors=True)
            done = run(command, site, self.environment)
            if len(list((out / "awards").iterdir())) < self.awards:
                raise Failed("hugo made fewer pages than there are")
            return done

        def one_page(number: int) -> Run:
            award = award_of(self.seed, self.awards + number)
            (site / "content" / "awards" / f"{award.id}.md").write_text(peers.markdown(award), encoding="utf-8")
            return run(command, site, self.environment)

        yield Contender(f"{self.awards} hugo", clean)
        yield Contender(f"{self.awards} hugo, one new page", one_page)

    def eleventy(self) -> Iterator[Contender]:
        """Yield Eleventy's clean build."""
        script, site = peers.eleventy(self.cache), self.work / "eleventy"
        peers.write_site(site, peers.eleventy_site(self.seed, self.awards))
        out = site / "_site"

        def clean(number: int) -> Run:
            shutil.rmtree(out, ignore_errors=True)
            done = run(("node", str(script), "--quiet"), site, self.environment)
            if len(list((out / "awards").iterdir())) < self.awards:
                raise Failed("eleventy made fewer pages than there are")
            return done

        yield Contender(f"{self.awards} eleventy", clean)


class Issuers:
    """Embedded proofs for the same credentials: Pinback's code, ``@digitalbazaar/vc`` and openbadgeslib, one process each."""

    def __init__(self, kept: Kept, work: Path, cache: Path) -> None:
        self.kept, self.cache = kept, cache
        self.many, self.few = work / "credentials", work / "few-credentials"
        sealed = kept.sealed / "issuers/club/sealed/awards"
        for folder, count in ((self.many, CREDENTIALS), (self.few, FEW_CREDENTIALS)):
            folder.mkdir()
            for award in sorted(os.listdir(sealed))[:count]:
                shutil.copyfile(sealed / award / "credential.json", folder / f"{award}.json")
        self.count = len(os.listdir(self.many))

    def pinback(self) -> Iterator[Contender]:
        """Yield Pinback's own proofs."""
        command = (*PYTHON, "-m", "benchmarks.proofs", str(self.many), str(self.kept.keys))
        variables = environment(self.cache)
        yield Contender("proofs pinback", lambda _: run(command, ROOT, variables, own_clock=True), self.count)

    def vc(self) -> Iterator[Contender]:
        """Yield those of ``@digitalbazaar/vc``."""
        script = peers.vc()
        command = ("node", script.name, "--credentials", str(self.many))
        yield Contender(
            "proofs @digitalbazaar/vc",
            lambda _: run(command, script.parent, dict(os.environ), own_clock=True),
            self.count,
        )

    def openbadgeslib(self) -> Iterator[Contender]:
        """Yield those of openbadgeslib."""
        command = (str(peers.openbadgeslib()), str(ROOT / "benchmarks" / "proofs.py"), str(self.few))
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        yield Contender(
            "proofs openbadgeslib", lambda _: run(command, ROOT, variables, own_clock=True), len(os.listdir(self.few))
        )
