"""Credentials (VC 1.1 and 2.0): who says so, the signature, whose key it is, and the dates.

Each function is one check of the table in ``verifier``: it returns what to say, "" for nothing, or raises a finding.

Specifications: VC Data Model 2.0; Data Integrity 1.0 §4.4; VC-JOSE-COSE §3; Open Badges 3.0, Proofs; RFC 7519 §4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urldefrag

from pinback.demonstration import DEMONSTRATION_KEYS
from pinback.errors import ProofError, quoted
from pinback.proofs.compact import refuse_header, verify_token
from pinback.proofs.embedded import UnknownSuite, signed_bytes, suite_of, verify_signed
from pinback.proofs.foreign_keys import ForeignKey, from_jwk, from_multikey
from pinback.verify import limits
from pinback.verify.cost import refuse_costly
from pinback.verify.exam import Exam, Signature, id_of, list_of, text_of
from pinback.verify.issuers import KeyDocument, Method, key_document
from pinback.verify.moments import day, moment
from pinback.verify.verdict import Finding, Verdict, forged, unknown

_TYPES = frozenset({"JWT", "VC+JWT", "VC+LD+JWT", "VC-LD+JWT", "APPLICATION/VC+JWT"})


# Steps 2 and 3: what is it, who says so


def issuer_named(exam: Exam) -> str:
    """The document names its issuer by one id."""
    issuer = exam.issuer
    if not issuer:
        raise forged("it does not say who issued it")
    if not issuer.startswith(("did:", "https://")):
        raise unknown(
            f"the issuer {quoted(issuer)} is named in a way that cannot be asked here; did:web, did:key and https can"
        )
    return f"{quoted(issuer, limit=200)}, as it says itself"


def signed_at_all(exam: Exam) -> str:
    """Somebody signed it."""
    if exam.token is not None:
        exam.signatures = [Signature(_named_key(exam))]
        return ""
    proofs = list_of(exam.document.get("proof"))
    if not proofs:
        raise forged("nobody signed it")
    if len(proofs) > limits.MAX_PROOFS:
        raise unknown(f"it carries more than {limits.MAX_PROOFS} signatures")
    for proof in proofs:
        if not isinstance(proof, dict):
            raise forged("its signature is damaged")
        method = proof.get("verificationMethod")
        exam.signatures.append(Signature(id_of(method), proof))
    return ""


def _named_key(exam: Exam) -> str:
    """Return the absolute address of the key that a JWS names, or "" where it names none."""
    kid = exam.header.get("kid")
    if kid is None:
        return ""
    if not isinstance(kid, str) or not kid:
        raise forged("the head of the signed text names no key in the way that it should")
    if kid.startswith(("did:", "https://", "http://")):
        return kid
    return f"{exam.issuer}#{kid.removeprefix('#')}"


def header_harmless(exam: Exam) -> str:
    """The head of a JWT names a signature that proves something, and brings neither keys' addresses nor orders."""
    if exam.token is not None:
        try:
            refuse_header(dict(exam.header))
        except ProofError as error:
            raise forged(str(error).partition(";")[0]) from error
    return ""


def header_type(exam: Exam) -> str:
    """A JWT that says what it is says that it is a credential."""
    kind = exam.header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.upper() not in _TYPES:
        raise forged(f"the signed text is of the kind {quoted(str(kind))}, made for something else")
    return ""


def proof_purpose(exam: Exam) -> str:
    """The signature was made to state something, not to log in or hand on."""
    for signature in exam.signatures:
        if signature.proof is not None and signature.proof.get("proofPurpose") != "assertionMethod":
            raise forged("the signature was made for another purpose than stating this")
    return ""


def key_named_by_issuer(exam: Exam) -> str:
    """The key that the signature names is called one of the issuer's."""
    for signature in exam.signatures:
        owner = _owner(exam, signature)
        if owner != exam.issuer:
            raise forged(f"it is signed with a key of {quoted(owner, limit=200)}, which is not the issuer")
    return ""


def _owner(exam: Exam, signature: Signature) -> str:
    """Return whose document must list the key of a signature.

    Open Badges 3.0 lets a JWT name its key by an address of its own; then the issuer's document must list that address.
    """
    if signature.proof is None and (not signature.url or _own_address(exam, signature)):
        return exam.issuer
    return urldefrag(signature.url).url


