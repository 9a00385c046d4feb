"""The page that checks badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pinback import addresses
from pinback.pages.language import ENGLISH, marked
from pinback.pages.shared import Pages

ANSWERS = (
    marked("Genuine and in force."),
    marked("Genuine, but expired."),
    marked("Withdrawn by its issuer."),
    marked("Suspended by its issuer."),
    marked("Changed or forged: do not rely on it."),
    marked("No badge in this file."),
    marked("Cannot tell whether it is genuine and in force."),
    marked("read"),
    marked("what is it"),
    marked("who says so"),
    marked("signature"),
    marked("that issuer's key, and in force"),
    marked("schema and terms"),
    marked("dates"),
    marked("status"),
    marked("for whom"),
    marked("what lies in it, endorsements"),
    marked("yes"),
    marked("no"),
    marked("cannot tell"),
    marked("not asked"),
    marked("not reached"),
    marked("What is signed"),
    marked("Step by step"),
    marked("Badge"),
    marked("Issuer, as it calls itself"),
    marked("Issuer’s id"),
    marked("Key"),
    marked("Given"),
    marked("Valid until"),
    marked("For whom"),
    marked("Id of the badge"),
    marked("no end"),
    marked("File"),
    marked("Answer"),
    marked("Issuer"),
    marked("Checking …"),
    marked("Save the table (CSV)"),
)
"""The fixed words of an answer, as the script has them. Sentences with gaps are the checker's own and stay English."""


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
        "answer_words": [(word, pages.language.text(word)) for word in ANSWERS],
        "translated": pages.language.interface != ENGLISH,
    }
    description = pages.language.text("Check a badge of any issuer: is it genuine, is it in force, and whose is it?")
    title = pages.language.text("Check a badge")
    return pages.page("verify.html", addresses.VERIFY, title, description, values)
