"""A sample of ``python -m tests.faults kill``: commands that are killed at some moment, as a whole or in part."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from faults.harness import uncounted, warm
from faults.moments import disturbed, length

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm()


@pytest.mark.parametrize(
    ("name", "moments"),
    [("build over a site", (0.6, 0.9)), ("first seal", (0.4, 0.8)), ("import", (0.7, 0.9)), ("erase", (0.6, 0.9))],
)
def test_killed_command_is_put_in_order_by_the_next_run(name: str, moments: tuple[float, ...], tmp_path: Path) -> None:
    club = uncounted(name, tmp_path)
    whole = length(club)
    for moment in moments:
        trial = disturbed(club, moment, whole, "all", signal.SIGKILL)
        assert trial.wrong == (), f"after {trial.moment:.3f} of {whole:.3f} seconds: {trial.state}"


def test_interrupted_command_says_so_and_nothing_of_its_insides(tmp_path: Path) -> None:
    club = uncounted("import", tmp_path)
    trial = disturbed(club, 0.6, length(club), "all", signal.SIGINT)
    assert trial.wrong == ()
