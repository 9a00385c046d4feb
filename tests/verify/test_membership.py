"""Who vouches: a group's word and its parent's word together, and neither alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import AT, ClubFolder

from pinback.limits import MAX_ENDORSEMENTS_ASKED, MAX_OWN_PROFILES, MAX_PARENT_NAME, MAX_PARENTS
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import SnapshotDoor
from pinback.verify.inputs import judge_input
from pinback.verify.membership import ENDORSEMENTS, PARENTS, memberships
from pinback.verify.report import Membership, as_text

PARENT, GROUP = "did:web:federation.example.org", "did:web:badges.example.org"
BASE = "https://federation.example.org/issuers/club/groups/test-club/"
MEMBER_OF = f"""member_of:
  - name: Knot Federation
    did: {PARENT}
    credential: {BASE}credential.json
    endorsement: {BASE}endorsement.json
"""
FILE = f"""name: Test club
did: {GROUP}
profile: https://badges.example.org/issuers/club/issuer.json
since: 2026-05-01
text: Test club is a member of the Knot Federation.
"""
BOTH = "Test club is a group of Knot Federation (federation.example.org), as both say"
ALONE = "Test club says that it is a group of Knot Federation (federation.example.org), which does not say so: "
NOTHING = "; one word alone vouches for nothing"


class World:
    """A federation, a club, and a web that answers with what both have published."""

    def __init__(self, folder: Path, club: ClubFolder) -> None:
        self.web, self.club = folder / "web", club
        self.federation = ClubFolder(folder / "federation", "https://federation.example.org/").site()
        self.federation.issuer(did=PARENT, more="").badge()
        text = self.federation.read("issuers/club/issuer.yaml").replace("Test club", "Knot Federation")
        self.federation.write("issuers/club/issuer.yaml", text)
        self.federation.keys(seed="federation")

    def published(self) -> World:
        for one, host in ((self.federation, "federation.example.org"), (self.club, "badges.example.org")):
            shutil.rmtree(self.web / host, ignore_errors=True)
            shutil.copytree(one.build(), self.web / host)
        return self

    def says(
        self, name: str, trust: tuple[str, ...] = (), at: str = "badges.example.org/awards/*/"
    ) -> Membership | None:
        asker, question = Asker(SnapshotDoor(self.web)), Question(AT + timedelta(days=30), trust)
        file = next(iter(sorted(self.web.glob(at + name))))
        report = judge_input(str(file), asker, question)
        report.member_of = memberships(report, asker, question)
        print(as_text(report))  # shown where a test fails
        assert all(f"  {one.words}\n" in as_text(report) for one in report.member_of)
        return report.member_of[0] if report.member_of else None


@pytest.fixture
def world(tmp_path: Path, sealed_club: ClubFolder) -> World:
    """Both say it."""
    made = World(tmp_path, sealed_club)
    made.federation.write("issuers/club/groups/test-club.yaml", FILE)
    made.federation.seal()
    sealed_club.issuer(more=MEMBER_OF)
    return made


FORMS = ["credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt", "badge.png"]


@pytest.mark.parametrize("form", FORMS)
def test_what_both_say_is_told_with_every_form_of_a_badge(world: World, form: str) -> None:
    assert world.published().says(form) == Membership(PARENT, True, BOTH)


def test_removing_the_back_link_changes_what_the_checker_says(world: World) -> None:
    world.published()
    assert world.says("credential.json") == Membership(PARENT, True, BOTH)
    world.club.issuer()
    world.published()
    assert world.says("credential.json") is None
    words = "badges.example.org does not say that it is a group of Knot Federation; one word alone vouches for nothing"
    parent = "federation.example.org/issuers/club/groups/test-club/"
    assert world.says("credential.json", at=parent) == Membership(PARENT, False, words)


def test_an_endorsement_alone_says_whether_the_group_links_back(world: World) -> None:
    parent = "federation.example.org/issuers/club/groups/test-club/"
    words = "badges.example.org is a group of Knot Federation (federation.example.org), as both say"
    assert world.published().says("credential.json", at=parent) == Membership(PARENT, True, words)
    hosted = world.says("endorsement.json", at=parent)
    assert hosted is not None
    assert hosted.both is True


def test_whom_the_asker_trusts_is_said_and_changes_no_verdict(world: World) -> None:
    told = world.published().says("credential.json", trust=(PARENT,))
    assert told is not None
    assert told.words == BOTH.replace(", as both", ", whom you trust, as both")


def with_an_end(world: World) -> None:
    world.federation.write("issuers/club/groups/test-club.yaml", FILE + "ended: 2026-06-02\n")
    world.federation.seal(AT + timedelta(days=2))


def about_another(world: World) -> None:
    world.federation.write("issuers/club/groups/other.yaml", FILE.replace("badges.example.org", "other.example.org"))
    world.federation.seal(AT + timedelta(days=2))
    world.club.issuer(more=MEMBER_OF.replace("test-club", "other"))


def of_another_parent(world: World) -> None:
    world.club.issuer(more=MEMBER_OF.replace(f"did: {PARENT}", "did: did:web:stranger.example.org"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_an_end, f"{ALONE}it has withdrawn its endorsement{NOTHING}"),
        (about_another, f'{ALONE}what it signed is about "did:web:other.example.org"{NOTHING}'),
    ],
)
def test_a_groups_word_alone_is_told_as_that(world: World, change: Callable[[World], None], words: str) -> None:
    change(world)
    told = world.published().says("credential.json")
    assert told is not None
    assert told.both is False
    assert told.words == words


def test_an_endorsement_of_somebody_else_is_not_that_of_the_parent(world: World) -> None:
    of_another_parent(world)
    told = world.published().says("credential.json")
    assert told is not None
    assert (told.parent, told.both) == ("did:web:stranger.example.org", False)


def cannot_be_found_out(world: World) -> None:
    told = world.says("credential.json")
    assert told is not None
    assert told.both is None
    assert "whether that one says so could not be found out" in told.words


def test_a_parent_that_does_not_answer_is_told_as_that(world: World) -> None:
    world.published()
    shutil.rmtree(world.web / "federation.example.org")
    cannot_be_found_out(world)


def test_a_stranger_who_calls_a_groups_profile_its_own_gains_nothing(world: World) -> None:
    """Its DID document names the profile of a true group, whose parent's endorsement is about another DID."""
    world.published()
    thief = "did:web:thief.example.org"
    found = json.loads((world.web / "badges.example.org/.well-known/did.json").read_bytes())
    document = json.loads(json.dumps(found).replace(GROUP, thief))
    place = world.web / "thief.example.org/.well-known"
    place.mkdir(parents=True)
    (place / "did.json").write_text(json.dumps(document))
    asker, question = Asker(SnapshotDoor(world.web)), Question(AT + timedelta(days=30))
    file = next(iter(sorted(world.web.glob("badges.example.org/awards/*/credential.json"))))
    report = judge_input(str(file), asker, question)
    report.issuer = thief
    assert [one.both for one in memberships(report, asker, question)] == [False]


