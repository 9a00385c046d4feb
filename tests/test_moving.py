"""A site moves and an issuer ends: what was handed out stays as it is, and a run may die anywhere."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ROOT, ClubFolder

from pinback import moving, pipeline, scaffold
from pinback.awarding import NewAward
from pinback.errors import ContentError, SigningError, UsageError
from pinback.proofs import eddsa_rdfc
from pinback.register import Register
from pinback.seal.store import Store
from pinback.seal.write import note_path
from pinback.status import set_indexes

sys.path.insert(0, str(ROOT / "tests" / "seal"))

from test_interrupted import STRIDE, dies_at

OLD, NEW = "https://club.github.io/badges/", "https://badges.example.org/"
OLD_DID, NEW_DID = "did:web:club.github.io:badges", "did:web:badges.example.org"
LATER = AT + timedelta(days=1)
LAST = AT + timedelta(days=2)
OTTER = "badges/knots/awards/otter.yaml"
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = ClubFolder(tmp_path_factory.mktemp("moving") / "club", OLD).site().issuer(did=OLD_DID).badge().keys()
    folder.award("otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    folder.award("heron", "issued_on: 2026-05-18\nhandle: heron-2\nvalid_until: 2028-05-18\n")
    folder.seal()
    return folder.root


@pytest.fixture
def old_club(_template: Path, tmp_path: Path) -> ClubFolder:
    """A club under its first address, with two sealed awards."""
    shutil.copytree(_template, tmp_path / "club")
    return ClubFolder(tmp_path / "club", OLD)


def register_of(folder: ClubFolder, slug: str = "club") -> Register:
    register = Store(folder.root, slug).load()
    assert register
    return register


def events(folder: ClubFolder) -> list[str]:
    return [line["event"] for line in register_of(folder).lines]


def id_of(folder: ClubFolder, handle: str) -> str:
    return next(award.id for award in pipeline.check(folder.root).club.awards if award.handle == handle)


def machine_files(site: Path) -> dict[str, bytes]:
    """Return what programs read of a site: all but pages and what is said about the site as a whole."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
        and path.suffix != ".html"
        and path.relative_to(site).parts[0] in ("awards", "badges", "issuers")
    }


def new_award(folder: ClubFolder, name: str = "crane") -> ClubFolder:
    return folder.award(name, f"issued_on: 2026-05-30\nhandle: {name}-1\n")


# Moving.


def test_move_writes_one_line_a_checkpoint_and_one_value(old_club: ClubFolder) -> None:
    old_club.write(
        "site_src/site.yaml", f"# ours\ntitle: 'Badges'\nbase_url:   '{OLD}'   # the first\ndefault_issuer: club\n"
    )
    before = len(register_of(old_club).lines)
    old_club.move(NEW, at=LATER)
    register = register_of(old_club)
    assert [line["event"] for line in register.lines[before:]] == ["move", "checkpoint"]
    assert register.lines[before]["base_url"] == NEW
    assert "did" not in register.lines[before]
    assert (register.did, register.base_url) == (OLD_DID, NEW)
    assert old_club.read("site_src/site.yaml") == (
        f"# ours\ntitle: 'Badges'\nbase_url:   '{NEW}'   # the first\ndefault_issuer: club\n"
    )
    assert f"did: {OLD_DID}\n" in old_club.read("issuers/club/issuer.yaml")
    assert not note_path(Store(old_club.root, "club")).exists()


def test_new_did_stands_in_register_and_issuer(old_club: ClubFolder) -> None:
    old_club.move(NEW, new_did=True, at=LATER)
    register = register_of(old_club)
    assert [(place.base_url, place.did) for place in register.places] == [(OLD, OLD_DID), (NEW, NEW_DID)]
    assert f"did: {NEW_DID}\n" in old_club.read("issuers/club/issuer.yaml")
    site = old_club.build()
    assert json.loads((site / ".well-known/did.json").read_bytes())["id"] == NEW_DID
    assert json.loads((site / "did.json").read_bytes())["id"] == OLD_DID


def test_slash_at_the_end_may_be_left_out(old_club: ClubFolder) -> None:
    old_club.move(NEW.rstrip("/"), at=LATER)
    assert f"base_url: {NEW}\n" in old_club.read("site_src/site.yaml")


