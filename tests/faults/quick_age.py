"""Bundles that open at once: age files with little work, and the same as text.

A complete run of faults opens thousands; the work factor stands in the file, so that whatever reads bundles reads these as any other.
"""

from __future__ import annotations

import base64
import textwrap

from pinback.keys.age_file import encrypted

WORK = 2


def encrypt(plain: bytes, code: str) -> bytes:
    """Return *plain* (up to 64 KiB) as an age file that *code* opens."""
    return encrypted(plain, code, WORK)


def as_text(data: bytes) -> bytes:
    """Return an age file as text, as a browser commits it (age-encryption.org/v1, ASCII armor)."""
    lines = textwrap.wrap(base64.b64encode(data).decode("ascii"), 64)
    ends = ["-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----", ""]
    return "\n".join(ends).encode("ascii")
