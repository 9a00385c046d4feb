"""What a saved copy is, and what the checker says of one: as of the moment of saving, from the copy alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pinback.elsewhere.pictures import harmless
from pinback.errors import PictureError, PinbackError, UsageError
from pinback.files import FileProblem, read_regular
from pinback.limits import MAX_COPIED_PICTURE, MAX_COPY
from pinback.model import Elsewhere, SavedBadge
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.fetch import Answer
from pinback.verify.inputs import judge_input
from pinback.verify.moments import moment
from pinback.verify.report import Report
from pinback.verify.trusting import site_of
from pinback.verify.verdict import Finding, Verdict
from pinback.verify.zip_reading import MAP, ArchiveDoor, Zip

MAX_TEXT = 200
"""Characters of a stranger's text that are shown."""
PICTURES = ("picture.png", "picture.svg")
"""Names that the badge's picture can have in the copy; it answers no address."""
README = "README.txt"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can name; members have no times of their own."""
_UNIX = 3
_MODE = 0o100644 << 16
_ENDINGS = {"application/json": ".json", "application/ld+json": ".json", "text/html": ".html", "image/png": ".png"}


class CopyProblem(PinbackError):
    """A badge cannot be shown as genuine. The message reads ``what is wrong; what to do``."""

    exit_code = 1

    def __init__(self, what: str, cure: str) -> None:
        self.what, self.cure = what, cure
        super().__init__(f"{what}; {cure}")


def packed(url: str, answers: Mapping[str, Answer], picture: bytes, saved_at: datetime) -> bytes:
    """Return a saved copy.

    Args:
        url: the badge's own address.
        answers: by address, without redirects.
        picture: PNG or SVG, or nothing.
        saved_at: UTC; whole seconds are kept.
    """
    stream = io.BytesIO()
    moment_text = f"{saved_at:%Y-%m-%dT%H:%M:%SZ}"
    lines = [f"# as of {moment_text}"]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _put(archive, README, _readme(url, moment_text).encode("utf-8"))
        for number, (address, answer) in enumerate(sorted(answers.items()), 1):
            name = f"answers/{number}{_ENDINGS.get(answer.media_type, '.txt')}" if answer.body else ""
            lines.append(f"{address}\t{answer.status}\t{answer.media_type}\t{name}")
            if name:
                _put(archive, name, answer.body)
        if picture:
            _put(archive, PICTURES[not picture.startswith(b"\x89PNG")], picture)
        _put(archive, MAP, ("\n".join(lines) + "\n").encode("utf-8"))
    return stream.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.create_system, info.external_attr = _UNIX, _MODE
    archive.writestr(info, data)


def _readme(url: str, moment_text: str) -> str:
    return (
        f"A badge as it was saved on {moment_text} from\r\n{url}\r\n\r\n"
        "with everything that was asked to check it. To check it again without a network:\r\n\r\n"
        f"    pinback verify THIS-FILE.zip --offline --now {moment_text}\r\n"
    )


def checked_file(root: Path, entry: Elsewhere, name: str) -> SavedBadge:
    """Return what the saved copy of an entry shows.

    Args:
        root: the club's folder.
        entry: of a person.
        name: the person's, as the page says it.

    Raises:
        CopyProblem: the copy cannot be read, or is not genuine and in force at the moment of saving.
    """
    try:
        data = read_regular(root / entry.saved, MAX_COPY)
    except FileProblem as error:
        what, _, cure = str(error).partition("; ")
        raise CopyProblem(what, cure) from error
    return replace(checked(data, entry.url, name), note=entry.note)


def checked(data: bytes, url: str, name: str) -> SavedBadge:
    """Return what a saved copy shows.

    1. Read the copy. 2. Ask the checker as of the moment of saving, with the copy in place of the network. 3. Refuse what is
    not one genuine badge. 4. Clean the picture.

    Args:
        data: the ZIP.
        url: the badge's address.
        name: the holder's, as the page says it; the checker compares it with what the issuer wrote.

    Raises:
        CopyProblem: something of this does not hold.
    """
    again = f"save it again from {url}, or delete the entry"
    try:
        # 1.
        archive = Zip(data)
        if not archive.is_archive:
            raise CopyProblem("this is no saved copy of a badge", again)
        door = ArchiveDoor(archive)
        saved_at = moment(door.as_of, "the moment of saving")
        # 2.
        report = judge_input(url, Asker(door), Question(saved_at, recipient=name))
    except (Finding, UsageError) as error:
        what = str(error).partition(";")[0]
        raise CopyProblem(f"the saved copy cannot be used: {what}", again) from error
    # 3.
    refuse(report, again)
    # 4.
    try:
        picture = harmless(_picture(archive))
    except (PictureError, Finding) as error:
        raise CopyProblem("the picture in the saved copy cannot be shown", again) from error
    facts = report.facts
    return SavedBadge(
        url=url,
        name=_short(facts["badge"]),
        issuer=_short(facts.get("issuer_name", "")),
        site=_short(site_of(report.issuer)),
        awarded_on=_day(facts.get("from", "")),
        valid_until=_day(facts.get("until", "")),
        sentence=report.verdict.sentence,
        named=report.matched is True,
        saved_at=saved_at,
        picture=picture,
    )


def refuse(report: Report, cure: str) -> None:
    """Let one genuine badge through, in force when it was saved.

    Raises:
        CopyProblem: it is anything else.
    """
    if report.verdict is not Verdict.GENUINE:
        raise CopyProblem(f"the checker says: {report.sentence.rstrip('.')}", cure)
    if not report.whole or not report.facts.get("badge"):
        raise CopyProblem("there is not one badge at this address", "give the address of one badge, or of its page")
    if report.demonstration:
        what = "it is a badge of a demonstration, whose keys anyone can open, so it proves nothing"
        raise CopyProblem(what, "leave it out")


def _picture(archive: Zip) -> bytes:
    names = {name for name, _ in archive.members()}
    found = next((name for name in PICTURES if name in names), "")
    data = archive.read(found) if found else b""
    if len(data) > MAX_COPIED_PICTURE:
        raise PictureError("the picture is too large", "save the badge again")
    return data


def _short(text: str) -> str:
    """Return a stranger's text on one line and within a limit."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1] + "…"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
