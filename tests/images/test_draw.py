import io
import random
import subprocess
import sys

import pytest
from conftest import needs_libcairo
from pictures import chunks, embedded, idat, jpeg, pixels, png, raw_png, saved, svg
from PIL import Image

from pinback.errors import PictureError
from pinback.images import aside, draw
from pinback.images.clean_svg import MAX_FRAMED_PNG_BYTES, clean_svg, svg_around_png
from pinback.images.draw import BADGE_PIXELS, MAX_KEPT_SIDE, draw_png, fit_png
from pinback.images.png import clean_png, png_size
from pinback.images.svg_cost import is_plain


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.convert("RGBA")


def drawn(body: str, attributes='viewBox="0 0 10 10"', **options) -> Image.Image:
    return opened(draw_png(clean_svg(svg(body, attributes)), **options))


# Drawing


@needs_libcairo
def test_drawing_is_centred_on_a_transparent_square():
    wide = drawn('<rect width="100" height="50" fill="red"/>', 'viewBox="0 0 100 50"')
    tall = drawn('<rect x="5" width="25" height="100" fill="red"/>', 'viewBox="5 0 25 100"', pixels=64)
    assert wide.size == (BADGE_PIXELS, BADGE_PIXELS)
    assert wide.getbbox() == (0, 128, 512, 384)
    assert tall.size == (64, 64)
    assert tall.getbbox() == (24, 0, 40, 64)
    assert wide.getpixel((256, 256)) == (255, 0, 0, 255)
    assert wide.getpixel((0, 0)) == (0, 0, 0, 0)


@needs_libcairo
def test_result_is_clean_and_the_same_every_time():
    art = clean_svg(svg('<circle cx="5" cy="5" r="4" fill="rgb(10, 20, 30)"/>'))
    first = draw_png(art)
    assert first == draw_png(art) == clean_png(first)
    assert {kind for kind, _ in chunks(first)} <= {b"IHDR", b"pHYs", b"sBIT", b"bKGD", b"IDAT", b"IEND"}


@needs_libcairo
@pytest.mark.parametrize(
    "body",
    [
        '<linearGradient id="g"><stop stop-color="lime"/></linearGradient><g fill="url(#g)"><rect width="10" '
        'height="10"/></g>',
        '<rect id="r" width="10" height="10" fill="lime"/><rect width="10" height="10"/><use href="#r"/>',
        '<pattern id="p" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" '
        'fill="lime"/></pattern><rect width="10" height="10" fill="url(#p)"/>',
        '<symbol id="s" viewBox="0 0 1 1"><rect width="1" height="1" fill="lime"/></symbol><use href="#s" width="10" '
        'height="10"/>',
        f'<image width="10" height="10" href="{embedded(saved(Image.new("RGB", (4, 4), "lime")))}"/>',
        '<rect width="10" height="10" style="fill:black;fill:lime"/>',
    ],
)
def test_paints_that_were_written_anew_are_drawn(body):
    assert drawn(body).getpixel((256, 256)) == (0, 255, 0, 255)


@needs_libcairo
@pytest.mark.parametrize(
    "path",
    [
        "M0 0zz", "M0 0zL1 1", "m0 0 1 1zl1 1z", "M0 0a1 1 0 011 1", "M0 0a0 1 0 0 1 1 1", "M.5.5.5.5", "M1-1-2-3",
        "M1e1-1e-1.5.5", "M0 0zm1 1z", "M0 0M1 1M2 2", "M0 0t1 1", "M0 0s1 1 2 2", "M0 0q1 1 2 2t3 3 4 4", "m1 1",
        "M0 0h0v0h0", "M1 1", "M0 0a1 1 0 1110 10a1 1 0 00.5.5", "M0 0z m0 0z z v1", "M+1+1L+2,+2",
        "none", "",
    ],
)  # fmt: skip
def test_path_of_every_spelling_is_drawn_with_markers_and_a_gradient(path):
    around = (
        '<marker id="m"><path d="M0 0h1"/></marker><linearGradient id="g"><stop stop-color="lime"/></linearGradient>'
    )
    uses = 'fill="url(#g)" stroke="red" marker-mid="url(#m)" marker-end="url(#m)"'
    assert drawn(f'{around}<path {uses} d="{path}"/>').size == (512, 512)


