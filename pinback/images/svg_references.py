"""How the elements of a cleaned SVG name one another: ids, cycles, and how often things would be drawn.

A few lines that use one another ("use bomb") can ask for millions of shapes. So the cost of drawing is added up before
anything is drawn: what each element costs by itself (svg_cost), again each time it is used, for each shape that it
fills as a pattern, for each vertex as a marker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pinback.errors import PictureError, quoted
from pinback.images.svg_cost import OWN_REFERENCE, own_cost, traits_of, vertices
from pinback.images.svg_values import reference
from pinback.images.svg_vocabulary import INHERITED_PAINTS, LINKING_ELEMENTS, MARKERS, OWN_REFERENCES
from pinback.limits import MAX_SVG_COST as MAX_COST
from pinback.limits import MAX_SVG_DRAWN_DEPTH as MAX_DRAWN_DEPTH

_SIMPLER = "make the drawing simpler, or convert the copies to paths"


class _Total(NamedTuple):
    """What drawing one element with all it holds and refers to comes to."""

    cost: int
    depth: int


def settle_ids(root: Element) -> None:
    """Check that every reference has its target, and take away ids that nothing refers to.

    Where two elements have one id, the first keeps it, as in browsers. Changes *root* in place: it is our own tree.
    """
    wanted = {target for element in root.iter() for _, target in _references(element)}
    for element in root.iter():
        identifier = element.get("id")
        if identifier in wanted:
            wanted.remove(identifier)
        elif identifier is not None:
            del element.attrib["id"]
    if wanted:
        missing = min(wanted)
        raise PictureError(
            f"the SVG refers to #{missing}, which is not in the file", "add that part, or remove the reference"
        )


def check_cost(root: Element, pixels: Mapping[Element, int]) -> None:
    """Refuse a drawing that refers to itself or would be drawn too many times over.

    Args:
        root: cleaned, its ids settled.
        pixels: width times height of each embedded picture.
    """
    targets = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    traits = traits_of(root)
    known: dict[Element, _Total] = {}
    open_elements: set[Element] = set()

    def total(element: Element) -> _Total:
        if element in known:
            return known[element]
        if element in open_elements:
            named = f"<{element.tag}> {quoted(element.get('id', ''))}"
            raise PictureError(f"the SVG's {named} refers to itself", "remove the reference")
        if len(open_elements) >= MAX_DRAWN_DEPTH:
            raise _too_deep()
        open_elements.add(element)
        children = [total(child) for child in element]
        cost = inside = own_cost(element, traits, pixels) + sum(child.cost for child in children)
        depth = max((child.depth for child in children), default=0)
        for name, target in _references(element):
            used = total(targets[target])
            cost += _times(element, name, inside) * used.cost
            cost += OWN_REFERENCE if name != "href" and name not in MARKERS else 0
            depth = max(depth, used.depth)
        open_elements.remove(element)
        if cost > MAX_COST:
            raise PictureError(f"the SVG takes too long to draw (cost {cost}, the limit is {MAX_COST})", _SIMPLER)
        if depth >= MAX_DRAWN_DEPTH:
            raise _too_deep()
        known[element] = _Total(cost, depth + 1)
        return known[element]

    total(root)


def _too_deep() -> PictureError:
    return PictureError(f"the SVG's references are nested more than {MAX_DRAWN_DEPTH} deep", _SIMPLER)


def _times(element: Element, name: str, inside: int) -> int:
    """Return how often a reference is drawn: a marker at each vertex, a paint for each part of a text, others once."""
    if name in MARKERS:
        return vertices(element)
    return inside if element.tag in ("text", "tspan") and name in INHERITED_PAINTS else 1


def _references(element: Element) -> Iterator[tuple[str, str]]:
    """Yield (attribute, id) of everything an element names."""
    if element.tag in LINKING_ELEMENTS and "href" in element.attrib:
        yield "href", element.attrib["href"].removeprefix("#")
    for name in (*INHERITED_PAINTS, *OWN_REFERENCES):
        target = reference(element.get(name, ""))
        if target is not None:
            yield name, target
