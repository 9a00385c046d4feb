"""The sites that foreign verifiers judge: the example club, fresh clubs at a root, under a path, with two issuers, in
several languages, clubs that lived, and one that awarded a roster.

Fresh clubs are made as a newcomer makes them: ``init``, ``new badge``, ``award``, keys, ``seal``, a withdrawal, ``build``.
Clubs that lived moved from one address to another; before and after it awards were withdrawn, suspended, corrected,
renewed and erased. One site folder answers both addresses, as where the old host redirects.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conftest import TEST_CODE, ClubFolder  # noqa: E402
from roster.sheets import planted  # noqa: E402

from pinback import custody, importing, pipeline, scaffold, sealing  # noqa: E402
from pinback.awarding import NewAward  # noqa: E402
from pinback.roster.table import read_table  # noqa: E402

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """A built site and the address under which its files are judged."""

    name: str
    folder: Path
    base_url: str
    earlier: tuple[str, ...] = ()

    @property
    def options(self) -> list[str]:
        """What the judging programs are told."""
        also = [word for url in self.earlier for word in ("--also-at", url)]
        return ["--site", str(self.folder), "--base-url", self.base_url, *also]


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
        own_did = did.removesuffix(":issuers:league")
        club.issuer(
            "league",
            did,
            f"parent: {slug}\ntelephone: '+441234567890'\naddress: {{country: PL, region: Łódzkie}}\n"
            f"member_of:\n  - name: Łódź Chess Club\n    did: {own_did}\n"
            f"    credential: {base_url}issuers/{slug}/groups/league/credential.json\n"
            f"    endorsement: {base_url}issuers/{slug}/groups/league/endorsement.json\n",
        )
        endorsed = (
            f"name: League\ndid: {did}\nprofile: {base_url}issuers/league/issuer.json\nsince: 2025-01-01\n"
            "text: The league & its ]]> *arbiters*.\n"
        )
        club.write(f"issuers/{slug}/groups/league-2025.yaml", endorsed)
        rich = (
            "issuer: league\ntype: MicroCredential\ntags: [szachy, 国际象棋, شطرنج]\nfield_of_study: Chess\n"
            "alignment:\n  - {name: Endgames, url: 'https://league.example.org/e', framework: League, code: E1, type: 'ext:Level'}\n"
            "micro_credential:\n  learning_outcomes: [Leads a tournament., 'Knows the <rules> & *why*.']\n  hours: 60\n  ects: 2.5\n"
            "  level: EQF 5\n  cycle: short\n  assessment: Leads three rounds.\n  participation: On site\n"
            "  quality_assurance: League examiners\n  prerequisites: Ten games\n  supervision: Two arbiters\n"
            "  stackability: Half of the next level\n  information: https://league.example.org/more?a=b&c\n"
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
    if second_issuer:
        club.write(f"issuers/{slug}/groups/league-2025.yaml", f"{endorsed}ended: 2026-05-31\n")
        club.write(f"issuers/{slug}/groups/league.yaml", endorsed)
    withdrawn.write_bytes(withdrawn.read_bytes() + b"revoked: {on: 2026-05-30, reason: mistake}\n")
    club.seal(AT)
    return Site(name, club.build(), base_url)


OLD, NEW = "https://club.github.io/badges/", "https://badges.example.org/"


def _id(club: ClubFolder, record: str) -> str:
    found = re.search("^id: ([a-z2-7]{16})$", club.read(f"badges/knots/awards/{record}.yaml"), re.MULTILINE)
    assert found, record
    return found[1]


def _more(club: ClubFolder, record: str, line: str) -> None:
    file = f"badges/knots/awards/{record}.yaml"
    club.write(file, f"{club.read(file)}{line}\n")


def lived(
    folder: Path,
    name: str,
    new_did: bool = False,
    before: Callable[[ClubFolder], object] = lambda club: None,
    after: Callable[[ClubFolder], object] = lambda club: None,
) -> Site:
    """Make a club whose awards have seen everything, and that has moved.

    Args:
        folder: where the club is made.
        name: of the site.
        new_did: whether the issuer took the DID of the new address.
        before: what happens to the club before it moves, when its first awards are sealed.
        after: what happens to it at last, before the site is built.
    """
    club = ClubFolder(folder / name, OLD).site().issuer(did="did:web:club.github.io:badges").badge().keys()
    for record in ("kept", "withdrawn", "suspended", "corrected", "erased"):
        club.award(record, f"issued_on: 2026-05-17\nhandle: {record}-1\n")
    club.award("renewed", "issued_on: 2024-05-17\nvalid_for: 1 year\nhandle: renewed-1\n")
    club.seal(AT)
    before(club)
    club.move(NEW, new_did, AT)
    club.award("correction", f"issued_on: 2026-05-17\nhandle: corrected-1\nsupersedes: {_id(club, 'corrected')}\n")
    club.award("renewal", f"issued_on: 2026-05-17\nhandle: renewed-1\nrenews: {_id(club, 'renewed')}\n")
    for record in ("new", "new-withdrawn"):
        club.award(record, f"issued_on: 2026-05-20\nhandle: {record}-1\nevidence: https://club.example.org/e/1\n")
    club.seal(AT)
    for record in ("withdrawn", "new-withdrawn"):
        _more(club, record, "revoked: {on: 2026-05-30, reason: mistake}")
    _more(club, "suspended", "suspended: {on: 2026-05-30}")
    club.write("badges/knots/awards/erased.yaml", f"id: {_id(club, 'erased')}\nerased: true\n")
    club.seal(AT)
    after(club)
    return Site(name, club.build(), NEW, (OLD,))


class _Keys:
    """A steward whose sheets are read here, so that new codes can be typed."""

    def __init__(self, club: ClubFolder) -> None:
        self.club, self.code, self.sheets = club, TEST_CODE, list[custody.Sheet]()

    def codes(self, slug: str) -> Iterator[str]:
        yield self.code

    def rotate(self, *only: str) -> None:
        custody.rotate(self.club.root, "club", AT, self.sheets.append, self.codes, only)
        self.code = self.sheets[-1].code
        self.club.signers["club"] = self.sheets[-1].keys

    def award(self, handle: str) -> None:
        """Award and seal; the site is taken to show all keys, since it is judged as a whole."""
        self.club.award(handle, f"issued_on: 2026-05-17\nhandle: {handle}\n")
        self.seal()

    def seal(self) -> None:
        club = self.club
        sealing.seal(club.root, lambda: AT, lambda line: None, lambda *_: club.signers["club"], online=lambda *_: True)


def rotated(folder: Path, name: str) -> Site:
    """Make a club that has exchanged its RSA key, then its Ed25519 key, then all, with awards of each time.

    One award is withdrawn and one erased at the end, with keys that signed neither.
    """
    club = ClubFolder(folder / name).site().issuer().badge().keys(with_file=True)
    keys = _Keys(club)
    for handle, roles in (("first-1", ("rsa",)), ("second-2", ("ed25519",)), ("third-3", ()), ("fourth-4", None)):
        keys.award(handle)
        keys.award(f"other-{handle}")
        if roles is not None:
            keys.rotate(*roles)
    _more(club, "other-first-1", "revoked: {on: 2026-05-30, reason: holders-wish}")
    club.write("badges/knots/awards/other-second-2.yaml", f"id: {_id(club, 'other-second-2')}\nerased: true\n")
    keys.seal()
    return Site(name, club.build(), club.base_url)


def resealed(folder: Path, name: str) -> Site:
    """Make a club whose keys were stolen: exchanged, revoked, and what was honest signed again; one award came after."""
    club = ClubFolder(folder / name).site().issuer().badge().keys(with_file=True, at=AT - timedelta(days=9))
    keys = _Keys(club)
    for handle in ("honest-1", "honest-2", "honest-3"):
        club.award(handle, f"issued_on: 2026-05-17\nhandle: {handle}\n")
    club.seal(AT - timedelta(days=8))
    _more(club, "honest-3", "revoked: {on: 2026-05-20, reason: mistake}")
    club.seal(AT - timedelta(days=7))
    old = club.signers["club"].name.id
    keys.rotate()
    custody.revoke(club.root, "club", [old], AT - timedelta(days=1), AT, keys.codes, alone=False)
    custody.reseal(
        club.root,
        "club",
        AT,
        lambda store, register: club.signers["club"],
        lambda register, stolen: len(register.lines),
        lambda line: None,
    )
    keys.award("after-4")
    return Site(name, club.build(), club.base_url)


def several_languages(folder: Path, name: str) -> Site:
    """Make a club that writes its badges in three languages, with an award in each; one is withdrawn.

    The first badge is written in the site's first language. The second is in Polish first, so that its English edition, whose
    page lies at the root, has an id with a fragment.
    """
    criteria = {
        "en": "Tie six knots & <name> them.",
        "pl": "Zawiąż sześć węzłów\n\n* źdźbło ]]> i *nazwij* je",
        "ar": "اعقد **ست** عُقَد.",
    }
    names = "name: {en: Knots, pl: Węzły, ar: عُقَد}\ndescription: {en: Ties knots., pl: Wiąże węzły., ar: يعقد العُقَد.}\n"
    more = (
        "alt: {en: A reef knot, pl: Węzeł płaski}\ntags: [rope, lina, حبل]\ncategory: {en: Water, pl: Woda, ar: ماء}\n"
        "alignment: [{name: Rope work, url: 'https://skills.example.org/rope'}]\n"
        "results: [{id: grade, name: Grade, type: LetterGrade, allowed: [A, B]}]\n"
        "type: MicroCredential\nmicro_credential:\n  learning_outcomes: [{en: Ties <six> knots., pl: Wiąże węzły., ar: يعقد.}]\n"
        "  hours: 5\n  level: EQF 2\n  assessment: {en: A test, pl: Sprawdzian, ar: اختبار}\n"
        "  participation: {en: On site, pl: Na miejscu, ar: حضوريًا}\n  quality_assurance: {en: Examiners, pl: Egzaminatorzy}\n"
    )
    club = ClubFolder(folder / name).site(
        languages="[en, pl, ar]", title="{en: Knot club, pl: Klub węzłów, ar: نادي العُقَد}"
    )
    club.issuer(more="description: {en: We tie., pl: Wiążemy., ar: نعقد.}\naddress: {country: PL}\n")
    for slug, own in (("knots", "en"), ("splices", "pl")):
        club.badge(slug)
        club.write(f"badges/{slug}/badge.md", f"---\n{names}language: {own}\n{more}---\n\n{criteria[own]}\n")
        for tag in criteria:
            if tag != own:
                club.write(f"badges/{slug}/criteria.{tag}.md", f"{criteria[tag]}\n")
            record = f"issued_on: 2026-05-17\nhandle: {slug}-{tag}\nlanguage: {tag}\nresults: [{{result: grade, value: A}}]\n"
            club.award(tag, record, slug)
    club.keys().award("withdrawn", "issued_on: 2026-05-17\nhandle: withdrawn-1\nlanguage: pl\n")
    club.seal(AT)
    _more(club, "withdrawn", "revoked: {on: 2026-05-30, reason: mistake}")
    club.seal(AT)
    return Site(name, club.build(), club.base_url)


def lean(folder: Path, name: str) -> Site:
    """Make a club that took the lean set of files: awards of before, of that day, and one that was withdrawn since."""
    club = ClubFolder(folder / name).site().issuer().badge().keys()
    for handle in ("before-1", "before-2"):
        club.award(handle, f"issued_on: 2026-05-17\nhandle: {handle}\n")
    club.seal(AT)
    club.site(lean_since=f"{AT.date() + timedelta(days=1)}")
    for handle in ("lean-1", "lean-2", "lean-3"):
        club.award(handle, f"issued_on: 2026-06-01\nhandle: {handle}\nevidence: https://club.example.org/e/1\n")
    club.seal(AT + timedelta(days=1))
    _more(club, "lean-3", "revoked: {on: 2026-06-02, reason: mistake}")
    club.seal(AT + timedelta(days=1))
    return Site(name, club.build(), club.base_url)


def roster(folder: Path, name: str) -> Site:
    """Make a club that awards a roster of two hundred rows, once it was mended; the awards are those and no more."""
    club = ClubFolder(folder / name).site().issuer().badge()
    club.badge("safe-coxing").write(
        "badges/safe-coxing/badge.md", club.read("badges/knots/badge.md").replace("Knots", "Safe coxing")
    )
    club.keys()
    broken, mended = planted(200)
    now = importing.club_now(club.root)
    asked = importing.asked(now, AT.date())
    assert len(importing.plan(now, read_table(broken), asked).roster.faults) == 4
    importing.write(now, importing.plan(now, read_table(mended), asked), lambda done, total: None)
    (sealed,) = club.seal(AT)
    assert sealed.awards == 200
    return Site(name, club.build(), club.base_url)


def all_sites(folder: Path) -> list[Site]:
    """Return every site, built below *folder*."""
    return [
        example(folder),
        fresh(folder, "root", "https://badges.example.org/"),
        fresh(folder, "project-page", "https://club.github.io/badges/"),
        fresh(folder, "second-issuer", "https://club.github.io/badges/", second_issuer=True),
        several_languages(folder, "several-languages"),
        lived(folder, "lived"),
        rotated(folder, "rotated"),
        resealed(folder, "resealed"),
        roster(folder, "roster"),
        lean(folder, "lean"),
        lived(folder, "new-name-and-closed", new_did=True, after=lambda club: club.close(at=AT)),
    ]
