"""The page that sets a club up: five questions, the keys, the sheet to keep, and the files for the host.

All of it happens in the reader's browser; what the page makes is seen by nobody else until it is committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinback import addresses, first_files
from pinback.pages.language import Language, marked
from pinback.pages.shared import Pages

WORDS = {
    "nameEmpty": marked("the club's name is empty"),
    "nameLong": marked("the club's name is not one line of at most %(most)s characters"),
    "addressNotHttps": marked("the address of the badge site is not an https address"),
    "addressNoRoot": marked("the address of the badge site cannot be the root of a site"),
    "emailWrong": marked("the e-mail address is none"),
    "colourWrong": marked("the colour is none"),
    "writeLike": marked("%(what)s; write it like %(example)s"),
    "making": marked("Making the keys …"),
    "made": marked("The keys are made. Print the sheet, or copy the code, before you go on."),
    "cannotMake": marked("This browser makes no keys here. Open the page by its https address, in a newer browser."),
    "failed": marked("The keys could not be made. Load the page again and try once more."),
    "copied": marked("Copied"),
    "notCopied": marked("It could not be copied; it is marked, so copy it by hand."),
    "openHost": marked("Open at the host"),
    "copyFile": marked("Copy"),
    "saveFile": marked("Save as a file"),
    "done": marked("Opened"),
    "trying": marked("Trying the code …"),
    "opens": marked("The code opens this file. Its key is"),
    "opensRecovery": marked("The code opens this file. It holds the recovery key"),
    "mayThis": marked("This site names that key, and it may sign."),
    "mayNot": marked("This site names that key as retired; look for the newer sheet."),
    "mayStolen": marked("This site names that key as stolen; it signs nothing any more."),
    "mayUnknown": marked("This site does not name that key."),
    "compareKey": marked("Compare it with the line “Key” on the sheet."),
    "wrongCode": marked(
        "The code does not open this file. Compare it with the sheet, and the file with the one at the host."
    ),
    "tooMuchWork": marked(
        "This file asks for more work than a browser can do. Try it on a computer: pinback key restore."
    ),
    "noKeysFile": marked("This is no keys.age. Take the file from the club’s files at the host."),
    "noBundle": marked("The code opens this file, but it holds no keys that this version knows."),
    "noFile": marked("Choose the file, or paste its text."),
    "codeLength": marked("A code has %(wanted)s letters and digits, this one has %(found)s."),
    "codeSigns": marked("A code holds letters (but no U) and digits only."),
    "codeCheck": marked("The code has a mistake in it: its last sign does not fit."),
    "sheetTitle": marked("RECOVERY SHEET"),
    "sheetOpens": marked(
        "This code opens the club's keys, the file %(file)s in its repository. Whoever has both can issue badges in the club's "
        "name. pinback seal and the commands for keys ask for it."
    ),
    "sheetKeep": marked(
        "Keep this sheet with the club's papers, and a second copy with another person. Never photograph it, never send it by "
        "e-mail or chat, never type it into a web page but the club's own repository settings and the page admin/start/ of its "
        "own badge site."
    ),
    "sheetLost": marked(
        "If this sheet is lost: another copy still opens the keys; make a new copy of that one. Without any copy the recovery "
        "key makes new keys, if the club has one; otherwise nothing new can be signed. Badges that are published stay valid."
    ),
    "sheetStolen": marked(
        "If it may be stolen: make new keys at once (pinback key rotate), then revoke these with the moment of the theft "
        "(pinback key revoke), and follow what is said then."
    ),
}
"""What the script says, in the page's language."""
TITLE = marked("Badges of %(name)s")
INDEX = marked(
    "%(name)s awards the badges here. Each one says what somebody had to do to earn it, and every award can be checked by "
    "anyone, for ever."
)


def start_page(pages: Pages, languages: Mapping[str, Language], keys: Mapping[str, str] | None) -> bytes:
    """Return the page that sets a club up, or, where that is done, the part of it that tries a sheet.

    Args:
        pages: of one language.
        languages: those that have words, which a club may choose from.
        keys: what became of each Ed25519 key that the site names (``active``, ``retired`` or ``revoked``), by id; None
            while no club is set up.
    """
    text = pages.language.text
    place = pages.place(addresses.ADMIN_START)
    data: dict[str, Any] = {
        "words": {name: text(message) for name, message in WORDS.items()},
        "root": place.root_link(addresses.HOME).removesuffix(addresses.HOME),
        "source": pages.site.source,
        "keys": dict(keys or {}),
    }
    if keys is None:
        data |= {
            "files": {
                "siteFile": first_files.SITE_FILE,
                "indexFile": first_files.INDEX_FILE,
                "issuerFile": first_files.ISSUER_FILE,
                "keysFile": first_files.KEYS_FILE,
                "site": first_files.SITE,
                "colour": first_files.COLOUR,
                "source": first_files.SOURCE,
                "issuer": first_files.ISSUER,
            },
            "letters": first_files.LETTERS,
            "maxName": first_files.MAX_NAME,
            "maxFolder": first_files.MAX_FOLDER,
            "examples": first_files.EXAMPLES,
            "texts": {
                tag: {"title": language.text(TITLE), "index": language.text(INDEX)}
                for tag, language in languages.items()
            },
        }
    values = {
        "admin_style": addresses.ADMIN_STYLE,
        "script": addresses.page_script("admin-start.js"),
        "data": data,
        "set_up": keys is not None,
        "source": pages.site.source,
        "languages": [(tag, language.name) for tag, language in languages.items()],
        "examples": first_files.EXAMPLES,
        "tasks": addresses.ADMIN,
    }
    if keys is None:
        title, description = (
            text("Set up the club"),
            text("Five questions, the keys, and the sheet to keep. Done once."),
        )
    else:
        title = text("The recovery sheet")
        description = text("Try whether its code still opens the keys; and what a second steward needs.")
    return pages.page("admin-start.html", addresses.ADMIN_START, title, description, values, noindex=True)


def setup_home_page(pages: Pages) -> bytes:
    """Return the first page of a site in which no club was set up yet."""
    title = pages.site.title.in_language(pages.tag)
    description = pages.language.text("A badge site that waits for its club.")
    values = {"start": addresses.ADMIN_START, "admin_style": addresses.ADMIN_STYLE}
    return pages.page("setup-home.html", addresses.HOME, title, description, values, noindex=True)
