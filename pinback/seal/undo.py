"""Taking back a sealing that nobody has seen: the register's newest lines, and the files that came with them.

The register is cut first, by one rename; a note lies in ``.pinback/`` meanwhile, the same as that of a sealing, so
that any next run removes and puts back the files of one that died. Ids stay in the records, so the awards keep
their addresses when they are sealed again.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pinback.canonical import canonical_bytes, sha256_name
from pinback.dataclass import dataclass
from pinback.errors import ContentError, SigningError
from pinback.files import write_file
from pinback.limits import MAX_FILE
from pinback.register import KEY_EVENTS, Register, line_bytes
from pinback.register_proofs import proved_register
from pinback.seal.store import Store
from pinback.seal.write import note_path, tidy_up

Read = Callable[[Iterable[str]], Iterator[tuple[str, bytes | None]]]
"""Yields the files of the earlier state by path."""

_FINAL = {
    **dict.fromkeys(sorted(KEY_EVENTS), "keys were changed since, and this command leaves keys alone"),
    "move": "the move of the site stands",
    "close": "the closing of the issuer stands",
    "erase": "an erasure stands, and what was erased does not come back",
}
_WORDS = (
    (("award",), "award", "awards"),
    (("revoke", "supersede"), "withdrawal", "withdrawals"),
    (("suspend",), "suspension", "suspensions"),
    (("restore",), "restoration", "restorations"),
    (("reseal",), "renewed signature", "renewed signatures"),
    (("badge",), "badge version", "badge versions"),
    (("endorse", "endorse-end"), "change of an endorsement", "changes of endorsements"),
)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back.

    Attributes:
        issuer: slug.
        state: name of the state that is there again.
        events: how many lines of each event were dropped.
    """

    issuer: str
    state: str
    events: Counter[str]

    def words(self) -> str:
        """Return what waits again, in words."""
        parts = []
        for events, one, many in _WORDS:
            if number := sum(self.events[event] for event in events):
                parts.append(f"{number:,} {one if number == 1 else many}")
        return ", ".join(parts) or "nothing of an award"


def refusal(register: Register, known: int) -> str:
    """Return why the lines after the first *known* cannot be taken back (``line: what; cure``), or ""."""
    if known == 0:
        return "1: the earlier state does not know this register at all; name a newer one with --deployed"
    for number, line in enumerate(register.lines[known:], known + 1):
        if line["event"] in _FINAL:
            cure = "this sealing cannot be undone; correct the awards one by one (revoke, supersede)"
            return f"{number}: {_FINAL[line['event']]}; {cure}"
    return ""


def take_back(store: Store, register: Register, known: int, name: str, read: Read) -> Undone:
    """Drop the lines after the first *known*, and bring the sealed files to what the others name.

    1. Find what has to be put back, and compare it with its digests. 2. Note it. 3. Cut the register. 4. Remove and put
    back files.

    Args:
        store: the issuer's files.
        register: its register.
        known: how many lines stay; ``refusal`` has nothing against it.
        name: of the earlier state.
        read: reads files of that state.

    Raises:
        SigningError: the earlier state does not hold what its register names; nothing was written.
    """
    # 1.
    data = b"".join(line_bytes(line) for line in register.lines[:known])
    before = proved_register(data, register.file)
    wanted, present = dict(store.named(before)), dict(store.named(register))
    lost = [path for path, digest in wanted.items() if not _holds(store, path, digest)]
    replaced = {}
    for shown, old in read(store.shown(path) for path in lost):
        path = store.root / shown
        if old is None or sha256_name(old) != wanted[path]:
            raise SigningError(f"{shown}: {name} does not hold what its register names; name another state")
        replaced[path.relative_to(store.sealed).as_posix()] = base64.b64encode(old).decode("ascii")
    surplus = [path.relative_to(store.sealed).as_posix() for path in present if path not in wanted]

    # 2.
    note = canonical_bytes(
        {
            "length": len(data),
            "files": sorted({*replaced, *surplus}),
            "replaced": replaced,
            "removed": [],
            "after": "",
        }
    )
    if len(note) > MAX_FILE:
        raise SigningError(
            f"issuers/{store.issuer}: too many files would have to be put back; use git checkout for them"
        )
    write_file(note_path(store), note)

    # 3.
    write_file(store.register_path, data)

    # 4.
    tidy_up(store, before)
    return Undone(store.issuer, name, Counter(line["event"] for line in register.lines[known:]))


def _holds(store: Store, path: Path, digest: str) -> bool:
    try:
        store.read(path, digest)
    except ContentError:
        return False
    return True
