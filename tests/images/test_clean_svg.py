import base64
import gzip
import random
from itertools import pairwise

import pytest
from pictures import SHAPE, embedded, jpeg, pixels, png, raw_png, saved, svg
from PIL import Image

from pinback.errors import PictureError
from pinback.images.clean_svg import MAX_FRAMED_PNG_BYTES, MAX_SVG_BYTES, clean_svg, svg_around_png
from pinback.images.png import clean_png

ROOT = '<svg viewBox="0 0 10 10" xmlns="http://www.w3.org/2000/svg">'
GRADIENT = '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'


def inside(data: bytes) -> str:
    text = clean_svg(data).decode()
    assert text.startswith(ROOT)
    return text.removeprefix(ROOT).removesuffix("</svg>")


# What stays

DRAWINGS = {
    "shapes": '<path d="M1 1L2 2z" fill="#abc"/><circle cx="1" cy="1" r=".5"/><line x1="1" x2="2" y1="3" y2="4"/>',
    "polygon": '<polygon points="0 0 1 1 2 0" stroke="rgb(1, 2, 3)" stroke-dasharray="1 2"/>',
    "group": '<g fill="none" transform="translate(1 2) rotate(3)"><ellipse rx="1" ry="2"/></g>',
    "gradient": f'<defs>{GRADIENT}</defs><rect fill="url(#g)" height="1" width="1"/>',
    "linked gradient": f'{GRADIENT}<radialGradient href="#g" id="h" r="1"/><circle fill="url(#h) red" r="1"/>',
    "use": '<defs><symbol id="s" viewBox="0 0 1 1"><path d="M0 0h1"/></symbol></defs><use href="#s" width="5" x="1"/>',
    "clip and mask": '<clipPath id="c"><rect height="5" width="5"/></clipPath><mask id="m"><rect fill="white" '
    'height="5" width="5"/></mask><g clip-path="url(#c)" mask="url(#m)"><rect height="9" width="9"/></g>',
    "pattern": '<pattern height="1" id="p" width="1"><circle r="1"/></pattern><rect height="9" stroke="url(#p)" '
    'width="9"/>',
    "marker": '<marker id="a" viewBox="0 0 3 3"><path d="M0 0h1"/></marker><path d="M0 0h1" marker-end="url(#a)"/>',
    "text": '<title>A &amp; B</title><desc>a &lt; b</desc><text font-family="\'DejaVu Sans\', serif" x="1" '
    'xml:space="preserve"> Zoë <tspan dy="1">🏅</tspan> &gt; \n</text>',
    "picture": f'<image height="9" href="{embedded(clean_png(png()))}" width="9"/>',
}


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_sound_drawing_stays_as_it_is(drawing):
    assert inside(svg(drawing)) == drawing
    assert clean_svg(clean_svg(svg(drawing))) == clean_svg(svg(drawing))


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ('<rect style="fill:red;stroke:BLUE !important" fill="blue" width="1"/>', '<rect fill="red" stroke="BLUE" width="1"/>'),
        ('<rect style="fill: url( &quot;#g&quot; )" width="1"/>' + GRADIENT, f'<rect fill="url(#g)" width="1"/>{GRADIENT}'),
        ('<path style="marker:none;-inkscape-x:1;mix-blend-mode:normal;filter:none" d="M0\n 0h1"/>',
         '<path d="M0 0h1" marker-end="none" marker-mid="none" marker-start="none"/>'),
        ('<rect style="fill:#d9d9d9;fill:color(display-p3 0.8 0.8 0.8);" width="1"/>', '<rect fill="#d9d9d9" width="1"/>'),
        ('<rect id="unused" class="a" data-x="1" aria-label="b" foo="bar" filter="none" width="1"/>', '<rect width="1"/>'),
        ('<rect id="a" width="1"/><rect id="a" width="2"/><use xlink:href="#a"/>',
         '<rect id="a" width="1"/><rect width="2"/><use href="#a"/>'),
        (GRADIENT + '<g fill="url(#g)" stroke="red"><rect width="1"/><g fill="blue"><rect width="2"/></g></g>',
         GRADIENT + '<g stroke="red"><rect fill="url(#g)" width="1"/><g fill="blue"><rect width="2"/></g></g>'),
        (GRADIENT + '<g fill="url(#g)"><text>a<tspan>b</tspan></text></g>',
         GRADIENT + '<g><text fill="url(#g)">a<tspan>b</tspan></text></g>'),
        ('<metadata><a xmlns="urn:rdf">b</a></metadata><x xmlns="urn:sodipodi"/><!-- c --><?php d?>loose' + SHAPE,
         '<rect height="9" width="9"/>'),
        ('<filter id="f"><feGaussianBlur/></filter>' + SHAPE, '<rect height="9" width="9"/>'),
        ('<text>a<x xmlns="urn:x">b</x>c<tspan>d</tspan>e<!-- f -->g</text>', "<text>ac<tspan>d</tspan>eg</text>"),
        ("<text>&#13;<![CDATA[<b>]]></text>", "<text>&#13;&lt;b&gt;</text>"),
        ('<text font-family="&quot;A B&quot;">a</text>', '<text font-family="&quot;A B&quot;">a</text>'),
        ('<marker id="m" markerWidth="5"/><path d="m-1-1,.5.5 1e-1-.5" marker-mid="url(#m)"/>',
         '<marker id="m" markerWidth="5" viewBox="0 0 5 3"/><path d="m-1 -1 .5 .5 1e-1 -.5" marker-mid="url(#m)"/>'),
        ('<path d=" M 0,0\n a1,1 0 01.5.5 1 1 0 1 1 -1 0 Z zm1 1"/>', '<path d="M0 0a1 1 0 0 1 .5 .5 1 1 0 1 1 -1 0Zzm1 1"/>'),
        ('<path d="none"/><path d=""/><polygon points="1,2 3,4"/>', '<path/><path/><polygon points="1 2 3 4"/>'),
        ('<g xmlns:s="http://www.w3.org/2000/svg"><s:rect width="1"/></g>', '<g><rect width="1"/></g>'),
    ],
)  # fmt: skip
def test_drawing_is_written_anew(given, cleaned):
    assert inside(svg(given)) == cleaned
    assert clean_svg(clean_svg(svg(given))) == clean_svg(svg(given))


