"""From the fields of one file to one object of the model, with the rules that concern this file alone.

Each function notes every problem it finds and returns None where the object cannot be made. Rules
between files are in ``check``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from pinback.addresses import did_document_url
from pinback.content import fields
from pinback.content.kinds import did_you_mean, is_empty, is_web_address
from pinback.content.nodes import BLANK, Items, Mapping, Node, Problems, Text
from pinback.errors import quoted
from pinback.model import (
    Address,
    Alignment,
    Award,
    Badge,
    Evidence,
    HashedEmail,
    Issuer,
    LocalText,
    Origin,
    Page,
    Person,
    Result,
    ResultDescription,
    Revocation,
    Site,
)

NO_TEXT = LocalText(())
# NOTE: without the look behind, a long line of letters takes the square of its length.
_PLAIN_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_FIRST_NAME_AND_INITIAL = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*(?: [^\W\d_]\.?)?")


def line_of(node: Node | None, name: str, otherwise: int = 1) -> int:
    """Return the line of a field, or *otherwise* where it is not there."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return found.line if found else otherwise


def _mapping(node: Node | None, subject: str, problems: Problems) -> Mapping | None:
    if node is None:
        return None
    if not isinstance(node, Mapping):
        problems.add(
            node.line,
            f"the fields of {subject} are not written as names and values",
            'write one "name: value" a line, with a space after the colon',
        )
        return None
    return node


def site(node: Node | None, problems: Problems) -> Site | None:
    """Make the site from ``site.yaml``."""
    mapping = _mapping(node, "site.yaml", problems)
    values = fields.SITE.values(mapping, problems) if mapping else None
    if values is None:
        return None
    base_url: str = values["base_url"]
    if fault := base_url_fault(base_url):
        what, _, cure = fault.partition("; ")
        problems.add(line_of(node, "base_url"), what, cure)
        return None
    base_url = base_url if base_url.endswith("/") else base_url + "/"
    return Site(
        title=values["title"],
        base_url=base_url,
        languages=values.get("languages") or ("en",),
        default_issuer=values["default_issuer"],
        public_repository=values.get("repository", "public") == "public",
        description=values.get("description", NO_TEXT),
        origin=Origin(problems.file),
    )


