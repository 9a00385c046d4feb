"""What the documents of one award are made from, and the forms of time that both standards share."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from pinback.addresses import Addresses, ProfileFiles
from pinback.dataclass import dataclass
from pinback.model import Award, Badge, Issuer


class Written(NamedTuple):
    """A moment as documents write it: as text (``moment``), and as seconds since 1970."""

    text: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Sealing:
    """One award at the moment of its sealing; all that its four documents say comes from here.

    Attributes:
        badge: in the language in which the award is signed.
        subject: ``urn:uuid:…`` drawn at sealing.
        version: eight hex digits of the frozen badge version.
        status_list: number of the status list.
        status_index: position in it.
        ed25519_key: id of the signing key of embedded proofs.
        rsa_key: id of the signing key of JWS and JWT.
        files: the OB 2.0 profile that has this RSA key, and what belongs to it.
        at: the moment of sealing, whole UTC seconds.
        parent: the issuer's parent body, or None.
    """

    award: Award
    badge: Badge
    issuer: Issuer
    parent: Issuer | None
    addresses: Addresses
    subject: str
    version: str
    status_list: int
    status_index: int
    ed25519_key: str
    rsa_key: str
    files: ProfileFiles
    at: datetime

    @property
    def valid_from(self) -> Written:
        """The start of the day of issue, or the moment of sealing if that is earlier (DESIGN §6)."""
        return _start(self.award.issued_on, self.at)

    @property
    def valid_until(self) -> Written | None:
        """The last second of the last valid day."""
        return None if self.award.valid_until is None else _end(self.award.valid_until)


@lru_cache(maxsize=4_096)  # many awards are of one day, and each day stands in all documents of an award
def _start(day: date, at: datetime) -> Written:
    return _written(min(datetime.combine(day, time(), UTC), at))


@lru_cache(maxsize=4_096)
def _end(day: date) -> Written:
    return _written(datetime.combine(day, time(23, 59, 59), UTC))


def _written(value: datetime) -> Written:
    return Written(moment(value), int(value.timestamp()))


@lru_cache(maxsize=4_096)
def moment(value: datetime) -> str:
    """Return ``YYYY-MM-DDThh:mm:ssZ`` of a UTC moment (xsd:dateTimeStamp)."""
    # NOTE: strftime takes four times as long, and some systems leave the zeros of early years out.
    return f"{value.isoformat()[:19]}Z"


def start_of(day: date) -> str:
    """Return the first second of a day in UTC."""
    return f"{day.isoformat()}T00:00:00Z"
