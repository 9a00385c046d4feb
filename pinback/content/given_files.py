"""What is wrong with words in files that a club gives and a site shows as they are: drawings, and texts among the static files.

They are judged like records and pages: no sign that reorders or controls a line, no e-mail address but the issuers' own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from pinback.content.nodes import Problems, decode
from pinback.content.plain_addresses import CURE, addresses_in, addresses_in_drawing, line_of_address
from pinback.errors import Problem

DRAWINGS = (".svg", ".png")
"""Endings of static files that are cleaned as the pictures of badges are."""
TEXTS = (".txt", ".csv", ".ics")
"""Endings of static files that are texts."""
_NAMES_OF_DAYS = re.compile(r"^UID[:;].*$", re.MULTILINE | re.IGNORECASE)
"""They look like addresses and are none (RFC 7986 §5.3)."""
_BEGINS_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def faults_of_drawing(
    file: str, given: bytes, cleaned: bytes, own: Collection[str], warning: bool
) -> Iterator[Problem]:
    """Yield a problem for each e-mail address in the words of a drawing.

    Args:
        file: its path.
        given: as the club gives it, for the line.
        cleaned: as it is published; a PNG has no words.
        own: addresses that may stand there.
        warning: whether the drawing can be published all the same.
    """
    if not cleaned.startswith(b"<svg"):
        return
    text = given.decode("utf-8", "replace")
    for address in addresses_in_drawing(cleaned.decode("utf-8")):
        if address not in own:
            line = line_of_address(text, address)
            yield Problem(file, line, "an e-mail address stands in the words of this picture", CURE, warning)


def faults_of_text(file: str, data: bytes, own: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each sign that no text may hold, and a warning for each line with an e-mail address.

    A text in an older encoding has no such signs and is looked through for addresses alone.
    """
    problems = Problems(file)
    if data.startswith(_BEGINS_UTF_16):
        text: str | None = decode(data.decode("utf-16", "replace").encode("utf-8", "replace"), problems)
    else:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        else:
            text = decode(data, problems)
    yield from problems.found
    if file.lower().endswith(".ics"):
        text = _NAMES_OF_DAYS.sub("", text or "")
    for line in dict.fromkeys(line for line, address in addresses_in(text or "") if address not in own):
        yield Problem(file, line, "an e-mail address stands in a file that is published", CURE, True)
