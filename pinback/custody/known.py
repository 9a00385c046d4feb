"""What is known of an issuer's keys: its register, which keys a name means, which bundle a code opens.

Nothing is signed here. ``restore`` alone writes: a bundle that git remembers, put back in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pinback import sealing
from pinback.content.read import read_club
from pinback.errors import ContentError, SigningError, UsageError
from pinback.files import write_file
from pinback.keys import bundle
from pinback.keys.bundle import KeyBundle
from pinback.locks import lock_path, locked
from pinback.register import Register, RegisterKey, now_text, text_moment
from pinback.register.keyring import AUTHORITIES, NEEDED
from pinback.seal.opening import hinted, newer_code, opened_authority
from pinback.seal.store import Store

_SHORTEST = 6
"""Signs of a key's id by which a person may name it."""

Codes = Callable[[str], Iterator[str]]
"""Yields codes to try for an issuer, by its slug: those of the environment, else what is typed."""


def loaded(root: Path, slug: str) -> tuple[Store, Register]:
    """Return store and register of an issuer, after putting in order what an interrupted run left.

    Raises:
        UsageError: no such issuer, or it has no keys yet.
    """
    store = Store(root, slug)
    if not store.folder.is_dir():
        raise UsageError(f'there is no issuer "{slug}"; look into the folder issuers')
    if not store.register_path.exists() and not store.bundles():
        raise UsageError(f"issuers/{slug}: this issuer has no keys yet; make them with: pinback key new {slug}")
    sealing.tidied(root)
    register = store.load()
    if register is None:
        raise UsageError(
            f"issuers/{slug}: the keys are there, and no register names them; pinback seal begins it (where there was one, "
            "restore register.jsonl from git)"
        )
    return store, register


def name_of(root: Path, slug: str) -> str:
    """Return the issuer's name; with a mistake in the records its folder's name has to do."""
    try:
        club, _ = read_club(root)
        return club.issuers[slug].name.in_language("")
    except (ContentError, UsageError, KeyError):
        return slug


def owner(root: Path, slug: str) -> str:
    """Return whose keys they are, in words: the issuer's name, the address of its badge site, its folder."""
    register = _register(root, slug)
    return f"{name_of(root, slug)}, {register.base_url} (issuers/{slug})"


def active_keys(register: Register, keys: KeyBundle, *roles: str) -> list[RegisterKey]:
    """Return the keys of a bundle that the register lets sign in these roles, oldest first."""
    own = {key.id for key in keys.keys.values()}
    return [key for key in register.keyring.active(*roles) if key.id in own]


def named(register: Register, names: Sequence[str], alone: bool) -> list[RegisterKey]:
    """Return the keys that *names* begin, and unless *alone* those that came into the register with them.

    Raises:
        UsageError: a name fits none or several.
    """
    found: dict[str, RegisterKey] = {}
    for name in names:
        fitting = [key for key in register.keyring if key.id.startswith(name)]
        if len(name) < _SHORTEST or len(fitting) != 1:
            fault = "is too short" if len(name) < _SHORTEST else "fits several keys" if fitting else "is no key here"
            raise UsageError(f'"{name}" {fault}; copy it from pinback key list')
        together = fitting if alone else [key for key in register.keyring if _came_with(register, key, fitting[0])]
        found |= {key.id: key for key in together}
    return list(found.values())


def sets(root: Path, slug: str, keys: Sequence[RegisterKey]) -> list[str]:
    """Return one name for each set of keys that came together, until all of *keys* are among them; Ed25519 keys name theirs."""
    register = _register(root, slug)
    found: list[str] = []
    for key in sorted(keys, key=lambda key: key.role != "ed25519"):
        if key.id not in {known.id for known in named(register, found, alone=False)}:
            found.append(key.id)
    return found


