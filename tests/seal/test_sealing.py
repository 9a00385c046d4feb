"""A sealing from records to register: what it writes, in which order, and what stops it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rich_award as rich
from conftest import AT, ROOT, ClubFolder, make_test_keys, needs_libcairo

from pinback import pipeline, sealing
from pinback.canonical import base64url_bytes, sha256_name
from pinback.errors import ContentError, SigningError
from pinback.keys import demonstration
from pinback.proofs import eddsa_rdfc, jws
from pinback.seal.documents import sealed_together
from pinback.seal.store import Store
from pinback.status import set_indexes

FORMS = ["assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt"]
LATER = AT + timedelta(days=9)


def events(folder: ClubFolder, slug: str = "club") -> list[dict]:
    return [json.loads(line) for line in folder.read(f"issuers/{slug}/register.jsonl").splitlines()]


def files(folder: ClubFolder, below: str = "issuers/club/sealed") -> dict[str, bytes]:
    top = folder.root / below
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def everything(folder: ClubFolder) -> dict[str, bytes]:
    """Return every file of the club but the lock."""
    return {name: data for name, data in files(folder, ".").items() if name != ".pinback/lock"}


def problem(action: Callable[[], object]) -> str:
    with pytest.raises(ContentError) as refused:
        action()
    return str(refused.value)


# What a sealing writes.


def test_three_awards_leave_exactly_their_files_and_lines(sealed_club: ClubFolder):
    lines = events(sealed_club)
    assert [line["event"] for line in lines] == [
        "issuer",
        "checkpoint",
        "badge",
        "award",
        "award",
        "award",
        "status",
        "checkpoint",
    ]
    assert [line["n"] for line in lines] == list(range(8))
    assert {line["at"] for line in lines} == {"2026-06-01T12:00:00Z"}
    version = lines[2]["version"]
    ids = [line["id"] for line in lines[3:6]]
    expected = {f"badges/knots/{version}/{name}" for name in ("badge.json", "image.png", "image.svg")}
    expected |= {f"awards/{award}/{name}" for award in ids for name in FORMS}
    expected |= {"status/revocation-1.json"}
    found = files(sealed_club)
    assert set(found) == expected
    for line in lines[3:6]:
        assert line["files"] == {name: sha256_name(found[f"awards/{line['id']}/{name}"]) for name in FORMS}
        assert (line["badge"], line["version"], line["list"]) == ("knots", version, 1)
        register = Store(sealed_club.root, "club").load()
        assert register
        assert line["keys"] == [register.keys["ed25519"]["id"], register.keys["rsa"]["id"]]
    assert lines[6]["file"] == sha256_name(found["status/revocation-1.json"])
    assert len({line["index"] for line in lines[3:6]}) == 3
    assert not (sealed_club.root / ".pinback" / "sealing-club.json").exists()
    assert not list(sealed_club.root.rglob("*.new"))


def test_ids_stand_in_the_records_and_comments_stay(sealed_club: ClubFolder):
    one, two, three = (line["id"] for line in events(sealed_club) if line["event"] == "award")
    assert sealed_club.read("badges/knots/awards/2026-05-17-otter.yaml") == (
        f"id: {one}\nissued_on: 2026-05-17\nhandle: otter-7\n"
    )
    assert sealed_club.read("badges/knots/awards/2026-05-18-course.yaml") == (
        "# Spring course\nissued_on: 2026-05-18\nevidence: https://club.example.org/log/1\nawards:\n"
        f"  - id: {two}\n    handle: heron-2   # ask her about the photo\n"
        f"  - id: {three}\n    handle: wren-31\n    valid_until: 2028-05-18\n"
    )


def test_documents_name_each_other_and_the_list(sealed_club: ClubFolder):
    found = files(sealed_club)
    keys = make_test_keys("test").keys
    subjects = set()
    for line in events(sealed_club)[3:6]:
        folder = f"awards/{line['id']}"
        credential = json.loads(found[f"{folder}/credential.json"])
        proof = eddsa_rdfc.verify(credential, keys["ed25519"])
        assert proof["created"] == line["at"]
        assert proof["verificationMethod"] == f"did:web:badges.example.org#{keys['ed25519'].id}"
        header, payload = jws.verify_rs256(found[f"{folder}/credential.jwt.txt"].decode(), keys["rsa"])
        assert header == {"alg": "RS256", "typ": "JWT", "kid": f"did:web:badges.example.org#{keys['rsa'].id}"}
        claims = json.loads(payload)
        del credential["proof"]
        assert {name: claims[name] for name in credential} == credential
        header, payload = jws.verify_rs256(found[f"{folder}/assertion.jws.txt"].decode(), keys["rsa"])
        assert header == {"alg": "RS256", "typ": "JWT"}
        signed, hosted = json.loads(payload), json.loads(found[f"{folder}/assertion.json"])
        assert {name for name in hosted if hosted[name] != signed[name]} == {"id", "verification"}
        assert credential["credentialStatus"]["statusListIndex"] == str(line["index"])
        subjects.add(credential["credentialSubject"]["id"])
        for name in FORMS:
            assert not found[f"{folder}/{name}"].endswith(b"\n")
    assert len(subjects) == 3
    status = json.loads(found["status/revocation-1.json"])
    eddsa_rdfc.verify(status, keys["ed25519"])
    assert set_indexes(status["credentialSubject"]["encodedList"]) == frozenset()
    assert status["validFrom"] == "2026-06-01T12:00:00Z"


def test_sealing_again_does_nothing_and_needs_no_key(sealed_club: ClubFolder):
    before = everything(sealed_club)
    sealed_club.signers.clear()
    assert sealed_club.seal(LATER) == []
    assert everything(sealed_club) == before


def test_documents_are_a_function_of_their_award():
    first, again, other = sealed_together([(one, True) for one in (rich.RICH, rich.RICH, rich.BARE)], rich.KEYS)
    assert first == again == sealed_together([(rich.RICH, True)], rich.KEYS)[0]
    assert other != first


def test_words_say_what_will_be_signed_and_a_dry_run_stops_there(club: ClubFolder):
    club.keys().award("a", "issued_on: 2026-05-17\nhandle: otter-7\n").award(
        "b", "issued_on: 2026-05-19\nhandle: wren-3\n"
    )
    before = everything(club)
    said: list[str] = []

    def nobody(*_: object):
        raise AssertionError("no key is opened in a dry run")

    done = sealing.seal(club.root, lambda: AT, said.append, nobody, dry_run=True)
    assert done == [sealing.SealedNow("club", 2, 1, 0)]
    assert said == [
        "Test club will sign:",
        '  the badge "Knots" as it reads now',
        '  2 awards of "Knots", issued 2026-05-17 to 2026-05-19',
    ]
    assert everything(club) == before


def test_issuer_without_keys_is_told_how_to_make_them(club: ClubFolder):
    said: list[str] = []
    assert sealing.seal(club.root, lambda: AT, said.append, lambda *_: club.signers["club"]) == []
    assert said == ["issuers/club has badges but no keys; make them with: pinback key new club"]


def test_two_issuers_seal_each_with_their_own_keys(club: ClubFolder):
    club.issuer("federation", "did:web:badges.example.org:issuers:federation").badge("bends", "issuer: federation\n")
    club.keys().keys("federation", "other")
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\n").award(
        "b", "issued_on: 2026-05-17\nhandle: otter-7\n", "bends"
    )
    assert [done.issuer for done in club.seal()] == ["club", "federation"]
    [award] = [line for line in events(club, "federation") if line["event"] == "award"]
    found = files(club, f"issuers/federation/sealed/awards/{award['id']}")
    eddsa_rdfc.verify(json.loads(found["credential.json"]), make_test_keys("other").keys["ed25519"])
    pipeline.check(club.root)


# Records after the sealing.


def only_file(folder: ClubFolder) -> str:
    return "badges/knots/awards/2026-05-17-otter.yaml"


def test_edited_record_is_refused_with_the_ways_out(sealed_club: ClubFolder):
    file = only_file(sealed_club)
    sealed_club.write(file, sealed_club.read(file).replace("2026-05-17", "2026-05-16"))
    line = events(sealed_club)[3]
    expected = (
        f"{file}:1: award {line['id']} was signed on 2026-06-01 and its record has been changed since; put the old lines "
        "back (git shows them); to correct the award, put this into a new file in badges/knots/awards"
    )
    assert problem(sealed_club.seal) == expected
    assert problem(lambda: pipeline.check(sealed_club.root)) == expected


@pytest.mark.parametrize(
    "more",
    [
        "narrative: More\n",
        "role: Cox\n",
        "valid_until: 2030-01-01\n",
        "evidence: https://club.example.org/2\n",
        "credits: 1\n",
    ],
)
def test_added_field_is_an_edit(sealed_club: ClubFolder, more: str):
    file = only_file(sealed_club)
    sealed_club.write(file, sealed_club.read(file) + more)
    assert "its record has been changed since" in problem(sealed_club.seal)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "# a comment\n" + text,
        lambda text: text + "name: Zoë Ångström\npublic: true\n",
        lambda text: text.replace("2026-05-17", '"2026-05-17"'),
        lambda text: text + "narrative:\n",
        lambda text: "\n".join(reversed(text.strip().split("\n"))) + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "badge: knots\n",
    ],
)
def test_what_the_documents_do_not_say_may_change(sealed_club: ClubFolder, change: Callable[[str], str]):
    file = only_file(sealed_club)
    sealed_club.write(file, change(sealed_club.read(file)))
    assert sealed_club.seal(LATER) == []


def test_award_may_move_into_a_batch_and_still_be_the_same(sealed_club: ClubFolder):
    one = events(sealed_club)[3]["id"]
    (sealed_club.root / only_file(sealed_club)).unlink()
    sealed_club.award("batch", f"issued_on: 2026-05-17\nawards:\n  - id: {one}\n    handle: otter-7\n")
    assert sealed_club.seal(LATER) == []


def test_deleted_record_is_refused_at_the_line_of_its_award(sealed_club: ClubFolder):
    (sealed_club.root / only_file(sealed_club)).unlink()
    one = events(sealed_club)[3]["id"]
    assert problem(sealed_club.seal) == (
        f"issuers/club/register.jsonl:4: award {one} of badges/knots was sealed on 2026-06-01, but no record has its id; "
        "restore the record from git; published awards do not vanish"
    )


def test_record_without_its_id_is_a_deleted_one_and_is_not_sealed_again(sealed_club: ClubFolder):
    file = only_file(sealed_club)
    sealed_club.write(file, sealed_club.read(file).split("\n", 1)[1])
    assert "but no record has its id" in problem(sealed_club.seal)


def test_moved_record_is_sent_back(sealed_club: ClubFolder):
    sealed_club.badge("bends")
    target = sealed_club.root / "badges/bends/awards/otter.yaml"
    target.parent.mkdir(parents=True)
    (sealed_club.root / only_file(sealed_club)).rename(target)
    one = events(sealed_club)[3]["id"]
    assert problem(sealed_club.seal) == (
        f"badges/bends/awards/otter.yaml:1: award {one} was sealed as one of badges/knots; move the record back there"
    )


def test_badge_cannot_pass_to_another_issuer(sealed_club: ClubFolder):
    sealed_club.issuer("federation", "did:web:badges.example.org:issuers:federation").badge(
        "knots", "issuer: federation\n"
    )
    assert (
        'badges/knots/badge.md: this badge was published by "club"; put "issuer: club" back; for another issuer make a new badge'
        in problem(sealed_club.seal)
    )


# Withdrawals.


def withdraw(folder: ClubFolder, reason: str = "mistake") -> dict:
    file = only_file(folder)
    folder.write(file, folder.read(file) + f"revoked:\n  on: 2026-06-05\n  reason: {reason}\n")
    return events(folder)[3]


def test_withdrawal_sets_the_bit_signs_the_list_and_changes_no_document(sealed_club: ClubFolder):
    line = withdraw(sealed_club)
    before = files(sealed_club)
    [done] = sealed_club.seal(LATER)
    assert (done.awards, done.versions, done.revocations) == (0, 0, 1)
    after = files(sealed_club)
    assert {name for name in after if after[name] != before.get(name)} == {"status/revocation-1.json"}
    assert set(after) == set(before)
    status = json.loads(after["status/revocation-1.json"])
    eddsa_rdfc.verify(status, make_test_keys("test").keys["ed25519"])
    assert set_indexes(status["credentialSubject"]["encodedList"]) == {line["index"]}
    assert status["validFrom"] == status["proof"][0]["created"] == "2026-06-10T12:00:00Z"
    new = events(sealed_club)[8:]
    assert [(one["event"], one["at"]) for one in new] == [
        (event, "2026-06-10T12:00:00Z") for event in ("revoke", "status", "checkpoint")
    ]
    assert (new[0]["id"], new[0]["code"]) == (line["id"], "mistake")


def test_withdrawal_reaches_every_derived_document(sealed_club: ClubFolder):
    line = withdraw(sealed_club, "holders-wish")
    sealed_club.seal(LATER)
    site = sealed_club.build()
    base = "https://badges.example.org/"
    hosted = json.loads((site / "awards" / line["id"] / "assertion.json").read_bytes())
    sealed = json.loads(files(sealed_club)[f"awards/{line['id']}/assertion.json"])
    assert hosted == sealed | {"revoked": True, "revocationReason": "holders-wish"}
    listed = json.loads((site / "issuers/club/revoked.json").read_bytes())["revokedAssertions"]
    assert listed == [
        {"id": f"{base}awards/{line['id']}/{name}", "revocationReason": "holders-wish"}
        for name in ("assertion.json", "assertion.jws.txt")
    ]
    published = json.loads((site / "issuers/club/status/revocation-1.json").read_bytes())
    assert set_indexes(published["credentialSubject"]["encodedList"]) == {line["index"]}
    for name in ("credential.json", "credential.jwt.txt", "assertion.jws.txt"):
        assert (site / "awards" / line["id"] / name).read_bytes() == files(sealed_club)[f"awards/{line['id']}/{name}"]


def test_withdrawal_is_final(sealed_club: ClubFolder):
    file = only_file(sealed_club)
    before = sealed_club.read(file)
    line = withdraw(sealed_club)
    sealed_club.seal(LATER)
    sealed_club.write(file, before)
    assert problem(sealed_club.seal) == (
        f"{file}:1: award {line['id']} was withdrawn on 2026-06-10, and the record no longer says so; put the revoked lines "
        "back; a withdrawal is final, award again with a new record"
    )
    sealed_club.write(file, before + "revoked:\n  on: 2026-06-05\n  reason: replaced\n")
    assert (
        problem(sealed_club.seal)
        == f'{file}:1: award {line["id"]} was withdrawn with the reason "mistake"; put it back'
    )


def test_award_that_was_never_sealed_cannot_be_withdrawn(sealed_club: ClubFolder):
    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\nrevoked:\n  on: 2026-05-21\n  reason: mistake\n")
    assert problem(sealed_club.seal) == (
        "badges/knots/awards/new.yaml:1: this award is withdrawn though it was never sealed; delete the record; nobody has seen the award"
    )


# Badge versions.


def test_changed_badge_becomes_a_new_version_and_old_awards_keep_theirs(sealed_club: ClubFolder):
    old = events(sealed_club)[2]["version"]
    before = files(sealed_club)
    sealed_club.badge(criteria="Tie seven knots.").award("new", "issued_on: 2026-06-02\nhandle: crane-4\n")
    [done] = sealed_club.seal(LATER)
    assert (done.awards, done.versions) == (1, 1)
    badge, award, _ = events(sealed_club)[8:]
    assert badge["version"] != old
    assert award["version"] == badge["version"]
    after = files(sealed_club)
    assert {name: after[name] for name in before} == before
    assert b"seven" in after[f"badges/knots/{badge['version']}/badge.json"]
    assert f"/{badge['version']}/".encode() in after[f"awards/{award['id']}/credential.json"]


def test_fields_that_the_badge_class_does_not_say_make_no_new_version(sealed_club: ClubFolder):
    sealed_club.badge(fields="field_of_study: Seamanship\n")
    assert sealed_club.seal(LATER) == []


def test_text_that_comes_back_comes_back_to_its_old_version(sealed_club: ClubFolder):
    old = events(sealed_club)[2]["version"]
    sealed_club.badge(criteria="Tie seven knots.").seal(LATER)
    sealed_club.badge().award("new", "issued_on: 2026-06-02\nhandle: crane-4\n")
    [done] = sealed_club.seal(LATER)
    assert (done.awards, done.versions) == (1, 0)
    assert events(sealed_club)[-2]["version"] == old


@needs_libcairo
@needs_libcairo
def test_picture_is_not_drawn_again_so_a_machine_without_cairo_can_seal(sealed_club: ClubFolder):
    sealed_club.award("new", "issued_on: 2026-06-02\nhandle: crane-4\n")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from conftest import AT, ClubFolder\n"
        "for name in [name for name in sys.modules if name.startswith('cairo')]: del sys.modules[name]\n"
        "class NoCairo:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('cairocffi', 'cairosvg'):\n"
        "            raise ImportError('no libcairo here')\n"
        "sys.meta_path.insert(0, NoCairo())\n"
        "folder = ClubFolder(Path(sys.argv[1]))\n"
        "print(*folder.seal(AT))\n"
        "folder.build()\n"
        "folder.badge(criteria='Tie seven knots.')\n"
        "try: folder.seal(AT)\n"
        "except Exception as error: print(error)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    done = subprocess.run(
        [sys.executable, "-c", script, str(sealed_club.root)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == "SealedNow(issuer='club', awards=1, versions=0, revocations=0, changes=(), begun=False)"
    assert second.startswith(
        "badges/knots/badge.svg: SVG pictures cannot be drawn, as the system library libcairo is missing"
    )
    assert len(events(sealed_club)) == 10


# Clock and facts.


def test_day_that_has_not_come_is_refused_wherever_the_steward_is(club: ClubFolder):
    club.keys().award("a", "issued_on: 2026-06-03\nhandle: otter-7\n")
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    before = everything(club)
    assert problem(lambda: club.seal(noon)) == (
        "badges/knots/awards/a.yaml:1: issued_on is 2026-06-03, a day that has not come yet; correct it, or seal on that day"
    )
    assert everything(club) == before
    club.seal(datetime(2026, 6, 2, 10, tzinfo=UTC))  # 3 June has begun on Kiritimati
    [award] = [line for line in events(club) if line["event"] == "award"]
    document = json.loads(files(club)[f"awards/{award['id']}/credential.json"])
    assert document["validFrom"] == "2026-06-02T10:00:00Z"


def test_clock_behind_the_register_is_refused(sealed_club: ClubFolder):
    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    assert problem(lambda: sealed_club.seal(AT - timedelta(seconds=1))) == (
        "issuers/club/register.jsonl:8: the last sealing is from 2026-06-01T12:00:00Z, and the clock here says "
        "2026-06-01T11:59:59Z; set the clock of this computer"
    )
    assert len(sealed_club.seal(AT)) == 1


def test_moments_are_whole_seconds(club: ClubFolder):
    club.keys().award("a", "issued_on: 2026-05-20\nhandle: crane-4\n").seal(AT.replace(microsecond=999_999))
    assert events(club)[-1]["at"] == "2026-06-01T12:00:00Z"


def test_issuers_folder_keeps_its_name(sealed_club: ClubFolder):
    """Its name is in addresses that were signed, the status lists' among them."""
    (sealed_club.root / "issuers/club").rename(sealed_club.root / "issuers/group")
    sealed_club.site(default_issuer="group")
    with pytest.raises(ContentError) as caught:
        pipeline.check(sealed_club.root)
    assert [str(problem) for problem in caught.value.problems] == [
        "issuers/group/register.jsonl:1: this is the register of the log badges.example.org/issuers/club/log, which has "
        "another name than this folder; name the folder issuers/club again; its addresses are published"
    ]


