"""The kinds of value that a field can have: how each is read from text, and how a mistake is put into words.

A kind turns a node of the tree (``nodes``) into a checked value, or notes a problem and returns None.
``fields`` says which field has which kind. Nothing here reads files or knows a standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Protocol
from urllib.parse import urlsplit

from pinback import model
from pinback.content.nodes import BLANK, Items, Mapping, Node, Problems, Text
from pinback.errors import quoted
from pinback.model import LocalText

SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
AWARD_ID = "[a-z2-7]{16}"
MAX_SLUG = 64
RESERVED = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "index",
        "static",
        "assets",
        "admin",
        "verify",
        "log",
        "status",
        "keys",
        "awards",
        "badges",
        "issuers",
        "people",
        "gallery",
    ]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)]
)
"""Names that a folder or page may not have: Windows devices and addresses of the site itself."""
_LANGUAGE = "[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
_EMAIL = r"[!#-'*+./0-9=?A-Z\[\]^_`a-z{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_URL_SIGNS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_NOT_URL_SIGN = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]")


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """Return the known word that is most like *word*, or "" where none is near."""
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return near[0] if near else ""


def did_you_mean(word: str, known: list[str] | tuple[str, ...]) -> str:
    """Return ``did you mean "x"?`` for the nearest known word, or "" where none is near."""
    near = nearest(word, known)
    return f"did you mean {quoted(near)}?" if near else ""


class Kind(Protocol):
    """A kind of value."""

    @property
    def example(self) -> str:
        """A value of this kind, for messages."""

    def read(self, name: str, node: Node, problems: Problems) -> Any:  # noqa: ANN401 - a kind decides its type
        """Return the checked value, or None after noting what is wrong."""


def text_of(name: str, node: Node, problems: Problems) -> str | None:
    """Return the text of a scalar without white space around it, or note that a list or mapping stands there."""
    if isinstance(node, Text):
        return node.value.strip(BLANK)
    what = "a list" if isinstance(node, Items) else "a set of fields"
    problems.add(node.line, f'"{name}" holds {what}', f'write one value, like "{name}: …"')
    return None


def is_empty(node: Node) -> bool:
    """Tell whether an editor left this field empty; it then counts as absent.

    A form may leave all fields of a mapping empty; of a list, only one without entries counts.
    """
    if isinstance(node, Text):
        return not node.value.strip(BLANK)
    if isinstance(node, Items):
        return not node.values
    return all(is_empty(value) for _, value in node.entries)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    limit: int = 300
    example: str = "some words"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if "\n" in value or "\r" in value or "\u2028" in value or "\u2029" in value:
            problems.add(node.line, f'"{name}" runs over several lines', "write it on one line")
        elif len(value) > self.limit:
            problems.add(
                node.line, f'"{name}" has {len(value):,} characters', f"shorten it to {self.limit:,} characters"
            )
        else:
            return value
        return None


@dataclass(frozen=True, slots=True)
class Prose:
    """Text of any number of lines, Markdown where the field says so."""

    limit: int = 20_000
    example: str = "some words"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if len(value) > self.limit:
            problems.add(
                node.line, f'"{name}" has {len(value):,} characters', f"shorten it to {self.limit:,} characters"
            )
            return None
        return value


@dataclass(frozen=True, slots=True)
class Local:
    """One text, or a mapping from language to text."""

    kind: Line | Prose
    example: str = "some words"

    def read(self, name: str, node: Node, problems: Problems) -> LocalText | None:
        if isinstance(node, Items):
            problems.add(
                node.line,
                f'"{name}" holds a list',
                f'write one text, or one a language like "{name}: {{en: …, cy: …}}"',
            )
            return None
        if isinstance(node, Text):
            value = self.kind.read(name, node, problems)
            return None if value is None else LocalText((("", value),))
        versions = []
        for key, value_node in node.entries:
            if not is_language(key.value):
                problems.add(
                    key.line,
                    f"{quoted(key.value)} is not a language code",
                    f'write one like "en", "cy" or "zh-Hant" before each text, or only the text after "{name}:"',
                )
            elif not is_empty(value_node) and (value := self.kind.read(f"{name}: {key.value}", value_node, problems)):
                versions.append((key.value, value))
        return LocalText(tuple(versions)) if versions else None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text of a fixed form.

    Attributes:
        regex: the whole text; written so that Python and JavaScript mean the same by it.
        what: the form in words.
        example: of it.
        cure: what to do about another text; otherwise the example is shown.
        private: whether a text that does not fit is never printed.
        limit: of characters, or 0.
        number: which numbers of YAML 1.2 an editor may take such a text for: "integer", "number", or "" for none.
        flag: whether an editor may take such a text for true or false.
    """

    regex: str
    what: str
    example: str
    cure: str = ""
    private: bool = False
    limit: int = 0
    number: str = ""
    flag: bool = False

    def form(self, value: str) -> bool:
        """Tell whether a text has this form."""
        return bool(re.fullmatch(self.regex, value)) and not (self.limit and len(value) > self.limit)

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if not self.form(value):
            # An address of a holder is never printed, wherever it was typed.
            hidden = self.private or ("@" in value and self.regex != _EMAIL)
            found = "" if hidden else f" (found {quoted(value)})"
            problems.add(
                node.line, f'"{name}" is not {self.what}{found}', self.cure or f'write it like "{self.example}"'
            )
            return None
        return value


