"""Two clubs witness each other by files, and after a theft the log decides which awards are from before."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from conftest import AT, ClubFolder
from world import World

from pinback import pipeline, watching
from pinback.archiving import archive
from pinback.cli.online import live
from pinback.errors import ContentError, SigningError, UsageError
from pinback.log import PublicLog, log_key, signed_note
from pinback.register import now_text
from pinback.seal.reseal import salvage
from pinback.seal.store import Store
from pinback.tlog.auditing import LogFault
from pinback.tlog.notes import Checkpoint, NoteKey
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import SnapshotDoor
from pinback.verify.inputs import judge_input
from pinback.verify.report import Report
from pinback.verify.verdict import Verdict

OWN, OTHER = "badges.example.org", "badges.witness.example"


class Web:
    """The two clubs, and their sites as they are online."""

    def __init__(self, folder: Path) -> None:
        (folder / "world").mkdir()
        self.folder = folder / "web"
        self.world = World(folder / "world", Random("witness"))
        other = ClubFolder(folder / "other", f"https://{OTHER}/").site()
        self.other = other.issuer(did=f"did:web:{OTHER}").badge().keys(seed="witness")
        self.other.award("b1", "issued_on: 2026-05-17\nhandle: heron-1\n").seal()
        self.deploy()

    @property
    def root(self) -> Path:
        return self.world.root

    @property
    def get(self) -> object:
        return live(SnapshotDoor(self.folder))

    def deploy(self) -> None:
        """Build both sites and put them at their addresses."""
        for host, root in ((OWN, self.root), (OTHER, self.other.root)):
            shutil.rmtree(self.folder / host, ignore_errors=True)
            pipeline.build(root, self.folder / host)

    def cosign(self, moment: datetime, key: NoteKey | None = None) -> watching.CosignedLog:
        (log,) = watching.logs_at(f"https://{OWN}/issuers/club/log", self.root, self.get)  # type: ignore[arg-type]
        signer = self.other.signers["club"]
        return watching.cosign(self.other.root, "club", log, lambda *_: signer, int(moment.timestamp()), key)

    def collect(self) -> list[object]:
        return list(watching.collect(self.root, "club", self.get))  # type: ignore[arg-type]

    def names(self, done: watching.CosignedLog) -> None:
        """The club names its witness, with the key that the witness has told it."""
        line = f"witness Witness {done.key.text} https://{OTHER}/issuers/club/witness\n"
        (self.root / "issuers/club/witnesses.txt").write_text(line, encoding="utf-8")

    def judged(self, what: Path | str, *witnesses: NoteKey, at: datetime | None = None) -> Report:
        question = Question(at or AT + timedelta(days=400), witnesses=witnesses)
        return judge_input(str(what), Asker(SnapshotDoor(self.folder)), question)


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return Web(tmp_path)


def award_of(web: Web) -> str:
    return next(id_ for id_ in web.world.register.awards if id_ not in web.world.register.revoked)


def test_two_clubs_witness_each_other_by_files(web: Web) -> None:
    id_ = award_of(web)
    credential = f"https://{OWN}/awards/{id_}/credential.json"
    assert web.judged(credential).log.startswith("signed and logged (entry ")
    assert "no witness is known" in web.judged(credential).log

    # The witness signs what is online, and publishes that with its own site.
    done = web.cosign(AT + timedelta(days=2))
    assert done.before is None
    web.deploy()

    # The club names the witness, collects, and publishes the signature.
    with pytest.raises(UsageError, match="names no witness with an address"):
        web.collect()
    web.names(done)
    (found,) = web.collect()
    assert isinstance(found, watching.Collected)
    assert found.path is not None
    assert web.collect()[0].path is None, "known by now"  # type: ignore[attr-defined]
    frozen = (web.folder / OWN / f"awards/{id_}/award.tlog-proof").read_bytes()
    web.deploy()
    assert (web.folder / OWN / f"awards/{id_}/award.tlog-proof").read_bytes() == frozen
    log = web.folder / OWN / "issuers/club/log"
    assert (log / "checkpoint").read_text().count("\n— ") == 2
    assert json.loads((log / "checkpoints.json").read_text())["checkpoints"][-1]["witnessed"] == [
        {"at": now_text(AT + timedelta(days=2)), "by": "Witness"}
    ]

    # Whoever asks reads of it, with the witness's key at hand or by asking the witness's site.
    at = now_text(AT + timedelta(days=2))
    name = f"{OTHER}/issuers/club/log"
    for form in ("credential.json", "credential.jwt.txt", "assertion.jws.txt", "badge.png"):
        report = web.judged(f"https://{OWN}/awards/{id_}/{form}")
        assert report.verdict is Verdict.GENUINE
        assert report.log.startswith(f"signed, logged and witnessed by {name} at {at} (entry "), report.log
        assert report.log.endswith("is for you to say")
    assert web.judged(credential, done.key).log.startswith(f"signed, logged and witnessed by {name} at {at} (entry ")
    assert "for you to say" not in web.judged(credential, done.key).log
    assert web.judged(credential, done.key).values()["log"] == web.judged(credential, done.key).log

    page = (web.folder / OWN / f"awards/{id_}/index.html").read_text(encoding="utf-8")
    assert "Signed, logged and witnessed by Witness on 3 June 2026." in page

    # Before the witness has signed, nothing of it can be known.
    assert "no witness is known" in web.judged(credential, done.key, at=AT + timedelta(days=1)).log

    # An archive has all that it takes, but for the witness's key.
    packed = web.folder.parent / "archive.zip"
    archive(web.root, packed)
    asker = Asker(SnapshotDoor(web.folder))
    question = Question(AT + timedelta(days=400), witnesses=(done.key,))
    parts = judge_input(str(packed), asker, question, True).parts
    (told,) = {part.log.partition(" (")[0] for part in parts if part.source.endswith(f"/{id_}/credential.json")}
    assert told == f"signed, logged and witnessed by {name} at {at}"

    # The next checkpoint continues it; what grows in between is covered by a later signature.
    web.world.new_record()
    web.world.seal()
    web.deploy()
    newest = list(web.world.register.awards)[-1]
    page = (web.folder / OWN / f"awards/{newest}/index.html").read_text(encoding="utf-8")
    assert "Signed and logged. No witness has seen it yet." in page
    again = web.cosign(AT + timedelta(days=20))
    assert again.before == done.seen.checkpoint.size
    web.deploy()
    web.collect()
    assert {one.by for past in PublicLog(web.world.register).past for one in past.cosigned} == set()
    assert pipeline.check(web.root).sealed["club"].log.witnesses == ("Witness",)


def test_witness_signs_no_log_that_was_forked_or_set_back(web: Web) -> None:
    backup = web.folder.parent / "backup"
    shutil.copytree(web.root, backup)
    web.world.new_record()
    web.world.seal()
    web.deploy()
    web.cosign(AT + timedelta(days=2))
    before = {path: path.read_bytes() for path in web.other.root.rglob("cosigned/*")}
    assert before
    shutil.rmtree(web.root)
    backup.rename(web.root)
    web.deploy()
    with pytest.raises(LogFault, match="this log was set back"):
        web.cosign(AT + timedelta(days=3))
    for _ in range(2):
        web.world.new_record()
        web.world.seal()
    web.deploy()
    with pytest.raises(LogFault, match="was removed, changed or moved"):
        web.cosign(AT + timedelta(days=3))
    assert before == {path: path.read_bytes() for path in web.other.root.rglob("cosigned/*")}


def test_witness_keeps_the_newer_of_two_signatures_that_were_made_at_once(web: Web) -> None:
    web.cosign(AT + timedelta(days=2))
    (log,) = watching.logs_at(f"https://{OWN}/issuers/club/log", web.root, web.get)  # type: ignore[arg-type]

    def typed_slowly(*_: object) -> object:
        """The code is asked for when the log was read; meanwhile it grew, and another run signed that."""
        web.world.new_record()
        web.world.seal()
        web.deploy()
        web.cosign(AT + timedelta(days=4))
        return web.other.signers["club"]

    with pytest.raises(UsageError, match="another run has kept what it saw meanwhile; run the command again"):
        watching.cosign(web.other.root, "club", log, typed_slowly, int(AT.timestamp()))  # type: ignore[arg-type]
    (kept,) = web.other.root.rglob("cosigned/*")
    assert kept.read_text(encoding="utf-8").split("\n")[1] == str(PublicLog(web.world.register).past[-1].size)


def test_witness_takes_another_key_only_from_the_person_who_knows_it(web: Web) -> None:
    web.cosign(AT + timedelta(days=2))
    web.world.add_keys("key-retire", ["log"])
    web.world.commit()
    web.world.deploy()
    web.world.new_record()
    web.world.seal()
    web.deploy()
    with pytest.raises(LogFault, match="another key than before"):
        web.cosign(AT + timedelta(days=9))
    register = Store(web.root, "club").load()
    assert register is not None
    newest = log_key(register, register.keyring.active("log")[-1].id)
    assert web.cosign(AT + timedelta(days=9), newest).before is not None


def test_club_is_no_witness_of_itself(web: Web) -> None:
    (log,) = watching.logs_at(f"https://{OTHER}/issuers/club", web.root, web.get)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is the log of issuers/club itself"):
        watching.cosign(web.other.root, "club", log, lambda *_: web.other.signers["club"], 1)


def test_signatures_that_are_nobodys_are_problems_of_the_club(web: Web) -> None:
    done = web.cosign(AT + timedelta(days=2))
    web.deploy()
    web.names(done)
    web.collect()
    (file,) = (web.root / "issuers/club/cosignatures").iterdir()
    sound = file.read_text()
    shown = file.relative_to(web.root).as_posix()
    policy = web.root / "issuers/club/witnesses.txt"
    named = policy.read_text()
    pipeline.check(web.root)
    for path, text, said in (
        (file, "nothing\n", f"{shown}: a checkpoint's signature line is damaged"),
        (file, sound.replace("A", "B", 1), f"{shown}: "),
        (policy, "", f"{shown}: a signature is by {OTHER}/issuers/club/log, which witnesses.txt does not name"),
        (policy, "witness x\n", "issuers/club/witnesses.txt:1: this is no line of a policy"),
    ):
        path.write_text(text)
        with pytest.raises(ContentError) as refused:
            pipeline.check(web.root)
        assert said in str(refused.value)
        file.write_text(sound)
        policy.write_text(named)
    file.write_bytes(sound.replace("\n", "\r\n").encode())
    pipeline.check(web.root)
    file.write_text(sound)
    file.rename(file.with_name("999.txt"))
    with pytest.raises(ContentError, match=r"999\.txt: the register has no checkpoint of this size; delete the file"):
        pipeline.check(web.root)


def test_what_others_say_they_signed_is_compared_with_the_register(web: Web) -> None:
    done = web.cosign(AT + timedelta(days=2))
    web.names(done)
    web.deploy()
    (place,) = (web.folder / OTHER / "issuers/club/witness").rglob("checkpoint")
    sound = place.read_bytes()
    register = web.world.register
    key = web.other.signers["club"].keys["log"]
    other = signed_note(Checkpoint(register.origin, 3, bytes(32)), key, web.other.signers["club"])
    for data, said in (
        (b"\xff", "answers no checkpoint"),
        (other.encode(), "has signed a checkpoint that this register never had"),
        (sound[: sound.rindex(b"\xe2\x80\x94")], "no signature by the key that stands in the policy"),
    ):
        place.write_bytes(data)
        (answer,) = web.collect()
        assert isinstance(answer, SigningError)
        assert said in str(answer)
    place.unlink()
    (answer,) = web.collect()
    assert isinstance(answer, watching.Collected)
    assert answer.size == 0


def test_after_a_theft_the_log_decides_which_awards_are_from_before(web: Web) -> None:
    """The thief holds every key and writes awards of yesterday; the witness had signed before."""
    world, honest = web.world, award_of(web)
    old = (web.folder / OWN / f"awards/{honest}/credential.json").read_bytes()
    done = web.cosign(world.at + timedelta(days=1))
    web.deploy()
    web.names(done)
    web.collect()
    stolen = world.at + timedelta(days=2)

    # With the stolen keys an award is sealed afterwards, and is then signed by a revoked key.
    world.at = stolen + timedelta(days=1)
    world.new_record()
    world.seal()
    forged = list(world.register.awards)[-1]
    pipeline.build(world.root, web.folder / "thief")
    thiefs = (web.folder / "thief" / f"awards/{forged}/credential.json").read_bytes()
    shutil.rmtree(web.folder / "thief")
    world.add_keys("key-revoke", ["rsa", "ed25519"], as_of=now_text(stolen))

    # What can be signed again is what the witness has signed: no pushed commit, no deployed site is needed.
    register = world.register
    lines, by = watching.witnessed_before(world.root, "club", register, stolen.timestamp())
    assert by == "Witness"
    plan = salvage(register, world.store, lambda stolen: lines)
    assert honest in plan.again
    assert plan.dead == (forged,)
    assert watching.witnessed_before(world.root, "club", register, AT.timestamp()) == (0, "")

    # Until then, and for whoever kept the old file: dead for everybody but those who know the witness.
    web.deploy()
    for number, (data, witnesses, verdict) in enumerate(
        (
            (old, (), Verdict.FORGED),
            # Its status is not known yet, because the list of withdrawn badges is signed with a stolen key too.
            (old, (done.key,), Verdict.CANNOT_TELL),
            (thiefs, (done.key,), Verdict.FORGED),
        )
    ):
        file = web.folder.parent / f"{number}.json"
        file.write_bytes(data)
        report = web.judged(file, *witnesses)
        assert report.verdict is verdict, report.sentence
    assert any(
        "saw this badge in the log at" in line.words
        for line in web.judged(web.folder.parent / "1.json", done.key).lines
    )

    # Signed again, the award has two proofs: that of its new documents, and that of the old ones.
    world.commit()
    world.deploy()
    world.reseal()
    web.deploy()
    names = {path.name for path in (web.folder / OWN / f"awards/{honest}").glob("*.tlog-proof")}
    assert names == {"award.tlog-proof", "award-1.tlog-proof", "witnessed-1.tlog-proof"}
    assert web.judged(f"https://{OWN}/awards/{honest}/credential.json").log.startswith("signed and logged")
    report = web.judged(web.folder.parent / "1.json", done.key)
    assert report.verdict is Verdict.GENUINE, report.sentence
    assert report.log.startswith("signed, logged and witnessed by ")
