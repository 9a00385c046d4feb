"""The preview card of a badge: what chats and social networks show of a link to it (Open Graph ``og:image``).

1200 × 630 pixels, as those who show such cards ask for. Chats show it about 400 pixels wide, so no letter is smaller than
34 pixels here. The picture stands on a stage at the side where reading begins, the words beside it; right-to-left mirrors
both. The same arguments give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

from PIL import Image, ImageFilter

from pinback.errors import PictureError
from pinback.images.fonts import Font, Fonts
from pinback.images.lettering import drawable
from pinback.images.png import clean_png, plain_png
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
_COARSE = 4
"""Into how many pixels a side one of the shadow's is made."""
_HARDLY_SEEN = 16
"""Alpha up to which a pixel at the rim counts as empty."""
_BESIDE = 0.4
"""Room beside words, in em: letters may reach out of the place that they take."""
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
    middle = (_STAGE if worded else WIDTH) // 2
    drawn = Image.new("RGB", (WIDTH, HEIGHT), colours.ground if worded else colours.stage)
    if worded:
        left = round(_start(0, _STAGE, leftwards))
        drawn.paste(colours.stage, (left, 0, left + _STAGE, HEIGHT))
    shown = _picture(picture, _PICTURE if worded else _PICTURE_ALONE)
    middle = WIDTH - middle if leftwards else middle
    drawn.paste(shown, (middle - shown.width // 2, (HEIGHT - shown.height) // 2), shown)
    if worded:
        _write(drawn, title, issuer, colours, leftwards)
    return _compact(drawn)


def letter_card(
    name: str, issuer_name: str, direction: str, letters: Fonts, language: str = ""
) -> tuple[Lettering, Lettering]:
    """Return the badge's name and the issuer's as a card shows them.

    Raises:
        FontError: a font of the club's own cannot be used.
    """
    room = WIDTH - _STAGE - 2 * _MARGIN
    # Kept, as many badges have one issuer.
    issuer = _issuer_words(issuer_name, letters.regular, room, direction)
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


@lru_cache(maxsize=64)
def _issuer_words(text: str, fonts: tuple[Font, ...], room: float, direction: str) -> Lettering:
    return _words(text, fonts, room, _ISSUER_HEIGHT, _ISSUER_SIZES, _MOST_ISSUER_LINES, direction, "")


def _start(x: float, width: float, leftwards: bool) -> float:
    """Return the left end of what lies *x* from the side where reading begins."""
    return WIDTH - x - width if leftwards else x


def _write(drawn: Image.Image, title: Lettering, issuer: Lettering, colours: CardColours, leftwards: bool) -> None:
    """Put name, stroke and issuer onto the card, one below the other, in the middle of the height."""
    edge = _STAGE + _MARGIN
    both = bool(title.lines and issuer.lines)
    heights = [words.top + words.baselines[-1] for words in (title, issuer) if words.lines]
    # Arabic and others reach further down than Latin.
    above = max(_ABOVE_RULE, title.bottom - title.baselines[-1] + _ABOVE_RULE / 2) if both else 0
    tall = sum(heights) + (above + _RULE[1] + _BELOW_RULE if both else 0)
    y = (HEIGHT - tall) / 2
    for words, colour in ((title, colours.ink), (issuer, colours.quiet)):
        if not words.lines:
            continue
        # Baselines lie on whole pixels, so that the issuer's name is drawn once for all its badges.
        _put(
            drawn, words, colour, WIDTH - edge if leftwards else edge, round(y + words.top), leftwards, words is issuer
        )
        y += words.top + words.baselines[-1]
        if both and words is title:
            y += above
            drawn.paste(
                _stroke(colours.accent), (round(_start(edge, _RULE[0], leftwards)), round(y)), _stroke(colours.accent)
            )
            y += _RULE[1] + _BELOW_RULE


def _put(
    drawn: Image.Image, words: Lettering, colour: str, edge: int, baseline: int, leftwards: bool, kept: bool
) -> None:
    """Put words onto the card; only what they cover is drawn by resvg, whose time goes by the pixel.

    Args:
        drawn: the card.
        words: set.
        colour: ``#rrggbb``.
        edge: where their lines begin, in pixels from the left.
        baseline: of the first line, in pixels from the top.
        leftwards: whether they are written to the left.
        kept: whether other cards show the same.
    """
    # Letters may reach out of the widths that they take, never out of the heights of their ink.
    beside = ceil(words.size * _BESIDE)
    left, top = floor(-words.width if leftwards else 0) - beside, floor(-words.top) - 1
    width, height = ceil(words.width) + 2 * beside, ceil(words.top + words.bottom) + 3
    path = f'<path fill="{colour}" d="{words.path(0, 0, float(leftwards))}"/>'
    image = (_kept if kept else _rgba)(path, left, top, width, height)
    drawn.paste(image, (edge + left, baseline + top), image)


@lru_cache(maxsize=16)
def _stroke(colour: str) -> Image.Image:
    """Return the stroke between name and issuer."""
    width, height = _RULE
    return _rgba(f'<rect width="{width}" height="{height}" rx="{height / 2:g}" fill="{colour}"/>', 0, 0, width, height)


def _rgba(parts: str, left: int, top: int, width: int, height: int) -> Image.Image:
    """Return a part of a drawing as pixels."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" width="{width}" height="{height}">'
        f"{parts}</svg>"
    )
    with Image.open(io.BytesIO(svg_to_png(svg, width, height)), formats=["PNG"]) as opened:
        return opened.convert("RGBA")


_kept = lru_cache(maxsize=32)(_rgba)


def _picture(picture: bytes, side: int) -> Image.Image:
    """Return the picture with its shadow, its longer side *side* pixels; empty space around it does not count."""
    try:
        with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
            image = opened.convert("RGBA")
        seen = image.getchannel("A").point(lambda alpha: 255 if alpha > _HARDLY_SEEN else 0).getbbox()
        image = image.crop(seen) if seen else image
        scale = side / max(image.size)
        return _shaded(
            image.resize(
                (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS
            )
        )
    except Exception as error:  # Pillow promises no single exception for data it cannot decode
        raise PictureError("the PNG cannot be read", "open it in a picture editor and save it again as PNG") from error


def _shaded(image: Image.Image) -> Image.Image:
    """Return the picture with a soft shadow below it, and as much room on all sides as that needs.

    Made here: a filter of resvg makes the same in three times the time.
    """
    blur, fall, strength, colour = _SHADE
    room = _COARSE * ceil((fall + 3 * blur) / _COARSE)
    size = image.width + 2 * room, image.height + 2 * room
    alpha = Image.new("L", size)
    alpha.paste(image.getchannel("A"), (room, room + fall))
    # So soft a shadow looks the same when it is blurred in a quarter of its size, a sixteenth of the time.
    alpha = (
        alpha.reduce(_COARSE)
        .filter(ImageFilter.GaussianBlur(blur / _COARSE))
        .point(lambda value: round(value * strength))
    )
    shaded = Image.new("RGBA", size, colour)
    shaded.putalpha(alpha.resize(size, Image.Resampling.BICUBIC))
    shaded.alpha_composite(image, (room, room))
    return shaded


def _compact(image: Image.Image) -> bytes:
    """Return the picture as small as it looks right: with all its colours if it may, else with fewer.

    A card is mostly even ground, which is smallest, and soonest made, as its plain pixels; the filters of PNG are for
    photographs.
    """
    made = plain_png(image.width, image.height, image.tobytes())
    if len(made) > MAX_CARD_BYTES:
        made = _saved(image)
    for colours in _FEWER_COLOURS:
        if len(made) <= MAX_CARD_BYTES:
            break
        made = _saved(image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG))
    return made


def _saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return clean_png(out.getvalue())
