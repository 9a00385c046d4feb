"""A published folder seen through its URLs, for verifiers that were written for the network.

Both programs beside this file run inside a foreign verifier's own virtual environment: nothing here imports
pinback or anything outside the standard library. It does not judge; it answers requests, counts what was asked for
in vain, and prints results.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

OB2_CONTEXT = "https://w3id.org/openbadges/v2"
OB2_CONTEXT_FILE = "ob-v2p0-context.json"

# What a static host derives from the suffix (mime-db, as GitHub Pages does); verifiers decide by it.
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".jsonld": "application/ld+json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}


@dataclass(frozen=True)
class Answer:
    """What a plain file host sends back for one URL."""

    status: int
    media_type: str
    body: bytes


LEFT_OUT = ("badge.svg", "credential.jwt.txt")

NOT_FOUND = Answer(404, "text/html; charset=utf-8", b"<!doctype html><title>404</title>")


@dataclass
class FolderSite:
    """Answers URLs below `base_url` from `folder`, contexts from `contexts`, and 404 to everything else.

    After a move the old host redirects every path, so URLs below the addresses in `earlier` are answered likewise.

    `changed` holds bodies that stand in for files, keyed by URL (`None` takes the file away): how a forged or broken
    site is tried without touching the folder. `missed` collects the URLs that were asked for in vain.
    """

    folder: Path
    base_url: str
    contexts: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, bytes | None] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    earlier: tuple[str, ...] = ()

    def left_out(self, folder: Path) -> tuple[str, ...]:
        """Returns the files that an award rightly lacks: both or neither, and only where the site says that it leaves files out."""
        says = "lean_since" in json.loads((self.folder / "index.json").read_bytes())
        return LEFT_OUT if says and not any((folder / name).exists() for name in LEFT_OUT) else ()

    def urls_of(self, file: Path) -> list[str]:
        path = file.relative_to(self.folder).as_posix()
        return [base + path for base in (self.base_url, *self.earlier)]

    def url_of(self, file: Path) -> str:
        """Returns where a file lies: of several addresses the one that a document gives itself."""
        urls = self.urls_of(file)
        if len(urls) > 1 and file.suffix == ".json" and file.is_file():
            own = json.loads(file.read_bytes()).get("id")
            return own if own in urls else urls[0]
        return urls[0]

    def file_of(self, url: str) -> Path | None:
        plain = url.split("#", 1)[0].split("?", 1)[0]
        base = next((one for one in (self.base_url, *self.earlier) if (plain + "/").startswith(one)), None)
        if base is None:
            return None
        inside = unquote(plain[len(base) :])
        file = self.folder / inside
        if ".." in Path(inside).parts:
            return None
        return file / "index.html" if file.is_dir() else file

    def answer(self, url: str) -> Answer:
        if url in self.contexts:
            return Answer(200, "application/ld+json", json.dumps(self.contexts[url]).encode())
        if url in self.changed:
            body = self.changed[url]
            if body is not None:
                return Answer(200, _media_type(urlsplit(url).path), body)
        else:
            file = self.file_of(url)
            if file is not None and file.is_file():
                return Answer(200, _media_type(file.name), file.read_bytes())
        if url not in self.missed:
            self.missed.append(url)
        return NOT_FOUND

    @contextlib.contextmanager
    def with_changed(self, replaced: dict[str, bytes | None]) -> Iterator[None]:
        """Answers with other bodies for a while."""
        self.changed = replaced
        try:
            yield
        finally:
            self.changed = {}

    def files(self, *patterns: str) -> list[Path]:
        """Files that match, sorted, so that two runs print the same lines."""
        return sorted({file for pattern in patterns for file in self.folder.glob(pattern)})


def only_says_revoked(folder: Path) -> bool:
    """Whether nothing is left of an award but its id and the word (OB 2.0, "Revoked"): it was erased."""
    documents = [file.name for file in folder.iterdir() if file.suffix != ".html"]
    if documents != ["assertion.json"]:
        return False
    document = json.loads((folder / "assertion.json").read_bytes())
    return set(document) == {"@context", "type", "id", "revoked"} and document["revoked"] is True


def judge_erased(site: FolderSite, folder: Path, revoked: set[str]) -> Verdict:
    """Compares what is left of an erased award with its address and with the RevocationLists."""
    file = folder / "assertion.json"
    own = json.loads(file.read_bytes())["id"]
    found = Verdict(file.relative_to(site.folder).as_posix(), True)
    if own not in site.urls_of(file):
        found.errors.append(f"harness: id is {own}")
    if own not in revoked:
        found.errors.append("harness: no RevocationList names it")
    found.valid = not found.errors
    return found.settled()


def _media_type(name: str) -> str:
    return MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")


@dataclass
class Verdict:
    """One judged document. `expected` is what the site itself says of it: valid, expired, revoked, suspended, …"""

    file: str
    valid: bool
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    expected: str = "valid"
    excused: list[str] = field(default_factory=list)
    ok: bool = False

    def settled(self, *signs: str) -> Verdict:
        """Sets `ok`: a valid document without a word against it, or an invalid one for its own reason alone.

        Args:
            signs: substrings; every error must hold one of them, where `expected` is not "valid".
        """
        if self.expected == "valid":
            self.ok = self.valid and not self.errors and not self.warnings
        else:
            self.ok = not self.valid and bool(self.errors) and all(any(s in e for s in signs) for e in self.errors)
        return self


class Report:
    """Prints one JSON object per verdict and a summary at the end."""

    def __init__(self, verifier: str, notes: tuple[str, ...] = ()) -> None:
        self.verifier = verifier
        self.notes = notes
        self.counts: dict[str, int] = {}
        self.unexpected: list[str] = []
        self.began = time.monotonic()

    def add(self, verdict: Verdict) -> None:
        self.counts[verdict.expected] = self.counts.get(verdict.expected, 0) + 1
        if not verdict.ok:
            self.unexpected.append(verdict.file)
        line = asdict(verdict)
        if not verdict.excused:
            del line["excused"]
        print(json.dumps(line, ensure_ascii=False), flush=True)

    def add_all(self, folder: str, verdicts: Iterator[Verdict]) -> None:
        """Adds the verdicts of one award; a document that cannot even be read is a verdict too."""
        try:
            for verdict in verdicts:
                self.add(verdict)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
            self.add(Verdict(folder, False, [f"harness: cannot be read: {type(problem).__name__}: {problem}"]))

    def finish(self) -> int:
        """Prints the summary line and returns the exit code: 0 when everything came out as the site says."""
        judged = sum(self.counts.values())
        summary = {
            "summary": True,
            "verifier": self.verifier,
            "judged": judged,
            "expected": self.counts,
            "unexpected": self.unexpected,
            "notes": list(self.notes),
            "seconds": round(time.monotonic() - self.began, 1),
        }
        print(json.dumps(summary, ensure_ascii=False), flush=True)
        if not judged:
            print("no document found to judge; is --site the folder that was published?", file=sys.stderr)
        return 0 if judged and not self.unexpected else 1


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--site", type=Path, required=True, help="the published folder")
    parser.add_argument("--base-url", required=True, help="the address it is published at")
    parser.add_argument(
        "--also-at", action="append", default=[], help="an address that the site has left; may be repeated"
    )
    parser.add_argument("--mutations", action="store_true", help="change single values of three awards instead")
    return parser


def open_site(options: argparse.Namespace, contexts: dict[str, Any]) -> FolderSite:
    if not options.site.is_dir():
        raise SystemExit(f"{options.site}: no such folder; build the site first")
    base_url, *earlier = (url.rstrip("/") + "/" for url in (options.base_url, *options.also_at))
    return FolderSite(options.site, base_url, contexts, earlier=tuple(earlier))


def read_contexts(source: Path) -> dict[str, Any]:
    """Reads contexts: a JSON file {URL: document}, the Open Badges 2.0 context alone, or a folder that holds it."""
    file = source / OB2_CONTEXT_FILE if source.is_dir() else source
    found = json.loads(file.read_text("utf-8"))
    return {OB2_CONTEXT: found} if "@context" in found else found


def no_network() -> None:
    """Makes every connection of this process fail, so that a forgotten request is an error and not a fetch."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("this process judges offline; a verifier tried to open a connection")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse  # type: ignore[assignment]
