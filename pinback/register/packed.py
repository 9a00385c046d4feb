"""Lines of a register in little memory.

Nearly all lines of a large register are those of awards, and most of such a line is digests: 192 bytes of them, which take 430 as they are
written. What else stands in it is the same in thousands of lines. So the line of an award is held as its digests, its id and its numbers, and
put together anew when it is asked for; it is held as it is where that would not give the very same bytes.
"""

from __future__ import annotations

import re
from array import array
from binascii import a2b_base64, b2a_base64, hexlify, unhexlify
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from struct import Struct
from typing import overload

from pinback.register.lines import SEALED_NAMES

LOOSE = 16_384
"""So many lines are held as they are: they take ten megabytes, and packing them would take time."""
_DIGEST = rb"([0-9a-f]{64})"
_AWARD = re.compile(
    rb'\{"at":"([0-9TZ:-]{20})","badge":"([a-z0-9-]++)","event":"award","files":\{"'
    + rb'","'.join(re.escape(name.encode()) + rb'":"sha256:' + _DIGEST for name in SEALED_NAMES)
    + rb'"\},"id":"([a-z2-7]{16})","index":([0-9]{1,9}),"keys":\["([0-9A-Za-z_-]++)","([0-9A-Za-z_-]++)"\],'
    rb'"leaf":"([0-9A-Za-z+/]{43}=)","list":([0-9]{1,9}),"n":([0-9]{1,9}),"record":"sha256:' + _DIGEST + rb'",'
    rb'"version":"([0-9a-f]{8})"\}\n'
)
"""The line of an award as it is written."""
_FORM = (
    b'{"at":"%b","badge":"%b","event":"award","files":{"'
    + b'","'.join(name.encode() + b'":"sha256:%%b' for name in SEALED_NAMES)
    + b'"},"id":"%%b","index":%%d,"keys":["%b","%b"],"leaf":"%%b","list":%b,"n":%%d,"record":"sha256:%%b",'
    b'"version":"%b"}\n'
)
"""The same without what is its own."""
_ROW = Struct("<III32s32s32s32s16s32s32s")
"""Number of the form, index, ``n``, the digests of the documents, id, leaf, record."""


class Rows(Sequence[bytes]):
    """Lines as they are written, with their LF, in the order in which they were added."""

    __slots__ = ("_forms", "_known", "_loose", "_numbers", "_odd", "_packed", "_rows")

    def __init__(self, lines: Iterable[bytes] = ()) -> None:
        """Hold these lines."""
        # One row after the other, as no object of its own: what holds no count of its users is shared with processes that are forked.
        self._rows = bytearray()
        self._forms: list[bytes] = []
        self._known: dict[tuple[bytes, ...], int] = {}
        self._odd: list[bytes] = []
        self._numbers = array("Q")  # of those that are held as they are, from 0
        self._packed = 0  # lines in all of these
        self._loose: list[bytes] = []
        for line in lines:
            self.append(line)

    def append(self, line: bytes) -> None:
        """Add a line."""
        self._loose.append(line)
        if len(self._loose) >= LOOSE:
            self.pack()

    def pack(self) -> None:
        """Pack what was added since this was done last."""
        for number, line in enumerate(self._loose, self._packed):
            row = self._row(line)
            if row and self._written(row, 0) == line:
                self._rows += row
            else:
                self._odd.append(line)
                self._numbers.append(number)
        self._packed += len(self._loose)
        self._loose = []

    def _row(self, line: bytes) -> bytes:
        """Return what is a line's own; nothing where it is of no award."""
        found = _AWARD.fullmatch(line)
        if found is None:
            return b""
        at, badge, one, two, three, four, id_, index, ed25519, rsa, leaf, list_, n, record, version = found.groups()
        key = (at, badge, ed25519, rsa, list_, version)
        form = self._known.get(key)
        if form is None:
            form = self._known[key] = len(self._forms)
            self._forms.append(_FORM % key)
        digests = map(unhexlify, (one, two, three, four))
        return _ROW.pack(form, int(index), int(n), *digests, id_, a2b_base64(leaf), unhexlify(record))

    def _written(self, rows: bytes | bytearray, at: int) -> bytes:
        """Return the line of a row that begins there."""
        form, index, n, one, two, three, four, id_, leaf, record = _ROW.unpack_from(rows, at)
        files = hexlify(one), hexlify(two), hexlify(three), hexlify(four)
        line: bytes = self._forms[form] % (*files, id_, index, b2a_base64(leaf, newline=False), n, hexlify(record))
        return line

    def __len__(self) -> int:
        return self._packed + len(self._loose)

    @overload
    def __getitem__(self, number: int) -> bytes: ...

    @overload
    def __getitem__(self, number: slice) -> list[bytes]: ...

    def __getitem__(self, number: int | slice) -> bytes | list[bytes]:
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        place = number + len(self) if number < 0 else number
        if not 0 <= place < len(self):
            raise IndexError(number)
        if place >= self._packed:
            return self._loose[place - self._packed]
        before = bisect_left(self._numbers, place)
        if before < len(self._numbers) and self._numbers[before] == place:
            return self._odd[before]
        return self._written(self._rows, (place - before) * _ROW.size)
