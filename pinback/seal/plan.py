"""What a sealing would do, found by comparing the club's records with the register, and said in words.

Records of sealed awards must still say what was signed; every difference is a problem with a way out.
Nothing is signed or written here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Any

from pinback.addresses import Addresses, log_origin
from pinback.dataclass import dataclass
from pinback.errors import Problem, quoted
from pinback.formats import ob2
from pinback.model import Award, Badge, Club, Issuer
from pinback.register import Register, SealedAward, SealedIds, record_hash
from pinback.seal import endorsing
from pinback.seal.endorsing import Groups
from pinback.seal.profiles import files_of
from pinback.seal.store import Store


@dataclass(frozen=True, slots=True)
class BadgePictures:
    """The two pictures of a badge version; the PNG is drawn only where a new version needs it."""

    svg: bytes
    png: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A badge version to be frozen, of one edition of the badge."""

    badge: Badge
    pictures: BadgePictures


@dataclass(frozen=True, slots=True)
class FrozenAgain:
    """A badge that says what it said, and is frozen once more because its awards are signed under another profile.

    Attributes:
        moved: no version of it stands under the present address; otherwise the key is new to it.
        sure: it has no version for any key that may sign; otherwise that depends on whose keys are opened.
    """

    badge: Badge
    moved: bool
    sure: bool

    def words(self) -> str:
        """Return the line of the plan."""
        title = _title(self.badge)
        if not self.sure:
            return f"the badge {title} once more, unless it is frozen already for the key that signs"
        return f"the badge {title} once more: it is frozen again for the new {'address' if self.moved else 'key'}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one issuer's sealing would do.

    Attributes:
        awards: those that wait.
        versions: badges that say something else than when they were frozen last, and editions of them in another
            language that awards need and that say something else than when they were frozen last.
        frozen_again: badges of waiting awards that are frozen once more as they are.
        revocations: sealed awards to be withdrawn.
        supersessions: id of the corrected award, and the award that corrects it.
        suspensions: sealed awards to be suspended.
        restorations: suspended awards whose records no longer say so.
        erasures: ids of sealed awards to be erased.
        stale_lists: purpose and number of status lists that a revoked key signed.
        groups: endorsements that are signed or ended.
        current: the frozen version that says what a badge says now, by slug and language, for editions that did not change.
    """

    issuer: Issuer
    awards: tuple[Award, ...] = ()
    versions: tuple[NewVersion, ...] = ()
    frozen_again: tuple[FrozenAgain, ...] = ()
    revocations: tuple[Award, ...] = ()
    supersessions: tuple[tuple[str, Award], ...] = ()
    suspensions: tuple[Award, ...] = ()
    restorations: tuple[Award, ...] = ()
    erasures: tuple[str, ...] = ()
    stale_lists: tuple[tuple[str, int], ...] = ()
    groups: Groups = field(default_factory=Groups)
    current: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to seal."""
        return not (self.awards or self.versions or self.changes or self.stale_lists or self.groups.waiting)

    @property
    def changes(self) -> int:
        """How many sealed awards something becomes of."""
        return sum(
            len(of) for of in (self.revocations, self.supersessions, self.suspensions, self.restorations, self.erasures)
        )

    def other_changes(self) -> list[str]:
        """Return what becomes of sealed awards beside withdrawals, a few words each."""
        return [
            *(f"replacement of award {old}" for old, _ in self.supersessions),
            *(f"suspension of award {award.id}" for award in self.suspensions),
            *(f"end of the suspension of award {award.id}" for award in self.restorations),
            *(f"erasure of award {id_}" for id_ in self.erasures),
            *(f"endorsement of group {group.slug}" for group in self.groups.endorsed),
            *(f"end of the endorsement of group {name}" for name in self.groups.ended),
        ]

    def words(self, club: Club) -> list[str]:
        """Return the plan as sentences, one a line, for the person who is about to sign."""
        name = self.issuer.name.in_language(club.site.language)
        lines = [f"{name} will sign:"]
        for new in self.versions:
            lines.append(f"  the badge {_title(new.badge)} as it reads now")
        lines += [f"  {again.words()}" for again in self.frozen_again]
        groups: dict[tuple[str, str], list[Award]] = {}
        for award in self.awards:
            groups.setdefault((award.badge, edition_of(club, award).language), []).append(award)
        for (slug, language), waiting in sorted(groups.items()):
            title = _title(club.badges[slug].edition(language))
            days = sorted({award.issued_on.isoformat() for award in waiting})
            span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
            lines.append(f"  {len(waiting)} award{'s' if len(waiting) > 1 else ''} of {title}, issued {span}")
        for award in self.revocations:
            reason = award.revoked.reason if award.revoked else ""
            lines.append(f"  the withdrawal of award {award.id} ({award.origin}), reason {reason}")
        for old, award in self.supersessions:
            lines.append(f"  the withdrawal of award {old}, which {award.origin} replaces")
        for award in self.suspensions:
            lines.append(f"  the suspension of award {award.id} ({award.origin})")
        for award in self.restorations:
            lines.append(f"  that award {award.id} ({award.origin}) is no longer suspended")
        for id_ in self.erasures:
            lines.append(f"  the erasure of award {id_}: its documents are deleted for good")
        lines += self.groups.words()
        for purpose, number in self.stale_lists:
            lines.append(f"  the {purpose} list {number} once more, because the key that signed it was revoked")
        return lines


