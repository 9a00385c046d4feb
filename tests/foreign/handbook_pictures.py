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
from people import SHAPES, Known, known, record  # noqa: E402

PICTURES = ROOT / "docs" / "handbook" / "pictures"
COLOURS = 48
BADGES = (
    ("Knots", "Seamanship", "#0b5c8a", "Ties six knots that hold."),
    ("Safe Coxing", "On the river", "#14683a", "Steers an eight safely on a busy river."),
    ("First Aid on the Water", "Seamanship", "#9a1b4b", "Helps until others come, for two years."),
)
SOURCE = "https://github.com/reedmere/badges"
ROSTER = (
    ("Name", "Badge", "Date", "E-mail", "Birth date"),
    ("Zoë Ångström", "Knots", "16.05.2026", "zoe@example.org", "1991-04-02"),
    ("Bo Lindqvist", "Safe Coxing", "16.05.2026", "bo@example.org", ""),
    ("Ada Keller", "Knotts", "16.05.2026", "parents.keller@example.org", "2014-09-30"),
    ("Tomasz Wiśniewski", "Knots", "31.06.2026", "tomasz@example.org", ""),
    ("Mia Okafor", "Safe Coxing", "16.05.2026", "parents.okafor@example.org", "2012-01-15"),
)
"""What a steward pastes: two faults are in it, a badge that there is not and a day that there is not."""


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
    made.award("2026-05-16-ab12", record(shown["zoe"], "kite-5", "2026-05-16"), "knots")
    made.award("2026-05-16-cd34", record(shown["bo"], "heron-2", "2026-05-16"), "safe-coxing")
    made.award("2026-03-01-ef56", record(shown["aid"], "kite-5", "2026-03-01"), "first-aid-on-the-water")
    made.seal()
    made.build()
    return made, shown


def smaller(picture: Path, target: Path) -> int:
    """Write a picture with few colours, and return its size in bytes."""
    with Image.open(picture) as full:
        few = full.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
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
        made, shown = club(folder)
        values = {
            "site": str(made.root / "site"),
            "roster": "\n".join("\t".join(row) for row in ROSTER),
            "awards": {key: {"id": one.id, "link": one.link} for key, one in shown.items()},
        }
        (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
        command = ["node", str(HERE / "node" / "handbook_pictures.mjs"), "--values", str(folder / "values.json")]
        command += ["--out", str(folder / "full"), "--only", chosen.only, "--executable", chosen.executable]
        subprocess.run(command, check=True)
        for picture in sorted((folder / "full").glob("*.png")):
            print(f"{smaller(picture, chosen.out / picture.name):>7,} bytes  {picture.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
