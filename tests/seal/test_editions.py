"""Badges in several languages: one Achievement a language, each frozen by itself when an award needs it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import AT, ClubFolder

from pinback import against, deployed, lifecycle, pipeline, scaffold, sealing
from pinback.awarding import NewAward
from pinback.errors import ContentError
from pinback.register import Register
from pinback.seal import undo
from pinback.seal.store import Store

NAMES = "name: {en: Knots, pl: Węzły, ar: عُقَد}\ndescription: {en: Ties knots., pl: Wiąże węzły., ar: يعقد العُقَد.}\n"
BASE = "https://badges.example.org/"


def several(club: ClubFolder, languages: str = "[en, pl, ar]", fields: str = "", own: str = "en") -> ClubFolder:
    """Write the badge in three languages."""
    texts = {"en": "Tie six knots.", "pl": "Zawiąż sześć węzłów.", "ar": "اعقد ست عُقَد."}
    club.site(languages=languages).badge()
    club.write("badges/knots/badge.md", f"---\n{NAMES}language: {own}\n{fields}---\n\n{texts[own]}\n")
    for tag in texts:
        if tag != own:
            club.write(f"badges/knots/criteria.{tag}.md", f"{texts[tag]}\n")
    return club


def award(club: ClubFolder, name: str, language: str = "", more: str = "") -> ClubFolder:
    line = f"language: {language}\n" if language else ""
    return club.award(name, f"issued_on: 2026-05-17\nhandle: {name}-1\n{line}{more}")


def register_of(club: ClubFolder) -> Register:
    register = Store(club.root, "club").load()
    assert register is not None
    return register


def handles(club: ClubFolder) -> dict[str, str]:
    """Return the ids of sealed awards by the record's name."""
    records = pipeline.check(club.root).club.awards
    return {record.origin.file.rpartition("/")[2].removesuffix(".yaml"): record.id for record in records}


def document(club: ClubFolder, record: str, name: str = "credential.json") -> dict[str, Any]:
    path = Store(club.root, "club").award_path(handles(club)[record], name)
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def achievement(club: ClubFolder, record: str) -> dict[str, Any]:
    found: dict[str, Any] = document(club, record)["credentialSubject"]["achievement"]
    return found


def version(club: ClubFolder, record: str) -> str:
    return register_of(club).awards[handles(club)[record]].version


def frozen(club: ClubFolder, record: str) -> dict[str, Any]:
    path = Store(club.root, "club").version_path("knots", version(club, record), "badge.json")
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def words(club: ClubFolder) -> list[str]:
    _, steps, _ = sealing.planned(club.root)
    checked = pipeline.check(club.root)
    return [line for step in steps for line in step.plan.words(checked.club)]


def test_award_is_signed_in_its_language(club: ClubFolder):
    several(club).keys()
    award(club, "otter", "pl")
    club.seal()
    credential = document(club, "otter")
    assert credential["name"] == "Węzły"
    told = achievement(club, "otter")
    assert told["id"] == f"{BASE}pl/badges/knots/"
    assert told["inLanguage"] == "pl"
    assert told["criteria"] == {"id": f"{BASE}pl/badges/knots/#criteria", "narrative": "Zawiąż sześć węzłów."}
    assert told["related"] == [
        {"id": f"{BASE}badges/knots/", "type": ["Related"], "inLanguage": "en"},
        {"id": f"{BASE}ar/badges/knots/", "type": ["Related"], "inLanguage": "ar"},
    ]
    assert frozen(club, "otter")["name"] == "Węzły"
    assert frozen(club, "otter")["criteria"]["id"] == f"{BASE}pl/badges/knots/"
    assert document(club, "otter", "assertion.json")["badge"].endswith(f"/{version(club, 'otter')}/badge.json")


def test_issuer_speaks_the_language_of_the_award(club: ClubFolder):
    several(club).issuer(more="description: {en: We tie., pl: Wiążemy.}\n").keys()
    award(award(club, "otter", "pl"), "heron")
    club.seal()
    assert document(club, "otter")["issuer"]["description"] == "Wiążemy."
    assert document(club, "heron")["issuer"]["description"] == "We tie."


def test_award_that_says_nothing_is_signed_in_the_language_of_the_badge(club: ClubFolder):
    several(club, own="pl").keys()
    award(award(award(club, "otter"), "heron", "pl"), "wren", "en")
    club.seal()
    # NOTE: the badge's own language keeps the plain id, though the page there speaks English.
    assert achievement(club, "otter") == achievement(club, "heron")
    assert (achievement(club, "otter")["id"], achievement(club, "otter")["inLanguage"]) == (
        f"{BASE}badges/knots/",
        "pl",
    )
    english = achievement(club, "wren")
    assert (english["id"], english["criteria"]["id"]) == (
        f"{BASE}badges/knots/#en",
        f"{BASE}badges/knots/#en-criteria",
    )
    assert [one["id"] for one in english["related"]] == [f"{BASE}badges/knots/", f"{BASE}ar/badges/knots/"]
    assert frozen(club, "wren")["criteria"]["id"] == f"{BASE}badges/knots/#en"


