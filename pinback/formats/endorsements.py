"""Endorsements of groups: an OB 3.0 EndorsementCredential about a DID, and an OB 2.0 Endorsement about a profile.

Open Badges v3.0, EndorsementCredential and EndorsementSubject; Open Badges v2.0, Endorsement. All pure functions to plain
documents in a fixed member order. Both forms say the same of the same group under the names that readers of each standard know.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from pinback import addresses, contexts
from pinback.addresses import Addresses, ProfileFiles
from pinback.dataclass import dataclass
from pinback.formats import ob3
from pinback.formats.parts import moment
from pinback.model import Group, Issuer

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json"


@dataclass(frozen=True, slots=True)
class Endorsing:
    """One endorsement at the moment of its signing; all that its documents say comes from here.

    Attributes:
        issuer: who endorses.
        language: of the issuer's texts.
        parent: the endorser's own parent body in this club, or None.
        status_list: number of the status list.
        status_index: position in it.
        files: the OB 2.0 profile that has the signing RSA key, and what belongs to it.
        at: the moment of signing, whole UTC seconds.
    """

    group: Group
    issuer: Issuer
    language: str
    parent: Issuer | None
    addresses: Addresses
    status_list: int
    status_index: int
    files: ProfileFiles
    at: datetime

    @property
    def valid_from(self) -> datetime:
        """The start of the day from which it is a group, or the moment of signing if that is earlier (as for awards)."""
        return min(datetime.combine(self.group.since, time(), UTC), self.at)

    def url(self, name: str) -> str:
        """Return the address of one of the documents."""
        return self.addresses.url(addresses.group_file(self.issuer.slug, self.group.slug, name))


def credential(endorsing: Endorsing) -> dict[str, Any]:
    """Return the EndorsementCredential without its proof. Its subject says nothing but its id: what stands beside it would be
    one node with whatever else is said of the group."""
    issuer, where = endorsing.issuer, endorsing.addresses
    list_url = where.url(addresses.status_list(issuer.slug, "revocation", endorsing.status_list))
    return {
        "@context": list(ob3.CONTEXTS),
        "id": endorsing.url("credential.json"),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": f"{endorsing.group.name}: endorsed by {issuer.name.in_language(endorsing.language)}",
        "issuer": ob3.profile(issuer, endorsing.language, where, endorsing.parent),
        "validFrom": moment(endorsing.valid_from),
        "awardedDate": moment(endorsing.valid_from),
        "credentialSubject": {
            "id": endorsing.group.did,
            "type": ["EndorsementSubject"],
            "endorsementComment": endorsing.group.text,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{list_url}#{endorsing.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(endorsing.status_index),
            "statusListCredential": list_url,
        },
    }


def hosted(endorsing: Endorsing) -> dict[str, Any]:
    """Return the hosted Endorsement, whose proof is the place where it lies."""
    return _endorsement(endorsing, "endorsement.json", {"type": "HostedBadge"})


def signed(endorsing: Endorsing) -> dict[str, Any]:
    """Return the Endorsement that becomes the payload of a JWS."""
    creator = endorsing.addresses.url(endorsing.files.key)
    return _endorsement(endorsing, "endorsement.jws.txt", {"type": "SignedBadge", "creator": creator})


def _endorsement(endorsing: Endorsing, name: str, verification: dict[str, str]) -> dict[str, Any]:
    return {
        "@context": contexts.OB2,
        "type": "Endorsement",
        "id": endorsing.url(name),
        "claim": {"id": endorsing.group.profile, "endorsementComment": endorsing.group.text},
        "issuer": endorsing.addresses.url(endorsing.files.profile),
        "issuedOn": moment(endorsing.valid_from),
        "verification": verification,
    }


def ended(sealed: dict[str, Any]) -> dict[str, Any]:
    """Return the hosted Endorsement of a group that is none any more: the sealed one, and that it is withdrawn."""
    return {**sealed, "revoked": True}