def _came_with(register: Register, key: RegisterKey, other: RegisterKey) -> bool:
    """Tell whether two keys came in one append; a recovery key is always a matter of its own."""
    if "recovery" in (key.role, other.role):
        return key.id == other.id
    low, high = sorted((key.line, other.line))
    return not any(line["event"] == "checkpoint" for line in register.lines[low : high + 1])


def restore(
    root: Path, slug: str, codes: Codes, from_git: Callable[[str], Iterator[bytes]]
) -> tuple[str, list[str], bool]:
    """Show that a code opens the keys and that they sign; find lost bundles again in git's history.

    Args:
        root: the club's folder.
        slug: the issuer.
        codes: what is typed from the sheet.
        from_git: yields earlier contents of a file of the club, newest first.

    Returns:
        The bundle that the code opens, the roles of its keys that may sign, and whether it was found in git's history.

    Raises:
        SigningError: no code opens anything that the register names.
    """
    with locked(lock_path(root), "key restore"):
        store, register = loaded(root, slug)
        last: SigningError | None = None
        old: SigningError | None = None
        hint = newer_code(store, register)
        try:
            # One code after the other: a person is asked for the next only where this one opens nothing.
            for code in hinted(codes(slug), hint):
                try:
                    opened = opened_authority(store, register, [code])
                except SigningError as error:
                    last = error
                else:
                    return store.shown(opened.path), _roles(register, opened.keys), False
                for file, data in _earlier_bundles(store, from_git):
                    keys = _opens(data, code)
                    if keys is not None and active_keys(register, keys, *AUTHORITIES):
                        write_file(root / file, data)
                        return file, _roles(register, keys), True
                    if keys is not None:
                        what = "this code is an old one, of keys in whose place others stand"
                        old = old or SigningError(f"{file}: {what}; {hint or 'look for a newer sheet'}")
        except SigningError as error:
            # Nobody wants to type any more; what is known of a code says more than that none was right.
            raise old or error from error
        raise old or last or SigningError(f"issuers/{slug}: no code was given; type it, or set PINBACK_CODE")


def _roles(register: Register, keys: KeyBundle) -> list[str]:
    return [key.role for key in active_keys(register, keys, *NEEDED, bundle.RECOVERY)]


def _earlier_bundles(store: Store, from_git: Callable[[str], Iterator[bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield file and bytes of every bundle that git remembers."""
    for path in dict.fromkeys((store.keys_path, *store.bundles(), store.steward_path(bundle.RECOVERY))):
        for data in from_git(store.shown(path)):
            yield store.shown(path), data


def _opens(data: bytes, code: str) -> KeyBundle | None:
    try:
        return bundle.open_bundle(data, code)
    except SigningError:
        return None


def states(root: Path, slug: str) -> list[RegisterKey]:
    """Return every key that an issuer ever had, newest first.

    Raises:
        UsageError: it has no keys yet.
    """
    return list(reversed(list(_register(root, slug).keyring)))


def _register(root: Path, slug: str) -> Register:
    register = Store(root, slug).load()
    if register is None:
        if Store(root, slug).bundles():
            raise UsageError(f"issuers/{slug}: no register names the keys yet; pinback seal begins it")
        raise UsageError(f"issuers/{slug}: there are no keys yet; make them with: pinback key new {slug}")
    return register


def has_keys(root: Path, slug: str) -> bool:
    """Tell whether an issuer has keys already."""
    return Store(root, slug).register_path.exists()


def moment_of(text: str) -> datetime:
    """Return the moment that a person typed: ``2026-11-20`` (its first second) or ``2026-11-20T18:30:00Z``.

    Raises:
        UsageError: it is none.
    """
    whole = f"{text}T00:00:00Z" if len(text) == 10 else text
    try:
        moment = text_moment(whole)
    except ValueError:
        moment = None
    if moment is None or now_text(moment) != whole:
        raise UsageError(f'"{text}" is not a moment; write it like 2026-11-20 or 2026-11-20T18:30:00Z (UTC)')
    return moment
