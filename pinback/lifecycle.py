"""Edits of records by which an award is withdrawn, suspended, restored, corrected, renewed or forgotten.

Only records (and the steward's own list) are written here; the next sealing carries out what they ask for. No
register is read: which awards are sealed comes as an argument, and so does the day. Every edit is read again
with the whole club, and taken back where a rule is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from pinback import who_is_who
from pinback.addresses import Addresses
from pinback.awarding import NamedLink, new_named_link, yaml_text
from pinback.content import fields
from pinback.content.awards import award_entries, is_erased
from pinback.content.edit import rewrite, with_field, without_award, without_field
from pinback.content.kinds import nearest
from pinback.content.nodes import BLANK, Items, Mapping, Node, Problems, Text, decode, parse
from pinback.content.read import read_club
from pinback.content.schemas import editor_line
from pinback.dataclass import dataclass
from pinback.errors import ContentError, UsageError, quoted
from pinback.files import folders_in, read_regular, remove_file, remove_temporaries, remove_tree, removing, write_file
from pinback.limits import MAX_RECORD
from pinback.model import Award, Club, Duration
from pinback.who_is_who import Row

_PREVIEW = ".pinback/preview"
_OF_THE_DAY = {
    *("issued_on", "valid_until", "valid_for", "evidence", "narrative", "results"),
    *("credits", "activity_start", "activity_end", "term"),
}
"""Fields that tell of the earlier occasion, so that a renewal does not take them over."""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that was written.

    Attributes:
        file: its file.
        link: the new named link, where one was made.
        nameless: the earlier award has a named link, and the steward's list does not have the name for a new one.
    """

    file: str
    link: NamedLink | None
    nameless: bool


# Finding.


@dataclass(frozen=True, slots=True)
class Place:
    """Where an award stands: its file and line, its fields after batch merge, and whether it is marked as erased."""

    file: str
    line: int
    badge: str
    id: str
    fields: Mapping
    erased: bool
    batch: bool

    def text(self, name: str) -> str:
        """Return the text of a field, or ""."""
        node = self.fields.get(name)
        return node.value.strip(BLANK) if isinstance(node, Text) else ""


def places(root: Path) -> list[Place]:
    """Return every award record of a club as it is written, rules aside.

    Raises:
        ContentError: a record file cannot be read.
    """
    found: list[Place] = []
    problems: list[Problems] = []
    # NOTE: a folder that may not be looked at must stop this; an erasure that overlooks records is none.
    folders = [
        folder for badge in folders_in(root / "badges") for folder in folders_in(badge) if folder.name == "awards"
    ]
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        if path.suffix not in (".yaml", ".yml") or path.name.startswith("."):
            continue
        faults = Problems(path.relative_to(root).as_posix())
        problems.append(faults)
        text = decode(read_regular(path, MAX_RECORD), faults)
        tree = parse(text, faults) if text is not None else None
        batch = isinstance(tree, Mapping) and tree.get("awards") is not None
        for node, line, own in award_entries(tree, faults):
            id_node = own.get("id")
            award_id = id_node.value.strip(BLANK) if isinstance(id_node, Text) else ""
            found.append(Place(faults.file, line, path.parts[-3], award_id, node, is_erased(own), batch))
    if faulty := [problem for one in problems for problem in one.found]:
        raise ContentError(faulty)
    return found


def _unknown(award_id: str, known: list[str]) -> UsageError:
    near = nearest(award_id, known)
    hint = f"did you mean {near}? " if near else ""
    return UsageError(
        f'no award of this club has the id {quoted(award_id)}; {hint}award ids stand in the records, after "id:"'
    )


