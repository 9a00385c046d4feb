"""The one table of fields: every YAML field of a club, its kind, its meaning, and the standard's name for it.

``check`` reads records by this table; editor schemas, forms and the list of fields in ``docs/`` come
from it too. Standards: Open Badges 2.0 and 3.0 (1EdTech), ISO 3166-1, BCP 47, E.164.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from pinback.content import kinds
from pinback.content.designs import DesignColour, IconName
from pinback.content.kinds import (
    Either,
    Flag,
    Kind,
    Line,
    ListOf,
    Local,
    Number,
    OneOf,
    Prose,
    Web,
    is_empty,
    nearest,
)
from pinback.content.nodes import Mapping, Node, Problems, Text
from pinback.dataclass import dataclass
from pinback.designs.table import MAX_LEVEL, MAX_WORDS, SHAPES
from pinback.errors import quoted

ACHIEVEMENT_TYPES = (
    "Badge",
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
)
RESULT_TYPES = (
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricCriterion",
    "RubricCriterionLevel",
    "RubricScore",
    "ScaledScore",
    "Status",
)
ALIGNMENT_TYPES = (
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
    "ceasn:Competency",
    "ceterms:Credential",
)
RESULT_STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")
LEVELS = (*(f"EQF {number}" for number in range(1, 9)), "none")
CYCLES = ("short", "first", "second", "third")
PAPERS = ("a4", "letter")
REASONS = ("mistake", "replaced", "no-longer-met", "holders-wish")


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        name: the YAML key.
        kind: how its value is read.
        meaning: one sentence for the author.
        standard: the standards' name for it, "" where it is ours alone.
        required: a record without it is a problem.
        documented: it reaches a signed document, so the record hash covers it.
        shared: a batch may give it once for all its awards.
    """

    name: str
    kind: Kind
    meaning: str
    standard: str = ""
    required: bool = False
    documented: bool = True
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of one kind of mapping; itself a kind, for mappings inside mappings."""

    subject: str
    fields: tuple[Field, ...]
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False)
    _required: tuple[Field, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {field.name: field for field in self.fields})
        object.__setattr__(self, "_required", tuple(field for field in self.fields if field.required))

    @property
    def example(self) -> str:
        """The first field with its example."""
        return f"{{{self.fields[0].name}: {self.fields[0].kind.example}}}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields."""
        return tuple(field.name for field in self.fields)

    def read(self, name: str, node: Node, problems: Problems) -> dict[str, Any] | None:
        """Return the values by field name, absent ones left out, or None where required ones are missing."""
        if not isinstance(node, Mapping):
            shown = [field for field in self.fields if field.required] or [self.fields[0]]
            example = ", ".join(f"{field.name}: {field.kind.example}" for field in shown)
            problems.add(node.line, f'"{name}" is not a set of fields', f'write it like "{name}: {{{example}}}"')
            return None
        return self.values(node, problems)

    def unknown(self, key: Text, problems: Problems) -> str:
        """Note that *key* is no field of this table; return the name that may be meant, or ""."""
        near = nearest(key.value, self.names)
        cure = f"did you mean {quoted(near)}?" if near else f"delete it; {self.subject} has {', '.join(self.names)}"
        problems.add(key.line, f"{quoted(key.value)} is not a field of {self.subject}", cure)
        return near

    def values(self, node: Mapping, problems: Problems, line: int = 0) -> dict[str, Any] | None:
        """Return the values of a mapping by this table; every fault is noted."""
        by_name = self.by_name
        values: dict[str, Any] = {}
        present: set[str] = set()
        meant: set[str] = set()
        complete = True
        for key, value_node in node.entries:
            field = by_name.get(key.value)
            if field is None:
                meant.add(self.unknown(key, problems))
                complete = False
            elif not is_empty(value_node):
                present.add(field.name)
                value = field.kind.read(field.name, value_node, problems)
                if value is None:
                    complete = False
                else:
                    values[field.name] = value
        for field in self._required:
            if field.name in meant and field.name not in present:
                complete = False  # told with the mistyped name
            elif field.name not in present:
                problems.add(
                    line or node.line,
                    f'"{field.name}" is missing',
                    f'add {field.meaning[0].lower()}{field.meaning[1:]}, like "{field.name}: {field.kind.example}"',
                )
                complete = False
        return values if complete else None


_ANNEX = "2022/C 243/02, Annex I"
"""Council Recommendation on a European approach to micro-credentials."""


def _said(example: str) -> Local:
    """Return the kind of a text of a micro-credential."""
    return Local(Line(1000), example)


