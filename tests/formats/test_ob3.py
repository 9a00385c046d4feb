"""Open Badges 3.0 documents, whole, as literals from the standard's rules (FACTS 2 and 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import rich_award as rich

from pinback.addresses import SEALED_FORMS
from pinback.formats import documents_of, ob2, ob3
from pinback.proofs.rdf import canonical_quads

BASE = "https://club.github.io/badges/"
PAGE = f"{BASE}badges/knots/"
LIST = f"{BASE}issuers/club/status/revocation-3.json"
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
STATUS = {
    "id": f"{LIST}#77",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "77",
    "statusListCredential": LIST,
}
SCHEMA = [
    {
        "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
        "type": "1EdTechJsonSchemaValidator2019",
    }
]

RICH = {
    "@context": CONTEXTS,
    "id": f"{BASE}awards/aaaabbbbccccdddd/credential.json",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Clymau",
    "issuer": {
        "id": "did:web:club.github.io:badges",
        "type": ["Profile"],
        "name": "Clwb Rhwyfo Glan yr Afon",
        "url": "https://club.example.org/",
        "email": "badges@club.example.org",
        "description": "Rydym yn rhwyfo.",
        "phone": "+441632960001",
        "address": {
            "id": f"{BASE}issuers/club/#address",
            "type": ["Address"],
            "addressCountryCode": "GB",
            "addressRegion": "Powys",
            "addressLocality": "Crickhowell",
        },
        "parentOrg": {
            "id": "did:web:club.github.io:badges:issuers:federation",
            "type": ["Profile"],
            "name": "Ffederasiwn y Cwm",
            "url": "https://federation.example.org/",
        },
    },
    "validFrom": "2026-05-17T00:00:00Z",
    "awardedDate": "2026-05-17T00:00:00Z",
    "validUntil": "2028-05-16T23:59:59Z",
    "image": {"id": f"{BASE}awards/aaaabbbbccccdddd/badge.png", "type": "Image", "caption": "Cwlwm riff"},
    "credentialSubject": {
        "id": "urn:uuid:58172aac-d8ba-41ed-83dd-0b3aef56cc33",
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "identityType": "name", "hashed": True, "identityHash": "sha256$" + "1a" * 32},
            {
                "type": "IdentityObject",
                "identityType": "emailAddress",
                "hashed": True,
                "identityHash": "sha256$" + "3c" * 32,
                "salt": "4d" * 16,
            },
            {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": "Zoë Ångström"},
        ],
        "achievement": {
            "id": PAGE,
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "name": "Clymau",
            "description": "Yn clymu'n dynn.",
            "criteria": {"id": f"{PAGE}#criteria", "narrative": rich.RICH_BADGE.criteria},
            "image": {"id": f"{PAGE}0123abcd/image.png", "type": "Image", "caption": "Cwlwm riff"},
            "inLanguage": "cy",
            "tag": ["water", "safety"],
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": "Rope work",
                    "targetUrl": "https://skills.example.org/rope",
                    "targetDescription": "Works with rope",
                    "targetFramework": "Skills of the water",
                    "targetCode": "R-7",
                    "targetType": "CTDL",
                },
                {"type": ["Alignment"], "targetName": "Seamanship", "targetUrl": "https://skills.example.org/sea"},
            ],
            "resultDescription": [
                {
                    "id": f"{PAGE}#result-time",
                    "type": ["ResultDescription"],
                    "name": "Time in seconds",
                    "resultType": "RawScore",
                    "requiredValue": "300",
                    "valueMin": "0",
                    "valueMax": "600",
                },
                {
                    "id": f"{PAGE}#result-level",
                    "type": ["ResultDescription"],
                    "name": "Level",
                    "resultType": "Status",
                    "allowedValue": ["Bronze", "Silver", "Gold"],
                },
            ],
            "creditsAvailable": 2.5,
            "fieldOfStudy": "Seamanship",
        },
        "activityStartDate": "2026-04-01T00:00:00Z",
        "activityEndDate": "2026-05-16T00:00:00Z",
        "creditsEarned": 2,
        "licenseNumber": "RRC-0042",
        "narrative": "Tied all six, twice.",
        "role": "Cox",
        "term": "Spring 2026",
        "result": [
            {"type": ["Result"], "resultDescription": f"{PAGE}#result-time", "value": "211"},
            {"type": ["Result"], "resultDescription": f"{PAGE}#result-level", "value": "Silver", "status": "Completed"},
        ],
    },
    "evidence": [
        {
            "id": "https://club.example.org/log/1",
            "type": ["Evidence"],
            "name": "Logbook",
            "description": "The entry",
            "narrative": "She *tied* them.",
            "genre": "Photo",
            "audience": "Examiners",
        },
        {"id": f"{BASE}awards/aaaabbbbccccdddd/#evidence-2", "type": ["Evidence"], "name": "Word of the coach"},
    ],
    "credentialSchema": SCHEMA,
    "credentialStatus": STATUS,
}

BARE = {
    "@context": CONTEXTS,
    "id": f"{BASE}awards/aaaabbbbccccdddd/credential.json",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Knots",
    "issuer": {
        "id": "did:web:club.github.io:badges",
        "type": ["Profile"],
        "name": "Test club",
        "url": "https://club.example.org/",
        "email": "badges@club.example.org",
    },
    "validFrom": "2026-05-17T00:00:00Z",
    "awardedDate": "2026-05-17T00:00:00Z",
    "image": {"id": f"{BASE}awards/aaaabbbbccccdddd/badge.png", "type": "Image"},
    "credentialSubject": {
        "id": "urn:uuid:58172aac-d8ba-41ed-83dd-0b3aef56cc33",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": PAGE,
            "type": ["Achievement"],
            "achievementType": "Badge",
            "name": "Knots",
            "description": "Ties knots that hold.",
            "criteria": {"id": f"{PAGE}#criteria", "narrative": "Tie six knots."},
            "image": {"id": f"{PAGE}0123abcd/image.png", "type": "Image"},
            "inLanguage": "en",
        },
    },
    "credentialSchema": SCHEMA,
    "credentialStatus": STATUS,
}


def test_credential_of_a_rich_award():
    assert ob3.credential(rich.RICH) == RICH


def test_credential_of_a_bare_award():
    assert ob3.credential(rich.BARE) == BARE


def test_members_stand_in_one_order():
    """The order of members is part of the bytes that are kept for ever."""
    assert list(ob3.credential(rich.RICH)) == list(RICH)
    assert list(ob3.credential(rich.RICH)["credentialSubject"]) == list(RICH["credentialSubject"])
    assert list(ob3.credential(rich.RICH)["credentialSubject"]["achievement"]) == list(
        RICH["credentialSubject"]["achievement"]
    )
    assert list(documents_of(rich.RICH)["credential.jwt.txt"]) == [*RICH, "iss", "jti", "sub", "nbf", "iat", "exp"]


def texts(value: object):
    """Yield every text in a document but its contexts and types, which are spelled as addresses in quads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("@context", "type", "achievementType"):
                yield from texts(inner)


