"""What can go wrong, in words for the person who has to put it right.

Tree of exceptions (library code raises them, only the command line prints and exits):

    PinbackError                 exit code 70 unless a subclass says otherwise
    ├── ContentError       (1)   the club's files are wrong; carries every Problem found
    ├── UsageError         (2)   the command was called in a way that cannot work
    ├── SigningError       (3)   keys, codes, signatures, the register
    │   └── ProofError     (3)   a signature or proof does not hold
    ├── PictureError       (1)   one picture cannot be used; ``content`` adds file and line
    ├── PaperError         (1)   a certificate cannot be drawn
    ├── PublishError       (1)   the site could not be written
    ├── CutShort           (1)   a process that worked for this one was ended from outside
    ├── DisproofError      (4)   what was given is not what was signed
    └── FetchError         (1)   an address was not asked, or gave no usable answer

This module imports nothing of ours and does no I/O.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pinback.dataclass import dataclass


def printable(text: str) -> str:
    """Return *text* with control and format characters shown as escapes.

    A stranger's file name or value must not move the cursor, colour the screen, or reorder the
    line it is printed in.
    """
    return "".join(
        character
        if character.isprintable() and unicodedata.category(character) != "Cf"
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def shortened(text: str, limit: int) -> str:
    """Return *text*, or its beginning and a mark where it has more than *limit* characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(value: str, limit: int = 60) -> str:
    """Return a found value between double quotes, shortened to *limit* characters."""
    # Only the beginning is looked at: a stranger's value may have megabytes.
    return f'"{shortened(printable(shortened(value, limit)), limit)}"'


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in one place, shown as ``file:line: what; cure``.

    Attributes:
        file: path relative to the club's folder, with ``/``.
        line: from 1; 0 where no line can be named.
        what: what is wrong, lower-case start, no full stop.
        cure: what to do about it.
        warning: True where the site can be built all the same.
        paste: lines of a file that the cure speaks of, ready to be pasted; shown below.
    """

    file: str
    line: int
    what: str
    cure: str
    warning: bool = False
    paste: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        kind = "warning: " if self.warning else ""
        return f"{printable(place)}: {kind}{printable(self.what)}; {printable(self.cure)}"


class PinbackError(Exception):
    """Base of all our exceptions. ``exit_code`` is what the command line ends with."""

    exit_code = 70


class ContentError(PinbackError):
    """The club's files hold at least one problem; nothing was written."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        """Come from another process with all problems."""
        return type(self), (self.problems,)


class UsageError(PinbackError):
    """A command cannot be carried out as it was called."""

    exit_code = 2


class SigningError(PinbackError):
    """Keys, codes, the register, or a signature stand in the way."""

    exit_code = 3


class ProofError(SigningError):
    """A signature, proof or canonical form does not hold."""


class PictureError(PinbackError):
    """One picture cannot be used. The message reads ``what is wrong; what to do``."""

    exit_code = 1

    def __init__(self, what: str, cure: str) -> None:
        self.what, self.cure = what, cure
        super().__init__(f"{what}; {cure}")

    def __reduce__(self) -> tuple[type[PictureError], tuple[str, ...]]:
        """Come from another process whole."""
        return type(self), (self.what, self.cure)


class PaperError(PinbackError):
    """A certificate cannot be drawn. The message reads ``what is wrong; what to do``."""

    exit_code = 1


class PublishError(PinbackError):
    """The finished site could not be put in its place; the old one is whole."""

    exit_code = 1


class CutShort(PinbackError):
    """A process that worked for this one was ended from outside."""

    exit_code = 1


class DisproofError(PinbackError):
    """What was given, a name and its secret, is not what the issuer signed; nothing was made from it."""

    exit_code = 4


class FetchError(PinbackError):
    """An address was refused by the guard, cannot be reached, or answered with more than is read."""

    exit_code = 1