@pytest.mark.parametrize(
    ("attributes", "box"),
    [
        ('viewBox="0 0 10 20"', "0 0 10 20"),
        ('viewBox=" -1,-1 , 3.5 4e1" width="100%" height="9" x="1" preserveAspectRatio="none"', "-1 -1 3.5 4e1"),
        ('width="30" height="20px"', "0 0 30 20"),
        ('width="1in" height="25.4mm"', "0 0 96 96"),
        ('width=".5" height="1." onlyknown=""', "0 0 0.5 1"),
    ],
)
def test_size_is_kept_as_the_view_box_alone(attributes, box):
    cleaned = clean_svg(svg(SHAPE, attributes.replace(' onlyknown=""', "")))
    assert cleaned.startswith(f'<svg viewBox="{box}" xmlns="http://www.w3.org/2000/svg">'.encode())


@pytest.mark.parametrize(
    "attributes",
    [
        "", 'width="100%" height="100%"', 'width="3"', 'width="0" height="3"', 'viewBox="0 0 0 3"', 'viewBox="0 0 3"',
        'viewBox="0 0 -1 3"', 'viewBox="0 0 nan 3"', 'viewBox="0 0 inf 3"', 'viewBox="0 0 1e7 3"', 'viewBox="a b c d"',
        'width="9e9" height="3em"',
    ],
)  # fmt: skip
def test_drawing_without_a_size_is_refused(attributes):
    with pytest.raises(PictureError, match=r"viewBox|size|number"):
        clean_svg(svg(SHAPE, attributes))


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "latin-1"])
def test_file_in_another_encoding_becomes_utf8(coding):
    text = f'<?xml version="1.0" encoding="{coding}"?>' + svg("<text>Zoë</text>").decode()
    assert inside(text.encode(coding)) == "<text>Zoë</text>"


def test_plain_doctype_is_passed_over_and_missing_namespace_is_added():
    doctype = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert inside(doctype + svg(SHAPE)) == inside(svg(SHAPE))
    assert inside(b'<svg viewBox="0 0 10 10"><rect width="9" height="9"/></svg>') == inside(svg(SHAPE))


