"""Writing a prepared sealing: sealed files, then status lists, then one append to the register (TRUST §3).

A note of what is about to be written lies in ``.pinback/`` meanwhile. A run that died before the append
left files that the register does not know; the next run removes exactly those that the note names, and puts back
what it replaced. A run that died in the append left half a line after the last checkpoint; it is cut off.

An erasure empties earlier lines, so the whole register is written anew, by one rename, with the new lines. After
that rename the erasure has happened; a run that dies before the documents are deleted is finished by the next one.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import orjson

from pinback.addresses import SEALED_FORMS
from pinback.canonical import canonical_bytes, sha256_name
from pinback.errors import ContentError, SigningError
from pinback.files import (
    append_file,
    cut_file,
    is_temporary,
    read_regular,
    remove_empty_folders,
    remove_file,
    removing,
    write_file,
)
from pinback.limits import MAX_REGISTER
from pinback.log import check_register
from pinback.register import Register, erased, line_bytes
from pinback.register.lines import ERASED_FIELDS, Fault, award_line, plain_line
from pinback.register_proofs import check_key_events, proved_register
from pinback.seal.make import Prepared
from pinback.seal.staging import Staging
from pinback.seal.store import Store


def note_path(store: Store) -> Path:
    """Where the note of a running sealing lies."""
    return store.root / ".pinback" / f"sealing-{store.issuer}.json"


def announce(store: Store, register: Register, prepared: Prepared) -> None:
    """Note what is about to be written, and the old bytes of what will be replaced (status lists).

    Raises:
        SigningError: the register is not the one that was read (a pull while the code was typed).
    """
    _refuse_changed(store, register)
    replaced, sealed = {}, os.fspath(store.sealed)
    for name in prepared.files:
        if os.path.exists(f"{sealed}/{name}"):  # noqa: PTH110 - asked of thousands, and a Path takes longer than the system
            replaced[name] = base64.b64encode(read_regular(store.sealed / name)).decode("ascii")
    note = {
        "length": register.length,
        "files": sorted(prepared.files),
        "folders": sorted(prepared.staged),
        "replaced": replaced,
        "removed": _documents_of(store, prepared.erased),
        "after": sha256_name(_rewritten(register, prepared)) if prepared.erased else "",
    }
    write_file(note_path(store), canonical_bytes(note))


def _documents_of(store: Store, awards: Collection[str]) -> list[str]:
    """Return the paths of the documents of these awards, below ``sealed/``."""
    folders = [store.award_path(award, "") for award in awards]
    return sorted(
        path.relative_to(store.sealed).as_posix() for folder in folders if folder.is_dir() for path in folder.iterdir()
    )


def _rewritten(register: Register, prepared: Prepared) -> bytes:
    """Return the whole register with the lines of erased awards emptied, and the new lines."""
    gone = frozenset(prepared.erased)
    earlier = (
        erased(line) if line["event"] in ERASED_FIELDS and line["id"] in gone else line for line in register.lines
    )
    return b"".join([*(line_bytes(line) for line in earlier), *prepared.rows])


def write_sealed(store: Store, prepared: Prepared, staging: Staging) -> None:
    """Write sealed files, then status lists, each whole or not at all.

    Args:
        store: the issuer's files.
        prepared: the sealing.
        staging: below ``sealed/``; holds what was staged already.
    """
    for name, data in prepared.files.items():
        staging.expect([name])
        staging.write(name, data)
    staging.place(prepared.files, prepared.staged, SEALED_FORMS)


def append_lines(store: Store, register: Register, prepared: Prepared) -> None:
    """Append the register lines in one go; with this the sealing has happened.

    What the register will then say is read and checked first, as every later run will do it. *register* says it
    afterwards, but for an erasure.

    Raises:
        SigningError: the register is not the one that was read.
    """
    file = store.shown(store.register_path)
    if prepared.erased:
        whole = _rewritten(register, prepared)
        proved_register(whole, file)
        write_file(store.register_path, whole)
        _remove_documents(store, _documents_of(store, prepared.erased))
    else:
        _refuse_changed(store, register)
        _take(register, prepared.rows)
        append_file(store.register_path, prepared.rows)
    _forget(store)


def _refuse_changed(store: Store, register: Register) -> None:
    """Stop where the register on the disk is not the one that was read: of another length, or with another end.

    Its last line is signed over all others.
    """
    last = line_bytes(register.lines[-1])
    with store.register_path.open("rb") as stream:
        length = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, register.length - len(last)))
        if length == register.length and stream.read(len(last) + 1) == last:
            return
    raise SigningError(f"{register.file}: the register has changed since this run read it; run pinback seal again")


def _take(register: Register, rows: Iterable[bytes]) -> None:
    """Let a register that was read and proved take new lines into account, and prove it with them.

    Raises:
        SigningError: they would be refused when they are read.
    """
    try:
        for number, row in enumerate(rows, len(register.lines) + 1):
            award = award_line(row[:-1])
            if award is not None and register.add_award(award, raw=row):
                continue
            line = plain_line(row[:-1])
            plain = line is not None
            if line is None:
                line = orjson.loads(row)
                if line_bytes(line) != row:
                    raise Fault("it is not in canonical form")
            register.add(line, number, plain=plain, raw=row)
        check_key_events(register)
        check_register(register)
    except (ContentError, Fault) as error:
        raise SigningError(
            f"{register.file}: a line of this sealing would not be read again ({error}); nothing was written there, "
            "please report this"
        ) from error


def _remove_documents(store: Store, names: Collection[str]) -> None:
    for name in names:
        remove_file(store.sealed / name)
    with removing(store.sealed):
        remove_empty_folders(store.sealed)


def _forget(store: Store) -> None:
    """Remove the note, for good: after a power cut it must not come back beside newer lines."""
    path = note_path(store)
    if path.exists():
        remove_file(path)


def tidy_up(store: Store, register: Register) -> list[str]:
    """Take back what an interrupted sealing left, and return the names of what was removed or restored.

    Raises:
        SigningError: leftovers that no note explains: the register may have been shortened.
    """
    note = _note_of(store, register)
    done = _finished_erasure(store, note)
    strangers = store.strangers(register)
    files = {name for name in (*note["files"], *note["folders"]) if isinstance(name, str)}
    for stranger in strangers:
        name = stranger.relative_to(store.sealed)
        known = name.as_posix() in files or name.parent.as_posix() in files
        if not known and not any(is_temporary(part) for part in name.parts):
            raise SigningError(
                f"{store.shown(stranger)}: the register does not know this sealed file; if the register was shortened, "
                "restore it from git, otherwise delete the file"
            )
    if register.torn and "length" not in note:
        raise SigningError(
            f"{register.file}: {register.torn} bytes stand after the last checkpoint; restore the register from git"
        )
    named = dict(store.named(register)) if note["replaced"] else {}
    for name, data in note["replaced"].items():
        path = store.sealed / name
        # Only what the register vouches for, so that a note from elsewhere can put nothing anywhere.
        if named.get(path) == sha256_name(data) and not _holds(path, data):
            write_file(path, data)
            done.append(store.shown(path))
    for stranger in strangers:
        # NOTE: restoring a list above may have taken the temporary file of an earlier attempt with it.
        remove_file(stranger)
        done.append(store.shown(stranger))
    if register.torn:
        cut_file(store.register_path, register.length)
        done.append(f"{register.torn} bytes at the end of {register.file}")
    if done or store.may_hold_empty_folders():
        with removing(store.sealed):
            remove_empty_folders(store.sealed)
    _forget(store)
    return done


def _holds(path: Path, data: bytes) -> bool:
    return path.exists() and read_regular(path) == data


def _finished_erasure(store: Store, note: dict[str, Any]) -> list[str]:
    """Delete what an erasure had still to delete when it died, and return the names."""
    left = [name for name in note["removed"] if os.path.lexists(store.sealed / name)]
    if left:
        _remove_documents(store, left)
    return [store.shown(store.sealed / name) for name in left]


def _note_of(store: Store, register: Register) -> dict[str, Any]:
    """Return what the note of a sealing that died still asks for, or an empty one."""
    nothing: dict[str, Any] = {"files": [], "folders": [], "replaced": {}, "removed": []}
    path = note_path(store)
    if not path.exists():
        return nothing
    try:
        note: dict[str, Any] = json.loads(read_regular(path))
        if note["after"] and sha256_name(read_regular(store.register_path, MAX_REGISTER)) == note["after"]:
            # Only documents of awards that the register calls erased, so that a note from elsewhere can delete nothing.
            gone = [name for name in note["removed"] if _is_document_of(str(name), register.erased)]
            return {**nothing, "removed": gone}
        # An erasure or a move may write no files, and its half line is explained by the length alone.
        fits = note["length"] == register.length
        note["replaced"] = {name: base64.b64decode(old) for name, old in note["replaced"].items()}
        note.setdefault("folders", [])  # earlier versions named files alone
        fits = fits and isinstance(note["files"], list) and isinstance(note["folders"], list)
    except (ValueError, KeyError, TypeError, AttributeError):
        return nothing
    return {**note, "removed": []} if fits else nothing


def _is_document_of(name: str, awards: Collection[str]) -> bool:
    folder, award, *rest = name.split("/")
    return folder == "awards" and award in awards and len(rest) == 1 and rest[0] not in ("", ".", "..")
