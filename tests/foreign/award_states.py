"""A club whose awards have every state that an award's page can show, in a left-to-right and a right-to-left language.

    python tests/foreign/award_states.py DIR

Builds ``DIR/site`` and writes ``DIR/states.json``: by state the award's path, its named link where there is one, and how
``pinback verify`` reads many spellings of such a link. The look and the longest criteria are those of the example club.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent))

from sites import AT, ROOT, ClubFolder, _Keys

from pinback import custody
from pinback.addresses import Addresses, award_page
from pinback.awarding import NewAward, new_named_link, record_text
from pinback.verify.recipients import link_in

BASE = "https://badges.example.org/"
ON = date(2026, 5, 17)
LATIN = "Zoë Ångström"
LONG = "Maximiliane-Friederike Oberhofer von Hohenstein-Württemberg II"
ARABIC = "عبد الرحمن بن محمد الأنصاري الخزرجي القرطبي المراكشي المغربي"
IDS = {
    "named": "a" * 16, "long": "b" * 16, "arabic": "c" * 16, "unnamed": "d" * 16, "public": "e" * 16, "signed-name": "f" * 16,
    "minor": "g" * 16, "expired": "h" * 16, "withdrawn": "i" * 16, "corrected": "j" * 16, "correction": "k" * 16,
    "suspended": "l" * 16, "renewed": "m" * 16, "renewal": "n" * 16, "erased": "o" * 16, "rich": "p" * 16, "bidi": "q" * 16,
}  # fmt: skip
RTL_CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;\\n"

msgid "Home"
msgstr "الرئيسية"

msgid "Awarded to"
msgstr "مُنحت إلى"
"""


def make(folder: Path) -> dict[str, Any]:
    """Build the club below *folder* and return what the tests need to know of it."""
    club = ClubFolder(folder / "club", BASE).site(title="River badges", languages="[en, ar]").issuer()
    _dress(club)
    club.keys()
    links = {}
    for state, name in (
        ("named", LATIN),
        ("long", LONG),
        ("arabic", ARABIC),
        ("minor", "Kit"),
        ("bidi", "a\u202egpj.exe"),
    ):
        links[state] = _named(club, state, name)
    for state in ("withdrawn", "corrected", "suspended"):
        links[state] = _named(club, state, LATIN)
    one = "issued_on: 2026-05-17\n"
    club.award("unnamed", f"id: {IDS['unnamed']}\n{one}handle: heron-1\n", "launch")
    club.award("public", f"id: {IDS['public']}\n{one}handle: heron-2\nname: Ada Example\npublic: true\n", "launch")
    club.award(
        "signed-name",
        f"id: {IDS['signed-name']}\n{one}handle: heron-3\nname: Ada Example\npublic: true\nsigned_name: true\n",
        "launch",
    )
    club.award(
        "expired", f"id: {IDS['expired']}\nissued_on: 2024-05-17\nvalid_for: 1 year\nhandle: heron-4\n", "launch"
    )
    club.award(
        "renewed", f"id: {IDS['renewed']}\nissued_on: 2024-05-17\nvalid_for: 1 year\nhandle: heron-5\n", "launch"
    )
    club.award("erased", f"id: {IDS['erased']}\n{one}handle: heron-6\n", "launch")
    club.award("rich", f"id: {IDS['rich']}\n{one}handle: heron-7\n{RICH}", "launch")
    club.seal(AT)
    club.award(
        "correction",
        f"id: {IDS['correction']}\n{one}handle: otter-corrected\nsupersedes: {IDS['corrected']}\n",
        "launch",
    )
    club.award("renewal", f"id: {IDS['renewal']}\n{one}handle: heron-5\nrenews: {IDS['renewed']}\n", "launch")
    club.seal(AT)
    for state, line in (
        ("withdrawn", "revoked: {on: 2026-05-30, reason: mistake}"),
        ("suspended", "suspended: {on: 2026-05-30}"),
    ):
        file = f"badges/launch/awards/{state}.yaml"
        club.write(file, f"{club.read(file)}{line}\n")
    club.write("badges/launch/awards/erased.yaml", f"id: {IDS['erased']}\nerased: true\n")
    club.seal(AT)
    club.award("waiting", f"{one}handle: heron-9\n", "launch")
    site = club.build(preview=True)
    pages = {state: award_page(id_) for state, id_ in IDS.items()}
    waiting = next(path.parent.name for path in site.glob("awards/not-issued-*/index.html"))
    return {
        "base_url": BASE,
        "pages": {**pages, "waiting": award_page(waiting)},
        "dead": _dead(folder / "dead-club", folder / "dead-site"),
        "links": links,
        "names": {"named": LATIN, "long": LONG, "arabic": ARABIC, "minor": "Kit"},
        "spellings": [_reading(text) for text in _spellings(links["named"])],
    }


