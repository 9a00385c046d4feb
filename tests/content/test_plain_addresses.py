"""E-mail addresses in plain view are told where they stand, in texts, pictures and files that are published as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PICTURE, ClubFolder

from pinback import pipeline
from pinback.content.given_files import faults_of_text
from pinback.content.plain_addresses import addresses_in, addresses_in_drawing
from pinback.errors import ContentError

ADDRESS = "ada@home.example"
OWN = "badges@club.example.org"


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        f"[Ada](mailto:{ADDRESS})",
        *(
            f"ada{sign}home.example"
            for sign in ("&#64;", "&#064;", "&#x40;", "&#X0040;", "&#64", "&commat;", "&Commat;")
        ),
        *(f'"ada{sign}home.example"' for sign in (r"\x40", r"\u0040", r"\U00000040")),
    ],
)
def test_address_is_found_on_its_line_however_its_sign_is_spelled(text: str) -> None:
    assert list(addresses_in(f"a\r\nb\r{text} c\n")) == [(3, ADDRESS)]


@pytest.mark.parametrize(
    "text", ["", "a @b", "a@b", "https://social.example/@ada", "&amp; \\ @", "@media x.y", r"a&x40b.c", r"a\#64;b.c"]
)
def test_other_signs_are_no_address(text: str) -> None:
    assert list(addresses_in(text)) == []


def test_address_in_pieces_of_a_drawing_is_found() -> None:
    assert addresses_in_drawing("<svg><text><tspan>ada</tspan><tspan>@home.example</tspan></text></svg>") == [ADDRESS]
    assert addresses_in_drawing('<svg><path id="ada@home.example"/></svg>') == []


def told(club: ClubFolder) -> list[str]:
    try:
        return [str(one) for one in pipeline.check(club.root).warnings]
    except ContentError as error:
        return [str(one) for one in error.problems]


@pytest.mark.parametrize(
    "words", [f"<title>by {ADDRESS}</title>", f"<desc>\n{ADDRESS}</desc>", f"<text>{ADDRESS}</text>"]
)
def test_picture_of_a_badge_with_an_address_is_refused_with_its_line(club: ClubFolder, words: str) -> None:
    club.write("badges/knots/badge.svg", PICTURE.replace("</svg>", f"\n{words}</svg>"))
    line = 3 if "\n" in words else 2
    with pytest.raises(ContentError, match=rf"^badges/knots/badge\.svg:{line}: an e-mail address stands in the words"):
        pipeline.check(club.root)
    club.write("badges/knots/badge.svg", PICTURE.replace("</svg>", words.replace(ADDRESS, OWN) + "</svg>"))
    club.write("issuers/club/issuer.yaml", club.read("issuers/club/issuer.yaml") + f"contact: mailto:{OWN}\n")
    pipeline.check(club.root)


def test_what_only_describes_a_picture_is_left_out(club: ClubFolder) -> None:
    described = f"<metadata>{ADDRESS}</metadata><!-- {ADDRESS} --></svg>"
    club.write("badges/knots/badge.svg", PICTURE.replace("</svg>", described))
    assert told(club) == []
    assert ADDRESS.encode() not in pipeline.check(club.root).pictures.badges["badges/knots/badge.svg"]


def test_texts_and_static_files_are_warned_of(club: ClubFolder) -> None:
    club.write("site_src/about.md", f"---\ntitle: About\n---\n\nWrite to {ADDRESS}.\n")
    club.write("site_src/static/plan.txt", f"a\n{ADDRESS}\n")
    club.write("site_src/static/Plan.SVG", PICTURE.replace("</svg>", f"<text>{ADDRESS}</text></svg>"))
    assert [one.partition("; ")[0] for one in told(club)] == [
        "site_src/about.md:5: warning: an e-mail address stands here, and no issuer gives it as its own",
        "site_src/static/Plan.SVG:1: warning: an e-mail address stands in the words of this picture",
        "site_src/static/plan.txt:2: warning: an e-mail address stands in a file that is published",
    ]


def test_own_address_with_an_apostrophe_is_no_one_elses(club: ClubFolder) -> None:
    file = "issuers/club/issuer.yaml"
    club.write(file, club.read(file).replace("badges@", "o'brien@"))
    assert [str(one) for one in pipeline.check(club.root).warnings if "e-mail" in one.what] == []


def test_drawing_with_a_name_in_capitals_is_cleaned_as_any_other(club: ClubFolder) -> None:
    path = club.write("site_src/static/Plan.SVG", PICTURE.replace("</svg>", "<script>alert(1)</script></svg>"))
    assert "script" in told(club)[0]
    path.write_text(PICTURE.replace("</svg>", "<!-- x --></svg>"), encoding="utf-8")
    assert b"<!--" not in (club.build() / "static/Plan.SVG").read_bytes()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("a\nb\u202ec".encode(), 2),
        ("a\nb\u2066c".encode("utf-16"), 2),
        (b"a\n\x1b[31m", 2),
        (b"a\0", 0),
    ],
)
def test_text_that_reorders_or_controls_lines_is_refused(data: bytes, line: int) -> None:
    assert [(one.line, one.warning) for one in faults_of_text("a.txt", data, ())] == [(line, False)]


def test_text_in_an_older_encoding_may_stay_and_days_of_a_calendar_are_no_addresses() -> None:
    assert list(faults_of_text("a.txt", b"Zo\xeb", ())) == []
    calendar = b"UID:day@club.example\r\nATTENDEE:mailto:ada@home.example\r\n"
    assert [(one.line, one.warning) for one in faults_of_text("a.ics", calendar, ())] == [(2, True)]


def test_photographs_among_the_static_files_lose_their_story(club: ClubFolder, tmp_path: Path) -> None:
    from PIL import Image

    path = club.root / "site_src/static/boat.JPG"
    path.parent.mkdir(parents=True)
    Image.new("RGB", (9, 9)).save(tmp_path / "a.jpg", comment=ADDRESS.encode())
    path.write_bytes((tmp_path / "a.jpg").read_bytes())
    assert ADDRESS.encode() not in (club.build() / "static/boat.JPG").read_bytes()
    path.write_bytes(b"<html>")
    assert told(club)[0].startswith("site_src/static/boat.JPG: the file is no JPEG, and its name says otherwise; ")