# What is refused


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<script>alert(1)</script>", '"<script>" element'),
        ('<script href="https://example.org/a.js"/>', '"<script>" element'),
        ("<foreignObject><p>a</p></foreignObject>", '"<foreignObject>" element'),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>', '"<script>" element'),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', '"<animate>" element'),
        ('<set attributeName="onload" to="alert(1)"/>', '"<set>" element'),
        ('<a href="https://example.org/"><rect/></a>', '"<a>" element'),
        ("<style>rect{fill:red}</style>", '"<style>" element.*presentation attributes'),
        ('<switch systemLanguage="de"/>', '"<switch>" element'),
        ("<iframe/>", '"<iframe>" element'),
        ("<SCRIPT/>", '"<SCRIPT>" element'),
        ("<text><textPath>a</textPath></text>", '"<textPath>" element'),
        ('<rect onload="alert(1)"/>', 'event handler "onload" on <rect>'),
        ('<rect ONCLICK="alert(1)"/>', 'event handler "ONCLICK"'),
        ('<use href="https://example.org/a.svg#b"/>', 'refers to "https://example.org/a.svg#b"'),
        ('<use xlink:href="//example.org/a.svg#b"/>', "refers to"),
        ('<use href="javascript:alert(1)"/>', "refers to"),
        ('<use href="data:image/svg+xml,x#a"/>', "refers to"),
        ('<use href=""/>', "refers to"),
        ('<use x="1"/>', "<use> without href"),
        ('<g xlink:href="https://example.org/"/>', "refers to"),
        ('<rect fill="url(https://example.org/a#b)"/>', "fill of <rect>, which is not allowed"),
        ('<rect fill="url(#a)url(https://example.org/)"/>', "not allowed"),
        ('<rect fill="URL(https://example.org/)"/>', "not allowed"),
        ('<rect fill="u\\72l(https://example.org/)"/>', "not allowed"),
        ('<rect width="url(#a)"/>', "not allowed"),
        ('<rect fill="/*a*/red"/>', "not allowed"),
        ('<rect fill="color(display-p3 1 1 1)"/>', "not allowed"),
        ('<rect fill="var(--a)"/>', "not allowed"),
        ('<rect clip-path="path(1)"/>', "not allowed"),
        ('<rect style="background:url(https://example.org/a.png)"/>', "uses background on <rect>"),
        ('<rect style="fill:url(data:image/png;base64,AAAA)"/>', "not allowed"),
        ('<rect style="fill:red;}@import x"/>', "not allowed"),
        ('<rect style="filter:blur(5px)"/>', "uses filter on <rect>"),
        ('<rect filter="url(#f)"/>', "uses filter on <rect>"),
        ('<rect style="mix-blend-mode:multiply"/>', "uses mix-blend-mode"),
        ('<rect style="transform:rotate(5deg)"/>', "uses transform"),
        ('<path d="M1 1z0"/>', 'broken path data at "z0"'),
        ('<path d="1 1"/>', "broken path data"),
        ('<path d="L1 1"/>', "broken path data"),
        ('<path d="M1"/>', "broken path data"),
        ('<path d="M"/>', "broken path data"),
        ('<path d="M0 0l1 1 1"/>', "broken path data"),
        ('<path d="M0 0a1 1 0 2 0 1 1"/>', "broken path data"),
        ('<path d="M0 0 x"/>', "broken path data"),
        ('<path d="M0 0 1e"/>', "broken path data"),
        (f'<path d="M{"1" * 500_000}x"/>', "broken path data"),
        (f'<path d="M0 0a{"1" * 500_000}"/>', "broken path data|number"),
        ('<polygon points="1 2 3"/>', "broken points"),
        ('<path d="M0 1e7"/>', 'number "1e7" in path data'),
        ('<circle r="1000001"/>', 'number "1000001" in r'),
        ('<circle r="1e999"/>', 'number "1e999" in r'),
        ('<text font-size="1e9">a</text>', 'number "1e9" in font-size'),
        ('<rect transform="scale(1e7)"/>', 'number "1e7" in transform'),
        ('<rect transform="url(#a)"/>', "transform of <rect>"),
        ('<rect fill="url(#missing)"/>', "refers to #missing, which is not in the file"),
        ('<use href="#missing"/>', "refers to #missing"),
        (GRADIENT + '<g fill="url(#g)"><use href="#r"/></g><rect id="r"/>', "paints a <use>"),
        ('<image href="https://example.org/a.png"/>', '<image> shows "https://example.org/a.png"'),
        ('<image href="#a"/>', "<image> shows"),
        ('<image width="1"/>', "<image> shows"),
        ('<image href="data:image/svg+xml;base64,AAAA"/>', "<image> shows"),
        ('<image href="data:image/gif;base64,AAAA"/>', "<image> shows"),
        ('<image href="data:image/png;base64,AA*A"/>', "base64"),
        ('<image href="data:image/png;base64,AAA"/>', "base64"),
        (f'<image href="{embedded(png()[:-1])}"/>', "PNG ends in the middle"),
        (f'<image href="{embedded(jpeg())}"/>', "not a PNG"),
        (f'<image href="{embedded(png(), "jpeg")}"/>', "JPEG cannot be read"),
        (f'<image href="{embedded(raw_png(4, 4, bytes(9_000_000)))}"/>', "more pixel data"),
    ],
)
def test_active_foreign_or_unknown_content_is_refused_by_name(body, message):
    with pytest.raises(PictureError, match=message) as caught:
        clean_svg(svg(SHAPE + body))
    assert caught.value.cure


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not sound XML"),
        (b"not xml", "not sound XML"),
        (svg(SHAPE)[:-3], "not sound XML"),
        (gzip.compress(svg(SHAPE)), "compressed"),
        (b"<html/>", "not an SVG"),
        (b'<svg xmlns="urn:other" viewBox="0 0 1 1"/>', "not an SVG"),
        (b'<?xml version="1.0" encoding="nonsense"?><svg/>', "encoding|not sound XML"),
        (b'<?xml version="1.0" encoding="utf-8"?><svg a="\xff"/>', "not sound XML"),
        (svg(""), "draws nothing"),
        (svg(GRADIENT), "draws nothing"),
        (b"<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'alert(1)'>]>" + svg(SHAPE), "declares entities"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg(SHAPE), "declares entities"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd" []>' + svg(SHAPE), "declares entities"),
        (svg("<text>&a;</text>"), "not sound XML"),
        (svg("<g>" * 64 + SHAPE + "</g>" * 64), "nested more than 64 deep"),
        (svg("<g/>" * 20_000), "more than 20000 elements"),
        (svg(SHAPE, 'viewBox="0 0 1 1" onload="alert(1)"'), 'event handler "onload" on <svg>'),
        (b" " * (MAX_SVG_BYTES + 1), "the limit is 1048576"),
        (svg(f"<text font-family='{chr(34) * 180_000}'>a</text>"), "bytes when cleaned"),
        (svg("<text>" + "x" * 260_000 + "</text>"), "takes too long"),
    ],
)
def test_unsound_file_is_refused(data, message):
    with pytest.raises(PictureError, match=message):
        clean_svg(data)