def test_changed_base_url_and_did_name_the_command_move(sealed_club: ClubFolder):
    sealed_club.base_url = "https://badges.example.net/"
    sealed_club.site().issuer(did="did:web:badges.example.net")
    assert problem(sealed_club.seal).split("\n") == [
        "issuers/club/issuer.yaml:4: did is did:web:badges.example.net, but awards were signed as "
        "did:web:badges.example.org; put it back; an issuer that moves needs the command move",
        "site_src/site.yaml: base_url is https://badges.example.net/, but awards were published under "
        "https://badges.example.org/; put it back; a site that moves needs the command move",
    ]


# Keys.


def test_foreign_signer_signs_nothing(sealed_club: ClubFolder):
    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    before = everything(sealed_club)
    sealed_club.signers["club"] = make_test_keys("other")
    with pytest.raises(
        SigningError, match="none of these keys may sign any more; open the keys that the register names"
    ):
        sealed_club.seal(LATER)
    assert everything(sealed_club) == before


def test_signer_that_signs_wrongly_is_found_out_before_anything_is_written(sealed_club: ClubFolder):
    """An external signer is read back like everything else."""

    class Wrong:
        def sign(self, key_id: str, data: bytes) -> bytes:
            return make_test_keys("test").sign(key_id, data + b"!")

    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    before = everything(sealed_club)
    with pytest.raises(SigningError, match="the signature does not fit"):
        sealing.seal(sealed_club.root, lambda: LATER, lambda line: None, lambda *_: Wrong())
    assert everything(sealed_club) == before


