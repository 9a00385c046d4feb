"""QR codes of pages as SVG (ISO/IEC 18004, byte mode, error correction M), by segno.

Addresses of awards differ in a number of fixed length alone. A code of fixed version and mask is affine over GF(2) in the
bits of its text: error correction is a linear code, and placing and masking move or flip single modules. So the codes of
one base address and of that address with single bits flipped, all made by segno, give the code of every other number by
XOR. It is linear over the field of 256 elements even, a codeword each: what one bit of a codeword changes, doubled in each codeword, is
what the next bit changes. So one code for each codeword of the number is enough.
A quarter of the modules depends on the number; they are drawn in groups of a few, and what a group looks like is kept.
The mask is the one that segno chooses for the base; any mask makes a code that readers accept (§7.8.3 asks for the best
one so that codes are easy to find on paper, and the masks of two numbers of one address differ little in that).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import compress
from operator import getitem, itemgetter
from struct import unpack

from pinback.dataclass import dataclass
from pinback.loading import later

later("segno.writers")  # it writes files, and loads a client for HTTP first
import segno  # noqa: E402
from segno import consts  # noqa: E402

QUIET_ZONE = 4
"""Modules of white around a QR code."""
WORTH_IT = 64
"""So many codes of one address are made by segno each, before the codes with single bits flipped are made for all others."""
_DARK = re.compile(b"\x01+")
_BASE = "a"
"""Sign of which the base number is made: with any one bit flipped it is still printable ASCII."""
_PLAIN = re.compile(r"[a-z0-9]+")
_BITS = (0, 1, 2, 3, 4, 6)
"""Bits in which small letters and digits differ from the base's sign."""
_HALF = 4
"""Bits of a sign that stand in one codeword; the others stand in the one before it, as what stands before all signs has 12 or 20 bits (§7.4.1)."""
_DOUBLED = bytes(value << 1 ^ (0x11D if value & 0x80 else 0) for value in range(256))
"""Each element of the field times two (§7.5.2)."""
_AS_DIGITS, _FROM_DIGITS = bytes.maketrans(b"\0\1", b"01"), bytes.maketrans(b"01", b"\0\1")
_AT_ONCE = 6
"""So many modules that depend on the number are drawn at once, where they can be: all that they may be is kept."""
_FIELDS = {8: "B", 16: "H", 32: "I", 64: "Q"}
"""Bits of a group of modules, as a machine has them, and how the library calls them."""


def qr_code(text: str) -> Mapping[str, str]:
    """Return a QR code as the ``box`` (viewBox) and the ``path`` (data) of an SVG.

    The path is to be stroked, one unit wide, and moved down by half a unit: each run of dark modules is a line, a module to
    a unit. The page's script draws the same shape (``page_scripts/source/qr.js``).
    """
    return _drawn(segno.make(text, error="m", micro=False, boost_error=False).matrix)


def _drawn(matrix: Sequence[Sequence[int]]) -> Mapping[str, str]:
    rows = [bytes(row) for row in matrix]
    lines = [
        f"M{run.start()} {y}h{run.end() - run.start()}" for y, row in enumerate(rows) for run in _DARK.finditer(row)
    ]
    return {"box": _box(len(rows)), "path": "".join(lines)}


def _box(side: int) -> str:
    return f"{-QUIET_ZONE} {-QUIET_ZONE} {side + 2 * QUIET_ZONE} {side + 2 * QUIET_ZONE}"


