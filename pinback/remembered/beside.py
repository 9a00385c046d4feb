"""Work that another process does while this one goes on: small, forked at once, and done here where that process is ended from outside.

A pool of processes (``cores``) takes longer to begin than all that is done here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from mmap import mmap

_NUMBER = 8
"""Bytes of a number in memory that is shared."""


class Beside:
    """Pieces of work that a forked process does, from the first one on, while this process may take some from the end.

    They share memory: how many pieces the other process is done with, a byte for each piece that this one has taken, and the results that
    the other one found. Where that one is ended from outside, this one does its work.
    """

    def __init__(self, lengths: Sequence[int], work: Callable[[int], bytes]) -> None:
        """Begin.

        Args:
            lengths: bytes of the result of each piece, at least one.
            work: does a piece, by its number.
        """
        self._work = work
        ends = list(accumulate(lengths, initial=_NUMBER + len(lengths)))
        self._places = list(pairwise(ends))
        self._shared = mmap(-1, ends[-1])
        self._mine: dict[int, bytes] = {}
        self._child = os.fork()
        if self._child == 0:  # it does nothing but work, and ends without cleaning up what belongs to the other
            try:
                self._all()
            finally:
                os._exit(0)

    def _all(self) -> None:
        for number, (start, stop) in enumerate(self._places):
            if not self._shared[_NUMBER + number]:
                self._shared[start:stop] = self._work(number)
            self._shared[:_NUMBER] = (number + 1).to_bytes(_NUMBER, "little")

    def first(self, count: int) -> list[bytes]:
        """Return the results of so many pieces; what is left to do of them is shared with the other process."""
        at = count
        while at > int.from_bytes(self._shared[:_NUMBER], "little"):
            at -= 1
            if at not in self._mine:
                self._shared[_NUMBER + at] = 1
                self._mine[at] = self._work(at)
        if count == len(self._places) and self._child:
            os.waitpid(self._child, 0)
            self._child = 0
        places = enumerate(self._places[:count])
        return [self._mine.get(number) or self._shared[start:stop] for number, (start, stop) in places]


def in_another(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Let a forked process do *work*, and return what waits for its result; nothing comes where it did not end well."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # it does nothing but work, and ends without cleaning up what belongs to the other
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as stream:
                stream.write(work())
        finally:
            os._exit(0)
    os.close(writer)

    def waited() -> bytes:
        try:
            with os.fdopen(reader, "rb") as stream:
                return stream.read()
        finally:
            os.waitpid(child, 0)

    return waited
