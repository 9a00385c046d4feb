"""A log as static files: tiles of hashes and bundles of entries, written and taken apart (C2SP tlog-tiles).

Paths are relative to the log's prefix. A published log is read by ``auditing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pinback.errors import ProofError
from pinback.tlog.trees import HASH, Tree

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
