"""The tree over a register, and signed checkpoints of it.

RFC 6962 §2.1 (tree hash), C2SP signed-note, C2SP tlog-checkpoint. The tree grows over all lines of a
register but its checkpoints; a checkpoint is the register's own seal on everything before it. Tiles and
proofs for the public log are built from the same leaves elsewhere.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pinback.errors import ContentError, Problem, ProofError
from pinback.proofs.keys import PublicKey, Signer, checked, raw_ed25519
from pinback.register import RESTORE, Register

_ED25519_NOTE = b"\x01"
"""Signature type of Ed25519 in signed notes."""


class Frontier:
    """The hashes from which the root of a growing tree is made: one for each full subtree, largest first."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._hashes: list[bytes] = []
        for leaf in leaves:
            self.add(leaf)

    @property
    def hashes(self) -> list[bytes]:
        """The hashes, each of 32 bytes."""
        return list(self._hashes)

    @classmethod
    def grown(cls, size: int, hashes: list[bytes]) -> Frontier:
        """Return one as it was kept: its size and its hashes."""
        if size.bit_count() != len(hashes) or any(len(one) != 32 for one in hashes):
            raise ValueError("one hash for each full subtree")
        frontier = cls()
        frontier.size, frontier._hashes = size, list(hashes)
        return frontier

    def add(self, leaf: bytes) -> None:
        """Add a leaf hash (32 bytes, SHA-256 over 0x00 and the entry)."""
        node, position = leaf, self.size
        while position & 1:
            node = _node(self._hashes.pop(), node)
            position >>= 1
        self._hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the tree hash; that of the empty tree is SHA-256 of nothing."""
        if not self._hashes:
            return hashlib.sha256(b"").digest()
        *rest, root = self._hashes
        for node in reversed(rest):
            root = _node(node, root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a signed note says about a tree: its origin line, its size, its root hash."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed lines, each ending in LF."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def _key_hash(origin: str, key: PublicKey) -> bytes:
    return hashlib.sha256(origin.encode("utf-8") + b"\n" + _ED25519_NOTE + raw_ed25519(key)).digest()[:4]


def verifier_key(origin: str, key: PublicKey) -> str:
    """Return the vkey text by which others check this log's notes (C2SP signed-note, "Verifier keys")."""
    encoded = base64.b64encode(_ED25519_NOTE + raw_ed25519(key)).decode("ascii")
    return f"{origin}+{_key_hash(origin, key).hex()}+{encoded}"


def signed_note(checkpoint: Checkpoint, key: PublicKey, signer: Signer) -> str:
    """Return the checkpoint as a signed note."""
    signature = signer.sign(key.id, checkpoint.text.encode("utf-8"))
    encoded = base64.b64encode(_key_hash(checkpoint.origin, key) + signature).decode("ascii")
    return f"{checkpoint.text}\n— {checkpoint.origin} {encoded}\n"


def open_note(note: str, origin: str, key: PublicKey) -> Checkpoint:
    """Check a signed note and return what it says. Signatures by other keys are passed over.

    Raises:
        ProofError: not a note, another origin, or no sound signature by *key*.
    """
    text, separator, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = text.split("\n")
    if not separator or not signatures.endswith("\n") or len(lines) < 4 or lines[0] != origin:
        raise ProofError("a checkpoint is not a signed note of this log; restore the register")
    for line in signatures[:-1].split("\n"):
        mark, name, encoded = line.split(" ") if line.count(" ") == 2 else ("", "", "")
        data = _base64(encoded)
        if mark != "—" or not name or len(data) < 5:
            raise ProofError("a checkpoint's signature line is damaged; restore the register")
        if name == origin and data[:4] == _key_hash(origin, key):
            key.verify(data[4:], text.encode("utf-8"))
            size, root = lines[1], _base64(lines[2])
            if not size.isdecimal() or str(int(size)) != size or len(root) != 32:
                raise ProofError("a checkpoint says no size or root; restore the register")
            return Checkpoint(origin, int(size), root)
    raise ProofError("a checkpoint is not signed by this log's key; restore the register")


def _base64(text: str) -> bytes:
    """Return the bytes of padded base64 *text*; other spellings of the same bytes are refused."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError("a checkpoint is damaged; restore the register") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ProofError("a checkpoint is damaged; restore the register")
    return data


def check_register(register: Register, known: int = 0, tree: Frontier | None = None) -> Frontier:
    """Check every checkpoint of a register against the lines before it, and return the tree over all of them.

    A checkpoint in a register is the bare note: three lines, and the signature of one of the log's keys alone.

    Args:
        register: the register.
        known: number of lines, from the first, that were checked before.
        tree: that over these lines; it is grown further.

    Raises:
        ContentError: the first checkpoint that does not fit.
    """
    tree = tree or Frontier()
    leaves = iter(register.leaves[tree.size :])
    for number, event in enumerate(register.lines.events[known:], known + 1):
        if event != "checkpoint":
            # It was compared with the line when that was taken into account.
            tree.add(next(leaves))
            continue
        line = register.lines[number - 1]
        try:
            said = _opened(register, line)
            text, _, signatures = line["note"].partition("\n\n")
            if f"{text}\n" != said.text or signatures.count("\n") != 1:
                raise ProofError("a checkpoint says more than it should; restore the register")
        except ProofError as error:
            raise ContentError([Problem(register.file, number, "this checkpoint does not hold", RESTORE)]) from error
        if (said.size, said.root) != (tree.size, tree.root()):
            what = "this checkpoint was made over other lines than those above it"
            raise ContentError([Problem(register.file, number, what, RESTORE)])
    return tree


def _opened(register: Register, line: Mapping[str, Any]) -> Checkpoint:
    """Return what a checkpoint line says, signed by a log key that could sign it then."""
    return opened_by(register, line["note"], register.log_keys[line["n"]])


def opened_by(register: Register, note: str, keys: Iterable[str]) -> Checkpoint:
    """Return what a note says that one of these keys of the register signed.

    Raises:
        ProofError: none of them did.
    """
    for key_id in sorted(keys):
        known = register.keyring.keys[key_id]
        with contextlib.suppress(ProofError):
            return open_note(note, register.origin, checked(known.id, known.type, known.public))
    raise ProofError("a checkpoint is not signed by this log's key; restore the register")


def last_checkpoint(register: Register) -> str:
    """Return the note of the newest checkpoint."""
    note: str = register.lines[-1]["note"]
    return note
