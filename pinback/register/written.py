"""The lines of a register as they are written, and the awards in them, each read when it is asked for.

A register of a hundred thousand awards has 75 MB; as Python's own objects it would take five times as much. So its bytes are kept,
with the place where each line ends, and packed where there are many (``packed``); a line becomes an object for as long as somebody looks at it.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, MutableSet, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import compress
from typing import Any, overload

import orjson

from pinback.dataclass import dataclass
from pinback.register.lines import line_bytes, text_moment
from pinback.register.packed import LOOSE, Rows

_BADGE, _VERSION = b'"badge":"', b'"version":"'
_AT_HAND = 500
"""Awards that are kept as objects once they were asked for: whoever makes one asks for it several times, and then for others."""


@dataclass(frozen=True, slots=True)
class SealedAward:
    """An award as the register remembers it.

    Attributes:
        version: the badge version that its documents show.
        signed_version: the one that its signed OB 2.0 Assertion names; another one after a ``reseal``.
        place: number of the ``Place`` under which it was sealed; its ids lie there for ever.
        keys: ids of the keys that signed its documents, the Ed25519 key first.
        files: digests of its documents by name.
        at: the moment of its first sealing.
        line: of the file, from 1.
    """

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
    place: int
    signed_version: str


_BITS = bytes.maketrans(b"01", b"\0\1")


class Positions(MutableSet[int]):
    """Positions of a status list: a bit for each, where a set of numbers would take five hundred times as much."""

    __slots__ = ("_bits", "_count")

    def __init__(self, positions: Iterable[int] = ()) -> None:
        """Hold these positions, from 0."""
        there = list(positions)
        self._bits = bits = bytearray((max(there, default=-1) >> 3) + 1)
        for position in there:
            bits[position >> 3] |= 1 << (position & 7)
        self._count = int.from_bytes(bits, "little").bit_count()

    def add(self, value: int) -> None:
        """Take a position, from 0."""
        if value in self:
            return
        byte = value >> 3
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._bits[byte] |= 1 << (value & 7)
        self._count += 1

    def discard(self, value: int) -> None:
        """Give a position back."""
        if value in self:
            self._bits[value >> 3] &= ~(1 << (value & 7))
            self._count -= 1

    def __contains__(self, value: object) -> bool:
        return (
            isinstance(value, int)
            and 0 <= value >> 3 < len(self._bits)
            and bool(self._bits[value >> 3] >> (value & 7) & 1)
        )

    def __iter__(self) -> Iterator[int]:
        # NOTE: all in one go, since it is asked for whole, and bit by bit it takes as long as some hundred signatures.
        signs = f"{int.from_bytes(self._bits, 'little'):b}"[::-1].encode("ascii")
        return compress(range(len(signs)), signs.translate(_BITS))

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Positions({list(self)})"


class Lines(Sequence[dict[str, Any]]):
    """The lines of a register in order, as objects.

    Attributes:
        events: the event of each.
        last_at: the moment of the last as it is written, "" where there is none.
    """

    __slots__ = ("_data", "_digests", "_ends", "_hashed", "_known", "_last", "_more", "_packed", "events", "last_at")

    def __init__(self, data: bytes = b"") -> None:
        """Hold no line yet.

        Args:
            data: the file from which lines are taken with ``take``.
        """
        self._data = data
        self._ends = array("Q", [0])
        self._known = 0  # bytes of the lines that were read before
        self._more = Rows()
        self._packed = False  # whether the lines of the file are there too, and its bytes gone
        self._digests: dict[int, str] = {}  # of so many bytes of the file, once they are gone; the last is of all
        self._hashed: dict[int, hashlib._Hash] = {}  # of so many bytes of the file, while they are there
        self._last: dict[str, Any] | None = None
        self.events: list[str] = []
        self.last_at = ""

    @classmethod
    def as_read(cls, data: bytes, ends: array[int], events: list[str]) -> Lines:
        """Return lines that were read before.

        Args:
            data: the file.
            ends: 0, and where each line ends in it.
            events: the event of each line.
        """
        lines = cls(data)
        lines._ends, lines.events = ends, events
        if len(ends) != len(events) + 1:
            raise ValueError("as many ends as events")
        lines._known = ends[-1]
        lines.last_at = lines[-1]["at"] if events else ""
        return lines

    @property
    def ends(self) -> array[int]:
        """0, and where each line ends in the file."""
        return self._ends

    def take(self, line: dict[str, Any], end: int) -> None:
        """Add the next line of the file.

        Args:
            line: what it says.
            end: where it ends in the file, behind its LF.
        """
        self._ends.append(end)
        self._note(line)

    def take_award(self, end: int, raw: bytes = b"") -> None:
        """Add the next line of the file, or one that stands in no file yet (*raw*); it is of an award and of the same moment as the last."""
        if raw:
            self._more.append(raw)
        else:
            self._ends.append(end)
        self.events.append("award")
        self._last = None

    def _note(self, line: dict[str, Any]) -> None:
        self.events.append(_INTERNED.setdefault(line["event"], line["event"]))
        self._last, self.last_at = line, line["at"]

    def append(self, line: dict[str, Any], raw: bytes = b"") -> None:
        """Add a line that stands in no file yet.

        Args:
            line: what it says.
            raw: the same as it will be written, where that is known.
        """
        self._more.append(raw or line_bytes(line))
        self._note(line)

    def raw(self, number: int) -> bytes:
        """Return a line (from 0) as it is written, with its LF."""
        if self._packed:
            return self._more[number]
        written = len(self._ends) - 1
        if number < written:
            return self._data[self._ends[number] : self._ends[number + 1]]
        return self._more[number - written]

    def pack(self) -> None:
        """Let the bytes of the file go where it has many lines, and hold these packed; nothing is taken from it any more."""
        written = len(self._ends) - 1
        if self._packed or written < LOOSE or self._more:
            return
        found, view, start = hashlib.sha256(), memoryview(self._data), 0
        for size in sorted({self._known, self._ends[-1], len(self._data)}):
            found.update(view[start:size])
            start, self._digests[size] = size, found.hexdigest()
        self._more = Rows(map(self.raw, range(written)))
        self._more.pack()
        self._packed, self._data = True, b""

    def are(self, data: bytes) -> bool:
        """Tell whether these were the bytes of the file."""
        if not self._packed:
            return self._data == data
        size, digest = next(reversed(self._digests.items()))
        return len(data) == size and hashlib.sha256(data).hexdigest() == digest

    def digest(self, size: int) -> str:
        """Return the hex SHA-256 of the first *size* bytes of the file, up to the end of its last line.

        Raises:
            ValueError: it has fewer.
        """
        if not self._packed:
            if not 0 <= size <= len(self._data):
                raise ValueError("more bytes than there are")
            if size not in self._hashed:
                # What is asked of later is mostly longer: the bytes before are not hashed again.
                before = max((known for known in self._hashed if known < size), default=0)
                begun = self._hashed[before].copy() if before else hashlib.sha256()
                begun.update(memoryview(self._data)[before:size])
                self._hashed[size] = begun
            return self._hashed[size].hexdigest()
        if size not in self._digests:
            if not 0 <= size <= self._ends[-1]:
                raise ValueError("more bytes than there are")
            found, last = hashlib.sha256(), self.count(size)
            for number in range(last):
                found.update(self._more[number])
            found.update(self._more[last][: size - self._ends[last]])
            return found.hexdigest()
        return self._digests[size]

    def count(self, size: int) -> int:
        """Return how many lines end in the first *size* bytes of the file."""
        return bisect_right(self._ends, size) - 1

    def numbered(self, *events: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the lines of these events with their numbers, from 1."""
        for number, event in enumerate(self.events, 1):
            if event in events:
                yield number, self[number - 1]

    def __len__(self) -> int:
        return len(self.events)

    @overload
    def __getitem__(self, number: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, number: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, number: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        place = number + len(self) if number < 0 else number
        if not 0 <= place < len(self):
            raise IndexError(number)
        if place == len(self) - 1 and self._last is not None:
            return self._last
        line: dict[str, Any] = orjson.loads(self.raw(place))
        return line

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[place] for place in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Lines, list)):
            return NotImplemented
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


