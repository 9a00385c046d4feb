"""What a sealing refuses, and what it leaves in peace, when the club's files change around sealed awards."""

from __future__ import annotations

import io
import shutil
import unicodedata

import pytest
from conftest import AT, ClubFolder, make_test_keys
from PIL import Image
from test_custody import FILE, LATER, Lines, begun

from pinback import pipeline, sealing
from pinback.content.starter import STEPS
from pinback.errors import ContentError, ProofError, SigningError


def graded(club: ClubFolder, allowed: str = "[A, B]") -> ClubFolder:
    """Write the badge with a grade."""
    return club.badge(fields=f"results: [{{id: grade, name: Grade, type: LetterGrade, allowed: {allowed}}}]\n")


def test_badge_may_change_its_results_without_making_sealed_awards_wrong(club: ClubFolder):
    graded(club).keys().award("a", "issued_on: 2026-05-17\nhandle: otter-7\nresults: [{result: grade, value: A}]\n")
    club.seal()
    graded(club, "[first, second]")
    pipeline.check(club.root)
    club.badge()
    pipeline.check(club.root)
    club.award("b", "issued_on: 2026-05-18\nhandle: otter-8\nresults: [{result: grade, value: A}]\n")
    with pytest.raises(ContentError, match=r"awards/b\.yaml"):
        pipeline.check(club.root)


def test_withdrawn_award_can_be_corrected_by_a_new_one_of_the_same_day(sealed_club: ClubFolder):
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    sealed_club.write(file, sealed_club.read(file) + "revoked: {on: 2026-05-30, reason: mistake}\n")
    sealed_club.award("2026-05-17-otter-2", "issued_on: 2026-05-17\nhandle: otter-7\nrole: Helper\n")
    done = sealed_club.seal()
    assert [(one.awards, one.revocations) for one in done] == [(1, 1)]


def test_published_badge_cannot_vanish_or_pass_on_even_without_awards(sealed_club: ClubFolder):
    sealed_club.badge("splices").seal()
    shutil.rmtree(sealed_club.root / "badges/splices")
    with pytest.raises(ContentError, match=r"badges/splices/badge\.md: this badge was published, and its file is gone"):
        pipeline.check(sealed_club.root)


def test_badge_that_still_says_the_words_it_was_made_with_is_not_sealed(club: ClubFolder):
    club.keys().badge(criteria=f"## What you do\n\n{STEPS}")
    assert any("still says" in str(problem) for problem in pipeline.check(club.root).warnings)
    with pytest.raises(ContentError, match="the badge still says"):
        club.seal()
    assert not (club.root / "issuers/club/sealed").exists()


def test_withdrawal_of_a_day_to_come_is_refused(sealed_club: ClubFolder):
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    sealed_club.write(file, sealed_club.read(file) + "revoked: {on: 2030-01-01, reason: mistake}\n")
    with pytest.raises(ContentError, match="withdrawn on 2030-01-01, a day that has not come yet"):
        sealed_club.seal()


def test_evidence_at_the_address_of_the_badge_itself_is_not_signed(club: ClubFolder):
    """RDF would make one thing of both, and swap their names under the same signature."""
    club.keys().award("a", "issued_on: 2026-05-17\nevidence: https://badges.example.org/badges/knots/\n")
    with pytest.raises(ProofError, match=r"a\.yaml:1: .*is the address of two things"):
        club.seal()
    assert not (club.root / "issuers/club/sealed").exists()


def test_all_keys_are_open_before_anything_is_written(club: ClubFolder):
    club.issuer("league", "did:web:badges.example.org:issuers:league").badge("arbiter", fields="issuer: league\n")
    club.keys("club", "test").keys("league", "league")
    register = (club.root / "issuers/club/register.jsonl").read_bytes()

    def signer(issuer, store, known):
        if issuer.slug == "league":
            raise SigningError("no code for this one")
        return make_test_keys("test")

    with pytest.raises(SigningError, match="no code for this one"):
        sealing.seal(club.root, lambda: AT, lambda line: None, signer)
    assert (club.root / "issuers/club/register.jsonl").read_bytes() == register
    assert not (club.root / "issuers/club/sealed").exists()


