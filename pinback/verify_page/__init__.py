"""The checker in the browser: the script behind ``/verify/`` of every site, and the data that it finds in the page.

``verify.js`` and ``vouching.js`` are made from ``source/`` by ``build.mjs`` and committed, so that nobody needs Node to publish
badges; continuous integration makes them again and compares the bytes. Their modules mirror those of ``pinback.verify``: the same steps, the same
sentences, the same verdict (docs/decisions/0011). It lies in the package and not in the theme, because a club's theme
may come from a stranger and must not say what is genuine.

This module does no I/O but to read these three files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pinback import contexts
from pinback.canonical import base64url
from pinback.demonstration import DEMONSTRATION_KEYS

_FOLDER = Path(__file__).resolve().parent


def script() -> bytes:
    """Return the script."""
    return (_FOLDER / "verify.js").read_bytes()


def second_script() -> bytes:
    """Return the script that the first one loads when a document was judged: who vouches for its issuer."""
    return (_FOLDER / "vouching.js").read_bytes()


def licenses() -> bytes:
    """Return the licences of the libraries in the script, which have to come along with it."""
    return (_FOLDER / "verify-licenses.txt").read_bytes()


def block(site: Mapping[str, Any]) -> tuple[str, str]:
    """Return the data of a page as JSON that can stand in a ``<script>``, and its SHA-256 as base64url.

    Args:
        site: ``as_of`` (moment of the newest line of the registers, or ""), ``issuers``, ``answers`` (address to text, or to
            a status where nothing lies there), ``samples``.
    """
    known = {url: contexts.context_document(url) for url in sorted(contexts.KNOWN)}
    data = {**site, "contexts": known, "demonstration": sorted(DEMONSTRATION_KEYS)}
    text = json.dumps(data, separators=(",", ":"))
    for sign in "<>&":
        # No text of a stranger can end the element or begin a comment in it.
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text, base64url(hashlib.sha256(text.encode("ascii")).digest())
