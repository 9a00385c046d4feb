"""A sample of the readers' targets (``python -m tests.fuzz`` has them all for hours): hypothesis draws the changes and shrinks what it finds."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "verify"))

from fuzz.mutate import PIECES, mutated
from fuzz.targets import TARGETS, clean_up

_SLOW = {
    "svg": 12,
    "png": 20,
    "font": 20,
    "template": 40,
    "workbook": 20,
    "sheet": 20,
    "sealed": 10,
    "club": 16,
    "baked": 30,
}
"""Examples for readers that take long; others have ``_EXAMPLES``."""
_EXAMPLES = 80


@pytest.fixture(scope="module", autouse=True)
def _no_folder_stays() -> Iterator[None]:
    yield
    clean_up()


def _examples(name: str) -> int:
    return next((few for begin, few in _SLOW.items() if name.startswith(begin)), _EXAMPLES)


@pytest.mark.parametrize("name", TARGETS)
def test_reader_answers_whatever_it_is_given(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()

    @settings(
        max_examples=_examples(name),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def read(data: st.DataObject) -> None:
        seed = seeds[data.draw(st.integers(0, len(seeds) - 1), "seed")]
        if data.draw(st.booleans(), "by pieces") and len(seed) < 20_000:
            for place, piece in data.draw(
                st.lists(st.tuples(st.integers(0, len(seed)), st.sampled_from(PIECES)), min_size=1, max_size=4)
            ):
                seed = seed[:place] + piece + seed[place:]
        else:
            seed = mutated(seed, seeds, random.Random(data.draw(st.integers(0, 2**32), "changes")))
        target.read(seed[:200_000])

    for seed in seeds:
        target.read(seed)
    read()
