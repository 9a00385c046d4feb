"""Keys and code of a club, from ``key new`` through the command line to a sealing: nothing secret ever lies on the disk."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import AT, ROOT, TEST_CODE, ClubFolder, make_test_keys

from pinback import custody
from pinback.canonical import base64url
from pinback.cli.main import run
from pinback.errors import ContentError, SigningError, UsageError
from pinback.files import write_file
from pinback.keys.bundle import _materials
from pinback.keys.code import new_code
from pinback.leaks import LeakProblem, check_sign
from pinback.limits import MAX_BUNDLE
from pinback.proofs.multibase import base58
from pinback.seal.opening import opened_keys
from pinback.seal.signing_keys import keys_of
from pinback.seal.store import Store

AWARD = "issued_on: 2026-05-17\nhandle: otter-7\n"


def spellings(material: bytes) -> set[bytes]:
    """Return the usual spellings of a secret, made here and not by the code that looks for them."""
    found = {material, material.hex().encode(), material.hex().upper().encode()}
    for offset in range(3):
        text = base64.b64encode(b"?" * offset + material).rstrip(b"=")
        inner = text[4:-4] if offset else text[:-4]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found | {base64url(material).encode()[:-2], base58(b"\x80\x26" + material).encode()[6:-6]}


def unseen(sheet: custody.Sheet) -> None:
    """Stands where a code would be shown and must not be."""
    raise AssertionError("keys were made")


def test_code_that_cannot_be_shown_leaves_no_keys_behind(club: ClubFolder):
    def broken_printer(sheet: custody.Sheet) -> None:
        raise OSError("out of paper")

    with pytest.raises(OSError, match="out of paper"):
        custody.new_keys(club.root, "club", AT, broken_printer)
    assert sorted(path.name for path in (club.root / "issuers/club").iterdir()) == ["issuer.yaml"]


def test_made_sealed_built_and_no_secret_on_the_disk(
    club: ClubFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The whole way with new keys; then every file is read, those of the site and of .pinback too."""
    sheets: list[custody.Sheet] = []
    assert custody.new_keys(club.root, "club", AT, sheets.append) == [
        "issuers/club/keys.age",
        "issuers/club/register.jsonl",
    ]
    (sheet,) = sheets
    code, keys = sheet.code, sheet.keys
    club.award("a", AWARD)
    with pytest.raises(UsageError, match="this issuer has keys already; their code opens them"):
        custody.new_keys(club.root, "club", AT, unseen)
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    monkeypatch.setenv("PINBACK_CODE", sloppy.replace(" ", ""))
    assert run(["seal", "-C", str(club.root)]) == 0
    assert "PINBACK_CODE" not in os.environ
    assert run(["build", "-C", str(club.root)]) == 0
    shown = capsys.readouterr()
    secrets = {code.encode(), code.lower().encode(), code.replace("-", "").encode(), sloppy.encode()}
    for key in keys._private.values():
        for material in _materials(key):
            secrets |= spellings(material)
    everything = {path: path.read_bytes() for path in club.root.rglob("*") if path.is_file()}
    assert len(everything) > 40
    everything[Path("what was shown")] = (shown.out + shown.err).encode()
    for path, data in everything.items():
        assert not [secret for secret in secrets if secret in data], path
        assert b"PRIVATE KEY" not in data
    with pytest.raises(LeakProblem):
        write_file(club.root / "badges/knots/notes.txt", f"our code is {code.lower()}".encode())
    assert not (club.root / "badges/knots/notes.txt").exists()


def test_code_in_a_record_never_reaches_the_site(club: ClubFolder):
    """A volunteer who pastes the code into a text is stopped by build, which knows codes by their shape."""
    body = "ZYXWVTSRQPNMKJHGFEDCBA9876"
    signs = body + check_sign(body)
    code = "-".join(signs[start : start + 4] for start in range(0, 27, 4))
    club.badge(criteria=f"Tie six knots. Our code: {code}")
    with pytest.raises(
        ContentError, match=r"badges/knots/badge\.md:6: a club's code stands here; delete it"
    ) as refused:
        club.build()
    assert code not in str(refused.value)
    assert not (club.root / "site").exists()


def opened(club: ClubFolder, *codes: str):
    store = Store(club.root, "club")
    register = store.load()
    assert register
    return opened_keys(store, register, iter(codes))


def test_wrong_code_is_not_repeated_and_a_later_one_may_fit(club: ClubFolder):
    club.keys(with_file=True)
    wrong = new_code()
    assert opened(club, wrong, TEST_CODE).keys == make_test_keys("test").keys
    with pytest.raises(SigningError) as refused:
        opened(club, wrong)
    assert str(refused.value) == (
        "issuers/club/keys.age: the code does not open keys.age; compare it with the sheet, and the file with git"
    )


