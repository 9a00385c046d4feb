"""Warn of names that look like others: letters of two alphabets in one word, and signs that nobody sees.

Never a refusal, since real names look in more ways than a rule can know: Arabic and Persian need joiners, emoji are made of several
signs, and a unit may be Greek beside Latin. After Unicode Technical Standard #39, "Mixed-Script Detection", reduced to
the alphabets that have letters of one look. Signs that reorder a line are refused where files are decoded (``nodes``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pinback.errors import Problem, quoted
from pinback.model import Club, Origin

_ALPHABETS = {"LATIN": "Latin", "CYRILLIC": "Cyrillic", "GREEK": "Greek"}
_NOT_LATIN = re.compile("[\u0370-\u052f\u1f00-\u1fff]")
_WORD = re.compile(r"[^\W\d_]+")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u3164\ufeff\uffa0]")


def warnings(club: Club) -> Iterator[Problem]:
    """Yield a warning for each name in a club that looks like another one could."""
    for text, origin in _names(club):
        if text.isascii():
            continue
        if found := _UNSEEN.search(text):
            what = f"the name {quoted(text)} holds the invisible sign U+{ord(found.group()):04X}"
            yield Problem(origin.file, origin.line, what, "type the name again, without it", warning=True)
        if _NOT_LATIN.search(text):
            yield from _mixed(text, origin)


def _mixed(text: str, origin: Origin) -> Iterator[Problem]:
    for word in _WORD.findall(text):
        letters = {_ALPHABETS.get(unicodedata.name(letter, "").split(" ")[0], ""): letter for letter in word}
        letters.pop("", None)
        if len(letters) > 1:
            shown = " and ".join(f"{name} (U+{ord(letter):04X})" for name, letter in sorted(letters.items()))
            what = f"the word {quoted(word)} mixes alphabets whose letters look alike: {shown}"
            yield Problem(origin.file, origin.line, what, "type it in one alphabet, if it was meant so", warning=True)


def _names(club: Club) -> Iterator[tuple[str, Origin]]:
    """Yield what pages show as a name, with its place."""
    yield from ((one, club.site.origin) for _, one in club.site.title.versions)
    for issuer in club.issuers.values():
        yield from ((one, issuer.origin) for _, one in issuer.name.versions)
    for badge in club.badges.values():
        yield from ((one, badge.origin) for _, one in badge.name.versions)
    for person in club.people.values():
        yield person.name, person.origin
    for award in club.awards:
        if award.name:
            yield award.name, award.origin
