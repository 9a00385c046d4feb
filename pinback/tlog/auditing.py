"""One look at a published log: is it whole, and does it continue what was seen before?

Everything is recomputed: the tree from the lowest tiles, the tiles above, each entry's hash, every earlier checkpoint that
the log lists. What is found is one of a few faults, each a plain sentence.

Not here: where the files come from, and where it is kept what was seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pinback.dataclass import dataclass
from pinback.errors import PinbackError, ProofError
from pinback.limits import MAX_LOG_CHECKPOINTS, MAX_LOG_ENTRIES, MAX_LOG_FILE, MAX_NOTE
from pinback.tlog import tiles
from pinback.tlog.notes import NOTE, Checkpoint, NoteKey, opened_by_any, read_checkpoint, read_key
from pinback.tlog.tiles import Get
from pinback.tlog.trees import HASH, Tree, leaf_hash

KEYS = "keys.txt"
"""The log's own keys, a vkey a line, oldest first; and the same keys as those by which it signs for others."""
LIST = "checkpoints.json"
"""Every checkpoint that the log ever signed."""


_VALUES_OF_A_LINE = 20
"""Of one that six witnesses have signed."""


def past_path(size: int) -> str:
    """Return the path of the checkpoint over *size* entries."""
    return f"checkpoints/{size}"


