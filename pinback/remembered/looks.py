"""What the file system says of the files in a folder: whether anything was changed since it was looked at before.

A look holds the marks (``marks``) of many folders, those that hold files of the same names together.

Nothing here reads a file, and links are not looked behind: where there are any, there is no look (``Unsure``).
"""

from __future__ import annotations

import contextlib
import os
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, TypeAlias

import orjson

from pinback.cores import may_fork
from pinback.dataclass import dataclass
from pinback.remembered.beside import Beside, in_another
from pinback.remembered.marks import (
    ABSENT,
    KIND,
    LINK,
    MARK,
    NO_MARK,
    figures_of,
    is_unmarked,
    joined,
    mark_now,
    mark_of,
    marks_in,
)

_FOLDER = 0o040000
_FILE = 0o100000
_FEW = 4_000
"""So many files are looked at as fast by one process as by two."""
_MANY = 1_000
"""Folders that wait to be looked into, from which on two processes do so."""
_PIECE = 256
"""Folders that are looked at in one piece."""
_SMALL = _PIECE
"""Files and folders of a group that is looked at before all others; it is one piece."""


_Folder: TypeAlias = tuple[tuple[str, ...], bytes]
"""The names of a folder's files, and its mark."""


class Unsure(Exception):
    """A folder holds what cannot be judged by its figures alone."""


@dataclass(slots=True)
class Group:
    """Folders beside each other that hold files of the same names.

    Attributes:
        parent: path of the folder above them, "" for that of the look itself.
        files: names of the files in each, in ascending order.
        names: of the folders, in the order of *marks*; "." for the parent itself.
        marks: of ``MARK`` bytes each.
    """

    parent: str
    files: tuple[str, ...]
    names: list[str]
    marks: bytes

    def path(self, number: int) -> str:
        """Return the path of a folder, relative to that of the look."""
        return joined(self.parent, self.names[number])

    def mark(self, number: int) -> bytes:
        """Return the mark of a folder."""
        return self.marks[number * MARK : number * MARK + MARK]

    def without(self, numbers: Iterable[int]) -> Group:
        """Return the group without some of its folders."""
        names, marks = self.names.copy(), bytearray(self.marks)
        for number in sorted(numbers, reverse=True):
            del names[number], marks[number * MARK : number * MARK + MARK]
        return Group(self.parent, self.files, names, bytes(marks))

    def along_with(self, folders: Iterable[tuple[str, bytes]]) -> Group:
        """Return the group with further folders, given as name and mark."""
        names, marks = self.names.copy(), bytearray(self.marks)
        for name, mark in folders:
            at = bisect_left(names, _in_order(name), key=_in_order)
            names.insert(at, name)
            marks[at * MARK : at * MARK] = mark
        return Group(self.parent, self.files, names, bytes(marks))


def _in_order(name: str) -> str:
    """Return what the names of a group are sorted by: the folder above comes before those in it."""
    return "" if name == "." else name


@dataclass(slots=True)
class Look:
    """A look at folders and all that is below them.

    Attributes:
        base: the folder that all paths are relative to.
        tops: the folders that were looked at.
        leave_out: names of folders and files directly in the tops that are left out.
    """

    base: str
    tops: tuple[str, ...]
    leave_out: tuple[str, ...] = ()
    groups: list[Group] = field(default_factory=list)

    @property
    def sure(self) -> bool:
        """Whether every folder has a mark."""
        return not any(is_unmarked(group.marks) for group in self.groups)

    def as_json(self) -> list[Any]:
        """Return what ``remembered_look`` reads."""
        return [
            list(self.tops),
            list(self.leave_out),
            [[group.parent, group.files, "\n".join(group.names), group.marks.hex()] for group in self.groups],
        ]

    def marks_below(self, parent: str) -> dict[str, bytes]:
        """Return the marks of the folders directly in *parent*, by name; those without are left out."""
        return {
            name: mark
            for group in self.groups
            if group.parent == parent
            for number, name in enumerate(group.names)
            if name != "." and (mark := group.mark(number)) not in (NO_MARK, ABSENT)
        }


