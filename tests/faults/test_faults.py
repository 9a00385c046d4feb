"""A sample of the complete run (``python -m tests.faults``): each command, disturbed at a few of the calls by which it writes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from faults.harness import SCENARIOS, prepared, tried, warm
from faults.tracing import calls_of, missing
from pinback.cli.main import pinback
from pinback.files import append_file, write_file

EACH = 4
"""Faults that are tried for each command."""
NAMES = list(SCENARIOS)
READING = frozenset(
    ("check", "doctor", "due", "links", "verify", "federation list", "federation back-link", "key list", "log check")
)
"""Commands that write nothing."""
WHY = missing()

pytestmark = pytest.mark.skipif(bool(WHY), reason=WHY or "traced")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm()


def test_every_call_that_writes_a_file_is_seen(tmp_path: Path) -> None:
    def action() -> None:
        write_file(tmp_path / "a/file", b"whole")
        append_file(tmp_path / "a/file", b"more")
        sys.stdout.write("not below the folder")

    (tmp_path / "a").mkdir()
    _, calls = calls_of(action, tmp_path)
    assert [(call.name, call.path) for call in calls if call.name != "mkdir"] == [
        ("unlink", "a/.file.new"),
        ("openat", "a/.file.new"),
        ("write", "a/.file.new"),
        ("fsync", "a/.file.new"),
        ("close", "a/.file.new"),
        ("rename", "a/file"),
        ("openat", "a"),
        ("fsync", "a"),
        ("close", "a"),
        ("openat", "a/file"),
        ("write", "a/file"),
        ("fsync", "a/file"),
        ("close", "a/file"),
        ("openat", "a"),
        ("fsync", "a"),
        ("close", "a"),
    ]


def _commands(known: Mapping[str, click.Command], above: str = "") -> Iterator[str]:
    for name in known:
        if isinstance(group := known[name], click.Group):
            yield from _commands(group.commands, f"{above}{name} ")
        else:
            yield above + name


def test_every_command_that_writes_is_disturbed() -> None:
    # serve builds as build does.
    disturbed = {
        name for name in _commands(pinback.commands) if any(f"{one} ".startswith(f"{name} ") for one in SCENARIOS)
    }
    assert set(_commands(pinback.commands)) - disturbed == READING | {"serve"}


@pytest.mark.parametrize("name", NAMES)
def test_command_that_fails_or_dies_is_put_in_order_by_the_next_run(name: str, tmp_path: Path) -> None:
    club = prepared(name, tmp_path)
    trials = club.trials
    # Another place in each scenario, so that the sample as a whole meets every kind of call.
    shift = (NAMES.index(name) + 0.5) / len(NAMES)
    for number in range(EACH):
        call, fault = trials[int((number + shift) * len(trials) / EACH)]
        assert tried(club, call, fault) == [], f"{fault} at {call.name} {call.number} ({call.path})"


def test_saved_copy_stays_where_its_entry_stands_though_the_disk_did_not_confirm_it(tmp_path: Path) -> None:
    club = prepared("save-badge", tmp_path)
    (call,) = [call for call in club.calls if (call.name, call.path) == ("fsync", "site_src/people")]
    assert tried(club, call, "EIO") == []
