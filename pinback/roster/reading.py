"""What a roster says: who is awarded what on which day, every fault by row and column, and what is there already.

Pure: no files, no clock. Mirrors ``page_scripts/source/roster/roster.js``; both are read with the same sheets and compared
(``tests/foreign/roster_cases.py``). The steps: 1 columns, 2 rows, 3 days column by column, 4 values and rules of each row, 5 people and
what is there already.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from pinback.dataclass import dataclass
from pinback.roster.columns import Column, read_columns
from pinback.roster.dates import Parts, day_after, day_of, day_parts, is_under_age, order_of
from pinback.roster.messages import Fault, Found, Note, Table, Value
from pinback.roster.people import Known, People, Person, Unclear
from pinback.roster.rules import DAYS, EMAIL, LIMITS, PRIVATE
from pinback.roster.texts import listed, one_line, quoted, stripped
from pinback.roster.values import BadgeNames, Badges, is_no, is_short_name, is_yes, value_of

_LATEST_OF_ANY = 2099
_NAMES = ("first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a roster.

    Attributes:
        badges: of the club.
        languages: of the site.
        today: the present day.
        known: who and what is there already.
        badge: slug, for rows that do not say it.
        on: the day, for rows that do not say it.
        columns: names of columns to fields, chosen by hand.
        day_order: ``day-first`` or ``month-first`` for columns that do not tell, or "".
        source: ``auto``, ``moodle`` or ``google-forms``.
        hash_emails: adults get the hash of their e-mail address into the record.
        all_minors: everybody is under age.
    """

    badges: Sequence[BadgeNames]
    languages: Sequence[str]
    today: date
    known: Sequence[Known] = ()
    badge: str = ""
    on: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    day_order: str = ""
    source: str = "auto"
    hash_emails: bool = False
    all_minors: bool = False


@dataclass(frozen=True, slots=True)
class RosterAward:
    """An award as a row says it.

    Attributes:
        row: as the spreadsheet numbers it.
        person: a number that the awards of one person share.
        contact: e-mail address or telephone number, for the steward's list alone.
        email: the address whose hash goes into the record, or "".
        handle: of a person who has one, or "".
        already: it is in the steward's list, or in the open.
        link: its private link there, or "".
    """

    row: int
    person: int
    name: str
    badge: str
    issued_on: date
    valid_until: date | None
    contact: str
    email: str
    minor: bool
    guardian_consent: date | None
    public: bool
    language: str
    evidence: tuple[str, ...]
    handle: str
    role: str
    credits: str
    term: str
    license_number: str
    narrative: str
    activity_start: date | None
    activity_end: date | None
    already: bool
    link: str


