"""Batches of records: what awards of one badge and one day share stands once above the list of them.

Pure; which ids, handles and links they have was drawn before. The page of the browser writes the same kind of file.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

from pinback.awarding import NamedLink, email_hash, yaml_text
from pinback.dataclass import dataclass
from pinback.limits import MAX_RECORD
from pinback.roster.reading import RosterAward

MOST = 500
"""Awards in one file."""
_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
_SHARED = ("issued_on", "valid_until", "language", "minor", "evidence", "narrative", "credits", "role", "term")
_DAYS_SHARED = ("activity_start", "activity_end")


@dataclass(frozen=True, slots=True)
class NewRecord:
    """An award that is to be written: what the row says, the id, the handle, the link where the name is private."""

    award: RosterAward
    id: str
    handle: str
    link: NamedLink | None


@dataclass(frozen=True, slots=True)
class Batch:
    """A file to be written: the badge, the first part of its name, its text, and how many awards are in it."""

    badge: str
    stem: str
    text: str
    awards: int


def batches(records: Sequence[NewRecord]) -> Iterator[Batch]:
    """Yield the files of records, badge by badge and day by day, in the order of their rows."""
    groups: dict[tuple[str, str], list[NewRecord]] = {}
    for record in records:
        groups.setdefault((record.award.badge, record.award.issued_on.isoformat()), []).append(record)
    for (badge, day), group in groups.items():
        for start in range(0, len(group), MOST):
            yield from _files(badge, day, group[start : start + MOST])


def _files(badge: str, day: str, group: list[NewRecord]) -> Iterator[Batch]:
    """Yield one file, or more where one would be longer than files are read."""
    text = batch_text(group)
    if len(text.encode("utf-8")) > MAX_RECORD * 9 // 10 and len(group) > 1:
        half = len(group) // 2
        yield from _files(badge, day, group[:half])
        yield from _files(badge, day, group[half:])
        return
    signs = "".join(secrets.choice(_SIGNS) for _ in range(4))
    yield Batch(badge, f"{day}-{signs}", text, len(group))


def batch_text(group: Sequence[NewRecord]) -> str:
    """Return the YAML of a batch: shared fields first, then the list."""
    own = [_fields(record) for record in group]
    shared = [
        name
        for name in (*_SHARED, *_DAYS_SHARED)
        if name in own[0] and all(one.get(name) == own[0][name] for one in own)
    ]
    lines = [line for name in shared for line in own[0][name]]
    lines.append("awards:")
    for one in own:
        kept = [line for name, text in one.items() if name not in shared for line in text]
        lines += [f"  - {kept[0]}", *(f"    {line}" for line in kept[1:])]
    return "\n".join(lines) + "\n"


def _fields(record: NewRecord) -> dict[str, list[str]]:
    """Return the lines of each field of a record, in the order in which records have them."""
    award = record.award
    texts = {
        "id": record.id,
        "issued_on": award.issued_on.isoformat(),
        "valid_until": award.valid_until.isoformat() if award.valid_until else "",
        "handle": record.handle,
        "language": yaml_text(award.language) if award.language else "",
        "minor": "true" if award.minor else "",
        "guardian_consent": award.guardian_consent.isoformat() if award.guardian_consent else "",
        "named": record.link.named if record.link else "",
        "link": record.link.link_hash if record.link else "",
        "name": "" if record.link else yaml_text(award.name),
        "public": "" if record.link else "true",
    }
    lines = {name: [f"{name}: {text}"] for name, text in texts.items() if text}
    if award.email:
        hashed, salt = email_hash(award.email)
        lines["email"] = ["email:", f"  hash: {hashed}", f"  salt: {salt}"]
    if award.evidence:
        lines["evidence"] = ["evidence:", *(f"  - {yaml_text(url)}" for url in award.evidence)]
    for name in ("narrative", "credits", "role", "term", "license_number"):
        if text := getattr(award, name):
            lines[name] = [f"{name}: {yaml_text(text)}"]
    for name in _DAYS_SHARED:
        if day := getattr(award, name):
            lines[name] = [f"{name}: {day.isoformat()}"]
    return lines
