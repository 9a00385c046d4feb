"""Write award ids into records, and nothing else: comments, order, quotes and line ends stay as they are.

The reader knows where each award's first field begins; a line ``id: …`` is put before it. The result is
read again and must say the same as before, but for the ids. A general YAML writer would re-set the
volunteer's whole file for one line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pinback.content.awards import award_entries
from pinback.content.nodes import BLANK, Items, Node, Problems, Text, decode, parse
from pinback.content.nodes import Mapping as Fields
from pinback.errors import ContentError, Problem
from pinback.files import read_regular, write_file

_BOM = b"\xef\xbb\xbf"
_EMPTY_ID = re.compile(r"""((?:id|"id"|'id')[ \t]*:)(?:[ \t]*(?:"\s*"|'\s*'))?(?:[ \t]*(?=[,}\r\n]|\Z))?""")
"""The name ``id``, its colon, empty quotes, and blanks up to the end of the field; a comment keeps its distance."""


def with_ids(text: str, ids: Mapping[int, str], file: str) -> str:
    """Return a record file's text with ids written in.

    Args:
        text: the file, decoded.
        ids: award id by the line on which the award begins.
        file: for messages.

    Raises:
        ContentError: the file cannot be edited safely.
    """
    problems = Problems(file)
    tree = parse(text, problems)
    places = [(own, ids[line]) for _, line, own in award_entries(tree, problems) if line in ids]
    edited = text
    for own, award_id in sorted(places, key=lambda place: -place[0].index):
        edited = _insert(edited, own, award_id)
    again = Problems(file)
    after = parse(edited, again)
    written = [_id(own) for _, _, own in award_entries(after, again)]
    wanted = [ids.get(line) or _id(own) for _, line, own in award_entries(tree, problems)]
    if (
        problems.found
        or again.found
        or len(places) != len(ids)
        or written != wanted
        or _without_ids(after) != _without_ids(tree)
    ):
        raise ContentError(
            [
                Problem(
                    file,
                    0,
                    "the award ids cannot be written into this file",
                    "write each award on lines of its own, one field a line, without brackets",
                )
            ]
        )
    return edited


def _insert(text: str, own: Fields, award_id: str) -> str:
    for key, value in own.entries:
        if key.value == "id" and isinstance(value, Text):  # an editor left the field empty
            found = _EMPTY_ID.match(text, key.index)
            return f"{text[: found.end(1)]} {award_id}{text[found.end() :]}" if found else text
    if own.flow:
        return f"{text[: own.index]}id: {award_id}, {text[own.index :]}"
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{text[: own.index]}id: {award_id}{newline}{' ' * own.column}{text[own.index :]}"


def _id(own: Fields) -> str:
    node = own.get("id")
    return node.value.strip(BLANK) if isinstance(node, Text) else ""


def _without_ids(node: Node | None) -> object:
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [_without_ids(value) for value in node.values]
    if node is None:
        return None
    return [(key.value, _without_ids(value)) for key, value in node.entries if key.value != "id"]


def write_ids(root: Path, ids: Mapping[tuple[str, int], str]) -> None:
    """Write ids into the record files of a club, each file whole or not at all.

    Args:
        root: the club's folder.
        ids: award id by file and line.
    """
    for file in sorted({file for file, _ in ids}):
        data = read_regular(root / file)
        text = decode(data, Problems(file)) or ""
        edited = with_ids(text, {line: award_id for (name, line), award_id in ids.items() if name == file}, file)
        write_file(root / file, (_BOM if data.startswith(_BOM) else b"") + edited.encode("utf-8"))
