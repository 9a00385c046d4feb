"""``pinback import`` as it is typed: files, pasted text, a terminal, a pipe."""

from __future__ import annotations

import csv
import io
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder
from test_commands import pinback

from pinback import who_is_who

SHEET = "Teilnehmer;Wann;Farbe\nZoë Ångström;3/4/2026;rot\nAda Bell;4/4/2026;blau\n"
MAPPED = ("--column", "Wann=issued_on", "--badge", "knots")


@pytest.fixture
def club(tmp_path: Path) -> ClubFolder:
    """A club with one badge and keys."""
    return ClubFolder(tmp_path / "club").site().issuer().badge().keys()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A sheet beside the club."""
    path = tmp_path / "camp.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


def names(club: ClubFolder) -> list[str]:
    return [row.name for row in who_is_who.rows(club.root)]


def test_pipe_is_refused_with_one_line_that_names_row_and_column(club: ClubFolder, sheet: Path) -> None:
    done = pinback("import", str(sheet), *MAPPED, cwd=club.root)
    assert done.returncode == 1 and not names(club)
    assert (
        'row 2, column "Wann": "3/4/2026" can be read with the day or the month first; say which is meant for this column: '
        "--dates day-first or --dates month-first\n"
    ) in done.stderr
    assert done.stderr.endswith("1 fault; nothing was written.\n")


def test_import_shows_the_columns_and_writes_once(club: ClubFolder, sheet: Path) -> None:
    words = ("import", str(sheet), *MAPPED, "--dates", "day-first")
    dry = pinback(*words, "--dry-run", cwd=club.root)
    assert dry.returncode == 0 and not names(club) and not dry.stdout
    refused = pinback(*words, cwd=club.root)
    assert refused.returncode == 2 and not names(club)
    assert "nobody can be asked whether to write 2 records; add --yes" in refused.stderr
    done = pinback(*words, "--yes", cwd=club.root)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    for line in (
        '"Teilnehmer"  name\n',
        '"Wann"        issued_on\n',
        '"Farbe"       not used\n',
        "2 people: 2 new, 0 known, 0 under age.\n",
    ):
        assert line in done.stderr
    assert "2 private links stand in who-is-who.csv" in done.stderr
    # What was chosen for a column is remembered, and of the sheet nothing else.
    assert json.loads(club.read(".pinback/columns.json")) == {"Wann": "issued_on"}
    again = pinback("import", str(sheet), "--badge", "knots", "--dates", "day-first", "--yes", cwd=club.root)
    assert again.returncode == 0 and not again.stdout
    assert again.stderr.endswith("2 awards are there already.\nNothing to write.\n")
    assert "2 awards: no problems" in pinback("check", cwd=club.root).stdout


def test_names_are_taken_from_standard_input(club: ClubFolder) -> None:
    done = pinback(
        "import", "--badge", "knots", "--on", "2026-05-17", "--minor", "--yes", cwd=club.root, text="Zoë\nAda\n"
    )
    assert done.returncode == 0, done.stderr
    assert names(club) == ["Zoë", "Ada"]
    assert "minor: true" in club.read(done.stdout.strip())


def test_faults_are_named_all_at_once_with_what_helps(club: ClubFolder) -> None:
    done = pinback("import", "-", cwd=club.root, text="Zoë\nAda\n")
    assert done.returncode == 1
    assert 'no column says which badge; add a column "Badge", or choose one badge for all rows\n' in done.stderr
    assert "(--badge NAME chooses one badge for all rows)\n(--on DAY chooses one day for all rows)\n" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--badge", "knot"), '"knot" is not the name of a badge; did you mean "knots"?'),
        (("--column", "Wann"), '--column "Wann" names no field; write it like --column "Full name=name"'),
        (("--column", "Wann=day"), '"day" is not the name of a field; use one of activity_end'),
        (("--column", "Wan=issued_on", *MAPPED), 'no column is called "Wan"; it has "Teilnehmer", "Wann", "Farbe"'),
        (("--on", "2999-01-01"), '"--on" lies in the future (found "2999-01-01"); correct the day'),
    ],
)
def test_option_that_cannot_be_used_is_told(
    club: ClubFolder, sheet: Path, words: tuple[str, ...], message: str
) -> None:
    done = pinback("import", str(sheet), "--dates", "day-first", "--yes", *words, cwd=club.root)
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert not names(club)


def test_file_that_is_not_there_is_told(club: ClubFolder) -> None:
    done = pinback("import", "../nothing.csv", cwd=club.root)
    assert done.returncode == 2
    assert (
        done.stderr
        == "pinback: ../nothing.csv: cannot be read (No such file or directory); check that it is there and may be read\n"
    )


def test_text_of_other_encodings_can_be_pasted(club: ClubFolder) -> None:
    data = "Name\tDate\r\nZoë Ångström\t17.5.2026\r\n".encode("utf-16")
    command = [sys.executable, "-m", "pinback", "import", "--badge", "knots", "--yes"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=club.root, env=environment, input=data, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert names(club) == ["Zoë Ångström"]


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal")
def test_terminal_is_asked_for_what_the_sheet_does_not_say(club: ClubFolder, sheet: Path) -> None:
    import pty

    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "pinback", "import", str(sheet), "--column", "Wann=issued_on"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=club.root, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True
    )
    os.close(terminal)
    seen = ""
    answers = [("The badge of all rows", "knots\n"), ("What comes first", "month\n"), ("Write 2 records", "y\n")]
    deadline = time.monotonic() + 60
    try:
        while time.monotonic() < deadline:
            if not select.select([controller], [], [], 1)[0]:
                continue
            try:
                data = os.read(controller, 4096)
            except OSError:  # Linux says so where nobody holds the terminal any more
                break
            if not data:
                break
            seen += data.decode("utf-8", "replace")
            if answers and answers[0][0] in seen:
                os.write(controller, answers.pop(0)[1].encode())
        assert process.wait(30) == 0, seen
    finally:
        process.kill()
        process.wait()
        os.close(controller)
    assert not answers, seen
    assert "writing [" in seen
    with io.StringIO(club.read(who_is_who.FILE).lstrip("\ufeff")) as stream:
        assert [row["issued_on"] for row in csv.DictReader(stream)] == ["2026-03-04", "2026-04-04"]
