"""Compact JWS: only RS256, only by the key that the caller brings, only in one spelling."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

import pytest
from conftest import STANDARDS, make_test_keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from pinback.canonical import base64url, base64url_bytes
from pinback.errors import ProofError
from pinback.proofs import PROOFS, jws
from pinback.proofs.keys import PublicKey, public_key

KEYS = make_test_keys("jws")
OTHER = make_test_keys("jws other")
RSA = KEYS.keys["rsa"]
PAYLOAD = '{"name":"Zoë","n":1}'.encode()
TOKEN = jws.sign_rs256(PAYLOAD, {"typ": "JWT"}, RSA.id, KEYS)


def token(header: object, signature=None, payload: bytes = PAYLOAD) -> str:
    """Return a JWS with any header: properly signed with RS256, or by *signature*."""
    text = f"{base64url(json.dumps(header).encode())}.{base64url(payload)}"
    sign = signature or (lambda data: KEYS.sign(RSA.id, data))
    return f"{text}.{base64url(sign(text.encode('ascii')))}"


def test_signature_is_the_same_each_time_and_holds_for_other_code():
    assert jws.sign_rs256(PAYLOAD, {"typ": "JWT"}, RSA.id, KEYS) == TOKEN
    head, body, signature = TOKEN.split(".")
    assert base64.urlsafe_b64decode(head + "==") == b'{"alg":"RS256","typ":"JWT"}'
    assert base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) == PAYLOAD
    loaded = serialization.load_pem_public_key(RSA.pem.encode())
    assert isinstance(loaded, rsa.RSAPublicKey)
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    loaded.verify(raw, f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())


def test_header_and_payload_come_back():
    assert jws.verify_rs256(TOKEN, RSA) == ({"alg": "RS256", "typ": "JWT"}, PAYLOAD)
    assert PROOFS["RS256"](TOKEN, RSA) == jws.verify_rs256(TOKEN, RSA)


@pytest.mark.skipif(not STANDARDS.is_dir(), reason=f"the 1EdTech samples are not beside the checkout ({STANDARDS})")
def test_1edtech_sample_verifies_with_the_key_that_its_header_brings():
    """1EdTech validator 1.11.0: simple-jwt.svg carries the JWK in its header; here the caller hands the key in."""
    text = (STANDARDS / "samples" / "ob30" / "simple-jwt.svg").read_text()
    found = re.search(r'verify="([^"]+)"', text)
    assert found
    jwk = json.loads(base64url_bytes(found[1].split(".")[0]))["jwk"]
    numbers = [int.from_bytes(base64url_bytes(jwk[name]), "big") for name in ("e", "n")]
    key = public_key(rsa.RSAPublicNumbers(*numbers).public_key())
    _, payload = jws.verify_rs256(found[1], key)
    assert "OpenBadgeCredential" in json.loads(payload)["type"]
    with pytest.raises(ProofError):
        jws.verify_rs256(found[1], RSA)


PRIVATE = KEYS._private[RSA.id]
assert isinstance(PRIVATE, rsa.RSAPrivateKey)
CURVE = ec.generate_private_key(ec.SECP256R1())
FORGED = {
    "none": token({"alg": "none"}, lambda data: b""),
    "None": token({"alg": "None"}, lambda data: b""),
    "none with our signature": token({"alg": "none"}),
    "HS256 with the PEM as secret": token({"alg": "HS256"}, lambda data: hmac.digest(RSA.pem.encode(), data, "sha256")),
    "HS256 with the DER as secret": token(
        {"alg": "HS256"}, lambda data: hmac.digest(base64.b64decode(RSA.public), data, "sha256")
    ),
    "ES256": token({"alg": "ES256"}, lambda data: CURVE.sign(data, ec.ECDSA(hashes.SHA256()))),
    "ES256 over our signature": token({"alg": "ES256"}),
    "PS256": token({"alg": "PS256"}),
    "PS256, rightly signed": token(
        {"alg": "PS256"},
        lambda data: PRIVATE.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
    ),
    "RS512": token({"alg": "RS512"}),
    "RS512, rightly signed": token(
        {"alg": "RS512"}, lambda data: PRIVATE.sign(data, padding.PKCS1v15(), hashes.SHA512())
    ),
    "small letters": token({"alg": "rs256"}),
    "alg as list": token({"alg": ["RS256"]}),
    "no alg": token({"typ": "JWT"}),
    "critical header": token({"alg": "RS256", "crit": ["exp"], "exp": 1}),
    "critical header of nothing": token({"alg": "RS256", "crit": []}),
    "unencoded payload": token({"alg": "RS256", "crit": ["b64"], "b64": False}),
    "unencoded payload, not critical": token({"alg": "RS256", "b64": False}),
    "header is a list": token(["RS256"]),
    "header is text": token("RS256"),
    "another key": token({"alg": "RS256"}, lambda data: OTHER.sign(OTHER.keys["rsa"].id, data)),
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_tokens_are_refused(case):
    with pytest.raises(ProofError):
        jws.verify_rs256(FORGED[case], RSA)


def test_keys_and_addresses_in_a_header_are_not_looked_at():
    jwk = OTHER.keys["rsa"].jwk
    header = {
        "alg": "RS256",
        "jwk": jwk,
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example",
        "kid": "evil",
    }
    forged = token(header, lambda data: OTHER.sign(OTHER.keys["rsa"].id, data))
    with pytest.raises(ProofError):
        jws.verify_rs256(forged, RSA)
    assert jws.verify_rs256(token(header), RSA)[1] == PAYLOAD


def test_payload_of_a_known_token_is_read_without_a_key():
    assert jws.payload_of(TOKEN) == PAYLOAD
    for text in ("", "a.b", f"{TOKEN}.AA", "AA." + "A" * jws.MAX_TOKEN + ".AA"):
        with pytest.raises(ProofError, match="not a compact JWS"):
            jws.payload_of(text)


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def respelled(part: str) -> str:
    """Return another base64url text for the same bytes: the unused bits of its last sign set."""
    assert len(part) % 4 in (2, 3)
    return part[:-1] + ALPHABET[ALPHABET.index(part[-1]) | 1]


@pytest.mark.parametrize(
    "damaged",
    [
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.replace(".", ". "),
        TOKEN.rpartition(".")[0] + "." + respelled(TOKEN.rpartition(".")[2]),
        TOKEN.rpartition(".")[0],
        TOKEN.rpartition(".")[0] + ".",
        TOKEN + ".",
        "." + TOKEN,
        "..",
        "",
        TOKEN.replace(".", "é."),
        "A" * 1_000_001 + "..",
        TOKEN[:-4] + "+/+/",
    ],
)
def test_damaged_and_respelled_tokens_are_refused(damaged):
    assert base64.urlsafe_b64decode(respelled("QQ") + "==") == base64.urlsafe_b64decode("QQ==")
    with pytest.raises(ProofError):
        jws.verify_rs256(damaged, RSA)


def test_every_single_changed_sign_is_noticed():
    for place in range(len(TOKEN)):
        if TOKEN[place] == ".":
            continue
        sign = ALPHABET[(ALPHABET.index(TOKEN[place]) + 1) % 64]
        with pytest.raises(ProofError):
            jws.verify_rs256(TOKEN[:place] + sign + TOKEN[place + 1 :], RSA)


def test_key_of_another_kind_is_refused():
    with pytest.raises(ProofError, match="not an RSA key"):
        jws.verify_rs256(TOKEN, KEYS.keys["ed25519"])
    with pytest.raises(ProofError):
        jws.verify_rs256(TOKEN, PublicKey(RSA.id, "RSA", KEYS.keys["ed25519"].public))


def test_digest_in_the_signature_is_sha_256():
    """RFC 8017 §9.2: DigestInfo for SHA-256 stands in the opened signature."""
    loaded = serialization.load_pem_public_key(RSA.pem.encode())
    assert isinstance(loaded, rsa.RSAPublicKey)
    head, body, signature = TOKEN.split(".")
    opened = loaded.recover_data_from_signature(base64url_bytes(signature), padding.PKCS1v15(), hashes.SHA256())
    assert opened == hashlib.sha256(f"{head}.{body}".encode()).digest()
