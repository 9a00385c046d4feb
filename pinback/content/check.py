"""The rules between files: names that must exist, values that must not stand twice.

Everything here looks at checked objects and returns problems; nothing is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

from pinback.content import corrections, groups, translations
from pinback.content.kinds import nearest
from pinback.content.records import did_beside, fault_in_result, unknown
from pinback.errors import Problem, quoted
from pinback.model import Award, Badge, Club, Origin, Site

Places: TypeAlias = Mapping[tuple[str, int, str], int]
"""Line of a field, by file, line of the award (0: the file as a whole) and name."""


def between_files(
    club: Club,
    badge_folders: list[str],
    issuer_folders: list[str],
    places: Places,
    sealed: Collection[str] = (),
    moved: Collection[str] = (),
) -> list[Problem]:
    """Return every problem between files.

    Args:
        club: what could be read; objects with problems of their own are missing from it.
        badge_folders: names of all badge folders, readable or not, so that one fault is not told twice.
        issuer_folders: the same for issuers.
        places: where fields stand that name something elsewhere.
        sealed: ids of sealed awards, whose results were judged when they were signed.
        moved: issuers whose site has moved; their DID may lie at the old address.
    """
    return [
        *_issuers(club, issuer_folders, places, moved),
        *_badges(club, issuer_folders, places),
        *_awards(club, badge_folders, places, sealed),
        *_minors(club),
        *_people(club),
        *groups.problems(club),
    ]


def _issuers(club: Club, folders: list[str], places: Places, moved: Collection[str]) -> Iterator[Problem]:
    if club.site.default_issuer not in folders:
        file = club.site.origin.file
        what, cure = unknown("an issuer", club.site.default_issuer, folders)
        yield Problem(file, places.get((file, 0, "default_issuer"), 0), f"default_issuer: {what}", cure)
    dids: dict[str, str] = {}
    for issuer in club.issuers.values():
        file, line = issuer.origin.file, issuer.origin.line
        if issuer.did in dids:
            yield Problem(
                file,
                line,
                f"{quoted(issuer.did)} is the did of issuers/{dids[issuer.did]} too",
                f'give each its own, like "{issuer.did}:issuers:{issuer.slug}"',
            )
        dids.setdefault(issuer.did, issuer.slug)
        if issuer.slug not in moved and (fault := did_beside(club.site.base_url, issuer)):
            yield Problem(file, line, *fault)
        if issuer.parent == issuer.slug:
            yield Problem(file, places.get((file, 0, "parent"), 0), "parent names this issuer itself", "leave it out")
        elif issuer.parent and issuer.parent not in folders:
            what, cure = unknown("an issuer", issuer.parent, [name for name in folders if name != issuer.slug])
            yield Problem(file, places.get((file, 0, "parent"), 0), f"parent: {what}", cure)


def _badges(club: Club, issuer_folders: list[str], places: Places) -> Iterator[Problem]:
    guesses = iter(range(corrections.MOST_GUESSES))
    for badge in club.badges.values():
        if badge.issuer not in issuer_folders and badge.issuer != club.site.default_issuer:
            file = badge.origin.file
            known = issuer_folders if next(guesses, None) is not None else []
            what, cure = unknown("an issuer", badge.issuer, known)
            yield Problem(file, places.get((file, 0, "issuer"), 0), f"issuer: {what}", cure)


def _awards(club: Club, folders: list[str], places: Places, sealed: Collection[str]) -> Iterator[Problem]:
    yield from _twice(
        club,
        lambda award: award.id,
        lambda award: f"the id {quoted(award.id)} is that of another award too",
        'delete the "id" line of the newer one of the two, the next sealing writes a new one',
        (),
    )
    yield from _erased(club)
    yield from corrections.problems(club, places, sealed)
    line = cache(lambda: corrections.first_of_each(club, with_renewals=True))
    yield from _twice(
        club,
        lambda award: award.named,
        lambda award: 'the same "named" stands in another award',
        "each award has a link of its own; delete the copied lines and make it with pinback award",
        sealed,
        line,
    )
    yield from _twice(
        club,
        _salt,
        lambda award: 'the same "salt" stands in another award',
        "each award has a salt of its own; delete the copied e-mail hash and make it with pinback award --email",
        sealed,
        line,
    )
    yield from _twice(
        club,
        lambda award: (award.badge, award.handle, award.issued_on) if award.handle and not award.revoked else None,
        lambda award: f"{quoted(award.handle)} has this badge of {award.issued_on} already",
        "delete one of the two awards, or correct holder or day",
        sealed,
        cache(lambda: corrections.first_of_each(club, with_renewals=False)),
    )
    yield from _twice(
        club,
        lambda award: "" if award.id else str(award.origin),
        lambda award: "two awards begin on the same line",
        "begin each on a line of its own, so that sealing can write its id there",
        (),
    )
    guesses = iter(range(corrections.MOST_GUESSES))
    for award in club.awards:
        badge = club.badges.get(award.badge)
        if badge is not None and award.id not in sealed:
            yield from _results(award, badge, places, guesses)
            yield from _language(award, badge, club.site, places)


def _salt(award: Award) -> str:
    email = award.email
    return email.salt if email else ""


def _language(award: Award, badge: Badge, site: Site, places: Places) -> Iterator[Problem]:
    if fault := translations.fault_in_language(award, badge, site):
        file, line = award.origin.file, award.origin.line
        yield Problem(file, places.get((file, line, "language"), line), *fault)


def _erased(club: Club) -> Iterator[Problem]:
    """An award stands as a record or as erased, and as either once."""
    first: dict[str, Origin] = {}
    for erasure in club.erasures:
        before = first.setdefault(erasure.id, erasure.origin)
        if before is not erasure.origin:
            what = f"the award {erasure.id} is marked as erased twice, first at {before}"
            yield Problem(erasure.origin.file, erasure.origin.line, what, "delete this one")
    for award in club.awards:
        if award.id in first:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"the award {award.id} is erased at {first[award.id]}, and its record still stands here",
                f"finish with: pinback erase {award.id}",
            )


def _twice(
    club: Club,
    key: Callable[[Award], Hashable],
    what: Callable[[Award], str],
    cure: str,
    sealed: Collection[str],
    first_of_each: Callable[[], Mapping[Origin, str]] = dict,
) -> Iterator[Problem]:
    """Yield a problem for each award whose key another one has; awards of one line of corrections may share it.

    So may two that are sealed: they were judged then, nobody can change them any more, and an award that stood between them in
    their line may have been erased since.
    """
    values = [key(award) for award in club.awards]
    given = [value for value in values if value]
    if len(set(given)) == len(given):
        return  # in nearly every club
    seen: dict[Hashable, Award] = {}
    for award, value in zip(club.awards, values, strict=True):
        if not value:
            continue
        first = seen.setdefault(value, award)
        if first is award or (award.id in sealed and first.id in sealed):
            continue
        first_of = first_of_each()
        allowed = award.origin in first_of and first_of[award.origin] == first_of.get(first.origin)
        if not allowed:
            elsewhere = "" if first.origin == award.origin else f", at {first.origin}"
            yield Problem(award.origin.file, award.origin.line, what(award) + elsewhere, cure)


def _minors(club: Club) -> Iterator[Problem]:
    """A handle belongs to one person, so what one award of a child hides no other may show."""
    minors = {award.handle: award.origin for award in club.awards if award.minor and award.handle}
    for award in club.awards:
        if award.handle in minors and award.public and not award.minor:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"{quoted(award.handle)} is under age at {minors[award.handle]}, and here a name stands in the open",
                'add "minor: true" here with a guardian\'s consent, or delete the name',
            )


def _results(award: Award, badge: Badge, places: Places, guesses: Iterator[int]) -> Iterator[Problem]:
    described = {result.id: result for result in badge.results}
    file, first = award.origin.file, award.origin.line
    for number, result in enumerate(award.results):
        line = places.get((file, first, f"results {number}"), first)
        if not described:
            cure = 'describe it there under "results", or delete it here'
            yield Problem(file, line, f"{quoted(result.result)}: {badge.origin.file} has no results", cure)
        elif result.result not in described:
            known = list(described) if next(guesses, None) is not None else []
            yield Problem(file, line, *unknown(f"a result of {badge.origin.file}", result.result, known))
        elif fault := fault_in_result(result, described[result.result]):
            yield Problem(file, line, fault, f"correct it, or the results of {badge.origin.file}")


def _people(club: Club) -> Iterator[Problem]:
    if not club.people:
        return
    handles = sorted({award.handle for award in club.awards if award.handle})
    minors = {award.handle for award in club.awards if award.minor}
    guesses = iter(range(corrections.MOST_GUESSES))
    for person in club.people.values():
        if person.handle not in handles:
            near = nearest(person.handle, handles) if next(guesses, None) is not None else ""
            cure = f"rename the file to {quoted(near + '.md')}" if near else "name the file for the handle of a holder"
            yield Problem(person.origin.file, 0, f"no award has the handle {quoted(person.handle)}", cure)
        elif person.handle in minors:
            yield Problem(
                person.origin.file, 0, "this holder is under age, so there is no page of them", "delete this file"
            )
