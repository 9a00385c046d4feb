"""Encrypt a small text so that a code opens it: an age file in passphrase mode.

Specification: age-encryption.org/v1, "The scrypt recipient type" and "Payload". Every cipher, hash and derivation is the
library's; the format around them is written here because the library that reads age files chooses the work by a stopwatch when it
writes one: up to gigabytes of memory for whoever opens it, more than ``open_bundle`` grants a stranger's file.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_CHUNK = 64 * 1024
"""Bytes of one part of a payload; there is one here."""


def encrypted(plain: bytes, code: str, work: int) -> bytes:
    """Return an age file, binary.

    Args:
        plain: up to 64 KiB.
        code: opens it.
        work: how much that takes, as a power of two: 15 takes 32 MB of memory for a moment.
    """
    if len(plain) > _CHUNK:
        raise ValueError(f"at most {_CHUNK} bytes can be encrypted here")
    file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    wrap = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << work, r=8, p=1).derive(
        code.encode("utf-8")
    )
    # Each of these keys encrypts once, so that the number used once may be zeros; the last byte says that nothing follows.
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (_text(salt), work, _text(body))
    mac = HMAC(_derived(file_key, None, b"header"), SHA256())
    mac.update(header)
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\1", plain, None)
    return header + b" " + _text(mac.finalize()) + b"\n" + nonce + payload


def _derived(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