def test_words_say_what_stays_and_what_cannot_be_kept(old_club: ClubFolder) -> None:
    kept = "\n".join(ClubFolder(shutil.copytree(old_club.root, old_club.root.with_name("kept"))).move(NEW, at=LATER))
    assert "This cannot be taken back." in kept
    assert "The awards that are signed (2 now) keep their addresses" in kept
    assert f"pinback build --for {OLD} --out FOLDER" in kept
    assert "https://club.github.io/badges/did.json must answer, itself or by a redirect, for ever" in kept
    assert "checkers compare this name letter by letter" in kept
    assert f"Hosted Open Badges 2.0 live as long as {OLD} answers." in kept
    assert "Private links and printed QR codes point to the old address." in kept
    taken = "\n".join(old_club.move(NEW, new_did=True, at=LATER))
    assert f"they were signed as {OLD_DID}. New ones are signed as {NEW_DID}." in taken
    assert "Both names want the file" not in taken


def test_words_name_the_file_that_both_dids_want(old_club: ClubFolder) -> None:
    words = "\n".join(old_club.move("https://other.example.org/b/", new_did=True, at=LATER))
    assert "Both names want the file did.json." in words
    assert "the old host must answer this file itself" in words


def test_nothing_is_written_before_the_answer(old_club: ClubFolder) -> None:
    before = {path: path.read_bytes() for path in old_club.root.rglob("*") if path.is_file()}

    def no(words: list[str]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.move(old_club.root, NEW, False, lambda: LATER, no, lambda *_: old_club.signers["club"])
    after = {path: path.read_bytes() for path in old_club.root.rglob("*") if path.is_file()}
    assert {path: data for path, data in after.items() if path.name != "lock"} == {
        path: data for path, data in before.items() if path.name != "lock"
    }


def test_waiting_private_links_are_told(old_club: ClubFolder) -> None:
    scaffold.add_award(old_club.root, "knots", NewAward("", "", AT.date(), name="Zoë Ångström"))
    assert "Waiting awards with a private link (1 now) have one to the old address" in "\n".join(
        old_club.move(NEW, at=LATER)
    )


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (OLD, "the site is at https://club.github.io/badges/ already"),
        (OLD.rstrip("/"), "the site is at https://club.github.io/badges/ already"),
        ("http://badges.example.org/", "the new address cannot be the root of a site"),
        ("https://badges.example.org/?a", "the new address cannot be the root of a site"),
        ("badges.example.org", "the new address cannot be the root of a site"),
    ],
)
def test_addresses_that_are_none_are_refused(old_club: ClubFolder, new: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        old_club.move(new, at=LATER)
    assert "move" not in events(old_club)


def test_closed_issuer_and_demonstration_cannot_move(old_club: ClubFolder, tmp_path: Path) -> None:
    old_club.close(at=LATER)
    with pytest.raises(UsageError, match="Test club has closed, so its register cannot say where the site moves"):
        old_club.move(NEW, at=LAST)
    shutil.copytree(
        ROOT,
        tmp_path / "example",
        ignore=shutil.ignore_patterns(".*", "site", "node_modules", "tests", "pinback", "docs"),
    )
    with pytest.raises(UsageError, match="is the demonstration, which stays where it is"):
        ClubFolder(tmp_path / "example").move("https://elsewhere.example.org/")


def test_file_that_no_tool_can_change_stops_the_move_before_a_line_is_written(old_club: ClubFolder) -> None:
    text = old_club.read("site_src/site.yaml").replace(
        f"base_url: {OLD}", 'base_url: "https:\\u002f/club.github.io/badges/"'
    )
    old_club.write("site_src/site.yaml", text)
    old_club.move(NEW, at=LATER)
    assert old_club.read("site_src/site.yaml").count(NEW) == 1


def test_clock_behind_the_register_is_refused(old_club: ClubFolder) -> None:
    with pytest.raises(ContentError, match="set the clock of this computer"):
        old_club.move(NEW, at=AT - timedelta(days=1))


def test_wrong_key_moves_nothing(old_club: ClubFolder) -> None:
    def wrong(*_: object) -> object:
        raise SigningError("no code was accepted")

    with pytest.raises(SigningError):
        moving.move(old_club.root, NEW, False, lambda: LATER, lambda words: None, wrong)  # type: ignore[arg-type]
    assert "move" not in events(old_club)
    assert OLD in old_club.read("site_src/site.yaml")


# After a move.


def test_new_awards_are_signed_under_the_new_address_and_old_files_stay_byte_for_byte(old_club: ClubFolder) -> None:
    before = machine_files(old_club.build())
    old_club.move(NEW, at=LATER)
    unchanged = machine_files(old_club.build())
    derived = {
        "issuers/club/due.ics",
        "badges/knots/badge.json",
        *(f"issuers/club/log/checkpoint{end}" for end in ("", "s.json")),
    }
    assert {name for name in before if unchanged.get(name) != before[name]} <= derived
    assert set(unchanged) - set(before) == {
        "issuers/club/issuer-2.json",
        "issuers/club/revoked-2.json",
        next(name for name in unchanged if name.endswith("-2.json") and "/keys/" in name),
        *(f"issuers/club/log/{name}6" for name in ("checkpoints/", "tile/0/000.p/", "tile/entries/000.p/")),
    }
    new_award(old_club).seal(LAST)
    after = machine_files(old_club.build())
    assert {name for name in before if after.get(name) != before[name]} <= derived
    id_ = id_of(old_club, "crane-1")
    assertion = json.loads(after[f"awards/{id_}/assertion.json"])
    assert assertion["id"] == f"{NEW}awards/{id_}/assertion.json"
    badge = json.loads(after[assertion["badge"].removeprefix(NEW)])
    profile = json.loads(after[badge["issuer"].removeprefix(NEW)])
    assert profile["id"] == f"{NEW}issuers/club/issuer-2.json"
    assert profile["verification"]["startsWith"] == NEW
    assert profile["revocationList"] == f"{NEW}issuers/club/revoked-2.json"
    first = json.loads(after["issuers/club/issuer.json"])
    assert first["verification"]["startsWith"] == OLD
    credential = json.loads(after[f"awards/{id_}/credential.json"])
    assert credential["issuer"]["id"] == OLD_DID
    assert credential["credentialStatus"]["statusListCredential"] == f"{NEW}issuers/club/status/revocation-2.json"
    assert len(register_of(old_club).versions_of("knots")) == 2


def test_badge_is_frozen_anew_only_where_an_award_needs_it(old_club: ClubFolder) -> None:
    old_club.badge("bends")
    old_club.seal(AT)
    old_club.move(NEW, at=LATER)
    assert old_club.seal(LAST) == []
    new_award(old_club).seal(LAST)
    register = register_of(old_club)
    assert (len(register.versions_of("knots")), len(register.versions_of("bends"))) == (2, 1)


def test_withdrawing_an_award_of_the_old_place_signs_the_old_list_with_its_old_id(old_club: ClubFolder) -> None:
    old_club.move(NEW, new_did=True, at=LATER)
    old_club.write(OTTER, old_club.read(OTTER) + "revoked: {on: 2026-06-01, reason: mistake}\n")
    old_club.seal(LAST)
    site = old_club.build()
    status = json.loads((site / "issuers/club/status/revocation-1.json").read_bytes())
    assert (status["id"], status["issuer"]) == (f"{OLD}issuers/club/status/revocation-1.json", OLD_DID)
    eddsa_rdfc.verify(status, old_club.signers["club"].keys["ed25519"])
    id_ = id_of(old_club, "otter-7")
    assert set_indexes(status["credentialSubject"]["encodedList"]) == {register_of(old_club).awards[id_].index}
    for name in ("revoked.json", "revoked-2.json"):
        entries = json.loads((site / "issuers/club" / name).read_bytes())["revokedAssertions"]
        assert [entry["id"] for entry in entries] == [
            f"{OLD}awards/{id_}/assertion.json",
            f"{OLD}awards/{id_}/assertion.jws.txt",
        ]


def test_lists_of_the_new_place_say_the_new_name(old_club: ClubFolder) -> None:
    old_club.move(NEW, new_did=True, at=LATER)
    new_award(old_club).seal(LAST)
    site = old_club.build()
    status = json.loads((site / "issuers/club/status/revocation-2.json").read_bytes())
    assert (status["id"], status["issuer"]) == (f"{NEW}issuers/club/status/revocation-2.json", NEW_DID)
    credential = json.loads((site / f"awards/{id_of(old_club, 'crane-1')}/credential.json").read_bytes())
    assert credential["issuer"]["id"] == NEW_DID
    assert credential["proof"][0]["verificationMethod"].startswith(f"{NEW_DID}#")


def test_site_can_move_twice_and_back(old_club: ClubFolder) -> None:
    old_club.move(NEW, new_did=True, at=LATER)
    new_award(old_club).seal(LATER)
    old_club.move(OLD, new_did=True, at=LAST)
    new_award(old_club, "dove").seal(LAST)
    register = register_of(old_club)
    assert [(place.base_url, place.did) for place in register.places] == [
        (OLD, OLD_DID),
        (NEW, NEW_DID),
        (OLD, OLD_DID),
    ]
    assert [register.awards[id_of(old_club, name)].list for name in ("otter-7", "crane-1", "dove-1")] == [1, 2, 3]
    assert len(register.profiles) == 3
    site = old_club.build()
    assert json.loads((site / "did.json").read_bytes())["id"] == OLD_DID
    assert json.loads((site / "issuers/club/issuer-3.json").read_bytes())["verification"]["startsWith"] == OLD


def test_second_issuer_keeps_its_folder_and_one_without_keys_takes_the_new_name(old_club: ClubFolder) -> None:
    old_club.issuer("league", f"{OLD_DID}:issuers:league").keys("league", "league")
    old_club.issuer("friends", f"{OLD_DID}:issuers:friends")
    old_club.move(NEW, new_did=True, at=LATER)
    assert register_of(old_club, "league").did == f"{NEW_DID}:issuers:league"
    assert f"did: {NEW_DID}:issuers:league\n" in old_club.read("issuers/league/issuer.yaml")
    assert f"did: {NEW_DID}:issuers:friends\n" in old_club.read("issuers/friends/issuer.yaml")


def test_issuer_without_keys_takes_the_new_name_though_the_others_keep_theirs(old_club: ClubFolder) -> None:
    old_club.issuer("friends", f"{OLD_DID}:issuers:friends")
    old_club.move(NEW, at=LATER)
    assert f"did: {OLD_DID}\n" in old_club.read("issuers/club/issuer.yaml")
    assert f"did: {NEW_DID}:issuers:friends\n" in old_club.read("issuers/friends/issuer.yaml")


# A move that dies.


def copied(folder: ClubFolder, target: Path) -> ClubFolder:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder.root, target)
    one = ClubFolder(target, folder.base_url)
    one.signers = dict(folder.signers)
    return one


