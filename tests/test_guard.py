"""The guard's words, changes from outside, publish first then seal, two stewards at once; the simulation plays the rest."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder, make_test_keys
from test_deployed import git

from pinback import against, deployed, guard, sealing
from pinback.cli.main import run
from pinback.errors import ContentError, SigningError, UsageError
from pinback.files import append_file
from pinback.log import Checkpoint, Frontier, signed_note
from pinback.proofs.keys import PublicKey
from pinback.register import Register, RegisterKey, erased, line_bytes, now_text
from pinback.register_proofs import key_event, proved_register
from pinback.seal.make import checkpoint_line
from pinback.seal.signing_keys import keys_of
from pinback.seal.store import Store, is_joining

FILE = "issuers/club/register.jsonl"
AWARD = "issued_on: 2026-06-02\nhandle: crane-4\n"
OTHER = "issued_on: 2026-06-02\nhandle: newt-9\n"
FORKED = (
    "if two people sealed at the same time, give this one up: pinback seal --undo, and the steps that it names; "
    "otherwise somebody rewrote what was published: do not publish this"
)
PULL = "take the newer one: git pull, or restore the register and the sealed files from git; never seal on an older one"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


class Held:
    """Signs with several bundles."""

    def __init__(self, *seeds: str) -> None:
        self.seeds = seeds

    def sign(self, key_id: str, data: bytes) -> bytes:
        for bundle in map(make_test_keys, self.seeds):
            if key_id in {key.id for key in bundle.keys.values()}:
                return bundle.sign(key_id, data)
        raise SigningError("another key")


def refused(action) -> str:
    with pytest.raises((ContentError, SigningError, UsageError)) as told:
        action()
    return str(told.value)


def register_of(folder: ClubFolder) -> Register:
    found = Store(folder.root, "club").load()
    assert found
    return found


def files_of(folder: ClubFolder, below: str = "issuers") -> dict[str, bytes]:
    top = folder.root / below
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def copied(folder: ClubFolder, name: str) -> ClubFolder:
    target = folder.root.parent / name
    shutil.copytree(folder.root, target)
    return ClubFolder(target)


def earlier_of(folder: ClubFolder) -> deployed.Earlier:
    """Return the present state of a folder, named ``before``."""
    found = deployed.in_folder(copied(folder, f"copy-{len(list(folder.root.parent.iterdir()))}").root)
    return deployed.Earlier("before", found.registers, found.notes, found.tree)


def note_of(folder: ClubFolder) -> deployed.Earlier:
    return deployed.Earlier("the site", notes={"club": register_of(folder).lines[-1]["note"]})


# The words.


def test_sealing_on_top_of_what_was_published_passes(sealed_club: ClubFolder) -> None:
    earlier = earlier_of(sealed_club)
    sealed_club.award("n", AWARD).seal(AT + timedelta(days=1))
    judged = against.check(sealed_club.root, earlier)
    assert (judged.lines, judged.signed) == (8, 2)
    assert against.check(sealed_club.root, earlier, every_signature=True).signed == 5
    site = deployed.Earlier("the site", notes={"club": json.loads(earlier.registers["club"].splitlines()[-1])["note"]})
    assert (against.check(sealed_club.root, site).lines, against.check(sealed_club.root, site).signed) == (8, 2)


def test_first_publication_has_nothing_to_continue(sealed_club: ClubFolder, club: ClubFolder) -> None:
    judged = against.check(sealed_club.root, deployed.in_folder(club.root))
    assert (judged.lines, judged.signed) == (0, 4)


def test_older_register_is_told_with_both_ends(sealed_club: ClubFolder) -> None:
    old = copied(sealed_club, "old")
    sealed_club.award("n", AWARD).seal(AT + timedelta(days=1))
    what = "the club's register here is older than what was published: it ends here, and that of"
    assert refused(lambda: against.check(old.root, earlier_of(sealed_club))) == (
        f"{FILE}:8: {what} before with line 10; {PULL}"
    )
    assert refused(lambda: against.check(old.root, note_of(sealed_club))) == (
        f"{FILE}:8: {what} the site with 7 lines beside checkpoints; {PULL}"
    )


def test_backup_from_before_an_erasure_is_older_too(sealed_club: ClubFolder) -> None:
    old = copied(sealed_club, "old")
    award = next(iter(register_of(sealed_club).awards))
    for path in (sealed_club.root / "badges/knots/awards").glob("*otter*"):
        path.write_text(f"id: {award}\nerased: true\n")
    sealed_club.seal(AT + timedelta(days=1))
    earlier = earlier_of(sealed_club)
    assert "it ends here, and that of before with line 11" in refused(lambda: against.check(old.root, earlier))
    assert against.check(sealed_club.root, deployed.in_folder(old.root)).lines == 8
    old.award("n", AWARD).award("m", OTHER).seal(AT + timedelta(days=2))
    assert f"{FILE}:9: from here on the register is another one than in before" in refused(
        lambda: against.check(old.root, earlier)
    )


def test_two_histories_are_told_at_the_line_where_they_part(sealed_club: ClubFolder) -> None:
    other = copied(sealed_club, "other")
    sealed_club.award("n", AWARD).seal(AT + timedelta(days=1))
    other.award("m", OTHER).seal(AT + timedelta(days=2))
    here, there = (list(register_of(folder).awards)[-1] for folder in (other, sealed_club))
    assert refused(lambda: against.check(other.root, earlier_of(sealed_club))) == (
        f'{FILE}:9: from here on the register is another one than in before: award of "{here}" at 2026-06-03T12:00:00Z '
        f'here, award of "{there}" at 2026-06-02T12:00:00Z there; {FORKED}'
    )
    assert refused(lambda: against.check(other.root, note_of(sealed_club))) == (
        f"{FILE}:9: this register never had the checkpoint that the site shows (over 7 lines); {FORKED}"
    )


def test_register_and_issuer_that_are_gone_are_told(sealed_club: ClubFolder, club: ClubFolder) -> None:
    assert refused(lambda: against.check(club.root, earlier_of(sealed_club))) == (
        f"{FILE}: this register is gone, and before has it; "
        "restore the issuer's folder from git; what was published does not vanish"
    )
    (sealed_club.root / FILE).unlink()
    told = refused(lambda: against.check(sealed_club.root, deployed.Earlier("x", {"club": b"y\n"})))
    assert told.splitlines() == [
        f"{FILE}: the register is missing beside sealed files; restore the register from git (git log shows its last good state)"
    ]


def test_every_issuer_is_compared_whatever_is_wrong_with_another(sealed_club: ClubFolder) -> None:
    older, newer = (sealed_club.root / FILE).read_bytes(), copied(sealed_club, "newer")
    newer.award("n", AWARD).seal(AT + timedelta(days=1))
    data = (newer.root / FILE).read_bytes()
    before = {"a-gone": older, "b": data, "c": older, "d-gone": older, "e": data}
    present = {slug: proved_register(older, f"issuers/{slug}/register.jsonl") for slug in ("b", "c", "e")}
    notes = {"f-gone": note_of(newer).notes["club"], "c": note_of(newer).notes["club"]}
    told = [(one.file.split("/")[1], one.what) for one in guard.compare(before, notes, "before", present)]
    gone = "this register is gone, and before has it"
    older_than = "the club's register here is older than what was published: it ends here, and that of before with"
    assert told == [
        ("a-gone", gone),
        ("b", f"{older_than} line 10"),
        ("c", f"{older_than} 7 lines beside checkpoints"),
        ("d-gone", gone),
        ("e", f"{older_than} line 10"),
        ("f-gone", gone),
    ]


def test_site_of_somebody_else_is_no_evidence(sealed_club: ClubFolder, tmp_path: Path) -> None:
    other = ClubFolder(tmp_path / "x", "https://other.example.org/").site().issuer("club", "did:web:other.example.org")
    note = note_of(other.badge().keys())
    assert "(the log of another issuer" not in refused(lambda: against.check(sealed_club.root, note))
    assert refused(lambda: against.check(sealed_club.root, note)) == (
        f'{FILE}:1: the site shows the log of another issuer ("other.example.org/issuers/club/log"), and this register is '
        '"badges.example.org/issuers/club/log"; name the club\'s own site, or restore the register from git'
    )
    same = note_of(ClubFolder(tmp_path / "y").site().issuer().badge().keys(seed="stranger"))
    for bad in (same, deployed.Earlier("the site", notes={"club": same.notes["club"].split("\n\n")[0]})):
        assert "is not signed by a log key of this register" in refused(
            lambda bad=bad: against.check(sealed_club.root, bad)
        )


def test_damaged_evidence_is_told_as_such(sealed_club: ClubFolder) -> None:
    for data, words in (
        (b"", "the register of before holds no whole sealing"),
        (b'{"a"\n{"event":"checkpoint"}\n', "the register of before is damaged in line 1"),
    ):
        told = refused(lambda data=data: against.check(sealed_club.root, deployed.Earlier("before", {"club": data})))
        assert told == f"{FILE}: {words}; name another state"


def with_lines(folder: ClubFolder, change) -> deployed.Earlier:
    """Return evidence that somebody wrote by hand: the lines of this register, changed."""
    lines = [json.loads(raw) for raw in (folder.root / FILE).read_bytes().splitlines()]
    data = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in change(lines))
    return deployed.Earlier("before", {"club": data})


def test_evidence_that_was_written_anew_is_told_with_what_differs(sealed_club: ClubFolder) -> None:
    places = [number for number, line in enumerate(register_of(sealed_club).lines) if line["event"] == "award"]
    one, two = places[:2]
    award = register_of(sealed_club).lines[one]["id"]

    def exchanged(lines):
        lines[one], lines[two] = lines[two] | {"n": one}, lines[one] | {"n": two}
        return lines

    def other_field(lines):
        lines[one] |= {"index": 9, "files": {}}
        return lines

    def other_leaf(lines):
        lines[one] |= {"leaf": lines[two]["leaf"]}
        return lines

    def no_line(lines):
        return [*lines[:one], ["award"], *lines[one + 1 :]]

    def emptied(lines):
        return [*lines[:one], erased(lines[one]), *lines[one + 1 :]]

    at, number = now_text(AT), one + 1
    here = f'award of "{award}" at {at}'
    for change, words in (
        (exchanged, f"the lines stand in another order than in before: this one comes in line {two + 1}; {FORKED}"),
        (other_field, f"this line says something else than in before: {here} (files, index); {FORKED}"),
        (other_leaf, f"this line says something else than in before: {here} (leaf); {FORKED}"),
        (no_line, f"from here on the register is another one than in before: {here} here, no line there; {FORKED}"),
        (emptied, f"award {award} was erased in before, and here it is back; {PULL}"),
    ):
        told = refused(lambda change=change: against.check(sealed_club.root, with_lines(sealed_club, change)))
        assert told == f"{FILE}:{number}: {words}"


# Changes from outside.


def outside(folder: ClubFolder, earlier: deployed.Earlier) -> list[str]:
    try:
        against.check(folder.root, earlier, outside=True)
    except ContentError as error:
        return [problem.file for problem in error.problems if "by the club's stewards alone" in problem.what]
    return []


def test_stranger_may_write_records_and_nothing_that_is_sealed(sealed_club: ClubFolder) -> None:
    sealed_club.write("issuers/club/keys.age", "keys")
    earlier = earlier_of(sealed_club)
    sealed_club.award("n", AWARD)
    assert outside(sealed_club, earlier) == []
    sealed = sorted(path for path in files_of(sealed_club) if "/sealed/" in path)
    (sealed_club.root / "issuers" / sealed[0]).unlink()
    (sealed_club.root / "issuers" / sealed[1]).write_bytes(b"{}")
    sealed_club.write("issuers/club/keys.age", "other keys")
    sealed_club.write("issuers/club/keys/ann.age", "more keys")
    for name in ("witnesses.txt", "cosignatures/9.txt", "cosigned/a.txt"):
        sealed_club.write(f"issuers/club/{name}", "")
    sealed_club.write("issuers/new/register.jsonl", "")
    sealed_club.write("issuers/club/Register.jsonl", "the same file on some computers")
    assert outside(sealed_club, earlier) == sorted(
        [
            *(f"issuers/{path}" for path in sealed[:2]),
            *("issuers/club/witnesses.txt", "issuers/club/cosignatures/9.txt", "issuers/club/cosigned/a.txt"),
            *("issuers/club/keys.age", "issuers/club/keys/ann.age", "issuers/club/Register.jsonl"),
            "issuers/new/register.jsonl",
        ]
    )


def test_stranger_cannot_even_seal_well(sealed_club: ClubFolder) -> None:
    """What a steward may do is refused from outside, since only the stewards' own commits bring it."""
    earlier = earlier_of(sealed_club)
    sealed_club.award("n", AWARD).seal(AT + timedelta(days=1))
    assert against.check(sealed_club.root, earlier).signed == 2
    told = refused(lambda: against.check(sealed_club.root, earlier, outside=True)).splitlines()
    assert len(told) == 5
    assert (
        f"{FILE}: this file was changed since before, and registers, sealed files, keys, saved copies and what the host runs are written by "
        "the club's stewards alone; put it back as it was"
    ) in told


