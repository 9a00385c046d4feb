"""``pinback certificate``: names that were signed are printed, others are not, and nothing with a name gets where it is published."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from certificates.cases import SECRET
from certificates.reading import attached, codes, pages, words
from conftest import AT, ClubFolder, needs_pango

from pinback import lifecycle, papers, scaffold, who_is_who
from pinback.addresses import named_link, read_named_link
from pinback.awarding import NewAward
from pinback.cli.main import run

pytestmark = needs_pango


def give(club: ClubFolder, name: str, handle: str = "", badge: str = "knots", on: date = date(2026, 5, 20)) -> str:
    """Award a badge with a named link, and return the link."""
    new = NewAward("", handle, on, None, name, False, False, "", (), None)
    link = scaffold.add_award(club.root, badge, new)[1]
    assert link is not None
    return link.link


@pytest.fixture
def named_club(club: ClubFolder) -> tuple[ClubFolder, list[str]]:
    """A club with two named awards, sealed, and their private links; git ignores the folder for certificates."""
    club.keys()
    links = [give(club, "Zoë Ångström", "otter-7"), give(club, "محمد بن خالد", "heron-2")]
    club.award("plain", "issued_on: 2026-05-21\nhandle: wren-31\n").seal()
    return club, links


def test_named_link_is_read_as_it_was_written() -> None:
    link = named_link("https://badges.example.org/awards/x/", "Zoë & Ångström=+%", SECRET)
    found = read_named_link(f" {link}\n")
    assert found is not None
    assert (found.award_url, found.name, found.secret) == (
        "https://badges.example.org/awards/x/",
        "Zoë & Ångström=+%",
        SECRET,
    )
    for text in (
        "",
        "https://badges.example.org/awards/x/",
        "https://badges.example.org/#n=a",
        "https://x/#k=a",
        "https://x/#n=&k=a",
    ):
        assert read_named_link(text) is None


def test_each_link_becomes_a_certificate_with_the_name(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    club, links = named_club
    out = tmp_path / "out"
    assert run(["certificate", *links, "-C", str(club.root), "--out", str(out)]) == 0
    said = capfd.readouterr()
    files = [Path(line) for line in said.out.splitlines()]
    assert len(files) == 2 and "hand them to their holders" in said.err
    for file, link in zip(files, links, strict=True):
        id_ = link.split("/")[4]
        assert file == out / f"club-{id_}.pdf"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        data = file.read_bytes()
        assert codes(data) == [link] and pages(data) == 1
        sealed = club.root / f"issuers/club/sealed/awards/{id_}/credential.json"
        assert attached(data) == {"credential.json": sealed.read_bytes()}
    assert "Zoë Ångström" in words(files[0].read_bytes())


def test_nothing_stays_in_the_folder_for_temporary_files(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path
) -> None:
    club, _ = named_club
    club.site(certificates="true")
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    build = [sys.executable, "-m", "pinback", "build", "-C", str(club.root)]
    subprocess.run(build, env=environment, check=True, capture_output=True)
    assert list((club.root / "site").rglob("certificate.pdf"))
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link.replace("Zo%C3%AB", "Eve"),
        lambda link: link[:-1] + ("A" if link[-1] != "A" else "B"),
        lambda link: link.partition("&k=")[0] + "&k=" + "A" * 22,
    ],
)
def test_a_name_that_was_not_signed_is_not_printed(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str], change: object
) -> None:
    club, links = named_club
    wrong = change(links[0])  # type: ignore[operator]
    assert run(["certificate", links[1], wrong, "-C", str(club.root), "--out", str(tmp_path / "out")]) == 4
    said = capfd.readouterr()
    id_ = links[0].split("/")[4]
    assert said.err == (
        f"pinback: link 2: the name or the secret is not the one that was signed for the award {id_}; no certificate was made\n"
    )
    assert said.out == "" and not (tmp_path / "out").exists()


def test_links_that_lead_elsewhere_are_told_apart(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    club, links = named_club
    base = ["certificate", "-C", str(club.root), "--out", str(tmp_path / "out")]
    assert run([*base, links[0].replace("badges.example.org", "badges.example.com")]) == 4
    assert "no award of this club has its page there" in capfd.readouterr().err
    assert run([*base, links[0].partition("#")[0]]) == 2
    assert "link 1 is no private link, which ends in #n=…&k=…" in capfd.readouterr().err
    unnamed = next(
        line["id"]
        for line in map(json.loads, club.read("issuers/club/register.jsonl").splitlines())
        if line["event"] == "award" and all(line["id"] not in link for link in links)
    )
    assert run([*base, named_link(f"https://badges.example.org/awards/{unnamed}/", "Eve", SECRET)]) == 4
    assert "the name or the secret is not the one that was signed" in capfd.readouterr().err
    assert run(base) == 2 and run([*base, "--all", "--holder", "otter-7"]) == 2 and run([*base, "--all", links[0]]) == 2
    assert not (tmp_path / "out").exists()


def test_a_withdrawn_award_is_not_printed_any_more(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    club, links = named_club
    id_ = links[0].split("/")[4]
    lifecycle.revoke(club.root, id_, "mistake", date(2026, 6, 2), [id_])
    club.seal(AT.replace(day=3))
    assert run(["certificate", links[0], "-C", str(club.root), "--out", str(tmp_path / "a")]) == 4
    assert f"the award {id_} is not in force; no certificate was made" in capfd.readouterr().err
    assert run(["certificate", "--all", "-C", str(club.root), "--out", str(tmp_path / "b")]) == 0
    said = capfd.readouterr()
    assert (
        len(said.out.splitlines()) == 1
        and f"left out: who-is-who.csv, award 1: the award {id_} is not in force" in said.err
    )
    assert "Zo" not in said.err + said.out


def test_the_whole_list_is_printed_or_nothing(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    club, _ = named_club
    base = ["certificate", "--all", "-C", str(club.root), "--out", str(tmp_path / "out")]
    assert run(base) == 0
    assert len(list((tmp_path / "out").iterdir())) == 2
    path = club.root / who_is_who.FILE
    path.write_text(path.read_text(encoding="utf-8").replace("#n=Zo", "#n=To"), encoding="utf-8")
    base[-1] = str(tmp_path / "other")
    capfd.readouterr()
    assert run(base) == 4
    assert "who-is-who.csv, award 1: the name or the secret is not the one that was signed" in capfd.readouterr().err
    assert not (tmp_path / "other").exists()
    path.unlink()
    assert run(base) == 2
    assert "there is no name in who-is-who.csv; give the private links themselves" in capfd.readouterr().err


def test_nothing_is_written_where_it_would_be_published(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    club, links = named_club
    club.build()
    base = ["certificate", links[0], "-C", str(club.root)]
    for folder in ("site", "site/new/paper"):
        assert run([*base, "--out", str(club.root / folder)]) == 2
        assert "is a site that is published, and certificates hold names; name another folder" in capfd.readouterr().err
    for folder in ("", "paper", "site_src/static"):
        assert run([*base, "--out", str(club.root / folder)]) == 2
        assert "lies in the club's folder and git does not ignore it" in capfd.readouterr().err
    assert run(base) == 0
    assert [path.suffix for path in (club.root / papers.FOLDER).iterdir()] == [".pdf"]


def test_git_says_what_is_ignored(named_club: tuple[ClubFolder, list[str]], capfd: pytest.CaptureFixture[str]) -> None:
    club, links = named_club
    subprocess.run(["git", "init", "-q", str(club.root)], check=True)
    base = ["certificate", links[0], "-C", str(club.root)]
    assert run(base) == 2
    assert 'or add the line "/certificates/" to .gitignore' in capfd.readouterr().err
    club.write(".gitignore", scaffold.GITIGNORE)
    assert run(base) == 0
    assert run([*base, "--out", str(club.root / ".pinback/paper")]) == 0
    assert run([*base, "--out", str(club.root / "--quiet")]) == 2
    status = subprocess.run(
        ["git", "status", "--short", "-uall"], cwd=club.root, capture_output=True, text=True, check=True
    )
    assert ".pdf" not in status.stdout


def test_one_sheet_has_all_badges_of_a_holder(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    club, links = named_club
    second = give(club, "Zoë Ångström", "otter-7", on=date(2026, 5, 25))
    club.award("more", "issued_on: 2026-05-22\nhandle: otter-7\n").seal(AT.replace(day=2))
    assert run(["certificate", "--holder", "otter-7", "-C", str(club.root), "--out", str(tmp_path / "out")]) == 0
    file = tmp_path / "out/otter-7-badges.pdf"
    assert capfd.readouterr().out == f"{file}\n"
    data = file.read_bytes()
    found = codes(data)
    assert len(found) == 3 and {second, links[0]} < set(found)
    said = words(data)
    assert "Zoë Ångström" in said and "3 badges" in said
    assert said.index("25 May 2026") < said.index("22 May 2026") < said.index("20 May 2026")
    for id_, credential in ((name.removesuffix(".json"), data) for name, data in attached(data).items()):
        assert credential == (club.root / f"issuers/club/sealed/awards/{id_}/credential.json").read_bytes()
    assert run(["certificate", "--holder", "nobody-1", "-C", str(club.root), "--out", str(tmp_path / "out")]) == 2
    assert 'no award in force belongs to the handle "nobody-1"' in capfd.readouterr().err


def test_a_sheet_without_a_list_says_no_name(named_club: tuple[ClubFolder, list[str]], tmp_path: Path) -> None:
    club, links = named_club
    (club.root / who_is_who.FILE).unlink()
    assert run(["certificate", "--holder", "otter-7", "-C", str(club.root), "--out", str(tmp_path)]) == 0
    data = (tmp_path / "otter-7-badges.pdf").read_bytes()
    assert codes(data) == [links[0].partition("#")[0]]
    assert "The name is not on this sheet" in words(data)


def test_after_a_move_an_old_link_is_printed_with_the_new_address(
    named_club: tuple[ClubFolder, list[str]], tmp_path: Path
) -> None:
    club, links = named_club
    club.move("https://new.example.org/badges/")
    assert run(["certificate", links[0], "-C", str(club.root), "--out", str(tmp_path / "out")]) == 0
    (file,) = (tmp_path / "out").iterdir()
    assert codes(file.read_bytes()) == [
        links[0].replace("https://badges.example.org/", "https://new.example.org/badges/")
    ]
