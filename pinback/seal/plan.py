"""What a sealing would do, found by comparing the club's records with the register, and said in words.

Records of sealed awards must still say what was signed; every difference is a problem with a way out.
Nothing is signed or written here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pinback.addresses import Addresses
from pinback.errors import Problem, quoted
from pinback.formats import ob2
from pinback.images.pictures import same_picture
from pinback.model import Award, Badge, Club, Issuer
from pinback.register import Register, SealedAward, record_hash
from pinback.seal.store import Store


@dataclass(frozen=True, slots=True)
class BadgePictures:
    """The two pictures of a badge version; the PNG is drawn only where a new version needs it."""

    svg: bytes
    png: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A badge version to be frozen."""

    badge: Badge
    pictures: BadgePictures


@dataclass(frozen=True, slots=True)
class Plan:
    """What one issuer's sealing would do."""

    issuer: Issuer
    awards: tuple[Award, ...]
    versions: tuple[NewVersion, ...]
    revocations: tuple[Award, ...]
    current: dict[str, str]
    """The frozen version that each unchanged badge has now, by slug."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to seal."""
        return not (self.awards or self.versions or self.revocations)

    def words(self, club: Club) -> list[str]:
        """Return the plan as sentences, one a line, for the person who is about to sign."""
        name = self.issuer.name.in_language(club.site.language)
        lines = [f"{name} will sign:"]
        for new in self.versions:
            lines.append(f"  the badge {quoted(new.badge.name.in_language(new.badge.language))} as it reads now")
        for slug in sorted({award.badge for award in self.awards}):
            waiting = [award for award in self.awards if award.badge == slug]
            title = club.badges[slug].name.in_language(club.badges[slug].language)
            days = sorted({award.issued_on.isoformat() for award in waiting})
            span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
            lines.append(f"  {len(waiting)} award{'s' if len(waiting) > 1 else ''} of {quoted(title)}, issued {span}")
        for award in self.revocations:
            reason = award.revoked.reason if award.revoked else ""
            lines.append(f"  the withdrawal of award {award.id} ({award.origin}), reason {reason}")
        return lines


def changed_records(
    club: Club, registers: dict[str, Register], new_record: Callable[[Award], str] = lambda award: ""
) -> Iterator[Problem]:
    """Yield a problem for each record that no longer says what was sealed.

    Args:
        club: the checked club.
        registers: by issuer, of all issuers that have one.
        new_record: the text of a whole new record that corrects an award and says what its record says now.
    """
    sealed = {id_: (issuer, award) for issuer, register in registers.items() for id_, award in register.awards.items()}
    for award in club.awards:
        if award.id in sealed:
            issuer, known = sealed[award.id]
            yield from _changes(club, award, known, issuer, registers[issuer], new_record)
        elif award.revoked:
            yield Problem(
                award.origin.file,
                award.origin.line,
                "this award is withdrawn though it was never sealed",
                "delete the record; nobody has seen the award",
            )
    present = {award.id for award in club.awards}
    for id_, (issuer, known) in sealed.items():
        if id_ not in present:
            yield Problem(
                registers[issuer].file,
                known.line,
                f"award {id_} of badges/{known.badge} was sealed on {known.at:%Y-%m-%d}, but no record has its id",
                "restore the record from git; published awards do not vanish",
            )

    yield from _lost_badges(club, registers)


def _lost_badges(club: Club, registers: dict[str, Register]) -> Iterator[Problem]:
    for issuer, register in registers.items():
        for slug in register.versions:
            badge = club.badges.get(slug)
            if badge is None:
                yield Problem(
                    f"badges/{slug}/badge.md",
                    0,
                    "this badge was published, and its file is gone",
                    "restore it from git; published badges do not vanish",
                )
            elif badge.issuer != issuer:
                yield Problem(
                    badge.origin.file,
                    0,
                    f"this badge was published by {quoted(issuer)}",
                    f'put "issuer: {issuer}" back; for another issuer make a new badge',
                )


