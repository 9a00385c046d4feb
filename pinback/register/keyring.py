"""The keys of an issuer as its register tells their lives: added, retired, revoked (TRUST §4).

Who may add and end keys, and what must be left, is decided here; whether the signatures of the lines
hold is checked by ``register_proofs``, which knows signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from datetime import datetime
from typing import Any, TypeGuard

from pinback.dataclass import dataclass
from pinback.errors import quoted
from pinback.register.lines import KEY_TYPES, Fault, is_moment, text_moment

NEEDED = ("ed25519", "rsa", "log")
"""Roles without which nothing can be sealed: embedded proofs and key events, JWS and JWT, checkpoints."""
AUTHORITIES = ("ed25519", "recovery")
"""Roles that sign key events."""


@dataclass(frozen=True, slots=True)
class RegisterKey:
    """A key as the register knows it.

    Attributes:
        id: Multikey text (Ed25519) or RFC 7638 thumbprint (RSA).
        type: ``Ed25519`` or ``RSA``.
        public: base64 of the DER SubjectPublicKeyInfo.
        role: ``ed25519``, ``rsa``, ``log`` or ``recovery``.
        added: the moment of the line that brought it.
        line: number ``n`` of that line; 0 for the first keys.
        retired: since when it no longer signs; what it signed stays genuine.
        revoked: the moment from which nothing of it is believed.
    """

    id: str
    type: str
    public: str
    role: str
    added: datetime
    line: int
    retired: datetime | None = None
    revoked: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether it may still sign."""
        return self.retired is None and self.revoked is None


@dataclass(slots=True)
class Keyring:
    """All keys that a register ever named, in the order of their lines."""

    keys: dict[str, RegisterKey] = field(default_factory=dict)

    def __iter__(self) -> Iterator[RegisterKey]:
        return iter(self.keys.values())

    @property
    def any_revoked(self) -> bool:
        """Whether a key was revoked, ever."""
        return any(key.revoked is not None for key in self)

    def get(self, key_id: str) -> RegisterKey | None:
        """Return the key of that id, or None."""
        return self.keys.get(key_id)

    def of(self, *roles: str) -> list[RegisterKey]:
        """Return every key of these roles, oldest first."""
        return [key for key in self if key.role in roles]

    def active(self, *roles: str) -> list[RegisterKey]:
        """Return the keys of these roles that may sign, oldest first."""
        return [key for key in self.of(*roles) if key.active]

    def is_active(self, key_id: object, *roles: str) -> bool:
        """Tell whether *key_id* is a key of one of these roles that may sign."""
        key = self.keys.get(key_id) if isinstance(key_id, str) else None
        return key is not None and key.active and key.role in roles

    def missing(self) -> list[str]:
        """Return the roles of which no active key is left."""
        return [role for role in NEEDED if not self.active(role)]

    def begin(self, line: dict[str, Any]) -> None:
        """Take the first keys from line 0."""
        keys = line["keys"]
        if not isinstance(keys, dict) or set(keys) - {"recovery"} != set(NEEDED):
            raise Fault("the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public")
        for role, key in keys.items():
            self._add(role, key, line)

    def add(self, line: dict[str, Any]) -> None:
        """Take a ``key-add`` line."""
        self._authorised(line)
        if line["role"] not in KEY_TYPES:
            raise Fault(f"the role {quoted(line['role'])} is unknown")
        self._add(line["role"], line["key"], line)

    def _add(self, role: str, key: object, line: dict[str, Any]) -> None:
        if not _is_key(key) or key["type"] != KEY_TYPES[role]:
            raise Fault("the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public")
        if key["id"] in self.keys:
            raise Fault(f"the key {key['id']} stood in the register before; a key is never used again")
        self.keys[key["id"]] = RegisterKey(
            key["id"], key["type"], key["public"], role, text_moment(line["at"]), line["n"]
        )

    def retire(self, line: dict[str, Any]) -> None:
        """Take a ``key-retire`` line."""
        self._authorised(line)
        known = self._named(line["key"])
        if not known.active:
            raise Fault("a key is retired that signs no longer")
        self.keys[known.id] = replace(known, retired=text_moment(line["at"]))

    def revoke(self, line: dict[str, Any]) -> None:
        """Take a ``key-revoke`` line. A retired key can be revoked too: its old signatures are then worth nothing."""
        self._authorised(line)
        known = self._named(line["key"])
        if known.revoked is not None:
            raise Fault("a key is revoked twice")
        if not is_moment(line["as_of"]) or line["as_of"] > line["at"]:
            raise Fault("a key is revoked as of a moment that is none, or that had not come")
        self.keys[known.id] = replace(known, revoked=text_moment(line["as_of"]))

    def _authorised(self, line: dict[str, Any]) -> None:
        if not self.is_active(line["by"], *AUTHORITIES):
            raise Fault("the key event is signed by a key that may not sign it")

    def _named(self, key: object) -> RegisterKey:
        known = self.keys.get(key["id"]) if _is_key(key) else None
        if known is None or key != {"id": known.id, "type": known.type, "public": known.public}:
            raise Fault("the key event names a key that no line before it brought")
        return known


def _is_key(key: object) -> TypeGuard[dict[str, str]]:
    return (
        isinstance(key, dict)
        and set(key) == {"id", "type", "public"}
        and all(isinstance(value, str) for value in key.values())
    )
