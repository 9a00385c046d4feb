"""What a build remembers of the awards in a site: from what each was made, and how its files stood then.

A row holds the award's id, a key over everything that its files depend on, a digest over names, sizes and both times of these files, and
what other files need to know of it. An award whose key and files are as its row says is neither made nor read. Rows stand by badge version in
pieces with a key over all that theirs hold, so that most rows need not even be looked at; the other parts of a site are remembered as a whole. The file lies below
``.pinback/cache``, one for each site, and may vanish at any time; one that is damaged or of another version counts as none. Whoever changes a file
of a site changes its time, so a memory that came from elsewhere, such as a pull request, fits no file here.

What a file depends on and the key does not hold would keep old bytes alive: ``tests/building`` changes each thing that a club can
change and compares with a clean build.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from pinback import __version__
from pinback.assemble import Material, Sealed
from pinback.assemble.awards import fate_of, record_place
from pinback.assemble.site import Part, Piece, sample
from pinback.files import FileProblem, read_regular, replace_cache
from pinback.model import Badge
from pinback.pages.theme import default_theme
from pinback.remembered.memory import FINE, tick

_HEAD = b"pinback build 2\n"
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
    """What is remembered of one award.

    Attributes:
        key: of everything that its files depend on.
        facts: of its files (``facts_of``).
        until: when its signed credential ends, or "".
        letters: letters on its certificate that no font has.
        files: how many there are, as the facts say.
        size: bytes of all of them, likewise.
    """

    key: str
    facts: str
    until: str
    letters: str
    files: int = 0
    size: int = 0


class Whole(NamedTuple):
    """What is remembered of a part of the site that is made as a whole, or of a piece of awards.

    Attributes:
        name: of the part or piece.
        key: of everything that its files depend on.
        facts: of its files; of a piece, how many there are and their bytes.
        days: on which awards of a piece expire, as their credentials say it, sorted.
        letters: letters on certificates of a piece that no font has.
        body: paths of the files, one a line; of a piece a row for each award.
    """

    name: str
    key: str
    facts: str
    days: tuple[str, ...]
    letters: str
    body: bytes

    @property
    def files(self) -> int:
        """How many files there are."""
        return int(self.facts.split(".")[0])

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return int(self.facts.split(".")[1])

    def paths(self) -> tuple[str, ...]:
        """Return the paths of the files of a part.

        Raises:
            ValueError: this is no part.
        """
        return tuple(self.body.decode("utf-8").split("\n")) if self.body else ()

    def awards(self) -> dict[str, Known]:
        """Return what is remembered of each award of a piece, by id.

        Raises:
            ValueError: this is no piece.
        """
        found = {}
        for line in self.body.decode("ascii").splitlines():
            id_, key, facts, until, letters = line.split(" ")
            files, size, _ = facts.split(".")
            found[id_] = Known(key, facts, until, bytes.fromhex(letters).decode("utf-8"), int(files), int(size))
        return found

    def written(self) -> bytes:
        """Return it as a manifest has it: a line, and the body behind it."""
        head = (self.name, self.key, self.facts, ",".join(self.days), self.letters.encode("utf-8").hex())
        return f"{' '.join(head)} {len(self.body)}\n".encode("ascii") + self.body


class Manifest:
    """Parts and pieces by name, kept as they are written; a body is taken apart when it is asked for."""

    def __init__(self, data: bytes = b"", start: int = 0, end: int = 0) -> None:
        """Take what was read.

        Args:
            data: holds it.
            start: where it begins there.
            end: and where it ends.

        Raises:
            ValueError: it is no manifest.
        """
        self._written: list[bytes] = []
        self._by_name: dict[str, Whole] = {}
        while start < end:
            stop = data.index(b"\n", start, end)
            name, key, facts, days, letters, length = data[start:stop].decode("ascii").split(" ")
            start = stop + 1 + int(length)
            if start <= stop or start > end:
                raise ValueError("a body of another length")
            text = bytes.fromhex(letters).decode("utf-8") if letters else ""
            body = data[stop + 1 : start]
            self._by_name[name] = Whole(name, key, facts, tuple(days.split(",")) if days else (), text, body)

    def add(self, wholes: bytes) -> None:
        """Add parts and pieces as they are written."""
        self._written.append(wholes)

    def get(self, name: str) -> Whole | None:
        """Return what was read of a part or piece."""
        return self._by_name.get(name)

    def beside(self, name: str) -> Iterator[Whole]:
        """Yield what was read of a piece, and of the others that it had neighbours in."""
        above = f"{name.rpartition('/')[0]}/"
        mine = self._by_name.get(name)
        yield from (() if mine is None else (mine,))
        yield from (one for other, one in self._by_name.items() if other != name and other.startswith(above))

    def parts(self) -> list[bytes]:
        """Return all that was added, as it was."""
        return self._written


def row(id_: str, known: Known) -> str:
    """Return an award's row with its line end."""
    return f"{id_} {known.key} {known.facts} {known.until} {known.letters.encode('utf-8').hex()}\n"


