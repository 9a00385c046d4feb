"""Each kind of value as JSON Schema (draft-07, which editors read).

An editor reads YAML 1.2, which takes ``42`` for a number and ``true`` for a truth value, where Pinback reads the text that was
typed. So a schema also lets through what an editor may make of a right text. It cannot see how a number was written, what a
calendar holds, or what a text holds once quotes around blanks are gone; ``tests/content/test_schemas.py`` names these
exceptions one by one. Patterns are written so that Python and JavaScript mean the same by them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pinback.content.designs import DesignColour, IconName
from pinback.content.fields import Field, Table
from pinback.content.kinds import (
    EMAIL,
    LANGUAGE,
    Colour,
    Day,
    Duration,
    Either,
    Flag,
    Kind,
    Line,
    ListOf,
    Local,
    Number,
    OneOf,
    Pattern,
    Prose,
    Web,
)
from pinback.designs.table import COLOURS, ICONS

Schema: TypeAlias = dict[str, Any]

_BLANK, _SIGN = r"[ \t\r\n]*", r"[^ \t\r\n]"
_PORT = "(?::(?:0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)?"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_WEB = (
    rf"https://(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]{_PORT}"
    r"(?:[/?#](?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)
_DAY = (
    "(?:19|2[0-9])[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-9]))"
)
_DURATION = (
    "(?:(?:[1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|36500) days?"
    "|(?:[1-9][0-9]{0,2}|[1-4][0-9]{3}|5[01][0-9]{2}|5200) weeks?"
    "|(?:[1-9][0-9]{0,2}|1[01][0-9]{2}|1200) months?|(?:[1-9][0-9]?|100) years?)"
)
_NUMBER = r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?"
NOTHING: Schema = {"type": "object", "additionalProperties": {"enum": [None, "", []]}}
"""A mapping in which nothing is filled in."""
_EXT = r"ext:[A-Za-z0-9.:_-]{1,80}"


def schema_of(kind: Kind, required: bool) -> Schema:
    """Return the schema of a value.

    Args:
        kind: of the value.
        required: whether it must be there; otherwise it may be left empty, which counts as absent.
    """
    return _BY_KIND[type(kind)](kind, required)


def field_schema(field: Field) -> Schema:
    """Return the schema of a field, with its meaning for the author."""
    standard = f" ({field.standard})" if field.standard else ""
    found: Schema = {"description": f"{field.meaning}{standard}."}
    if isinstance(field.kind, (Line, Prose, Pattern, Web, Day, Duration, Number, Colour)):
        found["examples"] = [field.kind.example.strip('"')]
    return found | schema_of(field.kind, field.required)


def table_schema(table: Table, required: bool = True) -> Schema:
    """Return the schema of a mapping by a table of fields; a field that the table does not have is refused."""
    found: Schema = {
        "type": "object" if required else ["object", "null"],
        "properties": {field.name: field_schema(field) for field in table.fields},
        "additionalProperties": False,
    }
    needed = [field.name for field in table.fields if field.required]
    return found | ({"required": needed} if needed else {})


def _text(pattern: str, required: bool, limit: int = 0, number: str = "", flag: bool = False, said: str = "") -> Schema:
    """Return the schema of a scalar.

    Args:
        pattern: of the whole text, or "" for any.
        required: see ``schema_of``.
        limit: of characters, or 0.
        number: "integer" or "number" where an editor may take such a text for one; negative ones are none.
        flag: whether an editor may take such a text for true or false.
        said: what an editor says where the text does not fit.
    """
    types = ["string", *([number] if number else []), *(["boolean"] if flag else []), *([] if required else ["null"])]
    found: Schema = {"type": types if len(types) > 1 else types[0]}
    if pattern:
        found["pattern"] = f"^(?:{pattern})$" if required else f"^(?:{pattern})?$"
    if said:
        found["patternErrorMessage"] = said
    if limit:
        found["maxLength"] = limit
    return found


def _line(kind: Line, required: bool) -> Schema:
    one = rf"[^\r\n\u2028\u2029]*{_BLANK}"
    return _text(
        f"(?={_BLANK}{_SIGN}){one}" if required else one, required, kind.limit, "number", True, "Write it on one line."
    )


def _prose(kind: Prose, required: bool) -> Schema:
    pattern = rf"{_BLANK}{_SIGN}[\s\S]*" if required else ""
    return _text(pattern, required, kind.limit, "number", True)


def _local(kind: Local, required: bool) -> Schema:
    by_language = {
        "type": "object",
        "description": "One text for each language, like {en: …, cy: …}.",
        "patternProperties": {f"^(?:{LANGUAGE.regex})$": schema_of(kind.kind, required=False)},
        "additionalProperties": False,
        "minProperties": 1,
    }
    if required:
        by_language["not"] = NOTHING
    return {"anyOf": [schema_of(kind.kind, required), by_language]}


def _pattern(kind: Pattern, required: bool) -> Schema:
    said = f"This is not {kind.what}." + ("" if kind.cure else f" Write it like {kind.example}.")
    found = _text(kind.regex, required, kind.limit, kind.number, kind.flag, said)
    return found | ({"minimum": 0} if kind.number else {})


def _web(kind: Web, required: bool) -> Schema:
    mail = f"|mailto:{EMAIL.regex}" if kind.mailto else ""
    return _text(_WEB + mail, required, 2000, said=f"This is not an https address. Write it like {kind.example}.")


def _day(kind: Day, required: bool) -> Schema:
    return _text(_DAY, required, said="This is not a day. Write it year-month-day, like 2026-05-17.")


def _duration(kind: Duration, required: bool) -> Schema:
    return _text(_DURATION, required, said="This is not a length of time. Write it like 2 years.")


def _flag(kind: Flag, required: bool) -> Schema:
    return {"enum": [True, False, "true", "false", *([] if required else [None])]}


def _colour(kind: Colour, required: bool) -> Schema:
    said = "This is not a colour. Write # and six signs of 0-9 and a-f, in quotes."
    found = _text("#?[0-9a-fA-F]{6}", required, number="integer", said=said)
    return found | {"minimum": 0, "maximum": 999_999}


def _design_colour(kind: DesignColour, required: bool) -> Schema:
    return {"anyOf": [{"enum": [*COLOURS, *([] if required else [None])]}, _colour(Colour(), required)]}


def _icon(kind: IconName, required: bool) -> Schema:
    return {"enum": [*ICONS, *([] if required else [None])]}


def _number(kind: Number, required: bool) -> Schema:
    found = _text(_NUMBER, required, number="number", said='Write digits, with a point for parts, like "2.5".')
    return found | {"minimum": 0, "maximum": 999_999_999.9999}


def _one_of(kind: OneOf, required: bool) -> Schema:
    # An editor takes a word of digits alone for a number.
    numbers = [int(word) for word in kind.words if word.isdecimal()]
    words: Schema = {"enum": [*kind.words, *numbers, *([] if required else [None])]}
    if not kind.open:
        return words
    return {"anyOf": [words, _text(_EXT, required=True)]}


def _list_of(kind: ListOf, required: bool) -> Schema:
    found: Schema = {
        "type": "array" if required else ["array", "null"],
        "items": {"not": NOTHING, **schema_of(kind.kind, required=True)},
        "maxItems": kind.limit,
        "uniqueItems": True,
    }
    if required:
        found["minItems"] = 1
    return {"anyOf": [schema_of(kind.kind, required), found]} if kind.single else found


def _either(kind: Either, required: bool) -> Schema:
    return {"anyOf": [schema_of(kind.short, required), schema_of(kind.long, required=True)]}


_BY_KIND: dict[type, Callable[[Any, bool], Schema]] = {
    Line: _line,
    Prose: _prose,
    Local: _local,
    Pattern: _pattern,
    Web: _web,
    Day: _day,
    Duration: _duration,
    Flag: _flag,
    Colour: _colour,
    DesignColour: _design_colour,
    IconName: _icon,
    Number: _number,
    OneOf: _one_of,
    ListOf: _list_of,
    Either: _either,
    Table: table_schema,
}
"""How each kind of value is told; a kind that is missing here stops the making of schemas."""
