"""The lines and files of one sealing, complete before anything takes its place.

What is random (ids, subjects, positions) is drawn here; the awards are made from it in ``award_making``.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from pinback import addresses
from pinback.addresses import Addresses
from pinback.canonical import sha256_name
from pinback.cores import each, processes_for
from pinback.dataclass import dataclass
from pinback.formats import ob2
from pinback.formats.endorsements import Endorsing
from pinback.formats.parts import Sealing
from pinback.log import Checkpoint, Frontier, signed_note
from pinback.model import Award, Badge, Club, Issuer
from pinback.outputs import json_bytes
from pinback.proofs.keys import PublicKey
from pinback.register import Register, Rows, complete, leaf_of, line_bytes, now_text
from pinback.seal.award_making import Job, Jobs, are_many, folder_of, made_awards
from pinback.seal.documents import learn_shapes, signed_list
from pinback.seal.endorsing import endorse_fields, endorsement_documents
from pinback.seal.plan import Plan, edition_of, version_that_says
from pinback.seal.profiles import files_of
from pinback.seal.signing_keys import Keys
from pinback.seal.staging import Staging
from pinback.status import LIST_LENGTH


def new_award_id() -> str:
    """Draw an award id: 16 characters of lower-case base32, 80 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()


FEW_PICTURES = 4
"""So many pictures are not worth another process."""
_LOOKED_AT = 250
"""Awards of a large sealing whose shapes are learned before other processes begin; each would have to learn them by itself."""
_ANY_ID, _ANY_VERSION = "a" * 16, "0" * 8

