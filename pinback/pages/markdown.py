"""Markdown to HTML in one place: raw HTML off, the result sanitised, links and pictures under rules.

Markdown comes from volunteers and from strangers' pull requests and is shown on the club's own site, so
tags typed in it are shown as text, what is left goes through nh3's allow-list, links are https or mailto
or lead into the site, and pictures come from the site alone (its pages ask nobody else for anything).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import lru_cache
from html import escape, unescape
from urllib.parse import SplitResult, unquote, urlsplit
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

from pinback.dataclass import dataclass
from pinback.errors import quoted
from pinback.limits import (
    MAX_MARKDOWN_BLOCK,
    MAX_MARKDOWN_BLOCK_LINES,
    MAX_MARKDOWN_LINES,
    MAX_MARKDOWN_NESTING,
    MAX_MARKDOWN_ROW,
    MAX_MARKDOWN_SEARCHED,
    MAX_MARKDOWN_SIGNS,
)
from pinback.outputs import UNSEEN

_TAGS = {
    "p",
    "br",
    "hr",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "code",
    "pre",
    "blockquote",
    "a",
    "img",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "del",
    "sup",
    "sub",
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # the library's own list would let "lang" and "title" stand everywhere
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_TAB = 4
"""Spaces that begin one more level of a list, and those of a tab."""
_MOST_KEPT = 8_000
"""Characters up to which a text is kept when it was converted."""
_NESTING = re.compile(r"(?:[ \t>]|[-*+](?=[ \t])|[0-9]+\.(?=[ \t]))*")
_MARK = re.compile(r"[>*+-]|[0-9]+\.")
_ROW = re.compile(rf"([*_])\1{{{MAX_MARKDOWN_ROW}}}")
_SIGNS = re.compile(r"[*_`\[\]<&\\]")
_BRACKETS = re.compile(r"\\.|[\[\]]", re.DOTALL)
_ENDING_SOON = re.compile(
    r"""\]\([^()\[\]\\`<'"]*\)|\]\([^()\[\]\\`<'"\s]+[ ]"[^()\\`"]*"\)|(?<![`\\])`[^`\\]+`(?!`)"""
)
"""Links and code whose end the library finds at once; for that of others it may look through all that follows in the block."""
_BEGINNING = re.compile(r"\]\(|`+")
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[0-9a-z]+);", re.IGNORECASE)
_STRANGE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")
"""Signs that browsers drop from an address, or take for others."""


@dataclass(slots=True)
class Converted:
    """HTML, and what could not be taken over: address found, what is wrong, what to do."""

    html: str
    faults: list[tuple[str, str, str]] = field(default_factory=list)


def to_html(text: str, heading: int, link: Callable[[str], str] | None) -> Converted:
    """Return sanitised HTML.

    Args:
        text: Markdown.
        heading: level of the highest heading in the result (the page's ``h1`` stands above).
        link: turns a path below the site's root into a link from the current page; None where the text is
            also read elsewhere (criteria), so that relative links mean nothing.
    """
    if link is None and len(text) <= _MOST_KEPT:
        html, faults = _kept(text, heading)
        return Converted(html, list(faults))
    return _converted(text, heading, link)


@lru_cache(maxsize=512)
def _kept(text: str, heading: int) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """Return what a text becomes that says the same on every page: many awards have the same, and it is judged before it is shown."""
    made = _converted(text, heading, None)
    return made.html, tuple(made.faults)


