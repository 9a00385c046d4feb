"""Write a stranger's SVG anew from what may stay, so that it can be published on the club's own origin.

What would run, load or change the look is refused with its name; what only describes the file (metadata, editor data,
comments, classes, unknown attributes) is left out in silence. The result is one line of UTF-8 without declaration, with
attributes in alphabetical order, and cleaning it again changes nothing.

1. Read within limits (svg_reading).
2. Copy the elements and attributes that may stay (svg_vocabulary, svg_values); style attributes become presentation
   attributes, so the result needs no inline styles.
3. Settle ids and count the cost (svg_references).
4. Write it out.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from pinback.errors import PictureError, quoted
from pinback.images.png import clean_png, png_size
from pinback.images.svg_frame import checked_view_box
from pinback.images.svg_pictures import clean_embedded
from pinback.images.svg_reading import SAVE_SVG_AGAIN, SVG_NAMESPACE, read_svg
from pinback.images.svg_references import check_cost, settle_ids
from pinback.images.svg_values import IS_ID, checked_transform, checked_value, reference, refuse_look_changing
from pinback.images.svg_values import style_properties as properties_in
from pinback.images.svg_vocabulary import (
    ATTRIBUTES,
    DROPPED_ELEMENTS,
    ELEMENTS,
    INHERITED_PAINTS,
    LINKING_ELEMENTS,
    PROPERTIES,
    SHAPES,
    TEXT_ELEMENTS,
    TRANSFORMS,
)
from pinback.limits import MAX_FRAMED_PNG_BYTES, MAX_SVG_BYTES

_REORDERING = re.compile("[\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def clean_svg(data: bytes) -> bytes:
    """Return the drawing written anew, with ``xmlns`` and ``viewBox`` on its root.

    Raises:
        PictureError: not an SVG, past a limit, or it holds something that a badge cannot carry.
    """
    root = read_svg(data, MAX_SVG_BYTES)
    if root.tag not in (f"{{{SVG_NAMESPACE}}}svg", "svg"):
        raise PictureError("this is not an SVG file", SAVE_SVG_AGAIN)
    pixels: dict[Element, int] = {}
    drawing = _cleaned(root, {}, pixels)
    _frame(drawing, root)
    if not any(element.tag in SHAPES or element.tag in ("image", "use") for element in drawing.iter()):
        raise PictureError("the SVG draws nothing", SAVE_SVG_AGAIN)
    _refuse_reordered(drawing)
    settle_ids(drawing)
    check_cost(drawing, pixels)
    drawing.set("xmlns", SVG_NAMESPACE)
    result = _written(drawing).encode("utf-8")
    if len(result) > MAX_SVG_BYTES:
        raise PictureError(
            f"the SVG has {len(result)} bytes when cleaned, the limit is {MAX_SVG_BYTES}", "make it smaller"
        )
    return result


def svg_around_png(png: bytes) -> bytes:
    """Return an SVG that shows the PNG, one unit for each pixel; clean_svg leaves it as it is.

    Raises:
        PictureError: the PNG is unsound, or larger than MAX_FRAMED_PNG_BYTES (fit_png keeps below for most pictures).
    """
    width, height = png_size(png)
    picture = clean_png(png)
    if len(picture) > MAX_FRAMED_PNG_BYTES:
        raise PictureError(
            f"the PNG has {len(picture)} bytes, an SVG around it may hold {MAX_FRAMED_PNG_BYTES}", "make it smaller"
        )
    coded = base64.b64encode(picture).decode("ascii")
    image = f'<image width="{width}" height="{height}" href="data:image/png;base64,{coded}"/>'
    return clean_svg(f'<svg xmlns="{SVG_NAMESPACE}" viewBox="0 0 {width} {height}">{image}</svg>'.encode("ascii"))


def _cleaned(element: Element, inherited: Mapping[str, str], pixels: dict[Element, int]) -> Element:
    """Return a copy of what may stay of an element.

    Args:
        element: as read; its name is known to be allowed.
        inherited: paints by reference of the groups around it. They are moved down to the shapes, so that every
            reference stands where it is drawn and its cost can be counted; to the eye this is the same.
        pixels: filled with width times height of embedded pictures.
    """
    name = _local_name(element)
    copy = Element(name, _attributes(name, element.attrib))
    if name == "image":
        href, pixels[copy] = clean_embedded(copy.get("href", ""))
        copy.set("href", href)
    referring = {paint: copy.attrib[paint] for paint in INHERITED_PAINTS if reference(copy.get(paint, ""))}
    paints = {paint: value for paint, value in inherited.items() if paint not in copy.attrib} | referring
    if name in SHAPES:
        copy.attrib.update(paints)
        paints = {}
    elif name == "use" and "href" not in copy.attrib:
        # NOTE: it draws nothing in a browser, but CairoSVG takes it for a use of the whole drawing and never ends.
        raise PictureError("the SVG has a <use> without href", "remove it")
    elif name == "use" and paints:
        raise PictureError("the SVG paints a <use> with a gradient, pattern or marker", "paint the shapes themselves")
    else:
        for paint in referring:
            del copy.attrib[paint]
    if name == "marker":
        # NOTE: the same as none by SVG 1.1 §11.6.2, but CairoSVG fails on a marker without it.
        box = f"0 0 {copy.get('markerWidth', '3')} {copy.get('markerHeight', '3')}"
        copy.attrib.setdefault("viewBox", box)
    if name in TEXT_ELEMENTS:
        copy.text = element.text
    for child in element:
        if _stays(child) and name not in ("title", "desc"):
            copy.append(_cleaned(child, paints, pixels))
        if name in TEXT_ELEMENTS and child.tail:
            _append_text(copy, child.tail)
    return copy


def _local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _stays(element: Element) -> bool:
    """Return whether an element is kept (True) or left out in silence (False); refuse the others by name."""
    namespace = str(element.tag).rpartition("}")[0].removeprefix("{")
    name = _local_name(element)
    if namespace == _XHTML or (namespace in ("", SVG_NAMESPACE) and name not in ELEMENTS | DROPPED_ELEMENTS):
        cure = "remove it; badges hold still drawings without scripts, links or web pages"
        if name == "style":
            cure = 'save the SVG with "presentation attributes" instead of a style sheet (in Inkscape: plain SVG)'
        raise PictureError(f"the SVG has a {quoted('<' + name + '>')} element, which badges cannot carry", cure)
    return namespace in ("", SVG_NAMESPACE) and name in ELEMENTS


def _refuse_reordered(drawing: Element) -> None:
    """Refuse words that read another way than they are written, as in every other text of a club."""
    for element in drawing.iter():
        if found := _REORDERING.search(f"{element.text or ''}{element.tail or ''}"):
            raise PictureError(
                f"words in the SVG hold the invisible sign U+{ord(found.group()):04X}, which reorders or controls them",
                "type these words again, or convert them to paths",
            )


def _append_text(parent: Element, text: str) -> None:
    """Add character data behind the last child that was kept."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _attributes(element: str, found: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that stay, checked; properties of the style attribute win over attributes, as in CSS."""
    kept: dict[str, str] = {}
    for name, value in found.items():
        if name[:2].lower() == "on":
            raise PictureError(f"the SVG has the event handler {quoted(name)} on <{element}>", "remove it")
        if name in TRANSFORMS:
            kept[name] = checked_transform(element, name, value)
        elif name in PROPERTIES or name in ATTRIBUTES - {"id"}:
            if checked := checked_value(element, name, value):
                kept[name] = checked
        elif name == "id" and IS_ID(value):
            kept[name] = value
        elif name == _XML_SPACE and value == "preserve":
            kept["xml:space"] = value
        else:
            refuse_look_changing(element, name, value)
    href = found.get("href", found.get(_XLINK_HREF))
    if href is not None and element == "image":
        kept["href"] = href
    elif href is not None:
        if not (href.startswith("#") and IS_ID(href[1:])):
            raise PictureError(
                f"the SVG's <{element}> refers to {quoted(href)}", "refer only to parts of the same file"
            )
        if element in LINKING_ELEMENTS:
            kept["href"] = href
    return kept | properties_in(element, found.get("style", ""))


def _frame(drawing: Element, root: Element) -> None:
    """Give the copied root its viewBox and take away any other size or place: the page decides on those."""
    for name in ("width", "height", "x", "y", "preserveAspectRatio", "transform", "overflow"):
        drawing.attrib.pop(name, None)
    drawing.set("viewBox", checked_view_box(root.attrib))


def _written(element: Element) -> str:
    """Return an element as XML, its attributes in alphabetical order."""
    attributes = "".join(f' {name}="{_escaped(value, quote=True)}"' for name, value in sorted(element.attrib.items()))
    inside = _escaped(element.text or "") + "".join(_written(child) + _escaped(child.tail or "") for child in element)
    if not inside and element.tag != "svg":
        return f"<{element.tag}{attributes}/>"
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _escaped(text: str, *, quote: bool = False) -> str:
    """Return text with the characters escaped that XML would read otherwise; a bare CR would come back as LF."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text.replace('"', "&quot;") if quote else text
