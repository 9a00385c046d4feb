"""JSON Schemas of a club's files, for editors: made from the table by which ``check`` reads them (``fields``).

Draft-07, which the YAML language server (VS Code and many others) and IntelliJ read. The files go into ``.schemas/`` of the
club, and each YAML file that Pinback makes begins with a line that names its own. Front matter of Markdown is read by no such
editor yet; its schemas are there for other tools. What is right between fields or files is for ``check`` alone.
"""

from __future__ import annotations

import json
from dataclasses import replace

from pinback.content import fields
from pinback.content.fields import Field
from pinback.content.micro_credentials import FIELD, MANDATORY, TYPE
from pinback.content.schema_kinds import Schema, field_schema, table_schema

FOLDER = ".schemas"
_DRAFT = "http://json-schema.org/draft-07/schema#"
_ERASED = {"required": ["erased"], "properties": {"erased": {"enum": [True, "true"]}}}


def schema_files() -> dict[str, bytes]:
    """Return the schemas by path, relative to the club's folder; UTF-8, the same bytes for the same version."""
    made = {
        "site": ("site_src/site.yaml", table_schema(fields.SITE)),
        "issuer": ("issuers/<issuer>/issuer.yaml", table_schema(fields.ISSUER)),
        "group": ("issuers/<issuer>/groups/<group>.yaml", table_schema(fields.GROUP)),
        "badge": ("the front matter of badges/<badge>/badge.md", _badge()),
        "award": ("badges/<badge>/awards/*.yaml", _award_file()),
        "person": ("the front matter of site_src/people/<handle>.md", table_schema(fields.PERSON)),
        "page": ("the front matter of site_src/<page>.md", table_schema(fields.PAGE)),
    }
    return {f"{FOLDER}/{name}.json": _file(title, schema) for name, (title, schema) in made.items()}


def _file(title: str, schema: Schema) -> bytes:
    whole = {"$schema": _DRAFT, "title": title, "description": "Made by pinback schemas; do not edit.", **schema}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def editor_line(file: str) -> str:
    """Return the first line of a YAML file, by which editors find its schema; "" for a file that has none.

    Args:
        file: path relative to the club's folder.
    """
    if file == "site_src/site.yaml":
        name = "site"
    elif file.startswith("issuers/") and file.endswith("/issuer.yaml"):
        name = "issuer"
    elif file.startswith("issuers/") and "/groups/" in file:
        name = "group"
    elif file.startswith("badges/") and "/awards/" in file:
        name = "award"
    else:
        return ""
    return f"# yaml-language-server: $schema={'../' * file.count('/')}{FOLDER}/{name}.json\n"


def _badge() -> Schema:
    """Return the schema of a badge: what a micro-credential needs goes with the type."""
    found = table_schema(fields.BADGE)
    needs = [{"anyOf": [_has(name) for name in names]} for names in MANDATORY]
    micro = {"properties": {FIELD: {"type": "object", "allOf": needs}}, "required": [FIELD]}
    found["if"] = {"properties": {"type": {"const": TYPE}}, "required": ["type"]}
    found["then"] = micro
    found["else"] = {"properties": {FIELD: {"type": "null"}}}
    return found


def _has(name: str) -> Schema:
    """Return the schema of a mapping in which a field is filled in."""
    return {"required": [name], "properties": {name: {"not": {"enum": [None, "", []]}}}}


def _award_file() -> Schema:
    """Return the schema of a record file: one award, or a batch with a list and shared fields."""
    optional = (replace(field, required=False) for field in fields.AWARD.fields)
    return {
        "type": "object",
        "if": {"required": ["awards"]},
        "then": _batch(),
        "else": _award(required=True),
        "definitions": {field.name: field_schema(field) for field in optional},
    }


def _award(required: bool) -> Schema:
    """Return the schema of one award: its fields, or id and the wish to be erased alone.

    Args:
        required: whether it has every field that an award needs; otherwise they stand above the list of its batch.
    """
    named, of = ("id", "erased"), fields.AWARD.fields
    alone: Schema = {
        "properties": {field.name: _said(field) if field.name in named else {"enum": [None, ""]} for field in of},
        "required": ["id"],
        "additionalProperties": False,
    }
    by_name = {field.name: field_schema(field) if required and field.required else _said(field) for field in of}
    whole: Schema = {
        "properties": by_name | {"erased": {"enum": [None, ""]}},
        "required": [field.name for field in of if required and field.required],
        "additionalProperties": False,
    }
    return {"type": "object", "if": _ERASED, "then": alone, "else": whole}


def _batch() -> Schema:
    """Return the schema of a batch; the day stands above the list or in each award."""
    shared = {field.name: _said(field) for field in fields.AWARD.fields if field.shared}

    def listing(items: Schema) -> Schema:
        listed = {"type": "array", "description": "The awards, each after a hyphen.", "minItems": 1, "items": items}
        return {"properties": {**shared, "awards": listed}, "additionalProperties": False}

    return {"if": _has("issued_on"), "then": listing(_award(required=False)), "else": listing(_award(required=True))}


def _said(field: Field) -> Schema:
    """Return the pointer to what is said once of a field of an award, which may be left empty."""
    return {"$ref": f"#/definitions/{field.name}"}