def test_stranger_changes_neither_what_the_host_runs_nor_what_git_leaves_out(sealed_club: ClubFolder) -> None:
    """What runs there gets the code, and a line less in .gitignore publishes every name with the steward's next commit."""
    files = (".github/workflows/publish.yml", ".gitattributes", ".gitignore", "netlify.toml")
    for name in files:
        sealed_club.write(name, "as it was")
    earlier = earlier_of(sealed_club)
    assert outside(sealed_club, earlier) == []
    for name in files[1:]:
        sealed_club.write(name, "otherwise")
    sealed_club.write(".github/pinback-9-py3-none-any.whl", "a program of another")
    assert outside(sealed_club, earlier) == [
        ".gitattributes",
        ".github/pinback-9-py3-none-any.whl",
        ".gitignore",
        "netlify.toml",
    ]
    (sealed_club.root / files[0]).unlink()
    assert files[0] in outside(sealed_club, earlier)


@pytest.mark.parametrize("name", [".gitignore", ".gitattributes", ".GitIgnore"])
@pytest.mark.parametrize("folder", ["issuers", "issuers/club", "badges", "badges/knots/awards", "site_src", "theme"])
def test_stranger_tells_git_in_no_folder_what_to_leave_out(sealed_club: ClubFolder, folder: str, name: str) -> None:
    """The next sealing would be committed without its documents, and they are lost with the run that made them."""
    earlier = earlier_of(sealed_club)
    sealed_club.write(f"{folder}/{name}", "sealed/\n*.yaml\n")
    assert outside(sealed_club, earlier) == [f"{folder}/{name}"]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "ISSUERS/club/register.jsonl",
            "Site_src/site.yaml",
            "badge\u017f/knots/badge.md",
            "Who-Is-Who.csv",
            ".GitHub/workflows/x.yml",
        ),
        *("issuers/club/Register.jsonl", "issuers/club/Sealed/status/revocation-1.json"),
    ],
)
def test_name_that_is_another_elsewhere_is_told(sealed_club: ClubFolder, name: str) -> None:
    """There git would put a stranger's register in the place of the club's."""
    earlier = earlier_of(sealed_club)
    sealed_club.write("README.md", "This name is no other's.")
    assert against.check(sealed_club.root, earlier).lines > 0
    sealed_club.write(name, "another")
    assert "for one, and put the one in the place of the other; delete it" in refused(
        lambda: against.check(sealed_club.root, earlier)
    )