def _changes(
    club: Club,
    award: Award,
    known: SealedAward,
    issuer: str,
    register: Register,
    new_record: Callable[[Award], str],
) -> Iterator[Problem]:
    file, line = award.origin.file, award.origin.line
    sealed_on = f"{known.at:%Y-%m-%d}"
    if award.badge != known.badge:
        yield Problem(
            file, line, f"award {award.id} was sealed as one of badges/{known.badge}", "move the record back there"
        )
        return
    if record_hash(award.typed) != known.record:
        yield Problem(
            file,
            line,
            f"award {award.id} was signed on {sealed_on} and its record has been changed since",
            f"put the old lines back (git shows them); to correct the award, put this into a new file in badges/{award.badge}/awards",
            paste=new_record(award),
        )
    withdrawn = register.revoked.get(award.id)
    if withdrawn and not award.revoked:
        yield Problem(
            file,
            line,
            f"award {award.id} was withdrawn on {withdrawn.at:%Y-%m-%d}, and the record no longer says so",
            "put the revoked lines back; a withdrawal is final, award again with a new record",
        )
    elif withdrawn and award.revoked and award.revoked.reason != withdrawn.code:
        yield Problem(
            file, line, f"award {award.id} was withdrawn with the reason {quoted(withdrawn.code)}", "put it back"
        )


def facts(club: Club, issuer: Issuer, register: Register) -> Iterator[Problem]:
    """Yield a problem where ``base_url`` or DID differ from what the register has made a fact."""
    site = club.site
    if register.base_url != site.base_url:
        yield Problem(
            site.origin.file,
            0,
            f"base_url is {site.base_url}, but awards were published under {register.base_url}",
            "put it back; a site that moves needs the command move",
        )
    if register.did != issuer.did:
        yield Problem(
            issuer.origin.file,
            issuer.origin.line,
            f"did is {issuer.did}, but awards were signed as {register.did}",
            "put it back; an issuer that moves needs the command move",
        )


def current_version(store: Store, register: Register, badge: Badge, where: Addresses, svg: bytes) -> str:
    """Return the frozen version that says exactly what the badge says now, or "".

    The PNG is not drawn again for the comparison: another machine's libcairo may draw other bytes for
    the same picture, and that is no new version.
    """
    now = ob2.badge_class(badge, where, "")
    for version in reversed(register.versions_of(badge.slug)):
        files = store.version_files(register, badge.slug, version)
        then = json.loads(files["badge.json"])
        if (
            same_picture(files["image.svg"], svg)
            and {name: then[name] for name in then if name not in ("id", "image")} == now
        ):
            return version
    return ""


def make_plan(
    club: Club, issuer: Issuer, register: Register, store: Store, pictures: Callable[[Badge], BadgePictures]
) -> Plan:
    """Return what a sealing of *issuer* would do."""
    where = Addresses(club.site.base_url)
    badges = [badge for badge in club.badges.values() if badge.issuer == issuer.slug]
    current: dict[str, str] = {}
    versions = []
    for badge in badges:
        drawn = pictures(badge)
        if version := current_version(store, register, badge, where, drawn.svg):
            current[badge.slug] = version
        else:
            versions.append(NewVersion(badge, drawn))
    own = {badge.slug for badge in badges}
    awards = tuple(award for award in club.awards if award.badge in own and award.id not in register.awards)
    revocations = tuple(
        award
        for award in club.awards
        if award.revoked and award.id in register.awards and award.id not in register.revoked
    )
    return Plan(issuer, awards, tuple(versions), revocations, current)


def too_early(plan: Plan, at: datetime) -> Iterator[Problem]:
    """Yield a problem for each award or withdrawal that lies in the future, wherever on earth the steward is."""
    latest = (at + timedelta(hours=14)).date()
    for award in plan.revocations:
        if award.revoked and award.revoked.on > latest:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"the award is withdrawn on {award.revoked.on}, a day that has not come yet",
                "correct it, or seal on that day",
            )
    for award in plan.awards:
        if award.issued_on > latest:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"issued_on is {award.issued_on}, a day that has not come yet",
                "correct it, or seal on that day",
            )
