"""The shapes of award pages: what goes between the pieces of a bound page (``bound``), by number, and how it is put there.

What pages of a shape have in common is laid together in two steps: for the shape, and for each badge (``Filling``). What is left for
one award are some dozen texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from pinback.dataclass import dataclass
from pinback.leaks import knows_secrets, leak_in, without_middle
from pinback.pages.awards import Proof
from pinback.pages.marks import Hole, Marks, Writing

OWN_LISTS = ("evidence", "results", "facts")
BADGE_LISTS = ("alignment", "tags", "micro_credential")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""What a mark for a part of a path stands for: never ``..``, and no name of a page."""

# Numbers of the marks. Texts of letters, digits, "-", "." and "_" alone:
NUMBER, AWARDED, AWARDED_YEAR, AWARDED_MONTH, UNTIL, UNTIL_YEAR, UNTIL_MONTH = range(7)
WITHDRAWN, SUSPENDED, REPLACED_BY, CORRECTS, RENEWED_BY, RENEWS, COLUMN = range(7, 14)
OTHER_AWARDS = (
    ("replaced_by", REPLACED_BY),
    ("corrects", CORRECTS),
    ("renewed_by", RENEWED_BY),
    ("renews", RENEWS),
)
# Any texts:
CREDENTIAL, AWARDED_TEXT, VALID_TEXT, HOLDER, NARRATIVE, KEY, CREATED, LOGGED = range(20, 28)
TOKEN, WITHDRAWN_TEXT, WHY, SUSPENDED_TEXT, FILE, QR_BOX, QR_PATH = range(28, 35)
OWN_TEXTS = (
    ("credential_id", CREDENTIAL),
    ("awarded_text", AWARDED_TEXT),
    ("valid_text", VALID_TEXT),
    ("name", HOLDER),
    ("narrative", NARRATIVE),
    ("key", KEY),
    ("created", CREATED),
    ("logged", LOGGED),
)
own_texts = itemgetter(*[name for name, _ in OWN_TEXTS])
"""Returns the texts of an award in the order of their numbers, of which ``CREDENTIAL`` is the first."""
# Those of the badge:
OWN = 50
SLUG, VERSION = range(50, 52)
BADGE_TEXTS = tuple(
    (name, number)
    for number, name in enumerate(
        ("badge_name", "badge_description", "alt", "criteria", "country", "language", "issuer_name", "issuer_did"), 60
    )
)
_MOST = 70