def all_deaths(
    folder: ClubFolder,
    tmp_path: Path,
    act: Callable[[ClubFolder], object],
    verdict: Callable[[ClubFolder, list[str]], None],
) -> int:
    """Let *act* die at half-step after half-step and judge what it left; return how many half-steps there are."""
    last = 1 - STRIDE
    while True:
        last += STRIDE
        one = copied(folder, tmp_path / "one")
        if not dies_at(last, lambda one=one: act(one)):
            return last - STRIDE
        try:
            pipeline.check(one.root)
        except ContentError as error:
            verdict(one, [str(problem) for problem in error.problems])
        else:
            verdict(one, [])


@needs_fork
@pytest.mark.parametrize("new_did", [False, True])
def test_move_may_die_anywhere_and_the_same_command_finishes_it(
    old_club: ClubFolder, tmp_path: Path, new_did: bool
) -> None:
    old_club.issuer("league", f"{OLD_DID}:issuers:league").keys("league", "league")
    before = len(register_of(old_club).lines)
    seen = set()

    def verdict(one: ClubFolder, problems: list[str]) -> None:
        for problem in problems:
            seen.add(problem.partition(":")[0])
            assert f"finish it with: pinback move {NEW}" in problem or "a sealing was interrupted here" in problem, (
                problem
            )
        moved = "move" in events(one) or "move" in [line["event"] for line in register_of(one, "league").lines]
        try:
            # Who has begun with a new name need not say so again.
            one.move(NEW, new_did=new_did and not moved, at=LAST)
        except UsageError as error:
            assert str(error).startswith(f"the site is at {NEW} already"), error
        pipeline.check(one.root)
        for slug, did in (("club", OLD_DID), ("league", f"{OLD_DID}:issuers:league")):
            register = register_of(one, slug)
            assert [line["event"] for line in register.lines].count("move") == 1
            assert (register.base_url, register.did) == (NEW, did.replace(OLD_DID, NEW_DID) if new_did else did)
            assert not note_path(Store(one.root, slug)).exists()
        assert len(register_of(one).lines) == before + 2
        assert new_award(one).seal(LAST)

    steps = all_deaths(old_club, tmp_path, lambda one: one.move(NEW, new_did=new_did, at=LATER), verdict)
    assert steps > 30
    if STRIDE == 1:
        assert seen >= {"site_src/site.yaml", "issuers/club/register.jsonl"}