def remembered_look(
    base: str,
    value: Any,  # noqa: ANN401 - JSON
    tops: tuple[str, ...],
    leave_out: tuple[str, ...] = (),
) -> Look | None:
    """Return a look as it was remembered, or None where it is none, or one at other folders."""
    try:
        said_tops, said_leave_out, said_groups = value
        if tuple(said_tops) != tops or tuple(said_leave_out) != leave_out:
            return None
        groups = []
        for parent, files, names, marks in said_groups:
            group = Group(parent, tuple(files), names.split("\n"), bytes.fromhex(marks))
            if len(group.marks) != MARK * len(group.names) or not _is_inside(group):
                return None
            groups.append(group)
    except (TypeError, ValueError, AttributeError):
        return None
    return Look(base, tops, leave_out, groups)


def _is_inside(group: Group) -> bool:
    """Tell whether a group names nothing beside the folder of the look."""
    texts = (group.parent, "\n".join(group.files), "\n".join(group.names))
    if not all(isinstance(text, str) and "\0" not in text for text in texts):
        return False
    parts = group.parent.split("/") if group.parent else []
    return not any(part in ("", ".", "..") for part in parts) and "/" not in texts[1] and "/" not in texts[2]


def again(earlier: Look, before: int) -> tuple[Look, list[str]]:
    """Look again, and return the new look with the paths of the folders whose marks are others, or none, or that are new.

    Args:
        earlier: the look of before.
        before: ns since 1970; what was changed then or later gets no mark.

    Raises:
        Unsure: there are links, or names that are no text.
    """
    return again_at([(earlier, before)])[0]


def again_at(looks: list[tuple[Look, int]]) -> list[tuple[Look, list[str]]]:
    """The same for several looks, by two processes where that is faster."""
    marks = _all_marks(looks)
    return [_of_look(looks, number, marks) for number in range(len(looks))]


def _all_marks(looks: list[tuple[Look, int]]) -> list[tuple[_Piece, bytes]]:
    """Return every piece with its marks as they are now."""
    pieces = _pieces(looks)
    if _two_are_faster(_files(looks, pieces)):
        marks = _beside(looks, pieces).first(len(pieces))
    else:
        marks = [_marks_at(looks, piece) for piece in pieces]
    return list(zip(pieces, marks, strict=True))


class Ahead:
    """Several looks at once that are under way while the caller goes on with something else.

    Small groups are looked at first: registers, badges and theme are in such. Only where something is otherwise there, another
    process looks at all the rest, and whoever asks for a look helps with what is left of it; where nothing is, the caller has probably
    nothing else to do, and looks at half of it.

    Attributes:
        differs: whether it is known already that something has changed.
    """

    def __init__(self, looks: list[tuple[Look, int]]) -> None:
        """Begin to look again.

        Args:
            looks: as for ``again_at``.

        Raises:
            Unsure: as ``again_at``.
        """
        self._looks = looks
        self._early: list[_Piece] = []
        self._marks: list[bytes] = []
        self._found: list[tuple[Look, list[str]] | None] = [None] * len(looks)
        pieces = _pieces(looks)
        if not _two_are_faster(_files(looks, pieces)):
            self._early, self._marks = pieces, [_marks_at(looks, piece) for piece in pieces]
            marks = [*zip(pieces, self._marks, strict=True)]
            found = [_of_look(looks, number, marks) for number in range(len(looks))]
            self._found, self.differs = [*found], any(changed for _, changed in found)
            return
        groups = looks[0][0].groups
        early: list[_Piece] = []
        late: list[_Piece] = []
        for piece in pieces:
            small = piece.look == 0 and len(groups[piece.group].names) * (1 + len(groups[piece.group].files)) <= _SMALL
            (early if small else late).append(piece)
        self._early, self._late, self._beside = early, late, _beside(looks, late)
        self._marks = [_marks_at(looks, piece) for piece in early]
        self.differs = any(marks != groups[piece.group].marks for piece, marks in zip(early, self._marks, strict=True))
        if not self.differs:
            self.differs = any(self.result(number)[1] for number in range(len(looks)))

    def first_marks(self) -> dict[str, tuple[tuple[str, ...], bytes]]:
        """Return of each folder that was looked at first, by its path in the first look, the names of files that were known there, and
        its mark with these."""
        found = {}
        look = self._looks[0][0]
        for piece, marks in zip(self._early, self._marks, strict=True):
            if piece.look:
                continue
            group = look.groups[piece.group]
            for place in range(piece.count):
                mark = marks[place * MARK : place * MARK + MARK]
                found[group.path(piece.start + place)] = group.files, mark
        return found

    def result(self, number: int) -> tuple[Look, list[str]]:
        """Return what ``again_at`` does of one look, when it is over; those after it may go on.

        Raises:
            Unsure: as there.
        """
        found = self._found[number]
        if found is None:
            count = sum(piece.look <= number for piece in self._late)
            marks = [*self._marks, *self._beside.first(count)]
            known = zip([*self._early, *self._late[:count]], marks, strict=True)
            found = self._found[number] = _of_look(self._looks, number, known)
        return found


