"""Step 6, schema and terms: the members that a credential must have and the types of what is in it.

Open Badges 3.0 and CLR 2.0, JSON schemas; VC Data Model 2.0 §4. Written from the standards' tables, not shared with the
part that makes badges. What the standards leave open is left open here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pinback import contexts
from pinback.errors import quoted
from pinback.verify.exam import Exam, id_of, list_of, objects_of, text_of, types_of
from pinback.verify.verdict import forged, unknown

ACHIEVEMENT = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_OB3_CONTEXTS = frozenset({contexts.OB3, contexts.OB3_0_2, contexts.OB3_0_1, contexts.OB3_UNNUMBERED})
_BASES = (contexts.CREDENTIALS_V2, contexts.CREDENTIALS_V1)
_URI = re.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\s\ufeff]+")
"""As elsewhere, what either Python or JavaScript takes for white space is none of an address: page and command agree."""
_OF_OTHERS = ("proof", "endorsement", "verifiableCredential")
"""Members with signatures and credentials, which are judged by themselves."""
_SCHEMAS = ("https://purl.imsglobal.org/spec/ob/", "https://purl.imsglobal.org/spec/clr/")
_PLACES = {
    "source": "Profile",
    "creator": "Profile",
    "parentOrg": "Profile",
    "result": "Result",
    "otherIdentifier": "IdentifierEntry",
    "identifier": "IdentityObject",
    "alignment": "Alignment",
    "evidence": "Evidence",
    "resultDescription": "ResultDescription",
    "rubricCriterionLevel": "RubricCriterionLevel",
    "address": "Address",
}
"""Members whose objects have one type by the standard's schema."""


def contexts_known(exam: Exam) -> str:
    """Every context is one that is known here, the standard's own first."""
    named = list_of(exam.document.get("@context"))
    if not named:
        raise forged("the document names no context, so its words mean nothing")
    refuse_unknown(exam.document, *_OF_OTHERS)
    if named[0] not in _BASES:
        raise forged("the document does not begin with the context of verifiable credentials")
    return ""


def refuse_unknown(document: dict[str, Any], *without: str) -> None:
    """Stop where a document names a context that is not known, at its top or within it.

    Args:
        document: JSON.
        without: members that are not looked into, such as credentials that are judged by themselves.

    Raises:
        Finding: cannot tell.
    """
    for item in _objects_within(document, "@context", *without):
        named = item.get("@context", [])
        for entry in named if isinstance(named, list) else [named]:
            if not isinstance(entry, str):
                raise unknown("the document brings its own vocabulary, so its words could mean anything")
            if entry not in contexts.KNOWN:
                raise unknown(f"the vocabulary {quoted(entry, limit=200)} is not known here")