def _award(root: Path, award_id: str, sealed: Collection[str]) -> tuple[Club, Award]:
    """Return the club and one of its sealed awards.

    Raises:
        UsageError: there is no such award, or nobody has seen it yet.
    """
    club, _ = read_club(root, sealed)
    found = next((award for award in club.awards if award.id == award_id), None)
    if found is None:
        if any(erased.id == award_id for erased in club.erasures):
            raise UsageError(f"the award {award_id} is erased; nothing can be changed in it")
        raise _unknown(award_id, [award.id for award in club.awards if award.id])
    if award_id not in sealed:
        raise UsageError(
            f"{found.origin}: this award is not sealed yet, so nobody has seen it; correct its record, or delete it"
        )
    return club, found


def _correction_of(club: Club, award: Award) -> Award | None:
    """Return the award that corrects this one, as either record says, or None."""
    # NOTE: an award that waits for its sealing has no id yet, and most awards are superseded by none.
    later = award.superseded_by
    return next((one for one in club.awards if award.id == one.supersedes or (later and one.id == later)), None)


def _refuse_corrected(club: Club, award: Award, sealed: Collection[str], command: str) -> None:
    """Stop a *command* about an award that another one replaces: that withdraws it, and nothing else can become of it."""
    later = _correction_of(club, award)
    if later is None:
        return
    if later.id in sealed:
        raise UsageError(
            f"{award.origin}: this award is replaced by {later.id}, at {later.origin}, which withdraws it; for the newer "
            f"one: pinback {command} {later.id}"
        )
    raise UsageError(
        f"{award.origin}: this award is to be replaced by the one at {later.origin}, and the next sealing withdraws it "
        "with that; if it shall not be replaced, delete that record and try again"
    )


def _rewritten(root: Path, award: Award, sealed: Collection[str], edit: Callable[[str], str]) -> str:
    """Edit the record of an award and return its file; a broken rule takes the edit back."""
    file = award.origin.file
    before = read_regular(root / file)
    try:
        rewrite(root, file, edit)
        read_club(root, sealed)
    except BaseException:
        write_file(root / file, before)
        raise
    return file


# Withdrawing and suspending.


def revoke(root: Path, award_id: str, reason: str, on: date, sealed: Collection[str]) -> str:
    """Ask for an award's withdrawal; a suspension ends with it. Return the file that was changed.

    Args:
        root: the club's folder.
        award_id: the award.
        reason: one of ``fields.REASONS``.
        on: the day of the withdrawal.
        sealed: ids of the sealed awards.
    """
    club, award = _award(root, award_id, sealed)
    if award.revoked:
        raise UsageError(f"{award.origin}: this award is withdrawn already, on {award.revoked.on}")
    _refuse_corrected(club, award, sealed, "revoke")

    def edit(text: str) -> str:
        if award.suspended:
            text = _without_suspension(text, award)
        return with_field(text, award.id, "revoked", f"{{on: {on}, reason: {reason}}}", award.origin.file)

    return _rewritten(root, award, sealed, edit)


def suspend(root: Path, award_id: str, on: date, sealed: Collection[str]) -> str:
    """Ask for an award's suspension from a day on. Return the file that was changed."""
    club, award = _award(root, award_id, sealed)
    if award.revoked:
        raise UsageError(f"{award.origin}: this award is withdrawn, which is final; there is nothing to suspend")
    _refuse_corrected(club, award, sealed, "suspend")
    if award.suspended:
        raise UsageError(f"{award.origin}: this award is suspended already, since {award.suspended}")
    file = award.origin.file
    return _rewritten(root, award, sealed, lambda text: with_field(text, award.id, "suspended", f"{{on: {on}}}", file))


def restore(root: Path, award_id: str, sealed: Collection[str]) -> str:
    """Take an award's suspension back. Return the file that was changed."""
    _, award = _award(root, award_id, sealed)
    if not award.suspended:
        withdrawn = "; it is withdrawn, which is final; award it again" if award.revoked else ""
        raise UsageError(f"{award.origin}: this award is not suspended{withdrawn or '; there is nothing to restore'}")
    return _rewritten(root, award, sealed, lambda text: _without_suspension(text, award))