@pytest.mark.parametrize("wrong", [3, 4, 5])  # the first three prove that the keys are the issuer's
def test_each_signature_of_an_award_is_checked_by_itself(sealed_club: ClubFolder, wrong: int) -> None:
    """A machine that errs once spoils one signature, and every other one fits."""

    class ErrsOnce:
        def __init__(self) -> None:
            self.signed = -1

        def sign(self, key_id: str, data: bytes) -> bytes:
            self.signed += 1
            return make_test_keys("test").sign(key_id, data + b"!" * (self.signed == wrong))

    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    before = everything(sealed_club)
    with pytest.raises(SigningError, match=r"badges/knots/awards/new\.yaml:1: the signature does not fit"):
        sealing.seal(sealed_club.root, lambda: LATER, lambda line: None, lambda *_: ErrsOnce())
    assert everything(sealed_club) == before


def test_demonstration_keys_are_refused_before_they_sign(club: ClubFolder, monkeypatch: pytest.MonkeyPatch):
    club.base_url = "https://badges.example.net/"
    club.site().issuer(did="did:web:badges.example.net").keys().award("a", "issued_on: 2026-05-20\nhandle: crane-4\n")
    monkeypatch.setattr(demonstration, "DEMONSTRATION_KEYS", frozenset([make_test_keys("test").keys["rsa"].id]))
    assert problem(club.seal) == (
        "issuers/club/register.jsonl:1: these are the demonstration keys of the example club, which anyone can open; make "
        "own keys with pinback key new in a club's own folder"
    )
    assert not (club.root / "issuers/club/sealed").exists()


# Positions.


def test_positions_are_never_given_twice_over_many_sealings(club: ClubFolder):
    club.keys()
    for number in range(6):
        for part in range(8):
            club.award(f"{number}-{part}", f"issued_on: 2026-05-17\nhandle: otter-{number * 8 + part}\n")
        club.seal(AT + timedelta(minutes=number))
    positions = [(line["list"], line["index"]) for line in events(club) if line["event"] == "award"]
    assert len(set(positions)) == 48
    assert {number for number, _ in positions} == {1}
    assert [index for _, index in positions] != sorted(index for _, index in positions)
    pipeline.check(club.root)


def test_folder_of_a_club_may_lie_anywhere(sealed_club: ClubFolder, tmp_path: Path):
    copy = tmp_path / "Zoë's badges & more"
    shutil.copytree(sealed_club.root, copy)
    folder = ClubFolder(copy).award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    assert len(folder.seal(LATER)) == 1


def test_payload_of_a_jws_is_the_published_json(sealed_club: ClubFolder):
    for name, data in files(sealed_club).items():
        if name.endswith(".txt"):
            payload = base64url_bytes(data.decode().split(".")[1])
            assert json.dumps(json.loads(payload), separators=(",", ":"), ensure_ascii=False).encode() == payload
