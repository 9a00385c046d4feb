"""In which order the letters of a line stand, where some are written from right to left.

Unicode Standard Annex #9 (Unicode Bidirectional Algorithm), for one paragraph without explicit formatting
characters: rules P2 to P3, W1 to W7, N0 to N2, I1 to I2, L1 and L2. X1 to X8 are left out on purpose: a club's texts cannot hold
embeddings, overrides or isolates (``content`` refuses them), and here they count as boundary neutrals. Mirroring (L4) is
done by HarfBuzz. The classes are those of Python's ``unicodedata``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from fontTools.unicodedata import mirrored

_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
"""How a resolved type counts for its neighbours (N0, N1)."""
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_EXPLICIT = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B"})
_MOST_BRACKETS = 63
_CANONICAL = {"\u2329": "\u3008", "\u232a": "\u3009"}


def _class(letter: str) -> str:
    found = unicodedata.bidirectional(letter) or "L"
    return "BN" if found in _EXPLICIT else found


def base_level(text: str, otherwise: int) -> int:
    """Return 1 where the first strong letter is written from right to left, 0 where from left, else *otherwise* (P2, P3)."""
    for letter in text:
        kind = _class(letter)
        if kind in ("L", "R", "AL"):
            return int(kind != "L")
    return otherwise


def levels(text: str, base: int) -> list[int]:
    """Return the embedding level of each character of a paragraph: even from left to right, odd from right to left.

    Args:
        text: one paragraph.
        base: level of the paragraph, 0 or 1.
    """
    direction = "R" if base else "L"
    original = [_class(letter) for letter in text]
    kept = [place for place, kind in enumerate(original) if kind != "BN"]  # X9
    types = [original[place] for place in kept]
    _weak(types, direction)
    _brackets([text[place] for place in kept], [original[place] for place in kept], types, direction)
    _neutral(types, direction)
    found = dict(zip(kept, (_level(kind, base) for kind in types), strict=True))
    result: list[int] = []
    for place in range(len(text)):
        result.append(found.get(place, result[-1] if result else base))
    return result


def _level(kind: str, base: int) -> int:
    """Return the level of a resolved type (I1, I2)."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


def _weak(types: list[str], direction: str) -> None:
    """Resolve weak types in place (W1 to W7)."""
    before = direction
    for place, kind in enumerate(types):  # W1
        types[place] = before if kind == "NSM" else kind
        before = types[place]
    strong = direction
    for place, kind in enumerate(types):  # W2
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            types[place] = "AN"
    types[:] = ["R" if kind == "AL" else kind for kind in types]  # W3
    for place in range(1, len(types) - 1):  # W4
        beside = types[place - 1]
        if beside == types[place + 1] and (
            (types[place] in ("ES", "CS") and beside == "EN") or (types[place] == "CS" and beside == "AN")
        ):
            types[place] = beside
    for start, end in _runs(types, {"ET"}):  # W5
        if "EN" in (*types[max(start - 1, 0) : start], *types[end : end + 1]):
            types[start:end] = ["EN"] * (end - start)
    types[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in types]  # W6
    strong = direction
    for place, kind in enumerate(types):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            types[place] = "L"


def _brackets(letters: Sequence[str], original: Sequence[str], types: list[str], direction: str) -> None:
    """Resolve paired brackets in place (N0)."""
    for opening, closing in _pairs(letters, types):
        inside = {_STRONG.get(kind, "") for kind in types[opening + 1 : closing]} - {""}
        if not inside:
            continue
        if direction in inside:
            found = direction
        else:
            context = next((_STRONG[kind] for kind in reversed(types[:opening]) if kind in _STRONG), direction)
            found = context if context in inside else direction
        for place in (opening, closing):
            types[place] = found
            after = place + 1
            while after < len(types) and original[after] == "NSM":
                types[after] = found
                after += 1


def _pairs(letters: Sequence[str], types: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of brackets that belong together, by opening bracket (BD16)."""
    found: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for place, letter in enumerate(letters):
        mirror = mirrored(ord(letter)) if types[place] == "ON" else None
        kind = unicodedata.category(letter)
        if mirror is None or kind not in ("Ps", "Pe"):
            continue
        other = chr(mirror)
        if kind == "Ps":
            if len(waiting) == _MOST_BRACKETS:
                return []
            waiting.append((_CANONICAL.get(other, other), place))
            continue
        own = _CANONICAL.get(letter, letter)
        for depth in range(len(waiting) - 1, -1, -1):
            if waiting[depth][0] == own:
                found.append((waiting[depth][1], place))
                del waiting[depth:]
                break
    return sorted(found)


def _neutral(types: list[str], direction: str) -> None:
    """Resolve what is left by its neighbours (N1, N2)."""
    for start, end in _runs(types, _NEUTRAL):
        before = _STRONG[types[start - 1]] if start else direction
        after = _STRONG[types[end]] if end < len(types) else direction
        types[start:end] = [before if before == after else direction] * (end - start)


def _runs(types: Sequence[str], of: frozenset[str] | set[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of types that are in *of*."""
    start = 0
    while start < len(types):
        if types[start] not in of:
            start += 1
            continue
        end = start
        while end < len(types) and types[end] in of:
            end += 1
        yield start, end
        start = end


def line_levels(line: str, found: Sequence[int], base: int) -> list[int]:
    """Return the levels of one line of a paragraph: spaces at its end stand at the paragraph's end side (L1)."""
    result = list(found)
    closing = True
    for place in range(len(line) - 1, -1, -1):
        kind = _class(line[place])
        closing = kind == "S" or (closing and kind in ("WS", "BN"))
        if closing:
            result[place] = base
    return result


def visual_order(found: Sequence[int]) -> list[int]:
    """Return the places of a line's items in the order in which they stand from left to right (L2)."""
    order = list(range(len(found)))
    lowest = min((level for level in found if level % 2), default=0)
    for level in range(max(found, default=0), lowest - 1, -1) if lowest else ():
        start = 0
        while start < len(order):
            if found[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and found[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return order
