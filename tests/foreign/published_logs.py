"""Logs of others, read by what ``log monitor`` reads with: ``published_logs.py TESSERA SUNLIGHT``.

TESSERA is ``testdata/log`` of a checkout of transparency-dev/tessera, SUNLIGHT ``cmd/skylight/testdata`` of FiloSottile/sunlight.
Run by hand: neither lies here, and nothing is fetched.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from pinback.tlog.auditing import read_rest, read_tree  # noqa: E402
from pinback.tlog.notes import cosigned_at, open_note, read_checkpoint, read_key, read_note  # noqa: E402
from pinback.tlog.tiles import Get  # noqa: E402
from pinback.tlog.trees import check_consistency  # noqa: E402
from pinback.tlog.witnesses import origin_hash  # noqa: E402

KEY = read_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")


def files(folder: Path) -> Get:
    return lambda path: (folder / path).read_bytes() if (folder / path).is_file() else None


def tessera(folder: Path) -> None:
    for size in range(1, 16):
        said = open_note((folder / f"checkpoint.{size}").read_text(encoding="utf-8"), KEY.name, KEY.key)
        assert read_rest(files(folder), read_tree(files(folder), said)) == 0
    print("Tessera: read at all of its 15 sizes")


def sunlight(folder: Path) -> None:
    for place, name in (
        ("witness", "witness.v0.json"),
        ("witness/mirror", "mirror.v0.json"),
        ("witness2", "witness.v0.json"),
    ):
        key = read_key(json.loads((folder / place / name).read_text(encoding="utf-8"))["verifier_keys"][0])
        (checkpoint,) = (folder / place).glob("[0-9a-f]*/checkpoint")
        note = read_note(checkpoint.read_text(encoding="utf-8"))
        assert checkpoint.parent.name == origin_hash(read_checkpoint(note.text).origin)
        assert cosigned_at(note, key)
        print(f"Sunlight: {place} signed what lies there")
    (mirror,) = (folder / "witness/mirror").glob("[0-9a-f]*/")
    said = read_checkpoint(read_note((mirror / "checkpoint").read_text(encoding="utf-8")).text)
    tree = read_tree(files(mirror), said)
    for size in (1, 255, 256, 257, 299):
        check_consistency(size, tree.root(size), said.size, said.root, tree.consistency(size, said.size))
    # Sunlight's own test keeps a text in the place of the entries, so the tiles alone are read.
    assert (mirror / "tile/1/000.p/1").read_bytes() == tree.levels[8]
    print(f"Sunlight: {said.size} leaves read, and the tile above them")


if __name__ == "__main__":
    tessera(Path(sys.argv[1]))
    sunlight(Path(sys.argv[2]))
