"""Two sealings for the tests of documents: an award in which every field says something, and the barest one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from conftest import make_test_keys

from pinback.addresses import Addresses, profile_files
from pinback.formats.parts import Sealing
from pinback.model import (
    Address,
    Alignment,
    Award,
    Badge,
    Criteria,
    HashedEmail,
    Issuer,
    LocalText,
    Origin,
    ResultDescription,
)
from pinback.seal.signing_keys import Keys

BUNDLE = make_test_keys("test")
KEYS = Keys(BUNDLE.keys["ed25519"], BUNDLE.keys["rsa"], BUNDLE.keys["log"], BUNDLE)
WHERE = Addresses("https://club.github.io/badges/")
AT = datetime(2026, 6, 1, 12, 34, 56, tzinfo=UTC)
NAMED = "sha256$" + "1a" * 32
LINK = "sha256$" + "2b" * 32
EMAIL = HashedEmail("sha256$" + "3c" * 32, "4d" * 16)
PLAIN = LocalText(())

BARE_ISSUER = Issuer(
    slug="club",
    name=LocalText((("", "Test club"),)),
    url="https://club.example.org/",
    email="badges@club.example.org",
    did="did:web:club.github.io:badges",
    description=PLAIN,
    contact="mailto:badges@club.example.org",
    telephone="",
    parent="",
    address=None,
    logo="",
    how_we_award=PLAIN,
    vouched_by=(),
    origin=Origin("issuers/club/issuer.yaml", 4),
)
PARENT = replace(
    BARE_ISSUER,
    slug="federation",
    name=LocalText((("en", "Valley federation"), ("cy", "Ffederasiwn y Cwm"))),
    url="https://federation.example.org/",
    did="did:web:club.github.io:badges:issuers:federation",
)
RICH_ISSUER = replace(
    BARE_ISSUER,
    name=LocalText((("en", "Riverside Rowing Club"), ("cy", "Clwb Rhwyfo Glan yr Afon"))),
    description=LocalText((("en", "We row."), ("cy", "Rydym yn rhwyfo."))),
    telephone="+441632960001",
    parent="federation",
    address=Address("GB", "Powys", "Crickhowell"),
    logo="logo.svg",
)

BARE_BADGE = Badge(
    slug="knots",
    issuer="club",
    name=LocalText((("", "Knots"),)),
    description=LocalText((("", "Ties knots that hold."),)),
    alt=PLAIN,
    criteria="Tie six knots.",
    criteria_line=5,
    language="en",
    site_language="en",
    type="Badge",
    tags=(),
    alignment=(),
    results=(),
    credits="",
    field_of_study="",
    valid_for=None,
    picture="badges/knots/badge.svg",
    category=PLAIN,
    translations=(),
    origin=Origin("badges/knots/badge.md"),
)
RICH_BADGE = replace(
    BARE_BADGE,
    name=LocalText((("en", "Knots"), ("cy", "Clymau"))),
    description=LocalText((("en", "Ties knots that hold."), ("cy", "Yn clymu'n dynn."))),
    alt=LocalText((("en", "A reef knot"), ("cy", "Cwlwm riff"))),
    criteria='Tie **six** knots & "splice" one:\n\n- reef ]]> bowline\n- 🪢',
    language="cy",
    type="Certificate",
    tags=("water", "safety"),
    alignment=(
        Alignment(
            "Rope work", "https://skills.example.org/rope", "Works with rope", "Skills of the water", "R-7", "CTDL"
        ),
        Alignment("Seamanship", "https://skills.example.org/sea", "", "", "", ""),
    ),
    results=(
        ResultDescription("time", "Time in seconds", "RawScore", "0", "600", "300", ()),
        ResultDescription("level", "Level", "Status", "", "", "", ("Bronze", "Silver", "Gold")),
    ),
    credits="2.5",
    field_of_study="Seamanship",
)

BADGE_IN_TWO_LANGUAGES = replace(
    BARE_BADGE,
    name=LocalText((("en", "Knots"), ("pl", "Węzły"))),
    description=LocalText((("en", "Ties knots."), ("pl", "Wiąże węzły."))),
    results=(ResultDescription("level", "Level", "Status", "", "", "", ()),),
    translations=(Criteria("pl", "Zawiąż sześć.", 1, Origin("badges/knots/criteria.pl.md")),),
)

BARE_AWARD = Award(
    id="aaaabbbbccccdddd",
    badge="knots",
    issued_on=date(2026, 5, 17),
    valid_until=None,
    handle="otter-7",
    name="",
    public=False,
    signed_name=False,
    minor=False,
    guardian_consent=None,
    language="",
    supersedes="",
    renews="",
    revoked=None,
    suspended=None,
    superseded_by="",
    typed={"issued_on": "2026-05-17", "handle": "otter-7"},
    origin=Origin("badges/knots/awards/otter.yaml", 1),
)


def changed(award: Award, **fields: object) -> Award:
    """Return an award with other fields; what is read from the texts of its record is given as texts."""
    own = {name: value for name, value in fields.items() if name in Award.__dataclass_fields__}
    texts = {name: value for name, value in fields.items() if name not in own}
    return replace(award, **{"typed": {**award.typed, **texts}, **own})


RICH_AWARD = changed(
    BARE_AWARD,
    valid_until=date(2028, 5, 16),
    named=NAMED,
    link=LINK,
    name="Zoë Ångström",
    public=True,
    signed_name=True,
    email={"hash": EMAIL.hash, "salt": EMAIL.salt},
    evidence=[
        {
            "url": "https://club.example.org/log/1",
            "name": "Logbook",
            "description": "The entry",
            "narrative": "She *tied* them.",
            "genre": "Photo",
            "audience": "Examiners",
        },
        {"name": "Word of the coach"},
    ],
    narrative="Tied all six, twice.",
    results=[{"result": "time", "value": "211"}, {"result": "level", "value": "Silver", "status": "Completed"}],
    credits="2",
    activity_start="2026-04-01",
    activity_end="2026-05-16",
    role="Cox",
    term="Spring 2026",
    license_number="RRC-0042",
)


FILES = profile_files("club", 1, KEYS.rsa.id, first_of_key=True)


def sealing(award: Award, badge: Badge, issuer: Issuer, parent: Issuer | None = None, at: datetime = AT) -> Sealing:
    """Return a sealing with fixed subject, list and position."""
    return Sealing(
        award=award,
        badge=badge,
        issuer=issuer,
        parent=parent,
        addresses=WHERE,
        subject="urn:uuid:58172aac-d8ba-41ed-83dd-0b3aef56cc33",
        version="0123abcd",
        status_list=3,
        status_index=77,
        ed25519_key=KEYS.ed25519.id,
        rsa_key=KEYS.rsa.id,
        files=FILES,
        at=at,
    )


RICH = sealing(RICH_AWARD, RICH_BADGE, RICH_ISSUER, PARENT)
BARE = sealing(BARE_AWARD, BARE_BADGE, BARE_ISSUER)
