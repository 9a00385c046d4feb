"""The register of a long life: what becomes of awards, groups, keys and addresses, and each rule about it broken once."""

from __future__ import annotations

import base64
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import make_test_keys
from register_lines import (
    CURE,
    DIGEST,
    FILE,
    KEYS,
    T0,
    T1,
    award,
    badge,
    checkpoint,
    data_of,
    issuer,
    numbered,
    revoke,
    status,
)

from pinback.errors import ContentError
from pinback.register import erased, parse, whole_lines, written
from pinback.register.events import Register, Withdrawal
from pinback.register.state import register_from, state_of

T3, T4, T5 = "2026-06-04T12:00:00Z", "2026-06-05T12:00:00Z", "2026-06-06T12:00:00Z"
NEW = make_test_keys("register, later").keys
ONE, TWO, THREE, FOUR, FIVE = (f"aaaabbbbccccddd{sign}" for sign in "23456")
BOTH = [KEYS["ed25519"].id, KEYS["rsa"].id]
LATER = [NEW["ed25519"].id, NEW["rsa"].id]
FILES = dict.fromkeys(("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt"), DIGEST)
ELSEWHERE = "https://badges.example.com/"


def named(key: Any) -> dict[str, str]:
    return {"id": key.id, "type": key.type, "public": key.public}


def key_add(role: str, /, **changes: Any) -> dict:
    line = {"event": "key-add", "at": T3, "role": role, "key": named(NEW[role]), "by": KEYS["ed25519"].id}
    return line | {"own_sig": "not opened by parse", "sig": "neither"} | changes


def key_retire(role: str, **changes: Any) -> dict:
    key, by = named(KEYS[role]), KEYS["ed25519"].id
    return {"event": "key-retire", "at": T3, "key": key, "by": by, "sig": "not opened"} | changes


def key_revoke(role: str, **changes: Any) -> dict:
    return {**key_retire(role, by=NEW["ed25519"].id), "event": "key-revoke", "as_of": T1} | changes


def about(event: str, id_: str, /, **changes: Any) -> dict:
    return {"event": event, "at": T3, "id": id_} | changes


def reseal(id_: str, **changes: Any) -> dict:
    return about("reseal", id_, version="0123abcd", keys=BOTH, files=FILES) | changes


def endorse(group: str, index: int, **changes: Any) -> dict:
    names = dict.fromkeys(("credential.json", "endorsement.json", "endorsement.jws.txt"), DIGEST)
    line = {"event": "endorse", "at": T3, "group": group, "list": 1, "index": index}
    return line | {"record": DIGEST, "keys": BOTH, "files": names} | changes


def ended(group: str, **changes: Any) -> dict:
    return {"event": "endorse-end", "at": T3, "group": group} | changes


def move(**changes: Any) -> dict:
    return {"event": "move", "at": T4, "base_url": ELSEWHERE} | changes


def close(**changes: Any) -> dict:
    return {"event": "close", "at": T5, "statement": DIGEST} | changes


def emptied(line: dict) -> dict:
    """Return what an erasure leaves of a line: its leaf goes on to say what it was."""
    full = numbered(*[{**line, "n": 0}])[0]
    return {name: value for name, value in erased(full).items() if name != "n"}


BEGUN = (
    issuer(),
    checkpoint(T0),
    badge(),
    *(award(id=id_, index=index) for index, id_ in enumerate((ONE, TWO, THREE, FOUR))),
    checkpoint(T1),
)
"""Four awards, and nothing has become of them."""
GONE = (*BEGUN[:3], emptied(award(id=ONE, index=0)), *BEGUN[4:], about("erase", ONE))
"""The first of them was erased."""
LIVED = (
    *BEGUN[:6],
    emptied(award(id=FOUR, index=3)),
    checkpoint(T1),
    about("suspend", ONE),
    about("restore", ONE),
    about("suspend", ONE),
    about("supersede", ONE, by=TWO),
    about("suspend", THREE),
    emptied(reseal(FOUR)),
    revoke(at=T3, id=FOUR),
    about("erase", FOUR),
    endorse("choir", 10),
    endorse("rowers", 11),
    ended("choir"),
    reseal(TWO),
    status(at=T3),
    checkpoint(T3),
    *(key_add(role) for role in ("ed25519", "rsa", "log")),
    *(key_retire(role, by=NEW["ed25519"].id) for role in ("rsa", "log")),
    checkpoint(T3),
    key_revoke("ed25519"),
    endorse("rowers", 12, keys=LATER),
    reseal(TWO, keys=LATER),
    status(at=T3),
    checkpoint(T3),
    move(),
    award(at=T4, id=FIVE, list=2, index=0, keys=LATER),
    status(at=T4, list=2),
    status(at=T4, list=2, purpose="suspension"),
    checkpoint(T4),
    close(),
    key_retire("ed25519", at=T5, key=named(NEW["ed25519"]), by=NEW["ed25519"].id),
    checkpoint(T5),
)
"""All that can happen, up to the end of the issuer."""