def test_dry_run_writes_nothing_and_says_what_would_be_signed(sealed_club: ClubFolder):
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n")
    before = {path: path.read_bytes() for path in sealed_club.root.rglob("*") if path.is_file()}
    said: list[str] = []
    done = sealing.seal(sealed_club.root, lambda: AT, said.append, lambda *_: make_test_keys("test"), dry_run=True)
    assert done == [sealing.SealedNow("club", 1, 0, 0)]
    assert '  1 award of "Knots", issued 2026-05-20' in said
    after = {path: path.read_bytes() for path in sealed_club.root.rglob("*") if path.is_file()}
    assert {path: data for path, data in after.items() if ".pinback" not in path.parts} == {
        path: data for path, data in before.items() if ".pinback" not in path.parts
    }


def test_files_that_file_managers_leave_are_passed_over(sealed_club: ClubFolder):
    (sealed_club.root / "issuers/club/sealed/.DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (sealed_club.root / "issuers/club/sealed/awards/.DS_Store").write_bytes(b"\0\0\0\1Bud1")
    sealed_club.build()
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n").seal()


def test_sealed_folder_behind_a_link_is_refused(sealed_club: ClubFolder, tmp_path):
    folder = sealed_club.root / "issuers/club/sealed"
    shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ContentError, match="does not know this sealed file"):
        pipeline.check(sealed_club.root)


def test_letters_spelled_in_two_signs_are_signed_in_one(club: ClubFolder):
    """A file from another computer may spell é as e and an accent; documents and record hash take NFC."""
    decomposed = unicodedata.normalize("NFD", "Zoë Ångström")
    club.keys().award(
        "a", f"issued_on: 2026-05-17\nname: {decomposed}\npublic: true\nsigned_name: true\nrole: {decomposed}\n"
    )
    club.seal()
    data = b"".join(path.read_bytes() for path in (club.root / "issuers/club/sealed/awards").rglob("credential.json"))
    assert "Zoë Ångström".encode() in data
    assert decomposed.encode() not in data
    before = pipeline.check(club.root).club.awards[0].typed
    club.award("a", unicodedata.normalize("NFC", club.read("badges/knots/awards/a.yaml")))
    assert pipeline.check(club.root).club.awards[0].typed == before


def said_before_sealing(club: ClubFolder) -> list[str]:
    """Return the announced plan, without sealing."""
    said: list[str] = []
    sealing.seal(club.root, lambda: LATER, said.append, lambda *_: make_test_keys("test"), dry_run=True)
    return said


def with_keys_of(club: ClubFolder, seed: str, retire: bool) -> ClubFolder:
    """Add the keys of a seed to the register, in the place of the first ones or beside them."""
    first, new = make_test_keys("test"), make_test_keys(seed)
    lines = Lines(begun(club)).add(new, first)
    if retire:
        lines.retire(first, new)
    club.write(FILE, lines.end(new if retire else first).decode("utf-8"))
    return club


AGAIN = '  the badge "Knots" once more: it is frozen again for the new key'


def test_badge_that_is_frozen_again_for_a_new_key_is_announced(sealed_club: ClubFolder):
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n")
    assert not any("frozen" in line for line in said_before_sealing(sealed_club))
    with_keys_of(sealed_club, "second", retire=True)
    assert said_before_sealing(sealed_club) == [
        "Test club will sign:",
        AGAIN,
        '  1 award of "Knots", issued 2026-05-20',
    ]
    (done,) = sealing.seal(
        sealed_club.root, lambda: LATER, lambda line: None, lambda *_: make_test_keys("second"), online=lambda *_: True
    )
    assert (done.awards, done.versions) == (1, 1)
    sealed_club.award("c", "issued_on: 2026-05-21\nhandle: stoat-1\n")
    assert not any("frozen" in line for line in said_before_sealing(sealed_club))


def test_badge_that_only_the_other_steward_freezes_again_is_announced_as_perhaps(sealed_club: ClubFolder):
    with_keys_of(sealed_club, "second", retire=False).award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n")
    assert said_before_sealing(sealed_club)[1] == (
        '  the badge "Knots" once more, unless it is frozen already for the key that signs'
    )


def test_badge_that_is_frozen_again_after_a_move_is_announced(sealed_club: ClubFolder):
    sealed_club.move("https://new.example.org/")
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n")
    assert said_before_sealing(sealed_club)[1] == (
        '  the badge "Knots" once more: it is frozen again for the new address'
    )


