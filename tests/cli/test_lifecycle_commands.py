"""The commands of the life of an award, as they are typed."""

from __future__ import annotations

import csv
import json
import re

import pytest
from conftest import ClubFolder
from test_commands import pinback

OTTER = "badges/knots/awards/2026-05-17-otter.yaml"
COURSE = "badges/knots/awards/2026-05-18-course.yaml"


def id_in(club: ClubFolder, file: str) -> str:
    found = re.search(r"id: ([a-z2-7]{16})", club.read(file))
    assert found
    return found[1]


def test_suspend_restore_and_revoke_say_what_changed_and_what_comes_next(sealed_club: ClubFolder) -> None:
    root, award_id = sealed_club.root, id_in(sealed_club, OTTER)
    before = sealed_club.read(OTTER)
    done = pinback("suspend", award_id, "--on", "2026-06-02", cwd=root)
    assert (done.returncode, done.stdout) == (0, OTTER + "\n")
    assert done.stderr == f"The record asks for the suspension of {award_id}. Next: pinback seal, then pinback build.\n"
    assert "suspended: {on: 2026-06-02}" in sealed_club.read(OTTER)
    assert pinback("restore", award_id, cwd=root).returncode == 0
    assert sealed_club.read(OTTER) == before
    done = pinback("revoke", award_id, "--reason", "holders-wish", cwd=root)
    assert "reason holders-wish" in done.stderr
    assert re.search(r"revoked: \{on: 2\d{3}-\d\d-\d\d, reason: holders-wish\}", sealed_club.read(OTTER))
    assert pinback("check", cwd=root).returncode == 0


def test_unknown_id_and_day_to_come_are_wrong_usage(sealed_club: ClubFolder) -> None:
    award_id = id_in(sealed_club, OTTER)
    done = pinback("suspend", award_id[:-1] + ("a" if award_id[-1] != "a" else "b"), cwd=sealed_club.root)
    assert done.returncode == 2
    assert f'did you mean {award_id}? award ids stand in the records, after "id:"' in done.stderr
    done = pinback("revoke", award_id, "--reason", "mistake", "--on", "2999-01-01", cwd=sealed_club.root)
    assert (done.returncode, done.stderr) == (
        2,
        'pinback: "--on" lies in the future (found "2999-01-01"); correct the day\n',
    )


def test_correction_with_a_name_prints_the_new_private_link(sealed_club: ClubFolder) -> None:
    award_id = id_in(sealed_club, OTTER)
    done = pinback("supersede", award_id, "--name", "Zoë Ångström", cwd=sealed_club.root)
    assert done.returncode == 0
    assert done.stdout == "badges/knots/awards/2026-05-17-otter-7.yaml\n"
    assert "#n=Zo%C3%AB%20%C3%85ngstr%C3%B6m&k=" in done.stderr
    assert f"It says what {award_id} says. Open it, correct what was wrong" in done.stderr
    assert "Zoë" not in sealed_club.read(done.stdout.strip())
    assert pinback("check", cwd=sealed_club.root).returncode == 0


@pytest.mark.parametrize(("command", "more"), [("supersede", ()), ("renew", ("--until", "2999-01-01")), ("award", ())])
def test_name_that_no_page_shows_is_refused_and_pasted_cells_are_one(
    sealed_club: ClubFolder, command: str, more: tuple[str, ...]
) -> None:
    what = "knots" if command == "award" else id_in(sealed_club, OTTER)
    before = sorted(sealed_club.root.rglob("*.yaml"))
    done = pinback(command, what, *more, "--name", "\u202aZoë\u202c", cwd=sealed_club.root)
    assert (done.returncode, done.stderr) == (
        2,
        'pinback: "--name": an invisible control character (U+202A) stands in it; '
        "type the holder's name alone, as it is to be shown\n",
    )
    assert sorted(sealed_club.root.rglob("*.yaml")) == before
    done = pinback(command, what, *more, "--name", " Zoë\t Ångström", cwd=sealed_club.root)
    assert "#n=Zo%C3%AB%20%C3%85ngstr%C3%B6m&k=" in done.stderr


def test_correction_says_that_the_private_list_lacks_the_name(sealed_club: ClubFolder) -> None:
    root = sealed_club.root
    given = pinback("supersede", id_in(sealed_club, OTTER), "--name", "Zoë Ångström", cwd=root)
    sealed_club.seal()
    (root / "who-is-who.csv").unlink()
    award_id = id_in(sealed_club, given.stdout.strip())
    done = pinback("supersede", award_id, cwd=root)
    file = done.stdout.strip()
    assert done.stderr.splitlines()[0] == (
        f"It has no private link, because who-is-who.csv does not have the name of {award_id}. To give it one: delete {file}, "
        'and type the command again with --name "THE NAME".'
    )
    (root / file).unlink()
    done = pinback("supersede", award_id, "--name", "Zoë Ångström", cwd=root)
    assert "It has no private link" not in done.stderr and "#n=Zo%C3%AB" in done.stderr


