"""The keys of a club through their lives: every case of rotation, recovery, a second steward, a theft (TRUST §4).

The table of rotation cases follows theupdateframework/tuf-conformance (test_updater_key_rotations.py). Where TUF has
thresholds, this register has single keys: its rows "1-of-1" apply, and "k-of-n" rows speak of rules that it does not have.
Codes are made slow to guess on purpose (scrypt), so bundles are opened as rarely as a case allows.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import AT, TEST_CODE, ClubFolder, make_test_keys
from test_life import verdicts

from pinback import closing, custody, lifecycle, pipeline, sealing
from pinback.errors import ContentError, SigningError, UsageError
from pinback.files import FileProblem, append_file
from pinback.keys.bundle import KeyBundle, open_bundle
from pinback.keys.code import new_code
from pinback.proofs import eddsa_rdfc, jws
from pinback.register import Register, RegisterKey, complete, line_bytes, now_text, parse
from pinback.register_proofs import key_event, proved_register
from pinback.seal.make import checkpoint_line
from pinback.seal.opening import opened_keys
from pinback.seal.reseal import Earlier, Salvage, prepare_reseal
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store

FILE = "issuers/club/register.jsonl"
LATER = AT + timedelta(days=1)
A, B, C, D = (make_test_keys(seed) for seed in ("test", "second", "third", "stranger"))


# The register's own rules, with keys from fixed seeds.


def begun(folder: ClubFolder) -> bytes:
    return (folder.root / FILE).read_bytes()


@dataclass
class Lines:
    """Key events written by whoever likes to, and a checkpoint."""

    before: bytes
    at: datetime = LATER

    def __post_init__(self) -> None:
        self.register: Register = parse(self.before, FILE)
        self.lines: list[dict] = []

    def event(
        self, event: str, keys: KeyBundle, role: str, by: KeyBundle, own: KeyBundle | None = None, **more: object
    ) -> Lines:
        """Add an event about a key of *keys*, signed by *by* (and for an added key by *own*, else by itself)."""
        key = keys.keys[role]
        line = {"n": len(self.register.lines) + len(self.lines), "event": event, "at": now_text(self.at), **more}
        line |= {"key": {"id": key.id, "type": key.type, "public": key.public}}
        if event == "key-add":
            line["role"] = role
            signer = _Pretending(own or keys, role)
            self.lines.append(key_event(self.register.origin, line, by.keys["ed25519"].id, by, signer))
        else:
            self.lines.append(key_event(self.register.origin, line, by.keys["ed25519"].id, by))
        return self

    def add(self, keys: KeyBundle, by: KeyBundle, own: KeyBundle | None = None) -> Lines:
        for role in ("ed25519", "rsa", "log"):
            self.event("key-add", keys, role, by, own)
        return self

    def retire(self, keys: KeyBundle, by: KeyBundle) -> Lines:
        for role in ("rsa", "log", "ed25519"):
            self.event("key-retire", keys, role, by)
        return self

    def end(self, log: KeyBundle) -> bytes:
        keys = Keys(log.keys["ed25519"], log.keys["rsa"], log.keys["log"], log)
        last = checkpoint_line(self.register, self.lines, keys, now_text(self.at))
        return self.before + b"".join(line_bytes(line) for line in (*self.lines, last))


class _Pretending:
    """Signs with its own key of a role whatever key is asked for."""

    def __init__(self, keys: KeyBundle, role: str) -> None:
        self.keys, self.role = keys, role

    def sign(self, key_id: str, data: bytes) -> bytes:
        return self.keys.sign(self.keys.keys[self.role].id, data)


def holds(data: bytes) -> str:
    """Return "" for a register that holds, else what is wrong."""
    try:
        proved_register(data, FILE)
    except ContentError as error:
        return error.problems[0].what
    return ""


SIGNATURE = "the signature of this key event does not hold"
MAY_NOT = "this line was changed: the key event is signed by a key that may not sign it"
CASES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "first key": (lambda start: start, ""),
    "rotation signed by old and new key": (lambda start: Lines(start).add(B, A).retire(A, B).end(B), ""),
    "rotation signed by old and new key, unused third": (
        lambda start: Lines(start).add(B, A).add(C, A).retire(A, B).end(B),
        "",
    ),
    "rotation not signed by the old key": (lambda start: Lines(start).add(B, B).end(B), MAY_NOT),
    "rotation signed by a stranger": (lambda start: Lines(start).add(B, D).end(B), MAY_NOT),
    "rotation not signed by the new key": (lambda start: Lines(start).add(B, A, own=D).end(A), SIGNATURE),
    "two rotations at once": (lambda start: Lines(start).add(B, A).add(C, B).retire(A, C).retire(B, C).end(C), ""),
    "rotation, then the old key revoked": (
        lambda start: (
            Lines(Lines(start).add(B, A).retire(A, B).end(B), LATER + timedelta(days=1))
            .event("key-revoke", A, "ed25519", B, as_of=now_text(AT))
            .end(B)
        ),
        "",
    ),
    "old key signs an event after its rotation": (
        lambda start: Lines(Lines(start).add(B, A).retire(A, B).end(B), LATER + timedelta(days=1)).add(C, A).end(B),
        MAY_NOT,
    ),
    "only key revoked": (
        lambda start: Lines(start).event("key-revoke", A, "ed25519", A, as_of=now_text(AT)).end(A),
        "this line was changed: no key is left that could sign (ed25519)",
    ),
    "only key retired": (
        lambda start: Lines(start).event("key-retire", A, "rsa", A).end(A),
        "this line was changed: no key is left that could sign (rsa)",
    ),
    "key used again under another role": (
        lambda start: (
            Lines(start)
            .event(
                "key-add",
                KeyBundle({role: A._private[A.keys["ed25519" if role == "log" else role].id] for role in A.keys}),
                "log",
                A,
            )
            .end(A)
        ),
        f"this line was changed: the key {A.keys['ed25519'].id} stood in the register before; a key is never used again",
    ),
    "retired key added again": (
        lambda start: Lines(Lines(start).add(B, A).retire(A, B).end(B), LATER + timedelta(days=1)).add(A, B).end(B),
        f"this line was changed: the key {A.keys['ed25519'].id} stood in the register before; a key is never used again",
    ),
    "retired twice": (
        lambda start: Lines(Lines(start).add(B, A).retire(A, B).end(B), LATER + timedelta(days=1)).retire(A, B).end(B),
        "this line was changed: a key is retired that signs no longer",
    ),
    "revoked as of a moment that has not come": (
        lambda start: (
            Lines(start)
            .add(B, A)
            .event("key-revoke", A, "ed25519", B, as_of=now_text(LATER + timedelta(seconds=1)))
            .end(B)
        ),
        "this line was changed: a key is revoked as of a moment that is none, or that had not come",
    ),
    "checkpoint by the log key that was retired before": (
        lambda start: Lines(Lines(start).add(B, A).retire(A, B).end(B), LATER + timedelta(days=1)).add(C, B).end(A),
        "this checkpoint does not hold",
    ),
    "checkpoint by a log key that is revoked with it": (
        lambda start: Lines(start).add(B, A).event("key-revoke", A, "log", B, as_of=now_text(AT)).end(A),
        "this checkpoint does not hold",
    ),
    "checkpoint by a key that was never added": (
        lambda start: Lines(start).add(B, A).end(D),
        "this checkpoint does not hold",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_table_of_rotations(club: ClubFolder, case: str) -> None:
    made, what = CASES[case]
    assert holds(made(begun(club.keys()))) == what


def test_every_changed_sign_of_a_key_event_is_noticed(club: ClubFolder) -> None:
    good = Lines(begun(club.keys())).add(B, A).retire(A, B).end(B)
    lines = good.splitlines()
    for number, raw in enumerate(lines):
        line = json.loads(raw)
        if not line["event"].startswith("key-"):
            continue
        for name in ("by", "sig", "own_sig"):
            if name not in line:
                continue
            changed = {**line, name: line[name][:-6] + ("A" if line[name][-6] != "A" else "B") + line[name][-5:]}
            del changed["leaf"]
            forged = [*lines]
            forged[number] = line_bytes(complete(changed)).rstrip(b"\n")
            assert holds(b"\n".join(forged) + b"\n"), name


# The commands. The code of the first keys is TEST_CODE.


class Steward:
    """Somebody who types a code and reads sheets."""

    def __init__(self, folder: ClubFolder) -> None:
        self.root = folder.root
        self.folder = folder
        self.sheets: list[custody.Sheet] = []

    def codes(self, *codes: str) -> custody.Codes:
        def typed(slug: str) -> Iterator[str]:
            yield from codes

        return typed

    @property
    def register(self) -> Register:
        register = Store(self.root, "club").load()
        assert register
        return register

    def opens(self, *codes: str) -> KeyBundle:
        return opened_keys(Store(self.root, "club"), self.register, codes)

    def seals(self, code: str, at: datetime, online: bool = True) -> None:
        sealing.seal(
            self.root,
            lambda: at,
            lambda line: None,
            lambda issuer, store, register: opened_keys(store, register, [code]),
            online=lambda issuer, register, key: online,
        )


@pytest.fixture
def steward(sealed_club: ClubFolder) -> Steward:
    """A steward of the club with three sealed awards, whose keys lie in keys.age."""
    from conftest import _locked

    (sealed_club.root / "issuers/club/keys.age").write_bytes(_locked("test"))
    return Steward(sealed_club)


def verified(folder: ClubFolder, site: Path) -> None:
    """Check that every living award verifies with the keys that the published DID document lists for assertions."""
    did = json.loads((site / ".well-known/did.json").read_bytes())
    register = Store(folder.root, "club").load()
    assert register
    methods = {method["id"]: method for method in did["verificationMethod"]}
    from pinback.assemble.issuers import public

    for id_ in register.awards:
        credential = json.loads((site / f"awards/{id_}/credential.json").read_bytes())
        method = credential["proof"][0]["verificationMethod"]
        assert method in did["assertionMethod"] and "revoked" not in methods[method]
        eddsa_rdfc.verify(credential, public(register.keyring.keys[method.rpartition("#")[2]]))
        token = (site / f"awards/{id_}/credential.jwt.txt").read_text()
        rsa = public(register.keyring.keys[register.awards[id_].keys[1]])
        header, _ = jws.verify_rs256(token, rsa)
        assert header["kid"] in did["assertionMethod"]
        _, payload = jws.verify_rs256((site / f"awards/{id_}/assertion.jws.txt").read_text(), rsa)
        assertion = json.loads(payload)

        def fetched(url: str) -> dict:
            return json.loads((site / url.removeprefix("https://badges.example.org/")).read_bytes())

        key = fetched(assertion["verification"]["creator"])
        badge = fetched(assertion["badge"])
        profile = fetched(badge["issuer"])
        assert key["publicKeyPem"] == rsa.pem
        assert key["owner"] == profile["id"] and profile["publicKey"] == key["id"]


def test_rotation_retires_the_old_keys_and_everything_stays_genuine(steward: Steward) -> None:
    old = steward.register.awards
    retired, files = custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    assert files == ["issuers/club/keys.age", FILE]
    assert {key.role for key in retired} == {"ed25519", "rsa", "log"}
    (sheet,) = steward.sheets
    register = steward.register
    assert {key.id for key in register.keyring if key.active} == {key.id for key in sheet.keys.keys.values()}
    with pytest.raises(SigningError, match="the code does not open"):
        steward.opens(TEST_CODE)
    steward.folder.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    with pytest.raises(SigningError, match="is new, and nothing shows that it is online"):
        steward.seals(sheet.code, LATER + timedelta(hours=1), online=False)
    steward.seals(sheet.code, LATER + timedelta(hours=1))
    assert {id_: award for id_, award in steward.register.awards.items() if id_ in old} == old
    site = steward.folder.build()
    verified(steward.folder, site)
    for id_ in steward.register.awards:
        assert verdicts(site, id_) == {"Genuine and in force"}
    did = json.loads((site / ".well-known/did.json").read_bytes())
    assert len(did["verificationMethod"]) == len(did["assertionMethod"]) == 4
    assert json.loads((site / "issuers/club/issuer.json").read_bytes())["publicKey"].endswith(
        f"{A.keys['rsa'].id}.json"
    )
    assert (site / "issuers/club/issuer-2.json").exists()
    page = (site / "issuers/club/index.html").read_text()
    assert "what it signed stays genuine" in page


@pytest.mark.parametrize("role", ["ed25519", "rsa", "log"])
def test_one_key_alone_is_exchanged(steward: Steward, role: str) -> None:
    before = {key.id for key in steward.register.keyring}
    retired, _ = custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE), [role])
    assert [key.role for key in retired] == [role]
    kept = {key.role for key in steward.register.keyring if key.active and key.id in before}
    assert kept == {"ed25519", "rsa", "log"} - {role}
    steward.folder.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    steward.seals(steward.sheets[0].code, LATER + timedelta(hours=1))
    verified(steward.folder, steward.folder.build())


def test_code_from_the_sheet_signs_identically_on_another_machine(steward: Steward, tmp_path: Path) -> None:
    """RSA included: the same words, the same bytes."""
    there = ClubFolder(tmp_path / "another-machine")
    shutil.copytree(steward.root, there.root)
    typed = TEST_CODE.lower().replace("-", " ")
    from pinback.keys.code import typed_code

    here, other = steward.opens(TEST_CODE), Steward(there).opens(typed_code(typed))
    for key in here.keys.values():
        assert here.sign(key.id, b"words") == other.sign(key.id, b"words")


def test_second_steward_seals_with_own_keys_and_stays_when_the_first_leaves(steward: Steward) -> None:
    files = custody.new_steward(steward.root, "club", "deputy", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    assert files == ["issuers/club/keys/deputy.age", FILE]
    (sheet,) = steward.sheets
    steward.folder.award("b", "issued_on: 2026-06-01\nhandle: crane-4\n")
    steward.seals(sheet.code, LATER + timedelta(hours=1))
    steward.folder.award("c", "issued_on: 2026-06-01\nhandle: newt-4\n")
    steward.seals(TEST_CODE, LATER + timedelta(hours=2))
    keys = {award.keys for award in steward.register.awards.values()}
    assert len(keys) == 2
    verified(steward.folder, steward.folder.build())
    first = A.keys["ed25519"].id
    retired = custody.retire(
        steward.root, "club", [first[:12]], LATER + timedelta(hours=3), steward.codes(sheet.code), alone=False
    )
    assert {key.id for key in retired} == {key.id for key in A.keys.values()}
    with pytest.raises(SigningError, match="the keys that this code opens may no longer sign since 2026-06-02"):
        steward.opens(TEST_CODE)
    verified(steward.folder, steward.folder.build())


def test_recovery_key_makes_new_keys_where_all_others_are_lost(steward: Steward) -> None:
    custody.new_steward(steward.root, "club", "recovery", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    recovery = steward.sheets[0].code
    assert set(steward.sheets[0].keys.keys) == {"recovery"}
    with pytest.raises(SigningError, match="this code opens the recovery key, which seals nothing"):
        steward.opens(recovery)
    assert steward.opens(recovery, TEST_CODE).name.id == A.name.id
    (steward.root / "issuers/club/keys.age").unlink()
    retired, files = custody.rotate(
        steward.root, "club", LATER + timedelta(hours=1), steward.sheets.append, steward.codes(recovery)
    )
    assert files == ["issuers/club/keys.age", FILE]
    assert {key.id for key in retired} == {key.id for key in A.keys.values()}
    assert steward.register.keyring.active("recovery")
    steward.folder.award("b", "issued_on: 2026-06-01\nhandle: crane-4\n")
    steward.seals(steward.sheets[1].code, LATER + timedelta(hours=2))
    verified(steward.folder, steward.folder.build())


def test_recovery_key_can_stand_in_the_first_line(club: ClubFolder) -> None:
    sheets: list[custody.Sheet] = []
    files = custody.new_keys(club.root, "club", AT, sheets.append, recovery=True)
    assert files == ["issuers/club/keys.age", "issuers/club/keys/recovery.age", FILE]
    assert [sheet.file for sheet in sheets] == files[:2]
    assert len({sheet.code for sheet in sheets}) == 2
    register = Store(club.root, "club").load()
    assert register
    assert register.keys["recovery"]["id"] == sheets[1].keys.name.id
    for sheet in sheets:
        opened = open_bundle((club.root / sheet.file).read_bytes(), sheet.code)
        assert opened.name.id == sheet.keys.name.id


def test_what_would_leave_the_club_without_keys_is_refused_in_words(steward: Steward) -> None:
    before = begun(steward.folder)
    own = A.keys["ed25519"].id
    for action in (
        lambda: custody.revoke(steward.root, "club", [own], AT, LATER, steward.codes(TEST_CODE), alone=False),
        lambda: custody.retire(steward.root, "club", [own], LATER, steward.codes(TEST_CODE), alone=True),
    ):
        with pytest.raises(UsageError, match="make new ones first: pinback key rotate"):
            action()
    assert begun(steward.folder) == before


@pytest.mark.parametrize(
    ("name", "what"),
    [("z6M", "is too short"), ("z6MkZZZZZZ", "is no key here"), ("", "is too short")],
)
def test_mistyped_key_is_told(steward: Steward, name: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        custody.named(steward.register, [name], alone=False)


def test_key_command_before_the_first_keys_says_how_to_make_them(club: ClubFolder) -> None:
    steward = Steward(club)
    with pytest.raises(UsageError, match="this issuer has no keys yet; make them with: pinback key new club"):
        custody.rotate(club.root, "club", AT, steward.sheets.append, steward.codes(TEST_CODE))


def test_clock_that_runs_behind_stops_a_key_command(steward: Steward) -> None:
    with pytest.raises(SigningError, match="set the clock of this computer"):
        custody.rotate(steward.root, "club", AT - timedelta(days=1), steward.sheets.append, steward.codes(TEST_CODE))
    assert steward.sheets == []


def test_mistake_in_a_record_does_not_keep_anybody_from_changing_keys(steward: Steward) -> None:
    steward.folder.award("broken", "issued_on: yesterday\n")
    custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    assert steward.sheets[0].issuer == "club"


def test_lost_bundle_is_found_in_git(steward: Steward) -> None:
    path = steward.root / "issuers/club/keys.age"
    data = path.read_bytes()
    path.unlink()
    asked = []

    def from_git(file: str) -> Iterator[bytes]:
        asked.append(file)
        yield from [b"something else", data] if file == "issuers/club/keys.age" else []

    found = custody.restore(steward.root, "club", steward.codes(new_code(), TEST_CODE), from_git)
    assert found == ("issuers/club/keys.age", ["ed25519", "log", "rsa"], True)
    assert path.read_bytes() == data
    assert custody.restore(steward.root, "club", steward.codes(TEST_CODE), from_git)[2] is False


def test_no_more_codes_are_asked_for_than_are_needed(steward: Steward) -> None:
    def asks(slug: str) -> Iterator[str]:
        yield TEST_CODE
        raise AssertionError("the code was right")

    assert custody.restore(steward.root, "club", asks, lambda file: iter(()))[0] == "issuers/club/keys.age"


def test_keys_cannot_be_stolen_before_they_were_made(steward: Steward) -> None:
    custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    code, old = steward.sheets[0].code, A.name.id
    with pytest.raises(UsageError, match="when these keys were made; give the moment of the theft"):
        custody.revoke(steward.root, "club", [old], AT - timedelta(days=1), LATER, steward.codes(code), alone=False)
    custody.revoke(steward.root, "club", [old], AT, LATER, steward.codes(code), alone=False)
    (warning,) = pipeline.check(steward.root).warnings
    assert "3 awards are signed with revoked keys, so nobody believes them; pinback reseal" in str(warning)


def test_demonstration_keys_are_never_rotated_into_another_club(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pinback.keys import demonstration

    known = frozenset(key.id for key in A.keys.values())
    monkeypatch.setattr(demonstration, "DEMONSTRATION_KEYS", known)
    monkeypatch.setattr(demonstration, "DEMONSTRATION_DIDS", frozenset())
    with pytest.raises(SigningError, match="demonstration keys"):
        custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE))


def test_appended_lines_of_a_stranger_with_write_access_are_refused(steward: Steward) -> None:
    """A pull request that merely drops a new public key into the register does not pass."""
    data = Lines(begun(steward.folder)).add(D, D).end(D)
    append_file(steward.root / FILE, data[len(begun(steward.folder)) :])
    with pytest.raises(ContentError, match="signed by a key that may not sign it"):
        pipeline.check(steward.root)


# Changes of keys that were interrupted. What dies where is played in tests/faults; these are the cases that it found.


KEYS_NOTE = ".pinback/keys-club.json"
NEXT_KEYS = "issuers/club/keys/next.age"


def rotates(steward: Steward, code: str = TEST_CODE, at: datetime = LATER) -> None:
    custody.rotate(steward.root, "club", at, steward.sheets.append, steward.codes(code))


def test_rotation_that_fails_says_that_the_sheet_is_void(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    before = begun(steward.folder)

    def no_room(handle: int, data: bytes) -> int:
        if os.fstat(handle).st_ino == (steward.root / FILE).stat().st_ino:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, data)

    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", no_room)
        with pytest.raises(FileProblem) as refused:
            rotates(steward)
    assert str(refused.value).splitlines()[1] == (
        "the keys are the same as before: throw the sheet away that was shown, its code opens nothing"
    )
    assert begun(steward.folder) == before
    assert steward.opens(TEST_CODE)


def left_by_a_failed_rotation(steward: Steward) -> None:
    """Leave note and new bundle as a run does that died before its append."""
    register = steward.register
    note = {"length": register.length, "target": "keys.age", "keys": [B.keys["ed25519"].id]}
    steward.folder.write(KEYS_NOTE, json.dumps(note))
    path = steward.root / NEXT_KEYS
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(B.encrypted("never used"))


def test_sealing_after_a_failed_rotation_does_not_make_its_keys_true(steward: Steward) -> None:
    """The register was longer than the note said, and keys that it does not know took the place of the club's only ones."""
    left_by_a_failed_rotation(steward)
    steward.folder.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    steward.seals(TEST_CODE, LATER)
    assert not (steward.root / NEXT_KEYS).exists() and not (steward.root / KEYS_NOTE).exists()
    left_by_a_failed_rotation(steward)
    length = steward.register.length
    note = json.loads(steward.folder.read(KEYS_NOTE))
    steward.folder.write(KEYS_NOTE, json.dumps({**note, "length": length - 500}))
    rotates(steward, at=LATER + timedelta(hours=1))
    assert steward.opens(steward.sheets[-1].code)