SITE = Table(
    "site.yaml",
    (
        Field("title", Local(Line()), "The title of the site", required=True),
        Field(
            "base_url",
            Web(example="https://badges.example.org/"),
            "The address under which the site is published",
            required=True,
        ),
        Field("description", Local(Prose(limit=2000)), "One or two sentences about the site"),
        Field(
            "languages",
            ListOf(kinds.LANGUAGE),
            "The languages of the club, the first is that of signed documents",
            standard="BCP 47",
        ),
        Field("default_issuer", kinds.SLUG_KIND, "The issuer of every badge that names no other", required=True),
        Field("repository", OneOf(("public", "private")), "Whether strangers can read the repository"),
        Field(
            "source",
            Web(example="https://github.com/club/badges"),
            "The repository of the club's files at its host, where the pages for stewards lead",
            documented=False,
        ),
        Field("colour", kinds.Colour(), "The club's colour, for pages", documented=False),
        Field("certificates", Flag(), "Each award has a PDF to print", documented=False),
        Field("paper", OneOf(PAPERS), "The paper on which certificates are printed", documented=False),
        Field(
            "lean_since",
            kinds.Day("2027-01-01"),
            "The day (UTC) from which on sealed awards have the lean set of files; all awards get a smaller badge.png",
            documented=False,
        ),
    ),
)

ADDRESS = Table(
    "an address",
    (
        Field("country", kinds.COUNTRY, "The country", "OB 3.0 addressCountryCode, ISO 3166-1", required=True),
        Field("region", Line(), "The region", "OB 3.0 addressRegion"),
        Field("locality", Line(), "The town or village", "OB 3.0 addressLocality"),
    ),
)

VOUCHER = Table(
    "one who vouches",
    (
        Field("name", Line(), "Who vouches for the issuer", required=True),
        Field("url", Web(), "The page on their own site that says so", required=True),
        Field("text", Line(), "What they are, or say, in one line"),
    ),
)

MEMBERSHIP = Table(
    "a membership",
    (
        Field("name", Line(), "The name of the parent body", required=True),
        Field("did", kinds.DID, "The parent's DID, as its issuer page and index.json say it", required=True),
        Field(
            "credential",
            Web(example="https://federation.example.org/issuers/federation/groups/rowers/credential.json"),
            "The address of the endorsement that the parent signed",
            "OB 3.0 EndorsementCredential",
            required=True,
        ),
        Field("endorsement", Web(), "The address of the same for older readers", "OB 2.0 Endorsement"),
    ),
)

ISSUER = Table(
    "an issuer",
    (
        Field("name", Local(Line()), "The name of the club or body", "OB 2.0 and 3.0 name", required=True),
        Field("url", Web(), "The club's own web site", "OB 2.0 and 3.0 url", required=True),
        Field("email", kinds.EMAIL, "An address at which a human answers", "OB 2.0 and 3.0 email", required=True),
        Field("did", kinds.DID, "The issuer's name for verifiers, chosen once", "DID Core, did:web", required=True),
        Field("description", Local(Prose(limit=5000)), "Who the issuer is", "OB 2.0 and 3.0 description"),
        Field("contact", Web(mailto=True), "Where holders and readers ask: a form, or mailto:"),
        Field("telephone", kinds.PHONE, "A telephone number", "OB 2.0 telephone, OB 3.0 phone, E.164"),
        Field("parent", kinds.SLUG_KIND, "The issuer that this one belongs to", "OB 3.0 parentOrg"),
        Field("address", ADDRESS, "Where the issuer is at home", "OB 3.0 address"),
        Field("logo", kinds.FILE_NAME, "The logo, an SVG or PNG file beside issuer.yaml", "OB 2.0 and 3.0 image"),
        Field("how_we_award", Local(Prose()), "How the issuer decides, in Markdown, for its page", documented=False),
        Field("vouched_by", ListOf(VOUCHER, limit=20), "Who vouches for the issuer, for its page", documented=False),
        Field(
            "member_of",
            ListOf(MEMBERSHIP, limit=8),
            "The parent bodies elsewhere that endorse the issuer",
            "schema.org memberOf, in the OB 2.0 profile",
            documented=False,
        ),
    ),
)

