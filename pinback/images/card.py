"""The preview card of a badge: what chats and social networks show of a link to it (Open Graph ``og:image``).

1200 × 630 pixels, as those who show such cards ask for. Chats show it about 400 pixels wide, so no letter is smaller than
34 pixels here. The picture stands on a stage at the side where reading begins, the words beside it; right-to-left mirrors
both. The same arguments give the same bytes.

A card is even ground, words and one picture, so it is put together as numbers of colours, one byte a pixel: a third of the work and half of
the file. Steps from ground to ink, and from the stage to its shadow, have numbers of their own; the rest belong to the picture. A picture
that looks different with so few colours, such as a photograph, gets a card with all of them.
"""

from __future__ import annotations

import io
from functools import cache, lru_cache
from math import ceil, sqrt

from PIL import Image, ImageChops, ImageColor, ImageFilter, ImageStat
from PIL.PngImagePlugin import PngImageFile

from pinback.dataclass import dataclass
from pinback.errors import PictureError
from pinback.images.fonts import Font, Fonts
from pinback.images.ink import covered
from pinback.images.lettering import drawable
from pinback.images.png import clean_png, palette_png, plain_png
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
_BLUR, _FALL, _STRENGTH, _SHADOW = 12, 10, 0.24, "#3c2d14"
"""Shadow of the picture: blur and fall in pixels, how dark, colour."""
_COARSE = 4
"""Into how many pixels a side one of the shadow's is made."""
_HARDLY_SEEN = 16
"""Alpha up to which a pixel at the rim counts as empty."""

_COLOURS = 178
"""Colours of the picture: what the steps below leave of 256."""
_STEPS, _SHADES = 15, 32
"""From ground to ink, the ground not among them; from the stage to its darkest shadow."""
_GROUND = _COLOURS
_INK, _QUIET, _ACCENT = (_GROUND + 1 + number * _STEPS for number in range(3))
_ON_STAGE = _ACCENT + _STEPS
_SAMPLE = 5
"""Every which pixel of each row, and every which row, of a picture its colours are chosen from."""
_UNLIKE = 0.3
"""How far from its own colours the picture's may lie on average, of 255, that nobody sees it."""
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
    drawn = Image.new("L", (WIDTH, HEIGHT), _GROUND if worded else _ON_STAGE)
    if worded:
        left = round(_start(0, _STAGE, leftwards))
        drawn.paste(_ON_STAGE, (left, 0, left + _STAGE, HEIGHT))
        _write(drawn, title, issuer, leftwards)
    middle = (_STAGE if worded else WIDTH) // 2
    return _finished(
        drawn,
        _picture(picture, _PICTURE if worded else _PICTURE_ALONE),
        WIDTH - middle if leftwards else middle,
        colours,
    )


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


def _write(drawn: Image.Image, title: Lettering, issuer: Lettering, leftwards: bool) -> None:
    """Put name, stroke and issuer onto the card, one below the other, in the middle of the height."""
    edge = _STAGE + _MARGIN
    both = bool(title.lines and issuer.lines)
    heights = [words.top + words.baselines[-1] for words in (title, issuer) if words.lines]
    # Arabic and others reach further down than Latin.
    above = max(_ABOVE_RULE, title.bottom - title.baselines[-1] + _ABOVE_RULE / 2) if both else 0
    tall = sum(heights) + (above + _RULE[1] + _BELOW_RULE if both else 0)
    y = (HEIGHT - tall) / 2
    for words, first in ((title, _INK), (issuer, _QUIET)):
        if not words.lines:
            continue
        ink, left, top = covered(words, leftwards)
        _put(drawn, ink, first, ((WIDTH - edge if leftwards else edge) + left, round(y + words.top) + top))
        y += words.top + words.baselines[-1]
        if both and words is title:
            y += above
            _put(drawn, _stroke(), _ACCENT, (round(_start(edge, _RULE[0], leftwards)), round(y)))
            y += _RULE[1] + _BELOW_RULE


def _put(drawn: Image.Image, ink: Image.Image, first: int, place: tuple[int, int]) -> None:
    """Put ink onto the ground.

    Args:
        drawn: the card, as numbers of colours.
        ink: how much of each pixel it covers.
        first: number of the first step from ground to its colour.
        place: of its upper left corner.
    """
    drawn.paste(ink.point(_steps(first)), place, ink.point(_INKED))


@cache
def _steps(first: int) -> list[int]:
    """Return the number of the colour for each part of a pixel that ink covers."""
    return [first - 1 + level if level else _GROUND for level in _LEVELS]


_LEVELS = [round(value * _STEPS / 255) for value in range(256)]
_INKED = [255 if level else 0 for level in _LEVELS]


@cache
def _stroke() -> Image.Image:
    """Return the stroke between name and issuer, as ink: its ends are round."""
    width, height = _RULE
    radius = height / 2

    def covers(x: float, y: float) -> float:
        beyond = max(radius - x, x - (width - radius), 0)
        return radius + 0.5 - sqrt(beyond**2 + (y - radius) ** 2)

    rows = [[covers(x + 0.5, y + 0.5) for x in range(width)] for y in range(height)]
    return Image.frombytes("L", _RULE, bytes(round(255 * min(max(value, 0), 1)) for row in rows for value in row))


