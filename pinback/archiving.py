"""A club's archive, or that of one holder, as a file (``assemble/packing`` says what goes in)."""

from __future__ import annotations

from pathlib import Path

from pinback import pipeline
from pinback.assemble.packing import Packing
from pinback.errors import UsageError
from pinback.files import written_whole
from pinback.locks import reading


def archive(root: Path, out: Path, holder: str = "") -> int:
    """Write the archive of a club and return how many awards are in it.

    Args:
        root: the club's folder.
        out: the ZIP.
        holder: handle of the one holder whose badges go in, or "" for all.

    Raises:
        UsageError: the holder has no sealed award.
    """
    # To its end: a run that changes the club removes what it takes for half a file of a dead run.
    with reading(root):
        checked = pipeline.check(root)
        packing = Packing(checked.material, holder)
        if holder and not packing.chosen:
            raise UsageError(
                f'no sealed award belongs to the handle "{holder}"; pinback due and the records name handles'
            )
        with written_whole(out) as stream:
            return packing.write(stream)
