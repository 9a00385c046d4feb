"""Trees, tiles, proofs, notes and witnesses, against an own reading of RFC 6962 and against C2SP's examples."""

from __future__ import annotations

import base64
import hashlib
import random
from functools import cache

import pytest
from conftest import make_test_keys

from pinback.errors import ProofError
from pinback.proofs.keys import ed25519_key
from pinback.proofs.multibase import ed25519_multikey
from pinback.tlog import tiles
from pinback.tlog.auditing import LogFault, read_rest, read_tree
from pinback.tlog.inclusion import proof_bytes, read_proof
from pinback.tlog.notes import (
    COSIGNATURE,
    NOTE,
    Checkpoint,
    Note,
    NoteKey,
    cosigned,
    cosigned_at,
    opened_by_any,
    read_checkpoint,
    read_key,
    read_note,
    signature_lines,
    signed_note,
)
from pinback.tlog.tiles import bundle, bundle_files, read_bundle, tile_files, widths
from pinback.tlog.trees import EMPTY, Tree, check_consistency, check_inclusion, leaf_hash
from pinback.tlog.witnesses import known_size, origin_hash, read_policy, request_body, signatures_of

MOST = 300
LEAVES = [leaf_hash(f"entry {number}".encode()) for number in range(MOST)]
TREE = Tree(LEAVES)


# RFC 6962, written as the recursions that stand there.


def split(count: int) -> int:
    """Return the largest power of two smaller than *count*."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


@cache
def mth(low: int, high: int) -> bytes:
    """MTH(D[low:high]) of §2.1."""
    if low == high:
        return hashlib.sha256(b"").digest()
    if high - low == 1:
        return LEAVES[low]
    k = split(high - low)
    return hashlib.sha256(b"\x01" + mth(low, low + k) + mth(low + k, high)).digest()


def path(m: int, low: int, high: int) -> list[bytes]:
    """PATH(m, D[low:high]) of §2.1.1."""
    if high - low == 1:
        return []
    k = split(high - low)
    if m < k:
        return [*path(m, low, low + k), mth(low + k, high)]
    return [*path(m - k, low + k, high), mth(low, low + k)]


def subproof(m: int, low: int, high: int, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[low:high], whole) of §2.1.2."""
    if m == high - low:
        return [] if whole else [mth(low, high)]
    k = split(high - low)
    if m <= k:
        return [*subproof(m, low, low + k, whole), mth(low + k, high)]
    return [*subproof(m - k, low + k, high, False), mth(low, low + k)]


def test_inclusion_of_every_leaf_in_every_size_is_that_of_the_rfc_and_holds() -> None:
    for size in range(1, MOST + 1):
        root = TREE.root(size)
        assert root == mth(0, size)
        for index in range(size):
            made = TREE.inclusion(index, size)
            assert made == path(index, 0, size), (index, size)
            check_inclusion(LEAVES[index], index, size, made, root)


def test_consistency_of_every_pair_of_sizes_is_that_of_the_rfc_and_holds() -> None:
    for size in range(MOST + 1):
        for old in range(size + 1):
            made = TREE.consistency(old, size)
            if 0 < old < size:
                assert made == subproof(old, 0, size, True), (old, size)
            check_consistency(old, mth(0, old), size, mth(0, size), made)


def test_no_changed_proof_of_inclusion_holds() -> None:
    dice = random.Random("inclusion")
    for _ in range(1_500):
        size = dice.randint(1, MOST)
        index = dice.randrange(size)
        made, root = TREE.inclusion(index, size), TREE.root(size)
        other = dice.choice([number for number in range(-1, size + 2) if number != index])
        wrong = [
            (LEAVES[index], other, size, made, root),
            (LEAVES[(index + 1) % MOST], index, size, made, root),
            (LEAVES[index], index, size, [*made, dice.randbytes(32)], root),
            (LEAVES[index], index, size, made, dice.randbytes(32)),
            (LEAVES[index], index, 0, made, root),
        ]
        if made:
            place = dice.randrange(len(made))
            wrong.append((LEAVES[index], index, size, made[:place] + made[place + 1 :], root))
            wrong.append((LEAVES[index], index, size, [*made[:place], bytes(32), *made[place + 1 :]], root))
        for case in wrong:
            with pytest.raises(ProofError):
                check_inclusion(*case)


