"""A full disk, a folder that cannot be written to, a user without rights: in a process with mounts of its own (Linux)."""

from __future__ import annotations

import ctypes
import os
import pickle
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from faults.building import tree
from faults.harness import EVERY, Prepared
from faults.scenarios import Action, command, verdict
from faults.tracing import Ended, be_dumpable, run

T = TypeVar("T")
NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
READ_ONLY, REMOUNT, BIND, EACH_BELOW, PRIVATE = 1, 32, 4096, 16384, 1 << 18
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


class CannotMount(Exception):
    """This system does not let us."""


def missing() -> str:
    """Return why nothing can be mounted here, or ""."""
    if _libc is None:
        return "mounts of one process need Linux"
    try:
        apart(lambda: _mount("none", tempfile.gettempdir(), "tmpfs", 0, "size=1m"))
    except CannotMount as error:
        return f"no mounts of our own may be made here: {error}"
    return ""


def apart(work: Callable[[], T]) -> T:
    """Run *work* in a child process whose mounts nobody else sees and which end with it; return what it returns."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        answer: object = CannotMount("it ended")
        try:
            if os.getuid() == 0:
                _unshare(NEW_MOUNTS)
            else:
                me, group = os.getuid(), os.getgid()
                be_dumpable()
                _unshare(NEW_MOUNTS | NEW_USERS)
                Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
                Path("/proc/self/uid_map").write_text(f"0 {me} 1", encoding="ascii")
                Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
            _mount("none", "/", "", EACH_BELOW | PRIVATE, "")
            answer = work()
        except (CannotMount, OSError) as error:
            answer = CannotMount(str(error))
        except BaseException:
            answer = RuntimeError(traceback.format_exc())
        with os.fdopen(sink, "wb") as stream:
            pickle.dump(answer, stream)
        os._exit(0)
    os.close(sink)
    with os.fdopen(source, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    found = pickle.loads(data) if data else CannotMount("it ended")
    if isinstance(found, Exception):
        raise found
    return found


def _unshare(what: int) -> None:
    assert _libc
    if _libc.unshare(what) != 0:
        raise CannotMount(os.strerror(ctypes.get_errno()))


def _mount(source: str, target: str, kind: str, flags: int, data: str) -> None:
    assert _libc
    words = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    if _libc.mount(*words) != 0:
        raise CannotMount(f"{target}: {os.strerror(ctypes.get_errno())}")


def _let_go(target: Path) -> None:
    assert _libc
    if _libc.umount2(str(target).encode(), 2) != 0:
        raise CannotMount(f"{target}: {os.strerror(ctypes.get_errno())}")


# A full disk.


@dataclass(frozen=True, slots=True)
class Room:
    """How much a disk holds: bytes, or how many files and folders."""

    size: int = 0
    files: int = 0

    @property
    def option(self) -> str:
        """As tmpfs is told it."""
        return f"size={self.size}" if self.size else f"nr_inodes={self.files}"


PLENTY = Room(size=1 << 30)


def rooms(club: Prepared, number: int) -> list[Room]:
    """Return sizes of a disk, from one on which the club just fits to one on which the command lacks a page, and numbers of files."""

    def measured() -> tuple[int, int, int, int]:
        with tempfile.TemporaryDirectory() as other:
            root = _on_a_disk(club, Path(other), PLENTY)
            size, files = _used(root)
            run(EVERY[club.name].act(root, club.before.code, club.before))
            found = (size, files, *_used(root))
            _let_go(root.parent)
            return found

    size, files, more_size, more_files = apart(measured)
    page = os.sysconf("SC_PAGE_SIZE")
    # What is staged and taken away again needs room too, so the last ones may be enough or not; some commands leave less than was there.
    sizes = range(size, max(more_size, size + number * page), max(page, (more_size - size) // number))
    few = max(1, number // 3)
    counts = range(files, max(more_files, files + few), max(1, (more_files - files) // few))
    return [*(Room(size=-(-one // page) * page) for one in sizes[:number]), *(Room(files=one) for one in counts[:few])]


def _used(root: Path) -> tuple[int, int]:
    status = os.statvfs(root)
    return (status.f_blocks - status.f_bfree) * status.f_frsize, status.f_files - status.f_ffree


def _on_a_disk(club: Prepared, folder: Path, room: Room) -> Path:
    disk = folder / "disk"
    disk.mkdir()
    _mount("none", str(disk), "tmpfs", 0, PLENTY.option)
    shutil.copytree(club.folder, disk / "club", symlinks=True)
    if room != PLENTY:
        _mount("none", str(disk), "tmpfs", REMOUNT, room.option)
    return disk / "club"


def on_a_full_disk(club: Prepared, room: Room) -> list[str]:
    """Run the command twice where it has no room, then with enough; return what is wrong."""

    def trial() -> list[str]:
        scenario, wrong = EVERY[club.name], []
        with tempfile.TemporaryDirectory() as other:
            root = _on_a_disk(club, Path(other), room)
            said = ""
            for _ in range(2):
                first = run(scenario.act(root, club.before.code, club.before))
                said += first.said
                wrong += faults_of_words(first)
                if first.code == 0:
                    break
            _mount("none", str(root.parent), "tmpfs", REMOUNT, PLENTY.option + ",nr_inodes=0")
            wrong += verdict(scenario, root, club.before, Ended(first.code, said))
            _let_go(root.parent)
            return wrong

    return apart(trial)


_TELLING = ("/", "row ", "clock", "--", "already")
"""What stands in a message that tells where to look: a path, a row of a roster, the clock, an option, or that all is done."""


def faults_of_words(ended: Ended, names: tuple[str, ...] = _TELLING) -> list[str]:
    """Return what is wrong with what a command said that could not do its work: it names a path, and shows no traceback."""
    if "Traceback" in ended.said or ended.code in (70, 99) or ended.code < 0:
        return [f"traceback: {ended.said.strip()[-400:]}"]
    if ended.code != 0 and not any(name in ended.said for name in names):
        return [f"the message names no path: {ended.said.strip()[-300:]}"]
    return []


# Folders that cannot be written to.

PLACES = (
    *(
        ".",
        "site",
        "site/awards",
        ".pinback",
        "issuers",
        "issuers/club",
        "issuers/club/sealed",
        "issuers/club/sealed/awards",
    ),
    *("badges", "badges/knots/awards", "site_src", "site_src/people"),
    *("issuers/club/register.jsonl", "who-is-who.csv", "site_src/site.yaml", "badges/knots/badge.svg"),
)
"""What is made read-only, one at a time; a name that a club does not have is left out."""


def places(club: Prepared) -> list[str]:
    """Return what can be made read-only in a club."""
    return [name for name in PLACES if (club.folder / name).exists()]


def read_only(club: Prepared, place: str) -> list[str]:
    """Run the command while one folder or file is read-only (mounted so: that binds root too), then without; return what is wrong."""

    def trial() -> list[str]:
        scenario = EVERY[club.name]
        with tempfile.TemporaryDirectory() as other:
            root = Path(other) / "club"
            shutil.copytree(club.folder, root, symlinks=True)
            before = tree(root)
            target = str(root / place)
            _mount(target, target, "", BIND, "")
            _mount(target, target, "", BIND | REMOUNT | READ_ONLY, "")
            first = run(scenario.act(root, club.before.code, club.before))
            wrong = faults_of_words(first, _parts(root, place))
            if place == "." and tree(root) != before:
                wrong.append("something was changed all the same")
            _let_go(root / place)
            return [*wrong, *verdict(scenario, root, club.before, first)]

    return apart(trial)


def _parts(root: Path, place: str) -> tuple[str, ...]:
    """Return what a message may name where a place refuses: it, or what lies in it."""
    if place == ".":
        return (str(root),)
    return (place, Path(place).name)


UNREADABLE = (
    *("site_src/site.yaml", "issuers/club/issuer.yaml", "issuers/club/register.jsonl", "issuers/club/keys.age"),
    *(
        "badges/knots/badge.md",
        "badges/knots/badge.svg",
        "badges/knots/awards/2026-05-18-course.yaml",
        "who-is-who.csv",
    ),
    *("badges", "badges/knots", "badges/knots/awards", "issuers", "issuers/club", "issuers/club/sealed", "site_src"),
    *("site", ".pinback", ".", "issuers/club/sealed/awards"),
)
"""What a user without rights may not read, or write to, one at a time."""


def without_rights(club: Prepared, place: str, mode: int) -> list[str]:
    """Run the command as a user whom one file or folder refuses (*mode*), then with all rights; return what is wrong."""

    def trial() -> list[str]:
        scenario = EVERY[club.name]
        with tempfile.TemporaryDirectory() as other:
            root = Path(other) / "club"
            shutil.copytree(club.folder, root, symlinks=True)
            kept = (root / place).stat().st_mode
            (root / place).chmod(mode)
            first = run(without_power(scenario.act(root, club.before.code, club.before)))
            wrong = faults_of_words(first, _parts(root, place))
            if (root / place).exists():
                (root / place).chmod(kept & 0o7777)
            return [*wrong, *verdict(scenario, root, club.before, first)]

    return apart(trial)


def without_power(action: Action) -> Action:
    """Return *action* for a process that permissions bind, root's too (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""

    def without() -> None:
        assert _libc
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        sets = (ctypes.c_uint32 * 6)()
        if _libc.capget(header, sets) != 0:
            raise CannotMount(os.strerror(ctypes.get_errno()))
        for place in (0, 1):  # effective, permitted
            sets[place] &= ~0b110
        if _libc.capset(header, sets) != 0:
            raise CannotMount(os.strerror(ctypes.get_errno()))
        action()

    return without