def half_moved(folder: ClubFolder, tmp_path: Path) -> ClubFolder:
    """Return a copy whose move died after the registers and before the files."""
    for last in range(1, 200):
        one = copied(folder, tmp_path / "half")
        assert dies_at(last, lambda one=one: one.move(NEW, at=LATER))
        if "move" in events(one) and OLD in one.read("site_src/site.yaml"):
            return one
    raise AssertionError("no such step")


@needs_fork
def test_check_says_plainly_that_a_move_was_interrupted(old_club: ClubFolder, tmp_path: Path) -> None:
    half = half_moved(old_club, tmp_path)
    with pytest.raises(ContentError) as refused:
        pipeline.check(half.root)
    assert str(refused.value) == (
        f"site_src/site.yaml: the move to {NEW} is in the register, and base_url here still says the old address; "
        f"finish it with: pinback move {NEW}"
    )
    with pytest.raises(UsageError, match=f"the move to {NEW} was interrupted; finish it first: pinback move {NEW}"):
        half.move("https://third.example.org/", at=LAST)
    with pytest.raises(UsageError, match="has begun and keeps the old DIDs; leave --new-did out"):
        half.move(NEW, new_did=True, at=LAST)
    words = half.move(NEW, at=LAST)
    assert "This move was begun and interrupted; this run finishes it." in words
    assert words[0] == f"The site moves from {OLD} to {NEW}. This cannot be taken back."


