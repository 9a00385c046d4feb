"""``docs/limits.md``, made from ``pinback/limits.py`` and the limits of rosters.

    python -m tests.limits_table

writes it anew; ``test_every_limit`` compares.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pinback import limits  # noqa: E402
from pinback.roster.rules import LIMITS  # noqa: E402

DOCUMENT = ROOT / "docs" / "limits.md"
_HEAD = """\
# Limits

What strangers and careless hands can give has limits, so that a file ends in a club, a page, an answer, or one line that says what is
wrong with it: never in a hang or a full memory. Whoever needs more than one of these finds it in `pinback/limits.py`, and nowhere else.

Limits of single fields (a badge's name has 120 characters) stand in [the list of fields](fields.md). This page is made by
`python -m tests.limits_table`; a test compares it with the program and tries each limit at its value and one beyond.
"""
_ROSTER = {
    "bytes": "Bytes of a sheet or list",
    "unpacked": "Bytes of all parts of a workbook together, unpacked",
    "tags": "Tags in all parts of a workbook together",
    "rows": "Rows",
    "columns": "Columns",
    "cells": "Cells",
    "cell": "Characters of a cell",
    "name": "Characters of a name",
    "line": "Characters of any other text of one line",
    "narrative": "Characters of a narrative",
    "evidence": "Addresses of evidence of one award",
    "examples": "Cells that a question about days shows",
    "header_within": "First rows among which the names of the columns are looked for",
    "faults": "Faults that are told",
}


def names() -> list[str]:
    """Return the names of all limits, in their order."""
    return [name for name in vars(limits) if name.isupper() and not name.startswith("_")]


def _size(value: float, words: str) -> str:
    shown = f"{value:,}".removesuffix(".0")
    if words.startswith("Bytes"):
        for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
            if value % unit == 0:
                return f"{shown} ({value // unit} {name})"
    return shown


def table() -> str:
    """Return the whole document."""
    source = Path(limits.__file__).read_text(encoding="utf-8")
    parts: list[tuple[int, str]] = [
        (number, f"\n## {line[2:].rstrip('.')}\n\n| Limit | Value | What, and why |\n| --- | --- | --- |\n")
        for number, line in enumerate(source.splitlines(), 1)
        if line.startswith("# ")
    ]
    body = ast.parse(source).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        if name.startswith("_"):
            continue
        assert isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant), f"{name} has no docstring"
        words = " ".join(str(after.value.value).split())
        words = re.sub(r"``(.*?)``", r"`\1`", words).replace("|", "\\|")
        parts.append((node.lineno, f"| `{name}` | {_size(getattr(limits, name), words)} | {words} |\n"))
    rows = "".join(
        f"| `{name}` | {_size(getattr(LIMITS, name), words)} | {words} |\n" for name, words in _ROSTER.items()
    )
    roster = (
        "\n## Rosters\n\nShared with the page on which rosters are read in the browser: `pinback/page_scripts/source/roster/rules.json`.\n\n"
        f"| Limit | Value | What |\n| --- | --- | --- |\n{rows}"
    )
    return _HEAD + "".join(text for _, text in sorted(parts)) + roster


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")
    print(DOCUMENT)
