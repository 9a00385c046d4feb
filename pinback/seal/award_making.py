"""The awards of one sealing, made on all cores: documents, and the register line of each.

Each award is a function of its ``Job``: which process makes it, and beside which others, changes no byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pinback.canonical import sha256_name
from pinback.cores import in_order, processes_for
from pinback.formats.parts import Sealing, moment
from pinback.keys.bundle import KeyBundle
from pinback.register import leaf_of, record_hash
from pinback.register.lines import plain_bytes
from pinback.seal.documents import sealed_documents
from pinback.seal.signing_keys import Keys
from pinback.seal.staging import Staging

FEW = 64
"""So many awards are not worth another process."""


@dataclass(frozen=True, slots=True)
class Job:
    """One award to be made.

    Attributes:
        sealing: all that its documents say.
        line: the number of its register line.
        judge: whether the library judges the canonical form; for the first award of a badge and for samples.
    """

    sealing: Sealing
    line: int
    judge: bool


@dataclass(frozen=True, slots=True)
class Made:
    """An award that is made.

    Attributes:
        row: its register line as written.
        leaf: hash of the line in the log's tree.
        files: its documents by name; none where they are staged.
    """

    row: bytes
    leaf: bytes
    files: Mapping[str, bytes]


def folder_of(award: str) -> str:
    """Return where the documents of an award lie below ``sealed/``."""
    return f"awards/{award}"


def made_awards(
    jobs: Sequence[Job],
    keys: Keys,
    staging: Staging | None,
    progress: Callable[[int], None],
    processes: int | None = None,
) -> list[Made]:
    """Return what is made of *jobs*, in their order.

    Args:
        jobs: the awards.
        keys: sign them. A bundle in memory goes to other processes by fork; another signer is asked by this one alone.
        staging: takes the documents.
        progress: called with the number of awards done.
        processes: how many work at once; by default one a core where it is worth it.

    Raises:
        ProofError: a document cannot be signed; names file and line.
    """
    if staging:
        staging.expect_folders(folder_of(job.sealing.award.id) for job in jobs)
    if processes is None:
        processes = processes_for(len(jobs), FEW) if isinstance(keys.signer, KeyBundle) else 1
    make = partial(_made, keys, staging)
    if processes < 2:
        return in_order(lambda place: make(jobs[place]), len(jobs), 1, progress)
    # What the first one needs (the library with its contexts, some skeletons) the other processes have by the fork.
    first, others = make(jobs[0]), jobs[1:]
    made = in_order(lambda place: make(others[place]), len(others), processes, lambda done: progress(done + 1))
    return [first, *made]


def _made(keys: Keys, staging: Staging | None, job: Job) -> Made:
    sealing = job.sealing
    documents = sealed_documents(sealing, keys, job.judge)
    line = {
        "n": job.line,
        "event": "award",
        "at": moment(sealing.at),
        "id": sealing.award.id,
        "badge": sealing.award.badge,
        "version": sealing.version,
        "list": sealing.status_list,
        "index": sealing.status_index,
        "record": record_hash(sealing.award.typed),
        "keys": [keys.ed25519.id, keys.rsa.id],
        "files": {name: sha256_name(data) for name, data in documents.items()},
    }
    # NOTE: ids, digests and numbers alone are plain; what is appended is compared with its canonical form once more.
    leaf = leaf_of(line, plain_bytes)
    row = plain_bytes({**line, "leaf": b64encode(leaf).decode("ascii")}) + b"\n"
    if staging:
        staging.write_folder(folder_of(sealing.award.id), documents)
    return Made(row, leaf, {} if staging else documents)
