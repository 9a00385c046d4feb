"""E-mail addresses that stand in a club's texts and pictures in plain view, where only the issuers' own belong.

Whoever collects addresses reads every published page, and a signed badge keeps its picture for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pinback.model import Club

PLAIN_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]++@[\w-]++(?>(?:\.[\w-]++)+)")
"""Nothing in it is given back once it is read, so an endless one takes no memory."""
CURE = "delete it, or name it in issuer.yaml as the club's own (email, or contact: mailto:…)"
"""What to do about an address that is no issuer's."""
_SPELLED = re.compile(r"[\\&](?:(?<=\\)(?:x40|u0040|U00000040)|(?<=&)(?:#0*64;?|#x0*40;?|commat;))", re.IGNORECASE)
"""The sign of an address in other words; they begin with one of two signs, which is found much faster than the words."""
_BREAK = re.compile(r"\r\n|\r|\n")
_MARK = re.compile(r"<[^<>]*>")


def addresses_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and address of each plain e-mail address in a text, also where its sign is spelled as YAML or HTML allow."""
    if "@" not in text and not _SPELLED.search(text):
        return
    for number, line in enumerate(_BREAK.split(text), 1):
        read = _SPELLED.sub("@", line) if "&" in line or "\\" in line else line
        if "@" in read:
            for found in PLAIN_ADDRESS.finditer(read):
                yield number, found.group()


def addresses_in_drawing(svg: str) -> list[str]:
    """Return the plain e-mail addresses in the words of an SVG, also those that lie in several pieces."""
    if "@" not in svg:
        return []
    return sorted({*PLAIN_ADDRESS.findall(_MARK.sub(" ", svg)), *PLAIN_ADDRESS.findall(_MARK.sub("", svg))})


def line_of_address(text: str, address: str) -> int:
    """Return the line of a text on which an address begins, or 0 where it is written in another way there."""
    before, found, _ = text.partition(address)
    return len(_BREAK.findall(before)) + 1 if found else 0


def own_addresses(club: Club) -> frozenset[str]:
    """Return the addresses under which the club's issuers want to be reached."""
    found = {address for issuer in club.issuers.values() for address in (issuer.email, issuer.contact)}
    own = [address.removeprefix("mailto:") for address in found if "@" in address]
    # Of o'brien@club.example.org no more is found in a text than brien@club.example.org.
    return frozenset(own).union(*map(PLAIN_ADDRESS.findall, own))
