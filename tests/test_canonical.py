"""Canonical JSON and base64url, against the figures of RFC 8785 and RFC 7515."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinback.canonical import MAX_INTEGER, base64url, base64url_bytes, canonical_bytes, sha256_name
from pinback.errors import ProofError


def test_strings_are_escaped_as_rfc_8785_shows():
    """RFC 8785 §3.2.2 (June 2020), the member "string" of its example."""
    value = json.loads(r'{"string": "\u20ac$\u000F\u000aA' + r"'\u0042\u0022\u005c\\\"\/" + '"}')
    assert canonical_bytes(value) == b'{"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


def test_every_control_character_has_its_short_or_lower_case_escape():
    """RFC 8785 §3.2.2.2: \\b \\t \\n \\f \\r, else \\u00xx in small hex digits; U+007F stays as it is."""
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
    for code in range(0x20):
        expected = short.get(code, f"\\u{code:04x}")
        assert canonical_bytes(chr(code)) == f'"{expected}"'.encode()
    assert canonical_bytes("\x7f\u2028") == b'"\x7f\xe2\x80\xa8"'


def test_names_are_sorted_by_utf_16_units():
    """RFC 8785 §3.2.3 (June 2020): the emoji (a surrogate pair) comes before U+FB33."""
    given_order = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical_bytes(given_order)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_nested_values_and_words_are_written_without_space():
    value = {"b": [True, False, None, -7], "a": {"d": (), "c": ""}}
    assert canonical_bytes(value) == b'{"a":{"c":"","d":[]},"b":[true,false,null,-7]}'


@pytest.mark.parametrize("number", [MAX_INTEGER, -MAX_INTEGER, 0])
def test_exact_integers_are_digits(number):
    assert canonical_bytes(number) == str(number).encode()


@pytest.mark.parametrize(
    "value",
    [
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        1.0,
        2.5,
        float("nan"),
        {1: "x"},
        {"a": b"bytes"},
        "\ud800",
        {"\udfff": 1},
        {1, 2},
    ],
)
def test_what_has_no_certain_form_is_refused(value):
    with pytest.raises(ProofError) as refused:
        canonical_bytes({"x": value})
    assert "; " in str(refused.value)


_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_plain)
def test_canonical_form_reads_back_and_is_its_own_canonical_form(value):
    data = canonical_bytes(value)
    assert json.loads(data) == value
    assert canonical_bytes(json.loads(data)) == data


@given(st.dictionaries(st.text(), st.integers(0, 9), min_size=2, max_size=6))
def test_order_of_members_changes_nothing(members):
    assert canonical_bytes(dict(reversed(members.items()))) == canonical_bytes(members)


def test_sha256_name_is_the_published_digest_of_nothing():
    """FIPS 180-4, digest of the empty message."""
    assert sha256_name(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_base64url_is_that_of_rfc_7515():
    """RFC 7515, Appendix C (May 2015)."""
    assert base64url(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"
    assert base64url_bytes("A-z_4ME") == bytes([3, 236, 255, 224, 193])


@given(st.binary(max_size=40))
def test_base64url_reads_back(data):
    assert base64url_bytes(base64url(data)) == data


@pytest.mark.parametrize(
    "text", ["A-z_4ME=", "A+z_4ME", "A/z_4ME", "A-z_4MF", "A-z_4M E", "A-z_4ME\n", "A", "é", "A-z_4ME===="]
)
def test_other_spellings_of_base64url_are_refused(text):
    with pytest.raises(ProofError):
        base64url_bytes(text)