GROUP = Table(
    "a group",
    (
        Field("name", Line(), "The name of the group", required=True),
        Field(
            "did",
            kinds.DID,
            "The group's DID, as its index.json says it",
            "OB 3.0 EndorsementSubject id",
            required=True,
        ),
        Field(
            "profile",
            Web(example="https://rowers.example.org/issuers/rowers/issuer.json"),
            "The address of the group's profile, as its index.json says it",
            "OB 2.0 claim id",
            required=True,
        ),
        Field(
            "since",
            kinds.Day(),
            "The day from which it is a group",
            "OB 2.0 issuedOn, OB 3.0 validFrom",
            required=True,
        ),
        Field(
            "text",
            Prose(limit=2000),
            "What the parent says of it, signed",
            "OB 2.0 and 3.0 endorsementComment",
            required=True,
        ),
        Field(
            "ended",
            kinds.Day(),
            "Ends the endorsement with the next sealing: the day from which it is a group no more",
            "OB 2.0 revoked, Bitstring Status List",
            documented=False,
        ),
    ),
)

ALIGNMENT = Table(
    "an alignment",
    (
        Field("name", Line(), "The name of the skill or standard", "targetName", required=True),
        Field("url", Web(), "Its address", "targetUrl", required=True),
        Field("description", Prose(limit=2000), "What it says", "targetDescription"),
        Field("framework", Line(), "The framework that it belongs to", "targetFramework"),
        Field("code", Line(), "Its code in the framework", "targetCode"),
        Field("type", OneOf(ALIGNMENT_TYPES, open=True), "What kind of thing it is", "OB 3.0 targetType"),
    ),
)

RESULT_DESCRIPTION = Table(
    "a result description",
    (
        Field("id", kinds.SLUG_KIND, "The word by which awards name it", "OB 3.0 ResultDescription id", required=True),
        Field("name", Line(), "What it is called", "name", required=True),
        Field("type", OneOf(RESULT_TYPES, open=True), "What kind of result it is", "resultType", required=True),
        Field("min", Line(60), "The lowest value", "valueMin"),
        Field("max", Line(60), "The highest value", "valueMax"),
        Field("required", Line(60), "The value that is needed", "requiredValue"),
        Field("allowed", ListOf(Line(60)), "The values that can be given, lowest first", "allowedValue"),
    ),
)

_OUTCOMES = ListOf(Local(Line(600, "Steers a boat of eight on a busy river")), limit=50)
MICRO_CREDENTIAL = Table(
    "a micro-credential",
    (
        Field("learning_outcomes", _OUTCOMES, "What holders know, understand and can do", _ANNEX),
        Field("hours", Number("40"), "The workload in hours, about; this, or ects, or both", _ANNEX),
        Field("ects", Number("2"), "The same in ECTS credits; signed as the credits", "OB 3.0 creditsAvailable"),
        Field("level", OneOf(LEVELS), "The level; none where no framework applies", "OB 3.0 alignment, ext:EQF"),
        Field(
            "cycle", OneOf(CYCLES), "The cycle of higher education, where it has one", "OB 3.0 alignment, ext:QF-EHEA"
        ),
        Field("assessment", _said("a practical test on the water"), "How it is assessed", _ANNEX),
        Field("participation", _said("on site, in a group"), "In which form one takes part", _ANNEX),
        Field(
            "quality_assurance",
            _said("examiners of the federation visit each year"),
            "Who assures quality, how",
            _ANNEX,
        ),
        Field("prerequisites", _said("a swimming badge"), "What one needs to enrol", _ANNEX),
        Field(
            "supervision",
            _said("two examiners, identity card shown"),
            "Supervision and identity check during the assessment",
            _ANNEX,
        ),
        Field("stackability", _said("half of the coaching licence"), "To which other qualifications it counts", _ANNEX),
        Field("information", Web(), "An address where more is told", _ANNEX),
    ),
)

DESIGN = Table(
    "a design",
    (
        Field("shape", OneOf(SHAPES), "The shape", required=True),
        Field("colour", DesignColour(), "The colour: a name, or one like '#1d6847'", required=True),
        Field("icon", IconName(), "The icon in the middle"),
        Field("text", Line(MAX_WORDS, "Camp 10"), "Words below the icon, or in its place"),
        Field("ribbon", Line(MAX_WORDS, "Level 2"), "Words on a ribbon"),
        Field(
            "level", OneOf(tuple(str(level) for level in range(1, MAX_LEVEL + 1))), "How many stars stand at the top"
        ),
    ),
)

