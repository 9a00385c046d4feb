"""No file may hold a private key or a code, in any usual spelling."""

from __future__ import annotations

import base64
import hashlib
import json
import random

import pytest
from conftest import make_test_keys
from cryptography.hazmat.primitives import serialization

from pinback import leaks
from pinback.canonical import base64url
from pinback.keys.code import typed_code
from pinback.leaks import LeakProblem, check_sign, leak_in, refuse_leak, refuse_leaks, remember, without_middle
from pinback.proofs.multibase import base58

RAW = hashlib.sha256(b"pinback test: a secret of 32 bytes").digest()
LONG = b"".join(hashlib.sha256(b"pinback test: a long secret %d" % n).digest() for n in range(8))
BODY = "7K2MPQ4HRX9AVB3C5D6E8F0G1J"
CODE_SIGNS = BODY + check_sign(BODY)
CODE = "-".join(CODE_SIGNS[start : start + 4] for start in range(0, 27, 4))


@pytest.fixture(scope="module", autouse=True)
def _known_secrets():
    remember(RAW)
    remember(LONG)
    typed_code(CODE)


def lines(text: str, width: int) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


SPELLINGS = {
    "raw": RAW,
    "hex": RAW.hex().encode(),
    "capital hex": RAW.hex().upper().encode(),
    "hex with colons": RAW.hex(":").encode(),
    "hex in lines": lines(LONG.hex(), 32).encode(),
    "base64": base64.b64encode(RAW),
    "base64url": base64url(RAW).encode(),
    "base64 behind one byte": base64.b64encode(b"x" + RAW + b"yz"),
    "base64 behind two bytes": base64.b64encode(b"xx" + RAW),
    "base64 inside something longer": base64.b64encode(b"xxxxx" + RAW + b"zzzzz"),
    "base64 in lines": lines(base64.b64encode(LONG).decode(), 64).encode(),
    "base64 in lines with CR": base64.encodebytes(LONG).replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_known_key_is_found_in_every_spelling(spelling):
    assert leak_in(b'{"note": "' + SPELLINGS[spelling] + b'"}') == "a private key or the code of this club"


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", "").lower(),
        CODE.replace("-", " "),
        lines(CODE.replace("-", ""), 9),
        CODE.encode().hex(),
        base64.b64encode(CODE.encode()).decode(),
    ],
)
def test_known_code_is_found_in_every_spelling(text):
    assert leak_in(f"code: {text}, keep it".encode())


def test_code_that_this_process_never_saw_is_found_by_its_shape():
    body = "0123456789ABCDEFGHJKMNPQRS"
    code = body + check_sign(body)
    printed = "-".join(code[start : start + 4] for start in range(0, 27, 4))
    assert leak_in(printed.encode()) == "a club's code"
    assert leak_in(f"# {printed.lower()}\n".encode()) == "a club's code"
    other = printed[:-1] + ("0" if printed[-1] != "0" else "1")
    assert leak_in(other.encode()) == ""


KEYS = make_test_keys("leaks")


def test_private_keys_that_this_process_never_saw_are_found_by_their_shapes():
    key = KEYS._private[KEYS.keys["ed25519"].id]
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    assert leak_in(b"\n" + pem) == "a private key in PEM form"
    assert leak_in(b"-----BEGIN RSA PRIVATE KEY-----\nMII") == "a private key in PEM form"
    assert leak_in(b"-----BEGIN OPENSSH PRIVATE KEY-----") == "a private key in PEM form"
    jwk = {"kty": "OKP", "crv": "Ed25519", "d": base64url(bytes(range(32))), "x": "AA"}
    assert leak_in(json.dumps(jwk).encode()) == "a private key in JWK form"
    multibase = base58(b"\x80\x26" + bytes(range(32)))
    assert multibase.startswith("z3u2")
    assert leak_in(multibase.encode()) == "a private key in multibase form"
    assert leak_in(b"AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQ") == "an age identity"


def test_every_part_of_a_bundle_is_remembered():
    rsa = KEYS._private[KEYS.keys["rsa"].id].private_numbers()
    for number in (rsa.p, rsa.q, rsa.d):
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        assert leak_in(b"<" + base64.b64encode(b"\0" + data) + b">")
        assert leak_in(data.hex().encode())
    for role in ("ed25519", "log"):
        assert leak_in(KEYS._private[KEYS.keys[role].id].private_bytes_raw())
    der = KEYS._private[KEYS.keys["rsa"].id].private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    assert leak_in(base64.encodebytes(der))


