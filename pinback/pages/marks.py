"""Marks in the place of texts: what stands in a page that is bound (``bound``), and how each is found again in it.

A mark holds signs by which it is seen how it was written (as HTML, in JSON, in an address). One that was written in a way that is
not known here, was cut, or is met in any other place than a whole mark, raises ``NotBindable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape as html_escape
from typing import NoReturn
from urllib.parse import quote

import orjson
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import escape

from pinback.dataclass import dataclass

_SIGNS = "<&>\"'/ é%+\\😀~`"
"""What a mark for text holds: signs that the known ways of writing treat differently."""


class NotBindable(Exception):
    """A template does more with a value than show it."""


def _as_html(text: str) -> str:
    return str(escape(text))


def _as_json(text: str) -> str:
    """Write as the filter ``tojson`` does; ASCII is written by the faster library, which escapes it in the same way but for one sign."""
    if not text.isascii() or "\x7f" in text:
        return str(htmlsafe_json_dumps(text))[1:-1]
    written = orjson.dumps(text)[1:-1].decode("ascii")
    for sign, escaped in _IN_SCRIPTS:
        # Asked first, as replacing nothing in a signed text takes twenty times as long.
        if sign in written:
            written = written.replace(sign, escaped)
    return written


_IN_SCRIPTS = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("'", "\\u0027"))


def _as_query(text: str) -> str:
    return quote(text, safe="")


def _as_path(text: str) -> str:
    return quote(text)


def _as_html_twice(text: str) -> str:
    return _as_html(_as_html(text))


def _as_code_shown(text: str) -> str:
    return _as_html(html_escape(text))


Writing = Callable[[str], str]
"""Text to text, sign by sign."""
_WRITINGS: tuple[Writing, ...] = (
    _as_html,
    str,
    _as_json,
    _as_query,
    _as_path,
    _as_html_twice,
    html_escape,
    _as_code_shown,
)


class Marks:
    """The marks of one binding.

    Attributes:
        begin: with what each mark begins; letters and digits, so that every way of writing leaves it alone.
    """

    def __init__(self, begin: str) -> None:
        """Use *begin*, which no page holds by itself."""
        self.begin = begin
        self._written = {writing(_SIGNS): writing for writing in reversed(_WRITINGS)}
        self._whole = re.compile(rf"{begin}(?:n(\d{{4}})|t(\d{{4}})a(.*?){begin}t\2z|s(\d{{4}})s)", re.DOTALL)

    def name(self, number: int) -> str:
        """Return the mark of a text of letters, digits and ``-._`` alone, which all writings leave as it is."""
        return f"{self.begin}n{number:04}"

    def text(self, number: int) -> str:
        """Return the mark of any text."""
        return f"{self.begin}t{number:04}a{_SIGNS}{self.begin}t{number:04}z"

    def section(self, number: int) -> str:
        """Return the mark of a section."""
        return f"{self.begin}s{number:04}s"

    def cut(self, page: str) -> list[str | Hole]:
        """Return the page's pieces and holes.

        Raises:
            NotBindable: a mark is written in a way that is not known, or is not whole.
        """
        found: list[str | Hole] = []
        at = 0
        for mark in self._whole.finditer(page):
            found.append(self._piece(page[at : mark.start()]))
            at = mark.end()
            name, text, signs, section = mark.groups()
            if name is not None:
                found.append(Hole(int(name), None))
            elif section is not None:
                found.append(Hole(-1 - int(section), None))
            else:
                writing = self._written.get(signs)
                if writing is None:
                    raise NotBindable("a text is written in a way that is not known")
                found.append(Hole(int(text), None if writing is str else writing))
        found.append(self._piece(page[at:]))
        return found

    def _piece(self, piece: str) -> str:
        if self.begin in piece:
            raise NotBindable("a text is cut")
        return piece


@dataclass(frozen=True, slots=True)
class Hole:
    """A place of a page for a text.

    Attributes:
        number: of the text; below zero -1 less the number of a section.
        writing: how the text is written there, or None: as it is.
    """

    number: int
    writing: Writing | None


class Day:
    """A mark for a day, which templates may show as year, month and day with hyphens."""

    def __init__(self, shown: str, year: str, month: str) -> None:
        """Bind the marks of the whole day, its year, and its month."""
        self._shown, self.year, self.month = shown, year, month

    def isoformat(self) -> str:
        """Return the mark of the whole day."""
        return self._shown

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        raise NotBindable("a day is written as Python does")


class Count(int):
    """A mark for a number of at least one: shown, and compared with none."""

    shown: str

    def __new__(cls, shown: str) -> Count:
        """Return the mark."""
        made = super().__new__(cls, 1)
        made.shown = shown
        return made

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        raise NotBindable("a number is written as Python does")

    def __format__(self, spec: str) -> str:
        raise NotBindable("a number is formatted")


class InSections:
    """Stands for a value that sections alone may look at."""

    def _refuse(self, *_: object) -> NoReturn:
        raise NotBindable("a list is read where it may not be")

    __bool__ = __iter__ = __len__ = __str__ = __repr__ = __contains__ = __getitem__ = __eq__ = __hash__ = _refuse
    __call__ = __lt__ = __gt__ = __le__ = __ge__ = __add__ = __mul__ = __int__ = __float__ = __index__ = _refuse
    __html__ = __format__ = _refuse


IN_SECTIONS = InSections()
