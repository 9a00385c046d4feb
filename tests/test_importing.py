"""Whole rosters: awarded, sealed, built; repeated, killed and begun again; what is never written anywhere."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import ClubFolder, needs_libcairo
from faults.fuse import dies_at
from roster.sheets import planted, workbook

from pinback import importing, pipeline, scaffold, who_is_who
from pinback.addresses import read_named_link
from pinback.awarding import identity_hash
from pinback.content.read import read_club
from pinback.errors import UsageError
from pinback.importing import Plan, read_source
from pinback.model import Award
from pinback.roster.table import read_table

TODAY = date(2026, 5, 20)
SEVEN = "Name,Badge,Date,E-mail,Minor\n" + "".join(
    f"Person {sign},{badge},2026-05-17,{sign}@example.org,{minor}\n"
    for sign, badge, minor in zip("abcdefg", ("knots", "Knots", "bends", "knots", "bends", "bends", "knots"), "nnynnyn", strict=True)
)  # fmt: skip


@pytest.fixture
def club(tmp_path: Path) -> ClubFolder:
    """A club with two badges and keys."""
    return ClubFolder(tmp_path / "club").site().issuer().badge().badge("bends").keys()


def planned(club: ClubFolder, sheet: str | bytes, **wanted: object) -> Plan:
    now = importing.club_now(club.root)
    return importing.plan(now, read_table(sheet), replace(importing.asked(now, TODAY), **wanted))


def imported(club: ClubFolder, sheet: str | bytes, **wanted: object) -> list[str]:
    now = importing.club_now(club.root)
    plan = planned(club, sheet, **wanted)
    assert not plan.roster.faults and not plan.roster.questions, [str(one) for one in plan.roster.faults]
    return importing.write(now, plan, lambda done, total: None)


def awards(club: ClubFolder) -> tuple[Award, ...]:
    return read_club(club.root)[0].awards


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_each_row_becomes_one_award_and_the_list_holds_name_contact_and_link(club: ClubFolder) -> None:
    written = imported(club, SEVEN)
    assert len(written) == 2
    for file in written:
        editors, *lines = club.read(file).splitlines()
        assert editors.startswith("#") and lines[0] == "issued_on: 2026-05-17"
    rows = who_is_who.rows(club.root)
    assert [(row.name, row.contact) for row in rows] == [
        (f"Person {sign}", f"{sign}@example.org") for sign in "abcdefg"
    ]
    by_id = {award.id: award for award in awards(club)}
    assert len(by_id) == 7
    for row in rows:
        award, link = by_id[row.award], read_named_link(row.link)
        assert link is not None and award.named == identity_hash(link.name, link.secret)
        assert award.handle == row.handle
    assert sum(award.minor for award in by_id.values()) == 2
    assert not any(award.email or award.name for award in by_id.values())


def test_second_time_changes_nothing(club: ClubFolder) -> None:
    imported(club, SEVEN)
    before = files(club.root)
    again = planned(club, SEVEN)
    assert (again.records, again.already) == ((), 7)
    assert importing.write(importing.club_now(club.root), again, lambda done, total: None) == []
    assert files(club.root) == before


def test_second_time_changes_nothing_after_a_spreadsheet_saved_the_list(club: ClubFolder) -> None:
    """It may change days and names of badges, order columns anew, and use semicolons."""
    imported(club, SEVEN)
    with io.StringIO() as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["contact", "link", "name", "issued_on", "badge", "handle"])
        writer.writerows(
            [one.contact, one.link, one.name, "17.05.26", "", one.handle] for one in who_is_who.rows(club.root)
        )
        (club.root / who_is_who.FILE).write_bytes(stream.getvalue().encode("utf-8-sig"))
    assert planned(club, SEVEN).already == 7


def test_later_awards_of_a_person_keep_the_handle(club: ClubFolder) -> None:
    imported(club, SEVEN)
    handles = {row.name: row.handle for row in who_is_who.rows(club.root)}
    plan = planned(
        club,
        "Name,Badge,Date\nperson  A,bends,2026-05-18\nSomebody new,bends,2026-05-18\nSomebody new,knots,2026-05-18\n",
    )
    assert (plan.people, plan.known, len(plan.new)) == (2, 1, 3)
    first, second, third = plan.new
    assert first.handle == handles["Person a"]
    assert second.handle == third.handle not in handles.values()


def test_name_in_the_open_is_written_and_found_again(club: ClubFolder) -> None:
    sheet = "Name,Badge,Date,Public,Minor,Consent\nZoë Ångström,knots,2026-05-17,yes,no,\nAda B.,knots,2026-05-17,yes,yes,2026-05-01\n"
    imported(club, sheet)
    assert not who_is_who.rows(club.root)
    zoe, ada = awards(club)
    assert (zoe.name, zoe.public, ada.minor, ada.guardian_consent) == ("Zoë Ångström", True, True, date(2026, 5, 1))
    assert planned(club, sheet).already == 2


def test_hash_of_an_address_is_written_for_adults_who_are_asked_for_alone(club: ClubFolder) -> None:
    imported(club, SEVEN, hash_emails=True)
    assert [award.email is None for award in awards(club)] == [award.minor for award in awards(club)]


def test_all_that_a_row_can_say_reaches_the_record(club: ClubFolder) -> None:
    imported(
        club,
        "Name,Badge,Date,Valid until,Evidence,Role,Credits,Term,Licence,Narrative,Start,End,Language,Handle\n"
        'Zoë,knots,2026-05-17,2028-05-17,https://a.example.org/1 https://a.example.org/2,"Judge: first",2.5,Spring,Ł-7,"Led ""all""\nof it",2026-05-01,2026-05-16,English,otter-7\n',
    )
    (award,) = awards(club)
    assert (award.valid_until, award.handle, award.language) == (date(2028, 5, 17), "otter-7", "en")
    assert [one.url for one in award.evidence] == ["https://a.example.org/1", "https://a.example.org/2"]
    assert (award.role, award.credits, award.term, award.license_number) == ("Judge: first", "2.5", "Spring", "Ł-7")
    assert award.narrative == 'Led "all"\nof it'
    assert (award.activity_start, award.activity_end) == (date(2026, 5, 1), date(2026, 5, 16))


def test_no_file_holds_more_than_five_hundred_awards(club: ClubFolder) -> None:
    sheet = "\n".join(f"Person {number}" for number in range(1001))
    written = imported(club, sheet, badge="knots", on=date(2026, 5, 17))
    assert [club.read(file).count("- id:") for file in written] == [500, 500, 1]


def test_file_with_long_texts_stays_below_what_is_read(club: ClubFolder) -> None:
    rows = "".join(f"Person {number},{'x' * 4000} {number}\n" for number in range(400))
    written = imported(club, "Name,Narrative\n" + rows, badge="knots", on=date(2026, 5, 17))
    assert len(written) == 2
    assert len(awards(club)) == 400


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_run_that_is_killed_anywhere_is_finished_by_the_next_one(club: ClubFolder, tmp_path: Path) -> None:
    start = shutil.copytree(club.root, tmp_path / "start")
    step, died = 0, True
    while died:
        step += 1
        shutil.rmtree(club.root)
        shutil.copytree(start, club.root)
        died = dies_at(step, lambda: imported(club, SEVEN))
        imported(club, SEVEN)
        found = awards(club)
        assert Counter(award.badge for award in found) == {"knots": 4, "bends": 3}, step
        assert {row.award for row in who_is_who.rows(club.root)} == {award.id for award in found}, step
        assert [row.contact for row in who_is_who.rows(club.root)] == [f"{sign}@example.org" for sign in "abcdefg"], (
            step
        )
        assert not [name for name in files(club.root) if name.endswith(".new")], step
        assert planned(club, SEVEN).already == 7, step
    assert step > 10


def test_rule_that_is_broken_by_hand_leaves_nothing_behind(club: ClubFolder) -> None:
    now, plan = importing.club_now(club.root), planned(club, SEVEN)
    (club.root / "badges/knots/badge.md").write_text("broken", encoding="utf-8")
    before = files(club.root)
    with pytest.raises(Exception, match="front matter"):
        importing.write(now, plan, lambda done, total: None)
    assert files(club.root) == before


def test_erased_award_is_not_written_again(club: ClubFolder) -> None:
    imported(club, "Zoë", badge="knots", on=date(2026, 5, 17))
    (award,) = awards(club)
    (club.root / award.origin.file).write_text(f"id: {award.id}\nerased: true\n", encoding="utf-8")
    plan = planned(club, "Zoë", badge="knots", on=date(2026, 5, 17))
    assert plan.records == ()


def test_links_need_keys_and_a_closed_issuer_awards_nothing(tmp_path: Path, club: ClubFolder) -> None:
    without = ClubFolder(tmp_path / "without").site().issuer().badge()
    with pytest.raises(UsageError, match="make the keys first: pinback key new club"):
        planned(without, "Zoë", badge="knots", on=date(2026, 5, 17))
    without.write("issuers/club/keys.age", "made by a page, and nothing is sealed yet")
    assert len(imported(without, "Zoë", badge="knots", on=date(2026, 5, 17))) == 1
    club.close()
    with pytest.raises(UsageError, match="has closed"):
        planned(club, "Zoë", badge="knots", on=date(2026, 5, 17))


def test_choice_of_a_column_is_kept_without_any_cell(club: ClubFolder) -> None:
    importing.remember(club.root, {"Wer": "name", "Notiz": ""})
    importing.remember(club.root, {"wer": "last_name"})
    assert importing.remembered(club.root) == {"Notiz": "", "wer": "last_name"}
    (club.root / importing.CHOICES).write_text('{"Wer": "nonsense", "x": 3', encoding="utf-8")
    assert importing.remembered(club.root) == {}
    (club.root / importing.CHOICES).write_text("[" * 100_000, encoding="utf-8")
    assert importing.remembered(club.root) == {}


def test_workbook_is_imported_like_a_sheet(club: ClubFolder) -> None:
    head = [("A1", 't="s"', "<v>0</v>"), ("B1", 't="s"', "<v>1</v>"), ("C1", 't="s"', "<v>2</v>")]
    row = [("A2", 't="s"', "<v>3</v>"), ("B2", 's="2"', "<v>46159</v>"), ("C2", 't="s"', "<v>4</v>")]
    imported(club, workbook([head, row]))
    assert [(row.name, row.issued_on) for row in who_is_who.rows(club.root)] == [("Zoë Ångström", "2026-05-17")]


# With git, sealed and built.


def git(folder: Path, *words: str) -> bytes:
    identity = ("-c", "user.name=Steward", "-c", "user.email=steward@example.org")
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, timeout=60).stdout


@pytest.fixture
def in_git(club: ClubFolder) -> ClubFolder:
    """The club in a repository of its own, with what ``init`` tells git to ignore."""
    club.write(".gitignore", scaffold.GITIGNORE)
    git(club.root, "init", "--quiet")
    git(club.root, "add", "--all")
    git(club.root, "commit", "--quiet", "-m", "A club")
    return club


@needs_libcairo
def test_after_a_roster_with_minors_neither_site_nor_history_knows_surname_address_or_birth_date(
    in_git: ClubFolder, tmp_path: Path
) -> None:
    people = [
        (f"Kind{number} Geheimname{number}", f"eltern{number}@privat.example.org", f"{number + 10}.03.201{number}", f"201{number}-03-{number + 10}")
        for number in range(1, 6)
    ]  # fmt: skip
    adults = [
        (
            f"Adult{number} Offenbar{number}",
            f"adult{number}@privat.example.org",
            f"1{number}.04.1980",
            f"1980-04-1{number}",
        )
        for number in range(5)
    ]
    sheet = "Name;E-Mail;Geburtsdatum;Abzeichen;Datum\r\n" + "".join(
        f"{name};{contact};{born};knots;17.05.2026\r\n" for name, contact, born, _ in people + adults
    )
    roster = tmp_path / "roster.csv"
    roster.write_bytes(sheet.encode("cp1252"))
    imported(in_git, importing.read_source(in_git.root, roster), columns={"Farbe": ""})
    assert sorted(award.minor for award in awards(in_git)) == [False] * 5 + [True] * 5
    importing.remember(in_git.root, {"Geburtsdatum": "born"})
    git(in_git.root, "add", "--all")
    git(in_git.root, "commit", "--quiet", "-m", "Course of May")
    in_git.seal()
    site = in_git.build()
    git(in_git.root, "add", "--all")
    git(in_git.root, "commit", "--quiet", "-m", "Sealed")
    history = git(in_git.root, "log", "--all", "-p", "--text", "--format=fuller") + git(
        in_git.root, "ls-tree", "-r", "--name-only", "HEAD"
    )
    everything = history + b"".join(name.encode() + data for name, data in files(site).items())
    assert b"named: sha256$" in everything
    for name, contact, *births in people:
        first, surname = name.split()
        for private in (first, surname, contact, contact.split("@")[0], "privat.example.org", *births):
            assert private.encode() not in everything, private
    kept = in_git.read(who_is_who.FILE)
    assert "Geheimname1" in kept and "eltern1@privat.example.org" in kept
    assert not any(birth in kept for *_, typed, iso in people for birth in (typed, iso))


def test_roster_that_git_would_publish_is_refused(in_git: ClubFolder) -> None:
    roster = in_git.write("roster.csv", SEVEN)
    with pytest.raises(UsageError, match=r"roster\.csv lies in the club's folder and git does not ignore it"):
        importing.read_source(in_git.root, roster)
    in_git.write(".gitignore", scaffold.GITIGNORE + "/roster.csv\n")
    assert importing.read_source(in_git.root, roster) == SEVEN.encode()
    in_git.write(".gitignore", "")
    now = importing.club_now(in_git.root)
    with pytest.raises(UsageError, match=r"who-is-who\.csv lies in the club's folder"):
        importing.write(now, planned(in_git, SEVEN), lambda done, total: None)


@needs_libcairo
def test_two_hundred_rows_with_eight_planted_faults(tmp_path: Path) -> None:
    """The foreign verifiers judge the same roster as the site "roster" (tests/foreign/sites.py)."""
    club = ClubFolder(tmp_path / "club").site().issuer().badge().badge("safe-coxing").keys()
    club.write("badges/safe-coxing/badge.md", club.read("badges/knots/badge.md").replace("Knots", "Safe coxing"))
    broken, mended = planted(200)
    before = files(club.root)
    roster = planned(club, broken).roster
    assert [str(note) for note in roster.notes] == [
        "read as UTF-16",
        "cells are separated by semicolons",
        "lines end as Windows writes them (CR LF)",
        "blank rows are passed over: 202, 203",
        "cells with blanks around their text: 1, the first in row 11; the blanks are left out",
    ]
    assert [str(fault) for fault in roster.faults] == [
        'row 18, column "Date": no calendar has this day (found "31.2.2025"); correct day or month',
        'row 43, column "Name": the same person, badge and day stand in row 42; delete one of the two rows; '
        "if they are two people, give each an e-mail address or a handle",
        'row 100, column "Name": the name is missing; write it, or delete the row',
        'row 151, column "Badge": this is no badge of the club (found "Knotts"); did you mean "knots"?',
    ]
    assert planned(club, broken).records == () and files(club.root) == before
    imported(club, mended)
    (sealed,) = club.seal()
    assert sealed.awards == 200
    site = club.build()
    assert len(list(site.glob("awards/*/credential.json"))) == 200
    before = files(club.root)
    assert planned(club, mended).records == ()
    assert pipeline.waiting(pipeline.check(club.root)) == 0
    assert club.seal() == [] and club.build() == site
    assert files(club.root) == before


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_links_that_lead_in_a_circle_are_told(club: ClubFolder, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").symlink_to("roster.csv")
    with pytest.raises(
        UsageError, match=r"roster\.csv: (the links that this path takes lead in a circle|this is not a plain file)"
    ):
        read_source(club.root, tmp_path / "roster.csv")
