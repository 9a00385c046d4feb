"""The story: read → check → model → documents → seal → bake → pages → publish.

Each function here is one of the things a steward can ask for. They return what happened and print nothing;
the clock is a parameter, and the code that opens keys comes through a function that the command line gives.

What draws pages and pictures takes long to load, and is loaded by the functions that draw: most sealings need nothing of it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from pinback import cosigning, files
from pinback import register as registers
from pinback.assemble.pictures import Pictures
from pinback.assemble.sealed import Sealed
from pinback.content import starter
from pinback.content.plain_addresses import own_addresses
from pinback.content.read import read_club
from pinback.dataclass import dataclass
from pinback.errors import ContentError, PictureError, Problem, SigningError, UsageError, quoted
from pinback.files import FileProblem, folders_in, locked, read_regular, reading, remove_temporaries
from pinback.hosts import host_warnings
from pinback.keys import demonstration
from pinback.lifecycle import complete_new_record
from pinback.limits import MAX_PICTURE
from pinback.model import Badge, Club, Issuer, SavedBadge
from pinback.publish import Published, Stage, discard_staged, finish_interrupted, publish
from pinback.register import Register, RegisterKey, SealedIds
from pinback.remembered.looks import FilledFolders, Unsure
from pinback.remembered.memory import Memory
from pinback.seal.plan import (
    BadgePictures,
    Plan,
    after_closing,
    changed_records,
    facts,
    make_plan,
    moved_editions,
    too_early,
)
from pinback.seal.store import Store

if TYPE_CHECKING:
    from pinback.assemble.material import Material
    from pinback.building import Done
    from pinback.proofs.keys import Signer
    from pinback.seal.make import Prepared
    from pinback.seal.signing_keys import Keys
    from pinback.seal.staging import Staging


@dataclass(frozen=True, slots=True)
class Checked:
    """A club without problems, what its issuers have sealed, and its pictures."""

    root: Path
    club: Club
    sealed: dict[str, Sealed]
    pictures: Pictures
    warnings: tuple[Problem, ...] = field(default=())
    elsewhere: Mapping[str, tuple[SavedBadge, ...]] = field(default_factory=dict)

    @property
    def material(self) -> Material:
        """What the site is made from."""
        from pinback.assemble.material import Material

        return Material(self.root, self.club, self.sealed, self.pictures, self.elsewhere)


def check(
    root: Path,
    moving: bool = False,
    memory: Memory | None = None,
    read: tuple[Club, tuple[Problem, ...]] | None = None,
    later: bool = False,
) -> Checked:
    """Read and check everything in a club's folder.

    Args:
        root: the club's folder.
        moving: whether address and DID may differ from what the registers say, because a move is under way.
        memory: what earlier runs have read and proved; without one, everything is read and proved.
        read: the records and the warnings about them, where they were read in this run already.
        later: whether the sealed documents of all awards are read later, and compared with the register then.

    Raises:
        ContentError: every problem there is.
    """
    loaded = _registers(root, memory)
    club, warnings = read or _read(root, loaded, moving, memory)
    sealed, problems = _sealed(root, club, loaded, moving, memory, later)
    pictures, faults, looks = _appearance(root, club, memory)
    problems += faults
    elsewhere, faults = _elsewhere(root, club)
    problems += faults
    problems += changed_records(club, {slug: one.register for slug, one in sealed.items()}, complete_new_record)
    warnings += tuple(_unwritten(club.badges.values(), warning=True))
    warnings += tuple(problem for register in loaded.values() for problem in _robbed(register))
    warnings += looks
    if problems and later:
        # Nobody will read the documents now.
        problems += [one for one in _compared(sealed.values()) if one not in problems]
    if problems:
        raise ContentError([*problems, *warnings])
    checked = Checked(root, club, sealed, pictures, warnings, elsewhere)
    told = host_warnings(root, club, sealed.values(), lambda: checked.material)
    return replace(checked, warnings=(*warnings, *told))


def _read(
    root: Path, loaded: dict[str, Register], moving: bool = False, memory: Memory | None = None
) -> tuple[Club, tuple[Problem, ...]]:
    """Return the checked records, and the warnings about them."""
    moved = {slug for slug, register in loaded.items() if len(register.places) > 1}
    if moving:
        moved = {path.name for path in (root / "issuers").glob("*/")}
    return read_club(root, SealedIds(loaded.values()), moved, memory, _judge_narrative)


def sealed_ids(root: Path) -> set[str]:
    """Return the ids of all awards that were ever sealed, by the registers.

    Raises:
        ContentError: a register is damaged or missing.
    """
    return set(SealedIds(_registers(root).values()))


def _robbed(register: Register) -> Iterator[Problem]:
    """Yield a warning where a stolen key was revoked and nothing has been signed again since."""
    events = register.lines.events
    if "key-revoke" not in events or "reseal" in events[len(events) - events[::-1].index("key-revoke") :]:
        return
    if dead := sum(register.is_dead(id_) for id_ in register.awards):
        what = f"{dead} award{'s are' if dead > 1 else ' is'} signed with revoked keys, so nobody believes {'them' if dead > 1 else 'it'}"
        yield Problem(register.file, 0, what, "pinback reseal signs again what is from before the theft", True)


def _registers(root: Path, memory: Memory | None = None) -> dict[str, Register]:
    """Return the register of each issuer that has one.

    Raises:
        ContentError: one is damaged or missing; nothing else can be judged then, so it is told alone.
    """
    found: dict[str, Register] = {}
    problems: list[Problem] = []
    for path in folders_in(root / "issuers"):
        try:
            register = Store(root, path.name, memory).load()
        except ContentError as error:
            problems += error.problems
        else:
            found |= {path.name: register} if register is not None else {}
    if problems:
        raise ContentError(problems)
    return found


def _sealed(
    root: Path, club: Club, loaded: dict[str, Register], moving: bool, memory: Memory | None, later: bool
) -> tuple[dict[str, Sealed], list[Problem]]:
    """Return what each issuer has sealed, and what is wrong with it."""
    found: dict[str, Sealed] = {}
    problems: list[Problem] = []
    for issuer in club.issuers.values():
        store = Store(root, issuer.slug, memory)
        register = loaded.get(issuer.slug)
        if register is None:
            continue
        if register.torn:
            problems.append(
                Problem(register.file, len(register.lines) + 1, "a sealing was interrupted here", "run pinback seal")
            )
        witnessed, faults = cosigning.read(root, issuer.slug, register)
        problems += faults
        found[issuer.slug] = Sealed(store, register, witnessed)
        damaged = store.problems(register, later)
        problems += damaged or moved_editions(club, store, register)
        if not moving:
            problems += facts(club, issuer, register)
        problems += after_closing(club, issuer, register)
        if what := demonstration.fault(register.did, register.demonstration, [key.id for key in register.keyring]):
            problems.append(
                Problem(register.file, 1, what, "make own keys with pinback key new in a club's own folder")
            )
    return found, problems


_APPEARANCE = "appearance"
"""Under this name it is remembered what was warned of, beside the digest of all that pages and pictures are made from."""


def _appearance(root: Path, club: Club, memory: Memory | None) -> tuple[Pictures, list[Problem], tuple[Problem, ...]]:
    """Return the pictures, what is wrong with pictures, texts and theme, and what is to be warned of there.

    Where none of their files has changed since all was well, nothing is wrong now, and pictures are made when they are asked for.
    """
    furniture = memory.furniture() if memory else ""
    if memory and furniture and (before := _as_before(memory, furniture)) is not None:
        warned, drawn, digests = before
        return Pictures.later(lambda: _pictures(root, club)[0], drawn, digests), [], warned
    from pinback.assemble.cards import card_problems

    pictures, found = _pictures(root, club)
    found += card_problems(club, pictures.letters)
    problems = [*(problem for problem in found if not problem.warning), *_markdown_faults(club, memory)]
    found = [problem for problem in found if problem.warning]
    warnings = (*found, *_without_words(root, club), *_moved_colour(root, club))
    if memory and furniture and not problems:
        rows = [[one.file, one.line, one.what, one.cure] for one in warnings]
        memory.keep(_APPEARANCE, [furniture, rows, _small(pictures.badges), dict(pictures.digests)])
    return pictures, problems, warnings


_WORTH_KEEPING = 2_000_000
"""Bytes of pictures that are kept; more of them would take longer to read than to make."""


def _small(pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SVG of badges as text, where they are worth keeping."""
    kept = sum(map(len, pictures.values())) <= _WORTH_KEEPING
    return {path: svg.decode("utf-8") for path, svg in pictures.items()} if kept else {}


