"""A badge's two pictures, and when two of them are the same."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from pinback.errors import PictureError
from pinback.images.pictures import as_svg, cleaned, same_picture


def wide_png(level: int, colour: str = "#0b5c8a") -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((40, 20)).convert("RGB").save(stream, "PNG", compress_level=level)
    if colour != "#0b5c8a":
        stream = io.BytesIO()
        Image.new("RGB", (40, 20), colour).save(stream, "PNG")
    return stream.getvalue()


def framed(level: int) -> bytes:
    """The frame around a PNG whose pixels another library packed."""
    import base64
    import re

    svg = as_svg(wide_png(6), "badge.png")
    inside = base64.b64decode(re.search(rb"base64,([A-Za-z0-9+/=]+)", svg).group(1))
    stream = io.BytesIO()
    Image.open(io.BytesIO(inside)).save(stream, "PNG", compress_level=level)
    return re.sub(rb"base64,[A-Za-z0-9+/=]+", b"base64," + base64.b64encode(stream.getvalue()), svg)


def test_same_pixels_packed_otherwise_are_the_same_picture():
    assert framed(0) != framed(9)
    assert same_picture(framed(0), framed(9))


def test_other_pixels_are_another_picture():
    assert not same_picture(as_svg(wide_png(6), "badge.png"), as_svg(wide_png(6, "red"), "badge.png"))


def test_drawings_are_the_same_only_byte_by_byte():
    one = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>'
    assert same_picture(one, one)
    assert not same_picture(one, one.replace(b"M0 0", b"M0 1"))


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WebP", "BMP"])
@pytest.mark.parametrize("name", ["badge.png", "badge.svg"])
def test_picture_of_another_kind_is_named_whatever_it_is_called(kind: str, name: str):
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, kind)
    with pytest.raises(PictureError, match=f"this is a {kind} picture.*save it as PNG or SVG"):
        cleaned(stream.getvalue(), name)


def test_wrong_ending_is_named():
    with pytest.raises(PictureError, match="give it the ending of what it is"):
        cleaned(wide_png(6), "badge.svg")
