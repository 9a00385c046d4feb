"""The commands as they are typed: real processes, real files, what is said and how it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder, needs_libcairo

ANSWERS = (
    "--name",
    "Łódź Chess Club",
    "--base-url",
    "https://club.github.io/badges",
    "--url",
    "https://chess.example.org/",
)
ANSWERS = (*ANSWERS, "--email", "badges@chess.example.org")


def pinback(
    *words: str, cwd: Path, code: str = "", text: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with standard input from *text*."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    variables.pop("GITHUB_ACTIONS", None) if "GITHUB_ACTIONS" not in environment else None
    if code:
        variables["PINBACK_CODE"] = code
    return subprocess.run(
        [sys.executable, "-m", "pinback", *words],
        cwd=cwd,
        env=variables,
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@needs_libcairo
def test_first_sealed_award_from_an_empty_folder(tmp_path: Path) -> None:
    """The path of the README: init, badge, award, keys, check, seal, build."""
    assert pinback("init", "club", *ANSWERS, cwd=tmp_path).returncode == 0
    club = tmp_path / "club"
    assert sorted(path.name for path in club.iterdir()) == [
        ".gitattributes",
        ".gitignore",
        "README.md",
        "issuers",
        "site_src",
    ]
    assert (club / "issuers" / "lodz-chess-club" / "issuer.yaml").is_file()
    assert pinback("new", "badge", "openings", "--title", "Openings: the basics", cwd=club).returncode == 0
    awarded = pinback("award", "openings", "--name", "Zoë Ångström", "--on", "2026-05-17", cwd=club)
    assert awarded.returncode == 0, awarded.stderr
    link = re.search(r"https://\S+", awarded.stderr)
    assert link and link.group().startswith("https://club.github.io/badges/awards/")
    rows = list(csv.reader((club / "who-is-who.csv").read_text(encoding="utf-8").splitlines()))
    assert rows == [["name", "badge", "link"], ["Zoë Ångström", "Openings: the basics", link.group()]]
    record = next((club / "badges/openings/awards").iterdir()).read_text(encoding="utf-8")
    assert "Zo" not in record
    made = pinback("key", "new", "lodz-chess-club", cwd=club)
    assert made.returncode == 0, made.stderr
    code = made.stdout.splitlines()[4].strip()
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{3}", code)
    dry = pinback("seal", "--dry-run", cwd=club)
    assert '1 award of "Openings: the basics", issued 2026-05-17' in dry.stderr
    assert not (club / "issuers/lodz-chess-club/sealed").exists()
    sealed = pinback("seal", cwd=club, code=code.lower().replace("-", " ").replace(" ", ""))
    assert sealed.returncode == 0, sealed.stderr
    assert "lodz-chess-club: sealed 1 award, 1 badge version." in sealed.stdout
    built = pinback("build", cwd=club)
    assert built.returncode == 0, built.stderr
    award = link.group().split("/")[-2]
    credential = json.loads((club / "site/awards" / award / "credential.json").read_bytes())
    assert credential["issuer"]["id"] == "did:web:club.github.io:badges"
    assert pinback("seal", cwd=club).stdout == "Nothing to seal.\n"
    for path in club.rglob("*"):
        assert not path.is_file() or code.encode() not in path.read_bytes(), path


def test_init_asks_when_nothing_is_given_and_cannot_in_a_pipe(tmp_path: Path) -> None:
    done = pinback("init", "club", cwd=tmp_path)
    assert done.returncode == 2
    assert "The club's name is missing; give it as an option" in done.stderr
    assert not (tmp_path / "club").exists()


def test_init_refuses_answers_that_cannot_work_and_writes_nothing(tmp_path: Path) -> None:
    words = ("--name", " ", "--base-url", "http://x", "--url", "chess", "--email", "nobody")
    done = pinback("init", "club", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 4
    assert not (tmp_path / "club").exists()


def test_init_leaves_a_club_that_is_there_alone(tmp_path: Path) -> None:
    assert pinback("init", "club", *ANSWERS, cwd=tmp_path).returncode == 0
    assert pinback("init", "club", *ANSWERS, cwd=tmp_path).returncode == 2


def test_init_here_turns_a_clone_into_an_empty_club(tmp_path: Path) -> None:
    """A real clone of what this checkout holds, with nothing of the example left afterwards."""
    clone = tmp_path / "clone"
    files = subprocess.run(
        ["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, files.split("\0")):
        if name.startswith(
            ("pinback/", "issuers/", "site_src/", "badges/first-strokes/", "build.py", ".gitignore", "README")
        ):
            target = clone / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "clone"]):
        subprocess.run([*git, *words], cwd=clone, check=True, capture_output=True)
    (clone / "notes.txt").write_text("not committed")
    refused = pinback("init", "--here", *ANSWERS, cwd=clone)
    assert refused.returncode == 2
    assert "changes that no commit has" in refused.stderr
    (clone / "notes.txt").unlink()
    done = pinback("init", "--here", *ANSWERS, cwd=clone)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in clone.iterdir()) == [
        ".git",
        ".gitattributes",
        ".gitignore",
        "README.md",
        "issuers",
        "site_src",
    ]
    assert pinback("check", cwd=clone).returncode == 0


def test_init_here_refuses_any_other_folder(sealed_club: ClubFolder) -> None:
    done = pinback("init", "--here", *ANSWERS, cwd=sealed_club.root)
    assert done.returncode == 2
    assert "not a clone of the pinback repository" in done.stderr
    assert pinback("check", cwd=sealed_club.root).returncode == 0


def test_mistyped_badge_gets_a_suggestion(sealed_club: ClubFolder) -> None:
    done = pinback("award", "knotz", "--on", "2026-05-17", cwd=sealed_club.root)
    assert done.returncode == 2
    assert 'did you mean "knots"?' in done.stderr


def test_award_that_breaks_a_rule_leaves_nothing_behind(sealed_club: ClubFolder) -> None:
    before = sorted(sealed_club.root.rglob("*"))
    words = ("--on", "2026-05-19", "--name", "Ann Featherstone", "--public", "--minor")
    done = pinback("award", "knots", *words, cwd=sealed_club.root)
    assert done.returncode == 1
    assert "guardian" in done.stderr
    assert sorted(sealed_club.root.rglob("*")) == before


def test_award_email_is_written_as_salted_hash(sealed_club: ClubFolder) -> None:
    from hashlib import sha256

    done = pinback("award", "knots", "--on", "2026-05-19", "--email", " Ann@Example.org ", cwd=sealed_club.root)
    assert done.returncode == 0, done.stderr
    text = sealed_club.read(done.stdout.strip())
    salt = re.search(r"salt: ([0-9a-f]{32})", text)
    assert salt
    assert f"hash: sha256${sha256(b'ann@example.org' + salt.group(1).encode()).hexdigest()}" in text
    assert "ample" not in text


def test_problems_are_shown_one_a_line_and_as_json_and_as_annotations(sealed_club: ClubFolder) -> None:
    sealed_club.award("bad", "isued_on: 2026-05-19\nhandle: stoat-5\n")
    plain = pinback("check", cwd=sealed_club.root)
    assert plain.returncode == 1
    assert plain.stdout == ""
    first = 'badges/knots/awards/bad.yaml:1: "isued_on" is not a field of an award; did you mean "issued_on"?'
    assert first in plain.stderr.splitlines()
    found = json.loads(pinback("check", "--format", "json", cwd=sealed_club.root).stdout)
    assert {"file", "line", "what", "cure", "warning"} == set(found[0])
    annotated = pinback("check", cwd=sealed_club.root, GITHUB_ACTIONS="true").stdout
    assert annotated.startswith("::error file=badges/knots/awards/bad.yaml,line=1::")


def test_seal_without_a_code_in_a_pipe_says_how_to_give_it(sealed_club: ClubFolder) -> None:
    sealed_club.award("new", "issued_on: 2026-05-19\nhandle: stoat-5\n")
    (sealed_club.root / "issuers/club/keys.age").write_bytes(b"age-encryption.org/v1\n")
    done = pinback("seal", cwd=sealed_club.root)
    assert done.returncode == 3
    assert "no code was given; type it at a terminal, or set PINBACK_CODE" in done.stderr


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    assert pinback("build", "--nonsense", cwd=tmp_path).returncode == 2
    assert pinback("nonsense", cwd=tmp_path).returncode == 2
    assert pinback("check", cwd=tmp_path).returncode == 2


def test_our_own_mistake_is_a_traceback_with_what_to_do(tmp_path: Path) -> None:
    """A theme folder that is unreadable in a way nobody foresaw stands for a mistake of ours."""
    code = "import pinback.cli.main as main, pinback.__main__ as door; main.run = lambda words: 1 / 0; door.run = main.run; door.main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 70
    assert "a mistake in pinback itself" in done.stderr


def test_build_py_is_the_same_code(sealed_club: ClubFolder) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "-C", str(sealed_club.root)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (sealed_club.root / "site/index.html").is_file()


@pytest.mark.parametrize("words", [("--help",), ("init", "--help"), ("seal", "--help"), ("--version",)])
def test_help_needs_no_club(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert pinback(*words, cwd=tmp_path).returncode == 0
