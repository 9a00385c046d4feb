"""Signed notes, checkpoints, and cosignatures of witnesses.

C2SP signed-note (key type 0x01, Ed25519), tlog-checkpoint, tlog-cosignature (key type 0x04, Ed25519 with a time).
ML-DSA-44 cosignatures (0x06) are passed over like all signatures by unknown keys.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from pinback.dataclass import dataclass
from pinback.errors import ProofError, quoted
from pinback.limits import MAX_NOTE, MAX_NOTE_SIGNATURES
from pinback.proofs.keys import ED25519, PublicKey, Signer, ed25519_key, raw_ed25519
from pinback.proofs.multibase import ed25519_multikey

NOTE = 1
"""Key type of a log: Ed25519 signatures over the text of a note."""
COSIGNATURE = 4
"""Key type of a witness: Ed25519 signatures with a time, over a checkpoint."""
_TIME = 8
"""Bytes of the time that begins a cosignature."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")


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


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key under the name by which its signatures are known (C2SP signed-note, "Verifier keys").

    Attributes:
        name: the origin of a log, or the name of a witness.
        kind: ``NOTE`` or ``COSIGNATURE``.
        key: the Ed25519 key.
    """

    name: str
    kind: int
    key: PublicKey

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names the key."""
        material = self.name.encode("utf-8") + b"\n" + bytes([self.kind]) + raw_ed25519(self.key)
        return hashlib.sha256(material).digest()[:4]

    @property
    def text(self) -> str:
        """The vkey: name, id and key, parted by ``+``."""
        encoded = base64.b64encode(bytes([self.kind]) + raw_ed25519(self.key)).decode("ascii")
        return f"{self.name}+{self.id.hex()}+{encoded}"


def read_key(text: str) -> NoteKey:
    """Return the key that a vkey spells.

    Raises:
        ProofError: it is none, or of a kind that is not read here.
    """
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    data = strict_base64(encoded)
    if not _NAME.fullmatch(name) or len(data) != 33 or data[0] not in (NOTE, COSIGNATURE):
        raise ProofError(f"{quoted(text)} is no key of a log or witness (name+id+key, Ed25519); copy it again")
    key = NoteKey(name, data[0], ed25519_key(ed25519_multikey(data[1:])))
    if key.id.hex() != id_:
        raise ProofError(f"the parts of the key {quoted(text)} do not belong together; copy it again")
    return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note: the name and id of its key, and the signature's bytes."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with LF."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.data).decode('ascii')}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart; nothing is known of its signatures yet.

    Attributes:
        text: what is signed, with the last LF.
        signatures: in the order of their lines.
    """

    text: str
    signatures: tuple[Signature, ...]

    @property
    def whole(self) -> str:
        """The note as it is written."""
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}"


def read_note(note: str) -> Note:
    """Return text and signature lines of a note.

    Raises:
        ProofError: it is none, or larger than any that is read.
    """
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not text or not lines.endswith("\n") or len(note) > MAX_NOTE or _CONTROL.search(note):
        raise ProofError("a checkpoint is not a signed note; fetch it again")
    return Note(text + "\n", signature_lines(lines))


def signature_lines(lines: str) -> tuple[Signature, ...]:
    """Return the signatures that lines of a note, or of a witness's answer, hold.

    Raises:
        ProofError: a line is damaged, or there are more than are read.
    """
    if not lines.endswith("\n") or lines.count("\n") > MAX_NOTE_SIGNATURES:
        raise ProofError("a checkpoint's signature lines are damaged; fetch it again")
    found = []
    for line in lines[:-1].split("\n"):
        mark, name, encoded = line.split(" ") if line.count(" ") == 2 else ("", "", "")
        data = strict_base64(encoded)
        if mark != "—" or not _NAME.fullmatch(name) or len(data) < 5:
            raise ProofError("a checkpoint's signature line is damaged; fetch it again")
        found.append(Signature(name, data[:4], data[4:]))
    return tuple(found)


def read_checkpoint(text: str) -> Checkpoint:
    """Return what the text of a note says of a tree; lines after the third are passed over.

    Raises:
        ProofError: it is no checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or "" in lines[:-1]:
        raise ProofError("a checkpoint says too little; fetch it again")
    size, root = lines[1], strict_base64(lines[2])
    if not re.fullmatch("0|[1-9][0-9]{0,18}", size) or len(root) != 32:
        raise ProofError("a checkpoint says no size or root; fetch it again")
    return Checkpoint(lines[0], int(size), root)


