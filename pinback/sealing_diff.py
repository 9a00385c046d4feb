"""What a sealing may change in a repository, judged from the difference that git shows.

The register, sealed files, and in records the ids that the sealing assigned; nothing else, and no file's kind. What
the lines of a register say is not judged here (``check --against`` does that), and git is not called here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from itertools import islice

from pinback.dataclass import dataclass
from pinback.errors import Problem
from pinback.limits import MAX_PROBLEMS

_WORDS = (
    *("-c", "core.quotePath=false", "-c", "diff.suppressBlankEmpty=false", "diff", "--no-renames", "--no-color"),
    *("--no-ext-diff", "--no-textconv", "--unified=1000000000", "--src-prefix=a/", "--dst-prefix=b/"),
    *("--submodule=short", "--ignore-submodules=none", "-O/dev/null"),
)
DIFF = (*_WORDS, "--full-index")
"""The words for git, before the two commits, that make the text which is read here: every changed file whole."""
HEADS = ("-c", "core.bigFileThreshold=1", *_WORDS)
"""The same with no file's content, for which most of a large sealing is too large: that of records alone is looked at."""
RECORDS = "badges"
"""The folder that they lie in."""

_SLUG = "[a-z0-9][a-z0-9-]*"
_MACHINE = re.compile(rf"issuers/{_SLUG}/(?:register\.jsonl|sealed/[A-Za-z0-9._/-]+)")
_REGISTER = re.compile(rf"issuers/{_SLUG}/register\.jsonl")
_RECORD = re.compile(rf"badges/{_SLUG}/awards/[^/\"]+\.ya?ml")
_PLAIN = re.compile(r"(?:new|deleted) file mode 100644")
_ID = re.compile(r"""(?<![^\s{,\ufeff])((?:id|"id"|'id')[ \t]*:) ([a-z2-7]{16})(?=[ \t,}\r\n]|\Z)""")
_EMPTY = re.compile(r"""((?:id|"id"|'id')[ \t]*:)(?:[ \t]*(?:"\s*"|'\s*'))?(?:[ \t]*(?=[,}\r\n]|\Z)|(?=[ \t]+\#))""")


@dataclass(slots=True)
class _Change:
    """One file's part of a difference: its header lines, and the file before and after."""

    file: str
    head: list[str] = field(default_factory=list)
    shown: bool = False
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def sealing_faults(diff: str) -> list[Problem]:
    """Return a problem for each file that was changed in a way that no sealing does.

    Args:
        diff: what git answers to ``DIFF`` and two commits; bytes that are not UTF-8 may be replaced. It may stand behind
            what git answers to ``HEADS``, and hold nothing but ``RECORDS``.
    """
    changes = {change.file: change for change in _changes(diff)}
    return list(islice((problem for change in changes.values() for problem in _faults(change)), MAX_PROBLEMS))


def left_out(paths: Iterable[str]) -> list[Problem]:
    """Return a problem for each file of a sealing that the commit lacks.

    Args:
        paths: the files that git ignores, below ``issuers`` and ``badges``.
    """
    what, cure = (
        "git ignores this file, so the sealing would be lost",
        "git check-ignore -v FILE names the line that does it; take it out",
    )
    lost = (path for path in paths if _MACHINE.fullmatch(path) or _RECORD.fullmatch(path))
    return [Problem(path, 0, what, cure) for path in islice(lost, MAX_PROBLEMS)]


def _changes(diff: str) -> Iterator[_Change]:
    """Yield the files of a difference; lines end with LF alone, a CR belongs to the line."""
    change: _Change | None = None
    sides: tuple[list[str], ...] = ()
    for line in _lines(diff):
        if line.startswith("diff --git "):
            if change is not None:
                yield change
            change = _Change(_file(line.removeprefix("diff --git ")))
        elif change is None:
            continue
        elif line.startswith("@@ "):
            change.shown = True
        elif not change.shown:
            change.head.append(line)
        elif line.startswith(("-", "+", " ")):
            sides = {"-": (change.old,), "+": (change.new,), " ": (change.old, change.new)}[line[0]]
            for side in sides:
                side.append(line[1:] + "\n")
        elif line.startswith("\\"):  # \ No newline at end of file
            for side in sides:
                side[-1] = side[-1].removesuffix("\n")
    if change is not None:
        yield change


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, one at a time, since it may be large."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _file(names: str) -> str:
    """Return the one path of ``a/PATH b/PATH``; all of it where git quotes it, which no file of a sealing needs."""
    path = names[2 : (len(names) - 1) // 2]
    return path if names == f"a/{path} b/{path}" else names


def _faults(change: _Change) -> Iterator[Problem]:
    machine, record = _MACHINE.fullmatch(change.file), _RECORD.fullmatch(change.file)
    head = "\n".join(change.head)
    if not (machine or record) or ".." in change.file.split("/"):
        yield Problem(change.file, 0, "no sealing touches this file", "commit such a change by itself, before sealing")
    elif any(_other_kind(line) for line in change.head):
        yield Problem(change.file, 0, "this is no longer a plain file", "restore it from git")
    elif "deleted file" in head and (record or _REGISTER.fullmatch(change.file)):
        yield Problem(change.file, 0, "no sealing removes this file", "restore it from git")
    elif record and ("new file" in head or not change.shown):
        yield Problem(change.file, 0, "no sealing makes or replaces a record", "commit the record before sealing")
    elif record and not adds_only_ids("".join(change.old), "".join(change.new)):
        yield Problem(
            change.file,
            0,
            "a sealing writes nothing but ids here",
            "commit other changes by themselves, before sealing",
        )


def _other_kind(line: str) -> bool:
    return line.startswith(("old mode", "new mode")) or (" file mode " in line and not _PLAIN.fullmatch(line))


def adds_only_ids(old: str, new: str) -> bool:
    """Say whether *new* is *old* with nothing but new ids of awards written in.

    An id comes as a line of its own, before the first field of an entry, before it in braces, or into a field that
    was left empty (``content.edit`` writes them). Taking each out again must give the very same text.
    """
    known = {found[2] for found in _ID.finditer(old)}
    fresh = [found for found in _ID.finditer(new) if found[2] not in known]
    if not fresh or len({found[2] for found in fresh}) != len(fresh):
        return False
    before, after = 0, 0
    for found in fresh:
        kept = new[after : found.start()]
        empty = _EMPTY.match(old, before + len(kept))
        if empty and empty[1] == found[1] and old.startswith(kept, before):
            before, after = empty.end(), found.end()
            continue
        line = new[new.rfind("\n", 0, found.start()) + 1 : found.start()].removeprefix("\ufeff")
        if re.fullmatch(r"[ -]*", line):
            surplus = re.compile(rf"\r?\n {{{len(line)}}}").match(new, found.end())
        else:
            surplus = re.compile(", ").match(new, found.end()) if line.rstrip(" \t").endswith("{") else None
        if surplus is None or not old.startswith(kept, before):
            return False
        before, after = before + len(kept), surplus.end()
    return old[before:] == new[after:]