def again_in(earlier: Look, before: int, paths: Iterable[str]) -> Look:
    """Return a look with new marks of some folders, of those that had none, and of all that is new in these.

    Args:
        earlier: the look of before; what it says of all other folders is kept as it is.
        before: ns since 1970; what was changed then or later gets no mark.
        paths: folders; one that is not there any more goes with all that was in it.

    Raises:
        Unsure: there are links, or names that are no text.
    """
    wanted: dict[str, set[str]] = {}
    for path in paths:
        parent, _, name = path.rpartition("/")
        wanted.setdefault(parent, set()).add(name or ".")
    stale: dict[int, list[int]] = {}
    for place, group in enumerate(earlier.groups):
        names = wanted.get(group.parent, set())
        if names or is_unmarked(group.marks):
            found = [at for at, name in enumerate(group.names) if name in names or group.mark(at) == NO_MARK]
            stale |= {place: found} if found else {}
    return _without_stale(earlier, before, stale)[0]


def _renewed(earlier: Look, before: int, marks: list[bytes]) -> tuple[Look, list[str]]:
    stale: dict[int, list[int]] = {}
    for place, (group, new) in enumerate(zip(earlier.groups, marks, strict=True)):
        if new == group.marks and not is_unmarked(new):
            continue
        now = [new[at : at + MARK] for at in range(0, len(new), MARK)]
        found = [at for at, mark in enumerate(now) if mark == NO_MARK or mark != group.mark(at)]
        stale |= {place: found} if found else {}
    return _without_stale(earlier, before, stale)


def _without_stale(earlier: Look, before: int, stale: dict[int, list[int]]) -> tuple[Look, list[str]]:
    """Return the look with new marks of stale folders, by number of their group and place in it, and the paths of those that changed."""
    if not stale:
        return Look(earlier.base, earlier.tops, earlier.leave_out, earlier.groups), []
    changed = [earlier.groups[place].path(number) for place, numbers in stale.items() for number in numbers]
    groups = {
        (group.parent, group.files): group if place not in stale else group.without(stale[place])
        for place, group in enumerate(earlier.groups)
    }
    look = _Looking(earlier.base, earlier.leave_out, earlier.tops, before)
    were = set(changed)
    by_parent: dict[str, list[Group]] = {}
    for group in groups.values():
        by_parent.setdefault(group.parent, []).append(group)
    folders: dict[str, _Folder] = {}

    def known(folder: str) -> Collection[str]:
        """Return the names in a folder that are folders of the look, and not stale."""
        return set().union(*(group.names for group in by_parent.get(folder, ())))

    for path in changed:
        if path not in folders:
            folders.update(look.below(path, known))
    gone = [path for path in changed if path not in folders]
    if gone:
        # What lay in a folder that is gone has gone with it.
        lost = tuple(f"{path}/" for path in gone)
        for key, group in groups.items():
            inside = [at for at in range(len(group.names)) if group.path(at).startswith(lost)]
            groups[key] = group.without(inside) if inside else group
        folders = {path: entry for path, entry in folders.items() if not path.startswith(lost)}
    _refuse_unwritable(earlier.base, {path: files for path, (files, _) in folders.items()})
    more: dict[tuple[str, tuple[str, ...]], list[tuple[str, bytes]]] = {}
    for path, (files, mark) in folders.items():
        parent, _, name = path.rpartition("/")
        more.setdefault((parent, files), []).append((name or ".", mark))
    for key, added in more.items():
        groups[key] = groups.get(key, Group(*key, [], b"")).along_with(added)
    left = sorted((group for group in groups.values() if group.names), key=lambda group: group.path(0))
    new = [path for path in folders if path not in were]
    return Look(earlier.base, earlier.tops, earlier.leave_out, left), [*changed, *new]