def _own_address(exam: Exam, signature: Signature) -> bool:
    return exam.issuer.startswith("https://") and signature.url.startswith("https://") and "#" not in signature.url


# Step 4: signature


def signature_holds(exam: Exam) -> str:
    """Every signature holds, over everything in the document."""
    for signature in exam.signatures:
        if signature.proof is None:
            _check_token(exam, signature)
        else:
            _check_proof(exam, signature)
    many = len(exam.signatures)
    return (
        "holds, over everything that is said here"
        if many == 1
        else f"all {many} hold, over everything that is said here"
    )


def _check_proof(exam: Exam, signature: Signature) -> None:
    proof = signature.proof or {}
    try:
        suite = suite_of(proof)
        if "previousProof" in proof:
            raise unknown("its signatures build on one another, which is not read here")
        if suite != "eddsa-jcs-2022":
            refuse_costly(exam.document, exam.asker)
        signed = signed_bytes(exam.document, proof)
    except UnknownSuite as error:
        raise unknown(str(error)) from error
    except ProofError as error:
        raise unknown(f"the signature does not cover everything: {str(error).partition(';')[0]}") from error
    method = _found(exam, signature, lambda key: verify_signed(proof, signed, key))
    try:
        verify_signed(proof, signed, method.key)
    except ProofError as error:
        raise forged(str(error).partition(";")[0]) from error


def _found(exam: Exam, signature: Signature, verify: Callable[[ForeignKey], None]) -> Method:
    """Return the key of a signature.

    A key that a badge brings along itself, in a header or as the name of the key, can show that the badge was changed
    even where its issuer cannot be asked; it can never show that it is genuine.
    """
    try:
        method = method_of(exam, signature)
    except Finding as finding:
        brought = _brought_along(exam, signature)
        if brought is not None:
            try:
                verify(brought)
            except ProofError as error:
                raise forged(str(error).partition(";")[0]) from error
        raise finding
    if method is None:
        named = f"the issuer does not list the key {quoted(signature.url, limit=200)}"
        raise forged(named if signature.url else "no key that the issuer lists made this signature")
    return method


def _brought_along(exam: Exam, signature: Signature) -> ForeignKey | None:
    jwk = exam.header.get("jwk") if signature.proof is None else None
    try:
        return from_jwk(jwk) if isinstance(jwk, dict) else from_multikey(urldefrag(signature.url).fragment)
    except ProofError:
        return None


def _check_token(exam: Exam, signature: Signature) -> None:
    if exam.token is None:
        return
    token, header = exam.token, dict(exam.header)
    method = _found(exam, signature, lambda key: verify_token(token, header, key))
    try:
        verify_token(token, header, method.key)
    except ProofError as error:
        raise forged(str(error).partition(";")[0]) from error


def method_of(exam: Exam, signature: Signature) -> Method | None:
    """Return the key of a signature as the document of its owner lists it, or None.

    Raises:
        Finding: cannot tell: the document cannot be reached.
    """
    if signature.method is None:
        document = key_document(_owner(exam, signature), exam.asker)
        signature.method = document.methods.get(signature.url) if signature.url else _fitting(exam, document)
    return signature.method


def _fitting(exam: Exam, document: KeyDocument) -> Method | None:
    """Return the issuer's key that made a JWS which names none."""
    for name in sorted(document.asserting)[: limits.MAX_TRIED]:
        method = document.methods.get(name)
        try:
            if method is not None and exam.token is not None:
                verify_token(exam.token, dict(exam.header), method.key)
                return method
        except (ProofError, Finding):
            continue
    return None


# Step 5: is that key that issuer's, and in force


def _methods(exam: Exam) -> Iterator[Method]:
    for _, method in _owned(exam):
        yield method


def _owned(exam: Exam) -> Iterator[tuple[str, Method]]:
    """Yield each key with the id of the issuer in whose document it stands."""
    for signature in exam.signatures:
        if (method := method_of(exam, signature)) is not None:
            yield _owner(exam, signature), method


def key_held_by_issuer(exam: Exam) -> str:
    """The issuer's document says that the issuer itself holds the key."""
    for owner, method in _owned(exam):
        if method.controller != owner:
            raise forged(f"the key is held by {quoted(method.controller)}, not by the issuer")
    return ""


