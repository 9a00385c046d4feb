"""What the lines of a register add up to: awards and what became of them, badge versions, lists, keys, addresses."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableSet
from dataclasses import field, replace
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Any

from pinback.dataclass import dataclass
from pinback.errors import quoted
from pinback.register.keyring import Keyring
from pinback.register.lines import (
    CODES,
    DIGEST,
    PURPOSES,
    SEALED_NAMES,
    AwardLine,
    Fault,
    check_files,
    check_form,
    is_erased,
    leaf_hash,
    leaf_of,
    plain_bytes,
    text_moment,
)
from pinback.register.written import Awards, Lines, Positions

ENDORSEMENT_NAMES = ("credential.json", "endorsement.json", "endorsement.jws.txt")
FROZEN_NAMES = ("badge.json", "image.png", "image.svg")
LIST_LENGTH = 131_072
_GROUP = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_AFTER_CLOSE = ("key-retire", "checkpoint")


@dataclass(frozen=True, slots=True)
class Endorsed:
    """An endorsement of a group as the register remembers it.

    Attributes:
        group: the name that is part of its addresses.
        place: number of the ``Place`` under which it was signed; its ids lie there for ever.
        keys: ids of the keys that signed its documents, the Ed25519 key first.
        files: digests of its documents by name.
        at: the moment of its signing.
        line: of the file, from 1.
        ended: the moment at which it was withdrawn; None while it stands.
    """

    group: str
    list: int
    index: int
    record: str
    keys: tuple[str, ...]
    files: Mapping[str, str]
    at: datetime
    line: int
    place: int
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left of an erased award: its position, and when its erasure was sealed (None: not told yet)."""

    id: str
    list: int
    index: int
    line: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A revocation that took effect: reason code and moment."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """An address and a DID under which the issuer publishes, since line ``since``; numbered from 1."""

    number: int
    base_url: str
    did: str
    since: int


@dataclass(frozen=True, slots=True)
class ProfileOf:
    """An OB 2.0 profile document: one for each pair of place and RSA key, numbered from 1 as they came to be."""

    number: int
    place: int
    key: str


@dataclass(slots=True)
class Register:
    """What the lines of one register add up to.

    Attributes:
        file: path relative to the club's folder.
        lines: every line, in order.
        origin: of the log.
        keys: the first keys, as written in line 0: objects of id, type, public, by role.
        keyring: the lives of all keys.
        places: where the issuer publishes, oldest first.
        profiles: its OB 2.0 profiles.
        versions: frozen versions of each badge, oldest first, with the digests of their files.
        awards: by id, in the order of sealing, without erased ones.
        erased: erased awards by id.
        revoked: by award id; a superseded one is withdrawn with the code ``replaced``.
        superseded: id of the correcting award by id of the corrected.
        suspended: moment by award id, while it lasts.
        groups: the newest endorsement of each group, by the group's name.
        dropped: positions of endorsements that were signed again because their key was revoked, by list.
        status: digest of the last sealed list, by purpose and number.
        used: positions that were ever given away, by list.
        list_places: number of the place under which a list was opened.
        leaves: leaf hashes in order.
        log_keys: ids of the log keys that may sign a checkpoint, by its ``n``.
        statement: digest of the final statement, "" while the issuer is not closed.
        log_keys_before: ids of the log keys that could sign a checkpoint now.
        torn: bytes after the last whole sealing, left by a run that died while it appended.
        length: bytes up to the end of the last checkpoint.
    """

    file: str
    lines: Lines = field(default_factory=Lines)
    origin: str = ""
    demonstration: bool = False
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    keyring: Keyring = field(default_factory=Keyring)
    places: list[Place] = field(default_factory=list)
    profiles: list[ProfileOf] = field(default_factory=list)
    versions: dict[str, dict[str, Mapping[str, str]]] = field(default_factory=dict)
    awards: Awards = field(init=False)
    erased: dict[str, Erased] = field(default_factory=dict)
    revoked: dict[str, Withdrawal] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)
    suspended: dict[str, datetime] = field(default_factory=dict)
    groups: dict[str, Endorsed] = field(default_factory=dict)
    dropped: dict[int, set[int]] = field(default_factory=dict)
    status: dict[tuple[str, int], str] = field(default_factory=dict)
    used: dict[int, MutableSet[int]] = field(default_factory=dict)
    list_places: dict[int, int] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=list)
    log_keys: dict[int, frozenset[str]] = field(default_factory=dict)
    statement: str = ""
    torn: int = 0
    length: int = 0
    log_keys_before: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.awards = Awards(self.lines)

    @property
    def place(self) -> Place:
        """Where the issuer publishes now."""
        return self.places[-1]

    @property
    def did(self) -> str:
        """The issuer's DID now, a fact since the line that named it."""
        return self.places[-1].did if self.places else ""

    @property
    def base_url(self) -> str:
        """The site's address now, a fact likewise."""
        return self.places[-1].base_url if self.places else ""

    @property
    def last_at(self) -> datetime | None:
        """The moment of the last line."""
        return text_moment(self.lines[-1]["at"]) if self.lines else None

    @property
    def closed_at(self) -> datetime | None:
        """When the issuer closed, or None."""
        return next((text_moment(line["at"]) for _, line in self.lines.numbered("close")), None)

    def place_of(self, number: int) -> Place:
        """Return a place by its number."""
        return self.places[number - 1]

    def profile_of(self, key_id: str) -> ProfileOf:
        """Return the newest profile that has this RSA key."""
        return next(profile for profile in reversed(self.profiles) if profile.key == key_id)

    def used_indexes(self, number: int) -> set[int]:
        """Return every position of a list that was ever given away."""
        return set(self.used.get(number, ()))

    def open_list(self) -> int:
        """Return the number of the newest list of the present place, or of the next one where it has none."""
        newest = max((*self.list_places, *self.used), default=0)
        here = len(self.places)
        return newest if newest and self.list_places.get(newest, here) == here else newest + 1

    def set_indexes(self, purpose: str, number: int) -> set[int]:
        """Return the positions that a list of this purpose has to have set."""
        ids = self.revoked if purpose == "revocation" else self.suspended
        found = {self.awards[id_].index for id_ in ids if id_ in self.awards and self.awards[id_].list == number}
        if purpose == "revocation":
            found |= {gone.index for gone in self.erased.values() if gone.list == number}
            found |= {one.index for one in self.groups.values() if one.list == number and one.ended}
            found |= self.dropped.get(number, set())
        return found

    def is_dead(self, award: str) -> bool:
        """Tell whether an award's signatures are by a revoked key, so that nobody may believe it."""
        if not self.keyring.any_revoked:
            return False
        return any(self.keyring.keys[key].revoked is not None for key in self.awards[award].keys)

    def is_void(self, group: str) -> bool:
        """Tell whether the endorsement of a group is by a revoked key, so that nobody may believe it."""
        return any(self.keyring.keys[key].revoked is not None for key in self.groups[group].keys)

    def versions_of(self, badge: str) -> dict[str, Mapping[str, str]]:
        """Return the frozen versions of a badge, oldest first."""
        return self.versions.get(badge, {})

    def unexplained(self) -> int:
        """Return the line of an award that was emptied without an ``erase``, or 0."""
        return next((gone.line for gone in self.erased.values() if gone.at is None), 0)

    def add(self, line: dict[str, Any], number: int, end: int = 0, plain: bool = False, raw: bytes = b"") -> None:
        """Take one complete line into account.

        Args:
            line: the line.
            number: line number in the file, from 1.
            end: where it ends in the file that is being read, behind its LF; 0 for a line that stands in no file yet.
            plain: whether it came from ``plain_line``.
            raw: a line that stands in no file yet, as it will be written.

        Raises:
            Fault: the line breaks a rule; the message says which.
        """
        check_form(line, len(self.lines), self.lines.last_at)
        event = line["event"]
        if (event == "issuer") != (not self.lines):
            raise Fault("the issuer event stands in another place than the first line")
        if self.statement and event not in _AFTER_CLOSE:
            raise Fault("the issuer is closed, nothing can follow")
        if event != "checkpoint":
            leaf = leaf_of(line, plain_bytes) if plain else leaf_of(line)
            if line["leaf"] != base64.b64encode(leaf).decode("ascii"):
                raise Fault("the leaf does not belong to this line")
            self.leaves.append(leaf)
        _HANDLERS[event](self, line, number)
        if end:
            self.lines.take(line, end)
        else:
            self.lines.append(line, raw)

    def add_award(self, line: AwardLine, end: int = 0, raw: bytes = b"") -> bool:
        """Take the line of an award into account if nothing at all is to be said against it.

        ``add`` would find the same, and takes four times as long; whatever is doubtful is left to it, which has the words.

        Args:
            line: the line.
            end: where it ends in the file that is being read, behind its LF; 0 for a line that stands in no file yet.
            raw: a line that stands in no file yet, as it will be written.

        Returns:
            Whether it was taken; otherwise nothing has changed.
        """
        used = self.used.get(line.list)
        if (
            used is None
            or line.n != len(self.lines)
            or line.at != self.lines.last_at
            or self.statement
            or line.keys != self.awards.signers
            or line.index >= LIST_LENGTH
            or line.index in used
            or self.list_places.get(line.list) != len(self.places)
            or line.version not in self.versions_of(line.badge)
            or line.id in self.awards
            or line.id in self.erased
        ):
            return False
        leaf = leaf_hash(sha256(line.entry).digest())
        if base64.b64encode(leaf) != line.leaf:
            return False
        self.leaves.append(leaf)
        used.add(line.index)
        self.awards.add(line.id, line.n)
        self.lines.take_award(end, raw)
        return True

    # Issuer, keys, addresses.

    def _add_issuer(self, line: dict[str, Any], number: int) -> None:
        self.origin = line["log"]
        self.demonstration = "demonstration" in line
        if line.get("demonstration", True) is not True:
            raise Fault('"demonstration" is true, or is not there')
        self.keyring.begin(line)
        self.keys = line["keys"]
        self.log_keys_before = frozenset(key.id for key in self.keyring.active("log"))
        self._move_to(line["base_url"], line["did"], line["n"])

    def _add_key_add(self, line: dict[str, Any], number: int) -> None:
        self.awards.signers = ()
        self.keyring.add(line)
        key_id = line["key"]["id"]
        if line["role"] == "rsa":
            self.profiles.append(ProfileOf(len(self.profiles) + 1, self.place.number, key_id))
        if line["role"] == "log":
            self.log_keys_before |= {key_id}

    def _add_key_retire(self, line: dict[str, Any], number: int) -> None:
        self.awards.signers = ()
        self.keyring.retire(line)

    def _add_key_revoke(self, line: dict[str, Any], number: int) -> None:
        self.awards.signers = ()
        self.keyring.revoke(line)
        self.log_keys_before -= {line["key"]["id"]}

    def _add_move(self, line: dict[str, Any], number: int) -> None:
        base_url, did = line["base_url"], line.get("did", self.did)
        if base_url == self.base_url:
            raise Fault("the site moves to where it is")
        if did == self.did and "did" in line:
            raise Fault("the issuer takes the name that it has")
        self._move_to(base_url, did, line["n"])

    def _move_to(self, base_url: str, did: str, since: int) -> None:
        place = Place(len(self.places) + 1, base_url, did, since)
        self.places.append(place)
        self.awards.begin_place(since)
        for key in self.keyring.active("rsa"):
            self.profiles.append(ProfileOf(len(self.profiles) + 1, place.number, key.id))

    def _add_close(self, line: dict[str, Any], number: int) -> None:
        if not DIGEST.fullmatch(line["statement"]):
            raise Fault("the digest of the final statement is none")
        self.statement = line["statement"]

    # Badges and awards.

    def _add_badge(self, line: dict[str, Any], number: int) -> None:
        check_files(line["files"], FROZEN_NAMES)
        versions = self.versions.setdefault(line["badge"], {})
        if not re.fullmatch(r"[0-9a-f]{8}", line["version"]) or line["version"] in versions:
            raise Fault(f"the version {quoted(line['version'])} stands twice, or is none")
        versions[line["version"]] = line["files"]

    def _add_award(self, line: dict[str, Any], number: int) -> None:
        id_ = line["id"]
        if id_ in self.awards or id_ in self.erased or not re.fullmatch(r"[a-z2-7]{16}", id_):
            raise Fault(f"the award {quoted(id_)} stands twice, or is none")
        self._take_position(line)
        if is_erased(line):
            self.erased[id_] = Erased(id_, line["list"], line["index"], number)
            return
        check_files(line["files"], SEALED_NAMES)
        self._check_version(line["badge"], line["version"])
        if not DIGEST.fullmatch(line["record"]):
            raise Fault("the record hash is none")
        self._check_signers(line["keys"])
        self.awards.add(id_, line["n"])

    def _take_position(self, line: dict[str, Any]) -> None:
        number = line["list"]
        used = self.used.setdefault(number, Positions())
        if number < 1 or not 0 <= line["index"] < LIST_LENGTH or line["index"] in used:
            raise Fault("the status index was given away before, or lies outside its list")
        if self.list_places.setdefault(number, self.place.number) != self.place.number:
            raise Fault("the status list belongs to the address that the issuer moved from")
        used.add(line["index"])

    def _check_version(self, badge: str, version: object) -> None:
        if version not in self.versions_of(badge):
            raise Fault("the award has a badge version that no line before it names")

    def _check_signers(self, keys: list[str]) -> None:
        if (
            len(keys) != 2
            or not self.keyring.is_active(keys[0], "ed25519")
            or not self.keyring.is_active(keys[1], "rsa")
        ):
            raise Fault("the award is signed by keys that may not sign")
        self.awards.signers = tuple(keys)

    def _add_reseal(self, line: dict[str, Any], number: int) -> None:
        if is_erased(line):
            if line["id"] not in self.erased:
                raise Fault("this line was emptied, and the line of its award was not")
            return
        known = self.awards.get(line["id"])
        if known is None:
            raise Fault(f"no line before it names the award {quoted(line['id'])}")
        check_files(line["files"], SEALED_NAMES)
        self._check_version(known.badge, line["version"])
        self._check_signers(line["keys"])
        self.awards.reseal(known.id, line["n"])

    # What becomes of awards. Those that were erased later are known by their id alone.

    def _is_known(self, id_: str) -> bool:
        return id_ in self.awards or (id_ in self.erased and self.erased[id_].at is None)

    def _add_revoke(self, line: dict[str, Any], number: int) -> None:
        if line["code"] not in CODES:
            raise Fault("a withdrawal gives no known reason")
        self._withdraw(line["id"], line["code"], line)

    def _add_supersede(self, line: dict[str, Any], number: int) -> None:
        if not self._is_known(line["by"]) or line["by"] == line["id"]:
            raise Fault("an award is replaced by none, or by itself")
        self._withdraw(line["id"], "replaced", line)
        self.superseded[line["id"]] = line["by"]

    def _withdraw(self, id_: str, code: str, line: dict[str, Any]) -> None:
        if not self._is_known(id_) or id_ in self.revoked:
            raise Fault("a withdrawal names no award, or one that is withdrawn already")
        self.suspended.pop(id_, None)
        self.revoked[id_] = Withdrawal(code, text_moment(line["at"]))

    def _add_suspend(self, line: dict[str, Any], number: int) -> None:
        id_ = line["id"]
        if not self._is_known(id_) or id_ in self.suspended or id_ in self.revoked:
            raise Fault("a suspension names no award, or one that is suspended or withdrawn already")
        self.suspended[id_] = text_moment(line["at"])

    def _add_restore(self, line: dict[str, Any], number: int) -> None:
        if line["id"] not in self.suspended:
            raise Fault("a restoration names an award that is not suspended")
        del self.suspended[line["id"]]

    def _add_erase(self, line: dict[str, Any], number: int) -> None:
        gone = self.erased.get(line["id"])
        if gone is None or gone.at is not None:
            raise Fault("an erasure names no award, or one whose line still says what it said")
        self.erased[gone.id] = replace(gone, at=text_moment(line["at"]))
        self.revoked.pop(gone.id, None)
        self.suspended.pop(gone.id, None)
        self.superseded.pop(gone.id, None)

    # Endorsements of groups.

    def _add_endorse(self, line: dict[str, Any], number: int) -> None:
        group, earlier = line["group"], self.groups.get(line["group"])
        if not _GROUP.fullmatch(group):
            raise Fault(f"the group {quoted(group)} is none")
        if earlier is not None and (earlier.ended is not None or not self.is_void(group)):
            raise Fault(f"the group {quoted(group)} is endorsed twice")
        self._take_position(line)
        check_files(line["files"], ENDORSEMENT_NAMES)
        if not DIGEST.fullmatch(line["record"]):
            raise Fault("the record hash is none")
        self._check_signers(line["keys"])
        if earlier is not None:
            self.dropped.setdefault(earlier.list, set()).add(earlier.index)
        self.groups[group] = Endorsed(
            group,
            line["list"],
            line["index"],
            line["record"],
            tuple(line["keys"]),
            line["files"],
            text_moment(line["at"]),
            number,
            self.place.number,
        )

    def _add_endorse_end(self, line: dict[str, Any], number: int) -> None:
        known = self.groups.get(line["group"])
        if known is None or known.ended is not None:
            raise Fault("an endorsement ends that is none, or has ended already")
        self.groups[known.group] = replace(known, ended=text_moment(line["at"]))

    # Lists and checkpoints.

    def _add_status(self, line: dict[str, Any], number: int) -> None:
        if line["purpose"] not in PURPOSES or not DIGEST.fullmatch(line["file"]):
            raise Fault("a status line has an unknown purpose or no digest")
        if line["list"] < 1:
            raise Fault("a status line names no list")
        self.list_places.setdefault(line["list"], self.place.number)
        self.status[line["purpose"], line["list"]] = line["file"]

    def _add_checkpoint(self, line: dict[str, Any], number: int) -> None:
        # A checkpoint is in no tree itself, so nothing signs its time: it is that of the sealing it ends.
        if line["at"] != self.lines[-1]["at"]:
            raise Fault("the checkpoint has another time than the sealing that it ends")
        if self.lines.events[-1] == "checkpoint":
            raise Fault("a checkpoint follows on a checkpoint")
        if not self.statement and (missing := self.keyring.missing()):
            raise Fault(f"no key is left that could sign ({', '.join(missing)})")
        self.log_keys[line["n"]] = self.log_keys_before
        self.log_keys_before = frozenset(key.id for key in self.keyring.active("log"))


