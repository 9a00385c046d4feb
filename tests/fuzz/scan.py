"""Look through a site that was built from hostile input: nothing in it may run, load, leak or lead astray.

Pages are parsed as browsers do (tinyhtml5, which WeasyPrint brings along), style sheets by tinycss2, pictures by an XML
parser. What our own templates bring along is known by its text: the scripts of the package, and no other.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import tinycss2
import tinyhtml5

from pinback.leaks import leak_in

LOADING = {
    ("img", "src"), ("img", "srcset"), ("script", "src"), ("iframe", "src"), ("embed", "src"), ("object", "data"), ("source", "src"),
    ("source", "srcset"), ("video", "src"), ("video", "poster"), ("audio", "src"), ("track", "src"), ("input", "src"), ("body", "background"),
    ("image", "href"), ("use", "href"), ("frame", "src"), ("form", "action"), ("button", "formaction"), ("input", "formaction"),
    ("blockquote", "cite"), ("html", "manifest"), ("a", "ping"),
}  # fmt: skip
"""Attributes whose address a browser asks by itself, or to which it sends something."""
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
NEVER = {
    "iframe",
    "object",
    "embed",
    "frame",
    "frameset",
    "base",
    "applet",
    "portal",
    "marquee",
    "noembed",
    "xmp",
    "plaintext",
    "math",
}
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TEXTS = (".html", ".json", ".txt", ".xml", ".css", ".js", ".svg", ".ics", ".jsonl", ".csv")


_AS_GIVEN = (".css", ".txt", ".csv", ".ics")
"""Files that a club may give itself, in any encoding; no browser runs them."""
_PHOTOGRAPHS = (".jpg", ".jpeg", ".webp", ".gif", ".png")
_DESCRIPTIONS = re.compile(
    rb"ns\.adobe\.com|Photoshop 3\.0|\xff\xfe[\0-\xff]{2}[ -~]{8}|tEXt|zTXt|tIME|eXIf|EXIF|XMP |private\.person"
)


def scanned(site: Path, base_url: str, own_scripts: frozenset[bytes], public: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong in *site*, one line each.

    Args:
        site: the folder.
        base_url: its address.
        own_scripts: the bytes of all scripts that may be published; none may stand in a page itself.
        public: e-mail addresses that the club publishes on purpose.
    """
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield f"{name}: not a plain file"
            continue
        if not path.is_file():
            continue
        data, suffix = path.read_bytes(), path.suffix.lower()
        if suffix in _PHOTOGRAPHS and path.parts[-2] == "static" and (described := _DESCRIPTIONS.search(data)):
            yield f"{name}: describes itself: {described.group()[:20]!r}"
        if what := leak_in(data):
            yield f"{name}: holds {what}"
        if suffix in _TEXTS or name in ("_headers", "_redirects"):
            text = data.decode("utf-8", "replace" if suffix in _AS_GIVEN else "strict")
            if suffix != ".css" and (found := REORDERING.search(text)):
                yield f"{name}: holds U+{ord(found.group()):04X}, which reorders text"
            if suffix != ".css" and (found := CONTROL.search(text)):
                yield f"{name}: holds the control character U+{ord(found.group()):04X}"
            for address in sorted(set(ADDRESS.findall(text)) - public - _names_of_days(text)):
                yield f"{name}: holds the address {address}"
        if suffix == ".html":
            yield from (f"{name}: {fault}" for fault in page_faults(data, base_url + name))
        elif suffix == ".svg":
            yield from (f"{name}: {fault}" for fault in picture_faults(data))
        elif suffix == ".css":
            yield from (f"{name}: {fault}" for fault in style_faults(data.decode("utf-8", "replace")))
        elif suffix in (".js", ".mjs", ".wasm"):
            if data not in own_scripts and not _only_data(data):
                yield f"{name}: is a script that is not ours"
        elif suffix in (".htm", ".xhtml", ".shtml", ".xht", ".hta", ".swf", ".php"):
            yield f"{name}: a browser would run this"
        elif suffix == ".xml":
            if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                yield f"{name}: declares entities"
            ElementTree.fromstring(data)
        elif suffix == ".json":
            json.loads(data)
        elif name in ("_headers", "_redirects"):
            yield from (f"{name}: {fault}" for fault in line_faults(data.decode("utf-8")))


def _names_of_days(calendar: str) -> set[str]:
    """Return the identifiers of a calendar's days, which look like addresses (RFC 7986 §5.3)."""
    return set(re.findall(r"^UID:(\S+)", calendar, re.MULTILINE))


def _only_data(script: bytes) -> bool:
    """Tell whether a script does nothing but give a value of JSON a name."""
    found = re.fullmatch(r"(?:window|globalThis)\.pinback[A-Za-z]+=(.*?);?\s*", script.decode("utf-8"), re.DOTALL)
    try:
        return bool(found) and json.loads(found[1]) is not None and not re.search("[\u2028\u2029]", found[1])
    except ValueError:
        return False


def line_faults(text: str) -> Iterator[str]:
    """Yield what a host would read wrongly."""
    for line in text.splitlines():
        if unicodedata.normalize("NFC", line) != line or not line.isprintable():
            yield f"odd line {line!r}"


