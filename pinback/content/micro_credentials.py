"""The fields of a micro-credential: whether all that the European approach asks for is there, and the object of the model.

Council Recommendation of 16 June 2022 (2022/C 243/02), Annex I: mandatory elements. Title, awarding body and day of issuing
are fields that every badge or award needs; the learner is the subject of the credential. The rest is looked at here, all
of it in one run, by what is written and not by what could be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinback.content.kinds import is_empty
from pinback.content.nodes import BLANK, Node, Problems, Text
from pinback.content.nodes import Mapping as Fields
from pinback.errors import Problem, quoted
from pinback.model import Badge, Issuer, LocalText, MicroCredential

TYPE = "MicroCredential"
FIELD = "micro_credential"
_MANDATORY = (
    (("learning_outcomes",), "what holders know, understand and can do", "learning_outcomes: [Steers a boat of eight]"),
    (("hours", "ects"), "the workload", 'hours: 40", or "ects: 2'),
    (("level", "cycle"), "the level", 'level: EQF 4", or "level: none" where no framework applies, or "cycle: first'),
    (("assessment",), "how it is assessed", "assessment: a practical test"),
    (("participation",), "in which form one takes part", "participation: on site, in a group"),
    (("quality_assurance",), "who assures quality, and how", "quality_assurance: examiners visit each year"),
)
"""Fields of which one is needed, what it says, and how a line of it looks."""
MANDATORY = tuple(names for names, _, _ in _MANDATORY)
"""Fields of a micro-credential of which one at least is needed, for each thing that it has to say."""
_NO_TEXT = LocalText(())


def is_micro_credential(node: Node | None) -> bool:
    """Tell whether front matter says that its badge is a micro-credential."""
    said = node.get("type") if isinstance(node, Fields) else None
    return isinstance(said, Text) and said.value.strip(BLANK) == TYPE


def note_faults(node: Fields, problems: Problems) -> None:
    """Note every mandatory field that is missing, fields that contradict each other, and fields in a badge of another type."""
    micro = node.get(FIELD)
    if not is_micro_credential(node):
        if micro is not None and not is_empty(micro):
            what = f'"{FIELD}" stands in a badge of another type'
            problems.add(_key_line(node), what, f'write "type: {TYPE}", or delete these fields')
        return
    line = _key_line(node)
    there = _there(micro)
    for names, meaning, like in _MANDATORY:
        if there.isdisjoint(names):
            shown = " or ".join(quoted(name) for name in names)
            problems.add(
                line, f"{shown} of the micro-credential is missing", f'say {meaning}, below "{FIELD}:", like "{like}"'
            )
    if isinstance(micro, Fields):
        _note_contradictions(node, micro, there, problems)


def _key_line(node: Fields) -> int:
    """Return the line of the word ``micro_credential``, or that of ``type`` where it is not there."""
    lines = {key.value: key.line for key, _ in node.entries}
    return lines.get(FIELD, lines.get("type", node.line))


def _there(micro: Node | None) -> set[str]:
    return {key.value for key, value in micro.entries if not is_empty(value)} if isinstance(micro, Fields) else set()


def _note_contradictions(node: Fields, micro: Fields, there: set[str], problems: Problems) -> None:
    credits, level, cycle = node.get("credits"), micro.get("level"), micro.get("cycle")
    if "ects" in there and credits is not None and not is_empty(credits):
        problems.add(
            credits.line,
            '"credits" and "ects" both say what it is worth',
            'delete "credits"; "ects" is signed as the credits',
        )
    if cycle is not None and "cycle" in there and isinstance(level, Text) and level.value.strip(BLANK) == "none":
        problems.add(cycle.line, '"level" is none, and "cycle" names one', "delete one of the two")


def made(values: Mapping[str, Any] | None) -> MicroCredential | None:
    """Make the object of the model from values that were read."""
    if values is None:
        return None
    level = values.get("level", "")
    return MicroCredential(
        learning_outcomes=values.get("learning_outcomes", ()),
        hours=values.get("hours", ""),
        ects=values.get("ects", ""),
        eqf=level.removeprefix("EQF ") if level != "none" else "",
        cycle=values.get("cycle", ""),
        assessment=values.get("assessment", _NO_TEXT),
        participation=values.get("participation", _NO_TEXT),
        quality_assurance=values.get("quality_assurance", _NO_TEXT),
        prerequisites=values.get("prerequisites", _NO_TEXT),
        supervision=values.get("supervision", _NO_TEXT),
        stackability=values.get("stackability", _NO_TEXT),
        information=values.get("information", ""),
    )


def texts(badge: Badge) -> dict[str, LocalText]:
    """Return the texts of a micro-credential that can be written in several languages, by the field they stand in."""
    micro = badge.micro_credential
    if micro is None:
        return {}
    outcomes = {f"learning outcome {number}": text for number, text in enumerate(micro.learning_outcomes, 1)}
    names = ("assessment", "participation", "quality_assurance", "prerequisites", "supervision", "stackability")
    return outcomes | {name: getattr(micro, name) for name in names}


def countries(asking: Mapping[str, str], issuers: Mapping[str, Issuer]) -> Iterator[Problem]:
    """Yield a problem for each issuer of micro-credentials that names no country.

    Args:
        asking: the file of the first badge of this type, by issuer.
        issuers: those that could be read, by folder.
    """
    for slug, file in asking.items():
        issuer = issuers.get(slug)
        if issuer is not None and issuer.address is None:
            what = f"the country of the issuer is missing, which the micro-credential {file} needs"
            yield Problem(f"issuers/{slug}/issuer.yaml", 1, what, 'add a line like "address: {country: GB}"')
