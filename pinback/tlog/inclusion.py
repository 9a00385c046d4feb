"""The proof that an entry is in a log, as a file that can be checked without the log (C2SP tlog-proof)."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Sequence

from pinback.dataclass import dataclass
from pinback.errors import ProofError
from pinback.limits import MAX_LOG_PROOF, MAX_PROOF_HASHES
from pinback.tlog.notes import strict_base64
from pinback.tlog.trees import HASH

HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class LogProof:
    """A proof as it is written; nothing of it was checked yet.

    Attributes:
        index: of the entry, from 0.
        path: hashes from the leaf's sibling up.
        note: the checkpoint.
        extra: what the log's own format adds; nobody signed it.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""


def proof_bytes(index: int, path: Sequence[bytes], note: str, extra: bytes) -> bytes:
    """Return a proof as a file.

    Args:
        index: of the entry.
        path: hashes from the leaf's sibling up.
        note: the checkpoint as signed.
        extra: left out where it is empty.
    """
    head = b"c2sp.org/tlog-proof@v1\nextra " + b2a_base64(extra) if extra else b"c2sp.org/tlog-proof@v1\n"
    hashes = b"".join(map(b2a_base64, path))
    return b"%sindex %d\n%s\n%s" % (head, index, hashes, note.encode("utf-8"))


def read_proof(data: bytes) -> LogProof:
    """Return what a proof says.

    Raises:
        ProofError: it is none.
    """
    try:
        text = data.decode("utf-8") if len(data) <= MAX_LOG_PROOF else ""
    except UnicodeDecodeError:
        text = ""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != HEAD or not separator or not lines:
        raise ProofError("this is no proof of a log; fetch it again")
    extra = b""
    if lines[0].startswith("extra "):
        extra = strict_base64(lines.pop(0)[len("extra ") :])
    found = re.fullmatch("index (0|[1-9][0-9]{0,18})", lines.pop(0)) if lines else None
    path = tuple(strict_base64(line) for line in lines)
    if found is None or len(path) > MAX_PROOF_HASHES or any(len(one) != HASH for one in path):
        raise ProofError("a proof of a log is damaged; fetch it again")
    return LogProof(int(found[1]), path, note, extra)