def test_entity_bomb_is_refused():
    names = "abcdefghij"
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    with pytest.raises(PictureError, match="declares entities"):
        clean_svg(f"<!DOCTYPE svg [{entities}]>".encode() + svg("<text>&j;</text>"))


def test_file_at_the_limits_passes():
    assert clean_svg(svg("<g>" * 62 + SHAPE + "</g>" * 62))
    assert clean_svg(svg(SHAPE * 19_999))
    data = svg(SHAPE)
    assert clean_svg(data + b" " * (MAX_SVG_BYTES - len(data)))


# References


def bomb(levels: int, wide: int) -> str:
    groups = [f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * wide + "</g>" for i in range(1, levels)]
    return f'<rect id="a0" width="1" height="1"/>{"".join(groups)}'


def test_use_bomb_is_refused():
    with pytest.raises(PictureError, match="takes too long to draw"):
        clean_svg(svg(bomb(20, 10)))
    assert clean_svg(svg(bomb(4, 10)))


def test_long_chain_of_references_is_refused():
    with pytest.raises(PictureError, match="nested more than 128 deep"):
        clean_svg(svg(bomb(70, 1)))
    backwards = "".join(f'<g id="a{i}"><use href="#a{i + 1}"/></g>' for i in range(70)) + '<rect id="a70"/>'
    with pytest.raises(PictureError, match="nested more than 128 deep"):
        clean_svg(svg(backwards))


@pytest.mark.parametrize(
    "body",
    [
        '<use id="a" href="#a"/>',
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        f'<pattern id="p"><rect fill="url(#p)" width="1" height="1"/></pattern>{SHAPE}',
        f'<g fill="url(#p)"><pattern id="p">{SHAPE}</pattern></g>',
        f'<clipPath id="c" clip-path="url(#c)">{SHAPE}</clipPath>{SHAPE}',
        f'<mask id="m"><g mask="url(#m)">{SHAPE}</g></mask>',
        '<marker id="m"><path d="M0 0h1" marker-mid="url(#m)"/></marker>',
        f'<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>{SHAPE}',
    ],
)
def test_drawing_that_refers_to_itself_is_refused(body):
    with pytest.raises(PictureError, match="refers to itself"):
        clean_svg(svg(body))


def points(number: int) -> str:
    chance = random.Random(1)
    return " ".join(f"{chance.random():.2f}" for _ in range(number * 2))


