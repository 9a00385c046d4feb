"""Writing a prepared sealing: sealed files, then status lists, then one append to the register (TRUST §3).

A note of what is about to be written lies in ``.pinback/`` meanwhile. A run that died before the append
left files that the register does not know; the next run removes exactly those that the note names. A run
that died in the append left half a line after the last checkpoint; it is cut off.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from pinback.canonical import canonical_bytes, sha256_name
from pinback.errors import SigningError
from pinback.files import append_file, read_regular, remove_empty_folders, sync_folder, write_file
from pinback.register import Register, line_bytes
from pinback.register_proofs import proved_register
from pinback.seal.make import Prepared
from pinback.seal.store import MAX_REGISTER, Store


def note_path(store: Store) -> Path:
    """Where the note of a running sealing lies."""
    return store.root / ".pinback" / f"sealing-{store.issuer}.json"


def announce(store: Store, register: Register, prepared: Prepared) -> None:
    """Note what is about to be written, and the old bytes of what will be replaced (status lists).

    Raises:
        SigningError: the register is not the one that was read (a pull while the code was typed).
    """
    if store.register_path.stat().st_size != register.length:
        raise SigningError(f"{register.file}: the register has changed since this run read it; run pinback seal again")
    replaced = {}
    for name in prepared.files:
        if (store.sealed / name).exists():
            replaced[name] = base64.b64encode(read_regular(store.sealed / name)).decode("ascii")
    note = {"length": register.length, "files": sorted(prepared.files), "replaced": replaced}
    write_file(note_path(store), canonical_bytes(note))


def write_sealed(store: Store, prepared: Prepared) -> None:
    """Write sealed files, then status lists, each whole or not at all."""
    for name, data in prepared.files.items():
        write_file(store.sealed / name, data)


def append_lines(store: Store, prepared: Prepared) -> None:
    """Append the register lines in one go; with this the sealing has happened.

    What the register will then say is read and checked first, as every later run will do it.
    """
    lines = b"".join(line_bytes(line) for line in prepared.lines)
    file = store.shown(store.register_path)
    proved_register(read_regular(store.register_path, MAX_REGISTER) + lines, file)
    append_file(store.register_path, lines)
    _forget(store)


def _forget(store: Store) -> None:
    """Remove the note, for good: after a power cut it must not come back beside newer lines."""
    path = note_path(store)
    if path.exists():
        path.unlink()
        sync_folder(path.parent)


def tidy_up(store: Store, register: Register) -> list[str]:
    """Take back what an interrupted sealing left, and return the names of what was removed or restored.

    Raises:
        SigningError: leftovers that no note explains: the register may have been shortened.
    """
    note = _note_of(store, register)
    strangers = store.strangers(register)
    for stranger in strangers:
        name = stranger.relative_to(store.sealed).as_posix()
        if name not in note["files"] and not _is_temporary(stranger.name):
            raise SigningError(
                f"{store.shown(stranger)}: the register does not know this sealed file; if the register was shortened, "
                "restore it from git, otherwise delete the file"
            )
    if register.torn and not note["files"]:
        raise SigningError(
            f"{register.file}: {register.torn} bytes stand after the last checkpoint; restore the register from git"
        )
    done: list[str] = []
    lists = {store.status_path(*list_): digest for list_, digest in register.status.items()}
    for name, old in note["replaced"].items():
        path, data = store.sealed / name, base64.b64decode(old)
        # Only what the register vouches for, so that a note from elsewhere can put nothing anywhere.
        if lists.get(path) == sha256_name(data) and not _holds(path, data):
            write_file(path, data)
            done.append(store.shown(path))
    for stranger in strangers:
        # NOTE: restoring a list above may have taken the temporary file of an earlier attempt with it.
        stranger.unlink(missing_ok=True)
        done.append(store.shown(stranger))
    if register.torn:
        _truncate(store.register_path, register.length)
        done.append(f"{register.torn} bytes at the end of {register.file}")
    remove_empty_folders(store.sealed)
    _forget(store)
    return done


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(".new")


def _holds(path: Path, data: bytes) -> bool:
    return path.exists() and read_regular(path) == data


def _note_of(store: Store, register: Register) -> dict[str, Any]:
    """Return the note of a sealing that died before its append, or an empty one."""
    nothing: dict[str, Any] = {"files": [], "replaced": {}}
    path = note_path(store)
    if not path.exists():
        return nothing
    try:
        note: dict[str, Any] = json.loads(read_regular(path))
        fits = bool(note["length"] == register.length and note["files"]) and isinstance(note["replaced"], dict)
    except (ValueError, KeyError, TypeError):
        return nothing
    return note if fits else nothing


def _truncate(path: Path, length: int) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(handle, length)
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(path.parent)
