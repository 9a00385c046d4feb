"""Award pages by the thousand: each shape of page is bound once (``bound``), then filled for each award.

Every text that a template is given is a mark in the bound page, those of the badge too, so that one shape serves all badges. What makes a shape
is what templates and ``pages/awards.py`` may ask: which texts are there, what became of the award, which key signed it. Texts
of the badge are written once for a badge and shape, not for each award.

Bytes are those of ``award_page``: the first page of each shape is compared with it, and whatever cannot be bound is made by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinback import addresses
from pinback.leaks import leak_in, refuse_leak
from pinback.pages.award_shapes import (
    AWARDED,
    AWARDED_MONTH,
    AWARDED_YEAR,
    BADGE_LISTS,
    BADGE_TEXTS,
    COLUMN,
    FILE,
    NAME,
    NUMBER,
    OTHER_AWARDS,
    OWN_LISTS,
    OWN_TEXTS,
    QR_BOX,
    QR_PATH,
    SLUG,
    SUSPENDED,
    SUSPENDED_TEXT,
    TOKEN,
    UNTIL,
    UNTIL_MONTH,
    UNTIL_YEAR,
    VERSION,
    WHY,
    WITHDRAWN,
    WITHDRAWN_TEXT,
    Filling,
    OfBadge,
    Page,
    Part,
    Pieces,
    Searched,
    Shape,
    Shown,
    award_of,
    laid_out,
    marked,
    own_texts,
    texts_of,
)
from pinback.pages.awards import Proof, award_page, award_page_values
from pinback.pages.bound import Binder, Section
from pinback.pages.marks import IN_SECTIONS, Count, Day, Hole, Marks, NotBindable
from pinback.pages.qr import NumberedCodes
from pinback.pages.shared import Pages

_TEMPLATE = "award.html"
MOST_SHAPES = 1_000
"""Shapes that are kept for one language; pages of further ones are made plainly."""
_WORTH_IT = 2
"""The page of a shape that is the first to be bound: most clubs have few awards, and binding takes as long as two pages."""
_MANY = 1_000
"""Awards of a site from which on every shape is bound at once, as a second page of it is near, and codes are not made one by one."""
_MOST_BADGES = 16
"""Badges whose texts are kept as they stand on pages, so that what is kept does not grow with a federation."""
_PART_WORTH_IT = 3
"""So many sections of a shape are rendered before it is bound."""
_MOST_PARTS = 2_000
"""Shapes of sections that are kept."""
_BEGINNINGS = ("Zq", "Xj", "Qz", "Jx", "Zqx7", "Xjq7")
"""With what marks may begin: the first that the page does not hold anyway."""
_ALSO = ("link", "url", "files", "issuer", "badge_path", "card", "language", "direction", "author_language")
"""Values beside the award that a section may read."""


class AwardPages:
    """The award pages of one language."""

    def __init__(self, pages: Pages, awards: int = 0) -> None:
        """Bind the pages.

        Args:
            pages: of the language.
            awards: about how many pages will be asked for, where that is known.
        """
        self._pages = pages
        self._many = awards > _MANY
        self._title = pages.site.title.in_language(pages.tag)
        self._around = self._address("\0").partition("\0")
        self._codes: dict[int, NumberedCodes] = {}
        self._seen: dict[tuple[Any, ...], int] = {}
        self._shapes: dict[tuple[Any, ...], Shape | None] = {}
        self._pieces = Pieces()
        self._of_badges: dict[int, OfBadge] = {}
        self._parts: dict[tuple[Any, ...], Part | int] = {}
        self._reads: dict[int, tuple[str, ...] | None] = {}
        self._binder: Binder | None = None

    def expect(self, awards: int) -> None:
        """Say about how many pages will be asked for, before the first is: what is made for many is not worth it for a few."""
        self._many = awards > _MANY

    def page(self, shown: Shown, page: Page) -> bytes:
        """Return the page of an award, looked through for secrets.

        Raises:
            ThemeProblem: the template has a mistake.
            LeakProblem: the page holds a secret.
        """
        made, unsearched = self._made(shown, page)
        if leak_in(unsearched):
            refuse_leak(addresses.page_in(self._pages.folder, addresses.award_page(page.id)), made)
        return made

    def _made(self, shown: Shown, page: Page) -> tuple[bytes, bytes]:
        """Return the page, and what of it has to be looked through."""
        qr = self._code(page.id)
        key = self._key(shown, page)
        if key in self._shapes:
            shape = self._shapes[key]
            if shape is not None:
                try:
                    return self._filled(shape, shown, page, qr)
                except NotBindable:
                    self._shapes[key] = None
            plain = self._plain(shown, page, qr)
            return plain, plain
        plain = self._plain(shown, page, qr)
        if key is not None:
            seen = self._seen[key] = self._seen.get(key, 0) + 1
            if (seen >= _WORTH_IT or self._many) and len(self._shapes) < MOST_SHAPES:
                del self._seen[key]
                self._shapes[key] = self._bound(shown, page, qr, plain)
            elif len(self._seen) > MOST_SHAPES:
                self._seen.clear()
        return plain, plain

    def _code(self, id_: str) -> Mapping[str, str]:
        codes = self._codes.get(len(id_))
        if codes is None:
            before, _, after = self._around
            codes = self._codes[len(id_)] = NumberedCodes(before, after, len(id_), self._many)
        return codes.code(id_)

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
            _files(page.id, shown.badge, shown.version, page.certificate, page.lean),
            page.proof,
            page.record,
            qr,
        )

    def _key(self, shown: Shown, page: Page) -> tuple[Any, ...] | None:
        """Return what makes the shape of a page, or None where marks may not stand for its texts."""
        own, record = page.own, page.record
        others = own["replaced_by"], own["corrects"], own["renewed_by"], own["renews"]
        if own["number"] != page.id or not NAME.fullmatch(page.id) or not shown.is_plain:
            return None
        # Links are as long as paths have parts in common.
        if page.id in (shown.badge, shown.version):
            return None
        # Where a badge is called like the site, the page has another title; where awards lead to each other, other links.
        if shown.values["badge_name"] == self._title:
            return None
        if any(others):
            ids = [award_of(path) for path in others if path]
            if len({*ids, page.id}) <= len(ids) or not all(map(NAME.fullmatch, ids)):
                return None
        if record is not None and record[1] < 1:
            return None
        withdrawn, suspended = own["withdrawn"], own["suspended"]
        return (
            shown._structure,
            page.key,
            page.certificate,
            page.lean,
            record is not None and (True, bool(record[0])),
            own["name_signed"],
            own["minor"],
            own["named"],
            own["dead"],
            own["valid_until"] is None,
            withdrawn is not None and (True, bool(withdrawn["on"]), bool(withdrawn["why"])),
            suspended is not None and (True, bool(suspended["since"])),
            *map(bool, others),
            *map(bool, own_texts(own)),
        )

    def _filled(self, shape: Shape, shown: Shown, page: Page, qr: Mapping[str, str]) -> tuple[bytes, bytes]:
        """Return a page, and what of it has to be looked through for secrets."""
        filling = self._filling(shape, shown, page)
        sections = [self._own_section(number, shown, page) for number in filling.sections]
        return filling.filled(texts_of(page, qr), sections)

    def _filling(self, shape: Shape, shown: Shown, page: Page) -> Filling:
        """Return the shape as awards of the badge have it that lack the same lists."""
        own = page.own
        empty = (not own["evidence"], not own["results"], not own["facts"])
        badge = self._of_badges.get(id(shown))
        if badge is None or badge.shown is not shown:
            if len(self._of_badges) >= _MOST_BADGES:
                self._of_badges.clear()
            badge = self._of_badges[id(shown)] = OfBadge(shown)
        filling = badge.fillings.get((shape, empty))
        if filling is None:
            shared = self._shared(shape, shown, page)
            filling = badge.fillings[shape, empty] = badge.filling(shape.layout(shared), shared)
        return filling

    def _shared(self, shape: Shape, shown: Shown, page: Page) -> dict[int, Searched]:
        """Return those sections that say the same for all awards of the badge that lack the same lists, each made once."""
        assert self._binder is not None
        found: dict[int, Searched] = {}
        for number in shape.sections:
            section = self._binder.sections[number]
            if section.reads is not None and all(
                name in shown.values or (name in OWN_LISTS and not page.own[name]) for name in section.reads
            ):
                if number not in shown._sections:
                    shown._sections[number] = Searched.of(section.rendered(self._section_values(shown, page)))
                found[number] = shown._sections[number]
        return found

    def _own_section(self, number: int, shown: Shown, page: Page) -> str:
        """Return a section of a page that is its own."""
        assert self._binder is not None
        if number not in self._reads:
            self._reads[number] = self._lists_of(self._binder.sections[number], shown)
        reads = self._reads[number]
        if reads is None:
            return self._binder.sections[number].rendered(self._section_values(shown, page))
        return self._part(number, reads, shown, page)

    @staticmethod
    def _lists_of(section: Section, shown: Shown) -> tuple[str, ...] | None:
        """Return what a section reads, in a fixed order, if it can be bound: lists, and values of the badge."""
        if section.reads is None or not all(name in shown.values or name in OWN_LISTS for name in section.reads):
            return None
        return tuple(sorted(section.reads))

    def _section_values(self, shown: Shown, page: Page) -> dict[str, Any]:
        """Return what a section may read."""
        place = self._pages.place(addresses.award_page(page.id))
        return {
            "award": {**shown.values, **page.own},
            "link": place.link,
            "url": place.url,
            "files": _files(page.id, shown.badge, shown.version, page.certificate, page.lean),
            "issuer": shown.issuer,
            "badge_path": addresses.badge_page(shown.badge),
            "card": addresses.card(shown.badge),
            "language": self._pages.language.interface,
            "direction": self._pages.language.direction,
            "author_language": self._pages.site.title.language_of(self._pages.tag) or self._pages.site.language,
        }

    def _part(self, number: int, reads: Sequence[str], shown: Shown, page: Page) -> str:
        """Return a section that reads lists alone; those of a shape that comes often are bound too."""
        assert self._binder is not None
        texts: list[str] = []
        own = page.own
        key = (number, *[laid_out(own[name] if name in own else shown.values[name], texts) for name in reads])
        part = self._parts.get(key, 0)
        if isinstance(part, Part):
            return part.filled(texts)
        section, award = self._binder.sections[number], {**shown.values, **own}
        plain = section.rendered({"award": award})
        if part >= 0:
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            worth_it = part >= _PART_WORTH_IT
            self._parts[key] = self._bound_part(section, reads, award, texts, plain) if worth_it else part + 1
        return plain

    def _bound_part(
        self, section: Section, reads: Sequence[str], award: Mapping[str, Any], texts: Sequence[str], plain: str
    ) -> Part | int:
        """Return a section's shape, or -1 where it cannot be bound."""
        begin = next((begin for begin in _BEGINNINGS if begin not in plain), None)
        if begin is None:
            return -1
        marks, numbers = Marks(begin), iter(range(len(texts)))
        values = {**dict.fromkeys(award, IN_SECTIONS), **{name: marked(award[name], marks, numbers) for name in reads}}
        try:
            part = Part(section.bind({"award": values}, marks))
        except NotBindable:
            return -1
        return part if part.filled(texts) == plain else -1

    def _bound(self, shown: Shown, page: Page, qr: Mapping[str, str], plain: bytes) -> Shape | None:
        """Return the shape of a page, or None where it cannot be bound."""
        text = plain.decode("utf-8")
        begin = next((begin for begin in _BEGINNINGS if begin not in text), None)
        if begin is None:
            return None
        if self._binder is None:
            self._binder = self._pages.theme.binder(
                _TEMPLATE, self._pages.language, "award", (*OWN_LISTS, *BADGE_LISTS), _ALSO
            )
        try:
            shape = Shape(self._cut(shown, page, Marks(begin)), self._pieces)
            return shape if self._filled(shape, shown, page, qr)[0] == plain else None
        except NotBindable:
            return None

    def _cut(self, shown: Shown, page: Page, marks: Marks) -> list[str | Hole]:
        """Return the page's pieces and holes."""
        assert self._binder is not None
        own, path = page.own, addresses.award_page(marks.name(NUMBER))
        slug, version = marks.name(SLUG), marks.name(VERSION)

        def marked_as(value: str, number: int) -> str:
            return marks.text(number) if value else value

        award = {**shown.values, **own, "number": marks.name(NUMBER)}
        award |= dict.fromkeys((*OWN_LISTS, *BADGE_LISTS), IN_SECTIONS)
        award |= {name: marked_as(own[name], number) for name, number in OWN_TEXTS}
        award |= {name: marked_as(shown.values[name], number) for name, number in BADGE_TEXTS}
        award |= {name: addresses.award_page(marks.name(number)) for name, number in OTHER_AWARDS if own[name]}
        award["awarded_on"] = Day(marks.name(AWARDED), marks.name(AWARDED_YEAR), marks.name(AWARDED_MONTH))
        if own["valid_until"] is not None:
            award["valid_until"] = Day(marks.name(UNTIL), marks.name(UNTIL_YEAR), marks.name(UNTIL_MONTH))
        if (gone := own["withdrawn"]) is not None:
            day = Day(marks.name(WITHDRAWN), "", "")
            award["withdrawn"] = {
                "day": day,
                "on": marked_as(gone["on"], WITHDRAWN_TEXT),
                "why": marked_as(gone["why"], WHY),
            }
        if (paused := own["suspended"]) is not None:
            day = Day(marks.name(SUSPENDED), "", "")
            award["suspended"] = {"day": day, "since": marked_as(paused["since"], SUSPENDED_TEXT)}
        record: Any = page.record and (marked_as(page.record[0], FILE), Count(marks.name(COLUMN)))
        values, title, description = award_page_values(
            self._pages,
            path,
            award,
            shown.issuer,
            addresses.badge_page(slug),
            addresses.card(slug),
            _files(marks.name(NUMBER), slug, version, page.certificate, page.lean),
            Proof(marks.text(TOKEN), page.proof.keys),
            record,
            {"box": marks.text(QR_BOX), "path": marks.text(QR_PATH)},
        )
        common = self._pages.common(self._pages.place(path), title, description, noindex=True)
        links = common["link"], common["url"]
        return self._binder.bind({**common, **values}, marks, links, addresses.award_page("-").partition("-")[0])


def _files(id_: str, badge: str, version: str, certificate: bool, lean: bool) -> dict[str, str]:
    """Return the paths of an award's files by name, as its page knows them."""
    names = (
        *addresses.SEALED_FORMS,
        "badge.png",
        "badge.svg",
        addresses.LOG_PROOF,
        *([addresses.CERTIFICATE] if certificate else []),
    )
    left_out = addresses.LEFT_OUT if lean else ()
    files = {name: addresses.award_file(id_, name) for name in names if name not in left_out}
    return {**files, "picture": addresses.frozen(badge, version, "image.svg")}
