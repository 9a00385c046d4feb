"""A club's folder against an earlier state: the guard, publish first then seal, and taking a sealing back.

``deployed`` gives the earlier state, ``guard`` and ``seal.signatures`` judge, ``seal.undo`` writes; here is the story.
Nothing is printed, and nothing but ``undo`` writes.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from pinback import guard, pipeline, sealing, who_is_who
from pinback.content.read import SITE_FILE, site_of
from pinback.dataclass import dataclass
from pinback.deployed import Earlier, in_folder_tree
from pinback.errors import ContentError, Problem, SigningError, quoted
from pinback.files import folders_in, is_there
from pinback.git import git_bytes, ignores, prefix
from pinback.guard import Difference
from pinback.locks import changing
from pinback.register import Register, RegisterKey
from pinback.seal.signatures import false_signatures, signed_files
from pinback.seal.store import Store
from pinback.seal.undo import Undone, refusal, take_back


@dataclass(frozen=True, slots=True)
class Judged:
    """A club's folder that passed the guard.

    Attributes:
        checked: what the ordinary check found.
        lines: how many lines of registers stand as they stood in the earlier state.
        signed: how many awards, status lists and statements were proved by their signatures.
    """

    checked: pipeline.Checked
    lines: int
    signed: int


def check(
    root: Path,
    earlier: Earlier,
    every_signature: bool = False,
    outside: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Judged:
    """Check a club's folder, and that it continues an earlier state.

    1. Where the change comes from outside: no guarded file differs; the private list is not in git, and nothing has the name of
    another file on some computers. 2. The ordinary check. 3. Every register
    continues the earlier one, and no award is without a file that it had. 4. What the earlier state does not vouch for is proved by its signatures.

    Args:
        root: the club's folder.
        earlier: the earlier state.
        every_signature: prove everything in step 4.
        outside: the change comes from somebody who is no steward.
        progress: called with proved and all signed things.

    Raises:
        ContentError: every problem of the first three steps, or of the last.
        UsageError: *outside* needs a state whose every byte can be had.
    """
    # 1.
    problems = [*(_touched(root, earlier) if outside else ()), *_private(root), *_twins(root)]

    # 2.
    checked = None
    try:
        checked = pipeline.check(root)
        registers = {slug: one.register for slug, one in checked.sealed.items()}
    except ContentError as error:
        problems += error.problems
        registers = _readable_registers(root)

    # 3.
    lost = {problem.file for problem in problems if problem.file.endswith("/register.jsonl")}
    for problem in guard.compare(earlier.registers, earlier.notes, earlier.name, registers):
        # A register that cannot be read has been told already.
        if problem.file not in lost or problem.file.split("/")[1] in registers:
            problems.append(problem)
    if problems or checked is None:
        raise ContentError(problems)

    lines = {slug: _lines_known(earlier, slug, register) for slug, register in registers.items()}
    if gone := _vanishing(earlier, checked, lines):
        raise ContentError([gone, *checked.warnings])

    # 4.
    work = []
    for slug, register in registers.items():
        work += [(slug, line) for line in signed_files(register, 0 if every_signature else lines[slug])]
    for done, (slug, line) in enumerate(work, 1):
        problems += false_signatures(Store(root, slug), registers[slug], [line])
        progress(done, len(work))
    if problems:
        raise ContentError(problems)
    return Judged(checked, sum(lines.values()), len(work))


def _vanishing(earlier: Earlier, checked: pipeline.Checked, lines: Mapping[str, int]) -> Problem | None:
    """Return a problem where files of published awards would be left out (``lean_since``)."""
    site = checked.club.site
    if site.lean_since is None:
        return None
    before = earlier.lean_since
    if earlier.tree is not None:
        # A site.yaml that cannot be read says of no award that its files were left out.
        former = site_of(earlier.file(SITE_FILE) or b"")
        before = former.lean_since if former else None
    registers = {slug: one.register for slug, one in checked.sealed.items()}
    found = guard.vanishing(registers, lines, site.lean_since, before, earlier.name)
    return Problem(SITE_FILE, site.lean_line, *found) if found else None


def nothing_lost(root: Path, earlier: Earlier, outside: bool = False) -> None:
    """Check that a folder in which no club was set up takes nothing back (see ``check``).

    Raises:
        ContentError: the earlier state has registers, which would all vanish, or somebody from outside brings guarded files.
    """
    problems = list(_touched(root, earlier)) if outside else []
    problems += guard.compare(earlier.registers, earlier.notes, earlier.name, {})
    if problems:
        raise ContentError(problems)


def _touched(root: Path, earlier: Earlier) -> Iterator[Problem]:
    """Yield a problem for each guarded file that differs."""
    here = in_folder_tree(root)
    known = {path for tree in (earlier.whole, here) for place in guard.PLACES for path in tree.paths(place)}
    paths = sorted(path for path in known if guard.is_guarded(path))
    for (path, before), (_, after) in zip(earlier.whole.read(paths), here.read(paths), strict=True):
        if problem := guard.touched(path, before, after, earlier.name):
            yield problem


def _private(root: Path) -> Iterator[Problem]:
    """Yield a problem where the list of names would be published, or would take the place of a steward's own when it is fetched, and where
    notes of running commands come from elsewhere: such a note, with a bundle, puts that in the place of the club's keys."""
    if is_there(root / who_is_who.FILE) and prefix(root) is not None and not ignores(root, who_is_who.FILE):
        what = "the private list of names and links is in git, or the next commit takes it along"
        cure = f'type: git rm --cached {who_is_who.FILE}, and see that .gitignore has the line "/{who_is_who.FILE}"'
        yield Problem(who_is_who.FILE, 0, what, cure)
    noted = b"" if prefix(root) is None else git_bytes(root, "ls-files", "-z", "--", _NOTES, may_fail=True)
    if set(noted.split(b"\0")) - {b"", f"{_NOTES}/lock".encode()}:
        what = "this folder is in git; by what lies in it a command finishes what another began on one computer"
        yield Problem(
            _NOTES, 0, what, f'type: git rm -r --cached {_NOTES}, and see that .gitignore has the line "/{_NOTES}/"'
        )


