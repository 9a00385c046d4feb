"""What the checker believes of a log: proofs that hold, proofs that do not, and whose witnesses count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from conftest import AT, ClubFolder, make_test_keys

from pinback.errors import FetchError, UsageError
from pinback.tlog.inclusion import proof_bytes
from pinback.tlog.notes import COSIGNATURE, NOTE, NoteKey, cosigned, read_note
from pinback.verify import limits
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import NO_HEADERS, Answer
from pinback.verify.inputs import judge_bytes
from pinback.verify.logged import read_witnesses
from pinback.verify.report import Report, as_text
from pinback.verify.verdict import Verdict

BASE = "https://badges.example.org/"
RING = make_test_keys("witness")
WITNESS = NoteKey("witness.example/log", COSIGNATURE, RING.keys["log"])


class Site:
    """A built site at its address, of which single files are another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.other: dict[str, bytes | None] = {}
        self.asked: list[str] = []

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        self.asked.append(url)
        name = url.removeprefix(BASE)
        if url in self.other:
            data = self.other[url]
        elif url.startswith(BASE):
            data = (self.folder / name).read_bytes() if (self.folder / name).is_file() else None
        else:
            raise FetchError("there is no host of this name; check it")
        return Answer(404 if data is None else 200, "", data or b"", url)


class Case:
    """One sealed award of a club, and its site."""

    def __init__(self, club: ClubFolder) -> None:
        self.site = Site(club.build())
        self.folders = sorted((self.site.folder / "awards").iterdir())
        self.id = self.folders[0].name
        self.place = f"{BASE}awards/{self.id}/"
        self.credential = (self.folders[0] / "credential.json").read_bytes()
        self.proof = (self.folders[0] / "award.tlog-proof").read_bytes()

    def judged(self, data: bytes = b"", asker: Asker | None = None, **more: object) -> Report:
        question = Question(AT + timedelta(days=30), **more)  # type: ignore[arg-type]
        return judge_bytes("badge", data or self.credential, asker or Asker(self.site), question)


@pytest.fixture
def case(sealed_club: ClubFolder) -> Case:
    return Case(sealed_club)


LOGGED = "signed and logged (entry "


def test_badge_in_the_log_is_told_and_one_without_a_proof_is_signed(case: Case) -> None:
    report = case.judged()
    assert report.verdict is Verdict.GENUINE
    assert report.log.startswith(LOGGED)
    assert report.log.endswith("no witness is known, so the log is only as good as its issuer")
    assert report.values()["log"] == report.log
    case.site.other[f"{case.place}award.tlog-proof"] = None
    assert case.judged().log == "signed"
    assert case.judged().verdict is Verdict.GENUINE


def test_bytes_that_the_log_does_not_have_are_signed_alone(case: Case) -> None:
    """The same statement, spelled in another way: its signature holds, and the log has another digest."""
    spelled = json.dumps(json.loads(case.credential), indent=1).encode()
    assert case.judged(spelled).verdict is Verdict.GENUINE
    assert case.judged(spelled).log == "signed"
    assert case.judged(case.credential + b"\n\n").log.startswith(LOGGED), "white space around it is nobody's statement"


def test_no_changed_proof_is_believed_and_none_changes_the_verdict(case: Case) -> None:
    dice = Random("proof")
    url = f"{case.place}award.tlog-proof"
    places = dice.sample(range(len(case.proof)), 150)
    for place in places:
        for data in (case.proof[:place], case.proof[:place] + bytes([case.proof[place] ^ 1]) + case.proof[place + 1 :]):
            case.site.other[url] = data
            report = case.judged()
            assert report.verdict is Verdict.GENUINE
            assert report.log == "signed" or report.log.startswith(
                "signed; the proof of the log beside it does not hold: "
            )


def test_proof_of_another_award_is_none_of_this(case: Case) -> None:
    case.site.other[f"{case.place}award.tlog-proof"] = (case.folders[1] / "award.tlog-proof").read_bytes()
    assert case.judged().log.startswith("signed; the proof of the log beside it does not hold: it is of something else")


@pytest.mark.parametrize("keys", [None, b"", b"\xff", b"nothing\n", f"{WITNESS.text}\n".encode()])
def test_log_whose_keys_are_others_is_not_believed(keys: bytes | None, case: Case) -> None:
    case.site.other[f"{BASE}issuers/club/log/keys.txt"] = keys
    assert case.judged().log.startswith("signed; the proof of the log beside it does not hold: ")


