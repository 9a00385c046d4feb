"""Check the numbers of an SVG, and write paths and points with one blank between numbers (SVG 1.1 §8.3, path data).

A browser draws broken path data up to the mistake. CairoSVG does not: it fails, and for ``M1 1z0`` it never ends. So
path data that break the grammar are refused, and sound ones get the plain spacing that every reader understands.
"""

from __future__ import annotations

import re

from pinback.errors import PictureError, quoted
from pinback.limits import MAX_SVG_NUMBER as MAX_NUMBER

# Atomic groups: without them, a long row of digits could be cut into numbers in too many ways.
_NUMBER = re.compile(r"[\s,]*((?>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))", re.ASCII)
_FLAG = re.compile(r"[\s,]*([01])")
_COMMANDS = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])")
_ARITY = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
_ARC_FLAGS = (3, 4)


def checked_path(value: str) -> str:
    """Return path data as ``M0 0L1 1z``; empty and "none" draw nothing and become empty."""
    if value.strip() in ("", "none"):
        return ""
    first, *parts = _COMMANDS.split(value)
    if first.strip() or not parts or parts[0] not in "Mm":
        raise _broken("path data", value)
    written = []
    for command, arguments in zip(parts[::2], parts[1::2], strict=True):
        numbers = _numbers("path data", arguments, arc=command in "Aa")
        arity = _ARITY[command.lower()]
        if (len(numbers) % arity if arity else numbers) or bool(numbers) != bool(arity):
            raise _broken("path data", command + arguments)
        written.append(command + " ".join(numbers))
    return "".join(written)


def checked_points(value: str) -> str:
    """Return the points of a polyline or polygon as ``0 0 1 1``."""
    numbers = _numbers("points", value)
    if len(numbers) % 2:
        raise _broken("points", value)
    return " ".join(numbers)


def refuse_large_numbers(name: str, value: str) -> None:
    """Refuse a value with a number above MAX_NUMBER, whatever else it holds."""
    for number in _NUMBER.findall(value):
        if abs(float(number)) > MAX_NUMBER:
            raise PictureError(
                f"the SVG has the number {quoted(number)} in {name}", f"use numbers up to {MAX_NUMBER:.0f}"
            )


def _numbers(name: str, text: str, *, arc: bool = False) -> list[str]:
    """Return the numbers of a list as written; in arcs the two flags may stand close to what follows."""
    found: list[str] = []
    place = 0
    text = text.rstrip(" \t\r\n\f,")
    while place < len(text):
        pattern = _FLAG if arc and len(found) % 7 in _ARC_FLAGS else _NUMBER
        match = pattern.match(text, place)
        if match is None:
            raise _broken(name, text[place:])
        found.append(match.group(1))
        place = match.end()
    refuse_large_numbers(name, " ".join(found))
    return found


def _broken(name: str, value: str) -> PictureError:
    return PictureError(f"the SVG has broken {name} at {quoted(value.strip(), 30)}", "save it again as plain SVG")