def test_public_things_are_no_leak():
    for key in KEYS.keys.values():
        assert leak_in(f"{key.id} {key.pem} {key.public}".encode()) == ""
    assert leak_in(json.dumps(KEYS.keys["rsa"].jwk).encode()) == ""
    assert leak_in(b"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33 2026-05-17-2026-05-18-2026-05-19") == ""
    assert leak_in(b"") == ""


def test_short_material_would_stop_everything_and_is_not_remembered():
    remember(b"short")
    assert leak_in(b"short") == ""


def test_refusal_names_the_file_and_never_the_secret():
    with pytest.raises(LeakProblem) as refused:
        refuse_leak("badges/knots/awards/otter.yaml", CODE.encode())
    assert str(refused.value) == (
        "badges/knots/awards/otter.yaml: a club's code would be written here; remove it from the text, and if it was "
        "shared, make new keys"
    )
    assert refused.value.exit_code == 3


def test_check_sign_is_crockfords():
    """Crockford's base32: 1234 is 16J, and its check sign D (1234 modulo 37 is 13)."""
    assert check_sign("16J") == "D"


@pytest.mark.parametrize(
    "text",
    [
        '"proofValue":"z3u2' + "5" * 84 + '"',  # a signature: one in two hundred thousand begins like this
        '"encodedList":"uH4sIAAz3u2' + "A" * 44 + '"',
        "z3u2" + "5" * 30,
    ],
)
def test_what_only_begins_like_a_private_key_is_written(text: str) -> None:
    assert leak_in(text.encode()) == ""


def test_private_key_in_multibase_form_is_found_anywhere_in_a_text() -> None:
    key = base58(b"\x80\x26" + hashlib.sha256(b"another").digest())
    assert leak_in(f"the key is {key}, keep it".encode())
    assert leak_in(f'{{"secretKeyMultibase":"{key}"}}'.encode())


# What is searched for first is a part of every secret: the answers are those of the patterns alone.


def _slowly(data: bytes) -> str:
    """Say what ``leak_in`` has to say, by all patterns on all of the text."""
    for _, shape, what in leaks._SHAPES:
        if shape.search(data):
            return what
    for found in leaks._CODE.finditer(data):
        body = found.group().replace(b"-", b"").decode("ascii").upper()
        if check_sign(body[:-1]) == body[-1]:
            return "a club's code"
    together = data.translate(leaks._AS_BASE64, leaks._SPACE)
    bare = data.translate(None, leaks._SPACE + b"-").upper()
    for secrets, text in ((leaks._raw, data), (leaks._spelled, together), (leaks._codes, bare)):
        if any(secret in text for secret in secrets):
            return "a private key or the code of this club"
    return ""


OTHER_BODY = "3C5D6E8F0G1J7K2MPQ4HRX9AVB"
OTHER_CODE = OTHER_BODY + check_sign(OTHER_BODY)
PIECES = [
    *(
        b"-----BEGIN ",
        b"RSA PRIVATE KEY-----",
        b"PRIVATE KEY-----",
        b"-----END ",
        b"AGE-SECRET-KEY-1",
        b"Q" * 25,
        b"z3u2",
    ),
    *(
        b"A" * 44,
        b"A" * 46,
        b'"d"',
        b":",
        b" ",
        b"\n",
        b'"',
        b"x" * 43,
        b'"d" : "' + b"x" * 43 + b'"',
        b"-",
        b"<p>",
        b"\0",
        b"0123-" * 6,
        CODE[:15].encode(),
    ),
    *(CODE.encode(), CODE.lower().encode(), RAW, RAW.hex().encode(), base64.b64encode(RAW), base64url(RAW).encode()),
    "-".join(OTHER_CODE[start : start + 4] for start in range(0, 27, 4)).encode(),
]


