"""The page where a steward corrects, renews, suspends, withdraws or forgets one award.

It gives the lines to put into the record, and what else is to be done. It knows no award: the one that the steward names is
looked up on its own page of this site, where that can be asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from pinback import addresses
from pinback.pages.awards import REASONS
from pinback.pages.shared import Pages

SCRIPT = "admin-change.js"
_SAMPLE = "aaaaaaaaaaaaaaaa"
"""Stands for the id in the link to an award's page."""
_SAID = ("found", "control", "name_is_address", "no_letter", "name_and_more", "formula", "too_long", "no_day_here")
"""What of all that can be said about a list of people is said here, about a name or a day."""


def change_page(pages: Pages, rules: Mapping[str, str]) -> bytes:
    """Return the page.

    Args:
        pages: of one language.
        rules: what can be said about a list of people, by key; a few are taken.
    """
    text = pages.language.text
    place = pages.place(addresses.ADMIN_CHANGE)
    values = {
        "admin_style": addresses.ADMIN_STYLE,
        "script": addresses.page_script(SCRIPT),
        "reasons": [(code, text(why)) for code, why in REASONS.items() if code != "replaced"],
        "data": {
            "base_url": pages.site.base_url,
            "source": pages.site.source,
            "seals_at_host": pages.seals_at_host,
            "sample": _SAMPLE,
            "page": place.link(addresses.award_page(_SAMPLE)),
            "rules": {key: rules[key] for key in _SAID},
        },
    }
    title = text("Correct, renew or withdraw an award")
    return pages.page("admin-change.html", addresses.ADMIN_CHANGE, title, title, values, noindex=True)