# Closing.


def test_close_signs_lists_and_statement_and_retires_every_key(old_club: ClubFolder) -> None:
    before = len(register_of(old_club).lines)
    old_club.close(at=LATER)
    register = register_of(old_club)
    assert [line["event"] for line in register.lines[before:]] == [
        *("status", "close", "key-retire", "key-retire", "key-retire", "checkpoint"),
    ]
    retired = [line["key"]["id"] for line in register.lines if line["event"] == "key-retire"]
    keys = register.keys
    assert retired == [keys["log"]["id"], keys["rsa"]["id"], keys["ed25519"]["id"]]
    assert {line["by"] for line in register.lines if line["event"] == "key-retire"} == {keys["ed25519"]["id"]}
    assert register.keyring.active("ed25519", "rsa", "log", "recovery") == []
    site = old_club.build()
    statement = json.loads((site / "issuers/club/closing.json").read_bytes())
    eddsa_rdfc.verify(statement, old_club.signers["club"].keys["ed25519"])
    assert statement["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert statement["id"] == f"{OLD}issuers/club/closing.json"
    assert statement["credentialSubject"]["id"] == statement["issuer"] == OLD_DID
    assert (
        "On 2 June 2026 Test club ended the awarding of badges." in statement["credentialSubject"]["endorsementComment"]
    )
    status = json.loads((site / "issuers/club/status/revocation-1.json").read_bytes())
    assert status["validFrom"] == "2026-06-02T12:00:00Z"
    document = json.loads((site / "did.json").read_bytes())
    assert len(document["assertionMethod"]) == 2


def test_pages_say_that_the_issuer_has_closed(old_club: ClubFolder) -> None:
    old_club.close(at=LATER)
    site = old_club.build()
    assert "This issuer awards nothing any more." in (site / "issuers/club/index.html").read_text(encoding="utf-8")
    assert "This badge is not awarded any more" in (site / "badges/knots/index.html").read_text(encoding="utf-8")


def test_close_says_first_what_it_means(old_club: ClubFolder) -> None:
    old_club.write(OTTER, old_club.read(OTTER) + "suspended: {on: 2026-06-01}\n")
    old_club.seal(AT)
    words = "\n".join(old_club.close(at=LATER))
    assert "Test club ends. This cannot be taken back." in words
    assert "Awards that are not withdrawn (2 now) stay genuine" in words
    assert "Erase first: pinback erase, then pinback seal." in words
    assert "End a suspension (1 now): it stays for ever." in words


def test_closing_waits_for_nothing_that_waits(old_club: ClubFolder) -> None:
    new_award(old_club)
    with pytest.raises(UsageError, match="has records that wait for the next sealing"):
        old_club.close(at=LATER)
    old_club.seal(AT)
    old_club.write(OTTER, old_club.read(OTTER) + "revoked: {on: 2026-06-01, reason: mistake}\n")
    with pytest.raises(UsageError, match="has records that wait for the next sealing"):
        old_club.close(at=LATER)
    old_club.seal(AT)
    old_club.close(at=LATER)
    with pytest.raises(UsageError, match="Test club has closed already"):
        old_club.close(at=LATER)


def test_nothing_can_follow_on_the_end(old_club: ClubFolder) -> None:
    old_club.close(at=LATER)
    assert old_club.seal(LAST) == []
    with pytest.raises(UsageError, match="this issuer has closed and awards nothing any more"):
        scaffold.add_award(old_club.root, "knots", NewAward("", "", AT.date()))
    new_award(old_club)
    with pytest.raises(ContentError) as refused:
        old_club.seal(LAST)
    assert str(refused.value) == (
        "badges/knots/awards/crane.yaml:1: Test club was closed on 2026-06-02, so this award can never be signed; "
        "delete the record, or let another issuer award it"
    )


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("revoked: {on: 2026-06-01, reason: mistake}\n", "so nothing can become of award"),
        ("suspended: {on: 2026-06-01}\n", "so nothing can become of award"),
    ],
)
def test_requests_to_a_closed_issuer_are_told(old_club: ClubFolder, record: str, words: str) -> None:
    old_club.close(at=LATER)
    old_club.write(OTTER, old_club.read(OTTER) + record)
    with pytest.raises(ContentError, match=words):
        pipeline.check(old_club.root)


