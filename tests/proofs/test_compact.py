"""Compact signatures of others: the RFCs' figures, and heads that are not followed."""

from __future__ import annotations

import json

import pytest
from conftest import make_test_keys
from test_foreign_keys import EC, OKP

from pinback.canonical import base64url
from pinback.errors import ProofError
from pinback.proofs.compact import claim_of, refuse_header, token_parts, verify_token
from pinback.proofs.foreign_keys import from_jwk
from pinback.proofs.jws import MAX_TOKEN, sign_rs256, verify_rs256

# RFC 8037, appendix A.4, and RFC 7515, appendix A.3.
EDDSA = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4"
    "iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
ES256 = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


@pytest.mark.parametrize(("text", "jwk"), [(EDDSA, OKP), (ES256, EC)])
def test_example_of_the_standard_holds(text: str, jwk: dict) -> None:
    token = token_parts(text)
    verify_token(token, json.loads(token.header), from_jwk(jwk))
    other = token_parts(text[:-8] + "AAAAAAAA"[: len(text[-8:])])
    with pytest.raises(ProofError, match="does not fit"):
        verify_token(other, json.loads(token.header), from_jwk(jwk))


def test_signature_with_something_behind_it_does_not_hold() -> None:
    token = token_parts(ES256)
    for signature in (token.signature + b"\0", token.signature[:-1], token.signature + token.signature):
        with pytest.raises(ProofError):
            from_jwk(EC).verify(signature, token.signed)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", None, ["EdDSA"]])
def test_algorithm_must_be_the_one_of_the_key(algorithm: object) -> None:
    with pytest.raises(ProofError, match="its key signs"):
        verify_token(token_parts(EDDSA), {"alg": algorithm}, from_jwk(OKP))


@pytest.mark.parametrize("name", ["crit", "b64", "jku", "x5u", "x5c", "zip", "enc"])
def test_head_that_gives_orders_is_refused(name: str) -> None:
    refuse_header({"alg": "RS256", "typ": "JWT", "kid": "x", "jwk": {}})
    with pytest.raises(ProofError, match=name):
        refuse_header({"alg": "RS256", name: "x"})


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", None, "rs256"])
def test_head_that_names_no_signature_is_refused(algorithm: object) -> None:
    with pytest.raises(ProofError, match="proves nothing here"):
        refuse_header({"alg": algorithm, "typ": "JWT"})


# Our own, as sealing reads them back.

KEYS = make_test_keys("compact")
OWN = sign_rs256(b'{"n":1}', {"typ": "JWT"}, KEYS.keys["rsa"].id, KEYS)


def read_back(token: str, role: str) -> tuple[dict[str, object], bytes]:
    """Return header and payload of a token whose signature holds."""
    claim, header, payload = claim_of(token.encode("ascii"), KEYS.keys[role])
    claim.check()
    return dict(header), payload


def test_own_token_is_read_back_as_the_library_reads_it() -> None:
    assert read_back(OWN, "rsa") == verify_rs256(OWN, KEYS.keys["rsa"])


def respelled(header: bytes) -> str:
    """Return a token with another head, signed as one with RS256 is."""
    text = f"{base64url(header)}.{base64url(b'{}')}"
    return f"{text}.{base64url(KEYS.sign(KEYS.keys['rsa'].id, text.encode()))}"


@pytest.mark.parametrize(
    ("text", "role", "why"),
    [
        (OWN[:-4] + "AAAA", "rsa", "does not fit"),
        (OWN.replace(".ey", ".e3"), "rsa", "does not fit"),
        (OWN.rpartition(".")[0], "rsa", "not a compact signature"),
        (f"{OWN}.AA", "rsa", "not a compact signature"),
        (OWN.ljust(MAX_TOKEN + 1, "A"), "rsa", "not a compact signature"),
        (OWN, "ed25519", "not an RSA key"),
        (respelled(b'{"alg":"EdDSA"}'), "rsa", "not an RSA key"),
        (respelled(b'{"alg":"RS256","jku":"https://x.example"}'), "rsa", "jku"),
        (respelled(b'{"alg":"none"}'), "rsa", "proves nothing"),
    ],
)
def test_token_that_is_not_what_was_signed_is_not_read_back(text: str, role: str, why: str) -> None:
    with pytest.raises(ProofError, match=why):
        read_back(text, role)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "a=.b.c", "é.b.c", "AB.AA.AA"])
def test_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        token_parts(text)


def test_token_at_its_length_is_read_and_one_beyond_refused() -> None:
    text = "AA.".ljust(MAX_TOKEN - 3, "A") + ".AA"
    assert token_parts(text).signature == b"\0"
    with pytest.raises(ProofError):
        token_parts(text + "AA")
