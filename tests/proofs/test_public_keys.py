"""Public keys: names, spellings, and what a signature must be to hold."""

from __future__ import annotations

import base64
import hashlib

import pytest
from conftest import make_test_keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from pinback.canonical import base64url_bytes
from pinback.errors import ProofError
from pinback.proofs.keys import PublicKey, checked, ed25519_key, public_key, raw_ed25519
from pinback.proofs.multibase import ed25519_multikey

KEYS = make_test_keys("public keys")
L = 2**252 + 27742317777372353535851937790883648493
"""Order of the base point (RFC 8032 §5.1)."""
P = 2**255 - 19

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
"""RFC 8032 §7.1 (January 2017), tests 1 to 3: public key, message, signature."""


def key_of(raw: str | bytes) -> PublicKey:
    return ed25519_key(ed25519_multikey(bytes.fromhex(raw) if isinstance(raw, str) else raw))


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_rfc_8032_signatures_hold_and_no_changed_one(public, message, signature):
    key, text, good = key_of(public), bytes.fromhex(message), bytes.fromhex(signature)
    key.verify(good, text)
    for place in range(64):
        bad = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises(ProofError):
            key.verify(bad, text)
    for bad in (b"", good[:-1], good + b"\0"):
        with pytest.raises(ProofError):
            key.verify(bad, text)
    with pytest.raises(ProofError):
        key.verify(good, text + b"\0")


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_second_spelling_of_a_signature_is_refused(public, message, signature):
    """S and S + L give the same point; RFC 8032 §5.1.7 wants S < L, else anyone could re-spell a signature."""
    good = bytes.fromhex(signature)
    s = int.from_bytes(good[32:], "little") + L
    with pytest.raises(ProofError, match="does not fit"):
        key_of(public).verify(good[:32] + s.to_bytes(32, "little"), bytes.fromhex(message))


def small_order_points() -> list[bytes]:
    """Return all encodings, canonical or not, of the eight points of small order, found by calculation."""

    def root(square: int) -> int | None:
        x = pow(square, (P + 3) // 8, P)
        for candidate in (x, x * pow(2, (P - 1) // 4, P) % P):
            if candidate * candidate % P == square % P:
                return candidate
        return None

    d = -121665 * pow(121666, -1, P) % P
    wanted = {0, 1, P - 1}
    # Points of order 8 double to a point of order 4 (y = 0): there x² = -y², and so d·y⁴ + 2·y² - 1 = 0.
    square = root(1 + d)
    assert square is not None
    for sign in (1, -1):
        y = root((-1 + sign * square) * pow(d, -1, P) % P)
        if y is not None:
            wanted |= {y, P - y}
    encodings = []
    for y in sorted(wanted):
        for number in (y, y + P):
            if number < 2**255:
                encodings += [number.to_bytes(32, "little"), (number | 1 << 255).to_bytes(32, "little")]
    return encodings


def test_there_are_fourteen_encodings_of_small_order():
    assert len(set(small_order_points())) == 14


@pytest.mark.parametrize("raw", small_order_points(), ids=lambda raw: raw.hex())
def test_key_of_small_order_proves_nothing(raw):
    """Under such a key R = identity and S = 0 can fit any text."""
    for first in (raw, bytes([1]) + bytes(31)):
        with pytest.raises(ProofError, match="fits any text"):
            key_of(raw).verify(first + bytes(32), b"any text")


@pytest.mark.parametrize("raw", small_order_points(), ids=lambda raw: raw.hex())
def test_signature_with_a_point_of_small_order_is_refused(raw):
    with pytest.raises(ProofError, match="fits any text"):
        KEYS.keys["ed25519"].verify(raw + bytes(32), b"any text")


def test_rfc_7638_thumbprint_is_the_id_of_an_rsa_key():
    """RFC 7638 §3.1 (September 2015)."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
        "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKgw"
    )
    numbers = rsa.RSAPublicNumbers(65537, int.from_bytes(base64url_bytes(n), "big"))
    key = public_key(numbers.public_key())
    assert key.id == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert key.jwk == {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": key.id}


def test_ids_say_what_a_key_is():
    key = KEYS.keys["ed25519"]
    assert key.id.startswith("z6Mk")
    assert ed25519_key(key.id) == key
    assert raw_ed25519(key) == base64.b64decode(key.public)[-32:]
    assert len(base64url_bytes(KEYS.keys["rsa"].id)) == hashlib.sha256().digest_size


def test_pem_is_read_back_by_the_library_and_has_plain_line_ends():
    for key in KEYS.keys.values():
        assert key.pem.startswith("-----BEGIN PUBLIC KEY-----\n")
        assert "\r" not in key.pem
        loaded = serialization.load_pem_public_key(key.pem.encode())
        assert isinstance(loaded, (ed25519.Ed25519PublicKey, rsa.RSAPublicKey))
        assert public_key(loaded) == key


def test_only_rsa_keys_are_written_as_jwk():
    with pytest.raises(ProofError, match="only RSA keys"):
        _ = KEYS.keys["ed25519"].jwk


def test_signatures_hold_for_the_library_too():
    """The same bytes, checked by calls that are not ours."""
    ed, rs = KEYS.keys["ed25519"], KEYS.keys["rsa"]
    ed25519.Ed25519PublicKey.from_public_bytes(raw_ed25519(ed)).verify(KEYS.sign(ed.id, b"text"), b"text")
    loaded = serialization.load_pem_public_key(rs.pem.encode())
    assert isinstance(loaded, rsa.RSAPublicKey)
    loaded.verify(KEYS.sign(rs.id, b"text"), b"text", padding.PKCS1v15(), hashes.SHA256())


def test_rsa_signature_of_another_key_or_padding_does_not_hold():
    rs = KEYS.keys["rsa"]
    other = make_test_keys("other")
    for bad in (other.sign(other.keys["rsa"].id, b"text"), b"", bytes(256), b"\xff" * 256):
        with pytest.raises(ProofError, match="does not fit"):
            rs.verify(bad, b"text")
    private = KEYS._private[rs.id]
    assert isinstance(private, rsa.RSAPrivateKey)
    pss = private.sign(b"text", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    sha512 = private.sign(b"text", padding.PKCS1v15(), hashes.SHA512())
    for bad in (pss, sha512):
        with pytest.raises(ProofError, match="does not fit"):
            rs.verify(bad, b"text")


def test_register_key_must_belong_to_its_id():
    ed, rs = KEYS.keys["ed25519"], KEYS.keys["rsa"]
    assert checked(ed.id, ed.type, ed.public) == ed
    for bad in ((KEYS.keys["log"].id, ed.type, ed.public), (ed.id, "RSA", ed.public), (ed.id, ed.type, rs.public)):
        with pytest.raises(ProofError, match="does not belong to its bytes"):
            checked(*bad)


def spki(key) -> str:
    data = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "public",
    [
        "",
        "!!!",
        "é",
        5,
        None,
        base64.b64encode(b"no key").decode(),
        KEYS.keys["rsa"].pem,
        spki(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        spki(ec.generate_private_key(ec.SECP256R1())),
        spki(ed448.Ed448PrivateKey.generate()),
    ],
    ids=["empty", "signs", "letter", "number", "null", "bytes", "pem", "short rsa", "p-256", "ed448"],
)
def test_other_kinds_of_key_are_refused(public):
    with pytest.raises(ProofError):
        checked("id", "RSA", public)