BADGE = Table(
    "a badge",
    (
        Field("name", Local(Line(120)), "The name of the badge", "OB 2.0 and 3.0 name", required=True),
        Field(
            "description",
            Local(Prose(limit=2000)),
            "One or two sentences about the badge",
            "OB 2.0 and 3.0 description",
            required=True,
        ),
        Field(
            "issuer",
            kinds.SLUG_KIND,
            "Who awards it; otherwise the site's default issuer",
            "OB 2.0 issuer, OB 3.0 issuer",
        ),
        Field("picture", kinds.FILE_NAME, "The picture, an SVG or PNG file beside badge.md", "OB 2.0 and 3.0 image"),
        Field("design", DESIGN, "A picture out of a few words, in place of a file", "OB 2.0 and 3.0 image"),
        Field("alt", Local(Line(300)), "What the picture shows, for people who do not see it", "OB 3.0 Image caption"),
        Field("type", OneOf(ACHIEVEMENT_TYPES, open=True), "What kind of achievement it is", "OB 3.0 achievementType"),
        Field("tags", ListOf(Line(80)), "Words to find it by", "OB 2.0 tags, OB 3.0 tag"),
        Field("language", kinds.LANGUAGE, "The language of the badge; otherwise the site's first", "OB 3.0 inLanguage"),
        Field("category", Local(Line(80)), "The heading under which the catalogue has it", documented=False),
        Field("alignment", ListOf(ALIGNMENT), "The skills or standards that it meets", "OB 2.0 and 3.0 alignment"),
        Field("results", ListOf(RESULT_DESCRIPTION), "The results that holders can have", "OB 3.0 resultDescription"),
        Field("credits", Number(), "The credits that it is worth", "OB 3.0 creditsAvailable"),
        Field("field_of_study", Line(), "The field of study", "OB 3.0 fieldOfStudy"),
        Field("micro_credential", MICRO_CREDENTIAL, "What a badge of the type MicroCredential has to say more", _ANNEX),
        Field(
            "valid_for",
            kinds.Duration(),
            "How long an award is valid that says nothing else",
            "OB 2.0 expires, OB 3.0 validUntil",
        ),
    ),
)

EMAIL = Table(
    "an e-mail hash",
    (
        Field(
            "hash", kinds.HASH, "The hash of address and salt", "OB 2.0 identity, OB 3.0 identityHash", required=True
        ),
        Field("salt", kinds.SALT, "The random salt of this one award", "OB 2.0 and 3.0 salt", required=True),
    ),
)

EVIDENCE = Table(
    "evidence",
    (
        Field(
            "url",
            Web(example="https://club.example.org/logbook/2026-05"),
            "Where it can be seen",
            "OB 2.0 and 3.0 Evidence id",
        ),
        Field("name", Line(), "What it is called", "name"),
        Field("description", Prose(limit=2000), "What it is", "description"),
        Field("narrative", Prose(), "What it shows, in Markdown", "narrative"),
        Field("genre", Line(80), "What kind of thing it is", "genre"),
        Field("audience", Line(80), "For whom it was made", "audience"),
    ),
)

RESULT = Table(
    "a result",
    (
        Field(
            "result",
            kinds.SLUG_KIND,
            "The id of the result description in badge.md",
            "OB 3.0 Result resultDescription",
            required=True,
        ),
        Field("value", Line(200), "The value", "value"),
        Field("status", OneOf(RESULT_STATUSES), "The state", "status"),
    ),
)

REVOKED = Table(
    "a withdrawal",
    (
        Field("on", kinds.Day(), "The day of the withdrawal", required=True),
        Field("reason", OneOf(REASONS), "Why, as one of four codes", "OB 2.0 revocationReason", required=True),
    ),
)

SUSPENDED = Table(
    "a suspension",
    (Field("on", kinds.Day(), "The day from which the award is suspended", required=True),),
)

