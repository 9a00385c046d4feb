"""What may happen to a club: good steps, which the guard must let pass, and bad ones, which it must catch.

A step returns False where it does not apply (no award left to withdraw, no older state to go back to).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta

from conftest import ClubFolder, make_test_keys
from world import SEEDS, World, git

from pinback import against, closing, deployed, moving, sealing
from pinback.canonical import base64url, base64url_bytes, sha256_name
from pinback.content.read import read_club
from pinback.errors import UsageError
from pinback.outputs import json_bytes
from pinback.proofs import eddsa_rdfc
from pinback.register import Register, complete, erased, now_text, record_hash
from pinback.register_proofs import key_event
from pinback.status import encoded_list

Step = Callable[[World], bool]
GOOD: list[Step] = []
BAD: list[Step] = []


def good(step: Step) -> Step:
    GOOD.append(step)
    return step


def bad(step: Step) -> Step:
    BAD.append(step)
    return step


def living(world: World) -> list[str]:
    """Return awards of which nothing has become, and in whose records nothing is asked."""
    register = world.register
    asked = {*register.revoked, *register.suspended}
    return [
        id_
        for id_ in register.awards
        if id_ not in asked and not {"revoked:", "suspended:"} & set(world.record_of(id_).read_text().split())
    ]


def chosen(world: World, among: list[str]) -> str:
    return world.random.choice(among)


def add_to_record(world: World, award: str, text: str) -> None:
    path = world.record_of(award)
    path.write_text(path.read_text() + text)


# Good.


@good
def seal_an_award(world: World) -> bool:
    world.new_record()
    world.seal()
    return True


@good
def seal_several_with_a_new_text(world: World) -> bool:
    world.club.badge(criteria=f"Tie {world.awards + 7} knots.")
    for _ in range(2):
        world.new_record("valid_until: 2030-01-01\n")
    world.seal()
    return True


@good
def withdraw(world: World) -> bool:
    if not (ids := living(world)):
        return False
    add_to_record(world, chosen(world, ids), "revoked:\n  on: 2026-06-01\n  reason: mistake\n")
    world.seal()
    return True


@good
def suspend(world: World) -> bool:
    if not (ids := living(world)):
        return False
    add_to_record(world, chosen(world, ids), "suspended:\n  on: 2026-06-01\n")
    world.seal()
    return True


@good
def restore(world: World) -> bool:
    if not (ids := list(world.register.suspended)):
        return False
    path = world.record_of(chosen(world, ids))
    path.write_text(path.read_text().partition("suspended:")[0])
    world.seal()
    return True


@good
def correct(world: World) -> bool:
    if not (ids := living(world)):
        return False
    world.new_record(f"supersedes: {chosen(world, ids)}\n")
    world.seal()
    return True


@good
def erase(world: World) -> bool:
    # A record that another one points at stays, and its award is not erased here.
    pointed = {*world.register.superseded, *world.register.superseded.values()}
    if not (ids := [id_ for id_ in world.register.awards if id_ not in pointed]):
        return False
    award = chosen(world, ids)
    world.record_of(award).write_text(f"id: {award}\nerased: true\n")
    world.seal()
    return True


@good
def endorse_a_group(world: World) -> bool:
    name = f"group-{len(world.register.groups)}"
    world.club.write(
        f"issuers/club/groups/{name}.yaml",
        f"name: A Group\ndid: did:web:{name}.example.org\nprofile: https://{name}.example.org/issuers/group/issuer.json\n"
        "since: 2026-05-01\ntext: A group that teaches well.\n",
    )
    world.seal()
    return True


@good
def end_an_endorsement(world: World) -> bool:
    if not (names := [name for name, endorsed in world.register.groups.items() if not endorsed.ended]):
        return False
    path = world.root / f"issuers/club/groups/{chosen(world, names)}.yaml"
    path.write_text(path.read_text() + "ended: 2026-06-01\n")
    world.seal()
    return True


@good
def rotate_keys(world: World) -> bool:
    if len(world.keys) == len(SEEDS):
        return False
    roles = [role for role in ("rsa", "log", "ed25519") if world.random.random() < 0.6] or ["log"]
    world.add_keys("key-retire", roles)
    return True


@good
def answer_a_theft(world: World) -> bool:
    if len(world.keys) == len(SEEDS):
        return False
    world.add_keys("key-revoke", ["rsa", "ed25519"], as_of=now_text(world.at + timedelta(hours=1)))
    world.reseal()
    return True


@good
def change_a_page(world: World) -> bool:
    world.club.write("site_src/about.md", f"---\ntitle: About\n---\n\nOn {world.later():%d %B}.\n")
    return True


@good
def move_the_site(world: World) -> bool:
    if len(world.register.places) > 1:
        return False
    new_did = world.random.random() < 0.5
    moving.move(world.root, "https://new.example.org/", new_did, world.later, lambda words: None, lambda *_: world.ring)
    return True


@good
def end_the_issuer(world: World) -> bool:
    try:
        closing.close(world.root, "club", world.later, lambda words: None, lambda *_: world.ring)
    except UsageError:
        # Something waits for a sealing.
        return False
    return True


@good
def seal_and_take_back(world: World) -> bool:
    world.new_record()
    if ids := living(world):
        add_to_record(world, chosen(world, ids), "revoked:\n  on: 2026-06-01\n  reason: holders-wish\n")
    world.seal()
    against.undo(world.root, deployed.common_states(world.root, None))
    return True


@good
def two_stewards_who_follow_the_steps(world: World) -> bool:
    """The other one is first; this one takes back, pulls and seals again."""
    other = another_clone(world)
    seal_an_award(other)
    other.commit()
    other.deploy()
    world.awards += 10
    seal_an_award(world)
    world.commit()
    git(world.root, "fetch", "-q")
    against.undo(world.root, deployed.common_states(world.root, None))
    git(world.root, "reset", "-q", "--soft", git(world.root, "merge-base", "HEAD", "origin/main"))
    world.commit()
    git(world.root, "pull", "-q", "--no-rebase", "origin", "main")
    world.at = other.at
    world.seal()
    assert len(world.register.awards) == len(other.register.awards) + 1
    return True


def another_clone(world: World) -> World:
    other = object.__new__(World)
    folder = world.folder / "other"
    shutil.rmtree(folder, ignore_errors=True)
    git(world.folder, "clone", "-q", "hub.git", "other")
    other.folder, other.random, other.at = world.folder, world.random, world.at
    other.keys, other.awards, other.club = list(world.keys), world.awards + 1, ClubFolder(folder)
    return other


# Bad: older, other or shortened histories.


def older_state(world: World) -> str | None:
    """Return a deployed commit with a shorter register."""
    now = (world.root / "issuers/club/register.jsonl").read_bytes()
    states = [state for state in world.states() if deployed.commit(world.root, state).registers["club"] != now]
    return chosen(world, states) if states else None


def go_back(world: World, state: str) -> None:
    shutil.rmtree(world.root / "issuers")
    shutil.rmtree(world.root / "badges")
    git(world.root, "checkout", "-q", state, "--", "issuers", "badges", "site_src")


@bad
def restore_an_old_backup(world: World) -> bool:
    if not (state := older_state(world)):
        return False
    go_back(world, state)
    return True


@bad
def fork_from_an_old_backup(world: World) -> bool:
    """The forked register grows longer than the published one."""
    if not (state := older_state(world)):
        return False
    length = len(world.lines())
    go_back(world, state)
    while len(world.lines()) <= length:
        world.new_record()
        # A site with the old backup would vouch for the keys that it shows.
        sealing.seal(world.root, world.later, lambda line: None, lambda *_: world.ring, online=lambda *_: True)
    return True


@bad
def force_push_over_a_commit(world: World) -> bool:
    if not (state := older_state(world)):
        return False
    git(world.root, "reset", "-q", "--hard", state)
    world.new_record()
    sealing.seal(world.root, world.later, lambda line: None, lambda *_: world.ring, online=lambda *_: True)
    world.commit()
    git(world.root, "push", "-q", "--force", "origin", "HEAD:main")
    return True


@bad
def cut_the_register_and_everything_that_came_with_it(world: World) -> bool:
    lines = world.lines()
    # Nothing of a line that was emptied since can be made up.
    erased_at = max((number for number, line in enumerate(lines, 1) if line["event"] == "erase"), default=0)
    ends = [number for number, line in enumerate(lines, 1) if line["event"] == "checkpoint" and number > erased_at][:-1]
    if not ends:
        return False
    end = world.random.choice(ends)
    world.write_lines(lines[:end])
    kept = world.register
    for path in world.store.strangers(kept):
        path.unlink()
    for line in lines[end:]:
        if line["event"] == "award" and "record" in line:
            world.record_of(line["id"]).unlink()
    return True


@bad
def cut_the_register_alone(world: World) -> bool:
    lines = world.lines()
    world.write_lines(lines[: world.random.randrange(1, len(lines))])
    return True


@bad
def begin_anew(world: World) -> bool:
    """The register is lost, so somebody makes new keys and seals all again."""
    shutil.rmtree(world.root / "issuers")
    shutil.rmtree(world.root / "badges")
    fresh = ClubFolder(world.root).site().issuer().badge()
    fresh.award("a1", "issued_on: 2026-05-17\nhandle: otter-1\n")
    fresh.keys(seed="stranger", at=world.later())
    fresh.seal(world.later())
    return True


@bad
def issuer_is_gone(world: World) -> bool:
    base_url = world.register.base_url
    shutil.rmtree(world.root / "issuers")
    shutil.rmtree(world.root / "badges")
    world.club.issuer("other", did="did:web:badges.example.org:issuers:other")
    world.club.site(default_issuer="other", base_url=base_url)
    return True


@bad
def join_two_registers_by_hand(world: World) -> bool:
    """Two stewards seal, and one of them pastes both ends together."""
    begun = world.lines()
    other = another_clone(world)
    seal_an_award(other)
    theirs = other.lines()[len(begun) :]
    world.awards += 10
    seal_an_award(world)
    world.write_lines([*world.lines(), *theirs])
    return True


@bad
def other_steward_was_first_and_is_overwritten(world: World) -> bool:
    """The other's sealing is deployed; this one is pushed over it by force."""
    other = another_clone(world)
    seal_an_award(other)
    other.commit()
    other.deploy()
    world.awards += 10
    seal_an_award(world)
    git(world.root, "fetch", "-q")
    return True


