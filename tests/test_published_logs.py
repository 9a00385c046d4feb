"""Tessera's test log is made again byte for byte, and read at each of its sizes by what ``log monitor`` reads with.

No file of others lies here: the log is made from its words and its printed test key, and the digest below, taken over Tessera's own
files, says that they are the same. ``tests/foreign/published_logs.py`` reads a checkout of Tessera's and Sunlight's files.
"""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from pinback.proofs.keys import public_key
from pinback.tlog.auditing import read_rest, read_tree
from pinback.tlog.notes import Checkpoint, open_note, read_key, signed_note
from pinback.tlog.tiles import bundle_files, tile_files
from pinback.tlog.trees import Tree, check_consistency, check_inclusion, leaf_hash

DIGEST = "f9715ca4852a810c95523fb8be6017d9e73f242a74689ef258e05bd4697c29d4"
"""SHA-256 over name, size and bytes of the 47 files of transparency-dev/tessera, testdata/log, at commit 1811ae1a7c40."""
KEY = read_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
TEST_SECRET = "AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
"""The key of that test log, printed in Tessera's testdata/build_log.sh; it signs nothing else."""
WORDS = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()


class Signer:
    """Holds the printed key."""

    private = ed25519.Ed25519PrivateKey.from_private_bytes(base64.b64decode(TEST_SECRET)[1:])

    def sign(self, key_id: str, data: bytes) -> bytes:
        return self.private.sign(data)


def made() -> dict[str, bytes]:
    tree, key = Tree(leaf_hash(word) for word in WORDS), public_key(Signer.private.public_key())
    files = dict(tile_files(tree, range(16))) | dict(bundle_files(WORDS, range(16)))
    for size in range(16):
        files[f"checkpoint.{size}"] = signed_note(Checkpoint(KEY.name, size, tree.root(size)), key, Signer()).encode()
    return files | {"checkpoint": files["checkpoint.15"]}


LOG = made()


def test_log_of_tessera_is_made_again_byte_by_byte() -> None:
    digest = hashlib.sha256()
    for name in sorted(LOG):
        digest.update(f"{name}\n{len(LOG[name])}\n".encode() + LOG[name])
    assert digest.hexdigest() == DIGEST


@pytest.mark.parametrize("size", range(1, 16))
def test_log_of_tessera_is_read_at_every_size(size: int) -> None:
    said = open_note(LOG[f"checkpoint.{size}"].decode(), KEY.name, KEY.key)
    tree = read_tree(LOG.get, said)
    assert tree.levels[0] == b"".join(leaf_hash(word) for word in WORDS[:size])
    assert read_rest(LOG.get, tree) == 0
    for index in range(size):
        check_inclusion(leaf_hash(WORDS[index]), index, size, tree.inclusion(index, size), said.root)
    for old in range(1, size + 1):
        before = open_note(LOG[f"checkpoint.{old}"].decode(), KEY.name, KEY.key)
        check_consistency(old, before.root, size, said.root, tree.consistency(old, size))
