"""What an editor makes of a scalar: the types of YAML 1.2 (§10.3.2, Core Schema), which its language servers read by default."""

from __future__ import annotations

import re

from pinback.content.nodes import Items, Mapping, Node, Text

_WORDS = {
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def scalar(text: str) -> object:
    """Return the value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"0o[0-7]+", text):
        return int(text[2:], 8)
    if re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return int(text[2:], 16)
    if re.fullmatch(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", text):
        return float(text)
    if re.fullmatch(r"[-+]?\.(?:inf|Inf|INF)", text):
        return float(text.replace(".", ""))
    return float("nan") if text in (".nan", ".NaN", ".NAN") else text


def value(node: Node | None, source: str) -> object:
    """Return what an editor reads where Pinback read *node* from the text *source*."""
    if isinstance(node, Mapping):
        return {key.value: value(inner, source) for key, inner in node.entries}
    if isinstance(node, Items):
        return [value(inner, source) for inner in node.values]
    assert node is None or isinstance(node, Text)
    if node is None:
        return None
    quoted = node.index >= 0 and source[node.index : node.index + 1] in ("'", '"', "|", ">")
    return node.value if quoted else scalar(node.value)