# Bad: what was sealed is changed.


def sealed_file(world: World, among: str = "**/*") -> str:
    top = world.root / "issuers/club/sealed"
    files = sorted(path for path in top.glob(among) if path.is_file())
    return world.random.choice(files).relative_to(world.root).as_posix()


@bad
def damage_a_sealed_file(world: World) -> bool:
    path = world.root / sealed_file(world)
    data = bytearray(path.read_bytes())
    data[world.random.randrange(len(data))] ^= 1 << world.random.randrange(8)
    path.write_bytes(data)
    return True


@bad
def delete_a_sealed_file(world: World) -> bool:
    (world.root / sealed_file(world)).unlink()
    return True


@bad
def delete_a_record(world: World) -> bool:
    if not world.register.awards:
        return False
    world.record_of(chosen(world, list(world.register.awards))).unlink()
    return True


def forge_document(world: World, with_log_key: bool) -> bool:
    """Change the words of a sealed credential, and make its register line anew."""
    ids = [id_ for id_ in world.register.awards if id_]
    if not ids:
        return False
    award = chosen(world, ids)
    path = world.store.award_path(award, "credential.json")
    path.write_bytes(path.read_bytes().replace(b"Ties knots", b"Ties nooses", 1))
    lines = world.lines()
    signing = [line for line in lines if line["event"] in ("award", "reseal") and line["id"] == award][-1]
    signing["files"]["credential.json"] = sha256_name(path.read_bytes())
    world.rewritten(lines, with_log_key)
    return True


