"""The numbers that Pinback is judged by, from what was measured; and ``RESULTS.md``.

A ratio is median ÷ median, of seconds on the clock. Beside it stands the same of processor seconds: on a machine that others
use too, the two drift apart, and the second says more; with several cores the first may be lower than the second, rightly.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Measured

MAIN = 10_000
LARGE = 100_000


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table of aims.

    Attributes:
        title: what is compared.
        over, under: names of two measured things; the ratio is over ÷ under.
        must, aim: limits; at most, or for "times as fast" at least.
        at_least: whether more is better.
    """

    title: str
    over: str
    under: str
    must: float
    aim: float
    at_least: bool = False

    def verdict(self, value: float) -> str:
        """Return "aim", "must" or "missed"."""
        good = (lambda limit: value >= limit) if self.at_least else (lambda limit: value <= limit)
        return "aim" if good(self.aim) else "must" if good(self.must) else "missed"


def ratios(awards: int = MAIN, large: int = LARGE) -> tuple[Ratio, ...]:
    """Return the ratios that are judged, for a club of this size and a large one; time may grow as the club does, and a tenth more."""
    times = large / awards
    return (
        Ratio(
            "clean build ÷ Hugo's build of as many Markdown pages", f"{awards} clean build", f"{awards} hugo", 1.5, 1.0
        ),
        Ratio(
            "seal ÷ the sum of its signatures and writes alone", f"{awards} seal", f"{awards} floor of seal", 2.0, 1.3
        ),
        Ratio(
            "embedded proof, times as fast as @digitalbazaar/vc",
            "proofs @digitalbazaar/vc",
            "proofs pinback",
            15,
            25,
            at_least=True,
        ),
        Ratio(
            "one new award, key open ÷ its floor", f"{awards} one new award", f"{awards} floor of one new award", 3, 1.5
        ),
        Ratio("nothing changed ÷ its floor", f"{awards} nothing changed", f"{awards} floor of nothing changed", 2, 1.3),
        Ratio(
            f"clean build, {large:,} ÷ {awards:,} awards",
            f"{large} clean build",
            f"{awards} clean build",
            1.1 * times,
            times,
        ),
    )


PEAK = (300.0, 150.0)
"""The most memory of any one process of Pinback's with the large club, MiB: must, aim."""

COMPARISONS = (
    ("clean build ÷ its floor, all cores", "{n} clean build", "{n} floor of clean build"),
    ("clean build ÷ Eleventy's build of as many pages", "{n} clean build", "{n} eleventy"),
    ("seal ÷ its signatures and writes on one core", "{n} seal", "{n} floor of seal, one core"),
    ("one new award ÷ Hugo after one new page", "{n} one new award", "{n} hugo, one new page"),
    ("one new award ÷ clean build", "{n} one new award", "{n} clean build"),
    ("one badge's text ÷ clean build", "{n} one badge's text", "{n} clean build"),
    ("the theme ÷ clean build", "{n} the theme", "{n} clean build"),
    ("embedded proof, times as fast as openbadgeslib", "proofs openbadgeslib", "proofs pinback"),
)
"""Further ratios without a limit: title, over, under."""


def quotient(found: Mapping[str, Measured], over: str, under: str) -> tuple[float, float] | None:
    """Return over ÷ under of seconds and of processor seconds, or None where one of them was not measured."""
    if over not in found or under not in found or not found[over].runs or not found[under].runs:
        return None
    one, other = found[over], found[under]
    return one.seconds / other.seconds, one.cpu / other.cpu


