"""One line of a register: its events and fields, its canonical bytes, its leaf (TRUST §2; the bytes: docs/format.md)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from pinback.canonical import canonical_bytes, sha256_name
from pinback.dataclass import dataclass
from pinback.errors import quoted

EVENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    name: (frozenset(required.split()), frozenset(optional.split()))
    for name, required, optional in (
        ("issuer", "did base_url log keys", "demonstration"),
        ("key-add", "role key by own_sig sig", ""),
        ("key-retire", "key by sig", ""),
        ("key-revoke", "key as_of by sig", ""),
        ("badge", "badge version files", ""),
        ("award", "id badge version list index record keys files", ""),
        ("revoke", "id code", ""),
        ("suspend", "id", ""),
        ("restore", "id", ""),
        ("supersede", "id by", ""),
        ("reseal", "id version keys files", ""),
        ("erase", "id", ""),
        ("endorse", "group list index record keys files", ""),
        ("endorse-end", "group", ""),
        ("status", "list purpose file", ""),
        ("move", "base_url", "did"),
        ("close", "statement", ""),
        ("checkpoint", "note", ""),
    )
}
"""The events that this version knows: their required and optional fields beside n, event, at, leaf."""
ERASED_FIELDS = {"award": frozenset(("id", "list", "index")), "reseal": frozenset(("id",))}
"""What the lines of an erased award keep beside n, event, at, leaf."""
KEY_EVENTS = frozenset(("key-add", "key-retire", "key-revoke"))
KEY_TYPES = {"ed25519": "Ed25519", "rsa": "RSA", "log": "Ed25519", "recovery": "Ed25519"}
"""What kind of key each role needs."""
CODES = ("mistake", "replaced", "no-longer-met", "holders-wish")
PURPOSES = ("revocation", "suspension")
SEALED_NAMES = ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt")
"""The signed documents of an award, by file name; sorted."""
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
RESTORE = "restore the register from git (git log shows its last good state)"
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_NUMBERS = frozenset(("n", "list", "index"))
_STRUCTURED = frozenset(("keys", "files", "demonstration", "key"))


def _common(event: str) -> frozenset[str]:
    """Return the fields that every line of an event has beside its own."""
    return frozenset(("n", "event", "at")) | (frozenset() if event == "checkpoint" else frozenset(("leaf",)))


def _forms(event: str) -> frozenset[frozenset[str]]:
    """Return the sets of fields that a line of an event can have; no event has more than one field that may be left out."""
    required, optional = EVENTS[event]
    whole = required | _common(event)
    left = [ERASED_FIELDS[event] | _common(event)] if event in ERASED_FIELDS else []
    return frozenset((whole, whole | optional, *left))


_FORMS = {event: _forms(event) for event in EVENTS}


class Fault(Exception):
    """Why a line cannot be taken."""


def now_text(moment: datetime) -> str:
    """Return a moment as registers write it: whole UTC seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_moment(text: str) -> datetime:
    """Return the moment that a register's text means.

    Raises:
        ValueError: there is no such moment.
    """
    return datetime.fromisoformat(text)


def is_moment(text: object) -> bool:
    """Tell whether *text* is a moment in whole UTC seconds."""
    if not isinstance(text, str) or not _AT.fullmatch(text):
        return False
    try:
        text_moment(text)
    except ValueError:
        return False
    return True


def record_hash(typed: Mapping[str, object]) -> str:
    """Return ``sha256:…`` of the RFC 8785 form of an award's typed fields (TRUST §2, ``record``).

    Fields that were read from a record know it already (``content.typed``).
    """
    known: str = getattr(typed, "record", "")
    return known or sha256_name(canonical_bytes(dict(typed)))


def entry_hash(line: Mapping[str, Any], canonical: Callable[[object], bytes] = canonical_bytes) -> bytes:
    """Return the 32 bytes of a line's log entry: SHA-256 of it without ``leaf`` and ``record``.

    Args:
        line: the line.
        canonical: writes the RFC 8785 form; another one where the line is known to be plain (``plain_line``).
    """
    return hashlib.sha256(entry_bytes(line, canonical)).digest()


def entry_bytes(line: Mapping[str, Any], canonical: Callable[[object], bytes] = canonical_bytes) -> bytes:
    """Return the RFC 8785 form of a line without ``leaf`` and ``record``: what its log entry is the hash of."""
    return canonical({name: value for name, value in line.items() if name not in ("leaf", "record")})


def plain_line(raw: bytes) -> dict[str, Any] | None:
    """Return a line that is in canonical form and so plain that this can be seen at once; None where it has to be looked at closer.

    In ASCII without an escape the canonical form is what a fast library writes, with the names sorted.
    """
    if not raw.isascii() or b"\\" in raw:
        return None
    try:
        line = orjson.loads(raw)
        if type(line) is not dict or float in map(type, line.values()):
            return None
        return line if plain_bytes(line) == raw else None
    except (ValueError, TypeError, RecursionError):
        return None


