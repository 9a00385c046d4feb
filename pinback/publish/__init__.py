"""Put finished files into the site's folder: stage what changed, then switch.

1. Every file is compared with what lies in the site; what differs is written beside the site, at ``.<site>.next``, by one process or by several.
2. When everything is there, a journal says what is moved in and what is removed.
3. The journal is carried out by renames; a folder that the site does not have yet is moved as a whole. A run that dies here is
   finished by the next one. Where the site is a disk of its own, what is moved in is copied beside its place first.

Where there is no site yet, the staged folder becomes the site by one rename, and no journal is needed. Files whose bytes
are equal are left alone. The folder of a site carries a mark, so that nobody's documents are replaced by mistake.
``.git`` at its top is left alone: the site may be a clone or worktree of the branch that the host shows. While
anything is written, the kernel's lock keeps a second run away.

Most files of a large club are those of awards, in folders that belong to one award each. Whoever makes those files looks at their folders too
(``Stage.own``), in any process, so that this one knows of such a folder only that it is owned; all other paths are compared here.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from pinback.canonical import canonical_bytes
from pinback.dataclass import dataclass
from pinback.errors import PublishError
from pinback.files import FileProblem, make_folder, read_regular, remove_tree, write_file
from pinback.locks import locked
from pinback.publish.paths import GIT, Claims, Owned, folded
from pinback.publish.stage import Placed, Stage, behind_links, tree_below
from pinback.publish.switch import finish, is_interrupted, tidy

MARK = ".nojekyll"
MARK_TEXT = b"Made by pinback. The files in this folder are replaced at every build.\n"
"""GitHub Pages looks for the file's name; its content says that the folder is ours to replace."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a build did.

    Attributes:
        files: of the site.
        written: how many of them were.
        removed: how many files were.
        size: bytes of all its files.
        touched: paths of all files and folders that were moved into the site or removed; None where the site is new as a whole.
    """

    files: int
    written: int
    removed: int
    size: int = 0
    touched: tuple[str, ...] | None = ()


_NONE_OWNED = Owned()


def publish(site: Path, outputs: Iterable[tuple[str, bytes]]) -> Published:
    """Make *site* hold exactly *outputs*.

    Args:
        site: the folder of the site.
        outputs: path relative to the site, with ``/``, and bytes; each path once.

    Raises:
        PublishError: the folder is not ours, two outputs have one path, or the disk refuses.
    """
    return publish_parts(site, lambda stage: (stage.place([output])[0] for output in outputs))


def publish_parts(site: Path, make: Callable[[Stage], Iterable[Placed]], owned: Owned = _NONE_OWNED) -> Published:
    """Make *site* hold exactly what *make* stages.

    Args:
        site: the folder of the site.
        make: stages every file of the site, and tells of each part what became of it. The stage may be used by other processes.
        owned: folders whose content the parts have looked at themselves.

    Raises:
        PublishError: the folder is not ours, two parts have one path, or the disk refuses.
    """
    staging = _staging(site)
    with _in_words(site):
        # Before anything is made, so that a refused run leaves nothing; a switch cut short may lack the mark still.
        _refuse_other_than_folder(site)
        if not is_interrupted(staging):
            _refuse_foreign(site)
        make_folder(site.parent)
        with _locked(site):
            finish(site, staging)
            _refuse_foreign(site)
            return _publish(site, staging, make, owned)


def finish_interrupted(site: Path) -> None:
    """Complete the switch of a run that died in it, so that the site is whole whatever becomes of this run.

    Where no switch was begun, nothing is done and nothing is made.

    Raises:
        PublishError: the journal is none of ours, or the disk refuses.
    """
    staging = _staging(site)
    with _in_words(site):
        if is_interrupted(staging):
            _refuse_other_than_folder(site)
            with _locked(site):
                finish(site, staging)


def discard_staged(site: Path) -> None:
    """Remove what a run that was refused has staged; what the disk does not remove now, the next build does."""
    staging = _staging(site)
    if os.path.lexists(staging) and not is_interrupted(staging):
        with contextlib.suppress(PublishError, FileProblem), _locked(site):
            tidy(staging)


def _staging(site: Path) -> Path:
    return site.with_name(f".{site.name}.next")


def _locked(site: Path) -> contextlib.AbstractContextManager[None]:
    return locked(site.with_name(f".{site.name}.lock"), "build", linked=True)


@contextlib.contextmanager
def _in_words(site: Path) -> Iterator[None]:
    """Turn what the disk says into a PublishError."""
    try:
        yield
    except OSError as error:
        path = error.filename2 or error.filename or site  # of a rename, where it leads to
        begun = is_interrupted(_staging(site))
        now = (
            "the new site is half in its place, the next build finishes it" if begun else "the site is as it was before"
        )
        raise PublishError(f"{path}: cannot be read or written ({error.strerror}); {now}") from error
    except FileProblem as error:
        raise PublishError(str(error)) from error


def _renamed(stage: Stage, others: Iterable[str], claims: Claims, moves: Collection[str]) -> list[str]:
    """Stage expected files that were taken to be there, by their bytes, and are so under another spelling of the name alone; return them.

    Args:
        stage: where to.
        others: paths that lie in the site and are none of its files.
        claims: the files of the site.
        moves: what is staged already.
    """
    found = []
    for path in others:
        name = claims.files.get(folded(path))
        if name is not None and name not in moves and os.path.exists(f"{stage.site}/{name}"):
            found.append(name)
            stage.write(name, read_regular(f"{stage.site}/{name}"))
    return found


def _refuse_other_than_folder(site: Path) -> None:
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise PublishError(f"{site}: this is not a folder; choose another one with --out")


def _refuse_foreign(site: Path) -> None:
    if _is_empty(site):
        return
    mark = site / MARK
    if not (mark.is_file() and mark.stat().st_size == len(MARK_TEXT) and mark.read_bytes() == MARK_TEXT):
        raise PublishError(
            f"{site}: files lie here that pinback did not make; choose an empty folder with --out, or empty it"
        )


def _is_empty(site: Path) -> bool:
    """Tell whether there is nothing in the site's folder but what belongs to git, or no folder."""
    if not site.exists():
        return True
    with os.scandir(site) as entries:
        return all(entry.name == GIT for entry in entries)


