"""Drawings of designs: shape, words, bytes, pixels."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import subprocess
import sys
from functools import cache

import made_fonts
import pytest
from conftest import ROOT
from PIL import Image

from pinback.colours import contrast
from pinback.designs import Design
from pinback.designs.table import COLOURS, SHAPES, STARTERS
from pinback.designs.tones import tones
from pinback.errors import PictureError
from pinback.images.clean_svg import clean_svg
from pinback.images.design import design_png, design_svg, letters_that_fit, missing_letters, number
from pinback.images.fonts import FontError, Fonts, font_with, shipped, with_own
from pinback.images.lettering import shaped
from pinback.images.png import png_size
from pinback.images.raster import svg_to_png
from pinback.images.svg import bake_svg, unbake_svg

ALL = [Design(**{**fields, "shape": shape}) for shape, fields in itertools.product(SHAPES, STARTERS.values())]


def shown(design: Design) -> str:
    return f"{design.shape}-{design.icon}"


def pixels(png: bytes, size: int = 512) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("design", ALL, ids=shown)
def test_starter_on_every_shape_is_square_small_and_as_the_cleaner_leaves_it(design: Design) -> None:
    for part in ("text", "ribbon"):
        assert letters_that_fit(design, part, shipped()) is None
    svg = design_svg(design, shipped())
    assert clean_svg(svg) == svg
    assert b'viewBox="0 0 512 512"' in svg
    png = design_png(svg)
    assert png_size(png) == (512, 512)
    assert len(png) <= 100_000
    assert len(svg) <= 100_000
    # Nothing is cut off at the edge, and the middle is filled.
    alpha = pixels(png).getchannel("A")
    edge = [
        alpha.getpixel(place) for step in range(0, 512, 8) for place in ((step, 0), (step, 511), (0, step), (511, step))
    ]
    assert max(edge) == 0
    assert alpha.getpixel((256, 200)) == 255


GOLDEN = "fe959323de49f4c42ab51a56921d45c9bbe571b8dd9726c600f02fba24d2dd0a"
"""Of the twelve starters' SVG. A change here is a change of pictures that clubs have published."""


def test_drawings_stay_what_they_are() -> None:
    drawings = b"".join(design_svg(Design(**fields), shipped()) for fields in STARTERS.values())
    assert hashlib.sha256(drawings).hexdigest() == GOLDEN


_REPEAT = """
import hashlib
from pinback.designs import Design
from pinback.images.design import design_png, design_svg
from pinback.images.fonts import shipped
svg = design_svg(Design("rosette", "#1d6847", "hiking", "Żółw", "", 1), shipped())
print(hashlib.sha256(svg).hexdigest(), hashlib.sha256(design_png(svg)).hexdigest())
"""


def test_bytes_repeat_in_another_process_with_another_order_of_hashes() -> None:
    found = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", _REPEAT], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        found.add(run.stdout)
    assert len(found) == 1


def test_drawing_carries_a_badge() -> None:
    svg = design_svg(Design("circle", "sea", "anchor"), shipped())
    assert unbake_svg(bake_svg(svg, None, '{"a": 1}')) == {"openbadgecredential": '{"a": 1}'}


# Pixels.


@pytest.mark.parametrize("colour", [*COLOURS, "#828282", "#00a86b", "#ffffff", "#000000"])
def test_contrast_of_what_is_drawn_is_measured_on_its_pixels(colour: str) -> None:
    image = pixels(design_png(design_svg(Design("square", colour, "star", "III", "III"), shipped())))
    made = tones(colour)
    counted = {
        f"#{red:02x}{green:02x}{blue:02x}": number
        for number, (red, green, blue, alpha) in image.getcolors(1 << 20)
        if alpha == 255
    }
    assert counted[made.ink] > 1500
    assert counted[made.ribbon_ink] > 1500
    # What lies beside a letter, on the field from its upper to its lower end, and on the ribbon.
    grounds = [image.getpixel((80, y)) for y in range(90, 330, 10)]
    for red, green, blue, _ in grounds:
        assert contrast(f"#{red:02x}{green:02x}{blue:02x}", made.ink) >= 4.5
    red, green, blue, _ = image.getpixel((256, 350))
    assert contrast(f"#{red:02x}{green:02x}{blue:02x}", made.ribbon_ink) >= 4.5


def _letter(letter: str, shift: float) -> list[int]:
    """Return the grey pixels of one letter at the smallest size in a picture 64 pixels wide, moved by parts of a pixel."""
    line = shaped(letter, shipped().bold, [0], ligatures=False)
    glyph = line.glyphs[0]
    commands = {"moveTo": "M", "lineTo": "L", "qCurveTo": "Q", "closePath": "Z"}
    scale = 60 / glyph.font.units
    path = "".join(
        commands[name] + " ".join(f"{32 + shift + x * scale:.2f} {84 - y * scale:.2f}" for x, y in points)
        for name, points in glyph.font.outline(glyph.number).value
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128"><rect width="128" height="128" fill="#fff"/><path d="{path}"/></svg>'
    with Image.open(io.BytesIO(svg_to_png(svg, 16, 16, ours=True))) as image:
        return list(image.convert("L").tobytes())


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ALIKE = {"Il", "lI"}
"""Letters of this font that are hard to tell apart at any size."""


@cache
def _letters_anywhere() -> list[tuple[str, list[int]]]:
    """Return every letter at each of eight places within a pixel: a reader does not know where it lies."""
    return [(letter, _letter(letter, shift)) for letter in LETTERS for shift in range(8)]


@pytest.mark.parametrize("shift", [0.4, 1.6, 2.5, 3.4, 4.6, 5.5, 6.4, 7.5])
def test_smallest_letters_are_told_apart_at_64_pixels_wherever_they_lie_on_the_pixels(shift: float) -> None:
    """Each letter, in a place that was not seen before, looks most like itself among all letters and digits."""
    misread = set()
    for letter in LETTERS:
        seen = _letter(letter, shift)
        read, _ = min(
            _letters_anywhere(),
            key=lambda known, seen=seen: sum((one - two) ** 2 for one, two in zip(seen, known[1], strict=True)),
        )
        if read != letter:
            misread.add(letter + read)
    assert misread <= ALIKE


def test_smallest_words_have_pixels_of_full_contrast_at_64_pixels() -> None:
    """Strokes are broad enough to stay what they are: letters do not fade into the ground when the picture is small."""
    for colour in COLOURS:
        made = tones(colour)
        image = pixels(
            design_png(design_svg(Design("square", colour, "", "iiiiiii lllll iiii", "illi"), shipped())), 64
        )
        grey = {
            f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue, alpha) in image.getcolors(4096) if alpha > 250
        }
        assert max(contrast(one, made.field) for one in grey) >= 4.5


