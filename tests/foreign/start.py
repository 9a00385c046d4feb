"""``python tests/foreign/start.py FOLDER``: what the trial of the page ``admin/start/`` needs, judged by the program's own rules.

``template/``: the files of ``pinback template``, with the site that the first run builds. ``club/``: a club that is set up,
with its site. ``cases.json``: answers, what is wrong with them, and the files that they give. ``sheet.json``: a ``keys.age``
that the program made, in both forms, with its code.

``python tests/foreign/start.py FOLDER --open``: opens what the page left in ``FOLDER/made.json`` (code, key id, text of
keys.age), says whether the program finds the same key in it, and walks on with it as the host would: the four files are
committed into a repository from the template, the workflow seals with the secret, the register begins, the site is built.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflows"))

from conftest import TEST_CODE, ClubFolder, make_test_keys
from runner import Host, api, workflow

from pinback import first_files, scaffold, starting
from pinback.content.kinds import RESERVED
from pinback.keys.bundle import new_bundle, new_recovery, open_bundle
from pinback.keys.code import new_code, typed_code

PAGE = {"name": "name", "base_url": "baseUrl", "email": "email"}
NAMES = (
    *(
        "Riverside Rowing Club",
        "Klub Żeglarski „Wisła” Łódź",
        "Åmål & Sønner",
        "Club #1",
        "a: b",
        "a:b",
        "- dash",
        "-dash",
    ),
    *(
        "? what",
        "key:",
        "'quoted'",
        '"quoted"',
        "back\\slash",
        "100 %",
        "%(name)s",
        "!tag",
        "&anchor",
        "*alias",
        "@home",
    ),
    *(
        "`tick`",
        "[list]",
        "{map}",
        "a #b",
        "a#b",
        "#hash",
        "~",
        "no",
        "0123",
        "2026-05-01",
        "null",
        "Straße",
        "ﬁne",
        "İzmir",
    ),
    *(
        "东京俱乐部",
        "نادي",
        "O'Brien’s",
        "x" * 200,
        "x" * 201,
        "",
        " ",
        "two\nlines",
        "tab\there",
        "zero\u200bwidth",
        "no\u00a0break",
    ),
    *("emoji 🛶", "---", "-", "a -- b", "Club.", "…", "a, b", ">x", "|x", "=", "<<", "Club (1902)", "x" * 39 + " yz"),
    *sorted(RESERVED),
)
ADDRESSES = (
    *(
        "https://club.github.io/badges/",
        "https://club.github.io/badges",
        "https://badges.club.org",
        "http://club.org/",
        "club.org",
    ),
    *(
        "https://Club.org/",
        "https://club.org/?a",
        "https://club.org/#a",
        "https://club.org/a b/",
        "https://club.org/a%20b/",
    ),
    *(
        "https://club.org:8443/",
        "https://club.org:0/",
        "https://club.org:99999/",
        "https://club.org:/",
        "https://user@club.org/",
    ),
    *(
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://club.org//x/",
        "https://club.org/.x/",
        "https://club.org/x/.y",
    ),
    *(
        "https://club.org/~x/",
        "https://xn--kub-0ra.org/",
        "https://-club.org/",
        "https://club-.org/",
        "https://club.o/",
        "https://club.org1/",
    ),
    *(
        "https://klüb.org/",
        "https://",
        "",
        "https://club.org/a/b/c/",
        "https://club.org/a_b-c.d/",
        "https://club.org/" + "a" * 1990,
    ),
    *(
        "https://a" + "b" * 63 + ".org/",
        "https://club..org/",
        "https://club.org./",
        "HTTPS://club.org/",
        "https://club.org/a@b/",
        "https://club.org/a:b/",
    ),
)
EMAILS = (
    *(
        "badges@club.example.org",
        "a@b.c",
        "a@b",
        "a b@c.d",
        "a@@b.c",
        "",
        "ä@b.cd",
        "a@bü.cd",
        "a,b@c.de",
        "a+b@c.de",
        "a@B.CD",
    ),
    *("<a@b.cd>", "a@b.cd.", "a@.cd", '"a"@b.cd', "a;b@c.de", "a@b-.cd", "a\\b@c.de", "\u212a@b.cd"),
)
GOOD = {
    "name": "Riverside Rowing Club",
    "base_url": "https://club.github.io/badges/",
    "email": "badges@club.example.org",
}


def cases() -> list[dict[str, object]]:
    """Return answers with what the program says of each: faults by question, or the files."""
    asked = [GOOD | {field: value} for field, values in given().items() for value in values]
    return [{"answers": _as_page(one), **_judged(one)} for one in asked]


def given() -> dict[str, tuple[str, ...]]:
    """Return the answers to try, by question."""
    return {"name": NAMES, "base_url": ADDRESSES, "email": EMAILS}


def _as_page(answers: dict[str, str]) -> dict[str, str]:
    named = {PAGE[field]: value.strip() for field, value in answers.items()}
    return named | {"colour": "#0b5c8a", "language": "en"}


def _judged(answers: dict[str, str]) -> dict[str, object]:
    typed = {field: value.strip() for field, value in answers.items()}
    base_url = typed["base_url"] if typed["base_url"].endswith("/") else typed["base_url"] + "/"
    whole = scaffold.Answers(**typed, url=base_url)
    faults = {
        PAGE[question.field]: fault
        for question in scaffold.QUESTIONS
        if question.field in PAGE and (fault := question.fault(typed[question.field]))
    }
    if faults:
        return {"faults": faults, "files": {}}
    return {"faults": {}, "files": scaffold.club_files(whole, "en", "#0b5c8a", "https://github.com/club/badges")}


def sheet() -> dict[str, object]:
    """Return a bundle that the program made, binary and as text, a recovery key, and codes that are none."""
    code, keys = new_code(), new_bundle()
    binary = keys.encrypted(code)
    lines = textwrap.wrap(base64.b64encode(binary).decode("ascii"), 64)
    armoured = "\n".join(["-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----", ""])
    recovery = new_recovery()
    return {
        "code": code,
        "id": keys.name.id,
        "binary": base64.b64encode(binary).decode("ascii"),
        "text": armoured,
        "other": TEST_CODE,
        "recovery": base64.b64encode(recovery.encrypted(code)).decode("ascii"),
        "recoveryId": recovery.name.id,
        "own": make_test_keys("test").name.id,
        "ownFile": base64.b64encode(make_test_keys("test").encrypted(code)).decode("ascii"),
    }


def make(folder: Path) -> None:
    """Make everything anew in *folder*."""
    shutil.rmtree(folder, ignore_errors=True)
    starting.make_template(folder / "template")
    starting.build(folder / "template", folder / "template" / "site")
    club = ClubFolder(folder / "club", GOOD["base_url"]).site(source="https://github.com/club/badges")
    club.issuer(did="did:web:club.github.io:badges").badge().keys().build()
    (folder / "cases.json").write_text(json.dumps(cases(), ensure_ascii=True), encoding="utf-8")
    (folder / "sheet.json").write_text(json.dumps(sheet()), encoding="utf-8")


def opened(folder: Path) -> list[str]:
    """Return what is wrong with the keys that the page made."""
    wrong = []
    for made in json.loads((folder / "made.json").read_text(encoding="utf-8")):
        if typed_code(made["code"].lower().replace("-", " ")) != made["code"]:
            wrong.append("the page's code reads as another one")
        keys = open_bundle(made["file"].encode("ascii"), made["code"])
        if keys.name.id != made["id"] or list(keys.keys) != ["ed25519", "rsa", "log"]:
            wrong.append(f"the page names the key {made['id']}, and the file holds {keys.name.id}")
        if made["path"] != first_files.KEYS_FILE % {"issuer": "riverside-rowing-club"}:
            wrong.append(f"the keys would lie at {made['path']}")
    return wrong


def walked(folder: Path) -> list[str]:
    """Return what is wrong when the host runs its workflow on the files that the page made."""
    made = next(one for one in json.loads((folder / "made.json").read_text(encoding="utf-8")) if "files" in one)
    place = folder / "host"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.rmtree(folder / "template" / "site", ignore_errors=True)
    host = Host(place, folder / "template", "environment")
    host.secrets["PINBACK_CODE"] = made["secret"]
    reviewers = {"protection_rules": [{"type": "required_reviewers", "reviewers": [{"type": "User"}]}]}
    runs = []
    with api({"/repos/club/badges/environments/seal": (200, reviewers)}) as (host.api, _):
        runs.append(host.runs(workflow("publish", "environment"), host.tip("main")))
        for file, text in made["files"]:
            (host.steward / file).parent.mkdir(parents=True, exist_ok=True)
            (host.steward / file).write_text(text, encoding="utf-8")
            host.push(f"Create {file}")
        runs.append(host.runs(workflow("publish", "environment"), host.tip("main")))
    wrong = [
        f"run {number}, {name}: {job.result}: {job.log}"
        for number, run in enumerate(runs, 1)
        for name, job in run.items()
        if job.result != ("skipped" if (number, name) == (1, "seal") else "success")
    ]
    if not wrong:
        shown = json.loads((runs[1]["build"].folder / "site" / "did.json").read_bytes())
        if made["id"] not in json.dumps(shown):
            wrong.append(f"the site does not show the key {made['id']}")
    return wrong


def main() -> int:
    """Run what was asked for, and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--open", action="store_true")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    if not asked.open:
        make(folder)
        return 0
    wrong = opened(folder) or walked(folder)
    print(*(wrong or ["the program opens what the page made, and the workflow seals with it"]), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
