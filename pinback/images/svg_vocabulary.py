"""What may stay in an SVG: elements, attributes, properties (SVG 1.1 Second Edition; SVG 2 where it only adds).

Left out on purpose: everything active (script, animation, links, foreignObject), style sheets (a rule would have to
be checked against the whole drawing), filters (their cost cannot be bounded simply), and conditional drawing.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _words(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan image "
    "linearGradient radialGradient stop clipPath mask pattern marker"
)

DROPPED_ELEMENTS = frozenset({"metadata", "filter"})
"""Left out with all they hold. A filter draws nothing by itself; a ``filter`` attribute that calls it is refused."""

TEXT_ELEMENTS = frozenset({"title", "desc", "text", "tspan"})
"""Where character data mean something."""

SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"})
"""Elements that are painted themselves, with fill, stroke and markers."""

LINKING_ELEMENTS = frozenset({"use", "linearGradient", "radialGradient", "pattern"})
"""Elements whose href names another element of the file."""

MARKERS = ("marker-start", "marker-mid", "marker-end")
INHERITED_PAINTS = ("fill", "stroke", *MARKERS)
"""Properties that may name another element and pass from a group to what it holds."""
OWN_REFERENCES = ("clip-path", "mask")
"""Properties that may name another element and do not pass on."""

PROPERTIES = _words(
    "alignment-baseline baseline-shift clip-path clip-rule color color-interpolation direction display "
    "dominant-baseline fill fill-opacity fill-rule font-family font-size font-size-adjust font-stretch font-style "
    "font-variant font-weight image-rendering letter-spacing marker-end marker-mid marker-start mask opacity overflow "
    "paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering "
    "unicode-bidi vector-effect visibility word-spacing writing-mode"
)
"""Presentation attributes; the only properties taken from a style attribute."""

LENGTH_PROPERTIES = _words(
    "font-size letter-spacing stroke-dasharray stroke-dashoffset stroke-miterlimit stroke-width word-spacing"
)
"""Properties that hold lengths or plain numbers."""

TRANSFORMS = frozenset({"transform", "gradientTransform", "patternTransform"})

ATTRIBUTES = _words(
    "clipPathUnits cx cy d dx dy fx fy fr gradientUnits height id lengthAdjust markerHeight markerUnits markerWidth "
    "maskContentUnits maskUnits offset orient pathLength patternContentUnits patternUnits points preserveAspectRatio "
    "r refX refY rotate rx ry spreadMethod textLength viewBox width x x1 x2 y y1 y2"
)
"""Geometry and structure. href is treated on its own."""

LOOK_CHANGING = {
    "filter": "none",
    "mix-blend-mode": "normal",
    "transform": "none",
    "transform-origin": "",
    "font": "",
    "d": "",
    "clip": "auto",
    "background": "none",
    "background-color": "transparent",
}
"""Properties we leave out although they would be seen, with the value that may be dropped in silence."""
