"""Base58btc and Multikey, against published figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinback.errors import ProofError
from pinback.proofs.multibase import base58, base58_bytes, ed25519_multikey, ed25519_raw

FIGURES = [
    (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
    (
        b"The quick brown fox jumps over the lazy dog.",
        "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
    ),
    (bytes.fromhex("0000287fb4cd"), "z11233QC4"),
    (b"", "z"),
    (b"\0\0\0", "z111"),
]
"""draft-msporny-base58-03 (November 2021), section 5, behind the multibase sign."""


@pytest.mark.parametrize(("data", "text"), FIGURES)
def test_base58_is_as_published(data, text):
    assert base58(data) == text
    assert base58_bytes(text) == data


@given(st.binary(max_size=80))
def test_base58_reads_back(data):
    assert base58_bytes(base58(data)) == data


@pytest.mark.parametrize(
    "text", ["", "2NEpo7TZRRrLZSi2U", "mAAAA", "z0", "zO", "zI", "zl", "z2N E", "zé", "z" + "1" * 128]
)
def test_other_bases_and_signs_and_endless_texts_are_refused(text):
    with pytest.raises(ProofError, match="base58btc"):
        base58_bytes(text)


def test_multikey_of_the_zero_seed():
    """did:key Method v0.9, Ed25519 test vectors: the public key of the seed of 32 zero bytes (RFC 8032 §5.1.5)."""
    raw = bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")
    assert ed25519_multikey(raw) == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    assert ed25519_raw("z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp") == raw


@pytest.mark.parametrize(
    "text",
    [
        base58(b"\xed\x01" + bytes(31)),
        base58(b"\xed\x01" + bytes(33)),
        base58(b"\xec\x01" + bytes(32)),  # X25519
        base58(b"\x80\x24" + bytes(33)),  # P-256
        base58(b"\x80\x26" + bytes(32)),  # an Ed25519 secret
        base58(bytes(32)),
        "z",
    ],
)
def test_other_keys_are_no_ed25519_multikey(text):
    with pytest.raises(ProofError, match="not an Ed25519 Multikey"):
        ed25519_raw(text)