def test_half_a_line_of_a_key_command_is_cut_off_by_any_next_run(steward: Steward) -> None:
    left_by_a_failed_rotation(steward)
    whole = begun(steward.folder)
    append_file(steward.root / FILE, b'{"at":"2026-06-02T12:00:00Z","by":"z6M')
    steward.folder.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    steward.seals(TEST_CODE, LATER)
    assert begun(steward.folder).startswith(whole + b'{"at":"2026-06-02T12:00:00Z","badge"')
    assert not (steward.root / NEXT_KEYS).exists()


def test_bundle_that_waits_without_a_note_is_never_written_over(steward: Steward) -> None:
    """It may hold the only keys there are: the note lies in a folder that git ignores, so a clone has the bundle alone."""
    rotates(steward)
    code = steward.sheets[-1].code
    (steward.root / "issuers/club/keys").mkdir(exist_ok=True)
    (steward.root / "issuers/club/keys.age").rename(steward.root / NEXT_KEYS)
    with pytest.raises(UsageError, match="left from a change that was interrupted on another computer"):
        rotates(steward, code, LATER + timedelta(hours=1))
    assert steward.opens(code)


def test_note_from_elsewhere_moves_no_keys(steward: Steward) -> None:
    known = [A.keys["ed25519"].id]
    keys = (steward.root / "issuers/club/keys.age").read_bytes()
    for target in ("../../evil.age", "keys/../../evil.age", "keys/.age", "register.jsonl", "", "/evil.age"):
        left_by_a_failed_rotation(steward)
        steward.folder.write(KEYS_NOTE, json.dumps({"length": 1, "target": target, "keys": known}))
        sealing.tidied(steward.root)
        assert (steward.root / NEXT_KEYS).exists() and not (steward.root / KEYS_NOTE).exists()
    for text in ("{half", "[]", '{"length": 1, "target": "keys.age", "keys": 5}'):
        steward.folder.write(KEYS_NOTE, text)
        sealing.tidied(steward.root)
    assert (steward.root / "issuers/club/keys.age").read_bytes() == keys
    assert not list(steward.root.parent.rglob("evil*"))


