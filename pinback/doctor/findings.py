"""What the doctor is told, what it finds, and how that is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

from pinback.dataclass import dataclass
from pinback.errors import printable

State = Literal["ok", "wrong", "cannot tell"]


class Answer(Protocol):
    """What an address answers: HTTP status and body."""

    @property
    def status(self) -> int:
        """HTTP status."""

    @property
    def body(self) -> bytes:
        """The body."""


Get = Callable[[str, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what is so, and what to click or type where it is not well."""

    state: State
    what: str
    cure: str = ""

    def __str__(self) -> str:
        return printable(f"{self.state}: {self.what}" + (f"; {self.cure}" if self.cure else ""))


@dataclass(frozen=True, slots=True)
class Setup:
    """What the caller knows of the club's repository and host.

    Attributes:
        root: the club's folder.
        begun: whether a club was set up in it; otherwise it comes fresh from the template.
        tracked: paths that git tracks; None where there is no git repository.
        remote: address of the remote ``origin``, or "".
        repository: ``owner/name`` at the host, or "" where it is not known or not at GitHub.
        shipped: files as this version ships them; several texts where there are several ways.
        lines: lines that a file must hold, by file.
        schemas: the schemas for editors as this version makes them, by file.
        now: the present moment.
        token: for the host's API, or "".
        api: address of the host's API, without a slash at its end; likewise ``web``, of its pages.
    """

    root: Path
    tracked: frozenset[str] | None
    remote: str
    repository: str
    shipped: Mapping[str, tuple[bytes, ...]]
    lines: Mapping[str, tuple[str, ...]]
    schemas: Mapping[str, bytes]
    now: datetime
    token: str = field(default="", repr=False)
    api: str = "https://api.github.com"
    web: str = "https://github.com"
    begun: bool = True


def repository_of(remote: str, web: str = "https://github.com") -> str:
    """Return ``owner/name`` of a git remote at the host whose pages lie at *web*, or ""."""
    host = re.escape(urlsplit(web).netloc)
    found = re.fullmatch(
        rf"(?:https://(?:[^@/]+@)?{host}/|(?:ssh://)?git@{host}[:/])([\w.-]+/[\w.-]+?)(?:\.git)?/?", remote
    )
    return found[1] if found else ""


_MARKUP = re.compile(r"[\\`*_\[\]<>|#]")
_TITLES = {"wrong": "Still to be set up", "cannot tell": "Look at these yourself", "ok": "In order"}


def as_markdown(findings: Sequence[Finding]) -> str:
    """Return the findings for the summary of a run: what to do first, then what to look at, then what is well."""
    parts = []
    for state, title in _TITLES.items():
        lines = [
            f"- {_capital(one.what)}" + (f": {one.cure}." if one.cure else ".")
            for one in findings
            if one.state == state
        ]
        parts += [f"## {title}", "", *map(_plain, lines), ""] if lines else []
    return "\n".join(parts)


def _capital(text: str) -> str:
    """Begin a sentence as one begins it, but leave the name of a file as it is."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def _plain(line: str) -> str:
    """Return a line in which Markdown sees words alone, but addresses are links."""
    words = (word if "://" in word else _MARKUP.sub(r"\\\g<0>", word) for word in line.split(" "))
    return printable(" ".join(words))