@bad
def forge_a_document_and_its_line(world: World) -> bool:
    return forge_document(world, with_log_key=False)


@bad
def forge_a_document_with_a_stolen_log_key(world: World) -> bool:
    return forge_document(world, with_log_key=True)


# Bad: the log key is stolen.


@bad
def unsay_a_withdrawal(world: World) -> bool:
    """The line is taken out of history; list and record are made to fit."""
    lines = world.lines()
    found = [line for line in lines if line["event"] == "revoke" and line["id"] in world.register.awards]
    if not found:
        return False
    world.rewritten([line for line in lines if line is not found[0]], with_log_key=True)
    path = world.record_of(found[0]["id"])
    path.write_text(path.read_text().partition("revoked:")[0])
    return True


@bad
def swap_two_lines(world: World) -> bool:
    lines = world.lines()
    pairs = [
        place
        for place in range(1, len(lines) - 1)
        if "checkpoint" not in (lines[place]["event"], lines[place + 1]["event"]) and lines[place]["event"] == "award"
    ]
    if not pairs:
        return False
    place = world.random.choice(pairs)
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    world.rewritten(lines, with_log_key=True)
    return True


@bad
def change_a_position(world: World) -> bool:
    lines = world.lines()
    line = world.random.choice([line for line in lines if line["event"] == "award"])
    line["index"] ^= 1
    world.rewritten(lines, with_log_key=True)
    return True