def signed_note(checkpoint: Checkpoint, key: PublicKey, signer: Signer) -> str:
    """Return the checkpoint as a signed note."""
    signature = signer.sign(key.id, checkpoint.text.encode("utf-8"))
    line = Signature(checkpoint.origin, NoteKey(checkpoint.origin, NOTE, key).id, signature).line
    return f"{checkpoint.text}\n{line}"


def verifier_key(origin: str, key: PublicKey) -> str:
    """Return the vkey text by which others check this log's notes (C2SP signed-note, "Verifier keys")."""
    return NoteKey(origin, NOTE, key).text


def open_note(note: str, origin: str, key: PublicKey) -> Checkpoint:
    """Check a signed note and return what it says. Signatures by other keys are passed over.

    Raises:
        ProofError: not a note, another origin, or no sound signature by *key*.
    """
    read = read_note(note)
    if read.text.split("\n", 1)[0] != origin:
        raise ProofError("a checkpoint is one of another log; name the right log")
    if key.type != ED25519 or not _signed(read, NoteKey(origin, NOTE, key)):
        raise ProofError("a checkpoint is not signed by this log's key; compare it with another copy of the log")
    return read_checkpoint(read.text)


def _signed(note: Note, key: NoteKey) -> bool:
    """Tell whether a key signed a note.

    Raises:
        ProofError: a signature in its name does not hold.
    """
    own = [one for one in note.signatures if (one.name, one.key_id) == (key.name, key.id)]
    for one in own:
        key.key.verify(one.data, note.text.encode("utf-8"))
    return bool(own)


def opened_by_any(note: str, keys: Iterable[NoteKey]) -> tuple[Checkpoint, NoteKey]:
    """Return what a checkpoint says, and which of these keys of logs signed it.

    Raises:
        ProofError: none of them did, or a signature in the name of one does not hold.
    """
    read = read_note(note)
    said = read_checkpoint(read.text)
    for key in keys:
        if key.kind == NOTE and key.name == said.origin and _signed(read, key):
            return said, key
    raise ProofError("a checkpoint is not signed by this log's key; compare it with another copy of the log")


# Cosignatures (C2SP tlog-cosignature, "Ed25519 signed message").


def _message(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def cosigned(text: str, key: NoteKey, signer: Signer, moment: int) -> Signature:
    """Return a witness's signature over a checkpoint.

    Args:
        text: of the checkpoint, with the last LF.
        key: the witness's, of the kind ``COSIGNATURE``.
        signer: holds it.
        moment: POSIX seconds, from 1 to 2**63 - 1.
    """
    return Signature(key.name, key.id, moment.to_bytes(_TIME, "big") + signer.sign(key.key.id, _message(text, moment)))


def cosigned_at(note: Note, key: NoteKey) -> int | None:
    """Return the POSIX seconds at which a witness signed a checkpoint first; None where it did not.

    Raises:
        ProofError: a signature in its name does not hold.
    """
    moments = []
    for one in note.signatures:
        if key.kind != COSIGNATURE or (one.name, one.key_id) != (key.name, key.id):
            continue
        if len(one.data) != _TIME + 64 or not 0 < (moment := int.from_bytes(one.data[:_TIME], "big")) < 1 << 63:
            raise ProofError("a witness's signature is damaged; fetch the checkpoint again")
        key.key.verify(one.data[_TIME:], _message(note.text, moment))
        moments.append(moment)
    return min(moments, default=None)


def strict_base64(text: str) -> bytes:
    """Return the bytes of padded base64 *text*; other spellings of the same bytes are refused.

    Raises:
        ProofError: it is none.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError("a checkpoint or proof is damaged; fetch it again") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ProofError("a checkpoint or proof is damaged; fetch it again")
    return data
