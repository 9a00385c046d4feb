"""Make the pictures of the handbook from the real pages: ``python tests/foreign/handbook_pictures.py``.

An invented club is made, sealed and built in a folder that is thrown away; ``node/handbook_pictures.mjs`` opens its pages in
a browser, brings each into the state that a chapter speaks of, and takes the pictures; here they get few colours, so that
they stay small, and are put into ``docs/handbook/pictures``. Needs Node, its modules (``npm ci``) and Chromium.

    python tests/foreign/handbook_pictures.py [--only WORD] [--out FOLDER] [--executable CHROMIUM]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from conftest import ROOT, ClubFolder  # noqa: E402
from people import BASE, SHAPES, Known, known, record  # noqa: E402

from pinback import starting  # noqa: E402

PICTURES = ROOT / "docs" / "handbook" / "pictures"
COLOURS = 48
MORE_COLOURS = {"design": 160}
"""Colours of a picture that is about colours."""
BADGES = (
    ("Knots", "Seamanship", "#0b5c8a", "Ties six knots that hold."),
    ("Safe Coxing", "On the river", "#14683a", "Steers an eight safely on a busy river."),
    ("First Aid on the Water", "Seamanship", "#9a1b4b", "Helps until others come, for two years."),
)
SOURCE = "https://github.com/reedmere/badges"
FILES = {"zoe": "2026-05-16-ab12", "bo": "2026-05-16-cd34", "aid": "2024-05-20-ef56"}
ROWS = (
    ("Knots", "2026-05-16", "kite-5"),
    ("Safe Coxing", "2026-05-16", "heron-2"),
    ("First Aid on the Water", "2024-05-20", "kite-5"),
)
"""Badge, day and handle of the awards that there are."""
FRESH = "https://reedmere.github.io/badges/"
"""The address of the site that no club is set up in yet."""
COLUMNS = ("Name", "Badge", "Date", "E-mail", "Birth date")
ROSTER = (
    ("Ada Keller", "Knots", "16.05.2026", "parents.keller@example.org", "30.09.2014"),
    ("Bo Lindqvist", "Safe Coxing", "16.05.2026", "bo@example.org", ""),
    ("Mia Okafor", "Safe Coxing", "16.05.2026", "parents.okafor@example.org", "15.01.2012"),
    ("Tomasz Wiśniewski", "Knots", "16.05.2026", "tomasz@example.org", ""),
)
"""What a steward pastes after a weekend; invented people."""
FAULTS = {"Knots": "Knotts", "16.05.2026": "31.06.2026"}
"""What is wrong in the first picture of it: a badge that there is not, in the first row, and a day that there is not, in the last."""


def club(folder: Path) -> tuple[ClubFolder, dict[str, Known]]:
    """Return the sealed club, and the awards that pictures show."""
    made = ClubFolder(folder / "club").site(title="Reedmere Rowing Club badges", source=SOURCE).issuer()
    file = "issuers/club/issuer.yaml"
    made.write(file, made.read(file).replace("Test club", "Reedmere Rowing Club"))
    for number, (title, category, colour, words) in enumerate(BADGES):
        slug = title.lower().replace(" ", "-")
        fields = f"category: {category}\n" + ("valid_for: 2 years\n" if "Aid" in title else "")
        made.badge(slug, fields)
        file = f"badges/{slug}/badge.md"
        text = made.read(file).replace("name: Knots", f"name: {title}").replace("Ties knots that hold.", words)
        made.write(file, text)
        made.write(
            f"badges/{slug}/badge.svg",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><g fill="{colour}">{SHAPES[number]}</g>'
            '<path fill="none" stroke="#fff" stroke-width="4" d="M14 40q9-12 18 0t18 0"/></svg>\n',
        )
    made.keys()
    shown = {"zoe": known(1, "Zoë Ångström"), "bo": known(2, "Bo Lindqvist"), "aid": known(3, "Zoë Ångström")}
    for (key, one), (badge, day, handle) in zip(shown.items(), ROWS, strict=True):
        made.award(FILES[key], record(one, handle, day), badge.lower().replace(" ", "-"))
    made.seal()
    made.build()
    return made, shown


def pasted(rows: tuple[tuple[str, ...], ...]) -> str:
    """Return rows as they come out of a spreadsheet."""
    return "".join("\t".join(row) + "\n" for row in (COLUMNS, *rows))


def values(folder: Path) -> dict[str, object]:
    """Make the sites below *folder*, and return what the pages are given."""
    made, shown = club(folder)
    starting.make_template(folder / "fresh")
    starting.build(folder / "fresh", folder / "fresh" / "site")
    first, *middle, last = ROSTER
    bad = ((first[0], FAULTS[first[1]], *first[2:]), *middle, (*last[:2], FAULTS[last[2]], *last[3:]))
    list_ = "name,badge,issued_on,handle,link,contact\n" + "".join(
        f"{one.name},{badge},{day},{handle},{one.link},\n"
        for one, (badge, day, handle) in zip(shown.values(), ROWS, strict=True)
    )
    return {
        "club": {"address": BASE, "folder": str(made.root / "site")},
        "fresh": {"address": FRESH, "folder": str(folder / "fresh" / "site")},
        "awards": {key: {"id": one.id, "link": one.link} for key, one in shown.items()},
        "record": {key: next(made.root.glob(f"badges/*/awards/{FILES[key]}.yaml")).read_text("utf-8") for key in shown},
        "roster": {"good": pasted(ROSTER), "bad": pasted(bad)},
        "list": list_,
    }


def smaller(picture: Path, target: Path) -> int:
    """Write a picture with few colours, and return its size in bytes."""
    with Image.open(picture) as full:
        few = full.convert("RGB").quantize(
            MORE_COLOURS.get(target.stem, COLOURS), method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(target, "PNG", optimize=True)
    return target.stat().st_size


def main(arguments: list[str]) -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--executable", default="/usr/bin/chromium")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "values.json").write_text(json.dumps(values(folder)), encoding="utf-8")
        command = ["node", str(HERE / "node" / "handbook_pictures.mjs"), "--values", str(folder / "values.json")]
        command += ["--out", str(folder / "full"), "--only", chosen.only, "--executable", chosen.executable]
        subprocess.run(command, check=True)
        for picture in sorted((folder / "full").glob("*.png")):
            print(f"{smaller(picture, chosen.out / picture.name):>7,} bytes  {picture.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
