"""The commands as they are typed: real processes, real files, what is said and how it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TEST_CODE, ClubFolder, needs_libcairo

from pinback import scaffold
from pinback.cli.main import run
from pinback.content import starter
from pinback.errors import UsageError
from pinback.keys.code import new_code

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
    ours = {name: value for name, value in os.environ.items() if name != "CI"}
    variables = {**ours, "PYTHONPATH": str(ROOT), **environment}
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


def write_own_words(path: Path) -> None:
    """Do with a new badge what its author does: replace the placeholder words."""
    text = path.read_text(encoding="utf-8")
    for words in (starter.DESCRIPTION, starter.STEPS, starter.CHECKING):
        text = text.replace(words, "Play ten openings to move eight.")
    path.write_text(text, encoding="utf-8")


def who_is_who(club: Path) -> list[list[str]]:
    """Return the rows of the private list; it must be readable by its owner alone and begin with one mark."""
    path = club / "who-is-who.csv"
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert text.startswith("\ufeff") and text.count("\ufeff") == 1
    return list(csv.reader(text[1:].splitlines()))


@needs_libcairo
def test_first_sealed_award_from_an_empty_folder(tmp_path: Path) -> None:
    """The path of the README: init, badge, keys, award, check, seal, build."""
    begun = pinback("init", "club", *ANSWERS, cwd=tmp_path)
    assert begun.returncode == 0
    assert begun.stderr.splitlines()[-3:] == [
        "  cd club",
        "  pinback new badge NAME",
        "  pinback key new lodz-chess-club",
    ]
    club = tmp_path / "club"
    assert sorted(path.name for path in club.iterdir()) == [
        ".gitattributes",
        ".github",
        ".gitignore",
        ".schemas",
        "README.md",
        "issuers",
        "netlify.toml",
        "site_src",
    ]
    assert (club / "issuers" / "lodz-chess-club" / "issuer.yaml").is_file()
    assert pinback("new", "badge", "openings", "--title", "Openings: the basics", cwd=club).returncode == 0
    write_own_words(club / "badges/openings/badge.md")
    early = pinback("award", "openings", "--name", "Zoë Ångström", cwd=club)
    assert early.returncode == 2
    assert "make the keys first: pinback key new lodz-chess-club" in early.stderr
    assert not (club / "badges/openings/awards").exists() and not (club / "who-is-who.csv").exists()
    made = pinback("key", "new", cwd=club)
    assert made.returncode == 0, made.stderr
    code = made.stdout.splitlines()[4].strip()
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{3}", code)
    awarded = pinback("award", "openings", "--name", "Zoë Ångström", "--on", "2026-05-17", cwd=club)
    assert awarded.returncode == 0, awarded.stderr
    link = re.search(r"https://\S+", awarded.stderr)
    assert link and link.group().startswith("https://club.github.io/badges/awards/")
    handle = re.search("handle: (.+)", (club / awarded.stdout.strip()).read_text(encoding="utf-8")).group(1)  # type: ignore[union-attr]
    assert who_is_who(club) == [
        ["name", "badge", "issued_on", "handle", "link", "contact"],
        ["Zoë Ångström", "Openings: the basics", "2026-05-17", handle, link.group(), ""],
    ]
    record = next((club / "badges/openings/awards").iterdir()).read_text(encoding="utf-8")
    assert "Zo" not in record
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
    faults = done.stderr.strip().splitlines()
    assert len(faults) == 4
    for fault, question in zip(faults, scaffold.QUESTIONS, strict=True):
        assert fault.endswith(f"; write it like {question.example}")
    assert not (tmp_path / "club").exists()


def test_init_leaves_a_club_that_is_there_alone(tmp_path: Path) -> None:
    assert pinback("init", "club", *ANSWERS, cwd=tmp_path).returncode == 0
    again = pinback("init", "club", cwd=tmp_path)
    assert again.returncode == 2
    assert "there is a club here already" in again.stderr


def test_init_that_was_cut_off_is_finished_by_the_next_one(tmp_path: Path) -> None:
    answers = scaffold.Answers(
        "Sea Scouts", "https://badges.example.org/", "https://scouts.example.org/", "a@example.org"
    )
    files = scaffold.init(tmp_path / "whole", answers)
    assert files[-1] == "site_src/site.yaml"
    for written in range(len(files)):
        folder = tmp_path / str(written)
        shutil.copytree(tmp_path / "whole", folder)
        for name in files[written:]:
            (folder / name).unlink()
        left = (folder / files[written]).with_name(f".{Path(files[written]).name}.new")
        left.write_bytes(b"hal")
        scaffold.refuse_taken(folder)
        assert scaffold.init(folder, answers) == files
        assert not left.exists()
        assert all((folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes() for name in files)


def test_init_takes_nothing_of_another_club_for_its_own(tmp_path: Path) -> None:
    answers = scaffold.Answers(
        "Sea Scouts", "https://badges.example.org/", "https://scouts.example.org/", "a@example.org"
    )
    files = scaffold.init(tmp_path / "club", answers)
    (tmp_path / "club/site_src/site.yaml").unlink()
    other = scaffold.Answers(
        "Sea Cadets", "https://badges.example.org/", "https://scouts.example.org/", "a@example.org"
    )
    with pytest.raises(UsageError, match="there is a club here already"):
        scaffold.init(tmp_path / "club", other)
    (tmp_path / "club/issuers/sea-scouts/issuer.yaml").unlink()
    (tmp_path / "club/site_src/index.md").unlink()
    with pytest.raises(UsageError, match=r"README.md: this file exists already"):
        scaffold.init(tmp_path / "club", other)
    assert not (tmp_path / "club" / files[-1]).exists()


@pytest.mark.parametrize(
    "address",
    ["https://Club.github.io/", "https://a.example/?x", "https://a.example//b/", "https://a.example/~me/", "chess"],
)
def test_address_that_cannot_be_a_site_is_refused_at_its_question(address: str) -> None:
    assert scaffold.QUESTIONS[1].fault(address).endswith("write it like https://club.github.io/badges/")
    assert scaffold.QUESTIONS[1].fault("https://club.github.io/badges") == ""


def at_terminal(*words: str, cwd: Path, typed: list[tuple[str, str]]) -> tuple[int, str]:
    """Run a command at a real terminal; type each answer when its question is on the screen.

    Returns:
        The exit code, and everything that stood on the screen.
    """
    import fcntl
    import pty
    import select
    import termios
    import time

    keyboard, screen_end = pty.openpty()
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    for name in ("CI", "GITHUB_ACTIONS", "PINBACK_CODE"):
        variables.pop(name, None)
    command = [sys.executable, "-m", "pinback", *words]
    # A session of its own, so that no question goes to the terminal of whoever runs the tests.
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=variables,
        stdin=screen_end,
        stdout=screen_end,
        stderr=screen_end,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(screen_end)
    seen, waiting, deadline = "", list(typed), time.monotonic() + 90
    place = 0
    try:
        while time.monotonic() < deadline:
            if select.select([keyboard], [], [], 0.2)[0]:
                try:
                    seen += os.read(keyboard, 4096).decode("utf-8", "replace")
                except OSError:  # the other end was closed: the command is done
                    break
            if waiting and waiting[0][0] in seen[place:]:
                place = len(seen)
                os.write(keyboard, f"{waiting.pop(0)[1]}\n".encode("utf-8", "surrogateescape"))
        return process.wait(timeout=30), seen.replace("\r\n", "\n")
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)


posix = pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")


@posix
def test_wrong_answer_is_told_at_its_prompt_and_asked_again(tmp_path: Path) -> None:
    given = ("--name", "Chess", "--base-url", "https://club.github.io/b/", "--email", "badges@chess.example.org")
    typed = [("web site", "chess"), ("web site", "https://chess.example.org/")]
    code, screen = at_terminal("init", "club", *given, cwd=tmp_path, typed=typed)
    assert code == 0, screen
    assert "not an https address; write it like https://club.example.org/" in screen
    assert screen.count("The club's own web site (like https://club.example.org/)") == 2
    assert "url: https://chess.example.org/" in (tmp_path / "club/issuers/chess/issuer.yaml").read_text(
        encoding="utf-8"
    )


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
    refused = pinback("init", "--here", *ANSWERS, cwd=clone, PYTHONSAFEPATH="1")
    assert refused.returncode == 2
    assert "changes that no commit has" in refused.stderr
    (clone / "notes.txt").unlink()
    itself = pinback("init", "--here", "--yes", *ANSWERS, cwd=clone, PYTHONPATH=str(clone), PYTHONDONTWRITEBYTECODE="1")
    assert itself.returncode == 2
    assert "pinback runs from this very folder; install it elsewhere first" in itself.stderr
    unasked = pinback("init", "--here", *ANSWERS, cwd=clone, PYTHONSAFEPATH="1")
    assert unasked.returncode == 2
    assert "add --yes" in unasked.stderr
    assert (clone / "build.py").exists() and (clone / "pinback").exists()
    done = pinback("init", "--here", "--yes", *ANSWERS, cwd=clone, PYTHONSAFEPATH="1")
    assert done.returncode == 0, done.stderr
    assert {"  badges", "  build.py", "  pinback"} <= set(done.stderr.splitlines())
    assert sorted(path.name for path in clone.iterdir()) == [
        ".git",
        ".gitattributes",
        ".github",
        ".gitignore",
        ".schemas",
        "README.md",
        "issuers",
        "netlify.toml",
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
    done = pinback("award", "knots", *words, "--guardian-consent", "2026-05-01", cwd=sealed_club.root)
    assert done.returncode == 1
    assert "more than first name and initial" in done.stderr
    linked = pinback(
        "award", "knots", "--name", "Ann", "--minor", "--email", "ann@club.example.org", cwd=sealed_club.root
    )
    assert linked.returncode == 1
    assert sorted(sealed_club.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--public",), "give it with --name"),
        (("--public", "--name", " "), "give it with --name"),
        (("--public", "--minor", "--name", "Ann F."), "add --guardian-consent DAY"),
        (("--guardian-consent", "2026-05-01"), "belongs to --minor and --public"),
        (("--on", "2999-01-01"), '"--on" lies in the future'),
        (("--on", "17.05.2026"), 'pinback: "--on" is not a date as needed here'),
        (("--until", "soon"), 'pinback: "--until" is not a date as needed here'),
    ],
)
def test_award_options_that_do_not_go_together_are_named(
    sealed_club: ClubFolder, words: tuple[str, ...], message: str
) -> None:
    before = sorted(sealed_club.root.rglob("*"))
    done = pinback("award", "knots", *words, cwd=sealed_club.root)
    assert done.returncode == 2
    assert message in done.stderr
    assert sorted(sealed_club.root.rglob("*")) == before


def test_minor_in_the_open_needs_the_guardians_day(sealed_club: ClubFolder) -> None:
    words = ("--name", "Ann F.", "--public", "--minor", "--guardian-consent", "2026-05-01", "--on", "2026-05-19")
    done = pinback("award", "knots", *words, cwd=sealed_club.root)
    assert done.returncode == 0, done.stderr
    assert "guardian_consent: 2026-05-01\n" in sealed_club.read(done.stdout.strip())


def test_award_without_a_name_asks_to_write_the_handle_down(sealed_club: ClubFolder) -> None:
    done = pinback("award", "knots", "--on", "2026-05-19", cwd=sealed_club.root)
    handle = re.search("handle: (.+)", sealed_club.read(done.stdout.strip()))
    assert handle
    assert f"no name was given; write down for yourself who {handle.group(1)} is" in done.stderr


def test_holder_gets_a_badge_of_a_day_once_and_again_after_a_withdrawal(sealed_club: ClubFolder) -> None:
    words = ("award", "knots", "--handle", "otter-7", "--on", "2026-05-17")
    again = pinback(*words, cwd=sealed_club.root)
    assert again.returncode == 2
    assert "badges/knots/awards/2026-05-17-otter.yaml: this holder has this badge" in again.stderr
    record = sealed_club.root / "badges/knots/awards/2026-05-17-otter.yaml"
    record.write_bytes(record.read_bytes() + b"revoked: {on: 2026-05-30, reason: mistake}\n")
    record.rename(record.with_name("2026-05-17-otter-7.yaml"))
    done = pinback(*words, "--name", "Zoë", cwd=sealed_club.root)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "badges/knots/awards/2026-05-17-otter-7-2.yaml\n"


def test_private_list_is_added_to_and_taken_back(sealed_club: ClubFolder) -> None:
    words = ("award", "knots", "--on", "2026-05-19", "--name")
    assert pinback(*words, "=cmd()", cwd=sealed_club.root).returncode == 2
    assert pinback(*words, "Bo", cwd=sealed_club.root).returncode == 0
    path = sealed_club.root / "who-is-who.csv"
    path.write_bytes(path.read_bytes().rstrip())  # an editor may leave the last line open
    assert pinback(*words, "Zoë", cwd=sealed_club.root).returncode == 0
    assert [row[0] for row in who_is_who(sealed_club.root)] == ["name", "Bo", "Zoë"]
    before = path.read_bytes()
    assert pinback(*words, "Ann", "--minor", "--email", "a@club.example.org", cwd=sealed_club.root).returncode == 1
    assert path.read_bytes() == before
    assert len(who_is_who(sealed_club.root)) == 3


# Keys.


def key_files(club: ClubFolder) -> list[str]:
    return sorted(path.name for path in (club.root / "issuers/club").iterdir())


def test_keys_are_not_made_in_an_automatic_run(club: ClubFolder) -> None:
    done = pinback("key", "new", cwd=club.root, CI="true")
    assert done.returncode == 2
    assert "CI is set" in done.stderr
    assert key_files(club) == ["issuer.yaml"]


def test_keys_of_several_issuers_must_be_named(club: ClubFolder) -> None:
    club.issuer("league", "did:web:badges.example.org:issuers:league")
    done = pinback("key", "new", cwd=club.root)
    assert done.returncode == 2
    assert "name one of club, league" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("to", [">/dev/full", ">&-", "| true"])
def test_code_that_nobody_saw_makes_no_keys(club: ClubFolder, to: str) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m pinback key new {to}; exit ${{PIPESTATUS[0]}}'],
        cwd=club.root,
        env={**variables, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "the sheet could not be printed" in done.stderr
    assert "Traceback" not in done.stderr
    assert key_files(club) == ["issuer.yaml"]


def in_a_shell(words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with what a shell is told of its ends."""
    return subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m pinback {words}'],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@posix
