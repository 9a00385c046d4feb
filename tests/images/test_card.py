"""The preview card: its size, its bytes, and what of it is where."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from pictures import chunks, embedded, saved
from PIL import Image, ImageChops, ImageColor, ImageStat

from pinback.errors import PictureError
from pinback.images import aside
from pinback.images.card import HEIGHT, MAX_CARD_BYTES, WIDTH, CardColours, card, letter_card
from pinback.images.clean_svg import clean_svg
from pinback.images.fonts import FOLDER, shipped
from pinback.images.raster import svg_to_png

COLOURS = CardColours(ground="#ffffff", stage="#ffee00", ink="#000000", quiet="#000080", accent="#ff0000")
PICTURE = saved(Image.new("RGBA", (64, 64), "#20a060"))
LONG = "An exceptionally long badge name that somebody wrote because the committee could not agree on any other, 120 letters all"


def drawn(
    name: str, issuer: str = "Riverside Rowing Club", direction: str = "ltr", picture: bytes = PICTURE
) -> Image.Image:
    data = card(picture, name, issuer, COLOURS, direction, shipped())
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def ink(image: Image.Image, colour: str) -> tuple[int, int, int, int]:
    """Return the box around all pixels of a colour."""
    plain = Image.new("RGB", image.size, colour)
    difference = ImageChops.difference(image, plain).convert("L").point(lambda value: 255 if value < 8 else 0)
    box = difference.getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("name", ["Safe Coxing", "A", LONG, "سباحة الإنقاذ", "結び目", "<b>&amp;'\"</b>", ""])
def test_card_is_a_small_png_of_the_right_size_with_nothing_but_pixels(name: str) -> None:
    data = card(PICTURE, name, "Club", COLOURS, "ltr", shipped())
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert {kind for kind, _ in chunks(data)} <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    assert len(data) <= MAX_CARD_BYTES


def test_picture_of_noise_makes_no_large_card() -> None:
    noise = Image.frombytes("RGB", (400, 400), random.Random(3).randbytes(400 * 400 * 3)).convert("RGBA")
    assert len(card(saved(noise), "Noise", "Club", COLOURS, "ltr", shipped())) <= MAX_CARD_BYTES


def test_card_with_fewer_colours_looks_the_same() -> None:
    gradient = Image.radial_gradient("L").resize((392, 392))
    grain = Image.frombytes("L", (392, 392), bytes(byte & 15 for byte in random.Random(3).randbytes(392 * 392)))
    grainy = ImageChops.add(gradient, grain)
    picture = Image.merge("RGB", (grainy, gradient.rotate(90), ImageChops.invert(gradient))).convert("RGBA")
    data = card(saved(picture), "Colours", "Club", COLOURS, "ltr", shipped())
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "P"
        shown = image.convert("RGB").crop((46, 119, 438, 511))
    wanted = picture.convert("RGB")
    assert max(ImageStat.Stat(ImageChops.difference(shown, wanted)).mean) < 6


def opened(picture: Image.Image) -> Image.Image:
    """Return the card of a picture, in the mode of the file."""
    with Image.open(io.BytesIO(card(saved(picture), "Colours", "Club", COLOURS, "ltr", shipped()))) as image:
        image.load()
        return image


def test_card_of_few_colours_is_made_of_numbers_and_shows_them() -> None:
    colours = ("#ffffff", "#c2185b", "#00796b", "#0a0f1c", "#ffee00")
    picture = Image.new("RGBA", (400, 400), colours[0])
    for place, colour in enumerate(colours):
        picture.paste(colour, (80 * place, 0, 80 * place + 80, 400))
    image = opened(picture)
    assert image.mode == "P"
    for place, colour in enumerate(colours):
        shown = image.convert("RGB").getpixel((46 + round(0.98 * (80 * place + 40)), 315))
        assert shown == pytest.approx(ImageColor.getrgb(colour), abs=1)


def test_shades_of_a_picture_are_kept_or_the_card_has_all_its_colours() -> None:
    """One gradient finds room among 178 colours; two that cross each other do not, and rings would be seen."""
    gradient = Image.linear_gradient("L").resize((392, 392), Image.Resampling.BICUBIC)
    one = Image.merge("RGB", (gradient, gradient.point(lambda value: value // 2), gradient)).convert("RGBA")
    two = Image.merge("RGB", (gradient, gradient.rotate(90), ImageChops.invert(gradient))).convert("RGBA")
    for picture, mode, near in ((one, "P", 1.5), (two, "RGB", 0.5)):
        image = opened(picture)
        assert image.mode == mode
        shown = image.convert("RGB").crop((46, 119, 438, 511))
        assert max(ImageStat.Stat(ImageChops.difference(shown, picture.convert("RGB"))).mean) < near


def test_shadow_lies_below_the_picture_and_on_no_words() -> None:
    image = drawn("Knots", picture=saved(Image.new("RGBA", (64, 64), "#20a060")))
    below, above = image.getpixel((242, 520)), image.getpixel((242, 110))
    assert sum(below) < sum(above) < sum((255, 238, 0))
    assert {image.getpixel((484 + x, 315)) for x in range(20)} == {(255, 255, 255)}


def test_same_card_has_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    program = (
        "import sys, hashlib; from pinback.images.card import *; from pinback.images.fonts import shipped; "
        "print(hashlib.sha256(card(open(sys.argv[1], 'rb').read(), 'Węzły and قشر', 'Club 8', CardColours(), 'ltr', shipped())).hexdigest())"
    )
    (tmp_path / "picture.png").write_bytes(PICTURE)
    here = hashlib.sha256(card(PICTURE, "Węzły and قشر", "Club 8", CardColours(), "ltr", shipped())).hexdigest()
    for seed, zone in (("1", "UTC"), ("77", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
        command = [sys.executable, "-c", program, str(tmp_path / "picture.png")]
        there = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
        )
        assert there.stdout.strip() == here


def test_right_to_left_mirrors_the_card() -> None:
    left, right = drawn("Knots"), drawn("קשרים", "מועדון", "rtl")
    assert left.getpixel((2, 2)) == right.getpixel((WIDTH - 3, 2)) == (255, 238, 0)
    assert left.getpixel((WIDTH - 3, 2)) == right.getpixel((2, 2)) == (255, 255, 255)
    rule_left, rule_right = ink(left, COLOURS.accent), ink(right, COLOURS.accent)
    assert rule_left[0] == pytest.approx(WIDTH - rule_right[2], abs=1)


def test_words_keep_their_distance_from_the_edges() -> None:
    for name in ("A", "Coach Assistant, level 1", LONG, "Rettungsschwimmerausbildungsnachweis" * 3, "ỨỄ gjpqy" * 30):
        box = ink(drawn(name, "Riverside Rowing Club and Regatta Association of the Lower Valley"), COLOURS.ink)
        assert box[0] >= 530
        assert box[2] <= WIDTH - 60
        assert box[1] >= 50
        below = ink(drawn(name, "Riverside Rowing Club and Regatta Association of the Lower Valley"), COLOURS.quiet)
        assert below[3] <= HEIGHT - 50
        assert below[1] > box[3]


def test_name_of_120_letters_is_there_whole() -> None:
    title, issuer = letter_card(LONG, "Riverside Rowing Club", "ltr", shipped())
    assert (title.cut, issuer.cut) == (False, False)
    assert title.size >= 44


def test_no_letter_is_too_small_for_a_chat() -> None:
    """Chats show cards about 400 pixels wide: a third."""
    title, issuer = letter_card(LONG * 4, LONG * 4, "ltr", shipped())
    assert title.cut
    assert issuer.cut
    assert title.size / 3 >= 14
    assert issuer.size / 3 >= 11


def test_card_without_words_that_can_be_drawn_shows_the_picture_in_its_middle() -> None:
    image = drawn("結び目", "結び目クラブ")
    assert image.getpixel((2, 2)) == image.getpixel((WIDTH - 3, HEIGHT - 3)) == (255, 238, 0)
    assert image.getpixel((WIDTH // 2, HEIGHT // 2)) != (255, 238, 0)


def test_empty_rim_of_a_picture_does_not_make_it_small() -> None:
    bare = Image.new("RGBA", (100, 100), "#00ff00")
    rimmed = Image.new("RGBA", (400, 400))
    rimmed.paste(bare, (20, 250))
    pictures = [ink(drawn("Knots", picture=saved(one)), "#00ff00") for one in (bare, rimmed)]
    assert pictures[0] == pictures[1]
    assert pictures[0][2] - pictures[0][0] == 392


def test_picture_with_nothing_in_it_makes_a_card() -> None:
    assert drawn("Knots", picture=saved(Image.new("RGBA", (64, 64)))).size == (WIDTH, HEIGHT)


def test_what_is_no_picture_is_told() -> None:
    with pytest.raises(PictureError):
        card(b"no picture", "Knots", "Club", COLOURS, "ltr", shipped())


TEXT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 32"><text x="2" y="20" font-size="16" {}>Hi é</text></svg>'
)


def seen(data: bytes) -> tuple[int, int, int, int] | None:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").getchannel("A").getbbox()


@pytest.mark.parametrize("family", ["", 'font-family="Courier, serif"', 'font-family="DejaVu Sans"'])
def test_fonts_of_the_computer_play_no_part(family: str) -> None:
    assert seen(svg_to_png(TEXT.format(family), 64, 32)) is None
    assert seen(svg_to_png(TEXT.format(family), 64, 32, [FOLDER / "NotoSans-Regular.ttf"])) is not None


def test_files_of_the_computer_play_no_part(tmp_path: Path) -> None:
    """NOTE: resvg by itself reads any file that a picture in the SVG names."""
    file = tmp_path / "picture.png"
    file.write_bytes(PICTURE)
    start = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 8 8">'
    addresses = (
        str(file),
        file.as_uri(),
        "https://example.org/a.png",
        "picture.png",
        f"&#{ord(str(file)[0])};{str(file)[1:]}",
    )
    for address in addresses:
        for reference in (f'href="{address}"', f"x:href = '{address}'"):
            with pytest.raises(PictureError, match="outside"):
                svg_to_png(f'{start}<image width="8" height="8" {reference}/></svg>', 8, 8)
    with pytest.raises(PictureError, match="outside"):
        svg_to_png(f'<!DOCTYPE svg [<!ENTITY a "{file}">]>{start}<rect width="8" height="8"/></svg>', 8, 8)


def test_picture_inside_the_svg_is_drawn() -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><image width="8" height="8" href="{embedded(PICTURE)}"/></svg>'
    assert seen(svg_to_png(svg, 8, 8)) == (0, 0, 8, 8)


@pytest.mark.parametrize("ours", [True, False])
def test_what_resvg_cannot_read_is_told(ours: bool) -> None:
    with pytest.raises(PictureError, match=r"cannot be drawn \(.+\); save it again"):
        svg_to_png("<svg", 10, 10, ours=ours)


def _layers(parts: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{parts}</svg>'


_SQUARE = '<rect width="64" height="64" fill="#fff"/>'


@pytest.mark.parametrize(
    "pattern",
    [
        '<pattern id="p" patternUnits="userSpaceOnUse" width="1000000" height="1000000">',
        '<pattern id="p" width="1" height="1" patternTransform="scale(100000)">',
    ],
)
def test_pattern_of_any_size_ends_in_words(pattern: str) -> None:
    """``MAX_DRAWING_MEMORY``. Such a drawing passes every other limit; resvg by itself ends the whole process."""
    drawing = _layers(f'{pattern}{_SQUARE}</pattern><rect width="64" height="64" fill="url(#p)"/>')
    assert clean_svg(drawing.encode()).startswith(b"<svg")
    with pytest.raises(PictureError, match=r"more than 5 seconds or 512 MB to draw; make it simpler"):
        svg_to_png(drawing, 512, 512)


@pytest.mark.parametrize(
    "parts",
    [
        f'<mask id="m">{_SQUARE}</mask>' + '<rect width="64" height="64" mask="url(#m)"/>' * 1000,
        f'<path d="M0 0{"A1000000 1000000 0 1 1 64 64A999999 9 45 1 0 0 0" * 2500}" stroke="red" fill="none"/>',
    ],
    ids=["masks", "arcs"],
)
def test_drawing_that_takes_long_ends_in_words(parts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``MAX_DRAWING_SECONDS``: the cost is counted in the time of another rasteriser."""
    drawing = _layers(parts)
    assert clean_svg(drawing.encode()).startswith(b"<svg")
    monkeypatch.setattr(aside, "MAX_DRAWING_SECONDS", 1.0)
    with pytest.raises(PictureError, match="more than 1 seconds"):
        svg_to_png(drawing, 512, 512)


def test_sound_pattern_is_drawn_with_the_fonts_that_are_named() -> None:
    """In the process of its own as in ours, with the font that is named."""
    pattern = '<pattern id="p" width=".5" height=".5"><rect width="8" height="8"/></pattern>'
    words = TEXT.format("").partition(">")[2].removesuffix("</svg>")
    drawing = _layers(f'{pattern}<rect width="64" height="64" fill="url(#p)"/>{words}')
    shown = svg_to_png(drawing, 64, 64, [FOLDER / "NotoSans-Regular.ttf"])
    with Image.open(io.BytesIO(shown)) as image:
        assert [image.convert("RGBA").getpixel(at)[3] for at in ((4, 4), (36, 36), (20, 60))] == [255, 255, 0]
    assert shown != svg_to_png(drawing, 64, 64)
    assert shown == svg_to_png(drawing, 64, 64, [FOLDER / "NotoSans-Regular.ttf"], ours=True)
