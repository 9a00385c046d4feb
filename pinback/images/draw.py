"""Draw an SVG as PNG with CairoSVG, and fit an uploaded PNG with Pillow. The only module that makes pixels.

The same input gives the same picture; equal bytes need the same versions of libcairo, Pillow and zlib, and for text in
an SVG the same fonts.
"""

from __future__ import annotations

import base64
import contextlib
import io
import signal
import sys
from collections.abc import Iterator

from PIL import Image

from pinback.errors import PictureError
from pinback.images.aside import cannot, drawn_aside
from pinback.images.png import clean_png, png_size
from pinback.images.svg_cost import is_plain
from pinback.limits import MAX_FRAMED_PNG_BYTES

BADGE_PIXELS = 512
"""Width and height of the badges we draw."""
MAX_KEPT_SIDE = 1024
"""Up to this width and height a square PNG is used as it is."""

_INSTALL_CAIRO = {
    "darwin": "run: brew install cairo",
    "win32": "run: winget install tschoonj.GTKForWindows (it brings libcairo), then open a new window",
}
_INSTALL_CAIRO_LINUX = "run: sudo apt-get install libcairo2"


def draw_png(svg: bytes, pixels: int = BADGE_PIXELS) -> bytes:
    """Return the drawing as a square PNG, centred, the space beside it transparent.

    Args:
        svg: from clean_svg.
        pixels: width and height of the result.

    Raises:
        PictureError: libcairo is not installed, or CairoSVG cannot draw this.
    """
    # Imported here: it takes half a second, and it needs the system library libcairo, which only drawing should need.
    try:
        import cairosvg  # noqa: F401
    except (ImportError, OSError) as error:
        raise PictureError(
            "SVG pictures cannot be drawn, as the system library libcairo is missing",
            _INSTALL_CAIRO.get(sys.platform, _INSTALL_CAIRO_LINUX),
        ) from error
    if not is_plain(svg, pixels):
        return clean_png(drawn_aside(__name__, "_drawn", svg=svg.decode("utf-8"), pixels=pixels))
    try:
        drawn = _drawn(svg.decode("utf-8"), pixels)
    except Exception as error:  # CairoSVG lets through whatever its parsing of values raises, and errors of libcairo
        raise cannot(error) from error
    return clean_png(drawn)


def _drawn(svg: str, pixels: int) -> bytes:
    import cairosvg

    with _undisturbed():
        drawn: bytes = cairosvg.surface.PNGSurface.convert(
            bytestring=svg.encode("utf-8"), output_width=pixels, output_height=pixels, url_fetcher=_embedded_only
        )
    return drawn


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until a picture is drawn.

    NOTE: where it comes while libcairo calls back into Python, its binding prints a traceback, and the picture is called faulty.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _embedded_only(url: str, resource_type: str) -> bytes:
    """Fetch for CairoSVG: decode a picture inside the file, refuse everything else."""
    if not url.startswith("data:image/"):
        raise ValueError("it refers to something outside the file")
    return base64.b64decode(url.partition(",")[2])


def fit_png(png: bytes, pixels: int = BADGE_PIXELS) -> bytes:
    """Return an uploaded PNG as a cleaned square PNG.

    A square one of at most MAX_KEPT_SIDE and MAX_FRAMED_PNG_BYTES keeps its pixel data; any other is scaled so that
    its longer side has *pixels*, and centred on a transparent square.
    """
    cleaned = clean_png(png)
    width, height = png_size(cleaned)
    if width == height <= MAX_KEPT_SIDE and len(cleaned) <= MAX_FRAMED_PNG_BYTES:
        return cleaned
    return _squared(cleaned, pixels)


def shrunk_png(png: bytes, pixels: int) -> bytes:
    """Return a PNG as a cleaned square one of *pixels* width and height, the space beside it transparent."""
    return _squared(clean_png(png), pixels)


LEAN_COLOURS = 128
"""Colours of the smaller picture. A drawing with soft edges has about 90 that the eye tells apart."""
_LEAN_SIDES = (BADGE_PIXELS, 320)
"""Widths of the smaller picture: as many pixels as a phone shows, and fewer where these would still be large, as of photographs."""
_LEAN_BYTES = 16_000
"""Up to this size the first of these widths is good enough."""


def lean_png(png: bytes) -> bytes:
    """Return the same picture with few colours, a quarter of the bytes; the picture itself where that is no larger.

    No pattern of dots stands for the colours in between: such patterns take up more bytes than they hide.

    Args:
        png: cleaned and square, as it was frozen.
    """
    side, made = png_size(png)[0], png
    for pixels in _LEAN_SIDES:
        out = io.BytesIO()
        picture = _as_rgba(png if side <= pixels else _squared(png, pixels))
        picture.quantize(LEAN_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        made = min(made, clean_png(out.getvalue()), key=len)
        if len(made) <= _LEAN_BYTES:
            break
    return made


def _squared(cleaned: bytes, pixels: int) -> bytes:
    width, height = png_size(cleaned)
    try:
        picture = _as_rgba(cleaned)
    except Exception as error:  # Pillow promises no single exception for data it cannot decode
        raise PictureError("the PNG cannot be read", "open it in a picture editor and save it again as PNG") from error
    scale = pixels / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    square = Image.new("RGBA", (pixels, pixels))
    square.paste(picture.resize(size, Image.Resampling.LANCZOS), ((pixels - size[0]) // 2, (pixels - size[1]) // 2))
    out = io.BytesIO()
    square.save(out, "PNG", compress_level=9)
    return clean_png(out.getvalue())


def _as_rgba(png: bytes) -> Image.Image:
    """Return the decoded picture with eight bits a sample. Pillow's own limits on size stay in force."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        if image.mode.startswith("I"):
            # NOTE: Pillow cuts 16-bit grey off at 255 when it converts, which makes nearly all of it white.
            return image.convert("I").point(lambda grey: grey * (1 / 257)).convert("L").convert("RGBA")
        return image.convert("RGBA")
