"""Watching logs: comparing one with what was seen before, looking at it again and again, signing it as a witness.

A log is read from its address, from a built site, or from a club's folder; all three give the same files. Nothing is
printed; addresses are asked through functions that the caller gives.

C2SP tlog-tiles for what is read, tlog-witness for witnesses. What a look finds is decided in ``tlog/auditing``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from pinback import addresses, cosigning, deployed
from pinback.cosigning import Witnessed
from pinback.dataclass import dataclass
from pinback.deployed import Earlier
from pinback.errors import ContentError, FetchError, ProofError, SigningError, UsageError, printable, quoted
from pinback.files import FileProblem, make_folder, read_regular, write_file
from pinback.limits import MAX_LOG_FILE, MAX_LOG_STATE, MAX_NOTE
from pinback.locks import changing
from pinback.log import PublicLog, witness_key
from pinback.proofs.keys import Signer
from pinback.register import Register
from pinback.seal.store import Store
from pinback.tlog.auditing import LogFault, Seen, compare, log_keys, look
from pinback.tlog.notes import (
    Checkpoint,
    Note,
    NoteKey,
    cosigned,
    opened_by_any,
    read_checkpoint,
    read_key,
    read_note,
)
from pinback.tlog.tiles import Get
from pinback.tlog.witnesses import (
    Witness,
    known_size,
    origin_hash,
    request_body,
    signatures_of,
)

Post = Callable[[str, bytes], tuple[int, bytes]]
"""Sends bytes to an https address and returns status and body of the answer."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that can be read.

    Attributes:
        name: as messages call it.
        get: returns a file by its path below the log's prefix; None where there is none.
    """

    name: str
    get: Get


# Where logs are.


def logs_at(where: str, root: Path, get: deployed.Get) -> list[Log]:
    """Return the logs at a place.

    Args:
        where: the https address of a log, of an issuer's page or of a site with badges; a built site or a club's folder.
        root: the club's folder, from which names of folders count.
        get: the door to the network.

    Raises:
        UsageError: there is none.
        ContentError: a register of the folder is damaged.
    """
    if "://" in where:
        return _at_address(where, get)
    folder = root / where
    if not folder.is_dir():
        raise UsageError(f"there is no folder {printable(where)}; name a folder or an https address")
    logs = [
        Log(Path(where, path.parent.relative_to(folder)).as_posix(), _below(path.parent))
        for path in sorted([*folder.glob("checkpoint"), *folder.glob("issuers/*/log/checkpoint")])
    ]
    if not logs:
        logs = [Log(store.shown(store.register_path), _of_register(log)) for store, log in _own_logs(folder)]
    if not logs:
        raise UsageError(f"{printable(where)} holds no log; name a club's folder, a built site, or an https address")
    return logs


def _at_address(where: str, get: deployed.Get) -> list[Log]:
    url = where.removesuffix("/").removesuffix("/checkpoint")
    head, _, last = url.rpartition("/")
    if last == "log":
        prefixes = [f"{url}/"]
    elif head.endswith("/issuers"):
        prefixes = [f"{url}/log/"]
    else:
        site = deployed.site(where, get)
        prefixes = [f"{url}/{addresses.log_file(slug, '')}" for slug in site.issuers]
    if not prefixes:
        raise UsageError(f"{where} shows no log; name the address of the log")

    def below(prefix: str) -> Get:
        return lambda path: get(prefix + path)

    return [Log(prefix.removesuffix("/"), below(prefix)) for prefix in prefixes]


def _below(folder: Path) -> Get:
    def read(path: str) -> bytes | None:
        try:
            return read_regular(folder / path, MAX_LOG_FILE)
        except FileProblem:
            return None

    return read


def _own_logs(root: Path) -> Iterator[tuple[Store, PublicLog]]:
    for path in sorted(root.glob("issuers/*/register.jsonl")):
        store = Store(root, path.parent.name)
        if (register := store.load()) is not None:
            yield store, PublicLog(register, cosigning.read(root, store.issuer, register)[0].collected)


def _of_register(log: PublicLog) -> Get:
    return dict(log.files()).get


# Comparing with what was saved.


def saved(source: str, root: Path, get: deployed.Get) -> list[str]:
    """Return the checkpoints that somebody kept, as signed notes.

    Args:
        source: a file (a checkpoint, or the state of ``log monitor``), a folder, an https address, or a commit.
        root: the club's folder.
        get: the door to the network.

    Raises:
        UsageError: there is none.
    """
    path = root / source
    if path.is_file():
        return [_kept(path, source)]
    if "://" in source:
        logs = _at_address(source, get)
        notes = [(log, log.get("checkpoint")) for log in logs]
        return [_note_text(data, log.name) for log, data in notes if data is not None]
    found: Earlier = deployed.earlier(source, root, get)
    notes_ = [_note_text(note.encode("utf-8"), found.name) for note in found.notes.values()]
    for data in found.registers.values():
        notes_ += _newest_note(data, found.name)
    if not notes_:
        raise UsageError(f"{found.name} shows no checkpoint; name another")
    return notes_


def _newest_note(register: bytes, name: str) -> list[str]:
    for line in reversed(register.split(b"\n")):
        if b'"event":"checkpoint"' in line:
            try:
                note = str(json.loads(line)["note"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise UsageError(f"a register of {name} is damaged; name another state") from error
            return [_note_text(note.encode("utf-8", "replace"), f"a register of {name}")]
    return []


def _kept(path: Path, name: str) -> str:
    try:
        data = read_regular(path, MAX_LOG_STATE)
    except FileProblem as error:
        raise UsageError(f"{printable(name)}: {error}") from error
    if data.startswith(b"{"):
        return _state_of(data, name).note
    return _note_text(data, name)


def _note_text(data: bytes, name: str) -> str:
    try:
        note = data.decode("utf-8")
        read_checkpoint(read_note(note).text)
    except (UnicodeDecodeError, ProofError) as error:
        raise UsageError(f"{printable(name)} holds no checkpoint of a log; name another file") from error
    return note


@dataclass(frozen=True, slots=True)
class Compared:
    """A log that continues what was saved: what was found, and the sizes that it was compared with."""

    log: Log
    seen: Seen
    sizes: tuple[int, ...]


def check(logs: Sequence[Log], notes: Sequence[str], keys: Sequence[NoteKey] = ()) -> list[Compared]:
    """Check that logs are whole and continue saved checkpoints.

    Args:
        logs: to be checked; those of which nothing was saved are left out.
        notes: what was saved.
        keys: of the logs, where the asker brings them along; otherwise those that each log names.

    Raises:
        LogFault: one does not.
        UsageError: nothing that was saved belongs to any of them.
    """
    kept: dict[str, list[str]] = {}
    for note in notes:
        kept.setdefault(read_checkpoint(read_note(note).text).origin, []).append(note)
    found = []
    for log in logs:
        known = tuple(keys) or log_keys(log.get)
        mine = [note for key in {key.name for key in known} for note in kept.get(key, ())]
        if not mine:
            continue
        before = [_opened(note, known) for note in mine]
        seen = look(log.get, known, max(before, key=lambda one: one.size))
        compare(seen, before)
        found.append(Compared(log, seen, tuple(sorted(one.size for one in before))))
    if not found:
        raise UsageError("what was saved is of another log than these; name the log that it was saved from")
    return found


def _opened(note: str, keys: Sequence[NoteKey]) -> Checkpoint:
    try:
        return opened_by_any(note, keys)[0]
    except ProofError as error:
        raise LogFault(
            "what was saved is not signed with a key that this log names; ask the club, on another way than this site, "
            "whether its key has changed"
        ) from error


# Looking again and again.


@dataclass(frozen=True, slots=True)
class State:
    """What ``log monitor`` keeps between two looks.

    Attributes:
        log: the address.
        key: the vkey that signed what was seen.
        note: what was seen.
    """

    log: str
    key: str
    note: str


def _state_of(data: bytes, name: str) -> State:
    try:
        said = json.loads(data)
        state = State(said["log"], said["key"], said["checkpoint"])
        if all(isinstance(value, str) for value in (state.log, state.key, state.note)):
            read_checkpoint(read_note(state.note).text)
            return state
    except (ValueError, KeyError, TypeError, RecursionError, ProofError):
        pass
    raise UsageError(f"{printable(name)} is not what log monitor writes; name another file, or delete it to begin anew")


def monitor(log: Log, file: Path, given: NoteKey | None = None) -> tuple[Seen, Checkpoint | None]:
    """Look at a log, compare it with the last look, and keep what was seen.

    The file is written anew only where the log is whole and continues what was seen; until then the last sound look stays.

    Args:
        log: the log.
        file: keeps what was seen; it need not exist.
        given: the log's key, where the asker knows it; otherwise the one that signed what was seen, and at the first look
            one that the log names.

    Returns:
        What was seen now and before; None for the latter at the first look.

    Raises:
        LogFault: the log is not whole, or does not continue what was seen.
        UsageError: the file holds something else, or is of another log.
    """
    before: Checkpoint | None = None
    keys: tuple[NoteKey, ...] = (given,) if given else ()
    was = _bytes_of(file, MAX_LOG_STATE)
    if was is not None:
        state = _state_of(was, str(file))
        if state.log != log.name:
            raise UsageError(
                f"{printable(str(file))} was kept of {quoted(state.log, limit=200)}, not of {log.name}; name a file of its own for each log"
            )
        before = read_checkpoint(read_note(state.note).text)
        try:
            keys = keys or (read_key(state.key),)
        except ProofError as error:
            raise UsageError(f"{printable(str(file))} holds a damaged key; delete it to begin anew") from error
    seen = look(log.get, keys or log_keys(log.get), before)
    kept = {"log": log.name, "key": seen.key.text, "checkpoint": seen.note}
    _keep(file, MAX_LOG_STATE, was, (json.dumps(kept, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
    return seen, before


def _bytes_of(file: Path, limit: int) -> bytes | None:
    """Return what an earlier look kept, None where there was none."""
    try:
        return read_regular(file, limit) if file.exists() else None
    except FileProblem as error:
        raise UsageError(f"{printable(str(file))}: {error}") from error


def _keep(file: Path, limit: int, was: bytes | None, data: bytes) -> None:
    """Keep what was seen, in the place of *was*: an older look must not take the place of a newer one that came meanwhile.

    Raises:
        UsageError: another run has kept a look.
    """
    make_folder(file.absolute().parent)
    if _bytes_of(file, limit) != was:
        raise UsageError(f"{printable(str(file))}: another run has kept what it saw meanwhile; run the command again")
    write_file(file, data)


# Witnessing others.


@dataclass(frozen=True, slots=True)
class CosignedLog:
    """A checkpoint of another log that was signed.

    Attributes:
        seen: the log.
        before: entries that it had when it was signed the last time; None for the first time.
        path: where the signed checkpoint lies, to be published with the site.
        key: the vkey by which others check the signature.
    """

    seen: Seen
    before: int | None
    path: Path
    key: NoteKey


def cosign(
    root: Path,
    issuer: str,
    log: Log,
    signer: Callable[[Store, Register], Signer],
    moment: int,
    given: NoteKey | None = None,
) -> CosignedLog:
    """Sign the newest checkpoint of another log, after checking that the log is whole and continues what was signed before.

    Args:
        root: the club's folder.
        issuer: whose log key signs.
        log: the other log.
        signer: opens the keys.
        moment: of the signature, POSIX seconds.
        given: the other log's key; needed once, and again where it has changed.

    Raises:
        LogFault: the other log is not whole, or does not continue what was signed.
        UsageError: the issuer has no log key, or the log is its own.
    """
    store = Store(root, issuer)
    register = store.load()
    own = register.keyring.active("log") if register is not None else []
    if register is None or not own:
        raise UsageError(
            f"issuers/{issuer}: there is no log key to sign with; make keys with: pinback key new {issuer}"
        )
    listed = (given,) if given else log_keys(log.get)
    path = cosigning.given_path(root, issuer, listed[-1].name)
    before: Checkpoint | None = None
    was = _bytes_of(path, MAX_NOTE)
    if was is not None:
        note = _note_text(cosigning.as_written(path), store.shown(path))
        before = read_checkpoint(read_note(note).text)
        listed = (given,) if given else _same_key(note, listed)
    seen = look(log.get, listed, before)
    if seen.checkpoint.origin == register.origin:
        raise UsageError(f"{log.name} is the log of issuers/{issuer} itself; a witness is somebody else")
    key = witness_key(register, own[-1].id)
    read = read_note(seen.note)
    line = cosigned(read.text, key, signer(store, register), moment)
    by_log = [one for one in read.signatures if (one.name, one.key_id) == (seen.key.name, seen.key.id)]
    with changing(root, "log cosign"):
        _keep(path, MAX_NOTE, was, Note(read.text, (*by_log, line)).whole.encode("utf-8"))
    return CosignedLog(seen, before.size if before else None, path, key)


def _same_key(note: str, listed: Sequence[NoteKey]) -> tuple[NoteKey, ...]:
    """Return the key that signed what was seen before: another one has to be given by the person who knows it."""
    try:
        return (opened_by_any(note, listed)[1],)
    except ProofError as error:
        raise LogFault(
            "this log no longer names the key with which it signed before; ask the club, on another way than this site, and "
            "give the new key with --key"
        ) from error


# Collecting signatures of others.


@dataclass(frozen=True, slots=True)
class Collected:
    """What a witness answered.

    Attributes:
        witness: who was asked.
        size: of the checkpoint that it signed; 0 where it has not signed any of this log.
        path: the file that is new; None where the signature was known.
    """

    witness: Witness
    size: int
    path: Path | None


def _own(root: Path, issuer: str) -> tuple[PublicLog, Witnessed]:
    store = Store(root, issuer)
    register = store.load()
    if register is None:
        raise UsageError(f"issuers/{issuer}: nothing was sealed yet, so there is no log")
    witnessed, problems = cosigning.read(root, issuer, register)
    if problems:
        raise ContentError(problems)
    if not any(one.url for one in witnessed.witnesses):
        raise UsageError(
            f"issuers/{issuer}/{cosigning.POLICY} names no witness with an address; write a line: witness NAME KEY ADDRESS"
        )
    return PublicLog(register, witnessed.collected), witnessed


def collect(root: Path, issuer: str, get: deployed.Get) -> Iterator[Collected | SigningError | FetchError]:
    """Ask each witness that publishes what it has signed, and keep its signature.

    Yields what each of them answered; a witness that cannot be asked, or answers something else, is no obstacle to
    the others.

    Raises:
        UsageError: nothing was sealed, or no witness has an address.
    """
    log, witnessed = _own(root, issuer)
    for witness in witnessed.witnesses:
        if not witness.url:
            continue
        try:
            yield _collected(root, issuer, log, witness, get)
        except (SigningError, FetchError) as error:
            yield error


def _collected(root: Path, issuer: str, log: PublicLog, witness: Witness, get: deployed.Get) -> Collected:
    data = get(f"{witness.url}/{origin_hash(log.register.origin)}/checkpoint")
    if data is None:
        return Collected(witness, 0, None)
    note = _foreign_note(data, witness)
    said = read_checkpoint(note.text)
    known = next((past for past in log.past if past.size == said.size), None)
    if known is None or read_note(known.note).text != note.text:
        raise SigningError(
            f"the witness {witness.name} has signed a checkpoint that this register never had ({said.size} entries); "
            "find out who sealed it before anything is published"
        )
    own = signatures_of("".join(one.line for one in note.signatures).encode(), note, witness.key)
    return Collected(witness, said.size, cosigning.keep(root, issuer, said.size, known.cosigned, own))


def _foreign_note(data: bytes, witness: Witness) -> Note:
    try:
        return read_note(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProofError(f"the witness {witness.name} answers no checkpoint; tell who runs it") from error


def submit(root: Path, issuer: str, post: Post) -> Iterator[Collected | SigningError | FetchError]:
    """Send the newest checkpoint to each witness that takes them (C2SP tlog-witness), and keep its signature.

    Raises:
        UsageError: nothing was sealed, or no witness has an address.
    """
    log, witnessed = _own(root, issuer)
    for witness in witnessed.witnesses:
        if not witness.url:
            continue
        try:
            yield _submitted(root, issuer, log, witness, post)
        except (SigningError, FetchError) as error:
            yield error


def _submitted(root: Path, issuer: str, log: PublicLog, witness: Witness, post: Post) -> Collected:
    newest = log.past[-1]
    if any(one.by == witness.name for one in newest.cosigned):
        return Collected(witness, newest.size, None)
    old = max((past.size for past in log.past for one in past.cosigned if one.by == witness.name), default=0)
    url = f"{witness.url}/add-checkpoint"
    status, body = post(url, request_body(old, log.tree.consistency(old, newest.size), newest.note))
    if status == 409:
        # It knows another size than we remember, for example after a signature that was lost on its way.
        old = known_size(body)
        if old > newest.size:
            raise SigningError(
                f"the witness {witness.name} knows {old} entries of this log, and there are {newest.size} here; git pull, "
                "and find out who sealed the others"
            )
        status, body = post(url, request_body(old, log.tree.consistency(old, newest.size), newest.note))
    if status != 200:
        raise FetchError(f"the witness {witness.name} answers {status}: {_REFUSALS.get(status, 'try again later')}")
    own = signatures_of(body, read_note(newest.note), witness.key)
    return Collected(witness, newest.size, cosigning.keep(root, issuer, newest.size, newest.cosigned, own))


_REFUSALS: Mapping[int, str] = {
    403: "it does not know the key of this log; send it the key in keys.txt of the log",
    404: "it does not know this log; ask who runs it to add it",
    409: "somebody else sends checkpoints of this log; find out who",
    422: "it has seen another log of this name; find out who sealed it before anything is published",
}


def witnessed_before(root: Path, issuer: str, register: Register, moment: float) -> tuple[int, str]:
    """Return how many lines of a register a witness has signed before a moment, and which witness; 0 and "" without one.

    Args:
        root: the club's folder.
        issuer: slug.
        register: the issuer's.
        moment: POSIX seconds.
    """
    witnessed, _ = cosigning.read(root, issuer, register)
    log = PublicLog(register, witnessed.collected)
    found = [(past.line, one.by) for past in log.past for one in past.cosigned if one.at.timestamp() < moment]
    return max(found, default=(0, ""))
