"""The schemas for editors, and what the example club and every folder of mistakes hold, for a judge who is not Python.

    .venv/bin/python tests/foreign/schemas.py | node tests/foreign/node/schemas.mjs

Each case is a file as an editor reads it, and whether a schema refuses it here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
for folder in (TESTS, TESTS / "content", TESTS.parent):
    sys.path.insert(0, str(folder))

from conftest import ROOT  # noqa: E402
from test_schemas import CLUBS, SCHEMAS, faults, files, read  # noqa: E402


def cases() -> list[dict[str, object]]:
    """Return name, schema, value and verdict of every file that can be read; numbers that JSON has not are left out."""
    found = []
    for root in (ROOT, *sorted(path for path in CLUBS.iterdir() if path.is_dir())):
        for file, name, text in files(root):
            value = read(text, name)
            if value is not None:
                found.append(
                    {"name": f"{root.name}/{file}", "schema": name, "value": value, "right": not faults(name, value)}
                )
    return found


if __name__ == "__main__":
    json.dump({"schemas": SCHEMAS, "cases": cases()}, sys.stdout, allow_nan=False)
