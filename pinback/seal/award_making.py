"""The awards of one sealing, made on all cores: documents, and the register line of each.

Each award is a function of its ``Job``: which process makes it, and beside which others, changes no byte.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, overload

from pinback.canonical import sha256_name
from pinback.cores import each, processes_for
from pinback.formats.parts import Sealing, moment
from pinback.keys.bundle import KeyBundle
from pinback.register import leaf_of, record_hash
from pinback.register.lines import plain_bytes
from pinback.seal.documents import sealed_together
from pinback.seal.signing_keys import Keys
from pinback.seal.staging import Staging

FEW = 64
"""So many awards are not worth another process."""


_PIECE = 100
"""Awards that a process makes at once, all of them through each step together (``sealed_together``): a tenth of a second, eight megabytes."""
_ASKED = 20
"""The same where another program signs, which may take its time."""


class Job(NamedTuple):
    """One award to be made.

    Attributes:
        sealing: all that its documents say.
        line: the number of its register line.
        judge: whether the library judges the canonical form; for the first award of a badge and for samples.
    """

    sealing: Sealing
    line: int
    judge: bool


class Jobs(Sequence[Job]):
    """Jobs that are put together when they are asked for, each by the process that asks."""

    def __init__(self, count: int, job: Callable[[int], Job]) -> None:
        """Hold as many jobs.

        Args:
            count: how many.
            job: returns one by its place, the same each time.
        """
        self._count, self._job = count, job

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Job: ...

    @overload
    def __getitem__(self, place: slice) -> list[Job]: ...

    def __getitem__(self, place: int | slice) -> Job | list[Job]:
        return [self._job(one) for one in range(self._count)[place]] if isinstance(place, slice) else self._job(place)


class Made(NamedTuple):
    """An award that is made.

    Attributes:
        row: its register line as written.
        leaf: hash of the line in the log's tree.
        files: its documents by name; none where they are staged.
    """

    row: bytes
    leaf: bytes
    files: dict[str, bytes]


def folder_of(award: str) -> str:
    """Return where the documents of an award lie below ``sealed/``."""
    return f"awards/{award}"


def made_awards(
    jobs: Sequence[Job],
    keys: Keys,
    staging: Staging | None,
    progress: Callable[[int], None],
    processes: int | None = None,
) -> Iterator[Made]:
    """Yield what is made of *jobs*, in their order; memory holds few of them at a time.

    Args:
        jobs: the awards; a process looks at those alone that it makes.
        keys: sign them. A bundle in memory goes to other processes by fork; another signer is asked by this one alone.
        staging: takes the documents, in folders that were announced.
        progress: called with the number of awards done.
        processes: how many work at once; by default one a core where it is worth it.

    Raises:
        ProofError: a document cannot be signed; names file and line.
    """
    own = isinstance(keys.signer, KeyBundle)
    if processes is None:
        processes = _processes(len(jobs), keys)
    size = max(1, min(_PIECE if own else _ASKED, len(jobs) // (4 * processes)))
    starts = range(0, len(jobs), size)
    make = partial(_made, keys, staging)
    done = 0
    for made in each(lambda start: make(jobs[start : start + size]), starts, processes):
        done += len(made)
        progress(done)
        yield from made


def are_many(awards: int, keys: Keys) -> bool:
    """Tell whether so many awards are made by several processes."""
    return _processes(awards, keys) > 1


def _processes(awards: int, keys: Keys) -> int:
    return processes_for(awards, FEW) if isinstance(keys.signer, KeyBundle) else 1


def _made(keys: Keys, staging: Staging | None, jobs: Sequence[Job]) -> list[Made]:
    """Return what is made of a piece of the awards."""
    documents = sealed_together([(job.sealing, job.judge) for job in jobs], keys)
    made = []
    for job, files in zip(jobs, documents, strict=True):
        row, leaf = _line(job, files, keys)
        made.append(Made(row, leaf, {} if staging else files))
    if staging:
        for job, files in zip(jobs, documents, strict=True):
            staging.write_folder(folder_of(job.sealing.award.id), files)
    return made


def _line(job: Job, documents: dict[str, bytes], keys: Keys) -> tuple[bytes, bytes]:
    """Return the register line of an award as written, and its leaf."""
    sealing = job.sealing
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
    return row, leaf