def edition_of(club: Club, award: Award) -> Badge:
    """Return the badge of an award, in the language in which the award is signed."""
    badge = club.badges[award.badge]
    return badge.edition(award.language or badge.language)


def _title(badge: Badge) -> str:
    """Return the quoted name of a badge, with the language where it is not the badge's own."""
    return quoted(badge.name.in_language(badge.language)) + (f" in {quoted(badge.language)}" if badge.own else "")


def changed_records(
    club: Club, registers: dict[str, Register], new_record: Callable[[Award], str] = lambda award: ""
) -> Iterator[Problem]:
    """Yield a problem for each record that no longer says what was sealed.

    Args:
        club: the checked club.
        registers: by issuer, of all issuers that have one.
        new_record: the text of a whole new record that corrects an award and says what its record says now.
    """
    gone = {id_: erased for register in registers.values() for id_, erased in register.erased.items()}
    leaving = {erasure.id for erasure in club.erasures}
    there = 0
    for award in club.awards:
        register = _register_of(award, club, registers)
        if register is not None:
            there += 1
            if register.awards.says(award.id, award.badge, record_hash(award.typed)):
                if award.id in register.revoked or award.id in register.superseded:
                    yield from _undone(club, award, register)
            else:
                yield from _changes(club, award, register.awards[award.id], register, new_record)
            if (later := award.superseded_by) in leaving or later in gone:
                yield from _replaced_by_nobody(award, register)
        elif award.id in gone:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"award {award.id} was erased on {_day(gone[award.id].at)}, and its record still stands here",
                "delete the record",
            )
        elif award.suspended or award.superseded_by:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"this award is {'suspended' if award.suspended else 'superseded'} though it was never sealed",
                "correct the record itself; nobody has seen the award",
            )
        elif award.revoked:
            yield Problem(
                award.origin.file,
                award.origin.line,
                "this award is withdrawn though it was never sealed",
                "delete the record; nobody has seen the award",
            )
    yield from _never_sealed(club, SealedIds(registers.values()))
    # No two records have one id, so where there are as many as sealed awards, none is missing.
    if there < sum(len(register.awards) for register in registers.values()):
        yield from _vanished(club, registers)
    yield from _lost_badges(club, registers)
    yield from endorsing.problems(club, registers)


def _replaced_by_nobody(award: Award, register: Register) -> Iterator[Problem]:
    """Yield a problem where an award shall be replaced by one that is erased, and no sealing has replaced it before."""
    if award.id not in register.revoked:
        yield Problem(
            award.origin.file,
            award.origin.line,
            f"superseded_by: the award {award.superseded_by} is erased, so it can replace nothing any more",
            'delete the line; to withdraw this award, write "revoked: {on: DAY, reason: replaced}" in its place',
        )


def _register_of(award: Award, club: Club, registers: Mapping[str, Register]) -> Register | None:
    """Return the register that has an award; mostly it is that of its badge's issuer."""
    badge = club.badges.get(award.badge)
    likely = registers.get(badge.issuer) if badge else None
    if likely is not None and award.id in likely.awards:
        return likely
    return next((register for register in registers.values() if award.id in register.awards), None)


def _vanished(club: Club, registers: Mapping[str, Register]) -> Iterator[Problem]:
    """Yield a problem for each sealed award of which there is no record."""
    present = {award.id for award in club.awards} | {erasure.id for erasure in club.erasures}
    for register in registers.values():
        for id_ in register.awards:
            if id_ not in present:
                known = register.awards[id_]
                yield Problem(
                    register.file,
                    known.line,
                    f"award {id_} of badges/{known.badge} was sealed on {known.at:%Y-%m-%d}, but no record has its id",
                    "restore the record from git; published awards do not vanish",
                )


