"""Commands that make the same files in each run, disturbed: every file is the old or the new one, and the next run makes the rest.

What must come out is made by the command itself, undisturbed, in a copy of the club; its clock is given, so that nothing else can.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from conftest import AT, TEST_CODE, ClubFolder

from faults import quick_age
from faults.building import tree
from faults.scenarios import (
    LATER,
    OTTER,
    Action,
    Before,
    Scenario,
    _before,
    _ids,
    _known_person,
    _lived,
    _plain,
    command,
    typed,
)
from faults.tracing import Ended, run
from pinback import lifecycle, pipeline
from pinback.cli import online, people
from pinback.errors import ContentError
from pinback.verify.fetch import SnapshotDoor

Prepare = Callable[[Path], Before]
Act = Callable[[Path, str, Before], Action]
_BESIDE = (".pinback/", ".git/")
"""Where runs keep notes of their own."""
_STAGED = re.compile(r"(^|/)\.[^/]+\.new(/|$)")
"""What is not in its place yet, and may be half."""
_TO_DELETE = re.compile(r"^(\S+): no badge of \S+ names this saved copy; delete it$", re.MULTILINE)
"""What a steward is told where a run died between a saved copy and the line that names it."""
_HOSTS = "hosts"
"""The folder with the sites of others, by host."""
_WITNESS, _ELSEWHERE = "witness.example.org", "firstaid.example.org"


def _files(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree(root).items() if not name.startswith(_BESIDE)}


def _foretold(name: str, prepare: Prepare, act: Act, again: str = "", checked: bool = True) -> Scenario:
    """Return the scenario of a command whose files can be foretold.

    Args:
        name: the command's.
        prepare: makes the club.
        act: returns the command.
        again: words with which the second run may refuse, where the first one had done everything.
        checked: whether the folder is that of a club, which ``check`` must find in order at the end.
    """

    def foreseen(root: Path) -> Before:
        before = prepare(root)
        with tempfile.TemporaryDirectory() as other:
            copy = Path(other) / "club"
            shutil.copytree(root, copy, symlinks=True)
            ended = run(act(copy, before.code, before))
            assert ended.code == 0, ended.said
            if checked:  # here, so that whatever that imports is there before calls are counted
                pipeline.check(copy)
            return replace(before, old=_files(root), new=_files(copy))

    def judge(root: Path, before: Before, first: Ended) -> list[str]:
        wrong = _faults_between(root, before, first)
        second = run(act(root, before.code, before))
        if unnamed := _TO_DELETE.search(second.said):
            (root / unnamed[1]).unlink()
            second = run(act(root, before.code, before))
        if second.code != 0 and not (again and again in second.said):
            wrong.append(f"the second run ended with {second.code}: {second.said.strip()[-300:]}")
        now = _files(root)
        if differing := sorted({name for name, _ in set(now.items()) ^ set(before.new.items())}):
            wrong.append(f"not as an undisturbed run leaves it: {', '.join(differing[:5])}")
        wrong += [f"left over: {path.relative_to(root)}" for path in root.rglob(".*.new")]
        if checked:
            try:
                pipeline.check(root)
            except ContentError as error:
                wrong += [f"check: {problem}" for problem in error.problems]
        return wrong

    return Scenario(name, foreseen, act, judge=judge)


def _faults_between(root: Path, before: Before, first: Ended) -> list[str]:
    """Return what is wrong before anything puts it in order."""
    now = _files(root)
    wrong = [
        f"half a file: {name}"
        for name, data in now.items()
        if data not in (before.old.get(name), before.new.get(name)) and not _STAGED.search(name)
    ]
    wrong += [f"missing: {name}" for name in before.old.keys() & before.new.keys() - now.keys()]
    if first.code == 0 and now != before.new:
        wrong.append("it says that all is well, and not all was done")
    secrets = (b"PRIVATE KEY", TEST_CODE.encode())
    return wrong + [f"a secret in {name}" for name, data in now.items() if any(one in data for one in secrets)]


# Beginning.


def _empty(root: Path) -> Before:
    root.mkdir(parents=True)
    return Before({}, frozenset())


def _init(root: Path, code: str, before: Before) -> Action:
    words = (
        "--name",
        "Rowers",
        "--base-url",
        "https://rowers.example.org/badges/",
        "--url",
        "https://rowers.example.org/",
    )
    return typed([], "init", str(root), *words, "--email", "badges@rowers.example.org", at=before.moment)


def _template(root: Path, code: str, before: Before) -> Action:
    return typed([], "template", str(root), at=before.moment)


def _unkeyed(root: Path) -> Before:
    ClubFolder(root).site().issuer().badge().write(".gitignore", ".pinback/\n")
    return Before({}, frozenset())


def _words(*words: str) -> Act:
    return lambda root, code, before: command(root, [code], *words, at=before.moment)


# Taking back, restoring, keeping and printing.


def _person(root: Path) -> Before:
    folder, before = _known_person(root)
    folder.write(".gitignore", ".pinback/\nwho-is-who.csv\n/certificates/\n")
    return replace(before, gone=frozenset(), facts=())


def _git(root: Path, *words: str) -> None:
    own = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *own, *words], cwd=root, check=True, capture_output=True)


def _sealed_since_the_commit(root: Path) -> Before:
    """A club in git that has sealed an award and a withdrawal since its last commit."""
    folder = _lived(root)
    for words in (("init",), ("add", "-A"), ("commit", "-m", "The club")):
        _git(root, *words)
    folder.award("2026-06-01-crane", "issued_on: 2026-06-01\nhandle: crane-4\n")
    lifecycle.revoke(root, _ids(folder, OTTER)[0], "mistake", LATER.date(), pipeline.sealed_ids(root))
    folder.seal(LATER)
    return _before(folder)


def _without_its_keys(root: Path) -> Before:
    before = _sealed_since_the_commit(root)
    (root / "issuers/club/keys.age").unlink()
    return before


# Other clubs.


def _other(root: Path) -> ClubFolder:
    """Another club, in a folder of the first one, that has sealed an award."""
    folder = ClubFolder(root / "other", f"https://{_WITNESS}/").site().issuer(did=f"did:web:{_WITNESS}").badge()
    folder.keys(seed="witness")
    (folder.root / "issuers/club/keys.age").write_bytes(quick_age.encrypt(_plain("witness"), TEST_CODE))
    return _one_more(folder, "otter-7")


def _one_more(folder: ClubFolder, handle: str) -> ClubFolder:
    folder.award(f"2026-05-17-{handle}", f"issued_on: 2026-05-17\nhandle: {handle}\n").seal(AT)
    return folder


def _beside_another(root: Path) -> Before:
    folder = _lived(root)
    _other(root)
    return _before(folder)


def _cosign(root: Path, code: str, before: Before) -> Action:
    return command(root, [code], "log", "cosign", str(root / "other"), at=before.moment)


def _monitor(root: Path, code: str, before: Before) -> Action:
    return command(
        root, [], "log", "monitor", str(root / "other"), "--state", str(root / "seen/state.json"), at=before.moment
    )


def _after(act: Act) -> Prepare:
    """Return what prepares a club that has done this before; the other one has sealed an award since."""

    def prepare(root: Path) -> Before:
        folder = _lived(root)
        other = _other(root)
        ended = run(act(root, TEST_CODE, _before(folder)))
        assert ended.code == 0, ended.said
        _one_more(other, "heron-2")
        return _before(folder)

    return prepare


def _with_a_witness(root: Path) -> Before:
    """A club whose checkpoint another one has signed and published."""
    folder = _lived(root)
    other = _other(root)
    ended = run(command(other.root, [TEST_CODE], "log", "cosign", str(root)))
    assert ended.code == 0, ended.said
    line = next(line for line in ended.said.splitlines() if line.startswith("witness NAME "))
    folder.write("issuers/club/witnesses.txt", line.replace("NAME", "Other").replace("…", _WITNESS, 1) + "\n")
    pipeline.build(other.root, root / _HOSTS / _WITNESS, False)
    return _before(folder)


def _beside_a_site(root: Path) -> Before:
    """A club whose otter-7 has a page and holds a badge of another club's."""
    folder = _lived(root)
    folder.write("site_src/people/otter-7.md", "---\nname: Zoë Ångström\npublic: true\n---\n\nMine.\n")
    other = (
        ClubFolder(root / "other", f"https://{_ELSEWHERE}/").site().issuer(did=f"did:web:{_ELSEWHERE}").badge().keys()
    )
    _one_more(other, "newt-1")
    pipeline.build(other.root, root / _HOSTS / _ELSEWHERE, False)
    return replace(_before(folder), key=_ids(other, "badges/knots/awards/2026-05-17-newt-1.yaml")[0])


