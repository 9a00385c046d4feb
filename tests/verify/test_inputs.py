"""What the asker gives: addresses, folders, archives, trusted files; and the command itself."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from answers import Answers
from conformance import DID_URL, LINK, _pdf, _world, _zip, good_badge, raw
from conftest import ROOT
from makers import (
    DID,
    EVIL,
    INDEX,
    LIST,
    MAIL,
    NAME,
    NOW,
    SECRET,
    SUSPENSIONS,
    assertion,
    badge,
    keys,
    set_in,
    signed,
    status_list,
)
from test_limits import archive_map, in_archive

from pinback.errors import UsageError
from pinback.verify import many
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import Answer, SnapshotDoor
from pinback.verify.inputs import judge_bytes, judge_input, read_trust
from pinback.verify.pdf_reading import attachments
from pinback.verify.recipients import read_link
from pinback.verify.report import COLUMNS, as_csv, as_table, as_text
from pinback.verify.verdict import Verdict
from pinback.verify.verifier import STEPS

PAGE = "https://club.example/awards/otter/"
HTML = b'<!DOCTYPE html><html><link rel="alternate" href="credential.json"><a href="https://evil.example/credential.json">x</a></html>'


def run(arguments: list[str]) -> int:
    """Run the command as it is typed; what it prints is printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pinback", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    print(done.stdout, end="")
    assert "Traceback" not in done.stderr
    return done.returncode


def asker(**more: object) -> Asker:
    return Asker(Answers({**_world(), **more}))  # type: ignore[dict-item]


def test_address_of_an_award_page_leads_to_its_badge() -> None:
    one = asker(**{PAGE: HTML, f"{PAGE}credential.json": good_badge()})
    report = judge_input(PAGE, one, Question(NOW))
    assert report.ok
    assert report.source == PAGE


def test_of_several_badges_that_a_page_links_to_the_first_is_checked() -> None:
    both = HTML.replace(b"<a ", b'<link rel="alternate" href="assertion.json"><a ', 1)
    one = asker(**{PAGE: both, f"{PAGE}credential.json": good_badge(), f"{PAGE}assertion.json": b"no badge"})
    assert judge_input(PAGE, one, Question(NOW)).ok


def test_named_link_given_as_the_address_is_checked_as_such() -> None:
    one = asker(**{PAGE: HTML, f"{PAGE}credential.json": good_badge()})
    assert judge_input(LINK, one, Question(NOW)).matched is True
    assert judge_input(LINK.replace("k=", "k=x"), one, Question(NOW)).matched is False
    # The hash is of name and secret one behind the other: no letter may wander from the one into the other.
    assert judge_input(LINK.replace("m&k=", "&k=m"), one, Question(NOW)).matched is False


def test_secret_of_a_named_link_is_neither_asked_for_nor_reported() -> None:
    door = Answers({**_world(), PAGE: HTML, f"{PAGE}credential.json": good_badge()})
    report = judge_input(LINK, Asker(door), Question(NOW))
    assert SECRET not in json.dumps(report.values())
    assert door.asked[0] == PAGE
    assert not [url for url in door.asked if "k=" in url or NAME in url]


def test_page_that_links_elsewhere_has_no_badge() -> None:
    other = HTML.replace(b'"credential.json"', b'"https://evil.example/a/credential.json"')
    assert judge_input(PAGE, asker(**{PAGE: other}), Question(NOW)).verdict is Verdict.NO_BADGE


@pytest.mark.parametrize("status", [404, 410, 500])
def test_address_that_does_not_answer_is_told(status: int) -> None:
    report = judge_input(PAGE, asker(**{PAGE: status}), Question(NOW))
    assert report.verdict is Verdict.CANNOT_TELL
    assert str(status) in report.reason


def test_address_may_be_the_badge_itself() -> None:
    assert judge_input(f"{PAGE}c.json", asker(**{f"{PAGE}c.json": good_badge()}), Question(NOW)).ok


