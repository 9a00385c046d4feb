import io

import pytest
from pictures import jpeg, pixels, png
from PIL import Image

from pinback.errors import PictureError
from pinback.images.jpeg import MAX_JPEG_SIDE, clean_jpeg, jpeg_size


def described(orientation=1, **options) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "at the boat house"
    exif[0x0112] = orientation
    return jpeg(40, 30, exif=exif, comment=b"by Ada", icc_profile=b"profile", **options)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True}])
def test_photograph_keeps_its_pixels_and_loses_its_story(options):
    data = described(**options)
    cleaned = clean_jpeg(data + b"hidden behind the end")
    assert pixels(cleaned) == pixels(data)
    assert not any(word in cleaned for word in (b"boat house", b"Ada", b"profile", b"hidden", b"Exif"))
    assert clean_jpeg(cleaned) == cleaned
    assert jpeg_size(cleaned) == (40, 30)


def test_four_colour_photograph_keeps_its_pixels():
    out = io.BytesIO()
    Image.new("CMYK", (9, 9), (10, 200, 30, 40)).save(out, "JPEG")
    assert pixels(clean_jpeg(out.getvalue())) == pixels(out.getvalue())


def test_turned_photograph_is_refused():
    with pytest.raises(PictureError, match="turn it upright"):
        clean_jpeg(described(orientation=6))


def test_large_photograph_is_refused():
    with pytest.raises(PictureError, match="4097 × 1 pixels"):
        clean_jpeg(jpeg(MAX_JPEG_SIDE + 1, 1))


def test_other_formats_and_every_cut_are_refused():
    with pytest.raises(PictureError, match="cannot be read"):
        clean_jpeg(png())
    data = jpeg()
    for length in range(len(data) - 1):
        with pytest.raises(PictureError):
            clean_jpeg(data[:length])
