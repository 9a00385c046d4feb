"""Erasures, changes of keys and renewed signatures may die at any half-step, within a write too; so may the next run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import DENSE

from faults.fuse import DEAD, Fuse
from faults.scenarios import SCENARIOS, Action, Before, Scenario, faults_of_the_end, followed, shown_codes, working
from faults.tracing import Ended, run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

STRIDE = 5 if DENSE else 14
"""Half-steps from one death to the next: before a call, within it, before the next one."""
SPARSE = 6 if DENSE else 18
"""The same for second deaths."""
NAMES = (
    "erase",
    "erase one of a batch",
    "seal with an erasure",
    "key rotate",
    "key new --steward",
    "key revoke",
    "reseal",
)


def dying(last: int, action: Action) -> Ended:
    """Run a command that dies at a half-step (code ``DEAD``), or comes to its end before."""

    def with_fuse() -> None:
        Fuse(last).put_in()
        action()

    return run(with_fuse)


def half_steps(action: Action) -> int:
    """Return how many half-steps a command has."""
    fuse = Fuse(0)

    def counted() -> None:
        fuse.put_in()
        try:
            action()
        finally:
            print(f"\n{fuse.step}")

    return int(run(counted).said.split()[-1])


def copied(folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target


def judged(scenario: Scenario, root: Path, before: Before, first: Ended) -> None:
    wrong, codes = followed(scenario, root, before, first)
    assert [*wrong, *faults_of_the_end(scenario, root, before, codes)] == []


@pytest.mark.parametrize("name", NAMES)
def test_command_may_die_anywhere(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    before = scenario.prepare(tmp_path / "club")
    last = 1
    while True:
        root = copied(tmp_path / "club", tmp_path / "one")
        first = dying(last, scenario.act(root, before.code, before))
        if first.code != DEAD:
            break
        judged(scenario, root, before, first)
        last += STRIDE
    assert first.code == 0, first.said
    assert last > 10


@pytest.mark.parametrize(("name", "parts"), [("seal with an erasure", (0.5, 0.9, 0.97)), ("key rotate", (0.5, 0.8))])
def test_putting_in_order_may_die_anywhere_too(name: str, parts: tuple[float, ...], tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    before = scenario.prepare(tmp_path / "club")
    root = copied(tmp_path / "club", tmp_path / "one")
    steps = half_steps(scenario.act(root, before.code, before))
    for part in parts:
        half = copied(tmp_path / "club", tmp_path / "one")
        first = dying(int(steps * part), scenario.act(half, before.code, before))
        assert first.code == DEAD
        shutil.rmtree(tmp_path / "half", ignore_errors=True)
        half = half.rename(tmp_path / "half")
        last = 1
        while True:
            root = copied(half, tmp_path / "one")
            code = working(root, [*shown_codes(first.said), before.code])
            second = dying(last, scenario.act(root, code, before))
            if second.code != DEAD:
                break
            judged(scenario, root, before, Ended(second.code, first.said + second.said))
            last += SPARSE
        assert second.code == 0, second.said
