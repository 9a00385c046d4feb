"""A sheet with all badges of a holder: pages as needed, a code each, nothing cut in two."""

from __future__ import annotations

import io

import pypdf
import pytest
from certificates.cases import ADDRESS, FONTS, SECRET, THEME, award
from certificates.reading import attached, codes, outside, pages, words
from conftest import needs_pango

from pinback.addresses import named_link
from pinback.certificates import PAPERS, Entry, Printer, Sheet, sheet_pdf
from pinback.pages.language import Language

pytestmark = needs_pango


def entry(number: int, name: str = "") -> Entry:
    """Return a badge of a sheet."""
    one = award()
    address = ADDRESS.replace("2ghk", f"{number:04}")
    return Entry(
        badge_name=f"Badge {number}",
        badge_description=one.badge_description * 9,
        badge_language="en",
        alt="x",
        picture=one.picture,
        issuer_name=one.issuer_name,
        awarded_on=one.awarded_on,
        valid_until=one.valid_until,
        award_id=address.split("/")[4],
        address=address,
        link=named_link(address, name, SECRET) if name else address,
        credential=f'{{"id": {number}}}'.encode(),
        signed_at=one.signed_at,
    )


def made(sheet: Sheet, paper: str = "a4") -> bytes:
    """Return a sheet as PDF."""
    printer = Printer(THEME.asset("sheet.css").decode(), "sheet.css", PAPERS[paper], FONTS)
    return sheet_pdf(printer, THEME.render, Language("en"), sheet)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("count", [1, 7, 30])
def test_each_badge_has_its_place_and_its_code(count: int, paper: str) -> None:
    name = "Maximiliana-Wilhelmina von und zu Hohenstaufen-Schwarzenberg"
    entries = [entry(number, name) for number in range(count)]
    data = made(Sheet(name, "Riverside badges", entries, "https://badges.example.org/people/otter-7/"), paper)
    assert sorted(codes(data)) == sorted([*(one.link for one in entries), "https://badges.example.org/people/otter-7/"])
    assert set(attached(data).values()) == {one.credential for one in entries}
    assert pages(data) <= 1 + count // 5 and not outside(data)
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(data)).pages, 1):
        assert f"{number} / {pages(data)}" in page.extract_text()


def test_it_has_a_language_a_title_and_one_name() -> None:
    data = made(Sheet("", "Riverside badges", [entry(1)]))
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata is not None and reader.metadata.title == "Badges of one holder"
    assert "The name is not on this sheet" in words(data) and "1 badge" in words(data)
    assert made(Sheet("", "Riverside badges", [entry(1)])) == data
