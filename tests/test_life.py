"""What becomes of an award reaches every place alike: page, OB 2.0 Assertion and RevocationList, both status lists.

Each change is one edit of a record, by hand or by command; the next sealing and build carry it out.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder

from pinback import lifecycle, pipeline
from pinback.errors import ContentError
from pinback.register import Register
from pinback.seal.store import Store
from pinback.status import set_indexes
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import SnapshotDoor
from pinback.verify.inputs import judge_input

OTTER = "badges/knots/awards/2026-05-17-otter.yaml"
COURSE = "badges/knots/awards/2026-05-18-course.yaml"
NEXT = AT + timedelta(days=1)


def register_of(folder: ClubFolder) -> Register:
    register = Store(folder.root, "club").load()
    assert register
    return register


def id_in(folder: ClubFolder, file: str, place: int = 0) -> str:
    return re.findall(r"id: ([a-z2-7]{16})", folder.read(file))[place]


FILES = ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt", "badge.png", "badge.svg")


def verdicts(site: Path, id_: str, folder: Path | None = None) -> set[str]:
    """Return what the checker says of each file of an award, asking the site alone.

    Args:
        site: the built site, which answers for badges.example.org.
        id_: the award.
        folder: where copies of the files lie; otherwise those of the site.
    """
    with tempfile.TemporaryDirectory() as web:
        Path(web, "badges.example.org").symlink_to(site)
        asker = Asker(SnapshotDoor(Path(web)))
        question = Question(AT + timedelta(days=30))
        reports = [judge_input(str((folder or site / "awards" / id_) / name), asker, question) for name in FILES]
    for report in reports:
        print(report.source, report.sentence)  # shown where a test fails
    return {report.sentence.partition(".")[0] for report in reports}


class Seen:
    """What strangers see of one award."""

    def __init__(self, folder: ClubFolder, site: Path, id_: str) -> None:
        self.verdicts = verdicts(site, id_)
        known = register_of(folder).awards[id_]
        self.page = (site / f"awards/{id_}/index.html").read_text(encoding="utf-8")
        self.assertion = json.loads((site / f"awards/{id_}/assertion.json").read_bytes())
        listed = json.loads((site / "issuers/club/revoked.json").read_bytes())["revokedAssertions"]
        self.listed = [entry.get("revocationReason", "") for entry in listed if f"/{id_}/" in entry["id"]]
        self.bits = {}
        for purpose in ("revocation", "suspension"):
            path = site / f"issuers/club/status/{purpose}-{known.list}.json"
            encoded = json.loads(path.read_bytes())["credentialSubject"]["encodedList"] if path.exists() else ""
            self.bits[purpose] = bool(encoded) and known.index in set_indexes(encoded)

    @property
    def state(self) -> tuple[object, object, list[str], bool, bool]:
        """Revoked and reason in the Assertion, reasons in the RevocationList, the two bits; the checker agrees."""
        paused = not self.bits["revocation"] and self.bits["suspension"]
        said = {"Withdrawn by its issuer"} if self.listed else {"Genuine and in force"}
        assert self.verdicts <= (said | {"Suspended by its issuer"} if paused else said), self.verdicts
        return (
            self.assertion.get("revoked"),
            self.assertion.get("revocationReason"),
            self.listed,
            self.bits["revocation"],
            self.bits["suspension"],
        )


GOOD = (None, None, [], False, False)
PAUSED = (True, None, ["", ""], False, True)


def withdrawn(reason: str) -> tuple[object, object, list[str], bool, bool]:
    return (True, reason, [reason, reason], True, False)


def test_withdrawal_by_hand_with_each_reason(sealed_club: ClubFolder) -> None:
    reasons = ("mistake", "no-longer-met", "holders-wish")
    ids = [id_in(sealed_club, OTTER), *(id_in(sealed_club, COURSE, place) for place in (0, 1))]
    text = sealed_club.read(COURSE)
    text = text.replace(
        "    handle: heron-2", "    revoked: {on: 2026-05-30, reason: no-longer-met}\n    handle: heron-2"
    )
    text = text.replace(
        "    handle: wren-31", "    revoked: {on: 2026-05-30, reason: holders-wish}\n    handle: wren-31"
    )
    sealed_club.write(COURSE, text)
    sealed_club.write(OTTER, sealed_club.read(OTTER) + "revoked: {on: 2026-05-30, reason: mistake}\n")
    sealed_club.seal(NEXT)
    site = sealed_club.build()
    for id_, reason in zip(ids, reasons, strict=True):
        seen = Seen(sealed_club, site, id_)
        assert seen.state == withdrawn(reason)
        assert "Withdrawn on" in seen.page and "30 May 2026" in seen.page


def test_suspension_comes_and_goes(sealed_club: ClubFolder) -> None:
    id_ = id_in(sealed_club, OTTER)
    before = sealed_club.read(OTTER)
    sealed = {path: path.read_bytes() for path in (sealed_club.root / "issuers/club/sealed/awards").rglob("*.json")}
    sealed_club.write(OTTER, before + "suspended: {on: 2026-05-30}\n")
    sealed_club.seal(NEXT)
    seen = Seen(sealed_club, sealed_club.build(), id_)
    assert seen.state == PAUSED
    assert "Suspended since" in seen.page and "30 May 2026" in seen.page
    sealed_club.write(OTTER, before)
    done = sealed_club.seal(NEXT + timedelta(days=1))
    assert [one.changes for one in done] == [(f"end of the suspension of award {id_}",)]
    seen = Seen(sealed_club, sealed_club.build(), id_)
    assert seen.state == GOOD and "Suspended" not in seen.page
    assert {path: path.read_bytes() for path in sealed} == sealed
    events = [line["event"] for line in register_of(sealed_club).lines]
    assert events[-6:] == ["suspend", "status", "checkpoint", "restore", "status", "checkpoint"]


def test_replacing_ends_a_suspension_and_leaves_the_old_record_alone(sealed_club: ClubFolder) -> None:
    id_ = id_in(sealed_club, OTTER)
    sealed_club.write(OTTER, sealed_club.read(OTTER) + "suspended: {on: 2026-05-30}\n")
    sealed_club.seal(NEXT)
    lifecycle.supersede(sealed_club.root, id_, "abcdefgh234567ab", "", pipeline.sealed_ids(sealed_club.root))
    (done,) = sealed_club.seal(NEXT + timedelta(days=1))
    assert done.changes == (f"replacement of award {id_}",)
    pipeline.check(sealed_club.root)
    assert sealed_club.seal(NEXT + timedelta(days=2)) == []
    assert Seen(sealed_club, sealed_club.build(), id_).state == withdrawn("replaced")


def test_withdrawal_ends_a_suspension(sealed_club: ClubFolder) -> None:
    id_ = id_in(sealed_club, OTTER)
    before = sealed_club.read(OTTER)
    sealed_club.write(OTTER, before + "suspended: {on: 2026-05-30}\n")
    sealed_club.seal(NEXT)
    sealed_club.write(OTTER, before + "revoked: {on: 2026-05-31, reason: mistake}\n")
    sealed_club.seal(NEXT)
    assert Seen(sealed_club, sealed_club.build(), id_).state == withdrawn("mistake")


@pytest.mark.parametrize("side", ["new record", "old record"])
def test_correction_withdraws_the_old_award_and_both_pages_point(sealed_club: ClubFolder, side: str) -> None:
    old = id_in(sealed_club, OTTER)
    new = "ccccddddeeeeffff"
    text = f"id: {new}\nissued_on: 2026-05-16\nhandle: otter-7\n"
    if side == "new record":
        sealed_club.award("corrected", f"{text}supersedes: {old}\n")
    else:
        sealed_club.award("corrected", text)
        sealed_club.write(OTTER, sealed_club.read(OTTER) + f"superseded_by: {new}\n")
    sealed_club.seal(NEXT)
    site = sealed_club.build()
    was, is_ = Seen(sealed_club, site, old), Seen(sealed_club, site, new)
    assert was.state == withdrawn("replaced") and is_.state == GOOD
    assert f'href="../{new}/index.html"' in was.page
    if side == "new record":
        assert f'href="../{old}/index.html"' in is_.page
    assert register_of(sealed_club).superseded == {old: new}
    assert sealed_club.seal(NEXT) == []


def test_correction_that_was_told_in_the_old_record_can_be_erased(sealed_club: ClubFolder) -> None:
    old, new = id_in(sealed_club, OTTER), "ccccddddeeeeffff"
    sealed_club.award("corrected", f"id: {new}\nissued_on: 2026-05-16\nhandle: otter-7\n")
    sealed_club.write(OTTER, sealed_club.read(OTTER) + f"superseded_by: {new}\n")
    sealed_club.seal(NEXT)
    lifecycle.erase(sealed_club.root, [new], "", set(register_of(sealed_club).awards))
    sealed_club.seal(NEXT)
    assert register_of(sealed_club).superseded == {old: new} and new in register_of(sealed_club).erased
    assert sealed_club.seal(NEXT) == []
    assert Seen(sealed_club, sealed_club.build(), old).state == withdrawn("replaced")


@pytest.mark.parametrize("is_sealed", [True, False])
def test_erased_award_replaces_nothing_any_more(sealed_club: ClubFolder, is_sealed: bool) -> None:
    new = "ccccddddeeeeffff"
    sealed_club.award("corrected", f"id: {new}\nissued_on: 2026-05-16\nhandle: otter-7\n").seal(NEXT)
    lifecycle.erase(sealed_club.root, [new], "", set(register_of(sealed_club).awards))
    if is_sealed:
        sealed_club.seal(NEXT)
    before = sealed_club.read(OTTER)
    sealed_club.write(OTTER, before + f"superseded_by: {new}\n")
    with pytest.raises(ContentError) as refused:
        sealed_club.seal(NEXT)
    assert [str(problem) for problem in refused.value.problems] == [
        f"{OTTER}:1: superseded_by: the award {new} is erased, so it can replace nothing any more; delete the line; "
        'to withdraw this award, write "revoked: {on: DAY, reason: replaced}" in its place'
    ]
    sealed_club.write(OTTER, before + "revoked: {on: 2026-06-01, reason: replaced}\n")
    sealed_club.seal(NEXT)
    assert Seen(sealed_club, sealed_club.build(), id_in(sealed_club, OTTER)).state == withdrawn("replaced")


def test_award_in_the_middle_of_a_line_of_corrections_can_be_erased(sealed_club: ClubFolder) -> None:
    """Those around it have holder, badge and day in common, and nothing says any more that the one corrects the other."""
    first, text = id_in(sealed_club, OTTER), "issued_on: 2026-05-17\nhandle: otter-7\n"
    sealed_club.award("second", f"supersedes: {first}\n{text}narrative: Better.\n").seal(NEXT)
    second = id_in(sealed_club, "badges/knots/awards/second.yaml")
    sealed_club.award("third", f"supersedes: {second}\n{text}narrative: Best.\n").seal(NEXT)
    third = id_in(sealed_club, "badges/knots/awards/third.yaml")
    lifecycle.erase(sealed_club.root, [second], "", set(register_of(sealed_club).awards))
    sealed_club.seal(NEXT)
    site = sealed_club.build()
    assert Seen(sealed_club, site, first).state == withdrawn("replaced")
    assert Seen(sealed_club, site, third).state == GOOD
    sealed_club.award("fourth", text)
    with pytest.raises(ContentError, match='"otter-7" has this badge of 2026-05-17 already'):
        pipeline.check(sealed_club.root)


def test_edited_record_offers_the_new_one_and_pasting_it_is_all(sealed_club: ClubFolder) -> None:
    """Somebody corrects a sealed record in place; what check offers, pasted as it stands, makes the correction."""
    before = sealed_club.read(OTTER)
    sealed_club.write(OTTER, before.replace("2026-05-17", "2026-05-16"))
    with pytest.raises(ContentError) as refused:
        pipeline.check(sealed_club.root)
    (problem,) = refused.value.problems
    sealed_club.write(OTTER, before)
    sealed_club.award("pasted", problem.paste)
    sealed_club.seal(NEXT)
    register = register_of(sealed_club)
    (new,) = register.superseded.values()
    site = sealed_club.build()
    assert Seen(sealed_club, site, id_in(sealed_club, OTTER)).state == withdrawn("replaced")
    assert "16 May 2026" in Seen(sealed_club, site, new).page


def test_renewal_lets_the_old_award_run_out_and_both_pages_point(sealed_club: ClubFolder) -> None:
    old = id_in(sealed_club, COURSE, 1)
    sealed_club.award(
        "renewed", f"id: ccccddddeeeeffff\nissued_on: 2026-06-01\nvalid_for: 2 years\nhandle: wren-31\nrenews: {old}\n"
    )
    sealed_club.seal(NEXT)
    site = sealed_club.build()
    was, is_ = Seen(sealed_club, site, old), Seen(sealed_club, site, "ccccddddeeeeffff")
    assert was.state == is_.state == GOOD
    assert "It was renewed" in was.page and "../ccccddddeeeeffff/index.html" in was.page
    assert "It renews" in is_.page and f"../{old}/index.html" in is_.page
    assert is_.assertion["expires"] == "2028-06-01T23:59:59Z"


# Erasing a person.


def everything(*folders: Path) -> bytes:
    return b"\0".join(
        str(path).encode() + b"\0" + path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def facts_of(folder: ClubFolder, id_: str) -> list[str]:
    """Return everything by which one could know whose award it was, or what it was."""
    known = register_of(folder).awards[id_]
    credential = json.loads(Store(folder.root, "club").award_path(id_, "credential.json").read_bytes())
    assertion = json.loads(Store(folder.root, "club").award_path(id_, "assertion.json").read_bytes())
    return [
        credential["credentialSubject"]["id"].removeprefix("urn:uuid:"),
        assertion["recipient"]["identity"].removeprefix("sha256$"),
        known.record.removeprefix("sha256:"),
        *(digest.removeprefix("sha256:") for digest in known.files.values()),
        credential["proof"][0]["proofValue"],
    ]


@pytest.mark.parametrize("way", ["command", "by hand"])
def test_erased_person_is_nowhere_in_working_tree_and_site(sealed_club: ClubFolder, tmp_path: Path, way: str) -> None:
    secrets = {"named": "sha256$" + "5a" * 32, "link": "sha256$" + "6b" * 32}
    id_ = "ccccddddeeeeffff"
    sealed_club.award(
        "2026-05-20-stoat-5",
        f"id: {id_}\nissued_on: 2026-05-20\nhandle: stoat-5\nnamed: {secrets['named']}\nlink: {secrets['link']}\n"
        "evidence: https://club.example.org/log/stoat-5-secret\nnarrative: Swam the 1500 m of Przemyśl.\n",
    )
    sealed_club.write("site_src/people/stoat-5.md", "---\nname: Żaneta\npublic: true\n---\n\nHello, I am Żaneta.\n")
    sealed_club.seal(NEXT)
    sealed_club.build()
    sealed_club.build(preview=True)
    facts = [*facts_of(sealed_club, id_), *secrets.values(), "stoat-5", "Żaneta", "Przemyśl", "1500 m"]
    facts = [fact.removeprefix("sha256$") for fact in facts]
    there = everything(sealed_club.root)
    assert all(fact.encode() in there for fact in facts), [fact for fact in facts if fact.encode() not in there]
    kept = tmp_path / "what the holder kept"
    shutil.copytree(sealed_club.root / f"site/awards/{id_}", kept)
    leaves = list(register_of(sealed_club).leaves)
    index = register_of(sealed_club).awards[id_].index

    if way == "command":
        lifecycle.erase(sealed_club.root, [id_], "", pipeline.sealed_ids(sealed_club.root))
    else:
        (sealed_club.root / "badges/knots/awards/2026-05-20-stoat-5.yaml").unlink()
        (sealed_club.root / "site_src/people/stoat-5.md").unlink()
        sealed_club.award("gone", f"id: {id_}\nerased: true\n")
    sealed_club.seal(NEXT + timedelta(days=1))
    site = sealed_club.build()
    left = everything(sealed_club.root)
    assert [fact for fact in facts if fact.encode() in left] == []

    register = register_of(sealed_club)
    assert register.leaves[: len(leaves)] == leaves
    assert id_ not in register.awards and register.erased[id_].index == index
    (line,) = [line for line in register.lines if line.get("id") == id_ and line["event"] == "award"]
    assert set(line) == {"n", "event", "at", "id", "list", "index", "leaf"}
    assert sorted(path.name for path in (site / f"awards/{id_}").iterdir()) == ["assertion.json", "index.html"]
    assert json.loads((site / f"awards/{id_}/assertion.json").read_bytes()) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"https://badges.example.org/awards/{id_}/assertion.json",
        "revoked": True,
    }
    page = (site / f"awards/{id_}/index.html").read_text(encoding="utf-8")
    assert "This award was withdrawn" in page and "Knots" not in page
    listed = json.loads((site / "issuers/club/revoked.json").read_bytes())["revokedAssertions"]
    assert [entry for entry in listed if id_ in entry["id"]] == [
        {"id": f"https://badges.example.org/awards/{id_}/{name}"} for name in ("assertion.json", "assertion.jws.txt")
    ]
    status = json.loads((site / "issuers/club/status/revocation-1.json").read_bytes())
    assert index in set_indexes(status["credentialSubject"]["encodedList"])
    assert (site / "_redirects").read_text() == f"/awards/{id_}/* /awards/{id_}/index.html 410!\n"
    assert verdicts(site, id_, kept) == {"Withdrawn by its issuer"}
    # The others are what they were, the tombstone may go, and the position is never given away again.
    pipeline.check(sealed_club.root)
    for path in (sealed_club.root / "badges/knots/awards").glob("*.yaml"):
        if "erased: true" in path.read_text():
            path.unlink()
    pipeline.check(sealed_club.root)
    assert index in register.used_indexes(1)


def test_erasing_what_was_withdrawn_and_corrected_leaves_no_trace_of_either(sealed_club: ClubFolder) -> None:
    old = id_in(sealed_club, OTTER)
    sealed_club.award("corrected", f"id: ccccddddeeeeffff\nissued_on: 2026-05-16\nhandle: otter-7\nsupersedes: {old}\n")
    sealed_club.seal(NEXT)
    lifecycle.erase(sealed_club.root, [old, "ccccddddeeeeffff"], "", pipeline.sealed_ids(sealed_club.root))
    sealed_club.seal(NEXT + timedelta(days=1))
    site = sealed_club.build()
    assert b"otter-7" not in everything(sealed_club.root)
    register = register_of(sealed_club)
    assert set(register.erased) == {old, "ccccddddeeeeffff"}
    assert (site / f"awards/{old}/index.html").exists()


def test_record_of_an_erased_award_that_comes_back_is_told(sealed_club: ClubFolder) -> None:
    id_, text = id_in(sealed_club, OTTER), sealed_club.read(OTTER)
    lifecycle.erase(sealed_club.root, [id_], "", pipeline.sealed_ids(sealed_club.root))
    sealed_club.seal(NEXT)
    for path in (sealed_club.root / "badges/knots/awards").glob("erased-*.yaml"):
        path.unlink()
    sealed_club.write(OTTER, text)
    with pytest.raises(ContentError, match=f"award {id_} was erased on 2026-06-02, and its record still stands here"):
        pipeline.check(sealed_club.root)


# Expiry.


def test_length_given_by_the_badge_reaches_documents_and_page(club: ClubFolder) -> None:
    club.badge(fields="valid_for: 18 months\n").keys()
    club.award("a", "id: ccccddddeeeeffff\nissued_on: 2026-05-31\nhandle: otter-7\n")
    club.seal()
    seen = Seen(club, club.build(), "ccccddddeeeeffff")
    assert seen.assertion["expires"] == "2027-11-30T23:59:59Z"
    assert "Valid until" in seen.page and "30 November 2027" in seen.page
    assert date(2027, 11, 30).isoformat() in seen.page
