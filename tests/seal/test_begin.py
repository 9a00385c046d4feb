"""Keys that lie there before any register: ``seal`` begins it with them, once, as ``key new`` would."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import AT, ROOT, TEST_CODE, ClubFolder, needs_libcairo
from faults import quick_age
from faults.scenarios import _plain

from pinback import pipeline, sealing
from pinback.errors import ContentError, PinbackError, SigningError
from pinback.keys.bundle import new_recovery
from pinback.register import Register
from pinback.seal.store import Store

OTTER = "issued_on: 2026-05-17\nhandle: otter-7\n"
KEYS = "issuers/club/keys.age"
REGISTER = "issuers/club/register.jsonl"


@pytest.fixture(scope="module")
def locked() -> bytes:
    """The test keys as a browser leaves them: age, as text."""
    return quick_age.as_text(quick_age.encrypt(_plain(), TEST_CODE))


@pytest.fixture
def waiting(club: ClubFolder, locked: bytes) -> ClubFolder:
    """A club whose keys were made in a browser, with an award that waits."""
    (club.root / KEYS).write_bytes(locked)
    return club.award("first", OTTER)


def seal(club: ClubFolder, said: list[str], **more: object) -> list[sealing.SealedNow]:
    def signer(*_: object) -> object:
        raise AssertionError("keys that no register names are opened by their code")

    given = {"codes": lambda slug: [TEST_CODE], **more}
    return sealing.seal(club.root, lambda: AT, said.append, signer, **given)  # type: ignore[arg-type]


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(PinbackError) as error:
        action()
    return str(error.value)


def test_a_dry_run_says_that_the_register_begins_and_what_is_signed_with_it(waiting: ClubFolder) -> None:
    said: list[str] = []
    done = seal(waiting, said, dry_run=True)
    assert said == [
        f"Test club will begin its register, with the keys in {KEYS}",
        "Test club will sign:",
        '  the badge "Knots" as it reads now',
        '  1 award of "Knots", issued 2026-05-17',
    ]
    assert done == [sealing.SealedNow("club", 1, 1, 0, begun=True)]
    assert not (waiting.root / REGISTER).exists()


def test_a_club_without_badges_begins_its_register_too(club: ClubFolder, locked: bytes) -> None:
    """Otherwise nobody could look up the keys before the first award."""
    for path in sorted((club.root / "badges").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (club.root / KEYS).write_bytes(locked)
    said: list[str] = []
    assert seal(club, said) == [sealing.SealedNow("club", 0, 0, 0, begun=True)]
    assert said == [f"Test club will begin its register, with the keys in {KEYS}"]
    assert not (club.root / "issuers/club/sealed").exists()
    assert seal(club, said) == []


@needs_libcairo
def test_it_begins_exactly_as_key_new_does_and_seals_what_waits(waiting: ClubFolder, tmp_path: Path) -> None:
    said: list[str] = []
    assert seal(waiting, said) == [sealing.SealedNow("club", 1, 1, 0, begun=True)]
    other = ClubFolder(tmp_path / "other").site().issuer().badge().keys()
    assert waiting.read(REGISTER).startswith(other.read(REGISTER))
    lines = [json.loads(line) for line in waiting.read(REGISTER).splitlines()]
    assert [line["event"] for line in lines[:2]] == ["issuer", "checkpoint"] and lines[-1]["event"] == "checkpoint"
    assert pipeline.waiting(pipeline.check(waiting.root)) == 0
    assert (waiting.build() / ".well-known/did.json").exists()


def test_check_takes_such_keys_for_no_problem(waiting: ClubFolder) -> None:
    checked = pipeline.check(waiting.root)
    assert checked.warnings == () and sealing.unbegun(checked) == ["club"]
    waiting.keys()
    assert sealing.unbegun(pipeline.check(waiting.root)) == []


def test_a_register_that_is_missing_beside_sealed_files_is_never_begun_anew(
    sealed_club: ClubFolder, locked: bytes
) -> None:
    (sealed_club.root / KEYS).write_bytes(locked)
    (sealed_club.root / REGISTER).unlink()
    with pytest.raises(ContentError, match="the register is missing beside sealed files"):
        seal(sealed_club, [])
    assert not (sealed_club.root / REGISTER).exists()


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_register_that_git_remembers_is_never_begun_anew(waiting: ClubFolder, dry_run: bool) -> None:
    asked: list[str] = []

    def remembered(file: str) -> bool:
        asked.append(file)
        return True

    words = refused(lambda: seal(waiting, [], remembered=remembered, dry_run=dry_run))
    assert (
        words
        == f"{REGISTER}: the register is missing, and git remembers one; restore it from git; a register is begun once"
    )
    assert asked == [REGISTER] and not (waiting.root / REGISTER).exists()


def test_another_code_begins_nothing(waiting: ClubFolder) -> None:
    words = refused(lambda: seal(waiting, [], codes=lambda slug: ["0000-0000-0000-0000-0000-0000-000"]))
    assert words.startswith(f"{KEYS}: the code does not open keys.age")
    assert not (waiting.root / REGISTER).exists()
    assert refused(lambda: seal(waiting, [], codes=lambda slug: [])) == (
        f"{KEYS}: no code was given; type it, or set PINBACK_CODE"
    )


def test_a_recovery_key_begins_nothing(waiting: ClubFolder) -> None:
    (waiting.root / KEYS).write_bytes(new_recovery().encrypted(TEST_CODE))
    assert "these keys sign no badges" in refused(lambda: seal(waiting, []))
    assert not (waiting.root / REGISTER).exists()


def test_keys_of_more_stewards_have_to_come_after_the_beginning(waiting: ClubFolder, locked: bytes) -> None:
    for name, option in (("deputy", "--steward deputy"), ("recovery", "--recovery")):
        waiting.write(f"issuers/club/keys/{name}.age", locked.decode("ascii"))
        words = refused(lambda: seal(waiting, []))
        assert words.startswith(f"issuers/club/keys/{name}.age: no register names these keys; delete the file")
        assert words.endswith(f"pinback key new {option}")
        (waiting.root / f"issuers/club/keys/{name}.age").unlink()


def test_the_demonstration_keys_begin_no_register_of_another_club(waiting: ClubFolder) -> None:
    """Their code is printed in the README."""
    code = re.search(r"`riverside` \| `([0-9A-Z-]+)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert code
    (waiting.root / KEYS).write_bytes((ROOT / "issuers/riverside/keys.age").read_bytes())
    with pytest.raises(SigningError, match="its keys are the demonstration keys; make own keys"):
        seal(waiting, [], codes=lambda slug: [code[1]])
    assert not (waiting.root / REGISTER).exists()


def test_the_keys_of_one_issuer_begin_while_another_seals(waiting: ClubFolder) -> None:
    """All keys are opened before anything is written."""
    waiting.issuer("other", "did:web:badges.example.org:issuers:other")
    waiting.keys("other", seed="other")
    opened: list[str] = []

    def signer(issuer: object, store: Store, register: Register) -> object:
        opened.append(store.issuer)
        assert not (waiting.root / REGISTER).exists()
        return waiting.signers["other"]

    waiting.badge("swim", "issuer: other\n").award("one", OTTER, "swim")
    done = sealing.seal(waiting.root, lambda: AT, lambda line: None, signer, codes=lambda slug: [TEST_CODE])  # type: ignore[arg-type]
    assert opened == ["other"]
    assert sorted((one.issuer, one.begun, one.awards) for one in done) == [("club", True, 1), ("other", False, 1)]
