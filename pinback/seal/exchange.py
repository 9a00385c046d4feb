"""Changing the keys of an issuer on disk: lines of the register, and the bundle that they speak of (TRUST §4).

1. A note says what is about to be done. 2. The new bundle is written beside the old ones, as ``keys/next.age``; whoever
opens keys finds it there. 3. The register is appended. 4. The bundle takes its place, and the note goes. A run that dies
between is put in order by the next run that holds the lock, whatever it is for: if the register names the new keys, the
bundle takes its place, else it is removed. So the code that was shown last opens the keys, or the one before does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path

from pinback.canonical import canonical_bytes
from pinback.errors import PinbackError, UsageError
from pinback.files import FileProblem, append_file, cut_file, read_regular, remove_file, replace_file, write_file
from pinback.register import Register
from pinback.seal.store import Store

NEXT = "next"
"""Name of a bundle that waits for the register to name its keys."""


def note_path(store: Store) -> Path:
    """Where the note of a running change of keys lies."""
    return store.root / ".pinback" / f"keys-{store.issuer}.json"


def append_events(store: Store, register: Register, lines: bytes) -> None:
    """Append key events that bring no bundle with them (retire, revoke), with their checkpoint."""
    _announce(store, register, None, ())
    append_file(store.register_path, lines)
    remove_file(note_path(store))


def exchange(
    store: Store, register: Register, target: Path, encrypted: bytes, lines: bytes, keys: Collection[str]
) -> None:
    """Append lines about new keys and let their bundle take its place.

    Args:
        store: the issuer's files.
        register: as it was read.
        target: the place of the bundle.
        encrypted: the bundle.
        lines: key events and their checkpoint.
        keys: ids of the keys that the lines add.

    Raises:
        UsageError: a bundle is in the way that no note explains.
        FileProblem: a file cannot be written; the message says which code opens the keys now.
    """
    waiting = store.steward_path(NEXT)
    if os.path.lexists(waiting):
        raise UsageError(
            f"{store.shown(waiting)}: these keys are left from a change that was interrupted on another computer; if their "
            "code opens the keys (pinback key restore), give the file the name of a steward, otherwise delete it"
        )
    try:
        _announce(store, register, target, keys)
        write_file(waiting, encrypted)
        append_file(store.register_path, lines)
    except PinbackError as error:
        if _appended(store, register):
            raise FileProblem(f"{error}\nthe new keys are in the register: keep the code that was shown") from error
        raise FileProblem(
            f"{error}\nthe keys are the same as before: throw the sheet away that was shown, its code opens nothing"
        ) from error
    try:
        _take_place(store, target)
    except FileProblem as error:
        raise FileProblem(f"{error}\nthe new keys are in the register: keep the code that was shown") from error


def _appended(store: Store, register: Register) -> bool:
    try:
        return store.register_path.stat().st_size > register.length
    except OSError:
        return False


def _announce(store: Store, register: Register, target: Path | None, keys: Collection[str]) -> None:
    name = target.relative_to(store.folder).as_posix() if target else ""
    note = {"length": register.length, "target": name, "keys": sorted(keys)}
    write_file(note_path(store), canonical_bytes(note))


def _take_place(store: Store, target: Path) -> None:
    replace_file(store.steward_path(NEXT), target)
    remove_file(note_path(store))


def settled(store: Store, register: Register) -> list[str]:
    """Finish or take back what an interrupted change of keys left, and return the names of what was changed."""
    note, waiting = note_path(store), store.steward_path(NEXT)
    if not os.path.lexists(note):
        return []
    try:
        said = json.loads(read_regular(note))
        length, name, keys = int(said["length"]), str(said["target"]), [str(key) for key in said["keys"]]
    except (ValueError, KeyError, TypeError, FileProblem):
        length, name, keys = -1, "", []
    done = []
    if register.torn and length == register.length:
        cut_file(store.register_path, register.length)
        done.append(f"{register.torn} bytes at the end of {register.file}")
    if os.path.lexists(waiting) and (target := _place(store, name)):
        # NOTE: the register's length says nothing here; a sealing may have come between.
        if any(key in register.keyring.keys for key in keys):
            replace_file(waiting, target)
            done.append(f"{store.shown(target)}, which has its new keys now")
        else:
            remove_file(waiting)
            done.append(f"{store.shown(waiting)}, whose keys have signed nothing")
    remove_file(note)
    return done


def _place(store: Store, name: str) -> Path | None:
    """Return the place that a note names, if it is one where bundles lie."""
    plain = name.removeprefix("keys/").removesuffix(".age")
    if name == "keys.age" or (name == f"keys/{plain}.age" and plain and not set(plain) & set("/\\.")):
        return store.folder / name
    return None
