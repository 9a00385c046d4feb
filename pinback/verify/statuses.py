"""Step 8, status: was it withdrawn or suspended? What cannot be answered is "cannot tell".

Bitstring status lists are credentials themselves and pass the same exam before a bit of them is believed. A list of
ours for withdrawals (``…/issuers/<issuer>/status/revocation-<n>.json``) has one for suspensions beside it, which a
credential cannot name (docs/decisions/0006); it is asked too.

Specifications: Bitstring Status List 1.0 §3.2 (validation); VC Status List 2021; Open Badges 3.0, 1EdTechRevocationList.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import Any

from pinback.canonical import base64url_bytes
from pinback.dataclass import dataclass
from pinback.errors import ProofError, quoted
from pinback.verify import limits
from pinback.verify.exam import Exam, id_of, list_of, objects_of, text_of, types_of
from pinback.verify.issuers import alike, did_web_address
from pinback.verify.moments import day, moment
from pinback.verify.urls import host_of
from pinback.verify.verdict import Finding, Verdict, unknown

_OF_OURS = re.compile(r"(https://[^?#]+/issuers/[a-z0-9-]+/status/)revocation-([0-9]{1,6}\.json)")
_OF_HEAD = 2
"""The flag of a gzip file with a checksum over its head (RFC 1952 §2.3.1), which nobody writes; neither command nor page reads it."""
_KINDS = frozenset({"BitstringStatusListEntry", "StatusList2021Entry"})


@dataclass(slots=True)
class Entry:
    """One status of a credential, and the list that it names.

    Attributes:
        exam: the credential.
        url: of the list.
        purpose: ``revocation``, ``suspension``, …
        index: position in it; -1 where it is none.
        size: bits of one entry.
        list: the list's own exam, passed; None where it was not.
    """

    exam: Exam
    url: str
    purpose: str
    index: int
    size: object
    list: Exam

    @property
    def subject(self) -> dict[str, Any]:
        """What the list says."""
        subjects = objects_of(self.list.document.get("credentialSubject"))
        return subjects[0] if len(subjects) == 1 else {}


def index_of(value: object) -> int:
    """Return a position: a decimal text, or a whole number as some write it; -1 for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if value == value // 1 else -1  # 5.0 is 5 in JSON
    if isinstance(value, str) and re.fullmatch("0|[1-9][0-9]{0,9}", value, re.ASCII):
        return int(value)
    return -1


def entries_of(exam: Exam) -> list[dict[str, Any]]:
    """Return the status entries of a credential.

    Raises:
        Finding: cannot tell: one is none.
    """
    found = list_of(exam.document.get("credentialStatus"))
    if len(found) > limits.MAX_PARTS or not all(isinstance(entry, dict) for entry in found):
        raise unknown("it names its status in a way that is not known here")
    return found


def is_bitstring(entry: dict[str, Any]) -> bool:
    """Say whether a status entry names a bitstring list."""
    return bool(types_of(entry) & _KINDS)


def beside(url: str) -> str:
    """Return the address of the suspension list beside a revocation list of ours, or ""."""
    found = _OF_OURS.fullmatch(url)
    return f"{found.group(1)}suspension-{found.group(2)}" if found else ""


# Checks of one entry against its list


def list_is_list(entry: Entry) -> str:
    """What lies at the address is a status list."""
    kinds = {"BitstringStatusListCredential", "StatusList2021Credential"}
    if not (
        types_of(entry.subject) & {"BitstringStatusList", "StatusList2021"} and types_of(entry.list.document) & kinds
    ):
        raise unknown("what lies at the address of the status list is none")
    return ""


def list_by_issuer(entry: Entry) -> str:
    """The list is the same issuer's."""
    if entry.list.issuer != entry.exam.issuer:
        raise unknown(f"the status list is one of {quoted(entry.list.issuer)}, not of the issuer")
    return ""


def list_for_purpose(entry: Entry) -> str:
    """The list is for the purpose that the credential names."""
    if entry.purpose not in list_of(entry.subject.get("statusPurpose")):
        raise unknown(f"the status list is not one for {quoted(entry.purpose)}")
    return ""