@pytest.mark.parametrize("ends", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_ends_stop_no_command_and_no_file_takes_their_place(sealed_club: ClubFolder, ends: str) -> None:
    roster = sealed_club.root.parent / "roster.csv"
    roster.write_text("Name\nBo Diddley\n", encoding="utf-8")
    sealed_club.write(".gitignore", "who-is-who.csv\n")
    done = in_a_shell(f'import "{roster}" --badge knots --on 2026-05-20 --yes {ends}', sealed_club.root)
    assert done.returncode == 0, done.stderr
    assert sealed_club.read(".pinback/lock").startswith("import, process ")
    assert len(sealed_club.read("who-is-who.csv").splitlines()) == 2


@posix
def test_children_that_the_starter_lets_be_forgotten_are_waited_for(sealed_club: ClubFolder) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pinback", "build"],
        cwd=sealed_club.root,
        env={**{name: value for name, value in os.environ.items() if name != "CI"}, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("ends", [">/dev/full", "2>/dev/full", ">/dev/full 2>&1"])
def test_output_that_cannot_be_written_is_told_in_a_line(sealed_club: ClubFolder, ends: str) -> None:
    done = in_a_shell(f"award knots --handle otter-8 --on 2026-05-20 {ends}", sealed_club.root)
    assert done.returncode == 1
    told = "pinback: standard output cannot be written (No space left on device); what is done is done, "
    assert done.stderr == (
        f"{told}so send the output elsewhere and look at the folder\n" if ends == ">/dev/full" else ""
    )
    assert (sealed_club.root / "badges/knots/awards/2026-05-20-otter-8.yaml").exists()


@posix
@pytest.mark.parametrize("typed", ["check", "verify --offline badge.png", "init"])
def test_folder_of_the_terminal_that_is_gone_is_told_in_a_sentence(tmp_path: Path, typed: str) -> None:
    command = f"mkdir gone && cd gone && rmdir ../gone && exec '{sys.executable}' -m pinback {typed}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    told = "the folder that the terminal is in cannot be used (No such file or directory)"
    assert done.stderr.strip().splitlines()[-1] == f"pinback: {told}; go to one that is there: cd"


def test_list_of_keys_says_whose_they_are(sealed_club: ClubFolder) -> None:
    done = pinback("key", "list", cwd=sealed_club.root)
    lines = done.stdout.splitlines()
    assert lines[0] == "The keys of Test club, https://badges.example.org/ (issuers/club):"
    assert len(lines) == 1 + 2 * 3


@posix
def test_code_is_typed_unseen_and_asked_for_again(club: ClubFolder) -> None:
    club.keys(with_file=True).award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    wrong, sloppy = new_code(), TEST_CODE.lower().replace("-", " ")
    typed = [("Code of club", "short"), ("Code of club", wrong), ("Code of club", sloppy)]
    code, screen = at_terminal("seal", cwd=club.root, typed=typed)
    assert code == 0, screen
    assert "27 letters and digits" in screen
    assert "it may be from before a change of keys, so look for the newest sheet" in screen
    assert screen.count("this code opens no keys of club that can be used") == 1
    assert "club: sealed 1 award, 1 badge version." in screen
    assert wrong not in screen
    assert sloppy not in screen


@posix
def test_bytes_that_are_no_text_are_no_code(club: ClubFolder) -> None:
    club.keys(with_file=True).award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    code, screen = at_terminal(
        "seal", cwd=club.root, typed=[("Code of club", "\udcff\udcfe"), ("Code of club", TEST_CODE)]
    )
    assert code == 0, screen
    assert "what was typed is not UTF-8 text" in screen


@posix
def test_three_codes_in_vain_are_enough_and_nothing_is_written(club: ClubFolder) -> None:
    club.keys(with_file=True).award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    before = {
        path: path.read_bytes() for path in club.root.rglob("*") if path.is_file() and ".pinback" not in path.parts
    }
    typed = [("Code of club", new_code()), ("Code of club", "short"), ("Code of club", new_code())]
    code, screen = at_terminal("seal", cwd=club.root, typed=typed)
    assert code == 3, screen
    assert "no code was accepted; compare it with the sheet" in screen
    after = {
        path: path.read_bytes() for path in club.root.rglob("*") if path.is_file() and ".pinback" not in path.parts
    }
    assert after == before


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
    assert json.loads(pinback("check", "--format=json", cwd=sealed_club.root).stdout) == found
    assert pinback("check", "-C", "json", cwd=sealed_club.root).stdout == ""
    annotated = pinback("check", cwd=sealed_club.root, GITHUB_ACTIONS="true").stdout
    assert annotated.startswith("::error file=badges/knots/awards/bad.yaml,line=1::")


def test_output_for_programs_moves_nothing_on_a_terminal(sealed_club: ClubFolder) -> None:
    """A shell shows it too, and a file's name may come from a stranger."""
    (sealed_club.root / "badges/knots/awards/a\u202e\x9b31mb.txt").write_bytes(b"")
    done = pinback("check", "--format", "json", cwd=sealed_club.root)
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert json.loads(done.stdout)[0]["file"] == "badges/knots/awards/a\u202e\x9b31mb.txt"


def test_link_that_leads_to_itself_is_told_by_every_command(sealed_club: ClubFolder) -> None:
    (sealed_club.root / "site_src/site.yaml").unlink()
    (sealed_club.root / "site_src/site.yaml").symlink_to("site.yaml")
    for command in (("check",), ("build",), ("due",), ("seal", "--dry-run")):
        done = pinback(*command, cwd=sealed_club.root)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "site_src/site.yaml" in done.stderr


def test_seal_without_a_code_in_a_pipe_says_how_to_give_it(sealed_club: ClubFolder) -> None:
    sealed_club.award("new", "issued_on: 2026-05-19\nhandle: stoat-5\n")
    (sealed_club.root / "issuers/club/keys.age").write_bytes(b"age-encryption.org/v1\n")
    done = pinback("seal", cwd=sealed_club.root)
    assert done.returncode == 3
    assert "no code was given; type it at a terminal, or set PINBACK_CODE" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process may have is bounded on Linux alone")
def test_too_little_memory_is_told_in_words(sealed_club: ClubFolder) -> None:
    with (sealed_club.root / "issuers/club/register.jsonl").open("wb") as register:
        register.truncate(900_000_000)  # it takes no room on the disk
    bounded = (
        "import resource, runpy; resource.setrlimit(resource.RLIMIT_AS, (800_000_000,) * 2)\n"
        "runpy.run_module('pinback', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", bounded, "check"],
        cwd=sealed_club.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "pinback: there is not enough memory; end other programs, or take a machine with more\n"


@pytest.mark.parametrize(
    "words", ["seal", "seal --undo --deployed .", "close club --yes", "move https://new.example.org/ --yes"]
)
def test_command_leaves_nothing_in_a_folder_that_is_no_club(words: str, tmp_path: Path) -> None:
    done = pinback(*words.split(), cwd=tmp_path)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    assert pinback("build", "--nonsense", cwd=tmp_path).returncode == 2
    assert pinback("nonsense", cwd=tmp_path).returncode == 2
    assert pinback("check", cwd=tmp_path).returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="arguments are bytes on POSIX alone")
def test_argument_in_another_encoding_is_told_in_one_line(sealed_club: ClubFolder) -> None:
    done = pinback("award", "knots", "--name", os.fsdecode(b"Zo\xeb"), cwd=sealed_club.root)
    assert done.returncode == 2
    assert done.stderr == "pinback: an argument is not UTF-8 text; set the terminal to UTF-8 and type it again\n"


def test_preview_says_that_it_is_not_for_publishing(sealed_club: ClubFolder) -> None:
    sealed_club.award("new", "issued_on: 2026-05-19\nhandle: stoat-5\n")
    done = pinback("build", "--preview", cwd=sealed_club.root)
    assert done.returncode == 0, done.stderr
    site = sealed_club.root.resolve() / "site"
    assert f"{site} now holds a preview with 1 waiting award, which is not for publishing" in done.stderr
    assert "or look at it with: pinback serve" in done.stderr
    assert done.stdout.startswith(f"{site}: ")
    plain = pinback("build", cwd=sealed_club.root)
    assert "a preview" not in plain.stderr and "1 award is not sealed yet" in plain.stderr


def test_our_own_mistake_is_a_traceback_with_what_to_do(sealed_club: ClubFolder) -> None:
    """The interpreter fails in a way nobody foresaw while a file is opened; nothing of ours is replaced."""
    code = """
import sys
def failing(event, args):
    if event == "open" and str(args[0]).endswith("site.yaml"):
        raise LookupError("unforeseen")
sys.addaudithook(failing)
sys.argv = ["pinback", "check"]
from pinback.__main__ import main
main()
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=sealed_club.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 70
    assert "LookupError: unforeseen" in done.stderr
    assert done.stderr.endswith("not in your files; please report the lines above\n")


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


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="a system that shows it in /proc")
def test_code_is_gone_from_the_process_once_it_was_read():
    """Neither the environment, nor a child's, nor what the system shows of the process still holds it."""
    start = TEST_CODE[:9]
    script = (
        "import os, subprocess, sys\n"
        "from pinback.cli.terminal import Secrets\n"
        "before = open('/proc/self/environ', 'rb').read()\n"
        "secrets = Secrets()\n"
        "secrets.take()\n"
        f"print(b'{start}' in before, b'{start}' in open('/proc/self/environ', 'rb').read(), 'PINBACK_CODE' in os.environ,\n"
        f"      b'{start}' in subprocess.run(['env'], capture_output=True).stdout, len(list(secrets.codes('club'))))\n"
    )
    environment = os.environ | {"PINBACK_CODE": TEST_CODE, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "False", "False", "False", "1"], done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["import", "a\u202eb\x1b[31m.csv"], ["check", "--no\u202esuch\x1b"], ["no\x1b[2Jsuch"], ["revoke", "\x1b[31m"]],
)
def test_no_argument_is_shown_so_that_it_moves_the_cursor_or_reorders_a_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str], club: ClubFolder
) -> None:
    assert run([*arguments, "-C", str(club.root)]) in (1, 2)
    said = capsys.readouterr().err
    assert said
    assert not any(sign in said for sign in "\u202e\x1b")


