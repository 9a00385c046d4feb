"""What an issuer has sealed: its register and the files that the register names, each checked by digest.

Layout: ``issuers/<issuer>/register.jsonl``, ``keys.age``, ``keys/<name>.age``, and ``sealed/`` with ``awards/<id>/``,
``badges/<badge>/<version>/``, ``groups/<group>/`` and ``status/``. A missing, shortened or changed register beside sealed files
is an error and never a fresh start.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from pinback.addresses import FROZEN_FORMS, SEALED_FORMS
from pinback.canonical import sha256_name
from pinback.dataclass import dataclass
from pinback.errors import ContentError, Problem
from pinback.files import EXACT, FileProblem, is_there, read_regular, refuse_unless_missing
from pinback.limits import MAX_REGISTER, MAX_SEALED
from pinback.register import RESTORE, TWO_STEWARDS, Endorsed, Register, SealedAward
from pinback.register_proofs import Proved, proved_register
from pinback.remembered.looks import Look
from pinback.remembered.marks import MARK
from pinback.remembered.memory import Memory

_JOINING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "rebase-merge", "rebase-apply")
_WORTH_KEEPING = 50
"""New lines of a register after which its state is kept anew."""
_AWARD_FILES = tuple(sorted(SEALED_FORMS))
_NAMES = frozenset(SEALED_FORMS)
_FEW = 2_000
"""Awards whose files are compared by one process as fast as by several."""
_READ = os.O_RDONLY | EXACT | getattr(os, "O_NONBLOCK", 0)
"""Not to wait where a pipe stands in a file's place."""
_USUAL = 16 * 1024
"""Bytes of a signed document that are read in one go; few are longer."""
_NAMED = 3
"""How many files are named where many have the same fault."""
LITTER = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))
"""Files that file managers leave behind; they are published nowhere."""


