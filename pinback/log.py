"""The log that a register is: its checkpoints, and the public files that are made of it (docs/log.md).

The tree grows over all lines of a register but its checkpoints; a checkpoint is the register's own seal on
everything before it. Trees, notes, tiles and proofs as such stand in ``tlog``.
"""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from pinback.canonical import canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import ContentError, Problem, ProofError
from pinback.proofs.keys import checked
from pinback.register import RESTORE, Register, is_erased, now_text
from pinback.register.lines import ERASED_FIELDS
from pinback.tlog.auditing import KEYS, LIST, past_path
from pinback.tlog.inclusion import proof_bytes
from pinback.tlog.notes import (
    COSIGNATURE,
    NOTE,
    Checkpoint,
    NoteKey,
    Signature,
    open_note,
    signed_note,
    verifier_key,
)
from pinback.tlog.tiles import CHECKPOINT, bundle_files, tile_files
from pinback.tlog.trees import Frontier, Tree

__all__ = [
    "Checkpoint",
    "Cosigned",
    "Frontier",
    "Past",
    "PublicLog",
    "check_register",
    "last_checkpoint",
    "log_key",
    "open_note",
    "opened_by",
    "signed_note",
    "verifier_key",
    "witness_key",
]


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


# The public log.


def log_key(register: Register, key_id: str) -> NoteKey:
    """Return a log key of the register as one that opens notes."""
    known = register.keyring.keys[key_id]
    return NoteKey(register.origin, NOTE, checked(known.id, known.type, known.public))


def witness_key(register: Register, key_id: str) -> NoteKey:
    """Return the same key as the one by which this issuer signs checkpoints of others, under the name of its log."""
    known = register.keyring.keys[key_id]
    return NoteKey(register.origin, COSIGNATURE, checked(known.id, known.type, known.public))


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's sound signature over one of the checkpoints.

    Attributes:
        by: what the policy calls the witness.
        at: when it signed.
        signature: as it stands in the note.
    """

    by: str
    at: datetime
    signature: Signature


@dataclass(frozen=True, slots=True)
class Past:
    """A checkpoint of the register.

    Attributes:
        size: of its tree.
        note: as the register has it.
        at: the moment of its line.
        line: of the file, from 1.
        cosigned: signatures of witnesses, oldest first.
    """

    size: int
    note: str
    at: str
    line: int
    cosigned: tuple[Cosigned, ...] = field(default=())

    @property
    def whole(self) -> str:
        """The note with the signatures of witnesses below the log's own."""
        return self.note + "".join(one.signature.line for one in self.cosigned)

    @property
    def root(self) -> str:
        """The root hash in base64."""
        return self.note.split("\n", 3)[2]


_LATER = re.compile(rb',"(?:leaf|record)":"[^"]*"')
"""Members of a line that its entry does not have, with the comma before each."""
NOBODY: Mapping[int, tuple[Cosigned, ...]] = MappingProxyType({})