def test_what_became_of_awards_is_named_after_sealing(sealed_club: ClubFolder):
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    award_id = sealed_club.read(file).rpartition("id: ")[2][:16]
    sealed_club.write(file, sealed_club.read(file) + "suspended: {on: 2026-05-30}\n")
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\n")
    (done,) = sealing.seal(sealed_club.root, lambda: LATER, lambda line: None, lambda *_: make_test_keys("test"))
    assert done.changes == (f"suspension of award {award_id}",)


OTTER = "badges/knots/awards/2026-05-17-otter.yaml"


def told(club: ClubFolder) -> list[str]:
    """Return the problems that a check finds."""
    with pytest.raises(ContentError) as refused:
        pipeline.check(club.root)
    return str(refused.value).splitlines()


def id_of(club: ClubFolder, file: str) -> str:
    return club.read(file).rpartition("id: ")[2][:16]


def test_award_that_nobody_has_seen_is_not_superseded(sealed_club: ClubFolder):
    """Its sealing was taken back, and the id that it had got still stands in its record."""
    sealed_club.award("b", "issued_on: 2026-05-20\nhandle: stoat-1\nid: aaaabbbbccccdddd\n")
    sealed_club.award("c", "issued_on: 2026-05-20\nhandle: stoat-1\nsupersedes: aaaabbbbccccdddd\n")
    assert told(sealed_club) == [
        "badges/knots/awards/c.yaml:1: this award supersedes aaaabbbbccccdddd, which was never sealed; delete the older "
        'record and the line "supersedes"; nobody has seen that award'
    ]


@pytest.mark.parametrize("side", ["old", "new"])
def test_replacement_that_no_record_tells_any_more_is_told(sealed_club: ClubFolder, side: str):
    old, before = id_of(sealed_club, OTTER), sealed_club.read(OTTER)
    said = f"supersedes: {old}\n" if side == "new" else ""
    sealed_club.award("b", f"issued_on: 2026-05-17\nhandle: otter-8\n{said}").seal(LATER)
    new = id_of(sealed_club, "badges/knots/awards/b.yaml")
    if side == "old":
        sealed_club.write(OTTER, f"{before}superseded_by: {new}\n")
        sealed_club.seal(LATER)
    pipeline.check(sealed_club.root)
    without = sealed_club.read("badges/knots/awards/b.yaml").replace(said, "")
    sealed_club.write(OTTER, before)
    sealed_club.write("badges/knots/awards/b.yaml", without)
    cure = f'and no record says so any more; put "superseded_by: {new}" back'
    assert [line for line in told(sealed_club) if cure in line] == [
        f"{OTTER}:1: award {old} was replaced by {new}, {cure}"
    ]
    # Another successor is none.
    other = id_of(sealed_club, "badges/knots/awards/2026-05-18-course.yaml")
    sealed_club.write(OTTER, f"{before}superseded_by: {other}\n")
    assert any(cure in line for line in told(sealed_club))


def test_suspension_of_a_day_to_come_is_refused(sealed_club: ClubFolder):
    """The day may have begun elsewhere on earth: up to 14 hours ahead it is signed."""
    before = sealed_club.read(OTTER)
    sealed_club.write(OTTER, f"{before}suspended: {{on: 2026-06-04}}\n")
    with pytest.raises(ContentError, match="suspended on 2026-06-04, a day that has not come yet; correct it"):
        sealed_club.seal(LATER)
    sealed_club.write(OTTER, f"{before}suspended: {{on: 2026-06-03}}\n")
    assert [len(one.changes) for one in sealed_club.seal(LATER)] == [1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "suspended: {on: 2026-05-30}",
            "1: this award is suspended though it was never sealed; correct the record itself",
        ),
        ("superseded_by: {id}", "1: this award is superseded though it was never sealed; correct the record itself"),
        (
            "revoked: {on: 2026-05-30, reason: mistake}",
            "1: this award is withdrawn though it was never sealed; delete the",
        ),
    ],
)
def test_nothing_becomes_of_an_award_that_nobody_has_seen(sealed_club: ClubFolder, line: str, words: str):
    told_by = line.replace("{id}", id_of(sealed_club, OTTER))
    sealed_club.award("b", f"issued_on: 2026-05-20\nhandle: stoat-1\n{told_by}\n")
    [problem] = told(sealed_club)
    assert problem.startswith(f"badges/knots/awards/b.yaml:{words}")


