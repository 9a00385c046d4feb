"""A few dozen chains of deploys, and every step once by itself; more by ``python -m tests.simulation --chains 500``."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from chains import run_chain
from steps import (
    BAD,
    GOOD,
    Step,
    answer_a_theft,
    endorse_a_group,
    erase,
    move_the_site,
    rotate_keys,
    seal_an_award,
    suspend,
    withdraw,
)
from world import World

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.mark.parametrize("seed", range(24))
def test_guard_is_right_about_every_step_of_a_chain(tmp_path: Path, seed: int) -> None:
    run_chain(tmp_path, seed, 3)


@pytest.fixture(scope="module")
def _past(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("past"), Random(1))
    for step in (erase, seal_an_award, endorse_a_group, seal_an_award, suspend, seal_an_award, withdraw, rotate_keys):
        assert step(world)
        assert world.judge() == []
        world.commit()
        world.deploy()
    return world


@pytest.fixture
def world(_past: World, tmp_path: Path) -> World:
    """A club with a little history, of which every step can make something."""
    return _past.copied_to(tmp_path, Random(1))


@pytest.mark.parametrize("step", GOOD, ids=lambda step: step.__name__)
def test_good_step_passes(world: World, step: Step) -> None:
    assert step(world)
    assert world.judge() == []
    assert world.log_is_true()


def test_theft_after_a_move(world: World) -> None:
    """What is signed again names pages at the address that was left."""
    for step in (seal_an_award, move_the_site, answer_a_theft, seal_an_award, endorse_a_group):
        assert step(world)
        assert world.judge() == []
        assert world.log_is_true()
        world.commit()
        world.deploy()


@pytest.mark.parametrize("step", BAD, ids=lambda step: step.__name__)
def test_bad_step_is_caught(world: World, step: Step) -> None:
    assert step(world)
    assert len(world.judge()) == 2
