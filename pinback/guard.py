"""The guard: what was published once never changes or vanishes silently (DESIGN §4).

An earlier register has to be the beginning of the present one, line by line; only an ``erase`` line explains that an
earlier line of its award was emptied. Where an earlier state shows a checkpoint alone (a site), the present
register has to have had exactly that checkpoint. Both find a register that was shortened, restored from an old
backup, forked, re-ordered or written anew, even by somebody who holds the keys.

Pure: registers that were read and proved (``register_proofs``), bytes and notes come in, problems come out.
What a register's own rules refuse (an id or a position twice, an address that changes without ``move``) is not asked
again. Signatures of documents are ``seal.signatures``. RFC 6962 §2.1; C2SP tlog-checkpoint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pinback.errors import Problem, ProofError, quoted
from pinback.log import Checkpoint, Frontier, opened_by
from pinback.register import Register, erased, whole_lines
from pinback.register.lines import ERASED_FIELDS

_PULL = (
    "take the newer one: git pull, or restore the register and the sealed files from git; never seal on an older one"
)
_FORKED = (
    "if two people sealed at the same time, give this one up: pinback seal --undo, and the steps that it names; "
    "otherwise somebody rewrote what was published: do not publish this"
)
_GUARDED = re.compile(
    r"issuers(?:/[a-z0-9-]+)?|issuers/[^/]+/(?:register\.jsonl|keys\.age|keys(?:/.*)?|sealed(?:/.*)?"
    r"|witnesses\.txt|cosignatures(?:/.*)?|cosigned(?:/.*)?)"
    r"|site_src/people/[^/]+/.*"
    r"|\.github(?:/.*)?|(?:.*/)?\.git(?:ignore|attributes|modules)|netlify\.toml",
    re.IGNORECASE | re.DOTALL,
)
"""A folder's own path stands for a link in its place."""
PLACES = (
    *("issuers", "badges", "site_src", "theme"),
    *(".github", ".gitignore", ".gitattributes", ".gitmodules", "netlify.toml"),
)
"""Where guarded files lie. What the host runs is among them, since it gets the code; and what git goes by, in any folder: it keeps private
files out, and could keep what is sealed out too, which would be lost with the run that sealed it."""


