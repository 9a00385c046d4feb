"""Credentials, step 5: is the key that issuer's, and in force?

Each function is one check of the table in ``verifier``. Whether the document lists the key at all is known by now: the
signature was checked with what it lists.

Specifications: Controlled Identifiers 1.0 §2.3.3 (assertion), §3.3 (retrieval); TRUST §5.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinback.demonstration import DEMONSTRATION_KEYS
from pinback.errors import ProofError, quoted
from pinback.proofs.foreign_keys import ForeignKey, from_jwk
from pinback.verify.credential import method_of, owner_of
from pinback.verify.exam import Exam
from pinback.verify.issuers import Method, key_document
from pinback.verify.logged import before_theft
from pinback.verify.verdict import forged, unknown


def _methods(exam: Exam) -> Iterator[Method]:
    for _, method in _owned(exam):
        yield method


def _owned(exam: Exam) -> Iterator[tuple[str, Method]]:
    """Yield each key with the id of the issuer in whose document it stands."""
    for signature in exam.signatures:
        method = method_of(exam, signature)
        assert method is not None  # step 4 ends where the issuer lists no such key
        yield owner_of(exam, signature), method


def key_held_by_issuer(exam: Exam) -> str:
    """The issuer's document says that the issuer itself holds the key."""
    for owner, method in _owned(exam):
        if method.controller != owner:
            raise forged(f"the key is held by {quoted(method.controller)}, not by the issuer")
    return ""


def key_listed_for_statements(exam: Exam) -> str:
    """The issuer's document lists the key for statements."""
    for owner, method in _owned(exam):
        if method.id not in key_document(owner, exam.asker).asserting and not _is_older(exam, method):
            raise forged("the issuer lists the key, but not for making statements")
    return ""


def key_not_revoked(exam: Exam) -> str:
    """The issuer did not revoke the key."""
    words = ""
    for method in _methods(exam):
        if method.revoked and not (words := _is_older(exam, method)):
            raise forged("the issuer revoked the key, so whatever is signed with it may be anyone's")
    return words


def key_not_ended(exam: Exam) -> str:
    """The key did not end by its own date."""
    for method in _methods(exam):
        if method.expires is not None and method.expires < exam.question.now:
            raise unknown("the issuer's key has ended, and it cannot be told whether the signature is older")
    return ""


def _is_older(exam: Exam, method: Method) -> str:
    """Return words where a key was revoked and a witness shows that the document is from before; else ""."""
    revoked = method.revoked_as_of if method.revoked else None
    return before_theft(exam, revoked) if revoked is not None and exam.question.witnesses else ""


def header_key_is_issuers(exam: Exam) -> str:
    """A key that a JWT brings along is the one of the issuer that it was checked with; proofs within it have their own."""
    if "jwk" not in exam.header:
        return ""
    jwk = exam.header["jwk"]
    try:
        brought = from_jwk(jwk).name if isinstance(jwk, dict) else ""
    except ProofError as error:
        raise forged("the head of the signed text brings a key that is none") from error
    method = method_of(exam, exam.signatures[0])  # the JWT's own; those behind it are of proofs within
    if method is None or method.key.name != brought:
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
