"""The scripts of the site's pages: one classic script for each kind of page that has one.

Each is made from ``source/<name>.entry.js`` by ``build.mjs`` and committed, so that nobody needs Node to publish badges;
continuous integration makes them again and compares the bytes. They lie in the package and not in the theme, because a
club's theme may come from a stranger and must not say what was signed. What a script says to a reader stands in the
page, as JSON in the element ``page-data``, so that it is in the reader's language and works from a disk.

The page that checks badges of any issuer has a script of its own, in ``verify_page``. This module does no I/O but to
read these files.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

NAMES = tuple(sorted(path.name.replace(".entry.js", ".js") for path in (_FOLDER / "source").glob("*.entry.js")))
"""Names of the scripts, such as ``award.js``."""


def script(name: str) -> bytes:
    """Return one of the scripts in ``NAMES``."""
    return (_FOLDER / name).read_bytes()


def licenses() -> bytes:
    """Return the licences of the libraries in the scripts, which have to come along with them."""
    return (_FOLDER / "page-script-licenses.txt").read_bytes()


def roster_rules() -> bytes:
    """Return the table of rules for rosters, JSON, by which page and command read a sheet alike."""
    return (_FOLDER / "source" / "roster" / "rules.json").read_bytes()