def test_long_life_adds_up() -> None:
    data = data_of(*LIVED)
    register = parse(data, FILE)
    assert register.length == len(data)
    assert register.revoked == {ONE: Withdrawal("replaced", datetime(2026, 6, 4, 12, tzinfo=UTC))}
    assert register.superseded == {ONE: TWO}
    assert register.suspended == {THREE: datetime(2026, 6, 4, 12, tzinfo=UTC)}
    assert list(register.awards) == [ONE, TWO, THREE, FIVE]
    assert register.erased[FOUR].at == datetime(2026, 6, 4, 12, tzinfo=UTC)
    assert register.set_indexes("suspension", 1) == {2}
    assert sorted(register.set_indexes("revocation", 1)) == [0, 3, 10, 11], (
        "withdrawn, erased, ended, signed again at another place"
    )
    assert sorted(register.set_indexes("revocation", 2)) == []
    assert [id_ for id_ in register.awards if register.is_dead(id_)] == [ONE, THREE]
    assert [group for group in register.groups if register.is_void(group)] == ["choir"]
    assert register.awards[TWO].keys == tuple(LATER)
    assert register.awards.number_of(TWO) == 30
    assert [register.place_of(register.awards[id_].place).base_url for id_ in (TWO, FIVE)] == [
        "https://badges.example.org/",
        ELSEWHERE,
    ]
    assert [(one.place, one.key) for one in register.profiles] == [(1, BOTH[1]), (1, LATER[1]), (2, LATER[1])]
    assert register.profile_of(LATER[1]).number == 3
    assert (register.open_list(), register.did) == (2, "did:web:badges.example.org")
    assert register.closed_at == register.last_at == datetime(2026, 6, 6, 12, tzinfo=UTC)
    assert register.statement == DIGEST
    log, later = KEYS["log"].id, NEW["log"].id
    assert [sorted(register.log_keys[number]) for number in (1, 21, 27)] == [[log], [log], sorted([log, later])]
    assert register.log_keys[32] == frozenset({later})


def test_register_of_no_line_says_nothing() -> None:
    register = Register(FILE)
    assert (register.did, register.base_url, register.last_at, register.closed_at) == ("", "", None, None)
    assert register.open_list() == 1


def test_erased_award_is_known_by_its_position_alone() -> None:
    register = parse(data_of(*GONE, checkpoint(T3)), FILE)
    assert ONE not in register.awards
    assert not register.is_dead(TWO)
    assert sorted(register.set_indexes("revocation", 1)) == [0]
    assert register.used_indexes(1) == {0, 1, 2, 3}


def said(register: Register) -> dict[str, Any]:
    values = {one.name: getattr(register, one.name) for one in fields(register)}
    return {**values, "awards": dict(register.awards), "lines": list(register.lines)}


def test_register_taken_further_from_any_sealing_says_the_same() -> None:
    data = data_of(*LIVED)
    whole = parse(data, FILE)
    assert whole.lines.raw(len(whole.lines) - 1) == data[whole.lines.ends[-2] :]
    told = next(number for number, line in enumerate(LIVED) if line["event"] == "erase")
    for number, line in enumerate(LIVED, 1):
        if line["event"] == "checkpoint" and number > told:
            first = data[: whole.lines.ends[number]]
            known = register_from(state_of(parse(first, FILE)), data, FILE)
            assert len(known.lines) == number
            assert said(parse(data, FILE, known)) == said(whole)


def test_lines_of_whole_sealings_are_what_a_checkpoint_ends() -> None:
    data = data_of(*BEGUN)
    assert whole_lines(data + b'{"n":8}\n{"n') == whole_lines(data) == data.splitlines()
    assert whole_lines(data[:-1]) == data.splitlines()[:2]
    assert whole_lines(b"") == whole_lines(b"torn") == []


