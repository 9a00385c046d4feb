"""What the live site answers, through the one door to the network."""

from __future__ import annotations

from collections.abc import Callable

from pinback.deployed import Get
from pinback.errors import FetchError, quoted
from pinback.verify.fetch import Door, Opener

_NOTHING = (404, 410)


def live(opener: Opener | None = None) -> Get:
    """Return a function that asks addresses.

    Args:
        opener: otherwise the network.
    """
    door = opener or Door()

    def get(url: str) -> bytes | None:
        answer = door.get(url)
        if answer.status in _NOTHING:
            return None
        if answer.status != 200:
            raise FetchError(f"{quoted(url)} answers with status {answer.status}; try again later")
        return answer.body

    return get


def sending(door: Door | None = None) -> Callable[[str, bytes], tuple[int, bytes]]:
    """Return a function that sends bytes to an address and returns status and body of the answer.

    Args:
        door: otherwise the network.
    """
    opened = door or Door()

    def post(url: str, body: bytes) -> tuple[int, bytes]:
        answer = opened.post(url, body)
        return answer.status, answer.body

    return post