def _never_sealed(club: Club, sealed: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each request that concerns an award which nobody has seen."""
    for erasure in club.erasures:
        if erasure.id not in sealed:
            yield Problem(
                erasure.origin.file,
                erasure.origin.line,
                f"award {erasure.id} shall be erased though it was never sealed",
                "delete these lines; nothing was published",
            )
    for award in club.awards:
        if award.supersedes and award.supersedes not in sealed:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"this award supersedes {award.supersedes}, which was never sealed",
                'delete the older record and the line "supersedes"; nobody has seen that award',
            )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "an unknown day"


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
    register: Register,
    new_record: Callable[[Award], str],
) -> Iterator[Problem]:
    file, line = award.origin.file, award.origin.line
    if award.badge != known.badge:
        yield Problem(
            file, line, f"award {award.id} was sealed as one of badges/{known.badge}", "move the record back there"
        )
        return
    # It is of the same badge, so its words are what ``says`` found to differ.
    yield Problem(
        file,
        line,
        f"award {award.id} was signed on {known.at:%Y-%m-%d} and its record has been changed since",
        f"put the old lines back (git shows them); to correct the award, put this into a new file in badges/{award.badge}/awards",
        paste=new_record(award),
    )
    yield from _undone(club, award, register)


def _undone(club: Club, award: Award, register: Register) -> Iterator[Problem]:
    """Yield a problem where a record takes back what became of its award."""
    file, line = award.origin.file, award.origin.line
    withdrawn, successor = register.revoked.get(award.id), register.superseded.get(award.id)
    if withdrawn and award.revoked and award.revoked.reason != withdrawn.code:
        yield Problem(
            file, line, f"award {award.id} was withdrawn with the reason {quoted(withdrawn.code)}", "put it back"
        )
    elif successor and not _says_replaced(club, award, successor):
        yield Problem(
            file,
            line,
            f"award {award.id} was replaced by {successor}, and no record says so any more",
            f'put "superseded_by: {successor}" back',
        )
    elif withdrawn and not award.revoked and not successor:
        yield Problem(
            file,
            line,
            f"award {award.id} was withdrawn on {withdrawn.at:%Y-%m-%d}, and the record no longer says so",
            "put the revoked lines back; a withdrawal is final, award again with a new record",
        )


def _says_replaced(club: Club, award: Award, successor: str) -> bool:
    if award.superseded_by:
        return award.superseded_by == successor
    # A successor that was erased later has no record that could say it.
    return all(other.supersedes == award.id for other in club.awards if other.id == successor)


def facts(club: Club, issuer: Issuer, register: Register) -> Iterator[Problem]:
    """Yield a problem where ``base_url``, DID or the folder's name differ from what the register has made a fact."""
    site = club.site
    if register.origin != log_origin(register.places[0].base_url, issuer.slug):
        name = register.origin.removesuffix("/log").rpartition("/")[2]
        what = f"this is the register of the log {register.origin}, which has another name than this folder"
        yield Problem(register.file, 1, what, f"name the folder issuers/{name} again; its addresses are published")
    earlier = register.places[:-1]
    again = f"finish it with: pinback move {register.base_url}"
    if register.base_url != site.base_url and site.base_url in [place.base_url for place in earlier]:
        what = f"the move to {register.base_url} is in the register, and base_url here still says the old address"
        yield Problem(site.origin.file, 0, what, again)
    elif register.base_url != site.base_url:
        yield Problem(
            site.origin.file,
            0,
            f"base_url is {site.base_url}, but awards were published under {register.base_url}",
            "put it back; a site that moves needs the command move",
        )
    if register.did != issuer.did and issuer.did in [place.did for place in earlier]:
        what = f"the issuer is {register.did} since it moved, and did here still says the old name"
        yield Problem(issuer.origin.file, issuer.origin.line, what, again)
    elif register.did != issuer.did:
        yield Problem(
            issuer.origin.file,
            issuer.origin.line,
            f"did is {issuer.did}, but awards were signed as {register.did}",
            "put it back; an issuer that moves needs the command move",
        )


def after_closing(club: Club, issuer: Issuer, register: Register) -> Iterator[Problem]:
    """Yield a problem for each record that asks something of an issuer that has closed."""
    if not register.statement:
        return
    closed = f"{issuer.name.in_language(club.site.language)} was closed on {_day(register.closed_at)}"
    own = {slug for slug, badge in club.badges.items() if badge.issuer == issuer.slug}
    for award in club.awards:
        if award.badge in own and award.id not in register.awards and award.id not in register.erased:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"{closed}, so this award can never be signed",
                "delete the record, or let another issuer award it",
            )
        elif award.id in register.awards and _asks(award, register):
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"{closed}, so nothing can become of award {award.id} any more",
                "put the record back as it was (git shows it)",
            )
    for erasure in club.erasures:
        if erasure.id in register.awards:
            yield Problem(
                erasure.origin.file,
                erasure.origin.line,
                f"{closed}, so award {erasure.id} can no longer be erased from what is signed",
                "put the record back (git shows it), and delete the published files by hand where the law asks for it",
            )


