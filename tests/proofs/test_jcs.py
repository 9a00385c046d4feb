"""RFC 8785 with fractions: the RFC's own figures."""

from __future__ import annotations

import struct

import pytest

from pinback.canonical import canonical_bytes
from pinback.errors import ProofError
from pinback.proofs.jcs import jcs_bytes

# RFC 8785, appendix B: IEEE 754 bits in hexadecimal, and the text.
FIGURES = (
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
)


# Python's own figures: ECMAScript writes them alike.
SHORT = (
    ("3fe0000000000000", "0.5"),
    ("3fa999999999999a", "0.05"),
    ("bfd0000000000000", "-0.25"),
    ("3ff8000000000000", "1.5"),
)


@pytest.mark.parametrize(("bits", "text"), FIGURES + SHORT)
def test_number_is_written_as_the_standard_says(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert jcs_bytes(value).decode() == text


def test_everything_else_is_written_as_our_own_documents_are() -> None:
    value = {"b": [1, True, None, "é\n\u2028"], "a": {}, "\U0001f600": "", "\ufb33": "x"}
    assert jcs_bytes(value) == canonical_bytes(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {"\ud800": 1}, object()])
def test_value_without_one_form_is_refused(value: object) -> None:
    with pytest.raises(ProofError):
        jcs_bytes(value)
