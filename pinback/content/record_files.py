"""What a file of award records says, as one value that can be kept and handed on as JSON.

Reading a record takes a tenth of a millisecond, making its ``Award`` again from such a row a twentieth of that. So a file that is
known by its digest is not read again (``Known``), and several processes can read files at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from pinback.content import awards, corrections, records
from pinback.content.nodes import Items, Problems, decode, parse
from pinback.errors import Problem
from pinback.model import (
    Award,
    Badge,
    Erasure,
    Evidence,
    HashedEmail,
    Origin,
    Result,
    Revocation,
)

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


def read_records(data: bytes, file: str, folder: str, badge: Badge | None, public: bool) -> RecordFile:
    """Return what a file of records says.

    Args:
        data: its bytes.
        file: its path relative to the club's folder.
        folder: the name of the badge's folder.
        badge: the badge, or None where it could not be read.
        public: whether strangers can read the repository.
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
    return RecordFile(file, tuple(entries), places, tuple(problems.found))


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
    return [
        award.id,
        _text(award.issued_on),
        _text(award.valid_until),
        award.handle,
        award.named,
        award.link,
        award.name,
        award.public,
        award.signed_name,
        award.minor,
        _text(award.guardian_consent),
        [award.email.hash, award.email.salt] if award.email else None,
        [[one.url, one.name, one.description, one.narrative, one.genre, one.audience] for one in award.evidence],
        award.narrative,
        [[one.result, one.value, one.status] for one in award.results],
        award.credits,
        _text(award.activity_start),
        _text(award.activity_end),
        award.role,
        award.term,
        award.license_number,
        award.language,
        award.supersedes,
        award.renews,
        [_text(award.revoked.on), award.revoked.reason] if award.revoked else None,
        _text(award.suspended),
        award.superseded_by,
        award.typed,
        award.origin.line,
        award.column,
    ]


def _entry(row: list[Any], file: str, folder: str) -> Award | Erasure:
    if len(row) == 2:
        return Erasure(row[0], folder, Origin(file, row[1]))
    (
        id_, issued_on, valid_until, handle, named, link, name, public, signed_name, minor, guardian_consent, email, evidence,
        narrative, results, credits_, activity_start, activity_end, role, term, license_number, language, supersedes, renews,
        revoked, suspended, superseded_by, typed, line, column,
    ) = row  # fmt: skip
    return Award(
        id_,
        folder,
        date.fromisoformat(issued_on),
        _day(valid_until),
        handle,
        named,
        link,
        name,
        public,
        signed_name,
        minor,
        _day(guardian_consent),
        HashedEmail(*email) if email else None,
        tuple(Evidence(*one) for one in evidence) if evidence else (),
        narrative,
        tuple(Result(*one) for one in results) if results else (),
        credits_,
        _day(activity_start),
        _day(activity_end),
        role,
        term,
        license_number,
        language,
        supersedes,
        renews,
        Revocation(date.fromisoformat(revoked[0]), revoked[1]) if revoked else None,
        _day(suspended),
        superseded_by,
        typed,
        Origin(file, line),
        column,
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@lru_cache(maxsize=4096)
def _shared_day(text: str) -> date:
    return date.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return _shared_day(text) if text else None


# Many files at once.


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is still to be read: its bytes and what ``read_records`` needs beside them."""

    data: bytes
    file: str
    folder: str
    badge: Badge | None


_PIECE = 32_768
"""Bytes that one process reads in one go: a hundred awards."""
_ALONE = 300_000
"""So many bytes are read as fast by one process as by two."""


def read_all(waiting: list[Waiting], public: bool) -> Iterator[RecordFile]:
    """Yield what each file says, in order; by all cores where there are many."""
    total = sum(len(one.data) for one in waiting)
    processes = 1
    if total >= _ALONE:
        # Imported here: it takes longer to load than some hundred awards take.
        from pinback.cores import in_order, processes_for

        processes = processes_for(total, _ALONE // 2)
    if processes == 1:
        for one in waiting:
            yield read_records(one.data, one.file, one.folder, one.badge, public)
        return
    pieces = list(_pieces(waiting))

    def rows(place: int) -> bytes:
        return orjson.dumps(
            [as_row(read_records(one.data, one.file, one.folder, one.badge, public)) for one in pieces[place]]
        )

    for piece, found in zip(pieces, in_order(rows, len(pieces), processes, lambda done: None), strict=True):
        for one, row in zip(piece, orjson.loads(found), strict=True):
            yield from_row(row, one.file, one.folder)


def _pieces(waiting: list[Waiting]) -> Iterator[list[Waiting]]:
    piece: list[Waiting] = []
    size = 0
    for one in waiting:
        piece.append(one)
        size += len(one.data)
        if size >= _PIECE:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