AWARD = Table(
    "an award",
    (
        Field("id", kinds.AWARD_ID_KIND, "The award's id, written by pinback", documented=False, shared=False),
        Field("badge", kinds.SLUG_KIND, "The badge; only the folder's own name can stand here", documented=False),
        Field(
            "issued_on",
            kinds.Day(),
            "The day on which it was earned",
            "OB 2.0 issuedOn, OB 3.0 awardedDate and validFrom",
            required=True,
        ),
        Field("valid_until", kinds.Day(), "The last day on which it is valid", "OB 2.0 expires, OB 3.0 validUntil"),
        Field(
            "valid_for",
            kinds.Duration(),
            "How long it is valid from issued_on, in place of valid_until",
            "OB 2.0 expires, OB 3.0 validUntil",
        ),
        Field("handle", kinds.SLUG_KIND, "The random name by which the repository knows the holder", shared=False),
        Field("named", kinds.HASH, "The identity hash behind the named link", "OB 3.0 identityHash", shared=False),
        Field("link", kinds.HASH, "The hash of the whole named link", "OB 2.0 recipient identity", shared=False),
        Field(
            "name",
            Line(200),
            "The holder's name in the open",
            "OB 3.0 identityHash of type name",
            documented=False,
            shared=False,
        ),
        Field("public", Flag(), "The holder wants the name on the page", documented=False, shared=False),
        Field(
            "signed_name",
            Flag(),
            "The holder wants the name in the signed document too",
            documented=False,
            shared=False,
        ),
        Field("minor", Flag(), "The holder is under age", documented=False),
        Field(
            "guardian_consent",
            kinds.Day(),
            "The day on which a guardian agreed to the name in the open",
            documented=False,
            shared=False,
        ),
        Field(
            "email",
            EMAIL,
            "The salted hash of an adult's e-mail address",
            "OB 2.0 recipient, OB 3.0 IdentityObject",
            shared=False,
        ),
        Field(
            "evidence",
            ListOf(Either(Web(), EVIDENCE, lambda url: {"url": url}), limit=50, single=True),
            "What shows it",
            "OB 2.0 and 3.0 evidence",
        ),
        Field("narrative", Prose(), "What the holder did, in Markdown", "OB 2.0 and 3.0 narrative"),
        Field("results", ListOf(RESULT, limit=50), "What the holder reached", "OB 3.0 result"),
        Field("credits", Number(), "The credits earned", "OB 3.0 creditsEarned"),
        Field("activity_start", kinds.Day(), "The first day of the activity", "OB 3.0 activityStartDate"),
        Field("activity_end", kinds.Day(), "The last day of the activity", "OB 3.0 activityEndDate"),
        Field("role", Line(200), "What the holder was in the activity", "OB 3.0 role"),
        Field("term", Line(200), "The term or season", "OB 3.0 term"),
        Field("license_number", Line(200), "The number of the licence", "OB 3.0 licenseNumber", shared=False),
        Field(
            "language",
            kinds.LANGUAGE,
            "The language in which it is signed, one that the badge is written in; otherwise the badge's own",
            "OB 3.0 inLanguage",
        ),
        Field(
            "supersedes",
            kinds.OTHER_AWARD,
            "The id of the award that this one corrects; the next sealing withdraws that one as replaced",
            shared=False,
        ),
        Field("renews", kinds.OTHER_AWARD, "The id of the earlier award that this one continues", shared=False),
        Field(
            "revoked",
            REVOKED,
            "Withdraws the award with the next sealing",
            "OB 2.0 revoked, Bitstring Status List",
            documented=False,
        ),
        Field(
            "suspended",
            SUSPENDED,
            "Suspends the award with the next sealing; without the line the next sealing restores it",
            "Bitstring Status List",
            documented=False,
        ),
        Field(
            "superseded_by",
            kinds.OTHER_AWARD,
            "The id of the award that corrects this one; the same as supersedes in that one",
            documented=False,
            shared=False,
        ),
        Field(
            "erased",
            Flag(),
            "Asks for erasure; only id stands beside it",
            documented=False,
            shared=False,
        ),
    ),
)

ELSEWHERE = Table(
    "a badge from elsewhere",
    (
        Field("url", Web(), "The address of the badge, or of its page", required=True),
        Field(
            "saved",
            kinds.SAVED_COPY,
            "The saved copy in the folder that is called like this file; pinback save-badge writes both",
            required=True,
        ),
        Field("note", Line(300), "The holder's own word on it"),
    ),
)

PERSON = Table(
    "a person",
    (
        Field("name", Line(200), "The name, as the holder wants it shown", required=True),
        Field("public", Flag(), "The holder wants this page", required=True),
        Field("language", kinds.LANGUAGE, "The language of the holder's words; otherwise the site's first", "BCP 47"),
        Field("elsewhere", ListOf(ELSEWHERE, limit=50), "Badges of other issuers, each with its saved copy"),
    ),
)

PAGE = Table(
    "a page",
    (Field("title", Line(200), "The title of the page", required=True),),
)

TABLES = {
    "site_src/site.yaml": SITE,
    "issuers/<issuer>/issuer.yaml": ISSUER,
    "issuers/<issuer>/groups/<group>.yaml": GROUP,
    "badges/<badge>/badge.md": BADGE,
    "badges/<badge>/awards/*.yaml": AWARD,
    "site_src/people/<handle>.md": PERSON,
    "site_src/<page>.md": PAGE,
}
"""Which table belongs to which file, for schemas and documentation."""
