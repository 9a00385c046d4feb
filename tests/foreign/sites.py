"""The sites that foreign verifiers judge: the example club, and fresh clubs at a root, under a path, with two issuers.

Fresh clubs are made as a newcomer makes them: ``init``, ``new badge``, ``award``, keys, ``seal``, a withdrawal, ``build``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conftest import ClubFolder  # noqa: E402

from pinback import pipeline, scaffold  # noqa: E402
from pinback.awarding import NewAward  # noqa: E402

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """A built site and the address under which its files are judged."""

    name: str
    folder: Path
    base_url: str


def example(folder: Path) -> Site:
    """Build the example club."""
    pipeline.build(ROOT, folder / "example")
    return Site("example", folder / "example", "https://badges.example.org/")


def fresh(folder: Path, name: str, base_url: str, second_issuer: bool = False) -> Site:
    """Make, seal and build a new club."""
    club = ClubFolder(folder / name, base_url)
    answers = scaffold.Answers("Łódź Chess Club", base_url, "https://chess.example.org/", "badges@chess.example.org")
    scaffold.init(club.root, answers)
    slug = scaffold.slug_of(answers.name, "club")
    scaffold.new_badge(club.root, "openings", "Openings ♟", "Knows ten openings & their ideas <well>.")
    fields, _, _ = club.read("badges/openings/badge.md").partition("## ")
    club.write("badges/openings/badge.md", fields + "## What you do\n\nPlay ten openings to move eight.\n")
    if second_issuer:
        host, _, path = base_url.removeprefix("https://").strip("/").partition("/")
        did = ":".join(["did:web", host, *([path] if path else []), "issuers", "league"])
        club.issuer(
            "league", did, f"parent: {slug}\ntelephone: '+441234567890'\naddress: {{country: PL, region: Łódzkie}}\n"
        )
        rich = (
            "issuer: league\ntype: MicroCredential\ncredits: 2.5\ntags: [szachy, 国际象棋, شطرنج]\nfield_of_study: Chess\n"
            "alignment:\n  - {name: Endgames, url: 'https://league.example.org/e', framework: League, code: E1, type: 'ext:Level'}\n"
            "results:\n  - {id: points, name: Points, type: RawScore, min: 0, max: 10.5, required: 6}\n"
            "  - {id: level, name: Level, type: PerformanceLevel, allowed: [bronze, silver, gold]}\n"
        )
        club.badge("arbiter", rich, 'Lead a tournament.\n\n* ]]> stays as it is\n* "quotes", `code` & <tags>')
        club.award(
            "2026-05-01-spring",
            "issued_on: 2026-05-01\nvalid_until: 2030-05-01\nrole: Arbiter\nterm: Spring\nawards:\n"
            "  - handle: crow-1\n    credits: 2.5\n    narrative: |\n      Led **three** rounds. ]]>\n"
            "    results:\n      - {result: points, value: 9.5}\n      - {result: level, value: gold}\n"
            "    evidence:\n      - https://league.example.org/games/1\n      - {name: Log book, narrative: 'Kept by hand.', genre: text}\n"
            "  - handle: crow-2\n    name: 李小龙\n    public: true\n    signed_name: true\n    license_number: 'Ł-7'\n",
            "arbiter",
        )
        club.keys("league", "league")
    club.keys(slug, "fresh")
    for person in ("Zoë Ångström", "محمد بن علي", "🙂 Smiley"):
        scaffold.add_award(club.root, "openings", NewAward("", "", date(2026, 5, 17), name=person))
    adult = NewAward(
        "", "", date(2026, 5, 18), email="Someone@chess.example.org", evidence=("https://chess.example.org/e/1",)
    )
    scaffold.add_award(club.root, "openings", adult)
    scaffold.add_award(club.root, "openings", NewAward("", "", date(2024, 5, 18), valid_until=date(2025, 5, 18)))
    club.seal(AT)
    withdrawn = next(
        path for path in sorted((club.root / "badges/openings/awards").iterdir()) if "2026-05-18" in path.name
    )
    withdrawn.write_bytes(withdrawn.read_bytes() + b"revoked: {on: 2026-05-30, reason: mistake}\n")
    club.seal(AT)
    return Site(name, club.build(), base_url)


def all_sites(folder: Path) -> list[Site]:
    """Return every site, built below *folder*."""
    return [
        example(folder),
        fresh(folder, "root", "https://badges.example.org/"),
        fresh(folder, "project-page", "https://club.github.io/badges/"),
        fresh(folder, "second-issuer", "https://club.github.io/badges/", second_issuer=True),
    ]
