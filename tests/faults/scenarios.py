"""What is killed and starved: a club before each command, the command, and what must hold once it was run again."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
from conftest import AT, TEST_CODE, ClubFolder, make_test_keys

from faults import quick_age
from faults.tracing import Ended, run
from pinback import custody, lifecycle, pipeline, who_is_who
from pinback.__main__ import ended
from pinback.addresses import Addresses
from pinback.assemble.issuers import public
from pinback.awarding import new_named_link
from pinback.cli import options
from pinback.content.read import read_club
from pinback.errors import ContentError, PinbackError, SigningError
from pinback.keys import bundle
from pinback.proofs import eddsa_rdfc, jws
from pinback.register import Register
from pinback.seal.begin import first_keys, waits
from pinback.seal.opening import opened_keys
from pinback.seal.store import Store
from pinback.status import set_indexes

LATER = AT + timedelta(days=1)
NAME = "Zoë Ångström"
OTTER = "badges/knots/awards/2026-05-17-otter.yaml"
COURSE = "badges/knots/awards/2026-05-18-course.yaml"
EVIDENCE = "https://photos.example.org/regatta-17"
_CODE = re.compile(r"^    ([0-9A-Z]{4}(?:-[0-9A-Z]{3,4}){6})$", re.MULTILINE)
_ID = re.compile(rb"\bid: ([a-z2-7]{16})")


# Commands, as they are typed.


class GivenClock(datetime):
    """The clock of the child process: one moment, given from outside, and how far it goes each time it is read."""

    moment = LATER
    step = timedelta(0)

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        assert tz is UTC
        cls.moment += cls.step
        return cls.moment


Action = Callable[[], object]


def command(root: Path, codes: Iterable[str], *arguments: str, at: datetime = LATER) -> Action:
    """Return ``python -m pinback`` with *arguments* in a club's folder, as a child process is to run it."""
    return typed(codes, *arguments, "-C", str(root), at=at)


def typed(codes: Iterable[str], *arguments: str, at: datetime = LATER) -> Action:
    """The same for commands that are given no club."""

    def action() -> None:
        import os

        GivenClock.moment = at
        options.datetime = GivenClock  # type: ignore[misc]
        bundle._WORK = quick_age.WORK
        os.environ["PINBACK_CODE"] = " ".join(codes)
        sys.argv = ["pinback", *arguments]
        sys.exit(ended())

    return action


def resealing(root: Path, codes: Iterable[str], at: datetime) -> Action:
    """Return what signs again after a theft, with the lines before the theft shown by somebody else."""

    def action() -> None:
        GivenClock.moment = at
        options.datetime = GivenClock  # type: ignore[misc]
        try:
            custody.reseal(
                root,
                "club",
                options.now(),
                lambda store, register: opened_keys(store, register, codes),
                lambda register, moment: next(
                    number for number, line in enumerate(register.lines, 1) if line["event"] == "key-add"
                ),
                print,
            )
        except PinbackError as error:
            print(f"pinback: {getattr(error, 'path', None) or ''} {error}")
            sys.exit(error.exit_code)
        except OSError as error:
            print(f"pinback: {error.filename}: {error.strerror}")
            sys.exit(1)

    return action


# What must hold.


