"""Links between pages, against the standard library's answer."""

from __future__ import annotations

import posixpath

import pytest

from pinback.pages.place import relative

PATHS = (
    "index.html",
    "404.html",
    "awards/a/index.html",
    "awards/a/badge.png",
    "awards/b/index.html",
    "awards/index.html",
    "badges/awards/index.html",
    "badges/knots/67f0b812/image.svg",
    "pl/index.html",
    "pl/awards/a/index.html",
)


@pytest.mark.parametrize("page", PATHS)
def test_links_are_those_of_the_standard_library(page):
    folder = posixpath.dirname(page)
    for path in PATHS:
        assert relative(page, path) == posixpath.relpath(f"/{path}", f"/{folder}"), path


def test_links_of_a_page_lead_to_the_file():
    assert relative("awards/a/index.html", "assets/style.css") == "../../assets/style.css"
    assert relative("awards/a/index.html", "awards/a/badge.png") == "badge.png"
    assert relative("index.html", "badges/knots/index.html") == "badges/knots/index.html"
