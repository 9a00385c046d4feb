"""The first files of a club, as texts with gaps like ``%(name)s``.

``scaffold`` fills them in at a computer, the page ``admin/start/`` in a browser; so both write the same. What is put into a
gap is YAML text already. This module does nothing.
"""

from __future__ import annotations

SITE_FILE = "site_src/site.yaml"
INDEX_FILE = "site_src/index.md"
ISSUER_FILE = "issuers/%(issuer)s/issuer.yaml"
KEYS_FILE = "issuers/%(issuer)s/keys.age"

SITE = """\
# yaml-language-server: $schema=../.schemas/site.json
title: %(title)s
base_url: %(base_url)s
languages: [%(language)s]
default_issuer: %(issuer)s
repository: public
"""
COLOUR = "colour: '%(colour)s'\n"
SOURCE = "source: %(source)s\n"

TITLE = "Badges of %(name)s"
INDEX = (
    "%(name)s awards the badges here. Each one says what somebody had to do to earn it, and every award can be "
    "checked by anyone, for ever."
)
"""The text of the first page; ``TITLE`` and this are translated where a club writes in another language."""

ISSUER = """\
# yaml-language-server: $schema=../../.schemas/issuer.json
name: %(name)s
url: %(url)s
email: %(email)s
# The issuer's name for verifiers. Never change it once the first award was sealed.
did: %(did)s
# description: Who we are, in one or two sentences.
# logo: logo.svg
"""

MAX_NAME = 200
"""Most characters of a club's name."""
MAX_FOLDER = 40
"""Most characters of the folder that is named after it."""
LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
"""Latin letters that no decomposition takes apart, and what they are in the name of a folder."""
EXAMPLES = {
    "name": "Riverside Rowing Club",
    "base_url": "https://club.github.io/badges/",
    "url": "https://club.example.org/",
    "email": "badges@club.example.org",
}
"""An answer to each question, as it should be."""