@dataclass(frozen=True, slots=True)
class Store:
    """The sealed files of one issuer in the club's folder *root*.

    Attributes:
        memory: what earlier runs have proved; without one, everything is proved anew.
    """

    root: Path
    issuer: str
    memory: Memory | None = field(default=None, compare=False, repr=False)

    @property
    def folder(self) -> Path:
        """``issuers/<issuer>``."""
        return self.root / "issuers" / self.issuer

    @property
    def register_path(self) -> Path:
        """The register."""
        return self.folder / "register.jsonl"

    @property
    def keys_path(self) -> Path:
        """The encrypted keys."""
        return self.folder / "keys.age"

    def steward_path(self, name: str) -> Path:
        """The encrypted keys of one more steward, or of recovery."""
        return self.folder / "keys" / f"{name}.age"

    def bundles(self) -> list[Path]:
        """Return every bundle of encrypted keys there is, ``keys.age`` first."""
        folder = self.folder / "keys"
        others = sorted(folder.glob("*.age")) if folder.is_dir() and not folder.is_symlink() else []
        return [path for path in (self.keys_path, *others) if path.exists()]

    @property
    def sealed(self) -> Path:
        """The folder of sealed files."""
        return self.folder / "sealed"

    def award_path(self, award: str, name: str) -> Path:
        """Return the place of a signed document."""
        return self.sealed / "awards" / award / name

    def version_path(self, badge: str, version: str, name: str) -> Path:
        """Return the place of a file of a frozen badge version."""
        return self.sealed / "badges" / badge / version / name

    def group_path(self, group: str, name: str) -> Path:
        """Return the place of a signed document of an endorsement."""
        return self.sealed / "groups" / group / name

    def status_path(self, purpose: str, number: int) -> Path:
        """Return the place of a status list."""
        return self.sealed / "status" / f"{purpose}-{number}.json"

    @property
    def closing_path(self) -> Path:
        """The place of the final statement."""
        return self.sealed / "closing.json"

    def shown(self, path: Path) -> str:
        """Return a path as messages show it."""
        return path.relative_to(self.root).as_posix()

    def load(self) -> Register | None:
        """Return the register, checked line by line and against its checkpoints; None where there is none yet.

        Raises:
            ContentError: damaged, shortened, or missing beside sealed files.
        """
        file = self.shown(self.register_path)
        if not is_there(self.register_path):
            if next(self.files(), None) is not None:
                raise ContentError([Problem(file, 0, "the register is missing beside sealed files", RESTORE)])
            return None
        try:
            data = read_regular(self.register_path, MAX_REGISTER)
        except FileProblem as error:
            what, _, cure = str(error).partition("; ")
            raise ContentError([Problem(file, 0, what, cure)]) from error
        return self.proved(data)

    def proved(self, data: bytes) -> Register:
        """Return what a register of these bytes adds up to; lines that an earlier run has proved are not proved again.

        Raises:
            ContentError: at the first line that does not hold.
        """
        file = self.shown(self.register_path)
        if self.memory is None:
            return proved_register(data, file)
        name = f"register-{self.issuer}"
        held = self.memory.held.get(name)
        if held is not None and held.lines.are(data):
            register: Register = held
            return register
        proved = Proved.of(data, file, self.memory.recall(name))
        # Writing it down takes as long as proving some dozen lines.
        if proved.new > _WORTH_KEEPING:
            self.memory.keep(name, proved.kept(data))
        self.memory.held[name] = proved.register
        return proved.register

    def read(self, path: Path | str, digest: str) -> bytes:
        """Return the bytes of a sealed file whose digest the register knows.

        Raises:
            ContentError: missing or changed.
        """
        try:
            data = read_regular(path, MAX_SEALED)
        except FileProblem as error:
            raise self._refused(path, "this sealed file is missing or cannot be read") from error
        if sha256_name(data) != digest:
            raise self._refused(path, "this sealed file was changed since it was signed")
        return data

    def _refused(self, path: Path | str, what: str) -> ContentError:
        return ContentError([Problem(self.shown(Path(path)), 0, what, "restore it from git")])

    def award_files(self, award: SealedAward) -> dict[str, bytes]:
        """Return the four documents of an award by name."""
        folder = f"{self.root}/issuers/{self.issuer}/sealed/awards/{award.id}/"
        return {name: self._read_at(folder + name, award, name) for name in SEALED_FORMS}

    def _read_at(self, place: str, award: SealedAward, name: str) -> bytes:
        """Return a document of an award; whether it is a plain file of fair size is asked only where its digest is another one."""
        try:
            handle = os.open(place, _READ)
            try:
                data = os.read(handle, _USUAL)
            finally:
                os.close(handle)
        except OSError:
            data = b""
        if sha256_name(data) == award.files[name]:
            return data
        return self.read(self.award_path(award.id, name), award.files[name])

    def version_files(self, register: Register, badge: str, version: str) -> dict[str, bytes]:
        """Return the three files of a badge version by name."""
        digests = register.versions_of(badge)[version]
        return {name: self.read(self.version_path(badge, version, name), digests[name]) for name in FROZEN_FORMS}

    def group_files(self, group: Endorsed) -> dict[str, bytes]:
        """Return the documents of an endorsement by name."""
        return {name: self.read(self.group_path(group.group, name), digest) for name, digest in group.files.items()}

    def status_file(self, register: Register, purpose: str, number: int) -> bytes:
        """Return a signed status list."""
        return self.read(self.status_path(purpose, number), register.status[purpose, number])

    def named(self, register: Register) -> Iterator[tuple[Path, str]]:
        """Yield every file that the register names, with its digest."""
        return ((Path(path), digest) for path, digest in self._named(register))

    def _named(self, register: Register, awards: bool = True) -> Iterator[tuple[str, str]]:
        """The same with paths as text, which takes a tenth of the time."""
        sealed = str(self.sealed)
        for badge, versions in register.versions.items():
            for version, files in versions.items():
                for name, digest in files.items():
                    yield f"{sealed}/badges/{badge}/{version}/{name}", digest
        for award in register.awards.values() if awards else ():
            for name, digest in award.files.items():
                yield f"{sealed}/awards/{award.id}/{name}", digest
        for group in register.groups.values():
            for name, digest in group.files.items():
                yield f"{sealed}/groups/{group.group}/{name}", digest
        for (purpose, number), digest in register.status.items():
            yield f"{sealed}/status/{purpose}-{number}.json", digest
        if register.statement:
            yield str(self.closing_path), register.statement

    def files(self) -> Iterator[Path]:
        """Yield every file below ``sealed/`` in a fixed order, and every link to a folder; what systems litter is left out."""
        return map(Path, self._files())

    def _files(self, passed_over: str = "") -> Iterator[str]:
        """The same as text; *passed_over* is a folder that is not looked into."""
        sealed = str(self.sealed)
        if self.sealed.is_symlink():
            yield sealed
            return
        yield from self._files_below(sealed, passed_over)

    def _files_below(self, top: str, passed_over: str = "") -> Iterator[str]:
        try:
            yield from self._walked(top, passed_over)
        except RecursionError as error:  # Python up to 3.11 walks by recursion
            what = "folders stand within one another here, a thousand deep; remove what is none of the club's"
            raise FileProblem(what, top) from error

    @staticmethod
    def _walked(top: str, passed_over: str) -> Iterator[str]:
        for folder, folders, names in os.walk(top, onerror=refuse_unless_missing):
            folders.sort()
            if folder == passed_over:
                folders.clear()
                continue
            # NOTE: a link to a folder counts as a folder here, and is not followed.
            links = [name for name in folders if _is_link(f"{folder}/{name}")] if folders else []
            for name in sorted([*names, *links]):
                if name not in LITTER:
                    yield f"{folder}/{name}"

    def strangers(self, register: Register) -> list[Path]:
        """Return files below ``sealed/`` that the register does not name."""
        if self.memory is not None:
            return self._strangers_seen(register, self.memory.look)
        return [Path(path) for path in self._unknown(register, self._files())]

    def _strangers_in(self, register: Register, folder: str) -> list[str]:
        """The same in the folder of one award, as text; there is seldom any, and then its names are all that is looked at."""
        try:
            names = os.listdir(folder)
        except OSError as error:
            refuse_unless_missing(error)
            return []
        if (len(names) == len(SEALED_FORMS) and _NAMES.issuperset(names)) or _is_link(folder):
            return []
        return self._unknown(register, self._files_below(folder))

    def _strangers_elsewhere(self, register: Register) -> list[str]:
        """The same everywhere but in the folders of awards that the register names."""
        awards = f"{self.sealed}/awards"
        found = self._unknown(register, self._files(passed_over=awards))
        if not self._has_awards:
            return found
        with os.scandir(awards) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    found += [entry.path] if entry.name not in LITTER else []
                elif entry.name not in register.awards:
                    found += self._unknown(register, self._files_below(entry.path))
        return found

    @property
    def _has_awards(self) -> bool:
        """Whether there is a folder of sealed awards that is no link."""
        awards = self.sealed / "awards"
        return awards.is_dir() and not awards.is_symlink() and not self.sealed.is_symlink()

    def _unknown(self, register: Register, paths: Iterable[str]) -> list[str]:
        begins = len(str(self.sealed)) + 1
        return [path for path in paths if not self._is_known(register, path[begins:])]

    def _strangers_seen(self, register: Register, look: Look) -> list[Path]:
        """The same by a look at the folders."""
        above, sealed = self.shown(self.folder), self.shown(self.sealed)
        found = []
        for group in look.groups:
            if group.parent not in (above, sealed) and not group.parent.startswith(f"{sealed}/"):
                continue
            awards = group.parent == f"{sealed}/awards" and group.files == _AWARD_FILES
            for number, name in enumerate(group.names):
                if awards and name in register.awards:
                    continue
                path = group.path(number)
                if path == sealed or path.startswith(f"{sealed}/"):
                    paths = [f"{path}/{file}" for file in group.files if file not in LITTER]
                    found += [path for path in paths if not self._is_known(register, path[len(sealed) + 1 :])]
        return [self.root / path for path in sorted(found)]

    def may_hold_empty_folders(self) -> bool:
        """Tell whether there may be empty folders below ``sealed/``; only a look can tell that there are none."""
        if self.memory is None:
            return True
        groups = self.memory.look.groups
        above = {group.parent for group in groups}
        sealed = f"{self.shown(self.sealed)}/"
        return any(
            path.startswith(sealed) and path not in above
            for group in groups
            if not group.files
            for path in map(group.path, range(len(group.names)))
        )

    def _is_known(self, register: Register, path: str) -> bool:
        """Tell whether the register names a file, by its path below ``sealed/``."""
        match path.split("/"):
            case ["awards", award, name]:
                return award in register.awards and name in SEALED_FORMS
            case ["badges", badge, version, name]:
                return name in register.versions_of(badge).get(version, ())
            case ["groups", group, name]:
                return group in register.groups and name in register.groups[group].files
            case ["status", name]:
                return any(name == f"{purpose}-{number}.json" for purpose, number in register.status)
        return path == self.closing_path.name and bool(register.statement)

    def _compared(self, register: Register, later: bool) -> tuple[list[Problem], list[Path]]:
        """Return a problem for each file that the register names and that is not what was signed, and what it does not name."""
        looked, folders = self.memory is None and self._has_awards, f"{self.sealed}/awards"
        same, marks = (set[str](), dict[str, bytes]()) if later else self._compared_before(register)
        awards = [award for award in register.awards if award not in same] if looked or not later else []

        def of_award(place: int) -> tuple[list[Problem], list[str]] | None:
            folder = f"{folders}/{awards[place]}"
            files = {} if later else register.awards[awards[place]].files
            faults = self._faults([(f"{folder}/{name}", digest) for name, digest in files.items()])
            beside = self._strangers_in(register, folder) if looked else []
            return (faults, beside) if faults or beside else None

        problems, strangers = self._faults(self._named(register, awards=False)), list[str]()
        if len(awards) < _FEW:
            found: Iterable[tuple[list[Problem], list[str]] | None] = map(of_award, range(len(awards)))
        else:
            # Imported here: it takes longer to load than some hundred awards take.
            from pinback.cores import in_order, processes_for

            found = in_order(of_award, len(awards), processes_for(len(awards), _FEW), lambda done: None)
        for faults, beside in filter(None, found):
            problems += faults
            strangers += beside
        if not problems and len(awards) > _WORTH_KEEPING and marks:
            self._keep_compared(register, marks)
        if self.memory is not None:
            return problems, self.strangers(register)
        strangers += self._strangers_elsewhere(register)
        return problems, [Path(path) for path in sorted(strangers, key=_as_walked)]

    def keep_compared(self, register: Register) -> None:
        """Remember that the files of all awards are those of the register, once they were read with ``award_files``."""
        if len(register.awards) > _WORTH_KEEPING and (marks := self._marks()):
            self._keep_compared(register, marks)

    def _marks(self) -> dict[str, bytes]:
        """Return the marks of the folders of awards as they were when the run began."""
        return self.memory.look.marks_below(f"{self.shown(self.sealed)}/awards") if self.memory is not None else {}

    def _compared_before(self, register: Register) -> tuple[set[str], dict[str, bytes]]:
        """Return the awards whose files an earlier run has compared with these lines, untouched since, and all present marks."""
        if self.memory is None:
            return set(), {}
        marks = self._marks()
        try:
            size, digest, ids, kept = self.memory.recall(f"sealed-{self.issuer}")
            if register.lines.digest(size) != digest:
                return set(), marks
            before = dict(zip(ids.split(" "), _cut(bytes.fromhex(kept)), strict=True))
            lines = register.lines.count(size)
        except (TypeError, ValueError, AttributeError):
            return set(), marks
        same = {award for award, _ in marks.items() & before.items()}.intersection(register.awards)
        later = range(lines, len(register.lines))
        signed = [number for number in later if register.lines.events[number] in ("award", "reseal")]
        return same.difference(register.lines[number]["id"] for number in signed), marks

    def _keep_compared(self, register: Register, marks: dict[str, bytes]) -> None:
        """Keep that the files of all awards are those of the register."""
        assert self.memory is not None
        known = {award: mark for award, mark in marks.items() if award in register.awards}
        size = register.length
        value = [size, register.lines.digest(size), " ".join(known), b"".join(known.values()).hex()]
        self.memory.keep(f"sealed-{self.issuer}", value)

    def _faults(self, named: Iterable[tuple[str, str]]) -> list[Problem]:
        """Return a problem for each of these files that is not what was signed."""
        found: list[Problem] = []
        for path, digest in named:
            try:
                self.read(path, digest)
            except ContentError as error:
                found += error.problems
        return found

    def problems(self, register: Register, later: bool = False) -> list[Problem]:
        """Return what is wrong between register and sealed files, all of it.

        While git joins two histories, what does not fit was sealed by two people at the same time: that is told once.

        Args:
            register: of the issuer.
            later: whether the documents of all awards are read later (``award_files``), and compared then.
        """
        found, strangers = self._compared(register, later)
        for path in strangers:
            found.append(
                Problem(
                    self.shown(path),
                    0,
                    "the register does not know this sealed file",
                    "if the register was shortened, restore it from git; if a sealing was interrupted, run pinback seal",
                )
            )
        if found and is_joining(self.root):
            files = [one.file for one in found]
            more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
            what = f"{TWO_STEWARDS[0]} (sealed files that do not fit: {', '.join(files[:_NAMED])}{more})"
            return [Problem(register.file, 0, what, TWO_STEWARDS[1])]
        return found


def _cut(marks: bytes) -> list[bytes]:
    return [marks[at : at + MARK] for at in range(0, len(marks), MARK)]


def _as_walked(path: str) -> list[tuple[bool, str]]:
    """Return by what paths stand as when folders are walked through: the files of a folder before the folders in it."""
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]


def _is_link(path: str) -> bool:
    return stat.S_ISLNK(os.lstat(path).st_mode)


def is_joining(root: Path) -> bool:
    """Tell whether git is in the middle of a merge, a rebase or a cherry-pick in the repository that *root* lies in."""
    for folder in (root, *root.parents):
        place = folder / ".git"
        if place.is_file():
            # A second work tree names its folder in the main repository.
            place = folder / place.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
        if place.is_dir():
            return any((place / name).exists() for name in _JOINING)
    return False
