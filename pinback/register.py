"""The register: an issuer's append-only memory, one event a line (TRUST §2; the bytes: docs/format.md).

Reading is strict: a line that is not the canonical form of known events with known fields, numbered
without gaps, in time order and with the right leaf, is an error with file and line. What the lines add up
to (``Register``) is all that ``build`` and ``seal`` know of the past. Nothing here opens files or keys;
checkpoints are signed and checked by ``log``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pinback.canonical import canonical_bytes, sha256_name
from pinback.errors import ContentError, Problem, ProofError, quoted

EVENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    name: (frozenset(required.split()), frozenset(optional.split()))
    for name, required, optional in (
        ("issuer", "did base_url log keys", "demonstration"),
        ("badge", "badge version files", ""),
        ("award", "id badge version list index record keys files", ""),
        ("revoke", "id code", ""),
        ("status", "list purpose file", ""),
        ("checkpoint", "note", ""),
    )
}
"""The events that this version knows: their required and optional fields beside n, event, at, leaf."""

_KEY_TYPES = {"ed25519": "Ed25519", "rsa": "RSA", "log": "Ed25519", "recovery": "Ed25519"}
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
RESTORE = "restore the register from git (git log shows its last good state)"


def now_text(moment: datetime) -> str:
    """Return a moment as registers write it: whole UTC seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_moment(text: str) -> datetime:
    """Return the moment that a register's text means.

    Raises:
        ValueError: there is no such moment.
    """
    return datetime.fromisoformat(text)


def record_hash(typed: Mapping[str, object]) -> str:
    """Return ``sha256:…`` of the RFC 8785 form of an award's typed fields (TRUST §2, ``record``)."""
    return sha256_name(canonical_bytes(dict(typed)))


def entry_hash(line: Mapping[str, Any]) -> bytes:
    """Return the 32 bytes of a line's log entry: SHA-256 of it without ``leaf`` and ``record``."""
    kept = {name: value for name, value in line.items() if name not in ("leaf", "record")}
    return hashlib.sha256(canonical_bytes(kept)).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the RFC 6962 leaf hash of a log entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_of(line: Mapping[str, Any]) -> bytes:
    """Return the leaf hash of a line."""
    return leaf_hash(entry_hash(line))


