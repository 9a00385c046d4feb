"""The groups that an issuer endorses: one file each, and the rules between them.

A group is named by its DID and its OB 2.0 profile, both as its own site says them. The file's name is part of the addresses
of the endorsement, so a group that comes back, or moves to another address, gets another file.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinback.content import fields
from pinback.content.nodes import BLANK, Node, Problems, Text
from pinback.content.records import line_of, mapping_of
from pinback.errors import Problem, quoted
from pinback.model import Club, Group, Origin

FOLDER = "groups"


def group_file(issuer: str, slug: str) -> str:
    """Return the path of a group's file, relative to the club's folder."""
    return f"issuers/{issuer}/{FOLDER}/{slug}.yaml"


def group(slug: str, node: Node | None, problems: Problems) -> Group | None:
    """Make a group from ``groups/<slug>.yaml``; every fault is noted."""
    mapping = mapping_of(node, "a group", problems)
    values = fields.GROUP.values(mapping, problems) if mapping else None
    if mapping is None or values is None:
        return None
    ended = values.get("ended")
    if ended is not None and ended < values["since"]:
        problems.add(line_of(node, "ended"), '"ended" lies before "since"', "correct one of the two days")
        return None
    covered = {field.name for field in fields.GROUP.fields if field.documented}
    typed: dict[str, object] = {
        key.value: value.value.strip(BLANK)
        for key, value in mapping.entries
        if key.value in covered and isinstance(value, Text)
    }
    return Group(
        slug=slug,
        name=values["name"],
        did=values["did"],
        profile=values["profile"],
        since=values["since"],
        text=values["text"],
        ended=ended,
        typed=typed,
        origin=Origin(problems.file),
    )


def problems(club: Club) -> Iterator[Problem]:
    """Yield a problem where an issuer endorses itself, or one group twice at a time, or belongs to itself."""
    for issuer in club.issuers.values():
        for parent in issuer.member_of:
            if parent.did == issuer.did:
                what = f'"member_of" names {quoted(parent.did)}, which is this issuer itself'
                yield Problem(issuer.origin.file, 0, what, "put the DID of the parent body there, or leave it out")
        present: dict[str, Group] = {}
        for group in issuer.groups:
            if group.did == issuer.did:
                what = f"{quoted(group.did)} is the did of issuers/{issuer.slug} itself"
                yield Problem(group.origin.file, 0, what, "put the DID of the group there, or delete the file")
            elif group.ended is None and group.did in present:
                what = f"{quoted(group.did)} is endorsed in {present[group.did].origin.file} too"
                yield Problem(group.origin.file, 0, what, 'end one of the two with "ended", or delete the newer file')
            elif group.ended is None:
                present[group.did] = group