def test_proof_of_a_log_that_no_site_keeps_is_not_believed(case: Case) -> None:
    head, _, note = case.proof.decode().partition("\n\n")
    spelled = f"{head}\n\nnotes of somebody\n{note.partition(chr(10))[2]}"
    case.site.other[f"{case.place}award.tlog-proof"] = spelled.encode()
    assert case.judged().log.startswith(
        "signed; the proof of the log beside it does not hold: its log is none of a site"
    )


def witnessed(case: Case, *keys: NoteKey, ring: object = RING, moment: int = 0) -> bytes:
    """Return the proof with signatures of witnesses."""
    head, _, note = case.proof.decode().partition("\n\n")
    read = read_note(note)
    moment = moment or int((AT + timedelta(days=1)).timestamp())
    lines = "".join(cosigned(read.text, key, ring, moment).line for key in keys)  # type: ignore[arg-type]
    return f"{head}\n\n{note}{lines}".encode()


def test_witness_whom_the_asker_knows_is_told_with_the_time(case: Case) -> None:
    case.site.other[f"{case.place}witnessed.tlog-proof"] = witnessed(case, WITNESS)
    report = case.judged(witnesses=(WITNESS,))
    assert report.log.startswith("signed, logged and witnessed by witness.example/log at 2026-06-02T12:00:00Z (entry ")
    assert not report.log.endswith("is for you to say")


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_witnesses_the_first_in_time_is_told(turned: bool, case: Case) -> None:
    early, late = (
        NoteKey("early.example/log", COSIGNATURE, WITNESS.key),
        NoteKey("late.example/log", COSIGNATURE, WITNESS.key),
    )
    at = int((AT + timedelta(days=1)).timestamp())
    order = ((late, at + 60), (early, at)) if turned else ((early, at), (late, at + 60))
    parts = [witnessed(case, key, moment=moment) for key, moment in order]
    case.site.other[f"{case.place}witnessed.tlog-proof"] = parts[0] + parts[1].splitlines(keepends=True)[-1]
    report = case.judged(witnesses=(early, late))
    assert report.log.startswith("signed, logged and witnessed by early.example/log at 2026-06-02T12:00:00Z (entry ")


def test_witness_is_asked_for_its_key_at_its_own_site(case: Case) -> None:
    case.site.other[f"{case.place}witnessed.tlog-proof"] = witnessed(case, WITNESS)
    assert case.judged().log.startswith(LOGGED), "its site cannot be asked"
    case.site.other["https://witness.example/log/keys.txt"] = f"{WITNESS.text}\n".encode()
    assert case.judged().log.startswith("signed, logged and witnessed by witness.example/log at ")
    assert case.judged().log.endswith("; whether that is somebody else than the issuer is for you to say")
    other = NoteKey(WITNESS.name, COSIGNATURE, RING.keys["ed25519"])
    case.site.other["https://witness.example/log/keys.txt"] = f"{other.text}\n".encode()
    assert case.judged().log.startswith(LOGGED), "the key that it names is another"


@pytest.mark.parametrize(
    "host",
    [
        "badges.example.org",
        "Badges.example.org",
        "badges.example.org:443",
        "badges.example.org:8443",
        "badges.example.org.",
    ],
)
def test_issuers_own_site_names_no_witness(host: str, case: Case) -> None:
    own = NoteKey(f"{host}/witness", COSIGNATURE, RING.keys["log"])
    case.site.other[f"{case.place}witnessed.tlog-proof"] = witnessed(case, own)
    case.site.other[f"https://{host}/witness/keys.txt"] = f"{own.text}\n".encode()
    assert case.judged().log.startswith(LOGGED)
    assert f"https://{host}/witness/keys.txt" not in case.site.asked


def test_false_signature_of_a_known_witness_spoils_its_proof_alone(case: Case) -> None:
    false = NoteKey(WITNESS.name, COSIGNATURE, WITNESS.key)
    data = witnessed(case, false).decode()
    head, _, line = data.rpartition("\u2014")
    name, encoded = line.split()
    spoilt = f"{head}\u2014 {name} {encoded[:40]}{'A' if encoded[40] != 'A' else 'B'}{encoded[41:]}\n"
    case.site.other[f"{case.place}witnessed.tlog-proof"] = spoilt.encode()
    assert case.judged(witnesses=(WITNESS,)).log.startswith(LOGGED)


