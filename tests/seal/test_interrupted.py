"""A sealing that dies at any step is put in order by the next one; nothing sealed is lost, nothing given twice.

The child process of each case dies by ``os._exit`` before, within or after one call that changes the disk.
Powerlessness of a cut wire (lost names, reordered writes) is not played here; ``files`` syncs against it.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, DENSE, TEST_CODE, ClubFolder, needs_libcairo
from faults.fuse import dies_at

from pinback import custody, pipeline, sealing
from pinback.addresses import SEALED_FORMS
from pinback.canonical import sha256_name
from pinback.errors import ContentError, SigningError, UsageError
from pinback.keys.code import typed_code
from pinback.proofs import eddsa_rdfc
from pinback.register import complete, line_bytes
from pinback.seal import write
from pinback.seal.make import Prepared
from pinback.seal.store import Store
from pinback.seal.write import append_lines, note_path
from pinback.status import set_indexes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

STRIDE = 1 if DENSE else 3
"""From one half-step that is tried to the next."""
LATER = AT + timedelta(days=1)


def lines_of(folder: ClubFolder) -> list[dict]:
    data = (folder.root / "issuers/club/register.jsonl").read_bytes()
    return [json.loads(line) for line in data.split(b"\n")[:-1] if line.endswith(b"}")]


def sealed(folder: ClubFolder) -> dict[str, bytes]:
    top = folder.root / "issuers/club/sealed"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def in_order(folder: ClubFolder, before: dict[str, bytes], awards: int, revoked: set[str]) -> None:
    """Check what must hold after the sealing that follows a death."""
    pipeline.check(folder.root)
    store = Store(folder.root, "club")
    register = store.load()
    assert register
    assert store.problems(register) == []
    assert not note_path(store).exists()
    assert len(register.awards) == awards
    positions = [(award.list, award.index) for award in register.awards.values()]
    assert len(set(positions)) == len(positions)
    assert set(register.revoked) == revoked
    after = sealed(folder)
    assert {name for name in before if not name.startswith("status/") and after.get(name) != before[name]} == set()
    status = json.loads(after["status/revocation-1.json"])
    eddsa_rdfc.verify(status, folder.signers["club"].keys["ed25519"])
    assert set_indexes(status["credentialSubject"]["encodedList"]) == register.set_indexes("revocation", 1)
    records = "".join(path.read_text() for path in (folder.root / "badges/knots/awards").glob("*.yaml"))
    for award in register.awards.values():
        assert records.count(f"id: {award.id}") == 1
        eddsa_rdfc.verify(
            json.loads(after[f"awards/{award.id}/credential.json"]), folder.signers["club"].keys["ed25519"]
        )
    assert folder.seal(LATER) == []


def copied(folder: ClubFolder, target: Path) -> ClubFolder:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder.root, target)
    return ClubFolder(target)


def all_deaths(folder: ClubFolder, tmp_path: Path, verdict: Callable[[ClubFolder], None]) -> int:
    """Let a sealing die at half-step after half-step, seal again, and judge; return how many half-steps there are."""
    last = 1 - STRIDE
    while True:
        last += STRIDE
        one = copied(folder, tmp_path / "one")
        if not dies_at(last, lambda one=one: one.seal(LATER)):
            return last - STRIDE
        try:
            pipeline.check(one.root)
        except ContentError as error:
            # Between death and next sealing a check may only speak of what the sealing left.
            for problem in error.problems:
                assert problem.file.startswith("issuers/club/"), str(problem)
        one.seal(LATER)
        verdict(one)


def test_first_sealing_may_die_anywhere(club: ClubFolder, tmp_path: Path):
    club.keys().award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    steps = all_deaths(club, tmp_path, lambda one: in_order(one, {}, awards=1, revoked=set()))
    assert steps > 40


def test_sealing_that_replaces_a_status_list_may_die_anywhere(sealed_club: ClubFolder, tmp_path: Path):
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    withdrawn = lines_of(sealed_club)[3]["id"]
    sealed_club.write(file, sealed_club.read(file) + "revoked:\n  on: 2026-06-02\n  reason: replaced\n")
    sealed_club.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    before = sealed(sealed_club)
    steps = all_deaths(sealed_club, tmp_path, lambda one: in_order(one, before, awards=4, revoked={withdrawn}))
    assert steps > 30


def appended_half(folder: ClubFolder, tmp_path: Path) -> ClubFolder:
    """Return a copy whose sealing died in the middle of its append."""
    last = 0
    while True:
        last += 1
        one = copied(folder, tmp_path / "half")
        assert dies_at(last, lambda one=one: one.seal(LATER))
        if not (one.root / "issuers/club/register.jsonl").read_bytes().endswith(b"\n"):
            return one


def test_putting_in_order_may_die_anywhere_too(sealed_club: ClubFolder, tmp_path: Path):
    file = "badges/knots/awards/2026-05-17-otter.yaml"
    withdrawn = lines_of(sealed_club)[3]["id"]
    sealed_club.write(file, sealed_club.read(file) + "revoked:\n  on: 2026-06-02\n  reason: replaced\n")
    sealed_club.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    before = sealed(sealed_club)
    half = appended_half(sealed_club, tmp_path)
    steps = all_deaths(half, tmp_path, lambda one: in_order(one, before, awards=4, revoked={withdrawn}))
    assert steps > 40


@needs_libcairo
def test_steward_is_told_what_was_taken_back(sealed_club: ClubFolder, tmp_path: Path):
    sealed_club.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    half = appended_half(sealed_club, tmp_path)
    with pytest.raises(ContentError, match=r"register\.jsonl:9: a sealing was interrupted here; run pinback seal"):
        pipeline.check(half.root)
    said: list[str] = []
    sealing.seal(half.root, lambda: LATER, said.append, lambda *_: half.signers["club"])
    taken = [line.removeprefix("taken back from an interrupted sealing: ") for line in said if line.startswith("taken")]
    assert len(taken) == 5
    assert taken[-1].endswith("bytes at the end of issuers/club/register.jsonl")


def test_half_a_line_without_a_note_is_never_cut_off(sealed_club: ClubFolder):
    """Without the note of the dead run (another computer, a bad merge) only git knows what belongs there."""
    path = sealed_club.root / "issuers/club/register.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at":"2026')
    with pytest.raises(SigningError) as refused:
        sealed_club.seal(LATER)
    assert str(refused.value) == (
        "issuers/club/register.jsonl: 11 bytes stand after the last checkpoint; restore the register from git"
    )
    assert path.read_bytes() == whole + b'{"at":"2026'


def note(folder: ClubFolder, **content: object) -> None:
    folder.write(".pinback/sealing-club.json", json.dumps(content))


def test_note_of_another_state_explains_nothing(sealed_club: ClubFolder):
    sealed_club.write("issuers/club/sealed/awards/aaaabbbbccccdddd/credential.json", "{}")
    name = "awards/aaaabbbbccccdddd/credential.json"
    length = (sealed_club.root / "issuers/club/register.jsonl").stat().st_size
    whole: dict[str, object] = {"length": length, "files": [name], "replaced": {}, "removed": [], "after": ""}
    for bad in (
        {**whole, "length": length - 1},
        {**whole, "files": []},
        {**whole, "files": ["awards/other/credential.json"]},
        {**whole, "files": name},
        {**whole, "replaced": []},
        {**whole, "replaced": {"status/revocation-1.json": 5}},
        {**whole, "replaced": {"status/revocation-1.json": "a"}},
        *({key: value for key, value in whole.items() if key != missing} for missing in whole if missing != "removed"),
    ):
        note(sealed_club, **bad)
        with pytest.raises(SigningError, match="the register does not know this sealed file"):
            sealed_club.seal(LATER)
    sealed_club.write(".pinback/sealing-club.json", "{half")
    with pytest.raises(SigningError, match="the register does not know this sealed file"):
        sealed_club.seal(LATER)
    assert (sealed_club.root / "issuers/club/sealed" / name).exists()
    note(sealed_club, **whole)
    assert sealing.tidied(sealed_club.root) == [f"issuers/club/sealed/{name}"]


LEFT = "issuers/club/sealed/awards/aaaabbbbccccdddd/credential.json"


@pytest.mark.parametrize(
    "told",
    [
        {"files": ["awards/aaaabbbbccccdddd/credential.json"]},
        {"files": [], "folders": ["awards/aaaabbbbccccdddd"]},
        {"files": [5, None, ["x"], {}], "folders": ["awards/aaaabbbbccccdddd", 5]},
    ],
)
def test_what_a_note_names_as_file_or_folder_goes(told: dict, sealed_club: ClubFolder):
    sealed_club.write(LEFT, "{}")
    length = (sealed_club.root / "issuers/club/register.jsonl").stat().st_size
    note(sealed_club, length=length, replaced={}, removed=[], after="", **told)
    assert sealed_club.seal(LATER) == []
    assert not (sealed_club.root / LEFT).parent.exists()
    assert not note_path(Store(sealed_club.root, "club")).exists()


def test_note_whose_folders_are_none_explains_nothing(sealed_club: ClubFolder):
    sealed_club.write(LEFT, "{}")
    length = (sealed_club.root / "issuers/club/register.jsonl").stat().st_size
    note(sealed_club, length=length, files=["awards/aaaabbbbccccdddd"], folders="x", replaced={}, removed=[], after="")
    with pytest.raises(SigningError, match="the register does not know this sealed file"):
        sealed_club.seal(LATER)


def test_staged_folder_goes_without_a_note(sealed_club: ClubFolder):
    sealed_club.write("issuers/club/sealed/awards/.aaaabbbbccccdddd.new/credential.json", "{}")
    assert sealed_club.seal(LATER) == []
    assert not list((sealed_club.root / "issuers").rglob("*.new"))


def test_note_from_elsewhere_puts_nothing_anywhere(sealed_club: ClubFolder, tmp_path: Path):
    """Somebody could commit a note: it may restore what the register vouches for, and nothing else."""
    before = sealed(sealed_club)
    length = (sealed_club.root / "issuers/club/register.jsonl").stat().st_size
    evil = base64.b64encode(b"evil").decode()
    targets = ("../../../evil", str(tmp_path / "evil"), "status/revocation-1.json", "awards/evil.json")
    note(
        sealed_club,
        length=length,
        files=sorted(targets),
        replaced=dict.fromkeys(targets, evil),
        removed=sorted(targets),
        after="",
    )
    assert sealed_club.seal(LATER) == []
    assert not note_path(Store(sealed_club.root, "club")).exists()
    assert sealed(sealed_club) == before
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith("evil")]


def erased_with_its_documents_left(folder: ClubFolder) -> tuple[str, list[str]]:
    """Erase an award and put its documents back, as a run leaves them that died behind the register's rename."""
    award = lines_of(folder)[3]["id"]
    place = folder.root / "issuers/club/sealed/awards" / award
    documents = {path.name: path.read_bytes() for path in place.iterdir()}
    folder.award("2026-05-17-otter", f"id: {award}\nerased: true\n").seal(LATER)
    assert not place.exists()
    place.mkdir()
    for name, data in documents.items():
        (place / name).write_bytes(data)
    return award, sorted(f"awards/{award}/{name}" for name in documents)


