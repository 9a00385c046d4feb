"""Read a stranger's XML within limits, into a tree of ``xml.etree.ElementTree.Element``.

Limits hold while the file is read, not after. Entities and internal DTD subsets are refused; a plain DOCTYPE, as old
drawing programs write it, is passed over and its DTD never fetched. Comments and processing instructions are left out.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from pinback.errors import PictureError
from pinback.limits import MAX_SVG_DEPTH, MAX_SVG_ELEMENTS

SVG_NAMESPACE = "http://www.w3.org/2000/svg"


SAVE_SVG_AGAIN = "save it again as plain SVG"


class _Builder:
    """Builds the tree and counts while it does so."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        self._elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_SVG_DEPTH:
            raise PictureError(f"the SVG is nested more than {MAX_SVG_DEPTH} deep", "ungroup parts of the drawing")
        if self._elements > MAX_SVG_ELEMENTS:
            raise PictureError(f"the SVG has more than {MAX_SVG_ELEMENTS} elements", "make the drawing simpler")
        self._tree.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def data(self, text: str) -> None:
        self._tree.data(text)

    def close(self) -> Element:
        return self._tree.close()


class _Parser(DefusedXMLParser):
    """A defused parser that lets a DOCTYPE pass when it declares nothing itself."""

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> None:
        if has_internal_subset:
            raise PictureError("the SVG declares entities or other things of its own (DOCTYPE […])", SAVE_SVG_AGAIN)


def read_svg(data: bytes, max_bytes: int) -> Element:
    """Return the root of the file, whatever element it is.

    Tags and attributes read ``{namespace}name``. White space is kept.

    Raises:
        PictureError: not XML, or past a limit.
    """
    if len(data) > max_bytes:
        raise PictureError(f"the SVG has {len(data)} bytes, the limit is {max_bytes}", "make it smaller")
    if data.startswith(b"\x1f\x8b"):
        raise PictureError("the SVG is compressed (SVGZ)", SAVE_SVG_AGAIN)
    parser = _Parser(target=_Builder(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except ParseError as error:
        line, column = error.position
        raise PictureError(f"the SVG is not sound XML (its line {line}, column {column})", SAVE_SVG_AGAIN) from error
    except (DefusedXmlException, LookupError, ValueError) as error:
        # LookupError and ValueError: an encoding that does not exist or that the parser cannot read.
        raise PictureError("the SVG declares entities, or an encoding that cannot be read", SAVE_SVG_AGAIN) from error
    return root