def _own(address: str, page: str) -> bool:
    parts = urlsplit(address)
    return (
        (not parts.scheme and not parts.netloc)
        or parts.scheme == "data"
        or address.startswith("{0.scheme}://{0.netloc}/".format(urlsplit(page)))
    )


def page_faults(data: bytes, page: str) -> Iterator[str]:
    """Yield what in a page runs, loads from elsewhere or leads astray."""
    policy = False
    for element in tinyhtml5.parse(data, namespace_html_elements=False).iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if tag in NEVER:
            yield f"has <{tag}>"
        if tag == "script":
            kind = element.get("type", "").lower()
            text = "".join(element.itertext())
            if kind in ("application/json", "application/ld+json"):
                try:
                    json.loads(text)
                except ValueError:
                    yield f"a block of data is not JSON: {text[:60]!r}"
                if re.search(r"<(?:/script|!--|script)", text, re.IGNORECASE):
                    yield "a block of data could end its element"
            elif text.strip():
                yield f"has a script inside: {text.strip()[:60]!r}"
        if tag == "meta":
            equiv = element.get("http-equiv", "").lower()
            policy |= equiv == "content-security-policy"
            if equiv == "refresh" and "forward" not in page:
                yield f"sends people on: {element.get('content', '')!r}"
        if tag == "style" and "".join(element.itertext()).strip():
            yield "has a style sheet inside"
        for name, value in element.attrib.items():
            plain = str(name).rpartition("}")[2].lower()
            if plain.startswith("on"):
                yield f"<{tag}> has {plain}={value[:60]!r}"
            if plain == "style":
                yield f"<{tag}> has a style: {value[:60]!r}"
            if plain in ("srcdoc", "formaction"):
                yield f"<{tag}> has {plain}"
            squeezed = re.sub(r"[\x00-\x20]", "", value).lower()
            if value == "data:," and tag == "link" and element.get("rel") == "icon":
                continue
            if plain in ("href", "src", "action", "data", "poster") and re.match(
                r"(?:javascript|vbscript|data:(?!image/(?:png|jpeg|svg\+xml)))", squeezed
            ):
                yield f"<{tag}> {plain}={value[:60]!r}"
            loads = (tag, plain) in LOADING or (
                tag == "link" and plain == "href" and set(element.get("rel", "").lower().split()) & LOADING_LINKS
            )
            if loads and not all(_own(part.strip().split(" ")[0], page) for part in [value]):
                yield f"<{tag}> loads {value[:80]!r}"
            if tag == "a" and plain == "href":
                scheme = urlsplit(value.strip()).scheme.lower() if _splits(value) else "?"
                if scheme not in ("", "https", "mailto", "http", "tel", "webcal"):
                    yield f"a link leads to {value[:60]!r}"
    if not policy:
        yield "has no Content-Security-Policy"


def _splits(address: str) -> bool:
    try:
        urlsplit(address.strip())
    except ValueError:
        return False
    return True


def picture_faults(data: bytes) -> Iterator[str]:
    """Yield what in an SVG is no drawing."""
    # What stands in CDATA is text: a baked document may speak of such things.
    marks = re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", data, flags=re.DOTALL)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", marks, re.IGNORECASE):
        yield "declares things of its own"
    for element in ElementTree.fromstring(data).iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in (
            "script",
            "foreignobject",
            "iframe",
            "a",
            "animate",
            "set",
            "animatetransform",
            "handler",
            "style",
            "link",
            "image",
        ) and (tag != "image" or not element.get("href", "").startswith("data:image/")):
            yield f"has <{tag}>"
        for name, value in element.attrib.items():
            plain = str(name).rpartition("}")[2].lower()
            if plain.startswith("on"):
                yield f"<{tag}> has {plain}"
            if plain in ("href", "src") and not value.startswith(("#", "data:image/")):
                yield f"<{tag}> refers to {value[:60]!r}"
            if re.search(r"url\(\s*['\"]?(?!#)", value, re.IGNORECASE) or "expression(" in value.lower():
                yield f"<{tag}> {plain}={value[:60]!r}"


def style_faults(text: str) -> Iterator[str]:
    """Yield what a style sheet loads from elsewhere."""

    def inside(nodes: list[object]) -> Iterator[object]:
        for node in nodes:
            yield node
            for name in ("content", "prelude", "arguments", "value"):
                below = getattr(node, name, None)
                if isinstance(below, list):
                    yield from inside(below)

    for node in inside(tinycss2.parse_stylesheet(text)):
        kind = getattr(node, "type", "")
        address = ""
        if kind == "url":
            address = node.value  # type: ignore[attr-defined]
        elif kind == "function" and node.lower_name == "url":  # type: ignore[attr-defined]
            address = "".join(getattr(one, "value", "") for one in node.arguments)  # type: ignore[attr-defined]
        elif kind == "at-rule" and node.lower_at_keyword == "import":  # type: ignore[attr-defined]
            yield "imports another style sheet"
        if (
            address
            and not address.startswith(("data:image/", "#"))
            and (urlsplit(address).scheme or address.startswith("//"))
        ):
            yield f"loads {address[:60]!r}"
