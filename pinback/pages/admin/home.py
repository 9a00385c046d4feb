"""The first page for stewards: what can be done in the browser."""

from __future__ import annotations

from pinback import addresses
from pinback.pages.shared import Pages


def admin_page(pages: Pages, set_up: bool = True) -> bytes:
    """Return the page that leads to the others; while no club is set up, to that task alone."""
    text = pages.language.text
    tasks = [
        (
            addresses.ADMIN_DESIGN,
            text("Make a badge"),
            text("Its name, what somebody has to do for it, and a picture out of a few words."),
        ),
        (
            addresses.ADMIN_AWARD,
            text("Award a badge"),
            text("To one person or to a whole list. The list never leaves your browser."),
        ),
        (
            addresses.ADMIN_CHANGE,
            text("Correct, renew or withdraw an award"),
            text("Paste the link of the award; the page leads through the rest."),
        ),
        (
            addresses.ADMIN_START,
            text("The recovery sheet"),
            text("Try whether its code still opens the keys; and what a second steward needs."),
        )
        if set_up
        else (
            addresses.ADMIN_START,
            text("Set up the club"),
            text("Five questions, the keys, and the sheet to keep. Done once."),
        ),
    ]
    description = text("What those who award badges can do in the browser.")
    values = {
        "tasks": tasks if set_up else tasks[-1:],
        "admin_style": addresses.ADMIN_STYLE,
        "source": pages.site.source,
    }
    return pages.page("admin-home.html", addresses.ADMIN, text("For stewards"), description, values, noindex=True)