def _asks(award: Award, register: Register) -> bool:
    """Tell whether the record asks for a withdrawal or suspension that is not in the register, or takes one back."""
    if award.id in register.revoked:
        return False
    suspended = award.id in register.suspended
    return bool(award.revoked or award.superseded_by or (award.suspended is not None) != suspended)


def current_version(store: Store, register: Register, badge: Badge, where: Addresses, svg: bytes) -> str:
    """Return the newest frozen version that says what this edition of the badge says now, or "".

    Addresses are not compared: after a move or with another key the same badge is frozen once more. The PNG is not
    drawn again for the comparison: another machine's libcairo may draw other bytes for the same picture, and that is no
    new version.
    """
    now = ob2.without_addresses(ob2.badge_class(badge, where, ""))
    for version in reversed(register.versions_of(badge.slug)):
        files = store.version_files(register, badge.slug, version)
        said = ob2.without_addresses(json.loads(files["badge.json"]), _bases(register))
        if _is_same_picture(files["image.svg"], svg) and said == now:
            return version
    return ""


def edition_versions(store: Store, register: Register, badge: Badge, where: Addresses) -> list[str]:
    """Return the frozen versions of this edition of a badge, oldest first."""
    page = ob2.page_of(ob2.badge_class(badge, where, ""))
    frozen = _frozen_classes(store, register, badge.slug)
    return [version for version, document in frozen if ob2.page_of(document, _bases(register)) == page]


def _bases(register: Register) -> list[str]:
    """Return the addresses of all places of an issuer."""
    return [place.base_url for place in register.places]


