"""Open Badges 2.0: hosted Assertions, whose proof is the place where they lie, signed ones, and Endorsements.

Each function is one check of the table in ``verifier``. A hosted badge is judged, and shown, by the copy at its own
address; the file must say the same.

Specification: Open Badges 2.0, "Verification", "Revocation"; the rules of its validators where it leaves a gap.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pinback import contexts
from pinback.demonstration import DEMONSTRATION_KEYS
from pinback.errors import ProofError, quoted
from pinback.proofs.compact import refuse_header, verify_token
from pinback.proofs.foreign_keys import ForeignKey, from_pem
from pinback.verify import limits
from pinback.verify.exam import Exam, id_of, list_of, text_of, types_of
from pinback.verify.moments import day, moment
from pinback.verify.verdict import Finding, Verdict, forged, unknown

_REQUESTED = ("revoked", "revocationReason")
"""Members that an issuer adds to the hosted copy later."""
_NO_TYPE = "is not described as the standard says"


def _verification(document: dict[str, Any]) -> frozenset[str]:
    return types_of(document.get("verification", document.get("verify")))


def is_hosted(exam: Exam) -> bool:
    """Say whether a badge calls itself a hosted one."""
    return bool(_verification(exam.document) & {"HostedBadge", "hosted"})


def is_signed(exam: Exam) -> bool:
    """Say whether a badge calls itself a signed one."""
    return bool(_verification(exam.document) & {"SignedBadge", "signed"})


def _is_endorsement(exam: Exam) -> bool:
    return "Endorsement" in types_of(exam.document)


# Step 2: what is it


def contexts_known(exam: Exam) -> str:
    """Every context in it is that of Open Badges 2.0."""
    named = list_of(exam.document.get("@context"))
    if contexts.OB2 not in named:
        if any(isinstance(entry, str) and "openbadges" in entry for entry in named):
            raise unknown("it follows an older standard than Open Badges 2.0, which is not read here")
        raise forged("it does not name the context of Open Badges 2.0, so its words mean nothing")
    waiting: list[Any] = [exam.document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            for entry in list_of(item.get("@context")):
                if entry not in contexts.KNOWN if isinstance(entry, str) else True:
                    raise unknown(f"the vocabulary {quoted(str(entry), limit=200)} in it is not known here")
            waiting += [value for name, value in item.items() if name != "@context"]
    return ""


def one_way_of_proof(exam: Exam) -> str:
    """It is either hosted or signed, and came as what it says."""
    if is_hosted(exam) == is_signed(exam):
        raise forged("it does not say whether it is hosted or signed")
    if is_signed(exam) and exam.token is None:
        raise forged("it says that it is signed, but its signature is missing")
    if is_hosted(exam) and exam.token is not None:
        raise forged("it says that it is hosted, but came as a signed text")
    kind = "an endorsement (Open Badges 2.0)" if _is_endorsement(exam) else "an Open Badge 2.0"
    return f"{kind}, {'hosted by its issuer' if is_hosted(exam) else 'signed as a whole (JWS)'}"


# Step 3: who says so


def hosted_copy(exam: Exam) -> str:
    """A hosted badge lies at its own address."""
    if not is_hosted(exam):
        return ""
    address = id_of(exam.document)
    if not address.startswith("https://"):
        raise unknown(
            f"its address {quoted(address, limit=200)} does not begin with https://, so nobody vouches for what lies there"
        )
    answer = exam.asker.answer(address)
    if answer.status == 410:
        raise Finding(Verdict.WITHDRAWN, "its own address answers that it is gone")
    exam.hosted = exam.asker.json(address, "the badge")
    if exam.hosted.get("id") == address and exam.hosted.get("revoked") is True and "badge" not in exam.hosted:
        # What a host that cannot answer 410 says instead (OB 2.0, "Revoked"): an id and the word.
        raise Finding(Verdict.WITHDRAWN, "its own address says that it is withdrawn, and nothing else")
    return ""


def same_as_hosted(exam: Exam) -> str:
    """The file says what the hosted copy says."""
    if exam.hosted:
        for name in exam.document.keys() | exam.hosted.keys():
            if name not in _REQUESTED and not _same(exam.document.get(name), exam.hosted.get(name)):
                raise forged(f"the file says otherwise than the badge at its own address ({quoted(name)})")
    return ""


def _same(first: object, second: object) -> bool:
    """Say whether two values agree; an object and its id count as the same."""
    if isinstance(first, dict) != isinstance(second, dict):
        return bool(id_of(first)) and id_of(first) == id_of(second)
    return first == second


def badge_found(exam: Exam) -> str:
    """The badge class can be read."""
    if exam.hosted:
        exam.document = exam.hosted
    if _is_endorsement(exam):
        return ""
    badge = exam.document.get("badge")
    if isinstance(badge, str):
        exam.badge = exam.asker.json(badge, "the description of the badge")
    elif isinstance(badge, dict):
        exam.badge = badge
    else:
        raise forged("it does not say which badge was given")
    return ""


def profile_found(exam: Exam) -> str:
    """The issuer's profile can be read at its own address."""
    issuer = id_of((exam.document if _is_endorsement(exam) else exam.badge).get("issuer"))
    if not issuer:
        raise forged("it does not say who issued it")
    if not issuer.startswith(("https://", "http://")):
        raise unknown(f"the issuer {quoted(issuer)} is named in a way that cannot be asked here; an https address can")
    exam.profile = exam.asker.json(issuer, "the issuer's profile")
    exam.calls_itself = id_of(exam.profile)
    exam.profile = {**exam.profile, "id": issuer}
    return f"{quoted(issuer, limit=200)}, as it says itself"


