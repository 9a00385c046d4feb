"""Logs that others made are read right, and made again byte by byte: the test data of Tessera and of Sunlight.

``published_logs.json`` names repository, commit and licence of each file.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from pinback.errors import ProofError
from pinback.proofs.keys import public_key
from pinback.tlog.notes import (
    Checkpoint,
    cosigned_at,
    open_note,
    opened_by_any,
    read_checkpoint,
    read_key,
    read_note,
    signed_note,
)
from pinback.tlog.tiles import TileReader, bundle_files, read_bundle, tile_files
from pinback.tlog.trees import Tree, check_consistency, check_inclusion, consistency, inclusion, leaf_hash
from pinback.tlog.witnesses import origin_hash

SAVED = json.loads((Path(__file__).parent / "published_logs.json").read_text(encoding="utf-8"))


def files_of(name: str) -> dict[str, bytes]:
    return {path: base64.b64decode(data) for path, data in SAVED[name]["files"].items()}


TESSERA = files_of("tessera")
TESSERA_KEY = read_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
TESSERA_SECRET = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
"""Printed in Tessera's testdata/build_log.sh, which made the log."""
WORDS = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()


class TesseraSigner:
    """Holds the printed key."""

    private = ed25519.Ed25519PrivateKey.from_private_bytes(base64.b64decode(TESSERA_SECRET.split("+", 4)[4])[1:])

    def sign(self, key_id: str, data: bytes) -> bytes:
        return self.private.sign(data)


@pytest.mark.parametrize("size", range(1, 16))
def test_log_of_tessera_is_read_at_every_size(size: int) -> None:
    said = open_note(TESSERA[f"checkpoint.{size}"].decode(), TESSERA_KEY.name, TESSERA_KEY.key)
    assert said.size == size
    reader = TileReader(TESSERA.get, size, said.root)
    entries = read_bundle(TESSERA[f"tile/entries/000.p/{size}"], size)
    assert entries == WORDS[:size]
    assert [leaf_hash(entry) for entry in entries] == list(reader.leaves())
    for index in range(size):
        check_inclusion(leaf_hash(entries[index]), index, size, inclusion(reader.node, index, size), said.root)
    for old in range(1, size + 1):
        before = read_checkpoint(read_note(TESSERA[f"checkpoint.{old}"].decode()).text)
        check_consistency(old, before.root, size, said.root, consistency(reader.node, old, size))


def test_log_of_tessera_is_made_again_byte_by_byte() -> None:
    tree = Tree(leaf_hash(word) for word in WORDS)
    made = dict(tile_files(tree, range(16))) | dict(bundle_files(WORDS, range(16)))
    key = public_key(TesseraSigner.private.public_key())
    for size in range(16):
        checkpoint = Checkpoint(TESSERA_KEY.name, size, tree.root(size))
        made[f"checkpoint.{size}"] = signed_note(checkpoint, key, TesseraSigner()).encode()
    made["checkpoint"] = made["checkpoint.15"]
    assert made == TESSERA


SUNLIGHT = files_of("sunlight")
LOG = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"


@pytest.mark.parametrize(
    ("folder", "name"),
    [("witness", "witness.v0.json"), ("witness/mirror", "mirror.v0.json"), ("witness2", "witness.v0.json")],
)
def test_witnesses_of_sunlight_hold_by_their_own_keys(folder: str, name: str) -> None:
    key = read_key(json.loads(SUNLIGHT[f"{folder}/{name}"])["verifier_keys"][0])
    (path,) = [
        path
        for path in SUNLIGHT
        if path.startswith(f"{folder}/") and path.count("/") == folder.count("/") + 2 and path.endswith("/checkpoint")
    ]
    note = read_note(SUNLIGHT[path].decode())
    assert path == f"{folder}/{origin_hash(read_checkpoint(note.text).origin)}/checkpoint"
    assert cosigned_at(note, key) == 1767139200
    with pytest.raises(ProofError):
        opened_by_any(note.whole, [key])


def test_tiles_of_sunlights_mirror_are_read_to_the_last_leaf() -> None:
    files = {path.removeprefix(f"witness/mirror/{LOG}/"): data for path, data in SUNLIGHT.items()}
    said = read_checkpoint(read_note(files["checkpoint"].decode()).text)
    reader = TileReader(files.get, said.size, said.root)
    leaves = list(reader.leaves())
    assert len(leaves) == said.size == 300
    assert Tree(leaves).root() == said.root
    for size in (1, 255, 256, 257, 299):
        check_consistency(size, Tree(leaves[:size]).root(), 300, said.root, consistency(reader.node, size, 300))