# Whose keys they are, and what a change means, is said before.


def test_sheet_says_whose_keys_it_opens(steward: Steward) -> None:
    rotates(steward)
    (sheet,) = steward.sheets
    assert (sheet.issuer, sheet.did, sheet.site) == ("Test club", "did:web:badges.example.org", steward.folder.base_url)
    assert custody.owner(steward.root, "club") == "Test club, https://badges.example.org/ (issuers/club)"


def test_old_code_is_told_from_a_wrong_one(steward: Steward) -> None:
    wrong = new_code()
    with pytest.raises(SigningError, match=r"and the file with git$"):
        steward.opens(wrong)
    before = (steward.root / "issuers/club/keys.age").read_bytes()
    rotates(steward)
    hint = (
        "keys were exchanged on 2026-06-02, so a code from before may be the old one: the new one is on the sheet that was "
        "printed that day (git log -- issuers/club/keys.age says by whom)"
    )
    with pytest.raises(SigningError) as refused:
        steward.opens(TEST_CODE)
    assert str(refused.value).endswith(f"the file with git; {hint}")

    def typed_in_vain(slug: str) -> Iterator[str]:
        yield wrong
        raise SigningError("no code was accepted; compare it with the sheet")

    with pytest.raises(SigningError) as refused:
        opened_keys(Store(steward.root, "club"), steward.register, typed_in_vain("club"))
    assert str(refused.value) == f"no code was accepted; compare it with the sheet; {hint}"
    # Where git remembers the earlier keys, it is certain.
    with pytest.raises(SigningError) as refused:
        custody.restore(steward.root, "club", steward.codes(TEST_CODE, wrong), lambda file: iter([before]))
    assert str(refused.value) == (
        "issuers/club/keys.age: this code is an old one, of keys in whose place others stand; " + hint
    )
    new = steward.sheets[-1].code
    assert custody.restore(steward.root, "club", steward.codes(TEST_CODE, new), lambda file: iter([before]))[2] is False