def key_listed_for_statements(exam: Exam) -> str:
    """The issuer's document lists the key for statements."""
    for owner, method in _owned(exam):
        if method.id not in key_document(owner, exam.asker).asserting:
            raise forged("the issuer lists the key, but not for making statements")
    return ""


def key_not_revoked(exam: Exam) -> str:
    """The issuer did not revoke the key."""
    if any(method.revoked for method in _methods(exam)):
        raise forged("the issuer revoked the key, so whatever is signed with it may be anyone's")
    return ""


def key_not_ended(exam: Exam) -> str:
    """The key did not end by its own date."""
    for method in _methods(exam):
        if method.expires is not None and method.expires < exam.question.now:
            raise unknown("the issuer's key has ended, and it cannot be told whether the signature is older")
    return ""


def header_key_is_issuers(exam: Exam) -> str:
    """A key that a JWT brings along is the one of the issuer that it was checked with."""
    if "jwk" not in exam.header:
        return ""
    jwk = exam.header["jwk"]
    try:
        brought = from_jwk(jwk).name if isinstance(jwk, dict) else ""
    except ProofError as error:
        raise forged("the head of the signed text brings a key that is none") from error
    if any(method.key.name != brought for method in _methods(exam)):
        raise forged("the head of the signed text brings another key than the issuer's")
    return ""


def key_told(exam: Exam) -> str:
    """Names the key, and says where it is one of a demonstration."""
    keys: list[ForeignKey] = [method.key for method in _methods(exam)]
    exam.key_name = ", ".join(key.name for key in keys)
    exam.demonstration = any(key.name in DEMONSTRATION_KEYS for key in keys)
    words = f"the key is {exam.key_name}"
    return words + (
        "; this is a demonstration: anyone can open that key, so it proves nothing" if exam.demonstration else ""
    )


# Step 6: schema and terms (the shapes stand in ``shape``)


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
    for claim, names, what in (("nbf", _FROM, "beginnings"), ("exp", _UNTIL, "ends")):
        for value in exam.moments(*names):
            if claim in exam.claims and _seconds(exam, claim) != int(
                moment(value, f"the date of its {what}").timestamp()
            ):
                raise forged(f"the signed text names two different {what} of its validity")
    return ""


_FROM = ("validFrom", "issuanceDate")
_UNTIL = ("validUntil", "expirationDate")


def _seconds(exam: Exam, claim: str) -> int:
    value = exam.claims[claim]
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 2**40:
        raise forged(f"the signed text says {quoted(str(value))} for a moment ({claim})")
    return int(value)


# Step 7: dates


def dates_sound(exam: Exam) -> str:
    """The dates are dates, and the end is not before the beginning."""
    begins = [moment(value, "the date from which it is valid") for value in exam.moments(*_FROM)]
    ends = [moment(value, "the date until which it is valid") for value in exam.moments(*_UNTIL)]
    if begins and ends and min(ends) < max(begins):
        raise forged("it ends before it begins")
    return ""


def begun(exam: Exam) -> str:
    """It is valid already."""
    for value in exam.moments(*_FROM):
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
    ends = [moment(value, "the date until which it is valid") for value in exam.moments(*_UNTIL)]
    if ends and min(ends) < exam.question.now:
        raise Finding(Verdict.EXPIRED, f"it was valid until {day(min(ends))}")
    if "exp" in exam.claims and _seconds(exam, "exp") < exam.question.now.timestamp():
        raise Finding(Verdict.EXPIRED, "it has ended, as its signed text says")
    begins = exam.moments(*_FROM)
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


def facts_of(exam: Exam) -> dict[str, str]:
    """Return what is signed and worth showing; only for a document whose signature holds."""
    document = exam.document
    subjects = [item for item in list_of(document.get("credentialSubject")) if isinstance(item, dict)]
    achievement = subjects[0].get("achievement") if len(subjects) == 1 else None
    issuer = document.get("issuer")
    begins, ends = exam.moments(*_FROM), exam.moments(*_UNTIL)
    facts = {
        "badge": text_of((achievement if isinstance(achievement, dict) else document).get("name")),
        "issuer_name": text_of(issuer.get("name")) if isinstance(issuer, dict) else "",
        "issuer_url": text_of(issuer.get("url")) if isinstance(issuer, dict) else "",
        "from": text_of(begins[0]) if begins else "",
        "until": text_of(ends[0]) if ends else "",
        "id": id_of(document),
    }
    return {name: value for name, value in facts.items() if value}