@pytest.mark.parametrize("sealing", [rich.RICH, rich.BARE], ids=["rich", "bare"])
def test_every_text_of_a_credential_stands_in_its_quads(sealing):
    document = ob3.credential(sealing)
    quads = canonical_quads(document).decode()
    for text in texts(document):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        assert f'"{escaped}"' in quads or f"<{text}>" in quads or f"#{text}>" in quads, text


def test_bare_award_needs_no_blank_node():
    assert b"_:" not in canonical_quads(ob3.credential(rich.BARE))


def test_jwt_claims_are_the_credential_and_the_registered_claims():
    """OB 3.0 and VC-JOSE-COSE: equal to the members they repeat, whole seconds, no vc member."""
    assert documents_of(rich.RICH)["credential.jwt.txt"] == RICH | {
        "iss": "did:web:club.github.io:badges",
        "jti": f"{BASE}awards/aaaabbbbccccdddd/credential.json",
        "sub": "urn:uuid:58172aac-d8ba-41ed-83dd-0b3aef56cc33",
        "nbf": int(datetime(2026, 5, 17, tzinfo=UTC).timestamp()),
        "iat": int(datetime(2026, 6, 1, 12, 34, 56, tzinfo=UTC).timestamp()),
        "exp": int(datetime(2028, 5, 16, 23, 59, 59, tzinfo=UTC).timestamp()),
    }
    assert "exp" not in documents_of(rich.BARE)["credential.jwt.txt"]
    assert "vc" not in documents_of(rich.BARE)["credential.jwt.txt"]
    for claim in ("nbf", "iat", "exp"):
        assert type(documents_of(rich.RICH)["credential.jwt.txt"][claim]) is int


@pytest.mark.parametrize(
    ("issued_on", "expected"),
    [
        (date(2026, 5, 17), datetime(2026, 5, 17, tzinfo=UTC)),
        (date(2026, 6, 1), datetime(2026, 6, 1, tzinfo=UTC)),
        (date(2026, 6, 2), datetime(2026, 6, 1, 12, 34, 56, tzinfo=UTC)),
    ],
)
def test_valid_from_is_the_day_or_the_sealing_if_that_is_earlier(issued_on, expected):
    sealing = replace(rich.BARE, award=replace(rich.BARE_AWARD, issued_on=issued_on))
    text = expected.strftime("%Y-%m-%dT%H:%M:%SZ")
    document, claims = ob3.credential(sealing), documents_of(sealing)["credential.jwt.txt"]
    assert document["validFrom"] == document["awardedDate"] == ob2.hosted_assertion(sealing)["issuedOn"] == text
    assert claims["nbf"] == expected.timestamp() <= claims["iat"]


def identifiers(**fields) -> list[dict] | None:
    sealing = replace(rich.BARE, award=rich.changed(rich.BARE_AWARD, **fields))
    return ob3.credential(sealing)["credentialSubject"].get("identifier")


