"""The page on which a badge is made: its picture out of a few words, and the whole of ``badge.md``."""

from __future__ import annotations

import json

from pinback import addresses
from pinback.designs.table import COLOURS, FILES, MAX_LEVEL, SHAPES, table
from pinback.pages.language import marked
from pinback.pages.shared import Pages

_SHAPES = {
    "shield": marked("Shield"),
    "circle": marked("Circle"),
    "hexagon": marked("Hexagon"),
    "square": marked("Square"),
    "ticket": marked("Ticket"),
    "pennant": marked("Pennant"),
    "star": marked("Star"),
    "rosette": marked("Rosette"),
}
_COLOURS = {
    "forest": marked("Forest green"),
    "grass": marked("Grass green"),
    "teal": marked("Teal"),
    "sea": marked("Sea blue"),
    "sky": marked("Sky blue"),
    "navy": marked("Navy blue"),
    "violet": marked("Violet"),
    "plum": marked("Plum"),
    "berry": marked("Berry red"),
    "red": marked("Red"),
    "rust": marked("Rust"),
    "orange": marked("Orange"),
    "gold": marked("Gold"),
    "sand": marked("Sand"),
    "brown": marked("Brown"),
    "slate": marked("Slate grey"),
    "night": marked("Black"),
}
"""What a reader calls shapes and colours; in ``badge.md`` they have their English names."""


def design_page(pages: Pages) -> bytes:
    """Return the page."""
    text = pages.language.text
    values = {
        "admin_style": addresses.ADMIN_STYLE,
        "script": addresses.page_script("design.js"),
        "design_tables": addresses.DESIGN_TABLES,
        "design_licenses": addresses.DESIGN_LICENSES,
        "shapes": [(name, text(_SHAPES[name])) for name in SHAPES],
        "colours_of_designs": [(name, text(_COLOURS[name])) for name in COLOURS],
        "most_stars": MAX_LEVEL,
        "data": {"source": pages.site.source, "language": pages.site.language},
    }
    title = text("Make a badge")
    description = text("A badge out of a few words: the picture, and the file that makes it.")
    return pages.page("admin-design.html", addresses.ADMIN_DESIGN, title, description, values, noindex=True)


def design_tables() -> bytes:
    """Return the tables of designs as a classic script, which works from a disk too: it sets ``pinbackDesigns``."""
    tables = {name.removesuffix(".json"): table(name) for name in FILES}
    return f"globalThis.pinbackDesigns={json.dumps(tables, separators=(',', ':'))};\n".encode("ascii")
