"""Each limit on what is read of a log, at its value and one beyond."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from conftest import make_test_keys

from pinback.errors import ProofError, UsageError
from pinback.limits import (
    MAX_LOG_CHECKPOINTS,
    MAX_LOG_ENTRIES,
    MAX_LOG_FILE,
    MAX_LOG_PROOF,
    MAX_LOG_STATE,
    MAX_NOTE,
    MAX_NOTE_SIGNATURES,
    MAX_PROOF_HASHES,
)
from pinback.tlog.auditing import LogFault, look
from pinback.tlog.inclusion import proof_bytes, read_proof
from pinback.tlog.notes import COSIGNATURE, NOTE, Checkpoint, NoteKey, cosigned, read_note, signed_note
from pinback.tlog.tiles import bundle_files, tile_files
from pinback.tlog.trees import Tree, leaf_hash
from pinback.watching import logs_at, saved

RING = make_test_keys("log")
ORIGIN = "badges.example.org/issuers/club/log"
KEY = NoteKey(ORIGIN, NOTE, RING.keys["log"])
TREE = Tree([leaf_hash(b"one")])
NOTE_TEXT = signed_note(Checkpoint(ORIGIN, 1, TREE.root()), KEY.key, RING)


def files(**other: bytes) -> dict[str, bytes]:
    """Return a log of one entry."""
    found = dict(tile_files(TREE, [1])) | dict(bundle_files([b"one"], [1]))
    return found | {"checkpoint": NOTE_TEXT.encode(), "checkpoints.json": listed(1), **other}


def listed(count: int, size: int = 0) -> bytes:
    root = NOTE_TEXT.split("\n")[2]
    data = json.dumps({"checkpoints": [{"size": 1, "root": root}] * count}).encode()
    return data + b" " * (size - len(data))


def fault(found: dict[str, bytes]) -> str:
    """Return what is wrong with a log, or ""."""
    try:
        look(found.get, [KEY])
    except LogFault as error:
        return str(error)
    return ""


def test_signatures_of_a_note() -> None:
    witness = NoteKey("w.example", COSIGNATURE, RING.keys["log"])
    text = read_note(NOTE_TEXT).text
    lines = [cosigned(text, witness, RING, number + 1).line for number in range(MAX_NOTE_SIGNATURES)]
    assert len(read_note(f"{text}\n{''.join(lines)}").signatures) == MAX_NOTE_SIGNATURES
    with pytest.raises(ProofError):
        read_note(f"{text}\n{''.join(lines)}{lines[0]}")


def test_size_of_a_note() -> None:
    more = "x" * (MAX_NOTE - len(NOTE_TEXT) - 1)
    assert read_note(f"{more}\n{NOTE_TEXT}").text.startswith("x")
    with pytest.raises(ProofError):
        read_note(f"x{more}\n{NOTE_TEXT}")


def test_hashes_and_size_of_a_proof() -> None:
    assert len(read_proof(proof_bytes(1, [bytes(32)] * MAX_PROOF_HASHES, "note", b"")).path) == MAX_PROOF_HASHES
    with pytest.raises(ProofError):
        read_proof(proof_bytes(1, [bytes(32)] * (MAX_PROOF_HASHES + 1), "note", b""))
    note = "x" * (MAX_LOG_PROOF - len(proof_bytes(1, [], "", b"")))
    assert read_proof(proof_bytes(1, [], note, b"")).note == note
    with pytest.raises(ProofError):
        read_proof(proof_bytes(1, [], f"{note}x", b""))


def test_entries_of_a_log() -> None:
    for size, said in ((MAX_LOG_ENTRIES, "is missing from this log"), (MAX_LOG_ENTRIES + 1, "more than are read")):
        note = signed_note(Checkpoint(ORIGIN, size, bytes(32)), KEY.key, RING)
        assert said in fault({"checkpoint": note.encode()})


def test_checkpoints_that_a_log_lists() -> None:
    assert fault(files()) == ""
    assert "in order" in fault(files(**{"checkpoints.json": listed(MAX_LOG_CHECKPOINTS)}))
    assert "more lines than are read" in fault(files(**{"checkpoints.json": listed(MAX_LOG_CHECKPOINTS + 1)}))


def test_list_of_nothing_but_values_is_not_read_into_memory() -> None:
    many = b'{"checkpoints":[' + b"{}," * 5_000_000 + b"{}]}"
    spoilt = files(**{"checkpoints.json": many})
    tracemalloc.start()
    try:
        said = fault(spoilt)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more lines than are read" in said
    assert peak < 3 * len(many)


def test_size_of_a_file_of_a_log(tmp_path: Path) -> None:
    assert fault(files(**{"checkpoints.json": listed(1, MAX_LOG_FILE)})) == ""
    assert "is damaged" in fault(files(**{"checkpoints.json": listed(1, MAX_LOG_FILE + 1)}))
    (tmp_path / "checkpoint").write_text(NOTE_TEXT, encoding="utf-8")
    (log,) = logs_at(str(tmp_path), tmp_path, lambda url: None)
    for size, there in ((MAX_LOG_FILE, True), (MAX_LOG_FILE + 1, False)):
        with (tmp_path / "large").open("wb") as file:
            file.truncate(size)
        assert (log.get("large") is not None) is there


def test_size_of_what_monitor_keeps(tmp_path: Path) -> None:
    kept = json.dumps({"log": "x", "key": "y", "checkpoint": NOTE_TEXT})
    file = tmp_path / "state.json"
    file.write_text(kept.ljust(MAX_LOG_STATE), encoding="utf-8")
    assert saved("state.json", tmp_path, lambda url: None) == [NOTE_TEXT]
    file.write_text(kept.ljust(MAX_LOG_STATE + 1), encoding="utf-8")
    with pytest.raises(UsageError, match=r"state\.json"):
        saved("state.json", tmp_path, lambda url: None)
