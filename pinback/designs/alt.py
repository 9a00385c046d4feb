"""What a design shows, in English words: for people who do not see it.

Other languages would need the names of hundreds of icons; there the club writes ``alt`` itself.
"""

from __future__ import annotations

from pinback.designs.table import COLOURS, ICONS, Design

_COUNTED = ("", "one star", "two stars", "three stars")
_VOWELS = ("a", "e", "i", "o", "u")


def says(design: Design) -> str:
    """Return a sentence without a full stop, like ``A forest-green shield with a tent and the words “Camp 10”``."""
    named = COLOURS.get(design.colour)
    what = f"{named['says']} {design.shape}" if named else design.shape
    parts = [ICONS[design.icon]["says"]] if design.icon else []
    if design.text:
        parts.append(f"the {'words' if ' ' in design.text else 'word'} “{design.text}”")
    if design.ribbon:
        parts.append(f"a ribbon “{design.ribbon}”")
    if design.level:
        parts.append(_COUNTED[design.level])
    first = f"{'An' if what.startswith(_VOWELS) else 'A'} {what} with "
    if len(parts) < 3:
        return first + " and ".join(parts)
    return first + f"{', '.join(parts[:-1])}, and {parts[-1]}"
