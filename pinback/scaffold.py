"""Starting points: a club's own folder, a badge, an award. Content only; no file that exists is overwritten."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from pinback import __version__, first_files, pipeline, who_is_who
from pinback.addresses import Addresses, did_for
from pinback.awarding import NamedLink, NewAward, new_handle, new_named_link, record_text, yaml_text
from pinback.content import starter
from pinback.content.kinds import DID, MAX_SLUG, RESERVED, is_email, is_slug, is_web_address
from pinback.content.read import read_club
from pinback.content.records import base_url_fault, unknown
from pinback.content.schemas import FOLDER as SCHEMAS
from pinback.content.schemas import editor_line, schema_files
from pinback.dataclass import dataclass
from pinback.designs.table import STARTERS
from pinback.errors import UsageError
from pinback.files import FileProblem, is_temporary, read_regular, refuse_linked, remove_tree, write_file, write_folder
from pinback.git import git_text
from pinback.lifecycle import free_file
from pinback.model import Club
from pinback.seal.begin import waits
from pinback.seal.make import new_award_id
from pinback.seal.store import Store
from pinback.who_is_who import Row


@dataclass(frozen=True, slots=True)
class Answers:
    """The four questions of ``init``."""

    name: str
    base_url: str
    url: str
    email: str

    def faults(self) -> list[str]:
        """Return what is wrong with the answers."""
        found = (question.fault(getattr(self, question.field)) for question in QUESTIONS)
        return [fault for fault in found if fault]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of ``init``: the field of ``Answers``, its words, an example, and the rule for the answer."""

    field: str
    words: str
    example: str
    rule: Callable[[str], str]

    def fault(self, answer: str) -> str:
        """Say what is wrong with an answer and how to write it, or return ""."""
        what = self.rule(answer)
        return f"{what}; write it like {self.example}" if what else ""


def _name_fault(value: str) -> str:
    if not value.strip():
        return "the club's name is empty"
    if len(value) > first_files.MAX_NAME or not value.isprintable():
        return f"the club's name is not one line of at most {first_files.MAX_NAME} characters"
    return ""


def _base_url_fault(value: str) -> str:
    base_url = value if value.endswith("/") else value + "/"
    if not is_web_address(value):
        return "the address of the badge site is not an https address"
    # NOTE: the name for verifiers is made from this address, and did:web knows fewer signs than web addresses do.
    if base_url_fault(value) or not DID.form(did_for(base_url)):
        return "the address of the badge site cannot be the root of a site"
    return ""


QUESTIONS = (
    Question("name", "The club's name", first_files.EXAMPLES["name"], _name_fault),
    Question(
        "base_url",
        "The address where the badges will be published; it can never change once badges are signed",
        first_files.EXAMPLES["base_url"],
        _base_url_fault,
    ),
    Question(
        "url",
        "The club's own web site",
        first_files.EXAMPLES["url"],
        lambda value: "" if is_web_address(value) else "the club's web site is not an https address",
    ),
    Question(
        "email",
        "An e-mail address at which a human answers",
        first_files.EXAMPLES["email"],
        lambda value: "" if is_email(value) else "the e-mail address is none",
    ),
)


_LETTERS = str.maketrans(first_files.LETTERS)


def slug_of(text: str, otherwise: str) -> str:
    """Return a folder name made from *text*, or *otherwise* where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    signs = (sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’")
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in signs).split()
    slug = "-".join(words)[: first_files.MAX_FOLDER].strip("-")
    return slug if is_slug(slug) and slug not in RESERVED else otherwise


KEEPERS = ("paper", "environment")
"""Where a club's code is kept: with a steward, who seals by hand, or in a protected environment of the host."""
_TEMPLATE = Path(__file__).resolve().parent / "template"


_HOSTING = {
    ".github/workflows/check.yml": "check.yml",
    ".github/workflows/publish.yml": "publish-{keys}.yml",
    ".github/requirements.txt": "requirements.txt",
    ".github/requirements-certificates.txt": "requirements-certificates.txt",
    "netlify.toml": "netlify.toml",
}
"""What hosts read in a club's folder, and the file of the template that it is made from."""


def hosting_files(keys: str) -> dict[str, bytes]:
    """Return the files that hosts read, for this version of the program.

    Args:
        keys: one of ``KEEPERS``.
    """
    version = __version__.encode("ascii")
    return {
        file: (_TEMPLATE / name.format(keys=keys)).read_bytes().replace(b"@version@", version)
        for file, name in _HOSTING.items()
    }


def wheel_prefix() -> str:
    """Return how the name of this version's wheel begins, as the workflows look for it."""
    return f"pinback-{__version__}-"


