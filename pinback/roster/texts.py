"""Texts of cells: blanks around them, the forms in which they are compared, and how a found value is shown.

Mirrors ``page_scripts/source/roster/texts.js``; both must treat every text alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_BLANKS = " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
"""Blanks that are left out around a cell: the space and its kin, tabs, ends of lines."""
_INSIDE = re.compile(f"[{_BLANKS}]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd-\uffff\ud800-\udfff]")
"""Signs that no record may hold (``content/nodes.py``), and other ends of lines."""
_DIGITS = {first + number: str(number) for first in (0x0660, 0x06F0, 0xFF10) for number in range(10)}
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u0060\u00b4"), "'")
"""Word processors put another sign in place of the one on the keyboard."""


def stripped(text: str) -> str:
    """Return a text without blanks around it."""
    return text.strip(_BLANKS)


def one_line(text: str) -> str:
    """Return a text on one line, with single spaces, composed (NFC)."""
    return stripped(_INSIDE.sub(" ", unicodedata.normalize("NFC", text)))


def parts(text: str) -> list[str]:
    """Return the parts of a text between blanks."""
    return [part for part in _INSIDE.split(stripped(text)) if part]


def folded(text: str) -> str:
    """Return a text as two are compared that may mean the same: composed, in small letters, with single spaces."""
    plain = one_line(text).lower().replace("ß", "ss").replace("ς", "σ").translate(_APOSTROPHES)
    return unicodedata.normalize("NFC", plain)


def header_key(text: str) -> str:
    """Return a column's name as it is looked up: letters and digits alone."""
    plain = folded(unicodedata.normalize("NFKC", text))
    return " ".join("".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain).split())


def word_key(text: str) -> str:
    """Return a word as it is looked up: as ``header_key`` does, or where nothing is left (✓, –) the sign itself."""
    return header_key(text) or one_line(text)


def plain_word(text: str) -> str:
    """Return a word without accents, in small letters."""
    apart = unicodedata.normalize("NFD", folded(text))
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) != "Mn"))


def latin_digits(text: str) -> str:
    """Return a text with Arabic, Persian and wide digits as 0 to 9."""
    return text.translate(_DIGITS)


def control(text: str) -> str:
    """Return the first sign that no record may hold, like ``U+0007``, or ""."""
    found = _CONTROL.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def quoted(text: str) -> str:
    """Return a found value between double quotes, on one line, at most 60 characters of it."""
    shown = _CONTROL.sub("\ufffd", one_line(text))
    return f'"{shown if len(shown) <= 60 else shown[:59] + "…"}"'


def listed(numbers: Sequence[int]) -> str:
    """Return row numbers as messages show them."""
    return ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")


def letter(column: int) -> str:
    """Return the letter of a column as spreadsheets call it, from 0."""
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def nearest(word: str, known: Iterable[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return the known word that is most like *word*, or None; each known one is compared by its first member."""
    best = None
    least = len(word) // 3 + 1
    for one in known:
        apart = _distance(word, one[0], least)
        if apart < least:
            best, least = one, apart
    return best


def _distance(a: str, b: str, enough: int) -> int:
    """Return how many signs must be put in, left out or changed to make *b* of *a*; *enough* where it is that or more."""
    if abs(len(a) - len(b)) >= enough:
        return enough
    row = list(range(1, len(b) + 1))
    for number, sign in enumerate(a):
        corner, left = number, number + 1
        for place, above in enumerate(row):
            left = min(above + 1, left + 1, corner + (sign != b[place]))
            corner = above
            row[place] = left
    return row[-1] if row else len(a)
