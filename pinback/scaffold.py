"""Starting points: a club's own folder, a badge, an award. Content only; no file that exists is overwritten."""

from __future__ import annotations

import csv
import io
import subprocess
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pinback.addresses import Addresses, did_for
from pinback.awarding import NamedLink, NewAward, new_handle, new_named_link, record_text, yaml_text
from pinback.content.kinds import EMAIL, MAX_SLUG, RESERVED, is_slug, is_web_address
from pinback.content.read import read_club
from pinback.content.records import unknown
from pinback.errors import UsageError
from pinback.files import remove_tree, write_file
from pinback.seal.make import new_award_id

WHO_IS_WHO = "who-is-who.csv"
"""The steward's private list of names and links; git ignores it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The four questions of ``init``."""

    name: str
    base_url: str
    url: str
    email: str

    def faults(self) -> list[str]:
        """Return what is wrong with the answers."""
        found = []
        if not self.name.strip():
            found.append("the club's name is empty; write it as people know it")
        for label, value in (("the address of the badge site", self.base_url), ("the club's web site", self.url)):
            if not is_web_address(value):
                found.append(f"{label} is not an https address; write it like https://club.github.io/badges/")
        if not EMAIL.form(self.email):
            found.append("the e-mail address is none; write it like badges@club.example.org")
        return found


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
"""Latin letters that no decomposition takes apart."""


def slug_of(text: str, otherwise: str) -> str:
    """Return a folder name made from *text*, or *otherwise* where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    signs = (sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’")
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in signs).split()
    slug = "-".join(words)[:40].strip("-")
    return slug if is_slug(slug) and slug not in RESERVED else otherwise


def init(folder: Path, answers: Answers) -> list[str]:
    """Write a club's folder and return the names of the files.

    Raises:
        UsageError: an answer cannot be used, or a club is there already.
    """
    if faults := answers.faults():
        raise UsageError("\n".join(faults))
    if (folder / "site_src").exists() or (folder / "issuers").exists():
        raise UsageError(f"{folder}: there is a club here already; choose another folder")
    base_url = answers.base_url if answers.base_url.endswith("/") else answers.base_url + "/"
    issuer = slug_of(answers.name, "club")
    files = {
        "site_src/site.yaml": SITE.format(
            title=yaml_text(f"Badges of {answers.name}"), base_url=base_url, issuer=issuer
        ),
        "site_src/index.md": INDEX.format(name=answers.name),
        f"issuers/{issuer}/issuer.yaml": ISSUER.format(
            name=yaml_text(answers.name), url=answers.url, email=answers.email, did=did_for(base_url)
        ),
        "README.md": README.format(name=answers.name, issuer=issuer),
        ".gitignore": GITIGNORE,
        ".gitattributes": GITATTRIBUTES,
    }
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]}: this file exists already; choose another folder, or move it away")
    for name, text in files.items():
        write_file(folder / name, text.encode("utf-8"))
    return list(files)


def empty_example(folder: Path) -> None:
    """Remove the example club and the program from a clean git clone of this project, so that ``init`` can follow.

    Raises:
        UsageError: not such a clone, or it holds changes that no commit has.
    """
    registers = list((folder / "issuers").glob("*/register.jsonl"))
    example = any(b'"demonstration":true' in path.read_bytes() for path in registers)
    if not example or not (folder / "pinback" / "__init__.py").exists():
        raise UsageError(f"{folder}: this is not a clone of the pinback repository; leave --here out")
    if _git(folder, "status", "--porcelain").strip():
        raise UsageError(f"{folder}: there are changes that no commit has; commit or undo them first")
    tracked = {name.split("/")[0] for name in _git(folder, "ls-files", "-z").split("\0") if name}
    for name in sorted(tracked):
        remove_tree(folder / name)


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UsageError(f"{folder}: git did not answer; --here needs a git clone") from error
    return done.stdout


def new_badge(root: Path, slug: str, name: str, description: str) -> list[str]:
    """Write a badge to start from: fields, criteria to fill in, a picture.

    Raises:
        UsageError: the name cannot be an address, or is taken.
    """
    if not is_slug(slug) or slug in RESERVED:
        raise UsageError(f'"{slug}" cannot be an address; use small letters, digits and hyphens, at most {MAX_SLUG}')
    folder = root / "badges" / slug
    if folder.exists():
        raise UsageError(f"badges/{slug}: there is such a badge already; choose another name")
    read_club(root)
    text = BADGE.format(name=yaml_text(name), description=yaml_text(description))
    write_file(folder / "badge.svg", starter_picture(slug).encode("utf-8"))
    write_file(folder / "badge.md", text.encode("utf-8"))
    return [f"badges/{slug}/badge.md", f"badges/{slug}/badge.svg"]


_COLOURS = (
    ("#0b5c8a", "#06334d"),
    ("#1f6b4a", "#0e3a27"),
    ("#8a3b12", "#4f1f06"),
    ("#5b3a8c", "#321c52"),
    ("#9a1f40", "#560d21"),
)


def starter_picture(slug: str) -> str:
    """Return a plain, good picture: a shield in one of five colours with a star."""
    light, dark = _COLOURS[sha256(slug.encode("ascii")).digest()[0] % len(_COLOURS)]
    return STARTER.format(light=light, dark=dark)


def add_award(root: Path, badge: str, award: NewAward) -> tuple[str, NamedLink | None]:
    """Write one award record; return its file, and the named link where a name was given for one.

    Args:
        root: the club's folder.
        badge: slug.
        award: with empty ``award_id`` and perhaps empty ``handle``; both are drawn here.

    Raises:
        UsageError: no such badge, or something in the award cannot be used.
    """
    club, _ = read_club(root)
    if badge not in club.badges:
        what, cure = unknown("a badge", badge, list(club.badges))
        raise UsageError(f"{what}; {cure}")
    taken = {known.handle for known in club.awards}
    filled = NewAward(
        award_id=new_award_id(),
        handle=award.handle or new_handle(taken),
        issued_on=award.issued_on,
        valid_until=award.valid_until,
        name=award.name,
        public=award.public,
        minor=award.minor,
        email=award.email,
        evidence=award.evidence,
    )
    if not is_slug(filled.handle):
        raise UsageError(f'"{filled.handle}" cannot be a handle; use small letters, digits and hyphens, like otter-7')
    link = None
    if filled.name and not filled.public:
        link = new_named_link(Addresses(club.site.base_url), filled.award_id, filled.name)
    file = f"badges/{badge}/awards/{filled.issued_on.isoformat()}-{filled.handle}.yaml"
    if (root / file).exists():
        raise UsageError(f"{file}: this holder has this badge of this day already")
    text = record_text(filled, link)
    write_file(root / file, text.encode("utf-8"))
    try:
        read_club(root)
    except Exception:
        (root / file).unlink()  # the record breaks a rule; the message says which, and nothing stays behind
        raise
    if link:
        _note_who(root, filled.name, club.badges[badge].name.in_language(club.site.language), link.link)
    return file, link


def _note_who(root: Path, name: str, badge: str, link: str) -> None:
    """Append to the steward's private list."""
    path = root / WHO_IS_WHO
    stream = io.StringIO()
    writer = csv.writer(stream)
    if not path.exists():
        writer.writerow(("name", "badge", "link"))
    writer.writerow((_cell(name), _cell(badge), link))
    known = path.read_bytes() if path.exists() else b""
    write_file(path, known + stream.getvalue().encode("utf-8"))


