"""From the fields of one file to one object of the model, with the rules that concern this file alone.

Each function notes every problem it finds and returns None where the object cannot be made. Rules
between files are in ``check``.
"""

from __future__ import annotations

import re
from typing import Any

from pinback.addresses import did_document_url, did_for, language_folder
from pinback.content import designs, fields, micro_credentials
from pinback.content.kinds import RESERVED, did_you_mean, is_slug, is_web_address
from pinback.content.nodes import BLANK, Items, Mapping, Node, Problems, Text, markdown_text
from pinback.errors import quoted, shortened
from pinback.model import (
    Address,
    Alignment,
    Badge,
    Criteria,
    Elsewhere,
    Issuer,
    LocalText,
    Membership,
    Origin,
    Page,
    Person,
    Result,
    ResultDescription,
    Site,
    Voucher,
)

NO_TEXT = LocalText(())
# NOTE: without the look behind, a long line of letters takes the square of its length.


def line_of(node: Node | None, name: str, otherwise: int = 1) -> int:
    """Return the line of a field, or *otherwise* where it is not there."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return found.line if found else otherwise


def mapping_of(node: Node | None, subject: str, problems: Problems) -> Mapping | None:
    """Return the fields of a file, or note that they are none."""
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
    mapping = mapping_of(node, "site.yaml", problems)
    values = fields.SITE.values(mapping, problems) if mapping else None
    if values is None:
        return None
    base_url: str = values["base_url"]
    if fault := base_url_fault(base_url):
        what, _, cure = fault.partition("; ")
        problems.add(line_of(node, "base_url"), what, cure)
        return None
    base_url = base_url if base_url.endswith("/") else base_url + "/"
    languages: tuple[str, ...] = values.get("languages") or ("en",)
    if taken := [tag for tag in languages[1:] if language_folder(tag, languages[0]) in RESERVED]:
        problems.add(
            line_of(node, "languages"),
            f"the pages in {quoted(taken[0])} would need a folder of that name, which the site or Windows keeps for itself",
            "put it first, or leave it out",
        )
        return None
    return Site(
        title=values["title"],
        base_url=base_url,
        languages=languages,
        default_issuer=values["default_issuer"],
        public_repository=values.get("repository", "public") == "public",
        description=values.get("description", NO_TEXT),
        source=values.get("source", "").rstrip("/"),
        colour=values.get("colour", ""),
        certificates=values.get("certificates", False),
        paper=values.get("paper", fields.PAPERS[0]),
        origin=Origin(problems.file),
        lean_since=values.get("lean_since"),
        lean_line=line_of(node, "lean_since") if "lean_since" in values else 0,
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
    mapping = mapping_of(node, "an issuer", problems)
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
        how_we_award=values.get("how_we_award", NO_TEXT),
        vouched_by=tuple(
            Voucher(entry["name"], entry["url"], entry.get("text", "")) for entry in values.get("vouched_by", ())
        ),
        origin=Origin(problems.file, line_of(node, "did")),
        member_of=tuple(
            Membership(entry["name"], entry["did"], entry["credential"], entry.get("endorsement", ""))
            for entry in values.get("member_of", ())
        ),
    )


def did_beside(base_url: str, maker: Issuer) -> tuple[str, str] | None:
    """Say why the DID document of *maker* cannot lie on the site and what to do, or return None."""
    url = did_document_url(maker.did)
    sends = f"{quoted(maker.did)} sends verifiers to"
    if not url.startswith(base_url):
        what = f"{sends} {shortened(url, 200)}, which is not under base_url {shortened(base_url, 200)}"
        return what, "the keys would not be found there; correct the did, or base_url in site.yaml"
    folders = url.removeprefix(base_url).split("/")[:-1]
    if folders in ([], [".well-known"], ["issuers", maker.slug]):
        return None
    if all(map(is_slug, folders)) and folders[0] not in RESERVED:
        return None
    # A register remembers the DID for ever, so this is told before there is one.
    example = did_for(base_url, maker.slug)
    what = f"{sends} {quoted('/'.join([*folders, 'did.json']))}, where the site may have something else"
    return what, f"take another did, like {quoted(example)}, or folders of small letters, digits and hyphens"


def issuer_named(node: Node | None) -> str:
    """Return the issuer that front matter of a badge names, or ""."""
    found = node.get("issuer") if isinstance(node, Mapping) else None
    return found.value.strip(BLANK) if isinstance(found, Text) else ""


def badge(
    slug: str, node: Node | None, body: str, body_line: int, defaults: Site | None, problems: Problems
) -> Badge | None:
    """Make a badge from front matter and criteria, still without those in other languages. ``picture`` is left as the
    field says, or ""."""
    mapping = mapping_of(node, "a badge", problems)
    values = fields.BADGE.values(mapping, problems) if mapping else None
    if mapping is not None:
        micro_credentials.note_faults(mapping, problems)
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
    micro = micro_credentials.made(values.get(micro_credentials.FIELD))
    descriptions = tuple(_result_description(entry) for entry in values.get("results", ()))
    if not _sound_descriptions(mapping, descriptions, problems):
        return None
    alt, design, design_line = values.get("alt", NO_TEXT), None, line_of(node, "design", 0)
    if "design" in values:
        design = designs.design(values["design"], design_line, problems)
        alt = designs.alt_of(design, alt, language, design_line, problems) if design else None
        if design is None or alt is None:
            return None
    made = Badge(
        slug=slug,
        issuer=values.get("issuer") or (defaults.default_issuer if defaults else ""),
        name=values["name"],
        description=values["description"],
        alt=alt,
        criteria=body,
        criteria_line=body_line,
        language=language,
        site_language=defaults.language if defaults else language,
        type=values.get("type", "Badge"),
        tags=values.get("tags", ()),
        alignment=tuple(_alignment(entry) for entry in values.get("alignment", ())),
        results=descriptions,
        credits=values.get("credits", ""),
        field_of_study=values.get("field_of_study", ""),
        valid_for=values.get("valid_for"),
        picture=values.get("picture", ""),
        design=design,
        design_line=design_line,
        category=values.get("category", NO_TEXT),
        translations=(),
        origin=Origin(problems.file),
        micro_credential=micro,
    )
    for name, text in micro_credentials.texts(made).items():
        if text.versions and text.versions[0][0] and language not in dict(text.versions):
            what = f'"{name}" of the micro-credential has no text in {quoted(language)}, the language of this badge'
            problems.add(line_of(node, micro_credentials.FIELD), what, "add one, or write one text without languages")
    return made


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


def person(handle: str, node: Node | None, body: str, body_line: int, problems: Problems) -> Person | None:
    """Make a person from ``site_src/people/<handle>.md``."""
    mapping = mapping_of(node, "a person", problems)
    values = fields.PERSON.values(mapping, problems) if mapping else None
    if values is None or mapping is None:
        return None
    listed = mapping.get("elsewhere")
    lines = [item.line for item in listed.values] if isinstance(listed, Items) else []
    if len(lines) != len(values.get("elsewhere", ())):
        return None  # an entry could not be read, which was told
    badges = tuple(
        Elsewhere(
            entry["url"],
            f"{people_folder(handle)}/{entry['saved']}",
            entry.get("note", ""),
            Origin(problems.file, line),
        )
        for entry, line in zip(values.get("elsewhere", ()), lines, strict=True)
    )
    seen: set[str] = set()
    for badge in badges:
        if badge.saved in seen:
            name = badge.saved.rpartition("/")[2]
            problems.add(badge.origin.line, f"two badges name the saved copy {quoted(name)}", "delete one of the two")
        seen.add(badge.saved)
    return Person(
        handle=handle,
        name=values["name"],
        public=values["public"],
        words=body,
        words_line=body_line,
        language=values.get("language", ""),
        elsewhere=badges,
        origin=Origin(problems.file),
    )


def people_folder(handle: str) -> str:
    """Return the folder of a person's saved copies, relative to the club's."""
    return f"site_src/people/{handle}"


def page(slug: str, node: Node | None, body: str, body_line: int, language: str, problems: Problems) -> Page | None:
    """Make one of the club's own pages, still without its translations."""
    mapping = mapping_of(node, "a page", problems)
    values = fields.PAGE.values(mapping, problems) if mapping else None
    if values is None:
        return None
    return Page(slug, values["title"], body, body_line, language, (), Origin(problems.file))


