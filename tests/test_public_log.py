"""The public log of a register: what its files and proofs say is what the register says."""

from __future__ import annotations

import hashlib

import pytest
from conftest import AT, ROOT, ClubFolder

from pinback import pipeline
from pinback.log import PublicLog, log_key, open_note
from pinback.proofs.keys import checked
from pinback.register import entry_bytes, entry_hash, is_erased, leaf_hash
from pinback.seal.store import Store
from pinback.tlog.inclusion import read_proof
from pinback.tlog.notes import COSIGNATURE, NOTE, read_key
from pinback.tlog.trees import check_inclusion


@pytest.fixture(scope="module")
def logs() -> dict[str, PublicLog]:
    """The logs of the example."""
    return {slug: sealed.log for slug, sealed in pipeline.check(ROOT).sealed.items()}


def test_entries_are_the_hashes_of_the_lines(logs: dict[str, PublicLog]) -> None:
    for log in logs.values():
        lines = [line for line in log.register.lines if line["event"] != "checkpoint"]
        assert log.entries() == [b"" if is_erased(line) else entry_hash(line) for line in lines]
        assert [leaf_hash(entry) for entry in log.entries()] == log.register.leaves


def test_entries_of_groups_are_the_hashes_of_their_lines(sealed_club: ClubFolder) -> None:
    """Where the parent endorses a group, the hash of its record is the last member of the line."""
    about = "did: did:web:rowers.example\nprofile: https://rowers.example/issuers/rowers/issuer.json\nsince: 2026-05-01\ntext: A club.\n"
    sealed_club.write("issuers/club/groups/rowers.yaml", f"name: Rowers\n{about}")
    sealed_club.seal(AT)
    sealed_club.write("issuers/club/groups/rowers.yaml", f"name: Rowers\n{about}ended: 2026-06-01\n")
    sealed_club.seal(AT)
    log = pipeline.check(sealed_club.root).sealed["club"].log
    assert {"endorse", "endorse-end"} < set(log.register.lines.events)
    assert [leaf_hash(entry) for entry in log.entries()] == log.register.leaves


def test_every_award_is_proved_against_the_checkpoint_of_its_own_sealing(logs: dict[str, PublicLog]) -> None:
    for log in logs.values():
        register = log.register
        (key,) = register.keyring.of("log")
        public = checked(key.id, key.type, key.public)
        for id_, known in register.awards.items():
            ((data, witnessed),) = log.award_proofs(id_)
            assert witnessed is None
            proof = read_proof(data)
            line = register.lines[known.line - 1]
            assert proof.extra == entry_bytes(line)
            assert proof.note == next(
                line["note"] for line in register.lines[known.line :] if line["event"] == "checkpoint"
            )
            said = open_note(proof.note, register.origin, public)
            leaf = leaf_hash(hashlib.sha256(proof.extra).digest())
            check_inclusion(leaf, proof.index, said.size, proof.path, said.root)


def test_proofs_stay_as_they_are_when_the_log_grows(sealed_club: ClubFolder) -> None:
    def proofs() -> dict[str, object]:
        register = Store(sealed_club.root, "club").load()
        assert register
        log = PublicLog(register)
        return {id_: log.award_proofs(id_) for id_ in register.awards}

    before = proofs()
    sealed_club.award("one-more", "issued_on: 2026-05-17\nhandle: otter-99\n").seal(AT)
    after = proofs()
    assert len(after) == len(before) + 1
    assert {id_: after[id_] for id_ in before} == before


def test_log_names_its_keys_in_both_roles(logs: dict[str, PublicLog]) -> None:
    for log in logs.values():
        text = dict(log.files())["keys.txt"].decode()
        keys = [read_key(line) for line in text.splitlines()]
        assert [(key.name, key.kind) for key in keys] == [
            (log.register.origin, NOTE),
            (log.register.origin, COSIGNATURE),
        ]
        assert keys[0] == log_key(log.register, keys[0].key.id)


def test_nothing_in_a_log_names_a_person(logs: dict[str, PublicLog]) -> None:
    """Files hold hashes, keys, times and addresses; proofs the lines of their own awards, with digests alone."""
    members = {"at", "badge", "event", "files", "id", "index", "keys", "list", "n", "version"}
    checked_club = pipeline.check(ROOT).club
    names = {award.name for award in checked_club.awards if award.name} | {
        award.handle for award in checked_club.awards if award.handle
    }
    for log in logs.values():
        together = b"".join(data for _, data in log.files())
        for id_ in log.register.awards:
            line = log.register.lines[log.register.awards[id_].line - 1]
            assert set(line) - {"leaf", "record"} == members
            together += log.award_proofs(id_)[0][0]
        assert not [name for name in names if name.encode() in together]