def _frozen_classes(store: Store, register: Register, slug: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for version, files in register.versions_of(slug).items():
        yield version, json.loads(store.read(store.version_path(slug, version, "badge.json"), files["badge.json"]))


def moved_editions(club: Club, store: Store, register: Register) -> Iterator[Problem]:
    """Yield a problem where an edition was published at a page that the languages of the site no longer make.

    The page's address is the id of the edition in documents that cannot change.
    """
    where, site = Addresses(club.site.base_url), club.site
    for slug in register.versions:
        if (badge := club.badges.get(slug)) is None:
            continue
        possible = (badge, *(replace(badge, language=tag, own=badge) for tag in site.languages))
        pages = {ob2.page_of(ob2.badge_class(edition, where, "")) for edition in possible}
        frozen = _frozen_classes(store, register, slug)
        lost = {ob2.page_of(document, _bases(register)) for _, document in frozen} - pages
        for page in sorted(lost):
            what = f"languages is {', '.join(site.languages)}, but badges/{slug} was published at {page}"
            cure = "put the languages back in their old order (git shows it); new ones go to the end"
            yield Problem(site.origin.file, 0, what, cure)


def version_that_says(versions: Mapping[str, Mapping[str, bytes]], bare: Mapping[str, Any], svg: bytes) -> str:
    """Return the newest frozen version that says exactly *bare* with this picture, or "".

    Args:
        versions: the files of each version by name, oldest first.
        bare: a BadgeClass without ``id`` and ``image``; its addresses count.
        svg: the picture.
    """
    for version, files in reversed(list(versions.items())):
        if files["image.svg"] == svg and ob2.without_version(json.loads(files["badge.json"])) == bare:
            return version
    return ""


def _frozen_again(
    issuer: Issuer, register: Register, store: Store, badges: Iterable[Badge], current: Mapping[tuple[str, str], str]
) -> Iterator[FrozenAgain]:
    """Yield each of these badges that some active key has no frozen version of (``make.prepare`` freezes it then)."""
    where = Addresses(register.base_url)
    profiles = [
        files_of(register, issuer.slug, register.profile_of(key.id)).profile for key in register.keyring.active("rsa")
    ]
    for badge in badges:
        known = {
            version: store.version_files(register, badge.slug, version) for version in register.versions_of(badge.slug)
        }
        svg = known[current[badge.slug, badge.language]]["image.svg"]
        there = [bool(version_that_says(known, ob2.badge_class(badge, where, profile), svg)) for profile in profiles]
        if not all(there):
            issuers = [str(json.loads(files["badge.json"])["issuer"]) for files in known.values()]
            moved = not any(one.startswith(register.base_url) for one in issuers)
            yield FrozenAgain(badge, moved, not any(there))


def _is_same_picture(frozen: bytes, svg: bytes) -> bool:
    if frozen == svg:
        return True
    from pinback.images.pictures import same_picture  # what reads pictures takes its time to load

    return same_picture(frozen, svg)


def make_plan(
    club: Club, issuer: Issuer, register: Register, store: Store, pictures: Callable[[Badge], BadgePictures]
) -> Plan:
    """Return what a sealing of *issuer* would do."""
    where = Addresses(club.site.base_url)
    badges = [badge for badge in club.badges.values() if badge.issuer == issuer.slug]
    current: dict[tuple[str, str], str] = {}
    versions = []
    own = {badge.slug for badge in badges}
    waiting = tuple(award for award in club.awards if award.badge in own and award.id not in register.awards)
    for badge in (*badges, *_needed_editions(club, waiting)):
        drawn = pictures(badge)
        if version := current_version(store, register, badge, where, drawn.svg):
            current[badge.slug, badge.language] = version
        else:
            versions.append(NewVersion(badge, drawn))
    awarded = {(award.badge, edition_of(club, award).language) for award in waiting}
    keys = {(badge.slug, badge.language): badge for badge in (*badges, *_needed_editions(club, waiting))}
    again = [badge for key, badge in keys.items() if key in awarded and key in current]
    sealed = [award for award in club.awards if award.id in register.awards]
    supersessions = _supersessions(club, register)
    replaced = {old for old, _ in supersessions}
    living = [award for award in sealed if award.id not in register.revoked and award.id not in replaced]
    return Plan(
        issuer,
        awards=waiting,
        versions=tuple(versions),
        frozen_again=tuple(_frozen_again(issuer, register, store, again, current)),
        revocations=tuple(award for award in living if award.revoked),
        supersessions=supersessions,
        suspensions=tuple(
            award for award in living if award.suspended and not award.revoked and award.id not in register.suspended
        ),
        restorations=tuple(
            award for award in living if not award.suspended and not award.revoked and award.id in register.suspended
        ),
        erasures=tuple(erasure.id for erasure in club.erasures if erasure.id in register.awards),
        stale_lists=tuple(stale_lists(store, register)),
        groups=endorsing.groups_to_seal(issuer, register),
        current=current,
    )


def _needed_editions(club: Club, waiting: Collection[Award]) -> list[Badge]:
    """Return the editions in another language than the badge's own that awards are signed in, each once.

    Nobody awards in most editions, so they are frozen only when an award names them.
    """
    found = {(award.badge, award.language): edition_of(club, award) for award in waiting}
    return [found[name] for name in sorted(found) if found[name].own]


def _supersessions(club: Club, register: Register) -> tuple[tuple[str, Award], ...]:
    """Return which awards are replaced by which, asked for in either of the two records."""
    by_id = {award.id: award for award in club.awards if award.id}
    asked = {award.supersedes: award for award in club.awards if award.supersedes}
    asked |= {award.id: by_id[award.superseded_by] for award in club.awards if award.superseded_by in by_id}
    gone = {erasure.id for erasure in club.erasures}
    return tuple(
        (old, new)
        for old, new in asked.items()
        if old in register.awards and old not in register.revoked and old not in gone
    )


def stale_lists(store: Store, register: Register) -> Iterator[tuple[str, int]]:
    """Yield purpose and number of each status list that was signed by a key which is revoked now."""
    revoked = {key.id for key in register.keyring.of("ed25519") if key.revoked}
    if not revoked:
        return
    for purpose, number in register.status:
        document = json.loads(store.status_file(register, purpose, number))
        if document["proof"][0]["verificationMethod"].rpartition("#")[2] in revoked:
            yield purpose, number


def too_early(plan: Plan, at: datetime) -> Iterator[Problem]:
    """Yield a problem for each award or withdrawal that lies in the future, wherever on earth the steward is."""
    latest = (at + timedelta(hours=14)).date()
    yield from endorsing.too_early(plan.groups, plan.issuer, at)
    for award in plan.revocations:
        if award.revoked and award.revoked.on > latest:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"the award is withdrawn on {award.revoked.on}, a day that has not come yet",
                "correct it, or seal on that day",
            )
    for award in plan.suspensions:
        if award.suspended and award.suspended > latest:
            yield Problem(
                award.origin.file,
                award.origin.line,
                f"the award is suspended on {award.suspended}, a day that has not come yet",
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