def _as_before(memory: Memory, furniture: str) -> tuple[tuple[Problem, ...], dict[str, bytes], dict[str, str]] | None:
    """Return what was warned of, the pictures of badges, and the digests of all pictures, when all that pages and pictures are made from was as now; or None."""
    try:
        known, rows, drawn, kept = memory.recall(_APPEARANCE)
        warned = tuple(Problem(str(file), int(line), str(what), str(cure), True) for file, line, what, cure in rows)
        badges = {str(path): svg.encode("utf-8") for path, svg in drawn.items()}
        digests = {str(path): str(digest) for path, digest in kept.items()}
    except (TypeError, ValueError, AttributeError):
        return None
    return (warned, badges, digests) if known == furniture else None


def _pictures(root: Path, club: Club) -> tuple[Pictures, list[Problem]]:
    """Return every picture cleaned, and what is wrong with the others and with all else that is published as it is given."""
    from pinback.assemble.cards import fonts_of
    from pinback.assemble.designs import design_problems
    from pinback.content.given_files import DRAWINGS, TEXTS, faults_of_drawing, faults_of_text
    from pinback.images.design import design_svg
    from pinback.images.photographs import clean_photograph
    from pinback.images.pictures import as_svg, cleaned

    problems: list[Problem] = []
    own = own_addresses(club)

    def clean(file: str, how: Callable[[bytes, str], bytes], forever: bool) -> dict[str, bytes]:
        try:
            given = read_regular(root / file, MAX_PICTURE)
            made = how(given, file.lower())
        except PictureError as error:
            problems.append(Problem(file, 0, error.what, error.cure))
        except FileProblem as error:
            what, _, cure = str(error).partition("; ")
            problems.append(Problem(file, 0, what, cure))
        else:
            problems.extend(faults_of_drawing(file, given, made, own, warning=not forever))
            return {file: made}
        return {}

    def judge(data: bytes, file: str) -> bytes:
        problems.extend(faults_of_text(file, data, own))
        return b""

    badges: dict[str, bytes] = {}
    logos: dict[str, bytes] = {}
    letters, faults = fonts_of(root)
    for badge in club.badges.values():
        if badge.design is None:
            badges |= clean(badge.picture, as_svg, forever=True)
        elif found := list(design_problems(badge, badge.design, letters)):
            problems += found
        else:
            badges[badge.picture] = design_svg(badge.design, letters)
    for issuer in club.issuers.values():
        if issuer.logo:
            logos |= clean(f"issuers/{issuer.slug}/{issuer.logo}", cleaned, forever=True)
    for file in club.static:
        name = file.source.lower()
        if name.endswith(DRAWINGS):
            logos |= clean(file.source, cleaned, forever=False)
        else:
            # Not kept: photographs are large, and taking their descriptions out is fast.
            clean(file.source, judge if name.endswith(TEXTS) else clean_photograph, forever=False)
    return Pictures(badges, logos, letters), [*problems, *faults]


