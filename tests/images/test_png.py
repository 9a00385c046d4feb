import io
import struct
import zlib

import pytest
from pictures import chunk, chunks, idat, joined, pixels, png, raw_png, with_chunks
from PIL import Image, PngImagePlugin

from pinback.errors import PictureError
from pinback.images.png import (
    MAX_BAKED_BYTES,
    OB2_KEYWORD,
    OB3_KEYWORD,
    bake_png,
    clean_png,
    png_size,
    unbake_png,
)
from pinback.images.png_chunks import MAX_PNG_BYTES, MAX_PNG_CHUNKS, MAX_PNG_SIDE

JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6MX0.c2ln"
LONG = '{"name":"' + "Zoë 🏅 " * 4000 + '"}'


def grey_rows(width, height):
    return (b"\0" + b"\x7f" * width) * height


# Cleaning


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_clean_picture_of_every_mode_keeps_its_pixels(mode):
    data = png(13, 7) if mode == "I;16" else png(13, 7, mode)
    if mode == "I;16":
        data = raw_png(3, 2, (b"\0" + bytes(range(6))) * 2, depth=16)
    cleaned = clean_png(data)
    assert pixels(cleaned) == pixels(data)
    assert idat(cleaned) == idat(data)
    assert clean_png(cleaned) == cleaned


def test_everything_but_the_picture_is_dropped():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Ada")
    info.add_itxt("Comment", "secret", zip=True)
    exif = Image.Exif()
    exif[0x010E] = "a place"
    data = png(pnginfo=info, exif=exif, icc_profile=b"profile", dpi=(72, 72), transparency=None)
    data = with_chunks(data, (b"gAMA", struct.pack(">I", 45455)), (b"abCd", b"own"), (b"acTL", b"\0" * 8))
    data = with_chunks(data, (b"tEXt", b"late\0text"), (b"fdAT", b"\0" * 9), before=b"IEND")
    assert [kind for kind, _ in chunks(clean_png(data))] == [b"IHDR", b"pHYs", b"gAMA", b"IDAT", b"IEND"]


