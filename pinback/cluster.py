"""The parts of a site on other machines, by a Dask scheduler; this module alone knows Dask, and needs it only when it is asked.

Every worker sees the club's folder and that of the site under the same names (a shared file system), and has the same version of Pinback. It reads and
checks the club by itself, once for each build, and writes its files into the stage; what comes back are a few hundred bytes a part, as from a process of this
machine (``building/parts``). No worker gets a key: ``build`` needs none.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path

from pinback import __version__, pipeline
from pinback.assemble import Material
from pinback.assemble.site import Part, site_parts
from pinback.building.manifest import load
from pinback.building.parts import Done, Maker
from pinback.cores import through
from pinback.dataclass import dataclass
from pinback.errors import CutShort, UsageError
from pinback.files import make_folder
from pinback.pipeline import Checked
from pinback.publish import Published
from pinback.publish.stage import Stage
from pinback.remembered.memory import Memory

_INSTALL = 'pip install "pinback[cluster]"'
_PATIENCE = 10
"""Seconds that a scheduler has to answer in."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked to do.

    Attributes:
        root: the club's folder.
        stage: where files are made ready.
        part: what is to be made.
        name: of this build, so that a worker reads the club once for it.
        facts: what the worker has to find too (``facts_of``).
        remember: whether what the last build remembered is believed.
    """

    root: str
    stage: Stage
    part: Part
    name: str
    facts: str
    remember: bool


def build(
    root: Path,
    site: Path,
    address: str,
    preview: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    remember: bool = True,
    memory: Memory | None = None,
) -> tuple[Published, Checked]:
    """Build the site of a club with the workers of a scheduler; the same bytes as ``pipeline.build``.

    Args:
        root: the club's folder, as every worker sees it.
        site: the folder of the site, likewise.
        address: of the scheduler, like ``tcp://10.0.0.1:8786``.
        preview: whether waiting awards get a page that says so.
        progress: called with awards done and all awards.
        remember: whether what the last build remembered is believed, as far as it fits, and remembered anew.
        memory: as for ``pipeline.check``, for this process; workers have none.

    Raises:
        UsageError: Dask is missing, the scheduler does not answer or has no workers, or a worker sees other files.
        CutShort: workers ended while they worked.
    """
    root, site = root.resolve(), site.parent.resolve() / site.name

    with _workers(address) as (executor, count):

        def elsewhere(material: Material, stage: Stage) -> Iterator[Done]:
            make_folder(Path(stage.folder))
            name, facts = secrets.token_hex(8), facts_of(material)
            tasks = (Task(str(root), stage, part, name, facts, remember) for part in site_parts(material, preview))
            return through(executor, make, tasks, count)

        return pipeline.build(root, site, preview, progress, remember, memory=memory, elsewhere=elsewhere)


@contextlib.contextmanager
def _workers(address: str) -> Iterator[tuple[Executor, int]]:
    """Give an executor, and say how many work at once."""
    try:
        # Imported here: it is an extra, and takes half a second.
        from distributed import Client
        from distributed import comm as comms
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise UsageError(f"a scheduler needs the extra part of Pinback for it; run: {_INSTALL}") from error

    async def ask() -> None:
        await (await comms.connect(address, timeout=_PATIENCE)).close()

    try:
        # NOTE: a client that cannot connect complains to the terminal when it is thrown away, so this is found out before there is one.
        asyncio.run(ask())
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"no scheduler answers at {address}; look whether it runs, and at its address") from error
    try:
        count = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        if not count:
            raise UsageError(f"the scheduler at {address} has no workers; start some with: dask worker {address}")
        with client.get_executor(pure=False) as executor:
            yield executor, count
    except (KilledWorker, FutureCancelledError) as error:
        raise CutShort(
            "a worker was ended from outside (is there enough memory?); look at its log, and run the command again"
        ) from error
    finally:
        client.close()


# What a worker does.

_one_at_a_time = threading.Lock()
"""A worker may have several threads, and what is made of one club is shared by them: more processes are faster, more threads are not."""
_makers: dict[str, Maker] = {}
"""The maker of the build that this worker is at work for, by the build's name."""


def make(task: Task) -> Done:
    """Make a part, in a worker.

    Raises:
        UsageError: this worker does not see what the one sees that asks.
    """
    with _one_at_a_time:
        if task.name not in _makers:
            _makers.clear()
            _makers[task.name] = _maker(task)
        return _makers[task.name].make(task.part)


def _maker(task: Task) -> Maker:
    root, stage = Path(task.root), Path(task.stage.folder)
    for folder in (root, stage):
        if not folder.is_dir():
            raise UsageError(f"{folder}: a worker does not see this folder; it must be shared under the same name")
    material = pipeline.check(root).material
    if facts_of(material) != task.facts:
        raise UsageError(f"{root}: a worker sees other files here, or has another Pinback; install {__version__} there")
    before = load(pipeline.memory_path(root), Path(task.stage.site))
    return Maker(material, task.stage, before) if task.remember else Maker(material, task.stage)


def facts_of(material: Material) -> str:
    """Return a digest over what must be the same for everybody who makes parts of a site."""
    club = material.club
    registers = [(slug, one.register.length, one.register.lines[-1]) for slug, one in sorted(material.sealed.items())]
    awards = [(award.id, award.origin.file, award.origin.line) for award in club.awards]
    facts = (__version__, club.site, sorted(club.issuers), tuple(club.badges.items()), club.pages, awards, registers)
    return hashlib.sha256(repr((*facts, os.name)).encode("utf-8", "surrogatepass")).hexdigest()
