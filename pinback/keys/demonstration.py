"""The example club's keys. Its code is printed in the README, so they sign for that club alone (TRUST §7)."""

from __future__ import annotations

from collections.abc import Iterable

from pinback.demonstration import DEMONSTRATION_DIDS, DEMONSTRATION_KEYS
from pinback.errors import SigningError

__all__ = ["DEMONSTRATION_DIDS", "DEMONSTRATION_KEYS", "fault", "refuse"]


def fault(did: str, demonstration: bool, key_ids: Iterable[str]) -> str:
    """Say why keys cannot be used for *did*, or return ""."""
    known = any(key in DEMONSTRATION_KEYS for key in key_ids)
    if (demonstration or known) and did not in DEMONSTRATION_DIDS:
        return "these are the demonstration keys of the example club, which anyone can open"
    if known and not demonstration:
        return 'the register does not say "demonstration" though its keys are the demonstration keys'
    return ""


def refuse(did: str, demonstration: bool, key_ids: Iterable[str]) -> None:
    """Stop where demonstration keys would sign for somebody else.

    Raises:
        SigningError: they would.
    """
    if what := fault(did, demonstration, key_ids):
        raise SigningError(f"{what}; make own keys with pinback key new")
