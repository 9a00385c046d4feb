"""Make a club whose holders have pages, for the browser: ``python tests/foreign/people.py FOLDER``.

``FOLDER/site`` is the site, ``FOLDER/links.json`` what only the holders know: their private links, the one link of each
page, and links that are wrong. ``person.mjs`` opens them.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conftest import AT, ClubFolder

from pinback import addresses
from pinback.addresses import Addresses
from pinback.elsewhere.saving import save
from pinback.verify.fetch import SnapshotDoor

BASE = "https://badges.example.org/"
OTHER = "https://firstaid.example.org/badges/"
DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
COLOURS = ("#0b5c8a", "#7a2e0e", "#14683a", "#5b2a86", "#9a1b4b", "#3c4a57")
SHAPES = (
    '<circle cx="32" cy="32" r="29"/>',
    '<path d="M6 6h52v30c0 13-12 20-26 24C18 56 6 49 6 36z"/>',
    '<path d="M32 3l26 15v28L32 61 6 46V18z"/>',
    '<rect x="6" y="6" width="52" height="52" rx="12"/>',
)
TITLES = (
    *("Knots", "Safe Coxing", "Boat Repair", "River Reading", "Long Distance", "First Strokes", "Night Rowing"),
    *("Coach Assistant", "Launch Driver", "Capsize Drill", "Weather", "Navigation", "Rigging", "Oar Making"),
    *("Race Timing", "Radio", "Towing", "Splicing", "Varnish", "Ice Watch"),
)


@dataclass(frozen=True)
class Known:
    """What only the holder of an award knows: its id, the name, the secret."""

    id: str
    name: str
    secret: str

    @property
    def link(self) -> str:
        """The private link."""
        return addresses.named_link(Addresses(BASE).url(addresses.award_page(self.id)), self.name, self.secret)


def known(number: int, name: str) -> Known:
    """Return what a holder knows; the same number gives the same."""
    digest = sha256(f"person {number}".encode()).digest()
    id_ = "".join(DIGITS[byte % 32] for byte in digest[:16])
    return Known(id_, normalize("NFC", name), "".join(DIGITS[byte % 26] for byte in digest[10:32]))


def record(one: Known, handle: str, issued_on: str, more: str = "") -> str:
    """Return a record with a named link."""
    named = "sha256$" + sha256(f"{one.name}{one.secret}".encode()).hexdigest()
    link = "sha256$" + sha256(one.link.encode("ascii")).hexdigest()
    return f"id: {one.id}\nissued_on: {issued_on}\nhandle: {handle}\nnamed: {named}\nlink: {link}\n{more}"


def badge(club: ClubFolder, number: int) -> str:
    """Write a badge and return its slug."""
    title = TITLES[number]
    slug = title.lower().replace(" ", "-")
    club.badge(slug)
    file = f"badges/{slug}/badge.md"
    category = ("Seamanship", "On the river", "Boats")[number % 3]
    club.write(file, club.read(file).replace("name: Knots", f"name: {title}\ncategory: {category}"))
    colour, shape = COLOURS[number % len(COLOURS)], SHAPES[number % len(SHAPES)]
    inner = f'<path fill="none" stroke="#fff" stroke-width="4" d="M{14 + number % 6} 40q9-{8 + number % 9} 18 0t18 0"/>'
    if (club.root / f"badges/{slug}/badge.svg").exists():
        club.write(
            f"badges/{slug}/badge.svg",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><g fill="{colour}">{shape}</g>{inner}</svg>\n',
        )
    return slug


def person(club: ClubFolder, handle: str, fields: str, words: str = "") -> None:
    """Write a holder's page."""
    club.write(f"site_src/people/{handle}.md", f"---\n{fields}public: true\n---\n\n{words}\n")