def test_no_changed_proof_of_consistency_holds() -> None:
    dice = random.Random("consistency")
    for _ in range(1_500):
        size = dice.randint(2, MOST)
        old = dice.randrange(1, size)
        made, before, now = TREE.consistency(old, size), TREE.root(old), TREE.root(size)
        wrong = [
            (old, dice.randbytes(32), size, now, made),
            (old, before, size, dice.randbytes(32), made),
            (old, before, size, now, [*made, dice.randbytes(32)]),
            (old, before, size, now, made[1:]),
            (size, now, old, before, made),
            (old, before, old, now, []),
            (0, before, size, now, []),
            (-1, before, size, now, made),
            (0, EMPTY, size, now, made),
        ]
        place = dice.randrange(len(made))
        wrong.append((old, before, size, now, [*made[:place], bytes(32), *made[place + 1 :]]))
        for case in wrong:
            with pytest.raises(ProofError):
                check_consistency(*case)


# Tiles.


def test_paths_are_those_that_c2sp_names() -> None:
    assert tiles.number_path(1234067) == "x001/x234/067"
    assert tiles.tile_path(0, 0) == "tile/0/000"
    assert tiles.tile_path(1, 273, 17) == "tile/1/273.p/17"
    assert tiles.bundle_path(1000, 1) == "tile/entries/x001/000.p/1"


