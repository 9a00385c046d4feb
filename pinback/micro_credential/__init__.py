"""What a micro-credential says beyond other badges: as alignments, as credits, and as one section of the criteria.

European approach to micro-credentials (Council Recommendation of 16 June 2022, 2022/C 243/02, Annex I). The standards of badges
have places for level and credits alone. All else becomes a section of Markdown at the end of the criteria, which readers of
Open Badges 2.0 and 3.0 show alike. Where it is put and read back is here, so that documents and pages agree. What must be
filled in is the business of ``content``.

NOTE: the section is signed and names a version of the badge. A changed word here would be a new version of each
micro-credential of each club, so words are added, never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pinback.dataclass import dataclass
from pinback.micro_credential.words import SECTION_WORDS
from pinback.model import Alignment, Badge, LocalText, MicroCredential

EQF = "European Qualifications Framework"
QF_EHEA = "Qualifications Framework of the European Higher Education Area"
TYPE = "MicroCredential"
LEVEL_TYPES = EQF_TYPE, QF_EHEA_TYPE = "ext:EQF", "ext:QF-EHEA"
_EQF_LEVEL = "http://data.europa.eu/snb/eqf/{}"
"""The European Union's own identifier of a level."""
_CYCLES = "https://ehea.info/page-qualification-frameworks"
TEXTS = ("assessment", "participation", "quality_assurance", "prerequisites", "supervision", "stackability")
"""The texts of the section behind workload and level, in their order."""
_LABELLED = re.compile(r"\*\*(.+?):\*\*(?: (.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the section: its label, and one Markdown text, or one of each item of a list."""

    label: str
    texts: tuple[str, ...]


def credits_of(badge: Badge) -> str:
    """Return the credits that a badge is worth, digits as typed, or "": ECTS of a micro-credential, else its ``credits``."""
    return (badge.micro_credential.ects if badge.micro_credential else "") or badge.credits


def alignments(badge: Badge) -> tuple[Alignment, ...]:
    """Return the alignments of a badge, those to the level of a micro-credential last."""
    micro = badge.micro_credential
    return badge.alignment + (tuple(_levels(micro)) if micro else ())


def _levels(micro: MicroCredential) -> Iterator[Alignment]:
    if micro.eqf:
        yield Alignment(f"EQF level {micro.eqf}", _EQF_LEVEL.format(micro.eqf), "", EQF, micro.eqf, EQF_TYPE)
    if micro.cycle:
        name = f"QF-EHEA, {micro.cycle} cycle"
        yield Alignment(name, _CYCLES, "", QF_EHEA, micro.cycle, QF_EHEA_TYPE)


def narrative(badge: Badge) -> str:
    """Return the criteria of a badge as documents have them: those of the author, and the section where there is one."""
    added = section(badge)
    return f"{badge.criteria.rstrip()}\n\n{added}" if added else badge.criteria


def section(badge: Badge) -> str:
    """Return the section of a micro-credential in the badge's language, Markdown without a line break at the end, or ""."""
    micro = badge.micro_credential
    if micro is None:
        return ""
    words = _words(badge.language)
    parts = [f"## {words['title']}", *_parts(micro, words, badge)]
    return "\n\n".join(parts)


def _parts(micro: MicroCredential, words: dict[str, str], badge: Badge) -> Iterator[str]:
    outcomes = [f"- {_item(text_of(text, badge))}" for text in micro.learning_outcomes]
    if outcomes:
        yield f"**{words['learning_outcomes']}:**\n\n" + "\n".join(outcomes)
    workload = [f"{micro.hours} {words['hours']}"] if micro.hours else []
    workload += [f"{micro.ects} ECTS"] if micro.ects else []
    if workload:
        yield f"**{words['workload']}:** {', '.join(workload)}"
    levels = [f"{words['eqf']} {micro.eqf}"] if micro.eqf else []
    levels += [f"{words['qf_ehea']}: {words[micro.cycle]}"] if micro.cycle else []
    yield f"**{words['level']}:** {'; '.join(levels) or words['no_level']}"
    for name in TEXTS:
        text: LocalText = getattr(micro, name)
        if said := text_of(text, badge):
            yield f"**{words[name]}:** {_escaped(said)}"
    if micro.information:
        yield f"**{words['information']}:** <{micro.information}>"


def text_of(text: LocalText, badge: Badge) -> str:
    """Return a text in the language of this edition, else in the badge's own."""
    written = text.written_in(badge.language)
    return text.in_language(badge.language if written else badge.own_language)


def split(criteria: str, language: str) -> tuple[str, tuple[Row, ...]]:
    """Return the author's criteria and the rows of the section, from what ``narrative`` made for an edition in *language*."""
    before, heading, after = criteria.rpartition(f"\n\n## {_words(language)['title']}\n\n")
    rows = tuple(_rows(after)) if heading else ()
    return (before, rows) if rows else (criteria, ())


def rows(badge: Badge) -> tuple[Row, ...]:
    """Return the rows of the section of a micro-credential, as it reads now; none of another badge."""
    return tuple(_rows(section(badge).partition("\n\n")[2]))


def _rows(text: str) -> Iterator[Row]:
    label = ""
    for block in filter(None, text.split("\n\n")):
        found = _LABELLED.fullmatch(block)
        if found and found[2]:
            yield Row(found[1], (found[2],))
        elif found:
            label = found[1]
        elif label:
            yield Row(label, tuple(line.removeprefix("- ") for line in block.split("\n")))
            label = ""


def _words(language: str) -> dict[str, str]:
    return SECTION_WORDS.get(language) or SECTION_WORDS.get(language.partition("-")[0]) or SECTION_WORDS["en"]


def _escaped(text: str) -> str:
    """Return plain text as Markdown that reads the same."""
    marked = re.sub(r"([\\`*_\[\]])", r"\\\1", text)
    return marked.replace("&", "&amp;").replace("<", "&lt;")


def _item(text: str) -> str:
    """Return plain text as an item of a list; no sign at its beginning opens a list, a heading or a quotation."""
    escaped = _escaped(text)
    return re.sub(r"^(?:([#>+=~|-])|([0-9]+)([.)]))", lambda found: _opened(found), escaped)


def _opened(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"