def is_slug(value: str) -> bool:
    """Tell whether *value* can be the name of a folder, page or holder in addresses."""
    return SLUG_KIND.form(value)


def is_web_address(value: str) -> bool:
    """Tell whether *value* is an absolute https address with a full host name, as RFC 3986 spells it."""
    if not _URL_SIGNS.fullmatch(value) or not value.startswith("https://") or len(value) > 2000:
        return False
    if re.search(r"%(?![0-9A-Fa-f]{2})", value):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return bool(_HOST.fullmatch(parts.hostname or "")) and "@" not in parts.netloc and (port is None or port > 0)


def is_email(value: str) -> bool:
    """Tell whether *value* is an e-mail address in ASCII."""
    return EMAIL.form(value)


def is_language(value: str) -> bool:
    """Tell whether *value* is a language code: BCP 47 with a script and a region at most."""
    return LANGUAGE.form(value)


SLUG_KIND = Pattern(
    SLUG,
    "made of small letters, digits and single hyphens, at most 64",
    "otter-7",
    limit=MAX_SLUG,
    number="integer",
    flag=True,
)
LANGUAGE = Pattern(_LANGUAGE, "a language code", "en")
EMAIL = Pattern(_EMAIL, "an e-mail address", "badges@club.example.org")
HASH = Pattern(
    r"sha256\$[0-9a-f]{64}",
    'a hash, "sha256$" and 64 hex digits',
    "sha256$9f2c…",
    "put back what pinback award wrote, or delete it and make it again with pinback award",
    private=True,
)
SALT = Pattern(
    "[0-9A-Za-z_-]{16,128}",
    "a random salt of at least 16 signs",
    "8b1f0c…",
    "put back what pinback award wrote, or delete it and make it again with pinback award",
    private=True,
    number="number",
)
AWARD_ID_KIND = Pattern(
    AWARD_ID,
    "an award id, 16 of the signs a-z and 2-7",
    "leave the line out; seal draws one",
    "delete the line, the next sealing writes an id",
    number="number",
)
OTHER_AWARD = Pattern(
    AWARD_ID,
    "the id of another award, 16 of the signs a-z and 2-7",
    "abcdefgh234567ab",
    'copy it from the other record, where it stands after "id:"',
    number="number",
)
PHONE = Pattern(
    r"\+[1-9][0-9]{4,14}",
    "a telephone number with + and country code, without spaces",
    "+441234567890",
    number="integer",
)
COUNTRY = Pattern("[A-Z]{2}", "a country code of two capital letters", "GB")
FILE_NAME = Pattern(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(?:svg|png)",
    "the name of an SVG or PNG file in the same folder",
    "badge.svg",
)
SAVED_COPY = Pattern(
    SLUG + r"\.zip",
    "the name of a saved copy, which pinback save-badge writes",
    "first-aid.zip",
    limit=80,
)
DID = Pattern(
    r"did:web:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9](?:%3A[0-9]+)?(?::(?!\.)[A-Za-z0-9._-]+)*",
    "a did:web name, by which verifiers find the keys",
    "did:web:club.github.io:badges",
)


