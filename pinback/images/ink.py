"""Words as pixels: how much of each the letters cover. The one door to HarfBuzz's rasteriser.

The words are shaped by HarfBuzz, so it also draws them: from the font into one grey picture, without a drawing in text between, which costs
fifty times as much. It counts in whole 256ths of a pixel, and what it is given here is exact in its numbers of 24 bits, so that every
machine covers the same pixels.
"""

from __future__ import annotations

from math import ceil, floor

import uharfbuzz as hb
from PIL import Image

from pinback.errors import PictureError
from pinback.images.typesetting import Lettering

_BESIDE = 0.4
"""Room beside words, in em: letters may reach out of the place that they take."""
_FINE, _FINER = 64, 16384
"""Places are whole parts of a pixel of the first kind, sizes of one unit of a font of the second."""
_FAR = 10_000
"""Pixels beyond which no glyph stands: fonts of strangers may put it anywhere, and the rasteriser has no larger numbers than 8 million."""


def covered(words: Lettering, leftwards: bool) -> tuple[Image.Image, int, int]:
    """Return words as grey, 255 where they cover a pixel whole, and where its left and upper edge lie.

    Args:
        words: set.
        leftwards: whether their lines end at the left, not begin there.

    Returns:
        The picture, and its edges in whole pixels from where the lines begin and from the first baseline, y downwards.

    Raises:
        PictureError: they cannot be drawn, or a font of the club's own cannot be used (``FontError``).
    """
    anchor = 1.0 if leftwards else 0.0
    beside = ceil(words.size * _BESIDE)
    left, top = floor(-anchor * words.width) - beside, floor(-words.top) - 1
    width, height = ceil(words.width) + 2 * beside, ceil(words.top + words.bottom) + 3
    raster = hb.RasterDraw()
    raster.extents = hb.RasterExtents(left, -top - height, width, height)
    for line, below in zip(words.lines, words.baselines, strict=True):
        start = -anchor * line.width * words.size
        for glyph in line.glyphs:
            glyph.font.outline(glyph.number)  # its limits
            scale = round(words.size * _FINER / glyph.font.units) / _FINER
            x, y = _place(start + glyph.x * words.size), _place(glyph.y * words.size - below)
            raster.transform = (scale, 0, 0, scale, x, y)
            raster.draw_glyph(glyph.font.shaper, glyph.number)
    drawn = raster.render()
    if drawn is None:
        raise PictureError("the words cannot be drawn", "use fewer of them")
    # The lowest row comes first.
    return Image.frombytes("L", (width, height), drawn.buffer, "raw", ("L", drawn.extents.stride, -1)), left, top


def _place(pixels: float) -> float:
    return round(min(max(pixels, -_FAR), _FAR) * _FINE) / _FINE