class Stopped(Exception):
    pass


def no(words: list[str]) -> None:
    raise Stopped("\n".join(words))


def test_recovery_says_first_whose_keys_it_retires(steward: Steward) -> None:
    for name, hours in (("recovery", 0), ("deputy", 1)):
        at = LATER + timedelta(hours=hours)
        custody.new_steward(steward.root, "club", name, at, steward.sheets.append, steward.codes(TEST_CODE))
    before, recovery = begun(steward.folder), steward.sheets[0].code
    deputy = steward.sheets[1].keys.name.id
    shown = len(steward.sheets)
    at = LATER + timedelta(hours=2)
    with pytest.raises(Stopped) as asked:
        custody.rotate(steward.root, "club", at, steward.sheets.append, steward.codes(recovery), ask=no)
    assert str(asked.value).splitlines() == [
        "This code opens the recovery key of Test club, https://badges.example.org/ (issuers/club). It retires the keys of "
        "every steward, these:",
        f"  {A.name.id}, active since 2026-06-01",
        f"  {deputy}, active since 2026-06-02",
        "What they signed stays genuine, but no sheet that there is opens keys afterwards that may sign. One new sheet is "
        "printed now; each other steward needs new keys then:",
        "  delete issuers/club/keys/deputy.age, then pinback key new --steward deputy",
    ]
    assert begun(steward.folder) == before and len(steward.sheets) == shown
    # Nobody is asked about a rotation of one's own keys.
    custody.rotate(steward.root, "club", at, steward.sheets.append, steward.codes(TEST_CODE), ask=no)