@pytest.mark.parametrize(
    "body",
    [
        '<marker id="m"><path d="M0 0h1"/></marker><g marker-mid="url(#m)">' + f'<path d="M{points(30_000)}"/></g>',
        f'<pattern id="p">{SHAPE * 300}</pattern><g fill="url(#p)">{SHAPE * 300}</g>',
        f'<mask id="m">{SHAPE}</mask>' + f'<g mask="url(#m)">{SHAPE}</g>' * 3000,
        f'<path stroke="red" d="M{points(60_000)}"/>',
        f'<path id="a" d="M{points(10_000)}"/>' + '<use href="#a"/>' * 100,
        '<path stroke="red" stroke-dasharray="0.001" d="M0 0' + "L1000000 0L0 0" * 1000 + '"/>',
        '<g stroke-dasharray="0.0001%"><rect stroke="red" width="900000" height="90mm"/></g>',
        ('<g opacity="0.5">' * 30 + SHAPE + "</g>" * 30) * 160,
        '<rect width="9" height="9" opacity="0.5"/>' * 1_300,
        '<radialGradient id="r"><stop offset="0"/></radialGradient><g fill="url(#r)">' + SHAPE * 1_300 + "</g>",
        '<text fill="url(#p)">' + "a<tspan>b</tspan>" * 5000 + f'</text><pattern id="p">{SHAPE * 20}</pattern>',
        f'<image id="i" href="{embedded(saved(Image.new("L", (4096, 4096))))}"/>' + '<use href="#i"/>' * 12,
    ],
)
def test_drawing_that_would_take_too_long_is_refused(body):
    with pytest.raises(PictureError, match="takes too long to draw"):
        clean_svg(svg(body))


@pytest.mark.parametrize("opacity", ["1", "1.0", "100%"])
def test_drawing_whose_elements_are_all_opaque_may_have_many(opacity: str):
    clean_svg(svg(f'<rect width="9" height="9" opacity="{opacity}"/>' * 19_000))


# Pictures


def test_embedded_photograph_loses_its_story_and_stays_the_same_picture():
    exif = Image.Exif()
    exif[0x010E] = "boat house"
    data = jpeg(20, 10, exif=exif)
    coded = inside(svg(f'<image href="\n{embedded(data, "JPG")}"/>'.replace("base64,", "base64, ")))
    kept = base64.b64decode(coded.partition("base64,")[2].partition('"')[0])
    assert coded.startswith('<image href="data:image/jpeg;base64,')
    assert b"boat house" not in kept
    assert pixels(kept) == pixels(data)


def test_svg_around_a_png_shows_its_pixels_and_survives_cleaning():
    data = png(30, 20, dpi=(1, 1))
    around = svg_around_png(data)
    assert b'<svg viewBox="0 0 30 20" ' in around
    assert clean_svg(around) == around
    assert embedded(clean_png(data)).encode() in around


def test_png_too_large_for_an_svg_is_refused():
    noise = Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(600 * 600 * 3))
    with pytest.raises(PictureError, match=f"an SVG around it may hold {MAX_FRAMED_PNG_BYTES}"):
        svg_around_png(saved(noise))


# Chance


def test_damaged_drawings_are_cleaned_or_refused_and_never_break_the_program():
    source = svg("".join(DRAWINGS.values()), 'viewBox="0 0 10 10" width="5" style="fill:red"')
    chance = random.Random(7)
    passed = 0
    for _ in range(2000):
        data = bytearray(source)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(data))
            length = chance.choice([0, 1, 1, 5])
            data[place : place + length] = chance.choice(
                [b"", b"<", b'"', b"&", b"url(", b"#a", b"9", b"\0", b"\xff", b"<g>", b" on=", b"script", b"-1e99"]
            )
        try:
            cleaned = clean_svg(bytes(data))
        except PictureError:
            continue
        passed += 1
        assert clean_svg(cleaned) == cleaned
    assert passed > 20


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x9b", "\x7f"])
def test_words_that_read_another_way_than_they_are_written_are_refused(sign: str) -> None:
    for inside in (f"<text>a{sign}b</text>", f"<text><tspan>a</tspan>{sign}b</text>"):
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/>{inside}</svg>'
        with pytest.raises(PictureError, match=f"the invisible sign U\\+{ord(sign):04X}"):
            clean_svg(drawing.encode())


@pytest.mark.parametrize("number", ["inf", "-Infinity", "nan", "1_0e30", "\uff11e30", "\u0669"])
@pytest.mark.parametrize("name", ["r", "stroke-width", "stroke-dasharray"])
def test_what_python_alone_takes_for_a_number_is_refused(name, number):
    """CairoSVG reads numbers as Python does, so that none of these would meet the limit; of a circle of endless size libcairo makes pieces for ever."""
    with pytest.raises(PictureError, match="which is not allowed"):
        clean_svg(svg(f'<circle {name}="{number}"/>'))
