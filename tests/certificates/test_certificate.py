"""A certificate as its reader finds it: one page, real words, a code that leads to the page, the signed badge inside."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from certificates.cases import ADDRESS, FONTS, THEME, award, drawn, named, printer
from certificates.reading import attached, codes, outside, pages, words
from conftest import ROOT, needs_pango
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from pinback import cores
from pinback.certificates import PAPERS, Font, Picture, Printer, certificate_pdf
from pinback.certificates.printing import Draft
from pinback.errors import PaperError
from pinback.pages.language import Language

pytestmark = needs_pango

SIXTY = "Maximiliana-Wilhelmina von und zu Hohenstaufen-Schwarzenberg"
ARABIC = "محمد بن عبد الرحمن بن خالد بن يوسف الأندلسي القرطبي الشافعي"
HEBREW = "שרה בת־אברהם כהן־לוי"
CHINESE = "李小龙"


def chinese_font() -> Font:
    """Return a font that has three Chinese letters as boxes, and nothing else."""
    pen = TTGlyphPen(None)
    for x, y in ((100, 0), (100, 800), (900, 800), (900, 0)):
        (pen.lineTo if pen.points else pen.moveTo)((x, y))
    pen.closePath()
    box = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    names = [f"u{ord(letter):04X}" for letter in CHINESE]
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(letter): name for letter, name in zip(CHINESE, names, strict=True)})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **dict.fromkeys(names, box)})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    stream = io.BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(stream)
    return Font("theme/fonts/Boxes.ttf", stream.getvalue())


class Arabic(Language):
    """English words, written from right to left, as in a club with an Arabic catalogue."""

    @property
    def direction(self) -> str:
        """Return the direction of Arabic."""
        return "rtl"


def test_it_says_in_words_what_the_page_says() -> None:
    data = drawn(award())
    said = words(data)
    for part in (
        *("Riverside Rowing Club", "Safe Coxing", "Can cox a club four in ordinary conditions."),
        *("Over six outings: check the boat; steer it", "Awarded on 17 May 2026", "Valid until 17 May 2028"),
        *("badges.example.org/awards/2ghkc7mfro6s2a7e/", "z6Mkpn54G9ws5Ya4agWmN3jUXfV9vLzgkwcdLVRdQL54FzYs"),
        "the holder of the private link",
    ):
        assert part in said, part
    assert "Demonstration" not in said and pages(data) == 1


def test_what_is_not_so_is_not_said() -> None:
    said = words(drawn(award(named=False, valid_until=None, demonstration=True)))
    assert "a holder whose name is not published" in said and "private link" not in said
    assert "Valid until" not in said
    assert "Demonstration" in said


def test_the_file_has_language_title_and_tags_and_no_time_of_its_making() -> None:
    reader = pypdf.PdfReader(io.BytesIO(drawn(named("Zoë Ångström"))))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and reader.metadata.title == "Certificate: Safe Coxing, Zoë Ångström"
    assert "/CreationDate" not in reader.metadata and "/ModDate" not in reader.metadata
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert "/ID" not in reader.trailer


def test_the_signed_badge_is_inside_as_it_is() -> None:
    data = drawn(award(credential=b'{"id": "x"}\r\n \n'))
    assert attached(data) == {"credential.json": b'{"id": "x"}\r\n \n'}
    root = pypdf.PdfReader(io.BytesIO(data)).trailer["/Root"]
    assert [one.get_object()["/AFRelationship"] for one in root["/AF"]] == ["/Source"]
    params = root["/AF"][0].get_object()["/EF"]["/F"].get_object()["/Params"]
    assert params["/CreationDate"] == params["/ModDate"] == "D:20260601120027Z"


@pytest.mark.parametrize("paper", PAPERS)
def test_the_code_leads_to_the_page(paper: str) -> None:
    data = drawn(award(), paper=paper)
    assert codes(data) == [ADDRESS]
    size = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
    millimetres = (float(size.width) / 72 * 25.4, float(size.height) / 72 * 25.4)
    assert millimetres == pytest.approx((PAPERS[paper].height, PAPERS[paper].width), abs=0.1)


@pytest.mark.parametrize("name", ["Zoë Ångström", SIXTY, ARABIC, HEBREW, "Ж" * 60, "ﬀ" * 60])
@pytest.mark.parametrize("paper", PAPERS)
def test_the_code_of_a_named_certificate_is_the_private_link(name: str, paper: str) -> None:
    one = named(name)
    data = drawn(one, paper=paper)
    assert codes(data) == [one.link]
    assert pages(data) == 1 and not outside(data)


@pytest.mark.parametrize("name", ["Zoë Ångström", SIXTY])
def test_a_latin_name_is_text_that_can_be_found(name: str) -> None:
    assert name.replace("\u00a0", " ") in words(drawn(named(name)))


@pytest.mark.parametrize("name", [ARABIC, HEBREW])
def test_a_name_from_right_to_left_is_text_on_its_side_of_the_page(name: str) -> None:
    data = drawn(named(name, badge_name=name, badge_language="ar"), Arabic("ar", "ar"))
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert pages(data) == 1 and not outside(data)
    found = set("".join(reader.pages[0].extract_text().split()))
    # A reader may give letters in the order of the eye, and joined forms; every letter of Hebrew has one form.
    if name == HEBREW:
        assert set("".join(name.split())) <= found
    left_to_right = drawn(named(name))
    assert _left_of(data, "Awarded to") > _left_of(left_to_right, "Awarded to") + 100


def _left_of(data: bytes, phrase: str) -> float:
    places: list[float] = []

    def note(text: str, matrix: list[float], text_matrix: list[float], *_: object) -> None:
        if phrase.split()[0] in text:
            places.append(matrix[4] + text_matrix[4] * abs(matrix[0]))

    pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text(visitor_text=note)
    return places[0]


def test_letters_of_a_given_font_are_drawn_with_it() -> None:
    maker = printer(fonts=(*FONTS, chinese_font()))
    data = certificate_pdf(maker, THEME.render, Language("en"), named(CHINESE))
    assert not maker.missing
    assert CHINESE in words(data) and pages(data) == 1 and not outside(data)
    fonts = {str(font["/BaseFont"]) for font in _fonts(data)}
    assert len(fonts) == 3


def _fonts(data: bytes) -> list[pypdf.generic.DictionaryObject]:
    page = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]


def test_letters_that_no_given_font_has_are_remembered() -> None:
    maker = Printer(THEME.asset("certificate.css").decode(), "certificate.css", PAPERS["a4"], FONTS, turned=True)
    data = certificate_pdf(maker, THEME.render, Language("en"), named("李 a\u0301 小 李"))
    assert list(maker.missing) == ["李", "小"]
    assert pages(data) == 1


@pytest.mark.parametrize("step", [1, 7, 40, 200])
def test_however_much_there_is_to_say_it_comes_on_one_page(step: int) -> None:
    one = named(
        ("W" * 200)[: 5 * step],
        badge_name=("B" * 120)[: 3 * step],
        badge_description="many words " * step,
        criteria=f"<p>{'what to do ' * 10 * step}</p>",
        issuer_name=("M" * 200)[: 3 * step],
        issuer_host="a" * 40 + ".example.org",
        demonstration=True,
    )
    data = drawn(one)
    assert pages(data) == 1 and not outside(data)
    assert codes(data) == [one.link]
    assert one.name in words(data).replace(" ", "")


def test_hostile_texts_are_words_and_nothing_else() -> None:
    bad = '</p><img src="https://evil.example.org/x"><script>alert(1)</script>{{ 7*7 }} & "quoted" \u202e'
    data = drawn(named(bad, badge_name=bad, badge_description=bad, issuer_name=bad, alt=bad, badge_language='x" y="'))
    said = words(data)
    assert "<script>alert(1)</script>{{ 7*7 }}" in said
    assert pages(data) == 1 and b"evil.example.org" not in data


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.org/x.svg",
        "file:///etc/hostname",
        "paper:nothing",
        "/etc/hostname",
        "data:image/png;base64,AA",
    ],
)
def test_a_style_sheet_that_asks_for_more_than_it_was_given_is_refused(address: str) -> None:
    style = THEME.asset("certificate.css").decode() + f'\nmain {{ background: url("{address}") }}\n'
    maker = Printer(style, "certificate.css", PAPERS["a4"], FONTS, turned=True)
    with pytest.raises(PaperError, match=r"theme/certificate\.css, or the template that goes with it, asks for"):
        certificate_pdf(maker, THEME.render, Language("en"), award())


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="stylesheet" href="https://evil.example.org/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<link rel="attachment" href="paper:qr">',
        '<a rel="attachment" href="file:///etc/hostname">x</a>',
        '<svg><image href="file:///etc/hostname" width="1" height="1"/></svg><img src="file:///etc/hostname">',
    ],
)
def test_a_template_that_asks_for_more_than_it_was_given_is_refused(markup: str) -> None:
    def render(name: str, values: dict[str, object], language: Language) -> bytes:
        return THEME.render(name, values, language).replace(b"</footer>", markup.encode() + b"</footer>")

    with pytest.raises(PaperError, match="asks for"):
        certificate_pdf(printer(), render, Language("en"), award())


def test_a_picture_that_asks_for_more_gets_nothing() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="file:///etc/hostname" width="9" height="9"/></svg>'
    with pytest.raises(PaperError, match="asks for"):
        drawn(award(picture=Picture(svg, "image/svg+xml")))


def test_a_template_that_never_fits_is_named() -> None:
    def render(name: str, values: dict[str, object], language: Language) -> bytes:
        return THEME.render(name, values, language).replace(b"</main>", b"<p>x</p>" * 200 + b"</main>")

    with pytest.raises(
        PaperError, match=r"^theme/certificate\.html: the certificate does not come on one page; compare"
    ):
        certificate_pdf(printer(), render, Language("en"), award())


def test_a_broken_font_is_named() -> None:
    with pytest.raises(PaperError, match=r"theme/fonts/x\.ttf: this font cannot be read"):
        Printer("", "certificate.css", PAPERS["a4"], (Font("theme/fonts/x.ttf", b"\0\1\0\0" + b"x" * 40),))


MAKE = """
import hashlib, sys
sys.path[:0] = sys.argv[1:3]
from certificates.cases import award, drawn, named
for one in (award(), named("Zoë Ångström"), named("محمد بن خالد"), award(demonstration=True)):
    print(hashlib.sha256(drawn(one)).hexdigest())