def _picture(picture: bytes, side: int) -> Image.Image:
    """Return the picture, its longer side *side* pixels; empty space around it does not count."""
    try:
        # ``Image.open`` would load the readers of four other formats first.
        with PngImageFile(io.BytesIO(picture)) as opened:
            opened.load()
            image = opened if opened.mode == "RGBA" else opened.convert("RGBA")
        seen = image.getchannel("A").point(_SEEN).getbbox()
        box = seen or (0, 0, *image.size)
        width, height = box[2] - box[0], box[3] - box[1]
        scale = side / max(width, height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        # Half the time of Lanczos, and at these sizes the same to the eye.
        return image.resize(size, Image.Resampling.HAMMING, box)
    except Exception as error:  # Pillow promises no single exception for data it cannot decode
        raise PictureError("the PNG cannot be read", "open it in a picture editor and save it again as PNG") from error


_SEEN = [255 if alpha > _HARDLY_SEEN else 0 for alpha in range(256)]


def _finished(drawn: Image.Image, picture: Image.Image, middle: int, colours: CardColours) -> bytes:
    """Return the card with its picture on the stage, as PNG.

    Args:
        drawn: the card, as numbers of colours.
        picture: in its size.
        middle: where its middle lies, in pixels from the left.
        colours: of the club.
    """
    width, height = picture.size
    left, top = middle - width // 2, (HEIGHT - height) // 2
    alpha = picture.getchannel("A")
    shadow, room = _shadow(alpha)
    drawn.paste(shadow.point(_SHADED), (left - room, top - room), shadow.point(_SHADY))

    place = (left, top, left + width, top + height)
    shown = _coloured(drawn.crop(place), bytes(3 * _COLOURS) + _steps_of(colours))
    shown.paste(picture, (0, 0), picture)
    sample = shown.resize((ceil(width / _SAMPLE), ceil(height / _SAMPLE)), Image.Resampling.NEAREST)
    chosen = sample.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if sum(ImageStat.Stat(ImageChops.difference(chosen.convert("RGB"), sample)).mean) / 3 > _UNLIKE:
        whole = _coloured(drawn, bytes(3 * _COLOURS) + _steps_of(colours))
        whole.paste(shown, place, alpha.point(_ANY))
        return _compact(whole)
    palette = bytes(chosen.getpalette() or ())[: 3 * _COLOURS].ljust(3 * _COLOURS, b"\0")
    drawn.paste(_numbered(shown, palette), place, alpha.point(_ANY))
    # Each row of the file begins with a null: one column more at the left.
    rows = drawn.crop((-1, 0, WIDTH, HEIGHT))
    return palette_png(WIDTH, HEIGHT, rows.tobytes(), palette + _steps_of(colours))


def _coloured(numbers: Image.Image, palette: bytes) -> Image.Image:
    """Return a picture of numbers of colours in its colours."""
    numbers = numbers.copy()
    numbers.putpalette(palette)
    return numbers.convert("RGB")


_ANY = [0] + 255 * [255]
"""Makes a mask of whatever is not wholly transparent."""
_SHADED = [_ON_STAGE + round(value * (_SHADES - 1) / 255) for value in range(256)]
_SHADY = [255 if number > _ON_STAGE else 0 for number in _SHADED]

_LOWER = bytes(max(0, value - 2) for value in range(256))


def _numbered(image: Image.Image, palette: bytes) -> Image.Image:
    """Return the number of the colour that is next to each pixel's; *palette* holds red, green and blue of each."""
    # NOTE: Pillow looks up a pixel by the upper six bits of each channel, as if the others were 0, which is 1.5 less on average.
    lower = Image.new("P", (1, 1))
    lower.putpalette(palette.translate(_LOWER))
    numbers = image.quantize(palette=lower, dither=Image.Dither.NONE)
    return Image.frombytes("L", image.size, numbers.tobytes())


@lru_cache(maxsize=16)
def _steps_of(colours: CardColours) -> bytes:
    """Return red, green and blue of the ground, of the steps from it to each ink, and of the stage down to its shadow."""
    steps = [step / _STEPS for step in range(1, _STEPS + 1)]
    shades = [_STRENGTH * shade / (_SHADES - 1) for shade in range(_SHADES)]
    found: list[int] = []
    for over, under, parts in (
        (colours.ground, colours.ground, [1.0]),
        (colours.ink, colours.ground, steps),
        (colours.quiet, colours.ground, steps),
        (colours.accent, colours.ground, steps),
        (_SHADOW, colours.stage, shades),
    ):
        ends = list(zip(ImageColor.getrgb(over), ImageColor.getrgb(under), strict=True))
        found += [round(high * part + low * (1 - part)) for part in parts for high, low in ends]
    return bytes(found)


def _shadow(alpha: Image.Image) -> tuple[Image.Image, int]:
    """Return where a picture's soft shadow lies, 255 where it is darkest, and how far that reaches beyond the picture on all sides."""
    room = _COARSE * ceil((_FALL + 3 * _BLUR) / _COARSE)
    cast = Image.new("L", (alpha.width + 2 * room, alpha.height + 2 * room))
    cast.paste(alpha, (room, room + _FALL))
    # So soft a shadow looks the same when it is blurred in a quarter of its size, a sixteenth of the time.
    soft = cast.reduce(_COARSE).filter(ImageFilter.GaussianBlur(_BLUR / _COARSE))
    return soft.resize(cast.size, Image.Resampling.BILINEAR), room


def _compact(image: Image.Image) -> bytes:
    """Return the picture with all its colours if that is small enough, else with as many as may be.

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