def _markdown_texts(club: Club) -> Iterator[tuple[str, int, str, bool]]:
    """Yield each Markdown text that is no part of an award: file, its first line there (0: unknown), text, and whether it
    may link to pages of this site."""
    for badge in club.badges.values():
        yield badge.origin.file, badge.criteria_line, badge.criteria, False
        for criteria in badge.translations:
            yield criteria.origin.file, criteria.line, criteria.markdown, False
    for own in club.pages:
        for page in (own, *own.translations):
            yield page.origin.file, page.markdown_line, page.markdown, True
    for issuer in club.issuers.values():
        for _, text in issuer.how_we_award.versions:
            yield issuer.origin.file, 0, text, True
    for person in club.people.values():
        yield person.origin.file, person.words_line, person.words, True


def _elsewhere(root: Path, club: Club) -> tuple[dict[str, tuple[SavedBadge, ...]], list[Problem]]:
    """Return the badges of other issuers by handle, each checked again in its saved copy, and what is wrong with the others."""
    people = [person for person in club.people.values() if person.elsewhere]
    if not people:
        return {}, []
    # Imported here: the checker takes its time to load, and most clubs never need it to build.
    from pinback.elsewhere.copies import CopyProblem, checked_file

    found: dict[str, tuple[SavedBadge, ...]] = {}
    problems: list[Problem] = []
    for person in people:
        badges = []
        for entry in person.elsewhere:
            try:
                badges.append(checked_file(root, entry, person.name))
            except CopyProblem as error:
                problems.append(Problem(entry.saved, 0, error.what, error.cure))
        found[person.handle] = tuple(badges)
    return found, problems


