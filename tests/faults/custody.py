"""Commands that make a club's first keys or change whose keys there are, disturbed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from conftest import ClubFolder

from faults.scenarios import (
    LATER,
    Action,
    Before,
    Scenario,
    _seal,
    _waiting,
    command,
    faults_of_the_end,
    register_of,
    shown_codes,
    working,
)
from faults.tracing import Ended, run

_RECOVERY = "issuers/club/keys/recovery.age"
_UNNAMED = f"{_RECOVERY}: no register names these keys; delete the file"
"""What a steward is told where a run died between the keys and their register."""
_REFUSALS = ("this issuer has keys already", "pinback seal begins it", "these keys are there already")
"""With what a second ``key new`` may refuse: all was done, or enough for the next sealing to do the rest."""


def _unkeyed(root: Path) -> Before:
    """A club without keys, in which an award waits."""
    folder = ClubFolder(root).site().issuer().badge()
    folder.write(".gitignore", ".pinback/\n")
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    return Before({}, frozenset(), code="")


def _first_keys(name: str, *more: str) -> Scenario:
    """Return the scenario of the command that makes the first keys; what follows it is a sealing with the codes that were shown."""

    def act(root: Path, code: str, before: Before) -> Action:
        return command(root, [code] if code else [], "key", "new", *more, at=before.moment)

    def judge(root: Path, before: Before, first: Ended) -> list[str]:
        wrong = []
        # A code that was shown before any key was written opens nothing.
        code = working(root, shown_codes(first.said)) if (root / "issuers/club/keys.age").exists() else ""
        second = run(act(root, code, before))
        if second.code != 0 and not any(words in second.said for words in _REFUSALS):
            wrong.append(f"the second run ended with {second.code}: {second.said.strip()[-300:]}")
        codes = [*shown_codes(second.said), *shown_codes(first.said)]
        sealed = run(_seal(root, " ".join(codes), before))
        if _UNNAMED in sealed.said:
            (root / _RECOVERY).unlink()
            sealed = run(_seal(root, " ".join(codes), before))
        if sealed.code != 0:
            return [*wrong, f"the sealing after it ended with {sealed.code}: {sealed.said.strip()[-300:]}"]
        return [*wrong, *faults_of_the_end(Scenario("", _unkeyed, act), root, before, codes)]

    return Scenario(name, _unkeyed, act, judge=judge)


def _with_a_deputy(root: Path) -> Before:
    """A club with keys of one more steward, an hour after they were made."""
    before = _waiting(root)
    ended = run(command(root, [before.code], "key", "new", "--steward", "deputy"))
    assert ended.code == 0, ended.said
    newest = [key for key in register_of(root).keyring if key.role == "ed25519"][-1]
    return replace(before, key=newest.id, moment=LATER + timedelta(hours=1))


CUSTODY = (
    _first_keys("key new"),
    _first_keys("key new with recovery", "--recovery"),
    Scenario(
        "key new --recovery",
        _waiting,
        lambda root, code, before: command(root, [code], "key", "new", "--recovery", at=before.moment),
        again="these keys are there already",
        keys=True,
    ),
    Scenario(
        "key retire",
        _with_a_deputy,
        lambda root, code, before: command(root, [code], "key", "retire", before.key, at=before.moment),
        again="retired already",
        seals=False,
    ),
)
