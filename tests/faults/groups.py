"""Endorsing groups and ending that, disturbed: a parent body before each command, and what must hold after."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from conftest import ClubFolder

from faults.scenarios import LATER, Action, Before, Scenario, _before, _lived, _seal, command, register_of
from pinback import federation, pipeline
from pinback.assemble.issuers import public
from pinback.errors import PinbackError
from pinback.federation import Named
from pinback.proofs import eddsa_rdfc, jws
from pinback.seal.store import Store
from pinback.status import set_indexes

NAME, OTHER = "riverside", "lakeside"


def _named(name: str) -> Named:
    return Named(name.title(), f"did:web:{name}.example", f"https://{name}.example/issuers/{name}/issuer.json")


def _add(folder: ClubFolder, name: str) -> None:
    _, parent = federation.checked_parent(folder.root, "")
    federation.add(folder.root, parent, name, _named(name), date(2026, 5, 1), f"{name.title()} is one of us.")


def _end(folder: ClubFolder, name: str) -> None:
    checked, parent = federation.checked_parent(folder.root, "")
    federation.end(folder.root, checked, parent, name, LATER.date())


def _parent(root: Path) -> Before:
    return _before(_lived(root))


def _with_two_waiting(root: Path) -> Before:
    folder = _lived(root)
    _add(folder, NAME)
    _add(folder, OTHER)
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    return _before(folder)


def _with_one_endorsed(root: Path) -> Before:
    folder = _lived(root)
    _add(folder, NAME)
    folder.seal()
    return _before(folder)


def _with_one_that_ends(root: Path) -> Before:
    before = _with_one_endorsed(root)
    folder = ClubFolder(root)
    _end(folder, NAME)
    _add(folder, OTHER)
    return replace(before, sealed=_before(folder).sealed)


def _adding(root: Path, code: str, before: Before) -> Action:
    named = _named(NAME)
    words = ("--title", named.name, "--did", named.did, "--profile", named.profile, "--since", "2026-05-01")
    return command(root, [code], "federation", "add", NAME, *words, at=before.moment)


def _ending(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "federation", "end", NAME, at=before.moment)


def _faults_of_groups(root: Path, wanted: dict[str, str]) -> list[str]:
    """Return what is wrong where each of these groups must be in that state, signed once, and its position said by the list."""
    checked, parent = federation.checked_parent(root, "")
    found = {one.slug: one.state for one in federation.states(checked, parent)}
    wrong = [] if found == wanted else [f"the groups are {found}, not {wanted}"]
    store, register = Store(root, "club"), register_of(root)
    lines = [(line["event"], line["group"]) for line in register.lines if line["event"].startswith("endorse")]
    due = [("endorse", name) for name in wanted] + [
        ("endorse-end", name) for name, state in wanted.items() if state == "ended"
    ]
    if sorted(lines) != sorted(due):
        wrong.append(f"the register has {lines}")
    places = [(line["list"], line["index"]) for line in register.lines if line["event"] in ("award", "endorse")]
    if len(set(places)) != len(places):
        wrong.append("a status index was given twice")
    for one in register.groups.values():
        try:
            files = store.group_files(one)
            eddsa_rdfc.verify(json.loads(files["credential.json"]), public(register.keyring.keys[one.keys[0]]))
            jws.verify_rs256(files["endorsement.jws.txt"].decode(), public(register.keyring.keys[one.keys[1]]))
            listed = json.loads(store.status_file(register, "revocation", one.list))["credentialSubject"]
            if (one.index in set_indexes(listed["encodedList"])) != (one.ended is not None):
                wrong.append(f"the list says something else of {one.group} than the register")
        except PinbackError as error:
            wrong.append(f"the endorsement of {one.group}: {error}")
    pipeline.check(root)
    return wrong


GROUPS = (
    Scenario(
        "federation add",
        _parent,
        _adding,
        again="there is such a group already",
        seals=False,
        also=lambda root, before: _faults_of_groups(root, {NAME: "endorsed"}),
    ),
    Scenario(
        "federation end",
        _with_one_endorsed,
        _ending,
        again="has ended on",
        seals=False,
        also=lambda root, before: _faults_of_groups(root, {NAME: "ended"}),
    ),
    Scenario(
        "seal with endorsements",
        _with_two_waiting,
        _seal,
        also=lambda root, before: _faults_of_groups(root, {NAME: "endorsed", OTHER: "endorsed"}),
    ),
    Scenario(
        "seal with an end",
        _with_one_that_ends,
        _seal,
        also=lambda root, before: _faults_of_groups(root, {NAME: "ended", OTHER: "endorsed"}),
    ),
)
