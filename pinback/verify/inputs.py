"""What the asker gives: files, addresses, folders, ZIPs. Each becomes a report; nothing here judges.

A ZIP is judged member by member. One that holds a map of addresses is an archive: without the network it answers what
its badges ask from itself, and is then as trustworthy as whoever gave it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pinback.errors import UsageError, shortened
from pinback.files import FileProblem, read_regular
from pinback.verify import limits
from pinback.verify.asking import Asker
from pinback.verify.exam import Question, text_of
from pinback.verify.json_reading import read_object
from pinback.verify.many import judged_files
from pinback.verify.reading import Found, badge_links, documents_in, is_page, is_zip, no_badge
from pinback.verify.recipients import link_in
from pinback.verify.report import Line, Report
from pinback.verify.verdict import Finding, Verdict, unknown
from pinback.verify.verifier import READ, agreement, judge, stopped
from pinback.verify.zip_reading import ArchiveDoor, Zip

_LEFT = "the ZIP takes too long from here on; unpack it and check the folder"
PICTURE_ORDER = ("openbadgecredential", "clrcredential", "openbadges")


def judge_input(name: str, asker: Asker, question: Question, offline: bool = False) -> Report:
    """Return the report on a file, an address or a folder.

    Args:
        name: path, or an address that begins with ``https://``.
        asker: the network.
        question: what is asked.
        offline: archives answer addresses from themselves.

    Raises:
        UsageError: there is no such file or folder.
    """
    if "://" in name[:12]:
        return _at_address(name, asker, question)
    path = Path(name)
    if path.is_dir():
        names = [str(file) for file in _files(path)]
        return container(name, judged_files(names, _in_file, asker, question, offline))
    if not path.exists():
        raise UsageError(f"there is no file or folder {name}; check the name")
    return _in_file(name, asker, question, offline)


def _files(folder: Path) -> Iterator[Path]:
    # NOTE: Python 3.11 and 3.12 go down by recursion, and end in the thousandth folder within another.
    waiting, found = [str(folder)], []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif (path := Path(entry.path)).is_file():  # the entry itself stumbles over a link that leads to itself
                    found.append(path)
    if len(found) > limits.MAX_FOLDER:
        raise UsageError(
            f"{folder} holds {len(found):,} files, at most {limits.MAX_FOLDER:,} are read; check fewer at once"
        )
    if not found:
        raise UsageError(f"{folder} holds no file; name a folder with badges")
    return iter(sorted(found))


def _in_file(source: str, asker: Asker, question: Question, offline: bool) -> Report:
    try:
        data = read_regular(os.path.realpath(source), limits.MAX_FILE)
    except FileProblem as error:
        return stopped(source, unknown(str(error).partition(";")[0]))
    return judge_bytes(source, data, asker, question, offline)


def _at_address(url: str, asker: Asker, question: Question) -> Report:
    """Return the report on what lies at an address: a badge, or an award page that links to one."""
    asker.next_document()
    if question.named is None and (link := link_in(url)) is not None:
        question = replace(question, named=link)
        # The name and the secret behind the # are the holder's; reports are kept and handed on.
        url = link.page
    try:
        answer = asker.answer(url)
        if answer.status != 200:
            raise unknown(f"the address answers {answer.status}")
        if not is_page(answer.body):
            return judge_bytes(url, answer.body, asker, question)
        links = badge_links(answer.body, answer.url)
        if not links:
            raise no_badge("this page links to no badge")
        answer = asker.answer(links[0])
        if answer.status != 200:
            raise unknown(f"the badge of this page is not there; its address answers {answer.status}")
    except Finding as finding:
        return stopped(url, finding)
    return judge_bytes(url, answer.body, asker, question)


def judge_bytes(source: str, data: bytes, asker: Asker, question: Question, offline: bool = False) -> Report:
    """Return the report on a file's bytes."""
    asker.next_document()
    try:
        if is_zip(data):
            return _in_zip(source, Zip(data), asker, question, offline)
        documents = documents_in(data)
    except Finding as finding:
        return stopped(source, finding)
    if len(documents) == 1:
        return judge(source, documents[0], asker, question)
    if documents[0].keyword:
        return _in_picture(source, documents, asker, question)
    return container(
        source, [judge(f"{source} ({number})", found, asker, question) for number, found in enumerate(documents, 1)]
    )


