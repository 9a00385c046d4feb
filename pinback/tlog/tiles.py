"""A log as static files: tiles of hashes and bundles of entries, written and read (C2SP tlog-tiles).

Paths are relative to the log's prefix. The reader believes nothing: what it returns was hashed up to the root of a
checkpoint that the caller has checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pinback.errors import ProofError
from pinback.tlog.trees import HASH, Tree, root

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile, entries of a full bundle."""
CHECKPOINT = "checkpoint"

Get = Callable[[str], bytes | None]
"""Returns the bytes at a path below the log's prefix; None where there is nothing."""


def number_path(number: int) -> str:
    """Return a tile's number as path elements of three digits, all but the last with an ``x``."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    return "/".join(reversed(parts))


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile of *width* hashes; one of fewer than 256 is partial."""
    return f"tile/{level}/{number_path(number)}{_partial(width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Return the path of a bundle of *width* entries."""
    return f"tile/entries/{number_path(number)}{_partial(width)}"


def _partial(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def widths(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, number and width of every tile of a tree of *size* leaves."""
    level = 0
    while count := size >> HEIGHT * level:
        yield from ((level, number, WIDTH) for number in range(count >> HEIGHT))
        if count % WIDTH:
            yield level, count >> HEIGHT, count % WIDTH
        level += 1


def tile_files(tree: Tree, sizes: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of the tiles for checkpoints of these *sizes*, each once.

    Partial tiles of earlier checkpoints are left out where the full tile is there.
    """
    for level, number, width in _wanted(tree.size, sizes):
        at = HASH * WIDTH * number
        yield tile_path(level, number, width), tree.levels[HEIGHT * level][at : at + HASH * width]


def bundle_files(entries: Sequence[bytes], sizes: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of the entry bundles for checkpoints of these *sizes*, each once."""
    for level, number, width in _wanted(len(entries), sizes):
        if level == 0:
            yield bundle_path(number, width), bundle(entries[WIDTH * number : WIDTH * number + width])


def _wanted(size: int, sizes: Iterable[int]) -> list[tuple[int, int, int]]:
    found = set(widths(size))
    full = {(level, number) for level, number, width in found if width == WIDTH}
    for earlier in sizes:
        level = 0
        # The partial tiles alone: the full ones of a smaller tree are full ones of this.
        while count := earlier >> HEIGHT * level:
            if count % WIDTH and (level, count >> HEIGHT) not in full:
                found.add((level, count >> HEIGHT, count % WIDTH))
            level += 1
    return sorted(found)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle: each with its length in two bytes before it."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        ProofError: it does not hold *width* entries, or more than them.
    """
    found: list[bytes] = []
    at = 0
    while at + 2 <= len(data) and len(found) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : end])
        at = end
    if len(found) != width or at != len(data):
        raise ProofError("a bundle of entries is damaged; fetch it again")
    return found


class TileReader:
    """The tree of a published log, by its tiles.

    Every hash that is given out belongs to the tree of the checkpoint: a tile is compared with the hash of the tile above
    it, the tiles at the top with the root.

    Args:
        get: asks for a file of the log.
        size: of the tree, by its checkpoint.
        root_: likewise.
    """

    def __init__(self, get: Get, size: int, root_: bytes) -> None:
        self._get, self.size = get, size
        # Every node that the root is made of lies in a partial tile; below, a full tile's hash stands in the tile above.
        self._tiles = {
            (level, number): self._fetched(level, number, width)
            for level, number, width in widths(size)
            if width != WIDTH
        }
        if root(self.node, size) != root_:
            raise ProofError("the tiles of this log are not those of its checkpoint; compare it with another copy")

    def _fetched(self, level: int, number: int, width: int) -> Tree:
        data = self._get(tile_path(level, number, width))
        if data is None and width != WIDTH:
            data = (self._get(tile_path(level, number)) or b"")[: HASH * width] or None
        if data is None:
            raise ProofError(f"{tile_path(level, number, width)} is missing from this log; ask the club for it")
        if len(data) != HASH * width:
            raise ProofError(f"{tile_path(level, number, width)} is no tile; compare the log with another copy")
        return Tree(data[at : at + HASH] for at in range(0, len(data), HASH))

    def tile(self, level: int, number: int) -> Tree:
        """Return a tile as the tree over its hashes.

        Raises:
            ProofError: it is missing, or not the one that the checkpoint signs.
        """
        known = self._tiles.get((level, number))
        if known is None:
            above = self.node(HEIGHT * (level + 1), number)
            known = self._fetched(level, number, WIDTH)
            if known.root() != above:
                path = tile_path(level, number)
                raise ProofError(f"{path} is not the tile that the checkpoint signs; compare the log with another copy")
            self._tiles[level, number] = known
        return known

    def node(self, level: int, number: int) -> bytes:
        """Return the hash of a complete node of the tree."""
        if number + 1 << level > self.size:
            raise ProofError("a node outside the tree was asked for; name one inside")
        tile_level, inside = divmod(level, HEIGHT)
        return self.tile(tile_level, number >> HEIGHT - inside).node(inside, number % (1 << HEIGHT - inside))

    def leaves(self) -> Iterator[bytes]:
        """Yield every leaf hash, each tile checked."""
        for number in range((self.size + WIDTH - 1) // WIDTH):
            row = self.tile(0, number).levels[0]
            yield from (row[at : at + HASH] for at in range(0, len(row), HASH))
