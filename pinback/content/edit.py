"""Write into records, and change nothing else: comments, order, quotes and line ends stay as they are.

The reader knows where each award and each of its fields begins and ends. A line is put in, the lines of a
field or of an award are taken out, and the result is read again: it must say the same as before, but for
that one thing. A general YAML writer would re-set the volunteer's whole file for one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pinback.content.awards import award_entries
from pinback.content.kinds import is_empty
from pinback.content.nodes import BLANK, Items, Node, Problems, Text, decode, front_matter, parse
from pinback.content.nodes import Mapping as Fields
from pinback.cores import in_order, processes_for
from pinback.errors import ContentError, Problem
from pinback.files import read_regular, remove_file, write_file

FEW = 500
"""So many awards are not worth another process."""
_BOM = b"\xef\xbb\xbf"
_EMPTY_ID = re.compile(r"""((?:id|"id"|'id')[ \t]*:)(?:[ \t]*(?:"\s*"|'\s*'))?(?:[ \t]*(?=[,}\r\n]|\Z))?""")
"""The name ``id``, its colon, empty quotes, and blanks up to the end of the field; a comment keeps its distance."""
_REST_OF_LINE = re.compile("[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?(?=[\r\n\x85\u2028\u2029]|\\Z)")
"""Nothing but blanks and a comment up to the end of the line."""
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]|\\Z")
_HYPHEN = re.compile(r"^([ \t]*)-(?=[ \t\r\n])", re.MULTILINE)
"""The hyphen before an award of a batch, alone in front of it on its line."""


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
        edited = _with_id(edited, own, award_id)
    again = Problems(file)
    after = parse(edited, again)
    written = [_id(own) for _, _, own in award_entries(after, again)]
    wanted = [ids.get(line) or _id(own) for _, line, own in award_entries(tree, problems)]
    if (
        problems.found
        or again.found
        or len(places) != len(ids)
        or written != wanted
        or _said(after, "id") != _said(tree, "id")
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


def _with_id(text: str, own: Fields, award_id: str) -> str:
    for key, value in own.entries:
        if key.value == "id" and isinstance(value, Text):  # an editor left the field empty
            found = _EMPTY_ID.match(text, key.index)
            return f"{text[: found.end(1)]} {award_id}{text[found.end() :]}" if found else text
    if own.flow:
        return f"{text[: own.index]}id: {award_id}, {text[own.index :]}"
    return f"{text[: own.index]}id: {award_id}{_newline(text)}{' ' * own.column}{text[own.index :]}"


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _id(own: Fields) -> str:
    node = own.get("id")
    return node.value.strip(BLANK) if isinstance(node, Text) else ""


def _said(node: Node | None, without: str | None = None) -> object:
    """Return what a tree says, without places; and without fields of one name where asked."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [_said(value, without) for value in node.values]
    if node is None:
        return None
    return [(key.value, _said(value, without)) for key, value in node.entries if key.value != without]


# One field, one award.


class _Record:
    """A record file: its text, its tree, and one award in it, found by its id.

    Raises:
        ContentError: the file cannot be read, or no award in it has this id, or two have it.
    """

    def __init__(self, text: str, award_id: str, file: str) -> None:
        problems = Problems(file)
        self.text, self.file, self.award_id = text, file, award_id
        self.tree = parse(text, problems)
        self.awards = [own for _, _, own in award_entries(self.tree, problems)]
        found = [number for number, own in enumerate(self.awards) if _id(own) == award_id]
        if not problems.found and len(found) != 1:
            problems.add(0, f"the award {award_id} does not stand here once", "run pinback check")
        if problems.found:
            raise ContentError(problems.found)
        self.number = found[0]
        self.own = self.awards[self.number]

    @property
    def batch(self) -> Items | None:
        """The list of awards, or None in a file of one."""
        found = self.tree.get("awards") if isinstance(self.tree, Fields) else None
        return found if isinstance(found, Items) else None

    def end_of_line(self, index: int) -> int:
        """Return where the line ends on which *index* lies, if nothing but a comment follows there.

        Raises:
            ContentError: something else follows.
        """
        found = _REST_OF_LINE.match(self.text, index)
        if found is None:
            raise self.refusal()
        return found.end()

    def end_with_comments(self, index: int, column: int) -> int:
        """Return the same behind the comments that follow further in than *column*: they belong to what ends here."""
        inner = re.compile(rf"(?:\r\n|\r|\n)[ \t]{{{column + 1},}}#[^\r\n]*")
        last = self.end_of_line(index)
        while found := inner.match(self.text, last):
            last = found.end()
        return last

    def cut(self, start: int, end: int) -> str:
        """Return the text without the signs from *start* to *end*."""
        return self.text[:start] + self.text[end:]

    def refusal(self) -> ContentError:
        """Return what to say where an edit would touch more than it should."""
        what = f"the award {self.award_id} is written so that no tool can change it safely"
        cure = "write it on lines of its own, one field a line, without brackets around it, and try again"
        return ContentError([Problem(self.file, self.own.line, what, cure)])


