"""One award on one page: what hangs on a wall, with a code that leads to the page where it can be checked.

The page always has one sheet: long names and texts become smaller step by step, and at last are cut, the same way on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from pinback.certificates.printing import Attachment, Draft, Printer
from pinback.certificates.qr import code
from pinback.certificates.texts import clamped, paragraph, width
from pinback.dataclass import dataclass
from pinback.errors import PaperError
from pinback.pages.language import Language

TEMPLATE, STYLE = "certificate.html", "certificate.css"
CREDENTIAL = "credential.json"
"""What the attached credential is called."""
_TRIES = (
    (0, 700, 700),
    (0, 600, 420),
    (1, 600, 420),
    (1, 420, 240),
    (2, 420, 240),
    (3, 320, 160),
    (4, 240, 0),
    (5, 160, 0),
    (6, 0, 0),
)
"""From roomy to tight: step of size, and most characters of the description and of what had to be done."""
_NAME_SIZES = (22.0, 34.0, 60.0, 100.0, 160.0)
"""Up to which width a name is set in the size of that number, the largest first; see ``texts.width``."""

Render = Callable[[str, dict[str, object], Language], bytes]
"""Template name, values and language to HTML: ``pages.theme.Theme.render``."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and its media type, ``image/svg+xml`` or ``image/png``."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on a certificate.

    Attributes:
        badge_name: as it was signed.
        badge_description: likewise.
        badge_language: of these two and of the criteria.
        alt: stands for the picture.
        picture: of the badge on that day.
        criteria: of that day, as sanitised HTML.
        issuer_name: of that day.
        issuer_host: its web site in short.
        logo: of the issuer, or None.
        name: the holder's, or "" where it is not to be said.
        named: whether the holder has a link that carries the name.
        awarded_on: the day.
        valid_until: the last day, or None.
        award_id: its id.
        key: id of the key that signed, without what stands before the ``#``.
        address: of the award's page, which is printed.
        link: what the code holds: the address, or the named link.
        demonstration: whether anyone can open the issuer's keys.
        credential: the signed credential, byte for byte.
        signed_at: when that was signed, UTC.
    """

    badge_name: str
    badge_description: str
    badge_language: str
    alt: str
    picture: Picture
    criteria: str
    issuer_name: str
    issuer_host: str
    logo: Picture | None
    name: str
    named: bool
    awarded_on: date
    valid_until: date | None
    award_id: str
    key: str
    address: str
    link: str
    demonstration: bool
    credential: bytes
    signed_at: datetime


def certificate_pdf(printer: Printer, render: Render, language: Language, award: Certificate) -> bytes:
    """Return the certificate as PDF, with the signed credential inside.

    Args:
        printer: with the style sheet of certificates, on a page that is turned.
        render: makes the page from the template.
        language: of the words that are ours.
        award: what stands on it.

    Raises:
        PaperError: it does not come on one page, which only an own template or style sheet can cause.
    """
    made = code(award.link)
    files = {"picture": _file(award.picture), "qr": (made.svg, "image/svg+xml")}
    if award.logo:
        files["logo"] = _file(award.logo)
    attached = Attachment(
        CREDENTIAL,
        award.credential,
        language.text("The signed badge (Open Badges 3.0), from which this page was made"),
        award.signed_at,
    )
    done = paragraph(award.criteria)
    for size, description, criteria in _TRIES:
        values = _values(language, award, made.side, size)
        values["description"] = clamped(award.badge_description, description)
        values["criteria"] = clamped(done, criteria)
        draft = Draft(render(TEMPLATE, values, language).decode("utf-8"), files, (attached,))
        if (drawn := printer.pdf(draft, pages=1)) is not None:
            for text in (award.name, award.badge_name, award.badge_description, done, award.issuer_name):
                printer.note_letters(text)
            return drawn
    raise PaperError(
        f"theme/{TEMPLATE}: the certificate does not come on one page; compare it and theme/{STYLE} with the default theme"
    )


def _file(picture: Picture) -> tuple[bytes, str]:
    return picture.data, picture.media_type


def _values(language: Language, award: Certificate, qr_side: float, size: int) -> dict[str, Any]:
    say = language.text
    if award.name:
        title = say("Certificate: %(badge)s, %(name)s", badge=award.badge_name, name=award.name)
    else:
        title = say("Certificate: %(badge)s", badge=award.badge_name)
    return {
        "language": language.interface,
        "direction": language.direction,
        "title": title,
        "size": size,
        "name": award.name,
        "name_size": size_of(award.name),
        "named": award.named,
        "badge_name": award.badge_name,
        "badge_size": size_of(award.badge_name),
        "badge_language": award.badge_language,
        "alt": award.alt,
        "issuer_name": clamped(award.issuer_name, 120),
        "issuer_size": size_of(award.issuer_name),
        "issuer_host": award.issuer_host,
        "logo": award.logo is not None,
        "awarded_on": award.awarded_on,
        "awarded_text": language.day(award.awarded_on),
        "valid_until": award.valid_until,
        "valid_text": language.day(award.valid_until) if award.valid_until else "",
        "award_id": award.award_id,
        "key": award.key,
        "address": award.address,
        "address_parts": address_parts(award.address),
        "private": award.link != award.address,
        "demonstration": award.demonstration,
        "qr_side": qr_side,
    }


def size_of(name: str) -> int:
    """Return in which size a name is set, 0 being the largest."""
    return next((number for number, most in enumerate(_NAME_SIZES) if width(name) <= most), len(_NAME_SIZES))


def address_parts(address: str) -> list[str]:
    """Return an address in pieces between which a line may break: after each slash."""
    pieces = address.removeprefix("https://").rstrip("/").split("/")
    return [piece + "/" for piece in pieces]
