"""Positions in status lists: at random, never twice, a new list when one is full."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

from conftest import AT, ClubFolder

from pinback import pipeline
from pinback.proofs import eddsa_rdfc
from pinback.register import Register
from pinback.seal.make import _Positions, prepare
from pinback.seal.plan import BadgePictures, make_plan
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store
from pinback.status import LIST_LENGTH, set_indexes


def drawn(register: Register, count: int) -> list[tuple[int, int]]:
    positions = _Positions(register)
    return [positions.draw() for _ in range(count)]


def test_positions_are_spread_over_the_whole_list():
    """4,000 draws: no position twice, and each sixteenth of the list gets about its share (six standard deviations)."""
    found = drawn(Register("register.jsonl"), 4000)
    assert len(set(found)) == 4000
    assert {number for number, _ in found} == {1}
    shares = Counter(index // (LIST_LENGTH // 16) for _, index in found)
    assert set(shares) == set(range(16))
    assert all(abs(share - 250) < 6 * 250**0.5 for share in shares.values())
    assert drawn(Register("register.jsonl"), 20) != drawn(Register("register.jsonl"), 20)


def test_last_free_positions_are_found_and_then_the_next_list_is_opened():
    register = Register("register.jsonl")
    free = {0, 77, LIST_LENGTH - 1}
    register.used[1] = set(range(LIST_LENGTH)) - free
    positions = _Positions(register)
    found = [positions.draw() for _ in range(5)]
    assert {index for number, index in found[:3]} == free
    assert [number for number, _ in found] == [1, 1, 1, 2, 2]
    assert positions.opened == {1, 2}
    assert register.used_indexes(1) == set(range(LIST_LENGTH)) - free


def test_withdrawn_positions_stay_used():
    register = Register("register.jsonl")
    register.used[1] = set(range(1, LIST_LENGTH))
    assert drawn(register, 2)[0] == (1, 0)


def test_sealing_over_a_full_list_signs_the_next_one(sealed_club: ClubFolder):
    for handle in ("crane-4", "newt-9", "otter-8"):
        sealed_club.award(handle, f"issued_on: 2026-05-20\nhandle: {handle}\n")
    checked = pipeline.check(sealed_club.root)
    store, register = Store(sealed_club.root, "club"), checked.sealed["club"].register
    own = register.used_indexes(1)
    free = next(index for index in range(LIST_LENGTH) if index not in own)
    register.used[1] = set(range(LIST_LENGTH)) - {free}
    issuer, bundle = checked.club.issuers["club"], sealed_club.signers["club"]
    keys = Keys(bundle.keys["ed25519"], bundle.keys["rsa"], bundle.keys["log"], bundle)

    def pictures(badge):
        return BadgePictures(checked.pictures.badges[badge.picture], lambda: b"")

    plan = make_plan(checked.club, issuer, register, store, pictures)
    prepared = prepare(
        checked.club,
        plan,
        register,
        keys,
        AT + timedelta(days=1),
        lambda badge, version: store.version_files(register, badge, version),
    )
    awards = [line for line in prepared.lines if line["event"] == "award"]
    assert [line["list"] for line in awards] == [1, 2, 2]
    assert awards[0]["index"] == free
    statuses = [line for line in prepared.lines if line["event"] == "status"]
    assert [(line["list"], line["purpose"]) for line in statuses] == [(2, "revocation")]
    assert [name for name in prepared.files if name.startswith("status/")] == ["status/revocation-2.json"]
    document = json.loads(prepared.files["status/revocation-2.json"])
    eddsa_rdfc.verify(document, keys.ed25519)
    assert document["id"] == "https://badges.example.org/issuers/club/status/revocation-2.json"
    assert set_indexes(document["credentialSubject"]["encodedList"]) == frozenset()
    credential = json.loads(prepared.files[f"awards/{awards[1]['id']}/credential.json"])
    assert credential["credentialStatus"]["statusListCredential"] == document["id"]


def test_next_sealing_goes_on_in_the_newest_list(sealed_club: ClubFolder):
    register = Store(sealed_club.root, "club").load()
    assert register
    assert _Positions(register).number == 1
    register.used[2] = {5}
    positions = _Positions(register)
    assert positions.number == 2
    assert all(positions.draw()[0] == 2 for _ in range(5))