def test_port_that_is_none_is_told(club: ClubFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--port", "99999999", "-C", str(club.root)]) == 2
    assert "--port" in capsys.readouterr().err


SEALING = """
import sys
from pathlib import Path
from pinback.locks import lock_path, locked
root = Path(sys.argv[1])
with locked(lock_path(root), "seal"):
    register = root / "issuers/club/register.jsonl"
    whole = register.read_bytes()
    register.write_bytes(whole[: whole.index(b"\\n") + 1])
    print("begun", flush=True)
    sys.stdin.read(1)
    register.write_bytes(whole)
"""


@pytest.mark.parametrize("command", ["check", "schemas"])
def test_command_waits_for_a_sealing_that_has_just_begun_to_write(
    sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    root = sealed_club.root
    assert run(["check", "-C", str(root)]) == 0
    with subprocess.Popen(
        [sys.executable, "-c", SEALING, str(root)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as sealing:
        assert sealing.stdin and sealing.stdout and sealing.stdout.readline() == b"begun\n"

        def wait(seconds: float) -> None:
            waited.append(seconds)
            sealing.stdin.close()  # type: ignore[union-attr]
            sealing.wait()

        waited: list[float] = []
        monkeypatch.setattr("time.sleep", wait)
        assert run([command, "-C", str(root)]) == 0, capsys.readouterr().err
        assert waited


def test_signs_in_the_name_of_a_folder_move_no_cursor(
    sealed_club: ClubFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = sealed_club.root.rename(tmp_path / "a\x1b[31mb")
    for command in ("build", "archive"):
        assert run([command, "-C", str(root), "--out", str(root / command)]) == 0
        said = capsys.readouterr()
        assert "\x1b" not in said.out + said.err
        assert "\\x1b[31mb" in said.out + said.err


@pytest.mark.parametrize("words", [["seal", TEST_CODE], ["seal", f"--issuer={TEST_CODE.lower()}"], [TEST_CODE]])
def test_code_that_is_typed_as_an_argument_is_not_repeated(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    shown = capsys.readouterr()
    assert "a code was typed as an argument" in shown.err
    assert TEST_CODE.lower() not in (shown.out + shown.err).lower()
