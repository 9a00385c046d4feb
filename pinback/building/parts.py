"""One part of a site: made, staged, and told about in a few words.

It can be done by any process that has the club's material and sees the folders; nothing comes back but what ``Done`` holds.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

import orjson

from pinback.addresses import LOG_PROOF, SEALED_FORMS, award_file
from pinback.assemble import Material, Output, Sealed
from pinback.assemble.awards import award_files, expires, expiries_on, in_force
from pinback.assemble.site import Part, Piece, award_folders, files_of_award, part_files
from pinback.building.manifest import Keys, Known, Manifest, Whole, facts_of, row, stand_as
from pinback.calendar import Expiry
from pinback.dataclass import dataclass
from pinback.errors import PinbackError
from pinback.publish.stage import Placed, Stage
from pinback.remembered.looks import Filled, FilledFolders


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a part.

    Attributes:
        placed: its files.
        awards: how many there are in it.
        rows: what is to be remembered of them, as a manifest has it.
        issuer: of the awards, or "".
        expiries: when they expire.
        letters: letters on certificates that no font has.
        filled: of a new site, the folders of the awards as they stood when they were written.
    """

    placed: Placed
    awards: int = 0
    rows: bytes = b""
    issuer: str = ""
    expiries: frozenset[Expiry] = frozenset()
    letters: frozenset[str] = frozenset()
    filled: tuple[FilledFolders, ...] = ()


class Maker:
    """Makes parts of one site."""

    def __init__(
        self,
        material: Material,
        stage: Stage,
        before: Manifest | None = None,
        stands: Callable[[], bool] = lambda: False,
        remembers: bool = True,
    ) -> None:
        """Bind what parts are made from, where they go, and what was made before.

        Args:
            material: of the club.
            stage: where files are made ready.
            before: what the last build remembered, if anything.
            stands: tells whether it is known that nothing in the site was touched since then; it may take its time.
            remembers: whether anything of what is made now is to be remembered; rows are empty otherwise.
        """
        self.material, self.stage, self._stands = material, stage, stands
        self.stands = False
        self.before = before or Manifest()
        self.keys = Keys(material) if remembers else None
        self.tops = [folder.rpartition("/")[0] for folder in award_folders(material, "x")]
        self._found: dict[str, str] = {}
        self._filled = Filled()

    def find_out(self) -> None:
        """Ask whether the site stands as the last build left it."""
        self.stands = self._stands()

    def get_ready(self) -> None:
        """Make what every process needs, before they are forked: templates, codes and numbers.

        The first award of each issuer asks for all of it. What is wrong with it is told when its part is made.
        """
        with contextlib.suppress(PinbackError):
            for sealed in self.material.sealed.values():
                for id_ in islice(sealed.register.awards, 1):
                    deque(award_files(self.material, sealed, sealed.register.awards[id_]), maxlen=0)

    def before_as_now(self, part: Part) -> Whole | None:
        """Return what is remembered of a part as small as can be, where it would be made from the very same things."""
        whole = self.before.get(name_of(part))
        return whole if whole is not None and whole.key == self._key(part) else None

    def known(self, part: Part, whole: Whole | None) -> Done | None:
        """Return what became of a part of which *whole* is remembered, where nobody need look at its files; otherwise None."""
        if whole is None or not self.stands:
            return None
        try:
            return self._as_remembered(part, whole)
        except ValueError:
            return None

    def _as_remembered(self, part: Part, whole: Whole) -> Done:
        if not part.pieces:
            return Done(Placed(whole.files, whole.size, paths=whole.paths()), rows=whole.written())
        [piece] = part.pieces
        expiries = expiries_on(self.material, piece.badge, whole.days) if whole.days else frozenset[Expiry]()
        return Done(
            Placed(whole.files, whole.size),
            len(piece.ids),
            whole.written(),
            part.issuer,
            expiries,
            frozenset(whole.letters),
        )

    def _key(self, part: Part) -> str:
        if self.keys is None:
            return ""
        name = name_of(part)
        if name not in self._found:
            sealed = self.material.sealed.get(part.issuer)
            self._found[name] = (
                self.keys.of_piece(sealed, *part.pieces) if sealed and part.pieces else self.keys.of_part(part)
            )
        return self._found[name]

    def awards_to_make(self, part: Part) -> int:
        """Return about how many awards of a part as small as can be are to be looked at and made: all, or those that are new."""
        [piece] = part.pieces
        if not self.stands:
            return len(piece.ids)
        before, _ = self._before(name_of(part), "")
        new = sum(id_ not in before for id_ in piece.ids)
        known = next((id_ for id_ in piece.ids if id_ in before), "")
        if not known or self._key_of(self.material.sealed[part.issuer], piece, known) != before[known].key:
            return len(piece.ids)
        return new

    def make(self, part: Part) -> Done:
        """Make and stage the files of a part."""
        if not part.pieces:
            return self._loose(part)
        done = [self._piece(part, piece) for piece in part.pieces]
        placed = [one.placed for one in done]
        return Done(
            Placed(
                sum(one.files for one in placed),
                sum(one.size for one in placed),
                sum(one.written for one in placed),
                tuple(path for one in placed for path in one.moves),
                tuple(path for one in placed for path in one.stale),
            ),
            part.awards,
            b"".join([one.rows for one in done]),
            part.issuer,
            frozenset().union(*(one.expiries for one in done)),
            frozenset().union(*(one.letters for one in done)),
            self._filled.taken(),
        )

    def _loose(self, part: Part) -> Done:
        """Make a part whose files lie anywhere, unless it is remembered and stands."""
        key, name = self._key(part), name_of(part)
        whole = self.before.get(name) if key else None
        if whole is not None and whole.key == key:
            with contextlib.suppress(ValueError):
                if self.stands or stand_as(whole.facts, self.stage.standing(whole.paths())):
                    return self._as_remembered(part, whole)
        self._letters()
        placed, stand = self.stage.place(part_files(self.material, part), bool(key))
        if not key:
            return Done(placed, letters=self._letters())
        made = Whole(name, key, facts_of(stand), (), "", "\n".join(placed.paths).encode("utf-8"))
        return Done(placed, rows=made.written(), letters=self._letters())

    def _piece(self, part: Part, piece: Piece) -> Done:
        """Make what the awards of a piece need."""
        sealed, name = self.material.sealed[part.issuer], name_of(Part(part.kind, part.issuer, (), (piece,)))
        key = self._key(Part(part.kind, part.issuer, (), (piece,)))
        before, same = self._before(name, key) if key else ({}, False)
        files, size, written = 0, 0, 0
        moves: list[str] = []
        stale: list[str] = []
        rows: list[str] = []
        days: set[str] = set()
        missing: set[str] = set()
        for id_ in piece.ids:
            known = before.get(id_)
            own = known.key if known and same else self._key_of(sealed, piece, id_)
            placed, made = self._award(sealed, id_, own, known if known and known.key == own else None)
            files += placed.files
            size += placed.size
            written += placed.written
            moves += placed.moves
            stale += placed.stale
            if key:
                rows.append(row(id_, made))
            if made.until and (day := expires(self.material, sealed.register, id_, made.until)):
                days.add(day)
            missing.update(made.letters)
        whole = Whole(
            name, key, f"{files}.{size}", tuple(sorted(days)), "".join(sorted(missing)), "".join(rows).encode("ascii")
        )
        return Done(
            Placed(files, size, written, tuple(moves), tuple(stale)),
            len(piece.ids),
            whole.written() if key else b"",
            part.issuer,
            expiries_on(self.material, piece.badge, days) if days else frozenset(),
            frozenset(missing),
        )

    def _key_of(self, sealed: Sealed, piece: Piece, id_: str) -> str:
        return "" if self.keys is None else self.keys.of(sealed, piece, id_)

    def _before(self, name: str, key: str) -> tuple[dict[str, Known], bool]:
        """Return what is remembered of the awards of a piece, and whether all of that has the key that it has now."""
        found: dict[str, Known] = {}
        for whole in self.before.beside(name):
            try:
                awards = whole.awards()
            except ValueError:
                continue
            if whole.name == name and whole.key == key:
                return awards, True
            found = {**awards, **found}
        return found, False

    def _award(self, sealed: Sealed, id_: str, key: str, known: Known | None) -> tuple[Placed, Known]:
        """Make what an award needs, and return what is to be remembered of it.

        Args:
            sealed: what its issuer has sealed.
            id_: of the award.
            key: of everything that its files depend on.
            known: what is remembered of it with this key.
        """
        if known and self.stands:
            return Placed(known.files, known.size), known
        found = self.stage.look([f"{top}/{id_}" for top in self.tops])
        if known and not found.others and not found.new and stand_as(known.facts, found.files):
            return Placed(known.files, known.size), known
        self._letters()
        credential, until = award_file(id_, "credential.json"), ""

        def outputs() -> Iterator[Output]:
            nonlocal until
            for path, data in files_of_award(self.material, sealed, id_):
                if path == credential:
                    until = _until(data)
                yield path, data

        placed, stand = self.stage.own(found, outputs(), _searched(sealed, id_), bool(key))
        if key and self.stage.fresh:
            self._filled.add(self.stage.folder, stand)
        return placed, Known(key, facts_of(stand) if key else "", until, "".join(sorted(self._letters())))

    def _letters(self) -> frozenset[str]:
        """Return the letters that no font had since this was asked last."""
        found: set[str] = set()
        for printer in self.material.printers.values():
            found.update(printer.missing)
            printer.missing.clear()
        return frozenset(found)