def test_keys_of_another_club_are_refused(club: ClubFolder, tmp_path: Path):
    club.keys(with_file=True)
    other = ClubFolder(tmp_path / "other").site().issuer().badge().keys(seed="other", with_file=True)
    (club.root / "issuers/club/keys.age").write_bytes((other.root / "issuers/club/keys.age").read_bytes())
    with pytest.raises(SigningError) as refused:
        opened(club, TEST_CODE)
    assert str(refused.value) == (
        "issuers/club/keys.age: these are other keys than the register names; restore keys.age from git"
    )


def test_damaged_keys_of_one_steward_keep_no_other_out(club: ClubFolder):
    club.keys(with_file=True)
    keys = club.root / "issuers/club/keys.age"
    (keys.parent / "keys").mkdir()
    (keys.parent / "keys/ann.age").write_bytes(keys.read_bytes())
    keys.write_bytes(bytes(MAX_BUNDLE + 1))
    assert opened(club, TEST_CODE).keys == make_test_keys("test").keys
    # Of a code that opens none, the damage is what is told, since it may be why.
    with pytest.raises(SigningError) as refused:
        opened(club, new_code())
    assert str(refused.value) == (
        "issuers/club/keys.age: keys.age is too large to be a bundle of keys; restore the file from git"
    )


def test_missing_keys_and_missing_code_are_named(club: ClubFolder):
    club.keys()
    with pytest.raises(SigningError, match=r"issuers/club/keys\.age: the keys are missing; restore the file from git"):
        opened(club, TEST_CODE)
    (club.root / "issuers/club/keys.age").write_bytes(b"")
    with pytest.raises(SigningError, match=r"keys\.age: no code was given; type it, or set PINBACK_CODE"):
        opened(club)


def test_person_who_types_no_code_is_told_what_stopped_them(club: ClubFolder):
    """Nothing was tried, so nothing is said of older codes."""
    club.keys(with_file=True)
    store = Store(club.root, "club")
    register = store.load()
    assert register

    def no_terminal():
        raise SigningError("no terminal to type on")
        yield

    with pytest.raises(SigningError, match=r"^no terminal to type on$"):
        opened_keys(store, register, no_terminal())


def test_code_of_the_environment_reaches_no_message_and_no_child(club: ClubFolder):
    """The code has a mistake in it; the message says so without it, and it is gone from the process."""
    club.keys().award("a", AWARD)
    bad = TEST_CODE[:-1] + "7"
    script = (
        "import os, subprocess, sys\n"
        "from pinback.cli.main import run\n"
        "code = run(['seal', '-C', sys.argv[1]])\n"
        "print('PINBACK_CODE' in os.environ, flush=True)\n"
        "subprocess.run(['env'], check=True)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(club.root)],
        env=os.environ | {"PINBACK_CODE": bad, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3
    assert done.stdout.startswith("False\n")
    assert "PINBACK_CODE=" not in done.stdout
    assert bad not in done.stdout + done.stderr
    assert not (club.root / "issuers/club/sealed").exists()


def test_demonstration_flag_is_for_the_example_club_alone(club: ClubFolder):
    club.base_url = "https://badges.example.net/"
    club.site().issuer(did="did:web:badges.example.net")
    with pytest.raises(UsageError, match="demonstration keys are for the example club alone"):
        custody.new_keys(club.root, "club", AT, unseen, demonstration_keys=True)
    assert not (club.root / "issuers/club/keys.age").exists()


@pytest.mark.parametrize("demonstration", [True, False])
def test_register_says_in_its_first_line_that_anyone_has_its_keys(club: ClubFolder, demonstration: bool):
    custody.new_keys(club.root, "club", AT, lambda sheet: None, demonstration_keys=demonstration)
    store = Store(club.root, "club")
    register = store.load()
    assert register
    assert register.demonstration is demonstration
    assert register.lines[0].get("demonstration") is (True if demonstration else None)


def test_issuer_that_is_not_there_is_named(club: ClubFolder):
    with pytest.raises(UsageError, match='there is no issuer "rowing"; known: club'):
        custody.new_keys(club.root, "rowing", AT, unseen)


class Keyring:
    """Active keys in the order in which they came."""

    def __init__(self, *bundles) -> None:
        self.bundles = bundles

    def active(self, role: str) -> list:
        return [bundle.keys[role] for bundle in self.bundles]


def test_newest_key_that_the_signer_holds_signs():
    """Two stewards have keys of their own, and each can seal."""
    one, other, third = (make_test_keys(f"keys of stewards {number}") for number in range(3))
    register = SimpleNamespace(file="register.jsonl", keyring=Keyring(one, other))
    for held in (one, other):
        keys = keys_of(register, held)
        assert (keys.ed25519, keys.rsa, keys.log) == tuple(held.keys[role] for role in ("ed25519", "rsa", "log"))
    with pytest.raises(SigningError, match="none of these keys may sign any more"):
        keys_of(register, third)
