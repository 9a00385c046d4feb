"""Paper for awards: from what is sealed to certificates and sheets.

Names reach a certificate in two ways only: they are in the open on the award's page, or a named link was given and compared with what
was signed (``pinback.papers`` does that). Everything else on it is what the page of the award shows too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pinback import addresses
from pinback.assemble.awards import fate_of, in_force
from pinback.assemble.cards import OWN_FONTS, card_colours
from pinback.assemble.material import Material
from pinback.assemble.sealed import Sealed
from pinback.certificates import PAPERS, Certificate, Entry, Font, Picture, Printer, Sheet, certificate_pdf, sheet_pdf
from pinback.certificates.certificate import STYLE as CERTIFICATE_STYLE
from pinback.certificates.sheet import STYLE as SHEET_STYLE
from pinback.dataclass import dataclass
from pinback.errors import Problem, quoted
from pinback.files import read_regular
from pinback.images.fonts import BOLD, ENDINGS, FOLDER, REGULAR
from pinback.limits import MAX_FONT_BYTES
from pinback.model import Person
from pinback.pages.awards import award_values
from pinback.pages.language import Language
from pinback.register import SealedAward

_NAMED = 5
"""How many missing letters a warning names."""
_TEXT_IN_SVG = re.compile(rb"<(?:\w+:)?text[\s>]")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names: the name, and the named link that its code holds; both "" where nobody is named."""

    name: str = ""
    link: str = ""


NOBODY = Holder()


def certificate(material: Material, sealed: Sealed, known: SealedAward, holder: Holder = NOBODY) -> bytes:
    """Return the certificate of an award, in the award's language.

    Args:
        material: of the club.
        sealed: of the issuer.
        known: the award, in force.
        holder: the one who is named on it beside those whose name is in the open.

    Raises:
        PaperError: what draws is missing, or the club's own theme cannot be used.
    """
    credential = sealed.store.award_files(known)["credential.json"]
    award = _certificate(material, sealed, known, credential, holder)
    language = material.theme.language(award.badge_language)
    printer = _printer(material, CERTIFICATE_STYLE, turned=True)
    return certificate_pdf(printer, material.theme.render, language, award)


def _certificate(
    material: Material, sealed: Sealed, known: SealedAward, credential: bytes, holder: Holder
) -> Certificate:
    frozen = material.frozen(sealed, known.badge, known.version)
    signed = json.loads(credential)
    language = material.theme.language(signed["credentialSubject"]["achievement"]["inLanguage"])
    fate = fate_of(material, sealed.register, known.id)
    values = award_values(signed, json.loads(frozen["badge.json"]), fate, material.criteria, language)
    issuer = material.club.issuers[sealed.store.issuer]
    logo = material.pictures.logos.get(f"issuers/{issuer.slug}/{issuer.logo}")
    address = material.where.url(addresses.award_page(known.id))
    return Certificate(
        badge_name=values["badge_name"],
        badge_description=values["badge_description"],
        badge_language=values["language"],
        alt=values["alt"],
        picture=_picture(frozen),
        criteria=values["criteria"],
        issuer_name=values["issuer_name"],
        issuer_host=issuer.url.removeprefix("https://").rstrip("/"),
        logo=Picture(logo, _media_type(issuer.logo)) if logo else None,
        name=holder.name or values["name"],
        named=values["named"],
        awarded_on=values["awarded_on"],
        valid_until=values["valid_until"],
        award_id=known.id,
        key=values["key"].rpartition("#")[2],
        address=address,
        link=holder.link or address,
        demonstration=sealed.register.demonstration,
        credential=credential,
        signed_at=datetime.fromisoformat(values["created"]),
    )


def _picture(frozen: Mapping[str, bytes]) -> Picture:
    """Return a badge's drawing, or its PNG where the drawing has words: they would be set in whatever font is here."""
    if _TEXT_IN_SVG.search(frozen["image.svg"]):
        return Picture(frozen["image.png"], "image/png")
    return Picture(frozen["image.svg"], "image/svg+xml")


def _media_type(file: str) -> str:
    return "image/png" if file.endswith(".png") else "image/svg+xml"