# Step 4: signature


def hosted_where_issuer_says(exam: Exam) -> str:
    """A hosted badge lies where the issuer's profile says that its badges lie."""
    if not is_hosted(exam):
        return ""
    address, rules = id_of(exam.document), exam.profile.get("verification")
    rules = rules if isinstance(rules, dict) else {}
    host = urlsplit(id_of(exam.profile)).netloc
    origins = [text for text in list_of(rules.get("allowedOrigins")) if isinstance(text, str)] or [host]
    starts = [text for text in list_of(rules.get("startsWith")) if isinstance(text, str)]
    if urlsplit(address).netloc not in origins or ("startsWith" in rules and not address.startswith(tuple(starts))):
        raise forged("it does not lie where its issuer says that its badges lie")
    return "none is needed: it lies at the issuer's own address"


def signature_holds(exam: Exam) -> str:
    """A signed badge is signed with the key that it names."""
    if not is_signed(exam) or exam.token is None:
        return ""
    for entry in _candidates(exam):
        try:
            refuse_header(dict(exam.header))
            verify_token(exam.token, dict(exam.header), _loaded(entry))
        except ProofError as error:
            fault = str(error).partition(";")[0]
            continue
        exam.key = entry
        return "holds, over everything that is said here"
    raise forged(fault if _candidates(exam) else "the issuer's profile names no key")


def _loaded(entry: dict[str, Any]) -> ForeignKey:
    return from_pem(text_of(entry.get("publicKeyPem")))


def _candidates(exam: Exam) -> list[dict[str, Any]]:
    """Return the key documents with which a signed badge may be signed: the one that it names, else the profile's."""
    said = exam.document.get("verification", exam.document.get("verify"))
    creator = id_of(said.get("creator")) if isinstance(said, dict) else ""
    listed = list_of(exam.profile.get("publicKey"))[: limits.MAX_TRIED]
    if not creator:
        return [
            entry if isinstance(entry, dict) and "publicKeyPem" in entry else _key(exam, id_of(entry))
            for entry in listed
        ]
    for entry in listed:
        if isinstance(entry, dict) and id_of(entry) == creator and "publicKeyPem" in entry:
            return [entry]
    return [_key(exam, creator)]


def _key(exam: Exam, address: str) -> dict[str, Any]:
    found = exam.asker.json(address, "the issuer's key")
    if id_of(found) != address:
        raise unknown("the issuer's key calls itself by another address")
    return found


def profile_at_its_address(exam: Exam) -> str:
    """The profile is the one that was asked for, up to the two spellings that old badges mix."""
    if _spelled(exam.calls_itself) != _spelled(exam.issuer):
        raise unknown("the issuer's profile calls itself by another address")
    return ""


def _spelled(address: str) -> str:
    """Return an address without what old badges write now in one way and now in another."""
    return address.partition("://")[2].removesuffix(".json")


# Step 5: is that key that issuer's, and in force


def key_owned_by_issuer(exam: Exam) -> str:
    """The key says that it is the issuer's."""
    if is_signed(exam) and id_of(exam.key.get("owner")) != id_of(exam.profile):
        raise forged(f"the key is one of {quoted(id_of(exam.key.get('owner')))}, not of the issuer")
    return ""


def key_listed_by_issuer(exam: Exam) -> str:
    """The issuer's profile says that the key is its own."""
    listed = [id_of(entry) for entry in list_of(exam.profile.get("publicKey"))]
    if is_signed(exam) and id_of(exam.key) not in listed:
        raise forged("the issuer's profile does not list the key")
    return ""


def key_not_revoked(exam: Exam) -> str:
    """The issuer did not revoke the key."""
    if is_signed(exam) and exam.key.get("revoked"):
        raise forged("the issuer revoked the key, so whatever is signed with it may be anyone's")
    return ""


def key_told(exam: Exam) -> str:
    """Names the key, and says where it is one of a demonstration."""
    if not is_signed(exam):
        listed = " ".join(id_of(entry) for entry in list_of(exam.profile.get("publicKey")))
        exam.demonstration = any(key in listed for key in DEMONSTRATION_KEYS)
        return "no key is needed" + (
            "; this is a demonstration: anyone can open its keys" if exam.demonstration else ""
        )
    exam.key_name = _loaded(dict(exam.key)).name
    exam.demonstration = exam.key_name in DEMONSTRATION_KEYS
    words = f"the key is {exam.key_name}"
    return words + (
        "; this is a demonstration: anyone can open that key, so it proves nothing" if exam.demonstration else ""
    )


# Step 6: schema and terms


def assertion_shaped(exam: Exam) -> str:
    """The Assertion has the members that the standard asks for."""
    document = exam.document
    if "issuedOn" not in document:
        raise forged("it does not say when it was given")
    if _is_endorsement(exam):
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
    if _is_endorsement(exam):
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
    address = id_of(exam.profile.get("revocationList"))
    if not address:
        return (
            "its own address still says that it holds"
            if is_hosted(exam)
            else "the issuer names no list of withdrawn badges"
        )
    listed = exam.asker.json(address, "the list of withdrawn badges")
    if "RevocationList" not in types_of(listed) or id_of(listed) != address:
        raise unknown("what lies at the address of the list of withdrawn badges is none")
    if "issuer" in listed and id_of(listed["issuer"]) != id_of(exam.profile):
        raise unknown("the list of withdrawn badges is not the issuer's own")
    for entry in list_of(listed.get("revokedAssertions")):
        if id_of(entry) == id_of(exam.document):
            raise Finding(Verdict.WITHDRAWN, f"the issuer withdrew it{_reason(entry)}")
    return "not withdrawn, says the issuer's list"


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
