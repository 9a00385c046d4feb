"""What the checker found, as values and as text, CSV and JSON. Strangers' texts are made harmless here.

Nothing is shown that the signature does not cover: ``facts`` are empty unless it holds.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, field
from typing import Any

from pinback.dataclass import dataclass
from pinback.errors import printable
from pinback.verify.verdict import SUSPENDED, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """The answer of one step.

    Attributes:
        step: its name, in the fixed order.
        answer: ``yes``, ``no``, ``cannot tell``, ``not asked`` or ``not reached``.
        words: one plain sentence part, or "".
    """

    step: str
    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class Membership:
    """What is known of an issuer and one parent body (``membership``).

    Attributes:
        parent: the parent's id.
        both: whether both say so; None where one of them could not be asked.
        words: one sentence, without a full stop.
    """

    parent: str
    both: bool | None
    words: str


@dataclass(slots=True)
class Report:
    """The answer for one document, or for a file with several.

    Attributes:
        source: the file or address.
        verdict: one of six.
        reason: why, where it is not "genuine"; one sentence part.
        lines: the steps.
        facts: what is signed: ``badge``, ``issuer_name``, ``from``, ``until``, ``id``; empty unless the signature holds.
        issuer: its id, once the document names it.
        key: the name of the signing key, once it is known.
        trusted: whether the asker trusts the issuer; None where nothing was said.
        matched: whether it is for the person asked about; None where nothing was asked.
        suspended: True where the withdrawal can be taken back.
        demonstration: True where anyone can open the keys.
        parts: reports on what lies in it.
        also_known: other addresses that the issuer's own document gives it.
        endorsed: id of what it is about where it is an endorsement whose signature holds, else "".
        member_of: what is known of the issuer's parent bodies, where somebody asked.
        log: what the log of its issuer says of it; "" where nothing was asked.
        whole: False where it is a container whose parts are badges of their own (ZIP).
    """

    source: str
    verdict: Verdict
    reason: str = ""
    lines: tuple[Line, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    issuer: str = ""
    key: str = ""
    trusted: bool | None = None
    matched: bool | None = None
    suspended: bool = False
    demonstration: bool = False
    parts: tuple[Report, ...] = ()
    also_known: tuple[str, ...] = ()
    whole: bool = True
    endorsed: str = ""
    member_of: tuple[Membership, ...] = ()
    log: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is genuine, in force, trusted where that was asked, and for whom it was asked."""
        mine = self.verdict is Verdict.GENUINE and self.trusted is not False and self.matched is not False
        return mine and (self.whole or all(part.ok for part in self.parts))

    @property
    def sentence(self) -> str:
        """The verdict as people read it, and why."""
        sentence = SUSPENDED if self.suspended and self.verdict is Verdict.WITHDRAWN else self.verdict.sentence
        return f"{sentence} {self.reason[:1].upper()}{self.reason[1:]}." if self.reason else sentence

    def values(self) -> dict[str, Any]:
        """Return the report as plain values for programs."""
        return {
            "source": self.source,
            "verdict": self.verdict.value,
            "ok": self.ok,
            "sentence": self.sentence,
            "issuer": self.issuer,
            "key": self.key,
            "trusted": self.trusted,
            "matched": self.matched,
            "suspended": self.suspended,
            "demonstration": self.demonstration,
            "signed": self.facts,
            "steps": [{"step": line.step, "answer": line.answer, "words": line.words} for line in self.lines],
            "parts": [part.values() for part in self.parts],
            **({"log": self.log} if self.log else {}),
            **({"member_of": [asdict(one) for one in self.member_of]} if self.member_of else {}),
        }


def as_json(reports: Sequence[Report]) -> str:
    """Return all reports as a JSON list."""
    return json.dumps([report.values() for report in reports], indent=1)


COLUMNS = (
    "file",
    "verdict",
    "ok",
    "badge",
    "from",
    "until",
    "issuer",
    "issuer name",
    "key",
    "trusted",
    "for whom",
    "says",
)


def rows(reports: Sequence[Report]) -> list[tuple[str, ...]]:
    """Return a row for each document: those in a container one by one."""
    found = []
    for report in reports:
        if not report.whole:
            found += rows(report.parts)
            continue
        facts = report.facts
        cells = (
            *(report.source, report.verdict.value, _word(report.ok)),
            *(facts.get("badge", ""), facts.get("from", "")[:10], facts.get("until", "")[:10]),
            *(report.issuer, facts.get("issuer_name", ""), report.key),
            *(_word(report.trusted), _word(report.matched), report.sentence),
        )
        found.append(tuple(printable(cell) for cell in cells))
    return found


def _word(answer: bool | None) -> str:
    return "" if answer is None else "yes" if answer else "no"


def as_csv(reports: Sequence[Report]) -> str:
    """Return a table for a spreadsheet; what it would take for a formula begins with an apostrophe.

    Where a comma stands before decimals, spreadsheets part cells at semicolons: a formula behind one is in a cell of its own.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([re.sub("(^|;)(?=[=@+-])", r"\1'", cell) for cell in row] for row in rows(reports))
    return stream.getvalue()


def as_table(reports: Sequence[Report]) -> str:
    """Return one line a document for a terminal: verdict, file, badge, issuer."""
    lines = []
    for row in rows(reports):
        told = " · ".join(cell for cell in (row[3], row[6]) if cell)
        lines.append(
            f"{row[1]:<12} {row[0]}"
            + (f"  ({told})" if told else "")
            + ("" if row[1] == "genuine" else f"\n{'':13}{row[11]}")
        )
    return "\n".join(lines)


def as_text(report: Report, indent: str = "") -> str:
    """Return a report in full: the verdict, what is signed, each step."""
    lines = [f"{report.source}: {report.sentence}"]
    facts = report.facts
    told = (
        (facts.get("badge"), "badge"),
        (facts.get("issuer_name"), "issuer"),
        (_dates(facts), "dates"),
        (report.log, "log"),
    )
    lines += [f"  {name + ':':<9}{value}" for value, name in told if value]
    lines += [f"  {one.words}" for one in report.member_of]
    for number, line in enumerate(report.lines, 1):
        lines.append(f"  {number:>2} {line.step:<34} {line.answer:<12} {line.words}".rstrip())
    text = "\n".join(indent + printable(line) for line in lines)
    return "\n".join([text, *(as_text(part, indent + "    ") for part in report.parts)])


def _dates(facts: dict[str, str]) -> str:
    if "from" not in facts:
        return ""
    return facts["from"][:10] + (f" to {facts['until'][:10]}" if "until" in facts else "")