def test_folder_is_judged_file_by_file_and_is_good_only_if_all_are(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.json").write_bytes(good_badge())
    (tmp_path / "sub" / "b.pdf").write_bytes(_pdf(good_badge()))
    (tmp_path / ".hidden").write_bytes(b"x")
    report = judge_input(str(tmp_path), asker(), Question(NOW))
    assert report.ok
    assert [Path(part.source).name for part in report.parts] == ["a.json", "b.pdf"]
    (tmp_path / "c.txt").write_bytes(b"Hello")
    assert not judge_input(str(tmp_path), asker(), Question(NOW)).ok


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("https://club.example/go?to=https://evil.example/a.json", Verdict.CANNOT_TELL),
        ("https://club.example/awards/a.json", Verdict.GENUINE),
    ],
)
def test_host_that_sends_on_whoever_asks_vouches_for_nothing(address: str, verdict: Verdict) -> None:
    """A host that moved sends on every address; that of the forger has his own in its question."""
    data = raw(assertion(id=address))
    there = Answer(200, "application/json", data, "https://evil.example/a.json")
    assert judge_bytes("badge", data, asker(**{address: there}), Question(NOW)).verdict is verdict


def test_folder_far_down_is_reached(tmp_path: Path) -> None:
    """Recursion ends in the thousandth; the path stays shorter than systems allow."""
    folders = [tmp_path / ("d/" * depth) for depth in range(1, 1_101)]
    for folder in folders:
        folder.mkdir()
    (folders[-1] / "a.json").write_bytes(good_badge())
    report = judge_input(str(tmp_path), asker(), Question(NOW))
    # What tidies up behind the tests goes by recursion as well.
    (folders[-1] / "a.json").unlink()
    for folder in reversed(folders):
        folder.rmdir()
    assert [Path(part.source).name for part in report.parts] == ["a.json"]


def test_link_that_leads_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="neither a DID, an https address nor a file"):
        read_trust((str(tmp_path / "loop"),))
    (tmp_path / "a.json").write_bytes(good_badge())
    report = judge_input(str(tmp_path), asker(), Question(NOW))
    assert [Path(part.source).name for part in report.parts] == ["a.json"]


def test_link_in_a_folder_leads_nowhere_a_folder_would_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no file"):
        judge_input(str(tmp_path), asker(), Question(NOW))
    with pytest.raises(UsageError, match="there is no file"):
        judge_input(str(tmp_path / "x"), asker(), Question(NOW))


def test_archive_answers_from_itself_only_without_the_network() -> None:
    assert in_archive(archive_map()).ok
    assert "2026-06-01" in json.dumps(in_archive(archive_map()).values())
    dated = b"# as of 2026-07-01T00:00:00Z\n" + archive_map()
    assert in_archive(dated).sentence.endswith("in the archive, saved 2026-07-01T00:00:00Z.")
    members = {"map.tsv": archive_map(), "did.json": raw(_world()[DID_URL]), "badge.json": good_badge()}
    report = judge_bytes("a.zip", _zip(members), Asker(Answers({})), Question(NOW), offline=False)
    assert report.verdict is Verdict.CANNOT_TELL


def test_archive_with_another_badge_is_not_good() -> None:
    members = {
        "map.tsv": archive_map(),
        "did.json": raw(_world()[DID_URL]),
        "list.json": raw(signed(status_list(INDEX))),
        "badge.json": good_badge(),
        "readme.html": b"<html>",
    }
    report = judge_bytes("a.zip", _zip(members), Asker(Answers({})), Question(NOW), offline=True)
    assert report.verdict is Verdict.WITHDRAWN
    assert [part.source for part in report.parts] == ["a.zip/badge.json"]