def write_schemas(root: Path) -> list[str]:
    """Write the schemas of a club's files for editors; return the paths of those that were not there, or other ones.

    Raises:
        UsageError: no club is here.
    """
    if not (root / "site_src").is_dir():
        raise UsageError(f"{root}: this is not a club's folder, site_src is missing; go to one")
    refuse_linked(root, root / SCHEMAS / "award.json")
    changed = [file for file, data in schema_files().items() if not _holds(root / file, data)]
    for file in changed:
        write_file(root / file, schema_files()[file])
    return changed


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_regular(path) == data
    except FileProblem:
        return False


def refuse_taken(folder: Path, keys: str = "paper", answers: Answers | None = None) -> None:
    """Stop where a new club would lie upon something that is there; what a run that was cut off has written is no such thing.

    Args:
        folder: where the club goes.
        keys: one of ``KEEPERS``.
        answers: to the four questions; before they are asked, a club that was begun may be this one.

    Raises:
        UsageError: a club, one of the files of a new club, or no folder at all.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: this is a file, not a folder; choose another name")
    common = _common_files(keys)
    begun = all(_holds(folder / name, data) for name, data in common.items())
    whole = (folder / first_files.SITE_FILE).exists()
    if begun and answers is None and not whole:
        return
    files = common | (_own_files(answers) if begun and answers else {})
    there = [path for top in ("site_src", "issuers") for path in (folder / top).rglob("*") if not path.is_dir()]
    if whole or _others(folder, there, files):
        raise UsageError(f"{folder}: there is a club here already; choose another folder")
    if taken := _others(folder, [folder / name for name in ("README.md", *common)], files):
        raise UsageError(f"{taken[0]}: this file exists already; choose another folder, or move it away")


def _others(folder: Path, paths: Iterable[Path], files: Mapping[str, bytes]) -> list[Path]:
    """Return which of *paths* are there and neither hold what *files* say nor are what a killed run left of them."""

    def ours(path: Path) -> bool:
        name = path.relative_to(folder).as_posix()
        return is_temporary(path.name) or (name in files and _holds(path, files[name]))

    return [path for path in paths if path.exists() and not ours(path)]


def is_begun(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Tell whether a folder holds nothing but git's own files and what a run that was cut off has written of *files*."""
    tops = [path for path in folder.iterdir() if path.name != ".git"]
    there = [path for top in tops for path in (top.rglob("*") if top.is_dir() else [top]) if not path.is_dir()]
    folders = {parent.as_posix() for name in files for parent in Path(name).parents}
    known = all(top.name in folders for top in tops if top.is_dir())
    return known and not _others(folder, there, files)


def club_files(answers: Answers, language: str = "en", colour: str = "", source: str = "") -> dict[str, str]:
    """Return the first files of a club by path; the page ``admin/start/`` makes the same in a browser.

    Args:
        answers: which have no faults.
        language: of the site.
        colour: ``#rrggbb``, or "".
        source: the repository of the files at its host, or "".
    """
    base_url = answers.base_url if answers.base_url.endswith("/") else answers.base_url + "/"
    issuer = slug_of(answers.name, "club")
    site = {
        "title": yaml_text(first_files.TITLE % {"name": answers.name}),
        "base_url": base_url,
        "language": language,
        "issuer": issuer,
    }
    more = (first_files.COLOUR % {"colour": colour}) if colour else ""
    more += (first_files.SOURCE % {"source": source}) if source else ""
    maker = {
        "name": yaml_text(answers.name),
        "url": yaml_text(answers.url),
        "email": yaml_text(answers.email),
        "did": did_for(base_url),
    }
    return {
        first_files.ISSUER_FILE % {"issuer": issuer}: first_files.ISSUER % maker,
        first_files.INDEX_FILE: first_files.INDEX % {"name": answers.name} + "\n",
        first_files.SITE_FILE: first_files.SITE % site + more,
    }


def init(folder: Path, answers: Answers, keys: str = "paper") -> list[str]:
    """Write a club's folder and return the names of the files.

    Args:
        folder: where the club goes.
        answers: to the four questions.
        keys: one of ``KEEPERS``.

    Raises:
        UsageError: an answer cannot be used, or a club is there already.
    """
    if faults := answers.faults():
        raise UsageError("\n".join(faults))
    refuse_taken(folder, keys, answers)
    files = _common_files(keys) | _own_files(answers)
    for name, data in files.items():
        write_file(folder / name, data)
    return list(files)


