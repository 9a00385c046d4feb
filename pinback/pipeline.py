"""The story: read → check → model → bake → pages → publish; ``sealing`` has the part between, documents → seal.

Each function in the two is one of the things a steward can ask for. They return what happened and print nothing;
the clock is a parameter, and the code that opens keys comes through a function that the command line gives.

What draws pages and pictures takes long to load, and is loaded by the functions that draw: most sealings need nothing of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from pinback import cosigning
from pinback.assemble.pictures import Pictures
from pinback.assemble.sealed import Sealed
from pinback.content import starter
from pinback.content.plain_addresses import own_addresses
from pinback.content.read import read_club
from pinback.dataclass import dataclass
from pinback.errors import ContentError, PictureError, Problem, UsageError, quoted
from pinback.files import FileProblem, folders_in, read_regular
from pinback.hosts import host_warnings
from pinback.keys import demonstration
from pinback.lifecycle import complete_new_record
from pinback.limits import MAX_PICTURE
from pinback.locks import reading
from pinback.model import Badge, Club, Issuer, SavedBadge
from pinback.publish import Published, discard_staged, finish_interrupted, publish
from pinback.publish.stage import Stage
from pinback.register import Register, SealedIds
from pinback.remembered.looks import FilledFolders
from pinback.remembered.memory import Memory
from pinback.seal.plan import (
    after_closing,
    changed_records,
    facts,
    moved_editions,
)
from pinback.seal.store import Store

if TYPE_CHECKING:
    from pinback.assemble.material import Material
    from pinback.building import Done


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
    loaded = loaded_registers(root, memory)
    club, warnings = read or read_checked(root, loaded, moving, memory)
    sealed, problems = _sealed(root, club, loaded, moving, memory, later)
    pictures, faults, looks = _appearance(root, club, memory)
    problems += faults
    elsewhere, faults = _elsewhere(root, club)
    problems += faults
    problems += changed_records(club, {slug: one.register for slug, one in sealed.items()}, complete_new_record)
    warnings += tuple(unwritten(club.badges.values(), warning=True))
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


def read_checked(
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
    return set(SealedIds(loaded_registers(root).values()))


def _robbed(register: Register) -> Iterator[Problem]:
    """Yield a warning where a stolen key was revoked and nothing has been signed again since."""
    events = register.lines.events
    if "key-revoke" not in events or "reseal" in events[len(events) - events[::-1].index("key-revoke") :]:
        return
    if dead := sum(register.is_dead(id_) for id_ in register.awards):
        what = f"{dead} award{'s are' if dead > 1 else ' is'} signed with revoked keys, so nobody believes {'them' if dead > 1 else 'it'}"
        yield Problem(register.file, 0, what, "pinback reseal signs again what is from before the theft", True)


def loaded_registers(root: Path, memory: Memory | None = None) -> dict[str, Register]:
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
    """Yield a warning for each language of the club in which the interface has no words.

    Raises:
        ThemeProblem: a catalogue of the club cannot be used; pages for stewards show them all, also those of other languages.
    """
    from pinback.pages.theme import club_theme

    theme = club_theme(root)
    for path in sorted((root / "theme/locale").glob("*.po")):
        theme.language(path.stem)
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


def unwritten(badges: Iterable[Badge], warning: bool = False) -> Iterator[Problem]:
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
