"""The value of one cell by its field. Mirrors ``page_scripts/source/roster/values.js``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import field

from pinback.dataclass import dataclass
from pinback.roster.messages import Found, Value
from pinback.roster.rules import EMAIL, HANDLE, LANGUAGE_NAMES, LIMITS, LINES, NO, NUMBER, WEB_ADDRESS, YES
from pinback.roster.texts import control, folded, nearest, one_line, parts, quoted, stripped, word_key

_FORMULA = re.compile(r"[=+\-@]")
_PHONE = re.compile(r"\+?[0-9 ().\/-]+")
_MAX_HANDLE = 64
_MAX_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class BadgeNames:
    """A badge: its slug, its names in all languages, and the languages in which it is written; none where nobody says."""

    slug: str
    names: tuple[str, ...]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A value, or the key of a fault with its values and perhaps a cure of its own."""

    value: object = None
    fault: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    cure: str = ""


_MORE = re.compile(r"[;|\t]|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}")
"""A day, or a sign between cells: a line of a table was taken for a name."""


def _found(text: str) -> dict[str, Value]:
    return {"found": Found(text)}


def _name(text: str) -> Read:
    value = one_line(text)
    if EMAIL.fullmatch(value):
        return Read(fault="name_is_address")
    if not any(unicodedata.category(sign)[0] == "L" for sign in value):
        return Read(fault="no_letter", values=_found(value))
    if _MORE.search(value):
        return Read(fault="name_and_more", values=_found(value))
    return _line(value, LIMITS.name)


def _line(text: str, limit: int = LIMITS.line) -> Read:
    value = one_line(text)
    if _FORMULA.match(value):
        return Read(fault="formula", values=_found(value))
    return _short_enough(value, limit)


def _short_enough(value: str, limit: int) -> Read:
    if len(value) > limit:
        return Read(fault="too_long", values={"count": f"{len(value):,}", "limit": f"{limit:,}"})
    return Read(value)


class Badges:
    """The badges of a club, to be found by slug or by name in any language."""

    def __init__(self, badges: Sequence[BadgeNames]) -> None:
        self._names = [(folded(name), one.slug, name) for one in badges for name in (one.slug, *one.names)]
        self._slugs = {one.slug for one in badges}
        self._by_name: dict[str, list[str]] = {}
        for name, slug, _ in self._names:
            self._by_name.setdefault(name, []).append(slug)
        self._shown = ", ".join([one.slug for one in badges][:20])

    def meant(self, text: str) -> list[str]:
        """Return the slugs of all badges that a text can mean."""
        return list(dict.fromkeys(self._by_name.get(folded(text), ())))

    def of(self, text: str) -> Read:
        """Return the slug of a badge; a slug means no other badge that is called so."""
        wanted = folded(text)
        found = [wanted] if wanted in self._slugs else self.meant(text)
        if len(found) == 1:
            return Read(found[0])
        if found:
            return Read(fault="badge_of_many", values={**_found(text), "badges": ", ".join(found)})
        near = nearest(wanted, self._names)
        values = {**_found(text), "near": quoted(near[2]) if near else "", "badges": self._shown}
        return Read(
            fault="unknown_badge", values=values, cure="unknown_badge_near_cure" if near else "unknown_badge_cure"
        )


def _contact(text: str) -> Read:
    value = one_line(text)
    if ("@" in value and not EMAIL.fullmatch(value)) or (_FORMULA.match(value) and not _PHONE.fullmatch(value)):
        return Read(fault="bad_contact")
    return _short_enough(value, LIMITS.line)


def _yes_no(text: str) -> Read:
    if is_yes(text) or is_no(text):
        return Read(is_yes(text))
    return Read(fault="bad_yes_no", values=_found(text))


def is_yes(text: str) -> bool:
    """Say whether a word means yes, in one of the languages of the table."""
    return word_key(text) in YES


def is_no(text: str) -> bool:
    """Say whether a word means no."""
    return word_key(text) in NO


def _language(text: str, languages: Sequence[str]) -> Read:
    plain = one_line(text).lower().replace("_", "-", 1)
    tag = next((one for one in languages if one.lower() == plain), LANGUAGE_NAMES.get(word_key(text), ""))
    if tag in languages:
        return Read(tag)
    return Read(fault="bad_language", values={**_found(text), "languages": ", ".join(languages)})


def _evidence(text: str) -> Read:
    urls = list(dict.fromkeys(parts(text)))
    bad = next((url for url in urls if not _is_web_address(url)), None)
    if bad is not None:
        return Read(fault="bad_evidence", values=_found(bad))
    if len(urls) > LIMITS.evidence:
        return Read(fault="many_evidence", values={"count": f"{len(urls):,}", "limit": f"{LIMITS.evidence:,}"})
    return Read(tuple(urls))


def _is_web_address(url: str) -> bool:
    port = re.match("https://[^/?#]*:([0-9]+)", url)
    return bool(
        WEB_ADDRESS.fullmatch(url)
        and len(url) <= _MAX_ADDRESS
        and int(port[1] if port else 1) < 65_536
        and not re.search("%(?![0-9A-Fa-f]{2})", url)
    )


def _handle(text: str) -> Read:
    value = one_line(text)
    if HANDLE.fullmatch(value) and len(value) <= _MAX_HANDLE:
        return Read(value)
    return Read(fault="bad_handle", values=_found(text))


def _number(text: str) -> Read:
    value = one_line(text)
    return Read(value) if NUMBER.fullmatch(value) else Read(fault="bad_number", values=_found(text))


def _prose(text: str) -> Read:
    plain = unicodedata.normalize("NFC", stripped(text)).replace("\r\n", "\n").replace("\r", "\n")
    return _short_enough(plain, LIMITS.narrative)


def is_short_name(name: str) -> bool:
    """Say whether a minor's name is a first name and at most an initial, as records of minors need it."""
    plain = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] != "M")
    first, _, initial = plain.partition(" ")
    pieces = re.split("[-'’]", first)
    letters = all(piece and all(unicodedata.category(sign)[0] == "L" for sign in piece) for piece in pieces)
    return letters and (
        initial.removesuffix(".")[1:] == "" and (not initial or unicodedata.category(initial[0])[0] == "L")
    )


def _with_control(text: str) -> Read | None:
    sign = control(text)
    return Read(fault="control", values={"sign": sign}) if sign else None


def name_of(text: str) -> Read:
    """Return the name of a holder, as a cell of names is read."""
    return _with_control(text) or _name(text)


def value_of(name: str, text: str, badges: Badges, languages: Sequence[str]) -> Read:
    """Return the value of a cell that no other cell decides about."""
    if read := _with_control(text):
        return read
    if name == "badge":
        return badges.of(text)
    if name == "language":
        return _language(text, languages)
    return (_line if name in LINES else _KINDS[name])(text)


_KINDS: dict[str, Callable[[str], Read]] = {
    "name": _name,
    "first_name": _name,
    "last_name": _name,
    "contact": _contact,
    "minor": _yes_no,
    "public": _yes_no,
    "evidence": _evidence,
    "handle": _handle,
    "credits": _number,
    "narrative": _prose,
}
