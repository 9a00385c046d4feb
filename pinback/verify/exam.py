"""One document under examination: what was asked, what was found so far. The checks fill it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pinback.dataclass import dataclass
from pinback.proofs.compact import Token
from pinback.tlog.notes import NoteKey
from pinback.verify.asking import Asker
from pinback.verify.issuers import Method
from pinback.verify.recipients import Link
from pinback.verify.report import Report

if TYPE_CHECKING:
    from pinback.verify.logged import Logged


@dataclass(frozen=True, slots=True)
class Question:
    """What the asker wants to know.

    Attributes:
        now: the moment for which the answer holds.
        trust: DIDs and addresses of issuers whom the asker trusts; empty where nothing was said.
        recipient: an e-mail address, DID or other name of the person it should be about, or "".
        named: the holder's named link, or None.
        witnesses: keys of witnesses whom the asker knows.
    """

    now: datetime
    trust: tuple[str, ...] = ()
    recipient: str = ""
    named: Link | None = None
    witnesses: tuple[NoteKey, ...] = ()


@dataclass(slots=True)
class Signature:
    """One signature of a document: an embedded proof, or the JWS around it (``proof`` is None)."""

    url: str
    proof: dict[str, Any] | None = None
    method: Method | None = None


@dataclass(slots=True)
class Exam:
    """A document and what the checks learned about it.

    Attributes:
        kind: ``vc`` (a credential), ``list`` (a status list), ``ob2`` (an OB 2.0 Assertion or Endorsement).
        document: its JSON; of a JWT the credential in it.
        asker: the network.
        question: what is asked.
        token: the JWS around it, or None.
        header: its header.
        claims: its payload.
        depth: how many credentials it lies in.
        signatures: filled in at the step "who says so".
        hosted: OB 2.0: the copy at the badge's own address.
        profile: OB 2.0: the issuer's profile.
        calls_itself: OB 2.0: the id that the profile gives itself.
        key: OB 2.0: the document of the key that the signature fits.
        badge: OB 2.0: the badge class.
        key_name: the signing key's name, once it is known.
        trusted: whether the issuer is among those whom the asker trusts; None where nothing was said.
        matched: whether it is for the person asked about; None where nothing was asked.
        demonstration: True where anyone can open the keys.
        parts: reports on credentials in it, and endorsements.
        data: the document's bytes as they were found, for the log that has their digest; empty where it lies in another.
        logged: what the log shows of it, or why that does not hold; None before it was asked.
    """

    kind: str
    document: dict[str, Any]
    asker: Asker
    question: Question
    token: Token | None = None
    header: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    depth: int = 0
    signatures: list[Signature] = field(default_factory=list)
    hosted: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    calls_itself: str = ""
    key: Mapping[str, Any] = field(default_factory=dict)
    badge: dict[str, Any] = field(default_factory=dict)
    key_name: str = ""
    trusted: bool | None = None
    matched: bool | None = None
    demonstration: bool = False
    parts: list[Report] = field(default_factory=list)
    data: bytes = b""
    logged: Logged | str | None = None

    @property
    def issuer(self) -> str:
        """The issuer's id, or "" where there is none."""
        if self.kind == "ob2":
            return text_of(self.profile.get("id"))
        return id_of(self.document.get("issuer"))

    def moments(self, *names: str) -> list[Any]:
        """Return the values of those members that stand in the document."""
        return [self.document[name] for name in names if name in self.document]


def id_of(value: object) -> str:
    """Return the id of a thing that is written as its id or as an object with one; "" where it has none."""
    return text_of(value.get("id")) if isinstance(value, dict) else text_of(value)


def text_of(value: object) -> str:
    """Return a text, or "" for anything else."""
    return value if isinstance(value, str) else ""


def types_of(value: object) -> frozenset[str]:
    """Return the types of an object."""
    found = value.get("type") if isinstance(value, dict) else None
    return frozenset(text for text in list_of(found) if isinstance(text, str))


def list_of(value: object) -> list[Any]:
    """Return a list as it is, nothing as an empty one, and anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def objects_of(value: object) -> list[dict[str, Any]]:
    """Return the objects among one value or several."""
    return [item for item in list_of(value) if isinstance(item, dict)]