def test_saved_copy_without_a_suspension_list_says_so(tmp_path: Path) -> None:
    table = {key: value for key, value in _world().items() if key in (DID_URL, LIST)}
    lines = []
    for number, (url, answer) in enumerate(table.items()):
        (tmp_path / f"{number}.json").write_bytes(raw(answer))
        lines.append(f"{url}\t200\tapplication/json\t{number}.json\n")
    (tmp_path / "map.tsv").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "badge.json").write_bytes(good_badge())
    arguments = ["verify", "--snapshot", str(tmp_path), "--now", "2026-11-01", str(tmp_path / "badge.json")]
    assert run(arguments) == 0
    (tmp_path / "map.tsv").write_text("".join(lines) + f"{SUSPENSIONS}\t500\t\t\n", encoding="utf-8")
    assert run(arguments) == 4


@pytest.fixture
def saved(tmp_path: Path) -> list[str]:
    """Arguments with which the command asks saved copies of the good world as of its day."""
    folder = tmp_path / "saved"
    folder.mkdir()
    lines = []
    for number, (url, answer) in enumerate(_world().items()):
        if isinstance(answer, int):
            lines.append(f"{url}\t{answer}\t\t\n")
            continue
        (folder / str(number)).write_bytes(raw(answer))
        lines.append(f"{url}\t200\tapplication/json\t{number}\n")
    (folder / "map.tsv").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "good.json").write_bytes(good_badge())
    (tmp_path / "bad.json").write_bytes(raw({**json.loads(good_badge()), "name": "=2+3"}))
    return ["verify", "--snapshot", str(folder / "map.tsv"), "--now", "2026-11-01T00:00:00Z"]


def test_command_ends_with_0_for_good_and_4_for_all_else(
    saved: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = str(tmp_path / "good.json"), str(tmp_path / "bad.json")
    assert run([*saved, good]) == 0
    out = capsys.readouterr().out
    assert "Genuine and in force." in out
    assert all(step in out for step in STEPS)
    assert run([*saved, bad]) == 4
    assert "Changed or forged" in capsys.readouterr().out
    assert run([*saved, good, bad]) == 4
    assert run([*saved, "--trust", DID, good]) == 0
    assert run([*saved, "--trust", EVIL, good]) == 4
    assert run([*saved, "--trust", EVIL, "--trust", "https://club.example/", good]) == 0
    assert run([*saved, "--recipient", MAIL, good]) == 0
    assert run([*saved, "--recipient", "x@example.org", good]) == 4
    assert run([*saved, "--named", LINK, good]) == 0
    assert run([*saved, "--named", LINK + "x", good]) == 4
    assert run(["verify", "--offline", good]) == 4


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["missing.json"],
        ["--named", "https://a.example/", "good.json"],
        ["--now", "yesterday", "good.json"],
        ["--trust", "missing.txt", "good.json"],
        ["--snapshot", "missing", "good.json"],
    ],
)
def test_wrong_use_ends_with_2(
    arguments: list[str], saved: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["verify", "--offline", *arguments]) == 2


