"""The Atom feed of badges: what can be earned here, and when that changed. Awards are in no feed.

Specification: RFC 4287. An entry is a badge as its newest frozen version says; ``updated`` is when that version was sealed
and ``published`` when the first one was, so the feed needs no clock. A badge that was never awarded has no such time
and comes with its first award. Nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pinback.dataclass import dataclass
from pinback.outputs import xml_text


@dataclass(frozen=True, slots=True)
class Entry:
    """One badge of the feed.

    Attributes:
        url: address of its page, by which readers know it.
        name: of the badge.
        description: one sentence.
        language: of both, a BCP 47 tag.
        tags: as written.
        picture: address of its PNG.
        picture_size: bytes.
        issuer: name.
        issuer_url: address of its page.
        published: when the first version was sealed, UTC.
        updated: when the shown version was sealed, UTC.
    """

    url: str
    name: str
    description: str
    language: str
    tags: tuple[str, ...]
    picture: str
    picture_size: int
    issuer: str
    issuer_url: str
    published: datetime
    updated: datetime


def atom(title: str, subtitle: str, language: str, home: str, address: str, entries: Sequence[Entry]) -> bytes:
    """Return the feed, the newest entry first.

    Args:
        title: of the site.
        subtitle: one sentence, or "".
        language: of both, a BCP 47 tag.
        home: address of the list of badges.
        address: of the feed itself.
        entries: one at least, as a feed has to say when it changed (RFC 4287 §4.2.15).
    """
    newest = sorted(entries, key=lambda entry: entry.url)
    newest.sort(key=lambda entry: entry.updated, reverse=True)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{xml_text(language)}">',
        f"<title>{_text(title)}</title>",
        *([f"<subtitle>{_text(subtitle)}</subtitle>"] if subtitle else []),
        f"<id>{xml_text(address)}</id>",
        f"<updated>{_moment(newest[0].updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href="{xml_text(address)}"/>',
        f'<link rel="alternate" type="text/html" href="{xml_text(home)}"/>',
        "<generator>Pinback</generator>",
        *(line for entry in newest for line in _entry(entry)),
        "</feed>",
    ]
    return "\n".join([*lines, ""]).encode("utf-8")


def _entry(entry: Entry) -> list[str]:
    return [
        f'<entry xml:lang="{xml_text(entry.language)}">',
        f"<title>{_text(entry.name)}</title>",
        f"<id>{xml_text(entry.url)}</id>",
        f"<published>{_moment(entry.published)}</published>",
        f"<updated>{_moment(entry.updated)}</updated>",
        f'<link rel="alternate" type="text/html" href="{xml_text(entry.url)}"/>',
        f'<link rel="enclosure" type="image/png" length="{entry.picture_size}" href="{xml_text(entry.picture)}"/>',
        f"<author><name>{_text(entry.issuer)}</name><uri>{xml_text(entry.issuer_url)}</uri></author>",
        *(f'<category term="{_text(tag)}"/>' for tag in entry.tags),
        f"<summary>{_text(entry.description)}</summary>",
        "</entry>",
    ]


def _text(text: str) -> str:
    """Return plain text for XML, in which most control characters cannot stand at all (XML 1.0 §2.2)."""
    return xml_text("".join(sign for sign in text if sign in "\t\n" or (sign >= " " and sign not in "\ufffe\uffff")))


def _moment(moment: datetime) -> str:
    """Return a moment as RFC 3339 has it (RFC 4287 §3.3), in UTC and whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
