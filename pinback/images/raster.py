"""The one door to resvg, which turns SVG into pixels. Nothing of the computer's own fonts or files takes part.

Beside CairoSVG (``draw``), which draws the SVG files of clubs when they are frozen: those must not change with another library. Here
designs are drawn, once, when they are frozen, and for cards the pictures that are not frozen yet (docs/decisions/0014 and 0021).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import resvg_py

from pinback.errors import PictureError
from pinback.images.aside import cannot, drawn_aside

_OUTSIDE = re.compile(r"""href\s*=\s*["'](?!data:image/|#)|<!DOCTYPE""")
"""NOTE: resvg opens any file of the computer that an ``<image>`` names, so that none may come this far."""


def svg_to_png(svg: str, width: int, height: int, font_files: Sequence[Path] = (), *, ours: bool = False) -> bytes:
    """Return the drawing as PNG, in its own shape, as large as it fits into this many pixels.

    Args:
        svg: our own or from clean_svg; pictures in it are data URIs.
        width: in pixels.
        height: in pixels.
        font_files: for text in it; without them text is left out.
        ours: whether the drawing is known to take little; any other is drawn in a process of its own, which costs twenty milliseconds.

    Raises:
        PictureError: it cannot be drawn.
    """
    if _OUTSIDE.search(svg):
        raise PictureError("the SVG refers to something outside the file", "put what it needs into it")
    fonts = [str(path) for path in font_files]
    if not ours:
        return drawn_aside(__name__, "_drawn", svg=svg, width=width, height=height, fonts=fonts)
    try:
        return _drawn(svg, width, height, fonts)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault of resvg itself comes as PanicException, which is no Exception
        raise cannot(error) from error


def _drawn(svg: str, width: int, height: int, fonts: list[str]) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        height=height,
        skip_system_fonts=True,
        font_files=fonts,
        font_family="Noto Sans",
        serif_family="Noto Sans",
        sans_serif_family="Noto Sans",
        languages=["en"],
    )
