"""Commands that write records, move a site or end an issuer, disturbed: a club before each, and what must hold after."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from faults.scenarios import (
    COURSE,
    LATER,
    OTTER,
    Action,
    Before,
    Scenario,
    _before,
    _ids,
    _known_person,
    _lived,
    command,
    register_of,
    sealed_files,
)
from faults.tracing import Ended, run
from pinback import lifecycle, pipeline, who_is_who
from pinback.awarding import identity_hash
from pinback.content.read import read_club
from pinback.errors import ContentError
from pinback.seal.store import Store

PEOPLE = ("Ada Lovelace", "Bo Diddley", "Çağla Şen", "李 小龙", "Zoë Ångström")
"""Whom the roster awards; the last one is in the steward's list already."""
IN_THE_OPEN = "Fay Public"
NEW_ADDRESS = "https://new.example.org/badges/"


# Importing.


def _to_import(root: Path) -> Before:
    """A club with a steward's list, and a roster of six."""
    folder, before = _known_person(root)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(("name", "date", "public"))
    writer.writerows((name, "2026-05-20", "") for name in PEOPLE)
    writer.writerow((IN_THE_OPEN, "2026-05-20", "yes"))
    folder.write("roster.csv", stream.getvalue())
    return replace(before, gone=frozenset(), facts=(), files={who_is_who.FILE: (root / who_is_who.FILE).read_bytes()})


def _import(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "import", str(root / "roster.csv"), "--badge", "knots", "--yes", at=before.moment)


def _faults_of_the_roster(root: Path, before: Before) -> list[str]:
    """Return what is wrong where everybody of the roster must have one record, and whoever has a link one row that fits it."""
    wrong = []
    if not (root / who_is_who.FILE).read_bytes().startswith(before.files[who_is_who.FILE]):
        wrong.append("the rows that were in the steward's list have changed")
    club, _ = read_club(root, pipeline.sealed_ids(root))
    records = [award for award in club.awards if award.issued_on.isoformat() == "2026-05-20"]
    rows = [row for row in who_is_who.rows(root) if row.issued_on == "2026-05-20"]
    for name in PEOPLE:
        theirs = [row for row in rows if row.name_in_link == name]
        fitting = [
            record
            for record in records
            for row in theirs
            if record.id == row.award
            and record.link == "sha256$" + sha256(row.link.encode()).hexdigest()
            and record.named == identity_hash(name, row.secret)
        ]
        if len(theirs) != 1 or len(fitting) != 1:
            wrong.append(f"{name} has {len(theirs)} rows and {len(fitting)} records that fit them")
    if [record.name for record in records if record.name] != [IN_THE_OPEN]:
        wrong.append(f"{IN_THE_OPEN} has not one record: {[record.name for record in records if record.name]}")
    if len(records) != len(PEOPLE) + 1:
        wrong.append(f"{len(records)} records for {len(PEOPLE) + 1} people")
    return wrong


# One record.


def _one_award(root: Path) -> Before:
    return replace(_known_person(root)[1], gone=frozenset(), facts=())


def _award(root: Path, code: str, before: Before) -> Action:
    words = ("award", "knots", "--handle", "heron-9", "--name", "Bo Diddley", "--on", "2026-05-20")
    return command(root, [code], *words, at=before.moment)


def _faults_of_the_award(root: Path, before: Before) -> list[str]:
    club, _ = read_club(root, pipeline.sealed_ids(root))
    links = [award.link for award in club.awards if award.handle == "heron-9"]
    if len(links) != 1:
        return [f"{len(links)} records for one award"]
    return [] if who_is_who.of_link(root, links[0]) else ["the steward's list does not have the link of the new award"]


def _sealed_and_named(root: Path) -> Before:
    folder, before = _known_person(root)
    return replace(before, gone=frozenset(), facts=(), key=_ids(folder, OTTER)[0])


def _of_the_award(name: str, *more: str) -> object:
    return lambda root, code, before: command(root, [code], name, before.key, *more, at=before.moment)


