"""The preview card of a badge: what chats and social networks show of a link to it (Open Graph ``og:image``).

1200 × 630 pixels, as those who show such cards ask for. Chats show it about 400 pixels wide, so no letter is smaller than
34 pixels here. The picture stands on a stage at the side where reading begins, the words beside it; right-to-left mirrors
both. The same arguments give the same bytes.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image, ImageFilter

from pinback.errors import PictureError
from pinback.images.fonts import Font, Fonts
from pinback.images.lettering import drawable
from pinback.images.png import clean_png
from pinback.images.raster import svg_to_png
from pinback.images.typesetting import Lettering, set_words

WIDTH, HEIGHT = 1200, 630
MAX_CARD_BYTES = 100_000
"""A larger card is drawn with fewer colours: some chats leave large previews out, and each badge has one."""

_STAGE = 484
"""Width of the ground under the picture."""
_PICTURE, _PICTURE_ALONE = 392, 470
"""Longest side of the picture, beside words and without."""
_MARGIN = 64
"""Least distance of words from any edge."""
_NAME_SIZES = (92, 44)
_ISSUER_SIZES = (42, 34)
_MOST_NAME_LINES, _MOST_ISSUER_LINES = 6, 3
_RULE = (72, 8)
"""Width and height of the stroke between name and issuer."""
_ABOVE_RULE, _BELOW_RULE = 44, 40
"""Space from the name's last baseline to the stroke, and from there to the issuer."""
_ISSUER_HEIGHT = 136
_SHADE = (12, 10, 0.24, "#3c2d14")
"""Shadow of the picture: blur and fall in pixels, how dark, colour."""
_HARDLY_SEEN = 16
"""Alpha up to which a pixel at the rim counts as empty."""
_FEWER_COLOURS = (256, 128, 64, 32, 16)


@dataclass(frozen=True, slots=True)
class CardColours:
    """Colours of a card, each ``#rrggbb``. Ink and quiet stand on the ground."""

    ground: str = "#fbfaf7"
    stage: str = "#f3eee2"
    ink: str = "#1c1b19"
    quiet: str = "#57544d"
    accent: str = "#0b5c8a"


def card(
    picture: bytes,
    name: str,
    issuer_name: str,
    colours: CardColours,
    direction: str,
    letters: Fonts,
    language: str = "",
) -> bytes:
    """Return the card as PNG.

    Args:
        picture: cleaned PNG of the badge.
        name: of the badge; words with a letter that no font has are left out.
        issuer_name: likewise.
        colours: of the club.
        direction: ``ltr`` or ``rtl``.
        letters: the fonts.
        language: tag of the name.

    Raises:
        PictureError: the picture cannot be read, or a font of the club's own cannot be used (``FontError``).
    """
    title, issuer = letter_card(name, issuer_name, direction, letters, language)
    leftwards = direction == "rtl"
    worded = bool(title.lines or issuer.lines)
    middle = (_STAGE if worded else WIDTH) / 2
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours.ground if worded else colours.stage}"/>']
    if worded:
        parts.append(
            f'<rect x="{_start(0, _STAGE, leftwards)}" width="{_STAGE}" height="{HEIGHT}" fill="{colours.stage}"/>'
        )
    parts.append(_image(picture, WIDTH - middle if leftwards else middle, _PICTURE if worded else _PICTURE_ALONE))
    parts += _column(title, issuer, colours, leftwards)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"{''.join(parts)}</svg>"
    )
    return _compact(svg_to_png(svg, WIDTH, HEIGHT))


def letter_card(
    name: str, issuer_name: str, direction: str, letters: Fonts, language: str = ""
) -> tuple[Lettering, Lettering]:
    """Return the badge's name and the issuer's as a card shows them.

    Raises:
        FontError: a font of the club's own cannot be used.
    """
    room = WIDTH - _STAGE - 2 * _MARGIN
    issuer = _words(
        issuer_name, letters.regular, room, _ISSUER_HEIGHT, _ISSUER_SIZES, _MOST_ISSUER_LINES, direction, ""
    )
    under = _ABOVE_RULE + _RULE[1] + _BELOW_RULE + issuer.top + issuer.bottom if issuer.lines else 0
    tall = HEIGHT - 2 * _MARGIN - under
    title = _words(name, letters.bold, room, tall, _NAME_SIZES, _MOST_NAME_LINES, direction, language)
    return title, issuer