def criteria(text: str, language: str, problems: Problems) -> Criteria | None:
    """Make the criteria of a badge in one more language from a file that holds nothing else."""
    lines = text.split("\n")
    markdown = markdown_text(lines)
    if lines[0].rstrip("\r ") == "---":
        problems.add(
            1,
            'a line "---" stands here, as before fields, and this file has none',
            f'write the criteria alone; name and description go into badge.md, like "name: {{…, {language}: …}}"',
        )
        return None
    if not markdown.strip(BLANK):
        problems.add(0, "this file is empty", f"write the criteria in {quoted(language)} here, or delete it")
        return None
    first = next(number for number, line in enumerate(lines, 1) if line.rstrip("\r"))
    return Criteria(language, markdown, first, Origin(problems.file))


def not_translated_into(language: str, written: str, site: Site) -> tuple[str, str] | None:
    """Say what is wrong and the cure where a file in *language* translates nothing, or return None.

    Args:
        language: the tag in the file's name.
        written: the language of what it would translate.
        site: it names the languages of the club.
    """
    if language == written:
        return (
            f"{quoted(language)} is no translation, the text itself is written in it",
            "put this text there, or delete the file",
        )
    if language not in site.languages:
        near = next((tag for tag in site.languages if tag.casefold() == language.casefold()), "")
        what = f"{quoted(language)} is not among the languages in site.yaml ({', '.join(site.languages)})"
        return what, f"name it {quoted(near)} in the file's name" if near else "add it there, or delete the file"
    return None


def unknown(what: str, name: str, known: list[str]) -> tuple[str, str]:
    """Return what is wrong and the cure where *name* names no *what*."""
    shown = ", ".join(sorted(known)[:20]) + (", …" if len(known) > 20 else "")
    cure = did_you_mean(name, known) or (f"use one of {shown}" if known else "make it first")
    return f"{quoted(name)} is not the name of {what}", cure
