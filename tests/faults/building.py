"""Builds that are disturbed: of a club that has no site yet, over a site of an earlier state, and with many awards.

Nothing here knows how a site gets to its place. What is looked at is the site, what else lies in the club's folder, and
what the next build makes of it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from conftest import AT, ClubFolder

from faults.scenarios import OTTER, Action, Before, Scenario, _before, _ids, _lived, _seal, command
from faults.tracing import Ended, run
from pinback import lifecycle, pipeline

_BESIDE = (".pinback", ".site.")
"""How names begin that a build may leave beside the site: what is remembered, and what is staged."""


def build(root: Path, code: str, before: Before) -> Action:
    return command(root, [], "build", at=before.moment)


def build_on_one_core(root: Path, code: str, before: Before) -> Action:
    """The same without other processes, so that each call is the same one in each run."""

    def action() -> None:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        build(root, code, before)()

    return action


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by path; links as what they say."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def files_of(root: Path) -> dict[str, bytes]:
    """Return what a build must leave as it is: everything but the site and what lies beside it."""
    return {name: data for name, data in tree(root).items() if not name.startswith((*_BESIDE, "site/"))}


def clean_site(root: Path) -> dict[str, bytes]:
    """Return the site that a clean build of a copy makes: nothing built before, nothing remembered."""
    with tempfile.TemporaryDirectory() as other:
        copy = Path(other) / "clean"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".pinback", "site", ".site.*"))
        ended = run(command(copy, [], "build"))
        assert ended.code == 0, ended.said
        return tree(copy / "site")


def state(root: Path, before: Before) -> str:
    """Say which site there is."""
    now = tree(root / "site")
    if now == before.new:
        return "the new site"
    return "the old site" if now == before.old else "a switch begun"


def faults_of_the_switch(root: Path, before: Before) -> list[str]:
    """Return what is wrong with a site that is neither the old nor the new one: that may be in a switch alone.

    Each file is of one of the two, none that both have is missing, and the next run finishes it, though its own build fails.
    """
    now = tree(root / "site")
    wrong = [
        f"half a file: {name}" for name, data in now.items() if data not in (before.old.get(name), before.new.get(name))
    ]
    wrong += [f"missing: {name}" for name in before.old.keys() & before.new.keys() - now.keys()]
    with tempfile.TemporaryDirectory() as other:
        copy = Path(other) / "club"
        shutil.copytree(root, copy, symlinks=True)
        (copy / "site_src/site.yaml").write_bytes(b"this is no club any more\n")
        ended = run(command(copy, [], "build"))
        if ended.code == 0 or "Traceback" in ended.said:
            wrong.append(f"a broken club was built ({ended.code}): {ended.said[-300:]}")
        if tree(copy / "site") != before.new:
            wrong.append("the next run, whose own build fails, does not finish the switch")
    return wrong


def judge(root: Path, before: Before, first: Ended) -> list[str]:
    """Return what is wrong after a disturbed build and the undisturbed one that follows."""
    found = state(root, before)
    wrong: list[str] = []
    if first.code == 0 and found != "the new site":
        wrong.append(f"the build says that all is well, and there is {found}")
    if "as it was before" in first.said and tree(root / "site") != before.old:
        wrong.append(f"the build says that the site is as it was before, and there is {found}")
    if found == "a switch begun":
        wrong += faults_of_the_switch(root, before)
    second = run(build(root, "", before))
    if second.code != 0:
        wrong.append(f"the next build ended with {second.code}: {second.said.strip()[-300:]}")
    now = tree(root / "site")
    wrong += [f"not as in a clean build: {name}" for name in _differing(now, before.new)]
    wrong += [f"changed beside the site: {name}" for name in _differing(files_of(root), before.files)]
    wrong += [f"left over: {path.relative_to(root)}" for path in _left_over(root)]
    return wrong


def _differing(one: object, other: object) -> list[str]:
    assert hasattr(one, "items") and hasattr(other, "items")
    return sorted({name for name, _ in set(one.items()) ^ set(other.items())})[:5]


def litter(root: Path) -> list[Path]:
    """Return temporary files; what is remembered may leave some, under names that the next build takes again."""
    return [path for path in root.rglob(".*.new") if ".pinback/cache" not in path.parent.as_posix()]


def _left_over(root: Path) -> list[Path]:
    beside = [path for path in root.iterdir() if path.name.startswith(".site.") and path.name != ".site.lock"]
    return [*litter(root), *beside]


# The clubs.


def _looked_at(folder: ClubFolder) -> Before:
    root = folder.root
    return replace(_before(folder), old=tree(root / "site"), new=clean_site(root), files=files_of(root))


def unbuilt(root: Path) -> Before:
    return _looked_at(_lived(root))


def rebuilt(root: Path) -> Before:
    """A club whose site is of yesterday: since then an award came and one was withdrawn, a page went and another changed."""
    folder = _lived(root)
    folder.write("site_src/index.md", "---\ntitle: Our badges\n---\n\nWelcome.\n")
    folder.write("site_src/boats.md", "---\ntitle: Boats\n---\n\nTwelve.\n")
    folder.write("site_src/static/rules.txt/old.txt", "Wear a vest.\n")
    ended = run(command(root, [], "build"))
    assert ended.code == 0, ended.said
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    lifecycle.revoke(root, _ids(folder, OTTER)[0], "mistake", AT.date(), pipeline.sealed_ids(root))
    folder.seal()
    folder.write("site_src/index.md", "---\ntitle: All our badges\n---\n\nWelcome, all.\n")
    (root / "site_src/boats.md").unlink()
    shutil.rmtree(root / "site_src/static")
    folder.write("site_src/static/rules.txt", "What was a folder is a file.\n")
    return _looked_at(folder)


def festival(root: Path) -> Before:
    """A club with so many awards that several processes make their files; half of them are new since its site was built."""
    folder = _lived(root)
    for number in (1, 2):
        awards = "".join(f"  - handle: swift-{number}{place:03}\n" for place in range(110))
        folder.award(f"2026-06-0{number}-festival", f"issued_on: 2026-05-0{number}\nawards:\n{awards}")
        folder.seal()
        if number == 1:
            ended = run(command(root, [], "build"))
            assert ended.code == 0, ended.said
    return _looked_at(folder)


def waiting_festival(root: Path) -> Before:
    """A club with so many waiting awards that several processes sign them."""
    folder = _lived(root)
    awards = "".join(f"  - handle: swift-{place}\n" for place in range(1, 201))
    folder.award("2026-06-01-festival", f"issued_on: 2026-05-01\nawards:\n{awards}")
    return _before(folder)


BUILDS = (
    Scenario("clean build", unbuilt, build_on_one_core, judge=judge, state=state),
    Scenario("build over a site", rebuilt, build_on_one_core, judge=judge, state=state),
)
LARGE = (
    Scenario("build of a festival", festival, build, judge=judge, state=state),
    Scenario("seal of a festival", waiting_festival, _seal),
)
"""Too large to be tried at every call."""