def _common_files(keys: str) -> dict[str, bytes]:
    """Return what is the same in each new club; it is written first."""
    rules = {".gitignore": GITIGNORE.encode("utf-8"), ".gitattributes": GITATTRIBUTES.encode("utf-8")}
    return rules | hosting_files(keys) | schema_files()


def _own_files(answers: Answers) -> dict[str, bytes]:
    """Return what a new club says of itself; the last one is ``site.yaml``, without which there is no club."""
    readme = README.format(name=answers.name, issuer=slug_of(answers.name, "club"))
    return {name: text.encode("utf-8") for name, text in {"README.md": readme, **club_files(answers)}.items()}


def example_parts(folder: Path) -> list[str]:
    """Return what ``empty_example`` removes from a clean git clone of this project: all that git tracks.

    Raises:
        UsageError: not such a clone, it holds changes that no commit has, or this very program runs from it.
    """
    registers = list((folder / "issuers").glob("*/register.jsonl"))
    example = any(b'"demonstration":true' in path.read_bytes() for path in registers)
    if not example or not (folder / "pinback" / "__init__.py").exists():
        raise UsageError(f"{folder}: this is not a clone of the pinback repository; leave --here out")
    if git_text(folder, "status", "--porcelain").strip():
        raise UsageError(f"{folder}: there are changes that no commit has; commit or undo them first")
    if Path(__file__).resolve().is_relative_to(folder.resolve() / "pinback"):
        raise UsageError(f"{folder}: pinback runs from this very folder; install it elsewhere first")
    return sorted({name.split("/")[0] for name in git_text(folder, "ls-files", "-z").split("\0") if name})


def empty_example(folder: Path) -> None:
    """Remove the example club and the program from a clean git clone of this project, so that ``init`` can follow.

    Raises:
        UsageError: what ``example_parts`` refuses.
    """
    # By these two the example is known: as long as they stand, a run that was cut off is told to undo what it did.
    for name in sorted(example_parts(folder), key=("issuers", "pinback").__contains__):
        remove_tree(folder / name)


def issuer_of(folder: Path) -> str:
    """Return the slug of the club's one issuer.

    Raises:
        UsageError: there are several, or no club is here.
    """
    club = _club(folder)
    if len(club.issuers) != 1:
        raise UsageError(f"this club has several issuers; name one of {', '.join(sorted(club.issuers))}")
    return next(iter(club.issuers))


def _club(root: Path) -> Club:
    """Return what a club's files say; sealed awards are judged by what they were when they were signed."""
    return read_club(root, pipeline.sealed_ids(root))[0]


def new_badge(root: Path, slug: str, name: str, description: str, design: str = "") -> list[str]:
    """Write a badge to start from: fields, a picture out of a few words, criteria to fill in.

    Args:
        root: the club's folder.
        slug: name of the badge's folder.
        name: of the badge.
        description: of the badge, or "" for words that say what to write.
        design: name of a starter design, or "" for a star on a shape and colour that follow from *slug*.

    Raises:
        UsageError: the name cannot be an address, or is taken, or there is no such design.
    """
    if not is_slug(slug) or slug in RESERVED:
        raise UsageError(f'"{slug}" cannot be an address; use small letters, digits and hyphens, at most {MAX_SLUG}')
    if design and design not in STARTERS:
        what, cure = unknown("a design", design, list(STARTERS))
        raise UsageError(f"{what}; {cure}")
    folder = root / "badges" / slug
    if folder.exists():
        raise UsageError(f"badges/{slug}: there is such a badge already; choose another name")
    language = _club(root).site.language
    drawn = STARTERS[design] if design else starter_design(slug)
    # Only in English can a picture say by itself what it shows.
    alt = "# alt: What the picture shows, for people who do not see it."
    text = BADGE.format(
        name=yaml_text(name),
        description=yaml_text(description or starter.DESCRIPTION),
        design=", ".join(f"{field}: {value}" for field, value in drawn.items()),
        alt=alt if language.partition("-")[0] == "en" else f"alt: {starter.ALT}",
        steps=starter.STEPS,
        checking=starter.CHECKING,
    )
    # As a whole folder: one without its file would stop every other command.
    write_folder(folder, {"badge.md": text.encode("utf-8")})
    return [f"badges/{slug}/badge.md"]


_SHAPES = ("shield", "hexagon", "circle", "rosette")
_COLOURS = ("sea", "forest", "rust", "violet", "berry", "teal", "navy", "plum")


def starter_design(slug: str) -> dict[str, str]:
    """Return a plain, good design: a star on one of four shapes in one of eight colours, so that new badges differ."""
    drawn = sha256(slug.encode("ascii")).digest()
    return {"shape": _SHAPES[drawn[1] % len(_SHAPES)], "colour": _COLOURS[drawn[0] % len(_COLOURS)], "icon": "star"}