class SealedIds(Collection[str]):
    """The ids of all awards that were ever sealed in some registers, without a copy of them; no two registers have the same."""

    def __init__(self, registers: Iterable[Register]) -> None:
        """Look into these registers."""
        self._kinds: list[Collection[str]] = [ids for one in registers for ids in (one.awards, one.erased) if ids]

    def __contains__(self, award: object) -> bool:
        for ids in self._kinds:  # noqa: SIM110 - asked for each award, several times, and a generator takes twice as long
            if award in ids:
                return True
        return False

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._kinds)

    def __len__(self) -> int:
        return sum(map(len, self._kinds))


_HANDLERS: dict[str, Callable[[Register, dict[str, Any], int], None]] = {
    "issuer": Register._add_issuer,
    "key-add": Register._add_key_add,
    "key-retire": Register._add_key_retire,
    "key-revoke": Register._add_key_revoke,
    "badge": Register._add_badge,
    "award": Register._add_award,
    "revoke": Register._add_revoke,
    "suspend": Register._add_suspend,
    "restore": Register._add_restore,
    "supersede": Register._add_supersede,
    "reseal": Register._add_reseal,
    "erase": Register._add_erase,
    "endorse": Register._add_endorse,
    "endorse-end": Register._add_endorse_end,
    "status": Register._add_status,
    "move": Register._add_move,
    "close": Register._add_close,
    "checkpoint": Register._add_checkpoint,
}
