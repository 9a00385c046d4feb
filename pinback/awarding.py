"""A new award record: handle, id and named link are drawn, and the record is written as text.

Name and secret of a named link go into the link alone, which the caller hands to the steward; the record
gets their hashes (TRUST §8). Pure functions; what is random comes from ``secrets``.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from datetime import date
from hashlib import sha256

from pinback.addresses import Addresses, award_page, named_link
from pinback.canonical import base64url
from pinback.content.kinds import EMAIL, is_web_address
from pinback.content.nodes import Problems as _Problems
from pinback.content.nodes import Text, parse
from pinback.dataclass import dataclass
from pinback.errors import UsageError

ANIMALS = [
    "badger",
    "bat",
    "bear",
    "beaver",
    "bee",
    "bison",
    "boar",
    "buzzard",
    "crab",
    "crane",
    "cricket",
    "curlew",
    "deer",
    "dipper",
    "dolphin",
    "dove",
    "duck",
    "eagle",
    "eel",
    "falcon",
    "finch",
    "fox",
    "frog",
    "goat",
    "goose",
    "grebe",
    "gull",
    "hare",
    "hawk",
    "hedgehog",
    "heron",
    "ibex",
    "jay",
    "kestrel",
    "kite",
    "lark",
    "linnet",
    "lizard",
    "lynx",
    "magpie",
    "marten",
    "mole",
    "moth",
    "mouse",
    "newt",
    "nuthatch",
    "otter",
    "owl",
    "oyster",
    "pike",
    "plover",
    "puffin",
    "quail",
    "rabbit",
    "raven",
    "robin",
    "rook",
    "salmon",
    "seal",
    "shrew",
    "siskin",
    "snail",
    "sparrow",
    "squirrel",
    "starling",
    "stoat",
    "stork",
    "swallow",
    "swan",
    "swift",
    "teal",
    "tern",
    "thrush",
    "toad",
    "trout",
    "turtle",
    "vole",
    "warbler",
    "wasp",
    "weasel",
    "whale",
    "wolf",
    "wren",
]
"""What handles are made of, here and on the page where stewards award badges."""


def new_handle(taken: Collection[str]) -> str:
    """Draw a handle that nobody has yet, like otter-7; it says nothing about its holder."""
    while True:
        # NOTE: the numbers grow with the club, so that there is always a free one.
        handle = f"{secrets.choice(ANIMALS)}-{secrets.randbelow(max(999, len(taken))) + 1}"
        if handle not in taken:
            return handle


def identity_hash(name: str, secret: str) -> str:
    """Return ``sha256$`` and hex of SHA-256 over the UTF-8 of the NFC name and the ASCII secret."""
    data = unicodedata.normalize("NFC", name).encode("utf-8") + secret.encode("ascii")
    return "sha256$" + sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A named link: what is private (``link``) and the two hashes for the record."""

    link: str
    named: str
    link_hash: str


def new_named_link(where: Addresses, award_id: str, name: str) -> NamedLink:
    """Draw a secret and make the named link of an award."""
    name = unicodedata.normalize("NFC", name)
    secret = base64url(secrets.token_bytes(16))
    link = named_link(where.url(award_page(award_id)), name, secret)
    return NamedLink(link, identity_hash(name, secret), "sha256$" + sha256(link.encode("ascii")).hexdigest())


def email_hash(address: str) -> tuple[str, str]:
    """Return hash and new salt of an address, trimmed and in small letters (FACTS 1.5).

    Raises:
        UsageError: not an address.
    """
    address = unicodedata.normalize("NFC", address.strip().lower())
    if not EMAIL.form(address):
        raise UsageError("this is not an e-mail address; write it like someone@club.example.org")
    salt = secrets.token_hex(16)
    return "sha256$" + sha256((address + salt).encode("utf-8")).hexdigest(), salt


@dataclass(frozen=True, slots=True)
class NewAward:
    """What the steward said about one award; ``award_id`` and ``handle`` were drawn before."""

    award_id: str
    handle: str
    issued_on: date
    valid_until: date | None = None
    name: str = ""
    public: bool = False
    minor: bool = False
    email: str = ""
    evidence: tuple[str, ...] = ()
    guardian_consent: date | None = None
    language: str = ""


def record_text(award: NewAward, link: NamedLink | None) -> str:
    """Return the YAML of a record.

    Raises:
        UsageError: an evidence address or e-mail is none.
    """
    lines = [f"id: {award.award_id}", f"issued_on: {award.issued_on.isoformat()}"]
    if award.valid_until:
        lines.append(f"valid_until: {award.valid_until.isoformat()}")
    lines.append(f"handle: {award.handle}")
    if award.language:
        lines.append(f"language: {yaml_text(award.language)}")
    if award.minor:
        lines.append("minor: true")
    if award.guardian_consent:
        lines.append(f"guardian_consent: {award.guardian_consent.isoformat()}")
    if link:
        lines += [f"named: {link.named}", f"link: {link.link_hash}"]
    elif award.name and award.public:
        lines += [f"name: {yaml_text(award.name)}", "public: true"]
    if award.email:
        hashed, salt = email_hash(award.email)
        lines += ["email:", f"  hash: {hashed}", f"  salt: {salt}"]
    for url in award.evidence:
        if not is_web_address(url):
            raise UsageError(f"{url}: evidence is an https address; write it whole")
    if award.evidence:
        lines += ["evidence:", *(f"  - {yaml_text(url)}" for url in award.evidence)]
    return "\n".join(lines) + "\n"


def yaml_text(text: str) -> str:
    """Return *text* as a YAML scalar that our reader gives back unchanged: plain where it can be, else quoted."""
    parsed = parse(f"x: {text}\n", _Problems(""))
    value = parsed.get("x") if parsed is not None and hasattr(parsed, "get") else None
    if isinstance(value, Text) and value.value == text and text.strip() == text and text.isprintable() and text:
        return text
    return '"' + "".join(_in_quotes(sign) for sign in text) + '"'


def _in_quotes(sign: str) -> str:
    """Return a character as it is written between double quotes (YAML 1.1, Escape Sequences)."""
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08X}"
