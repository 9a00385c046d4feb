"""What a page or style sheet of a club's own theme may ask of a reader's browser: nothing but the site's own files, under a policy that says so.

The default theme keeps these rules, and tests hold it to them; a theme of a club's own may come from a stranger's pull request, or have been copied
from anywhere. A browser enforces the Content-Security-Policy (CSP Level 3); what that cannot keep away is looked for here: refreshes, early
look-ups of other hosts, and a policy that comes too late. Texts are compared, not parsed as HTML: what stands before the policy must be of a few plain forms,
and every element must be written so plainly that no browser can read another one (HTML, "Tokenization"), wherever it stands: in a comment or a title too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from urllib.parse import urlsplit

from pinback.dataclass import dataclass
from pinback.outputs import UNSEEN

POLICY = "Content-Security-Policy"
_SPACE = r"[ \t\r\n\f]"
"""White space of HTML; any other sign of white space is text, and with text a page's body begins, where no policy counts."""
_BEFORE = rf"""(?:{_SPACE}|<!--(?:(?!--)[^<>])*-->|<(?:html|head)(?:{_SPACE}[^<>]*)?>|<meta{_SPACE}+(?:charset|name)=[^<>]*>|<title>[^<>]*</title>)*"""
_START = re.compile(
    rf"{_SPACE}*<!doctype html>{_BEFORE}<meta{_SPACE}+http-equiv=\"{POLICY}\"{_SPACE}+content=\"([ !#-;=?-~]*)\"{_SPACE}*/?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<([a-z][^\s/<>]*+)((?>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*))(>?)", re.IGNORECASE)
"""The beginning of an element, wherever one may be read. It matches whatever follows, so that no page is searched through twice."""
_ATTRIBUTE = re.compile(rf"([^\s=\"'/]+)(?:{_SPACE}*={_SPACE}*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=`]++)))?")
_PLAIN = re.compile(rf"(?>(?:{_SPACE}++{_ATTRIBUTE.pattern})*){_SPACE}*+/?")
"""Attributes of which a browser and this module read the same."""
_NONE = frozenset({"'none'"})
_SITE = frozenset({"'none'", "'self'"})
_ALLOWED = {
    "default-src": _NONE,
    "base-uri": _NONE,
    "form-action": _SITE,
    "img-src": _SITE | {"data:", "blob:"},
    "connect-src": _SITE,
}
_CHECKING = {"connect-src": _SITE | {"https:"}}
"""The page that checks badges of any issuer asks their sites."""
_NEEDED = ("default-src", "base-uri", "form-action")
_LOADING = frozenset(
    [
        "src",
        "srcset",
        "imagesrcset",
        "poster",
        "data",
        "background",
        "formaction",
        "manifest",
        "ping",
        "action",
        "cite",
        "longdesc",
    ]
)
_LINKS_THAT_LOAD = frozenset(
    [
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "preload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "modulepreload",
        "prerender",
        "manifest",
    ]
)
_NEVER = frozenset(["base", "iframe", "frame", "frameset", "object", "embed", "applet", "portal", "fencedframe"])
_DATA_BLOCKS = ("application/json", "application/ld+json")
_KEEP = "keep the line of the default theme"


@dataclass(frozen=True, slots=True)
class Unsafe:
    """What is wrong with a page, what to do, and signs by which the place is found in its template."""

    what: str
    cure: str
    signs: str


def page_fault(html: str, checking: bool, forwarding: bool) -> Unsafe | None:
    """Return what a page asks of a browser that no page may, or None.

    Args:
        html: the page.
        checking: whether it is the page that checks badges, which may ask other sites.
        forwarding: whether it is a page that sends people on.
    """
    start = _START.match(html)
    if start is None:
        what = f"the page has no {POLICY} before everything else, so it could load and run what others wrote"
        return Unsafe(what, f"{_KEEP}, right behind <head>", "<head")
    if fault := _policy_fault(unescape(start[1]), checking):
        return Unsafe(f"the {POLICY} {fault}", _KEEP, POLICY)
    if found := UNSEEN.search(html):
        what = f"the page holds the invisible sign U+{ord(found.group()):04X}, which reorders or controls text"
        return Unsafe(what, "delete the words around it and type them again", found.group())
    for name, attributes, end in dict.fromkeys(_TAG.findall(html)):
        if wrong := _tag_fault(name, attributes, end, forwarding):
            return Unsafe(*wrong, f"<{name}")
    return None


@lru_cache(maxsize=100)
def _policy_fault(policy: str, checking: bool) -> str:
    """Return what a policy lets through that it must keep away, or ""."""
    found: dict[str, set[str]] = {}
    for directive in policy.split(";"):
        # It is of ASCII alone, so that a browser divides it likewise.
        name, *sources = directive.lower().split()[:100] or [""]
        if name and name not in found:  # a browser takes the first of a name
            found[name] = set(sources)
    for name in _NEEDED:
        if name not in found:
            return f"has no {name}"
    for name, given in found.items():
        allowed = (_CHECKING if checking else {}).get(name) or _ALLOWED.get(name, _SITE)
        if more := sorted(given - allowed):
            return f"lets {name} have {more[0][:60]}"
    return ""


