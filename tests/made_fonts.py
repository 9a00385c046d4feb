"""Font files that the tests make from those that come with Pinback."""

from __future__ import annotations

import io

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables.TupleVariation import TupleVariation

from pinback.images.fonts import FOLDER


def _opened(name: str) -> TTFont:
    return TTFont(io.BytesIO((FOLDER / name).read_bytes()))


def _saved(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def with_one_letter(letter: str) -> bytes:
    """Return a font whose only letter is this one; it looks like an A."""
    font = _opened("NotoSans-Bold.ttf")
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {ord(letter): font.getBestCmap()[ord("A")]}
    font["cmap"].tables = [table]
    return _saved(font)


def growing(letter: str) -> bytes:
    """Return a font with one letter that is set as sixty."""
    font = TTFont(io.BytesIO(with_one_letter(letter)))
    del font["GSUB"], font["GPOS"]
    glyph = font.getBestCmap()[ord(letter)]
    rules = f"feature ccmp {{ sub {glyph} by {' '.join([glyph] * 60)}; }} ccmp;"
    addOpenTypeFeaturesFromString(font, f"languagesystem DFLT dflt;\n{rules}")
    return _saved(font)


def variable(letter: str) -> bytes:
    """Return a variable font with one letter: a stroke 100 units wide at weight 100, 700 units at weight 700."""
    pen = TTGlyphPen(None)
    for place, point in enumerate([(0, 0), (0, 700), (100, 700), (100, 0)]):
        (pen.lineTo if place else pen.moveTo)(point)
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "space", "stroke"])
    builder.setupCharacterMap({32: "space", ord(letter): "stroke"})
    builder.setupGlyf({".notdef": Glyph(), "space": Glyph(), "stroke": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (800, 0), "space": (300, 0), "stroke": (800, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Strokes", "styleName": "Thin"})
    builder.setupFvar([("wght", 100, 100, 700, "Weight")], [])
    wider = TupleVariation({"wght": (0, 1, 1)}, [(0, 0), (0, 0), (600, 0), (600, 0), (0, 0), (0, 0), (0, 0), (0, 0)])
    builder.setupGvar({"stroke": [wider]})
    builder.setupOS2()
    builder.setupPost()
    return _saved(builder.font)


def with_empty(letter: str) -> bytes:
    """Return the Hebrew font with nothing to see at one letter."""
    font = _opened("NotoSansHebrew-Bold.ttf")
    font["glyf"][font.getBestCmap()[ord(letter)]] = Glyph()
    return _saved(font)
