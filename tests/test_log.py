"""The tree over a register and its signed notes, against an own reading of RFC 6962 and C2SP."""

from __future__ import annotations

import base64
import hashlib

import pytest
from conftest import make_test_keys
from cryptography.hazmat.primitives.asymmetric import ed25519

from pinback.errors import ContentError, ProofError
from pinback.log import Checkpoint, Frontier, check_register, open_note, signed_note, verifier_key
from pinback.proofs.keys import ed25519_key, raw_ed25519
from pinback.proofs.multibase import ed25519_multikey
from pinback.register import Register, complete, leaf_hash, line_bytes, parse
from pinback.register_proofs import proved_register

KEYS = make_test_keys("log")
LOG = KEYS.keys["log"]
ORIGIN = "badges.example.org/issuers/club/log"


def tree_hash(entries: list[bytes]) -> bytes:
    """RFC 6962 §2.1, written as the recursion that stands there."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + tree_hash(entries[:k]) + tree_hash(entries[k:])).digest()


def test_tree_of_every_size_up_to_130_equals_the_recursion():
    entries = [f"entry {n}".encode() for n in range(130)]
    tree = Frontier()
    assert (tree.size, tree.root()) == (0, tree_hash([]))
    for size, entry in enumerate(entries, 1):
        tree.add(leaf_hash(entry))
        assert (tree.size, tree.root()) == (size, tree_hash(entries[:size]))
    assert Frontier(leaf_hash(entry) for entry in entries).root() == tree.root()


CERTIFICATE_TRANSPARENCY = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of the trees of 1 to 8 entries in google/certificate-transparency, merkletree tests (2013)."""


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_of_certificate_transparency(size):
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    tree = Frontier(leaf_hash(bytes.fromhex(entry)) for entry in entries[:size])
    assert tree.root().hex() == CERTIFICATE_TRANSPARENCY[size - 1]


def test_published_note_has_our_key_hash_and_holds():
    """The example of golang.org/x/mod/sumdb/note (2019), the format that C2SP signed-note describes."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    key = ed25519_key(ed25519_multikey(base64.b64decode(vkey.split("+", 2)[2])[1:]))
    assert verifier_key("PeterNeumann", key) == vkey
    assert signature[:4].hex() == "c74f20a3"
    key.verify(signature[4:], text.encode())


CHECKPOINT = Checkpoint(ORIGIN, 17, hashlib.sha256(b"root").digest())
NOTE = signed_note(CHECKPOINT, LOG, KEYS)


def test_note_is_made_as_c2sp_says():
    """C2SP signed-note and tlog-checkpoint, by code that is not the log's."""
    root = base64.b64encode(hashlib.sha256(b"root").digest()).decode()
    text = f"{ORIGIN}\n17\n{root}\n"
    raw = raw_ed25519(LOG)
    key_hash = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + raw).digest()[:4]
    body, _, line = NOTE.partition("\n\n")
    assert body + "\n" == text
    mark, name, encoded = line.removesuffix("\n").split(" ")
    assert (mark, name) == ("\u2014", ORIGIN)
    data = base64.b64decode(encoded)
    assert data[:4] == key_hash
    ed25519.Ed25519PublicKey.from_public_bytes(raw).verify(data[4:], text.encode())
    encoded_key = base64.b64encode(bytes([1]) + raw).decode()
    assert verifier_key(ORIGIN, LOG) == f"{ORIGIN}+{key_hash.hex()}+{encoded_key}"


def test_note_reads_back():
    assert open_note(NOTE, ORIGIN, LOG) == CHECKPOINT
    assert signed_note(CHECKPOINT, LOG, KEYS) == NOTE


def test_signatures_of_witnesses_are_passed_over():
    witness = make_test_keys("witness")
    other = signed_note(Checkpoint("witness.example", 1, bytes(32)), witness.keys["log"], witness).split("\n\n")[1]
    text, _, own = NOTE.partition("\n\n")
    for note in (f"{text}\n\n{other}{own}", f"{text}\n\n{own}{other}"):
        assert open_note(note, ORIGIN, LOG) == CHECKPOINT
    with pytest.raises(ProofError, match="not signed by this log's key"):
        open_note(f"{text}\n\n{other}", ORIGIN, LOG)


def signed_text(text: str, origin: str = ORIGIN) -> str:
    """Sign any text as a note by the log's key."""
    raw = raw_ed25519(LOG)
    key_hash = hashlib.sha256(origin.encode() + b"\n\x01" + raw).digest()[:4]
    encoded = base64.b64encode(key_hash + KEYS.sign(LOG.id, text.encode())).decode()
    return f"{text}\n\u2014 {origin} {encoded}\n"


ROOT64 = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "x",
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\u2014", "-"),
        NOTE.replace("\u2014 ", "\u2014  "),
        NOTE.replace("\n17\n", "\n18\n"),
        NOTE.replace(ORIGIN, "evil.example/log"),
        NOTE.replace(ORIGIN, "evil.example/log", 1),
        NOTE.removesuffix("\n") + "\r",
        NOTE.removesuffix("\n") + "\x0c",
        NOTE.removesuffix("\n") + "\u2028",
        NOTE.replace("=\n", "\n"),
        signed_text(f"{ORIGIN}\n017\n{ROOT64}\n"),
        signed_text(f"{ORIGIN}\n-1\n{ROOT64}\n"),
        signed_text(f"{ORIGIN}\n\u0661\n{ROOT64}\n"),
        signed_text(f"{ORIGIN}\n17\n{ROOT64[:-4]}\n"),
        signed_text(f"{ORIGIN}\n17\nno root\n"),
        signed_text(f"{ORIGIN}\n17\n"),
        signed_text(f"evil.example/log\n17\n{ROOT64}\n"),
    ],
)
def test_damaged_or_foreign_notes_are_refused(note):
    with pytest.raises(ProofError):
        open_note(note, ORIGIN, LOG)


