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
            for words in (award.narrative, *(one.narrative for one in award.evidence)):
                for what, cure in judge(words) if any(sign in words for sign in _LINKS) else ():
                    problems.add(line, what, cure)
    return RecordFile(file, tuple(entries), places, tuple(problems.found))


_LINKS = ("](", "]:", "] [", "][", "<")
"""Signs of which one stands in any Markdown that links or shows something."""


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
        data: its bytes, where they were read already.
    """

    file: str
    folder: str
    badge: Badge | None
    size: int
    data: bytes = b""


_PIECE = 32_768
"""Bytes that one process reads in one go: a hundred awards."""
_ALONE = 300_000
"""So many bytes are read as fast by one process as by two."""
_OPENING = 200
"""Opening a file takes as long as reading so many bytes of it."""


class KnownRecords:
    """What earlier runs have read, one shard for each badge."""

    def __init__(self, memory: Memory, public: bool, judged: bool) -> None:
        """Recall nothing yet.

        Args:
            memory: what is remembered of the club.
            public: whether strangers can read the repository, which decides what is a problem.
            judged: whether texts in Markdown are judged.
        """
        self._memory, self._public = memory, [public, judged]
        self._shards: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()
        self._marks: dict[str, str] = {}
        self._untouched: set[str] = set()

    def look_at(self, there: list[Waiting]) -> None:
        """Find out in which folders nothing was touched since they were read; *there* are all files of the club."""
        names: dict[str, list[str]] = {}
        for one in there:
            names.setdefault(one.folder, []).append(one.file.rpartition("/")[2])
        self._marks = {folder: self._memory.mark(f"badges/{folder}/awards", files) for folder, files in names.items()}

    def find(self, one: Waiting) -> RecordFile | None:
        """Return what a file says where its bytes were read before, else None; where nothing in its folder was touched, they need not be there."""
        row = self._shard(one).get(one.file)
        try:
            if row and (one.folder in self._untouched or (one.data and row[0] == _digest(one))):
                return from_row(row[1], one.file, one.folder)
        except (ValueError, TypeError, KeyError, IndexError):
            pass
        return None

    def add(self, one: Waiting, record: RecordFile) -> None:
        """Note what a file says."""
        self._shard(one)[one.file] = [_digest(one), as_row(record)]
        self._changed.add(one.folder)

    def keep(self, there: list[Waiting]) -> None:
        """Keep what was added; *there* are all files of the club."""
        files = {one.file for one in there}
        marked = {folder for folder, mark in self._marks.items() if mark} - self._untouched
        for folder in sorted(self._changed | marked):
            shard = {file: row for file, row in self._shards[folder].items() if file in files}
            value = [self._public, _length(there, folder), shard, self._marks.get(folder, "")]
            self._memory.keep(_name(folder), value)

    def _shard(self, one: Waiting) -> dict[str, Any]:
        found = self._shards.get(one.folder)
        if found is None:
            found = {}
            try:
                public, length, kept, mark = self._memory.recall(_name(one.folder))
                if (public, length) == (self._public, _length([one], one.folder)) and isinstance(kept, dict):
                    found = kept
                    if mark and mark == self._marks.get(one.folder):
                        self._untouched.add(one.folder)
            except (TypeError, ValueError):
                pass
            self._shards[one.folder] = found
        return found


def _name(folder: str) -> str:
    return f"records-{folder}"


def _digest(one: Waiting) -> str:
    return blake2b(one.data, digest_size=32).hexdigest()


def _length(there: list[Waiting], folder: str) -> str:
    """Return how long awards of a badge are valid that do not say it: the one thing of a badge that its records depend on."""
    badge = next((one.badge for one in there if one.folder == folder), None)
    return "none" if badge is None else str(badge.valid_for)


def read_all(
    root: Path, waiting: list[Waiting], public: bool, memory: Memory | None = None, judge: Judge | None = None
) -> Iterator[RecordFile]:
    """Yield what each file says, in order; by all cores where there are many."""
    if memory is None:
        yield from _read(root, waiting, public, judge)
        return
    known = KnownRecords(memory, public, judge is not None)
    found, new = [], []
    known.look_at(waiting)
    for one in waiting:
        record = known.find(one)
        if record is None:
            read = _with_bytes(root, one)
            record = read if isinstance(read, RecordFile) else known.find(read)
            if record is None and isinstance(read, Waiting):
                new.append(read)
        found.append(record)
    made = zip(new, _read(root, new, public, judge), strict=True)
    for record in found:
        if record is None:
            one, record = next(made)
            known.add(one, record)
        yield record
    known.keep(waiting)


def _with_bytes(root: Path, one: Waiting) -> Waiting | RecordFile:
    """Return a file with its bytes; where it cannot be read, what is wrong with it."""
    try:
        return Waiting(one.file, one.folder, one.badge, one.size, read_regular(f"{root}/{one.file}", MAX_RECORD))
    except FileProblem as error:
        what, _, cure = str(error).partition("; ")
        return RecordFile(one.file, (), {}, (Problem(one.file, 0, what, cure),))


def _read_one(root: Path, one: Waiting, public: bool, judge: Judge | None) -> RecordFile:
    """Return what a file says."""
    read = one if one.data else _with_bytes(root, one)
    if isinstance(read, RecordFile):
        return read
    return read_records(read.data, one.file, one.folder, one.badge, public, judge)


def _read(root: Path, waiting: list[Waiting], public: bool, judge: Judge | None) -> Iterator[RecordFile]:
    total = sum(one.size + _OPENING for one in waiting)
    processes = 1
    if total >= _ALONE:
        # Imported here: it takes longer to load than some hundred awards take.
        from pinback.cores import each, processes_for

        processes = processes_for(total, _ALONE // 2)
    if processes == 1:
        for one in waiting:
            yield _read_one(root, one, public, judge)
        return
    pieces = list(_pieces(waiting))

    def rows(place: int) -> bytes:
        return orjson.dumps([as_row(_read_one(root, one, public, judge)) for one in pieces[place]])

    # What comes back is made to objects while the others read on, and is never kept as a whole.
    for piece, found in zip(pieces, each(rows, range(len(pieces)), processes), strict=True):
        for one, row in zip(piece, orjson.loads(found), strict=True):
            yield from_row(row, one.file, one.folder)


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
