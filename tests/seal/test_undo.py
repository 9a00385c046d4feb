"""A sealing that nobody has seen is taken back, byte by byte, and whatever is final is not."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder, make_test_keys
from test_guard import AWARD, FILE, OTHER, copied, earlier_of, files_of, refused, register_of, rotate
from test_interrupted import dies_at

from pinback import against, deployed, pipeline
from pinback.errors import SigningError
from pinback.limits import MAX_FILE, MAX_SEALED
from pinback.register_proofs import proved_register
from pinback.seal.make import Draft
from pinback.seal.signing_keys import keys_of
from pinback.seal.store import Store
from pinback.seal.undo import take_back
from pinback.seal.write import note_path


def undone(folder: ClubFolder, *states: deployed.Earlier) -> str:
    return "; ".join(f"{one.issuer}: {one.words()}" for one in against.undo(folder.root, states))


def test_undo_brings_back_every_byte_and_keeps_the_ids(sealed_club: ClubFolder) -> None:
    sealed_club.build()
    before, state = files_of(sealed_club), earlier_of(sealed_club)
    path = sealed_club.root / "badges/knots/awards/2026-05-17-otter.yaml"
    path.write_text(f"{path.read_text()}revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    sealed_club.award("n", AWARD).badge(criteria="Tie eight knots.")
    sealed_club.seal(AT + timedelta(days=1))
    ids = list(register_of(sealed_club).awards)
    assert undone(sealed_club, state) == "club: 1 award, 1 withdrawal, 1 badge version"
    assert files_of(sealed_club) == before
    assert f"id: {ids[-1]}" in sealed_club.read("badges/knots/awards/n.yaml")
    assert undone(sealed_club, state) == ""
    sealed_club.seal(AT + timedelta(days=2))
    assert list(register_of(sealed_club).awards) == ids


def test_what_is_final_is_not_taken_back(sealed_club: ClubFolder) -> None:
    state = earlier_of(sealed_club)
    erased, rotated = copied(sealed_club, "erased"), copied(sealed_club, "rotated")
    award = next(iter(register_of(sealed_club).awards))
    erased.award("2026-05-17-otter", f"id: {award}\nerased: true\n").seal(AT + timedelta(days=1))
    rotate(rotated, "rsa")
    cure = "this sealing cannot be undone; correct the awards one by one (revoke, supersede)"
    for folder, told in (
        (erased, f"{FILE}:9: an erasure stands, and what was erased does not come back; {cure}"),
        (rotated, f"{FILE}:9: keys were changed since, and this command leaves keys alone; {cure}"),
    ):
        before = files_of(folder)
        assert refused(lambda folder=folder: against.undo(folder.root, [state])) == told
        assert files_of(folder) == before


def test_undo_to_another_history_is_refused(sealed_club: ClubFolder, club: ClubFolder) -> None:
    other = copied(sealed_club, "other")
    other.award("m", OTHER).seal(AT + timedelta(days=1))
    state = earlier_of(other)
    sealed_club.award("n", AWARD).seal(AT + timedelta(days=2))
    assert "from here on the register is another one than in before" in refused(
        lambda: against.undo(sealed_club.root, [state])
    )
    assert refused(lambda: against.undo(sealed_club.root, [deployed.in_folder(club.root)])) == (
        f"{FILE}:1: the earlier state does not know this register at all; name a newer one with --deployed"
    )


def test_undo_takes_what_the_newest_of_the_states_does_not_know(sealed_club: ClubFolder) -> None:
    first = earlier_of(sealed_club)
    sealed_club.award("n", AWARD).seal(AT + timedelta(days=1))
    second = earlier_of(sealed_club)
    sealed_club.award("m", OTHER).seal(AT + timedelta(days=2))
    assert undone(sealed_club, first, second) == "club: 1 award"


def test_state_whose_files_were_changed_gives_nothing_back(sealed_club: ClubFolder) -> None:
    copy = copied(sealed_club, "copy")
    (copy.root / "issuers/club/sealed/status/revocation-1.json").write_bytes(b"{}")
    path = sealed_club.root / "badges/knots/awards/2026-05-17-otter.yaml"
    path.write_text(f"{path.read_text()}revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    sealed_club.seal(AT + timedelta(days=1))
    before = files_of(sealed_club)
    told = refused(lambda: against.undo(sealed_club.root, [deployed.in_folder(copy.root)]))
    assert "revocation-1.json: the folder" in told
    assert "does not hold what its register names; name another state" in told
    assert files_of(sealed_club) == before


def test_undo_that_dies_is_finished_by_any_next_run(sealed_club: ClubFolder, tmp_path: Path) -> None:
    state, before = earlier_of(sealed_club), files_of(sealed_club)
    path = sealed_club.root / "badges/knots/awards/2026-05-17-otter.yaml"
    path.write_text(f"{path.read_text()}revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    sealed_club.award("n", AWARD).badge(criteria="Tie eight knots.").seal(AT + timedelta(days=1))
    register = (sealed_club.root / FILE).read_bytes()
    half_steps = 0
    while True:
        half_steps += 1
        one = ClubFolder(tmp_path / "one")
        shutil.rmtree(one.root, ignore_errors=True)
        shutil.copytree(sealed_club.root, one.root)
        if not dies_at(half_steps, lambda one=one: against.undo(one.root, [state])):
            break
        if half_steps % 2:
            against.undo(one.root, [state])
            assert files_of(one) == before
        else:
            one.seal(AT + timedelta(days=2))
            pipeline.check(one.root)
            found = register_of(one)
            assert (len(found.awards), len(found.revoked)) == (4, 1)
            assert len({award.index for award in found.awards.values()}) == 4
            # It had not begun, or it was finished and everything was sealed again.
            now = (one.root / FILE).read_bytes()
            assert now == register or now.startswith(state.registers["club"])
    assert half_steps > 30


def test_more_than_a_note_can_hold_is_left_to_git(sealed_club: ClubFolder) -> None:
    """Seven pictures of badges are missing, each as large as may be."""
    store, register = Store(sealed_club.root, "club"), register_of(sealed_club)
    picture = bytes(MAX_SEALED)
    draft = Draft(register, "club", keys_of(register, make_test_keys("test")), AT, lambda badge, version: {})
    for number in range(7):
        draft.version(f"knots-{number}", {"@context": "https://w3id.org/openbadges/v2"}, b"<svg/>", lambda: picture)
    draft.checkpoint()
    whole = (sealed_club.root / FILE).read_bytes() + b"".join(draft.rows)
    (sealed_club.root / FILE).write_bytes(whole)
    longer = proved_register(whole, FILE)
    files = {f"issuers/club/sealed/{name}": data for name, data in draft.files.items()}
    assert 7 * MAX_SEALED < MAX_FILE
    with pytest.raises(SigningError) as told:
        take_back(store, longer, len(longer.lines), "before", lambda paths: ((path, files[path]) for path in paths))
    assert str(told.value) == "issuers/club: too many files would have to be put back; use git checkout for them"
    assert (sealed_club.root / FILE).read_bytes() == whole
    assert not note_path(store).exists()
