"""An object that many documents have in common, so that what is made of it is made once.

It is a plain object for whoever makes JSON of it or reads it; only who asks for its kind sees that it is the same one again. This module
imports nothing of ours.
"""

from __future__ import annotations

from itertools import count
from typing import Any

_numbers = count()


class SharedPart(dict[str, Any]):
    """An object of JSON that nobody changes once it is made.

    Attributes:
        number: no other one of this process has it.
    """

    __slots__ = ("number",)

    def __init__(self, members: dict[str, Any]) -> None:
        super().__init__(members)
        self.number = next(_numbers)

    def __reduce__(self) -> tuple[type[SharedPart], tuple[dict[str, Any]]]:
        """A copy is another object, which may become another one."""
        return SharedPart, (dict(self),)
