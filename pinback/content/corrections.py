"""Awards that name other awards: corrections (``supersedes``, ``superseded_by``) and renewals (``renews``).

Everything here looks at checked objects and returns problems; nothing is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from pinback.content.kinds import nearest
from pinback.errors import Problem, quoted
from pinback.model import Award, Club, Origin

MOST_GUESSES = 50
"""Faults of one kind for which the nearest name of a whole club is looked for, which takes longer than all else."""
FIELDS = ("supersedes", "renews", "superseded_by")
"""The fields of an award that hold the id of another one."""
Places: TypeAlias = Mapping[tuple[str, int, str], int]


def first_of_each(club: Club, with_renewals: bool) -> dict[Origin, str]:
    """Return, by where each award stands, the first award of its line of corrections (and renewals where asked)."""

    def name(award: Award) -> str:
        return award.id or str(award.origin)  # a record that waits for its id corrects as well

    before = {award.superseded_by: award.id for award in club.awards if award.superseded_by}
    for award in club.awards:
        if old := award.supersedes or (award.renews if with_renewals else ""):
            before[name(award)] = old
    firsts: dict[str, str] = {}
    for award in club.awards:
        path: dict[str, None] = {}
        one = name(award)
        while one in before and one not in firsts and one not in path:
            path[one] = None
            one = before[one]
        first = firsts.get(one, one)  # in a ring, which is told, the one at which it closes
        firsts |= dict.fromkeys(path, first)
        firsts.setdefault(name(award), first)
    return {award.origin: firsts[name(award)] for award in club.awards}


def problems(club: Club, places: Places, sealed: Collection[str]) -> Iterator[Problem]:
    """Yield every problem of the fields that name another award.

    Args:
        club: what could be read.
        places: line of a field, by file, line of the award and name.
        sealed: ids of sealed awards; what they name may have been erased since.
    """
    naming = [award for award in club.awards if award.supersedes or award.renews or award.superseded_by]
    if not naming:
        return
    by_id = {award.id: award for award in club.awards if award.id}
    guesses = iter(range(MOST_GUESSES))
    for award in naming:
        for field in FIELDS:
            other = getattr(award, field)
            if other and (fault := _fault(club, by_id, award, field, other, sealed, guesses)):
                yield Problem(award.origin.file, _line(places, award, field), *fault)
    yield from _same_aim(club, places)
    yield from _disagreeing(by_id, places)
    for field in ("supersedes", "renews"):
        yield from _circles(by_id, field, places)


def _line(places: Places, award: Award, field: str) -> int:
    return places.get((award.origin.file, award.origin.line, field), award.origin.line)


def _fault(
    club: Club,
    by_id: Mapping[str, Award],
    award: Award,
    field: str,
    other: str,
    sealed: Collection[str],
    guesses: Iterator[int],
) -> tuple[str, str] | None:
    """Return what is wrong with the award that *field* names, and the cure."""
    if other == award.id:
        return f"{field} names this award itself", "write the id of the other award, or delete the line"
    found = by_id.get(other)
    if found is None:
        may_be_gone = award.id in sealed or field == "superseded_by"
        if other in sealed and may_be_gone:
            return None  # it was erased, and its record is gone
        erased = next((one for one in club.erasures if one.id == other), None)
        if erased is not None and may_be_gone:
            return None
        if erased is not None:
            return f"{field}: the award {other} was erased ({erased.origin})", "delete the line"
        known = [id_ for id_ in by_id if id_ != award.id] if next(guesses, None) is not None else []
        near = nearest(other, known)
        cure = (
            f"did you mean {quoted(near)}, at {by_id[near].origin}?"
            if near
            else 'copy it from the other record, where it stands after "id:"; an award without an id was never sealed'
        )
        return f"{field}: no award of this club has the id {quoted(other)}", cure
    mine, theirs = club.badges.get(award.badge), club.badges.get(found.badge)
    if mine and theirs and mine.issuer != theirs.issuer:
        return (
            f"{field}: the award {other} (badges/{found.badge}) is one of {theirs.issuer}, this one is of {mine.issuer}",
            "name an award of the same issuer, or delete the line; the other issuer corrects and renews its own",
        )
    return None


def _same_aim(club: Club, places: Places) -> Iterator[Problem]:
    """An award is corrected once, and corrects one."""
    for field, what, cure in (
        (
            "supersedes",
            "the award {0} is corrected by another award too, at {1}",
            "keep one of the two; to correct a correction, name its id",
        ),
        (
            "superseded_by",
            "the award {0} corrects another award too, at {1}",
            "one award corrects one other; withdraw this one with revoked, or name another award",
        ),
    ):
        seen: dict[str, Origin] = {}
        for award in club.awards:
            other = getattr(award, field)
            if not other:
                continue
            first = seen.setdefault(other, award.origin)
            if first is not award.origin:
                line = _line(places, award, field)
                yield Problem(award.origin.file, line, what.format(other, first), cure)


def _disagreeing(by_id: Mapping[str, Award], places: Places) -> Iterator[Problem]:
    """Where both records speak of a correction, each names the other."""
    new_of = {award.supersedes: award for award in by_id.values() if award.supersedes}
    for award in by_id.values():
        named = by_id.get(award.superseded_by)
        if named is None or named is award:
            continue
        line = _line(places, award, "superseded_by")
        if named.supersedes and named.supersedes != award.id:
            yield Problem(
                award.origin.file,
                line,
                f"superseded_by names {named.id}, but that record ({named.origin}) corrects {named.supersedes}",
                "correct one of the two; where both records speak, each names the other",
            )
        elif (other := new_of.get(award.id)) is not None and other is not named:
            yield Problem(
                award.origin.file,
                line,
                f"superseded_by names {named.id}, but {other.id} ({other.origin}) says that it corrects this award",
                "correct one of the two; where both records speak, each names the other",
            )


def _circles(by_id: Mapping[str, Award], field: str, places: Places) -> Iterator[Problem]:
    """Awards that name each other in a ring; the one that stands first is told."""
    done: set[str] = set()
    # Whoever stands in a ring names another one.
    for award in [award for award in by_id.values() if getattr(award, field)]:
        path: set[str] = set()
        one: Award | None = award
        while one is not None and one.id not in done:
            done.add(one.id)
            path.add(one.id)
            following = getattr(one, field)
            if following in path and following != one.id:
                yield Problem(
                    one.origin.file,
                    _line(places, one, field),
                    f"{field} leads from award to award back to this one",
                    "delete one of these lines; only a later award can name an earlier one",
                )
            one = by_id.get(following)
