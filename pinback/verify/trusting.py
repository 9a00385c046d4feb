"""Whom the asker trusts, whom the badge is for, and whether two documents in one picture say the same.

Trust is the asker's (TRUST §5): a known name proves nothing, so an issuer is named by its site and key, with whether its
own web site links back to where the badges come from.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from pinback.errors import quoted, shortened
from pinback.verify.exam import Exam, id_of, objects_of, text_of
from pinback.verify.issuers import did_web_address, key_document
from pinback.verify.reading import links_in
from pinback.verify.recipients import is_for, is_named
from pinback.verify.report import Report
from pinback.verify.urls import bare, climbs, host_of
from pinback.verify.verdict import Finding, forged

_AWARD = re.compile(r"[^?#]+/awards/[^/?#]+/(?=[^/]+\Z)")


def site_of(issuer: str) -> str:
    """Return the site that vouches for an issuer as a person reads it: host and path, or the DID."""
    site = issuer
    if issuer.startswith("did:web:"):
        site = unquote(issuer.removeprefix("did:web:").replace(":", "/"))
    elif issuer.startswith("https://"):
        site = bare(issuer).removeprefix("https://").rstrip("/")
    return shortened(site, 200)


def trusts(trusted: str, issuer: str) -> bool:
    """Say whether *trusted* names *issuer*: the same id, or an address under which its documents lie."""
    if trusted == issuer:
        return True
    if not trusted.startswith("https://"):
        return False
    try:
        address = did_web_address(issuer) if issuer.startswith("did:web:") else issuer
    except Finding:
        return False
    below = trusted if trusted.endswith("/") else f"{trusted}/"
    return address.startswith(below) and not climbs(address)


def issuer_trusted(exam: Exam) -> str:
    """Says whether the asker trusts the issuer, or what could be found out about an unknown one."""
    if exam.question.trust:
        exam.trusted = any(trusts(trusted, exam.issuer) for trusted in exam.question.trust) or (
            exam.kind == "ob2" and any(_claims(trusted, exam) for trusted in exam.question.trust)
        )
        return "you trust this issuer" if exam.trusted else "this issuer is not among those whom you trust"
    if exam.depth:
        return ""
    return f"you have not said whether you trust {site_of(exam.issuer)}; {_linked_back(exam)}"


def _claims(did: str, exam: Exam) -> bool:
    """Say whether the document of a trusted DID names an OB 2.0 profile as another address of its own."""
    if not did.startswith("did:"):
        return False
    try:
        return exam.issuer in key_document(did, exam.asker).also_known
    except Finding:
        return False


def _linked_back(exam: Exam) -> str:
    """Say whether the issuer's own web site links to where its badges come from."""
    issuer = exam.profile if exam.kind == "ob2" else exam.document.get("issuer")
    home = text_of(issuer.get("url")) if isinstance(issuer, dict) else ""
    if not home.startswith("https://"):
        return "it names no web site of its own"
    try:
        host = host_of(did_web_address(exam.issuer) if exam.issuer.startswith("did:web:") else exam.issuer)
        if host and host == host_of(home):
            return f"it names {site_of(home)} as its web site, which is the site of its keys"
        answer = exam.asker.answer(home)
    except Finding:
        return f"it names {site_of(home)} as its web site, which could not be asked"
    links = links_in(answer.body, answer.url) if answer.status == 200 else frozenset()
    back = any(host and host_of(link) == host for link in links) or exam.issuer.encode() in answer.body
    return f"{site_of(home)}, which it names as its web site, {'links back to it' if back else 'does not mention it'}"


def for_the_person_asked_about(exam: Exam) -> str:
    """Says whether it is for the person whom the asker names; hashed here."""
    asked = exam.question
    subjects = objects_of(exam.document.get("recipient" if exam.kind == "ob2" else "credentialSubject"))
    identities = (
        subjects
        if exam.kind == "ob2"
        else [entry for subject in subjects for entry in objects_of(subject.get("identifier"))]
    )
    said = []
    answers = []
    if asked.named is not None:
        answers.append(is_named(identities, asked.named))
        said.append(
            f"{quoted(asked.named.name)}: {'the name that the issuer signed' if answers[-1] else 'not the name that the issuer signed'}"
        )
    if asked.recipient:
        ids = [] if exam.kind == "ob2" else [id_of(subject) for subject in subjects]
        answers.append(is_for(identities, ids, asked.recipient))
        said.append(
            f"{quoted(asked.recipient)}: {'the one it was given to' if answers[-1] else 'not the one it was given to'}"
        )
    if answers:
        exam.matched = all(answers)
        return "; ".join(said)
    hidden = any(entry.get("hashed") is True for entry in identities)
    return "the holder is named by a hash; ask for the named link or e-mail address" if hidden else ""


# Two documents in one picture


def same_award(pair: tuple[Report, Report]) -> str:
    """Both lie in the folder of one award, where both lie in one at all (``…/awards/<id>/…``)."""
    folders = [found.group() for report in pair if (found := _AWARD.match(report.facts.get("id", "")))]
    if len(set(folders)) > 1:
        raise forged("the two documents in this picture are of two awards")
    return ""


def same_badge(pair: tuple[Report, Report]) -> str:
    """Both name the same badge."""
    return _same(pair, "badge", "name of the badge")


def same_days(pair: tuple[Report, Report]) -> str:
    """Both were given, and end, on the same day."""
    return _same(pair, "from", "day", 10) + _same(pair, "until", "end", 10)


def same_site(pair: tuple[Report, Report]) -> str:
    """Both come from the same site, or the issuer of one names the other as another address of its own.

    A club may keep its DID at one host and, after a move, its badges at another; then its did.json names the profile there.
    """
    hosts = [_host(report) for report in pair]
    own = any(one.issuer in other.also_known for one, other in (pair, pair[::-1]))
    if hosts[0] != hosts[1] and not own:
        raise forged(
            f"the two documents in this picture come from two issuers, {quoted(hosts[0])} and {quoted(hosts[1])}"
        )
    return ""


def _host(report: Report) -> str:
    issuer = report.issuer
    if issuer.startswith("did:web:"):
        return unquote(issuer.removeprefix("did:web:").partition(":")[0])
    return host_of(issuer) or issuer


def _same(pair: tuple[Report, Report], fact: str, what: str, signs: int | None = None) -> str:
    values = [report.facts.get(fact, "")[:signs] for report in pair]
    if values[0] != values[1]:
        raise forged(f"the two documents in this picture disagree about the {what}")
    return ""
