"""All badges of one holder on a sheet: picture, what and by whom, days, and a code each that leads to its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pinback.certificates.certificate import Picture, Render, address_parts, size_of
from pinback.certificates.printing import Attachment, Draft, Printer
from pinback.certificates.qr import Code, code
from pinback.certificates.texts import clamped
from pinback.dataclass import dataclass
from pinback.pages.language import Language

TEMPLATE, STYLE = "sheet.html", "sheet.css"


@dataclass(frozen=True, slots=True)
class Entry:
    """One badge on a sheet.

    Attributes:
        badge_name: as it was signed.
        badge_description: likewise.
        badge_language: of these two.
        alt: stands for the picture.
        picture: of the badge on that day.
        issuer_name: of that day.
        awarded_on: the day.
        valid_until: the last day, or None.
        award_id: its id.
        address: of the award's page, which is printed.
        link: what the code holds: the address, or the named link.
        credential: the signed credential, byte for byte.
        signed_at: when that was signed, UTC.
    """

    badge_name: str
    badge_description: str
    badge_language: str
    alt: str
    picture: Picture
    issuer_name: str
    awarded_on: date
    valid_until: date | None
    award_id: str
    address: str
    link: str
    credential: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a sheet.

    Attributes:
        name: the holder's, or "" where it is not to be said.
        publisher: the club or site that made it.
        entries: the badges that are in force, in the order in which they are shown.
        address: of the holder's page, or "".
        demonstration: whether anyone can open the issuers' keys.
    """

    name: str
    publisher: str
    entries: Sequence[Entry]
    address: str = ""
    demonstration: bool = False


def sheet_pdf(printer: Printer, render: Render, language: Language, sheet: Sheet) -> bytes:
    """Return a sheet as PDF, with the signed credential of each badge inside.

    Args:
        printer: with the style sheet of sheets, on a page that stands upright.
        render: makes the page from the template.
        language: of the words that are ours.
        sheet: what stands on it.
    """
    files: dict[str, tuple[bytes, str]] = {}
    shown, attached = [], []
    for number, entry in enumerate(sheet.entries, 1):
        made = code(entry.link)
        files[f"picture-{number}"] = (entry.picture.data, entry.picture.media_type)
        files[f"qr-{number}"] = (made.svg, "image/svg+xml")
        shown.append(_entry(language, entry, number, made))
        described = language.text("The signed badge: %(badge)s", badge=entry.badge_name)
        attached.append(Attachment(f"{entry.award_id}.json", entry.credential, described, entry.signed_at))
        for text in (entry.badge_name, entry.badge_description, entry.issuer_name):
            printer.note_letters(text)
    printer.note_letters(sheet.name + sheet.publisher)
    if sheet.address:
        files["qr"] = (code(sheet.address).svg, "image/svg+xml")
    title = (
        language.text("Badges of %(name)s", name=sheet.name) if sheet.name else language.text("Badges of one holder")
    )
    values: dict[str, object] = {
        "language": language.interface,
        "direction": language.direction,
        "title": title,
        "name": sheet.name,
        "name_size": size_of(sheet.name),
        "publisher": sheet.publisher,
        "count_text": language.plural("%(count)s badge", "%(count)s badges", len(shown)),
        "entries": shown,
        "address": sheet.address,
        "address_parts": address_parts(sheet.address) if sheet.address else [],
        "private": any(entry.link != entry.address for entry in sheet.entries),
        "demonstration": sheet.demonstration,
    }
    draft = Draft(render(TEMPLATE, values, language).decode("utf-8"), files, attached)
    return printer.pdf(draft) or b""


def _entry(language: Language, entry: Entry, number: int, made: Code) -> dict[str, Any]:
    return {
        "number": number,
        "badge_name": entry.badge_name,
        "badge_description": clamped(entry.badge_description, 180),
        "badge_language": entry.badge_language,
        "alt": entry.alt,
        "issuer_name": clamped(entry.issuer_name, 80),
        "awarded_on": entry.awarded_on,
        "awarded_text": language.day(entry.awarded_on),
        "valid_until": entry.valid_until,
        "valid_text": language.day(entry.valid_until) if entry.valid_until else "",
        "award_id": entry.award_id,
        "address": entry.address,
        "address_parts": address_parts(entry.address),
        "qr_side": round(made.side * 0.88, 1),
    }
