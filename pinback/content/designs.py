"""The field ``design`` of a badge: how its words are read, and what they are to draw.

Whether letters exist in a font and whether words fit is found where they are set (``assemble/designs``).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from pinback.colours import TEXT
from pinback.content.kinds import nearest, text_of
from pinback.content.nodes import Node, Problems
from pinback.dataclass import dataclass
from pinback.designs import Design
from pinback.designs.alt import says
from pinback.designs.table import COLOURS, ICONS, MEANT
from pinback.designs.tones import nearest_readable, readability
from pinback.errors import quoted
from pinback.model import LocalText


@dataclass(frozen=True, slots=True)
class DesignColour:
    """A colour of the table by its name, or ``#rrggbb``, on which words can be read."""

    example: str = "forest"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        """Return the name, or ``#rrggbb`` in small letters."""
        value = text_of(name, node, problems)
        if value is None:
            return None
        word = re.sub(r"[\s_]+", "-", value.casefold())
        if word in COLOURS:
            return word
        digits = value.removeprefix("#").lower()
        if not re.fullmatch("[0-9a-f]{6}", digits):
            near = MEANT.get(word) or nearest(word, tuple(COLOURS))
            cure = (
                f"did you mean {quoted(near)}?" if near else f"use one of {', '.join(COLOURS)}, or one like '#1d6847'"
            )
            problems.add(node.line, f"{quoted(value)} is no colour of a design", cure)
            return None
        colour = f"#{digits}"
        if (found := readability(colour)) >= TEXT:
            return colour
        # Rounded down, so that a contrast just too small does not look like enough.
        shown = int(found * 10) / 10
        what = f"words on the colour {quoted(colour)} have a contrast of {shown} : 1, and {TEXT} : 1 is needed"
        problems.add(node.line, what, f"the nearest colour that serves is '{nearest_readable(colour)}'")
        return None


@dataclass(frozen=True, slots=True)
class IconName:
    """The name of an icon."""

    example: str = "tent"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        """Return the name."""
        value = text_of(name, node, problems)
        if value is None:
            return None
        word = re.sub(r"[\s_]+", "-", value.casefold())
        if word in ICONS:
            return word
        near = nearest_icon(word)
        cure = f"did you mean {quoted(near)}?" if near else "choose one on the page admin/design of your site"
        problems.add(node.line, f"there is no icon {quoted(value)}", cure)
        return None


def nearest_icon(word: str) -> str:
    """Return the icon that may be meant by a word: one that is found by it, else one that is spelled like it; or ""."""
    found = next((name for name, icon in ICONS.items() if word in icon["find"].split()), "")
    return found or nearest(word, tuple(ICONS))


def design(values: dict[str, Any], line: int, problems: Problems) -> Design | None:
    """Return what is to be drawn, or note that there is nothing to draw."""
    made = Design(
        values["shape"],
        values["colour"],
        values.get("icon", ""),
        _plain(values.get("text", "")),
        _plain(values.get("ribbon", "")),
        int(values.get("level", "0")),
    )
    if not made.icon and not made.text:
        problems.add(line, "the design has neither an icon nor a text", 'add one, like "icon: tent" or "text: Camp 10"')
        return None
    return made


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def alt_of(made: Design, alt: LocalText, language: str, line: int, problems: Problems) -> LocalText | None:
    """Return the badge's ``alt``: as it is written, else out of the design where the badge is in English; or note that it is
    missing."""
    if alt.versions:
        return alt
    if language.partition("-")[0] == "en":
        return LocalText(((language, says(made)),))
    what = f'"alt" is missing, and what a design shows can be told in English alone, not in {quoted(language)}'
    problems.add(line, what, f'write it for people who do not see it, like "alt: {says(made)}" in your language')
    return None
