"""Is a badge in the log of its issuer, and did a witness see it there?

A site that Pinback made has a proof beside each award (docs/log.md): the line of the register that names the digests of the
award's documents, the way from that line to a signed checkpoint, and the checkpoint. Where the proof holds, the documents
stood in the log when the checkpoint was signed; where a witness signed that as well, they did so by the witness's time.

A witness's key is the asker's to know. One that is not given is asked for at the witness's own site, and only where
that is another site than the log's; it then names a site and proves no more than that.

C2SP tlog-proof, "Verifying a tlog proof"; TRUST §5, "Time". Nothing here makes a badge better or worse than it is, but for
one case: ``before_theft``.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pinback.canonical import canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import ProofError, UsageError, printable
from pinback.files import FileProblem, read_regular
from pinback.tlog.inclusion import LogProof, read_proof
from pinback.tlog.notes import COSIGNATURE, Note, NoteKey, cosigned_at, opened_by_any, read_key, read_note
from pinback.tlog.trees import check_inclusion, leaf_hash
from pinback.tlog.witnesses import read_policy
from pinback.verify import limits
from pinback.verify.asking import Asker
from pinback.verify.exam import Exam, id_of
from pinback.verify.json_reading import read_object
from pinback.verify.verdict import Finding

KEYS = "keys.txt"
_AWARD = re.compile(r"(https://.+/)awards/([a-z2-7]{16})/[a-z.]+")
_ORIGIN = re.compile(r".*/issuers/([a-z0-9]+(?:-[a-z0-9]+)*)/log")
_SIGNED = ("award", "reseal")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness's sound signature.

    Attributes:
        name: of its key.
        at: when it signed.
        given: whether the asker brought the key along.
    """

    name: str
    at: datetime
    given: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """What a proof shows.

    Attributes:
        origin: of the log.
        index: of the entry.
        size: entries under the checkpoint.
        witnesses: sound signatures of others over it, oldest first.
    """

    origin: str
    index: int
    size: int
    witnesses: tuple[Witness, ...] = ()


def log_of(exam: Exam) -> str:
    """Return what the log says of a badge, in words: "signed", "signed and logged …", "signed, logged and witnessed …".

    "" for one whose log was not asked, because that of many others in this run was.
    """
    if exam.logged is None and exam.asker.logs_left <= 0:
        return ""
    logged = shown(exam)
    if isinstance(logged, str):
        return f"signed; {logged}" if logged else "signed"
    where = f"entry {logged.index} of {printable(logged.origin)}"
    if not logged.witnesses:
        return f"signed and logged ({where}); no witness is known, so the log is only as good as its issuer"
    first = logged.witnesses[0]
    by = f"{printable(first.name)} at {_moment(first.at)}"
    named = "" if first.given else "; whether that is somebody else than the issuer is for you to say"
    return f"signed, logged and witnessed by {by} ({where}){named}"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def before_theft(exam: Exam, revoked: datetime) -> str:
    """Return words where a witness whom the asker knows saw this very document in the log before its key was stolen; else "".

    Args:
        exam: of a document that is signed with a revoked key.
        revoked: as of when.
    """
    logged = shown(exam)
    if isinstance(logged, str):
        return ""
    known = [one for one in logged.witnesses if one.given and one.at < revoked]
    if not known:
        return ""
    return f"the key was revoked later, as of {_moment(revoked)}; {printable(known[0].name)} saw this badge in the log at {_moment(known[0].at)}"


def shown(exam: Exam) -> Logged | str:
    """Return what the best proof of a badge shows; "" where there is none, or why the one that there is does not hold."""
    if exam.logged is None:
        exam.logged = _shown(exam)
    return exam.logged


def _shown(exam: Exam) -> Logged | str:
    found = _AWARD.fullmatch(id_of(exam.document))
    if found is None or not exam.data or exam.depth:
        return ""
    base, id_ = found[1], found[2]
    place, asker = f"{base}awards/{id_}/", exam.asker
    if asker.logs_left <= 0:
        return ""
    asker.logs_left -= 1
    for number in range(limits.MAX_EARLIER_PROOFS + 1):
        mark = f"-{number}" if number else ""
        frozen = _asked(asker, f"{place}award{mark}.tlog-proof")
        if frozen is None:
            return ""
        try:
            if not _is_in(exam.data, _line(read_proof(frozen), id_)):
                continue
            best = _held(frozen, id_, base, exam)
        except (ProofError, Finding) as error:
            return f"the proof of the log beside it does not hold: {str(error).partition(';')[0]}"
        # A witness mostly signs later; then another proof leads to the checkpoint that it signed.
        later = _asked(asker, f"{place}witnessed{mark}.tlog-proof")
        try:
            other = _held(later, id_, base, exam) if later is not None else best
        except (ProofError, Finding):
            return best
        return min(best, other, key=_first)
    return ""


_NEVER = datetime.max.replace(tzinfo=UTC)