class Searched(NamedTuple):
    """A text of many pages that was looked through for secrets.

    Attributes:
        text: as it stands there.
        ends: what has to be looked through again, with what stands around it (``leaks.without_middle``).
        leaks: whether a secret was found.
    """

    text: bytes
    ends: bytes
    leaks: bool

    @classmethod
    def of(cls, text: str) -> Searched:
        """Look through a text."""
        data = text.encode("utf-8")
        return cls(data, without_middle(data), bool(leak_in(data)))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the awards of one version of a badge share on pages of one language.

    Attributes:
        values: see ``edition_values``.
        issuer: values of the issuer.
        badge: its slug.
        version: eight hexadecimal digits.
        is_plain: whether slug and version are what marks for them may stand for.
    """

    values: Mapping[str, Any]
    issuer: Mapping[str, Any]
    badge: str
    version: str
    is_plain: bool = field(init=False)
    _texts: list[str] = field(init=False, repr=False)
    _structure: tuple[Any, ...] = field(init=False, repr=False)
    _sections: dict[int, Searched] = field(init=False, repr=False, default_factory=dict)
    _written: dict[tuple[int, Writing | None], Searched] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the texts."""
        values = self.values
        texts = [""] * (_MOST - OWN)
        texts[SLUG - OWN], texts[VERSION - OWN] = self.badge, self.version
        for name, number in BADGE_TEXTS:
            texts[number - OWN] = values[name]
        structure = (self.issuer["slug"], *map(bool, texts))
        is_plain = NAME.fullmatch(self.badge) is not None and NAME.fullmatch(self.version) is not None
        object.__setattr__(self, "is_plain", is_plain)
        object.__setattr__(self, "_texts", texts)
        object.__setattr__(self, "_structure", structure)

    def written(self, number: int, writing: Writing | None) -> Searched:
        """Return one of the texts as it is written somewhere on a page, once for all shapes."""
        if (number, writing) not in self._written:
            text = self._texts[number - OWN]
            self._written[number, writing] = Searched.of(text if writing is None else writing(text))
        return self._written[number, writing]


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
        lean: whether it has the lean set of files.
    """

    id: str
    own: Mapping[str, Any]
    proof: Proof
    key: str
    certificate: bool
    record: tuple[str, int] | None
    lean: bool = False


class Pieces:
    """What the pages of many shapes have in common, each once: most of a shape stands in others too."""

    def __init__(self) -> None:
        self._searched: dict[str, Searched] = {}
        self._numbers: dict[tuple[Searched | Hole, ...], int] = {}

    def searched(self, text: str) -> Searched:
        """Return a piece, looked through once."""
        found = self._searched.get(text)
        if found is None:
            found = self._searched[text] = Searched.of(text)
        return found

    def number(self, between: Sequence[Searched | Hole]) -> int:
        """Return by what a row of pieces is known that has texts of the badge among it."""
        return self._numbers.setdefault(tuple(between), len(self._numbers))


class Shape:
    """A bound page: its pieces, and what goes between them.

    Attributes:
        sections: numbers of those in it.
    """

    def __init__(self, cut: Sequence[str | Hole], pieces: Pieces) -> None:
        """Take what the page was cut into: pieces, with holes between them."""
        # Most of a page stays as it is, and is encoded and looked through once.
        self._pieces = pieces
        self._cut = [pieces.searched(piece) if isinstance(piece, str) else piece for piece in cut]
        holes = [piece for piece in cut if isinstance(piece, Hole)]
        self.sections = tuple(dict.fromkeys(-1 - hole.number for hole in holes if hole.number < 0))
        self._layouts: dict[tuple[int, ...], _Layout] = {}

    def layout(self, shared: Mapping[int, Searched]) -> _Layout:
        """Return the page as it is laid out where some sections, by number, are the same on all pages of a badge."""
        layout = self._layouts.get(numbers := tuple(shared))
        if layout is None:
            layout = self._layouts[numbers] = _Layout(self._cut, shared, self._pieces)
        return layout


class _Layout:
    """What the fillings of a shape have in common that leave the same sections to each page.

    What is written for a page stands in one list: texts as they are, texts that many awards share, all others, sections.

    Attributes:
        in_holes: returns of that list what stands in each hole.
        as_it_is: returns, of the texts of an award, those that are not written in any special way.
        often: numbers of those that many awards share, with what is known of each way of writing.
        each: numbers and ways of writing of all others.
        sections: numbers of those that are not the same on all these pages.
        tokens: places in the list of signed texts.
        paths: places of paths of codes.
        page: the page with nothing in its holes, which stand at the odd places; pieces of a badge are missing.
        ends: what of it has to be looked through again.
        of_badge: places in both of pieces of a badge, with what stands there, in order, and by what that is known.
        leaks: whether a secret was found.
    """

    def __init__(self, cut: Sequence[Searched | Hole], shared: Container[int], known: Pieces) -> None:
        """Lay out a page.

        Args:
            cut: what it was cut into.
            shared: sections that are the same on all pages of a badge.
            known: gives its pieces their numbers.
        """
        pieces: list[list[Searched | Hole]] = [[]]
        holes: list[tuple[int, Writing | None]] = []
        for piece in cut:
            if isinstance(piece, Hole) and piece.number < OWN and -1 - piece.number not in shared:
                holes.append((piece.number, _needed(piece)))
                pieces.append([])
            else:
                pieces[-1].append(piece)
        steps = list(dict.fromkeys(holes))
        plain = [number for number, writing in steps if number >= 0 and writing is None]
        special = [(number, writing) for number, writing in steps if number >= 0 and writing is not None]
        self.often = [(number, _written(writing)) for number, writing in special if number in _OFTEN]
        self.each = [(number, writing) for number, writing in special if number not in _OFTEN]
        self.sections = [-1 - number for number, _ in steps if number < 0]
        self.as_it_is = _getter(plain)
        special.sort(key=lambda step: step[0] not in _OFTEN)
        order = [*((number, None) for number in plain), *special, *((-1 - number, None) for number in self.sections)]
        places = {step: at for at, step in enumerate(order)}
        self.in_holes = _getter([places[step] for step in holes])
        self.tokens = [at for (number, _), at in places.items() if number == TOKEN]
        self.paths = [at for (number, _), at in places.items() if number == QR_PATH]
        self.page, self.ends = [b""] * (2 * len(holes) + 1), [b""] * (2 * len(holes) + 1)
        self.of_badge: list[tuple[int, int, list[Searched | Hole]]] = []
        self.leaks = False
        for place, between in enumerate(pieces):
            fixed = [piece for piece in between if isinstance(piece, Searched)]
            if len(fixed) == len(between):
                self.page[2 * place], self.ends[2 * place], leaks = _together(fixed)
                self.leaks = self.leaks or leaks
            else:
                self.of_badge.append((2 * place, known.number(between), between))


def _getter(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what returns the members of a list at some places."""
    return itemgetter(*places) if len(places) > 1 else lambda found: [found[at] for at in places]


