"""Bombs, poison and nonsense: a plain sentence, never a traceback, never green, within seconds and megabytes."""

from __future__ import annotations

import copy
import gzip
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from answers import Answers
from conformance import _pdf, _png, _svg, _world, _zip, blank_png, good_badge, raw
from conftest import ROOT
from makers import (
    DID,
    HOSTED,
    KEY,
    LIST,
    NOW,
    PROFILE,
    REVOKED,
    SUSPENSIONS,
    Document,
    as_payload,
    assertion,
    b64,
    badge,
    did_document,
    jwt,
    keys,
    learner_record,
    packed,
    proof_for,
    set_in,
    signed,
    status_entry,
    status_list,
)

from pinback.images.png_chunks import make_chunk
from pinback.verify import limits
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.inputs import judge_bytes
from pinback.verify.report import Report, as_csv, as_json, as_table, as_text
from pinback.verify.verdict import Verdict

SECONDS = 5.0
MEGABYTES = 512


def judged(data: bytes, table: Document | None = None, offline: bool = False) -> Report:
    return judge_bytes("it", data, Asker(Answers({**_world(), **(table or {})})), Question(NOW), offline)


def _with_chunk(kind: bytes, body: bytes) -> bytes:
    whole = blank_png()
    return whole[:33] + make_chunk(kind, body) + whole[33:]


_ZEROS = 512 * 1024 * 1024
"""As much as a process may take, so that what is unpacked without a bound is noticed."""