def test_only_recovery_key_is_not_retired_without_a_question(steward: Steward) -> None:
    custody.new_steward(steward.root, "club", "recovery", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    first = steward.sheets[0].keys.name.id
    with pytest.raises(UsageError, match="for another recovery key delete this file, and retire the old key after"):
        custody.new_steward(steward.root, "club", "recovery", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    before, at = begun(steward.folder), LATER + timedelta(hours=1)
    with pytest.raises(Stopped) as asked:
        custody.retire(steward.root, "club", [first], at, steward.codes(TEST_CODE), alone=False, ask=no)
    assert str(asked.value).splitlines()[0] == (
        f"{first} is the only recovery key of Test club, https://badges.example.org/ (issuers/club)."
    )
    assert begun(steward.folder) == before
    (steward.root / "issuers/club/keys/recovery.age").unlink()
    custody.new_steward(steward.root, "club", "recovery", at, steward.sheets.append, steward.codes(TEST_CODE))
    custody.retire(steward.root, "club", [first], at, steward.codes(TEST_CODE), alone=False, ask=no)
    assert [key.id for key in steward.register.keyring.active("recovery")] == [steward.sheets[-1].keys.name.id]


# A theft, from the stolen key to a clean site.


def test_theft_is_mended_and_only_what_stood_there_before_is_signed_again(steward: Steward) -> None:
    """Three honest awards, a thief who seals a fourth with an old date and one of a later day, and the commands after it."""
    honest = list(steward.register.awards)
    before = (steward.root / FILE).read_bytes()
    stolen = AT + timedelta(hours=6)
    # The thief has code and file. He back-dates what he can: the register's times only go up.
    steward.folder.award("forged", "issued_on: 2026-05-17\nhandle: magpie-1\n")
    steward.seals(TEST_CODE, AT + timedelta(hours=1))
    forged = [id_ for id_ in steward.register.awards if id_ not in honest]
    old = A.keys["ed25519"].id

    custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    code = steward.sheets[0].code
    revoked = custody.revoke(steward.root, "club", [old], stolen, LATER, steward.codes(code), alone=False)
    assert {key.id for key in revoked} == {key.id for key in A.keys.values()}

    # Published now, nothing of the old key is believed: neither in the DID document nor in the profile.
    site = steward.folder.build()
    did = json.loads((site / ".well-known/did.json").read_bytes())
    dead = [method["id"] for method in did["verificationMethod"] if "revoked" in method]
    assert len(dead) == 2 and not set(dead) & set(did["assertionMethod"])
    assert "publicKey" not in json.loads((site / "issuers/club/issuer.json").read_bytes())
    assert not (site / f"issuers/club/keys/{A.keys['rsa'].id}.json").exists()

    said: list[str] = []
    size = len(parse(before, FILE).lines)
    subjects = [json.loads((site / f"awards/{id_}/credential.json").read_bytes()) for id_ in honest]
    plan = custody.reseal(
        steward.root,
        "club",
        LATER + timedelta(hours=1),
        lambda store, register: opened_keys(store, register, [code]),
        lambda register, moment: size,
        said.append,
    )
    assert (list(plan.again), list(plan.dead)) == (honest, forged)
    assert plan.lists == (("revocation", 1),)
    wren = next(place for place in lifecycle.places(steward.root) if place.text("handle") == "wren-31")
    assert (
        f"  award {wren.id} of badges/knots (2026-05-18, wren-31) is signed again: it stood in the register before the theft"
    ) in said
    assert (
        f"  award {forged[0]} of badges/knots (2026-05-17, magpie-1) stays dead: nobody can show it from before "
        f"{now_text(stolen)}"
    ) in said
    register = steward.register
    assert all(not register.keyring.keys[key].revoked for id_ in honest for key in register.awards[id_].keys)
    site = steward.folder.build()
    for id_, was in zip(honest, subjects, strict=True):
        now = json.loads((site / f"awards/{id_}/credential.json").read_bytes())
        assert {name: now[name] for name in now if name != "proof"} == {
            name: was[name] for name in was if name != "proof"
        }
        eddsa_rdfc.verify(now, steward.sheets[0].keys.keys["ed25519"])
    for id_ in honest:
        assert verdicts(site, id_) == {"Genuine and in force"}
    for id_ in forged:
        assert "Genuine and in force" not in verdicts(site, id_)
        # Open Badges 2.0 hosted badges are proved by their address alone, so the address says no.
        assert json.loads((site / f"awards/{id_}/assertion.json").read_bytes())["revoked"] is True
        listed = json.loads((site / "issuers/club/revoked.json").read_bytes())["revokedAssertions"]
        assert [entry["id"].split("/")[4] for entry in listed] == [id_, id_]
        assert "Do not believe this award" in (site / f"awards/{id_}/index.html").read_text()
        shutil.rmtree(site / f"awards/{id_}")
    register.awards = {id_: award for id_, award in register.awards.items() if id_ in honest}
    for id_ in honest:
        token = (site / f"awards/{id_}/assertion.jws.txt").read_text()
        _, payload = jws.verify_rs256(token, steward.sheets[0].keys.keys["rsa"])
        assertion = json.loads(payload)
        badge = json.loads((site / assertion["badge"].removeprefix("https://badges.example.org/")).read_bytes())
        profile = json.loads((site / badge["issuer"].removeprefix("https://badges.example.org/")).read_bytes())
        assert profile["publicKey"] == assertion["verification"]["creator"]
        assert profile["id"].endswith("issuer-2.json")
    status = json.loads((site / "issuers/club/status/revocation-1.json").read_bytes())
    eddsa_rdfc.verify(status, steward.sheets[0].keys.keys["ed25519"])
    # Nothing is left to sign again, and the club goes on.
    again = custody.reseal(
        steward.root, "club", LATER + timedelta(hours=2), lambda *_: B, lambda *_: size, lambda line: None
    )
    assert again.again == () and again.lists == ()


def test_keys_that_were_exchanged_alone_are_revoked_with_the_bundle_that_was_stolen(steward: Steward) -> None:
    """They came later than the others of the bundle, so that no name of another key speaks of them."""
    custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE), ["rsa"])
    stolen = steward.sheets[-1]
    at = LATER + timedelta(hours=2)
    old, _ = custody.rotate(steward.root, "club", at, steward.sheets.append, steward.codes(stolen.code))
    names = custody.sets(steward.root, "club", old)
    assert names == [A.keys["ed25519"].id, stolen.keys.keys["rsa"].id]
    for name in names:
        codes = steward.codes(steward.sheets[-1].code)
        custody.revoke(steward.root, "club", [name], LATER, at, codes, alone=False)
    keyring = steward.register.keyring
    assert all(keyring.keys[key.id].revoked for key in stolen.keys.keys.values())
    assert custody.sets(steward.root, "club", keyring.active("ed25519", "rsa", "log")) == [
        steward.sheets[-1].keys.keys["ed25519"].id
    ]