def _together(pieces: Sequence[Searched]) -> Searched:
    """Return pieces that stand one behind the other as one."""
    texts, ends, leaks = zip(*pieces, strict=True) if pieces else ((), (), ())
    return Searched(b"".join(texts), b"".join(ends), any(leaks))


class OfBadge:
    """What the pages of one badge have in common.

    Attributes:
        shown: the badge.
        fillings: by shape, and by which of ``OWN_LISTS`` are empty.
    """

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.fillings: dict[tuple[Shape, tuple[bool, ...]], Filling] = {}
        self._made: dict[int, Searched] = {}

    def filling(self, layout: _Layout, shared: Mapping[int, Searched]) -> Filling:
        """Put the pieces of the badge into a layout.

        Args:
            layout: of a shape.
            shared: sections, by number, that are the same on all its pages of the layout.
        """
        page, ends, leaks = layout.page.copy(), layout.ends.copy(), layout.leaks
        for place, number, between in layout.of_badge:
            made = self._made.get(number)
            if made is None:
                made = self._made[number] = _together([self._piece(piece, shared) for piece in between])
            page[place], ends[place] = made.text, made.ends
            leaks = leaks or made.leaks
        return Filling(layout, page, ends, leaks)

    def _piece(self, piece: Searched | Hole, shared: Mapping[int, Searched]) -> Searched:
        if isinstance(piece, Searched):
            return piece
        if piece.number >= OWN:
            return self.shown.written(piece.number, piece.writing)
        return shared[-1 - piece.number]


class Filling:
    """A bound page of one badge: what the pages of all its awards have in common, and where they differ.

    Attributes:
        sections: numbers of those that are not the same on all these pages.
    """

    def __init__(self, layout: _Layout, page: list[bytes], ends: list[bytes], leaks: bool) -> None:
        """Bind a layout, and its pieces with those of the badge among them (see ``_Layout``)."""
        self._layout, self._page, self._ends, self._leaks = layout, page, ends, leaks
        self.sections = layout.sections

    def filled(self, texts: Sequence[str], sections: Iterable[str]) -> tuple[bytes, bytes]:
        """Return a page, and what of it has to be looked through for secrets.

        The second is the page without the middle of what was looked through before: of pieces that many pages share
        (``Searched``), and of the signed text (when it was sealed). Nothing that looks like a secret can begin in what is left, and
        end in what is left out, or the other way round (``leaks.without_middle``).

        Args:
            texts: of the award, by number.
            sections: its own, in the order of their numbers.
        """
        layout = self._layout
        written = [text.encode() for text in layout.as_it_is(texts)]
        written += [known[texts[number]] for number, known in layout.often]
        written += [writing(texts[number]).encode() for number, writing in layout.each]
        written += [section.encode() for section in sections]
        page = self._page.copy()
        page[1::2] = layout.in_holes(written)
        made = b"".join(page)
        if self._leaks or knows_secrets():
            return made, made
        for at in layout.tokens:
            written[at] = _ends_of_token(written[at])
        for at in layout.paths:
            # NOTE: in a path a blank stands between two digits, near both ends; in no form of a secret it does.
            written[at] = written[at][:_END] + written[at][-_END:]
        ends = self._ends.copy()
        ends[1::2] = layout.in_holes(written)
        return made, b"".join(ends)


