"""The commands about logs, as they are typed."""

from __future__ import annotations

import shutil

from conftest import TEST_CODE, ClubFolder
from test_commands import pinback


def test_log_is_compared_with_what_was_saved(sealed_club: ClubFolder) -> None:
    club = sealed_club
    site = club.build()
    kept = club.root / "old-checkpoint"
    shutil.copy(site / "issuers/club/log/checkpoint", kept)
    shutil.copytree(site, club.root / "old-site")
    club.award("one-more", "issued_on: 2026-05-17\nhandle: otter-99\n").seal()
    club.build()
    for where in (".", "site", "site/issuers/club/log"):
        for against in ("old-checkpoint", "old-site", "old-site/issuers/club/log/checkpoint"):
            done = pinback("log", "check", where, "--against", against, cwd=club.root)
            assert done.returncode == 0, done.stderr
            assert "nothing was removed or changed." in done.stdout
    done = pinback("log", "check", "old-site", "--against", "site", cwd=club.root)
    assert done.returncode == 4
    assert "this log was set back: it had " in done.stderr
    assert done.stdout == ""
    done = pinback("log", "check", "nowhere", "--against", "site", cwd=club.root)
    assert (done.returncode, done.stderr) == (
        2,
        "pinback: there is no folder nowhere; name a folder or an https address\n",
    )
    done = pinback("log", "check", "--against", "site/index.html", cwd=club.root)
    assert done.returncode == 2
    assert "holds no checkpoint of a log" in done.stderr


def test_monitor_says_one_sentence_and_keeps_what_it_saw(sealed_club: ClubFolder) -> None:
    club = sealed_club
    log = club.build() / "issuers/club/log"
    shutil.copytree(log, club.root / "before")
    words = ("log", "monitor", "site/issuers/club/log", "--state", "kept/state.json")
    first = pinback(*words, cwd=club.root)
    assert first.returncode == 0, first.stderr
    assert first.stdout.endswith("entries, seen for the first time; the next look is compared with this one.\n")
    assert "The log's key is badges.example.org/issuers/club/log+" in first.stderr
    assert pinback(*words, cwd=club.root).stdout.endswith("entries as at the last look.\n")
    club.award("one-more", "issued_on: 2026-05-17\nhandle: otter-99\n").seal()
    club.build()
    assert "of the last look are all there, unchanged.\n" in pinback(*words, cwd=club.root).stdout
    shutil.rmtree(log)
    shutil.copytree(club.root / "before", log)
    kept = (club.root / "kept/state.json").read_bytes()
    last = pinback(*words, cwd=club.root)
    assert (last.returncode, last.stdout) == (4, "")
    assert "this log was set back" in last.stderr
    assert (club.root / "kept/state.json").read_bytes() == kept
    assert pinback("log", "monitor", "site", "--state", "x", "--key", "nothing", cwd=club.root).returncode == 2


def test_witness_signs_what_lies_in_a_folder_and_the_club_collects_nothing_without_one(sealed_club: ClubFolder) -> None:
    club = sealed_club
    club.build()
    other = ClubFolder(club.root.parent / "other", "https://badges.witness.example/").site()
    other.issuer(did="did:web:badges.witness.example").badge().keys(seed="witness", with_file=True)
    done = pinback("log", "cosign", str(club.root / "site"), cwd=other.root, code=TEST_CODE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("issuers/club/cosigned/")
    assert "witness NAME badges.witness.example/issuers/club/log+" in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("witness NAME ")]
    done = pinback("log", "cosign", str(club.root / "site"), cwd=other.root, code=TEST_CODE)
    assert "of the last time are all there, unchanged." in done.stderr
    done = pinback("log", "collect", cwd=club.root)
    assert done.returncode == 2
    assert "names no witness with an address; write a line: witness NAME KEY ADDRESS" in done.stderr
    club.write(
        "issuers/club/witnesses.txt", line.replace("NAME", "Other").replace("https://…", "https://localhost") + "\n"
    )
    done = pinback("log", "collect", cwd=club.root)
    assert done.returncode == 1
    assert "names no public host" in done.stderr
    assert pinback("check", cwd=club.root).returncode == 0
