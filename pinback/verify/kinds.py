"""Step 2: what is it? From a document's bytes to the exam that it has to pass."""

from __future__ import annotations

from typing import Any

from pinback.errors import ProofError
from pinback.limits import MAX_TOKEN
from pinback.proofs.compact import Token, token_parts
from pinback.verify.asking import Asker
from pinback.verify.exam import Exam, Question, text_of, types_of
from pinback.verify.json_reading import NotJson, read_object
from pinback.verify.reading import Found, looks_like_badge, no_badge
from pinback.verify.verdict import Finding, Verdict, forged, unknown

OB2_CONTEXT = "https://w3id.org/openbadges/v2"
_OTHER_OB2 = frozenset({"BadgeClass", "Issuer", "Profile", "CryptographicKey", "RevocationList"})
_ENVELOPES = ("data:application/vc+jwt,", "data:application/vc-ld+jwt,", "data:application/jwt,")


def exam_of(found: Found, asker: Asker, question: Question, depth: int = 0) -> Exam:
    """Return the exam that a document has to pass.

    Raises:
        Finding: it is no badge, or damaged.
    """
    if found.form == "address":
        url = found.data.decode("ascii", "replace")
        answer = asker.answer(url)
        if answer.status == 410:
            raise Finding(Verdict.WITHDRAWN, "the address that the badge names answers that it is gone")
        return _of_object(asker.json(url, "the badge"), asker, question, depth)
    if found.form == "jws":
        return _of_token(found.data.decode("ascii", "replace"), asker, question, depth)
    try:
        document = read_object(found.data, "the document")
    except NotJson as finding:
        if looks_like_badge(found.data):
            raise
        raise no_badge("this is not a badge document") from finding
    return _of_object(document, asker, question, depth)


def _of_object(document: dict[str, Any], asker: Asker, question: Question, depth: int) -> Exam:
    types = types_of(document)
    if "EnvelopedVerifiableCredential" in types:
        address = text_of(document.get("id"))
        mark = next((mark for mark in _ENVELOPES if address.startswith(mark)), None)
        if mark is None:
            raise unknown("the credential lies in an envelope of a kind that is not known here")
        return _of_token(address.removeprefix(mark), asker, question, depth)
    if "VerifiableCredential" in types:
        kind = "list" if _is_list(types) else "vc"
        return Exam(kind, document, asker, question, depth=depth)
    if types & {"VerifiablePresentation"}:
        raise unknown("this is a presentation by its holder, which is not read here; ask for the credential itself")
    if types & {"Assertion"} or (types & {"Endorsement"} and "claim" in document):
        return Exam("ob2", document, asker, question, depth=depth)
    if types & _OTHER_OB2:
        raise no_badge("this describes a badge or its issuer; it does not say that anyone earned it")
    if looks_like_award(document):
        raise forged("it looks like a badge but does not say that it is one: its type is another")
    raise no_badge("this is not a badge document")


def _is_list(types: frozenset[str]) -> bool:
    return bool(types & {"BitstringStatusListCredential", "StatusList2021Credential"})


def looks_like_award(document: dict[str, Any]) -> bool:
    """Say whether a document has the members of a badge under a type that is none."""
    return {"recipient", "badge"} <= document.keys() or {"credentialSubject", "issuer"} <= document.keys()


def _of_token(text: str, asker: Asker, question: Question, depth: int) -> Exam:
    if len(text) > MAX_TOKEN:
        raise unknown(f"the signed text has more than {MAX_TOKEN:,} signs, which are not read")
    try:
        token = token_parts(text)
    except ProofError as error:
        raise forged("the signed text is damaged") from error
    header = read_object(token.header, "the head of the signed text")
    try:
        payload = read_object(token.payload, "the signed text")
    except NotJson as finding:
        if looks_like_badge(token.payload):
            raise
        raise no_badge("this is a signed text, but not a badge") from finding
    return _of_payload(payload, token, header, asker, question, depth)


def _of_payload(
    payload: dict[str, Any], token: Token, header: dict[str, Any], asker: Asker, question: Question, depth: int
) -> Exam:
    types = types_of(payload)
    if "vc" in payload:
        if "VerifiableCredential" in types or not isinstance(payload["vc"], dict):
            raise forged("the signed text holds two credentials at once")
        document = _with_claims(payload["vc"], payload)
        kind = "list" if _is_list(types_of(document)) else "vc"
        return Exam(kind, document, asker, question, token, header, payload, depth)
    if "VerifiableCredential" in types:
        return Exam("list" if _is_list(types) else "vc", payload, asker, question, token, header, payload, depth)
    if types & {"Assertion", "Endorsement"}:
        return Exam("ob2", payload, asker, question, token, header, payload, depth)
    if looks_like_award(payload):
        raise forged("it looks like a badge but does not say that it is one: its type is another")
    raise no_badge("this is a signed text, but not a badge")


def _with_claims(credential: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """Return a VC 1.1 credential with what its JWT says in its place (VC 1.1 §6.3.1, JWT Decoding)."""
    filled = dict(credential)
    for member, claim in (("issuer", "iss"), ("id", "jti")):
        if member not in filled and isinstance(claims.get(claim), str):
            filled[member] = claims[claim]
    return filled