def note_of_an_erasure(folder: ClubFolder, removed: list[str]) -> None:
    register = (folder.root / "issuers/club/register.jsonl").read_bytes()
    note(folder, length=0, files=[], folders=[], replaced={}, removed=removed, after=sha256_name(register))


def test_erasure_that_died_before_it_deleted_the_documents_is_finished(sealed_club: ClubFolder):
    award, documents = erased_with_its_documents_left(sealed_club)
    with pytest.raises(SigningError, match="the register does not know this sealed file"):
        sealed_club.seal(LATER)
    note_of_an_erasure(sealed_club, documents)
    assert sealing.tidied(sealed_club.root) == [f"issuers/club/sealed/{name}" for name in documents]
    assert not (sealed_club.root / "issuers/club/sealed/awards" / award).exists()
    assert not note_path(Store(sealed_club.root, "club")).exists()
    pipeline.check(sealed_club.root)


def test_erasure_is_finished_by_the_note_that_it_left(sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    award = lines_of(sealed_club)[3]["id"]
    sealed_club.award("2026-05-17-otter", f"id: {award}\nerased: true\n")

    class Died(BaseException):
        """The process ends here."""

    def dies(store: Store, names: Collection[str]) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(write, "_remove_documents", dies)
        with pytest.raises(Died):
            sealed_club.seal(LATER)
    documents = [f"issuers/club/sealed/awards/{award}/{name}" for name in SEALED_FORMS]
    assert all((sealed_club.root / name).exists() for name in documents)
    assert sorted(sealing.tidied(sealed_club.root)) == sorted(documents)
    assert not (sealed_club.root / documents[0]).parent.exists()
    assert pipeline.check(sealed_club.root).sealed["club"].register.erased.keys() == {award}
    assert sealing.tidied(sealed_club.root) == []


def test_note_from_elsewhere_deletes_nothing_but_documents_of_erased_awards(sealed_club: ClubFolder):
    award, documents = erased_with_its_documents_left(sealed_club)
    before = sealed(sealed_club)
    living = lines_of(sealed_club)[4]["id"]
    wrong = [
        *(f"awards/{living}/credential.json", f"awards/{award}/..", f"awards/{award}/.", f"awards/{award}/"),
        *(f"awards/{award}/../{living}/credential.json", f"badges/{award}/badge.json", "status/revocation-1.json"),
    ]
    note_of_an_erasure(sealed_club, wrong)
    with pytest.raises(SigningError, match="the register does not know this sealed file"):
        sealed_club.seal(LATER)
    assert sealed(sealed_club) == before
    for none in (["register.jsonl", *documents], [7, *documents], 5):
        note_of_an_erasure(sealed_club, none)  # type: ignore[arg-type]
        with pytest.raises(SigningError, match="the register does not know this sealed file"):
            sealed_club.seal(LATER)
    assert sealed(sealed_club) == before
    note_of_an_erasure(sealed_club, [*wrong, *documents])
    assert len(sealing.tidied(sealed_club.root)) == len(documents) == 4
    assert sealed(sealed_club) == {name: data for name, data in before.items() if name not in documents}


def test_register_that_changed_while_the_code_was_typed_stops_the_run(sealed_club: ClubFolder):
    sealed_club.award("new", "issued_on: 2026-06-01\nhandle: crane-4\n")
    path = sealed_club.root / "issuers/club/register.jsonl"
    before = sealed(sealed_club)

    def slow_signer(*_: object):
        path.write_bytes(path.read_bytes() + b"{}\n")
        return sealed_club.signers["club"]

    with pytest.raises(SigningError, match="the register has changed since this run read it; run pinback seal again"):
        sealing.seal(sealed_club.root, lambda: LATER, lambda line: None, slow_signer)
    assert sealed(sealed_club) == before
    assert "id:" not in sealed_club.read("badges/knots/awards/new.yaml")


def test_register_that_changed_since_the_note_stops_the_run(sealed_club: ClubFolder):
    """As long as before, and with another end: a note was written, files have their names, and nothing is appended."""
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    data = store.register_path.read_bytes()
    store.register_path.write_bytes(data[:-4] + b"x" + data[-3:])
    with pytest.raises(SigningError, match="the register has changed since this run read it"):
        append_lines(store, register, Prepared({}, {}, ()))
    assert len(store.register_path.read_bytes()) == len(data)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda row: row.replace(b'"event":"award"', b'"event":"prize"'), "is unknown"),
        (lambda row: row.replace(b'"event"', b' "event"'), "not in canonical form"),
        (lambda row: row.replace(b'"index":', b'"index":1'), "the leaf does not belong to this line"),
    ],
)
def test_line_that_could_not_be_read_again_is_not_written(wrong, why: str, sealed_club: ClubFolder):
    """Something is wrong with this program, or with this computer's memory: the register stays as it is."""
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    before = store.register_path.read_bytes()
    rows = [row + b"\n" for row in before.split(b"\n")[:-1]]
    award = next(row for row in rows if b'"event":"award"' in row)
    line = json.loads(award) | {"n": len(rows), "id": "aaaabbbbccccdddd", "index": 5, "at": "2026-06-02T12:00:00Z"}
    whole = line_bytes(complete({name: value for name, value in line.items() if name != "leaf"}))
    with pytest.raises(SigningError, match=f"would not be read again.*{why}.*please report this"):
        append_lines(store, register, Prepared({}, {}, (wrong(whole),)))
    assert store.register_path.read_bytes() == before


def test_lines_without_their_checkpoint_are_not_written(sealed_club: ClubFolder):
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    before = store.register_path.read_bytes()
    last = before.split(b"\n")[-2] + b"\n"
    other = line_bytes(json.loads(last) | {"n": len(register.lines)})
    with pytest.raises(SigningError, match="would not be read again"):
        append_lines(store, register, Prepared({}, {}, (other,)))
    assert store.register_path.read_bytes() == before


def test_keys_without_a_register_say_what_happened(club: ClubFolder):
    typed_code(TEST_CODE)
    (club.root / "issuers/club/keys.age").write_bytes(b"age-encryption.org/v1\n")
    with pytest.raises(UsageError) as refused:
        custody.new_keys(club.root, "club", AT, lambda *_: None)
    assert str(refused.value) == (
        "issuers/club/keys.age: keys were made already, and no register names them; pinback seal begins it with them and "
        "their code (or restore register.jsonl from git, or delete keys.age and run key new again)"
    )
