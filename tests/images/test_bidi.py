"""Directions in a line: against the Unicode Standard's own examples, and against code that did not make them."""

from __future__ import annotations

import random

import bidi
import pytest

from pinback.images.bidi import base_level, levels, line_levels, visual_order


def shown(text: str, base: int) -> str:
    """Return a line in the order in which it stands from left to right, brackets not mirrored."""
    found = line_levels(text, levels(text, base), base)
    return "".join(text[place] for place in visual_order(found))


# Levels as in BidiCharacterTest.txt of the Unicode Character Database: worked out by hand from the rules named.
LEVELS = [
    ("abc אבג", 0, [0, 0, 0, 0, 1, 1, 1]),
    ("abc אבג", 1, [2, 2, 2, 1, 1, 1, 1]),
    ("א 12.5", 1, [1, 1, 2, 2, 2, 2]),  # W4: the point stays in the number
    ("ب 12", 0, [1, 1, 2, 2]),  # W2: after Arabic, figures are Arabic numbers
    ("a 12", 1, [2, 2, 2, 2]),  # W7: after Latin, figures are Latin
    ("א $5", 1, [1, 1, 2, 2]),  # W5
    ("א\u05b0ב", 0, [1, 1, 1]),  # W1: a mark goes with its letter
    ("a(b)א", 1, [2, 2, 2, 2, 1]),  # N0 c: brackets around Latin after Latin
    ("א(b)ג", 1, [1, 1, 2, 1, 1]),  # N0: brackets go with the paragraph
    ("א (a) b", 0, [1, 0, 0, 0, 0, 0, 0]),
]


@pytest.mark.parametrize(("text", "base", "expected"), LEVELS)
def test_levels_are_those_of_the_rules(text: str, base: int, expected: list[int]) -> None:
    assert levels(text, base) == expected


def test_paragraph_has_the_direction_of_its_first_strong_letter() -> None:
    assert base_level("12 אבג abc", 0) == 1
    assert base_level("(abc אבג", 1) == 0
    assert [base_level("12 …", level) for level in (0, 1)] == [0, 1]


def test_spaces_at_the_end_of_a_line_stand_at_the_paragraphs_end_side() -> None:
    assert shown("אב ", 0) == "בא "
    assert shown("ab ", 1) == " ab"


def test_order_is_that_of_code_by_others() -> None:
    """python-bidi wraps unicode-bidi, which Firefox's Servo uses and which passes the Unicode Standard's tests."""
    letters = "abA אבגعرب٣١ 12 +-,.:/()[]{}<>«»!?%$€#\u0301\u0651\u05b0&·”"
    draw = random.Random(5)
    for _ in range(8000):
        text = "".join(draw.choice(letters) for _ in range(draw.randint(1, 14)))
        for base, name in ((0, "L"), (1, "R")):
            assert shown(text, base) == bidi.get_display(text, base_dir=name), (text, base)