def _ends_of_token(token: bytes) -> bytes:
    """Return what ``without_middle`` leaves of a signed text, or little more: a point is in no form of a secret, and is found sooner."""
    first, last = token.find(b"."), token.rfind(b".")
    return token[: first + 1] + token[last:] if first < last else without_middle(token)


_END = 24
"""Bytes of both ends of a path in which two runs stand, even where signs are written as in an address."""
_OFTEN = frozenset((AWARDED_TEXT, VALID_TEXT, KEY, CREATED, LOGGED, WITHDRAWN_TEXT, WHY, SUSPENDED_TEXT))
"""Texts that many awards share."""
_MOST_WRITTEN = 5_000
"""Texts that are kept as they are written."""


@lru_cache(maxsize=64)
def _written(writing: Writing) -> _Written:
    """Return what is known of a way of writing; for all pages that this process makes."""
    return _Written(writing)


class _Written(dict[str, bytes]):
    """Texts as they are written, each once."""

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self._writing = writing

    def __missing__(self, text: str) -> bytes:
        if len(self) >= _MOST_WRITTEN:
            self.clear()
        self[text] = written = self._writing(text).encode("utf-8")
        return written


def _needed(hole: Hole) -> Writing | None:
    """Return how a text is written in a hole, or None where that leaves it as it is."""
    if hole.number in (QR_BOX, QR_PATH) and hole.writing is not None and hole.writing(_PATH_SIGNS) == _PATH_SIGNS:
        return None
    return hole.writing


_PATH_SIGNS = "M-0123456789h "


class Part:
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


def laid_out(value: object, texts: list[str]) -> object:
    """Return what makes the shape of a value of lists and texts, and append its texts to *texts*."""
    if isinstance(value, str):
        if value:
            texts.append(value)
        return bool(value)
    if isinstance(value, (list, tuple)):
        return type(value), *[laid_out(one, texts) for one in value]
    if isinstance(value, Mapping):
        ones = value.values()
        if set(map(type, ones)) == _TEXTS:
            texts.extend(filter(None, ones))
            return "t", *value, *map(bool, ones)
        return "m", *[(name, laid_out(one, texts)) for name, one in value.items()]
    return "v", type(value), value


_TEXTS = {str}


def marked(value: Any, marks: Marks, numbers: Iterator[int]) -> Any:  # noqa: ANN401 - the same as it was
    """Return a value with a mark in place of each text that is not empty."""
    if isinstance(value, str):
        return marks.text(next(numbers)) if value else value
    if isinstance(value, Mapping):
        return {name: marked(one, marks, numbers) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(marked(one, marks, numbers) for one in value)
    return value


def texts_of(page: Page, qr: Mapping[str, str]) -> list[str]:
    """Return the texts of an award by the numbers of their marks."""
    own = page.own
    texts = [""] * OWN
    texts[NUMBER] = page.id
    awarded: date = own["awarded_on"]
    texts[AWARDED] = awarded.isoformat()
    texts[AWARDED_YEAR], texts[AWARDED_MONTH] = str(awarded.year), str(awarded.month)
    until: date | None = own["valid_until"]
    if until is not None:
        texts[UNTIL] = until.isoformat()
        texts[UNTIL_YEAR], texts[UNTIL_MONTH] = str(until.year), str(until.month)
    texts[CREDENTIAL : CREDENTIAL + len(OWN_TEXTS)] = own_texts(own)
    for name, number in OTHER_AWARDS:
        if own[name]:
            texts[number] = award_of(own[name])
    texts[TOKEN], texts[QR_BOX], texts[QR_PATH] = page.proof.token, qr["box"], qr["path"]
    if gone := own["withdrawn"]:
        texts[WITHDRAWN], texts[WITHDRAWN_TEXT], texts[WHY] = gone["day"].isoformat(), gone["on"], gone["why"]
    if paused := own["suspended"]:
        texts[SUSPENDED], texts[SUSPENDED_TEXT] = paused["day"].isoformat(), paused["since"]
    if page.record:
        texts[FILE], texts[COLUMN] = page.record[0], str(page.record[1])
    return texts


def award_of(path: str) -> str:
    """Return the id of the award whose page has a path."""
    return path.split("/")[1]
