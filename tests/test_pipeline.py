"""The whole way: a folder goes in, the same bytes come out everywhere, and nothing is half done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import AT, ROOT, ClubFolder

from pinback import pipeline
from pinback.building import build_site
from pinback.errors import ContentError, UsageError
from pinback.remembered.memory import memory_of


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_site_has_the_addresses_of_the_design(sealed_club: ClubFolder) -> None:
    site = tree(sealed_club.build())
    register = [json.loads(line) for line in sealed_club.read("issuers/club/register.jsonl").splitlines()]
    ids = [line["id"] for line in register if line["event"] == "award"]
    version = next(line["version"] for line in register if line["event"] == "badge")
    rsa = register[0]["keys"]["rsa"]["id"]
    expected = {
        *(
            "index.html",
            "badges/index.html",
            "404.html",
            "index.json",
            "feed.xml",
            "sitemap.xml",
            "robots.txt",
            "_headers",
            ".nojekyll",
        ),
        *(
            "verify/index.html",
            "assets/verify.js",
            "assets/verify-licenses.txt",
            "assets/vouching.js",
            "assets/style.css",
            "assets/award.js",
            "assets/catalogue.js",
            "assets/person.js",
            "assets/page-script-licenses.txt",
            "assets/index.js",
            "assets/log.js",
            *(f"admin/{name}index.html" for name in ("", "award/", "change/", "design/", "start/")),
            *(f"assets/admin{name}" for name in (".css", "-award.js", "-change.js", "-start.js")),
            *(f"assets/design{name}" for name in (".js", "-tables.js", "-icon-licenses.txt")),
            ".well-known/did.json",
            "badges/knots/index.html",
            "badges/knots/badge.json",
            "badges/knots/card.png",
        ),
        *(f"badges/knots/{version}/{name}" for name in ("badge.json", "image.svg", "image.png")),
        *(
            f"issuers/club/{name}"
            for name in (
                "index.html",
                "issuer.json",
                "revoked.json",
                "due.ics",
                "statistics/index.html",
                "statistics.csv",
                "status/revocation-1.json",
                "log/checkpoint",
                "log/index.html",
                "log/checkpoints.json",
                "log/keys.txt",
            )
        ),
        f"issuers/club/keys/{rsa}.json",
    }
    sizes = [number - before for before, number in enumerate(_places(register, "checkpoint"))]
    for size in sizes:
        expected |= {
            f"issuers/club/log/{name}{size}" for name in ("checkpoints/", "tile/0/000.p/", "tile/entries/000.p/")
        }
    names = (
        "index.html",
        "assertion.json",
        "assertion.jws.txt",
        "credential.json",
        "credential.jwt.txt",
        "badge.png",
        "badge.svg",
        "award.tlog-proof",
    )
    expected |= {f"awards/{id_}/{name}" for id_ in ids for name in names}
    assert set(site) == expected
    assert len(ids) == 3


def _places(register: list[dict[str, Any]], event: str) -> list[int]:
    return [number for number, line in enumerate(register) if line["event"] == event]


def test_build_needs_no_key_and_copies_sealed_bytes(sealed_club: ClubFolder) -> None:
    site = tree(sealed_club.build())
    sealed = tree(sealed_club.root / "issuers/club/sealed")
    for name, data in sealed.items():
        path = name if not name.startswith("status/") else f"issuers/club/{name}"
        assert site[path] == data, name


def test_two_builds_are_the_same_bytes_whatever_the_machine(sealed_club: ClubFolder, tmp_path: Path) -> None:
    """Folder, home, time zone, locale, hash seed, umask and order of files all differ at once."""
    trees = []
    variations = (
        {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0", "HOME": str(tmp_path)},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "12345", "HOME": "/"},
        {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7", "COLUMNS": "20"},
    )
    for number, variation in enumerate(variations):
        root = tmp_path / ("x" * (number * 20 + 1)) / "club"
        files = sorted(path for path in sealed_club.root.rglob("*") if path.is_file())
        for path in files if number % 2 else reversed(files):
            target = root / path.relative_to(sealed_club.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variation}
        command = f"umask {'077' if number else '022'}; exec {sys.executable} -m pinback build -C {root}"
        done = subprocess.run(
            ["sh", "-c", command], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        trees.append(tree(root / "site"))
    assert trees[0] == trees[1] == trees[2]


def test_build_asks_no_network(sealed_club: ClubFolder) -> None:
    """Every socket and every other program is refused by an audit hook; the build does not notice."""
    code = """