def _converted(text: str, heading: int, link: Callable[[str], str] | None) -> Converted:
    if fault := _too_hard(text):
        return Converted(f"<p>{escape(text)}</p>", [fault])
    converter, rules = _converter(heading)
    rules.link = link
    rules.faults = []
    html = nh3.clean(
        converter.reset().convert(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="nofollow noopener",
    )
    if UNSEEN.search(html):
        # No text holds such a sign itself, so it comes from a code for it. What was sealed long ago is shown without.
        html = UNSEEN.sub("\ufffd", html)
        rules.faults += _codes_of_unseen(text)
    return Converted(html, rules.faults)


def _codes_of_unseen(text: str) -> Iterator[tuple[str, str, str]]:
    for code in dict.fromkeys(_ENTITY.findall(text)):
        sign = unescape(code)  # nothing, where browsers read a sign that may not be there
        if not sign or UNSEEN.search(sign):
            yield code, f"the code {quoted(code)} stands for a sign that reorders or controls a line", "delete it"


@lru_cache(maxsize=6)
def _converter(heading: int) -> tuple[markdown.Markdown, _Rules]:
    """Return the library's converter with our rules; making one takes longer than converting most texts."""
    rules = _Rules(heading, None)
    # Extensions as they are: for a name the library looks through everything that is installed.
    converter = markdown.Markdown(
        extensions=[SaneListExtension(), TableExtension(use_align_attribute=True), rules], output_format="html"
    )
    return converter, rules


def _too_hard(text: str) -> tuple[str, str, str] | None:
    """Say why *text* is not converted, or return None.

    NOTE: the library works by recursion and by searching again and again, so that a short text from a
    stranger could end a run or hold it up for hours. No page that a person writes comes near these limits.
    """
    for line in text.split("\n"):
        start = _NESTING.match(line)
        marks = start.group() if start else ""
        blanks = marks.count(" ") + _TAB * marks.count("\t")
        if len(_MARK.findall(marks)) + blanks // _TAB > MAX_MARKDOWN_NESTING:
            return (
                line.strip(),
                f"more than {MAX_MARKDOWN_NESTING} lists or quotations stand inside one another",
                "delete some",
            )
    if (lines := text.count("\n")) >= MAX_MARKDOWN_LINES:
        what = f"the text has {lines + 1:,} lines, at most {MAX_MARKDOWN_LINES:,} become a page"
        return text[:60].split("\n")[0], what, "divide it into several pages"
    if (signs := len(_SIGNS.findall(text))) > MAX_MARKDOWN_SIGNS:
        what = f"the text has {signs:,} of the signs * _ ` [ ] < & \\, at most {MAX_MARKDOWN_SIGNS:,} are read"
        return text[:60].split("\n")[0], what, "delete what no reader needs"
    if row := _ROW.search(text):
        return row.group(), f'more than {MAX_MARKDOWN_ROW:,} signs "{row.group(1)}" stand in a row', "delete some"
    searched = 0
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        if block.count("\n") >= MAX_MARKDOWN_BLOCK_LINES:
            what = f"a paragraph, list or table has more than {MAX_MARKDOWN_BLOCK_LINES:,} lines without an empty one"
            return block[:60].split("\n")[0], what, "put an empty line in"
        if len(block) > MAX_MARKDOWN_BLOCK:
            what = f"a paragraph or list has {len(block):,} characters without an empty line"
            return block[:60], what, f"put an empty line in, at {MAX_MARKDOWN_BLOCK:,} at the latest"
        opened = 0
        for sign in _BRACKETS.findall(block):
            opened = max(0, opened + {"[": 1, "]": -1}.get(sign, 0))
            if opened > MAX_MARKDOWN_NESTING:
                return (
                    block[:60],
                    f'more than {MAX_MARKDOWN_NESTING} brackets "[" are not closed here',
                    'close them with "]"',
                )
        if "](" in block or "`" in block:
            searched += len(_BEGINNING.findall(_ENDING_SOON.sub(" ", block))) * len(block)
            if searched > MAX_MARKDOWN_SEARCHED:
                what = "too many links or pieces of code have no end, or signs in them that end others"
                return block[:60].split("\n")[0], what, "close them, and put empty lines between them"
    return None


class _Rules(Extension):
    def __init__(self, heading: int, link: Callable[[str], str] | None) -> None:
        super().__init__()
        self.heading, self.link = heading, link
        self.faults: list[tuple[str, str, str]] = []

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        """Switch raw HTML off and put our rules in."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # After "unescape" (0), so that addresses are whole.
        md.treeprocessors.register(_Links(md, self), "pinback-links", -1)


class _Links(Treeprocessor):
    def __init__(self, md: markdown.Markdown, rules: _Rules) -> None:
        super().__init__(md)
        self.rules = rules

    def run(self, root: Element) -> None:
        """Shift headings and bring every address under the rules."""
        levels = [int(element.tag[1]) for element in root.iter() if re.fullmatch("h[1-6]", element.tag)]
        shift = self.rules.heading - min(levels, default=self.rules.heading)
        for element in list(root.iter()):
            if re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(6, int(element.tag[1]) + shift)}"
            elif element.tag == "a":
                self._address(element, "href")
            elif element.tag == "img":
                self._address(element, "src")

    def _address(self, element: Element, attribute: str) -> None:
        # NOTE: a browser reads entities in addresses, so they are read here before anything is judged.
        typed = element.get(attribute, "").replace(AMP_SUBSTITUTE, "&")
        address = _ENTITY.sub(lambda found: unescape(found.group()), typed)
        try:
            parts = urlsplit("" if _STRANGE.search(address) else address)
        except ValueError:
            parts = urlsplit("")
        if attribute == "href" and (
            (parts.scheme == "https" and parts.netloc)
            or (parts.scheme == "mailto" and parts.path)
            or (address.startswith("#") and parts.fragment)
        ):
            element.set(attribute, address.replace("&", "&amp;"))
            return
        link = self.rules.link
        if _is_below(parts):
            if link is not None and (attribute == "href" or parts.path.startswith("static/")):
                rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
                element.set(attribute, (link(parts.path) + rest).replace("&", "&amp;"))
                return
            if attribute == "href":
                cure = "write the whole https address; criteria are also read in other places"
            else:
                cure = "put it into site_src/static and write static/…, on the club's own pages"
        elif attribute == "src":
            cure = "pages ask no other host for pictures; put the file into site_src/static"
        else:
            cure = "write an https address, mailto: and an e-mail address, or a path of this site"
        what = "picture" if attribute == "src" else "link"
        self.rules.faults.append((typed, f"the {what} {quoted(address)} cannot be used", cure))
        del element.attrib[attribute]
        if attribute == "src":
            element.tag, element.text = "em", element.get("alt", "")
            element.attrib.clear()


def _is_below(parts: SplitResult) -> bool:
    """Tell whether an address is a path below the site's root, in every spelling of ".."."""
    path = unquote(parts.path)
    return bool(
        path
        and not (parts.scheme or parts.netloc)
        and not path.startswith("/")
        and ".." not in path
        and not any(sign in path for sign in "\\:%")
    )