Frozen = Callable[[str, str], Mapping[str, bytes]]
"""Returns the three files of a badge version, by slug and version."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sealing that is complete: in memory, or with the documents of its awards staged.

    Attributes:
        ids: new award ids, by file and line of the award.
        files: bytes by path below ``sealed/``, in the order in which they are to be written.
        rows: complete register lines as written, the checkpoint last.
        erased: ids of awards whose earlier lines are emptied and whose documents go.
        staged: folders of awards below ``sealed/`` that are staged; they come before the files.
        versions: how many badge versions are new.
    """

    ids: Mapping[tuple[str, int], str]
    files: Mapping[str, bytes]
    rows: Sequence[bytes]
    erased: tuple[str, ...] = ()
    staged: tuple[str, ...] = ()
    versions: int = 0

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines, read anew."""
        return [orjson.loads(row) for row in self.rows]


class Draft:
    """A sealing that is being made: the lines and files so far, and what every step needs."""

    def __init__(self, register: Register, issuer: str, keys: Keys, at: datetime, frozen: Frozen) -> None:
        self.register, self.issuer, self.keys, self.frozen = register, issuer, keys, frozen
        self.stamp = now_text(at)
        self.where = Addresses(register.base_url)
        self.profile = files_of(register, issuer, register.profile_of(keys.rsa.id))
        self.files: dict[str, bytes] = {}
        self.rows = Rows()
        self.leaves: list[bytes] = []
        self._made: dict[str, dict[str, Mapping[str, bytes]]] = {}

    @property
    def number(self) -> int:
        """The number of the next line."""
        return len(self.register.lines) + len(self.rows)

    @property
    def versions(self) -> int:
        """How many badge versions are new."""
        return sum(len(made) for made in self._made.values())

    def note(self, event: str, **fields: object) -> None:
        """Add a line to the register."""
        self.add(complete({"n": self.number, "event": event, "at": self.stamp, **fields}))

    def add(self, line: Mapping[str, Any]) -> None:
        """Add a complete line to the register."""
        self.rows.append(line_bytes(line))
        self.leaves.append(leaf_of(line))

    def version(self, slug: str, bare: dict[str, Any], svg: bytes, png: Callable[[], bytes]) -> str:
        """Return the version of a badge that says exactly *bare* with this picture; it is frozen where there is none.

        Args:
            slug: the badge.
            bare: its BadgeClass without ``id`` and ``image``.
            svg: its picture.
            png: draws the same as pixels.
        """
        known = {version: self.frozen(slug, version) for version in self.register.versions_of(slug)}
        known |= self._made.get(slug, {})
        if version := version_that_says(known, bare, svg):
            return version
        pixels = png()
        version = ob2.badge_version(bare, svg, pixels)
        frozen = {
            "badge.json": json_bytes(ob2.at_version(bare, slug, self.where, version)),
            "image.svg": svg,
            "image.png": pixels,
        }
        self._made.setdefault(slug, {})[version] = frozen
        self.files |= {f"badges/{slug}/{version}/{name}": data for name, data in frozen.items()}
        digests = {name: sha256_name(data) for name, data in frozen.items()}
        self.note("badge", badge=slug, version=version, files=digests)
        return version

    def status_lists(self, bits: Mapping[tuple[str, int], set[int]]) -> None:
        """Sign each of these lists anew.

        Args:
            bits: set positions by purpose and number of the list.
        """
        for (purpose, number), positions in sorted(bits.items()):
            place = self.register.place_of(self.register.list_places.get(number, self.register.place.number))
            where = Addresses(place.base_url)
            url = where.url(addresses.status_list(self.issuer, purpose, number))
            data = signed_list(url, place.did, purpose, sorted(positions), self.keys, self.stamp)
            self.files[f"status/{purpose}-{number}.json"] = data
            self.note("status", list=number, purpose=purpose, file=sha256_name(data))

    def checkpoint(self) -> None:
        """End the lines with a checkpoint over all of them."""
        line = _checkpoint(self.register, self.leaves, self.number, self.keys, self.stamp)
        self.rows.append(line_bytes(line))


def prepare(
    club: Club,
    plan: Plan,
    register: Register,
    keys: Keys,
    at: datetime,
    frozen: Frozen,
    progress: Callable[[int], None] = lambda done: None,
    staging: Staging | None = None,
    samples: bool = False,
) -> Prepared:
    """Make, sign, read back and verify everything that *plan* asks for.

    Args:
        club: the checked club.
        plan: what is to be sealed.
        register: the issuer's register.
        keys: sign everything.
        at: the moment of the sealing.
        frozen: reads a frozen badge version.
        progress: called with the number of awards done.
        staging: takes the documents of awards as they are made, so that memory does not grow with them; otherwise they
            are in what is returned.
        samples: let the library judge one award in a hundred, drawn at random, beside the first of each badge.

    Raises:
        ProofError: something could not be signed as the standards need it; nothing was written.
    """
    draft = Draft(register, plan.issuer.slug, keys, at, frozen)

    # 1. Badge versions, so that awards can name them.
    known: dict[tuple[str, str], Badge] = {}  # one object for each, so that what is made from it is made once
    editions = [
        known.get((award.badge, award.language))
        or known.setdefault((award.badge, award.language), edition_of(club, award))
        for award in plan.awards
    ]

    def some() -> Iterator[Sealing]:
        """Yield awards here and there as they will be sealed, but for what is not known yet."""
        for place in range(0, len(editions), len(editions) // _LOOKED_AT + 1):
            award, edition = plan.awards[place], editions[place]
            yield sealing_of(replace(award, id=award.id or _ANY_ID), edition, uuid.UUID(int=0), _ANY_VERSION, (1, 0))

    def sealing_of(
        award: Award, edition: Badge, subject: uuid.UUID, version: str, position: tuple[int, int]
    ) -> Sealing:
        return Sealing(
            award=award,
            badge=edition,
            issuer=plan.issuer,
            parent=club.issuers.get(plan.issuer.parent),
            addresses=draft.where,
            subject=f"urn:uuid:{subject}",
            version=version,
            status_list=position[0],
            status_index=position[1],
            ed25519_key=keys.ed25519.id,
            rsa_key=keys.rsa.id,
            files=draft.profile,
            at=at,
        )

    versions: dict[tuple[str, str], str] = {}
    # NOTE: what is said of cores holds while no other process is at work.
    shapes = some() if are_many(len(plan.awards), keys) else ()
    for new, png in zip(plan.versions, _drawn(plan, partial(learn_shapes, shapes)), strict=True):
        bare = ob2.badge_class(new.badge, draft.where, draft.profile.profile)
        slug = new.badge.slug
        versions[slug, new.badge.language] = draft.version(slug, bare, new.pictures.svg, png)
    for (slug, language), edition in sorted({(one.slug, one.language): one for one in editions}.items()):
        if (slug, language) not in versions:
            # It says what it said; after a move or with another key it is frozen with the same pictures.
            files = frozen(slug, plan.current[slug, language])
            bare = ob2.badge_class(edition, draft.where, draft.profile.profile)
            picture = files["image.svg"], partial(files.__getitem__, "image.png")
            versions[slug, language] = draft.version(slug, bare, *picture)

    # 2. Awards. What is random is drawn here, so that no byte depends on which process makes what.
    positions = _Positions(register)
    ids: dict[tuple[str, int], str] = {}
    names: list[str] = []
    drawn = array("Q")
    subjects = secrets.token_bytes(16 * len(plan.awards))
    judged: set[tuple[str, str]] = set()
    to_judge = bytearray()
    for award, edition in zip(plan.awards, editions, strict=True):
        id_ = award.id
        if not id_:
            id_ = ids[award.origin.file, award.origin.line] = new_award_id()
        names.append(id_)
        drawn.extend(positions.draw())
        sampled = samples and secrets.randbelow(100) == 0
        to_judge.append(sampled or (edition.slug, edition.language) not in judged)
        judged.add((edition.slug, edition.language))
    first = draft.number

    def job(place: int) -> Job:
        award, edition = plan.awards[place], editions[place]
        sealing = sealing_of(
            award if award.id else replace(award, id=names[place]),
            edition,
            uuid.UUID(bytes=subjects[16 * place : 16 * place + 16], version=4),
            versions[edition.slug, edition.language],
            (drawn[2 * place], drawn[2 * place + 1]),
        )
        return Job(sealing, first + place, bool(to_judge[place]))

    staged = tuple([folder_of(id_) for id_ in names]) if staging else ()
    if staging:
        staging.expect_folders(staged)
    for id_, made in zip(names, made_awards(Jobs(len(names), job), keys, staging, progress), strict=True):
        draft.files |= {f"{folder_of(id_)}/{name}": data for name, data in made.files.items()}
        draft.rows.append(made.row)
        draft.leaves.append(made.leaf)

    for group in plan.groups.endorsed:
        number, index = positions.draw()
        parent = club.issuers.get(plan.issuer.parent)
        endorsing = Endorsing(
            group, plan.issuer, club.site.language, parent, draft.where, number, index, draft.profile, at
        )
        documents = endorsement_documents(endorsing, keys)
        draft.files |= {f"groups/{group.slug}/{name}": data for name, data in documents.items()}
        draft.note("endorse", **endorse_fields(endorsing, documents, keys))

    # 3. What becomes of earlier awards, and every status list that changes or is new.
    _note_changes(plan, draft, ids)
    draft.status_lists(_changed_lists(plan, register, positions.opened))
    draft.checkpoint()
    return Prepared(ids, draft.files, draft.rows, plan.erasures, staged, draft.versions)


def _drawn(plan: Plan, meanwhile: Callable[[], object]) -> list[Callable[[], bytes]]:
    """Return what gives the PNG of each new version; several are drawn at once on all cores, and *meanwhile* is done beside that."""
    draw = [new.pictures.png for new in plan.versions]
    processes = processes_for(len(draw), FEW_PICTURES)
    if processes == 1:
        meanwhile()
        return draw
    # The program that draws is loaded for the first one, and inherited by the processes that draw the others.
    pixels, size = [draw[0]()], -(-len(draw) // (4 * processes))
    parts = each(lambda start: [one() for one in draw[start : start + size]], range(1, len(draw), size), processes)
    pixels += next(parts)
    meanwhile()
    for part in parts:
        pixels += part
    return [partial(bytes, data) for data in pixels]


def _note_changes(plan: Plan, draft: Draft, ids: Mapping[tuple[str, int], str]) -> None:
    for old, award in plan.supersessions:
        draft.note("supersede", id=old, by=award.id or ids[award.origin.file, award.origin.line])
    for award in plan.revocations:
        assert award.revoked is not None
        draft.note("revoke", id=award.id, code=award.revoked.reason)
    for award in plan.suspensions:
        draft.note("suspend", id=award.id)
    for award in plan.restorations:
        draft.note("restore", id=award.id)
    for id_ in plan.erasures:
        draft.note("erase", id=id_)
    for name in plan.groups.ended:
        draft.note("endorse-end", group=name)


def _changed_lists(plan: Plan, register: Register, opened: set[int]) -> dict[tuple[str, int], set[int]]:
    """Return the set positions of each status list that has to be signed, by purpose and number."""
    gone = [award.id for award in plan.revocations] + [old for old, _ in plan.supersessions] + list(plan.erasures)
    paused = [award.id for award in plan.suspensions]
    # Whatever ends an award ends its suspension too.
    resumed = [award.id for award in plan.restorations] + [id_ for id_ in gone if id_ in register.suspended]
    touched = {("revocation", register.awards[id_].list) for id_ in gone}
    touched |= {("suspension", register.awards[id_].list) for id_ in (*paused, *resumed)}
    touched |= {("revocation", number) for number in opened if ("revocation", number) not in register.status}
    touched |= set(plan.stale_lists)
    # An endorsement that ends, or whose place a new one takes, is told in its list.
    dropped = [*plan.groups.ended, *(group.slug for group in plan.groups.endorsed if group.slug in register.groups)]
    touched |= {("revocation", register.groups[name].list) for name in dropped}
    bits = {(purpose, number): register.set_indexes(purpose, number) for purpose, number in touched}
    for ids, purpose, change in (
        (gone, "revocation", set.add),
        (paused, "suspension", set.add),
        (resumed, "suspension", set.discard),
    ):
        for id_ in ids:
            known = register.awards[id_]
            change(bits[purpose, known.list], known.index)
    for name in dropped:
        bits["revocation", register.groups[name].list].add(register.groups[name].index)
    return bits


def checkpoint_line(register: Register, lines: list[dict[str, Any]], keys: Keys, stamp: str) -> dict[str, Any]:
    """Return the checkpoint over all lines of the register and the new *lines*."""
    leaves = [leaf_of(line) for line in lines]
    return _checkpoint(register, leaves, len(register.lines) + len(lines), keys, stamp)


def _checkpoint(register: Register, leaves: Iterable[bytes], number: int, keys: Keys, stamp: str) -> dict[str, Any]:
    """Return the checkpoint over all lines of the register and new ones, given by their leaves."""
    tree = Frontier([*register.leaves, *leaves])
    note = signed_note(Checkpoint(register.origin, tree.size, tree.root()), keys.log, keys.signer)
    return {"n": number, "event": "checkpoint", "at": stamp, "note": note}


def first_lines(
    club: Club,
    issuer: Issuer,
    keys: Keys,
    at: datetime,
    demonstration: bool = False,
    recovery: PublicKey | None = None,
) -> list[dict[str, Any]]:
    """Return line 0 of a new register, which makes DID and ``base_url`` facts, and its checkpoint."""
    register = Register(f"issuers/{issuer.slug}/register.jsonl")
    register.origin = addresses.log_origin(club.site.base_url, issuer.slug)
    roles = {"ed25519": keys.ed25519, "rsa": keys.rsa, "log": keys.log}
    if recovery is not None:
        roles["recovery"] = recovery
    line: dict[str, Any] = {
        "n": 0,
        "event": "issuer",
        "at": now_text(at),
        "did": issuer.did,
        "base_url": club.site.base_url,
        "log": register.origin,
        "keys": {role: {"id": key.id, "type": key.type, "public": key.public} for role, key in roles.items()},
    }
    if demonstration:
        line["demonstration"] = True
    lines = [complete(line)]
    return [*lines, checkpoint_line(register, lines, keys, now_text(at))]


class _Positions:
    """Draws positions in status lists: at random, never one twice, a new list when one is full."""

    def __init__(self, register: Register) -> None:
        self.number = register.open_list()
        self.used = register.used_indexes(self.number)
        self.opened = {self.number}

    def draw(self) -> tuple[int, int]:
        if len(self.used) >= LIST_LENGTH:
            self.number += 1
            self.used = set()
            self.opened.add(self.number)
        index = secrets.randbelow(LIST_LENGTH)
        while index in self.used:
            index = secrets.randbelow(LIST_LENGTH)
        self.used.add(index)
        return self.number, index
