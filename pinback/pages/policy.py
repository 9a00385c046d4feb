"""What a page or style sheet of a club's own theme may ask of a reader's browser: nothing but the site's own files, under a policy that says so.

The default theme keeps these rules, and tests hold it to them; a theme of a club's own may come from a stranger's pull request, or have been copied
from anywhere. A browser enforces the Content-Security-Policy (CSP Level 3); what that cannot keep away is looked for here: refreshes, early
look-ups of other hosts, and a policy that comes too late. Texts are compared, not parsed as HTML: what stands before the policy must be of a few plain forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from urllib.parse import urlsplit

from pinback.dataclass import dataclass

POLICY = "Content-Security-Policy"
_BEFORE = r"""(?:\s|<!--(?:(?!--)[^<>])*-->|<(?:html|head)(?:\s[^<>]*)?>|<meta\s+(?:charset|name)=[^<>]*>|<title>[^<>]*</title>)*"""
_START = re.compile(
    rf"\s*<!doctype html>{_BEFORE}<meta\s+http-equiv=\"{POLICY}\"\s+content=\"([^\"<>]*)\"\s*/?>", re.IGNORECASE
)
_TAG = re.compile(r"<([a-z][^\s/<>]*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)(>?)", re.IGNORECASE)
"""The beginning of an element. It matches whatever follows, so that no page is searched through twice."""
_ATTRIBUTE = re.compile(r"([^\s=\"'/>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_REORDERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
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
    ["src", "srcset", "poster", "data", "background", "formaction", "manifest", "ping", "action", "cite", "longdesc"]
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
    for sign in _REORDERING:
        if sign in html:
            what = f"the page holds the invisible sign U+{ord(sign):04X}, which reorders text"
            return Unsafe(what, "delete the words around it and type them again", sign)
    for name, attributes, end in dict.fromkeys(_TAG.findall(html, start.end())):
        if fault := _tag_fault(name, attributes, end, forwarding):
            return Unsafe(
                fault, "delete it; pages show files of this site alone, and run its own scripts alone", f"<{name}"
            )
    return None


@lru_cache(maxsize=100)
def _policy_fault(policy: str, checking: bool) -> str:
    """Return what a policy lets through that it must keep away, or ""."""
    found: dict[str, set[str]] = {}
    for directive in policy.split(";"):
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
def _tag_fault(name: str, given: str, end: str, forwarding: bool) -> str:
    """Return what is wrong with an element, or ""; most elements of most pages are the same."""
    name = name.lower()
    if not end:
        return f"the page has <{name[:40]} without an end"
    if name in _NEVER:
        return f"the page has <{name}>"
    attributes = {
        one[1].lower(): unescape(next((value for value in one.groups()[1:] if value is not None), ""))
        for one in _ATTRIBUTE.finditer(given)
    }
    if name == "script" and "src" not in attributes and attributes.get("type", "").lower() not in _DATA_BLOCKS:
        return "the page has a script inside"
    if name == "style":
        return "the page has a style sheet inside"
    if name == "meta" and attributes.get("http-equiv", "").lower() not in ("", POLICY.lower()) and not forwarding:
        return f"the page has <meta http-equiv={attributes['http-equiv'][:40]}>"
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
    if attribute != "srcset":
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

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})[ \t\r\n\f]?|(.))", re.IGNORECASE | re.DOTALL)
_URL = re.compile(r"(?:url|src)\(\s*(\"[^\"]*\"|'[^']*'|[^)]*)", re.IGNORECASE)
_SETS = re.compile(r"image-set\(((?:[^()]|\([^()]*\))*)\)", re.IGNORECASE)
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def style_faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and fault of what a style sheet asks of another host, or imports."""
    text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    text = _ESCAPE.sub(_unescaped, text)

    def line(place: int) -> int:
        return text.count("\n", 0, place) + 1

    if (at := text.lower().find("@import")) >= 0:
        yield line(at), "the style sheet imports another one"
    for found in _URL.finditer(text):
        if _is_foreign(address := found[1].strip().strip("\"'")):
            yield line(found.start()), f"the style sheet asks for {address[:80]}"
    for found in _SETS.finditer(text):
        for string in _STRING.finditer(found[1]):
            if _is_foreign(address := string[1] or string[2] or ""):
                yield line(found.start()), f"the style sheet asks for {address[:80]}"


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        number = int(escape[1], 16)
        return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
    return "" if escape[2] == "\n" else str(escape[2])
