"""The commands that move a site, end an issuer and keep everything in one file, as they are typed."""

from __future__ import annotations

import zipfile

from conftest import TEST_CODE, ClubFolder
from test_commands import pinback

NEW = "https://badges.example.net/"


def test_move_asks_and_then_says_what_to_publish_where(club: ClubFolder) -> None:
    club.keys(with_file=True)
    before = club.read("site_src/site.yaml")
    done = pinback("move", NEW, cwd=club.root, code=TEST_CODE)
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"The site moves from https://badges.example.org/ to {NEW}. This cannot be taken back.\n"
    )
    assert done.stderr.endswith("pinback: nobody can be asked whether to move; add --yes\n")
    assert club.read("site_src/site.yaml") == before
    done = pinback("move", NEW, "--new-did", "--yes", cwd=club.root, code=TEST_CODE)
    assert (done.returncode, done.stdout) == (0, "issuers/club/issuer.yaml\nsite_src/site.yaml\n")
    assert f"The club has moved to {NEW}." in done.stderr
    assert "pinback build --for https://badges.example.org/ --out old-site" in done.stderr
    done = pinback("build", "--for", "https://badges.example.org/", "--out", "old-site", cwd=club.root)
    assert done.returncode == 0
    assert "Publish this folder at https://badges.example.org/" in done.stderr
    assert (club.root / "old-site/assets/forward.js").exists()
    assert pinback("check", cwd=club.root).returncode == 0


def test_site_for_an_old_host_needs_a_folder_of_its_own(club: ClubFolder) -> None:
    for words in (("--for", NEW), ("--for", NEW, "--out", "old", "--preview")):
        done = pinback("build", *words, cwd=club.root)
        assert done.returncode == 2
        assert "needs a folder of its own, and is no preview; name one with --out" in done.stderr


def test_close_makes_the_archive_and_archive_makes_it_again(club: ClubFolder) -> None:
    club.keys(with_file=True).award("otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    assert pinback("seal", cwd=club.root, code=TEST_CODE).returncode == 0
    done = pinback("close", "club", "--yes", cwd=club.root, code=TEST_CODE)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"issuers/club/sealed/closing.json\n{club.root / 'archive.zip'}: 1 award.\n"
    assert "Test club ends. This cannot be taken back." in done.stderr
    assert pinback("archive", "--out", "again.zip", cwd=club.root).returncode == 0
    assert (club.root / "again.zip").read_bytes() == (club.root / "archive.zip").read_bytes()
    done = pinback("archive", "--holder", "otter-7", cwd=club.root)
    assert done.stdout == f"{club.root / 'archive-otter-7.zip'}: 1 award.\n"
    assert zipfile.is_zipfile(club.root / "archive-otter-7.zip")
    done = pinback("archive", "--holder", "heron-2", cwd=club.root)
    assert done.returncode == 2
    done = pinback("seal", cwd=club.root, code=TEST_CODE)
    assert (done.returncode, done.stdout) == (0, "Nothing to seal.\n")
    done = pinback("award", "knots", cwd=club.root)
    assert (done.returncode, done.stderr) == (
        2,
        "pinback: issuers/club: this issuer has closed and awards nothing any more\n",
    )


def test_archive_is_checked_without_the_site(club: ClubFolder) -> None:
    club.keys().award("otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.award("heron", "issued_on: 2026-05-17\nhandle: heron-2\n").seal()
    file = "badges/knots/awards/heron.yaml"
    club.write(file, club.read(file) + "revoked: {on: 2026-06-01, reason: mistake}\n")
    club.seal()
    club.move(NEW, new_did=True)
    for words in (("--holder", "otter-7"), ("--holder", "heron-2"), ()):
        assert pinback("archive", *words, cwd=club.root).returncode == 0
    done = pinback("verify", "archive-otter-7.zip", "--offline", cwd=club.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("genuine ") == 6
    done = pinback("verify", "archive-heron-2.zip", "--offline", cwd=club.root)
    assert (done.returncode, done.stdout.count("withdrawn ")) == (4, 6)
    done = pinback("verify", "archive.zip", "--offline", cwd=club.root)
    assert (done.returncode, done.stdout.count("genuine "), done.stdout.count("withdrawn ")) == (4, 6, 6)