def bit_clear(entry: Entry) -> str:
    """The credential's bit is not set."""
    bits = bits_of(entry.list)
    if entry.size is not None and not alike(entry.size, 1):
        raise unknown("the status list has entries of more than one bit, which are not read here")
    if not 0 <= entry.index < len(bits) * 8:
        raise unknown("its place in the status list lies outside the list")
    if bits[entry.index // 8] & (0x80 >> (entry.index % 8)):
        if entry.purpose == "revocation":
            raise Finding(Verdict.WITHDRAWN, f"the issuer withdrew it{_since(entry)}")
        if entry.purpose == "suspension":
            raise Finding(Verdict.WITHDRAWN, f"the issuer suspended it{_since(entry)}", suspended=True)
        if entry.purpose not in ("refresh", "message"):
            raise unknown(f"the issuer marked it for {quoted(entry.purpose)}, which is not known here")
    return f"not {_WORDS.get(entry.purpose, 'marked')}{_since(entry)}"


_WORDS = {"revocation": "withdrawn", "suspension": "suspended"}


def _since(entry: Entry) -> str:
    begins = entry.list.moments("validFrom", "issuanceDate")
    return f", says the list of {day(moment(begins[0], 'the date of the status list'))}" if begins else ""


def list_at_its_address(entry: Entry) -> str:
    """The list is the one that was asked for."""
    if id_of(entry.list.document) not in (entry.url, ""):
        raise unknown("the status list calls itself by another address, so it may be an old or another one")
    return ""


def bits_of(listed: Exam) -> bytes:
    """Return the unpacked bits of a list.

    Raises:
        Finding: cannot tell: damaged, too short, or past a limit.
    """
    key = f"bits of {id(listed)}"
    known = listed.asker.judged.get(key)
    if isinstance(known, bytes):
        return known
    subjects = objects_of(listed.document.get("credentialSubject"))
    text = text_of(subjects[0].get("encodedList")) if subjects else ""
    old = "StatusList2021Credential" in types_of(listed.document)
    if not old and not text.startswith("u"):
        raise unknown("the status list is damaged")
    text = text.removeprefix("u") if not old else text.rstrip("=")
    if len(text) > limits.MAX_LIST_PACKED * 4 // 3 + 4:
        raise unknown(f"the status list has more than {limits.MAX_LIST_PACKED:,} bytes packed")
    try:
        packed = base64url_bytes(text)
        if packed[3:4] and packed[3] & _OF_HEAD:
            raise unknown("the status list is damaged")
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, limits.MAX_LIST + 1)
    except (ProofError, zlib.error) as error:
        raise unknown("the status list is damaged") from error
    if len(bits) > limits.MAX_LIST:
        raise unknown(f"the status list has more than {limits.MAX_LIST:,} bytes unpacked")
    if not unpacker.eof or unpacker.unused_data or len(bits) < limits.MIN_LIST:
        raise unknown("the status list is damaged, or shorter than the standard allows")
    listed.asker.keep(key, bits)
    return bits


# The older way of 1EdTech: a plain list at the issuer's own site


def not_on_plain_list(exam: Exam) -> str:
    """A plain list of withdrawn badges, believed where it lies on the issuer's own site, does not name this one."""
    said = ""
    for entry in entries_of(exam):
        if is_bitstring(entry):
            continue
        if "1EdTechRevocationList" not in types_of(entry):
            kinds = ", ".join(sorted(types_of(entry))) or "nameless"
            raise unknown(f"its status is of the kind {quoted(kinds)}, which is not known here")
        url = id_of(entry)
        listed = exam.asker.json(url, "the list of withdrawn badges")
        if id_of(listed.get("issuer")) != exam.issuer or host_of(url) != _host(exam.issuer):
            raise unknown("the list of withdrawn badges is not the issuer's own")
        for item in list_of(listed.get("revokedCredential")):
            if id_of(item) == id_of(exam.document) and not (isinstance(item, dict) and item.get("revoked") is False):
                raise Finding(Verdict.WITHDRAWN, "the issuer withdrew it")
        said = "not withdrawn, says the plain list on the issuer's site"
    return said


def _host(issuer: str) -> str:
    return host_of(did_web_address(issuer) if issuer.startswith("did:web:") else issuer)


def entry_of(exam: Exam, entry: dict[str, Any], listed: Exam) -> Entry:
    """Return what the checks of an entry need."""
    url, purpose = text_of(entry.get("statusListCredential")), text_of(entry.get("statusPurpose"))
    return Entry(exam, url, purpose, index_of(entry.get("statusListIndex")), entry.get("statusSize"), listed)


def suspension_of(entry: Entry, url: str, listed: Exam) -> Entry:
    """Return the entry at the same place of the suspension list beside it."""
    return replace(entry, url=url, purpose="suspension", list=listed)