@dataclass(frozen=True, slots=True)
class Web:
    """An https address; ``mailto`` may be allowed as well."""

    mailto: bool = False
    example: str = "https://club.example.org/"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if is_web_address(value) or (self.mailto and value.startswith("mailto:") and is_email(value[7:])):
            return value
        other = ' or "mailto:badges@club.example.org"' if self.mailto else ""
        if value.startswith("http://"):
            cure = "use the https address; badges link to it for years"
        elif is_web_address(f"https://{value}"):
            cure = f'write it whole, "https://{value}"{other}'
        elif self.mailto and is_email(value):
            cure = f'write "mailto:{value}"'
        elif value.startswith("https://") and (strange := _NOT_URL_SIGN.search(value)):
            sign = "a space" if strange.group().isspace() else quoted(strange.group())
            cure = f"an address cannot hold {sign}; open the page and copy its address from the browser"
        else:
            cure = f'write it whole, like "{self.example}"{other}'
        problems.add(node.line, f'"{name}" is not an https address (found {quoted(value)})', cure)
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """A day, written year-month-day."""

    example: str = "2026-05-17"

    def read(self, name: str, node: Node, problems: Problems) -> date | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                problems.add(
                    node.line, f'"{name}" is a day that no calendar has (found {quoted(value)})', "correct month or day"
                )
                return None
            if 1900 <= day.year <= 2999:
                return day
            problems.add(node.line, f'"{name}" lies in the year {day.year} (found {quoted(value)})', "correct the year")
            return None
        near = _nearest_day(value)
        cure = f'write it "{near}"' if near else f'write it year-month-day, like "{self.example}"'
        problems.add(node.line, f'"{name}" is not a date as needed here (found {quoted(value)})', cure)
        return None


def _nearest_day(value: str) -> str:
    """Return the day that can only be meant by *value*, or ""."""
    if found := re.match(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])", value):
        year, month, day = found[1], int(found[3]), int(found[4])
    elif found := re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", value):
        first, second, year = int(found[1]), int(found[3]), found[4]
        month, day = (first, second) if second > 12 else (second, first)
        if first <= 12 and second <= 12 and first != second:
            return ""  # the third of April to some, the fourth of March to others
    else:
        return ""
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return ""


_UNITS = {
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "week"),
    **dict.fromkeys(("m", "mo", "mon", "mth", "mths", "month", "months"), "month"),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "year"),
}
"""The unit that is meant by a word."""
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LONGEST = {"day": 36_500, "week": 5_200, "month": 1_200, "year": 100}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: a whole number and days, weeks, months or years."""

    example: str = "2 years"

    def read(self, name: str, node: Node, problems: Problems) -> model.Duration | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if found := re.fullmatch(r"([1-9][0-9]{0,5}) (day|week|month|year)s?", value):
            duration = model.Duration(int(found[1]), found[2])
            if duration.count <= _LONGEST[duration.unit]:
                return duration
            problems.add(
                node.line,
                f'"{name}" is longer than a hundred years (found {quoted(value)})',
                "correct it; an award that stays valid needs no such field",
            )
            return None
        near = _nearest_duration(value)
        if near:
            cure = f'write it "{near}"'
        elif re.fullmatch(r"[0-9]+", value):
            cure = f'write days, weeks, months or years behind the number, like "{value.lstrip("0") or 2} years"'
        elif re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", value):
            cure = f'write a last day as "valid_until: {value}", or a length here, like "{self.example}"'
        else:
            cure = f'write a number and days, weeks, months or years, like "{self.example}"'
        problems.add(node.line, f'"{name}" is not a length of time as needed here (found {quoted(value)})', cure)
        return None


def _nearest_duration(value: str) -> str:
    """Return the length of time that can only be meant by *value*, or ""."""
    found = re.fullmatch(r"(?:p(?=[0-9]))?([0-9]{1,5}(?:[.,][0-9])?|[a-z]+)[ \t_-]*([a-z]+)\.?", value.casefold())
    if not found:
        return ""
    unit = _UNITS.get(found[2], "")
    digits = found[1].replace(",", ".")
    count = float(digits) if digits[0].isdigit() else float(_COUNTS.index(digits) if digits in _COUNTS else 0)
    if unit == "year" and count != int(count):
        unit, count = "month", count * 12
    if not unit or count < 1 or count != int(count):
        return ""
    return str(model.Duration(int(count), unit))


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``, and nothing else."""

    example: str = "true"

    def read(self, name: str, node: Node, problems: Problems) -> bool | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if value in ("true", "false"):
            return value == "true"
        cure = {"yes": 'write "true"', "on": 'write "true"', "no": 'write "false"', "off": 'write "false"'}
        folded = value.casefold()
        problems.add(
            node.line,
            f'"{name}" is neither true nor false (found {quoted(value)})',
            f'write "{folded}"' if folded in ("true", "false") else cure.get(folded, 'write "true" or "false"'),
        )
        return None


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of sRGB, ``#rrggbb``; the sign ``#`` may be left out, because YAML takes it for a remark without quotes."""

    example: str = '"#0b5c8a"'

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        digits = value.removeprefix("#").lower()
        if re.fullmatch(r"[0-9a-f]{6}", digits):
            return f"#{digits}"
        short = re.fullmatch(r"[0-9a-f]{3}", digits)
        cure = (
            f'write it "#{"".join(sign * 2 for sign in digits)}"'
            if short
            else f"write # and six signs of 0-9 and a-f in quotes, like {self.example}"
        )
        problems.add(node.line, f'"{name}" is not a colour as needed here (found {quoted(value)})', cure)
        return None


