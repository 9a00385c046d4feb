"""Endorsements of groups: what a sealing signs, what ends them, and what must not be changed afterwards."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import timedelta

import pytest
from conftest import AT, ClubFolder, make_test_keys
from test_custody import Lines

from pinback import against, archiving, pipeline, sealing
from pinback.canonical import sha256_name
from pinback.deployed import in_folder
from pinback.errors import ContentError, ProofError, UsageError
from pinback.proofs import eddsa_rdfc, jws
from pinback.register import parse, register_from, state_of
from pinback.seal.signatures import false_signatures, signed_files
from pinback.seal.store import Store
from pinback.status import set_indexes

FORMS = ["credential.json", "endorsement.json", "endorsement.jws.txt"]
GROUP = (
    "name: Riverside Rowing Club\n"
    "did: did:web:riverside.example\n"
    "profile: https://riverside.example/issuers/riverside/issuer.json\n"
    "since: 2026-05-01\n"
    "text: Riverside Rowing Club is a member club.\n"
)
FILE = "issuers/club/groups/riverside.yaml"
LATER = AT + timedelta(days=9)


def with_group(folder: ClubFolder, text: str = GROUP) -> ClubFolder:
    folder.write(FILE, text)
    return folder


def events(folder: ClubFolder) -> list[dict]:
    return [json.loads(line) for line in folder.read("issuers/club/register.jsonl").splitlines()]


def published(folder: ClubFolder, name: str) -> dict:
    return json.loads((folder.build() / "issuers/club/groups/riverside" / name).read_bytes())


def said(folder: ClubFolder) -> str:
    with pytest.raises(ContentError) as refused:
        pipeline.check(folder.root)
    return str(refused.value)


def ended_bits(folder: ClubFolder) -> frozenset[int]:
    document = json.loads((folder.build() / "issuers/club/status/revocation-1.json").read_bytes())
    return set_indexes(document["credentialSubject"]["encodedList"])


def test_a_sealing_signs_three_documents_about_the_group(club: ClubFolder):
    with_group(club.keys()).seal()
    line = next(line for line in events(club) if line["event"] == "endorse")
    sealed = {name: (club.root / "issuers/club/sealed/groups/riverside" / name).read_bytes() for name in FORMS}
    assert line["group"] == "riverside"
    assert line["files"] == {name: sha256_name(data) for name, data in sealed.items()}
    keys = make_test_keys("test").keys

    credential = json.loads(sealed["credential.json"])
    eddsa_rdfc.verify(credential, keys["ed25519"])
    folder = "https://badges.example.org/issuers/club/groups/riverside/"
    assert credential["id"] == f"{folder}credential.json"
    assert credential["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert credential["issuer"]["id"] == "did:web:badges.example.org"
    assert credential["validFrom"] == "2026-05-01T00:00:00Z"
    assert credential["credentialSubject"] == {
        "id": "did:web:riverside.example",
        "type": ["EndorsementSubject"],
        "endorsementComment": "Riverside Rowing Club is a member club.",
    }
    assert credential["credentialStatus"]["statusListIndex"] == str(line["index"])

    hosted = json.loads(sealed["endorsement.json"])
    assert hosted["id"] == f"{folder}endorsement.json"
    assert hosted["claim"]["id"] == "https://riverside.example/issuers/riverside/issuer.json"
    _, payload = jws.verify_rs256(sealed["endorsement.jws.txt"].decode(), keys["rsa"])
    signed = json.loads(payload)
    assert {name for name in hosted if hosted[name] != signed[name]} == {"id", "verification"}

    site = club.build()
    for name, data in sealed.items():
        assert (site / "issuers/club/groups/riverside" / name).read_bytes() == data


def test_nothing_waits_after_it(club: ClubFolder):
    with_group(club.keys()).seal()
    assert club.seal(LATER) == []


def test_the_plan_says_in_words_what_will_be_signed(club: ClubFolder):
    with_group(club.keys())
    _, (step,), _ = sealing.planned(club.root)
    checked = pipeline.check(club.root)
    assert "  that Riverside Rowing Club (did:web:riverside.example) is a group since 2026-05-01" in step.words(
        checked.club
    )


def test_an_end_is_told_in_the_list_the_hosted_endorsement_and_the_revocation_list(club: ClubFolder):
    with_group(club.keys()).seal()
    before = {name: (club.build() / f"issuers/club/groups/riverside/{name}").read_bytes() for name in FORMS}
    with_group(club, GROUP + "ended: 2026-06-05\n").seal(LATER)
    index = next(line["index"] for line in events(club) if line["event"] == "endorse")
    assert events(club)[-3]["event"] == "endorse-end"
    assert ended_bits(club) == {index}
    assert published(club, "endorsement.json") == {**json.loads(before["endorsement.json"]), "revoked": True}
    for name in ("credential.json", "endorsement.jws.txt"):
        assert (club.root / "site/issuers/club/groups/riverside" / name).read_bytes() == before[name]
    listed = json.loads((club.root / "site/issuers/club/revoked.json").read_bytes())["revokedAssertions"]
    folder = "https://badges.example.org/issuers/club/groups/riverside/"
    assert listed == [{"id": f"{folder}endorsement.json"}, {"id": f"{folder}endorsement.jws.txt"}]
    assert club.seal(LATER) == []


def test_an_endorsement_shares_the_lists_of_awards(sealed_club: ClubFolder):
    with_group(sealed_club).seal(LATER)
    positions = [line["index"] for line in events(sealed_club) if line["event"] in ("award", "endorse")]
    assert len(set(positions)) == 4
    with_group(sealed_club, GROUP + "ended: 2026-06-05\n").seal(LATER)
    assert ended_bits(sealed_club) == {positions[-1]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GROUP.replace("member club", "club"), "was signed on 2026-06-01 and the file has been changed since"),
        (GROUP.replace("since: 2026-05-01", "since: 2026-05-02"), "has been changed since"),
    ],
)
def test_a_signed_endorsement_cannot_be_edited(club: ClubFolder, text: str, words: str):
    with_group(club.keys()).seal()
    assert words in said(with_group(club, text))


def test_comments_and_order_of_a_signed_endorsement_may_change(club: ClubFolder):
    with_group(club.keys()).seal()
    with_group(club, "# Ask Anna\n" + "\n".join(reversed(GROUP.splitlines())) + "\n")
    pipeline.check(club.root)


def test_a_file_that_is_gone_is_told(club: ClubFolder):
    with_group(club.keys()).seal()
    (club.root / FILE).unlink()
    assert "the group riverside was endorsed on 2026-06-01, but issuers/club/groups/riverside.yaml is gone" in said(
        club
    )


def test_an_end_cannot_be_taken_back(club: ClubFolder):
    with_group(club.keys()).seal()
    with_group(club, GROUP + "ended: 2026-06-05\n").seal(LATER)
    assert 'riverside.yaml: this endorsement ended on 2026-06-10, and "ended" is gone' in said(with_group(club))


def test_an_end_of_what_was_never_signed_is_told(club: ClubFolder):
    assert "issuers/club/groups/riverside.yaml: this group has ended, and its endorsement was never signed" in said(
        with_group(club.keys(), GROUP + "ended: 2026-06-05\n")
    )


def test_a_day_that_has_not_come_waits(club: ClubFolder):
    with_group(club.keys(), GROUP.replace("2026-05-01", "2026-07-01"))
    with pytest.raises(ContentError, match="since is 2026-07-01, a day that has not come yet"):
        club.seal()


def test_end_on_a_day_that_has_not_come_waits(club: ClubFolder):
    with_group(club.keys()).seal()
    with_group(club, GROUP + "ended: 2026-12-24\n")
    with pytest.raises(ContentError) as refused:
        club.seal(LATER)
    assert str(refused.value) == (
        f"{FILE}: ended is 2026-12-24, a day that has not come yet; correct it, or seal on that day"
    )


@pytest.mark.parametrize("role", ["ed25519", "rsa"])
def test_endorsement_whose_signature_does_not_hold_is_never_written(club: ClubFolder, role: str):
    """A signer outside this program, such as a smart card, may sign well when it is tried and badly later."""
    bundle, asked = make_test_keys("test"), []

    class Spoilt:
        def sign(self, key_id: str, data: bytes) -> bytes:
            asked.append(key_id)
            bad = key_id == bundle.keys[role].id and asked.count(key_id) > 1
            return bundle.sign(key_id, data + b"!" if bad else data)

    before = with_group(club.keys()).read("issuers/club/register.jsonl")
    with pytest.raises(ProofError, match=rf"^{FILE}"):
        sealing.seal(club.root, lambda: AT, lambda line: None, lambda *_: Spoilt())
    assert club.read("issuers/club/register.jsonl") == before
    assert not list((club.root / "issuers/club").glob("sealed/groups/*/*"))


def test_signatures_of_endorsements_are_proved_like_those_of_awards(club: ClubFolder):
    with_group(club.keys()).seal()
    assert against.check(club.root, in_folder(club.root), every_signature=True).signed == 2  # with the status list
    store = Store(club.root, "club")
    register = store.load()
    assert register is not None
    line = next(line for line in signed_files(register) if line["event"] == "endorse")
    for name, old, new in (
        ("credential.json", b"is a member club", b"is a chapter"),
        ("endorsement.json", b"riverside.example", b"somebody.example"),
        ("endorsement.jws.txt", b"A", b"B"),
    ):
        path = club.root / "issuers/club/sealed/groups/riverside" / name
        before = path.read_bytes()
        path.write_bytes(before.replace(old, new))
        register.groups["riverside"].files[name] = sha256_name(path.read_bytes())  # as if the register named it
        told = [problem.what for problem in false_signatures(store, register, [line])]
        assert told and told[0].startswith("the endorsement of riverside does not hold"), name
        path.write_bytes(before)
        register.groups["riverside"].files[name] = sha256_name(before)
    assert list(false_signatures(store, register, [line])) == []


def test_an_endorsement_by_a_revoked_key_is_signed_again_at_a_new_position(club: ClubFolder):
    with_group(club.keys()).seal()
    old, new = make_test_keys("test"), make_test_keys("second")
    path = club.root / "issuers/club/register.jsonl"
    changed = Lines(path.read_bytes()).add(new, old)
    for role in ("rsa", "log", "ed25519"):
        changed.event("key-revoke", old, role, new, as_of="2026-06-01T12:00:00Z")
    path.write_bytes(changed.end(new))
    assert published(club, "endorsement.json")["revoked"] is True
    again = LATER + timedelta(days=1)
    sealed = sealing.seal(club.root, lambda: again, lambda line: None, lambda *_: new, online=lambda *_: True)
    assert sealed[0].changes == ("endorsement of group riverside",)
    first, second = (line for line in events(club) if line["event"] == "endorse")
    assert first["index"] != second["index"]
    assert ended_bits(club) == {first["index"]}
    assert "revoked" not in published(club, "endorsement.json")
    eddsa_rdfc.verify(published(club, "credential.json"), new.keys["ed25519"])
    assert against.check(club.root, in_folder(club.root), every_signature=True).signed == 2


def test_after_a_move_an_endorsement_keeps_its_address_and_ends_in_its_list(club: ClubFolder):
    with_group(club.keys()).seal()
    club.move("https://new.example.org/", at=LATER)
    assert published(club, "credential.json")["id"].startswith("https://badges.example.org/")
    with_group(club, GROUP + "ended: 2026-06-05\n").seal(LATER)
    assert ended_bits(club)
    listed = json.loads((club.root / "site/issuers/club/revoked-2.json").read_bytes())["revokedAssertions"]
    assert listed[0]["id"] == "https://badges.example.org/issuers/club/groups/riverside/endorsement.json"
    assert against.check(club.root, in_folder(club.root), every_signature=True).signed == 3


def test_a_register_with_an_endorsement_reads_back(club: ClubFolder):
    with_group(club.keys()).seal()
    register = Store(club.root, "club").load()
    assert register is not None
    assert register.groups["riverside"].ended is None
    data = (club.root / "issuers/club/register.jsonl").read_bytes()
    twice = data.replace(b'"group":"riverside"', b'"group":"river side"')
    with pytest.raises(ContentError, match="was changed"):
        parse(twice, "issuers/club/register.jsonl")


def test_a_parent_body_without_badges_of_its_own_endorses(club: ClubFolder):
    club.issuer("union", "did:web:badges.example.org:issuers:union")
    club.write("issuers/union/groups/club.yaml", GROUP)
    said: list[str] = []
    sealing.seal(club.root, lambda: AT, said.append, lambda *_: make_test_keys("test"))
    assert "issuers/union has groups but no keys; make them with: pinback key new union" in said
    club.keys("union", "second")
    assert [one.issuer for one in club.seal()] == ["union"]
    site = club.build()
    assert (site / "issuers/union/groups/club/credential.json").is_file()


def test_nothing_begins_or_ends_after_the_issuer_was_closed(club: ClubFolder):
    with_group(club.keys()).seal()
    club.close(at=LATER)
    pipeline.check(club.root)
    assert "can never be ended any more" in said(with_group(club, GROUP + "ended: 2026-06-05\n"))
    with_group(club).write("issuers/club/groups/late.yaml", GROUP.replace("riverside.example", "late.example"))
    assert "so this endorsement can never be signed" in said(club)


def test_an_endorsement_that_nobody_has_seen_is_taken_back_and_signed_again(club: ClubFolder):
    club.keys()
    before = shutil.copytree(club.root, club.root.parent / "before")
    with_group(club).seal()
    (undone,) = against.undo(club.root, [in_folder(before)])
    assert undone.words() == "1 badge version, 1 change of an endorsement"
    assert not (club.root / "issuers/club/sealed/groups").exists()
    assert club.seal(LATER)[0].changes == ("endorsement of group riverside",)


def test_the_guard_names_the_group_where_a_register_parts(club: ClubFolder):
    with_group(club.keys())
    other = shutil.copytree(club.root, club.root.parent / "other")
    club.seal()
    (other / FILE).rename(other / "issuers/club/groups/rowers.yaml")
    ClubFolder(other).seal()
    with pytest.raises(ContentError, match=r"endorse of .riverside. at .* here, endorse of .rowers. at .* there"):
        against.check(club.root, in_folder(other))


def test_endorsements_are_in_the_archive_of_the_club(club: ClubFolder):
    with_group(club.keys()).seal()
    archiving.archive(club.root, club.root / "a.zip")
    with zipfile.ZipFile(club.root / "a.zip") as packed:
        names = {name for name in packed.namelist() if "/groups/" in name}
    assert names == {f"files/issuers/club/groups/riverside/{name}" for name in FORMS}


def test_what_is_kept_of_a_register_has_its_endorsements(club: ClubFolder):
    with_group(club.keys()).seal()
    club.write("issuers/club/groups/late.yaml", GROUP.replace("riverside.example", "late.example"))
    with_group(club, GROUP + "ended: 2026-06-05\n").seal(LATER)
    path = club.root / "issuers/club/register.jsonl"
    register = parse(path.read_bytes(), "issuers/club/register.jsonl")
    register.dropped = {1: {7, 9}}
    kept = json.loads(json.dumps(state_of(register)))
    again = register_from(kept, path.read_bytes(), register.file)
    assert (again.groups, again.dropped) == (register.groups, register.dropped)
    assert again.set_indexes("revocation", 1) == register.set_indexes("revocation", 1)
    assert [one.ended is None for one in again.groups.values()] == [False, True]


@pytest.mark.parametrize("ends", [False, True])
def test_an_issuer_is_not_closed_while_a_group_waits(club: ClubFolder, ends: bool):
    """After the closing nobody could endorse it any more, or say that it ended."""
    with_group(club.keys())
    if ends:
        club.seal()
        with_group(club, f"{GROUP}ended: 2026-06-01\n")
    with pytest.raises(UsageError, match="has records that wait for the next sealing"):
        club.close(at=LATER)
    club.seal(LATER)
    club.close(at=LATER)