def build_onto_a_disk(club: Prepared) -> list[str]:
    """Build where the site, empty or with folders missing, is a disk of its own, and once with too little room; return what is wrong."""

    def trial() -> list[str]:
        with tempfile.TemporaryDirectory() as other:
            root = Path(other) / "club"
            shutil.copytree(club.folder, root, symlinks=True, ignore=shutil.ignore_patterns("site"))
            site = root / "site"
            site.mkdir()
            _mount("none", str(site), "tmpfs", 0, Room(files=len(club.before.new)).option)
            first = run(command(root, [], "build"))
            wrong = faults_of_words(first)
            if first.code != 1:
                wrong.append(f"a site that does not fit ended with {first.code}: {first.said.strip()[-300:]}")
            _mount("none", str(site), "tmpfs", REMOUNT, PLENTY.option + ",nr_inodes=0")
            for lost in ("", "badges"):
                if lost:
                    shutil.rmtree(site / lost)
                ended = run(command(root, [], "build"))
                if ended.code != 0 or tree(site) != club.before.new:
                    wrong.append(f"the site was not built ({ended.code}): {ended.said.strip()[-300:]}")
            _let_go(site)
            return wrong

    return apart(trial)


def build_elsewhere(club: Prepared) -> list[str]:
    """Build a site beside a club's folder that is read-only as a whole, which must do; return what is wrong."""

    def trial() -> list[str]:
        with tempfile.TemporaryDirectory() as other:
            root = Path(other) / "club"
            shutil.copytree(club.folder, root, symlinks=True)
            _mount(str(root), str(root), "", BIND, "")
            _mount(str(root), str(root), "", BIND | REMOUNT | READ_ONLY, "")
            wrong = []
            for _ in range(2):
                ended = run(command(root, [], "build", "--out", str(Path(other) / "site")))
                if ended.code != 0 or tree(Path(other) / "site") != club.before.new:
                    wrong.append(f"a read-only club was not built ({ended.code}): {ended.said.strip()[-300:]}")
            checked = run(command(root, [], "check"))
            if checked.code != 0:
                wrong.append(f"a read-only club was not checked ({checked.code}): {checked.said.strip()[-300:]}")
            _let_go(root)
            return wrong

    return apart(trial)
