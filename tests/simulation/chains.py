"""Chains of steps: the guard lets every good one pass, which is then deployed, and catches every bad one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from steps import BAD, GOOD
from world import World

LENGTH = 5


def run_chain(folder: Path, seed: int, length: int = LENGTH) -> Counter[str]:
    """Play one chain, and return how often each step was judged.

    Raises:
        AssertionError: the guard or the published log was wrong; seed and steps are told.
    """
    random = Random(seed)
    world = World(folder, random)
    judged: Counter[str] = Counter()
    told: list[str] = []
    while len(told) < length and not world.register.statement:
        step = random.choice(random.choice((GOOD, BAD)))
        if not step(world):
            world.take_back()
            continue
        told.append(step.__name__)
        where = f"chain {seed}: {' → '.join(told)}"
        problems = world.judge()
        if step in BAD:
            assert problems, f"{where}: was not caught"
            world.take_back()
        else:
            assert not problems, f"{where}: was refused: {problems}"
            assert world.log_is_true(), where
            world.commit()
            world.deploy()
        judged[step.__name__] += 1
    return judged