def test_witness_that_signed_at_no_moment_or_something_else_is_passed_over(case: Case) -> None:
    url = f"{case.place}witnessed.tlog-proof"
    case.site.other[url] = witnessed(case, WITNESS, moment=2**62)
    assert case.judged(witnesses=(WITNESS,)).log.startswith(LOGGED)
    other = json.dumps({"event": "award", "files": {}, "id": case.id}, separators=(",", ":")).encode()
    case.site.other[url] = proof_bytes(0, [], "none", other)
    assert case.judged(witnesses=(WITNESS,)).log.startswith(LOGGED)


def test_badge_that_a_known_witness_saw_before_the_theft_of_its_key_is_told(case: Case) -> None:
    token = (case.folders[0] / "credential.jwt.txt").read_bytes()
    document = json.loads((case.site.folder / ".well-known/did.json").read_bytes())

    def stolen(days: int) -> None:
        for method in document["verificationMethod"]:
            if method["type"] == "JsonWebKey":
                method["revoked"] = (AT + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        case.site.other[f"{BASE}.well-known/did.json"] = json.dumps(document).encode()

    case.site.other[f"{case.place}witnessed.tlog-proof"] = witnessed(case, WITNESS)
    assert case.judged(token).verdict is Verdict.GENUINE
    stolen(2)
    assert case.judged(token).verdict is not Verdict.GENUINE, "nobody whom the asker knows has seen it"
    report = case.judged(token, witnesses=(WITNESS,))
    assert report.verdict is Verdict.GENUINE
    assert "witness.example/log saw this badge in the log at 2026-06-02T12:00:00Z" in as_text(report)
    asker = Asker(case.site)
    asker.logs_left = 0
    assert case.judged(token, asker, witnesses=(WITNESS,)).verdict is not Verdict.GENUINE, "its log was not asked"
    stolen(1)
    assert case.judged(token, witnesses=(WITNESS,)).verdict is not Verdict.GENUINE, "it was stolen by then"


def test_so_many_witnesses_are_asked_and_no_more(case: Case) -> None:
    many = [NoteKey(f"w{number}.example/log", COSIGNATURE, WITNESS.key) for number in range(limits.MAX_WITNESSES + 1)]
    case.site.other[f"{case.place}witnessed.tlog-proof"] = witnessed(case, *many)
    case.judged()
    asked = [url for url in case.site.asked if url.startswith("https://w")]
    assert asked == [f"https://w{number}.example/log/keys.txt" for number in range(limits.MAX_WITNESSES)]


def test_so_many_logs_are_asked_in_a_run_and_no_more(case: Case) -> None:
    asker = Asker(case.site)
    asker.logs_left = limits.MAX_LOGS - (limits.MAX_LOGS - 1)
    assert case.judged(asker=asker).log.startswith(LOGGED)
    assert case.judged(asker=asker).log == "", "it was not asked, so nothing is said"
    assert case.judged(asker=asker).verdict is Verdict.GENUINE


@pytest.mark.parametrize("beyond", [False, True])
def test_so_many_earlier_signings_are_looked_at_and_no_more(beyond: bool, case: Case) -> None:
    other = json.dumps({"event": "award", "files": {}, "id": case.id}, separators=(",", ":")).encode()
    last = limits.MAX_EARLIER_PROOFS + beyond
    for number in range(last):
        name = f"award-{number}" if number else "award"
        case.site.other[f"{case.place}{name}.tlog-proof"] = proof_bytes(0, [], "none", other)
    case.site.other[f"{case.place}award-{last}.tlog-proof"] = case.proof
    assert case.judged().log.startswith("signed" if beyond else LOGGED)
    assert (case.judged().log == "signed") is beyond


def test_badges_of_others_are_asked_for_no_log(case: Case) -> None:
    """Only an id of the form that this program gives has a proof beside it."""
    case.judged(b"{}")
    assert not case.site.asked


def test_witnesses_come_as_keys_or_as_a_policy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.txt"
    policy.write_text(f"witness W {WITNESS.text}\nquorum W\n", encoding="utf-8")
    assert read_witnesses([WITNESS.text, str(policy)]) == (WITNESS, WITNESS)
    log = NoteKey("x.example/log", NOTE, WITNESS.key)
    policy.write_text("witness W\n", encoding="utf-8")
    for value in (log.text, "nothing", str(policy)):
        with pytest.raises(UsageError, match="is no key of a witness, and no file of them"):
            read_witnesses([value])