import sys
def refuse(event, args):
    if event.startswith(("socket.", "subprocess.", "os.system", "urllib.", "http.")):
        raise RuntimeError(event)
sys.addaudithook(refuse)
from pathlib import Path
from pinback import pipeline
pipeline.build(Path(sys.argv[1]), Path(sys.argv[1]) / "site")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(sealed_club.root)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_problem_leaves_the_old_site_whole(sealed_club: ClubFolder) -> None:
    before = tree(sealed_club.build())
    sealed_club.award("2026-05-19-new", "issued_on: yesterday\n")
    with pytest.raises(ContentError, match=r"2026-05-19-new\.yaml:1"):
        sealed_club.build()
    assert tree(sealed_club.root / "site") == before


@pytest.mark.parametrize("remember", [True, False])
def test_first_build_tells_all_that_is_wrong_and_leaves_nothing(remember: bool, sealed_club: ClubFolder) -> None:
    """Where there is no site yet, sealed documents are compared with the register by whoever makes the awards."""
    root = sealed_club.root
    changed, gone, *_ = sorted((root / "issuers/club/sealed/awards").iterdir())
    (changed / "credential.json").write_bytes((changed / "credential.json").read_bytes() + b" ")
    (gone / "assertion.json").unlink()
    (gone / "stranger.txt").write_text("?")
    (root / "badges/knots/awards/2026-05-19-new.yaml").write_text("issued_on: 2026-05-19\nhandle: wren-3\n")
    memory = memory_of(root, {}) if remember else None
    with pytest.raises(ContentError) as told:
        pipeline.build(root, root / "site", memory=memory)
    files = {problem.file for problem in told.value.problems if not problem.warning}
    sealed = "issuers/club/sealed/awards"
    assert files >= {f"{sealed}/{changed.name}/credential.json", f"{sealed}/{gone.name}/stranger.txt"}
    (gone / "stranger.txt").unlink()
    with pytest.raises(ContentError) as told:
        pipeline.build(root, root / "site", memory=memory_of(root, {}) if remember else None)
    files = {problem.file for problem in told.value.problems if not problem.warning}
    assert files == {f"{sealed}/{changed.name}/credential.json", f"{sealed}/{gone.name}/assertion.json"}
    assert not [path for path in root.iterdir() if path.name in ("site", ".site.next")]


def test_site_that_came_meanwhile_is_not_left_as_it_is(sealed_club: ClubFolder) -> None:
    """What awards a first build would have read is not known where another run has made them, so they are compared then."""
    site, root = sealed_club.build(), sealed_club.root
    changed = next((root / "issuers/club/sealed/awards").iterdir()) / "credential.json"
    checked = pipeline.check(root)
    changed.write_bytes(changed.read_bytes() + b" ")
    with pytest.raises(ContentError, match="was changed since"):
        build_site(checked.material, site, unread=lambda: pipeline._compare(checked))


def test_waiting_award_is_in_the_preview_and_never_in_the_site(sealed_club: ClubFolder) -> None:
    sealed_club.award("2026-05-19-new", "issued_on: 2026-05-19\nhandle: stoat-5\n")
    assert len(list((sealed_club.build() / "awards").iterdir())) == 3
    preview = sealed_club.build(preview=True)
    waiting = [path for path in (preview / "awards").iterdir() if path.name.startswith("not-issued-")]
    assert [path.name for path in waiting[0].iterdir()] == ["index.html"]
    text = (waiting[0] / "index.html").read_text(encoding="utf-8")
    assert "not issued yet" in text
    assert '<meta name="robots" content="noindex' in text


