"""What a run may use of earlier ones, and what it leaves for later ones.

Only ``build`` and ``seal`` are given one. ``check``, comparisons with what was published, and automatic runs look at everything.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pinback.remembered import kept
from pinback.remembered.looks import Look, Unsure, again, look_at, remembered_look

INPUTS = ("site_src", "issuers", "badges", "theme", ".github/workflows")
"""The folders of a club that a build reads."""
INPUTS_FILE = "inputs.json"
_COARSE = 2_500_000_000
FINE = 20_000_000
"""Nanoseconds within which two changes may have the same time: 2 s on FAT, else a tick of the kernel's clock (at most 10 ms)."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a club.

    Attributes:
        root: the club's folder.
        look: the look at its folders before anything was read.
        held: what this run has found out already, by name.
    """

    root: Path
    look: Look
    held: dict[str, Any] = field(default_factory=dict)

    def recall(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return what was kept under *name*, or None where there is nothing sound."""
        return kept.recall(self.root, f"{name}.json")

    def keep(self, name: str, value: object) -> None:
        """Keep *value* (JSON) under *name*, where that can be done."""
        kept.keep(self.root, f"{name}.json", value)


def remembered_inputs(root: Path) -> Look | None:
    """Return the look at a club's folders that was kept last."""
    return remembered_look(str(root), kept.recall(root, INPUTS_FILE), INPUTS)


def memory_of(root: Path, environment: Mapping[str, str] = os.environ) -> Memory | None:
    """Look at a club's folders, and return what is remembered of it; None where nothing is.

    Args:
        root: the club's folder.
        environment: variables of the process; in an automatic run (``CI``) nothing is remembered.
    """
    if not kept.may_remember(root, environment) or not (root / "site_src").is_dir():
        return None
    now = kept.present(root)
    if not now:
        return None
    inputs = remembered_inputs(root)
    try:
        if inputs is None:
            look = look_at(str(root), INPUTS, now - tick(now))
        else:
            look, _ = again(inputs, now - tick(now))
    except Unsure:
        return None
    return Memory(root, look)


def tick(now: int) -> int:
    """Return within how many nanoseconds two changes may have the same time, by a time that the file system gave (ns)."""
    return _COARSE if now % 1_000_000 == 0 else FINE