def _objects_within(value: object, *without: str) -> Iterator[dict[str, Any]]:
    """Yield a value's objects, at its top or within it, but not in these members."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += [member for name, member in item.items() if name not in without]
        elif isinstance(item, list):
            waiting += item


def contexts_fit(exam: Exam) -> str:
    """A badge names the Open Badges context, a transcript that of CLR."""
    types, named = types_of(exam.document), set(list_of(exam.document.get("@context")))
    if types & (ACHIEVEMENT | {"EndorsementCredential"}) and not named & _OB3_CONTEXTS:
        raise forged("it says that it is an Open Badge but does not name the Open Badges context")
    if "ClrCredential" in types and not named & {contexts.CLR, contexts.CLR_UNNUMBERED}:
        raise forged("it says that it is a learner record but does not name the context of those")
    return what_it_is(exam)


def what_it_is(exam: Exam) -> str:
    """Return in words what a credential is."""
    types = types_of(exam.document)
    kind = next((words for name, words in _KINDS.items() if name in types), "a verifiable credential")
    form = "signed as a whole (JWT)" if exam.token else "with a signature inside"
    return f"{kind}, {form}"


_KINDS = {
    "OpenBadgeCredential": "an Open Badge 3.0",
    "AchievementCredential": "an Open Badge 3.0",
    "EndorsementCredential": "an endorsement (Open Badges 3.0)",
    "ClrCredential": "a learner record (CLR 2.0)",
    "BitstringStatusListCredential": "a status list",
}


def members_there(exam: Exam) -> str:
    """A credential has an issuer, a subject, and the ids and times that its kind needs."""
    document, types = exam.document, types_of(exam.document)
    if not objects_of(document.get("credentialSubject")) or len(objects_of(document["credentialSubject"])) != len(
        list_of(document["credentialSubject"])
    ):
        raise forged("it does not say about whom or what it speaks")
    if "id" in document and not _URI.fullmatch(text_of(document["id"])):
        raise forged("its id is no address")
    if types & (ACHIEVEMENT | {"EndorsementCredential", "ClrCredential"}):
        if "id" not in document:
            raise forged("it has no id, which every Open Badge has")
        if not exam.moments("validFrom", "issuanceDate"):
            raise forged("it does not say from when it is valid")
    return ""


def issuer_shaped(exam: Exam) -> str:
    """The issuer of a badge is a Profile."""
    issuer = exam.document.get("issuer")
    badge = types_of(exam.document) & (ACHIEVEMENT | {"EndorsementCredential", "ClrCredential"})
    if badge and isinstance(issuer, dict) and "Profile" not in types_of(issuer):
        raise forged("its issuer is not described as the standard says (type Profile)")
    return ""


def subject_shaped(exam: Exam) -> str:
    """The subject has the type that the kind of credential needs."""
    types = types_of(exam.document)
    wanted = (
        "AchievementSubject"
        if types & ACHIEVEMENT
        else "EndorsementSubject"
        if "EndorsementCredential" in types
        else "ClrSubject"
        if "ClrCredential" in types
        else ""
    )
    for subject in objects_of(exam.document.get("credentialSubject")):
        if wanted and wanted not in types_of(subject):
            raise forged(f"its subject is not described as the standard says (type {wanted})")
        if wanted == "EndorsementSubject" and not id_of(subject):
            raise forged("the endorsement does not say what it endorses")
        if wanted == "AchievementSubject" and not id_of(subject) and not objects_of(subject.get("identifier")):
            raise forged("it does not say to whom it was given")
    return ""


def achievement_shaped(exam: Exam) -> str:
    """A badge says what was achieved: id, name, description and criteria."""
    if not types_of(exam.document) & ACHIEVEMENT:
        return ""
    for subject in objects_of(exam.document.get("credentialSubject")):
        achievement = subject.get("achievement")
        if not isinstance(achievement, dict) or "Achievement" not in types_of(achievement):
            raise forged("it does not say what was achieved (an object of type Achievement)")
        for name in ("id", "name", "description"):
            if not text_of(achievement.get(name)):
                raise forged(f"what was achieved has no {name}, which every Open Badge has")
        criteria = achievement.get("criteria")
        if not isinstance(criteria, dict) or not (criteria.get("id") or criteria.get("narrative")):
            raise forged("it does not say by what criteria it was given")
    return ""


def parts_shaped(exam: Exam) -> str:
    """Things within a badge have the types that the standard gives to their places."""
    if not types_of(exam.document) & (ACHIEVEMENT | {"EndorsementCredential"}):
        return ""
    for name, item in _placed(exam.document):
        wanted = _PLACES[name]
        if isinstance(item, dict) and wanted not in types_of(item):
            raise forged(f"{quoted(name)} in it is not described as the standard says (type {wanted})")
        if wanted == "IdentityObject" and not (
            isinstance(item, dict)
            and isinstance(item.get("hashed"), bool)
            and text_of(item.get("identityHash"))
            and text_of(item.get("identityType"))
        ):
            raise forged("the identity of its holder is not described as the standard says")
    return ""


def _placed(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members of a badge that stand in ``_PLACES``; embedded credentials are judged by themselves."""
    for item in _objects_within(document, "@context", *_OF_OTHERS, "credentialStatus"):
        for name, member in item.items():
            if name in _PLACES and not (name == "identifier" and isinstance(member, str)):
                yield from ((name, one) for one in list_of(member))


def schema_known(exam: Exam) -> str:
    """A schema that the issuer binds itself to is one whose rules are checked here."""
    for schema in list_of(exam.document.get("credentialSchema")):
        if not (isinstance(schema, dict) and id_of(schema).startswith(_SCHEMAS)):
            raise unknown(f"it follows the schema {quoted(id_of(schema), limit=200)}, whose rules are not known here")
    return ""


def ids_apart(exam: Exam) -> str:
    """Nothing in the document bears the credential's own id: RDF would make one thing of the two, and what limits the
    one could be moved to the other under the same signature."""
    if exam.token is not None or not (own := id_of(exam.document)):
        return ""
    for item in _objects_within(exam.document, "@context", "proof"):
        if item is not exam.document and item.get("id") == own and not item.keys() <= _OF_ENDORSED:
            raise unknown("something in it bears the id of the whole, so the signature does not say what belongs where")
    return ""


_OF_ENDORSED = frozenset({"id", "type", "endorsementComment"})
"""What the subject of an endorsement says, which may be the badge that it lies in."""
