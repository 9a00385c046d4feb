"""What a YAML parser complains about, in words for somebody who has never heard of YAML.

PyYAML's two parsers (C and Python) call the same mistake by different names and point at different
places; here the text itself is looked at, so that the words and the line are the same with both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinback.dataclass import dataclass

if TYPE_CHECKING:
    import yaml

_QUOTES = 'put the whole value between quotes, like name: "Knots: the basics"'
_NO_COLON = (
    "no colon stands after the name of the field",
    'write it as "name: value", with a space after the colon',
)


@dataclass(frozen=True, slots=True)
class Fault:
    """The character offset of the mistake, what is wrong, what to do."""

    index: int
    what: str
    cure: str


def in_plain_words(text: str, error: yaml.MarkedYAMLError) -> Fault:
    """Return the fault that *error* stands for.

    Args:
        text: what was parsed.
        error: its marks count characters, as ``text`` does.
    """
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    here = mark.index if mark else 0
    opening = error.context_mark.index if error.context_mark else here
    before = _before(text, here)
    if text[here : here + 1] == "\t" or " tab " in problem or "'\\t'" in problem:
        return Fault(here, "a tab stands where spaces are needed", "delete it and press the space bar instead")
    if "quoted scalar" in context and ("escape" in problem or "hexdecimal" in problem):
        what = "a backslash between double quotes has a meaning of its own"
        return Fault(here, what, "write it twice, like C:\\\\photos")
    if "quoted scalar" in context:
        return Fault(opening, "a quotation mark that begins here is never closed", "put one at the end of the value")
    if "flow" in context:
        opened = text[opening : opening + 1]
        return Fault(
            opening,
            f'the bracket "{opened}" on this line is not closed, or a comma is missing after it',
            f'close it with "{"}" if opened == "{" else "]"}" and put commas between the entries; '
            "if it belongs to the text, put quotes around the text",
        )
    if "mapping values" in problem:
        return _colon(text, here, before)
    if "could not find expected ':'" in problem:
        return Fault(opening, *_NO_COLON)
    if "sequence entries" in problem:
        return Fault(here, "a hyphen begins a list beside the name of the field", "begin the list on the next line")
    if "block scalar" in context:
        return Fault(
            here, 'something stands after "|" or ">"', "begin the text on the next line, two spaces further in"
        )
    if "anchor" in context or "alias" in context or "tag" in problem + context:
        return Fault(opening, "a star, ampersand or exclamation mark begins this value", _QUOTES)
    if "directive" in context + problem or "incompatible YAML" in problem or text.lstrip().startswith("%"):
        return Fault(0, "this file begins with a percent sign", "delete it, or put quotes around the text")
    return _placed_wrongly(text, problem, here, before)


def _colon(text: str, here: int, before: str) -> Fault:
    if re.search(r":[ \t]", before):
        return Fault(here, "a second colon stands here", _QUOTES)
    end_above = max(0, here - len(before) - 1)
    above = _before(text, end_above).strip()
    if above and not re.search(r":(?:[ \t]|$)", above):
        return Fault(end_above, *_NO_COLON)
    what = "this line begins further in than the line above"
    return Fault(here, what, "begin it where the other fields begin, without more spaces")


def _placed_wrongly(text: str, problem: str, here: int, before: str) -> Fault:
    sign = text[here : here + 1]
    if re.search(r""":[ \t]+["'].*["']$""", before.rstrip()):
        what = "text stands after the closing quotation mark"
        cure = (
            "use single quotes around a text with double quotes in it, and double ones around a text with single ones"
        )
        return Fault(here, what, cure)
    if sign == ":":
        return Fault(here, "a colon stands here without a name before it", 'write the field as "name: value"')
    if "cannot start any token" in problem or sign in tuple("@`%]},?"):
        rest = re.split(r"[\r\n]", text[here : here + 60])[0].strip()
        shown = f"'{rest}'" if '"' in rest else f'"{rest}"'
        return Fault(here, f'a value cannot begin with "{sign}"', f"put quotes around the text, like {shown}")
    if "<document start>" in problem or "<block end>" in problem or "did not find expected" in problem:
        what = "this line does not begin where the lines above begin"
        return Fault(here, what, "give it as many spaces at its beginning as the fields it belongs to")
    return Fault(
        here,
        "this line cannot be understood",
        "compare it and the line above with the example in the handbook: spaces at the beginning, colons, quotes",
    )


def _before(text: str, index: int) -> str:
    """Return what stands on the same line before *index*."""
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    return text[start:index]