def facts_of(found: Mapping[str, os.stat_result]) -> str:
    """Return the number of files, the bytes of all, and a digest over names, sizes and both times, with points between.

    A file that is moved by itself from the stage into the site has another ``st_ctime`` there, so where this is asked next (only where
    somebody has touched the site) its part is made and compared once more. Without that time one that was written with its old date
    put back, and as long as before, would stay.
    """
    facts = sorted(
        [f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}" for path, status in found.items()]
    )
    # A name that is not UTF-8 has halves of pairs in it.
    digest = hashlib.blake2b("\0".join(facts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{len(facts)}.{sum([status.st_size for status in found.values()])}.{digest}"


def stand_as(facts: str, found: Mapping[str, os.stat_result]) -> bool:
    """Tell whether files stand as facts of them say.

    Where time is coarse, what is written in the same second looks the same, so no facts are believed.
    """
    return facts == facts_of(found) and all(tick(status.st_ctime_ns) == FINE for status in found.values())


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
    if not data.startswith(_HEAD) or hashlib.sha256(memoryview(data)[len(_HEAD) : -32]).digest() != data[-32:]:
        return Manifest()
    try:
        return Manifest(data, len(_HEAD), len(data) - 32)
    except ValueError:
        return Manifest()


def forget(memory: Path, site: Path) -> None:
    """Remember nothing of a site while it changes: should this run not come to ``save``, an older memory must not pass for the last one."""
    if not _is_linked(memory):
        with contextlib.suppress(OSError):
            _file(memory, site).unlink(missing_ok=True)


def save(memory: Path, site: Path, manifest: Manifest) -> None:
    """Remember, if the disk lets us: nothing depends on it."""
    if _is_linked(memory):
        return
    digest = hashlib.sha256()
    for part in manifest.parts():
        digest.update(part)
    replace_cache(_file(memory, site), _HEAD, *manifest.parts(), digest.digest())


class Keys:
    """Makes the key of each award, piece and part of a club."""

    def __init__(self, material: Material) -> None:
        """Take into account what all awards depend on."""
        self._material = material
        self._site = hashlib.blake2b(digest_size=16)
        for part in _common(material):
            self._site.update(part)
        self._badges: dict[tuple[str, str, str], hashlib.blake2b] = {}
        self._told: dict[str, Container[str]] = {}
        self._rare: dict[str, Container[str]] = {}

    def of(self, sealed: Sealed, piece: Piece, id_: str) -> str:
        """Return the key of an award of a piece."""
        found = self._begun(sealed, piece).copy()
        if not piece.badge:
            found.update(self._erased(sealed, id_))
            return found.hexdigest()
        found.update(sealed.register.awards.raw(id_))
        found.update(sealed.log.depends(id_).encode("utf-8"))
        if more := self._more(sealed, id_):
            found.update(more.encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    def of_piece(self, sealed: Sealed, piece: Piece) -> str:
        """Return the key of a piece: another one as soon as that of any of its awards is another one."""
        found = self._begun(sealed, piece).copy()
        if not piece.badge:
            found.update(b"".join([self._erased(sealed, id_) for id_ in piece.ids]))
            return found.hexdigest()
        found.update(sealed.log.depend(piece.ids))
        special = self._special(sealed)
        told = piece.ids if self._shows_places else [id_ for id_ in piece.ids if id_ in special]
        more = [(id_, self._more(sealed, id_)) for id_ in told]
        found.update(repr(more).encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    def of_part(self, part: Part) -> str:
        """Return the key of a part that is remembered as a whole; "" for one that is made every time."""
        make = {
            "pages": self._pages,
            "verify": self._verify,
            "cards": self._cards,
            "badges": self._badge_pages,
            "issuer": self._issuer,
            "log": self._log,
            "statistics": self._statistics,
            "people": self._people,
        }.get(part.kind)
        return make(part) if make else ""

    def _pages(self, part: Part) -> str:
        return self._furniture.hexdigest()

    def _cards(self, part: Part) -> str:
        badges = self._material.club.badges
        return _more_of(self._site, *(_card(self._material, badges[slug]) for slug in part.names))

    def _badge_pages(self, part: Part) -> str:
        material = self._material
        return _more_of(self._furniture, *((slug, material.awarded(material.club.badges[slug])) for slug in part.names))

    def _verify(self, part: Part) -> str:
        return _more_of(self._furniture, self._registers, sample(self._material))

    def _issuer(self, part: Part) -> str:
        sealed = self._material.sealed.get(part.issuer)
        if sealed is None:
            return _more_of(self._furniture, part.issuer)
        register = sealed.register
        # RevocationLists stand in the order of sealing; which key signed an award, only its line says.
        gone = [id_ for id_ in register.awards if id_ in register.revoked or id_ in register.suspended]
        dead = self._registers if register.keyring.any_revoked else ""
        said = (
            *(register.revoked, register.suspended, register.erased),
            *(register.groups, register.status, register.list_places),
        )
        return _more_of(self._furniture, part.issuer, gone, dead, said)

    def _log(self, part: Part) -> str:
        seen = self._material.sealed[part.issuer].witnessed
        collected = [
            (size, [(one.by, one.at, one.signature.line) for one in found]) for size, found in seen.collected.items()
        ]
        return _more_of(self._furniture, part.issuer, self._registers, seen.policy, collected, seen.given)

    def _statistics(self, part: Part) -> str:
        return _more_of(self._furniture, part.issuer, self._material.tables[part.issuer])

    def _people(self, part: Part) -> str:
        material = self._material
        facts: list[object] = []
        for handle in part.names:
            facts.append((material.club.people[handle], material.elsewhere.get(handle)))
            for sealed in material.sealed.values():
                awards = sealed.register.awards
                held = [id_ for id_ in material.held.get(handle, ()) if id_ in awards]
                facts.append([(material.awards[id_], fate_of(material, sealed.register, id_)) for id_ in held])
                facts.append([sealed.log.depends(id_) for id_ in held])
        # What is packed for a holder says how the whole log stands.
        return _more_of(self._furniture, facts, self._registers)

    @cached_property
    def _registers(self) -> list[tuple[str, str]]:
        """A digest of each register as a whole."""
        sealed = self._material.sealed
        return [(slug, one.register.lines.digest(one.register.length)) for slug, one in sealed.items()]

    @cached_property
    def _furniture(self) -> hashlib.blake2b:
        """What all pages depend on that are of no award: everything that a club says but awards, people and static files."""
        material, found = self._material, self._site.copy()
        for part in _without_awards(material):
            found.update(part)
        return found

    def _begun(self, sealed: Sealed, piece: Piece) -> hashlib.blake2b:
        """Return what all awards of a badge version, or all erased ones, depend on."""
        slug, material, register = sealed.store.issuer, self._material, sealed.register
        key = (slug, piece.badge, piece.version)
        if key not in self._badges:
            found, issuer = self._site.copy(), material.club.issuers[slug]
            logo = material.pictures.digests.get(f"issuers/{slug}/{issuer.logo}", "")
            found.update(repr((issuer, register.demonstration, register.statement, logo)).encode())
            if piece.badge:
                frozen = sorted(register.versions_of(piece.badge)[piece.version].items())
                found.update(repr((piece.badge, piece.version, frozen)).encode())
            self._badges[key] = found
        return self._badges[key]

    def _erased(self, sealed: Sealed, id_: str) -> bytes:
        register = sealed.register
        place = register.place_of(register.list_places[register.erased[id_].list])
        return f"erased {id_} {place.base_url}\n".encode()

    def _more(self, sealed: Sealed, id_: str) -> str:
        """Return in words what an award has that most have not; "" for one that lives and is nobody's in public."""
        material, register = self._material, sealed.register
        place = repr(record_place(material, id_)) if self._shows_places else ""
        if id_ not in self._special(sealed):
            return place
        if id_ not in self._rare[sealed.store.issuer]:
            record = material.awards[id_]
            return f"{record.name if record.public else ''!r} {record.minor} {place}"
        renewal = material.renewals.get(id_, "")
        return repr((fate_of(material, register, id_), place, renewal in register.revoked))

    @property
    def _shows_places(self) -> bool:
        """Whether pages may say where the records of their awards stand."""
        site = self._material.club.site
        return bool(site.source) and site.public_repository

    def _special(self, sealed: Sealed) -> Container[str]:
        """Return the awards of whom there is more to tell: those of ``_rare``, and those that say a name or are of a child."""
        slug = sealed.store.issuer
        if slug not in self._told:
            material, register = self._material, sealed.register
            if register.keyring.any_revoked:
                self._told[slug] = self._rare[slug] = register.awards
            else:
                records = material.awards.values()
                rare = {one.id for one in records if one.supersedes or one.renews}
                rare.update(id_ for id_ in register.awards if id_ not in material.awards)
                rare.update(register.revoked, register.suspended, register.superseded, material.renewals)
                self._rare[slug] = rare
                self._told[slug] = rare.union(one.id for one in records if one.public or one.minor)
        return self._told[slug]


def _more_of(begun: hashlib.blake2b, *facts: object) -> str:
    """Return the digest that goes on from *begun* with these facts."""
    found = begun.copy()
    found.update(repr(facts).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


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
    yield repr(sorted(material.pictures.digests.items())).encode("utf-8", "surrogatepass")
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
        picture = material.pictures.digests[badge.picture]
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