def test_award_that_is_not_kept_at_hand_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_of(*LIVED)
    kept = dict(parse(data, FILE).awards)
    monkeypatch.setattr(written, "_AT_HAND", 1)
    awards = parse(data, FILE).awards
    assert dict(awards) == dict(awards) == kept
    first = awards[ONE]
    assert awards[ONE] is first
    assert awards[TWO] == kept[TWO]
    assert awards[ONE] is not first
    assert awards[ONE] == first


def test_keys_are_found_by_their_ids() -> None:
    keyring = parse(data_of(*LIVED), FILE).keyring
    assert [keyring.get(key.id) for key in keyring] == list(keyring)
    assert keyring.get("z6Mk") is None


def test_lines_are_a_sequence() -> None:
    lines = parse(data_of(*BEGUN), FILE).lines
    everything = numbered(*BEGUN)
    assert lines == everything
    assert lines[2:4] == everything[2:4]
    assert lines[-2] == everything[-2]
    assert lines != tuple(everything), "a sequence of another kind is no register's lines"
    for outside in (len(everything), -len(everything) - 1):
        with pytest.raises(IndexError):
            lines[outside]


def test_line_that_stands_in_no_file_yet_is_read_like_any_other() -> None:
    register = parse(data_of(*BEGUN), FILE)
    added = numbered(*BEGUN, about("suspend", ONE), about("restore", ONE))[-2:]
    for line in added:
        register.add(line, line["n"] + 1)
    assert register.lines[-2:] == added
    assert (len(register.lines), register.lines.count(register.length)) == (10, 8)


SIGNERS = "the award is signed by keys that may not sign"
MAY_NOT = "the key event is signed by a key that may not sign it"
UNKNOWN_KEY = "the key event names a key that no line before it brought"
NO_KEY = "the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public"
WITHDRAWN = "a withdrawal names no award, or one that is withdrawn already"
SUSPENDED = "a suspension names no award, or one that is suspended or withdrawn already"
NOT_ERASED = "an erasure names no award, or one whose line still says what it said"
POSITION = "the status index was given away before, or lies outside its list"
NO_AS_OF = "a key is revoked as of a moment that is none, or that had not come"
OLD_LIST = "the status list belongs to the address that the issuer moved from"
SEALED_FILES = (
    "its files are not assertion.json, assertion.jws.txt, credential.json, credential.jwt.txt with a digest each"
)
GROUP_FILES = "its files are not credential.json, endorsement.json, endorsement.jws.txt with a digest each"
ENDED = "an endorsement ends that is none, or has ended already"
CLOSED = "the issuer is closed, nothing can follow"
ADDED = tuple(key_add(role) for role in ("ed25519", "rsa", "log"))

