"""The beginning of a register: line 0 with the first keys, and its checkpoint.

The keys come from ``key new``, or lie in ``keys.age`` already, made by the page ``admin/start/`` in a browser (or by a
``key new`` that was interrupted after it had shown the code). A register is written by one rename, so there is none or a
whole one. Where sealed files lie, a missing register is an error (``store``) and is never begun here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pinback import addresses
from pinback.errors import SigningError
from pinback.files import write_file
from pinback.keys import bundle, demonstration
from pinback.keys.bundle import KeyBundle
from pinback.model import Club, Issuer
from pinback.proofs.keys import PublicKey
from pinback.register import Register, line_bytes
from pinback.register.events import Place
from pinback.seal.make import first_lines
from pinback.seal.opening import opened_by
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store


def waits(store: Store) -> bool:
    """Tell whether keys lie there that no register names yet."""
    return store.keys_path.exists() and not store.register_path.exists()


def unbegun(club: Club, issuer: Issuer, store: Store) -> Register:
    """Return a register without lines, for the plan of a sealing that begins it."""
    register = Register(store.shown(store.register_path))
    register.origin = addresses.log_origin(club.site.base_url, issuer.slug)
    register.places.append(Place(1, club.site.base_url, issuer.did, 0))
    return register


def refuse_others(store: Store) -> None:
    """Stop where keys of more stewards lie beside ``keys.age``: a register has to name them, one after the other.

    Raises:
        SigningError: there are some.
    """
    for path in store.bundles():
        if path != store.keys_path:
            option = "--recovery" if path.stem == bundle.RECOVERY else f"--steward {path.stem}"
            raise SigningError(
                f"{store.shown(path)}: no register names these keys; delete the file, and make them again once the "
                f"register has begun: pinback key new {option}"
            )


def first_keys(store: Store, issuer: Issuer, codes: Iterable[str]) -> KeyBundle:
    """Open the keys with which a register begins.

    Args:
        store: where they lie.
        issuer: whose they are.
        codes: printed forms; asked for one after the other.

    Raises:
        SigningError: no code fits, or they are no keys to begin with.
    """
    refuse_others(store)
    last: SigningError | None = None
    for code in codes:
        opened, fault = opened_by(store, code)
        if opened is None:
            last = fault
            continue
        if set(opened.keys.keys) != set(bundle.ROLES):
            raise SigningError(
                f"{store.shown(store.keys_path)}: these keys sign no badges; put the club's own keys in their place"
            )
        demonstration.refuse(issuer.did, False, [key.id for key in opened.keys.keys.values()])
        return opened.keys
    raise last or SigningError(f"{store.shown(store.keys_path)}: no code was given; type it, or set PINBACK_CODE")


def begin(
    store: Store,
    club: Club,
    issuer: Issuer,
    keys: Keys,
    at: datetime,
    demonstration_keys: bool = False,
    recovery: PublicKey | None = None,
) -> None:
    """Write the register: line 0 and its checkpoint.

    Args:
        store: where it goes.
        club: says the address.
        issuer: says the DID.
        keys: their public halves become facts.
        at: the moment of the lines.
        demonstration_keys: mark the register as the example club's.
        recovery: a recovery key that stands in line 0 as well.
    """
    lines = first_lines(club, issuer, keys, at, demonstration_keys, recovery)
    # By one rename: half a register of one line would be none at all.
    write_file(store.register_path, b"".join(line_bytes(line) for line in lines))