def _markdown_faults(club: Club, memory: Memory | None = None) -> Iterator[Problem]:
    """Yield a problem for each link or picture in Markdown that no page could show; awards were judged when they were read."""
    from pinback.pages.markdown import to_html

    kept = memory.recall(_GOOD_TEXTS) if memory else None
    good = {digest for digest in kept if isinstance(digest, str)} if isinstance(kept, list) else set()
    met: set[str] = set()
    for file, first, text, own_page in _markdown_texts(club):
        # Judging a text means converting it, a millisecond each time.
        digest = blake2b(text.encode("utf-8"), digest_size=16, person=b"page" if own_page else b"part").hexdigest()
        # Other texts than those of own pages begin with the heading that they have where they are shown, and are kept.
        faults = () if digest in good else to_html(text, *((2, _as_it_is) if own_page else (3, None))).faults
        met |= set() if faults else {digest}
        for address, what, cure in faults:
            line = first + text[: max(0, text.find(address))].count("\n") if first else 0
            yield Problem(file, line, what, cure)
    if memory and met != good:
        memory.keep(_GOOD_TEXTS, sorted(met))


_GOOD_TEXTS = "texts"
"""Under this name the digests of texts are remembered in which no fault was found."""


def _as_it_is(path: str) -> str:
    return path


def _judge_narrative(text: str) -> Iterator[tuple[str, str]]:
    """Yield what no page could show of an award's own text, and the cure."""
    from pinback.pages.markdown import to_html

    for _, what, cure in to_html(text, 3, None).faults:
        yield what, cure


def _without_words(root: Path, club: Club) -> Iterator[Problem]:
    """Yield a warning for each language of the club in which the interface has no words."""
    from pinback.pages.theme import club_theme

    theme = club_theme(root)
    for tag in club.site.languages:
        if theme.language(tag).interface != tag.split("-")[0] and theme.language(tag).interface != tag:
            what = f"the interface has no words in {quoted(tag)}, so these pages speak English around your texts"
            cure = f"put a catalogue at theme/locale/{tag}.po; theme/README.md of Pinback says how"
            yield Problem(club.site.origin.file, club.site.origin.line, what, cure, warning=True)


def _moved_colour(root: Path, club: Club) -> Iterator[Problem]:
    """Yield a warning where the club's colour cannot be read as text, so that links have another one."""
    from pinback.pages.colour import moved

    if club.site.colour and (instead := moved(club.site.colour)):
        file = club.site.origin.file
        lines = read_regular(root / file).decode("utf-8").splitlines()
        line = next((number for number, line in enumerate(lines, 1) if line.startswith("colour")), 0)
        what = f"the colour {club.site.colour} is too light for text; buttons have it, and links use {instead}"
        yield Problem(file, line, what, f"leave it, or choose {instead} or a darker one", warning=True)


def _unwritten(badges: Iterable[Badge], warning: bool = False) -> Iterator[Problem]:
    """Yield a problem for each badge that still says the words it was made with."""
    for badge in badges:
        if words := starter.unwritten(badge):
            cure = "write what it is really about; once signed, it can never change"
            yield Problem(badge.origin.file, 0, f"the badge still says {quoted(words)}", cure, warning)


# Building.


