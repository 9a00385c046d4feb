"""What is asked of a witness and what it answers; who the witnesses of a log are.

C2SP tlog-witness ("add-checkpoint", "Monitor Retrieval Mechanism") and the ``witness`` lines of C2SP tlog-policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence

from pinback.dataclass import dataclass
from pinback.errors import ProofError, quoted
from pinback.tlog.notes import COSIGNATURE, Note, NoteKey, Signature, cosigned_at, read_key, signature_lines


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who signs checkpoints of others.

    Attributes:
        name: what the policy calls it.
        key: its cosignature key.
        url: submission and monitoring prefix, without a slash at its end; "" where none is known.
        line: of the policy, from 1.
    """

    name: str
    key: NoteKey
    url: str = ""
    line: int = 0


def read_policy(text: str) -> tuple[Witness, ...]:
    """Return the witnesses that a policy names; its other lines (log, group, quorum) are passed over.

    Raises:
        ProofError: a line is none of a policy, or a witness stands there twice; the message begins with the line's number.
    """
    found: dict[str, Witness] = {}
    keys: set[str] = set()
    for number, raw in enumerate(text.split("\n"), 1):
        words = re.split(r"[ \t]+", raw.strip(" \t\r"))
        if words == [""] or words[0].startswith("#") or words[0] in ("log", "group", "quorum"):
            continue
        if words[0] != "witness" or len(words) not in (3, 4):
            raise ProofError(f"{number}: this is no line of a policy; write: witness NAME KEY ADDRESS")
        try:
            key = read_key(words[2])
        except ProofError as error:
            raise ProofError(f"{number}: {error}") from error
        if key.kind != COSIGNATURE:
            raise ProofError(f"{number}: this is the key of a log, not of a witness; ask for its cosignature key")
        if words[1] in found or key.key.id in keys:
            raise ProofError(f"{number}: the witness {quoted(words[1])} or its key stands here twice; delete one line")
        url = words[3].rstrip("/") if len(words) == 4 else ""
        keys.add(key.key.id)
        found[words[1]] = Witness(words[1], key, url, number)
    return tuple(found.values())


def origin_hash(origin: str) -> str:
    """Return the folder of a log below a witness's monitoring prefix: SHA-256 of its origin, hex."""
    return hashlib.sha256(origin.encode("utf-8")).hexdigest()


def request_body(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return the body of ``add-checkpoint``: the size that the witness knows, a consistency proof, the checkpoint."""
    hashes = "".join(f"{base64.b64encode(one).decode('ascii')}\n" for one in proof)
    return f"old {old}\n{hashes}\n{note}".encode()


def known_size(body: bytes) -> int:
    """Return the size that a witness says it knows, when it was asked with another (status 409).

    Raises:
        ProofError: it says none.
    """
    if not re.fullmatch(rb"(0|[1-9][0-9]{0,18})\n", body):
        raise ProofError("the witness answers something else than the size that it knows; tell who runs it")
    return int(body)


def signatures_of(body: bytes, note: Note, key: NoteKey) -> tuple[Signature, ...]:
    """Return the sound signatures of a known witness in its answer; others are passed over.

    Raises:
        ProofError: the answer is none, or a signature in the witness's name does not hold.
    """
    try:
        lines = signature_lines(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProofError("the witness answers no signature; tell who runs it") from error
    own = tuple(one for one in lines if (one.name, one.key_id) == (key.name, key.id))
    if cosigned_at(Note(note.text, own), key) is None:
        raise ProofError("the witness answers no signature by the key that stands in the policy; compare the keys")
    return own
