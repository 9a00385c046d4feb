"""A club's log and a witness that speaks C2SP tlog-witness, over TLS on this machine."""

from __future__ import annotations

import base64
import re
import ssl
from pathlib import Path

import pytest
from conftest import AT, ClubFolder, make_test_keys
from servers import plain, serving, trusting

from pinback import watching
from pinback.cli.online import sending
from pinback.errors import FetchError, SigningError
from pinback.register import Register
from pinback.seal.store import Store
from pinback.tlog.notes import COSIGNATURE, NoteKey, cosigned, read_checkpoint, read_note
from pinback.tlog.trees import check_consistency
from pinback.verify import limits
from pinback.verify.fetch import Door

RING = make_test_keys("witness")
KEY = NoteKey("witness.example/w", COSIGNATURE, RING.keys["log"])


class Witness:
    """What the specification asks of one: a log's newest checkpoint, and answers by status."""

    def __init__(self) -> None:
        self.size, self.root = 0, b""
        self.bodies: list[str] = []
        self.refuses = ""
        self.answers: bytes | None = None

    def __call__(self, head: bytes, out: ssl.SSLSocket) -> None:
        top, _, body = head.partition(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: (\d+)", top)
        assert found
        while len(body) < int(found[1]):
            body += out.recv(4096)
        out.sendall(self.answer(top.split(b"\r\n")[0], body.decode()))

    def answer(self, line: bytes, body: str) -> bytes:
        assert line == b"POST /api/add-checkpoint HTTP/1.1"
        self.bodies.append(body)
        if self.refuses:
            return plain(self.refuses, b"", "")
        if self.answers is not None:
            return plain("200 OK", self.answers, "")
        top, _, text = body.partition("\n\n")
        old, *proof = top.split("\n")
        note = read_note(text)
        said = read_checkpoint(note.text)
        if old != f"old {self.size}":
            return plain("409 Conflict", f"{self.size}\n".encode(), "Content-Type: text/x.tlog.size")
        if self.size:
            check_consistency(self.size, self.root, said.size, said.root, [base64.b64decode(one) for one in proof])
        else:
            assert proof == []
        self.size, self.root = said.size, said.root
        return plain("200 OK", cosigned(note.text, KEY, RING, int(AT.timestamp())).line.encode(), "")


def register_of(club: ClubFolder) -> Register:
    register = Store(club.root, "club").load()
    assert register
    return register


def test_checkpoints_are_sent_and_signatures_kept(sealed_club: ClubFolder, tmp_path: Path) -> None:
    club, witness = sealed_club, Witness()
    with serving(tmp_path, witness) as server:
        club.write("issuers/club/witnesses.txt", f"witness W {KEY.text} {server.url}/api/\n")
        post = sending(Door(context=trusting(tmp_path), permitted={server.place}))

        def submitted() -> object:
            (answer,) = watching.submit(club.root, "club", post)
            return answer

        first = submitted()
        assert isinstance(first, watching.Collected)
        assert first.path is not None
        assert first.size == witness.size == len(register_of(club).leaves)
        assert witness.bodies[0].startswith("old 0\n\nbadges.example.org/issuers/club/log\n")

        # What it has signed it is not asked again.
        again = submitted()
        assert isinstance(again, watching.Collected)
        assert (again.path, len(witness.bodies)) == (None, 1)

        # The next time there is a proof from the size that is known here.
        club.award("one-more", "issued_on: 2026-05-17\nhandle: otter-99\n").seal()
        known = witness.size
        assert isinstance(submitted(), watching.Collected)
        assert witness.bodies[1].startswith(f"old {known}\n")

        # A signature that was lost on its way costs a second question.
        (club.root / f"issuers/club/cosignatures/{witness.size}.txt").unlink()
        found = submitted()
        assert isinstance(found, watching.Collected)
        assert found.path is not None
        assert [body.split("\n")[0] for body in witness.bodies[2:]] == [f"old {known}", f"old {witness.size}"]

        # It knows more of this log than is here: somebody else sealed.
        (club.root / f"issuers/club/cosignatures/{witness.size}.txt").unlink()
        witness.size += 7
        failed = submitted()
        assert isinstance(failed, SigningError)
        assert "git pull" in str(failed)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("403 Forbidden", "does not know the key of this log"),
        ("404 Not Found", "ask who runs it to add it"),
        ("422 Unprocessable", "has seen another log of this name"),
        ("503 Busy", "try again later"),
        ("302 Found", "try again later"),
    ],
)
def test_refusal_says_what_to_do(status: str, said: str, sealed_club: ClubFolder, tmp_path: Path) -> None:
    witness = Witness()
    witness.refuses = status
    with serving(tmp_path, witness) as server:
        sealed_club.write("issuers/club/witnesses.txt", f"witness W {KEY.text} {server.url}/api\n")
        post = sending(Door(context=trusting(tmp_path), permitted={server.place}))
        (answer,) = watching.submit(sealed_club.root, "club", post)
    assert isinstance(answer, FetchError)
    assert said in str(answer)


def test_answer_without_a_sound_signature_is_not_kept(sealed_club: ClubFolder, tmp_path: Path) -> None:
    witness = Witness()
    other = NoteKey("other.example/w", COSIGNATURE, RING.keys["ed25519"])
    note = register_of(sealed_club).lines[-1]["note"]
    text = read_note(note).text
    with serving(tmp_path, witness) as server:
        sealed_club.write("issuers/club/witnesses.txt", f"witness W {KEY.text} {server.url}/api\n")
        post = sending(Door(context=trusting(tmp_path), permitted={server.place}))
        for data in (
            b"",
            b"\xff",
            note.encode(),
            cosigned(text, other, RING, 5).line.encode(),
            cosigned(text + "x\n", KEY, RING, 5).line.encode(),
        ):
            witness.answers = data
            (answer,) = watching.submit(sealed_club.root, "club", post)
            assert isinstance(answer, SigningError), data
    assert not (sealed_club.root / "issuers/club/cosignatures").exists()


def test_private_network_gets_nothing_sent_and_requests_are_counted(tmp_path: Path) -> None:
    with serving(tmp_path, Witness()) as server:
        with pytest.raises(FetchError, match="no public host"):
            Door(context=trusting(tmp_path)).post(f"{server.url}/api/add-checkpoint", b"x")
        door = Door(context=trusting(tmp_path), permitted={server.place})
        door._left = 0
        with pytest.raises(FetchError, match=f"more than {limits.MAX_REQUESTS:,} addresses"):
            door.post(f"{server.url}/api/add-checkpoint", b"x")
    assert not server.asked