def test_award_that_nobody_has_seen_is_not_erased(sealed_club: ClubFolder):
    sealed_club.award("b", "id: aaaabbbbccccdddd\nerased: true\n")
    assert told(sealed_club) == [
        "badges/knots/awards/b.yaml:1: award aaaabbbbccccdddd shall be erased though it was never sealed; delete these "
        "lines; nothing was published"
    ]


def test_closed_issuer_stands_beside_what_was_erased_before(sealed_club: ClubFolder):
    award, other = id_of(sealed_club, OTTER), id_of(sealed_club, "badges/knots/awards/2026-05-18-course.yaml")
    sealed_club.award("2026-05-17-otter", f"id: {award}\nerased: true\n").seal(LATER)
    sealed_club.close(at=LATER)
    pipeline.check(sealed_club.root)
    sealed_club.award("2026-05-18-course", f"id: {other}\nerased: true\n")
    assert any(f"so award {other} can no longer be erased from what is signed" in line for line in told(sealed_club))


def picture_as_png(pixels: str, level: int) -> bytes:
    """Return a picture of one colour; the same pixels may be packed in several ways."""
    stream = io.BytesIO()
    Image.new("RGBA", (64, 64), pixels).save(stream, "PNG", compress_level=level)
    return stream.getvalue()


def test_picture_of_other_bytes_is_another_version_where_its_pixels_are_others(club: ClubFolder):
    """Libraries pack the same pixels into other bytes from one version to the next."""
    (club.root / "badges/knots/badge.svg").unlink(missing_ok=True)
    picture = club.root / "badges/knots/badge.png"
    picture.write_bytes(picture_as_png("#0b5c8a", 0))
    club.keys().seal()
    [first] = pipeline.check(club.root).sealed["club"].register.versions_of("knots")
    picture.write_bytes(picture_as_png("#0b5c8a", 9))
    assert club.seal(LATER) == []
    picture.write_bytes(picture_as_png("#0b5c8b", 9))
    assert [one.versions for one in club.seal(LATER)] == [1]
    assert next(iter(pipeline.check(club.root).sealed["club"].register.versions_of("knots"))) == first


def test_plan_names_everything_that_becomes_of_awards(sealed_club: ClubFolder):
    for name in "abcde":
        more = "suspended: {on: 2026-05-30}\n" if name == "e" else ""
        sealed_club.award(name, f"issued_on: 2026-05-2{ord(name) - 97}\nhandle: stoat-{name}\n").seal()
        if more:
            record = sealed_club.read("badges/knots/awards/e.yaml")
            sealed_club.award("e", record + more).seal(LATER)
            sealed_club.award("e", record)
    file = "badges/knots/awards/{}.yaml"
    ids = {name: id_of(sealed_club, file.format(name)) for name in "abcde"}
    for name, more in (("a", "revoked: {on: 2026-06-01, reason: mistake}\n"), ("c", "suspended: {on: 2026-06-01}\n")):
        sealed_club.award(name, sealed_club.read(file.format(name)) + more)
    sealed_club.award("d", f"id: {ids['d']}\nerased: true\n")
    sealed_club.award("f", f"issued_on: 2026-05-21\nhandle: stoat-b\nsupersedes: {ids['b']}\n")
    assert said_before_sealing(sealed_club) == [
        "Test club will sign:",
        '  1 award of "Knots", issued 2026-05-21',
        f"  the withdrawal of award {ids['a']} ({file.format('a')}:1), reason mistake",
        f"  the withdrawal of award {ids['b']}, which {file.format('f')}:1 replaces",
        f"  the suspension of award {ids['c']} ({file.format('c')}:1)",
        f"  that award {ids['e']} ({file.format('e')}:1) is no longer suspended",
        f"  the erasure of award {ids['d']}: its documents are deleted for good",
    ]
    (done,) = sealed_club.seal(LATER)
    assert done.changes == (
        f"replacement of award {ids['b']}",
        f"suspension of award {ids['c']}",
        f"end of the suspension of award {ids['e']}",
        f"erasure of award {ids['d']}",
    )
    assert (done.awards, done.revocations) == (1, 1)
    assert sealed_club.seal(LATER) == []
