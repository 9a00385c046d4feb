"""A scheduler and two workers on this machine, as processes of their own, make what one process makes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ClubFolder

from pinback import pipeline
from pinback.building import build_site

DEADLINE = 180


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers; all listen on this machine alone."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    environment = os.environ | {"DASK_DISTRIBUTED__ADMIN__EVENT_LOOP": "asyncio"}
    local = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    commands = [
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *local],
        *([[sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *local]] * 2),
    ]
    started = []
    try:
        with (folder / "log").open("wb") as log:
            for command in commands:
                started.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment))
        address = ""
        end = time.monotonic() + DEADLINE
        while not address:
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.1)
            if file.exists():
                told = file.read_text(encoding="utf-8")
                address = json.loads(told)["address"] if told.endswith("}") else ""
        _wait_for_workers(address, 2)
        yield address
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait(DEADLINE)


def _wait_for_workers(address: str, count: int) -> None:
    text = f"from distributed import Client; c = Client({address!r}); c.wait_for_workers({count}, timeout={DEADLINE}); c.close()"
    subprocess.run([sys.executable, "-c", text], check=True, timeout=DEADLINE)


def pinback(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pinback", *arguments, "-C", str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)


def test_workers_make_what_one_process_makes(scheduler: str, sealed_club: ClubFolder) -> None:
    root = sealed_club.root
    build_site(pipeline.check(root).material, root / "alone", processes=1)
    wanted = tree(root / "alone")
    shutil.rmtree(root / "alone")
    done = pinback(root, "build", "--scheduler", scheduler)
    assert done.returncode == 0, done.stderr
    assert tree(root / "site") == wanted
    assert f"{len(wanted)} files, {len(wanted)} written" in done.stdout

    # The club changes: workers read it anew, and leave alone what did not change.
    sealed_club.write("badges/knots/badge.md", sealed_club.read("badges/knots/badge.md").replace("six", "seven"))
    done = pinback(root, "build", "--scheduler", scheduler)
    assert done.returncode == 0, done.stderr
    assert f"{len(wanted)} files, 0 written" not in done.stdout
    build_site(pipeline.check(root).material, root / "alone", processes=1)
    assert tree(root / "site") == tree(root / "alone")
    assert "0 written, 0 removed" in pinback(root, "build", "--scheduler", scheduler).stdout


def test_mistake_is_told_as_from_one_process(scheduler: str, sealed_club: ClubFolder) -> None:
    sealed_club.write("theme/award.html", "{{ nothing.of.the.kind }}")
    alone, by_workers = pinback(sealed_club.root, "build"), pinback(sealed_club.root, "build", "--scheduler", scheduler)
    assert alone.stderr.startswith("pinback: theme/award.html:1: ")
    assert (by_workers.returncode, by_workers.stderr) == (alone.returncode, alone.stderr)
    assert not (sealed_club.root / "site").exists()


def test_scheduler_that_is_not_there_is_told(sealed_club: ClubFolder) -> None:
    # The library goes on asking for as long as it may.
    impatient = "from pinback import __main__, cluster; cluster._PATIENCE = 1; __main__.main()"
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        command = [sys.executable, "-c", impatient, "build", "--scheduler", address, "-C", str(sealed_club.root)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
        assert done.returncode == 2
        assert done.stderr == (
            f"pinback: no scheduler answers at {address}; look whether it runs, and at its address\n"
        )


def test_folder_that_a_worker_does_not_see_is_told(scheduler: str, sealed_club: ClubFolder) -> None:
    from pinback.assemble.site import Part
    from pinback.cluster import Task, make
    from pinback.errors import UsageError
    from pinback.publish.stage import Stage

    root = sealed_club.root
    stage = Stage(str(root / "site"), str(root / ".site.next/files"), True)
    with pytest.raises(UsageError, match=r"files: a worker does not see this folder; it must be shared"):
        make(Task(str(root), stage, Part("pages"), "one", "", True))
    Path(stage.folder).mkdir(parents=True)
    with pytest.raises(UsageError, match=r"a worker sees other files here, or has another Pinback"):
        make(Task(str(root), stage, Part("pages"), "two", "", True))
