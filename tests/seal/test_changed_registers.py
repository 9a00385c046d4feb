"""Any change of a register is noticed, by the register itself or by what lies sealed beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from conftest import AT, ClubFolder

from pinback.content.read import read_club
from pinback.errors import ContentError
from pinback.register import Register, complete, line_bytes
from pinback.seal.plan import changed_records
from pinback.seal.store import Store


@pytest.fixture
def long_club(sealed_club: ClubFolder) -> ClubFolder:
    """Four sealings: the first three awards, a withdrawal, a new text and an award, an award alone."""
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    sealed_club.write(file, sealed_club.read(file) + "revoked:\n  on: 2026-06-02\n  reason: replaced\n")
    sealed_club.seal(AT + timedelta(days=1))
    sealed_club.badge(criteria="Tie seven knots.").award("2", "issued_on: 2026-06-02\nhandle: crane-4\n")
    sealed_club.seal(AT + timedelta(days=2))
    sealed_club.award("3", "issued_on: 2026-06-03\nhandle: newt-9\n")
    sealed_club.seal(AT + timedelta(days=3))
    return sealed_club


class Watch:
    """Asks whether a register's bytes raise any doubt."""

    def __init__(self, folder: ClubFolder) -> None:
        self.store = Store(folder.root, "club")
        self.path = self.store.register_path
        self.good = self.path.read_bytes()
        self.club, _ = read_club(folder.root)
        assert not self.notices(self.good)

    def notices(self, data: bytes) -> bool:
        self.path.write_bytes(data)
        try:
            register = self.store.load()
        except ContentError:
            return True
        assert isinstance(register, Register)
        return bool(
            register.torn or self.store.problems(register) or list(changed_records(self.club, {"club": register}))
        )