def _cell(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


SITE = """\
title: {title}
base_url: {base_url}
languages: [en]
default_issuer: {issuer}
repository: public
"""

INDEX = """\
These are the badges of {name}. Each one says what somebody had to do to earn it, and every award can be
checked by anyone, for ever.
"""

ISSUER = """\
name: {name}
url: {url}
email: {email}
# The issuer's name for verifiers. Never change it once the first award was sealed.
did: {did}
# description: Who we are, in one or two sentences.
# logo: logo.svg
"""

README = """\
# Badges of {name}

This folder holds the badges of {name} and who was awarded them. Pinback turns it into signed
Open Badges and a web site.

    pinback new badge NAME       a new badge, in badges/NAME
    pinback award BADGE          a new award
    pinback key new {issuer}     make the keys, once
    pinback check                find mistakes
    pinback seal                 sign what is new
    pinback build                make the site, in site/
    pinback serve                look at it

Commit everything but what .gitignore names. Never change `base_url`, a folder's name or a sealed award.
"""

GITIGNORE = """\
/site/
/.site.next/
/.site.lock
/.pinback/
/who-is-who.csv
/.venv/
"""

GITATTRIBUTES = """\
# Sealed bytes are signed: git must never change their line ends.
issuers/*/register.jsonl -text
issuers/*/sealed/** -text
issuers/*/keys.age binary
"""

BADGE = """\
---
name: {name}
description: {description}
picture: badge.svg
# alt: What the picture shows, for people who do not see it.
# tags: [water, safety]
---

## What you do

Say here, step by step, what somebody has to do.

## How it is checked

Say who looks at it, and what they look for.
"""

STARTER = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <path fill="{dark}" d="M256 16 464 80v176c0 128-84 202-208 240C132 458 48 384 48 256V80z"/>
  <path fill="#fdf6e6" d="M256 40 442 97v159c0 114-74 180-186 216C144 436 70 370 70 256V97z"/>
  <path fill="{light}" d="M256 60 424 111v145c0 102-65 161-168 195C153 417 88 358 88 256V111z"/>
  <path fill="#fdf6e6" d="m256 132 34 78 85 8-64 56 19 83-74-44-74 44 19-83-64-56 85-8z"/>
</svg>
"""