def test_named_link_carries_no_salt_and_a_name_on_the_page_is_not_signed():
    hashed = {"type": "IdentityObject", "identityType": "name", "hashed": True, "identityHash": rich.NAMED}
    assert identifiers(named=rich.NAMED, link=rich.LINK) == [hashed]
    assert identifiers(name="Zoë Ångström", public=True) is None
    assert identifiers(name="Zoë Ångström", public=True, signed_name=True) == [
        {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": "Zoë Ångström"}
    ]


def test_documents_of_a_minor_hold_no_name_and_not_even_the_handle():
    award = rich.changed(
        rich.BARE_AWARD,
        minor=True,
        name="Zoë A.",
        public=True,
        guardian_consent=date(2026, 5, 1),
        named=rich.NAMED,
        link=rich.LINK,
    )
    for document in documents_of(replace(rich.BARE, award=award)).values():
        text = repr(document)
        assert "Zoë" not in text
        assert "otter-7" not in text
        assert "2026-05-01" not in text


def test_credits_are_numbers_as_typed():
    for typed, number in (("3", 3), ("0.5", 0.5), ("12.25", 12.25)):
        sealing = replace(
            rich.BARE, award=rich.changed(rich.BARE_AWARD, credits=typed), badge=replace(rich.BARE_BADGE, credits=typed)
        )
        subject = ob3.credential(sealing)["credentialSubject"]
        assert subject["creditsEarned"] == subject["achievement"]["creditsAvailable"] == number
        assert type(subject["creditsEarned"]) is type(number)


def test_documents_are_those_of_the_four_sealed_files():
    documents = documents_of(rich.RICH)
    assert tuple(documents) == SEALED_FORMS
    assert documents["assertion.json"] == ob2.hosted_assertion(rich.RICH)
    assert documents["credential.json"] == ob3.credential(rich.RICH)


def test_functions_are_pure():
    first, second = documents_of(rich.RICH), documents_of(rich.RICH)
    assert first == second
    for name in first:
        assert first[name] is not second[name]


# Editions of one badge.


def test_each_edition_names_the_others_and_itself_nowhere():
    badge = rich.BADGE_IN_TWO_LANGUAGES
    own = ob3.achievement(badge, rich.WHERE, "0123abcd")
    polish = ob3.achievement(badge.edition("pl"), rich.WHERE, "89abcdef")
    assert own["related"] == [{"id": f"{BASE}pl/badges/knots/", "type": ["Related"], "inLanguage": "pl"}]
    assert polish["related"] == [{"id": f"{BASE}badges/knots/", "type": ["Related"], "inLanguage": "en"}]
    assert (own["id"], polish["id"]) == (PAGE, f"{BASE}pl/badges/knots/")
    assert (polish["name"], polish["description"], polish["inLanguage"]) == ("Węzły", "Wiąże węzły.", "pl")


def test_editions_share_no_id_of_a_part():
    badge = rich.BADGE_IN_TWO_LANGUAGES
    first = replace(badge, site_language="pl")
    told = [
        ob3.achievement(edition, rich.WHERE, "0123abcd")
        for edition in (badge, badge.edition("pl"), first.edition("pl"))
    ]
    ids = [one["id"] for one in told]
    ids += [one["criteria"]["id"] for one in told] + [one["resultDescription"][0]["id"] for one in told]
    assert [id_.removeprefix(BASE) for id_ in ids] == [
        "badges/knots/",
        "pl/badges/knots/",
        "badges/knots/#pl",
        "badges/knots/#criteria",
        "pl/badges/knots/#criteria",
        "badges/knots/#pl-criteria",
        "badges/knots/#result-level",
        "pl/badges/knots/#result-level",
        "badges/knots/#pl-result-level",
    ]


def test_badge_with_one_edition_is_related_to_nothing():
    half = replace(rich.BADGE_IN_TWO_LANGUAGES, translations=())
    assert "related" not in ob3.achievement(half, rich.WHERE, "0123abcd")


def test_credentials_share_only_what_is_made_from_the_very_same_things() -> None:
    one = ob3.credential(rich.RICH)
    other = ob3.credential(replace(rich.RICH, subject="urn:uuid:00000000-0000-4000-8000-000000000001"))
    assert other["credentialSubject"]["achievement"] is one["credentialSubject"]["achievement"]
    assert other["issuer"] is one["issuer"]
    # Many that last no longer than their credential, so that later ones lie where earlier ones lay.
    for number in range(50):
        badge = replace(rich.RICH.badge, field_of_study=f"Field {number}")
        issuer = replace(rich.RICH.issuer, url=f"https://club.example/{number}")
        made = ob3.credential(replace(rich.RICH, badge=badge, issuer=issuer))
        assert made["credentialSubject"]["achievement"]["fieldOfStudy"] == f"Field {number}"
        assert made["issuer"]["url"] == f"https://club.example/{number}"
    moved = ob3.credential(replace(rich.RICH, version="00000000"))
    assert "/00000000/" in moved["credentialSubject"]["achievement"]["image"]["id"]