def _without_suspension(text: str, award: Award) -> str:
    problems = Problems(award.origin.file)
    for _, line, own in award_entries(parse(text, problems), problems):
        if line == award.origin.line and own.get("suspended") is None:
            raise UsageError(
                f'{award.origin}: "suspended" stands above the list, for all awards of this file; '
                "move it to the awards that it is for, and try again"
            )
    return without_field(text, award.id, "suspended", award.origin.file)


# Correcting and renewing.


def supersede(root: Path, award_id: str, new_id: str, name: str, sealed: Collection[str]) -> NewRecord:
    """Write a complete new record beside the old one, for the steward to correct.

    Args:
        root: the club's folder.
        award_id: the award that is wrong.
        new_id: the id of the new one, drawn.
        name: the holder's name for a new named link; "" takes it from the steward's list, where the old link stands there.
        sealed: ids of the sealed awards.
    """
    club, award = _award(root, award_id, sealed)
    later = _correction_of(club, award)
    if later is not None:
        raise UsageError(
            f"{award.origin}: this award is corrected already, by {later.id or 'the one'} at {later.origin}"
        )
    if award.revoked:
        raise UsageError(
            f"{award.origin}: this award is withdrawn, on {award.revoked.on}; a new one is made with: pinback award {award.badge}"
        )
    values = {**_values_for_correction(award), "id": new_id}
    return _write_new(root, club, award, new_id, award.issued_on, values, name, sealed)


def renew(
    root: Path,
    award_id: str,
    new_id: str,
    issued_on: date,
    valid_until: date | None,
    sealed: Collection[str],
    name: str = "",
) -> NewRecord:
    """Write the record of an award that continues an earlier one: the same holder, a new day, as long as before.

    What tells of the earlier occasion (evidence, results and the like) is not taken over.

    Args:
        root: the club's folder.
        award_id: the earlier award.
        new_id: the id of the new one, drawn.
        issued_on: the day of the renewal.
        valid_until: the last valid day; None for the same length of time as before.
        sealed: ids of the sealed awards.
        name: as for ``supersede``.
    """
    club, award = _award(root, award_id, sealed)
    later = next((one for one in club.awards if one.renews == award_id), None)
    if later is not None:
        raise UsageError(f"{award.origin}: this award is renewed already, at {later.origin}")
    if award.revoked or award.superseded_by or any(one.supersedes == award_id for one in club.awards):
        raise UsageError(f"{award.origin}: this award is withdrawn; a new one is made with pinback award {award.badge}")
    if award.valid_until is None and valid_until is None:
        raise UsageError(f"{award.origin}: this award does not expire; give the new last day with --until")
    kept = {key: value for key, value in _values_for_correction(award).items() if key not in _OF_THE_DAY}
    del kept["supersedes"]
    values: dict[str, object] = {"id": new_id, "renews": award_id, "issued_on": issued_on.isoformat()}
    if valid_until is not None:
        values["valid_until"] = valid_until.isoformat()
    elif "valid_for" in award.typed:
        values["valid_for"] = award.typed["valid_for"]
    elif "valid_until" in award.typed and award.valid_until:
        values["valid_until"] = _as_long(award.issued_on, award.valid_until, issued_on).isoformat()
    return _write_new(root, club, award, new_id, issued_on, {**values, **kept}, name, sealed)


def _as_long(issued_on: date, valid_until: date, now: date) -> date:
    """Return the last day of the same length of time: the same months where it was whole months, else days."""
    months = (valid_until.year - issued_on.year) * 12 + valid_until.month - issued_on.month
    if months > 0 and Duration(months, "month").last_day(issued_on) == valid_until:
        return Duration(months, "month").last_day(now)
    return now + (valid_until - issued_on)


