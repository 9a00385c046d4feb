"""What earlier runs have proved and read: the same results with it and without, and nothing damaged passes because of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from conftest import AT, ROOT, ClubFolder

from pinback import pipeline
from pinback.content import record_files
from pinback.content.read import read_club
from pinback.content.record_files import as_row, from_row
from pinback.content.typed import Typed
from pinback.errors import ContentError
from pinback.register import Register, record_hash
from pinback.register_proofs import Proved, proved_register
from pinback.remembered import kept, looks
from pinback.remembered.memory import FINE, INPUTS_FILE, Memory, memory_of
from pinback.seal import store as stores
from pinback.seal.store import Store

FILE = "issuers/club/register.jsonl"


def settle() -> None:
    """Let the clock of the file system go on, as it does between two things that a person does."""
    time.sleep(3 * FINE / 1e9)


def memory(club: ClubFolder) -> Memory:
    """Return what is remembered of a club, with a look kept as a build keeps it."""
    found = memory_of(club.root, {})
    assert found is not None
    kept.keep(club.root, INPUTS_FILE, found.look.as_json())
    return found


@pytest.fixture
def lived(sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> ClubFolder:
    """A club in which something was withdrawn, suspended and awarded later; all of it is worth keeping."""
    monkeypatch.setattr(stores, "_WORTH_KEEPING", 0)
    text = sealed_club.read("badges/knots/awards/2026-05-17-otter.yaml")
    sealed_club.award("2026-05-17-otter", text + "revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    sealed_club.seal(AT + timedelta(days=20))
    sealed_club.award("2026-06-02-finch", "issued_on: 2026-06-02\nhandle: finch-9\nsuspended:\n  on: 2026-06-03\n")
    text = sealed_club.read("badges/knots/awards/2026-06-02-finch.yaml")
    sealed_club.award("2026-06-02-finch", "issued_on: 2026-06-02\nhandle: finch-9\n")
    sealed_club.seal(AT + timedelta(days=21))
    settle()
    return sealed_club


# Registers.


def said(register: Register) -> dict[str, Any]:
    """Return all that a register says."""
    values = {one.name: getattr(register, one.name) for one in fields(register)}
    return {**values, "awards": dict(register.awards), "lines": list(register.lines)}


def test_register_is_the_same_from_every_sealing_on(lived: ClubFolder) -> None:
    data = (lived.root / FILE).read_bytes()
    whole = Proved.of(data, FILE)
    events, ends = whole.register.lines.events, whole.register.lines.ends
    checkpoints = [number for number, event in enumerate(events) if event == "checkpoint"]
    assert len(checkpoints) >= 4
    for number in checkpoints:
        earlier = data[: ends[number + 1]]
        known = orjson.loads(orjson.dumps(Proved.of(earlier, FILE).kept(earlier)))
        further = Proved.of(data, FILE, known)
        assert said(further.register) == said(whole.register)
        assert further.tree.root() == whole.tree.root()
        assert further.new == len(events) - number - 1


def outcome(prove: Callable[[], Register]) -> object:
    """Return what a register says, or why it is refused."""
    try:
        return said(prove())
    except ContentError as error:
        return str(error)


def test_damaged_register_is_refused_as_without_memory(lived: ClubFolder) -> None:
    data = (lived.root / FILE).read_bytes()
    known = Proved.of(data, FILE).kept(data)
    refused = 0
    for place in range(0, len(data), 97):
        damaged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        alone = outcome(lambda: proved_register(damaged, FILE))  # noqa: B023 - called at once
        assert outcome(lambda: Proved.of(damaged, FILE, known).register) == alone  # noqa: B023 - called at once
        refused += isinstance(alone, str)
    assert refused > 50


def test_register_that_was_shortened_is_proved_anew(lived: ClubFolder) -> None:
    data = (lived.root / FILE).read_bytes()
    known = Proved.of(data, FILE).kept(data)
    register = proved_register(data, FILE)
    shorter = data[: register.lines.ends[2]]
    assert Proved.of(shorter, FILE, known).new == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda known: None,
        lambda known: [],
        lambda known: known[:4],
        lambda known: [0, *known[1:]],
        lambda known: [10**9, *known[1:]],
        lambda known: ["x", *known[1:]],
        lambda known: [*known[:2], {}, *known[3:]],
        lambda known: [*known[:2], {**known[2], "lengths": [1]}, *known[3:]],
        lambda known: [*known[:2], {**known[2], "events": [["award", 10**3]]}, *known[3:]],
        lambda known: [*known[:2], {**known[2], "awards": ["a b", [1], {}]}, *known[3:]],
        lambda known: [*known[:3], 1, known[4]],
        lambda known: [*known[:4], ["00"]],
    ],
)
def test_state_that_is_none_is_passed_over(lived: ClubFolder, spoil: Callable[[Any], Any]) -> None:
    data = (lived.root / FILE).read_bytes()
    known = orjson.loads(orjson.dumps(Proved.of(data, FILE).kept(data)))
    assert said(Proved.of(data, FILE, spoil(known)).register) == said(proved_register(data, FILE))


def test_award_says_its_badge_and_record(lived: ClubFolder) -> None:
    register = proved_register((lived.root / FILE).read_bytes(), FILE)
    for award in register.awards.values():
        assert register.awards.says(award.id, award.badge, award.record)
        assert not register.awards.says(award.id, award.badge + "x", award.record)
        assert not register.awards.says(award.id, award.badge, award.record[:-1] + "x")
        assert not register.awards.says(award.id, "", award.record)


def test_register_is_proved_once_in_a_run(lived: ClubFolder) -> None:
    store = Store(lived.root, "club", memory(lived))
    assert store.load() is store.load()


# Sealed files.


def problems(club: ClubFolder) -> list[str]:
    """Return what a check with memory says."""
    try:
        pipeline.check(club.root, memory=memory(club))
    except ContentError as error:
        return [str(problem) for problem in error.problems]
    return []


def plain_problems(club: ClubFolder) -> list[str]:
    """Return what a check without memory says."""
    try:
        pipeline.check(club.root)
    except ContentError as error:
        return [str(problem) for problem in error.problems]
    return []


def otter(root: Path) -> Path:
    """Return the sealed folder of one award."""
    return min((root / "issuers/club/sealed/awards").iterdir())


HARM: dict[str, Callable[[Path], object]] = {
    "changed": lambda root: (otter(root) / "credential.json").write_bytes(b"{}"),
    "missing": lambda root: (otter(root) / "credential.json").unlink(),
    "folder gone": lambda root: shutil.rmtree(otter(root)),
    "stranger": lambda root: (otter(root) / "more.json").write_bytes(b"{}"),
    "stranger beside": lambda root: (otter(root).parent / "more.json").write_bytes(b"{}"),
    "strange folder": lambda root: shutil.copytree(otter(root), otter(root).parent / ("a" * 16)),
    "badge changed": lambda root: next(root.glob("issuers/club/sealed/badges/*/*/badge.json")).write_bytes(b"{}"),
    "strange badge": lambda root: (root / "issuers/club/sealed/badges/x").write_bytes(b"{}"),
    "list missing": lambda root: (root / "issuers/club/sealed/status/revocation-1.json").unlink(),
    "strange list": lambda root: (root / "issuers/club/sealed/status/revocation-9.json").write_bytes(b"{}"),
    "strange statement": lambda root: (root / "issuers/club/sealed/closing.json").write_bytes(b"{}"),
    "litter": lambda root: (otter(root) / ".DS_Store").write_bytes(b"{}"),
    "record changed": lambda root: (root / "badges/knots/awards/2026-06-02-finch.yaml").write_text("issued_on: no\n"),
    "record gone": lambda root: (root / "badges/knots/awards/2026-06-02-finch.yaml").unlink(),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_check_says_the_same_with_memory(lived: ClubFolder, harm: Callable[[Path], object]) -> None:
    assert problems(lived) == []  # it remembers
    settle()
    assert problems(lived) == []
    harm(lived.root)
    assert problems(lived) == plain_problems(lived)


def test_untouched_files_are_not_read_again(lived: ClubFolder) -> None:
    assert problems(lived) == []
    settle()
    store = Store(lived.root, "club", memory(lived))
    register = store.load()
    assert register is not None
    assert store._compared_before(register)[0] == set(register.awards)


def test_first_build_leaves_the_next_run_no_file_to_read_again(lived: ClubFolder) -> None:
    """Whoever makes the files of an award reads its documents there, and compares them with the register."""
    pipeline.build(lived.root, lived.root / "site", memory=memory(lived))
    store = Store(lived.root, "club", memory(lived))
    register = store.load()
    assert register is not None
    assert store._compared_before(register)[0] == set(register.awards)


def test_other_register_beside_untouched_files_counts_for_nothing(lived: ClubFolder) -> None:
    """As when git brings another state of the register alone."""
    assert problems(lived) == []
    settle()
    data = (lived.root / FILE).read_bytes()
    register = proved_register(data, FILE)
    last = [number for number, event in enumerate(register.lines.events) if event == "checkpoint"][-2]
    (lived.root / FILE).write_bytes(data[: register.lines.ends[last + 1]])
    store = Store(lived.root, "club", memory(lived))
    shorter = store.load()
    assert shorter is not None
    assert store._compared_before(shorter)[0] == set()
    assert problems(lived) == plain_problems(lived) != []


# Records.


def test_club_is_the_same_with_memory(lived: ClubFolder) -> None:
    plain = pipeline.check(lived.root)
    for _ in range(3):
        remembering = pipeline.check(lived.root, memory=memory(lived))
        assert (remembering.club, remembering.warnings) == (plain.club, plain.warnings)
        settle()


@pytest.mark.parametrize(
    "change",
    [
        lambda club: club.badge(fields="valid_for: 2 years\n"),
        lambda club: club.site(repository="private"),
        lambda club: club.award("2026-06-02-finch", "issued_on: 2026-06-02\nhandel: finch-9\n"),
        lambda club: club.award("2026-06-09-wren", "issued_on: 2026-06-09\nname: Wren\n"),
        lambda club: club.award("2026-06-09-wren", "issued_on: 2026-06-09\nnarrative: See [this](javascript:x).\n"),
    ],
    ids=["badge", "site", "field", "name", "narrative"],
)
def test_what_records_depend_on_is_noticed(lived: ClubFolder, change: Callable[[ClubFolder], object]) -> None:
    assert problems(lived) == []
    change(lived)
    for _ in range(3):
        assert problems(lived) == plain_problems(lived)
        if not plain_problems(lived):
            assert pipeline.check(lived.root, memory=memory(lived)).club == pipeline.check(lived.root).club
        settle()


@pytest.mark.parametrize(
    "value", [None, [], [1, 2, 3], [[True, True], "none", []], [[True, True], "None", {"x": 1}], "x"]
)
def test_records_that_are_none_are_read_anew(lived: ClubFolder, value: object) -> None:
    assert problems(lived) == []
    plain = pipeline.check(lived.root).club
    for name in ("records-knots", "register-club", "sealed-club", "texts"):
        kept.keep(lived.root, f"{name}.json", value)
        assert pipeline.check(lived.root, memory=memory(lived)).club == plain


def test_rows_of_every_file_that_are_none_are_read_anew(lived: ClubFolder) -> None:
    assert problems(lived) == []
    plain = pipeline.check(lived.root).club
    settle()
    assert problems(lived) == []
    judged, length, shard, mark = kept.recall(lived.root, "records-knots.json")
    assert mark
    for spoiled in ([], None, 3, [[], []], [[["x"]], [], []], [[[1, 2, 3]], [], []], [[[1] * 32], [], []]):
        rows = {file: [row[0], spoiled] for file, row in shard.items()}
        for of_folder in (mark, "", None, 3, ["x"]):
            kept.keep(lived.root, "records-knots.json", [judged, length, rows, of_folder])
            assert pipeline.check(lived.root, memory=memory(lived)).club == plain


def test_records_in_an_untouched_folder_are_not_opened(lived: ClubFolder) -> None:
    """What is remembered of them is believed as long as their folder has its mark, whatever digests of files are remembered."""
    for _ in range(2):
        assert problems(lived) == []
        settle()
    judged, length, shard, mark = kept.recall(lived.root, "records-knots.json")
    kept.keep(
        lived.root, "records-knots.json", [judged, length, {name: ["", row[1]] for name, row in shard.items()}, mark]
    )
    assert problems(lived) == []
    assert {row[0] for row in kept.recall(lived.root, "records-knots.json")[2].values()} == {""}
    lived.award("2026-06-02-finch", lived.read("badges/knots/awards/2026-06-02-finch.yaml") + "\n")
    settle()
    assert problems(lived) == []
    assert "" not in {row[0] for row in kept.recall(lived.root, "records-knots.json")[2].values()}


@pytest.mark.parametrize("few", [0, 4_000])
def test_file_that_the_kept_look_does_not_know_is_read_each_time(
    few: int, lived: ClubFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealing keeps no look; so the next run's mark of the folder is over the files of before alone."""
    monkeypatch.setattr(looks, "_FEW", few)
    assert problems(lived) == []
    for handle in ("wren-1", "wren-2", "wren-3"):
        settle()
        lived.award("2026-06-09-wren", f"issued_on: 2026-06-09\nhandle: {handle}\n")
        settle()
        found = pipeline.check(lived.root, memory=memory_of(lived.root, {})).club
        assert found == pipeline.check(lived.root).club
        assert handle in {award.handle for award in found.awards}
    (lived.root / "badges/knots/awards/2026-06-09-wren.yaml").unlink()
    assert pipeline.check(lived.root, memory=memory_of(lived.root, {})).club == pipeline.check(lived.root).club