def build(
    root: Path,
    site: Path,
    preview: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    remember: bool = True,
    stands: Callable[[], bool] = lambda: False,
    memory: Memory | None = None,
    elsewhere: Callable[[Material, Stage], Iterator[Done]] | None = None,
    filled: Callable[[Iterable[FilledFolders]], None] = lambda folders: None,
) -> tuple[Published, Checked]:
    """Build the site of a club: no key, no clock, no network.

    Args:
        root: the club's folder.
        site: the folder of the site.
        preview: whether waiting awards get a page that says so.
        progress: called with awards done and all awards.
        remember: whether what the last build remembered of the site is believed, as far as it fits, and remembered anew.
        stands: tells whether it is known that nobody has touched anything in the site since the last build; asked before anything is
            moved there.
        memory: as for ``check``.
        elsewhere: makes the parts of the site; otherwise they are made here, on all cores.
        filled: as for ``build_site``.
    """
    from pinback.building import build_site

    finish_interrupted(site)
    with reading(root):
        # Where there is no site yet, whoever makes the files of an award reads its documents, and compares them with the register.
        later = elsewhere is None and not os.path.lexists(site)
        checked = check(root, memory=memory, later=later)
        material = checked.material
        made = memory_path(root) if remember else None
        unread = partial(_compare, checked) if later else None
        try:
            published = build_site(
                material, site, preview, made, progress, elsewhere, stands=stands, unread=unread, filled=filled
            )
        except ContentError:
            discard_staged(site)
            if later:
                check(root)  # tells all that is wrong, and not the first of it alone
            raise
        for one in checked.sealed.values() if later else ():
            one.store.keep_compared(one.register)
    if not (material.missing_letters or material.printers):
        return published, checked
    from pinback.assemble.papers import warnings as paper_warnings

    return published, replace(checked, warnings=(*checked.warnings, *paper_warnings(material)))


def _compare(checked: Checked) -> None:
    """Compare the documents of all awards with the registers.

    Raises:
        ContentError: every problem there is.
    """
    if problems := _compared(checked.sealed.values()):
        raise ContentError(problems)


def _compared(sealed: Iterable[Sealed]) -> list[Problem]:
    """Return what is wrong between registers and sealed files."""
    return [problem for one in sealed for problem in one.store.problems(one.register)]


def build_forwarding(root: Path, site: Path, old: str) -> tuple[Published, Checked]:
    """Build the site that stays at an old address after a move: documents as they were, pages that send people on.

    Raises:
        UsageError: no register says that the club was published there before.
    """
    finish_interrupted(site)
    with reading(root):
        return _build_forwarding(root, site, old)


def _build_forwarding(root: Path, site: Path, old: str) -> tuple[Published, Checked]:
    from pinback.assemble.forwarding import forwarding_site

    checked = check(root)
    old = old if old.endswith("/") else old + "/"
    places = [place for sealed in checked.sealed.values() for place in sealed.register.places]
    earlier = {place.base_url for place in places} - {checked.club.site.base_url}
    if old not in earlier:
        known = f"it has left {', '.join(sorted(earlier))}" if earlier else "it has never moved"
        raise UsageError(f"{old} is no address that this club has left; {known}")
    material = checked.material
    return publish(site, forwarding_site(material, old)), checked


def waiting(checked: Checked) -> int:
    """Return how many awards are not sealed yet."""
    from pinback.assemble.awards import waiting_awards

    return len(waiting_awards(checked.club, checked.sealed))


def lock_path(root: Path) -> Path:
    """Where the lock lies that lets one run at a time change a club's records and registers."""
    return files.lock_path(root)


def memory_path(root: Path) -> Path:
    """Where a club's runs remember what they need not find out again; it may be deleted at any time."""
    return root / ".pinback" / "cache"


def issuer_named(club: Club, slug: str) -> Issuer:
    """Return an issuer by its folder's name.

    Raises:
        UsageError: there is none.
    """
    if slug not in club.issuers:
        known = ", ".join(sorted(club.issuers))
        raise UsageError(f'there is no issuer "{slug}"; known: {known}')
    return club.issuers[slug]


# Sealing.


@dataclass(frozen=True, slots=True)
class Step:
    """One issuer's part of a sealing, before it is signed.

    Attributes:
        begins: whether it begins the register with the keys that lie there.
    """

    plan: Plan
    store: Store
    register: Register
    tidied: tuple[str, ...]
    begins: bool = False

    def words(self, club: Club) -> list[str]:
        """Return what will be done as sentences, one a line."""
        lines = [f"taken back from an interrupted sealing: {name}" for name in self.tidied]
        if self.begins:
            name, file = self.plan.issuer.name.in_language(club.site.language), self.store.shown(self.store.keys_path)
            lines.append(f"{name} will begin its register, with the keys in {file}")
        return lines if self.plan.empty else [*lines, *self.plan.words(club)]