@bad
def change_line_0(world: World) -> bool:
    lines = world.lines()
    lines[0] |= world.random.choice(
        ({"demonstration": True}, {"did": "did:web:evil.example.org"}, {"base_url": "https://evil.example.org/"})
    )
    world.rewritten(lines, with_log_key=True)
    if lines[0]["base_url"] != world.club.base_url:
        world.club.site(base_url=lines[0]["base_url"])
    return True


@bad
def empty_a_line_without_an_erasure(world: World) -> bool:
    lines = world.lines()
    places = [place for place, line in enumerate(lines) if line["event"] == "award" and "files" in line]
    if not places:
        return False
    place = world.random.choice(places)
    lines[place] = erased(lines[place])
    world.write_lines(lines)
    return True


@bad
def bring_back_an_erased_award(world: World) -> bool:
    """Documents and line come from the history of the repository."""
    gone = [line for line in world.lines() if line["event"] == "erase"]
    if not gone:
        return False
    award = gone[0]["id"]
    states = [
        state for state in world.states() if award.encode() in deployed.commit(world.root, state).registers["club"]
    ]
    old = [json.loads(raw) for raw in deployed.commit(world.root, states[-1]).registers["club"].splitlines()]
    lines = world.lines()
    for place, line in enumerate(old[: len(lines)]):
        if line["event"] == "award" and line["id"] == award:
            lines[place] = line
    if lines == world.lines():
        return False
    world.write_lines(lines)
    git(world.root, "checkout", "-q", states[-1], "--", f"issuers/club/sealed/awards/{award}")
    return True


def append_with_log_key(world: World, *fields: dict) -> None:
    """Append lines as somebody who has the log key alone, and can add to the register whatever its rules let pass."""

    def make(register: Register, stamp: str) -> list[dict]:
        start = len(register.lines)
        return [complete({"n": start + place, "at": stamp, **line}) for place, line in enumerate(fields)]

    world.append(make)


