"""The files of one issuer: its page in each language, its logo and its documents."""

from __future__ import annotations

from collections.abc import Iterator

from pinback import addresses
from pinback.assemble.issuers import issuer_documents
from pinback.assemble.material import Material, Output
from pinback.model import Issuer
from pinback.pages.issuers import issuer_page
from pinback.pages.language import Language
from pinback.register import Register


def issuer_files(material: Material, issuer: Issuer) -> Iterator[Output]:
    """Yield the files of an issuer."""
    logo = material.logo_path(issuer)
    if logo:
        yield logo, material.pictures.logos[f"issuers/{issuer.slug}/{issuer.logo}"]
    sealed = material.sealed.get(issuer.slug)
    if sealed is not None:
        yield from issuer_documents(issuer, sealed, material.language, logo)
    everyone = material.club.issuers
    for pages in material.faces:
        parent = everyone.get(issuer.parent)
        relations = {
            "parent": material.issuer_values(parent, pages) if parent else None,
            "children": [
                material.issuer_values(other, pages) for other in everyone.values() if other.parent == issuer.slug
            ],
        }
        keys = key_values(sealed.register, pages.language) if sealed is not None else []
        values, cards = material.issuer_values(issuer, pages), material.cards_of(issuer.slug, pages)
        path = addresses.page_in(pages.folder, addresses.issuer_page(issuer.slug))
        yield path, issuer_page(pages, values, cards, keys, relations)


def key_values(register: Register, language: Language) -> list[dict[str, str]]:
    """Return the signing keys for the issuer's page, newest first: use, type, id, and what became of them."""
    say = language.text
    uses = {
        "ed25519": say("signed documents and status lists"),
        "rsa": say("signed documents for older readers"),
    }
    found = []
    for key in reversed(register.keyring.of("ed25519", "rsa")):
        added = language.day(key.added.date())
        state = say("since %(day)s", day=added)
        if key.revoked:
            day = language.day(key.revoked.date())
            state = say("revoked as of %(day)s: believe nothing that it signed", day=day)
        elif key.retired:
            last = language.day(key.retired.date())
            state = say("%(first)s to %(last)s; what it signed stays genuine", first=added, last=last)
        kind = "Ed25519" if key.role == "ed25519" else "RSA-2048"
        found.append({"use": uses[key.role], "type": kind, "id": key.id, "state": state})
    return found