def test_after_a_new_key_a_badge_of_the_second_profile_is_still_the_groups(world: World) -> None:
    """The endorsement names the first profile; the group's DID document names them all."""
    world.club.move("https://badges.example.org/new/", at=AT + timedelta(days=1))
    world.club.award("2026-06-02-late", "issued_on: 2026-06-02\nhandle: stoat-4\n")
    world.club.seal(AT + timedelta(days=2))
    world.federation.build()
    site = world.club.build()
    shutil.copytree(world.federation.root / "site", world.web / "federation.example.org")
    shutil.copytree(site, world.web / "badges.example.org/new")
    shutil.copytree(site, world.web / "badges.example.org", dirs_exist_ok=True)
    (world.web / "badges.example.org/.well-known").mkdir(exist_ok=True)
    late = next(
        path
        for path in sorted(world.web.glob("badges.example.org/new/awards/*/assertion.json"))
        if "/new/awards/" in json.loads(path.read_bytes())["id"]
    )
    asker, question = Asker(SnapshotDoor(world.web)), Question(AT + timedelta(days=30))
    report = judge_input(str(late), asker, question)
    assert report.issuer.endswith("issuer-2.json"), report.sentence
    assert [one.both for one in memberships(report, asker, question)] == [True]


@pytest.mark.parametrize(
    "said",
    [
        {"schema:memberOf": PARENT, "schema:subjectOf": f"{BASE}credential.json"},
        {"schema:memberOf": {"id": PARENT, "name": ["x"]}, "schema:subjectOf": {"id": 7}},
        {"schema:memberOf": [{"id": PARENT}] * 5_000, "schema:subjectOf": [{"id": "https://x.example/"}] * 5_000},
        {"schema:memberOf": [{"id": f"did:web:p{n}.example"} for n in range(5_000)], "schema:subjectOf": []},
        {"schema:memberOf": [{"id": PARENT, "name": "x" * 100_000}], "schema:subjectOf": [{"id": "http://10.0.0.1/"}]},
        {"schema:memberOf": [{"id": PARENT}], "schema:subjectOf": [{"id": "https://badges.example.org/index.json"}]},
        {"schema:memberOf": [{"id": "did:web:..:x"}], "schema:subjectOf": [{"id": "https://[::1]/x"}]},
        {"schema:memberOf": None, "schema:subjectOf": None},
    ],
    ids=["texts", "kinds", "many", "parents", "long", "no-endorsement", "addresses", "nothing"],
)
def test_a_profile_that_says_odd_things_brings_no_parent_and_costs_little(
    world: World, said: dict[str, object]
) -> None:
    world.published()
    path = world.web / "badges.example.org/issuers/club/issuer.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | said))
    asker, question = Asker(SnapshotDoor(world.web)), Question(AT + timedelta(days=30))
    file = next(iter(sorted(world.web.glob("badges.example.org/awards/*/credential.json"))))
    report = judge_input(str(file), asker, question)
    report.member_of = memberships(report, asker, question)
    assert report.ok
    assert not [one for one in report.member_of if one.both]
    assert len(report.member_of) <= 8
    assert all(len(one.words) < 1_000 for one in report.member_of)


