"""The register: each rule of TRUST §2 broken once, with the message; and what the lines add up to."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_lines import (
    CURE,
    DIGEST,
    FILE,
    KEYS,
    T0,
    T1,
    T2,
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
from pinback.register import Fault, complete, entry_hash, leaf_of, line_bytes, now_text, parse, record_hash, text_moment
from pinback.register.lines import award_line
from pinback.register.written import Positions

GOOD = (
    issuer(),
    checkpoint(T0),
    badge(),
    award(),
    award(id="aaaabbbbccccddde", index=9),
    status(),
    checkpoint(T1),
    revoke(),
    status(at=T2, file="sha256:" + "cd" * 32),
    checkpoint(T2),
)


def test_lines_add_up():
    data = data_of(*GOOD)
    register = parse(data, FILE)
    assert (register.did, register.base_url) == ("did:web:badges.example.org", "https://badges.example.org/")
    assert register.origin == "badges.example.org/issuers/club/log"
    assert register.demonstration is False
    assert {role: key["id"] for role, key in register.keys.items()} == {role: key.id for role, key in KEYS.items()}
    assert list(register.awards) == ["aaaabbbbccccdddd", "aaaabbbbccccddde"]
    known = register.awards["aaaabbbbccccdddd"]
    assert (known.badge, known.version, known.list, known.index, known.line) == ("knots", "0123abcd", 1, 7, 4)
    assert known.at == datetime(2026, 6, 2, 12, tzinfo=UTC)
    assert register.used_indexes(1) == {7, 9}
    assert register.used_indexes(2) == set()
    assert sorted(register.set_indexes("revocation", 1)) == [7]
    assert register.revoked["aaaabbbbccccdddd"].code == "mistake"
    assert register.status == {("revocation", 1): "sha256:" + "cd" * 32}
    assert list(register.versions_of("knots")) == ["0123abcd"]
    assert register.versions_of("other") == {}
    assert register.last_at == datetime(2026, 6, 3, 12, tzinfo=UTC)
    assert (register.length, register.torn) == (len(data), 0)
    assert len(register.leaves) == 7
    assert b"".join(line_bytes(line) for line in register.lines) == data


TWISTS = (
    *({"id": id_} for id_ in ("aaaabbbbccccdddd", "aaaabbbbccccdddg", "short", "AAAABBBBCCCCDDDD")),
    *({"index": index} for index in (7, 9, -1, 131_071, 131_072, "7", 7.5, None)),
    *({"list": list_} for list_ in (0, 2, -1, "1")),
    *({"n": n} for n in (4, 6, "5")),
    *({"at": at} for at in (T0, T2, "2026-06-02T12:00:00+", "2026-13-02T12:00:00Z")),
    {"badge": "other"},
    {"badge": "kn\\u00f6ts"},
    {"version": "89abcdef"},
    {"version": "0123ABCD"},
    {"record": "sha256:" + "AB" * 32},
    {"record": ""},
    {"leaf": base64.b64encode(bytes(32)).decode("ascii")},
    {"leaf": ""},
    {"keys": [KEYS["rsa"].id, KEYS["ed25519"].id]},
    {"keys": [KEYS["ed25519"].id]},
    {"keys": [KEYS["ed25519"].id, KEYS["log"].id]},
    {"files": {}},
    {"files": dict.fromkeys(("assertion.json", "assertion.jws.txt", "credential.json", "credentialxjwt.txt"), DIGEST)},
    {"more": "x"},
    {"event": "reseal"},
)


def after_adding(raw: bytes, at_a_glance: bool) -> tuple[object, ...] | str | None:
    """Return what a register adds up to with one more line, or the fault; None where one glance is not enough."""
    register = parse(data_of(*GOOD[:4], status(), checkpoint(T1)), FILE)
    for line in numbered(*GOOD[:4], status(), checkpoint(T1), award(id="aaaabbbbccccddde", index=9))[6:]:
        register.add(line, 7, len(line_bytes(line)))
    if at_a_glance:
        line = award_line(raw)
        if line is None or not register.add_award(line, 10_000):
            return None
    else:
        try:
            register.add(json.loads(raw), 8, 10_000)
        except Fault as fault:
            return str(fault)
        except (TypeError, ValueError):
            return "damaged"
    lines = register.lines
    return (
        *(list(register.awards), register.leaves, register.used, register.list_places),
        *(lines.events, lines.ends, lines.last_at, register.erased),
    )


def seventh(**changes: object) -> dict:
    """Return the line of an award as the one that follows in ``after_adding``."""
    plain = {"n": 7, **award(id="aaaabbbbccccdddf", index=11)} | {k: v for k, v in changes.items() if k != "leaf"}
    return complete(plain) | {k: v for k, v in changes.items() if k == "leaf"}


def test_line_of_an_award_is_taken_at_one_glance_as_by_a_closer_look():
    raw = line_bytes(seventh())[:-1]
    assert after_adding(raw, True) == after_adding(raw, False)
    assert "aaaabbbbccccdddf" in after_adding(raw, True)[0]


def test_line_of_an_award_that_stands_in_no_file_is_taken_at_one_glance_too():
    raw = line_bytes(seventh())
    glance, look = (parse(data_of(*GOOD[:4], status(), checkpoint(T1)), FILE) for _ in range(2))
    for register in (glance, look):
        register.add(numbered(*GOOD[:4], status(), checkpoint(T1), award(id="aaaabbbbccccddde", index=9))[6], 7)
    assert glance.add_award(award_line(raw[:-1]), raw=raw)
    look.add(seventh(), 8, raw=raw)
    assert list(glance.lines) == list(look.lines)
    assert glance.lines.raw(7) == look.lines.raw(7) == raw
    assert glance.awards["aaaabbbbccccdddf"] == look.awards["aaaabbbbccccdddf"]
    assert (glance.leaves, glance.used, glance.lines.ends) == (look.leaves, look.used, look.lines.ends)


@pytest.mark.parametrize("twist", TWISTS, ids=str)
def test_line_with_anything_against_it_is_left_to_a_closer_look(twist: dict):
    raw = json.dumps(seventh() | twist, sort_keys=True, separators=(",", ":")).encode()
    own_leaf = json.dumps(
        {**seventh(), **twist, **({} if "leaf" in twist else {"leaf": leaf_text({**seventh(), **twist})})},
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    for one in (raw, own_leaf):
        assert after_adding(one, True) in (None, after_adding(one, False))
    assert after_adding(raw, True) is None


def leaf_text(line: dict) -> str:
    """Return the leaf that belongs to a line, whatever else is wrong with it."""
    kept = {name: value for name, value in line.items() if name not in ("leaf", "record")}
    entry = hashlib.sha256(json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()).digest()
    return base64.b64encode(hashlib.sha256(b"\0" + entry).digest()).decode("ascii")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 131_071)), max_size=60))
def test_positions_are_a_set_of_numbers(steps: list[tuple[bool, int]]):
    positions, plain = Positions(), set[int]()
    for adds, position in steps:
        (positions.add if adds else positions.discard)(position)
        (plain.add if adds else plain.discard)(position)
    assert list(positions) == sorted(plain)
    assert len(positions) == len(plain)
    assert positions == Positions(plain) == plain
    assert all(
        (number in positions) is (number in plain) for _, position in steps for number in (position, position + 1)
    )
    assert -1 not in positions
    assert "7" not in positions


def test_demonstration_is_read_from_line_0():
    assert parse(data_of(issuer(demonstration=True), checkpoint(T0)), FILE).demonstration is True


def test_leaf_is_what_trust_says():
    """SHA-256(0x00, SHA-256(RFC 8785 form without leaf and record)), by code that is not the register's."""
    line = numbered(badge(), award())[1]
    kept = {name: value for name, value in line.items() if name not in ("leaf", "record")}
    entry = hashlib.sha256(json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()).digest()
    assert entry_hash(line) == entry
    assert leaf_of(line) == hashlib.sha256(b"\0" + entry).digest()
    assert line["leaf"] == base64.b64encode(leaf_of(line)).decode()
    assert leaf_of(line | {"record": "sha256:" + "00" * 32}) == leaf_of(line)
    assert leaf_of(line | {"index": 8}) != leaf_of(line)
    assert "leaf" not in complete(checkpoint(T0, n=0))


