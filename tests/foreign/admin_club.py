"""A club whose stewards work in the browser: ``python tests/foreign/admin_club.py make|seal|again FOLDER``.

``make`` writes ``FOLDER/club``, a git repository that stands in for the host, builds ``FOLDER/site``, and writes rosters and what is
expected of them to ``FOLDER/cases.json``. ``seal`` does what the workflow does after a commit: check, seal, commit, build; then it reads
the private list ``FOLDER/who-is-who.csv`` that the page made with the program's own reader, and says what it found as JSON. ``again``
gives the same roster and that list to the commands.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conftest import AT, ClubFolder

from pinback import pipeline, who_is_who
from pinback.addresses import Addresses
from pinback.awarding import identity_hash, new_named_link

BASE = "https://badges.example.org/"
SOURCE = "https://github.com/harbour/badges"
ID = "abcdefgh234567ab"
BATCH_ID = "bcdefgh234567abc"
FIRST = ("Zoë", "Łucja", "Jean-Luc", "Ahmed", "Bo", "Siân", "O'Neil", "Ana")
LAST = ("Ångström", "Żakowska", "d’Arc", "Müller", "Ní Bhriain", "Özdemir")
TITLES = {"knots": "{en: Knots, de: Knoten}", "night-sail": "{en: Night sail, de: Nachtfahrt}"}


def names(count: int) -> list[str]:
    """Return invented names, each another one."""
    return [
        f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
        + (f" {number}" if number >= len(FIRST) * len(LAST) else "")
        for number in range(count)
    ]


def git(club: ClubFolder, *words: str) -> str:
    """Run git in the club's folder, as nobody in particular, and return what it says."""
    identity = ("-c", "user.name=Steward", "-c", "user.email=steward@example.org")
    command = ["git", "-C", str(club.root), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")


def make(folder: Path) -> None:
    """Make the club, with two awards that can be changed, and the rosters."""
    shutil.rmtree(folder, ignore_errors=True)
    club = ClubFolder(folder / "club", BASE)
    club.site(title="{en: Harbour badges, de: Hafen-Abzeichen}", languages="[en, de]", source=SOURCE)
    club.issuer()
    club.write(
        "issuers/club/issuer.yaml", club.read("issuers/club/issuer.yaml").replace("Test club", "Harbour Sailing")
    )
    for slug, title in TITLES.items():
        club.badge(slug)
        file = f"badges/{slug}/badge.md"
        text = club.read(file).replace("name: Knots\n", f"name: {title}\n")
        described = "description: {en: Ties knots that hold., de: Knüpft haltbare Knoten.}\n"
        club.write(file, text.replace("description: Ties knots that hold.\n", described))
        club.write(f"badges/{slug}/criteria.de.md", "Sechs Knoten knüpfen.\n")
    # An issuer that has no keys yet: its badge cannot be awarded.
    club.issuer("union", "did:web:badges.example.org:issuers:union")
    club.badge("umpire", "issuer: union\n")
    club.write("badges/umpire/badge.md", club.read("badges/umpire/badge.md").replace("name: Knots", "name: Umpire"))
    club.keys()
    club.write(".gitignore", "/site/\n/.site.next/\n/.site.lock\n/.pinback/\n/who-is-who.csv\n")
    links = {}
    for id_ in (ID, BATCH_ID):
        made = new_named_link(Addresses(BASE), id_, "Max Muster")
        links[id_] = made.link
        lines = [f"id: {id_}", "handle: otter-7", f"named: {made.named}", f"link: {made.link_hash}"]
        if id_ == ID:
            shared = "issued_on: 2025-05-17\nvalid_until: 2026-05-17\nevidence: https://club.example.org/log/1\n"
            club.award("single", "\n".join([lines[0], shared.rstrip(), *lines[1:]]) + "\n")
        else:
            own = "\n".join(f"{'  - ' if number == 0 else '    '}{line}" for number, line in enumerate(lines))
            club.award("list", f"issued_on: 2026-05-18\nawards:\n{own}\n  - handle: heron-2\n", "night-sail")
    club.seal()
    git(club, "init", "-q", "-b", "main")
    git(club, "add", "-A")
    git(club, "commit", "-qm", "Begin")
    club.build().rename(folder / "site")
    rows = "\r\n".join(f"{name}\t17.5.2026\tsomebody{number}@example.org" for number, name in enumerate(names(24)))
    values = {
        "base": BASE,
        "source": SOURCE,
        "single": {"id": ID, "link": links[ID]},
        "list": {"id": BATCH_ID, "link": links[BATCH_ID]},
        "names": names(24),
        "roster": f"Name\tDatum\tE-Mail\r\n{rows}\r\n",
        "old_list": "name;badge;issued_on;handle;link\n"
        f"Max Muster;Knots;2025-05-17;otter-7;{links[ID]}\nMax Muster;Night sail;2026-05-18;otter-7;{links[BATCH_ID]}\n",
    }
    (folder / "cases.json").write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")


def seal(folder: Path) -> None:
    """Do what the workflow does, read the private list, and print what was found."""
    club = ClubFolder(folder / "club", BASE)
    pipeline.check(club.root)
    sealed = club.seal(AT + timedelta(days=2))
    git(club, "add", "-A")
    git(club, "commit", "-qm", "Seal")
    shutil.rmtree(folder / "site", ignore_errors=True)
    club.build().rename(folder / "site")
    shutil.copy(folder / "who-is-who.csv", club.root / who_is_who.FILE)
    checked = pipeline.check(club.root).club
    by_id = {award.id: award for award in checked.awards}
    rows = who_is_who.rows(club.root)
    fitting = [
        row
        for row in rows
        if row.award in by_id and identity_hash(row.name_in_link, row.secret) == by_id[row.award].named
    ]
    history = git(club, "log", "--all", "-p", "--no-color")
    found = {
        "sealed": sum(one.awards for one in sealed),
        "rows": len(rows),
        "fitting": len(fitting),
        "awards": [
            {
                "id": award.id,
                "badge": award.badge,
                "handle": award.handle,
                "issued_on": str(award.issued_on),
                "valid_until": str(award.valid_until or ""),
                "file": award.origin.file,
                "supersedes": award.supersedes,
                "renews": award.renews,
                "revoked": award.revoked.reason if award.revoked else "",
                "suspended": str(award.suspended or ""),
                "language": award.language,
                "name": award.name,
            }
            for award in checked.awards
        ],
        "erased": [erasure.id for erasure in checked.erasures],
        "told": [word for word in (*LAST, *FIRST[:2], "Muster", "somebody", "Neu Hier") if word in history],
    }
    print(json.dumps(found))


def again(folder: Path) -> None:
    """Give roster and list to the commands, print certificates, and say what was changed and made."""
    club = ClubFolder(folder / "club", BASE)
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    shutil.copy(folder / "who-is-who.csv", club.root / who_is_who.FILE)

    def pinback(*words: str) -> str:
        command = [sys.executable, "-m", "pinback", *words, "-C", str(club.root)]
        done = subprocess.run(command, input=cases["roster"].encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode() + done.stderr.decode()

    before = (club.root / who_is_who.FILE).read_bytes()
    said = pinback("import", "-", "--badge", "knots", "--yes")
    shutil.rmtree(folder / "certificates", ignore_errors=True)
    pinback("certificate", "--all", "--out", str(folder / "certificates"))
    found = {
        "said": said,
        "changed": git(club, "status", "--porcelain").split("\n")[:-1],
        "list": before == (club.root / who_is_who.FILE).read_bytes(),
        "certificates": len(list((folder / "certificates").glob("*.pdf"))),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    {"make": make, "seal": seal, "again": again}[sys.argv[1]](Path(sys.argv[2]).resolve())
