"""Every address of a site, and the path of the file that answers it.

A published address is a promise: nothing else in the project spells one. Paths are relative to the
site's root, with ``/``; ``Addresses.url`` puts ``base_url`` before one. A folder's page has the path
``…/index.html`` and the address without it. DID documents lie where did:web looks for them
(did:web Method Specification, "Read (Resolve)").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pinback.dataclass import dataclass
from pinback.limits import MAX_FRAGMENT, MAX_IN_GROUP
from pinback.model import Badge

SECRET_SIGNS = 22
"""Signs of the secret of a named link: 128 bits, base64url without padding."""
HOME = "index.html"
CATALOGUE = "badges/index.html"
VERIFY = "verify/index.html"
VERIFY_SCRIPT = "assets/verify.js"
VOUCHING_SCRIPT = "assets/vouching.js"
VERIFY_LICENSES = "assets/verify-licenses.txt"
PAGE_SCRIPT_LICENSES = "assets/page-script-licenses.txt"
ADMIN = "admin/index.html"
ADMIN_START = "admin/start/index.html"
ADMIN_DESIGN = "admin/design/index.html"
ADMIN_AWARD = "admin/award/index.html"
ADMIN_CHANGE = "admin/change/index.html"
ADMIN_STYLE = "assets/admin.css"
DESIGN_TABLES = "assets/design-tables.js"
DESIGN_LICENSES = "assets/design-icon-licenses.txt"
GALLERY = "gallery/index.html"
GALLERY_STYLE = "assets/gallery.css"
INDEX = "index.json"
SEARCH_INDEX = "assets/index.js"
CATALOGUE_SCRIPT = "assets/catalogue.js"
COLOURS = "assets/colours.css"
FEED = "feed.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
NOT_FOUND = "404.html"
HEADERS = "_headers"
REDIRECTS = "_redirects"
FORWARD_SCRIPT = "assets/forward.js"
NO_JEKYLL = ".nojekyll"

SEALED_FORMS = ("assertion.json", "assertion.jws.txt", "credential.json", "credential.jwt.txt")
"""The four signed documents of an award, by file name."""
ENDORSEMENT_FORMS = ("credential.json", "endorsement.json", "endorsement.jws.txt")
"""The signed documents of an endorsement, by file name: OB 3.0, OB 2.0 hosted, OB 2.0 signed."""
CERTIFICATE = "certificate.pdf"
"""The file of an award that is printed, where the club wants it."""
LOG_PROOF = "award.tlog-proof"
"""The file of an award that proves that its documents are in the log."""
LEFT_OUT = ("badge.svg", "credential.jwt.txt")
"""The files of an award that the lean set is without: nothing that was signed names their addresses."""
FROZEN_FORMS = ("badge.json", "image.svg", "image.png")
"""The three files of a badge version."""


def page_script(name: str) -> str:
    """Path of the script of one kind of page, such as ``award.js``."""
    return f"assets/{name}"


def page(slug: str) -> str:
    """Path of one of the club's own pages."""
    return f"{slug}/index.html"


def language_folder(tag: str, first: str) -> str:
    """Return the folder of a language's pages: "" for the first language of the site, else its tag in small letters."""
    return "" if tag == first else tag.lower()


def page_in(folder: str, path: str) -> str:
    """Return the path of a page in the language of *folder*; files, which lie once, stay where they are.

    Args:
        folder: see ``language_folder``.
        path: of the page as if the site had one language, or of a file.
    """
    is_page = path == HOME or path.endswith("/" + HOME)
    return f"{folder}/{path}" if folder and is_page else path


def badge_page(badge: str) -> str:
    """Path of a badge's page."""
    return f"badges/{badge}/index.html"


def edition_page(badge: Badge) -> str:
    """Return the path of the page in the language of this edition; a fragment follows where that page has an older owner.

    The badge's own language keeps ``badges/<badge>/`` whatever language that is, because that id was there first. An
    edition in the first language of the site, whose page lies there too, is ``badges/<badge>/#<language>``.
    """
    path = badge_page(badge.slug)
    if badge.own is None:
        return path
    folder = language_folder(badge.language, badge.site_language)
    return page_in(folder, path) if folder else f"{path}#{badge.language.lower()}"


def current_badge_class(badge: str) -> str:
    """Path of the OB 2.0 BadgeClass as it is now."""
    return f"badges/{badge}/badge.json"


def frozen(badge: str, version: str, name: str) -> str:
    """Path of a file of one version of a badge; *name* is one of ``FROZEN_FORMS``."""
    return f"badges/{badge}/{version}/{name}"


