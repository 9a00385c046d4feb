"""A badge whose picture is said in a few words: from badge.md to the signed, baked picture."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from conftest import AT, ClubFolder
from made_fonts import with_one_letter
from PIL import Image

from pinback import pipeline, scaffold
from pinback.content.read import read_club
from pinback.designs import Design
from pinback.designs.table import STARTERS
from pinback.errors import ContentError, UsageError
from pinback.images.clean_svg import clean_svg
from pinback.images.design import design_png, design_svg
from pinback.images.fonts import shipped
from pinback.images.png import unbake_png
from pinback.images.svg import unbake_svg

LINE = "design: {shape: shield, colour: forest, icon: tent, text: Camp 10, ribbon: Level 2}\n"
CAMP = Design("shield", "forest", "tent", "Camp 10", "Level 2")


def designed(club: ClubFolder, line: str = LINE) -> ClubFolder:
    """Give the club's badge a design in place of its file."""
    club.badge(fields=line)
    for picture in (club.root / "badges/knots").glob("badge.[ps][nv]g"):
        picture.unlink()
    return club


def test_sealed_picture_is_the_drawing_and_carries_the_documents(club: ClubFolder) -> None:
    designed(club).keys().award("a", "issued_on: 2026-05-17\nhandle: otter-7\n").seal()
    (version,) = (club.root / "issuers/club/sealed/badges/knots").iterdir()
    svg = design_svg(CAMP, shipped())
    assert (version / "image.svg").read_bytes() == svg
    assert (version / "image.png").read_bytes() == design_png(svg)
    site = club.build()
    (award,) = (path for path in (site / "awards").iterdir() if path.is_dir())
    credential = (award / "credential.json").read_text(encoding="utf-8")
    assert unbake_svg((award / "badge.svg").read_bytes())["openbadgecredential"] == credential
    assert unbake_png((award / "badge.png").read_bytes())["openbadgecredential"] == credential
    with Image.open(io.BytesIO((award / "badge.png").read_bytes())) as image:
        assert image.size == (512, 512)
    caption = json.loads(credential)["credentialSubject"]["achievement"]["image"]["caption"]
    assert caption == "A forest-green shield with a tent, the words “Camp 10”, and a ribbon “Level 2”"


def test_second_sealing_finds_the_same_picture_and_a_new_word_makes_a_new_version(club: ClubFolder) -> None:
    designed(club).keys().award("a", "issued_on: 2026-05-17\nhandle: otter-7\n").seal()
    assert club.seal() == []
    designed(club, LINE.replace("Level 2", "Level 3"))
    (done,) = club.award("b", "issued_on: 2026-05-18\nhandle: heron-2\n").seal(AT + timedelta(days=1))
    assert done.versions == 1


def test_picture_is_on_the_site_before_the_first_award(club: ClubFolder) -> None:
    site = designed(club).build()
    assert clean_svg((site / "assets/badges/knots.svg").read_bytes()) == design_svg(CAMP, shipped())
    page = (site / "badges/knots/index.html").read_text(encoding="utf-8")
    assert 'alt="A forest-green shield with a tent, the words “Camp 10”, and a ribbon “Level 2”"' in page


def test_written_alt_comes_before_the_derived_one(club: ClubFolder) -> None:
    designed(club, LINE + "alt: Our camp badge\n")
    assert read_club(club.root)[0].badges["knots"].alt.in_language("en") == "Our camp badge"


def test_words_are_read_without_care_for_spaces_and_composition(club: ClubFolder) -> None:
    designed(club, "design:\n  shape: star\n  colour: '#00A86B'\n  icon: First Aid\n  text: 'e\u0301   b'\n")
    assert read_club(club.root)[0].badges["knots"].design == Design("star", "#00a86b", "first-aid", "é b")


def test_letter_of_a_club_font_is_drawn(club: ClubFolder) -> None:
    designed(club, LINE.replace("Camp 10", "結"))
    with pytest.raises(ContentError, match="no font has"):
        pipeline.check(club.root)
    font = club.root / "theme/fonts/own.ttf"
    font.parent.mkdir(parents=True)
    font.write_bytes(with_one_letter("結"))
    svg = pipeline.check(club.root).pictures.badges["badges/knots/badge.md"]
    assert svg != design_svg(Design("shield", "forest", "tent", "", "Level 2"), shipped())


def test_font_that_cannot_be_read_is_told_once(club: ClubFolder) -> None:
    designed(club)
    font = club.root / "theme/fonts/own.ttf"
    font.parent.mkdir(parents=True)
    font.write_bytes(b"nothing")
    with pytest.raises(ContentError) as raised:
        pipeline.check(club.root)
    assert [problem.file for problem in raised.value.problems] == ["theme/fonts/own.ttf"]


# ``new badge``.


@pytest.mark.parametrize("design", ["", *STARTERS])
def test_new_badge_has_a_design_that_is_sound(club: ClubFolder, design: str) -> None:
    assert scaffold.new_badge(club.root, "bends", "Bends", "Ties bends.", design) == ["badges/bends/badge.md"]
    badge = pipeline.check(club.root).club.badges["bends"]
    assert badge.design is not None
    if design:
        assert badge.design == Design(**STARTERS[design])


def test_new_badges_look_different(club: ClubFolder) -> None:
    made = {tuple(scaffold.starter_design(slug).items()) for slug in ("camp", "knots", "boat", "river", "coach")}
    assert len(made) > 3


def test_new_badge_that_was_cut_off_stops_nothing(club: ClubFolder) -> None:
    left = club.write("badges/.bends.new/badge.md", "---\nna").parent
    assert pipeline.check(club.root)
    scaffold.new_badge(club.root, "bends", "Bends", "Ties bends.")
    assert not left.exists() and (club.root / "badges/bends/badge.md").exists()


def test_new_badge_of_a_club_in_another_language_asks_for_alt(club: ClubFolder) -> None:
    club.site(languages="[pl]")
    scaffold.new_badge(club.root, "wezly", "Węzły", "Wiąże węzły.")
    text = club.read("badges/wezly/badge.md")
    assert "\nalt: Say here what the picture shows, for people who do not see it.\n" in text
    warnings = [problem.what for problem in pipeline.check(club.root).warnings if "wezly" in problem.file]
    assert 'the badge still says "Say here what the picture shows, for people who do not see …"' in warnings


def test_unknown_starter_is_told_with_the_nearest(club: ClubFolder) -> None:
    with pytest.raises(UsageError, match=r'^"camps" is not the name of a design; did you mean "camp"'):
        scaffold.new_badge(club.root, "bends", "Bends", "", "camps")
    assert not (club.root / "badges/bends").exists()
