"""What is still to be done when a process ends, also one that Python does not take apart: the command's own, and those of ``cores``."""

from __future__ import annotations

from collections.abc import Callable

_steps: list[Callable[[], object]] = []


def at_end(step: Callable[[], object]) -> None:
    """Let a step be done when this process ends, or one that is forked from it."""
    _steps.append(step)


def end() -> None:
    """Do what is still to be done, the last thing first."""
    while _steps:
        _steps.pop()()
