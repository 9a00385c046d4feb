"""The last build of a site: whether anything has changed since, in the club's folder, in the site, or in the program.

Where nothing has, the site holds what a build would write, and all that is left is to say so. What counts as the same is told in
``looks``; here stands what is looked at:

- everything in the club's folder that a build may read (``INPUTS``);
- everything in the folder of the site but what belongs to git;
- the files of this program and its default theme, the version of Python, and the names and versions of the installed packages.

The folder of the site must lie in the same file system as the club's, whose clock the times are compared with.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from pinback.dataclass import dataclass
from pinback.errors import Problem
from pinback.remembered.kept import keep, may_remember, present, recall
from pinback.remembered.looks import (
    Ahead,
    FilledFolders,
    FirstAhead,
    Look,
    Unsure,
    again,
    again_in,
    look_at,
    remembered_look,
)
from pinback.remembered.memory import FINE, INPUTS, INPUTS_FILE, Memory, remembered_inputs, tick

_FEW = 200
"""Paths that are looked at once more to find out when the last of them was changed; that takes a thousandth of a second."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a build said, so that it can be said again.

    Attributes:
        files: of the site.
        waiting: awards that are not sealed.
        warnings: what was warned of.
    """

    files: int
    waiting: int
    warnings: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Beginning:
    """How things stood before a build read anything.

    Attributes:
        told: what the last build said, where nothing has changed since; None where it has to be done.
        inputs: the look at the club's folder; None where nothing is remembered.
        before: ns since 1970; what was changed then or later had no mark in that look.
        outputs: the look at the site, where an earlier build has left one.
        changed: paths of the folders in *inputs* that are otherwise than remembered, or new.
        stands: whether nothing in the site was touched since the last build.
        first: as for ``Memory``.
        filled: folders of a new site as they stood when they were written.
        ahead: the look at both where it is still under way; *inputs*, *outputs*, *changed* and *stands* count once it was ``waited`` for.
    """

    root: Path
    site_folder: Path
    preview: bool
    told: Told | None = None
    inputs: Look | None = None
    before: int = 0
    outputs: Look | None = None
    changed: list[str] = field(default_factory=list)
    stands: bool = False
    filled: list[FilledFolders] = field(default_factory=list)
    ahead: Ahead | FirstAhead | None = None
    first: Mapping[str, tuple[tuple[str, ...], bytes]] = field(default_factory=dict)

    @property
    def memory(self) -> Memory | None:
        """What the build may use."""
        if self.inputs is None and self.ahead is None:
            return None
        return Memory(self.root, self._looked, self.before, first=self.first)

    def waited(self) -> Beginning:
        """Wait for a look that is under way.

        Raises:
            Unsure: there are links, or names that are no text; from now on nothing is remembered.
        """
        if self.ahead is not None:
            try:
                self._looked()
                self.outputs, touched = self.ahead.result(1)
            except Unsure:
                self.inputs = None
                raise
            finally:
                self.ahead = None
            self.stands = not touched
        return self

    def _looked(self) -> Look:
        """Wait for the look at the inputs; that at the site may go on."""
        if self.ahead is not None:
            self.inputs, self.changed = self.ahead.result(0)
        assert self.inputs is not None
        return self.inputs


def begin(root: Path, site: Path, preview: bool, environment: Mapping[str, str] = os.environ) -> Beginning:
    """Look at everything before a build, and say whether there is anything to do.

    Args:
        root: the club's folder.
        site: the folder of the site.
        preview: whether waiting awards are shown.
        environment: variables of the process; in an automatic run (``CI``) nothing is remembered.
    """
    found = Beginning(root, site, preview)
    if not may_remember(root, environment) or not (root / "site_src").is_dir():
        return found
    now = present(root)
    if not now:
        return found
    before = found.before = now - tick(now)
    inputs = remembered_inputs(root)
    last = recall(root, _file_of(site, preview))
    built = _last_build(last, site, preview)
    try:
        if inputs is None:
            found.ahead = FirstAhead(str(root), INPUTS, before)
            return found
        if built is None or not _may_be_whole(site):
            found.inputs, found.changed = again(inputs, before)
            return found
        told, outputs, inputs_then = built
        found.ahead = Ahead([(inputs, before), (outputs, before)])
        if found.ahead.differs:
            found.first = found.ahead.first_marks()
            return found
        found.waited()
    except Unsure:
        found.inputs = None
        return found
    if found.inputs is not None and digest_of(found.inputs) == inputs_then:
        found.told = told
    return found


def finish(beginning: Beginning, told: Told, touched: Collection[str] | None = None) -> None:
    """Remember a build that has just ended well. What it was made from is what was looked at before it.

    Args:
        beginning: that look.
        told: what the build said.
        touched: paths of the files and folders that it has moved into the site or removed; the others are as they were at its beginning, or the
            next one sees that they are not. None where that is unknown.
    """
    root, site = beginning.root, beginning.site_folder
    try:
        if beginning.waited().inputs is None:
            return
    except Unsure:
        return
    now = present(root)
    if not now or not _same_file_system(root, site):
        return
    assert beginning.inputs is not None
    keep(root, INPUTS_FILE, beginning.inputs.as_json())
    if not beginning.inputs.sure:
        return
    # Where time is coarse, a folder may be changed after it was written and look the same.
    filled = beginning.filled if tick(now) == FINE and touched is None else []
    if tick(now) == FINE:
        # So that what was just written is older than the look at it. Where time is coarse, the next build remembers.
        written = _switched(site, now) if filled else _last_change(site, touched, now)
        try:
            time.sleep(max(0, written + FINE - now) / 1e9)
        except OSError:  # a clock that is put right meanwhile can make of a pause one of less than nothing
            return
        before = written + 1
    else:
        before = now - tick(now)
    try:
        if beginning.outputs is not None:
            outputs = (
                again(beginning.outputs, before)[0]
                if touched is None
                else again_in(beginning.outputs, before, _with_folders(touched))
            )
        else:
            outputs = look_at(str(site), ("",), before, (".git",), filled)
    except Unsure:
        return
    if not outputs.sure:
        return
    value = {
        "site": str(site),
        "preview": beginning.preview,
        "inputs": digest_of(beginning.inputs),
        "outputs": outputs.as_json(),
        "files": told.files,
        "waiting": told.waiting,
        "warnings": [[one.file, one.line, one.what, one.cure, one.paste] for one in told.warnings],
    }
    keep(root, _file_of(site, beginning.preview), value)


def _switched(site: Path, now: int) -> int:
    """Return when a new site was given its name (ns since 1970), which is the last that is done to it; or a little later."""
    switched = max(os.lstat(site).st_ctime_ns, os.lstat(site.parent).st_mtime_ns)
    # A run that begins at once may be told a time that is a tick behind.
    return min(switched + FINE // 2, now)


def _last_change(site: Path, touched: Collection[str] | None, now: int) -> int:
    """Return when a file or folder of the site was changed last (ns since 1970), by what a build has touched; *now* where that is much."""
    few = [*islice(touched, _FEW + 1)] if touched is not None else []
    if not few or len(few) > _FEW:
        return now
    last = 0
    for path in _with_folders(few) | {""}:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            last = max(last, os.lstat(site / path).st_ctime_ns)
    return min(last, now)


def _with_folders(paths: Iterable[str]) -> set[str]:
    """Return paths and those of all folders above them."""
    found: set[str] = set()
    for path in paths:
        while path not in found:
            found.add(path)
            path = path.rpartition("/")[0]
    return found


def _last_build(last: Any, site: Path, preview: bool) -> tuple[Told, Look, str] | None:  # noqa: ANN401 - JSON
    """Return what is remembered of the last build: what it said, the site it left, and the digest of its inputs."""
    try:
        if (last["site"], last["preview"]) != (str(site), preview):
            return None
        outputs = remembered_look(str(site), last["outputs"], ("",), (".git",))
        warnings = tuple(
            Problem(str(file), int(line), str(what), str(cure), True, str(paste))
            for file, line, what, cure, paste in last["warnings"]
        )
        told = Told(int(last["files"]), int(last["waiting"]), warnings)
        return (told, outputs, str(last["inputs"])) if outputs is not None else None
    except (TypeError, ValueError, KeyError):
        return None


def digest_of(look: Look) -> str:
    """Return one digest of all that a look says."""
    digest = blake2b(digest_size=32)
    for group in look.groups:
        digest.update("\n".join((group.parent, *group.files, "", *group.names, "")).encode("utf-8"))
        digest.update(group.marks)
    return digest.hexdigest()


def _file_of(site: Path, preview: bool) -> str:
    name = blake2b(os.fsencode(site), digest_size=8, person=b"preview" if preview else b"site").hexdigest()
    return f"built-{name}.json"


def _may_be_whole(site: Path) -> bool:
    """Tell whether no other run stopped while it changed the site."""
    return site.is_dir() and not os.path.lexists(site.with_name(f".{site.name}.next"))


def _same_file_system(root: Path, site: Path) -> bool:
    try:
        return root.stat().st_dev == site.stat().st_dev
    except OSError:
        return False
