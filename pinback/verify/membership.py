"""Whether an issuer is a group of a parent body: both have to say so.

A group's OB 2.0 profile names its parents (``schema:memberOf``) and where their endorsements lie (``schema:subjectOf``); a
parent's endorsement, OB 2.0 or 3.0, names the group and is judged like any other document. What one of them says alone
vouches for nothing, and is told as that. Nothing here changes a verdict: whom one trusts is for the asker (TRUST §5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pinback.dataclass import dataclass
from pinback.errors import quoted
from pinback.limits import MAX_ENDORSEMENTS_ASKED, MAX_OWN_PROFILES, MAX_PARENT_NAME, MAX_PARENTS
from pinback.verify.asking import Asker
from pinback.verify.exam import Question, id_of, list_of, objects_of, text_of
from pinback.verify.issuers import key_document
from pinback.verify.reading import Found
from pinback.verify.report import Membership, Report
from pinback.verify.trusting import site_of
from pinback.verify.verdict import Finding, Verdict
from pinback.verify.verifier import judge

PARENTS, ENDORSEMENTS = "schema:memberOf", "schema:subjectOf"


@dataclass(frozen=True, slots=True)
class _Claim:
    """What an issuer says of itself: its parents by id with their names, and the addresses of endorsements."""

    parents: dict[str, str]
    endorsements: tuple[str, ...]


def memberships(report: Report, asker: Asker, question: Question) -> tuple[Membership, ...]:
    """Return what is known of an issuer's parents, or of the group that an endorsement names.

    Args:
        report: on a document whose issuer vouches for it; for any other there is nothing to say.
        asker: the network.
        question: for its moment and for whom the asker trusts.
    """
    if not report.facts or not report.issuer:
        return ()
    if report.endorsed:
        return tuple(_of_endorsement(report, asker))
    known = asker.judged.get(f"parents of {report.issuer}")
    if known is None:
        asker.next_document()
        name = report.facts.get("issuer_name") or site_of(report.issuer)
        known = tuple(_parents(report.issuer, name, asker, question))
        asker.keep(f"parents of {report.issuer}", known)
    found: tuple[Membership, ...] = known
    return found


def _parents(issuer: str, name: str, asker: Asker, question: Question) -> Iterator[Membership]:
    claim = _claim_of(issuer, asker)
    if not claim.parents:
        return
    judged = [_judged(address, asker, question) for address in claim.endorsements]
    for parent, called in claim.parents.items():
        yield _membership(issuer, name, parent, called, judged, asker, question)


def _membership(
    issuer: str, name: str, parent: str, called: str, judged: Sequence[Report], asker: Asker, question: Question
) -> Membership:
    site = site_of(parent)
    says = f"{name} says that it is a group of {called or site} ({site})"
    unasked = [one.reason for one in judged if one.verdict is Verdict.CANNOT_TELL]
    refused = about = ""
    for one in judged:
        if not one.endorsed or not _is(one.issuer, parent, asker):
            continue
        if not _is(issuer, one.endorsed, asker):
            # An Endorsement of OB 2.0 names the profile, where that of OB 3.0 names the DID: alone it refuses nothing.
            about = about or f"what it signed is about {quoted(one.endorsed, limit=200)}"
        elif one.verdict is Verdict.GENUINE:
            signed = one.facts.get("issuer_name") or site
            trusted = ", whom you trust" if parent in question.trust else ""
            return Membership(parent, True, f"{name} is a group of {signed} ({site}){trusted}, as both say")
        elif one.verdict is not Verdict.CANNOT_TELL:
            withdrawn = one.verdict is Verdict.WITHDRAWN
            refused = (
                "it has withdrawn its endorsement" if withdrawn else f"its endorsement does not hold ({one.reason})"
            )
    if unasked and not refused:
        return Membership(parent, None, f"{says}; whether that one says so could not be found out: {unasked[0]}")
    refused = refused or about or "no endorsement by it is there"
    return Membership(parent, False, f"{says}, which does not say so: {refused}; one word alone vouches for nothing")


def _of_endorsement(report: Report, asker: Asker) -> Iterator[Membership]:
    """Say whether the group that an endorsement names links back to who signed it."""
    asker.next_document()
    parent, group = report.issuer, report.endorsed
    signed = report.facts.get("issuer_name") or site_of(parent)
    if not group.startswith(("did:web:", "https://")):
        return
    claim = _claim_of(group, asker)
    if any(_is(parent, named, asker) for named in claim.parents):
        yield Membership(parent, True, f"{site_of(group)} is a group of {signed} ({site_of(parent)}), as both say")
    else:
        words = f"{site_of(group)} does not say that it is a group of {signed}; one word alone vouches for nothing"
        yield Membership(parent, False, words)


def _claim_of(issuer: str, asker: Asker) -> _Claim:
    """Return what the profiles of an issuer say of its parents; what cannot be read says nothing."""
    parents: dict[str, str] = {}
    endorsements: list[str] = []
    for address in _profiles(issuer, asker):
        try:
            profile = asker.json(address, "the issuer's profile")
        except Finding:
            continue
        if profile.get("id") != address:
            continue
        for entry in objects_of(profile.get(PARENTS))[:MAX_PARENTS]:
            if parent := id_of(entry):
                parents.setdefault(parent, text_of(entry.get("name"))[:MAX_PARENT_NAME])
        found = [id_of(entry) for entry in list_of(profile.get(ENDORSEMENTS))[:MAX_ENDORSEMENTS_ASKED]]
        endorsements += [link for link in found if link.startswith("https://") and link not in endorsements]
    kept = dict(list(parents.items())[:MAX_PARENTS])
    return _Claim(kept, tuple(endorsements[:MAX_ENDORSEMENTS_ASKED]))


def _profiles(issuer: str, asker: Asker) -> list[str]:
    if issuer.startswith("https://"):
        return [issuer]
    try:
        known = key_document(issuer, asker).also_known
    except Finding:
        return []
    return [address for address in known if address.startswith("https://")][:MAX_OWN_PROFILES]


def _judged(address: str, asker: Asker, question: Question) -> Report:
    """Return the report on what lies at the address of an endorsement."""
    found = Found(address.encode("utf-8", "replace"), "address", "an endorsement")
    return judge("endorsement", found, asker, Question(question.now), depth=1)


def _is(issuer: str, named: str, asker: Asker) -> bool:
    """Tell whether *issuer* is who *named* is: the same id, or a profile that the document of *named* gives as its own."""
    if issuer == named:
        return True
    if not named.startswith("did:"):
        return False
    try:
        return issuer in key_document(named, asker).also_known
    except Finding:
        return False
