"""Text of a fixed form: names in addresses, codes of languages and countries, hashes, ids, web addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from pinback.content.nodes import Node, Problems
from pinback.content.scalars import text_of
from pinback.dataclass import dataclass
from pinback.errors import quoted
from pinback.limits import MAX_SLUG

SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
AWARD_ID = "[a-z2-7]{16}"
RESERVED = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "index",
        "static",
        "assets",
        "admin",
        "verify",
        "log",
        "status",
        "keys",
        "awards",
        "badges",
        "issuers",
        "people",
        "gallery",
    ]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)]
)
"""Names that a folder or page may not have: Windows devices and addresses of the site itself."""
_LANGUAGE = "[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
_EMAIL = r"[!#-'*+./0-9=?A-Z\[\]^_`a-z{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_NAMES = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
_HOST = re.compile(_NAMES)
_SIMPLE_URL = rf"https://{_NAMES}(?:/[A-Za-z0-9._~/?#!$&'()*+,;=:-]*)?"
"""Most addresses: a host without a port, and nothing behind it that could be read in two ways."""
_URL_SIGNS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_NOT_URL_SIGN = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]")


@cache
def _whole(regex: str) -> Callable[[str], object]:
    """Return what matches a whole text, made when it is first needed: ``re`` looks a text up again each time."""
    return re.compile(regex).fullmatch


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text of a fixed form.

    Attributes:
        regex: the whole text; written so that Python and JavaScript mean the same by it.
        what: the form in words.
        example: of it.
        cure: what to do about another text; otherwise the example is shown.
        private: whether a text that does not fit is never printed.
        limit: of characters, or 0.
        number: which numbers of YAML 1.2 an editor may take such a text for: "integer", "number", or "" for none.
        flag: whether an editor may take such a text for true or false.
    """

    regex: str
    what: str
    example: str
    cure: str = ""
    private: bool = False
    limit: int = 0
    number: str = ""
    flag: bool = False

    def form(self, value: str) -> bool:
        """Tell whether a text has this form."""
        return _whole(self.regex)(value) is not None and not (self.limit and len(value) > self.limit)

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if not self.form(value):
            # An address of a holder is never printed, wherever it was typed.
            hidden = self.private or ("@" in value and self.regex != _EMAIL)
            found = "" if hidden else f" (found {quoted(value)})"
            problems.add(
                node.line, f'"{name}" is not {self.what}{found}', self.cure or f'write it like "{self.example}"'
            )
            return None
        return value


def is_slug(value: str) -> bool:
    """Tell whether *value* can be the name of a folder, page or holder in addresses."""
    return SLUG_KIND.form(value)


def is_web_address(value: str) -> bool:
    """Tell whether *value* is an absolute https address with a full host name, as RFC 3986 spells it."""
    if len(value) > 2000:
        return False
    if _whole(_SIMPLE_URL)(value):
        return True
    if not _URL_SIGNS.fullmatch(value) or not value.startswith("https://"):
        return False
    if re.search(r"%(?![0-9A-Fa-f]{2})", value):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    return bool(_HOST.fullmatch(parts.hostname or "")) and "@" not in parts.netloc and (port is None or port > 0)


def is_email(value: str) -> bool:
    """Tell whether *value* is an e-mail address in ASCII."""
    return EMAIL.form(value)


def is_language(value: str) -> bool:
    """Tell whether *value* is a language code: BCP 47 with a script and a region at most."""
    return LANGUAGE.form(value)


SLUG_KIND = Pattern(
    SLUG,
    "made of small letters, digits and single hyphens, at most 64",
    "otter-7",
    limit=MAX_SLUG,
    number="integer",
    flag=True,
)
LANGUAGE = Pattern(_LANGUAGE, "a language code", "en")
EMAIL = Pattern(_EMAIL, "an e-mail address", "badges@club.example.org")
HASH = Pattern(
    r"sha256\$[0-9a-f]{64}",
    'a hash, "sha256$" and 64 hex digits',
    "sha256$9f2c…",
    "put back what pinback award wrote, or delete it and make it again with pinback award",
    private=True,
)
SALT = Pattern(
    "[0-9A-Za-z_-]{16,128}",
    "a random salt of at least 16 signs",
    "8b1f0c…",
    "put back what pinback award wrote, or delete it and make it again with pinback award",
    private=True,
    number="number",
)
AWARD_ID_KIND = Pattern(
    AWARD_ID,
    "an award id, 16 of the signs a-z and 2-7",
    "leave the line out; seal draws one",
    "delete the line, the next sealing writes an id",
    number="number",
)
OTHER_AWARD = Pattern(
    AWARD_ID,
    "the id of another award, 16 of the signs a-z and 2-7",
    "abcdefgh234567ab",
    'copy it from the other record, where it stands after "id:"',
    number="number",
)
PHONE = Pattern(
    r"\+[1-9][0-9]{4,14}",
    "a telephone number with + and country code, without spaces",
    "+441234567890",
    number="integer",
)
COUNTRY = Pattern("[A-Z]{2}", "a country code of two capital letters", "GB")
FILE_NAME = Pattern(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(?:svg|png)",
    "the name of an SVG or PNG file in the same folder",
    "badge.svg",
)
SAVED_COPY = Pattern(
    SLUG + r"\.zip",
    "the name of a saved copy, which pinback save-badge writes",
    "first-aid.zip",
    limit=80,
)
DID = Pattern(
    r"did:web:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9](?:%3A[0-9]+)?(?::(?!\.)[A-Za-z0-9._-]+)*",
    "a did:web name, by which verifiers find the keys",
    "did:web:club.github.io:badges",
    limit=500,
)


@dataclass(frozen=True, slots=True)
class Web:
    """An https address; ``mailto`` may be allowed as well."""

    mailto: bool = False
    example: str = "https://club.example.org/"

    def read(self, name: str, node: Node, problems: Problems) -> str | None:
        value = text_of(name, node, problems)
        if value is None:
            return None
        if is_web_address(value) or (self.mailto and value.startswith("mailto:") and is_email(value[7:])):
            return value
        other = ' or "mailto:badges@club.example.org"' if self.mailto else ""
        if value.startswith("http://"):
            cure = "use the https address; badges link to it for years"
        elif is_web_address(f"https://{value}"):
            cure = f'write it whole, "https://{value}"{other}'
        elif self.mailto and is_email(value):
            cure = f'write "mailto:{value}"'
        elif value.startswith("https://") and (strange := _NOT_URL_SIGN.search(value)):
            sign = "a space" if strange.group().isspace() else quoted(strange.group())
            cure = f"an address cannot hold {sign}; open the page and copy its address from the browser"
        else:
            cure = f'write it whole, like "{self.example}"{other}'
        problems.add(node.line, f'"{name}" is not an https address (found {quoted(value)})', cure)
        return None
