"""Sealed files as they are found on a disk that others use too: folders gone, files and links in their place, documents of any length."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ClubFolder, fill_with_deep_folders

from pinback.cli.main import run
from pinback.errors import ContentError
from pinback.files import remove_tree
from pinback.register import Register
from pinback.remembered.memory import FINE, memory_of
from pinback.seal import store as stores
from pinback.seal.store import Store

MISSING = "this sealed file is missing or cannot be read; restore it from git"
STRANGE = (
    "the register does not know this sealed file; if the register was shortened, restore it from git; if a sealing was "
    "interrupted, run pinback seal"
)


def store_of(folder: ClubFolder) -> tuple[Store, Register]:
    store = Store(folder.root, "club")
    register = store.load()
    assert register
    return store, register


def problems(folder: ClubFolder) -> list[str]:
    store, register = store_of(folder)
    return [str(problem) for problem in store.problems(register)]


def an_award(folder: ClubFolder) -> Path:
    """Return the folder of the first award."""
    store, register = store_of(folder)
    return store.award_path(next(iter(register.awards)), "")


def missing(place: Path) -> list[str]:
    names = ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt")
    return sorted(f"issuers/club/sealed/awards/{place.name}/{name}: {MISSING}" for name in names)


def test_award_whose_folder_is_gone_misses_every_file(sealed_club: ClubFolder) -> None:
    place = an_award(sealed_club)
    shutil.rmtree(place)
    assert sorted(problems(sealed_club)) == missing(place)
    shutil.rmtree(place.parent)
    assert len(problems(sealed_club)) == 12


def test_file_in_the_place_of_an_awards_folder_is_a_stranger(sealed_club: ClubFolder) -> None:
    place = an_award(sealed_club)
    shutil.rmtree(place)
    place.write_bytes(b"")
    assert sorted(problems(sealed_club)) == sorted(
        [*missing(place), f"issuers/club/sealed/awards/{place.name}: {STRANGE}"]
    )


@pytest.mark.skipif(os.name != "posix", reason="folders are opened on POSIX")
def test_folders_a_thousand_deep_among_sealed_files_end_no_check(
    sealed_club: ClubFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    top = sealed_club.root / "issuers/club/sealed/groups"
    top.mkdir()
    fill_with_deep_folders(top)
    try:
        code = run(["check", "-C", str(sealed_club.root)])
        # From Python 3.12 on folders are walked to any depth, and empty ones are no strangers.
        told = f"pinback: {top.parent}: folders stand within one another here, a thousand deep; remove what is none of the club's"
        assert (code, told in capsys.readouterr().err) == ((1, True) if sys.version_info < (3, 12) else (0, False))
    finally:
        remove_tree(top)


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_link_in_the_place_of_an_awards_folder_is_told(
    sealed_club: ClubFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = an_award(sealed_club)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    assert problems(sealed_club) == [f"issuers/club/sealed/awards/{place.name}: {STRANGE}"]
    # One that leads to itself cannot be looked at.
    place.unlink()
    place.symlink_to(place.name)
    assert run(["check", "-C", str(sealed_club.root)]) == 1
    shown = capsys.readouterr()
    assert f"{place}: cannot be read or written" in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err


def test_folder_of_awards_that_is_none_has_strangers(sealed_club: ClubFolder) -> None:
    store, register = store_of(sealed_club)
    assert store.strangers(register) == []
    sealed_club.write("issuers/club/sealed/awards/aaaabbbbccccdddd/x.json", "")
    sealed_club.write("issuers/club/sealed/awards/readme.txt", "")
    sealed_club.write("issuers/club/sealed/awards/.DS_Store", "")
    known = an_award(sealed_club)
    (known / "more.txt").write_bytes(b"")
    (known / ".DS_Store").write_bytes(b"")
    found = ["aaaabbbbccccdddd/x.json", f"{known.name}/more.txt", "readme.txt"]
    wanted = sorted(f"issuers/club/sealed/awards/{name}: {STRANGE}" for name in found)
    assert sorted(problems(sealed_club)) == wanted
    assert sorted(store.shown(path) for path in store.strangers(register)) == [
        line.partition(":")[0] for line in wanted
    ]


@pytest.mark.parametrize("length", [16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 100_000])
def test_documents_are_read_whole_whatever_their_length(length: int, sealed_club: ClubFolder) -> None:
    """Up to a usual length they are read in one go."""
    store, register = store_of(sealed_club)
    award = next(iter(register.awards.values()))
    files = store.award_files(award)
    assert {name: stores.sha256_name(data) for name, data in files.items()} == award.files
    for data in (b"x" * length, b""):
        store.award_path(award.id, "credential.json").write_bytes(data)
        with pytest.raises(ContentError, match="was changed since it was signed"):
            store.award_files(award)
    longer = replace(award, files={**award.files, "credential.json": stores.sha256_name(b"x" * length)})
    store.award_path(award.id, "credential.json").write_bytes(b"x" * length)
    assert store.award_files(longer)["credential.json"] == b"x" * length
    store.award_path(award.id, "credential.json").unlink()
    with pytest.raises(ContentError, match="is missing or cannot be read"):
        store.award_files(award)


def harmed(folder: ClubFolder) -> None:
    place = an_award(folder)
    (place / "credential.json").write_bytes(b"{}")
    (place / "more.txt").write_bytes(b"")
    folder.write("issuers/club/sealed/status/more.json", "")
    folder.write("issuers/club/sealed/more.txt", "")


@pytest.mark.parametrize("harm", [lambda folder: None, harmed])
def test_several_processes_find_what_one_finds(
    harm: Callable[[ClubFolder], None], sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    harm(sealed_club)
    alone = problems(sealed_club)
    assert len(alone) == (4 if harm is harmed else 0)
    monkeypatch.setattr(stores, "_FEW", 1)
    assert problems(sealed_club) == alone


def remembering(folder: ClubFolder) -> tuple[Store, Register]:
    """Return the store with what earlier runs have left, and a look at the folders of now."""
    time.sleep(3 * FINE / 1e9)  # as between two things that a person does
    memory = memory_of(folder.root, {})
    assert memory
    store = Store(folder.root, "club", memory)
    register = store.load()
    assert register
    return store, register


def test_strangers_are_found_by_a_look_at_the_folders_too(sealed_club: ClubFolder) -> None:
    assert remembering(sealed_club)[0].strangers(remembering(sealed_club)[1]) == []
    harmed(sealed_club)
    sealed_club.write("issuers/club/sealed/awards/aaaabbbbccccdddd/x.json", "")
    sealed_club.write("issuers/club/sealed/awards/aaaabbbbccccdddd/.DS_Store", "")
    sealed_club.write("issuers/club/sealed/awards/readme.txt", "")
    sealed_club.write("issuers/club/sealed/badges/knots/more/image.png", "")
    sealed_club.write("issuers/club/beside.txt", "")
    sealed_club.write("issuers/club/beside/beside.txt", "")
    sealed_club.write("badges/knots/awards/beside.txt", "")
    store, register = store_of(sealed_club)
    found = store.strangers(register)
    assert len(found) == 6
    assert remembering(sealed_club)[0].strangers(register) == sorted(found)


def test_empty_folders_are_seen_by_a_look_at_the_folders(sealed_club: ClubFolder) -> None:
    assert store_of(sealed_club)[0].may_hold_empty_folders()  # without a look nobody knows
    assert not remembering(sealed_club)[0].may_hold_empty_folders()
    for folder, inside in (("badges/more/awards", False), ("issuers/club/sealed/awards/aaaabbbbccccdddd", True)):
        (sealed_club.root / folder).mkdir(parents=True)
        assert remembering(sealed_club)[0].may_hold_empty_folders() is inside


def test_files_compared_with_another_register_are_compared_again(
    sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept says of which bytes it speaks; a register with other ones, as long or longer, has nothing of it."""
    monkeypatch.setattr(stores, "_WORTH_KEEPING", 0)
    store, register = remembering(sealed_club)
    assert store.problems(register) == []
    store, register = remembering(sealed_club)
    assert store._compared_before(register)[0] == set(register.awards)
    size, digest, ids, marks = store.memory.recall("sealed-club")  # type: ignore[union-attr]
    for other in (digest.replace(digest[0], "0" if digest[0] != "0" else "1"), "", None):
        store.memory.keep("sealed-club", [size, other, ids, marks])  # type: ignore[union-attr]
        assert store._compared_before(register)[0] == set()
    store.memory.keep("sealed-club", [size, digest, ids, marks])  # type: ignore[union-attr]
    assert store._compared_before(register)[0] == set(register.awards)