def test_example_is_read_the_same_by_several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_club(ROOT)
    monkeypatch.setattr(record_files, "_ALONE", 2)
    monkeypatch.setattr(record_files, "_PIECE", 1)
    assert read_club(ROOT) == alone


def test_records_come_back_from_rows_as_they_were() -> None:
    club, _ = read_club(ROOT)
    for award in club.awards:
        record = record_files.RecordFile(award.origin.file, (award,), {(3, "language"): 4})
        row = orjson.loads(orjson.dumps(as_row(record)))
        again = from_row(row, award.origin.file, award.badge)
        assert again == record
        assert isinstance(again.entries[0], type(award))
        assert again.entries[0].column == award.column
        assert record_hash(again.entries[0].typed) == record_hash(dict(award.typed))
    for erasure in club.erasures:
        record = record_files.RecordFile(erasure.origin.file, (erasure,))
        assert from_row(as_row(record), erasure.origin.file, erasure.badge) == record


@pytest.mark.parametrize(
    "values",
    [
        {"issued_on": "2026-05-17"},
        {
            "narrative": "Zoë said “☂😀～”\n\\ \u007f \u2028",
            "evidence": [{"url": "https://x.example/", "name": "a\tb"}],
        },
        {"role": "", "results": [{"result": "a", "value": "1.0"}], "b": ["2", "1"]},
    ],
)
def test_typed_texts_have_the_record_hash(values: dict[str, object]) -> None:
    typed = Typed.of(values)
    assert typed.record == record_hash(values) == record_hash(typed)
    assert typed == values
    assert list(typed) == list(values)
    assert len(typed) == len(values)
    assert repr(typed).startswith("Typed(")
    for name in {*values, "url", "name", "sha256", 'é"', ""}:
        assert typed.get(name, 3) == values.get(name, 3)
    assert typed != {"other": "x"}
    assert typed != 3
