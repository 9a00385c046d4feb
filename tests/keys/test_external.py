"""An external signer: a real program that holds the keys, and one that errs."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AT, ClubFolder, make_test_keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pinback import pipeline, sealing
from pinback.errors import ProofError, SigningError, UsageError
from pinback.keys.external import ExternalSigner
from pinback.seal.store import Store

KEYS = make_test_keys("test")
PRIVATE = {
    key.id: KEYS._private[key.id].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    for key in KEYS.keys.values()
}
PROGRAM = f"""#!{sys.executable}
import base64, sys
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
key = load_der_private_key({PRIVATE!r}[sys.argv[-1]], None)
data = sys.stdin.buffer.read() + SALT
rsa = (PKCS1v15(), SHA256()) if hasattr(key, "private_numbers") else ()
print(base64.b64encode(key.sign(data, *rsa)).decode())
"""
"""It starts for each signature, so it loads no more than it needs."""


def program(folder: Path, salt: str = 'b""') -> str:
    path = folder / "sign with spaces"
    path.write_text(PROGRAM.replace("SALT", salt))
    path.chmod(0o755)
    return f"'{path}' --slot 1"


def test_club_seals_with_a_program_that_holds_its_keys(sealed_club: ClubFolder, tmp_path: Path):
    """No code and no bundle; the documents are those that the keys themselves would have made."""
    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    signer = ExternalSigner(program(tmp_path))
    done = sealing.seal(sealed_club.root, lambda: AT + timedelta(days=1), lambda line: None, lambda *_: signer)
    assert [one.awards for one in done] == [1]
    register = Store(sealed_club.root, "club").load()
    assert register
    assert list(register.awards.values())[-1].keys == (KEYS.keys["ed25519"].id, KEYS.keys["rsa"].id)
    pipeline.check(sealed_club.root)


def test_program_that_signs_something_else_is_found_out(sealed_club: ClubFolder, tmp_path: Path):
    sealed_club.award("new", "issued_on: 2026-05-20\nhandle: crane-4\n")
    signer = ExternalSigner(program(tmp_path, 'b"!"'))
    with pytest.raises(ProofError, match="the signature does not fit"):
        sealing.seal(sealed_club.root, lambda: AT, lambda line: None, lambda *_: signer)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("/does/not/exist", "the signer cannot be run"),
        ("false", "the signer does not sign with"),
        ("sh -c 'echo not a signature'", "the signer's answer is not base64"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="programs of POSIX")
def test_program_that_does_not_sign_is_named(command: str, what: str):
    with pytest.raises(SigningError, match=what):
        ExternalSigner(command).sign(KEYS.keys["rsa"].id, b"words")


@pytest.mark.parametrize("command", ["", "  ", "'unclosed"])
def test_command_that_is_none_is_told(command: str):
    with pytest.raises(UsageError, match="--signer"):
        ExternalSigner(command)