class LogFault(PinbackError):
    """A log is not what it should be, or not what it was. The message is one sentence part with what to do."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """A log that was found whole.

    Attributes:
        note: its checkpoint as signed, with every signature.
        checkpoint: what that says.
        key: the log key that signed it.
        tree: over all its entries.
        erased: entries whose content is gone.
        past: sizes of the earlier checkpoints that it lists.
    """

    note: str
    checkpoint: Checkpoint
    key: NoteKey
    tree: Tree
    erased: int
    past: tuple[int, ...]


def log_keys(get: Get) -> tuple[NoteKey, ...]:
    """Return the keys that a log names as its own, oldest first.

    Raises:
        LogFault: it names none.
    """
    try:
        keys = [read_key(line) for line in _text(get, KEYS, MAX_NOTE).split("\n") if line]
    except ProofError as error:
        raise LogFault(
            f"{KEYS} of this log does not name its keys; ask the club for the key and give it with --key"
        ) from error
    found = tuple(key for key in keys if key.kind == NOTE)
    if not found:
        raise LogFault(f"{KEYS} of this log names no key; ask the club for the key and give it with --key")
    return found


def look(get: Get, keys: Iterable[NoteKey], before: Checkpoint | None = None) -> Seen:
    """Look at a log, all of it.

    Args:
        get: asks for a file of the log.
        keys: the keys that may have signed its checkpoint.
        before: what was seen earlier.

    Raises:
        LogFault: the first thing that is wrong.
    """
    # 1. The checkpoint is signed, of the same log, and no smaller than what was seen.
    note, said, key = _newest(get, keys)
    if before is not None:
        _no_step_back(before, said)

    # 2. The tree is there as it was signed.
    tree = read_tree(get, said)

    # 3. It continues what was seen.
    if before is not None:
        _continues(tree, before)

    # 4. The tiles above, the entries and the earlier checkpoints are there and belong to the tree.
    erased = read_rest(get, tree)
    past = _past(get, tree, said)
    seen = Seen(note, said, key, tree, erased, past)
    if before is not None:
        compare(seen, [before])
    return seen


def _newest(get: Get, keys: Iterable[NoteKey]) -> tuple[str, Checkpoint, NoteKey]:
    note = _text(get, tiles.CHECKPOINT, MAX_NOTE)
    try:
        said, key = opened_by_any(note, keys)
    except ProofError as error:
        raise LogFault(
            "the checkpoint of this log is damaged, or signed with another key than before; ask the club, on another "
            "way than this site, whether its key has changed, and give the new one with --key"
        ) from error
    if said.size > MAX_LOG_ENTRIES:
        raise LogFault(f"this log says that it has {said.size:,} entries, more than are read; ask the club")
    return note, said, key


def _no_step_back(before: Checkpoint, said: Checkpoint) -> None:
    if said.origin != before.origin:
        raise LogFault(
            f"this is the log {said.origin}, not {before.origin}, which was seen before; compare the addresses"
        )
    if said.size < before.size:
        raise LogFault(
            f"this log was set back: it had {before.size} entries and shows {said.size}; keep the earlier checkpoint and ask the club"
        )
    if said.size == before.size and said.root != before.root:
        raise LogFault(
            f"this log shows two different trees of {said.size} entries; keep both checkpoints and ask the club"
        )


def _continues(tree: Tree, before: Checkpoint) -> None:
    if tree.root(before.size) != before.root:
        raise LogFault(
            f"of the first {before.size} entries, which were seen before, at least one was removed, changed or moved; "
            "keep both checkpoints and ask the club"
        )


def _text(get: Get, path: str, limit: int) -> str:
    data = get(path)
    if data is None:
        raise LogFault(f"{path} is missing from this log; ask the club for it")
    try:
        if len(data) <= limit:
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise LogFault(f"{path} of this log is damaged; ask the club")


def _tile(get: Get, path: str, size: int) -> bytes:
    data = get(path)
    if data is None:
        raise LogFault(f"{path} is missing from this log; ask the club for it")
    if len(data) != size:
        raise LogFault(f"{path} of this log is damaged; ask the club")
    return data


def read_tree(get: Get, said: Checkpoint) -> Tree:
    """Return the tree of a checkpoint, from the lowest tiles.

    Raises:
        LogFault: a tile is missing, or they do not make the root that is signed.
    """
    lowest = [_hashes(get, 0, number, width) for level, number, width in tiles.widths(said.size) if level == 0]
    tree = Tree(lowest)
    if tree.root() != said.root:
        raise LogFault(
            "the entries of this log are not those that its checkpoint signs: one was removed, changed or moved; ask the club"
        )
    return tree


def _hashes(get: Get, level: int, number: int, width: int) -> bytes:
    """Return a tile; where a partial one is gone, the beginning of the full one (C2SP tlog-tiles, "Partial Tiles")."""
    path = tiles.tile_path(level, number, width)
    full = get(tiles.tile_path(level, number)) if width != tiles.WIDTH and get(path) is None else None
    return full[: HASH * width] if full and len(full) == HASH * tiles.WIDTH else _tile(get, path, HASH * width)


def read_rest(get: Get, tree: Tree) -> int:
    """Compare the tiles above the lowest, and every entry, with a tree; return how many entries are erased.

    Raises:
        LogFault: the first thing that is missing or belongs to another tree.
    """
    _upper_tiles(get, tree)
    return _entries(get, tree)


def _upper_tiles(get: Get, tree: Tree) -> None:
    for level, number, width in tiles.widths(tree.size):
        path = tiles.tile_path(level, number, width)
        at = HASH * tiles.WIDTH * number
        expected = tree.levels[tiles.HEIGHT * level][at : at + HASH * width]
        if level and _hashes(get, level, number, width) != expected:
            raise LogFault(f"{path} of this log is not made from its entries; ask the club")


def _entries(get: Get, tree: Tree) -> int:
    """Compare every entry with its leaf and return how many are erased: an empty one says nothing any more."""
    erased = 0
    for level, number, width in tiles.widths(tree.size):
        if level:
            continue
        path = tiles.bundle_path(number, width)
        data = get(path)
        if data is None:
            raise LogFault(f"{path} is missing from this log; ask the club for it")
        try:
            entries = tiles.read_bundle(data, width)
        except ProofError as error:
            raise LogFault(f"{path} of this log is damaged; ask the club") from error
        for place, entry in enumerate(entries, tiles.WIDTH * number):
            if not entry:
                erased += 1
            elif leaf_hash(entry) != tree.node(0, place):
                raise LogFault(f"entry {place} of this log is not the one that its checkpoint signs; ask the club")
    return erased


def _past(get: Get, tree: Tree, newest: Checkpoint) -> tuple[int, ...]:
    """Compare every earlier checkpoint that the log lists with its tree; return their sizes."""
    listed = _listed(_text(get, LIST, MAX_LOG_FILE))
    sizes = [size for size, _ in listed]
    if not sizes or sizes != sorted(set(sizes)) or sizes[-1] != newest.size:
        raise LogFault(f"{LIST} of this log does not list its checkpoints in order, the newest last; ask the club")
    for size, root in listed:
        if tree.root(size) != root:
            raise LogFault(f"this log once signed another tree of {size} entries than it shows now; ask the club")
    return tuple(sizes[:-1])


def _listed(text: str) -> list[tuple[int, bytes]]:
    # Each line has a few values; the smallest ones take forty times their own bytes in memory once they are read.
    if sum(map(text.count, "[{,")) > _VALUES_OF_A_LINE * MAX_LOG_CHECKPOINTS:
        raise LogFault(f"{LIST} of this log has more lines than are read; ask the club")
    try:
        entries: Any = json.loads(text)["checkpoints"]
        notes = [read_checkpoint(f"\n{one['size']}\n{one['root']}\n".join(("log", ""))) for one in entries]
    except (ValueError, KeyError, TypeError, RecursionError, ProofError) as error:
        raise LogFault(f"{LIST} of this log is damaged; ask the club") from error
    if len(notes) > MAX_LOG_CHECKPOINTS:
        raise LogFault(f"{LIST} of this log has more lines than are read; ask the club")
    return [(one.size, one.root) for one in notes]


def compare(seen: Seen, before: Sequence[Checkpoint]) -> None:
    """Check that a log continues checkpoints that were saved.

    Raises:
        LogFault: it does not.
    """
    for one in before:
        _no_step_back(one, seen.checkpoint)
        if one.size not in (*seen.past, seen.checkpoint.size, 0):
            raise LogFault(
                f"this log no longer lists its checkpoint over {one.size} entries, which was seen before; keep that and ask the club"
            )
        _continues(seen.tree, one)
