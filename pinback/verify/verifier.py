"""The checker: ten steps in the open, each a line with its own answer, and one verdict.

``CHECKS`` is the whole of what is required, in one table; a test takes out each row in turn and sees that some bad
badge passes without it. Files, addresses and folders are told apart in ``inputs``.

TRUST §5; Open Badges 3.0, "Verification"; Open Badges 2.0, "Verification"; VC Data Model 2.0 §7.1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from pinback.errors import shortened
from pinback.verify import (
    credential,
    credential_dates,
    credential_keys,
    limits,
    open_badges_2,
    open_badges_2_rules,
    shape,
    statuses,
    trusting,
)
from pinback.verify.asking import Asker
from pinback.verify.exam import Exam, Question, id_of, list_of, objects_of, text_of, types_of
from pinback.verify.issuers import key_document
from pinback.verify.kinds import exam_of
from pinback.verify.logged import log_of
from pinback.verify.reading import Found
from pinback.verify.report import Line, Report
from pinback.verify.verdict import Finding, Verdict, forged, unknown

READ = "read"
KIND = "what is it"
ISSUER = "who says so"
SIGNATURE = "signature"
KEY = "that issuer's key, and in force"
TERMS = "schema and terms"
DATES = "dates"
STATUS = "status"
HOLDER = "for whom"
ENDORSEMENTS = "what lies in it, endorsements"
STEPS = (READ, KIND, ISSUER, SIGNATURE, KEY, TERMS, DATES, STATUS, HOLDER, ENDORSEMENTS)
_FINAL = frozenset(STEPS[: STEPS.index(DATES)])
"""Steps without which nothing later means anything: the first finding there ends the exam."""


class Check(NamedTuple):
    """One requirement.

    Attributes:
        step: where it is told.
        kinds: the exams that it belongs to.
        run: returns what to say about it, "" for nothing, or raises a finding.
    """

    step: str
    kinds: frozenset[str]
    run: Callable[[Any], str]

    @property
    def name(self) -> str:
        """Its name, for tests and messages."""
        return f"{'/'.join(sorted(self.kinds))}: {self.run.__name__}"


_VC = frozenset({"vc", "list"})
_BADGE = frozenset({"vc", "ob2"})
_ONLY_VC = frozenset({"vc"})
_OB2 = frozenset({"ob2"})
_ENTRY = frozenset({"entry"})
_PAIR = frozenset({"pair"})


def named_status_answered(exam: Exam) -> str:
    """Each list that the credential names answers for it; without any, that is said."""
    entries = statuses.entries_of(exam)
    said = [_entry_answered(exam, entry) for entry in entries if statuses.is_bitstring(entry)]
    if not entries:
        return "it names no status, so it cannot be withdrawn"
    return "; ".join(words for words in said if words)


def not_suspended_beside(exam: Exam) -> str:
    """The list of suspensions beside a list of ours does not name it."""
    for entry in statuses.entries_of(exam):
        url = statuses.beside(text_of(entry.get("statusListCredential")))
        if not url or text_of(entry.get("statusPurpose")) != "revocation":
            continue
        try:
            answer = exam.asker.answer(url)
        except Finding:
            if url not in exam.asker.unsaved:
                raise
            # A saved copy of a site that never suspended a badge holds no such list; whoever saved it chose what it holds.
            return "no list of suspensions was saved"
        if answer.status in (404, 410):
            continue
        first = statuses.entry_of(exam, entry, exam)
        return _run_entry(exam, statuses.suspension_of(first, url, _list_at(exam, url)))
    return ""


def parts_hold(exam: Exam) -> str:
    """Every credential in a learner record is good by itself, and the whole only if all are."""
    subjects = objects_of(exam.document.get("credentialSubject"))
    parts = [part for subject in subjects for part in list_of(subject.get("verifiableCredential"))]
    if "ClrCredential" in types_of(exam.document) and not parts and exam.depth == 0:
        raise forged("the learner record holds no credential")
    reports = _parts(exam, parts, "part")
    exam.parts += reports
    worst = max((report.verdict for report in reports), key=lambda verdict: verdict.weight, default=Verdict.GENUINE)
    if worst is Verdict.NO_BADGE:
        raise unknown("a part of it is no credential")
    if worst is not Verdict.GENUINE:
        raise Finding(worst, f"not every part of it holds: {_first(reports, worst)}")
    return f"{len(reports)} of {len(reports)} parts hold" if reports else ""


def endorsements_hold(exam: Exam) -> str:
    """What others are said to have endorsed, they did; a forged endorsement spoils the badge, a missing answer does not."""
    endorsed, found = _endorsements(exam)
    reports = _parts(exam, found, "endorsement")
    for report, value in zip(reports, found, strict=True):
        if report.verdict is not Verdict.FORGED and (fault := _not_of(endorsed, value, exam)):
            raise forged(fault)
    return _endorsements_told(exam, reports)


def hosted_endorsements_hold(exam: Exam) -> str:
    """The same of Open Badges 2.0, whose endorsements are addresses or objects with an address of their own."""
    places = (exam.document, exam.badge, exam.profile)
    found = [value for place in places for value in list_of(place.get("endorsement"))]
    if len(found) > limits.MAX_PARTS or (found and exam.depth):
        raise unknown(f"it holds more than {limits.MAX_PARTS} endorsements, or endorsements of endorsements")
    endorsed = {id_of(place) for place in places}
    reports = []
    for number, value in enumerate(found, 1):
        form, text = ("address", value) if isinstance(value, str) else ("json", json.dumps(value))
        one = Found(text.encode("utf-8", "replace"), form, "an endorsement")
        reports.append(judge(f"endorsement {number}", one, exam.asker, Question(exam.question.now), exam.depth + 1))
        if reports[-1].verdict is Verdict.GENUINE:
            part = exam_of(one, exam.asker, exam.question, exam.depth + 1).document
            if id_of(part.get("claim")) not in endorsed:
                raise forged("an endorsement in it is of something else")
    return _endorsements_told(exam, reports)


def _endorsements_told(exam: Exam, reports: Sequence[Report]) -> str:
    exam.parts += reports
    if bad := [report for report in reports if report.verdict is Verdict.FORGED]:
        raise forged(f"an endorsement in it is not genuine: {bad[0].reason}")
    good = sum(report.verdict is Verdict.GENUINE for report in reports)
    return f"{good} of {len(reports)} endorsements are genuine and in force" if reports else ""


CHECKS: tuple[Check, ...] = (
    Check(KIND, _VC, credential.signed_at_all),
    Check(KIND, _VC, shape.contexts_known),
    Check(KIND, _VC, shape.contexts_fit),
    Check(KIND, _OB2, open_badges_2.contexts_known),
    Check(KIND, _OB2, open_badges_2.one_way_of_proof),
    Check(ISSUER, _VC, credential.issuer_named),
    Check(ISSUER, _VC, credential.header_harmless),
    Check(ISSUER, _VC, credential.header_type),
    Check(ISSUER, _VC, credential.proof_purpose),
    Check(ISSUER, _VC, credential.key_named_by_issuer),
    Check(ISSUER, _OB2, open_badges_2.hosted_copy),
    Check(ISSUER, _OB2, open_badges_2.same_as_hosted),
    Check(ISSUER, _OB2, open_badges_2.badge_found),
    Check(ISSUER, _OB2, open_badges_2.profile_found),
    Check(SIGNATURE, _VC, credential.signature_holds),
    Check(SIGNATURE, _OB2, open_badges_2.hosted_where_issuer_says),
    Check(SIGNATURE, _OB2, open_badges_2.signature_holds),
    Check(SIGNATURE, _OB2, open_badges_2.profile_at_its_address),
    Check(KEY, _VC, credential_keys.key_held_by_issuer),
    Check(KEY, _VC, credential_keys.key_listed_for_statements),
    Check(KEY, _VC, credential_keys.key_not_revoked),
    Check(KEY, _VC, credential_keys.key_not_ended),
    Check(KEY, _VC, credential_keys.header_key_is_issuers),
    Check(KEY, _VC, credential_keys.key_told),
    Check(KEY, _OB2, open_badges_2.key_owned_by_issuer),
    Check(KEY, _OB2, open_badges_2.key_listed_by_issuer),
    Check(KEY, _OB2, open_badges_2.key_not_revoked),
    Check(KEY, _OB2, open_badges_2.key_told),
    Check(KEY, _BADGE, trusting.issuer_trusted),
    Check(TERMS, _VC, shape.members_there),
    Check(TERMS, _ONLY_VC, shape.issuer_shaped),
    Check(TERMS, _ONLY_VC, shape.subject_shaped),
    Check(TERMS, _ONLY_VC, shape.achievement_shaped),
    Check(TERMS, _ONLY_VC, shape.parts_shaped),
    Check(TERMS, _ONLY_VC, shape.schema_known),
    Check(TERMS, _VC, shape.ids_apart),
    Check(TERMS, _VC, credential_dates.claims_agree),
    Check(TERMS, _OB2, open_badges_2_rules.assertion_shaped),
    Check(TERMS, _OB2, open_badges_2_rules.picture_addressed),
    Check(TERMS, _OB2, open_badges_2_rules.badge_shaped),
    Check(TERMS, _OB2, open_badges_2_rules.profile_shaped),
    Check(DATES, _VC, credential_dates.dates_sound),
    Check(DATES, _VC, credential_dates.begun),
    Check(DATES, _VC, credential_dates.signed_before_now),
    Check(DATES, _VC, credential_dates.signature_not_ended),
    Check(DATES, _VC, credential_dates.not_ended),
    Check(DATES, _OB2, open_badges_2_rules.dates_sound),
    Check(DATES, _OB2, open_badges_2_rules.given_already),
    Check(DATES, _OB2, open_badges_2_rules.not_ended),
    Check(STATUS, _ONLY_VC, named_status_answered),
    Check(STATUS, _ONLY_VC, not_suspended_beside),
    Check(STATUS, _ONLY_VC, statuses.not_on_plain_list),
    Check(STATUS, _ENTRY, statuses.list_is_list),
    Check(STATUS, _ENTRY, statuses.list_by_issuer),
    Check(STATUS, _ENTRY, statuses.list_for_purpose),
    Check(STATUS, _ENTRY, statuses.bit_clear),
    Check(STATUS, _ENTRY, statuses.list_at_its_address),
    Check(STATUS, _OB2, open_badges_2_rules.not_marked_revoked),
    Check(STATUS, _OB2, open_badges_2_rules.not_on_list),
    Check(HOLDER, _BADGE, trusting.for_the_person_asked_about),
    Check(ENDORSEMENTS, _ONLY_VC, parts_hold),
    Check(ENDORSEMENTS, _ONLY_VC, endorsements_hold),
    Check(ENDORSEMENTS, _OB2, hosted_endorsements_hold),
    Check(ENDORSEMENTS, _PAIR, trusting.same_award),
    Check(ENDORSEMENTS, _PAIR, trusting.same_badge),
    Check(ENDORSEMENTS, _PAIR, trusting.same_days),
    Check(ENDORSEMENTS, _PAIR, trusting.same_site),
)


def judge(source: str, found: Found, asker: Asker, question: Question, depth: int = 0) -> Report:
    """Return the report on one document."""
    read = Line(READ, "yes", found.place)
    try:
        exam = exam_of(found, asker, question, depth)
    except Finding as finding:
        return stopped(source, finding, read)
    exam.data = found.data if depth == 0 and found.form != "address" else b""
    if exam.kind == "list" and depth == 0:
        return Report(source, Verdict.NO_BADGE, "this is a list of withdrawn badges, not a badge", (read,))
    return _examined(source, exam, [read])


def stopped(source: str, finding: Finding, *lines: Line) -> Report:
    """Return the report on what could not even be examined."""
    step = STEPS[len(lines)]
    last = Line(step, _answer(finding), finding.reason)
    return Report(
        source, finding.verdict, finding.reason, (*lines, last, *_not_reached(step)), suspended=finding.suspended
    )


def _not_reached(step: str) -> tuple[Line, ...]:
    return tuple(Line(name, "not reached", "") for name in STEPS[STEPS.index(step) + 1 :])


def _answer(finding: Finding) -> str:
    return "cannot tell" if finding.verdict is Verdict.CANNOT_TELL else "no"


def _examined(source: str, exam: Exam, lines: list[Line]) -> Report:
    """Run the steps of an exam and return the report."""
    findings: list[Finding] = []
    # 1 was reading. 2 what is it, 3 who says so, 4 signature, 5 that issuer's key, 6 schema and terms: each must hold
    # before the next means anything. 7 dates, 8 status, 9 for whom, 10 parts and endorsements: all are told.
    for step in STEPS[1:]:
        found, line = _run_step(step, exam)
        lines.append(line)
        findings += found
        if found and step in _FINAL:
            further = _plain_faults(exam) if exam.kind == "vc" and step in (SIGNATURE, KEY) else []
            findings += further
            lines += _not_reached(step)
            break
    worst = max(findings, key=lambda one: one.verdict.weight, default=None)
    held = all(line.answer == "yes" for line in lines if line.step in _FINAL)
    vouched = held and not any(finding.verdict is Verdict.FORGED for finding in findings)
    return Report(
        source,
        worst.verdict if worst else Verdict.GENUINE,
        worst.reason if worst else _note(exam),
        tuple(lines),
        _facts(exam) if vouched else {},
        shortened(exam.issuer, limits.MAX_SHOWN),
        exam.key_name,
        exam.trusted,
        exam.matched,
        bool(worst and worst.suspended),
        exam.demonstration,
        tuple(exam.parts),
        key_document(exam.issuer, exam.asker).also_known if vouched and exam.kind == "vc" else (),
        endorsed=_endorsed(exam) if vouched else "",
        log=log_of(exam) if vouched and exam.data else "",
    )


def _endorsed(exam: Exam) -> str:
    """Return the id of what an endorsement is about, or ""."""
    if exam.kind == "ob2":
        return id_of(exam.document.get("claim")) if open_badges_2.is_endorsement(exam) else ""
    subjects = objects_of(exam.document.get("credentialSubject"))
    return id_of(subjects[0]) if "EndorsementCredential" in types_of(exam.document) and len(subjects) == 1 else ""


def _plain_faults(exam: Exam) -> list[Finding]:
    """Return what makes a credential unsound whoever signed it, for one whose issuer cannot be asked."""
    found = [finding for step in (TERMS, DATES) for finding in _run_step(step, exam)[0]]
    return [finding for finding in found if finding.verdict is Verdict.FORGED]


def _facts(exam: Exam) -> dict[str, str]:
    facts = open_badges_2_rules.facts_of(exam) if exam.kind == "ob2" else credential.facts_of(exam)
    return {name: shortened(value, limits.MAX_SHOWN) for name, value in facts.items()}


def _note(exam: Exam) -> str:
    """Return what must be read beside "genuine and in force"."""
    notes = []
    if exam.demonstration:
        notes.append("this is a demonstration, whose keys anyone can open: it proves nothing about a person")
    if exam.trusted is False:
        notes.append("its issuer is not among those whom you trust")
    elif exam.trusted is None and not exam.depth:
        signer = f" with the key {exam.key_name}" if exam.key_name else ""
        notes.append(
            f"whether {trusting.site_of(exam.issuer)}, which issued it{signer}, can be trusted is for you to say"
        )
    if exam.matched is False:
        notes.append("but it is not for the person you asked about")
    return "; ".join(notes)


def _run_step(step: str, exam: Exam) -> tuple[list[Finding], Line]:
    said: list[str] = []
    findings: list[Finding] = []
    for check in _checks(step, exam.kind):
        try:
            if words := check.run(exam):
                said.append(words)
        except Finding as finding:
            findings.append(finding)
            if step in _FINAL:
                break
    if findings:
        worst = max(findings, key=lambda one: one.verdict.weight)
        return findings, Line(step, _answer(worst), worst.reason)
    if step == HOLDER:
        answer = {None: "not asked", True: "yes", False: "no"}[exam.matched]
        return [], Line(step, answer, "; ".join(said))
    return [], Line(step, "yes", "; ".join(said) or _NOTHING_TO_SAY.get(step, ""))


_NOTHING_TO_SAY = {TERMS: "as its standard asks, and all of it signed", ENDORSEMENTS: "nothing else lies in it"}


def _checks(step: str, kind: str) -> Iterable[Check]:
    return (check for check in CHECKS if check.step == step and kind in check.kinds)


def _entry_answered(exam: Exam, entry: dict[str, Any]) -> str:
    url = text_of(entry.get("statusListCredential"))
    if not url:
        raise unknown("it names a status list without an address")
    return _run_entry(exam, statuses.entry_of(exam, entry, _list_at(exam, url)))


def _run_entry(exam: Exam, entry: statuses.Entry) -> str:
    return "; ".join(words for check in _checks(STATUS, "entry") if (words := check.run(entry)))


def _list_at(exam: Exam, url: str) -> Exam:
    """Return the exam of the status list at *url*, passed.

    Raises:
        Finding: cannot tell: it was not reached, or did not pass.
    """
    known = exam.asker.judged.get(f"list {url}")
    if known is None:
        known = _judged_list(exam, url)
        exam.asker.keep(f"list {url}", known)
    if isinstance(known, Finding):
        raise known
    assert isinstance(known, Exam)
    return known


def _judged_list(exam: Exam, url: str) -> Exam | Finding:
    try:
        answer = exam.asker.answer(url)
        if answer.status != 200:
            raise unknown(f"the status list is not at its address, which answers {answer.status}")
        body = answer.body.strip()
        found = Found(body, "json" if body.startswith(b"{") else "jws", "a status list")
        listed = exam_of(found, exam.asker, exam.question, exam.depth + 1)
    except Finding as finding:
        return unknown(f"the status list cannot be read: {finding.reason}")
    listed.kind = "list"
    for step in STEPS[1:]:
        findings, _ = _run_step(step, listed)
        if findings:
            return unknown(f"the status list does not hold: {findings[0].reason}")
    return listed


def _parts(exam: Exam, values: Sequence[Any], name: str) -> list[Report]:
    """Return reports on credentials within a credential."""
    if values and exam.depth >= limits.MAX_NESTED:
        raise unknown(f"credentials lie more than {limits.MAX_NESTED} deep in one another")
    if len(values) + len(exam.parts) > limits.MAX_PARTS:
        raise unknown(f"it holds more than {limits.MAX_PARTS} credentials")
    exam.asker.parts_left -= len(values)
    if exam.asker.parts_left < 0:
        raise unknown(f"it holds more than {limits.MAX_PARTS_IN_ALL} credentials in all")
    inner = Question(exam.question.now)
    return [_part(f"{name} {number}", value, exam, inner) for number, value in enumerate(values, 1)]


def _part(source: str, value: object, exam: Exam, question: Question) -> Report:
    if isinstance(value, str):
        return judge(
            source, Found(value.encode("utf-8", "replace"), "jws", name_of(value)), exam.asker, question, exam.depth + 1
        )
    if not isinstance(value, dict):
        return Report(source, Verdict.FORGED, "it is damaged")
    if "VerifiableCredential" not in types_of(value) and "EnvelopedVerifiableCredential" not in types_of(value):
        return Report(source, Verdict.FORGED, "it is no credential")
    part = _object_exam(value, exam, question)
    if isinstance(part, Finding):
        return stopped(source, part, Line(READ, "yes", ""))
    return _examined(source, part, [Line(READ, "yes", "a part of the document")])


def name_of(value: str) -> str:
    """Return how a part that is a text is called."""
    return "a signed text (JWT)" if value.count(".") == 2 else "a text"


def _object_exam(value: dict[str, Any], exam: Exam, question: Question) -> Exam | Finding:
    from_kinds = "EnvelopedVerifiableCredential" in types_of(value)
    if not from_kinds:
        return Exam("vc", value, exam.asker, question, depth=exam.depth + 1)
    try:
        address = text_of(value.get("id"))
        return exam_of(Found(address.partition(",")[2].encode(), "jws", ""), exam.asker, question, exam.depth + 1)
    except Finding as finding:
        return finding


def _first(reports: Sequence[Report], verdict: Verdict) -> str:
    report = next(report for report in reports if report.verdict is verdict)
    return f"{report.source}: {report.reason or report.verdict.sentence.rstrip('.').lower()}"


def _endorsements(exam: Exam) -> tuple[frozenset[str], list[Any]]:
    """Return the endorsements in a badge, and the ids of what they may be of."""
    document = exam.document
    subjects = objects_of(document.get("credentialSubject"))
    achievements = [item for subject in subjects for item in objects_of(subject.get("achievement"))]
    places = (document, *objects_of(document.get("issuer")), *achievements)
    found = [
        value for place in places for name in ("endorsement", "endorsementJwt") for value in list_of(place.get(name))
    ]
    return frozenset({exam.issuer, *(id_of(place) for place in places)} - {""}), found


def _not_of(endorsed: frozenset[str], value: object, exam: Exam) -> str:
    """Say why an endorsement does not belong where it stands, or return ""."""
    part = _part_document(value, exam)
    if "EndorsementCredential" not in types_of(part):
        return "something in it is called an endorsement and is none"
    if any(id_of(subject) not in endorsed for subject in objects_of(part.get("credentialSubject"))):
        return "an endorsement in it is of something else"
    return ""


def _part_document(value: object, exam: Exam) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    found = Found(text_of(value).encode("utf-8", "replace"), "jws", "")
    return exam_of(found, exam.asker, exam.question, exam.depth + 1).document


def agreement(first: Report, second: Report) -> Finding | None:
    """Say whether two documents in one picture are about the same award, or return None where they are."""
    for check in _checks(ENDORSEMENTS, "pair"):
        try:
            check.run((first, second))
        except Finding as finding:
            return finding
    return None
