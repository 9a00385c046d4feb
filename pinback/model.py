"""The checked model: what a club's folder says, after every rule has been applied.

Raw input never reaches this module; after ``content`` nothing asks again whether a field is there.
All classes are frozen, sequences are tuples. Dates are ``date`` (days without a zone), web addresses are
checked text. Nothing here knows a standard's spelling; ``formats`` does.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pinback.dataclass import dataclass
from pinback.designs import Design


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
        """Return the text in *language*, else in the nearest language that was written, else "" (see ``nearest_tag``)."""
        return dict(self.versions).get(self.language_of(language), "")

    def language_of(self, language: str) -> str:
        """Return which language the text of ``in_language`` really is; "" where its author named none."""
        return nearest_tag(language, [tag for tag, _ in self.versions])

    def written_in(self, language: str) -> bool:
        """Tell whether an author wrote this very language; a text that names no language counts as none."""
        return any(tag == language for tag, _ in self.versions)


def nearest_tag(language: str, written: Sequence[str]) -> str:
    """Return the BCP 47 tag that serves a reader of *language* best: the same, one of the same first part (``pt`` for
    ``pt-BR``), "" (a text that names no language), else the first; "" where nothing is written."""
    if language in written:
        return language
    first = language.partition("-")[0]
    kin = (tag for tag in written if tag.partition("-")[0] == first)
    return next(kin, "" if "" in written or not written else written[0])


@dataclass(frozen=True, slots=True)
class Site:
    """``site_src/site.yaml``. ``base_url`` ends in a slash.

    Attributes:
        source: the repository of the club's files at its host, or "".
        colour: the club's colour, ``#rrggbb`` in small letters, or "".
        certificates: whether each award has a PDF.
        paper: on which it is printed, ``a4`` or ``letter``.
        lean_since: the day (UTC) from which on awards are sealed that get the lean set of files; None where all get every file.
        lean_line: the line on which that day stands; 0 where none does.
    """

    title: LocalText
    base_url: str
    languages: tuple[str, ...]
    default_issuer: str
    public_repository: bool
    description: LocalText
    source: str
    colour: str
    certificates: bool
    paper: str
    origin: Origin
    lean_since: date | None = None
    lean_line: int = field(default=0, compare=False, repr=False)

    def is_lean(self, sealed_at: datetime) -> bool:
        """Tell whether an award that was sealed first at this moment (UTC) gets the lean set of files."""
        return self.lean_since is not None and sealed_at.date() >= self.lean_since

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
class Voucher:
    """Somebody who vouches for an issuer: the name, the page of their own site that says so, and what they say, or ""."""

    name: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A parent body that an issuer says it belongs to, on a site of its own.

    Attributes:
        name: of the parent.
        did: the parent's DID.
        credential: address of the parent's OB 3.0 EndorsementCredential of this issuer.
        endorsement: address of its OB 2.0 Endorsement, or "".
    """

    name: str
    did: str
    credential: str
    endorsement: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group that an issuer endorses: ``issuers/<issuer>/groups/<slug>.yaml``.

    Attributes:
        slug: name of the file; part of the addresses of its endorsement.
        did: the group's DID, which the OB 3.0 endorsement is about.
        profile: address of the group's OB 2.0 profile, which the OB 2.0 endorsement is about.
        since: the day from which it is a group.
        text: what the parent says of it, signed.
        ended: the day from which it is none any more; None where it still is one.
        typed: the fields as typed, which the record hash is made from (``register.record_hash``).
    """

    slug: str
    name: str
    did: str
    profile: str
    since: date
    text: str
    ended: date | None
    typed: Mapping[str, object] = field(repr=False, hash=False)
    origin: Origin


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards: OB 2.0 Issuer, OB 3.0 Profile. ``slug`` is the folder's name.

    Attributes:
        how_we_award: Markdown, for the issuer's page alone.
        vouched_by: who vouches for the issuer, for its page alone.
        member_of: parent bodies elsewhere, named in its OB 2.0 profiles and on its page.
        groups: whom it endorses, in the order of their names.
    """

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
    how_we_award: LocalText
    vouched_by: tuple[Voucher, ...]
    origin: Origin
    member_of: tuple[Membership, ...] = ()
    groups: tuple[Group, ...] = ()


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
class MicroCredential:
    """What a micro-credential says beyond other badges (2022/C 243/02, Annex I).

    Attributes:
        learning_outcomes: what holders know, understand and can do.
        hours: the notional workload in hours, digits as typed, or "".
        ects: the same in ECTS credits, or "".
        eqf: level of the European Qualifications Framework, "1" to "8", or "".
        cycle: cycle of the European Higher Education Area, ``short``, ``first``, ``second`` or ``third``, or "".
        supervision: supervision and identity check during the assessment.
        information: web address of more, or "".
    """

    learning_outcomes: tuple[LocalText, ...]
    hours: str
    ects: str
    eqf: str
    cycle: str
    assessment: LocalText
    participation: LocalText
    quality_assurance: LocalText
    prerequisites: LocalText
    supervision: LocalText
    stackability: LocalText
    information: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria of a badge in one more language: ``criteria.<language>.md``; ``line`` is where the Markdown begins."""

    language: str
    markdown: str
    line: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Badge:
    """What can be earned: OB 2.0 BadgeClass, OB 3.0 Achievement. ``slug`` is the folder's name.

    Attributes:
        criteria: Markdown.
        criteria_line: the line on which the Markdown begins.
        language: the language in which this badge is written, which is that of its signed documents.
        site_language: the first language of the site, whose pages lie at the root.
        picture: path of the file that the picture comes from, relative to the club's folder: an SVG or PNG, or ``badge.md``
            itself where there is a design.
        design: what the picture is drawn from where no file holds it.
        design_line: the line on which the design stands; 0 where there is none.
        credits: digits as typed, or "".
        valid_for: how long its awards are valid that say nothing else.
        category: the heading under which it stands in the catalogue; for pages alone.
        translations: its criteria in other languages.
        micro_credential: what a badge of the type MicroCredential says more; None of any other.
        own: the badge in its own language where this one is an edition in another; else None.
    """

    slug: str
    issuer: str
    name: LocalText
    description: LocalText
    alt: LocalText
    criteria: str
    criteria_line: int
    language: str
    site_language: str
    type: str
    tags: tuple[str, ...]
    alignment: tuple[Alignment, ...]
    results: tuple[ResultDescription, ...]
    credits: str
    field_of_study: str
    valid_for: Duration | None
    picture: str
    category: LocalText
    translations: tuple[Criteria, ...]
    origin: Origin
    micro_credential: MicroCredential | None = None
    own: Badge | None = None
    design: Design | None = None
    design_line: int = 0

    @property
    def own_language(self) -> str:
        """The language of the badge itself, whichever edition this is."""
        return self.own.language if self.own else self.language

    @property
    def editions(self) -> tuple[str, ...]:
        """The languages in which the badge is written whole (name, description and criteria), its own first."""
        others = (criteria.language for criteria in self.translations)
        whole = (tag for tag in others if self.name.written_in(tag) and self.description.written_in(tag))
        return (self.own_language, *whole)

    def edition(self, language: str) -> Badge:
        """Return the badge as written in *language*, or in its own language where it is not written whole in that one.

        Its name, description, criteria and ``alt`` are then those of that language; an ``alt`` that is missing there stays
        in the badge's own language.
        """
        own = self.own or self
        if language == own.language or language not in own.editions:
            return own
        criteria = next(one for one in own.translations if one.language == language)
        alt = own.alt
        if alt.versions and not alt.written_in(language):
            alt = LocalText(((alt.language_of(own.language), alt.in_language(own.language)),))
        return replace(
            own, alt=alt, criteria=criteria.markdown, criteria_line=criteria.line, language=language, own=own
        )


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
        supersedes: id of the award that this one corrects, or "".
        renews: id of the earlier award that this one continues, or "".
        language: the edition of the badge that is signed; "" for the badge's own language.
        suspended: the day from which it is suspended; None where it is not.
        superseded_by: id of the award that corrects this one, where this record says it; else "".
        name: shown on the page where ``public``; in the signed document only where ``signed_name``.
        typed: the texts of the record that the documents are made from, after batch merge and checked; the record
            hash is made from them (TRUST §2). What only a sealing or few pages ask for is read from them then: a club has
            100,000 awards, and as objects these texts take three times as much memory.
        origin: where this award begins.
        column: in which column its own fields begin, from 0; -1 where they stand between brackets.
    """

    id: str
    badge: str
    issued_on: date
    valid_until: date | None
    handle: str
    name: str
    public: bool
    signed_name: bool
    minor: bool
    guardian_consent: date | None
    language: str
    supersedes: str
    renews: str
    revoked: Revocation | None
    suspended: date | None
    superseded_by: str
    typed: Mapping[str, object] = field(repr=False, hash=False)
    origin: Origin
    column: int = field(default=0, compare=False)

    def _text(self, name: str) -> str:
        value = self.typed.get(name, "")
        return value if isinstance(value, str) else ""

    def _day(self, name: str) -> date | None:
        text = self._text(name)
        return date.fromisoformat(text) if text else None

    def _entries(self, name: str) -> list[dict[str, str]]:
        """Return the entries of a list of mappings; a single one may stand without a list, and an address for one."""
        value: Any = self.typed.get(name, ())
        values = value if isinstance(value, (list, tuple)) else [value]
        return [{"url": one} if isinstance(one, str) else one for one in values]

    @property
    def named(self) -> str:
        """Identity hash of the named link, ``sha256$…`` or ""."""
        return self._text("named")

    @property
    def link(self) -> str:
        """Hash of the whole named link, the OB 2.0 recipient, ``sha256$…`` or ""."""
        return self._text("link")

    @property
    def email(self) -> HashedEmail | None:
        """The hashed address, or None."""
        said: Any = self.typed.get("email")
        return HashedEmail(said["hash"], said["salt"]) if said else None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What shows that it was earned."""
        names = ("url", "name", "description", "narrative", "genre", "audience")
        return tuple(Evidence(*(one.get(name, "") for name in names)) for one in self._entries("evidence"))

    @property
    def narrative(self) -> str:
        """What the holder did, in Markdown, or ""."""
        return self._text("narrative")

    @property
    def results(self) -> tuple[Result, ...]:
        """What the holder reached."""
        return tuple(
            Result(one["result"], one.get("value", ""), one.get("status", "")) for one in self._entries("results")
        )

    @property
    def credits(self) -> str:
        """The credits earned: digits as typed, or ""."""
        return self._text("credits")

    @property
    def activity_start(self) -> date | None:
        """The first day of the activity."""
        return self._day("activity_start")

    @property
    def activity_end(self) -> date | None:
        """The last day of the activity."""
        return self._day("activity_end")

    @property
    def role(self) -> str:
        """What the holder was in the activity, or ""."""
        return self._text("role")

    @property
    def term(self) -> str:
        """The term or season, or ""."""
        return self._text("term")

    @property
    def license_number(self) -> str:
        """The number of the licence, or ""."""
        return self._text("license_number")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is left of the record of an erased award: its id, the badge's folder, and where it stands."""

    id: str
    badge: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A badge of another issuer on a person's page.

    Attributes:
        url: the address of the badge, or of its page.
        saved: path of the saved copy, relative to the club's folder.
        note: the holder's own word on it, or "".
        origin: where the entry stands.
    """

    url: str
    saved: str
    note: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class SavedBadge:
    """What the checker found in the saved copy of a badge from elsewhere, as of the moment of saving.

    Attributes:
        url: the address of the badge, or of its page.
        name: of the badge, as it is signed.
        issuer: the issuer's name, as it is signed.
        site: the site that vouches for the issuer: host, and path where its documents lie below one.
        awarded_on: the day on which it was given, or None where it names none.
        valid_until: the last day on which it is valid, or None.
        sentence: the checker's verdict, in English, with a full stop.
        named: whether the issuer wrote the name on the page into the badge.
        saved_at: the moment of saving, UTC.
        picture: PNG or SVG, cleaned and small; nothing where there is none.
        note: the holder's own word on it, or "".
    """

    url: str
    name: str
    issuer: str
    site: str
    awarded_on: date | None
    valid_until: date | None
    sentence: str
    named: bool
    saved_at: datetime
    picture: bytes = field(repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A holder who wants a page: ``site_src/people/<handle>.md``.

    Attributes:
        words: Markdown, the holder's own.
        words_line: the line on which the Markdown begins.
        language: of the words, or "" where they are in the site's first.
    """

    handle: str
    name: str
    public: bool
    words: str
    words_line: int
    language: str
    elsewhere: tuple[Elsewhere, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Page:
    """One of the club's own pages: ``site_src/<slug>.md``; the slug "index" is the welcome on the home page.

    Attributes:
        language: in which it is written: the site's first, or that of ``site_src/<slug>.<language>.md``.
        translations: the same page in other languages.
    """

    slug: str
    title: str
    markdown: str
    markdown_line: int
    language: str
    translations: tuple[Page, ...]
    origin: Origin

    def in_language(self, language: str) -> Page:
        """Return the page in *language*, or in the nearest that is written; its ``language`` says which one it is."""
        written = {page.language: page for page in (self, *self.translations)}
        return written[nearest_tag(language, list(written))]


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
