"""For whom a badge is: names and addresses are hashed here and compared with what the issuer signed.

The asker's texts leave this computer in no form. OB 2.0, IdentityObject; OB 3.0, IdentityObject; the named link is
described in docs/format.md.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from pinback.dataclass import dataclass
from pinback.errors import UsageError
from pinback.limits import MAX_CHECKED_FRAGMENT

_SECRET_SIGNS = 22
"""128 bits, base64url without padding (TRUST §8)."""
_HASHES = {"sha256": hashlib.sha256, "md5": hashlib.md5}
"""Those that both standards know."""


@dataclass(frozen=True, slots=True)
class Link:
    """A holder's named link: the page, the name, the secret, and the whole text as the issuer hashed it."""

    page: str
    name: str
    secret: str
    text: str


def link_in(url: str) -> Link | None:
    """Return the named link in an address, or None where it is a plain one."""
    page, _, fragment = url.partition("#")
    found = dict(parse_qsl(fragment[:MAX_CHECKED_FRAGMENT], keep_blank_values=True))
    if not found.get("n") or not found.get("k"):
        return None
    return Link(page, unicodedata.normalize("NFC", found["n"]), found["k"], url)


def read_link(text: str) -> Link:
    """Return the named link that the asker gave.

    Raises:
        UsageError: it is none.
    """
    link = link_in(text.strip())
    if link is None:
        raise UsageError("this is not a named link, which ends in #n=…&k=…; copy the whole of it")
    return link


def is_named(identities: Iterable[Mapping[str, Any]], link: Link) -> bool:
    """Say whether one of the signed identities is the name in *link*."""
    # NOTE: the hash is of name and secret one behind the other, so a secret of another length could hold a part of the name:
    # "Ann" and "abel…" would pass for Annabel.
    if len(link.secret) != _SECRET_SIGNS:
        return False
    return any(
        entry.get("hashed") is True and _fits(entry, _value(entry), link.name + link.secret, "")
        for entry in identities
        if entry.get("identityType") == "name"
    ) or any(
        entry.get("type") == "url" and entry.get("hashed") is True and _fits(entry, _value(entry), text)
        for entry in identities
        for text in (link.text, f"{link.page}#n={quote(link.name, safe='')}&k={link.secret}")
    )


def is_for(identities: Iterable[Mapping[str, Any]], ids: Iterable[str], recipient: str) -> bool:
    """Say whether the person whom the asker names is the one that was signed.

    Args:
        identities: IdentityObjects of OB 2.0 or 3.0.
        ids: ids of the subject.
        recipient: as the asker wrote it; small letters and Unicode's form NFC are tried too.
    """
    plain = unicodedata.normalize("NFC", recipient.strip())
    tried = {recipient, plain, plain.lower()}
    if tried & {spelling for text in ids for spelling in (text, text.removeprefix("mailto:"))}:
        return True
    for entry in identities:
        value = _value(entry)
        if entry.get("hashed") is True:
            if any(_fits(entry, value, text) for text in tried):
                return True
        elif entry.get("hashed") is False and value and value in tried:
            return True
    return False


def _value(entry: Mapping[str, Any]) -> str:
    value = entry.get("identityHash", entry.get("identity"))
    return value if isinstance(value, str) else ""


def _fits(entry: Mapping[str, Any], value: str, text: str, salt: str | None = None) -> bool:
    salt = entry.get("salt") if salt is None else salt
    kind, _, digest = value.partition("$")
    made = _HASHES.get(kind)
    if made is None or not isinstance(salt, str | None):
        return False
    try:
        found = made((text + (salt or "")).encode("utf-8"), usedforsecurity=False).hexdigest()
    except UnicodeEncodeError:
        return False
    return hmac.compare_digest(found.encode(), digest.encode("utf-8", "replace").lower())