_NOTES = ".pinback"


def _twins(root: Path) -> Iterator[Problem]:
    """Yield a problem for each name that some computers, on which letters of both sizes are the same, take for another of the club.

    There git would put a stranger's register, or list of names, in the place of the club's.
    """
    for folder in (root, *folders_in(root / "issuers")):
        names = set(os.listdir(folder))
        for name in sorted(names):
            same = unicodedata.normalize("NFKC", name).casefold()
            if same != name and same in (names | _OWN if folder == root else names):
                what = f"some computers take {quoted(name)} and {quoted(same)} for one, and put the one in the place of the other"
                yield Problem(
                    (folder / name).relative_to(root).as_posix(), 0, what, "delete it, or give it another name"
                )


_OWN = frozenset((*guard.PLACES, who_is_who.FILE))


def _readable_registers(root: Path) -> dict[str, Register]:
    """Return the registers that can be read; what is wrong with the others has been told."""
    found = {}
    for path in sorted((root / "issuers").glob("*/register.jsonl")):
        try:
            register = Store(root, path.parent.name).load()
        except ContentError:
            continue
        if register is not None:
            found[path.parent.name] = register
    return found


def _lines_known(earlier: Earlier, slug: str, register: Register) -> int:
    """Return how many lines of a register stood in the earlier state.

    Raises:
        Difference: the register does not continue it.
    """
    if slug in earlier.registers:
        return guard.continued(earlier.registers[slug], register, earlier.name)
    if slug in earlier.notes:
        return guard.continued_note(earlier.notes[slug], register, earlier.name)
    return 0


# Publish first, then seal.


def shows(earlier: Earlier, slug: str, register: Register, key: RegisterKey) -> bool:
    """Tell whether the earlier state has the line that brought *key* (see ``lines_shown``)."""
    return lines_shown(earlier, slug, register) > key.line


def lines_shown(earlier: Earlier, slug: str, register: Register) -> int:
    """Return how many lines of a register the earlier state shows.

    Raises:
        ContentError: the register does not continue that state.
    """
    try:
        return _lines_known(earlier, slug, register)
    except Difference as difference:
        raise ContentError([difference.problem]) from difference


# Taking back.

_BEGUN = ("issuer", "checkpoint")
"""The lines of a register that ``key new`` has begun, and with which nothing was sealed."""


def undo(root: Path, states: Sequence[Earlier], only: str = "") -> list[Undone]:
    """Take back every sealing since the newest of *states*; ids stay in the records.

    Args:
        root: the club's folder.
        states: earlier states whose every byte can be had; for each issuer the one that knows most lines counts.
        only: one issuer's slug, or "" for all.

    Raises:
        ContentError: a register continues none of them.
        SigningError: what came since cannot be taken back; nothing was written.
    """
    with changing(root, "seal --undo"):
        sealing.tidied(root)
        work = []
        for path in sorted((root / "issuers").glob("*/register.jsonl")):
            store = Store(root, path.parent.name)
            register = store.load()
            if register is None or (only and store.issuer != only):
                continue
            state, known = _newest(states, store.issuer, register)
            if known == len(register.lines) or (not known and len(register.lines) <= len(_BEGUN)):
                continue
            if why := refusal(register, known):
                raise SigningError(f"{register.file}:{why}")
            work.append((store, register, known, state))
        return [
            take_back(store, register, known, state.name, state.whole.read) for store, register, known, state in work
        ]


def _newest(states: Sequence[Earlier], slug: str, register: Register) -> tuple[Earlier, int]:
    """Return the state that knows most lines of a register, and how many."""
    differences = []
    found: list[tuple[int, Earlier]] = []
    for state in states:
        try:
            found.append((_lines_known(state, slug, register), state))
        except Difference as difference:
            differences.append(difference.problem)
    if not found:
        raise ContentError(differences)
    known, state = max(found, key=lambda one: one[0])
    return state, known
