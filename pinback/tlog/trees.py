"""The tree over a log's entries (RFC 6962 §2.1): its hash, inclusion and consistency, made and checked.

A node is named by its level (0: leaf hashes) and its number in that level; node *i* of level *l* stands over the
leaves ``i << l`` to ``(i + 1) << l``. What makes proofs asks for complete nodes only, so that a tree in memory and
the tiles of a foreign log serve it alike. All hashes are 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from pinback.errors import ProofError

HASH = 32
"""Bytes of a hash."""
EMPTY = hashlib.sha256(b"").digest()
"""The hash of the tree without leaves."""

Nodes = Callable[[int, int], bytes]
"""Returns the hash of a complete node: level, number."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the leaf hash of a log entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


class Frontier:
    """The hashes from which the root of a growing tree is made: one for each full subtree, largest first."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._hashes: list[bytes] = []
        for leaf in leaves:
            self.add(leaf)

    @property
    def hashes(self) -> list[bytes]:
        """The hashes, each of 32 bytes."""
        return list(self._hashes)

    @classmethod
    def grown(cls, size: int, hashes: list[bytes]) -> Frontier:
        """Return one as it was kept: its size and its hashes."""
        if size.bit_count() != len(hashes) or any(len(one) != HASH for one in hashes):
            raise ValueError("one hash for each full subtree")
        frontier = cls()
        frontier.size, frontier._hashes = size, list(hashes)
        return frontier

    def add(self, leaf: bytes) -> None:
        """Add a leaf hash (32 bytes, SHA-256 over 0x00 and the entry)."""
        node, position = leaf, self.size
        while position & 1:
            node = node_hash(self._hashes.pop(), node)
            position >>= 1
        self._hashes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the tree hash; that of the empty tree is SHA-256 of nothing."""
        if not self._hashes:
            return EMPTY
        *rest, root = self._hashes
        for node in reversed(rest):
            root = node_hash(node, root)
        return root


class Tree:
    """A tree with all its complete nodes, each level in one row of bytes.

    Args:
        leaves: leaf hashes in order.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        row = b"".join(leaves)
        self.size = len(row) // HASH
        self.levels = [row]
        sha256 = hashlib.sha256
        while len(row) >= 2 * HASH:
            row = b"".join(
                [
                    sha256(b"\x01" + row[at : at + 2 * HASH]).digest()
                    for at in range(0, len(row) - 2 * HASH + 1, 2 * HASH)
                ]
            )
            self.levels.append(row)
        self._edges: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, number: int) -> bytes:
        """Return the hash of a complete node."""
        return self.levels[level][HASH * number : HASH * number + HASH]

    def root(self, size: int | None = None) -> bytes:
        """Return the hash of the tree as it was when it had *size* leaves; otherwise of the whole."""
        size = self.size if size is None else size
        return self.edge(0, size) if not size else root(self.node, size)

    def edge(self, level: int, size: int) -> bytes:
        """Return the hash over the leaves from the last multiple of ``1 << level`` to *size*; remembered."""
        if not size:
            return EMPTY
        found = self._edges.get((level, size))
        if found is None:
            found = self._edges[level, size] = span(self.node, size >> level << level, size)
        return found

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the proof that leaf *index* is in the tree of *size* leaves, sibling of the leaf first (RFC 6962 §2.1.1)."""
        return inclusion(self.node, index, size, self.edge)

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Return the proof that the tree of *size* leaves continues that of *old* (RFC 6962 §2.1.2)."""
        return consistency(self.node, old, size)


def span(node: Nodes, low: int, high: int) -> bytes:
    """Return the hash over the leaves *low* to *high*, where *low* begins a subtree large enough for them.

    Full subtrees from the left, each as large as fits, joined from the right.
    """
    hashes = []
    while low < high:
        level = (high - low).bit_length() - 1
        hashes.append(node(level, low >> level))
        low += 1 << level
    found = hashes.pop()
    while hashes:
        found = node_hash(hashes.pop(), found)
    return found


def root(node: Nodes, size: int) -> bytes:
    """Return the hash of the tree of *size* leaves."""
    return span(node, 0, size) if size else EMPTY


def inclusion(node: Nodes, index: int, size: int, edge: Callable[[int, int], bytes] | None = None) -> list[bytes]:
    """Return the proof that leaf *index* is in the tree of *size* leaves, the leaf's sibling first (RFC 6962 §2.1.1).

    Args:
        node: complete nodes.
        index: of the leaf, from 0.
        size: leaves of the tree, more than *index*.
        edge: returns what ``Tree.edge`` does, where it is remembered.
    """
    path, level = [], 0
    while 1 << level < size:
        beside = index >> level ^ 1
        if beside + 1 << level <= size:
            path.append(node(level, beside))
        elif beside << level < size:
            path.append(edge(level, size) if edge else span(node, beside << level, size))
        level += 1
    return path


def consistency(node: Nodes, old: int, size: int) -> list[bytes]:
    """Return the proof that the tree of *size* leaves continues that of *old* leaves (RFC 6962 §2.1.2).

    It is empty for two equal sizes, and where there was no leaf before.
    """
    if not 0 < old < size:
        return []
    path: list[bytes] = []
    low, high, known = 0, size, True
    # SUBPROOF(old, D[low:high], known), from the top down; the proof is read from the bottom up.
    while old != high:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if old <= middle:
            path.append(span(node, middle, high))
            high = middle
        else:
            path.append(span(node, low, middle))
            low, known = middle, False
    if not known:
        path.append(span(node, low, high))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_: bytes) -> None:
    """Check that a leaf is in a tree (RFC 9162 §2.1.3.2).

    Raises:
        ProofError: the proof does not show it.
    """
    node, rest, last = leaf, index, size - 1
    fits = 0 <= index < size
    for beside in path:
        fits = fits and last > 0
        if rest & 1 or rest == last:
            node = node_hash(beside, node)
            while rest and not rest & 1:
                rest, last = rest >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        rest, last = rest >> 1, last >> 1
    if not fits or last or node != root_:
        raise ProofError("the proof does not show that this entry is in the log; fetch both again")


def check_consistency(old: int, old_root: bytes, size: int, root_: bytes, path: Sequence[bytes]) -> None:
    """Check that one tree continues another (RFC 9162 §2.1.4.2).

    Raises:
        ProofError: the proof does not show it.
    """
    if not _continues(old, old_root, size, root_, list(path)):
        raise ProofError("the proof does not show that this log continues what was seen before; fetch both again")


def _continues(old: int, old_root: bytes, size: int, root_: bytes, path: list[bytes]) -> bool:
    if old > size or old < 0:
        return False
    if old in (0, size):
        expected = EMPTY if old == 0 else root_
        return not path and old_root == expected
    if old & old - 1 == 0:
        path = [old_root, *path]
    if not path:
        return False
    rest, last = old - 1, size - 1
    while rest & 1:
        rest, last = rest >> 1, last >> 1
    before = now = path[0]
    for beside in path[1:]:
        if not last:
            return False
        if rest & 1 or rest == last:
            before, now = node_hash(beside, before), node_hash(beside, now)
            while rest and not rest & 1:
                rest, last = rest >> 1, last >> 1
        else:
            now = node_hash(now, beside)
        rest, last = rest >> 1, last >> 1
    return not last and before == old_root and now == root_