@bad
def award_without_a_signing_key(world: World) -> bool:
    """A new award whose documents are copies of another's, with another id."""
    if not world.register.awards:
        return False
    known = world.register.awards[chosen(world, list(world.register.awards))]
    world.new_record()
    name = f"badges/knots/awards/a{world.awards}.yaml"
    fake = "abcdefghijklmnop"
    world.club.write(name, f"id: {fake}\n{world.club.read(name)}")
    files = {}
    for form in known.files:
        data = world.store.award_path(known.id, form).read_bytes()
        if form.endswith(".json"):
            data = data.replace(known.id.encode(), fake.encode())
        else:
            head, payload, signature = data.decode().split(".")
            payload = base64url(base64url_bytes(payload).replace(known.id.encode(), fake.encode()))
            data = f"{head}.{payload}.{signature}".encode()
        files[form] = data
        world.club.write(f"issuers/club/sealed/awards/{fake}/{form}", data.decode())
    register = world.register
    moved = {"club"} if len(register.places) > 1 else set()
    club, _ = read_club(world.root, set(register.awards) | set(register.erased), moved)
    typed = next(award.typed for award in club.awards if award.id == fake)
    active = [register.keyring.active(role)[-1].id for role in ("ed25519", "rsa")]
    append_with_log_key(
        world,
        {
            "event": "award",
            "id": fake,
            "badge": known.badge,
            "version": known.version,
            "list": register.open_list(),
            "index": next(n for n in range(99) if n not in register.used_indexes(register.open_list())),
            "record": record_hash(typed),
            "keys": active,
            "files": {form: sha256_name(data) for form, data in files.items()},
        },
    )
    return True


@bad
def list_without_a_signing_key(world: World) -> bool:
    """A status list on which everybody is in force again, signed by a key of the thief's own."""
    (purpose, number), _ = next(iter(world.register.status.items()))
    path = world.store.status_path(purpose, number)
    document = json.loads(path.read_bytes())
    proof = document.pop("proof")[0]
    document["credentialSubject"]["encodedList"] = encoded_list([])
    stranger = make_test_keys("stranger")
    key = stranger.keys["ed25519"].id
    method = proof["verificationMethod"]
    if world.random.random() < 0.5:
        method = f"{document['issuer']}#{key}"
    signed = json_bytes(eddsa_rdfc.add_proof(document, proof["created"], method, key, stranger))
    append_with_log_key(world, {"event": "status", "list": number, "purpose": purpose, "file": sha256_name(signed)})
    path.write_bytes(signed)
    return True


@bad
def old_list_is_sealed_again(world: World) -> bool:
    """A true list from before a withdrawal comes back under a new line."""
    path = world.store.status_path("revocation", 1)
    shown = path.relative_to(world.root).as_posix()
    olds = {deployed.commit(world.root, state).file(shown) for state in world.states()} - {path.read_bytes(), None}
    if not olds:
        return False
    old = world.random.choice(sorted(olds))
    append_with_log_key(world, {"event": "status", "list": 1, "purpose": "revocation", "file": sha256_name(old)})
    path.write_bytes(old)
    return True


@bad
def stranger_adds_a_key(world: World) -> bool:
    """The event is signed by the stranger's own key, in the name of the club's."""
    stranger = make_test_keys("stranger")

    class Pretender:
        def sign(self, key_id: str, data: bytes) -> bytes:
            return stranger.sign(stranger.keys["ed25519"].id, data)

    key = stranger.keys["ed25519"]

    def make(register: Register, stamp: str) -> list[dict]:
        line = {"n": len(register.lines), "event": "key-add", "at": stamp, "role": "ed25519"}
        line["key"] = {"id": key.id, "type": key.type, "public": key.public}
        by = register.keyring.active("ed25519")[-1].id
        return [key_event(register.origin, line, by, Pretender(), stranger)]

    world.append(make)
    return True


@bad
def move_by_hand(world: World) -> bool:
    world.club.site(base_url="https://elsewhere.example.org/")
    return True
