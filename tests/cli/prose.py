"""What stands in a page of Markdown: its commands, code, links, pictures, bold words and headings, each with its line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

_FENCE = re.compile(r"^[ \t]*```[ \t]*(\w*)\n(.*?)^[ \t]*```[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"(?<!\*)\*\*([^*]+)\*\*(?!\*)")
_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", re.MULTILINE)
_SETTING = re.compile(r"[A-Z_]+=\S+")
_WIDE = re.compile(r"\s{2,}")
"""Between a command and a remark beside it."""


@dataclass(frozen=True)
class Found:
    """Something that stands in a page: the page's path in the repository, its line, the words."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Block:
    """A block of code: the language that it names, or "", and its text without the indent of its list."""

    file: str
    line: int
    language: str
    text: str


class Prose:
    """A page of Markdown."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.file = path.relative_to(ROOT).as_posix()
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self._plain = _FENCE.sub(lambda found: "\n" * found[0].count("\n"), self.text)

    def _found(self, pattern: re.Pattern[str], group: int = 1) -> Iterator[Found]:
        for found in pattern.finditer(self._plain):
            yield Found(self.file, self._plain.count("\n", 0, found.start()) + 1, " ".join(found[group].split()))

    def blocks(self) -> list[Block]:
        """Return the blocks of code between fences."""
        blocks = []
        for found in _FENCE.finditer(self.text):
            line = self.text.count("\n", 0, found.start()) + 2
            indent = min((len(one) - len(one.lstrip()) for one in found[2].splitlines() if one.strip()), default=0)
            text = "".join(one[indent:] if one.strip() else one for one in found[2].splitlines(keepends=True))
            blocks.append(Block(self.file, line, found[1], text))
        return blocks

    def code(self) -> list[Found]:
        """Return the code inside sentences."""
        return list(self._found(_CODE))

    def bold(self) -> list[Found]:
        """Return the bold words, code inside them left out."""
        return [found for found in self._found(_BOLD) if "`" not in found.text]

    def links(self) -> list[Found]:
        """Return where links lead."""
        return list(self._found(_LINK))

    def pictures(self) -> list[tuple[Found, str]]:
        """Return the pictures: where each lies, and what it shows in words."""
        return list(zip(self._found(_PICTURE, 2), (found.text for found in self._found(_PICTURE, 1)), strict=True))

    def anchors(self) -> set[str]:
        """Return the anchors of the headings, as the host makes them: small letters, hyphens, no punctuation."""
        words = (re.sub(r"[`*]", "", found[2]).lower() for found in _HEADING.finditer(self._plain))
        return {re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-") for text in words}

    def commands(self) -> list[Found]:
        """Return every command of ours, as it is typed: in blocks, in indented lines, inside sentences."""
        lines = [
            (block.line + offset, line)
            for block in self.blocks()
            for offset, line in enumerate(block.text.splitlines())
        ]
        lines += [(at, line) for at, line in enumerate(self._plain.splitlines(), 1) if line.startswith("    ")]
        typed = [
            Found(self.file, at, _WIDE.split(part.strip())[0]) for at, line in lines for part in line.split(" && ")
        ]
        return [one for one in (*typed, *self.code()) if _words(one.text)[:1] == ["pinback"]]


def _words(typed: str) -> list[str]:
    """Return the words of a typed command, without the settings before it and the remark behind it."""
    try:
        words = shlex.split(typed, comments=True)
    except ValueError:
        words = typed.split()
    while words and _SETTING.fullmatch(words[0]):
        del words[0]
    return words


def arguments(typed: str) -> list[str]:
    """Return what stands behind ``pinback``, up to a pipe or another command."""
    words = _words(typed)[1:]
    ends = [at for at, word in enumerate(words) if word in ("|", ">", "<", "&&", "||", ";")]
    return words[: ends[0]] if ends else words
