"""What of a club goes into an archive: all of it, or one holder's badges and what checks them.

Every file has each address under which it is known: after a move those of all places. Of a holder's archive everything
is left out that names another award; lists of withdrawn awards are cut down.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from typing import BinaryIO

from pinback import addresses
from pinback.addresses import Addresses, did_document_url
from pinback.archive import FILES, Cover, Entry, Member, write_archive
from pinback.assemble.awards import award_documents, erased_document, fate_of
from pinback.assemble.badges import badge_documents
from pinback.assemble.indexes import index_bytes
from pinback.assemble.issuers import award_proofs, did_documents, issuer_documents
from pinback.assemble.material import Material
from pinback.assemble.sealed import Sealed
from pinback.pages.language import PLAIN
from pinback.register import SealedAward, text_moment

_LINKS = (
    ("picture", "badge.png"),
    ("drawing", "badge.svg"),
    ("Open Badges 3.0", "credential.json"),
    ("the same as JWT", "credential.jwt.txt"),
    ("Open Badges 2.0", "assertion.json"),
    ("the same signed", "assertion.jws.txt"),
)


class Packing:
    """A club on its way into an archive."""

    def __init__(self, material: Material, holder: str = "") -> None:
        """Choose what goes in: all, or the awards of one *holder*, named by handle."""
        self.material, self.club, self.holder = material, material.club, holder
        self.chosen = {
            id_: (sealed, sealed.register.awards[id_])
            for sealed in material.sealed.values()
            for id_ in (_sealed_of(material, sealed, holder) if holder else sealed.register.awards)
        }
        slugs = {sealed.store.issuer for sealed, _ in self.chosen.values()}
        self.sealed = {slug: one for slug, one in material.sealed.items() if not holder or slug in slugs}
        places = [place.base_url for one in self.sealed.values() for place in one.register.places]
        self.bases = tuple(dict.fromkeys([*places, material.club.site.base_url]))

    def write(self, stream: BinaryIO) -> int:
        """Write the archive and return how many awards are in it; the same club gives the same bytes."""
        entries: list[Entry] = []
        write_archive(stream, self.cover(), self.members(entries), entries)
        return len(entries)

    def cover(self) -> Cover:
        """Return what page and readme say."""
        language, site = self.club.site.language, self.club.site
        issuers = (
            (self.club.issuers[slug].name.in_language(language), one.register.did, one.register.lines[-1]["at"])
            for slug, one in sorted(self.sealed.items())
        )
        return Cover(site.title.in_language(language), language, site.base_url, tuple(issuers), self.holder)

    def members(self, entries: list[Entry]) -> Iterator[Member]:
        """Yield every file in the order of names, and note a line of the page for each award."""
        dids = self.did_documents()
        yield from (Member(name, data, (url,)) for name, (url, data) in sorted(dids.items()))
        # Awards are many and come one at a time; the rest is little and is sorted as a whole.
        rest = sorted(self.rest({url for url, _ in dids.values()}), key=lambda member: member.name)
        first = f"{FILES}awards/"
        yield from (member for member in rest if member.name < first)
        found = []
        gone = {} if self.holder else {id_: one for one in self.sealed.values() for id_ in one.register.erased}
        for id_ in sorted({*self.chosen, *gone}):
            if id_ in gone:
                yield self.member(*erased_document(gone[id_], gone[id_].register.erased[id_]))
                continue
            sealed, known = self.chosen[id_]
            documents = award_documents(self.material, sealed, known, sealed.store.award_files(known))
            files = {addresses.award_file(id_, name): data for name, data in documents.items()}
            files |= dict(award_proofs(sealed, id_))
            yield from (self.member(path, files[path]) for path in sorted(files))
            day, entry = self.entry(sealed, known, json.loads(documents["credential.json"]), files)
            found.append((entry.title, day, id_, entry))
        entries += [entry for *_, entry in sorted(found, key=lambda one: one[:3])]
        yield from (member for member in rest if member.name > first)

    def member(self, path: str, data: bytes) -> Member:
        """Return a file of the site, under every address that it has."""
        return Member(FILES + path, data, tuple(base + path for base in self.bases))

    def did_documents(self) -> dict[str, tuple[str, bytes]]:
        """Return the document of every DID that an issuer ever had: address and bytes, by name in the archive."""
        found: dict[str, tuple[str, bytes]] = {}
        for slug, one in self.sealed.items():
            for place in one.register.places:
                documents = did_documents(slug, one.register, place.base_url)
                for did in {place.did for place in one.register.places}:
                    path = Addresses(place.base_url).did_document(did)
                    if path is not None:
                        url = did_document_url(did)
                        found["did/" + url.removeprefix("https://")] = (url, documents[path])
        return found

    def rest(self, taken: set[str]) -> Iterator[Member]:
        """Yield what is no award: documents of issuers, versions of badges, and for a whole club its index.

        Args:
            taken: addresses that are answered already.
        """
        for slug, one in self.sealed.items():
            issuer = self.club.issuers[slug]
            logo = self.material.logo_path(issuer)
            if logo:
                yield self.member(logo, self.material.pictures.logos[f"issuers/{slug}/{issuer.logo}"])
            only = self.chosen if self.holder else None
            for path, data in issuer_documents(issuer, one, self.club.site.language, logo, only):
                yield self.member(path, data)
        for badge in self.club.badges.values():
            wanted = self.folders(badge.slug)
            for path, data in badge_documents(self.material, badge):
                if not self.holder or path.rpartition("/")[0] in wanted:
                    yield self.member(path, data)
        if not self.holder:
            for slug, one in self.sealed.items():
                for path, data in did_documents(slug, one.register, self.club.site.base_url).items():
                    if (url := self.club.site.base_url + path) not in taken:
                        yield Member(FILES + path, data, (url,))
            yield self.member(addresses.INDEX, index_bytes(self.material))

    def folders(self, badge: str) -> set[str]:
        """Return the folders of the versions of a badge that the chosen awards show."""
        return {
            addresses.frozen(badge, version, "badge.json").rpartition("/")[0]
            for _, known in self.chosen.values()
            if known.badge == badge
            for version in (known.version, known.signed_version)
        }

    def entry(
        self, sealed: Sealed, known: SealedAward, credential: dict[str, str], files: Container[str]
    ) -> tuple[str, Entry]:
        """Return the day of an award, and its line of the page with links to those of its *files* that there are."""
        fate = fate_of(self.material, sealed.register, known.id)
        words = f"awarded on {PLAIN.day(text_moment(credential['validFrom']).date())}"
        if fate.withdrawn:
            words += f", withdrawn on {PLAIN.day(fate.withdrawn[1])}"
        elif fate.suspended:
            words += f", suspended since {PLAIN.day(fate.suspended)}"
        elif "validUntil" in credential:
            words += f", valid until {PLAIN.day(text_moment(credential['validUntil']).date())}"
        paths = ((text, addresses.award_file(known.id, name)) for text, name in _LINKS)
        links = tuple((text, FILES + path) for text, path in paths if path in files)
        return credential["validFrom"], Entry(credential["name"], words, links)


def _sealed_of(material: Material, sealed: Sealed, holder: str) -> list[str]:
    """Return the ids of a holder's sealed awards, in the order of sealing."""
    awards = sealed.register.awards
    return sorted((id_ for id_ in material.held.get(holder, ()) if id_ in awards), key=lambda id_: awards[id_].line)
