"""Certificates that carry a name: private links are compared with what was signed, then printed.

A link holds a name and a secret; the sealed credential holds the hash of the two (TRUST §8). Nothing is drawn before every link that
was given has been compared. The files hold names, so they are written where git and the published site do not reach, and their own
names say nothing of a person.
"""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from pinback import pipeline, who_is_who
from pinback.addresses import SECRET_SIGNS, Addresses, NamedLink, award_page, named_link, read_named_link
from pinback.assemble.awards import in_force
from pinback.assemble.material import Material
from pinback.assemble.papers import Holder, awards_of, certificate, sheet, warnings
from pinback.assemble.sealed import Sealed
from pinback.dataclass import dataclass
from pinback.errors import DisproofError, Problem, UsageError, quoted
from pinback.files import write_file
from pinback.git import ignores, prefix
from pinback.publish import MARK, MARK_TEXT
from pinback.register import SealedAward

FOLDER = "certificates"
"""Where certificates go that nobody chose another place for; git ignores it in clubs that ``init`` made."""
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed.

    Attributes:
        files: the PDF files.
        left_out: a line for each award of the list that has none, and why.
        warnings: letters that no font has.
    """

    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Proven:
    """An award, its issuer's folder, and the link whose name was signed for it."""

    sealed: Sealed
    known: SealedAward
    link: NamedLink


def print_links(root: Path, links: Sequence[str], out: Path) -> Printed:
    """Print a certificate for each link.

    Args:
        root: the club's folder.
        links: private links.
        out: the folder to write to.

    Raises:
        UsageError: a link that is none, or a folder that would be published.
        DisproofError: a name that was not signed, or an award that is not in force.
    """
    refuse_public(root, out)
    material = _material(root)
    asked = [_taken_apart(number, text) for number, text in enumerate(links, 1)]
    proven, faults = [], []
    for number, link in enumerate(asked, 1):
        found = _proven(material, link)
        if isinstance(found, str):
            faults.append(f"link {number}: {found}" if len(asked) > 1 else found)
        else:
            proven.append(found)
    if faults:
        raise DisproofError("\n".join(faults) + "; no certificate was made")
    return _print(material, proven, out, ())


def print_list(root: Path, out: Path) -> Printed:
    """Print a certificate for each row of the steward's own list whose award is in force.

    Raises:
        UsageError: there is no list, or a folder that would be published.
        DisproofError: a name in the list is not the one that was signed.
    """
    refuse_public(root, out)
    material = _material(root)
    proven, left_out, faults = [], [], []
    for number, row in enumerate(_rows(root), 1):
        link = read_named_link(row.link)
        found = _proven(material, link) if link else "its link is no private link"
        if not isinstance(found, str):
            proven.append(found)
        elif link and (known := _award_at(material, link.award_url)) and in_force(known[0].register, known[1].id):
            faults.append(f"{who_is_who.FILE}, award {number}: {found}")
        else:
            left_out.append(f"{who_is_who.FILE}, award {number}: {found}")
    if faults:
        raise DisproofError("\n".join(faults) + "; no certificate was made")
    return _print(material, proven, out, left_out)


def print_sheet(root: Path, handle: str, out: Path) -> Printed:
    """Print one sheet with all badges in force of a holder, with the name where the steward's own list has links.

    Raises:
        UsageError: the holder has no badge in force, or a folder that would be published.
        DisproofError: a name in the list is not the one that was signed.
    """
    refuse_public(root, out)
    material = _material(root)
    awards = awards_of(material, handle)
    if not awards:
        raise UsageError(f"no award in force belongs to the handle {quoted(handle)}; handles stand in the records")
    proven: dict[str, _Proven] = {}
    for row in who_is_who.rows(root):
        link = read_named_link(row.link)
        at = _award_at(material, link.award_url) if link else None
        if link and at and any(at[1].id == known.id for _, known in awards):
            found = _proven(material, link)
            if isinstance(found, str):
                raise DisproofError(f"{who_is_who.FILE}: {found}; no sheet was made")
            proven[at[1].id] = found
    links = {id_: _link(material, one) for id_, one in proven.items()}
    # Who changed the name is called by the newest one.
    name = next((proven[known.id].link.name for _, known in awards if known.id in proven), "")
    name = name or next((material.awards[known.id].name for _, known in awards if material.awards[known.id].public), "")
    language = material.theme.language(material.language)
    file = out / f"{handle}-badges.pdf"
    data = sheet(material, awards, language, name, links)
    write_file(file, data, _PRIVATE)
    return Printed((file,), (), tuple(warnings(material)))


