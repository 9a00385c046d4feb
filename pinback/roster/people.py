"""Who is the same person: the same name, and no different contact. Mirrors ``page_scripts/source/roster/people.js``.

Known people keep their handles; a handle in the sheet decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field

from pinback.dataclass import dataclass
from pinback.roster.messages import Found, OneOf, Value
from pinback.roster.texts import folded

_NO_PART = re.compile(r"[ ().\/-]")


@dataclass(frozen=True, slots=True)
class Known:
    """An award that is there already, in the steward's list or in the open.

    Attributes:
        name: of the holder.
        contact: or "".
        badge: slug or name.
        issued_on: as ``yyyy-mm-dd``.
        handle: or "".
        link: the private link, or "".
    """

    name: str
    contact: str
    badge: str
    issued_on: str
    handle: str
    link: str = ""


@dataclass(slots=True)
class Person:
    """A person: a number of its own, the name as it is compared, the handle or "", the row where it was met first (0: known)."""

    number: int
    name: str
    handle: str
    row: int
    contacts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Unclear:
    """It cannot be told who it is: the key of the fault, and its values."""

    key: str
    values: dict[str, Value]


class People:
    """The people of the steward's list and of one roster."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_name: dict[str, list[Person]] = {}
        self._by_handle: dict[str, Person] = {}
        self._count = 0
        for one in known:
            key = folded(one.name)
            same = (person for person in self._by_name.get(key, []) if person.handle == one.handle)
            person = next(same, None) or self._add(key, one.handle, 0)
            person.contacts |= {_same(one.contact)} - {""}

    def of(self, name: str, contact: str, handle: str, row: int) -> Person | Unclear:
        """Find or add the person of a row."""
        key, mine = folded(name), _same(contact)
        if handle:
            holder = self._by_handle.get(handle)
            if holder and holder.name != key:
                return Unclear("handle_of_other", {"found": Found(handle)})
            return _met(holder or self._add(key, handle, row), mine)
        everybody = self._by_name.get(key, [])
        exact = [one for one in everybody if mine in one.contacts]
        possible = exact or [one for one in everybody if not mine or not one.contacts]
        if len(possible) > 1:
            return Unclear("which_person", {"people": OneOf(tuple(one.handle or one.row for one in possible))})
        return _met(possible[0] if possible else self._add(key, "", row), mine)

    def _add(self, name: str, handle: str, row: int) -> Person:
        self._count += 1
        person = Person(self._count, name, handle, row)
        self._by_name.setdefault(name, []).append(person)
        if handle:
            self._by_handle[handle] = person
        return person


def _same(contact: str) -> str:
    """Return a contact as two are compared: telephone numbers without the signs that group their digits."""
    return _NO_PART.sub("", folded(contact))


def _met(person: Person, contact: str) -> Person:
    if contact:
        person.contacts.add(contact)
    return person
