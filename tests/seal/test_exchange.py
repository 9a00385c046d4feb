"""A change of keys that the disk breaks off: the words say which code opens the keys, and any next run finishes it."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ClubFolder
from test_custody import FILE, KEYS_NOTE, LATER, NEXT_KEYS, TEST_CODE, Steward, begun, rotates, steward

from pinback import sealing
from pinback.errors import SigningError
from pinback.files import FileProblem
from pinback.seal.exchange import exchange
from pinback.seal.store import Store

__all__ = ["steward"]

IN_THE_REGISTER = "the new keys are in the register: keep the code that was shown"
AS_BEFORE = "the keys are the same as before: throw the sheet away that was shown, its code opens nothing"


def broken(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def told(action: Callable[[], object]) -> list[str]:
    with pytest.raises(FileProblem) as refused:
        action()
    return str(refused.value).splitlines()


def finished_by_the_next_run(steward: Steward) -> None:
    """The shown code opens the keys already; the next run puts them into their place."""
    code = steward.sheets[-1].code
    assert (steward.root / NEXT_KEYS).exists() and (steward.root / KEYS_NOTE).exists()
    assert steward.opens(code)
    assert sealing.tidied(steward.root) == ["issuers/club/keys.age, which has its new keys now"]
    assert not (steward.root / NEXT_KEYS).exists() and not (steward.root / KEYS_NOTE).exists()
    assert steward.opens(code)
    with pytest.raises(SigningError, match="the code does not open"):
        steward.opens(TEST_CODE)
    assert sealing.tidied(steward.root) == []


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX")
def test_keys_that_the_register_names_are_kept_though_the_disk_does_not_confirm(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, folder, sync = begun(steward.folder), (steward.root / "issuers/club").stat().st_ino, os.fsync

    def after_the_append(handle: int) -> None:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode) and status.st_ino == folder and begun(steward.folder) != before:
            broken()
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", after_the_append)
        first, second = told(lambda: rotates(steward))
    assert f"{FILE}: was written, but the disk does not confirm it" in first
    assert second == IN_THE_REGISTER
    finished_by_the_next_run(steward)


def test_keys_that_the_register_names_are_kept_though_they_cannot_take_their_place(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def not_this_one(source: Path | str, target: Path | str) -> None:
        if Path(source).name == "next.age":
            broken()
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", not_this_one)
        first, second = told(lambda: rotates(steward))
    assert "keys.age: cannot be written" in first
    assert second == IN_THE_REGISTER
    finished_by_the_next_run(steward)


def test_folder_that_went_while_the_code_was_typed_leaves_the_keys_as_they_were(sealed_club: ClubFolder) -> None:
    store = Store(sealed_club.root, "club")
    register = store.load()
    assert register
    shutil.move(store.folder, sealed_club.root / "elsewhere")
    store.folder.write_bytes(b"")
    first, second = told(lambda: exchange(store, register, store.keys_path, b"new", b"{}\n", ["z6Mk"]))
    assert "issuers/club/keys: the folder cannot be made" in first
    assert second == AS_BEFORE
    assert store.folder.read_bytes() == b""


def test_bundle_whose_keys_signed_nothing_goes(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    """The append fails, and so does whatever would tidy up at once; the code from before opens the keys."""
    before, write = begun(steward.folder), os.write

    def no_register(handle: int, data: bytes) -> int:
        if os.fstat(handle).st_ino == (steward.root / FILE).stat().st_ino:
            broken()
        return write(handle, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", no_register)
        assert told(lambda: rotates(steward))[1] == AS_BEFORE
    assert sealing.tidied(steward.root) == [f"{NEXT_KEYS}, whose keys have signed nothing"]
    assert begun(steward.folder) == before
    assert steward.opens(TEST_CODE)
    rotates(steward, at=LATER)
    assert steward.opens(steward.sheets[-1].code)
