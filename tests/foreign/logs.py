"""Logs, judged by golang.org/x/mod/sumdb, and logs of that library, read by us: ``logs.py make FOLDER``, ``logs.go``, ``logs.py judge FOLDER``."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import make_test_keys  # noqa: E402

from pinback import pipeline  # noqa: E402
from pinback.tlog.auditing import read_tree  # noqa: E402
from pinback.tlog.notes import NOTE, Checkpoint, NoteKey, opened_by_any, read_key, signed_note  # noqa: E402
from pinback.tlog.tiles import tile_files  # noqa: E402
from pinback.tlog.trees import Tree, leaf_hash  # noqa: E402

MOST = 300
SIZES = (1, 2, 255, 256, 257, 300, 511, 512, 513, 600, 65_536, 70_000)
ORIGIN = "badges.example.org/issuers/club/log"


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(f"entry {number}".encode()) for number in range(size)]


def make(folder: Path) -> None:
    """Write our logs: of the same entries as the library's, and those of the example."""
    ring = make_test_keys("log")
    key = NoteKey(ORIGIN, NOTE, ring.keys["log"])
    for size in SIZES:
        tree = Tree(leaves(size))
        note = signed_note(Checkpoint(ORIGIN, size, tree.root()), key.key, ring)
        files = {"checkpoint": note.encode(), "keys.txt": f"{key.text}\n".encode(), **dict(tile_files(tree, [size]))}
        write(folder / "ours" / str(size), files)
    for slug, sealed in pipeline.check(ROOT).sealed.items():
        write(folder / "ours" / slug, dict(sealed.log.files()))


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def judge(folder: Path) -> None:
    """Compare every proof with the library's, and read the library's logs."""
    tree = Tree(leaves(MOST))
    lines = (folder / "proofs.txt").read_text(encoding="ascii").splitlines()
    assert len(lines) == MOST + 1
    for size, line in enumerate(lines):
        inclusion = b"".join(b"".join(tree.inclusion(index, size)) for index in range(size))
        consistency = b"".join(b"".join(tree.consistency(old, size)) for old in range(1, size + 1))
        digests = [hashlib.sha256(data).hexdigest() for data in (inclusion, consistency)]
        # NOTE: the library has no hash of the empty tree and says zeros; RFC 6962 §2.1 says SHA-256 of nothing.
        root = tree.root(size) if size else bytes(32)
        assert line == " ".join([str(size), root.hex(), *digests]), line
    print(f"all proofs of all sizes up to {MOST} are those of golang.org/x/mod")
    for place in sorted((folder / "theirs").iterdir(), key=lambda path: int(path.name)):
        key = read_key((place / "keys.txt").read_text(encoding="utf-8").removesuffix("\n"))
        said, _ = opened_by_any((place / "checkpoint").read_text(encoding="utf-8"), [key])

        def get(name: str, place: Path = place) -> bytes | None:
            return (place / name).read_bytes() if (place / name).is_file() else None

        assert said.size == int(place.name)
        assert read_tree(get, said).levels[0] == b"".join(leaves(said.size))
        made = {
            path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("tile/**/*") if path.is_file()
        }
        assert made == dict(tile_files(Tree(leaves(said.size)), range(1, said.size + 1))), place
        print(f"theirs/{place.name}: read to the last leaf, and the same tiles")


if __name__ == "__main__":
    {"make": make, "judge": judge}[sys.argv[1]](Path(sys.argv[2]))
