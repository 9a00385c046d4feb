"""The keys of the example club, which anyone can open (TRUST §7): who may sign with them, and what a checker calls them.

This module imports nothing of ours.
"""

from __future__ import annotations

DEMONSTRATION_DIDS = frozenset(
    (
        "did:web:badges.example.org",
        "did:web:badges.example.org:issuers:valley-federation",
    )
)
"""The only DIDs that a register with ``"demonstration": true`` may name."""

DEMONSTRATION_KEYS: frozenset[str] = frozenset(
    (
        "z6Mkpn54G9ws5Ya4agWmN3jUXfV9vLzgkwcdLVRdQL54FzYs",
        "z6Mkjj3yGNRnzoUJRrrRtTT8EMEAgobztdNDb2MYbeA8gHY9",
        "FJQmpPABHIqPMPFBQ41eDBT7f8wB7lZY2mxLFeOxz9A",
        "z6Mkv9ECykjYXvcRPSwsmCc2yacRAY6vNvSLKWadrmTxKmML",
        "z6MkthokAk8atPSDzibn1etsWh8WdeQ6beP7CuCKVZ2e2fDm",
        "Th-L4XQtrR2Hm7eFzjyjFl8jooqsYPNZ4IUV609Sgnw",
        # The first ones, which stand in this repository's history.
        "z6MkkuhFWhtcGM3NNTDFyPuigcSn7FKHV2UaEeJqvivyEYXU",
        "z6MkqNuecGVEhX5NMJHMGqr1WfSycGzRpsLBqp37heK4zaKu",
        "ti_eicnJyQSVff55g7QNJTWffZ7xmL-aoMt9L5NRuiM",
        "z6Mkn1ps6RdhHjUd3ahMKbJmxBDhNebm4vmoACeEY5rrHex3",
        "z6Mkh6kgWsRo62yk4hutGh9mY4UBX5debNEDJwLAMfo7qwDE",
        "h46TpULo1uvInW_ZmWOUqZCxNafhIR0iiCxr2xVTXjI",
    )
)
"""Ids of the keys that anyone can open; refused for every other DID."""
