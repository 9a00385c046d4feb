"""Words as outlines: shaped as HarfBuzz says, in the right order, in the room there is, and no letter lost in silence."""

from __future__ import annotations

import io
import random
import struct
import unicodedata

import pytest
import uharfbuzz as hb
from made_fonts import growing, variable, with_empty, with_one_letter
from PIL import Image, ImageChops, ImageStat

from pinback.images import bidi
from pinback.images.fonts import FOLDER, Font, FontError, clusters, shipped, with_own
from pinback.images.ink import covered
from pinback.images.lettering import Line, MissingLetter, drawable, shaped
from pinback.images.raster import svg_to_png
from pinback.images.typesetting import Lettering, _pieces, set_words
from pinback.limits import MAX_FONT_BYTES

BOLDS = shipped().bold
LATIN, ARABIC, HEBREW = BOLDS


def line(text: str, base: int = 0) -> Line:
    return shaped(text, BOLDS, bidi.levels(text, base))


def names(one: Line) -> list[tuple[str, str]]:
    """Return font and glyph name of each glyph, from left to right."""
    return [(glyph.font.name, glyph.font.shaper.get_glyph_name(glyph.number)) for glyph in one.glyphs]


def by_harfbuzz(font: Font, text: str) -> list[tuple[str, str]]:
    """Return what HarfBuzz makes of a run whose direction and script it finds for itself."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font.shaper, buffer)
    return [(font.name, font.shaper.get_glyph_name(info.codepoint)) for info in buffer.glyph_infos]


def placed(text: str, **options: object) -> list[str]:
    """Return the words of a text line by line, as they were cut."""
    settings = {"width": 600, "height": 400, "largest": 80, "smallest": 40, "most_lines": 6, **options}
    return [f"{one.width * found.size:.0f}" for found in [set_words(text, BOLDS, **settings)] for one in found.lines]  # type: ignore[arg-type]


# Scripts.


@pytest.mark.parametrize(
    "text", ["Zoë Ångström", "Zażółć gęślą jaźń", "Người đưa tin ỨỄ", "Žluťoučký kůň", "Ğüşiöç İı"]
)
def test_latin_with_every_mark_is_drawn_by_our_font(text: str) -> None:
    words, missing = drawable(text, BOLDS)
    assert (words, missing) == (text, ())
    assert names(line(words)) == by_harfbuzz(LATIN, words)


@pytest.mark.parametrize("text", ["Kłódź ƠƯ ệ", "Ångström"])
def test_letters_typed_in_parts_are_those_typed_whole(text: str) -> None:
    whole, apart = drawable(text, BOLDS)[0], drawable(unicodedata.normalize("NFD", text), BOLDS)[0]
    assert whole == apart
    assert line(whole) == line(apart)


def test_greek_and_cyrillic_are_drawn() -> None:
    assert drawable("Ναυαγοσώστης Спасатель", BOLDS)[1] == ()


def test_arabic_is_joined_and_written_from_right_to_left() -> None:
    text = "سباحة"
    found = line(text, 1)
    assert names(found) == by_harfbuzz(ARABIC, text)
    # Unicode's names of the joined forms, from left to right: the first letter of the word stands rightmost.
    forms = [unicodedata.name(chr(int(name.removeprefix("uni"), 16))) for _, name in names(found)]
    assert forms == [
        "ARABIC LETTER TEH MARBUTA FINAL FORM",
        "ARABIC LETTER HAH INITIAL FORM",
        "ARABIC LETTER ALEF FINAL FORM",
        "ARABIC LETTER BEH MEDIAL FORM",
        "ARABIC LETTER SEEN INITIAL FORM",
    ]
    assert [glyph.x for glyph in found.glyphs] == sorted(glyph.x for glyph in found.glyphs)


def test_hebrew_and_latin_stand_in_visual_order() -> None:
    """In a line from right to left the Hebrew word is at the right, and the Latin one reads from left to right."""
    found = line("קשר Reef 8", 1)
    assert names(found) == [*by_harfbuzz(LATIN, "Reef 8"), *by_harfbuzz(HEBREW, " ")[:1], *by_harfbuzz(HEBREW, "קשר")]
    assert [name for _, name in names(line("Reef קשר", 0))][:4] == ["R", "e", "e", "f"]


def test_brackets_open_towards_what_they_hold() -> None:
    """HarfBuzz mirrors them in a run from right to left."""
    left_to_right = [name for _, name in names(line("(a)", 0))]
    right_to_left = [name for _, name in names(line("(א)", 1))]
    assert left_to_right[0] == right_to_left[0] == "parenleft"
    assert left_to_right[-1] == right_to_left[-1] == "parenright"


def test_each_letter_comes_from_a_font_that_has_it() -> None:
    assert [font for font, _ in names(line("aأא"))] == [LATIN.name, HEBREW.name, ARABIC.name]


def test_a_letter_and_its_marks_are_one() -> None:
    assert clusters("e\u0301x") == ["e\u0301", "x"]
    assert clusters("שָׁ") == ["שָׁ"]
    assert clusters("👩\u200d🚀👍🏽🇵🇱🇩🇪") == ["👩\u200d🚀", "👍🏽", "🇵🇱", "🇩🇪"]


# Letters that no font has.


def test_letter_that_no_font_has_is_named() -> None:
    words, missing = drawable("Knots 結び", BOLDS)
    assert words == "Knots"
    assert [(one.letter, one.codes) for one in missing] == [("結", "U+7D50"), ("び", "U+3073")]


def test_of_a_word_with_an_emoji_the_word_stays() -> None:
    assert drawable("Gold🏅 crew 👩\u200d🚀", BOLDS) == (
        "Gold crew",
        (MissingLetter("🏅"), MissingLetter("👩\u200d🚀")),
    )
    assert MissingLetter("👩\u200d🚀").codes == "U+1F469 U+200D U+1F680"


def test_word_without_one_of_its_letters_is_left_out() -> None:
    assert drawable("Judo 柔道家 club", BOLDS)[0] == "Judo club"


def test_marks_of_another_script_are_drawn_beside_the_letter() -> None:
    assert [font for font, _ in names(line("x\u0651"))] == [LATIN.name, ARABIC.name]


def test_nothing_that_can_be_drawn_is_nothing() -> None:
    assert drawable(" \u200b\u202e\t", BOLDS) == ("", ())
    assert set_words("", BOLDS, 100, 100, 40, 20, 2).lines == ()


def test_shaping_refuses_a_letter_that_no_font_has() -> None:
    with pytest.raises(ValueError, match=r"U\+7D50"):
        line("結")


# Lines.

LONG = "An exceptionally long badge name that somebody wrote because the committee could not agree on any other, 120 letters all"


def test_short_name_is_set_in_one_line_at_the_largest_size() -> None:
    found = set_words("Knots", BOLDS, 600, 400, 80, 40, 6)
    assert (found.size, len(found.lines), found.cut) == (80, 1, False)


def test_name_of_120_letters_fits_whole() -> None:
    assert len(LONG) == 120
    found = set_words(LONG, BOLDS, 600, 400, 92, 44, 6)
    assert not found.cut
    assert found.width <= 600
    assert found.top + found.bottom <= 400
    assert sum(len(one.glyphs) for one in found.lines) >= 120 - len(found.lines)


def test_lines_are_even() -> None:
    widths = [float(width) for width in placed("Safety launch driver of the club on open water", most_lines=3)]
    assert max(widths) < 1.5 * min(widths)


def test_word_that_is_too_wide_is_broken_between_letters() -> None:
    found = set_words("Rettungsschwimmerausbildungsnachweis" * 2, BOLDS, 600, 400, 80, 44, 6)
    assert not found.cut
    assert found.size == 44
    assert found.width <= 600


def test_what_does_not_fit_ends_with_an_ellipsis_behind_a_word() -> None:
    found = set_words("one two three four five six seven eight", BOLDS, 300, 60, 40, 36, 1)
    assert found.cut
    assert found.width <= 300
    assert [name for _, name in names(found.lines[-1])][-1] == "ellipsis"
    assert [name for _, name in names(found.lines[-1])][-6:-1] == list("three")


def test_arabic_text_that_is_cut_off_ends_at_the_left() -> None:
    found = set_words("سباحة الإنقاذ في المياه المفتوحة", BOLDS, 300, 90, 40, 36, 1, "rtl", "ar")
    assert found.cut
    assert "ellipsis" in names(found.lines[0])[0][1]


def test_hyphened_name_is_rather_set_smaller_than_torn() -> None:
    whole = set_words("Twenty-Five", BOLDS, 480, 400, 92, 44, 6)
    assert (len(whole.lines), whole.size < 92) == (1, True)
    assert len(set_words("Sportbootführerschein-Auffrischungskurs", BOLDS, 600, 400, 92, 30, 6).lines) == 2


def test_dash_never_begins_a_line() -> None:
    found = set_words("Ścieżka żółtego żurawia – łódź", BOLDS, 420, 500, 92, 44, 6)
    assert all(names(one)[0][1] != "endash" for one in found.lines)


def test_chinese_is_broken_between_letters_once_there_is_a_font() -> None:
    own = with_own({"theme/fonts/cjk.ttf": with_one_letter("結")})
    words, missing = drawable("結結結結結結結結", own.bold)
    assert missing == ()
    assert len(set_words(words, own.bold, 200, 400, 60, 40, 6).lines) > 1


def test_japanese_line_begins_and_ends_with_what_may_stand_there() -> None:
    assert ["結び目とロープ（海）"[start:end] for start, end in _pieces("結び目とロープ（海）")] == [
        "結",
        "び",
        "目",
        "と",
        "ロー",
        "プ",
        "（海）",
    ]
    assert [("수상 안전"[start:end]) for start, end in _pieces("수상 안전")] == ["수상 ", "안전"]


def test_endless_text_is_cut_off() -> None:
    found = set_words("a" * 100_000, BOLDS, 600, 400, 92, 44, 6)
    assert found.cut
    assert found.width <= 600


def test_high_marks_do_not_touch_the_line_above() -> None:
    found = set_words("gggg ỨỄỨỄ", BOLDS, 300, 500, 80, 60, 3)
    distance = found.baselines[1] / found.size
    assert len(found.lines) == 2
    assert distance >= found.lines[0].bottom + found.lines[1].top


def ink(words: Lettering, leftwards: bool = False) -> tuple[float, float, float, float]:
    """Return the box of a text's ink, from where its lines begin and its first baseline, y downwards."""
    image, left, top = covered(words, leftwards)
    box = image.point(lambda value: 255 if value > 127 else 0).getbbox()
    assert box is not None
    return box[0] + left, box[1] + top, box[2] + left, box[3] + top


