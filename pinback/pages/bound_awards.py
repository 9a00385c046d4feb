"""Award pages by the thousand: each shape of page is bound once (``bound``), then filled for each award.

Every text that a template is given is a mark in the bound page, those of the badge too, so that one shape serves all badges. What makes a shape
is what templates and ``pages/awards.py`` may ask: which texts are there, what became of the award, which key signed it. Texts
of the badge are written once for a badge and shape, not for each award.

Bytes are those of ``award_page``: the first page of each shape is compared with it, and whatever cannot be bound is made by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pinback import addresses
from pinback.pages.awards import Proof, award_page, award_page_values
from pinback.pages.bound import IN_SECTIONS, Binder, Count, Day, Hole, Marks, NotBindable, Section, Writing
from pinback.pages.qr import NumberedCodes
from pinback.pages.shared import Pages

_TEMPLATE = "award.html"
MOST_SHAPES = 1_000
"""Shapes that are kept for one language; pages of further ones are made plainly."""
_MOST_BADGES = 100
"""Badges whose texts are kept in a shape, so that what is kept does not grow with a federation."""
_WORTH_IT = 2
"""The page of a shape that is the first to be bound: most clubs have few awards, and binding takes as long as two pages."""
_PART_WORTH_IT = 3
"""So many sections of a shape are rendered before it is bound."""
_MOST_PARTS = 2_000
"""Shapes of sections that are kept."""
_BEGINNINGS = ("Zq", "Xj", "Qz", "Jx", "Zqx7", "Xjq7")
"""With what marks may begin: the first that the page does not hold anyway."""
_OWN_LISTS = ("evidence", "results", "facts")
_BADGE_LISTS = ("alignment", "tags", "micro_credential")
_ALSO = ("link", "url", "files", "issuer", "badge_path", "card", "language", "direction", "author_language")
"""Values beside the award that a section may read."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""What a mark for a part of a path stands for: never ``..``, and no name of a page."""

# Numbers of the marks. Texts of letters, digits, "-", "." and "_" alone:
_NUMBER, _AWARDED, _AWARDED_YEAR, _AWARDED_MONTH, _UNTIL, _UNTIL_YEAR, _UNTIL_MONTH = range(7)
_WITHDRAWN, _SUSPENDED, _REPLACED_BY, _CORRECTS, _RENEWED_BY, _RENEWS, _COLUMN = range(7, 14)
_OTHER_AWARDS = (
    ("replaced_by", _REPLACED_BY),
    ("corrects", _CORRECTS),
    ("renewed_by", _RENEWED_BY),
    ("renews", _RENEWS),
)
# Any texts:
_CREDENTIAL, _AWARDED_TEXT, _VALID_TEXT, _HOLDER, _NARRATIVE, _KEY, _CREATED, _TOKEN = range(20, 28)
_WITHDRAWN_TEXT, _WHY, _SUSPENDED_TEXT, _FILE, _QR_BOX, _QR_PATH, _LOGGED = range(28, 35)
_OWN_TEXTS = (
    ("credential_id", _CREDENTIAL),
    ("awarded_text", _AWARDED_TEXT),
    ("valid_text", _VALID_TEXT),
    ("name", _HOLDER),
    ("narrative", _NARRATIVE),
    ("key", _KEY),
    ("created", _CREATED),
    ("logged", _LOGGED),
)
# Those of the badge:
_OWN = 50
_SLUG, _VERSION = range(50, 52)
_BADGE_TEXTS = tuple(
    (name, number)
    for number, name in enumerate(
        ("badge_name", "badge_description", "alt", "criteria", "country", "language", "issuer_name", "issuer_did"), 60
    )
)
_MOST = 70


