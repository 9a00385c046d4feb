"""Bundles that open at once: age's passphrase mode (age-encryption.org/v1, "The scrypt recipient type") with little work.

The library takes a second or more for each bundle, on purpose. A complete run of faults opens thousands; the work factor
stands in the file, so that whatever reads bundles reads these as any other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import textwrap

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LOG_N = 2


def encrypt(plain: bytes, code: str) -> bytes:
    """Return *plain* (up to 64 KiB, one chunk) as an age file that *code* opens; as ``pyrage.passphrase.encrypt``."""
    assert len(plain) <= 64 * 1024
    file_key, salt, nonce = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    label = b"age-encryption.org/v1/scrypt" + salt
    wrap = hashlib.scrypt(code.encode(), salt=label, n=1 << _LOG_N, r=8, p=1, dklen=32)
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---" % (_text(salt), _LOG_N, _text(body))
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\1", plain, None)
    return header + b" " + _text(mac) + b"\n" + nonce + payload


def as_text(data: bytes) -> bytes:
    """Return an age file as text, as a browser commits it (age-encryption.org/v1, ASCII armor)."""
    lines = textwrap.wrap(base64.b64encode(data).decode("ascii"), 64)
    ends = ["-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----", ""]
    return "\n".join(ends).encode("ascii")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(key)


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