def test_withdrawing_reaches_every_place(sealed_club: ClubFolder) -> None:
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    text = sealed_club.read(file)
    award = next(line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: "))
    sealed_club.write(file, text + "revoked: {on: 2026-05-30, reason: no-longer-met}\n")
    done = sealed_club.seal()
    assert [(one.awards, one.versions, one.revocations) for one in done] == [(0, 0, 1)]
    site = sealed_club.build()
    assertion = json.loads((site / f"awards/{award}/assertion.json").read_bytes())
    assert (assertion["revoked"], assertion["revocationReason"]) == (True, "no-longer-met")
    listed = json.loads((site / "issuers/club/revoked.json").read_bytes())["revokedAssertions"]
    assert {entry["id"].rpartition("/")[2] for entry in listed} == {"assertion.json", "assertion.jws.txt"}
    page = (site / f"awards/{award}/index.html").read_text(encoding="utf-8")
    assert "30 May 2026" in page
    assert "no longer met" in page
    credential = json.loads((site / f"awards/{award}/credential.json").read_bytes())
    from pinback.status import set_indexes

    status = json.loads((site / "issuers/club/status/revocation-1.json").read_bytes())
    index = int(credential["credentialStatus"]["statusListIndex"])
    assert set_indexes(status["credentialSubject"]["encodedList"]) == {index}


def test_minor_leaves_nothing_but_a_handle(club: ClubFolder) -> None:
    """Name, secret and contact of a child go into the private link; repository and site know hashes alone."""
    from datetime import date

    from pinback.awarding import NewAward
    from pinback.scaffold import add_award

    club.keys()
    _, link = add_award(
        club.root, "knots", NewAward("", "", date(2026, 5, 17), name="Annabel Featherstone", minor=True)
    )
    club.seal()
    club.build()
    (club.root / "who-is-who.csv").unlink()
    assert link is not None
    secret = link.link.partition("&k=")[2]
    for path, data in tree(club.root).items():
        for fact in (b"Annabel", b"Featherstone", secret.encode("ascii"), b"minor"):
            # The pages for stewards know the field's name, and no award.
            named = fact == b"minor" and (path.endswith(".yaml") or path.startswith(("site/admin/", "site/assets/")))
            assert fact not in data or named, (path, fact)


def test_folder_that_is_no_club_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a club's folder"):
        pipeline.check(tmp_path)


def test_sealing_twice_does_nothing_the_second_time(sealed_club: ClubFolder) -> None:
    before = tree(sealed_club.root)
    assert sealed_club.seal(AT) == []
    after = tree(sealed_club.root)
    assert {name: data for name, data in after.items() if not name.startswith(".pinback/")} == {
        name: data for name, data in before.items() if not name.startswith(".pinback/")
    }


def test_current_copy_follows_a_text_that_comes_back(sealed_club: ClubFolder) -> None:
    first = (sealed_club.build() / "badges/knots/badge.json").read_bytes()
    sealed_club.badge(criteria="Tie seven knots.").seal()
    assert (sealed_club.build() / "badges/knots/badge.json").read_bytes() != first
    sealed_club.badge().seal()
    assert (sealed_club.build() / "badges/knots/badge.json").read_bytes() == first


def test_link_that_cannot_be_used_in_an_award_is_told_with_the_line_of_its_field(club: ClubFolder) -> None:
    evidence = "evidence:\n  - url: https://club.example.org/log/1\n    narrative: '[x](javascript:alert(1))'\n"
    club.award("otter", f"issued_on: 2026-05-17\nhandle: otter-7\n{evidence}narrative: '[x](javascript:alert(2))'\n")
    with pytest.raises(ContentError) as told:
        pipeline.check(club.root)
    assert [(one.line, one.what.partition('"')[2].partition('"')[0]) for one in told.value.problems] == [
        (4, "javascript:alert(1)"),
        (6, "javascript:alert(2)"),
    ]
