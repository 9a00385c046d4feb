"""One part of a site: made, staged, and told about in a few words.

It can be done by any process that has the club's material and sees the folders; nothing comes back but what ``Done`` holds.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import orjson

from pinback.addresses import SEALED_FORMS, award_file
from pinback.assemble import Material, Output, Sealed
from pinback.assemble.awards import award_files, expiry, in_force
from pinback.assemble.site import Part, award_folders, files_of_award, part_files
from pinback.building.manifest import Keys, Known, Manifest, facts_of, row
from pinback.calendar import Expiry
from pinback.errors import PinbackError
from pinback.publish import Placed, Stage


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a part.

    Attributes:
        placed: its files.
        awards: how many there are in it.
        rows: what is to be remembered of them, one line each.
        issuer: of the awards, or "".
        expiries: when they expire.
        letters: letters on certificates that no font has.
    """

    placed: Placed
    awards: int = 0
    rows: bytes = b""
    issuer: str = ""
    expiries: frozenset[Expiry] = frozenset()
    letters: frozenset[str] = frozenset()


class Maker:
    """Makes parts of one site."""

    def __init__(
        self,
        material: Material,
        stage: Stage,
        before: Manifest | None = None,
        stands: bool = False,
        remembers: bool = True,
    ) -> None:
        """Bind what parts are made from, where they go, and what was made before.

        Args:
            material: of the club.
            stage: where files are made ready.
            before: what the last build remembered, if anything.
            stands: whether it is known that nothing in the site was touched since then.
            remembers: whether anything of what is made now is to be remembered; rows are empty otherwise.
        """
        self.material, self.stage, self.stands = material, stage, stands
        self.before = before or Manifest()
        self.keys = Keys(material) if remembers else None
        self.tops = [folder.rpartition("/")[0] for folder in award_folders(material, "x")]

    def get_ready(self) -> None:
        """Make what every process needs, before they are forked: templates, codes and numbers.

        The first award of each issuer asks for all of it. What is wrong with it is told when its part is made.
        """
        with contextlib.suppress(PinbackError):
            for sealed in self.material.sealed.values():
                for id_ in islice(sealed.register.awards, 1):
                    deque(award_files(self.material, sealed, sealed.register.awards[id_]), maxlen=0)

    def make(self, part: Part) -> Done:
        """Make and stage the files of a part."""
        if part.kind not in ("awards", "erased"):
            return self._loose(part)
        sealed = self.material.sealed[part.issuer]
        files, size, written = 0, 0, 0
        moves: list[str] = []
        stale: list[str] = []
        rows: list[str] = []
        expiries: set[Expiry] = set()
        missing: set[str] = set()
        for id_ in part.names:
            placed, line, until, letters = self._award(sealed, id_)
            files += placed.files
            size += placed.size
            written += placed.written
            moves += placed.moves
            stale += placed.stale
            rows.append(line)
            if until:
                register = sealed.register
                expiries.update(expiry(self.material, register, register.awards[id_], {"validUntil": until}))
            missing.update(letters)
        return Done(
            Placed(files, size, written, tuple(moves), tuple(stale)),
            len(part.names),
            "".join(rows).encode("ascii"),
            part.issuer,
            frozenset(expiries),
            frozenset(missing),
        )

    def _loose(self, part: Part) -> Done:
        """Make a part whose files lie anywhere, unless it is remembered and stands."""
        key, name = self.keys.of_part(part) if self.keys else "", "/".join((part.kind, *part.names))
        known = self.before.get(name, key) if key else None
        if known:
            paths = known.more.split("\n")
            if self.stands or known.facts == facts_of(self.stage.standing(paths)):
                placed = Placed(known.files, known.size, paths=tuple(paths))
                return Done(placed, rows=row(name, known).encode("ascii"))
        self._letters()
        placed, stand = self.stage.place(part_files(self.material, part), bool(key))
        made = row(name, Known(key, facts_of(stand), "", "\n".join(placed.paths))) if key else ""
        return Done(placed, rows=made.encode("ascii"), letters=self._letters())

    def _award(self, sealed: Sealed, id_: str) -> tuple[Placed, str, str, str]:
        """Make what an award needs, and return it with its row, its end of validity and its missing letters, or "" for each."""
        key = self.keys.of(sealed, id_) if self.keys else ""
        known = self.before.get(id_, key) if key else None
        if known and self.stands:
            return Placed(known.files, known.size), row(id_, known), known.until, known.more
        found = self.stage.look([f"{top}/{id_}" for top in self.tops])
        if known and not found.others and not found.new and known.facts == facts_of(found.files):
            return Placed(known.files, known.size), row(id_, known), known.until, known.more
        self._letters()
        credential, until = award_file(id_, "credential.json"), ""

        def outputs() -> Iterator[Output]:
            nonlocal until
            for path, data in files_of_award(self.material, sealed, id_):
                if path == credential:
                    until = _until(data)
                yield path, data

        placed, stand = self.stage.own(found, outputs(), _searched(sealed, id_), bool(key))
        if not key:
            return placed, "", until, "".join(sorted(self._letters()))
        made = Known(key, facts_of(stand), until, "".join(sorted(self._letters())))
        return placed, row(id_, made), made.until, made.more

    def _letters(self) -> frozenset[str]:
        """Return the letters that no font had since this was asked last."""
        found: set[str] = set()
        for printer in self.material.printers.values():
            found.update(printer.missing)
            printer.missing.clear()
        return frozenset(found)


_END = b'"validUntil":"'


def _until(credential: bytes) -> str:
    """Return the moment at which a signed credential ends, as it says it, or ""."""
    count = credential.count(_END)
    if count == 1:
        # A quotation mark inside a text has a backslash before it, so this is a member, and ours has it at the top alone.
        start = credential.index(_END) + len(_END)
        return credential[start : credential.index(b'"', start)].decode("ascii")
    return str(orjson.loads(credential).get("validUntil", "")) if count else ""


_SEARCHED = frozenset((*SEALED_FORMS, "badge.png", "badge.svg", "index.html"))


def _searched(sealed: Sealed, id_: str) -> frozenset[str]:
    """Return the names of those files of an award that need not be looked through for secrets.

    They are sealed bytes, and pictures with sealed bytes in them: ``seal`` looked through all of them before it wrote them, and
    they are what it wrote, by their digests. Whoever makes a page looks through it.
    """
    if id_ in sealed.register.erased or not in_force(sealed.register, id_):
        return frozenset()
    return _SEARCHED
