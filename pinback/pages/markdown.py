"""Markdown to HTML in one place: raw HTML off, the result sanitised, links and pictures under rules.

Markdown comes from volunteers and from strangers' pull requests and is shown on the club's own site, so
tags typed in it are shown as text, what is left goes through nh3's allow-list, links are https or mailto
or lead into the site, and pictures come from the site alone (its pages ask nobody else for anything).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from pinback.errors import quoted

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
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}


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
    rules = _Rules(heading, link)
    converter = markdown.Markdown(extensions=["sane_lists", "tables", rules], output_format="html")
    html = nh3.clean(
        converter.convert(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Converted(html, rules.faults)


class _Rules(Extension):
    def __init__(self, heading: int, link: Callable[[str], str] | None) -> None:
        super().__init__()
        self.heading, self.link = heading, link
        self.faults: list[tuple[str, str, str]] = []

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        """Switch raw HTML off and put our rules in."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_Links(md, self), "pinback-links", 1)


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
        address = element.get(attribute, "")
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        if attribute == "href" and (parts.scheme in ("https", "mailto") or address.startswith("#")):
            return
        link = self.rules.link
        if (
            not parts.scheme
            and not parts.netloc
            and parts.path
            and not parts.path.startswith("/")
            and ".." not in parts.path
        ):
            if link is not None and (attribute == "href" or parts.path.startswith("static/")):
                element.set(attribute, link(parts.path) + (f"#{parts.fragment}" if parts.fragment else ""))
                return
            if attribute == "href":
                cure = "write the whole https address; criteria are also read in other places"
            else:
                cure = "put it into site_src/static and write static/…, on the club's own pages"
        elif attribute == "src":
            cure = "pages ask no other host for pictures; put the file into site_src/static"
        else:
            cure = "links are https addresses, mailto: or paths of this site"
        what = "picture" if attribute == "src" else "link"
        self.rules.faults.append((address, f"the {what} {quoted(address)} cannot be used", cure))
        del element.attrib[attribute]
        if attribute == "src":
            element.tag, element.text = "em", element.get("alt", "")