def _write_new(
    root: Path,
    club: Club,
    award: Award,
    new_id: str,
    issued_on: date,
    values: dict[str, object],
    name: str,
    sealed: Collection[str],
) -> NewRecord:
    row = who_is_who.of_link(root, award.link) if award.link else None
    name = name or (row.name_in_link if row else "")
    link = new_named_link(Addresses(club.site.base_url), new_id, name) if name else None
    if link:
        values = {**values, "named": link.named, "link": link.link_hash}
    file = free_file(root, f"badges/{award.badge}/awards/{issued_on.isoformat()}-{award.handle or new_id}")
    title = club.badges[award.badge].name.in_language(club.site.language)
    take_back: list[Callable[[], None]] = []
    try:
        if link:
            # NOTE: the list comes first; a record whose link nobody has could not be mended.
            noted = Row(name, title, issued_on.isoformat(), award.handle, link.link)
            take_back.append(who_is_who.note(root, noted))
        write_file(root / file, (editor_line(file) + "".join(_yaml(values))).encode("utf-8"))
        read_club(root, sealed)
    except BaseException:
        remove_file(root / file)
        for undo in take_back:
            undo()
        raise
    return NewRecord(file, link, nameless=link is None and bool(award.named or award.link))


def free_file(root: Path, stem: str) -> str:
    """Return a name that no record has: *stem*, or with -2, -3 … where it is taken."""
    number = 1
    while (root / (file := f"{stem}-{number}.yaml" if number > 1 else f"{stem}.yaml")).exists():
        number += 1
    return file


def complete_new_record(award: Award) -> str:
    """Return the YAML of a whole new record that says what *award* says and corrects it.

    It has no id (the next sealing writes one) and no ``link`` (which is bound to the old award's address).
    """
    return "".join(_yaml(_values_for_correction(award)))


def _values_for_correction(award: Award) -> dict[str, object]:
    """Return the fields of a correction, as typed, in the order of the table of fields."""
    page: dict[str, object] = {
        "name": award.name,
        "public": "true" if award.public else "",
        "signed_name": "true" if award.signed_name else "",
        "minor": "true" if award.minor else "",
        "guardian_consent": award.guardian_consent.isoformat() if award.guardian_consent else "",
    }
    values = {"supersedes": award.id}
    said = {**page, **award.typed}
    names = [field.name for field in fields.AWARD.fields if field.name not in ("link", "supersedes", "renews")]
    return values | {name: said[name] for name in names if said.get(name)}


def _yaml(values: dict[str, object]) -> Iterator[str]:
    """Yield lines of YAML, which read back as *values*: texts, lists and mappings of them."""
    order = ["id", "supersedes", "renews"]
    for name in [*(name for name in order if name in values), *(name for name in values if name not in order)]:
        yield from _field(name, values[name], "")


