"""What signs for a command: keys that a code opens, or a program that holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pinback.cli.options import secrets
from pinback.errors import UsageError
from pinback.proofs.keys import Signer
from pinback.register import Register
from pinback.seal.opening import opened_keys
from pinback.seal.store import Store


def signer_of(slug: str, command: str | None) -> Callable[[Store, Register], Signer]:
    """Return what opens the keys of an issuer: a program where one is named, else a code."""

    def opened(store: Store, register: Register) -> Signer:
        if not command:
            return opened_keys(store, register, secrets.codes(slug))
        from pinback.keys.external import ExternalSigner  # here, because few have one

        return ExternalSigner(command)

    return opened


def first_codes(slug: str, command: str | None) -> Iterator[str]:
    """Yield codes for the keys with which a register begins.

    Raises:
        UsageError: a program shall sign, and nobody knows its public keys.
    """
    if command:
        raise UsageError(
            f"the register of issuers/{slug} begins with the keys in keys.age; leave --signer out this time"
        )
    yield from secrets.codes(slug)
