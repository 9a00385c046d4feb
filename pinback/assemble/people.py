"""The files of a holder who wants a page: the page in each language, the archive, pictures of badges from elsewhere."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any

from pinback import addresses
from pinback.assemble.awards import fate_of
from pinback.assemble.issuers import public
from pinback.assemble.material import Material, Output
from pinback.assemble.packing import Packing
from pinback.assemble.sealed import Sealed
from pinback.model import Person
from pinback.pages.people import Held, person_page, person_values
from pinback.pages.shared import Pages
from pinback.register import Register, SealedAward


def person_files(material: Material, person: Person) -> Iterator[Output]:
    """Yield the files of a holder; none where the holder does not want the page, or no award is sealed yet."""
    packing = Packing(material, person.handle)
    if not (person.public and packing.chosen):
        return
    stream = BytesIO()
    packing.write(stream)
    yield addresses.person_archive(person.handle), stream.getvalue()
    sheet = b""
    if material.club.site.certificates:
        # Imported here: what draws takes long to load, and few sites have paper.
        from pinback.assemble.papers import person_sheet

        sheet = person_sheet(material, person)
    if sheet:
        yield addresses.person_sheet(person.handle), sheet
    elsewhere = []
    for badge in material.elsewhere.get(person.handle, ()):
        path = _picture_path(person.handle, badge.picture)
        elsewhere.append((badge, path))
        if path and path not in {earlier for _, earlier in elsewhere[:-1]}:
            yield path, badge.picture
    contact = material.club.issuers[material.club.site.default_issuer].contact
    demonstration = any(sealed.register.demonstration for sealed, _ in packing.chosen.values())
    for pages in material.faces:
        held = [_held(material, sealed, known, pages) for sealed, known in packing.chosen.values()]
        values = person_values(person, held, elsewhere, demonstration, pages)
        values["sheet"] = addresses.person_sheet(person.handle) if sheet else ""
        page = person_page(pages, person, values, held, contact)
        yield addresses.page_in(pages.folder, addresses.person_page(person.handle)), page


def _picture_path(handle: str, picture: bytes) -> str:
    if not picture:
        return ""
    ending = "png" if picture.startswith(b"\x89PNG") else "svg"
    return addresses.person_picture(handle, sha256(picture).hexdigest()[:8], ending)


def _held(material: Material, sealed: Sealed, known: SealedAward, pages: Pages) -> Held:
    """Return an award for a page: what was signed, and what became of it."""
    documents = sealed.store.award_files(known)
    credential = json.loads(documents["credential.json"])
    subject = credential["credentialSubject"]
    achievement, name = subject["achievement"], subject["achievement"]["name"]
    alt = achievement["image"].get("caption") or pages.language.text("Picture of the badge %(name)s", name=name)
    return Held(
        id=known.id,
        badge=known.badge,
        name=name,
        alt=alt,
        language=achievement["inLanguage"],
        category=material.club.badges[known.badge].category.in_language(pages.tag),
        picture=addresses.frozen(known.badge, known.version, "image.svg"),
        issuer=credential["issuer"]["name"],
        awarded_on=_day(credential["awardedDate"]),
        valid_until=_day(credential["validUntil"]) if "validUntil" in credential else None,
        fate=fate_of(material, sealed.register, known.id),
        credential=credential["id"],
        did=credential["issuer"]["id"],
        identities=[entry for entry in subject.get("identifier", ()) if entry["identityType"] == "name"],
        key=_key(sealed.register, documents["credential.jwt.txt"]),
    )


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _key(register: Register, jwt: bytes) -> Mapping[str, Mapping[str, Any]]:
    """Return the public key under a VC-JWT by the name that its head gives; nothing where the key was revoked."""
    head = jwt.split(b".")[0]
    name = json.loads(urlsafe_b64decode(head + b"=" * (-len(head) % 4)))["kid"]
    key = register.keyring.keys[name.partition("#")[2]]
    jwk = public(key).jwk
    return {} if key.revoked else {name: {member: jwk[member] for member in ("kty", "n", "e")}}
