"""What was deployed or pushed before, as evidence: a commit, a folder, or the live site.

Of a commit and of a copy of a club's folder every byte can be had (``Earlier.tree``); a built site and the
live one show each issuer's newest checkpoint alone, which vouches for a register but cannot give it back.

Git is asked through its one door;
what a site answers comes through a function that the caller gives. What the evidence means is decided by ``guard``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import orjson

from pinback import addresses
from pinback.dataclass import dataclass
from pinback.errors import UsageError, printable, quoted
from pinback.files import FileProblem, read_regular, refuse_unless_missing
from pinback.git import commit_id, git_bytes, prefix
from pinback.limits import MAX_DEPLOYED as MAX_BYTES
from pinback.limits import MAX_NOTE, MAX_REGISTER

Get = Callable[[str], bytes | None]
"""Returns what an https address answers; None where it says that there is nothing."""

_READ_AT_ONCE = 200
_HEAD = 200
"""Bytes that git takes at most to say which blob comes next, and to end the last one."""
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_REGISTER = re.compile(rf"issuers/({_SLUG})/register\.jsonl")
_ISSUER_URL = re.compile(rf".*/issuers/({_SLUG})/")


class Tree(Protocol):
    """A state whose every byte can be had. Paths are relative to the club's folder, with ``/``."""

    def paths(self, under: str) -> list[str]:
        """Return the path of every file and link in the folder *under*, sorted."""

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each path with its bytes; None where no plain file of a size that is read lies there."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier state.

    Attributes:
        name: as messages call it.
        registers: bytes by issuer.
        notes: checkpoints (C2SP signed notes) by issuer, where there are no registers to be had.
        tree: everything else of that state, or None for a site.
        lean_since: the day from which on awards of a site have the lean set of files, as it says itself; None where it says
            none, and for a state with *tree*, whose ``site.yaml`` says it.
    """

    name: str
    registers: Mapping[str, bytes] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    tree: Tree | None = None
    lean_since: date | None = None

    @property
    def issuers(self) -> list[str]:
        """The issuers that had keys then."""
        return sorted({*self.registers, *self.notes})

    def file(self, path: str) -> bytes | None:
        """Return the bytes of a file of that state; None where there is none."""
        return dict(self.whole.read([path]))[path]

    @property
    def whole(self) -> Tree:
        """The state itself.

        Raises:
            UsageError: it is a site, which cannot give it back.
        """
        if self.tree is None:
            raise _is_site(self.name)
        return self.tree


def _is_site(name: str) -> UsageError:
    return UsageError(f"{name} is a site and shows no register; name a commit or a copy of the club's folder")


def earlier(source: str, root: Path, get: Get) -> Earlier:
    """Return the state that *source* names.

    Args:
        source: an https address, a folder (of a club, or a built site), or what git calls a commit: a branch, a tag, an id.
        root: the club's folder.
        get: the door to the network.

    Raises:
        UsageError: there is no such state, or the name means two things.
    """
    if re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE):
        return site(source, get)
    return _here(source, root)


def _here(source: str, root: Path) -> Earlier:
    """Return the folder or the commit that *source* names."""
    folder = Path(source)
    if not folder.is_dir():
        return commit(root, source)
    if source not in (".", "..") and not set(source) & {"/", os.sep} and commit_id(root, source):
        raise UsageError(f"{quoted(source)} is a folder and a commit; write ./{source} or refs/heads/{source}")
    return in_folder(folder)


def _of_tree(name: str, tree: Tree) -> Earlier:
    found = [match for match in map(_REGISTER.fullmatch, tree.paths("issuers")) if match]
    registers = {}
    for path, data in tree.read(match[0] for match in found):
        if data is None:
            raise UsageError(f"{path} of {name} is no plain file of a size that is read; name another state")
        registers[path.split("/")[1]] = data
    return Earlier(name, registers, tree=tree)


# Sites.


def site(url: str, get: Get) -> Earlier:
    """Return what the live site shows.

    Raises:
        UsageError: no address, or no site that Pinback has built.
    """
    if not url.startswith("https://"):
        raise UsageError(
            f"{quoted(url)} does not begin with https://, and nothing else is asked; use the https address"
        )
    base = url if url.endswith("/") else f"{url}/"
    index = get(base + addresses.INDEX)
    try:
        entries = orjson.loads(index or b"")["issuers"]
        slugs = sorted({match[1] for entry in entries if (match := _ISSUER_URL.fullmatch(entry["url"]))})
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{url} shows no {addresses.INDEX} of a badge site; name the address of the club's site"
        ) from error
    notes = {slug: get(base + addresses.log_checkpoint(slug)) for slug in slugs}
    found = {slug: _note(note, url) for slug, note in notes.items() if note is not None}
    return Earlier(url, notes=found, lean_since=_lean_since(index))


def _lean_since(index: bytes | None) -> date | None:
    """Return the day that a site's index names; None where it names none that can be read, so that nothing counts as left out."""
    try:
        return date.fromisoformat(orjson.loads(index or b"")["lean_since"])
    except (ValueError, KeyError, TypeError):
        return None


