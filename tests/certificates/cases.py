"""One award for the tests of paper; each test changes what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from conftest import PICTURE, ROOT

from pinback.addresses import named_link
from pinback.certificates import PAPERS, Certificate, Font, Picture, Printer, certificate_pdf
from pinback.pages.language import Language
from pinback.pages.theme import Theme

ADDRESS = "https://badges.example.org/awards/2ghkc7mfro6s2a7e/"
SECRET = "q83vEjRWeJCrze8SNFZ4kA"
FONTS = tuple(Font(path.name, path.read_bytes()) for path in sorted((ROOT / "pinback/fonts").glob("*.ttf")))
THEME = Theme(None)


def award(**changes: Any) -> Certificate:
    """Return an award without a name, with changes."""
    values: dict[str, Any] = {
        "badge_name": "Safe Coxing",
        "badge_description": "Can cox a club four in ordinary conditions.",
        "badge_language": "en",
        "alt": "A megaphone",
        "picture": Picture(PICTURE.encode(), "image/svg+xml"),
        "criteria": "<h3>What you do</h3>\n<p>Over six outings:</p>\n<ol>\n<li>check the boat</li>\n<li>steer it</li>\n</ol>\n<h3>More</h3><p>No.</p>",
        "issuer_name": "Riverside Rowing Club",
        "issuer_host": "riverside.example.org",
        "logo": None,
        "name": "",
        "named": True,
        "awarded_on": date(2026, 5, 17),
        "valid_until": date(2028, 5, 17),
        "award_id": "2ghkc7mfro6s2a7e",
        "key": "z6Mkpn54G9ws5Ya4agWmN3jUXfV9vLzgkwcdLVRdQL54FzYs",
        "address": ADDRESS,
        "link": ADDRESS,
        "demonstration": False,
        "credential": b'{"id":"https://badges.example.org/awards/2ghkc7mfro6s2a7e/credential.json"}',
        "signed_at": datetime(2026, 6, 1, 12, 0, 27, tzinfo=UTC),
    }
    return Certificate(**{**values, **changes})


def named(name: str, **changes: Any) -> Certificate:
    """Return an award with a name, whose code holds the named link."""
    return award(name=name, link=named_link(ADDRESS, name, SECRET), **changes)


@cache
def printer(paper: str = "a4", fonts: tuple[Font, ...] = FONTS) -> Printer:
    """Return what draws with the default style sheet."""
    return Printer(THEME.asset("certificate.css").decode(), "certificate.css", PAPERS[paper], fonts, turned=True)


def drawn(one: Certificate, language: Language | None = None, paper: str = "a4") -> bytes:
    """Return a certificate as PDF."""
    return certificate_pdf(printer(paper), THEME.render, language or Language("en"), one)