@dataclass(frozen=True, slots=True)
class Shown:
    """What the awards of one version of a badge share on pages of one language.

    Attributes:
        values: see ``edition_values``.
        issuer: values of the issuer.
        badge: its slug.
        version: eight hexadecimal digits.
    """

    values: Mapping[str, Any]
    issuer: Mapping[str, Any]
    badge: str
    version: str
    _texts: list[str] = field(init=False, repr=False)
    _structure: tuple[Any, ...] = field(init=False, repr=False)
    _sections: dict[int, str] = field(init=False, repr=False, default_factory=dict)
    _written: dict[tuple[int, Writing | None], bytes] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the texts."""
        values = self.values
        texts = [""] * (_MOST - _OWN)
        texts[_SLUG - _OWN], texts[_VERSION - _OWN] = self.badge, self.version
        for name, number in _BADGE_TEXTS:
            texts[number - _OWN] = values[name]
        structure = (self.issuer["slug"], *map(bool, texts))
        object.__setattr__(self, "_texts", texts)
        object.__setattr__(self, "_structure", structure)

    def written(self, number: int, writing: Writing | None) -> bytes:
        """Return one of the texts as it is written somewhere on a page, once for all shapes."""
        if (number, writing) not in self._written:
            text = self._texts[number - _OWN]
            self._written[number, writing] = (text if writing is None else writing(text)).encode("utf-8")
        return self._written[number, writing]

    @property
    def is_plain(self) -> bool:
        """Whether slug and version are what marks for them may stand for."""
        return _NAME.fullmatch(self.badge) is not None and _NAME.fullmatch(self.version) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """What one award has for itself on its page.

    Attributes:
        id: of the award.
        own: see ``own_values``.
        proof: what the page's script checks it with.
        key: the name by which ``proof`` knows the key.
        certificate: whether it has one.
        record: file and column of its record, where anybody can read them.
    """

    id: str
    own: Mapping[str, Any]
    proof: Proof
    key: str
    certificate: bool
    record: tuple[str, int] | None


class _Shape:
    """A bound page: its pieces, and what goes between them."""

    def __init__(self, cut: Sequence[str | Hole]) -> None:
        # Bytes: most of a page stays as it is, and is encoded once.
        self._pieces = [piece.encode("utf-8") if isinstance(piece, str) else b"" for piece in cut]
        places: dict[tuple[int, Writing | None], list[int]] = {}
        for place, hole in enumerate(cut):
            if isinstance(hole, Hole):
                places.setdefault((hole.number, hole.writing), []).append(place)
        steps = [(number, writing, at) for (number, writing), at in places.items()]
        self._sections = [(-1 - number, at) for number, _, at in steps if number < 0]
        self._own = [step for step in steps if 0 <= step[0] < _OWN]
        self._of_badge = [step for step in steps if step[0] >= _OWN]
        self._begun: dict[int, tuple[Shown, list[bytes]]] = {}

    def filled(self, shown: Shown, texts: Sequence[str], sections: Mapping[int, str]) -> bytes:
        """Return the page."""
        pieces = self._of(shown).copy()
        for number, writing, at in self._own:
            text = (texts[number] if writing is None else writing(texts[number])).encode("utf-8")
            for place in at:
                pieces[place] = text
        for number, at in self._sections:
            text = sections[number].encode("utf-8")
            for place in at:
                pieces[place] = text
        return b"".join(pieces)

    def sections(self) -> list[int]:
        """Return the numbers of the sections that it has."""
        return [number for number, _ in self._sections]

    def _of(self, shown: Shown) -> list[bytes]:
        """Return the pieces with the texts of a badge between them."""
        known = self._begun.get(id(shown))
        if known is not None and known[0] is shown:
            return known[1]
        pieces = self._pieces.copy()
        for number, writing, at in self._of_badge:
            text = shown.written(number, writing)
            for place in at:
                pieces[place] = text
        if len(self._begun) >= _MOST_BADGES:
            self._begun.clear()
        self._begun[id(shown)] = shown, pieces
        return pieces


class _Part:
    """A bound section: its pieces, and what goes between them."""

    def __init__(self, cut: Sequence[str | Hole]) -> None:
        self._pieces = [piece if isinstance(piece, str) else "" for piece in cut]
        self._steps = [(at, hole.number, hole.writing) for at, hole in enumerate(cut) if isinstance(hole, Hole)]

    def filled(self, texts: Sequence[str]) -> str:
        """Return the section with the texts in the order of their marks."""
        pieces = self._pieces.copy()
        for place, number, writing in self._steps:
            pieces[place] = texts[number] if writing is None else writing(texts[number])
        return "".join(pieces)


def _laid_out(value: object, texts: list[str]) -> object:
    """Return what makes the shape of a value of lists and texts, and append its texts to *texts*."""
    if isinstance(value, str):
        if value:
            texts.append(value)
        return bool(value)
    if isinstance(value, Mapping):
        return "m", *[(name, _laid_out(one, texts)) for name, one in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), *[_laid_out(one, texts) for one in value]
    return "v", type(value), value


def _marked(value: Any, marks: Marks, numbers: Iterator[int]) -> Any:  # noqa: ANN401 - the same as it was
    """Return a value with a mark in place of each text that is not empty."""
    if isinstance(value, str):
        return marks.text(next(numbers)) if value else value
    if isinstance(value, Mapping):
        return {name: _marked(one, marks, numbers) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_marked(one, marks, numbers) for one in value)
    return value


class AwardPages:
    """The award pages of one language."""

    def __init__(self, pages: Pages) -> None:
        """Bind the pages."""
        self._pages = pages
        self._codes: dict[int, NumberedCodes] = {}
        self._seen: dict[tuple[Any, ...], int] = {}
        self._shapes: dict[tuple[Any, ...], _Shape | None] = {}
        self._parts: dict[tuple[Any, ...], _Part | int] = {}
        self._binder: Binder | None = None

    def page(self, shown: Shown, page: Page) -> bytes:
        """Return the page of an award.

        Raises:
            ThemeProblem: the template has a mistake.
        """
        qr = self._code(page.id)
        key = self._key(shown, page)
        if key is None:
            return self._plain(shown, page, qr)
        if key in self._shapes:
            shape = self._shapes[key]
            if shape is None:
                return self._plain(shown, page, qr)
            try:
                return self._filled(shape, shown, page, qr)
            except NotBindable:
                self._shapes[key] = None
                return self._plain(shown, page, qr)
        plain = self._plain(shown, page, qr)
        seen = self._seen[key] = self._seen.get(key, 0) + 1
        if seen >= _WORTH_IT and len(self._shapes) < MOST_SHAPES:
            del self._seen[key]
            self._shapes[key] = self._bound(shown, page, qr, plain)
        elif len(self._seen) > MOST_SHAPES:
            self._seen.clear()
        return plain

    def _code(self, id_: str) -> Mapping[str, str]:
        if len(id_) not in self._codes:
            before, _, after = self._address("\0").partition("\0")
            self._codes[len(id_)] = NumberedCodes(before, after, len(id_))
        return self._codes[len(id_)].code(id_)

    def _address(self, id_: str) -> str:
        path = addresses.award_page(id_)
        return self._pages.place(path).url(path)

    def _plain(self, shown: Shown, page: Page, qr: Mapping[str, str]) -> bytes:
        return award_page(
            self._pages,
            addresses.award_page(page.id),
            {**shown.values, **page.own},
            shown.issuer,
            addresses.badge_page(shown.badge),
            addresses.card(shown.badge),
            _files(page.id, shown.badge, shown.version, page.certificate),
            page.proof,
            page.record,
            qr,
        )

    def _key(self, shown: Shown, page: Page) -> tuple[Any, ...] | None:
        """Return what makes the shape of a page, or None where marks may not stand for its texts."""
        own, record = page.own, page.record
        others = own["replaced_by"], own["corrects"], own["renewed_by"], own["renews"]
        if own["number"] != page.id or not _NAME.fullmatch(page.id) or not shown.is_plain:
            return None
        # Links are as long as paths have parts in common.
        if page.id in (shown.badge, shown.version):
            return None
        # Where a badge is called like the site, the page has another title; where awards lead to each other, other links.
        if shown.values["badge_name"] == self._pages.site.title.in_language(self._pages.tag):
            return None
        if any(others):
            ids = [_award_of(path) for path in others if path]
            if len({*ids, page.id}) <= len(ids) or not all(map(_NAME.fullmatch, ids)):
                return None
        if record is not None and record[1] < 1:
            return None
        withdrawn, suspended = own["withdrawn"], own["suspended"]
        return (
            shown._structure,
            page.key,
            page.certificate,
            record is not None and (True, bool(record[0])),
            own["name_signed"],
            own["minor"],
            own["named"],
            own["dead"],
            own["valid_until"] is None,
            withdrawn is not None and (True, bool(withdrawn["on"]), bool(withdrawn["why"])),
            suspended is not None and (True, bool(suspended["since"])),
            *map(bool, others),
            *(bool(own[name]) for name, _ in _OWN_TEXTS),
        )

    def _filled(self, shape: _Shape, shown: Shown, page: Page, qr: Mapping[str, str]) -> bytes:
        sections = self._sections(shape, shown, page)
        return shape.filled(shown, _texts(page, qr), sections)

    def _sections(self, shape: _Shape, shown: Shown, page: Page) -> dict[int, str]:
        """Return the sections of a page; those that say the same for all awards of the badge are made once."""
        assert self._binder is not None
        found: dict[int, str] = {}
        for number in shape.sections():
            kept = shown._sections.get(number)
            section = self._binder.sections[number]
            reads = section.reads
            same = reads is not None and all(
                name in shown.values or (name in _OWN_LISTS and not page.own[name]) for name in reads
            )
            if same and kept is not None:
                found[number] = kept
                continue
            if same or reads is None or not all(name in shown.values or name in _OWN_LISTS for name in reads):
                found[number] = section.rendered(self._section_values(shown, page))
            else:
                found[number] = self._part(number, section, sorted(reads), {**shown.values, **page.own})
            if same:
                shown._sections[number] = found[number]
        return found

    def _section_values(self, shown: Shown, page: Page) -> dict[str, Any]:
        """Return what a section may read."""
        place = self._pages.place(addresses.award_page(page.id))
        return {
            "award": {**shown.values, **page.own},
            "link": place.link,
            "url": place.url,
            "files": _files(page.id, shown.badge, shown.version, page.certificate),
            "issuer": shown.issuer,
            "badge_path": addresses.badge_page(shown.badge),
            "card": addresses.card(shown.badge),
            "language": self._pages.language.interface,
            "direction": self._pages.language.direction,
            "author_language": self._pages.site.title.language_of(self._pages.tag) or self._pages.site.language,
        }

    def _part(self, number: int, section: Section, reads: Sequence[str], award: Mapping[str, Any]) -> str:
        """Return a section that reads lists alone; those of a shape that comes often are bound too."""
        texts: list[str] = []
        key = (number, *[_laid_out(award[name], texts) for name in reads])
        part = self._parts.get(key, 0)
        if isinstance(part, _Part):
            return part.filled(texts)
        plain = section.rendered({"award": award})
        if part >= 0:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            worth_it = part >= _PART_WORTH_IT
            self._parts[key] = self._bound_part(section, reads, award, texts, plain) if worth_it else part + 1
        return plain

    def _bound_part(
        self, section: Section, reads: Sequence[str], award: Mapping[str, Any], texts: Sequence[str], plain: str
    ) -> _Part | int:
        """Return a section's shape, or -1 where it cannot be bound."""
        begin = next((begin for begin in _BEGINNINGS if begin not in plain), None)
        if begin is None:
            return -1
        marks, numbers = Marks(begin), iter(range(len(texts)))
        values = {**dict.fromkeys(award, IN_SECTIONS), **{name: _marked(award[name], marks, numbers) for name in reads}}
        try:
            part = _Part(section.bind({"award": values}, marks))
        except NotBindable:
            return -1
        return part if part.filled(texts) == plain else -1

    def _bound(self, shown: Shown, page: Page, qr: Mapping[str, str], plain: bytes) -> _Shape | None:
        """Return the shape of a page, or None where it cannot be bound."""
        text = plain.decode("utf-8")
        begin = next((begin for begin in _BEGINNINGS if begin not in text), None)
        if begin is None:
            return None
        if self._binder is None:
            self._binder = self._pages.theme.binder(
                _TEMPLATE, self._pages.language, "award", (*_OWN_LISTS, *_BADGE_LISTS), _ALSO
            )
        try:
            shape = _Shape(self._cut(shown, page, Marks(begin)))
            return shape if self._filled(shape, shown, page, qr) == plain else None
        except NotBindable:
            return None

    def _cut(self, shown: Shown, page: Page, marks: Marks) -> list[str | Hole]:
        """Return the page's pieces and holes."""
        assert self._binder is not None
        own, path = page.own, addresses.award_page(marks.name(_NUMBER))
        slug, version = marks.name(_SLUG), marks.name(_VERSION)

        def marked_as(value: str, number: int) -> str:
            return marks.text(number) if value else value

        award = {**shown.values, **own, "number": marks.name(_NUMBER)}
        award |= dict.fromkeys((*_OWN_LISTS, *_BADGE_LISTS), IN_SECTIONS)
        award |= {name: marked_as(own[name], number) for name, number in _OWN_TEXTS}
        award |= {name: marked_as(shown.values[name], number) for name, number in _BADGE_TEXTS}
        award |= {name: addresses.award_page(marks.name(number)) for name, number in _OTHER_AWARDS if own[name]}
        award["awarded_on"] = Day(marks.name(_AWARDED), marks.name(_AWARDED_YEAR), marks.name(_AWARDED_MONTH))
        if own["valid_until"] is not None:
            award["valid_until"] = Day(marks.name(_UNTIL), marks.name(_UNTIL_YEAR), marks.name(_UNTIL_MONTH))
        if (gone := own["withdrawn"]) is not None:
            day = Day(marks.name(_WITHDRAWN), "", "")
            award["withdrawn"] = {
                "day": day,
                "on": marked_as(gone["on"], _WITHDRAWN_TEXT),
                "why": marked_as(gone["why"], _WHY),
            }
        if (paused := own["suspended"]) is not None:
            day = Day(marks.name(_SUSPENDED), "", "")
            award["suspended"] = {"day": day, "since": marked_as(paused["since"], _SUSPENDED_TEXT)}
        record: Any = page.record and (marked_as(page.record[0], _FILE), Count(marks.name(_COLUMN)))
        values, title, description = award_page_values(
            self._pages,
            path,
            award,
            shown.issuer,
            addresses.badge_page(slug),
            addresses.card(slug),
            _files(marks.name(_NUMBER), slug, version, page.certificate),
            Proof(marks.text(_TOKEN), page.proof.keys),
            record,
            {"box": marks.text(_QR_BOX), "path": marks.text(_QR_PATH)},
        )
        common = self._pages.common(self._pages.place(path), title, description, noindex=True)
        links = common["link"], common["url"]
        return self._binder.bind({**common, **values}, marks, links, addresses.award_page("-").partition("-")[0])