def card(badge: str) -> str:
    """Path of the preview card of a badge: 1200 × 630 pixels, PNG, shown by chats and social networks."""
    return f"badges/{badge}/card.png"


def award_page(award: str) -> str:
    """Path of an award's page."""
    return f"awards/{award}/index.html"


def award_file(award: str, name: str) -> str:
    """Path of a file of an award: one of ``SEALED_FORMS``, ``badge.png``, ``badge.svg`` or ``CERTIFICATE``."""
    return f"awards/{award}/{name}"


def person_page(handle: str) -> str:
    """Path of a holder's page; the handle is random and says nothing."""
    return f"people/{handle}/index.html"


def person_archive(handle: str) -> str:
    """Path of the archive of a holder's badges."""
    return f"people/{handle}/badges.zip"


def person_token(handle: str, award: str) -> str:
    """Path of the VC-JWT of a holder's award that has the lean set of files, for the script of the holder's page."""
    return f"people/{handle}/{award}.jwt.txt"


def person_picture(handle: str, digest: str, ending: str) -> str:
    """Path of the picture of a badge from elsewhere.

    Args:
        handle: of the holder.
        digest: the first eight hex digits of its SHA-256.
        ending: ``png`` or ``svg``.
    """
    return f"people/{handle}/elsewhere-{digest}.{ending}"


def person_sheet(handle: str) -> str:
    """Path of the sheet with all badges of a holder."""
    return f"people/{handle}/badges.pdf"


def issuer_page(issuer: str) -> str:
    """Path of an issuer's page."""
    return f"issuers/{issuer}/index.html"


def issuer_file(issuer: str, name: str) -> str:
    """Path of a file beside an issuer's page, such as ``issuer.json`` or ``revoked.json``."""
    return f"issuers/{issuer}/{name}"


def profile(issuer: str, number: int = 1) -> str:
    """Path of an OB 2.0 profile: one for each pair of site address and RSA key, numbered as they came to be."""
    return issuer_file(issuer, "issuer.json" if number == 1 else f"issuer-{number}.json")


def key_document(issuer: str, thumbprint: str, number: int = 0) -> str:
    """Path of an OB 2.0 CryptographicKey, named by its RFC 7638 thumbprint.

    Args:
        issuer: slug.
        thumbprint: of the key.
        number: that of the profile, where an earlier profile had the same key; else 0.
    """
    return f"issuers/{issuer}/keys/{thumbprint}{f'-{number}' if number else ''}.json"


def revocation_list(issuer: str, number: int = 1) -> str:
    """Path of the OB 2.0 RevocationList of the profile of that number."""
    return issuer_file(issuer, "revoked.json" if number == 1 else f"revoked-{number}.json")


@dataclass(frozen=True, slots=True)
class ProfileFiles:
    """Where an OB 2.0 profile lies and what it points at: paths of profile, key document, RevocationList."""

    profile: str
    key: str
    revocations: str


def profile_files(issuer: str, number: int, thumbprint: str, first_of_key: bool) -> ProfileFiles:
    """Return the paths that belong to one profile.

    Args:
        issuer: slug.
        number: of the profile.
        thumbprint: of its RSA key.
        first_of_key: whether no earlier profile has this key.
    """
    key = key_document(issuer, thumbprint, 0 if first_of_key else number)
    return ProfileFiles(profile(issuer, number), key, revocation_list(issuer, number))


def log_file(issuer: str, path: str) -> str:
    """Path of a file of an issuer's log; *path* is the one below the log's prefix (C2SP tlog-tiles)."""
    return f"issuers/{issuer}/log/{path}"


def log_page(issuer: str) -> str:
    """Path of the page of an issuer's log, beside the log's own files."""
    return log_file(issuer, "index.html")


def log_checkpoint(issuer: str) -> str:
    """Path of the newest signed checkpoint of an issuer's register (C2SP tlog-tiles, "Checkpoints")."""
    return log_file(issuer, "checkpoint")


def cosigned_checkpoint(issuer: str, origin_hash: str) -> str:
    """Path of a checkpoint of another log that an issuer has signed (C2SP tlog-witness, "Monitor Retrieval Mechanism")."""
    return f"issuers/{issuer}/witness/{origin_hash}/checkpoint"


def log_proof(award: str, earlier: int = 0) -> str:
    """Path of the proof that the documents of an award are in the log (C2SP tlog-proof).

    Args:
        award: id.
        earlier: 0 for the documents that are published; else the number, from 1, of those that were signed before them.
    """
    return f"awards/{award}/award-{earlier}.tlog-proof" if earlier else award_file(award, LOG_PROOF)


def witnessed_proof(award: str, earlier: int = 0) -> str:
    """Path of the same proof against the first checkpoint that a witness signed, with that signature."""
    return f"awards/{award}/witnessed{f'-{earlier}' if earlier else ''}.tlog-proof"


def closing(issuer: str) -> str:
    """Path of the final statement of an issuer that has ended."""
    return issuer_file(issuer, "closing.json")


def group_file(issuer: str, group: str, name: str) -> str:
    """Path of a signed endorsement of a group; *name* is one of ``ENDORSEMENT_FORMS``."""
    return f"issuers/{issuer}/groups/{group}/{name}"


def calendar(issuer: str) -> str:
    """Path of the calendar of what expires."""
    return issuer_file(issuer, "due.ics")


def statistics_page(issuer: str) -> str:
    """Path of the page that says how often each badge of an issuer was awarded."""
    return issuer_file(issuer, "statistics/index.html")


def statistics_csv(issuer: str) -> str:
    """Path of the same numbers for a spreadsheet."""
    return issuer_file(issuer, "statistics.csv")


def status_list(issuer: str, purpose: str, number: int) -> str:
    """Path of a signed Bitstring status list."""
    return f"issuers/{issuer}/status/{purpose}-{number}.json"


def did_document_url(did: str) -> str:
    """Return the https address at which a did:web is resolved.

    ``did:web:host`` is read at ``/.well-known/did.json``, ``did:web:host:a:b`` at ``/a/b/did.json``.
    """
    host, *path = did.removeprefix("did:web:").split(":")
    folder = "/".join(unquote(part) for part in path) or ".well-known"
    return f"https://{unquote(host)}/{folder}/did.json"


def did_for(base_url: str, issuer: str = "") -> str:
    """Return the did:web whose document lies at the root of the site, or in an issuer's folder."""
    parts = urlsplit(base_url)
    path = [part for part in parts.path.split("/") if part]
    if issuer:
        path += ["issuers", issuer]
    return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *path])


def log_origin(base_url: str, issuer: str) -> str:
    """Return the log's origin line: the address of its folder without scheme (C2SP tlog-checkpoint)."""
    return f"{base_url.removeprefix('https://')}issuers/{issuer}/log"


def named_link(award_url: str, name: str, secret: str) -> str:
    """Return the private link that carries name and secret after ``#`` (TRUST §8).

    Args:
        award_url: the address of the award's page.
        name: the holder's name, NFC.
        secret: 128 random bits, base64url without padding.
    """
    return f"{award_url}#n={quote(name, safe='')}&k={secret}"


def person_link(page_url: str, names: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    """Return the one link of a holder's page that carries name and secrets of several awards after ``#``.

    Args:
        page_url: the address of the holder's page.
        names: each name, NFC, with pairs of award id and secret.
    """
    groups = [
        f"n={quote(name, safe='')}&k={'~'.join(f'{id_}.{secret}' for id_, secret in awards[start : start + MAX_IN_GROUP])}"
        for name, awards in names
        for start in range(0, len(awards), MAX_IN_GROUP)
    ]
    return f"{page_url}#{'&'.join(groups)}"


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A named link, taken apart: address of the award's page, name in NFC, secret."""

    award_url: str
    name: str
    secret: str


def read_named_link(link: str) -> NamedLink | None:
    """Return what a named link says, or None where it is none (TRUST §8)."""
    award_url, _, fragment = link.strip().partition("#")
    said = dict(parse_qsl(fragment[:MAX_FRAGMENT], keep_blank_values=True))
    if not said.get("n") or not said.get("k"):
        return None
    return NamedLink(award_url, unicodedata.normalize("NFC", said["n"]), said["k"])


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses under one ``base_url`` (which ends in a slash)."""

    base_url: str

    def url(self, path: str) -> str:
        """Return the published address of a path, with its fragment; a folder's page has the folder's address."""
        if "index.html" in path:
            path, hash_, fragment = path.partition("#")
            if path == "index.html" or path.endswith("/index.html"):
                path = path[: -len("index.html")]
            path = f"{path}{hash_}{fragment}"
        return self.base_url + path

    @property
    def base_path(self) -> str:
        """The path part of ``base_url``: ``/`` or ``/repo/``."""
        return urlsplit(self.base_url).path or "/"

    @property
    def host(self) -> str:
        """Host, and port where there is one."""
        return urlsplit(self.base_url).netloc

    def did_document(self, did: str) -> str | None:
        """Return the path of the document of *did*, or None where it would not lie under ``base_url``."""
        url = did_document_url(did)
        return url[len(self.base_url) :] if url.startswith(self.base_url) else None