@dataclass(frozen=True, slots=True)
class DayOrder:
    """A question: does the day or the month come first in this column? *said* names it by row, with an example."""

    column: str
    row: int
    examples: tuple[str, ...]
    said: Fault


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster that was read; ``awards`` are those of rows without a fault, and nothing is written while there is one."""

    columns: tuple[Column, ...]
    notes: tuple[Note, ...]
    questions: tuple[DayOrder, ...]
    faults: tuple[Fault, ...]
    awards: tuple[RosterAward, ...]
    left_out: int


def read_roster(table: Table, asked: Asked) -> Roster:
    """Read a table of cells."""
    return _Reading(table, asked).result()


@dataclass(slots=True)
class _Row:
    """A row: its number, its cells by field without blanks around them, its days by field."""

    number: int
    cells: dict[str, str]
    days: dict[str, date] = field(default_factory=dict)


class _Enough(Exception):
    """The roster has more faults than are told."""


class _Reading:
    def __init__(self, table: Table, asked: Asked) -> None:
        self.table, self.asked = table, asked
        self.badges = Badges(asked.badges)
        self.written = {one.slug: one.languages for one in asked.badges}
        self.notes = list(table.notes)
        self.faults = list(table.faults)
        self.questions: list[DayOrder] = []
        self.left_out = 0
        self.columns: tuple[Column, ...] = ()
        self.first = 1
        self.places: dict[str, list[int]] = {}

    def result(self) -> Roster:
        if not self.faults:
            self.find_columns()
        awards: tuple[RosterAward, ...] = ()
        if not self.faults:
            with contextlib.suppress(_Enough):
                awards = tuple(self.awards())
        if len(self.faults) > LIMITS.faults:
            del self.faults[LIMITS.faults :]
            self.faults.append(Fault(0, "", "too_many_faults", {"limit": f"{LIMITS.faults:,}"}))
        order = {one.header: number for number, one in enumerate(self.columns)}
        faults = sorted(self.faults, key=lambda one: (one.row, order.get(one.column, -1) if one.column else -1))
        return Roster(self.columns, tuple(self.notes), tuple(self.questions), tuple(faults), awards, self.left_out)

    def fault(self, row: int, column: str, key: str, values: Mapping[str, Value] | None = None, cure: str = "") -> None:
        self.faults.append(Fault(row, column, key, values or {}, cure))
        if len(self.faults) > LIMITS.faults:
            raise _Enough

    # 1. Columns.

    def find_columns(self) -> None:
        found = read_columns(self.table.rows, self.asked.columns, self.asked.source)
        self.first, self.columns = found.first, found.columns
        self.notes += found.notes
        self.faults += found.faults
        if self.faults:
            return
        for place, one in enumerate(self.columns):
            if one.field:
                self.places.setdefault(one.field, []).append(place)
        for places in self.places.values():
            places.sort(key=lambda place: self.columns[place].kind != "email")
        has = self.places.keys()
        if not has & {"name", *_NAMES}:
            self.fault(0, "", "no_name_column")
        if "badge" not in has and not self.asked.badge:
            self.fault(0, "", "no_badge")
        if not has & {"issued_on", "completed"} and not self.asked.on:
            self.fault(0, "", "no_day")

    def header(self, *fields: str) -> str:
        """Return the name of the first of these columns that there is, or ""."""
        places = next((self.places[name] for name in fields if name in self.places), None)
        return self.columns[places[0]].header if places else ""

    # 2. Rows.

    def rows(self) -> list[_Row]:
        """Return the rows that are awards."""
        found: list[_Row] = []
        blank, left, trimmed = [], [], []
        for number, cells in enumerate(self.table.rows, 1):
            if number < self.first:
                continue
            texts = [stripped(cell) for cell in cells]
            if not any(texts):
                blank.append(number)
                continue
            if changed := sum(text != cell for text, cell in zip(texts, cells, strict=True)):
                trimmed.append((number, changed))
            if beside := next(filter(None, texts[len(self.columns) :]), ""):
                self.fault(number, "", "beside", {"found": Found(beside)})
            row = _Row(number, {name: self.cell(texts, places) for name, places in self.places.items()})
            if self.is_left_out(row):
                left.append(number)
            else:
                found.append(row)
        if blank:
            self.notes.append(Note("note_blank_rows", {"rows": listed(blank)}))
        if trimmed:
            values = {"count": sum(count for _, count in trimmed), "row": trimmed[0][0]}
            self.notes.append(Note("note_trimmed", values))
        if left:
            self.notes.append(Note("note_left_out", {"count": len(left), "rows": listed(left)}))
        self.left_out = len(left)
        return found

    @staticmethod
    def cell(texts: list[str], places: list[int]) -> str:
        return next((texts[place] for place in places if place < len(texts) and texts[place]), "")

    @staticmethod
    def is_left_out(row: _Row) -> bool:
        """A row is left out where the column that says whether it was completed is empty or says no."""
        text = row.cells.get("completed")
        return text is not None and (not text or is_no(text))

    # 3. Days.

    def read_days(self, rows: list[_Row]) -> None:
        """Read the days of each column, and decide day and month for the whole of it."""
        for name in (*DAYS, "completed"):
            if name not in self.places:
                continue
            cells = [
                (row, text, day_parts(text))
                for row in rows
                if (text := row.cells[name]) and not (name == "completed" and is_yes(text))
            ]
            order = self.order_of_column(name, cells)
            for row, text, parts in cells:
                if day := self.day(name, row, text, parts, order):
                    row.days[name] = day

    def order_of_column(self, name: str, cells: list[tuple[_Row, str, Parts | None]]) -> str:
        """Return ``day`` or ``month``, or "" after a question or a fault."""
        open_ones = [(row, text, order_of(parts)) for row, text, parts in cells if parts and parts.needs_order]
        day, month, either = (
            [(row.number, text) for row, text, order in open_ones if order == kind] for kind in ("day", "month", "")
        )
        if day and month:
            is_later = month[0][0] > day[0][0]
            later, earlier = (month[0], day[0]) if is_later else (day[0], month[0])
            values: dict[str, Value] = {"other": earlier[0], "found": Found("" if name in PRIVATE else later[1])}
            key = "two_orders" if is_later else "two_orders_turned"
            self.fault(later[0], self.header(name), key, values)
            return ""
        decided = "day" if day else "month" if month else ""
        if decided and either:
            because: dict[str, Value] = {"column": quoted(self.header(name)), "row": (day or month)[0][0]}
            self.day_notes.append(Note(f"note_{decided}_first", because))
        if not decided and either and not self.asked.day_order:
            self.question(name, either)
            return ""
        return decided or ("month" if self.asked.day_order == "month-first" else "day")

    def question(self, name: str, cells: list[tuple[int, str]]) -> None:
        examples = (
            [] if name in PRIVATE else list(dict.fromkeys(one_line(text) for _, text in cells))[: LIMITS.examples]
        )
        key = "day_order" if examples else "day_order_hidden"
        row, column = cells[0][0], self.header(name)
        said = Fault(row, column, key, {"example": quoted(examples[0] if examples else "")})
        self.questions.append(DayOrder(column, row, tuple(examples), said))

    def day(self, name: str, row: _Row, text: str, parts: Parts | None, order: str) -> date | None:
        """Return the day of a cell, or None after a fault."""
        column = self.header(name)
        found = Found("" if name in PRIVATE else text)
        if not parts:
            key = "bad_completed" if name == "completed" else "bad_date"
            if name == "guardian_consent" and is_yes(text):
                key = "consent_without_day"
            self.fault(row.number, column, key, {"found": found})
            return None
        if parts.needs_order and not order and order_of(parts) in ("day", "month", ""):
            return None
        tomorrow = day_after(self.asked.today)
        made = day_of(parts, order or "day", _LATEST_OF_ANY if name == "valid_until" else tomorrow.year)
        if isinstance(made, tuple):
            self.fault(row.number, column, made[0], {"found": found, "year": made[1] or ""})
            return None
        if made > tomorrow and name != "valid_until":
            self.fault(row.number, column, "future", {"found": found})
            return None
        return made

    # 4. Values and rules of a row.

    def values(self, row: _Row) -> dict[str, Any]:
        """Return the values of a row by field; a name, badge or day that cannot be used is left out."""
        found: dict[str, Any] = {}
        for name, text in row.cells.items():
            if text and name != "completed" and name not in DAYS:
                read = value_of(name, text, self.badges, self.asked.languages)
                if read.fault:
                    self.fault(row.number, self.header(name), read.fault, read.values, read.cure)
                else:
                    found[name] = read.value
        found |= row.days
        self.settle_name(row, found)
        self.settle_badge_and_day(row, found)
        born = bool("born" in found and found["issued_on"] and is_under_age(found["born"], found["issued_on"]))
        found["by_birth"] = born and not self.asked.all_minors
        found["minor"] = self.asked.all_minors or found.get("minor", False) or born
        return found

    def settle_name(self, row: _Row, found: dict[str, Any]) -> None:
        names = [name for name in ("name", *_NAMES) if name in self.places]
        unusable = any(row.cells[name] and name not in found for name in names)
        if "name" not in found:
            found["name"] = " ".join(found[name] for name in _NAMES if name in found)
        if unusable:
            found["name"] = ""
        elif not found["name"]:
            self.fault(row.number, self.header("name", "last_name", "first_name"), "no_name")

    def settle_badge_and_day(self, row: _Row, found: dict[str, Any]) -> None:
        typed = row.cells.get
        if not typed("badge"):
            found["badge"] = self.asked.badge
            if not found["badge"]:
                self.fault(row.number, self.header("badge"), "no_badge_here")
        if not typed("issued_on"):
            completed = typed("completed", "")
            found["issued_on"] = row.days.get("completed") or self.asked.on
            if not found["issued_on"] and not (completed and not is_yes(completed)):
                self.fault(row.number, self.header("issued_on", "completed"), "no_day_here")
        found.setdefault("badge", "")
        found.setdefault("issued_on", None)

    def rules(self, row: _Row, values: dict[str, Any]) -> None:
        """Apply the rules between the cells of a row."""
        get = values.get
        on, until, born = get("issued_on"), get("valid_until"), get("born")
        start, end, language = get("activity_start"), get("activity_end"), get("language")
        if on and until and until < on:
            both = {"until": until.isoformat(), "on": on.isoformat()}
            self.fault(row.number, self.header("valid_until"), "until_before", both)
        if on and born and born > on:
            self.fault(row.number, self.header("born"), "born_after")
        if start and end and end < start:
            both = {"start": start.isoformat(), "end": end.isoformat()}
            self.fault(row.number, self.header("activity_end"), "end_before", both)
        written = self.written.get(values["badge"], ())
        if language and written and language not in written:
            said: dict[str, Value] = {"found": Found(row.cells["language"]), "languages": ", ".join(written)}
            self.fault(row.number, self.header("language"), "bad_language", said)
        if values["minor"] and get("public"):
            if not row.cells.get("guardian_consent"):
                self.fault(row.number, self.header("public"), "minor_public")
            elif values["name"] and not is_short_name(values["name"]):
                column = self.header("name", "last_name")
                self.fault(row.number, column, "minor_full_name", {"found": Found(values["name"])})

    # 5. People, and what is there already.

    def awards(self) -> Iterable[RosterAward]:
        self.day_notes: list[Note] = []
        rows = self.rows()
        if not rows and not self.faults and not self.left_out:
            self.fault(0, "", "empty")
        self.read_days(rows)
        people = People(self.asked.known)
        there = self.there(people)
        had = {(person, badge) for person, badge, _ in there}
        seen: dict[tuple[int, str, date], int] = {}
        again: list[int] = []
        by_birth = 0
        awards = []
        for row in rows:
            before = len(self.faults)
            values = self.values(row)
            by_birth += values["by_birth"]
            self.rules(row, values)
            person = self.person(people, row, values) if values["name"] else None
            if person is None or not values["badge"] or not values["issued_on"]:
                continue
            key = (person.number, values["badge"], values["issued_on"])
            if key in seen:
                self.fault(row.number, self.header("name", "last_name"), "duplicate", {"other": seen[key]})
            seen.setdefault(key, row.number)
            if len(self.faults) == before:
                same = there.get((key[0], key[1], key[2].isoformat()))
                awards.append(self.award(row, values, person, same))
                again += [row.number] if same is None and key[:2] in had else []
        self.notes += self.day_notes
        if by_birth:
            self.notes.append(Note("note_minors", {"count": by_birth}))
        if again:
            self.notes.append(Note("note_again", {"count": len(again), "rows": listed(again)}))
        return awards

    def person(self, people: People, row: _Row, values: dict[str, Any]) -> Person | None:
        found = people.of(values["name"], values.get("contact", ""), values.get("handle", ""), row.number)
        if isinstance(found, Unclear):
            fields = ("handle",) if found.key == "handle_of_other" else ("name", "last_name")
            self.fault(row.number, self.header(*fields), found.key, found.values)
            return None
        return found

    def there(self, people: People) -> dict[tuple[int, str, str], Known]:
        """Return the awards that are there already, by person, badge and day."""
        found: dict[tuple[int, str, str], Known] = {}
        for one in self.asked.known:
            person = people.of(one.name, one.contact, one.handle, 0)
            if isinstance(person, Person):
                badges, days = self.badges.meant(one.badge), _days_meant(one.issued_on)
                found |= {(person.number, badge, day): one for badge in badges for day in days}
        return found

    def award(self, row: _Row, values: dict[str, Any], person: Person, there: Known | None) -> RosterAward:
        get = values.get
        contact, shown, minor = get("contact", ""), bool(get("public")), values["minor"]
        hashed = self.asked.hash_emails and not minor and EMAIL.fullmatch(contact)
        texts: dict[str, Any] = {
            name: get(name, "") for name in ("language", "role", "credits", "term", "license_number", "narrative")
        }
        days: dict[str, Any] = {name: get(name) for name in ("valid_until", "activity_start", "activity_end")}
        return RosterAward(
            row=row.number,
            person=person.number,
            name=values["name"],
            badge=values["badge"],
            issued_on=values["issued_on"],
            contact=contact,
            email=contact if hashed else "",
            minor=minor,
            guardian_consent=get("guardian_consent") if minor and shown else None,
            public=shown,
            evidence=get("evidence", ()),
            handle=person.handle,
            already=there is not None,
            link=there.link if there else "",
            **texts,
            **days,
        )


def _days_meant(text: str) -> set[str]:
    """Return the days that a cell of the steward's list can mean; a spreadsheet may have saved 2026-05-17 as 5/17/26."""
    parts = day_parts(text)
    made = [day_of(parts, order, _LATEST_OF_ANY) for order in ("day", "month")] if parts else []
    return {day.isoformat() for day in made if isinstance(day, date)}