def with_field(text: str, award_id: str, name: str, value: str, file: str) -> str:
    """Return a record file's text with one field more in an award's own mapping, behind its id.

    Args:
        text: the file, decoded.
        award_id: the award; its id is written in the file.
        name: the field; one that an editor left empty is filled by being written anew.
        value: its value as YAML, on one line; it may stand within brackets.
        file: for messages.

    Raises:
        ContentError: the file cannot be edited safely, or the award has this field.
    """
    present = _Record(text, award_id, file).own.get(name)
    if present is not None and is_empty(present):
        text = without_field(text, award_id, name, file)
    record = _Record(text, award_id, file)
    id_node = record.own.get("id")
    if id_node is None or record.own.get(name) is not None:
        raise record.refusal()
    if record.own.flow:
        place, put = id_node.end, f", {name}: {value}"
    else:
        place, put = record.end_of_line(id_node.end), f"{_newline(text)}{' ' * record.own.column}{name}: {value}"
    edited = text[:place] + put + text[place:]
    after = _reread(record, edited)
    if (
        len(after) != len(record.awards)
        or after[record.number].get(name) is None
        or _said(after[record.number], name) != _said(record.own)
        or _others(after, record) != _others(record.awards, record)
        or _shared(edited) != _shared(text)
    ):
        raise record.refusal()
    return edited


def without_field(text: str, award_id: str, name: str, file: str) -> str:
    """Return a record file's text without one field of an award's own mapping, all its lines with it.

    Raises:
        ContentError: the file cannot be edited safely, or the award has no such field of its own.
    """
    record = _Record(text, award_id, file)
    entries = record.own.entries
    number = next((n for n, (key, _) in enumerate(entries) if key.value == name), -1)
    if number < 0 or len(entries) < 2:
        raise record.refusal()
    start, end = entries[number][0].index, entries[number][1].end
    following = entries[number + 1][0].index if number + 1 < len(entries) else -1
    if record.own.flow:
        choices = iter([_without_item(record, start, end, following, entries[number - 1][1].end if number else -1)])
    else:
        choices = _without_lines(record, start, end, following)
    for edited in choices:
        after = _reread(record, edited)
        if (
            len(after) == len(record.awards)
            and _said(after[record.number]) == _said(record.own, name)
            and _others(after, record) == _others(record.awards, record)
            and _shared(edited) == _shared(text)
        ):
            return edited
    raise record.refusal()


def _without_lines(record: _Record, start: int, end: int, following: int) -> Iterator[str]:
    """Cut a field that begins on a line of its own, or right behind the hyphen of its award.

    What stands around it decides which way is right, so the ways are tried in turn: comments further in belong to a
    field of several lines, and behind a block text they would become part of it; at the end of the file the
    line break before the field goes as well, unless a block text needs it.
    """
    text = record.text
    before = re.search(r"[^\r\n\x85\u2028\u2029]*\Z", text[:start])
    lead = before.group() if before else ""
    short, long = record.end_of_line(end), record.end_with_comments(end, record.own.column)
    for last in (long, short) if len(text[start:end].splitlines()) > 1 else (short, long):
        found = _LINE_END.match(text, last)
        behind = found.end() if found else last
        if not lead.strip():
            opening = start - len(lead)
            if behind == last:  # the last line, without an end
                yield text[:opening].removesuffix("\n").removesuffix("\r")
            yield record.cut(opening, behind)
        elif lead.strip() == "-":
            yield record.cut(start, following if following > 0 and not text[last:following].strip() else behind)