@dataclass(frozen=True, slots=True)
class SealedNow:
    """What a sealing did.

    Attributes:
        changes: what else became of sealed awards, a few words each, with the id.
        begun: whether the register was begun.
    """

    issuer: str
    awards: int
    versions: int
    revocations: int
    changes: tuple[str, ...] = ()
    begun: bool = False


def planned(
    root: Path, only: str = "", tidy: bool = True, memory: Memory | None = None
) -> tuple[Checked, list[Step], list[str]]:
    """Return what a sealing would do, after taking back what an interrupted one left.

    Args:
        root: the club's folder.
        only: one issuer's slug, or "" for all.
        tidy: whether to take back; a dry run writes nothing.
        memory: as for ``check``; looked at after nothing was to be taken back.

    Returns:
        The club, a step for each issuer with something to seal, and the issuers that have badges or groups but no keys.
    """
    # Imported here and below: what seals is not loaded where a site is built.
    from pinback.seal import begin

    read = None
    if tidy and memory:
        # What waits for the look comes behind what need not, and what is wrong is told in its turn.
        with contextlib.suppress(ContentError, SigningError):
            read = _read(root, _registers(root, memory), memory=memory)
    if taken_back := tidied(root, memory) if tidy else []:
        # What was taken back is otherwise than it looked before.
        memory, read = None, None
    checked = check(root, memory=memory, read=read)
    if only:
        issuer_named(checked.club, only)
    steps, keyless = [], []
    for issuer in checked.club.issuers.values():
        if only and issuer.slug != only:
            continue
        own = [badge for badge in checked.club.badges.values() if badge.issuer == issuer.slug]
        sealed = checked.sealed.get(issuer.slug)
        store = sealed.store if sealed else Store(root, issuer.slug)
        if sealed is None and begin.waits(store):
            unbegun = begin.unbegun(checked.club, issuer, store)
            steps.append(Step(_plan(checked, issuer, store, unbegun), store, unbegun, tuple(taken_back), begins=True))
        elif sealed is None:
            keyless += [issuer.slug] if own or issuer.groups else []
        elif not sealed.register.statement:  # after_closing has told whatever the records of a closed one ask for
            plan = _plan(checked, issuer, store, sealed.register)
            steps += [] if plan.empty else [Step(plan, store, sealed.register, tuple(taken_back))]
    return checked, steps, keyless


def _plan(checked: Checked, issuer: Issuer, store: Store, register: Register) -> Plan:
    return make_plan(checked.club, issuer, register, store, lambda badge: _badge_pictures(checked, badge))


def unbegun(checked: Checked) -> list[str]:
    """Return the issuers whose keys lie there and whose register the next sealing begins."""
    from pinback.seal import begin

    return [slug for slug in checked.club.issuers if begin.waits(Store(checked.root, slug))]


def tidied(root: Path, memory: Memory | None = None) -> list[str]:
    """Finish or take back what interrupted sealings and changes of keys left; only for whoever holds the lock."""
    from pinback.seal.exchange import settled
    from pinback.seal.write import tidy_up

    done: list[str] = []
    folder = root / "issuers"
    if any(path for kind in ("sealing", "keys") for path in (root / ".pinback").glob(f"{kind}-*.json")):
        memory = None  # a note of an interrupted run: what is carried out now is not what was looked at
    for path in sorted(folder.glob("*/register.jsonl")):
        store = Store(root, path.parent.name, memory)
        register = store.load()
        if register is not None and (changed := settled(store, register)):
            done += changed
            register = store.load()
        if register is not None:
            done += tidy_up(store, register)
    for place in (root, root / ".pinback", *_written_folders(root)):
        done += [path.relative_to(root).as_posix() for path in remove_temporaries(place)]
    return done


def _written_folders(root: Path) -> Iterator[Path]:
    """Yield the folders in which records, registers and keys lie."""
    for pattern in (
        "issuers/*/",
        "issuers/*/keys/",
        "issuers/*/groups/",
        "badges/*/",
        "badges/*/awards/",
        "site_src/people/",
        "site_src/people/*/",
    ):
        yield from sorted(root.glob(pattern))


