"""A club whose preview has every kind of page in every state, in three languages: what browsers, links and pictures are tried on.

    .venv/bin/python -m tests.every_page FOLDER [BASE_URL]

builds it below FOLDER and prints, one a line, a name and the path of each page that is worth looking at, then "link", the state of an
award and its named link.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS))
sys.path.insert(0, str(TESTS.parent))

from conftest import ROOT, TEST_CODE, ClubFolder  # noqa: E402

from pinback import custody  # noqa: E402
from pinback.addresses import Addresses, award_page  # noqa: E402
from pinback.awarding import new_named_link  # noqa: E402

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-Żółćgęślą von Überwaldau"
"""Sixty letters."""
ARABIC_NAME = "محمد بن عبد الرحمن الأندلسي"
TITLE = "{en: Harbour Sailing School, pl: Szkoła Żeglarska Port, ar: مدرسة الميناء للإبحار}"

MICRO_CREDENTIAL = """\
micro_credential:
  learning_outcomes:
    - {en: Plans a lesson for beginners of any age., pl: Planuje lekcję dla początkujących., ar: يخطط درسًا للمبتدئين.}
    - {en: "Keeps a group of six boats safe, and says *when* not to sail.", pl: Dba o bezpieczeństwo sześciu łodzi.}
  hours: 50
  ects: 2
  level: EQF 4
  cycle: short
  assessment: {en: Two lessons watched by an examiner, pl: Dwie lekcje pod okiem egzaminatora}
  participation: {en: On the water and in the club house, pl: Na wodzie i w klubie}
  quality_assurance: {en: Examiners of the union visit each year, pl: Co roku wizyta egzaminatorów związku}
  prerequisites: First aid, not older than two years
  supervision: Two examiners; identity card shown
  stackability: Half of the coaching licence of the union
  information: https://union.example.org/coaching