def test_private_list_in_git_is_told_and_one_that_git_ignores_is_not(sealed_club: ClubFolder) -> None:
    """A steward's own list, which git ignores, would be overwritten without a word by one that is fetched."""
    earlier = earlier_of(sealed_club)
    sealed_club.write("who-is-who.csv", "name,link\n")
    assert against.check(sealed_club.root, earlier).lines > 0
    git(sealed_club.root, "init")
    assert "who-is-who.csv: the private list of names and links is in git" in refused(
        lambda: against.check(sealed_club.root, earlier)
    )
    sealed_club.write(".gitignore", "/who-is-who.csv\n")
    assert against.check(sealed_club.root, earlier).lines > 0
    git(sealed_club.root, "add", "--force", "who-is-who.csv")
    assert "who-is-who.csv: the private list" in refused(lambda: against.check(sealed_club.root, earlier))


def test_notes_of_running_commands_in_git_are_told(sealed_club: ClubFolder) -> None:
    """By this one the next command that writes would put the stranger's bundle in the place of the club's keys."""
    earlier = earlier_of(sealed_club)
    git(sealed_club.root, "init")
    git(sealed_club.root, "add", ".")
    assert against.check(sealed_club.root, earlier).lines > 0
    key = register_of(sealed_club).keys["ed25519"]["id"]
    sealed_club.write(".pinback/keys-club.json", json.dumps({"length": 1, "target": "keys.age", "keys": [key]}))
    git(sealed_club.root, "add", "--force", ".pinback/keys-club.json")
    assert ".pinback: this folder is in git; by what lies in it a command finishes" in refused(
        lambda: against.check(sealed_club.root, earlier)
    )


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
@pytest.mark.parametrize("place", ["issuers", "issuers/club", "issuers/club/sealed", "issuers/club/register.jsonl"])
def test_link_in_place_of_a_guarded_folder_is_a_change(sealed_club: ClubFolder, place: str) -> None:
    """What it points at is the same today, and could be changed by anybody tomorrow."""
    earlier = earlier_of(sealed_club)
    moved = sealed_club.root / "elsewhere"
    (sealed_club.root / place).rename(moved)
    (sealed_club.root / place).symlink_to(moved)
    assert outside(sealed_club, earlier) == [place]


