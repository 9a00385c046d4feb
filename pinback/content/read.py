"""Read a club's folder: every file opened once, every fault noted, one checked ``Club`` returned.

This is the door through which content comes in. Links, devices and files over the limits are refused by
``files``; names of folders and files become addresses, so they follow the rule of slugs. Rules between
files are applied by ``check`` at the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pinback.content import check, records
from pinback.content.kinds import MAX_SLUG, RESERVED, did_you_mean, is_slug
from pinback.content.nodes import MAX_MARKDOWN, MAX_RECORD, Node, Problems, decode, front_matter, parse
from pinback.errors import ContentError, Problem, UsageError, quoted
from pinback.files import FileProblem, read_regular
from pinback.model import Award, Badge, Club, Issuer, Origin, Page, Person, Site, StaticFile

STATIC_TYPES = ("png", "jpg", "jpeg", "webp", "gif", "svg", "pdf", "txt", "csv", "ics")
"""Endings that may lie in ``site_src/static``; nothing that a browser runs."""
MAX_STATIC = 20 * 1024 * 1024
PICTURES = ("badge.svg", "badge.png")
"""Names that are tried where ``picture`` says nothing."""


def read_club(root: Path) -> tuple[Club, tuple[Problem, ...]]:
    """Return the checked club and the warnings.

    Raises:
        ContentError: at least one problem, all of them inside.
        UsageError: *root* is not a club's folder.
    """
    if not (root / "site_src").is_dir():
        raise UsageError(
            f"{root}: this is not a club's folder, site_src is missing; go to one, or make one with pinback init"
        )
    return _Reader(root).club()


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: list[Problem] = []

    def club(self) -> tuple[Club, tuple[Problem, ...]]:
        site = self.site()
        issuers = {issuer.slug: issuer for issuer in self.issuers()}
        badges = {badge.slug: badge for badge in self.badges(site)}
        public = site.public_repository if site else True
        awards = tuple(self.awards(public))
        people = {person.handle: person for person in self.people(public)}
        pages = tuple(self.pages())
        static = tuple(self.static())
        names = {kind: self.folders(kind) for kind in ("badges", "issuers")}
        if site is not None:
            club = Club(site, issuers, badges, awards, people, pages, static)
            self.found += check.between_files(club, names["badges"], names["issuers"])
        errors = [problem for problem in self.found if not problem.warning]
        if errors or site is None:
            raise ContentError(self.found)
        return club, tuple(sorted(self.found))

    # One method a kind of file, in the order of the folder.

    def site(self) -> Site | None:
        problems = self.problems("site_src/site.yaml")
        return records.site(self.yaml(problems), problems)

    def issuers(self) -> Iterator[Issuer]:
        for slug in self.folders("issuers"):
            problems = self.problems(f"issuers/{slug}/issuer.yaml")
            issuer = records.issuer(slug, self.yaml(problems), problems)
            if issuer is not None:
                if issuer.logo:
                    self.expect(f"issuers/{slug}/{issuer.logo}", issuer.origin, "logo")
                yield issuer

    def badges(self, site: Site | None) -> Iterator[Badge]:
        for slug in self.folders("badges"):
            problems = self.problems(f"badges/{slug}/badge.md")
            if not (self.root / problems.file).exists():
                others = [
                    name for name in self.folders("badges") if (self.root / "badges" / name / "badge.md").exists()
                ]
                near = did_you_mean(slug, others)
                problems.add(0, "this file is missing beside its awards", near or "write it, or delete the folder")
                continue
            node, body, line = self.markdown(problems)
            badge = records.badge(slug, node, body, line, site, problems)
            if badge is not None:
                yield self.with_picture(badge)

    def with_picture(self, badge: Badge) -> Badge:
        folder = f"badges/{badge.slug}"
        name = badge.picture
        if not name:
            there = [choice for choice in PICTURES if (self.root / folder / choice).exists()]
            if len(there) != 1:
                what = "two pictures lie beside it" if there else "no picture lies beside it"
                cure = 'name one with "picture"' if there else "put badge.svg or badge.png there"
                self.found.append(Problem(badge.origin.file, 0, what, cure))
                return badge
            name = there[0]
        else:
            self.expect(f"{folder}/{name}", badge.origin, "picture")
        return replace(badge, picture=f"{folder}/{name}")

    def awards(self, public: bool) -> Iterator[Award]:
        for slug in self.folders("badges"):
            for name in self.names(f"badges/{slug}/awards", (".yaml", ".yml")):
                problems = self.problems(f"badges/{slug}/awards/{name}")
                text = self.text(problems, MAX_RECORD)
                if text is None:
                    continue
                if public:
                    records.warn_of_addresses(text, problems)
                for node, line, _ in records.award_entries(self.parsed(text, problems), problems):
                    award = records.award(slug, node, line, public, problems)
                    if award is not None:
                        yield award

    def people(self, public: bool) -> Iterator[Person]:
        for name in self.names("site_src/people", (".md",)):
            problems = self.problems(f"site_src/people/{name}")
            text = self.text(problems, MAX_MARKDOWN)
            if text is None or not self.good_name(name.removesuffix(".md"), problems):
                continue
            if public:
                records.warn_of_addresses(text, problems)
            node, body, _ = front_matter(text, problems)
            person = records.person(name.removesuffix(".md"), node, body, problems)
            if person is not None:
                yield person

    def pages(self) -> Iterator[Page]:
        for name in self.names("site_src", (".md",), others=True):
            problems = self.problems(f"site_src/{name}")
            slug = name.removesuffix(".md")
            if slug != "index" and not self.good_name(slug, problems):
                continue
            if slug == "index":
                text = self.text(problems, MAX_MARKDOWN)
                if text is not None and not text.startswith("---"):
                    yield Page("index", "", text.strip("\n"), 1, Origin(problems.file))
                    continue
            node, body, line = self.markdown(problems)
            page = records.page(slug, node, body, line, problems)
            if page is not None:
                yield page

    def static(self) -> Iterator[StaticFile]:
        base = self.root / "site_src" / "static"
        if not base.is_dir():
            return
        for folder, folders, names in os.walk(base):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
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
                    problems.add(0, "this name cannot be an address", "use letters, digits, hyphens and points")
                elif name.rpartition(".")[2].lower() not in STATIC_TYPES:
                    problems.add(0, "a file of this kind is not published", f"use one of {', '.join(STATIC_TYPES)}")
                else:
                    yield StaticFile(problems.file, f"static/{below}")

    # How files are found and opened.

    def problems(self, file: str) -> Problems:
        return Problems(file, self.found)

    def folders(self, parent: str) -> list[str]:
        """Return the names of the folders in *parent* that can be addresses; others are noted."""
        base = self.root / parent
        if not base.is_dir():
            return []
        good = []
        for entry in sorted(os.scandir(base), key=lambda entry: entry.name):
            if entry.name.startswith(".") or not (entry.is_dir() or entry.is_symlink()):
                continue
            if entry.is_symlink():
                self.found.append(
                    Problem(f"{parent}/{entry.name}", 0, "this is a link", "replace it by the folder itself")
                )
            elif self.good_name(entry.name, self.problems(f"{parent}/{entry.name}")):
                good.append(entry.name)
        return good

    def good_name(self, name: str, problems: Problems) -> bool:
        if is_slug(name) and name not in RESERVED:
            return True
        why = (
            "is reserved"
            if name in RESERVED
            else f"cannot be an address ({MAX_SLUG} small letters, digits and single hyphens)"
        )
        problems.add(0, f"the name {quoted(name)} {why}", "give it another name before it is published")
        return False

    def names(self, folder: str, endings: tuple[str, ...], others: bool = False) -> list[str]:
        """Return the names of files with one of *endings*; any other file is noted unless *others*."""
        base = self.root / folder
        if not base.is_dir():
            return []
        good = []
        for entry in sorted(os.scandir(base), key=lambda entry: entry.name):
            if entry.name.startswith(".") or (others and not entry.name.endswith(endings)):
                continue
            if entry.name.endswith(endings):
                good.append(entry.name)
            else:
                self.found.append(
                    Problem(
                        f"{folder}/{entry.name}",
                        0,
                        f"only {' and '.join(endings)} files are read here",
                        "rename or move it",
                    )
                )
        return good

    def expect(self, file: str, origin: Origin, field: str) -> None:
        if not (self.root / file).is_file():
            self.found.append(
                Problem(
                    origin.file,
                    origin.line,
                    f'"{field}" names {quoted(file.rpartition("/")[2])}, which is not there',
                    f"put the file at {file}",
                )
            )

    def text(self, problems: Problems, limit: int) -> str | None:
        try:
            return decode(read_regular(self.root / problems.file, limit), problems)
        except FileProblem as error:
            what, _, cure = str(error).partition("; ")
            problems.add(0, what, cure)
            return None

    def yaml(self, problems: Problems) -> Node | None:
        if not (self.root / problems.file).exists():
            problems.add(0, "this file is missing", "write it; the handbook shows one")
            return None
        text = self.text(problems, MAX_RECORD)
        return None if text is None else self.parsed(text, problems)

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
        before = len(self.found)
        node, body, line = front_matter(text, problems)
        if node is None and len(self.found) == before:
            problems.add(1, "the front matter is empty", 'write its fields between the two lines "---"')
        return node, body, line