@lru_cache(maxsize=2000)
def _tag_fault(name: str, given: str, end: str, forwarding: bool) -> tuple[str, str] | None:
    """Return what is wrong with an element and what to do, or None; most elements of most pages are the same."""
    name = name.lower()
    if not end:
        return (
            f"the page has <{name[:40]} without an end",
            "end it with >, and write &lt; for < in the values of attributes",
        )
    if not _PLAIN.fullmatch(given):
        what = f"the page has <{name[:40]}> with attributes that can be read in two ways"
        return what, 'write each like name="value", with a space before it'
    attributes: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(given):
        value = next((value for value in one.groups()[1:] if value is not None), "")
        attributes.setdefault(one[1].lower(), unescape(value))  # a browser takes the first of a name
    what = _asked(name, attributes, forwarding)
    return (what, "delete it; pages show files of this site alone, and run its own scripts alone") if what else None


def _asked(name: str, attributes: dict[str, str], forwarding: bool) -> str:
    """Return what an element asks of a browser that no page may, or ""."""
    if name in _NEVER:
        return f"the page has <{name}>"
    if name == "script" and "src" not in attributes and attributes.get("type", "").lower() not in _DATA_BLOCKS:
        return "the page has a script inside"
    if name == "style":
        return "the page has a style sheet inside"
    if name == "meta" and attributes.get("http-equiv", "").lower() not in ("", POLICY.lower()) and not forwarding:
        return f"the page has <meta http-equiv={attributes['http-equiv'][:40]}>"
    if name == "meta" and attributes.get("charset", "utf-8").lower() != "utf-8":
        return f"the page has <meta charset={attributes['charset'][:40]}>"
    loads = set(attributes) & _LOADING
    if name == "link" and set(attributes.get("rel", "").lower().split()) & _LINKS_THAT_LOAD:
        loads.add("href")
    if name in ("image", "use", "feimage"):
        loads |= set(attributes) & {"href", "xlink:href"}
    for attribute in attributes:
        if attribute.startswith("on") or attribute in ("style", "srcdoc"):
            return f"<{name}> has {attribute}=…"
        if attribute in loads:
            for address in _addresses(attribute, attributes[attribute]):
                if _is_foreign(address):
                    return f"<{name}> asks for {address[:80]}"
        elif attribute in ("href", "xlink:href") and _runs(attributes[attribute]):
            return f"<{name}> leads to {attributes[attribute][:40]}"
    return ""


def _addresses(attribute: str, value: str) -> list[str]:
    if attribute not in ("srcset", "imagesrcset"):
        return [value]
    return [one.split()[0] for one in value.split(",") if one.strip()]


def _is_foreign(address: str) -> bool:
    """Tell whether a browser would ask another host, or run what stands in the address."""
    plain = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    try:
        parts = urlsplit(plain)
    except ValueError:
        return True
    return plain.startswith("//") or bool(parts.scheme and not plain.lower().startswith(("data:image/", "data:,")))


def _runs(address: str) -> bool:
    return bool(re.match(r"(?:javascript|vbscript|data):", re.sub(r"[\x00-\x20]", "", address), re.IGNORECASE))


# Style sheets.

_TOKEN = re.compile(
    r"""/\*.*?(?:\*/|\Z)|<!--
    |"(?P<double>(?>(?:\\.|[^"\\\r\n\f])*))"?
    |'(?P<single>(?>(?:\\.|[^'\\\r\n\f])*))'?
    |(?P<name>@?(?>(?:\\[0-9a-f]{1,6}[ \t\r\n\f]?|\\[^\r\n\f]|[A-Za-z0-9_-]|[^\x00-\x7f])+))(?P<opening>\([ \t\r\n\f]*+)?""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""A comment, a string, or a name, with the bracket behind it (CSS Syntax Level 3, "Tokenization")."""
_BARE = re.compile(r"(?![\"'])(?>(?:\\.|[^)\\])*)", re.DOTALL)
"""An address in brackets without quotes."""
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})[ \t\r\n\f]?|(.))", re.IGNORECASE | re.DOTALL)
_ASKED_FOR = re.compile(r"(?:https?|ftp|wss?):|//[\w\[]", re.IGNORECASE)


def style_faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and fault of what a style sheet asks of another host, or imports."""
    for place, what in _style_faults(text):
        yield text.count("\n", 0, place) + 1, f"the style sheet {what}"


def _style_faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield the places of faults, and the faults."""
    place, address_at = 0, -1
    while found := _TOKEN.search(text, place):
        start, place = found.span()
        if found["name"] is None:  # nothing of a remark is left
            string = _plain(found["double"] or found["single"] or "").strip()
            # A string may become an address in many ways, as in image-set() or by a variable.
            if _is_foreign(string) if start == address_at else _ASKED_FOR.match(string.replace("\\", "/")):
                yield start, f"asks for {string[:80]}"
            continue
        name = _plain(found["name"]).lower()
        if name == "@import":
            yield start, "imports another one"
        elif name == "@charset":
            yield start, "names an encoding, and is read in UTF-8 like all pages"
        elif name in ("url", "src") and found["opening"]:
            address_at = place
            if name == "url" and (bare := _BARE.match(text, place)):
                place = bare.end()
                if _is_foreign(address := _plain(bare.group()).strip()):
                    yield start, f"asks for {address[:80]}"


def _plain(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        number = int(escape[1], 16)
        return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    return "" if escape[2] in "\r\n\f" else str(escape[2])