@dataclass(frozen=True, slots=True)
class Before:
    """A club as it was before the command.

    Attributes:
        sealed: the sealed files.
        ids: of all awards that had one, in records or register.
        gone: of awards that the command erases.
        facts: what may be found nowhere once an erasure is carried out.
        code: opens the keys.
        moment: what the clock says when the command runs.
        key: a key that the command is about.
        old: the site as it was built before, by path; with commands whose files can be foretold, the folder.
        new: the site as a clean build makes it now; with those commands, the folder as an undisturbed run leaves it.
        files: everything else in the folder, by path, for commands that change nothing of it.
    """

    sealed: dict[str, bytes]
    ids: frozenset[str]
    gone: frozenset[str] = frozenset()
    facts: tuple[bytes, ...] = ()
    code: str = TEST_CODE
    moment: datetime = LATER
    key: str = ""
    old: Mapping[str, bytes] = field(default_factory=dict)
    new: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One command and what is asked of it.

    Attributes:
        prepare: makes the club.
        act: returns the command for a folder; the code is the one that works now.
        again: exit codes and words with which the second run may end where the first one had done everything.
        may_change: sealed files (a pattern) that the command may replace.
        keys: whether the command shows codes.
        erased: whether every fact of the erased person must be gone at the end.
        also: what else may be wrong at the end.
        judge: runs what follows a disturbed command and returns what is wrong, where that is not as with all others.
        state: names what a command that was cut off has left.
    """

    name: str
    prepare: Callable[[Path], Before]
    act: Callable[[Path, str, Before], Action]
    again: str = ""
    may_change: str = r"status/.*"
    keys: bool = False
    seals: bool = True
    erased: bool = False
    also: Callable[[Path, Before], list[str]] = lambda root, before: []
    judge: Callable[[Path, Before, Ended], list[str]] | None = None
    state: Callable[[Path, Before], str] = lambda root, before: ""


def register_of(root: Path) -> Register:
    register = Store(root, "club").load()
    assert register
    return register


def sealed_files(root: Path) -> dict[str, bytes]:
    top = root / "issuers/club/sealed"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def record_ids(root: Path) -> list[str]:
    return [
        found.decode() for path in (root / "badges").rglob("*.yaml") for found in re.findall(_ID, path.read_bytes())
    ]


def working(root: Path, codes: Iterable[str]) -> str:
    """Return the first code that opens keys with which the club can seal, or begin its register, or ""."""
    store = Store(root, "club")
    for code in codes:
        try:
            if waits(store):
                first_keys(store, read_club(root)[0].issuers["club"], [code])
            else:
                opened_keys(store, register_of(root), [code])
        except SigningError:
            continue
        return code
    return ""


def shown_codes(said: str) -> list[str]:
    """Return the codes on the sheets that were printed, newest first."""
    return list(reversed(_CODE.findall(said)))


def faults_of_the_end(scenario: Scenario, root: Path, before: Before, codes: list[str]) -> list[str]:
    """Return what is wrong once a disturbed command was followed by an undisturbed one."""
    wrong: list[str] = []
    try:
        pipeline.check(root)
    except ContentError as error:
        wrong += [f"check: {problem}" for problem in error.problems]
    store, register = Store(root, "club"), register_of(root)
    wrong += [f"register: {problem}" for problem in store.problems(register)]
    wrong += [f"left over: {path.relative_to(root)}" for path in _left_over(root)]
    wrong += _lost_ids(root, register, before)
    places = [(line["list"], line["index"]) for line in register.lines if line["event"] == "award"]
    if len(set(places)) != len(places):
        wrong.append("a status index was given twice")
    wrong += _changed_files(scenario, root, before)
    wrong += _bad_signatures(store, register)
    if not working(root, codes):
        wrong.append("no code that was shown opens keys that may sign")
    if scenario.erased:
        wrong += _found_facts(root, before)
    return [*wrong, *scenario.also(root, before)]


def _left_over(root: Path) -> list[Path]:
    notes = (root / ".pinback").glob("*.json")
    # What is remembered between builds may leave some, under names that the next one takes again.
    new = [path for path in root.rglob(".*.new") if ".pinback/cache" not in path.parent.as_posix()]
    return [*new, *notes, *root.glob("issuers/club/keys/next*.age")]


def _lost_ids(root: Path, register: Register, before: Before) -> list[str]:
    found = record_ids(root)
    wrong = [f"the award {id_} stands in {found.count(id_)} records" for id_ in before.ids if found.count(id_) != 1]
    known = {*register.awards, *register.erased}
    wrong += [f"the register forgot {name.split('/')[1]}" for name in before.sealed if _award_of(name) - known]
    return wrong


def _award_of(name: str) -> set[str]:
    return {name.split("/")[1]} if name.startswith("awards/") else set()


def _changed_files(scenario: Scenario, root: Path, before: Before) -> list[str]:
    after = sealed_files(root)
    changed = {name for name, data in before.sealed.items() if after.get(name) != data}
    return [
        f"sealed file changed: {name}"
        for name in changed
        if not re.fullmatch(scenario.may_change, name) and not _award_of(name) & before.gone
    ]


def _bad_signatures(store: Store, register: Register) -> list[str]:
    wrong: list[str] = []

    def key(id_: str) -> object:
        return public(register.keyring.keys[id_])

    try:
        for award in register.awards.values():
            files = store.award_files(award)
            eddsa_rdfc.verify(json.loads(files["credential.json"]), key(award.keys[0]))  # type: ignore[arg-type]
            for name in ("credential.jwt.txt", "assertion.jws.txt"):
                jws.verify_rs256(files[name].decode(), key(award.keys[1]))  # type: ignore[arg-type]
        for purpose, number in register.status:
            read = json.loads(store.status_file(register, purpose, number))
            method = read["proof"][0] if isinstance(read["proof"], list) else read["proof"]
            eddsa_rdfc.verify(read, key(method["verificationMethod"].rpartition("#")[2]))  # type: ignore[arg-type]
            if set_indexes(read["credentialSubject"]["encodedList"]) != set(register.set_indexes(purpose, number)):
                wrong.append(f"the {purpose} list {number} says something else than the register")
    except PinbackError as error:
        wrong.append(f"signature: {error}")
    return wrong


def _found_facts(root: Path, before: Before) -> list[str]:
    wrong = []
    for path in sorted(root.rglob("*")):
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        text = str(path.relative_to(root)).encode()
        wrong += [
            f"{path.relative_to(root)} still knows {fact!r}" for fact in before.facts if fact in data or fact in text
        ]
    return wrong


# The clubs.


def _begun(root: Path) -> ClubFolder:
    folder = ClubFolder(root).site().issuer().badge().keys()
    folder.write(".gitignore", ".pinback/\nwho-is-who.csv\n")
    keys = quick_age.encrypt(_plain(), TEST_CODE)
    (root / "issuers/club/keys.age").write_bytes(keys)
    return folder


def _plain(seed: str = "test") -> bytes:
    """Return the bundle of the test keys as it lies within the encryption."""
    return bytes(pyrage.passphrase.decrypt(make_test_keys(seed).encrypted(TEST_CODE), TEST_CODE))


def _lived(root: Path) -> ClubFolder:
    """A club with three sealed awards, one of a person with a page, a private link and evidence."""
    folder = _begun(root)
    folder.award("2026-05-17-otter", f"issued_on: 2026-05-17\nhandle: otter-7\nevidence: {EVIDENCE}\n")
    folder.award(
        "2026-05-18-course",
        "# Spring course\nissued_on: 2026-05-18\nawards:\n"
        "  - handle: heron-2   # ask her about the photo\n  - handle: wren-31\n    valid_until: 2028-05-18\n",
    )
    folder.seal()
    return folder


def _before(folder: ClubFolder, **more: object) -> Before:
    return Before(sealed_files(folder.root), frozenset(record_ids(folder.root)), **more)  # type: ignore[arg-type]


def _first(root: Path) -> Before:
    folder = _begun(root)
    folder.award("2026-05-17-otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    folder.award("2026-05-18-course", "issued_on: 2026-05-18\nawards:\n  - handle: heron-2\n  - handle: wren-31\n")
    return _before(folder)


def _unbegun(root: Path) -> Before:
    """A club whose keys were made in a browser: ``keys.age`` lies there, and no register names them yet."""
    before = _first(root)
    (root / "issuers/club/register.jsonl").unlink()
    return before


def _many(root: Path) -> Before:
    """A club with so many waiting awards that their files are synced in one go."""
    folder = _lived(root)
    awards = "".join(f"  - handle: swift-{number}\n" for number in range(1, 37))
    folder.award("2026-06-01-gala", f"issued_on: 2026-06-01\nawards:\n{awards}")
    return _before(folder)


def _ids(folder: ClubFolder, file: str) -> list[str]:
    return [found.decode() for found in re.findall(_ID, folder.read(file).encode())]


def _withdrawn_and_suspended(root: Path) -> Before:
    folder = _lived(root)
    sealed = pipeline.sealed_ids(root)
    lifecycle.revoke(root, _ids(folder, OTTER)[0], "mistake", LATER.date(), sealed)
    lifecycle.suspend(root, _ids(folder, COURSE)[0], LATER.date(), sealed)
    return _before(folder)


def _corrected(root: Path) -> Before:
    folder = _lived(root)
    lifecycle.supersede(root, _ids(folder, OTTER)[0], "abcdefgh234567ab", "", pipeline.sealed_ids(root))
    return _before(folder)


def _known_person(root: Path) -> tuple[ClubFolder, Before]:
    """A club whose otter-7 has everything that a person can have here, and what is to be forgotten."""
    folder = _begun(root)
    id_ = "bcdefghi234567bc"
    made = new_named_link(Addresses(folder.base_url), id_, NAME)
    text = f"id: {id_}\nissued_on: 2026-05-17\nhandle: otter-7\nevidence: {EVIDENCE}\n"
    folder.award("2026-05-17-otter", f"{text}named: {made.named}\nlink: {made.link_hash}\n")
    folder.award("2026-05-18-course", "issued_on: 2026-05-18\nawards:\n  - handle: heron-2\n  - handle: wren-31\n")
    folder.write("site_src/people/otter-7.md", "---\nname: Otti Zo\npublic: true\n---\n\nRows at five.\n")
    who_is_who.note(root, who_is_who.Row(NAME, "Knots", "2026-05-17", "otter-7", made.link))
    other = "https://badges.example.org/awards/x/#n=Bo&k=1"
    who_is_who.note(root, who_is_who.Row("Bo", "Knots", "2026-05-18", "heron-2", other))
    folder.seal()
    register = register_of(root)
    award = register.awards[id_]
    subject = json.loads((root / f"issuers/club/sealed/awards/{id_}/credential.json").read_bytes())
    words = [NAME, "Otti Zo", "Rows at five", "otter-7", EVIDENCE, made.link, made.link_hash, made.named]
    words += [subject["credentialSubject"]["id"], award.record, *award.files.values()]
    words += [digest.removeprefix("sha256:") for digest in award.files.values()]
    facts = tuple(word.encode() for word in words if word)
    return folder, _before(folder, gone=frozenset((id_,)), facts=facts)


def _to_forget(root: Path) -> Before:
    return _known_person(root)[1]


def _one_of_a_course_to_forget(root: Path) -> Before:
    folder, _ = _known_person(root)
    id_ = _ids(folder, COURSE)[0]
    award = register_of(root).awards[id_]
    facts = tuple(word.encode() for word in ("heron-2", award.record, *award.files.values()))
    return _before(folder, gone=frozenset((id_,)), facts=facts)


def _forgotten(root: Path) -> Before:
    folder, before = _known_person(root)
    lifecycle.erase(root, before.gone, "", pipeline.sealed_ids(root))
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    return before


def _waiting(root: Path) -> Before:
    folder = _lived(root)
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    return _before(folder)


def _rotated(root: Path) -> Before:
    """A club whose steward changed the keys, a day after the first sealing."""
    folder = _lived(root)
    ended = run(command(root, [TEST_CODE], "key", "rotate"))
    assert ended.code == 0, ended.said
    old = make_test_keys("test").keys["ed25519"].id
    code = shown_codes(ended.said)[0]
    return _before(folder, code=code, moment=LATER + timedelta(hours=1), key=old)


def _stolen(root: Path) -> Before:
    """The same, whose old keys are revoked from an hour after the first sealing on."""
    before = _rotated(root)
    moment = (AT + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ended = run(command(root, [before.code], "key", "revoke", before.key, "--as-of", moment, at=before.moment))
    assert ended.code == 0, ended.said
    return before


def _seal(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "seal", "--published", at=before.moment)


def _erase(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "erase", *sorted(before.gone), "--yes", at=before.moment)


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("first seal", _first, _seal),
        Scenario("seal that begins", _unbegun, _seal),
        Scenario("seal of a gala", _many, _seal),
        Scenario("seal with withdrawals", _withdrawn_and_suspended, _seal),
        Scenario("seal with a correction", _corrected, _seal),
        Scenario("erase", _to_forget, _erase, seals=False, erased=True),
        Scenario("erase one of a batch", _one_of_a_course_to_forget, _erase, seals=False, erased=True),
        Scenario("seal with an erasure", _forgotten, _seal, erased=True),
        Scenario(
            "key rotate",
            _waiting,
            lambda root, code, before: command(root, [code], "key", "rotate", at=before.moment),
            keys=True,
        ),
        Scenario(
            "key new --steward",
            _waiting,
            lambda root, code, before: command(root, [code], "key", "new", "--steward", "deputy", at=before.moment),
            again="these keys are there already",
            keys=True,
        ),
        Scenario(
            "key revoke",
            _rotated,
            lambda root, code, before: command(
                root, [code], "key", "revoke", before.key, "--as-of", "2026-06-01T13:00:00Z", at=before.moment
            ),
            again="these keys are revoked already",
        ),
        Scenario(
            "reseal",
            _stolen,
            lambda root, code, before: resealing(root, [code], before.moment),
            may_change=r"status/.*|awards/.*\.(jws\.txt|jwt\.txt)|awards/.*/credential\.json",
        ),
    )
}


def followed(scenario: Scenario, root: Path, before: Before, first: Ended) -> tuple[list[str], list[str]]:
    """Run the command again, undisturbed, and what it leaves to a sealing; return what is wrong, and the codes.

    1. A code that was shown opens keys that may sign, whatever happened. 2. Where new keys were made, a sealing comes
    first, for a steward would not think of the key command. 3. The same command. 4. The sealing of what still waits.
    """
    wrong: list[str] = []
    codes = [*shown_codes(first.said), before.code]

    def next_run(words: str, action: Action, again: str = "") -> None:
        ended = run(action)
        codes[:0] = shown_codes(ended.said)
        if ended.code != 0 and not (again and again in ended.said):
            wrong.append(f"{words} ended with {ended.code}: {ended.said.strip()[-300:]}")

    code = working(root, codes)
    if not code:
        return ["between the runs no code that was shown opens keys that may sign"], codes
    if scenario.keys:
        next_run("the sealing after it", _seal(root, code, before))
    next_run("the second run", scenario.act(root, working(root, codes), before), scenario.again)
    if not scenario.seals:
        next_run("the sealing after it", _seal(root, working(root, codes), before))
    return wrong, codes


def verdict(scenario: Scenario, root: Path, before: Before, first: Ended) -> list[str]:
    """Run what follows a disturbed command, and return what is wrong then."""
    if scenario.judge:
        return scenario.judge(root, before, first)
    wrong, codes = followed(scenario, root, before, first)
    return [*wrong, *faults_of_the_end(scenario, root, before, codes)]