def test_site_cannot_say_what_a_stranger_changed(sealed_club: ClubFolder) -> None:
    told = refused(lambda: against.check(sealed_club.root, note_of(sealed_club), outside=True))
    assert told == "the site is a site and shows no register; name a commit or a copy of the club's folder"


# Publish first, then seal.


def rotate(folder: ClubFolder, role: str, at=AT + timedelta(days=1)) -> Held:
    """Add a key and retire the one before it."""
    register, held, fresh = register_of(folder), Held("test", "second"), make_test_keys("second")
    keys = keys_of(register, make_test_keys("test"))
    old, new = getattr(keys, role), fresh.keys[role]
    lines = []
    for event, key, more, added in (("key-add", new, {"role": role}, fresh), ("key-retire", old, {}, None)):
        line = {"n": len(register.lines) + len(lines), "event": event, "at": now_text(at), **more}
        line["key"] = {"id": key.id, "type": key.type, "public": key.public}
        lines.append(key_event(register.origin, line, keys.ed25519.id, held, added))
    lines.append(checkpoint_line(register, lines, keys, now_text(at)))
    append_file(folder.root / FILE, b"".join(line_bytes(line) for line in lines))
    return held


def seal(folder: ClubFolder, held: Held, said: list[str], **options) -> list[sealing.SealedNow]:
    return sealing.seal(folder.root, lambda: AT + timedelta(days=2), said.append, lambda *_: held, **options)