def _words(
    text: str,
    fonts: tuple[Font, ...],
    width: float,
    height: float,
    sizes: tuple[int, int],
    lines: int,
    direction: str,
    language: str,
) -> Lettering:
    return set_words(drawable(text, fonts)[0], fonts, width, height, *sizes, lines, direction, language)


def _start(x: float, width: float, leftwards: bool) -> float:
    """Return the left end of what lies *x* from the side where reading begins."""
    return WIDTH - x - width if leftwards else x


def _column(title: Lettering, issuer: Lettering, colours: CardColours, leftwards: bool) -> list[str]:
    """Return name, stroke and issuer as SVG, one below the other, in the middle of the height."""
    edge = _start(_STAGE + _MARGIN, 0, leftwards)
    both = bool(title.lines and issuer.lines)
    heights = [words.top + words.baselines[-1] for words in (title, issuer) if words.lines]
    # Arabic and others reach further down than Latin.
    above = max(_ABOVE_RULE, title.bottom - title.baselines[-1] + _ABOVE_RULE / 2) if both else 0
    tall = sum(heights) + (above + _RULE[1] + _BELOW_RULE if both else 0)
    y = (HEIGHT - tall) / 2
    parts = []
    for words, colour in ((title, colours.ink), (issuer, colours.quiet)):
        if not words.lines:
            continue
        parts.append(f'<path fill="{colour}" d="{words.path(edge, y + words.top, float(leftwards))}"/>')
        y += words.top + words.baselines[-1]
        if both and words is title:
            x = _start(_STAGE + _MARGIN, _RULE[0], leftwards)
            y += above
            parts.append(
                f'<rect x="{x}" y="{y:.2f}" width="{_RULE[0]}" height="{_RULE[1]}" rx="{_RULE[1] / 2}" fill="{colours.accent}"/>'
            )
            y += _RULE[1] + _BELOW_RULE
    return parts


def _image(picture: bytes, middle: float, side: int) -> str:
    """Return the picture as SVG, its middle at *middle* and its longer side *side*; empty space around it does not count."""
    try:
        with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
            image = opened.convert("RGBA")
        seen = image.getchannel("A").point(lambda alpha: 255 if alpha > _HARDLY_SEEN else 0).getbbox()
        image = image.crop(seen) if seen else image
        scale = side / max(image.size)
        # Scaled here, as resvg looks at four pixels only and larger pictures would get ragged edges.
        image = image.resize(
            (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS
        )
        image = _shaded(image)
        out = io.BytesIO()
        image.save(out, "PNG", compress_level=1)
    except Exception as error:  # Pillow promises no single exception for data it cannot decode
        raise PictureError("the PNG cannot be read", "open it in a picture editor and save it again as PNG") from error
    place = f'x="{middle - image.width / 2:g}" y="{(HEIGHT - image.height) / 2:g}"'
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return f'<image {place} width="{image.width}" height="{image.height}" href="data:image/png;base64,{data}"/>'


def _shaded(image: Image.Image) -> Image.Image:
    """Return the picture with a soft shadow below it, and as much room on all sides as that needs.

    Made here: a filter of resvg makes the same in three times the time.
    """
    blur, fall, strength, colour = _SHADE
    room = fall + 3 * blur
    size = image.width + 2 * room, image.height + 2 * room
    alpha = Image.new("L", size)
    alpha.paste(image.getchannel("A"), (room, room + fall))
    alpha = alpha.filter(ImageFilter.GaussianBlur(blur)).point(lambda value: round(value * strength))
    shaded = Image.new("RGBA", size, colour)
    shaded.putalpha(alpha)
    shaded.alpha_composite(image, (room, room))
    return shaded


def _compact(png: bytes) -> bytes:
    """Return the same picture as small as it looks right: with all its colours if it may, else with fewer."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as opened:
        image = opened.convert("RGB")
    made = _saved(image)
    for colours in _FEWER_COLOURS:
        if len(made) <= MAX_CARD_BYTES:
            break
        made = _saved(image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG))
    return clean_png(made)


def _saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