def _online(root: Path, action: Action) -> Action:
    """Return a command for which the hosts of others are folders here."""

    def with_hosts() -> None:
        for module in (online, people):
            module.Door = lambda: SnapshotDoor(root / _HOSTS)  # type: ignore[attr-defined]
        action()

    return with_hosts


def _collect(root: Path, code: str, before: Before) -> Action:
    return _online(root, command(root, [], "log", "collect", at=before.moment))


def _save(root: Path, code: str, before: Before) -> Action:
    page = f"https://{_ELSEWHERE}/awards/{before.key}/"
    return _online(root, command(root, [], "save-badge", "otter-7", page, "--note", "A good day", at=before.moment))


def _saved(root: Path) -> Before:
    before = _beside_a_site(root)
    ended = run(_save(root, before.code, before))
    assert ended.code == 0, ended.said
    return before


FORETOLD = (
    _foretold("init", _empty, _init, again="there is a club here already"),
    _foretold("template", _empty, _template, again="this is no empty folder", checked=False),
    _foretold("new badge", _unkeyed, _words("new", "badge", "oars"), again="there is such a badge already"),
    _foretold("schemas", _unkeyed, _words("schemas")),
    _foretold("seal --undo", _sealed_since_the_commit, _words("seal", "--undo", "--deployed", "HEAD")),
    _foretold("key restore", _without_its_keys, _words("key", "restore")),
    _foretold("archive", _person, _words("archive")),
    _foretold("archive of a holder", _person, _words("archive", "--holder", "otter-7")),
    _foretold("certificate", _person, _words("certificate", "--all")),
    _foretold("log monitor", _beside_another, _monitor),
    _foretold("log monitor again", _after(_monitor), _monitor),
    _foretold("log cosign", _beside_another, _cosign),
    _foretold("log cosign again", _after(_cosign), _cosign),
    _foretold("log collect", _with_a_witness, _collect),
    _foretold("save-badge", _beside_a_site, _save),
    _foretold("save-badge again", _saved, _save),
)