def test_every_single_changed_character_of_a_note_is_noticed():
    for place, sign in enumerate(NOTE):
        for other in {"A", "B", "\n", "\r", " ", "/", "1"} - {sign}:
            with pytest.raises(ProofError):
                open_note(NOTE[:place] + other + NOTE[place + 1 :], ORIGIN, LOG)


def test_second_spelling_of_the_signature_is_refused():
    """The last sign before the padding has two unused bits."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = NOTE.removesuffix("=\n")
    twin = body[:-1] + alphabet[alphabet.index(body[-1]) | 1] + "=\n"
    assert base64.b64decode(twin.split(" ")[-1]) == base64.b64decode(NOTE.split(" ")[-1])
    with pytest.raises(ProofError):
        open_note(twin, ORIGIN, LOG)


def test_another_key_or_kind_of_key_does_not_open_a_note():
    with pytest.raises(ProofError, match="not signed by this log's key"):
        open_note(NOTE, ORIGIN, KEYS.keys["ed25519"])
    with pytest.raises(ProofError):
        open_note(NOTE, ORIGIN, KEYS.keys["rsa"])


FILE = "issuers/club/register.jsonl"
AT = "2026-06-01T12:00:00Z"


def first_line(**changes) -> dict:
    keys = {role: {"id": key.id, "type": key.type, "public": key.public} for role, key in KEYS.keys.items()}
    line = {
        "n": 0,
        "event": "issuer",
        "at": AT,
        "did": "did:web:x.example",
        "base_url": "https://x.example/",
        "log": ORIGIN,
    }
    return complete(line | {"keys": keys} | changes)


def badge_line(n: int, version: str) -> dict:
    files = dict.fromkeys(("badge.json", "image.png", "image.svg"), "sha256:" + "ab" * 32)
    return complete({"n": n, "event": "badge", "at": AT, "badge": "knots", "version": version, "files": files})


def root_of(*lines: dict) -> bytes:
    """Return the tree hash over lines, by the recursion above; leaves come from the lines themselves."""
    leaves = [base64.b64decode(line["leaf"]) for line in lines]

    def node(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        k = 1
        while k * 2 < len(part):
            k *= 2
        return hashlib.sha256(b"\x01" + node(part[:k]) + node(part[k:])).digest()

    return node(leaves)


def note_line(n: int, note: str) -> dict:
    return {"n": n, "event": "checkpoint", "at": AT, "note": note}


def note_over(*lines: dict, key=LOG, origin: str = ORIGIN) -> str:
    return signed_note(Checkpoint(origin, len(lines), root_of(*lines)), key, KEYS)


def registered(*lines: dict) -> Register:
    return parse(b"".join(line_bytes(line) for line in lines), FILE)


ZERO, ONE, TWO = first_line(), badge_line(2, "00000001"), badge_line(3, "00000002")


def test_checkpoints_over_the_lines_above_them_hold():
    first, last = note_line(1, note_over(ZERO)), note_line(4, note_over(ZERO, ONE, TWO))
    check_register(registered(ZERO, first, ONE, TWO, last))


CURE = "restore the register from git (git log shows its last good state)"
WRONG = {
    "over fewer lines": (note_over(ZERO, ONE), "this checkpoint was made over other lines than those above it"),
    "over other lines": (note_over(ZERO, TWO, ONE), "this checkpoint was made over other lines than those above it"),
    "by the signing key": (note_over(ZERO, ONE, TWO, key=KEYS.keys["ed25519"]), "this checkpoint does not hold"),
    "of another log": (note_over(ZERO, ONE, TWO, origin="evil.example/log"), "this checkpoint does not hold"),
    "with a second signature line": (
        note_over(ZERO, ONE, TWO) + note_over(ZERO, ONE, TWO).split("\n\n")[1],
        "this checkpoint does not hold",
    ),
    "with a line more in its text": (
        signed_text(note_over(ZERO, ONE, TWO).split("\n\n")[0] + "\nmore\n"),
        "this checkpoint does not hold",
    ),
    "of nothing": ("", "this checkpoint does not hold"),
}


@pytest.mark.parametrize("case", WRONG)
def test_checkpoint_that_does_not_fit_is_named_with_its_line(case):
    note, what = WRONG[case]
    register = registered(ZERO, note_line(1, note_over(ZERO)), ONE, TWO, note_line(4, note))
    with pytest.raises(ContentError) as refused:
        check_register(register)
    assert str(refused.value) == f"{FILE}:5: {what}; {CURE}"


def test_earlier_checkpoint_is_checked_as_well():
    register = registered(ZERO, note_line(1, note_over(ONE)), ONE, TWO, note_line(4, note_over(ZERO, ONE, TWO)))
    with pytest.raises(ContentError, match=":2: this checkpoint was made over other lines"):
        check_register(register)


def test_exchanged_key_in_line_0_is_noticed_though_its_leaf_was_made_anew():
    keys = {role: {"id": key.id, "type": key.type, "public": key.public} for role, key in KEYS.keys.items()}
    keys["ed25519"] = keys["ed25519"] | {"public": keys["log"]["public"]}
    zero = first_line(keys=keys)
    with pytest.raises(ContentError) as refused:
        proved_register(line_bytes(zero) + line_bytes(note_line(1, note_over(zero))), FILE)
    assert str(refused.value) == f"{FILE}:1: a key of this line is damaged; {CURE}"