def test_renewal_and_what_is_due(sealed_club: ClubFolder) -> None:
    root = sealed_club.root
    wren = sealed_club.read(COURSE).rpartition("id: ")[2][:16]
    done = pinback("due", "--within", "36500", cwd=root)
    assert done.stdout == f"2028-05-18  Knots  wren-31  {wren}\n"
    assert done.stderr.startswith("1 award expires in the next 36,500 days.")
    rows = list(csv.reader(pinback("due", "--within", "36500", "--format", "csv", cwd=root).stdout.splitlines()))
    assert rows == [["valid_until", "badge", "handle", "id"], ["2028-05-18", "knots", "wren-31", wren]]
    calendar = pinback("due", "--within", "36500", "--format", "ics", cwd=root).stdout
    assert "SUMMARY:Last valid day: Knots" in calendar
    assert "wren" not in calendar
    done = pinback("renew", wren, "--on", "2026-06-01", cwd=root)
    assert done.returncode == 0
    assert f"renews: {wren}\nissued_on: 2026-06-01\nvalid_until: 2028-06-01\n" in sealed_club.read(done.stdout.strip())
    assert pinback("due", "--within", "36500", cwd=root).stdout.startswith("2028-06-01  Knots  wren-31")


def test_what_is_due_is_the_day_that_was_signed_though_the_badge_changed(club: ClubFolder) -> None:
    root = club.badge(fields="valid_for: 1 year\n").badge("flags").keys().root
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.award("b", "issued_on: 2026-05-17\nhandle: heron-2\n", badge="flags").seal()
    club.badge(fields="valid_for: 3 years\n").badge("flags", "valid_for: 2 years\n")
    club.award("c", "issued_on: 2026-05-18\nhandle: wren-31\n")
    done = pinback("due", "--within", "36500", cwd=root)
    assert done.stdout.splitlines() == [
        f"2027-05-17  Knots  otter-7  {id_in(club, 'badges/knots/awards/a.yaml')}",
        "2029-05-18  Knots  wren-31  (waits for seal)",
    ]


def test_erase_asks_first_and_says_what_it_cannot_reach(sealed_club: ClubFolder) -> None:
    root, award_id = sealed_club.root, id_in(sealed_club, OTTER)
    done = pinback("erase", award_id, cwd=root)
    assert done.returncode == 2
    assert "nobody can be asked whether to erase them; add --yes" in done.stderr
    assert (root / OTTER).exists()
    done = pinback("erase", "--handle", "otter-7", "--yes", cwd=root)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f"badges/knots/awards/erased-{award_id}.yaml: written; it says that this award is erased, and nothing else",
        f"{OTTER}: removed",
    ]
    assert f"git filter-repo --invert-paths --path {OTTER}" in done.stderr
    assert not (root / OTTER).exists()
    assert pinback("erase", cwd=root).returncode == 2
    done = pinback("erase", "--handle", "otter-7", "--yes", cwd=root)
    assert (done.returncode, done.stdout) == (0, "")
    assert 'has the handle "otter-7". If it was erased before, nothing is left to do' in done.stderr


def test_edited_sealed_record_comes_with_lines_to_paste(sealed_club: ClubFolder) -> None:
    award_id = id_in(sealed_club, OTTER)
    sealed_club.write(OTTER, sealed_club.read(OTTER).replace("otter-7", "otter-8"))
    done = pinback("check", cwd=sealed_club.root)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0].endswith("to correct the award, put this into a new file in badges/knots/awards")
    assert lines[1:] == [f"    supersedes: {award_id}", "    issued_on: 2026-05-17", "    handle: otter-8"]
    (found,) = json.loads(pinback("check", "--format", "json", cwd=sealed_club.root).stdout)
    assert found["paste"] == f"supersedes: {award_id}\nissued_on: 2026-05-17\nhandle: otter-8\n"


def test_records_are_edited_by_command_after_a_move_that_kept_the_did(sealed_club: ClubFolder) -> None:
    """The DID lies under the old address then, which only the register can tell."""
    sealed_club.move("https://new.example.org/")
    award_id, root = id_in(sealed_club, OTTER), sealed_club.root
    for command in (
        ("suspend", award_id),
        ("restore", award_id),
        ("supersede", award_id),
        ("award", "knots", "--on", "2026-05-20"),
        ("new", "badge", "bends"),
    ):
        done = pinback(*command, cwd=root)
        assert (done.returncode, command) == (0, command), done.stderr
    assert pinback("check", cwd=root).returncode == 0
