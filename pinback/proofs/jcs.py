"""RFC 8785 for documents of others: as ``canonical``, and numbers with fractions (§3.2.2.3).

Numbers are written as ECMAScript does (ECMA-262, Number::toString): the shortest digits that read back as the same
double, which are also Python's.
"""

from __future__ import annotations

import json
import math

from pinback.errors import ProofError
from pinback.limits import MAX_INTEGER


def jcs_bytes(value: object) -> bytes:
    """Return the canonical form of a JSON value as UTF-8.

    Raises:
        ProofError: a number that is not finite or not exact, or half of a surrogate pair.
    """
    try:
        return _text(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProofError("a text holds half of a surrogate pair, which no canonical form has; retype it") from error


def _text(value: object) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string(key)}:{_text(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(item) for item in value) + "]"
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return _number(value)
    raise ProofError("a number cannot be written exactly; verifiers round it differently")


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # The value is 0.digits times ten to the power of place.
    place = (len(whole) if whole != "0" else -(len(fraction) - len(fraction.lstrip("0")))) + int(exponent or 0)
    digits = digits.rstrip("0") or "0"
    if len(digits) <= place <= 21:
        return sign + digits.ljust(place, "0")
    if 0 < place <= 21:
        return f"{sign}{digits[:place]}.{digits[place:]}"
    if -6 < place <= 0:
        return f"{sign}0.{'0' * -place}{digits}"
    power = f"e{'+' if place > 0 else '-'}{abs(place - 1)}"
    return sign + digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "") + power