def _deflated_zeros() -> bytes:
    """Return so many zeros as a deflate stream: one piece of it again and again, as packing them all would take seconds."""
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(bytes(_ZEROS // 64)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * 64 + b"\x03\x00"


def _billion_laughs() -> bytes:
    lines = ['<!DOCTYPE svg [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return ("\n".join(lines) + ']><svg xmlns="http://www.w3.org/2000/svg">&a9;</svg>').encode()


def _poison(wide: int, deep: int) -> Any:
    found: dict[str, Any] = {"type": ["Profile"], "name": "x"}
    if deep:
        found["parentOrg"] = [_poison(wide, deep - 1) for _ in range(wide)]
    return found


def _proof_stub() -> Document:
    return json.loads(good_badge())["proof"][0]


def _unsigned(**more: Any) -> bytes:
    return raw({**badge(), **more, "proof": [_proof_stub()]})


def bombs() -> Iterator[tuple[str, bytes, Document, bool]]:
    """Yield name, file, answers and whether it is checked offline."""
    zeros, deflated = bytes(80 * 1024 * 1024), _deflated_zeros()
    packed = b"\x78\xda" + deflated + (_ZEROS % 65521 << 16 | 1).to_bytes(4, "big")
    yield "png ztxt", _with_chunk(b"zTXt", b"openbadges\0\0" + packed), {}, False
    yield "png itxt", _with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + packed), {}, False
    yield "png idat", _with_chunk(b"IDAT", packed), {}, False
    yield "png chunks", blank_png()[:33] + make_chunk(b"teXt", b"") * 1_000_000 + blank_png()[33:], {}, False
    yield "svg entities", _billion_laughs(), {}, False
    yield "svg depth", b"<svg>" + b"<g>" * 500_000, {}, False
    yield "svg elements", b"<svg>" + b"<g/>" * 4_000_000 + b"</svg>", {}, False
    yield "svg attribute", b'<svg x="' + b"&amp;" * 3_000_000 + b'"/>', {}, False
    yield (
        "svg external",
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns:openbadges="http://openbadges.org"/>',
        {},
        False,
    )
    yield "zip of zeros", _zip({f"{n}.json": zeros for n in range(4)}), {}, False
    yield "zip of many", _zip({f"{n}": b"" for n in range(10_001)}), {}, False
    yield "zip that overlaps", _overlapping(), {}, False
    yield "zip with traversal", _zip({"../../../tmp/pinback-was-here": good_badge()[:-9]}), {}, False
    yield (
        "zip map outside",
        _zip(
            {"map.tsv": b"https://club.example/.well-known/did.json\t200\t\t../../etc/passwd\n", "b.json": good_badge()}
        ),
        {},
        True,
    )
    yield "zip of names", _zip({f"{n}.json": raw(signed(_named(n))) for n in range(6)}), {}, False
    yield "zip of costly", _zip({f"{n}.json": _costly() for n in range(60)}), {}, False
    yield "zip of lists", _lists(4), {}, True
    yield "parts in parts", _tried(30, 40), {_did(): _with_large_keys()}, False
    yield "pdf flate", _pdf(packed, flate=False, head=b"/Type /EmbeddedFile /Filter /FlateDecode"), {}, False
    yield "pdf many", b"%PDF-1.7\n" + b"1 0 obj <<>>stream\nendstream endobj\n" * 400_000, {}, False
    yield "pdf digits", b"%PDF-1.7\n" + (b"1" * 8_000 + b" <<>> stream\n") * 2_000, {}, False
    yield "pdf one end", b"%PDF-1.7\n" + (b" " * 3_900 + b"<<>> stream\n") * 5_000 + b"endstream", {}, False
    flate = b"1 0 obj <</Filter/FlateDecode>>stream\n"
    yield (
        "pdf one end, packed",
        b"%PDF-1.7\n" + (flate + packed[:2]) * 4_999 + bytes(19_000_000) + b"endstream",
        {},
        False,
    )
    yield "pdf spaces", b"%PDF-1.7\n/Encrypt" + b" " * 10_000_000 + b">>" + b" " * 5_000_000, {}, False
    yield "pdf lengths", b"%PDF-1.7\n" + b"<</Length " * 1_000_000 + b">>stream\n", {}, False
    yield "json deep", b'{"a":' * 1_000_000, {}, False
    yield "json brackets", b"{" + b"[" * 5_000_000, {}, False
    yield "json quotes", b'{"' + b'\\"' * 2_500_000, {}, False
    yield "json backslash", b'{"' + b'a\\"' * 1_600_000 + b"\\", {}, False
    yield (
        "json wide",
        _unsigned(evidence=[{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(12_000)]),
        {},
        False,
    )
    yield "json number", _unsigned(x=1)[:-1] + b',"y":' + b"9" * 4_000_000 + b"}", {}, False
    yield "json exponent", _unsigned()[:-1] + b',"y":1e999}', {}, False
    yield (
        "json members",
        b'{"type":["VerifiableCredential"],' + b",".join(b'"m%d":1' % n for n in range(300_000)) + b"}",
        {},
        False,
    )
    yield "json twice", b'{"type":["VerifiableCredential"],' + b",".join([b'"m":1'] * 49_000) + b"}", {}, False
    yield "json last twice", b'{"0":1' + b"".join(b',"%d":1' % n for n in range(1, 49_000)) + b',"48999":1}', {}, False
    values = {"id": "urn:x", "type": ["Evidence"], "name": [f"n{n}" for n in range(48_000)]}
    yield "json values", _unsigned(evidence=[values]), {}, False
    apart = [{"id": "urn:x", "type": ["Evidence"], "name": values["name"][n::2_900]} for n in range(2_900)]
    yield "json values apart", _unsigned(evidence=apart), {}, False
    yield "json types", _unsigned(type=["VerifiableCredential", *(f"T{n}" for n in range(40_000))]), {}, False
    yield "json contexts", _unsigned(**{"@context": ["https://www.w3.org/ns/credentials/v2"] * 40_000}), {}, False
    yield "json text", _unsigned(name="x" * 5_000_000), {}, False
    for wide, deep in ((60, 1), (5, 3), (2, 8), (9, 2), (499, 0), (1, 50)):
        subject = {**badge()["credentialSubject"], "source": [_poison(wide, deep), _poison(wide, deep)]}
        yield f"poison {wide} {deep}", _unsigned(credentialSubject=subject), {}, False
    names = {**badge()["credentialSubject"], "source": [{"id": f"_:b{n}", "type": ["Profile"]} for n in range(400)]}
    yield "poison names", _unsigned(credentialSubject=names), {}, False
    one = {**badge(), "evidence": [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(2_900)]}
    yield "many proofs", raw({**one, "proof": [_proof_stub()] * 8}), {}, False
    big = {**badge(), "evidence": one["evidence"][:400], "proof": [_proof_stub()]}
    yield "many parts", jwt(as_payload(learner_record(*[big] * 12)), keys()["rsa"]), {}, False
    yield "base58", raw(set_in(json.loads(good_badge()), "proof/0/proofValue", "z" + "2" * 4_000_000)), {}, False
    yield "token", jwt(b"x" * 3_000_000, keys()["rsa"]), {}, False
    yield "token dots", b"a" * 10_000_000 + b"." * 3, {}, False
    yield (
        "key huge",
        good_badge(),
        {_did(): set_in(_world()[_did()], "verificationMethod/0/publicKeyMultibase", "z" + "2" * 4_000_000)},
        False,
    )
    yield (
        "key rsa huge",
        jwt(as_payload(badge()), keys()["rsa"]),
        {_did(): set_in(_world()[_did()], "verificationMethod/2/publicKeyJwk/n", b64(b"\xff" * 500_000))},
        False,
    )
    encoded = "u" + b64(gzip.compress(b"")[:10] + deflated + bytes(8))
    listed = set_in(status_list(), "credentialSubject/encodedList", encoded)
    yield "status gzip", good_badge(), {LIST: jwt(listed, keys()["rsa"])}, False
    yield "answer deep", good_badge(), {_did(): b'{"a":' * 900_000}, False
    yield "page", b"<html>" + b"<a href=" * 2_000_000, {}, False
    yield "nothing", bytes(20 * 1024 * 1024), {}, False
    yield "spaces", b" " * (20 * 1024 * 1024) + b"{", {}, False


def _did() -> str:
    return "https://club.example/.well-known/did.json"


def _named(number: int) -> Document:
    """Return a badge with a long name, whose signs take four bytes each in memory."""
    expired = {**badge(), "validUntil": "2026-10-01T00:00:00Z"}
    return set_in(expired, "credentialSubject/achievement/name", "\U0001f600" + f"{number}" * 4_900_000)


def _costly() -> bytes:
    """Return what takes a third of a second; packed again and again, it is small."""
    one = {**badge(), "evidence": [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(400)]}
    return jwt(as_payload(learner_record(*[{**one, "proof": [_proof_stub()]}] * 7)), keys()["rsa"])


def _lists(badges: int) -> bytes:
    """Return an archive of badges each with fifty status lists of the largest size."""
    rsa, places, members = keys()["rsa"], {_did(): "did.json"}, {"did.json": raw(did_document(keys()["rsa"]))}
    encoded = packed(bytes(limits.MAX_LIST))
    for number in range(badges):
        entries = []
        for place in range(50):
            url = f"https://club.example/{number}/{place}"
            listed = set_in(status_list(url=url), "credentialSubject/encodedList", encoded)
            places[url] = f"{number}-{place}"
            members[places[url]] = jwt(listed, rsa)
            entries.append(status_entry(statusListCredential=url, id=f"{url}#1"))
        expired = {**badge(), "credentialStatus": entries, "validUntil": "2026-10-01T00:00:00Z"}
        members[f"{number}.txt"] = jwt(as_payload(expired), rsa)
    lines = [f"{url}\t200\t\t{file}\n" for url, file in places.items()]
    return _zip({"map.tsv": "".join(lines).encode(), **members})


def _with_large_keys() -> Document:
    """Return an issuer's document with keys as large as they may be, which take a while to be tried."""
    used, numbers = keys(), [2**8191 + 2 * n + 1 for n in range(20)]
    large = [
        {"kty": "RSA", "n": b64(one.to_bytes(1024, "big")), "e": b64((2**33 - 1).to_bytes(5, "big"))} for one in numbers
    ]
    methods = [{"id": f"{DID}#{n}", "controller": DID, "publicKeyJwk": jwk} for n, jwk in enumerate(large)]
    found = did_document(used["rsa"], used["ed"])
    return {
        **found,
        "verificationMethod": methods + found["verificationMethod"],
        "assertionMethod": [one["id"] for one in methods] + found["assertionMethod"],
    }


def _tried(outer: int, inner: int) -> bytes:
    """Return a learner record of learner records of badges that name no key, so that each of the issuer's is tried."""
    rsa = keys()["rsa"]
    unnamed = {
        name: value for name, value in as_payload(badge()).items() if name in ("@context", "type", "id", "issuer")
    }
    part = jwt(unnamed, rsa, {"alg": "RS256"}, signature=b"\1" * 1024).decode()
    within = jwt(as_payload(learner_record(*[part] * inner, id="urn:x:1", credentialStatus=None)), rsa).decode()
    whole = learner_record(*[within] * outer, id="urn:x:2")
    return raw(signed(whole, proof=proof_for(keys()["ed"], "eddsa-jcs-2022")))


def _overlapping() -> bytes:
    """Return a ZIP whose directory names the same packed bytes many times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", bytes(15 * 1024 * 1024))
        first = made.infolist()[0]
        for number in range(500):
            twin = copy.copy(first)
            twin.filename = f"b{number}"
            made.filelist.append(twin)
            made.NameToInfo[twin.filename] = twin
        made._didModify = True
    return stream.getvalue()


def _measured() -> None:
    """Judge every bomb and print what came out; run in a process of its own, which is told how much memory it may have."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (4 * 1024**3, 4 * 1024**3))
    keys()
    _world()
    for name, data, table, offline in bombs():
        pid = os.fork()
        if pid == 0:
            started = time.process_time()  # others may use the machine meanwhile
            report = judged(data, table, offline)
            seconds = time.process_time() - started
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            line = [name, report.verdict.value, report.ok, round(seconds, 2), peak, report.sentence[:200]]
            print(json.dumps(line), flush=True)
            os._exit(0)
        os.waitpid(pid, 0)
    print(json.dumps(["end", "", False, 0, 0, ""]))


@pytest.mark.parametrize("name", ["", "a.json"])
def test_zip_whose_numbers_lead_nowhere_is_damaged(name: str) -> None:
    """zipfile stumbles over a name without signs, and over an offset that no machine counts to."""
    whole = bytearray(_zip({name or "a": good_badge()}))
    place = whole.find(b"PK\1\2")
    far = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    if name:
        struct.pack_into("<H", whole, place + 30, len(far))
        struct.pack_into("<I", whole, place + 42, 2**32 - 1)
        whole[place + 46 + len(name) : place + 46 + len(name)] = far
    else:
        struct.pack_into("<H", whole, place + 28, 0)
        del whole[place + 46]
    end = whole.rfind(b"PK\5\6")
    struct.pack_into("<I", whole, end + 12, end - place)
    report = judged(bytes(whole))
    assert report.verdict is Verdict.CANNOT_TELL
    assert "is damaged; ask for" in report.reason


def test_map_of_an_archive_that_is_none_is_told_of_that_archive() -> None:
    report = judged(_zip({"map.tsv": b"\xff\n", "a.json": good_badge()}), offline=True)
    assert (report.verdict, report.reason) == (Verdict.CANNOT_TELL, "map.tsv: the map is not UTF-8 text")


def test_long_texts_of_strangers_are_cut_in_what_is_said() -> None:
    long = "x" * (limits.MAX_SHOWN + 1)
    home = {"issuer/url": f"https://{long}.example/", "issuer/name": long, "credentialSubject/achievement/name": long}
    document = badge()
    for path, value in home.items():
        document = set_in(document, path, value)
    report = judged(raw(signed(document)))
    assert report.verdict is Verdict.GENUINE
    assert report.facts["badge"] == long[: limits.MAX_SHOWN - 1] + "…"
    stranger = judged(_zip({long: raw({**badge(), "issuer": f"did:web:{long}", "proof": [_proof_stub()]})}))
    assert len(stranger.parts[0].issuer) == limits.MAX_SHOWN
    for one in (report, stranger):
        for text in (as_text(one), as_table([one])):
            assert max(len(line) for line in text.split("\n")) < 3 * limits.MAX_SHOWN


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
def test_no_bomb_goes_off() -> None:
    program = "import sys; sys.path[:0] = sys.argv[1:]; import test_hostile; test_hostile._measured()"
    paths = [str(ROOT / "tests" / "verify"), str(ROOT / "tests"), str(ROOT)]
    # Coverage is not counted here: it would be measured with it.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    done = subprocess.run(
        [sys.executable, "-c", program, *paths],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert not done.stderr
    assert lines[-1][0] == "end"
    assert len(lines) > 50
    assert [line for line in lines if line[2] or line[1] == "genuine"] == []
    assert [line for line in lines if line[3] > SECONDS] == []
    assert [line for line in lines if line[4] > MEGABYTES] == []
    # Refused at the place that unpacks them, and not before.
    packed = {"png ztxt", "png itxt", "zip of zeros", "pdf flate", "status gzip"}
    assert {line[0] for line in lines if re.search(r"ha(s|ve) more than [0-9,]+ bytes", line[5])} >= packed
    assert not Path("/tmp/pinback-was-here").exists()


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    "did:web:",
    "https://",
    "https://[x#y",
    "did:web:a#z6Mk[",
    "\u202e",
    [],
    [[]],
    {},
    {"id": 1},
    {"type": {}},
    ["a", {}],
)


def _paths(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _paths(member, (*way, name))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _paths(member, (*way, number))


def _replaced(value: Any, way: tuple[Any, ...], odd: Any) -> Any:
    if not way:
        return odd
    made = copy.copy(value)
    made[way[0]] = _replaced(value[way[0]], way[1:], odd)
    return made


def _mutants(value: Any) -> Iterator[Any]:
    for way in _paths(value):
        for odd in ODD:
            yield _replaced(value, way, odd)


def _shown(report: Report) -> None:
    for text in (as_text(report), as_json([report]), as_csv([report]), as_table([report])):
        assert "\u202e" not in text
        assert "\x1b" not in text


def test_no_value_in_a_signed_badge_makes_it_stumble_or_pass() -> None:
    document = json.loads(good_badge())
    for mutant in _mutants(document):
        report = judged(raw(mutant))
        _shown(report)
        assert not report.ok or mutant == document, mutant


def test_no_value_in_a_token_makes_it_stumble() -> None:
    rsa = keys()["rsa"]
    payload = as_payload(badge())
    for mutant in _mutants(payload):
        # Signed by the club itself: what it says may be acceptable, but must be answered.
        _shown(judged(jwt(mutant, rsa)))
    for mutant in _mutants({"alg": "RS256", "typ": "JWT", "kid": rsa.url, "jwk": rsa.jwk}):
        _shown(judged(jwt(payload, rsa, mutant)))


@pytest.mark.parametrize("address", [_did(), LIST, SUSPENSIONS, HOSTED, PROFILE, KEY, REVOKED])
def test_no_value_in_an_answer_makes_it_stumble(address: str) -> None:
    rsa = keys()["rsa"]
    answer = signed(status_list(7, url=address, purpose="suspension")) if address == SUSPENSIONS else _world()[address]
    files = (
        [raw(assertion()), jwt(assertion(False), rsa, {"alg": "RS256"})]
        if address in (HOSTED, PROFILE, KEY, REVOKED)
        else [good_badge()]
    )
    for data in files:
        for mutant in _mutants(answer):
            _shown(judged(data, {address: raw(mutant)}))


def test_no_value_in_an_open_badge_2_makes_it_stumble() -> None:
    for mutant in _mutants(assertion()):
        data = raw(mutant)
        _shown(judged(data, {HOSTED: data}))
        _shown(judged(jwt(mutant, keys()["rsa"], {"alg": "RS256"})))


def test_no_byte_in_a_file_makes_it_stumble_or_pass() -> None:
    dice = random.Random(20261101)
    picture, drawing = _png(raw(assertion()), good_badge()), _svg(None, good_badge())
    for whole in (picture, drawing, _pdf(good_badge()), _zip({"a.json": good_badge()}), good_badge()):
        for _ in range(300):
            data = bytearray(whole)
            for _ in range(dice.choice((1, 1, 2, 8))):
                place = dice.randrange(len(data))
                kind = dice.randrange(3)
                if kind == 0:
                    data[place] ^= 1 << dice.randrange(8)
                elif kind == 1:
                    del data[place : place + dice.randrange(1, 40)]
                else:
                    data[place:place] = dice.randbytes(dice.randrange(1, 9))
            report = judged(bytes(data))
            _shown(report)
            if report.ok:
                # Only what carries no meaning may differ, such as a pixel or white space.
                assert report.facts in ({}, judged(good_badge()).facts) or report.parts


def test_what_is_shown_of_a_changed_file_is_what_was_signed() -> None:
    dice = random.Random(7)
    text = good_badge()
    facts = judged(text).facts
    for _ in range(1_000):
        data = bytearray(text)
        data[dice.randrange(len(data))] = dice.randrange(32, 127)
        report = judged(bytes(data))
        assert report.facts in ({}, facts)
        assert report.verdict is not Verdict.GENUINE or report.facts == facts


@pytest.mark.parametrize("form", ["proof", "jcs", "ecdsa", "token", "picture", "ob2", "ob2 signed"])
def test_no_single_sign_changed_passes(form: str) -> None:
    used = keys()
    whole = {
        "proof": good_badge,
        "jcs": lambda: raw(signed(badge(), proof=proof_for(used["ed"], "eddsa-jcs-2022"))),
        "ecdsa": lambda: raw(signed(badge(), used["ec"])),
        "token": lambda: jwt(as_payload(badge()), used["rsa"]),
        "picture": lambda: _png(None, good_badge()),
        "ob2": lambda: raw(assertion()),
        "ob2 signed": lambda: jwt(assertion(False), used["rsa"], {"alg": "RS256"}),
    }[form]()
    dice = random.Random(form)
    for place, sign in enumerate(whole):
        data = bytearray(whole)
        data[place] = dice.choice([other for other in range(32, 127) if other != sign])
        assert not judged(bytes(data)).ok, data[max(0, place - 20) : place + 20]