def test_pixels_lie_where_the_words_were_set() -> None:
    found = set_words("HHH HHH HHH", BOLDS, 200, 400, 80, 40, 6)
    assert len(found.lines) == 3
    box = ink(found)
    assert box[1] == pytest.approx(-found.top, abs=1)
    assert box[3] == pytest.approx(found.bottom, abs=1)
    assert 0 < box[0] < box[2] < found.width
    other = ink(found, leftwards=True)
    assert (other[0], other[2]) == pytest.approx((box[0] - found.width, box[2] - found.width), abs=1)


def test_letters_are_covered_as_resvg_covers_their_outlines() -> None:
    """The rasteriser of another house, given the same outlines, hardly differs in any pixel."""
    for text in ("Rgaß & 8%", "Węzły", "سباحة الإنقاذ", "קשרים"):
        found = set_words(drawable(text, BOLDS)[0], BOLDS, 600, 400, 92, 44, 6)
        image, left, top = covered(found, leftwards=False)
        size = f'width="{image.width}" height="{image.height}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {image.width} {image.height}" {size}>{outlines(found)}</svg>'
        with Image.open(io.BytesIO(svg_to_png(svg, *image.size, ours=True))) as opened:
            difference = ImageChops.difference(opened.getchannel("A"), image)
        assert ImageStat.Stat(difference).mean[0] < 1.5
        assert difference.point(lambda value: 255 if value > 120 else 0).getbbox() is None


