"""Death at any half-step of writing, without strace: in a child process, before, within or after a call that changes the disk."""

from __future__ import annotations

import os
from collections.abc import Callable

DEAD = 42


class Fuse:
    """Lets the n-th half-step of writing be the last: odd halves die before or within a call, even ones after it."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.step = 0

    def burn(self, within: Callable[[], object] = lambda: None) -> None:
        self.step += 1
        if self.step == self.last:
            within()
            os._exit(DEAD)

    def put_in(self) -> None:
        """Wrap the calls of ``os`` that change the disk."""
        write = os.write

        def half_then_whole(handle: int, data: bytes) -> int:
            self.burn(lambda: write(handle, bytes(data[: len(data) // 2])))
            done = write(handle, data)
            self.burn()
            return done

        os.write = half_then_whole  # type: ignore[assignment]
        for name in ("replace", "rename", "ftruncate", "unlink", "rmdir", "mkdir"):
            setattr(os, name, self.around(getattr(os, name)))

    def around(self, call: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **named: object) -> object:
            self.burn()
            result = call(*arguments, **named)
            self.burn()
            return result

        return wrapped


def dies_at(last: int, action: Callable[[], object]) -> bool:
    """Run *action* in a child that dies at a half-step; say whether it died, or came to its end before."""
    child = os.fork()
    if child == 0:
        try:
            Fuse(last).put_in()
            action()
            os._exit(0)
        except BaseException:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, DEAD), f"the child ended with {code} at step {last}"
    return code == DEAD