def _suspended(root: Path) -> Before:
    folder = _lived(root)
    id_ = _ids(folder, COURSE)[0]
    lifecycle.suspend(root, id_, LATER.date(), pipeline.sealed_ids(root))
    return replace(_before(folder), key=id_)


def _still_in_force(root: Path) -> Before:
    folder = _lived(root)
    return replace(_before(folder), key=_ids(folder, COURSE)[0])


def _faults_of_the_renewal(root: Path, before: Before) -> list[str]:
    club, _ = read_club(root, pipeline.sealed_ids(root))
    renewed = [award for award in club.awards if award.issued_on.isoformat() == "2026-06-02"]
    if len(renewed) != 1:
        return [f"{len(renewed)} records for one renewal"]
    return (
        []
        if who_is_who.of_link(root, renewed[0].link)
        else ["the steward's list does not have the link of the renewal"]
    )


# Moving and ending.


def _lived_there(root: Path) -> Before:
    return _before(_lived(root))


def _move(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "move", NEW_ADDRESS, "--new-did", "--yes", at=before.moment)


def _faults_of_the_move(root: Path, before: Before) -> list[str]:
    checked = pipeline.check(root)
    said = {checked.club.site.base_url, *(one.register.base_url for one in checked.sealed.values())}
    return [] if said == {NEW_ADDRESS} else [f"the club says that it is at {sorted(said)}"]


def _close(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "close", "club", "--yes", at=before.moment)


def _judge_closing(root: Path, before: Before, first: Ended) -> list[str]:
    """Return what is wrong after a disturbed ``close`` and the next one; no key signs afterwards, so nothing is sealed."""
    wrong = []
    ended = run(_close(root, before.code, before))
    if ended.code != 0 and "has closed already" not in ended.said:
        wrong.append(f"the second run ended with {ended.code}: {ended.said.strip()[-300:]}")
    archived = run(command(root, [], "archive", at=before.moment))
    if archived.code != 0:
        wrong.append(f"no archive afterwards: {archived.said.strip()[-300:]}")
    try:
        pipeline.check(root)
    except ContentError as error:
        wrong += [f"check: {problem}" for problem in error.problems]
    register, now = register_of(root), sealed_files(root)
    wrong += [f"register: {problem}" for problem in Store(root, "club").problems(register)]
    if not register.statement or "closing.json" not in now:
        wrong.append("there is no final statement")
    wrong += [
        f"sealed file changed: {name}"
        for name, data in before.sealed.items()
        if now.get(name) != data and not name.startswith("status/")
    ]
    wrong += [f"left over: {path.relative_to(root)}" for path in root.rglob(".*.new")]
    return wrong


RECORDS = (
    Scenario("import", _to_import, _import, seals=False, also=_faults_of_the_roster),
    Scenario(
        "award",
        _one_award,
        _award,
        again="this holder has this badge of this day already",
        seals=False,
        also=_faults_of_the_award,
    ),
    Scenario(
        "revoke",
        _sealed_and_named,
        _of_the_award("revoke", "--reason", "mistake"),  # type: ignore[arg-type]
        again="is withdrawn already",
        seals=False,
    ),
    Scenario(
        "restore",
        _suspended,
        _of_the_award("restore"),  # type: ignore[arg-type]
        again="is not suspended",
        seals=False,
    ),
    Scenario(
        "suspend",
        _still_in_force,
        _of_the_award("suspend"),  # type: ignore[arg-type]
        again="is suspended already",
        seals=False,
    ),
    Scenario(
        "renew",
        _sealed_and_named,
        _of_the_award("renew", "--on", "2026-06-02", "--until", "2030-01-01"),  # type: ignore[arg-type]
        again="already",
        seals=False,
        also=_faults_of_the_renewal,
    ),
    Scenario(
        "supersede",
        _sealed_and_named,
        _of_the_award("supersede"),  # type: ignore[arg-type]
        again="is corrected already",
        seals=False,
    ),
    Scenario("move", _lived_there, _move, again="already", also=_faults_of_the_move),
    Scenario("close", _lived_there, _close, judge=_judge_closing),
)
