"""The rules between files: names that must exist, values that must not stand twice.

Everything here looks at checked objects and returns problems; nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinback.content.kinds import did_you_mean
from pinback.content.records import did_beside, fault_in_result, unknown
from pinback.errors import Problem, quoted
from pinback.model import Award, Badge, Club, Origin


def between_files(club: Club, badge_folders: list[str], issuer_folders: list[str]) -> list[Problem]:
    """Return every problem between files.

    Args:
        club: what could be read; objects with problems of their own are missing from it.
        badge_folders: names of all badge folders, readable or not, so that one fault is not told twice.
        issuer_folders: the same for issuers.
    """
    return [
        *_issuers(club, issuer_folders),
        *_badges(club, issuer_folders),
        *_awards(club, badge_folders),
        *_people(club),
    ]


def _issuers(club: Club, folders: list[str]) -> Iterator[Problem]:
    if club.site.default_issuer not in folders:
        what, cure = unknown("an issuer", club.site.default_issuer, folders)
        yield Problem(club.site.origin.file, club.site.origin.line, f"default_issuer: {what}", cure)
    dids: dict[str, str] = {}
    for issuer in club.issuers.values():
        file, line = issuer.origin.file, issuer.origin.line
        if issuer.did in dids:
            yield Problem(file, line, f"did is also that of {dids[issuer.did]}", "give each issuer its own")
        dids[issuer.did] = f"issuers/{issuer.slug}"
        if fault := did_beside(club.site.base_url, issuer):
            yield Problem(
                file, line, fault, "verifiers could not find the keys; correct the did, or base_url in site.yaml"
            )
        if issuer.parent and issuer.parent not in folders:
            what, cure = unknown("an issuer", issuer.parent, folders)
            yield Problem(file, 0, f"parent: {what}", cure)


def _badges(club: Club, issuer_folders: list[str]) -> Iterator[Problem]:
    for badge in club.badges.values():
        if badge.issuer not in issuer_folders and badge.issuer != club.site.default_issuer:
            what, cure = unknown("an issuer", badge.issuer, issuer_folders)
            yield Problem(badge.origin.file, 0, f"issuer: {what}", cure)


def _awards(club: Club, folders: list[str]) -> Iterator[Problem]:
    yield from _twice(club, lambda award: award.id, "the id", "give the newer one no id; seal draws one")
    yield from _twice(
        club, lambda award: award.named, '"named"', "each named link needs its own secret; make it with pinback award"
    )
    yield from _twice(
        club, lambda award: award.email.salt if award.email else "", "the salt", "each award needs its own"
    )
    yield from _twice(
        club,
        lambda award: f"{award.badge} {award.handle} {award.issued_on}" if award.handle else "",
        "the same badge, holder and day",
        "delete one of the two, or correct it",
    )
    for award in club.awards:
        badge = club.badges.get(award.badge)
        if badge is not None:
            yield from _results(award, badge)


def _twice(club: Club, key: object, what: str, cure: str) -> Iterator[Problem]:
    seen: dict[str, Origin] = {}
    for award in club.awards:
        value = key(award)  # type: ignore[operator]
        if not value:
            continue
        if value in seen:
            yield Problem(award.origin.file, award.origin.line, f"{what} stands at {seen[value]} already", cure)
        else:
            seen[value] = award.origin


def _results(award: Award, badge: Badge) -> Iterator[Problem]:
    described = {result.id: result for result in badge.results}
    for result in award.results:
        if result.result not in described:
            what, cure = unknown(f"a result of {badge.origin.file}", result.result, list(described))
            yield Problem(award.origin.file, award.origin.line, what, cure)
        elif fault := fault_in_result(result, described[result.result]):
            yield Problem(award.origin.file, award.origin.line, fault, "correct the value, or the badge")


def _people(club: Club) -> Iterator[Problem]:
    handles = sorted({award.handle for award in club.awards if award.handle})
    minors = {award.handle for award in club.awards if award.minor}
    for person in club.people.values():
        if person.handle not in handles:
            cure = did_you_mean(person.handle, handles) or "name the file for the handle in the holder's awards"
            yield Problem(person.origin.file, 0, f"no award has the handle {quoted(person.handle)}", cure)
        elif person.handle in minors:
            yield Problem(person.origin.file, 0, "this holder is under age, so there is no page", "delete the file")
