"""Opening the keys of an issuer: which of its bundles a code opens, and whether the register lets them sign.

Bundles are ``keys.age`` and ``keys/<name>.age`` (TRUST §1): one a steward, and perhaps one recovery key. A code opens
one of them; which one, nobody has to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pinback.dataclass import dataclass
from pinback.errors import SigningError
from pinback.files import read_regular
from pinback.keys import bundle
from pinback.keys.bundle import KeyBundle
from pinback.register import Register
from pinback.register.keyring import AUTHORITIES, NEEDED
from pinback.seal.store import Store


@dataclass(frozen=True, slots=True)
class Opened:
    """Keys in memory, and the bundle that they came from."""

    keys: KeyBundle
    path: Path


def opened_keys(store: Store, register: Register, codes: Iterable[str]) -> KeyBundle:
    """Open the keys of an issuer for sealing with the first code that fits.

    Args:
        store: where the bundles lie.
        register: says which keys may sign.
        codes: printed forms; asked for one after the other, so a generator may go on asking a person.

    Raises:
        SigningError: no code fits, or the keys may not sign.
    """
    return opened_bundle(store, register, codes, NEEDED).keys


def opened_authority(store: Store, register: Register, codes: Iterable[str]) -> Opened:
    """Open a bundle that may sign key events (see ``opened_keys``)."""
    return opened_bundle(store, register, codes, ())


def opened_bundle(store: Store, register: Register, codes: Iterable[str], roles: Iterable[str]) -> Opened:
    """Open the bundle that a code fits and whose keys may sign.

    Args:
        store: where the bundles lie.
        register: says which keys may sign.
        codes: printed forms.
        roles: those that must be there; none for any key that may sign key events.
    """
    if not store.bundles():
        file = store.shown(store.keys_path)
        raise SigningError(f"{file}: the keys are missing; restore the file from git (pinback key restore looks there)")
    last: SigningError | None = None
    hint = newer_code(store, register)
    for code in hinted(codes, hint):
        opened, fault = opened_by(store, code)
        if opened is None:
            last = SigningError(f"{fault}; {hint}") if fault and hint else fault
            continue
        try:
            _refuse_idle(store, register, opened, tuple(roles), hint)
        except SigningError as error:
            # Another code may open keys that can be used; a person is asked once more.
            last = error
            continue
        return opened
    raise last or SigningError(f"{store.shown(store.keys_path)}: no code was given; type it, or set PINBACK_CODE")


def newer_code(store: Store, register: Register) -> str:
    """Say since when another code opens the keys, for whoever typed one that does not; "" where none was exchanged."""
    ended = {key.retired for key in register.keyring if key.retired}
    # A rotation ends keys and brings others at one moment; who leaves or comes exchanges nothing.
    days = [key.added for key in register.keyring if key.line and key.added in ended]
    if not days:
        return ""
    return (
        f"keys were exchanged on {max(days):%Y-%m-%d}, so a code from before may be the old one: the new one is on the sheet "
        f"that was printed that day (git log -- {store.shown(store.keys_path)} says by whom)"
    )


def hinted(codes: Iterable[str], hint: str) -> Iterator[str]:
    """Yield the codes; where somebody typed in vain, the error that ends it says *hint* too."""
    tried = False
    try:
        for code in codes:
            tried = True
            yield code
    except SigningError as error:
        if tried and hint:
            raise SigningError(f"{error}; {hint}") from error
        raise


def opened_by(store: Store, code: str) -> tuple[Opened | None, SigningError | None]:
    """Return the first bundle that a code opens, or why it opens none."""
    fault: SigningError | None = None
    for path in store.bundles():
        try:
            return Opened(bundle.open_bundle(read_regular(path), code), path), None
        except bundle.WrongCode as error:
            fault = fault or SigningError(f"{store.shown(path)}: {error}")
        except SigningError as error:
            # A damaged bundle of one steward must not keep out another.
            fault = SigningError(f"{store.shown(path)}: {error}")
    return None, fault


def _refuse_idle(store: Store, register: Register, opened: Opened, roles: tuple[str, ...], hint: str) -> None:
    """Stop where the opened keys are none that the register lets sign."""
    file, own = store.shown(opened.path), opened.keys.keys
    known = [register.keyring.get(key.id) for key in own.values()]
    if not any(known):
        raise SigningError(f"{file}: these are other keys than the register names; restore keys.age from git")
    active = {key.role for key in known if key and key.active}
    if roles and not set(own).issuperset(roles):
        raise SigningError(
            f"{file}: this code opens the recovery key, which seals nothing; use the code of the club's keys, "
            "or make new ones with it (pinback key rotate)"
        )
    missing = set(roles) - active if roles else set() if active & set(AUTHORITIES) else {"ed25519"}
    if missing:
        ended = next((key for key in known if key and not key.active), None)
        when = (
            f" since {(ended.revoked or ended.retired):%Y-%m-%d}" if ended and (ended.revoked or ended.retired) else ""
        )
        raise SigningError(
            f"{file}: the keys that this code opens may no longer sign{when}; use the code of the newer keys (pinback key list)"
            + (f"; {hint}" if hint else "")
        )