def _badge_pictures(checked: Checked, badge: Badge) -> BadgePictures:
    def png() -> bytes:
        from pinback.images.design import design_png
        from pinback.images.pictures import as_png

        try:
            if badge.design:
                return design_png(checked.pictures.badges[badge.picture])
            return as_png(read_regular(checked.root / badge.picture, MAX_PICTURE), badge.picture)
        except PictureError as error:
            raise ContentError([Problem(badge.picture, 0, error.what, error.cure)]) from error

    return BadgePictures(checked.pictures.badges[badge.picture], png)


def seal(
    root: Path,
    now: Callable[[], datetime],
    show: Callable[[str], None],
    signer: Callable[[Issuer, Store, Register], Signer],
    only: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    dry_run: bool = False,
    online: Callable[[str, Register, RegisterKey], bool] = lambda issuer, register, key: False,
    or_wait: bool = False,
    codes: Callable[[str], Iterable[str]] = lambda issuer: (),
    remembered: Callable[[str], bool] = lambda file: False,
    samples: bool = False,
    memory: Callable[[], Memory | None] = lambda: None,
    alone: bool = False,
) -> list[SealedNow]:
    """Sign what is waiting, once, and remember it.

    1. Read and check everything against register and checkpoints. 2. Show in words what will be signed.
    3. Open all keys. 4. Make, sign, read back and verify, all in memory. 5. Write ids into records, then sealed
    files, then status lists. 6. Append the register lines.

    Args:
        root: the club's folder.
        now: the clock, read once.
        show: takes each line of words.
        signer: opens the keys of an issuer (``seal.opening``), or anything else that signs for it.
        only: one issuer's slug, or "" for all.
        progress: called with awards done and all awards of the step.
        dry_run: stop after step 2.
        online: tells whether the site that is online shows a key of an issuer's register already. It is asked of keys
            that came later than the register; such a key signs awards only once everybody can look it up (TRUST §4).
        or_wait: leave an issuer out whose new keys are not online, and say so.
        codes: open the keys with which the register of an issuer begins, where it has none yet.
        remembered: tells whether git remembers a file (by its path); a register that it remembers is never begun anew.
        samples: let the library judge one award in a hundred too (0026).
        memory: gives what earlier runs have read and proved; asked while nobody else seals.
        alone: whether whoever calls holds the lock (``lock_path``) already.

    Returns:
        What was done for each issuer; in a dry run, what would be done.
    """
    with contextlib.nullcontext() if alone else locked(lock_path(root), "seal"):
        try:
            checked, steps, keyless = planned(root, only, not dry_run, memory())
        except Unsure:
            checked, steps, keyless = planned(root, only, not dry_run)
        at = now().replace(microsecond=0)
        problems = [
            problem
            for step in steps
            for problem in (
                *_lost_register(step, remembered),
                *too_early(step.plan, at),
                *_unwritten(tuple(new.badge for new in step.plan.versions)),
                *slow_clock(step.register, at),
            )
        ]
        if problems:
            raise ContentError(problems)
        for slug in keyless:
            has = "badges" if any(badge.issuer == slug for badge in checked.club.badges.values()) else "groups"
            show(f"issuers/{slug} has {has} but no keys; make them with: pinback key new {slug}")
        for step in steps:
            for line in step.words(checked.club):
                show(line)
        if dry_run:
            return [_in_figures(step) for step in steps]
        # All keys are open before anything is written, so that one wrong code does not leave half a sealing.
        opened = [_opened(step, signer, codes) for step in steps]
        ready = []
        for step, keys in zip(steps, opened, strict=True):
            if not (unseen := _unseen_key(step, keys, online)):
                ready.append((step, keys))
            elif or_wait:
                show(f"{unseen}; the awards wait for the next run")
            else:
                raise SigningError(f"{unseen}; {_PUBLISH_FIRST}")
        return [_seal_step(root, checked, step, at, keys, progress, samples) for step, keys in ready]


