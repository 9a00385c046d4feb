"""What a steward does for a holder who has a page: the one link that carries the name, and badges from elsewhere.

It reads and writes the club's folder; it knows neither the network nor the checker.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pinback import addresses, pipeline, who_is_who
from pinback.addresses import Addresses
from pinback.assemble.awards import fate_of
from pinback.content.edit import rewrite, with_entry
from pinback.content.records import people_folder
from pinback.dataclass import dataclass
from pinback.errors import UsageError
from pinback.files import make_folder, remove_file, write_file
from pinback.locks import changing
from pinback.model import Person
from pinback.scaffold import slug_of
from pinback.who_is_who import Row


@dataclass(frozen=True, slots=True)
class Links:
    """The private links of a holder.

    Attributes:
        page: the one link of the holder's page, or "" where there is none.
        rows: of the steward's list, for awards that are sealed and count, in its order.
        unknown: how many such awards with a private link the list does not name.
    """

    page: str
    rows: tuple[Row, ...]
    unknown: int


def links(root: Path, handle: str) -> Links:
    """Return the private links of a holder.

    Raises:
        UsageError: nobody has this handle, or the list names no link of theirs.
    """
    checked = pipeline.check(root)
    own = {award.id: award for award in checked.club.awards if award.handle == handle and award.id}
    if not own:
        raise UsageError(f'no award has the handle "{handle}"; the records name handles')
    living = set()
    for sealed in checked.sealed.values():
        for id_ in sealed.register.awards.keys() & own.keys():
            fate = fate_of(checked.material, sealed.register, id_)
            if not (fate.withdrawn or fate.suspended or fate.dead):
                living.add(id_)
    by_award = {row.award: row for row in who_is_who.rows(root) if row.award in living and row.secret}
    if not by_award:
        raise UsageError(
            f"{who_is_who.FILE} names no private link of a sealed award of {handle}; it lies with the steward who made the awards"
        )
    person = checked.club.people.get(handle)
    page = ""
    if person is not None and person.public:
        url = Addresses(checked.club.site.base_url).url(addresses.person_page(handle))
        page = addresses.person_link(url, _by_name(by_award.values()))
    unknown = sum(bool(own[id_].named) for id_ in living - by_award.keys())
    return Links(page, tuple(by_award.values()), unknown)


def _by_name(rows: Iterable[Row]) -> list[tuple[str, list[tuple[str, str]]]]:
    names: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        names.setdefault(row.name_in_link, []).append((row.award, row.secret))
    return list(names.items())


def person_named(root: Path, handle: str) -> tuple[Person, bool]:
    """Return a holder who has a file, and whether strangers can read the repository.

    Raises:
        UsageError: there is none.
    """
    club = pipeline.check(root).club
    if handle not in club.people:
        raise UsageError(
            f"there is no site_src/people/{handle}.md; write it first, with name and public, as docs/earner-pages.md says"
        )
    return club.people[handle], club.site.public_repository


def keep_badge(root: Path, person: Person, url: str, data: bytes, name: str, note: str) -> list[str]:
    """Write a saved copy and its entry; a badge that is there already gets the newer copy.

    Args:
        root: the club's folder.
        person: whose page it goes on.
        url: the badge's address.
        data: the saved copy.
        name: of the badge, from which the file's name is made.
        note: the holder's own word, or "".

    Returns:
        The files that were written.
    """
    with changing(root, "save-badge"):
        # Read again: while the network was asked, another run may have written here.
        person, _ = person_named(root, person.handle)
        return _kept(root, person, url, data, name, note)


def _kept(root: Path, person: Person, url: str, data: bytes, name: str, note: str) -> list[str]:
    folder, file = people_folder(person.handle), person.origin.file
    known = next((badge for badge in person.elsewhere if badge.url == url), None)
    if known is not None:
        write_file(root / known.saved, data)
        return [known.saved]
    stem = slug_of(name, "badge")
    taken = {badge.saved.rpartition("/")[2] for badge in person.elsewhere}
    saved = next(
        one
        for number in range(1, len(taken) + 3)
        if (one := f"{stem}{f'-{number}' if number > 1 else ''}.zip") not in taken
    )
    make_folder(root / folder)
    entry = {"url": json.dumps(url), "saved": saved} | ({"note": json.dumps(note, ensure_ascii=False)} if note else {})
    page = (root / file).read_bytes()
    try:
        write_file(root / folder / saved, data)
        rewrite(root, file, lambda text: with_entry(text, "elsewhere", entry, file))
    except BaseException:
        # Where the disk does not confirm the entry, it may stand there all the same: then the copy stays.
        if (root / file).read_bytes() == page:
            remove_file(root / folder / saved)
        raise
    return [f"{folder}/{saved}", file]
