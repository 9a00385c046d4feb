"""The keys of an issuer: their lives, what is known of them, and signing again after a theft (TRUST §1, §4).

``keys`` makes, adds, rotates, retires and revokes them; ``known`` reads which there are and tries codes; ``resealing``
signs again what stolen keys had honestly signed. Each public function is one of the ``key`` commands, or ``reseal``.
"""

from pinback.custody.keys import Sheet, Show, new_keys, new_steward, retire, revoke, rotate
from pinback.custody.known import Codes, has_keys, loaded, moment_of, named, owner, restore, sets, states
from pinback.custody.resealing import reseal
from pinback.seal.reseal import thefts

__all__ = [
    "Codes",
    "Sheet",
    "Show",
    "has_keys",
    "loaded",
    "moment_of",
    "named",
    "new_keys",
    "new_steward",
    "owner",
    "reseal",
    "restore",
    "retire",
    "revoke",
    "rotate",
    "sets",
    "states",
    "thefts",
]
