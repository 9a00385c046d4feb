"""Award records: one award a file or a batch, with the rules that concern one record alone.

Batches are merged here; the texts that the record hash covers are taken here; names, minors and plain
addresses are guarded here. Rules between files are in ``check``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from pinback.content import fields
from pinback.content.kinds import is_empty
from pinback.content.nodes import BLANK, Items, Mapping, Node, Problems, Text
from pinback.content.plain_addresses import addresses_in
from pinback.content.records import line_of, mapping_of
from pinback.content.typed import Typed
from pinback.errors import quoted
from pinback.model import (
    Award,
    Badge,
    Duration,
    Erasure,
    Origin,
    Revocation,
)

_DOCUMENTED = frozenset(field.name for field in fields.AWARD.fields if field.documented)
_OWN = frozenset(field.name for field in fields.AWARD.fields if not field.shared)
_WITH_NAME = _DOCUMENTED | {"name", "signed_name"}
_PLAIN_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_FIRST_NAME_AND_INITIAL = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*(?: [^\W\d_]\.?)?")


def award_entries(node: Node | None, problems: Problems) -> Iterator[tuple[Mapping, int, Mapping]]:
    """Yield each award of a record file: its fields with shared ones merged in, its line, its own mapping."""
    top = mapping_of(node, "an award", problems)
    if top is None:
        return
    batch = top.get("awards")
    if batch is None:
        yield top, top.line, top
        return
    if not isinstance(batch, Items) or not batch.values:
        problems.add(
            batch.line,
            '"awards" has no list of awards',
            'write each one below it after a hyphen, like "- handle: otter-7"',
        )
        return
    shared = []
    for key, value in top.entries:
        if key.value not in fields.AWARD.names and key.value != "awards":
            fields.AWARD.unknown(key, problems)
            continue
        if key.value in _OWN:
            problems.add(
                key.line,
                f"{quoted(key.value)} stands above the list, so all its awards would share it",
                "move it to the award that it belongs to, below the hyphen",
            )
        elif key.value != "awards":
            shared.append((key, value))
    shared_names = {key.value for key, _ in shared}
    for item in batch.values:
        if not isinstance(item, Mapping) or not item.entries:
            problems.add(
                item.line, "this entry of the list is not an award", 'write its fields, like "- handle: otter-7"'
            )
            continue
        own = {key.value for key, value in item.entries if not is_empty(value)}
        entries = item.entries
        if len(own) < len(entries):
            entries = tuple(entry for entry in entries if entry[0].value in own or entry[0].value not in shared_names)
        merged = entries + tuple(entry for entry in shared if entry[0].value not in own)
        yield Mapping(merged, item.line, item.index, item.column, item.flow), item.line, item


def is_erased(own: Mapping) -> bool:
    """Tell whether this record asks for erasure, so that it is none of an award any more."""
    asked = own.get("erased")
    return asked is not None and not is_empty(asked)


def erasure(folder: str, line: int, own: Mapping, problems: Problems) -> Erasure | None:
    """Make what is left of an erased award from its own fields; shared ones of a batch belong to the others."""
    values = {
        field.name: field.kind.read(field.name, node, problems)
        for field in fields.AWARD.fields
        if field.name in ("id", "erased") and (node := own.get(field.name)) is not None and not is_empty(node)
    }
    if values["erased"] is False:
        problems.add(
            line_of(own, "erased", line), '"erased: false" says nothing', "delete the line; true alone asks for erasure"
        )
    elif values["erased"] and "id" not in values:
        problems.add(
            line_of(own, "erased", line),
            '"erased" stands without "id", so it names no award',
            "put the id line back; if the award was never sealed, delete the whole record",
        )
    others = [key for key, node in own.entries if key.value not in ("id", "erased") and not is_empty(node)]
    if values["erased"] and others:
        shown = ", ".join(f"{key.value} on line {key.line}" for key in others)
        problems.add(
            line_of(own, "erased", line),
            'an erased award keeps nothing but "id" and "erased", because all else may tell of its holder',
            f"delete {shown}, or let pinback erase do all of it",
        )
        return None
    if not values["erased"] or not values.get("id"):
        return None
    return Erasure(values["id"], folder, Origin(problems.file, line))


def award(
    folder: str,
    node: Mapping,
    line: int,
    own: Mapping,
    badge: Badge | None,
    public_repository: bool,
    problems: Problems,
) -> Award | None:
    """Make an award from merged fields; rules that compare it with the badge are in ``check``.

    Args:
        folder: the badge's folder.
        node: own and shared fields.
        line: where the award begins.
        own: its own fields, whose lines are named; a shared field that does not fit is told at the award.
        badge: it says how long awards are valid that do not say it; None where it could not be read.
        public_repository: whether strangers can read the record.
        problems: receives every fault.
    """
    values = fields.AWARD.values(node, problems, line)
    if values is None:
        return None
    before = len(problems.found)
    _check_award(folder, values, own, line, public_repository, problems)
    if any(not found.warning for found in problems.found[before:]):
        return None
    revoked = values.get("revoked")
    return Award(
        id=values.get("id", ""),
        badge=folder,
        issued_on=values["issued_on"],
        valid_until=_valid_until(values, badge),
        handle=values.get("handle", ""),
        name=values.get("name", ""),
        public=values.get("public", False),
        signed_name=values.get("signed_name", False),
        minor=values.get("minor", False),
        guardian_consent=values.get("guardian_consent"),
        language=values.get("language", ""),
        supersedes=values.get("supersedes", ""),
        renews=values.get("renews", ""),
        revoked=Revocation(revoked["on"], revoked["reason"]) if revoked else None,
        suspended=values["suspended"]["on"] if "suspended" in values else None,
        superseded_by=values.get("superseded_by", ""),
        typed=Typed.of(_typed(node, values)),
        origin=Origin(problems.file, line),
        column=-1 if own.flow else own.column,
    )


def _valid_until(values: dict[str, Any], badge: Badge | None) -> date | None:
    if "valid_until" in values:
        day: date = values["valid_until"]
        return day
    duration: Duration | None = values.get("valid_for") or (badge.valid_for if badge else None)
    return duration.last_day(values["issued_on"]) if duration else None


def _check_award(
    folder: str, values: dict[str, Any], own: Mapping, line: int, public_repository: bool, problems: Problems
) -> None:
    def at(name: str) -> int:
        return line_of(own, name, line)

    if values.get("badge", folder) != folder:
        problems.add(
            at("badge"),
            f"badge is {quoted(values['badge'])}, but the record lies in badges/{folder}/awards",
            f'move the file to badges/{values["badge"]}/awards, or write "badge: {folder}"',
        )
    issued = values["issued_on"]
    if values.get("valid_until") and values["valid_until"] < issued:
        problems.add(
            at("valid_until"),
            f"valid_until ({values['valid_until']}) lies before issued_on ({issued})",
            "correct one of the two",
        )
    if "valid_until" in values and "valid_for" in values:
        problems.add(
            at("valid_for"),
            '"valid_until" and "valid_for" both say how long the award is valid',
            "delete one of the two",
        )
    if (
        values.get("activity_start")
        and values.get("activity_end")
        and values["activity_end"] < values["activity_start"]
    ):
        problems.add(
            at("activity_end"),
            f"activity_end ({values['activity_end']}) lies before activity_start ({values['activity_start']})",
            "correct one of the two",
        )
    revoked = values.get("revoked")
    if revoked and revoked["on"] < issued:
        problems.add(
            at("revoked"),
            f'the award is withdrawn (revoked, "on: {revoked["on"]}") before it was issued ({issued})',
            "correct one of the two days",
        )
    suspended = values.get("suspended")
    if suspended and suspended["on"] < issued:
        problems.add(
            at("suspended"),
            f'the award is suspended ("on: {suspended["on"]}") before it was issued ({issued})',
            "correct one of the two days",
        )
    if suspended and revoked:
        problems.add(
            at("suspended"),
            "the award is suspended and withdrawn as well (revoked)",
            "delete the suspended line; a withdrawal is final, a suspension can be taken back",
        )
    if "supersedes" in values and "renews" in values:
        problems.add(
            at("renews"),
            '"supersedes" and "renews" stand together',
            'keep "supersedes" if the earlier award was wrong, "renews" if it was right and its time is over',
        )
    if "link" in values and "named" not in values:
        problems.add(
            at("link"),
            '"link" stands without "named"',
            "both belong to a named link; put both lines back, or delete both and make a new link with pinback award",
        )
    if "link" in values and "id" not in values:
        problems.add(
            at("link"),
            '"link" was made for an award id, and "id" is missing',
            "put the id line back; if it is lost, delete named and link and make a new link with pinback award",
        )
    for entry in values.get("results", ()):
        if not any(entry.get(name) for name in ("value", "status")):
            problems.add(at("results"), f"the result {quoted(entry['result'])} says nothing", 'add "value" or "status"')
    for name, key in (("results", "result"), ("evidence", "url")):
        entries = [entry[key] for entry in values.get(name, ()) if key in entry]
        for value in sorted({value for value in entries if entries.count(value) > 1}):
            problems.add(
                at(name), f'{quoted(value)} stands twice in "{name}"', "delete one, or join the two into one entry"
            )
    for entry in values.get("evidence", ()):
        if not any(entry.values()):
            problems.add(at("evidence"), "an evidence entry says nothing", 'add "url", "name" or "narrative"')
    _check_name(values, at, public_repository, problems)


def _check_name(values: dict[str, Any], at: Any, public_repository: bool, problems: Problems) -> None:  # noqa: ANN401 - local function
    name = values.get("name", "")
    if values.get("public") and not name:
        problems.add(at("public"), '"public: true" stands without a name', 'add "name", or write "public: false" here')
    if values.get("signed_name") and not (name and values.get("public")):
        problems.add(at("signed_name"), '"signed_name" needs a name in the open', 'add "name" and "public: true"')
    if name and public_repository and not values.get("public"):
        problems.add(
            at("name"),
            "a name stands in a public repository without the holder's word for it",
            'add "public: true" if the holder wants that, or delete the name and make a named link (pinback award)',
        )
    if not values.get("minor"):
        return
    if "email" in values:
        problems.add(
            at("email"),
            "an e-mail hash of a minor can be guessed by strangers",
            'delete "email"; a named link (pinback award) needs none',
        )
    if values.get("signed_name"):
        problems.add(
            at("signed_name"), "the name of a minor cannot be in the signed document", 'leave "signed_name" out'
        )
    shown = name and values.get("public")
    if shown and not values.get("guardian_consent"):
        problems.add(
            at("name"),
            "a minor's name is shown without a guardian's consent",
            'add the day on which a guardian agreed, like "guardian_consent: 2026-05-17", or delete the name',
        )
    if shown and not _FIRST_NAME_AND_INITIAL.fullmatch(_without_marks(name)):
        problems.add(
            at("name"),
            f"more than first name and initial of a minor is shown (found {quoted(name)})",
            'shorten it, like "Zoë A."',
        )


def _without_marks(name: str) -> str:
    """Return a name without accents and vowel signs that stand as characters of their own."""
    return "".join(sign for sign in name if not unicodedata.category(sign).startswith("M"))


def _typed(node: Mapping, values: dict[str, Any]) -> dict[str, object]:
    """Return the fields that documents are made from, as they are typed.

    A list with a faulty entry is left out: nothing is made of the record, and the rules between files look at what is in entries.
    """
    documented = _WITH_NAME if values.get("signed_name") else _DOCUMENTED
    return {
        key.value: _plain(value)
        for key, value in node.entries
        if key.value in documented
        and not is_empty(value)
        and not (isinstance(value, Items) and len(value.values) != len(values[key.value]))
    }


def _plain(node: Node) -> object:
    if isinstance(node, Text):
        return node.value.strip(BLANK)
    if isinstance(node, Items):
        return [_plain(value) for value in node.values if not is_empty(value)]
    return {key.value: _plain(value) for key, value in node.entries if not is_empty(value)}


def warn_of_addresses(text: str, problems: Problems) -> None:
    """Note every plain e-mail address in a record of a public repository."""
    for number in dict(addresses_in(text)):
        problems.add(
            number,
            "an e-mail address stands in a repository that anybody can read",
            "delete it (pinback award --email writes its hash instead); once committed, the history keeps it: see the handbook",
        )
