"""QR codes that are made of those of one address by XOR are segno's own, and readers read them."""

from __future__ import annotations

import random
import re

import pytest
import segno
import zxingcpp
from PIL import Image

from pinback.pages.qr import WORTH_IT, NumberedCodes, qr_code

SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
BEFORE = (
    "https://a.org/awards/",
    "https://badges.example.org/awards/",
    "https://club.example.org/a/long/path/to/the/badges/zh-hant/awards/",
    # From the 7th version on a code tells its version, from the 10th on the length has 16 bits; one block of codewords is not enough long before.
    f"https://club.example.org/{'a/longer/path/' * 6}awards/",
    f"https://club.example.org/{'a/longer/path/' * 11}awards/",
)


def numbers(count: int, seed: int, length: int = 16, signs: str = SIGNS) -> list[str]:
    """Return numbers at random, the same from the same seed."""
    chosen = random.Random(seed)
    return ["".join(chosen.choices(signs, k=length)) for _ in range(count)]


def modules(code: dict[str, str]) -> list[list[int]]:
    """Return the modules that a path draws."""
    side = int(code["box"].split()[-1]) - 8
    drawn = [[0] * side for _ in range(side)]
    for x, y, length in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)", code["path"])):
        for place in range(x, x + length):
            assert not drawn[y][place]
            drawn[y][place] = 1
        assert x + length == side or not drawn[y][x + length]
        assert x == 0 or not drawn[y][x - 1]
    return drawn


@pytest.mark.parametrize("before", BEFORE)
def test_code_of_each_number_is_that_of_segno_with_the_same_mask(before: str) -> None:
    codes = NumberedCodes(before, "/", 16)
    base = segno.make(f"{before}{'a' * 16}/", error="m", micro=False, boost_error=False)
    for number in numbers(WORTH_IT + 300, seed=len(before)):
        made = segno.make(
            f"{before}{number}/", error="m", micro=False, boost_error=False, version=base.version, mask=base.mask
        )
        assert modules(dict(codes.code(number))) == [list(row) for row in made.matrix]


def test_code_is_the_same_whether_it_is_the_first_or_the_last() -> None:
    one, many = NumberedCodes(BEFORE[1], "/", 16), NumberedCodes(BEFORE[1], "/", 16)
    asked = numbers(WORTH_IT * 2, seed=5)
    assert [many.code(number) for number in asked][::-1] == [one.code(number) for number in reversed(asked)]


def test_codes_are_read() -> None:
    codes = NumberedCodes(BEFORE[1], "/", 16)
    for number in numbers(WORTH_IT * 3, seed=6):
        rows = modules(dict(codes.code(number)))
        side = len(rows) + 8
        picture = Image.new("L", (side, side), 255)
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    picture.putpixel((x + 4, y + 4), 0)
        found = zxingcpp.read_barcodes(picture.resize((side * 4, side * 4), Image.Resampling.NEAREST))
        assert [one.text for one in found] == [f"{BEFORE[1]}{number}/"]


@pytest.mark.parametrize(
    ("before", "number"), [("https://a.org/", "ABC"), ("https://a.org/", "abcd"), ("HTTPS://A.ORG/", "aaa"), ("https://ä.org/", "aaa")]
)  # fmt: skip
def test_what_is_not_of_the_form_is_left_to_segno(before: str, number: str) -> None:
    codes = NumberedCodes(before, "", 3)
    for _ in range(WORTH_IT + 2):
        codes.code("abc")
    made = dict(codes.code(number))
    if number != "aaa" or not before.isascii():
        assert made == qr_code(f"{before}{number}")
    else:
        assert modules(made)
