"""Designs for the trial of the page on which badges are made: what the build draws, to be compared with what the page draws.

    .venv/bin/python tests/foreign/designs.py make FOLDER

builds a club's site at FOLDER/site and writes FOLDER/cases.json: designs with their drawing. The trial (``node/design.mjs``) puts the files that
the page handed over into FOLDER/made, the pictures that it showed beside them;

    .venv/bin/python tests/foreign/designs.py judge FOLDER

puts those files into the club, checks and builds it, and compares the pictures.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from conftest import ClubFolder

from pinback import pipeline
from pinback.designs import Design
from pinback.designs.alt import says
from pinback.designs.table import COLOURS, ICONS, SHAPES, STARTERS
from pinback.designs.tones import nearest_readable, readability
from pinback.images.design import design_svg, letters_that_fit
from pinback.images.fonts import shipped

WORDS = (
    *(
        "Camp 10",
        "First Aid",
        "Žluťoučký",
        "Überflieger",
        "Спасатель",
        "Ναυτικός",
        "AV To Wa",
        "office",
        "1. Platz",
        "Łódź",
    ),
    *(
        "50 km",
        "Team Ω Б",
        "L'École",
        "Příliš žluť kůň",
        "2026",
        "A",
        "Two Thousand Metres",
        "fi ff ffi",
        "“Ну!”",
        "Nº 5 – 7",
    ),
)


def _designs() -> list[Design]:
    chance = random.Random(6)
    made = [Design(**fields) for fields in STARTERS.values()]
    colours = [*COLOURS, *(f"#{chance.randrange(1 << 24):06x}" for _ in range(40))]
    for place, icon in enumerate(ICONS):
        text, ribbon = chance.choice((*WORDS, "", "")), chance.choice((*WORDS, *[""] * 12))
        made.append(
            Design(
                SHAPES[place % len(SHAPES)],
                chance.choice(colours),
                icon,
                text,
                ribbon,
                chance.choice((0, 0, 0, 1, 2, 3)),
            )
        )
    made += [Design(shape, "sea", "", words, "") for shape in SHAPES for words in WORDS]
    return made


def _case(design: Design) -> dict[str, object]:
    fields = {name: getattr(design, name) for name in ("shape", "colour", "icon", "text", "ribbon", "level")}
    fit = {part: letters_that_fit(design, part, shipped()) for part in ("text", "ribbon")}
    too_long = [part for part, fitting in fit.items() if fitting is not None]
    svg = "" if too_long else design_svg(design, shipped()).decode("ascii")
    return {"design": fields, "says": says(design), "svg": svg, "tooLong": too_long, "fit": fit}


def make(folder: Path) -> None:
    """Build the site and write the cases."""
    club = (
        ClubFolder(folder / "club").site(languages="[en, ar]", source="https://github.com/club/badges").issuer().badge()
    )
    shutil.copytree(club.build(), folder / "site")
    chance = random.Random(7)
    colours = [f"#{chance.randrange(1 << 24):06x}" for _ in range(300)]
    cases = {
        "designs": [_case(design) for design in _designs()],
        "colours": [[one, round(readability(one), 6), nearest_readable(one)] for one in colours],
    }
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    print(f"{len(cases['designs'])} designs, {len(colours)} colours")


def judge(folder: Path) -> None:
    """Take the page's files into the club and compare what is drawn from them with what the page showed."""
    club = ClubFolder(folder / "club")
    slugs = sorted(path.stem for path in (folder / "made").glob("*.md"))
    for slug in slugs:
        club.write(f"badges/{slug}/badge.md", (folder / f"made/{slug}.md").read_text(encoding="utf-8"))
    checked = pipeline.check(club.root)
    typed = json.loads((folder / "made/typed.json").read_text(encoding="utf-8"))
    assert sorted(typed) == slugs and len(slugs) > 3
    site = club.build()
    for slug in slugs:
        badge = checked.club.badges[slug]
        assert (site / f"assets/badges/{slug}.svg").read_text(encoding="utf-8") == typed[slug]["svg"], slug
        assert badge.name.in_language("en") == typed[slug]["name"]
        assert badge.description.in_language("en") == typed[slug]["description"]
        assert badge.alt.in_language("en") == typed[slug]["alt"]
        assert all(step in badge.criteria for step in typed[slug]["steps"])
    print(f"{len(slugs)} badges made in the browser are drawn by the build as the page showed them")


if __name__ == "__main__":
    {"make": make, "judge": judge}[sys.argv[1]](Path(sys.argv[2]))
