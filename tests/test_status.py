"""Bitstring status lists, against the W3C's example, 1EdTech's list, and an own reading of the standard."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from conftest import STANDARDS

from pinback.canonical import base64url
from pinback.errors import ProofError
from pinback.status import LIST_LENGTH, encoded_list, set_indexes, status_list_credential

W3C_EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
"""Bitstring Status List v1.0 (W3C Recommendation, 15 May 2025), the example list: 131,072 bits, none set."""


def bits_of(encoded: str) -> bytes:
    """Unpack a list with other code than ours."""
    return gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))


def test_w3c_example_has_no_bit_set():
    assert set_indexes(W3C_EXAMPLE) == frozenset()
    assert bits_of(encoded_list([])) == bits_of(W3C_EXAMPLE)


def test_1edtech_list_has_the_bits_that_it_should():
    folder = STANDARDS / "vectors" / "bitstring"
    if not folder.is_dir():
        pytest.skip(f"the 1EdTech status list is not beside the checkout ({folder})")
    expected = json.loads((folder / "expected.json").read_text())["1edtech-status-list-credential.json"]["setIndexes"]
    document = json.loads((folder / "1edtech-status-list-credential.json").read_text())
    assert set_indexes(document["credentialSubject"]["encodedList"]) == frozenset(expected) == {23}


@pytest.mark.parametrize(
    ("index", "byte", "value"), [(0, 0, 0x80), (7, 0, 0x01), (8, 1, 0x80), (23, 2, 0x01), (131_071, 16_383, 0x01)]
)
def test_index_0_is_the_highest_bit_of_the_first_byte(index, byte, value):
    bits = bits_of(encoded_list([index]))
    assert len(bits) == 16_384
    assert bits[byte] == value
    assert sum(bits) == value


def test_lists_read_back_and_do_not_depend_on_order():
    indexes = [5, 131_071, 0, 77_777, 5]
    assert set_indexes(encoded_list(indexes)) == set(indexes)
    assert encoded_list(indexes) == encoded_list(sorted(set(indexes)))


def test_gzip_header_says_neither_time_nor_system():
    packed = base64.urlsafe_b64decode(encoded_list([1])[1:] + "==")
    assert packed[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])


@pytest.mark.parametrize("index", [-1, LIST_LENGTH])
def test_index_outside_the_list_is_refused(index):
    with pytest.raises(ProofError, match="lies outside its list"):
        encoded_list([index])


def _packed(data: bytes) -> str:
    return "u" + base64url(gzip.compress(data, mtime=0))


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        W3C_EXAMPLE[1:],
        "z" + W3C_EXAMPLE[1:],
        W3C_EXAMPLE + "=",
        W3C_EXAMPLE[:-9],
        "u" + base64url(b"no gzip at all"),
        "u" + base64url(gzip.compress(bytes(16_384), mtime=0)[:-8]),
        "u" + base64url(gzip.compress(bytes(16_384), mtime=0) + b"more"),
        "u" + base64url(gzip.compress(bytes(16_384), mtime=0) * 2),
        _packed(bytes(16_383)),
        _packed(bytes(16_385)),
        _packed(bytes(1 << 26)),
        "u" + base64url(bytes(300_000)),
        "u" + base64url(gzip.compress(bytes(16_384), mtime=0)[:-8] + bytes(4) + (16_384).to_bytes(4, "little")),
        "u" + base64url(gzip.compress(bytes(16_384), mtime=0)[:-4] + bytes(4)),
    ],
)
def test_damaged_or_wrong_lists_are_refused(encoded):
    with pytest.raises(ProofError, match=r"status list|base64url"):
        set_indexes(encoded)


def test_credential_is_what_the_standard_asks_for():
    url = "https://badges.example.org/issuers/club/status/revocation-1.json"
    document = status_list_credential(url, "did:web:badges.example.org", "revocation", "2026-06-01T12:00:00Z", [3])
    encoded = document["credentialSubject"].pop("encodedList")
    assert set_indexes(encoded) == {3}
    assert document == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:badges.example.org",
        "validFrom": "2026-06-01T12:00:00Z",
        "credentialSubject": {"id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": "revocation"},
    }