def awards_of(material: Material, handle: str) -> list[tuple[Sealed, SealedAward]]:
    """Return the awards of a holder that are in force, the newest first."""
    found = []
    for sealed in material.sealed.values():
        for id_ in material.held.get(handle, ()):
            known = sealed.register.awards.get(id_)
            if known and in_force(sealed.register, id_):
                found.append((material.awards[id_].issued_on.toordinal(), known.badge, id_, sealed, known))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return [(sealed, known) for *_, sealed, known in found]


def sheet(
    material: Material,
    awards: Iterable[tuple[Sealed, SealedAward]],
    language: Language,
    name: str = "",
    links: Mapping[str, str] | None = None,
    page: str = "",
) -> bytes:
    """Return one sheet with all badges of a holder.

    Args:
        material: of the club.
        awards: those that are shown, all in force, at least one.
        language: of the words that are ours.
        name: the holder's, or "".
        links: named links by award id, for the codes.
        page: path of the holder's page, or "".

    Raises:
        PaperError: what draws is missing, or the club's own theme cannot be used.
    """
    entries, demonstration = [], False
    for sealed, known in awards:
        demonstration = demonstration or sealed.register.demonstration
        credential = sealed.store.award_files(known)["credential.json"]
        one = _certificate(material, sealed, known, credential, NOBODY)
        entries.append(
            Entry(
                badge_name=one.badge_name,
                badge_description=one.badge_description,
                badge_language=one.badge_language,
                alt=one.alt,
                picture=one.picture,
                issuer_name=one.issuer_name,
                awarded_on=one.awarded_on,
                valid_until=one.valid_until,
                award_id=one.award_id,
                address=one.address,
                link=(links or {}).get(one.award_id) or one.address,
                credential=one.credential,
                signed_at=one.signed_at,
            )
        )
    printer = _printer(material, SHEET_STYLE, turned=False)
    publisher = material.club.site.title.in_language(language.tag)
    address = material.where.url(page) if page else ""
    shown = Sheet(name, publisher, entries, address, demonstration)
    return sheet_pdf(printer, material.theme.render, language, shown)


def person_sheet(material: Material, person: Person) -> bytes:
    """Return the sheet of a holder who wants a page, or nothing where no badge is in force or the club wants no PDF.

    The name is on it, as it is in the open on the page by the holder's own wish.
    """
    awards = awards_of(material, person.handle)
    if not (material.club.site.certificates and awards):
        return b""
    language = material.theme.language(person.language or material.language)
    return sheet(material, awards, language, person.name, page=addresses.person_page(person.handle))


def make_ready(material: Material) -> None:
    """Find out whether certificates can be drawn, before anything else is made.

    Raises:
        PaperError: what draws is missing, or the club's own style sheet or fonts cannot be used.
    """
    _printer(material, CERTIFICATE_STYLE, turned=True)


def warnings(material: Material) -> Iterator[Problem]:
    """Yield a warning where certificates have letters that no font here has."""
    letters = sorted(material.missing_letters.union(*(printer.missing for printer in material.printers.values())))
    if letters:
        named = ", ".join(f"{quoted(letter)} (U+{ord(letter):04X})" for letter in letters[:_NAMED])
        more = f" and {len(letters) - _NAMED} more" if len(letters) > _NAMED else ""
        yield Problem(
            OWN_FONTS,
            0,
            f"no font file has {named}{more}, so certificates show what this computer has for it, or an empty box",
            f"put a font file that has it into {OWN_FONTS}",
            warning=True,
        )


def _printer(material: Material, style: str, turned: bool) -> Printer:
    """Return what draws with a style sheet of the theme; made once for a club."""
    if style not in material.printers:
        css = material.theme.asset(style).decode("utf-8", "replace")
        paper = PAPERS[material.club.site.paper]
        colour = card_colours(material.club.site.colour).accent
        material.printers[style] = Printer(css, style, paper, _fonts(material.root), turned, colour)
    return material.printers[style]


def _fonts(root: Path) -> list[Font]:
    """Return the fonts that come with Pinback, and the club's own behind them, which ``pipeline.check`` has looked at."""
    fonts = [Font(name, read_regular(FOLDER / name, MAX_FONT_BYTES)) for name in (*REGULAR, *BOLD)]
    folder = root / OWN_FONTS
    own = sorted(name for name in os.listdir(folder) if name.lower().endswith(ENDINGS)) if folder.is_dir() else []
    return fonts + [Font(f"{OWN_FONTS}/{name}", read_regular(folder / name, MAX_FONT_BYTES)) for name in own]
