"""The template repository, walked as its README says: first run, four files of the page, first signing, first award.

The files of the page are made here by the program's own rules; that the page makes the very same is for the trial in a browser
(``tests/foreign/node/admin_start.mjs``), which walks the same way with what the page made.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import TEST_CODE, ClubFolder, needs_libcairo
from faults import quick_age
from faults.scenarios import _plain
from runner import Host, api, git, workflow

from pinback import first_files, scaffold, starting

ENVIRONMENT = "/repos/club/badges/environments/seal"
REVIEWED = {"protection_rules": [{"type": "required_reviewers", "reviewers": [{"type": "User"}]}]}
BASE = "https://club.github.io/badges/"
KEYS = first_files.KEYS_FILE % {"issuer": "riverside-rowing-club"}
NOT_SET_UP = "This club is not set up yet; open the page admin/start/ of its site"


def page_files() -> dict[str, str]:
    """Return what the page gives, in the order in which it is committed."""
    answers = scaffold.Answers("Riverside Rowing Club", BASE, BASE, "badges@club.example.org")
    made = scaffold.club_files(answers, "pl", "#0b5c8a", "https://github.com/club/badges")
    keys = quick_age.as_text(quick_age.encrypt(_plain(), TEST_CODE)).decode("ascii")
    site = made.pop(first_files.SITE_FILE)
    return {**made, KEYS: keys, first_files.SITE_FILE: site}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    starting.make_template(tmp_path / "template")
    one = Host(tmp_path, tmp_path / "template", "environment")
    one.secrets["PINBACK_CODE"] = TEST_CODE
    return one


def publish(host: Host, answer: object = REVIEWED) -> dict:
    git(host.steward, "pull", "-q", "origin", "main")
    with api({ENVIRONMENT: (200, answer)}) as (host.api, _):
        return host.runs(workflow("publish", "environment"), host.tip("main"))


def results(done: dict) -> dict[str, str]:
    return {name: one.result for name, one in done.items()}


def said(done: dict) -> str:
    return "\n".join(f"{name}: {one.log}" for name, one in done.items())


def commit(host: Host, file: str, text: str) -> None:
    (host.steward / file).parent.mkdir(parents=True, exist_ok=True)
    (host.steward / file).write_text(text, encoding="utf-8")
    host.push(f"Create {file}")


GOOD = dict.fromkeys(["outside", "ready", "seal", "guard", "build", "deploy", "record", "doctor"], "success")
NOTHING_SEALED = GOOD | {"seal": "skipped"}


def test_template_holds_no_club_and_no_fact_about_one(tmp_path: Path) -> None:
    files = starting.make_template(tmp_path / "template")
    assert sorted(files) == [
        ".gitattributes",
        ".github/requirements-certificates.txt",
        ".github/requirements.txt",
        ".github/workflows/check.yml",
        ".github/workflows/publish.yml",
        ".gitignore",
        *(f".schemas/{name}.json" for name in ("award", "badge", "group", "issuer", "page", "person", "site")),
        "README.md",
    ]
    assert sorted(files) == sorted(
        path.relative_to(tmp_path / "template").as_posix()
        for path in (tmp_path / "template").rglob("*")
        if path.is_file()
    )
    assert not {Path(file).parts[0] for file in page_files()} & {Path(file).parts[0] for file in files}


@needs_libcairo
def test_the_whole_way_from_the_template_to_the_first_award(host: Host) -> None:
    # 1. The first run is green, asks nobody, and publishes the page that sets the club up.
    done = publish(host, {"protection_rules": []})
    assert results(done) == NOTHING_SEALED, said(done)
    site = done["build"].folder / "site"
    assert (site / "admin/start/index.html").exists() and not (site / "index.json").exists()
    assert NOT_SET_UP in done["ready"].log
    assert "open https://club.github.io/badges/admin/start/" in done["doctor"].summary
    assert host.tip("deployed") == host.tip("main")

    # 2. Each file of the page is one commit; until the last one every run is green and changes nothing for anybody.
    files = page_files()
    for file in list(files)[:3]:
        commit(host, file, files[file])
    done = publish(host, {"protection_rules": []})
    assert results(done) == NOTHING_SEALED, said(done)

    # 3. With the last one the club is set up: nothing is signed while no reviewer is required.
    commit(host, first_files.SITE_FILE, files[first_files.SITE_FILE])
    done = publish(host, {"protection_rules": []})
    assert done["ready"].result == "failure" and "has no required reviewer" in done["ready"].log
    assert "Riverside Rowing Club will begin its register, with the keys in " + KEYS in done["ready"].summary
    assert done["seal"].result == "skipped" and done["doctor"].result == "success"

    # 4. A reviewer approves: the register begins, and the site is the club's.
    before = host.tip("main")
    done = publish(host)
    assert results(done) == GOOD, said(done)
    assert host.changed(before, host.tip("main")) == ["issuers/riverside-rowing-club/register.jsonl"]
    lines = git(host.origin, "show", "main:issuers/riverside-rowing-club/register.jsonl").splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["issuer", "checkpoint"]
    site = done["build"].folder / "site"
    assert json.loads((site / "did.json").read_bytes())["id"] == "did:web:club.github.io:badges"
    assert "Badges of Riverside Rowing Club" in (site / "index.html").read_text(encoding="utf-8")
    assert 'lang="pl"' in (site / "index.html").read_text(encoding="utf-8")
    assert TEST_CODE not in said(done) + "".join(one.summary for one in done.values())

    # 5. The first badge and award go the same way; the guard compares with the beginning.
    git(host.steward, "pull", "-q", "origin", "main")
    ClubFolder(host.steward).badge().award("first", "issued_on: 2026-05-17\nhandle: otter-7\n")
    host.push("The first badge")
    done = publish(host)
    assert results(done) == GOOD, said(done)
    assert len(list((done["build"].folder / "site").glob("awards/*/credential.json"))) == 1


def test_a_club_that_lost_everything_is_not_taken_for_a_new_one(host: Host) -> None:
    """Whoever deletes a whole club must not get a page that sets one up in its place."""
    for file, text in page_files().items():
        commit(host, file, text)
    assert results(publish(host)) == GOOD
    git(host.steward, "pull", "-q", "origin", "main")
    before = host.tip("deployed")
    for folder in ("issuers", "site_src"):
        shutil.rmtree(host.steward / folder)
    host.push("Tidy up")
    done = publish(host)
    assert done["guard"].result == "failure" and "register.jsonl" in done["guard"].log
    assert done["build"].result == "skipped" and host.tip("deployed") == before

    # Nor does its register begin anew, with the same keys or with others.
    for file, text in page_files().items():
        commit(host, file, text)
    done = publish(host)
    assert done["ready"].result == "failure"
    assert "the register is missing, and git remembers one; restore it from git" in done["ready"].log
