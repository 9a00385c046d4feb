"""The benchmarks' own parts: the made-up club, the floors, and the arithmetic of the table. No time is judged here."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder, make_test_keys, needs_libcairo
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks import peers, table
from benchmarks.club import BADGES, MAX_BATCH, award_of, club_files, one_more, write_club
from benchmarks.measure import Contender, Failed, Measured, Run, in_rounds, run
from pinback import pipeline

# The made-up club.


def _digest(seed: str, awards: int) -> str:
    total = hashlib.sha256()
    for name, data in club_files(seed, awards):
        total.update(f"{name} {len(data)}\n".encode() + data)
    return total.hexdigest()[:16]


def test_the_same_seed_makes_the_same_bytes_on_every_machine() -> None:
    assert _digest("1", 300) == "9fb92616794255b0"


def test_another_seed_or_size_makes_another_club() -> None:
    assert len({_digest(seed, awards) for seed in ("1", "2") for awards in (300, 301)}) == 4


def test_an_award_is_the_same_in_a_club_of_any_size() -> None:
    small, large = (dict(club_files("1", awards)) for awards in (100, 2_000))
    for number in range(100):
        line = f"id: {award_of('1', number).id}".encode()
        assert sum(line in data for data in small.values()) == sum(line in data for data in large.values()) == 1


def test_the_made_up_club_passes_check(tmp_path: Path) -> None:
    write_club(tmp_path, "1", 1_000)
    checked = pipeline.check(tmp_path)
    assert (len(checked.club.badges), len(checked.club.awards), checked.warnings) == (BADGES, 1_000, ())


def test_one_more_award_passes_check_too(tmp_path: Path) -> None:
    write_club(tmp_path, "1", 100)
    name, data = one_more("1", 100)
    (tmp_path / name).write_bytes(data)
    assert len(pipeline.check(tmp_path).club.awards) == 101


def test_the_club_has_all_that_makes_awards_differ(tmp_path: Path) -> None:
    write_club(tmp_path, "1", 3_000)
    awards = pipeline.check(tmp_path).club.awards
    assert {len(award.evidence) for award in awards} == {0, 1, 2, 3, 4, 5}
    names = "".join(award.name for award in awards if award.public)
    scripts = {unicodedata.name(sign).split()[0] for sign in names if sign.isalpha()}
    assert scripts >= {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "TAMIL", "THAI", "ETHIOPIC"}
    assert scripts >= {"CJK", "HIRAGANA", "HANGUL", "ARMENIAN", "GEORGIAN"}
    assert any(ord(sign) > 0xFFFF for sign in names)
    for part in (
        lambda award: award.valid_until,
        lambda award: award.narrative,
        lambda award: award.named,
        lambda award: award.email,
        lambda award: award.minor,
        lambda award: award.signed_name,
    ):
        assert 0 < sum(bool(part(award)) for award in awards) < len(awards)


def test_most_awards_stand_in_batches_and_some_alone() -> None:
    sizes = [
        data.count(b"\nid: ") + data.count(b" id: ") + data.startswith(b"id: ")
        for name, data in club_files("1", 30_000)
        if "/awards/" in name
    ]
    assert sum(sizes) == 30_000
    assert max(sizes) <= MAX_BATCH
    assert 0.05 < sizes.count(1) / 30_000 < 0.15


@needs_libcairo
def test_records_ask_for_withdrawal_only_when_they_are_written_so(tmp_path: Path) -> None:
    club = ClubFolder(tmp_path / "club")
    seed, awards = "25", 20
    assert [number for number in range(awards) if award_of(seed, number).is_withdrawn] == [6]
    write_club(club.root, seed, awards)
    club.keys().seal()
    write_club(club.root, seed, awards, withdrawn=True)
    assert club.seal()[0].revocations == 1


# Others.


@pytest.mark.parametrize("site", [peers.hugo_site, peers.eleventy_site])
def test_other_generators_get_one_page_an_award(site: object) -> None:
    files = dict(site("1", 120))  # type: ignore[operator]
    pages = [text for name, text in files.items() if name.endswith(".md")]
    assert len(pages) == 120
    assert all(re.match(r'---\ntitle: "', text) for text in pages)


# Floors.


@pytest.fixture
def built(sealed_club: ClubFolder) -> ClubFolder:
    """A sealed and built club, its opened keys beside it as the benchmarks keep them."""
    sealed_club.build()
    plain = {
        role: base64.b64encode(
            make_test_keys("test")._private[key.id].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ).decode()
        for role, key in make_test_keys("test").keys.items()
    }
    (sealed_club.root.parent / "keys").write_text("CODE\n" + json.dumps(plain))
    return sealed_club


def _floor(club: ClubFolder, work: str, out: Path, *more: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.floor", work, str(club.root), "--out", str(out)]
    command += ["--keys", str(club.root.parent / "keys"), *more]
    told: dict[str, float] = json.loads(run(command, ROOT, dict(os.environ)).said)
    return told


def _sizes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_floor_of_building_writes_files_of_the_same_sizes(
    built: ClubFolder, tmp_path: Path, processes: str
) -> None:
    told = _floor(built, "build", tmp_path / "out", "--processes", processes)
    assert _sizes(tmp_path / "out") == _sizes(built.root / "site")
    assert told["seconds"] > 0


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_floor_of_sealing_writes_files_of_the_same_sizes(built: ClubFolder, tmp_path: Path, processes: str) -> None:
    _floor(built, "seal", tmp_path / "out", "--processes", processes)
    issuer = built.root / "issuers" / "club"
    wanted = {**_sizes(issuer / "sealed"), "register.jsonl": (issuer / "register.jsonl").stat().st_size}
    assert _sizes(tmp_path / "out") == wanted


def _floor_start(club: ClubFolder, work: str, out: Path) -> str:
    script = str(ROOT / "benchmarks" / "floor_start.py")
    keys = str(club.root.parent / "keys")
    return run([sys.executable, script, work, str(club.root), str(out), keys], ROOT, dict(os.environ)).said


def test_the_floor_of_nothing_changed_looks_at_every_input(built: ClubFolder, tmp_path: Path) -> None:
    _floor_start(built, "remember", tmp_path)
    assert json.loads(_floor_start(built, "same", tmp_path)) == {"changed": 0}
    built.award("2026-05-19-newt", "issued_on: 2026-05-19\nhandle: newt-4\n")
    assert json.loads(_floor_start(built, "same", tmp_path)) == {"changed": 1}


def test_the_floor_of_one_new_award_writes_what_an_award_is(built: ClubFolder, tmp_path: Path) -> None:
    _floor_start(built, "remember", tmp_path)
    award = next((built.root / "site" / "awards").iterdir())
    told = json.loads(_floor_start(built, "new", tmp_path))
    written = _sizes(tmp_path / "written")
    assert {name for name in written if name.startswith("site-")} == {f"site-{path.name}" for path in award.iterdir()}
    assert told == {"files": len(written)} == {"files": 4 + 8 + 2}


# Measuring.


def test_a_process_is_measured_with_what_it_started(tmp_path: Path) -> None:
    child = "import time; block = bytearray(80_000_000); started = time.process_time()\nwhile time.process_time() < started + 0.2: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('done')"
    done = run([sys.executable, "-c", parent], tmp_path, dict(os.environ))
    assert done.said == "done\n"
    assert done.cpu >= 0.2
    assert done.peak > 76


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"ended with 3:\s+why"):
        run(
            [sys.executable, "-c", "import sys; print('why', file=sys.stderr); sys.exit(3)"], tmp_path, dict(os.environ)
        )


def test_a_process_may_bring_its_own_clock(tmp_path: Path) -> None:
    told = 'print(\'{"seconds": 12.5, "cpu": 11}\')'
    done = run([sys.executable, "-c", told], tmp_path, dict(os.environ), own_clock=True)
    assert (done.seconds, done.cpu) == (12.5, 11)


def test_contenders_take_turns() -> None:
    turns: list[str] = []

    def contender(name: str, most: int = 9) -> Contender:
        def measure(number: int) -> Run:
            turns.append(f"{name}{number}")
            return Run(number + 1.0, 1.0, 10.0)

        return Contender(name, measure, most=most)

    found = in_rounds([contender("a"), contender("b", most=1), contender("c")], 3, lambda line: None)
    assert turns == ["a0", "b0", "c0", "a1", "c1", "a2", "c2"]
    assert found["a"].seconds == 2.0
    assert len(found["b"].runs) == 1


def test_two_processes_of_one_thing_are_added_and_the_larger_counts_for_memory() -> None:
    assert Run(1.0, 2.0, 30.0, "a") + Run(0.5, 0.5, 20.0, "b") == Run(1.5, 2.5, 30.0, "ab")


# The table.


def _measured(*seconds: float, cpu: float = 1.0, peak: float = 50.0, per: int = 1) -> Measured:
    return Measured([Run(one, cpu, peak) for one in seconds], per)


FOUND = {
    "1000 seal": _measured(4.0, 100.0, 3.0, cpu=6.0),
    "1000 floor of seal": _measured(2.0, 2.0, 2.0, cpu=4.0),
    "1000 clean build": _measured(3.0, peak=120.0),
    "1000 hugo": _measured(1.0, peak=900.0),
    "1000 nothing changed": _measured(0.25),
    "9000 clean build": _measured(36.0, 30.0, peak=200.0),
    "9000 nothing changed": _measured(1.0, peak=310.0),
    "9000 hugo": _measured(1.0, peak=5000.0),
    "proofs pinback": _measured(1.0, cpu=0.5, per=1000),
    "proofs @digitalbazaar/vc": _measured(2.0, cpu=3.0, per=100),
}


def _judged() -> dict[str, list[str]]:
    return {title: rest for title, *rest in table.judged_rows(FOUND, 1000, 9000)}


def test_a_ratio_is_of_medians_and_is_judged_by_its_limits() -> None:
    rows = _judged()
    assert rows["seal ÷ the sum of its signatures and writes alone"] == ["2.00", "1.50", "≤ 2", "≤ 1.3", "must"]
    assert rows["clean build ÷ Hugo's build of as many Markdown pages"] == ["3.00", "1.00", "≤ 1.5", "≤ 1", "missed"]
    assert rows["clean build, 9,000 ÷ 1,000 awards"] == ["11.00", "1.00", "≤ 9.9", "≤ 9", "missed"]


def test_times_as_fast_is_of_one_piece_and_more_is_better() -> None:
    rows = _judged()
    assert rows["embedded proof, times as fast as @digitalbazaar/vc"] == ["20.00", "60.00", "≥ 15", "≥ 25", "must"]


def test_what_was_not_measured_is_said_to_be_so() -> None:
    rows = _judged()
    assert rows["one new award, key open ÷ its floor"] == ["not measured", "", "≤ 3", "≤ 1.5", ""]
    assert rows["nothing changed: files rewritten"][0] == "0"
    assert "one new award ÷ clean build" not in {row[0] for row in table.compared_rows(FOUND, 1000)}


def test_peak_memory_is_of_our_own_processes_with_the_large_club() -> None:
    assert _judged()["peak memory of any process, 9,000 awards, MiB"] == ["310", "", "≤ 300", "≤ 150", "missed"]
    assert table.peak(FOUND, 5) is None


def test_results_hold_every_row_and_what_took_part() -> None:
    text = table.results(FOUND, 1000, 9000, "2026-06-01", "Two rounds.", {"machine": "a small one"})
    assert "2026-06-01. Two rounds." in text
    assert "- machine: a small one" in text
    assert "| 1,000 seal | 4 s | 3 s–100 s | 6 s | 50 | 3 |" in text
    assert "| proofs pinback | 1 ms | 1 ms–1 ms | 500 µs | 50 | 1 |" in text
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.splitlines()}) == 1


def test_the_results_in_the_repository_were_written_by_the_command() -> None:
    text = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    assert text.startswith(table.results({}, 1, 1, "DAY", "", {}).partition("DAY")[0])
