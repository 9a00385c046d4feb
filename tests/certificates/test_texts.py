"""Texts as they fit on paper."""

from __future__ import annotations

import pytest

from pinback.certificates.texts import clamped, paragraph, width


def test_first_part_of_criteria_becomes_one_paragraph() -> None:
    html = "<h3>What you do</h3>\n<p>Over <strong>six</strong> outings:</p>\n<ol>\n<li>check the boat;</li>\n<li>steer it</li>\n<li>land</li></ol>\n<h3>More</h3><p>No.</p>"
    assert paragraph(html) == "Over six outings: check the boat; steer it; land"


def test_criteria_without_headings_are_taken_whole() -> None:
    assert paragraph("<p>Tie six knots.</p><p>Then &lt;two&gt; more.</p>") == "Tie six knots. Then <two> more."
    assert paragraph("") == ""


def test_a_long_text_is_cut_between_words() -> None:
    assert clamped("one two three", 100) == "one two three"
    assert clamped("one two, three four", 9) == "one two …"
    assert clamped("one\n two", 100) == "one two"
    assert clamped("anything", 0) == ""


@pytest.mark.parametrize("text", ["a" * 50, "李小龙" * 20, "é" * 50, "x" + "\u0301" * 50])
def test_a_text_without_blanks_is_cut_where_a_letter_ends(text: str) -> None:
    cut = clamped(text, 20)
    assert cut.endswith(" …") and len(cut) <= 22
    assert text.startswith(cut[:-2])
    assert not text[len(cut) - 2 :].startswith("\u0301")


def test_wide_letters_count_more_and_marks_nothing() -> None:
    assert width("李") > width("A") > width("a") > width("i")
    assert width("a\u0301\u200d") == width("a")
