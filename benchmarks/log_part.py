"""What the public log costs: its bytes beside the proofs, and its part of a clean build.

    python -m benchmarks.log_part CLUB [--work FOLDER]

CLUB is a folder with a sealed club, as ``python -m benchmarks`` keeps them. It all runs on one core in this one process,
so that its own processor seconds are all there are: first the club is read and checked and its whole site is made, then the log's files and the proof of
each award alone, from a club that is read anew, so that nothing of them is ready yet. Both write their files in the same way.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pinback import pipeline
from pinback.assemble.issuers import award_proofs, log_documents
from pinback.assemble.sealed import Sealed
from pinback.building import build_site


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("club", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/dev/shm"))
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    folder = Path(tempfile.mkdtemp(prefix="pinback-log-", dir=given.work))
    try:
        print(_measured(given.club, folder))
    finally:
        shutil.rmtree(folder)


def _measured(club: Path, folder: Path) -> str:
    started = time.process_time()
    material = pipeline.check(club).material
    build_site(material, folder / "site", processes=1)
    build = time.process_time() - started

    sealed = pipeline.check(club).sealed
    files = proofs = beside = events = 0
    started = time.process_time()
    for slug, one in sealed.items():
        events += len(one.register.leaves)
        for number, (path, data) in enumerate(_parts(slug, one)):
            handle = os.open(f"{folder}/{slug}-{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            os.write(handle, data)
            os.close(handle)
            if path.endswith(".tlog-proof"):
                proofs += 1
            else:
                files, beside = files + 1, beside + len(data)
    log = time.process_time() - started
    return (
        f"{events:,} events: {files:,} files beside the proofs, {beside:,} bytes; {proofs:,} proofs\n"
        f"processor seconds: build {build:.2f}, of it the log {log:.2f}, {100 * log / build:.1f} %"
    )


def _parts(slug: str, sealed: Sealed) -> Iterator[tuple[str, bytes]]:
    yield from log_documents(slug, sealed)
    for id_ in sealed.register.awards:
        yield from award_proofs(sealed, id_)


if __name__ == "__main__":
    sys.exit(main())