"""
"""Every field of a micro-credential."""
MICRO_AWARD = "issued_on: 2026-05-17\nhandle: otter-7\nresults: [{result: grade, value: A}]\n"


@dataclass(frozen=True)
class EveryPage:
    """The built preview.

    Attributes:
        folder: of the site.
        base_url: of the site.
        awards: path of the page of each award, by state.
        links: named links by state, for those that have one.
    """

    folder: Path
    base_url: str
    awards: dict[str, str]
    links: dict[str, str]

    @property
    def pages(self) -> dict[str, str]:
        """Return name and path of every page that is worth looking at, in the first language."""
        found = {f"award-{state}": path for state, path in self.awards.items()}
        fixed = {
            "home": "index.html",
            "catalogue": "badges/index.html",
            "badge": "badges/knots/index.html",
            "badge-micro-credential": "badges/sailing-coach/index.html",
            "badge-never-awarded": "badges/night-sail/index.html",
            "issuer": "issuers/club/index.html",
            "issuer-parent": "issuers/union/index.html",
            "log": "issuers/club/log/index.html",
            "statistics": "issuers/club/statistics/index.html",
            "person": "people/otter-7/index.html",
            "own": "about/index.html",
            "verify": "verify/index.html",
            "gallery": "gallery/index.html",
            "admin-award": "admin/award/index.html",
            "admin-change": "admin/change/index.html",
        }
        return found | {name: path for name, path in fixed.items() if (self.folder / path).is_file()}


def every_page(folder: Path, base_url: str = "https://badges.example.org/") -> EveryPage:
    """Make the club, seal and build it; *folder* must not exist."""
    club = ClubFolder(folder, base_url)
    where = base_url.removeprefix("https://").strip("/").replace("/", ":")
    club.site(
        title=TITLE,
        languages="[en, pl, ar]",
        colour="'#7a3e9d'",
        description="{en: 'What we learned on the water, signed by the school.', pl: 'Czego nauczyliśmy się na wodzie.', ar: 'ما تعلمناه على الماء.'}",
    )
    club.issuer(
        did=f"did:web:{where}",
        more="parent: union\ndescription: {en: 'A sailing school for everybody, since 1931.', pl: 'Szkoła żeglarska dla wszystkich, od 1931 roku.', ar: 'مدرسة إبحار للجميع منذ 1931.'}\n"
        "how_we_award: |\n  1. You ask any instructor.\n  2. Two of us watch you on the water.\n  3. We write it down the same evening.\n"
        "vouched_by:\n  - {name: Town of Harbour, url: 'https://town.example.org/sport', text: A club of our town.}\n"
        "address: {country: GB, locality: Harbour}\n",
    )
    club.issuer("union", f"did:web:{where}:issuers:union")
    club.issuer("old-union", f"did:web:{where}:issuers:old-union")
    for slug, name in (
        ("club", "Harbour Sailing School"),
        ("union", "Union of Sailing Clubs"),
        ("old-union", "Old Union"),
    ):
        file = f"issuers/{slug}/issuer.yaml"
        club.write(file, club.read(file).replace("name: Test club", f"name: {name}"))
    _badges(club)
    club.write(
        "site_src/about.md",
        "---\ntitle: About us\n---\n\n## Who we are\n\nSee [the badges](badges/).\n\n> Fair winds.\n",
    )
    club.write("site_src/about.pl.md", "---\ntitle: O nas\n---\n\n## Kim jesteśmy\n\nZobacz [odznaki](badges/).\n")
    club.write("site_src/index.md", "Ask any instructor for a badge.\n")
    club.keys("club", "test").keys("union", "league")
    links = _awards(club)
    club.write(
        "site_src/people/otter-7.md",
        "---\nname: Zoë Ångström\npublic: true\n---\n\nI sail at **night**, and teach knots on Thursdays.\n",
    )
    _robbed(club)
    ids = {path.stem: _id(path) for path in (club.root / "badges").rglob("awards/*.yaml")}
    club.award("waiting", "issued_on: 2026-05-31\nhandle: teal-9\n")
    site = club.build(preview=True)
    ids["waiting"] = "not-issued-1"
    return EveryPage(site, base_url, {state: award_page(id_) for state, id_ in sorted(ids.items())}, links)


def _badges(club: ClubFolder) -> None:
    club.badge(
        fields="alt: A bowline.\ntags: [rope, węzły, عقد]\ntype: Competency\ncategory: {en: Seamanship, pl: Żeglarstwo, ar: الملاحة}\n"
        "valid_for: 2 years\nresults:\n  - {id: time, name: Time, type: RawScore, min: 0, max: 100, required: 60}\n"
        "alignment:\n  - {name: Ropework, url: 'https://union.example.org/rope', framework: Union skills, code: R1}\n",
        criteria="## What you do\n\n1. Tie **six knots** with eyes closed.\n2. Say what each is for.\n\n## Who decides\n\nAny two instructors.",
    )
    text = club.read("badges/knots/badge.md")
    text = text.replace("name: Knots\n", "name: {en: Knots, pl: Węzły, ar: العُقَد}\n", 1)
    text = text.replace(
        "description: Ties knots that hold.\n",
        "description: {en: Ties six knots that hold and come loose when they should., pl: Wiąże sześć węzłów., ar: يعقد ست عقد متينة.}\n",
        1,
    )
    club.write("badges/knots/badge.md", text)
    club.write("badges/knots/criteria.pl.md", "## Co robisz\n\n1. Zawiąż **sześć węzłów** z zamkniętymi oczami.\n")
    club.write("badges/knots/criteria.ar.md", "## ماذا تفعل\n\n1. اعقد **ست عقد** وعيناك مغمضتان.\n")
    club.badge("night-sail", "alt: A moon.\ncategory: {en: Seamanship, pl: Żeglarstwo, ar: الملاحة}\n", "Sail a night.")
    club.badge("umpire", "issuer: union\ntype: License\ncategory: Racing\n", "Judge ten races.")
    club.badge(
        "sailing-coach",
        "alt: A wave.\ncategory: {en: Seamanship, pl: Żeglarstwo, ar: الملاحة}\ntype: MicroCredential\n"
        "results:\n  - {id: grade, name: Grade, type: LetterGrade, allowed: [A, B, C]}\n" + MICRO_CREDENTIAL,
        "Plan and lead **six lessons** on the water.",
    )
    club.badge("old-umpire", "issuer: old-union\n", "Judge ten races.")
    for slug, drawing, name in (
        ("knots", "river-reading", "Knots"),
        ("night-sail", "safe-coxing", "Night sail"),
        ("umpire", "umpire", "Umpire"),
        ("sailing-coach", "safety-launch-driver", "Sailing coach"),
        ("old-umpire", "river-marshal", "Starter"),
    ):
        club.write(f"badges/{slug}/badge.svg", (ROOT / f"badges/{drawing}/badge.svg").read_text(encoding="utf-8"))
        club.write(
            f"badges/{slug}/badge.md",
            club.read(f"badges/{slug}/badge.md").replace("name: Knots\n", f"name: {name}\n", 1),
        )


def _awards(club: ClubFolder) -> dict[str, str]:
    """Seal awards in every state; return the named links of those that have one."""
    links: dict[str, str] = {}
    where = Addresses(club.base_url)

    def named(state: str, handle: str, name: str, more: str = "") -> None:
        id_ = f"{state.replace('-', '')[:12]:a<12}".replace("1", "a") + "aaaa"
        link = new_named_link(where, id_, name)
        links[state] = link.link
        club.award(
            state,
            f"id: {id_}\nissued_on: 2026-05-17\nhandle: {handle}\nnamed: {link.named}\nlink: {link.link_hash}\n{more}",
        )

    club.award(
        "public",
        "issued_on: 2026-05-17\nhandle: otter-7\nname: Zoë Ångström\npublic: true\nnarrative: Tied them **in the rain**.\n"
        "results: [{result: time, value: 82}]\nevidence:\n  - {url: 'https://club.example.org/log/1', name: Log book, description: Pages 3 and 4, genre: text}\n",
    )
    named("named", "otter-8", "Zoë Ångström")
    named("long", "long-1", LONG_NAME)
    named("arabic", "arab-1", ARABIC_NAME, "language: ar\n")
    named("minor", "teal-2", "Ola N.", "minor: true\n")
    named("polish", "pole-1", "Łucja Żak", "language: pl\n")
    club.award("unnamed", "issued_on: 2026-05-17\nhandle: crow-3\n")
    club.award("expired", "issued_on: 2020-05-17\nvalid_until: 2021-05-17\nhandle: otter-7\n")
    for state in ("withdrawn", "suspended", "superseded", "erased", "renewed"):
        named(state, f"{state}-1", "Max Muster")
    for number in range(5):
        club.award(f"more-{number}", f"issued_on: 202{number + 1}-03-0{number + 1}\nhandle: more-{number}\n")
    club.award("micro-credential", MICRO_AWARD, "sailing-coach")
    club.award("union", "issued_on: 2026-05-17\nhandle: otter-7\nrole: Umpire\nterm: Spring 2026\n", "umpire")
    club.seal(AT)
    club.award("correcting", f"issued_on: 2026-05-17\nhandle: superseded-1\nsupersedes: {_id_of(club, 'superseded')}\n")
    club.award("renewing", f"issued_on: 2026-05-20\nhandle: renewed-1\nrenews: {_id_of(club, 'renewed')}\n")
    club.write(
        "badges/knots/badge.md", club.read("badges/knots/badge.md") + "\nNew from May on: a bowline in ten seconds.\n"
    )
    club.seal(AT)
    _add(club, "withdrawn", "revoked: {on: 2026-05-30, reason: no-longer-met}")
    _add(club, "suspended", "suspended: {on: 2026-05-30}")
    club.write("badges/knots/awards/erased.yaml", f"id: {_id_of(club, 'erased')}\nerased: true\n")
    club.seal(AT)
    del links["erased"]
    return links


def _robbed(club: ClubFolder) -> None:
    """Award by an issuer whose keys are then stolen and revoked, so that the award is dead."""
    club.keys("old-union", "robbed", at=AT - timedelta(days=9), with_file=True)
    club.award("dead", "issued_on: 2026-05-20\nhandle: otter-7\n", "old-umpire")
    club.seal(AT - timedelta(days=1))
    sheets: list[custody.Sheet] = []

    def codes(slug: str) -> list[str]:
        return [sheets[-1].code if sheets else TEST_CODE]

    old = club.signers["old-union"].name.id
    custody.rotate(club.root, "old-union", AT, sheets.append, lambda slug: iter(codes(slug)), ())
    custody.revoke(
        club.root, "old-union", [old], AT - timedelta(days=5), AT, lambda slug: iter(codes(slug)), alone=False
    )


def _id(path: Path) -> str:
    found = re.search("^id: ([a-z2-7]{16})$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, path
    return found[1]


def _id_of(club: ClubFolder, record: str) -> str:
    return _id(club.root / f"badges/knots/awards/{record}.yaml")


def _add(club: ClubFolder, record: str, line: str) -> None:
    file = f"badges/knots/awards/{record}.yaml"
    club.write(file, f"{club.read(file)}{line}\n")


if __name__ == "__main__":
    made = every_page(Path(sys.argv[1]) / "club", *sys.argv[2:3])
    for name, path in made.pages.items():
        print(name, made.folder / path)
    for state, link in made.links.items():
        print("link", state, link)
