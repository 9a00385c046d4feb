"""The page about rosters names every field, and every option of the command."""

from __future__ import annotations

import re

from conftest import ROOT

from pinback.cli.roster import import_command
from pinback.roster.rules import COLUMNS, FIELDS, LIMITS
from pinback.roster.texts import header_key

TEXT = (ROOT / "docs" / "rosters.md").read_text(encoding="utf-8")


def test_every_field_is_in_the_table_with_columns_that_mean_it() -> None:
    kinds = {"full_name": "name", "email": "contact", "phone": "contact"}
    shown = []
    for line in re.findall(r"^\| `.*$", TEXT, re.M):
        fields, examples = re.findall("`([a-z_]+)`", line.split("|")[1]), line.split("|")[2]
        shown += fields
        for example in examples.split(","):
            field = COLUMNS[header_key(example)]
            assert kinds.get(field, field) in fields, example
    assert sorted(shown) == sorted(FIELDS)


def test_help_names_every_field() -> None:
    named = (import_command.help or "").split("Fields for --column: ")[1]
    assert re.findall("[a-z_]+", named) == FIELDS


def test_options_and_limits_are_those_that_there_are() -> None:
    options = {name for parameter in import_command.params for name in parameter.opts}
    assert set(re.findall(r"--[a-z][a-z-]+", TEXT)) <= options
    assert f"{LIMITS.rows:,} rows, {LIMITS.cells:,} cells and {LIMITS.bytes // 1_000_000} MB" in TEXT
