"""What a parent body does about its groups: add one, end one, see all, and what a group writes to link back.

Files are written here and nothing is signed: the next sealing endorses and ends. The network is no concern of this module;
what a group's site says of it comes as bytes (``index.json``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pinback import addresses, pipeline
from pinback.addresses import Addresses
from pinback.awarding import yaml_text
from pinback.content.edit import rewrite
from pinback.content.groups import group, group_file
from pinback.content.kinds import MAX_SLUG, RESERVED, is_slug
from pinback.content.nodes import Problems, parse
from pinback.content.schemas import editor_line
from pinback.dataclass import dataclass
from pinback.errors import ContentError, Problem, UsageError, quoted
from pinback.files import write_file
from pinback.model import Club, Issuer
from pinback.pipeline import Checked, issuer_named

INDEX = addresses.INDEX


@dataclass(frozen=True, slots=True)
class Named:
    """A group as its own site names it: name, DID, address of its OB 2.0 profile."""

    name: str
    did: str
    profile: str


@dataclass(frozen=True, slots=True)
class State:
    """A group and how far its endorsement has come: ``waits``, ``endorsed``, ``ends`` or ``ended``."""

    slug: str
    name: str
    did: str
    state: str


def parent(club: Club, slug: str) -> Issuer:
    """Return the issuer that endorses: the one that is named, else the site's own.

    Raises:
        UsageError: there is no such issuer.
    """
    return issuer_named(club, slug or club.site.default_issuer)


def from_index(data: bytes, issuer: str = "") -> Named:
    """Return what a site's ``index.json`` says of one of its issuers.

    Args:
        data: the file.
        issuer: the folder's name of the issuer there; it may be left out where there is one alone.

    Raises:
        UsageError: it is no such file, or names several issuers and none was chosen.
    """
    try:
        found = [Named(str(one["name"]), str(one["did"]), str(one["profile"])) for one in json.loads(data)["issuers"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            "the site has no index.json of Pinback; give --title, --did and --profile as the group tells you"
        ) from error
    chosen = [one for one in found if not issuer or f"/issuers/{issuer}/" in one.profile]
    if len(chosen) != 1:
        names = ", ".join(one.profile.rpartition("/issuers/")[2].partition("/")[0] for one in found) or "none"
        raise UsageError(f"the site has these issuers: {names}; choose one with --issuer-there")
    return chosen[0]


def add(root: Path, issuer: Issuer, slug: str, named: Named, since: date, text: str) -> str:
    """Write the file of a group, and return its path.

    Raises:
        UsageError: the name cannot be an address, or is taken, or a value is none that the file can hold.
    """
    if not is_slug(slug) or slug in RESERVED:
        raise UsageError(f'"{slug}" cannot be an address; use small letters, digits and hyphens, at most {MAX_SLUG}')
    file = group_file(issuer.slug, slug)
    if (root / file).exists():
        raise UsageError(f"{file}: there is such a group already; one that comes back gets another name")
    fields = {"name": named.name, "did": named.did, "profile": named.profile, "since": since.isoformat(), "text": text}
    lines = "".join(f"{name}: {yaml_text(value)}\n" for name, value in fields.items())
    written = editor_line(file) + lines
    faults = _faults(written, file, slug)
    if faults:
        raise UsageError(f"{faults[0].what}; {faults[0].cure}")
    write_file(root / file, written.encode("utf-8"))
    return file


def end(root: Path, checked: Checked, issuer: Issuer, slug: str, on: date) -> str:
    """Write into the file of a group that it has ended, and return its path.

    Raises:
        UsageError: there is no such group, it has ended, or it was never endorsed.
        ContentError: the file cannot be edited safely.
    """
    known = next((one for one in issuer.groups if one.slug == slug), None)
    if known is None:
        names = ", ".join(one.slug for one in issuer.groups) or "none"
        raise UsageError(f"there is no group {quoted(slug)}; known: {names}")
    file = known.origin.file
    if known.ended is not None:
        raise UsageError(f"{file}: {slug} has ended on {known.ended} already")
    if on < known.since:
        raise UsageError(f"{file}: {slug} is a group since {known.since}; it cannot end before that")
    sealed = checked.sealed.get(issuer.slug)
    if sealed is None or slug not in sealed.register.groups:
        raise UsageError(f"{file}: the endorsement was never signed, so there is nothing to end; delete the file")

    def edited(text: str) -> str:
        newline = "\r\n" if "\r\n" in text else "\n"
        found = f"{text}{'' if text.endswith(newline) else newline}ended: {on}{newline}"
        if _faults(found, file, slug):
            what = "this file is written so that no tool can add to it safely"
            raise ContentError([Problem(file, 0, what, f'put "ended: {on}" on a line of its own')])
        return found

    rewrite(root, file, edited)
    return file


def _faults(text: str, file: str, slug: str) -> list[Problem]:
    problems = Problems(file)
    group(slug, parse(text, problems), problems)
    return problems.found


def states(checked: Checked, issuer: Issuer) -> list[State]:
    """Return the groups of an issuer in the order of their names."""
    sealed = checked.sealed.get(issuer.slug)
    known = sealed.register.groups if sealed else {}
    words: Mapping[tuple[bool, bool], str] = {
        (False, False): "waits",
        (True, False): "endorsed",
        (True, True): "ends",
    }
    return [
        State(
            one.slug,
            one.name,
            one.did,
            "ended"
            if one.slug in known and known[one.slug].ended
            else words.get((one.slug in known, one.ended is not None), "waits"),
        )
        for one in issuer.groups
    ]


def back_link(club: Club, issuer: Issuer, slug: str) -> str:
    """Return the lines that a group puts into its ``issuer.yaml`` to link back.

    Raises:
        UsageError: there is no such group.
    """
    if slug not in {one.slug for one in issuer.groups}:
        names = ", ".join(one.slug for one in issuer.groups) or "none"
        raise UsageError(f"there is no group {quoted(slug)}; known: {names}")
    where = Addresses(club.site.base_url)
    name = yaml_text(issuer.name.in_language(club.site.language))
    url = {name: where.url(addresses.group_file(issuer.slug, slug, name)) for name in addresses.ENDORSEMENT_FORMS}
    return (
        f"member_of:\n  - name: {name}\n    did: {issuer.did}\n"
        f"    credential: {url['credential.json']}\n    endorsement: {url['endorsement.json']}\n"
    )


def checked_parent(root: Path, slug: str) -> tuple[Checked, Issuer]:
    """Return the checked club and the issuer that endorses."""
    checked = pipeline.check(root)
    return checked, parent(checked.club, slug)