def test_tree_of_70000_has_the_tiles_that_c2sp_counts() -> None:
    found = list(widths(70_000))
    assert sum(level == 0 and width == 256 for level, _, width in found) == 273
    assert [one for one in found if one[2] != 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert sum(level == 1 and width == 256 for level, _, width in found) == 1
    assert list(widths(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(widths(0)) == []


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 700])
def test_reader_gives_the_same_tree_from_the_tiles_alone(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    tree, said = Tree(leaves), Checkpoint("log", size, Tree(leaves).root())
    files = dict(tile_files(tree, [size])) | dict(
        bundle_files([str(number).encode() for number in range(size)], [size])
    )
    read = read_tree(files.get, said)
    assert read.levels == tree.levels
    assert read_rest(files.get, read) == 0
    for level, number, width in widths(size):
        spoilt = dict(files)
        place = tiles.tile_path(level, number, width)
        for data in (None, files[place][:-1], bytes(32) + files[place][32:]):
            spoilt[place] = data
            with pytest.raises(LogFault):
                read_rest(spoilt.get, read_tree(spoilt.get, said))


def test_partial_tiles_of_every_checkpoint_are_there_until_the_full_one_is() -> None:
    tree = Tree(leaf_hash(str(number).encode()) for number in range(600))
    names = {name for name, _ in tile_files(tree, [3, 255, 256, 300, 520, 600])}
    assert names == {
        *("tile/0/000", "tile/0/001", "tile/0/002.p/8", "tile/0/002.p/88"),
        *("tile/1/000.p/1", "tile/1/000.p/2"),
    }
    for size in (256, 300, 520, 600):
        files = dict(tile_files(tree, [3, 255, 256, 300, 520, 600]))
        read_tree(files.get, Checkpoint("log", size, tree.root(size)))


def test_full_tile_serves_where_the_partial_one_is_gone() -> None:
    tree = Tree(leaf_hash(str(number).encode()) for number in range(600))
    files = dict(tile_files(tree, [300, 600]))
    assert "tile/0/001.p/44" not in files
    read = read_tree(files.get, Checkpoint("log", 300, tree.root(300)))
    assert read.levels[0] == tree.levels[0][: 32 * 300]


def test_bundle_reads_back_and_no_other_one_is_read() -> None:
    entries = [b"", b"a", bytes(65_535)]
    data = bundle(entries)
    assert data[:5] == b"\x00\x00\x00\x01a"
    assert read_bundle(data, 3) == entries
    for wrong, width in ((data, 2), (data, 4), (data[:-1], 3), (data + b"x", 3), (data + b"\0\0", 3), (b"", 1)):
        with pytest.raises(ProofError):
            read_bundle(wrong, width)
    assert dict(bundle_files([b"x"] * 257, [257])) == {
        "tile/entries/000": bundle([b"x"] * 256),
        "tile/entries/001.p/1": bundle([b"x"]),
    }


# Notes, with the examples of C2SP.

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
MESSAGE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
"""C2SP signed-note, "Verifier keys", Example."""
BEHIND_THE_SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
"""C2SP tlog-cosignature, the first example."""
ADD_CHECKPOINT = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""
"""C2SP tlog-witness, "add-checkpoint", the example request."""


def test_example_of_signed_note_holds_by_its_own_key() -> None:
    key = read_key(FOO)
    assert (key.name, key.kind, key.text) == ("example.com/foo", NOTE, FOO)
    note = read_note(MESSAGE)
    assert note.whole == MESSAGE
    assert (note.signatures[0].name, note.signatures[0].key_id) == (key.name, key.id)
    key.key.verify(note.signatures[0].data, note.text.encode())


def test_example_of_a_cosigned_checkpoint_says_what_c2sp_says_of_it() -> None:
    note = read_note(BEHIND_THE_SOFA)
    assert note.whole == BEHIND_THE_SOFA
    said = read_checkpoint(note.text)
    assert (said.origin, said.size) == ("example.com/behind-the-sofa", 20852163)
    assert said.text == note.text
    witness = note.signatures[1]
    assert int.from_bytes(witness.data[:8], "big") == 1679315147, "the time of the example's signed message"


def test_example_request_to_a_witness_is_made_byte_by_byte() -> None:
    head, _, note = ADD_CHECKPOINT.partition("\n\n")
    proof = [base64.b64decode(line) for line in head.split("\n")[1:]]
    assert request_body(20852014, proof, note) == ADD_CHECKPOINT.encode()


def test_folder_of_a_log_at_a_witness_is_the_hash_of_its_origin() -> None:
    assert origin_hash("example.com/log") == hashlib.sha256(b"example.com/log").hexdigest()


LOG_RING, WITNESS_RING = make_test_keys("log"), make_test_keys("witness")
ORIGIN = "badges.example.org/issuers/club/log"
LOG = NoteKey(ORIGIN, NOTE, LOG_RING.keys["log"])
WITNESS = NoteKey("witness.example/w", COSIGNATURE, WITNESS_RING.keys["log"])
SIGNED = signed_note(Checkpoint(ORIGIN, 17, bytes(32)), LOG.key, LOG_RING)
READ = read_note(SIGNED)


def test_cosignature_is_made_as_c2sp_says_and_tells_its_time() -> None:
    one = cosigned(READ.text, WITNESS, WITNESS_RING, 1_700_000_000)
    assert (
        one.key_id
        == hashlib.sha256(b"witness.example/w\n\x04" + base64.b64decode(WITNESS.text.split("+", 2)[2])[1:]).digest()[:4]
    )
    assert one.data[:8] == (1_700_000_000).to_bytes(8, "big")
    message = b"cosignature/v1\ntime 1700000000\n" + READ.text.encode()
    WITNESS.key.verify(one.data[8:], message)
    later = cosigned(READ.text, WITNESS, WITNESS_RING, 1_800_000_000)
    assert cosigned_at(Note(READ.text, (*READ.signatures, later, one)), WITNESS) == 1_700_000_000
    assert cosigned_at(READ, WITNESS) is None
    assert cosigned_at(Note(READ.text, (one,)), LOG) is None
    assert opened_by_any(SIGNED + one.line, [LOG])[0].size == 17


@pytest.mark.parametrize("damage", ["time", "text", "length", "zero", "large"])
def test_cosignature_of_something_else_is_refused(damage: str) -> None:
    one = cosigned(READ.text, WITNESS, WITNESS_RING, 1_700_000_000)
    text, data = READ.text, one.data
    if damage == "time":
        data = (1_600_000_000).to_bytes(8, "big") + data[8:]
    elif damage == "text":
        text = text.replace("\n17\n", "\n18\n")
    elif damage == "length":
        data = data[:-1]
    else:
        data = (bytes(8) if damage == "zero" else b"\xff" * 8) + data[8:]
    spoilt = type(one)(one.name, one.key_id, data)
    with pytest.raises(ProofError):
        cosigned_at(Note(text, (spoilt,)), WITNESS)


def test_checkpoint_of_an_unknown_key_is_not_opened_and_a_false_one_by_a_known_key_neither() -> None:
    other = NoteKey(ORIGIN, NOTE, WITNESS_RING.keys["log"])
    with pytest.raises(ProofError, match="not signed by this log's key"):
        opened_by_any(SIGNED, [other])
    with pytest.raises(ProofError):
        opened_by_any(SIGNED.replace("\n17\n", "\n18\n"), [LOG])
    assert opened_by_any(SIGNED, [other, LOG])[1] == LOG


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        FOO + "x",
        FOO.replace("530d903a", "530d903b"),
        FOO.replace("example.com/foo", "a b"),
        FOO[:-4],
        "x+00+AA==",
    ],
)
def test_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        read_key(text)


def test_notes_larger_than_any_are_refused() -> None:
    many = "".join(cosigned(READ.text, WITNESS, WITNESS_RING, number + 1).line for number in range(65))
    with pytest.raises(ProofError):
        read_note(READ.text + "\n" + many)
    assert len(read_note(READ.text + "\n" + many[: many.rindex("—")]).signatures) == 64
    with pytest.raises(ProofError):
        read_note("x" * 70_000 + SIGNED)


