"""What one issuer has sealed, as all rooms of this package take it."""

from __future__ import annotations

from dataclasses import dataclass

from pinback.register import Register
from pinback.seal.store import Store


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one issuer has sealed."""

    store: Store
    register: Register
