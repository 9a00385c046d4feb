"""Open Badges 2.0, steps 6 to 8: what a badge must say, its dates, whether it was withdrawn; and what may be shown.

Each function is one check of the table in ``verifier``.

Specification: Open Badges 2.0, "Data Classes" and "Revocation".
"""

from __future__ import annotations

import re

from pinback.verify.exam import Exam, id_of, list_of, text_of, types_of
from pinback.verify.moments import day, moment
from pinback.verify.open_badges_2 import is_endorsement, is_hosted
from pinback.verify.verdict import Finding, Verdict, forged, unknown

_NO_TYPE = "is not described as the standard says"


# Step 6: schema and terms


def assertion_shaped(exam: Exam) -> str:
    """The Assertion has the members that the standard asks for."""
    document = exam.document
    if "issuedOn" not in document:
        raise forged("it does not say when it was given")
    if is_endorsement(exam):
        if not id_of(document.get("claim")):
            raise forged("the endorsement does not say what it endorses")
        return ""
    recipient = document.get("recipient")
    if not (
        isinstance(recipient, dict)
        and types_of(recipient)
        and isinstance(recipient.get("hashed"), bool)
        and text_of(recipient.get("identity"))
    ):
        raise forged(f"its holder {_NO_TYPE}")
    return ""


def picture_addressed(exam: Exam) -> str:
    """The picture of an Assertion is named by an address, not written into it."""
    for image in list_of(exam.document.get("image")):
        if id_of(image).startswith("data:"):
            raise forged("its picture is written into it, which the standard does not allow")
    return ""


def badge_shaped(exam: Exam) -> str:
    """The badge class has the members that the standard asks for."""
    badge = exam.badge
    if is_endorsement(exam):
        return ""
    if "BadgeClass" not in types_of(badge):
        raise forged(f"the badge {_NO_TYPE} (type BadgeClass)")
    criteria = badge.get("criteria")
    told = criteria.get("id") or criteria.get("narrative") if isinstance(criteria, dict) else text_of(criteria)
    if not (text_of(badge.get("name")) and text_of(badge.get("description")) and told):
        raise forged("the badge has no name, description or criteria")
    return ""


def profile_shaped(exam: Exam) -> str:
    """The issuer's profile has the members that the standard asks for."""
    if not types_of(exam.profile) & {"Issuer", "Profile"}:
        raise forged(f"the issuer {_NO_TYPE} (type Issuer or Profile)")
    if not (text_of(exam.profile.get("name")) and text_of(exam.profile.get("url"))):
        raise forged("the issuer has no name or address of its own")
    return ""


# Step 7: dates


def dates_sound(exam: Exam) -> str:
    """The dates are dates, and the end is not before the beginning."""
    given = [moment(value, "the day on which it was given") for value in exam.moments("issuedOn")]
    ends = [moment(value, "the day until which it is valid") for value in exam.moments("expires")]
    if given and ends and ends[0] < given[0]:
        raise forged("it ends before it was given")
    return ""


def given_already(exam: Exam) -> str:
    """It was not given in the future."""
    for value in exam.moments("issuedOn"):
        if (given := moment(value, "the day on which it was given")) > exam.question.now:
            raise forged(f"it says that it was given on {day(given)}, which has not come")
    return ""


def not_ended(exam: Exam) -> str:
    """It is valid still."""
    for value in exam.moments("expires"):
        if (end := moment(value, "the day until which it is valid")) < exam.question.now:
            raise Finding(Verdict.EXPIRED, f"it was valid until {day(end)}")
        return f"valid until {day(end)}"
    return "with no end"


# Step 8: status


def not_marked_revoked(exam: Exam) -> str:
    """The Assertion does not say of itself that it was withdrawn."""
    if exam.document.get("revoked", False) is not False:
        raise Finding(Verdict.WITHDRAWN, f"the issuer withdrew it{_reason(exam.document)}")
    return ""


def not_on_list(exam: Exam) -> str:
    """The issuer's list of withdrawn badges does not name it."""
    named = list_of(exam.profile.get("revocationList"))
    for address in map(id_of, named):
        listed = exam.asker.json(address, "the list of withdrawn badges")
        entries = list_of("" if listed.get("revokedAssertions") is None else listed["revokedAssertions"])
        if "RevocationList" not in types_of(listed) or id_of(listed) != address or not all(map(id_of, entries)):
            raise unknown("what lies at the address of the list of withdrawn badges is none")
        if "issuer" in listed and id_of(listed["issuer"]) != id_of(exam.profile):
            raise unknown("the list of withdrawn badges is not the issuer's own")
        for entry in entries:
            if id_of(entry) == id_of(exam.document):
                raise Finding(Verdict.WITHDRAWN, f"the issuer withdrew it{_reason(entry)}")
    if named:
        return "not withdrawn, says the issuer's list"
    return (
        "its own address still says that it holds"
        if is_hosted(exam)
        else "the issuer names no list of withdrawn badges"
    )


def _reason(entry: object) -> str:
    reason = text_of(entry.get("revocationReason")) if isinstance(entry, dict) else ""
    return f" ({reason})" if re.fullmatch("[a-z-]{1,40}", reason) else ""


def facts_of(exam: Exam) -> dict[str, str]:
    """Return what is vouched for and worth showing."""
    facts = {
        "badge": text_of(exam.badge.get("name")),
        "issuer_name": text_of(exam.profile.get("name")),
        "issuer_url": text_of(exam.profile.get("url")),
        "from": text_of(exam.document.get("issuedOn")),
        "until": text_of(exam.document.get("expires")),
        "id": id_of(exam.document),
    }
    return {name: value for name, value in facts.items() if value}
