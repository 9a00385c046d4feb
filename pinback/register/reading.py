"""From the bytes of a register to what its lines add up to."""

from __future__ import annotations

import json

from pinback.canonical import canonical_bytes
from pinback.errors import ContentError, Problem, ProofError
from pinback.register.events import Register
from pinback.register.lines import RESTORE, Fault, award_line, plain_line
from pinback.register.written import Lines

_CONFLICT = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")
"""What git writes into a file that two people changed at once."""


def parse(data: bytes, file: str, known: Register | None = None) -> Register:
    """Return what a register adds up to.

    Bytes after the last checkpoint are left out and counted in ``torn``: each sealing is appended in
    one go and ends with a checkpoint, so they can only come from a run that died while it wrote.

    Args:
        data: the file.
        file: its path relative to the club's folder, for messages.
        known: what its first lines add up to (``state``), read from these very bytes; it is taken further.

    Raises:
        ContentError: at the first line that breaks a rule.
    """
    end = _end_of_last_checkpoint(data)
    register = known or Register(file, Lines(data))
    register.torn, register.length = len(data) - end, end
    start, number = register.lines.ends[-1], len(register.lines)
    # Lines that were proved before are lines of a register, and no marks.
    if conflict := _conflict(data, start):
        raise ContentError([Problem(file, conflict, *TWO_STEWARDS)])
    if end == 0:
        raise ContentError([Problem(file, 1, "the register holds no whole sealing", RESTORE)])
    while start < end:
        stop, number = data.index(b"\n", start), number + 1
        raw, start = data[start:stop], stop + 1
        award = award_line(raw)
        if award is not None and register.add_award(award, start):
            continue
        try:
            line = plain_line(raw)
            plain = line is not None
            if line is None:
                line = json.loads(raw.decode("utf-8"))
                if not isinstance(line, dict) or canonical_bytes(line) != raw:
                    raise Fault("it is not in canonical form")
            register.add(line, number, start, plain)
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError, ProofError) as error:
            raise ContentError([Problem(file, number, "this line is damaged", RESTORE)]) from error
        except Fault as fault:
            raise ContentError([Problem(file, number, f"this line was changed: {fault}", RESTORE)]) from fault
    if unexplained := register.unexplained():
        what = "this line was emptied as if the award had been erased, and no line says so"
        raise ContentError([Problem(file, unexplained, what, RESTORE)])
    register.lines.pack()
    return register


TWO_STEWARDS = (
    "two people sealed at the same time, and git could not join their registers",
    "give yours up and seal again: git merge --abort (or git rebase --abort), pinback seal --undo, and the steps that it names",
)
"""What is wrong and the cure, where two sealings grew from one state."""


def _conflict(data: bytes, start: int) -> int:
    """Return the line of the first mark that git has left, from the beginning of a line on, or 0."""
    places = [start for mark in _CONFLICT if data.startswith(mark, start)]
    places += [at + 1 for mark in _CONFLICT if (at := data.find(b"\n" + mark, start)) >= 0]
    return data.count(b"\n", 0, min(places)) + 1 if places else 0


def whole_lines(data: bytes) -> list[bytes]:
    """Return the lines of a register's whole sealings, without line ends; what stands after the last checkpoint is none."""
    return data[: _end_of_last_checkpoint(data)].split(b"\n")[:-1]


def _end_of_last_checkpoint(data: bytes) -> int:
    """Return the length up to the end of the last whole checkpoint line."""
    last = data.rfind(b'"event":"checkpoint"', 0, data.rfind(b"\n") + 1)
    return data.index(b"\n", last) + 1 if last >= 0 else 0