def look_at(
    base: str, tops: Iterable[str], before: int, leave_out: tuple[str, ...] = (), filled: Iterable[FilledFolders] = ()
) -> Look:
    """Look at folders for the first time.

    Args:
        base: the folder that all paths are relative to.
        tops: folders in it; one that is not there is remembered as such. "" is *base* itself.
        before: ns since 1970; what was changed then or later gets no mark.
        leave_out: names directly in the tops that are left out.
        filled: folders that are not looked at, with the marks that they had when they were written (``Filled``).

    Raises:
        Unsure: there are links, or names that are no text.
    """
    tops = tuple(tops)
    if known := _together(filled):
        above = [(top.rpartition("/")[0], top.rpartition("/")[2] or ".") for top in tops]
        return again_in(
            Look(base, tops, leave_out, [*(Group(parent, (), [name], NO_MARK) for parent, name in above), *known]),
            before,
            (),
        )
    looking = _Looking(base, leave_out, tops, before)
    names = looking.names()
    # What is changed between the names and the marks is too young for a mark.
    look = _grouped(base, tops, leave_out, names)
    for group, found in zip(look.groups, _by_group(look, 0, _all_marks([(look, before)])), strict=True):
        group.marks = found
    return look


FilledFolders: TypeAlias = tuple[str, tuple[str, ...], str, bytes]
"""What a group holds, with its names in one text: in this form a hundred thousand folders take a third of the memory."""


class Filled:
    """Marks of folders that this run has just filled where nobody else looks for any, so that it need not look at them again.

    They stay what they are when a folder above is moved. What anybody changes later is seen by the next look, as is what was changed
    while a build went on, which a look at its end would take for the build's own.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, tuple[str, ...]], Group] = {}

    def add(self, base: str, files: Mapping[str, os.stat_result]) -> None:
        """Take folders.

        Args:
            base: the folder that all paths are relative to.
            files: how each file in these folders stood when it was written, by its path; no other lies there.
        """
        folders: dict[str, dict[str, os.stat_result]] = {}
        for path, status in files.items():
            folder, _, name = path.rpartition("/")
            folders.setdefault(folder, {})[name] = status
        for folder, inside in folders.items():
            names = tuple(sorted(inside))
            figures = [*figures_of(os.lstat(f"{base}/{folder}"))]
            for name in names:
                figures += figures_of(inside[name])
            parent, _, own = folder.rpartition("/")
            group = self._found.setdefault((parent, names), Group(parent, names, [], b""))
            group.names.append(own)
            group.marks += mark_of(names, figures)

    def taken(self) -> tuple[FilledFolders, ...]:
        """Return what was added since this was asked last."""
        found = tuple((one.parent, one.files, "\n".join(one.names), one.marks) for one in self._found.values())
        self._found = {}
        return found


def _together(filled: Iterable[FilledFolders]) -> list[Group]:
    """Return the groups of a look, where those with the same parent and files may come in several pieces."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, bytes]]] = {}
    for parent, files, names, marks in filled:
        places = range(0, len(marks), MARK)
        found.setdefault((parent, files), []).extend(
            (name, marks[at : at + MARK]) for name, at in zip(names.split("\n"), places, strict=True)
        )
    return [
        Group(parent, files, [name for name, _ in folders], b"".join([mark for _, mark in folders]))
        for (parent, files), folders in found.items()
        if folders.sort() is None
    ]