class NumberedCodes:
    """The QR codes of addresses that differ in a number of fixed length.

    A code depends on its address alone, not on how many were made before.
    """

    def __init__(self, before: str, after: str, length: int, many: bool = False) -> None:
        """Bind the address.

        Args:
            before: of the number.
            after: of it.
            length: of the number, in signs.
            many: whether it is known that more than ``WORTH_IT`` codes will be asked for.
        """
        self._before, self._after, self._length = before, after, length
        base = segno.make(self._text(_BASE * length), error="m", micro=False, boost_error=False)
        self._version, self._mask = base.version, base.mask
        self._box = _box(len(base.matrix))
        # NOTE: capital letters and digits alone would be written in another mode, where nothing of this holds.
        self._is_bytes = base.mode == "byte" and self._text("").isascii()
        self._made = WORTH_IT if many else 0
        self._code = base
        self._base = [bytes(row) for row in base.matrix]
        self._drawing: _Drawing | None = None
        self._signs: list[dict[str, int]] = []

    def _text(self, number: str) -> str:
        return f"{self._before}{number}{self._after}"

    def code(self, number: str) -> Mapping[str, str]:
        """Return the code of a number as ``box`` and ``path``, as ``qr_code`` does."""
        if not self._is_bytes or len(number) != self._length or not _PLAIN.fullmatch(number):
            return qr_code(self._text(number))
        self._made += 1
        if self._made <= WORTH_IT:
            return _drawn(self._segno(number))
        if self._drawing is None:
            self._drawing = self._flip()
        if not self._drawing.groups:
            return _drawn(self._segno(number))
        flipped = 0
        for signs, sign in zip(self._signs, number, strict=True):
            flipped ^= signs[sign]
        return {"box": self._box, "path": self._drawing.path(flipped)}

    def _segno(self, number: str) -> Sequence[Sequence[int]]:
        made = segno.make(
            self._text(number), error="m", micro=False, boost_error=False, version=self._version, mask=self._mask
        )
        return made.matrix

    def _flip(self) -> _Drawing:
        """Find out what each bit of the number changes, and return what draws it."""
        order = _in_order(self._code)
        base = int.from_bytes(b"".join(self._base))

        def flipped(place: int, bit: int) -> bytes:
            """Return what one bit changes, by codewords."""
            number = _BASE * place + chr(ord(_BASE) ^ 1 << bit) + _BASE * (self._length - place - 1)
            changed = (int.from_bytes(b"".join(map(bytes, self._segno(number)))) ^ base).to_bytes(len(self._base) ** 2)
            return int(bytes(itemgetter(*order)(changed)).translate(_AS_DIGITS), 2).to_bytes(len(order) // 8)

        changes: list[list[bytes]] = []
        differ = 0
        after = flipped(self._length - 1, 0)
        for place in reversed(range(self._length)):
            # Lower bits stand higher up in their codeword, the next one.
            low, high = _doubled(after, _HALF), _doubled(flipped(place, _HALF), 8 - _HALF)
            changes.insert(0, [*low, *high])
            after = _doubled(high[0], _HALF + 1)[_HALF]
            for bit in _BITS:
                differ |= int.from_bytes(changes[0][bit])
        depends = dict(zip(order, _bits(differ.to_bytes(len(order) // 8)), strict=True))
        drawing = _Drawing.of(self._base, bytes(depends.get(module, 0) for module in range(len(self._base) ** 2)))
        weights = drawing.weights(order)
        self._signs = []
        for of_place in changes:
            packed = {bit: sum(compress(weights, _bits(of_place[bit]))) for bit in _BITS}
            signs = {}
            for sign in _SIGNS:
                signs[sign] = 0
                for bit in _BITS:
                    if (ord(sign) ^ ord(_BASE)) >> bit & 1:
                        signs[sign] ^= packed[bit]
            self._signs.append(signs)
        return drawing


def _bits(codewords: bytes) -> bytes:
    """Return the bits of codewords, a byte each."""
    return f"{int.from_bytes(codewords):0{8 * len(codewords)}b}".encode().translate(_FROM_DIGITS)


def _doubled(codewords: bytes, count: int) -> list[bytes]:
    """Return codewords, then each twice as much as those before."""
    found = [codewords]
    while len(found) < count:
        found.append(found[-1].translate(_DOUBLED))
    return found


def _in_order(code: segno.QRCode) -> list[int]:
    """Return the modules that hold codewords in the order of their bits (§7.7.3), counted row by row.

    They go through two columns at a time, upwards and downwards by turns, from the right; the column of the timing pattern is left out.
    """
    kinds = [list(row) for row in code.matrix_iter(border=0, verbose=True)]
    side = len(kinds)
    # NOTE: segno counts this one among those that tell the format, and puts data into it.
    kinds[8][side - 9] = consts.TYPE_DATA_LIGHT
    found: list[int] = []
    for turn, right in enumerate((*range(side - 1, 6, -2), *range(5, 0, -2))):
        for y in range(side) if turn % 2 else reversed(range(side)):
            found += [y * side + x for x in (right, right - 1) if kinds[y][x] in _DATA]
    return found[: len(found) // 8 * 8]


_DATA = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Modules of one row with light ones, or none, on both sides, whatever the number is.

    Attributes:
        y: the row.
        x: the column of the first.
        modules: of the base number, a byte each.
        differ: which of them depend on the number, from 0.
    """

    y: int
    x: int
    modules: bytes
    differ: tuple[int, ...]
    _drawn: dict[int, str] = field(default_factory=dict, repr=False, compare=False)

    def drawn(self, flipped: int) -> str:
        """Return the lines, where the lowest bits of *flipped* say which of the modules that may differ do."""
        flipped &= (1 << len(self.differ)) - 1
        if flipped not in self._drawn:
            modules = bytearray(self.modules)
            for bit, place in enumerate(self.differ):
                modules[place] ^= flipped >> bit & 1
            lines = [f"M{self.x + run.start()} {self.y}h{run.end() - run.start()}" for run in _DARK.finditer(modules)]
            self._drawn[flipped] = "".join(lines)
        return self._drawn[flipped]


class _Group(dict[int, str]):
    """What is drawn of a few pieces, by which of their modules are flipped; made when it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[_Piece] = []
        self.bits = 0

    def add(self, piece: _Piece) -> None:
        """Add a piece, behind the others."""
        self.pieces.append(piece)
        self.bits += len(piece.differ)

    def __missing__(self, flipped: int) -> str:
        """Return what is drawn."""
        texts, left = [], flipped
        for piece in self.pieces:
            texts.append(piece.drawn(left))
            left >>= len(piece.differ)
        self[flipped] = drawn = "".join(texts)
        return drawn


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The modules of all codes of an address, in groups.

    Attributes:
        side: modules of a row.
        groups: in the order in which they are drawn; none where too many modules hang together.
        field: bits of each.
    """

    side: int
    groups: list[_Group]
    field: int

    @staticmethod
    def of(base: Sequence[bytes], differ: bytes) -> _Drawing:
        """Lay out the modules.

        Args:
            base: rows of one of the codes, a byte a module.
            differ: which modules are not the same in all codes, a byte each.
        """
        groups = [_Group()]
        for y, row in enumerate(base):
            for piece in _pieces(y, row, differ[y * len(row) : (y + 1) * len(row)]):
                if groups[-1].bits and groups[-1].bits + len(piece.differ) > _AT_ONCE:
                    groups.append(_Group())
                groups[-1].add(piece)
        most = max(group.bits for group in groups)
        field = next((bits for bits in _FIELDS if most <= bits), 0)
        return _Drawing(len(base), groups if field else [], field)

    def weights(self, order: Sequence[int]) -> list[int]:
        """Return what each module of *order* is in a number with a field for each group, 0 where it does not depend on the number."""
        found = {}
        for number, group in enumerate(self.groups):
            bit = self.field * number
            for piece in group.pieces:
                for place in piece.differ:
                    found[piece.y * self.side + piece.x + place] = 1 << bit
                    bit += 1
        return [found.get(module, 0) for module in order]

    def path(self, flipped: int) -> str:
        """Return the path of the code whose modules differ from the base's in these bits (see ``weights``)."""
        count = len(self.groups)
        fields = unpack(f"<{count}{_FIELDS[self.field]}", flipped.to_bytes(self.field // 8 * count, "little"))
        return "".join(map(getitem, self.groups, fields))


def _pieces(y: int, row: bytes, differ: bytes) -> Iterator[_Piece]:
    """Cut a row where modules are light in all codes."""
    shown = bytes(map(max, row, differ))
    for run in _DARK.finditer(shown):
        first, last = run.span()
        yield _Piece(y, first, row[first:last], tuple(place for place in range(last - first) if differ[first + place]))