def test_several_files_make_a_table(saved: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([*saved, str(tmp_path / "good.json"), str(tmp_path / "bad.json")])
    out = capsys.readouterr().out
    assert out.startswith("genuine      ")
    assert "\nforged       " in out


def test_csv_has_a_row_a_file_and_no_formula(
    saved: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Where a comma stands before decimals, spreadsheets part cells at semicolons.
    formulas = "=2+3;=4;-5; - 6"
    (tmp_path / "formula.json").write_bytes(
        raw(signed(set_in(badge(), "credentialSubject/achievement/name", formulas)))
    )
    (tmp_path / "both.zip").write_bytes(_zip({"=a.json": good_badge(), "b.json": good_badge()}))
    names = ("good.json", "bad.json", "formula.json", "both.zip")
    assert run([*saved, "--format", "csv", *(str(tmp_path / name) for name in names)]) == 4
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert tuple(rows[0]) == COLUMNS
    assert [row[1] for row in rows[1:]] == ["genuine", "forged", "genuine", "genuine", "genuine"]
    assert rows[2][3] == ""
    assert rows[3][3] == "'=2+3;'=4;'-5; - 6"


def test_json_says_everything(saved: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([*saved, "--format", "json", "--trust", DID, str(tmp_path / "good.json")])
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["ok"], report["trusted"], report["matched"]) == ("genuine", True, True, None)
    assert report["key"] == keys()["ed"].multikey
    assert [step["step"] for step in report["steps"]] == list(STEPS)
    assert report["signed"]["badge"] == "Knots"


def test_trusted_issuers_may_stand_in_a_file(tmp_path: Path) -> None:
    listed, document = tmp_path / "list.txt", tmp_path / "did.json"
    listed.write_text(f"# whom we know\n{DID}\nhttps://a.example/\n", encoding="utf-8")
    document.write_bytes(raw(_world()[DID_URL]))
    assert read_trust((str(listed), EVIL)) == ((DID, "https://a.example/", EVIL), {})
    trusted, given = read_trust((str(document),))
    assert trusted == (DID,)
    # With the issuer's document at hand its address is not asked.
    table = {key: value for key, value in _world().items() if key != DID_URL}
    assert judge_bytes("b", good_badge(), Asker(Answers(table), given), Question(NOW, trusted)).ok


@pytest.mark.parametrize("text", ["", "club", '{"a":1}', '{"id":', "http://a.example/\n", '{"id":"x"}'])
def test_file_that_names_no_issuer_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trusted"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="--trust"):
        read_trust((str(path),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://a.example/",
        "https://a.example/#n=x",
        "#k=x",
        "https://a.example/#n=&k=x",
    ],
)
def test_text_that_is_no_named_link_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="named link"):
        read_link(text)


def test_part_of_a_pdf_that_is_no_attachment_and_no_badge_is_passed_over() -> None:
    assert list(attachments(_pdf(b"BT (Knots) Tj ET", b"!", head=b"/Length1 5"))) == []
    assert list(attachments(_pdf(b' {"a": 1}', b"eyJh", b"BT ET", head=b"/Length1 5"))) == [b' {"a": 1}', b"eyJh"]


def test_badges_in_one_pdf_are_numbered_from_one() -> None:
    report = judge_bytes("two.pdf", _pdf(good_badge(), good_badge()), asker(), Question(NOW))
    assert [(part.source, part.ok) for part in report.parts] == [("two.pdf (1)", True), ("two.pdf (2)", True)]


def test_table_has_a_line_for_each_badge() -> None:
    good, forged = (
        judge_bytes("a", good_badge(), asker(), Question(NOW)),
        judge_bytes("b", b"{}", asker(), Question(NOW)),
    )
    lines = as_table([good, forged]).splitlines()
    assert [line.split()[1] for line in lines if not line.startswith(" ")] == ["a", "b"]
    assert lines[0].startswith("genuine ") and forged.sentence in lines[-1]


def test_terminal_is_not_moved_by_what_a_stranger_wrote() -> None:
    document = signed(set_in(badge(), "credentialSubject/achievement/name", "Kn\u202eots\u009b31m"))
    report = judge_bytes("a\x1b[31m", raw(document), asker(), Question(NOW))
    for text in (as_text(report), as_table([report]), as_csv([report])):
        assert "\x1b" not in text and "\u202e" not in text and "\u009b" not in text


def test_dropped_file_of_another_holder_names_nobody() -> None:
    report = judge_bytes("b", raw(assertion()), asker(), Question(NOW, recipient="x@example.org"))
    assert report.matched is False
    assert MAIL not in json.dumps(report.values())


def test_large_folder_on_all_cores_says_the_same_in_the_same_order(
    saved: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(many.WORTH_IT):
        bad = number % 7 == 0
        (folder / f"{number:03}.json").write_bytes((tmp_path / ("bad.json" if bad else "good.json")).read_bytes())
    assert run([*saved, "--format", "csv", str(folder)]) == 4
    at_once = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    monkeypatch.setattr(many, "WORTH_IT", 10_000)
    one = Asker(SnapshotDoor(Path(saved[2])))
    report = judge_input(str(folder), one, Question(datetime(2026, 11, 1, tzinfo=UTC)))
    assert list(csv.reader(io.StringIO(as_csv([report])))) == at_once
    assert sum(row[1] == "forged" for row in at_once) == 10