def complete(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with its leaf; checkpoints have none."""
    if line["event"] == "checkpoint":
        return dict(line)
    return {**line, "leaf": base64.b64encode(leaf_of(line)).decode("ascii")}


def line_bytes(line: Mapping[str, Any]) -> bytes:
    """Return a complete line as written: RFC 8785 and LF."""
    return canonical_bytes(dict(line)) + b"\n"


@dataclass(frozen=True, slots=True)
class SealedAward:
    """An award as the register remembers it."""

    id: str
    badge: str
    version: str
    list: int
    index: int
    record: str
    keys: tuple[str, ...]
    files: Mapping[str, str]
    at: datetime
    line: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A revocation that took effect: reason code and moment."""

    code: str
    at: datetime


@dataclass(slots=True)
class Register:
    """What the lines of one register add up to.

    Attributes:
        file: path relative to the club's folder.
        lines: every line, in order.
        did: the issuer's DID, a fact since line 0; likewise ``base_url`` and ``origin`` (of the log).
        keys: the first keys, as written in line 0: objects of id, type, public, by role.
        versions: frozen versions of each badge, oldest first, with the digests of their files.
        awards: by id, in the order of sealing.
        revoked: by award id.
        status: digest of the last sealed list, by purpose and number.
        used: positions that were ever given away, by list.
        leaves: leaf hashes in order.
        torn: bytes after the last whole sealing, left by a run that died while it appended.
    """

    file: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    did: str = ""
    base_url: str = ""
    origin: str = ""
    demonstration: bool = False
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, dict[str, Mapping[str, str]]] = field(default_factory=dict)
    awards: dict[str, SealedAward] = field(default_factory=dict)
    revoked: dict[str, Withdrawal] = field(default_factory=dict)
    status: dict[tuple[str, int], str] = field(default_factory=dict)
    used: dict[int, set[int]] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=list)
    torn: int = 0
    length: int = 0

    @property
    def last_at(self) -> datetime | None:
        """The moment of the last line."""
        return text_moment(self.lines[-1]["at"]) if self.lines else None

    def used_indexes(self, number: int) -> set[int]:
        """Return every position of a list that was ever given away."""
        return set(self.used.get(number, ()))

    def revoked_indexes(self, number: int) -> list[int]:
        """Return the set positions of a revocation list, in ascending order."""
        return sorted(self.awards[id_].index for id_ in self.revoked if self.awards[id_].list == number)

    def versions_of(self, badge: str) -> dict[str, Mapping[str, str]]:
        """Return the frozen versions of a badge, oldest first."""
        return self.versions.get(badge, {})

    def add(self, line: dict[str, Any], number: int) -> None:
        """Take one complete line into account.

        Args:
            line: the line.
            number: line number in the file, from 1.

        Raises:
            _Fault: the line breaks a rule; the message says which.
        """
        _check_form(line, len(self.lines), self.lines[-1]["at"] if self.lines else "")
        event = line["event"]
        if (event == "issuer") != (not self.lines):
            raise _Fault("the issuer event stands in another place than the first line")
        if event != "checkpoint":
            leaf = leaf_of(line)
            if line["leaf"] != base64.b64encode(leaf).decode("ascii"):
                raise _Fault("the leaf does not belong to this line")
            self.leaves.append(leaf)
        getattr(self, f"_add_{event}")(line, number)
        self.lines.append(line)

    def _add_issuer(self, line: dict[str, Any], number: int) -> None:
        self.did, self.base_url, self.origin = line["did"], line["base_url"], line["log"]
        self.demonstration = "demonstration" in line
        if line.get("demonstration", True) is not True:
            raise _Fault('"demonstration" is true, or is not there')
        keys = line["keys"]
        if set(keys) - {"recovery"} != set(_KEY_TYPES) - {"recovery"} or any(
            set(key) != {"id", "type", "public"}
            or key["type"] != _KEY_TYPES[role]
            or not all(isinstance(value, str) for value in key.values())
            for role, key in keys.items()
        ):
            raise _Fault("the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public")
        self.keys = keys

    def _add_badge(self, line: dict[str, Any], number: int) -> None:
        _check_files(line["files"], ("badge.json", "image.png", "image.svg"))
        versions = self.versions.setdefault(line["badge"], {})
        if not re.fullmatch(r"[0-9a-f]{8}", line["version"]) or line["version"] in versions:
            raise _Fault(f"the version {quoted(line['version'])} stands twice, or is none")
        versions[line["version"]] = line["files"]

    def _add_award(self, line: dict[str, Any], number: int) -> None:
        _check_files(line["files"], ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt"))
        if line["id"] in self.awards or not re.fullmatch(r"[a-z2-7]{16}", line["id"]):
            raise _Fault(f"the award {quoted(line['id'])} stands twice, or is none")
        if line["version"] not in self.versions_of(line["badge"]):
            raise _Fault("the award has a badge version that no line before it names")
        used = self.used.setdefault(line["list"], set())
        if line["list"] < 1 or not 0 <= line["index"] < 131_072 or line["index"] in used:
            raise _Fault("the status index was given away before, or lies outside its list")
        used.add(line["index"])
        if not _DIGEST.fullmatch(line["record"]):
            raise _Fault("the record hash is none")
        self.awards[line["id"]] = SealedAward(
            line["id"],
            line["badge"],
            line["version"],
            line["list"],
            line["index"],
            line["record"],
            tuple(line["keys"]),
            line["files"],
            text_moment(line["at"]),
            number,
        )

    def _add_revoke(self, line: dict[str, Any], number: int) -> None:
        if line["id"] not in self.awards or line["id"] in self.revoked:
            raise _Fault("a withdrawal names no award, or one that is withdrawn already")
        if line["code"] not in ("mistake", "replaced", "no-longer-met", "holders-wish"):
            raise _Fault("a withdrawal gives no known reason")
        self.revoked[line["id"]] = Withdrawal(line["code"], text_moment(line["at"]))

    def _add_status(self, line: dict[str, Any], number: int) -> None:
        if line["purpose"] != "revocation" or not _DIGEST.fullmatch(line["file"]):
            raise _Fault("a status line has an unknown purpose or no digest")
        self.status[line["purpose"], line["list"]] = line["file"]

    def _add_checkpoint(self, line: dict[str, Any], number: int) -> None:
        # A checkpoint is in no tree itself, so nothing signs its time: it is that of the sealing it ends.
        if line["at"] != self.lines[-1]["at"]:
            raise _Fault("the checkpoint has another time than the sealing that it ends")
        if self.lines[-1]["event"] == "checkpoint":
            raise _Fault("a checkpoint follows on a checkpoint")


class _Fault(Exception):
    """Why a line cannot be taken."""


def _check_form(line: dict[str, Any], number: int, before: str) -> None:
    event = line.get("event")
    if not isinstance(event, str) or event not in EVENTS:
        raise _Fault(f"the event {quoted(str(event))} is unknown")
    required, optional = EVENTS[event]
    common = {"n", "event", "at"} | (set() if event == "checkpoint" else {"leaf"})
    missing = (required | common) - set(line)
    surplus = set(line) - required - optional - common
    if missing or surplus:
        raise _Fault(f"the field {quoted(sorted(missing or surplus)[0])} is {'missing' if missing else 'unknown'}")
    numbers = {"n", "list", "index"} & set(line)
    structured = {"keys", "files", "demonstration"}
    for name in set(line) - structured:
        if not (type(line[name]) is int if name in numbers else isinstance(line[name], str)):
            raise _Fault(f"the field {quoted(name)} is not of its kind")
    if line["n"] != number:
        raise _Fault(f"it has the number {line['n']} where {number} belongs")
    if not _is_moment(line["at"]) or line["at"] < before:
        raise _Fault("its time is none, or lies before the line above")
    if event == "award" and not (isinstance(line["keys"], list) and all(isinstance(key, str) for key in line["keys"])):
        raise _Fault("its keys are not a list of key ids")


def _is_moment(text: str) -> bool:
    if not _AT.fullmatch(text):
        return False
    try:
        text_moment(text)
    except ValueError:
        return False
    return True


def _check_files(files: object, names: tuple[str, ...]) -> None:
    if (
        not isinstance(files, dict)
        or tuple(sorted(files)) != names
        or not all(isinstance(digest, str) and _DIGEST.fullmatch(digest) for digest in files.values())
    ):
        raise _Fault(f"its files are not {', '.join(names)} with a digest each")


def parse(data: bytes, file: str) -> Register:
    """Return what a register adds up to.

    Bytes after the last checkpoint are left out and counted in ``torn``: each sealing is appended in
    one go and ends with a checkpoint, so they can only come from a run that died while it wrote.

    Args:
        data: the file.
        file: its path relative to the club's folder, for messages.

    Raises:
        ContentError: at the first line that breaks a rule.
    """
    end = _end_of_last_checkpoint(data)
    register = Register(file, torn=len(data) - end, length=end)
    if end == 0:
        raise ContentError([Problem(file, 1, "the register holds no whole sealing", RESTORE)])
    for number, raw in enumerate(data[:end].split(b"\n")[:-1], 1):
        try:
            line = json.loads(raw.decode("utf-8"))
            if not isinstance(line, dict) or canonical_bytes(line) != raw:
                raise _Fault("it is not in canonical form")
            register.add(line, number)
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError, ProofError) as error:
            raise ContentError([Problem(file, number, "this line is damaged", RESTORE)]) from error
        except _Fault as fault:
            raise ContentError([Problem(file, number, f"this line was changed: {fault}", RESTORE)]) from fault
    return register


def _end_of_last_checkpoint(data: bytes) -> int:
    """Return the length up to the end of the last whole checkpoint line."""
    end = data.rfind(b"\n") + 1
    while end:
        start = data.rfind(b"\n", 0, end - 1) + 1
        if b'"event":"checkpoint"' in data[start:end]:
            return end
        end = start
    return 0
