"""Signatures of key events, and the one function that proves a whole register (TRUST §4; the bytes: docs/format.md).

A key is added by a key that could sign key events before it, and by itself; it is retired or revoked by
any such key. What the lines may say is decided by ``register``; whether they were signed is decided here.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from pinback.canonical import canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import ContentError, Problem, ProofError
from pinback.log import Frontier, check_register
from pinback.proofs.keys import PublicKey, Signer, checked
from pinback.register import KEY_EVENTS, RESTORE, Register, complete, parse, register_from, state_of

_PREFIX = b"pinback/key-event/v1\n"
_LATER = ("sig", "leaf")
"""Fields that the signature of a key event does not cover; an added key's own signature comes before both."""


def signed_bytes(origin: str, line: Mapping[str, Any], *without: str) -> bytes:
    """Return the bytes that a key event's signature covers.

    Args:
        origin: the log's origin line.
        line: the line.
        without: names of the fields that are left out.
    """
    kept = {name: value for name, value in line.items() if name not in without}
    return _PREFIX + origin.encode("utf-8") + b"\n" + canonical_bytes(kept)


def key_event(
    origin: str, line: Mapping[str, Any], by: str, signer: Signer, added: Signer | None = None
) -> dict[str, Any]:
    """Return a complete key event: signed by *by*, and for an added key by that key itself.

    Args:
        origin: the log's origin line.
        line: ``n``, ``event``, ``at`` and the event's own fields but ``by`` and signatures.
        by: id of the key that answers for it.
        signer: holds that key.
        added: holds the key that is added.
    """
    done: dict[str, Any] = {**line, "by": by}
    if added is not None:
        done["own_sig"] = _base64(added.sign(line["key"]["id"], signed_bytes(origin, done, "own_sig", *_LATER)))
    done["sig"] = _base64(signer.sign(by, signed_bytes(origin, done, *_LATER)))
    return complete(done)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def check_key_events(register: Register) -> None:
    """Check the signatures of every key event, and that each key's id belongs to its bytes.

    Raises:
        ContentError: the first line that does not hold.
    """
    keys: dict[str, PublicKey] = {}
    for known in register.keyring:
        try:
            keys[known.id] = checked(known.id, known.type, known.public)
        except ProofError as error:
            raise ContentError(
                [Problem(register.file, known.line + 1, "a key of this line is damaged", RESTORE)]
            ) from error
    for number, line in register.lines.numbered(*KEY_EVENTS):
        try:
            if line["event"] == "key-add":
                own = signed_bytes(register.origin, line, "own_sig", *_LATER)
                keys[line["key"]["id"]].verify(_signature(line["own_sig"]), own)
            keys[line["by"]].verify(_signature(line["sig"]), signed_bytes(register.origin, line, *_LATER))
        except ProofError as error:
            what = "the signature of this key event does not hold"
            raise ContentError([Problem(register.file, number, what, RESTORE)]) from error


def _signature(text: str) -> bytes:
    """Return the bytes of padded base64 *text*; other spellings of the same bytes are refused."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError("a signature is damaged; restore the register") from error
    if _base64(data) != text:
        raise ProofError("a signature is damaged; restore the register")
    return data


def proved_register(data: bytes, file: str) -> Register:
    """Return what a register adds up to, with every line, key event and checkpoint checked.

    Args:
        data: the file.
        file: its path relative to the club's folder.

    Raises:
        ContentError: at the first line that does not hold.
    """
    return Proved.of(data, file).register


@dataclass(frozen=True, slots=True)
class Proved:
    """A register whose lines, key events and checkpoints were all checked.

    Attributes:
        tree: over all its lines.
        new: how many lines were checked this time.
    """

    register: Register
    tree: Frontier
    new: int = 0

    @classmethod
    def of(cls, data: bytes, file: str, known: Any = None) -> Proved:  # noqa: ANN401 - JSON
        """Return what a register adds up to.

        Args:
            data: the file.
            file: its path relative to the club's folder.
            known: what ``kept`` gave for a register of which this one is a continuation; its lines are not checked again.
                Anything else is passed over.

        Raises:
            ContentError: at the first line that does not hold.
        """
        earlier = cls._continued(data, file, known)
        lines = len(earlier.register.lines) if earlier else 0
        register = parse(data, file, earlier.register if earlier else None)
        check_key_events(register)
        tree = check_register(register, lines, earlier.tree if earlier else None)
        return cls(register, tree, len(register.lines) - lines)

    @classmethod
    def _continued(cls, data: bytes, file: str, known: Any) -> Proved | None:  # noqa: ANN401 - JSON
        try:
            size, digest, state, tree_size, hashes = known
            if not 0 < size <= len(data) or hashlib.sha256(memoryview(data)[:size]).hexdigest() != digest:
                return None
            return cls(
                register_from(state, data, file), Frontier.grown(tree_size, [bytes.fromhex(one) for one in hashes])
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return None

    def kept(self, data: bytes) -> list[object]:
        """Return all this as JSON, bound to the bytes of its lines.

        Args:
            data: the file.
        """
        size = self.register.length
        digest = hashlib.sha256(memoryview(data)[:size]).hexdigest()
        return [size, digest, state_of(self.register), self.tree.size, [one.hex() for one in self.tree.hashes]]
