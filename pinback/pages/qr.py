"""QR codes of pages as SVG (ISO/IEC 18004, byte mode, error correction M), by segno.

Addresses of awards differ in a number of fixed length alone. A code of fixed version and mask is affine over GF(2) in the
bits of its text: error correction is a linear code, and placing and masking move or flip single modules. So the codes of
one base address and of that address with single bits flipped, all made by segno, give the code of every other number by
XOR. The mask is the one that segno chooses for the base; any mask makes a code that readers accept (§7.8.3 asks for the best
one so that codes are easy to find on paper, and the masks of two numbers of one address differ little in that).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import segno

QUIET_ZONE = 4
"""Modules of white around a QR code."""
WORTH_IT = 64
"""So many codes of one address are made by segno each, before the codes with single bits flipped are made for all others."""
_DARK = re.compile(b"\x01+")
_BASE = "a"
"""Sign of which the base number is made: with any one bit flipped it is still printable ASCII."""
_PLAIN = re.compile(r"[a-z0-9]+")


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

    def __init__(self, before: str, after: str, length: int) -> None:
        """Bind the address.

        Args:
            before: of the number.
            after: of it.
            length: of the number, in signs.
        """
        self._before, self._after, self._length = before, after, length
        base = segno.make(self._text(_BASE * length), error="m", micro=False, boost_error=False)
        self._version, self._mask = base.version, base.mask
        self._side = len(base.matrix)
        self._columns = self._side // 8 + 1
        self._base = _packed(base.matrix)
        # NOTE: capital letters and digits alone would be written in another mode, where nothing of this holds.
        self._is_bytes = base.mode == "byte" and self._text("").isascii()
        self._made = 0
        self._flipped: list[dict[str, int]] = [{} for _ in range(length)]
        self._bits: dict[tuple[int, int], int] = {}

    def _text(self, number: str) -> str:
        return f"{self._before}{number}{self._after}"

    def code(self, number: str) -> Mapping[str, str]:
        """Return the code of a number as ``box`` and ``path``, as ``qr_code`` does."""
        if not self._is_bytes or len(number) != self._length or not _PLAIN.fullmatch(number):
            return qr_code(self._text(number))
        self._made += 1
        if self._made <= WORTH_IT:
            return _drawn(self._segno(number))
        modules = self._base
        for place, sign in enumerate(number):
            flipped = self._flipped[place]
            if sign not in flipped:
                flipped[sign] = self._of_sign(place, sign)
            modules ^= flipped[sign]
        return {"box": _box(self._side), "path": _path(modules.to_bytes(self._side * self._columns), self._columns)}

    def _segno(self, number: str) -> Sequence[Sequence[int]]:
        made = segno.make(
            self._text(number), error="m", micro=False, boost_error=False, version=self._version, mask=self._mask
        )
        return made.matrix

    def _of_sign(self, place: int, sign: str) -> int:
        """Return what a sign at a place changes of the base's modules."""
        found, change = 0, ord(sign) ^ ord(_BASE)
        for bit in range(7):
            if change >> bit & 1:
                if (place, bit) not in self._bits:
                    other = chr(ord(_BASE) ^ 1 << bit)
                    number = _BASE * place + other + _BASE * (self._length - place - 1)
                    self._bits[place, bit] = _packed(self._segno(number)) ^ self._base
                found ^= self._bits[place, bit]
        return found


def _packed(matrix: Sequence[Sequence[int]]) -> int:
    """Return the modules as one number: each row in whole bytes, with light modules behind it (a side is never a multiple of 8)."""
    columns = len(matrix) // 8 + 1
    found = 0
    for row in matrix:
        bits = int("".join("1" if module else "0" for module in row), 2)
        found = found << 8 * columns | bits << (8 * columns - len(row))
    return found


def _path(rows: bytes, columns: int) -> str:
    """Return the path of packed rows, each of *columns* bytes."""
    lines = []
    for y, row in enumerate(zip(*[iter(rows)] * columns, strict=True)):
        state, text = _START, ""
        for byte in row:
            more, state = state[byte]
            text += more
        lines.append(text.replace("y", str(y)))
    return "".join(lines)


class _State(dict[int, tuple[str, "_State"]]):
    """What is drawn of the next eight modules of a row, and the state behind them, by the byte that they are.

    Made as they are asked for; some ten thousand for the largest code of an address.
    """

    def __init__(self, column: int, pending: int) -> None:
        """Begin at eight modules.

        Args:
            column: which eight of the row.
            pending: where a line began that has not ended, or -1.
        """
        super().__init__()
        self._column, self._pending = column, pending

    def __missing__(self, byte: int) -> tuple[str, _State]:
        """Return the lines that end within the modules of a byte, with "y" for the row, and the state behind them."""
        pending, texts = self._pending, []
        for place in range(8):
            x = 8 * self._column + place
            if byte >> 7 - place & 1:
                pending = x if pending < 0 else pending
            elif pending >= 0:
                texts.append(f"M{pending} yh{x - pending}")
                pending = -1
        following = _states.setdefault((self._column + 1, pending), _State(self._column + 1, pending))
        self[byte] = found = "".join(texts), following
        return found


_states: dict[tuple[int, int], _State] = {}
_START = _State(0, -1)
