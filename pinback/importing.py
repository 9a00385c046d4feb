"""Awards of a whole roster: read it, compare it with the club, say what would be written, write it.

The order of writing lets a killed run be finished by the next one: first the rows of ``who-is-who.csv``, all in one write, then batch by
batch. A row there whose record is missing is written from the row, with the id and the secret in its link. Handles, ids and links of
names in the open stand in no list, so such records are drawn anew, and what is written of them is found again in the records.

Nothing here asks or prints, and the day comes as an argument.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from pinback import pipeline, who_is_who
from pinback.addresses import Addresses
from pinback.awarding import NamedLink, identity_hash, new_handle, new_named_link
from pinback.content.read import read_club
from pinback.content.schemas import editor_line
from pinback.dataclass import dataclass
from pinback.errors import UsageError
from pinback.files import FileProblem, read_regular, remove_file, remove_temporaries, write_file
from pinback.git import refuse_published
from pinback.lifecycle import free_file
from pinback.model import Club
from pinback.roster.batches import NewRecord, batches
from pinback.roster.messages import Table
from pinback.roster.people import Known
from pinback.roster.reading import Asked, Roster, RosterAward, read_roster
from pinback.roster.rules import FIELDS, LIMITS
from pinback.roster.texts import folded
from pinback.roster.values import BadgeNames
from pinback.seal.make import new_award_id
from pinback.seal.store import Store
from pinback.who_is_who import Row

CHOICES = ".pinback/columns.json"
"""Names of columns and what was chosen for them; git ignores the folder, and no cell of a sheet is in it."""


@dataclass(frozen=True, slots=True)
class ClubNow:
    """The club as it is before an import: what its files say, its sealed ids, the steward's list."""

    root: Path
    club: Club
    sealed: frozenset[str]
    list: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Attributes:
        roster: what the sheet says.
        new: records to be written that nobody has seen.
        rows: rows of the steward's list for the new ones.
        lost: records to be written whose rows are in the list already, after a killed run.
        already: how many awards are there already.
        known: how many people of the new awards had a handle before.
        people: how many people the new awards are for.
    """

    roster: Roster
    new: tuple[NewRecord, ...] = ()
    rows: tuple[Row, ...] = ()
    lost: tuple[NewRecord, ...] = ()
    already: int = 0
    known: int = 0
    people: int = 0

    @property
    def records(self) -> tuple[NewRecord, ...]:
        """Return all records to be written."""
        return (*self.lost, *self.new)

    def by_badge(self) -> dict[str, int]:
        """Return how many records each badge gets, in the order of the rows."""
        return dict(Counter(record.award.badge for record in self.records))


def club_now(root: Path) -> ClubNow:
    """Read the club.

    Raises:
        ContentError: its files have faults.
        UsageError: no club is here.
    """
    sealed = frozenset(pipeline.sealed_ids(root))
    return ClubNow(root, read_club(root, sealed)[0], sealed, tuple(who_is_who.rows(root)))


def read_source(root: Path, path: Path) -> bytes:
    """Return the bytes of a roster.

    Raises:
        UsageError: it cannot be read, or lies where git would publish it.
    """
    try:
        data = read_regular(_resolved(path), LIMITS.bytes)
    except FileProblem as error:
        raise UsageError(f"{path}: {error}") from error
    refuse_published(root, _resolved(path))
    return data


def _resolved(path: Path) -> Path:
    """Return where a path leads.

    Raises:
        UsageError: links lead in a circle.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{path}: the links that this path takes lead in a circle; name the file itself") from error


def asked(now: ClubNow, today: date) -> Asked:
    """Return what the club brings to the reading of a roster; the rest of it is chosen by the steward."""
    badges = [
        BadgeNames(badge.slug, tuple(text for _, text in badge.name.versions), tuple(badge.editions))
        for badge in now.club.badges.values()
    ]
    return Asked(badges, now.club.site.languages, today, _known(now), columns=remembered(now.root))


def _known(now: ClubNow) -> list[Known]:
    """Return the awards of the steward's list, and those with a name in the open."""
    awards = {award.id: award for award in now.club.awards if award.id}
    found = []
    for row in now.list:
        award = awards.get(row.award)
        # NOTE: a spreadsheet may have changed badge and day of the row; the record says them as they are.
        badge, day = (award.badge, award.issued_on.isoformat()) if award else (row.badge, row.issued_on)
        handle = award.handle if award and award.handle else row.handle
        found.append(Known(row.name_in_link or row.name, row.contact, badge, day, handle, row.link))
    for award in now.club.awards:
        if award.name and award.public:
            found.append(Known(award.name, "", award.badge, award.issued_on.isoformat(), award.handle))
    return found


