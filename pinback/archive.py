"""One ZIP that can be checked without the site: documents, pictures, issuers' documents, contexts, a page to open.

It knows addresses and bytes, not badges: whoever calls it brings files by their published addresses and the lines of
the page. ``map.tsv`` is the map of a snapshot as ``verify`` reads it: address, status, media type and file of each
line, parted by tabs. The same input gives the same bytes: members are stored and not packed, in the order of their
names, without times of their own.

Format: APPNOTE.TXT 6.3 (ZIP), "general purpose bit flag" 11 for names that are not ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pinback import contexts
from pinback.dataclass import dataclass
from pinback.errors import PinbackError
from pinback.leaks import refuse_leak

if TYPE_CHECKING:
    from zipfile import ZipFile

MAP = "map.tsv"
README = "README.txt"
PAGE = "index.html"
FILES = "files/"
"""Folder of what lies on the site, by its path there."""
CONTEXTS = (
    contexts.OB2,
    contexts.OB3,
    contexts.OB3_EXTENSIONS,
    contexts.CREDENTIALS_V2,
    contexts.DID,
    contexts.MULTIKEY,
    contexts.JWK,
)
"""The vocabularies of what a club publishes."""
_TYPES = {
    ".json": "application/json",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".ics": "text/calendar",
    ".tlog-proof": "text/plain",
    "": "text/plain",
}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can name; members have no times of their own."""
_UNIX = 3
_MODE = 0o100644 << 16


class ArchiveProblem(PinbackError):
    """The archive cannot be made of what was brought."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive.

    Attributes:
        name: in the archive, with ``/``.
        data: its bytes.
        urls: every address that it answers.
    """

    name: str
    data: bytes
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the page: a badge that somebody was awarded.

    Attributes:
        title: of the badge.
        words: day and what became of it.
        links: text and file in the archive.
    """

    title: str
    words: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """What page and readme say.

    Attributes:
        title: of the club's site.
        language: of the texts, as in HTML's ``lang``.
        address: of the site.
        issuers: name, DID and the moment of the newest checkpoint, in whole UTC seconds.
        whose: "" for the whole club, else the handle of the one holder.
    """

    title: str
    language: str
    address: str
    issuers: tuple[tuple[str, str, str], ...]
    whose: str = ""


def media_type(name: str) -> str:
    """Return the type by which a plain host answers a file, or "" where none is known."""
    return _TYPES.get(Path(name).suffix, "")


def context_members() -> Iterator[Member]:
    """Yield the JSON-LD contexts of the documents, each under its address."""
    for number, url in enumerate(sorted(CONTEXTS), 1):
        data = json.dumps(contexts.context_document(url), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        yield Member(f"contexts/{number}.json", data, (url,))


def write_archive(stream: BinaryIO, cover: Cover, members: Iterable[Member], entries: Sequence[Entry]) -> int:
    """Write the archive and return how many addresses it answers.

    Args:
        stream: opened for writing, at its start; it can be positioned.
        cover: what page and readme say.
        members: in the order of their names, all between ``contexts/`` and ``index.html``; they are taken one at a
            time, so that a large club's archive needs no large memory.
        entries: the lines of the page; read when the last member was taken, so the list may fill meanwhile.

    Raises:
        ArchiveProblem: members out of order, or two of one address.
    """
    lines: dict[str, str] = {}
    before = ""
    import zipfile  # here, because few sites have something to pack

    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:
        _put(packed, README, readme(cover).encode("utf-8"))
        for member in chain(context_members(), members):
            if member.name <= before:
                raise ArchiveProblem(f"{member.name}: this file stands twice in the archive, or too late")
            before = member.name
            for url in member.urls:
                if url in lines:
                    raise ArchiveProblem(f"{member.name}: two files of the archive want the address {url}")
                lines[url] = f"{url}\t200\t{media_type(member.name)}\t{member.name}\n"
            _put(packed, member.name, member.data)
        _put(packed, PAGE, page(cover, entries).encode("utf-8"))
        answered = len(lines)
        lines |= {url: f"{url}\t404\t\t\n" for url in _without_suspensions(lines)}
        as_of = min((moment for *_, moment in cover.issuers), default="")
        head = f"# as of {as_of}\n" if as_of else ""
        _put(packed, MAP, (head + "".join(lines[url] for url in sorted(lines))).encode("utf-8"))
    return answered


def _without_suspensions(urls: Iterable[str]) -> set[str]:
    """Return the addresses of suspension lists that do not exist beside lists of withdrawals: nothing was suspended there.

    The checker asks for them, and an archive that says nothing could hide one.
    """
    beside = {url.replace("/status/revocation-", "/status/suspension-") for url in urls if "/status/revocation-" in url}
    return beside - set(urls)


def _put(packed: ZipFile, name: str, data: bytes) -> None:
    refuse_leak(name, data)
    from zipfile import ZipInfo

    info = ZipInfo(name, _FIRST_DAY)
    info.create_system, info.external_attr = _UNIX, _MODE
    packed.writestr(info, data)


def readme(cover: Cover) -> str:
    """Return the readme: what this is, how to check it, from when it is."""
    whose = f"the badges of one holder, {cover.whose}, from {cover.title}" if cover.whose else f"all of {cover.title}"
    lines = [
        f"This archive holds {whose}",
        f"as published at {cover.address}",
        "",
        "It can be checked without that site and without a network:",
        "",
        "    pinback verify archive.zip --offline",
        "",
        "Whether an award had been withdrawn is known as of:",
        "",
        *(f"    {moment}  {name}  {did}" for name, did, moment in cover.issuers),
        "",
        "Later withdrawals are not in here. The archive proves what the issuers signed; that these are the true issuers",
        "is for you to know: compare their names and keys with what they tell you in another way.",
        "",
        "index.html    the badges; open it in a browser",
        "files/        what lay on the site, by its path there",
        "did/          the issuers' documents with their keys, by their addresses",
        "contexts/     the vocabularies of the documents",
        "map.tsv       every address that this archive answers: address, status, type and file, parted by tabs",
        "",
    ]
    if cover.whose:
        lines += ["Lists of withdrawn awards (revoked.json) are cut down to this holder's own.", ""]
    return "\r\n".join(lines)


def page(cover: Cover, entries: Sequence[Entry]) -> str:
    """Return the page to open: every badge with its files. It needs no script and no network."""
    heading = f"{cover.title}: badges of {cover.whose}" if cover.whose else cover.title
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(cover.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(heading)}</title>",
        "<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "li{margin:.5rem 0}code{overflow-wrap:anywhere}</style>",
        "</head>",
        "<body>",
        f'<h1 dir="auto">{escape(heading)}</h1>',
        f"<p>An archive of what was published at <code>{escape(cover.address)}</code>. It can be checked without that site: "
        "<code>pinback verify archive.zip --offline</code></p>",
        "<h2>Who signed, and from when this is</h2>",
        "<ul>",
        *(
            f"<li><bdi>{escape(name)}</bdi>, <code>{escape(did)}</code>: status as of {escape(moment)}</li>"
            for name, did, moment in cover.issuers
        ),
        "</ul>",
        "<h2>Badges</h2>",
        "<ul>" if entries else "<p>None.</p>",
        *(_entry(entry) for entry in entries),
        "</ul>" if entries else "",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(parts)


def _entry(entry: Entry) -> str:
    links = ", ".join(f'<a href="{escape(file)}">{escape(text)}</a>' for text, file in entry.links)
    return f"<li><bdi>{escape(entry.title)}</bdi>, {escape(entry.words)}: {links}</li>"