def _first(logged: Logged) -> tuple[bool, datetime]:
    """Sort by the best witness: one whom the asker knows before others, an early one before a late one."""
    known = [one.at for one in logged.witnesses if one.given]
    return not known, min(known or [one.at for one in logged.witnesses], default=_NEVER)


def _asked(asker: Asker, url: str) -> bytes | None:
    try:
        answer = asker.answer(url)
    except Finding:
        return None
    return answer.body if answer.status == 200 else None


def _line(proof: LogProof, id_: str) -> dict[str, Any]:
    """Return the register's line that the proof brings along; nothing is known of it before its hash is in the tree."""
    line = read_object(proof.extra, "the line of the register")
    if canonical_bytes(line) != proof.extra or line.get("event") not in _SIGNED or line.get("id") != id_:
        raise ProofError("it is of something else; fetch it again")
    return line


def _is_in(data: bytes, line: dict[str, Any]) -> bool:
    """Tell whether a line names the digest of a document."""
    files = line.get("files")
    digests = set(files.values()) if isinstance(files, dict) else set()
    return any(
        f"sha256:{hashlib.sha256(one).hexdigest()}" in digests for one in (data, data.strip(), data.strip() + b"\n")
    )


def _held(data: bytes, id_: str, base: str, exam: Exam) -> Logged:
    """Check a proof with the keys of the log, and return what it shows.

    Raises:
        ProofError, Finding: it does not hold, or is of another document.
    """
    proof = read_proof(data)
    if not _is_in(exam.data, _line(proof, id_)):
        raise ProofError("it is of another document; fetch it again")
    note = read_note(proof.note)
    origin = note.text.split("\n", 1)[0]
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        raise ProofError("its log is none of a site with badges; ask the issuer")
    keys = _keys(exam.asker, f"{base}issuers/{found[1]}/log/{KEYS}")
    said = opened_by_any(proof.note, [key for key in keys if key.name == origin])[0]
    leaf = leaf_hash(hashlib.sha256(proof.extra).digest())
    check_inclusion(leaf, proof.index, said.size, proof.path, said.root)
    return Logged(origin, proof.index, said.size, _witnesses(note, exam, base))


def _keys(asker: Asker, url: str) -> tuple[NoteKey, ...]:
    data = _asked(asker, url)
    try:
        lines = data.decode("utf-8").split("\n") if data is not None else []
    except UnicodeDecodeError as error:
        raise ProofError("the keys of the log cannot be read; ask the issuer") from error
    if not any(lines):
        raise ProofError("the keys of its log cannot be asked for")
    return tuple(read_key(line) for line in lines[: limits.MAX_METHODS] if line)


def _witnesses(note: Note, exam: Exam, base: str) -> tuple[Witness, ...]:
    asker, given = exam.asker, exam.question.witnesses
    origin = note.text.split("\n", 1)[0]
    found = []
    for key in given:
        if (seconds := cosigned_at(note, key)) is not None:
            found.append(Witness(key.name, _time(seconds), given=True))
    names = {key.name for key in given}
    foreign = dict.fromkeys(one.name for one in note.signatures if one.name not in names and one.name != origin)
    for name in list(foreign)[: limits.MAX_WITNESSES]:
        if _host(f"https://{name}") == _host(base) or "/" not in name:
            continue
        try:
            keys = [
                key for key in _keys(asker, f"https://{name}/{KEYS}") if key.kind == COSIGNATURE and key.name == name
            ]
            moments = [seconds for key in keys if (seconds := cosigned_at(note, key)) is not None]
        except ProofError:
            continue
        found += [Witness(name, _time(seconds), given=False) for seconds in moments[:1]]
    sound = [one for one in found if one.at <= exam.question.now]
    return tuple(sorted(sound, key=lambda one: (not one.given, one.at, one.name)))


def _host(url: str) -> str:
    """Return the host of an address. Another port, or a dot at its end, makes no other site of it."""
    return url.removeprefix("https://").partition("/")[0].lower().partition(":")[0].rstrip(".")


def _time(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ProofError("a witness's signature names no moment; fetch it again") from error


def read_witnesses(values: Sequence[str]) -> tuple[NoteKey, ...]:
    """Return the keys of witnesses whom the asker knows.

    Args:
        values: vkeys, and files: a C2SP tlog-policy, whose ``witness`` lines count.

    Raises:
        UsageError: a value is neither.
    """
    found: list[NoteKey] = []
    for value in values:
        try:
            if not Path(value).is_file():
                found.append(_witness_key(value))
                continue
            text = read_regular(os.path.realpath(value), limits.MAX_JSON).decode("utf-8")
            found += [one.key for one in read_policy(text)]
        except (ProofError, FileProblem, UnicodeDecodeError) as error:
            raise UsageError(
                f"--witness {printable(value)} is no key of a witness, and no file of them: {error}"
            ) from error
    return tuple(found)


def _witness_key(text: str) -> NoteKey:
    key = read_key(text)
    if key.kind != COSIGNATURE:
        raise ProofError("this is the key of a log; ask the witness for its cosignature key")
    return key
