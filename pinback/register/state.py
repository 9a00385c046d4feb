"""What a register adds up to as JSON, so that a run that has proved its lines need not be followed by one that proves them again.

A state belongs to the bytes it was made of: whoever keeps one keeps their digest beside it. It is a value of this program alone and no format.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import accumulate, groupby, pairwise
from typing import Any

from pinback.register.events import Endorsed, Erased, Place, ProfileOf, Register, Withdrawal
from pinback.register.keyring import RegisterKey
from pinback.register.lines import now_text, text_moment
from pinback.register.written import Lines, Positions

_LEAF = 32


def state_of(register: Register) -> dict[str, Any]:
    """Return the state of a register that was read from a file."""
    ends = register.lines.ends
    return {
        "lengths": [after - before for before, after in pairwise(ends)],
        "events": [[event, len(list(run))] for event, run in groupby(register.lines.events)],
        "origin": register.origin,
        "demonstration": register.demonstration,
        "keys": register.keys,
        "keyring": [
            [key.id, key.type, key.public, key.role, _text(key.added), key.line, _text(key.retired), _text(key.revoked)]
            for key in register.keyring
        ],
        "places": [[place.number, place.base_url, place.did, place.since] for place in register.places],
        "profiles": [[one.number, one.place, one.key] for one in register.profiles],
        "versions": register.versions,
        "awards": register.awards.state(),
        "erased": [[gone.id, gone.list, gone.index, gone.line, _text(gone.at)] for gone in register.erased.values()],
        "revoked": {id_: [one.code, _text(one.at)] for id_, one in register.revoked.items()},
        "superseded": register.superseded,
        "suspended": {id_: _text(at) for id_, at in register.suspended.items()},
        "groups": [
            [
                *(one.group, one.list, one.index, one.record, list(one.keys), dict(one.files)),
                *(_text(one.at), one.line, one.place, _text(one.ended)),
            ]
            for one in register.groups.values()
        ],
        "dropped": [[number, sorted(dropped)] for number, dropped in register.dropped.items()],
        "status": [[purpose, number, digest] for (purpose, number), digest in register.status.items()],
        "used": [[number, sorted(used)] for number, used in register.used.items()],
        "list_places": list(register.list_places.items()),
        "leaves": b"".join(register.leaves).hex(),
        "log_keys": [[number, sorted(keys)] for number, keys in register.log_keys.items()],
        "statement": register.statement,
        "log_keys_before": sorted(register.log_keys_before),
    }


def register_from(state: Any, data: bytes, file: str) -> Register:  # noqa: ANN401 - JSON
    """Return the register of a state.

    Args:
        state: made by ``state_of`` of a register with the same bytes.
        data: the file; more lines may follow in it.
        file: its path relative to the club's folder.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is no state.
    """
    events = [event for event, count in state["events"] for _ in range(count)]
    ends = array("Q", accumulate(state["lengths"], initial=0))
    register = Register(file, Lines.as_read(data, ends, events))
    register.origin, register.demonstration = state["origin"], state["demonstration"]
    register.keys = state["keys"]
    for id_, type_, public, role, added, line, retired, revoked in state["keyring"]:
        key = RegisterKey(id_, type_, public, role, text_moment(added), line)
        register.keyring.keys[id_] = replace(key, retired=_moment(retired), revoked=_moment(revoked))
    register.places = [Place(*one) for one in state["places"]]
    register.profiles = [ProfileOf(*one) for one in state["profiles"]]
    register.versions = state["versions"]
    register.awards.take_state(state["awards"], [place.since for place in register.places])
    register.erased = {
        id_: Erased(id_, list_, index, line, _moment(at)) for id_, list_, index, line, at in state["erased"]
    }
    register.revoked = {id_: Withdrawal(code, text_moment(at)) for id_, (code, at) in state["revoked"].items()}
    register.superseded = state["superseded"]
    register.suspended = {id_: text_moment(at) for id_, at in state["suspended"].items()}
    register.groups = {
        group: Endorsed(group, list_, index, record, tuple(keys), files, text_moment(at), line, place, _moment(ended))
        for group, list_, index, record, keys, files, at, line, place, ended in state["groups"]
    }
    register.dropped = {number: set(dropped) for number, dropped in state["dropped"]}
    register.status = {(purpose, number): digest for purpose, number, digest in state["status"]}
    register.used = {number: Positions(used) for number, used in state["used"]}
    register.list_places = dict(state["list_places"])
    leaves = bytes.fromhex(state["leaves"])
    register.leaves = [leaves[at : at + _LEAF] for at in range(0, len(leaves), _LEAF)]
    register.log_keys = {number: frozenset(keys) for number, keys in state["log_keys"]}
    register.statement = state["statement"]
    register.log_keys_before = frozenset(state["log_keys_before"])
    return register


def _text(moment: Any) -> str:  # noqa: ANN401 - a moment or None
    return now_text(moment) if moment else ""


def _moment(text: str) -> Any:  # noqa: ANN401 - a moment or None
    return text_moment(text) if text else None
