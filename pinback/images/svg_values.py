"""Check one attribute value of an SVG, and take a style attribute apart (CSS 2.1 §4.1.8, declarations).

A value passes by what it may hold, not by what it must not: plain characters, and a few functions by name. So there
is no place for an address, an escape or a comment.
"""

from __future__ import annotations

import re

from pinback.errors import PictureError, quoted
from pinback.images.svg_numbers import checked_path, checked_points, refuse_large_numbers
from pinback.images.svg_vocabulary import (
    ATTRIBUTES,
    INHERITED_PAINTS,
    LENGTH_PROPERTIES,
    LOOK_CHANGING,
    MARKERS,
    OWN_REFERENCES,
    PROPERTIES,
)

_ID = r"[^\W\d][\w.:-]*"
IS_ID = re.compile(_ID).fullmatch

_REFERENCE = re.compile(rf"""url\(\s*(["']?)\#({_ID})\1\s*\)\s*""")
_COLOUR_FUNCTION = re.compile(r"(?:rgb|rgba|hsl|hsla)\([\w\s.,%/+-]*\)")
_TRANSFORM_FUNCTION = re.compile(r"(?:matrix|translate|scale|rotate|skewX|skewY)\s*\([\d\s.,eE+-]*\)")
_WIDE_COLOUR = re.compile(r"(?:color|lab|lch|oklab|oklch)\(")
_PLAIN = re.compile(r"""[\w\s.,+\-%#'"]*""")
_NO_NUMBER = re.compile(r"[^\x00-\x7f]|[0-9]_|\b(?:inf(?:inity)?|nan)\b", re.IGNORECASE)
"""What Python takes for a number and SVG does not: it would pass by the limit."""
_MAY_REFER = frozenset({*INHERITED_PAINTS, *OWN_REFERENCES})


def reference(value: str) -> str | None:
    """Return the id in ``url(#id)`` at the start of a value, or None."""
    match = _REFERENCE.match(value)
    return match.group(2) if match else None


def checked_value(element: str, name: str, value: str) -> str:
    """Return a value with its white space folded, paths and points spaced anew, and ``url(#id)`` in one spelling.

    Args:
        element: local name, for the message.
        name: a presentation attribute, or another attribute we keep.
        value: as found in the file.
    """
    if name in ("d", "points"):
        return checked_path(value) if name == "d" else checked_points(value)
    value = " ".join(value.split())
    if name in ATTRIBUTES or name in LENGTH_PROPERTIES:
        refuse_large_numbers(name, value)
        if _NO_NUMBER.search(value):
            raise _not_allowed(element, name, value)
    rest, start = value, ""
    if name in _MAY_REFER and (match := _REFERENCE.match(value)):
        rest = value[match.end() :]
        start = f"url(#{match.group(2)})" + (" " if rest else "")
    if not _PLAIN.fullmatch(_COLOUR_FUNCTION.sub("", rest) if name in PROPERTIES else rest):
        raise _not_allowed(element, name, value)
    return start + rest


def checked_transform(element: str, name: str, value: str) -> str:
    """Return a transform attribute with its white space folded."""
    value = " ".join(value.split())
    refuse_large_numbers(name, value)
    if _TRANSFORM_FUNCTION.sub("", value).strip(" ,") not in ("", "none"):
        raise _not_allowed(element, name, value)
    return value


def style_properties(element: str, style: str) -> dict[str, str]:
    """Return the properties of a style attribute that we keep, values checked; later ones win.

    A property we do not know is dropped, unless dropping it would change the look. A colour in a wide colour space is
    dropped where the same style gives a plain one before it, as CSS provides for older readers.
    """
    found: dict[str, str] = {}
    for declaration in filter(str.strip, style.split(";")):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), re.sub(r"\s*!\s*important\s*$", "", value).strip()
        if not colon:
            raise _not_allowed(element, "style", declaration.strip())
        refuse_look_changing(element, name, value)
        if name in found and _WIDE_COLOUR.match(value):
            continue
        if name == "marker":
            found |= dict.fromkeys(MARKERS, checked_value(element, MARKERS[0], value))
        elif name in PROPERTIES:
            found[name] = checked_value(element, name, value)
    return found


def refuse_look_changing(element: str, name: str, value: str) -> None:
    """Refuse a property that we leave out but that would be seen."""
    if name in LOOK_CHANGING and value.strip().lower() not in ("", LOOK_CHANGING[name]):
        raise PictureError(
            f"the SVG uses {name} on <{element}>, which badges cannot carry", "draw it without this effect"
        )


def _not_allowed(element: str, name: str, value: str) -> PictureError:
    return PictureError(
        f"the SVG has {quoted(value)} as {name} of <{element}>, which is not allowed",
        "use plain values, and url(#…) only for parts of the same file",
    )