def _files(id_: str, badge: str, version: str, certificate: bool) -> dict[str, str]:
    """Return the paths of an award's files by name, as its page knows them."""
    names = (
        *addresses.SEALED_FORMS,
        "badge.png",
        "badge.svg",
        addresses.LOG_PROOF,
        *([addresses.CERTIFICATE] if certificate else []),
    )
    files = {name: addresses.award_file(id_, name) for name in names}
    return {**files, "picture": addresses.frozen(badge, version, "image.svg")}


def _award_of(path: str) -> str:
    """Return the id of the award whose page has a path."""
    return path.split("/")[1]


def _texts(page: Page, qr: Mapping[str, str]) -> list[str]:
    """Return the texts of an award by the numbers of their marks."""
    own = page.own
    texts = [""] * _OWN
    texts[_NUMBER] = page.id
    awarded: date = own["awarded_on"]
    texts[_AWARDED] = awarded.isoformat()
    texts[_AWARDED_YEAR], texts[_AWARDED_MONTH] = str(awarded.year), str(awarded.month)
    until: date | None = own["valid_until"]
    if until is not None:
        texts[_UNTIL] = until.isoformat()
        texts[_UNTIL_YEAR], texts[_UNTIL_MONTH] = str(until.year), str(until.month)
    for name, number in _OWN_TEXTS:
        texts[number] = own[name]
    for name, number in _OTHER_AWARDS:
        if own[name]:
            texts[number] = _award_of(own[name])
    texts[_TOKEN], texts[_QR_BOX], texts[_QR_PATH] = page.proof.token, qr["box"], qr["path"]
    if gone := own["withdrawn"]:
        texts[_WITHDRAWN], texts[_WITHDRAWN_TEXT], texts[_WHY] = gone["day"].isoformat(), gone["on"], gone["why"]
    if paused := own["suspended"]:
        texts[_SUSPENDED], texts[_SUSPENDED_TEXT] = paused["day"].isoformat(), paused["since"]
    if page.record:
        texts[_FILE], texts[_COLUMN] = page.record[0], str(page.record[1])
    return texts