def test_results_have_ids_of_their_own_in_each_edition(club: ClubFolder):
    several(club, own="pl", fields="results: [{id: grade, name: Grade, type: LetterGrade}]\n").keys()
    for tag in ("pl", "en", "ar"):
        award(club, tag, tag, "results: [{result: grade, value: A}]\n")
    club.seal()
    ids = []
    for tag in ("pl", "en", "ar"):
        subject = document(club, tag)["credentialSubject"]
        (described,) = subject["achievement"]["resultDescription"]
        assert subject["result"][0]["resultDescription"] == described["id"]
        ids.append(described["id"].removeprefix(BASE))
    assert ids == ["badges/knots/#result-grade", "badges/knots/#en-result-grade", "ar/badges/knots/#result-grade"]


def test_edition_is_frozen_once_and_only_when_an_award_needs_it(club: ClubFolder):
    several(club).keys()
    award(club, "otter")
    club.seal()
    assert len(register_of(club).versions_of("knots")) == 1
    assert club.seal() == []
    award(club, "heron", "pl")
    assert words(club)[1:] == [
        '  the badge "Węzły" in "pl" as it reads now',
        '  1 award of "Węzły" in "pl", issued 2026-05-17',
    ]
    club.seal()
    assert len(register_of(club).versions_of("knots")) == 2
    assert club.seal() == []
    award(award(club, "wren", "pl"), "crow")
    assert words(club)[1:] == [
        '  1 award of "Knots", issued 2026-05-17',
        '  1 award of "Węzły" in "pl", issued 2026-05-17',
    ]
    club.seal()
    assert len(register_of(club).versions_of("knots")) == 2
    assert (version(club, "otter"), version(club, "heron")) == (version(club, "crow"), version(club, "wren"))


def test_changed_criteria_make_a_new_version_of_that_edition_alone(club: ClubFolder):
    several(club).keys()
    for tag in ("en", "pl", "ar"):
        award(club, tag, tag)
    club.seal()
    club.write("badges/knots/criteria.pl.md", "Zawiąż siedem węzłów.\n")
    assert club.seal() == []
    for tag in ("en", "pl", "ar"):
        award(club, f"new-{tag}", tag)
    (done,) = club.seal()
    assert (done.awards, done.versions) == (3, 1)
    assert frozen(club, "new-pl")["criteria"]["narrative"] == "Zawiąż siedem węzłów."
    assert frozen(club, "pl")["criteria"]["narrative"] == "Zawiąż sześć węzłów."
    assert [version(club, tag) == version(club, f"new-{tag}") for tag in ("en", "pl", "ar")] == [True, False, True]


def test_changed_badge_makes_a_new_version_of_its_own_language_and_of_needed_editions(club: ClubFolder):
    several(club).keys()
    award(club, "otter", "pl")
    club.seal()
    several(club, fields="tags: [rope]\n")
    (done,) = club.seal()
    assert (done.awards, done.versions) == (0, 1)
    award(club, "heron", "pl")
    (done,) = club.seal()
    assert (done.awards, done.versions) == (1, 1)


def test_editions_with_the_same_words_are_two_badge_classes(club: ClubFolder):
    club.site(languages="[en, pl]").badge()
    words = "name: {en: SOS, pl: SOS}\ndescription: {en: SOS, pl: SOS}\n"
    club.write("badges/knots/badge.md", f"---\n{words}---\n\nSOS\n")
    club.write("badges/knots/criteria.pl.md", "SOS\n")
    club.keys()
    award(award(club, "otter"), "heron", "pl")
    club.seal()
    assert version(club, "otter") != version(club, "heron")
    assert club.seal() == []
    award(club, "wren", "pl")
    (done,) = club.seal()
    assert (done.versions, version(club, "wren")) == (0, version(club, "heron"))


def test_badge_written_in_more_languages_later_keeps_its_version_and_names_the_others(club: ClubFolder):
    club.keys()
    award(club, "otter")
    club.seal()
    assert "related" not in achievement(club, "otter")
    club.write("badges/knots/criteria.pl.md", "Zawiąż sześć węzłów.\n")
    club.site(languages="[en, pl]")
    file = "badges/knots/badge.md"
    text = club.read(file).replace("name: Knots", "name: {en: Knots, pl: Węzły}")
    club.write(file, text.replace("Ties knots that hold.", "{en: Ties knots that hold., pl: Wiąże.}"))
    award(club, "heron")
    (done,) = club.seal()
    assert (done.awards, done.versions) == (1, 0)
    assert [one["inLanguage"] for one in achievement(club, "heron")["related"]] == ["pl"]
    assert version(club, "otter") == version(club, "heron")


