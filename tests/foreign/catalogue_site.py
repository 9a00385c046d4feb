"""A site whose badges are named in many scripts, on which the search of the catalogue is tried.

    .venv/bin/python tests/foreign/catalogue_site.py FOLDER

builds it at FOLDER/club/site.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from conftest import ClubFolder

BADGES = {
    "polish": ("Odznaka żeglarska", "Wiosłuje po Łódce z głową.", "pl"),
    "german": ("Straßenübung", "Größe zählt hier nicht.", "de"),
    "danish": ("Sømandskab", "Kan sejle på åbent vand.", "da"),
    "icelandic": ("Þórshöfn", "Sigldi einu sinni til Færeyja.", "is"),
    "chinese": ("航海基础", "会打六种绳结，并知道用途。", "zh"),
    "japanese": ("ロープワーク", "六つの結び方ができる。", "ja"),
    "arabic": ("شَارَةُ الإِبْحَار", "يعقد ســت عُقَد متينة في القارب.", "ar"),
    "russian": ("Йод и ёлка", "Умеет вязать узлы.", "ru"),
    "thai": ("ผูกเชือก", "ผูกเงื่อนได้หกแบบ", "th"),
    "knots": ("Knots & Splices", "Ties 6 knots that hold.", "en"),
    "rope": ("Rope 2000", "Splices a rope. An odd one.", "en"),
}


def catalogue_site(folder: Path) -> Path:
    """Build the club below a folder and return the folder of its site."""
    club = ClubFolder(folder / "club").site().issuer().issuer("union", "did:web:badges.example.org:issuers:union")
    for slug, (name, description, language) in BADGES.items():
        issuer = "union" if slug == "rope" else "club"
        club.badge(slug, f"language: {language}\nissuer: {issuer}\ntags: [sailing, Żółw]\n")
        text = club.read(f"badges/{slug}/badge.md")
        lines = [
            f"name: {name}"
            if line.startswith("name:")
            else f"description: {description}"
            if line.startswith("desc")
            else line
            for line in text.splitlines()
        ]
        club.write(f"badges/{slug}/badge.md", "\n".join(lines) + "\n")
    return club.build()


if __name__ == "__main__":
    print(catalogue_site(Path(sys.argv[1])))
