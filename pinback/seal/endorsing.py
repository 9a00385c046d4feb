"""Endorsements of groups: which ones a sealing signs and ends, their documents, and whether signed ones still hold.

A parent body endorses a group with ``issuers/<issuer>/groups/<group>.yaml``; the register remembers it with an ``endorse``
line and its end with ``endorse-end`` (docs/decisions/0033). An endorsement takes a position in the same status lists as
awards. One whose key was revoked is signed again by the next sealing: the parent's word of today needs no proof of its day.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pinback import addresses
from pinback.addresses import Addresses
from pinback.canonical import sha256_name
from pinback.dataclass import dataclass
from pinback.errors import Problem, ProofError
from pinback.formats import did, endorsements
from pinback.formats.endorsements import Endorsing
from pinback.formats.parts import moment
from pinback.model import Club, Group, Issuer
from pinback.outputs import json_bytes
from pinback.proofs import eddsa_rdfc, jws
from pinback.proofs.keys import PublicKey
from pinback.register import Endorsed, Place, Register, record_hash
from pinback.seal.documents import signed_text, signed_whole
from pinback.seal.signing_keys import Keys


@dataclass(frozen=True, slots=True)
class Groups:
    """What a sealing does about groups.

    Attributes:
        endorsed: those whose endorsement is signed.
        ended: names of those whose endorsement ends.
    """

    endorsed: tuple[Group, ...] = ()
    ended: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether a sealing has something to do about groups."""
        return bool(self.endorsed or self.ended)

    def words(self) -> list[str]:
        """Return the lines of the plan."""
        signed = [f"  that {group.name} ({group.did}) is a group since {group.since}" for group in self.endorsed]
        return [*signed, *(f"  the end of the endorsement of {name}" for name in self.ended)]


def groups_to_seal(issuer: Issuer, register: Register) -> Groups:
    """Return what waits: groups that the register does not know, those whose key was revoked, and those that have ended."""
    known = register.groups
    standing = {slug for slug, one in known.items() if one.ended is None}
    return Groups(
        tuple(
            group
            for group in issuer.groups
            if group.ended is None
            and (group.slug not in known or (group.slug in standing and register.is_void(group.slug)))
        ),
        tuple(group.slug for group in issuer.groups if group.ended is not None and group.slug in standing),
    )


def problems(club: Club, registers: Mapping[str, Register]) -> Iterator[Problem]:
    """Yield a problem for each group whose file no longer says what was signed."""
    for issuer in club.issuers.values():
        register = registers.get(issuer.slug)
        for group in issuer.groups:
            known = register.groups.get(group.slug) if register else None
            if known is None and group.ended is not None:
                what = "this group has ended, and its endorsement was never signed"
                yield Problem(group.origin.file, 0, what, "delete the file; nobody has seen it")
            elif known is None and register is not None and register.statement:
                what = "the issuer was closed, so this endorsement can never be signed"
                yield Problem(group.origin.file, 0, what, "delete the file, or let another issuer endorse the group")
            elif known is not None:
                yield from _changes(group, known)
                if register is not None and register.statement and group.ended and known.ended is None:
                    what = "the issuer was closed, so this endorsement can never be ended any more"
                    yield Problem(group.origin.file, 0, what, 'delete "ended"; the group can take its own link away')
        if register is not None:
            yield from _lost(issuer, register)


def _changes(group: Group, known: Endorsed) -> Iterator[Problem]:
    if record_hash(group.typed) != known.record:
        yield Problem(
            group.origin.file,
            0,
            f"this endorsement was signed on {known.at:%Y-%m-%d} and the file has been changed since",
            'put the old lines back (git shows them); to say something else, end it with "ended" and add the group anew under another name',
        )
    if known.ended is not None and group.ended is None:
        yield Problem(
            group.origin.file,
            0,
            f'this endorsement ended on {known.ended:%Y-%m-%d}, and "ended" is gone',
            "put the line back; a group that comes back gets a new file under another name",
        )


def _lost(issuer: Issuer, register: Register) -> Iterator[Problem]:
    present = {group.slug for group in issuer.groups}
    for slug, known in register.groups.items():
        if slug not in present:
            yield Problem(
                register.file,
                known.line,
                f"the group {slug} was endorsed on {known.at:%Y-%m-%d}, but issuers/{issuer.slug}/groups/{slug}.yaml is gone",
                'restore the file from git, and end the endorsement with "ended"',
            )