def _without_item(record: _Record, start: int, end: int, following: int, before: int) -> str:
    """Cut something between brackets together with one comma; a comment beside it stands in the way."""
    first, last = (start, following) if following >= 0 else (before, end)
    if first < 0 or "#" in record.text[first:start] + record.text[end:last]:
        raise record.refusal()
    return record.cut(first, last)


def without_award(text: str, award_id: str, file: str) -> str:
    """Return a record file's text without one award, or "" where it was the only one and the file can go.

    Comments on its own lines and further in than its hyphen go with it; what stands between awards stays.

    Raises:
        ContentError: the file cannot be edited safely.
    """
    record = _Record(text, award_id, file)
    batch = record.batch
    if batch is None or len(record.awards) == 1:
        return ""
    own, number = record.own, record.number
    before = record.awards[number - 1].end if number else -1
    if batch.flow:
        following = record.awards[number + 1].start if number + 1 < len(record.awards) else -1
        edited = _without_item(record, own.start, own.end, following, before)
    else:
        hyphens = [found for found in _HYPHEN.finditer(text, 0, own.start) if found.start() >= before]
        if not hyphens:
            raise record.refusal()
        last = record.end_with_comments(own.end, len(hyphens[-1].group(1)))
        end_mark = _LINE_END.match(text, last)
        edited = record.cut(hyphens[-1].start(), end_mark.end() if end_mark else last)
    after = _reread(record, edited)
    if [_said(one) for one in after] != _others(record.awards, record) or _shared(edited) != _shared(text):
        raise record.refusal()
    return edited


def _reread(record: _Record, edited: str) -> list[Fields]:
    """Return the awards of an edited text; none where it cannot be read any more."""
    problems = Problems(record.file)
    awards = [own for _, _, own in award_entries(parse(edited, problems), problems)]
    return [] if problems.found else awards


def _others(awards: list[Fields], record: _Record) -> list[object]:
    return [_said(own) for number, own in enumerate(awards) if number != record.number]


def _shared(text: str) -> object:
    """Return what stands above the list of a batch."""
    tree = parse(text, Problems(""))
    return _said(tree, "awards") if isinstance(tree, Fields) and tree.get("awards") else None


# One value of a file that is a mapping.


def with_value(text: str, name: str, value: str, file: str) -> str:
    """Return the text of a file of fields with another value in one of them; quotes stay around it.

    Args:
        text: the file, decoded.
        name: a field that stands there.
        value: one that YAML takes for plain text, such as an address.
        file: for messages.

    Raises:
        ContentError: the file cannot be edited safely.
    """
    problems = Problems(file)
    tree = parse(text, problems)
    found = tree.get(name) if isinstance(tree, Fields) else None
    edited = text
    if isinstance(found, Text) and found.index >= 0:
        quote = text[found.index] if text[found.index] in "\"'" else ""
        edited = f"{text[: found.index]}{quote}{value}{quote}{text[found.end :]}"
    after = parse(edited, problems)
    written = after.get(name) if isinstance(after, Fields) else None
    if (
        problems.found
        or not isinstance(written, Text)
        or written.value.strip(BLANK) != value
        or _said(after, name) != _said(tree, name)
    ):
        what = f"the field {name} is written so that no tool can change it safely"
        raise ContentError([Problem(file, 0, what, f"write it on a line of its own, like {name}: {value}")])
    return edited


# One entry more in a list of front matter.


