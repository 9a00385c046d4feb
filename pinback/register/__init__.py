"""The register: an issuer's append-only memory, one event a line (TRUST §2; the bytes: docs/format.md).

``lines`` one line and its leaf, ``written`` all of them as they lie in the file, ``packed`` the same in less memory, ``keyring`` the lives of the keys, ``events`` what the lines add up to,
``reading`` from bytes to that, ``state`` the same
kept between runs. Reading is strict: a line that is not the canonical form of known events with
known fields, numbered without gaps, in time order and with the right leaf, is an error with file and
line. What the lines add up to (``Register``) is all that ``build`` and ``seal`` know of the past. Nothing here opens
files or knows signatures; ``log`` checks checkpoints and ``register_proofs`` key events.
"""

from pinback.register.events import Endorsed, Erased, Place, ProfileOf, Register, SealedIds, Withdrawal
from pinback.register.keyring import Keyring, RegisterKey
from pinback.register.lines import (
    CODES,
    DIGEST,
    EVENTS,
    KEY_EVENTS,
    RESTORE,
    Fault,
    complete,
    entry_bytes,
    entry_hash,
    erased,
    is_erased,
    leaf_hash,
    leaf_of,
    line_bytes,
    now_text,
    record_hash,
    text_moment,
)
from pinback.register.packed import Rows
from pinback.register.reading import TWO_STEWARDS, parse, whole_lines
from pinback.register.state import register_from, state_of
from pinback.register.written import Awards, Lines, SealedAward

__all__ = [
    "CODES",
    "DIGEST",
    "EVENTS",
    "KEY_EVENTS",
    "RESTORE",
    "TWO_STEWARDS",
    "Awards",
    "Endorsed",
    "Erased",
    "Fault",
    "Keyring",
    "Lines",
    "Place",
    "ProfileOf",
    "Register",
    "RegisterKey",
    "Rows",
    "SealedAward",
    "SealedIds",
    "Withdrawal",
    "complete",
    "entry_bytes",
    "entry_hash",
    "erased",
    "is_erased",
    "leaf_hash",
    "leaf_of",
    "line_bytes",
    "now_text",
    "parse",
    "record_hash",
    "register_from",
    "state_of",
    "text_moment",
    "whole_lines",
]
