"""The last sealing of an issuer: every status list once more, a final statement, and the end of all keys.

After it the register takes nothing more. What the keys signed stays genuine, because they are retired and not revoked
(TRUST §4), and the lists say for ever what they say now.
"""

from __future__ import annotations

from datetime import datetime

from pinback.canonical import sha256_name
from pinback.formats import ob3
from pinback.model import Club, Issuer
from pinback.register import Register
from pinback.register_proofs import key_event
from pinback.seal.documents import signed_whole
from pinback.seal.make import Draft, Frozen, Prepared
from pinback.seal.signing_keys import Keys

CLOSING = "closing.json"
_LAST = ("log", "rsa", "recovery", "ed25519")
"""In which order the roles retire; the key that signs these lines goes last of all."""


def statement_words(club: Club, issuer: Issuer, day: str) -> str:
    """Return what the final statement says.

    Args:
        club: the club.
        issuer: who closes.
        day: of the closing, as people read it.
    """
    name = issuer.name.in_language(club.site.language)
    return (
        f"On {day} {name} ended the awarding of badges. Nothing has been or will be awarded, withdrawn or restored under "
        "this name after that day. What was awarded before stays as it is, and the status lists signed on that day "
        "are the last ones."
    )


def prepare_closing(
    club: Club, issuer: Issuer, register: Register, keys: Keys, at: datetime, frozen: Frozen, words: str
) -> Prepared:
    """Make, sign, read back and verify everything of an issuer's end.

    Raises:
        ProofError: something could not be signed; nothing was written.
    """
    draft = Draft(register, issuer.slug, keys, at, frozen)
    draft.status_lists(
        {(purpose, number): register.set_indexes(purpose, number) for purpose, number in register.status}
    )
    document = ob3.closing_statement(issuer, club.site.language, draft.where, at, words)
    signed = draft.files[CLOSING] = signed_whole(document, issuer.did, draft.stamp, keys)
    draft.note("close", statement=sha256_name(signed))
    active = sorted(register.keyring.active(*_LAST), key=lambda key: (key.id == keys.ed25519.id, _LAST.index(key.role)))
    for key in active:
        line = {
            "n": draft.number,
            "event": "key-retire",
            "at": draft.stamp,
            "key": {"id": key.id, "type": key.type, "public": key.public},
        }
        draft.add(key_event(register.origin, line, keys.ed25519.id, keys.signer))
    draft.checkpoint()
    return Prepared({}, draft.files, draft.rows)