def outlines(words: Lettering) -> str:
    """Return words as SVG, one path a glyph."""
    commands = {"moveTo": "M", "lineTo": "L", "qCurveTo": "Q", "curveTo": "C", "closePath": "Z", "endPath": ""}
    parts = []
    for line, below in zip(words.lines, words.baselines, strict=True):
        for glyph in line.glyphs:
            scale, strokes = words.size / glyph.font.units, glyph.font.outline(glyph.number).value
            drawn = "".join(commands[name] + " ".join(f"{x} {y}" for x, y in given) for name, given in strokes)
            place = f"translate({glyph.x * words.size} {below - glyph.y * words.size}) scale({scale} {-scale})"
            parts.append(f'<path transform="{place}" d="{drawn}"/>')
    return "".join(parts)


# Fonts of strangers.


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "this is no TrueType or OpenType font"),
        (b"<svg/>" * 40, "this is no TrueType or OpenType font"),
        (b"wOF2" + bytes(200), "this is no TrueType or OpenType font"),
        (b"\0\1\0\0" + bytes(200), "the font has no letters"),
        (b"OTTO" + b"\xff" * 2000, "the font has no letters"),
        (struct.pack(">4sHHHH4sIII", b"\0\1\0\0", 1, 16, 0, 0, b"cmap", 0, 28, 2**31), "the font has no letters"),
    ],
)
def test_what_is_no_font_is_named(data: bytes, what: str) -> None:
    with pytest.raises(FontError) as caught:
        with_own({"theme/fonts/x.ttf": data})
    assert (caught.value.file, caught.value.what) == ("theme/fonts/x.ttf", what)
    assert caught.value.cure


