"""The colours that follow from a club's can be read on every ground of the theme, whatever the club chose."""

from __future__ import annotations

import math
import random
import re

import pytest
from conftest import ROOT

from pinback.pages import colour
from pinback.pages.colour import DARK, EDGE, LIGHT, TEXT, accents, contrast, luminance

_RANDOM = random.Random(5)
EVERYTHING = [
    *("#000000", "#ffffff", "#808080", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff"),
    *("#ffd000", "#0b5c8a", "#777777", "#767676", "#757575", "#010101", "#fefefe", "#e30613", "#009640", "#f39200"),
    *(f"#{_RANDOM.randrange(1 << 24):06x}" for _ in range(300)),
]


def _tokens(dark: bool) -> dict[str, str]:
    """The values at the top of the theme's style sheet."""
    sheet = (ROOT / "theme/style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{\n(.*?)\n *\}", sheet, re.S)
    found: dict[str, str] = {}
    for block in blocks[: 2 if dark else 1]:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", block))
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * sign for sign in value[1:])
        for name, value in found.items()
    }


@pytest.mark.parametrize("ground", [LIGHT, DARK], ids=["light", "dark"])
def test_grounds_are_those_of_the_style_sheet(ground):
    tokens = _tokens(ground.dark)
    assert ground.stage == tokens["stage"]
    assert ground.others == tuple(tokens[name] for name in ("bg", "card", "ok-bg", "bad-bg", "warn-bg"))


@pytest.mark.parametrize("ground", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("wanted", EVERYTHING)
def test_every_colour_gives_text_and_edges_that_can_be_seen(wanted, ground):
    found = accents(wanted, ground)
    tokens = _tokens(ground.dark)
    grounds = (found.stage, *ground.others)
    for text in (found.text, found.text_hover):
        assert min(contrast(text, under) for under in grounds) >= TEXT
    for fill in (found.fill, found.fill_hover):
        assert contrast(found.ink, fill) >= TEXT
    for own in ("fg", "mut", "ok", "bad", "warn"):
        assert contrast(tokens[own], found.stage) >= TEXT
    assert contrast(tokens["edge"], found.stage) >= EDGE


@pytest.mark.parametrize("wanted", EVERYTHING)
def test_hue_is_kept_and_nothing_moves_without_need(wanted):
    for ground in (LIGHT, DARK):
        found = accents(wanted, ground)
        lightness, chroma, hue = colour.to_oklch(wanted)
        new_lightness, new_chroma, new_hue = colour.to_oklch(found.text)
        if found.text == wanted:
            continue
        assert (new_lightness > lightness) is ground.dark
        if chroma > 0.03 and new_chroma > 0.03:
            turn = abs(math.remainder(new_hue - hue, math.tau))
            assert turn < 0.09  # five degrees, most of it from rounding to eight bits
        # A step back is not readable: it was moved as little as needed.
        back = colour.from_oklch(new_lightness + (-0.012 if ground.dark else 0.012), chroma, hue)
        assert min(contrast(back, under) for under in (found.stage, *ground.others)) < TEXT


def test_readable_colour_stays_as_it_is_and_is_not_spoken_of():
    assert accents("#0b5c8a", LIGHT).text == "#0b5c8a"
    assert colour.moved("#0b5c8a") == ""
    assert accents("#ffd000", LIGHT).fill == "#ffd000"
    assert accents("#ffd000", DARK).text == "#ffd000"
    assert colour.moved("#ffd000") not in ("", "#ffd000")


@pytest.mark.parametrize("wanted", EVERYTHING[:60])
def test_space_of_colours_goes_there_and_back(wanted):
    assert colour.from_oklch(*colour.to_oklch(wanted)) == wanted


def test_luminance_and_contrast_are_those_of_wcag():
    """Figures of WCAG 2.2: black on white is 21 : 1; #767676 is the lightest grey that reads on white."""
    assert luminance("#ffffff") == pytest.approx(1)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") > TEXT > contrast("#777777", "#ffffff")


def test_style_sheet_has_each_colour_for_light_dark_and_paper():
    sheet = colour.style_sheet("#ffd000").decode()
    light, dark = accents("#ffd000", LIGHT), accents("#ffd000", DARK)
    plain, _, screens = sheet.partition("@media screen")
    assert f"--acc: {light.text};" in plain
    assert "--stage" not in plain  # paper is white
    assert f"--acc: {dark.text};" in screens.partition("dark)")[2]
    assert f"--stage: {light.stage};" in screens
    assert sheet.count("{") == sheet.count("}")
