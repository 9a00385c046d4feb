"""Signatures of key events, and the one function that proves a whole register (TRUST §4; the bytes: docs/format.md).

A key is added by a key that could sign key events before it, and by itself; it is retired or revoked by
any such key. What the lines may say is decided by ``register``; whether they were signed is decided here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from pinback.canonical import canonical_bytes
from pinback.errors import ContentError, Problem, ProofError
from pinback.log import check_register
from pinback.proofs.keys import PublicKey, Signer, checked
from pinback.register import KEY_EVENTS, RESTORE, Register, complete, parse

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
        file: its path relative to the club's folder, for messages.

    Raises:
        ContentError: at the first line that does not hold.
    """
    register = parse(data, file)
    check_key_events(register)
    check_register(register)
    return register
