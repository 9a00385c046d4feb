"""Escaping and serialising: one function for each place that text goes to.

JSON documents are compact UTF-8 in the order of their members, without a line end; the bytes are baked
into pictures as they are, so ``]]>`` (which would end a CDATA section) is written with an escape that
reads back the same. HTML is escaped by the templates.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Signs that control or reorder a line, or that XML cannot carry. No file of a club may hold them, and so nothing that is published."""


def json_bytes(document: dict[str, Any]) -> bytes:
    """Return *document* as published: compact, members in the given order."""
    return published(orjson.dumps(document))


def published(text: bytes) -> bytes:
    """Return JSON that was made (orjson's) as it is published."""
    # NOTE: a single sign is looked for in a moment, and few documents have this one.
    return text.replace(b"]]>", b"]]\\u003e") if b">" in text else text


def with_members(text: bytes, members: dict[str, Any]) -> bytes:
    """Return the JSON of an object (orjson's) with further members behind its own."""
    return b"%b,%b" % (text[:-1], orjson.dumps(members)[1:])


def xml_text(text: str) -> str:
    """Return *text* for the content of an XML element or a quoted attribute."""
    # NOTE: xml.sax.saxutils has this too, and loads a whole client of the web with it.
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;").replace('"', "&quot;")