def plan(now: ClubNow, table: Table, wanted: Asked) -> Plan:
    """Return what an import would do; where the roster has faults or questions, nothing but them.

    Raises:
        UsageError: an issuer has closed, or has no keys yet.
    """
    roster = read_roster(table, wanted)
    if roster.faults or roster.questions:
        return Plan(roster)
    there = {award.id for award in now.club.awards} | {gone.id for gone in now.club.erasures} | now.sealed | {""}
    lost = [award for award in roster.awards if award.already and _award_id(award.link) not in there]
    new = [award for award in roster.awards if not award.already]
    _need_keys(now, {award.badge for award in (*lost, *new)})
    handles = _handles(now, new)
    titles = {slug: badge.name.in_language(now.club.site.language) for slug, badge in now.club.badges.items()}
    records = [_drawn(now, award, handles[award.person]) for award in new]
    rows = [
        Row(
            one.award.name,
            titles[one.award.badge],
            one.award.issued_on.isoformat(),
            one.handle,
            one.link.link,
            one.award.contact,
        )
        for one in records
        if one.link
    ]
    return Plan(
        roster,
        tuple(records),
        tuple(rows),
        tuple(_written_again(award) for award in lost),
        len(roster.awards) - len(lost) - len(new),
        len({award.person for award in new if award.handle}),
        len({award.person for award in new}),
    )


def _award_id(link: str) -> str:
    return Row("", "", "", "", link).award


def _need_keys(now: ClubNow, badges: set[str]) -> None:
    """Keys settle the address of awards, and links are bound to it for ever."""
    for issuer in sorted({now.club.badges[badge].issuer for badge in badges}):
        store = Store(now.root, issuer)
        register = store.load()
        if register is not None and register.statement:
            raise UsageError(f"issuers/{issuer}: this issuer has closed and awards nothing any more")
        if register is None and not store.keys_path.exists():
            raise UsageError(f"private links need the keys; make the keys first: pinback key new {issuer}")


def _handles(now: ClubNow, new: Sequence[RosterAward]) -> dict[int, str]:
    """Return the handle of each person: the one that the person has, or a new one."""
    taken = {award.handle for award in now.club.awards} | {row.handle for row in now.list}
    taken |= {award.handle for award in new}
    found: dict[int, str] = {}
    for award in new:
        if award.person not in found:
            found[award.person] = award.handle or new_handle(taken)
            taken.add(found[award.person])
    return found


def _drawn(now: ClubNow, award: RosterAward, handle: str) -> NewRecord:
    award_id = new_award_id()
    link = None if award.public else new_named_link(Addresses(now.club.site.base_url), award_id, award.name)
    return NewRecord(award, award_id, handle, link)


def _written_again(award: RosterAward) -> NewRecord:
    """Make the record of a row whose record was never written, with the id and the secret that its link has."""
    row = Row(award.name, "", "", "", award.link)
    named = identity_hash(row.name_in_link, row.secret)
    link = NamedLink(award.link, named, "sha256$" + sha256(award.link.encode("utf-8")).hexdigest())
    return NewRecord(replace(award, public=False, guardian_consent=None), row.award, award.handle, link)


def write(now: ClubNow, planned: Plan, progress: Callable[[int, int], None]) -> list[str]:
    """Write rows and records, and return the names of the new files.

    The club is read again in the end; where a rule is broken, all is taken back.

    Args:
        now: the club before.
        planned: of ``plan``.
        progress: called with how many records are written, and how many there are.
    """
    for folder in (now.root, *(now.root / "badges" / badge / "awards" for badge in planned.by_badge())):
        remove_temporaries(folder)  # of a run that was killed
    files: list[str] = []
    done, total = 0, len(planned.records)
    take_back: Callable[[], None] = lambda: None  # noqa: E731 - replaced where something was noted
    try:
        # NOTE: the list comes first; a record whose link nobody has could not be mended.
        take_back = who_is_who.note_all(now.root, planned.rows)
        for batch in batches(planned.records):
            file = free_file(now.root, f"badges/{batch.badge}/awards/{batch.stem}")
            files.append(file)
            write_file(now.root / file, (editor_line(file) + batch.text).encode("utf-8"))
            done += batch.awards
            progress(done, total)
        read_club(now.root, now.sealed)
    except BaseException:  # a record breaks a rule; the message says which, and nothing stays behind
        for file in files:
            remove_file(now.root / file)
        take_back()
        raise
    return files


# What was chosen for columns.


def remembered(root: Path) -> dict[str, str]:
    """Return what was chosen for columns before; what cannot be read counts as nothing chosen."""
    path = root / CHOICES
    try:
        found = json.loads(read_regular(path)) if path.exists() else {}
    except (FileProblem, ValueError, RecursionError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: field for name, field in pairs if isinstance(field, str) and (not field or field in FIELDS)}


def remember(root: Path, columns: Mapping[str, str]) -> None:
    """Keep what was chosen for columns, one choice for a name however it is spelled."""
    kept = {name: field for name, field in remembered(root).items() if folded(name) not in set(map(folded, columns))}
    text = json.dumps({**kept, **columns}, ensure_ascii=False, indent=1)
    write_file(root / CHOICES, text.encode("utf-8"))