def test_sealing_of_an_edition_can_be_taken_back(club: ClubFolder):
    several(club).keys()
    award(club, "otter")
    club.seal()
    store, before = Store(club.root, "club"), register_of(club)
    kept = {path.relative_to(club.root): path.read_bytes() for path in store.files()}
    award(club, "heron", "pl")
    club.seal()
    undo.take_back(store, register_of(club), len(before.lines), "the commit", lambda paths: iter(()))
    left = {path.relative_to(club.root): path.read_bytes() for path in store.files() if "status" not in path.parts}
    assert left == {name: data for name, data in kept.items() if "status" not in name.parts}
    assert list(register_of(club).versions_of("knots")) == list(before.versions_of("knots"))


def test_edition_is_frozen_anew_after_a_move(club: ClubFolder):
    several(club).keys()
    award(club, "otter", "pl")
    club.seal()
    club.move("https://new.example.org/", at=AT)
    assert club.seal() == []
    award(club, "heron", "pl")
    club.seal()
    assert achievement(club, "heron")["id"] == "https://new.example.org/pl/badges/knots/"
    assert frozen(club, "heron")["criteria"]["id"] == "https://new.example.org/pl/badges/knots/"
    assert club.seal() == []


def test_languages_keep_their_order_once_an_edition_is_published(club: ClubFolder):
    several(club).keys()
    award(club, "otter", "pl")
    club.seal()
    club.site(languages="[en, ar, fr, pl]")
    pipeline.check(club.root)
    club.site(languages="[pl, en, ar]")
    with pytest.raises(ContentError, match=r"badges/knots was published at pl/badges/knots/; put the languages back"):
        pipeline.check(club.root)


def test_sealed_award_outlives_the_edition_it_was_signed_in(club: ClubFolder):
    several(club).keys()
    award(club, "otter", "pl")
    club.seal()
    (club.root / "badges/knots/criteria.pl.md").unlink()
    pipeline.check(club.root)
    assert club.seal() == []
    assert (club.build() / f"awards/{handles(club)['otter']}/credential.json").exists()
    scaffold.add_award(club.root, "knots", NewAward("", "", AT.date()))
    award(club, "heron", "pl")
    with pytest.raises(ContentError, match=r"heron\.yaml:3: language is \"pl\", and badges/knots is not written in it"):
        pipeline.check(club.root)


def test_page_shows_the_version_of_the_badges_own_language(club: ClubFolder):
    several(club).keys()
    award(club, "otter")
    club.seal()
    award(club, "heron", "pl")
    club.seal()
    current = json.loads((club.build() / "badges/knots/badge.json").read_bytes())
    assert current == frozen(club, "otter")
    club.write("badges/knots/badge.md", club.read("badges/knots/badge.md").replace("six", "seven"))
    assert json.loads((club.build() / "badges/knots/badge.json").read_bytes()) == current


def test_new_award_says_its_language_in_its_record(club: ClubFolder):
    several(club).keys()
    file, link = scaffold.add_award(club.root, "knots", NewAward("", "", AT.date(), name="Zoë", language="pl"))
    assert link
    assert "language: pl\n" in club.read(file)
    club.seal()
    with pytest.raises(ContentError, match="which is not among the languages"):
        scaffold.add_award(club.root, "knots", NewAward("", "", AT.date(), language="fr"))


def test_renewal_and_correction_keep_the_language(club: ClubFolder):
    several(club).keys()
    award(club, "otter", "pl", "valid_for: 1 year\n")
    club.seal()
    sealed = pipeline.sealed_ids(club.root)
    (old,) = sealed
    new = lifecycle.renew(club.root, old, "abcdefgh234567ab", date(2026, 5, 31), None, sealed)
    assert "language: pl\n" in club.read(new.file)
    (record,) = (one for one in pipeline.check(club.root).club.awards if one.id == old)
    assert "language: pl\n" in lifecycle.complete_new_record(record)


def test_guard_accepts_a_sealed_edition_and_proves_it(club: ClubFolder, tmp_path: Path):
    several(club).keys()
    award(club, "otter")
    club.seal()
    shutil.copytree(club.root, tmp_path / "before")
    award(club, "heron", "pl")
    club.seal()
    earlier = deployed.earlier(
        str(tmp_path / "before"), club.root, lambda url, limit: pytest.fail("nothing is asked of a network")
    )
    judged = against.check(club.root, earlier, every_signature=True)
    assert judged.signed == 3  # two awards and the status list