"""


def test_the_same_award_gives_the_same_bytes_everywhere(tmp_path: Path) -> None:
    def made(**environment: str) -> str:
        variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        command = [sys.executable, "-c", MAKE, str(ROOT / "tests"), str(ROOT)]
        done = subprocess.run(
            command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout

    first = made(TZ="Pacific/Kiritimati", LANG="C", LC_ALL="C", PYTHONHASHSEED="1", HOME=str(tmp_path))
    assert first == made(TZ="America/New_York", LANG="de_DE.UTF-8", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert len(set(first.split())) == 4


@pytest.mark.skipif(not cores.can_share(), reason="no processes are forked here")
def test_forked_process_unpacks_its_own_fonts_and_clears_them_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pango 1.52 and later, one that draws with the fonts of the process that it came from waits for ever."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    maker = Printer(THEME.asset("certificate.css").decode(), "certificate.css", PAPERS["a4"], FONTS, turned=True)
    assert os.listdir(tmp_path) == []

    def draw(number: int) -> set[str]:
        before = set(os.listdir(tmp_path))
        assert maker.pdf(Draft(f"<p>{number}</p>", {}), 1)
        return set(os.listdir(tmp_path)) - before

    assert len(draw(0)) == 1
    (made,) = cores.in_order(lambda place: draw(place + 1), 1, 2, lambda done: None)
    assert len(made) == 1
    assert len(draw(2)) == 0
    assert len(os.listdir(tmp_path)) == 1


def test_what_was_drawn_before_changes_nothing() -> None:
    alone = Printer(THEME.asset("certificate.css").decode() + "\n", "certificate.css", PAPERS["a4"], FONTS, turned=True)
    after = Printer(
        THEME.asset("certificate.css").decode() + " \n", "certificate.css", PAPERS["a4"], FONTS, turned=True
    )
    for name in (ARABIC, HEBREW, "李"):
        certificate_pdf(after, THEME.render, Language("en"), named(name))
    wanted = certificate_pdf(alone, THEME.render, Language("en"), award())
    assert certificate_pdf(after, THEME.render, Language("en"), award()) == wanted


def test_another_badge_is_another_file() -> None:
    one = award()
    assert drawn(one) != drawn(replace(one, credential=json.dumps({"id": "y"}).encode()))
    assert drawn(one) == drawn(replace(one))
