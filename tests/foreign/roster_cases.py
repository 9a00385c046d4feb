"""Rosters read by the command's code and by the page's: equal columns, notes, questions, faults word by word, and awards.

``python tests/foreign/roster_cases.py``; exits with 1 and shows the first differences where there are any.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "roster")]

import sheets  # noqa: E402 - found by the lines above

from pinback.roster.people import Known  # noqa: E402
from pinback.roster.reading import Asked, Roster, read_roster  # noqa: E402
from pinback.roster.table import read_table  # noqa: E402
from pinback.roster.values import BadgeNames  # noqa: E402

GENERATED = 1500


def here(source: bytes | str, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what Python reads, in the form of the page's answer."""
    table = read_table(source)
    roster = read_roster(table, python_asked(asked))
    return {"rows": len(table.rows), **as_page(roster)}


def python_asked(asked: dict[str, Any]) -> Asked:
    """Return what is asked, as Python takes it."""
    badges = [BadgeNames(one["slug"], tuple(one["names"]), tuple(one.get("languages", ()))) for one in asked["badges"]]
    return Asked(
        badges=badges,
        languages=asked["languages"],
        today=date.fromisoformat(asked["today"]),
        known=[Known(**one) for one in asked["known"]],
        badge=asked["badge"],
        on=date.fromisoformat(asked["on"]) if asked["on"] else None,
        columns=asked["columns"],
        day_order=asked["dayOrder"],
        source=asked["from"],
        hash_emails=asked["hashEmails"],
        all_minors=asked["allMinors"],
    )


def as_page(roster: Roster) -> dict[str, Any]:
    """Return a roster in the form of the page's answer."""

    def fault(one: Any) -> dict[str, Any]:
        return {
            "row": one.row,
            "column": one.column,
            "key": one.key,
            "what": one.what,
            "cure": one.help,
            "text": str(one),
        }

    return {
        "columns": [{"header": one.header, "field": one.field or None} for one in roster.columns],
        "notes": [str(note) for note in roster.notes],
        "questions": [{**fault(one.said), "examples": list(one.examples)} for one in roster.questions],
        "faults": [fault(one) for one in roster.faults],
        "awards": [
            {
                name: value.isoformat() if isinstance(value, date) else "" if value is None else value
                for name, value in asdict(award).items()
            }
            for award in roster.awards
        ],
        "leftOut": roster.left_out,
    }


def cases() -> list[tuple[bytes | str, dict[str, Any]]]:
    """Return sheets written by hand, and made ones."""
    found: list[tuple[bytes | str, dict[str, Any]]] = list(sheets.written())

    @settings(
        max_examples=GENERATED, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(sheets.made())
    def collect(case: tuple[bytes | str, dict[str, Any]]) -> None:
        found.append(case)

    collect()
    return found


def main() -> int:
    """Compare all, say how many, and return the exit code."""
    everything = cases()
    sent = [
        {"text": source, "asked": asked}
        if isinstance(source, str)
        else {"bytes": base64.b64encode(source).decode("ascii"), "asked": asked}
        for source, asked in everything
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.json"
        file.write_text(json.dumps(sent), encoding="utf-8")
        command = ["node", "--no-warnings", str(ROOT / "tests/foreign/node/roster.mjs"), str(file)]
        done = subprocess.run(command, check=True, capture_output=True, timeout=600)
    differing = 0
    for (source, asked), page in zip(everything, json.loads(done.stdout), strict=True):
        ours = json.loads(json.dumps(here(source, asked)))
        if ours != page:
            differing += 1
            if differing <= 3:
                print(f"{source!r}\n  {asked}")
                for name in ours:
                    if ours[name] != page[name]:
                        print(f"  {name}, command: {ours[name]}\n  {name}, page:    {page[name]}")
    print(f"{len(everything):,} rosters read by command and page, {differing:,} differently")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
