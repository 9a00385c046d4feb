"""The scripts of the pages for stewards against the program: ``python tests/foreign/awarding_cases.py``.

Node runs the scripts as they are in the package; hashes, links, records, edits and lists are compared with what Python makes of the
same, or are read by it.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from conftest import ClubFolder  # noqa: E402

from pinback import awarding, lifecycle, who_is_who  # noqa: E402
from pinback.addresses import named_link  # noqa: E402
from pinback.content import awards  # noqa: E402
from pinback.content.edit import with_field  # noqa: E402
from pinback.content.fields import AWARD  # noqa: E402
from pinback.content.nodes import Mapping, Problems, Text, parse  # noqa: E402
from pinback.content.read import read_club  # noqa: E402
from pinback.roster.batches import NewRecord, batch_text  # noqa: E402
from pinback.roster.reading import RosterAward  # noqa: E402

BASE = "https://badges.example.org/"
ID, NEW_ID = "abcdefgh234567ab", "bbcdefgh234567ab"
SECRET = "abcdefghijklmnopqrst-_"
NAMES = (
    *(
        "Zoë Ångström",
        "Zoe\u0308 A\u030angstro\u0308m",
        "O'Neil (jr.)!*",
        "a+b&c=d#e?f/g%h",
        "محمد بن علي",
        "李小龙",
        "🏅 Bo",
    ),
    *("~tilde_-.", "Łucja Żak", "\u00a0", "Zo\ufeffe", 'quote " and \\'),
)
TEXTS = (
    *(
        "",
        " ",
        "no",
        "0123",
        "2026-05-17",
        "A: B",
        "a:",
        "# 1",
        "a #b",
        "a#b",
        "*star",
        "O'Neil",
        '"Bob"',
        "a\\b",
        "{x}",
        "[x]",
        "- x",
    ),
    *(
        "---",
        "...",
        "a\nrevoked: {on: 2026-01-01, reason: mistake}",
        "a\r\nb",
        "\ttab",
        "a\tb",
        "\u2028",
        "x\u200dy",
        "\xad",
        "a  b",
    ),
    *(
        "https://club.example.org/a?b=c#d",
        "https://club.example.org/a:",
        "de",
        "17 m",
        "Zoe\u0308",
        "é: è",
        "? x",
        "x ?",
        "a, b",
        "%x",
        "@x",
    ),
    *("`x", "!x", "&x", "|", ">", "x" * 3000, "a\u00a0b", "\u00a0a", "a\u0085b", "𝕏 𐐷"),
)
RECORDS = (
    f"id: {ID}\nissued_on: 2024-02-29\nvalid_until: 2026-02-28\nhandle: otter-7\nnamed: sha256${'a' * 64}\nlink: sha256${'b' * 64}\n",
    f"# Spring\nissued_on: '2025-05-17'  # the day\nevidence:\n  - https://club.example.org/1\n  - {{name: Log}}\nawards:\n"
    f"  - handle: heron-2\n  # hers\n  - id: {ID}\n    handle: otter-7\n    narrative: |\n      Two lines:\n\n      - and this\n"
    f"    named: sha256${'a' * 64}\n    role: Cox\n  - handle: wren-1\nterm: Spring\n",
    f"awards:\n- handle: otter-7\n  issued_on: 2025-05-17\n  id: {ID}\n  valid_for: 2 years\n  email:\n    hash: sha256${'c' * 64}\n"
    f"    salt: 8b1f0c8b1f0c8b1f0c\n  language: en\n- handle: wren-1\n  issued_on: 2025-05-17\n",
    f'id: "{ID}"\r\nissued_on: 2025-05-17\r\nvalid_until: 2025-08-01\r\nhandle: otter-7\r\nminor: true\r\nsuspended: {{on: 2025-06-01}}\r\n',
    f"issued_on: 2025-05-17\nawards:\n  -   id: {ID}\n      handle: otter-7\n      evidence:\n      - https://club.example.org/2\n",
)
"""Records as people write them."""
BRACKETED = f"awards:\n  - {{id: {ID}, handle: otter-7}}\n"
LISTS = (
    "",
    "\ufeffname,badge,issued_on,handle,link\r\nZoë,Knots,2026-05-17,a-1,L1\r\n",
    "name;badge;issued_on;handle;link\nZoë;Knots;17.5.26;a-1;L1",
    f'name,badge,issued_on,handle,link\r\nAnn 5" tall,K,,a-1,L1\r\nBo,K,,b-1,{BASE}awards/{ID}/#n=Bo&k={SECRET}\r\nCy 6" tall,K,,c-1,L3\r\n',
    'Name\tnote\tbadge\tissued_on\thandle\tlink\tcontact\n"B\nC"\tx\tK\t\tb-1\tL2\t\'+44 1\n',
)
ROWS = [
    {
        "name": '=cmd, "x"',
        "badge": "Knots",
        "issued_on": "2026-06-01",
        "handle": "c-1",
        "link": f"{BASE}awards/{ID}/#n=D&k={SECRET}",
        "contact": "+44 20 1",
    },
    {
        "name": "Łucja",
        "badge": "Night; sail",
        "issued_on": "2026-06-01",
        "handle": "d-1",
        "link": "L4",
        "contact": "d@example.org",
    },
]
LENGTHS = [
    *(
        ("2024-02-29", "2026-02-28", "2026-05-31"),
        ("2025-01-31", "2025-02-28", "2026-01-31"),
        ("2025-05-17", "2025-08-01", "2026-05-17"),
    ),
    *(
        ("2025-05-17", "2025-05-17", "2026-05-17"),
        ("2025-11-30", "2026-11-30", "2027-02-28"),
        ("2025-12-31", "2026-03-01", "2028-01-15"),
    ),
]
AWARDS = [
    {"person": 1, "name": "Zoë Ångström", "badge": "knots", "issued_on": "2026-05-17", "minor": True, "public": False, "evidence": [], "handle": ""},
    {"person": 1, "name": "Zoë Ångström", "badge": "night-sail", "issued_on": "2026-05-18", "minor": True, "public": False, "evidence": [], "handle": ""},
    {"person": 2, "name": "no: #1", "badge": "knots", "issued_on": "2026-05-17", "minor": False, "public": True, "evidence": ["https://club.example.org/#b", "https://club.example.org/a:"], "handle": "otter-7", "language": "de", "role": "0123"},
    {"person": 3, "name": "Bo", "badge": "knots", "issued_on": "2026-05-19", "valid_until": "2028-05-17", "minor": False, "public": False, "evidence": [], "handle": "", "email": " Bo@Example.org ", "narrative": "Two\nlines: #3"},
]  # fmt: skip


def answers(cases: dict[str, Any]) -> dict[str, Any]:
    """Return what the scripts make of the cases."""
    script = HERE / "node" / "awarding.mjs"
    command = [shutil.which("node") or "node", "--no-warnings", str(script)]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Count:
    """What was compared."""

    passed = 0
    failures: list[str] = []

    def expect(self, what: str, found: object, wanted: object = True) -> None:
        """Compare."""
        if found == wanted:
            self.passed += 1
        else:
            self.failures.append(f"{what}: {found!r}, not {wanted!r}")


def scalar(written: str) -> object:
    """Return what the program reads where a scalar was written."""
    problems = Problems("a.yaml")
    node = parse(f"before: x\nlist:\n  - field: {written}\n    after: y\n", problems)
    assert isinstance(node, Mapping) and not problems.found, (written, problems.found)
    item = node.get("list").values[0]  # type: ignore[union-attr]
    assert [key.value for key, _ in item.entries] == ["field", "after"], written
    value = item.get("field")
    return value.value if isinstance(value, Text) else value


def typed(text: str, award_id: str) -> dict[str, object]:
    """Return the fields of an award in a record, as typed and merged."""
    problems = Problems("a.yaml")
    for node, _, own in awards.award_entries(parse(text, problems), problems):
        found = own.get("id")
        if isinstance(found, Text) and found.value == award_id:
            assert not problems.found, problems.found
            return {key.value: awards._plain(value) for key, value in node.entries}
    raise AssertionError(text)


def compare_drawn(count: Count, said: dict[str, Any], cases: dict[str, Any]) -> None:
    """Compare links, hashes and texts."""
    for number, (url, name, secret) in enumerate(cases["links"]):
        plain = unicodedata.normalize("NFC", name)
        link = named_link(url, plain, secret)
        count.expect(f"link of {name!r}", said["links"][number], link)
        count.expect(f"identity of {name!r}", said["identities"][number], awarding.identity_hash(name, secret))
        count.expect(f"hash of {name!r}", said["linkHashes"][number], "sha256$" + sha256(link.encode()).hexdigest())
        count.expect(f"parts of {name!r}", said["parts"][number], {"id": ID, "name": plain, "secret": secret})
    for number, (address, salt) in enumerate(cases["emails"]):
        wanted = sha256((unicodedata.normalize("NFC", address.strip().lower()) + salt).encode()).hexdigest()
        count.expect(f"e-mail {address!r}", said["emails"][number], f"sha256${wanted}")
    for text, written in zip(cases["texts"], said["scalars"], strict=True):
        count.expect(f"scalar {text[:40]!r}", scalar(written), unicodedata.normalize("NFC", text))
    count.expect("ids", all(re.fullmatch("[a-z2-7]{16}", one) for one in said["ids"]) and len(set(said["ids"])) == 200)
    count.expect(
        "secrets", all(re.fullmatch(r"[\w-]{22}", one) for one in said["secrets"]) and len(set(said["secrets"])) == 200
    )


def _record(made: dict[str, Any]) -> NewRecord:
    """Return a record of the page as the command has it."""
    days = ("valid_until", "guardian_consent", "activity_start", "activity_end")
    values: dict[str, Any] = {
        **{name: made.get(name) or None for name in days},
        **{name: made.get(name, "") for name in ("name", "badge", "language", "handle", "role", "credits", "term")},
        **{name: made.get(name, "") for name in ("license_number", "narrative", "contact", "email")},
    }
    values |= {name: date.fromisoformat(values[name]) for name in days if values[name]}
    values |= {"row": 1, "person": made["person"], "issued_on": date.fromisoformat(made["issued_on"])}
    values |= {"minor": made["minor"], "public": made["public"], "evidence": tuple(made["evidence"])}
    award = RosterAward(**values, already=False, link="")
    link = awarding.NamedLink(made["link"], made["named"], made["link_hash"]) if made["link"] else None
    return NewRecord(award, made["id"], made["handle"], link)


def compare_records(count: Count, said: dict[str, Any], folder: Path) -> None:
    """Read the files of records in a club."""
    club = ClubFolder(folder / "records", BASE).site(languages="[en, de]").issuer().badge().badge("night-sail")
    club.write(
        "badges/knots/badge.md", "---\nname: {en: Knots, de: Knoten}\ndescription: {en: A, de: B}\n---\n\nTie.\n"
    )
    club.write("badges/knots/criteria.de.md", "Knüpfen.\n")
    for file in said["files"]:
        club.write(file["path"], file["text"])
        count.expect(
            f"path {file['path']}",
            bool(re.fullmatch(rf"badges/{file['badge']}/awards/2026-05-1[789]-[a-z2-7]{{4}}\.yaml", file["path"])),
        )
        count.expect(
            "editor line", file["text"].startswith("# yaml-language-server: $schema=../../../.schemas/award.json\n")
        )
        own = [
            one for one in said["made"] if (one["badge"], one["issued_on"]) == (file["badge"], file["path"][-20:-10])
        ]
        count.expect(f"path {file['path']}", len(own), file["count"])
        if not any(one["email"] for one in own):  # its salt is drawn
            count.expect(
                "the command's text", file["text"].partition("\n")[2], batch_text([_record(one) for one in own])
            )
    read, problems = read_club(club.root, ())
    count.expect("problems", [str(one) for one in problems if not one.warning], [])
    by_id = {award.id: award for award in read.awards}
    count.expect("number", len(by_id), len(AWARDS))
    handles = set()
    for made in said["made"]:
        award = by_id[made["id"]]
        handles.add((made["person"], award.handle))
        count.expect("badge and day", (award.badge, award.issued_on.isoformat()), (made["badge"], made["issued_on"]))
        count.expect("minor", award.minor, made["minor"])
        count.expect("name", (award.name, award.public), (made["name"], True) if made["public"] else ("", False))
        if not made["public"]:
            count.expect("named", award.named, awarding.identity_hash(made["name"], made["link"].rpartition("&k=")[2]))
            count.expect("link", award.link, "sha256$" + sha256(made["link"].encode()).hexdigest())
            count.expect("address", made["link"].startswith(f"{BASE}awards/{award.id}/#n="))
        count.expect("evidence", [one.url for one in award.evidence], made["evidence"])
        count.expect("language", award.language, made.get("language", ""))
        count.expect("role", award.role, made.get("role", ""))
        count.expect("narrative", award.narrative, made.get("narrative", ""))
        count.expect("valid until", str(award.valid_until or ""), made.get("valid_until", ""))
    count.expect("one handle a person", len(handles), 3)
    count.expect("a known person keeps the handle", (2, "otter-7") in handles)
    count.expect("handles", all(re.fullmatch("[a-z]+-[1-9][0-9]{0,4}", handle) for _, handle in handles))
    bo = next(award for award in read.awards if award.email)
    count.expect(
        "e-mail", bo.email and bo.email.hash, f"sha256${sha256(f'bo@example.org{bo.email.salt}'.encode()).hexdigest()}"
    )  # type: ignore[union-attr]
    club.write(who_is_who.FILE, said["list"])
    rows = who_is_who.rows(club.root)
    count.expect(
        "list",
        [(row.name, row.award) for row in rows][:2],
        [("Zoë Ångström", said["made"][0]["id"]), ("Zoë Ångström", said["made"][1]["id"])],
    )


def compare_lists(count: Count, said: dict[str, Any], folder: Path) -> None:
    """Read grown lists with the program's reader, and with the page's."""
    for number, before in enumerate(LISTS):
        root = folder / f"list-{number}"
        root.mkdir()
        (root / who_is_who.FILE).write_bytes(before.encode())
        old = [(row.name, row.handle, row.link) for row in who_is_who.rows(root)]
        (root / who_is_who.FILE).write_bytes(said["grown"][number].encode())
        rows = who_is_who.rows(root)
        new = [(row["name"], row["handle"], row["link"]) for row in ROWS]
        count.expect(f"list {number}", [(row.name, row.handle, row.link) for row in rows], old + new)
        count.expect(f"list {number} begins", said["grown"][number].startswith("\ufeff"))
        count.expect(
            f"list {number} keeps its rows", all(line in said["grown"][number] for line in before.splitlines()[1:])
        )
        count.expect(
            f"list {number} as the page reads it",
            [row["contact"] for row in said["read"][number]][-2:],
            [row["contact"] for row in ROWS],
        )
        left = said["without"][number]
        (root / who_is_who.FILE).write_bytes(left["text"].encode())
        count.expect(
            f"list {number} without",
            (left["gone"], [row.link for row in who_is_who.rows(root)]),
            (sum(ID in row.link for row in rows), [row.link for row in rows if ID not in row.link]),
        )


def compare_changes(count: Count, said: dict[str, Any], cases: dict[str, Any]) -> None:
    """Compare new records with those of ``lifecycle``, and pasted edits with those of ``content.edit``."""
    names = {field.name for field in AWARD.fields}
    of_old = {"id", "link", "supersedes", "renews", "revoked", "suspended", "superseded_by", "erased"}
    count.expect("fields of the day", sorted(said["ofTheDay"]), sorted(lifecycle._OF_THE_DAY))
    for number, case in enumerate(cases["records"][:-1]):
        found, old = said["records"][number], typed(case["text"], ID)
        assert found, case["text"]
        kept = {name: value for name, value in old.items() if name in names - of_old}
        link = case["link"]
        if link:
            kept |= {"named": link["named"], "link": link["link_hash"]}
        count.expect(
            f"correction {number}", typed(found["correction"], NEW_ID), {**kept, "id": NEW_ID, "supersedes": ID}
        )
        until: dict[str, object] = {}
        if case["until"]:
            until = {"valid_until": case["until"]}
        elif "valid_for" in old:
            until = {"valid_for": old["valid_for"]}
        elif "valid_until" in old:
            before, last, now = (
                date.fromisoformat(str(one)) for one in (old["issued_on"], old["valid_until"], case["on"])
            )
            until = {"valid_until": lifecycle._as_long(before, last, now).isoformat()}
        lasting = {name: value for name, value in kept.items() if name not in lifecycle._OF_THE_DAY}
        wanted = {**lasting, **until, "id": NEW_ID, "renews": ID, "issued_on": case["on"]}
        count.expect(f"renewal {number}", typed(found["renewal"], NEW_ID), wanted)
        if '"' in case["text"].split("\n")[0] or "\r" in case["text"]:
            continue
        for field, name in (("{on: 2026-06-02, reason: mistake}", "revoked"), ("{on: 2026-06-02}", "suspended")):
            edit = said["edits"][number]
            pasted = case["text"].replace(edit["mark"], edit[name], 1)
            count.expect(f"{name} {number}", pasted, with_field(case["text"], ID, name, field, "a.yaml"))
    edit = said["edits"][-1]
    pasted = BRACKETED.replace(edit["mark"], edit["suspended"], 1)
    count.expect("between brackets", pasted, with_field(BRACKETED, ID, "suspended", "{on: 2026-06-02}", "a.yaml"))
    count.expect("between brackets no record can be taken", said["records"][-1], None)
    for length, found in zip(LENGTHS, said["lengths"], strict=True):
        first, last, now = (date.fromisoformat(day) for day in length)
        count.expect(f"as long as {length}", found, lifecycle._as_long(first, last, now).isoformat())


def _column(text: str) -> int:
    """Return the column in which the fields of the award begin, as the page of the award says it."""
    entries = awards.award_entries(parse(text, Problems("")), Problems(""))
    return next(own.column for _, _, own in entries if own.get("id"))


def random_texts(number: int) -> list[str]:
    """Return texts of signs that YAML minds, the same ones each time."""
    draw = random.Random(7)
    signs = [*"ab1é: -#,[]{}&*!|>%@`'\"\\?~=<.\t\n", ": ", " #", "---", "🏅", "\u0301", "\u200f", "\u00a0"]
    return ["".join(draw.choice(signs) for _ in range(draw.randint(1, 9))) for _ in range(number)]


def main() -> int:
    """Compare everything and say how it went."""
    link = {"named": "sha256$" + "d" * 64, "link_hash": "sha256$" + "e" * 64}
    records = [
        {"text": text, "id": ID, "newId": NEW_ID, "on": "2026-05-31", "until": until, "link": one}
        for text in RECORDS
        for until, one in (("", link), ("2030-01-01", None))
    ]
    columns = [*(_column(case["text"]) for case in records), -1]
    records.append({**records[0], "text": BRACKETED})
    cases = {
        "base": BASE,
        "animals": awarding.ANIMALS,
        "taken": ["otter-7"],
        "links": [[f"{BASE}awards/{ID}/", name, SECRET] for name in NAMES],
        "emails": [["ada@example.org", "00112233445566778899aabbccddeeff"], [" Ada@Example.ORG\n", "ff" * 16]],
        "texts": [*TEXTS, *random_texts(600)],
        "awards": AWARDS,
        "lists": LISTS,
        "rows": ROWS,
        "awardInList": ID,
        "records": records,
        "edits": [{"id": ID, "column": column} for column in columns],
        "lengths": LENGTHS,
    }
    said, count = answers(cases), Count()
    with tempfile.TemporaryDirectory() as folder:
        compare_drawn(count, said, cases)
        compare_records(count, said, Path(folder))
        compare_lists(count, said, Path(folder))
        compare_changes(count, said, cases)
    for failure in count.failures:
        print(failure)
    print(f"{count.passed} passed, {len(count.failures)} failed")
    return 1 if count.failures or not count.passed else 0


if __name__ == "__main__":
    raise SystemExit(main())
