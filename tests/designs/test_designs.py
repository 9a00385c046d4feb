"""The tables of designs and what follows from one colour."""

from __future__ import annotations

import itertools
import re

import pytest
from conftest import ROOT

from pinback.colours import TEXT, contrast
from pinback.designs import Design
from pinback.designs.alt import says
from pinback.designs.table import COLOURS, GROUPS, ICONS, MEANT, MEASURES, SHAPES, STARTERS, licenses
from pinback.designs.tones import mixed, nearest_readable, readability, tones
from pinback.images.clean_svg import clean_svg
from pinback.pages.admin import design as page


def test_every_icon_is_in_one_group_and_can_be_found() -> None:
    grouped = [name for group in GROUPS for name in group["icons"]]
    assert sorted(grouped) == sorted(ICONS)
    assert len(grouped) >= 200
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in ICONS)
    assert all(icon["find"] and icon["says"] for icon in ICONS.values())


@pytest.mark.parametrize("name", ICONS)
def test_icon_is_drawn_as_the_cleaner_leaves_it_and_lies_on_its_grid(name: str) -> None:
    icon = ICONS[name]
    for path in (icon["d"], icon.get("f", icon["d"])):
        svg = f'<svg viewBox="0 0 24 24" xmlns="http://www.w3.org/2000/svg"><path d="{path}"/></svg>'.encode()
        assert clean_svg(svg) == svg
    left, top, right, bottom = icon["ink"]
    assert -0.1 <= left < right <= 24.1
    assert -0.1 <= top < bottom <= 24.1
    assert left < icon["middle"][0] < right
    assert top < icon["middle"][1] < bottom


def test_icons_are_those_of_the_list_from_which_they_are_made() -> None:
    lines = (ROOT / "pinback/designs/source/icons.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(" | ")[0] for line in lines if " | " in line] == list(ICONS)
    assert "resolved" not in (ROOT / "pinback/designs/source/package-lock.json").read_text(encoding="utf-8")
    for word in (b"Lucide", b"ISC License", b"Tabler Icons", b"MIT License", b"Cole Bemis"):
        assert word in licenses()


def test_words_can_be_read_on_every_named_colour() -> None:
    assert {name: readability(name) for name in COLOURS if readability(name) < TEXT} == {}
    assert set(MEANT.values()) <= set(COLOURS)
    assert not set(MEANT) & set(COLOURS)


def test_readability_counts_every_colour_under_the_words() -> None:
    made = tones("#8fd0f5")
    assert readability("#8fd0f5") == min(
        contrast(made.ink, made.field), contrast(made.ink, made.light), contrast(made.ribbon_ink, made.ribbon)
    )


def test_colours_are_mixed_in_whole_numbers() -> None:
    assert mixed("#ff8001", "black", 46) == "#8a4501"
    assert mixed("#000000", "white", 7) == "#121212"


def test_nearest_colour_can_be_read_and_one_step_less_cannot() -> None:
    seen = 0
    for red, green, blue in itertools.product(range(0, 256, 51), repeat=3):
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        if readability(colour) < TEXT:
            seen += 1
            assert readability(nearest_readable(colour)) >= TEXT
    assert seen > 3
    assert nearest_readable("#808080") == "#828282"
    assert readability("#818181") < TEXT


@pytest.mark.parametrize(
    ("design", "sentence"),
    [
        (
            Design("shield", "forest", "tent", "Camp 10", "Level 2"),
            "A forest-green shield with a tent, the words “Camp 10”, and a ribbon “Level 2”",
        ),
        (Design("circle", "#1d6847", "anchor"), "A circle with an anchor"),
        (Design("square", "orange", "", "Crew", level=3), "An orange square with the word “Crew” and three stars"),
    ],
)
def test_alt_says_what_is_drawn(design: Design, sentence: str) -> None:
    assert says(design) == sentence


def test_twelve_starters_are_designs_of_different_looks() -> None:
    made = [Design(**fields) for fields in STARTERS.values()]
    assert len(made) == len(set(made)) == 12
    assert {one.shape for one in made} == set(SHAPES)
    assert all(one.icon in ICONS and one.colour in COLOURS for one in made)


def test_page_has_words_for_every_shape_and_colour() -> None:
    assert set(page._SHAPES) == set(SHAPES)
    assert set(page._COLOURS) == set(COLOURS)


def test_shapes_keep_inside_the_drawing() -> None:
    widest = max(width for _, width in MEASURES["layers"]) / 2
    for name, shape in MEASURES["shapes"].items():
        points = [
            float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"A\S+ \S+ 0 \d \d ", "L", shape["path"]))
        ]
        assert min(points) - widest >= -4, name
        assert max(points) + widest <= 516, name


def test_docs_name_every_shape_colour_icon_and_starter() -> None:
    text = (ROOT / "docs/designs.md").read_text(encoding="utf-8")
    named = set(re.findall("`([a-z-]+)`", text))
    assert {*SHAPES, *COLOURS, *ICONS, *STARTERS} <= named
    for name, fields in STARTERS.items():
        assert f"- `{name}`: {', '.join(f'{field}: {value}' for field, value in fields.items())}\n" in text
