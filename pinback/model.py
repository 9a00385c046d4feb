"""The checked model: what a club's folder says, after every rule has been applied.

Raw input never reaches this module; after ``content`` nothing asks again whether a field is there.
All classes are frozen, sequences are tuples. Dates are ``date`` (days without a zone), web addresses are
checked text. Nothing here knows a standard's spelling; ``formats`` does.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where something was written: file relative to the club's folder, line from 1 (0: the file as a whole)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Duration:
    """How long an award is valid, as it was typed: ``count`` from 1 of ``unit`` (day, week, month or year)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def last_day(self, issued_on: date) -> date:
        """Return the last day on which an award of *issued_on* is valid.

        Months and years keep the day of the month; where the month has no such day, its last day is taken.
        """
        if self.unit in ("day", "week"):
            return issued_on + timedelta(days=self.count * (7 if self.unit == "week" else 1))
        months = issued_on.year * 12 + issued_on.month - 1 + self.count * (12 if self.unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(issued_on.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in one or more languages, for authors only; a signed document takes one of them.

    Attributes:
        versions: pairs of BCP 47 tag and text; the tag is "" where only one language was written.
    """

    versions: tuple[tuple[str, str], ...]

    def in_language(self, language: str) -> str:
        """Return the text in *language*, else the first that was written."""
        return dict(self.versions).get(language, self.versions[0][1] if self.versions else "")


@dataclass(frozen=True, slots=True)
class Site:
    """``site_src/site.yaml``. ``base_url`` ends in a slash.

    Attributes:
        certificates: whether each award has a PDF.
        paper: on which it is printed, ``a4`` or ``letter``.
    """

    title: LocalText
    base_url: str
    languages: tuple[str, ...]
    default_issuer: str
    public_repository: bool
    description: LocalText
    certificates: bool
    paper: str
    origin: Origin

    @property
    def language(self) -> str:
        """The language of pages and of signed documents that name no other."""
        return self.languages[0]


@dataclass(frozen=True, slots=True)
class Address:
    """A place, as OB 3.0 Address: ISO 3166-1 alpha-2 country, region, locality."""

    country: str
    region: str
    locality: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards: OB 2.0 Issuer, OB 3.0 Profile. ``slug`` is the folder's name."""

    slug: str
    name: LocalText
    url: str
    email: str
    did: str
    description: LocalText
    contact: str
    telephone: str
    parent: str
    address: Address | None
    logo: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Alignment:
    """A skill or standard that a badge meets: OB 3.0 Alignment, OB 2.0 AlignmentObject."""

    name: str
    url: str
    description: str
    framework: str
    code: str
    type: str


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """A kind of result that holders of a badge can have: OB 3.0 ResultDescription."""

    id: str
    name: str
    type: str
    min: str
    max: str
    required: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Badge:
    """What can be earned: OB 2.0 BadgeClass, OB 3.0 Achievement. ``slug`` is the folder's name.

    Attributes:
        criteria: Markdown.
        criteria_line: the line on which the Markdown begins.
        picture: path of the picture, relative to the club's folder.
        credits: digits as typed, or "".
        valid_for: how long its awards are valid that say nothing else.
    """

    slug: str
    issuer: str
    name: LocalText
    description: LocalText
    alt: LocalText
    criteria: str
    criteria_line: int
    language: str
    type: str
    tags: tuple[str, ...]
    alignment: tuple[Alignment, ...]
    results: tuple[ResultDescription, ...]
    credits: str
    field_of_study: str
    valid_for: Duration | None
    picture: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that the award was earned: OB 2.0 and OB 3.0 Evidence. ``url`` may be ""."""

    url: str
    name: str
    description: str
    narrative: str
    genre: str
    audience: str


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a holder: the id of its description, and a value or a status."""

    result: str
    value: str
    status: str


@dataclass(frozen=True, slots=True)
class HashedEmail:
    """``sha256$`` and hex of SHA-256 over lower-case address and salt (OB 2.0 IdentityHash); hex salt."""

    hash: str
    salt: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """A withdrawal asked for in a record: the day and one of the four reason codes (TRUST §3)."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Award:
    """Our record that a holder earned a badge.

    Attributes:
        id: 16 characters of lower-case base32, or "" while none was written yet.
        valid_until: the last valid day, typed or counted from ``valid_for`` of the record or of the badge.
        named: identity hash of the named link, ``sha256$…`` or "".
        link: hash of the whole named link, the OB 2.0 recipient, ``sha256$…`` or "".
        supersedes: id of the award that this one corrects, or "".
        renews: id of the earlier award that this one continues, or "".
        suspended: the day from which it is suspended; None where it is not.
        superseded_by: id of the award that corrects this one, where this record says it; else "".
        name: shown on the page where ``public``; in the signed document only where ``signed_name``.
        typed: the texts of the record that the documents are made from, after batch merge; the record
            hash is made from them (TRUST §2).
        origin: where this award begins.
    """

    id: str
    badge: str
    issued_on: date
    valid_until: date | None
    handle: str
    named: str
    link: str
    name: str
    public: bool
    signed_name: bool
    minor: bool
    guardian_consent: date | None
    email: HashedEmail | None
    evidence: tuple[Evidence, ...]
    narrative: str
    results: tuple[Result, ...]
    credits: str
    activity_start: date | None
    activity_end: date | None
    role: str
    term: str
    license_number: str
    supersedes: str
    renews: str
    revoked: Revocation | None
    suspended: date | None
    superseded_by: str
    typed: Mapping[str, object] = field(repr=False, hash=False)
    origin: Origin


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is left of the record of an erased award: its id, the badge's folder, and where it stands."""

    id: str
    badge: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Person:
    """A holder who wants a page: ``site_src/people/<handle>.md``."""

    handle: str
    name: str
    public: bool
    words: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Page:
    """One of the club's own pages: ``site_src/<slug>.md``; the slug "index" is the welcome on the home page."""

    slug: str
    title: str
    markdown: str
    markdown_line: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of ``site_src/static/``: path below the club's folder, path below the site."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Club:
    """Everything a club's folder says, checked as a whole."""

    site: Site
    issuers: Mapping[str, Issuer]
    badges: Mapping[str, Badge]
    awards: tuple[Award, ...]
    erasures: tuple[Erasure, ...]
    people: Mapping[str, Person]
    pages: tuple[Page, ...]
    static: tuple[StaticFile, ...]