def test_record_hash_is_what_trust_says():
    typed = {"issued_on": "2026-05-17", "handle": "otter-7"}
    data = b'{"handle":"otter-7","issued_on":"2026-05-17"}'
    assert record_hash(typed) == "sha256:" + hashlib.sha256(data).hexdigest()


def changed(place: int, /, **changes) -> tuple[dict, ...]:
    return tuple(line | changes if n == place else line for n, line in enumerate(GOOD))


def without(index: int, *names: str) -> tuple[dict, ...]:
    return tuple(
        {key: value for key, value in line.items() if not (n == index and key in names)} for n, line in enumerate(GOOD)
    )


def inserted(index: int, line: dict) -> tuple[dict, ...]:
    return (*GOOD[:index], line, *GOOD[index:])


KEYS_0 = issuer()["keys"]
BROKEN: dict[str, tuple[tuple[dict, ...], int, str]] = {
    "gap in the numbers": (changed(3, n=4), 4, "this line was changed: it has the number 4 where 3 belongs"),
    "number is text": (changed(3, n="3"), 4, 'this line was changed: the field "n" is not of its kind'),
    "number is a truth value": (changed(0, n=False), 1, 'this line was changed: the field "n" is not of its kind'),
    "time goes back": (changed(7, at=T0), 8, "this line was changed: its time is none, or lies before the line above"),
    "time with a fraction": (
        changed(3, at="2026-06-02T12:00:00.5Z"),
        4,
        "this line was changed: its time is none, or lies before the line above",
    ),
    "time in another zone": (
        changed(3, at="2026-06-02T14:00:00+02:00"),
        4,
        "this line was changed: its time is none, or lies before the line above",
    ),
    "day that is none": (
        changed(3, at="2026-06-31T12:00:00Z"),
        4,
        "this line was changed: its time is none, or lies before the line above",
    ),
    "unknown event": (changed(5, event="promote"), 6, 'this line was changed: the event "promote" is unknown'),
    "event is no text": (changed(5, event=["status"]), 6, "this line was changed: the event \"['status']\" is unknown"),
    "unknown field": (changed(5, note="x"), 6, 'this line was changed: the field "note" is unknown'),
    "missing field": (without(3, "list"), 4, 'this line was changed: the field "list" is missing'),
    "missing time": (without(3, "at"), 4, 'this line was changed: the field "at" is missing'),
    "leaf on a checkpoint": (changed(1, leaf="x"), 2, 'this line was changed: the field "leaf" is unknown'),
    "wrong leaf": (
        changed(3, leaf=numbered(*GOOD)[4]["leaf"]),
        4,
        "this line was changed: the leaf does not belong to this line",
    ),
    "leaf is no text": (changed(3, leaf=7), 4, 'this line was changed: the field "leaf" is not of its kind'),
    "issuer twice": (
        inserted(2, issuer()),
        3,
        "this line was changed: the issuer event stands in another place than the first line",
    ),
    "no issuer first": (
        (badge(at=T0), checkpoint(T0)),
        1,
        "this line was changed: the issuer event stands in another place than the first line",
    ),
    "a key is missing": (
        changed(0, keys={role: KEYS_0[role] for role in ("ed25519", "rsa")}),
        1,
        "this line was changed: the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public",
    ),
    "a key of another type": (
        changed(0, keys=KEYS_0 | {"log": KEYS_0["rsa"]}),
        1,
        "this line was changed: the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public",
    ),
    "a key with more in it": (
        changed(0, keys=KEYS_0 | {"log": KEYS_0["log"] | {"d": "x"}}),
        1,
        "this line was changed: the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public",
    ),
    "a key that is a number": (
        changed(0, keys=KEYS_0 | {"log": KEYS_0["log"] | {"public": 7}}),
        1,
        "this line was changed: the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public",
    ),
    "keys are a list": (
        changed(0, keys=list(KEYS_0)),
        1,
        "this line was changed: the keys are not ed25519, rsa and log (and perhaps recovery), each with id, type and public",
    ),
    "demonstration is false": (
        changed(0, demonstration=False),
        1,
        'this line was changed: "demonstration" is true, or is not there',
    ),
    "version twice": (
        inserted(3, badge()),
        4,
        'this line was changed: the version "0123abcd" stands twice, or is none',
    ),
    "version is none": (
        changed(2, version="0123ABCD"),
        3,
        'this line was changed: the version "0123ABCD" stands twice, or is none',
    ),
    "files of a badge": (
        changed(2, files={"badge.json": DIGEST}),
        3,
        "this line was changed: its files are not badge.json, image.png, image.svg with a digest each",
    ),
    "id twice": (
        changed(4, id="aaaabbbbccccdddd"),
        5,
        'this line was changed: the award "aaaabbbbccccdddd" stands twice, or is none',
    ),
    "id is none": (
        changed(4, id="AAAABBBBCCCCDDDD"),
        5,
        'this line was changed: the award "AAAABBBBCCCCDDDD" stands twice, or is none',
    ),
    "index twice": (
        changed(4, index=7),
        5,
        "this line was changed: the status index was given away before, or lies outside its list",
    ),
    "index outside the list": (
        changed(4, index=131_072),
        5,
        "this line was changed: the status index was given away before, or lies outside its list",
    ),
    "index below 0": (
        changed(4, index=-1),
        5,
        "this line was changed: the status index was given away before, or lies outside its list",
    ),
    "list below 1": (
        changed(4, list=0),
        5,
        "this line was changed: the status index was given away before, or lies outside its list",
    ),
    "unknown version": (
        changed(3, version="0123abce"),
        4,
        "this line was changed: the award has a badge version that no line before it names",
    ),
    "unknown badge": (
        changed(3, badge="bends"),
        4,
        "this line was changed: the award has a badge version that no line before it names",
    ),
    "record hash": (changed(3, record="sha256:"), 4, "this line was changed: the record hash is none"),
    "files of an award": (
        changed(3, files={}),
        4,
        "this line was changed: its files are not assertion.json, assertion.jws.txt, credential.json, credential.jwt.txt "
        "with a digest each",
    ),
    "digest of a file": (
        changed(3, files=award()["files"] | {"credential.json": "ab" * 32}),
        4,
        "this line was changed: its files are not assertion.json, assertion.jws.txt, credential.json, credential.jwt.txt "
        "with a digest each",
    ),
    "keys of an award": (changed(3, keys="z6Mk"), 4, "this line was changed: its keys are not a list of key ids"),
    "revoke of an unknown id": (
        changed(7, id="aaaabbbbccccdddf"),
        8,
        "this line was changed: a withdrawal names no award, or one that is withdrawn already",
    ),
    "revoke twice": (
        inserted(8, revoke()),
        9,
        "this line was changed: a withdrawal names no award, or one that is withdrawn already",
    ),
    "unknown reason": (changed(7, code="dislike"), 8, "this line was changed: a withdrawal gives no known reason"),
    "unknown purpose": (
        changed(5, purpose="message"),
        6,
        "this line was changed: a status line has an unknown purpose or no digest",
    ),
    "status without digest": (
        changed(5, file="x"),
        6,
        "this line was changed: a status line has an unknown purpose or no digest",
    ),
    "checkpoint of another time": (
        changed(6, at=T2),
        7,
        "this line was changed: the checkpoint has another time than the sealing that it ends",
    ),
    "checkpoint twice": (inserted(7, checkpoint(T1)), 8, "this line was changed: a checkpoint follows on a checkpoint"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_rule_gives_its_message_with_file_and_line(case):
    lines, number, what = BROKEN[case]
    with pytest.raises(ContentError) as refused:
        parse(data_of(*lines), FILE)
    assert str(refused.value) == f"{FILE}:{number}: {what}; {CURE}"


def test_every_field_must_be_of_its_kind():
    for index, line in enumerate(GOOD):
        for name, value in line.items():
            for wrong in (None, 7.5, {} if isinstance(value, str) else "text"):
                with pytest.raises(ContentError):
                    parse(data_of_raw(changed(index, **{name: wrong})), FILE)


def data_of_raw(lines) -> bytes:
    """Write lines as JSON even where they have no canonical form."""
    written = []
    for n, line in enumerate(lines):
        filled = {"n": n, "leaf": "x", **line} if line["event"] != "checkpoint" else {"n": n, **line}
        written.append(json.dumps(filled, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    return b"".join(written)


def test_line_without_an_event_is_refused():
    lines = data_of(*GOOD).replace(b'"event":"status",', b"", 1)
    with pytest.raises(ContentError, match=r":6: this line was changed: the event \"None\" is unknown"):
        parse(lines, FILE)


def respelled(change) -> bytes:
    lines = data_of(*GOOD).split(b"\n")
    lines[3] = change(lines[3])
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda line: line.replace(b'"badge":', b'"badge": '), "this line was changed: it is not in canonical form"),
        (lambda line: line + b" ", "this line was changed: it is not in canonical form"),
        (lambda line: line + b"\r", "this line was changed: it is not in canonical form"),
        (lambda line: line.replace(b"knots", b"\\u006bnots"), "this line was changed: it is not in canonical form"),
        (
            lambda line: line.replace(b'"index":7', b'"index":7,"index":7'),
            "this line was changed: it is not in canonical form",
        ),
        (
            lambda line: json.dumps(dict(reversed(json.loads(line).items())), separators=(",", ":")).encode(),
            "this line was changed: it is not in canonical form",
        ),
        (lambda line: line.replace(b'"index":7', b'"index":7.0'), "this line is damaged"),
        (lambda line: line.replace(b'"index":7', b'"index":NaN'), "this line is damaged"),
        (lambda line: line.replace(b'"index":7', b'"index":9007199254740993'), "this line is damaged"),
        (lambda line: b"\xef\xbb\xbf" + line, "this line is damaged"),
        (lambda line: line.replace(b"knots", b"kn\xffts"), "this line is damaged"),
        (lambda line: b"[" * 100_000, "this line is damaged"),
        (lambda line: b"", "this line is damaged"),
        (lambda line: b"[]", "this line was changed: it is not in canonical form"),
        (lambda line: line[:-1], "this line is damaged"),
    ],
)
def test_line_in_any_other_form_is_refused(change, what):
    with pytest.raises(ContentError) as refused:
        parse(respelled(change), FILE)
    assert str(refused.value) == f"{FILE}:4: {what}; {CURE}"


def test_tail_behind_the_last_checkpoint_is_counted_and_not_read():
    whole = data_of(*GOOD)
    before = data_of(*GOOD[:7])
    for cut in (len(before) + 1, len(before) + 200, len(whole) - 1):
        register = parse(whole[:cut], FILE)
        assert (register.length, register.torn) == (len(before), cut - len(before))
        assert register.revoked == {}
    assert parse(before + b"\0" * 9, FILE).torn == 9


@pytest.mark.parametrize("data", [b"", b"\n", data_of(issuer()), data_of(*GOOD)[:100], b"not a register"])
def test_register_without_one_whole_sealing_is_no_register(data):
    with pytest.raises(ContentError) as refused:
        parse(data, FILE)
    assert str(refused.value) == f"{FILE}:1: the register holds no whole sealing; {CURE}"


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30)))
def test_moments_read_back(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert text_moment(now_text(moment)) == moment


@pytest.mark.parametrize(
    "behind",
    [
        b"\n" * 1000,
        b'{"at":"',
        b'{"event":"checkpoint","n":99',
        b'\n{"event":"award"}\n',
        b'{"note":"\\"event\\":\\"checkpoint\\""}\n',
    ],
)
def test_what_stands_behind_the_last_checkpoint_is_left_out_and_counted(behind: bytes) -> None:
    data = data_of(*GOOD)
    register = parse(data + behind, FILE)
    assert (register.torn, len(register.lines)) == (len(behind), len(numbered(*GOOD)))