def _lost_register(step: Step, remembered: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield a problem where a register would begin anew."""
    file = step.store.shown(step.store.register_path)
    if step.begins and remembered(file):
        what = "the register is missing, and git remembers one"
        yield Problem(file, 0, what, "restore it from git; a register is begun once")


def _opened(
    step: Step, signer: Callable[[Issuer, Store, Register], Signer], codes: Callable[[str], Iterable[str]]
) -> Keys:
    """Return the keys that sign a step; those that begin a register are named nowhere yet."""
    from pinback.seal import begin
    from pinback.seal.signing_keys import Keys, keys_of

    issuer = step.plan.issuer
    if not step.begins:
        return keys_of(step.register, signer(issuer, step.store, step.register))
    keys = begin.first_keys(step.store, issuer, codes(issuer.slug))
    return Keys(keys.keys["ed25519"], keys.keys["rsa"], keys.keys["log"], keys)


def _in_figures(step: Step) -> SealedNow:
    plan = step.plan
    changes, versions = tuple(plan.other_changes()), len(plan.versions)
    return SealedNow(plan.issuer.slug, len(plan.awards), versions, len(plan.revocations), changes, step.begins)


_PUBLISH_FIRST = (
    "publish first: commit and push, let the site be built and deployed, then run pinback seal again (if the site that is "
    "online shows the key already, say so with --published, or let it be looked up with --deployed and the site's address)"
)


def _unseen_key(step: Step, keys: Keys, online: Callable[[str, Register, RegisterKey], bool]) -> str:
    """Return words about a key that would sign awards before anybody can look it up, or ""."""
    for key in () if step.begins else (keys.ed25519, keys.rsa, keys.log):
        known = step.register.keyring.keys[key.id]
        signs = step.plan.awards or step.plan.groups.endorsed
        if signs and known.line and not online(step.plan.issuer.slug, step.register, known):
            return (
                f"{step.register.file}:{known.line + 1}: the key {known.id} is new, and nothing shows that it is online"
            )
    return ""


def slow_clock(register: Register, at: datetime) -> Iterator[Problem]:
    """Yield a problem where the clock lies before the register's last line."""
    last = register.last_at
    if last is not None and at < last:
        yield Problem(
            register.file,
            len(register.lines),
            f"the last sealing is from {registers.now_text(last)}, and the clock here says {registers.now_text(at)}",
            "set the clock of this computer",
        )


def _seal_step(
    root: Path,
    checked: Checked,
    step: Step,
    at: datetime,
    keys: Keys,
    progress: Callable[[int, int], None],
    samples: bool,
) -> SealedNow:
    from pinback.seal.make import prepare
    from pinback.seal.staging import Staging

    if step.begins:
        step = _begun(checked, step, at, keys)
    plan, store, register = step.plan, step.store, step.register
    if plan.empty:
        return _in_figures(step)
    demonstration.refuse(plan.issuer.did, register.demonstration, (keys.ed25519.id, keys.rsa.id, keys.log.id))
    total = len(plan.awards)
    if total:
        progress(0, total)
    with Staging(store.sealed) as staging:
        prepared = prepare(
            checked.club,
            plan,
            register,
            keys,
            at,
            lambda badge, version: store.version_files(register, badge, version),
            lambda done: progress(done, total),
            staging,
            samples,
        )
        carry_out(root, store, register, prepared, staging)
    return replace(_in_figures(step), versions=prepared.versions)


def _begun(checked: Checked, step: Step, at: datetime, keys: Keys) -> Step:
    """Begin the register, and return the step as it is with it."""
    from pinback.seal import begin

    issuer, store = step.plan.issuer, step.store
    begin.begin(store, checked.club, issuer, keys, at)
    register = store.load()
    if register is None:
        raise SigningError(f"{step.register.file}: the register was written and is gone; look who removes files here")
    return replace(step, plan=_plan(checked, issuer, store, register), register=register)


def carry_out(root: Path, store: Store, register: Register, prepared: Prepared, staging: Staging | None = None) -> None:
    """Write a prepared sealing: note, ids in records, sealed files, register (TRUST §3).

    Args:
        root: the club's folder.
        store: the issuer's files.
        register: as it was read.
        prepared: the sealing.
        staging: what is staged of it; where there is none, all its files are in memory.
    """
    from pinback.content.edit import write_ids
    from pinback.seal.staging import Staging
    from pinback.seal.write import announce, append_lines, write_sealed

    announce(store, register, prepared)
    write_ids(root, prepared.ids)
    with contextlib.nullcontext(staging) if staging else Staging(store.sealed) as staged:
        write_sealed(store, prepared, staged)
    append_lines(store, register, prepared)