def _note(data: bytes, name: str) -> str:
    try:
        if len(data) <= MAX_NOTE:
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise UsageError(f"{name} shows a checkpoint that is none; name another state")


# Folders.


def in_folder_tree(folder: Path) -> Tree:
    """Return the files of a folder on this computer."""
    return _Folder(folder.resolve())


def in_folder(folder: Path) -> Earlier:
    """Return what a copy of a club's folder, or a built site, holds.

    Raises:
        UsageError: it is neither.
    """
    name = f"the folder {printable(str(folder))}"
    found = _of_tree(name, in_folder_tree(folder))
    if found.registers:
        return found
    try:
        notes = {
            path.parent.parent.name: _note(read_regular(path, MAX_NOTE), name)
            for path in sorted(folder.glob("issuers/*/log/checkpoint"))
        }
    except FileProblem as error:
        raise UsageError(f"{name}: a checkpoint {error}") from error
    if notes:
        try:
            index = read_regular(folder / addresses.INDEX, MAX_BYTES)
        except FileProblem:
            index = None
        return Earlier(name, notes=notes, lean_since=_lean_since(index))
    if (folder / "site_src" / "site.yaml").exists():
        return found
    raise UsageError(f"{name} is neither a club's folder nor a site with badges; name another")


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on this computer."""

    root: Path

    def paths(self, under: str) -> list[str]:
        found = []
        if (self.root / under).is_symlink() or (self.root / under).is_file():
            return [under]
        for folder, folders, names in os.walk(self.root / under, onerror=refuse_unless_missing):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            found += [Path(folder, name).relative_to(self.root).as_posix() for name in (*names, *links)]
        return sorted(found)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        for path in paths:
            limit = MAX_REGISTER if path.endswith("/register.jsonl") else MAX_BYTES
            try:
                yield path, read_regular(self.root / path, limit)
            except FileProblem:
                yield path, None


# Git.


def commit(root: Path, ref: str) -> Earlier:
    """Return what a commit holds of the club's folder.

    Args:
        root: the club's folder, anywhere in a repository.
        ref: whatever git takes for a commit.

    Raises:
        UsageError: no repository, no such commit, or git cannot be asked.
    """
    if prefix(root) is None:
        raise UsageError(
            f"there is no folder {quoted(ref)}, and {root} is no git repository; name a folder or an address"
        )
    found = commit_id(root, ref)
    if not found:
        raise UsageError(f"git knows no commit {quoted(ref)} here; fetch it (git fetch origin) or correct the name")
    return _of_commit(root, found, ref)


def _of_commit(root: Path, id_: str, name: str) -> Earlier:
    return _of_tree(name, _Commit(root, id_, prefix(root) or ""))


def default_source(root: Path) -> str | None:
    """Return the ref that says what was deployed, or pushed at least: ``deployed`` of a remote, else the branch that this
    one follows; None outside a repository, or where there is neither."""
    return next(iter(_candidates(root)), None)


def _candidates(root: Path) -> list[str]:
    if prefix(root) is None:
        return []
    listed = _refs(git_bytes(root, "for-each-ref", "--format=%(refname)", "refs/remotes/*/deployed"))
    deployed = sorted(listed, key=lambda ref: (not ref.startswith("refs/remotes/origin/"), ref))
    upstream = git_bytes(root, "rev-parse", "--verify", "--quiet", "--symbolic-full-name", "@{upstream}", may_fail=True)
    return [*deployed[:1], *_refs(upstream)]


def _refs(answer: bytes) -> list[str]:
    """Return the refs of an answer with one a line. Git lets them hold any bytes but control characters and the plain space."""
    return [os.fsdecode(line) for line in answer.split(b"\n") if line]


def shared(root: Path, ref: str) -> Earlier:
    """Return the newest state that this branch and *ref* have in common: what was there before they parted.

    Raises:
        UsageError: they have none.
    """
    commit(root, ref)
    id_ = git_bytes(root, "merge-base", "HEAD", commit_id(root, ref), may_fail=True).decode("ascii").strip()
    if not id_:
        raise UsageError(f"this branch and {quoted(ref)} have no commit in common; name another state")
    return _of_commit(root, id_, id_[:10])


def pushed_before(root: Path, moment: datetime, file: str) -> str | None:
    """Return the newest commit of any remote's branches that is older than *moment* and changed *file*; None where there is none.

    Other branches may have newer commits, without that file (a site's own) or with what it said long before (somebody's proposal).
    A commit says its own time, so this is what those who hold the remote's history can show, not what they can prove.
    """
    if prefix(root) is None:
        return None
    before = f"--before={moment.astimezone(UTC).isoformat()}"
    found = (
        git_bytes(root, "rev-list", "--max-count=1", before, "--remotes", "--", file, may_fail=True)
        .decode("ascii")
        .strip()
    )
    return found or None


def common_states(root: Path, source: str | None) -> list[Earlier]:
    """Return the newest states that this branch has in common with what was deployed and with what was pushed.

    Args:
        root: the club's folder.
        source: a folder, or a commit that counts alone; None where this is to be found out.

    Raises:
        UsageError: there is no such state, or it is a site, which cannot give back what it was made from.
    """
    if source is None:
        return [shared(root, ref) for ref in _candidates(root)]
    if "://" in source:
        raise _is_site(source)
    if not Path(source).is_dir():
        return [shared(root, source)]
    found = _here(source, root)
    if found.tree is None:
        raise _is_site(found.name)
    return [found]


def is_committed(root: Path, slug: str, state: str) -> bool:
    """Tell whether the newest commit of this branch has another register of an issuer than the commit *state*."""
    id_ = commit_id(root, state)
    return bool(id_) and commit(root, "HEAD").registers.get(slug) != commit(root, id_).registers.get(slug)


@dataclass(frozen=True, slots=True)
class _Commit:
    """A commit of the repository that *root* lies in, below *prefix* (``""``, or a path with ``/`` at its end)."""

    root: Path
    id: str
    prefix: str

    def paths(self, under: str) -> list[str]:
        words = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.id, "--", f"{self.prefix}{under}")
        return sorted(path[len(self.prefix) :] for path in os.fsdecode(git_bytes(self.root, *words)).split("\0")[:-1])

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        wanted = list(paths)
        for start in range(0, len(wanted), _READ_AT_ONCE):
            part = wanted[start : start + _READ_AT_ONCE]
            entries = self._entries(part)
            asked: list[str] = []
            size = 0
            for path in part:
                more = entries[path][2] if _readable(path, entries) else 0
                if asked and size + more > MAX_BYTES:
                    yield from self._contents(asked, entries)
                    asked, size = [], 0
                asked.append(path)
                size += more
            yield from self._contents(asked, entries)

    def _entries(self, paths: Iterable[str]) -> dict[str, tuple[str, str, int]]:
        """Return mode, blob id and size (bytes) by path of these files."""
        below = [f"{self.prefix}{path}" for path in paths]
        listed = git_bytes(self.root, "ls-tree", "-z", "-l", "--full-tree", self.id, "--", *below)
        found = {}
        for entry in listed.split(b"\0")[:-1]:
            facts, _, path = entry.partition(b"\t")
            mode, _, id_, size = facts.split()
            name = os.fsdecode(path)[len(self.prefix) :]
            if size == b"BAD":  # the object is named, and the repository has lost it
                raise UsageError(f"git has lost {quoted(name)} of commit {self.id[:10]}; run git fsck, or clone anew")
            found[name] = (mode.decode(), id_.decode(), int(size) if size != b"-" else -1)
        return found

    def _contents(
        self, paths: Iterable[str], entries: Mapping[str, tuple[str, str, int]]
    ) -> Iterator[tuple[str, bytes | None]]:
        """Yield each path with its bytes, all of which are asked for at once."""
        asked = {path: blob for path in paths if (blob := _readable(path, entries))}
        data = dict(self._blobs({blob: entries[path][2] for path, blob in asked.items()}))
        for path in paths:
            yield path, data.get(asked.get(path, ""))

    def _blobs(self, sizes: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of blobs by id; their sizes say how much is taken of what git answers."""
        given = "".join(f"{id_}\n" for id_ in sizes).encode()
        most = sum(sizes.values()) + _HEAD * len(sizes)
        answer = memoryview(git_bytes(self.root, "cat-file", "--batch", given=given, limit=most))
        at = 0
        for id_ in sizes:
            end = bytes(answer[at : at + _HEAD]).index(b"\n") + at
            head = bytes(answer[at:end]).decode("ascii").split()
            if head[:2] != [id_, "blob"]:
                raise UsageError(f"git answers something else than was asked of commit {self.id[:10]}; run git fsck")
            size = int(head[2])
            yield id_, bytes(answer[end + 1 : end + 1 + size])
            at = end + 1 + size + 1


def _readable(path: str, entries: Mapping[str, tuple[str, str, int]]) -> str:
    """Return the blob of a plain file that is not too large, or ""."""
    mode, id_, size = entries.get(path, ("", "", 0))
    limit = MAX_REGISTER if path.endswith("/register.jsonl") else MAX_BYTES
    return id_ if mode in ("100644", "100755") and 0 <= size <= limit else ""