def test_palette_and_transparency_stay():
    image = Image.new("P", (4, 4))
    image.putpalette([255, 0, 0, 0, 255, 0])
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    cleaned = clean_png(out.getvalue())
    assert {b"PLTE", b"tRNS"} <= {kind for kind, _ in chunks(cleaned)}
    assert pixels(cleaned) == pixels(out.getvalue())


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5), (8, 8), (9, 17)])
@pytest.mark.parametrize(("depth", "colour", "samples"), [(1, 0, 1), (8, 2, 3), (16, 6, 4)])
def test_interlaced_picture_needs_exactly_its_seven_passes(size, depth, colour, samples):
    width, height = size
    rows = b""
    for x, y, dx, dy in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
    ):  # fmt: skip
        columns, lines = len(range(x, width, dx)), len(range(y, height, dy))
        if columns:
            rows += (b"\0" * (1 + (columns * depth * samples + 7) // 8)) * lines
    data = raw_png(width, height, rows, depth, colour, interlace=1)
    assert clean_png(data) == data
    pixels(data)
    with pytest.raises(PictureError, match="more pixel data"):
        clean_png(raw_png(width, height, rows + b"\0", depth, colour, interlace=1))
    with pytest.raises(PictureError, match="fewer pixels"):
        clean_png(raw_png(width, height, rows[:-1], depth, colour, interlace=1))


def test_picture_of_the_largest_size_passes_and_one_more_is_refused():
    side = MAX_PNG_SIDE
    assert png_size(clean_png(raw_png(side, 1, grey_rows(side, 1)))) == (side, 1)
    assert png_size(clean_png(raw_png(1, side, grey_rows(1, side)))) == (1, side)
    with pytest.raises(PictureError, match="4097 × 1 pixels, each side may have 1 to 4096"):
        clean_png(raw_png(side + 1, 1, grey_rows(side + 1, 1)))
    with pytest.raises(PictureError, match="1 × 4097"):
        png_size(raw_png(1, side + 1, grey_rows(1, side + 1)))


def test_bomb_in_the_pixel_data_stops_at_the_expected_size():
    bomb = raw_png(4, 4, b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    with pytest.raises(PictureError, match="more pixel data than its size allows"):
        clean_png(bomb)


def test_huge_dimensions_are_refused_before_inflating():
    with pytest.raises(PictureError, match="2147483647 × 2147483647"):
        clean_png(raw_png(2**31 - 1, 2**31 - 1, b""))


def test_every_cut_of_a_file_is_refused():
    data = png()
    for length in range(len(data)):
        with pytest.raises(PictureError):
            clean_png(data[:length])


def test_every_changed_byte_behind_the_signature_is_refused():
    data = raw_png(2, 2, grey_rows(2, 2))
    for place in range(8, len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x20
        with pytest.raises(PictureError):
            clean_png(bytes(changed))


def test_wrong_checksum_names_the_chunk():
    data = bytearray(png())
    data[29] ^= 1
    with pytest.raises(PictureError, match=r"the checksum of the PNG's IHDR chunk is wrong; open it in a picture"):
        clean_png(bytes(data))


def header(width=2, height=2, depth=8, colour=0, compression=0, filters=0, interlace=0):
    return (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, compression, filters, interlace))


PIXELS = (b"IDAT", zlib.compress(grey_rows(2, 2)))
END = (b"IEND", b"")
INDEXED = header(depth=8, colour=3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a PNG"),
        (b"GIF89a", "not a PNG"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (joined([PIXELS, END]), "IHDR chunk once"),
        (joined([header(), header(), PIXELS, END]), "IHDR chunk once"),
        (joined([header(), PIXELS]), "IEND"),
        (joined([header(), PIXELS, (b"IEND", b"more")]), "IEND"),
        (joined([header(), PIXELS, END]) + b"x", "after its end"),
        (joined([header(), PIXELS, END]) + chunk(b"IDAT", b""), "after its end"),
        (joined([header(), PIXELS, END, END]), "after its end"),
        (joined([header(), END]), "cut off"),
        (joined([(b"IHDR", b"short"), PIXELS, END]), "13 bytes"),
        (joined([header(width=0), PIXELS, END]), "0 × 2"),
        (joined([header(depth=3), PIXELS, END]), "bit depth 3"),
        (joined([header(colour=5), PIXELS, END]), "colour type 5"),
        (joined([header(colour=2, depth=4), PIXELS, END]), "bit depth 4"),
        (joined([header(compression=1), PIXELS, END]), "method"),
        (joined([header(filters=1), PIXELS, END]), "method"),
        (joined([header(interlace=2), PIXELS, END]), "method"),
        (joined([header(), (b"I4AT", b""), PIXELS, END]), "four letters"),
        (joined([header(), (b"CgBI", b""), PIXELS, END]), "unknown chunk CgBI"),
        (joined([header(), PIXELS, (b"tEXt", b"a\0b"), PIXELS, END]), "one run"),
        (joined([header(), PIXELS, PIXELS, END]), "after its pixels|broken"),
        (joined([header(), (b"IDAT", PIXELS[1] + b"hidden"), END]), "after its pixels"),
        (joined([header(), (b"IDAT", PIXELS[1][:-1]), END]), "cut off"),
        (joined([header(), (b"IDAT", b"not zlib"), END]), "broken"),
        (raw_png(2, 2, b"\5\0\0" * 2), "unknown filter"),
        (raw_png(2, 2, b"\0\0\0\5\0\0"), "unknown filter"),
        (joined([INDEXED, PIXELS, END]), "no palette"),
        (joined([INDEXED, (b"PLTE", b"rgbr"), PIXELS, END]), "palette"),
        (joined([INDEXED, (b"PLTE", b""), PIXELS, END]), "palette"),
        (joined([header(depth=1, colour=3), (b"PLTE", b"rgb" * 3), PIXELS, END]), "palette"),
        (joined([header(), (b"PLTE", b"rgb"), PIXELS, END]), "palette"),
        (joined([INDEXED, (b"PLTE", b"rgb"), (b"PLTE", b"rgb"), PIXELS, END]), "wrong place"),
        (joined([INDEXED, (b"PLTE", b"rgb"), (b"tRNS", b"aa"), PIXELS, END]), "transparency"),
        (joined([header(), PIXELS, (b"tRNS", b"aa"), END]), "transparency"),
        (joined([header(colour=6), (b"tRNS", b"aa"), PIXELS, END]), "transparency"),
    ],
)
def test_unsound_file_is_refused_in_words(data, message):
    with pytest.raises(PictureError, match=message) as caught:
        clean_png(data)
    assert caught.value.cure


def test_chunk_that_claims_more_than_the_file_is_refused():
    with pytest.raises(PictureError, match="middle of a chunk"):
        clean_png(joined([header()]) + struct.pack(">I", 2**32 - 1) + b"IDAT")


def test_pixel_data_in_many_chunks_are_read_as_one():
    body = zlib.compress(grey_rows(2, 2))
    data = joined([header(), *((b"IDAT", body[i : i + 1]) for i in range(len(body))), (b"IDAT", b""), END])
    assert clean_png(data) == data


def test_too_many_chunks_and_too_many_bytes_are_refused():
    with pytest.raises(PictureError, match="more than 20000 chunks"):
        clean_png(joined([header(), *[(b"IDAT", b"")] * MAX_PNG_CHUNKS, END]))
    with pytest.raises(PictureError, match=f"the limit is {MAX_PNG_BYTES}"):
        clean_png(joined([header(), (b"tEXt", b"\0" * MAX_PNG_BYTES), PIXELS, END]))


def test_odd_chunk_that_readers_ignore_is_dropped():
    data = with_chunks(png(), (b"gAMA", b"long one"), (b"pHYs", b"\0" * 9), (b"pHYs", b"\1" * 9))
    assert [kind for kind, _ in chunks(clean_png(data))] == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]


# Baking


def test_baked_chunk_stands_after_the_header_and_has_the_bytes_of_the_standard():
    baked = bake_png(png(), {OB2_KEYWORD: JWS})
    assert chunks(baked)[1] == (b"iTXt", b"openbadges\0\0\0\0\0" + JWS.encode())


def test_both_standards_in_one_file_come_back():
    documents = {OB2_KEYWORD: JWS, OB3_KEYWORD: LONG}
    baked = bake_png(png(), documents)
    assert unbake_png(baked) == documents
    assert list(unbake_png(baked)) == [OB2_KEYWORD, OB3_KEYWORD]
    assert list(unbake_png(bake_png(png(), dict(reversed(documents.items()))))) == [OB3_KEYWORD, OB2_KEYWORD]


def test_pillow_reads_what_was_baked():
    assert len(LONG.encode()) > 30_000
    with Image.open(io.BytesIO(bake_png(png(), {OB2_KEYWORD: JWS, OB3_KEYWORD: LONG}))) as image:
        image.load()
        assert image.text == {OB2_KEYWORD: JWS, OB3_KEYWORD: LONG}


def test_baking_leaves_every_other_byte_alone():
    data = with_chunks(png(40, 40), (b"tEXt", b"Author\0Ada"), before=b"IEND")
    baked = bake_png(data, {OB2_KEYWORD: JWS, OB3_KEYWORD: LONG})
    assert idat(baked) == idat(data)
    assert pixels(baked) == pixels(data)
    assert [part for part in chunks(baked) if b"openbadge" not in part[1]] == chunks(data)
    assert clean_png(baked) == clean_png(data)


def test_baking_again_replaces_the_document_of_every_form():
    data = with_chunks(png(), (b"tEXt", b"openbadges\0https://example.org/1"), (b"tEXt", b"openbadgesx\0stays"))
    data = with_chunks(data, (b"zTXt", b"openbadges\0\0" + zlib.compress(b"old")), before=b"IEND")
    baked = bake_png(bake_png(data, {OB2_KEYWORD: "old"}), {OB2_KEYWORD: JWS})
    assert unbake_png(baked) == {OB2_KEYWORD: JWS}
    assert (b"tEXt", b"openbadgesx\0stays") in chunks(baked)
    assert baked == bake_png(baked, {OB2_KEYWORD: JWS})


def test_baking_keeps_a_document_of_another_keyword():
    baked = bake_png(bake_png(png(), {OB2_KEYWORD: JWS}), {OB3_KEYWORD: "{}"})
    assert unbake_png(baked) == {OB3_KEYWORD: "{}", OB2_KEYWORD: JWS}


def test_document_at_the_limit_is_baked_and_one_more_byte_is_refused():
    assert len(unbake_png(bake_png(png(), {OB2_KEYWORD: "x" * MAX_BAKED_BYTES}))[OB2_KEYWORD]) == MAX_BAKED_BYTES
    with pytest.raises(PictureError, match="a picture may hold 2097152"):
        bake_png(png(), {OB2_KEYWORD: "x" * (MAX_BAKED_BYTES + 1)})


def test_text_and_keyword_that_cannot_be_baked_are_refused():
    with pytest.raises(PictureError, match="null"):
        bake_png(png(), {OB2_KEYWORD: "a\0b"})
    with pytest.raises(ValueError, match="not a keyword"):
        bake_png(png(), {"Author": "Ada"})
    with pytest.raises(PictureError, match="cut off"):
        bake_png(png()[:-12], {OB2_KEYWORD: JWS})


# Reading


@pytest.mark.parametrize(
    "part",
    [
        (b"iTXt", b"openbadges\0\0\0en\0Abzeichen\0" + "Zoë".encode()),
        (b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress("Zoë".encode())),
        (b"tEXt", b"openbadges\0" + "Zoë".encode("latin-1")),
        (b"zTXt", b"openbadges\0\0" + zlib.compress("Zoë".encode("latin-1"))),
    ],
)
def test_document_is_read_from_every_form_of_text_chunk(part):
    assert unbake_png(with_chunks(png(), part, before=b"IEND")) == {OB2_KEYWORD: "Zoë"}


def test_picture_without_documents_has_none_and_other_texts_are_not_inflated():
    assert unbake_png(with_chunks(png(), (b"zTXt", b"Author\0\0not zlib"), (b"tEXt", b"no null"))) == {}


@pytest.mark.parametrize(
    "second",
    [(b"tEXt", b"openbadges\0x"), (b"zTXt", b"openbadges\0\0x"), (b"iTXt", b"openbadges\0\0\0\0\0x")],
)
def test_two_documents_of_one_keyword_are_refused(second):
    with pytest.raises(PictureError, match="two documents with the keyword openbadges"):
        unbake_png(with_chunks(bake_png(png(), {OB2_KEYWORD: JWS}), second))


BOMB = zlib.compress(b"\0" * 50_000_000)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ((b"iTXt", b"openbadges\0\1\0\0\0" + BOMB), "more than 2097152"),
        ((b"zTXt", b"openbadges\0\0" + BOMB), "more than 2097152"),
        ((b"tEXt", b"openbadges\0" + b"x" * (MAX_BAKED_BYTES + 1)), "more than 2097152"),
        ((b"iTXt", b"openbadges\0\1\0\0\0broken"), "inflated"),
        ((b"iTXt", b"openbadges\0\1\0\0\0" + zlib.compress(b"text")[:-2]), "cut off"),
        ((b"zTXt", b"openbadges\0\1x"), "cannot be read"),
        ((b"zTXt", b"openbadges\0"), "cannot be read"),
        ((b"iTXt", b"openbadges\0"), "cannot be read"),
        ((b"iTXt", b"openbadges\0\2\0\0\0x"), "cannot be read"),
        ((b"iTXt", b"openbadges\0\0\0\0\0\xff"), "cannot be read"),
    ],
)
def test_document_that_is_broken_or_a_bomb_is_refused(part, message):
    with pytest.raises(PictureError, match=message):
        unbake_png(with_chunks(png(), part))