def elsewhere(folder: Path, club: ClubFolder, handle: str, name: str) -> None:
    """Give a holder a badge of another club, saved from that club's own site."""
    other = ClubFolder(folder / "other", OTHER).site(title="First aid badges")
    other.issuer(did="did:web:firstaid.example.org:badges").badge("first-aid").keys()
    for file, old, new in (
        ("issuers/club/issuer.yaml", "name: Test club", "name: Valley First Aiders"),
        ("badges/first-aid/badge.md", "name: Knots", "name: Outdoor First Aid, 16 hours"),
    ):
        other.write(file, other.read(file).replace(old, new))
    other.award("one", "issued_on: 2026-03-14\nvalid_until: 2029-03-14\nhandle: newt-1\n", "first-aid")
    other.seal()
    host = folder / "saved" / "firstaid.example.org" / "badges"
    host.parent.mkdir(parents=True)
    other.build().rename(host)
    award = next((host / "awards").iterdir()).name
    copy = save(f"{OTHER}awards/{award}/", name, SnapshotDoor(folder / "saved"), AT + timedelta(days=40))
    path = club.root / f"site_src/people/{handle}/first-aid.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(copy.data)
    entry = f"elsewhere:\n  - url: {copy.url}\n    saved: first-aid.zip\n    note: Needed for the launch.\n"
    file = f"site_src/people/{handle}.md"
    club.write(file, club.read(file).replace("public: true\n", f"public: true\n{entry}"))


def main(folder: Path) -> None:
    """Build the site below *folder*, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    club = ClubFolder(folder / "club", BASE).site(title="Reedmere Rowing Club badges").issuer().keys()
    club.write(
        "issuers/club/issuer.yaml", club.read("issuers/club/issuer.yaml").replace("Test club", "Reedmere Rowing Club")
    )
    slugs = [badge(club, number) for number in range(len(TITLES))]

    zoe, arabic = "Zoë Ångström", "عبد الرحمن بن خلدون الحضرمي"
    mine = [known(number, zoe) for number in range(5)]
    mine.append(known(5, "Zoë Berg"))
    for number, one in enumerate(mine):
        more = "valid_until: 2024-05-01\n" if number == 3 else "valid_until: 2031-05-01\n" if number % 2 else ""
        club.award("zoe", record(one, "kite-5", f"202{number}-04-1{number}", more), slugs[number])
    again = known(20, zoe)
    club.award("zoe-again", record(again, "kite-5", "2026-05-02"), slugs[0])
    gone = known(21, zoe)
    club.award("zoe-gone", record(gone, "kite-5", "2025-02-01"), slugs[6])
    his = [known(number, arabic) for number in (30, 31, 32)]
    for number, one in enumerate(his):
        club.award("arabic", record(one, "heron-2", f"2026-05-1{number}"), slugs[number])
    many = [known(40 + number, "Bo") for number in range(len(slugs))]
    for number, one in enumerate(many):
        club.award("many", record(one, "wren-9", f"2025-06-{number + 1:02}"), slugs[number])
    club.seal()
    file = f"badges/{slugs[6]}/awards/zoe-gone.yaml"
    club.write(file, club.read(file) + "revoked: {on: 2026-06-02, reason: no-longer-met}\n")
    club.seal(AT + timedelta(days=1))

    person(
        club,
        "kite-5",
        f"name: {zoe}\n",
        "I row, mend what I break, and **write it down**.\n\nOn the water since *2019*; off it I keep the boat book.",
    )
    person(club, "heron-2", f"name: {arabic}\nlanguage: ar\n", "أجدّف منذ ثلاث سنوات.")
    person(club, "wren-9", "name: Bo\n")
    elsewhere(folder, club, "kite-5", zoe)
    club.build().rename(folder / "site")

    def one_link(handle: str, *holders: tuple[str, list[Known]]) -> str:
        page = Addresses(BASE).url(addresses.person_page(handle))
        return addresses.person_link(page, [(name, [(one.id, one.secret) for one in own]) for name, own in holders])

    listed = [again, *mine[:5]]
    values = {
        "base": BASE,
        "page": "people/kite-5/",
        "private": [one.link for one in (*listed, mine[5])],
        "one": one_link("kite-5", (zoe, listed), ("Zoë Berg", [mine[5]])),
        "partly": one_link("kite-5", (zoe, [*listed, mine[5]])),
        "wrong_name": one_link("kite-5", ("Eve Angstrom", listed)),
        "wrong_secret": one_link("kite-5", (zoe, [Known(one.id, one.name, one.secret[::-1]) for one in listed])),
        "strangers": [one.link for one in his],
        "never": [zoe, "Zo%C3%AB", *(one.secret for one in (*listed, mine[5]))],
        "arabic": {"page": "people/heron-2/", "one": one_link("heron-2", (arabic, his)), "name": arabic},
        "many": {"page": "people/wren-9/", "one": one_link("wren-9", ("Bo", many))},
        "withdrawn": addresses.award_page(gone.id),
    }
    (folder / "links.json").write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
