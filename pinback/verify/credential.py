"""Credentials (VC 1.1 and 2.0): who says so, the signature, and what may be shown.

Whose key it is stands in ``credential_keys``, dates in ``credential_dates``, the shapes in ``shape``.

Each function is one check of the table in ``verifier``: it returns what to say, "" for nothing, or raises a finding.

Specifications: VC Data Model 2.0; Data Integrity 1.0 §4.4; VC-JOSE-COSE §3; Open Badges 3.0, Proofs; RFC 7519 §4.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinback.errors import ProofError, quoted
from pinback.proofs.compact import refuse_header, verify_token
from pinback.proofs.embedded import UnknownSuite, signed_bytes, suite_of, verify_signed
from pinback.proofs.foreign_keys import ForeignKey, from_jwk, from_multikey
from pinback.verify import limits
from pinback.verify.cost import refuse_costly
from pinback.verify.credential_dates import BEGINNINGS, ENDS
from pinback.verify.exam import Exam, Signature, id_of, list_of, text_of
from pinback.verify.issuers import KeyDocument, Method, key_document
from pinback.verify.urls import bare
from pinback.verify.verdict import Finding, forged, unknown

_TYPES = frozenset({"JWT", "VC+JWT", "VC+LD+JWT", "VC-LD+JWT", "VC+LD+JSON+JWT", "APPLICATION/VC+JWT"})


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
    exam.signatures = [Signature(_named_key(exam))] if exam.token is not None else []
    proofs = list_of(exam.document.get("proof"))
    if not proofs and exam.token is None:
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
        owner = owner_of(exam, signature)
        if owner != exam.issuer:
            raise forged(f"it is signed with a key of {quoted(owner, limit=200)}, which is not the issuer")
    return ""


def owner_of(exam: Exam, signature: Signature) -> str:
    """Return whose document must list the key of a signature.

    Open Badges 3.0 lets a JWT name its key by an address of its own; then the issuer's document must list that address.
    """
    if signature.proof is None and (not signature.url or _own_address(exam, signature)):
        return exam.issuer
    return bare(signature.url)


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
        signed = signed_bytes(_before_claims(exam), proof)
    except UnknownSuite as error:
        raise unknown(str(error)) from error
    except ProofError as error:
        raise unknown(f"the signature does not cover everything: {str(error).partition(';')[0]}") from error
    method = _found(exam, signature, lambda key: verify_signed(proof, signed, key))
    try:
        verify_signed(proof, signed, method.key)
    except ProofError as error:
        raise forged(str(error).partition(";")[0]) from error


def _before_claims(exam: Exam) -> dict[str, Any]:
    """Return the document as it was before it became the payload of a JWT, which wraps a signed one as well."""
    if exam.token is None or "vc" in exam.claims:
        return exam.document
    return {name: member for name, member in exam.document.items() if name not in _CLAIMS}


_CLAIMS = frozenset({"iss", "sub", "aud", "jti", "nbf", "exp", "iat"})


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
        return from_jwk(jwk) if isinstance(jwk, dict) else from_multikey(signature.url.partition("#")[2])
    except ProofError:
        return None


def _check_token(exam: Exam, signature: Signature) -> None:
    assert exam.token is not None  # what has no proof of its own is signed as a token
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
        document = key_document(owner_of(exam, signature), exam.asker)
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


def facts_of(exam: Exam) -> dict[str, str]:
    """Return what is signed and worth showing; only for a document whose signature holds."""
    document = exam.document
    subjects = [item for item in list_of(document.get("credentialSubject")) if isinstance(item, dict)]
    achievement = subjects[0].get("achievement") if len(subjects) == 1 else None
    issuer = document.get("issuer")
    begins, ends = exam.moments(*BEGINNINGS), exam.moments(*ENDS)
    facts = {
        "badge": text_of((achievement if isinstance(achievement, dict) else document).get("name")),
        "issuer_name": text_of(issuer.get("name")) if isinstance(issuer, dict) else "",
        "issuer_url": text_of(issuer.get("url")) if isinstance(issuer, dict) else "",
        "from": text_of(begins[0]) if begins else "",
        "until": text_of(ends[0]) if ends else "",
        "id": id_of(document),
    }
    return {name: value for name, value in facts.items() if value}