def test_erasure_from_a_closed_issuer_is_told(old_club: ClubFolder) -> None:
    old_club.close(at=LATER)
    old_club.write(OTTER, f"id: {id_of(old_club, 'otter-7')}\nerased: true\n")
    with pytest.raises(ContentError, match="can no longer be erased from what is signed"):
        pipeline.check(old_club.root)


def test_changed_words_of_a_badge_do_not_wake_a_closed_issuer(old_club: ClubFolder) -> None:
    old_club.close(at=LATER)
    old_club.badge(criteria="Tie seven knots.")
    assert old_club.seal(LAST) == []
    old_club.build()


def test_one_issuer_closes_and_the_other_goes_on(old_club: ClubFolder) -> None:
    old_club.issuer("league", f"{OLD_DID}:issuers:league").keys("league", "league")
    old_club.close("league", at=LATER)
    assert "closing.json" in os.listdir(old_club.root / "issuers/league/sealed")
    assert [done.issuer for done in new_award(old_club).seal(LAST)] == ["club"]


@needs_fork
def test_close_may_die_anywhere_and_the_next_run_closes(old_club: ClubFolder, tmp_path: Path) -> None:
    before = len(register_of(old_club).lines)

    def verdict(one: ClubFolder, problems: list[str]) -> None:
        for problem in problems:
            assert problem.startswith("issuers/club/"), problem
        if not register_of(one).statement:
            one.close(at=LAST)
        pipeline.check(one.root)
        one.seal(LAST)
        register = register_of(one)
        store = Store(one.root, "club")
        assert store.problems(register) == []
        assert not note_path(store).exists()
        assert len(register.lines) == before + 6
        eddsa_rdfc.verify(json.loads(store.closing_path.read_bytes()), one.signers["club"].keys["ed25519"])

    assert all_deaths(old_club, tmp_path, lambda one: one.close(at=LATER), verdict) > 20
