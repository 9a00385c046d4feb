"""The page that checks badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pinback import addresses
from pinback.pages.shared import Pages


def verify_page(
    pages: Pages, data: str, data_sha256: str, as_of: datetime | None, issuers: Sequence[Any], samples: bool
) -> bytes:
    """Return the page that checks badges.

    Args:
        pages: of one language.
        data: JSON that can stand in a ``<script>``.
        data_sha256: its SHA-256, base64url.
        as_of: moment of the newest line of the registers, or None.
        issuers: values of those whose keys and lists are in the data.
        samples: whether there is a badge to try.
    """
    values = {
        "script": addresses.VERIFY_SCRIPT,
        "data": data,
        "data_sha256": data_sha256,
        "as_of": f"{as_of:%Y-%m-%dT%H:%M:%SZ}" if as_of else "",
        "as_of_text": pages.language.moment(as_of) if as_of else "",
        "issuers": issuers,
        "issuer_names": pages.language.listed([issuer["name"] for issuer in issuers]),
        "samples": samples,
    }
    description = pages.language.text("Check a badge of any issuer: is it genuine, is it in force, and whose is it?")
    title = pages.language.text("Check a badge")
    return pages.page("verify.html", addresses.VERIFY, title, description, values)
