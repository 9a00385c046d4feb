"""Two commands at once in one club: each does its work or says who is first, and nothing is lost."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from itertools import combinations_with_replacement
from pathlib import Path

from conftest import ClubFolder

from faults.building import clean_site, tree
from faults.harness import copied
from faults.records import _faults_of_the_roster, _import, _to_import
from faults.scenarios import (
    COURSE,
    Action,
    Before,
    Scenario,
    _ids,
    _seal,
    command,
    faults_of_the_end,
    shown_codes,
    working,
)
from faults.tracing import Ended, _be_the_child, _ended, run
from pinback.who_is_who import FILE

COMMANDS = (
    "build",
    "check",
    "seal",
    "import",
    "award",
    "revoke",
    "supersede",
    "erase",
    "key rotate",
    "move",
    "federation add",
)
PAIRS = tuple(combinations_with_replacement(COMMANDS, 2))
_REFUSALS = (
    "another run is at work here",
    "there is such a group already",
    "this holder has this badge of this day already",
    "is withdrawn already",
    "is corrected already",
    "this award is to be replaced by the one at",
    "the site is at",  # … already
    "is erased; nothing can be changed in it",
    "no award of this club has the id",
    "this award is withdrawn",
    "the code does not open",  # the keys were exchanged meanwhile
)
"""With what a command may refuse because the other one came first."""


def club_for_all(root: Path) -> Before:
    """A club with something to do for every command."""
    before = _to_import(root)
    folder = ClubFolder(root)
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    ids = _ids(folder, COURSE)
    ended = run(command(root, [], "build"))
    assert ended.code == 0, ended.said
    return replace(before, key=ids[1], gone=frozenset(ids[:1]), ids=before.ids - set(ids[:1]))


def act(name: str, number: int, root: Path, code: str, before: Before) -> Action:
    """Return one of ``COMMANDS``; two of a kind concern different people where they can."""
    if name == "seal":
        return _seal(root, code, before)
    if name == "import":
        return _import(root, code, before)
    words = {
        "build": ("build",),
        "check": ("check",),
        "award": ("award", "knots", "--handle", f"heron-{number + 8}", "--name", "Bo Diddley", "--on", "2026-05-21"),
        "revoke": ("revoke", before.key, "--reason", "mistake"),
        "supersede": ("supersede", before.key),
        "erase": ("erase", *sorted(before.gone), "--yes"),
        "key rotate": ("key", "rotate"),
        "move": ("move", "https://new.example.org/badges/", "--yes"),
        "federation add": (
            *("federation", "add", "riverside", "--title", "Riverside", "--did", "did:web:riverside.example"),
            *("--profile", "https://riverside.example/issuers/riverside/issuer.json", "--since", "2026-05-01"),
        ),
    }
    return command(root, [code], *words[name], at=before.moment)


def at_once(folder: Path, before: Before, pair: tuple[str, str], delay: float) -> list[str]:
    """Run two commands at once, the second one *delay* seconds later, then both again, then seal and build; return what is wrong."""
    with tempfile.TemporaryDirectory() as other:
        root = copied(folder, Path(other))
        ends = _both([act(name, number, root, before.code, before) for number, name in enumerate(pair)], delay)
        wrong = [fault for name, ended in zip(pair, ends, strict=True) for fault in _faults(name, ended)]
        codes = [*(code for ended in ends for code in shown_codes(ended.said)), before.code]
        for number, name in enumerate(pair):
            if ends[number].code != 0 and "another run is at work" in ends[number].said:
                ended = run(act(name, number, root, working(root, codes), before))
                codes[:0] = shown_codes(ended.said)
                wrong += [f"afterwards: {fault}" for fault in _faults(name, ended)]
        if not (code := working(root, codes)):
            return [*wrong, "no code that was shown opens keys that may sign"]
        sealed = run(_seal(root, code, before))
        if sealed.code != 0:
            wrong.append(f"the sealing after it ended with {sealed.code}: {sealed.said.strip()[-300:]}")
        built = run(command(root, [], "build"))
        if built.code != 0 or tree(root / "site") != clean_site(root):
            wrong.append(f"the build after it ({built.code}) is not as a clean one: {built.said.strip()[-300:]}")
        if "erase" in pair:  # which takes rows out of the steward's list
            before = replace(before, files={FILE: b""})
        also = _faults_of_the_roster if "import" in pair else lambda root, before: []
        scenario = Scenario("", club_for_all, lambda *_: lambda: None, may_change=r"status/.*", also=also)
        return [*wrong, *faults_of_the_end(scenario, root, before, codes)]


def _faults(name: str, ended: Ended) -> list[str]:
    if "Traceback" in ended.said or ended.code in (70, 99) or ended.code < 0:
        return [f"{name}: traceback: {ended.said.strip()[-400:]}"]
    if ended.code != 0 and not any(words in ended.said for words in _REFUSALS):
        return [f"{name} ended with {ended.code}: {ended.said.strip()[-300:]}"]
    return []


def _both(actions: list[Action], delay: float) -> list[Ended]:
    running = []
    for action in actions:
        out = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        child = os.fork()
        if child == 0:
            _be_the_child(action, out.fileno())
        running.append((child, out))
        time.sleep(delay)
        delay = 0
    ends = []
    for child, out in running:
        with out:
            ends.append(_ended(child, out))
    return ends