def base_url_fault(value: str) -> str:
    """Say why *value* cannot be the address of a site, as what is wrong and the cure, or return ""."""
    host, _, path = value.removeprefix("https://").partition("/")
    plain = re.fullmatch(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*(?:[A-Za-z0-9][A-Za-z0-9._-]*)?", path)
    if is_web_address(value) and host == host.lower() and plain and not any(sign in value for sign in "?#%"):
        return ""
    return (
        f"base_url cannot be the root of a site (found {quoted(value)}); "
        'write it like "https://club.github.io/badges/": the host in small letters, no "?", "#" or "%"'
    )


def issuer(slug: str, node: Node | None, problems: Problems) -> Issuer | None:
    """Make an issuer from ``issuer.yaml``."""
    mapping = _mapping(node, "an issuer", problems)
    values = fields.ISSUER.values(mapping, problems) if mapping else None
    if values is None:
        return None
    address = values.get("address")
    return Issuer(
        slug=slug,
        name=values["name"],
        url=values["url"],
        email=values["email"],
        did=values["did"],
        description=values.get("description", NO_TEXT),
        contact=values.get("contact", f"mailto:{values['email']}"),
        telephone=values.get("telephone", ""),
        parent=values.get("parent", ""),
        address=Address(address["country"], address.get("region", ""), address.get("locality", ""))
        if address
        else None,
        logo=values.get("logo", ""),
        origin=Origin(problems.file, line_of(node, "did")),
    )


def did_beside(base_url: str, maker: Issuer) -> str:
    """Say why the DID document of *maker* cannot lie on the site, or return ""."""
    url = did_document_url(maker.did)
    if url.startswith(base_url):
        return ""
    return f"{quoted(maker.did)} sends verifiers to {url}, which is not under base_url {base_url}"


def badge(
    slug: str, node: Node | None, body: str, body_line: int, defaults: Site | None, problems: Problems
) -> Badge | None:
    """Make a badge from front matter and criteria. ``picture`` is left as the field says, or ""."""
    mapping = _mapping(node, "a badge", problems)
    values = fields.BADGE.values(mapping, problems) if mapping else None
    if mapping is not None and not body.strip(BLANK):
        problems.add(0, "the criteria are missing", 'write below the second "---" what somebody has to do to earn it')
        return None
    if values is None:
        return None
    language = values.get("language") or (defaults.language if defaults else "en")
    for name in ("name", "description", "alt"):
        text: LocalText | None = values.get(name)
        if text and text.versions[0][0] and language not in dict(text.versions):
            problems.add(
                line_of(node, name),
                f'"{name}" has no text in {quoted(language)}, the language of this badge',
                f'add one, or set "language: {text.versions[0][0]}"',
            )
            return None
    descriptions = tuple(_result_description(entry) for entry in values.get("results", ()))
    if not _sound_descriptions(mapping, descriptions, problems):
        return None
    return Badge(
        slug=slug,
        issuer=values.get("issuer") or (defaults.default_issuer if defaults else ""),
        name=values["name"],
        description=values["description"],
        alt=values.get("alt", NO_TEXT),
        criteria=body,
        criteria_line=body_line,
        language=language,
        type=values.get("type", "Badge"),
        tags=values.get("tags", ()),
        alignment=tuple(_alignment(entry) for entry in values.get("alignment", ())),
        results=descriptions,
        credits=values.get("credits", ""),
        field_of_study=values.get("field_of_study", ""),
        picture=values.get("picture", ""),
        origin=Origin(problems.file),
    )


def _alignment(values: dict[str, Any]) -> Alignment:
    return Alignment(
        values["name"],
        values["url"],
        values.get("description", ""),
        values.get("framework", ""),
        values.get("code", ""),
        values.get("type", ""),
    )


def _result_description(values: dict[str, Any]) -> ResultDescription:
    return ResultDescription(
        values["id"],
        values["name"],
        values["type"],
        values.get("min", ""),
        values.get("max", ""),
        values.get("required", ""),
        values.get("allowed", ()),
    )


def _sound_descriptions(node: Mapping | None, descriptions: tuple[ResultDescription, ...], problems: Problems) -> bool:
    sound = True
    line = line_of(node, "results")
    seen: set[str] = set()
    for described in descriptions:
        if described.id in seen:
            problems.add(line, f"two results have the id {quoted(described.id)}", "give each its own id")
            sound = False
        seen.add(described.id)
        for name, bound in (("min", described.min), ("max", described.max)):
            if bound and _number(bound) is None:
                problems.add(line, f'"{name}" of the result {quoted(described.id)} is not a number', "write digits")
                sound = False
        if described.required and described.allowed and described.required not in described.allowed:
            problems.add(
                line,
                f'"required" of the result {quoted(described.id)} is not among "allowed"',
                "add it there or correct it",
            )
            sound = False
    return sound


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", text) else None


def fault_in_result(result: Result, described: ResultDescription) -> str:
    """Say why *result* does not fit its description, or return ""."""
    if described.allowed and result.value and result.value not in described.allowed:
        return f"{quoted(result.value)} is not among the values that {quoted(described.id)} allows ({', '.join(described.allowed)})"
    if described.min or described.max:
        value = _number(result.value)
        if result.value and value is None:
            return f"{quoted(result.value)} is not a number, which {quoted(described.id)} needs"
        low, high = _number(described.min), _number(described.max)
        if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            return f"{quoted(result.value)} lies outside {described.min or '…'} to {described.max or '…'} of {quoted(described.id)}"
    return ""


def award_entries(node: Node | None, problems: Problems) -> Iterator[tuple[Mapping, int, Mapping]]:
    """Yield each award of a record file: its fields with shared ones merged in, its line, its own mapping."""
    top = _mapping(node, "an award", problems)
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
    own_only = {field.name for field in fields.AWARD.fields if not field.shared}
    for key, value in top.entries:
        if key.value not in fields.AWARD.names and key.value != "awards":
            fields.AWARD.unknown(key, problems)
            continue
        if key.value in own_only:
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
        entries = tuple(entry for entry in item.entries if entry[0].value in own or entry[0].value not in shared_names)
        merged = entries + tuple(entry for entry in shared if entry[0].value not in own)
        yield Mapping(merged, item.line, item.index, item.column, item.flow), item.line, item


def award(
    folder: str, node: Mapping, line: int, own: Mapping, public_repository: bool, problems: Problems
) -> Award | None:
    """Make an award from merged fields; rules that need the badge are in ``check``.

    Args:
        folder: the badge.
        node: own and shared fields.
        line: where the award begins.
        own: its own fields, whose lines are named; a shared field that does not fit is told at the award.
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
    email = values.get("email")
    revoked = values.get("revoked")
    return Award(
        id=values.get("id", ""),
        badge=folder,
        issued_on=values["issued_on"],
        valid_until=values.get("valid_until"),
        handle=values.get("handle", ""),
        named=values.get("named", ""),
        link=values.get("link", ""),
        name=values.get("name", ""),
        public=values.get("public", False),
        signed_name=values.get("signed_name", False),
        minor=values.get("minor", False),
        guardian_consent=values.get("guardian_consent"),
        email=HashedEmail(email["hash"], email["salt"]) if email else None,
        evidence=tuple(_evidence(entry) for entry in values.get("evidence", ())),
        narrative=values.get("narrative", ""),
        results=tuple(
            Result(entry["result"], entry.get("value", ""), entry.get("status", ""))
            for entry in values.get("results", ())
        ),
        credits=values.get("credits", ""),
        activity_start=values.get("activity_start"),
        activity_end=values.get("activity_end"),
        role=values.get("role", ""),
        term=values.get("term", ""),
        license_number=values.get("license_number", ""),
        revoked=Revocation(revoked["on"], revoked["reason"]) if revoked else None,
        typed=_typed(node, values.get("signed_name", False)),
        origin=Origin(problems.file, line),
    )


def _evidence(values: dict[str, Any]) -> Evidence:
    return Evidence(
        *(values.get(name, "") for name in ("url", "name", "description", "narrative", "genre", "audience"))
    )


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


def _typed(node: Mapping, with_name: bool) -> dict[str, object]:
    documented = {field.name for field in fields.AWARD.fields if field.documented}
    if with_name:
        documented |= {"name", "signed_name"}
    return {key.value: _plain(value) for key, value in node.entries if key.value in documented and not is_empty(value)}


def _plain(node: Node) -> object:
    if isinstance(node, Text):
        return node.value.strip(BLANK)
    if isinstance(node, Items):
        return [_plain(value) for value in node.values if not is_empty(value)]
    return {key.value: _plain(value) for key, value in node.entries if not is_empty(value)}


def warn_of_addresses(text: str, problems: Problems) -> None:
    """Note every plain e-mail address in a record of a public repository."""
    for number, line in enumerate(text.split("\n"), 1):
        if "@" in line and _PLAIN_ADDRESS.search(line):
            problems.add(
                number,
                "an e-mail address stands in a repository that anybody can read",
                "delete it (pinback award --email writes its hash instead); once committed, the history keeps it: see the handbook",
            )


def person(handle: str, node: Node | None, body: str, problems: Problems) -> Person | None:
    """Make a person from ``site_src/people/<handle>.md``."""
    mapping = _mapping(node, "a person", problems)
    values = fields.PERSON.values(mapping, problems) if mapping else None
    if values is None:
        return None
    return Person(handle, values["name"], values["public"], body, Origin(problems.file))


def page(slug: str, node: Node | None, body: str, body_line: int, problems: Problems) -> Page | None:
    """Make one of the club's own pages."""
    mapping = _mapping(node, "a page", problems)
    values = fields.PAGE.values(mapping, problems) if mapping else None
    return None if values is None else Page(slug, values["title"], body, body_line, Origin(problems.file))


def unknown(what: str, name: str, known: list[str]) -> tuple[str, str]:
    """Return what is wrong and the cure where *name* names no *what*."""
    cure = did_you_mean(name, known) or (f"use one of {', '.join(sorted(known))}" if known else "make it first")
    return f"{quoted(name)} is not the name of {what}", cure