@pytest.mark.parametrize("role", ["ed25519", "rsa", "log"])
def test_new_key_signs_awards_only_when_it_is_online(sealed_club: ClubFolder, role: str) -> None:
    before = earlier_of(sealed_club)
    held, said = rotate(sealed_club, role), []
    known = register_of(sealed_club).keyring.active(role)[-1]
    sealed_club.award("n", AWARD)
    files = files_of(sealed_club)
    told = refused(lambda: seal(sealed_club, held, said))
    assert told.startswith(
        f"{FILE}:9: the key {known.id} is new, and nothing shows that it is online; publish first: commit and push, let the site"
    )
    asked = []

    def online(slug: str, register: Register, key: RegisterKey) -> bool:
        asked.append((slug, key.id))
        return against.shows(before, slug, register, key)

    assert seal(sealed_club, held, said, online=online, or_wait=True) == []
    assert asked == [("club", known.id)]
    assert said[-1].endswith("is new, and nothing shows that it is online; the awards wait for the next run")
    assert files_of(sealed_club) == files
    after = note_of(sealed_club)
    [done] = seal(sealed_club, held, said, online=lambda *key: against.shows(after, *key))
    assert done.awards == 1


def note_over(register: Register, size: int, key: PublicKey, held: Held) -> deployed.Earlier:
    """Return a site that shows a checkpoint over the first leaves of a register, signed by this log key."""
    checkpoint = Checkpoint(register.origin, size, Frontier(register.leaves[:size]).root())
    return deployed.Earlier("the site", notes={"club": signed_note(checkpoint, key, held)})


