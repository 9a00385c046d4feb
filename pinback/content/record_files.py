"""What a file of award records says, as one value that can be kept and handed on as JSON.

Reading a record takes a tenth of a millisecond, making its ``Award`` again from such a row a twentieth of that. So a file that is
known by its digest is not read again (``KnownRecords``), and several processes can read files at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, groupby
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from pinback.content import awards, corrections, records
from pinback.content.nodes import Items, Problems, decode, parse
from pinback.content.typed import Typed
from pinback.dataclass import dataclass
from pinback.errors import Problem
from pinback.files import FileProblem, read_regular
from pinback.limits import MAX_RECORD
from pinback.model import (
    Award,
    Badge,
    Erasure,
    Origin,
    Revocation,
)
from pinback.remembered.memory import Memory

_MEANT = (*corrections.FIELDS, "language")
"""Fields whose lines rules between files speak of."""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One file of records.

    Attributes:
        file: path relative to the club's folder.
        entries: its awards and erasures, in order.
        places: line of a field, by line of its award and name; those are left out that stand on the line of the award.
        problems: what is wrong with it, and warnings.
    """

    file: str
    entries: tuple[Award | Erasure, ...]
    places: Mapping[tuple[int, str], int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


Judge: TypeAlias = Callable[[str], Iterable[tuple[str, str]]]
"""Says of a Markdown text what no page could show: what is wrong, and the cure."""


def read_records(
    data: bytes, file: str, folder: str, badge: Badge | None, public: bool, judge: Judge | None = None
) -> RecordFile:
    """Return what a file of records says.

    Args:
        data: its bytes.
        file: its path relative to the club's folder.
        folder: the name of the badge's folder.
        badge: the badge, or None where it could not be read.
        public: whether strangers can read the repository.
        judge: looks at texts in Markdown, where they are to be judged.
    """
    problems = Problems(file)
    text = decode(data, problems)
    if text is None:
        return RecordFile(file, (), {}, tuple(problems.found))
    if public:
        awards.warn_of_addresses(text, problems)
    before = len(problems.found)
    tree = parse(text, problems)
    if tree is None and len(problems.found) == before:
        problems.add(0, "this file is empty", "write its fields, or delete it")
    entries: list[Award | Erasure] = []
    places: dict[tuple[int, str], int] = {}
    for node, line, own in awards.award_entries(tree, problems):
        if awards.is_erased(own):
            if (erased := awards.erasure(folder, line, own, problems)) is not None:
                entries.append(erased)
            continue
        award = awards.award(folder, node, line, own, badge, public, problems)
        if award is None:
            continue
        for name in _MEANT:
            if (at := records.line_of(own, name, line)) != line:
                places[line, name] = at
        results = node.get("results")
        for number, item in enumerate(results.values if isinstance(results, Items) else ()):
            if item.line != line:
                places[line, f"results {number}"] = item.line
        entries.append(award)
        # Judging takes ten times as long as reading, and most narratives link to nothing.
        if judge is not None and _may_link(award):
            for name, words in (
                ("narrative", award.narrative),
                *(("evidence", one.narrative) for one in award.evidence),
            ):
                for what, cure in judge(words) if any(sign in words for sign in _LINKS) else ():
                    problems.add(records.line_of(node, name, line), what, cure)
    return RecordFile(file, tuple(entries), places, tuple(problems.found))


_LINKS = ("](", "]:", "] [", "][", "<", "&#")
"""Signs of which one stands in any Markdown that links or shows something, or has a code for a sign."""


def _may_link(award: Award) -> bool:
    """Tell whether a text of an award may hold a link, without taking its texts apart: JSON has these signs as they are."""
    text = award.typed.text if isinstance(award.typed, Typed) else _LINKS[0]
    return any(sign in text for sign in _LINKS)


# As JSON.


def as_row(record: RecordFile) -> list[Any]:
    """Return a file as JSON; the badge's folder and the file's name are left out."""
    return [
        [_erasure_row(entry) if isinstance(entry, Erasure) else _award_row(entry) for entry in record.entries],
        [[line, name, at] for (line, name), at in record.places.items()],
        [[one.line, one.what, one.cure, one.warning, one.paste] for one in record.problems],
    ]


def from_row(row: Any, file: str, folder: str) -> RecordFile:  # noqa: ANN401 - JSON
    """Return a file from its JSON.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    entries, places, problems = row
    return RecordFile(
        file,
        tuple(_entry(entry, file, folder) for entry in entries),
        {(line, name): at for line, name, at in places},
        tuple(Problem(file, line, what, cure, warning, paste) for line, what, cure, warning, paste in problems),
    )


def _erasure_row(erasure: Erasure) -> list[Any]:
    return [erasure.id, erasure.origin.line]


def _award_row(award: Award) -> list[Any]:
    typed = award.typed if isinstance(award.typed, Typed) else Typed.of(award.typed)
    return [
        award.id,
        _text(award.issued_on),
        _text(award.valid_until),
        award.handle,
        award.name,
        award.public,
        award.signed_name,
        award.minor,
        _text(award.guardian_consent),
        award.language,
        award.supersedes,
        award.renews,
        [_text(award.revoked.on), award.revoked.reason] if award.revoked else None,
        _text(award.suspended),
        award.superseded_by,
        typed.text,
        typed.record,
        award.origin.line,
        award.column,
    ]


def _entry(row: list[Any], file: str, folder: str) -> Award | Erasure:
    if len(row) == 2:
        return Erasure(row[0], folder, Origin(file, row[1]))
    (
        id_, issued_on, valid_until, handle, name, public, signed_name, minor, guardian_consent, language, supersedes, renews,
        revoked, suspended, superseded_by, typed, record, line, column,
    ) = row  # fmt: skip
    return Award(
        id_,
        folder,
        _shared_day(issued_on),
        _shared_day(valid_until) if valid_until else None,
        handle,
        name,
        public,
        signed_name,
        minor,
        _shared_day(guardian_consent) if guardian_consent else None,
        language,
        supersedes,
        renews,
        Revocation(date.fromisoformat(revoked[0]), revoked[1]) if revoked else None,
        _shared_day(suspended) if suspended else None,
        superseded_by,
        Typed(typed, record),
        Origin(file, line),
        column,
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@lru_cache(maxsize=4096)
def _shared_day(text: str) -> date:
    return date.fromisoformat(text)


# Many files at once.


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is still to be read, and what ``read_records`` needs beside its bytes.

    Attributes:
        size: in bytes.
    """

    file: str
    folder: str
    badge: Badge | None
    size: int


_PIECE = 32_768
"""Bytes that one process reads in one go: a hundred awards."""
_ALONE = 300_000
"""So many bytes are read as fast by one process as by two."""
_OPENING = 200
"""Opening a file takes as long as reading so many bytes of it."""


class KnownRecords:
    """What earlier runs have read, one shard for each badge. A shard lies in memory while its files are read, or have something new."""

    def __init__(self, memory: Memory, public: bool, judged: bool) -> None:
        """Recall nothing yet.

        Args:
            memory: what is remembered of the club.
            public: whether strangers can read the repository, which decides what is a problem.
            judged: whether texts in Markdown are judged.
        """
        self._memory, self._public = memory, [public, judged]
        self._shards: dict[str, dict[str, Any]] = {}
        self._marks: dict[str, str] = {}

    def find(self, root: Path, there: list[Waiting]) -> list[RecordFile | None]:
        """Return what each file of a badge says where its bytes were read before, else None.

        Where nothing in their folder was touched since then, they are not read again.
        """
        folder = there[0].folder
        shard, mark = self._recalled(there[0])
        now = self._memory.mark(f"badges/{folder}/awards", [one.file.rpartition("/")[2] for one in there])
        untouched = bool(mark) and mark == now
        found = [self._find(root, one, shard, untouched) for one in there]
        if None in found or (now and not untouched):
            self._shards[folder], self._marks[folder] = shard, now
        if None not in found:
            self.keep(there)
        return found

    @staticmethod
    def _find(root: Path, one: Waiting, shard: Mapping[str, Any], untouched: bool) -> RecordFile | None:
        row = shard.get(one.file)
        if not row:
            return None
        if not untouched:
            data = _bytes_of(root, one)
            if isinstance(data, RecordFile):
                return data
            if row[0] != _digest(data):
                return None
        try:
            return from_row(row[1], one.file, one.folder)
        except (ValueError, TypeError, KeyError, IndexError):
            return None

    def add(self, one: Waiting, row: bytes) -> None:
        """Note what a file says, as ``_row`` has it."""
        self._shards[one.folder][one.file] = orjson.Fragment(row)

    def keep(self, there: list[Waiting]) -> None:
        """Keep what was added of a badge; *there* are all its files."""
        folder = there[0].folder
        shard = self._shards.pop(folder, None)
        if shard is not None:
            rows = {one.file: shard[one.file] for one in there if one.file in shard}
            self._memory.keep(_name(folder), [self._public, _length(there[0]), rows, self._marks.pop(folder)])

    def _recalled(self, one: Waiting) -> tuple[dict[str, Any], str]:
        """Return what is remembered of a badge's files, and the mark of their folder then."""
        try:
            public, length, kept, mark = self._memory.recall(_name(one.folder))
            if (public, length) == (self._public, _length(one)) and isinstance(kept, dict) and isinstance(mark, str):
                return kept, mark
        except (TypeError, ValueError):
            pass
        return {}, ""


def _name(folder: str) -> str:
    return f"records-{folder}"


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()


def _length(one: Waiting) -> str:
    """Return how long awards of a badge are valid that do not say it: the one thing of a badge that its records depend on."""
    return "none" if one.badge is None else str(one.badge.valid_for)


def read_all(
    root: Path, waiting: list[Waiting], public: bool, memory: Memory | None = None, judge: Judge | None = None
) -> Iterator[RecordFile]:
    """Yield what each file says, in order; by all cores where there are many.

    Args:
        root: the club's folder.
        waiting: the files, those of a badge together.
        public: whether strangers can read the repository.
        memory: what is remembered of the club; nothing without one.
        judge: looks at texts in Markdown, where they are to be judged.
    """
    read = _Reading(root, public, judge, memory is not None)
    if memory is None:
        yield from (record for record, _ in read.all(waiting))
        return
    known = KnownRecords(memory, public, judge is not None)
    badges = [list(files) for _, files in groupby(waiting, lambda one: one.folder)]
    found = [known.find(root, there) for there in badges]
    new = [one for one, record in zip(waiting, chain.from_iterable(found), strict=True) if record is None]
    made = read.all(new)
    for there, before in zip(badges, found, strict=True):
        for one, record in zip(there, before, strict=True):
            if record is None:
                record, row = next(made)
                if row:
                    known.add(one, row)
            yield record
        # What is remembered of 100,000 awards at once takes as much memory as all else together.
        known.keep(there)


def _bytes_of(root: Path, one: Waiting) -> bytes | RecordFile:
    """Return the bytes of a file; where it cannot be read, what is wrong with it."""
    try:
        return read_regular(f"{root}/{one.file}", MAX_RECORD)
    except FileProblem as error:
        what, _, cure = str(error).partition("; ")
        return RecordFile(one.file, (), {}, (Problem(one.file, 0, what, cure),))


@dataclass(frozen=True, slots=True)
class _Reading:
    """How files are read.

    Attributes:
        told: whether it is asked for what is to be remembered.
    """

    root: Path
    public: bool
    judge: Judge | None
    told: bool

    def all(self, waiting: list[Waiting]) -> Iterator[tuple[RecordFile, bytes]]:
        """Yield what each file says, and what is to be remembered of it as JSON: digest and row; nothing of one that cannot be read."""
        total = sum(one.size + _OPENING for one in waiting)
        processes = 1
        if total >= _ALONE:
            # Imported here: it takes longer to load than some hundred awards take.
            from pinback.cores import each, processes_for

            processes = processes_for(total, _ALONE // 2)
        if processes == 1:
            for one in waiting:
                record, digest = self._one(one)
                yield record, _row(record, digest) if digest else b""
            return
        pieces = list(_pieces(waiting))

        def rows(place: int) -> list[bytes]:
            return [_row(*self._one(one)) for one in pieces[place]]

        # What comes back is made to objects while the others read on, and is never kept as a whole.
        for piece, found in zip(pieces, each(rows, range(len(pieces)), processes), strict=True):
            for one, row in zip(piece, found, strict=True):
                digest, fields = orjson.loads(row)
                yield from_row(fields, one.file, one.folder), row if digest else b""

    def _one(self, one: Waiting) -> tuple[RecordFile, str]:
        """Return what a file says, and the digest of its bytes, where it was read and that is asked for."""
        data = _bytes_of(self.root, one)
        if isinstance(data, RecordFile):
            return data, ""
        record = read_records(data, one.file, one.folder, one.badge, self.public, self.judge)
        return record, _digest(data) if self.told else ""


def _row(record: RecordFile, digest: str) -> bytes:
    return orjson.dumps([digest, as_row(record)])


def _pieces(waiting: list[Waiting]) -> Iterator[list[Waiting]]:
    piece: list[Waiting] = []
    size = 0
    for one in waiting:
        piece.append(one)
        size += one.size + _OPENING
        if size >= _PIECE:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