def judged_rows(found: Mapping[str, Measured], awards: int = MAIN, large: int = LARGE) -> Iterator[Sequence[str]]:
    """Yield the rows of the table of aims: what, measured, of processor seconds, must, aim, verdict."""
    for ratio in ratios(awards, large):
        sign = "≥" if ratio.at_least else "≤"
        limits = f"{sign} {ratio.must:g}", f"{sign} {ratio.aim:g}"
        value = quotient(found, ratio.over, ratio.under)
        if value is None:
            yield ratio.title, "not measured", "", *limits, ""
        else:
            yield ratio.title, f"{value[0]:.2f}", f"{value[1]:.2f}", *limits, ratio.verdict(value[0])
    if f"{awards} nothing changed" in found:
        # A run in which a file was written stops the benchmark (``contenders``).
        yield "nothing changed: files rewritten", "0", "", "0", "0", "aim"
    most = peak(found, large)
    what = f"peak memory of any process, {large:,} awards, MiB"
    limits = f"≤ {PEAK[0]:g}", f"≤ {PEAK[1]:g}"
    if most is None:
        yield what, "not measured", "", *limits, ""
    else:
        yield what, f"{most:.0f}", "", *limits, "aim" if most <= PEAK[1] else "must" if most <= PEAK[0] else "missed"


def peak(found: Mapping[str, Measured], awards: int) -> float | None:
    """Return the most memory that any process of Pinback's held with a club of this size, MiB."""
    return max(
        (
            one.peak
            for name, one in found.items()
            if name.startswith(f"{awards} ") and not re.search("floor|hugo|eleventy", name) and one.runs
        ),
        default=None,
    )


def compared_rows(found: Mapping[str, Measured], awards: int = MAIN) -> Iterator[Sequence[str]]:
    """Yield the rows of further ratios that could be measured."""
    for title, over, under in COMPARISONS:
        value = quotient(found, over.format(n=awards), under.format(n=awards))
        if value is not None:
            yield title, f"{value[0]:.2f}", f"{value[1]:.2f}"


def measured_rows(found: Mapping[str, Measured]) -> Iterator[Sequence[str]]:
    """Yield a row for everything that was measured: what, median, fewest–most, processor seconds, MiB, rounds."""
    for name, one in found.items():
        if one.runs:
            words = re.sub(r"^\d+", lambda number: f"{int(number[0]):,}", name)
            few, most = one.spread
            yield (
                words,
                seconds(one.seconds),
                f"{seconds(few)}–{seconds(most)}",
                seconds(one.cpu),
                f"{one.peak:.0f}",
                str(len(one.runs)),
            )


def seconds(value: float) -> str:
    """Return seconds as people read them: three digits that count, in seconds, milliseconds or microseconds."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{_three_digits(value / size)} {unit}"
    return f"{_three_digits(value / 1e-6)} µs"


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


# Markdown.


def markdown(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """Return a table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def results(
    found: Mapping[str, Measured], awards: int, large: int, day: str, how: str, versions: Mapping[str, str]
) -> str:
    """Return ``RESULTS.md``.

    Args:
        found: what was measured.
        awards, large: sizes of the two clubs.
        day: of the run.
        how: the command, and what was not as it should be.
        versions: of everything that took part.
    """
    judged = markdown(("", "measured", "of cpu time", "must", "aim", "reached"), judged_rows(found, awards, large))
    compared = markdown(("", "measured", "of cpu time"), compared_rows(found, awards))
    measured = markdown(("", "median", "fewest–most", "cpu", "peak MiB", "rounds"), measured_rows(found))
    parts = "\n".join(f"- {name}: {version}" for name, version in versions.items())
    return f"""# What was measured

Written by `python -m benchmarks`; a change by hand is lost with the next run. How to read it: [README.md](README.md).

{day}. {how}

{parts}

## What Pinback is judged by

{judged}

## Further ratios

{compared}

## Everything that was measured

A proof is of one credential; all else is of the whole club.

{measured}
"""


def machine() -> dict[str, str]:
    """Return what this machine is: processor, cores, memory, system, Python."""
    processor, memory = platform.machine(), ""
    if (cpu := Path("/proc/cpuinfo")).is_file() and (found := re.search(r"model name\s*: (.*)", cpu.read_text())):
        processor = found[1]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "machine": f"{processor}, {usable} cores{memory}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }
