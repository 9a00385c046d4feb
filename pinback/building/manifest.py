"""What a build remembers of the awards in a site: from what each was made, and how its files stood then.

A row holds the award's id, a key over everything that its files depend on, a digest over names, sizes and times of these files, and
what other files need to know of it. An award whose key and files are as its row says is neither made nor read. The file lies below
``.pinback/cache``, one for each site, and may vanish at any time; one that is damaged or of another version counts as none. Whoever changes a file
of a site changes its time, so a memory that came from elsewhere, such as a pull request, fits no file here.

What a file depends on and the key does not hold would keep old bytes alive: ``tests/building`` changes each thing that a club can
change and compares with a clean build.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from pinback import __version__
from pinback.assemble import Material, Sealed
from pinback.assemble.awards import fate_of, record_place
from pinback.assemble.site import Part
from pinback.files import FileProblem, read_regular, replace_cache
from pinback.model import Badge
from pinback.pages.theme import default_theme
from pinback.register import SealedAward

_HEAD = b"pinback build 1\n"
_MOST = 1024 * 1024 * 1024
_LIBRARIES = (
    "jinja2",
    "markupsafe",
    "markdown",
    "nh3",
    "segno",
    "babel",
    "orjson",
    "weasyprint",
    "pydyf",
    "fontTools",
    "PIL",
    "resvg_py",
    "uharfbuzz",
)
"""Libraries whose versions show in the files of awards and badges."""
_MOST_HASHED = 1_000_000
"""Bytes up to which a file of a club's theme counts by its content, and beyond by size and time (fonts)."""


class Known(NamedTuple):
    """What is remembered of one award, or of another part of the site.

    Attributes:
        key: of everything that its files depend on.
        facts: of its files (``facts_of``).
        until: when its signed credential ends, or "".
        more: letters on its certificate that no font has; of another part the paths of its files, one a line.
        files: how many there are, as the facts say.
        size: bytes of all of them, likewise.
    """

    key: str
    facts: str
    until: str
    more: str
    files: int = 0
    size: int = 0


class Manifest:
    """Rows by award id or name of a part, kept as they are written; a row is taken apart when it is asked for."""

    def __init__(self, rows: bytes = b"") -> None:
        """Take rows that were read."""
        self._parts = [rows] if rows else []
        self._by_id: dict[bytes, bytes] | None = None

    def add(self, rows: bytes) -> None:
        """Add rows, each with its line end."""
        if rows:
            self._parts.append(rows)
            self._by_id = None

    def get(self, id_: str, key: str) -> Known | None:
        """Return what is remembered of an award or part, if it has this key."""
        if self._by_id is None:
            lines = self.bytes().split(b"\n")
            self._by_id = {line.partition(b" ")[0]: line for line in lines if line}
        line = self._by_id.get(id_.encode("ascii"))
        if line is None or not line.startswith(f"{id_} {key} ".encode("ascii")):
            return None
        try:
            _, _, facts, until, more = line.decode("ascii").split(" ")
            files, size, _ = facts.split(".")
            return Known(key, facts, until, bytes.fromhex(more).decode("utf-8") if more else "", int(files), int(size))
        except ValueError:
            return None

    def bytes(self) -> bytes:
        """Return all rows."""
        return b"".join(self._parts)


def row(id_: str, known: Known) -> str:
    """Return a row with its line end."""
    return f"{id_} {known.key} {known.facts} {known.until} {known.more.encode('utf-8').hex()}\n"


def facts_of(found: Mapping[str, os.stat_result]) -> str:
    """Return the number of files, the bytes of all, and a digest over names, sizes and times, with points between."""
    facts = sorted([f"{path}\0{status.st_size}\0{status.st_mtime_ns}" for path, status in found.items()])
    # A name that is not UTF-8 has halves of pairs in it.
    digest = hashlib.blake2b("\0".join(facts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{len(facts)}.{sum([status.st_size for status in found.values()])}.{digest}"


def _file(memory: Path, site: Path) -> Path:
    name = hashlib.sha256(os.fsencode(site.absolute())).hexdigest()[:16]
    return memory / f"build-{name}.rows"


def _is_linked(memory: Path) -> bool:
    """Tell whether a link stands in the place of one of our folders; what lies behind it is somebody else's."""
    return any(path.is_symlink() for path in (memory.parent, memory))


def load(memory: Path, site: Path) -> Manifest:
    """Return what is remembered of a site; nothing where that is damaged, or none of ours."""
    if _is_linked(memory):
        return Manifest()
    try:
        data = read_regular(_file(memory, site), _MOST)
    except FileProblem:
        return Manifest()
    head, rows, digest = data[: len(_HEAD)], data[len(_HEAD) : -32], data[-32:]
    if head != _HEAD or hashlib.sha256(rows).digest() != digest:
        return Manifest()
    return Manifest(rows)


def forget(memory: Path, site: Path) -> None:
    """Remember nothing of a site while it changes: should this run not come to ``save``, an older memory must not pass for the last one."""
    if not _is_linked(memory):
        with contextlib.suppress(OSError):
            _file(memory, site).unlink(missing_ok=True)


def save(memory: Path, site: Path, manifest: Manifest) -> None:
    """Remember, if the disk lets us: nothing depends on it."""
    if _is_linked(memory):
        return
    rows = manifest.bytes()
    replace_cache(_file(memory, site), _HEAD + rows + hashlib.sha256(rows).digest())


class Keys:
    """Makes the key of each award of a club."""

    def __init__(self, material: Material) -> None:
        """Take into account what all awards depend on."""
        self._material = material
        self._site = hashlib.blake2b(digest_size=16)
        for part in _common(material):
            self._site.update(part)
        self._badges: dict[tuple[str, str, str], hashlib.blake2b] = {}
        self._dead: dict[tuple[str, ...], bool] = {}

    def of(self, sealed: Sealed, id_: str) -> str:
        """Return the key of an award, sealed or erased."""
        register = sealed.register
        if id_ in register.erased:
            gone = register.erased[id_]
            place = register.place_of(register.list_places[gone.list]).base_url
            found = self._of_issuer(sealed).copy()
            found.update(f"erased {place}".encode())
            return found.hexdigest()
        known = register.awards[id_]
        found = self._of_badge(sealed, known).copy()
        found.update("".join(known.files.values()).encode("ascii"))
        found.update(sealed.log.depends(id_).encode("utf-8"))
        if more := self._more(sealed, known):
            found.update(more.encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    def of_part(self, part: Part) -> str:
        """Return the key of a part that is remembered as a whole; "" for one that is made every time."""
        material = self._material
        if part.kind == "cards":
            found = self._site.copy()
            for slug in part.names:
                found.update(repr(_card(material, material.club.badges[slug])).encode("utf-8", "surrogatepass"))
        elif part.kind in ("pages", "badges"):
            found = self._furniture.copy()
            for slug in part.names:
                badge = material.club.badges[slug]
                found.update(repr((slug, material.awarded(badge))).encode())
        else:
            return ""
        return found.hexdigest()

    @cached_property
    def _furniture(self) -> hashlib.blake2b:
        """What all pages depend on that are of no award: everything that a club says but awards, people and static files."""
        material, found = self._material, self._site.copy()
        for part in _without_awards(material):
            found.update(part)
        return found

    def _of_issuer(self, sealed: Sealed) -> hashlib.blake2b:
        slug, material = sealed.store.issuer, self._material
        key = (slug, "", "")
        if key not in self._badges:
            issuer, register = material.club.issuers[slug], sealed.register
            found = self._site.copy()
            logo = material.pictures.logos.get(f"issuers/{slug}/{issuer.logo}", b"")
            found.update(
                repr((issuer, register.demonstration, register.statement, hashlib.sha256(logo).hexdigest())).encode()
            )
            self._badges[key] = found
        return self._badges[key]

    def _of_badge(self, sealed: Sealed, known: SealedAward) -> hashlib.blake2b:
        slug = sealed.store.issuer
        key = (slug, known.badge, known.version)
        if key not in self._badges:
            found = self._of_issuer(sealed).copy()
            frozen = sorted(sealed.register.versions_of(known.badge)[known.version].items())
            awarded = self._material.tables[slug].of(known.badge)
            found.update(repr((known.badge, known.version, frozen, awarded)).encode())
            self._badges[key] = found
        return self._badges[key]

    def _more(self, sealed: Sealed, known: SealedAward) -> str:
        """Return in words what an award has that most have not; "" for one that lives and is nobody's in public."""
        material, register, id_ = self._material, sealed.register, known.id
        record = material.awards.get(id_)
        place = record_place(material, id_)
        if (
            record is not None
            and not (record.public or record.minor or record.supersedes or record.renews)
            and id_ not in register.revoked
            and id_ not in register.suspended
            and id_ not in register.superseded
            and id_ not in material.renewals
            and not self._is_dead(sealed, known)
        ):
            return repr(place) if place else ""
        return repr((fate_of(material, register, id_), place))

    def _is_dead(self, sealed: Sealed, known: SealedAward) -> bool:
        """Tell whether a key that signed an award is revoked; all awards with the same keys share the answer."""
        name = (sealed.store.issuer, *known.keys)
        if name not in self._dead:
            self._dead[name] = sealed.register.is_dead(known.id)
        return self._dead[name]


def _common(material: Material) -> Iterable[bytes]:
    """Yield what every award's files depend on: the program, the theme, the site and its languages."""
    yield program().encode()
    yield _theme(material.root / "theme").encode("utf-8", "surrogatepass")
    yield repr(material.club.site).encode("utf-8", "surrogatepass")
    for pages in material.faces:
        face = (pages.tag, pages.folder, pages.navigation, pages.feed, pages.seals_at_host)
        yield repr(face).encode("utf-8", "surrogatepass")


def _without_awards(material: Material) -> Iterable[bytes]:
    """Yield what a club says beside its awards, and what its registers say of keys, addresses and badges."""
    club = material.club
    for whole in (club.pages, tuple(club.issuers.items()), tuple(club.badges.items())):
        yield repr(whole).encode("utf-8", "surrogatepass")
    for name, data in (*material.pictures.badges.items(), *material.pictures.logos.items()):
        yield f"{name} {hashlib.sha256(data).hexdigest()}".encode("utf-8", "surrogatepass")
    for slug in club.issuers:
        yield repr(
            (slug, (material.root / "issuers" / slug / "keys.age").is_file(), material.statistics_path(slug))
        ).encode()
    for slug, sealed in material.sealed.items():
        register = sealed.register
        keys = sorted(repr(key) for key in register.keyring)
        facts = (register.places, register.profiles, register.statement, register.demonstration, bool(register.awards))
        versions = {badge: {name: dict(files) for name, files in of.items()} for badge, of in register.versions.items()}
        yield repr((slug, keys, facts, versions, sorted(material.moments(sealed).items()))).encode(
            "utf-8", "surrogatepass"
        )


def _card(material: Material, badge: Badge) -> tuple[object, ...]:
    """Return what the preview card of a badge is drawn from, beside the site's colour and fonts."""
    sealed, version = material.sealed.get(badge.issuer), material.shown_version(badge)
    if sealed is not None and version:
        picture = sealed.register.versions_of(badge.slug)[version]["image.png"]
    else:
        picture = hashlib.sha256(material.pictures.badges[badge.picture]).hexdigest()
    names = (one.name.in_language(badge.language) for one in (badge, material.club.issuers[badge.issuer]))
    return (badge.slug, badge.language, *names, picture)


def program() -> str:
    """Return a digest over Pinback, its default theme, and the libraries whose versions show: names, sizes and times of files."""
    facts: list[object] = [__version__]
    for folder in dict.fromkeys((Path(__file__).resolve().parent.parent, default_theme())):
        facts += _stats(str(folder), "")
    for name in _LIBRARIES:
        # Where it is found, without importing it; another version brings another file.
        spec = find_spec(name)
        if spec is not None and spec.origin and os.path.isfile(spec.origin):
            status = os.stat(spec.origin)
            facts.append((name, spec.origin, status.st_size, status.st_mtime_ns))
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()


_DEEPEST = 8
"""Folders within folders that are looked at; nothing that Pinback reads lies as deep."""


def _stats(top: str, folder: str) -> list[tuple[str, int, int]]:
    """Return path, size and time of the files below a folder, in a fixed order."""
    found: list[tuple[str, int, int]] = []
    if folder.count("/") > _DEEPEST:
        return found
    with os.scandir(f"{top}/{folder}") as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    found += _stats(top, path)
            else:
                status = entry.stat(follow_symlinks=False)
                found.append((path, status.st_size, status.st_mtime_ns))
    return found


def _theme(folder: Path) -> str:
    """Return a digest over the content of a club's own theme."""
    if folder.is_symlink() or not folder.is_dir():
        return ""
    facts: list[object] = []
    for path, size, moment in _stats(str(folder), ""):
        try:
            content: object = hashlib.sha256(read_regular(Path(f"{folder}{path}"), _MOST_HASHED)).hexdigest()
        except FileProblem:
            content = (size, moment)
        facts.append((path, content))
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()
