"""Witnesses in a club's folder: who signs checkpoints of its logs, what they signed, and what it signed for others.

    issuers/<issuer>/witnesses.txt               whose signatures count, as a C2SP tlog-policy
    issuers/<issuer>/cosignatures/<size>.txt     signature lines that were collected, for the checkpoint of that size
    issuers/<issuer>/cosigned/<origin hash>.txt  the newest checkpoint of another log that this issuer has signed

Each file is checked whenever the club is: a signature that does not hold, or is nobody's, is a problem with its line.
Nothing here asks the network or opens keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from pinback.dataclass import dataclass
from pinback.errors import Problem, ProofError
from pinback.files import FileProblem, make_folder, read_regular, write_file
from pinback.limits import MAX_NOTE
from pinback.log import Cosigned, moment, witness_key
from pinback.register import Register
from pinback.tlog.notes import (
    Note,
    NoteKey,
    Signature,
    cosigned_at,
    read_checkpoint,
    read_note,
    signature_lines,
)
from pinback.tlog.witnesses import Witness, origin_hash, read_policy

POLICY = "witnesses.txt"
COLLECTED = "cosignatures"
GIVEN = "cosigned"
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\.txt")
_HASH = re.compile(r"([0-9a-f]{64})\.txt")


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What an issuer's folder says of witnesses.

    Attributes:
        policy: the bytes of ``witnesses.txt``, or nothing.
        witnesses: whom it names.
        collected: sound signatures by the size of their checkpoint, oldest first.
        given: checkpoints of others that this issuer has signed, by the hash of their origin.
    """

    policy: bytes = b""
    witnesses: tuple[Witness, ...] = ()
    collected: Mapping[int, tuple[Cosigned, ...]] = field(default_factory=dict)
    given: Mapping[str, bytes] = field(default_factory=dict)


NOBODY = Witnessed()


def read(root: Path, issuer: str, register: Register) -> tuple[Witnessed, list[Problem]]:
    """Return what an issuer's folder says of witnesses, and what is wrong with it.

    Args:
        root: the club's folder.
        issuer: slug.
        register: the issuer's, checked.
    """
    folder = root / "issuers" / issuer
    problems: list[Problem] = []
    policy = b""
    witnesses: tuple[Witness, ...] = ()
    if (folder / POLICY).exists():
        file = f"issuers/{issuer}/{POLICY}"
        try:
            policy = as_written(folder / POLICY)
            witnesses = read_policy(policy.decode("utf-8"))
        except FileProblem as error:
            problems.append(_problem(file, 0, str(error)))
        except UnicodeDecodeError:
            problems.append(Problem(file, 0, "this file is not UTF-8 text", "save it as such"))
        except ProofError as error:
            number, _, said = str(error).partition(": ")
            problems.append(_problem(file, int(number), said))
    collected: dict[int, tuple[Cosigned, ...]] = {}
    notes = _notes(register) if (folder / COLLECTED).exists() else {}
    for path, name in _files(folder / COLLECTED, _SIZE):
        file = f"issuers/{issuer}/{COLLECTED}/{path.name}"
        try:
            collected[int(name)] = _signatures(as_written(path), notes.get(int(name)), witnesses)
        except FileProblem as error:
            problems.append(_problem(file, 0, str(error)))
        except ProofError as error:
            problems.append(_problem(file, 0, str(error)))
    given: dict[str, bytes] = {}
    for path, name in _files(folder / GIVEN, _HASH):
        file = f"issuers/{issuer}/{GIVEN}/{path.name}"
        try:
            given[name] = as_written(path)
            _check_given(given[name], name, register)
        except FileProblem as error:
            problems.append(_problem(file, 0, str(error)))
        except ProofError as error:
            problems.append(_problem(file, 0, str(error)))
    if not (policy or collected or given):
        return NOBODY, problems
    return Witnessed(policy, witnesses, collected, given), problems


def as_written(path: Path) -> bytes:
    """Return the bytes of one of these files as they were written; git on Windows may have given its lines other ends.

    Raises:
        FileProblem: it cannot be read.
    """
    return read_regular(path, MAX_NOTE).replace(b"\r\n", b"\n")


def _problem(file: str, line: int, said: str) -> Problem:
    what, _, cure = said.partition("; ")
    return Problem(file, line, what, cure)


def _files(folder: Path, names: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    """Yield the files of a folder whose names fit, sorted, with the part of the name that says what they are."""
    for path in sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else ():
        if found := names.fullmatch(path.name):
            yield path, found[1]


def _notes(register: Register) -> dict[int, Note]:
    """Return every checkpoint of a register by the size of its tree."""
    notes = (read_note(line["note"]) for line in register.lines if line["event"] == "checkpoint")
    return {read_checkpoint(note.text).size: note for note in notes}


def _signatures(data: bytes, note: Note | None, witnesses: tuple[Witness, ...]) -> tuple[Cosigned, ...]:
    if note is None:
        raise ProofError("the register has no checkpoint of this size; delete the file")
    try:
        lines = signature_lines(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProofError("this file holds no signatures of witnesses; delete it") from error
    found = []
    for one in lines:
        witness = next((known for known in witnesses if (known.key.name, known.key.id) == (one.name, one.key_id)), None)
        if witness is None:
            raise ProofError(
                f"a signature is by {one.name}, which {POLICY} does not name; name it there, or delete the line"
            )
        seconds = cosigned_at(Note(note.text, (one,)), witness.key)
        assert seconds is not None
        found.append(Cosigned(witness.name, moment(seconds), one))
    return tuple(sorted(found, key=lambda one: (one.at, one.by)))


def _check_given(data: bytes, name: str, register: Register) -> None:
    try:
        note = read_note(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProofError("this file holds no checkpoint; restore it from git") from error
    if origin_hash(read_checkpoint(note.text).origin) != name:
        raise ProofError("this checkpoint is of another log than the file's name says; restore it from git")
    if not register.keyring.of("log") or not any(cosigned_at(note, key) is not None for key in witness_keys(register)):
        raise ProofError("this issuer has not signed this checkpoint; restore the file from git")


def witness_keys(register: Register) -> tuple[NoteKey, ...]:
    """Return every key by which an issuer has ever signed checkpoints of others, oldest first."""
    return tuple(witness_key(register, known.id) for known in register.keyring.of("log"))


def given_path(root: Path, issuer: str, origin: str) -> Path:
    """Return where the newest checkpoint of another log lies that this issuer has signed."""
    return root / "issuers" / issuer / GIVEN / f"{origin_hash(origin)}.txt"


def keep(root: Path, issuer: str, size: int, known: tuple[Cosigned, ...], new: tuple[Signature, ...]) -> Path | None:
    """Add signatures to those that were collected for a checkpoint; return the file, or None where all were there.

    Args:
        root: the club's folder.
        issuer: slug.
        size: of the checkpoint.
        known: what is there already.
        new: sound signatures; of a witness that has signed already, its first stays.
    """
    lines = [one.signature for one in known]
    there = {(one.name, one.key_id) for one in lines}
    added = [one for one in new if (one.name, one.key_id) not in there]
    if not added:
        return None
    path = root / "issuers" / issuer / COLLECTED / f"{size}.txt"
    make_folder(path.parent)
    write_file(path, "".join(one.line for one in (*lines, *added)).encode("utf-8"))
    return path