def _dress(club: ClubFolder) -> None:
    """Give the club the example's logo, and the badge whose criteria are the longest."""
    example = max((ROOT / "badges").glob("*/badge.md"), key=lambda file: len(file.read_text(encoding="utf-8")))
    criteria = example.read_text(encoding="utf-8").split("---\n", 2)[2].strip()
    fields = (
        "tags: [rowing, safety]\n"
        "alignment:\n  - {name: Level 2, url: 'https://valley-rowing.example.org/level-2', framework: Valley, code: L2}\n"
        "results: [{id: points, name: Points, type: RawScore, min: 0, max: 100}]\n"
    )
    club.badge("launch", fields, criteria)
    text = club.read("badges/launch/badge.md").replace("name: Knots", "name: Safety Launch Driver", 1)
    club.write(
        "badges/launch/badge.md", text.replace("Ties knots that hold.", "Drives the safety launch beside juniors.", 1)
    )
    shutil.copy(next(example.parent.glob("*.svg")), club.root / "badges/launch/badge.svg")
    shutil.copy(next((ROOT / "issuers/riverside").glob("logo.*")), club.root / "issuers/club/logo.svg")
    club.issuer(more="logo: logo.svg\ndescription: A small club run by its members, on the river since 1968.\n")
    club.write("theme/locale/ar.po", RTL_CATALOGUE)


RICH = (
    "valid_for: 3 years\nrole: Driver\nterm: Spring 2026\nactivity_start: 2026-03-01\nactivity_end: 2026-05-16\n"
    "narrative: |\n  Drove on **five** club outings, one of them in flood.\nresults: [{result: points, value: 87}]\n"
    "evidence:\n  - {url: 'https://club.example.org/log/5', name: Log book, description: 'Signed by two coaches.', genre: log}\n"
    "  - {name: Observed outing, narrative: 'Seen by the *head coach*.'}\n"
)


def _named(club: ClubFolder, state: str, name: str) -> str:
    link = new_named_link(Addresses(BASE), IDS[state], name)
    award = NewAward(IDS[state], f"otter-{state}", ON, name=name, minor=state == "minor")
    club.award(state, record_text(replace(award, name=""), link), "launch")
    return link.link


def _dead(folder: Path, out: Path) -> str:
    """Build a club whose keys were stolen and revoked; return the path of the page of an award that nobody could save."""
    club = ClubFolder(folder).site().issuer().badge().keys(with_file=True, at=AT - timedelta(days=9))
    keys = _Keys(club)
    club.award("dead", "issued_on: 2026-05-17\nhandle: heron-1\n")
    club.seal(AT - timedelta(days=2))
    old = club.signers["club"].name.id
    keys.rotate()
    custody.revoke(club.root, "club", [old], AT - timedelta(days=5), AT, keys.codes, alone=False)
    shutil.copytree(club.build(), out)
    return next(path.relative_to(out).as_posix() for path in out.glob("awards/*/index.html"))


def _spellings(link: str) -> list[str]:
    """Return fragments, most of them odd, that page and command must read alike."""
    fragment = link.partition("#")[2]
    secret = fragment.rpartition("&k=")[2]
    decomposed = quote("Zoe\u0308 A\u030angstro\u0308m")
    return [
        fragment, f"k={secret}&n={quote(LATIN)}", f"n={decomposed}&k={secret}", f"n={quote(LATIN).replace('%20', '+')}&k={secret}",
        f"n={LATIN}&k={secret}", f"n=&k={secret}", f"n={quote(LATIN)}", f"n=A&n={quote(LATIN)}&k={secret}", f"n=%ff&k={secret}",
        f"n={quote(LATIN)}&k={secret}&x=1", f"x&{fragment}", f"n={quote(LATIN)}=&k={secret}", f"n=%zz&k={secret}", "", "content",
        f"n={'x' * 3000}&k={secret}", f"{fragment};k=1",
    ]  # fmt: skip


def _reading(fragment: str) -> dict[str, Any]:
    found = link_in(f"{BASE}#{fragment}")
    return {"fragment": fragment, "read": {"name": found.name, "secret": found.secret} if found else None}


def main() -> int:
    """Build and describe."""
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    described = make(folder)
    shutil.move(folder / "club/site", folder / "site")
    (folder / "states.json").write_text(json.dumps(described, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