def test_damaged_fonts_draw_or_say_why() -> None:
    """Four hundred fonts with damage anywhere, headers and tables of shaping above all: an answer, and never a crash."""
    draw = random.Random(11)
    good = (FOLDER / "NotoSansHebrew-Bold.ttf").read_bytes()
    said = drew = 0
    for number in range(400):
        data = bytearray(good)
        for _ in range(draw.choice((1, 4, 40, 400))):
            data[draw.randrange(400 if number % 2 else len(data))] = draw.randrange(256)
        if number % 5 == 0:
            del data[draw.randrange(len(data)) :]
        try:
            font = Font("theme/fonts/x.ttf", bytes(data))
            words, _ = drawable("קָשֶׁר 12 ab", [font, LATIN])
            found = set_words(words, [font, LATIN], 300, 300, 60, 20, 3)
            covered(found, leftwards=bool(number % 2))
            drew += 1
        except FontError:
            said += 1
    assert (said > 0, drew > 0, said + drew) == (True, True, 400)


def test_font_that_makes_too_much_of_a_letter_is_refused() -> None:
    fonts = [LATIN, Font("theme/fonts/x.ttf", growing("結"))]
    with pytest.raises(FontError, match="makes of words what they do not say"):
        set_words("結結結", fonts, 300, 300, 60, 20, 3)


def test_variable_font_is_set_to_the_weight_of_the_words() -> None:
    own = with_own({"theme/fonts/x.ttf": variable("結")})
    ink = [shaped("結", fonts, [0]) for fonts in (own.bold, own.regular)]
    wide = [font.outline(font.shaper.get_nominal_glyph(ord("結"))).value for font in (own.bold[-1], own.regular[-1])]
    right = [max(point[0] for _, points in strokes for point in points) for strokes in wide]
    assert right == [700, 400]
    assert [one.glyphs[0].font for one in ink] == [own.bold[-1], own.regular[-1]]


def test_letter_with_nothing_to_see_counts_as_missing() -> None:
    """A font of coloured bitmaps has letters by name and no outlines; drawn, they would be a hole."""
    assert drawable("א", [Font("x.ttf", with_empty("א"))]) == ("", (MissingLetter("א"),))


def test_fonts_that_come_with_pinback_are_small_and_named() -> None:
    files = sorted(FOLDER.glob("*.ttf"))
    assert sum(path.stat().st_size for path in files) <= 1_600_000 < MAX_FONT_BYTES
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(path.name in readme for path in files)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "LICENSE.txt").read_text(encoding="utf-8")
