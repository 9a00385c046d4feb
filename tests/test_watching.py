"""A log is watched: whatever is taken out, changed, moved, forked or set back is noticed, and nothing good is.

The registers are random, signed by their own keys at every step: whoever holds the keys can write anything, and is noticed by
those who kept an earlier checkpoint.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import make_test_keys

from pinback.errors import UsageError
from pinback.log import Checkpoint, Frontier, PublicLog, log_key, signed_note
from pinback.register import Register, complete, erased, leaf_of
from pinback.tlog.auditing import LogFault
from pinback.tlog.notes import NOTE, NoteKey
from pinback.watching import Log, check, monitor, saved

KEYS, OTHERS = make_test_keys("log"), make_test_keys("witness")
ORIGIN = "badges.example.org/issuers/club/log"
AT = "2026-06-01T12:00:00Z"
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"

Line = dict[str, Any]


def first_line() -> Line:
    keys = {role: {"id": key.id, "type": key.type, "public": key.public} for role, key in KEYS.keys.items()}
    base = {"did": "did:web:badges.example.org", "base_url": "https://badges.example.org/", "log": ORIGIN}
    return {"event": "issuer", "at": AT, **base, "keys": keys}


def digest(dice: Random) -> str:
    return "sha256:" + dice.randbytes(32).hex()


def badge_line(dice: Random, version: str) -> Line:
    files = {name: digest(dice) for name in ("badge.json", "image.png", "image.svg")}
    return {"event": "badge", "at": AT, "badge": "knots", "version": version, "files": files}


def award_line(dice: Random, index: int) -> Line:
    names = ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt")
    return {
        "event": "award",
        "at": AT,
        "id": "".join(dice.choice(_DIGITS) for _ in range(16)),
        "badge": "knots",
        "version": "0" * 8,
        "list": 1,
        "index": index,
        "record": digest(dice),
        "keys": [KEYS.keys["ed25519"].id, KEYS.keys["rsa"].id],
        "files": {name: digest(dice) for name in names},
    }


def sealings(dice: Random, size: int) -> list[list[Line]]:
    """Return random sealings of *size* lines together."""
    lines = [first_line(), badge_line(dice, "0" * 8)]
    lines += [award_line(dice, index) for index in range(size - 2)]
    found, at = [], 0
    while at < size:
        step = dice.choice((1, 2, 3, dice.randint(1, 40), dice.randint(1, 300)))
        found.append(lines[at : at + step])
        at += step
    return found


def registered(parts: list[list[Line]], ring: Any = KEYS) -> Register:
    """Return the register of these sealings, numbered and signed; an erased line keeps the leaf that it had."""
    register, tree = Register("issuers/club/register.jsonl"), Frontier()
    for part in parts:
        for line in part:
            fresh = {**line, "n": len(register.lines)}
            whole = fresh if "leaf" in fresh else complete(fresh)
            register.add(whole, len(register.lines) + 1)
            tree.add(leaf_of(whole))
        note = signed_note(Checkpoint(ORIGIN, tree.size, tree.root()), ring.keys["log"], ring)
        register.add({"n": len(register.lines), "event": "checkpoint", "at": AT, "note": note}, len(register.lines) + 1)
    return register


def published(parts: list[list[Line]], ring: Any = KEYS) -> dict[str, bytes]:
    return dict(PublicLog(registered(parts, ring)).files())


def as_log(files: dict[str, bytes]) -> Log:
    return Log("https://badges.example.org/issuers/club/log", files.get)


def test_an_older_look_takes_no_newer_ones_place(tmp_path: Path) -> None:
    parts, state = sealings(Random(4), 900), tmp_path / "state.json"
    older, newer = published(parts[:-1]), published(parts)
    monitor(as_log(older), state)

    def slow(path: str) -> bytes | None:
        """Another run has its look at the log, which grew, while this one reads."""
        if not path.startswith("checkpoint"):
            monitor(as_log(newer), state)
        return older.get(path)

    with pytest.raises(UsageError, match=r"state.json: another run has kept what it saw meanwhile"):
        monitor(Log(as_log(older).name, slow), state)
    assert json.loads(state.read_bytes())["checkpoint"].encode() == newer["checkpoint"]


def tried(tmp_path: Path, before: dict[str, bytes], after: dict[str, bytes], **given: Any) -> str:
    """Return what the second look says is wrong, "" where it says nothing; both commands have to agree."""
    state = tmp_path / "state.json"
    state.unlink(missing_ok=True)
    monitor(as_log(before), state)
    kept = state.read_bytes()
    try:
        check([as_log(after)], [before["checkpoint"].decode()])
        checked = ""
    except LogFault as fault:
        checked = str(fault)
    try:
        seen, earlier = monitor(as_log(after), state, **given)
    except LogFault as fault:
        assert state.read_bytes() == kept, "the last sound look stays"
        assert checked
        return str(fault)
    assert earlier is not None
    assert not checked
    assert json.loads(state.read_bytes())["checkpoint"].encode() == after["checkpoint"]
    assert seen.checkpoint.size >= earlier.size
    return ""


def cut(dice: Random, parts: list[list[Line]]) -> int:
    """Return how many sealings somebody has seen: not all, and at least three lines."""
    return next(
        number for number in range(dice.randint(1, len(parts)), len(parts) + 1) if sum(map(len, parts[:number])) > 3
    )


SIZES = (5, 40, 254, 255, 256, 257, 300, 511, 512, 513, 600)


@pytest.mark.parametrize("size", SIZES)
def test_log_that_only_grows_is_never_told_off(size: int, tmp_path: Path) -> None:
    dice = Random(f"good {size}")
    parts = sealings(dice, size)
    seen = {1, len(parts), *(dice.randint(1, len(parts)) for _ in range(3))}
    for number in sorted(seen):
        assert tried(tmp_path, published(parts[:number]), published(parts)) == ""


def test_erasing_an_award_leaves_the_tree_whole(tmp_path: Path) -> None:
    dice = Random("erased")
    parts = sealings(dice, 270)
    before = registered(parts)
    gone = next(line for line in before.lines if line["event"] == "award" and line["n"] > 100)
    emptied = {key: value for key, value in erased(gone).items() if key != "n"}
    after = [[emptied if line.get("id") == gone["id"] else line for line in part] for part in parts]
    after.append([{"event": "erase", "at": AT, "id": gone["id"]}])
    assert tried(tmp_path, dict(PublicLog(before).files()), published(after)) == ""
    log = PublicLog(registered(after))
    assert [number for number, entry in enumerate(log.entries()) if not entry] == [
        before.leaves.index(base64.b64decode(gone["leaf"]))
    ]
    assert monitor(as_log(dict(log.files())), tmp_path / "other.json")[0].erased == 1


def flat(parts: list[list[Line]]) -> list[Line]:
    return [line for part in parts for line in part]


def again(lines: list[Line], parts: list[list[Line]]) -> list[list[Line]]:
    """Return other lines in sealings of the same sizes; the last one takes what is left."""
    found, at = [], 0
    for part in parts[:-1]:
        found.append(lines[at : at + len(part)])
        at += len(part)
    return [part for part in [*found, lines[at:]] if part]


def removed(dice: Random, parts: list[list[Line]], known: int) -> list[list[Line]]:
    lines = flat(parts)
    del lines[dice.randrange(2, known)]
    return again([*lines, award_line(dice, 100_000)], parts)


def altered(dice: Random, parts: list[list[Line]], known: int) -> list[list[Line]]:
    lines = flat(parts)
    place = dice.randrange(2, known)
    lines[place] = lines[place] | {"files": {name: digest(dice) for name in lines[place]["files"]}}
    return again(lines, parts)


def moved(dice: Random, parts: list[list[Line]], known: int) -> list[list[Line]]:
    lines = flat(parts)
    one, other = dice.sample(range(2, max(known, 4)), 2) if known > 3 else (2, 3)
    lines[one], lines[other] = lines[other], lines[one]
    return again(lines, parts)


def forked(dice: Random, parts: list[list[Line]], known: int) -> list[list[Line]]:
    lines = flat(parts)[: dice.randrange(2, known)]
    lines += [award_line(dice, 50_000 + number) for number in range(sum(map(len, parts)) - len(lines))]
    return again(lines, parts)


ATTACKS: tuple[Callable[[Random, list[list[Line]], int], list[list[Line]]], ...] = (removed, altered, moved, forked)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("size", SIZES)
def test_rewritten_register_is_noticed_though_it_is_signed_anew(
    attack: Callable[[Random, list[list[Line]], int], list[list[Line]]], size: int, tmp_path: Path
) -> None:
    dice = Random(f"{attack.__name__} {size}")
    for _ in range(3):
        parts = sealings(dice, size)
        number = cut(dice, parts)
        known = sum(map(len, parts[:number]))
        said = tried(tmp_path, published(parts[:number]), published(attack(dice, parts, known)))
        assert "; " in said, (attack.__name__, known)


@pytest.mark.parametrize("size", SIZES)
def test_log_that_was_set_back_is_noticed(size: int, tmp_path: Path) -> None:
    dice = Random(f"back {size}")
    parts = sealings(dice, size)
    if len(parts) < 2:
        parts = [parts[0][:3], parts[0][3:]]
    number = dice.randint(1, len(parts) - 1)
    said = tried(tmp_path, published(parts), published(parts[:number]))
    assert said.startswith("this log was set back: it had ")


@pytest.mark.parametrize("size", (40, 300, 600))
def test_every_missing_or_spoilt_file_is_noticed(size: int, tmp_path: Path) -> None:
    dice = Random(f"files {size}")
    parts = sealings(dice, size)
    files = published(parts)
    seen = published(parts[:1])
    newest = size
    needed = [
        name
        for name in files
        # What only an earlier checkpoint needs is asked for by those who know no later one.
        if not name.startswith("checkpoints/")
        and (".p/" not in name or int(name.rpartition("/")[2]) in _newest(newest))
    ]
    for name in needed:
        if name == "keys.txt":
            continue
        without = {other: data for other, data in files.items() if other != name}
        assert name in tried(tmp_path, seen, without) or name == "checkpoint"
        place = dice.randrange(len(files[name]))
        flipped = bytes([files[name][place] ^ 1 << dice.randrange(7)])
        spoilt = files | {name: files[name][:place] + flipped + files[name][place + 1 :]}
        if name != "checkpoints.json" or _roots(spoilt[name]) != _roots(files[name]):
            assert tried(tmp_path, seen, spoilt), (name, place)


def _newest(size: int) -> set[int]:
    return {size % 256, (size >> 8) % 256}


def _roots(data: bytes) -> object:
    try:
        return [(one["size"], one["root"]) for one in json.loads(data)["checkpoints"]]
    except (ValueError, KeyError, TypeError):
        return None


def test_other_key_is_noticed_and_taken_only_from_the_person_who_knows_it(tmp_path: Path) -> None:
    dice = Random("key")
    parts = sealings(dice, 60)
    before = published(parts[:1])
    after = published(parts)
    said = json.loads(after["checkpoints.json"])
    tree = Frontier(registered(parts).leaves)
    note = signed_note(Checkpoint(ORIGIN, tree.size, tree.root()), OTHERS.keys["log"], OTHERS)
    key = NoteKey(ORIGIN, NOTE, OTHERS.keys["log"])
    forged = after | {"checkpoint": note.encode(), "keys.txt": f"{key.text}\n".encode()}
    assert "signed with another key than before" in tried(tmp_path, before, forged)
    state = tmp_path / "other.json"
    monitor(as_log(before), state)
    assert monitor(as_log(forged), state, key)[0].key == key
    assert said["origin"] == ORIGIN


def test_earlier_checkpoint_of_another_tree_in_the_list_is_noticed(tmp_path: Path) -> None:
    parts = sealings(Random("list"), 60)
    files = published(parts)
    said = json.loads(files["checkpoints.json"])
    for change in ("root", "missing", "order", "size"):
        entries = [dict(one) for one in said["checkpoints"]]
        if change == "root":
            entries[0]["root"] = entries[-1]["root"]
        elif change == "missing":
            entries.pop()
        elif change == "order":
            entries = entries[::-1]
        else:
            entries[0]["size"] = "1"
            entries[0]["root"] = 5
        spoilt = files | {"checkpoints.json": json.dumps(said | {"checkpoints": entries}).encode()}
        assert "; ask the club" in tried(tmp_path, files, spoilt), change


def test_checkpoint_that_was_seen_and_is_listed_no_more_is_noticed(tmp_path: Path) -> None:
    dice = Random("unlisted")
    parts = [sealings(dice, 60)[0][:2], [award_line(dice, number) for number in range(9)], [award_line(dice, 99)]]
    files = published(parts)
    said = json.loads(files["checkpoints.json"])
    spoilt = files | {"checkpoints.json": json.dumps(said | {"checkpoints": said["checkpoints"][::2]}).encode()}
    assert "no longer lists" in tried(tmp_path, published(parts[:2]), spoilt)
    assert tried(tmp_path, published(parts[:1]), spoilt) == "", "nobody here has seen it"


def test_state_of_another_log_or_of_nothing_is_refused(tmp_path: Path) -> None:
    files = published(sealings(Random("state"), 20))
    state = tmp_path / "state.json"
    monitor(as_log(files), state)
    with pytest.raises(UsageError, match="name a file of its own for each log"):
        monitor(Log("https://other.example/log", files.get), state)
    for data in (b"", b"{}", b"[]", b'{"log": 1, "key": 2, "checkpoint": 3}', b"\xff", b"{" * 5000):
        state.write_bytes(data)
        with pytest.raises(UsageError, match="delete it to begin anew"):
            monitor(as_log(files), state)


def test_state_of_another_log_is_named_in_one_line(tmp_path: Path) -> None:
    files = published(sealings(Random("state"), 20))
    state = tmp_path / "state.json"
    monitor(as_log(files), state)
    kept = json.loads(state.read_bytes())
    state.write_text(json.dumps({**kept, "log": "a\nb" + "x" * 100_000}), encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        monitor(as_log(files), state)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 1_000


@pytest.mark.parametrize(
    "line",
    [
        '[{"event":"checkpoint"}]',
        "[" * 5_000 + '"event":"checkpoint"',
        '{"event":"checkpoint"}',
        '{"event":"checkpoint","note":5}',
        '{"event":"checkpoint","note":"\\ud800"}',
    ],
)
def test_damaged_register_of_a_saved_folder_is_told(line: str, tmp_path: Path) -> None:
    folder = tmp_path / "old" / "issuers" / "club"
    folder.mkdir(parents=True)
    (folder / "register.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="name another"):
        saved(str(tmp_path / "old"), tmp_path, lambda _: None)


def test_saved_checkpoint_of_another_log_compares_with_nothing() -> None:
    files = published(sealings(Random("other"), 20))
    note = signed_note(Checkpoint("other.example/log", 1, bytes(32)), KEYS.keys["log"], KEYS)
    with pytest.raises(UsageError, match="of another log"):
        check([as_log(files)], [note])
    forged = signed_note(Checkpoint(ORIGIN, 1, bytes(32)), OTHERS.keys["log"], OTHERS)
    with pytest.raises(LogFault, match="not signed with a key that this log names"):
        check([as_log(files)], [forged])


def test_log_of_a_register_is_read_by_its_own_key() -> None:
    register = registered(sealings(Random("key id"), 5))
    key = log_key(register, KEYS.keys["log"].id)
    assert key.text in dict(PublicLog(register).files())["keys.txt"].decode().split("\n")
