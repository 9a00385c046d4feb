"""Credentials, step 7, dates; and of step 6, what a JWT says a second time in its claims.

Each function is one check of the table in ``verifier``. Both spellings of the VC Data Model count wherever they stand:
whoever holds a document of one version could otherwise spell its end so that readers of the other overlook it.

Specifications: VC Data Model 1.1 §4.6 and 2.0 §4.9; RFC 7519 §4.1; Open Badges 3.0, "JSON Web Token Proof Format".
"""

from __future__ import annotations

from typing import Any

from pinback.errors import quoted
from pinback.verify.exam import Exam, id_of, list_of
from pinback.verify.moments import day, moment
from pinback.verify.verdict import Finding, Verdict, forged

BEGINNINGS = ("validFrom", "issuanceDate")
ENDS = ("validUntil", "expirationDate")


def claims_agree(exam: Exam) -> str:
    """What a JWT says twice, it says alike (iss, jti, sub, nbf, exp)."""
    if exam.token is None:
        return ""
    subjects = list_of(exam.document.get("credentialSubject"))
    said: tuple[tuple[str, Any, str], ...] = (
        ("iss", exam.issuer, "issuer"),
        ("jti", exam.document.get("id"), "id"),
        ("sub", id_of(subjects[0]) or None if len(subjects) == 1 else None, "holder"),
    )
    for claim, value, what in said:
        if claim in exam.claims and value is not None and exam.claims[claim] != value:
            raise forged(f"the signed text names two different {what}s")
    for claim, names, what in (("nbf", BEGINNINGS, "beginnings"), ("exp", ENDS, "ends")):
        for value in exam.moments(*names):
            if claim in exam.claims and _seconds(exam, claim) != int(
                moment(value, f"the date of its {what}").timestamp()
            ):
                raise forged(f"the signed text names two different {what} of its validity")
    return ""


def _seconds(exam: Exam, claim: str) -> int:
    value = exam.claims[claim]
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 2**40:
        raise forged(f"the signed text says {quoted(str(value))} for a moment ({claim})")
    return int(value)


def dates_sound(exam: Exam) -> str:
    """The dates are dates, and the end is not before the beginning."""
    begins = [moment(value, "the date from which it is valid") for value in exam.moments(*BEGINNINGS)]
    ends = [moment(value, "the date until which it is valid") for value in exam.moments(*ENDS)]
    if begins and ends and min(ends) < max(begins):
        raise forged("it ends before it begins")
    return ""


def begun(exam: Exam) -> str:
    """It is valid already."""
    for value in exam.moments(*BEGINNINGS):
        if (begins := moment(value, "the date from which it is valid")) > exam.question.now:
            raise forged(f"it says that it is valid from {day(begins)} only, which has not come")
    if "nbf" in exam.claims and _seconds(exam, "nbf") > exam.question.now.timestamp():
        raise forged("it says that it is valid from a day that has not come")
    return ""


def signed_before_now(exam: Exam) -> str:
    """It was not signed in the future."""
    for signature in exam.signatures:
        made = (signature.proof or {}).get("created")
        if made is not None and moment(made, "the moment of its signature") > exam.question.now:
            raise forged("it says that it was signed on a day that has not come")
    if "iat" in exam.claims and _seconds(exam, "iat") > exam.question.now.timestamp():
        raise forged("it says that it was signed on a day that has not come")
    return ""


def not_ended(exam: Exam) -> str:
    """It is valid still."""
    ends = [moment(value, "the date until which it is valid") for value in exam.moments(*ENDS)]
    if ends and min(ends) < exam.question.now:
        raise Finding(Verdict.EXPIRED, f"it was valid until {day(min(ends))}")
    if "exp" in exam.claims and _seconds(exam, "exp") < exam.question.now.timestamp():
        raise Finding(Verdict.EXPIRED, "it has ended, as its signed text says")
    begins = exam.moments(*BEGINNINGS)
    since = (
        f"valid from {day(moment(begins[0], 'the date from which it is valid'))}" if begins else "names no beginning"
    )
    return f"{since}, until {day(min(ends))}" if ends else f"{since}, with no end"


def signature_not_ended(exam: Exam) -> str:
    """The signature itself is valid still."""
    for signature in exam.signatures:
        end = (signature.proof or {}).get("expires")
        if end is not None and moment(end, "the end of its signature") < exam.question.now:
            raise Finding(Verdict.EXPIRED, "its signature was made for a time that is over")
    return ""