def _stolen_again(steward: Steward, code: str, as_of: datetime, at: datetime) -> str:
    """Exchange the keys that a code opens, revoke the old ones as of a moment, and return the new code."""
    retired, _ = custody.rotate(steward.root, "club", at, steward.sheets.append, steward.codes(code))
    new = steward.sheets[-1].code
    names = [key.id for key in retired]
    custody.revoke(steward.root, "club", names, as_of, at, steward.codes(new), alone=True)
    return new


def _signed_again(
    steward: Steward,
    code: str,
    at: datetime,
    shown: Callable[[Register, datetime], int],
    earlier: Earlier = lambda file: (),
    at_once: int = 500,
) -> Salvage:
    def signer(store: Store, register: Register) -> KeyBundle:
        return opened_keys(store, register, [code])

    return custody.reseal(steward.root, "club", at, signer, shown, lambda line: None, earlier=earlier, at_once=at_once)


def test_keys_that_a_thief_has_brought_are_told(steward: Steward) -> None:
    """Nothing of them is revoked with the stolen ones, and whatever they sign is believed."""
    (steward.root / FILE).write_bytes(Lines(Lines(begun(steward.folder), AT).add(C, A).end(A), AT).add(D, C).end(C))
    custody.rotate(steward.root, "club", LATER, steward.sheets.append, steward.codes(TEST_CODE))
    told: list[RegisterKey] = []
    for as_of in (AT, LATER):
        copy = begun(steward.folder)
        codes = steward.codes(steward.sheets[0].code)
        told.clear()
        custody.revoke(steward.root, "club", [A.name.id], as_of, LATER, codes, alone=False, tell=told.extend)
        thiefs = [key.id for keys in (C, D) for key in keys.keys.values()]
        assert [key.id for key in told] == (thiefs if as_of == AT else [])
        (steward.root / FILE).write_bytes(copy)