def _publish(site: Path, staging: Path, make: Callable[[Stage], Iterable[Placed]], owned: Owned) -> Published:
    if os.path.lexists(staging):
        remove_tree(staging)
    fresh = _is_empty(site)
    stage = Stage(str(site), str(staging / "files"), fresh, behind_links(site, owned.tops))
    claims = Claims(owned)
    files, size, written = 0, 0, 0
    moves: list[str] = []
    stale: list[str] = []
    for placed in make(stage):
        for path in placed.paths:
            claims.add(path)
        if placed.clash:
            raise PublishError(f"{placed.clash}: no address can be page and folder at once; rename one of them")
        files += placed.files
        size += placed.size
        written += placed.written
        moves += placed.moves
        stale += placed.stale
    if not site.exists() and written:
        # All that there is lies in the stage: it becomes the site.
        os.rename(stage.folder, site)
        tidy(staging)
        return Published(files, written, 0, size, None)
    removed = len(stale)
    if fresh:
        moves = sorted(os.listdir(stage.folder)) if written else []
    else:
        try:
            other, folders = tree_below(str(site), "", claims.expected, owned)
        except RecursionError as error:
            deep = f"{site}: folders stand within one another here, a thousand deep; empty the folder and build again"
            raise PublishError(deep) from error
        removed = sum(not os.path.isdir(site / path) or os.path.islink(site / path) for path in stale) + len(other)
        stale += [*other, *folders]
        renamed = _renamed(stage, other, claims, set(moves))
        moves += renamed
        written += len(renamed)
    if moves or stale:
        write_file(staging / "journal.json", canonical_bytes({"write": moves, "remove": stale}))
        finish(site, staging)
    return Published(files, written, removed, size, None if fresh else (*moves, *stale))
