"""Open Badges 2.0 documents, whole, as literals from the standard's rules (FACTS 1)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import rich_award as rich
from conftest import STANDARDS

from pinback.formats import documents_of, ob2
from pinback.formats.parts import moment, start_of
from pinback.model import Badge

BASE = "https://club.github.io/badges/"
KEY_URL = f"{BASE}issuers/club/keys/{rich.KEYS.rsa.id}.json"
CONTEXT = "https://w3id.org/openbadges/v2"


def test_hosted_assertion_of_a_rich_award():
    assert ob2.hosted_assertion(rich.RICH) == {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": f"{BASE}awards/aaaabbbbccccdddd/assertion.json",
        "recipient": {"type": "email", "hashed": True, "salt": "4d" * 16, "identity": "sha256$" + "3c" * 32},
        "badge": f"{BASE}badges/knots/0123abcd/badge.json",
        "image": f"{BASE}awards/aaaabbbbccccdddd/badge.png",
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-05-17T00:00:00Z",
        "expires": "2028-05-16T23:59:59Z",
        "narrative": "Tied all six, twice.",
        "evidence": [
            {
                "type": "Evidence",
                "id": "https://club.example.org/log/1",
                "name": "Logbook",
                "description": "The entry",
                "narrative": "She *tied* them.",
                "genre": "Photo",
                "audience": "Examiners",
            },
            {"type": "Evidence", "name": "Word of the coach"},
        ],
    }


def test_signed_assertion_has_its_own_id_and_names_the_key():
    hosted, signed = ob2.hosted_assertion(rich.RICH), documents_of(rich.RICH)["assertion.jws.txt"]
    assert signed == hosted | {
        "id": f"{BASE}awards/aaaabbbbccccdddd/assertion.jws.txt",
        "verification": {"type": "SignedBadge", "creator": KEY_URL},
    }


def test_bare_award_says_no_more_than_it_must():
    subject = hashlib.sha256(b"urn:uuid:58172aac-d8ba-41ed-83dd-0b3aef56cc33").hexdigest()
    assert ob2.hosted_assertion(rich.BARE) == {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": f"{BASE}awards/aaaabbbbccccdddd/assertion.json",
        "recipient": {"type": "url", "hashed": True, "identity": f"sha256${subject}"},
        "badge": f"{BASE}badges/knots/0123abcd/badge.json",
        "image": f"{BASE}awards/aaaabbbbccccdddd/badge.png",
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-05-17T00:00:00Z",
    }


def test_recipient_is_the_named_link_where_there_is_no_address():
    award = rich.changed(rich.BARE_AWARD, named=rich.NAMED, link=rich.LINK)
    document = ob2.hosted_assertion(replace(rich.BARE, award=award))
    assert document["recipient"] == {"type": "url", "hashed": True, "identity": rich.LINK}


def test_email_recipient_can_be_checked_as_the_standard_says():
    """OB 2.0 IdentityObject: sha256$ and hex of SHA-256 over the address and then the salt."""
    salt = "00112233445566778899aabbccddeeff"
    hashed = "sha256$" + hashlib.sha256(b"zoe@club.example.org" + salt.encode()).hexdigest()
    award = rich.changed(rich.BARE_AWARD, email={"hash": hashed, "salt": salt})
    recipient = ob2.hosted_assertion(replace(rich.BARE, award=award))["recipient"]
    tried = hashlib.sha256(f"zoe@club.example.org{recipient['salt']}".encode()).hexdigest()
    assert recipient["identity"] == f"sha256${tried}"


def test_award_on_the_day_of_its_sealing_is_not_in_the_future():
    """West of Greenwich the club's day begins before UTC's, so issued_on can lie ahead of the moment of sealing."""
    award = replace(rich.BARE_AWARD, issued_on=date(2026, 6, 2))
    assert ob2.hosted_assertion(replace(rich.BARE, award=award))["issuedOn"] == "2026-06-01T12:34:56Z"
    award = replace(rich.BARE_AWARD, issued_on=date(2026, 6, 1))
    assert ob2.hosted_assertion(replace(rich.BARE, award=award))["issuedOn"] == "2026-06-01T00:00:00Z"


def test_times_have_one_form():
    assert moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
    assert start_of(date(2026, 1, 2)) == "2026-01-02T00:00:00Z"


def frozen_class(badge: Badge) -> dict:
    """Return the BadgeClass of a badge as version 0123abcd of it is frozen."""
    bare = ob2.badge_class(badge, rich.WHERE, rich.FILES.profile)
    return ob2.at_version(bare, badge.slug, rich.WHERE, "0123abcd")


def test_badge_class_of_a_rich_badge():
    assert frozen_class(rich.RICH_BADGE) == {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": f"{BASE}badges/knots/0123abcd/badge.json",
        "name": "Clymau",
        "description": "Yn clymu'n dynn.",
        "image": f"{BASE}badges/knots/0123abcd/image.png",
        "criteria": {"id": f"{BASE}badges/knots/", "narrative": rich.RICH_BADGE.criteria},
        "issuer": f"{BASE}issuers/club/issuer.json",
        "alignment": [
            {
                "type": "AlignmentObject",
                "targetName": "Rope work",
                "targetUrl": "https://skills.example.org/rope",
                "targetDescription": "Works with rope",
                "targetFramework": "Skills of the water",
                "targetCode": "R-7",
            },
            {"type": "AlignmentObject", "targetName": "Seamanship", "targetUrl": "https://skills.example.org/sea"},
        ],
        "tags": ["water", "safety"],
    }


def test_badge_class_of_a_bare_badge():
    assert frozen_class(rich.BARE_BADGE) == {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": f"{BASE}badges/knots/0123abcd/badge.json",
        "name": "Knots",
        "description": "Ties knots that hold.",
        "image": f"{BASE}badges/knots/0123abcd/image.png",
        "criteria": {"id": f"{BASE}badges/knots/", "narrative": "Tie six knots."},
        "issuer": f"{BASE}issuers/club/issuer.json",
    }


def test_badge_version_is_eight_digits_over_text_and_pictures():
    """TRUST §2 and docs/format.md, by other code than ours."""
    document = frozen_class(rich.BARE_BADGE)
    del document["id"], document["image"]
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    pictures = [hashlib.sha256(data).hexdigest() for data in (b"<svg/>", b"png")]
    data = f"{text}\nsha256:{pictures[0]}\nsha256:{pictures[1]}\n".encode()
    assert ob2.badge_version(document, b"<svg/>", b"png") == hashlib.sha256(data).hexdigest()[:8]
    assert ob2.badge_version(document, b"png", b"<svg/>") != hashlib.sha256(data).hexdigest()[:8]


def test_profile_key_and_badge_link_to_each_other():
    profile = ob2.profile(rich.RICH_ISSUER, "en", rich.WHERE, rich.FILES, [BASE], "issuers/club/logo.svg")
    assert profile == {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": f"{BASE}issuers/club/issuer.json",
        "name": "Riverside Rowing Club",
        "url": "https://club.example.org/",
        "email": "badges@club.example.org",
        "description": "We row.",
        "telephone": "+441632960001",
        "image": f"{BASE}issuers/club/logo.svg",
        "publicKey": KEY_URL,
        "verification": {"type": "VerificationObject", "startsWith": BASE},
        "revocationList": f"{BASE}issuers/club/revoked.json",
    }
    assert ob2.key_document(rich.WHERE, rich.FILES, rich.KEYS.rsa.pem) == {
        "@context": CONTEXT,
        "type": "CryptographicKey",
        "id": profile["publicKey"],
        "owner": profile["id"],
        "publicKeyPem": rich.KEYS.rsa.pem,
    }
    assert frozen_class(rich.RICH_BADGE)["issuer"] == profile["id"]
    assert ob2.hosted_assertion(rich.RICH)["id"].startswith(profile["verification"]["startsWith"])


def test_bare_profile_and_several_prefixes():
    old = "https://old.example.org/badges/"
    profile = ob2.profile(rich.BARE_ISSUER, "en", rich.WHERE, rich.FILES, [BASE, old], "")
    assert profile["verification"]["startsWith"] == [BASE, old]
    assert not {"description", "telephone", "image"} & set(profile)
    assert all(prefix.endswith("/") for prefix in profile["verification"]["startsWith"])


def test_language_of_a_profile_falls_back_to_the_first_written():
    assert ob2.profile(rich.RICH_ISSUER, "cy", rich.WHERE, rich.FILES, [BASE], "")["name"] == "Clwb Rhwyfo Glan yr Afon"
    assert ob2.profile(rich.RICH_ISSUER, "de", rich.WHERE, rich.FILES, [BASE], "")["name"] == "Riverside Rowing Club"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_revocation_list_has_both_ids_and_never_exactly_one_entry(count):
    awards = [f"aaaabbbbccccddd{sign}" for sign in "abc"[:count]]
    document = ob2.revocation_list(rich.WHERE, rich.FILES, [(rich.WHERE, award, "mistake") for award in awards])
    assert document == {
        "@context": CONTEXT,
        "type": "RevocationList",
        "id": f"{BASE}issuers/club/revoked.json",
        "issuer": f"{BASE}issuers/club/issuer.json",
        "revokedAssertions": [
            {"id": f"{BASE}awards/{award}/{name}", "revocationReason": "mistake"}
            for award in awards
            for name in ("assertion.json", "assertion.jws.txt")
        ],
    }
    assert len(document["revokedAssertions"]) != 1


def test_revoked_assertion_keeps_all_it_said():
    sealed = ob2.hosted_assertion(rich.RICH)
    assert ob2.revoked_assertion(sealed, "no-longer-met") == sealed | {
        "revoked": True,
        "revocationReason": "no-longer-met",
    }


@pytest.mark.parametrize("sealing", [rich.RICH, rich.BARE], ids=["rich", "bare"])
def test_nothing_is_null_or_empty(sealing):
    for document in documents_of(sealing).values():
        assert not list(_empties(document))


def _empties(value: object, place: str = ""):
    if value is None or value in ("", [], {}):
        yield place
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _empties(inner, f"{place}.{name}")
    if isinstance(value, list):
        for inner in value:
            yield from _empties(inner, place)


@pytest.mark.skipif(not STANDARDS.is_dir(), reason=f"the 1EdTech samples are not beside the checkout ({STANDARDS})")
def test_members_have_the_shapes_of_the_1edtech_sample():
    sample = json.loads((STANDARDS / "samples" / "ob20" / "basic-assertion.json").read_text())
    document = ob2.hosted_assertion(rich.BARE)
    assert sample["@context"] == document["@context"]
    for name in set(sample) & set(document):
        assert type(sample[name]) is type(document[name]), name