# Words.

SCRIPTS = {
    "Latin": "Łódź žluť",
    "Greek": "Ναυτικός",
    "Cyrillic": "Ёлка",
    "Arabic": "شارة",
    "Hebrew": "שלום",
    "Devanagari": "नन",
    "Japanese": "結結結",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_words_of_seven_scripts_are_outlines_in_the_middle_of_the_shape(script: str) -> None:
    own = {f"theme/fonts/{letter}.ttf": made_fonts.with_one_letter(letter) for letter in "न結"}
    letters = with_own(own)
    design = Design("square", "night", "star", SCRIPTS[script], SCRIPTS[script])
    assert missing_letters(design.text, letters) == ()
    assert letters_that_fit(design, "text", letters) is None
    svg = design_svg(design, letters)
    assert b"<text" not in svg
    assert clean_svg(svg) == svg
    bare = design_png(design_svg(Design("square", "night", "star", "", ""), letters))
    assert design_png(svg) != bare
    words = _ink(design_png(svg), tones("night").ink, (60, 268, 452, 342))
    left, _, right, _ = words
    assert 50 < left < 256 < right < 462
    assert abs((left + right) / 2 - 256) < 8


def _ink(png: bytes, colour: str, room: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return the box of the pixels of a colour within a part of a picture."""
    wanted = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    image = pixels(png).convert("RGB")
    there = [
        (x, y) for x in range(room[0], room[2]) for y in range(room[1], room[3]) if image.getpixel((x, y)) == wanted
    ]
    return min(x for x, _ in there), min(y for _, y in there), max(x for x, _ in there), max(y for _, y in there)


def test_arabic_letters_join_and_run_from_the_right() -> None:
    joined = design_svg(Design("square", "sea", "", "سلام"), shipped())
    apart = design_svg(Design("square", "sea", "", "س ل ا م"), shipped())
    turned = design_svg(Design("square", "sea", "", "مالس"), shipped())
    assert len({joined, apart, turned}) == 3


def test_words_are_the_same_however_they_are_composed() -> None:
    one, other = (design_svg(Design("shield", "sea", "", word), shipped()) for word in ("é", "e\u0301"))
    assert one == other


def test_letters_that_no_font_has_are_named_with_a_font_that_has_them() -> None:
    assert [one.codes for one in missing_letters("Camp नम 🎉", shipped())] == ["U+0928", "U+092E", "U+1F389"]
    assert font_with("न") == "Noto Sans Devanagari"
    assert font_with("結").startswith("Noto Sans SC")
    assert font_with("び") == "Noto Sans JP"
    assert font_with("한") == "Noto Sans KR"
    assert font_with("ไ") == "Noto Sans Thai"


def test_words_that_are_too_long_are_counted_as_a_reader_counts() -> None:
    design = Design("shield", "sea", "star", "Entrepreneurship", "e\u0301" * 30)
    assert letters_that_fit(design, "text", shipped()) == 9
    fits = letters_that_fit(design, "ribbon", shipped())
    assert fits is not None
    assert letters_that_fit(Design("shield", "sea", "star", "", "e\u0301" * fits), "ribbon", shipped()) is None
    assert letters_that_fit(Design("shield", "sea", "star", "", "e\u0301" * (fits + 1)), "ribbon", shipped()) == fits
    with pytest.raises(ValueError, match="do not fit"):
        design_svg(design, shipped())


def test_font_that_cannot_set_words_is_named() -> None:
    letters = with_own({"theme/fonts/odd.ttf": made_fonts.growing("न")})
    with pytest.raises(FontError) as raised:
        design_svg(Design("square", "sea", "", "न"), letters)
    assert isinstance(raised.value, PictureError)
    assert raised.value.file == "theme/fonts/odd.ttf"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.001, "0"),
        (0.125, "0.13"),
        (-0.125, "-0.13"),
        (1.1, "1.1"),
        (2.005, "2.01"),
        (12.0, "12"),
        (0.999, "1"),
    ],
)
def test_numbers_are_rounded_the_same_way_everywhere(value: float, text: str) -> None:
    assert number(value) == text


def test_letters_of_the_page_are_those_of_the_font() -> None:
    from images.letter_table import letter_table

    made = letter_table()
    assert (ROOT / "pinback/designs/letters.json").read_text(encoding="utf-8") == made, (
        "renew with: python -m tests.images.letter_table > pinback/designs/letters.json"
    )


def test_fonts_compare_so_that_lines_can_be_kept() -> None:
    assert isinstance(shipped(), Fonts)
    assert hash(shipped()) == hash(Fonts(shipped().bold, shipped().regular))
