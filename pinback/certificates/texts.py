"""Texts as they fit on paper: HTML as one paragraph, long ones cut, names in a size that fits."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "blockquote", "pre", "tr", "div", "ul", "ol", "table", "hr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ENDS = tuple(".;:,!?…。；：，！？؛،؟")


class _Words(HTMLParser):
    """The words of the first part of a text: from its beginning, or its first heading, up to the next heading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self._heading = 0
        self._done = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _HEADINGS:
            self._heading += 1
            self._done = self._done or any(block.strip() for block in self.blocks)
        elif tag in _BLOCKS or tag == "br":
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._heading = max(0, self._heading - 1)
        elif tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not self._heading and not self._done:
            self.blocks[-1] += data


def paragraph(html: str) -> str:
    """Return the first part of sanitised HTML as one paragraph of plain text; items of lists are parted by semicolons."""
    words = _Words()
    words.feed(html)
    words.close()
    found = ""
    for block in words.blocks:
        if text := " ".join(block.split()):
            found += ("" if not found else " " if found.endswith(_ENDS) else "; ") + text
    return found


def clamped(text: str, limit: int) -> str:
    """Return a text of at most *limit* characters and an ellipsis, cut between words where it can be."""
    text = " ".join(text.split())
    if len(text) <= limit or not limit:
        return text if limit else ""
    while limit and unicodedata.category(text[limit]) in ("Mn", "Mc", "Me", "Cf"):
        limit -= 1
    cut = (
        text[: max(text.rfind(" ", 0, limit + 1), limit * 2 // 3)]
        if " " in text[limit * 2 // 3 : limit]
        else text[:limit]
    )
    return cut.rstrip(" ,;:،؛，；：") + " …"


def width(text: str) -> float:
    """Return about how wide a text is, in units of the width of a small Latin letter."""
    total = 0.0
    for letter in text:
        if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            continue
        if unicodedata.east_asian_width(letter) in "WF":
            total += 1.8
        elif letter.isupper():
            total += 1.2
        else:
            total += 0.5 if letter in " iljtf.,'-’" else 1.0
    return total