def test_second_theft_leaves_what_was_sealed_between_the_two(steward: Steward) -> None:
    """Each award has to stand there before its own keys were stolen, not before the first theft that ever was."""
    first = list(steward.register.awards)
    lines = {AT + timedelta(hours=6): len(steward.register.lines)}
    steward.folder.award("forged", "issued_on: 2026-05-17\nhandle: magpie-1\n")
    steward.seals(TEST_CODE, AT + timedelta(hours=1))
    (forged,) = set(steward.register.awards) - set(first)
    code = _stolen_again(steward, TEST_CODE, AT + timedelta(hours=6), LATER)
    plan = _signed_again(steward, code, LATER, lambda register, moment: lines[moment], at_once=2)
    assert (list(plan.again), plan.dead) == (first, (forged,))
    assert steward.register.lines.events[-7:] == [
        "badge",
        "reseal",
        "reseal",
        "status",
        "checkpoint",
        "reseal",
        "checkpoint",
    ]

    between = LATER + timedelta(days=1)
    steward.folder.award("between", "issued_on: 2026-05-18\nhandle: crane-4\n")
    steward.seals(code, between)
    (honest,) = set(steward.register.awards) - {*first, forged}
    lines[between + timedelta(days=1)] = len(steward.register.lines)
    code = _stolen_again(steward, code, between + timedelta(days=1), between + timedelta(days=2))
    plan = _signed_again(steward, code, between + timedelta(days=2), lambda register, moment: lines[moment])
    assert (list(plan.again), plan.dead) == ([*first, honest], (forged,))
    site = steward.folder.build()
    assert [verdicts(site, id_) for id_ in plan.again] == [{"Genuine and in force"}] * 4