def test_checkpoint_that_the_log_key_signed_elsewhere_is_told(sealed_club: ClubFolder) -> None:
    """It is over lines that stand here, but no sealing ended with them."""
    register, held = register_of(sealed_club), Held("test")
    key = make_test_keys("test").keys["log"]
    size = len(register.leaves)
    assert against.check(sealed_club.root, note_over(register, size, key, held)).lines == len(register.lines)
    number = [n for n, line in enumerate(register.lines, 1) if line["event"] != "checkpoint"][size - 3]
    for over, place in ((size - 2, number), (0, 1)):
        assert refused(lambda over=over: against.check(sealed_club.root, note_over(register, over, key, held))) == (
            f"{FILE}:{place}: this register never had the checkpoint that the site shows (over {over} lines); {FORKED}"
        )


def test_checkpoint_of_old_by_the_new_log_key_is_told(sealed_club: ClubFolder) -> None:
    """Only the old key can have signed it then: the new one was made later."""
    size, line = len(register_of(sealed_club).leaves), len(register_of(sealed_club).lines)
    held = rotate(sealed_club, "log")
    register = register_of(sealed_club)
    old, new = (make_test_keys(seed).keys["log"] for seed in held.seeds)
    assert against.check(sealed_club.root, note_over(register, size, old, held)).lines == line
    assert refused(lambda: against.check(sealed_club.root, note_over(register, size, new, held))) == (
        f"{FILE}:{line}: the checkpoint that the site shows is signed by a log key that could not sign it then; {FORKED}"
    )