def with_entry(text: str, name: str, entry: Mapping[str, str], file: str) -> str:
    """Return a Markdown file's text with one entry more at the end of a list in its front matter.

    Args:
        text: the file, decoded.
        name: the list; where there is none yet, it becomes the last field.
        entry: fields and their values as YAML, each on one line.
        file: for messages.

    Raises:
        ContentError: the file cannot be edited safely.
    """
    problems = Problems(file)
    tree, body, _ = front_matter(text, problems)
    found = tree.get(name) if isinstance(tree, Fields) else None
    newline = _newline(text)
    opening = text.index("\n") + 1 if "\n" in text else len(text)
    fields = text[opening:]
    edited = text
    if isinstance(found, Items) and found.values and not found.flow and found.end >= 0:
        first = found.values[0]
        indent = " " * max(0, first.column - 2) if isinstance(first, Fields) else ""
        rest = _REST_OF_LINE.match(fields, len(fields[: found.end].rstrip()))
        if rest is not None:
            place = opening + rest.end()
            edited = f"{text[:place]}{newline}{_entry_lines(entry, indent, newline)}{text[place:]}"
    elif isinstance(tree, Fields) and (found is None or is_empty(found)):
        closing = re.search(r"^---[ \r]*$", fields, re.MULTILINE)
        if closing is not None and found is None:
            place = opening + closing.start()
            edited = f"{text[:place]}{name}:{newline}{_entry_lines(entry, '  ', newline)}{newline}{text[place:]}"
    after, same_body, _ = front_matter(edited, problems)
    written = after.get(name) if isinstance(after, Fields) else None
    before = [_said(value) for value in found.values] if isinstance(found, Items) else []
    if (
        problems.found
        or not isinstance(written, Items)
        or [_said(value) for value in written.values[:-1]] != before
        or len(written.values) != len(before) + 1
        or not isinstance(written.values[-1], Fields)
        or [key.value for key, _ in written.values[-1].entries] != list(entry)
        or _said(after, name) != _said(tree, name)
        or same_body != body
    ):
        lines = "".join(f"  {line}\n" for line in _entry_lines(entry, "", "\n").split("\n"))
        what = f"the list {name} is written so that no tool can add to it safely"
        raise ContentError([Problem(file, 0, what, f"put these lines into it by hand:\n{name}:\n{lines}".rstrip())])
    return edited


def _entry_lines(entry: Mapping[str, str], indent: str, newline: str) -> str:
    lines = [f"{name}: {value}" for name, value in entry.items()]
    return newline.join([f"{indent}- {lines[0]}", *(f"{indent}  {line}" for line in lines[1:])])


# Files.


def write_ids(root: Path, ids: Mapping[tuple[str, int], str]) -> None:
    """Write ids into the record files of a club, each file whole or not at all.

    Args:
        root: the club's folder.
        ids: award id by file and line.
    """
    by_file: dict[str, dict[int, str]] = {}
    for (file, line), award_id in ids.items():
        by_file.setdefault(file, {})[line] = award_id
    files = sorted(by_file)

    def edited(place: int) -> bytes:
        mark, text = _decoded(root, files[place])
        return mark + with_ids(text, by_file[files[place]], files[place]).encode("utf-8")

    # All is edited before anything is written. It is kept as bytes: as text, names in many scripts take up to four times as much memory.
    found = in_order(edited, len(files), processes_for(len(ids), FEW), lambda done: None)
    for file, data in zip(files, found, strict=True):
        write_file(root / file, data)


def _decoded(root: Path, file: str) -> tuple[bytes, str]:
    """Return a file's byte order mark, if it has one, and its text."""
    data = read_regular(root / file)
    return _BOM if data.startswith(_BOM) else b"", decode(data, Problems(file)) or ""


def rewrite(root: Path, file: str, edit: Callable[[str], str]) -> None:
    """Write a file anew as *edit* has it, whole or not at all; where nothing is left, the file goes.

    Args:
        root: the club's folder.
        file: relative to it.
        edit: from the text without byte order mark to the new one; "" removes the file.
    """
    mark, text = _decoded(root, file)
    edited = edit(text)
    if edited:
        write_file(root / file, mark + edited.encode("utf-8"))
    else:
        remove_file(root / file)
