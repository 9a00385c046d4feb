"""Photographs that pages show lose what describes them and keep what they show."""

import io

import pytest
from pictures import jpeg, pixels
from PIL import Image

from pinback.errors import PictureError
from pinback.images.jpeg import clean_jpeg
from pinback.images.photographs import clean_photograph
from pinback.limits import MAX_PICTURE_PARTS

PROFILE = b"\0" * 36 + b"acsp" + b"\0" * 88
WORDS = (b"boat house", b"Ada", b"ada@home.example", b"hidden")


def exif(orientation=1):
    block = Image.Exif()
    block[0x010E] = "at the boat house, ada@home.example"
    block[0x0112] = orientation
    return block


def webp(**options) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGBA", (20, 10), (200, 30, 30, 128))
    picture.save(out, "WEBP", lossless=True, exif=exif(), xmp=b"<x>by Ada</x>", icc_profile=PROFILE, **options)
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=3, duration=40, comment=b"by Ada, hidden")
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.jpg", "a.jpeg"])
def test_photograph_loses_its_story_and_keeps_profile_and_pixels(name):
    data = jpeg(40, 30, exif=exif(), comment=b"by Ada", icc_profile=PROFILE) + b"hidden behind the end"
    cleaned = clean_photograph(data, name)
    assert not any(word in cleaned for word in (*WORDS, b"Exif"))
    assert PROFILE in cleaned
    assert pixels(cleaned) == pixels(data)
    assert clean_photograph(cleaned, name) == cleaned


@pytest.mark.parametrize("clean", [clean_jpeg, lambda data: clean_photograph(data, "a.jpg")])
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_small_picture_inside_a_photograph_goes(mode, clean):
    """JFIF 1.02 "APP0 marker" and its extension, and what stands behind Adobe's twelve bytes."""

    def segment(code, body):
        return bytes((0xFF, code)) + (len(body) + 2).to_bytes(2, "big") + body

    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "JPEG")
    data = out.getvalue()
    head = b"JFIF\0\1\2\0\0\1\0\1\2\2" + b"hidden picture"[:12]
    more = (segment(0xE0, head), segment(0xE0, b"JFXX\0\x13\2\2hidden"), segment(0xEE, b"other hidden"))
    adobe = b"Adobe\0d\0\0\0\0\0"
    plain = data.replace(segment(0xEE, adobe), segment(0xEE, adobe + b"hidden"))
    cleaned = clean(plain[:2] + b"".join(more) + plain[2:])
    assert b"hidden" not in cleaned
    assert pixels(cleaned) == pixels(data)
    assert clean(cleaned) == cleaned
    assert clean(data) == data


@pytest.mark.parametrize("orientation", range(2, 9))
def test_turned_photograph_is_still_turned(orientation):
    cleaned = clean_photograph(jpeg(40, 30, exif=exif(orientation)), "a.jpg")
    found = Image.open(io.BytesIO(cleaned)).getexif()
    assert dict(found) == {0x0112: orientation}
    assert clean_photograph(cleaned, "a.jpg") == cleaned


def test_webp_loses_its_story_and_keeps_profile_and_pixels():
    data = webp()
    cleaned = clean_photograph(data + b"hidden", "a.webp")
    assert b"boat house" in data
    assert not any(word in cleaned for word in WORDS)
    assert not Image.open(io.BytesIO(cleaned)).getexif()
    assert PROFILE in cleaned
    assert pixels(cleaned) == pixels(data)
    assert clean_photograph(cleaned, "a.webp") == cleaned


def test_gif_loses_its_comments_and_goes_on_moving():
    data = gif()
    cleaned = clean_photograph(data + b"hidden", "a.gif")
    assert not any(word in cleaned for word in WORDS)
    picture = Image.open(io.BytesIO(cleaned))
    assert (picture.n_frames, picture.info["loop"], picture.info["duration"]) == (3, 3, 40)
    assert clean_photograph(cleaned, "a.gif") == cleaned


@pytest.mark.parametrize(("name", "made"), [("a.jpg", jpeg), ("a.webp", webp), ("a.gif", gif)])
def test_every_cut_and_every_other_kind_is_refused(name, made):
    data = made()
    for length in range(len(data) - 1):
        with pytest.raises(PictureError):
            clean_photograph(data[:length], name)
    with pytest.raises(PictureError, match="its name says otherwise"):
        clean_photograph(b"<html><script>alert(1)</script>", name)


def test_a_pdf_must_be_one_and_other_kinds_are_left_alone():
    with pytest.raises(PictureError, match="the file is no PDF, and its name says otherwise"):
        clean_photograph(b"<html>", "a.pdf")
    assert clean_photograph(b"%PDF-1.7", "a.pdf") == b"%PDF-1.7"
    assert clean_photograph(b"x", "a.txt") == b"x"


def test_a_picture_of_very_many_parts_is_refused():
    for count, fits in ((MAX_PICTURE_PARTS, True), (MAX_PICTURE_PARTS + 1, False)):
        photograph = b"\xff\xd8" + b"\xff\xfe\0\2" * count + b"\xff\xd9"
        web = b"WEBP" + b"junk\0\0\0\0" * count
        moving = b"GIF89a" + bytes(7) + b"!\xfe" + b"\1x" * (count - 3) + b"\0;"
        for name, data in (
            ("a.jpg", photograph),
            ("a.webp", b"RIFF" + len(web).to_bytes(4, "little") + web),
            ("a.gif", moving),
        ):
            if fits:
                assert clean_photograph(data, name)
            else:
                with pytest.raises(PictureError, match=f"more than {MAX_PICTURE_PARTS:,}"):
                    clean_photograph(data, name)
    with pytest.raises(PictureError):
        clean_jpeg(b"\xff\xd8" + b"\xff\xfe\0\2" * (MAX_PICTURE_PARTS + 1) + b"\xff\xd9")