_INTERNED: dict[str, str] = {}


@lru_cache(maxsize=4096)
def _shared(text: str) -> str:
    """Return the same text as one object for all awards that have it."""
    return text


@lru_cache(maxsize=4096)
def _badge_member(badge: str) -> bytes:
    """Return how a line names the badge of an award."""
    return f'"badge":"{badge}"'.encode()


class Awards(Mapping[str, SealedAward]):
    """The awards of a register by id, in the order of sealing, without erased ones.

    Where each stands is kept, and what a later line changed; what it is, is read from its line.

    Attributes:
        signers: the keys that were found to be able to sign, with no key event since.
    """

    __slots__ = ("_at_hand", "_by_version", "_lines", "_moves", "_numbers", "_resealed", "signers")

    def __init__(self, lines: Lines) -> None:
        """Hold no award yet."""
        self.signers: tuple[str, ...] = ()
        self._lines = lines
        self._numbers: dict[str, int] = {}
        self._resealed: dict[str, int] = {}
        self._moves: list[int] = []
        self._at_hand: dict[str, SealedAward] = {}
        self._by_version: tuple[int, int, dict[tuple[str, str], list[str]]] = (0, 0, {})

    def state(self) -> list[Any]:
        """Return what ``take_state`` reads, as JSON."""
        return [" ".join(self._numbers), list(self._numbers.values()), self._resealed]

    def take_state(self, state: list[Any], moves: list[int]) -> None:
        """Hold what *state* says; *moves* are the lines (from 0) since which the places are."""
        ids, numbers, resealed = state
        self._numbers = dict(zip(ids.split(" ") if ids else (), numbers, strict=True))
        self._resealed, self._moves = resealed, moves

    def number_of(self, award: str) -> int:
        """Return the last line (from 0) that signs an award."""
        return self._resealed.get(award, self._numbers[award])

    def raw(self, award: str) -> bytes:
        """Return the line that seals an award, as it is written, and behind it the last one that signs it again."""
        again = self._resealed.get(award)
        first = self._lines.raw(self._numbers[award])
        return first if again is None else first + self._lines.raw(again)

    def by_version(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """Return the ids of all awards by badge and version, in the order of sealing; no line is read whole."""
        awards, lines, found = self._by_version
        if (awards, lines) == (len(self._numbers), len(self._lines)):
            return found
        as_bytes: dict[tuple[bytes, bytes], list[str]] = {}
        for award, number in self._numbers.items():
            # NOTE: these names stand in a line once (``says``), and slugs and versions hold nothing that is escaped.
            raw = self._lines.raw(number)
            badge, version = raw.index(_BADGE) + len(_BADGE), raw.rindex(_VERSION) + len(_VERSION)
            key = raw[badge : raw.index(b'"', badge)], raw[version : raw.index(b'"', version)]
            as_bytes.setdefault(key, []).append(award)
        found = {(key[0].decode(), key[1].decode()): ids for key, ids in as_bytes.items()}
        self._by_version = len(self._numbers), len(self._lines), found
        return found

    def says(self, award: str, badge: str, record: str) -> bool:
        """Tell whether an award was sealed as one of *badge* and with this record hash, without reading its line whole."""
        # NOTE: in canonical form with the fields of an award, these members stand in a line once, or are cut by an escape.
        raw = self._lines.raw(self._numbers[award])
        return f'"record":"{record}"'.encode() in raw and _badge_member(badge) in raw

    def begin_place(self, number: int) -> None:
        """Note that what is sealed from this line (from 0) on lies under a further place."""
        self._moves.append(number)

    def add(self, award: str, number: int) -> None:
        """Add the award that is sealed by a line (from 0)."""
        self._numbers[award] = number

    def reseal(self, award: str, number: int) -> None:
        """Note that a line (from 0) signs an award again."""
        self._resealed[award] = number
        self._at_hand.pop(award, None)

    def __getitem__(self, award: str) -> SealedAward:
        found = self._at_hand.get(award)
        if found is None:
            found = self._read(self._numbers[award], self._resealed.get(award))
            if len(self._at_hand) >= _AT_HAND:
                self._at_hand.clear()
            self._at_hand[award] = found
        return found

    def _read(self, number: int, resealed: int | None) -> SealedAward:
        line = self._lines[number]
        signed = line if resealed is None else self._lines[resealed]
        return SealedAward(
            line["id"],
            _shared(line["badge"]),
            _shared(line["version"]),
            line["list"],
            line["index"],
            line["record"],
            tuple(map(_shared, signed["keys"])),
            signed["files"],
            text_moment(line["at"]),
            number + 1,
            bisect_right(self._moves, number),
            _shared(signed["version"]),
        )

    def __contains__(self, award: object) -> bool:
        return award in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