# Limits: at each value what is said counts, and one beyond it does not.


def _profile_says(world: World, change: Callable[[dict[str, Any]], object]) -> None:
    file = world.web / "badges.example.org/issuers/club/issuer.json"
    profile = json.loads(file.read_bytes())
    change(profile)
    file.write_text(json.dumps(profile), encoding="utf-8")


def test_endorsement_whose_list_cannot_be_asked_is_not_believed(world: World) -> None:
    """The endorsement of 2.0 has no list and names the profile; it does not make a refusal of what could not be found out."""
    world.published()
    assert world.says("credential.json") == Membership(PARENT, True, BOTH)
    shutil.rmtree(world.web / "federation.example.org/issuers/club/status")
    cannot_be_found_out(world)


def test_profile_of_another_address_and_parents_without_a_name_say_nothing(world: World) -> None:
    _profile_says(world.published(), lambda profile: profile[PARENTS].insert(0, {"name": "Nobody"}))
    assert _all_said(world) == (Membership(PARENT, True, BOTH),)
    _profile_says(world, lambda profile: profile.update(id="https://elsewhere.example.org/issuer.json"))
    assert _all_said(world) == ()


@pytest.mark.parametrize(("group", "said"), [("did:web:nowhere.example", 1), ("urn:uuid:7", 0), ("did:key:z6Mk", 0)])
def test_endorsement_of_somebody_who_cannot_be_asked_is_one_word(world: World, group: str, said: int) -> None:
    world.published()
    asker, question = Asker(SnapshotDoor(world.web)), Question(AT + timedelta(days=30))
    file = world.web / "federation.example.org/issuers/club/groups/test-club/credential.json"
    report = judge_input(str(file), asker, question)
    report.endorsed = group
    told = memberships(report, asker, question)
    assert [one.both for one in told] == [False] * said


@pytest.mark.parametrize("before", [MAX_PARENTS - 1, MAX_PARENTS])
def test_so_many_parents_are_looked_for(world: World, before: int) -> None:
    others = [{"id": f"did:web:{number}.example.org", "name": "Another"} for number in range(before)]
    _profile_says(world.published(), lambda profile: profile.update({PARENTS: others + profile[PARENTS]}))
    said = _all_said(world)
    assert (Membership(PARENT, True, BOTH) in said) is (before < MAX_PARENTS)
    assert len(said) == MAX_PARENTS


@pytest.mark.parametrize("before", [MAX_ENDORSEMENTS_ASKED - 2, MAX_ENDORSEMENTS_ASKED])
def test_so_many_endorsements_are_asked_for(world: World, before: int) -> None:
    others = [f"https://nobody.example.org/{number}.json" for number in range(before)]
    _profile_says(world.published(), lambda profile: profile.update({ENDORSEMENTS: others + profile[ENDORSEMENTS]}))
    assert (Membership(PARENT, True, BOTH) in _all_said(world)) is (before < MAX_ENDORSEMENTS_ASKED)


@pytest.mark.parametrize("more", [0, 1])
def test_so_much_of_a_name_is_shown(world: World, more: int) -> None:
    name = "n" * (MAX_PARENT_NAME + more)

    def alone(profile: dict[str, Any]) -> None:
        profile[PARENTS] = [{"id": "did:web:nobody.example.org", "name": name}]

    _profile_says(world.published(), alone)
    assert "n" * MAX_PARENT_NAME in _all_said(world)[0].words
    assert "n" * (MAX_PARENT_NAME + 1) not in _all_said(world)[0].words


@pytest.mark.parametrize("before", [MAX_OWN_PROFILES - 1, MAX_OWN_PROFILES])
def test_so_many_profiles_of_an_issuer_are_read(world: World, before: int) -> None:
    world.published()
    file = next(world.web.glob("badges.example.org/**/did.json"))
    document = json.loads(file.read_bytes())
    others = [f"https://nobody.example.org/{number}.json" for number in range(before)]
    document["alsoKnownAs"] = others + document["alsoKnownAs"]
    file.write_text(json.dumps(document), encoding="utf-8")
    assert (Membership(PARENT, True, BOTH) in _all_said(world)) is (before < MAX_OWN_PROFILES)


def _all_said(world: World) -> tuple[Membership, ...]:
    asker, question = Asker(SnapshotDoor(world.web)), Question(AT + timedelta(days=30), ())
    file = next(iter(sorted(world.web.glob("badges.example.org/awards/*/credential.json"))))
    return memberships(judge_input(str(file), asker, question), asker, question)