def test_first_keys_and_changes_of_awards_wait_for_nothing(sealed_club: ClubFolder) -> None:
    held = rotate(sealed_club, "ed25519")
    path = sealed_club.root / "badges/knots/awards/2026-05-17-otter.yaml"
    path.write_text(f"{path.read_text()}revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    [done] = seal(sealed_club, held, [])
    assert (done.awards, done.revocations) == (0, 1)


def test_site_with_another_history_vouches_for_no_key(sealed_club: ClubFolder) -> None:
    other = copied(sealed_club, "other")
    held = rotate(sealed_club, "rsa")
    other.award("m", OTHER).seal(AT + timedelta(days=1))
    note = note_of(other)
    sealed_club.award("n", AWARD)
    assert "from here on" in refused(
        lambda: seal(sealed_club, held, [], online=lambda *key: against.shows(earlier_of(other), *key))
    )
    assert "never had the checkpoint" in refused(
        lambda: seal(sealed_club, held, [], online=lambda *key: against.shows(note, *key))
    )


# Two stewards, two clones, one hub; and the commands.


@pytest.fixture
def clones(sealed_club: ClubFolder, tmp_path: Path) -> tuple[ClubFolder, ClubFolder]:
    """Two stewards' clones of one bare repository, each with the code."""
    sealed_club.write(".gitignore", ".pinback/\nsite/\n")
    sealed_club.write(".gitattributes", "issuers/*/register.jsonl -text merge=binary\nissuers/*/sealed/** -text\n")
    git(sealed_club.root, "init")
    git(sealed_club.root, "add", ".")
    git(sealed_club.root, "commit", "-m", "sealed")
    git(tmp_path, "clone", "--bare", str(sealed_club.root), "hub.git")
    for name in ("ann", "ben"):
        git(tmp_path, "clone", "hub.git", name)
    return ClubFolder(tmp_path / "ann"), ClubFolder(tmp_path / "ben")


def commit(folder: ClubFolder) -> None:
    git(folder.root, "add", "--all")
    git(folder.root, "commit", "-m", "sealed")


def pushed(folder: ClubFolder) -> bool:
    try:
        git(folder.root, "push", "origin", "HEAD:main")
    except subprocess.CalledProcessError:
        return False
    return True


def command(*words: str, folder: ClubFolder, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run([*words, "-C", str(folder.root)])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_two_stewards_who_seal_at_once_lose_nothing(
    clones: tuple[ClubFolder, ClubFolder], capsys: pytest.CaptureFixture[str]
) -> None:
    ann, ben = clones
    ann.award("n", AWARD).seal(AT + timedelta(days=1))
    path = ann.root / "badges/knots/awards/2026-05-17-otter.yaml"
    path.write_text(f"{path.read_text()}revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    ann.seal(AT + timedelta(days=1))
    commit(ann)
    assert pushed(ann)
    ben.award("m", OTHER).badge(criteria="Tie nine knots.").seal(AT + timedelta(days=2))
    mine = list(register_of(ben).awards)[-1]
    commit(ben)
    assert not pushed(ben)

    # Ben pulls, and git cannot join the registers; check says what happened and what to do.
    with pytest.raises(subprocess.CalledProcessError):
        git(ben.root, "pull", "--no-rebase", "origin", "main")
    code, told = command("check", folder=ben, capsys=capsys)
    assert code == 1
    assert (
        "issuers/club/register.jsonl: two people sealed at the same time, and git could not join their registers (sealed "
        "files that do not fit: "
    ) in told
    assert (
        "; give yours up and seal again: git merge --abort (or git rebase --abort), pinback seal --undo, and the steps "
        "that it names"
    ) in told
    assert told.count("two people sealed at the same time") == 1

    # The steps.
    git(ben.root, "merge", "--abort")
    base = git(ben.root, "merge-base", "HEAD", "origin/main")[:10]
    code, told = command("seal", "--undo", folder=ben, capsys=capsys)
    assert (code, told.splitlines()) == (
        0,
        [
            f"club: as in {base} again; 1 award, 1 badge version wait again.",
            f"The sealing is in commits that nobody has. So that they are never pushed: git reset --soft {base}, "
            "then git add --all and git commit; then git pull --no-rebase and pinback seal.",
        ],
    )
    git(ben.root, "reset", "--soft", base)
    commit(ben)
    git(ben.root, "pull", "--no-rebase", "origin", "main")
    ben.seal(AT + timedelta(days=3))
    commit(ben)
    assert pushed(ben)
    found = register_of(ben)
    assert list(found.awards) == [*register_of(ann).awards, mine]
    assert (len(found.awards), len(found.revoked)) == (5, 1)
    assert against.check(ben.root, deployed.commit(ann.root, "HEAD"), every_signature=True).lines == 13
    # What was given up is in no commit that the hub has.
    history = git(ben.root, "log", "--format=%H", "--", f"issuers/club/sealed/awards/{mine}").split()
    assert len(history) == 1


def test_commands_say_what_the_guard_found(
    clones: tuple[ClubFolder, ClubFolder], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = clones
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    ben.award("n", AWARD).seal(AT + timedelta(days=1))
    commit(ben)
    assert pushed(ben)
    code, told = command("check", "--against", "origin/main", folder=ben, capsys=capsys)
    assert (code, told) == (
        0,
        "1 badge, 4 awards: no problems.\n10 lines stand as in origin/main, 1 signed thing was proved.\n",
    )
    git(ann.root, "fetch")
    code, told = command("check", "--against", "origin/main", "--format", "json", folder=ann, capsys=capsys)
    [problem] = json.loads(told)
    assert (code, problem["file"], problem["line"], problem["cure"]) == (1, FILE, 8, PULL)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code, told = command("check", "--against", "origin/main", folder=ann, capsys=capsys)
    assert (code, f"::error file={FILE},line=8::the club's register here is older than what was published" in told) == (
        1,
        True,
    )


def test_commands_refuse_what_does_not_go_together(sealed_club: ClubFolder, capsys: pytest.CaptureFixture[str]) -> None:
    for words, told in (
        (("check", "--outside"), "pinback: --all-signatures and --outside belong to --against; add it"),
        (
            ("seal", "--undo", "--published"),
            "pinback: --undo goes with --issuer and --deployed alone; leave the others out",
        ),
        (
            ("seal", "--undo"),
            "pinback: nothing here says what was deployed or pushed; name it: --deployed HEAD~1 (the commit before this one), "
            "or --deployed and a copy of the folder",
        ),
        (
            ("seal", "--undo", "--deployed", "https://badges.example.org/"),
            "pinback: https://badges.example.org/ is a site and shows no register; name a commit or a copy of the club's folder",
        ),
    ):
        assert command(*words, folder=sealed_club, capsys=capsys) == (2, f"{told}\n")


def test_undo_by_command_to_a_named_commit_and_to_a_copy(
    clones: tuple[ClubFolder, ClubFolder], capsys: pytest.CaptureFixture[str]
) -> None:
    ann, _ = clones
    copy = copied(ann, "copy")
    ann.award("n", AWARD).seal(AT + timedelta(days=1))
    commit(ann)
    base = git(ann.root, "rev-parse", "HEAD~1")[:10]
    code, told = command("seal", "--undo", "--deployed", "HEAD~1", folder=ann, capsys=capsys)
    assert (code, told.splitlines()[0]) == (0, f"club: as in {base} again; 1 award wait again.")
    assert command("seal", "--undo", folder=ann, capsys=capsys) == (0, "Nothing to undo.\n")
    ann.seal(AT + timedelta(days=2))
    code, told = command("seal", "--undo", "--deployed", str(copy.root), folder=ann, capsys=capsys)
    assert (code, told) == (0, f"club: as in the folder {copy.root} again; 1 award wait again.\n")
    assert files_of(ann, "issuers") == files_of(copy, "issuers")


@pytest.mark.parametrize("name", ["MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD"])
def test_merge_or_rebase_under_way_is_seen_from_a_second_work_tree_and_a_folder_below(
    tmp_path: Path, name: str
) -> None:
    git(tmp_path, "init", "-q", "one")
    git(tmp_path / "one", "commit", "-q", "--allow-empty", "-m", "x")
    git(tmp_path / "one", "worktree", "add", "-q", "../two")
    for tree, place in (("one", tmp_path / "one/.git"), ("two", tmp_path / "one/.git/worktrees/two")):
        club = tmp_path / tree / "club"
        club.mkdir()
        assert not is_joining(club)
        (place / name).mkdir()
        assert is_joining(club)
        (place / name).rmdir()
    assert not is_joining(tmp_path)