def replacements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the data with one other byte: at every seventh place, and at each of the last line, a checkpoint."""
    last_line = data[:-1].rfind(b"\n") + 1
    for place in sorted({*range(0, len(data), 7), *range(last_line, len(data))}):
        byte = data[place]
        other = (byte ^ 1, byte ^ 0x20, ord("9"), ord("\n"))[place % 4]
        if other != byte:
            yield place, data[:place] + bytes([other]) + data[place + 1 :]


def test_changed_byte_is_noticed(long_club: ClubFolder):
    """A sample: when this was written, all bytes were tried with three replacements each."""
    watch = Watch(long_club)
    tried = 0
    for place, data in replacements(watch.good):
        tried += 1
        assert watch.notices(data), f"byte {place}: {watch.good[place - 30 : place + 30]!r}"
    assert tried > 1000


def test_byte_taken_out_or_put_in_is_noticed(long_club: ClubFolder):
    watch = Watch(long_club)
    for place in range(0, len(watch.good), 23):
        assert watch.notices(watch.good[:place] + watch.good[place + 1 :]), place
        for extra in (b" ", b"0", b"\n", b"\r", watch.good[place : place + 1]):
            assert watch.notices(watch.good[:place] + extra + watch.good[place:]), (place, extra)


def test_every_cut_is_noticed_at_any_byte_and_at_any_line(long_club: ClubFolder):
    """At an earlier checkpoint the register is whole in itself; the sealed files that it no longer knows give it away."""
    watch = Watch(long_club)
    ends = [place + 1 for place, byte in enumerate(watch.good) if byte == ord("\n")]
    assert len(ends) == 16
    for place in [*ends[:-1], *range(0, len(watch.good), 11)]:
        assert watch.notices(watch.good[:place]), place


def test_lines_left_out_exchanged_or_repeated_are_noticed(long_club: ClubFolder):
    watch = Watch(long_club)
    lines = watch.good.splitlines(keepends=True)
    for place in range(len(lines)):
        assert watch.notices(b"".join(lines[:place] + lines[place + 1 :]))
        assert watch.notices(b"".join(lines[: place + 1] + lines[place:]))
        assert watch.notices(watch.good + lines[place])
    for one, two in combinations(range(len(lines)), 2):
        swapped = [*lines]
        swapped[one], swapped[two] = lines[two], lines[one]
        assert watch.notices(b"".join(swapped))


def renumbered(lines: list[dict]) -> bytes:
    """Write lines with new numbers and their own leaves made anew, as somebody without keys could."""
    fresh = [
        complete({name: value for name, value in line.items() if name != "leaf"} | {"n": n})
        for n, line in enumerate(lines)
    ]
    return b"".join(line_bytes(line) for line in fresh)


def test_forger_without_the_log_key_gets_nowhere(long_club: ClubFolder):
    """Numbers and leaves can be made anew by anyone; the checkpoints cannot."""
    watch = Watch(long_club)
    lines = [json.loads(line) for line in watch.good.splitlines()]
    assert renumbered(lines) == watch.good
    for place in range(1, len(lines)):
        assert watch.notices(renumbered(lines[:place] + lines[place + 1 :]))
    for place, line in enumerate(lines):
        for name, value in (("at", "2026-06-01T12:00:01Z"), ("index", 5), ("code", "mistake"), ("version", "00000000")):
            if line.get(name, value) != value and line["event"] != "checkpoint":
                forged = [*lines[:place], line | {name: value}, *lines[place + 1 :]]
                assert watch.notices(renumbered(forged)), (place, name)
    last = lines[-1] | {"at": "2099-01-01T00:00:00Z"}
    assert watch.notices(renumbered([*lines[:-1], last]))


def test_another_clubs_register_is_noticed(long_club: ClubFolder, tmp_path: Path):
    watch = Watch(long_club)
    other = ClubFolder(tmp_path / "other").site().issuer().badge().keys(seed="other")
    assert watch.notices((other.root / "issuers/club/register.jsonl").read_bytes())


# What lies beside the register.


def problems(folder: ClubFolder) -> list[str]:
    store = Store(folder.root, "club")
    register = store.load()
    assert register
    return [str(problem) for problem in store.problems(register)]


def sealed_files(folder: ClubFolder) -> list[Path]:
    return sorted(path for path in (folder.root / "issuers/club/sealed").rglob("*") if path.is_file())


def test_every_changed_or_missing_sealed_file_is_named(sealed_club: ClubFolder):
    paths = sealed_files(sealed_club)
    assert len(paths) == 16
    for path in paths:
        shown = path.relative_to(sealed_club.root).as_posix()
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        assert problems(sealed_club) == [
            f"{shown}: this sealed file was changed since it was signed; restore it from git"
        ]
        path.write_bytes(before + b"\n")
        assert problems(sealed_club) == [
            f"{shown}: this sealed file was changed since it was signed; restore it from git"
        ]
        path.unlink()
        assert problems(sealed_club) == [f"{shown}: this sealed file is missing or cannot be read; restore it from git"]
        path.write_bytes(before)
    assert problems(sealed_club) == []


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_sealed_file_behind_a_link_is_refused(sealed_club: ClubFolder, tmp_path: Path):
    path = sealed_files(sealed_club)[0]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    [found] = problems(sealed_club)
    assert found.endswith("this sealed file is missing or cannot be read; restore it from git")


def test_stranger_among_sealed_files_is_named(sealed_club: ClubFolder):
    sealed_club.write("issuers/club/sealed/awards/aaaabbbbccccdddd/credential.json", "{}")
    assert problems(sealed_club) == [
        "issuers/club/sealed/awards/aaaabbbbccccdddd/credential.json: the register does not know this sealed file; if the "
        "register was shortened, restore it from git; if a sealing was interrupted, run pinback seal"
    ]


CURE = "restore the register from git (git log shows its last good state)"


def test_missing_register_beside_sealed_files_is_never_a_fresh_start(sealed_club: ClubFolder):
    (sealed_club.root / "issuers/club/register.jsonl").unlink()
    with pytest.raises(ContentError) as refused:
        Store(sealed_club.root, "club").load()
    assert str(refused.value) == f"issuers/club/register.jsonl: the register is missing beside sealed files; {CURE}"
    for action in (sealed_club.seal, sealed_club.build):
        with pytest.raises(ContentError, match="the register is missing beside sealed files"):
            action()


def test_empty_register_beside_sealed_files_is_no_fresh_start_either(sealed_club: ClubFolder):
    sealed_club.write("issuers/club/register.jsonl", "")
    with pytest.raises(ContentError) as refused:
        sealed_club.seal()
    assert str(refused.value) == f"issuers/club/register.jsonl:1: the register holds no whole sealing; {CURE}"


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_register_behind_a_link_is_refused(sealed_club: ClubFolder, tmp_path: Path):
    path = sealed_club.root / "issuers/club/register.jsonl"
    path.rename(tmp_path / "register")
    path.symlink_to(tmp_path / "register")
    with pytest.raises(ContentError, match=r"register\.jsonl: this is not a plain file; replace it"):
        sealed_club.seal()


def test_issuer_that_never_had_keys_has_no_register(club: ClubFolder):
    assert Store(club.root, "club").load() is None


def test_shortened_register_stops_the_next_sealing_and_no_file_is_touched(long_club: ClubFolder):
    path = long_club.root / "issuers/club/register.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-3]))
    before = {file: file.read_bytes() for file in sealed_files(long_club)}
    with pytest.raises(Exception, match="the register does not know this sealed file; if the register was shortened"):
        long_club.seal(AT + timedelta(days=9))
    assert {file: file.read_bytes() for file in sealed_files(long_club)} == before
