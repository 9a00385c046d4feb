"""Logs for the trial of the page that compares checkpoints (``node/log_page.mjs``): good ones, and rewritten ones.

    .venv/bin/python tests/foreign/log_cases.py FOLDER

``site/`` is a club's site in two languages. ``pairs.json`` has a tree of every size to 300 with its tiles, ``large.json`` one
whose tiles stand three high, ``cases.json`` what a visitor kept and what the log shows later, by the simulator of
``tests/test_watching.py``. Site and simulator have the same keys and origin, so the page takes each for its own log.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
for folder in (TESTS, TESTS.parent):
    sys.path.insert(0, str(folder))

from conftest import AT, ClubFolder  # noqa: E402
from test_watching import ATTACKS, KEYS, ORIGIN, OTHERS, SIZES, cut, published, sealings  # noqa: E402

from pinback.errors import ProofError  # noqa: E402
from pinback.log import Checkpoint, signed_note  # noqa: E402
from pinback.proofs.keys import raw_ed25519  # noqa: E402
from pinback.tlog.notes import NOTE, NoteKey, Signature, opened_by_any  # noqa: E402
from pinback.tlog.tiles import tile_files  # noqa: E402
from pinback.tlog.trees import Tree  # noqa: E402

MOST = 300
LARGE = 70_000
LARGE_SIZES = (0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 69_888, 69_999, 70_000)


def encoded(files: dict[str, bytes]) -> dict[str, str]:
    """Return what a page asks for of a log: the checkpoint and the tiles, in base64."""
    wanted = {name: data for name, data in files.items() if name == "checkpoint" or name.startswith("tile/")}
    return {name: b64encode(data).decode() for name, data in wanted.items() if not name.startswith("tile/entries/")}


def tree_file(leaves: list[bytes], sizes: list[int], built: list[int]) -> dict[str, Any]:
    """Return roots of a tree at *sizes*, and the tiles of the trees of *built* leaves."""
    tree = Tree(leaves)
    tiles: dict[str, bytes] = {}
    for size in built:
        tiles |= dict(tile_files(Tree(leaves[:size]), [size]))
    return {"roots": {size: b64encode(tree.root(size)).decode() for size in sizes}, "tiles": encoded(tiles)}


def cases() -> list[dict[str, Any]]:
    """Return what was kept, the log as it is later, and whether that is good, with a name."""
    found = []
    for size in SIZES:
        for round_ in range(3):
            dice = Random(f"page {size} {round_}")
            parts = sealings(dice, size)
            number = cut(dice, parts)
            kept, known = published(parts[:number])["checkpoint"].decode(), sum(map(len, parts[:number]))
            whole = encoded(published(parts))
            found.append({"name": f"good {size}", "kept": kept, "files": whole, "good": True})
            for attack in ATTACKS:
                files = encoded(published(attack(dice, parts, known)))
                found.append({"name": f"{attack.__name__} {size}", "kept": kept, "files": files, "good": False})
            if number < len(parts):
                newest = published(parts)["checkpoint"].decode()
                back = encoded(published(parts[:number]))
                found.append({"name": f"set back {size}", "kept": newest, "files": back, "good": False})
    return found


def texts() -> list[dict[str, str]]:
    """Return texts that are no old checkpoint of the site's log, each with the word that it gets."""
    root = b"\x07" * 32

    def note(origin: str, ring: Any, size: int = 1) -> str:
        return signed_note(Checkpoint(origin, size, root), ring.keys["log"], ring)

    sound = note(ORIGIN, KEYS)
    return [
        {"text": "", "word": "garbage"},
        {"text": "hello", "word": "garbage"},
        {"text": sound.replace(ORIGIN, f"\u202e{ORIGIN}"), "word": "garbage"},
        {"text": sound.partition("\n\n")[0], "word": "garbage"},
        {"text": sound.replace("\n1\n", "\n01\n"), "word": "garbage"},
        {"text": sound.replace("\n1\n", "\n99999999999\n"), "word": "garbage"},
        {"text": sound.replace("\n1\n", "\n2\n"), "word": "unsigned"},
        {"text": note(ORIGIN, OTHERS), "word": "unsigned"},
        {"text": note("other.example.org/issuers/club/log", KEYS), "word": "other"},
        {"text": "<img src=x onerror=alert(1)>" + sound.partition("/")[2], "word": "other"},
        {"text": sound, "word": "removed"},
        {"text": note(ORIGIN, KEYS, 10**6), "word": "back"},
    ]


PIECES = (
    "\n",
    "\n\n",
    " ",
    "\t",
    "\r",
    "\u2014",
    "\u2014 ",
    "=",
    "+",
    "0",
    "9",
    "A",
    "/",
    "\u00e9",
    "\x00",
    "\u2028",
    "- ",
    ORIGIN,
)


def mutants() -> list[dict[str, Any]]:
    """Return checkpoints with something put in, taken out or doubled, and whether the command takes them for signed."""
    dice = Random("mutants")
    key = NoteKey(ORIGIN, NOTE, KEYS.keys["log"])
    sound = signed_note(Checkpoint(ORIGIN, 21, b"\x07" * 32), KEYS.keys["log"], KEYS)
    extended = f"{ORIGIN}\n21\n{b64encode(bytes(32)).decode()}\nan extension line\n"
    signature = Signature(ORIGIN, key.id, KEYS.sign(KEYS.keys["log"].id, extended.encode())).line
    stranger = f"\u2014 witness.example/w {b64encode(bytes(76)).decode()}\n"
    texts = [sound, sound + stranger, sound.replace("\n\n", f"\n\n{stranger}"), f"{extended}\n{signature}", sound * 2]
    for _ in range(1_500):
        text = texts[dice.randrange(4)]
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            at, end = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
            end = min(end, at + dice.choice((0, 0, 1, 1, 2, 44)))
            piece = dice.choice((*PIECES, "", "", text[at:end]))
            text = text[:at] + piece + text[end:]
        texts.append(text)
    found = []
    for text in texts:
        try:
            said, _ = opened_by_any(text, [key])
            found.append({"text": text, "size": said.size})
        except ProofError:
            found.append({"text": text, "size": None})
    return found


def site(folder: Path) -> None:
    """Make the site: three sealings, so that its log has grown."""
    club = ClubFolder(folder / "club").site(languages="[en, ar]").issuer().badge().keys(seed="log")
    for day in range(1, 4):
        for number in range(day * 3):
            club.award(f"day-{day}-{number}", f"issued_on: 2026-05-1{day}\nhandle: otter-{day}{number}\n")
        club.seal(AT + timedelta(days=30 * day))
    club.build().rename(folder / "site")


def main() -> int:
    """Write everything below the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    site(folder)
    dice = Random("pairs")
    leaves = [dice.randbytes(32) for _ in range(MOST)]
    everything = list(range(MOST + 1))
    large = [dice.randbytes(32) for _ in range(LARGE)]
    written = {
        "pairs": tree_file(leaves, everything, everything),
        "large": tree_file(large, list(LARGE_SIZES), [LARGE]),
        "cases": cases(),
        "texts": texts(),
        "mutants": mutants(),
        "keys": {"origin": ORIGIN, "keys": [{"key": b64encode(raw_ed25519(KEYS.keys["log"])).decode()}]},
    }
    for name, value in written.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