BROKEN: dict[str, tuple[tuple[dict, ...], str]] = {
    "signed again, unknown": ((reseal(FIVE),), f'no line before it names the award "{FIVE}"'),
    "signed again, files": ((reseal(ONE, files={}),), SEALED_FILES),
    "signed again, version": (
        (reseal(ONE, version="ffffffff"),),
        "the award has a badge version that no line before it names",
    ),
    "signed by one key": ((reseal(ONE, keys=BOTH[:1]),), SIGNERS),
    "signed by three keys": ((reseal(ONE, keys=[*BOTH, BOTH[0]]),), SIGNERS),
    "signed in the wrong order": ((reseal(ONE, keys=BOTH[::-1]),), SIGNERS),
    "signed by a stranger's RSA key": ((reseal(ONE, keys=[BOTH[0], LATER[1]]),), SIGNERS),
    "signed by a stranger's Ed25519 key": ((reseal(ONE, keys=[LATER[0], BOTH[1]]),), SIGNERS),
    "signed by the log's key": ((reseal(ONE, keys=[KEYS["log"].id, BOTH[1]]),), SIGNERS),
    "signed by a retired key": ((*ADDED, key_retire("ed25519"), reseal(ONE)), SIGNERS),
    "signed by a revoked key": ((*ADDED, key_revoke("rsa"), reseal(ONE)), SIGNERS),
    "emptied while its award is not": (
        (emptied(reseal(ONE)),),
        "this line was emptied, and the line of its award was not",
    ),
    "withdrawn for a reason of its own": (
        (about("revoke", ONE, code="dislike"),),
        "a withdrawal gives no known reason",
    ),
    "replaced by itself": ((about("supersede", ONE, by=ONE),), "an award is replaced by none, or by itself"),
    "replaced by nothing": ((about("supersede", ONE, by=FIVE),), "an award is replaced by none, or by itself"),
    "replaced, unknown": ((about("supersede", FIVE, by=ONE),), WITHDRAWN),
    "replaced twice": ((about("supersede", ONE, by=TWO), about("supersede", ONE, by=THREE)), WITHDRAWN),
    "suspended, unknown": ((about("suspend", FIVE),), SUSPENDED),
    "suspended twice": ((about("suspend", ONE), about("suspend", ONE)), SUSPENDED),
    "suspended when withdrawn": ((revoke(at=T3, id=ONE), about("suspend", ONE)), SUSPENDED),
    "restored, not suspended": ((about("restore", ONE),), "a restoration names an award that is not suspended"),
    "restored when withdrawn": (
        (about("suspend", ONE), revoke(at=T3, id=ONE), about("restore", ONE)),
        "a restoration names an award that is not suspended",
    ),
    "erased, unknown": ((about("erase", FIVE),), NOT_ERASED),
    "erased, not emptied": ((about("erase", ONE),), NOT_ERASED),
    "group of no name": ((endorse("The Choir", 10),), 'the group "The Choir" is none'),
    "group with a line end": ((endorse("choir\n", 10),), 'the group "choir\\n" is none'),
    "group at the place of an award": ((endorse("choir", 0),), POSITION),
    "group, files": ((endorse("choir", 10, files=FILES),), GROUP_FILES),
    "group, record": ((endorse("choir", 10, record="none"),), "the record hash is none"),
    "group, keys": ((endorse("choir", 10, keys=LATER),), SIGNERS),
    "group endorsed twice": ((endorse("choir", 10), endorse("choir", 11)), 'the group "choir" is endorsed twice'),
    "group endorsed after its end": (
        (endorse("choir", 10), ended("choir"), endorse("choir", 11)),
        'the group "choir" is endorsed twice',
    ),
    "group ended before it began": ((ended("choir"),), ENDED),
    "group ended twice": ((endorse("choir", 10), ended("choir"), ended("choir")), ENDED),
    "list 0": ((status(at=T3, list=0),), "a status line names no list"),
    "moved to where it is": (
        (move(at=T3, base_url="https://badges.example.org/"),),
        "the site moves to where it is",
    ),
    "takes the name that it has": (
        (move(at=T3, did="did:web:badges.example.org"),),
        "the issuer takes the name that it has",
    ),
    "position of the address before": ((move(at=T3), award(at=T3, id=FIVE, index=20)), OLD_LIST),
    "position in the list of the address before": (
        (status(at=T3, list=2), move(at=T3), award(at=T3, id=FIVE, list=2, index=0)),
        OLD_LIST,
    ),
    "closed with no statement": ((close(statement="goodbye"),), "the digest of the final statement is none"),
    "award after the end": ((close(), award(at=T5, id=FIVE, index=20)), CLOSED),
    "closed twice": ((close(), close()), CLOSED),
    "moved after the end": ((close(), move(at=T5)), CLOSED),
    "key by nobody": ((key_add("ed25519", by="z6Mk"),), MAY_NOT),
    "key by the RSA key": ((key_add("ed25519", by=KEYS["rsa"].id),), MAY_NOT),
    "key by a retired key": ((*ADDED, key_retire("ed25519"), key_retire("rsa")), MAY_NOT),
    "key of no role": ((key_add("ed25519", role="postman"),), 'the role "postman" is unknown'),
    "key of another kind": ((key_add("ed25519", role="rsa"),), NO_KEY),
    "key that is a text": ((key_add("ed25519", key="z6Mk"),), NO_KEY),
    "key once more": (
        (key_add("ed25519", key=named(KEYS["ed25519"])),),
        f"the key {KEYS['ed25519'].id} stood in the register before; a key is never used again",
    ),
    "retired twice": ((key_retire("rsa"), key_retire("rsa")), "a key is retired that signs no longer"),
    "retired, unknown": ((key_retire("rsa", key=named(NEW["rsa"])),), UNKNOWN_KEY),
    "retired, another public key": (
        (key_retire("rsa", key={**named(KEYS["rsa"]), "public": NEW["rsa"].public}),),
        UNKNOWN_KEY,
    ),
    "retired, a text": ((key_retire("rsa", key="z6Mk"),), UNKNOWN_KEY),
    "revoked by a retired key": ((*ADDED, key_retire("ed25519"), key_revoke("rsa", by=BOTH[0])), MAY_NOT),
    "revoked twice": ((*ADDED, key_revoke("rsa"), key_revoke("rsa")), "a key is revoked twice"),
    "revoked, unknown": ((*ADDED, key_revoke("rsa", key=named(make_test_keys("test").keys["rsa"]))), UNKNOWN_KEY),
    "revoked as of some day": ((*ADDED, key_revoke("rsa", as_of="last summer")), NO_AS_OF),
    "revoked as of tomorrow": ((*ADDED, key_revoke("rsa", as_of=T4)), NO_AS_OF),
    "no key is left": (
        (key_retire("rsa"), key_retire("log"), checkpoint(T3)),
        "no key is left that could sign (rsa, log)",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_rule_about_later_lines_gives_its_message(case: str) -> None:
    lines, what = BROKEN[case]
    everything = (*BEGUN, *lines)
    broken = len(everything)
    if everything[-1]["event"] != "checkpoint":
        everything += (checkpoint(everything[-1]["at"]),)
    with pytest.raises(ContentError) as refused:
        parse(data_of(*everything), FILE)
    assert str(refused.value) == f"{FILE}:{broken}: this line was changed: {what}; {CURE}"


AFTER_ERASURE = {
    "erased twice": (about("erase", ONE), NOT_ERASED),
    "withdrawn": (revoke(at=T3, id=ONE), WITHDRAWN),
    "suspended": (about("suspend", ONE), SUSPENDED),
    "replaces another": (about("supersede", TWO, by=ONE), "an award is replaced by none, or by itself"),
    "signed again": (reseal(ONE), f'no line before it names the award "{ONE}"'),
    "sealed once more": (award(at=T3, id=ONE, index=30), f'the award "{ONE}" stands twice, or is none'),
}


@pytest.mark.parametrize("case", AFTER_ERASURE)
def test_nothing_becomes_of_an_erased_award(case: str) -> None:
    line, what = AFTER_ERASURE[case]
    with pytest.raises(ContentError) as refused:
        parse(data_of(*GONE, line, checkpoint(T3)), FILE)
    assert str(refused.value) == f"{FILE}:{len(GONE) + 1}: this line was changed: {what}; {CURE}"


def test_line_that_is_emptied_without_an_erasure_is_noticed() -> None:
    with pytest.raises(ContentError) as refused:
        parse(data_of(*GONE[:-1]), FILE)
    what = "this line was emptied as if the award had been erased, and no line says so"
    assert str(refused.value) == f"{FILE}:4: {what}; {CURE}"


@pytest.mark.parametrize("leaf", [b"x" * 31, b"x" * 33, b""])
def test_leaf_of_an_erased_line_has_32_bytes(leaf: bytes) -> None:
    lines = [*GONE[:3], GONE[3] | {"leaf": base64.b64encode(leaf).decode()}, *GONE[4:], checkpoint(T3)]
    with pytest.raises(ContentError) as refused:
        parse(data_of(*lines), FILE)
    assert str(refused.value) == f"{FILE}:4: this line was changed: the leaf of the erased line is none; {CURE}"


def test_leaf_of_an_erased_line_holds_nothing_but_base64() -> None:
    leaf = "!".join(("", base64.b64encode(b"x" * 32).decode()))
    with pytest.raises(ContentError) as refused:
        parse(data_of(*GONE[:3], GONE[3] | {"leaf": leaf}, *GONE[4:], checkpoint(T3)), FILE)
    assert str(refused.value) == f"{FILE}:4: this line is damaged; {CURE}"


@pytest.mark.parametrize("did", ["did:web:aaa.example.org", "did:web:zzz.example.org"])
def test_issuer_may_move_to_any_other_name(did: str) -> None:
    register = parse(data_of(*BEGUN, move(did=did), checkpoint(T4)), FILE)
    assert (register.did, register.base_url) == (did, ELSEWHERE)


@pytest.mark.parametrize("mark", [b"<<<<<<< HEAD", b"=======", b">>>>>>> ben", b"||||||| a1b2c3d"])
@pytest.mark.parametrize("after", [0, 2, 8])
def test_mark_of_git_says_that_two_people_sealed(mark: bytes, after: int) -> None:
    lines = data_of(*BEGUN).split(b"\n")
    lines.insert(after, mark)
    with pytest.raises(ContentError) as refused:
        parse(b"\n".join(lines), FILE)
    assert str(refused.value).startswith(f"{FILE}:{after + 1}: two people sealed at the same time, ")
