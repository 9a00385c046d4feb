"""What one issuer has sealed, as all rooms of this package take it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pinback.cosigning import NOBODY, Witnessed
from pinback.log import PublicLog
from pinback.register import Register
from pinback.seal.store import Store


@dataclass(frozen=True)
class Sealed:
    """What one issuer has sealed, and who witnessed it."""

    store: Store
    register: Register
    witnessed: Witnessed = NOBODY

    @cached_property
    def log(self) -> PublicLog:
        """The public log, made once."""
        return PublicLog(self.register, self.witnessed.collected)
