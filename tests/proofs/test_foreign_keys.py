"""Keys as strangers write them: one key has one name, and keys that prove nothing are refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from pinback.canonical import base64url, base64url_bytes
from pinback.errors import ProofError
from pinback.proofs.foreign_keys import ForeignKey, from_base58, from_jwk, from_multikey, from_pem
from pinback.proofs.keys import _SMALL_ORDER
from pinback.proofs.multibase import base58

# RFC 8037, appendix A.2 and A.3: an Ed25519 key as JWK. RFC 7515, appendix A.3: a P-256 key.
OKP = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
EC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
# RFC 7638 §3.1: an RSA key and its thumbprint.
RSA = {
    "kty": "RSA",
    "n": (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
        "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
        "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
        "nqDKgw"
    ),
    "e": "AQAB",
}
RSA_THUMBPRINT = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_rsa_key_is_named_by_its_thumbprint() -> None:
    assert from_jwk(RSA).name == RSA_THUMBPRINT
    assert from_jwk({**RSA, "kid": "x", "alg": "RS256", "use": "sig"}).name == RSA_THUMBPRINT


def test_one_key_has_one_name_however_it_is_written() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    raw = key.public_bytes_raw()
    multikey = base58(b"\xed\x01" + raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(raw)}
    assert from_multikey(multikey).name == from_jwk(jwk).name == from_base58(base58(raw)[1:]).name == multikey
    point = from_jwk(EC)
    assert from_multikey(point.name) == ForeignKey(point.kind, point.name, from_multikey(point.name).key)


def test_ed25519_key_is_a_number_below_the_size_of_its_field() -> None:
    """RFC 8032 §5.1.3: beside the sign in the highest bit, a coordinate below 2^255 - 19."""
    for number in (2**255 - 20, 2**254 + 3, 4, 2**255 + 4):
        assert from_jwk({**OKP, "x": base64url(number.to_bytes(32, "little"))}).key
    for number in (2**255 - 19, 2**255 - 1, 2**256 - 19, 2**256 - 1):
        with pytest.raises(ProofError, match="one right spelling"):
            from_jwk({**OKP, "x": base64url(number.to_bytes(32, "little"))})


@pytest.mark.parametrize("cut", [31, 33])
def test_point_whose_halves_are_shifted_is_none(cut: int) -> None:
    """The bytes are the right ones together, and would be read if only their number counted."""
    point = base64url_bytes(EC["x"]) + base64url_bytes(EC["y"])
    with pytest.raises(ProofError):
        from_jwk({**EC, "x": base64url(point[:cut]), "y": base64url(point[cut:])})


def test_pem_key_is_named_like_its_jwk() -> None:
    loaded = from_jwk(RSA).key
    pem = loaded.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert from_pem(pem.decode()).name == RSA_THUMBPRINT


@pytest.mark.parametrize(("jwk", "algorithm"), [(OKP, "EdDSA"), (EC, "ES256"), (RSA, "RS256")])
def test_kind_of_key_decides_the_algorithm(jwk: dict, algorithm: str) -> None:
    assert from_jwk(jwk).algorithm == algorithm
    with pytest.raises(ProofError, match="another algorithm"):
        from_jwk({**jwk, "alg": "HS256"})


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "AAAA"},
        {**OKP, "crv": "X25519"},
        {**EC, "crv": "secp256k1"},
        {**OKP, "x": 7},
        {**OKP, "x": OKP["x"] + "="},
        {**OKP, "x": "AAAA"},
        {**EC, "y": EC["x"]},
        {**EC, "x": EC["x"][:-4]},
        {**EC, "x": base64url(b"\1" * 31)},
        {**OKP, "x": base64url(b"\1" * 33)},
        {**OKP, "x": base64url(b"\xff" * 32)},
        {**OKP, "d": "AAAA"},
        {**RSA, "use": "enc"},
        {**RSA, "e": "Ag"},
        {**RSA, "e": "BA"},
        {**RSA, "e": "AQ"},
        {**RSA, "e": base64url(b"\x03" * 8)},
        {**RSA, "n": base64url(b"\xc1" * 128)},
        {**RSA, "n": base64url(b"\xc1" * 1025)},
        {**RSA, "n": base64url(b"\xc1" * 100_000)},
    ],
)
def test_key_that_proves_nothing_is_refused(jwk: dict) -> None:
    with pytest.raises(ProofError):
        from_jwk(jwk)


def test_least_exponent_of_an_rsa_key_is_read() -> None:
    """Some issuers have such old keys."""
    assert from_jwk({**RSA, "e": "Aw"}).kind == "RSA"


@pytest.mark.parametrize("raw", sorted(_SMALL_ORDER), ids=lambda raw: raw.hex()[:8])
def test_key_of_small_order_signs_nothing(raw: bytes) -> None:
    with pytest.raises(ProofError):
        from_multikey(base58(b"\xed\x01" + raw)).verify(raw + bytes(32), b"any text")


@pytest.mark.parametrize(
    "text",
    ["", "z", "x6Mk", "z6Mk0", base58(b"\xec\x01" + bytes(32)), base58(b"\xed\x01" + bytes(31)), "z" + "1" * 500],
)
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        from_multikey(text)


@pytest.mark.parametrize(
    "pem", ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "é", "x" * 20_000]
)
def test_text_that_is_no_pem_key_is_refused(pem: str) -> None:
    with pytest.raises(ProofError):
        from_pem(pem)


def test_pem_of_another_kind_is_refused() -> None:
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ProofError, match="not an RSA key"):
        from_pem(pem.decode())


def test_signature_of_a_wrong_length_is_refused() -> None:
    for jwk in (OKP, EC, RSA):
        with pytest.raises(ProofError):
            from_jwk(jwk).verify(b"", b"text")
    assert isinstance(from_jwk(RSA).key, rsa.RSAPublicKey)