def refuse_public(root: Path, out: Path) -> None:
    """Refuse a folder whose files would be published: in the site, or in the club's folder where git does not ignore it.

    Raises:
        UsageError: it is such a folder.
    """
    out, root = out.resolve(), root.resolve()
    for folder in (out, *out.parents):
        mark = folder / MARK
        if mark.is_file() and mark.stat().st_size == len(MARK_TEXT) and mark.read_bytes() == MARK_TEXT:
            raise UsageError(f"{folder} is a site that is published, and certificates hold names; name another folder")
    if out == root or (root in out.parents and not _ignored(root, out)):
        raise UsageError(
            f"{out} lies in the club's folder and git does not ignore it, and certificates hold names; "
            f'name a folder elsewhere with --out, or add the line "/{out.relative_to(root).as_posix()}/" to .gitignore'
        )


def _ignored(root: Path, out: Path) -> bool:
    """Say whether git ignores a folder of the club; without git, what .gitignore would say counts for the usual one."""
    if prefix(root) is None:
        return out.name == FOLDER and out.parent == root and not (root / ".git").exists()
    # NOTE: the slash says that it is a folder, which it need not be yet.
    return ignores(root, f"{out.relative_to(root).as_posix()}/")


def _material(root: Path) -> Material:
    checked = pipeline.check(root)
    return Material(root, checked.club, checked.sealed, checked.pictures)


def _rows(root: Path) -> list[who_is_who.Row]:
    rows = who_is_who.rows(root)
    if not rows:
        raise UsageError(f"there is no name in {who_is_who.FILE}; give the private links themselves")
    return rows


def _taken_apart(number: int, text: str) -> NamedLink:
    link = read_named_link(text)
    if link is None:
        raise UsageError(
            f"link {number} is no private link, which ends in #n=…&k=…; copy the whole of it, between single quotes"
        )
    return link


def _award_at(material: Material, url: str) -> tuple[Sealed, SealedAward] | None:
    """Return the award whose page has an address, the present one or one from before a move."""
    url = url.removesuffix("index.html")
    for sealed in material.sealed.values():
        bases = {place.base_url for place in sealed.register.places} | {material.where.base_url}
        for id_, known in sealed.register.awards.items():
            if id_ in url and any(url == Addresses(base).url(award_page(id_)) for base in bases):
                return sealed, known
    return None


def _proven(material: Material, link: NamedLink) -> _Proven | str:
    """Return the award of a link whose name was signed, or what is wrong with it, without the name."""
    at = _award_at(material, link.award_url)
    if at is None:
        return "no award of this club has its page there"
    sealed, known = at
    if not in_force(sealed.register, known.id):
        return f"the award {known.id} is not in force"
    subject = json.loads(sealed.store.award_files(known)["credential.json"])["credentialSubject"]
    if not is_signed_name(subject.get("identifier", ()), link):
        return f"the name or the secret is not the one that was signed for the award {known.id}"
    return _Proven(sealed, known, link)


def is_signed_name(identities: Iterable[dict[str, object]], link: NamedLink) -> bool:
    """Say whether one of the signed identities is the name of a link (OB 3.0 IdentityObject; TRUST §8)."""
    name = unicodedata.normalize("NFC", link.name)
    # The hash is over both, one behind the other: with another length a letter could wander from the name into the secret.
    if len(link.secret) != SECRET_SIGNS:
        return False
    try:
        made = "sha256$" + sha256((name + link.secret).encode("utf-8")).hexdigest()
    except UnicodeEncodeError:
        return False
    return any(
        one.get("identityType") == "name"
        and one.get("hashed") is True
        and hmac.compare_digest(str(one.get("identityHash", "")).encode(), made.encode())
        for one in identities
    )


def _link(material: Material, one: _Proven) -> str:
    """Return a named link under the present address of the award's page."""
    return named_link(material.where.url(award_page(one.known.id)), one.link.name, one.link.secret)


def _print(material: Material, proven: Sequence[_Proven], out: Path, left_out: Sequence[str]) -> Printed:
    drawn = [
        (
            out / f"{one.sealed.store.issuer}-{one.known.id}.pdf",
            certificate(material, one.sealed, one.known, Holder(one.link.name, _link(material, one))),
        )
        for one in proven
    ]
    for file, data in drawn:
        write_file(file, data, _PRIVATE)
    return Printed(tuple(file for file, _ in drawn), tuple(left_out), tuple(warnings(material)))
