"""Open Badges 2.0: hosted Assertions, whose proof is the place where they lie, signed ones, and Endorsements.

Steps 2 to 5; what such a badge must say, its dates and status stand in ``open_badges_2_rules``.

Each function is one check of the table in ``verifier``. A hosted badge is judged, and shown, by the copy at its own
address; the file must say the same.

Specification: Open Badges 2.0, "Verification", "Revocation"; the rules of its validators where it leaves a gap.
"""

from __future__ import annotations

from typing import Any

from pinback import contexts
from pinback.demonstration import DEMONSTRATION_KEYS
from pinback.errors import ProofError, quoted
from pinback.proofs.compact import refuse_header, verify_token
from pinback.proofs.foreign_keys import ForeignKey, from_pem
from pinback.verify import limits
from pinback.verify.exam import Exam, id_of, list_of, objects_of, text_of, types_of
from pinback.verify.issuers import alike
from pinback.verify.shape import refuse_unknown
from pinback.verify.urls import host_of
from pinback.verify.verdict import Finding, Verdict, forged, unknown

_REQUESTED = ("revoked", "revocationReason")
"""Members that an issuer adds to the hosted copy later."""


def _verification(document: dict[str, Any]) -> frozenset[str]:
    return types_of(document.get("verification", document.get("verify")))


def is_hosted(exam: Exam) -> bool:
    """Say whether a badge calls itself a hosted one."""
    return bool(_verification(exam.document) & {"HostedBadge", "hosted"})


def is_signed(exam: Exam) -> bool:
    """Say whether a badge calls itself a signed one."""
    return bool(_verification(exam.document) & {"SignedBadge", "signed"})


def is_endorsement(exam: Exam) -> bool:
    """Say whether it is an Endorsement, which names what it endorses in place of a badge and a holder."""
    return "Endorsement" in types_of(exam.document)


# Step 2: what is it


def contexts_known(exam: Exam) -> str:
    """Every context in it is that of Open Badges 2.0."""
    named = list_of(exam.document.get("@context"))
    if contexts.OB2 not in named:
        if any(isinstance(entry, str) and "openbadges" in entry for entry in named):
            raise unknown("it follows an older standard than Open Badges 2.0, which is not read here")
        raise forged("it does not name the context of Open Badges 2.0, so its words mean nothing")
    refuse_unknown(exam.document)
    return ""


def one_way_of_proof(exam: Exam) -> str:
    """It is either hosted or signed, and came as what it says."""
    if is_hosted(exam) == is_signed(exam):
        raise forged("it does not say whether it is hosted or signed")
    if is_signed(exam) and exam.token is None:
        raise forged("it says that it is signed, but its signature is missing")
    if is_hosted(exam) and exam.token is not None:
        raise forged("it says that it is hosted, but came as a signed text")
    kind = "an endorsement (Open Badges 2.0)" if is_endorsement(exam) else "an Open Badge 2.0"
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
        for name in sorted(exam.document.keys() | exam.hosted.keys()):
            if name not in _REQUESTED and not _same(exam.document.get(name), exam.hosted.get(name)):
                raise forged(f"the file says otherwise than the badge at its own address ({quoted(name)})")
    return ""


def _same(first: object, second: object) -> bool:
    """Say whether two values agree; an object and its id count as the same."""
    if isinstance(first, dict) != isinstance(second, dict):
        return bool(id_of(first)) and id_of(first) == id_of(second)
    return alike(first, second)


def badge_found(exam: Exam) -> str:
    """The badge class can be read."""
    if exam.hosted:
        exam.document = exam.hosted
    if is_endorsement(exam):
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
    issuer = id_of((exam.document if is_endorsement(exam) else exam.badge).get("issuer"))
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
    address, host = id_of(exam.document), host_of(id_of(exam.profile))
    for rules in objects_of(exam.profile.get("verification")) or [{}]:
        origins = [text.lower() for text in list_of(rules.get("allowedOrigins")) if isinstance(text, str)] or [host]
        starts = [text for text in list_of(rules.get("startsWith")) if isinstance(text, str)]
        if host_of(address) not in origins or ("startsWith" in rules and not address.startswith(tuple(starts))):
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
