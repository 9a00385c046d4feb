"""The awards of one sealing, made on all cores: documents, and the register line of each.

Each award is a function of its ``Job``: which process makes it, and beside which others, changes no byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pinback.addresses import SEALED_FORMS
from pinback.canonical import sha256_name
from pinback.cores import in_order, processes_for
from pinback.formats.parts import Sealing
from pinback.keys.bundle import KeyBundle
from pinback.register import complete, now_text, record_hash
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
    """An award that is made: its register line, and its documents by path below ``sealed/`` (None: they are staged)."""

    line: dict[str, Any]
    files: Mapping[str, bytes | None]


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
        for job in jobs:
            staging.expect(_paths(job))
    if processes is None:
        processes = processes_for(len(jobs), FEW) if isinstance(keys.signer, KeyBundle) else 1
    return in_order(partial(_made, jobs, keys, staging), len(jobs), processes, progress)


def _paths(job: Job) -> list[str]:
    return [f"awards/{job.sealing.award.id}/{name}" for name in SEALED_FORMS]


def _made(jobs: Sequence[Job], keys: Keys, staging: Staging | None, place: int) -> Made:
    sealing = jobs[place].sealing
    documents = sealed_documents(sealing, keys, jobs[place].judge)
    line = {
        "n": jobs[place].line,
        "event": "award",
        "at": now_text(sealing.at),
        "id": sealing.award.id,
        "badge": sealing.award.badge,
        "version": sealing.version,
        "list": sealing.status_list,
        "index": sealing.status_index,
        "record": record_hash(sealing.award.typed),
        "keys": [keys.ed25519.id, keys.rsa.id],
        "files": {name: sha256_name(data) for name, data in documents.items()},
    }
    files = {f"awards/{sealing.award.id}/{name}": data for name, data in documents.items()}
    if staging is None:
        return Made(complete(line), files)
    for path, data in files.items():
        staging.write(path, data)
    return Made(complete(line), dict.fromkeys(files))