NESTED = '<g transform="scale(1000000)">' * 5 + '<circle r="1000000"/>' + "</g>" * 5
DIVIDED = '<path d="M0 0A1e-200 1e6 0 1 1 9 9"/>'


@needs_libcairo
@pytest.mark.parametrize("body", [NESTED, DIVIDED])
def test_what_libcairo_divides_for_ever_ends_in_words(body, monkeypatch):
    """Such drawings cost nothing by what they hold; Ctrl-C would end none of them."""
    monkeypatch.setattr(aside, "MAX_DRAWING_SECONDS", 1.0)
    with pytest.raises(PictureError, match="more than 1 seconds or 512 MB to draw; make it simpler"):
        drawn(body)


@pytest.mark.parametrize(
    "body",
    [
        NESTED,
        DIVIDED,
        '<circle r="1" transform="matrix(1 99999 0 1 0 0)"/><circle r="1" transform="matrix(1 99999 0 1 0 0)"/>',
        '<circle r="1000000" transform="scale(2)"/>',
        '<circle r="1" transform="skewX(89.9)"/>',
        '<svg width="10" height="10" viewBox="0 0 .1 .1"><circle r="1"/></svg>',
        '<g font-size="100em"><circle r="1em"/></g>',
        '<clipPath id="c" clipPathUnits="objectBoundingBox"><circle r="1"/></clipPath><circle r="1" clip-path="url(#c)"/>',
        '<circle r=".00001"/>',
    ],
)
def test_drawing_in_which_lengths_may_multiply_is_not_plain(body):
    assert not is_plain(clean_svg(svg(body, 'fill="none" viewBox="0 0 10 10"')), 512)


@pytest.mark.parametrize(
    "body",
    [
        '<circle r="195000"/>',
        '<g transform="rotate(45) translate(3 -2)"><rect width="1e3" height="9.5" rx="2" fill="#9e1234"/></g>',
        '<g transform="matrix(1.25 0 0 -1.25 40 500) scale(.1)"><path d="M0 0A5 5 0 1 1 9 9"/></g>' * 10,
        f'<image width="9" height="9" href="{embedded(saved(Image.new("RGB", (9, 9))))}"/>',
    ],
)
def test_ordinary_drawing_is_plain(body):
    assert is_plain(clean_svg(svg(body, 'fill="none" viewBox="0 0 10 10"')), 512)


@needs_libcairo
def test_drawing_is_the_same_in_a_process_of_its_own():
    body = '<rect width="7" height="3" fill="red"/><svg x="1" y="1" width="4" height="4" viewBox="0 0 8 8"><circle r="4"/></svg>'
    cleaned = clean_svg(svg(body, 'viewBox="0 0 10 10"'))
    assert not is_plain(cleaned, 512)
    assert draw_png(cleaned) == clean_png(draw._drawn(cleaned.decode(), 512))


@needs_libcairo
def test_embedded_photograph_is_drawn():
    grey = drawn(f'<image width="10" height="10" href="{embedded(jpeg(64, 64), "jpeg")}"/>')
    assert grey.getpixel((256, 10))[0] < 50 < 200 < grey.getpixel((256, 500))[0]


@needs_libcairo
def test_svg_around_a_png_draws_the_png():
    data = saved(Image.new("RGBA", (16, 16), (10, 200, 30, 255)))
    assert opened(draw_png(svg_around_png(data))).getpixel((256, 256)) == (10, 200, 30, 255)


@needs_libcairo
@pytest.mark.parametrize("address", ["https://example.org/a.png", "file:///etc/hostname", "/etc/hostname", "a.png"])
def test_nothing_outside_the_file_is_read_even_from_an_uncleaned_drawing(address):
    with pytest.raises(PictureError, match="refers to something outside the file"):
        draw_png(svg(f'<image width="10" height="10" href="{address}"/>'))