def too_early(groups: Groups, issuer: Issuer, at: datetime) -> Iterator[Problem]:
    """Yield a problem for each group that begins or ends in the future, wherever on earth the steward is."""
    latest = (at + timedelta(hours=14)).date()
    for group in groups.endorsed:
        if group.since > latest:
            what = f"since is {group.since}, a day that has not come yet"
            yield Problem(group.origin.file, 0, what, "correct it, or seal on that day")
    for group in issuer.groups:
        if group.slug in groups.ended and group.ended is not None and group.ended > latest:
            what = f"ended is {group.ended}, a day that has not come yet"
            yield Problem(group.origin.file, 0, what, "correct it, or seal on that day")


# Making.


def endorsement_documents(endorsing: Endorsing, keys: Keys) -> dict[str, bytes]:
    """Return the three documents of an endorsement as published, each read back and verified.

    Raises:
        ProofError: a document cannot be signed so that all of it is covered; names the file.
    """
    try:
        credential = endorsements.credential(endorsing)
        return {
            "credential.json": signed_whole(credential, endorsing.issuer.did, moment(endorsing.at), keys),
            "endorsement.json": json_bytes(endorsements.hosted(endorsing)),
            "endorsement.jws.txt": signed_text(endorsements.signed(endorsing), {"typ": "JWT"}, keys),
        }
    except ProofError as error:
        raise ProofError(f"{endorsing.group.origin}: {error}") from error


def endorse_fields(endorsing: Endorsing, files: Mapping[str, bytes], keys: Keys) -> dict[str, object]:
    """Return the fields of the ``endorse`` line beside ``n``, ``event`` and ``at``."""
    return {
        "group": endorsing.group.slug,
        "list": endorsing.status_list,
        "index": endorsing.status_index,
        "record": record_hash(endorsing.group.typed),
        "keys": [keys.ed25519.id, keys.rsa.id],
        "files": {name: sha256_name(data) for name, data in files.items()},
    }


# Proving what was signed before.


def check_endorsement(
    line: Mapping[str, Any],
    issuer: str,
    place: Place,
    creators: Mapping[str, str],
    keys: tuple[PublicKey, PublicKey],
    files: Mapping[str, bytes],
) -> None:
    """Check the documents of an endorsement against its line: proofs, keys, ids, position, and that all say the same.

    Args:
        line: the ``endorse`` line.
        issuer: slug.
        place: where the issuer published at that line.
        creators: addresses of profile (``profile``) and key document (``key``) of the RSA key there.
        keys: the Ed25519 and the RSA key that the line names.
        files: the documents by name.

    Raises:
        ProofError: something does not hold.
    """
    ed25519, rsa = keys
    where = Addresses(place.base_url)

    def url(name: str) -> str:
        return where.url(addresses.group_file(issuer, line["group"], name))

    credential = json.loads(files["credential.json"])
    proof = eddsa_rdfc.verify(credential, ed25519)
    list_url = where.url(addresses.status_list(issuer, "revocation", line["list"]))
    header, payload = jws.verify_rs256(files["endorsement.jws.txt"].decode("ascii"), rsa)
    signed, hosted = json.loads(payload), json.loads(files["endorsement.json"])
    said = credential["credentialSubject"]["endorsementComment"]
    pairs = {
        "key": (proof["verificationMethod"], did.key_url(place.did, ed25519.id)),
        "moment": (proof["created"], line["at"]),
        "issuer": (credential["issuer"]["id"], place.did),
        "id": (credential["id"], url("credential.json")),
        "position": (
            [credential["credentialStatus"][name] for name in ("statusListCredential", "statusListIndex")],
            [list_url, str(line["index"])],
        ),
        "JWS header": (header, {"alg": "RS256", "typ": "JWT"}),
        "signed Endorsement's id": (signed["id"], url("endorsement.jws.txt")),
        "signed Endorsement's issuer": (signed["issuer"], creators["profile"]),
        "signed Endorsement's key": (
            signed["verification"],
            {"type": "SignedBadge", "creator": creators["key"]},
        ),
        "comment": (signed["claim"]["endorsementComment"], said),
        "hosted Endorsement": (
            hosted,
            signed | {"id": url("endorsement.json"), "verification": {"type": "HostedBadge"}},
        ),
    }
    for what, (found, wanted) in pairs.items():
        if found != wanted:
            raise ProofError(f"its {what} is not what the register says; restore the register")
