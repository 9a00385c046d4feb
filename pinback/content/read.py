"""Read a club's folder: every file opened once, every fault noted, one checked ``Club`` returned.

This is the door through which content comes in. Links, devices and files over the limits are refused by
``files``; names of folders and files become addresses, so they follow the rule of slugs. Rules between
files are applied by ``check`` at the end.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from pinback.addresses import language_folder
from pinback.content import awards, check, corrections, groups, look_alikes, micro_credentials, records, translations
from pinback.content.kinds import MAX_SLUG, RESERVED, did_you_mean, is_language, is_slug, nearest
from pinback.content.nodes import Node, Problems, decode, front_matter, parse
from pinback.content.plain_addresses import CURE, addresses_in, own_addresses
from pinback.content.record_files import Judge, Waiting, read_all
from pinback.errors import ContentError, Problem, UsageError, quoted
from pinback.files import FileProblem, read_regular, refuse_unless_missing
from pinback.limits import MAX_MARKDOWN, MAX_RECORD, MAX_STATIC
from pinback.model import Award, Badge, Club, Criteria, Erasure, Group, Issuer, Origin, Page, Person, Site, StaticFile
from pinback.remembered.memory import Memory

SITE_FILE = "site_src/site.yaml"
STATIC_TYPES = ("png", "jpg", "jpeg", "webp", "gif", "svg", "pdf", "txt", "csv", "ics")
"""Endings that may lie in ``site_src/static``; nothing that a browser runs."""
PICTURES = ("badge.svg", "badge.png")
"""Names that are tried where ``picture`` says nothing."""
_HIDDEN_COLOUR = re.compile(r"^colour:[ \t]+(#[0-9A-Fa-f]{3,6})[ \t\r]*$", re.MULTILINE)
"""A colour that YAML takes for a remark."""
_HIDDEN_IN_DESIGN = re.compile(
    r"^(?:design:.*[{,]|[ \t]+)[ \t]*colour:[ \t]+(#[0-9A-Fa-f]{3,6})(?![0-9A-Fa-f])", re.MULTILINE
)
"""The same in a design."""


def read_club(
    root: Path,
    sealed: Collection[str] = (),
    moved: Collection[str] | None = None,
    memory: Memory | None = None,
    judge: Judge | None = None,
) -> tuple[Club, tuple[Problem, ...]]:
    """Return the checked club and the warnings.

    Args:
        root: the club's folder.
        sealed: ids of sealed awards. They are judged by what they were when they were signed, so a badge
            that changed later does not make them wrong.
        moved: issuers whose site has moved; their DID may lie at the old address. None where nobody has read the
            registers: then every issuer that has one is believed, and it is for ``pipeline.check`` to compare them.
        memory: what earlier runs have read; without one, everything is read.
        judge: looks at the Markdown of awards, where it is to be judged.

    Raises:
        ContentError: at least one problem, all of them inside.
        UsageError: *root* is not a club's folder.
    """
    if not (root / "site_src").is_dir():
        raise UsageError(
            f"{root}: this is not a club's folder, site_src is missing; go to one, or make one with pinback init"
        )
    if moved is None:
        moved = {path.parent.name for path in root.glob("issuers/*/register.jsonl")}
    return _Reader(root, sealed, frozenset(moved), memory, judge).club()


class _Reader:
    def __init__(
        self, root: Path, sealed: Collection[str], moved: frozenset[str], memory: Memory | None, judge: Judge | None
    ) -> None:
        self.root, self.memory, self.judge = root, memory, judge
        self.sealed, self.moved = sealed, moved
        self.found: list[Problem] = []
        self.places: dict[tuple[str, int, str], int] = {}
        self.micro_credentials: dict[str, str] = {}
        self.addresses: list[tuple[str, int, str]] = []
        self._folders: dict[str, list[str]] = {}

    def club(self) -> tuple[Club, tuple[Problem, ...]]:
        site = self.site()
        issuers = {issuer.slug: issuer for issuer in self.issuers()}
        badges = {badge.slug: badge for badge in self.badges(site)}
        public = site.public_repository if site else True
        entries = tuple(self.awards(badges, public))
        awards = tuple(entry for entry in entries if isinstance(entry, Award))
        erasures = tuple(entry for entry in entries if isinstance(entry, Erasure))
        self.found += micro_credentials.countries(self.micro_credentials, issuers)
        people = {person.handle: person for person in self.people(public)}
        pages = tuple(self.pages(site))
        static = tuple(self.static())
        names = {kind: self.folders(kind) for kind in ("badges", "issuers")}
        if site is not None:
            club = Club(site, issuers, badges, awards, erasures, people, pages, static)
            self.found += check.between_files(
                club, names["badges"], names["issuers"], self.places, self.sealed, self.moved
            )
        errors = [problem for problem in self.found if not problem.warning]
        if errors or site is None:
            raise ContentError(self.found)
        self.found += self.addresses_of_nobody(club)
        return club, tuple(sorted([*self.found, *translations.missing(club), *look_alikes.warnings(club)]))

    # One method a kind of file, in the order of the folder.

    def site(self) -> Site | None:
        if not self.is_folder("site_src"):
            return None
        problems = self.problems(SITE_FILE)
        text = self.yaml_text(problems)
        node = None if text is None else self.parsed(text, problems)
        if text is not None and (hidden := _HIDDEN_COLOUR.search(text)):
            problems.add(
                text.count("\n", 0, hidden.start()) + 1,
                'a "#" after a space begins a remark, so "colour" is empty',
                f"put quotes around it, like \"colour: '{hidden[1]}'\"",
            )
        self.remember(problems.file, node, "default_issuer")
        return records.site(node, problems)

    def issuers(self) -> Iterator[Issuer]:
        for slug in self.folders("issuers"):
            problems = self.problems(f"issuers/{slug}/issuer.yaml")
            node = self.yaml(problems)
            self.remember(problems.file, node, "parent", "logo")
            issuer = records.issuer(slug, node, problems)
            self.misplaced_groups(slug)
            endorsed = tuple(self.groups(slug))
            if issuer is not None:
                if issuer.logo:
                    self.expect(f"issuers/{slug}/{issuer.logo}", problems.file, "logo")
                yield replace(issuer, groups=endorsed) if endorsed else issuer

    def misplaced_groups(self, issuer: str) -> None:
        """Note files of groups that lie elsewhere than in their folder, where nobody would miss them."""
        folder = f"issuers/{issuer}"
        entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
        read = {"issuer.yaml", groups.FOLDER}
        if "issuer.yaml" not in {entry.name for entry in entries}:
            read.add("issuer.yml")  # it is told where issuer.yaml is missed
        for entry in entries:
            file = f"{folder}/{entry.name}"
            if entry.name.startswith(".") or entry.name in read:
                continue
            if entry.is_dir(follow_symlinks=False):
                if any(name.endswith((".yaml", ".yml")) for name in os.listdir(entry.path)):
                    cure = f'rename it to "{groups.FOLDER}"'
                    self.found.append(Problem(file, 0, "files of groups are not read in this folder", cure))
            elif entry.name.endswith((".yaml", ".yml")):
                cure = f"an issuer is read from issuer.yaml, groups that it endorses from {folder}/{groups.FOLDER}"
                self.found.append(Problem(file, 0, "a file of this name is not read here", cure))

    def groups(self, issuer: str) -> Iterator[Group]:
        """Yield the groups that an issuer endorses, in the order of their names."""
        folder = f"issuers/{issuer}/{groups.FOLDER}"
        for name in self.names(folder, (".yaml",)):
            problems = self.problems(f"{folder}/{name}")
            slug = name.removesuffix(".yaml")
            if self.good_name(slug, problems):
                found = groups.group(slug, self.yaml(problems), problems)
                if found is not None:
                    yield found

    def badges(self, site: Site | None) -> Iterator[Badge]:
        guesses = iter(range(corrections.MOST_GUESSES))
        for slug in self.folders("badges"):
            problems = self.problems(f"badges/{slug}/badge.md")
            self.misplaced(slug)
            if not os.path.lexists(self.root / problems.file):
                near = nearest(slug, self.whole_badges()) if next(guesses, None) is not None else ""
                self.missing(
                    problems, f"move its awards to badges/{near}/awards" if near else "write it, or delete the folder"
                )
                continue
            node, body, line = self.badge_text(problems)
            self.remember(problems.file, node, "issuer", "picture")
            badge = records.badge(slug, node, body, line, site, problems)
            if micro_credentials.is_micro_credential(node):
                maker = records.issuer_named(node) or (site.default_issuer if site else "")
                self.micro_credentials.setdefault(maker, problems.file)
            translations = tuple(self.criteria(slug, badge, site))
            if badge is not None:
                yield self.with_picture(replace(badge, translations=translations))

    def whole_badges(self) -> list[str]:
        return [name for name in self.folders("badges") if (self.root / "badges" / name / "badge.md").exists()]

    def badge_text(self, problems: Problems) -> tuple[Node | None, str, int]:
        text = self.text(problems, MAX_MARKDOWN)
        if text is None:
            return None, "", 1
        if hidden := _HIDDEN_IN_DESIGN.search(text.partition("\n---")[0]):
            problems.add(
                text.count("\n", 0, hidden.start(1)) + 1,
                'a "#" after a space begins a remark, so the rest of the line is lost',
                f"put quotes around the colour, like colour: '{hidden[1]}'",
            )
            return None, "", 1
        return self.fields_and_body(text, problems)

    def criteria(self, slug: str, badge: Badge | None, site: Site | None) -> Iterator[Criteria]:
        """Yield the criteria of a badge in other languages, in the order of the site's languages."""
        found: dict[str, Criteria] = {}
        own = badge.language if badge else ""
        for name in sorted(os.listdir(self.root / "badges" / slug)):
            problems = self.problems(f"badges/{slug}/{name}")
            tag = name.removeprefix("criteria.").removesuffix(".md")
            if not name.startswith(("criteria", "badge.")) or not name.endswith(".md") or name == "badge.md":
                continue
            if not name.startswith("criteria.") or not is_language(tag):
                word = re.split("[^A-Za-z]+", name, maxsplit=1)[-1].removesuffix(".md")
                near = next((one for one in site.languages if one.casefold() == word.casefold()), "") if site else ""
                cure = (
                    f"the criteria in {quoted(near)} are read from criteria.{near}.md, all else from badge.md"
                    if near
                    else "criteria are read from badge.md, those in another language from files like criteria.pl.md"
                )
                problems.add(0, "a file of this name is not read here", cure)
            elif site and (fault := records.not_translated_into(tag, own, site)):
                problems.add(0, *fault)
            elif (text := self.text(problems, MAX_MARKDOWN)) is not None:
                one = records.criteria(text, tag, problems)
                found |= {tag: one} if one else {}
        yield from (found[tag] for tag in (site.languages if site else ()) if tag in found)

    def with_picture(self, badge: Badge) -> Badge:
        folder = f"badges/{badge.slug}"
        name = badge.picture
        if badge.design:
            self.no_picture_beside(badge, folder)
            return replace(badge, picture=badge.origin.file)
        if not name:
            there = [choice for choice in PICTURES if (self.root / folder / choice).exists()]
            if len(there) != 1:
                what = "badge.svg and badge.png lie beside it" if there else "no picture lies beside it"
                cure = (
                    'delete one, or name the right one with "picture"'
                    if there
                    else f'put badge.svg or badge.png into {folder}, or draw one with "design"'
                )
                self.found.append(Problem(badge.origin.file, 0, what, cure))
                return badge
            name = there[0]
        else:
            self.expect(f"{folder}/{name}", badge.origin.file, "picture")
        return replace(badge, picture=f"{folder}/{name}")

    def no_picture_beside(self, badge: Badge, folder: str) -> None:
        """Note a picture that is given beside a design."""
        problems = self.problems(badge.origin.file)
        beside = next((name for name in PICTURES if os.path.lexists(self.root / folder / name)), "")
        if badge.picture:
            problems.add(badge.design_line, '"picture" and "design" are both given', "delete one of the two")
        elif beside:
            problems.add(
                badge.design_line,
                f'{beside} lies beside it, and "design" draws a picture too',
                f"delete {folder}/{beside}, or the design",
            )

    def awards(self, badges: dict[str, Badge], public: bool) -> Iterator[Award | Erasure]:
        waiting = []
        for slug in self.folders("badges"):
            folder = f"badges/{slug}/awards"
            for name, size in self.names_and_sizes(folder, (".yaml", ".yml")):
                waiting.append(Waiting(f"{folder}/{name}", slug, badges.get(slug), size))
        for record in read_all(self.root, waiting, public, self.memory, self.judge):
            self.found += record.problems
            for (line, field), at in record.places.items():
                self.places[record.file, line, field] = at
            yield from record.entries

    def misplaced(self, slug: str) -> None:
        """Note award records that lie beside the folder ``awards``, where nobody would miss them."""
        for entry in sorted(os.scandir(self.root / "badges" / slug), key=lambda entry: entry.name):
            file = f"badges/{slug}/{entry.name}"
            if entry.name.startswith(".") or entry.name == "awards":
                continue
            if entry.is_dir(follow_symlinks=False):
                if any(name.endswith((".yaml", ".yml")) for name in os.listdir(entry.path)):
                    self.found.append(
                        Problem(file, 0, "award records are not read in this folder", 'rename it to "awards"')
                    )
            elif entry.name.endswith((".yaml", ".yml")):
                self.found.append(
                    Problem(file, 0, "an award record is not read here", f"move it into badges/{slug}/awards")
                )

    def people(self, public: bool) -> Iterator[Person]:
        written = self.names("site_src/people", (".md",), folders=True)
        for name in written:
            problems = self.problems(f"site_src/people/{name}")
            if not self.good_name(name.removesuffix(".md"), problems):
                continue
            text = self.text(problems, MAX_MARKDOWN)
            if text is None:
                continue
            if public:
                awards.warn_of_addresses(text, problems)
            node, body, line = self.fields_and_body(text, problems)
            person = records.person(name.removesuffix(".md"), node, body, line, problems)
            if person is not None:
                self.saved_copies(person)
                yield person
        self.folders_of_nobody({name.removesuffix(".md") for name in written})

    def saved_copies(self, person: Person) -> None:
        """Note saved copies of badges from elsewhere that are missing, and files that no badge names."""
        named = {badge.saved.rpartition("/")[2]: badge for badge in person.elsewhere}
        folder = records.people_folder(person.handle)
        there = self.names(folder, (".zip",)) if os.path.lexists(self.root / folder) else []
        for name, badge in named.items():
            if name not in there:
                problems = self.problems(badge.origin.file)
                problems.add(
                    badge.origin.line,
                    f"the saved copy {folder}/{name} is not there",
                    f"delete this entry, then run pinback save-badge {person.handle} {badge.url}",
                )
        for name in there:
            if name not in named:
                self.problems(f"{folder}/{name}").add(
                    0, f"no badge of {person.origin.file} names this saved copy", "delete it"
                )

    def folders_of_nobody(self, handles: set[str]) -> None:
        """Note folders of saved copies beside which no person stands: what they hold speaks of somebody."""
        if not self.is_folder("site_src/people"):
            return
        for entry in sorted(os.scandir(self.root / "site_src" / "people"), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".") and entry.name not in handles:
                self.problems(f"site_src/people/{entry.name}").add(
                    0,
                    f"there is no {entry.name}.md to which this folder belongs",
                    "delete the folder, or write the file",
                )

    def pages(self, site: Site | None) -> Iterator[Page]:
        for entry in sorted(os.scandir(self.root / "site_src"), key=lambda entry: entry.name):
            if entry.is_dir() and not entry.name.startswith(".") and entry.name not in ("static", "people"):
                cure = (
                    did_you_mean(entry.name, ("static", "people"))
                    or "pages lie beside it, files in static, holders in people"
                )
                self.found.append(Problem(f"site_src/{entry.name}", 0, "a folder of this name is not read here", cure))
        first = site.language if site else ""
        folders = {language_folder(tag, first): tag for tag in site.languages[1:]} if site else {}
        translations: dict[str, dict[str, Page]] = {}
        pages = []
        for name in self.names("site_src", (".md",), others=True):
            problems = self.problems(f"site_src/{name}")
            slug, point, tag = name.removesuffix(".md").rpartition(".")
            if point and is_language(tag):
                page = self.translated_page(slug, tag, site, problems)
                if page is not None:
                    translations.setdefault(slug, {})[tag] = page
                continue
            slug = name.removesuffix(".md")
            if slug in folders:
                what = f"the site has its pages in {quoted(folders[slug])} at {quoted(slug + '/')}, the address of this page"
                problems.add(0, what, "rename it")
            elif slug == "index" or self.good_name(slug, problems):
                page = self.page(slug, first, problems)
                pages += [page] if page else []
        for page in pages:
            others = translations.get(page.slug, {})
            order = site.languages if site else ()
            yield replace(page, translations=tuple(others[tag] for tag in order if tag in others))

    def translated_page(self, slug: str, tag: str, site: Site | None, problems: Problems) -> Page | None:
        """Return ``<slug>.<tag>.md``, after a look at whether it translates anything."""
        if site is None:
            return None
        if fault := records.not_translated_into(tag, site.language, site):
            problems.add(0, *fault)
        elif not os.path.lexists(self.root / f"site_src/{slug}.md"):
            what = f"there is no site_src/{slug}.md, of which this would be the translation"
            problems.add(0, what, f"write it in {quoted(site.language)}, or rename this file")
        else:
            return self.page(slug, tag, problems)
        return None

    def page(self, slug: str, language: str, problems: Problems) -> Page | None:
        if slug == "index":
            text = self.text(problems, MAX_MARKDOWN)
            if text is not None and not text.startswith("---"):
                welcome = text.replace("\r\n", "\n").strip("\n")
                return Page("index", "", welcome, 1, language, (), Origin(problems.file))
        node, body, line = self.markdown(problems)
        return records.page(slug, node, body, line, language, problems)

    def static(self) -> Iterator[StaticFile]:
        base = self.root / "site_src" / "static"
        if not self.is_folder("site_src/static"):
            return
        for folder, folders, names in os.walk(base, onerror=refuse_unless_missing):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
            for name in sorted([*names, *links]):
                if name.startswith("."):
                    continue
                path = Path(folder, name)
                below = path.relative_to(base).as_posix()
                problems = self.problems(f"site_src/static/{below}")
                if (
                    not all(
                        part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in below.split("/")
                    )
                    or not below.isascii()
                ):
                    problems.add(
                        0, "this name cannot be an address", "rename it with letters a to z, digits, hyphens and points"
                    )
                elif not path.is_file() or path.is_symlink():
                    problems.add(0, "this is not a plain file", "replace it by the file itself, links are not followed")
                elif path.lstat().st_size > MAX_STATIC:
                    problems.add(
                        0,
                        f"the file has {path.lstat().st_size:,} bytes, at most {MAX_STATIC:,} are published",
                        "make it smaller",
                    )
                elif name.rpartition(".")[2].lower() not in STATIC_TYPES:
                    problems.add(
                        0, "a file of this kind is not published", f"delete it, or use one of {', '.join(STATIC_TYPES)}"
                    )
                else:
                    yield StaticFile(problems.file, f"static/{below}")

    # How files are found and opened.

    def problems(self, file: str) -> Problems:
        return Problems(file, self.found)

    def folders(self, parent: str) -> list[str]:
        """Return the names of the folders in *parent* that can be addresses; others are noted.

        They are looked up once: somebody may move one while the others are read.
        """
        if parent not in self._folders:
            self._folders[parent] = self._folders_in(parent)
        return self._folders[parent]

    def _folders_in(self, parent: str) -> list[str]:
        if not self.is_folder(parent):
            return []
        good = []
        for entry in sorted(os.scandir(self.root / parent), key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if not (entry.is_dir() or entry.is_symlink()):
                stem, _, ending = entry.name.rpartition(".")
                if ending in ("md", "yaml", "yml") and stem.lower() != "readme":
                    inside = "badge.md" if parent == "badges" else "issuer.yaml"
                    self.found.append(
                        Problem(
                            f"{parent}/{entry.name}",
                            0,
                            f"this file is not read here; each {inside.partition('.')[0]} has a folder of its own",
                            f"make a folder, like {parent}/{_as_slug(stem) or 'knots'}, and move the file there as {inside}",
                        )
                    )
                continue
            if entry.is_symlink():
                self.is_folder(f"{parent}/{entry.name}")
            elif self.good_name(entry.name, self.problems(f"{parent}/{entry.name}")):
                good.append(entry.name)
        return good

    def good_name(self, name: str, problems: Problems) -> bool:
        if is_slug(name) and name not in RESERVED:
            return True
        near = _as_slug(name)
        if name in RESERVED:
            what, cure = "is needed by the site itself, or by Windows", "rename it"
        else:
            what = f"cannot be an address ({MAX_SLUG} small letters, digits and single hyphens at most)"
            cure = f"rename it, like {quoted(near)}" if near else "rename it"
        problems.add(0, f"the name {quoted(name)} {what}", cure)
        return False

    def names(self, folder: str, endings: tuple[str, ...], others: bool = False, folders: bool = False) -> list[str]:
        """Return the names of files with one of *endings*; any other file is noted unless *others*, folders unless *folders*."""
        return [name for name, _ in self.names_and_sizes(folder, endings, others, folders)]

    def names_and_sizes(
        self, folder: str, endings: tuple[str, ...], others: bool = False, folders: bool = False
    ) -> list[tuple[str, int]]:
        """Return the same with the bytes that each has."""
        if not self.is_folder(folder):
            return []
        good = []
        for entry in sorted(os.scandir(self.root / folder), key=lambda entry: entry.name):
            if entry.name.startswith(".") or (others and not entry.name.endswith(endings)):
                continue
            if entry.name.endswith(endings):
                good.append((entry.name, entry.stat(follow_symlinks=False).st_size))
            elif not (folders and entry.is_dir(follow_symlinks=False)):
                self.found.append(
                    Problem(
                        f"{folder}/{entry.name}",
                        0,
                        f"only {' and '.join(endings)} files are read here",
                        "move the files out of this folder" if entry.is_dir() else "rename it, move it, or delete it",
                    )
                )
        return good

    def is_folder(self, folder: str) -> bool:
        """Tell whether *folder* is there; a link or a file in its place is noted."""
        path = self.root / folder
        if not os.path.lexists(path):
            return False
        if path.is_dir() and not path.is_symlink():
            return True
        what = "this is a link" if path.is_symlink() else "this is not a folder"
        self.found.append(Problem(folder, 0, what, "replace it by the folder itself, links are not followed"))
        return False

    def remember(self, file: str, node: Node | None, *names: str) -> None:
        """Keep the lines of fields that rules between files speak of."""
        for name in names:
            self.places[file, 0, name] = records.line_of(node, name, 0)

    def expect(self, file: str, source: str, field: str) -> None:
        if not (self.root / file).is_file():
            self.found.append(
                Problem(
                    source,
                    self.places.get((source, 0, field), 0),
                    f'"{field}" names {quoted(file.rpartition("/")[2])}, which is not there',
                    f"put the file at {file}, or correct the name",
                )
            )

    def missing(self, problems: Problems, cure: str) -> None:
        """Note that a file is missing, and name the one beside it that may be meant."""
        folder, _, name = problems.file.rpartition("/")
        near = nearest(name, sorted(entry.name for entry in os.scandir(self.root / folder) if entry.is_file()))
        problems.add(0, "this file is missing", f"rename {quoted(near)} to {quoted(name)}" if near else cure)

    def text(self, problems: Problems, limit: int) -> str | None:
        data = self.data(problems, limit)
        text = None if data is None else decode(data, problems)
        self.addresses += [(problems.file, line, address) for line, address in addresses_in(text or "")]
        return text

    def addresses_of_nobody(self, club: Club) -> Iterator[Problem]:
        """Yield a warning for each line with an e-mail address that is no issuer's; in holders' files each one is a fault already."""
        own = own_addresses(club)
        for file, line in dict.fromkeys((file, line) for file, line, address in self.addresses if address not in own):
            if not (club.site.public_repository and file.startswith("site_src/people/")):
                yield Problem(
                    file, line, "an e-mail address stands here, and no issuer gives it as its own", CURE, True
                )

    def data(self, problems: Problems, limit: int) -> bytes | None:
        try:
            return read_regular(f"{self.root}/{problems.file}", limit)
        except FileProblem as error:
            what, _, cure = str(error).partition("; ")
            problems.add(0, what, cure)
            return None

    def yaml(self, problems: Problems) -> Node | None:
        text = self.yaml_text(problems)
        return None if text is None else self.parsed(text, problems)

    def yaml_text(self, problems: Problems) -> str | None:
        if not os.path.lexists(self.root / problems.file):
            self.missing(problems, "write it; the handbook shows one")
            return None
        return self.text(problems, MAX_RECORD)

    def parsed(self, text: str, problems: Problems) -> Node | None:
        before = len(self.found)
        node = parse(text, problems)
        if node is None and len(self.found) == before:
            problems.add(0, "this file is empty", "write its fields, or delete it")
        return node

    def markdown(self, problems: Problems) -> tuple[Node | None, str, int]:
        text = self.text(problems, MAX_MARKDOWN)
        if text is None:
            return None, "", 1
        return self.fields_and_body(text, problems)

    def fields_and_body(self, text: str, problems: Problems) -> tuple[Node | None, str, int]:
        before = len(self.found)
        node, body, line = front_matter(text, problems)
        if node is None and len(self.found) == before:
            problems.add(1, "the front matter is empty", 'write its fields between the two lines "---"')
        return node, body, line


def site_of(data: bytes) -> Site | None:
    """Return the site that the bytes of a ``site.yaml`` describe, as of an earlier state; None where they describe none."""
    problems = Problems(SITE_FILE)
    text = decode(data, problems) if len(data) <= MAX_RECORD else None
    return None if text is None else records.site(parse(text, problems), problems)


def _as_slug(name: str) -> str:
    """Return the name nearest to *name* that can be an address, or ""."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug if is_slug(slug) and slug not in RESERVED else ""