@dataclass(frozen=True, slots=True)
class Number:
    """Digits with at most one point, kept as typed; small enough that every reader has the same number."""

    example: str = "1.5"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if re.fullmatch(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?", value):
            return value
        problems.add(
            node.line,
            f'"{name}" is not a number as needed here (found {quoted(value)})',
            'write digits, with a point for parts, like "2.5"',
        )
        return None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a list of words; ``ext:Word`` as well where a standard leaves its list open."""

    words: tuple[str, ...]
    open: bool = False

    @property
    def example(self) -> str:
        """The first word."""
        return self.words[0]

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if value in self.words or (self.open and re.fullmatch(r"ext:[A-Za-z0-9.:_-]{1,80}", value)):
            return value
        near = get_close_matches(value, self.words, n=1, cutoff=0.6) or [
            word for word in self.words if word.casefold() == value.casefold()
        ]
        shown = ", ".join(self.words[:8]) + (", …" if len(self.words) > 8 else "")
        cure = (
            f"did you mean {quoted(near[0])}?"
            if near
            else f"use one of {shown}" + (', or "ext:" and an own word' if self.open else "")
        )
        problems.add(node.line, f'{quoted(value)} is not a value of "{name}"', cure)
        return None


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a single value counts as a list of one where ``single`` says so."""

    kind: Kind
    limit: int = 200
    single: bool = False

    @property
    def example(self) -> str:
        """A list with the example of its kind."""
        return f"[{self.kind.example}]"

    def read(self, name: str, node: Node, problems: Problems) -> tuple[Any, ...] | None:
        if not isinstance(node, Items):
            if self.single:
                value = self.kind.read(name, node, problems)
                return None if value is None else (value,)
            problems.add(
                node.line,
                f'"{name}" is not a list',
                f'write it like "{name}: {self.example}", or one a line after a hyphen',
            )
            return None
        if len(node.values) > self.limit:
            problems.add(node.line, f'"{name}" has {len(node.values)} entries', f"keep at most {self.limit}")
            return None
        values = []
        for item in node.values:
            if is_empty(item):
                problems.add(item.line, f'"{name}" has an empty entry', "fill it in or delete it")
            elif (value := self.kind.read(name, item, problems)) is not None:
                if value in values:
                    # NOTE: what is signed is a set, so a second copy would not be covered.
                    shown = quoted(value) if isinstance(value, str) else "the same entry"
                    problems.add(item.line, f'"{name}" has {shown} twice', "delete one of the two")
                values.append(value)
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Either:
    """Short form (one text) or long form (a mapping)."""

    short: Kind
    long: Kind
    make: Callable[[Any], Any]

    @property
    def example(self) -> str:
        """The example of the short form."""
        return self.short.example

    def read(self, name: str, node: Node, problems: Problems) -> Any:  # noqa: ANN401 - a kind decides its type
        if isinstance(node, Mapping):
            return self.long.read(name, node, problems)
        value = self.short.read(name, node, problems)
        return None if value is None else self.make(value)