class Difference(Exception):
    """Why a register does not continue an earlier state; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def compare(
    registers: Mapping[str, bytes], notes: Mapping[str, str], name: str, new: Mapping[str, Register]
) -> Iterator[Problem]:
    """Yield a problem for each issuer whose register does not continue what it was.

    Args:
        registers: the earlier registers by issuer.
        notes: earlier checkpoints by issuer.
        name: what messages call the earlier state.
        new: the present registers, proved.
    """
    for slug in sorted({*registers, *notes}):
        if slug not in new:
            yield Problem(
                f"issuers/{slug}/register.jsonl",
                0,
                f"this register is gone, and {name} has it",
                "restore the issuer's folder from git; what was published does not vanish",
            )
            continue
        try:
            if slug in registers:
                continued(registers[slug], new[slug], name)
            if slug in notes:
                continued_note(notes[slug], new[slug], name)
        except Difference as difference:
            yield difference.problem


def continued(old: bytes, new: Register, name: str) -> int:
    """Check that *new* continues the earlier register *old*, and return how many of its lines stood there already.

    Raises:
        Difference: it does not.
    """
    earlier = whole_lines(old)
    if not earlier:
        raise _difference(new, 0, f"the register of {name} holds no whole sealing", "name another state")
    back = 0
    for number, raw in enumerate(earlier, 1):
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError) as error:
            what = f"the register of {name} is damaged in line {number}"
            raise _difference(new, 0, what, "name another state") from error
        if number > len(new.lines):
            raise _older(new, name, f"line {len(earlier)}")
        present = new.lines[number - 1]
        if _is_emptied(present, line):
            back = back or number
        elif line != present and not (_is_emptied(line, present) and present["id"] in new.erased):
            raise _difference(new, number, *_parting(line, present, new, name))
    if back:
        what = f"award {new.lines[back - 1]['id']} was erased in {name}, and here it is back"
        raise _difference(new, back, what, _PULL)
    return len(earlier)


def _is_emptied(before: object, after: object) -> bool:
    """Tell whether *after* is what an erasure leaves of *before*; ``register`` sees to it that an ``erase`` line says so."""
    return (
        isinstance(before, dict)
        and isinstance(after, dict)
        and before.get("event") in ERASED_FIELDS
        and before != after
        and erased(before) == after
    )


def _parting(old: object, present: Mapping[str, Any], new: Register, name: str) -> tuple[str, str]:
    """Return in what the first differing line differs, and what to do."""
    for number, line in enumerate(new.lines, 1):
        if line != present and isinstance(old, dict) and _said(line) == _said(old):
            return f"the lines stand in another order than in {name}: this one comes in line {number}", _FORKED
    here, there = _words(present), _words(old)
    if here == there and isinstance(old, dict):
        fields = ", ".join(sorted(field for field in {*old, *present} if old.get(field) != present.get(field)))
        return f"this line says something else than in {name}: {here} ({fields})", _FORKED
    return f"from here on the register is another one than in {name}: {here} here, {there} there", _FORKED


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in line.items() if field not in ("n", "leaf")}


def _words(line: object) -> str:
    if not isinstance(line, dict):
        return "no line"
    about = next((line[field] for field in ("id", "badge", "group", "purpose") if isinstance(line.get(field), str)), "")
    return f"{line.get('event')}{f' of {quoted(about)}' if about else ''} at {line.get('at')}"


def continued_note(note: str, new: Register, name: str) -> int:
    """Check that *new* had exactly this checkpoint once, and return how many of its lines stood there by then.

    Raises:
        Difference: it had not.
    """
    origin = note.partition("\n")[0]
    if origin != new.origin:
        what = f"{name} shows the log of another issuer ({quoted(origin)}), and this register is {quoted(new.origin)}"
        raise _difference(new, 1, what, "name the club's own site, or restore the register from git")
    try:
        said = opened_by(new, note, (key.id for key in new.keyring.of("log")))
    except ProofError as error:
        what = f"the checkpoint that {name} shows is not signed by a log key of this register"
        cure = "restore the register from git; if it is right, that site was made by somebody else"
        raise _difference(new, 1, what, cure) from error
    if said.size > len(new.leaves):
        raise _older(new, name, f"{said.size} lines beside checkpoints")
    number = _line_of(said, new)
    if not number:
        what = f"this register never had the checkpoint that {name} shows (over {said.size} lines)"
        raise _difference(new, _first_after(said.size, new), what, _FORKED)
    try:
        opened_by(new, note, new.log_keys[number - 1])
    except ProofError as error:
        what = f"the checkpoint that {name} shows is signed by a log key that could not sign it then"
        raise _difference(new, number, what, _FORKED) from error
    return number


def _line_of(said: Checkpoint, new: Register) -> int:
    """Return the number of the checkpoint line over these very leaves, from 1; 0 where there is none."""
    if Frontier(new.leaves[: said.size]).root() != said.root:
        return 0
    before = 0
    for number, line in enumerate(new.lines, 1):
        if line["event"] != "checkpoint":
            before += 1
        elif before == said.size:
            return number
    return 0


def _first_after(size: int, new: Register) -> int:
    """Return the number of the line that holds the last of *size* leaves."""
    places = [number for number, line in enumerate(new.lines, 1) if line["event"] != "checkpoint"]
    return places[min(size, len(places)) - 1] if size else 1


def _older(new: Register, name: str, end: str) -> Difference:
    what = f"the club's register here is older than what was published: it ends here, and that of {name} with {end}"
    return _difference(new, len(new.lines), what, _PULL)


def _difference(new: Register, number: int, what: str, cure: str) -> Difference:
    return Difference(Problem(new.file, number, what, cure))


# Files that would be left out.


def vanishing(
    registers: Mapping[str, Register], lines: Mapping[str, int], since: date, before: date | None, name: str
) -> tuple[str, str] | None:
    """Return what is wrong, and the cure, where awards that the earlier state has with all their files would lose some.

    Args:
        registers: the present ones by issuer.
        lines: how many lines of each stood in the earlier state.
        since: the day from which on awards have the lean set of files now.
        before: that day in the earlier state; None where there all had every file.
        name: what messages call the earlier state.
    """
    losing = [
        known.at.date()
        for slug, register in registers.items()
        for known in register.awards.values()
        if known.line <= lines[slug] and since <= known.at.date() and (before is None or known.at.date() < before)
    ]
    if not losing:
        return None
    count = f"{len(losing)} awards that were" if len(losing) > 1 else "1 award that was"
    what = (
        f'"lean_since" is {since}, and {count} sealed since then {"are" if len(losing) > 1 else "is"} published with all files, '
        f"by {name}; published addresses do not vanish"
    )
    return (
        what,
        f'write "lean_since: {max(losing) + timedelta(days=1)}", or a later day; awards sealed before it keep all their files',
    )


# What a stranger may not touch.


def is_guarded(path: str) -> bool:
    """Tell whether a path is one that only a club's own stewards change: register, sealed files, keys, saved copies, what the host runs.

    Capital letters make no other file of it: on some computers they are the same.
    """
    return _GUARDED.fullmatch(path) is not None


def touched(path: str, before: bytes | None, after: bytes | None, name: str) -> Problem | None:
    """Return a problem where somebody from outside has changed a guarded file.

    Args:
        path: relative to the club's folder.
        before: its bytes in the earlier state; None where there was no plain file.
        after: its bytes now.
        name: what messages call the earlier state.
    """
    if before is not None and before == after:
        return None
    how = "added" if before is None else "removed" if after is None else "changed"
    said = "registers, sealed files, keys, saved copies and what the host runs are written by the club's stewards alone"
    what = f"this file was {how} since {name}, and {said}"
    return Problem(path, 0, what, "delete it" if before is None else "put it back as it was")
