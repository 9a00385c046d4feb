"""Records are edited by command, and each edit says what the next sealing is asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from conftest import ClubFolder
from hypothesis import given, settings
from hypothesis import strategies as st

from pinback import lifecycle, pipeline, who_is_who
from pinback.content.awards import award, award_entries
from pinback.content.nodes import Problems, parse
from pinback.content.read import read_club
from pinback.errors import ContentError, UsageError
from pinback.lifecycle import complete_new_record
from pinback.model import Award

A, B, C, NEW = "abcdefgh234567ab", "bcdefghi234567bc", "cdefghij234567cd", "defghijk234567de"
LINE = "# yaml-language-server: $schema=../../../.schemas/award.json\n"
"""By which editors find the schema of a record."""
SEALED = {A, B, C}
ON = date(2026, 6, 1)
RICH = f"""\
id: {A}
issued_on: 2026-05-17
valid_for: 2 years
handle: otter-7
evidence:
  - https://badges.example.org/static/photo.png
  - {{name: "Log: a, b", narrative: "two\\nlines"}}
narrative: |
  Tied **nine**.

  - twice: 'yes'
role: '#1 # cox'
"""


@pytest.fixture
def three(club: ClubFolder) -> ClubFolder:
    """Three awards: one alone with a page and every kind of text, two in a batch."""
    club.award("2026-05-17-otter-7", RICH)
    club.award(
        "course",
        f"# Spring\nissued_on: 2026-05-18\nawards:\n  - id: {B}  # her\n    handle: heron-2\n  - id: {C}\n    handle: wren-31\n",
    )
    club.write("site_src/static/photo.png", "x")
    club.write("site_src/people/otter-7.md", "---\nname: Otti\npublic: true\n---\n\nHello.\n")
    return club


def awards(club: ClubFolder) -> dict[str, Award]:
    return {one.id: one for one in read_club(club.root, SEALED)[0].awards}


def test_revoke_and_suspend_and_restore_are_one_line(three: ClubFolder):
    root = three.root
    before = three.read("badges/knots/awards/course.yaml")
    assert lifecycle.suspend(root, B, ON, SEALED) == "badges/knots/awards/course.yaml"
    assert awards(three)[B].suspended == ON
    lifecycle.restore(root, B, SEALED)
    assert three.read("badges/knots/awards/course.yaml") == before
    lifecycle.suspend(root, B, ON, SEALED)
    lifecycle.revoke(root, B, "mistake", ON, SEALED)
    assert three.read("badges/knots/awards/course.yaml") == before.replace(
        "  # her\n", "  # her\n    revoked: {on: 2026-06-01, reason: mistake}\n"
    )


def test_withdrawn_award_is_not_corrected(three: ClubFolder):
    lifecycle.revoke(three.root, B, "mistake", ON, SEALED)
    with pytest.raises(
        UsageError, match="this award is withdrawn, on 2026-06-01; a new one is made with: pinback award"
    ):
        lifecycle.supersede(three.root, B, "abcdefgh234567ab", "", SEALED)


def test_award_that_waits_for_its_sealing_is_no_correction_of_others(three: ClubFolder):
    three.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    lifecycle.revoke(three.root, B, "mistake", ON, SEALED)
    assert awards(three)[B].revoked


REFUSED = [
    (
        lambda root: lifecycle.revoke(root, A[:-1] + "c", "mistake", ON, SEALED),
        f'no award .* did you mean {A}\\? .* after "id:"',
    ),
    (lambda root: lifecycle.revoke(root, A, "mistake", ON, {B}), "is not sealed yet, so nobody has seen it"),
    (lambda root: lifecycle.restore(root, A, SEALED), "is not suspended; there is nothing to restore"),
    (
        lambda root: lifecycle.renew(root, B, NEW, ON, None, SEALED),
        "does not expire; give the new last day with --until",
    ),
    (lambda root: lifecycle.erase(root, [NEW], "", SEALED), "no award of this club has the id"),
    (lambda root: lifecycle.erase(root, [], "otter-8", SEALED), "handle .otter-8.; did you mean otter-7"),
]


@pytest.mark.parametrize(("act", "words"), REFUSED)
def test_what_cannot_be_done_is_said(three: ClubFolder, act: object, words: str):
    with pytest.raises(UsageError, match=words):
        act(three.root)  # type: ignore[operator]


def test_erasing_takes_what_a_killed_run_had_left_of_that_person(three: ClubFolder):
    """A command that was killed while it wrote a record leaves a hidden copy beside it, with everything in it."""
    leftover = "badges/knots/awards/.2026-05-17-otter-7.yaml.new"
    three.write(leftover, RICH)
    done = lifecycle.erase(three.root, [A], "", SEALED)
    assert f"{leftover}: removed; an interrupted run had left it" in done.changed
    assert not [path for path in three.root.rglob("*") if path.is_file() and b"otter-7" in path.read_bytes()]


def test_second_request_is_told(three: ClubFolder):
    lifecycle.revoke(three.root, A, "mistake", ON, SEALED)
    for act in (lifecycle.suspend, lambda root, one, on, sealed: lifecycle.revoke(root, one, "mistake", on, sealed)):
        with pytest.raises(UsageError, match="is withdrawn"):
            act(three.root, A, ON, SEALED)
    with pytest.raises(UsageError, match="this award is withdrawn; a new one"):
        lifecycle.renew(three.root, A, NEW, ON, None, SEALED)


def test_award_that_is_replaced_is_neither_withdrawn_nor_suspended(three: ClubFolder):
    """The next check would have asked for the very edit to be taken back."""
    made = lifecycle.supersede(three.root, A, NEW, "", SEALED)
    old = three.read("badges/knots/awards/2026-05-17-otter-7.yaml")
    acts = {"revoke": lambda sealed: lifecycle.revoke(three.root, A, "mistake", ON, sealed)}
    acts["suspend"] = lambda sealed: lifecycle.suspend(three.root, A, ON, sealed)
    for command, act in acts.items():
        with pytest.raises(UsageError, match=f"to be replaced by the one at {made.file}:2, .* delete that record and"):
            act(SEALED)
        with pytest.raises(UsageError, match=f"replaced by {NEW}, .* for the newer one: pinback {command} {NEW}$"):
            act(SEALED | {NEW})
    assert three.read("badges/knots/awards/2026-05-17-otter-7.yaml") == old


def test_edit_that_breaks_a_rule_is_taken_back(three: ClubFolder):
    before = three.read("badges/knots/awards/2026-05-17-otter-7.yaml")
    with pytest.raises(ContentError, match="before it was issued"):
        lifecycle.revoke(three.root, A, "mistake", date(2026, 5, 1), SEALED)
    assert three.read("badges/knots/awards/2026-05-17-otter-7.yaml") == before


def test_suspension_of_a_whole_batch_is_not_restored_for_one(three: ClubFolder):
    three.award("course", f"suspended: {{on: 2026-06-01}}\nissued_on: 2026-05-18\nawards:\n  - id: {B}\n  - id: {C}\n")
    with pytest.raises(UsageError, match="stands above the list"):
        lifecycle.restore(three.root, B, SEALED)


def test_correction_is_a_whole_record_that_only_names_the_old_one(three: ClubFolder):
    made = lifecycle.supersede(three.root, A, NEW, "", SEALED)
    assert made.file == "badges/knots/awards/2026-05-17-otter-7-2.yaml"
    assert (made.link, made.nameless) == (None, False)
    assert three.read(made.file).startswith(f"{LINE}id: {NEW}\nsupersedes: {A}\nissued_on: 2026-05-17\n")
    found = awards(three)
    assert found[NEW].typed == {**found[A].typed, "supersedes": A}
    with pytest.raises(UsageError, match=f"corrected already, by {NEW}"):
        lifecycle.supersede(three.root, A, "efghijkl234567ef", "", SEALED)


def test_correction_of_one_of_a_batch_takes_the_shared_fields(three: ClubFolder):
    made = lifecycle.supersede(three.root, C, NEW, "", SEALED)
    assert three.read(made.file) == f"{LINE}id: {NEW}\nsupersedes: {C}\nissued_on: 2026-05-18\nhandle: wren-31\n"


def named(club: ClubFolder) -> str:
    """Give award A a named link and return it."""
    from pinback.addresses import Addresses
    from pinback.awarding import new_named_link

    made = new_named_link(Addresses(club.base_url), A, "Zoë Ångström")
    who_is_who.note(club.root, who_is_who.Row("Zoë Ångström", "Knots", "2026-05-17", "otter-7", made.link))
    who_is_who.note(club.root, who_is_who.Row("=Bo", "Knots", "2026-05-18", "heron-2", "https://x.example/#n=Bo&k=1"))
    club.award("2026-05-17-otter-7", f"{RICH}named: {made.named}\nlink: {made.link_hash}\n")
    return made.link


def test_correction_makes_a_new_private_link_from_the_stewards_list(three: ClubFolder):
    named(three)
    made = lifecycle.supersede(three.root, A, NEW, "", SEALED)
    assert made.link is not None
    assert f"/{NEW}/#n=Zo%C3%AB" in made.link.link
    rows = who_is_who.rows(three.root)
    assert [row.name for row in rows] == ["Zoë Ångström", "=Bo", "Zoë Ångström"]
    assert rows[2].link == made.link.link
    assert awards(three)[NEW].link == made.link.link_hash


def test_correction_without_the_list_keeps_the_name_and_leaves_the_link(three: ClubFolder):
    named(three)
    (three.root / who_is_who.FILE).unlink()
    made = lifecycle.supersede(three.root, A, NEW, "", SEALED)
    assert (made.link, made.nameless) == (None, True)
    assert (awards(three)[NEW].named, awards(three)[NEW].link) == (awards(three)[A].named, "")


def test_renewal_takes_a_name_too(three: ClubFolder):
    named(three)
    (three.root / who_is_who.FILE).unlink()
    until = date(2030, 1, 1)
    made = lifecycle.renew(three.root, A, NEW, ON, until, SEALED)
    assert made.nameless
    (three.root / made.file).unlink()
    made = lifecycle.renew(three.root, A, NEW, ON, until, SEALED, "Zoë Ångström")
    assert made.link is not None and not made.nameless
    assert awards(three)[NEW].link == made.link.link_hash


LENGTHS = [
    ("valid_for: 2 years", "valid_for: 2 years\n"),
    ("valid_until: 2028-05-17", "valid_until: 2028-06-01\n"),
    ("valid_until: 2026-06-16", "valid_until: 2026-07-01\n"),
]


@pytest.mark.parametrize(("old", "new"), LENGTHS)
def test_renewal_is_valid_as_long_as_before(three: ClubFolder, old: str, new: str):
    three.award("2026-05-17-otter-7", RICH.replace("valid_for: 2 years", old))
    made = lifecycle.renew(three.root, A, NEW, ON, None, SEALED)
    assert three.read(made.file) == (
        f'{LINE}id: {NEW}\nrenews: {A}\nissued_on: 2026-06-01\n{new}handle: otter-7\nrole: "#1 # cox"\n'
    )


def test_renewal_takes_the_length_of_the_badge_or_the_day_that_is_given(three: ClubFolder):
    three.badge(fields="valid_for: 1 year\n")
    made = lifecycle.renew(three.root, B, NEW, ON, None, SEALED)
    assert three.read(made.file) == f"{LINE}id: {NEW}\nrenews: {B}\nissued_on: 2026-06-01\nhandle: heron-2\n"
    assert awards(three)[NEW].valid_until == date(2027, 6, 1)
    made = lifecycle.renew(three.root, A, "efghijkl234567ef", ON, date(2030, 1, 1), SEALED)
    assert "valid_until: 2030-01-01\n" in three.read(made.file)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")) | st.just("\n"), min_size=1, max_size=40
).filter(lambda text: text.strip(" \t\r\n") == text)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_new_record_reads_back_whatever_was_written(narrative: str, name: str, inner: str):
    import unicodedata
    from dataclasses import replace

    from rich_award import BARE_AWARD

    narrative, name, inner = (unicodedata.normalize("NFC", text).strip(" \t\r\n") for text in (narrative, name, inner))
    typed = {
        "issued_on": "2026-05-17",
        "evidence": [{"narrative": inner, "name": "x"}, "https://a.example/"],
        "narrative": narrative,
    }
    text = complete_new_record(replace(BARE_AWARD, typed=typed))
    problems = Problems("a.yaml")
    ((node, line, own),) = award_entries(parse(text, problems), problems)
    made = award("knots", node, line, own, None, True, problems)
    assert made is not None, (text, problems.found)
    assert made.typed == {**typed, "supersedes": BARE_AWARD.id}


def test_edited_sealed_record_comes_with_the_new_one_to_paste(sealed_club: ClubFolder):
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    old = sealed_club.read(file)
    sealed_club.write(file, old.replace("2026-05-17", "2026-05-16"))
    with pytest.raises(ContentError) as raised:
        pipeline.check(sealed_club.root)
    (problem,) = raised.value.problems
    assert "\n" not in str(problem)
    assert "put this into a new file in badges/knots/awards" in problem.cure
    (award_id,) = (line.removeprefix("id: ") for line in old.splitlines() if line.startswith("id: "))
    assert problem.paste == f"supersedes: {award_id}\nissued_on: 2026-05-16\nhandle: otter-7\n"
    sealed_club.write(file, old)
    sealed_club.write("badges/knots/awards/new.yaml", problem.paste)
    assert len(pipeline.check(sealed_club.root).club.awards) == 4


# Forgetting.


def everything(root: Path) -> str:
    return "\n".join(
        f"{path.relative_to(root)}\n{path.read_bytes().decode('utf-8', 'replace')}"
        for path in sorted(root.rglob("*"))
        if path.is_file()
    )


def test_nothing_of_the_person_is_left(three: ClubFolder):
    named(three)
    three.write(".pinback/preview/awards/x.html", "Otti")
    done = lifecycle.erase(three.root, [A], "", SEALED)
    left = everything(three.root)
    for fact in ("otter-7", "Otti", "Zo", "nine", "2026-05-17", "cox"):
        assert fact not in left
    assert three.read(f"badges/knots/awards/erased-{A}.yaml") == f"id: {A}\nerased: true\n"
    assert [row.name for row in who_is_who.rows(three.root)] == ["=Bo"]
    club, _ = read_club(three.root, SEALED)
    assert [erased.id for erased in club.erasures] == [A]
    beyond = "\n".join(done.beyond)
    assert "site_src/static/photo.png was evidence" in beyond
    assert (
        "Other copies of who-is-who.csv keep the name and the private link: another steward's, older exports" in beyond
    )
    assert (
        "git filter-repo --invert-paths --path badges/knots/awards/2026-05-17-otter-7.yaml "
        "--path site_src/people/otter-7.md --path site_src/people/otter-7/ "
        f"--path-glob 'issuers/*/sealed/awards/{A}/*'" in beyond
    )


def test_holder_of_two_awards_keeps_the_page_while_one_is_left(three: ClubFolder):
    three.award("second", f"id: {NEW}\nissued_on: 2026-05-20\nhandle: otter-7\n")
    lifecycle.erase(three.root, [A], "", SEALED)
    assert (three.root / "site_src/people/otter-7.md").exists()
    lifecycle.erase(three.root, [], "otter-7", SEALED | {NEW})
    assert not (three.root / "site_src/people/otter-7.md").exists()
    assert len(read_club(three.root, SEALED)[0].erasures) == 2


def test_batch_loses_one_entry_and_goes_with_the_last(three: ClubFolder):
    done = lifecycle.erase(three.root, [B], "", SEALED)
    assert three.read("badges/knots/awards/course.yaml") == (
        f"# Spring\nissued_on: 2026-05-18\nawards:\n  - id: {C}\n    handle: wren-31\n"
    )
    assert any("course.yaml stays for other awards" in line for line in done.beyond)
    lifecycle.erase(three.root, [C], "", SEALED)
    assert not (three.root / "badges/knots/awards/course.yaml").exists()


def test_holder_who_was_erased_before_is_no_mistake(three: ClubFolder):
    lifecycle.erase(three.root, [], "otter-7", SEALED)
    assert lifecycle.to_erase(three.root, [], "otter-7") == []
    (place,) = lifecycle.to_erase(three.root, [A], "otter-7")
    assert place.erased
    with pytest.raises(UsageError, match="did you mean wren-31"):
        lifecycle.to_erase(three.root, [C], "wren-32")


def test_award_that_nobody_saw_leaves_nothing(three: ClubFolder):
    lifecycle.erase(three.root, [A], "", {B, C})
    assert not list((three.root / "badges/knots/awards").glob("erased-*"))
    assert A not in everything(three.root)


def test_run_that_died_is_finished_by_the_next(three: ClubFolder):
    three.award(f"erased-{A}", f"id: {A}\nerased: true\n")  # the first step of one that died
    with pytest.raises(ContentError, match=f"still stands here; finish with: pinback erase {A}"):
        read_club(three.root, SEALED)
    lifecycle.erase(three.root, [A], "", SEALED)
    lifecycle.erase(three.root, [A], "", SEALED)  # nothing is left to do
    assert [erased.id for erased in read_club(three.root, SEALED)[0].erasures] == [A]
    assert not (three.root / "site_src/people/otter-7.md").exists()


# What expires.


def test_what_expires_is_listed_by_day_badge_and_holder(three: ClubFolder):
    three.badge(fields="valid_for: 1 year\n")
    three.award(
        "course",
        f"issued_on: 2026-05-18\nawards:\n  - id: {C}\n    handle: wren-31\n  - id: {B}\n    handle: heron-2\n",
    )
    club = read_club(three.root, SEALED)[0]
    assert [one.id for _, one in lifecycle.due(club, date(2027, 5, 18), 0, {})] == [B, C]
    assert [one.id for _, one in lifecycle.due(club, date(2027, 5, 19), 363, {})] == []
    assert [one.id for _, one in lifecycle.due(club, date(2027, 5, 1), 500, {})] == [B, C, A]


def test_withdrawn_corrected_and_renewed_awards_are_not_due(three: ClubFolder):
    three.badge(fields="valid_for: 1 year\n")
    lifecycle.revoke(three.root, A, "mistake", ON, SEALED)
    lifecycle.supersede(three.root, B, NEW, "", SEALED)
    lifecycle.renew(three.root, C, "efghijkl234567ef", ON, None, SEALED)
    club = read_club(three.root, SEALED)[0]
    assert [one.id for _, one in lifecycle.due(club, date(2027, 5, 1), 1000, {})] == [NEW, "efghijkl234567ef"]
