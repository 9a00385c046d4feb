"""Font files that the tests make from those that come with Pinback."""

from __future__ import annotations

import io

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables._g_l_y_f import Glyph

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


def with_empty(letter: str) -> bytes:
    """Return the Hebrew font with nothing to see at one letter."""
    font = _opened("NotoSansHebrew-Bold.ttf")
    font["glyf"][font.getBestCmap()[ord(letter)]] = Glyph()
    return _saved(font)