@pytest.mark.parametrize("known", [True, False])
def test_answers_are_those_of_the_patterns_alone(known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not known:
        for name in ("_raw", "_spelled", "_codes"):
            monkeypatch.setattr(leaks, name, type(getattr(leaks, name))())
    chance = random.Random(28)
    answers = set()
    for _ in range(6000):
        pieces = chance.choices(PIECES, k=chance.randint(1, 7))
        data = b"".join(piece[: chance.randint(0, len(piece))] if chance.random() < 0.2 else piece for piece in pieces)
        assert leak_in(data) == _slowly(data), data
        answers.add(leak_in(data))
    assert len(answers) == (7 if known else 6)


@pytest.mark.parametrize("seed", range(12))
def test_secrets_are_found_wherever_they_begin_and_nothing_else_is(seed):
    source = random.Random(seed)
    signs = source.choice(
        [b"ABCabc+/=", b"0123456789abcdef", bytes(range(256)), b"xyz \t\r\n:-_", b"-0123456789ABCDEFGH"]
    )
    # Too many for short samples of a text to miss each of them.
    secrets = [*SPELLINGS.values(), *leaks._raw, *leaks._spelled, *leaks._codes, b"short", b""]
    for _ in range(60):
        secret = source.choice(secrets)
        if source.random() < 0.3:
            place = source.randrange(len(secret) + 1)
            secret = (
                secret[:place]
                + source.choice([b" ", b"\n", b":", b"-", b"=", b"x", b""])
                + secret[place + source.randrange(2) :]
            )
        before, after = (bytes(source.choices(signs, k=source.randrange(80))) for _ in range(2))
        data = before + secret + after
        assert leak_in(data) == _slowly(data), data


@pytest.mark.parametrize("before", [0, 24 * 65_536 - 50, 24 * 65_536, 2_000_000])
def test_secret_is_found_far_into_a_long_text(before: int) -> None:
    """Samples of a text are looked up 65,536 at a time, one in 24 bytes."""
    long = b"." * before + base64.b64encode(RAW) + b"." * 24 * 65_536
    assert leak_in(long) and not leak_in(long.replace(base64.b64encode(RAW), b""))


def test_short_secrets_are_looked_for_in_the_whole_text():
    """Base64 of 16 bytes is too short for a sample to lie in it wherever it begins."""
    short = hashlib.sha256(b"pinback test: sixteen").digest()[:16]
    remember(short)
    for before in range(40):
        assert leak_in(b"x" * before + base64.b64encode(short)[:-4]) == "a private key or the code of this club"
        assert leak_in(b"x" * before + short.hex().encode() + b"y") == "a private key or the code of this club"


def test_files_that_are_looked_through_together_are_named_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_leaks({"a": b"-----BEGIN ", "b": b"PRIVATE KEY-----"})
    with pytest.raises(LeakProblem, match=r"^b: a private key in PEM form"):
        refuse_leaks({"a": b"x", "b": b"-----BEGIN PRIVATE KEY-----", "c": b"x"})
    # What the byte between them would make is in none of them.
    secret = bytes(range(128, 140)) + b"\0" + bytes(range(140, 152))
    monkeypatch.setattr(leaks, "_raw", {secret: max(secret)})
    before, _, behind = secret.partition(b"\0")
    assert leak_in(secret)
    refuse_leaks({"a": before, "b": behind})


def test_form_of_a_secret_across_a_border_is_found_without_the_middle() -> None:
    """A text that was searched alone is left out but for its ends; nothing that reaches over its borders is missed."""
    forms = (
        b"-----BEGIN PRIVATE KEY-----",
        b'"d" : "' + b"a" * 43 + b'"',
        b"z3u2" + b"a" * 44,
        b"AGE-SECRET-KEY-1" + b"Q" * 58,
        CODE.encode(),
    )
    chosen = random.Random(1)
    crossed = 0
    for _ in range(3_000):
        form = chosen.choice(forms)
        filler = [bytes(chosen.choices(b'<>=/.{} \n":-_aZ3', k=chosen.randrange(12))) for _ in range(4)]
        whole = filler[0] + form + filler[1] + chosen.choice((form, b"")) + filler[2]
        start, end = sorted(chosen.choices(range(len(whole) + 1), k=2))
        before, inside, after = whole[:start], whole[start:end], whole[end:]
        left = before + without_middle(inside) + after
        # The other way round a part may look like a secret that is a piece of a longer word; then the whole is asked.
        assert leak_in(inside) or leak_in(left) or not leak_in(whole)
        crossed += bool(leak_in(whole) and not leak_in(inside) and len(left) < len(whole))
    assert crossed > 50
