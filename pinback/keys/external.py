"""An external signer: a command of the club's own that holds the keys, such as one for a smart card or a key server.

It stands behind the one call ``sign(key id, bytes)``: the command is run with the key's id as its last argument, gets
the bytes on standard input, and answers with the signature in base64 on standard output. Pure Ed25519, and RSASSA-PKCS1-v1_5
with SHA-256. What it signs is read back and verified like everything else, so a signer that errs does no harm.
"""

from __future__ import annotations

import base64
import shlex
import subprocess

from pinback.errors import SigningError, UsageError, printable
from pinback.limits import MAX_SIGNER_ANSWER as MAX_ANSWER
from pinback.limits import SIGNER_SECONDS as SECONDS


class ExternalSigner:
    """Signs by running a command (``proofs.keys.Signer``)."""

    def __init__(self, command: str) -> None:
        """Take the command as a shell would split it; no shell runs it.

        Raises:
            UsageError: it is empty, or its quotes do not end.
        """
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise UsageError("--signer: a quotation mark is never closed; correct the command") from error
        if not self._words:
            raise UsageError("--signer: no command was given; name the program that signs")

    def sign(self, key_id: str, data: bytes) -> bytes:
        """Return the signature of *data* by the key of that id.

        Raises:
            SigningError: the command does not hold the key, or does not answer with a signature.
        """
        program = self._words[0]
        try:
            done = subprocess.run([*self._words, key_id], input=data, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.SubprocessError) as error:
            raise SigningError(f"{program}: the signer cannot be run or does not answer; check the command") from error
        if done.returncode:
            said = printable(done.stderr.decode("utf-8", "replace").strip()[-200:])
            raise SigningError(f"{program}: the signer does not sign with {key_id} ({said or done.returncode})")
        try:
            return base64.b64decode(done.stdout[:MAX_ANSWER].strip(), validate=True)
        except ValueError as error:
            raise SigningError(f"{program}: the signer's answer is not base64; correct the command") from error