def _in_picture(source: str, documents: tuple[Found, ...], asker: Asker, question: Question) -> Report:
    """Return the report on a picture with two documents: good only if both are, and are about the same award."""
    ordered = sorted(documents, key=lambda found: PICTURE_ORDER.index(found.keyword))
    parts = [judge(f"{source} ({found.keyword})", found, asker, question) for found in ordered]
    worst = max(parts, key=lambda part: part.verdict.weight)
    first, *others = parts
    pairs = [(first, other) for other in others if first.facts and other.facts]
    disagree = next((finding for pair in pairs if (finding := agreement(*pair)) is not None), None)
    if disagree is not None and worst.verdict is not Verdict.FORGED:
        return Report(source, disagree.verdict, disagree.reason, issuer=first.issuer, parts=tuple(parts))
    if worst.verdict is Verdict.GENUINE:
        # What is told beside it is of that one which makes the whole untrusted, or for the person asked about.
        untrusted = (part for part in parts if part.trusted is False)
        told = next(chain(untrusted, (part for part in parts if part.matched), (first,))).reason
        reason = "both documents in this picture say so" + (f"; {told}" if told else "")
    else:
        reason = f"of the {len(parts)} documents in this picture, one: {worst.reason}"
    return replace(
        first,
        source=source,
        verdict=worst.verdict,
        reason=reason,
        lines=(),
        matched=None if first.matched is None else any(part.matched for part in parts),
        trusted=None if first.trusted is None else all(part.trusted for part in parts),
        suspended=worst.suspended,
        facts=first.facts if worst.verdict is not Verdict.FORGED else {},
        parts=tuple(parts),
    )


def _in_zip(source: str, packed: Zip, asker: Asker, question: Question, offline: bool) -> Report:
    saved = ""
    if packed.is_archive and offline:
        door = ArchiveDoor(packed)
        asker = Asker(door, asker.given)
        saved = "; keys and lists are those in the archive" + (f", saved {door.as_of}" if door.as_of else "")
    parts: list[Report] = []
    until = time.process_time() + limits.MAX_ZIP_SECONDS
    for name, data in packed.members():
        inner = f"{source}/{shortened(name, limits.MAX_SHOWN)}"
        if time.process_time() > until:
            parts.append(stopped(inner, unknown(_LEFT)))
            break
        if isinstance(data, Finding):
            parts.append(stopped(inner, data))
        elif is_zip(data):
            parts.append(stopped(inner, unknown("a ZIP within a ZIP is not opened")))
        else:
            parts.append(judge_bytes(inner, data, asker, question))
        # Who brings thousands of badges that somebody signed may have them read; what only costs time does not earn more.
        until += limits.MAX_ZIP_SECONDS_EACH / (1 if parts[-1].facts else 10)
    if packed.is_archive:
        parts = [part for part in parts if part.verdict is not Verdict.NO_BADGE]
    if not parts:
        raise no_badge("there is no badge in this ZIP")
    return container(source, parts, saved)


def container(source: str, parts: list[Report], note: str = "") -> Report:
    """Return the report on several documents, each judged by itself; the worst verdict is told."""
    worst = max(parts, key=lambda part: part.verdict.weight)
    good = sum(part.ok for part in parts)
    if worst.verdict is Verdict.GENUINE:
        reason = f"{good} of {len(parts)} are" if good != len(parts) else f"all {len(parts)} are"
    else:
        reason = f"{good} of {len(parts)} are good; {worst.source}: {worst.reason}"
    line = Line(READ, "yes", f"{len(parts)} documents")
    return Report(
        source, worst.verdict, reason + note, (line,), suspended=worst.suspended, parts=tuple(parts), whole=False
    )


def read_trust(values: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, dict[str, object]]]:
    """Return whom the asker trusts, and the documents with keys that he brought along.

    Args:
        values: DIDs, https addresses, and files: a DID document or profile in JSON, or a text with one DID or
            address a line.

    Raises:
        UsageError: a value is none of these.
    """
    trusted: list[str] = []
    given: dict[str, dict[str, object]] = {}
    for value in values:
        if value.startswith(("did:", "https://")):
            trusted.append(value)
            continue
        try:
            data = read_regular(os.path.realpath(value), limits.MAX_JSON).strip()
        except FileProblem as error:
            raise UsageError(
                f"--trust {value} is neither a DID, an https address nor a file that can be read"
            ) from error
        if data.startswith(b"{"):
            document = _trusted_document(value, data)
            issuer = text_of(document["id"])
            trusted.append(issuer)
            if "verificationMethod" in document:
                given[issuer] = document
        else:
            trusted += _trusted_lines(value, data)
    return tuple(trusted), given


def _trusted_document(name: str, data: bytes) -> dict[str, object]:
    try:
        document = read_object(data, "the file")
    except Finding as finding:
        raise UsageError(
            f"--trust {name}: {finding.reason}; give the issuer's document as it was published"
        ) from finding
    if not text_of(document.get("id")).startswith(("did:", "https://")):
        raise UsageError(f"--trust {name}: the file names no issuer; give the issuer's document as it was published")
    return document


def _trusted_lines(name: str, data: bytes) -> list[str]:
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if len(lines) > limits.MAX_LINES or not all(line.startswith(("did:", "https://")) for line in found) or not found:
        raise UsageError(f"--trust {name}: each line of the file must be a DID or an https address; mend it")
    return found
