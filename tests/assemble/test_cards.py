"""Cards on the site, fonts of a club, and what ``check`` says of letters that no font has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ClubFolder, needs_libcairo
from made_fonts import growing, with_one_letter

from pinback import pipeline
from pinback.assemble.cards import card_colours
from pinback.errors import ContentError
from pinback.images.card import CardColours
from pinback.images.fonts import FOLDER
from pinback.images.png import png_size
from pinback.limits import MAX_FONTS
from pinback.pages.colour import LIGHT, contrast


def club_named(club: ClubFolder, name: str) -> ClubFolder:
    """Return a club whose badge has another name."""
    club.site().issuer().badge()
    text = club.read("badges/knots/badge.md").replace("name: Knots", f"name: {name}")
    club.write("badges/knots/badge.md", text)
    return club


def warned(club: ClubFolder) -> list[str]:
    return [str(problem) for problem in pipeline.check(club.root).warnings]


def refused(club: ClubFolder) -> list[str]:
    with pytest.raises(ContentError) as caught:
        pipeline.check(club.root)
    return [str(problem) for problem in caught.value.problems]


def font() -> bytes:
    return (FOLDER / "NotoSansHebrew-Bold.ttf").read_bytes()


def put(club: ClubFolder, name: str, data: bytes) -> Path:
    path = club.root / "theme/fonts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


# Pages.


def og(path: Path) -> dict[str, str]:
    """Return what a page says in ``og:`` and ``twitter:``."""
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', path.read_text("utf-8"))
    assert len(dict(found)) == len(found)
    return dict(found)


def test_badge_has_a_card_before_its_first_award(club: ClubFolder) -> None:
    site = club_named(club, "Knots").build()
    assert png_size((site / "badges/knots/card.png").read_bytes()) == (1200, 630)
    said = og(site / "badges/knots/index.html")
    assert said["og:image"] == "https://badges.example.org/badges/knots/card.png"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image:alt"]
    assert said["twitter:card"] == "summary_large_image"


@needs_libcairo
def test_award_shows_the_card_of_its_badge_until_it_is_withdrawn(club: ClubFolder) -> None:
    club_named(club, "Knots").award("one", "issued_on: 2026-05-17\nhandle: otter-7\n").keys().seal()
    site = club.build()
    (page,) = site.glob("awards/*/index.html")
    assert og(page)["og:image"] == "https://badges.example.org/badges/knots/card.png"
    assert og(page)["twitter:card"] == "summary_large_image"
    record = club.read("badges/knots/awards/one.yaml")
    club.write("badges/knots/awards/one.yaml", record + "revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    club.seal()
    club.build()
    assert not any(name.startswith(("og:image", "twitter:")) for name in og(page))


def test_card_is_the_same_at_the_next_build(club: ClubFolder) -> None:
    card = club_named(club, "Knots").build() / "badges/knots/card.png"
    before = card.read_bytes()
    card.unlink()
    club.build()
    assert card.read_bytes() == before


def test_card_follows_the_name(club: ClubFolder) -> None:
    card = club_named(club, "Knots").build() / "badges/knots/card.png"
    before = card.read_bytes()
    club_named(club, "Hitches").build()
    assert card.read_bytes() != before


def test_card_has_the_colours_of_the_club(club: ClubFolder) -> None:
    card = club_named(club, "Knots").build() / "badges/knots/card.png"
    plain = card.read_bytes()
    club.site(colour='"#c2185b"').build()
    assert card.read_bytes() != plain
    colours = card_colours("#c2185b")
    assert (colours.accent, colours.ground) == ("#c2185b", CardColours().ground)
    assert contrast(colours.stage, colours.ink) >= 4.5
    assert card_colours("") == CardColours()


def test_colours_of_cards_are_those_of_pages() -> None:
    assert {CardColours().stage, CardColours().ground} <= {LIGHT.stage, *LIGHT.others}
    for colour in ("#ffee00", "#000000", "#ffffff", "#0b5c8a"):
        found = card_colours(colour)
        assert contrast(found.accent, found.ground) >= 3


# Letters.


def test_letter_without_a_font_is_warned_of_and_the_site_is_built(club: ClubFolder) -> None:
    club_named(club, "Knots 結び")
    assert warned(club) == [
        'badges/knots/badge.md: warning: no font has "結" (U+7D50), "び" (U+3073) of the name, so the preview card leaves '
        "that out; put a font file that has it into theme/fonts"
    ]
    assert (club.build() / "badges/knots/card.png").is_file()


def test_name_of_missing_letters_alone_still_has_a_card(club: ClubFolder) -> None:
    club_named(club, "柔道家空手道")
    (warning,) = warned(club)
    assert '"柔" (U+67D4), "道" (U+9053), "家" (U+5BB6) and 2 more' in warning
    assert (club.build() / "badges/knots/card.png").is_file()


def test_letter_of_an_issuers_name_is_warned_of_once(club: ClubFolder) -> None:
    club_named(club, "Knots").badge("hitches")
    club.write("issuers/club/issuer.yaml", club.read("issuers/club/issuer.yaml").replace("Test club", "Test 結"))
    (warning,) = warned(club)
    assert warning.startswith('issuers/club/issuer.yaml: warning: no font has "結" (U+7D50)')


@pytest.mark.parametrize("name", ["Zażółć gęślą jaźń", "Người đưa tin", "سباحة الإنقاذ", "אגוז (Reef) 12", "Спасатель"])
def test_scripts_that_our_fonts_have_need_no_warning(club: ClubFolder, name: str) -> None:
    assert warned(club_named(club, name)) == []


# Fonts of the club's own.


def test_font_of_the_club_fills_what_ours_lack(club: ClubFolder) -> None:
    club_named(club, "Knots 結")
    assert len(warned(club)) == 1
    before = (club.build() / "badges/knots/card.png").read_bytes()
    put(club, "club.ttf", with_one_letter("結"))
    put(club, "LICENSE.txt", b"may be used by everybody")
    assert warned(club) == []
    assert (club.build() / "badges/knots/card.png").read_bytes() != before


HOSTILE = {
    "x.ttf": b"\0\1\0\0" + b"\xff" * 3000,
    "empty.otf": b"",
    "page.TTF": b"<html>not found</html>",
}


def test_files_that_are_no_fonts_are_named_all_together(club: ClubFolder) -> None:
    club_named(club, "Knots")
    for name, data in HOSTILE.items():
        put(club, name, data)
    put(club, "web.woff2", b"wOF2")
    assert refused(club) == [
        "theme/fonts/empty.otf: this is no TrueType or OpenType font; put a .ttf or .otf file there",
        "theme/fonts/page.TTF: this is no TrueType or OpenType font; put a .ttf or .otf file there",
        "theme/fonts/web.woff2: only .ttf and .otf files can be used; take one of those, or remove this file",
        "theme/fonts/x.ttf: the font has no letters; take another font file, or save it again in a font editor",
    ]


def test_font_behind_a_link_is_refused(club: ClubFolder) -> None:
    club_named(club, "Knots")
    (club.root / "theme/fonts").mkdir(parents=True)
    (club.root / "theme/fonts/x.ttf").symlink_to(FOLDER / "NotoSans-Bold.ttf")
    assert refused(club) == [
        "theme/fonts/x.ttf: this is not a plain file; replace it by the file itself, links are not followed"
    ]


def test_folder_of_fonts_behind_a_link_is_refused(club: ClubFolder) -> None:
    club_named(club, "Knots")
    (club.root / "theme").mkdir()
    (club.root / "theme/fonts").symlink_to(FOLDER)
    assert refused(club) == ["theme/fonts: this is no folder; put a folder with font files there"]


def test_font_that_is_too_large_is_refused(club: ClubFolder) -> None:
    path = put(club_named(club, "Knots"), "x.ttf", font())
    with path.open("r+b") as stream:
        stream.truncate(30_000_000)
    assert refused(club) == [
        "theme/fonts/x.ttf: the file has 30,000,000 bytes, at most 25,165,824 are read; make it smaller"
    ]


def test_more_fonts_than_words_need_are_refused(club: ClubFolder) -> None:
    club_named(club, "Knots")
    for number in range(MAX_FONTS + 1):
        put(club, f"x{number:02}.ttf", font())
    assert refused(club) == [
        f"theme/fonts/x{MAX_FONTS:02}.ttf: there are more than {MAX_FONTS} fonts; keep those that the words need"
    ]


def test_font_that_cannot_set_a_name_is_named_by_check(club: ClubFolder) -> None:
    put(club_named(club, "Knots 結"), "x.ttf", growing("結"))
    assert refused(club) == [
        "theme/fonts/x.ttf: the font makes of words what they do not say; take another font file, or save it again in a font editor"
    ]
