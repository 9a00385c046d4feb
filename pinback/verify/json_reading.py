"""JSON from strangers: one meaning or none, within limits (RFC 8259; I-JSON, RFC 7493 §2).

Two members of one name, numbers that are none, broken UTF-8 and half surrogate pairs are refused, because programs
disagree about them. Depth and number of values are counted before the parser sees the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NoReturn

from pinback.errors import quoted
from pinback.verify import limits
from pinback.verify.verdict import Finding, Verdict, forged, unknown

# NOTE: a text without its closing quote is one token too, and nothing is tried twice: otherwise a few megabytes of
# quotes and backslashes take hours.
_TOKENS = re.compile(r""""[^"\\]*+(?>(?:\\.[^"\\]*+)*)(?:"|\\?\Z)|[\[\]{},]""", re.DOTALL)
_HALVES = re.compile("[\ud800-\udfff]")


class NotJson(Finding):
    """The text is not JSON at all, or breaks off."""


def read_json(data: bytes, what: str) -> Any:  # noqa: ANN401 - a JSON value
    """Return the value of *data*.

    Args:
        data: UTF-8.
        what: how a message names it, such as ``the document``.

    Raises:
        NotJson: it is none.
        Finding: it has two meanings (forged), or is past a limit (cannot tell).
    """
    if len(data) > limits.MAX_JSON:
        raise unknown(f"{what} has {len(data):,} bytes, at most {limits.MAX_JSON:,} are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(Verdict.FORGED, f"{what} is not UTF-8 text") from error
    _refuse_size(text, what)
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_no_number, parse_float=_number, parse_int=_whole
        )
    except Finding:
        raise
    except (ValueError, RecursionError) as error:
        raise NotJson(Verdict.FORGED, f"{what} is damaged: it is not sound JSON") from error
    # NOTE: only escapes can bring half a pair, so most texts need no second look.
    if "\\u" in text and _HALVES.search(json.dumps(value, ensure_ascii=False)):
        raise forged(f"{what} holds half of a sign, which programs read differently")
    return value


def read_object(data: bytes, what: str) -> dict[str, Any]:
    """Return the JSON object of *data*.

    Raises:
        Finding: as ``read_json``, or another kind of value.
    """
    value = read_json(data, what)
    if not isinstance(value, dict):
        raise NotJson(Verdict.FORGED, f"{what} is not a JSON object")
    return value


def _refuse_size(text: str, what: str) -> None:
    depth = deepest = values = 0
    for found in _TOKENS.finditer(text):
        sign = found.group()
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
            values += 1
        elif sign in "]}":
            depth -= 1
        elif sign == ",":
            values += 1
        if deepest > limits.MAX_DEPTH:
            raise unknown(f"{what} is nested more than {limits.MAX_DEPTH} deep, which no badge needs")
        if values > limits.MAX_NODES:
            raise unknown(f"{what} has more than {limits.MAX_NODES:,} values, which no badge needs")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise forged(f"{quoted(twice)} stands twice in one object, so programs read different things")
    return found


def _no_number(text: str) -> NoReturn:
    raise forged(f"{quoted(text)} stands where a number should, which JSON does not know")


def _number(text: str) -> float:
    if len(text) > limits.MAX_NUMBER:
        raise unknown(f"a number has more than {limits.MAX_NUMBER} signs")
    return float(text)


def _whole(text: str) -> int:
    if len(text) > limits.MAX_NUMBER:
        raise unknown(f"a number has more than {limits.MAX_NUMBER} signs")
    return int(text)