def test_closing_says_what_stays_dead_and_that_the_code_is_to_be_destroyed(steward: Steward) -> None:
    code = _stolen_again(steward, TEST_CODE, AT + timedelta(hours=6), LATER)
    size = len(steward.register.lines)

    def words() -> str:
        said: list[str] = []

        def stop(lines: list[str]) -> None:
            said.extend(lines)
            raise Stopped

        with pytest.raises(Stopped):
            closing.close(steward.root, "club", lambda: LATER, stop, lambda issuer, store, register: B)
        return "\n".join(said)

    steward.seals(code, LATER)  # the lists, which the stolen key had signed
    assert "Sign again what stolen keys signed (3 now): nobody believes it, for ever." in words()
    assert "Awards that are not withdrawn (0 now) stay genuine" in words()
    _signed_again(steward, code, LATER, lambda register, moment: size)
    assert "stolen keys" not in words() and "Awards that are not withdrawn (3 now) stay genuine" in words()
    assert "Destroy the code and its sheets." in words()


@pytest.mark.parametrize("remembered", [True, False])
def test_what_a_thief_has_signed_again_is_not_signed_once_more(steward: Steward, remembered: bool) -> None:
    """The line of the award is honest, and a later one with the stolen keys names documents that say something else."""
    id_, *others = steward.register.awards
    store, size, stolen = Store(steward.root, "club"), len(steward.register.lines), AT + timedelta(hours=6)
    honest = store.award_files(steward.register.awards[id_])
    header, payload, signature = honest["credential.jwt.txt"].split(b".")
    said = base64.urlsafe_b64decode(payload + b"==").replace(b'"Knots"', b'"A knot that nobody can untie"')
    forged = honest | {
        "credential.json": honest["credential.json"].replace(b'"Knots"', b'"A knot that nobody can untie"'),
        "credential.jwt.txt": b".".join((header, base64.urlsafe_b64encode(said).rstrip(b"="), signature)),
    }
    keys = Keys(A.keys["ed25519"], A.keys["rsa"], A.keys["log"], A)
    theirs = Salvage((id_,), (), (), {id_: forged})
    register = steward.register
    prepared = prepare_reseal(register, store, "club", theirs, keys, AT + timedelta(hours=1))
    sealing.carry_out(steward.root, store, register, prepared)
    assert b"untie" in store.award_files(steward.register.awards[id_])["credential.json"]

    code = _stolen_again(steward, TEST_CODE, stolen, LATER)

    def earlier(file: str) -> list[bytes]:
        return [b"between", honest[Path(file).name]] if remembered else [b"between"]

    plan = _signed_again(steward, code, LATER, lambda register, moment: size, earlier)
    assert plan.again == ((id_, *others) if remembered else tuple(others))
    assert plan.dead == (() if remembered else (id_,))
    site = steward.folder.build()
    assert (b"untie" in (site / f"awards/{id_}/credential.json").read_bytes()) is not remembered
    assert (verdicts(site, id_) == {"Genuine and in force"}) is remembered


def test_nothing_is_signed_again_where_no_key_was_revoked(steward: Steward) -> None:
    with pytest.raises(UsageError, match="no key was revoked"):
        custody.reseal(steward.root, "club", LATER, lambda *_: A, lambda *_: 9, lambda line: None)