_DIGEST = rb"sha256:[0-9a-f]{64}"
_SEALED = rb",".join(rb'"%s":"%s"' % (re.escape(name.encode()), _DIGEST) for name in SEALED_NAMES)
_AWARD = re.compile(
    rb'\{"at":"(?P<at>[0-9TZ:-]{20})","badge":"(?P<badge>[a-z0-9-]++)","event":"award","files":\{'
    + _SEALED
    + rb'\},"id":"(?P<id>[a-z2-7]{16})","index":(?P<index>0|[1-9][0-9]{0,8}),'
    rb'"keys":\["(?P<ed25519>[0-9A-Za-z_-]++)","(?P<rsa>[0-9A-Za-z_-]++)"\],'
    rb'(?P<leaf>"leaf":"(?P<hash>[0-9A-Za-z+/]{43}=)",)"list":(?P<list>[1-9][0-9]{0,8}),"n":(?P<n>[1-9][0-9]{0,14}),'
    rb'(?P<record>"record":"' + _DIGEST + rb'",)"version":"(?P<version>[0-9a-f]{8})"\}'
)
"""The line of an award in canonical form, as nearly all lines of a register are."""


@dataclass(frozen=True, slots=True)
class AwardLine:
    """What the line of an award says, read at one glance; its files and its record are digests, and its form is right.

    Attributes:
        leaf: the leaf hash in base64, as it is written.
        entry: the bytes that its log entry is the hash of.
    """

    n: int
    at: str
    badge: str
    version: str
    id: str
    list: int
    index: int
    keys: tuple[str, str]
    leaf: bytes
    entry: bytes


def award_line(raw: bytes) -> AwardLine | None:
    """Return what a line says that is one of an award in canonical form; None where it has to be looked at closer."""
    found = _AWARD.fullmatch(raw)
    if found is None:
        return None
    at, badge, id_, index, ed25519, rsa, _, leaf, list_, n, _, version = found.groups()
    # NOTE: the form above has every member of such a line in its place, so these two are left out by theirs.
    entry = raw[: found.start("leaf")] + raw[found.end("leaf") : found.start("record")] + raw[found.end("record") :]
    return AwardLine(
        int(n),
        at.decode("ascii"),
        badge.decode("ascii"),
        version.decode("ascii"),
        id_.decode("ascii"),
        int(list_),
        int(index),
        (ed25519.decode("ascii"), rsa.decode("ascii")),
        leaf,
        entry,
    )


def plain_bytes(line: object) -> bytes:
    """Return the RFC 8785 form of a line that ``plain_line`` gave, or of a part of it."""
    return orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


def leaf_hash(entry: bytes) -> bytes:
    """Return the RFC 6962 leaf hash of a log entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def leaf_of(line: Mapping[str, Any], canonical: Callable[[object], bytes] = canonical_bytes) -> bytes:
    """Return the leaf hash of a line; an erased one can only say what it was."""
    if is_erased(line):
        return base64.b64decode(line["leaf"])
    return leaf_hash(entry_hash(line, canonical))


def complete(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with its leaf; checkpoints have none."""
    if line["event"] == "checkpoint":
        return dict(line)
    return {**line, "leaf": base64.b64encode(leaf_of(line)).decode("ascii")}


def line_bytes(line: Mapping[str, Any]) -> bytes:
    """Return a complete line as written: RFC 8785 and LF."""
    return canonical_bytes(dict(line)) + b"\n"


def is_erased(line: Mapping[str, Any]) -> bool:
    """Tell whether a line has the form that an erasure leaves (TRUST §2, ``erase``)."""
    event = line["event"]
    kept = ERASED_FIELDS.get(event) if isinstance(event, str) else None
    return kept is not None and line.keys() == kept | {"n", "event", "at", "leaf"}


def erased(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an erasure leaves of a line of an award."""
    kept = ERASED_FIELDS[line["event"]] | {"n", "event", "at", "leaf"}
    return {name: value for name, value in line.items() if name in kept}


def check_form(line: dict[str, Any], number: int, before: str) -> None:
    """Check names and kinds of a line's fields, its number and its time.

    Args:
        line: the line.
        number: the ``n`` that it must have.
        before: ``at`` of the line above, or "".

    Raises:
        Fault: something does not fit.
    """
    event = line.get("event")
    if not isinstance(event, str) or event not in EVENTS:
        raise Fault(f"the event {quoted(str(event))} is unknown")
    if frozenset(line) not in _FORMS[event]:
        required, optional = EVENTS[event]
        common = _common(event)
        missing = (required | common) - set(line)
        surplus = set(line) - required - optional - common
        raise Fault(f"the field {quoted(sorted(missing or surplus)[0])} is {'missing' if missing else 'unknown'}")
    for name, value in line.items():
        if name not in _STRUCTURED and not (type(value) is int if name in _NUMBERS else isinstance(value, str)):
            raise Fault(f"the field {quoted(name)} is not of its kind")
    if line["n"] != number:
        raise Fault(f"it has the number {line['n']} where {number} belongs")
    if line["at"] != before and (not is_moment(line["at"]) or line["at"] < before):
        raise Fault("its time is none, or lies before the line above")
    keys = line.get("keys")
    if event != "issuer" and keys is not None and not _are_texts(keys):
        raise Fault("its keys are not a list of key ids")
    if is_erased(line) and len(base64.b64decode(line["leaf"], validate=True)) != 32:
        raise Fault("the leaf of the erased line is none")


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def check_files(files: object, names: tuple[str, ...]) -> None:
    """Check that *files* gives a digest for exactly *names* (sorted).

    Raises:
        Fault: it does not.
    """
    if (
        not isinstance(files, dict)
        or tuple(sorted(files)) != names
        or not all(isinstance(digest, str) and DIGEST.fullmatch(digest) for digest in files.values())
    ):
        raise Fault(f"its files are not {', '.join(names)} with a digest each")