@needs_libcairo
def test_drawing_that_cairo_cannot_draw_is_refused_in_words():
    with pytest.raises(PictureError, match="the SVG cannot be drawn"):
        draw_png(clean_svg(svg('<rect width="1" height="1" opacity="half"/>')))


WITHOUT_LIBCAIRO = """
import sys

class NoLibrary:
    # What cairocffi itself does when it finds no libcairo: it raises OSError while it is imported.
    def find_spec(self, name, path=None, target=None):
        if name == "cairocffi":
            raise OSError('no library called "cairo-2" was found')

sys.meta_path.insert(0, NoLibrary())
import pinback.images.draw
from pinback.errors import PictureError
sys.platform = sys.argv[1]
try:
    pinback.images.draw.draw_png(b"<svg/>")
except PictureError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("platform", "cure"),
    [
        ("linux", "run: sudo apt-get install libcairo2"),
        ("darwin", "run: brew install cairo"),
        ("win32", "run: winget install tschoonj.GTKForWindows"),
    ],
)
def test_missing_libcairo_names_the_line_that_installs_it(platform, cure):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIBCAIRO, platform], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith(f"SVG pictures cannot be drawn, as the system library libcairo is missing; {cure}")


def test_cairosvg_is_not_loaded_before_something_is_drawn():
    code = "import sys, pinback.images.draw; print('cairosvg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# Fitting


@pytest.mark.parametrize("side", [1, 100, MAX_KEPT_SIDE])
def test_square_picture_keeps_its_pixel_data(side):
    data = png(side, side, "RGB", dpi=(72, 72))
    assert idat(fit_png(data)) == idat(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_picture_of_every_mode_becomes_square(mode):
    fitted = fit_png(png(40, 20, mode))
    assert png_size(fitted) == (512, 512)
    assert opened(fitted).getpixel((256, 20)) == (0, 0, 0, 0)
    assert opened(fitted).getpixel((256, 256))[3] == 255
    assert clean_png(fitted) == fitted == fit_png(fitted)


def test_picture_is_centred_and_its_shape_kept():
    fitted = opened(fit_png(saved(Image.new("RGB", (100, 50), "red")), pixels=200))
    assert fitted.size == (200, 200)
    assert fitted.getbbox() == (0, 50, 200, 150)
    assert opened(fit_png(saved(Image.new("RGB", (1, 4096), "red")))).getbbox() == (255, 0, 256, 512)


def test_large_square_picture_is_made_smaller():
    assert png_size(fit_png(png(MAX_KEPT_SIDE + 1, MAX_KEPT_SIDE + 1))) == (512, 512)


def test_square_picture_too_heavy_for_an_svg_is_made_smaller():
    grain = Image.frombytes("L", (1000, 1000), random.Random(1).randbytes(1_000_000))
    assert len(saved(grain)) > MAX_FRAMED_PNG_BYTES
    fitted = fit_png(saved(grain))
    assert png_size(fitted) == (512, 512)
    assert svg_around_png(fitted)


def test_grey_of_sixteen_bits_stays_grey():
    rows = (b"\0" + b"\x80\x80" * 4) * 2
    fitted = opened(fit_png(raw_png(4, 2, rows, depth=16)))
    assert fitted.getpixel((256, 256)) == (128, 128, 128, 255)


def test_transparent_edge_does_not_darken_the_picture():
    image = Image.new("RGBA", (100, 60), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 50, 60))
    fitted = opened(fit_png(saved(image)))
    assert {pixel[:3] for _, pixel in fitted.getcolors(99_999) if pixel[3] > 8} == {(255, 255, 255)}


def test_unsound_picture_is_refused():
    with pytest.raises(PictureError, match="more pixel data"):
        fit_png(raw_png(4, 2, b"\0" * 9_000_000))
    with pytest.raises(PictureError, match="not a PNG"):
        fit_png(jpeg())


def test_palette_without_its_last_colours_does_not_break_the_program():
    data = raw_png(4, 2, b"\0\1\2\3\xff" * 2, colour=3, between=[(b"PLTE", b"rgb")])
    assert pixels(fit_png(data))