class FirstAhead:
    """A first look that another process begins while the caller goes on with something else."""

    def __init__(self, base: str, tops: tuple[str, ...], before: int) -> None:
        """Begin to look; arguments as for ``look_at``."""
        self._asked = base, tops, before
        self._look: Look | None = None
        self._found = in_another(lambda: orjson.dumps(look_at(base, tops, before).as_json())) if may_fork() else None

    def result(self, number: int) -> tuple[Look | None, list[str]]:
        """Return the look with no changes, when it is over, and as the second one none at a site (see ``Ahead``).

        Raises:
            Unsure: there are links, or names that are no text.
        """
        if number:
            return None, [""]
        base, tops, before = self._asked
        if self._found is not None:
            data, self._found = self._found(), None
            # Nothing whole comes where it was ended from outside, or found what cannot be judged.
            with contextlib.suppress(ValueError):
                self._look = remembered_look(base, orjson.loads(data), tops)
        if self._look is None:
            self._look = look_at(base, tops, before)
        return self._look, []


class _Looking:
    def __init__(self, base: str, leave_out: tuple[str, ...], tops: tuple[str, ...], before: int) -> None:
        self.base, self.leave_out, self.tops, self.before = base, leave_out, tops, before
        # Thousands of folders hold files of the same names, which are held once.
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}

    def below(self, top: str, known: Callable[[str], Collection[str]]) -> Iterator[tuple[str, _Folder]]:
        """Yield *top* and each folder below it with the names of its files and its mark; those in a folder that are *known* are left out."""
        for path, names in self.names_below(top, known):
            yield path, (names, mark_now(joined(self.base, path), names, self.before))

    def names(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the files in the tops and in each folder below them, by its path; two processes look where there is much."""
        waiting = list(reversed(self.tops))
        found: dict[str, tuple[str, ...]] = {}
        for path, names in self._names_in(waiting, lambda folder: ()):
            found[path] = names
            if len(waiting) >= _MANY and may_fork():
                half = waiting[::2]
                other = in_another(lambda: _as_lines(self._names_in(half, lambda folder: ())))  # noqa: B023 - it ends here
                del waiting[::2]
                try:
                    found.update(self._names_in(waiting, lambda folder: ()))
                finally:
                    lines = other()
                # Nothing whole comes where it was ended from outside, or found what cannot be judged.
                found.update(_from_lines(lines) or self._names_in(half, lambda folder: ()))
                break
        return found

    def names_below(self, top: str, known: Callable[[str], Collection[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the same of one folder; folders that are *known* in one are left out."""
        return self._names_in([top], known)

    def _names_in(
        self, waiting: list[str], known: Callable[[str], Collection[str]]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        while waiting:
            path = waiting.pop()
            place, passed_over = joined(self.base, path), known(path)
            files: list[str] = []
            left_out = self.leave_out if path in self.tops else ()
            try:
                for name, kind in _entries(place, passed_over):
                    if name in left_out:
                        continue
                    if kind == _FOLDER:
                        waiting.append(joined(path, name))
                    elif kind == LINK or "\n" in name:
                        raise Unsure(place)
                    else:
                        files.append(name)
            except (FileNotFoundError, NotADirectoryError):
                if path not in self.tops:
                    continue
            except OSError as error:
                raise Unsure(place) from error
            names = tuple(sorted(files))
            yield path, self._names.setdefault(names, names)


def _as_lines(names: Iterable[tuple[str, tuple[str, ...]]]) -> bytes:
    """Return folders with the names of their files as JSON, those together that hold files of the same names."""
    found: dict[str, list[str]] = {}
    for path, files in names:
        found.setdefault("\n".join(files), []).append(path)
    return orjson.dumps(found)


def _from_lines(lines: bytes) -> dict[str, tuple[str, ...]]:
    """Return what ``_as_lines`` was given; nothing where this is not the whole of it."""
    with contextlib.suppress(ValueError):
        pairs = [(tuple(files.split("\n")) if files else (), paths) for files, paths in orjson.loads(lines).items()]
        return {path: files for files, paths in pairs for path in paths}
    return {}


def _entries(place: str, passed_over: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield name and kind of what lies in a folder, but for some names; a folder of which most is known is listed without a look at each."""
    if not passed_over:
        with os.scandir(place) as entries:
            for entry in entries:
                kind = _FOLDER if entry.is_dir(follow_symlinks=False) else LINK if entry.is_symlink() else _FILE
                yield entry.name, kind
        return
    for name in set(os.listdir(place)).difference(passed_over):
        with contextlib.suppress(FileNotFoundError):
            yield name, os.lstat(f"{place}/{name}").st_mode & KIND


def _grouped(base: str, tops: tuple[str, ...], leave_out: tuple[str, ...], files: dict[str, tuple[str, ...]]) -> Look:
    """Return a look without marks at folders, whose files are given by name."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for path in sorted(files):
        parent, _, name = path.rpartition("/")
        groups.setdefault((parent, files[path]), []).append(name or ".")
    _refuse_unwritable(base, files)
    found = [Group(parent, own, names, b"") for (parent, own), names in groups.items()]
    return Look(base, tops, leave_out, found)


def _refuse_unwritable(base: str, folders: Mapping[str, tuple[str, ...]]) -> None:
    try:
        "".join(folders).encode("utf-8")
        "".join(name for files in folders.values() for name in files).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unsure(base) from error
    if any("\n" in path for path in folders):
        raise Unsure(base)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some folders of a group: number of the look, of the group in it, the first of its folders, and how many."""

    look: int
    group: int
    start: int
    count: int


def _pieces(looks: list[tuple[Look, int]]) -> list[_Piece]:
    """Cut every group of every look."""
    return [
        _Piece(number, place, start, min(_PIECE, len(group.names) - start))
        for number, (look, _) in enumerate(looks)
        for place, group in enumerate(look.groups)
        for start in range(0, len(group.names), _PIECE)
    ]


def _marks_at(looks: list[tuple[Look, int]], piece: _Piece) -> bytes:
    """Return the marks of a piece, as they are now."""
    look, before = looks[piece.look]
    group = look.groups[piece.group]
    parent = joined(look.base, group.parent)
    return marks_in(parent, group.names[piece.start : piece.start + piece.count], group.files, before)


def _beside(looks: list[tuple[Look, int]], pieces: list[_Piece]) -> Beside:
    """Let another process look at pieces, and this one at some of them."""
    return Beside([piece.count * MARK for piece in pieces], lambda number: _marks_at(looks, pieces[number]))


def _of_look(
    looks: list[tuple[Look, int]], number: int, marks: Iterable[tuple[_Piece, bytes]]
) -> tuple[Look, list[str]]:
    """Return a new look, with what changed in it, by the marks of all its pieces."""
    earlier, before = looks[number]
    return _renewed(earlier, before, _by_group(earlier, number, marks))


def _by_group(look: Look, number: int, marks: Iterable[tuple[_Piece, bytes]]) -> list[bytes]:
    """Return the marks of the groups of a look by those of all its pieces; those of a group are in order."""
    found = [b""] * len(look.groups)
    for piece, data in marks:
        if piece.look == number:
            found[piece.group] += data
    return found


def _weight(looks: list[tuple[Look, int]], piece: _Piece) -> int:
    return (1 + len(looks[piece.look][0].groups[piece.group].files)) * piece.count


def _files(looks: list[tuple[Look, int]], pieces: list[_Piece]) -> int:
    """Return how many files and folders are to be looked at."""
    return sum(_weight(looks, piece) for piece in pieces)


def _two_are_faster(files: int) -> bool:
    return files >= _FEW and may_fork()
