"""What a run may use of earlier ones, and what it leaves for later ones.

Only ``build`` and ``seal`` are given one. ``check``, comparisons with what was published, and automatic runs look at everything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pinback.dataclass import dataclass
from pinback.remembered import kept
from pinback.remembered.looks import Ahead, Look, Unsure, look_at, remembered_look
from pinback.remembered.marks import ABSENT, NO_MARK, mark_now

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
        looked: gives the look at its folders; what was changed since the run began has no mark in it, so it need not be over before
            something is read.
        before: ns since 1970; what was changed then or later had no mark in that look.
        held: what this run has found out already, by name.
        first: of folders that were looked at before anything was read, by path: the names of files that were known there, and the mark of
            the folder with these.
    """

    root: Path
    looked: Callable[[], Look]
    before: int
    held: dict[str, Any] = field(default_factory=dict)
    first: Mapping[str, tuple[tuple[str, ...], bytes]] = field(default_factory=dict)

    @property
    def look(self) -> Look:
        """The look; whoever asks first may have to wait for it."""
        return self.looked()

    def recall(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return what was kept under *name*, or None where there is nothing sound."""
        return kept.recall(self.root, f"{name}.json")

    def mark(self, folder: str, files: Iterable[str]) -> str:
        """Return the mark that a folder with just these files had before anything was read, or "" where that is not known."""
        names, mark = self.first.get(folder, ((), NO_MARK))
        return "" if mark in (NO_MARK, ABSENT) or names != tuple(sorted(files)) else mark.hex()

    def furniture(self) -> str:
        """Return one digest of all that is neither a record nor sealed nor a register, or "" where something is too young for that."""
        digest = blake2b(digest_size=32)
        for group in self.look.groups:
            if group.parent.startswith("issuers/") and "/sealed" in group.parent:
                continue
            for number in range(len(group.names)):
                path, mark = group.path(number), group.mark(number)
                match path.split("/"):
                    case ["badges", _, "awards"] | ["issuers", _, "sealed"]:
                        continue
                    case ["issuers", _]:
                        files = tuple(name for name in group.files if name != "register.jsonl")
                        mark = mark_now(f"{self.look.base}/{path}", files, self.before)
                if mark == NO_MARK:
                    return ""
                digest.update(b"\0".join((path.encode("utf-8"), mark)))
        return digest.hexdigest()

    def keep(self, name: str, value: object) -> None:
        """Keep *value* (JSON) under *name*, where that can be done."""
        kept.keep(self.root, f"{name}.json", value)


def remembered_inputs(root: Path) -> Look | None:
    """Return the look at a club's folders that was kept last."""
    return remembered_look(str(root), kept.recall(root, INPUTS_FILE), INPUTS)


def memory_of(root: Path, environment: Mapping[str, str] = os.environ) -> Memory | None:
    """Begin to look at a club's folders, and return what is remembered of it; None where nothing is.

    Args:
        root: the club's folder.
        environment: variables of the process; in an automatic run (``CI``) nothing is remembered.

    NOTE: where a look is under way, whoever asks for it may get ``Unsure``; then nothing is remembered.
    """
    if not kept.may_remember(root, environment) or not (root / "site_src").is_dir():
        return None
    now = kept.present(root)
    if not now:
        return None
    inputs = remembered_inputs(root)
    before = now - tick(now)
    try:
        if inputs is not None:
            ahead = Ahead([(inputs, before)])
            return Memory(root, lambda: ahead.result(0)[0], before, first=ahead.first_marks())
        look = look_at(str(root), INPUTS, before)
    except Unsure:
        return None
    kept.keep(root, INPUTS_FILE, look.as_json())
    return Memory(root, lambda: look, before)


def tick(now: int) -> int:
    """Return within how many nanoseconds two changes may have the same time, by a time that the file system gave (ns)."""
    return _COARSE if now % 1_000_000 == 0 else FINE