# Proofs as files.


def test_proof_reads_back_and_holds() -> None:
    hashes = TREE.inclusion(5, 17)
    text = proof_bytes(5, hashes, SIGNED, b"line").decode()
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra bGluZQ==\nindex 5\n")
    proof = read_proof(text.encode())
    assert (proof.index, proof.path, proof.note, proof.extra) == (5, tuple(hashes), SIGNED, b"line")
    check_inclusion(LEAVES[5], proof.index, 17, proof.path, TREE.root(17))
    alone = proof_bytes(0, [], SIGNED, b"").decode()
    assert alone.startswith("c2sp.org/tlog-proof@v1\nindex 0\n\n" + ORIGIN)
    assert read_proof(alone.encode()).path == ()


@pytest.mark.parametrize(
    "change",
    [
        ("@v1", "@v2"),
        ("index 5", "index 05"),
        ("index 5", "index -5"),
        ("index 5\n", ""),
        ("extra ", "extr "),
        ("bGluZQ==", "bGluZR=="),
        ("bGluZQ==", "bGluZQ"),
        ("\n\n", "\n"),
        ("\nindex", "\n\nindex"),
    ],
)
def test_damaged_proof_is_refused(change: tuple[str, str]) -> None:
    text = proof_bytes(5, TREE.inclusion(5, 17), SIGNED, b"line").decode()
    with pytest.raises(ProofError):
        read_proof(text.replace(*change).encode())


def test_proof_with_more_hashes_than_any_tree_needs_is_refused() -> None:
    one = bytes(32)
    read_proof(proof_bytes(1, [one] * 63, SIGNED, b""))
    for hashes in ([one] * 64, [one[:-3]]):
        with pytest.raises(ProofError):
            read_proof(proof_bytes(1, hashes, SIGNED, b""))
    for data in (b"\xff", b"x" * 300_000, b""):
        with pytest.raises(ProofError):
            read_proof(data)


# Witnesses.

POLICY = f"""# who signs for us
log {LOG.text}
witness W1 {WITNESS.text} https://witness.example/api/

\twitness\tW2  {NoteKey("other.example/w", COSIGNATURE, LOG.key).text}
group both all W1 W2
quorum none
"""


def test_policy_names_witnesses_and_the_rest_is_passed_over() -> None:
    first, second = read_policy(POLICY)
    assert (first.name, first.key, first.url, first.line) == ("W1", WITNESS, "https://witness.example/api", 3)
    assert (second.name, second.key.name, second.url, second.line) == ("W2", "other.example/w", "", 5)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("witnes W1 x", 1),
        ("witness W1", 1),
        (f"witness W1 {LOG.text}", 1),
        ("witness W1 nothing", 1),
        (f"witness W1 {WITNESS.text}\nwitness W2 {WITNESS.text}", 2),
        (f"witness W1 {WITNESS.text}\nwitness W1 {NoteKey('o', COSIGNATURE, LOG.key).text}", 2),
    ],
)
def test_fault_of_a_policy_names_its_line(line: str, number: int) -> None:
    with pytest.raises(ProofError, match=f"^{number}: .*; "):
        read_policy(line)


def test_answers_of_a_witness() -> None:
    one = cosigned(READ.text, WITNESS, WITNESS_RING, 5)
    other = cosigned(READ.text, NoteKey("x.example", COSIGNATURE, LOG.key), LOG_RING, 5)
    assert signatures_of((other.line + one.line).encode(), READ, WITNESS) == (one,)
    for body in (b"", b"\xff\n", other.line.encode(), one.line.encode()[:-1], SIGNED.encode()):
        with pytest.raises(ProofError):
            signatures_of(body, READ, WITNESS)
    assert known_size(b"0\n") == 0
    assert known_size(b"20852014\n") == 20852014
    for body in (b"", b"7", b"07\n", b"-1\n", b"1\n1\n", b"9" * 30 + b"\n"):
        with pytest.raises(ProofError):
            known_size(body)


def test_signature_lines_of_foreign_kinds_are_kept_as_they_are() -> None:
    lines = "— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n"
    (one,) = signature_lines(lines)
    assert (one.name, one.line) == ("witness.example/w1", lines)


def test_key_of_a_witness_is_spelled_with_its_own_kind() -> None:
    raw = base64.b64decode(FOO.split("+", 2)[2])[1:]
    key = NoteKey("example.com/foo", COSIGNATURE, ed25519_key(ed25519_multikey(raw)))
    assert read_key(key.text) == key
    assert key.id != read_key(FOO).id