class PublicLog:
    """What everybody can see of a register: checkpoints, tiles, bundles of entries, a proof for each sealed award.

    An entry is the SHA-256 of a line without ``leaf`` and ``record``; of an erased line the leaf hash alone is left, and
    its entry in the bundle is empty.

    Args:
        register: checked.
        cosigned: sound signatures of witnesses by the size of the checkpoint.
    """

    def __init__(self, register: Register, cosigned: Mapping[int, tuple[Cosigned, ...]] = NOBODY) -> None:
        self.register = register
        lines = register.lines
        # Lines become objects when they are looked at, so only those are that say something here.
        self._checkpoints = [number for number, event in enumerate(lines.events) if event == "checkpoint"]
        past: dict[int, Past] = {}
        for before, number in enumerate(self._checkpoints):
            line, size = lines[number], number - before
            past[size] = Past(size, line["note"], line["at"], number + 1, tuple(cosigned.get(size, ())))
        self.past = tuple(past[size] for size in sorted(past))
        self._sizes = [one.size for one in self.past]
        self._has_witnesses = any(one.cosigned for one in self.past)
        self._again: dict[str, list[int]] = {}
        for number, line in lines.numbered("reseal"):
            self._again.setdefault(line["id"], []).append(number - 1)

    def _index(self, number: int) -> int:
        """Return which entry a line (from 0) is."""
        return number - bisect_right(self._checkpoints, number)

    @cached_property
    def _numbers(self) -> list[int]:
        """The line (from 0) of each entry."""
        return [number for number, event in enumerate(self.register.lines.events) if event != "checkpoint"]

    @cached_property
    def tree(self) -> Tree:
        """The tree over all entries; made when it is first asked for."""
        return Tree(self.register.leaves)

    def depends(self, id_: str) -> str:
        """Return in words what the proofs of an award depend on, beside its lines."""
        found = []
        for index in self.entries_of(id_):
            witnessed = self.witnessed(index)
            found.append(
                f"{index} {self.after(index).note}{(witnessed[0].whole, witnessed[1].by) if witnessed else ''}"
            )
        return "".join(found)

    def depend(self, ids: Sequence[str]) -> bytes:
        """Return bytes that are others as soon as a line that signs one of some awards is, or what its proofs depend on.

        A leaf hash stands for its line but for the hash of the record, of which no page or proof says anything.
        """
        awards, leaves = self.register.awards, self.register.leaves
        if self._has_witnesses or self._again:
            return b"".join([*map(awards.raw, ids), *(self.depends(id_).encode("utf-8") for id_ in ids)])
        found = [self._index(awards.number_of(id_)) for id_ in ids]
        notes = sorted({bisect_right(self._sizes, index) for index in found})
        said = f"{found}{[self.past[place].note for place in notes]}"
        return b"".join([*(leaves[index] for index in found), said.encode("utf-8")])

    @property
    def witnesses(self) -> tuple[str, ...]:
        """The witnesses that have signed a checkpoint, sorted."""
        return tuple(sorted({one.by for past in self.past for one in past.cosigned}))

    def after(self, index: int) -> Past:
        """Return the first checkpoint over the entry *index*: the one of its own sealing."""
        return self.past[bisect_right(self._sizes, index)]

    def entries_of(self, id_: str) -> list[int]:
        """Return the entries with documents of an award, oldest first; there are several where it was signed again."""
        first = self.register.awards[id_].line - 1
        return [self._index(number) for number in (first, *self._again.get(id_, ()))]

    def witnessed(self, index: int) -> tuple[Past, Cosigned] | None:
        """Return the earliest signature of a witness over a checkpoint that has the entry *index*, or None."""
        past = self.past[bisect_right(self._sizes, index) :] if self._has_witnesses else ()
        found = [(one.at, place.size, one.by, place, one) for place in past for one in place.cosigned]
        return min(found, key=lambda one: one[:3])[3:] if found else None

    def proof(self, index: int, past: Past | None = None, with_witnesses: bool = False) -> bytes:
        """Return the proof of the entry *index* as a file.

        Its bytes never change: the checkpoint is that of the entry's own sealing, with the log's signature alone.

        Args:
            index: of the entry.
            past: another checkpoint that has the entry.
            with_witnesses: add the signatures of witnesses, which may be more the next time.
        """
        past = past or self.after(index)
        note = past.whole if with_witnesses else past.note
        return proof_bytes(index, self.tree.inclusion(index, past.size), note, self._form(self._numbers[index]))

    def _form(self, number: int) -> bytes:
        """Return what ``entry_bytes`` returns for a line (from 0): the line as it is written, without two of its members.

        A member's name stands nowhere else in this way, since a quotation mark in a text has a backslash before it; and
        neither is the first, as ``at`` comes before them.
        """
        return _LATER.sub(b"", self.register.lines.raw(number))[:-1]

    def award_proofs(self, id_: str) -> list[tuple[bytes, bytes | None]]:
        """Return the proofs of each signing of an award, oldest first.

        Each is a pair: the proof that never changes, and that against the first checkpoint that a witness signed; None
        without one.
        """
        return [(self.proof(index), self._witnessed_proof(index)) for index in self.entries_of(id_)]

    def _witnessed_proof(self, index: int) -> bytes | None:
        found = self.witnessed(index)
        return self.proof(index, found[0], with_witnesses=True) if found else None

    def entries(self) -> list[bytes]:
        """Return all entries; those of erased lines are empty."""
        lines, found = self.register.lines, []
        gone = self.register.erased
        for number in self._numbers:
            maybe = gone and lines.events[number] in ERASED_FIELDS
            found.append(b"" if maybe and is_erased(lines[number]) else sha256(self._form(number)).digest())
        return found

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the log but the proofs, by its path below the log's prefix."""
        yield CHECKPOINT, self.past[-1].whole.encode("utf-8")
        keys = [
            key.text
            for known in self.register.keyring.of("log")
            for key in (log_key(self.register, known.id), witness_key(self.register, known.id))
        ]
        yield KEYS, "".join(f"{key}\n" for key in keys).encode("utf-8")
        yield LIST, self._list()
        for past in self.past:
            yield past_path(past.size), past.whole.encode("utf-8")
        yield from tile_files(self.tree, self._sizes)
        yield from bundle_files(self.entries(), self._sizes)

    def _list(self) -> bytes:
        lines = []
        for past in self.past:
            line: dict[str, object] = {"at": past.at, "root": past.root, "size": past.size}
            if past.cosigned:
                line["witnessed"] = [{"at": now_text(one.at), "by": one.by} for one in past.cosigned]
            lines.append(canonical_bytes(line))
        origin = canonical_bytes(self.register.origin)
        return b'{"origin":' + origin + b',"checkpoints":[\n' + b",\n".join(lines) + b"\n]}\n"


def moment(seconds: int) -> datetime:
    """Return the moment that POSIX seconds mean.

    Raises:
        ProofError: there is no such moment.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ProofError("a witness's signature names no moment; fetch it again") from error