def name_of(part: Part) -> str:
    """Return the name by which a part that is as small as can be is remembered; it has no space in it."""
    if not part.pieces:
        return "/".join((part.kind, part.issuer, *part.names))
    [piece] = part.pieces
    return f"{part.kind}/{part.issuer}/{piece.name}"


_END = b'"validUntil":"'


def _until(credential: bytes) -> str:
    """Return the moment at which a signed credential ends, as it says it, or ""."""
    count = credential.count(_END)
    if count == 1:
        # A quotation mark inside a text has a backslash before it, so this is a member, and ours has it at the top alone.
        start = credential.index(_END) + len(_END)
        return credential[start : credential.index(b'"', start)].decode("ascii")
    return str(orjson.loads(credential).get("validUntil", "")) if count else ""


_SEARCHED = frozenset((*SEALED_FORMS, LOG_PROOF, "badge.png", "badge.svg", "index.html"))


def _searched(sealed: Sealed, id_: str) -> frozenset[str]:
    """Return the names of those files of an award that need not be looked through for secrets.

    They are sealed bytes, and pictures with sealed bytes in them: ``seal`` looked through all of them before it wrote them, and
    they are what it wrote, by their digests. A proof of the log is digests as base64, in which no form of a secret can stand, and a checkpoint,
    which is looked through where it is published. Whoever makes a page looks through it.
    """
    if id_ in sealed.register.erased or not in_force(sealed.register, id_):
        return frozenset()
    return _SEARCHED