def _field(name: str, value: object, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield f"{indent}{name}:\n"
        for key, inner in value.items():
            yield from _field(key, inner, indent + "  ")
    elif isinstance(value, list):
        yield f"{indent}{name}:\n"
        for item in value:
            lines = list(_item(item, indent + "    "))
            yield f"{indent}  - {lines[0].lstrip(' ')}"
            yield from lines[1:]
    else:
        yield f"{indent}{name}: {_scalar(str(value), indent)}\n"


def _item(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _field(key, inner, indent)
    else:
        yield f"{indent}{yaml_text(str(value))}\n"


def _scalar(text: str, indent: str) -> str:
    """Return a text as YAML: several lines as a block where that reads back the same, else on one line."""
    lines = text.split("\n")
    if len(lines) > 1 and all(line.isprintable() for line in lines):
        block = "|-\n" + "\n".join(f"{indent}  {line}" if line else "" for line in lines)
        problems = Problems("")
        tree = parse(f"{indent}x: {block}\n", problems)
        node = tree.get("x") if isinstance(tree, Mapping) else None
        if not problems.found and isinstance(node, Text) and node.value == text:
            return block
    return yaml_text(text)


# Forgetting.


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did and what it cannot reach, in words."""

    changed: tuple[str, ...]
    beyond: tuple[str, ...]


def to_erase(root: Path, ids: Collection[str], handle: str) -> list[Place]:
    """Return the records that an erasure would remove; those of an interrupted one count again.

    None are found of a handle that nobody has where something was erased before: nothing keeps whose that was.

    Raises:
        UsageError: an id or handle that no record has, or a record that cannot be named.
    """
    everything = places(root)
    known = [place.id for place in everything if place.id]
    for award_id in ids:
        if award_id not in known:
            raise _unknown(award_id, known)
    found = [place for place in everything if place.id in ids or (handle and place.text("handle") == handle)]
    if handle and not any(place.text("handle") == handle for place in found):
        handles = sorted({place.text("handle") for place in everything} - {""})
        near = nearest(handle, handles)
        if any(place.erased for place in everything) and all(place.erased for place in found):
            return found
        raise UsageError(
            f"no award of this club has the handle {quoted(handle)}; "
            + (f"did you mean {near}?" if near else 'handles stand in the records, after "handle:"')
        )
    for place in found:
        if not place.id:
            raise UsageError(
                f"{place.file}:{place.line}: this award was never sealed and has no id; delete it there, and try again"
            )
    return found


def erase(root: Path, ids: Collection[str], handle: str, sealed: Collection[str]) -> Erased:
    """Remove all that the working tree knows of awards, but that they are erased.

    1. The bare record that stays is written. 2. The holder's page, rows of the steward's list, and the preview go.
    3. The record goes last, so that a run that died is finished by the next one, which finds everything by it.
    """
    found = to_erase(root, ids, handle)
    gone = {(place.file, place.line) for place in found if not place.erased}
    left = {one.text("handle") for one in places(root) if (one.file, one.line) not in gone and not one.erased}
    changed: list[str] = []
    for place in found:
        stays = f"badges/{place.badge}/awards/erased-{place.id}.yaml"
        if place.erased:
            continue
        if place.id in sealed and place.file != stays:
            write_file(root / stays, f"id: {place.id}\nerased: true\n".encode())
            changed.append(f"{stays}: written; it says that this award is erased, and nothing else")
    handles = {place.text("handle") for place in found if not place.erased} - {""} - left
    for name in sorted(handles):
        page = f"site_src/people/{name}.md"
        if (root / page).exists():
            remove_file(root / page)
            changed.append(f"{page}: removed")
        copies = f"site_src/people/{name}"
        if (root / copies).is_dir() and not (root / copies).is_symlink():
            with removing(root / copies):
                remove_tree(root / copies)
            changed.append(f"{copies}: removed, with the saved copies of badges from elsewhere")
    theirs = {place.id for place in found}
    if number := who_is_who.forget(root, lambda row: _is_theirs(row, theirs, handles, found)):
        changed.append(f"{who_is_who.FILE}: {number} row{'s' if number > 1 else ''} removed")
    if (root / _PREVIEW).exists():
        with removing(root / _PREVIEW):
            remove_tree(root / _PREVIEW)
        changed.append(f"{_PREVIEW}: removed")
    for place in found:
        if not place.erased:
            file, award_id = place.file, place.id
            rewrite(root, file, lambda text, file=file, award_id=award_id: without_award(text, award_id, file))  # type: ignore[misc]
            kept = "" if not (root / file).exists() else f"; the award {award_id} is out of it, the others stay"
            changed.append(f"{file}: changed{kept}" if kept else f"{file}: removed")
    # What a run that died while it wrote has left may speak of this person.
    for folder in (root, root / "site_src/people", *sorted(root.glob("badges/*/awards/"))):
        for path in remove_temporaries(folder):
            changed.append(f"{path.relative_to(root).as_posix()}: removed; an interrupted run had left it")
    return Erased(tuple(changed), tuple(_beyond(root, found, handles)))


def _is_theirs(row: Row, ids: Collection[str], handles: Collection[str], found: list[Place]) -> bool:
    links = {place.text("link") for place in found} - {""}
    hashed = "sha256$" + sha256(row.link.encode("utf-8", "surrogateescape")).hexdigest()
    in_link = any(f"/{award_id}/" in row.link for award_id in ids)
    return in_link or hashed in links or (bool(row.handle) and row.handle in handles)


def _beyond(root: Path, found: list[Place], handles: Collection[str]) -> Iterator[str]:
    """Yield what an erasure cannot reach."""
    fresh = [place for place in found if not place.erased]
    for file in sorted({place.file for place in fresh if (root / place.file).exists()}):
        yield f"{file} stays for other awards: read its comments and shared fields, they may speak of this person."
    for source in sorted({source for place in fresh for source in _static(root, place.fields)}):
        yield f"{source} was evidence of an erased award: if it shows this person alone, delete it too."
    for path in sorted((root / "site_src").glob("*.md")):
        text = read_regular(path).decode("utf-8", "replace")
        if any(word in text for word in (*handles, *(place.id for place in found))):
            yield f"site_src/{path.name} speaks of an erased award or its holder: correct it."
    yield "The published site shows the award until the next pinback seal, pinback build and deploy; a folder site/ here until the build."
    files = sorted({place.file for place in fresh})
    # Whatever lies there today, old commits may hold a page and saved copies.
    files += [f"site_src/people/{name}{ending}" for name in sorted(handles) for ending in (".md", "/")]
    options = [f"--path {file}" for file in files]
    options += [f"--path-glob 'issuers/*/sealed/awards/{award_id}/*'" for award_id in sorted({one.id for one in found})]
    yield (
        "Old commits keep everything, and anybody can read them in a public repository. After the next seal, in a fresh clone, with a backup at hand:\n"
        f"    git filter-repo --invert-paths {' '.join(options)}"
    )
    if shared := sorted({place.file for place in fresh if (root / place.file).exists()}):
        yield (
            f"That takes files with other awards out too: copy {', '.join(shared)} aside before, and put them back and commit them after."
        )
    yield "The register's earlier lines stay in old commits: hashes, keys and days, no name. Push the new history with --force, and ask the host to drop old objects."
    yield "Forks and clones of others keep what they have; ask their owners. Whoever has a clone must clone again."
    yield (
        f"Other copies of {who_is_who.FILE} keep the name and the private link: another steward's, older exports, backups, mail "
        "merges, printed cards. Take the rows out there too."
    )
    yield "Pictures and documents that the holder downloaded or gave away are theirs."
    yield "Web archives may hold the page; they remove it when asked (for one, by mail to info@archive.org)."


def _static(root: Path, node: Node) -> Iterator[str]:
    """Yield the files of the club's own site that a record points to."""
    if isinstance(node, Text):
        _, found, path = node.value.strip(BLANK).partition("/static/")
        source = f"site_src/static/{path.partition('#')[0].partition('?')[0]}"
        if found and path and ".." not in path and (root / source).is_file():
            yield source
    elif isinstance(node, Items):
        for value in node.values:
            yield from _static(root, value)
    else:
        for _, value in node.entries:
            yield from _static(root, value)


# What expires.


def due(club: Club, today: date, within: int, signed: dict[str, date | None]) -> list[tuple[date, Award]]:
    """Return the living awards whose last valid day lies from *today* to *within* days later, by day, badge, handle.

    Withdrawn, corrected and renewed ones do not count; those that wait for the next sealing do.

    Args:
        club: the checked club.
        today: the first day that counts.
        within: how many days more count.
        signed: last valid day by id, of sealed awards whose record leaves it to the badge, which may say something else by now.
    """
    followed = {award.renews for award in club.awards} | {award.supersedes for award in club.awards}
    living = (
        award
        for award in club.awards
        if not award.revoked and not award.superseded_by and not (award.id and award.id in followed)
    )
    last = today + timedelta(days=within)
    ends = ((signed.get(award.id, award.valid_until), award) for award in living)
    expiring = [(end, award) for end, award in ends if end and today <= end <= last]
    return sorted(expiring, key=lambda one: (one[0], one[1].badge, one[1].handle, one[1].id))