def free_handle(root: Path) -> str:
    """Draw a handle that nobody in this club has."""
    club = _club(root)
    return new_handle({known.handle for known in club.awards})


def add_award(root: Path, badge: str, award: NewAward) -> tuple[str, NamedLink | None]:
    """Write one award record; return its file, and the named link where a name was given for one.

    Args:
        root: the club's folder.
        badge: slug.
        award: with empty ``award_id`` and perhaps empty ``handle``; both are drawn here.

    Raises:
        UsageError: no such badge, its issuer has no keys for a named link, the holder has this award already, or
            something in it cannot be used.
    """
    club = _club(root)
    if badge not in club.badges:
        what, cure = unknown("a badge", badge, list(club.badges))
        raise UsageError(f"{what}; {cure}")
    taken = {known.handle for known in club.awards}
    filled = replace(award, award_id=new_award_id(), handle=award.handle or new_handle(taken))
    if not is_slug(filled.handle):
        raise UsageError(f'"{filled.handle}" cannot be a handle; use small letters, digits and hyphens, like otter-7')
    for known in club.awards:
        same = (known.badge, known.handle, known.issued_on) == (badge, filled.handle, filled.issued_on)
        if same and known.revoked is None:
            raise UsageError(f"{known.origin.file}: this holder has this badge of this day already")
    link = None
    issuer = club.badges[badge].issuer
    register = Store(root, issuer).load()
    if register is not None and register.statement:
        raise UsageError(f"issuers/{issuer}: this issuer has closed and awards nothing any more")
    if filled.name and not filled.public:
        if register is None:
            # The link is bound to the address of the award for ever, and keys settle that address.
            cure = "begin the register first: pinback seal" if waits(Store(root, issuer)) else ""
            raise UsageError(f"a named link needs the keys; {cure or f'make the keys first: pinback key new {issuer}'}")
        link = new_named_link(Addresses(club.site.base_url), filled.award_id, filled.name)
    text = record_text(filled, link)
    file = free_file(root, f"badges/{badge}/awards/{filled.issued_on.isoformat()}-{filled.handle}")
    title = club.badges[badge].name.in_language(club.site.language)
    take_back: Callable[[], None] = lambda: None  # noqa: E731 - replaced where something was noted
    try:
        if link:
            # NOTE: the list comes first; a record whose link nobody has could not be mended.
            row = Row(filled.name, title, filled.issued_on.isoformat(), filled.handle, link.link)
            take_back = who_is_who.note(root, row)
        write_file(root / file, (editor_line(file) + text).encode("utf-8"))
        _club(root)
    except BaseException:  # the record breaks a rule; the message says which, and nothing stays behind
        (root / file).unlink(missing_ok=True)
        take_back()
        raise
    return file, link


README = """\
# Badges of {name}

This folder holds the badges of {name} and who was awarded them. Pinback turns it into signed
Open Badges and a web site.

    pinback new badge NAME       a new badge, in badges/NAME; then replace the words in badge.md
    pinback key new {issuer}     make the keys, once
    pinback award BADGE          a new award
    pinback check                find mistakes
    pinback seal                 sign what is new
    pinback build                make the site, in site/
    pinback serve                look at it

What a steward does, step by step: docs/handbook of Pinback. Taking over from somebody in a terminal: docs/handover.md.
How to publish it: docs/publishing.md. `pinback doctor` says what is still to be set up.
All files and fields: docs/format.md and docs/fields.md. These pages lie in the folder docs of Pinback's own
repository, the one from which the program was installed; `pinback COMMAND --help` explains each command.
Commit everything but what .gitignore names. Never change `base_url`, a folder's name or a sealed award.
"""

GITIGNORE = """\
/site/
/.site.next/
/.site.lock
/.pinback/
/who-is-who.csv
/.who-is-who.csv.new
/old-site/
/.old-site.next/
/.old-site.lock
/archive*.zip
/.archive*.zip.new
/certificates/
/.venv/
"""

GITATTRIBUTES = """\
# Sealed bytes are signed: git must never change their line ends, nor merge the lines of a register by itself.
issuers/*/register.jsonl -text merge=binary
issuers/*/sealed/** -text
issuers/*/keys.age binary
issuers/*/keys/*.age binary
"""

BADGE = """\
---
name: {name}
description: {description}
design: {{{design}}}
{alt}
# tags: [water, safety]
---

## What you do

{steps}

## How it is checked

{checking}
"""
